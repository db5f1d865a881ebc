#include "walk.h"

/* What the system says of itself in scalars. */

static uint32_t the_row(const struct cp_walk *walk, cp_grid_name grid)
{
    static const uint32_t zero = 0;

    return cp_grid_find(&walk->grids[grid], &zero, 1);
}

typedef cp_err (*says_cell)(struct cp_walk *walk, const struct cp_cell *cell,
                            const char *attribute);

/* Every value of a scalar. */
static cp_err says_each(struct cp_walk *walk, cp_grid_name name, uint32_t column, says_cell says,
                        const char *attribute)
{
    const struct cp_grid *grid = &walk->grids[name];
    const struct cp_cell *cell = cp_grid_cell(grid, the_row(walk, name), column);

    for (; cell != NULL; cell = cp_grid_more(grid, cell))
        CP_TRY(says(walk, cell, attribute));
    return CP_OK;
}

static cp_err says_text(struct cp_walk *walk, const struct cp_cell *cell, const char *attribute)
{
    return cp_device_says(walk->doc, cell->place, CP_TEXT(""), attribute, cp_cell_text(cell));
}

static cp_err says_texts(struct cp_walk *walk, cp_grid_name grid, uint32_t column,
                         const char *attribute)
{
    return says_each(walk, grid, column, says_text, attribute);
}

static cp_err says_object_id(struct cp_walk *walk, const struct cp_cell *cell,
                             const char *attribute)
{
    cp_text oid;

    CP_TRY(cp_cell_oid(cell, walk->doc->scratch, &oid));
    if (oid.len == 0 && cp_cell_text(cell).len > 0)
        CP_TRY(cp_device_remark(walk->doc, CP_REMARK_FINDING, cell->place,
                                "an identifier that is not in numbers, or no identifier",
                                cell->value));
    return cp_device_says(walk->doc, cell->place, CP_TEXT(""), attribute, oid);
}

/* RFC 3411 5: an engine id has 5 to 32 octets. */
static cp_err says_engine(struct cp_walk *walk, const struct cp_cell *cell, const char *attribute)
{
    cp_text hex;

    CP_TRY(cp_cell_hex(cell, walk->doc->scratch, &hex));
    if (hex.len < 10 || hex.len > 64)
        return cp_device_remark(walk->doc, CP_REMARK_FINDING, cell->place,
                                "an engine id that is not of 5 to 32 octets", cell->value);
    return cp_device_says(walk->doc, cell->place, CP_TEXT(""), attribute, hex);
}

static cp_err says_mac(struct cp_walk *walk, const struct cp_cell *cell, const char *attribute)
{
    cp_text mac;

    CP_TRY(cp_cell_mac(cell, walk->doc->scratch, &mac));
    return cp_device_says(walk->doc, cell->place, CP_TEXT(""), attribute, mac);
}

/* The chassis id of LLDP: a MAC or an address is a fact, any other a name that neighbours use. */
static cp_err says_chassis(struct cp_walk *walk)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_LLDP_LOCAL];
    uint32_t row = the_row(walk, CP_GRID_LLDP_LOCAL);
    const struct cp_cell *cell = cp_grid_cell(grid, row, 2);
    cp_text id, kind;

    if (cell == NULL)
        return CP_OK;
    CP_TRY(cp_walk_lldp_id(walk, CP_ID_OF_CHASSIS, cp_grid_cell(grid, row, 1), cell, &id, &kind));
    if (cp_text_is(kind, "mac"))
        return cp_device_says(walk->doc, cell->place, CP_TEXT(""), "mac", id);
    if (cp_text_is(kind, "address"))
        return cp_device_says(walk->doc, cell->place, CP_TEXT(""), "address", id);
    return cp_device_port_also(walk->doc, CP_TEXT(""), id);
}

static cp_err says_addresses(struct cp_walk *walk)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_LLDP_ADDRESSES];

    for (uint32_t row = 0; row < grid->row_count; row++) {
        const struct cp_cell *cell = cp_grid_first(grid, row);
        cp_text address;

        CP_TRY(cp_index_address(cell->index, cell->index_len, walk->doc->scratch, &address));
        CP_TRY(cp_device_says(walk->doc, cell->place, CP_TEXT(""), "address", address));
    }
    return CP_OK;
}

cp_err cp_walk_system(struct cp_walk *walk)
{
    CP_TRY(says_texts(walk, CP_GRID_SYSTEM, 1, "sys-descr"));
    CP_TRY(says_each(walk, CP_GRID_SYSTEM, 2, says_object_id, "sys-object-id"));
    CP_TRY(says_texts(walk, CP_GRID_SYSTEM, 5, "sys-name"));
    CP_TRY(says_each(walk, CP_GRID_ENGINE, 1, says_engine, "engine-id"));
    CP_TRY(says_each(walk, CP_GRID_BRIDGE, 1, says_mac, "mac"));
    CP_TRY(says_chassis(walk));
    CP_TRY(says_texts(walk, CP_GRID_LLDP_LOCAL, 3, "sys-name"));
    CP_TRY(says_texts(walk, CP_GRID_LLDP_LOCAL, 4, "sys-descr"));
    CP_TRY(says_addresses(walk));
    CP_TRY(says_texts(walk, CP_GRID_MED_LOCAL, 6, "maker"));
    CP_TRY(says_texts(walk, CP_GRID_MED_LOCAL, 7, "model"));
    CP_TRY(says_texts(walk, CP_GRID_MED_LOCAL, 5, "serial"));
    CP_TRY(says_texts(walk, CP_GRID_OWN, CP_OWN_MAKER, "maker"));
    CP_TRY(says_texts(walk, CP_GRID_OWN, CP_OWN_MODEL, "model"));
    return says_texts(walk, CP_GRID_OWN, CP_OWN_SERIAL, "serial");
}

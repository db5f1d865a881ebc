#include "walk.h"

/* What the system says of itself in scalars. */

static cp_err says_text(struct cp_walk *walk, const struct cp_cell *cell, const char *attribute)
{
    if (cell == NULL)
        return CP_OK;
    return cp_device_says(walk->doc, cell->place, CP_TEXT(""), attribute, cp_cell_text(cell));
}

static cp_err says_object_id(struct cp_walk *walk, const struct cp_cell *cell)
{
    cp_text oid;

    if (cell == NULL)
        return CP_OK;
    CP_TRY(cp_cell_oid(cell, walk->doc->scratch, &oid));
    if (oid.len == 0 && cp_cell_text(cell).len > 0)
        CP_TRY(cp_device_remark(walk->doc, CP_REMARK_FINDING, cell->place,
                                "an identifier that is not in numbers, or no identifier",
                                cell->value));
    return cp_device_says(walk->doc, cell->place, CP_TEXT(""), "sys-object-id", oid);
}

/* RFC 3411 5: an engine id has 5 to 32 octets. */
static cp_err says_engine(struct cp_walk *walk, const struct cp_cell *cell)
{
    cp_text hex;

    if (cell == NULL)
        return CP_OK;
    CP_TRY(cp_cell_hex(cell, walk->doc->scratch, &hex));
    if (hex.len < 10 || hex.len > 64)
        return cp_device_remark(walk->doc, CP_REMARK_FINDING, cell->place,
                                "an engine id that is not of 5 to 32 octets", cell->value);
    return cp_device_says(walk->doc, cell->place, CP_TEXT(""), "engine-id", hex);
}

static cp_err says_mac(struct cp_walk *walk, const struct cp_cell *cell)
{
    cp_text mac;

    if (cell == NULL)
        return CP_OK;
    CP_TRY(cp_cell_mac(cell, walk->doc->scratch, &mac));
    return cp_device_says(walk->doc, cell->place, CP_TEXT(""), "mac", mac);
}

/* The chassis id of LLDP: a MAC or an address is a fact, any other a name that neighbours use. */
static cp_err says_chassis(struct cp_walk *walk, const struct cp_grid *grid, uint32_t row)
{
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

static cp_err says_lldp(struct cp_walk *walk, uint32_t row)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_LLDP_LOCAL];

    CP_TRY(says_chassis(walk, grid, row));
    CP_TRY(says_text(walk, cp_grid_cell(grid, row, 3), "sys-name"));
    CP_TRY(says_text(walk, cp_grid_cell(grid, row, 4), "sys-descr"));
    return says_addresses(walk);
}

static cp_err says_inventory(struct cp_walk *walk, uint32_t row)
{
    const struct cp_grid *med = &walk->grids[CP_GRID_MED_LOCAL];
    const struct cp_grid *own = &walk->grids[CP_GRID_OWN];

    CP_TRY(says_text(walk, cp_grid_cell(med, cp_grid_find(med, &row, 1), 6), "maker"));
    CP_TRY(says_text(walk, cp_grid_cell(med, cp_grid_find(med, &row, 1), 7), "model"));
    CP_TRY(says_text(walk, cp_grid_cell(med, cp_grid_find(med, &row, 1), 5), "serial"));
    CP_TRY(says_text(walk, cp_grid_cell(own, cp_grid_find(own, &row, 1), CP_OWN_MAKER), "maker"));
    CP_TRY(says_text(walk, cp_grid_cell(own, cp_grid_find(own, &row, 1), CP_OWN_MODEL), "model"));
    return says_text(walk, cp_grid_cell(own, cp_grid_find(own, &row, 1), CP_OWN_SERIAL), "serial");
}

cp_err cp_walk_system(struct cp_walk *walk)
{
    static const uint32_t zero = 0;
    uint32_t rows[CP_GRID_COUNT];
    const struct cp_grid *system = &walk->grids[CP_GRID_SYSTEM];

    for (size_t i = 0; i < CP_GRID_COUNT; i++)
        rows[i] = cp_grid_find(&walk->grids[i], &zero, 1);
    CP_TRY(says_text(walk, cp_grid_cell(system, rows[CP_GRID_SYSTEM], 1), "sys-descr"));
    CP_TRY(says_object_id(walk, cp_grid_cell(system, rows[CP_GRID_SYSTEM], 2)));
    CP_TRY(says_text(walk, cp_grid_cell(system, rows[CP_GRID_SYSTEM], 5), "sys-name"));
    CP_TRY(says_engine(walk, cp_grid_cell(&walk->grids[CP_GRID_ENGINE], rows[CP_GRID_ENGINE], 1)));
    CP_TRY(says_mac(walk, cp_grid_cell(&walk->grids[CP_GRID_BRIDGE], rows[CP_GRID_BRIDGE], 1)));
    CP_TRY(says_lldp(walk, rows[CP_GRID_LLDP_LOCAL]));
    return says_inventory(walk, zero);
}

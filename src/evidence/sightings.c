#include "walk.h"

#include "base/map.h"
#include "base/out.h"

/* What the device sees of its neighbours: rows of LLDP and CDP to sightings. */

/* --- ids of LLDP --------------------------------------------------------------------------- */

/* IEEE 802.1AB 8.5.2.2 and 8.5.3.2: subtypes of chassis and port ids from 1 on. */
static const char *const id_kinds[2][8] = {
    [CP_ID_OF_CHASSIS] = {"", "component", "alias", "port-component", "mac", "address",
                          "interface-name", "local"},
    [CP_ID_OF_PORT] = {"", "alias", "component", "mac", "address", "interface-name", "circuit",
                       "local"},
};

static const char *const subtype_names[2][8] = {
    [CP_ID_OF_CHASSIS] = {NULL, "chassisComponent", "interfaceAlias", "portComponent", "macAddress",
                          "networkAddress", "interfaceName", "local"},
    [CP_ID_OF_PORT] = {NULL, "interfaceAlias", "portComponent", "macAddress", "networkAddress",
                       "interfaceName", "agentCircuitId", "local"},
};

static bool is_text(cp_text octets)
{
    while (octets.len > 0 && octets.at[octets.len - 1] == '\0')
        octets.len--;
    for (size_t i = 0; i < octets.len; i++)
        if ((unsigned char)octets.at[i] < ' ' || octets.at[i] == '\x7f')
            return false;
    return cp_text_bad_utf8(octets) == octets.len;
}

/* Six octets that are no text are a MAC, whatever they are said to be. */
static bool is_mac(const struct cp_cell *id, cp_text kind)
{
    return cp_text_is(kind, "mac") || (id->value.len == 6 && !is_text(id->value));
}

/* Nothing but zeros and what parts them: an agent that has nothing to say. */
static bool is_no_mac(cp_text value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] != '\0' && cp_text_find(CP_TEXT("0 :-.\""), value.at[i], 0) == 6)
            return false;
    return true;
}

/* IEEE 802.1AB 8.5.2.3: an address is its IANA family in one octet, then the address. */
static cp_err read_address(struct cp_walk *walk, const struct cp_cell *id, cp_text *out)
{
    struct cp_cell cell = *id;

    if (cell.value.len == 5 || cell.value.len == 17)
        cell.value = cp_text_sub(cell.value, 1, cell.value.len);
    return cp_cell_address(&cell, walk->doc->scratch, out);
}

cp_err cp_walk_lldp_id(struct cp_walk *walk, cp_id_of of, const struct cp_cell *subtype,
                       const struct cp_cell *id, cp_text *out, cp_text *kind)
{
    uint32_t number = cp_cell_enum(subtype, subtype_names[of], 8, 0);

    *out = CP_TEXT("");
    *kind = cp_text_of(id_kinds[of][number < 8 ? number : 0]);
    if (id == NULL || id->value.len == 0)
        return CP_OK;
    if (is_mac(id, *kind)) {
        CP_TRY(cp_cell_mac(id, walk->doc->scratch, out));
        if (out->len > 0)
            *kind = CP_TEXT("mac");
        if (out->len == 0 && is_no_mac(id->value))
            return CP_OK;
    } else if (cp_text_is(*kind, "address")) {
        CP_TRY(read_address(walk, id, out));
    }
    if (out->len > 0)
        return CP_OK;
    if (cp_text_is(*kind, "mac") || cp_text_is(*kind, "address"))
        *kind = CP_TEXT(""); /* it is not what it is said to be */
    *out = cp_cell_text(id);
    return is_text(id->value) ? CP_OK : cp_cell_hex(id, walk->doc->scratch, out);
}

/* --- LLDP ---------------------------------------------------------------------------------- */

/* Tables of neighbours of the same shape. */
struct seen_tables {
    cp_grid_name seen, addresses;
    bool by_interface; /* the second number of an index is an ifIndex */
};

static bool begins_with(const struct cp_cell *cell, const struct cp_cell *with)
{
    for (uint32_t i = 0; i < with->index_len; i++)
        if (i >= cell->index_len || cell->index[i] != with->index[i])
            return false;
    return true;
}

/* The first management address of a neighbour: IPv4 comes first. */
static cp_err find_address(struct cp_walk *walk, const struct cp_grid *grid,
                           const struct cp_cell *first, cp_text *out)
{
    *out = CP_TEXT("");
    for (uint32_t row = cp_grid_from(grid, first->index, first->index_len);
         row < grid->row_count && out->len == 0; row++) {
        const struct cp_cell *cell = cp_grid_first(grid, row);

        if (!begins_with(cell, first))
            return CP_OK;
        CP_TRY(cp_index_address(cell->index + first->index_len,
                                (uint32_t)(cell->index_len - first->index_len), walk->doc->scratch,
                                out));
    }
    return CP_OK;
}

/* An agent that leaves the time mark and the port out of the index has a table of its own for them. */
static cp_text own_port(const struct cp_walk *walk, uint32_t neighbour)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_MIKROTIK_SEEN];
    uint32_t row = cp_grid_find(grid, &neighbour, 1);

    return cp_walk_port_name(walk, cp_cell_number(cp_grid_cell(grid, row, 8), 0));
}

static cp_text local_port(const struct cp_walk *walk, const struct seen_tables *tables,
                          const struct cp_cell *first)
{
    if (first->index_len == 1)
        return own_port(walk, first->index[0]);
    if (first->index_len < 3)
        return CP_TEXT("");
    return tables->by_interface ? cp_walk_port_name(walk, first->index[1])
                                : cp_walk_lldp_port(walk, first->index[1]);
}

static bool says_anything(const struct cp_sighting *seen)
{
    return seen->chassis_id.len + seen->port_id.len + seen->name.len + seen->descr.len > 0;
}

static cp_err see_inventory(struct cp_walk *walk, const struct cp_cell *first,
                            struct cp_sighting *seen)
{
    const struct cp_grid *med = &walk->grids[CP_GRID_MED_SEEN];
    uint32_t row = cp_grid_find(med, first->index, first->index_len);

    seen->serial = cp_cell_text(cp_grid_cell(med, row, 4));
    seen->maker = cp_cell_text(cp_grid_cell(med, row, 5));
    seen->model = cp_cell_text(cp_grid_cell(med, row, 6));
    return CP_OK;
}

/*
 * All neighbours of LLDP that the walk shows.  An agent that has LLDP-MIB and LLDP-V2-MIB, or tables for several
 * destination addresses, gives one neighbour in several rows.
 */
struct seen_all {
    struct cp_walk *walk;
    struct cp_sighting *at;
    struct cp_map *rows; /* a port and who is seen at it: the first that says so */
    uint32_t count, cap;
};

/* Who is seen, at which port. */
static cp_err key_of(const struct cp_sighting *seen, cp_text port, struct cp_arena *arena,
                     cp_text *out)
{
    const cp_text texts[] = {port, seen->chassis_id, seen->chassis_id_kind, seen->port_id,
                             seen->port_id_kind};
    struct cp_out key = cp_out_make(arena);

    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        cp_out_u64(&key, texts[i].len);
        cp_out_char(&key, ' ');
        cp_out_text(&key, texts[i]);
    }
    return cp_out_done(&key, out);
}

/* Fills in what the other says more; false, and nothing filled in, where they contradict each other. */
static bool merge(struct cp_sighting *seen, const struct cp_sighting *other)
{
    struct cp_sighting both = *seen;
    const struct {
        cp_text *to;
        cp_text from;
    } texts[] = {
        {&both.port, other->port},     {&both.port_descr, other->port_descr},
        {&both.name, other->name},     {&both.descr, other->descr},
        {&both.maker, other->maker},   {&both.model, other->model},
        {&both.serial, other->serial},
    };

    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        if (texts[i].to->len == 0)
            *texts[i].to = texts[i].from;
        else if (texts[i].from.len > 0 && !cp_text_eq(*texts[i].to, texts[i].from))
            return false;
    }
    if (both.address.len == 0)
        both.address = other->address; /* of several addresses each row gives the first */
    *seen = both;
    return true;
}

static cp_err keep_row(struct seen_all *all, const struct cp_sighting *seen, uint32_t cells)
{
    struct cp_arena *scratch = all->walk->doc->scratch;
    void *at = all->at;
    cp_text keys[2]; /* at its port, and at one that was not told */
    bool known = seen->chassis_id.len > 0 && seen->port_id.len > 0;

    CP_TRY(key_of(seen, seen->port, scratch, &keys[0]));
    CP_TRY(key_of(seen, CP_TEXT(""), scratch, &keys[1]));
    for (size_t i = 0; known && i < 2; i++) {
        uint32_t row = cp_map_find(all->rows, keys[i]);
        if (row == CP_MAP_NONE || !merge(&all->at[row], seen))
            continue;
        all->walk->used -= cells;
        return cp_device_remarks(all->walk->doc, CP_REMARK_IGNORED, seen->place,
                                 "a neighbour that another row of LLDP gives, too", seen->name,
                                 cells);
    }
    CP_TRY(cp_arena_grow(scratch, &at, all->count, &all->cap, sizeof(*seen)));
    all->at = at;
    all->at[all->count] = *seen;
    if (known && cp_map_find(all->rows, keys[0]) == CP_MAP_NONE)
        CP_TRY(cp_map_add(all->rows, keys[0], all->count));
    all->count++;
    return CP_OK;
}

static cp_err see_row(struct seen_all *all, const struct seen_tables *tables, uint32_t row)
{
    struct cp_walk *walk = all->walk;
    const struct cp_grid *grid = &walk->grids[tables->seen];
    const struct cp_cell *first = cp_grid_first(grid, row);
    struct cp_sighting seen = {
        .place = first->place,
        .protocol = "lldp",
        .port = local_port(walk, tables, first),
        .port_descr = cp_cell_text(cp_grid_cell(grid, row, 8)),
        .name = cp_cell_text(cp_grid_cell(grid, row, 9)),
        .descr = cp_cell_text(cp_grid_cell(grid, row, 10)),
    };

    CP_TRY(cp_walk_lldp_id(walk, CP_ID_OF_CHASSIS, cp_grid_cell(grid, row, 4),
                           cp_grid_cell(grid, row, 5), &seen.chassis_id, &seen.chassis_id_kind));
    CP_TRY(cp_walk_lldp_id(walk, CP_ID_OF_PORT, cp_grid_cell(grid, row, 6),
                           cp_grid_cell(grid, row, 7), &seen.port_id, &seen.port_id_kind));
    CP_TRY(find_address(walk, &walk->grids[tables->addresses], first, &seen.address));
    if (!tables->by_interface)
        CP_TRY(see_inventory(walk, first, &seen));
    return says_anything(&seen) ? keep_row(all, &seen, grid->rows[row].count) : CP_OK;
}

static cp_err see_lldp(struct cp_walk *walk)
{
    static const struct seen_tables tables[] = {
        {CP_GRID_LLDP_SEEN, CP_GRID_LLDP_SEEN_ADDRESSES, false},
        {CP_GRID_LLDP2_SEEN, CP_GRID_LLDP2_SEEN_ADDRESSES, true},
    };
    struct seen_all all = {.walk = walk};

    CP_TRY(cp_map_open(walk->doc->scratch, &all.rows));
    for (size_t i = 0; i < CP_COUNT(tables); i++)
        for (uint32_t row = 0; row < walk->grids[tables[i].seen].row_count; row++)
            CP_TRY(see_row(&all, &tables[i], row));
    for (uint32_t i = 0; i < all.count; i++)
        CP_TRY(cp_device_sees(walk->doc, &all.at[i]));
    return CP_OK;
}

/* --- CDP ----------------------------------------------------------------------------------- */

static bool is_serial(cp_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
            return false;
    }
    return text.len >= 6;
}

/* "core-2(FOX0123ABCD)": a name and a serial number. */
static void split_device_id(cp_text id, cp_text *name, cp_text *serial)
{
    size_t open = cp_text_find(id, '(', 0);
    cp_text inside = cp_text_sub(id, open + 1, id.len > open + 2 ? id.len - open - 2 : 0);

    *name = id;
    *serial = CP_TEXT("");
    if (open == 0 || open >= id.len || !cp_text_ends(id, CP_TEXT(")")) || !is_serial(inside))
        return;
    *name = cp_text_sub(id, 0, open);
    *serial = inside;
}

static cp_text cdp_port(const struct cp_walk *walk, uint32_t if_index)
{
    const struct cp_grid *ports = &walk->grids[CP_GRID_CDP_PORTS];
    cp_text name = cp_walk_port_name(walk, if_index);

    if (name.len > 0)
        return name;
    return cp_cell_text(cp_grid_cell(ports, cp_grid_find(ports, &if_index, 1), 6));
}

static cp_err see_cdp(struct cp_walk *walk)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_CDP_SEEN];

    for (uint32_t row = 0; row < grid->row_count; row++) {
        const struct cp_cell *first = cp_grid_first(grid, row);
        struct cp_sighting seen = {
            .place = first->place,
            .protocol = "cdp",
            .port = cdp_port(walk, first->index[0]),
            .port_id = cp_cell_text(cp_grid_cell(grid, row, 7)),
            .descr = cp_cell_text(cp_grid_cell(grid, row, 5)),
            .platform = cp_cell_text(cp_grid_cell(grid, row, 8)),
        };

        split_device_id(cp_cell_text(cp_grid_cell(grid, row, 6)), &seen.name, &seen.serial);
        if (seen.port_id.len > 0)
            seen.port_id_kind = CP_TEXT("interface-name");
        CP_TRY(cp_cell_address(cp_grid_cell(grid, row, 4), walk->doc->scratch, &seen.address));
        if (says_anything(&seen))
            CP_TRY(cp_device_sees(walk->doc, &seen));
    }
    return CP_OK;
}

/* The name that neighbours know the device by. */
static cp_err say_device_id(struct cp_walk *walk)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_CDP_LOCAL];
    uint32_t zero = 0;
    cp_text name, serial;

    split_device_id(cp_cell_text(cp_grid_cell(grid, cp_grid_find(grid, &zero, 1), 4)), &name,
                    &serial);
    return cp_device_port_also(walk->doc, CP_TEXT(""), name);
}

cp_err cp_walk_sightings(struct cp_walk *walk)
{
    CP_TRY(see_lldp(walk));
    CP_TRY(say_device_id(walk));
    return see_cdp(walk);
}

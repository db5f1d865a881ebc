#include "walk.h"

#include <inttypes.h>

#include "base/map.h"
#include "base/num.h"
#include "base/out.h"

/* --- ports by what they are known by ------------------------------------------------------- */

static cp_err open_keys(struct cp_walk *walk, struct cp_port_keys *keys)
{
    keys->rows = CP_TAKE(walk->doc->scratch, walk->grids[CP_GRID_PORTS].row_count, uint32_t);
    if (keys->rows == NULL)
        return CP_ERR_NOMEM;
    return cp_map_open(walk->doc->scratch, &keys->numbers);
}

static cp_err add_key(struct cp_port_keys *keys, cp_text text, uint32_t row)
{
    uint32_t number = cp_map_find(keys->numbers, text);

    if (text.len == 0)
        return CP_OK;
    if (number != CP_MAP_NONE) {
        keys->rows[number] = CP_NONE;
        return CP_OK;
    }
    keys->rows[keys->count] = row;
    return cp_map_add(keys->numbers, text, keys->count++);
}

uint32_t cp_walk_port_find(const struct cp_walk *walk, cp_port_key key, cp_text text)
{
    const struct cp_port_keys *keys = &walk->port_keys[key];
    uint32_t number = keys->numbers != NULL ? cp_map_find(keys->numbers, text) : CP_MAP_NONE;

    return number == CP_MAP_NONE ? CP_NONE : keys->rows[number];
}

cp_text cp_walk_port_name(const struct cp_walk *walk, uint32_t if_index)
{
    uint32_t row = cp_grid_find(&walk->grids[CP_GRID_PORTS], &if_index, 1);

    return row == CP_NONE ? CP_TEXT("") : walk->port_names[row];
}

/* --- interfaces ---------------------------------------------------------------------------- */

/* The types of interfaces (IANAifType) that are sockets of the box; others are made by software, and
 * bear a MAC of one of these.  What says no type may be one. */
static bool is_socket(const struct cp_cell *type)
{
    static const char *const names[] = {
        [6] = "ethernetCsmacd", [26] = "ethernet3Mbit", [62] = "fastEther",
        [69] = "fastEtherFX",   [71] = "ieee80211",     [117] = "gigabitEthernet"};
    uint32_t number = cp_cell_enum(type, names, CP_COUNT(names), 0);

    return type == NULL || (number < CP_COUNT(names) && names[number] != NULL);
}

static cp_err say_mac(struct cp_walk *walk, uint32_t row, cp_text port, cp_text mac)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_PORTS];
    const struct cp_cell *address = cp_grid_cell(grid, row, 6);

    if (address == NULL || !is_socket(cp_grid_cell(grid, row, 3)))
        return CP_OK;
    return cp_device_says(walk->doc, address->place, port, "mac", mac);
}

/* A port without a name still has its number, and its address still speaks. */
static cp_err read_nameless(struct cp_walk *walk, uint32_t row)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_PORTS];
    struct cp_out out = cp_out_make(walk->doc->scratch);
    cp_text port, mac;

    cp_out_format(&out, "ifIndex.%" PRIu32, cp_grid_first(grid, row)->index[0]);
    CP_TRY(cp_out_done(&out, &port));
    CP_TRY(cp_cell_mac(cp_grid_cell(grid, row, 6), walk->doc->scratch, &mac));
    return say_mac(walk, row, port, mac);
}

static cp_err read_port(struct cp_walk *walk, uint32_t row)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_PORTS];
    const struct cp_cell *address = cp_grid_cell(grid, row, 6);
    cp_text name = cp_cell_text(cp_grid_cell(grid, row, CP_COLUMN_IFX + 1));
    cp_text descr = cp_cell_text(cp_grid_cell(grid, row, 2));
    cp_text alias = cp_cell_text(cp_grid_cell(grid, row, CP_COLUMN_IFX + 18));
    cp_text mac, port = name.len > 0 ? name : descr;

    walk->port_names[row] = port;
    if (port.len == 0)
        return read_nameless(walk, row);
    CP_TRY(cp_cell_mac(address, walk->doc->scratch, &mac));
    CP_TRY(add_key(&walk->port_keys[CP_PORT_NAME], name, row));
    CP_TRY(add_key(&walk->port_keys[CP_PORT_DESCR], descr, row));
    CP_TRY(add_key(&walk->port_keys[CP_PORT_ALIAS], alias, row));
    CP_TRY(add_key(&walk->port_keys[CP_PORT_MAC], mac, row));
    CP_TRY(cp_device_port_also(walk->doc, port, descr));
    CP_TRY(cp_device_port_also(walk->doc, port, alias));
    return say_mac(walk, row, port, mac);
}

/* --- ports as LLDP numbers them ------------------------------------------------------------ */

static uint32_t find_named(const struct cp_walk *walk, cp_text text)
{
    uint32_t row = cp_walk_port_find(walk, CP_PORT_NAME, text);

    return row != CP_NONE ? row : cp_walk_port_find(walk, CP_PORT_DESCR, text);
}

/* An id of local significance is often an ifIndex. */
static uint32_t find_numbered(const struct cp_walk *walk, cp_text text)
{
    uint32_t if_index;

    if (cp_num_u32(text, UINT32_MAX, &if_index) != CP_OK)
        return CP_NONE;
    return cp_grid_find(&walk->grids[CP_GRID_PORTS], &if_index, 1);
}

/* The interface that a port of LLDP is, by its id, then by its description.  Where several share a MAC
 * and there is nothing else the port's number is taken for the interface's. */
static uint32_t find_interface(const struct cp_walk *walk, cp_text id, cp_text kind, cp_text descr,
                               uint32_t number)
{
    uint32_t row = CP_NONE;

    if (cp_text_is(kind, "mac"))
        row = cp_walk_port_find(walk, CP_PORT_MAC, id);
    else if (cp_text_is(kind, "alias"))
        row = cp_walk_port_find(walk, CP_PORT_ALIAS, id);
    if (row == CP_NONE)
        row = find_named(walk, id);
    if (row == CP_NONE && !cp_text_is(kind, "interface-name"))
        row = find_numbered(walk, id);
    if (row == CP_NONE)
        row = find_named(walk, descr);
    if (row == CP_NONE && cp_text_is(kind, "mac"))
        row = cp_grid_find(&walk->grids[CP_GRID_PORTS], &number, 1);
    return row;
}

static cp_err lldp_port(struct cp_walk *walk, uint32_t row, cp_text *out)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_LLDP_PORTS];
    cp_text descr = cp_cell_text(cp_grid_cell(grid, row, 4));
    cp_text id, kind;
    uint32_t port;

    CP_TRY(cp_walk_lldp_id(walk, CP_ID_OF_PORT, cp_grid_cell(grid, row, 2),
                           cp_grid_cell(grid, row, 3), &id, &kind));
    port = find_interface(walk, id, kind, descr, cp_grid_first(grid, row)->index[0]);
    if (port != CP_NONE && walk->port_names[port].len > 0)
        *out = walk->port_names[port];
    else
        *out = id.len == 0 || (cp_text_is(kind, "mac") && descr.len > 0) ? descr : id;
    CP_TRY(cp_device_port_also(walk->doc, *out, id));
    return cp_device_port_also(walk->doc, *out, descr);
}

/* Where no table of local ports was read, their numbers are those of interfaces, mostly. */
cp_text cp_walk_lldp_port(const struct cp_walk *walk, uint32_t number)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_LLDP_PORTS];
    uint32_t row = cp_grid_find(grid, &number, 1);

    if (row != CP_NONE)
        return walk->lldp_names[row];
    return grid->row_count == 0 ? cp_walk_port_name(walk, number) : CP_TEXT("");
}

cp_err cp_walk_ports(struct cp_walk *walk)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_PORTS];
    const struct cp_grid *lldp = &walk->grids[CP_GRID_LLDP_PORTS];

    for (size_t i = 0; i < CP_PORT_KEY_COUNT; i++)
        CP_TRY(open_keys(walk, &walk->port_keys[i]));
    walk->port_names = CP_TAKE(walk->doc->scratch, grid->row_count, cp_text);
    walk->lldp_names = CP_TAKE(walk->doc->scratch, lldp->row_count, cp_text);
    if (walk->port_names == NULL || walk->lldp_names == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t row = 0; row < grid->row_count; row++)
        CP_TRY(read_port(walk, row));
    for (uint32_t row = 0; row < lldp->row_count; row++)
        CP_TRY(lldp_port(walk, row, &walk->lldp_names[row]));
    return CP_OK;
}

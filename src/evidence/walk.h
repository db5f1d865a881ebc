#pragma once

#include "objects.h"
#include "set.h"

/**
 * A walk of one device: the values of the objects that are read, put in grids, and then said.
 * Readers of both notations fill it in; everything lies in the document's scratch arena.
 */

typedef enum { CP_VALUE_OCTETS, CP_VALUE_NUMBER, CP_VALUE_OID, CP_VALUE_ADDRESS } cp_value_kind;

/** A value as the notation writes it, octets decoded. */
struct cp_cell {
    cp_text value;
    cp_place place;
    const uint32_t *index;
    uint8_t index_len, column;
    cp_value_kind kind;
};

/** Cells of one row: those with the same index. */
struct cp_grid_row {
    uint32_t first, count;
};

struct cp_grid {
    struct cp_cell *cells; /* after settling: by index, then column; see cp_grid_more */
    struct cp_grid_row *rows;
    uint32_t cell_count, cell_cap, row_count;
};

/** What a port may be known by. */
typedef enum {
    CP_PORT_NAME,
    CP_PORT_DESCR,
    CP_PORT_ALIAS,
    CP_PORT_MAC,
    CP_PORT_KEY_COUNT
} cp_port_key;

/** Rows of CP_GRID_PORTS by such a key. */
struct cp_port_keys {
    struct cp_map *numbers; /* of rows */
    uint32_t *rows;         /* CP_NONE: several have this key */
    uint32_t count;
};

/** An enterprise whose objects the agent has, and the first of them. */
struct cp_enterprise {
    uint32_t number;
    cp_place place;
};

enum { CP_ENTERPRISES_MAX = 32 };

struct cp_walk {
    struct cp_device_doc *doc;
    struct cp_grid grids[CP_GRID_COUNT];
    struct cp_enterprise enterprises[CP_ENTERPRISES_MAX]; /* in the order of their first objects */
    uint32_t enterprise_count;
    uint32_t used, other; /* records; other: of objects that are not read */
    cp_place other_place; /* of the first */
    cp_text *port_names;  /* by row of CP_GRID_PORTS, after cp_walk_ports; empty: it has none */
    cp_text *lldp_names;  /* the same, by row of CP_GRID_LLDP_PORTS */
    struct cp_port_keys port_keys[CP_PORT_KEY_COUNT];
};

#define CP_WALK_ENDED_EARLY "the walk ended early: what it does not show may be there"

struct cp_walk cp_walk_make(struct cp_device_doc *doc);

/** Keeps a value; borrowed, it must live as long as the document's text or scratch.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_walk_add(struct cp_walk *walk, const struct cp_object *object,
                               cp_value_kind kind, cp_text value, cp_place place);
/** Counts a record whose object is not read; oid: in numbers, without a dot before it, or empty. */
void cp_walk_other(struct cp_walk *walk, cp_text oid, cp_place place);
/** After the last record: says all that the walk holds, and counts its records.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_walk_finish(struct cp_walk *walk);

/* Its steps, in this order. */
CP_MUST_USE cp_err cp_walk_system(struct cp_walk *walk);
CP_MUST_USE cp_err cp_walk_ports(struct cp_walk *walk);
CP_MUST_USE cp_err cp_walk_parts(struct cp_walk *walk);
CP_MUST_USE cp_err cp_walk_sightings(struct cp_walk *walk);

/** The row of the only port with this key; CP_NONE where there is none or several. */
uint32_t cp_walk_port_find(const struct cp_walk *walk, cp_port_key key, cp_text text);
/** The name of a local port of LLDP-MIB, by its number; empty where nothing tells. */
cp_text cp_walk_lldp_port(const struct cp_walk *walk, uint32_t number);
/** The name of the port with an ifIndex; empty where there is none. */
cp_text cp_walk_port_name(const struct cp_walk *walk, uint32_t if_index);
/** An id of IEEE 802.1AB and its kind: of a chassis, or of a port. */
typedef enum { CP_ID_OF_CHASSIS, CP_ID_OF_PORT } cp_id_of;
CP_MUST_USE cp_err cp_walk_lldp_id(struct cp_walk *walk, cp_id_of of, const struct cp_cell *subtype,
                                   const struct cp_cell *id, cp_text *out, cp_text *kind);

/** Index into rows of the row with this index; CP_NONE where there is none. */
uint32_t cp_grid_find(const struct cp_grid *grid, const uint32_t *index, uint32_t index_len);
/** The first row whose index is not before this one; row_count where there is none. */
uint32_t cp_grid_from(const struct cp_grid *grid, const uint32_t *index, uint32_t index_len);
/** The cell of a column; NULL where the row has none (also: row is CP_NONE). */
const struct cp_cell *cp_grid_cell(const struct cp_grid *grid, uint32_t row, uint32_t column);
/** The next value of the cell's object, where it is one of those that say whose the device is and
 * stands several times with different values, in their order; NULL: there are no more. */
const struct cp_cell *cp_grid_more(const struct cp_grid *grid, const struct cp_cell *cell);
/** Its index. */
const struct cp_cell *cp_grid_first(const struct cp_grid *grid, uint32_t row);

/** The identifier without a dot before it, and numbers for the names that net-snmp begins one with. */
CP_MUST_USE cp_err cp_oid_numbers(cp_text text, struct cp_arena *arena, cp_text *out);

/** What stands from an offset on; where that is nothing, the place of nothing. */
static inline cp_text cp_text_rest(cp_text text, size_t from)
{
    from = from < text.len ? from : text.len;
    if (from == 0)
        return text;
    return (cp_text){text.at + from, text.len - from};
}

/* What a cell means; NULL is allowed, and means nothing: empty, or the number given. */

/** Its text, without outer white space and quotation marks.  Borrowed from the cell. */
cp_text cp_cell_text(const struct cp_cell *cell);
/** A number: "6", "ethernetCsmacd(6)"; otherwise what is given. */
uint32_t cp_cell_number(const struct cp_cell *cell, uint32_t otherwise);
/** The same of an enumeration whose names are words[0], words[1], ...: also by one of them alone. */
uint32_t cp_cell_enum(const struct cp_cell *cell, const char *const *words, size_t count,
                      uint32_t otherwise);
/** An identifier as numbers without a dot before them, in the arena; empty where it is none, or 0.0. */
CP_MUST_USE cp_err cp_cell_oid(const struct cp_cell *cell, struct cp_arena *arena, cp_text *out);
/** aa:bb:cc:dd:ee:ff of six octets, or of a text that writes them in hexadecimal digits (parted by
 * colons, hyphens, dots, spaces or nothing); empty where it is none of these, or all octets are 0. */
CP_MUST_USE cp_err cp_cell_mac(const struct cp_cell *cell, struct cp_arena *arena, cp_text *out);
/** The octets as hexadecimal digits in small letters, of octets or a text that writes them so. */
CP_MUST_USE cp_err cp_cell_hex(const struct cp_cell *cell, struct cp_arena *arena, cp_text *out);
/** 192.0.2.1 or 2001:db8::1 of 4 or 16 octets, or of a text; empty where it is none. */
CP_MUST_USE cp_err cp_cell_address(const struct cp_cell *cell, struct cp_arena *arena,
                                   cp_text *out);
/** The same, of an index: family 1 (IPv4) or 2 (IPv6), length, octets. */
CP_MUST_USE cp_err cp_index_address(const uint32_t *index, uint32_t index_len,
                                    struct cp_arena *arena, cp_text *out);
/** Octets that a text writes in hexadecimal digits; empty where it does not. */
CP_MUST_USE cp_err cp_hex_octets(cp_text text, struct cp_arena *arena, cp_text *out);

#include "walk.h"

#include "base/map.h"
#include "base/out.h"

/*
 * The tree of ENTITY-MIB to parts.  What the only chassis says is said of the node itself; where there
 * are several, beside each other, each is a part.  What sits in a port is named below the port, so
 * that it counts for the port's link.  Of entities without maker, model and serial only those are
 * parts that somebody must have made: no slots, ports or sensors.
 *
 * Each walk up the tree ends after CP_DEPTH steps: a loop is no more than a deep tree.
 */

enum { CP_DEPTH = 32 };

/* RFC 6933 entPhysicalClass, and the words of RFC 8348 for it. */
enum {
    OTHER = 1,
    UNKNOWN,
    CHASSIS,
    BACKPLANE,
    CONTAINER,
    POWER,
    FAN,
    SENSOR,
    MODULE,
    PORT,
    STACK,
    CPU
};

static const struct {
    const char *word;
    bool is_made; /* a part even where it does not say by whom */
} classes[] = {
    [0] = {"unknown", false},
    [OTHER] = {"unknown", false},
    [UNKNOWN] = {"unknown", false},
    [CHASSIS] = {"chassis", true},
    [BACKPLANE] = {"backplane", false},
    [CONTAINER] = {"container", false},
    [POWER] = {"power-supply", true},
    [FAN] = {"fan", true},
    [SENSOR] = {"sensor", false},
    [MODULE] = {"module", true},
    [PORT] = {"port", false},
    [STACK] = {"stack", false},
    [CPU] = {"cpu", true},
    [13] = {"energy-object", false},
    [14] = {"battery", true},
    [15] = {"storage-drive", true},
};

static const char *const class_names[] = {
    NULL,          "other",        "unknown", "chassis",     "backplane", "container",
    "powerSupply", "fan",          "sensor",  "module",      "port",      "stack",
    "cpu",         "energyObject", "battery", "storageDrive"};

struct part {
    uint32_t kind;      /* entPhysicalClass; 0: not said */
    uint32_t parent;    /* a row, or CP_NONE */
    uint32_t ports;     /* how many entities of class port it contains directly */
    uint32_t only_port; /* the last of them, a row */
    cp_text port;       /* of the class port, or in a port: the port's name; else empty */
    cp_text maker, model, serial;
    cp_text name; /* as a part; empty: the node itself */
    bool is_part;
};

struct parts {
    struct cp_walk *walk;
    const struct cp_grid *grid;
    struct part *at; /* by row */
    struct cp_map *names;
    uint32_t *uses; /* of names */
    uint32_t name_count;
    uint32_t itself; /* the row that is the node itself, or CP_NONE */
};

/* --- what rows say ------------------------------------------------------------------------- */

/* What is written where there is nothing to say. */
static cp_text meaning(cp_text text)
{
    static const char *const nothing[] = {
        "n/a", "na", "none",          "null",        "unknown",       "-",
        "--",  "0",  "not available", "unspecified", "not specified", "default string",
        "."};

    for (size_t i = 0; i < CP_COUNT(nothing); i++)
        if (cp_text_same_word(text, cp_text_of(nothing[i])))
            return CP_TEXT("");
    return text;
}

static cp_text text_of(const struct parts *p, uint32_t row, uint32_t column)
{
    return cp_cell_text(cp_grid_cell(p->grid, row, column));
}

/* The first value of a column that means something. */
static cp_text meaning_of(const struct parts *p, uint32_t row, uint32_t column)
{
    const struct cp_cell *cell = cp_grid_cell(p->grid, row, column);
    cp_text text = meaning(cp_cell_text(cell));

    while (cell != NULL && text.len == 0) {
        cell = cp_grid_more(p->grid, cell);
        text = meaning(cp_cell_text(cell));
    }
    return text;
}

static uint32_t number_of(const struct parts *p, uint32_t row)
{
    return cp_grid_first(p->grid, row)->index[0];
}

static void read_rows(struct parts *p)
{
    for (uint32_t row = 0; row < p->grid->row_count; row++) {
        uint32_t kind =
            cp_cell_enum(cp_grid_cell(p->grid, row, 5), class_names, CP_COUNT(class_names), 0);
        uint32_t within = cp_cell_number(cp_grid_cell(p->grid, row, 4), 0);
        struct part *part = &p->at[row];

        part->kind = kind < CP_COUNT(classes) ? kind : 0;
        part->parent = cp_grid_find(p->grid, &within, 1);
        part->maker = meaning_of(p, row, 12);
        part->model = meaning_of(p, row, 13);
        part->serial = meaning_of(p, row, 11);
    }
    for (uint32_t row = 0; row < p->grid->row_count; row++) {
        uint32_t parent = p->at[row].parent;

        if (parent == CP_NONE || p->at[row].kind != PORT)
            continue;
        p->at[parent].ports++;
        p->at[parent].only_port = row;
    }
}

static bool says_who(const struct part *part)
{
    return part->maker.len > 0 || part->model.len > 0 || part->serial.len > 0;
}

/* The model of a port or slot without more is its kind, "Copper Port", and no product. */
static bool is_fixed(const struct part *part)
{
    return part->kind == PORT || part->kind == CONTAINER || part->kind == SENSOR ||
           part->kind == BACKPLANE;
}

static bool is_part(const struct part *part)
{
    if (classes[part->kind].is_made)
        return true;
    return is_fixed(part) ? part->maker.len > 0 || part->serial.len > 0 : says_who(part);
}

/* --- the node itself ----------------------------------------------------------------------- */

static bool is_within(const struct parts *p, uint32_t row, uint32_t kind)
{
    uint32_t at = p->at[row].parent;

    for (uint32_t depth = 0; at != CP_NONE && depth < CP_DEPTH; depth++) {
        if (p->at[at].kind == kind)
            return true;
        at = p->at[at].parent;
    }
    return false;
}

/* A root of a walk that gives no chassis. */
static bool may_be_box(const struct parts *p, uint32_t row)
{
    uint32_t kind = p->at[row].kind;

    return p->at[row].parent == CP_NONE && says_who(&p->at[row]) &&
           (kind == 0 || kind == OTHER || kind == UNKNOWN || kind == MODULE || kind == STACK);
}

static uint32_t only_one(const struct parts *p, bool chassis)
{
    uint32_t found = CP_NONE;

    for (uint32_t row = 0; row < p->grid->row_count; row++) {
        bool fits = chassis ? p->at[row].kind == CHASSIS && !is_within(p, row, CHASSIS)
                            : may_be_box(p, row);

        if (fits && found != CP_NONE)
            return CP_NONE;
        if (fits)
            found = row;
    }
    return found;
}

static bool has_chassis(const struct parts *p)
{
    for (uint32_t row = 0; row < p->grid->row_count; row++)
        if (p->at[row].kind == CHASSIS)
            return true;
    return false;
}

/* --- ports --------------------------------------------------------------------------------- */

/* RFC 6933 entAliasMappingIdentifier: usually ifIndex.N. */
static cp_err port_of_alias(struct parts *p, uint32_t row, cp_text *out)
{
    static const cp_text if_index = {"1.3.6.1.2.1.2.2.1.1.", 20};
    const struct cp_grid *grid = &p->walk->grids[CP_GRID_PART_PORTS];
    uint32_t number = number_of(p, row);
    uint32_t at = cp_grid_from(grid, &number, 1);
    struct cp_cell cell = {0};
    cp_text oid;

    *out = CP_TEXT("");
    if (at == grid->row_count || cp_grid_first(grid, at)->index[0] != number)
        return CP_OK;
    CP_TRY(cp_cell_oid(cp_grid_first(grid, at), p->walk->doc->scratch, &oid));
    if (!cp_text_starts(oid, if_index))
        return CP_OK;
    cell.value = cp_text_sub(oid, if_index.len, oid.len);
    *out = cp_walk_port_name(p->walk, cp_cell_number(&cell, 0));
    return CP_OK;
}

/* The interface that the entity itself is, by the mapping, then by its name. */
static cp_err find_own_port(struct parts *p, uint32_t row)
{
    cp_text name = text_of(p, row, 7);
    uint32_t port;

    if (p->at[row].kind != PORT)
        return CP_OK;
    CP_TRY(port_of_alias(p, row, &p->at[row].port));
    if (p->at[row].port.len > 0)
        return CP_OK;
    port = cp_walk_port_find(p->walk, CP_PORT_NAME, name);
    if (port == CP_NONE)
        port = cp_walk_port_find(p->walk, CP_PORT_DESCR, name);
    if (port != CP_NONE)
        p->at[row].port = p->walk->port_names[port];
    return CP_OK;
}

/* What a slot holds and has one port is a pluggable. */
static bool is_pluggable(const struct parts *p, uint32_t row)
{
    const struct part *part = &p->at[row];
    bool kind =
        part->kind == 0 || part->kind == OTHER || part->kind == UNKNOWN || part->kind == MODULE;

    return kind && part->ports == 1 && part->parent != CP_NONE &&
           (p->at[part->parent].kind == CONTAINER || p->at[part->parent].kind == PORT);
}

static cp_text port_around(const struct parts *p, uint32_t row)
{
    uint32_t at = row;

    if (is_pluggable(p, row))
        return p->at[p->at[row].only_port].port;
    for (uint32_t depth = 0; at != CP_NONE && depth < CP_DEPTH; depth++) {
        if (p->at[at].kind == PORT)
            return p->at[at].port;
        at = p->at[at].parent;
    }
    return CP_TEXT("");
}

/* --- names --------------------------------------------------------------------------------- */

static cp_err join_number(struct parts *p, cp_text text, const char *between, uint32_t number,
                          cp_text *out)
{
    struct cp_out name = cp_out_make(p->walk->doc->scratch);

    cp_out_text(&name, text);
    cp_out_str(&name, between);
    cp_out_u64(&name, number);
    return cp_out_done(&name, out);
}

static cp_err plain_name(struct parts *p, uint32_t row, cp_text *out)
{
    *out = text_of(p, row, 7);
    if (out->len == 0)
        *out = text_of(p, row, 2);
    if (out->len > 0)
        return CP_OK;
    return join_number(p, cp_text_of(classes[p->at[row].kind].word), " ", number_of(p, row), out);
}

/* "Te1/1 Transceiver" in port Te1/1 is Te1/1/Transceiver. */
static cp_err name_in_port(struct parts *p, uint32_t row, cp_text port, cp_text name, cp_text *out)
{
    static const char parting[] = " -_:/";
    cp_text rest = name;

    if (cp_text_starts(name, port)) {
        rest = cp_text_sub(name, port.len, name.len);
        while (rest.len > 0 && cp_text_find(CP_TEXT(parting), rest.at[0], 0) < sizeof(parting) - 1)
            rest = cp_text_sub(rest, 1, rest.len);
    }
    if (rest.len == 0)
        rest = cp_text_of(classes[p->at[row].kind].word);
    CP_TRY(cp_text_join(port, CP_TEXT("/"), p->walk->doc->scratch, &port));
    return cp_text_join(port, rest, p->walk->doc->scratch, out);
}

static cp_err name_part(struct parts *p, uint32_t row)
{
    struct part *part = &p->at[row];
    cp_text port = port_around(p, row);
    uint32_t number;

    CP_TRY(plain_name(p, row, &part->name));
    if (port.len > 0 && part->kind == PORT)
        part->name = port;
    else if (port.len > 0)
        CP_TRY(name_in_port(p, row, port, part->name, &part->name));
    number = cp_map_find(p->names, part->name);
    if (number == CP_MAP_NONE) {
        number = p->name_count++;
        CP_TRY(cp_map_add(p->names, part->name, number));
    }
    p->uses[number]++;
    return CP_OK;
}

/* Of several parts with one name each gets its number, below the port where it is a port's. */
static cp_err tell_apart(struct parts *p, uint32_t row)
{
    struct part *part = &p->at[row];

    if (p->uses[cp_map_find(p->names, part->name)] == 1)
        return CP_OK;
    return join_number(p, part->name, part->kind == PORT ? "/#" : " #", number_of(p, row),
                       &part->name);
}

static cp_err name_parts(struct parts *p)
{
    for (uint32_t row = 0; row < p->grid->row_count; row++) {
        struct part *part = &p->at[row];

        part->is_part = is_part(part);
        if (part->is_part && row != p->itself)
            CP_TRY(name_part(p, row));
    }
    for (uint32_t row = 0; row < p->grid->row_count; row++)
        if (p->at[row].is_part && row != p->itself)
            CP_TRY(tell_apart(p, row));
    return CP_OK;
}

/* --- facts --------------------------------------------------------------------------------- */

/* Every value of a column that means something. */
static cp_err says_each(const struct parts *p, uint32_t row, uint32_t column, const char *attribute)
{
    const struct cp_cell *cell = cp_grid_cell(p->grid, row, column);

    for (; cell != NULL; cell = cp_grid_more(p->grid, cell))
        CP_TRY(cp_device_says(p->walk->doc, cell->place, p->at[row].name, attribute,
                              meaning(cp_cell_text(cell))));
    return CP_OK;
}

static cp_err says_vendor_types(const struct parts *p, uint32_t row)
{
    const struct cp_cell *cell = cp_grid_cell(p->grid, row, 3);
    cp_text oid;

    for (; cell != NULL; cell = cp_grid_more(p->grid, cell)) {
        CP_TRY(cp_cell_oid(cell, p->walk->doc->scratch, &oid));
        CP_TRY(cp_device_says(p->walk->doc, cell->place, p->at[row].name, "vendor-type", oid));
    }
    return CP_OK;
}

/* Whether traffic may pass through it, or through what it holds: of others a description is a kind,
 * "Fan Tray". */
static bool may_carry(const struct part *part)
{
    switch (part->kind) {
    case 0:
    case OTHER:
    case UNKNOWN:
    case CHASSIS:
    case BACKPLANE:
    case MODULE:
    case STACK:
    case CPU:
        return true;
    case CONTAINER:
    case PORT:
        return part->model.len > 0;
    default:
        return false;
    }
}

/* What describes the only chassis describes no system, whose software it would name. */
static cp_err says_descr(const struct parts *p, uint32_t row)
{
    const struct cp_cell *cell = cp_grid_cell(p->grid, row, 2);
    const struct part *part = &p->at[row];

    for (; cell != NULL && may_carry(part); cell = cp_grid_more(p->grid, cell)) {
        cp_text text = meaning(cp_cell_text(cell));

        if (!cp_text_same_word(text, part->model) && !cp_text_same_word(text, text_of(p, row, 7)))
            CP_TRY(cp_device_says(p->walk->doc, cell->place, part->name,
                                  row == p->itself ? "chassis-descr" : "sys-descr", text));
    }
    return CP_OK;
}

static cp_err say_part(struct parts *p, uint32_t row)
{
    const struct part *part = &p->at[row];

    CP_TRY(says_each(p, row, 12, "maker"));
    CP_TRY(says_each(p, row, 13, "model"));
    CP_TRY(says_each(p, row, 11, "serial"));
    CP_TRY(says_vendor_types(p, row));
    CP_TRY(says_descr(p, row));
    CP_TRY(says_each(p, row, 10, "x-software-revision"));
    if (part->kind == 0 || part->kind == OTHER || part->kind == UNKNOWN)
        return CP_OK;
    return cp_device_says(p->walk->doc, cp_grid_cell(p->grid, row, 5)->place, part->name, "class",
                          cp_text_of(classes[part->kind].word));
}

static cp_err say_parts(struct parts *p)
{
    for (uint32_t row = 0; row < p->grid->row_count; row++) {
        uint32_t cells = p->grid->rows[row].count;

        if (p->at[row].is_part || row == p->itself) {
            CP_TRY(say_part(p, row));
            continue;
        }
        p->walk->used -= cells;
        CP_TRY(cp_device_remarks(
            p->walk->doc, CP_REMARK_IGNORED, cp_grid_first(p->grid, row)->place,
            "a slot, port or sensor without maker or serial", CP_TEXT(""), cells));
    }
    return CP_OK;
}

cp_err cp_walk_parts(struct cp_walk *walk)
{
    const struct cp_grid *grid = &walk->grids[CP_GRID_PARTS];
    struct cp_arena *scratch = walk->doc->scratch;
    struct parts p = {.walk = walk,
                      .grid = grid,
                      .at = CP_TAKE(scratch, grid->row_count, struct part),
                      .uses = CP_TAKE(scratch, grid->row_count, uint32_t)};

    if (p.at == NULL || p.uses == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(scratch, &p.names));
    read_rows(&p);
    p.itself = only_one(&p, has_chassis(&p));
    for (uint32_t row = 0; row < grid->row_count; row++)
        CP_TRY(find_own_port(&p, row));
    CP_TRY(name_parts(&p));
    return say_parts(&p);
}

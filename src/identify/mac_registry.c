#include "identify/mac.h"

#include <stdlib.h>

#include "identify/limits.h"

#include "mac_table.h"

/*
 * IEEE's files are CSV of four columns with quoted cells; addresses may hold line ends.  Rows are collected as
 * they come and sorted at the first question... kept sorted by a stable sort after each file.
 */

struct entry {
    uint64_t key; /* as of mac_table.h */
    uint32_t order, maker;
    cp_text name;
};

struct cp_mac_registry {
    struct cp_arena *arena;
    struct entry *at;
    uint32_t count, cap;
};

enum { CELLS = 4 };

struct row {
    cp_text cells[CELLS]; /* as written, without the quotes around */
    uint32_t count;
};

struct reading {
    cp_text bytes;
    size_t at;
    uint32_t line, file;
    struct cp_diag *diag;
};

cp_err cp_mac_registry_open(struct cp_arena *arena, struct cp_mac_registry **out)
{
    struct cp_mac_registry *registry = CP_TAKE(arena, 1, struct cp_mac_registry);

    if (registry == NULL)
        return CP_ERR_NOMEM;
    registry->arena = arena;
    *out = registry;
    return CP_OK;
}

uint32_t cp_mac_registry_count(const struct cp_mac_registry *registry)
{
    return registry->count;
}

static cp_err fail(struct reading *r, const char *why, cp_text subject)
{
    return cp_diag_set(r->diag, CP_ERR_MALFORMED, (cp_place){r->file, r->line, 0}, why, subject);
}

/* A quoted cell from its quote on; doubled quotes stay as they are written. */
static cp_err read_quoted(struct reading *r, cp_text *cell)
{
    size_t from = ++r->at;

    for (; r->at < r->bytes.len; r->at++) {
        if (r->bytes.at[r->at] == '\n')
            r->line++;
        if (r->bytes.at[r->at] != '"')
            continue;
        if (r->at + 1 < r->bytes.len && r->bytes.at[r->at + 1] == '"') {
            r->at++;
            continue;
        }
        *cell = cp_text_sub(r->bytes, from, r->at - from);
        r->at++;
        return CP_OK;
    }
    return fail(r, "a quoted cell never ends", cp_text_sub(r->bytes, from, 32));
}

static cp_err read_cell(struct reading *r, cp_text *cell)
{
    size_t from = r->at;

    if (r->at < r->bytes.len && r->bytes.at[r->at] == '"')
        return read_quoted(r, cell);
    while (r->at < r->bytes.len && r->bytes.at[r->at] != ',' && r->bytes.at[r->at] != '\n')
        r->at++;
    *cell = cp_text_trim(cp_text_sub(r->bytes, from, r->at - from));
    return CP_OK;
}

/* One record, its end included. */
static cp_err read_row(struct reading *r, struct row *row)
{
    row->count = 0;
    for (;;) {
        cp_text cell = CP_TEXT("");
        CP_TRY(read_cell(r, &cell));
        if (row->count < CELLS)
            row->cells[row->count] = cell;
        row->count++;
        while (r->at < r->bytes.len && (r->bytes.at[r->at] == '\r' || r->bytes.at[r->at] == ' '))
            r->at++;
        if (r->at < r->bytes.len && r->bytes.at[r->at] == ',') {
            r->at++;
            continue;
        }
        break;
    }
    if (r->at < r->bytes.len && r->bytes.at[r->at] != '\n')
        return fail(r, "text after a closing quote", cp_text_sub(r->bytes, r->at, 32));
    r->at += r->at < r->bytes.len;
    return CP_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "A4C54E" as a key; false where it is none of 6, 7 or 9 digits. */
static bool key_of(cp_text digits, uint64_t *key)
{
    uint64_t prefix = 0;

    if (digits.len != 6 && digits.len != 7 && digits.len != 9)
        return false;
    for (size_t i = 0; i < 12; i++) {
        int digit = i < digits.len ? hex_digit(digits.at[i]) : 0;
        if (digit < 0)
            return false;
        prefix = prefix << 4 | (uint64_t)digit;
    }
    *key = prefix << 8 | digits.len * 4;
    return true;
}

static cp_err add_row(struct cp_mac_registry *registry, const struct cp_makers *makers,
                      struct reading *r, const struct row *row)
{
    struct entry entry = {.order = registry->count, .name = cp_text_trim(row->cells[2])};
    void *at = registry->at;

    if (row->count < CELLS)
        return fail(r, "a row has four cells", row->cells[0]);
    if (!key_of(row->cells[1], &entry.key))
        return fail(r, "a prefix has 6, 7 or 9 hexadecimal digits", row->cells[1]);
    if (registry->count >= CP_LIMIT_MAC_PREFIXES)
        return CP_ERR_LIMIT;
    entry.maker = cp_makers_find(makers, entry.name);
    CP_TRY(cp_arena_grow(registry->arena, &at, registry->count, &registry->cap, sizeof(entry)));
    registry->at = at;
    registry->at[registry->count++] = entry;
    return CP_OK;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *one = a;
    const struct entry *two = b;

    if (one->key != two->key)
        return one->key < two->key ? -1 : 1;
    return one->order < two->order ? -1 : one->order > two->order;
}

/* Sorted; of one prefix the first claim stays. */
static void settle(struct cp_mac_registry *registry)
{
    uint32_t kept = 0;

    if (registry->count > 0)
        qsort(registry->at, registry->count, sizeof(registry->at[0]), compare_entries);
    for (uint32_t i = 0; i < registry->count; i++) {
        if (kept > 0 && registry->at[kept - 1].key == registry->at[i].key)
            continue;
        registry->at[kept] = registry->at[i];
        registry->at[kept].order = kept;
        kept++;
    }
    registry->count = kept;
}

cp_err cp_mac_registry_read(struct cp_mac_registry *registry, const struct cp_makers *makers,
                            uint32_t file, cp_text bytes, struct cp_diag *diag)
{
    struct reading r = {bytes, 0, 1, file, diag};
    struct row row = {.count = 0};
    cp_err err = read_row(&r, &row);

    if (err == CP_OK &&
        (row.count != CELLS || !cp_text_is(row.cells[0], "Registry") ||
         !cp_text_is(row.cells[1], "Assignment") || !cp_text_is(row.cells[2], "Organization Name")))
        err = fail(&r,
                   "not a list of IEEE's: its columns are Registry, Assignment, Organization Name, "
                   "Organization Address",
                   row.cells[0]);
    while (err == CP_OK && r.at < r.bytes.len) {
        r.line++;
        err = read_row(&r, &row);
        if (err == CP_OK && !(row.count == 1 && row.cells[0].len == 0))
            err = add_row(registry, makers, &r, &row);
    }
    settle(registry);
    return err;
}

bool cp_mac_registry_find(const struct cp_mac_registry *registry, uint64_t prefix, uint32_t bits,
                          struct cp_mac_owner *owner)
{
    uint64_t key = prefix << 8 | bits;
    uint32_t from = 0;
    uint32_t to = registry == NULL ? 0 : registry->count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (registry->at[middle].key < key)
            from = middle + 1;
        else
            to = middle;
    }
    if (registry == NULL || from == registry->count || registry->at[from].key != key)
        return false;
    *owner = (struct cp_mac_owner){registry->at[from].maker, registry->at[from].name};
    return true;
}

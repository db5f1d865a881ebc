#include "rows.h"

#include <string.h>

#include "model/limits.h"

/*
 * A packed row: its length in bytes (32 bits), its kind (8), which fields are given (32, a bit
 * each), then these fields in the order of the tables below: numbers as they are, texts after a
 * length of one byte (or 255 and 32 bits).  The tables drive checking, packing and unpacking alike.
 */

typedef enum { FIELD_TEXT, FIELD_SHORT, FIELD_WORD, FIELD_WIDE } field_kind;

struct field {
    field_kind kind;
    size_t offset;
    uint64_t absent; /* the value that is "not given" */
};

_Static_assert(sizeof(cp_layer) == 4 && sizeof(cp_date) == 4, "words are of 32 bits");

#define FIELD(kind, offset, absent) \
    {                               \
        kind, (offset), (absent)    \
    }
#define TEXT(row, member) FIELD(FIELD_TEXT, offsetof(struct cp_##row, member), 0)
#define SHORT(row, member) FIELD(FIELD_SHORT, offsetof(struct cp_##row, member), 0)
#define WORD(row, member, absent) FIELD(FIELD_WORD, offsetof(struct cp_##row, member), absent)
#define WIDE(row, member, absent) FIELD(FIELD_WIDE, offsetof(struct cp_##row, member), absent)
#define PLACE_WORD(row, member, word, absent) \
    FIELD(FIELD_WORD, offsetof(struct cp_##row, member) + offsetof(cp_place, word), absent)
#define PLACE(row, member)                                                             \
    PLACE_WORD(row, member, file, CP_PLACE_NO_FILE), PLACE_WORD(row, member, line, 0), \
        PLACE_WORD(row, member, column, 0)
#define COORDS(row) \
    WORD(row, lat_udeg, (uint32_t)CP_COORD_NONE), WORD(row, lon_udeg, (uint32_t)CP_COORD_NONE)

static const struct field site_fields[] = {
    PLACE(site_row, place),  TEXT(site_row, id),   TEXT(site_row, name),
    TEXT(site_row, country), TEXT(site_row, tags), COORDS(site_row),
};

static const struct field node_fields[] = {
    PLACE(node_row, place),
    TEXT(node_row, id),
    WORD(node_row, layer, CP_LAYER_IP),
    TEXT(node_row, role),
    TEXT(node_row, site),
    TEXT(node_row, operator_name),
    TEXT(node_row, maker),
    TEXT(node_row, model),
    TEXT(node_row, software),
    TEXT(node_row, loopback),
    TEXT(node_row, sid),
    TEXT(node_row, managed_by),
    TEXT(node_row, tags),
    COORDS(node_row),
    PLACE(node_row, maker_place),
    PLACE(node_row, software_place),
    SHORT(node_row, site_column),
    SHORT(node_row, managed_by_column),
};

static const struct field link_fields[] = {
    PLACE(link_row, place),
    TEXT(link_row, id),
    TEXT(link_row, a),
    TEXT(link_row, b),
    TEXT(link_row, a_port),
    TEXT(link_row, b_port),
    WORD(link_row, layer, CP_LAYER_IP),
    TEXT(link_row, link_class),
    WORD(link_row, metric_ab, 0),
    WORD(link_row, metric_ba, 0),
    WIDE(link_row, capacity_bps, CP_BPS_NONE),
    WORD(link_row, delay_us, CP_DELAY_NONE),
    TEXT(link_row, srlgs),
    TEXT(link_row, over),
    TEXT(link_row, maker),
    TEXT(link_row, operator_name),
    TEXT(link_row, tags),
    SHORT(link_row, a_column),
    SHORT(link_row, b_column),
    SHORT(link_row, over_column),
};

static const struct field demand_fields[] = {
    PLACE(demand_row, place),
    TEXT(demand_row, id),
    TEXT(demand_row, src),
    TEXT(demand_row, dst),
    TEXT(demand_row, tags),
    TEXT(demand_row, traffic_class),
    WIDE(demand_row, bandwidth_bps, CP_BPS_NONE),
    SHORT(demand_row, src_column),
    SHORT(demand_row, dst_column),
};

static const struct field fact_fields[] = {
    PLACE(fact_row, place),
    TEXT(fact_row, object),
    TEXT(fact_row, attribute),
    TEXT(fact_row, value),
    TEXT(fact_row, evidence),
    TEXT(fact_row, source),
    TEXT(fact_row, who),
    WORD(fact_row, date, (uint32_t)CP_DATE_NONE),
    WORD(fact_row, expires, (uint32_t)CP_DATE_NONE),
};

struct form {
    const struct field *fields;
    uint32_t count;
    size_t size_bytes; /* of the row's struct */
};

static struct form form_of(cp_row_kind kind)
{
    switch (kind) {
    case CP_ROW_SITE:
        return (struct form){site_fields, CP_COUNT(site_fields), sizeof(struct cp_site_row)};
    case CP_ROW_NODE:
        return (struct form){node_fields, CP_COUNT(node_fields), sizeof(struct cp_node_row)};
    case CP_ROW_LINK:
    case CP_ROW_LAN_MORE:
        return (struct form){link_fields, CP_COUNT(link_fields), sizeof(struct cp_link_row)};
    case CP_ROW_DEMAND:
        return (struct form){demand_fields, CP_COUNT(demand_fields), sizeof(struct cp_demand_row)};
    case CP_ROW_FACT:
    case CP_ROW_LAST_FACT:
    case CP_ROW_LEFT_OUT:
        break;
    }
    return (struct form){fact_fields, CP_COUNT(fact_fields), sizeof(struct cp_fact_row)};
}

static cp_text text_get(const struct field *field, const void *row)
{
    cp_text text;

    memcpy(&text, (const unsigned char *)row + field->offset, sizeof(text));
    return text;
}

static uint64_t number_get(const struct field *field, const void *row)
{
    uint64_t wide;
    uint32_t word;
    uint16_t small;

    if (field->kind == FIELD_SHORT) {
        memcpy(&small, (const unsigned char *)row + field->offset, sizeof(small));
        return small;
    }
    if (field->kind == FIELD_WIDE) {
        memcpy(&wide, (const unsigned char *)row + field->offset, sizeof(wide));
        return wide;
    }
    memcpy(&word, (const unsigned char *)row + field->offset, sizeof(word));
    return word;
}

static void number_set(const struct field *field, void *row, uint64_t number)
{
    uint32_t word = (uint32_t)number;
    uint16_t small = (uint16_t)number;

    if (field->kind == FIELD_SHORT)
        memcpy((unsigned char *)row + field->offset, &small, sizeof(small));
    else if (field->kind == FIELD_WIDE)
        memcpy((unsigned char *)row + field->offset, &number, sizeof(number));
    else
        memcpy((unsigned char *)row + field->offset, &word, sizeof(word));
}

cp_err cp_rows_check(cp_row_kind kind, const void *row, cp_place place, struct cp_diag *diag)
{
    struct form form = form_of(kind);

    for (uint32_t i = 0; i < form.count; i++) {
        cp_text text;
        size_t bad;

        if (form.fields[i].kind != FIELD_TEXT)
            continue;
        text = text_get(&form.fields[i], row);
        if (text.len > CP_LIMIT_TEXT_BYTES)
            return cp_diag_set(diag, CP_ERR_LIMIT, place, "text is too long", text);
        bad = cp_text_bad_utf8(text);
        if (bad < text.len)
            return cp_diag_set(diag, CP_ERR_MALFORMED, place, "text is not UTF-8",
                               cp_text_sub(text, 0, bad));
        if (cp_text_unsafe(text) < text.len)
            return cp_diag_set(diag, CP_ERR_MALFORMED, place,
                               "control or invisible character in text", text);
    }
    return CP_OK;
}

struct cp_row_chunk {
    struct cp_row_chunk *next;
    size_t used_bytes, size_bytes;
    unsigned char bytes[];
};

enum {
    FIRST_CHUNK_BYTES = 4 * 1024,
    LARGEST_CHUNK_BYTES = 256 * 1024,
    HEAD_BYTES = 9, /* length, kind, given */
    KIND_AT = 4,
    SHORT_TEXT_MAX = 254,
};

static bool is_given(const struct field *field, const void *row)
{
    if (field->kind == FIELD_TEXT)
        return text_get(field, row).len > 0;
    return number_get(field, row) != field->absent;
}

static size_t field_bytes(const struct field *field, const void *row)
{
    size_t len;

    if (field->kind == FIELD_SHORT)
        return sizeof(uint16_t);
    if (field->kind != FIELD_TEXT)
        return field->kind == FIELD_WIDE ? 8 : 4;
    len = text_get(field, row).len;
    return (len > SHORT_TEXT_MAX ? 5 : 1) + len;
}

/* Room for size_bytes at the end of the rows; NULL where there is none. */
static unsigned char *make_room(struct cp_rows *rows, size_t size_bytes)
{
    struct cp_row_chunk *chunk = rows->last;
    size_t want = FIRST_CHUNK_BYTES;
    unsigned char *at;

    if (chunk == NULL || chunk->size_bytes - chunk->used_bytes < size_bytes) {
        if (chunk != NULL && chunk->size_bytes < LARGEST_CHUNK_BYTES)
            want = chunk->size_bytes * 2;
        else if (chunk != NULL)
            want = LARGEST_CHUNK_BYTES;
        if (want < size_bytes)
            want = size_bytes;
        chunk = cp_arena_take(rows->arena, 1, sizeof(*chunk) + want);
        if (chunk == NULL)
            return NULL;
        chunk->size_bytes = want;
        if (rows->last == NULL)
            rows->first = chunk;
        else
            rows->last->next = chunk;
        rows->last = chunk;
    }
    at = chunk->bytes + chunk->used_bytes;
    chunk->used_bytes += size_bytes;
    return at;
}

static unsigned char *put(unsigned char *to, const void *from, size_t len)
{
    memcpy(to, from, len);
    return to + len;
}

static unsigned char *put_text(unsigned char *to, cp_text *text)
{
    uint32_t len = (uint32_t)text->len;
    unsigned char short_len = len > SHORT_TEXT_MAX ? 255 : (unsigned char)len;

    to = put(to, &short_len, 1);
    if (len > SHORT_TEXT_MAX)
        to = put(to, &len, sizeof(len));
    memcpy(to, text->at, len);
    text->at = (const char *)to;
    return to + len;
}

/* Packs a given field and lets the row's text point at the packed one. */
static unsigned char *put_field(unsigned char *to, const struct field *field, void *row)
{
    uint64_t wide;
    uint32_t word;
    uint16_t small;
    cp_text text;

    switch (field->kind) {
    case FIELD_SHORT:
        small = (uint16_t)number_get(field, row);
        to = put(to, &small, sizeof(small));
        break;
    case FIELD_TEXT:
        text = text_get(field, row);
        to = put_text(to, &text);
        memcpy((unsigned char *)row + field->offset, &text, sizeof(text));
        break;
    case FIELD_WORD:
        word = (uint32_t)number_get(field, row);
        to = put(to, &word, sizeof(word));
        break;
    case FIELD_WIDE:
        wide = number_get(field, row);
        to = put(to, &wide, sizeof(wide));
        break;
    }
    return to;
}

cp_err cp_rows_keep(struct cp_rows *rows, cp_row_kind kind, void *row, cp_row *kept)
{
    struct form form = form_of(kind);
    size_t size_bytes = HEAD_BYTES;
    uint32_t given = 0, size;
    unsigned char kind_byte = (unsigned char)kind;
    unsigned char *to;

    for (uint32_t i = 0; i < form.count; i++) {
        if (!is_given(&form.fields[i], row))
            continue;
        given |= UINT32_C(1) << i;
        size_bytes += field_bytes(&form.fields[i], row);
    }
    CP_ASSERT(size_bytes <= UINT32_MAX); /* texts were checked */
    to = make_room(rows, size_bytes);
    if (to == NULL)
        return CP_ERR_NOMEM;
    *kept = to;
    size = (uint32_t)size_bytes;
    to = put(to, &size, sizeof(size));
    to = put(to, &kind_byte, sizeof(kind_byte));
    to = put(to, &given, sizeof(given));
    for (uint32_t i = 0; i < form.count; i++)
        if ((given >> i & 1) != 0)
            to = put_field(to, &form.fields[i], row);
    return CP_OK;
}

bool cp_rows_next(cp_row_walk *walk, cp_row_kind *kind, cp_row *row)
{
    uint32_t size;

    if (walk->chunk != NULL && walk->at == walk->chunk->used_bytes)
        *walk = (cp_row_walk){.chunk = walk->chunk->next};
    if (walk->chunk == NULL)
        return false;
    *row = walk->chunk->bytes + walk->at;
    *kind = (cp_row_kind)(*row)[KIND_AT];
    memcpy(&size, *row, sizeof(size));
    walk->at += size;
    return true;
}

void cp_rows_change(const cp_row_walk *walk, cp_row row, cp_row_kind kind)
{
    walk->chunk->bytes[row - walk->chunk->bytes + KIND_AT] = (unsigned char)kind;
}

static cp_row get_text(cp_row from, cp_text *text)
{
    uint32_t len = *from++;

    if (len > SHORT_TEXT_MAX) {
        memcpy(&len, from, sizeof(len));
        from += sizeof(len);
    }
    *text = (cp_text){(const char *)from, len};
    return from + len;
}

/* Takes one given field off the packed row. */
static cp_row get_field(cp_row from, const struct field *field, void *row)
{
    uint64_t wide;
    uint32_t word;
    uint16_t small;
    cp_text text;

    switch (field->kind) {
    case FIELD_SHORT:
        memcpy(&small, from, sizeof(small));
        from += sizeof(small);
        number_set(field, row, small);
        break;
    case FIELD_TEXT:
        from = get_text(from, &text);
        memcpy((unsigned char *)row + field->offset, &text, sizeof(text));
        break;
    case FIELD_WORD:
        memcpy(&word, from, sizeof(word));
        from += sizeof(word);
        number_set(field, row, word);
        break;
    case FIELD_WIDE:
        memcpy(&wide, from, sizeof(wide));
        from += sizeof(wide);
        number_set(field, row, wide);
        break;
    }
    return from;
}

void cp_rows_unpack(cp_row_kind kind, cp_row packed, void *row)
{
    struct form form = form_of(kind);
    cp_row from = packed + HEAD_BYTES;
    uint32_t given;

    memcpy(&given, packed + 5, sizeof(given));
    memset(row, 0, form.size_bytes);
    for (uint32_t i = 0; i < form.count; i++) {
        if ((given >> i & 1) != 0)
            from = get_field(from, &form.fields[i], row);
        else if (form.fields[i].kind != FIELD_TEXT)
            number_set(&form.fields[i], row, form.fields[i].absent);
    }
}

#include "rows.h"

#include <string.h>

#include "model/limits.h"

/*
 * A packed row: its kind (a byte), how many bytes follow, which fields are given (a bit each), then
 * these fields in the order of the tables below.  A field is given where it is not as in the usual
 * row of its kind.  Numbers lie in as few bytes as they need, 7 bits in each, the lowest first, with
 * the highest bit set where more follow; texts after their length.  The two ends of a link lie
 * together, "A--B", so that its default id need not be written again.  The tables drive checking,
 * packing and unpacking alike.
 */

typedef enum { FIELD_TEXT, FIELD_ENDS, FIELD_FLAG, FIELD_SHORT, FIELD_WORD, FIELD_WIDE } field_kind;

struct field {
    field_kind kind;
    bool is_name; /* a text that is kept with the spaces around it */
    size_t offset;
    size_t other; /* of the other text of ENDS */
};

_Static_assert(sizeof(cp_layer) == 4 && sizeof(cp_date) == 4, "words are of 32 bits");
_Static_assert(sizeof(cp_metric) == 4 && sizeof(cp_disjoint) == 4 && sizeof(cp_said) == 4,
               "words are of 32 bits");

#define FIELD(kind, offset, other)     \
    {                                  \
        kind, false, (offset), (other) \
    }
#define NAME(row, member)                                      \
    {                                                          \
        FIELD_TEXT, true, offsetof(struct cp_##row, member), 0 \
    }
#define FLAG(row, member) FIELD(FIELD_FLAG, offsetof(struct cp_##row, member), 0)
#define TEXT(row, member) FIELD(FIELD_TEXT, offsetof(struct cp_##row, member), 0)
#define ENDS(row, member, other) \
    FIELD(FIELD_ENDS, offsetof(struct cp_##row, member), offsetof(struct cp_##row, other))
#define SHORT(row, member) FIELD(FIELD_SHORT, offsetof(struct cp_##row, member), 0)
#define WORD(row, member) FIELD(FIELD_WORD, offsetof(struct cp_##row, member), 0)
#define WIDE(row, member) FIELD(FIELD_WIDE, offsetof(struct cp_##row, member), 0)
#define PLACE_WORD(row, member, word) \
    FIELD(FIELD_WORD, offsetof(struct cp_##row, member) + offsetof(cp_place, word), 0)
#define PLACE(row, member) \
    PLACE_WORD(row, member, file), PLACE_WORD(row, member, line), PLACE_WORD(row, member, column)
#define COORDS(row) WORD(row, lat_udeg), WORD(row, lon_udeg)

#define USUAL_PLACE \
    {               \
        .column = 1 \
    } /* a row begins its line */
#define NO_PLACE                 \
    {                            \
        .file = CP_PLACE_NO_FILE \
    }

static const struct cp_site_row usual_site = {
    .place = USUAL_PLACE, .lat_udeg = CP_COORD_NONE, .lon_udeg = CP_COORD_NONE};

static const struct cp_node_row usual_node = {.place = USUAL_PLACE,
                                              .layer = CP_LAYER_IP,
                                              .lat_udeg = CP_COORD_NONE,
                                              .lon_udeg = CP_COORD_NONE,
                                              .maker_place = NO_PLACE,
                                              .software_place = NO_PLACE};

static const struct cp_link_row usual_link = {.place = USUAL_PLACE,
                                              .layer = CP_LAYER_IP,
                                              .capacity_bps = CP_BPS_NONE,
                                              .delay_us = CP_DELAY_NONE};

static const struct cp_demand_row usual_demand = {
    .place = USUAL_PLACE, .bandwidth_bps = CP_BPS_NONE, .wished = CP_WISHED_NOTHING};

static const struct cp_fact_row usual_fact = {
    .place = USUAL_PLACE, .date = CP_DATE_NONE, .expires = CP_DATE_NONE};

static const struct field site_fields[] = {
    PLACE(site_row, place),  NAME(site_row, id),   TEXT(site_row, name),
    TEXT(site_row, country), TEXT(site_row, tags), COORDS(site_row),
};

static const struct field node_fields[] = {
    PLACE(node_row, place),       NAME(node_row, id),
    WORD(node_row, layer),        TEXT(node_row, role),
    NAME(node_row, site),         TEXT(node_row, operator_name),
    TEXT(node_row, maker),        TEXT(node_row, model),
    TEXT(node_row, software),     TEXT(node_row, loopback),
    TEXT(node_row, sid),          TEXT(node_row, managed_by),
    TEXT(node_row, tags),         COORDS(node_row),
    PLACE(node_row, maker_place), PLACE(node_row, software_place),
    SHORT(node_row, site_column), SHORT(node_row, managed_by_column),
};

static const struct field link_fields[] = {
    PLACE(link_row, place),       NAME(link_row, id),        ENDS(link_row, a, b),
    TEXT(link_row, a_port),       TEXT(link_row, b_port),    WORD(link_row, layer),
    TEXT(link_row, link_class),   WORD(link_row, metric_ab), WORD(link_row, metric_ba),
    WIDE(link_row, capacity_bps), WORD(link_row, delay_us),  TEXT(link_row, srlgs),
    TEXT(link_row, over),         TEXT(link_row, maker),     TEXT(link_row, operator_name),
    TEXT(link_row, tags),         SHORT(link_row, a_column), SHORT(link_row, b_column),
    SHORT(link_row, over_column),
};

static const struct field demand_fields[] = {
    PLACE(demand_row, place),
    NAME(demand_row, id),
    NAME(demand_row, src),
    NAME(demand_row, dst),
    TEXT(demand_row, tags),
    TEXT(demand_row, traffic_class),
    WIDE(demand_row, bandwidth_bps),
    SHORT(demand_row, src_column),
    SHORT(demand_row, dst_column),
    TEXT(demand_row, avoid),
    TEXT(demand_row, require),
    SHORT(demand_row, avoid_column),
    SHORT(demand_row, require_column),
    WORD(demand_row, wished.metric),
    WORD(demand_row, wished.disjoint),
    WORD(demand_row, wished.co_routed),
    WORD(demand_row, wished.delay_max_us),
    WORD(demand_row, wished.hops_max),
};

static const struct field fact_fields[] = {
    PLACE(fact_row, place), NAME(fact_row, object),   TEXT(fact_row, attribute),
    TEXT(fact_row, value),  TEXT(fact_row, evidence), TEXT(fact_row, source),
    TEXT(fact_row, who),    WORD(fact_row, date),     WORD(fact_row, expires),
    NAME(fact_row, node),   NAME(fact_row, part),     FLAG(fact_row, foreign),
    WORD(fact_row, link),
};

struct form {
    const struct field *fields;
    uint32_t count;
    size_t size_bytes; /* of the row's struct */
    const void *usual;
};

#define FORM(name)                                                                  \
    {                                                                               \
        name##_fields, CP_COUNT(name##_fields), sizeof(usual_##name), &usual_##name \
    }

static const struct form site_form = FORM(site), node_form = FORM(node), link_form = FORM(link),
                         demand_form = FORM(demand), fact_form = FORM(fact);

static const struct form *form_of(cp_row_kind kind)
{
    switch (kind) {
    case CP_ROW_SITE:
        return &site_form;
    case CP_ROW_NODE:
        return &node_form;
    case CP_ROW_LINK:
    case CP_ROW_LAN_MORE:
        return &link_form;
    case CP_ROW_DEMAND:
        return &demand_form;
    case CP_ROW_FACT:
    case CP_ROW_LAST_RECORD:
    case CP_ROW_LAST_FACT:
    case CP_ROW_LINK_FACT:
    case CP_ROW_LEFT_OUT:
        break;
    }
    return &fact_form;
}

static cp_text text_at(size_t offset, const void *row)
{
    cp_text text;

    memcpy(&text, (const unsigned char *)row + offset, sizeof(text));
    return text;
}

static cp_text text_get(const struct field *field, const void *row)
{
    return text_at(field->offset, row);
}

/* The second text of ENDS. */
static cp_text other_get(const struct field *field, const void *row)
{
    return text_at(field->other, row);
}

static void text_set(size_t offset, void *row, cp_text text)
{
    memcpy((unsigned char *)row + offset, &text, sizeof(text));
}

static uint64_t number_get(const struct field *field, const void *row)
{
    uint64_t wide;
    uint32_t word;
    uint16_t small;
    bool flag;

    if (field->kind == FIELD_FLAG) {
        memcpy(&flag, (const unsigned char *)row + field->offset, sizeof(flag));
        return flag;
    }
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
    bool flag = number != 0;

    if (field->kind == FIELD_FLAG)
        memcpy((unsigned char *)row + field->offset, &flag, sizeof(flag));
    else if (field->kind == FIELD_SHORT)
        memcpy((unsigned char *)row + field->offset, &small, sizeof(small));
    else if (field->kind == FIELD_WIDE)
        memcpy((unsigned char *)row + field->offset, &number, sizeof(number));
    else
        memcpy((unsigned char *)row + field->offset, &word, sizeof(word));
}

/* Whether all bytes are of ASCII, and none a control character: most texts need no closer look. */
static bool is_plain(cp_text text)
{
    bool plain = true;

    for (size_t i = 0; i < text.len; i++)
        plain = plain && text.at[i] >= ' ' && text.at[i] < '\x7f';
    return plain;
}

static cp_err check_text(cp_text text, cp_place place, struct cp_diag *diag)
{
    size_t bad;

    if (text.len > CP_LIMIT_TEXT_BYTES)
        return cp_diag_set(diag, CP_ERR_LIMIT, place, "text is too long", text);
    if (is_plain(text))
        return CP_OK;
    bad = cp_text_bad_utf8(text);
    if (bad < text.len)
        return cp_diag_set(diag, CP_ERR_MALFORMED, place, "text is not UTF-8",
                           cp_text_sub(text, 0, bad));
    if (cp_text_unsafe(text) < text.len)
        return cp_diag_set(diag, CP_ERR_MALFORMED, place, "control or invisible character in text",
                           text);
    return CP_OK;
}

cp_err cp_rows_check(cp_row_kind kind, const void *row, cp_place place, struct cp_diag *diag)
{
    const struct form *form = form_of(kind);

    for (uint32_t i = 0; i < form->count; i++) {
        const struct field *field = &form->fields[i];

        if (field->kind == FIELD_TEXT || field->kind == FIELD_ENDS)
            CP_TRY(check_text(text_get(field, row), place, diag));
        if (field->kind == FIELD_ENDS)
            CP_TRY(check_text(other_get(field, row), place, diag));
    }
    return CP_OK;
}

void cp_rows_trim(cp_row_kind kind, void *row)
{
    const struct form *form = form_of(kind);

    for (uint32_t i = 0; i < form->count; i++) {
        const struct field *field = &form->fields[i];

        if (field->kind == FIELD_TEXT && !field->is_name)
            text_set(field->offset, row, cp_text_trim(text_get(field, row)));
    }
}

struct cp_row_chunk {
    struct cp_row_chunk *next;
    size_t used_bytes, size_bytes;
    unsigned char bytes[];
};

enum {
    FIRST_CHUNK_BYTES = 4 * 1024,
    LARGEST_CHUNK_BYTES = 256 * 1024,
    NUMBER_BITS = 7,
    NUMBER_MORE = 1 << NUMBER_BITS,
    JOINT_BYTES = 2, /* the -- between ends */
};

static bool is_given(const struct field *field, const void *row, const void *usual)
{
    if (field->kind == FIELD_TEXT)
        return text_get(field, row).len > 0;
    if (field->kind == FIELD_ENDS)
        return text_get(field, row).len > 0 || other_get(field, row).len > 0;
    return number_get(field, row) != number_get(field, usual);
}

static size_t number_bytes(uint64_t number)
{
    size_t bytes = 1;

    while (number >= NUMBER_MORE) {
        number >>= NUMBER_BITS;
        bytes++;
    }
    return bytes;
}

static size_t text_bytes(cp_text text)
{
    return number_bytes(text.len) + text.len;
}

static size_t field_bytes(const struct field *field, const void *row)
{
    if (field->kind == FIELD_TEXT)
        return text_bytes(text_get(field, row));
    if (field->kind == FIELD_ENDS)
        return text_bytes(text_get(field, row)) + JOINT_BYTES + text_bytes(other_get(field, row));
    return number_bytes(number_get(field, row));
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

static unsigned char *put_number(unsigned char *to, uint64_t number)
{
    for (; number >= NUMBER_MORE; number >>= NUMBER_BITS)
        *to++ = (unsigned char)(number | NUMBER_MORE);
    *to++ = (unsigned char)number;
    return to;
}

/* The bytes of the row's text, which then points at them. */
static unsigned char *put_bytes(unsigned char *to, size_t offset, void *row)
{
    cp_text text = text_at(offset, row);

    if (text.len > 0)
        memcpy(to, text.at, text.len);
    text_set(offset, row, (cp_text){(const char *)to, text.len});
    return to + text.len;
}

/* Packs a given field. */
static unsigned char *put_field(unsigned char *to, const struct field *field, void *row)
{
    switch (field->kind) {
    case FIELD_TEXT:
        to = put_number(to, text_get(field, row).len);
        to = put_bytes(to, field->offset, row);
        break;
    case FIELD_ENDS:
        to = put_number(to, text_get(field, row).len);
        to = put_number(to, other_get(field, row).len);
        to = put_bytes(to, field->offset, row);
        memset(to, '-', JOINT_BYTES);
        to = put_bytes(to + JOINT_BYTES, field->other, row);
        break;
    case FIELD_FLAG:
    case FIELD_SHORT:
    case FIELD_WORD:
    case FIELD_WIDE:
        to = put_number(to, number_get(field, row));
        break;
    }
    return to;
}

cp_err cp_rows_keep(struct cp_rows *rows, cp_row_kind kind, void *row, cp_row *kept)
{
    const struct form *form = form_of(kind);
    size_t size_bytes = 0;
    uint32_t given = 0;
    unsigned char *to;

    for (uint32_t i = 0; i < form->count; i++) {
        if (!is_given(&form->fields[i], row, form->usual))
            continue;
        given |= UINT32_C(1) << i;
        size_bytes += field_bytes(&form->fields[i], row);
    }
    size_bytes += number_bytes(given);
    to = make_room(rows, 1 + number_bytes(size_bytes) + size_bytes);
    if (to == NULL)
        return CP_ERR_NOMEM;
    *kept = to;
    *to++ = (unsigned char)kind;
    to = put_number(to, size_bytes);
    to = put_number(to, given);
    for (uint32_t i = 0; i < form->count; i++)
        if ((given >> i & 1) != 0)
            to = put_field(to, &form->fields[i], row);
    return CP_OK;
}

static cp_row get_number(cp_row from, uint64_t *number)
{
    uint32_t shift = 0;

    *number = 0;
    for (; *from >= NUMBER_MORE; from++, shift += NUMBER_BITS)
        *number |= (uint64_t)(*from & (NUMBER_MORE - 1)) << shift;
    *number |= (uint64_t)*from << shift;
    return from + 1;
}

bool cp_rows_next(cp_row_walk *walk, cp_row_kind *kind, cp_row *row)
{
    uint64_t size;
    cp_row rest;

    if (walk->chunk != NULL && walk->at == walk->chunk->used_bytes)
        *walk = (cp_row_walk){.chunk = walk->chunk->next};
    if (walk->chunk == NULL)
        return false;
    *row = walk->chunk->bytes + walk->at;
    *kind = (cp_row_kind)(*row)[0];
    rest = get_number(*row + 1, &size);
    walk->at = (size_t)(rest - walk->chunk->bytes) + (size_t)size;
    return true;
}

void cp_rows_change(const cp_row_walk *walk, cp_row row, cp_row_kind kind)
{
    walk->chunk->bytes[row - walk->chunk->bytes] = (unsigned char)kind;
}

/* Takes one given field off the packed row. */
static cp_row get_field(cp_row from, const struct field *field, void *row)
{
    uint64_t number, other;

    from = get_number(from, &number);
    switch (field->kind) {
    case FIELD_TEXT:
        text_set(field->offset, row, (cp_text){(const char *)from, (size_t)number});
        return from + number;
    case FIELD_ENDS:
        from = get_number(from, &other);
        text_set(field->offset, row, (cp_text){(const char *)from, (size_t)number});
        from += number + JOINT_BYTES;
        text_set(field->other, row, (cp_text){(const char *)from, (size_t)other});
        return from + other;
    case FIELD_FLAG:
    case FIELD_SHORT:
    case FIELD_WORD:
    case FIELD_WIDE:
        break;
    }
    number_set(field, row, number);
    return from;
}

void cp_rows_unpack(cp_row_kind kind, cp_row packed, void *row)
{
    const struct form *form = form_of(kind);
    uint64_t size, given;
    cp_row from = get_number(packed + 1, &size);

    from = get_number(from, &given);
    memcpy(row, form->usual, form->size_bytes);
    for (const struct field *field = form->fields; given != 0; field++, given >>= 1)
        if ((given & 1) != 0)
            from = get_field(from, field, row);
}

cp_text cp_rows_default_id(const struct cp_link_row *row)
{
    if (row->b.len == 0)
        return row->a;
    CP_ASSERT(row->b.at == row->a.at + row->a.len + JOINT_BYTES);
    return (cp_text){row->a.at, row->a.len + JOINT_BYTES + row->b.len};
}

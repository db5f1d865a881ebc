#include "netbox.h"

#include <string.h>

#include "base/num.h"

/*
 * An object has some fifty members, of which a few are wanted, some of them one or two objects down.
 * So the object is walked once, names are compared with those that are still wanted at this depth, and
 * what is wanted is kept as it is written; all else is passed over.
 */

struct picking {
    struct cp_json_in *in;
    const struct cp_nb_ask *asks;
    struct cp_nb_value *values;
    struct cp_doc *doc;
    uint32_t count;
};

/* Of the asks in the mask, those whose name at this depth is the key. */
static uint32_t asked(const struct picking *p, uint32_t mask, uint32_t depth, cp_text key)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < p->count; i++) {
        const struct cp_nb_ask *ask = &p->asks[i];

        if ((mask >> i & 1) != 0 && ask->length > depth && ask->path[depth].len == key.len &&
            memcmp(ask->path[depth].at, key.at, key.len) == 0)
            found |= UINT32_C(1) << i;
    }
    return found;
}

static cp_err put(struct picking *p, uint32_t at, struct cp_nb_value value)
{
    if (p->values[at].kind != CP_JSON_NOTHING)
        return cp_doc_fail(p->doc, CP_ERR_DUPLICATE, value.place,
                           "a name that stands twice in an object",
                           p->asks[at].path[p->asks[at].length - 1]);
    p->values[at] = value;
    return CP_OK;
}

/* The value is plain: it counts where it, or its number or its value, is asked for. */
static cp_err put_plain(struct picking *p, uint32_t mask, uint32_t depth, struct cp_nb_value value)
{
    for (uint32_t i = 0; i < p->count; i++) {
        const struct cp_nb_ask *ask = &p->asks[i];
        bool deeper = ask->length == depth + 2 && (cp_text_is(ask->path[depth + 1], "id") ||
                                                   cp_text_is(ask->path[depth + 1], "value"));

        if ((mask >> i & 1) != 0 && (ask->length == depth + 1 || deeper))
            CP_TRY(put(p, i, value));
    }
    return CP_OK;
}

static cp_err pick(struct picking *p, uint32_t mask, uint32_t depth);

/* One value: whole where it ends an ask, opened where some asks go on inside. */
static cp_err pick_value(struct picking *p, uint32_t mask, uint32_t depth)
{
    cp_json_kind kind = cp_json_in_peek(p->in);
    struct cp_nb_value value = {.kind = kind, .place = cp_json_in_place(p->in)};
    size_t from = p->in->at;
    uint32_t here = 0;

    for (uint32_t i = 0; i < p->count; i++)
        if ((mask >> i & 1) != 0 && p->asks[i].length == depth + 1)
            here |= UINT32_C(1) << i;
    if (kind == CP_JSON_OBJECT && here == 0)
        return pick(p, mask, depth + 1);
    CP_TRY(cp_json_in_skip(p->in, p->doc->diag));
    value.raw = cp_text_sub(p->in->text, from, p->in->at - from);
    return put_plain(p, mask, depth, value);
}

static cp_err pick(struct picking *p, uint32_t mask, uint32_t depth)
{
    CP_TRY(cp_json_in_enter(p->in, CP_JSON_OBJECT, p->doc->diag));
    for (;;) {
        cp_text key;
        uint32_t wanted;
        bool more;

        CP_TRY(cp_json_in_next(p->in, p->doc->arena, &key, &more, p->doc->diag));
        if (!more)
            return CP_OK;
        wanted = asked(p, mask, depth, key);
        if (wanted == 0)
            CP_TRY(cp_json_in_skip(p->in, p->doc->diag));
        else
            CP_TRY(pick_value(p, wanted, depth));
    }
}

cp_err cp_nb_pick(struct cp_json_in *in, const struct cp_nb_ask *asks, uint32_t count,
                  struct cp_nb_value *values, struct cp_doc *doc)
{
    struct picking p = {.in = in, .asks = asks, .values = values, .doc = doc, .count = count};

    CP_ASSERT(count < CP_NB_ASKS_MAX);
    for (uint32_t i = 0; i < count; i++)
        values[i] = (struct cp_nb_value){.kind = CP_JSON_NOTHING};
    return pick(&p, (UINT32_C(1) << count) - 1, 0);
}

/* --- values ------------------------------------------------------------------------------- */

cp_err cp_nb_not_understood(const struct cp_nb_object *o, const char *why)
{
    return cp_doc_tally(o->doc, CP_REMARK_NOT_UNDERSTOOD, o->key.place, why, cp_text_of(o->kind));
}

static cp_err bad_value(const struct cp_nb_object *o, uint32_t ask, const char *why)
{
    return cp_doc_tally(o->doc, CP_REMARK_NOT_UNDERSTOOD, o->values[ask].place, why,
                        cp_text_of(o->kind));
}

static bool is_given(const struct cp_nb_value *value)
{
    return value->kind != CP_JSON_NOTHING && value->kind != CP_JSON_NULL;
}

/* Without quotation marks and escapes. */
static cp_err plain_text(const struct cp_nb_object *o, const struct cp_nb_value *value,
                         cp_text *out)
{
    struct cp_json_in in;
    const struct cp_json_value *tree;

    *out = cp_text_sub(value->raw, 1, value->raw.len - 2);
    if (cp_text_find(*out, '\\', 0) == out->len)
        return CP_OK;
    in = cp_json_in_make(value->raw, value->place.file, value->place.line);
    CP_TRY(cp_json_in_take(&in, o->doc->arena, &tree, o->doc->diag));
    *out = tree->text;
    return CP_OK;
}

cp_err cp_nb_text_of(const struct cp_nb_object *o, uint32_t ask, cp_text *out)
{
    const struct cp_nb_value *value = &o->values[ask];

    *out = CP_TEXT("");
    if (!is_given(value))
        return CP_OK;
    if (value->kind != CP_JSON_TEXT)
        return bad_value(o, ask, "a value that should be a text");
    CP_TRY(plain_text(o, value, out));
    *out = cp_text_trim(*out);
    if (cp_text_unsafe(*out) == out->len)
        return CP_OK;
    *out = CP_TEXT("");
    return bad_value(o, ask, "a text with characters that act or are not seen: it is left out");
}

cp_err cp_nb_name_of(const struct cp_nb_object *o, uint32_t ask, cp_nb_name *out)
{
    cp_text text;

    *out = 0;
    CP_TRY(cp_nb_text_of(o, ask, &text));
    if (text.len > CP_LIMIT_NETBOX_TEXT_BYTES)
        return bad_value(o, ask, "a text that is too long: it is left out");
    return cp_nb_intern(o->nb, text, out);
}

cp_err cp_nb_number_of(const struct cp_nb_object *o, uint32_t ask, uint64_t max, uint64_t *out)
{
    const struct cp_nb_value *value = &o->values[ask];

    *out = 0;
    if (!is_given(value))
        return CP_OK;
    if (value->kind == CP_JSON_NUMBER && cp_num_u64(value->raw, max, out) == CP_OK)
        return CP_OK;
    return bad_value(o, ask, "a value that should be a whole number");
}

cp_err cp_nb_ref_of(const struct cp_nb_object *o, uint32_t ask, uint32_t *out)
{
    uint64_t number;

    CP_TRY(cp_nb_number_of(o, ask, UINT32_MAX - 1, &number));
    *out = (uint32_t)number;
    return CP_OK;
}

cp_err cp_nb_degrees_of(const struct cp_nb_object *o, uint32_t ask, int32_t *out)
{
    const struct cp_nb_value *value = &o->values[ask];
    cp_text text = value->raw;
    int64_t udeg;

    *out = CP_COORD_NONE;
    if (!is_given(value))
        return CP_OK;
    if (value->kind == CP_JSON_TEXT)
        CP_TRY(plain_text(o, value, &text));
    if ((value->kind != CP_JSON_TEXT && value->kind != CP_JSON_NUMBER) ||
        cp_num_scaled(text, 6, &udeg) != CP_OK || udeg < -180000000 || udeg > 180000000)
        return bad_value(o, ask, "no coordinate");
    *out = (int32_t)udeg;
    return CP_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

cp_err cp_nb_mac_of(const struct cp_nb_object *o, uint32_t ask, uint64_t *out)
{
    uint32_t digits = 0;
    cp_text text;

    *out = 0;
    CP_TRY(cp_nb_text_of(o, ask, &text));
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_digit(text.at[i]);

        if (digit < 0 && (text.at[i] == ':' || text.at[i] == '-' || text.at[i] == '.'))
            continue;
        digits = digit < 0 ? 99 : digits + 1;
        if (digits > 12)
            break;
        *out = *out << 4 | (uint64_t)digit;
    }
    if (text.len == 0 || digits == 12)
        return CP_OK;
    *out = 0;
    return bad_value(o, ask, "no MAC address");
}

cp_err cp_nb_each(const struct cp_nb_object *o, uint32_t ask, const struct cp_nb_ask *asks,
                  uint32_t count, cp_err (*visit)(const struct cp_nb_object *item, void *user),
                  void *user)
{
    const struct cp_nb_value *list = &o->values[ask];
    struct cp_nb_value values[CP_NB_ASKS_MAX];
    struct cp_nb_object item = *o;
    struct cp_json_in in;
    bool more = true;

    if (!is_given(list))
        return CP_OK;
    if (list->kind != CP_JSON_ARRAY)
        return bad_value(o, ask, "a value that should be a list");
    in = cp_json_in_make(list->raw, list->place.file, list->place.line);
    item.values = values;
    CP_TRY(cp_json_in_enter(&in, CP_JSON_ARRAY, o->doc->diag));
    for (;;) {
        CP_TRY(cp_json_in_next(&in, o->doc->arena, NULL, &more, o->doc->diag));
        if (!more)
            return CP_OK;
        if (cp_json_in_peek(&in) != CP_JSON_OBJECT) {
            CP_TRY(cp_json_in_skip(&in, o->doc->diag));
            CP_TRY(bad_value(o, ask, "a list's item that should be an object"));
            continue;
        }
        CP_TRY(cp_nb_pick(&in, asks, count, values, o->doc));
        for (uint32_t i = 0; i < count; i++) /* columns count from the list: say where that is */
            values[i].place = list->place;
        CP_TRY(visit(&item, user));
    }
}

struct tagging {
    cp_range *tags;
};

static cp_err visit_tag(const struct cp_nb_object *item, void *user)
{
    struct tagging *t = user;
    cp_nb_name tag;

    CP_TRY(cp_nb_name_of(item, 0, &tag));
    if (tag == 0)
        return CP_OK;
    if (cp_text_find(cp_nb_text(item->nb, tag), ' ', 0) < cp_nb_text(item->nb, tag).len)
        return cp_nb_not_understood(item, "a tag's slug with a space in it");
    if (t->tags->count >= CP_LIMIT_NETBOX_TAGS)
        return cp_nb_not_understood(item, "too many tags: the rest is left out");
    return cp_nb_keep_tag(item->nb, t->tags, tag);
}

cp_err cp_nb_tags_of(const struct cp_nb_object *o, uint32_t ask, cp_range *tags)
{
    static const struct cp_nb_ask asks[] = {CP_NB_ASK1("slug")};
    struct tagging t = {tags};

    return cp_nb_each(o, ask, asks, CP_COUNT(asks), visit_tag, &t);
}

#include <string.h>

#include "base/json_in.h"
#include "base/map.h"
#include "base/num.h"
#include "json_token.h"

/* Trees are built without recursion: for each open object or array its value and its last item.
 * Names met twice are looked for when an object ends: in small ones by a filter of 256 bits that
 * rarely says "perhaps", in large ones by a map, whose memory is given back. */

enum { SMALL_MEMBERS = 64, FILTER_WORDS = 4 };

struct tree {
    struct cp_json_in *in;
    struct cp_arena *arena;
    struct cp_diag *diag;
    uint32_t depth;
    struct cp_json_value *open[CP_JSON_IN_DEPTH_MAX], *last[CP_JSON_IN_DEPTH_MAX];
};

static cp_err refuse_twice(const struct tree *tree, const struct cp_json_value *member)
{
    return cp_diag_set(tree->diag, CP_ERR_DUPLICATE, member->key_place,
                       "this name stands twice in one object", member->key);
}

static uint32_t filter_bit(cp_text key)
{
    uint64_t head = 0, tail = 0;
    size_t len = key.len < sizeof(head) ? key.len : sizeof(head);

    if (len > 0) {
        memcpy(&head, key.at, len);
        memcpy(&tail, key.at + key.len - len, len);
    }
    head = (head ^ (tail << 7 | tail >> 57) ^ key.len) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(head >> 56);
}

static cp_err check_small(const struct tree *tree, const struct cp_json_value *object)
{
    uint64_t filter[FILTER_WORDS] = {0};

    for (const struct cp_json_value *m = object->first; m != NULL; m = m->next) {
        uint32_t bit = filter_bit(m->key);
        uint64_t mask = UINT64_C(1) << (bit & 63);
        bool is_perhaps = (filter[bit >> 6] & mask) != 0;

        filter[bit >> 6] |= mask;
        if (!is_perhaps)
            continue;
        for (const struct cp_json_value *n = object->first; n != m; n = n->next)
            if (cp_text_eq(n->key, m->key))
                return refuse_twice(tree, m);
    }
    return CP_OK;
}

static cp_err check_large(const struct tree *tree, const struct cp_json_value *object)
{
    struct cp_map *names;

    CP_TRY(cp_map_open(tree->arena, &names));
    CP_TRY(cp_map_reserve(names, object->count));
    for (const struct cp_json_value *m = object->first; m != NULL; m = m->next) {
        cp_err err = cp_map_add(names, m->key, 0);

        if (err == CP_ERR_DUPLICATE)
            return refuse_twice(tree, m);
        CP_TRY(err);
    }
    return CP_OK;
}

static cp_err check_names(const struct tree *tree, const struct cp_json_value *object)
{
    cp_arena_mark mark;
    cp_err err;

    if (object->count <= SMALL_MEMBERS)
        return check_small(tree, object);
    mark = cp_arena_mark_get(tree->arena);
    err = check_large(tree, object);
    cp_arena_reset(tree->arena, mark);
    return err;
}

/* Fills the value that comes next; an object or array is open after it. */
static cp_err fill(struct tree *tree, struct cp_json_value *value)
{
    struct cp_json_in *in = tree->in;
    struct cp_json_raw raw;

    value->kind = cp_json_in_peek(in);
    value->place = cp_json_token_place(in);
    switch (value->kind) {
    case CP_JSON_OBJECT:
    case CP_JSON_ARRAY:
        CP_TRY(cp_json_in_enter(in, value->kind, tree->diag));
        CP_ASSERT(tree->depth < CP_JSON_IN_DEPTH_MAX);
        tree->open[tree->depth] = value;
        tree->last[tree->depth] = NULL;
        tree->depth++;
        return CP_OK;
    case CP_JSON_TEXT:
        CP_TRY(cp_json_token_text(in, &raw, tree->diag));
        return cp_json_token_plain(&raw, tree->arena, &value->text);
    case CP_JSON_NUMBER:
        return cp_json_token_number(in, &value->text, tree->diag);
    case CP_JSON_NULL:
    case CP_JSON_FALSE:
    case CP_JSON_TRUE:
        return cp_json_token_word(in, value->kind, tree->diag);
    case CP_JSON_NOTHING:
        break;
    }
    return cp_json_token_refuse(in, "a value is expected here", tree->diag);
}

/* The next item of the innermost thing, or its end. */
static cp_err grow(struct tree *tree)
{
    struct cp_json_value *parent = tree->open[tree->depth - 1], *last = tree->last[tree->depth - 1];
    struct cp_json_raw name = {.escaped = false};
    struct cp_json_value *value;
    bool more = false;

    CP_TRY(cp_json_token_next(tree->in, &name, &more, tree->diag));
    if (!more) {
        tree->depth--;
        return parent->kind == CP_JSON_OBJECT ? check_names(tree, parent) : CP_OK;
    }
    value = CP_TAKE(tree->arena, 1, struct cp_json_value);
    if (value == NULL)
        return CP_ERR_NOMEM;
    if (parent->count == UINT32_MAX)
        return cp_diag_set(tree->diag, CP_ERR_LIMIT, parent->place, "this has too many items",
                           CP_TEXT(""));
    if (parent->kind == CP_JSON_OBJECT) {
        CP_TRY(cp_json_token_plain(&name, tree->arena, &value->key));
        value->key_place = name.place;
    }
    parent->count++;
    if (last == NULL)
        parent->first = value;
    else
        last->next = value;
    tree->last[tree->depth - 1] = value;
    return fill(tree, value);
}

cp_err cp_json_in_take(struct cp_json_in *in, struct cp_arena *arena,
                       const struct cp_json_value **out, struct cp_diag *diag)
{
    struct tree tree; /* its stacks are written before they are read */
    struct cp_json_value *value = CP_TAKE(arena, 1, struct cp_json_value);

    if (value == NULL)
        return CP_ERR_NOMEM;
    tree.in = in;
    tree.arena = arena;
    tree.diag = diag;
    tree.depth = 0;
    CP_TRY(fill(&tree, value));
    while (tree.depth > 0)
        CP_TRY(grow(&tree));
    *out = value;
    return CP_OK;
}

cp_err cp_json_in_document(cp_text text, uint32_t file, struct cp_arena *arena,
                           const struct cp_json_value **out, struct cp_diag *diag)
{
    struct cp_json_in in = cp_json_in_make(text, file, 1);
    const struct cp_json_value *value;

    CP_TRY(cp_json_in_take(&in, arena, &value, diag));
    CP_TRY(cp_json_in_end(&in, diag));
    *out = value;
    return CP_OK;
}

static const struct cp_json_value *member_of(const struct cp_json_value *value, cp_text key)
{
    if (value == NULL || value->kind != CP_JSON_OBJECT)
        return NULL;
    for (const struct cp_json_value *m = value->first; m != NULL; m = m->next)
        if (cp_text_eq(m->key, key))
            return m;
    return NULL;
}

const struct cp_json_value *cp_json_member(const struct cp_json_value *value, const char *key)
{
    return member_of(value, cp_text_of(key));
}

const struct cp_json_value *cp_json_path(const struct cp_json_value *value, const char *path)
{
    cp_text rest = cp_text_of(path), name;

    while (value != NULL && cp_text_word(&rest, ".", &name))
        value = member_of(value, name);
    return value;
}

cp_text cp_json_member_text(const struct cp_json_value *value, const char *key)
{
    const struct cp_json_value *member = cp_json_member(value, key);

    return member != NULL && member->kind == CP_JSON_TEXT ? member->text : CP_TEXT("");
}

bool cp_json_u64_of(const struct cp_json_value *value, uint64_t *number)
{
    cp_text digits, fraction;
    size_t point;

    *number = 0;
    if (value == NULL || value->kind != CP_JSON_NUMBER)
        return false;
    point = cp_text_find(value->text, '.', 0);
    digits = cp_text_sub(value->text, 0, point);
    fraction = cp_text_sub(value->text, point + 1, value->text.len);
    for (size_t i = 0; i < fraction.len; i++) /* 10.0 is whole: programs with floats write it */
        if (fraction.at[i] != '0')
            return false;
    return cp_num_u64(digits, UINT64_MAX, number) == CP_OK;
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fresh.h"
#include "views.h"

/*
 * Neighbours that are no known node.  Those of one chassis id are one; those that give a name alone
 * are the one chassis that bears this name, if it is one.  Each becomes a node under its name, or
 * where that is taken under name and chassis id.  Their order is that of their names, not of documents.
 */

enum { KEY_BYTES = 2 * CP_LIMIT_NAME_SAID_BYTES + 8 };

struct stranger {
    cp_text name, chassis; /* the first in the order of bytes, of all that its sightings give */
    cp_text address;
    const struct cp_view *view; /* the first of them */
    uint32_t same;              /* another stranger that this one is; CP_NONE */
    uint32_t node;
    bool by_name; /* nothing but a name is known */
};

struct strangers {
    struct cp_views *v;
    struct cp_map *keys;
    struct stranger *at;
    uint32_t count, cap;
    uint32_t *of; /* [views] CP_NONE: none */
    struct cp_fresh fresh;
    uint32_t numbered;
};

/* --- keys ---------------------------------------------------------------------------------- */

struct key {
    char bytes[KEY_BYTES];
    size_t len;
};

static void put(struct key *key, cp_text text)
{
    for (size_t i = 0; i < text.len && key->len < sizeof(key->bytes); i++) {
        char c = text.at[i];

        key->bytes[key->len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
}

static struct key key_of(char kind, cp_text one, cp_text other)
{
    struct key key = {.bytes = {kind}, .len = 1};

    put(&key, one);
    put(&key, CP_TEXT("\n"));
    put(&key, other);
    return key;
}

static bool has_chassis(const struct cp_sighting *seen)
{
    return seen->chassis_id.len > 0;
}

/* false: it says nothing that it could be known by. */
static bool view_key(const struct cp_view *view, struct key *key)
{
    const struct cp_sighting *seen = view->seen;

    if (view->doubt != NULL)
        *key = key_of('D', seen->chassis_id, seen->name);
    else if (has_chassis(seen))
        *key = key_of('C', seen->chassis_id_kind, seen->chassis_id);
    else if (seen->name.len > 0)
        *key = key_of('N', seen->name, CP_TEXT(""));
    else
        *key = key_of('A', seen->address, CP_TEXT(""));
    return has_chassis(seen) || seen->name.len > 0 || seen->address.len > 0;
}

/* --- groups -------------------------------------------------------------------------------- */

static cp_text lesser(cp_text a, cp_text b)
{
    if (a.len == 0 || b.len == 0)
        return a.len == 0 ? b : a;
    return cp_text_cmp(b, a) < 0 ? b : a;
}

static cp_text path_of(const struct cp_views *v, const struct cp_view *view)
{
    return v->known->set->devices[view->device].path;
}

/* Whether a view comes first whatever the order of documents. */
static bool is_before(const struct cp_views *v, const struct cp_view *a, const struct cp_view *b)
{
    int order = cp_text_cmp(path_of(v, a), path_of(v, b));

    return order != 0 ? order < 0 : a->seen->place.line < b->seen->place.line;
}

static void join_view(struct strangers *s, struct stranger *to, const struct cp_view *view)
{
    to->name = lesser(to->name, view->seen->name);
    to->chassis = lesser(to->chassis, view->seen->chassis_id);
    to->address = lesser(to->address, view->seen->address);
    if (to->view == NULL || is_before(s->v, view, to->view))
        to->view = view;
}

static cp_err find_stranger(struct strangers *s, const struct cp_view *view, const struct key *key,
                            uint32_t *out)
{
    cp_text text = {key->bytes, key->len}, kept;
    void *all = s->at;

    *out = cp_map_find(s->keys, text);
    if (*out != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(cp_arena_grow(s->v->work, &all, s->count, &s->cap, sizeof(*s->at)));
    s->at = all;
    s->at[s->count] = (struct stranger){
        .same = CP_NONE, .node = CP_NONE, .by_name = view->doubt == NULL && key->bytes[0] == 'N'};
    CP_TRY(cp_text_copy(text, s->v->work, &kept));
    CP_TRY(cp_map_add(s->keys, kept, s->count));
    *out = s->count++;
    return CP_OK;
}

static cp_err group(struct strangers *s)
{
    for (uint32_t i = 0; i < s->v->count; i++) {
        struct cp_view *view = &s->v->at[i];
        struct key key;

        s->of[i] = CP_NONE;
        if (view->far != CP_NONE)
            continue;
        if (!view_key(view, &key)) {
            view->out = true;
            cp_views_tell(s->v, view, CP_TALLY_NAMELESS);
            continue;
        }
        CP_TRY(find_stranger(s, view, &key, &s->of[i]));
        join_view(s, &s->at[s->of[i]], view);
    }
    return CP_OK;
}

/* --- names alone --------------------------------------------------------------------------- */

/* Which stranger with a chassis id bears a name; of several none. */
struct bearers {
    struct cp_map *names;
    uint32_t *of; /* [names] CP_SEVERAL */
    uint32_t count, cap;
};

static cp_err bear(struct strangers *s, struct bearers *b, cp_text name, uint32_t stranger)
{
    struct key key = key_of('B', name, CP_TEXT(""));
    cp_text text = {key.bytes, key.len}, kept;
    uint32_t number = cp_map_find(b->names, text);
    void *of = b->of;

    if (name.len == 0)
        return CP_OK;
    if (number != CP_MAP_NONE) {
        if (b->of[number] != stranger)
            b->of[number] = CP_SEVERAL;
        return CP_OK;
    }
    CP_TRY(cp_arena_grow(s->v->work, &of, b->count, &b->cap, sizeof(*b->of)));
    b->of = of;
    CP_TRY(cp_text_copy(text, s->v->work, &kept));
    CP_TRY(cp_map_add(b->names, kept, b->count));
    b->of[b->count++] = stranger;
    return CP_OK;
}

static cp_text label_of(cp_text name)
{
    return cp_text_sub(name, 0, cp_text_find(name, '.', 0));
}

static uint32_t bearer_of(const struct bearers *b, cp_text name)
{
    struct key key = key_of('B', name, CP_TEXT(""));
    uint32_t number = cp_map_find(b->names, (cp_text){key.bytes, key.len});

    return number == CP_MAP_NONE || b->of[number] == CP_SEVERAL ? CP_NONE : b->of[number];
}

static cp_err join_names(struct strangers *s)
{
    struct bearers whole = {.count = 0}, labels = {.count = 0};

    CP_TRY(cp_map_open(s->v->work, &whole.names));
    CP_TRY(cp_map_open(s->v->work, &labels.names));
    for (uint32_t i = 0; i < s->v->count; i++) {
        uint32_t stranger = s->of[i];

        if (stranger == CP_NONE || s->at[stranger].by_name || s->v->at[i].doubt != NULL)
            continue;
        CP_TRY(bear(s, &whole, s->v->at[i].seen->name, stranger));
        CP_TRY(bear(s, &labels, label_of(s->v->at[i].seen->name), stranger));
    }
    for (uint32_t i = 0; i < s->count; i++) {
        if (!s->at[i].by_name)
            continue;
        s->at[i].same = bearer_of(&whole, s->at[i].name);
        if (s->at[i].same == CP_NONE)
            s->at[i].same = bearer_of(&labels, label_of(s->at[i].name));
    }
    return CP_OK;
}

/* --- nodes --------------------------------------------------------------------------------- */

/* A stranger's turn to get an id. */
struct turn {
    struct stranger *one;
};

static int by_name_and_chassis(const void *a, const void *b)
{
    const struct stranger *x = ((const struct turn *)a)->one, *y = ((const struct turn *)b)->one;
    int order = cp_text_cmp(x->name, y->name);

    if (order == 0)
        order = cp_text_cmp(x->chassis, y->chassis);
    return order != 0 ? order : cp_text_cmp(x->address, y->address);
}

static cp_err name_with(struct strangers *s, cp_text name, cp_text more, cp_text *out)
{
    CP_TRY(cp_text_join(name, name.len > 0 ? CP_TEXT(" ") : CP_TEXT(""), s->v->work, out));
    return cp_text_join(*out, more, s->v->work, out);
}

/* Its name, where no other stranger bears it; else with the chassis id; else with words of ours and a
 * number. */
static cp_err choose_id(struct strangers *s, const struct stranger *one, bool shared_name,
                        cp_text *out)
{
    cp_text rest = one->chassis.len > 0 ? one->chassis : one->address;
    char number[32];

    *out = one->name.len > 0 ? one->name : rest;
    if (!shared_name && cp_fresh_is_free(&s->fresh, *out))
        return CP_OK;
    CP_TRY(name_with(s, one->name, rest, out));
    if (cp_fresh_is_free(&s->fresh, *out))
        return CP_OK;
    do {
        (void)snprintf(number, sizeof(number), "neighbour %u", ++s->numbered);
        CP_TRY(cp_text_copy(cp_text_of(number), s->v->work, out));
    } while (!cp_fresh_is_free(&s->fresh, *out));
    return CP_OK;
}

static cp_err add_stranger(struct strangers *s, struct stranger *one, bool shared_name,
                           struct cp_diag *diag)
{
    struct cp_node_row row = cp_node_row_make(one->view->seen->place, CP_TEXT(""));

    CP_TRY(choose_id(s, one, shared_name, &row.id));
    CP_TRY(cp_build_node(s->v->known->set->build, &row, diag));
    CP_TRY(cp_known_add_node(s->v->known, row.id, row.layer, &one->node));
    s->v->known->nodes[one->node].was_added = true;
    return CP_OK;
}

static bool bear_one_name(const struct stranger *a, const struct stranger *b)
{
    return cp_text_same_word(a->name, b->name);
}

static cp_err add_strangers(struct strangers *s, struct cp_diag *diag)
{
    struct turn *order = CP_TAKE(s->v->work, s->count, struct turn);
    uint32_t count = 0;

    if (order == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < s->count; i++)
        if (s->at[i].same == CP_NONE)
            order[count++].one = &s->at[i];
    if (count > 0)
        qsort(order, count, sizeof(*order), by_name_and_chassis);
    for (uint32_t i = 0; i < count; i++) {
        bool is_shared = (i > 0 && bear_one_name(order[i - 1].one, order[i].one)) ||
                         (i + 1 < count && bear_one_name(order[i].one, order[i + 1].one));

        CP_TRY(add_stranger(s, order[i].one, is_shared, diag));
    }
    return CP_OK;
}

cp_err cp_views_strangers(struct cp_views *v, struct cp_diag *diag)
{
    struct strangers s = {.v = v, .of = CP_TAKE(v->work, v->count, uint32_t)};

    if (s.of == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(v->work, &s.keys));
    CP_TRY(cp_fresh_open(v->known, v->work, &s.fresh));
    CP_TRY(group(&s));
    CP_TRY(join_names(&s));
    CP_TRY(add_strangers(&s, diag));
    for (uint32_t i = 0; i < v->count; i++) {
        const struct stranger *one = s.of[i] == CP_NONE ? NULL : &s.at[s.of[i]];

        if (one != NULL)
            v->at[i].far = one->same == CP_NONE ? one->node : s.at[one->same].node;
    }
    return CP_OK;
}

#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* Things are matched by sorting their keys: equal ones stand side by side. */

cp_err cp_pairs_add(struct cp_pair_keys *keys, const uint32_t key[5], cp_side side, uint32_t at)
{
    void *all = keys->at;
    struct cp_pair_key *to;

    CP_TRY(cp_arena_grow(keys->work, &all, keys->count, &keys->cap, sizeof(*keys->at)));
    keys->at = all;
    to = &keys->at[keys->count++];
    memcpy(to->key, key, sizeof(to->key));
    to->side = (uint32_t)side;
    to->at = at;
    return CP_OK;
}

static int compare_numbers(const uint32_t *a, const uint32_t *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int by_key(const void *a, const void *b)
{
    const struct cp_pair_key *x = a, *y = b;
    int order = compare_numbers(x->key, y->key, CP_COUNT(x->key));

    if (order == 0)
        order = compare_numbers(&x->side, &y->side, 1);
    return order != 0 ? order : compare_numbers(&x->at, &y->at, 1);
}

void cp_pairs_sort(struct cp_pair_keys *keys)
{
    uint32_t kept = 0;

    if (keys->count == 0)
        return;
    qsort(keys->at, keys->count, sizeof(*keys->at), by_key);
    for (uint32_t i = 1; i < keys->count; i++)
        if (by_key(&keys->at[kept], &keys->at[i]) != 0)
            keys->at[++kept] = keys->at[i];
    keys->count = kept + 1;
}

bool cp_pairs_next(const struct cp_pair_keys *keys, uint32_t *from, struct cp_pair_group *group)
{
    uint32_t at = *from;

    if (at >= keys->count)
        return false;
    *group = (struct cp_pair_group){.a = &keys->at[at]};
    for (; at < keys->count &&
           compare_numbers(keys->at[at].key, group->a->key, CP_COUNT(group->a->key)) == 0;
         at++) {
        group->a_count += keys->at[at].side == CP_SIDE_A;
        group->b_count += keys->at[at].side == CP_SIDE_B;
    }
    group->b = group->a + group->a_count;
    *from = at;
    return true;
}

/* To whom a thing is proposed: nobody yet, one, or several. */
#define TOO_MANY (CP_NONE - 1)

struct proposals {
    uint32_t *to[CP_SIDES]; /* [things] */
};

static cp_err make_room(const struct cp_pair_keys *keys, struct proposals *p)
{
    uint32_t most[CP_SIDES] = {0};

    for (uint32_t i = 0; i < keys->count; i++)
        if (keys->at[i].at >= most[keys->at[i].side])
            most[keys->at[i].side] = keys->at[i].at + 1;
    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        p->to[side] = CP_TAKE(keys->work, most[side], uint32_t);
        if (p->to[side] == NULL)
            return CP_ERR_NOMEM;
        memset(p->to[side], 0xff, most[side] * sizeof(uint32_t)); /* CP_NONE */
    }
    return CP_OK;
}

static void propose(uint32_t *proposed, uint32_t to)
{
    *proposed = *proposed == CP_NONE || *proposed == to ? to : TOO_MANY;
}

static bool is_pair(const struct cp_pair_group *group, uint32_t *const partner[CP_SIDES])
{
    return group->a_count == 1 && group->b_count == 1 &&
           partner[CP_SIDE_A][group->a->at] == CP_NONE &&
           partner[CP_SIDE_B][group->b->at] == CP_NONE;
}

cp_err cp_pairs_match(struct cp_pair_keys *keys, uint32_t *const partner[CP_SIDES])
{
    struct proposals p;
    struct cp_pair_group group;
    uint32_t from = 0;

    cp_pairs_sort(keys);
    CP_TRY(make_room(keys, &p));
    while (cp_pairs_next(keys, &from, &group)) {
        if (!is_pair(&group, partner))
            continue;
        propose(&p.to[CP_SIDE_A][group.a->at], group.b->at);
        propose(&p.to[CP_SIDE_B][group.b->at], group.a->at);
    }
    for (from = 0; cp_pairs_next(keys, &from, &group);) {
        if (!is_pair(&group, partner) || p.to[CP_SIDE_A][group.a->at] != group.b->at ||
            p.to[CP_SIDE_B][group.b->at] != group.a->at)
            continue;
        partner[CP_SIDE_A][group.a->at] = group.b->at;
        partner[CP_SIDE_B][group.b->at] = group.a->at;
    }
    return CP_OK;
}

cp_err cp_comparing_word(struct cp_comparing *c, cp_text text, uint32_t *word)
{
    void *texts = c->word_texts;
    cp_text kept;

    *word = cp_map_find(c->words, text);
    if (*word != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(cp_arena_grow(c->work, &texts, c->word_count, &c->word_cap, sizeof(*c->word_texts)));
    c->word_texts = texts;
    CP_TRY(cp_text_copy(text, c->work, &kept));
    CP_TRY(cp_map_add(c->words, kept, c->word_count));
    c->word_texts[c->word_count] = kept;
    *word = c->word_count++;
    return CP_OK;
}

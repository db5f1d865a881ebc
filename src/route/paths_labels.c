#include "paths_hard.h"
#include "paths_heap.h"

/*
 * Labels: ways from a source to a place, each with what it costs, shares, and uses of the bounds.  The
 * least in (shared, cost and the least cost still to come) goes on first, so the first that ends is
 * the best.  A label is dropped where another at its place is as good in everything: it may even be charged
 * later for what the other was charged for, as far as it shares less now.
 *
 * Source: label setting for shortest paths with resources (Desrochers, Soumis 1988), led by lower bounds.
 */

struct label {
    struct stand at;
    struct charged charged;
    uint32_t shared, way, parent;
    uint32_t start; /* the place */
    uint32_t next;  /* at the same place */
    bool dropped;
};

struct labels {
    struct hard *h;
    struct label *all;
    uint32_t count, cap;
    struct heap heap;
};

/* How many of b's bits a lacks. */
static uint32_t lacks(const struct charged *a, const struct charged *b)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < HARD_WORDS; i++)
        for (uint64_t left = b->words[i] & ~a->words[i]; left != 0; left &= left - 1)
            count++;
    return count;
}

static bool is_as_good(const struct hard *h, const struct label *a, const struct label *b)
{
    uint32_t shared = a->shared + lacks(&a->charged, &b->charged);

    if (a->start != b->start && hard_is_target(h, a->start))
        return false; /* there b may end, and a may not */
    if (shared > b->shared || (shared == b->shared && a->at.cost > b->at.cost))
        return false;
    return (h->hops_least == NULL || a->at.hops <= b->at.hops) &&
           (h->delay_least == NULL || a->at.delay_us <= b->at.delay_us);
}

static bool ends(const struct hard *h, const struct label *label)
{
    return hard_is_target(h, label->at.place) && label->at.place != label->start;
}

/* Whether some label of the place is as good; those that it is as good as are dropped. */
static bool is_beaten(struct labels *l, const struct label *label)
{
    uint32_t *head = &l->h->f->position[label->at.place];

    for (uint32_t *at = head; *at != CP_NONE;) {
        CP_ASSERT(l->all != NULL && *at < l->count);
        struct label *other = &l->all[*at];

        if (is_as_good(l->h, other, label))
            return true;
        if (is_as_good(l->h, label, other)) {
            other->dropped = true;
            *at = other->next;
        } else {
            at = &other->next;
        }
    }
    return false;
}

/* A label that ends is not compared: one that starts at its place would be as good, and has to go on. */
static cp_err add(struct labels *l, struct label *label)
{
    struct hard *h = l->h;
    void *all = l->all;
    bool done = ends(h, label);
    uint64_t least = cp_hard_least(h, &label->at);

    if (!done && is_beaten(l, label))
        return CP_OK;
    if (!hard_step(h))
        return CP_OK;
    if (l->count == l->cap) {
        CP_TRY(cp_arena_grow(h->work, &all, l->count, &l->cap, sizeof *l->all));
        l->all = all;
    }
    if (!done) {
        label->next = h->f->position[label->at.place];
        h->f->position[label->at.place] = l->count;
    }
    l->all[l->count] = *label;
    return cp_heap_push(&l->heap, (struct heap_entry){.cost = label->at.cost + least,
                                                      .shared = label->shared,
                                                      .at = l->count++});
}

static cp_err add_sources(struct labels *l)
{
    struct hard *h = l->h;

    for (uint32_t i = 0; i < h->e->src.count; i++) {
        struct label label = {.at = {.place = h->e->src.at[i]},
                              .start = h->e->src.at[i],
                              .way = CP_NONE,
                              .parent = CP_NONE};

        if (h->f->place_out[label.at.place] != 0 || cp_hard_least(h, &label.at) >= WAY_NONE)
            continue;
        label.shared = cp_risk_charge(h, CP_NONE, label.at.place, &label.charged);
        CP_TRY(add(l, &label));
    }
    return CP_OK;
}

static cp_err go_on(struct labels *l, uint32_t from)
{
    const struct cp_paths_ground *g = l->h->f->ground;
    uint32_t place = l->all[from].at.place;

    for (uint32_t w = g->first[place]; w < g->first[place + 1] && !l->h->ran_out; w++) {
        struct label next = {
            .charged = l->all[from].charged, .start = l->all[from].start, .way = w, .parent = from};

        if (!cp_hard_go(l->h, &l->all[from].at, w, &next.at))
            continue;
        next.shared = l->all[from].shared + cp_risk_charge(l->h, w, next.at.place, &next.charged);
        CP_TRY(add(l, &next));
    }
    return CP_OK;
}

static cp_err keep(const struct labels *l, uint32_t last, struct way_found *out)
{
    uint32_t count = 0;
    uint32_t at = last;
    uint32_t *ways;

    for (; l->all[at].parent != CP_NONE; at = l->all[at].parent)
        count++;
    ways = CP_TAKE(l->h->work, count, uint32_t);
    if (ways == NULL)
        return CP_ERR_NOMEM;
    out->track = (struct track){.start = l->all[at].at.place, .count = count, .ways = ways};
    out->cost = l->all[last].at.cost;
    out->shared = l->all[last].shared;
    for (at = last; count > 0; at = l->all[at].parent)
        ways[--count] = l->all[at].way;
    return CP_OK;
}

static cp_err search(struct labels *l, struct way_found *out)
{
    struct heap_entry entry;

    CP_TRY(add_sources(l));
    while (!l->h->ran_out && cp_heap_pop(&l->heap, &entry)) {
        const struct label *label = &l->all[entry.at];

        if (label->dropped)
            continue;
        if (ends(l->h, label))
            return keep(l, entry.at, out);
        CP_TRY(go_on(l, entry.at));
    }
    return CP_OK;
}

cp_err cp_labels_find(struct hard *h, struct way_found *out)
{
    struct labels l = {.h = h, .heap = {.arena = h->work}};
    bool requiring = h->requiring;
    cp_err err;

    *out = (struct way_found){0};
    h->requiring = false;
    err = search(&l, out);
    h->requiring = requiring;
    for (uint32_t i = 0; i < l.count; i++)
        h->f->position[l.all[i].at.place] = CP_NONE;
    return err;
}

#include "bounds.h"

#include <stdlib.h>
#include <string.h>

/*
 * A node raised to p forces each node u that it can go to, at m, up to p - m.  The largest values
 * come first, so each node is settled once: the least potentials that are exact where it matters.
 * What is forced stays below the true cost.  Nodes without a way make a set that no arc leaves.
 */

cp_err cp_bounds_make(const struct cp_graph *g, struct cp_queue *queue, struct cp_arena *arena,
                      struct bounds *out)
{
    size_t nodes = g->node_count;

    *out = (struct bounds){.g = g,
                           .queue = queue,
                           .at = CP_TAKE(arena, nodes, uint64_t),
                           .link_out = CP_TAKE(arena, g->link_count, uint8_t),
                           .node_out = CP_TAKE(arena, nodes, uint8_t),
                           .stamp = CP_TAKE(arena, nodes, uint32_t),
                           .flood = CP_TAKE(arena, nodes, uint32_t),
                           .arena = arena};
    return out->at == NULL || out->link_out == NULL || out->node_out == NULL ||
                   out->stamp == NULL || out->flood == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

/* Whether packets leave the node: no liar's do. */
static bool sends(const struct bounds *b, uint32_t node)
{
    return b->kind == BOUNDS_PLAIN || !b->liar[node];
}

static bool is_open(const struct bounds *b, const struct cp_hop *hop)
{
    if (b->link_out[hop->link] != 0 || b->node_out[hop->to] != 0)
        return false;
    return b->kind != BOUNDS_HONEST || !b->liar[hop->to] || hop->to == b->destination;
}

static void begin_settling(struct bounds *b, uint32_t node)
{
    b->at[node] = 0;
    cp_queue_push(b->queue, 0, node);
}

void cp_bounds_settle(struct bounds *b)
{
    const struct cp_graph *g = b->g;
    uint64_t cost = 0;
    uint32_t node = 0;

    memset(b->at, 0xff, g->node_count * sizeof *b->at);
    cp_queue_clear(b->queue);
    for (uint32_t v = 0; b->kind == BOUNDS_NEAR && v < g->node_count; v++)
        if (b->liar[v])
            begin_settling(b, v);
    if (b->kind != BOUNDS_NEAR)
        begin_settling(b, b->destination);
    while (cp_queue_pop(b->queue, &cost, &node)) {
        if (cost != b->at[node])
            continue;
        for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];

            if (cost + hop->in >= b->at[hop->to] || b->node_out[hop->to] != 0 ||
                b->link_out[hop->link] != 0 || !sends(b, hop->to))
                continue;
            b->at[hop->to] = cost + hop->in;
            cp_queue_push(b->queue, b->at[hop->to], hop->to);
        }
    }
}

static void change(struct bounds *b, uint32_t element, int by)
{
    const struct cp_graph *g = b->g;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        b->link_out[at] = (uint8_t)(b->link_out[at] + by);
        break;
    case CP_ELEMENT_NODE:
        b->node_out[at] = (uint8_t)(b->node_out[at] + by);
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            b->link_out[g->srlg_links[i]] = (uint8_t)(b->link_out[g->srlg_links[i]] + by);
        break;
    }
}

static void next_stamp(struct bounds *b)
{
    if (++b->now == 0) {
        memset(b->stamp, 0, b->g->node_count * sizeof *b->stamp);
        b->now = 1;
    }
}

/* The node's label becomes `after`; its first change under a stamp is logged.  NOMEM. */
static cp_err enter(struct bounds *b, uint32_t node, uint64_t after)
{
    if (b->stamp[node] != b->now) {
        if (b->log_count == b->log_cap) {
            void *at = b->log;

            CP_TRY(cp_arena_grow(b->arena, &at, b->log_count, &b->log_cap, sizeof *b->log));
            b->log = at;
        }
        b->stamp[node] = b->now;
        b->log[b->log_count++] = (struct raise){.node = node, .before = b->at[node]};
    }
    b->at[node] = after;
    return CP_OK;
}

static void undo(struct bounds *b)
{
    while (b->log_count > 0) {
        const struct raise *raise = &b->log[--b->log_count];

        b->at[raise->node] = raise->before;
    }
}

static cp_err raise_endless(struct bounds *b, uint32_t node)
{
    const struct cp_graph *g = b->g;
    uint32_t height = 0;

    CP_TRY(enter(b, node, CP_UNREACHABLE));
    b->flood[height++] = node;
    while (height > 0) {
        uint32_t v = b->flood[--height];

        for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];

            if (!is_open(b, hop) || b->at[hop->to] == CP_UNREACHABLE)
                continue;
            CP_TRY(enter(b, hop->to, CP_UNREACHABLE));
            b->flood[height++] = hop->to;
        }
    }
    return CP_OK;
}

/* The queue gives the least key first: keys are what a label is short of the largest number. */
static uint64_t key_of(uint64_t label)
{
    return UINT64_MAX - label;
}

static cp_err force(struct bounds *b)
{
    const struct cp_graph *g = b->g;
    uint64_t key = 0;
    uint32_t node = 0;

    while (cp_queue_pop(b->queue, &key, &node)) {
        uint64_t label = b->at[node];

        if (key != key_of(label))
            continue;
        for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];

            if (label <= hop->out || label - hop->out <= b->at[hop->to] || !is_open(b, hop))
                continue;
            CP_TRY(enter(b, hop->to, label - hop->out));
            cp_queue_push(b->queue, key_of(label - hop->out), hop->to);
        }
    }
    return CP_OK;
}

static cp_err raise_needs(struct bounds *b, const struct sets *s, uint32_t set)
{
    next_stamp(b);
    for (uint32_t i = s->at[set].needs; i != CP_SETS_NONE; i = s->needs[i].next)
        if (s->needs[i].cost == CP_UNREACHABLE && sends(b, s->needs[i].node) &&
            b->at[s->needs[i].node] != CP_UNREACHABLE)
            CP_TRY(raise_endless(b, s->needs[i].node));
    cp_queue_clear(b->queue);
    for (uint32_t i = s->at[set].needs; i != CP_SETS_NONE; i = s->needs[i].next) {
        const struct need *need = &s->needs[i];

        if (need->cost == CP_UNREACHABLE || b->at[need->node] >= need->cost ||
            !sends(b, need->node))
            continue;
        CP_TRY(enter(b, need->node, need->cost));
        cp_queue_push(b->queue, key_of(need->cost), need->node);
    }
    return force(b);
}

static int compare_raises(const void *a, const void *b)
{
    const struct raise *x = a;
    const struct raise *y = b;

    return x->node < y->node ? -1 : x->node > y->node;
}

static cp_err keep(struct bounds *b, uint32_t log_first, struct cp_arena *arena, struct table *t,
                   struct table_row *row)
{
    uint32_t count = b->log_count - log_first;

    *row = (struct table_row){t->raise_count, count};
    if (count == 0)
        return CP_OK;
    t->row_count++;
    while (t->raise_cap - t->raise_count < count) {
        void *at = t->raises;

        CP_TRY(cp_arena_grow(arena, &at, t->raise_cap, &t->raise_cap, sizeof *t->raises));
        t->raises = at;
    }
    for (uint32_t i = log_first; i < b->log_count; i++) {
        struct raise *raise = &t->raises[t->raise_count++];

        *raise = b->log[i];
        raise->after = b->at[raise->node];
    }
    qsort(t->raises + row->first, count, sizeof *t->raises, compare_raises);
    return CP_OK;
}

/* What a set within the one at hand raises holds of that too. */
static cp_err apply(struct bounds *b, const struct table *t, uint32_t set)
{
    const struct table_row *row = &t->rows[set];

    for (uint32_t i = row->first; i < row->first + row->count; i++) {
        const struct raise *raise = &t->raises[i];

        if (raise->after > b->at[raise->node])
            CP_TRY(enter(b, raise->node, raise->after));
    }
    return CP_OK;
}

/* Of all sets within the elements, but for all of them themselves where only proper ones count. */
static cp_err apply_within(struct bounds *b, const struct table *t, const uint32_t *elements,
                           uint32_t count, bool proper)
{
    uint32_t past = (UINT32_C(1) << count) - (proper ? 1 : 0);

    next_stamp(b);
    for (uint32_t chosen = 0; chosen < past; chosen++) {
        uint32_t within[CP_SETS_DEPTH_MAX];
        uint32_t size = 0;
        uint32_t set;

        for (uint32_t i = 0; i < count; i++)
            if ((chosen >> i & 1u) != 0)
                within[size++] = elements[i];
        set = cp_sets_find(t->sets, within, size);
        if (set != CP_SETS_NONE)
            CP_TRY(apply(b, t, set));
    }
    return CP_OK;
}

static cp_err make_row(struct bounds *b, uint32_t set, const struct table *under,
                       struct cp_arena *arena, struct table *t)
{
    uint32_t elements[CP_SETS_DEPTH_MAX];
    uint32_t count = cp_sets_elements(t->sets, set, elements);
    uint32_t log_first;
    cp_err err;

    if (t->sets->at[set].needs == CP_SETS_NONE)
        return CP_OK;
    if (under != NULL)
        CP_TRY(apply_within(b, under, elements, count, false));
    CP_TRY(apply_within(b, t, elements, count, true));
    for (uint32_t i = 0; i < count; i++)
        change(b, elements[i], 1);
    log_first = b->log_count;
    err = raise_needs(b, t->sets, set);
    if (err == CP_OK)
        err = keep(b, log_first, arena, t, &t->rows[set]);
    for (uint32_t i = 0; i < count; i++)
        change(b, elements[i], -1);
    undo(b);
    return err;
}

cp_err cp_table_make(struct bounds *b, const struct sets *sets, const struct table *under,
                     struct cp_arena *arena, struct table *out)
{
    uint32_t *order = NULL;

    CP_TRY(cp_sets_order(sets, arena, &order));
    *out = (struct table){
        .sets = sets, .order = order, .rows = CP_TAKE(arena, sets->count, struct table_row)};
    if (out->rows == NULL)
        return CP_ERR_NOMEM;
    CP_ASSERT(b->log_count == 0);
    for (uint32_t i = 0; i < sets->count; i++)
        CP_TRY(make_row(b, order[i], under, arena, out));
    return CP_OK;
}

#include "graph/queue.h"

#include "parts.h"

/*
 * Plain Dijkstra from the destination backwards, one row of distances a destination, kept until anything is otherwise
 * or the rows take more than ROWS_BYTES.  Nothing here is shared with the engine that plans: who checks with it
 * checks on his own.
 *
 * What is otherwise than in the graph lies over it: a cost for each hop, both ways, and the steps that it does not have,
 * by where they lead to and by where they come from.  A hop of cost SHUT is not there (to a router that left a LAN, say).
 */

enum { ROWS_BYTES = 64 << 20 };
#define SHUT UINT32_MAX

struct rows {
    struct cp_arena *arena;
    cp_arena_mark empty;
    uint64_t **of; /* [nodes] NULL: not known */
    uint64_t version;
};

/* In the arena of the rows after: it lasts as long as they do. */
struct overlay {
    uint32_t *out, *in; /* [hops] NULL: as in the graph */
    uint32_t *into_first,
        *from_first;        /* [nodes + new ones + 1] into the steps: those to, and from, a node */
    uint32_t *into, *from;  /* shifts that the graph has no hop for */
    struct cp_queue *queue; /* with room for these */
};

struct plan_ways {
    const struct cp_plan *plan;
    struct rows before, after;
    struct cp_queue *queue;
    struct overlay now;
};

static cp_err open_rows(struct rows *rows, uint32_t nodes)
{
    rows->arena = cp_arena_open(SIZE_MAX);
    if (rows->arena == NULL)
        return CP_ERR_NOMEM;
    rows->of = (uint64_t **)cp_arena_take(rows->arena, nodes, sizeof *rows->of);
    rows->empty = cp_arena_mark_get(rows->arena);
    return rows->of == NULL ? CP_ERR_NOMEM : CP_OK;
}

cp_err cp_plan_ways_open(const struct cp_plan *plan, struct cp_arena *arena, struct plan_ways **out)
{
    struct plan_ways *w = CP_TAKE(arena, 1, struct plan_ways);

    if (w == NULL)
        return CP_ERR_NOMEM;
    *w = (struct plan_ways){.plan = plan};
    *out = w;
    CP_TRY(open_rows(&w->before, plan->net.graph.node_count));
    CP_TRY(open_rows(&w->after, plan->net.graph.node_count));
    return cp_queue_open(arena, plan->net.graph.hop_first[plan->net.graph.node_count] + 1,
                         &w->queue);
}

void cp_plan_ways_close(struct plan_ways *w)
{
    if (w == NULL)
        return;
    cp_arena_close(w->before.arena);
    cp_arena_close(w->after.arena);
}

static void forget(struct rows *rows, uint32_t nodes)
{
    cp_arena_reset(rows->arena, rows->empty);
    for (uint32_t v = 0; v < nodes; v++)
        rows->of[v] = NULL;
}

static bool is_gone(const struct cp_plan_gone *gone, uint32_t element)
{
    return gone != NULL && gone->elements[element] != 0;
}

/* --- what is otherwise --------------------------------------------------------------------------- */

/* The same link seen from its other end. */
static uint32_t hop_back(const struct cp_graph *g, uint32_t from, const struct cp_hop *hop)
{
    uint32_t h = g->hop_first[hop->to];

    while (h < g->hop_first[hop->to + 1] && (g->hops[h].link != hop->link || g->hops[h].to != from))
        h++;
    CP_ASSERT(h < g->hop_first[hop->to + 1]);
    return h;
}

static cp_err lay_costs(struct plan_ways *w, const struct cp_plan_gone *gone)
{
    const struct cp_graph *g = &w->plan->net.graph;
    uint32_t hops = g->hop_first[g->node_count];

    w->now.out = CP_TAKE(w->after.arena, hops, uint32_t);
    w->now.in = CP_TAKE(w->after.arena, hops, uint32_t);
    if (w->now.out == NULL || w->now.in == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t h = 0; h < hops; h++) {
        w->now.out[h] = g->hops[h].out;
        w->now.in[h] = g->hops[h].in;
    }
    for (uint32_t i = 0; i < gone->shift_count; i++) {
        const struct cp_plan_shift *s = &gone->shifts[i];

        if (s->hop == CP_NONE)
            continue;
        w->now.out[s->hop] = s->cost;
        w->now.in[hop_back(g, s->from, &g->hops[s->hop])] = s->cost;
    }
    return CP_OK;
}

/* Counted, summed, filled. */
static cp_err sort_steps(struct plan_ways *w, const struct cp_plan_gone *gone, bool into,
                         uint32_t **first_out, uint32_t **steps_out)
{
    uint32_t nodes = w->plan->net.graph.node_count + gone->new_nodes;
    uint32_t *first = CP_TAKE(w->after.arena, (size_t)nodes + 2, uint32_t);
    uint32_t *steps = CP_TAKE(w->after.arena, gone->shift_count, uint32_t);

    if (first == NULL || steps == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < gone->shift_count; i++)
        if (gone->shifts[i].hop == CP_NONE)
            first[(into ? gone->shifts[i].to : gone->shifts[i].from) + 2]++;
    for (uint32_t v = 2; v < nodes + 2; v++)
        first[v] += first[v - 1];
    for (uint32_t i = 0; i < gone->shift_count; i++)
        if (gone->shifts[i].hop == CP_NONE)
            steps[first[(into ? gone->shifts[i].to : gone->shifts[i].from) + 1]++] = i;
    *first_out = first;
    *steps_out = steps;
    return CP_OK;
}

static cp_err lay_over(struct plan_ways *w, const struct cp_plan_gone *gone)
{
    const struct cp_graph *g = &w->plan->net.graph;

    w->now = (struct overlay){0};
    if (gone->shift_count == 0)
        return CP_OK;
    CP_TRY(lay_costs(w, gone));
    CP_TRY(sort_steps(w, gone, true, &w->now.into_first, &w->now.into));
    CP_TRY(sort_steps(w, gone, false, &w->now.from_first, &w->now.from));
    return cp_queue_open(w->after.arena, g->hop_first[g->node_count] + gone->shift_count + 1,
                         &w->now.queue);
}

uint32_t cp_plan_ways_cost(const struct plan_ways *w, uint32_t hop)
{
    return w->now.out == NULL ? w->plan->net.graph.hops[hop].out : w->now.out[hop];
}

bool cp_plan_ways_stray(const struct plan_ways *w, const struct cp_plan_gone *gone, uint32_t from,
                        const uint64_t *dist)
{
    if (w->now.out == NULL || dist[from] == CP_UNREACHABLE || dist[from] == 0)
        return false;
    for (uint32_t i = w->now.from_first[from]; i < w->now.from_first[from + 1]; i++) {
        const struct cp_plan_shift *s = &gone->shifts[w->now.from[i]];

        if (dist[s->to] != CP_UNREACHABLE && dist[s->to] + s->cost == dist[from])
            return true;
    }
    return false;
}

/* --- distances ------------------------------------------------------------------------------------ */

struct spreading {
    struct plan_ways *w;
    const struct cp_plan_gone *gone; /* NULL: nothing is otherwise */
    struct cp_queue *queue;
    uint64_t *dist;
};

static void reach(struct spreading *s, uint32_t v, uint64_t dist)
{
    if (dist >= s->dist[v])
        return;
    s->dist[v] = dist;
    cp_queue_push(s->queue, dist, v);
}

static void spread_hops(struct spreading *s, uint32_t v)
{
    const struct cp_graph *g = &s->w->plan->net.graph;
    const uint32_t *in = s->gone == NULL ? NULL : s->w->now.in;

    for (uint32_t h = g->hop_first[v]; h < g->hop_first[v + 1]; h++) {
        const struct cp_hop *hop = &g->hops[h];
        uint32_t cost = in == NULL ? hop->in : in[h];

        if ((in != NULL && cost == SHUT) || is_gone(s->gone, cp_graph_element_of_link(hop->link)) ||
            is_gone(s->gone, cp_graph_element_of_node(g, hop->to)))
            continue;
        reach(s, hop->to, s->dist[v] + cost);
    }
}

static void spread_steps(struct spreading *s, uint32_t v)
{
    const struct overlay *now = &s->w->now;

    if (s->gone == NULL || now->out == NULL)
        return;
    for (uint32_t i = now->into_first[v]; i < now->into_first[v + 1]; i++) {
        const struct cp_plan_shift *shift = &s->gone->shifts[now->into[i]];

        reach(s, shift->from, s->dist[v] + shift->cost);
    }
}

static void spread(struct spreading *s, uint32_t to, uint32_t nodes)
{
    const struct cp_graph *g = &s->w->plan->net.graph;
    uint64_t key;
    uint32_t v;

    for (v = 0; v < nodes; v++)
        s->dist[v] = CP_UNREACHABLE;
    if (is_gone(s->gone, cp_graph_element_of_node(g, to)))
        return;
    cp_queue_clear(s->queue);
    reach(s, to, 0);
    while (cp_queue_pop(s->queue, &key, &v)) {
        if (key != s->dist[v])
            continue;
        if (v < g->node_count)
            spread_hops(s, v);
        spread_steps(s, v);
    }
}

static cp_err turn_to(struct plan_ways *w, struct rows *rows, const struct cp_plan_gone *gone)
{
    bool other = gone != NULL && rows->version != gone->version;

    if (!other && cp_arena_used(rows->arena) <= ROWS_BYTES)
        return CP_OK;
    forget(rows, w->plan->net.graph.node_count);
    if (gone == NULL)
        return CP_OK;
    rows->version = gone->version;
    return lay_over(w, gone);
}

cp_err cp_plan_ways_to(struct plan_ways *w, uint32_t to, const struct cp_plan_gone *gone,
                       const uint64_t **dist)
{
    uint32_t nodes = w->plan->net.graph.node_count + (gone == NULL ? 0 : gone->new_nodes);
    struct rows *rows = gone == NULL ? &w->before : &w->after;

    CP_TRY(turn_to(w, rows, gone));
    if (rows->of[to] == NULL) {
        struct spreading s = {w, gone, gone == NULL || w->now.out == NULL ? w->queue : w->now.queue,
                              CP_TAKE(rows->arena, nodes, uint64_t)};

        if (s.dist == NULL)
            return CP_ERR_NOMEM;
        spread(&s, to, nodes);
        rows->of[to] = s.dist;
    }
    *dist = rows->of[to];
    return CP_OK;
}

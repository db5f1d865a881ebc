#pragma once

#include "sweep/weights.h"

/**
 * For tests: tiny networks of every kind, and the costs and marks of all ways in them, worked out
 * from the definitions by Floyd's and Warshall's algorithm.
 */
#define TINY_NODES 12u
#define TINY_LINKS 24u
#define TINY_LAN_ENDS 5u
#define TINY_ENDS (TINY_LINKS * TINY_LAN_ENDS)
#define TINY_SRLGS 3u

typedef enum {
    TINY_ONE_NODE, /* perhaps none but it */
    TINY_PATH,
    TINY_TREE,
    TINY_RING,     /* with a few chords */
    TINY_GRID,     /* three columns */
    TINY_EXPANDER, /* each node to the next and to two at random */
    TINY_ANY,      /* links and LANs at random */
    TINY_LANS,     /* mostly LANs */
    TINY_PARALLEL, /* few nodes, many links */
    TINY_APART,    /* two halves that nothing joins, and a node alone */
    TINY_SHAPES
} tiny_shape;

typedef enum {
    TINY_HOPS, /* 1 */
    TINY_FEW,  /* 1 to 4: many ties */
    TINY_WIDE, /* 1 to 65535 */
    TINY_HUGE, /* up to UINT32_MAX; sums need 64 bits */
    TINY_METRICS
} tiny_metrics;

struct tiny_net {
    struct cp_graph graph;
    struct cp_marks marks;
    tiny_shape shape;
    tiny_metrics metrics;
    const uint8_t *closed; /* NULL in two nets of three */
    uint64_t numbers;      /* a seed that is left: for what a test picks */

    struct cp_graph_parts parts;
    uint32_t end_first[TINY_LINKS + 1], end_node[TINY_ENDS], end_metric[TINY_ENDS];
    uint32_t srlg_first[TINY_LINKS + 1], srlgs[TINY_SRLGS * TINY_LINKS];
    uint32_t node_marks[TINY_NODES], link_marks[TINY_LINKS];
    uint8_t closed_nodes[TINY_NODES];
};

/** Splitmix64, public domain: the same numbers for the same seed. */
static inline uint64_t tiny_number(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static inline uint32_t tiny_pick(uint64_t *seed, uint32_t least, uint32_t most)
{
    CP_ASSERT(least <= most);
    return least + (uint32_t)(tiny_number(seed) % ((uint64_t)most - least + 1));
}

/** One metric of the net's kind. */
static inline uint32_t tiny_metric(tiny_metrics metrics, uint64_t *seed)
{
    switch (metrics) {
    case TINY_HOPS:
        return 1;
    case TINY_FEW:
        return tiny_pick(seed, 1, 4);
    case TINY_WIDE:
        return tiny_pick(seed, 1, 65535);
    case TINY_HUGE:
    case TINY_METRICS:
        break;
    }
    return tiny_pick(seed, 1, 2) == 1 ? UINT32_MAX - tiny_pick(seed, 0, 1)
                                      : tiny_pick(seed, 1, UINT32_MAX);
}

/* A link between nodes, all different; what goes past TINY_LINKS is left out. */
static inline void tiny_add(struct tiny_net *n, const uint32_t *nodes, uint32_t count)
{
    uint32_t l = n->parts.link_count;
    bool even = tiny_pick(&n->numbers, 1, 2) == 1; /* the same metric both ways */
    uint32_t metric = tiny_metric(n->metrics, &n->numbers);

    if (l == TINY_LINKS)
        return;
    n->end_first[l + 1] = n->end_first[l] + count;
    for (uint32_t e = 0; e < count; e++) {
        n->end_node[n->end_first[l] + e] = nodes[e];
        n->end_metric[n->end_first[l] + e] = even ? metric : tiny_metric(n->metrics, &n->numbers);
    }
    n->srlg_first[l + 1] = n->srlg_first[l];
    for (uint32_t g = 0; g < TINY_SRLGS; g++)
        if (tiny_pick(&n->numbers, 1, 5) == 1)
            n->srlgs[n->srlg_first[l + 1]++] = g;
    n->parts.link_count++;
}

static inline void tiny_join(struct tiny_net *n, uint32_t a, uint32_t b)
{
    uint32_t nodes[2] = {a, b};

    if (a != b)
        tiny_add(n, nodes, 2);
}

/* A link or LAN between `ends` nodes, or as many as there are, of `first` to `last`. */
static inline void tiny_join_some(struct tiny_net *n, uint32_t first, uint32_t last, uint32_t ends)
{
    uint32_t nodes[TINY_LAN_ENDS] = {0};
    uint32_t count = 0;

    if (ends > last - first + 1)
        ends = last - first + 1;
    while (count < ends) {
        uint32_t node = tiny_pick(&n->numbers, first, last);
        bool fresh = true;

        for (uint32_t i = 0; i < count; i++)
            fresh = fresh && nodes[i] != node;
        if (fresh)
            nodes[count++] = node;
    }
    if (count > 1)
        tiny_add(n, nodes, count);
}

static inline void tiny_join_any(struct tiny_net *n, uint32_t first, uint32_t last,
                                 uint32_t one_lan_in)
{
    bool lan = tiny_pick(&n->numbers, 1, one_lan_in) == 1;

    tiny_join_some(n, first, last, lan ? tiny_pick(&n->numbers, 3, TINY_LAN_ENDS) : 2);
}

static inline void tiny_fill_halves(struct tiny_net *n, uint32_t nodes)
{
    uint32_t half = nodes / 2;

    for (uint32_t i = 0; half >= 2 && i < 8; i++) {
        tiny_join_any(n, 0, half - 1, 5);
        tiny_join_any(n, half, nodes - 2, 5);
    }
}

static inline void tiny_fill(struct tiny_net *n, uint32_t nodes)
{
    uint64_t *seed = &n->numbers;

    for (uint32_t v = 0; n->shape <= TINY_EXPANDER && v + 1 < nodes; v++) {
        if (n->shape != TINY_TREE && (n->shape != TINY_GRID || v % 3 != 2))
            tiny_join(n, v, v + 1);
        if (n->shape == TINY_TREE)
            tiny_join(n, v + 1, tiny_pick(seed, 0, v));
        if (n->shape == TINY_GRID && v + 3 < nodes)
            tiny_join(n, v, v + 3);
        if (n->shape == TINY_EXPANDER)
            tiny_join(n, v, tiny_pick(seed, 0, nodes - 1));
    }
    if (n->shape == TINY_RING && nodes > 2)
        tiny_join(n, nodes - 1, 0);
    for (uint32_t i = tiny_pick(seed, 0, 2); n->shape == TINY_RING && i > 0; i--)
        tiny_join_some(n, 0, nodes - 1, 2);
    for (uint32_t i = tiny_pick(seed, nodes / 2, TINY_LINKS); n->shape == TINY_ANY && i > 0; i--)
        tiny_join_any(n, 0, nodes - 1, 6);
    for (uint32_t i = tiny_pick(seed, 1, 6); n->shape == TINY_LANS && i > 0; i--)
        tiny_join_any(n, 0, nodes - 1, 1 + i % 2);
    for (uint32_t i = tiny_pick(seed, 2, TINY_LINKS); n->shape == TINY_PARALLEL && i > 0; i--)
        tiny_join_any(n, 0, nodes - 1, 8);
    if (n->shape == TINY_APART)
        tiny_fill_halves(n, nodes);
}

static inline uint32_t tiny_node_count(struct tiny_net *n)
{
    if (n->shape == TINY_ONE_NODE)
        return 1;
    if (n->shape == TINY_PARALLEL)
        return tiny_pick(&n->numbers, 2, 4);
    return tiny_pick(&n->numbers, 2, TINY_NODES);
}

/* Half of the nets: a bit for each node and link, as far as bits go; else few bits on few. */
static inline void tiny_mark(struct tiny_net *n)
{
    bool each = tiny_pick(&n->numbers, 1, 2) == 1;

    for (uint32_t v = 0; v < TINY_NODES; v++)
        n->node_marks[v] =
            each ? UINT32_C(1) << v : (uint32_t)tiny_number(&n->numbers) & 0x80000003u;
    for (uint32_t l = 0; l < TINY_LINKS; l++)
        n->link_marks[l] = each ? UINT32_C(1) << (TINY_NODES + l % (32 - TINY_NODES))
                                : (uint32_t)tiny_number(&n->numbers) & 0x00800005u;
    n->marks = (struct cp_marks){.node = n->node_marks, .link = n->link_marks};
}

/** A net of a shape and kind of metrics; NOMEM. */
static inline cp_err tiny_make_like(uint64_t seed, tiny_shape shape, tiny_metrics metrics,
                                    struct cp_arena *arena, struct tiny_net **out)
{
    struct tiny_net *n = CP_TAKE(arena, 1, struct tiny_net);

    if (n == NULL)
        return CP_ERR_NOMEM;
    n->shape = shape;
    n->metrics = metrics;
    n->numbers = seed;
    uint32_t nodes = tiny_node_count(n);

    n->parts = (struct cp_graph_parts){.node_count = nodes,
                                       .srlg_count = TINY_SRLGS,
                                       .end_first = n->end_first,
                                       .end_node = n->end_node,
                                       .end_metric = n->end_metric,
                                       .link_srlg_first = n->srlg_first,
                                       .link_srlgs = n->srlgs};
    tiny_fill(n, nodes);
    tiny_mark(n);
    for (uint32_t v = 0; v < nodes; v++)
        n->closed_nodes[v] = tiny_pick(&n->numbers, 1, 4) == 1;
    n->closed = tiny_pick(&n->numbers, 1, 3) == 1 ? n->closed_nodes : NULL;
    *out = n;
    return cp_graph_make(&n->parts, arena, &n->graph);
}

/** Forty seeds on end give every shape with every kind of metrics. */
static inline cp_err tiny_make(uint64_t seed, struct cp_arena *arena, struct tiny_net **out)
{
    return tiny_make_like(seed, (tiny_shape)(seed % TINY_SHAPES),
                          (tiny_metrics)(seed / TINY_SHAPES % TINY_METRICS), arena, out);
}

static inline uint32_t tiny_node(struct tiny_net *n)
{
    return tiny_pick(&n->numbers, 0, n->graph.node_count - 1);
}

/** Any failure element. */
static inline uint32_t tiny_element(struct tiny_net *n)
{
    return tiny_pick(&n->numbers, 0, cp_graph_element_count(&n->graph) - 1);
}

/** Metrics as they are now, and for how many reasons each link and node is out. */
struct tiny_state {
    uint32_t end_metric[TINY_ENDS];
    uint8_t link_failed[TINY_LINKS], node_failed[TINY_NODES];
};

static inline struct tiny_state tiny_state_make(const struct tiny_net *n)
{
    struct tiny_state state = {{0}, {0}, {0}};

    for (uint32_t e = 0; e < n->end_first[n->graph.link_count]; e++)
        state.end_metric[e] = n->end_metric[e];
    return state;
}

/* One reason more, or one less. */
static inline void tiny_count(const struct tiny_net *n, struct tiny_state *state, uint32_t element,
                              int reason)
{
    uint32_t at = 0;
    cp_element_kind kind = cp_graph_element(&n->graph, element, &at);

    if (kind == CP_ELEMENT_NODE)
        state->node_failed[at] = (uint8_t)(state->node_failed[at] + reason);
    if (kind == CP_ELEMENT_LINK)
        state->link_failed[at] = (uint8_t)(state->link_failed[at] + reason);
    for (uint32_t l = 0; kind == CP_ELEMENT_SRLG && l < n->graph.link_count; l++)
        for (uint32_t k = n->srlg_first[l]; k < n->srlg_first[l + 1]; k++)
            if (n->srlgs[k] == at)
                state->link_failed[l] = (uint8_t)(state->link_failed[l] + reason);
}

static inline void tiny_fail(const struct tiny_net *n, struct tiny_state *state, uint32_t element)
{
    tiny_count(n, state, element, 1);
}

/** Takes back one failure of the element. */
static inline void tiny_restore(const struct tiny_net *n, struct tiny_state *state,
                                uint32_t element)
{
    tiny_count(n, state, element, -1);
}

/** Of each way: the least cost, and the marks of all that its ways of least cost meet, both ends too. */
struct tiny_answers {
    uint64_t cost[TINY_NODES][TINY_NODES]; /* CP_UNREACHABLE: no way */
    uint32_t seen[TINY_NODES][TINY_NODES]; /* 0: no way */
};

/* Whether a packet can go from one end of a link to another. */
static inline bool tiny_open(const struct tiny_net *n, const struct tiny_state *state,
                             uint32_t from_end, uint32_t to_end)
{
    uint32_t from = n->end_node[from_end];

    return from_end != to_end && state->link_failed[n->graph.end_link[from_end]] == 0 &&
           state->node_failed[from] == 0 && state->node_failed[n->end_node[to_end]] == 0 &&
           (n->closed == NULL || !n->closed[from]);
}

static inline void tiny_costs(const struct tiny_net *n, const struct tiny_state *state,
                              struct tiny_answers *out)
{
    uint32_t nodes = n->graph.node_count;

    for (uint32_t a = 0; a < nodes; a++)
        for (uint32_t b = 0; b < nodes; b++)
            out->cost[a][b] = a == b && state->node_failed[a] == 0 ? 0 : CP_UNREACHABLE;
    for (uint32_t l = 0; l < n->graph.link_count; l++)
        for (uint32_t a = n->end_first[l]; a < n->end_first[l + 1]; a++)
            for (uint32_t b = n->end_first[l]; b < n->end_first[l + 1]; b++) {
                uint64_t *cost = &out->cost[n->end_node[a]][n->end_node[b]];

                if (tiny_open(n, state, a, b) && state->end_metric[a] < *cost)
                    *cost = state->end_metric[a];
            }
    for (uint32_t k = 0; k < nodes; k++)
        for (uint32_t a = 0; a < nodes; a++)
            for (uint32_t b = 0; b < nodes; b++)
                if (out->cost[a][k] != CP_UNREACHABLE && out->cost[k][b] != CP_UNREACHABLE &&
                    out->cost[a][k] + out->cost[k][b] < out->cost[a][b])
                    out->cost[a][b] = out->cost[a][k] + out->cost[k][b];
}

/* Adds what the ways over one hop meet to what ways from its start meet; whether that is more. */
static inline bool tiny_see_hop(const struct tiny_net *n, const struct tiny_state *state,
                                struct tiny_answers *out, uint32_t a, uint32_t b)
{
    uint32_t from = n->end_node[a];
    uint32_t to = n->end_node[b];
    bool more = false;

    for (uint32_t t = 0; t < n->graph.node_count; t++) {
        uint32_t seen = out->seen[from][t] | out->seen[to][t] | n->link_marks[n->graph.end_link[a]];

        if (out->cost[to][t] == CP_UNREACHABLE ||
            state->end_metric[a] + out->cost[to][t] != out->cost[from][t])
            continue;
        more = more || seen != out->seen[from][t];
        out->seen[from][t] = seen;
    }
    return more;
}

static inline bool tiny_see_once(const struct tiny_net *n, const struct tiny_state *state,
                                 struct tiny_answers *out)
{
    bool more = false;

    for (uint32_t l = 0; l < n->graph.link_count; l++)
        for (uint32_t a = n->end_first[l]; a < n->end_first[l + 1]; a++)
            for (uint32_t b = n->end_first[l]; b < n->end_first[l + 1]; b++)
                if (tiny_open(n, state, a, b) && tiny_see_hop(n, state, out, a, b))
                    more = true;
    return more;
}

/** From every node to every destination. */
static inline void tiny_answer(const struct tiny_net *n, const struct tiny_state *state,
                               struct tiny_answers *out)
{
    tiny_costs(n, state, out);
    for (uint32_t a = 0; a < n->graph.node_count; a++)
        for (uint32_t b = 0; b < n->graph.node_count; b++)
            out->seen[a][b] =
                out->cost[a][b] == CP_UNREACHABLE ? 0 : n->node_marks[a] | n->node_marks[b];
    while (tiny_see_once(n, state, out)) {
    }
}

#pragma once

#include "forward/routes.h"

/**
 * For tests: small random networks, and what routers do in them, worked out from the definitions by
 * Floyd's and Warshall's algorithm.  A set of nodes or of links is the bits of a word.
 */
#define SMALL_NODES 10u
#define SMALL_LINKS 18u
#define SMALL_SRLGS 3u
#define SMALL_NO_WAY 1000000u

/* The marks of a set of nodes and links: a bit each. */
#define SMALL_MARKS(set) ((set).nodes | (set).links << SMALL_NODES)

struct small_net {
    struct cp_graph graph;
    struct cp_marks marks;
    uint32_t end_first[SMALL_LINKS + 1], end_node[4 * SMALL_LINKS], end_metric[4 * SMALL_LINKS];
    uint32_t srlg_first[SMALL_LINKS + 1], srlgs[SMALL_SRLGS * SMALL_LINKS];
    uint32_t node_marks[SMALL_NODES], link_marks[SMALL_LINKS];
};

/** Splitmix64, public domain: the same numbers for the same seed. */
static inline uint64_t small_number(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static inline uint32_t small_pick(uint64_t *seed, uint32_t least, uint32_t most)
{
    CP_ASSERT(least <= most && most < UINT32_MAX);
    return least + (uint32_t)(small_number(seed) % (most - least + 1));
}

static inline bool small_has(uint32_t bits, uint32_t at)
{
    return (bits >> at & 1u) != 0;
}

static inline void small_add_link(struct small_net *n, uint32_t link, uint32_t nodes,
                                  uint32_t metric_most, uint64_t *seed)
{
    uint32_t ends = nodes > 3 && small_pick(seed, 1, 6) == 1 ? 3 + small_pick(seed, 0, 1) : 2;
    uint32_t taken = 0;

    n->end_first[link + 1] = n->end_first[link];
    while (n->end_first[link + 1] < n->end_first[link] + ends) {
        uint32_t node = small_pick(seed, 0, nodes - 1);

        if (small_has(taken, node))
            continue;
        taken |= 1u << node;
        n->end_node[n->end_first[link + 1]] = node;
        n->end_metric[n->end_first[link + 1]++] = small_pick(seed, 1, metric_most);
    }
    n->srlg_first[link + 1] = n->srlg_first[link];
    for (uint32_t g = 0; g < SMALL_SRLGS; g++)
        if (small_pick(seed, 1, 5) == 1)
            n->srlgs[n->srlg_first[link + 1]++] = g;
}

/** LANs, parallel links, SRLGs that overlap, metrics so few that ties abound. */
static inline cp_err small_make(uint64_t seed, struct cp_arena *arena, struct small_net **out)
{
    struct small_net *n = CP_TAKE(arena, 1, struct small_net);
    uint32_t nodes = small_pick(&seed, 2, SMALL_NODES);
    uint32_t links = small_pick(&seed, nodes - 1, SMALL_LINKS);
    uint32_t metric_most = small_pick(&seed, 1, 4);

    if (n == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < links; l++) {
        small_add_link(n, l, nodes, metric_most, &seed);
        n->link_marks[l] = UINT32_C(1) << (SMALL_NODES + l);
    }
    for (uint32_t v = 0; v < nodes; v++)
        n->node_marks[v] = UINT32_C(1) << v;
    n->marks = (struct cp_marks){.node = n->node_marks, .link = n->link_marks};
    struct cp_graph_parts parts = {.node_count = nodes,
                                   .link_count = links,
                                   .srlg_count = SMALL_SRLGS,
                                   .end_first = n->end_first,
                                   .end_node = n->end_node,
                                   .end_metric = n->end_metric,
                                   .link_srlg_first = n->srlg_first,
                                   .link_srlgs = n->srlgs};

    *out = n;
    return cp_graph_make(&parts, arena, &n->graph);
}

/** Nodes and links, as bits: what failed, or what was met. */
struct small_set {
    uint32_t nodes, links;
};

static inline struct small_set small_fail(const struct small_net *n, const uint32_t *elements,
                                          uint32_t count)
{
    struct small_set set = {0};

    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = 0;
        cp_element_kind kind = cp_graph_element(&n->graph, elements[i], &at);

        if (kind == CP_ELEMENT_NODE)
            set.nodes |= 1u << at;
        if (kind == CP_ELEMENT_LINK)
            set.links |= 1u << at;
        for (uint32_t l = 0; kind == CP_ELEMENT_SRLG && l < n->graph.link_count; l++)
            for (uint32_t k = n->srlg_first[l]; k < n->srlg_first[l + 1]; k++)
                set.links |= (n->srlgs[k] == at ? 1u : 0u) << l;
    }
    return set;
}

/** Up to most different failure elements, none of them the destination. */
static inline uint32_t small_failures(const struct small_net *n, uint64_t *seed, uint32_t most,
                                      uint32_t destination, uint32_t *elements)
{
    uint32_t wanted = small_pick(seed, 0, most);
    uint32_t count = 0;

    for (uint32_t i = 0; i < wanted; i++) {
        uint32_t element = small_pick(seed, 0, cp_graph_element_count(&n->graph) - 1);
        bool fresh = element != cp_graph_element_of_node(&n->graph, destination);

        for (uint32_t k = 0; k < count; k++)
            fresh = fresh && elements[k] != element;
        if (fresh)
            elements[count++] = element;
    }
    return count;
}

struct small_costs {
    uint32_t least[SMALL_NODES][SMALL_NODES];
};

/* Whether a packet can go from one end of a link to another. */
static inline bool small_up(const struct small_net *n, struct small_set failed, uint32_t from_end,
                            uint32_t to_end)
{
    return !small_has(failed.links, n->graph.end_link[from_end]) &&
           !small_has(failed.nodes, n->end_node[from_end]) &&
           !small_has(failed.nodes, n->end_node[to_end]);
}

/** Least costs between all nodes without what failed, through no node of not_through. */
static inline struct small_costs small_costs_make(const struct small_net *n,
                                                  struct small_set failed, uint32_t not_through)
{
    struct small_costs c;

    for (uint32_t a = 0; a < SMALL_NODES; a++)
        for (uint32_t b = 0; b < SMALL_NODES; b++)
            c.least[a][b] = a == b && !small_has(failed.nodes, a) ? 0 : SMALL_NO_WAY;
    for (uint32_t l = 0; l < n->graph.link_count; l++)
        for (uint32_t a = n->end_first[l]; a < n->end_first[l + 1]; a++)
            for (uint32_t b = n->end_first[l]; b < n->end_first[l + 1]; b++) {
                uint32_t *least = &c.least[n->end_node[a]][n->end_node[b]];

                if (a != b && small_up(n, failed, a, b) && n->end_metric[a] < *least)
                    *least = n->end_metric[a];
            }
    for (uint32_t k = 0; k < SMALL_NODES; k++)
        for (uint32_t a = 0; a < SMALL_NODES && !small_has(not_through, k); a++)
            for (uint32_t b = 0; b < SMALL_NODES; b++)
                if (c.least[a][k] + c.least[k][b] < c.least[a][b])
                    c.least[a][b] = c.least[a][k] + c.least[k][b];
    return c;
}

/** How routers forward once they know what failed. */
struct small_state {
    struct small_set failed;
    struct small_costs costs;
};

static inline struct small_state small_state_make(const struct small_net *n,
                                                  struct small_set failed)
{
    return (struct small_state){.failed = failed, .costs = small_costs_make(n, failed, 0)};
}

/** Whether a hop of `from` is one of its next hops to a destination. */
static inline bool small_forwards(const struct small_state *state, uint32_t from,
                                  const struct cp_hop *hop, uint32_t to)
{
    const struct small_costs *costs = &state->costs;

    return !small_has(state->failed.links, hop->link) && !small_has(state->failed.nodes, from) &&
           !small_has(state->failed.nodes, hop->to) && from != to &&
           costs->least[from][to] < SMALL_NO_WAY &&
           hop->out + costs->least[hop->to][to] == costs->least[from][to];
}

/** All that packets meet from `from` on, by the next hops of either of two states. */
static inline struct small_set small_closure(const struct small_net *n,
                                             const struct small_state *old,
                                             const struct small_state *now, uint32_t from,
                                             uint32_t to)
{
    struct small_set met = {.nodes = 1u << from};
    uint32_t last = 0;

    if (old->costs.least[from][to] >= SMALL_NO_WAY)
        return (struct small_set){0};
    while (met.nodes != last) {
        last = met.nodes;
        for (uint32_t v = 0; v < n->graph.node_count; v++)
            for (uint32_t i = n->graph.hop_first[v]; i < n->graph.hop_first[v + 1]; i++) {
                const struct cp_hop *hop = &n->graph.hops[i];

                if (!small_has(met.nodes, v) ||
                    (!small_forwards(old, v, hop, to) && !small_forwards(now, v, hop, to)))
                    continue;
                met.nodes |= 1u << hop->to;
                met.links |= 1u << hop->link;
            }
    }
    return met;
}

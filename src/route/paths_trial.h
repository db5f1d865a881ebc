#pragma once

#include "route/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/**
 * For tests: tiny cases of every kind, asks about them, and what the answers must be, found by listing
 * all simple paths and all pairs of them.
 */
enum {
    TRIAL_NODES = 8,
    TRIAL_LINKS = 14,
    TRIAL_LAN_ENDS = 4,
    TRIAL_ENDS = TRIAL_LINKS * TRIAL_LAN_ENDS,
    TRIAL_SRLGS = 4,
    TRIAL_SITES = 4,
    TRIAL_PATHS = 500, /* a case with more between the ends asked about is left out */
    TRIAL_MUSTS = 3,
};

struct trial {
    uint64_t numbers; /* a seed that is left */
    struct cp_arena *arena, *answers;
    struct cp_case c;
    struct cp_net net;
    struct cp_marking marking;
    const struct cp_paths_ground *ground;
    struct cp_paths_finder *finder;
    struct cp_node_rec nodes[TRIAL_NODES];
    struct cp_site sites[TRIAL_SITES];
    struct cp_link_rec links[TRIAL_LINKS];
    struct cp_end ends[TRIAL_ENDS];
    cp_text srlgs[TRIAL_SRLGS];
    uint32_t link_srlgs[TRIAL_LINKS * TRIAL_SRLGS];
    uint32_t node_marks[TRIAL_NODES], link_marks[TRIAL_LINKS];
    /* The ask and what it points to. */
    struct cp_path_ask ask;
    uint32_t src[TRIAL_NODES], dst[TRIAL_NODES], avoid[TRIAL_LINKS];
    struct cp_must_pass musts[TRIAL_MUSTS];
    uint32_t must_elements[TRIAL_MUSTS][TRIAL_LINKS];
};

/** Splitmix64, public domain: the same numbers for the same seed. */
static inline uint64_t trial_number(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static inline uint32_t trial_pick(struct trial *t, uint32_t least, uint32_t most)
{
    return least + (uint32_t)(trial_number(&t->numbers) % ((uint64_t)most - least + 1));
}

static inline bool trial_chance(struct trial *t, uint32_t percent)
{
    return trial_pick(t, 1, 100) <= percent;
}

/* ---- making ---- */

static inline void trial_add_link(struct trial *t, uint32_t ends, uint32_t metric_most)
{
    struct cp_case *c = &t->c;
    struct cp_link_rec *link = &t->links[c->link_count];
    uint32_t first = c->link_count == 0 ? 0 : link[-1].ends.first + link[-1].ends.count;
    uint32_t srlgs = c->link_count == 0 ? 0 : link[-1].srlgs.first + link[-1].srlgs.count;
    bool even = trial_chance(t, 50);
    uint32_t metric = trial_pick(t, 1, metric_most);
    uint32_t used = 0;

    if (ends > c->node_count)
        ends = c->node_count;
    link->ends = (cp_range){first, 0};
    while (link->ends.count < ends) {
        uint32_t node = trial_pick(t, 0, c->node_count - 1);

        if ((used & 1u << node) != 0)
            continue;
        used |= 1u << node;
        t->ends[first + link->ends.count++] = (struct cp_end){
            .node = {node}, .metric = even ? metric : trial_pick(t, 1, metric_most)};
    }
    link->delay_us = trial_chance(t, 15) ? CP_DELAY_NONE : trial_pick(t, 0, 5);
    link->srlgs = (cp_range){srlgs, 0};
    for (uint32_t g = 0; g < c->srlg_count; g++)
        if (trial_chance(t, 20))
            t->link_srlgs[srlgs + link->srlgs.count++] = g;
    c->link_count++;
}

static inline void trial_make_case(struct trial *t)
{
    struct cp_case *c = &t->c;
    uint32_t metric_most = trial_chance(t, 50) ? 4 : 60000;
    uint32_t lans = trial_chance(t, 40) ? 30 : 0;
    uint32_t links = trial_pick(t, 1, TRIAL_LINKS);
    bool all_even = trial_chance(t, 30);

    *c = (struct cp_case){.nodes = t->nodes,
                          .links = t->links,
                          .sites = t->sites,
                          .ends = t->ends,
                          .srlgs = t->srlgs,
                          .link_srlgs = t->link_srlgs,
                          .node_count = trial_pick(t, 2, TRIAL_NODES),
                          .site_count = trial_pick(t, 0, TRIAL_SITES),
                          .srlg_count = trial_pick(t, 0, TRIAL_SRLGS)};
    for (uint32_t v = 0; v < c->node_count; v++)
        t->nodes[v].site = c->site_count > 0 && trial_chance(t, 60)
                               ? trial_pick(t, 0, c->site_count - 1)
                               : CP_NONE;
    for (uint32_t l = 0; l < links; l++)
        trial_add_link(t, trial_chance(t, lans) ? trial_pick(t, 3, TRIAL_LAN_ENDS) : 2,
                       metric_most);
    for (uint32_t l = 0; l < links && all_even; l++)
        for (uint32_t e = 1; e < t->links[l].ends.count; e++)
            t->ends[t->links[l].ends.first + e].metric = t->ends[t->links[l].ends.first].metric;
}

static inline void trial_open(struct trial *t, uint64_t seed)
{
    memset(t, 0, sizeof *t);
    t->numbers = seed;
    t->arena = cp_arena_open(SIZE_MAX);
    t->answers = cp_arena_open(SIZE_MAX);
    assert_non_null(t->arena);
    assert_non_null(t->answers);
    trial_make_case(t);
    for (uint32_t v = 0; v < t->c.node_count; v++)
        t->node_marks[v] = trial_chance(t, 10);
    for (uint32_t l = 0; l < t->c.link_count; l++)
        t->link_marks[l] = trial_chance(t, 8);
    t->marking.marks = (struct cp_marks){.node = t->node_marks, .link = t->link_marks};
    assert_int_equal(cp_net_make(&t->c, t->arena, &t->net), CP_OK);
    assert_int_equal(cp_paths_ground_make(&t->net, &t->c, &t->marking, 7, t->arena, &t->ground),
                     CP_OK);
    assert_int_equal(cp_paths_finder_open(t->ground, t->arena, &t->finder), CP_OK);
}

static inline void trial_close(struct trial *t)
{
    cp_arena_close(t->arena);
    cp_arena_close(t->answers);
}

/* ---- asks ---- */

typedef enum {
    TRIAL_PLAIN = 0,
    TRIAL_SRLG_SITE = 1,
    TRIAL_BOUNDS = 2,
    TRIAL_REQUIRE = 4,
    TRIAL_OVERLAP = 8
} trial_wish;

static inline uint32_t trial_pick_ends(struct trial *t, uint32_t *at, uint32_t other)
{
    uint32_t count = 0;
    uint32_t wanted = trial_chance(t, 60) ? 1 : trial_pick(t, 1, 3);

    for (uint32_t v = 0; v < t->c.node_count; v++)
        if ((other & 1u << v) == 0 &&
            trial_pick(t, 1, t->c.node_count - v) <= wanted - (count < wanted ? count : wanted))
            at[count++] = v;
    return count;
}

static inline uint32_t trial_some_element(struct trial *t, bool any)
{
    const struct cp_graph *g = &t->net.graph;
    uint32_t kind = trial_pick(t, 1, any && g->srlg_count > 0 ? 3 : 2);

    if (kind == 1)
        return cp_graph_element_of_link(trial_pick(t, 0, g->link_count - 1));
    if (kind == 2)
        return cp_graph_element_of_node(g, trial_pick(t, 0, g->node_count - 1));
    return cp_graph_element_of_srlg(g, trial_pick(t, 0, g->srlg_count - 1));
}

static inline void trial_add_musts(struct trial *t)
{
    uint32_t count = trial_pick(t, 1, TRIAL_MUSTS);

    for (uint32_t i = 0; i < count; i++) {
        t->musts[i] =
            (struct cp_must_pass){.elements = t->must_elements[i], .count = trial_pick(t, 1, 2)};
        for (uint32_t k = 0; k < t->musts[i].count; k++)
            t->must_elements[i][k] = trial_some_element(t, false);
    }
    t->ask.require = t->musts;
    t->ask.require_count = count;
}

static inline void trial_ask(struct trial *t, uint32_t wishes)
{
    uint32_t taken = 0;
    bool overlap = (wishes & TRIAL_OVERLAP) != 0 && trial_chance(t, 50);

    t->ask = (struct cp_path_ask){.src = t->src,
                                  .dst = t->dst,
                                  .metric = (cp_metric)trial_pick(t, 0, CP_METRIC_COUNT - 1),
                                  .co_routed = trial_chance(t, 30),
                                  .hops_max = CP_NONE,
                                  .delay_max_us = CP_PATH_DELAY_NONE};
    t->ask.disjoint = (cp_disjoint)trial_pick(
        t, 0, (wishes & TRIAL_SRLG_SITE) != 0 ? CP_DISJOINT_SITE : CP_DISJOINT_NODE);
    t->ask.src_count = trial_pick_ends(t, t->src, 0);
    for (uint32_t i = 0; i < t->ask.src_count && !overlap; i++)
        taken |= 1u << t->src[i];
    t->ask.dst_count = trial_pick_ends(t, t->dst, taken);
    t->ask.avoid = t->avoid;
    if (trial_chance(t, 30))
        t->ask.avoid_count = trial_pick(t, 1, 3);
    for (uint32_t i = 0; i < t->ask.avoid_count; i++)
        t->avoid[i] = trial_some_element(t, true);
    if ((wishes & TRIAL_BOUNDS) != 0 && trial_chance(t, 60))
        t->ask.hops_max = trial_pick(t, 1, 6);
    if ((wishes & TRIAL_BOUNDS) != 0 && trial_chance(t, 60))
        t->ask.delay_max_us = trial_pick(t, 1, 16);
    if ((wishes & TRIAL_REQUIRE) != 0 && trial_chance(t, 70))
        trial_add_musts(t);
}

/* ---- all paths ---- */

struct trial_path {
    uint64_t cost; /* as the ask counts it */
    uint64_t own;  /* in its direction alone */
    uint64_t delay_us;
    uint64_t risks; /* bits: links, nodes, SRLGs, sites */
    uint32_t hops, musts;
    uint32_t first, last; /* nodes */
    uint32_t nodes[TRIAL_NODES], links[TRIAL_NODES];
};

struct trial_list {
    const struct trial *t;
    const struct cp_path_ask *ask;
    uint32_t src, dst; /* bits: ends that can be used */
    uint64_t spared;   /* risks that do not count */
    uint64_t out;      /* elements avoided or marked, as risks */
    uint32_t count;
    bool too_many;
    struct trial_path now, at[TRIAL_PATHS];
};

#define TRIAL_NODE_BIT(v) (UINT64_C(1) << (16 + (v)))
#define TRIAL_SRLG_BIT(g) (UINT64_C(1) << (32 + (g)))
#define TRIAL_SITE_BIT(s) (UINT64_C(1) << (48 + (s)))

static inline uint64_t trial_element_bits(const struct trial *t, uint32_t element)
{
    uint32_t at = 0;
    uint64_t bits = 0;

    switch (cp_graph_element(&t->net.graph, element, &at)) {
    case CP_ELEMENT_LINK:
        return UINT64_C(1) << at;
    case CP_ELEMENT_NODE:
        return TRIAL_NODE_BIT(at);
    case CP_ELEMENT_SRLG:
        break;
    }
    for (uint32_t i = t->net.graph.srlg_first[at]; i < t->net.graph.srlg_first[at + 1]; i++)
        bits |= UINT64_C(1) << t->net.graph.srlg_links[i];
    return bits;
}

static inline uint64_t trial_link_risks(const struct trial_list *l, uint32_t link)
{
    const struct cp_graph *g = &l->t->net.graph;
    uint64_t bits = UINT64_C(1) << link;

    for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1]; i++)
        if (l->ask->disjoint == CP_DISJOINT_SRLG)
            bits |= TRIAL_SRLG_BIT(g->link_srlgs[i]);
    return bits;
}

static inline uint64_t trial_node_risks(const struct trial_list *l, uint32_t node)
{
    uint32_t site = l->t->nodes[node].site;
    uint64_t bits = 0;

    if (l->ask->disjoint >= CP_DISJOINT_NODE)
        bits = TRIAL_NODE_BIT(node);
    if (l->ask->disjoint == CP_DISJOINT_SITE && site != CP_NONE)
        bits |= TRIAL_SITE_BIT(site);
    return bits & ~l->spared;
}

static inline void trial_keep(struct trial_list *l, uint32_t node)
{
    struct trial_path *p = &l->now;

    if ((l->dst & 1u << node) == 0 || p->hops == 0)
        return;
    if (l->ask->delay_max_us != CP_PATH_DELAY_NONE && p->delay_us > l->ask->delay_max_us)
        return;
    if (l->count == TRIAL_PATHS) {
        l->too_many = true;
        return;
    }
    p->last = node;
    l->at[l->count++] = *p;
}

static inline uint32_t trial_musts(const struct trial_list *l, uint64_t bits)
{
    uint32_t met = 0;

    for (uint32_t i = 0; i < l->ask->require_count; i++)
        for (uint32_t k = 0; k < l->ask->require[i].count; k++)
            if ((trial_element_bits(l->t, l->ask->require[i].elements[k]) & bits) != 0)
                met |= 1u << i;
    return met;
}

static inline uint64_t trial_cost(const struct trial *t, cp_metric metric, uint32_t end)
{
    const struct cp_link_rec *link = &t->links[t->net.graph.end_link[end]];

    if (metric != CP_METRIC_DELAY)
        return t->net.graph.end_metric[end];
    if (link->delay_us == CP_DELAY_NONE)
        return CP_UNREACHABLE;
    return link->delay_us > 0 ? link->delay_us : 1;
}

static inline void trial_walk(struct trial_list *l, uint32_t node);

static inline void trial_cross(struct trial_list *l, uint32_t a, uint32_t b)
{
    const struct cp_graph *g = &l->t->net.graph;
    uint32_t link = g->end_link[a];
    uint32_t node = g->end_node[b];
    uint64_t cost = trial_cost(l->t, l->ask->metric, a);
    uint64_t back = trial_cost(l->t, l->ask->metric, b);
    uint32_t delay_us = l->t->links[link].delay_us;
    struct trial_path before = l->now;
    struct trial_path *p = &l->now;

    if (cost == CP_UNREACHABLE || ((UINT64_C(1) << link | TRIAL_NODE_BIT(node)) & l->out) != 0)
        return;
    for (uint32_t i = 0; i <= p->hops; i++)
        if (p->nodes[i] == node)
            return;
    if (p->hops == l->ask->hops_max)
        return;
    p->links[p->hops++] = link;
    p->nodes[p->hops] = node;
    p->own += cost;
    p->cost += l->ask->co_routed ? cost + back : cost;
    p->delay_us = p->delay_us == CP_PATH_DELAY_NONE || delay_us == CP_DELAY_NONE
                      ? CP_PATH_DELAY_NONE
                      : p->delay_us + delay_us;
    p->risks |= trial_link_risks(l, link) | trial_node_risks(l, node);
    p->musts |= trial_musts(l, UINT64_C(1) << link | TRIAL_NODE_BIT(node));
    trial_walk(l, node);
    l->now = before;
}

static inline void trial_walk(struct trial_list *l, uint32_t node)
{
    const struct cp_graph *g = &l->t->net.graph;

    trial_keep(l, node);
    for (uint32_t a = 0; a < g->end_first[g->link_count]; a++)
        for (uint32_t b = g->end_first[g->end_link[a]];
             g->end_node[a] == node && b < g->end_first[g->end_link[a] + 1]; b++)
            if (a != b)
                trial_cross(l, a, b);
}

static inline uint32_t trial_usable(const struct trial_list *l, const uint32_t *nodes,
                                    uint32_t count)
{
    uint32_t bits = 0;

    for (uint32_t i = 0; i < count; i++)
        if ((TRIAL_NODE_BIT(nodes[i]) & l->out) == 0)
            bits |= 1u << nodes[i];
    return bits;
}

static inline void trial_spare(struct trial_list *l, const struct cp_path_ask *ends_of)
{
    uint32_t all = 0;

    for (uint32_t i = 0; i < ends_of->src_count; i++)
        all |= 1u << ends_of->src[i];
    for (uint32_t i = 0; i < ends_of->dst_count; i++)
        all |= 1u << ends_of->dst[i];
    for (uint32_t v = 0; v < l->t->c.node_count; v++) {
        if ((all & 1u << v) != 0 && l->t->nodes[v].site != CP_NONE)
            l->spared |= TRIAL_SITE_BIT(l->t->nodes[v].site);
        if (l->src == 1u << v || l->dst == 1u << v)
            l->spared |= TRIAL_NODE_BIT(v);
    }
}

/** All paths of an ask; whole: the ask whose ends' sites do not count. */
static inline void trial_list_all(const struct trial *t, const struct cp_path_ask *ask,
                                  const struct cp_path_ask *whole, struct trial_list *l)
{
    l->t = t;
    l->ask = ask;
    l->count = 0;
    l->too_many = false;
    l->spared = l->out = 0;
    for (uint32_t i = 0; i < ask->avoid_count; i++)
        l->out |= trial_element_bits(t, ask->avoid[i]);
    for (uint32_t v = 0; v < t->c.node_count; v++)
        l->out |= t->node_marks[v] != 0 ? TRIAL_NODE_BIT(v) : 0;
    for (uint32_t k = 0; k < t->c.link_count; k++)
        l->out |= t->link_marks[k] != 0 ? UINT64_C(1) << k : 0;
    l->src = trial_usable(l, ask->src, ask->src_count);
    l->dst = trial_usable(l, ask->dst, ask->dst_count);
    trial_spare(l, whole);
    for (uint32_t v = 0; v < t->c.node_count; v++) {
        if ((l->src & 1u << v) == 0)
            continue;
        l->now = (struct trial_path){.first = v, .nodes = {v}};
        l->now.risks = trial_node_risks(l, v);
        l->now.musts = trial_musts(l, TRIAL_NODE_BIT(v));
        trial_walk(l, v);
    }
}

/* ---- what is best ---- */

struct trial_best {
    bool any;
    uint32_t shared;
    uint64_t cost;
};

static inline void trial_better(struct trial_best *best, uint32_t shared, uint64_t cost)
{
    if (!best->any || shared < best->shared || (shared == best->shared && cost < best->cost))
        *best = (struct trial_best){true, shared, cost};
}

static inline bool trial_meets(const struct trial_list *l, const struct trial_path *p)
{
    return p->musts == (1u << l->ask->require_count) - 1;
}

static inline struct trial_best trial_single(const struct trial_list *l)
{
    struct trial_best best = {0};

    for (uint32_t i = 0; i < l->count; i++)
        if (trial_meets(l, &l->at[i]))
            trial_better(&best, 0, l->at[i].cost);
    return best;
}

/** Of two different paths; *twice: of one path used twice. */
static inline struct trial_best trial_pairs(const struct trial_list *l, struct trial_best *twice)
{
    struct trial_best best = {0};

    *twice = (struct trial_best){0};
    for (uint32_t i = 0; i < l->count; i++)
        for (uint32_t k = 0; k < l->count && trial_meets(l, &l->at[i]); k++)
            trial_better(i == k ? twice : &best,
                         (uint32_t)__builtin_popcountll(l->at[i].risks & l->at[k].risks),
                         l->at[i].cost + l->at[k].cost);
    return best;
}

/** The path of the list that an answer gives. */
static inline const struct trial_path *trial_find(const struct trial_list *l,
                                                  const struct cp_path *path)
{
    for (uint32_t i = 0; i < l->count; i++) {
        const struct trial_path *p = &l->at[i];
        bool same = p->hops == path->link_count;

        for (uint32_t k = 0; same && k <= p->hops; k++)
            same = p->nodes[k] == path->nodes[k] && (k == p->hops || p->links[k] == path->links[k]);
        if (same)
            return p;
    }
    return NULL;
}

#pragma once

#include "audit/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** For tests: networks made by hand, as a case with what a policy makes of it. */
#define WORLD_NODES 16u
#define WORLD_LINKS 24u
#define WORLD_DEMANDS 150u
#define WORLD_RULES 20u

struct world {
    struct cp_arena *arena;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_node_rec nodes[WORLD_NODES];
    struct cp_link_rec links[WORLD_LINKS];
    struct cp_end ends[4 * WORLD_LINKS];
    uint32_t link_srlgs[4 * WORLD_LINKS];
    cp_range alternatives[2 * WORLD_LINKS];
    cp_link supports[2 * WORLD_LINKS];
    cp_node demand_ends[4 * WORLD_DEMANDS];
    struct cp_demand demands[WORLD_DEMANDS];
    uint32_t demand_treatment[WORLD_DEMANDS];
    cp_text srlgs[4];
    struct cp_judge_rule rules[WORLD_RULES];
    uint64_t node_bad[WORLD_NODES], node_unknown[WORLD_NODES];
    uint64_t link_bad[WORLD_LINKS], link_unknown[WORLD_LINKS];
    struct cp_treatment treatment;
    uint32_t treatment_rules[WORLD_RULES];
};

static inline int open_world(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct world *w = arena == NULL ? NULL : CP_TAKE(arena, 1, struct world);

    if (w == NULL)
        return 1;
    w->arena = arena;
    w->c = (struct cp_case){.nodes = w->nodes,
                            .links = w->links,
                            .demands = w->demands,
                            .srlgs = w->srlgs,
                            .ends = w->ends,
                            .link_srlgs = w->link_srlgs,
                            .alternatives = w->alternatives,
                            .supports = w->supports,
                            .demand_ends = w->demand_ends,
                            .srlg_count = 4};
    w->treatment.rules = w->treatment_rules;
    w->judge = (struct cp_judge){.rules = w->rules,
                                 .treatments = &w->treatment,
                                 .demand_treatment = w->demand_treatment,
                                 .treatment_count = 1,
                                 .net = &w->c};
    *state = w;
    return 0;
}

static inline int close_world(void **state)
{
    struct world *w = *state;

    cp_arena_close(w->arena);
    return 0;
}

/* The first `count` nodes, of layer ip; then come those of other layers. */
static inline void put_nodes(struct world *w, uint32_t count)
{
    w->c.node_count = count;
}

static inline uint32_t put_link(struct world *w, uint32_t a, uint32_t b, uint32_t metric_ab,
                                uint32_t metric_ba)
{
    uint32_t l = w->c.link_count++;
    uint32_t first = 4 * l;

    w->links[l].ends = (cp_range){first, 2};
    w->links[l].srlgs.first = first;
    w->links[l].alternatives.first = 2 * l;
    w->ends[first] = (struct cp_end){.node = {a}, .metric = metric_ab};
    w->ends[first + 1] = (struct cp_end){.node = {b}, .metric = metric_ba};
    return l;
}

static inline uint32_t join(struct world *w, uint32_t a, uint32_t b, uint32_t metric)
{
    return put_link(w, a, b, metric, metric);
}

static inline void add_end(struct world *w, uint32_t link, uint32_t node, uint32_t metric)
{
    w->links[link].lan = true;
    w->ends[4 * link + w->links[link].ends.count++] =
        (struct cp_end){.node = {node}, .metric = metric};
}

static inline void put_in_srlg(struct world *w, uint32_t link, uint32_t srlg)
{
    w->link_srlgs[4 * link + w->links[link].srlgs.count++] = srlg;
}

/* One more alternative that carries the link. */
static inline void put_over(struct world *w, uint32_t link, uint32_t support)
{
    uint32_t at = 2 * link + w->links[link].alternatives.count++;

    w->alternatives[at] = (cp_range){at, 1};
    w->supports[at].at = support;
}

/* A link of an optical layer between the last two nodes, which must be there for it. */
static inline uint32_t put_fibre(struct world *w)
{
    uint32_t l = put_link(w, w->c.node_count - 2, w->c.node_count - 1, 1, 1);

    w->links[l].layer = CP_LAYER_OPTICAL;
    return l;
}

static inline void put_optical_nodes(struct world *w)
{
    for (uint32_t i = 0; i < 2; i++)
        w->nodes[w->c.node_count++].layer = CP_LAYER_OPTICAL;
}

static inline uint32_t put_rule(struct world *w, uint32_t depth, uint32_t kinds)
{
    uint32_t r = w->judge.rule_count++;

    w->rules[r] = (struct cp_judge_rule){.unknown = CP_UNKNOWN_IS_UNTRUSTED,
                                         .depth = depth,
                                         .failure_kinds = kinds,
                                         .node_bad = w->node_bad,
                                         .node_unknown = w->node_unknown,
                                         .link_bad = w->link_bad,
                                         .link_unknown = w->link_unknown,
                                         .bit = UINT64_C(1) << r};
    w->judge.transit_count = w->judge.rule_count;
    w->treatment_rules[w->treatment.rule_count++] = r;
    return r;
}

static inline void put_bits(uint64_t *bad, uint64_t *unknown, uint64_t bit, cp_trust trust)
{
    *bad = trust == CP_UNTRUSTED ? *bad | bit : *bad & ~bit;
    *unknown = trust == CP_UNKNOWN ? *unknown | bit : *unknown & ~bit;
}

/* What the rule makes of a node, of a link. */
static inline void put_node_trust(struct world *w, uint32_t rule, uint32_t node, cp_trust trust)
{
    put_bits(&w->node_bad[node], &w->node_unknown[node], UINT64_C(1) << rule, trust);
}

static inline void put_link_trust(struct world *w, uint32_t rule, uint32_t link, cp_trust trust)
{
    put_bits(&w->link_bad[link], &w->link_unknown[link], UINT64_C(1) << rule, trust);
}

static inline void put_demand(struct world *w, uint32_t src, uint32_t dst)
{
    uint32_t d = w->c.demand_count++;
    uint32_t first = 4 * d;

    w->demand_ends[first].at = src;
    w->demand_ends[first + 2].at = dst;
    w->demands[d].src = (cp_range){first, 1};
    w->demands[d].dst = (cp_range){first + 2, 1};
}

static inline const struct cp_demand_result *audit(struct world *w, uint32_t depth, uint32_t kinds)
{
    struct cp_audit_request request = {.depth = depth, .failure_kinds = kinds};
    const struct cp_demand_result *results = NULL;
    struct cp_audit *audit = NULL;
    struct cp_audit_worker *worker = NULL;
    struct cp_diag diag = {0};

    assert_int_equal(cp_audit_open(&w->judge, &request, w->arena, &audit, &diag), CP_OK);
    assert_int_equal(cp_audit_worker_open(audit, w->arena, &worker), CP_OK);
    for (uint32_t i = 0; i < cp_audit_parts(audit); i++)
        assert_int_equal(cp_audit_run(worker, i), CP_OK);
    cp_audit_worker_close(worker);
    assert_int_equal(cp_audit_finish(audit, w->arena, &results), CP_OK);
    return results;
}

static inline void assert_depths(const struct cp_demand_result *r, uint32_t steady,
                                 uint32_t transition, uint32_t liar)
{
    assert_int_equal(r->state_depth[CP_STATE_STEADY], steady);
    assert_int_equal(r->state_depth[CP_STATE_TRANSITION], transition);
    assert_int_equal(r->state_depth[CP_STATE_LIAR], liar);
    assert_int_equal(r->exposure_depth, steady < transition ? steady : transition);
}

static inline void assert_way(const struct cp_exposure *e, const uint32_t *nodes, uint32_t count)
{
    assert_non_null(e);
    assert_int_equal(e->node_count, count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(e->nodes[i].at, nodes[i]);
}

#define NEVER CP_DEPTH_NONE

/* 0 - 1 - 2, where 1 is forbidden. */
static inline void put_line(struct world *w)
{
    put_nodes(w, 3);
    join(w, 0, 1, 1);
    join(w, 1, 2, 1);
    put_rule(w, 0, CP_FAIL_ALL);
    put_node_trust(w, 0, 1, CP_UNTRUSTED);
    put_demand(w, 0, 2);
}

/*
 * 0 - 1 - 4 costs 2, 0 - 2 - 4 costs 4; from 1, 3 is a detour to 4 of 4 that 0 never takes while 2 is
 * there: only packets that 0 still sends to 1, when 1 has heard that 1 - 4 is down, meet 3.
 */
static inline void put_loop(struct world *w)
{
    put_nodes(w, 5);
    join(w, 0, 1, 1);
    join(w, 1, 4, 1);
    join(w, 0, 2, 2);
    join(w, 2, 4, 2);
    join(w, 1, 3, 1);
    join(w, 3, 4, 3);
    put_rule(w, 1, CP_FAIL_LINK);
    put_node_trust(w, 0, 3, CP_UNTRUSTED);
    put_demand(w, 0, 4);
}

/* 0 - 1 directly, or over 2, which is forbidden. */
static inline void put_detour(struct world *w, uint32_t depth, uint32_t kinds)
{
    put_nodes(w, 3);
    join(w, 0, 1, 1);
    join(w, 0, 2, 5);
    join(w, 2, 1, 5);
    put_rule(w, depth, kinds);
    put_node_trust(w, 0, 2, CP_UNTRUSTED);
    put_demand(w, 0, 1);
}

#define TEST(fact) cmocka_unit_test_setup_teardown(fact, open_world, close_world)

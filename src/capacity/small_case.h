#pragma once

#include "capacity/capacity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/**
 * For tests: small cases made by hand or from a seed.  Treatment 0 has a rule, which forbids the nodes and links
 * marked; treatment 1 has none: its demands are ordinary.
 */
#define SMALL_NODES 16u
#define SMALL_LINKS 40u
#define SMALL_ENDS 120u
#define SMALL_DEMANDS 40u

enum { SENSITIVE, ORDINARY };

struct small {
    struct cp_arena *arena;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_node_rec nodes[SMALL_NODES];
    struct cp_link_rec links[SMALL_LINKS];
    struct cp_end ends[SMALL_ENDS];
    cp_node demand_ends[8 * SMALL_DEMANDS];
    struct cp_demand demands[SMALL_DEMANDS];
    uint32_t demand_treatment[SMALL_DEMANDS];
    struct cp_judge_rule rule;
    uint64_t node_bad[SMALL_NODES], link_bad[SMALL_LINKS], none[SMALL_LINKS];
    uint32_t rules[1];
    struct cp_treatment treatments[2];
    uint32_t end_count, demand_end_count;
    struct cp_net net;
    struct cp_marking markings[2];
    struct cp_capacity_request request;
    struct cp_capacity_answer answer;
};

static inline int open_small(void **state)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 28);
    struct small *s = arena == NULL ? NULL : CP_TAKE(arena, 1, struct small);

    if (s == NULL)
        return 1;
    s->arena = arena;
    s->c = (struct cp_case){.nodes = s->nodes,
                            .links = s->links,
                            .ends = s->ends,
                            .demands = s->demands,
                            .demand_ends = s->demand_ends};
    s->rule = (struct cp_judge_rule){.node_bad = s->node_bad,
                                     .node_unknown = s->none,
                                     .link_bad = s->link_bad,
                                     .link_unknown = s->none,
                                     .bit = 1};
    s->treatments[SENSITIVE] = (struct cp_treatment){.rules = s->rules, .rule_count = 1};
    s->judge = (struct cp_judge){.rules = &s->rule,
                                 .treatments = s->treatments,
                                 .demand_treatment = s->demand_treatment,
                                 .rule_count = 1,
                                 .transit_count = 1,
                                 .treatment_count = 2,
                                 .net = &s->c};
    *state = s;
    return 0;
}

static inline int close_small(void **state)
{
    struct small *s = *state;

    cp_arena_close(s->arena);
    return 0;
}

/** A link or LAN between nodes whose metrics are all the same; returns it. */
static inline uint32_t put_lan(struct small *s, const uint32_t *nodes, uint32_t count,
                               uint32_t metric, uint64_t capacity_bps)
{
    assert_true(s->c.link_count < SMALL_LINKS && s->end_count + count <= SMALL_ENDS);
    s->links[s->c.link_count] = (struct cp_link_rec){
        .ends = {s->end_count, count}, .capacity_bps = capacity_bps, .delay_us = 10};
    for (uint32_t i = 0; i < count; i++) {
        s->ends[s->end_count++] = (struct cp_end){.node = {nodes[i]}, .metric = metric};
        if (nodes[i] >= s->c.node_count)
            s->c.node_count = nodes[i] + 1;
    }
    return s->c.link_count++;
}

static inline uint32_t put_link(struct small *s, uint32_t a, uint32_t b, uint32_t metric,
                                uint64_t capacity_bps)
{
    uint32_t nodes[] = {a, b};

    return put_lan(s, nodes, 2, metric, capacity_bps);
}

/** From any of some nodes to any of others. */
static inline uint32_t put_demand_among(struct small *s, uint32_t treatment, cp_range ends[2],
                                        const uint32_t *nodes, uint64_t bps)
{
    uint32_t d = s->c.demand_count++;
    cp_range range[2];

    assert_true(d < SMALL_DEMANDS);
    for (uint32_t side = 0; side < 2; side++) {
        range[side] = (cp_range){s->demand_end_count, ends[side].count};
        for (uint32_t i = 0; i < ends[side].count; i++)
            s->demand_ends[s->demand_end_count++].at = nodes[ends[side].first + i];
    }
    s->demands[d] = (struct cp_demand){.src = range[0], .dst = range[1], .bandwidth_bps = bps};
    s->demand_treatment[d] = treatment;
    return d;
}

static inline uint32_t put_demand(struct small *s, uint32_t treatment, uint32_t src, uint32_t dst,
                                  uint64_t bps)
{
    cp_range ends[] = {{0, 1}, {1, 1}};
    uint32_t nodes[] = {src, dst};

    return put_demand_among(s, treatment, ends, nodes, bps);
}

static inline cp_err try_place(struct small *s)
{
    assert_int_equal(cp_net_make(&s->c, s->arena, &s->net), CP_OK);
    for (uint32_t t = 0; t < 2; t++)
        assert_int_equal(
            cp_marking_make(&s->net, &s->judge, &s->treatments[t], s->arena, &s->markings[t]),
            CP_OK);
    return cp_capacity_place(&s->judge, &s->net, s->markings, &s->request, s->arena, &s->answer);
}

static inline const struct cp_capacity_answer *place_all(struct small *s)
{
    assert_int_equal(try_place(s), CP_OK);
    return &s->answer;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_small, close_small)

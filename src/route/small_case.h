#pragma once

#include "route/blocking.h"
#include "route/flexalgo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "policy/policy.h"

/** For tests: small networks with policies as people write them, and one demand from a to b. */

#define RULES "cleanpath-policy: 1\nid: p\nrules:\n"
#define HUAWEI "  - { id: h, says: x, forbid-transit: { maker: huawei } }\n"
#define ZTE "  - { id: z, says: x, forbid-transit: { maker: zte } }\n"

static struct world {
    struct cp_arena *arena;
    struct cp_build *build;
    const struct cp_case *net;
    const struct cp_judge *judge;
    struct cp_net graph;
    struct cp_marking marking;
    struct cp_blocking_finder *finder;
    struct cp_blocking got;
    struct cp_path_ask ask;
    uint32_t ends[2];
} w;

static inline int open_world(void **state)
{
    uint32_t file = 0;

    (void)state;
    w = (struct world){.arena = cp_arena_open(SIZE_MAX)};
    w.ask = (struct cp_path_ask){.src = &w.ends[0],
                                 .dst = &w.ends[1],
                                 .src_count = 1,
                                 .dst_count = 1,
                                 .hops_max = CP_NONE,
                                 .delay_max_us = CP_PATH_DELAY_NONE};
    return cp_build_open(w.arena, &w.build) != CP_OK ||
           cp_build_input(w.build, CP_TEXT("t"), CP_TEXT(""), &file) != CP_OK;
}

static inline int close_world(void **state)
{
    (void)state;
    cp_blocking_close(w.finder);
    cp_arena_close(w.arena);
    return 0;
}

static const cp_place nowhere = {0, 2, 1};

static inline void node(const char *id, const char *maker)
{
    struct cp_node_row row = cp_node_row_make(nowhere, cp_text_of(id));

    row.maker = cp_text_of(maker);
    assert_int_equal(cp_build_node(w.build, &row, NULL), CP_OK);
}

static inline void link(const char *id, const char *a, const char *b, const char *class)
{
    struct cp_link_row row = cp_link_row_make(nowhere, cp_text_of(a), cp_text_of(b));

    row.id = cp_text_of(id);
    row.link_class = cp_text_of(class);
    assert_int_equal(cp_build_link(w.build, &row, NULL), CP_OK);
}

static inline void link_at(const char *id, const char *a, const char *b, uint32_t metric)
{
    struct cp_link_row row = cp_link_row_make(nowhere, cp_text_of(a), cp_text_of(b));

    row.id = cp_text_of(id);
    row.metric_ab = metric;
    row.metric_ba = metric;
    assert_int_equal(cp_build_link(w.build, &row, NULL), CP_OK);
}

static inline void fact(const char *object, const char *attribute, const char *value,
                        cp_date expires)
{
    struct cp_fact_row row = {.place = nowhere,
                              .object = cp_text_of(object),
                              .attribute = cp_text_of(attribute),
                              .value = cp_text_of(value),
                              .date = CP_DATE_NONE,
                              .expires = expires};

    assert_int_equal(cp_build_fact(w.build, &row, NULL), CP_OK);
}

static inline void price(const char *object, const char *value)
{
    fact(object, "replacement-cost", value, CP_DATE_NONE);
}

static inline cp_date day(const char *text)
{
    cp_date date = CP_DATE_NONE;

    assert_int_equal(cp_date_parse(cp_text_of(text), &date), CP_OK);
    return date;
}

static inline void judged(const char *text)
{
    const struct cp_policy *policy = NULL;
    struct cp_judge_policy asked = {.as_of = day("2026-11-28")};
    struct cp_diag diag = {0};
    struct cp_demand_row row = cp_demand_row_make(nowhere, CP_TEXT("a"), CP_TEXT("b"));

    assert_int_equal(cp_build_demand(w.build, &row, NULL), CP_OK);
    if (cp_build_finish(w.build, asked.as_of, &w.net, &diag) != CP_OK ||
        cp_policy_read(cp_text_of(text), 0, w.arena, &policy, &diag) != CP_OK)
        fail_msg("%s: %s", diag.why, diag.subject);
    asked.policy = policy;
    assert_int_equal(cp_judge_make(&(struct cp_judge_ask){&asked, 1, w.net, asked.as_of, 0, NULL},
                                   w.arena, &w.judge, NULL),
                     CP_OK);
    assert_int_equal(cp_net_make(w.net, w.arena, &w.graph), CP_OK);
    assert_int_equal(
        cp_marking_make(&w.graph, w.judge, &w.judge->treatments[0], w.arena, &w.marking), CP_OK);
    w.ends[0] = w.graph.node_of_case[cp_case_node(w.net, CP_TEXT("a")).at];
    w.ends[1] = w.graph.node_of_case[cp_case_node(w.net, CP_TEXT("b")).at];
}

#define TEST(fact) cmocka_unit_test_setup_teardown(fact, open_world, close_world)

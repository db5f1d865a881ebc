#pragma once

#include "route/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "policy/policy.h"

/** For tests: networks of a few routers, from rows to an answer; those called bad-... are forbidden. */

enum { ARENA_BYTES = 64 << 20 };

struct world {
    struct cp_arena *arena;
    struct cp_build *build;
    const struct cp_judge *judge;
    struct cp_route_request request;
    struct cp_route_answer answer;
    uint32_t line;
};

#define POLICY                                                               \
    "cleanpath-policy: 1\nid: p\n"                                           \
    "traffic: { secret: { says: x } }\n"                                     \
    "rules:\n"                                                               \
    "  - { id: r, says: x, forbid-transit: { maker: huawei }, of: secret,\n" \
    "      under-failure: { any-one-of: [link, node] } }\n"

static inline cp_place place(struct world *w)
{
    return (cp_place){0, ++w->line, 1};
}

static inline struct world open_world(void)
{
    struct world w = {.arena = cp_arena_open(ARENA_BYTES)};
    uint32_t file;

    assert_non_null(w.arena);
    w.request = (struct cp_route_request){
        .proof = {.depth = 1,
                  .failure_kinds = CP_FAIL_LINK | CP_FAIL_NODE,
                  .states = 1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION},
        .otherwise = {.metric = CP_METRIC_IGP,
                      .disjoint = CP_DISJOINT_NODE,
                      .hops_max = CP_NONE,
                      .delay_max_us = CP_PATH_DELAY_NONE},
        .depth_max = CP_NONE};
    assert_int_equal(cp_build_open(w.arena, &w.build), CP_OK);
    assert_int_equal(cp_build_input(w.build, CP_TEXT("case"), CP_TEXT(""), &file), CP_OK);
    assert_int_equal(cp_build_input(w.build, CP_TEXT("policy"), CP_TEXT(""), &file), CP_OK);
    return w;
}

static inline void node(struct world *w, const char *id)
{
    struct cp_node_row row = cp_node_row_make(place(w), cp_text_of(id));

    row.maker = strncmp(id, "bad", 3) == 0 ? CP_TEXT("Huawei") : CP_TEXT("Nokia");
    assert_int_equal(cp_build_node(w->build, &row, NULL), CP_OK);
}

static inline void gateway(struct world *w, const char *id)
{
    struct cp_node_row row = cp_node_row_make(place(w), cp_text_of(id));

    row.maker = CP_TEXT("Nokia");
    row.tags = CP_TEXT("gate");
    assert_int_equal(cp_build_node(w->build, &row, NULL), CP_OK);
}

static inline void link(struct world *w, const char *a, const char *b, uint32_t metric,
                        uint64_t capacity_bps)
{
    struct cp_link_row row = cp_link_row_make(place(w), cp_text_of(a), cp_text_of(b));

    row.metric_ab = metric;
    row.capacity_bps = capacity_bps;
    assert_int_equal(cp_build_link(w->build, &row, NULL), CP_OK);
}

static inline void demand(struct world *w, const char *src, const char *dst, const char *of,
                          uint64_t bps)
{
    struct cp_demand_row row = cp_demand_row_make(place(w), cp_text_of(src), cp_text_of(dst));

    row.traffic_class = cp_text_of(of);
    row.bandwidth_bps = bps;
    assert_int_equal(cp_build_demand(w->build, &row, NULL), CP_OK);
}

static inline void judge(struct world *w)
{
    struct cp_judge_policy *policies = CP_TAKE(w->arena, 1, struct cp_judge_policy);
    const struct cp_policy *read = NULL;
    const struct cp_case *c = NULL;
    struct cp_diag diag = {0};

    assert_non_null(policies);
    assert_int_equal(cp_build_finish(w->build, CP_DATE_NONE, &c, &diag), CP_OK);
    assert_int_equal(cp_policy_read(CP_TEXT(POLICY), 1, w->arena, &read, &diag), CP_OK);
    policies[0] = (struct cp_judge_policy){read, CP_DATE_NONE};
    assert_int_equal(cp_judge_make(
                         &(struct cp_judge_ask){
                             .policies = policies, .count = 1, .net = c, .as_of = CP_DATE_NONE},
                         w->arena, &w->judge, &diag),
                     CP_OK);
}

static inline void run(struct world *w)
{
    struct cp_route *route = NULL;
    struct cp_diag diag = {0};
    uint32_t parts = 0;

    judge(w);
    assert_int_equal(cp_route_open(w->judge, &w->request, w->arena, &route, &diag), CP_OK);
    for (;;) {
        struct cp_route_worker *worker = NULL;

        assert_int_equal(cp_route_next(route, &parts), CP_OK);
        if (parts == 0)
            break;
        assert_int_equal(cp_route_worker_open(route, w->arena, &worker), CP_OK);
        for (uint32_t i = 0; i < parts; i++)
            assert_int_equal(cp_route_run(worker, i), CP_OK);
        cp_route_worker_close(worker);
    }
    cp_route_finish(route, &w->answer);
}

static inline const struct cp_candidate *candidate(const struct world *w, uint32_t of,
                                                   cp_path_role role, cp_direction direction)
{
    const struct cp_route_result *r = &w->answer.results[of];

    for (uint32_t i = 0; i < r->candidate_count; i++)
        if (r->candidates[i].role == role && r->candidates[i].direction == direction)
            return &r->candidates[i];
    return NULL;
}

/* The ids of a path's nodes, with spaces between. */
static inline void assert_path(const struct world *w, const struct cp_candidate *c,
                               const char *expected)
{
    char got[200] = "";
    size_t used = 0;

    assert_non_null(c);
    for (uint32_t i = 0; i <= c->path.link_count; i++) {
        uint32_t at = w->answer.net->case_node[c->path.nodes[i]];
        cp_text id = w->judge->net->nodes[at].id;

        if (i > 0)
            got[used++] = ' ';
        memcpy(got + used, id.at, id.len);
        used += id.len;
    }
    got[used] = '\0';
    assert_string_equal(got, expected);
}

/* a - bad - b costs 2; a - c - b costs 4, a - d - b 6: after c fails, a's shortest way is bad. */
static inline void put_plane(struct world *w)
{
    static const char *const ids[] = {"a", "b", "bad", "c", "d"};

    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(w, ids[i]);
    link(w, "a", "bad", 1, CP_BPS_NONE);
    link(w, "bad", "b", 1, CP_BPS_NONE);
    link(w, "a", "c", 2, CP_BPS_NONE);
    link(w, "c", "b", 2, CP_BPS_NONE);
    link(w, "a", "d", 3, CP_BPS_NONE);
    link(w, "d", "b", 3, CP_BPS_NONE);
}

/* a - b - d and a - e - d cost the same. */
static inline void put_square(struct world *w)
{
    static const char *const ids[] = {"a", "b", "e", "d"};

    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(w, ids[i]);
    link(w, "a", "b", 10, 1000);
    link(w, "b", "d", 10, 1000);
    link(w, "a", "e", 10, 1);
    link(w, "e", "d", 10, 1);
}

/* Whether a list leaves packets no other way than its path while nothing fails. */
static inline bool keeps_alone(const struct cp_candidate *c)
{
    for (uint32_t i = 0; i < c->segments.count; i++)
        if (c->segments.at[i].kind == CP_SEGMENT_NODE && c->segments.at[i].from == 0 &&
            c->segments.at[i].to == 3)
            return false;
    return c->segments.count == 2;
}

#include "route/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "policy/policy.h"

/* From demands to what is said of them, on networks of a few routers; those called bad-... are forbidden. */

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

static cp_place place(struct world *w)
{
    return (cp_place){0, ++w->line, 1};
}

static struct world open_world(void)
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

static void node(struct world *w, const char *id)
{
    struct cp_node_row row = cp_node_row_make(place(w), cp_text_of(id));

    row.maker = strncmp(id, "bad", 3) == 0 ? CP_TEXT("Huawei") : CP_TEXT("Nokia");
    assert_int_equal(cp_build_node(w->build, &row, NULL), CP_OK);
}

static void gateway(struct world *w, const char *id)
{
    struct cp_node_row row = cp_node_row_make(place(w), cp_text_of(id));

    row.maker = CP_TEXT("Nokia");
    row.tags = CP_TEXT("gate");
    assert_int_equal(cp_build_node(w->build, &row, NULL), CP_OK);
}

static void link(struct world *w, const char *a, const char *b, uint32_t metric,
                 uint64_t capacity_bps)
{
    struct cp_link_row row = cp_link_row_make(place(w), cp_text_of(a), cp_text_of(b));

    row.metric_ab = metric;
    row.capacity_bps = capacity_bps;
    assert_int_equal(cp_build_link(w->build, &row, NULL), CP_OK);
}

static void demand(struct world *w, const char *src, const char *dst, const char *of, uint64_t bps)
{
    struct cp_demand_row row = cp_demand_row_make(place(w), cp_text_of(src), cp_text_of(dst));

    row.traffic_class = cp_text_of(of);
    row.bandwidth_bps = bps;
    assert_int_equal(cp_build_demand(w->build, &row, NULL), CP_OK);
}

static void judge(struct world *w)
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

static void run(struct world *w)
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

static const struct cp_candidate *candidate(const struct world *w, uint32_t of, cp_path_role role,
                                            cp_direction direction)
{
    const struct cp_route_result *r = &w->answer.results[of];

    for (uint32_t i = 0; i < r->candidate_count; i++)
        if (r->candidates[i].role == role && r->candidates[i].direction == direction)
            return &r->candidates[i];
    return NULL;
}

/* The ids of a path's nodes, with spaces between. */
static void assert_path(const struct world *w, const struct cp_candidate *c, const char *expected)
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
static void put_plane(struct world *w)
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

static void both_directions_get_a_primary_and_a_backup_with_clean_lists(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_ROUTED);
    assert_int_equal(w.answer.results[0].candidate_count, 4);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a c b");
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_REVERSE), "b c a");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD), "a d b");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_REVERSE), "b d a");
    for (uint32_t i = 0; i < 4; i++) {
        const struct cp_segment_list *list = &w.answer.results[0].candidates[i].segments;

        assert_non_null(list->at);
        assert_true(list->proof.clean);
        assert_int_equal(w.answer.results[0].candidates[i].share_ppm, 1000000);
    }
    cp_arena_close(w.arena);
}

static void where_there_is_no_clean_path_it_says_what_blocks(void **state)
{
    struct world w = open_world();

    (void)state;
    node(&w, "a");
    node(&w, "b");
    node(&w, "bad");
    link(&w, "a", "bad", 1, CP_BPS_NONE);
    link(&w, "bad", "b", 1, CP_BPS_NONE);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    run(&w);
    const struct cp_route_result *r = &w.answer.results[0];

    assert_int_equal(r->status, CP_NO_WAY);
    assert_int_equal(r->candidate_count, 0);
    assert_non_null(r->blocking);
    assert_int_equal(r->blocking->why, CP_BLOCKED_BY_RULES);
    assert_int_equal(r->blocking->smallest_count, 1);
    assert_int_equal(r->blocking->smallest[0].object, 2);
    cp_arena_close(w.arena);
}

static void a_lack_of_what_was_asked_is_no_full_answer(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    node(&w, "e");
    link(&w, "b", "e", 1, CP_BPS_NONE);
    demand(&w, "a", "e", "secret", CP_BPS_NONE);
    w.request.otherwise.disjoint_asked = true;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_PARTIAL);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_DISJOINT);
    assert_int_equal(w.answer.results[0].shared_count, 2); /* b and b - e */
    cp_arena_close(w.arena);
}

static void what_was_not_asked_for_is_no_lack(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    node(&w, "e");
    link(&w, "b", "e", 1, CP_BPS_NONE);
    demand(&w, "a", "e", "secret", CP_BPS_NONE);
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_ROUTED);
    assert_int_equal(w.answer.results[0].shared_count, 2);
    cp_arena_close(w.arena);
}

static void lists_that_no_headend_can_push_leave_a_demand_unrouted(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    w.request.strict = true;
    w.request.depth_max = 1;
    run(&w);
    const struct cp_candidate *c = candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD);

    assert_int_equal(w.answer.results[0].status, CP_NO_WAY);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_DEPTH | CP_LACKS_BACKUP_DEPTH);
    assert_null(c->segments.at);
    assert_int_equal(c->segments.least, 2);
    cp_arena_close(w.arena);
}

/* a - x - y - b costs 3, a - c - b costs 8, a - d - b 20. */
static void put_ladder(struct world *w)
{
    static const char *const ids[] = {"a", "b", "c", "d", "x", "y"};

    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(w, ids[i]);
    link(w, "a", "x", 1, 10);
    link(w, "x", "y", 1, 10);
    link(w, "y", "b", 1, 10);
    link(w, "a", "c", 4, 10);
    link(w, "c", "b", 4, 10);
    link(w, "a", "d", 10, 10);
    link(w, "d", "b", 10, 10);
}

static void a_path_whose_list_is_too_long_gives_way_to_one_that_fits(void **state)
{
    struct world w = open_world();

    (void)state;
    put_ladder(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    w.request.strict = true;
    w.request.depth_max = 2;
    run(&w);
    const struct cp_candidate *c = candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD);

    assert_int_equal(w.answer.results[0].status, CP_ROUTED);
    assert_int_equal(w.answer.results[0].lacks, 0);
    assert_path(&w, c, "a c b");
    assert_int_equal(c->path.cost, 8);
    assert_int_equal(c->passed_cost, 3);
    assert_int_equal(c->passed_least, 3);
    assert_int_equal(c->segments.count, 2);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_REVERSE), "b c a");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD), "a d b");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_REVERSE), "b d a");
    cp_arena_close(w.arena);
}

static void wishes_hold_for_a_path_that_fits(void **state)
{
    (void)state;
    for (uint32_t wish = 0; wish < 4; wish++) {
        struct world w = open_world();
        uint32_t c = 7 + 2; /* after seven links, the third node */
        uint32_t d = 7 + 3;
        struct cp_must_pass must = {&d, 1};

        put_ladder(&w);
        demand(&w, "a", "b", "secret", wish == 3 ? 1 : CP_BPS_NONE);
        w.request.strict = true;
        w.request.depth_max = 2;
        w.request.capacity = wish == 3 ? CP_CAPACITY_WITHIN : CP_CAPACITY_IGNORE;
        w.request.otherwise.disjoint = CP_DISJOINT_NONE;
        w.request.otherwise.avoid = &c;
        w.request.otherwise.avoid_count = wish == 0;
        w.request.otherwise.require = &must;
        w.request.otherwise.require_count = wish == 1;
        w.request.otherwise.co_routed = wish == 2;
        run(&w);
        assert_int_equal(w.answer.results[0].status, CP_ROUTED);
        assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD),
                    wish < 2 ? "a d b" : "a c b");
        cp_arena_close(w.arena);
    }
}

static void two_paths_that_were_asked_for_share_nothing_though_both_have_to_fit(void **state)
{
    struct world w = open_world();

    (void)state;
    put_ladder(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    w.request.strict = true;
    w.request.depth_max = 2;
    w.request.otherwise.disjoint_asked = true;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_ROUTED);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a c b");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD), "a d b");
    cp_arena_close(w.arena);
}

static void a_refusal_names_the_smallest_depth_of_all_paths(void **state)
{
    struct world w = open_world();

    (void)state;
    put_ladder(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    w.request.strict = true;
    w.request.depth_max = 1;
    w.request.otherwise.disjoint = CP_DISJOINT_NONE;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_NO_WAY);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_DEPTH);
    assert_int_equal(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)->segments.least, 2);
    cp_arena_close(w.arena);
}

static void demands_that_no_rule_holds_for_stay_as_they_are(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    demand(&w, "a", "b", "", CP_BPS_NONE);
    run(&w);
    assert_true(w.answer.results[0].covered);
    assert_false(w.answer.results[1].covered);
    assert_int_equal(w.answer.results[1].candidate_count, 0);
    assert_int_equal(w.answer.results[1].status, CP_ROUTED);
    cp_arena_close(w.arena);
}

static void without_any_rule_all_demands_are_routed(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    demand(&w, "a", "b", "", CP_BPS_NONE);
    run(&w);
    assert_false(w.answer.results[0].covered);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a bad b");
    cp_arena_close(w.arena);
}

/* Two demands of 6 over links of 10: one way does not hold both. */
static void put_narrow(struct world *w)
{
    static const char *const ids[] = {"a", "b", "c", "d"};

    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(w, ids[i]);
    link(w, "a", "c", 1, 10);
    link(w, "c", "b", 1, 10);
    link(w, "a", "d", 2, 10);
    link(w, "d", "b", 2, 10);
    demand(w, "a", "b", "secret", 6);
    demand(w, "a", "b", "secret", 6);
}

/* As put_narrow, with another source that goes by the first one. */
static void two_gateways_that_go_by_one_are_not_apart_when_placed_anew(void **state)
{
    static const char *const ids[] = {"b", "c", "d"};
    struct world w = open_world();

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(&w, ids[i]);
    gateway(&w, "a");
    gateway(&w, "far");
    link(&w, "far", "a", 1, CP_BPS_NONE);
    link(&w, "a", "c", 1, 10);
    link(&w, "c", "b", 1, 10);
    link(&w, "a", "d", 2, 10);
    link(&w, "d", "b", 2, 10);
    demand(&w, "tag:gate", "b", "secret", 6);
    demand(&w, "tag:gate", "b", "secret", 6);
    w.request.otherwise.disjoint_asked = true;
    w.request.capacity = CP_CAPACITY_WITHIN;
    run(&w);
    for (uint32_t d = 0; d < 2; d++) {
        const struct cp_route_result *r = &w.answer.results[d];
        uint32_t a = cp_graph_element_of_node(&w.answer.net->graph, 3);
        bool told = false;

        for (uint32_t i = 0; i < r->shared_count; i++)
            told = told || r->shared[i] == a;
        assert_true(told);
        assert_int_equal(r->status, CP_PARTIAL);
        assert_int_equal(r->lacks & CP_LACKS_DISJOINT, CP_LACKS_DISJOINT);
    }
    cp_arena_close(w.arena);
}

/* Whether a path passes all of these takes longer to tell than there is time. */
static void a_budget_that_ends_before_a_path_is_found_leaves_it_uncertain(void **state)
{
    struct cp_demand_row row;
    struct world w = open_world();
    char at[] = "n0x0";
    char before[] = "n0x0";

    (void)state;
    for (char i = '0'; i < '7'; i++)
        for (char k = '0'; k < '7'; k++) {
            at[1] = before[1] = i;
            at[3] = before[3] = k;
            node(&w, at);
            before[1]--;
            if (i > '0')
                link(&w, at, before, 1 + (uint32_t)(k % 3), CP_BPS_NONE);
            before[1]++;
            before[3]--;
            if (k > '0')
                link(&w, at, before, 1 + (uint32_t)(i % 5), CP_BPS_NONE);
        }
    row = cp_demand_row_make(place(&w), CP_TEXT("n0x0"), CP_TEXT("n6x6"));
    row.traffic_class = CP_TEXT("secret");
    row.require = CP_TEXT("n4x1 n4x5 n3x3 n5x6 n5x3 n6x1 n5x0 n0x6 "
                          "n5x4 n4x4 n2x3 n3x6 n2x1 n2x5 n5x2 n2x2");
    assert_int_equal(cp_build_demand(w.build, &row, NULL), CP_OK);
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_NO_WAY);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_CERTAINTY);
    assert_false(w.answer.results[0].blocking->exact);
    cp_arena_close(w.arena);
}

static void demands_that_overload_a_link_are_placed_together(void **state)
{
    struct world w = open_world();

    (void)state;
    put_narrow(&w);
    w.request.capacity = CP_CAPACITY_WITHIN;
    run(&w);
    assert_non_null(w.answer.capacity);
    assert_true(w.answer.capacity->worst_ppm <= 620000 && w.answer.capacity->worst_ppm >= 600000);
    for (uint32_t d = 0; d < 2; d++) {
        uint32_t sum = 0;

        assert_int_equal(w.answer.results[d].status, CP_ROUTED);
        for (uint32_t i = 0; i < w.answer.results[d].candidate_count; i++) {
            const struct cp_candidate *c = &w.answer.results[d].candidates[i];

            sum += c->role == CP_ROLE_PRIMARY && c->direction == CP_FORWARD ? c->share_ppm : 0;
            assert_true(c->segments.proof.clean);
        }
        assert_int_equal(sum, 1000000);
    }
    cp_arena_close(w.arena);
}

static void capacities_are_left_alone_where_that_is_asked(void **state)
{
    struct world w = open_world();

    (void)state;
    put_narrow(&w);
    w.request.capacity = CP_CAPACITY_IGNORE;
    run(&w);
    assert_null(w.answer.capacity);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a c b");
    assert_path(&w, candidate(&w, 1, CP_ROLE_PRIMARY, CP_FORWARD), "a c b");
    cp_arena_close(w.arena);
}

static void what_no_placement_can_carry_is_said(void **state)
{
    struct world w = open_world();

    (void)state;
    node(&w, "a");
    node(&w, "b");
    link(&w, "a", "b", 1, 5);
    demand(&w, "a", "b", "secret", 6);
    w.request.capacity = CP_CAPACITY_WITHIN;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_PARTIAL);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_CAPACITY);
    cp_arena_close(w.arena);
}

/* a - b - d and a - e - d cost the same. */
static void put_square(struct world *w)
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
static bool keeps_alone(const struct cp_candidate *c)
{
    for (uint32_t i = 0; i < c->segments.count; i++)
        if (c->segments.at[i].kind == CP_SEGMENT_NODE && c->segments.at[i].from == 0 &&
            c->segments.at[i].to == 3)
            return false;
    return c->segments.count == 2;
}

static void rules_alone_leave_packets_all_clean_ways_of_least_cost(void **state)
{
    struct world w = open_world();

    (void)state;
    put_square(&w);
    demand(&w, "a", "d", "secret", CP_BPS_NONE);
    w.request.otherwise.disjoint = CP_DISJOINT_NONE;
    run(&w);
    assert_int_equal(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)->segments.count, 1);
    cp_arena_close(w.arena);
}

static void a_list_keeps_to_a_path_of_which_something_was_asked(void **state)
{
    (void)state;
    for (uint32_t wish = 0; wish < 3; wish++) {
        struct world w = open_world();
        uint32_t e = 4 + 2; /* after four links, the third node */

        put_square(&w);
        demand(&w, "a", "d", "secret", CP_BPS_NONE);
        w.request.otherwise.disjoint = CP_DISJOINT_NONE;
        w.request.otherwise.hops_max = wish == 0 ? 2 : CP_NONE;
        w.request.otherwise.co_routed = wish == 1;
        w.request.otherwise.avoid = &e;
        w.request.otherwise.avoid_count = wish == 2;
        run(&w);
        assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a b d");
        assert_true(keeps_alone(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)));
        cp_arena_close(w.arena);
    }
}

static void a_backup_of_equal_cost_has_a_list_of_its_own(void **state)
{
    (void)state;
    for (uint32_t asked = 0; asked < 2; asked++) {
        struct world w = open_world();

        put_square(&w);
        demand(&w, "a", "d", "secret", CP_BPS_NONE);
        w.request.otherwise.disjoint_asked = asked != 0;
        run(&w);
        assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD), "a e d");
        assert_true(keeps_alone(candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD)));
        assert_int_equal(keeps_alone(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)), asked);
        cp_arena_close(w.arena);
    }
}

static void a_list_whose_load_counts_puts_it_where_it_was_counted(void **state)
{
    struct world w = open_world();

    (void)state;
    put_square(&w);
    demand(&w, "a", "d", "secret", 900);
    w.request.capacity = CP_CAPACITY_WITHIN;
    run(&w);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a b d");
    assert_true(keeps_alone(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)));
    cp_arena_close(w.arena);
}

static bool share_a_link(const struct cp_path *a, const struct cp_path *b)
{
    for (uint32_t i = 0; i < a->link_count; i++)
        for (uint32_t k = 0; k < b->link_count; k++)
            if (a->links[i] == b->links[k])
                return true;
    return false;
}

/* a to b over c, d or e, each dearer than the one before; the ways back the same, though the other way round. */
static void ways_back_of_what_was_moved_are_apart_as_well(void **state)
{
    struct world w = open_world();
    static const char *const ids[] = {"a", "b", "c", "d", "e"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(&w, ids[i]);
    for (uint32_t i = 2; i < 5; i++) {
        link(&w, "a", ids[i], i, 10);
        link(&w, ids[i], "b", i, 10);
    }
    demand(&w, "a", "b", "secret", 9);
    demand(&w, "a", "b", "secret", 9);
    w.request.capacity = CP_CAPACITY_WITHIN;
    w.request.otherwise.disjoint_asked = true;
    run(&w);
    for (uint32_t d = 0; d < 2; d++) {
        const struct cp_candidate *back = candidate(&w, d, CP_ROLE_PRIMARY, CP_REVERSE);
        const struct cp_candidate *spare = candidate(&w, d, CP_ROLE_BACKUP, CP_REVERSE);

        assert_non_null(back);
        assert_non_null(spare);
        assert_false(share_a_link(&back->path, &spare->path));
        assert_int_equal(w.answer.results[d].lacks & CP_LACKS_BACKUP, 0);
    }
    cp_arena_close(w.arena);
}

static void ordinary_demands_that_are_moved_are_told_where_to(void **state)
{
    struct world w = open_world();
    uint32_t sum = 0;

    (void)state;
    put_square(&w);
    demand(&w, "a", "d", "secret", 9);
    demand(&w, "a", "d", "", 900);
    w.request.capacity = CP_CAPACITY_WITHIN;
    w.request.place.move = CP_MOVE_ALL;
    run(&w);
    const struct cp_route_result *r = &w.answer.results[1];

    assert_int_equal(w.answer.capacity->moved_count, 1);
    assert_int_equal(r->status, CP_ROUTED);
    assert_true(r->candidate_count > 0);
    for (uint32_t i = 0; i < r->candidate_count; i++) {
        assert_int_equal(r->candidates[i].direction, CP_FORWARD);
        assert_true(keeps_alone(&r->candidates[i]));
        sum += r->candidates[i].share_ppm;
    }
    assert_int_equal(sum, 1000000);
    cp_arena_close(w.arena);
}

/* a - b - d, with a detour b - x - d that holds little, and a - f - d: when b - d fails a node segment would
 * send all over x. */
static void loads_after_failures_are_those_of_lists_that_no_failure_leads_elsewhere(void **state)
{
    struct world w = open_world();
    static const char *const ids[] = {"a", "b", "d", "f", "x"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(&w, ids[i]);
    link(&w, "a", "b", 10, 1000);
    link(&w, "b", "d", 10, 1000);
    link(&w, "b", "x", 10, 1);
    link(&w, "x", "d", 10, 1);
    link(&w, "a", "f", 50, 1000);
    link(&w, "f", "d", 50, 1000);
    demand(&w, "a", "d", "secret", 900);
    w.request.capacity = CP_CAPACITY_WITHIN;
    w.request.capacity_failures = CP_FAIL_LINK;
    run(&w);
    for (uint32_t i = 0; i < w.answer.results[0].candidate_count; i++) {
        const struct cp_segment_list *list = &w.answer.results[0].candidates[i].segments;

        for (uint32_t k = 0; k < list->count; k++)
            assert_int_equal(list->at[k].kind, CP_SEGMENT_ADJACENCY);
    }
    assert_true(w.answer.capacity->worst_failed_ppm <= 1000000);
    cp_arena_close(w.arena);
}

static void what_is_blocked_loads_nothing(void **state)
{
    struct world w = open_world();

    (void)state;
    node(&w, "a");
    node(&w, "b");
    link(&w, "a", "b", 1, 10);
    demand(&w, "a", "b", "secret", 9);
    w.request.capacity = CP_CAPACITY_WITHIN;
    w.request.otherwise.hops_max = 0;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_NO_WAY);
    assert_int_equal(w.answer.capacity->worst_ppm, 0);
    cp_arena_close(w.arena);
}

static void without_demands_there_is_nothing_to_do(void **state)
{
    struct world w = open_world();

    (void)state;
    node(&w, "a");
    run(&w);
    assert_int_equal(w.answer.judge->net->demand_count, 0);
    cp_arena_close(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions_get_a_primary_and_a_backup_with_clean_lists),
        cmocka_unit_test(where_there_is_no_clean_path_it_says_what_blocks),
        cmocka_unit_test(a_lack_of_what_was_asked_is_no_full_answer),
        cmocka_unit_test(what_was_not_asked_for_is_no_lack),
        cmocka_unit_test(lists_that_no_headend_can_push_leave_a_demand_unrouted),
        cmocka_unit_test(a_path_whose_list_is_too_long_gives_way_to_one_that_fits),
        cmocka_unit_test(wishes_hold_for_a_path_that_fits),
        cmocka_unit_test(two_paths_that_were_asked_for_share_nothing_though_both_have_to_fit),
        cmocka_unit_test(a_refusal_names_the_smallest_depth_of_all_paths),
        cmocka_unit_test(demands_that_no_rule_holds_for_stay_as_they_are),
        cmocka_unit_test(without_any_rule_all_demands_are_routed),
        cmocka_unit_test(two_gateways_that_go_by_one_are_not_apart_when_placed_anew),
        cmocka_unit_test(a_budget_that_ends_before_a_path_is_found_leaves_it_uncertain),
        cmocka_unit_test(demands_that_overload_a_link_are_placed_together),
        cmocka_unit_test(capacities_are_left_alone_where_that_is_asked),
        cmocka_unit_test(what_no_placement_can_carry_is_said),
        cmocka_unit_test(rules_alone_leave_packets_all_clean_ways_of_least_cost),
        cmocka_unit_test(a_list_keeps_to_a_path_of_which_something_was_asked),
        cmocka_unit_test(a_backup_of_equal_cost_has_a_list_of_its_own),
        cmocka_unit_test(a_list_whose_load_counts_puts_it_where_it_was_counted),
        cmocka_unit_test(ways_back_of_what_was_moved_are_apart_as_well),
        cmocka_unit_test(ordinary_demands_that_are_moved_are_told_where_to),
        cmocka_unit_test(loads_after_failures_are_those_of_lists_that_no_failure_leads_elsewhere),
        cmocka_unit_test(what_is_blocked_loads_nothing),
        cmocka_unit_test(without_demands_there_is_nothing_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

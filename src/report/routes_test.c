#include "report/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "policy/policy.h"

/*
 * Routes made by hand over a small case, and the answers that must come of them.  Nodes a, b, c and x (huawei);
 * links a--c, c--b, a--x, x--b; a and b are at site s; a--x is in the SRLG duct.
 */

#define ARENA_BYTES ((size_t)64 << 20)

static const char policy_text[] =
    "cleanpath-policy: 1\n"
    "id: p\n"
    "traffic: { gov: { says: By name. } }\n"
    "rules:\n"
    "  - { id: r1, says: No Huawei., forbid-transit: { maker: huawei }, of: gov }\n"
    "  - { id: r2, says: No x., forbid-transit: { tag: odd }, of: gov }\n"
    "licences:\n"
    "  - { id: l1, says: Once., relaxes: r1, granted: { by: us, on: 2020-01-01 }, "
    "until: 2020-06-30 }\n";

enum { NODE_A, NODE_B, NODE_C, NODE_X, DEMANDS = 3 };
enum { LINK_AC, LINK_CB, LINK_AX, LINK_XB };

struct fixture {
    struct cp_arena *arena;
    const struct cp_case *net;
    const struct cp_judge *judge;
    struct cp_net graph;
    struct cp_route_request request;
    struct cp_route_result results[DEMANDS];
    struct cp_candidate candidates[DEMANDS][3];
    struct cp_segment segments[2];
    struct cp_route_answer answer;
    struct cp_routes routes;
};

static struct fixture f;

static void add_node(struct cp_build *build, const char *id, const char *maker, const char *site)
{
    struct cp_node_row row = cp_node_row_make((cp_place){0, 2, 1}, cp_text_of(id));

    row.maker = cp_text_of(maker);
    row.site = cp_text_of(site);
    row.tags = maker[0] == 'H' ? CP_TEXT("odd") : CP_TEXT("");
    assert_int_equal(cp_build_node(build, &row, NULL), CP_OK);
}

static void add_link(struct cp_build *build, const char *a, const char *b, const char *srlgs)
{
    struct cp_link_row row = cp_link_row_make((cp_place){0, 3, 1}, cp_text_of(a), cp_text_of(b));

    row.srlgs = cp_text_of(srlgs);
    assert_int_equal(cp_build_link(build, &row, NULL), CP_OK);
}

static void make_case(void)
{
    struct cp_build *build;
    uint32_t file;

    assert_int_equal(cp_build_open(f.arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("t.csv"), CP_TEXT(""), &file), CP_OK);
    add_node(build, "a", "Nokia", "s");
    add_node(build, "b", "Nokia", "s");
    add_node(build, "c", "Nokia", "");
    add_node(build, "x", "Huawei", "");
    add_link(build, "a", "c", "");
    add_link(build, "c", "b", "");
    add_link(build, "a", "x", "duct");
    add_link(build, "x", "b", "");
    for (uint32_t d = 0; d < DEMANDS; d++) {
        struct cp_demand_row row =
            cp_demand_row_make((cp_place){0, 4, 1}, CP_TEXT("a"), CP_TEXT("b"));

        row.traffic_class = CP_TEXT("gov");
        assert_int_equal(cp_build_demand(build, &row, NULL), CP_OK);
    }
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &f.net, NULL), CP_OK);
    assert_int_equal(cp_net_make(f.net, f.arena, &f.graph), CP_OK);
}

static void make_judge(void)
{
    struct cp_judge_policy *policies = CP_TAKE(f.arena, 1, struct cp_judge_policy);
    const struct cp_policy *policy = NULL;
    cp_date day = CP_DATE_NONE;

    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-21"), &day), CP_OK);
    assert_int_equal(cp_policy_read(cp_text_of(policy_text), 1, f.arena, &policy, NULL), CP_OK);
    policies[0] = (struct cp_judge_policy){policy, day};
    assert_int_equal(
        cp_judge_make(
            &(struct cp_judge_ask){.policies = policies, .count = 1, .net = f.net, .as_of = day},
            f.arena, &f.judge, NULL),
        CP_OK);
}

/* Every demand: there over c by the list, back over c by the same; routed. */
static void make_routes(void)
{
    static const uint32_t there[] = {NODE_A, NODE_C, NODE_B}, back[] = {NODE_B, NODE_C, NODE_A};
    static const uint32_t over[] = {LINK_AC, LINK_CB}, returned[] = {LINK_CB, LINK_AC};

    f.segments[0] = (struct cp_segment){.kind = CP_SEGMENT_ADJACENCY,
                                        .from = NODE_A,
                                        .to = NODE_C,
                                        .link = LINK_AC,
                                        .sid = {.known = true, .label = 24001}};
    f.segments[1] =
        (struct cp_segment){.kind = CP_SEGMENT_NODE, .from = NODE_C, .to = NODE_B, .link = CP_NONE};
    for (uint32_t d = 0; d < DEMANDS; d++) {
        struct cp_segment_list list = {
            .at = f.segments,
            .count = 2,
            .least = 2,
            .depth = CP_NONE,
            .proof = {.state_depth = {CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE}}};

        for (uint32_t i = 0; i < 3; i++)
            f.candidates[d][i] = (struct cp_candidate){
                .role = i == 2 ? CP_ROLE_BACKUP : CP_ROLE_PRIMARY,
                .direction = i == 1 ? CP_REVERSE : CP_FORWARD,
                .share_ppm = 1000000,
                .path = {i == 1 ? back : there, i == 1 ? returned : over, 2, 20, 700},
                .segments = list};
        f.results[d] = (struct cp_route_result){.covered = true,
                                                .wishes = {.disjoint = CP_DISJOINT_NODE,
                                                           .hops_max = CP_NONE,
                                                           .delay_max_us = CP_PATH_DELAY_NONE},
                                                .candidates = f.candidates[d],
                                                .candidate_count = 2};
    }
}

static int open_fixture(void **state)
{
    (void)state;
    f = (struct fixture){.arena = cp_arena_open(ARENA_BYTES)};
    make_case();
    make_judge();
    make_routes();
    f.request =
        (struct cp_route_request){.proof = {1, CP_FAIL_LINK | CP_FAIL_NODE,
                                            1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION},
                                  .depth_max = CP_NONE,
                                  .capacity = CP_CAPACITY_WITHIN};
    f.answer = (struct cp_route_answer){
        .judge = f.judge, .request = &f.request, .net = &f.graph, .results = f.results};
    f.routes = (struct cp_routes){.answer = &f.answer};
    return 0;
}

static int close_fixture(void **state)
{
    (void)state;
    cp_arena_close(f.arena);
    return 0;
}

typedef cp_err (*writer)(const struct cp_routes *routes, struct cp_out *out);

static const char *written(writer write)
{
    struct cp_out out = cp_out_make(f.arena);
    cp_text text = CP_TEXT("");

    assert_int_equal(write(&f.routes, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.at;
}

static void has(writer write, const char *wanted)
{
    const char *text = written(write);

    if (strstr(text, wanted) == NULL)
        fail_msg("no '%s' in:\n%s", wanted, text);
}

static void text_has(const char *wanted)
{
    has(cp_routes_text, wanted);
}

static void json_has(const char *wanted)
{
    has(cp_routes_json, wanted);
}

static void the_worst_demand_gives_the_exit_code(void **state)
{
    static const struct {
        cp_route_status statuses[DEMANDS];
        int code;
    } cases[] = {
        {{CP_ROUTED, CP_ROUTED, CP_ROUTED}, 0},
        {{CP_ROUTED, CP_PARTIAL, CP_ROUTED}, 2},
        {{CP_ROUTED, CP_PARTIAL, CP_NO_WAY}, 1},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct cp_routes_summary sums;

        for (uint32_t d = 0; d < DEMANDS; d++)
            f.results[d].status = cases[i].statuses[d];
        sums = cp_routes_summarize(&f.answer);
        assert_int_equal(cp_routes_exit_code(&sums), cases[i].code);
        assert_int_equal(sums.routed + sums.partial + sums.no_path, DEMANDS);
    }
}

static void a_path_stands_with_its_segments_and_the_way_back(void **state)
{
    (void)state;
    text_has("3 of 3 demands have clean paths as asked under policy p on 2026-11-21.\n");
    text_has("  d1, a to b:\n"
             "    way: a > c > b, cost 20, 700 us\n"
             "      segments link a--c to c (24001), node b\n"
             "      back the same way, segments ");
    json_has("\"nodes\": [\"a\", \"c\", \"b\"]");
    json_has("{\"type\": \"adjacency\", \"link\": \"a--c\", \"node\": \"c\", \"sid\": 24001}");
    json_has("{\"type\": \"node\", \"node\": \"b\", \"sid\": null}");
    json_has("\"share\": 1,");
}

static void addresses_are_written_as_such(void **state)
{
    (void)state;
    f.segments[1].sid = (struct cp_sid){
        .known = true, .plane = CP_PLANE_SRV6, .srv6 = {0x20, 0x01, 0x0d, 0xb8, [15] = 2}};
    f.routes.plane = CP_PLANE_SRV6;
    text_has("node b (2001:db8::2)");
    text_has("Segment lists (SRv6)");
    json_has("\"sid\": \"2001:db8::2\"");
    json_has("\"data_plane\": \"srv6\"");
}

static void shares_are_parts_of_the_bandwidth(void **state)
{
    (void)state;
    f.candidates[0][0].share_ppm = 333333;
    text_has("    way, 33.33 % of it: a > c > b");
    json_has("\"share\": 0.333333,");
}

static void what_is_lacking_is_said(void **state)
{
    static const uint32_t sites[] = {0};
    uint32_t shared[] = {cp_graph_element_of_node(&f.graph.graph, NODE_C),
                         cp_graph_element_of_srlg(&f.graph.graph, 0)};

    (void)state;
    f.results[1].status = CP_PARTIAL;
    f.results[1].lacks = CP_LACKS_DISJOINT | CP_LACKS_CERTAINTY;
    f.results[1].candidate_count = 3;
    f.results[1].shared = shared;
    f.results[1].shared_count = 2;
    f.results[1].shared_sites = sites;
    f.results[1].shared_site_count = 1;
    text_has("1 has one but lacks something that was asked.\n");
    text_has("CLEAN PATHS THAT LACK SOMETHING (1)\n");
    text_has("the two paths cannot be wholly apart: both use node c, srlg duct, site s.\n");
    text_has("the search was cut short: better paths may exist.\n");
    json_has("\"lacks\": [\"disjointness\", \"certainty\"]");
    json_has("\"shared\": [\"c\", \"srlg:duct\", \"site:s\"]");
}

static void a_headend_that_cannot_push_the_list_is_named(void **state)
{
    (void)state;
    f.candidates[0][0].segments = (struct cp_segment_list){
        .least = 5, .depth = 3, .proof = {.state_depth = {1, 2, CP_DEPTH_NONE}}};
    f.results[0].status = CP_NO_WAY;
    f.results[0].lacks = CP_LACKS_DEPTH;
    text_has(
        "no list: the shortest clean one has 5 segments, and a can push 3; beyond what its rules "
        "ask, the healed network exposes it 1 failure deep, a transition exposes it 2 failures "
        "deep\n");
    json_has("\"segments\": null,");
    json_has("\"segments_needed\": 5,");
    json_has("\"headend_depth\": 3,");
    json_has("\"states\": {\"steady\": {\"clean_up_to\": 0, \"exposed_at\": 1}, \"transition\": "
             "{\"clean_up_to\": 1, \"exposed_at\": 2}, \"liar\": null}");
    f.candidates[0][0].segments.least = CP_NONE;
    text_has("no list keeps it clean");
    json_has("\"segments_needed\": null,");
}

static struct cp_blocking *block(cp_blocked why)
{
    static const uint32_t rules[] = {0, 1};
    struct cp_blocking *b = CP_TAKE(f.arena, 1, struct cp_blocking);
    struct cp_blocker *x = CP_TAKE(f.arena, 1, struct cp_blocker);

    *x = (struct cp_blocker){CP_OBJECT_NODE, NODE_X, 70, rules, 2};
    *b = (struct cp_blocking){.why = why, .exact = true};
    if (why != CP_BLOCKED_ANYWAY) {
        b->smallest = b->cheapest = x;
        b->smallest_count = b->cheapest_count = 1;
        b->smallest_cost = b->cheapest_cost = 70;
    }
    f.results[2].status = CP_NO_WAY;
    f.results[2].candidate_count = 0;
    f.results[2].blocking = b;
    return b;
}

static void a_cut_has_its_members_rules_and_reasons(void **state)
{
    struct cp_blocking *b = block(CP_BLOCKED_BY_RULES);
    struct cp_concession concession = {0, 22, &f.judge->policies[0].policy->licences[0],
                                       CP_DATE_NONE};

    (void)state;
    assert_int_equal(cp_date_parse(CP_TEXT("2020-06-30"), &concession.until), CP_OK);
    text_has("NO CLEAN PATH (1)\n"
             "  d3, a to b:\n"
             "    blocked by 1 element at least; to replace it costs 70, and nothing costs less:\n"
             "      node x: maker huawei, t.csv:2 (rule r1, r2; cost 70)\n");
    json_has("\"why\": \"rules\",");
    json_has("\"reason\": \"maker huawei; t.csv:2\"");
    b->concessions = &concession;
    b->concession_count = 1;
    text_has(
        "without rule r1 alone there is a path of cost 22; licence l1, which does not hold on this "
        "day, would give it one (it ends on 2020-06-30).\n");
    json_has("\"path_cost\": 22,");
    json_has("\"until\": \"2020-06-30\"}");
}

static void rules_that_must_go_together_are_named(void **state)
{
    static const uint32_t rules[] = {0, 1};
    struct cp_blocking *b = block(CP_BLOCKED_BY_RULES);

    (void)state;
    b->rules = rules;
    b->rule_count = 2;
    b->rules_cost = 30;
    b->exact = false;
    text_has("blocked by 1 element; to replace it costs 70:\n");
    text_has("no single rule will do: without r1 and r2 together there is a path of cost 30.\n");
    json_has("\"rules_together\": {\n");
}

static void wishes_that_block_are_named(void **state)
{
    struct cp_blocking *b = block(CP_BLOCKED_BY_WISHES);

    (void)state;
    b->wishes = CP_WISH_HOPS | CP_WISH_METRIC;
    text_has("a clean way exists, but not with max_hops and metric as asked.\n"
             "    as asked it is blocked by 1 element at least;");
    json_has("\"wishes\": [\"max_hops\", \"metric\"]");
    b->why = CP_BLOCKED_BY_RULES;
    text_has("even over all elements there is no way with max_hops and metric as asked.\n");
}

static void no_way_at_all_is_said(void **state)
{
    (void)state;
    (void)block(CP_BLOCKED_ANYWAY);
    text_has("there is no way at all, clean or not.\n");
    json_has("\"why\": \"no-way\",");
    json_has("\"smallest\": null,");
}

static void loads_stand_with_their_bound_and_failure(void **state)
{
    struct cp_placement placements[DEMANDS] = {[1] = {.moved = true}};
    struct cp_capacity_answer capacity = {.placements = placements,
                                          .any_capacity = true,
                                          .fits = true,
                                          .worst_ppm = 812345,
                                          .bound_ppm = 800000,
                                          .worst_failed_ppm = 1500000,
                                          .bound_failed_ppm = 1500000,
                                          .worst = {0, CP_NONE, 8123, 10000},
                                          .worst_failed = {1, 5, 15000, 10000},
                                          .moved_count = 1};

    (void)state;
    f.answer.capacity = &capacity;
    f.request.capacity_failures = CP_FAIL_LINK | CP_FAIL_NODE;
    text_has("Worst load: 81.23 % on link a--c from a; no placement is below 80 %.\n");
    text_has(
        "Worst load after one failure: 150 % on link a--c from c after node b failed, more than "
        "it carries; no placement is below 150 %.\n");
    text_has("1 ordinary demand is moved from the paths of the IGP.\n");
    json_has("\"worst_load_percent\": 81.2345,");
    json_has("\"gap_percent\": 1.5431,");
    json_has("\"failed\": \"b\", \"failed_kind\": \"node\"}");
    json_has("\"moved\": [\"d2\"]");
    f.request.capacity_failures = CP_FAIL_SRLG;
    capacity.worst_failed.failure = 0;
    text_has("after srlg duct failed");
}

static void what_fits_to_the_bit_holds_though_its_percents_are_rounded_up(void **state)
{
    struct cp_placement placements[DEMANDS] = {0};
    struct cp_capacity_answer capacity = {.placements = placements,
                                          .any_capacity = true,
                                          .fits = true,
                                          .fits_failed = true,
                                          .worst_ppm = 1000002,
                                          .bound_ppm = 1000000,
                                          .worst = {0, CP_NONE, 1000, 1000}};

    (void)state;
    f.answer.capacity = &capacity;
    text_has("Worst load: 100 % on link a--c from a; no placement is below 100 %.\n");
    capacity.fixed_count = 1;
    text_has("; with 1 demand where it is no placement is below 100 %.\n");
    capacity.fixed_count = 2;
    text_has("; with 2 demands where they are no placement is below 100 %.\n");
    json_has("\"fixed\": 2,");
    capacity.fixed_count = 0;
    json_has("\"holds\": true,");
    capacity.fits = false;
    text_has("Worst load: 100 % on link a--c from a, more than it carries; no placement");
    json_has("\"holds\": false,");
}

static void figures_past_what_is_reckoned_are_not_cut_in_silence(void **state)
{
    struct cp_placement placements[DEMANDS] = {0};
    struct cp_capacity_answer capacity = {.placements = placements,
                                          .any_capacity = true,
                                          .worst_ppm = UINT64_C(276701161105643),
                                          .bound_ppm = 1000000,
                                          .worst = {0, CP_NONE, 1000, 1000}};

    (void)state;
    f.answer.capacity = &capacity;
    text_has("Worst load: 27670116110.56 % on link");
    capacity.worst_ppm = CP_FIGURE_MOST;
    text_has("Worst load: more than 100000000000000 % on link");
    capacity.worst = (struct cp_link_load){0, CP_NONE, 10, 0};
    text_has("Worst load: 10 b/s on link a--c from a, more than it carries.\n");
    json_has("\"where\": {\"link\": \"a--c\", \"from\": \"a\", \"load_bps\": 10, "
             "\"capacity_bps\": 0}");
    capacity = (struct cp_capacity_answer){
        .placements = placements, .any_capacity = true, .fits = true, .worst.end = CP_NONE};
    json_has("\"where\": null");
}

static void designs_stand_with_what_they_are_worth(void **state)
{
    static const uint32_t nodes[] = {NODE_A, NODE_C};
    static const struct cp_flexalgo_colour colours[] = {{LINK_AC, NODE_A}};
    struct cp_flexalgo_design design = {.kind = CP_FLEXALGO_INCLUDE,
                                        .algorithm = 128,
                                        .colours = colours,
                                        .colour_count = 1,
                                        .definers = nodes,
                                        .definer_count = 1,
                                        .priority = 255,
                                        .participants = nodes,
                                        .participant_count = 2};
    struct cp_flexalgo_verdict verdict = {
        .state_depth = {CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE},
        .hijack_depth = CP_DEPTH_NONE,
        .demand = CP_NONE,
        .exact = true};
    struct cp_routes_design of = {0, &design, &verdict};

    (void)state;
    f.routes.designs = &of;
    f.routes.design_count = 1;
    text_has("  algorithm 128, metric igp, class gov, includes affinity 0:\n"
             "    clean in every state examined.\n"
             "    definition, at the highest priority, from a\n"
             "    2 nodes take part; 1 end of a link bears the colour (--json lists them).\n");
    json_has("{\"link\": \"a--c\", \"node\": \"a\"}");
    json_has("\"hijack_depth\": null,");
    verdict = (struct cp_flexalgo_verdict){.state_depth = {1, 2, 0},
                                           .liar_joins = true,
                                           .hijacked = true,
                                           .hijack_depth = 0,
                                           .demand = 1,
                                           .unserved = 2};
    text_has(
        "exposed after 1 failure; exposed while it heals, after 2 failures; exposed if equipment "
        "lies, today; untrusted equipment can take part by saying so; untrusted equipment can have "
        "a definition of its own win, which exposes traffic today; 2 demands are not connected.\n");
    json_has("\"demand\": \"d2\",");
}

static void demands_that_nobody_asked_about_are_not_shown(void **state)
{
    (void)state;
    f.results[1] = (struct cp_route_result){.status = CP_ROUTED};
    assert_null(strstr(written(cp_routes_text), "d2, a to b"));
    text_has("2 of 2 demands have");
    json_has("\"wishes\": null,");
    json_has("\"summary\": {\"routed\": 2, \"partial\": 0, \"no_path\": 0, \"uncovered\": 1}");
}

static void check_each_take(writer write)
{
    cp_err err = CP_ERR_NOMEM;

    for (uint64_t takes = 0; err == CP_ERR_NOMEM; takes++) {
        struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
        struct cp_out out = cp_out_make(tight);
        cp_text text;

        cp_arena_fail_after(tight, takes);
        err = write(&f.routes, &out);
        if (err == CP_OK)
            err = cp_out_done(&out, &text);
        cp_arena_close(tight);
    }
    assert_int_equal(err, CP_OK);
}

static void each_take_that_fails_is_an_error(void **state)
{
    (void)state;
    (void)block(CP_BLOCKED_BY_RULES);
    check_each_take(cp_routes_text);
    check_each_take(cp_routes_json);
}

#define ROUTES_TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROUTES_TEST(the_worst_demand_gives_the_exit_code),
        ROUTES_TEST(a_path_stands_with_its_segments_and_the_way_back),
        ROUTES_TEST(addresses_are_written_as_such),
        ROUTES_TEST(shares_are_parts_of_the_bandwidth),
        ROUTES_TEST(what_is_lacking_is_said),
        ROUTES_TEST(a_headend_that_cannot_push_the_list_is_named),
        ROUTES_TEST(a_cut_has_its_members_rules_and_reasons),
        ROUTES_TEST(rules_that_must_go_together_are_named),
        ROUTES_TEST(wishes_that_block_are_named),
        ROUTES_TEST(no_way_at_all_is_said),
        ROUTES_TEST(loads_stand_with_their_bound_and_failure),
        ROUTES_TEST(what_fits_to_the_bit_holds_though_its_percents_are_rounded_up),
        ROUTES_TEST(figures_past_what_is_reckoned_are_not_cut_in_silence),
        ROUTES_TEST(designs_stand_with_what_they_are_worth),
        ROUTES_TEST(demands_that_nobody_asked_about_are_not_shown),
        ROUTES_TEST(each_take_that_fails_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "route/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/out.h"
#include "model/build.h"
#include "policy/policy.h"

/*
 * Sites s (tag gov) and t.  Routers a, b at s and c, d at t; links ab, bc (srlg g, tag new), cd, tun between a and
 * c over bc, and e between c and d over either of the fibres f1, f2; of those f1 passes the amplifier o at site u.
 */

enum { ARENA_BYTES = 64 << 20 };

struct world {
    struct cp_arena *arena;
    struct cp_build *build;
    const struct cp_case *c;
    const struct cp_judge *judge;
    struct cp_net net;
    struct cp_diag diag;
    struct cp_wishes otherwise, got;
    uint32_t line;
};

static struct world world_open(void)
{
    struct world w = {.arena = cp_arena_open(ARENA_BYTES)};
    uint32_t file;

    w.otherwise = (struct cp_wishes){.metric = CP_METRIC_IGP,
                                     .disjoint = CP_DISJOINT_NODE,
                                     .hops_max = CP_NONE,
                                     .delay_max_us = CP_PATH_DELAY_NONE};
    assert_int_equal(cp_build_open(w.arena, &w.build), CP_OK);
    assert_int_equal(cp_build_input(w.build, CP_TEXT("x"), CP_TEXT(""), &file), CP_OK);
    assert_int_equal(cp_build_input(w.build, CP_TEXT("p"), CP_TEXT(""), &file), CP_OK);
    return w;
}

static cp_place place(struct world *w)
{
    return (cp_place){0, ++w->line, 1};
}

static void add_node(struct world *w, const char *id, cp_layer layer, const char *site)
{
    struct cp_node_row row = cp_node_row_make(place(w), cp_text_of(id));

    row.layer = layer;
    row.site = cp_text_of(site);
    assert_int_equal(cp_build_node(w->build, &row, NULL), CP_OK);
}

static struct cp_link_row link_row(struct world *w, const char *id, const char *a, const char *b)
{
    struct cp_link_row row = cp_link_row_make(place(w), cp_text_of(a), cp_text_of(b));

    row.id = cp_text_of(id);
    return row;
}

static void add_link(struct world *w, const struct cp_link_row *row)
{
    assert_int_equal(cp_build_link(w->build, row, NULL), CP_OK);
}

static void add_plain(struct world *w, const char *id, const char *a, const char *b)
{
    struct cp_link_row row = link_row(w, id, a, b);

    add_link(w, &row);
}

static void add_sites(struct world *w)
{
    static const char *const ids[] = {"s", "t", "u"};

    for (size_t i = 0; i < CP_COUNT(ids); i++) {
        struct cp_site_row row = cp_site_row_make(place(w), cp_text_of(ids[i]));

        row.tags = i == 0 ? CP_TEXT("gov") : CP_TEXT("");
        assert_int_equal(cp_build_site(w->build, &row, NULL), CP_OK);
    }
}

static void add_links(struct world *w)
{
    struct cp_link_row row = link_row(w, "bc", "b", "c");

    row.srlgs = CP_TEXT("g");
    row.tags = CP_TEXT("new");
    add_link(w, &row);
    add_plain(w, "ab", "a", "b");
    add_plain(w, "cd", "c", "d");
    row = link_row(w, "f1", "o", "m");
    row.layer = CP_LAYER_OPTICAL;
    add_link(w, &row);
    row = link_row(w, "f2", "m", "q");
    row.layer = CP_LAYER_OPTICAL;
    add_link(w, &row);
    row = link_row(w, "tun", "a", "c");
    row.over = CP_TEXT("bc");
    add_link(w, &row);
    row = link_row(w, "e", "c", "d");
    row.over = CP_TEXT("f1 | f2");
    add_link(w, &row);
}

static void judge(struct world *w, const char *policy)
{
    struct cp_judge_policy *policies = CP_TAKE(w->arena, 1, struct cp_judge_policy);
    const struct cp_policy *read = NULL;

    assert_int_equal(cp_build_finish(w->build, CP_DATE_NONE, &w->c, &w->diag), CP_OK);
    assert_int_equal(cp_policy_read(cp_text_of(policy), 1, w->arena, &read, &w->diag), CP_OK);
    policies[0] = (struct cp_judge_policy){read, CP_DATE_NONE};
    assert_int_equal(cp_judge_make(
                         &(struct cp_judge_ask){
                             .policies = policies, .count = 1, .net = w->c, .as_of = CP_DATE_NONE},
                         w->arena, &w->judge, &w->diag),
                     CP_OK);
    assert_int_equal(cp_net_make(w->c, w->arena, &w->net), CP_OK);
}

#define HEAD "cleanpath-policy: 1\nid: p\nrules: []\ntraffic:\n"

/* One demand from a to d. */
static struct world make(const struct cp_demand_row *wish, const char *classes)
{
    struct world w = world_open();
    struct cp_demand_row row = *wish;

    add_sites(&w);
    add_node(&w, "a", CP_LAYER_IP, "s");
    add_node(&w, "b", CP_LAYER_IP, "s");
    add_node(&w, "c", CP_LAYER_IP, "t");
    add_node(&w, "d", CP_LAYER_IP, "t");
    add_node(&w, "o", CP_LAYER_OPTICAL, "u");
    add_node(&w, "m", CP_LAYER_OPTICAL, "");
    add_node(&w, "q", CP_LAYER_OPTICAL, "");
    add_links(&w);
    row.place = place(&w);
    row.src = CP_TEXT("a");
    row.dst = CP_TEXT("d");
    assert_int_equal(cp_build_demand(w.build, &row, &w.diag), CP_OK);
    judge(&w, classes);
    return w;
}

static struct cp_demand_row silent(void)
{
    return cp_demand_row_make((cp_place){0, 1, 1}, CP_TEXT("a"), CP_TEXT("d"));
}

static cp_err get(struct world *w)
{
    w->got = w->otherwise;
    return cp_wishes_get(w->judge, &w->net, 0, w->arena, &w->got, &w->diag);
}

static void what_nobody_says_the_request_says(void **state)
{
    struct cp_demand_row row = silent();
    struct world w = make(&row, HEAD "  k: { any-end: { site: s } }\n");

    (void)state;
    w.otherwise.hops_max = 9;
    assert_int_equal(get(&w), CP_OK);
    assert_int_equal(w.got.metric, CP_METRIC_IGP);
    assert_int_equal(w.got.disjoint, CP_DISJOINT_NODE);
    assert_false(w.got.disjoint_asked);
    assert_false(w.got.co_routed);
    assert_int_equal(w.got.hops_max, 9);
    assert_true(w.got.delay_max_us == CP_PATH_DELAY_NONE);
    assert_int_equal(w.got.avoid_count + w.got.require_count, 0);
    cp_arena_close(w.arena);
}

static void of_several_classes_the_stricter_holds(void **state)
{
    struct cp_demand_row row = silent();
    struct world w = make(
        &row, HEAD "  k: { any-end: { site: s }, paths: { metric: te, disjoint: link, max-hops: 5, "
                   "co-routed: no, max-delay: 2 ms } }\n"
                   "  l: { any-end: { site: t }, paths: { disjoint: site, max-hops: 7, "
                   "co-routed: yes, max-delay: 1 ms } }\n"
                   "  other: { any-end: { site: u }, paths: { metric: igp, max-hops: 1 } }\n");

    (void)state;
    assert_int_equal(get(&w), CP_OK);
    assert_int_equal(w.got.metric, CP_METRIC_TE);
    assert_int_equal(w.got.disjoint, CP_DISJOINT_SITE);
    assert_true(w.got.disjoint_asked);
    assert_true(w.got.co_routed);
    assert_int_equal(w.got.hops_max, 5);
    assert_int_equal(w.got.delay_max_us, 1000);
    cp_arena_close(w.arena);
}

#define TWO(a, b)                                   \
    HEAD "  k: { any-end: { site: s }, paths: { " a \
         " } }\n  l: { any-end: { site: t }, paths: { " b " } }\n"

static void classes_that_cannot_both_hold_are_a_conflict_unless_the_demand_decides(void **state)
{
    static const char *const policies[] = {
        TWO("metric: te", "metric: delay"),
        TWO("disjoint: site", "disjoint: shared-risk-group"),
        TWO("disjoint: shared-risk-group", "disjoint: site"),
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(policies); i++) {
        struct cp_demand_row row = silent();
        struct world w = make(&row, policies[i]);

        assert_int_equal(get(&w), CP_ERR_CONFLICT);
        assert_int_equal(w.diag.place.file, 1);
        assert_int_equal(w.diag.place.line, 6);
        assert_string_equal(w.diag.subject, "l");
        cp_arena_close(w.arena);
        row.wished.metric = CP_METRIC_IGP;
        row.wished.disjoint = CP_DISJOINT_NONE;
        w = make(&row, policies[i]);
        assert_int_equal(get(&w), CP_OK);
        assert_int_equal(w.got.metric, CP_METRIC_IGP);
        assert_int_equal(w.got.disjoint, CP_DISJOINT_NONE);
        assert_true(w.got.disjoint_asked);
        cp_arena_close(w.arena);
    }
}

static void the_demand_goes_before_its_classes(void **state)
{
    struct cp_demand_row row = silent();
    struct world w;

    (void)state;
    row.wished = (struct cp_wished){CP_METRIC_DELAY, CP_DISJOINT_LINK, CP_SAID_NO, 77, 8};
    w = make(&row, HEAD "  k: { any-end: { site: s }, paths: { metric: te, disjoint: node, "
                        "max-hops: 5, co-routed: yes, max-delay: 2 us } }\n");
    assert_int_equal(get(&w), CP_OK);
    assert_int_equal(w.got.metric, CP_METRIC_DELAY);
    assert_int_equal(w.got.disjoint, CP_DISJOINT_LINK);
    assert_false(w.got.co_routed);
    assert_int_equal(w.got.delay_max_us, 77);
    assert_int_equal(w.got.hops_max, 8);
    cp_arena_close(w.arena);
}

/* "a bc srlg:g": ids of elements, in their order */
static void assert_elements(const struct world *w, const uint32_t *elements, uint32_t count,
                            const char *expected)
{
    struct cp_out out = cp_out_make(w->arena);
    cp_text got;

    for (uint32_t i = 0; i < count; i++) {
        struct cp_failure f = cp_net_failure(&w->net, elements[i]);

        cp_out_str(&out, i == 0 ? "" : " ");
        cp_out_text(&out, f.kind == CP_FAIL_NODE   ? w->c->nodes[f.at].id
                          : f.kind == CP_FAIL_LINK ? w->c->links[f.at].id
                                                   : w->c->srlgs[f.at]);
    }
    assert_int_equal(cp_out_done(&out, &got), CP_OK);
    if (!cp_text_is(got, expected))
        fail_msg("got '%s', expected '%s'", got.at, expected);
}

static void names_mean_all_that_must_be_avoided_for_them(void **state)
{
    static const char *const cases[][2] = {
        {"b", "tun b"}, /* a tunnel over a link of b passes b */
        {"bc", "bc tun"},
        {"d ab", "ab d"},
        {"site:s", "tun a b"},
        {"s", "tun a b"},
        {"tag:gov", "tun a b"},
        {"tag:new", "bc tun"},
        {"srlg:g", "g"},
        {"node:b link:cd", "cd tun b"},
        {"o", "e"},
        {"site:u", "e"},
        {"f2", "e"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct cp_demand_row row = silent();
        struct world w;

        row.avoid = cp_text_of(cases[i][0]);
        w = make(&row, HEAD "  k: {}\n");
        assert_int_equal(get(&w), CP_OK);
        assert_elements(&w, w.got.avoid, w.got.avoid_count, cases[i][1]);
        cp_arena_close(w.arena);
    }
}

static void each_name_to_pass_stands_for_what_surely_passes_it(void **state)
{
    struct cp_demand_row row = silent();
    struct world w;

    (void)state;
    row.require = CP_TEXT("site:t srlg:g m");
    w = make(&row, HEAD "  k: {}\n");
    assert_int_equal(get(&w), CP_OK);
    assert_int_equal(w.got.require_count, 3);
    assert_elements(&w, w.got.require[0].elements, w.got.require[0].count, "tun c d");
    assert_elements(&w, w.got.require[1].elements, w.got.require[1].count,
                    "bc tun"); /* tun inherits g */
    assert_elements(&w, w.got.require[2].elements, w.got.require[2].count, "e"); /* f1 and f2 */
    cp_arena_close(w.arena);
}

static void names_of_nothing_are_refused_with_place_and_nearest_name(void **state)
{
    static const char *const cases[][3] = {
        {"a bcc", "bcc", "bc"},     {"site:w", "site:w", ""}, {"tag:guv", "tag:guv", "tag:gov"},
        {"srlg:gg", "srlg:gg", ""}, {"ccd", "ccd", "cd"},     {"link:tum", "link:tum", "link:tun"},
        {"node:bc", "node:bc", ""},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases) * 2; i++) {
        struct cp_demand_row row = silent();
        const char *const *at = cases[i / 2];
        struct world w;

        if (i % 2 == 0)
            row.avoid = cp_text_of(at[0]);
        else
            row.require = cp_text_of(at[0]);
        row.avoid_column = row.require_column = 7;
        w = make(&row, HEAD "  k: {}\n");
        assert_int_equal(get(&w), CP_ERR_UNKNOWN_ID);
        assert_int_equal(w.diag.place.column, 7);
        assert_int_equal(w.diag.place.line, w.line);
        assert_string_equal(w.diag.subject, at[1]);
        assert_string_equal(w.diag.hint, at[2]);
        cp_arena_close(w.arena);
    }
}

static void what_no_path_is_sure_to_pass_cannot_be_required(void **state)
{
    struct cp_demand_row row = silent();
    struct world w;

    (void)state;
    row.require = CP_TEXT("o"); /* e may go the other way */
    w = make(&row, HEAD "  k: {}\n");
    assert_int_equal(get(&w), CP_ERR_UNKNOWN_ID);
    assert_string_equal(w.diag.subject, "o");
    cp_arena_close(w.arena);
}

static void as_many_can_be_required_as_searches_can_heed_and_no_more(void **state)
{
    char list[2 * (CP_REQUIRE_MAX + 1) + 1] = "";

    (void)state;
    for (uint32_t names = 1; names <= CP_REQUIRE_MAX + 1; names++) {
        struct cp_demand_row row = silent();
        struct world w;

        strcat(list, names == 1 ? "e" : " e");
        if (names < CP_REQUIRE_MAX)
            continue;
        row.require = cp_text_of(list);
        row.require_column = 7;
        w = make(&row, HEAD "  k: {}\n");
        assert_int_equal(get(&w), names > CP_REQUIRE_MAX ? CP_ERR_LIMIT : CP_OK);
        if (names <= CP_REQUIRE_MAX)
            assert_int_equal(w.got.require_count, names);
        else
            assert_int_equal(w.diag.place.column, 7);
        cp_arena_close(w.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_says_the_request_says),
        cmocka_unit_test(of_several_classes_the_stricter_holds),
        cmocka_unit_test(classes_that_cannot_both_hold_are_a_conflict_unless_the_demand_decides),
        cmocka_unit_test(the_demand_goes_before_its_classes),
        cmocka_unit_test(names_mean_all_that_must_be_avoided_for_them),
        cmocka_unit_test(each_name_to_pass_stands_for_what_surely_passes_it),
        cmocka_unit_test(names_of_nothing_are_refused_with_place_and_nearest_name),
        cmocka_unit_test(what_no_path_is_sure_to_pass_cannot_be_required),
        cmocka_unit_test(as_many_can_be_required_as_searches_can_heed_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

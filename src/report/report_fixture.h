#pragma once

/*
 * Results made by hand over a small case.
 * Nodes a, b, c (maker unknown), r7 (huawei, at camp, which is tagged base); the link a--r7 is in
 * the SRLG duct-7.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "report/report.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define DEMANDS 7u

static const char policy_text[] =
    "cleanpath-policy: 1\n"
    "id: test\n"
    "says: A policy for a test.\n"
    "makers: { huawei: { names: [Huawei] } }\n"
    "traffic:\n"
    "  sensitive: { says: Whatever names it. }\n"
    "rules:\n"
    "  - id: r1\n"
    "    says: Sensitive traffic avoids Huawei.\n"
    "    forbid-transit: { maker: huawei }\n"
    "    of: sensitive\n"
    "    unknown: undecided\n"
    "    under-failure: { any-one-of: [link, node, shared-risk-group] }\n"
    "  - id: p1\n"
    "    says: No Huawei serves a base.\n"
    "    forbid-presence: { maker: huawei }\n"
    "    at: { site-tag: base }\n"
    "    unknown: undecided\n";

struct fixture {
    struct cp_arena *arena;
    uint32_t file;
    const struct cp_case *net;
    const struct cp_judge *judge;
    struct cp_audit_request request;
    struct cp_demand_result results[DEMANDS];
    struct cp_exposure exposures[DEMANDS];
    struct cp_report report;
};

static inline void add_node(struct fixture *f, struct cp_build *build, const char *id,
                            const char *maker, const char *site)
{
    static const cp_place none = {0, 0, 0};
    struct cp_node_row row = cp_node_row_make(none, cp_text_of(id));

    row.place.file = f->file;
    row.place.line = 2;
    row.maker = cp_text_of(maker);
    row.site = cp_text_of(site);
    assert_int_equal(cp_build_node(build, &row, NULL), CP_OK);
}

static inline void add_link(struct fixture *f, struct cp_build *build, const char *a, const char *b,
                            const char *srlgs)
{
    struct cp_link_row row =
        cp_link_row_make((cp_place){f->file, 3, 0}, cp_text_of(a), cp_text_of(b));

    row.srlgs = cp_text_of(srlgs);
    assert_int_equal(cp_build_link(build, &row, NULL), CP_OK);
}

static inline void add_demand(struct fixture *f, struct cp_build *build, const char *traffic_class,
                              uint64_t bandwidth_bps)
{
    struct cp_demand_row row =
        cp_demand_row_make((cp_place){f->file, 4, 0}, CP_TEXT("a"), CP_TEXT("b"));

    row.traffic_class = cp_text_of(traffic_class);
    row.bandwidth_bps = bandwidth_bps;
    assert_int_equal(cp_build_demand(build, &row, NULL), CP_OK);
}

static inline void make_case(struct fixture *f, uint32_t demands)
{
    struct cp_build *build;
    struct cp_site_row site;

    assert_int_equal(cp_build_open(f->arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("t.csv"), CP_TEXT("bytes"), &f->file), CP_OK);
    site = cp_site_row_make((cp_place){f->file, 1, 0}, CP_TEXT("camp"));
    site.tags = CP_TEXT("base");
    assert_int_equal(cp_build_site(build, &site, NULL), CP_OK);
    add_node(f, build, "a", "Nokia", "");
    add_node(f, build, "b", "Nokia", "");
    add_node(f, build, "c", "", "camp");
    add_node(f, build, "r7", "Huawei", "camp");
    add_link(f, build, "a", "r7", "duct-7");
    add_link(f, build, "r7", "b", "");
    add_link(f, build, "a", "c", "");
    add_link(f, build, "c", "b", "");
    for (uint32_t d = 0; d < demands; d++)
        add_demand(f, build, d == 6 ? "" : "sensitive", d == 0 ? 3000 : 1000);
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &f->net, NULL), CP_OK);
}

static inline void make_judge(struct fixture *f)
{
    const struct cp_policy *policy;
    cp_date date;
    struct cp_diag diag = {.why = NULL};
    cp_err err;

    err = cp_policy_read(CP_TEXT(policy_text), f->file, f->arena, &policy, &diag);
    if (err != CP_OK)
        fail_msg("line %u: %s: %s", diag.place.line, diag.why, diag.subject);
    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-21"), &date), CP_OK);
    struct cp_judge_policy asked = {.policy = policy, .as_of = date};

    assert_int_equal(cp_judge_make(&(struct cp_judge_ask){&asked, 1, f->net, date, 0, NULL},
                                   f->arena, &f->judge, &diag),
                     CP_OK);
}

static inline cp_node node(const struct fixture *f, const char *id)
{
    return cp_case_node(f->net, cp_text_of(id));
}

static inline cp_link link_of(const struct fixture *f, const char *id)
{
    return cp_case_link(f->net, cp_text_of(id));
}

/* The way a, MIDDLE, over the link between them. */
static inline void set_way(struct fixture *f, struct cp_exposure *e, const char *middle,
                           const char *link)
{
    cp_node *nodes = CP_TAKE(f->arena, 2, cp_node);
    cp_link *links = CP_TAKE(f->arena, 1, cp_link);

    nodes[0] = node(f, "a");
    nodes[1] = node(f, middle);
    links[0] = link_of(f, link);
    e->nodes = nodes;
    e->links = links;
    e->node_count = 2;
}

static inline struct cp_demand_result result_of(cp_verdict verdict, uint32_t exposure_depth)
{
    return (struct cp_demand_result){
        .verdict = verdict,
        .exposure_depth = exposure_depth,
        .cut_depth = CP_DEPTH_NONE,
        .state_depth = {exposure_depth, exposure_depth, exposure_depth},
        .clean_way = true,
        .judged = true,
    };
}

static inline struct cp_failure link_failure(const struct fixture *f, const char *id)
{
    return (struct cp_failure){CP_FAIL_LINK, link_of(f, id).at};
}

/* d1 violation today; d2 while c fails; d3 undecided; d4 no path; d5 a lie; d6 two deep; d7 free */
static inline void make_results(struct fixture *f)
{
    struct cp_exposure *e = f->exposures;

    e[0] = (struct cp_exposure){.kind = CP_OBJECT_NODE, .element = node(f, "r7").at};
    set_way(f, &e[0], "r7", "a--r7");
    e[1] = e[0];
    e[1].state = CP_STATE_TRANSITION;
    e[1].direction = CP_REVERSE;
    e[1].failures[0] = (struct cp_failure){CP_FAIL_NODE, node(f, "c").at};
    e[1].failure_count = 1;
    e[2] = (struct cp_exposure){.kind = CP_OBJECT_NODE, .element = node(f, "c").at};
    set_way(f, &e[2], "c", "a--c");
    e[4] = e[0];
    e[4].state = CP_STATE_LIAR;
    set_way(f, &e[4], "r7", "a--r7");
    e[5] = e[0];
    e[5].failures[0] = link_failure(f, "a--c");
    e[5].failures[1] = (struct cp_failure){CP_FAIL_SRLG, 0};
    e[5].failure_count = 2;

    f->results[0] = result_of(CP_VERDICT_VIOLATION, 0);
    f->results[0].exposure = &e[0];
    f->results[0].cut_depth = 1;
    f->results[0].cut[0] = (struct cp_failure){CP_FAIL_SRLG, 0};
    f->results[1] = result_of(CP_VERDICT_VIOLATION, 1);
    f->results[1].exposure = &e[1];
    f->results[2] = result_of(CP_VERDICT_UNDECIDED, CP_DEPTH_NONE);
    f->results[2].undecided = &e[2];
    f->results[2].clean_way = false;
    f->results[3] = result_of(CP_VERDICT_NO_PATH, CP_DEPTH_NONE);
    f->results[3].cut_depth = 0;
    f->results[3].clean_way = false;
    f->results[4] = result_of(CP_VERDICT_OK, CP_DEPTH_NONE);
    f->results[4].state_depth[CP_STATE_LIAR] = 0;
    f->results[4].liar = &e[4];
    f->results[5] = result_of(CP_VERDICT_OK, 2);
    f->results[5].exposure = &e[5];
    f->results[6] = result_of(CP_VERDICT_OK, CP_DEPTH_NONE);
    f->results[6].judged = false;
}

static inline int open_fixture(void **state, uint32_t demands)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof(fixture));
    fixture.arena = cp_arena_open(ARENA_BYTES);
    if (fixture.arena == NULL)
        return 1;
    make_case(&fixture, demands);
    make_judge(&fixture);
    make_results(&fixture);
    fixture.request = (struct cp_audit_request){.depth = 2, .failure_kinds = CP_FAIL_ALL};
    fixture.report = (struct cp_report){
        .judge = fixture.judge, .request = &fixture.request, .results = fixture.results};
    *state = &fixture;
    return 0;
}

static inline int open_full(void **state)
{
    return open_fixture(state, DEMANDS);
}

static inline int open_without_demands(void **state)
{
    return open_fixture(state, 0);
}

static inline int close_fixture(void **state)
{
    cp_arena_close(((struct fixture *)*state)->arena);
    return 0;
}

typedef cp_err (*write_function)(const struct cp_report *report, struct cp_out *out);

static const char *written(struct fixture *f, write_function write)
{
    struct cp_out out = cp_out_make(f->arena);
    cp_text text;

    assert_int_equal(write(&f->report, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.at;
}

static inline void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, text);
}

#define WITH_FIXTURE(name) cmocka_unit_test_setup_teardown(name, open_full, close_fixture)

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "report/difference.h"

/*
 * Two cases under one policy.  Then: a (nokia), b (nokia), c (nokia), links a--b, b--c, demands stays and goes.  Now: n (huawei)
 * before all others, so that nothing has the index that it had, b (huawei), c (nokia), no a, links n--b, b--c, demands comes and stays.
 */

#define ARENA_BYTES ((size_t)32 << 20)

static const char policy[] = "cleanpath-policy: 1\n"
                             "id: test\n"
                             "says: A policy for a test.\n"
                             "authority: { by: Office }\n"
                             "rules:\n"
                             "  - id: r1\n"
                             "    says: No Huawei.\n"
                             "    forbid-transit: { maker: huawei }\n"
                             "  - id: p1\n"
                             "    says: No Huawei anywhere.\n"
                             "    forbid-presence: { maker: huawei }\n";

enum { THEN, NOW, SIDES, DEMANDS = 2 };

struct fixture {
    struct cp_arena *arena;
    struct cp_judge_policy policy;
    struct cp_audit_request request;
    struct cp_demand_result results[SIDES][DEMANDS];
    struct cp_report reports[SIDES];
};

static void add_node(struct cp_build *build, const char *id, const char *maker)
{
    struct cp_node_row row = cp_node_row_make((cp_place){0, 2, 0}, cp_text_of(id));

    row.maker = cp_text_of(maker);
    assert_int_equal(cp_build_node(build, &row, NULL), CP_OK);
}

static void add_link(struct cp_build *build, const char *a, const char *b)
{
    struct cp_link_row row = cp_link_row_make((cp_place){0, 3, 0}, cp_text_of(a), cp_text_of(b));

    row.maker = CP_TEXT("Nokia");
    assert_int_equal(cp_build_link(build, &row, NULL), CP_OK);
}

static void add_demand(struct cp_build *build, const char *id)
{
    struct cp_demand_row row = cp_demand_row_make((cp_place){0, 4, 0}, CP_TEXT("b"), CP_TEXT("c"));

    row.id = cp_text_of(id);
    assert_int_equal(cp_build_demand(build, &row, NULL), CP_OK);
}

static const struct cp_case *make_case(struct fixture *f, uint32_t side)
{
    const struct cp_case *net;
    struct cp_build *build;
    uint32_t file;

    assert_int_equal(cp_build_open(f->arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("t.csv"), CP_TEXT("bytes"), &file), CP_OK);
    if (side == THEN) {
        add_node(build, "a", "Nokia");
        add_node(build, "b", "Nokia");
    } else {
        add_node(build, "n", "Huawei");
        add_node(build, "b", "Huawei");
    }
    add_node(build, "c", "Nokia");
    add_link(build, side == THEN ? "a" : "n", "b");
    add_link(build, "b", "c");
    add_demand(build, side == THEN ? "stays" : "comes");
    add_demand(build, side == THEN ? "goes" : "stays");
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &net, NULL), CP_OK);
    return net;
}

static void make_report(struct fixture *f, uint32_t side, cp_verdict verdict)
{
    struct cp_judge_ask ask = {&f->policy, 1, make_case(f, side), CP_DATE_NONE, 0, NULL};
    struct cp_report *report = &f->reports[side];

    for (uint32_t d = 0; d < DEMANDS; d++)
        f->results[side][d] = (struct cp_demand_result){.verdict = verdict,
                                                        .exposure_depth = CP_DEPTH_NONE,
                                                        .cut_depth = CP_DEPTH_NONE,
                                                        .judged = true};
    *report = (struct cp_report){.request = &f->request, .results = f->results[side]};
    assert_int_equal(cp_judge_make(&ask, f->arena, &report->judge, NULL), CP_OK);
}

static int open_fixture(void **state)
{
    static struct fixture f;

    f = (struct fixture){.arena = cp_arena_open(ARENA_BYTES), .request = {.depth = 0}};
    if (f.arena == NULL)
        return 1;
    assert_int_equal(
        cp_policy_read(cp_text_of(policy), CP_PLACE_NO_FILE, f.arena, &f.policy.policy, NULL),
        CP_OK);
    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-21"), &f.policy.as_of), CP_OK);
    make_report(&f, THEN, CP_VERDICT_OK);
    make_report(&f, NOW, CP_VERDICT_VIOLATION);
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    cp_arena_close(((struct fixture *)*state)->arena);
    return 0;
}

static const struct cp_difference *difference_of(struct fixture *f, uint32_t before, uint32_t after)
{
    const struct cp_difference *difference;

    assert_int_equal(
        cp_difference_make(&f->reports[before], &f->reports[after], f->arena, &difference), CP_OK);
    return difference;
}

static const char *written(struct fixture *f, const struct cp_difference *difference,
                           cp_err (*write)(const struct cp_difference *, struct cp_out *))
{
    struct cp_out out = cp_out_make(f->arena);
    cp_text text;

    assert_int_equal(write(difference, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.at;
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void assert_differ(struct cp_differing differ, uint32_t changed, uint32_t added,
                          uint32_t gone)
{
    assert_int_equal(differ.changed, changed);
    assert_int_equal(differ.added, added);
    assert_int_equal(differ.gone, gone);
}

static void things_of_two_cases_are_the_same_by_their_ids(void **state)
{
    const struct cp_difference *d = difference_of(*state, THEN, NOW);

    assert_differ(d->elements_differ, 1, 2, 2); /* b; n, n--b; a, a--b */
    assert_differ(d->demands_differ, 1, 1, 1);
    assert_int_equal(d->worse.elements, 2); /* b, n */
    assert_int_equal(d->worse.demands, 2);
    assert_int_equal(d->worse.findings, 2);
}

static void what_one_case_alone_has_is_told_without_the_other_ones_verdict(void **state)
{
    const struct cp_difference *d = difference_of(*state, THEN, NOW);
    const char *text = written(*state, d, cp_difference_text);
    const char *json = written(*state, d, cp_difference_json);

    assert_holds(text, "\nELEMENTS (5)\n"
                       "node n: not there -> untrusted\n"
                       "    rule r1 of test (Office): No Huawei.\n"
                       "      before: not there\n"
                       "      after: untrusted: maker huawei, t.csv:2\n");
    assert_holds(text, "node b: trusted -> untrusted\n");
    assert_holds(text, "node a: trusted -> not there\n"
                       "link n--b: not there -> trusted\n"
                       "link a--b: trusted -> not there\n");
    assert_holds(text, "\nDEMANDS (3)\n"
                       "comes, b to c: not there -> violation\n"
                       "stays, b to c: ok -> violation\n"
                       "goes, b to c: ok -> not there\n");
    assert_holds(json, "\"element\": \"n\",\n      \"element_kind\": \"node\",\n"
                       "      \"before\": null,\n      \"after\": \"untrusted\",\n");
    assert_holds(json, "\"element\": \"a--b\",\n      \"element_kind\": \"link\",\n"
                       "      \"before\": \"trusted\",\n      \"after\": null,\n"
                       "      \"rules\": []\n");
    assert_holds(json, "\"id\": \"comes\",\n      \"before\": null,\n      \"after\": {\n");
    assert_holds(json, "\"id\": \"goes\",\n      \"before\": {\n");
}

static void with_the_cases_exchanged_what_was_added_is_gone(void **state)
{
    const struct cp_difference *d = difference_of(*state, NOW, THEN);
    const char *text = written(*state, d, cp_difference_text);

    assert_differ(d->elements_differ, 1, 2, 2);
    assert_false(cp_difference_is_worse(d));
    assert_holds(text, "node n: untrusted -> not there\n"
                       "    rule r1 of test (Office): No Huawei.\n"
                       "      before: untrusted: maker huawei, t.csv:2\n"
                       "      after: not there\n");
    assert_holds(text, "comes, b to c: violation -> not there\n");
    assert_holds(text, "presence, node n: violation -> ok\n");
}

static void the_same_case_twice_does_not_differ(void **state)
{
    struct fixture *f = *state;
    struct cp_report then = f->reports[THEN];

    make_report(f, THEN, CP_VERDICT_OK);
    assert_ptr_not_equal(then.judge->net, f->reports[THEN].judge->net);
    assert_holds(written(f, difference_of(f, THEN, THEN), cp_difference_text),
                 "\nNo verdict changes.\n");
    f->reports[NOW] = then;
    assert_holds(written(f, difference_of(f, THEN, NOW), cp_difference_text),
                 "\nNo verdict changes.\n");
}

static void every_failed_allocation_is_told(void **state)
{
    struct fixture *f = *state;
    cp_arena_mark mark = cp_arena_mark_get(f->arena);
    cp_err err = CP_ERR_NOMEM;
    uint64_t takes = 0;

    for (; err != CP_OK && takes < 10000; takes++) {
        const struct cp_difference *difference;

        cp_arena_fail_after(f->arena, takes);
        err = cp_difference_make(&f->reports[THEN], &f->reports[NOW], f->arena, &difference);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_reset(f->arena, mark);
    }
    assert_true(takes > 10);
    assert_int_equal(err, CP_OK);
    cp_arena_fail_after(f->arena, UINT64_MAX);
}

#define WITH_FIXTURE(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(things_of_two_cases_are_the_same_by_their_ids),
        WITH_FIXTURE(what_one_case_alone_has_is_told_without_the_other_ones_verdict),
        WITH_FIXTURE(with_the_cases_exchanged_what_was_added_is_gone),
        WITH_FIXTURE(the_same_case_twice_does_not_differ),
        WITH_FIXTURE(every_failed_allocation_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "app/proof.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "app/machine.h"

/* Faults of the engine, made after the audit of the example network and before the check. */

struct example {
    struct cp_audit_options options;
    struct cp_arena *arena;
    struct cp_notes *notes;
    struct cp_answer answer;
    struct cp_demand_result *results; /* those of the answer, to be spoilt */
};

static int open_example(void **state)
{
    static struct example example;
    struct example *e = &example;

    *e = (struct example){.options = {.command = &cp_audit_command,
                                      .wanted = {.folder = "examples/korea"},
                                      .depth = 1,
                                      .jobs = 2},
                          .arena = cp_arena_open(SIZE_MAX)};
    assert_non_null(e->arena);
    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-21"), &e->options.as_of), CP_OK);
    assert_int_equal(cp_notes_open(NULL, e->arena, &e->notes), CP_OK);
    assert_int_equal(cp_answer_open(&e->options, e->notes, &e->answer), CP_EXIT_OK);
    assert_int_equal(cp_answer_find(&e->answer), CP_EXIT_OK);
    assert_int_equal(cp_answer_make(&e->answer), CP_EXIT_OK);
    e->results = CP_TAKE(e->arena, e->answer.loaded.net->demand_count, struct cp_demand_result);
    assert_non_null(e->results);
    memcpy(e->results, e->answer.results, e->answer.loaded.net->demand_count * sizeof *e->results);
    *state = e;
    return 0;
}

static int close_example(void **state)
{
    struct example *e = *state;

    cp_answer_close(&e->answer);
    cp_arena_close(e->arena);
    return 0;
}

static cp_exit check_with(const struct example *e, uint32_t jobs)
{
    struct cp_report report = cp_answer_report(&e->answer);

    report.results = e->results;
    return cp_answer_check(&report, jobs, NULL);
}

/* Some demand with such an exposure depth. */
static struct cp_demand_result *exposed_at(const struct example *e, uint32_t depth)
{
    for (uint32_t d = 0; d < e->answer.loaded.net->demand_count; d++)
        if (e->results[d].judged && e->results[d].exposure_depth == depth)
            return &e->results[d];
    fail_msg("no demand is exposed at %u", depth);
    return NULL;
}

static void a_right_answer_is_upheld_on_any_number_of_threads(void **state)
{
    for (uint32_t jobs = 1; jobs <= 4; jobs++)
        assert_int_equal(check_with(*state, jobs), CP_EXIT_OK);
}

static void a_violation_called_ok_is_refused(void **state)
{
    struct cp_demand_result *r = exposed_at(*state, 0);

    r->verdict = CP_VERDICT_OK;
    assert_int_equal(check_with(*state, 2), CP_EXIT_UNPROVEN);
}

static void an_exposure_that_was_missed_is_refused(void **state)
{
    struct cp_demand_result *r = exposed_at(*state, 0);

    r->verdict = CP_VERDICT_OK;
    r->exposure_depth = CP_DEPTH_NONE;
    for (int s = 0; s < CP_STATE_COUNT; s++)
        r->state_depth[s] = CP_DEPTH_NONE;
    r->exposure = r->violation = r->undecided = r->liar = r->steady = NULL;
    assert_int_equal(check_with(*state, 2), CP_EXIT_UNPROVEN);
}

static void a_lie_that_was_missed_is_refused(void **state)
{
    struct cp_demand_result *r = exposed_at(*state, 0);

    r->state_depth[CP_STATE_LIAR] = CP_DEPTH_NONE;
    r->liar = NULL;
    assert_int_equal(check_with(*state, 1), CP_EXIT_UNPROVEN);
}

static void a_cut_that_was_missed_is_refused(void **state)
{
    struct example *e = *state;

    for (uint32_t d = 0; d < e->answer.loaded.net->demand_count; d++)
        if (e->results[d].cut_depth == 1) {
            e->results[d].cut_depth = CP_DEPTH_NONE;
            assert_int_equal(check_with(e, 2), CP_EXIT_UNPROVEN);
            return;
        }
    fail_msg("no demand is cut by one failure");
}

static uint32_t ip_link(const struct example *e)
{
    uint32_t link = 0;

    while (e->answer.loaded.net->links[link].layer != CP_LAYER_IP)
        link++;
    return link;
}

static void a_cut_that_cuts_nothing_is_refused(void **state)
{
    struct example *e = *state;

    for (uint32_t d = 0; d < e->answer.loaded.net->demand_count; d++)
        if (e->results[d].cut_depth == CP_DEPTH_NONE) {
            e->results[d].cut_depth = 1;
            e->results[d].cut[0] = (struct cp_failure){CP_FAIL_LINK, ip_link(e)};
            assert_int_equal(check_with(e, 2), CP_EXIT_UNPROVEN);
            return;
        }
    fail_msg("every demand is cut by one failure");
}

static void a_clean_demand_called_exposed_is_refused(void **state)
{
    struct cp_demand_result *r = exposed_at(*state, CP_DEPTH_NONE);
    const struct cp_demand_result *other = exposed_at(*state, 0);

    r->verdict = CP_VERDICT_VIOLATION;
    r->exposure_depth = 0;
    r->state_depth[CP_STATE_STEADY] = 0;
    r->state_depth[CP_STATE_TRANSITION] = 1;
    r->exposure = other->exposure;
    assert_int_equal(check_with(*state, 2), CP_EXIT_UNPROVEN);
}

static void a_clean_way_that_is_none_is_refused(void **state)
{
    struct example *e = *state;

    e->results[0].clean_way = !e->results[0].clean_way;
    assert_int_equal(check_with(e, 2), CP_EXIT_UNPROVEN);
}

#define TEST(fact) cmocka_unit_test_setup_teardown(fact, open_example, close_example)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_right_answer_is_upheld_on_any_number_of_threads),
        TEST(a_violation_called_ok_is_refused),
        TEST(an_exposure_that_was_missed_is_refused),
        TEST(a_lie_that_was_missed_is_refused),
        TEST(a_cut_that_was_missed_is_refused),
        TEST(a_cut_that_cuts_nothing_is_refused),
        TEST(a_clean_demand_called_exposed_is_refused),
        TEST(a_clean_way_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

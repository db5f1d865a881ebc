#include "drive_square.h"

/* The verdict at the moment of a report: the worst that may be so, and what an order explains is nothing bad. */

/*
 *   n0 -- n1 (huawei) -- n4      over n1 it costs 20, over n2 40, over n3 60
 *     \-- n2 --/
 *      \- n3 -/
 */
static struct rig three_ways(void)
{
    return (struct rig){.routers = 5,
                        .links = 6,
                        .feeds = 1,
                        .link = {{0, 1, 10, false, 0},
                                 {1, 4, 10, false, 0},
                                 {0, 2, 20, false, 0},
                                 {2, 4, 20, false, 0},
                                 {0, 3, 30, false, 0},
                                 {3, 4, 30, false, 0}},
                        .maker = {"Nokia", "Huawei", "Nokia", "Nokia", "Nokia"},
                        .system = "frr-8.4"};
}

static const struct rig_lsp *first(const struct rig *r)
{
    assert_non_null(rig_up(r, 0));
    return rig_up(r, 0);
}

static struct rig_lsp over(const struct rig *r, uint32_t first_label, uint32_t second)
{
    struct rig_lsp lsp = *first(r);

    lsp.labels[0] = first_label;
    lsp.labels[1] = second;
    lsp.count = 2;
    return lsp;
}

static struct rig_lsp down(const struct rig *r)
{
    struct rig_lsp lsp = *first(r);

    lsp.up = false;
    return lsp;
}

static void report(struct rig *r, struct rig_lsp lsp, uint32_t srp_id)
{
    rig_report(r, 0, &lsp, srp_id);
}

/* --- by itself ------------------------------------------------------------------------------------- */

static void a_forbidden_path_that_a_router_takes_by_itself_is_a_violation_with_its_report(
    void **state)
{
    struct rig r = three_ways();
    struct rig_lsp as_meant;

    (void)state;
    r.guarded = true;
    open_and_steer(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    as_meant = *first(&r);
    r.pccs[0].silent = true;
    report(&r, over(&r, 15000, 15002), 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    report(&r, as_meant, 0); /* which may be from before the order that it was given */
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_wait(&r, 6 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

/* Another candidate path of the router's own may have taken over: where that leads nobody knows. */
static void what_a_router_takes_down_by_itself_is_not_ok_where_the_ordinary_way_is_clean(
    void **state)
{
    struct rig r = three_ways();

    (void)state;
    r.link[2].metric = r.link[3].metric = 5;
    open_and_steer(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    report(&r, down(&r), 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_close(&r);
}

static void what_a_router_takes_down_by_itself_is_a_violation_where_the_ordinary_way_is_one(
    void **state)
{
    struct rig r = three_ways();

    (void)state;
    open_and_steer(&r);
    report(&r, down(&r), 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_close(&r);
}

/* --- after an order ---------------------------------------------------------------------------------- */

/* From over n2 to over n3, which is as clean; routers say nothing of it yet. */
static void move(struct rig *r)
{
    open_and_steer(r);
    r->pccs[0].silent = true;
    r->link[2].metric = 100;
    rig_tell(r, 0);
    for (uint32_t i = 0, before = r->orders; i < 100 && r->orders < before + 2; i++)
        rig_wait(r, RIG_SECOND / 10);
}

static void
a_router_that_still_reports_the_clean_path_before_is_ok_for_as_long_as_its_order_has_time(
    void **state)
{
    struct rig r = three_ways();

    (void)state;
    move(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    assert_non_null(rig_verdict(&r).why);
    report(&r, *first(&r), 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_wait(&r, 6 * RIG_SECOND); /* settle is over */
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_close(&r);
}

/* FRR: O=0 in answer to the order, ACTIVE three seconds later; no packet is lost meanwhile. */
static void a_router_that_goes_down_to_move_is_neither_ok_nor_a_violation_meanwhile(void **state)
{
    struct rig r = three_ways();
    struct rig_lsp lsp;

    (void)state;
    move(&r);
    lsp = over(&r, 15008, 15010);
    lsp.up = false;
    report(&r, lsp, r.pccs[0].srp_id);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    lsp.up = true;
    report(&r, lsp, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

static void a_forbidden_path_in_the_place_of_an_answer_is_a_violation_at_once(void **state)
{
    struct rig r = three_ways();

    (void)state;
    move(&r);
    report(&r, over(&r, 15000, 15002), 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_close(&r);
}

/* --- after a restart --------------------------------------------------------------------------------- */

static void after_a_restart_it_is_unknown_until_the_router_is_back_or_is_known_to_have_let_go(
    void **state)
{
    struct rig r = three_ways();
    struct cp_drive_verdict said;

    (void)state;
    open_and_steer(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_restart(&r);
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_UNDECIDED);
    assert_non_null(strstr(said.why, "unknown since the restart"));
    rig_wait(&r, 30 * RIG_SECOND); /* FRR keeps it no longer */
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_connect(&r, 0);
    rig_connect(&r, 1);
    rig_wait(&r, 20 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

static void before_and_after_a_restart_nobody_steers_what_no_router_was_told(void **state)
{
    struct rig r = three_ways();

    (void)state;
    rig_open(&r);
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    assert_true(rig_verdict(&r).unsteered);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_restart(&r);
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    assert_true(rig_verdict(&r).unsteered);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_forbidden_path_that_a_router_takes_by_itself_is_a_violation_with_its_report),
        cmocka_unit_test(
            what_a_router_takes_down_by_itself_is_not_ok_where_the_ordinary_way_is_clean),
        cmocka_unit_test(
            what_a_router_takes_down_by_itself_is_a_violation_where_the_ordinary_way_is_one),
        cmocka_unit_test(
            a_router_that_still_reports_the_clean_path_before_is_ok_for_as_long_as_its_order_has_time),
        cmocka_unit_test(a_router_that_goes_down_to_move_is_neither_ok_nor_a_violation_meanwhile),
        cmocka_unit_test(a_forbidden_path_in_the_place_of_an_answer_is_a_violation_at_once),
        cmocka_unit_test(
            after_a_restart_it_is_unknown_until_the_router_is_back_or_is_known_to_have_let_go),
        cmocka_unit_test(before_and_after_a_restart_nobody_steers_what_no_router_was_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

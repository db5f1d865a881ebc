#include "rig_up.h"

/* An edge and its agent: orders, and what the kernel does by itself. */

/* --- orders --------------------------------------------------------------------------------------- */

static void an_lsp_is_active_once_the_kernel_has_it(void **state)
{
    struct rig *r = up();
    uint32_t srp;

    (void)state;
    r->agent_waits = true;
    srp = rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    assert_int_not_equal(r->controllers[0].answered_srp, srp);
    assert_true(rig_lsp(r, 0, "a") == NULL || rig_lsp(r, 0, "a")->state != CP_PCE_LSP_ACTIVE);
    r->agent_waits = false;
    rig_run(r);
    assert_int_equal(r->controllers[0].answered_srp, srp);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_5);
    rig_close(r);
}

static void nothing_new_is_ordered_before_its_name_is_kept(void **state)
{
    struct rig *r = up();

    (void)state;
    r->disk_waits = true;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    assert_int_equal(r->orders, 0);
    r->disk_waits = false;
    rig_run(r);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    rig_close(r);
}

static void a_full_disk_keeps_new_lsps_waiting_and_no_others(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    r->disk_full = true;
    (void)rig_initiate(r, 0, "b", 200200, OVER_5);
    (void)rig_update(r, 0, "a", OVER_4);
    rig_wait(r, 5 * RIG_SECOND_US);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_4);
    assert_kernel(r, 1, CP_AGENT_STATE_STOPPED, "");
    r->disk_full = false;
    rig_wait(r, 2 * RIG_SECOND_US);
    assert_kernel(r, 1, CP_AGENT_STATE_INSTALLED, OVER_5);
    rig_close(r);
}

static void what_the_policy_forbids_is_refused_and_was_never_there(void **state)
{
    static const char *const paths[] = {FORBIDDEN, "fcbb:1::14 fcbb:5::58", "fcbb:1::14",
                                        "fcbb:1::16 fcbb:4::48"};
    struct rig *r = up();

    (void)state;
    for (uint32_t i = 0; i < CP_COUNT(paths); i++) {
        uint32_t srp = rig_initiate(r, 0, "a", 100200, paths[i]);

        rig_run(r);
        assert_int_equal(r->controllers[0].errors, i + 1);
        assert_int_equal(r->controllers[0].error_srp, srp);
        assert_int_equal(r->controllers[0].error_type, 24);
        assert_int_equal(r->controllers[0].error_value, 1);
        assert_kernel(r, 0, CP_AGENT_STATE_STOPPED, "");
    }
    rig_close(r);
}

static void an_endpoint_or_colour_that_the_policy_has_not_is_refused_unasked(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 300200, OVER_5);
    rig_run(r);
    assert_int_equal(r->controllers[0].errors, 1);
    assert_int_equal(r->orders, 0);
    rig_close(r);
}

static void an_update_replaces_the_path_in_place(void **state)
{
    struct rig *r = up();
    uint32_t srp;

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    srp = rig_update(r, 0, "a", OVER_6);
    rig_run(r);
    assert_int_equal(r->controllers[0].answered_srp, srp);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_6);
    assert_int_equal(r->orders, 2);
    assert_int_equal(r->stops, 0);
    rig_close(r);
}

static void an_update_that_is_refused_leaves_what_was_there(void **state)
{
    struct rig *r = up();
    uint32_t srp;

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    srp = rig_update(r, 0, "a", FORBIDDEN);
    rig_wait(r, 5 * RIG_SECOND_US);
    assert_int_equal(r->controllers[0].error_srp, srp);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_int_equal(rig_lsp(r, 0, "a")->hop_count, 3);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_5);
    rig_close(r);
}

/* RFC 8231 7.3.3: the report of what is no longer in service says why. */
static void a_permission_that_ends_is_reported_as_unacceptable_and_another_path_is_not(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    assert_int_equal(rig_lsp(r, 0, "a")->error, CP_PCE_LSP_FINE);
    r->kernel[0] = (struct rig_kernel){.state = CP_AGENT_STATE_STOPPED}; /* the agent's doing */
    r->kernel_result = CP_AGENT_EXPIRED;
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_state(r, "a", CP_PCE_LSP_DOWN);
    assert_int_equal(rig_lsp(r, 0, "a")->error, CP_PCE_LSP_UNACCEPTABLE);
    assert_int_equal(r->controllers[0].errors, 0);
    assert_int_equal(r->orders, 2);
    r->kernel_result = CP_AGENT_DONE;
    (void)rig_update(r, 0, "a", OVER_6);
    rig_run(r);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_int_equal(rig_lsp(r, 0, "a")->error, CP_PCE_LSP_FINE);
    rig_close(r);
}

/* The controller has others, perhaps with fewer segments. */
static void a_path_that_is_too_narrow_is_unacceptable(void **state)
{
    struct rig *r = up();
    uint32_t srp;

    (void)state;
    r->kernel_result = CP_AGENT_TOO_NARROW;
    srp = rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    assert_int_equal(r->controllers[0].error_srp, srp);
    assert_int_equal(r->controllers[0].error_type, 24);
    assert_int_equal(r->controllers[0].error_value, 1);
    rig_close(r);
}

static void of_updates_in_a_row_the_last_one_holds_and_none_before_it_comes_back(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    r->agent_waits = true;
    (void)rig_update(r, 0, "a", OVER_4);
    rig_run(r);
    (void)rig_update(r, 0, "a", FORBIDDEN);
    rig_run(r);
    r->agent_waits = false;
    rig_run(r);
    assert_int_equal(r->controllers[0].errors, 1);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_4);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    rig_close(r);
}

static void an_lsp_is_down_once_the_kernel_has_stopped_it(void **state)
{
    struct rig *r = up();
    uint32_t srp;

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    r->agent_waits = true;
    srp = rig_update(r, 0, "a", "");
    rig_run(r);
    assert_int_not_equal(r->controllers[0].answered_srp, srp);
    assert_int_equal(rig_lsp(r, 0, "a")->state, CP_PCE_LSP_GOING_DOWN);
    r->agent_waits = false;
    rig_run(r);
    assert_int_equal(r->controllers[0].answered_srp, srp);
    assert_state(r, "a", CP_PCE_LSP_DOWN);
    assert_kernel(r, 0, CP_AGENT_STATE_STOPPED, "");
    rig_close(r);
}

static void an_lsp_is_gone_once_the_kernel_has_stopped_it(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    r->agent_waits = true;
    (void)rig_remove(r, 0, "a");
    rig_run(r);
    assert_non_null(rig_lsp(r, 0, "a"));
    r->agent_waits = false;
    rig_run(r);
    assert_null(rig_lsp(r, 0, "a"));
    assert_kernel(r, 0, CP_AGENT_STATE_STOPPED, "");
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    rig_close(r);
}

static void the_lsp_of_the_highest_preference_carries_and_the_other_one_waits(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "backup", 100100, OVER_6);
    (void)rig_initiate(r, 0, "primary", 100200, OVER_5);
    rig_run(r);
    assert_state(r, "primary", CP_PCE_LSP_ACTIVE);
    assert_state(r, "backup", CP_PCE_LSP_DOWN);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_5);
    (void)rig_update(r, 0, "primary", "");
    rig_run(r);
    assert_state(r, "primary", CP_PCE_LSP_DOWN);
    assert_state(r, "backup", CP_PCE_LSP_ACTIVE);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_6);
    (void)rig_remove(r, 0, "primary");
    rig_run(r);
    assert_null(rig_lsp(r, 0, "primary"));
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_6);
    assert_int_equal(r->stops, 0);
    rig_close(r);
}

static void lsps_of_one_preference_carry_it_together(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_6);
    (void)rig_initiate(r, 0, "b", 100200, OVER_5);
    rig_run(r);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_state(r, "b", CP_PCE_LSP_ACTIVE);
    assert_int_equal(r->kernel[0].path_count, 2);
    (void)rig_remove(r, 0, "a");
    rig_run(r);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_5);
    assert_null(rig_lsp(r, 0, "a"));
    rig_close(r);
}

static void of_paths_that_are_refused_together_the_new_one_goes(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_6);
    rig_run(r);
    (void)rig_initiate(r, 0, "b", 100200, FORBIDDEN);
    rig_run(r);
    assert_int_equal(r->controllers[0].errors, 1);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_6);
    rig_close(r);
}

/* --- what the kernel does by itself ---------------------------------------------------------------- */

static void what_somebody_flushed_is_ordered_again(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    r->kernel[0] = (struct rig_kernel){.state = CP_AGENT_STATE_BROKEN};
    rig_wait(r, 12 * RIG_SECOND_US);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_5);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    rig_close(r);
}

static void our_own_sids_are_asked_for_each_second_and_after_every_start_of_the_agent(void **state)
{
    struct rig *r = up();
    uint32_t before = r->locals;

    (void)state;
    assert_int_equal(before, 1);
    rig_wait(r, 10 * RIG_SECOND_US);
    assert_in_range(r->locals, before + 9, before + 11);
    before = r->locals;
    cp_edge_agent_lost(r->edge, r->now_us);
    rig_wait(r, RIG_SECOND_US);
    assert_int_equal(r->locals, before);
    cp_edge_agent_there(r->edge, r->now_us);
    rig_run(r);
    assert_int_equal(r->locals, before + 1);
    rig_close(r);
}

static void what_a_start_of_the_agent_found_stopped_is_ordered_until_it_is_there(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    cp_edge_agent_lost(r->edge, r->now_us);
    r->ask_count = 0;
    r->kernel[0] = (struct rig_kernel){.state = CP_AGENT_STATE_STOPPED};
    r->kernel_result = CP_AGENT_KERNEL; /* the link is down */
    cp_edge_agent_there(r->edge, r->now_us);
    rig_wait(r, 300 * RIG_SECOND_US);
    assert_state(r, "a", CP_PCE_LSP_DOWN);
    r->kernel_result = CP_AGENT_DONE;
    rig_wait(r, 8 * RIG_SECOND_US + 100000);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_5);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    rig_close(r);
}

static void a_path_that_is_broken_is_left_for_the_backup_and_tried_again(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "primary", 100200, OVER_5);
    (void)rig_initiate(r, 0, "backup", 100100, OVER_6);
    rig_run(r);
    r->broken_first = 1;
    rig_wait(r, 15 * RIG_SECOND_US);
    assert_state(r, "backup", CP_PCE_LSP_ACTIVE);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_6);
    assert_int_equal(r->stops, 0);
    r->broken_first = 0;
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_state(r, "primary", CP_PCE_LSP_ACTIVE);
    rig_close(r);
}

static void a_path_that_is_broken_is_looked_at_every_second(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    r->broken_first = 1;
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_state(r, "a", CP_PCE_LSP_DOWN);
    assert_in_range(r->orders, 3, 10);
    r->broken_first = 0;
    rig_wait(r, 2 * RIG_SECOND_US);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_int_equal(r->stops, 0);
    rig_close(r);
}

static void a_kernel_that_refuses_is_asked_again_and_the_lsp_is_told_as_down(void **state)
{
    struct rig *r = up();
    uint32_t srp;

    (void)state;
    r->kernel_result = CP_AGENT_KERNEL;
    srp = rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    assert_int_equal(r->controllers[0].answered_srp, srp);
    assert_state(r, "a", CP_PCE_LSP_DOWN);
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_in_range(r->orders, 4, 10);
    r->kernel_result = CP_AGENT_DONE;
    rig_wait(r, 40 * RIG_SECOND_US);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    rig_close(r);
}

static void without_its_agent_it_waits_and_then_leaves_its_controller(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    r->ask_count = 0;
    cp_edge_agent_lost(r->edge, r->now_us);
    rig_wait(r, 5 * RIG_SECOND_US);
    assert_true(r->controllers[0].up);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    rig_wait(r, 30 * RIG_SECOND_US);
    assert_false(r->controllers[0].up);
    cp_edge_agent_there(r->edge, r->now_us);
    rig_wait(r, 40 * RIG_SECOND_US);
    assert_true(r->controllers[0].synced);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_int_equal(r->orders, 1);
    rig_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_lsp_is_active_once_the_kernel_has_it),
        cmocka_unit_test(nothing_new_is_ordered_before_its_name_is_kept),
        cmocka_unit_test(a_full_disk_keeps_new_lsps_waiting_and_no_others),
        cmocka_unit_test(what_the_policy_forbids_is_refused_and_was_never_there),
        cmocka_unit_test(an_endpoint_or_colour_that_the_policy_has_not_is_refused_unasked),
        cmocka_unit_test(an_update_replaces_the_path_in_place),
        cmocka_unit_test(an_update_that_is_refused_leaves_what_was_there),
        cmocka_unit_test(
            a_permission_that_ends_is_reported_as_unacceptable_and_another_path_is_not),
        cmocka_unit_test(a_path_that_is_too_narrow_is_unacceptable),
        cmocka_unit_test(of_updates_in_a_row_the_last_one_holds_and_none_before_it_comes_back),
        cmocka_unit_test(an_lsp_is_down_once_the_kernel_has_stopped_it),
        cmocka_unit_test(an_lsp_is_gone_once_the_kernel_has_stopped_it),
        cmocka_unit_test(the_lsp_of_the_highest_preference_carries_and_the_other_one_waits),
        cmocka_unit_test(lsps_of_one_preference_carry_it_together),
        cmocka_unit_test(of_paths_that_are_refused_together_the_new_one_goes),
        cmocka_unit_test(what_somebody_flushed_is_ordered_again),
        cmocka_unit_test(our_own_sids_are_asked_for_each_second_and_after_every_start_of_the_agent),
        cmocka_unit_test(what_a_start_of_the_agent_found_stopped_is_ordered_until_it_is_there),
        cmocka_unit_test(a_path_that_is_broken_is_left_for_the_backup_and_tried_again),
        cmocka_unit_test(a_path_that_is_broken_is_looked_at_every_second),
        cmocka_unit_test(a_kernel_that_refuses_is_asked_again_and_the_lsp_is_told_as_down),
        cmocka_unit_test(without_its_agent_it_waits_and_then_leaves_its_controller),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

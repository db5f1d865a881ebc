#include "rig_up.h"

/* An edge and its controllers: epochs, and what a restart knows. */

/* --- controllers ------------------------------------------------------------------------------------ */

static void a_controller_that_is_lost_changes_nothing_and_finds_what_it_had(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    r->controllers[0].reachable = false;
    rig_cut(r, 0);
    rig_wait(r, 300 * RIG_SECOND_US);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_5);
    r->controllers[0].reachable = true;
    rig_wait(r, 40 * RIG_SECOND_US);
    assert_true(r->controllers[0].synced);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_int_equal(r->orders, 1);
    assert_int_equal(r->stops, 0);
    rig_close(r);
}

static void a_lower_epoch_is_refused_and_a_higher_one_takes_over(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    r->controllers[1].reachable = true; /* epoch 2 */
    rig_wait(r, 40 * RIG_SECOND_US);
    assert_true(r->controllers[1].synced);
    assert_false(r->controllers[0].synced);
    assert_non_null(rig_lsp(r, 1, "a"));
    assert_int_equal(rig_lsp(r, 1, "a")->state, CP_PCE_LSP_ACTIVE);
    rig_cut(r, 1);
    r->controllers[1].reachable = false;
    rig_wait(r, 100 * RIG_SECOND_US); /* the old one may come: it is refused, for good */
    assert_false(r->controllers[0].synced);
    rig_edge_kill(r);
    rig_edge_open(r);
    rig_wait(r, 100 * RIG_SECOND_US);
    assert_false(r->controllers[0].synced);
    rig_controller_set(r, 0, 3, "east");
    r->controllers[0].reachable = true;
    rig_wait(r, 40 * RIG_SECOND_US);
    assert_true(r->controllers[0].synced);
    assert_int_equal(r->stops, 0);
    rig_close(r);
}

static void an_epoch_is_kept_before_it_is_obeyed(void **state)
{
    struct rig *r = &rig;

    (void)state;
    rig_open(r, rig_policy_1);
    rig_edge_open(r);
    r->controllers[0].reachable = true;
    r->disk_waits = true;
    rig_run(r);
    assert_true(r->controllers[0].up);
    assert_false(r->controllers[0].synced);
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_wait(r, RIG_SECOND_US);
    assert_int_equal(r->orders, 0);
    r->disk_waits = false;
    rig_run(r);
    assert_true(r->controllers[0].synced);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    rig_close(r);
}

static void an_epoch_that_cannot_be_kept_is_not_obeyed(void **state)
{
    struct rig *r = &rig;

    (void)state;
    rig_open(r, rig_policy_1);
    rig_edge_open(r);
    r->controllers[0].reachable = true;
    r->disk_full = true;
    rig_wait(r, 10 * RIG_SECOND_US);
    assert_false(r->controllers[0].synced);
    r->disk_full = false;
    rig_wait(r, 40 * RIG_SECOND_US);
    assert_true(r->controllers[0].synced);
    rig_close(r);
}

static void another_controller_of_the_same_epoch_is_refused(void **state)
{
    struct rig *r = up();

    (void)state;
    rig_controller_set(r, 1, 1, "west");
    r->controllers[1].reachable = true;
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_false(r->controllers[1].synced);
    assert_true(r->controllers[0].synced);
    rig_cut(r, 0);
    r->controllers[0].reachable = false;
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_false(r->controllers[1].synced);
    rig_close(r);
}

static void a_second_session_of_the_controller_that_is_obeyed_is_refused(void **state)
{
    struct rig *r = up();

    (void)state;
    rig_controller_set(r, 1, 1, "east");
    r->controllers[1].reachable = true;
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_false(r->controllers[1].synced);
    rig_cut(r, 0);
    r->controllers[0].reachable = false;
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_true(r->controllers[1].synced);
    rig_close(r);
}

static void a_controller_without_an_epoch_is_refused(void **state)
{
    struct rig *r = &rig;

    (void)state;
    rig_open(r, rig_policy_1);
    rig_controller_set(r, 0, 0, "");
    rig_edge_open(r);
    r->controllers[0].reachable = true;
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_false(r->controllers[0].synced);
    rig_close(r);
}

/* --- restarts --------------------------------------------------------------------------------------- */

static void a_restart_orders_nothing_and_knows_its_lsps(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    (void)rig_initiate(r, 0, "b", 200200, OVER_4);
    rig_wait(r, 2 * RIG_SECOND_US);
    rig_edge_kill(r);
    rig_edge_open(r);
    rig_wait(r, 40 * RIG_SECOND_US);
    assert_true(r->controllers[0].synced);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_state(r, "b", CP_PCE_LSP_ACTIVE);
    assert_int_equal(r->orders, 2);
    assert_int_equal(r->stops, 0);
    rig_close(r);
}

static void after_a_restart_the_path_of_the_kernel_is_told_not_that_of_the_file(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_wait(r, 2 * RIG_SECOND_US);
    r->disk_waits = true;
    (void)rig_update(r, 0, "a", OVER_6);
    rig_run(r);
    r->disk_waits = false;
    rig_edge_kill(r);
    rig_edge_open(r);
    rig_wait(r, 40 * RIG_SECOND_US);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    assert_memory_equal(rig_lsp(r, 0, "a")->hops[0], rig_ip("fcbb:1::16").bytes, 16);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_6);
    rig_close(r);
}

static void what_was_put_down_is_not_ordered_by_a_restart(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_wait(r, 2 * RIG_SECOND_US);
    r->disk_waits = true;
    (void)rig_update(r, 0, "a", "");
    rig_run(r);
    r->disk_waits = false;
    rig_edge_kill(r); /* the file says that it is up */
    rig_edge_open(r);
    rig_wait(r, 60 * RIG_SECOND_US);
    assert_kernel(r, 0, CP_AGENT_STATE_STOPPED, "");
    assert_state(r, "a", CP_PCE_LSP_DOWN);
    (void)rig_update(r, 0, "a", OVER_5);
    rig_run(r);
    assert_state(r, "a", CP_PCE_LSP_ACTIVE);
    rig_close(r);
}

static void what_nobody_has_ordered_stays_until_a_controller_had_its_time(void **state)
{
    struct rig *r = up();

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_run(r);
    rig_edge_kill(r);
    r->kept_len = 0; /* the file is lost */
    r->controllers[0].reachable = false;
    rig_edge_open(r);
    rig_wait(r, 300 * RIG_SECOND_US);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_5);
    r->controllers[0].reachable = true;
    rig_wait(r, 50 * RIG_SECOND_US);
    assert_true(r->controllers[0].synced);
    assert_kernel(r, 0, CP_AGENT_STATE_INSTALLED, OVER_5);
    rig_wait(r, 70 * RIG_SECOND_US);
    assert_kernel(r, 0, CP_AGENT_STATE_STOPPED, "");
    rig_close(r);
}

static void a_file_that_was_cut_or_changed_is_refused_or_read_and_never_more(void **state)
{
    struct rig *r = up();
    struct cp_diag diag;
    static char bytes[RIG_KEPT_BYTES];

    (void)state;
    (void)rig_initiate(r, 0, "a", 100200, OVER_5);
    rig_wait(r, 2 * RIG_SECOND_US);
    for (size_t len = 0; len < r->kept_len - 2; len++) {
        struct cp_edge *edge = NULL;

        assert_int_equal(cp_edge_open(&r->config, &edge), CP_OK);
        assert_int_not_equal(cp_edge_restore(edge, (cp_text){r->kept, len}, &diag), CP_OK);
        memcpy(bytes, r->kept, r->kept_len);
        bytes[len] = (char)(bytes[len] ^ 1);
        if (cp_edge_restore(edge, (cp_text){bytes, r->kept_len}, &diag) == CP_OK)
            assert_in_range(cp_edge_lsp_end(edge), 0, 32);
        cp_edge_close(edge);
    }
    rig_close(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_controller_that_is_lost_changes_nothing_and_finds_what_it_had),
        cmocka_unit_test(a_lower_epoch_is_refused_and_a_higher_one_takes_over),
        cmocka_unit_test(an_epoch_is_kept_before_it_is_obeyed),
        cmocka_unit_test(an_epoch_that_cannot_be_kept_is_not_obeyed),
        cmocka_unit_test(another_controller_of_the_same_epoch_is_refused),
        cmocka_unit_test(a_second_session_of_the_controller_that_is_obeyed_is_refused),
        cmocka_unit_test(a_controller_without_an_epoch_is_refused),
        cmocka_unit_test(a_restart_orders_nothing_and_knows_its_lsps),
        cmocka_unit_test(after_a_restart_the_path_of_the_kernel_is_told_not_that_of_the_file),
        cmocka_unit_test(what_was_put_down_is_not_ordered_by_a_restart),
        cmocka_unit_test(what_nobody_has_ordered_stays_until_a_controller_had_its_time),
        cmocka_unit_test(a_file_that_was_cut_or_changed_is_refused_or_read_and_never_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

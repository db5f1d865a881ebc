#include "drive_square.h"

/* What an edge says of its own probes proves the path that it reports, and nothing else. */

static struct cp_control_lsp lsp_of(const struct rig *r)
{
    struct cp_control_lsp lsp = {.proven_us = 0};

    assert_int_not_equal(cp_control_lsp_count(cp_drive_control(r->drive)), 0);
    cp_control_lsp(cp_drive_control(r->drive), 0, &lsp);
    return lsp;
}

static void open_with(struct rig *r, bool alive)
{
    r->system = "linux-agent";
    rig_open(r);
    r->pccs[0].probes = true;
    r->pccs[0].alive = alive;
    rig_tell(r, 0);
    rig_connect(r, 0);
    rig_wait(r, 20 * RIG_SECOND);
    assert_non_null(rig_up(r, 0));
}

static void a_path_whose_probes_get_through_is_proven(void **state)
{
    struct rig r = square();

    (void)state;
    open_with(&r, true);
    assert_in_range(lsp_of(&r).proven_us, r.now_us - 20 * RIG_SECOND, r.now_us);
    rig_close(&r);
}

static void a_path_whose_probes_do_not_is_not(void **state)
{
    struct rig r = square();

    (void)state;
    open_with(&r, false);
    assert_int_equal(lsp_of(&r).proven_us, 0);
    rig_close(&r);
}

static void a_list_that_leaves_nodes_out_is_not_proven_by_its_ends(void **state)
{
    struct rig r = square();

    (void)state;
    r.shortest = true;
    r.maker[1] = "Nokia"; /* so that one node segment will do */
    open_with(&r, true);
    assert_int_equal(rig_up(&r, 0)->count, 1);
    assert_int_equal(lsp_of(&r).proven_us, 0);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_whose_probes_get_through_is_proven),
        cmocka_unit_test(a_path_whose_probes_do_not_is_not),
        cmocka_unit_test(a_list_that_leaves_nodes_out_is_not_proven_by_its_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

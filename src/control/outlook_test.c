#include "rig.h"

/* What another plan would change is foreseen; then the plan is adopted, time passes, and that is what has changed. */

static struct cp_control_outlook foresee(struct rig *r, const struct fake_net *net)
{
    struct cp_plan *plan = fake_plan(net);
    struct cp_control_outlook out;

    assert_int_equal(cp_control_outlook(r->c, plan, r->kept, &out), CP_OK);
    assert_int_equal(out.carried, out.kept + out.moving_count + out.down + out.removed);
    fake_plan_close(plan);
    drain(r);
    assert_int_equal(r->step_count, 0);
    return out;
}

/* Adopted, and good news acted upon. */
static void adopt(struct rig *r, const struct fake_net *net)
{
    r->net = *net;
    plan(r);
    r->now += 20 * SECOND;
    tick(r);
}

static void report_up(struct rig *r, cp_pce_order_kind kind, uint32_t plsp_id)
{
    const struct cp_control_step *o = order(r, kind);
    struct cp_pce_hop hops[FAKE_HOPS];
    struct cp_pce_lsp l;

    assert_non_null(o);
    l = as_ordered(o, plsp_id, CP_PCE_LSP_ACTIVE);
    memcpy(hops, o->order.path.at, o->order.path.count * sizeof *hops);
    l.intended.at = hops;
    report(r, 0, l);
}

static void the_same_hops_do_not_move(void **state)
{
    struct rig r = rig();
    struct cp_control_outlook out;

    (void)state;
    install(&r);
    out = foresee(&r, &r.net);
    assert_int_equal(out.carried, 1);
    assert_int_equal(out.kept, 1);
    assert_int_equal(out.installed, 0);
    rig_close(&r);
}

static void a_forbidden_path_moves_at_once(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    install(&r);
    net.node_bad[1] = true;
    out = foresee(&r, &net);
    assert_int_equal(out.moving_count, 1);
    assert_true(cp_text_is(out.moving[0], KEY));
    assert_int_equal(out.at_once, 1);
    r.net = net;
    plan(&r);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    rig_close(&r);
}

static void one_that_the_plan_does_not_know_moves_at_once(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    install(&r);
    net.links[1].down = true;
    out = foresee(&r, &net);
    assert_int_equal(out.moving_count, 1);
    assert_int_equal(out.at_once, 1);
    rig_close(&r);
}

static void a_cheaper_path_is_moved_to_when_it_may_be(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    install(&r);
    net.links[0].cost = 9;
    out = foresee(&r, &net);
    assert_int_equal(out.moving_count, 1);
    assert_int_equal(out.at_once, 0);
    r.net = net;
    plan(&r);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_1));
    adopt(&r, &net);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    rig_close(&r);
}

static void an_equal_one_is_no_reason(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    r.net.links[0].down = true;
    install(&r);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    net.links[2].cost = net.links[3].cost = 1;
    out = foresee(&r, &net);
    assert_int_equal(out.kept, 1);
    adopt(&r, &net);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    rig_close(&r);
}

static void a_clean_path_that_is_no_option_of_the_plan_is_moved_when_it_may_be(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    r.net.links[0].down = true;
    install(&r);
    net.links[2].cost = net.links[3].cost = 1;
    net.options = 1;
    out = foresee(&r, &net);
    assert_int_equal(out.moving_count, 1);
    assert_int_equal(out.at_once, 0);
    adopt(&r, &net);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_1));
    rig_close(&r);
}

static void where_no_path_is_left_it_goes_down(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    install(&r);
    net.node_bad[1] = net.node_bad[2] = net.node_bad[4] = true;
    out = foresee(&r, &net);
    assert_int_equal(out.down, 1);
    adopt(&r, &net);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_DOWN);
    out = foresee(&r, &net);
    assert_int_equal(out.carried + out.installed, 0);
    net = diamond();
    out = foresee(&r, &net);
    assert_int_equal(out.carried, 0);
    assert_int_equal(out.installed, 1);
    rig_close(&r);
}

static void others_are_installed_and_those_of_no_demand_removed(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    install(&r);
    net.demands[0].dst = 2;
    net.demands[1] = (struct fake_demand){.src = 3, .dst = 0, .name = 2};
    net.demand_count = 2;
    out = foresee(&r, &net);
    assert_int_equal(out.carried, 1);
    assert_int_equal(out.removed, 1);
    assert_int_equal(out.installed, 1); /* the router of n3 is not there */
    connect(&r, 1);
    assert_int_equal(foresee(&r, &net).installed, 2);
    adopt(&r, &net);
    assert_non_null(lsp(&r, "n0>n2/100").intended.at);
    assert_non_null(lsp(&r, "n3>n0/100").intended.at);
    rig_close(&r);
}

static void what_no_router_has_is_not_carried(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    plan(&r);
    net.node_bad[1] = true;
    out = foresee(&r, &net);
    assert_int_equal(out.carried + out.installed, 0);
    rig_close(&r);
}

static void of_a_router_that_is_away_it_is_carried_still(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    install(&r);
    event(&r, 0, &(struct cp_pce_event){.kind = CP_PCE_EV_DOWN});
    net.node_bad[1] = true;
    out = foresee(&r, &net);
    assert_int_equal(out.carried, 1);
    assert_int_equal(out.at_once, 1);
    rig_close(&r);
}

/* What packets did not keep to is passed over here as well. */
static void restore(struct rig *after, cp_text state)
{
    assert_int_equal(cp_control_restore(after->c, CP_TEXT(KEY), state, NULL), CP_OK);
    plan(after);
}

static void what_nobody_was_told_before_a_restart_is_not_carried_after_it(void **state)
{
    struct rig r = rig(), after = rig(), later = rig();
    const struct cp_control_step *kept;

    (void)state;
    plan(&r);
    restore(&after, record(&r, CP_RECORD_INTENT)->state);
    assert_false(lsp(&after, KEY).ordered);
    assert_int_equal(foresee(&after, &after.net).carried, 0);
    connect(&after, 0); /* it is told now: that is kept before its order leaves */
    kept = record(&after, CP_RECORD_STATE);
    assert_non_null(kept);
    assert_true(kept < order(&after, CP_PCE_INITIATE));
    assert_null(record(&after, CP_RECORD_AGAIN));
    restore(&later, kept->state);
    assert_true(lsp(&later, KEY).ordered);
    assert_int_equal(foresee(&later, &later.net).carried, 1);
    rig_close(&r);
    rig_close(&after);
    rig_close(&later);
}

static void what_was_ordered_or_has_no_path_is_known_for_what_it_is_after_a_restart(void **state)
{
    struct rig r = rig(), after = rig(), other = rig(), down = rig();

    (void)state;
    connect(&r, 0);
    plan(&r);
    assert_null(record(&r, CP_RECORD_STATE)); /* the intent says it already */
    restore(&after, record(&r, CP_RECORD_INTENT)->state);
    assert_true(lsp(&after, KEY).ordered);
    other.net.links[0].down = other.net.links[2].down = other.net.links[4].down = true;
    connect(&other, 0);
    plan(&other);
    down.net = other.net;
    restore(&down, record(&other, CP_RECORD_INTENT)->state);
    assert_int_equal(lsp(&down, KEY).phase, CP_LSP_DOWN);
    assert_false(lsp(&down, KEY).ordered);
    rig_close(&r);
    rig_close(&after);
    rig_close(&other);
    rig_close(&down);
}

static void what_is_shunned_is_not_moved_to(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();
    const cp_text nodes[] = {CP_TEXT("n0"), CP_TEXT("n2"), CP_TEXT("n3")};
    cp_sight_says says;

    (void)state;
    install(&r);
    r.now += SECOND;
    assert_int_equal(cp_control_seen(r.c,
                                     &(struct cp_control_sight){.key = CP_TEXT(KEY),
                                                                .nodes = nodes,
                                                                .node_count = 3,
                                                                .witness = CP_TEXT("w"),
                                                                .at_us = r.now},
                                     r.now, &says),
                     CP_OK);
    assert_int_equal(says, CP_SIGHT_CONTRADICTS);
    drain(&r);
    assert_false(is_over(lsp(&r, KEY).intended, OVER_1));
    report_up(&r, CP_PCE_UPDATE, 7);
    assert_int_equal(foresee(&r, &net).kept, 1); /* over n1 it would be cheaper */
    adopt(&r, &net);
    assert_false(is_over(lsp(&r, KEY).intended, OVER_1));
    rig_close(&r);
}

static void a_hold_delays_what_is_foreseen_and_says_so(void **state)
{
    struct rig r = rig();
    struct fake_net net = diamond();

    (void)state;
    install(&r);
    net.links[1].down = true;
    assert_false(foresee(&r, &net).held);
    cp_control_hold(r.c, true, CP_TEXT("somebody"), r.now);
    drain(&r);
    assert_int_equal(foresee(&r, &net).at_once, 1);
    assert_true(foresee(&r, &net).held);
    adopt(&r, &net);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_1));
    cp_control_hold(r.c, false, CP_TEXT("somebody"), r.now);
    tick(&r);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    rig_close(&r);
}

/* --- a hold -------------------------------------------------------------------------------------- */

static void a_hold_is_foretold_with_those_that_would_be_missed(void **state)
{
    static const cp_node gone[] = {{2}, {4}};
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    install(&r);
    net.node_lost[2] = net.node_lost[4] = true;
    out = foresee(&r, &net);
    assert_false(out.holds); /* two of five, half is the limit */
    assert_int_equal(out.missed_count, 2);
    net.node_lost[1] = true;
    out = foresee(&r, &net);
    assert_true(out.holds);
    assert_int_equal(out.missed_count, 3);
    assert_true(cp_text_is(out.missed[0], "n1") && cp_text_is(out.missed[2], "n4"));
    nodes_gone(&r, gone, 2);
    out = foresee(&r, &net); /* two of them vanished before */
    assert_true(out.holds);
    assert_int_equal(out.missed_count, 3);
    assert_true(cp_text_is(out.missed[0], "n2") && cp_text_is(out.missed[2], "n1"));
    rig_close(&r);
}

static void those_that_are_taken_out_are_not_missed(void **state)
{
    static const cp_node gone[] = {{2}, {4}};
    struct rig r = rig();
    struct fake_net net = diamond();
    struct cp_control_outlook out;

    (void)state;
    install(&r);
    net.node_out[1] = net.node_out[2] = net.node_out[4] = true;
    out = foresee(&r, &net);
    assert_false(out.holds);
    assert_int_equal(out.missed_count, 0);
    nodes_gone(&r, gone, 2);
    out = foresee(&r, &net);
    assert_int_equal(out.missed_count, 0);
    net.node_out[1] = net.node_out[2] = false;
    net.node_lost[1] = net.node_lost[2] = true; /* two of four */
    assert_true(foresee(&r, &net).holds);
    rig_close(&r);
}

static void rules_that_trust_fewer_make_those_that_vanished_before_too_many(void **state)
{
    static const cp_node gone = {4};
    struct rig r = rig();
    struct fake_net net = diamond();

    (void)state;
    install(&r);
    nodes_gone(&r, &gone, 1);
    net.node_lost[4] = true;
    assert_false(foresee(&r, &net).holds);
    net.node_bad[1] = net.node_bad[2] = net.node_bad[3] = true;
    assert_true(foresee(&r, &net).holds); /* one of two */
    assert_false(alarmed(&r, "hold"));
    adopt(&r, &net);
    assert_true(alarmed(&r, "hold"));
    assert_false(foresee(&r, &net).holds); /* it stands already */
    assert_true(foresee(&r, &net).held);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_hops_do_not_move),
        cmocka_unit_test(a_forbidden_path_moves_at_once),
        cmocka_unit_test(one_that_the_plan_does_not_know_moves_at_once),
        cmocka_unit_test(a_cheaper_path_is_moved_to_when_it_may_be),
        cmocka_unit_test(an_equal_one_is_no_reason),
        cmocka_unit_test(a_clean_path_that_is_no_option_of_the_plan_is_moved_when_it_may_be),
        cmocka_unit_test(where_no_path_is_left_it_goes_down),
        cmocka_unit_test(others_are_installed_and_those_of_no_demand_removed),
        cmocka_unit_test(what_no_router_has_is_not_carried),
        cmocka_unit_test(of_a_router_that_is_away_it_is_carried_still),
        cmocka_unit_test(what_nobody_was_told_before_a_restart_is_not_carried_after_it),
        cmocka_unit_test(what_was_ordered_or_has_no_path_is_known_for_what_it_is_after_a_restart),
        cmocka_unit_test(what_is_shunned_is_not_moved_to),
        cmocka_unit_test(a_hold_delays_what_is_foreseen_and_says_so),
        cmocka_unit_test(a_hold_is_foretold_with_those_that_would_be_missed),
        cmocka_unit_test(those_that_are_taken_out_are_not_missed),
        cmocka_unit_test(rules_that_trust_fewer_make_those_that_vanished_before_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

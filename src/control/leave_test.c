#include "rig.h"

/* LSPs that the plan does not have any more: when they go, and what is waited for. */

/* The demand gets another colour: another LSP. */
static void recolour(struct rig *r)
{
    r->net.demands[0].colour = 200;
}

/* The demand of an installed LSP gets another one, which is up, and what was there drains. */
static void begin_to_drain(struct rig *r)
{
    const struct cp_control_step *o;

    (void)install(r);
    recolour(r);
    plan(r);
    o = order(r, CP_PCE_INITIATE);
    assert_non_null(o);
    report(r, 0, as_ordered(o, 8, CP_PCE_LSP_UP));
    r->now += SECOND;
    tick(r);
    assert_int_equal(lsp(r, KEY).phase, CP_LSP_DRAINING);
}

static void report_over(struct rig *r, struct cp_pce_lsp l, uint32_t first_label)
{
    const struct cp_pce_hop hops[2] = {{.kind = CP_PCE_HOP_LABEL, .label = first_label},
                                       {.kind = CP_PCE_HOP_LABEL, .label = first_label + 2}};

    l.intended = (struct cp_pce_path){hops, 2};
    report(r, 0, l);
}

static void hold(struct rig *r, bool held)
{
    cp_control_hold(r->c, held, CP_TEXT("somebody"), r->now);
    drain(r);
}

static void a_move_to_another_endpoint_installs_verifies_drains_and_removes(void **state)
{
    struct rig r = rig();
    const struct cp_control_step *o;

    (void)state;
    (void)install(&r);
    r.net.demands[0].dst = 1; /* the same demand ends elsewhere */
    plan(&r);
    o = order(&r, CP_PCE_INITIATE);
    assert_true(o != NULL && orders(&r) == 1);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    r.now += SECOND;
    tick(&r);
    assert_int_equal(orders(&r), 0); /* not before the new one is up */
    report(&r, 0, as_ordered(o, 8, CP_PCE_LSP_UP));
    r.now += SECOND;
    tick(&r);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_DRAINING);
    assert_int_equal(orders(&r), 0);
    r.now += 2 * SECOND;
    tick(&r);
    o = order(&r, CP_PCE_REMOVE);
    assert_true(o != NULL && o->order.plsp_id == 7);
    assert_true(record(&r, CP_RECORD_INTENT) < o);
    assert_int_equal(record(&r, CP_RECORD_INTENT)->state.len, 0);
    report(&r, 0, (struct cp_pce_lsp){.plsp_id = 7, .srp_id = o->order.srp_id, .removed = true});
    assert_int_equal(cp_control_lsp_count(r.c), 1);
    rig_close(&r);
}

static void an_old_lsp_over_what_is_forbidden_now_goes_at_once(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    r.net.demands[0].colour = 200;
    r.net.node_bad[1] = true;
    plan_as(&r, false);
    drain(&r);
    assert_non_null(order(&r, CP_PCE_REMOVE));
    tick(&r);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    rig_close(&r);
}

static void of_many_demands_the_last_one_tells_that_an_old_lsp_is_dirty(void **state)
{
    struct rig r = rig();

    (void)state;
    for (uint32_t i = 1; i < 10; i++)
        r.net.demands[r.net.demand_count++] =
            (struct fake_demand){.src = 0, .dst = 3, .name = i + 1, .rides = true};
    (void)install(&r);
    r.net.demand_count = 1; /* the last of them is left, with another colour, and n1 is forbidden */
    r.net.demands[0] = (struct fake_demand){.src = 0, .dst = 3, .name = 10, .colour = 200};
    r.net.node_bad[1] = true;
    plan_as(&r, false);
    drain(&r);
    assert_non_null(order(&r, CP_PCE_REMOVE));
    rig_close(&r);
}

/* By some of its demands alone nobody knows what it may pass. */
static void a_restored_one_of_more_demands_than_are_kept_is_not_called_clean(void **state)
{
    for (uint32_t count = 8; count <= 9; count++) {
        struct rig r = rig(), after = rig();

        (void)state;
        for (uint32_t i = 1; i < count; i++)
            r.net.demands[r.net.demand_count++] =
                (struct fake_demand){.src = 0, .dst = 3, .name = i + 1, .rides = true};
        come_after(&r, &after);
        recolour(&after);
        plan_as(&after, false);
        drain(&after);
        assert_int_equal(order(&after, CP_PCE_REMOVE) != NULL, count > 8);
        rig_close(&after);
        rig_close(&r);
    }
}

static void one_whose_demands_are_no_more_goes_at_once(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    r.net.demands[0] = (struct fake_demand){.src = 1, .dst = 3, .name = 2};
    plan_as(&r, false);
    drain(&r);
    assert_non_null(order(&r, CP_PCE_REMOVE)); /* nobody is left who could say what it may pass */
    rig_close(&r);
}

static void one_over_what_the_network_does_not_have_any_more_goes_at_once(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    recolour(&r);
    r.net.links[1] = (struct fake_link){2, 4, 9, false}; /* another link, of another id */
    plan_as(&r, false);
    drain(&r);
    assert_non_null(order(&r, CP_PCE_REMOVE));
    rig_close(&r);
}

/* That it was meant to be on a clean path is no help. */
static void one_that_its_router_has_on_a_dirty_path_goes_at_once(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;

    (void)state;
    l = install(&r);
    report_over(&r, l, OVER_4);
    recolour(&r);
    r.net.node_bad[4] = true;
    plan_as(&r, false);
    drain(&r);
    assert_non_null(order(&r, CP_PCE_REMOVE));
    rig_close(&r);
}

static void one_that_its_router_moves_meanwhile_goes_at_once(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    recolour(&r);
    plan(&r);
    assert_null(order(&r, CP_PCE_REMOVE)); /* it waits for the new one */
    report_over(&r, l, OVER_2);
    assert_non_null(order(&r, CP_PCE_REMOVE));
    rig_close(&r);
}

static void while_held_only_what_is_over_what_is_forbidden_goes(void **state)
{
    (void)state;
    for (int bad = 0; bad < 2; bad++) {
        struct rig r = rig();

        (void)install(&r);
        hold(&r, true);
        r.net.demands[0] = (struct fake_demand){.src = 1, .dst = 3, .name = bad == 1 ? 1 : 2};
        r.net.node_bad[1] = bad == 1;
        plan(&r);
        r.now += 60 * SECOND;
        assert_true((order(&r, CP_PCE_REMOVE) != NULL) == (bad == 1));
        tick(&r);
        if (bad == 0) {
            assert_null(order(&r, CP_PCE_REMOVE)); /* its demand may have vanished by a lie */
            hold(&r, false);
            tick(&r);
            assert_non_null(order(&r, CP_PCE_REMOVE));
        }
        rig_close(&r);
    }
}

/* It was held back when it was clean, by the plan that had it no more; a later one forbids what it is over. */
static void while_held_what_a_later_plan_forbids_is_left_at_once(void **state)
{
    (void)state;
    for (int broken = 0; broken < 2; broken++) {
        struct rig r = rig();

        (void)install(&r);
        hold(&r, true);
        recolour(&r);
        if (broken == 1) /* no walk comes as far as n1 */
            r.net.links[0] = (struct fake_link){2, 4, 9, false};
        plan(&r);
        r.now += 60 * SECOND;
        tick(&r);
        assert_null(order(&r, CP_PCE_REMOVE));
        r.net.node_bad[1] = true;
        plan(&r);
        assert_non_null(order(&r, CP_PCE_REMOVE));
        rig_close(&r);
    }
}

static void a_restored_one_that_the_plan_never_had_is_left_while_held_when_it_is_dirty(void **state)
{
    (void)state;
    for (int bad = 0; bad < 2; bad++) {
        struct rig before = rig(), r = rig();
        struct cp_pce_lsp l;
        struct cp_control_step kept;

        connect(&before, 0);
        plan(&before);
        assert_non_null(record(&before, CP_RECORD_INTENT));
        kept = *record(&before, CP_RECORD_INTENT);
        l = as_ordered(order(&before, CP_PCE_INITIATE), 7, CP_PCE_LSP_ACTIVE);
        assert_int_equal(cp_control_restore(r.c, kept.key, kept.state, NULL), CP_OK);
        hold(&r, true);
        up(&r, 0);
        l.srp_id = 0;
        report(&r, 0, l);
        synced(&r, 0);
        recolour(&r);
        r.net.node_bad[1] = bad == 1;
        plan(&r);
        assert_true((order(&r, CP_PCE_REMOVE) != NULL) == (bad == 1));
        rig_close(&r);
        rig_close(&before);
    }
}

static void one_that_is_clean_by_the_next_plan_too_goes_on_draining(void **state)
{
    (void)state;
    for (int bad = 0; bad < 2; bad++) {
        struct rig r = rig();

        begin_to_drain(&r);
        r.net.node_bad[1] = bad == 1;
        plan(&r);
        assert_true((order(&r, CP_PCE_REMOVE) != NULL) == (bad == 1));
        r.now += 2 * SECOND;
        tick(&r);
        assert_true((order(&r, CP_PCE_REMOVE) != NULL) == (bad == 0));
        rig_close(&r);
    }
}

/* Its demands are carried by yet another one, which is not there yet: what has begun to drain waits for that. */
static void one_that_drains_waits_for_who_carries_its_demands_by_the_next_plan(void **state)
{
    struct rig r = rig();

    (void)state;
    begin_to_drain(&r);
    r.net.demands[0].colour = 300;
    plan(&r);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    r.now += 3 * SECOND;
    tick(&r);
    assert_null(order(&r, CP_PCE_REMOVE));
    rig_close(&r);
}

/* It has node segments. */
static void one_that_other_metrics_lead_over_what_is_forbidden_goes_at_once_held_or_not(
    void **state)
{
    static const struct cp_ted_step none;
    const struct cp_ted_news news = {.steps = &none}; /* every step is otherwise: it is no more */

    (void)state;
    for (int held = 0; held < 2; held++) {
        struct rig r = rig();

        r.net.strays = true;
        (void)install(&r);
        hold(&r, held == 1);
        recolour(&r);
        plan(&r);
        assert_null(order(&r, CP_PCE_REMOVE));
        assert_int_equal(cp_control_gone(r.c, &news, r.now), CP_OK);
        assert_true(cp_control_deadline(r.c) <= r.now);
        tick(&r);
        assert_true(order(&r, CP_PCE_REMOVE) != NULL &&
                    order(&r, CP_PCE_REMOVE)->order.plsp_id == 7);
        rig_close(&r);
    }
}

static void one_that_drains_is_not_removed_while_held(void **state)
{
    struct rig r = rig();

    (void)state;
    begin_to_drain(&r);
    hold(&r, true);
    r.now += 60 * SECOND;
    tick(&r);
    assert_null(order(&r, CP_PCE_REMOVE));
    hold(&r, false);
    tick(&r);
    r.now += 2 * SECOND;
    tick(&r);
    assert_non_null(order(&r, CP_PCE_REMOVE));
    rig_close(&r);
}

static void a_dirty_one_that_its_router_keeps_is_an_alarm_at_once(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    l.delegated = false;
    report(&r, 0, l);
    recolour(&r);
    r.net.node_bad[1] = true;
    plan_as(&r, false);
    drain(&r);
    assert_null(order(&r, CP_PCE_REMOVE));
    assert_true(alarmed(&r, "astray/" KEY));
    l.delegated = true; /* and is removed when it can be */
    r.now += 10 * SECOND;
    report(&r, 0, l);
    assert_non_null(order(&r, CP_PCE_REMOVE));
    rig_close(&r);
}

static void by_a_view_that_is_not_whole_only_what_is_over_what_is_forbidden_goes(void **state)
{
    (void)state;
    for (int bad = 0; bad < 2; bad++) {
        struct rig r = rig();

        (void)install(&r);
        cp_control_partial(r.c, true);
        recolour(&r);
        r.net.node_bad[1] = bad == 1;
        r.net.links[1].down = bad == 0;
        plan_as(&r, false);
        drain(&r);
        assert_true((order(&r, CP_PCE_REMOVE) != NULL) == (bad == 1));
        rig_close(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_move_to_another_endpoint_installs_verifies_drains_and_removes),
        cmocka_unit_test(an_old_lsp_over_what_is_forbidden_now_goes_at_once),
        cmocka_unit_test(of_many_demands_the_last_one_tells_that_an_old_lsp_is_dirty),
        cmocka_unit_test(a_restored_one_of_more_demands_than_are_kept_is_not_called_clean),
        cmocka_unit_test(one_whose_demands_are_no_more_goes_at_once),
        cmocka_unit_test(one_over_what_the_network_does_not_have_any_more_goes_at_once),
        cmocka_unit_test(one_that_its_router_has_on_a_dirty_path_goes_at_once),
        cmocka_unit_test(one_that_its_router_moves_meanwhile_goes_at_once),
        cmocka_unit_test(while_held_only_what_is_over_what_is_forbidden_goes),
        cmocka_unit_test(by_a_view_that_is_not_whole_only_what_is_over_what_is_forbidden_goes),
        cmocka_unit_test(while_held_what_a_later_plan_forbids_is_left_at_once),
        cmocka_unit_test(
            a_restored_one_that_the_plan_never_had_is_left_while_held_when_it_is_dirty),
        cmocka_unit_test(one_that_is_clean_by_the_next_plan_too_goes_on_draining),
        cmocka_unit_test(one_that_drains_waits_for_who_carries_its_demands_by_the_next_plan),
        cmocka_unit_test(
            one_that_other_metrics_lead_over_what_is_forbidden_goes_at_once_held_or_not),
        cmocka_unit_test(one_that_drains_is_not_removed_while_held),
        cmocka_unit_test(a_dirty_one_that_its_router_keeps_is_an_alarm_at_once)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

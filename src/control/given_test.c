#include "rig.h"

/* LSPs that a router delegates, which the controller did not make and the configuration does not list. */

#define GIVEN "delegated/r0/asked"
#define DIRTY "delegated-dirty/r0/asked"

/* Up over n1, as a router has it that asked for a path, got it, and delegates then. */
static struct cp_pce_lsp asked(void)
{
    static struct cp_pce_hop hops[] = {{.kind = CP_PCE_HOP_LABEL, .label = FIRST_LABEL},
                                       {.kind = CP_PCE_HOP_LABEL, .label = FIRST_LABEL + 2}};

    return (struct cp_pce_lsp){.plsp_id = 5,
                               .name = CP_TEXT("asked"),
                               .dst = fake_address(3),
                               .delegated = true,
                               .wanted_up = true,
                               .state = CP_PCE_LSP_ACTIVE,
                               .intended = {hops, 2},
                               .path_setup_type = 1};
}

static struct cp_control_alarm alarm_of(const struct rig *r, const char *id)
{
    const struct cp_control_alarm *at;
    uint32_t count = cp_control_alarms(r->c, &at);

    for (uint32_t i = 0; i < count; i++)
        if (cp_text_is(at[i].id, id))
            return at[i];
    fail();
    return at[0];
}

static const struct cp_control_step *update_of(const struct rig *r, uint32_t plsp_id)
{
    for (uint32_t i = 0; i < r->step_count; i++)
        if (r->steps[i].kind == CP_DO_ORDER && r->steps[i].order.kind == CP_PCE_UPDATE &&
            r->steps[i].order.plsp_id == plsp_id)
            return &r->steps[i];
    return NULL;
}

/* No demand: nothing of the plan is between its ends. */
static struct rig given(const struct cp_pce_lsp *l)
{
    struct rig r = rig();

    r.net.demand_count = 0;
    up(&r, 0);
    report(&r, 0, *l);
    synced(&r, 0);
    plan(&r);
    return r;
}

static void an_lsp_that_is_delegated_and_not_listed_is_an_alarm_while_it_is_so(void **state)
{
    struct cp_pce_lsp l = asked();
    struct rig r = given(&l);

    (void)state;
    assert_true(alarmed(&r, GIVEN));
    assert_false(alarmed(&r, DIRTY));
    assert_true(says(alarm_of(&r, GIVEN).document, "the configuration does not list it"));
    assert_int_equal(orders(&r), 0);
    l.delegated = false;
    report(&r, 0, l);
    assert_false(alarmed(&r, GIVEN));
    l.delegated = true;
    report(&r, 0, l);
    tick(&r);
    assert_true(alarmed(&r, GIVEN));
    report(&r, 0, (struct cp_pce_lsp){.plsp_id = 5, .removed = true});
    assert_false(alarmed(&r, GIVEN));
    rig_close(&r);
}

static void it_stands_while_the_session_is_lost_and_ends_when_it_is_not_there_any_more(void **state)
{
    struct cp_pce_lsp l = asked();
    struct rig r = given(&l);

    (void)state;
    event(&r, 0, &(struct cp_pce_event){.kind = CP_PCE_EV_DOWN, .why = "lost"});
    assert_true(alarmed(&r, GIVEN));
    r.net.node_bad[1] = true;
    plan(&r);
    assert_true(alarmed(&r, DIRTY)); /* told, although nothing can be ordered */
    assert_int_equal(orders(&r), 0);
    up(&r, 0);
    l.plsp_id = 6; /* other numbers in another session */
    report(&r, 0, l);
    synced(&r, 0);
    tick(&r);
    assert_non_null(update_of(&r, 6));
    event(&r, 0, &(struct cp_pce_event){.kind = CP_PCE_EV_DOWN, .why = "lost"});
    connect(&r, 0);
    assert_false(alarmed(&r, GIVEN));
    assert_false(alarmed(&r, DIRTY));
    rig_close(&r);
}

static void where_its_path_becomes_forbidden_it_is_told_and_ordered_elsewhere(void **state)
{
    struct cp_pce_lsp l = asked();
    struct rig r = given(&l);
    const struct cp_control_step *o;
    struct cp_pce_hop hops[FAKE_HOPS];

    (void)state;
    r.net.node_bad[1] = true;
    plan(&r);
    assert_true(says(alarm_of(&r, DIRTY).document, "path that is forbidden: n1 (rule no-bad)"));
    assert_true(says(alarm_of(&r, DIRTY).document, "\"id\": \"n1\", \"rule\": \"no-bad\""));
    o = update_of(&r, 5);
    assert_non_null(o);
    assert_true(o->order.up && is_over(o->order.path, OVER_2));
    assert_true(record(&r, CP_RECORD_REQUEST) < o); /* the log has it first */
    assert_true(says(record(&r, CP_RECORD_REQUEST)->document, "\"delegated\": \"r0/asked\""));
    memcpy(hops, o->order.path.at, o->order.path.count * sizeof *hops);
    l.intended = (struct cp_pce_path){hops, o->order.path.count};
    report(&r, 0, l);
    tick(&r);
    assert_false(alarmed(&r, DIRTY));
    assert_true(alarmed(&r, GIVEN));
    assert_int_equal(orders(&r), 0);
    rig_close(&r);
}

static cp_err take_given(void *user, uint32_t at, const struct cp_control_given *one)
{
    struct cp_control_given *out = user;

    assert_int_equal(at, 0);
    assert_null(out->name.at); /* there is one alone */
    *out = *one;
    return CP_OK;
}

/* The one that there is; without a name: there is none. */
static struct cp_control_given listed(const struct rig *r, struct cp_arena *arena)
{
    struct cp_control_given one = {.peer = CP_NONE}, walked;

    assert_int_equal(cp_control_each_given(r->c, take_given, &one), CP_OK);
    if (one.name.len == 0)
        return one;
    assert_int_equal(cp_control_given(r->c, 0, arena, &walked), CP_OK);
    assert_true(cp_text_eq(walked.name, one.name) && walked.phase == one.phase);
    return walked;
}

static void it_is_listed_with_where_it_goes_by_what_is_known_now(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    struct cp_pce_lsp l = asked();
    struct rig r = given(&l);
    struct cp_control_given one = listed(&r, arena);

    (void)state;
    assert_true(cp_text_is(one.name, "r0/asked"));
    assert_int_equal(one.phase, CP_LSP_INSTALLED);
    assert_int_equal(one.is, CP_TRACE_CLEAN);
    assert_true(is_over(one.path, OVER_1) && one.touch_count > 0 && one.reported_us > 0);
    assert_true(strstr(one.why, "the configuration does not list it") != NULL);
    r.net.node_bad[1] = r.net.node_bad[2] = r.net.node_bad[4] = true;
    plan(&r);
    one = listed(&r, arena);
    assert_int_equal(one.phase, CP_LSP_ASTRAY);
    assert_int_equal(one.is, CP_TRACE_FORBIDDEN);
    assert_int_not_equal(one.rule, CP_NONE);
    l.state = CP_PCE_LSP_DOWN;
    l.intended.count = 0;
    report(&r, 0, l);
    tick(&r);
    one = listed(&r, arena);
    assert_int_equal(one.phase, CP_LSP_DOWN);
    assert_int_equal(one.path.count, 0);
    event(&r, 0, &(struct cp_pce_event){.kind = CP_PCE_EV_DOWN, .why = "lost"});
    assert_int_equal(listed(&r, arena).phase, CP_LSP_WAITING);
    up(&r, 0);
    synced(&r, 0);
    assert_int_equal(listed(&r, arena).name.len, 0);
    cp_arena_close(arena);
    rig_close(&r);
}

static void where_no_clean_path_is_left_it_is_taken_down_and_comes_back_with_one(void **state)
{
    struct cp_pce_lsp l = asked();
    struct rig r = given(&l);

    (void)state;
    r.net.node_bad[1] = r.net.node_bad[2] = r.net.node_bad[4] = true;
    plan(&r);
    assert_non_null(update_of(&r, 5));
    assert_false(update_of(&r, 5)->order.up);
    l.state = CP_PCE_LSP_DOWN;
    l.intended.count = 0;
    report(&r, 0, l);
    r.now += 60 * SECOND;
    tick(&r);
    assert_false(alarmed(&r, DIRTY));
    assert_true(says(alarm_of(&r, GIVEN).document, "out of service"));
    assert_int_equal(orders(&r), 0);
    r.net.node_bad[2] = false;
    plan(&r);
    assert_true(update_of(&r, 5)->order.up && is_over(update_of(&r, 5)->order.path, OVER_2));
    rig_close(&r);
}

static void a_hop_that_nobody_knows_is_not_trusted(void **state)
{
    static struct cp_pce_hop nobodys[] = {{.kind = CP_PCE_HOP_LABEL, .label = 999999}};
    struct cp_pce_lsp l = asked();
    struct rig r;

    (void)state;
    l.intended = (struct cp_pce_path){nobodys, 1};
    r = given(&l);
    assert_true(says(alarm_of(&r, DIRTY).document, "unknown is not trusted"));
    assert_true(is_over(update_of(&r, 5)->order.path, OVER_1));
    rig_close(&r);
}

static void what_a_lost_feed_may_know_is_told_and_left_alone(void **state)
{
    static struct cp_pce_hop nobodys[] = {{.kind = CP_PCE_HOP_LABEL, .label = 999999}};
    struct cp_pce_lsp l = asked();
    struct rig r = given(&l);

    (void)state;
    l.intended = (struct cp_pce_path){nobodys, 1};
    cp_control_lacking(r.c, true);
    plan(&r);
    report(&r, 0, l);
    tick(&r);
    assert_int_equal(orders(&r), 0);
    assert_false(alarmed(&r, DIRTY));
    assert_true(says(alarm_of(&r, GIVEN).document, "a feed may know"));
    cp_control_lacking(r.c, false);
    plan(&r);
    assert_true(alarmed(&r, DIRTY));
    assert_non_null(update_of(&r, 5));
    rig_close(&r);
}

static void a_router_that_does_not_heed_it_is_ordered_again_at_our_pace(void **state)
{
    struct cp_pce_lsp l = asked();
    struct rig r = given(&l);
    uint32_t count = 0;

    (void)state;
    r.net.node_bad[1] = true;
    plan(&r);
    for (uint32_t i = 0; i < 3000; i++) {
        r.now += SECOND;
        report(&r, 0, l);
        tick(&r);
        count += orders(&r);
    }
    assert_true(alarmed(&r, DIRTY));
    assert_true(count >= 8 && count < 20);
    rig_close(&r);
}

static void nothing_is_ordered_by_rules_that_are_over(void **state)
{
    struct cp_pce_lsp l = asked();
    struct rig r = given(&l);

    (void)state;
    r.net.node_bad[1] = true;
    cp_control_overrule(r.c);
    link_gone(&r, 0);
    tick(&r);
    assert_int_equal(orders(&r), 0);
    plan(&r);
    assert_non_null(update_of(&r, 5));
    rig_close(&r);
}

static void what_nobody_can_judge_is_told_and_left_alone(void **state)
{
    struct cp_pce_lsp l = asked();
    struct rig r;

    (void)state;
    l.dst = cp_ip_v4(0x7f000001u);
    r = given(&l);
    r.net.node_bad[1] = true;
    plan(&r);
    assert_true(says(alarm_of(&r, GIVEN).document, "nobody keeps it clean"));
    assert_false(alarmed(&r, DIRTY));
    assert_int_equal(orders(&r), 0);
    rig_close(&r);
}

static void a_router_that_delegates_more_than_there_is_room_for_leaves_room_for_others(void **state)
{
    struct cp_pce_lsp l = asked();
    struct rig r = given(&l);
    const struct cp_control_alarm *at;
    char name[32];

    (void)state;
    for (uint32_t i = 10; i <= 100; i++) {
        (void)snprintf(name, sizeof name, "made up %u", i);
        l.plsp_id = i;
        l.name = cp_text_of(name);
        report(&r, 0, l);
    }
    tick(&r);
    assert_true(alarmed(&r, "delegated/r0"));
    assert_true(cp_control_alarms(r.c, &at) < 8);
    connect(&r, 1);
    report(&r, 1, asked());
    tick(&r);
    assert_true(alarmed(&r, "delegated/r3/asked"));
    up(&r, 0); /* it says all of them again */
    assert_false(alarmed(&r, "delegated/r0"));
    synced(&r, 0);
    assert_false(alarmed(&r, GIVEN));
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_lsp_that_is_delegated_and_not_listed_is_an_alarm_while_it_is_so),
        cmocka_unit_test(
            it_stands_while_the_session_is_lost_and_ends_when_it_is_not_there_any_more),
        cmocka_unit_test(where_its_path_becomes_forbidden_it_is_told_and_ordered_elsewhere),
        cmocka_unit_test(it_is_listed_with_where_it_goes_by_what_is_known_now),
        cmocka_unit_test(where_no_clean_path_is_left_it_is_taken_down_and_comes_back_with_one),
        cmocka_unit_test(a_hop_that_nobody_knows_is_not_trusted),
        cmocka_unit_test(what_a_lost_feed_may_know_is_told_and_left_alone),
        cmocka_unit_test(a_router_that_does_not_heed_it_is_ordered_again_at_our_pace),
        cmocka_unit_test(nothing_is_ordered_by_rules_that_are_over),
        cmocka_unit_test(what_nobody_can_judge_is_told_and_left_alone),
        cmocka_unit_test(
            a_router_that_delegates_more_than_there_is_room_for_leaves_room_for_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "rig.h"

/* Paths that are clean here, and that their router does not permit. */

static const struct cp_control_step *only(struct rig *r, cp_pce_order_kind kind, uint32_t over)
{
    const struct cp_control_step *o = order(r, kind);

    assert_int_equal(orders(r), 1);
    assert_non_null(o);
    assert_true(is_over(o->order.path, over));
    return o;
}

static void refuse_as(struct rig *r, uint32_t srp_id, uint32_t type, uint32_t value)
{
    event(r, 0,
          &(struct cp_pce_event){
              .kind = CP_PCE_EV_ERROR, .srp_id = srp_id, .error_type = type, .error_value = value});
}

static void refuse(struct rig *r, uint32_t srp_id)
{
    refuse_as(r, srp_id, 24, 1);
}

static cp_text alarm_of(const struct rig *r, const char *id)
{
    const struct cp_control_alarm *at;
    uint32_t count = cp_control_alarms(r->c, &at);

    for (uint32_t i = 0; i < count; i++)
        if (cp_text_is(at[i].id, id))
            return at[i].document;
    fail();
    return CP_TEXT("");
}

/* Nothing is ordered for a long time. */
static void assert_quiet(struct rig *r)
{
    for (uint32_t i = 0; i < 100; i++) {
        r->now += 10 * SECOND;
        tick(r);
        assert_int_equal(orders(r), 0);
    }
}

static struct cp_pce_lsp expired(struct cp_pce_lsp l)
{
    l.state = CP_PCE_LSP_DOWN;
    l.error = CP_PCE_LSP_UNACCEPTABLE;
    return l;
}

static void a_refused_initiation_is_made_on_the_next_clean_path(void **state)
{
    struct rig r = rig();

    (void)state;
    connect(&r, 0);
    plan(&r);
    refuse(&r, only(&r, CP_PCE_INITIATE, OVER_1)->order.srp_id);
    assert_true(says(alarm_of(&r, "refused/" KEY), "does not permit the path"));
    report(&r, 0, as_ordered(only(&r, CP_PCE_INITIATE, OVER_2), 7, CP_PCE_LSP_ACTIVE));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_true(lsp(&r, KEY).enforcing);
    assert_false(alarmed(&r, "astray/" KEY));
    assert_true(alarmed(&r, "refused/" KEY));
    assert_quiet(&r);
    rig_close(&r);
}

static void a_path_that_its_router_stopped_as_not_permitted_is_left_at_once(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    report(&r, 0, expired(l));
    assert_true(says(record(&r, CP_RECORD_INTENT)->document, "\"reason\": \"refused\""));
    report(&r, 0, as_ordered(only(&r, CP_PCE_UPDATE, OVER_2), 7, CP_PCE_LSP_ACTIVE));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_false(alarmed(&r, "astray/" KEY));
    assert_quiet(&r);
    rig_close(&r);
}

/* The report of the old path may come after the order of the new one, and a router that has heard that may tell the old error still. */
static void what_is_reported_of_the_path_before_says_nothing_of_the_one_after(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);
    uint32_t srp;

    (void)state;
    report(&r, 0, expired(l));
    srp = only(&r, CP_PCE_UPDATE, OVER_2)->order.srp_id;
    report(&r, 0, expired(l));
    assert_int_equal(orders(&r), 0);
    l = expired(l);
    l.srp_id = srp;
    l.state = CP_PCE_LSP_GOING_UP;
    report(&r, 0, l);
    assert_int_equal(orders(&r), 0);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    rig_close(&r);
}

static void one_that_is_down_for_another_reason_is_ordered_again_and_not_left(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    l.state = CP_PCE_LSP_DOWN;
    l.error = 8; /* signalling */
    report(&r, 0, l);
    r.now += 5 * SECOND;
    tick(&r);
    (void)only(&r, CP_PCE_UPDATE, OVER_1);
    assert_false(alarmed(&r, "refused/" KEY));
    rig_close(&r);
}

static void refuse_each(struct rig *r)
{
    connect(r, 0);
    plan(r);
    refuse(r, only(r, CP_PCE_INITIATE, OVER_1)->order.srp_id);
    refuse(r, only(r, CP_PCE_INITIATE, OVER_2)->order.srp_id);
    refuse(r, only(r, CP_PCE_INITIATE, OVER_4)->order.srp_id);
}

static void where_each_clean_path_is_refused_it_is_down_and_says_why(void **state)
{
    struct rig r = rig();

    (void)state;
    refuse_each(&r);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_DOWN);
    assert_string_equal(lsp(&r, KEY).why, "no clean path is found that its router permits");
    assert_true(says(alarm_of(&r, "down/" KEY), "no clean path is found that its router permits"));
    assert_true(says(alarm_of(&r, "refused/" KEY), "\"refused-paths\": 3"));
    r.net.version++;
    plan(&r);
    assert_quiet(&r);
    rig_close(&r);
}

static void after_an_hour_what_is_down_is_asked_again_and_what_is_up_is_not(void **state)
{
    struct rig r = rig(), up = rig();

    (void)state;
    refuse_each(&r);
    connect(&up, 0);
    plan(&up);
    refuse(&up, only(&up, CP_PCE_INITIATE, OVER_1)->order.srp_id);
    report(&up, 0, as_ordered(only(&up, CP_PCE_INITIATE, OVER_2), 7, CP_PCE_LSP_ACTIVE));
    r.now += 3599 * SECOND;
    tick(&r);
    assert_int_equal(orders(&r), 0);
    r.now += SECOND;
    tick(&r);
    report(&r, 0, as_ordered(only(&r, CP_PCE_INITIATE, OVER_1), 7, CP_PCE_LSP_ACTIVE));
    assert_false(alarmed(&r, "refused/" KEY));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    for (uint32_t i = 0; i < 300; i++) {
        up.now += 30 * SECOND;
        tick(&up);
        assert_int_equal(orders(&up), 0);
    }
    assert_true(alarmed(&up, "refused/" KEY));
    rig_close(&r);
    rig_close(&up);
}

static void a_new_session_is_asked_again_at_once_and_the_alarms_end(void **state)
{
    struct rig r = rig();

    (void)state;
    r.now = 100 * SECOND;
    refuse_each(&r);
    event(&r, 0, &(struct cp_pce_event){.kind = CP_PCE_EV_DOWN, .why = "closed"});
    assert_true(alarmed(&r, "refused/" KEY));
    connect(&r, 0);
    assert_false(alarmed(&r, "refused/" KEY));
    tick(&r);
    report(&r, 0, as_ordered(only(&r, CP_PCE_INITIATE, OVER_1), 7, CP_PCE_LSP_ACTIVE));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_false(alarmed(&r, "down/" KEY));
    rig_close(&r);
}

static void what_one_lsp_may_not_another_of_the_same_way_may(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;

    (void)state;
    r.net.demands[1] = (struct fake_demand){.src = 0, .dst = 3, .name = 2, .colour = 200};
    r.net.demand_count = 2;
    l = install(&r);
    report(&r, 0, expired(l));
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    assert_true(is_over(lsp(&r, "n0>n3/200").intended, OVER_1));
    rig_close(&r);
}

/* It is up over the second way, and the first one, which was down, is back; the report, which stays. */
static struct cp_pce_lsp install_and_better(struct rig *r)
{
    static struct cp_pce_hop hops[FAKE_HOPS];
    struct cp_pce_lsp l;

    r->net.links[0].down = true;
    l = install(r);
    memcpy(hops, l.intended.at, l.intended.count * sizeof *hops);
    l.intended.at = hops;
    r->net.links[0].down = false;
    r->net.version++;
    r->now += 20 * SECOND;
    plan(r);
    return l;
}

static void a_better_path_that_is_refused_leaves_the_one_that_is_there(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install_and_better(&r);

    (void)state;
    refuse(&r, only(&r, CP_PCE_UPDATE, OVER_1)->order.srp_id);
    assert_int_equal(orders(&r), 0);
    report(&r, 0, l);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    assert_quiet(&r);
    rig_close(&r);
}

/* One link, and two after it, the second of them dearer; and a way of its own that is dearer still. */
static struct cp_pce_lsp install_beside(struct rig *r)
{
    static const struct fake_link links[] = {
        {0, 1, 1, false}, {1, 3, 1, true}, {1, 3, 2, false}, {0, 2, 50, false}, {2, 3, 50, false}};
    static struct cp_pce_hop hops[FAKE_HOPS];
    struct cp_pce_lsp l;

    r->net = (struct fake_net){
        .node_count = 4, .link_count = 5, .demand_count = 1, .version = 1, .options = 1};
    memcpy(r->net.links, links, sizeof links);
    r->net.demands[0] = (struct fake_demand){.src = 0, .dst = 3, .name = 1};
    l = install(r);
    memcpy(hops, l.intended.at, l.intended.count * sizeof *hops);
    l.intended.at = hops;
    r->net.links[1].down = false;
    r->net.version++;
    r->now += 20 * SECOND;
    plan(r);
    return l;
}

static void it_stays_where_the_one_that_is_there_shares_links_with_the_refused_one(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install_beside(&r);
    const struct cp_control_step *o = only(&r, CP_PCE_UPDATE, FIRST_LABEL);

    (void)state;
    assert_int_equal(o->order.path.at[1].label, FIRST_LABEL + 2);
    refuse(&r, o->order.srp_id);
    assert_int_equal(orders(&r), 0);
    report(&r, 0, l);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    r.net.version++;
    plan(&r);
    assert_quiet(&r);
    rig_close(&r);
}

static void it_does_not_stay_where_the_one_that_is_there_is_no_way_any_more(void **state)
{
    struct rig r = rig();
    uint32_t srp;

    (void)state;
    (void)install_beside(&r);
    srp = only(&r, CP_PCE_UPDATE, FIRST_LABEL)->order.srp_id;
    link_gone(&r, 2);
    refuse(&r, srp);
    (void)only(&r, CP_PCE_UPDATE, FIRST_LABEL + 2 * 3);
    rig_close(&r);
}

/* RFC 8231 7.3.3: a report with the order's number, of the path that it stays on. */
static void an_update_that_is_refused_by_a_report_is_not_ordered_again(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install_and_better(&r);

    (void)state;
    l.srp_id = only(&r, CP_PCE_UPDATE, OVER_1)->order.srp_id;
    l.error = CP_PCE_LSP_UNACCEPTABLE;
    report(&r, 0, l);
    assert_int_equal(orders(&r), 0);
    assert_true(alarmed(&r, "refused/" KEY));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    assert_quiet(&r);
    rig_close(&r);
}

/* Two links, and two after them: four ways. */
static void each_way_is_tried_once_also_where_it_shares_links_with_each_refused_one(void **state)
{
    struct rig r = rig();
    uint32_t seen = 0;

    (void)state;
    r.net = (struct fake_net){
        .node_count = 4, .link_count = 4, .demand_count = 1, .version = 1, .options = 1};
    r.net.links[0] = (struct fake_link){0, 1, 1, false};
    r.net.links[1] = (struct fake_link){0, 1, 2, false};
    r.net.links[2] = (struct fake_link){1, 3, 1, false};
    r.net.links[3] = (struct fake_link){1, 3, 2, false};
    r.net.demands[0] = (struct fake_demand){.src = 0, .dst = 3, .name = 1};
    connect(&r, 0);
    plan(&r);
    for (const struct cp_control_step *o; (o = order(&r, CP_PCE_INITIATE)) != NULL;) {
        uint32_t way = (o->order.path.at[0].label - FIRST_LABEL) / 2 +
                       2 * ((o->order.path.at[1].label - FIRST_LABEL) / 2 - 2);

        assert_int_equal(seen & 1u << way, 0);
        seen |= 1u << way;
        refuse(&r, o->order.srp_id);
    }
    assert_int_equal(seen, 15);
    rig_close(&r);
}

/* One link, two stages of two links each, one link: what every path has stays, and the others are left out at once. */
static void after_a_refusal_all_is_left_out_that_can_be(void **state)
{
    static const struct fake_link links[] = {{0, 1, 1, false}, {1, 2, 1, false}, {1, 2, 2, false},
                                             {2, 4, 1, false}, {2, 4, 2, false}, {4, 3, 1, false}};
    struct rig r = rig();
    const struct cp_control_step *o;

    (void)state;
    r.net = (struct fake_net){
        .node_count = 5, .link_count = 6, .demand_count = 1, .version = 1, .options = 1};
    memcpy(r.net.links, links, sizeof links);
    r.net.demands[0] = (struct fake_demand){.src = 0, .dst = 3, .name = 1};
    connect(&r, 0);
    plan(&r);
    refuse(&r, only(&r, CP_PCE_INITIATE, FIRST_LABEL)->order.srp_id);
    o = only(&r, CP_PCE_INITIATE, FIRST_LABEL);
    assert_int_equal(o->order.path.count, 4);
    assert_int_equal(o->order.path.at[1].label, FIRST_LABEL + 2 * 2);
    assert_int_equal(o->order.path.at[2].label, FIRST_LABEL + 2 * 4);
    rig_close(&r);
}

static void ten_ways(struct rig *r)
{
    r->net = (struct fake_net){
        .node_count = 12, .link_count = 20, .demand_count = 1, .version = 1, .options = 2};
    for (uint32_t i = 0; i < 10; i++) {
        uint32_t via = i < 2 ? i + 1 : i + 2;

        r->net.links[(size_t)2 * i] = (struct fake_link){0, via, i + 1, false};
        r->net.links[(size_t)2 * i + 1] = (struct fake_link){via, 3, i + 1, false};
    }
    r->net.demands[0] = (struct fake_demand){.src = 0, .dst = 3, .name = 1};
}

/* Ten ways; it goes by the longest when the others come, each of them shorter.  More are refused than are kept, and when what it has is
 * down for another reason it is ordered again. */
static void however_many_are_refused_it_stays_on_what_its_router_has(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;
    static struct cp_pce_hop hops[FAKE_HOPS];

    (void)state;
    ten_ways(&r);
    for (uint32_t i = 0; i < 9; i++)
        r.net.links[(size_t)2 * i].down = true;
    l = install(&r);
    memcpy(hops, l.intended.at, l.intended.count * sizeof *hops);
    l.intended.at = hops;
    for (uint32_t i = 9; i-- > 0;) {
        r.net.links[(size_t)2 * i].down = false;
        r.net.version++;
        r.now += 20 * SECOND;
        plan(&r);
        refuse(&r, only(&r, CP_PCE_UPDATE, FIRST_LABEL + 4 * i)->order.srp_id);
        assert_int_equal(orders(&r), 0);
        report(&r, 0, l);
        assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
        assert_true(is_over(lsp(&r, KEY).intended, FIRST_LABEL + 4 * 9));
    }
    assert_true(says(alarm_of(&r, "refused/" KEY), "\"refused-paths\": 9"));
    assert_quiet(&r);
    l.state = CP_PCE_LSP_DOWN;
    report(&r, 0, l);
    r.net.version++;
    plan(&r);
    r.now += 5 * SECOND;
    tick(&r);
    (void)only(&r, CP_PCE_UPDATE, FIRST_LABEL + 4 * 9);
    rig_close(&r);
}

/* Of ten ways that its router refuses all the same no more are tried than REFUSED_MOST and one. */
static void a_router_that_refuses_everything_is_left_alone_after_some(void **state)
{
    struct rig r = rig();
    uint32_t tried = 0;

    (void)state;
    ten_ways(&r);
    connect(&r, 0);
    plan(&r);
    for (; order(&r, CP_PCE_INITIATE) != NULL; tried++)
        refuse(&r, only(&r, CP_PCE_INITIATE, FIRST_LABEL + 4 * tried)->order.srp_id);
    assert_int_equal(tried, 9);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_DOWN);
    assert_quiet(&r);
    rig_close(&r);
}

static void a_refusal_is_heeded_while_held(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    cp_control_hold(r.c, true, CP_TEXT("me"), r.now);
    drain(&r);
    report(&r, 0, expired(l));
    (void)only(&r, CP_PCE_UPDATE, OVER_2);
    rig_close(&r);
}

/* RFC 8664 8.4: 10/x are about the segments of the path. */
static void segments_that_are_not_accepted_are_a_refusal_and_an_internal_error_is_none(void **state)
{
    struct rig r = rig();

    (void)state;
    connect(&r, 0);
    plan(&r);
    refuse_as(&r, only(&r, CP_PCE_INITIATE, OVER_1)->order.srp_id, 10, 3);
    refuse_as(&r, only(&r, CP_PCE_INITIATE, OVER_2)->order.srp_id, 24, 2);
    assert_int_equal(orders(&r), 0);
    assert_true(alarmed(&r, "astray/" KEY));
    r.now += 5 * SECOND;
    tick(&r);
    (void)only(&r, CP_PCE_INITIATE, OVER_2);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_initiation_is_made_on_the_next_clean_path),
        cmocka_unit_test(a_path_that_its_router_stopped_as_not_permitted_is_left_at_once),
        cmocka_unit_test(what_is_reported_of_the_path_before_says_nothing_of_the_one_after),
        cmocka_unit_test(one_that_is_down_for_another_reason_is_ordered_again_and_not_left),
        cmocka_unit_test(where_each_clean_path_is_refused_it_is_down_and_says_why),
        cmocka_unit_test(after_an_hour_what_is_down_is_asked_again_and_what_is_up_is_not),
        cmocka_unit_test(a_new_session_is_asked_again_at_once_and_the_alarms_end),
        cmocka_unit_test(what_one_lsp_may_not_another_of_the_same_way_may),
        cmocka_unit_test(a_better_path_that_is_refused_leaves_the_one_that_is_there),
        cmocka_unit_test(it_stays_where_the_one_that_is_there_shares_links_with_the_refused_one),
        cmocka_unit_test(it_does_not_stay_where_the_one_that_is_there_is_no_way_any_more),
        cmocka_unit_test(an_update_that_is_refused_by_a_report_is_not_ordered_again),
        cmocka_unit_test(each_way_is_tried_once_also_where_it_shares_links_with_each_refused_one),
        cmocka_unit_test(after_a_refusal_all_is_left_out_that_can_be),
        cmocka_unit_test(however_many_are_refused_it_stays_on_what_its_router_has),
        cmocka_unit_test(a_router_that_refuses_everything_is_left_alone_after_some),
        cmocka_unit_test(a_refusal_is_heeded_while_held),
        cmocka_unit_test(
            segments_that_are_not_accepted_are_a_refusal_and_an_internal_error_is_none)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

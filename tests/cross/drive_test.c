#include "drive_square.h"

/* Over n2 in half: nobody needs to be steered. */
static void turn_to_clean(struct rig *r)
{
    r->link[2].metric = r->link[3].metric = 5;
}

/* --- verdicts ------------------------------------------------------------------------------------- */

static void what_nobody_steers_is_a_violation_where_the_network_routes_it_over_what_is_forbidden(
    void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    open_and_tell(&r);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_VIOLATION);
    assert_true(said.unsteered);
    assert_non_null(said.exposure);
    assert_int_equal(said.exposure->element, 1);
    assert_false(said.down);
    rig_close(&r);
}

static void what_nobody_steers_is_ok_with_a_reason_where_its_ordinary_way_is_clean(void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    turn_to_clean(&r);
    open_and_tell(&r);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_OK);
    assert_true(said.unsteered);
    assert_non_null(said.why);
    rig_close(&r);
}

static void a_clean_ordinary_way_is_not_ok_while_a_feed_has_not_told_all(void **state)
{
    struct rig r = square();

    (void)state;
    turn_to_clean(&r);
    r.feeds = 2;
    open_and_tell(&r);
    rig_wait(&r, 60 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_tell(&r, 1);
    rig_wait(&r, 5 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

static void a_clean_ordinary_way_is_not_ok_while_news_have_no_plan_yet(void **state)
{
    struct rig r = square();

    (void)state;
    turn_to_clean(&r);
    r.plan_takes_us = RIG_SECOND;
    open_and_tell(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    r.link[2].metric = 100;
    rig_tell(&r, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_wait(&r, 5 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_close(&r);
}

static void a_demand_without_any_way_has_no_path(void **state)
{
    struct rig r = square();

    (void)state;
    r.link[0].down = r.link[2].down = true;
    open_and_tell(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_NO_PATH);
    rig_close(&r);
}

static void what_both_routers_carry_as_intended_is_ok_without_a_reason(void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    open_and_tell(&r);
    rig_connect(&r, 0);
    rig_wait(&r, 20 * RIG_SECOND);
    said = rig_verdict(&r); /* the way back is steered by nobody */
    assert_int_equal(said.verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(said.exposure->direction, CP_REVERSE);
    rig_connect(&r, 1);
    rig_wait(&r, 20 * RIG_SECOND);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_OK);
    assert_null(said.why);
    rig_close(&r);
}

static void see_at_forbidden(struct rig *r)
{
    const cp_text nodes[] = {CP_TEXT("n0"), CP_TEXT("n1"), CP_TEXT("n3")};
    struct cp_control_sight sight = {
        .nodes = nodes, .node_count = 3, .witness = CP_TEXT("probe"), .at_us = r->now_us};
    cp_sight_says says;

    for (uint32_t i = 0; i < r->record_count && sight.key.len == 0; i++)
        if (cp_text_starts((cp_text){r->records[i].key, r->records[i].key_len}, CP_TEXT("n0>")))
            sight.key = (cp_text){r->records[i].key, r->records[i].key_len};
    assert_int_equal(cp_drive_seen(r->drive, &sight, r->now_us, &says), CP_OK);
    assert_int_equal(says, CP_SIGHT_CONTRADICTS);
}

/* Whatever its router reports: a violation, and not merely something that is not known. */
static void what_packets_were_seen_to_do_is_a_violation_where_that_is_forbidden(void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    open_and_steer(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    assert_int_equal(cp_drive_hold(r.drive, true, CP_TEXT("a person"), r.now_us), CP_OK);
    see_at_forbidden(&r);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_VIOLATION);
    assert_false(said.unsteered);
    assert_non_null(said.why);
    rig_close(&r);
}

static void what_packets_did_on_a_path_before_is_no_violation_of_this_one(void **state)
{
    struct rig r = square();

    (void)state;
    r.guarded = true;
    open_and_steer(&r);
    see_at_forbidden(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION); /* till its router has moved */
    rig_wait(&r, 60 * RIG_SECOND);
    assert_int_not_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    assert_int_not_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

static void a_lost_session_makes_it_undecided_where_the_router_keeps_what_it_has(void **state)
{
    struct rig r = square();

    (void)state;
    r.system = "linux-agent";
    open_and_steer(&r);
    rig_cut(&r, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_wait(&r, 3600 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_close(&r);
}

/* FRR forgets after 30 s, Junos after 60 s. */
static void a_lost_session_makes_it_a_violation_once_the_router_may_have_let_it_go(void **state)
{
    static const struct {
        const char *system;
        uint32_t keeps_s;
    } cases[] = {{"frr-8.4.4", 30}, {"frr-10.7.1", 30}, {"junos", 60}};

    (void)state;
    for (uint32_t i = 0; i < CP_COUNT(cases); i++) {
        struct rig r = square();

        r.system = cases[i].system;
        open_and_steer(&r);
        rig_cut(&r, 0);
        rig_wait(&r, (cases[i].keeps_s - 1) * RIG_SECOND);
        assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
        rig_wait(&r, 2 * RIG_SECOND);
        assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
        rig_close(&r);
    }
}

static void a_lost_session_is_a_violation_at_once_where_nobody_knows_how_long_it_keeps_orders(
    void **state)
{
    struct rig r = square();

    (void)state;
    r.system = "sr-os";
    open_and_steer(&r);
    rig_cut(&r, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_close(&r);
}

static void a_lost_session_is_never_ok_where_the_ordinary_way_is_clean_by_chance(void **state)
{
    struct rig r = square();

    (void)state;
    turn_to_clean(&r);
    open_and_steer(&r);
    rig_cut(&r, 0);
    rig_wait(&r, 60 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_close(&r);
}

static void a_guarded_headend_that_was_never_there_is_no_violation(void **state)
{
    struct rig r = square();

    (void)state;
    r.guarded = true;
    open_and_tell(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_close(&r);
}

static void without_a_clean_path_it_is_a_violation_where_its_headend_fails_open(void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    open_and_steer(&r);
    r.link[2].down = true;
    rig_tell(&r, 0);
    rig_wait(&r, 20 * RIG_SECOND);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_VIOLATION);
    assert_false(said.down);
    rig_close(&r);
}

static void without_a_clean_path_it_is_down_where_its_headend_is_guarded(void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    r.guarded = true;
    open_and_steer(&r);
    r.link[2].down = true;
    rig_tell(&r, 0);
    rig_wait(&r, 20 * RIG_SECOND);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_NO_PATH);
    assert_true(said.down);
    assert_non_null(said.blocking);
    rig_close(&r);
}

/* --- requests ------------------------------------------------------------------------------------- */

static void a_request_is_answered_with_adjacencies_where_lists_are_strict(void **state)
{
    struct rig r = square();
    struct cp_pce_request asked;

    (void)state;
    open_and_steer(&r);
    asked = request(&r);
    rig_ask(&r, 0, &asked);
    assert_reply(&r, (const uint32_t[]){15004, 15006}, 2);
    rig_close(&r);
}

static void a_request_is_answered_with_the_shortest_list_where_lists_are_so(void **state)
{
    struct rig r = square();
    struct cp_pce_request asked;

    (void)state;
    r.shortest = true;
    open_and_steer(&r);
    asked = request(&r);
    rig_ask(&r, 0, &asked);
    assert_reply(&r, (const uint32_t[]){16002, 16003}, 2);
    rig_close(&r);
}

static void assert_hindered(struct rig *r, const struct cp_pce_request *asked, const char *by)
{
    uint32_t before = r->pccs[0].no_paths;

    rig_ask(r, 0, asked);
    assert_int_equal(r->pccs[0].no_paths, before + 1);
    if (strstr(r->request, by) == NULL)
        fail_msg("%s: %s", by, r->request);
}

static void no_path_is_told_with_what_leaves_none(void **state)
{
    struct rig r = square();
    struct cp_pce_exclusion out = {.kind = CP_PCE_OUT_ADDRESS,
                                   .mandatory = true,
                                   .of = CP_PCE_OF_NODE,
                                   .address = cp_ip_v4(0x0a000003),
                                   .prefix_bits = 32};
    struct cp_pce_metric hops = {.type = CP_PCE_METRIC_HOPS, .bound = true, .value = 1};
    struct cp_pce_request asked, plain;

    (void)state;
    open_and_steer(&r);
    asked = plain = request(&r);
    asked.exclusions = &out;
    asked.exclusion_count = 1;
    assert_hindered(&r, &asked, "\"reason\": \"left out by it\"");
    asked = plain;
    asked.id = 2;
    asked.metrics = &hops;
    asked.metric_count = 1;
    assert_hindered(&r, &asked, "\"reason\": \"its bounds\"");
    asked = plain;
    asked.id = 3;
    asked.bandwidth_bps = UINT64_C(2000000000);
    assert_hindered(&r, &asked, "\"reason\": \"capacity\"");
    asked = plain;
    asked.id = 6;
    asked.dst = cp_ip_v4(0x0b000001);
    assert_hindered(&r, &asked, "\"reason\": \"not known\"");
    asked = plain;
    asked.id = 7;
    asked.segments_max = 1; /* a path is found, and its list is of two */
    assert_hindered(&r, &asked, "\"reason\": \"its segments\"");
    assert_non_null(strstr(r.request, "no list of the path can be pushed"));
    r.link[2].down = true;
    rig_tell(&r, 0);
    asked = plain;
    asked.id = 4;
    assert_hindered(&r, &asked,
                    "\"reason\": \"rules\", \"element\": {\"kind\": \"node\", \"id\": \"n1\"");
    assert_non_null(strstr(r.request, "\"rule\": \""));
    assert_non_null(strstr(r.request, "huawei"));
    r.link[0].down = true;
    rig_tell(&r, 0);
    asked.id = 5;
    assert_hindered(&r, &asked, "\"reason\": \"no way\"");
    rig_close(&r);
}

/* n4 is another clean way: n0 - n4 - n3 for 60. */
static struct rig with_a_third_way(void)
{
    struct rig r = square();

    r.routers = 5;
    r.links = 6;
    r.maker[3] = "Nokia";
    r.maker[4] = "Nokia";
    r.link[1] = (struct rig_link){1, 4, 10, false, 0};
    r.link[3] = (struct rig_link){2, 4, 20, false, 0};
    r.link[4] = (struct rig_link){0, 3, 30, false, 0};
    r.link[5] = (struct rig_link){3, 4, 30, false, 0};
    r.shortest = true;
    return r;
}

static void what_a_request_leaves_out_is_left_out_by_a_shortest_list_too(void **state)
{
    struct rig r = with_a_third_way();
    struct cp_pce_exclusion out = {.kind = CP_PCE_OUT_ADDRESS,
                                   .mandatory = true,
                                   .of = CP_PCE_OF_NODE,
                                   .address = cp_ip_v4(0x0a000003),
                                   .prefix_bits = 32};
    struct cp_pce_request asked;

    (void)state;
    open_and_steer(&r);
    asked = request(&r);
    rig_ask(&r, 0, &asked);
    assert_reply(&r, (const uint32_t[]){16002, 16004}, 2);
    asked.id = 2;
    asked.exclusions = &out;
    asked.exclusion_count = 1;
    rig_ask(&r, 0, &asked);
    assert_reply(&r, (const uint32_t[]){16003, 16004}, 2);
    out.address = cp_ip_v4(0x0a000004); /* the other one */
    asked.id = 3;
    rig_ask(&r, 0, &asked);
    assert_reply(&r, (const uint32_t[]){16002, 16004}, 2);
    rig_close(&r);
}

static void affinities_that_no_link_is_known_to_have_leave_no_path(void **state)
{
    struct rig r = with_a_third_way();
    struct cp_pce_request asked;

    (void)state;
    open_and_steer(&r);
    asked = request(&r);
    asked.include_any = 4;
    rig_ask(&r, 0, &asked);
    assert_int_equal(r.pccs[0].replies, 0);
    assert_int_equal(r.pccs[0].no_paths, 1);
    rig_close(&r);
}

static void while_something_is_gone_a_request_is_answered_with_adjacencies(void **state)
{
    struct rig r = with_a_third_way();
    struct cp_pce_request asked;

    (void)state;
    open_and_steer(&r);
    r.plan_takes_us = 100 * RIG_SECOND;
    r.link[2].down = true;
    rig_tell(&r, 0);
    asked = request(&r);
    rig_ask(&r, 0, &asked);
    assert_reply(&r, (const uint32_t[]){15008, 15010}, 2);
    rig_close(&r);
}

/* --- who is never quiet --------------------------------------------------------------------------- */

/* A link that nobody needs, n1--n3, tells of another metric each time. */
static void alternate(struct rig *r, uint64_t every_us, uint64_t for_us)
{
    for (uint64_t us = 0; us < for_us; us += every_us) {
        r->link[1].metric = r->link[1].metric == 10 ? 11 : 10;
        rig_tell(r, 0);
        rig_wait(r, every_us);
    }
}

static void a_metric_that_alternates_for_ever_is_not_planned_for_at_its_own_pace(void **state)
{
    struct rig r = square();
    uint32_t before;

    (void)state;
    open_and_steer(&r);
    rig_wait(&r, 300 * RIG_SECOND);
    before = r.plans;
    alternate(&r, 50000, 500000); /* now and then it is, at once */
    assert_true(r.plans - before >= 8);
    alternate(&r, 50000, 60 * RIG_SECOND);
    assert_true(r.plans - before < 70);
    before = r.plans;
    alternate(&r, 50000, 60 * RIG_SECOND);
    assert_true(r.plans - before >= 10 && r.plans - before < 60);
    rig_wait(&r, 300 * RIG_SECOND); /* and when it has been quiet, again at once */
    before = r.plans;
    alternate(&r, 50000, 50000);
    assert_int_equal(r.plans - before, 1);
    rig_close(&r);
}

static void what_is_gone_is_acted_upon_at_once_however_much_is_going_on(void **state)
{
    struct rig r = square();
    uint32_t before;

    (void)state;
    r.maker[1] = "Ciena"; /* both ways are clean, and n1's is the shorter one */
    open_and_steer(&r);
    alternate(&r, 50000, 60 * RIG_SECOND);
    assert_int_equal(rig_up(&r, 0)->labels[0], 15000);
    before = r.plans;
    r.link[0].down = true;
    rig_tell(&r, 0); /* no time passes */
    assert_int_equal(r.plans, before);
    assert_int_equal(rig_up(&r, 0)->labels[0], 15004);
    rig_close(&r);
}

static void a_link_that_comes_and_goes_for_ever_is_planned_for_less_often(void **state)
{
    struct rig r = square();
    uint32_t before, first = 0, later;

    (void)state;
    open_and_steer(&r);
    rig_wait(&r, 300 * RIG_SECOND);
    before = r.plans;
    for (uint32_t i = 0; i < 400; i++) {
        if (i == 40)
            first = r.plans - before;
        r.link[1].down = i % 2 == 0;
        rig_tell(&r, 0);
        rig_wait(&r, 1500000);
    }
    later = r.plans - before - first;
    assert_true(first >= 10 && later <= 240); /* of 360 */
    rig_wait(&r, 400 * RIG_SECOND);
    before = r.plans;
    r.link[1].down = true;
    rig_tell(&r, 0);
    rig_wait(&r, 1500000);
    assert_int_equal(r.plans - before, 1);
    rig_close(&r);
}

static void what_got_worse_does_not_wait_for_quiet(void **state)
{
    struct rig r = square();
    uint32_t before;

    (void)state;
    open_and_steer(&r);
    alternate(&r, 50000, 30 * RIG_SECOND);
    before = r.plans;
    for (uint32_t i = 0; i < 60; i++) { /* good news, all the time, after bad news */
        r.link[3].down = i % 2 == 0;
        rig_tell(&r, 0);
        rig_wait(&r, 50000);
    }
    assert_true(r.plans > before);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_nobody_steers_is_a_violation_where_the_network_routes_it_over_what_is_forbidden),
        cmocka_unit_test(what_nobody_steers_is_ok_with_a_reason_where_its_ordinary_way_is_clean),
        cmocka_unit_test(a_clean_ordinary_way_is_not_ok_while_a_feed_has_not_told_all),
        cmocka_unit_test(a_clean_ordinary_way_is_not_ok_while_news_have_no_plan_yet),
        cmocka_unit_test(a_demand_without_any_way_has_no_path),
        cmocka_unit_test(what_both_routers_carry_as_intended_is_ok_without_a_reason),
        cmocka_unit_test(what_packets_were_seen_to_do_is_a_violation_where_that_is_forbidden),
        cmocka_unit_test(what_packets_did_on_a_path_before_is_no_violation_of_this_one),
        cmocka_unit_test(a_lost_session_makes_it_undecided_where_the_router_keeps_what_it_has),
        cmocka_unit_test(a_lost_session_makes_it_a_violation_once_the_router_may_have_let_it_go),
        cmocka_unit_test(
            a_lost_session_is_a_violation_at_once_where_nobody_knows_how_long_it_keeps_orders),
        cmocka_unit_test(a_lost_session_is_never_ok_where_the_ordinary_way_is_clean_by_chance),
        cmocka_unit_test(a_guarded_headend_that_was_never_there_is_no_violation),
        cmocka_unit_test(without_a_clean_path_it_is_a_violation_where_its_headend_fails_open),
        cmocka_unit_test(without_a_clean_path_it_is_down_where_its_headend_is_guarded),
        cmocka_unit_test(a_request_is_answered_with_adjacencies_where_lists_are_strict),
        cmocka_unit_test(a_request_is_answered_with_the_shortest_list_where_lists_are_so),
        cmocka_unit_test(no_path_is_told_with_what_leaves_none),
        cmocka_unit_test(what_a_request_leaves_out_is_left_out_by_a_shortest_list_too),
        cmocka_unit_test(affinities_that_no_link_is_known_to_have_leave_no_path),
        cmocka_unit_test(while_something_is_gone_a_request_is_answered_with_adjacencies),
        cmocka_unit_test(a_metric_that_alternates_for_ever_is_not_planned_for_at_its_own_pace),
        cmocka_unit_test(what_is_gone_is_acted_upon_at_once_however_much_is_going_on),
        cmocka_unit_test(a_link_that_comes_and_goes_for_ever_is_planned_for_less_often),
        cmocka_unit_test(what_got_worse_does_not_wait_for_quiet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "rig.h"

/* What was seen of packets: what it proves, what it contradicts, and for how long that stands. */

static cp_sight_says see_at(struct rig *r, const char *const *nodes, uint32_t count, uint64_t at_us)
{
    cp_text texts[8];
    cp_sight_says says;
    struct cp_control_sight s = {.key = CP_TEXT(KEY),
                                 .nodes = texts,
                                 .node_count = count,
                                 .witness = CP_TEXT("probe"),
                                 .at_us = at_us};

    for (uint32_t i = 0; i < count; i++)
        texts[i] = cp_text_of(nodes[i]);
    assert_int_equal(cp_control_seen(r->c, &s, r->now, &says), CP_OK);
    drain(r);
    return says;
}

static cp_sight_says see(struct rig *r, const char *a, const char *b, const char *c)
{
    const char *const nodes[] = {a, b, c};

    r->now += SECOND;
    return see_at(r, nodes, 3, r->now);
}

/* The router does what it was ordered last. */
static void obey(struct rig *r, struct cp_pce_lsp *l)
{
    static struct cp_pce_hop hops[FAKE_HOPS];
    const struct cp_control_step *o = order(r, CP_PCE_UPDATE);

    assert_non_null(o);
    l->intended.count = o->order.path.count;
    memcpy(hops, o->order.path.at, l->intended.count * sizeof *hops);
    l->intended.at = hops;
    l->srp_id = o->order.srp_id;
    report(r, 0, *l);
    l->srp_id = 0;
    assert_int_equal(lsp(r, KEY).phase, CP_LSP_INSTALLED);
}

static void acknowledge(struct rig *r, const char *alarm, bool changes)
{
    bool changed;

    assert_int_equal(
        cp_control_acknowledge(r->c, cp_text_of(alarm), CP_TEXT("a person"), r->now, &changed),
        CP_OK);
    assert_int_equal(changed, changes);
    drain(r);
}

static const char *document(const struct rig *r, cp_record_kind kind)
{
    assert_non_null(record(r, kind));
    return record(r, kind)->document.at;
}

/* n5 is forbidden, and hangs at n4. */
static struct rig rig_with_a_bad_node(void)
{
    struct rig r = rig();

    r.net.node_count = 6;
    r.net.links[r.net.link_count++] = (struct fake_link){4, 5, 1, false};
    r.net.node_bad[5] = true;
    return r;
}

/* n0--n1--n3, n1--n2--n3 and n0--n4--n3: the first two ways begin with the same link. */
static struct rig rig_with_a_common_link(void)
{
    struct rig r = rig_with_a_bad_node();

    r.net.links[2] = (struct fake_link){1, 2, 1, false};
    r.net.links[3] = (struct fake_link){2, 3, 1, false};
    return r;
}

/* --- proofs -------------------------------------------------------------------------------------- */

static void packets_seen_on_the_path_prove_it_for_a_time(void **state)
{
    static const char *const ends[] = {"n0", "n3"}, *const part[] = {"n0", "n1"};
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    assert_int_equal(see(&r, "n0", "n1", "n3"), CP_SIGHT_PROVES);
    assert_non_null(record(&r, CP_RECORD_PROVEN));
    assert_int_equal(lsp(&r, KEY).proven_us, r.now);
    r.now += 30 * SECOND;
    tick(&r);
    assert_int_not_equal(lsp(&r, KEY).proven_us, 0);
    r.now += 1;
    tick(&r);
    assert_int_equal(lsp(&r, KEY).proven_us, 0);
    assert_int_equal(see_at(&r, part, 2, r.now), CP_SIGHT_REPEATS); /* not to its end */
    assert_int_equal(see_at(&r, ends, 2, r.now), CP_SIGHT_REPEATS); /* and not what is between */
    assert_int_equal(lsp(&r, KEY).proven_us, 0);
    assert_int_equal(see_at(&r, ends, 2, r.now + 1), CP_SIGHT_NOT_PLACED);
    rig_close(&r);
}

/* --- elsewhere ----------------------------------------------------------------------------------- */

static void packets_seen_elsewhere_are_an_alarm_and_another_path_is_taken(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;

    (void)state;
    l = install(&r);
    assert_int_equal(see(&r, "n0", "n4", "n3"), CP_SIGHT_CONTRADICTS);
    assert_true(alarmed(&r, "seen/" KEY));
    assert_true(alarmed(&r, "disproven/" KEY));
    assert_true(strstr(document(&r, CP_RECORD_SEEN), "\"why\": \"its packets were seen outside its "
                                                     "path\", \"seen\": \"n4\", \"path\": \"after "
                                                     "n0 they did not keep to it\"") != NULL);
    assert_true(strstr(document(&r, CP_RECORD_SEEN), "\"witness\": \"probe\"") != NULL);
    assert_true(record(&r, CP_RECORD_SEEN) < record(&r, CP_RECORD_INTENT));
    obey(&r, &l);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    assert_false(lsp(&r, KEY).enforcing); /* not until they are seen there */
    assert_int_equal(see(&r, "n0", "n2", "n3"), CP_SIGHT_PROVES);
    assert_true(lsp(&r, KEY).enforcing);
    assert_false(alarmed(&r, "seen/" KEY));
    assert_true(alarmed(&r, "disproven/" KEY));
    r.now += 60 * SECOND;
    plan(&r); /* the way over n1 is cheaper, and was not kept to */
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    rig_close(&r);
}

static void where_no_other_path_is_there_it_stays_and_is_not_enforcing_until_it_is_seen(
    void **state)
{
    struct rig r = rig();

    (void)state;
    r.net.links[2].down = r.net.links[4].down = true;
    (void)install(&r);
    assert_int_equal(see(&r, "n0", "n4", "n3"), CP_SIGHT_CONTRADICTS);
    assert_int_equal(orders(&r), 0);
    assert_true(alarmed(&r, "seen/" KEY));
    assert_false(lsp(&r, KEY).enforcing);
    assert_int_equal(see(&r, "n0", "n4", "n3"), CP_SIGHT_CONTRADICTS);
    assert_null(record(&r, CP_RECORD_SEEN)); /* the same again is no news */
    assert_int_equal(see(&r, "n0", "n1", "n3"), CP_SIGHT_PROVES);
    assert_false(alarmed(&r, "seen/" KEY));
    assert_false(alarmed(&r, "disproven/" KEY)); /* it is kept to after all */
    assert_true(lsp(&r, KEY).enforcing);
    rig_close(&r);
}

static void while_held_packets_seen_elsewhere_move_nothing(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    cp_control_hold(r.c, true, CP_TEXT("a person"), r.now);
    assert_int_equal(see(&r, "n0", "n4", "n3"), CP_SIGHT_CONTRADICTS);
    assert_int_equal(orders(&r), 0);
    assert_true(alarmed(&r, "seen/" KEY));
    cp_control_hold(r.c, false, CP_TEXT("a person"), r.now);
    tick(&r);
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    rig_close(&r);
}

/* --- forbidden, unknown -------------------------------------------------------------------------- */

static void packets_seen_where_they_are_forbidden_move_it_at_once_even_while_held(void **state)
{
    struct rig r = rig_with_a_bad_node();

    (void)state;
    (void)install(&r);
    cp_control_hold(r.c, true, CP_TEXT("a person"), r.now);
    assert_int_equal(see(&r, "n0", "n5", "n3"), CP_SIGHT_CONTRADICTS);
    assert_true(alarmed(&r, "seen/" KEY));
    assert_true(strstr(document(&r, CP_RECORD_SEEN), "\"rule\": \"no-bad\"") != NULL);
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    r.now += 60 * SECOND;
    plan(&r); /* the path that did not keep them is not taken again */
    assert_null(record(&r, CP_RECORD_INTENT));
    rig_close(&r);
}

static void a_node_that_nobody_knows_is_not_trusted(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    assert_int_equal(see(&r, "n0", "no\nbody", "n3"), CP_SIGHT_CONTRADICTS);
    assert_true(alarmed(&r, "seen/" KEY));
    assert_true(strstr(document(&r, CP_RECORD_SEEN), "a node that nobody knows") != NULL);
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    assert_true(strstr(record(&r, CP_RECORD_INTENT)->state.at, "w unknown ") != NULL);
    assert_true(strstr(record(&r, CP_RECORD_INTENT)->state.at, " no?body\n") != NULL);
    rig_close(&r);
}

static void what_was_seen_before_the_rules_were_others_is_kept_and_judges_nothing(void **state)
{
    static const char *const nodes[] = {"n0", "n1", "n3"};
    struct rig r = rig();
    struct cp_pce_lsp l;
    uint64_t before;

    (void)state;
    l = install(&r);
    before = r.now;
    r.now += SECOND;
    r.net.node_bad[1] = true;
    cp_control_overrule(r.c);
    plan(&r);
    obey(&r, &l);
    assert_int_equal(see_at(&r, nodes, 3, before), CP_SIGHT_CONTRADICTS);
    assert_non_null(record(&r, CP_RECORD_SEEN));
    assert_false(alarmed(&r, "seen/" KEY));
    assert_true(lsp(&r, KEY).enforcing);
    assert_int_equal(see_at(&r, nodes, 3, before), CP_SIGHT_CONTRADICTS);
    assert_null(record(&r, CP_RECORD_SEEN)); /* no news */
    assert_int_equal(see_at(&r, (const char *const[]){"n0", "x"}, 2, before), CP_SIGHT_CONTRADICTS);
    assert_non_null(record(&r, CP_RECORD_SEEN));
    r.now += 31 * SECOND;
    (void)see_at(&r, (const char *const[]){"n0", "x"}, 2, before);
    assert_non_null(record(&r, CP_RECORD_SEEN)); /* as long as a proof would hold */
    assert_int_equal(see_at(&r, nodes, 3, r.now), CP_SIGHT_CONTRADICTS);
    assert_true(alarmed(&r, "seen/" KEY));
    rig_close(&r);
}

/* --- what is shunned ----------------------------------------------------------------------------- */

static void what_they_did_not_keep_to_is_left_with_all_paths_over_it(void **state)
{
    struct rig r = rig_with_a_common_link();

    (void)state;
    (void)install(&r);
    (void)see(&r, "n0", "n5", "n3"); /* they left at n0, where the link to n1 was meant */
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_4));
    rig_close(&r);
}

static void the_node_where_they_left_is_passed_where_that_can_be(void **state)
{
    struct rig r = rig_with_a_common_link(), narrow = rig_with_a_common_link();

    (void)state;
    (void)install(&r);
    (void)see(&r, "n0", "n1", "n5");
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_4));
    narrow.net.links[4].down = true; /* then its link at least */
    (void)install(&narrow);
    (void)see(&narrow, "n0", "n1", "n5");
    assert_true(is_over(order(&narrow, CP_PCE_UPDATE)->order.path, OVER_1));
    assert_int_equal(order(&narrow, CP_PCE_UPDATE)->order.path.at[1].label, FIRST_LABEL + 4);
    rig_close(&r);
    rig_close(&narrow);
}

/* n0--n1--n3 over links 0 and 1; n0 is on link 1, a LAN, too, and beside link 0 there is link 2. */
static void packets_at_a_forbidden_node_that_no_feed_tells_of_are_where_they_may_not_be(
    void **state)
{
    struct rig r = rig_with_a_bad_node();

    (void)state;
    r.net.blind = r.net.node_lost[5] = true;
    (void)install(&r);
    assert_int_equal(see(&r, "n0", "n5", "n3"), CP_SIGHT_CONTRADICTS);
    assert_non_null(strstr(document(&r, CP_RECORD_SEEN), "forbidden"));
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    assert_true(alarmed(&r, "seen/" KEY));
    rig_close(&r);
}

static void of_a_lan_that_is_passed_later_nothing_is_shunned_at_a_node_before(void **state)
{
    struct rig r = rig_with_a_bad_node();

    (void)state;
    r.net.links[2] = (struct fake_link){0, 1, 2, false};
    r.net.links[3].down = r.net.links[4].down = true;
    r.net.lan = true;
    r.net.lan_link = 1;
    r.net.lan_node = 0;
    (void)install(&r);
    (void)see(&r, "n0", "n5", "n3");
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    assert_true(strstr(record(&r, CP_RECORD_SEEN)->state.at, "\nk h l n0--n1.0\n") != NULL);
    assert_true(strstr(record(&r, CP_RECORD_SEEN)->state.at, "h l n1--n3.1\n") == NULL);
    rig_close(&r);
}

static void no_path_that_was_disproven_is_taken_again_until_a_person_acknowledges_it(void **state)
{
    struct rig r = rig_with_a_bad_node();
    struct cp_pce_lsp l;

    (void)state;
    l = install(&r);
    (void)see(&r, "n0", "n5", "n3");
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    obey(&r, &l);
    (void)see(&r, "n0", "n5", "n3");
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_4));
    obey(&r, &l);
    (void)see(&r, "n0", "n5", "n3");
    assert_true(alarmed(&r, "down/" KEY));
    assert_false(order(&r, CP_PCE_UPDATE)->order.up);
    cp_control_hold(r.c, true, CP_TEXT("a person"), r.now);
    cp_control_hold(r.c, false, CP_TEXT("a person"), r.now); /* a thaw is not about this */
    r.now += 60 * SECOND;
    plan(&r);
    assert_true(alarmed(&r, "down/" KEY));
    assert_true(alarmed(&r, "seen/" KEY));
    acknowledge(&r, "down/" KEY, false);
    acknowledge(&r, "seen/nobody", false);
    acknowledge(&r, "disproven/" KEY, true);
    assert_non_null(record(&r, CP_RECORD_ACKNOWLEDGED));
    assert_false(alarmed(&r, "seen/" KEY) || alarmed(&r, "disproven/" KEY));
    tick(&r);
    assert_false(alarmed(&r, "down/" KEY));
    assert_true(is_over(lsp(&r, KEY).intended, OVER_1));
    acknowledge(&r, "seen/" KEY, false);
    rig_close(&r);
}

/* n0--n1--n3, and beside n1--n3 the way n1--n2--n3, which the plan does not know. */
static void where_the_plan_has_no_other_path_one_is_sought(void **state)
{
    static const char *const at_n5[] = {"n5"}, *const past_n3[] = {"n0", "n1", "n3", "n5"};

    (void)state;
    for (int i = 0; i < 2; i++) { /* where they left is not told; they went on from the end of it */
        struct rig r = rig_with_a_common_link();

        r.net.links[4].down = true;
        r.net.options = 1;
        (void)install(&r);
        r.now += SECOND;
        (void)see_at(&r, i == 0 ? at_n5 : past_n3, i == 0 ? 1 : 4, r.now);
        assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_1));
        assert_int_equal(order(&r, CP_PCE_UPDATE)->order.path.at[1].label, FIRST_LABEL + 4);
        assert_false(alarmed(&r, "down/" KEY));
        rig_close(&r);
    }
}

/* --- restarts ------------------------------------------------------------------------------------ */

static void what_was_seen_outlives_a_restart_with_its_alarms(void **state)
{
    struct rig r = rig_with_a_common_link(), after = rig_with_a_common_link();
    cp_text saved;
    struct cp_pce_lsp l;

    (void)state;
    (void)install(&r);
    (void)see(&r, "n0", "n5", "n3");
    saved = record(&r, CP_RECORD_SEEN)->state; /* killed before the new path was kept */
    assert_int_equal(cp_control_restore(after.c, CP_TEXT(KEY), saved, NULL), CP_OK);
    drain(&after);
    assert_int_equal(after.step_count, 2);
    assert_true(alarmed(&after, "seen/" KEY) && alarmed(&after, "disproven/" KEY));
    connect(&after, 0);
    after.now += 60 * SECOND;
    plan(&after);
    assert_true(is_over(order(&after, CP_PCE_INITIATE)->order.path, OVER_4));
    l = as_ordered(order(&after, CP_PCE_INITIATE), 7, CP_PCE_LSP_ACTIVE);
    report(&after, 0, l);
    assert_int_equal(lsp(&after, KEY).phase, CP_LSP_INSTALLED);
    assert_false(lsp(&after, KEY).enforcing);
    assert_int_equal(see(&after, "n0", "n4", "n3"), CP_SIGHT_PROVES);
    assert_true(lsp(&after, KEY).enforcing);
    assert_true(strstr(record(&after, CP_RECORD_PROVEN)->state.at, "\nw ") == NULL);
    assert_true(strstr(record(&after, CP_RECORD_PROVEN)->state.at, "\nk h l n0--n1.0\n") != NULL);
    rig_close(&r);
    rig_close(&after);
}

static const struct cp_control_step *intent_of_key(const struct rig *r)
{
    for (uint32_t i = 0; i < r->step_count; i++)
        if (r->steps[i].kind == CP_DO_RECORD && r->steps[i].record == CP_RECORD_INTENT &&
            cp_text_is(r->steps[i].key, KEY))
            return &r->steps[i];
    return NULL;
}

static void what_was_seen_stands_though_the_controller_dies_while_its_path_goes(void **state)
{
    struct rig r = rig_with_a_common_link(), after = rig_with_a_common_link();
    struct cp_pce_lsp l;
    cp_text saved;

    (void)state;
    l = install(&r);
    (void)see(&r, "n0", "n5", "n3");
    obey(&r, &l);
    r.net.demands[0] = (struct fake_demand){.src = 3, .dst = 0, .name = 2};
    plan(&r);
    for (uint32_t i = 0; i < 20 && intent_of_key(&r) == NULL; i++) {
        r.now += SECOND;
        tick(&r);
    }
    assert_non_null(order(&r, CP_PCE_REMOVE)); /* not removed yet, and it dies */
    saved = intent_of_key(&r)->state;
    assert_int_equal(cp_control_restore(after.c, CP_TEXT(KEY), saved, NULL), CP_OK);
    drain(&after);
    assert_true(alarmed(&after, "seen/" KEY) && alarmed(&after, "disproven/" KEY));
    rig_close(&r);
    rig_close(&after);
}

static void what_was_seen_stands_when_its_demand_comes_back(void **state)
{
    struct rig r = rig_with_a_common_link(), after = rig_with_a_common_link();
    struct cp_pce_lsp l;
    cp_text saved;

    (void)state;
    l = install(&r);
    (void)see(&r, "n0", "n5", "n3");
    obey(&r, &l);
    r.net.demands[0] = (struct fake_demand){.src = 3, .dst = 0, .name = 2};
    plan(&r);
    if (order(&r, CP_PCE_REMOVE) == NULL) {
        r.now += 10 * SECOND;
        tick(&r);
        r.now += 10 * SECOND;
        tick(&r);
    }
    l.removed = true;
    report(&r, 0, l);
    assert_true(alarmed(&r, "seen/" KEY) && alarmed(&r, "disproven/" KEY));
    saved = record(&r, CP_RECORD_INTENT)->state;
    assert_true(cp_text_starts(saved, CP_TEXT("cp1 none ")));
    assert_int_equal(cp_control_restore(after.c, CP_TEXT(KEY), saved, NULL), CP_OK);
    after.net.demands[0] = r.net.demands[0];
    connect(&after, 0);
    plan(&after);
    plan(&after);
    assert_true(alarmed(&after, "seen/" KEY) && alarmed(&after, "disproven/" KEY));
    after.net.demands[0] = (struct fake_demand){.src = 0, .dst = 3, .name = 1};
    plan(&after);
    assert_true(is_over(order(&after, CP_PCE_INITIATE)->order.path, OVER_4));

    plan(&r);
    acknowledge(&r, "seen/" KEY, true); /* then nothing is left of it */
    assert_true(record(&r, CP_RECORD_INTENT) != NULL &&
                record(&r, CP_RECORD_INTENT)->state.len == 0);
    assert_int_equal(cp_control_lsp_count(r.c), 1);
    rig_close(&r);
    rig_close(&after);
}

/* Of 16 LSPs an eighth, and one more, may be such that nobody needs. */
static void what_was_seen_of_more_than_there_is_room_for_is_forgotten_with_an_alarm(void **state)
{
    static const char *const keys[] = {"n0>n3/301", "n0>n3/302", "n0>n3/303", "n0>n3/304"};
    struct rig r = rig();

    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        assert_false(alarmed(&r, "forgotten"));
        assert_int_equal(
            cp_control_restore(r.c, cp_text_of(keys[i]),
                               CP_TEXT("cp1 none forward 301 10.255.0.1 10.255.0.4 5\nr0\n\n"
                                       "k h l n0--n1.0\n"),
                               NULL),
            CP_OK);
    }
    drain(&r);
    plan(&r);
    assert_true(alarmed(&r, "disproven/n0>n3/303"));
    assert_false(alarmed(&r, "disproven/n0>n3/304"));
    assert_true(alarmed(&r, "forgotten"));
    assert_true(says(record(&r, CP_RECORD_INTENT)->document, "n0>n3/"));
    acknowledge(&r, "forgotten", true);
    assert_false(alarmed(&r, "forgotten"));
    acknowledge(&r, "forgotten", false);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_seen_on_the_path_prove_it_for_a_time),
        cmocka_unit_test(packets_seen_elsewhere_are_an_alarm_and_another_path_is_taken),
        cmocka_unit_test(
            where_no_other_path_is_there_it_stays_and_is_not_enforcing_until_it_is_seen),
        cmocka_unit_test(while_held_packets_seen_elsewhere_move_nothing),
        cmocka_unit_test(packets_seen_where_they_are_forbidden_move_it_at_once_even_while_held),
        cmocka_unit_test(a_node_that_nobody_knows_is_not_trusted),
        cmocka_unit_test(what_was_seen_before_the_rules_were_others_is_kept_and_judges_nothing),
        cmocka_unit_test(what_they_did_not_keep_to_is_left_with_all_paths_over_it),
        cmocka_unit_test(the_node_where_they_left_is_passed_where_that_can_be),
        cmocka_unit_test(
            packets_at_a_forbidden_node_that_no_feed_tells_of_are_where_they_may_not_be),
        cmocka_unit_test(of_a_lan_that_is_passed_later_nothing_is_shunned_at_a_node_before),
        cmocka_unit_test(no_path_that_was_disproven_is_taken_again_until_a_person_acknowledges_it),
        cmocka_unit_test(where_the_plan_has_no_other_path_one_is_sought),
        cmocka_unit_test(what_was_seen_outlives_a_restart_with_its_alarms),
        cmocka_unit_test(what_was_seen_stands_though_the_controller_dies_while_its_path_goes),
        cmocka_unit_test(what_was_seen_stands_when_its_demand_comes_back),
        cmocka_unit_test(what_was_seen_of_more_than_there_is_room_for_is_forgotten_with_an_alarm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

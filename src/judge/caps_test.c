#include "judge/judge.h"

#include <stdio.h>

#include "small_case.h"

/* Shares and numbers of suppliers, from a policy and a case to what the judge says. */

#define CAP(counted_in, more)                                                                \
    RULES "  - { id: r, says: x, cap: { what: { maker: huawei }, among: { role: access },\n" \
          "      counted-in: " counted_in ", at-most: 50% }" more " }\n"

static void device(const char *id, const char *maker, const char *site)
{
    node(&world, id, "ip", maker, site, "");
    fact(&world, id, "role", "access");
}

static void assert_cap(cp_trust trust, uint64_t counted, uint64_t perhaps, uint64_t whole)
{
    const struct cp_cap *cap = &world.judge->caps[0];

    assert_int_equal(world.judge->cap_count, 1);
    assert_int_equal(cap->trust, trust);
    assert_int_equal(cap->counted, counted);
    assert_int_equal(cap->perhaps, perhaps);
    assert_int_equal(cap->whole, whole);
}

static void assert_counted(const char *reason)
{
    cp_text got = world.judge->caps[0].reason;

    if (!cp_text_is(got, reason))
        fail_msg("%.*s", (int)got.len, got.at);
}

/* --- denominators ------------------------------------------------------------------------- */

static void devices_are_counted_one_by_one(void **state)
{
    (void)state;
    device("a", "huawei", "");
    device("b", "HiSilicon", "");
    device("c", "nokia", "");
    device("d", "nokia", "");
    node(&world, "core", "ip", "huawei", "", "");
    fact(&world, "core", "role", "core");
    judged(CAP("devices", ""));
    assert_cap(CP_TRUSTED, 2, 0, 4);
    assert_int_equal(world.judge->caps[0].lowest_bp, 5000);
    assert_int_equal(world.judge->caps[0].highest_bp, 5000);
    assert_counted("a, b");
    assert_int_equal(world.judge->rule_count, 0);
}

static void one_device_more_is_over_the_cap(void **state)
{
    (void)state;
    device("a", "huawei", "");
    device("b", "huawei", "");
    device("c", "huawei", "");
    device("d", "huawei", "");
    device("e", "huawei", "");
    device("f", "nokia", "");
    judged(CAP("devices", ""));
    assert_cap(CP_UNTRUSTED, 5, 0, 6);
    assert_int_equal(world.judge->caps[0].lowest_bp, 8333);
    assert_counted("a, b, c and 2 more");
}

static void who_is_unknown_may_count_or_not(void **state)
{
    (void)state;
    device("a", "huawei", "");
    device("b", "", "");
    device("c", "nokia", "");
    judged(CAP("devices", ""));
    assert_cap(CP_UNKNOWN, 1, 1, 3);
    assert_int_equal(world.judge->caps[0].lowest_bp, 3333);
    assert_int_equal(world.judge->caps[0].highest_bp, 6667);
    assert_counted("a, b perhaps");
}

static void what_says_no_role_is_not_among_or_perhaps_is(void **state)
{
    (void)state;
    device("a", "huawei", "");
    device("b", "nokia", "");
    node(&world, "mute", "ip", "huawei", "", "");
    judged(CAP("devices", ""));
    assert_cap(CP_TRUSTED, 1, 0, 2);
    assert_int_equal(cp_policy_read(cp_text_of(CAP("devices", ", unstated: unknown")), 0,
                                    world.arena, &world.policy, &world.diag),
                     CP_OK);
    assert_int_equal(
        cp_judge_make(&(struct cp_judge_ask){&(struct cp_judge_policy){world.policy, world.as_of},
                                             1, world.net, world.as_of, 0, NULL},
                      world.arena, &world.judge, &world.diag),
        CP_OK);
    assert_cap(CP_UNKNOWN, 1, 1, 3);
}

static void a_site_counts_once(void **state)
{
    (void)state;
    site(&world, "s", "");
    site(&world, "t", "");
    site(&world, "empty", "");
    device("a", "huawei", "s");
    device("b", "nokia", "s");
    device("c", "huawei", "s");
    device("d", "nokia", "t");
    judged(CAP("sites", ""));
    assert_cap(CP_TRUSTED, 1, 0, 2);
}

static void premises_are_those_that_a_node_serves(void **state)
{
    (void)state;
    device("a", "huawei", "");
    device("b", "nokia", "");
    device("c", "nokia", "");
    fact(&world, "a", "premises", "600");
    fact(&world, "b", "premises", "400");
    fact(&world, "c", "premises", "unknown");
    judged(CAP("premises", ""));
    assert_cap(CP_UNKNOWN, 600, 0, 1000);
    assert_int_equal(world.judge->caps[0].unweighed, 1);
    assert_int_equal(world.judge->caps[0].unweighed_counted, 0);
    assert_int_equal(world.judge->caps[0].highest_bp, 6000);
    assert_int_equal(world.judge->caps[0].lowest_bp, 0);
}

static void of_several_numbers_the_greatest_that_has_not_expired_counts(void **state)
{
    (void)state;
    device("a", "huawei", "");
    device("b", "nokia", "");
    fact(&world, "a", "traffic", "600");
    fact(&world, "a", "traffic", "700");
    fact_until(&world, "a", "traffic", "9000", day("2019-12-31"));
    fact(&world, "b", "traffic", "300");
    judged(CAP("traffic", ""));
    assert_cap(CP_UNTRUSTED, 700, 0, 1000);
    assert_int_equal(world.judge->caps[0].lowest_bp, 7000);
}

static void of_what_does_not_count_the_least_number_is_taken(void **state)
{
    (void)state;
    device("a", "", "");
    device("b", "nokia", "");
    fact(&world, "a", "premises", "200");
    fact(&world, "a", "premises", "300");
    fact(&world, "b", "premises", "900");
    fact(&world, "b", "premises", "100");
    fact(&world, "b", "premises", "unknown");
    judged(CAP("premises", ""));
    assert_cap(CP_UNKNOWN, 0, 300, 400);
    assert_int_equal(world.judge->caps[0].highest_bp, 7500);
}

static void a_link_has_every_capacity_that_is_stated_of_it(void **state)
{
    (void)state;
    device("bad", "huawei", "");
    device("a", "nokia", "");
    link(&world, "one", "ip", "", "bad a", "");
    link(&world, "two", "ip", "", "a b", "");
    device("b", "nokia", "");
    fact(&world, "one", "capacity", "100");
    fact(&world, "one", "capacity", "700");
    fact(&world, "two", "capacity", "500");
    fact(&world, "two", "capacity", "300");
    judged(CAP("capacity", ""));
    assert_cap(CP_UNTRUSTED, 700, 0, 1000);
}

/* All links of one node ask about it, and each is told that it lacks something. */
static void each_link_counts_as_the_node_at_its_end_does(void **state)
{
    char ids[20][8];

    (void)state;
    device("hub", "nokia", "");
    fact(&world, "hub/card", "maker", "huawei");
    node(&world, "mute", "ip", "huawei", "", "");
    node(&world, "mute-2", "ip", "huawei", "", "");
    for (uint32_t i = 0; i < CP_COUNT(ids); i++) {
        (void)snprintf(ids[i], sizeof(ids[i]), "l%u", i);
        link(&world, ids[i], "ip", "", i % 2 == 0 ? "hub mute" : "mute mute-2", "");
        fact(&world, ids[i], "capacity", "5");
    }
    judged(CAP("capacity", ""));
    assert_cap(CP_UNTRUSTED, 50, 0, 50);
    assert_int_equal(world.judge->caps[0].lacking, 20);
    assert_string_equal(world.judge->caps[0].lacking_key, "role");
}

static void any_maker_that_is_stated_makes_it_one_of_the_whole(void **state)
{
    static const char policy[] =
        HEAD "rules:\n"
             "  - { id: r, says: x, cap: { what: { maker: huawei }, among: { maker: nokia },\n"
             "      counted-in: devices, at-most: 50% } }\n";

    (void)state;
    node(&world, "a", "ip", "", "", "");
    fact(&world, "a", "maker", "huawei");
    fact(&world, "a", "maker", "nokia");
    node(&world, "b", "ip", "", "", "");
    fact(&world, "b", "maker", "nokia");
    fact(&world, "b", "maker", "huawei");
    node(&world, "c", "ip", "huawei", "", "");
    judged(policy);
    assert_cap(CP_UNTRUSTED, 2, 0, 2);
}

static void capacity_is_of_links_and_counts_by_an_end_too(void **state)
{
    (void)state;
    device("bad", "huawei", "");
    device("a", "nokia", "");
    device("b", "nokia", "");
    node(&world, "core", "ip", "nokia", "", "");
    fact(&world, "core", "role", "core");
    link(&world, "end", "ip", "", "bad a", "");
    link(&world, "own", "ip", "", "a b", "");
    link(&world, "good", "ip", "", "b a", "");
    link(&world, "out", "ip", "", "core core-2", "");
    node(&world, "core-2", "ip", "huawei", "", "");
    fact(&world, "own", "maker", "huawei");
    fact(&world, "end", "capacity", "100");
    fact(&world, "own", "capacity", "300");
    fact(&world, "good", "capacity", "600");
    fact(&world, "out", "capacity", "5000");
    judged(CAP("capacity", ""));
    assert_cap(CP_TRUSTED, 400, 0, 1000);
    assert_counted("end, own");
}

static void an_empty_whole_is_within_any_cap(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    judged(CAP("devices", ""));
    assert_cap(CP_TRUSTED, 0, 0, 0);
}

/* --- statements --------------------------------------------------------------------------- */

static void one_foreign_part_makes_a_device_count(void **state)
{
    (void)state;
    device("a", "nokia", "");
    fact(&world, "a/card", "maker", "huawei");
    device("b", "nokia", "");
    fact(&world, "b", "software", "VRP 8");
    device("c", "nokia", "");
    judged(CAP("devices", ""));
    assert_cap(CP_UNTRUSTED, 2, 0, 3);
}

/* What the box is said to be by, by two sources, a port without a maker of its own may be by either. */
static void a_part_counts_as_by_any_maker_of_its_device(void **state)
{
    (void)state;
    device("a", "nokia", "");
    fact(&world, "a", "maker", "huawei");
    fact(&world, "a/p1", "role", "lab");
    judged(RULES "  - { id: r, says: x, cap: { what: { maker: huawei, role: lab },\n"
                 "      among: { role: access }, counted-in: devices, at-most: 50% } }\n");
    assert_cap(CP_UNTRUSTED, 1, 0, 1);
}

static void weak_evidence_that_it_is_none_leaves_it_open(void **state)
{
    (void)state;
    device("a", "nokia", "");
    device("b", "", "");
    device("c", "", "");
    graded(&world, "b", "maker", "nokia", "attested");
    graded(&world, "c", "maker", "huawei", "claim");
    judged(CAP("devices", ", enough-evidence: attested"));
    assert_cap(CP_UNKNOWN, 1, 1, 3);
}

static void a_licence_lifts_a_cap_while_it_holds(void **state)
{
    static const char lifted[] =
        CAP("devices", "") "licences: [{ id: l, says: x, relaxes: r, until: 2020-01-01 }]\n";
    const struct cp_judge *then = NULL;

    (void)state;
    device("a", "huawei", "");
    judged(lifted);
    assert_cap(CP_TRUSTED, 1, 0, 1);
    assert_int_equal(world.judge->licence_count, 1);
    assert_int_equal(
        cp_judge_make(&(struct cp_judge_ask){&(struct cp_judge_policy){world.policy, world.as_of},
                                             1, world.net, world.as_of, CP_JUDGE_WITHOUT_LICENCES,
                                             NULL},
                      world.arena, &then, &world.diag),
        CP_OK);
    assert_int_equal(then->caps[0].trust, CP_UNTRUSTED);
    assert_int_equal(cp_judge_make(&(struct cp_judge_ask){&(struct cp_judge_policy){
                                                              world.policy, day("2020-01-02")},
                                                          1, world.net, world.as_of, 0, NULL},
                                   world.arena, &then, &world.diag),
                     CP_OK);
    assert_int_equal(then->caps[0].trust, CP_UNTRUSTED);
}

static void a_cap_holds_on_the_days_of_its_rule(void **state)
{
    (void)state;
    device("a", "huawei", "");
    judged(CAP("devices", ", until: 2019-12-31"));
    assert_int_equal(world.judge->cap_count, 0);
}

/* --- suppliers ---------------------------------------------------------------------------- */

#define SUPPLIERS(n)                                      \
    RULES "  - { id: r, says: x, require: { at-least: " n \
          " suppliers, among: { role: access } } }\n"

static void assert_suppliers(cp_trust trust, const char *names, uint32_t unknown, uint32_t elements)
{
    const struct cp_suppliers *got = &world.judge->suppliers[0];
    char all[256] = "";
    size_t len = 0;

    assert_int_equal(world.judge->supplier_count, 1);
    for (uint32_t i = 0; i < got->count && len < sizeof(all); i++)
        len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%.*s", i == 0 ? "" : " ",
                                (int)got->names[i].len, got->names[i].at);
    assert_string_equal(all, names);
    assert_int_equal(got->trust, trust);
    assert_int_equal(got->unknown, unknown);
    assert_int_equal(got->elements, elements);
}

static void affiliates_count_with_whom_they_belong_to(void **state)
{
    (void)state;
    device("a", "huawei", "");
    device("b", "HiSilicon", "");
    judged(SUPPLIERS("2"));
    assert_suppliers(CP_UNTRUSTED, "huawei", 0, 2);
}

static void makers_that_no_table_has_are_suppliers_of_their_own(void **state)
{
    (void)state;
    device("a", "nokia", "");
    device("b", "Acme", "");
    device("c", "Acme", "");
    node(&world, "core", "ip", "ericsson", "", "");
    fact(&world, "core", "role", "core");
    judged(SUPPLIERS("2"));
    assert_suppliers(CP_TRUSTED, "Acme nokia", 0, 3);
}

static void an_unknown_maker_may_be_another(void **state)
{
    (void)state;
    device("a", "nokia", "");
    device("b", "", "");
    judged(SUPPLIERS("2"));
    assert_suppliers(CP_UNKNOWN, "nokia", 1, 2);
}

static void too_few_is_too_few_whoever_the_unknown_are(void **state)
{
    (void)state;
    device("a", "nokia", "");
    device("b", "", "");
    judged(SUPPLIERS("3"));
    assert_suppliers(CP_UNTRUSTED, "nokia", 1, 2);
}

static void sources_that_disagree_name_no_supplier(void **state)
{
    (void)state;
    device("a", "nokia", "");
    fact(&world, "a", "maker", "ericsson");
    device("b", "ciena", "");
    judged(SUPPLIERS("2"));
    assert_suppliers(CP_UNKNOWN, "ciena", 1, 2);
}

static void parts_and_software_are_no_suppliers(void **state)
{
    (void)state;
    device("a", "nokia", "");
    fact(&world, "a/card", "maker", "ciena");
    fact(&world, "a", "software", "VRP 8");
    judged(SUPPLIERS("2"));
    assert_suppliers(CP_UNTRUSTED, "nokia", 0, 1);
}

static void without_devices_no_supplier_is_missed(void **state)
{
    (void)state;
    judged(SUPPLIERS("2"));
    assert_suppliers(CP_TRUSTED, "", 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(devices_are_counted_one_by_one),
        CASE(one_device_more_is_over_the_cap),
        CASE(who_is_unknown_may_count_or_not),
        CASE(what_says_no_role_is_not_among_or_perhaps_is),
        CASE(a_site_counts_once),
        CASE(premises_are_those_that_a_node_serves),
        CASE(of_several_numbers_the_greatest_that_has_not_expired_counts),
        CASE(of_what_does_not_count_the_least_number_is_taken),
        CASE(a_link_has_every_capacity_that_is_stated_of_it),
        CASE(each_link_counts_as_the_node_at_its_end_does),
        CASE(any_maker_that_is_stated_makes_it_one_of_the_whole),
        CASE(capacity_is_of_links_and_counts_by_an_end_too),
        CASE(an_empty_whole_is_within_any_cap),
        CASE(one_foreign_part_makes_a_device_count),
        CASE(a_part_counts_as_by_any_maker_of_its_device),
        CASE(weak_evidence_that_it_is_none_leaves_it_open),
        CASE(a_licence_lifts_a_cap_while_it_holds),
        CASE(a_cap_holds_on_the_days_of_its_rule),
        CASE(affiliates_count_with_whom_they_belong_to),
        CASE(makers_that_no_table_has_are_suppliers_of_their_own),
        CASE(an_unknown_maker_may_be_another),
        CASE(too_few_is_too_few_whoever_the_unknown_are),
        CASE(sources_that_disagree_name_no_supplier),
        CASE(parts_and_software_are_no_suppliers),
        CASE(without_devices_no_supplier_is_missed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

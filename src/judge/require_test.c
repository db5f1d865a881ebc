#include "judge/judge.h"

#include "small_case.h"

/* Lists of whom to allow: all others are what the rule is against. */

static void whoever_is_not_on_the_list_is_against_the_rule(void **state)
{
    (void)state;
    node(&world, "good", "ip", "Nokia", "", "");
    node(&world, "lent", "ip", "Alcatel-Lucent", "", "");
    node(&world, "bad", "ip", "huawei", "", "");
    node(&world, "stranger", "ip", "Acme", "", "");
    node(&world, "typo", "ip", "Nokla", "", "");
    node(&world, "who", "ip", "", "", "");
    node(&world, "open", "ip", "unknown", "", "");
    judged(RULES "  - { id: r, says: x, require: { maker: nokia } }\n");
    assert_trust("r", "good", CP_TRUSTED);
    assert_trust("r", "lent", CP_TRUSTED);
    assert_sentence("r", "bad", "maker huawei, nodes.csv:4");
    assert_sentence("r", "stranger", "maker Acme, nodes.csv:5");
    assert_trust("r", "typo", CP_UNTRUSTED);
    assert_trust("r", "who", CP_UNKNOWN);
    assert_trust("r", "open", CP_UNKNOWN);
    assert_int_equal(world.judge->transit_count, 0);
    assert_int_equal(world.judge->presence_count, 5);
}

static void traffic_of_a_class_may_pass_nothing_else(void **state)
{
    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "huawei", "", "");
    demand(&world, "a", "b", "gov");
    demand(&world, "a", "b", "");
    judged(HEAD "traffic: { gov: { says: x } }\n"
                "rules:\n"
                "  - { id: r, says: x, require: { maker: nokia }, of: gov,\n"
                "      under-failure: { any-one-of: [link] } }\n");
    assert_int_equal(world.judge->transit_count, 1);
    assert_int_equal(world.judge->rules[0].depth, 1);
    assert_int_equal(world.judge->presence_count, 0);
    assert_trust("r", "b", CP_UNTRUSTED);
    assert_int_equal(world.judge->treatments[world.judge->demand_treatment[0]].rule_count, 1);
    assert_int_equal(world.judge->treatments[world.judge->demand_treatment[1]].rule_count, 0);
}

static void a_list_of_makers_allows_them_with_or_without_affiliates(void **state)
{
    (void)state;
    node(&world, "own", "ip", "huawei", "", "");
    node(&world, "chips", "ip", "HiSilicon", "", "");
    judged(HEAD "maker-lists:\n"
                "  all: { version: \"1\", makers: huawei }\n"
                "  only: { version: \"1\", makers: huawei, affiliates: excluded }\n"
                "  then: { version: \"1\", makers: [{ maker: huawei, until: 2019-12-31 }] }\n"
                "rules:\n"
                "  - { id: all, says: x, require: { maker-list: all } }\n"
                "  - { id: only, says: x, require: { maker-list: only } }\n"
                "  - { id: then, says: x, require: { maker-list: then } }\n"
                "  - { id: either, says: x, require: { maker: huawei, maker-list: then } }\n");
    assert_trust("all", "own", CP_TRUSTED);
    assert_trust("all", "chips", CP_TRUSTED);
    assert_trust("only", "own", CP_TRUSTED);
    assert_trust("only", "chips", CP_UNTRUSTED);
    assert_trust("then", "own", CP_UNTRUSTED);
    assert_trust("either", "chips", CP_TRUSTED);
}

static void a_country_of_control_may_be_required(void **state)
{
    (void)state;
    node(&world, "good", "ip", "samsung", "", "");
    node(&world, "bad", "ip", "huawei", "", "");
    node(&world, "stranger", "ip", "Acme", "", "");
    node(&world, "mine", "ip", "mytel", "", "");
    judged(HEAD "makers: { mytel: { country: KR } }\n"
                "rules:\n"
                "  - { id: r, says: x, require: { country-of-control: KR } }\n"
                "  - { id: both, says: x, require: { country-of-control: KR, maker: samsung } }\n");
    assert_trust("r", "good", CP_TRUSTED);
    assert_trust("r", "bad", CP_UNTRUSTED);
    assert_trust("r", "stranger", CP_UNKNOWN);
    assert_trust("r", "mine", CP_TRUSTED);
    assert_trust("both", "good", CP_TRUSTED);
    assert_trust("both", "mine", CP_UNTRUSTED);
}

static void every_part_and_software_must_be_allowed(void **state)
{
    (void)state;
    node(&world, "part", "ip", "nokia", "", "");
    node(&world, "soft", "ip", "nokia", "", "");
    node(&world, "good", "ip", "nokia", "", "");
    fact(&world, "part/xcvr", "maker", "Acme");
    fact(&world, "soft", "software", "VRP 8");
    fact(&world, "good", "software", "TiMOS-C");
    judged(RULES "  - { id: r, says: x, require: { maker: nokia } }\n");
    assert_sentence("r", "part", "part xcvr, maker Acme, facts.csv:2");
    assert_sentence("r", "soft", "software VRP 8, maker huawei, facts.csv:3");
    assert_trust("r", "good", CP_TRUSTED);
}

static void a_plain_link_has_nothing_to_allow_and_a_leased_one_is_unknown(void **state)
{
    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    link(&world, "plain", "ip", "", "a b", "");
    link(&world, "leased", "ip", "leased-circuit", "a b", "");
    judged(RULES "  - { id: r, says: x, require: { maker: nokia } }\n");
    assert_trust("r", "plain", CP_TRUSTED);
    assert_trust("r", "leased", CP_UNKNOWN);
}

static void a_place_and_exceptions_bound_what_is_required(void **state)
{
    (void)state;
    node(&world, "core", "ip", "huawei", "", "");
    node(&world, "access", "ip", "huawei", "", "");
    node(&world, "spared", "ip", "huawei", "", "");
    fact(&world, "core", "role", "core");
    fact(&world, "access", "role", "access");
    fact(&world, "spared", "role", "core");
    fact(&world, "spared", "tags", "spared");
    judged(RULES "  - { id: r, says: x, require: { maker: nokia }, where: { role: core },\n"
                 "      except: { tag: spared } }\n");
    assert_trust("r", "core", CP_UNTRUSTED);
    assert_trust("r", "access", CP_TRUSTED);
    assert_trust("r", "spared", CP_TRUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(whoever_is_not_on_the_list_is_against_the_rule),
        CASE(traffic_of_a_class_may_pass_nothing_else),
        CASE(a_list_of_makers_allows_them_with_or_without_affiliates),
        CASE(a_country_of_control_may_be_required),
        CASE(every_part_and_software_must_be_allowed),
        CASE(a_plain_link_has_nothing_to_allow_and_a_leased_one_is_unknown),
        CASE(a_place_and_exceptions_bound_what_is_required),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

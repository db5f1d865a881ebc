#include "judge/judge.h"

#include <stdio.h>

#include "small_case.h"

/* What each key of a selector makes of a node that states its word, another, "unknown", or nothing. */

struct key {
    const char *select, *attribute, *met, *other;
};

static const struct key keys[] = {
    {"maker: huawei", "maker", "Huawei", "nokia"},
    {"maker: [zte, huawei]", "maker", "HiSilicon", "nokia"},
    {"maker-list: l", "maker", "Hytera", "nokia"},
    {"maker: zte, maker-list: l", "maker", "zte", "nokia"},
    {"country-of-control: CN", "maker", "huawei", "nokia"},
    {"product: named", "model", "NE40E-X8", "NE20"},
    {"class: rack-unit", "class", "Rack Unit", "rack"},
    {"role: [edge, core]", "role", "Core", "access"},
    {"technology: microwave", "technology", "fibre Microwave", "fibre"},
    {"operator: kt", "operator", "KT", "skt"},
    {"function: control", "function", "control storage", "storage"},
    {"capability: can-route", "capability", "can-route", "can-see-traffic"},
    {"capability: [can-route, can-see-traffic]", "capability", "can-see-traffic", "neither"},
    {"installed-before: 2014-02-14", "installed", "2014-02-13", "2014-02-14"},
    {"installed-after: 2014-02-14", "installed", "2014-02-15", "2014-02-14"},
};

static const char *policy_of(const char *select)
{
    static char policy[2048];
    int len = snprintf(
        policy, sizeof(policy),
        HEAD "maker-lists: { l: { version: \"1\", makers: [hytera] } }\n"
             "products: { named: { model: [\"ne40e*\"] } }\n"
             "rules:\n"
             "  - { id: r, says: x, forbid-transit: { %s } }\n"
             "  - { id: u, says: x, forbid-transit: { %s }, unstated: unknown }\n"
             "  - { id: w, says: x, forbid-transit: { layer: [ip, optical] }, where: { %s } }\n",
        select, select, select);

    assert_true(len > 0 && (size_t)len < sizeof(policy));
    return policy;
}

static bool key_holds(const struct key *key)
{
    static const char *const rules[] = {"r", "u", "w"};
    bool holds = true;

    fact(&world, "met", key->attribute, key->met);
    fact(&world, "other", key->attribute, key->other);
    fact(&world, "open", key->attribute, "unknown");
    judged(policy_of(key->select));
    for (size_t i = 0; i < CP_COUNT(rules); i++)
        holds = holds && trust_of(rules[i], "met") == CP_UNTRUSTED &&
                trust_of(rules[i], "other") == CP_TRUSTED &&
                trust_of(rules[i], "open") == CP_UNKNOWN;
    return holds;
}

static void each_key_is_met_by_its_own_words_alone(void **state)
{
    uint32_t wrong = 0;

    for (size_t i = 0; i < CP_COUNT(keys); i++) {
        bool maker = strcmp(keys[i].attribute, "maker") == 0;
        assert_int_equal(close_world(state) + open_world(state), 0);
        node(&world, "met", "ip", maker ? "" : "nokia", "", "");
        node(&world, "other", "ip", maker ? "" : "nokia", "", "");
        node(&world, "open", "ip", maker ? "" : "nokia", "", "");
        if (key_holds(&keys[i]))
            continue;
        print_error("%s: %s\n", keys[i].select, keys[i].attribute);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void what_is_not_stated_is_outside_and_a_gap_or_unknown(void **state)
{
    static const struct {
        const char *select, *key;
    } lacking[] = {{"role: core", "role"},        {"class: x", "class"},
                   {"product: named", "product"}, {"technology: x", "technology"},
                   {"operator: kt", "operator"},  {"function: control", "function"},
                   {"site: s", "site"},           {"site-tag: s", "site"},
                   {"country: KR", "site"},       {"installed-before: 2014-02-14", "installed"}};

    for (size_t i = 0; i < CP_COUNT(lacking); i++) {
        assert_int_equal(close_world(state) + open_world(state), 0);
        node(&world, "n", "ip", "nokia", "", "");
        node(&world, "m", "ip", "nokia", "", "");
        judged(policy_of(lacking[i].select));
        assert_trust("r", "n", CP_TRUSTED);
        assert_trust("w", "n", CP_TRUSTED);
        assert_trust("u", "n", CP_UNKNOWN);
        assert_int_equal(world.judge->gap_count, 2);
        assert_int_equal(world.judge->gaps[0].rule, rule_named("r"));
        assert_int_equal(world.judge->gaps[0].elements, 2);
        assert_int_equal(world.judge->gaps[0].kind, CP_OBJECT_NODE);
        assert_int_equal(world.judge->gaps[0].object, 0);
        assert_string_equal(world.judge->gaps[0].key, lacking[i].key);
        assert_int_equal(world.judge->gaps[1].rule, rule_named("w"));
    }
}

static void a_maker_that_nobody_states_is_unknown_and_no_gap(void **state)
{
    (void)state;
    node(&world, "n", "ip", "", "", "");
    judged(RULES "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n"
                 "  - { id: c, says: x, forbid-transit: { country-of-control: CN } }\n");
    assert_trust("r", "n", CP_UNKNOWN);
    assert_trust("c", "n", CP_UNKNOWN);
    assert_int_equal(world.judge->gap_count, 0);
}

static void who_says_nothing_of_what_it_can_do_can_do_all(void **state)
{
    static const char policy[] =
        RULES "  - { id: routes, says: x, forbid-transit: { capability: can-route } }\n"
              "  - { id: sees, says: x, forbid-presence: { capability: can-see-traffic } }\n"
              "  - { id: neither, says: x, forbid-presence: { capability: neither } }\n";

    (void)state;
    node(&world, "silent", "ip", "nokia", "", "");
    node(&world, "dumb", "ip", "nokia", "", "");
    fact(&world, "dumb", "capability", "neither");
    judged(policy);
    assert_trust("routes", "silent", CP_UNTRUSTED);
    assert_trust("sees", "silent", CP_UNTRUSTED);
    assert_trust("neither", "silent", CP_TRUSTED);
    assert_trust("routes", "dumb", CP_TRUSTED);
    assert_trust("sees", "dumb", CP_TRUSTED);
    assert_trust("neither", "dumb", CP_UNTRUSTED);
    assert_int_equal(world.judge->gap_count, 0);
}

static void what_can_neither_route_nor_see_traffic_is_no_matter_of_transit(void **state)
{
    static const char policy[] =
        RULES "  - { id: t, says: x, forbid-transit: { maker: huawei } }\n"
              "  - { id: p, says: x, forbid-presence: { maker: huawei } }\n"
              "  - { id: strict, says: x, forbid-transit: { maker: huawei },\n"
              "      enough-evidence: attested }\n";

    (void)state;
    node(&world, "rack", "ip", "huawei", "", "");
    node(&world, "box", "ip", "nokia", "", "");
    fact(&world, "rack", "capability", "neither");
    fact(&world, "box", "capability", "neither");
    fact(&world, "box/card", "maker", "huawei");
    judged(policy);
    assert_trust("t", "rack", CP_TRUSTED);
    assert_trust("p", "rack", CP_UNTRUSTED);
    assert_trust("strict", "rack", CP_UNTRUSTED); /* by a claim nothing is excused */
    assert_trust("t", "box", CP_UNTRUSTED);       /* what a card can do is its own */
}

static void places_are_where_a_node_stands(void **state)
{
    static const char policy[] =
        RULES "  - { id: s, says: x, forbid-transit: { site: [seoul, osan] } }\n"
              "  - { id: t, says: x, forbid-transit: { site-tag: base } }\n"
              "  - { id: c, says: x, forbid-transit: { country: KR } }\n"
              "  - { id: both, says: x, forbid-transit: { site: seoul, country: KR } }\n";

    (void)state;
    site(&world, "seoul", "city");
    site(&world, "osan", "base");
    site(&world, "nowhere", "");
    node(&world, "a", "ip", "nokia", "seoul", "");
    node(&world, "b", "ip", "nokia", "osan", "");
    node(&world, "c", "ip", "nokia", "nowhere", "");
    fact(&world, "seoul", "country", "kr");
    fact(&world, "osan", "country", "unknown");
    judged(policy);
    assert_trust("s", "a", CP_UNTRUSTED);
    assert_trust("s", "b", CP_UNTRUSTED);
    assert_trust("s", "c", CP_TRUSTED);
    assert_trust("t", "a", CP_TRUSTED);
    assert_trust("t", "b", CP_UNTRUSTED);
    assert_trust("c", "a", CP_UNTRUSTED);
    assert_trust("c", "b", CP_UNKNOWN);
    assert_trust("c", "c", CP_TRUSTED);
    assert_trust("both", "a", CP_UNTRUSTED);
    assert_trust("both", "b", CP_TRUSTED);
}

static void tags_and_layers_are_never_unknown(void **state)
{
    static const char policy[] =
        RULES "  - { id: t, says: x, forbid-transit: { tag: [x, y] }, unstated: unknown }\n"
              "  - { id: l, says: x, forbid-transit: { layer: [optical, radio] } }\n"
              "  - { id: w, says: x, forbid-transit: { tag: x }, where: { tag: z } }\n";

    (void)state;
    node(&world, "a", "optical", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    node(&world, "c", "ip", "nokia", "", "");
    fact(&world, "a", "tags", "v x");
    fact(&world, "b", "tags", "x z");
    judged(policy);
    assert_trust("t", "a", CP_UNTRUSTED);
    assert_trust("t", "c", CP_TRUSTED);
    assert_trust("l", "a", CP_UNTRUSTED);
    assert_trust("l", "b", CP_TRUSTED);
    assert_trust("w", "a", CP_TRUSTED);
    assert_trust("w", "b", CP_UNTRUSTED);
    assert_int_equal(world.judge->gap_count, 0);
}

static void every_key_must_be_met_and_the_least_certain_decides(void **state)
{
    static const char policy[] =
        RULES "  - { id: r, says: x, forbid-transit: { maker: huawei, role: core,\n"
              "      technology: microwave }, where: { operator: kt } }\n";

    (void)state;
    node(&world, "all", "ip", "huawei", "", "");
    node(&world, "open", "ip", "huawei", "", "");
    node(&world, "one", "ip", "huawei", "", "");
    node(&world, "who", "ip", "", "", "");
    fact(&world, "all", "role", "core");
    fact(&world, "all", "technology", "microwave");
    fact(&world, "all", "operator", "kt");
    fact(&world, "open", "role", "core");
    fact(&world, "open", "technology", "unknown");
    fact(&world, "open", "operator", "kt");
    fact(&world, "one", "role", "access");
    fact(&world, "one", "technology", "unknown");
    fact(&world, "who", "role", "core");
    fact(&world, "who", "technology", "microwave");
    fact(&world, "who", "operator", "kt");
    judged(policy);
    assert_trust("r", "all", CP_UNTRUSTED);
    assert_trust("r", "open", CP_UNKNOWN);
    assert_trust("r", "one", CP_TRUSTED);
    assert_trust("r", "who", CP_UNKNOWN);
    assert_sentence("r", "open", "maker huawei, technology unknown, nodes.csv:3");
    assert_sentence("r", "who", "maker not stated, nodes.csv:5");
}

static void a_product_is_named_by_all_its_keys(void **state)
{
    static const char policy[] =
        HEAD "products:\n"
             "  bad: { maker: huawei, model: [\"ne*\", s9700], technology: ethernet }\n"
             "  odd: { role: core, capability: can-route }\n"
             "rules:\n"
             "  - { id: r, says: x, forbid-transit: { product: bad } }\n"
             "  - { id: two, says: x, forbid-transit: { product: [bad, odd] } }\n"
             "  - { id: where, says: x, forbid-transit: { product: odd },\n"
             "      where: { product: bad } }\n";

    (void)state;
    node(&world, "a", "ip", "huawei", "", "");
    node(&world, "b", "ip", "huawei", "", "");
    node(&world, "c", "ip", "unknown", "", "");
    node(&world, "d", "ip", "nokia", "", "");
    fact(&world, "a", "model", "NE 40");
    fact(&world, "a", "technology", "ethernet");
    fact(&world, "a", "role", "core");
    fact(&world, "b", "model", "s9700x");
    fact(&world, "b", "technology", "ethernet");
    fact(&world, "c", "model", "S9700");
    fact(&world, "c", "technology", "ethernet");
    fact(&world, "d", "role", "core");
    judged(policy);
    assert_trust("r", "a", CP_UNTRUSTED);
    assert_trust("r", "b", CP_TRUSTED);
    assert_trust("r", "c", CP_UNKNOWN);
    assert_trust("r", "d", CP_TRUSTED);
    assert_trust("two", "d", CP_UNTRUSTED);
    assert_sentence("two", "d", "role core, nodes.csv:5");
    assert_trust("where", "a", CP_UNTRUSTED);
    assert_trust("where", "d", CP_TRUSTED);
}

static void a_thing_is_the_product_it_is_stated_to_be_whatever_its_keys(void **state)
{
    static const char policy[] =
        HEAD "products: { bad: { model: m1 }, good: { model: m2 } }\n"
             "rules:\n"
             "  - { id: r, says: x, forbid-transit: { product: bad } }\n"
             "  - { id: e, says: x, forbid-transit: { layer: ip }, except: { product: good } }\n";

    (void)state;
    node(&world, "named", "ip", "nokia", "", "");
    node(&world, "both", "ip", "nokia", "", "");
    node(&world, "good", "ip", "nokia", "", "");
    fact(&world, "named", "product", "bad");
    fact(&world, "both", "model", "m1");
    fact(&world, "both", "product", "good");
    fact(&world, "good", "product", "good");
    node(&world, "open", "ip", "nokia", "", "");
    fact(&world, "open", "product", "unknown");
    judged(policy);
    assert_sentence("r", "named", "product bad, nodes.csv:2");
    assert_sentence("r", "both", "model m1, nodes.csv:3");
    assert_trust("r", "good", CP_TRUSTED);
    assert_trust("r", "open", CP_UNKNOWN);
    assert_trust("e", "named", CP_UNTRUSTED);
    assert_trust("e", "good", CP_TRUSTED);
}

static void a_rule_that_asks_no_maker_says_what_a_thing_is(void **state)
{
    static const char policy[] =
        RULES "  - { id: r, says: x, forbid-transit: { technology: microwave, role: core } }\n"
              "  - { id: u, says: x, forbid-transit: { technology: microwave },\n"
              "      unstated: unknown }\n";

    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    fact(&world, "a", "technology", "microwave");
    fact(&world, "a", "role", "core");
    judged(policy);
    assert_sentence("r", "a", "role core, technology microwave, nodes.csv:2");
    assert_trust("u", "b", CP_UNKNOWN);
    assert_sentence("u", "b", "technology not stated, nodes.csv:3");
}

static void of_statements_that_differ_each_counts_against_and_all_must_excuse(void **state)
{
    static const char policy[] = RULES
        "  - { id: t, says: x, forbid-transit: { technology: microwave } }\n"
        "  - { id: d, says: x, forbid-transit: { installed-before: 2014-01-01 } }\n"
        "  - { id: f, says: x, forbid-transit: { layer: ip }, except: { technology: fibre } }\n"
        "  - { id: e, says: x, forbid-transit: { layer: ip },\n"
        "      except: { installed-after: 2014-01-01 } }\n"
        "  - { id: g, says: x, forbid-transit: { layer: ip },\n"
        "      except: { technology: [fibre, microwave], installed-after: 2012-01-01 } }\n";

    (void)state;
    node(&world, "n", "ip", "nokia", "", "");
    fact(&world, "n", "technology", "fibre");
    fact(&world, "n", "technology", "microwave copper");
    fact(&world, "n", "installed", "2013-01-01");
    fact(&world, "n", "installed", "2015-01-01");
    judged(policy);
    assert_trust("t", "n", CP_UNTRUSTED);
    assert_trust("d", "n", CP_UNTRUSTED);
    assert_trust("f", "n", CP_UNTRUSTED);
    assert_trust("e", "n", CP_UNTRUSTED);
    assert_trust("g", "n", CP_TRUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_key_is_met_by_its_own_words_alone),
        CASE(what_is_not_stated_is_outside_and_a_gap_or_unknown),
        CASE(a_maker_that_nobody_states_is_unknown_and_no_gap),
        CASE(who_says_nothing_of_what_it_can_do_can_do_all),
        CASE(what_can_neither_route_nor_see_traffic_is_no_matter_of_transit),
        CASE(places_are_where_a_node_stands),
        CASE(tags_and_layers_are_never_unknown),
        CASE(every_key_must_be_met_and_the_least_certain_decides),
        CASE(a_product_is_named_by_all_its_keys),
        CASE(a_thing_is_the_product_it_is_stated_to_be_whatever_its_keys),
        CASE(a_rule_that_asks_no_maker_says_what_a_thing_is),
        CASE(of_statements_that_differ_each_counts_against_and_all_must_excuse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

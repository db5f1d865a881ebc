#include "judge/judge.h"

#include "small_case.h"

/* What links take from their ends, and parts from what they are part of. */

static void ends(void)
{
    node(&world, "core", "ip", "nokia", "", "");
    node(&world, "core-2", "ip", "nokia", "", "");
    node(&world, "access", "ip", "nokia", "", "");
    node(&world, "mute", "ip", "nokia", "", "");
    fact(&world, "core", "role", "core");
    fact(&world, "core-2", "role", "core");
    fact(&world, "access", "role", "access");
    link(&world, "cc", "ip", "", "core core-2", "");
    link(&world, "ca", "ip", "", "core access", "");
    link(&world, "am", "ip", "", "access mute", "");
    link(&world, "cm", "ip", "", "core mute", "");
}

/* --- links -------------------------------------------------------------------------------- */

static void a_link_meets_what_any_of_its_ends_meets(void **state)
{
    static const char policy[] =
        RULES "  - { id: r, says: x, forbid-transit: { role: core } }\n"
              "  - { id: u, says: x, forbid-transit: { role: core }, unstated: unknown }\n";

    (void)state;
    ends();
    judged(policy);
    assert_trust("r", "cc", CP_UNTRUSTED);
    assert_trust("r", "ca", CP_UNTRUSTED);
    assert_trust("r", "am", CP_TRUSTED);
    assert_trust("r", "cm", CP_UNTRUSTED);
    assert_trust("u", "am", CP_UNKNOWN);
    assert_trust("u", "cm", CP_UNTRUSTED);
}

static void a_link_is_excused_or_licensed_only_where_all_its_ends_are(void **state)
{
    static const char policy[] =
        RULES "  - { id: e, says: x, forbid-transit: { layer: ip }, except: { role: core } }\n"
              "  - { id: l, says: x, forbid-transit: { layer: ip } }\n"
              "licences: [{ id: lic, says: x, relaxes: l, covers: { role: core } }]\n";

    (void)state;
    ends();
    judged(policy);
    for (size_t i = 0; i < 2; i++) {
        const char *rule = i == 0 ? "e" : "l";
        assert_trust(rule, "cc", CP_TRUSTED);
        assert_trust(rule, "ca", CP_UNTRUSTED);
        assert_trust(rule, "am", CP_UNTRUSTED);
        assert_trust(rule, "cm", CP_UNTRUSTED);
    }
}

static void what_a_link_says_itself_comes_before_its_ends(void **state)
{
    static const char policy[] =
        RULES "  - { id: o, says: x, forbid-transit: { operator: kt } }\n"
              "  - { id: t, says: x, forbid-transit: { technology: microwave } }\n"
              "  - { id: f, says: x, forbid-transit: { function: control } }\n"
              "  - { id: c, says: x, forbid-transit: { class: leased-circuit } }\n";

    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    fact(&world, "a", "operator", "kt");
    fact(&world, "b", "technology", "microwave");
    fact(&world, "b", "function", "control");
    fact(&world, "b", "class", "leased-circuit");
    link(&world, "theirs", "ip", "", "a b", "");
    link(&world, "own", "ip", "", "a b", "");
    link(&world, "leased", "ip", "leased-circuit", "a b", "");
    fact(&world, "own", "operator", "skt");
    fact(&world, "own", "technology", "fibre");
    fact(&world, "own", "function", "transmission");
    judged(policy);
    assert_trust("o", "theirs", CP_UNTRUSTED);
    assert_trust("t", "theirs", CP_UNTRUSTED);
    assert_trust("f", "theirs", CP_UNTRUSTED);
    assert_trust("c", "theirs", CP_TRUSTED); /* a class is a thing's own */
    assert_trust("o", "own", CP_TRUSTED);
    assert_trust("t", "own", CP_TRUSTED);
    assert_trust("f", "own", CP_TRUSTED);
    assert_trust("c", "leased", CP_UNTRUSTED);
}

static void a_link_stands_at_the_sites_and_countries_of_its_ends(void **state)
{
    static const char policy[] =
        RULES "  - { id: s, says: x, forbid-transit: { site-tag: base } }\n"
              "  - { id: c, says: x, forbid-transit: { country: KR } }\n"
              "  - { id: e, says: x, forbid-transit: { layer: ip }, except: { country: KR } }\n";

    (void)state;
    site(&world, "osan", "base");
    site(&world, "seoul", "");
    site(&world, "tokyo", "");
    fact(&world, "osan", "country", "KR");
    fact(&world, "seoul", "country", "KR");
    fact(&world, "tokyo", "country", "JP");
    node(&world, "o", "ip", "nokia", "osan", "");
    node(&world, "s", "ip", "nokia", "seoul", "");
    node(&world, "t", "ip", "nokia", "tokyo", "");
    link(&world, "os", "ip", "", "o s", "");
    link(&world, "st", "ip", "", "s t", "");
    judged(policy);
    assert_trust("s", "os", CP_UNTRUSTED);
    assert_trust("s", "st", CP_TRUSTED);
    assert_trust("c", "os", CP_UNTRUSTED);
    assert_trust("c", "st", CP_UNTRUSTED);
    assert_trust("e", "os", CP_TRUSTED);
    assert_trust("e", "st", CP_UNTRUSTED);
}

static void tags_and_layers_of_a_link_are_its_own(void **state)
{
    static const char policy[] =
        RULES "  - { id: t, says: x, forbid-transit: { tag: x } }\n"
              "  - { id: l, says: x, forbid-transit: { layer: optical } }\n";

    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    fact(&world, "a", "tags", "x");
    link(&world, "l", "ip", "", "a b", "");
    link(&world, "m", "optical", "", "a b", "");
    fact(&world, "m", "tags", "x");
    judged(policy);
    assert_trust("t", "a", CP_UNTRUSTED);
    assert_trust("t", "l", CP_TRUSTED);
    assert_trust("t", "m", CP_UNTRUSTED);
    assert_trust("l", "l", CP_TRUSTED);
    assert_trust("l", "m", CP_UNTRUSTED);
}

static void a_link_of_many_ends_asks_them_all(void **state)
{
    static const char policy[] =
        RULES "  - { id: r, says: x, forbid-transit: { role: core } }\n"
              "  - { id: e, says: x, forbid-transit: { layer: ethernet },\n"
              "      except: { role: [core, access] } }\n";

    (void)state;
    ends();
    link(&world, "lan", "ethernet", "lan", "access mute", "");
    link(&world, "lan", "ethernet", "lan", "core core-2", "");
    link(&world, "lan-2", "ethernet", "lan", "core access", "");
    link(&world, "lan-2", "ethernet", "lan", "core-2 access", "");
    judged(policy);
    assert_trust("r", "lan", CP_UNTRUSTED);
    assert_trust("e", "lan", CP_UNTRUSTED); /* nobody says what mute is */
    assert_trust("e", "lan-2", CP_TRUSTED);
}

/* --- parts -------------------------------------------------------------------------------- */

static void a_part_has_what_it_does_not_state_from_what_it_is_part_of(void **state)
{
    static const char policy[] =
        RULES "  - { id: r, says: x, forbid-transit: { maker: huawei, role: core } }\n"
              "  - { id: t, says: x, forbid-transit: { maker: huawei, technology: fibre } }\n"
              "  - { id: i, says: x, forbid-transit: { maker: huawei,\n"
              "      installed-after: 2014-01-01 } }\n"
              "  - { id: e, says: x, forbid-transit: { maker: huawei }, except: { role: core } }\n";

    (void)state;
    node(&world, "n", "ip", "nokia", "", "");
    fact(&world, "n", "role", "core");
    fact(&world, "n", "technology", "microwave");
    fact(&world, "n", "installed", "2013-01-01");
    fact(&world, "n/card", "maker", "huawei");
    node(&world, "m", "ip", "nokia", "", "");
    fact(&world, "m", "role", "access");
    fact(&world, "m", "technology", "microwave");
    fact(&world, "m", "installed", "2013-01-01");
    fact(&world, "m/card", "maker", "huawei");
    fact(&world, "m/card", "technology", "fibre");
    fact(&world, "m/card", "installed", "2014-06-01");
    judged(policy);
    assert_trust("r", "n", CP_UNTRUSTED);
    assert_trust("t", "n", CP_TRUSTED);
    assert_trust("i", "n", CP_TRUSTED);
    assert_trust("e", "n", CP_TRUSTED);
    assert_trust("r", "m", CP_TRUSTED);
    assert_trust("t", "m", CP_UNTRUSTED);
    assert_trust("i", "m", CP_UNTRUSTED);
    assert_trust("e", "m", CP_UNTRUSTED);
}

static void a_part_of_no_stated_maker_is_its_elements_makers(void **state)
{
    static const char policy[] =
        RULES "  - { id: r, says: x, forbid-transit: { maker: huawei, technology: microwave } }\n"
              "  - { id: t, says: x, forbid-transit: { technology: microwave } }\n";

    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    fact(&world, "n", "technology", "fibre");
    fact(&world, "n/radio", "technology", "microwave");
    node(&world, "m", "ip", "nokia", "", "");
    fact(&world, "m", "technology", "fibre");
    fact(&world, "m/radio", "technology", "microwave");
    node(&world, "o", "ip", "", "", "");
    fact(&world, "o", "technology", "fibre");
    fact(&world, "o/radio", "technology", "microwave");
    judged(policy);
    assert_sentence("r", "n", "part radio, maker huawei, facts.csv:3");
    assert_trust("r", "m", CP_TRUSTED);
    assert_trust("r", "o", CP_UNKNOWN);
    assert_sentence("t", "m", "part radio, technology microwave, facts.csv:5");
    assert_trust("t", "o", CP_UNTRUSTED);
}

static void a_chassis_excuses_no_card_by_what_it_is_or_can_do(void **state)
{
    static const char policy[] = HEAD
        "products: { m: { model: m1 } }\n"
        "rules:\n"
        "  - { id: c, says: x, forbid-presence: { maker: huawei }, except: { class: panel } }\n"
        "  - { id: p, says: x, forbid-presence: { maker: huawei }, except: { product: m } }\n"
        "  - { id: a, says: x, forbid-presence: { maker: huawei },\n"
        "      except: { capability: neither } }\n";
    static const char *const rules[] = {"c", "p", "a"};

    (void)state;
    node(&world, "chassis", "ip", "nokia", "", "");
    fact(&world, "chassis", "class", "panel");
    fact(&world, "chassis", "model", "m1");
    fact(&world, "chassis", "capability", "neither");
    fact(&world, "chassis/card", "maker", "huawei");
    node(&world, "own", "ip", "nokia", "", "");
    fact(&world, "own/card", "maker", "huawei");
    fact(&world, "own/card", "class", "panel");
    fact(&world, "own/card", "model", "m1");
    fact(&world, "own/card", "capability", "neither");
    node(&world, "whole", "ip", "huawei", "", "");
    fact(&world, "whole", "class", "panel");
    fact(&world, "whole", "model", "m1");
    fact(&world, "whole", "capability", "neither");
    judged(policy);
    for (size_t i = 0; i < CP_COUNT(rules); i++) {
        assert_trust(rules[i], "chassis", CP_UNTRUSTED);
        assert_trust(rules[i], "own", CP_TRUSTED);
        assert_trust(rules[i], "whole", CP_TRUSTED);
    }
}

static void a_chassis_makes_its_cards_what_a_rule_is_against(void **state)
{
    static const char policy[] =
        HEAD "products: { m: { model: m1 } }\n"
             "rules:\n"
             "  - { id: c, says: x, forbid-transit: { maker: huawei, class: router } }\n"
             "  - { id: p, says: x, forbid-transit: { maker: huawei, product: m } }\n";

    (void)state;
    node(&world, "n", "ip", "nokia", "", "");
    fact(&world, "n", "class", "router");
    fact(&world, "n", "model", "m1");
    fact(&world, "n/card", "maker", "huawei");
    judged(policy);
    assert_trust("c", "n", CP_UNTRUSTED);
    assert_trust("p", "n", CP_UNTRUSTED);
    assert_sentence("p", "n", "part card, maker huawei, facts.csv:4");
}

static void an_exception_for_one_statement_leaves_the_others(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    fact(&world, "n/fan", "maker", "huawei");
    fact(&world, "n/fan", "class", "fan");
    node(&world, "m", "ip", "nokia", "", "");
    fact(&world, "m/fan", "maker", "huawei");
    fact(&world, "m/fan", "class", "fan");
    fact(&world, "m", "software", "VRP 8");
    judged(RULES "  - { id: r, says: x, forbid-transit: { maker: huawei },\n"
                 "      except: [{ class: fan }, { tag: spared }] }\n");
    assert_sentence("r", "n", "maker huawei, nodes.csv:2");
    assert_sentence("r", "m", "software VRP 8, maker huawei, facts.csv:6");
}

static void an_exception_must_be_certain(void **state)
{
    static const char policy[] =
        RULES "  - { id: r, says: x, forbid-transit: { maker: huawei },\n"
              "      except: [{ technology: fibre }, { maker: hisilicon, role: lab }] }\n"
              "  - { id: u, says: x, forbid-transit: { maker: huawei }, unstated: unknown,\n"
              "      except: { capability: can-route } }\n";

    (void)state;
    node(&world, "sure", "ip", "huawei", "", "");
    fact(&world, "sure", "technology", "fibre");
    fact(&world, "sure", "capability", "can-route");
    node(&world, "open", "ip", "huawei", "", "");
    fact(&world, "open", "technology", "unknown");
    node(&world, "mute", "ip", "huawei", "", "");
    node(&world, "two", "ip", "hisilicon", "", "");
    fact(&world, "two", "role", "lab");
    node(&world, "half", "ip", "hisilicon", "", "");
    judged(policy);
    assert_trust("r", "sure", CP_TRUSTED);
    assert_trust("r", "open", CP_UNTRUSTED);
    assert_trust("r", "mute", CP_UNTRUSTED);
    assert_trust("r", "two", CP_TRUSTED);
    assert_trust("r", "half", CP_UNTRUSTED);
    assert_trust("u", "sure", CP_TRUSTED);
    assert_trust("u", "mute", CP_UNTRUSTED); /* that it may route is no proof that it can */
}

static void what_is_said_of_a_part_counts_wherever_it_stands(void **state)
{
    (void)state;
    node(&world, "n", "ip", "nokia", "", "");
    fact(&world, "n/b", "technology", "5g");
    fact(&world, "n/a", "maker", "huawei");
    fact(&world, "n", "technology", "fibre");
    fact(&world, "n/b", "model", "m1");
    fact(&world, "n/a", "technology", "5g");
    fact(&world, "n/a", "technology", "4g");
    fact(&world, "n/a", "technology", "5g");
    fact(&world, "n/b", "maker", "huawei");
    fact(&world, "n/a", "model", "m2");
    judged(
        HEAD
        "products:\n  one: { model: m1 }\n  two: { model: m2 }\nrules:\n"
        "  - { id: a, says: x, forbid-transit: { technology: 4g, product: two, maker: huawei } }\n"
        "  - { id: b, says: x, forbid-transit: { technology: 5g, product: one, maker: huawei } }\n"
        "  - { id: no, says: x, forbid-transit: { technology: 4g, product: one } }\n"
        "  - { id: own, says: x, forbid-transit: { technology: fibre, maker: huawei } }\n");
    assert_trust("a", "n", CP_UNTRUSTED);
    assert_trust("b", "n", CP_UNTRUSTED);
    assert_trust("no", "n", CP_TRUSTED);
    assert_trust("own", "n", CP_TRUSTED);
}

static void what_is_said_of_a_port_holds_for_each_link_that_ends_there(void **state)
{
    (void)state;
    node(&world, "hub", "ip", "nokia", "", "");
    node(&world, "x", "ip", "nokia", "", "");
    node(&world, "y", "ip", "nokia", "", "");
    link(&world, "hx", "ip", "", "hub@p/1 x@q", "");
    link(&world, "hy", "ip", "", "hub@p/1 y@q", "");
    link(&world, "hp", "ip", "", "hub@p y@r", "");
    link(&world, "xy", "ip", "", "x@q y@s", "");
    fact(&world, "hub/p/1/xcvr", "maker", "huawei");
    fact(&world, "y/s", "maker", "zte");
    fact(&world, "y/none", "maker", "ciena");
    judged(RULES "  - { id: h, says: x, forbid-transit: { maker: huawei } }\n"
                 "  - { id: z, says: x, forbid-transit: { maker: zte } }\n"
                 "  - { id: c, says: x, forbid-transit: { maker: ciena } }\n");
    assert_trust("h", "hx", CP_UNTRUSTED);
    assert_trust("h", "hy", CP_UNTRUSTED);
    assert_trust("h", "hp", CP_UNTRUSTED); /* what lies below its port */
    assert_trust("h", "xy", CP_TRUSTED);
    assert_trust("h", "hub", CP_TRUSTED);
    assert_trust("z", "xy", CP_UNTRUSTED);
    assert_trust("z", "hy", CP_TRUSTED);
    assert_trust("c", "y", CP_UNTRUSTED);
}

static void a_part_inherits_each_maker_that_is_stated(void **state)
{
    (void)state;
    node(&world, "n", "ip", "nokia", "", "");
    fact(&world, "n", "maker", "nokia");
    fact(&world, "n", "maker", "huawei");
    fact(&world, "n", "maker", "zte");
    fact(&world, "n", "maker", "huawei");
    fact(&world, "n/card", "technology", "5g");
    fact(&world, "n/slot", "technology", "4g");
    judged(RULES "  - { id: h, says: x, forbid-transit: { maker: huawei, technology: 5g } }\n"
                 "  - { id: z, says: x, forbid-transit: { maker: zte, technology: 4g } }\n"
                 "  - { id: c, says: x, forbid-transit: { maker: ciena, technology: 4g } }\n");
    assert_trust("h", "n", CP_UNTRUSTED);
    assert_trust("z", "n", CP_UNTRUSTED);
    assert_trust("c", "n", CP_TRUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_link_meets_what_any_of_its_ends_meets),
        CASE(a_link_is_excused_or_licensed_only_where_all_its_ends_are),
        CASE(what_a_link_says_itself_comes_before_its_ends),
        CASE(a_link_stands_at_the_sites_and_countries_of_its_ends),
        CASE(tags_and_layers_of_a_link_are_its_own),
        CASE(a_link_of_many_ends_asks_them_all),
        CASE(a_part_has_what_it_does_not_state_from_what_it_is_part_of),
        CASE(a_part_of_no_stated_maker_is_its_elements_makers),
        CASE(a_chassis_excuses_no_card_by_what_it_is_or_can_do),
        CASE(a_chassis_makes_its_cards_what_a_rule_is_against),
        CASE(an_exception_for_one_statement_leaves_the_others),
        CASE(an_exception_must_be_certain),
        CASE(what_is_said_of_a_part_counts_wherever_it_stands),
        CASE(what_is_said_of_a_port_holds_for_each_link_that_ends_there),
        CASE(a_part_inherits_each_maker_that_is_stated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

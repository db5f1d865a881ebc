#include "judge/judge.h"

#include "small_case.h"

/* --- sites -------------------------------------------------------------------------------- */

#define SITE RULES "  - { id: r, says: x, forbid-transit: { maker: huawei }, scope: site"

static void what_stands_at_a_site_counts_for_all_of_it(void **state)
{
    (void)state;
    site(&world, "s", "");
    site(&world, "t", "");
    node(&world, "bad", "ip", "huawei", "s", "");
    node(&world, "good", "ip", "nokia", "s", "");
    node(&world, "far", "ip", "nokia", "t", "");
    node(&world, "lost", "ip", "nokia", "", "");
    node(&world, "lost-2", "ip", "nokia", "", "");
    link(&world, "in", "ip", "", "good far", "");
    link(&world, "out", "ip", "", "far lost", "");
    judged(SITE " }\n");
    assert_sentence("r", "bad", "maker huawei, nodes.csv:2");
    assert_sentence("r", "good", "its site holds node bad, maker huawei, nodes.csv:2");
    assert_trust("r", "far", CP_TRUSTED);
    assert_trust("r", "lost", CP_TRUSTED);
    assert_sentence("r", "in", "its site holds node bad, maker huawei, nodes.csv:2");
    assert_trust("r", "out", CP_TRUSTED);
}

static void of_a_site_the_worst_counts_and_the_first_of_these_is_named(void **state)
{
    (void)state;
    site(&world, "s", "");
    site(&world, "t", "");
    node(&world, "u", "ip", "", "s", "");
    node(&world, "a", "ip", "nokia", "s", "");
    node(&world, "b", "ip", "huawei", "s", "");
    node(&world, "c", "ip", "huawei", "s", "");
    node(&world, "d", "ip", "nokia", "t", "");
    node(&world, "v", "ip", "", "t", "");
    judged(SITE " }\n");
    assert_sentence("r", "a", "its site holds node b, maker huawei, nodes.csv:4");
    assert_sentence("r", "u", "its site holds node b, maker huawei, nodes.csv:4");
    assert_sentence("r", "c", "maker huawei, nodes.csv:5");
    assert_trust("r", "d", CP_UNKNOWN);
    assert_sentence("r", "d", "its site holds node v, maker not stated, nodes.csv:7");
}

static void a_link_stands_at_the_sites_of_its_ends_and_may_make_them_bad(void **state)
{
    (void)state;
    site(&world, "s", "");
    site(&world, "t", "");
    node(&world, "a", "ip", "nokia", "s", "");
    node(&world, "b", "ip", "nokia", "t", "");
    node(&world, "c", "ip", "nokia", "", "");
    link(&world, "l", "ip", "", "a@p b", "");
    fact(&world, "a/p", "maker", "huawei");
    judged(SITE " }\n");
    assert_sentence("r", "l", "port p at a, maker huawei, facts.csv:2");
    assert_sentence("r", "a", "its site holds link l, port p at a, maker huawei, facts.csv:2");
    assert_sentence("r", "b", "its site holds link l, port p at a, maker huawei, facts.csv:2");
    assert_trust("r", "c", CP_TRUSTED);
}

static void only_what_is_of_its_own_spreads_over_a_site(void **state)
{
    (void)state;
    site(&world, "s", "");
    node(&world, "ems", "management", "huawei", "", "");
    node(&world, "a", "ip", "nokia", "s", "ems");
    node(&world, "b", "ip", "nokia", "s", "");
    judged(SITE " }\n");
    assert_sentence("r", "a", "managed by ems, maker huawei, nodes.csv:2");
    assert_trust("r", "b", CP_TRUSTED);
}

static void who_is_managed_or_carried_from_a_bad_site_is_as_bad(void **state)
{
    (void)state;
    site(&world, "s", "");
    node(&world, "bad", "ip", "huawei", "s", "");
    node(&world, "ems", "management", "nokia", "s", "");
    node(&world, "mux", "optical", "nokia", "s", "");
    node(&world, "a", "ip", "nokia", "", "ems");
    node(&world, "b", "ip", "nokia", "", "");
    link(&world, "o", "optical", "", "b mux", "");
    link(&world, "l", "ip", "", "b c", "o");
    node(&world, "c", "ip", "nokia", "", "");
    judged(SITE " }\n");
    assert_sentence("r", "a", "managed by ems, its site holds node bad, maker huawei, nodes.csv:2");
    assert_sentence("r", "l",
                    "optical link o under it, its site holds node bad, maker huawei, nodes.csv:2");
    assert_trust("r", "b", CP_TRUSTED);
}

static void of_a_site_only_the_rules_layers_count(void **state)
{
    (void)state;
    site(&world, "s", "");
    site(&world, "t", "");
    node(&world, "mux", "optical", "huawei", "s", "");
    node(&world, "a", "ip", "nokia", "s", "");
    node(&world, "b", "ip", "huawei", "t", "");
    node(&world, "mux-2", "optical", "nokia", "t", "");
    judged(SITE ", layers: ip }\n");
    assert_trust("r", "mux", CP_TRUSTED);
    assert_trust("r", "a", CP_TRUSTED);
    assert_trust("r", "mux-2", CP_UNTRUSTED);
}

/* --- operators ---------------------------------------------------------------------------- */

#define NETWORK RULES "  - { id: r, says: x, forbid-transit: { maker: huawei }, scope: operator }\n"

static void an_operators_network_is_as_bad_as_anything_in_it(void **state)
{
    (void)state;
    node(&world, "bad", "ip", "huawei", "", "");
    node(&world, "same", "optical", "nokia", "", "");
    node(&world, "other", "ip", "nokia", "", "");
    node(&world, "nobody", "ip", "nokia", "", "");
    fact(&world, "bad", "operator", "LG U+");
    fact(&world, "same", "operator", "lg u+");
    fact(&world, "other", "operator", "KT");
    judged(NETWORK);
    assert_sentence("r", "same", "its network holds node bad, maker huawei, nodes.csv:2");
    assert_trust("r", "other", CP_TRUSTED);
    assert_trust("r", "nobody", CP_TRUSTED);
}

static void a_link_is_in_its_own_operators_network_or_else_in_those_of_its_ends(void **state)
{
    (void)state;
    node(&world, "bad", "ip", "huawei", "", "");
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    fact(&world, "bad", "operator", "kt");
    fact(&world, "a", "operator", "kt");
    fact(&world, "b", "operator", "skt");
    link(&world, "theirs", "ip", "", "b a", "");
    link(&world, "own", "ip", "", "b a", "");
    link(&world, "kts", "ip", "", "b c", "");
    node(&world, "c", "ip", "nokia", "", "");
    fact(&world, "own", "operator", "skt");
    fact(&world, "kts", "operator", "kt");
    judged(NETWORK);
    assert_sentence("r", "theirs", "its network holds node bad, maker huawei, nodes.csv:2");
    assert_trust("r", "own", CP_TRUSTED);
    assert_trust("r", "kts", CP_UNTRUSTED);
    assert_trust("r", "b", CP_TRUSTED);
}

static void what_is_licensed_spreads_as_licensed(void **state)
{
    (void)state;
    site(&world, "s", "");
    node(&world, "bad", "ip", "huawei", "s", "");
    node(&world, "a", "ip", "nokia", "s", "");
    judged(SITE " }\nlicences: [{ id: l, says: x, relaxes: r }]\n");
    assert_trust("r", "a", CP_TRUSTED);
    assert_int_equal(world.judge->licences[0].nodes, 1);
}

static void each_rule_has_a_scope_of_its_own(void **state)
{
    (void)state;
    site(&world, "s", "");
    node(&world, "bad", "ip", "huawei", "s", "");
    node(&world, "a", "ip", "nokia", "s", "");
    node(&world, "b", "ip", "nokia", "", "");
    fact(&world, "bad", "operator", "kt");
    fact(&world, "b", "operator", "kt");
    judged(RULES "  - { id: e, says: x, forbid-transit: { maker: huawei } }\n"
                 "  - { id: s, says: x, forbid-transit: { maker: huawei }, scope: site }\n"
                 "  - { id: o, says: x, forbid-transit: { maker: huawei }, scope: operator }\n"
                 "  - { id: z, says: x, forbid-transit: { maker: zte }, scope: site }\n"
                 "  - { id: p, says: x, forbid-presence: { maker: huawei }, scope: site }\n");
    assert_trust("e", "a", CP_TRUSTED);
    assert_trust("s", "a", CP_UNTRUSTED);
    assert_trust("o", "a", CP_TRUSTED);
    assert_trust("z", "a", CP_TRUSTED);
    assert_trust("p", "a", CP_UNTRUSTED);
    assert_trust("s", "b", CP_TRUSTED);
    assert_trust("o", "b", CP_UNTRUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_stands_at_a_site_counts_for_all_of_it),
        CASE(of_a_site_the_worst_counts_and_the_first_of_these_is_named),
        CASE(a_link_stands_at_the_sites_of_its_ends_and_may_make_them_bad),
        CASE(only_what_is_of_its_own_spreads_over_a_site),
        CASE(who_is_managed_or_carried_from_a_bad_site_is_as_bad),
        CASE(of_a_site_only_the_rules_layers_count),
        CASE(an_operators_network_is_as_bad_as_anything_in_it),
        CASE(a_link_is_in_its_own_operators_network_or_else_in_those_of_its_ends),
        CASE(what_is_licensed_spreads_as_licensed),
        CASE(each_rule_has_a_scope_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

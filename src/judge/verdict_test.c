#include "judge/judge.h"

#include "small_case.h"

/* --- nodes -------------------------------------------------------------------------------- */

static void a_node_is_what_its_maker_is(void **state)
{
    (void)state;
    node(&world, "good", "ip", "nokia", "", "");
    node(&world, "bad", "ip", "华为", "", "");
    node(&world, "chips", "ip", "HiSilicon", "", "");
    node(&world, "silent", "ip", "", "", "");
    node(&world, "open", "ip", "unknown", "", "");
    node(&world, "stranger", "ip", "Acme", "", "");
    fact(&world, "silent", "serial", "1");
    judged(RULE);
    assert_reason("good", CP_TRUSTED, "");
    assert_reason("bad", CP_UNTRUSTED, "maker huawei, nodes.csv:3");
    assert_reason("chips", CP_UNTRUSTED, "maker hisilicon, affiliate of huawei, nodes.csv:4");
    assert_reason("silent", CP_UNKNOWN, "maker not stated, nodes.csv:5");
    assert_reason("open", CP_UNKNOWN, "maker unknown, nodes.csv:6");
    assert_reason("stranger", CP_TRUSTED, "");
    assert_true(cp_text_is(reason_of(0, "bad").reason, "maker huawei; nodes.csv:3"));
}

static void a_node_is_as_bad_as_its_worst_part_or_software(void **state)
{
    (void)state;
    node(&world, "r1", "ip", "nokia", "", "");
    node(&world, "r2", "ip", "nokia", "", "");
    node(&world, "r3", "ip", "nokia", "", "");
    node(&world, "r4", "ip", "huawei", "", "");
    fact(&world, "r1/xcvr-3", "maker", "Huawei");
    fact(&world, "r2", "software", "VRP 8.2");
    fact(&world, "r3", "software", "FooOS 1");
    fact(&world, "r3/card-1", "maker", "zte");
    fact(&world, "r4/card-1", "maker", "huawei");
    judged(RULE);
    assert_reason("r1", CP_UNTRUSTED, "part xcvr-3, maker huawei, facts.csv:2");
    assert_reason("r2", CP_UNTRUSTED, "software VRP 8.2, maker huawei, facts.csv:3");
    assert_reason("r3", CP_UNKNOWN, "software FooOS 1, maker unknown, facts.csv:4");
    assert_reason("r4", CP_UNTRUSTED, "maker huawei, nodes.csv:5");
}

static void a_node_is_as_bad_as_what_manages_it(void **state)
{
    (void)state;
    node(&world, "ems-1", "management", "huawei", "", "");
    node(&world, "ems-2", "management", "nokia", "", "ems-1");
    node(&world, "ems-3", "management", "", "", "ems-4");
    node(&world, "ems-4", "management", "nokia", "", "ems-3 ems-4");
    node(&world, "r1", "ip", "nokia", "", "ems-1");
    node(&world, "r2", "ip", "nokia", "", "ems-3 ems-2");
    node(&world, "r3", "ip", "", "", "ems-4");
    node(&world, "r4", "ip", "nokia", "", "ems-4");
    judged(RULE);
    assert_reason("r1", CP_UNTRUSTED, "managed by ems-1, maker huawei, nodes.csv:2");
    assert_reason("r2", CP_UNTRUSTED, "managed by ems-1 through ems-2, maker huawei, nodes.csv:2");
    assert_reason("r3", CP_UNKNOWN, "maker not stated, nodes.csv:8");
    assert_reason("r4", CP_UNKNOWN,
                  "managed by ems-3 through ems-4, maker not stated, nodes.csv:4");
    assert_reason("ems-4", CP_UNKNOWN, "managed by ems-3, maker not stated, nodes.csv:4");
}

/* --- several statements --------------------------------------------------------------------- */

static void an_unknown_beside_a_known_statement_adds_nothing(void **state)
{
    (void)state;
    node(&world, "r1", "ip", "unknown", "", "");
    node(&world, "r2", "ip", "nokia", "", "");
    node(&world, "r3", "ip", "unknown", "", "");
    fact(&world, "r1", "maker", "nokia");
    fact(&world, "r2", "maker", "unknown");
    fact(&world, "r3/card", "maker", "nokia");
    judged(RULE);
    assert_reason("r1", CP_TRUSTED, "");
    assert_reason("r2", CP_TRUSTED, "");
    assert_reason("r3", CP_UNKNOWN, "maker unknown, nodes.csv:4");
    assert_int_equal(world.judge->remark_count, 0);
}

static void of_statements_that_disagree_the_worst_decides_and_it_is_a_finding(void **state)
{
    (void)state;
    node(&world, "r1", "ip", "nokia", "", "");
    node(&world, "r2", "ip", "nokia", "", "");
    fact(&world, "r1", "maker", "huawei");
    fact(&world, "r1", "maker", "huawei");
    fact(&world, "r2", "maker", "Alcatel-Lucent");
    fact(&world, "r2/card", "software", "EOS 1");
    fact(&world, "r2/card", "software", "Junos 1");
    judged(RULE);
    assert_reason("r1", CP_UNTRUSTED, "maker huawei, facts.csv:2");
    assert_reason("r2", CP_TRUSTED, "");
    assert_int_equal(world.judge->remark_count, 2);
    assert_string_equal(world.judge->remarks[0].why, "sources disagree about the maker");
    assert_true(cp_text_is(world.judge->remarks[0].subject, "r1"));
    assert_int_equal(world.judge->remarks[0].place.line, 2);
    assert_string_equal(world.judge->remarks[1].why, "sources disagree about the software");
    assert_true(cp_text_is(world.judge->remarks[1].subject, "r2/card"));
    assert_int_equal(world.judge->remarks[1].kind, CP_REMARK_FINDING);
}

static void a_fact_holds_to_the_day_it_expires_and_not_after(void **state)
{
    (void)state;
    node(&world, "r1", "ip", "", "", "");
    node(&world, "r2", "ip", "", "", "");
    fact_until(&world, "r1", "maker", "nokia", day("2020-01-01"));
    node(&world, "r3", "ip", "", "", "");
    fact_until(&world, "r2", "maker", "nokia", day("2019-12-31"));
    fact_until(&world, "r3", "maker", "nokia", day("2019-12-31"));
    fact_until(&world, "r3", "maker", "nokia", day("2021-12-31"));
    judged(RULE);
    assert_reason("r1", CP_TRUSTED, "");
    assert_reason("r2", CP_UNKNOWN, "maker unknown, the fact has expired, facts.csv:3");
    assert_reason("r3", CP_TRUSTED, ""); /* a newer statement about the same part */
    assert_int_equal(world.judge->remark_count, 2);
    assert_string_equal(world.judge->remarks[0].why, "the fact has expired");
}

static void a_name_like_a_makers_that_is_none_is_unknown_and_a_finding_once(void **state)
{
    (void)state;
    node(&world, "r1", "ip", "Huawei GmbH & Co", "", "");
    node(&world, "r2", "ip", "Huawei GmbH & Co", "", "");
    node(&world, "r3", "ip", "Acme", "", "");
    judged(RULE);
    assert_reason("r1", CP_UNKNOWN, "maker unknown, called Huawei GmbH & Co, nodes.csv:2");
    assert_reason("r2", CP_UNKNOWN, "maker unknown, called Huawei GmbH & Co, nodes.csv:3");
    assert_reason("r3", CP_TRUSTED, "");
    assert_int_equal(world.judge->remark_count, 1);
    assert_true(cp_text_is(world.judge->remarks[0].subject, "Huawei GmbH & Co"));
}

static void a_name_like_a_makers_counts_beside_a_known_statement(void **state)
{
    (void)state;
    node(&world, "r1", "ip", "nokia", "", "");
    node(&world, "r2", "ip", "Hua Wei", "", "");
    fact(&world, "r1", "maker", "Beijing Huawei Digital");
    fact(&world, "r1", "maker", "unknown");
    fact(&world, "r2", "maker", "unknown");
    judged(RULE);
    assert_reason("r1", CP_UNKNOWN, "maker unknown, called Beijing Huawei Digital, facts.csv:2");
    assert_reason("r2", CP_UNKNOWN, "maker unknown, called Hua Wei, nodes.csv:3");
    assert_int_equal(world.judge->remark_count, 3);
    assert_string_equal(world.judge->remarks[2].why, "sources disagree about the maker");
}

static void no_spelling_of_a_maker_is_trusted(void **state)
{
    static const char *const names[] = {
        "Хуавей",        "Huawei\xc2\xa0Technologies", "ＨＵＡＷＥＩ",
        "Hua Wei",       "Beijing Huawei Digital",     "Huawei Technologies Deutschland GmbH",
        "Huawei / Nokia"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++)
        node(&world, (const char[]){(char)('a' + (int)i), '\0'}, "ip", names[i], "", "");
    judged(RULE);
    for (uint32_t i = 0; i < CP_COUNT(names); i++)
        assert_int_equal(cp_judge_trust(&world.judge->rules[0], CP_OBJECT_NODE, i),
                         i < 3 ? CP_UNTRUSTED : CP_UNKNOWN);
}

/* --- links -------------------------------------------------------------------------------- */

static void a_link_has_its_own_parts_and_the_ports_at_its_ends(void **state)
{
    (void)state;
    node(&world, "r1", "ip", "nokia", "", "");
    node(&world, "r2", "ip", "nokia", "", "");
    link(&world, "l1", "ip", "", "r1@et-0/0/1 r2@et-0/0/2", "");
    link(&world, "l2", "ip", "", "r1@et-0/0/10 r2@et-0/0/3", "");
    link(&world, "l3", "ip", "", "r1 r2", "");
    link(&world, "l4", "ip", "", "r1 r2", "");
    link(&world, "l5", "ip", "", "r1@x r2@et-0/0/2", "");
    fact(&world, "r1/et-0/0/1", "maker", "huawei");
    fact(&world, "r2/et-0/0/3/xcvr", "maker", "unknown");
    fact(&world, "l3/amplifier", "maker", "huawei");
    fact(&world, "l4", "maker", "unknown");
    fact(&world, "r2/et-0/0/2", "software", "VRP 5");
    fact(&world, "r2/et-0/0", "maker", "nokia");
    judged(RULE);
    assert_reason("r1", CP_TRUSTED, "");
    assert_reason("r2", CP_TRUSTED, "");
    assert_reason("l1", CP_UNTRUSTED, "port et-0/0/1 at r1, maker huawei, facts.csv:2");
    assert_reason("l2", CP_UNKNOWN, "port et-0/0/3/xcvr at r2, maker unknown, facts.csv:3");
    assert_reason("l3", CP_UNTRUSTED, "part amplifier, maker huawei, facts.csv:4");
    assert_reason("l4", CP_UNKNOWN, "maker unknown, facts.csv:5");
    assert_reason("l5", CP_UNTRUSTED,
                  "port et-0/0/2 at r2, software VRP 5, maker huawei, facts.csv:6");
}

static void the_inside_of_a_leased_circuit_is_unknown_unless_somebody_says(void **state)
{
    (void)state;
    node(&world, "r1", "ip", "nokia", "", "");
    node(&world, "r2", "ip", "nokia", "", "");
    link(&world, "plain", "ip", "", "r1 r2", "");
    link(&world, "f-7", "optical", "leased-circuit", "r1 r2", "");
    link(&world, "f-8", "optical", "leased-circuit", "r1 r2", "");
    link(&world, "f-9", "optical", "leased-circuit", "r1 r2", "f-8");
    link(&world, "l1", "ip", "", "r1 r2", "f-7");
    link(&world, "l2", "ip", "", "r1 r2", "f-9");
    fact(&world, "f-8", "maker", "nokia");
    fact(&world, "f-7/ntu", "maker", "nokia");
    judged(RULE);
    assert_reason("plain", CP_TRUSTED, "");
    assert_reason("f-7", CP_UNKNOWN, "maker unknown, no fact, links.csv:3");
    assert_reason("l1", CP_UNKNOWN,
                  "optical link f-7 under it, maker unknown, no fact, links.csv:3");
    assert_true(cp_text_is(reason_of(0, "l1").reason,
                           "optical link f-7 under it, maker unknown, no fact; links.csv:3"));
    assert_reason("l2", CP_TRUSTED, "");
}

static void a_link_is_as_bad_as_all_that_may_carry_it(void **state)
{
    (void)state;
    node(&world, "seo", "ip", "nokia", "", "");
    node(&world, "dj", "ip", "nokia", "", "");
    node(&world, "sw", "ethernet", "cisco", "", "");
    node(&world, "ola-1", "optical", "ciena", "", "");
    node(&world, "ola-2", "optical", "ciena", "", "");
    node(&world, "ola-3", "optical", "nokia", "", "");
    link(&world, "o1", "optical", "", "seo ola-1", "");
    link(&world, "o2", "optical", "", "ola-1 sw", "");
    link(&world, "o3", "optical", "", "ola-2 ola-3", "");
    link(&world, "e1", "ethernet", "", "seo sw", "o1 o2 | o3");
    link(&world, "e2", "ethernet", "", "sw dj", "");
    link(&world, "seo-dj", "ip", "", "seo dj", "e1 e2");
    fact(&world, "ola-3", "maker", "huawei");
    judged(RULE);
    assert_reason("seo-dj", CP_UNTRUSTED, "optical node ola-3 under it, maker huawei, facts.csv:2");
    assert_reason("e1", CP_UNTRUSTED, "optical node ola-3 under it, maker huawei, facts.csv:2");
    assert_reason("e2", CP_TRUSTED, "");
    assert_reason("o3", CP_TRUSTED, "");
    assert_reason("seo", CP_TRUSTED, "");
}

static void what_is_below_may_be_bad_through_its_part_or_its_manager(void **state)
{
    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    node(&world, "x", "optical", "ciena", "", "");
    node(&world, "y", "optical", "ciena", "", "nms");
    node(&world, "nms", "management", "huawei", "", "");
    link(&world, "o1", "optical", "", "a x@1/1", "");
    link(&world, "o2", "optical", "", "a y", "");
    link(&world, "l1", "ip", "", "a b", "o1");
    link(&world, "l2", "ip", "", "a b", "o2");
    fact(&world, "x/1/1", "maker", "huawei");
    judged(RULE);
    assert_reason("l1", CP_UNTRUSTED,
                  "optical link o1 under it, port 1/1 at x, maker huawei, facts.csv:2");
    assert_reason("l2", CP_UNTRUSTED,
                  "optical node y under it, managed by nms, maker huawei, nodes.csv:6");
}

static void a_links_own_ends_and_ip_nodes_on_a_lan_below_do_not_count(void **state)
{
    (void)state;
    node(&world, "a", "ip", "huawei", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    node(&world, "c", "ip", "huawei", "", "");
    node(&world, "sw", "ethernet", "nokia", "", "");
    node(&world, "bad-sw", "ethernet", "huawei", "", "");
    link(&world, "lan", "ethernet", "lan", "a b", "");
    link(&world, "lan", "ethernet", "lan", "c sw", "");
    link(&world, "bad-lan", "ethernet", "lan", "b bad-sw", "");
    link(&world, "bad-lan", "ethernet", "lan", "a c", "");
    link(&world, "e1", "ethernet", "", "a b", "");
    link(&world, "e2", "ethernet", "", "b c", "");
    link(&world, "l1", "ip", "", "a b", "lan");
    link(&world, "l2", "ip", "", "a b", "bad-lan");
    link(&world, "l3", "ip", "", "a b", "e1");
    link(&world, "l4", "ip", "", "a b", "e1 e2");
    judged(RULE);
    assert_reason("l1", CP_TRUSTED, "");
    assert_reason("l2", CP_UNTRUSTED, "ethernet node bad-sw under it, maker huawei, nodes.csv:6");
    assert_reason("l3", CP_TRUSTED, "");
    assert_reason("l4", CP_UNTRUSTED, "ip node c under it, maker huawei, nodes.csv:4");
}

static void own_comes_before_ports_before_software_before_below(void **state)
{
    (void)state;
    node(&world, "a", "ip", "nokia", "", "ems");
    node(&world, "b", "ip", "nokia", "", "");
    node(&world, "ems", "management", "huawei", "", "");
    node(&world, "x", "optical", "huawei", "", "");
    link(&world, "o", "optical", "", "a x", "");
    link(&world, "l1", "ip", "", "a@p b", "o");
    link(&world, "l2", "ip", "", "a@q b@q", "o");
    link(&world, "l3", "ip", "", "a b", "o");
    fact(&world, "l3", "software", "VRP");
    fact(&world, "l1", "software", "VRP");
    fact(&world, "b/q", "maker", "huawei");
    fact(&world, "a/q", "maker", "huawei");
    fact(&world, "a/p", "maker", "huawei");
    fact(&world, "l1", "maker", "huawei");
    fact(&world, "a", "software", "VRP 1");
    judged(RULE);
    assert_reason("l1", CP_UNTRUSTED, "maker huawei, facts.csv:7");
    assert_reason("l2", CP_UNTRUSTED, "port q at b, maker huawei, facts.csv:4");
    assert_reason("l3", CP_UNTRUSTED, "software VRP, maker huawei, facts.csv:2");
    assert_reason("a", CP_UNTRUSTED, "software VRP 1, maker huawei, facts.csv:8");
}

static void only_parts_of_elements_on_the_rules_layers_count(void **state)
{
    (void)state;
    node(&world, "a", "ip", "huawei", "", "");
    node(&world, "b", "ip", "", "", "ems");
    node(&world, "ems", "management", "huawei", "", "");
    node(&world, "x", "optical", "huawei", "", "");
    link(&world, "o", "optical", "", "b@p x", "");
    link(&world, "l", "ip", "leased-circuit", "a@p b@p", "");
    link(&world, "m", "ip", "", "a b", "o");
    fact(&world, "b/p", "maker", "huawei");
    judged(RULE "    layers: [optical, management]\n");
    assert_reason("a", CP_TRUSTED, "");
    assert_reason("b", CP_UNTRUSTED, "managed by ems, maker huawei, nodes.csv:4");
    assert_reason("l", CP_TRUSTED, "");
    /* The port is part of b, which is on layer ip: here it does not count, for no link. */
    assert_reason("o", CP_TRUSTED, "");
    assert_reason("m", CP_UNTRUSTED, "optical node x under it, maker huawei, nodes.csv:5");
}

static void a_port_of_a_link_on_another_layer_stays_with_its_node(void **state)
{
    (void)state;
    node(&world, "m", "ip", "nokia", "", "");
    node(&world, "n", "ip", "nokia", "", "");
    node(&world, "nms", "management", "nokia", "", "");
    node(&world, "x", "optical", "nokia", "", "");
    link(&world, "oob", "management", "", "m@card1 nms", "");
    link(&world, "o", "optical", "", "n@p x@q", "");
    link(&world, "l", "ip", "", "m n@p", "o");
    fact(&world, "m/card1", "maker", "huawei");
    fact(&world, "n/p/optic", "maker", "huawei");
    fact(&world, "x/q", "maker", "huawei");
    judged(RULE "    layers: [ip]\n");
    assert_reason("m", CP_UNTRUSTED, "port card1 at m, maker huawei, facts.csv:2");
    assert_reason("oob", CP_UNTRUSTED, "port card1 at m, maker huawei, facts.csv:2");
    assert_reason("n", CP_TRUSTED, ""); /* l is on its layer: the optic is the link's */
    assert_reason("x", CP_TRUSTED, "");
    assert_reason("o", CP_UNTRUSTED, "port p/optic at n, maker huawei, facts.csv:3");
    assert_reason("l", CP_UNTRUSTED, "port p/optic at n, maker huawei, facts.csv:3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_node_is_what_its_maker_is),
        CASE(a_node_is_as_bad_as_its_worst_part_or_software),
        CASE(a_node_is_as_bad_as_what_manages_it),
        CASE(an_unknown_beside_a_known_statement_adds_nothing),
        CASE(of_statements_that_disagree_the_worst_decides_and_it_is_a_finding),
        CASE(a_fact_holds_to_the_day_it_expires_and_not_after),
        CASE(a_name_like_a_makers_that_is_none_is_unknown_and_a_finding_once),
        CASE(a_name_like_a_makers_counts_beside_a_known_statement),
        CASE(no_spelling_of_a_maker_is_trusted),
        CASE(a_link_has_its_own_parts_and_the_ports_at_its_ends),
        CASE(the_inside_of_a_leased_circuit_is_unknown_unless_somebody_says),
        CASE(a_link_is_as_bad_as_all_that_may_carry_it),
        CASE(what_is_below_may_be_bad_through_its_part_or_its_manager),
        CASE(a_links_own_ends_and_ip_nodes_on_a_lan_below_do_not_count),
        CASE(own_comes_before_ports_before_software_before_below),
        CASE(only_parts_of_elements_on_the_rules_layers_count),
        CASE(a_port_of_a_link_on_another_layer_stays_with_its_node),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

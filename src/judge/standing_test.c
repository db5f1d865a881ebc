#include "judge/judge.h"

#include "small_case.h"

/* Why a rule is not against an element, in a few words. */

static void assert_standing(const char *rule, const char *id, const char *wanted)
{
    cp_node node = cp_case_node(world.net, cp_text_of(id));
    bool link = node.at == CP_NONE;
    uint32_t at = link ? cp_case_link(world.net, cp_text_of(id)).at : node.at;
    cp_text got = CP_TEXT("");

    assert_int_equal(cp_judge_standing(world.judge, rule_named(rule),
                                       link ? CP_OBJECT_LINK : CP_OBJECT_NODE, at, world.arena,
                                       &got),
                     CP_OK);
    if (!cp_text_is(got, wanted))
        fail_msg("%s of %s: '%.*s' and not '%s'", rule, id, (int)got.len, got.at, wanted);
}

static void another_maker_clears_with_its_fact(void **state)
{
    (void)state;
    node(&world, "n", "ip", "nokia", "", "");
    node(&world, "own", "ip", "Brand New Ltd", "", "");
    node(&world, "bad", "ip", "huawei", "", "");
    link(&world, "l", "ip", "", "n own", "");
    judged(RULES "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n"
                 "  - { id: only, says: x, require: { maker: [nokia, huawei] } }\n");
    assert_standing("r", "n", "maker nokia, nodes.csv:2");
    assert_standing("r", "own", "maker Brand New Ltd, nodes.csv:3");
    assert_standing("r", "bad", "");
    assert_standing("r", "l", "a link without equipment of its own");
    assert_standing("only", "bad", "maker huawei, nodes.csv:4");
}

static void what_else_is_asked_is_told_with_its_words(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "s", "");
    site(&world, "s", "base");
    fact(&world, "n", "technology", "4g");
    fact(&world, "n", "installed", "2015-05-05");
    fact(&world, "n", "model", "NE40E");
    judged(
        HEAD
        "products: { ptn: { model: ptn* } }\n"
        "rules:\n"
        "  - { id: tech, says: x, forbid-transit: { maker: huawei, technology: 5g } }\n"
        "  - { id: old, says: x, forbid-transit: { maker: huawei, installed-before: 2015-01-01 } }\n"
        "  - { id: tag, says: x, forbid-transit: { maker: huawei, tag: t } }\n"
        "  - { id: ptn, says: x, forbid-transit: { product: ptn } }\n"
        "  - { id: role, says: x, forbid-transit: { maker: huawei, role: core } }\n"
        "  - { id: site, says: x, forbid-transit: { maker: huawei, site: t } }\n"
        "  - { id: layers, says: x, forbid-transit: { maker: huawei }, layers: [optical] }\n");
    assert_standing("tech", "n", "not what it asks: technology 4g, facts.csv:2");
    assert_standing("old", "n", "not what it asks: installed 2015-05-05, facts.csv:3");
    assert_standing("tag", "n", "not what it asks: it bears none of the tags");
    assert_standing("ptn", "n", "not what it asks: it is none of the products");
    assert_standing("role", "n", "role not stated");
    assert_standing("site", "n", "not what it asks: site s, nodes.csv:2");
    assert_standing("layers", "n", "not on its layers: ip");
}

static void exceptions_are_told_with_what_proves_them(void **state)
{
    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    fact(&world, "n", "capability", "neither");
    fact(&world, "n", "class", "battery");
    node(&world, "p", "ip", "nokia", "", "");
    fact(&world, "p/slot-1", "maker", "huawei");
    fact(&world, "p/slot-1", "capability", "neither");
    judged(
        HEAD
        "products: { quiet: { class: battery } }\n"
        "rules:\n"
        "  - { id: transit, says: x, forbid-transit: { maker: huawei } }\n"
        "  - { id: class, says: x, forbid-presence: { maker: huawei }, except: { class: battery } }\n"
        "  - { id: quiet, says: x, forbid-presence: { maker: huawei }, except: { product: quiet } }\n");
    assert_standing("transit", "n", "excepted: capability neither, facts.csv:2");
    assert_standing("transit", "p", "excepted: part slot-1 capability neither, facts.csv:5");
    assert_standing("class", "n", "excepted: class battery, facts.csv:3");
    assert_standing("quiet", "n", "excepted: product quiet, nodes.csv:2");
    assert_standing("quiet", "p", "");
}

static void places_and_licences_come_first(void **state)
{
    (void)state;
    site(&world, "s", "base");
    node(&world, "there", "ip", "huawei", "s", "");
    node(&world, "away", "ip", "huawei", "", "");
    link(&world, "l", "ip", "", "there away", "");
    judged(RULES
           "  - { id: at, says: x, forbid-presence: { maker: huawei }, at: { site-tag: base } }\n"
           "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n"
           "licences: [{ id: tgl, says: x, relaxes: r, from: 2019-01-01, until: 2030-12-31 }]\n");
    assert_standing("at", "there", "");
    assert_standing("at", "away", "not at its place");
    assert_standing("r", "there", "licensed: tgl");
}

static struct cp_counting counting_of(const struct cp_rule *rule, const char *id)
{
    struct cp_counting_ask ask = {rule, 0, CP_OBJECT_NODE,
                                  cp_case_node(world.net, cp_text_of(id)).at};
    struct cp_counting got;

    assert_int_equal(cp_judge_counting(world.judge, &ask, world.arena, &got), CP_OK);
    return got;
}

static void what_counts_an_element_is_told_of_it(void **state)
{
    struct cp_counting got;

    (void)state;
    node(&world, "bad", "ip", "huawei", "", "");
    node(&world, "good", "ip", "HiSilicon", "", "");
    node(&world, "own", "ip", "Brand New Ltd", "", "");
    node(&world, "mute", "ip", "", "", "");
    node(&world, "light", "optical", "huawei", "", "");
    judged(RULES
           "  - { id: c, says: x, cap: { what: { maker: huawei }, among: { layer: ip },\n"
           "      counted-in: devices, at-most: 90% } }\n"
           "  - { id: s, says: x, require: { at-least: 2 suppliers, among: { layer: ip } } }\n"
           "  - { id: bits, says: x, cap: { what: { maker: huawei }, among: { layer: ip },\n"
           "      counted-in: capacity, at-most: 90% } }\n");
    const struct cp_rule *cap = world.judge->caps[0].rule;
    const struct cp_rule *capacity = world.judge->caps[1].rule;
    const struct cp_rule *suppliers = world.judge->suppliers[0].rule;

    got = counting_of(cap, "bad");
    assert_true(got.among == CP_COUNTS && got.counted == CP_COUNTS);
    got = counting_of(cap, "own");
    assert_true(got.among == CP_COUNTS && got.counted == CP_COUNTS_NOT);
    got = counting_of(cap, "mute");
    assert_true(got.among == CP_COUNTS && got.counted == CP_COUNTS_PERHAPS);
    assert_true(counting_of(cap, "light").among == CP_COUNTS_NOT);
    assert_true(counting_of(capacity, "bad").among == CP_COUNTS_NOT);
    assert_true(cp_text_is(counting_of(suppliers, "good").supplier, "huawei"));
    assert_true(cp_text_is(counting_of(suppliers, "own").supplier, "Brand New Ltd"));
    assert_int_equal(counting_of(suppliers, "mute").supplier.len, 0);
}

static void every_failed_allocation_is_told(void **state)
{
    cp_arena_mark mark;
    cp_err err = CP_ERR_NOMEM;
    uint64_t takes = 0;

    (void)state;
    node(&world, "n", "ip", "huawei", "", "");
    fact(&world, "n", "capability", "neither");
    judged(RULES "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n");
    mark = cp_arena_mark_get(world.arena);
    for (; err != CP_OK && takes < 1000; takes++) {
        cp_text got = CP_TEXT("");

        cp_arena_fail_after(world.arena, takes);
        err = cp_judge_standing(world.judge, 0, CP_OBJECT_NODE, 0, world.arena, &got);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_fail_after(world.arena, UINT64_MAX);
        cp_arena_reset(world.arena, mark);
    }
    assert_int_equal(err, CP_OK);
    assert_true(takes > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(another_maker_clears_with_its_fact),
        CASE(what_else_is_asked_is_told_with_its_words),
        CASE(exceptions_are_told_with_what_proves_them),
        CASE(places_and_licences_come_first),
        CASE(what_counts_an_element_is_told_of_it),
        CASE(every_failed_allocation_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

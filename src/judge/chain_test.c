#include "judge/judge.h"

#include <stdio.h>

#include "small_case.h"

/* From an element down to the fact: each step in its words. */

static const struct cp_step *chain_of(const char *rule, const char *id, uint32_t *count)
{
    struct cp_steps steps = {.at = NULL};
    cp_node at = cp_case_node(world.net, cp_text_of(id));
    cp_object_kind kind = at.at == CP_NONE ? CP_OBJECT_LINK : CP_OBJECT_NODE;
    uint32_t object = at.at == CP_NONE ? cp_case_link(world.net, cp_text_of(id)).at : at.at;

    assert_int_equal(
        cp_judge_chain(world.judge, rule_named(rule), kind, object, world.arena, &steps), CP_OK);
    *count = steps.count;
    return steps.at;
}

/* wanted: kind and sentence of each step, a line each. */
static void assert_chain(const char *rule, const char *id, const char *wanted)
{
    static const char *const kinds[CP_STEP_COUNT] = {"element", "scope", "manager", "below",
                                                     "part",    "fact",  "licence"};
    uint32_t count = 0;
    const struct cp_step *steps = chain_of(rule, id, &count);
    char all[2048] = "";
    size_t len = 0;

    for (uint32_t i = 0; i < count && len < sizeof(all); i++)
        len += (size_t)snprintf(all + len, sizeof(all) - len, "%s: %.*s\n", kinds[steps[i].kind],
                                (int)steps[i].sentence.len, steps[i].sentence.at);
    assert_string_equal(all, wanted);
}

#define PLAIN RULES "  - { id: r, says: x, forbid-transit: { maker: huawei } }\n"

static void of_a_trusted_element_there_is_only_itself(void **state)
{
    (void)state;
    node(&world, "n", "ip", "nokia", "", "");
    node(&world, "m", "optical", "nokia", "", "");
    link(&world, "l", "optical", "", "n m", "");
    judged(PLAIN);
    assert_chain("r", "n", "element: ip node n\n");
    assert_chain("r", "l", "element: optical link l\n");
}

static void of_its_own_it_ends_at_the_fact_with_its_grade(void **state)
{
    struct cp_fact_row row;

    (void)state;
    node(&world, "n", "ip", "", "", "");
    row = fact_row(&world, "n", "maker", "HiSilicon");
    row.evidence = CP_TEXT("authenticated-read");
    row.date = day("2019-05-01");
    row.expires = day("2020-05-01");
    add_fact(&world, &row);
    node(&world, "soft", "ip", "nokia", "", "");
    fact(&world, "soft", "software", "VRP 8");
    node(&world, "part", "ip", "nokia", "", "");
    fact(&world, "part/xcvr", "maker", "unknown");
    node(&world, "mute", "ip", "", "", "");
    judged(PLAIN);
    assert_chain("r", "n",
                 "element: ip node n\n"
                 "fact: maker hisilicon, affiliate of huawei, evidence authenticated-read of "
                 "2019-05-01, expires 2020-05-01\n");
    assert_chain("r", "soft",
                 "element: ip node soft\n"
                 "fact: software VRP 8, maker huawei, evidence claim\n");
    assert_chain("r", "part",
                 "element: ip node part\n"
                 "part: part xcvr\n"
                 "fact: maker unknown, evidence claim\n");
    assert_chain("r", "mute", "element: ip node mute\nfact: maker not stated\n");
}

static void each_step_knows_its_thing_and_its_place(void **state)
{
    uint32_t count = 0;
    const struct cp_step *steps;

    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "n", "ip", "nokia", "", "");
    fact(&world, "a", "serial", "1");
    fact(&world, "n/xcvr", "maker", "huawei");
    judged(PLAIN);
    steps = chain_of("r", "n", &count);
    assert_int_equal(count, 3);
    assert_int_equal(steps[0].object, 1);
    assert_int_equal(steps[0].fact, CP_NONE);
    assert_int_equal(steps[0].place.file, NODES);
    assert_int_equal(steps[0].place.line, 3);
    assert_true(cp_text_is(steps[1].part, "xcvr"));
    assert_int_equal(steps[1].fact, CP_NONE);
    assert_int_not_equal(steps[2].fact, CP_NONE);
    assert_true(cp_text_is(world.net->facts[steps[2].fact].value, "huawei"));
    assert_int_equal(steps[2].place.file, FACTS);
    assert_int_equal(steps[2].place.line, 3);
}

static void by_a_port_it_passes_the_port(void **state)
{
    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    link(&world, "l", "ip", "", "a b@p", "");
    fact(&world, "b/p", "maker", "huawei");
    judged(PLAIN);
    assert_chain("r", "l",
                 "element: ip link l\n"
                 "part: port p at b\n"
                 "fact: maker huawei, evidence claim\n");
}

static void by_managers_it_names_the_one_that_is_bad_and_the_first(void **state)
{
    (void)state;
    node(&world, "n", "ip", "nokia", "", "ems");
    node(&world, "ems", "management", "nokia", "", "nms");
    node(&world, "nms", "management", "nokia", "", "");
    fact(&world, "nms/disk", "maker", "huawei");
    judged(PLAIN);
    assert_chain("r", "n",
                 "element: ip node n\n"
                 "manager: managed by nms through ems\n"
                 "part: part disk\n"
                 "fact: maker huawei, evidence claim\n");
    assert_chain("r", "ems",
                 "element: management node ems\n"
                 "manager: managed by nms\n"
                 "part: part disk\n"
                 "fact: maker huawei, evidence claim\n");
}

static void below_it_goes_layer_by_layer(void **state)
{
    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    node(&world, "sw", "ethernet", "nokia", "", "");
    node(&world, "ola", "optical", "nokia", "", "nms");
    node(&world, "nms", "management", "huawei", "", "");
    link(&world, "o", "optical", "", "a ola", "");
    link(&world, "e", "ethernet", "", "a sw", "o");
    link(&world, "e2", "ethernet", "", "sw b", "");
    link(&world, "l", "ip", "", "a b", "e e2");
    fact(&world, "e2", "maker", "unknown");
    judged(PLAIN);
    assert_chain("r", "l",
                 "element: ip link l\n"
                 "below: ethernet link e under it\n"
                 "below: optical node ola under it\n"
                 "manager: managed by nms\n"
                 "fact: maker huawei, evidence claim\n");
    assert_sentence("r", "l",
                    "optical node ola under it, managed by nms, maker huawei, nodes.csv:6");
}

static void by_a_scope_it_names_what_stands_there(void **state)
{
    (void)state;
    site(&world, "s", "");
    node(&world, "bad", "ip", "huawei", "s", "");
    node(&world, "a", "ip", "nokia", "s", "");
    node(&world, "b", "ip", "nokia", "", "a");
    fact(&world, "bad", "operator", "kt");
    fact(&world, "b", "operator", "kt");
    judged(RULES "  - { id: s, says: x, forbid-transit: { maker: huawei }, scope: site }\n"
                 "  - { id: o, says: x, forbid-transit: { maker: huawei }, scope: operator }\n");
    assert_chain("s", "a",
                 "element: ip node a\n"
                 "scope: its site holds node bad\n"
                 "fact: maker huawei, evidence claim\n");
    assert_chain("s", "b",
                 "element: ip node b\n"
                 "manager: managed by a\n"
                 "scope: its site holds node bad\n"
                 "fact: maker huawei, evidence claim\n");
    assert_chain("o", "b",
                 "element: ip node b\n"
                 "scope: its network holds node bad\n"
                 "fact: maker huawei, evidence claim\n");
}

static void it_ends_at_the_licence_that_relaxes_the_rule(void **state)
{
    uint32_t count = 0;
    const struct cp_step *steps;

    (void)state;
    node(&world, "n", "ip", "nokia", "", "ems");
    node(&world, "ems", "management", "huawei", "", "");
    judged(PLAIN "licences: [{ id: l, says: x, relaxes: r, granted: { by: Ministry },\n"
                 "    until: 2020-12-31 }]\n");
    assert_chain("r", "n",
                 "element: ip node n\n"
                 "manager: managed by ems\n"
                 "fact: maker huawei, evidence claim\n"
                 "licence: licence l of Ministry, until 2020-12-31\n");
    steps = chain_of("r", "n", &count);
    assert_int_equal(steps[count - 1].place.line, 5);
}

static void of_the_unknown_it_ends_at_what_nobody_knows(void **state)
{
    (void)state;
    node(&world, "n", "ip", "nokia", "", "ems-1 ems-2");
    node(&world, "ems-1", "management", "nokia", "", "");
    node(&world, "ems-2", "management", "", "", "");
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    link(&world, "lease", "optical", "leased-circuit", "a b", "");
    link(&world, "l", "ip", "", "a b", "lease");
    judged(PLAIN);
    assert_chain("r", "n",
                 "element: ip node n\n"
                 "manager: managed by ems-2\n"
                 "fact: maker not stated\n");
    assert_chain("r", "l",
                 "element: ip link l\n"
                 "below: optical link lease under it\n"
                 "fact: maker unknown, no fact\n");
}

static void at_a_place_the_cause_may_lie_elsewhere(void **state)
{
    (void)state;
    site(&world, "s", "base");
    node(&world, "n", "ip", "nokia", "s", "ems");
    node(&world, "ems", "management", "huawei", "", "");
    judged(RULES "  - { id: r, says: x, forbid-presence: { maker: huawei },\n"
                 "      at: { site-tag: base } }\n");
    assert_chain("r", "n",
                 "element: ip node n\n"
                 "manager: managed by ems\n"
                 "fact: maker huawei, evidence claim\n");
    assert_chain("r", "ems", "element: management node ems\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(of_a_trusted_element_there_is_only_itself),
        CASE(of_its_own_it_ends_at_the_fact_with_its_grade),
        CASE(each_step_knows_its_thing_and_its_place),
        CASE(by_a_port_it_passes_the_port),
        CASE(by_managers_it_names_the_one_that_is_bad_and_the_first),
        CASE(below_it_goes_layer_by_layer),
        CASE(by_a_scope_it_names_what_stands_there),
        CASE(it_ends_at_the_licence_that_relaxes_the_rule),
        CASE(of_the_unknown_it_ends_at_what_nobody_knows),
        CASE(at_a_place_the_cause_may_lie_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

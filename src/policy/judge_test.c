#include "policy/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"

#include "kr_2014.h"

enum { ARENA_BYTES = 64 << 20 };

/* --- small cases, row by row --------------------------------------------------------------- */

/* Files of every case below. */
enum { NODES, LINKS, SITES, DEMANDS, FACTS, FILE_COUNT };

struct world {
    struct cp_arena *arena;
    struct cp_build *build;
    uint32_t lines[FILE_COUNT]; /* the last one written; the header is line 1 */
    const struct cp_case *net;
    const struct cp_policy *policy;
    const struct cp_judge *judge;
    cp_date as_of;
    cp_err err; /* of the first call that failed, with nothing done after it */
    struct cp_diag diag;
};

static void step(struct world *w, cp_err err)
{
    if (w->err == CP_OK)
        w->err = err;
}

static void open_build(struct world *w)
{
    static const char *const names[] = {"nodes.csv", "links.csv", "sites.csv", "demands.csv",
                                        "facts.csv"};

    step(w, cp_build_open(w->arena, &w->build));
    for (uint32_t i = 0; i < FILE_COUNT && w->err == CP_OK; i++) {
        uint32_t file = 0;
        w->lines[i] = 1;
        step(w, cp_build_input(w->build, cp_text_of(names[i]), CP_TEXT(""), &file));
    }
}

static cp_place place(struct world *w, uint32_t file)
{
    return (cp_place){file, ++w->lines[file], 1};
}

static void node(struct world *w, const char *id, const char *layer, const char *maker,
                 const char *site, const char *managed_by)
{
    struct cp_node_row row = cp_node_row_make(place(w, NODES), cp_text_of(id));

    row.layer = cp_layer_find(cp_text_of(layer));
    row.maker = cp_text_of(maker);
    row.site = cp_text_of(site);
    row.managed_by = cp_text_of(managed_by);
    if (w->err == CP_OK)
        step(w, cp_build_node(w->build, &row, &w->diag));
}

/* ends: "a b", or "a@port b@port" */
static void link(struct world *w, const char *id, const char *layer, const char *class,
                 const char *ends, const char *over)
{
    cp_text rest = cp_text_of(ends);
    cp_text a = CP_TEXT("");
    cp_text b = CP_TEXT("");

    assert_true(cp_text_word(&rest, " ", &a) && cp_text_word(&rest, " ", &b));
    size_t a_cut = cp_text_find(a, '@', 0);
    size_t b_cut = cp_text_find(b, '@', 0);
    struct cp_link_row row =
        cp_link_row_make(place(w, LINKS), cp_text_sub(a, 0, a_cut), cp_text_sub(b, 0, b_cut));
    row.a_port = cp_text_sub(a, a_cut + 1, a.len);
    row.b_port = cp_text_sub(b, b_cut + 1, b.len);
    row.id = cp_text_of(id);
    row.layer = cp_layer_find(cp_text_of(layer));
    row.link_class = cp_text_of(class);
    row.over = cp_text_of(over);
    if (w->err == CP_OK)
        step(w, cp_build_link(w->build, &row, &w->diag));
}

static void site(struct world *w, const char *id, const char *tags)
{
    struct cp_site_row row = cp_site_row_make(place(w, SITES), cp_text_of(id));

    row.tags = cp_text_of(tags);
    if (w->err == CP_OK)
        step(w, cp_build_site(w->build, &row, &w->diag));
}

static void demand(struct world *w, const char *src, const char *dst, const char *class)
{
    struct cp_demand_row row =
        cp_demand_row_make(place(w, DEMANDS), cp_text_of(src), cp_text_of(dst));

    row.traffic_class = cp_text_of(class);
    if (w->err == CP_OK)
        step(w, cp_build_demand(w->build, &row, &w->diag));
}

static void fact_until(struct world *w, const char *object, const char *attribute,
                       const char *value, cp_date expires)
{
    struct cp_fact_row row = {.place = place(w, FACTS),
                              .object = cp_text_of(object),
                              .attribute = cp_text_of(attribute),
                              .value = cp_text_of(value),
                              .date = CP_DATE_NONE,
                              .expires = expires};

    if (w->err == CP_OK)
        step(w, cp_build_fact(w->build, &row, &w->diag));
}

static void fact(struct world *w, const char *object, const char *attribute, const char *value)
{
    fact_until(w, object, attribute, value, CP_DATE_NONE);
}

static void judge(struct world *w, const char *policy)
{
    if (w->err == CP_OK)
        step(w, cp_build_finish(w->build, &w->net, &w->diag));
    if (w->err == CP_OK)
        step(w, cp_policy_read(cp_text_of(policy), 0, w->arena, &w->policy, &w->diag));
    if (w->err == CP_OK)
        step(w, cp_judge_make(w->policy, w->net, w->as_of, w->arena, &w->judge, &w->diag));
}

static cp_date day(const char *text)
{
    cp_date date = CP_DATE_NONE;

    assert_int_equal(cp_date_parse(cp_text_of(text), &date), CP_OK);
    return date;
}

/* --- running ------------------------------------------------------------------------------ */

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world = (struct world){.arena = cp_arena_open(ARENA_BYTES), .as_of = day("2020-01-01")};
    open_build(&world);
    return world.err != CP_OK;
}

static int close_world(void **state)
{
    (void)state;
    cp_arena_close(world.arena);
    return 0;
}

static void judged(const char *policy)
{
    judge(&world, policy);
    if (world.err != CP_OK)
        fail_msg("%s: %s: '%s'", cp_err_name(world.err), world.diag.why, world.diag.subject);
}

#define HEAD "cleanpath-policy: 1\nid: p\n"
#define RULE HEAD "rules:\n  - id: r\n    says: s\n    forbid-transit: { maker: huawei }\n"

static struct cp_reason reason_of(uint32_t rule, const char *id)
{
    struct cp_reason reason = {0};
    cp_node at = cp_case_node(world.net, cp_text_of(id));
    cp_link under = cp_case_link(world.net, cp_text_of(id));

    if (at.at != CP_NONE)
        assert_int_equal(
            cp_judge_reason(world.judge, rule, CP_OBJECT_NODE, at.at, world.arena, &reason), CP_OK);
    else
        assert_int_equal(
            cp_judge_reason(world.judge, rule, CP_OBJECT_LINK, under.at, world.arena, &reason),
            CP_OK);
    return reason;
}

static void assert_reason(const char *id, cp_trust trust, const char *sentence)
{
    struct cp_reason reason = reason_of(0, id);

    if (reason.trust != trust || !cp_text_is(reason.sentence, sentence))
        fail_msg("%s: %d: %.*s", id, (int)reason.trust, (int)reason.sentence.len,
                 reason.sentence.at);
}

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
    fact_until(&world, "r2", "maker", "nokia", day("2019-12-31"));
    judged(RULE);
    assert_reason("r1", CP_TRUSTED, "");
    assert_reason("r2", CP_UNKNOWN, "maker not stated, nodes.csv:3");
    assert_int_equal(world.judge->remark_count, 1);
    assert_string_equal(world.judge->remarks[0].why, "the fact has expired");
}

static void a_name_like_a_makers_that_is_none_is_a_finding_once(void **state)
{
    (void)state;
    node(&world, "r1", "ip", "Huawei GmbH & Co", "", "");
    node(&world, "r2", "ip", "Huawei GmbH & Co", "", "");
    judged(RULE);
    assert_reason("r1", CP_TRUSTED, "");
    assert_int_equal(world.judge->remark_count, 1);
    assert_true(cp_text_is(world.judge->remarks[0].subject, "Huawei GmbH & Co"));
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
    assert_reason("o", CP_UNTRUSTED, "port p at b, maker huawei, facts.csv:2");
    assert_reason("m", CP_UNTRUSTED,
                  "optical link o under it, port p at b, maker huawei, facts.csv:2");
}

/* --- rules and demands ----------------------------------------------------------------------- */

static void a_rule_holds_from_its_first_to_its_last_day(void **state)
{
    static const struct {
        const char *date;
        uint32_t rules;
    } days[] = {{"2014-02-13", 0}, {"2014-02-14", 1}, {"2015-06-30", 1}, {"2015-07-01", 0}};

    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    world.as_of = day("2014-02-14");
    judged(RULE "    from: 2014-02-14\n    until: 2015-06-30\n");
    for (size_t i = 0; i < CP_COUNT(days); i++) {
        const struct cp_judge *then = NULL;
        assert_int_equal(cp_judge_make(world.policy, world.net, day(days[i].date), world.arena,
                                       &then, &world.diag),
                         CP_OK);
        assert_int_equal(then->rule_count, days[i].rules);
    }
}

static void a_rule_says_how_deep_it_looks_and_what_unknown_means(void **state)
{
    static const char policy[] = HEAD
        "defaults: { unknown: undecided }\n"
        "maker-lists:\n"
        "  all: { version: 2020-01-01, makers: [huawei] }\n"
        "  only: { version: 2020-01-01, makers: [huawei], affiliates: excluded }\n"
        "rules:\n"
        "  - { id: a, says: x, forbid-transit: { maker-list: all },\n"
        "      under-failure: { any-one-of: [link, node, shared-risk-group] } }\n"
        "  - { id: b, says: x, forbid-transit: { maker-list: only }, unknown: trusted,\n"
        "      under-failure: { any-three-of: [node] } }\n"
        "  - { id: c, says: x, forbid-transit: { maker: [zte, Nokia] }, unknown: untrusted }\n";
    const struct cp_judge_rule *rules;

    (void)state;
    node(&world, "chips", "ip", "HiSilicon", "", "");
    node(&world, "nok", "ip", "노키아", "", "");
    judged(policy);
    rules = world.judge->rules;
    assert_int_equal(world.judge->rule_count, 3);
    assert_int_equal(rules[0].depth, 1);
    assert_int_equal(rules[0].failure_kinds, CP_FAIL_ALL);
    assert_int_equal(rules[0].unknown, CP_UNKNOWN_IS_UNDECIDED);
    assert_int_equal(rules[1].depth, 3);
    assert_int_equal(rules[1].failure_kinds, CP_FAIL_NODE);
    assert_int_equal(rules[1].unknown, CP_UNKNOWN_IS_TRUSTED);
    assert_int_equal(rules[2].depth, 0);
    assert_int_equal(rules[2].unknown, CP_UNKNOWN_IS_UNTRUSTED);
    assert_int_equal(rules[0].node_trust[0], CP_UNTRUSTED);
    assert_int_equal(rules[1].node_trust[0], CP_TRUSTED);
    assert_int_equal(rules[2].node_trust[1], CP_UNTRUSTED);
}

static void demands_belong_to_the_class_they_name_or_to_all_they_meet(void **state)
{
    static const char policy[] =
        HEAD "traffic:\n"
             "  gov: { both-ends: { site-tag: [gov, mil] } }\n"
             "  mil: { any-end: { site-tag: mil } }\n"
             "  named: { says: only by name }\n"
             "rules:\n"
             "  - { id: r-gov, says: x, forbid-transit: { maker: zte }, of: gov }\n"
             "  - { id: r-all, says: x, forbid-transit: { maker: zte } }\n"
             "  - { id: r-mil, says: x, forbid-transit: { maker: zte }, of: mil }\n";
    static const struct {
        const char *classes;
        uint32_t count, first;
    } want[] = {{"gov mil", 3, 0}, {"mil", 2, 1}, {"named", 1, 1}, {"", 1, 1}, {"gov mil", 3, 0}};

    (void)state;
    site(&world, "s-gov", "gov x");
    site(&world, "s-mil", "mil");
    node(&world, "g", "ip", "nokia", "s-gov", "");
    node(&world, "m", "ip", "nokia", "s-mil", "");
    node(&world, "o", "ip", "nokia", "", "");
    node(&world, "p", "ip", "nokia", "", "");
    demand(&world, "g", "m", "");
    demand(&world, "o", "m", "");
    demand(&world, "g", "m", "named");
    demand(&world, "o", "p", "");
    demand(&world, "site:s-mil", "g", "");
    judged(policy);
    for (size_t i = 0; i < CP_COUNT(want); i++) {
        const struct cp_treatment *got = &world.judge->treatments[world.judge->demand_treatment[i]];
        assert_true(cp_text_is(got->traffic_class, want[i].classes));
        assert_int_equal(got->rule_count, want[i].count);
        assert_int_equal(got->rules[0], want[i].first);
    }
    assert_int_equal(world.judge->treatment_count, 4);
    assert_int_equal(world.judge->demand_treatment[0], world.judge->demand_treatment[4]);
}

static void a_demand_of_no_class_of_the_policy_is_refused(void **state)
{
    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    demand(&world, "a", "b", "sensitiv");
    judge(&world, kr_2014);
    assert_int_equal(world.err, CP_ERR_UNKNOWN_ID);
    assert_string_equal(world.diag.subject, "sensitiv");
    assert_string_equal(world.diag.hint, "sensitive");
    assert_int_equal(world.diag.place.file, DEMANDS);
    assert_int_equal(world.diag.place.line, 2);
}

static void without_a_policy_nothing_is_forbidden(void **state)
{
    const struct cp_judge *none = NULL;

    (void)state;
    node(&world, "a", "ip", "huawei", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    demand(&world, "a", "b", "any");
    judge(&world, HEAD "traffic: { any: { says: x } }\nrules: []\n");
    assert_int_equal(cp_judge_make(NULL, world.net, world.as_of, world.arena, &none, &world.diag),
                     CP_OK);
    assert_int_equal(none->rule_count, 0);
    assert_int_equal(none->treatments[none->demand_treatment[0]].rule_count, 0);
}

static void an_empty_case_is_judged(void **state)
{
    (void)state;
    judged(kr_2014);
    assert_int_equal(world.judge->rule_count, 1);
    assert_int_equal(world.judge->presence_count, 0);
}

/* --- presence ------------------------------------------------------------------------------- */

static void assert_presence(uint32_t index, const char *id, const char *part, cp_trust trust,
                            const char *sentence)
{
    const struct cp_presence *at = &world.judge->presences[index];
    cp_text got = at->kind == CP_OBJECT_NODE ? world.net->nodes[at->object].id
                                             : world.net->links[at->object].id;

    if (!cp_text_is(got, id) || !cp_text_is(at->part, part) || at->trust != trust ||
        !cp_text_is(at->sentence, sentence))
        fail_msg("%u: %.*s/%.*s: %.*s", index, (int)got.len, got.at, (int)at->part.len, at->part.at,
                 (int)at->sentence.len, at->sentence.at);
}

static void presence_is_judged_at_its_sites_on_every_layer(void **state)
{
    (void)state;
    site(&world, "osan", "usfk us-base");
    site(&world, "seoul", "gov-rok");
    node(&world, "r1", "ip", "huawei", "osan", "");
    node(&world, "r2", "ip", "huawei", "seoul", "");
    node(&world, "mux", "optical", "nokia", "osan", "");
    node(&world, "box", "ethernet", "", "osan", "");
    node(&world, "ok", "ip", "nokia", "osan", "");
    node(&world, "far", "optical", "huawei", "", "");
    link(&world, "o", "optical", "", "ok far", "");
    link(&world, "lease", "ip", "leased-circuit", "ok r2", "");
    link(&world, "away", "ip", "leased-circuit", "r2 r2b", "");
    node(&world, "r2b", "ip", "nokia", "", "");
    link(&world, "l", "ip", "", "r2 ok", "o");
    fact(&world, "mux/card-1", "maker", "huawei");
    fact(&world, "mux/card-2", "maker", "unknown");
    fact(&world, "mux/card-1", "software", "VRP");
    judged(kr_2014);
    assert_int_equal(world.judge->presence_count, 6);
    assert_presence(0, "r1", "", CP_UNTRUSTED, "maker huawei, nodes.csv:2");
    assert_presence(1, "mux", "card-1", CP_UNTRUSTED, "part card-1, maker huawei, facts.csv:2");
    assert_presence(2, "mux", "card-2", CP_UNTRUSTED, "part card-2, maker unknown, facts.csv:3");
    assert_presence(3, "box", "", CP_UNTRUSTED, "maker not stated, nodes.csv:5");
    assert_presence(4, "lease", "", CP_UNTRUSTED, "maker unknown, no fact, links.csv:3");
    assert_presence(5, "l", "", CP_UNTRUSTED,
                    "optical node far under it, maker huawei, nodes.csv:7");
    assert_int_equal(world.judge->presences[2].found, CP_UNKNOWN);
    assert_true(cp_text_is(world.judge->presences[5].site, "osan"));
    assert_true(cp_text_is(world.judge->presences[5].rule, "kr-2"));
}

static void presence_of_the_unknown_may_be_undecided_or_nothing(void **state)
{
    static const char policy[] =
        HEAD "rules:\n"
             "  - { id: a, says: x, forbid-presence: { maker: zte }, unknown: undecided }\n"
             "  - { id: b, says: x, forbid-presence: { maker: zte }, unknown: trusted }\n";

    (void)state;
    node(&world, "r1", "ip", "", "", "");
    judged(policy);
    assert_int_equal(world.judge->presence_count, 1);
    assert_presence(0, "r1", "", CP_UNKNOWN, "maker not stated, nodes.csv:2");
}

/* --- memory ------------------------------------------------------------------------------- */

static void fill(struct world *w)
{
    open_build(w);
    site(w, "osan", "usfk us-base");
    site(w, "seoul", "gov-rok");
    node(w, "r1", "ip", "nokia", "osan", "ems");
    node(w, "r2", "ip", "nokia", "seoul", "");
    node(w, "ems", "management", "nokia", "", "ems-2");
    node(w, "ems-2", "management", "huawei", "", "");
    node(w, "x", "optical", "huawei", "", "");
    link(w, "o", "optical", "", "r1@p x", "");
    link(w, "l", "ip", "", "r1 r2", "o");
    demand(w, "r1", "r2", "");
    fact(w, "r1/p", "maker", "zte");
    fact(w, "r1/p", "maker", "cisco");
    fact(w, "r2/p", "software", "FooOS");
}

static void each_take_that_fails_is_reported(void **state)
{
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct world w = {.arena = cp_arena_open(ARENA_BYTES), .as_of = day("2020-01-01")};
        assert_non_null(w.arena);
        fill(&w);
        judge(&w, kr_2014);
        assert_int_equal(w.err, CP_OK);
        cp_arena_fail_after(w.arena, takes);
        err = cp_judge_make(w.policy, w.net, w.as_of, w.arena, &w.judge, &w.diag);
        for (uint32_t i = 0; err == CP_OK && i < w.net->node_count; i++) {
            struct cp_reason reason;
            err = cp_judge_reason(w.judge, 0, CP_OBJECT_NODE, i, w.arena, &reason);
        }
        for (uint32_t i = 0; err == CP_OK && i < w.net->link_count; i++) {
            struct cp_reason reason;
            err = cp_judge_reason(w.judge, 0, CP_OBJECT_LINK, i, w.arena, &reason);
        }
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(w.arena);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_node_is_what_its_maker_is),
        CASE(a_node_is_as_bad_as_its_worst_part_or_software),
        CASE(a_node_is_as_bad_as_what_manages_it),
        CASE(an_unknown_beside_a_known_statement_adds_nothing),
        CASE(of_statements_that_disagree_the_worst_decides_and_it_is_a_finding),
        CASE(a_fact_holds_to_the_day_it_expires_and_not_after),
        CASE(a_name_like_a_makers_that_is_none_is_a_finding_once),
        CASE(a_link_has_its_own_parts_and_the_ports_at_its_ends),
        CASE(the_inside_of_a_leased_circuit_is_unknown_unless_somebody_says),
        CASE(a_link_is_as_bad_as_all_that_may_carry_it),
        CASE(what_is_below_may_be_bad_through_its_part_or_its_manager),
        CASE(a_links_own_ends_and_ip_nodes_on_a_lan_below_do_not_count),
        CASE(own_comes_before_ports_before_software_before_below),
        CASE(only_parts_of_elements_on_the_rules_layers_count),
        CASE(a_rule_holds_from_its_first_to_its_last_day),
        CASE(a_rule_says_how_deep_it_looks_and_what_unknown_means),
        CASE(demands_belong_to_the_class_they_name_or_to_all_they_meet),
        CASE(a_demand_of_no_class_of_the_policy_is_refused),
        CASE(without_a_policy_nothing_is_forbidden),
        CASE(an_empty_case_is_judged),
        CASE(presence_is_judged_at_its_sites_on_every_layer),
        CASE(presence_of_the_unknown_may_be_undecided_or_nothing),
        cmocka_unit_test(each_take_that_fails_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

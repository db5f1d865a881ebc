#include "judge/judge.h"

#include <stdio.h>
#include <string.h>

#include "small_case.h"

#include "kr_2014.h"

static void node_tagged(struct world *w, const char *id, const char *tags)
{
    struct cp_node_row row = cp_node_row_make(place(w, NODES), cp_text_of(id));

    row.maker = CP_TEXT("nokia");
    row.tags = cp_text_of(tags);
    step(w, cp_build_node(w->build, &row, &w->diag));
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
        assert_int_equal(cp_judge_make(&(struct cp_judge_ask){&(struct cp_judge_policy){
                                                                  world.policy, day(days[i].date)},
                                                              1, world.net, CP_DATE_NONE, 0, NULL},
                                       world.arena, &then, &world.diag),
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
    assert_int_equal(cp_judge_trust(&rules[0], CP_OBJECT_NODE, 0), CP_UNTRUSTED);
    assert_int_equal(cp_judge_trust(&rules[1], CP_OBJECT_NODE, 0), CP_TRUSTED);
    assert_int_equal(cp_judge_trust(&rules[2], CP_OBJECT_NODE, 1), CP_UNTRUSTED);
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
    assert_int_equal(cp_judge_make(&(struct cp_judge_ask){NULL, 0, world.net, world.as_of, 0, NULL},
                                   world.arena, &none, &world.diag),
                     CP_OK);
    assert_int_equal(none->rule_count, 0);
    assert_int_equal(none->treatments[none->demand_treatment[0]].rule_count, 0);
}

static void an_empty_case_is_judged(void **state)
{
    (void)state;
    judged(kr_2014);
    assert_int_equal(world.judge->rule_count, 2);
    assert_int_equal(world.judge->transit_count, 1);
    assert_int_equal(world.judge->presence_count, 0);
}

static void words_of_selectors_that_nothing_bears_are_named(void **state)
{
    static const char policy[] =
        HEAD "traffic:\n"
             "  gov: { both-ends: { site-tag: [gov, gvo], tag: [vip, vpi] } }\n"
             "  old: { any-end: { site-tag: old } }\n"
             "rules:\n"
             "  - { id: a, says: x, forbid-transit: { maker: zte }, of: gov }\n"
             "  - { id: b, says: x, forbid-transit: { maker: zte }, of: old, until: 2019-01-01 }\n"
             "  - { id: c, says: x, forbid-presence: { maker: zte },\n"
             "      at: { site: [s, t], site-tag: gvo } }\n";
    static const char *const want[][2] = {{"site-tag", "gvo"}, {"tag", "vpi"}, {"site", "t"}};

    (void)state;
    site(&world, "s", "gov");
    node_tagged(&world, "n", "vip");
    judged(policy);
    assert_int_equal(world.judge->unmet_count, CP_COUNT(want));
    for (size_t i = 0; i < CP_COUNT(want); i++) {
        assert_string_equal(world.judge->unmet[i].key, want[i][0]);
        assert_true(cp_text_is(world.judge->unmet[i].word, want[i][1]));
    }
}

static void a_word_is_borne_by_what_its_key_asks_in_any_spelling(void **state)
{
    static const char policy[] = HEAD
        "rules:\n"
        "  - { id: a, says: x, forbid-presence: { maker: zte, tag: [twin, only-site],\n"
        "      role: [base station, core], technology: [5G, 6g, 4g],\n"
        "      operator: [KT, skt], class: [Leased Circuit, lan] }, at: { site-tag: [twin, s] } }\n"
        "  - { id: b, says: x, forbid-presence: { role: CORE, tag: twin, technology: core } }\n";
    static const char *const want[][2] = {
        {"tag", "only-site"}, {"role", "core"},     {"technology", "6g"}, {"operator", "skt"},
        {"class", "lan"},     {"site-tag", "twin"}, {"site-tag", "s"},    {"technology", "core"}};

    (void)state;
    site(&world, "s", "only-site");
    node_tagged(&world, "n", "twin");
    node(&world, "m", "ip", "nokia", "s", "");
    link(&world, "l", "ip", "leased_circuit", "n m", "");
    fact(&world, "n", "role", "Base_Station");
    fact(&world, "n", "technology", "4G");
    fact(&world, "n", "technology", "5g");
    fact(&world, "m", "operator", "kt");
    judged(policy);
    assert_int_equal(world.judge->unmet_count, CP_COUNT(want));
    for (size_t i = 0; i < CP_COUNT(want); i++) {
        bool found = false;
        for (uint32_t k = 0; k < world.judge->unmet_count; k++)
            found = found || (strcmp(world.judge->unmet[k].key, want[i][0]) == 0 &&
                              cp_text_is(world.judge->unmet[k].word, want[i][1]));
        if (!found)
            fail_msg("%s %s", want[i][0], want[i][1]);
    }
}

/* --- presence ------------------------------------------------------------------------------- */

static void assert_presence(uint32_t index, const char *id, const char *part, cp_trust trust,
                            const char *sentence)
{
    const struct cp_presence *at = &world.judge->presences[index];
    struct cp_reason reason = {0};
    cp_text in = cp_presence_part(world.net, at);
    cp_text got = at->kind == CP_OBJECT_NODE ? world.net->nodes[at->object].id
                                             : world.net->links[at->object].id;

    assert_int_equal(cp_judge_presence_reason(world.judge, at, world.arena, &reason), CP_OK);
    if (!cp_text_is(got, id) || !cp_text_is(in, part) || at->trust != trust ||
        !cp_text_is(reason.sentence, sentence))
        fail_msg("%u: %.*s/%.*s: %.*s", index, (int)got.len, got.at, (int)in.len, in.at,
                 (int)reason.sentence.len, reason.sentence.at);
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
    assert_true(cp_text_is(cp_presence_site(world.net, &world.judge->presences[5]), "osan"));
    assert_true(cp_text_is(world.judge->rules[world.judge->presences[5].rule].id, "kr-2"));
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

/* More parts than are compared with each other. */
static void of_each_of_many_parts_the_first_of_the_worst_is_named(void **state)
{
    enum { PARTS = 40 };
    static const char policy[] =
        HEAD "rules:\n"
             "  - { id: a, says: x, forbid-presence: { maker: zte }, unknown: undecided }\n"
             "  - { id: b, says: x, forbid-presence: { maker: huawei }, unknown: trusted }\n";
    char names[PARTS][16];

    (void)state;
    node(&world, "mux", "optical", "nokia", "", "");
    for (uint32_t i = 0; i < PARTS; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "mux/card-%02u", i);
        fact(&world, names[i], "maker", "nokia");
    }
    for (uint32_t i = 0; i < PARTS; i += 2)
        fact(&world, names[i], "software", "FooOS");
    fact(&world, "mux/card-02", "maker", "ZTE");
    fact(&world, "mux/card-02", "software", "zxros");
    fact(&world, "mux/card-03", "maker", "huawei");
    judged(policy);
    assert_int_equal(world.judge->presence_count, 21);
    assert_presence(0, "mux", "card-02", CP_UNTRUSTED, "part card-02, maker zte, facts.csv:62");
    for (uint32_t i = 1; i < 20; i++) {
        assert_int_equal(world.judge->presences[i].trust, CP_UNKNOWN);
        assert_int_equal(world.judge->presences[i].rule, 0);
    }
    assert_presence(20, "mux", "card-03", CP_UNTRUSTED, "part card-03, maker huawei, facts.csv:64");
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
        err = cp_judge_make(&(struct cp_judge_ask){&(struct cp_judge_policy){w.policy, w.as_of}, 1,
                                                   w.net, w.as_of, 0, NULL},
                            w.arena, &w.judge, &w.diag);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_rule_holds_from_its_first_to_its_last_day),
        CASE(a_rule_says_how_deep_it_looks_and_what_unknown_means),
        CASE(demands_belong_to_the_class_they_name_or_to_all_they_meet),
        CASE(a_demand_of_no_class_of_the_policy_is_refused),
        CASE(without_a_policy_nothing_is_forbidden),
        CASE(an_empty_case_is_judged),
        CASE(words_of_selectors_that_nothing_bears_are_named),
        CASE(a_word_is_borne_by_what_its_key_asks_in_any_spelling),
        CASE(presence_is_judged_at_its_sites_on_every_layer),
        CASE(presence_of_the_unknown_may_be_undecided_or_nothing),
        CASE(of_each_of_many_parts_the_first_of_the_worst_is_named),
        cmocka_unit_test(each_take_that_fails_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "judge/judge.h"

#include <stdio.h>

#include "small_case.h"

/* Several policies at once, and more rules than go into a word. */

enum { POLICIES = 2 };

static void read_policies(const char *const *texts, const char *const *days,
                          struct cp_judge_policy *out)
{
    assert_int_equal(cp_build_finish(world.build, world.as_of, &world.net, &world.diag), CP_OK);
    for (uint32_t i = 0; i < POLICIES; i++) {
        if (cp_policy_read(cp_text_of(texts[i]), 10 + i, world.arena, &out[i].policy,
                           &world.diag) != CP_OK)
            fail_msg("%s: %s", world.diag.why, world.diag.subject);
        out[i].as_of = day(days[i]);
    }
}

static cp_err judge_both(const char *const *texts, const char *const *days)
{
    struct cp_judge_policy policies[POLICIES];

    read_policies(texts, days, policies);
    return cp_judge_make(
        &(struct cp_judge_ask){policies, POLICIES, world.net, CP_DATE_NONE, 0, NULL}, world.arena,
        &world.judge, &world.diag);
}

static const char *const today[] = {"2020-01-01", "2020-01-01"};

#define ID(id) "cleanpath-policy: 1\nid: " id "\n"

/* The rule of a policy: ids may clash. */
static uint32_t rule_in(uint32_t policy, const char *id)
{
    for (uint32_t i = 0; i < world.judge->rule_count; i++) {
        if (world.judge->rules[i].policy == policy && cp_text_is(world.judge->rules[i].id, id))
            return i;
    }
    fail_msg("no rule %s of policy %u", id, policy);
    return CP_NONE;
}

static cp_trust trust_in(uint32_t policy, const char *rule, uint32_t node)
{
    return cp_judge_trust(&world.judge->rules[rule_in(policy, rule)], CP_OBJECT_NODE, node);
}

/* --- each for itself ------------------------------------------------------------------------ */

static const char *const governments[] = {
    ID("kr") "authority: { by: Seoul }\n"
             "products: { p: { model: m1 } }\n"
             "maker-lists: { l: { version: \"1\", makers: huawei } }\n"
             "rules:\n"
             "  - { id: r, says: kr, forbid-transit: { maker-list: l } }\n"
             "  - { id: p, says: x, forbid-transit: { product: p } }\n"
             "  - { id: q, says: x, forbid-presence: { maker: acme } }\n"
             "makers: { acme: {} }\n",
    ID("us") "authority: { by: Washington }\n"
             "products: { q: { model: m9 }, p: { model: m2 } }\n"
             "maker-lists: { l: { version: \"1\", makers: [zte, huawei] } }\n"
             "makers: { huawei: { affiliates: acme }, acme: {} }\n"
             "rules:\n"
             "  - { id: r, says: us, forbid-transit: { maker-list: l }, unknown: undecided }\n"
             "  - { id: p, says: x, forbid-transit: { product: p } }\n"
             "licences: [{ id: lic, says: x, relaxes: r, covers: { maker: huawei } }]\n"};

static void sample_nodes(void)
{
    node(&world, "hua", "ip", "huawei", "", "");
    node(&world, "zte", "ip", "zte", "", "");
    node(&world, "acme", "ip", "acme", "", "");
    node(&world, "m1", "ip", "nokia", "", "");
    node(&world, "m2", "ip", "nokia", "", "");
    fact(&world, "m1", "model", "m1");
    fact(&world, "m2", "model", "m2");
}

static void policies_of_clashing_names_stand_each_for_itself(void **state)
{
    (void)state;
    sample_nodes();
    assert_int_equal(judge_both(governments, today), CP_OK);
    assert_int_equal(world.judge->policy_count, 2);
    assert_int_equal(world.judge->rule_count, 5);
    assert_int_equal(world.judge->transit_count, 4);
    assert_int_equal(trust_in(0, "r", 0), CP_UNTRUSTED);
    assert_int_equal(trust_in(1, "r", 0), CP_TRUSTED); /* its own licence, of its own rule */
    assert_int_equal(trust_in(0, "r", 1), CP_TRUSTED);
    assert_int_equal(trust_in(1, "r", 1), CP_UNTRUSTED);
    assert_int_equal(trust_in(0, "r", 2), CP_TRUSTED);
    assert_int_equal(trust_in(0, "p", 3), CP_UNTRUSTED);
    assert_int_equal(trust_in(1, "p", 3), CP_TRUSTED);
    assert_int_equal(trust_in(0, "p", 4), CP_TRUSTED);
    assert_int_equal(trust_in(1, "p", 4), CP_UNTRUSTED);
    assert_true(cp_text_is(world.judge->rules[rule_in(0, "r")].says, "kr"));
    assert_true(cp_text_is(world.judge->rules[rule_in(1, "r")].says, "us"));
    assert_int_equal(world.judge->licence_count, 1);
    assert_int_equal(world.judge->licences[0].policy, 1);
    assert_int_equal(world.judge->licences[0].nodes, 2); /* acme is huawei's there */
    assert_int_equal(world.judge->presence_count, 1);
    assert_int_equal(world.judge->presences[0].rule, rule_in(0, "q"));
}

static void each_policy_knows_its_own_makers(void **state)
{
    static const char *const texts[] = {
        ID("a") "makers: { huawei: { affiliates: acme } }\n"
                "rules: [{ id: r, says: x, forbid-transit: { maker: huawei } }]\n",
        ID("b") "makers: { zte: { names: acme } }\n"
                "rules: [{ id: r, says: x, forbid-transit: { maker: zte } }]\n"};
    struct cp_reason reason = {0};

    (void)state;
    node(&world, "n", "ip", "Acme", "", "");
    assert_int_equal(judge_both(texts, today), CP_OK);
    assert_int_equal(trust_in(0, "r", 0), CP_UNTRUSTED);
    assert_int_equal(trust_in(1, "r", 0), CP_UNTRUSTED);
    assert_int_equal(
        cp_judge_reason(world.judge, rule_in(0, "r"), CP_OBJECT_NODE, 0, world.arena, &reason),
        CP_OK);
    assert_true(cp_text_is(reason.sentence, "maker acme, affiliate of huawei, nodes.csv:2"));
    assert_int_equal(
        cp_judge_reason(world.judge, rule_in(1, "r"), CP_OBJECT_NODE, 0, world.arena, &reason),
        CP_OK);
    assert_true(cp_text_is(reason.sentence, "maker zte, nodes.csv:2"));
}

static void the_order_of_policies_changes_no_verdict(void **state)
{
    const struct cp_judge *first;

    (void)state;
    sample_nodes();
    assert_int_equal(judge_both(governments, today), CP_OK);
    first = world.judge;
    struct cp_judge_policy policies[POLICIES] = {first->policies[1], first->policies[0]};
    assert_int_equal(
        cp_judge_make(&(struct cp_judge_ask){policies, POLICIES, world.net, CP_DATE_NONE, 0, NULL},
                      world.arena, &world.judge, &world.diag),
        CP_OK);
    assert_int_equal(world.judge->rule_count, first->rule_count);
    for (uint32_t i = 0; i < first->rule_count; i++) {
        const struct cp_judge_rule *was = &first->rules[i];
        uint32_t now = 0;
        while (world.judge->rules[now].rule != was->rule)
            now++;
        for (uint32_t n = 0; n < world.net->node_count; n++)
            assert_int_equal(cp_judge_trust(was, CP_OBJECT_NODE, n),
                             cp_judge_trust(&world.judge->rules[now], CP_OBJECT_NODE, n));
    }
}

static void two_policies_of_one_id_are_refused(void **state)
{
    static const char *const texts[] = {ID("same") "rules: []\n", ID("same") "rules: []\n"};

    (void)state;
    assert_int_equal(judge_both(texts, today), CP_ERR_DUPLICATE);
    assert_int_equal(world.diag.place.file, 11);
    assert_string_equal(world.diag.subject, "same");
}

/* --- days --------------------------------------------------------------------------------- */

static void each_policy_has_its_own_day(void **state)
{
    static const char *const texts[] = {
        ID("east") "rules:\n"
                   "  - { id: new, says: x, forbid-transit: { maker: zte }, from: 2020-01-02 }\n"
                   "  - { id: in, says: x, forbid-install: { maker: zte }, from: 2019-01-01 }\n",
        ID("west") "rules:\n"
                   "  - { id: old, says: x, forbid-transit: { maker: zte }, until: 2020-01-01 }\n"
                   "  - { id: new, says: x, forbid-transit: { maker: zte }, from: 2020-01-02 }\n"
                   "  - { id: in, says: x, forbid-install: { maker: zte }, from: 2019-01-01 }\n"
                   "  - { id: r, says: x, forbid-transit: { maker: zte } }\n"
                   "licences: [{ id: l, says: x, relaxes: r, until: 2020-01-01 }]\n"};
    static const char *const days[] = {"2020-01-02", "2020-01-01"};

    (void)state;
    node(&world, "n", "ip", "zte", "", "");
    fact(&world, "n", "installed", "2020-01-02");
    assert_int_equal(judge_both(texts, days), CP_OK);
    assert_int_equal(world.judge->as_of, day("2020-01-02"));
    assert_int_equal(world.judge->rule_count, 5);
    assert_int_equal(trust_in(0, "new", 0), CP_UNTRUSTED);
    assert_int_equal(trust_in(1, "old", 0), CP_UNTRUSTED);
    assert_int_equal(trust_in(0, "in", 0), CP_UNTRUSTED);
    assert_int_equal(trust_in(1, "in", 0), CP_TRUSTED);
    assert_int_equal(trust_in(1, "r", 0), CP_TRUSTED);
}

/* --- demands ------------------------------------------------------------------------------ */

static void assert_treatment(uint32_t demand, const char *classes, uint32_t rules)
{
    const struct cp_treatment *got =
        &world.judge->treatments[world.judge->demand_treatment[demand]];

    assert_true(cp_text_is(got->traffic_class, classes));
    assert_int_equal(got->rule_count, rules);
}

static void a_demand_is_in_the_classes_of_each_policy(void **state)
{
    static const char *const texts[] = {
        ID("a") "traffic:\n"
                "  gov: { both-ends: { tag: gov } }\n"
                "  only: { says: x }\n"
                "rules:\n"
                "  - { id: gov, says: x, forbid-transit: { maker: zte }, of: gov }\n"
                "  - { id: only, says: x, forbid-transit: { maker: zte }, of: only }\n",
        ID("b") "traffic:\n"
                "  gov: { any-end: { tag: gov } }\n"
                "  mil: { any-end: { tag: mil } }\n"
                "rules:\n"
                "  - { id: gov, says: x, forbid-transit: { maker: zte }, of: gov }\n"
                "  - { id: mil, says: x, forbid-transit: { maker: zte }, of: mil }\n"
                "  - { id: all, says: x, forbid-transit: { maker: zte } }\n"};

    (void)state;
    node(&world, "g", "ip", "nokia", "", "");
    node(&world, "h", "ip", "nokia", "", "");
    node(&world, "m", "ip", "nokia", "", "");
    node(&world, "n", "ip", "nokia", "", "");
    fact(&world, "g", "tags", "gov");
    fact(&world, "h", "tags", "gov");
    fact(&world, "m", "tags", "mil");
    demand(&world, "g", "h", "");
    demand(&world, "g", "m", "");
    demand(&world, "n", "m", "gov");
    demand(&world, "g", "m", "only");
    demand(&world, "n", "o", "");
    node(&world, "o", "ip", "nokia", "", "");
    assert_int_equal(judge_both(texts, today), CP_OK);
    assert_treatment(0, "gov", 3);
    assert_treatment(1, "gov mil", 3);
    assert_treatment(2, "gov", 3);
    assert_treatment(3, "only gov mil", 4); /* the other policy has no such class: its own decide */
    assert_treatment(4, "", 1);
}

static void a_class_that_neither_policy_has_is_refused(void **state)
{
    static const char *const texts[] = {ID("a") "traffic: { gov: { says: x } }\nrules: []\n",
                                        ID("b") "traffic: { military: { says: x } }\nrules: []\n"};

    (void)state;
    node(&world, "a", "ip", "nokia", "", "");
    node(&world, "b", "ip", "nokia", "", "");
    demand(&world, "a", "b", "militari");
    assert_int_equal(judge_both(texts, today), CP_ERR_UNKNOWN_ID);
    assert_string_equal(world.diag.hint, "military");
}

/* --- many rules --------------------------------------------------------------------------- */

enum { MANY = 130 };

/* What rule i is goes by i mod 4; each asks about a role of its own. */
static const char *many_rules(void)
{
    static const char *const before[] = {"forbid-transit: { maker: huawei }, except: { role: r",
                                         "unstated: unknown, forbid-transit: { maker: zte, role: r",
                                         "forbid-presence: { maker: huawei }, at: { role: r",
                                         "scope: site, forbid-transit: { maker: huawei, role: r"};
    static char text[MANY * 200];
    size_t len = (size_t)snprintf(text, sizeof(text), "%s", RULES);

    for (uint32_t i = 0; i < MANY; i++) {
        len += (size_t)snprintf(text + len, sizeof(text) - len,
                                "  - { id: n%u, says: x, %s%u } }\n", i, before[i % 4], i);
        assert_true(len < sizeof(text));
    }
    return text;
}

static void assert_rule_of_many(uint32_t i, uint32_t role)
{
    char id[8];
    char hua[8];

    (void)snprintf(id, sizeof(id), "n%u", i);
    (void)snprintf(hua, sizeof(hua), "h%u", role);
    cp_trust excused = role == i ? CP_TRUSTED : CP_UNTRUSTED;
    cp_trust meant = role == i ? CP_UNTRUSTED : CP_TRUSTED;
    assert_trust(id, hua, i % 4 == 0 ? excused : i % 4 == 1 ? CP_TRUSTED : meant);
    assert_trust(id, "good", CP_TRUSTED);
    assert_trust(id, "mute", i % 4 == 0 ? CP_UNKNOWN : i % 4 == 1 ? CP_UNKNOWN : CP_TRUSTED);
}

static void rules_past_a_word_are_rules_like_the_first(void **state)
{
    static const uint32_t some[] = {0, 1, 2, 3, 61, 62, 63, 64, 65, 66, 67, 96, 127, 128, 129};

    (void)state;
    for (size_t k = 0; k < CP_COUNT(some); k++) {
        char id[8];
        char role[8];
        (void)snprintf(id, sizeof(id), "h%u", some[k]);
        (void)snprintf(role, sizeof(role), "r%u", some[k]);
        site(&world, id, "");
        node(&world, id, "ip", "huawei", id, "");
        fact(&world, id, "role", role);
    }
    node(&world, "good", "ip", "nokia", "", "");
    node(&world, "mute", "ip", "", "", "");
    judged(many_rules());
    assert_int_equal(world.judge->rule_count, MANY);
    for (size_t k = 0; k < CP_COUNT(some); k++) {
        for (uint32_t i = 0; i < MANY; i++)
            assert_rule_of_many(i, some[k]);
    }
    assert_sentence("n128", "h129", "maker huawei, nodes.csv:16");
    assert_sentence("n127", "h127", "maker huawei, nodes.csv:14");
    /* one for each presence rule whose role some node has */
    assert_int_equal(world.judge->presence_count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(policies_of_clashing_names_stand_each_for_itself),
        CASE(each_policy_knows_its_own_makers),
        CASE(the_order_of_policies_changes_no_verdict),
        CASE(two_policies_of_one_id_are_refused),
        CASE(each_policy_has_its_own_day),
        CASE(a_demand_is_in_the_classes_of_each_policy),
        CASE(a_class_that_neither_policy_has_is_refused),
        CASE(rules_past_a_word_are_rules_like_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

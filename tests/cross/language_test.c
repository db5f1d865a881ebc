#include "language_slow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "language_case.h"
#include "language_text.h"
#include "sample.h"

/*
 * Verdicts, presences, caps and suppliers of the judge, on thousands of small cases and policies that use
 * the whole language, against a slow evaluator written from the documents.
 */

enum { POLICIES = 2, CASES = 4000, EXPLAINED = 1500, CASES_A_POLICY = 4 };

/* What was compared, so that no test passes for want of cases. */
struct tally {
    uint64_t cases, rules, trust[3], licensed, presences, caps[3], suppliers[3], unknown_places;
};

struct trial {
    uint64_t seed;
    struct cp_arena *arena;
    struct language_case rows;
    cp_text texts[POLICIES];
    struct cp_judge_policy policies[POLICIES];
    uint32_t count, flags;
    const struct cp_case *net;
    const struct cp_judge *judge;
    struct tally *tally;
};

/* ---- making ---- */

static void explain(const struct trial *t)
{
    language_case_print(&t->rows);
    for (uint32_t p = 0; p < t->count; p++) {
        char day[11];

        cp_date_format(t->policies[p].as_of, day);
        (void)fprintf(stderr, "on %s:\n%.*s", day, (int)t->texts[p].len, t->texts[p].at);
    }
}

/* Reading them takes longer than judging: several cases have the same. */
static void read_policies(struct trial *t, struct cp_arena *arena)
{
    static const char *const names[POLICIES] = {"pa", "pb"};
    uint64_t seed = t->seed / CASES_A_POLICY;
    struct cp_diag diag = {0};

    t->count = seed % 3 == 0 ? POLICIES : 1;
    for (uint32_t p = 0; p < t->count && p < POLICIES; p++) {
        struct language_policy policy;

        language_policy_make(seed * POLICIES + p, names[p], arena, &policy);
        t->texts[p] = language_policy_write(&policy, arena);
        if (cp_policy_read(t->texts[p], p, arena, &t->policies[p].policy, &diag) == CP_OK)
            continue;
        explain(t);
        fail_msg("seed %llu: line %u column %u: %s '%s'", (unsigned long long)seed, diag.place.line,
                 diag.place.column, diag.why, diag.subject);
    }
}

static void make_case(struct trial *t)
{
    uint64_t numbers = t->seed ^ 0x5eed;
    struct cp_diag diag = {0};

    language_case_make(t->seed, t->arena, &t->rows);
    /* One day for all: what has expired is decided once a judge. */
    t->policies[0].as_of = language_day(&numbers);
    for (uint32_t p = 1; p < t->count; p++)
        t->policies[p].as_of = t->policies[0].as_of;
    t->flags = sample_chance(&numbers, 10) ? CP_JUDGE_WITHOUT_LICENCES : 0;
    assert_int_equal(language_case_build(&t->rows, t->policies[0].as_of, t->arena, &t->net, &diag),
                     CP_OK);
    assert_int_equal(cp_judge_make(&(struct cp_judge_ask){t->policies, t->count, t->net,
                                                          t->policies[0].as_of, t->flags, NULL},
                                   t->arena, &t->judge, &diag),
                     CP_OK);
}

static struct slow_world world_of(const struct trial *t, uint32_t policy)
{
    return slow_world_make(t->policies[policy].policy, t->net, t->policies[policy].as_of,
                           (t->flags & CP_JUDGE_WITHOUT_LICENCES) != 0 ? SLOW_WITHOUT_LICENCES
                                                                       : SLOW_WITH_LICENCES,
                           t->arena);
}

/* ---- comparing ---- */

static const char *trust_name(cp_trust trust)
{
    static const char *const names[] = {"trusted", "unknown", "untrusted"};

    return names[trust];
}

static cp_text id_of(const struct trial *t, cp_object_kind kind, uint32_t object)
{
    return kind == CP_OBJECT_NODE ? t->net->nodes[object].id : t->net->links[object].id;
}

static void differ(const struct trial *t, const struct cp_rule *rule, const char *what,
                   cp_text where, const char *judge, const char *slow)
{
    explain(t);
    fail_msg("seed %llu rule %.*s: %s of %.*s: the judge says %s, the documents %s",
             (unsigned long long)t->seed, (int)rule->id.len, rule->id.at, what, (int)where.len,
             where.at, judge, slow);
}

static void differ_in_number(const struct trial *t, const struct cp_rule *rule, const char *what,
                             uint64_t judge, uint64_t slow)
{
    char texts[2][24];

    if (judge == slow)
        return;
    (void)snprintf(texts[0], sizeof(texts[0]), "%llu", (unsigned long long)judge);
    (void)snprintf(texts[1], sizeof(texts[1]), "%llu", (unsigned long long)slow);
    differ(t, rule, what, rule->id, texts[0], texts[1]);
}

/* Of one element. */
struct truth {
    cp_trust trust;
    bool relieved;
};

static void compare_element(const struct trial *t, const struct cp_judge_rule *of,
                            cp_object_kind kind, uint32_t object, struct truth slow)
{
    const uint64_t *licensed = kind == CP_OBJECT_NODE ? of->node_licensed : of->link_licensed;
    cp_trust judge = cp_judge_trust(of, kind, object);
    bool let_off = (licensed[object] & of->bit) != 0;
    bool should = slow.relieved;

    if (judge != slow.trust)
        differ(t, of->rule, "the verdict", id_of(t, kind, object), trust_name(judge),
               trust_name(slow.trust));
    if (let_off != should)
        differ(t, of->rule, "the licence", id_of(t, kind, object), let_off ? "it holds" : "none",
               should ? "it holds" : "none");
    t->tally->trust[slow.trust]++;
    t->tally->licensed += should;
}

/* A rule about places makes nothing of what is elsewhere, and no more than a doubt of what may be there. */
static struct truth placed(slow_truth there, uint8_t trust, uint8_t relieved)
{
    return (struct truth){(cp_trust)slow_both(there, (slow_truth)trust),
                          relieved != 0 && trust != CP_UNTRUSTED && there != SLOW_NO};
}

static void compare_verdicts(const struct trial *t, const struct cp_judge_rule *of)
{
    struct slow_world world = world_of(t, of->policy);
    struct slow_verdicts v = slow_verdicts_make(&world, of->rule);
    struct slow_verdicts relieved = slow_relieved_make(&world, of->rule);
    struct slow_places places = slow_places_make(&world, of->rule);

    t->tally->rules++;
    for (uint32_t n = 0; n < t->net->node_count; n++)
        compare_element(t, of, CP_OBJECT_NODE, n,
                        placed(places.node[n], v.node[n], relieved.node[n]));
    for (uint32_t l = 0; l < t->net->link_count; l++)
        compare_element(t, of, CP_OBJECT_LINK, l,
                        placed(places.link[l], v.link[l], relieved.link[l]));
}

/* The worst that the judge lists of a part; trusted: nothing. */
static cp_trust listed(const struct trial *t, uint32_t rule, const struct slow_presence *of)
{
    cp_trust worst = CP_TRUSTED;

    for (uint32_t i = 0; i < t->judge->presence_count; i++) {
        const struct cp_presence *p = &t->judge->presences[i];

        if (p->rule == rule && p->kind == of->kind && p->object == of->object &&
            cp_text_eq(cp_presence_part(t->net, p), of->part) && p->found > worst)
            worst = (cp_trust)p->found;
    }
    return worst;
}

/* Whether the judge lists a part that is as bad: it may then be silent about the thing itself. */
static bool is_hidden(const struct trial *t, uint32_t rule, const struct slow_presence *of)
{
    for (uint32_t i = 0; i < t->judge->presence_count; i++) {
        const struct cp_presence *p = &t->judge->presences[i];

        if (p->rule == rule && p->kind == of->kind && p->object == of->object &&
            of->part.len == 0 && p->found >= of->found)
            return true;
    }
    return false;
}

static void compare_presences(const struct trial *t, uint32_t rule)
{
    const struct cp_judge_rule *of = &t->judge->rules[rule];
    struct slow_world world = world_of(t, of->policy);
    struct slow_presences slow = slow_presences_make(&world, of->rule);

    for (uint32_t i = 0; i < slow.count; i++) {
        cp_trust judge = listed(t, rule, &slow.at[i]);

        if (judge != slow.at[i].found && !(judge == CP_TRUSTED && is_hidden(t, rule, &slow.at[i])))
            differ(t, of->rule, "the presence", id_of(t, slow.at[i].kind, slow.at[i].object),
                   trust_name(judge), trust_name(slow.at[i].found));
        t->tally->presences++;
    }
    for (uint32_t i = 0; i < t->judge->presence_count; i++) {
        const struct cp_presence *p = &t->judge->presences[i];
        bool found = p->rule != rule;

        for (uint32_t k = 0; k < slow.count && !found; k++)
            found = slow.at[k].kind == p->kind && slow.at[k].object == p->object &&
                    cp_text_eq(slow.at[k].part, cp_presence_part(t->net, p));
        if (!found)
            differ(t, of->rule, "the presence", id_of(t, (cp_object_kind)p->kind, p->object),
                   trust_name((cp_trust)p->found), "nothing");
        if (p->rule == rule)
            assert_int_equal(p->trust, cp_trust_treated((cp_trust)p->found, of->rule->unknown));
    }
}

/* A bound is shown in whole hundredths of a percent, next to the exact one. */
static void compare_bound(const struct trial *t, const struct cp_rule *rule, uint32_t shown_bp,
                          uint64_t part, uint64_t whole)
{
    uint64_t least = whole == 0 ? 0 : part * 10000 / whole;

    if (shown_bp != least && (whole == 0 || shown_bp != least + 1 || part * 10000 % whole == 0))
        differ_in_number(t, rule, "the bound", shown_bp, least);
}

static void compare_cap(const struct trial *t, const struct cp_cap *judge)
{
    struct slow_world world = world_of(t, judge->policy);
    struct slow_cap slow = slow_cap_make(&world, judge->rule);

    if (judge->trust != slow.trust)
        differ(t, judge->rule, "the cap", judge->rule->id, trust_name(judge->trust),
               trust_name(slow.trust));
    differ_in_number(t, judge->rule, "the part", judge->counted, slow.counted);
    differ_in_number(t, judge->rule, "perhaps", judge->perhaps, slow.perhaps);
    differ_in_number(t, judge->rule, "the whole", judge->whole, slow.whole);
    differ_in_number(t, judge->rule, "unweighed", judge->unweighed, slow.unweighed);
    differ_in_number(t, judge->rule, "unweighed and counted", judge->unweighed_counted,
                     slow.unweighed_counted);
    if (slow.unweighed == 0) {
        compare_bound(t, judge->rule, judge->lowest_bp, slow.lowest_part, slow.lowest_whole);
        compare_bound(t, judge->rule, judge->highest_bp, slow.highest_part, slow.highest_whole);
    }
    t->tally->caps[slow.trust]++;
}

static void compare_suppliers(const struct trial *t, const struct cp_suppliers *judge)
{
    struct slow_world world = world_of(t, judge->policy);
    struct slow_suppliers slow = slow_suppliers_make(&world, judge->rule);

    if (judge->trust != slow.trust)
        differ(t, judge->rule, "the suppliers", judge->rule->id, trust_name(judge->trust),
               trust_name(slow.trust));
    differ_in_number(t, judge->rule, "suppliers", judge->count, slow.count);
    differ_in_number(t, judge->rule, "elements", judge->elements, slow.elements);
    t->tally->suppliers[slow.trust]++;
}

/* ---- which rules ---- */

static uint32_t times_judged(const struct cp_judge *judge, const struct cp_rule *rule)
{
    uint32_t times = 0;

    for (uint32_t i = 0; i < judge->rule_count; i++)
        times += judge->rules[i].rule == rule;
    for (uint32_t i = 0; i < judge->cap_count; i++)
        times += judge->caps[i].rule == rule;
    for (uint32_t i = 0; i < judge->supplier_count; i++)
        times += judge->suppliers[i].rule == rule;
    return times;
}

/* Each rule that is in force stands in its place once, others nowhere. */
static void compare_rules(const struct trial *t)
{
    for (uint32_t p = 0; p < t->count; p++) {
        struct slow_world world = world_of(t, p);

        for (uint32_t r = 0; r < world.policy->rule_count; r++) {
            const struct cp_rule *rule = &world.policy->rules[r];

            differ_in_number(t, rule, "how often it is judged", times_judged(t->judge, rule),
                             slow_is_in_force(&world, rule) ? 1 : 0);
        }
    }
}

static void compare(const struct trial *t)
{
    compare_rules(t);
    for (uint32_t r = 0; r < t->judge->rule_count; r++) {
        cp_effect effect = t->judge->rules[r].rule->effect;

        assert_true((r < t->judge->transit_count) == (effect == CP_EFFECT_FORBID_TRANSIT));
        compare_verdicts(t, &t->judge->rules[r]);
        if (effect != CP_EFFECT_FORBID_TRANSIT)
            compare_presences(t, r);
    }
    for (uint32_t i = 0; i < t->judge->cap_count; i++)
        compare_cap(t, &t->judge->caps[i]);
    for (uint32_t i = 0; i < t->judge->supplier_count; i++)
        compare_suppliers(t, &t->judge->suppliers[i]);
}

static void for_all_cases(uint32_t cases, void (*look)(const struct trial *t), struct tally *tally)
{
    struct cp_arena *policies = cp_arena_open((size_t)1 << 30);
    cp_arena_mark start = cp_arena_mark_get(policies);
    struct trial t = {.tally = tally};

    for (t.seed = 0; t.seed < cases; t.seed++) {
        if (t.seed % CASES_A_POLICY == 0) {
            cp_arena_reset(policies, start);
            read_policies(&t, policies);
        }
        t.arena = cp_arena_open((size_t)1 << 31);
        assert_non_null(t.arena);
        make_case(&t);
        look(&t);
        cp_arena_close(t.arena);
        tally->cases++;
    }
    cp_arena_close(policies);
}

static void the_judge_says_what_the_documents_say(void **state)
{
    struct tally tally = {0};

    (void)state;
    for_all_cases(CASES, compare, &tally);
    (void)fprintf(stderr,
                  "compared: %llu cases, %llu rules, %llu trusted, %llu unknown, %llu untrusted, "
                  "%llu licensed, %llu presences, caps %llu kept %llu perhaps %llu broken, "
                  "suppliers %llu enough %llu perhaps %llu too few\n",
                  (unsigned long long)tally.cases, (unsigned long long)tally.rules,
                  (unsigned long long)tally.trust[0], (unsigned long long)tally.trust[1],
                  (unsigned long long)tally.trust[2], (unsigned long long)tally.licensed,
                  (unsigned long long)tally.presences, (unsigned long long)tally.caps[0],
                  (unsigned long long)tally.caps[1], (unsigned long long)tally.caps[2],
                  (unsigned long long)tally.suppliers[0], (unsigned long long)tally.suppliers[1],
                  (unsigned long long)tally.suppliers[2]);
    for (int i = 0; i < 3; i++)
        assert_true(tally.trust[i] > 1000 && tally.caps[i] > 20 && tally.suppliers[i] > 20);
    assert_true(tally.licensed > 100 && tally.presences > 1000);
}

/* ---- reasons ---- */

static void must_explain(const struct trial *t, const struct cp_judge_rule *of, bool truth,
                         const char *what, cp_object_kind kind, uint32_t object)
{
    if (!truth)
        differ(t, of->rule, what, id_of(t, kind, object), "nothing", "something");
}

/* Whoever is not trusted is told why, and whoever is let off, by which licence. */
static void explain_element(const struct trial *t, uint32_t rule, cp_object_kind kind,
                            uint32_t object)
{
    const struct cp_judge_rule *of = &t->judge->rules[rule];
    const uint64_t *licensed = kind == CP_OBJECT_NODE ? of->node_licensed : of->link_licensed;
    cp_trust trust = cp_judge_trust(of, kind, object);
    struct cp_reason reason;
    struct cp_steps steps;
    struct cp_relief relief;

    assert_int_equal(cp_judge_reason(t->judge, rule, kind, object, t->arena, &reason), CP_OK);
    assert_int_equal(cp_judge_chain(t->judge, rule, kind, object, t->arena, &steps), CP_OK);
    assert_int_equal(cp_judge_licence(t->judge, rule, kind, object, t->arena, &relief), CP_OK);
    must_explain(t, of, reason.trust == trust, "the trust of the reason", kind, object);
    must_explain(t, of, (reason.sentence.len > 0) == (trust != CP_TRUSTED), "the reason", kind,
                 object);
    must_explain(t, of, steps.count > 0 && steps.at[0].kind == CP_STEP_ELEMENT, "the chain", kind,
                 object);
    must_explain(t, of,
                 (licensed[object] & of->bit) == 0 || trust != CP_TRUSTED || relief.licence != NULL,
                 "the licence that lets off", kind, object);
}

static void explain_all(const struct trial *t)
{
    for (uint32_t r = 0; r < t->judge->rule_count; r++) {
        for (uint32_t n = 0; n < t->net->node_count; n++)
            explain_element(t, r, CP_OBJECT_NODE, n);
        for (uint32_t l = 0; l < t->net->link_count; l++)
            explain_element(t, r, CP_OBJECT_LINK, l);
    }
    for (uint32_t i = 0; i < t->judge->presence_count; i++) {
        const struct cp_presence *p = &t->judge->presences[i];
        struct cp_reason reason;

        assert_int_equal(cp_judge_presence_reason(t->judge, p, t->arena, &reason), CP_OK);
        must_explain(t, &t->judge->rules[p->rule], reason.sentence.len > 0,
                     "the reason of the presence", (cp_object_kind)p->kind, p->object);
    }
}

static void every_verdict_has_its_reason(void **state)
{
    struct tally tally = {0};

    (void)state;
    for_all_cases(EXPLAINED, explain_all, &tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_judge_says_what_the_documents_say),
        cmocka_unit_test(every_verdict_has_its_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

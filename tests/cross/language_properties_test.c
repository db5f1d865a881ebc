#include "audit/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "language_case.h"
#include "language_text.h"
#include "sample.h"

/*
 * What must hold of verdicts whatever the policy says: order means nothing, a rule more is never better, a
 * licence more never worse, and so on.  Of elements under each rule, of what stands where, and of demands.
 */

enum { CASES = 150, POLICIES = 2 };

/* One case under some policies, and what comes of it. */
struct outcome {
    struct cp_judge_policy policies[POLICIES];
    const struct cp_case *net;
    const struct cp_judge *judge;
    const struct cp_demand_result *demands;
};

struct trial {
    uint64_t seed;
    struct cp_arena *arena;
    struct language_case rows;
    struct language_policy policies[POLICIES];
    cp_date days[POLICIES];
    const cp_date *past;       /* licences that end on it or before do not hold; NULL: all do */
    const struct cp_case *net; /* as it was built last: all are alike */
    uint64_t changes;          /* verdicts that the property allows to change, and that did */
};

/* ---- making ---- */

static struct trial trial_make(uint64_t seed)
{
    static const char *const names[POLICIES] = {"pa", "pb"};
    struct trial t = {.seed = seed, .arena = cp_arena_open((size_t)1 << 31)};
    uint64_t numbers = seed ^ 0xda7e;

    assert_non_null(t.arena);
    language_case_make(seed, t.arena, &t.rows);
    for (uint32_t p = 0; p < POLICIES; p++) {
        language_policy_make(seed * POLICIES + p, names[p], t.arena, &t.policies[p]);
        t.days[p] = language_day(&numbers);
    }
    return t;
}

static void audit(const struct trial *t, struct outcome *o)
{
    struct cp_audit_request request = {.depth = 1, .failure_kinds = CP_FAIL_ALL};
    struct cp_audit *a = NULL;
    struct cp_audit_worker *worker = NULL;

    assert_int_equal(cp_audit_open(o->judge, &request, t->arena, &a, NULL), CP_OK);
    assert_int_equal(cp_audit_worker_open(a, t->arena, &worker), CP_OK);
    for (uint32_t part = 0; part < cp_audit_parts(a); part++)
        assert_int_equal(cp_audit_run(worker, part), CP_OK);
    cp_audit_worker_close(worker);
    assert_int_equal(cp_audit_finish(a, t->arena, &o->demands), CP_OK);
}

typedef enum { IN_ORDER, TURNED_ROUND } turn;

/* What comes of the texts; the policies in this order or the other. */
static struct outcome run(struct trial *t, const cp_text *texts, turn turned)
{
    struct outcome o = {0};
    struct cp_judge_policy given[POLICIES];
    struct cp_diag diag = {0};

    for (uint32_t p = 0; p < POLICIES; p++) {
        if (cp_policy_read(texts[p], p, t->arena, &o.policies[p].policy, &diag) != CP_OK)
            fail_msg("seed %llu: line %u: %s '%s'\n%.*s", (unsigned long long)t->seed,
                     diag.place.line, diag.why, diag.subject, (int)texts[p].len, texts[p].at);
        o.policies[p].as_of = t->days[p];
        given[turned == IN_ORDER ? p : POLICIES - 1 - p] = o.policies[p];
    }
    assert_int_equal(language_case_build(&t->rows, t->days[0], t->arena, &o.net, &diag), CP_OK);
    assert_int_equal(
        cp_judge_make(&(struct cp_judge_ask){given, POLICIES, o.net, t->days[0], 0, t->past},
                      t->arena, &o.judge, &diag),
        CP_OK);
    t->net = o.net;
    audit(t, &o);
    return o;
}

static void write_all(const struct trial *t, cp_text *texts)
{
    for (uint32_t p = 0; p < POLICIES; p++)
        texts[p] = language_policy_write(&t->policies[p], t->arena);
}

static struct outcome run_as_is(struct trial *t)
{
    cp_text texts[POLICIES];

    write_all(t, texts);
    return run(t, texts, IN_ORDER);
}

/* ---- comparing ---- */

typedef enum { SAME, NEVER_BETTER, NEVER_WORSE } change_kind;

/* Whether b, which came of the change, stands to a as it must. */
static bool holds(change_kind change, int a, int b)
{
    switch (change) {
    case SAME:
        return a == b;
    case NEVER_BETTER:
        return b >= a;
    case NEVER_WORSE:
        return b <= a;
    }
    abort();
}

static void must_hold(struct trial *t, bool truth, const char *what, cp_text rule, cp_text of)
{
    cp_text texts[POLICIES];

    if (truth)
        return;
    language_case_print(&t->rows);
    write_all(t, texts);
    for (uint32_t p = 0; p < POLICIES; p++)
        (void)fprintf(stderr, "%.*s", (int)texts[p].len, texts[p].at);
    fail_msg("seed %llu: %s of %.*s under %.*s", (unsigned long long)t->seed, what, (int)of.len,
             of.at, (int)rule.len, rule.at);
}

/* Rules have different ids in all files. */
static const struct cp_judge_rule *find_rule(const struct outcome *o, cp_text id)
{
    for (uint32_t r = 0; r < o->judge->rule_count; r++)
        if (cp_text_eq(o->judge->rules[r].id, id))
            return &o->judge->rules[r];
    return NULL;
}

static void compare_rule(struct trial *t, change_kind change, const struct cp_judge_rule *a,
                         const struct cp_judge_rule *b)
{
    const struct cp_case *net = t->net;

    for (uint32_t n = 0; n < net->node_count; n++) {
        cp_trust before = cp_judge_trust(a, CP_OBJECT_NODE, n);
        cp_trust after = cp_judge_trust(b, CP_OBJECT_NODE, n);

        must_hold(t, holds(change, (int)before, (int)after), "the verdict", a->id,
                  net->nodes[n].id);
        t->changes += before != after;
    }
    for (uint32_t l = 0; l < net->link_count; l++) {
        cp_trust before = cp_judge_trust(a, CP_OBJECT_LINK, l);
        cp_trust after = cp_judge_trust(b, CP_OBJECT_LINK, l);

        must_hold(t, holds(change, (int)before, (int)after), "the verdict", a->id,
                  net->links[l].id);
        t->changes += before != after;
    }
}

static void compare_elements(struct trial *t, change_kind change, const struct outcome *a,
                             const struct outcome *b)
{
    for (uint32_t r = 0; r < a->judge->rule_count; r++) {
        const struct cp_judge_rule *x = &a->judge->rules[r], *y = find_rule(b, x->id);

        must_hold(t, y != NULL, "a rule that is gone", x->id, x->id);
        compare_rule(t, change, x, y);
    }
}

/* How bad the worst is that a rule finds at an element. */
static cp_trust presence_of(const struct outcome *o, cp_text rule, cp_object_kind kind,
                            uint32_t object)
{
    cp_trust worst = CP_TRUSTED;

    for (uint32_t i = 0; i < o->judge->presence_count; i++) {
        const struct cp_presence *p = &o->judge->presences[i];

        if (cp_text_eq(o->judge->rules[p->rule].id, rule) && p->kind == kind &&
            p->object == object && p->trust > worst)
            worst = p->trust;
    }
    return worst;
}

static void compare_presences(struct trial *t, change_kind change, const struct outcome *a,
                              const struct outcome *b)
{
    for (uint32_t r = a->judge->transit_count; r < a->judge->rule_count; r++) {
        cp_text rule = a->judge->rules[r].id;

        for (uint32_t n = 0; n < a->net->node_count; n++)
            must_hold(t,
                      holds(change, (int)presence_of(a, rule, CP_OBJECT_NODE, n),
                            (int)presence_of(b, rule, CP_OBJECT_NODE, n)),
                      "the presence", rule, a->net->nodes[n].id);
        for (uint32_t l = 0; l < a->net->link_count; l++)
            must_hold(t,
                      holds(change, (int)presence_of(a, rule, CP_OBJECT_LINK, l),
                            (int)presence_of(b, rule, CP_OBJECT_LINK, l)),
                      "the presence", rule, a->net->links[l].id);
    }
}

static void compare_demands(struct trial *t, change_kind change, const struct outcome *a,
                            const struct outcome *b)
{
    for (uint32_t d = 0; d < a->net->demand_count; d++) {
        cp_verdict before = a->demands[d].verdict, after = b->demands[d].verdict;

        must_hold(t, holds(change, (int)before, (int)after), "the verdict", CP_TEXT("all rules"),
                  a->net->demands[d].id);
        t->changes += before != after;
    }
}

static void compare_counts(struct trial *t, change_kind change, const struct outcome *a,
                           const struct outcome *b)
{
    for (uint32_t i = 0; i < a->judge->cap_count; i++)
        for (uint32_t k = 0; k < b->judge->cap_count; k++)
            must_hold(t,
                      !cp_text_eq(a->judge->caps[i].rule->id, b->judge->caps[k].rule->id) ||
                          holds(change, (int)a->judge->caps[i].trust, (int)b->judge->caps[k].trust),
                      "the cap", a->judge->caps[i].rule->id, CP_TEXT("all"));
    for (uint32_t i = 0; i < a->judge->supplier_count; i++)
        for (uint32_t k = 0; k < b->judge->supplier_count; k++)
            must_hold(
                t,
                !cp_text_eq(a->judge->suppliers[i].rule->id, b->judge->suppliers[k].rule->id) ||
                    holds(change, (int)a->judge->suppliers[i].trust,
                          (int)b->judge->suppliers[k].trust),
                "the suppliers", a->judge->suppliers[i].rule->id, CP_TEXT("all"));
}

static void compare(struct trial *t, change_kind change, const struct outcome *a,
                    const struct outcome *b)
{
    compare_elements(t, change, a, b);
    compare_presences(t, change, a, b);
    compare_demands(t, change, a, b);
    compare_counts(t, change, a, b);
}

/* ---- the properties ---- */

typedef void (*trying)(struct trial *t);

/* Each property has cases of its own.  How many verdicts changed. */
static uint64_t for_all_cases(trying try_it, uint64_t first)
{
    uint64_t changes = 0;

    for (uint64_t seed = first; seed < first + CASES; seed++) {
        struct trial t = trial_make(seed);

        try_it(&t);
        changes += t.changes;
        cp_arena_close(t.arena);
    }
    return changes;
}

static void try_order(struct trial *t)
{
    cp_text texts[POLICIES];
    struct outcome before = run_as_is(t), after;

    for (uint32_t p = 0; p < POLICIES; p++)
        language_policy_shuffle(&t->policies[p], t->seed + p);
    language_case_shuffle(&t->rows, t->seed);
    write_all(t, texts);
    after = run(t, texts, TURNED_ROUND);
    assert_int_equal(before.judge->rule_count, after.judge->rule_count);
    assert_int_equal(before.judge->presence_count, after.judge->presence_count);
    assert_int_equal(before.judge->cap_count, after.judge->cap_count);
    assert_int_equal(before.judge->supplier_count, after.judge->supplier_count);
    compare(t, SAME, &before, &after);
}

static void order_of_rules_policies_and_facts_means_nothing(void **state)
{
    (void)state;
    (void)for_all_cases(try_order, 10000);
}

/* Each rule stands for itself: another policy beside it changes nothing, and makes no demand better. */
static void try_alone(struct trial *t)
{
    cp_text texts[POLICIES];
    struct outcome together = run_as_is(t), alone;

    for (uint32_t p = 0; p < POLICIES; p++) {
        struct language_policy other = t->policies[1 - p];

        other.rule_count = 1;
        other.licence_count = 0;
        other.head = CP_TEXT("cleanpath-policy: 1\nid: other\nsays: Nothing.\n");
        other.rules[0] =
            CP_TEXT("  - { id: none, says: Nothing., forbid-transit: { site: nowhere } }\n");
        texts[p] = language_policy_write(&t->policies[p], t->arena);
        texts[1 - p] = language_policy_write(&other, t->arena);
        alone = run(t, texts, IN_ORDER);
        for (uint32_t r = 0; r < alone.judge->rule_count; r++)
            if (!cp_text_is(alone.judge->rules[r].id, "none"))
                compare_rule(t, SAME, find_rule(&together, alone.judge->rules[r].id),
                             &alone.judge->rules[r]);
        compare_presences(t, SAME, &alone, &together);
        compare_counts(t, SAME, &alone, &together);
        compare_demands(t, NEVER_BETTER, &alone, &together);
    }
}

static void policies_judged_together_are_as_each_alone(void **state)
{
    (void)state;
    (void)for_all_cases(try_alone, 80200);
}

static void try_deny(struct trial *t)
{
    struct outcome before = run_as_is(t), after;

    language_policy_forbid(&t->policies[0], t->arena);
    after = run_as_is(t);
    compare_elements(t, SAME, &before, &after);
    compare_presences(t, SAME, &before, &after);
    compare_counts(t, SAME, &before, &after);
    compare_demands(t, NEVER_BETTER, &before, &after);
}

static void a_rule_more_makes_nothing_better(void **state)
{
    (void)state;
    assert_true(for_all_cases(try_deny, 20000) > 3);
}

static void try_licence(struct trial *t)
{
    struct outcome before = run_as_is(t), after;

    language_policy_license(&t->policies[0], t->arena);
    after = run_as_is(t);
    compare(t, NEVER_WORSE, &before, &after);
}

static void a_licence_more_makes_nothing_worse(void **state)
{
    (void)state;
    assert_true(for_all_cases(try_licence, 30000) > 100);
}

static void try_past(struct trial *t)
{
    static const cp_date days[] = {17700, 18140, 18170, 18413, 18992, 30000};
    struct outcome before = run_as_is(t), after;

    for (size_t i = 0; i < CP_COUNT(days); i++) {
        t->past = &days[i];
        after = run_as_is(t);
        compare(t, NEVER_BETTER, &before, &after);
        before = after;
    }
}

static void licences_that_have_ended_make_nothing_better(void **state)
{
    (void)state;
    assert_true(for_all_cases(try_past, 35000) > 20);
}

static void try_extension(struct trial *t)
{
    static const char later[] = "      - { on: 2022-01-02, until: 2031-01-01 }\n";
    struct outcome before = run_as_is(t), after;

    for (uint32_t p = 0; p < POLICIES; p++) {
        for (uint32_t l = 0; l < t->policies[p].licence_count; l++) {
            cp_text *licence = &t->policies[p].licences[l];
            size_t list = language_text_line(*licence, "    extended:\n");
            size_t until = language_text_line(*licence, "    until:");

            if (list < licence->len)
                *licence = language_text_replace(t->arena, *licence,
                                                 cp_text_find(*licence, '\n', list) + 1, 0, later);
            else if (until < licence->len)
                *licence = language_text_replace(
                    t->arena, *licence, licence->len, 0,
                    "    extended:\n      - { on: 2022-01-02, until: 2031-01-01 }\n");
        }
    }
    after = run_as_is(t);
    compare(t, SAME, &before, &after);
}

static void a_later_extension_changes_no_earlier_answer(void **state)
{
    (void)state;
    (void)for_all_cases(try_extension, 40000);
}

static void try_evidence(struct trial *t)
{
    static const char *const lines[] = {"    enough-evidence: authenticated-read\n",
                                        "    enough-evidence: attested\n"};
    struct outcome before, after;

    for (uint32_t p = 0; p < POLICIES; p++)
        for (uint32_t r = 0; r < t->policies[p].rule_count; r++)
            if (sample_chance(&t->rows.numbers, 70))
                t->policies[p].rules[r] = language_text_with_line(
                    t->arena, t->policies[p].rules[r], "    enough-evidence:",
                    sample_chance(&t->rows.numbers, 60) ? "    enough-evidence: neighbour-view\n"
                                                        : lines[0]);
    before = run_as_is(t);
    for (uint32_t p = 0; p < POLICIES; p++)
        for (uint32_t r = 0; r < t->policies[p].rule_count; r++)
            t->policies[p].rules[r] = language_text_with_line(
                t->arena, t->policies[p].rules[r], "    enough-evidence:",
                lines[language_text_line(t->policies[p].rules[r],
                                         "    enough-evidence: neighbour-view") ==
                      t->policies[p].rules[r].len]);
    after = run_as_is(t);
    compare_elements(t, NEVER_BETTER, &before, &after);
    compare_presences(t, NEVER_BETTER, &before, &after);
    compare_demands(t, NEVER_BETTER, &before, &after);
}

/* Everything asks for more than a claim. */
static void ask_for_evidence(struct trial *t)
{
    for (uint32_t p = 0; p < POLICIES; p++)
        for (uint32_t r = 0; r < t->policies[p].rule_count; r++)
            t->policies[p].rules[r] = language_text_with_line(
                t->arena, t->policies[p].rules[r], "    enough-evidence:",
                sample_chance(&t->rows.numbers, 50) ? "    enough-evidence: neighbour-view\n"
                                                    : "    enough-evidence: authenticated-read\n");
}

/* A claim about something of which nothing is said yet. */
static void claim_more(struct trial *t)
{
    struct language_case *c = &t->rows;
    struct cp_fact_row row = language_case_claim(c, t->arena);

    for (uint32_t f = 0; f < c->fact_count; f++)
        if (cp_text_eq(c->facts[f].object, row.object) &&
            cp_text_eq(c->facts[f].attribute, row.attribute))
            return;
    if (c->fact_count < LANGUAGE_FACTS)
        c->facts[c->fact_count++] = row;
}

static void try_claim(struct trial *t)
{
    struct outcome before, after;

    ask_for_evidence(t);
    before = run_as_is(t);
    claim_more(t);
    after = run_as_is(t);
    compare_elements(t, NEVER_BETTER, &before, &after);
    compare_presences(t, NEVER_BETTER, &before, &after);
    compare_demands(t, NEVER_BETTER, &before, &after);
}

static void a_weak_fact_more_makes_nothing_better(void **state)
{
    (void)state;
    assert_true(for_all_cases(try_claim, 90000) > 3);
}

static void more_evidence_asked_makes_nothing_better(void **state)
{
    (void)state;
    assert_true(for_all_cases(try_evidence, 50000) > 100);
}

/* Rules that are only ever against whom they name. */
static bool only_forbids(cp_text rule)
{
    static const char *const others[] = {
        "require:", "cap:", "except:", "country-of-control", "maker-list", "acme-core"};

    for (size_t at = 0; at < rule.len; at++)
        for (size_t i = 0; i < CP_COUNT(others); i++)
            if (cp_text_starts(cp_text_sub(rule, at, rule.len), cp_text_of(others[i])))
                return false;
    return true;
}

static void try_alias(struct trial *t)
{
    struct outcome before, after;

    for (uint32_t p = 0; p < POLICIES; p++) {
        struct language_policy *policy = &t->policies[p];
        uint32_t kept = 0;

        policy->licence_count = 0;
        for (uint32_t r = 0; r < policy->rule_count; r++)
            if (only_forbids(policy->rules[r]))
                policy->rules[kept++] = policy->rules[r];
        policy->rule_count = kept;
        language_policy_forbid(policy, t->arena);
        while (!only_forbids(policy->rules[policy->rule_count - 1])) {
            policy->rule_count--;
            language_policy_forbid(policy, t->arena);
        }
    }
    before = run_as_is(t);
    for (uint32_t p = 0; p < POLICIES; p++) {
        cp_text *head = &t->policies[p].head;
        size_t at = cp_text_find(*head, '[', language_text_line(*head, "  Acme:"));

        *head = language_text_replace(t->arena, *head, at + 1, 0, "No Such Ltd, ");
    }
    after = run_as_is(t);
    compare_elements(t, NEVER_BETTER, &before, &after);
    compare_presences(t, NEVER_BETTER, &before, &after);
    compare_demands(t, NEVER_BETTER, &before, &after);
}

static void another_name_of_a_forbidden_maker_makes_nothing_better(void **state)
{
    (void)state;
    assert_true(for_all_cases(try_alias, 60000) > 3);
}

static void treat_unknown(struct trial *t, const char *line)
{
    for (uint32_t p = 0; p < POLICIES; p++)
        for (uint32_t r = 0; r < t->policies[p].rule_count; r++)
            t->policies[p].rules[r] =
                language_text_with_line(t->arena, t->policies[p].rules[r], "    unknown:", line);
}

static void try_unknown(struct trial *t)
{
    struct outcome trusted, undecided, untrusted;

    treat_unknown(t, "    unknown: trusted\n");
    trusted = run_as_is(t);
    treat_unknown(t, "    unknown: undecided\n");
    undecided = run_as_is(t);
    treat_unknown(t, "    unknown: untrusted\n");
    untrusted = run_as_is(t);
    compare_elements(t, SAME, &trusted, &untrusted); /* as found */
    compare_counts(t, SAME, &trusted, &untrusted);
    compare_presences(t, NEVER_BETTER, &trusted, &undecided);
    compare_presences(t, NEVER_BETTER, &undecided, &untrusted);
    compare_demands(t, NEVER_BETTER, &trusted, &undecided);
    compare_demands(t, NEVER_BETTER, &undecided, &untrusted);
}

static void unknown_as_trusted_is_best_and_as_untrusted_worst(void **state)
{
    (void)state;
    assert_true(for_all_cases(try_unknown, 70000) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_rules_policies_and_facts_means_nothing),
        cmocka_unit_test(policies_judged_together_are_as_each_alone),
        cmocka_unit_test(a_rule_more_makes_nothing_better),
        cmocka_unit_test(a_licence_more_makes_nothing_worse),
        cmocka_unit_test(licences_that_have_ended_make_nothing_better),
        cmocka_unit_test(a_weak_fact_more_makes_nothing_better),
        cmocka_unit_test(a_later_extension_changes_no_earlier_answer),
        cmocka_unit_test(more_evidence_asked_makes_nothing_better),
        cmocka_unit_test(another_name_of_a_forbidden_maker_makes_nothing_better),
        cmocka_unit_test(unknown_as_trusted_is_best_and_as_untrusted_worst),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

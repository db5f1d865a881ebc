#include "trial.h"

#include <string.h>

#include "base/out.h"
#include "judge/judge.h"

/*
 * A test is judged as a case of its own (trial_case.c).  Then all findings are read off: elements of the
 * path under the rules of its traffic, whatever stands where it may not, shares, suppliers.
 */

struct breach {
    cp_text rule, element; /* element: empty where a rule counts */
    bool undecided;
    cp_because_word because;
};

struct findings {
    const struct cp_policy *policy;
    const struct cp_trial *trial;
    const struct cp_judge *judge;
    struct cp_arena *arena;
    struct breach told; /* the expected one if it is there, else the first */
    bool any, as_expected;
    const struct cp_licence *licence; /* that decided; the expected one if it is there */
    cp_date until;
    bool licence_as_expected;
};

static cp_because_word because(cp_trust found, bool weak)
{
    if (found != CP_UNKNOWN)
        return CP_BECAUSE_ANY;
    return weak ? CP_BECAUSE_EVIDENCE : CP_BECAUSE_UNKNOWN;
}

static bool is_expected(const struct cp_trial *trial, const struct breach *breach)
{
    cp_expect got = breach->undecided ? CP_EXPECT_UNDECIDED : CP_EXPECT_VIOLATES;

    return trial->expect == got && cp_text_eq(trial->rule, breach->rule) &&
           (trial->element.len == 0 || cp_text_eq(trial->element, breach->element)) &&
           (trial->because == CP_BECAUSE_ANY || trial->because == breach->because);
}

static void find(struct findings *f, struct breach breach)
{
    bool expected = is_expected(f->trial, &breach);

    if (!f->any || (expected && !f->as_expected))
        f->told = breach;
    f->any = true;
    f->as_expected = f->as_expected || expected;
}

/* --- the path ----------------------------------------------------------------------------- */

/* Whether the expected element is a part of this one, and decided. */
static cp_err names_its_part(const struct findings *f, uint32_t rule, cp_object_kind kind,
                             uint32_t at, cp_text name, bool *out)
{
    cp_text wanted = f->trial->element;
    cp_text part = cp_text_sub(wanted, name.len + 1, wanted.len);
    struct cp_steps steps;

    *out = false;
    if (part.len == 0 || !cp_text_starts(wanted, name) || wanted.at[name.len] != '/')
        return CP_OK;
    CP_TRY(cp_judge_chain(f->judge, rule, kind, at, f->arena, &steps));
    for (uint32_t i = 0; i < steps.count; i++) {
        if (steps.at[i].kind == CP_STEP_PART && steps.at[i].object_kind == kind &&
            steps.at[i].object == at && cp_text_eq(steps.at[i].part, part))
            *out = true;
    }
    return CP_OK;
}

static cp_err find_passed(struct findings *f, uint32_t rule, cp_text name)
{
    const struct cp_case *net = f->judge->net;
    const struct cp_judge_rule *about = &f->judge->rules[rule];
    cp_node node = cp_case_node(net, name);
    cp_object_kind kind = node.at != CP_NONE ? CP_OBJECT_NODE : CP_OBJECT_LINK;
    uint32_t at = node.at != CP_NONE ? node.at : cp_case_link(net, name).at;
    cp_trust found = cp_judge_trust(about, kind, at);
    cp_trust trust = cp_trust_treated(found, about->unknown);
    struct cp_reason reason = {0};
    bool of_part = false;

    if (trust == CP_TRUSTED)
        return CP_OK;
    CP_TRY(cp_judge_reason(f->judge, rule, kind, at, f->arena, &reason));
    CP_TRY(names_its_part(f, rule, kind, at, name, &of_part));
    find(f, (struct breach){.rule = about->id,
                            .element = of_part ? f->trial->element : name,
                            .undecided = trust == CP_UNKNOWN,
                            .because = because(found, reason.weak)});
    return CP_OK;
}

static cp_err find_on_path(struct findings *f, const struct cp_trial_case *net)
{
    if (f->judge->net->demand_count == 0)
        return CP_OK;
    const struct cp_treatment *treatment = &f->judge->treatments[f->judge->demand_treatment[0]];
    for (uint32_t i = 0; i < net->passed_count; i++) {
        for (uint32_t r = 0; r < treatment->rule_count; r++)
            CP_TRY(find_passed(f, treatment->rules[r], net->passed[i]));
    }
    return CP_OK;
}

/* --- what stands where, and how many ------------------------------------------------------ */

static cp_text object_id(const struct cp_case *net, cp_object_kind kind, uint32_t at)
{
    switch (kind) {
    case CP_OBJECT_NODE:
        return net->nodes[at].id;
    case CP_OBJECT_LINK:
        return net->links[at].id;
    case CP_OBJECT_SITE:
        return net->sites[at].id;
    }
    return CP_TEXT("");
}

static cp_err find_present(struct findings *f, const struct cp_presence *presence)
{
    cp_text part = cp_presence_part(f->judge->net, presence);
    struct cp_out name = cp_out_make(f->arena);
    struct breach breach = {.rule = f->judge->rules[presence->rule].id,
                            .undecided = presence->trust == CP_UNKNOWN};
    struct cp_reason reason;

    CP_TRY(cp_judge_presence_reason(f->judge, presence, f->arena, &reason));
    breach.because = because((cp_trust)presence->found, reason.weak);

    cp_out_text(&name, object_id(f->judge->net, (cp_object_kind)presence->kind, presence->object));
    if (part.len > 0) {
        cp_out_char(&name, '/');
        cp_out_text(&name, part);
    }
    CP_TRY(cp_out_done(&name, &breach.element));
    find(f, breach);
    return CP_OK;
}

static void find_counted(struct findings *f, const struct cp_rule *rule, cp_trust found)
{
    cp_trust trust = cp_trust_treated(found, rule->unknown);

    if (trust != CP_TRUSTED)
        find(f, (struct breach){.rule = rule->id,
                                .undecided = trust == CP_UNKNOWN,
                                .because = because(found, false)});
}

static cp_err find_all(struct findings *f, const struct cp_trial_case *net)
{
    const struct cp_judge *judge = f->judge;

    CP_TRY(find_on_path(f, net));
    for (uint32_t i = 0; i < judge->presence_count; i++)
        CP_TRY(find_present(f, &judge->presences[i]));
    for (uint32_t i = 0; i < judge->cap_count; i++)
        find_counted(f, judge->caps[i].rule, judge->caps[i].trust);
    for (uint32_t i = 0; i < judge->supplier_count; i++)
        find_counted(f, judge->suppliers[i].rule, judge->suppliers[i].trust);
    return CP_OK;
}

/* --- licences ----------------------------------------------------------------------------- */

static void decide(struct findings *f, const struct cp_licence *licence, cp_date until)
{
    const struct cp_trial *trial = f->trial;
    bool expected = cp_text_eq(trial->licence, licence->id) &&
                    (trial->licence_until == CP_DATE_NONE || trial->licence_until == until);

    if (f->licence == NULL || (expected && !f->licence_as_expected)) {
        f->licence = licence;
        f->until = until;
    }
    f->licence_as_expected = f->licence_as_expected || expected;
}

static cp_err find_relieved(struct findings *f, uint32_t rule, cp_object_kind kind, uint32_t count)
{
    const struct cp_judge_rule *about = &f->judge->rules[rule];
    const uint64_t *licensed = kind == CP_OBJECT_NODE ? about->node_licensed : about->link_licensed;

    for (uint32_t i = 0; i < count; i++) {
        struct cp_relief relief;
        if ((licensed[i] & about->bit) == 0)
            continue;
        CP_TRY(cp_judge_licence(f->judge, rule, kind, i, f->arena, &relief));
        if (relief.licence != NULL)
            decide(f, relief.licence, relief.until);
    }
    return CP_OK;
}

static bool counts(const struct cp_policy *policy, uint32_t rule)
{
    return policy->rules[rule].effect == CP_EFFECT_CAP ||
           policy->rules[rule].effect == CP_EFFECT_SUPPLIERS;
}

static bool has_breach(const struct cp_judge *judge, const struct cp_rule *rule)
{
    cp_trust found = CP_TRUSTED;

    for (uint32_t i = 0; i < judge->cap_count; i++)
        found = judge->caps[i].rule == rule ? judge->caps[i].trust : found;
    for (uint32_t i = 0; i < judge->supplier_count; i++)
        found = judge->suppliers[i].rule == rule ? judge->suppliers[i].trust : found;
    return cp_trust_treated(found, rule->unknown) != CP_TRUSTED;
}

/* A rule that counts is lifted whole: what it would be without licences shows whether one decided. */
static cp_err find_lifted(struct findings *f, const struct cp_licence_use *use)
{
    const struct cp_judge_policy asked = {f->policy, f->trial->at};
    const struct cp_judge *without = NULL;

    for (uint32_t i = 0; use->holds && i < use->licence->relax_count; i++) {
        uint32_t rule = use->licence->relaxes[i];
        if (!counts(f->policy, rule))
            continue;
        if (without == NULL)
            CP_TRY(cp_judge_make(&(struct cp_judge_ask){&asked, 1, f->judge->net, f->trial->at,
                                                        CP_JUDGE_TRIAL | CP_JUDGE_WITHOUT_LICENCES,
                                                        NULL},
                                 f->arena, &without, NULL));
        if (has_breach(without, &f->policy->rules[rule]))
            decide(f, use->licence, use->until);
    }
    return CP_OK;
}

static cp_err find_licence(struct findings *f)
{
    const struct cp_judge *judge = f->judge;

    for (uint32_t i = 0; i < judge->rule_count; i++) {
        CP_TRY(find_relieved(f, i, CP_OBJECT_NODE, judge->net->node_count));
        CP_TRY(find_relieved(f, i, CP_OBJECT_LINK, judge->net->link_count));
    }
    for (uint32_t i = 0; i < judge->licence_count; i++)
        CP_TRY(find_lifted(f, &judge->licences[i]));
    return CP_OK;
}

/* --- what came of it ---------------------------------------------------------------------- */

static void write_ok(const struct findings *f, struct cp_out *out)
{
    char day[11];

    cp_out_str(out, "ok");
    if (f->licence == NULL)
        return;
    cp_out_str(out, " by licence ");
    cp_out_text(out, f->licence->id);
    if (f->until == CP_DATE_NONE)
        return;
    cp_date_format(f->until, day);
    cp_out_str(out, " until ");
    cp_out_str(out, day);
}

static void write_breach(const struct breach *breach, struct cp_out *out)
{
    static const char *const why[] = {
        [CP_BECAUSE_ANY] = "",
        [CP_BECAUSE_UNKNOWN] = " because unknown",
        [CP_BECAUSE_EVIDENCE] = " because evidence",
    };

    cp_out_str(out, breach->undecided ? "undecided " : "violates ");
    cp_out_text(out, breach->rule);
    if (breach->element.len > 0) {
        cp_out_str(out, " at ");
        cp_out_text(out, breach->element);
    }
    cp_out_str(out, why[breach->because]);
}

static cp_err conclude(const struct findings *f, struct cp_policy_outcome *out)
{
    struct cp_out got = cp_out_make(f->arena);

    if (f->any)
        write_breach(&f->told, &got);
    else
        write_ok(f, &got);
    out->passed = f->as_expected;
    if (f->trial->expect == CP_EXPECT_OK)
        out->passed = !f->any && (f->trial->licence.len == 0 || f->licence_as_expected);
    return cp_out_done(&got, &out->got);
}

enum { GOT_KEPT = 4096 }; /* bytes of an outcome in words; a longer one keeps its arena */

static cp_err run(const struct cp_policy *policy, const struct cp_trial *trial,
                  struct cp_arena *arena, struct cp_policy_outcome *out, struct cp_diag *diag)
{
    const struct cp_judge_policy asked = {policy, trial->at};
    struct cp_trial_case net = {0};
    struct findings f = {.policy = policy, .trial = trial, .arena = arena, .until = CP_DATE_NONE};

    CP_TRY(cp_trial_case_make(trial, arena, &net, diag));
    CP_TRY(
        cp_judge_make(&(struct cp_judge_ask){&asked, 1, net.net, trial->at, CP_JUDGE_TRIAL, NULL},
                      arena, &f.judge, diag));
    CP_TRY(find_all(&f, &net));
    if (!f.any)
        CP_TRY(find_licence(&f));
    return conclude(&f, out);
}

/* All but the words of the outcome goes: a policy may carry thousands of tests. */
static cp_err run_and_clear(const struct cp_policy *policy, const struct cp_trial *trial,
                            struct cp_arena *arena, struct cp_policy_outcome *out,
                            struct cp_diag *diag)
{
    cp_arena_mark mark = cp_arena_mark_get(arena);
    char words[GOT_KEPT];

    CP_TRY(run(policy, trial, arena, out, diag));
    if (out->got.len > sizeof(words))
        return CP_OK;
    memcpy(words, out->got.at, out->got.len);
    cp_arena_reset(arena, mark);
    return cp_text_copy((cp_text){words, out->got.len}, arena, &out->got);
}

cp_err cp_policy_test(const struct cp_policy *policy, uint32_t test, struct cp_arena *arena,
                      struct cp_policy_outcome *out, struct cp_diag *diag)
{
    CP_ASSERT(test < policy->trial_count);
    const struct cp_trial *trial = &policy->trials[test];
    struct cp_policy_outcome got = {
        .says = trial->says, .expected = trial->expect_text, .place = trial->place};

    cp_err err = run_and_clear(policy, trial, arena, &got, diag);
    if (err == CP_ERR_NOMEM || err == CP_ERR_LIMIT)
        return err;
    if (err != CP_OK) {
        if (diag != NULL)
            diag->place = trial->place;
        return CP_ERR_MALFORMED;
    }
    *out = got;
    return CP_OK;
}

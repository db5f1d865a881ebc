#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "judge/judge.h"
#include "policy_target.h"
#include "report/english.h"

/*
 * Any bytes: refused with a place, or a policy whose words can be asked, which can be told in English, whose
 * own tests can be run and which can be applied to a small case, with a reason for each verdict.
 */

enum { ARENA_BYTES = 256 << 20, TESTS_MAX = 8, RULES_MAX = 8, JUDGED_MAX = 16, DAY = 18000 };

/* A failure has a reason and a place, unless memory ran out. */
static void check_told(cp_err err, const struct cp_diag *diag)
{
    if (err != CP_OK && err != CP_ERR_NOMEM && (diag->why == NULL || diag->place.line == 0))
        abort();
}

static void check_warnings(const struct cp_policy *policy, struct cp_arena *arena)
{
    const struct cp_policy_warning *warnings = NULL;
    uint32_t count = 0;

    if (cp_policy_warnings(policy, arena, &warnings, &count) != CP_OK)
        return; /* memory */
    for (uint32_t i = 0; i < count; i++) {
        if (warnings[i].place.line == 0 || warnings[i].sentence.len == 0)
            abort();
    }
}

/* Of each maker one answer; no licence holds after its end. */
static void check_answers(const struct cp_policy *policy, struct cp_arena *arena)
{
    uint32_t makers = cp_makers_count(policy->makers);
    uint8_t *target = CP_TAKE(arena, makers, uint8_t);

    for (uint32_t i = 0; target != NULL && i < policy->rule_count && i < RULES_MAX; i++) {
        cp_select_aims(policy, &policy->rules[i].target, DAY, i % 2 == 0 ? CP_AIM_ANY : CP_AIM_ALL,
                       target);
        for (uint32_t k = 0; k < makers; k++) {
            if (target[k] > CP_TARGET_UNKNOWN)
                abort();
        }
    }
    for (uint32_t i = 0; i < policy->licence_count; i++) {
        cp_date until = CP_DATE_NONE;
        bool holds = cp_licence_holds(&policy->licences[i], DAY, &until);
        if (holds && until != CP_DATE_NONE && until < DAY)
            abort();
    }
}

static void check_tests(const struct cp_policy *policy, struct cp_arena *arena)
{
    for (uint32_t i = 0; i < policy->trial_count && i < TESTS_MAX; i++) {
        struct cp_policy_outcome outcome = {0};
        struct cp_diag diag = {0};
        cp_err err = cp_policy_test(policy, i, arena, &outcome, &diag);
        check_told(err, &diag);
        if (err == CP_OK && (outcome.place.line == 0 || outcome.got.len == 0))
            abort();
    }
}

static void check_english(const struct cp_policy *policy, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("");

    if (cp_english_policy(policy, &out) == CP_OK && cp_out_done(&out, &text) == CP_OK &&
        text.len == 0)
        abort();
}

/* Whoever is not trusted is told why, and a licence that lets it off has a name. */
static void check_element(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                          uint32_t object, struct cp_arena *arena)
{
    const struct cp_judge_rule *of = &judge->rules[rule];
    const uint64_t *licensed = kind == CP_OBJECT_NODE ? of->node_licensed : of->link_licensed;
    cp_trust trust = cp_judge_trust(of, kind, object);
    struct cp_steps steps = {.at = NULL};
    struct cp_reason reason = {0};
    struct cp_relief relief = {0};

    if (cp_judge_licence(judge, rule, kind, object, arena, &relief) != CP_OK)
        return; /* memory */
    if (trust == CP_TRUSTED && (licensed[object] & of->bit) != 0 && relief.licence == NULL)
        abort();
    if (cp_judge_reason(judge, rule, kind, object, arena, &reason) != CP_OK ||
        cp_judge_chain(judge, rule, kind, object, arena, &steps) != CP_OK)
        return; /* memory */
    if (reason.trust != trust || (trust != CP_TRUSTED) != (reason.sentence.len > 0) ||
        steps.count == 0)
        abort();
}

static void check_verdicts(const struct cp_judge *judge, struct cp_arena *arena)
{
    for (uint32_t r = 0; r < judge->rule_count && r < JUDGED_MAX; r++) {
        for (uint32_t n = 0; n < judge->net->node_count; n++)
            check_element(judge, r, CP_OBJECT_NODE, n, arena);
        for (uint32_t l = 0; l < judge->net->link_count; l++)
            check_element(judge, r, CP_OBJECT_LINK, l, arena);
    }
    for (uint32_t i = 0; i < judge->presence_count; i++) {
        struct cp_reason reason = {0};
        if (cp_judge_presence_reason(judge, &judge->presences[i], arena, &reason) != CP_OK)
            return; /* memory */
        if (judge->presences[i].trust == CP_TRUSTED || reason.sentence.len == 0)
            abort();
    }
}

/* The case has an arena of its own: it is to be made however much the policy took. */
static void check_judged(const struct cp_policy *policy)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    struct cp_judge_policy given = {policy, DAY};
    const struct cp_judge *judge = NULL;
    struct cp_diag diag = {0};

    if (arena == NULL)
        return;
    cp_err err =
        cp_judge_make(&(struct cp_judge_ask){&given, 1, target_case(DAY, arena), DAY, 0, NULL},
                      arena, &judge, &diag);
    if (err == CP_OK)
        check_verdicts(judge, arena);
    else if (err != CP_ERR_NOMEM && err != CP_ERR_LIMIT)
        abort();
    cp_arena_close(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};
    cp_text text = {(const char *)data, size};

    if (arena == NULL)
        return 0;
    cp_err err = cp_policy_read(text, 0, arena, &policy, &diag);
    check_told(err, &diag);
    if (err == CP_OK) {
        check_warnings(policy, arena);
        check_answers(policy, arena);
        check_english(policy, arena);
        check_tests(policy, arena);
        check_judged(policy);
    }
    cp_arena_close(arena);
    return 0;
}

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "judge/judge.h"

/* Any bytes: refused with a place, or a policy whose words can be asked and whose own tests can be run. */

enum { ARENA_BYTES = 256 << 20, TESTS_MAX = 8, RULES_MAX = 8, DAY = 18000 };

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
        cp_select_aims(policy, &policy->rules[i].target, DAY, target);
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
        check_tests(policy, arena);
    }
    cp_arena_close(arena);
    return 0;
}

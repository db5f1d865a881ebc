#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "policy/policy.h"

/* Any bytes: refused with a place, or a policy whose own tests can be run. */

enum { ARENA_BYTES = 256 << 20, TESTS_MAX = 8 };

/* A failure has a reason and a place, unless memory ran out. */
static void check_told(cp_err err, const struct cp_diag *diag)
{
    if (err != CP_OK && err != CP_ERR_NOMEM && (diag->why == NULL || diag->place.line == 0))
        abort();
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
    uint32_t tests = err == CP_OK ? cp_policy_test_count(policy) : 0;
    for (uint32_t i = 0; i < tests && i < TESTS_MAX; i++) {
        struct cp_policy_outcome outcome = {0};
        diag = (struct cp_diag){0};
        err = cp_policy_test(policy, i, arena, &outcome, &diag);
        check_told(err, &diag);
        if (err == CP_OK && (outcome.place.line == 0 || outcome.got.len == 0))
            abort();
    }
    cp_arena_close(arena);
    return 0;
}

#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "policy/policy.h"

/* For tests: a policy file of the repository. */

enum { POLICY_FILE_BYTES = 1 << 20 };

static inline cp_text policy_file_bytes(const char *path, struct cp_arena *arena)
{
    char *bytes = CP_TAKE(arena, POLICY_FILE_BYTES, char);
    FILE *file = fopen(path, "rb");

    assert_non_null(bytes);
    if (file == NULL)
        fail_msg("%s: not there; run from the top of the repository", path);
    size_t len = fread(bytes, 1, POLICY_FILE_BYTES, file);
    assert_int_equal(fclose(file), 0);
    return (cp_text){bytes, len};
}

static inline const struct cp_policy *policy_of(cp_text text, struct cp_arena *arena)
{
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};

    if (cp_policy_read(text, 0, arena, &policy, &diag) != CP_OK)
        fail_msg("%u:%u: %s: '%s'", diag.place.line, diag.place.column, diag.why, diag.subject);
    return policy;
}

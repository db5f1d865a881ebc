#pragma once

#include "policy/policy.h"

#include "base/out.h"

/** Warnings as they are found. */
struct cp_warnings {
    const struct cp_policy *policy;
    struct cp_arena *arena;
    struct cp_policy_warning *at;
    uint32_t count, cap;
};

/** Adds "BEFORE 'subject' AFTER".  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_warnings_add(struct cp_warnings *warnings, cp_place place, const char *before,
                                   cp_text subject, const char *after);

/** Rules that nothing can violate, or nothing satisfy.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_warn_of_idle_rules(struct cp_warnings *warnings);
/** Lists, products and classes that no rule or licence uses.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_warn_of_unused(struct cp_warnings *warnings);

#pragma once

#include "base/json_in.h"
#include "model/bundle.h"

/* What the answers of audits and of routing have in common. */

/** Which members of an answer were met. */
enum {
    CP_HEAD_SCHEMA = 1,
    CP_HEAD_AS_OF = 2,
    CP_HEAD_POLICIES = 4,
    CP_HEAD_INPUTS = 8,
    CP_HEAD_WARNINGS = 16,
    CP_HEAD_FAILURES = 32,
    CP_HEAD_DEMANDS = 64,
    CP_HEAD_SUMMARY = 128,
    CP_HEAD_ALL = 255,
    CP_HEAD_CAPACITY = 256 /* of routing alone */
};

/** The member's bit; 0: nothing is looked at in it. */
uint32_t cp_bundle_head_find(cp_text key);
/**
 * Of as_of, policies, inputs and warnings: whether the network has the same.  Into out: the inputs, with
 * their sums.  Errors: CONFLICT, NOMEM.
 */
CP_MUST_USE cp_err cp_bundle_head_read(const struct cp_bundle_net *net, uint32_t member,
                                       const struct cp_json_value *value, struct cp_arena *arena,
                                       struct cp_bundle_answer *out, struct cp_diag *diag);

/** Index of the word in the list that NULL ends, or its length. */
uint32_t cp_bundle_find_word(const struct cp_json_value *value, const char *const *words);
/** Words of the list, each once and in its order, as bits; UINT32_MAX: something else is there. */
uint32_t cp_bundle_words(const struct cp_json_value *list, const char *const *words);
/** Whether the member is the text; null where at is NULL. */
bool cp_bundle_says(const struct cp_json_value *object, const char *name, cp_text text);
/** Whether policy, authority, rule and says are those of the rule. */
bool cp_bundle_is_rule(const struct cp_bundle_rule *rule, const struct cp_json_value *value);

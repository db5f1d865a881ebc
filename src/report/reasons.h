#pragma once

#include "judge/judge.h"

/**
 * Reasons of verdicts, each asked of the judge once: thousands of demands meet the same element.
 */
struct cp_reasons;

/** arena: for the reasons too.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_reasons_open(const struct cp_judge *judge, struct cp_arena *arena,
                                   struct cp_reasons **out);
/** *out lives as long as the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_reasons_get(struct cp_reasons *reasons, uint32_t rule, cp_object_kind kind,
                                  uint32_t object, const struct cp_reason **out);

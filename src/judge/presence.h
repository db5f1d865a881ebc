#pragma once

#include "verdict.h"

/** Presences in the making. */
struct cp_presences {
    struct cp_presence *at;
    uint32_t count, cap;
};

/**
 * What a forbid-presence rule does not want, at its places: nodes, then links with an end there.
 * Of each element every bad part of its own; and the element as a whole where it is worse than these
 * (through its ports, its managers or what is under it).
 * Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_presence_find(const struct cp_survey *survey, const struct cp_rule *rule,
                                    struct cp_arena *arena, struct cp_presences *out);

#pragma once

#include "base/json_in.h"
#include "base/num.h"
#include "model/bundle.h"

/**
 * Whether the cuts of a route answer's `blocking_cut` are such: members are marked, by the rules shown,
 * and without their marks there is a way.  work: scratch.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_bundle_blocking_check(const struct cp_bundle_net *net, uint32_t demand,
                                            const struct cp_json_value *blocking,
                                            struct cp_arena *work, bool *good);

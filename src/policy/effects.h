#pragma once

#include "reading.h"

/**
 * What a rule forbids, requires or caps, and which keys go with that.  Sets effect, require, target,
 * among, counted_in, at_most_bp, at_least.
 * Errors: MALFORMED (no effect, two, a key that does not go with it), and those of selectors.
 */
CP_MUST_USE cp_err cp_effect_read(const struct cp_yaml *map, struct cp_reading *reading,
                                  struct cp_rule *rule);

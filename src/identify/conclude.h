#pragma once

#include "clues.h"

/** Fills in state, maker, name, grade and settle from the clues; their order counts for nothing, though those of one fact
 * must lie together.  Cost: O(clues). */
void cp_conclude(const struct cp_gathering *g, struct cp_findings *findings,
                 struct cp_identity *identity);

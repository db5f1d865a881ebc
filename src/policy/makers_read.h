#pragma once

#include "identify/makers.h"

#include "yaml_tree.h"

/**
 * The `makers` of a policy (map; NULL where it has none) and the built-in table, as makers.
 * *row_count: how many the file speaks of; they come first, in the order of the file.
 * Errors, each with its place: MALFORMED, DUPLICATE, CONFLICT, RANGE, LIMIT, NOMEM.
 */
CP_MUST_USE cp_err cp_makers_read(const struct cp_yaml *map, struct cp_arena *arena,
                                  const struct cp_makers **out, uint32_t *row_count,
                                  struct cp_diag *diag);

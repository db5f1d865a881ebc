#pragma once

#include "app/exit.h"
#include "report/explain.h"

/**
 * What a name on the command line stands for: "r5" where one thing bears it, else "node:r5",
 * "link:r5", "site:r5", "demand:r5".
 * Says what is wrong: MISSING (nothing bears it; with the nearest id), USAGE (several do), SYSTEM.
 */
cp_exit cp_name_find(const struct cp_case *net, const char *name, struct cp_arena *arena,
                     struct cp_asked *out);

/** A node by its id alone.  MISSING, SYSTEM. */
cp_exit cp_name_find_node(const struct cp_case *net, const char *id, struct cp_arena *arena,
                          uint32_t *node);

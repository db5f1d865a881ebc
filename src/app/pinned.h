#pragma once

#include "audit/audit.h"
#include "exit.h"

/**
 * The segments that an answer of `route` (schema cleanpath.route/1) holds the demands of a case to: all lists of a
 * demand's candidates together.  A direction without any goes as the network routes it, as does a demand without.
 *
 * Every name of the answer must be one of the case, every list lead from one end of its demand to the other.
 * Says what is wrong: INPUT, MISSING, IO, SYSTEM.
 */
cp_exit cp_pinned_read(const char *path, const struct cp_case *c, struct cp_arena *arena,
                       const struct cp_pinned **out);

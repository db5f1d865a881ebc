#pragma once

#include "permit/policy.h"

/* What the barrier and the agent begin with. */

/** All of a file, in the arena; false: it cannot be read. */
bool start_read_file(const char *path, struct cp_arena *arena, cp_text *out);
/** NULL, and standard error says why: there is no such policy that is signed with the key.  arena may be NULL. */
const struct cp_edge_policy *start_read_policy(const char *policy_path, const char *key_path,
                                               struct cp_arena *arena);
/** By its serial, then by its issue: such a one is taken neither by the barrier nor by the agent. */
bool start_is_older(const struct cp_edge_policy *policy, uint64_t serial, uint64_t issued_us);

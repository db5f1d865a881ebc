#pragma once

#include "permit/policy.h"

/* What the barrier and the agent begin with. */

struct start_option {
    const char *name, **value;
};

/**
 * Options with a value each, by name (the last one's is NULL), and --dry-run.  NULL: all were read; else the first word that is none of
 * them, --help perhaps, or that lacks its value.
 */
const char *start_read_words(char **words, const struct start_option *options, bool *dry);
/** All of a file, in the arena; false: it cannot be read. */
bool start_read_file(const char *path, struct cp_arena *arena, cp_text *out);
/** NULL, and standard error says why: there is no such policy that is signed with the key.  arena may be NULL. */
const struct cp_edge_policy *start_read_policy(const char *policy_path, const char *key_path,
                                               struct cp_arena *arena);
/** By its serial, then by its issue: such a one is taken neither by the barrier nor by the agent. */
bool start_is_older(const struct cp_edge_policy *policy, uint64_t serial, uint64_t issued_us);

#pragma once

#include "permit/policy.h"

/* What the barrier and the agent begin with. */

/** All of a file, in the arena; false: it cannot be read. */
bool start_read_file(const char *path, struct cp_arena *arena, cp_text *out);
/** NULL, and standard error says why: there is no such policy that is signed with the key.  arena may be NULL. */
const struct cp_edge_policy *start_read_policy(const char *policy_path, const char *key_path,
                                               struct cp_arena *arena);
/**
 * Of all that root may CAP_NET_ADMIN is kept, or nothing; and handed on to what is started where that is asked.  Nothing that is
 * started may more.  false: errno says why.
 */
bool start_drop_capabilities(bool keep, bool hand_on);
/** Tells the service manager (sd_notify(3)). */
void start_notify(const char *state);
/** A SOCK_SEQPACKET socket that its owner and group may connect to; -1: errno says why. */
int start_listen(const char *path);

#pragma once

#include "daemon.h"

/**
 * Whether what the configuration names is in the case and its policies.  POLICY: all that is not has been said, each with its
 * place.  SYSTEM: memory, which is the arena's, did not suffice to tell.
 */
cp_exit daemon_config_fits(const struct daemon_config *config, const struct cp_loaded *loaded,
                           struct cp_arena *arena);
/** Warns of ends of demands that no peer is the router of, where there are peers at all.  SYSTEM, as above; else OK. */
cp_exit daemon_config_headends(const struct daemon_config *config, const struct cp_loaded *loaded,
                               struct cp_arena *arena);
/** Says why the drive does not take it, with the place where that is known: POLICY; SYSTEM. */
cp_exit daemon_config_refused(const struct daemon_config *config, struct cp_diag *diag, cp_err err);
/**
 * Whether this machine has what the configuration names beside the case, as whoever runs this may use it: folders of the state
 * and the socket, its group; AT_A_START programs of feeds, too, and folders that the service's unit makes may be missing.
 * POLICY, IO: all that is wrong has been said, each with its place.
 */
typedef enum { USABLE_NOW, USABLE_AT_A_START } daemon_usable;
cp_exit daemon_config_usable(const struct daemon_config *config, daemon_usable when);

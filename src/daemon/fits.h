#pragma once

#include "daemon.h"

/**
 * Whether what the configuration names is in the case and its policies.  POLICY: all that is not has been said, each with its
 * place.  SYSTEM: memory, which is the arena's, did not suffice to tell.
 */
cp_exit daemon_config_fits(const struct daemon_config *config, const struct cp_loaded *loaded,
                           struct cp_arena *arena);
/** Says why the drive does not take it, with the place where that is known: POLICY; SYSTEM. */
cp_exit daemon_config_refused(const struct daemon_config *config, struct cp_diag *diag, cp_err err);
/**
 * Whether this machine has what the configuration names beside the case: programs of feeds, folders of the state and the
 * socket, its group.  As whoever runs this may use them.  POLICY, IO: all that is wrong has been said, each with its place.
 */
cp_exit daemon_config_usable(const struct daemon_config *config);

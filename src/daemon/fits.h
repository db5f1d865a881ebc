#pragma once

#include "daemon.h"

/** Whether what the configuration names is in the case and its policies.  POLICY: all that is not has been said. */
cp_exit daemon_config_fits(const struct daemon_config *config, const struct cp_loaded *loaded);

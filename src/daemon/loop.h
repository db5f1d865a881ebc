#pragma once

#include "daemon.h"

/** Runs until it is told to stop.  What is wrong is said. */
cp_exit daemon_run(const struct daemon_config *config);

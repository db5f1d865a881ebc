#pragma once

#include "daemon.h"

/** All metrics in Prometheus' text exposition format 0.0.4.  Errors: NOMEM. */
CP_MUST_USE cp_err metrics_write(struct daemon *d, struct cp_out *out);

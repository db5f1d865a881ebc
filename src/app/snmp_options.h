#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/date.h"
#include "app/exit.h"

/* What cleanpath-snmp is asked for. */

typedef enum { CP_SNMP_V2C, CP_SNMP_NO_AUTH, CP_SNMP_AUTH, CP_SNMP_AUTH_PRIV } cp_snmp_level;

struct cp_snmp_host {
    const char *node, *peer; /* the node's id; what net-snmp connects to */
    char *file;              /* its file's name in the folder */
};

struct cp_snmp_options {
    const struct cp_snmp_host *hosts;
    uint32_t host_count;
    const char *out, *user, *auth, *priv, *context, *secrets, *who;
    cp_snmp_level level;
    cp_date date;
    uint32_t timeout_ms, retries, at_once;
    uint64_t objects_max, bytes_max, seconds_max; /* of one device */
};

/**
 * argv [argc]: without the program's name.  *help: help was asked for, and written.
 * OK, or what is wrong has been said.
 */
cp_exit cp_snmp_options_read(int argc, char *const *argv, struct cp_arena *arena,
                             struct cp_snmp_options *out, bool *help);

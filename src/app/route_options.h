#pragma once

#include "audit_options.h"
#include "route/route.h"
#include "steer/steer.h"

/** What the user asks of `route`.  All borrowed. */
struct cp_route_options {
    struct cp_audit_options audit; /* the case, failures, threads, the form of the answer */
    struct cp_wishes otherwise;    /* for demands and classes that say nothing */
    bool liars;                    /* lists must be clean under lies too */
    bool strict;
    bool assign_sids;
    bool plane_given;
    cp_plane plane;
    uint32_t depth_max; /* CP_NONE: not given */
    cp_capacity_use capacity;
    uint32_t capacity_failures; /* CP_FAIL_... bits; 0: not given */
    cp_move move;
    uint32_t moves_max;
    cp_system system;       /* CP_SYSTEM_COUNT: no configuration */
    const char *config_dir; /* with a system */
    bool force;             /* write over what is there */
    uint32_t algorithm;     /* of Flex-Algo designs; 0: none */
    const char *bundle;     /* NULL: none */
};

extern const struct cp_command cp_route_command;

/** argv [argc]: what follows the command's name.  *help: its help is asked for, and nothing else is set. */
cp_exit cp_route_options_read(int argc, char *const *argv, struct cp_arena *arena,
                              struct cp_route_options *out, bool *help);

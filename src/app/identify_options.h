#pragma once

#include "args.h"
#include "audit_options.h"
#include "identify/identity.h"

/** What the user asks of an identification.  All borrowed. */
struct cp_identify_ask {
    struct cp_sources_wanted wanted;
    struct cp_identify_options identify; /* lives; neither day nor registry */
    const char *const *devices;          /* [device_count] ids; none: all */
    const char *const *registries;       /* [registry_count] paths; none: those installed */
    uint32_t device_count, registry_count;
    cp_date as_of;
    cp_grade required; /* CP_GRADE_COUNT: none is */
    cp_output output;
    bool lenient, verbose, no_registry;
};

extern const struct cp_command cp_identify_command;

/** *help: its help is asked for, and nothing else is set.  OK, or what is wrong has been said. */
cp_exit cp_identify_ask_read(int argc, char *const *argv, struct cp_arena *arena,
                             struct cp_identify_ask *out, bool *help);

#pragma once

#include "base/out.h"
#include "route/route.h"

/**
 * An answer of route as configuration of real routers: SR policies and their lists, Flex-Algo designs, and
 * what stops the traffic when a path is lost (DESIGN 2.5).  Text for one headend, one system.
 */
typedef enum {
    CP_SYSTEM_FRR, /* pathd; IS-IS Flex-Algo from 9.0 on */
    CP_SYSTEM_IOS_XR,
    CP_SYSTEM_JUNOS,
    CP_SYSTEM_SR_OS,
    CP_SYSTEM_LINUX, /* iproute2: SRv6 encapsulation routes, rules, prohibit backstops */
    CP_SYSTEM_COUNT
} cp_system;

const char *cp_system_name(cp_system system); /* "frr", "ios-xr", "junos", "sr-os", "linux" */
cp_system cp_system_find(cp_text word);

/** What a system does for a policy whose last path becomes invalid. */
typedef enum {
    CP_ENDS_CLOSED, /* traffic is dropped */
    CP_ENDS_OPEN    /* traffic takes the ordinary route: a leak, named in a warning */
} cp_ends_how;

struct cp_steer_request {
    cp_system system;
    uint32_t colour; /* of the SR policies (RFC 9256 2.1), the first; one more for each treatment */
    const struct cp_sids *sids;
    const struct cp_flexalgo_design *designs; /* [design_count] to write too */
    uint32_t design_count;
};

/** What a reader must know: a leak, something the system cannot do, a SID or address that nobody states. */
struct cp_steer_warning {
    uint32_t demand, node; /* CP_NONE: of none */
    bool leak;
    cp_text sentence;
};

struct cp_steer_output {
    uint32_t node; /* graph node: the router that it is for */
    cp_text text;
};

struct cp_steer {
    const struct cp_steer_output *outputs; /* [output_count] by node */
    const struct cp_steer_warning *warnings;
    uint32_t output_count, warning_count;
};

/**
 * Nothing is written for a list without all its SIDs: a warning instead.  Names in inputs never reach a configuration
 * unquoted or unchecked: what a system cannot take is refused with a warning.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_steer_make(const struct cp_route_answer *answer,
                                 const struct cp_steer_request *request, struct cp_arena *arena,
                                 struct cp_steer *out);

#pragma once

#include "base/out.h"
#include "route/route.h"

/**
 * An answer of route as configuration of real routers: SR policies and their lists, Flex-Algo
 * designs, and what stops the traffic when a path is lost (DESIGN 2.5).  Text for one headend, one
 * system.
 */
typedef enum {
    CP_SYSTEM_FRR, /* pathd, SR-MPLS alone; IS-IS Flex-Algo from 9.0 on */
    CP_SYSTEM_IOS_XR,
    CP_SYSTEM_JUNOS, /* set commands */
    CP_SYSTEM_SR_OS, /* MD-CLI, not the classic one */
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

struct cp_system_ends {
    cp_ends_how how;
    const char *product; /* what is written for: "FRR", "Cisco IOS-XR" */
    const char *release; /* which release it takes, and how far that was tried */
    const char *closing; /* what of the text stops traffic; NULL: nothing does */
    const char *leak; /* where traffic still gets out, one sentence; NULL: nowhere that we know */
    const char *bind; /* what the operator must still do for traffic to use a policy */
};

/** The table of docs/man/cleanpath-steer.7, which says the same. */
const struct cp_system_ends *cp_system_ends_get(cp_system system);

struct cp_steer_request {
    cp_system system;
    /* Of the SR policies (RFC 9256 2.1), the first, >= 1; treatment t of the judge has colour + t.  Demands
     * of one treatment and the same ends share a policy; one whose lists differ from those of the first has
     * a colour of its own, after those of the treatments, in the order of the demands. */
    uint32_t colour;
    const struct cp_flexalgo_design *designs; /* [design_count] to write too */
    uint32_t design_count;
    cp_text isis; /* name of the IS-IS instance for designs; empty: "1", for SR OS 0 */
};

/**
 * What a reader must know: a leak, something the system cannot do, a SID or address that nobody
 * states.
 */
struct cp_steer_warning {
    uint32_t demand, node; /* CP_NONE: of none; node of the graph */
    uint32_t link;         /* of the case; CP_NONE */
    bool leak;
    cp_text sentence; /* of our own words alone: names are the reader's to add */
};

struct cp_steer_output {
    uint32_t node; /* graph node: the router that it is for */
    cp_text text;
};

struct cp_steer {
    const struct cp_steer_output *outputs;   /* [output_count] by node */
    const struct cp_steer_warning *warnings; /* in the order of demands, then of outputs */
    uint32_t output_count, warning_count;
};

/**
 * Demands that some transit rule holds for get policies, in both directions, each at its own
 * headend; others do where their list is more than the one segment that ordinary routing is.
 * Primaries have preference 200 and weights after their shares, backups 100; a warning where weights change a
 * share by a thousandth of it, or make a link carry more than it can.  What no rule holds for goes one way
 * where its candidates do, is never stopped, and its loss is no leak.
 *
 * Nothing is written for a list without all its SIDs, or for an endpoint without an address: a
 * warning instead. Names in inputs never reach a configuration unquoted or unchecked: what is
 * written is named after colour and number ("cp-100-n3": endpoint is node 3 of the case, counted
 * from 0), comment lines say whose it is, ports of links are taken where they are plain words;
 * what a system cannot take is refused with a warning.
 * Same input, same text.  Cost: O(demands log demands + text).
 * Errors: NOMEM; RANGE (colours past 32 bits); MALFORMED (isis is no plain word; for SR OS, no
 * number).
 */
CP_MUST_USE cp_err cp_steer_make(const struct cp_route_answer *answer,
                                 const struct cp_steer_request *request, struct cp_arena *arena,
                                 struct cp_steer *out);

#pragma once

#include "base/text.h"

/**
 * Words for what a demand may want of its paths: as tables, policies and answers write them.
 */

/** What a path's cost is counted in. */
typedef enum {
    CP_METRIC_IGP, /* metric_ab, metric_ba */
    CP_METRIC_TE, /* the TE metric; a link that states none has its IGP metric (RFC 5305 3.7, RFC 3785) */
    CP_METRIC_DELAY, /* microseconds; a link that states none cannot be shown to be near: not used */
    CP_METRIC_COUNT
} cp_metric;

/** "igp", "te", "delay", as inputs and answers write it. */
const char *cp_metric_name(cp_metric metric);
/** CP_METRIC_COUNT where the word names none. */
cp_metric cp_metric_find(cp_text word);

/** What primary and backup must not share.  Each holds those before it but for `site`, which holds `node`. */
typedef enum {
    CP_DISJOINT_NONE, /* no backup */
    CP_DISJOINT_LINK,
    CP_DISJOINT_NODE, /* nodes between the ends, and links */
    CP_DISJOINT_SRLG, /* SRLGs, links and nodes between the ends */
    CP_DISJOINT_SITE, /* sites of the nodes between the ends, but those of the ends; links and nodes */
    CP_DISJOINT_COUNT
} cp_disjoint;

/** "none", "link", "node", "srlg", "site". */
const char *cp_disjoint_name(cp_disjoint disjoint);
cp_disjoint cp_disjoint_find(cp_text word); /* CP_DISJOINT_COUNT: none of them */

/** A yes or no that may be left out. */
typedef enum { CP_SAID_NOTHING, CP_SAID_NO, CP_SAID_YES, CP_SAID_COUNT } cp_said;

/** What a demand, or a traffic class of a policy, says of the paths that it wants. */
struct cp_wished {
    cp_metric metric;      /* CP_METRIC_COUNT: not said */
    cp_disjoint disjoint;  /* CP_DISJOINT_COUNT: not said */
    cp_said co_routed;     /* the way back is the same path the other way */
    uint32_t delay_max_us; /* in each direction; 0: not said */
    uint32_t hops_max;     /* links; 0: not said */
};
#define CP_WISHED_NOTHING                                         \
    {                                                             \
        CP_METRIC_COUNT, CP_DISJOINT_COUNT, CP_SAID_NOTHING, 0, 0 \
    }

#pragma once

#include "views.h"

/** One link as views show it: a is the node whose id comes first. */
struct cp_cable {
    uint32_t node[2], port[2]; /* a and b; port CP_NONE: not said */
    cp_range views;            /* in cp_cables.order */
    bool sure[2]; /* somebody names the port for sure: its own node saw with it, or is called so */
    bool seen_from[2]; /* by which ends */
    bool joined;       /* to a link of the inventory */
};

struct cp_cables {
    struct cp_views *v;
    struct cp_cable_view {
        const struct cp_view *view;
    } * order;           /* [views] by cable */
    struct cp_cable *at; /* in the order of ids and ports */
    uint32_t count;
};

/** inventory.c: joins cables to links that stand in the build, and their seen-by facts; tells of those
 * that were moved. */
CP_MUST_USE cp_err cp_cables_inventory(struct cp_cables *cables, struct cp_diag *diag);
/** The seen-by facts of a cable: of the link with this number, or (CP_NONE) of the one added last. */
CP_MUST_USE cp_err cp_cable_facts(const struct cp_cables *cables, const struct cp_cable *cable,
                                  uint32_t link, struct cp_diag *diag);

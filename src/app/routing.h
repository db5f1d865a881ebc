#pragma once

#include "answer.h"
#include "report/routes.h"
#include "route_options.h"

/**
 * What one `route` found, from the files to the paths, and the memory that all of it lies in.
 *
 * In order: open; make; then it may be read; close, always.  Each step says what is wrong on stderr and gives the
 * exit code; after that only close is left.
 */
struct cp_routing {
    const struct cp_route_options *options; /* borrowed */
    struct cp_answer answer;                /* the case and its judgement; its workers are ours */
    struct cp_net net;
    const struct cp_sids *sids;
    cp_plane plane; /* of SIDs stated and given out; else what was asked */
    struct cp_route_request request;
    struct cp_route_answer found;
    const struct cp_demand_licence *licences; /* [demand_count] that its paths are clean by; NULL */
    struct cp_routes_design *designs;         /* [design_count] */
    uint32_t design_count;
};

/** notes: where what is said of the case is noted; borrowed.  Close it in any case. */
cp_exit cp_routing_open(const struct cp_route_options *options, struct cp_notes *notes,
                        struct cp_routing *routing);
/** The case, its judgement, the paths on as many threads as asked, and the designs. */
cp_exit cp_routing_make(struct cp_routing *routing);
/** After make: whether our own checker upholds it; and the bundle, where one is asked for.  UNPROVEN. */
cp_exit cp_routing_uphold(const struct cp_routing *routing);
void cp_routing_close(struct cp_routing *routing);

/** Which licences the paths that were found are clean by; a step of make. */
cp_exit cp_routing_weigh_licences(struct cp_routing *routing);

/** For a report without colours and line breaks. */
struct cp_routes cp_routing_report(const struct cp_routing *routing);

/**
 * Configuration for the routers into the folder that the options name; NULL: nothing is asked.
 * *lacking: it was asked for, some demand needs it, and there was not one router that it could be written for.
 */
cp_exit cp_routing_configure(const struct cp_routing *routing, bool *lacking);

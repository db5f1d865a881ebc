#pragma once

#include "ground/marking.h"
#include "ground/metric.h"
#include "ground/path.h"
#include "judge/judge.h"

/**
 * All demands of a case placed together within capacities: sensitive ones on clean paths, then the least
 * worst link load, without failures and after each failure that is asked about; with a lower bound.
 *
 * A path linear program (Ford, Fulkerson 1958) by column generation: paths are added while some path is
 * cheaper under the prices (duals) of the links than the demand's own price; those prices certify the bound.
 */

/** How ordinary traffic (demands that no transit rule holds for) may be moved from its IGP paths. */
typedef enum {
    CP_MOVE_NONE, /* it stays on its equal-cost shortest paths, split evenly at each router */
    CP_MOVE_SOME, /* as few demands as the objective needs within `moves_max` */
    CP_MOVE_ALL,  /* it is placed like sensitive traffic, over all elements */
    CP_MOVE_COUNT
} cp_move;

/** "none", "some", "all". */
const char *cp_move_name(cp_move move);

struct cp_capacity_request {
    cp_metric metric; /* ties in load go to lower cost in it */
    cp_move move;
    uint32_t moves_max;
    const uint32_t *failures; /* [failure_count] loads after each count too */
    uint32_t failure_count;
    /* [demand_count of the case] NULL: no demand; with links: the demand is on this path and stays there. */
    const struct cp_path *fixed;
    uint32_t paths_max; /* paths that one demand may be spread over; 0: no limit */
    uint32_t
        gap_ppm; /* stop when the worst load is proven within so many parts per million of the least */
    uint64_t
        budget; /* steps; 0: the usual.  Past it the fast heuristic's answer stands, with its gap */
};

/** A share of a demand on a path, in parts per million of its bandwidth; those of a demand sum to 1,000,000. */
struct cp_placed_path {
    struct cp_path path;
    uint32_t share_ppm;
};

struct cp_placement {
    bool placed; /* false: no clean path at all (or it states no bandwidth and none was needed) */
    bool sensitive;
    bool moved; /* ordinary and not on its IGP paths */
    const struct cp_placed_path
        *paths; /* [path_count] by share, largest first; none: it stays on the IGP */
    uint32_t path_count;
    uint32_t source, destination; /* graph nodes: of its ends those chosen */
};

/** Load of a link in one direction, as a part of its capacity. */
struct cp_link_load {
    uint32_t end;     /* index into cp_graph.end_node: the end that is left */
    uint32_t failure; /* index into request.failures, or CP_NONE */
    uint64_t load_bps, capacity_bps;
};

struct cp_capacity_answer {
    const struct cp_placement *placements; /* [demand_count of the case] */
    /* Worst load over links with a capacity, in parts per million of it, failure-free and over failures. */
    uint64_t worst_ppm, worst_failed_ppm;
    const uint64_t *load_bps; /* [ends of the graph] failure-free, of what leaves each end */
    uint64_t bound_ppm,
        bound_failed_ppm; /* no placement that keeps the rules is below it: proven by the prices */
    struct cp_link_load worst, worst_failed; /* where */
    bool
        any_capacity; /* some link has one and some demand a bandwidth; else nothing was to be placed */
    bool exact;       /* within gap_ppm */
    const uint64_t *
        prices; /* [ends of the graph] the certificate: link prices of the bound, scaled so that they sum over capacity to 1e12 */
    uint32_t moved_count;
};

/**
 * A demand loads the links from src to dst with its bandwidth; its way back is loaded by the demands that go there.
 * marking [treatment_count of the judge].  Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_capacity_place(const struct cp_judge *judge, const struct cp_net *net,
                                     const struct cp_marking *markings,
                                     const struct cp_capacity_request *request,
                                     struct cp_arena *arena, struct cp_capacity_answer *out);

#pragma once

#include "ground/marking.h"
#include "ground/metric.h"
#include "ground/path.h"
#include "judge/judge.h"

/**
 * All demands of a case placed together within capacities: sensitive ones on clean paths, then the least
 * worst link load, without failures and after each failure that is asked about; with a lower bound.
 *
 * What counts is what leaves an end of the graph: a link between two nodes has its capacity in each
 * direction, and on a LAN each node may send as much as the LAN's capacity.  An end without a limit is
 * never loaded; in parts of it a capacity of 0 counts as 1 bit a second, but nothing fits on it.  Figures past
 * CP_FIGURE_MOST stand as that.  A demand that states no bandwidth has none, and its path loads nothing.
 *
 * The aims, each before the next: all sensitive demands on clean paths, those without one left out; the
 * least worst load; the least cost (bandwidth times cost in the metric); few moves.  The first two are exact
 * within gap_ppm; for the others see docs/notes/0008.
 *
 * A demand with several ends may use any pair of them, and several at once; a node at both ends counts as
 * a source alone.  Over the IGP it is the pair at least cost, of alike ones that of the lowest destination,
 * then of the lowest source.
 *
 * After a failure: sensitive demands whose paths are hit are placed anew on clean paths of what is left, as
 * far as their shares are hit, for the least worst load; all other placed paths stay; ordinary traffic that is
 * hit follows the IGP's equal-cost paths after the failure, also where it had been moved.  What has no way
 * left loads nothing.  The placement without failures is not chosen with an eye on failures: bound_failed_ppm says
 * how much another one could give at most.
 */

#define CP_FIGURE_MOST UINT64_C(1000000000000000000)

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
    /* [demand_count of the case] NULL: no demand; not 0: the demand has no path that it may take, though one be
     * clean, so it is not placed and loads nothing. */
    const uint8_t *left_out;
    uint32_t paths_max; /* paths that one demand may be spread over; 0: no limit */
    /* Stop when the worst load is proven within so many parts per million of the least, and it is decided whether
     * all can fit; 0: exact, but for the millionths of the linear program and of shares. */
    uint32_t gap_ppm;
    /* Steps, links looked at; 0: the usual, some fifteen seconds.  Past it the best so far stands, with its
     * bound. */
    uint64_t budget;
};

/** A share of a demand on a path, in parts per million of its bandwidth; those of a demand sum to 1,000,000. */
struct cp_placed_path {
    struct cp_path path;
    uint32_t share_ppm;
};

struct cp_placement {
    bool placed; /* false: no clean path at all, or of an ordinary one no way */
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
    /* No link carries more bits a second than it can, but for what shares in millionths add: without failures, and
     * after each that was asked about. */
    bool fits, fits_failed;
    const uint64_t *load_bps; /* [ends of the graph] failure-free, of what leaves each end */
    /* No placement that keeps the rules, and leaves the demands that were fixed on their paths, is below it: proven
     * by the prices. */
    uint64_t bound_ppm, bound_failed_ppm;
    uint32_t fixed_count;                    /* such demands that load something */
    struct cp_link_load worst, worst_failed; /* where */
    bool
        any_capacity; /* some link has one and some demand a bandwidth; else nothing was to be placed */
    bool exact;       /* worst_ppm is within gap_ppm of bound_ppm; says nothing of failures */
    /* [ends of the graph] the certificate: w, at most 1e9, 0 where there is no capacity.  Whoever places pays at least
     * for the cheapest ways:  worst >= sum over demands (bandwidth * least sum of w on a way) / sum over ends
     * (w * capacity);  bound_ppm is that, rounded down.  Ordinary demands that stay pay for their IGP paths by
     * how these split; of those that may move, the moves_max that save most pay for their cheapest. */
    const uint64_t *prices;
    uint32_t moved_count;
};

/**
 * A demand loads the links from src to dst with its bandwidth; its way back is loaded by the demands that go there.
 * A demand is sensitive where its treatment has a rule.  markings [treatment_count of the judge].  Same
 * question, same answer.  Cost: a second for a hundred nodes and ten thousand demands, some for a thousand nodes
 * and five thousand; after failures one search for each flow that is hit.  Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_capacity_place(const struct cp_judge *judge, const struct cp_net *net,
                                     const struct cp_marking *markings,
                                     const struct cp_capacity_request *request,
                                     struct cp_arena *arena, struct cp_capacity_answer *out);

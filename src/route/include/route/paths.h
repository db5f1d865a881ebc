#pragma once

#include "ground/marking.h"
#include "ground/metric.h"
#include "ground/path.h"

/**
 * Clean paths of one demand: over elements without marks alone, least in cost, with a second one
 * that shares as little as it can.
 */

/** Nodes or links of which a path must pass at least one: those that a name stands for. */
struct cp_must_pass {
    const uint32_t *elements; /* [count] nodes and links as failure elements (graph.h) */
    uint32_t count;
};

/** Required sets that every search of a path can heed; cp_wishes_get refuses more. */
#define CP_REQUIRE_MAX 32u

struct cp_path_ask {
    const uint32_t *src, *dst; /* graph nodes, ascending: any of them will do at each end */
    uint32_t src_count, dst_count;
    cp_metric metric;
    cp_disjoint disjoint;
    bool co_routed;        /* the way back is the same path the other way: costs of both count */
    uint32_t hops_max;     /* CP_NONE: no bound.  Bounds hold for each path, in each direction */
    uint64_t delay_max_us; /* CP_PATH_DELAY_NONE: no bound; a link without delay then is not used */
    const uint32_t *avoid; /* [avoid_count] elements (graph.h) of any kind that no path may use */
    uint32_t avoid_count;
    const struct cp_must_pass *require; /* [require_count] of the primary; the backup need not */
    uint32_t require_count;
    uint64_t budget; /* steps of search where the question is a hard one; 0: the usual */
};

/**
 * What was found.  Where `disjoint` asks for two, they are the two that share fewest, and of those the least
 * in total cost.  Shared counts: links (a LAN is one); from `node` on also nodes, but not an end that has no
 * other to choose from (of several ends that will do, using one twice is sharing it); SRLGs, or sites but
 * those of the ask's ends.  The primary is the cheaper, and of two alike the one that is first by
 * nodes; where they meet it has the cheaper pieces.  Where the best pair is one path twice, there is no
 * backup: all others share as much with it as it does with itself.  Of pairs alike one is given, always
 * the same.
 */
struct cp_paths {
    bool found;      /* there is a primary */
    bool has_backup; /* a second path that is not the primary */
    bool exact;      /* false: the budget ran out: what is given holds, a better one may exist */
    bool disjoint;   /* they share nothing of what was asked */
    struct cp_path primary, backup;
    struct cp_path primary_back,
        backup_back;              /* from destination to source; NULL nodes: no such way */
    const uint32_t *shared;       /* [shared_count] links, nodes, SRLGs (graph.h) that both use */
    const uint32_t *shared_sites; /* [shared_site_count] indexes into cp_case.sites */
    uint32_t shared_count, shared_site_count;
};

/** Made once for a treatment and read by all threads: the elements allowed, costs, and what speeds searches up. */
struct cp_paths_ground;

/**
 * net, c, marking: borrowed.  metrics: bits 1 << cp_metric that will be asked.
 * Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_paths_ground_make(const struct cp_net *net, const struct cp_case *c,
                                        const struct cp_marking *marking, uint32_t metrics,
                                        struct cp_arena *arena, const struct cp_paths_ground **out);

/** Scratch for one thread.  arena: kept; what an ask takes there is given back at its end. */
struct cp_paths_finder;
CP_MUST_USE cp_err cp_paths_finder_open(const struct cp_paths_ground *ground,
                                        struct cp_arena *arena, struct cp_paths_finder **out);

/**
 * Exact for every ask, unless its budget runs out; same ask, same paths, whatever was asked before.  arena: for
 * the paths; not the finder's own.
 * A source that is a destination too is no path.  Without co_routed the ways back are found apart, as
 * least in cost from the other side, between the ends that the way there chose; turned round, the way
 * there is taken where nothing is better.  A primary may cross a LAN twice to pass what is required.
 * Cost: some dozen microseconds where link or node disjointness, or none, is asked and nothing is
 * bounded, required or avoided; with an avoid list a search of the network; else, where the paths found
 * so do not keep what is asked, a branch and bound.  More than 64 required sets: not found, not exact.
 * Errors: NOMEM, LIMIT; the finder is then of no more use.
 * Source: Suurballe 1974, Bhandari 1999; docs/notes/0008.
 */
CP_MUST_USE cp_err cp_paths_find(struct cp_paths_finder *finder, const struct cp_path_ask *ask,
                                 struct cp_arena *arena, struct cp_paths *out);

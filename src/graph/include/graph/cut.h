#pragma once

#include "graph/graph.h"

#define CP_CUT_DEPTH_MAX 8u

/**
 * The fewest failures that leave two sets of nodes without a way between them.
 *
 * With links and nodes alone this is a minimum vertex cut of the graph whose vertices are nodes and
 * links (Menger); SRLGs, which fail several links at once, are searched beside it: while more
 * disjoint ways remain than failures, some SRLG must break two of them at once.
 */
struct cp_cut_query {
    const uint32_t *src, *dst; /* nodes, ascending; they never fail */
    uint32_t src_count, dst_count;
    bool links, nodes, srlgs; /* which kinds may fail */
    uint32_t depth;           /* look for cuts up to this size; at most CP_CUT_DEPTH_MAX */
};

/** Scratch for cuts in one graph; one thread at a time. */
struct cp_cut;

CP_MUST_USE cp_err cp_cut_open(const struct cp_graph *g, struct cp_arena *arena,
                               struct cp_cut **out);

/**
 * *size is the least number of failures after which no node of src reaches another node of dst,
 * UINT32_MAX if it is above query->depth; elements [depth] out: such a set, ascending.
 *
 * Exact, and the same whatever was asked before.  Of least cuts of links and nodes it is the one
 * nearest to src; an SRLG is reported where it saves a failure, and of those that part the two sets
 * alone the first.
 *
 * Cost: mostly what lies between src, dst and the core of the network around each, after some
 * searches through the whole graph for all queries of the same kinds together.  At most
 * O(depth * hops) where SRLGs break no two ways at once, (SRLGs on ways)^depth times that where they
 * do; where src and dst share nodes (failures on a way)^depth searches.
 */
void cp_cut_find(struct cp_cut *cut, const struct cp_cut_query *query, uint32_t *size,
                 uint32_t *elements);

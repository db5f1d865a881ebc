#pragma once

#include "base/arena.h"

/**
 * The IP layer as arrays: what forwarding sees of a network.
 *
 * Nodes, links and SRLGs are numbered densely from 0.  A link has two ends or, as a LAN, more; from
 * any end a packet can go to any other end at the metric of the end that it leaves.  Immutable;
 * threads may share it.
 */

#define CP_UNREACHABLE UINT64_MAX

/** One way out of a node. */
struct cp_hop {
    uint32_t to;   /* node at the other end */
    uint32_t link; /* the link it uses */
    uint32_t out;  /* metric from here to there, >= 1 */
    uint32_t in;   /* metric from there to here, >= 1 */
};

struct cp_graph {
    uint32_t node_count, link_count, srlg_count;
    /* Ways out of node v: hops[hop_first[v]] to before hops[hop_first[v + 1]], by link, then end. */
    const uint32_t *hop_first; /* [node_count + 1] */
    const struct cp_hop *hops;
    /* Ends of link l: end_node[end_first[l]] to before end_node[end_first[l + 1]]. */
    const uint32_t *end_first;  /* [link_count + 1] */
    const uint32_t *end_node;   /* [ends] */
    const uint32_t *end_metric; /* [ends] metric from that end onto the link */
    /* Ends at node v, as indexes into end_node: node_ends[node_end_first[v]] on. */
    const uint32_t *node_end_first; /* [node_count + 1] */
    const uint32_t *node_ends;
    const uint32_t *end_link; /* [ends] the link of an end */
    /* SRLG g fails links srlg_links[srlg_first[g]] on; link l is in srlgs link_srlgs[...] on. */
    const uint32_t *srlg_first, *srlg_links;
    const uint32_t *link_srlg_first, *link_srlgs;
};

/** What a graph is made from. */
struct cp_graph_parts {
    uint32_t node_count, link_count, srlg_count;
    const uint32_t *end_first;       /* [link_count + 1] */
    const uint32_t *end_node;        /* [ends] below node_count; those of one link all different */
    const uint32_t *end_metric;      /* [ends] >= 1 */
    const uint32_t *link_srlg_first; /* [link_count + 1] */
    const uint32_t *link_srlgs;      /* below srlg_count */
};

/** Copies the parts.  Errors: NOMEM, LIMIT (more than 2^32 - 1 hops).  Cost: O(hops). */
CP_MUST_USE cp_err cp_graph_make(const struct cp_graph_parts *parts, struct cp_arena *arena,
                                 struct cp_graph *out);

/** The same, but the graph's arrays are those of the parts, which must live as long as it does. */
CP_MUST_USE cp_err cp_graph_make_on(const struct cp_graph_parts *parts, struct cp_arena *arena,
                                    struct cp_graph *out);

/**
 * Failure elements as one number each, in the order in which answers prefer them: links, then
 * nodes, then SRLGs, each by index.
 */
typedef enum { CP_ELEMENT_LINK, CP_ELEMENT_NODE, CP_ELEMENT_SRLG } cp_element_kind;

static inline uint32_t cp_graph_element_of_link(uint32_t link)
{
    return link;
}

static inline uint32_t cp_graph_element_of_node(const struct cp_graph *g, uint32_t node)
{
    return g->link_count + node;
}

static inline uint32_t cp_graph_element_of_srlg(const struct cp_graph *g, uint32_t srlg)
{
    return g->link_count + g->node_count + srlg;
}

static inline uint32_t cp_graph_element_count(const struct cp_graph *g)
{
    return g->link_count + g->node_count + g->srlg_count;
}

/** Kind of an element; *at is its index within the kind. */
cp_element_kind cp_graph_element(const struct cp_graph *g, uint32_t element, uint32_t *at);

/**
 * Which nodes hang together when only some nodes and links may be used.
 *
 * node_ok [nodes], link_ok [links]; component [nodes] out: the least node of each component,
 * UINT32_MAX for nodes that may not be used.  Cost: O(hops).  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_graph_components(const struct cp_graph *g, const uint8_t *node_ok,
                                       const uint8_t *link_ok, uint32_t *component,
                                       struct cp_arena *work);

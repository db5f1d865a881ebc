#pragma once

#include "graph/graph.h"

/** Networks of every kind and of any size, as they come from a seed. */
typedef enum {
    NET_ISP,      /* a core, and nodes that hang on two of it */
    NET_RANDOM,   /* each node to three at random: nothing cuts it in small parts */
    NET_ATTACHED, /* each node to two before it, the more the likelier: a few large hubs */
    NET_GRID,
    NET_RING,
    NET_PATH,
    NET_TREE,
    NET_LANS,     /* LANs of three to six ends in a row, and some links */
    NET_PARALLEL, /* at most eight nodes, many links */
    NET_APART,    /* two parts that nothing joins, and nodes alone */
    NET_ONE,      /* one node */
    NET_SHAPES
} net_shape;

typedef enum {
    NET_HOPS,   /* 1 */
    NET_FEW,    /* 1 to 4 */
    NET_SLOPES, /* differences of heights: every way that only descends is as cheap as another */
    NET_WIDE,   /* 1 to 65535 */
    NET_LONG,   /* 1 to 2^23: larger networks may have costs that do not fit rows */
    NET_HUGE,   /* up to UINT32_MAX, of all lengths: sums need 64 bits */
    NET_METRICS
} net_metrics;

struct net {
    struct cp_graph graph;
    net_shape shape;
    net_metrics metrics;
    uint64_t numbers; /* a seed that is left */
    uint32_t node_count;
    const uint8_t *closed; /* [nodes] NULL in half of the nets */
    uint32_t *node_marks, *link_marks;

    struct cp_graph_parts parts; /* its arrays are those below */
    uint32_t link_cap, end_cap;
    uint32_t *end_first, *end_node, *end_metric, *srlg_first, *srlgs;
    uint32_t *height; /* [nodes] of NET_SLOPES */
    bool even;        /* links have the same metric both ways, but for slopes */
};

/** All in the arena; the process ends where there is no memory. */
void net_make(struct net *net, uint64_t seed, net_shape shape, net_metrics metrics, uint32_t nodes,
              struct cp_arena *arena);

/** A new metric for any end, of the net's kind. */
uint32_t net_metric(const struct net *net, uint64_t *seed);

/** No metric is larger. */
uint32_t net_metric_most(net_metrics metrics);

const char *net_shape_name(net_shape shape);

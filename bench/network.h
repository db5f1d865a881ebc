#pragma once

#include <stdbool.h>

#include "graph/graph.h"

#include "isp.h"

/** Shapes of made-up networks; about two links a node all of them. */
typedef enum {
    NETWORK_ISP,          /* isp.h */
    NETWORK_RANDOM,       /* random links over a random tree */
    NETWORK_PREFERENTIAL, /* each node on two earlier ones, drawn by how many links they have */
    NETWORK_GRID          /* a square */
} network_shape;

typedef enum { NUMBERED_AS_MADE, NUMBERED_AT_RANDOM } network_numbering;

struct network_plan {
    network_shape shape;
    uint32_t nodes; /* a grid has the greatest square that is no more */
    isp_metrics metrics;
    network_numbering numbering; /* at random: nodes and links are shuffled */
};

enum { MAKERS = 6, EXCLUDED_MAKER_BIT = 1 };

struct network {
    struct isp isp; /* forbidden: nodes of the maker that is excluded, about 5 % */
    struct cp_graph graph;
    /* A bit for each node's maker; EXCLUDED_MAKER_BIT is that of forbidden nodes.  On links: a bit of
     * its own on about 5 %. */
    uint32_t *node_marks, *link_marks;
    uint32_t *allowed; /* the nodes that are not forbidden, ascending */
    uint32_t allowed_count;
    struct cp_arena *arena; /* of the graph */
};

/** Same plan and seed, same network. */
struct network *network_make(const struct network_plan *plan, uint64_t seed);
void network_free(struct network *network);

/** Some nodes [count], allowed ones only, different, drawn with the seed: the caller frees them. */
uint32_t *network_draw(const struct network *network, uint32_t count, uint64_t seed);

/** A demand: two allowed nodes. */
struct pair {
    uint32_t src, dst;
};
struct pair *network_demands(const struct network *network, uint32_t count, uint64_t seed);

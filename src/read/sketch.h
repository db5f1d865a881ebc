#pragma once

#include "doc.h"

/**
 * A foreign network while it is read: nodes and edges under the file's own names, with whatever the
 * file says about them.  Finish makes rows of it, by the rules that hold for all foreign formats:
 *
 * - A node's id is its label; without one the file's own id.  Of nodes with one label the first
 *   keeps it, the k-th is LABEL#k (k from 2, or the next that is free), and a finding says so.
 * - A link's id is its label where that is not empty, stands once in the file and names no node;
 *   else the default A--B or A--B#k; a LAN without label is lan#k.
 * - Directed edges u-v and v-u are one link: the k-th u-v with the k-th v-u, in file order.  A file
 *   whose directed edges have no partner at all is read as undirected, with a finding; a single
 *   edge without a partner is an error.
 * - Attributes become facts, named in lower case, with the format's name as their source.
 */

/** Why attributes of the graph as a whole are ignored. */
#define CP_GRAPH_ATTRIBUTE "attributes of the whole graph say nothing about a node or link"

/** Something the file says about a node or edge. */
typedef struct {
    cp_text key, value;
    cp_place place;
    bool taken; /* it became a field of the row and needs no fact */
} cp_attr;

struct cp_sketch_node {
    cp_text file_id; /* what edges name it by; empty: none */
    cp_text label;
    cp_place place;
    int32_t lat_udeg, lon_udeg;
    cp_range attrs; /* in cp_sketch.attrs */
    cp_text id;     /* finish: of the row */
};

struct cp_sketch_edge {
    cp_text label;
    cp_text source, target; /* file ids; both empty where the reader sets a and b itself */
    cp_text source_port, target_port;
    cp_place place, source_place, target_place;
    bool directed;
    bool lan;        /* an end of a hyperedge: one link with all edges of its group */
    uint32_t group;  /* of a hyperedge: its first edge */
    uint32_t metric; /* 0: not given */
    uint64_t capacity_bps;
    cp_range attrs;
    uint32_t a, b;    /* indexes of nodes */
    uint32_t partner; /* finish: the edge in the other direction, or CP_NONE */
    uint32_t next;    /* finish: waits behind this one for a partner */
};

struct cp_sketch {
    struct cp_doc *doc;
    struct cp_sketch_node *nodes;
    struct cp_sketch_edge *edges;
    cp_attr *attrs;
    uint32_t node_count, node_cap, edge_count, edge_cap, attr_count, attr_cap;
    struct cp_map *by_file_id; /* to indexes of nodes */
    struct cp_map *ids;        /* of nodes and, in finish, of links that are given one */
};

CP_MUST_USE cp_err cp_sketch_open(struct cp_doc *doc, struct cp_sketch *out);

/** Add a node or an edge with everything optional not given; *at is its index.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_sketch_node(struct cp_sketch *sketch, cp_place place, uint32_t *at);
CP_MUST_USE cp_err cp_sketch_edge(struct cp_sketch *sketch, cp_place place, uint32_t *at);

/** Adds an attribute to a range that ends where the last attribute does, or is empty.  LIMIT. */
CP_MUST_USE cp_err cp_sketch_attr(struct cp_sketch *sketch, cp_range *attrs, cp_text key,
                                  cp_text value, cp_place place);

/** The first attribute of the range with this key (whatever its case), or NULL. */
cp_attr *cp_sketch_find(const struct cp_sketch *sketch, cp_range attrs, const char *key);

/**
 * The one attribute of the range with exactly this key, which is marked as taken; an empty value
 * where there is none.  Errors: DUPLICATE.
 */
CP_MUST_USE cp_err cp_sketch_take(struct cp_sketch *sketch, cp_range attrs, const char *key,
                                  cp_attr *out);

/** Adds NAME#k to the ids of the file, k the first of *k, *k + 1, ... that is free. */
CP_MUST_USE cp_err cp_sketch_numbered(struct cp_sketch *sketch, cp_text name, uint32_t *k,
                                      cp_text *out);

/**
 * Names the nodes and finds the ends of the edges.
 * Errors: DUPLICATE (file ids), UNKNOWN_ID (an edge's end), MALFORMED (a node with no name at all).
 */
CP_MUST_USE cp_err cp_sketch_resolve(struct cp_sketch *sketch);

/** Resolves, and adds all rows.  Errors: as of resolve and of cp_build_*. */
CP_MUST_USE cp_err cp_sketch_finish(struct cp_sketch *sketch);

/** Reads the Topology Zoo's keys: Latitude and Longitude, LinkSpeedRaw or LinkSpeed with its units. */
CP_MUST_USE cp_err cp_zoo_apply(struct cp_sketch *sketch);

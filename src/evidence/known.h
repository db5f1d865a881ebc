#pragma once

#include "base/map.h"
#include "set.h"

/**
 * What is known of the nodes of the build before neighbours are joined: names, addresses and numbers by
 * which a neighbour may be known, and the ports of each.
 *
 * What somebody vouches for (ids, inventories) comes before what devices say of themselves: a device
 * that bears another's name takes nothing away from it.
 */

typedef enum {
    CP_KNOWN_NAME,  /* whole, small letters */
    CP_KNOWN_LABEL, /* up to the first dot, of a name that has one */
    CP_KNOWN_MAC,   /* of the box */
    CP_KNOWN_PORT_MAC,
    CP_KNOWN_ADDRESS,
    CP_KNOWN_SERIAL,
} cp_known_by;

enum { CP_VOUCHED, CP_SELF_SAID };

struct cp_known_key {
    uint32_t word, level, node;
};

struct cp_known_node {
    cp_text id;
    cp_layer layer;
    bool has_mac;   /* some address of its box is known */
    bool sees;      /* a document of it tells of neighbours */
    bool was_added; /* by ourselves: only neighbours speak of it */
};

struct cp_known {
    struct cp_evidence_set *set;
    struct cp_arena *work;
    bool *documents; /* [input] a device's, and no inventory */
    uint32_t input_count;

    struct cp_known_node *nodes;
    uint32_t node_count, node_cap;
    struct cp_map *ids; /* of nodes, as written */

    struct cp_map *words;
    uint32_t word_count;
    struct cp_known_key *keys; /* sorted once all are there */
    uint32_t key_count, key_cap;

    struct cp_map *ports; /* node and a folded name, or an address: to a port; see known.c */
    uint32_t *port_of;    /* [names] the port; CP_NONE: several ports are called so */
    uint32_t name_count, name_cap;
    struct cp_known_port {
        uint32_t node;
        cp_text name; /* as the device, else the inventory, writes it */
    } * port_list;
    uint32_t port_count, port_cap;
};

/** NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_known_make(struct cp_evidence_set *set, struct cp_arena *work,
                                 struct cp_known *out);

/** A node that was added to the build. */
CP_MUST_USE cp_err cp_known_add_node(struct cp_known *known, cp_text id, cp_layer layer,
                                     uint32_t *node);
/** By its id; CP_NONE. */
uint32_t cp_known_node_find(const struct cp_known *known, cp_text id);

/** Past so many nodes a text is none to know anybody by: no more are counted. */
enum { CP_KNOWN_NODES_MAX = 64 };
/** Nodes that a text may mean: those of the best level alone.  count: at most CP_KNOWN_NODES_MAX + 1. */
struct cp_known_found {
    const struct cp_known_key *at;
    uint32_t count;
};
struct cp_known_found cp_known_find(const struct cp_known *known, cp_known_by by, cp_text text);

/** The port of a node that a name means, whatever of its names it is; CP_NONE: none, or several. */
uint32_t cp_known_port_find(const struct cp_known *known, uint32_t node, cp_text name);
/** The same by the port's address. */
uint32_t cp_known_port_find_mac(const struct cp_known *known, uint32_t node, cp_text mac);
/** The same, added where there is none. */
CP_MUST_USE cp_err cp_known_port_get(struct cp_known *known, uint32_t node, cp_text name,
                                     uint32_t *port);

#pragma once

#include "netbox.h"

/**
 * Once all objects are read: who is joined to whom.
 *
 * A port is a number: interfaces first, then front ports, rear ports and terminations of circuits, each
 * in the order of their tables.  Lists hang on a number as ranges: of[starts[n]] to before
 * of[starts[n + 1]].
 */
struct cp_nb_lists {
    uint32_t *starts, *of;
};

struct cp_nb_parts;

struct cp_nb_net {
    struct cp_netbox *nb;
    struct cp_doc *doc;
    struct cp_arena *arena;
    uint32_t front_first, rear_first, term_first, port_count;
    uint32_t *port_device;        /* [term_first] index of a device; CP_NONE */
    struct cp_nb_lists port_ends; /* of each port the ends of cables there, indexes into nb->ends */
    struct cp_nb_lists mappings;  /* of each front and rear port, indexes into nb->mappings */
    struct cp_nb_lists circuits;  /* of each circuit its terminations, as ports */
    uint32_t *term_circuit;       /* [terminations] index of a circuit; CP_NONE */
    uint8_t *device_left_out;     /* [devices] planned, and nothing says otherwise */
    uint8_t *device_passive;      /* [devices] passes light or current through, and nothing else */
    uint8_t *device_layer;        /* [devices] cp_layer */
    uint8_t *circuit_left_out;    /* [circuits] */
    cp_text *node_ids, *network_ids; /* [devices], [provider networks] */
    uint32_t *name_uses;             /* [names] by devices, cables and circuits */
    struct cp_map *ids;              /* of nodes, to 0 */
};

/** Tables sorted, numbers of objects to indexes, lists made. */
CP_MUST_USE cp_err cp_nb_resolve(struct cp_nb_net *net);

/** Makes lists of `count` pairs: member i hangs on at[i], CP_NONE on nothing; in their order. */
CP_MUST_USE cp_err cp_nb_list(struct cp_arena *arena, const uint32_t *at, uint32_t count,
                              uint32_t owners, struct cp_nb_lists *out);

static inline uint32_t cp_nb_count(const struct cp_nb_net *net, cp_nb_table table)
{
    return net->nb->records[table].count;
}
static inline cp_nb_table cp_nb_port_table(const struct cp_nb_net *net, uint32_t port)
{
    if (port < net->front_first)
        return CP_NB_INTERFACE;
    if (port < net->rear_first)
        return CP_NB_FRONT_PORT;
    return port < net->term_first ? CP_NB_REAR_PORT : CP_NB_TERMINATION;
}
/** Of a port that is no termination. */
const struct cp_nb_port *cp_nb_port(const struct cp_nb_net *net, uint32_t port);
const struct cp_nb_cable *cp_nb_cable(const struct cp_nb_net *net, uint32_t cable);

/** Rows of sites, nodes and their parts; names all nodes. */
CP_MUST_USE cp_err cp_nb_rows_nodes(struct cp_nb_net *net);
/** What is in a device, after its row. */
CP_MUST_USE cp_err cp_nb_parts_open(struct cp_nb_net *net, struct cp_nb_parts **out);
CP_MUST_USE cp_err cp_nb_rows_parts(struct cp_nb_parts *parts, uint32_t device);
/** A fact of the node added last, if there is something to say. */
CP_MUST_USE cp_err cp_nb_fact(const struct cp_nb_net *net, cp_place place, cp_text part,
                              const char *attribute, cp_text value);

/** Rows of links. */
CP_MUST_USE cp_err cp_nb_rows_links(struct cp_nb_net *net);

/* --- ways --------------------------------------------------------------------------------- */

#define CP_NB_NETWORK UINT32_C(0x80000000) /* an end of a way that is a provider network */
#define CP_NB_CIRCUIT_STEP UINT32_C(0x80000000)

/** From an interface to another, or to a provider network: what is passed between them. */
struct cp_nb_way {
    uint32_t a, b;  /* ports, a < b; b: or CP_NB_NETWORK | index */
    uint32_t first; /* in cp_nb_ways.steps: cables, and CP_NB_CIRCUIT_STEP | index of a circuit */
    uint32_t count;
};

struct cp_nb_ways {
    struct cp_nb_way *at;
    uint32_t *steps;
    uint8_t *cut_off; /* [interfaces] there are more ways from it than were followed */
    uint32_t count, cap, step_count, step_cap;
};

/** All of them, sorted by a, b and steps, none twice. */
CP_MUST_USE cp_err cp_nb_walk(struct cp_nb_net *net, struct cp_nb_ways *out);

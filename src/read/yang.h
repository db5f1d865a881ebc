#pragma once

#include "base/json_in.h"

#include "doc.h"

/**
 * Topologies and inventories as YANG models them, in JSON (RFC 7951): networks of RFC 8345 with their
 * layers (RFC 8346, 8944, 8795 and what builds on them), and the inventory of draft-ietf-ivy-network-inventory-yang.
 *
 * Documents are gathered one after the other (yang_document.c finds the networks and inventories in them,
 * the others read their objects); what refers to something else is a name until cp_yang_finish,
 * which finds all of them, names nodes and links and adds the rows.  So it does not matter in which
 * order files come, nor which of them holds what.
 *
 * What is gathered lies in the arena of the reading; a document and its tree are let go at its end.
 */

/** One statement about what is being read; it becomes a fact of its node, link or part. */
struct cp_yang_attr {
    cp_text part, attribute, value;
    cp_place place;
};

/** The name of a node, link or network in some network. */
struct cp_yang_ref {
    cp_text network, name; /* network empty: the one where the reference stands */
    cp_place place;
};

struct cp_yang_network {
    cp_text id;
    cp_layer layer; /* CP_LAYER_COUNT: nothing says so */
    cp_place place;
    bool paired; /* a link of it has its other direction */
};

struct cp_yang_tp {
    cp_text id;
    cp_text element, component; /* of the inventory: what it is there; may be empty */
    cp_text plug;               /* inter-domain-plug-id */
    cp_range members;           /* termination points that it bundles, in cp_yang.names */
    cp_text interface_name;
    cp_place place;
};

struct cp_yang_node {
    uint32_t network;
    cp_text file_id, id; /* id: of the row, in finish */
    cp_text element;     /* ne-ref */
    cp_text loopback;
    cp_place place;
    int32_t lat_udeg, lon_udeg;
    cp_range attrs, supports, tps; /* of cp_yang.attrs, refs, tps */
    struct cp_yang_ref underlay;   /* name empty: none; else network alone counts */
    bool down;
};

struct cp_yang_link {
    uint32_t network;
    cp_text file_id, id;
    cp_text source, source_tp, target, target_tp; /* target empty: it leaves the network */
    cp_place place, source_place, target_place;
    uint64_t metric, te_metric; /* 0: not given */
    uint64_t capacity_bps;
    uint32_t delay_us;
    cp_text srlgs;
    cp_range bundled; /* termination points at its source that it bundles, in cp_yang.names */
    cp_range attrs, supports;
    bool down;
    bool left_out;    /* finish: said so */
    bool unsupported; /* something that carries it is not here, or not read */
    uint32_t a, b;    /* finish: nodes */
    uint32_t partner, next;
};

struct cp_yang_component {
    cp_text id, name, class_name, parent;
    cp_place place;
    cp_range attrs;
};

struct cp_yang_element {
    cp_text id;
    cp_place place;
    struct cp_yang_ref node; /* node-ref, network-ref */
    cp_text site;
    cp_range attrs, components;
    uint32_t nodes; /* finish: it was found on so many */
    bool counted;
};

struct cp_yang_site {
    cp_text id, name, country;
    cp_place place;
    int32_t lat_udeg, lon_udeg;
};

/** Which chassis of which element stands where. */
struct cp_yang_stand {
    cp_text element, site;
    cp_place place;
};

/** An array that grows in the arena of the reading. */
struct cp_yang_list {
    void *at;
    uint32_t count, cap;
};
#define CP_YANG_AT(list, type, index) (&((type *)(list).at)[index])

struct cp_yang_own;

struct cp_yang {
    struct cp_doc *doc;             /* the one that is read now */
    cp_text part;                   /* that attributes are noted for now; empty: the thing itself */
    bool notes;                     /* what is read now is a thing that facts can be about */
    bool strict;                    /* what no rule knows is not understood, not ignored */
    struct cp_yang_own *own;        /* names of our own networks of the document that is read now */
    uint32_t network;               /* that is read now */
    struct cp_yang_list attrs;      /* struct cp_yang_attr */
    struct cp_yang_list refs;       /* struct cp_yang_ref */
    struct cp_yang_list names;      /* the same */
    struct cp_yang_list networks;   /* struct cp_yang_network */
    struct cp_yang_list nodes;      /* struct cp_yang_node */
    struct cp_yang_list tps;        /* struct cp_yang_tp */
    struct cp_yang_list links;      /* struct cp_yang_link */
    struct cp_yang_list elements;   /* struct cp_yang_element */
    struct cp_yang_list components; /* struct cp_yang_component */
    struct cp_yang_list sites;      /* struct cp_yang_site */
    struct cp_yang_list stands;     /* struct cp_yang_stand */
    struct cp_map *network_ids;
    /* Of finish: by network and id, to nodes and links; the ids that are taken; by node and termination point,
     * to the link that starts there and to the termination point; by ne-id, to elements. */
    struct cp_map *node_keys, *link_keys, *ids, *by_source, *tp_keys, *element_ids;
    struct cp_yang_list binds; /* which node is which element: yang_parts.c */
};

/** Adds a copy of the thing.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_yang_add(struct cp_yang *yang, struct cp_yang_list *list, const void *thing,
                               size_t size_bytes);
#define CP_YANG_ADD(yang, list, thing) cp_yang_add((yang), (list), (thing), sizeof(*(thing)))

/* --- objects (yang.c) ---------------------------------------------------------------------- */

/**
 * What is done with a member of an object.  Its name is matched as RFC 7951 4 writes it, with the
 * name of its module before it, or without; one member both ways is an error (DUPLICATE).
 * Of take, fact and why one is set.
 */
struct cp_yang_rule {
    const char *module, *name;
    cp_err (*take)(struct cp_yang *yang, const struct cp_json_value *value, void *into);
    const char *fact; /* an attribute: each value becomes one */
    const char *why;  /* it is ignored, and why */
};
#define CP_YANG_RULES_MAX 64u

/**
 * Goes through the members of an object.  Comments ("// ...") are ignored; scalars without a rule
 * become facts x-NAME; other members without one are ignored, and said.
 * Errors: MALFORMED (no object), DUPLICATE, and those of the takes.
 */
CP_MUST_USE cp_err cp_yang_walk(struct cp_yang *yang, const struct cp_json_value *object,
                                const struct cp_yang_rule *rules, size_t count, void *into);
/** Goes through an array of objects.  Errors: MALFORMED (none), and those of the call. */
CP_MUST_USE cp_err cp_yang_each(struct cp_yang *yang, const struct cp_json_value *array,
                                cp_err (*take)(struct cp_yang *yang,
                                               const struct cp_json_value *value, void *into),
                                void *into);

/** Whether the name is NAME or MODULE:NAME. */
bool cp_yang_is(cp_text key, const char *module, const char *name);
/** What follows the last colon of an identity: "iana-hardware:port" is "port". */
cp_text cp_yang_bare(cp_text identity);

/** A copy of one line in the arena of the reading.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_yang_keep(struct cp_yang *yang, cp_place place, cp_text text, cp_text *out);
/** The same of a value that must be a text or a number.  Errors: MALFORMED, NOMEM. */
CP_MUST_USE cp_err cp_yang_text(struct cp_yang *yang, const struct cp_json_value *value,
                                cp_text *out);
/** The first, where it is an array.  For ids: not empty either. */
CP_MUST_USE cp_err cp_yang_id(struct cp_yang *yang, const struct cp_json_value *value,
                              cp_text *out);
/** RFC 7951 6.1: numbers of 64 bits are texts.  false: none that fits. */
bool cp_yang_number(const struct cp_json_value *value, uint64_t max, uint64_t *out);

/** A fact of what is read now: value may be a scalar or an array of them; null says nothing. */
CP_MUST_USE cp_err cp_yang_note(struct cp_yang *yang, const char *attribute,
                                const struct cp_json_value *value);
CP_MUST_USE cp_err cp_yang_note_text(struct cp_yang *yang, const char *attribute, cp_text value,
                                     cp_place place);
/** Adds names (a text, or an array of them) to cp_yang.names. */
CP_MUST_USE cp_err cp_yang_names(struct cp_yang *yang, const struct cp_json_value *value,
                                 cp_range *names);

CP_MUST_USE cp_err cp_yang_tally(struct cp_yang *yang, cp_remark_kind kind, cp_place place,
                                 const char *why, cp_text subject);
CP_MUST_USE cp_err cp_yang_refuse(struct cp_yang *yang, cp_err err, cp_place place, const char *why,
                                  cp_text subject);

/** A reference: network-ref, and node-ref or link-ref; added to the list.  Errors: MALFORMED. */
CP_MUST_USE cp_err cp_yang_ref_take(struct cp_yang *yang, const struct cp_json_value *value,
                                    void *list);

/* --- what a document holds ------------------------------------------------------------------ */

/* Takes of rules: into is what their name says. */
CP_MUST_USE cp_err cp_yang_networks(struct cp_yang *yang, const struct cp_json_value *value,
                                    void *nothing);
CP_MUST_USE cp_err cp_yang_network_list(struct cp_yang *yang, const struct cp_json_value *value,
                                        void *nothing);
CP_MUST_USE cp_err cp_yang_link_take(struct cp_yang *yang, const struct cp_json_value *value,
                                     void *nothing);
CP_MUST_USE cp_err cp_yang_inventory(struct cp_yang *yang, const struct cp_json_value *value,
                                     void *nothing);
CP_MUST_USE cp_err cp_yang_locations(struct cp_yang *yang, const struct cp_json_value *value,
                                     void *nothing);
CP_MUST_USE cp_err cp_yang_te_node(struct cp_yang *yang, const struct cp_json_value *value,
                                   void *node);
CP_MUST_USE cp_err cp_yang_te_tp(struct cp_yang *yang, const struct cp_json_value *value, void *tp);
CP_MUST_USE cp_err cp_yang_te_link(struct cp_yang *yang, const struct cp_json_value *value,
                                   void *link);
/** Left as it is where it is none, which is said. */
CP_MUST_USE cp_err cp_yang_degrees(struct cp_yang *yang, const struct cp_json_value *value,
                                   int limit_deg, int32_t *udeg);
/** latitude and longitude, of geo-location (RFC 9179) or geolocation (RFC 8795). */
struct cp_yang_spot {
    int32_t lat_udeg, lon_udeg;
};
CP_MUST_USE cp_err cp_yang_spot(struct cp_yang *yang, const struct cp_json_value *value,
                                struct cp_yang_spot *spot);

/* --- finish ------------------------------------------------------------------------------------ */

/** The layer of a network, ip where nothing says so. */
cp_layer cp_yang_layer(const struct cp_yang *yang, uint32_t network);

/** Adds an index under two names; of several the first stays.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_yang_key_add(struct cp_yang *yang, struct cp_map *keys, cp_text first,
                                   cp_text second, uint32_t value);
/** *out is CP_MAP_NONE where it is not there.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_yang_find(const struct cp_yang *yang, const struct cp_map *keys,
                                cp_text first, cp_text second, uint32_t *out);

/** Names nodes and links, finds both directions of links, and says what refers to nothing. */
CP_MUST_USE cp_err cp_yang_join(struct cp_yang *yang);
/** Which element each node is.  After join. */
CP_MUST_USE cp_err cp_yang_bind(struct cp_yang *yang);

/** A fact about the node or link added last, or, where node is not empty, about that node. */
CP_MUST_USE cp_err cp_yang_fact(struct cp_yang *yang, const struct cp_yang_attr *attr, cp_text part,
                                cp_text node);
/* After bind: rows of sites; the site of a node; what its elements say, for the node added last; nodes
 * of the elements that are no node of a topology. */
CP_MUST_USE cp_err cp_yang_sites(struct cp_yang *yang);
cp_text cp_yang_site_of(const struct cp_yang *yang, uint32_t node);
CP_MUST_USE cp_err cp_yang_parts(struct cp_yang *yang, uint32_t node);
CP_MUST_USE cp_err cp_yang_elements_alone(struct cp_yang *yang);

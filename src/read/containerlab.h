#pragma once

#include "base/yaml.h"

#include "doc.h"

/**
 * A containerlab topology while it is read: the file's own tree, and what each node of it is.
 *
 * - A node's properties come from itself, else its group, else its kind, else the defaults.
 * - A bridge is no node but a LAN of all that is plugged into it; bridges that are plugged into each other
 *   are one.  A node that shares another's network (network-mode: container:OTHER) is a part of it, and what
 *   is plugged into the one is plugged into the other: cards of one chassis are written so.
 * - A name with a range in it stands for several nodes, or interfaces.
 * - The machine that the lab runs on, its interfaces and what is behind them are outside: a node each, of
 *   which nothing is known, so that no way leads through the machine.
 */

typedef enum {
    CP_LAB_BOX,     /* a system of its own */
    CP_LAB_BRIDGE,  /* joins what is plugged into it */
    CP_LAB_OUTSIDE, /* the machine that the lab runs on */
} cp_lab_shape;

struct cp_lab_kind {
    const char *names; /* as files write it, and did; separated by '|' */
    const char *maker; /* NULL: the kind names none */
    const char *software;
    cp_lab_shape shape;
};

/** NULL where the kind is not known here. */
const struct cp_lab_kind *cp_lab_kind_find(cp_text name);

enum { CP_LAB_LEVELS = 4 };

struct cp_lab_node {
    cp_text name;
    cp_place place;
    const struct cp_yaml *levels[CP_LAB_LEVELS]; /* itself, group, kind, defaults; or NULL */
    cp_text kind;
    cp_lab_shape shape;
    uint32_t home;   /* whose part it is; itself where of none */
    uint32_t bridge; /* of bridges: the first of those it is one with */
};

/** An end of a link, at a node of the file (node < node_count) or outside. */
struct cp_lab_end {
    uint32_t node;
    cp_text outside, port; /* outside: the id of that node; empty: at a node of the file */
    cp_place place;
};

/** Something plugged into a bridge, the management network or an interface of the machine. */
struct cp_lab_plug {
    cp_text lan; /* which of these; empty: the bridge */
    uint32_t bridge;
    struct cp_lab_end end;
    const struct cp_yaml *link;
    uint32_t next;  /* the next one in the same LAN, or CP_NONE */
    bool is_second; /* another one of its node is plugged into the same */
};

/** Properties that nodes share, by name. */
struct cp_lab_shared {
    const struct cp_yaml **at;
    struct cp_map *names; /* to indexes of these */
};

struct cp_lab {
    struct cp_doc *doc;
    struct cp_lab_node *nodes;
    struct cp_map *names; /* to indexes of nodes */
    struct cp_lab_plug *plugs;
    uint32_t node_count, plug_count, plug_cap;
    const struct cp_yaml *defaults;
    struct cp_lab_shared kinds, groups;
    uint32_t said;   /* facts */
    uint64_t ranged; /* names that ranges stood for */
};

/* Ranges (containerlab_ranges.c), which containerlab itself has not: a name with brackets stands for several. */

struct cp_lab_span {
    uint32_t first, last, width; /* width: with zeros in front; 0: as it is */
};

/** The names that one stands for; borrows it. */
struct cp_lab_names {
    uint32_t count; /* at least 1 */
    uint32_t range_count, span_count;
    cp_text before[8]; /* each range */
    cp_text tail;      /* behind the last */
    uint32_t sizes[8], span_ends[8];
    struct cp_lab_span spans[32];
};

/** Errors: MALFORMED: brackets that hold no range; DUPLICATE: a number twice; LIMIT. */
CP_MUST_USE cp_err cp_lab_names_parse(struct cp_lab *lab, cp_text name, cp_place place,
                                      struct cp_lab_names *out);
/** One of them, index < count: the last range runs fastest.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_lab_names_at(struct cp_lab *lab, const struct cp_lab_names *names,
                                   uint32_t index, cp_text *name);
/** Counts the names of a range: LIMIT where all ranges of the file stand for too many. */
CP_MUST_USE cp_err cp_lab_ranged(struct cp_lab *lab, cp_place place, uint64_t count);

/** What is said to be so of a node or link: evidence claim, source containerlab. */
struct cp_fact_row cp_lab_fact(cp_place place, cp_text attribute, cp_text value);

CP_MUST_USE cp_err cp_lab_tally(struct cp_lab *lab, cp_remark_kind kind, cp_place place,
                                const char *why, cp_text subject);

/**
 * The text as it is meant: on one line, without spaces around it, each ${NAME:-DEFAULT} being its default,
 * since nothing is known here of the environment that the lab ran in.  Empty where it is none (containerlab_text.c).
 */
CP_MUST_USE cp_err cp_lab_text(struct cp_lab *lab, const struct cp_yaml *value, cp_text *out);

/**
 * Whether a fact may be added: it says something, and holds no character that is not seen, which is remarked.
 * Errors: LIMIT (too many facts), NOMEM.
 */
CP_MUST_USE cp_err cp_lab_may_say(struct cp_lab *lab, const struct cp_fact_row *row, bool *may);

/** The first of the labels of a node or link; NULL where it has none.  Too many are remarked. */
CP_MUST_USE cp_err cp_lab_labels(struct cp_lab *lab, const struct cp_yaml *map,
                                 const struct cp_yaml **first);
/** A label as an attribute: "x-label-KEY".  Errors: NOMEM. */
CP_MUST_USE cp_err cp_lab_labelled(struct cp_lab *lab, cp_text key, cp_text *out);

/** Adds the links, and the LANs that bridges are (containerlab_links.c). */
CP_MUST_USE cp_err cp_lab_links(struct cp_lab *lab, const struct cp_yaml *links);

#define CP_LAB_MGMT "mgmt-net" /* the management network, as an end of a link */

/** Adds a node that stands for what is outside of the file, where it is not there yet. */
CP_MUST_USE cp_err cp_lab_outside(struct cp_lab *lab, cp_place place, cp_text id, cp_layer layer);
/** The id of the node at an end. */
cp_text cp_lab_end_id(const struct cp_lab *lab, const struct cp_lab_end *end);
/** A fact of the link that was added last. */
CP_MUST_USE cp_err cp_lab_say_of_link(struct cp_lab *lab, cp_place place, cp_text attribute,
                                      cp_text value);
/** All that a link says of itself, as such facts. */
CP_MUST_USE cp_err cp_lab_say_link(struct cp_lab *lab, const struct cp_yaml *link);
/** The first of the bridges that this one is one with; the way there is shortened. */
uint32_t cp_lab_bridge_root(struct cp_lab *lab, uint32_t bridge);

/** LANs of all that was plugged in (containerlab_lans.c). */
CP_MUST_USE cp_err cp_lab_lans(struct cp_lab *lab);

/** Which keys mean something where, and which are left out by which rule; others are remarked. */
struct cp_lab_key {
    const char *name;
    const char *why; /* NULL: it is used */
};
CP_MUST_USE cp_err cp_lab_keys(struct cp_lab *lab, const struct cp_yaml *map,
                               const struct cp_lab_key *keys, size_t count, const char *unknown);

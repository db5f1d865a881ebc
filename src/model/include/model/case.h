#pragma once

#include "base/date.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/text.h"
#include "model/wishes.h"

/**
 * A case: one immutable snapshot of inventory, topology and demands, as read from its inputs.
 *
 * Everything lies in the arena that it was built in and is borrowed from there.  Arrays are in the
 * order of the inputs unless said otherwise, so that same input gives same answers.  Indexes of
 * different things have different types.  Never changed once built: threads may share it.
 */

typedef struct {
    uint32_t at;
} cp_node; /* index into cp_case.nodes */
typedef struct {
    uint32_t at;
} cp_link; /* index into cp_case.links */

#define CP_NONE UINT32_MAX /* an index of nothing */

typedef enum {
    CP_LAYER_IP,
    CP_LAYER_ETHERNET,
    CP_LAYER_OPTICAL,
    CP_LAYER_RADIO,
    CP_LAYER_MANAGEMENT,
    CP_LAYER_COUNT
} cp_layer;

/** "ip", "ethernet", ... as inputs and answers write it. */
const char *cp_layer_name(cp_layer layer);
/** CP_LAYER_COUNT where the word names no layer. */
cp_layer cp_layer_find(cp_text word);

/** count things of some array of the case, from index first on. */
typedef struct {
    uint32_t first, count;
} cp_range;

#define CP_METRIC_MAX 4294967294u /* metrics are 1 to this */
#define CP_BPS_NONE UINT64_MAX    /* capacity: no limit; bandwidth: not given */
#define CP_DELAY_NONE UINT32_MAX  /* microseconds, not given */
#define CP_COORD_NONE INT32_MIN   /* micro-degrees, not given */

/** One input file and what became of its records. */
struct cp_input {
    cp_text path;    /* as the user gave it, or the name inside the case folder */
    char sha256[65]; /* of its bytes, hex */
    uint32_t used, ignored, not_understood;
};

typedef enum {
    CP_REMARK_IGNORED,        /* left out by the rule that `why` names */
    CP_REMARK_NOT_UNDERSTOOD, /* ends the run with 65 unless --lenient */
    CP_REMARK_FINDING, /* used, and worth a person's look: sources disagree, a name repeated */
} cp_remark_kind;

struct cp_remark {
    cp_remark_kind kind;
    cp_place place;
    const char *why; /* constant, lower case, no full stop */
    cp_text subject; /* the name or value it is about */
    uint32_t count;  /* like ones that it stands for, the first at `place`; 0 means 1 */
    cp_text hint;    /* the nearest name, where the subject is one that nothing bears; or empty */
};

/**
 * What facts gave to a record whose own row did not: bits of `filled`, so that who writes a case leaves
 * it to those facts.  Of a list the row's own items come first: `own_...` says how many.
 */
typedef enum {
    CP_FILLED_ROLE = 1,
    CP_FILLED_SITE = 2,
    CP_FILLED_OPERATOR = 4,
    CP_FILLED_LOOPBACK = 8,
    CP_FILLED_SID = 16,
    CP_FILLED_LAT = 32,
    CP_FILLED_LON = 64,
    CP_FILLED_NAME = 1, /* of sites */
    CP_FILLED_COUNTRY = 2,
    CP_FILLED_CLASS = 1, /* of links: also where leased-circuit won over the row's */
    CP_FILLED_CAPACITY = 2,
} cp_filled;

#define CP_OWN_BITS 12 /* holds CP_LIMIT_LIST_ITEMS */

struct cp_site {
    cp_text id, name, country;
    int32_t lat_udeg, lon_udeg;
    cp_range tags; /* in cp_case.tags */
    cp_place place;
    uint32_t filled : 8, own_tags : CP_OWN_BITS;
};

struct cp_node_rec {
    cp_text id;
    cp_layer layer;
    uint32_t filled : 8, own_tags : CP_OWN_BITS, own_managed_by : CP_OWN_BITS;
    cp_text role, operator_name, loopback, sid;
    uint32_t site; /* index into cp_case.sites, or CP_NONE */
    int32_t lat_udeg, lon_udeg;
    cp_range managed_by; /* in cp_case.managers */
    cp_range tags;       /* in cp_case.tags */
    cp_place place;
};

/** One end of a link.  metric: cost of leaving the node over this link, >= 1. */
struct cp_end {
    cp_text port; /* empty where not given */
    cp_node node;
    uint32_t metric;
};

/**
 * A link: two ends, or, as a LAN, two or more; ends[0] is `a`, ends[1] is `b`.
 * From any end a packet can go to any other, at the metric of the end it leaves.
 */
struct cp_link_rec {
    cp_text id;
    cp_text link_class; /* "lan", "leased-circuit", ...; empty where not given */
    cp_text operator_name;
    uint64_t capacity_bps;
    cp_range ends;         /* in cp_case.ends; all different nodes */
    cp_range srlgs;        /* in cp_case.link_srlgs: its own, not the inherited */
    cp_range alternatives; /* in cp_case.alternatives; empty: nothing known below */
    cp_range tags;
    cp_place place;
    cp_layer layer;
    uint32_t delay_us;
    uint32_t filled : 8, own_tags : CP_OWN_BITS, own_srlgs : CP_OWN_BITS;
    uint16_t own_alternatives;
    bool lan; /* one element with many ends: a row or fact gives it the class lan */
};

/** A demand's ends as it names them and as nodes (layer ip, ascending, without repeats). */
struct cp_demand {
    cp_text id, src_name, dst_name;
    cp_range src, dst;     /* in cp_case.demand_ends; at least one node each */
    cp_text traffic_class; /* empty where not named */
    uint64_t bandwidth_bps;
    cp_range tags;
    struct cp_wished wished; /* of its paths */
    cp_text avoid, require;  /* lists of names as the inputs have them: looked up by who routes */
    cp_place place, avoid_place, require_place;
};

typedef enum { CP_OBJECT_NODE, CP_OBJECT_LINK, CP_OBJECT_SITE } cp_object_kind;

/** What a fact rests on. */
struct cp_evidence {
    cp_text kind, source, who;
};

/**
 * One statement: part `part` (empty: the thing itself) of an object has attribute = value.
 * Makers, models and software of the tables are facts too, with the place of their cell, as is
 * every attribute of a foreign format that has no column of its own here: of those, and of no
 * others, a value may be one that its attribute cannot have (installed, premises, traffic, capacity,
 * capability, function; see finish in build.h).
 */
struct cp_fact {
    cp_text part; /* "xcvr-3"; a port where it equals or lies below one ("et-0/0/1/xcvr") */
    cp_text attribute, value;
    cp_object_kind kind;
    uint32_t object;       /* index into nodes, links or sites */
    uint32_t evidence;     /* index into cp_case.evidence, or CP_NONE: nothing is said of it */
    cp_date date, expires; /* CP_DATE_NONE where not given */
    cp_place place;
};

struct cp_case {
    const struct cp_input *inputs;
    const struct cp_remark *remarks;
    const struct cp_site *sites;
    const struct cp_node_rec *nodes;
    const struct cp_link_rec *links;
    const struct cp_demand *demands;
    const cp_text *srlgs; /* names, in order of first mention */
    const struct cp_end *ends;
    const uint32_t *link_srlgs;   /* indexes into srlgs */
    const cp_range *alternatives; /* each a range of cp_case.supports */
    const cp_link *supports;
    const cp_node *managers;
    const cp_node *demand_ends;
    const cp_text *tags;
    /* Facts sorted by kind and object; those of one object in the order of the inputs.
     * Of node n: facts[node_facts[n]] to before facts[node_facts[n + 1]]; links, sites alike. */
    const struct cp_fact *facts;
    const uint32_t *node_facts; /* [node_count + 1] */
    const uint32_t *link_facts; /* [link_count + 1] */
    const uint32_t *site_facts; /* [site_count + 1] */
    /* [fact_count] 1: a record of its own, which may fill what a row left empty; 0: a cell or a
     * foreign attribute of its object's own record. */
    const uint8_t *fact_fills;
    const struct cp_evidence *evidence;
    uint32_t input_count, remark_count, site_count, node_count, link_count, demand_count;
    uint32_t srlg_count, fact_count;
    const struct cp_map *node_ids, *link_ids, *site_ids; /* for the finders below */
    const struct cp_unnamed *unnamed_links;              /* the same */
};

/** By id; .at is CP_NONE where nothing bears it.  Cost: O(length of the id). */
cp_node cp_case_node(const struct cp_case *c, cp_text id);
cp_link cp_case_link(const struct cp_case *c, cp_text id);
/** Index into sites, or CP_NONE. */
uint32_t cp_case_site(const struct cp_case *c, cp_text id);

/** A fact to add; of `fact` its evidence is left out of account, and holds `evidence` afterwards. */
struct cp_case_addition {
    struct cp_fact fact;
    struct cp_evidence evidence; /* all texts empty: nothing is said of it */
};

/**
 * The next snapshot: the case with facts added, which stand after those that their objects have, in the order
 * given.  What was concluded from a case is told to who judges it so.  Everything else is the case's own and
 * shared: texts are borrowed, and attributes that fill a column (site, tags, ...) fill nothing any more.
 * Objects must be there.  Cost: O(facts).  Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_case_with_facts(const struct cp_case *c, const struct cp_case_addition *added,
                                      uint32_t count, struct cp_arena *arena,
                                      const struct cp_case **out);

/** Whether the range of cp_case.tags holds the tag. */
bool cp_case_has_tag(const struct cp_case *c, cp_range tags, cp_text tag);

/**
 * "huawei.csv:12" for people: path and line of a place, the path alone where no line is known, ""
 * where there is no file.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_case_place(const struct cp_case *c, cp_place place, struct cp_arena *arena,
                                 cp_text *out);

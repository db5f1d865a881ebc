#pragma once

#include "model/case.h"

/**
 * A case in the making: readers add rows in any order, finish resolves the names between them.
 *
 * The classes leased-circuit and lan may be written in any case, with spaces or _ for the hyphen; the
 * case holds them as written here.  A class that is nearly one of them is refused, others are free.
 *
 * Rows borrow nothing after the call: all text is copied.  Empty text means "not given", and so does
 * one of spaces alone: texts lose the spaces around them, all but ids and other names.  Lists
 * (tags, srlgs, managed_by, over, ends of a LAN) are text as in the tables, separated by spaces.
 * A row's place.file says which input it counts for.
 */
struct cp_build;

struct cp_site_row {
    cp_place place;
    cp_text id, name, country, tags;
    int32_t lat_udeg, lon_udeg;
};

struct cp_node_row {
    cp_place place;
    cp_text id;
    cp_layer layer;
    cp_text role, site, operator_name, maker, model, software, loopback, sid, managed_by, tags;
    int32_t lat_udeg, lon_udeg;
    cp_place maker_place, software_place;    /* of those cells; line 0: the row's */
    uint16_t site_column, managed_by_column; /* where on the row's line; 0: the row's column */
};

struct cp_link_row {
    cp_place place;
    cp_text id, a, b, a_port, b_port;
    cp_layer layer;
    cp_text link_class;
    uint32_t metric_ab, metric_ba; /* 0: not given */
    uint64_t capacity_bps;         /* CP_BPS_NONE: not given */
    uint32_t delay_us;             /* CP_DELAY_NONE: not given */
    cp_text srlgs, over, maker, operator_name, tags;
    uint16_t a_column, b_column, over_column; /* where on the row's line; 0: the row's column */
};

struct cp_demand_row {
    cp_place place;
    cp_text id, src, dst, traffic_class, tags;
    uint64_t bandwidth_bps; /* CP_BPS_NONE: not given */
    struct cp_wished wished;
    cp_text avoid, require;          /* lists of names */
    uint16_t src_column, dst_column; /* where on the row's line; 0: the row's column */
    uint16_t avoid_column, require_column;
};

/**
 * node: empty, or the id of the node that the fact is about, taken as it is; object is then its part
 * alone (empty: the node itself), whatever slashes and colons it holds, so that a part's name from
 * outside can be about no other node.  Such a fact is no record of its own: it is not counted, and it
 * fills nothing (see finish).
 *
 * part: of the object, which then is a node or link and nothing less; empty: the object names the part
 * itself, or none.  foreign: an attribute that a foreign format wrote inside its object's record, written
 * down here: kept whatever its name and value are, and it fills nothing.
 */
struct cp_fact_row {
    cp_place place;
    cp_text object, attribute, value, evidence, source, who, node, part;
    cp_date date, expires;
    uint32_t link; /* of cp_build_fact_on_link: set there */
    bool foreign;
};

/** Rows with everything optional "not given". */
struct cp_site_row cp_site_row_make(cp_place place, cp_text id);
struct cp_node_row cp_node_row_make(cp_place place, cp_text id);
struct cp_link_row cp_link_row_make(cp_place place, cp_text a, cp_text b);
struct cp_demand_row cp_demand_row_make(cp_place place, cp_text src, cp_text dst);

CP_MUST_USE cp_err cp_build_open(struct cp_arena *arena, struct cp_build **out);

/** Registers an input (path copied, bytes hashed, not kept); *file is its index.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_build_input(struct cp_build *build, cp_text path, cp_text bytes,
                                  uint32_t *file);
/** SHA-256 of an input's bytes in hex, "" where no such input was registered. */
void cp_build_input_digest(const struct cp_build *build, uint32_t file, char out[65]);

/**
 * The same for an input whose bytes come in pieces: its sum (64 hexadecimal digits) is set when all
 * of them have been seen.
 */
CP_MUST_USE cp_err cp_build_input_begin(struct cp_build *build, cp_text path, uint32_t *file);
void cp_build_input_end(struct cp_build *build, uint32_t file, const char sha256[65]);

/** Whether a site with this id was added. */
bool cp_build_has_site(const struct cp_build *build, cp_text id);

/**
 * Each adds one record and counts it as used.
 * Ids may hold spaces (foreign labels do), though such an id cannot stand in a list.
 * Errors: MALFORMED (an empty id, end, object, attribute or value of a fact, a character that
 * cp_text_is_unsafe, bytes that are not UTF-8), UNKNOWN_ID (a misspelt class), CONFLICT (a metric of
 * the end b that is empty), DUPLICATE (the subject is the id), RANGE, LIMIT, NOMEM; the diag says
 * where, but for NOMEM.
 */
CP_MUST_USE cp_err cp_build_site(struct cp_build *build, const struct cp_site_row *row,
                                 struct cp_diag *diag);
CP_MUST_USE cp_err cp_build_node(struct cp_build *build, const struct cp_node_row *row,
                                 struct cp_diag *diag);
CP_MUST_USE cp_err cp_build_link(struct cp_build *build, const struct cp_link_row *row,
                                 struct cp_diag *diag);
CP_MUST_USE cp_err cp_build_demand(struct cp_build *build, const struct cp_demand_row *row,
                                   struct cp_diag *diag);
CP_MUST_USE cp_err cp_build_fact(struct cp_build *build, const struct cp_fact_row *row,
                                 struct cp_diag *diag);

/**
 * A fact about the site, node or link added last: an attribute that a foreign format writes inside
 * that record, which has no column here.  row->object is the part, or empty for the thing itself.
 * It is no record of its own, so it is not counted as used, and it fills nothing (see finish):
 * who knows that an attribute means a column sets it in the row.  Where the last record was ignored
 * (a link from a node to itself) so is this; without a value it says nothing and is left out.
 * Errors: MALFORMED, UNKNOWN_ID (nothing was added yet), LIMIT, NOMEM.
 */
CP_MUST_USE cp_err cp_build_fact_on_last(struct cp_build *build, const struct cp_fact_row *row,
                                         struct cp_diag *diag);

/**
 * Lists records that were ignored or not understood, or a finding: `count` like ones (at least one),
 * the first of them at `place`, and counts them all for its input.  NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_build_remark(struct cp_build *build, cp_remark_kind kind, cp_place place,
                                   const char *why, cp_text subject, uint32_t count);

/**
 * A fact about the link (no part) that the walk below gives this number, as cp_build_fact_on_last.
 * Where that link is left out by finish so is this.
 */
CP_MUST_USE cp_err cp_build_fact_on_link(struct cp_build *build, uint32_t link,
                                         const struct cp_fact_row *row, struct cp_diag *diag);

/**
 * What was added so far, in its order: nodes, links, and facts about nodes that name their node whole, or
 * were added on it.  Starts as {.build = build}; nothing may be added before it ends.  Texts are borrowed from the build.
 */
typedef enum { CP_ADDED_NODE, CP_ADDED_LINK, CP_ADDED_NODE_FACT } cp_added_kind;

struct cp_build_walk {
    const struct cp_build *build;
    void *chunk;
    size_t at;
    bool begun;
    uint32_t links; /* met so far */
    cp_text last;   /* the node added last; empty where something else was */
};

struct cp_added {
    cp_added_kind kind;
    struct cp_node_row node;
    struct cp_link_row link;
    uint32_t link_number;    /* of a further row of a LAN the number of the LAN */
    struct cp_fact_row fact; /* node: its node; object: its part, or empty */
};

/** false at the end. */
bool cp_build_next(struct cp_build_walk *walk, struct cp_added *out);

/** Whether a node with this id was added. */
bool cp_build_has_node(const struct cp_build *build, cp_text id);

/**
 * Says that about so many nodes, and links with ids of their own, are still to come: what keeps their
 * ids then grows once and not piece by piece.  Never an error: a guess that does not fit is let go.
 */
void cp_build_expect(struct cp_build *build, size_t nodes, size_t links);

/** Counts n more used records of an input that become no rows of their own. */
void cp_build_used(struct cp_build *build, uint32_t file, uint32_t n);

/** Whether rows that are added from now on count as used records of their inputs (so from the start),
 * or were counted otherwise: one line of a walk may make a node, a link and facts. */
typedef enum { CP_COUNT_ROWS, CP_COUNT_NO_ROWS } cp_counting;
void cp_build_counting(struct cp_build *build, cp_counting counting);

/** Adds a fact, a record of its own, about the site, node or link added last: as cp_build_fact does, but
 * that row->object is empty.  Where the last record was left out so is this. */
CP_MUST_USE cp_err cp_build_record_on_last(struct cp_build *build, const struct cp_fact_row *row,
                                           struct cp_diag *diag);

/**
 * Whether a fact that is a record of its own is kept whole and fills nothing: its attribute and value are
 * ones that such a thing can have.  Where it is not, an attribute of a foreign format needs `foreign`.
 */
bool cp_build_is_plain_fact(cp_object_kind kind, bool of_part, cp_text attribute, cp_text value);

/** Whether a foreign attribute (vendor, brand, ...) seems to name a maker: only `maker` is read. */
bool cp_build_means_maker(cp_text attribute);

/**
 * Resolves every name and makes the snapshot, in the arena of open.  The build is spent.
 * as_of: the date asked; CP_DATE_NONE: no fact has expired.
 *
 * What is decided here:
 *
 * - Default ids: A--B for a link, with A and B as its row has them, A--B#k where k - 1 links
 *   without id between the same two nodes, in either order, stand before it; d1, d2, ... for
 *   demands, by place among all demands.  Where b is empty the link's is A alone.  A default id that something else bears is a CONFLICT.
 * - The end of a LAN row may name several nodes: the cell is one node's id where there is such a
 *   node, else a list.  As many ports are then given, or none.
 *   Where `a` lists two or more, b may be empty: all take metric_ab.  Rows of class lan with one id are
 *   joined; a node named twice keeps its first port and metric.
 * - A link from a node to itself is ignored with a remark (by cp_build_link, at once).
 * - Where no site was added at all, the sites that nodes name are made, bare: in their rows, or in
 *   facts that have not expired.
 * - A link with an end that is not there, and a demand with an end that is not there or not on layer
 *   ip, or between no two nodes, are left out with a remark NOT_UNDERSTOOD.  Of a LAN only the row is
 *   left out that says so.  So is the site of a node that is not there, and the node then has none.
 * - src and dst of a demand: a node's id, else site:ID or tag:NAME, for which all nodes of layer ip
 *   count that are at the site, bear the tag, or are at a site that bears it.
 * - A fact's object is a node, else a link, else a site; or, with the kind before it, node:ID,
 *   link:ID or site:ID; or NODE/PART or LINK/PART (node: and link: may stand before these too) with
 *   the longest id that fits, of at most CP_LIMIT_PART_SLASHES slashes.  Where an id without kind
 *   fits things of two kinds a finding says which one it was taken for.
 * - The attributes of facts that are records of their own are a closed list for each kind of object
 *   (words.c).  One that is near one of the list, or another word for it, is a remark
 *   NOT_UNDERSTOOD that says which is meant; any other is IGNORED; both are left out of the facts.
 *   What begins with x- is the user's own, and kept.
 * - Facts about a thing itself fill what its row left empty, in order: role, site, operator,
 *   loopback, sid, lat, lon of nodes; class, operator, capacity of links; name, country, lat, lon of sites.
 *   Where sources disagree the first stays and a finding says so; but leased-circuit, the worst
 *   class, wins over any other.  A fact that expired before as_of is a finding, and fills nothing; but a
 *   role, an operator and a class that nothing else states are "unknown" then, and a managed_by, an
 *   over and the class leased-circuit still count: without them something would look cleaner than it
 *   may be.  A fact dated after as_of is used like any other.  Lists are joined: managed_by
 *   and tags of nodes, srlgs, over (as further alternatives) and tags of links, tags of sites.
 *   A layer is the row's: a fact that says otherwise is a finding.
 * - A fact about nothing here, or whose value cannot be, is a remark NOT_UNDERSTOOD: a site that is
 *   not there, a coordinate beyond the globe.  Left out of the facts too are those where `installed`
 *   is no date, `premises`, `traffic` or `capacity` no whole number, and `capability` or `function` a
 *   list of other words than theirs (the nearest is the hint); "unknown" is a value of each.
 *
 * Errors, with place and, for names, the nearest one:
 * UNKNOWN_ID: a name in over or managed_by that nothing bears: without it something would look
 *   cleaner than it is.
 * CONFLICT: an over that goes round in a circle or has an empty alternative; a link of layer ip whose
 *   end is not; a LAN of one node, or whose rows disagree about the layer or what is below; a default id taken.
 * LIMIT, NOMEM.
 */
CP_MUST_USE cp_err cp_build_finish(struct cp_build *build, cp_date as_of,
                                   const struct cp_case **out, struct cp_diag *diag);

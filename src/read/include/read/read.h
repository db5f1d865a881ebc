#pragma once

#include "model/build.h"

/**
 * Documents to rows of a case.  Pure: bytes in, rows out.
 *
 * Every record is used, ignored by a named rule (a remark), or remarked as not understood; a document
 * that breaks its format is refused as a whole with line and column.
 */
typedef enum {
    CP_FORMAT_NODES_CSV,
    CP_FORMAT_LINKS_CSV,
    CP_FORMAT_SITES_CSV,
    CP_FORMAT_DEMANDS_CSV,
    CP_FORMAT_FACTS_CSV,
    CP_FORMAT_EVIDENCE_CSV, /* what the user vouches for of documents of evidence */
    CP_FORMAT_GML,          /* Topology Zoo's GML */
    CP_FORMAT_GRAPHML,      /* GraphML 1.0, with Topology Zoo's keys */
    CP_FORMAT_SNDLIB_XML,   /* networks, and demand matrices over time */
    CP_FORMAT_SNDLIB_NATIVE,
    CP_FORMAT_REPETITA_GRAPH,
    CP_FORMAT_REPETITA_DEMANDS,
    CP_FORMAT_NETBOX,       /* pages of NetBox's REST API, or an array of its objects */
    CP_FORMAT_NETBOX_LINES, /* its objects, one a line */
    CP_FORMAT_RFC8345_JSON, /* networks of RFC 8345, inventories of draft-ietf-ivy-network-inventory-yang */
    CP_FORMAT_CONTAINERLAB, /* a lab's topology definition */
    CP_FORMAT_COUNT
} cp_format;

/** What the user gave a file as; decides between the CSV tables and what else is allowed. */
typedef enum {
    CP_ROLE_NETWORK, /* any network format, or nodes.csv / links.csv by their header */
    CP_ROLE_FACTS,
    CP_ROLE_SITES,
    CP_ROLE_DEMANDS, /* demands.csv, REPETITA demands, a SNDlib file's demands (its network is then
                        checked against, not added) */
    CP_ROLE_EVIDENCE_TABLE, /* evidence.csv: becomes no rows of the build, see cp_read_vouched */
} cp_role;

/** "graphml", ... for messages. */
const char *cp_format_name(cp_format format);

/** From the bytes first and the path's ending second; CP_FORMAT_COUNT: none of ours. */
cp_format cp_read_guess(cp_role role, cp_text path, cp_text bytes);

/**
 * Reads several documents into one build.  Holds what later ones need from earlier ones (REPETITA
 * demands name nodes by their number in the graph file).
 */
struct cp_read;

CP_MUST_USE cp_err cp_read_open(struct cp_build *build, struct cp_arena *arena,
                                struct cp_read **out);

/**
 * From now on the demands inside network files (SNDlib) are left out, with a remark: files with
 * demands of their own were given.  Without this call both kinds are used, and a demand of a later
 * file whose id is taken gets its number for an id, with a finding.
 */
void cp_read_leave_demands(struct cp_read *read);

/**
 * Reads one document, registering it as an input of the build first.  The bytes are not kept.
 * Errors: MALFORMED (also: none of our formats for this role), DUPLICATE, RANGE, LIMIT, NOMEM; the
 * diag says where.
 */
CP_MUST_USE cp_err cp_read_document(struct cp_read *read, cp_role role, cp_text path, cp_text bytes,
                                    struct cp_diag *diag);

/** A row of evidence.csv: what the user says of a document, or of all in a folder. */
struct cp_vouched {
    cp_place place, evidence_place; /* evidence_place: of that cell, the row's where it is empty */
    cp_text file;                   /* as it is written */
    cp_text node, evidence, who;    /* may be empty */
    cp_date date;
};
/** Of all evidence.csv read so far, in their order; in the reading's arena. */
const struct cp_vouched *cp_read_vouched(const struct cp_read *read, uint32_t *count);

/**
 * Whether a document that begins like this (64 KB of it, or all where it is shorter) is one that may
 * come in pieces: JSON lines of NetBox.
 */
bool cp_read_takes_pieces(cp_role role, cp_text path, cp_text beginning);

/**
 * Such a document, in pieces of whole lines (the last may lack its line end): what is said of
 * cp_read_document holds.  After begin has returned OK end must be called in any case, also after an
 * error; nothing else is read between them.  The bytes of a piece are not kept.
 */
CP_MUST_USE cp_err cp_read_begin(struct cp_read *read, cp_role role, cp_text path,
                                 struct cp_diag *diag);
CP_MUST_USE cp_err cp_read_more(struct cp_read *read, cp_text lines, struct cp_diag *diag);
CP_MUST_USE cp_err cp_read_end(struct cp_read *read, struct cp_diag *diag);

/**
 * Once, after the last document: rows of what can only be told from all of them (objects of NetBox
 * refer to each other across files).  Errors: those of a document.
 */
CP_MUST_USE cp_err cp_read_finish(struct cp_read *read, struct cp_diag *diag);

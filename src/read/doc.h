#pragma once

#include "read/read.h"

#include "base/map.h"

#include "limits.h"

/** What was read so far: see read.h. */
struct cp_netbox;
struct cp_yang;

struct cp_read {
    struct cp_build *build;
    struct cp_arena *arena;
    const cp_text *repetita_nodes; /* ids by number, of the only REPETITA graph so far */
    uint32_t repetita_node_count, repetita_graph_count;
    bool leave_demands; /* those inside network files */
    struct cp_vouched *vouched;
    uint32_t vouched_count, vouched_cap;
    struct cp_netbox *netbox; /* NULL: no object of one was read yet */
    struct cp_yang *yang;     /* NULL: no topology or inventory of YANG was read yet */
    struct cp_doc *pieces;    /* the document that comes in pieces; NULL: none */
    struct cp_sha256 *sum;    /* of its bytes */
};

/** A remark that stands for `count` like ones of a document. */
struct cp_tally {
    cp_remark_kind kind;
    cp_place place; /* of the first */
    const char *why;
    cp_text subject;
    uint32_t count;
};

/** One document while it is being read. */
struct cp_doc {
    struct cp_read *read;
    struct cp_build *build;
    struct cp_arena *arena;
    struct cp_diag *diag;
    cp_text text;
    uint32_t file;
    uint32_t lines; /* before the text, of a document in pieces */
    cp_role role;
    cp_format format;
    struct cp_tally tallies[CP_LIMIT_TALLIES];
    uint32_t tally_count;
};

/** Fills the document's diag in and hands err back. */
CP_MUST_USE cp_err cp_doc_fail(struct cp_doc *doc, cp_err err, cp_place place, const char *why,
                               cp_text subject);

/** Counts a remark; those of one kind, reason and subject become one.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_doc_tally(struct cp_doc *doc, cp_remark_kind kind, cp_place place,
                                const char *why, cp_text subject);
/** Makes remarks of what was counted, each with its count. */
CP_MUST_USE cp_err cp_doc_flush(struct cp_doc *doc);

/** Refuses bytes that are not UTF-8 and unsafe characters but tab, CR and LF, with their place. */
CP_MUST_USE cp_err cp_doc_check_text(struct cp_doc *doc);
/** The same, but bytes that are not UTF-8 make the whole text ISO 8859-1, with a finding. */
CP_MUST_USE cp_err cp_doc_accept_latin1(struct cp_doc *doc);

/** Text for an id or a value: each run of white space that holds a tab or line break is one space. */
CP_MUST_USE cp_err cp_doc_one_line(struct cp_doc *doc, cp_place place, cp_text text, cp_text *out);

/**
 * Adds a demand of a foreign format.  Where its id is taken it is left to the snapshot's own
 * numbering, with a finding.
 */
CP_MUST_USE cp_err cp_doc_demand(struct cp_doc *doc, struct cp_demand_row *row);

/** The start of the document. */
cp_place cp_doc_start(const struct cp_doc *doc);

/* The formats.  Each reads doc->text and adds its rows; see read.h for errors. */
CP_MUST_USE cp_err cp_read_table(struct cp_doc *doc);
CP_MUST_USE cp_err cp_read_gml(struct cp_doc *doc);
CP_MUST_USE cp_err cp_read_graphml(struct cp_doc *doc);
CP_MUST_USE cp_err cp_read_sndlib_xml(struct cp_doc *doc);
CP_MUST_USE cp_err cp_read_sndlib_native(struct cp_doc *doc);
CP_MUST_USE cp_err cp_read_repetita_graph(struct cp_doc *doc);
CP_MUST_USE cp_err cp_read_repetita_demands(struct cp_doc *doc);
CP_MUST_USE cp_err cp_read_netbox(struct cp_doc *doc);
/** Whole lines, the next of a document in pieces. */
CP_MUST_USE cp_err cp_read_netbox_lines(struct cp_doc *doc);

/** By the first bytes: which form of NetBox's objects they are, CP_FORMAT_COUNT where they are none. */
cp_format cp_netbox_guess(cp_text beginning);
/** By the first bytes: whether they are objects as Django dumps them, which nothing here reads. */
bool cp_netbox_is_database_dump(cp_text beginning);
/** Rows of all objects that were read. */
CP_MUST_USE cp_err cp_netbox_finish(struct cp_netbox *netbox, struct cp_doc *doc);

CP_MUST_USE cp_err cp_read_containerlab(struct cp_doc *doc);
/** By the first bytes: whether they are a topology of containerlab. */
bool cp_containerlab_guess(cp_text beginning);

CP_MUST_USE cp_err cp_read_yang(struct cp_doc *doc);
/** By the first bytes: whether they are a topology of RFC 8345 or an inventory beside it. */
bool cp_yang_guess(cp_text beginning);
/** Rows of all networks and inventories that were read. */
CP_MUST_USE cp_err cp_yang_finish(struct cp_yang *yang, struct cp_doc *doc);

/** Whether the first row of a CSV text has a column of this name. */
bool cp_csv_header_has(cp_text text, cp_text column);

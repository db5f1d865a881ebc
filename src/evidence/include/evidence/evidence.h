#pragma once

#include "model/build.h"

/**
 * What devices said of themselves and of their neighbours: documents to facts and links of a case.
 * Pure: bytes in, rows out.
 *
 * Each document is about one device.  What it says becomes facts of that device's node and of its
 * parts, in the words of docs/man/cleanpath-evidence.5, each with the place of its line; what it says
 * of neighbours becomes sightings, which finish joins to links.  Every record (a line, an object) is
 * used, ignored by a named rule or remarked as not understood.
 *
 * Whatever a document says of its own worth counts for nothing: its grade is the one the user gives
 * (struct cp_evidence_about), and without one it is an unauthenticated read.
 */
typedef enum {
    CP_EVIDENCE_SNMPREC,  /* snmpsim's OID|TAG|VALUE */
    CP_EVIDENCE_SNMPWALK, /* net-snmp's OID = TYPE: VALUE, numeric or with names of MIBs */
    CP_EVIDENCE_LLDPCLI,  /* lldpcli -f json (and json0): show neighbors, show chassis */
    CP_EVIDENCE_CLI,      /* what commands printed, one or several with their prompts */
    CP_EVIDENCE_COUNT
} cp_evidence_format;

/** "snmprec", ... for messages. */
const char *cp_evidence_format_name(cp_evidence_format format);
/** From the bytes first and the path's ending second; COUNT: none of ours. */
cp_evidence_format cp_evidence_guess(cp_text path, cp_text bytes);

/** What the user says of a document (a row of evidence.csv); texts may be empty, dates NONE. */
struct cp_evidence_about {
    cp_text node;     /* which device it is about; empty: found out, see finish */
    cp_text evidence; /* a grade's word; empty: unauthenticated-read */
    cp_text who;
    cp_date date;
};

struct cp_evidence_set;

CP_MUST_USE cp_err cp_evidence_open(struct cp_build *build, struct cp_arena *arena,
                                    struct cp_evidence_set **out);

/**
 * Reads one document, registering it as an input of the build first.  about may be NULL.
 * The bytes are not kept.  Errors: MALFORMED (also: none of our formats), RANGE, LIMIT, NOMEM; the
 * diag says where.
 */
CP_MUST_USE cp_err cp_evidence_document(struct cp_evidence_set *set, cp_text path, cp_text bytes,
                                        const struct cp_evidence_about *about,
                                        struct cp_diag *diag);

/**
 * Once, after all networks and all documents: finds the node of each device, joins sightings to links,
 * and adds nodes, links and facts to the build.
 *
 * - The node: the one the user names; else the document's name without folder and ending, where a node
 *   has it as its id; else the node whose id is the device's own name (sysName), whole or up to the
 *   first dot, where exactly one document says so, with a finding; else a new node under the document's
 *   name.  A document that is named after a command ("r1/version.txt", "r1/show_inventory.txt") is named as its
 *   folder is.  Several documents may be about one device.
 * - A neighbour is the device whose chassis id, name or address the sighting gives, where exactly one
 *   has it; else a new node under its name (else its chassis id), of which only neighbours speak.
 * - A link that both its ends saw, one that one end saw, and one that several sources have are told
 *   apart by the link's `seen-by` facts: one a sighting, "NODE PORT" of the end that saw it.
 *   A sighting fits a link of the inventory where nodes and ports fit; ports compare as
 *   cp_port_fold does.  What fits none is a new link of the layer of its ends.
 * - What a neighbour said of a device counts as neighbour-view where its document was read over an
 *   authenticated channel, and as unauthenticated-read where not.
 */
CP_MUST_USE cp_err cp_evidence_finish(struct cp_evidence_set *set, struct cp_diag *diag);

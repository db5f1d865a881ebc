#pragma once

#include "base/out.h"
#include "identify/identity.h"

/** A registry of MAC prefixes that was read beside the built-in table. */
struct cp_identity_registry {
    cp_text path;
    char sha256[65];
};

/** What an answer about makers is made from.  All borrowed. */
struct cp_identity_report {
    const struct cp_case *net;
    const struct cp_makers *makers;
    const struct cp_identities *identities;
    const struct cp_identity_registry *registries; /* [registry_count] */
    uint32_t registry_count;
    cp_date as_of;
    const uint32_t *asked; /* [asked_count] indexes of nodes; NULL: all are */
    uint32_t asked_count;
    bool verbose; /* text: the evidence of every device; else of those asked for by name */
    uint32_t
        columns; /* text: lines of at most so many, for a terminal; 0: a sentence is one line */
};

/** Subjects of one sort by their state, indexed by cp_identity_state. */
struct cp_identity_counts {
    uint32_t of[CP_IDENTITY_CONCLUDED + 1];
};

struct cp_identity_summary {
    struct cp_identity_counts devices, software, parts;
    struct {
        uint32_t by_two_ends, by_one_end, unseen; /* of its ends; a LAN by two or more */
    } links;
};

/** Of the devices asked for, and the links that end there. */
struct cp_identity_summary cp_identity_summarize(const struct cp_identity_report *report);
/** Whether all are concluded, on evidence of this grade at least: every device asked for, its parts, its
 * software where anything is said of it, and what the links that end there consist of. */
bool cp_identity_meets(const struct cp_identity_report *report, cp_grade grade);

/** Each writes the whole answer.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_identity_text(const struct cp_identity_report *report, struct cp_out *out);
/** Schema cleanpath.identify/1: docs/schema/cleanpath-identify.schema.json. */
CP_MUST_USE cp_err cp_identity_json(const struct cp_identity_report *report, struct cp_out *out);
/** A row a device and part; columns as in docs/man/cleanpath.1, IDENTIFYING. */
CP_MUST_USE cp_err cp_identity_csv(const struct cp_identity_report *report, struct cp_out *out);

#pragma once

#include "evidence/evidence.h"

#include "device.h"
#include "limits.h"

/**
 * What all documents said, until finish makes a case of it.  All texts are clean (clean.h) and lie in
 * the set's arena, those of a struct cp_sighting too.
 */

/** A statement of a device about itself or a part: see cp_device_says. */
struct cp_said {
    cp_place place;
    const char *attribute;
    cp_text part, value;
};

/** A second name of a port; of the device itself where port is empty. */
struct cp_also {
    cp_text port, also;
};

/** A document, and the device that it is about. */
struct cp_device {
    cp_text path, stem; /* stem: without folder and ending */
    cp_text folder;     /* the name of the folder that it lies in; empty: none is known */
    uint32_t file;
    cp_evidence_format format;
    const char *source; /* of its facts: "snmp", ... */
    struct cp_evidence_about about;
    bool authenticated;        /* read over an authenticated channel, says the user */
    cp_range said, seen, also; /* in the arrays of the set */
    cp_text sys_name;          /* the first it says; empty: none */
    cp_place sys_name_place;
    cp_text node; /* after cp_evidence_nodes: the id of its node, which is in the build.  Several
                     devices may have one node.  Empty: the document says nothing. */
};

struct cp_reason {
    cp_remark_kind kind;
    cp_place place;
    const char *why;
    cp_text subject;
    uint32_t count;
};

struct cp_evidence_set {
    struct cp_build *build;
    struct cp_arena *arena;
    struct cp_device *devices; /* in the order of the documents */
    struct cp_said *said;
    struct cp_sighting *seen;
    struct cp_also *also;
    uint32_t device_count, device_cap, said_count, said_cap, seen_count, seen_cap, also_count,
        also_cap;
    struct cp_reason reasons[CP_LIMIT_REASONS]; /* of the document that is being read */
    uint32_t reason_count;
};

/** A format: how its documents are known, and who reads them. */
struct cp_evidence_form {
    const char *name, *source;
    bool (*looks)(cp_text bytes); /* whether the bytes are of this format */
    cp_err (*read)(struct cp_device_doc *doc);
    const char *endings[4]; /* of paths; asked where no bytes say */
};

/** Finds the node of each device, adds those that are missing. */
CP_MUST_USE cp_err cp_evidence_nodes(struct cp_evidence_set *set, struct cp_diag *diag);
/** Adds the facts of each device, after its node was found. */
CP_MUST_USE cp_err cp_evidence_facts(struct cp_evidence_set *set, struct cp_diag *diag);
/** Joins what devices saw to links, and adds what neighbours said of devices. */
CP_MUST_USE cp_err cp_evidence_neighbours(struct cp_evidence_set *set, struct cp_diag *diag);

/** As cp_device_remark, of `count` like records, which may be none. */
CP_MUST_USE cp_err cp_device_remarks(struct cp_device_doc *doc, cp_remark_kind kind, cp_place place,
                                     const char *why, cp_text subject, uint32_t count);
/** Makes remarks of what was counted for the document. */
CP_MUST_USE cp_err cp_device_flush(struct cp_device_doc *doc);

/* How formats are known. */
bool cp_snmprec_looks(cp_text bytes);
bool cp_snmpwalk_looks(cp_text bytes);
bool cp_cli_looks(cp_text bytes);
bool cp_lldpcli_looks(cp_text bytes);

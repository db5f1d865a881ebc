#pragma once

#include "audit/audit.h"
#include "base/out.h"
#include "report/findings.h"
#include "base/json.h"

/** The licence that a demand owes its verdict to: without any it would be worse. */
struct cp_demand_licence {
    const struct cp_licence *licence; /* NULL: to none */
    uint32_t policy;                  /* index into cp_judge.policies */
    cp_date until;                    /* as known on the day; CP_DATE_NONE: no end */
    cp_verdict without;               /* the verdict without licences */
    cp_object_kind kind;              /* of the element that would decide it */
    uint32_t element;
    uint32_t rule; /* index into cp_judge.rules: the one that it is relaxed from */
};

/** What keeps packets of a demand in one direction, the least certain first. */
typedef enum {
    CP_HELD_BY_NETWORK, /* no list: they go as the network routes them */
    CP_HELD_IN_PART, /* some of several first paths have a list; the others' packets as by the network */
    CP_HELD_BY_BACKUP, /* no first path has a list, a backup has */
    CP_HELD_BY_PRIMARY /* every first path has a list */
} cp_holder;

struct cp_holding {
    cp_holder by[2]; /* by cp_direction */
};

/** "network", "primary-in-part", "backup", "primary". */
const char *cp_words_holder(cp_holder holder);

/** An answer of `route` that demands are held to. */
struct cp_held {
    cp_text path;                     /* of the file */
    const struct cp_pinned *pinned;   /* [demand_count] */
    const struct cp_holding *holding; /* [demand_count] */
    uint32_t listless;                /* paths of the answer without a list: not in force */
    cp_text changed; /* inputs whose bytes are others than it was made from; empty: none */
};

/** What an answer is made from.  All borrowed. */
struct cp_report {
    const struct cp_judge *judge;
    const struct cp_audit_request *request;
    const struct cp_demand_result *results;   /* [demand_count] */
    const struct cp_demand_licence *licences; /* [demand_count]; NULL: no licence holds */
    /* [policy_count][demand_count]: with the rules of each policy alone, by the same judge; NULL: not
     * examined, or there is only one. */
    const struct cp_demand_result *const *alone;
    const struct cp_held *held; /* NULL: demands go as the network routes them */
    bool colour;                /* text: headings in colour, for a terminal */
    uint32_t
        columns; /* text: lines of at most so many, for a terminal; 0: a sentence is one line */
};

struct cp_report_summary {
    uint32_t ok, violation, undecided, no_path; /* demands */
    uint32_t uncovered; /* demands that no rule holds for (counted in ok or no_path too) */
    struct {
        uint32_t violations, undecided;
    } found[CP_FINDING_COUNT]; /* beside the demands */
    uint32_t by_licence;       /* demands that owe their verdict to a licence */
    /* Share of the bandwidth (of the demands, where none states any) of demands that some rule holds
     * for, exposed with no failure and with at most one, in hundredths of a percent. */
    uint32_t exposed_now_bp, exposed_one_failure_bp;
    bool by_bandwidth;
    uint32_t without_bandwidth; /* of those demands: they state none, and weigh nothing by it */
};

struct cp_report_summary cp_report_summarize(const struct cp_report *report);
/** 0, 1 (a violation, also beside the demands, or a demand without a path) or 2 of DESIGN 4. */
int cp_report_exit_code(const struct cp_report_summary *summary);

/** "; 1 presence violation, 2 undecided; 1 cap exceeded": presence always, the rest where there is any. */
void cp_phrase_finding_sums(struct cp_out *out, const struct cp_report_summary *summary);

/** "presence_violations", "presence_undecided", "install_violations", ...: members of the open object. */
void cp_json_finding_sums(struct cp_json *json, const struct cp_report_summary *summary);

/**
 * Sentences that a reader must know to read the answer right: what was not examined though the
 * policy asks for it, what was not understood, that there is nothing to judge, that a demand falls
 * under no rule, that a selector of a policy meets nothing, that elements lack what a rule asks.
 * results may be NULL.
 * *out [*count] is given in the arena.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_report_warnings(const struct cp_report *report, struct cp_arena *arena,
                                      const cp_text **out, uint32_t *count);

/** Each writes the whole answer.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_report_text(const struct cp_report *report, struct cp_out *out);
CP_MUST_USE cp_err cp_report_json(const struct cp_report *report, struct cp_out *out);
CP_MUST_USE cp_err cp_report_csv(const struct cp_report *report, struct cp_out *out);

#pragma once

#include "report/report.h"

/**
 * What changes for a case when other policies are applied to it: rules, elements, demands, findings.
 *
 * Rules are the same where their ids are and their policies stand at the same place of the list (a
 * policy may change its own id).  Both reports must be of the same case.
 */

typedef enum { CP_CHANGE_ADDED, CP_CHANGE_GONE, CP_CHANGE_CHANGED } cp_change;

/** Sections of a policy in plain English. */
typedef enum {
    CP_WORDS_POLICY,  /* its authority, version, what it says */
    CP_WORDS_READING, /* how it is to be read: its time zone */
    CP_WORDS_LIST,
    CP_WORDS_PRODUCT,
    CP_WORDS_CLASS,
    CP_WORDS_RULE,
    CP_WORDS_LICENCE,
    CP_WORDS_MAKER, /* that the policy defines, or that both speak of */
    CP_WORDS_KIND_COUNT
} cp_words_kind;

/** A section that says something else than before, of rules in force or not. */
struct cp_words_change {
    cp_change change;
    cp_words_kind kind;
    uint32_t policy;             /* index into cp_judge.policies, of both */
    cp_text id;                  /* of what has one */
    const cp_text *gone, *added; /* sentences that only the old, only the new one has */
    uint32_t gone_count, added_count;
};

/** A rule's verdict on an element. */
struct cp_element_change {
    cp_object_kind kind;
    uint32_t element;
    uint32_t rule_before, rule_after; /* in force: index into each cp_judge.rules; CP_NONE: none */
    cp_trust before, after; /* unknown as the rule has it; trusted where there is no rule */
};

/** A finding that was, or is; both where its verdict changed.  NULL: was not, is not. */
struct cp_finding_change {
    const struct cp_finding *before, *after;
};

struct cp_difference {
    const struct cp_report *before, *after;
    const struct cp_words_change *words;
    const struct cp_element_change *elements; /* by element: nodes, links; then by rule */
    const uint32_t *demands;                  /* whose verdict or exposure depth changes */
    const struct cp_finding_change *findings;
    uint32_t word_count, element_count, demand_count, finding_count;
    struct {
        uint32_t elements;          /* that become untrusted and were not */
        uint32_t demands, findings; /* that become a violation and were none */
    } worse;
};

/** Whether something gets worse. */
bool cp_difference_is_worse(const struct cp_difference *difference);

/** *out lies in the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_difference_make(const struct cp_report *before, const struct cp_report *after,
                                      struct cp_arena *arena, const struct cp_difference **out);

/** Each writes all of it; JSON: schema cleanpath.policy-diff/1.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_difference_text(const struct cp_difference *difference, struct cp_out *out);
CP_MUST_USE cp_err cp_difference_json(const struct cp_difference *difference, struct cp_out *out);

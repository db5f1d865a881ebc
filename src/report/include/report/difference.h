#pragma once

#include "report/report.h"

/**
 * What changes when other policies are applied to a case, or the case is another: rules, elements, demands, findings.
 *
 * Rules are the same where their ids are and their policies stand at the same place of the list (a
 * policy may change its own id): both reports have as many policies.  Nodes, links and demands are the same where
 * their ids are.
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

/** A thing in the case of each report; CP_NONE: that case does not have it. */
struct cp_counterparts {
    uint32_t before, after;
};

/**
 * A rule's verdict on an element.  Of one that only one case has: a rule of that case that does not trust it; or where all
 * do, one change without any rule.
 */
struct cp_element_change {
    cp_object_kind kind;
    struct cp_counterparts element;
    uint32_t rule_before, rule_after; /* in force: index into each cp_judge.rules; CP_NONE: none */
    cp_trust before, after; /* unknown as the rule has it; trusted where there is no rule */
};

/** A finding that was, or is; both where its verdict changed.  NULL: was not, is not. */
struct cp_finding_change {
    const struct cp_finding *before, *after;
};

/** How many things of a kind differ: those of both cases whose verdict does, and those of one case alone. */
struct cp_differing {
    uint32_t changed, added, gone;
};

struct cp_difference {
    const struct cp_report *before, *after;
    const struct cp_words_change *words;
    /* By element: nodes, links, each in the order of the later case, then those that are gone; then by rule. */
    const struct cp_element_change *elements;
    /* Whose verdict or exposure depth changes, and that one case alone has; in that order, too. */
    const struct cp_counterparts *demands;
    const struct cp_finding_change *findings;
    uint32_t word_count, element_count, demand_count, finding_count;
    struct cp_differing elements_differ, demands_differ;
    struct {
        uint32_t elements;          /* that are untrusted and were not, or were not there */
        uint32_t demands, findings; /* that are a violation and were none, or were not there */
    } worse;
};

/** Whether the change of an element is the first one of that element: the rest follows it. */
bool cp_difference_is_first(const struct cp_difference *difference, uint32_t at);

/** Whether something gets worse. */
bool cp_difference_is_worse(const struct cp_difference *difference);

/** *out lies in the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_difference_make(const struct cp_report *before, const struct cp_report *after,
                                      struct cp_arena *arena, const struct cp_difference **out);

/** Each writes all of it; JSON: schema cleanpath.policy-diff/1.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_difference_text(const struct cp_difference *difference, struct cp_out *out);
CP_MUST_USE cp_err cp_difference_json(const struct cp_difference *difference, struct cp_out *out);

#pragma once

#include "policy/policy.h"

/** How far a thing is trusted, in order of badness: the worse of two is the greater. */
typedef enum { CP_TRUSTED = 0, CP_UNKNOWN = 1, CP_UNTRUSTED = 2 } cp_trust;

/** What a rule does with elements nobody knows the maker of. */
typedef enum { CP_UNKNOWN_IS_UNTRUSTED, CP_UNKNOWN_IS_UNDECIDED, CP_UNKNOWN_IS_TRUSTED } cp_unknown;

/** Kinds of failure, as bits. */
enum { CP_FAIL_LINK = 1, CP_FAIL_NODE = 2, CP_FAIL_SRLG = 4, CP_FAIL_ALL = 7 };

/** A forbid-transit rule in force on the date asked, and what it makes of every element. */
struct cp_judge_rule {
    cp_text id, says;
    cp_unknown unknown;
    uint32_t depth;         /* under-failure: exposures up to this many failures are violations */
    uint32_t failure_kinds; /* ... when all failures are among these kinds */
    const uint8_t
        *node_trust; /* [node_count] cp_trust, propagated through parts, layers, managers */
    const uint8_t *link_trust; /* [link_count] */
};

/** Demands that the same transit rules hold for. */
struct cp_treatment {
    cp_text traffic_class; /* names of the policy's classes, space between; empty: none */
    const uint32_t *rules; /* [rule_count] indexes into cp_judge.rules, in the file's order */
    uint32_t rule_count;
};

/** Something at a place where a forbid-presence rule does not want it. */
struct cp_presence {
    cp_text rule, says;
    cp_trust trust; /* untrusted (or unknown that counts so): a violation; unknown: undecided */
    cp_object_kind kind;
    uint32_t object;
    cp_text part;     /* empty: the thing itself */
    cp_text site;     /* id of the place */
    cp_text sentence; /* as cp_reason.sentence */
    cp_text reason;   /* as cp_reason.reason */
    cp_trust found;   /* before the rule's `unknown`: unknown where nobody knows */
};

/** A word by which the policy selects, though nothing in the case bears it: perhaps a misspelling. */
struct cp_unmet {
    const char *key; /* "site-tag", "tag" or "site" */
    cp_text word;
};

struct cp_judge_inside;

/** A policy applied to a case on a date.  Immutable; in the arena of make. */
struct cp_judge {
    const struct cp_judge_rule *rules;
    const struct cp_treatment *treatments;
    const uint32_t *demand_treatment; /* [demand_count] index into treatments */
    const struct cp_presence *presences;
    const struct cp_remark *remarks; /* findings: statements that disagree, expired facts */
    const struct cp_unmet *unmet;    /* of rules in force, and of their classes */
    uint32_t rule_count, treatment_count, presence_count, remark_count, unmet_count;
    cp_date as_of;
    const struct cp_case *net;
    const struct cp_policy *policy;       /* NULL: no policy was given, nothing is forbidden */
    const struct cp_judge_inside *inside; /* for cp_judge_reason; NULL without a policy */
};

/**
 * Errors: UNKNOWN_ID (a demand names a class that the policy has not: place of the demand, nearest
 * name), LIMIT, NOMEM.
 * Cost: O(rules * (facts + elements + layers below)); memory that grows with the network: five bytes
 * a fact, four a node where nodes are managed, two an element a rule.
 */
CP_MUST_USE cp_err cp_judge_make(const struct cp_policy *policy, const struct cp_case *net,
                                 cp_date as_of, struct cp_arena *arena, const struct cp_judge **out,
                                 struct cp_diag *diag);

/** Why an element is what it is. */
struct cp_reason {
    cp_trust trust;   /* as found: before the rule's `unknown` */
    cp_text sentence; /* "optical node ola-3 under it, maker huawei, facts.csv:12" */
    cp_text reason; /* "optical node ola-3 under it, maker huawei; facts.csv:12": place after ';' */
};

/** kind: node or link.  Of a trusted element the texts are empty.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_judge_reason(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                                   uint32_t object, struct cp_arena *arena, struct cp_reason *out);

#pragma once

#include "policy/policy.h"

/**
 * Policies applied to a case on a day: a verdict on every element under every rule.
 *
 * All policies apply and deny wins: each rule stands for itself, and whoever asks takes the worst.  So the
 * order of policies and of rules changes the order of answers, never an answer.
 */

/** How far a thing is trusted, in order of badness: the worse of two is the greater. */
typedef enum { CP_TRUSTED = 0, CP_UNKNOWN = 1, CP_UNTRUSTED = 2 } cp_trust;

/** A policy and the day it is asked about (its zone may have another day than that of the next). */
struct cp_judge_policy {
    const struct cp_policy *policy;
    cp_date as_of;
};

/**
 * A rule in force on its policy's day, and what it makes of every element, propagated through parts,
 * ports, managers, layers below and its scope.  Rules lie 64 to a word; use cp_judge_trust.
 */
struct cp_judge_rule {
    cp_text id, says;
    const struct cp_rule *rule; /* NULL in tests of rooms above */
    uint32_t policy;            /* index into cp_judge.policies */
    cp_unknown unknown;
    uint32_t depth;         /* under-failure: exposures up to this many failures are violations */
    uint32_t failure_kinds; /* ... when all failures are among these kinds */
    const uint64_t *node_bad, *node_unknown, *node_licensed; /* [node_count] */
    const uint64_t *link_bad, *link_unknown, *link_licensed; /* [link_count] */
    uint64_t bit;                                            /* this rule's in those words */
};

/** As found: before the rule's `unknown`.  kind: node or link. */
static inline cp_trust cp_judge_trust(const struct cp_judge_rule *rule, cp_object_kind kind,
                                      uint32_t at)
{
    bool node = kind == CP_OBJECT_NODE;

    if (((node ? rule->node_bad : rule->link_bad)[at] & rule->bit) != 0)
        return CP_UNTRUSTED;
    return ((node ? rule->node_unknown : rule->link_unknown)[at] & rule->bit) != 0 ? CP_UNKNOWN
                                                                                   : CP_TRUSTED;
}

/** Unknown becomes what the rule makes of it. */
cp_trust cp_trust_treated(cp_trust found, cp_unknown unknown);

/** Demands that the same transit rules hold for. */
struct cp_treatment {
    cp_text traffic_class; /* names of the policies' classes, space between; empty: none */
    const uint32_t *rules; /* [rule_count] indexes into cp_judge.rules, in the files' order */
    uint32_t rule_count;
    const struct cp_traffic *const *classes; /* [class_count] those that its demands are in */
    uint32_t class_count;
};

/** Something that a rule about what stands where (presence, install, allow-list) does not want.  There
 * may be millions, so each is small. */
struct cp_presence {
    uint32_t rule;   /* index into cp_judge.rules */
    uint32_t object; /* index of a node or link */
    uint32_t fact;   /* about the part that is not wanted; CP_NONE: the element as a whole */
    uint32_t site;   /* index of the place; CP_NONE: at none */
    uint8_t kind;    /* cp_object_kind */
    uint8_t
        trust; /* cp_trust: untrusted (or unknown that counts so): a violation; unknown: undecided */
    uint8_t found; /* cp_trust before the rule's `unknown`: unknown where nobody knows */
};

/** Name of the part; empty: the thing itself. */
static inline cp_text cp_presence_part(const struct cp_case *net,
                                       const struct cp_presence *presence)
{
    return presence->fact == CP_NONE ? CP_TEXT("") : net->facts[presence->fact].part;
}

/** Id of the place; empty: at none. */
static inline cp_text cp_presence_site(const struct cp_case *net,
                                       const struct cp_presence *presence)
{
    return presence->site == CP_NONE ? CP_TEXT("") : net->sites[presence->site].id;
}

/** What a cap comes to.  Shares lie between lowest and highest: who is unknown may count or not. */
struct cp_cap {
    const struct cp_rule *rule;
    uint32_t policy;
    cp_trust trust;            /* as found: untrusted: over it for certain; unknown: perhaps */
    uint64_t counted, perhaps; /* in devices, sites, premises, bits a second */
    uint64_t whole;            /* all that is among; perhaps is part of it */
    uint32_t lowest_bp,
        highest_bp;     /* hundredths of a percent, rounded outwards, but not across the cap */
    uint32_t unweighed; /* elements among, with no number stated */
    uint32_t unweighed_counted; /* of those, counted or perhaps counted: the share has no bound */
    cp_text reason;             /* who is counted, the first few, with places */
    uint32_t lacking;        /* elements that may be meant, did they not lack what the rule asks */
    const char *lacking_key; /* "role", ...: the first that is lacking; NULL: none */
    const struct cp_licence *licence; /* that lifts it; NULL: none */
    cp_date until;                    /* its end as known on the day */
    cp_trust without;                 /* what trust would be without it */
};

/** Whether there are suppliers enough. */
struct cp_suppliers {
    const struct cp_rule *rule;
    uint32_t policy;
    cp_trust trust;          /* untrusted: too few, even if every unknown were another */
    const cp_text *names;    /* [count] of makers, affiliates under whom they belong to; by name */
    uint32_t count, unknown; /* unknown: elements of unknown maker among */
    uint32_t elements;       /* among */
    uint32_t lacking;        /* elements that may be meant, did they not lack what the rule asks */
    const char *lacking_key; /* "role", ...: the first that is lacking; NULL: none */
    const struct cp_licence *licence; /* that lifts it; NULL: none */
    cp_date until;                    /* its end as known on the day */
    cp_trust without;                 /* what trust would be without it */
};

/** A licence that relaxes a rule in force, or would if it held. */
struct cp_licence_use {
    const struct cp_licence *licence;
    uint32_t policy;
    bool holds;
    cp_date until;         /* as known on the day; CP_DATE_NONE: no end */
    bool warn;             /* it ends within warn-before */
    uint32_t nodes, links; /* that it covers, of those that a rule it relaxes would be against */
};

/** Elements that a rule would be against, did they not lack what its selector asks. */
struct cp_gap {
    uint32_t rule;       /* index into cp_judge.rules */
    const char *key;     /* "role", "technology", "site", ...: the first that is lacking */
    uint32_t elements;   /* so many */
    cp_object_kind kind; /* the first of them */
    uint32_t object;
};

/** A word by which a policy selects, though nothing in the case bears it: perhaps a misspelling. */
struct cp_unmet {
    const char *key; /* "site-tag", "tag", "site", "role", ... */
    cp_text word;
    uint32_t policy;
};

struct cp_judge_inside;

/** Policies applied to a case.  Immutable; in the arena of make. */
struct cp_judge {
    const struct cp_judge_policy *policies;
    const struct cp_judge_rule *rules; /* about elements: those about transit first */
    const struct cp_treatment *treatments;
    const uint32_t *demand_treatment; /* [demand_count] index into treatments */
    const struct cp_presence *presences;
    const struct cp_cap *caps;
    const struct cp_suppliers *suppliers;
    const struct cp_licence_use *licences;
    const struct cp_gap *gaps;
    const struct cp_remark *remarks; /* findings: statements that disagree, expired facts */
    const struct cp_unmet *unmet;    /* of rules in force, and of their classes */
    uint32_t policy_count, rule_count, transit_count, treatment_count, presence_count, cap_count;
    uint32_t supplier_count, licence_count, gap_count, remark_count, unmet_count;
    cp_date
        as_of; /* the latest of the policies': what a fact says that expired before is unknown to all */
    const struct cp_case *net;
    const struct cp_judge_inside
        *inside; /* for the questions below; NULL without a policy: there are no reasons */
};

enum {
    CP_JUDGE_TRIAL = 1,            /* a policy's own test: what it does not say is no fault */
    CP_JUDGE_WITHOUT_LICENCES = 2, /* as if none held */
};

/** What is judged, by which policies.  All borrowed for as long as the judge. */
struct cp_judge_ask {
    const struct cp_judge_policy
        *policies; /* [count] with different ids; none: nothing is forbidden */
    uint32_t count;
    const struct cp_case *net;
    cp_date as_of;                /* where no policy is given */
    uint32_t flags;               /* CP_JUDGE_... bits */
    const cp_date *licences_past; /* licences that end on or before it do not hold; NULL: all do */
};

/**
 * Errors: UNKNOWN_ID (a demand names a class that no policy has: place of the demand, nearest name),
 * DUPLICATE (two policies have one id), RANGE (what a cap counts sums to more than 64 bits), LIMIT,
 * NOMEM.
 * Cost: O(rules / 64 * (facts + elements + layers below) + distinct words * rules), and what it finds.
 */
CP_MUST_USE cp_err cp_judge_make(const struct cp_judge_ask *ask, struct cp_arena *arena,
                                 const struct cp_judge **out, struct cp_diag *diag);

/** Why an element is what it is. */
struct cp_reason {
    cp_trust trust;   /* as found: before the rule's `unknown` */
    cp_text sentence; /* "optical node ola-3 under it, maker huawei, facts.csv:12" */
    cp_text reason; /* "optical node ola-3 under it, maker huawei; facts.csv:12": place after ';' */
    bool weak;      /* the fact that decided is below the rule's enough-evidence */
};

/** kind: node or link.  Of a trusted element the texts are empty.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_judge_reason(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                                   uint32_t object, struct cp_arena *arena, struct cp_reason *out);

/** The same of something that stands where a rule does not want it: of the part, where it is one. */
CP_MUST_USE cp_err cp_judge_presence_reason(const struct cp_judge *judge,
                                            const struct cp_presence *presence,
                                            struct cp_arena *arena, struct cp_reason *out);

/**
 * Why a rule is not against an element that is trusted under it, in a few words: "not at its place", "not
 * on its layers: optical", "not what it asks: role access", "excepted: capability neither, facts.csv:3",
 * "licensed: tgl", "maker nokia, nodes.csv:3".  Of an element that is not trusted the text is empty.
 * Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_judge_standing(const struct cp_judge *judge, uint32_t rule,
                                     cp_object_kind kind, uint32_t object, struct cp_arena *arena,
                                     cp_text *out);

/** How an element stands to a cap or to a rule about suppliers. */
typedef enum { CP_COUNTS_NOT, CP_COUNTS_PERHAPS, CP_COUNTS } cp_counts;

struct cp_counting {
    cp_counts among;   /* the whole */
    cp_counts counted; /* of a cap: towards its share, as far as it is among */
    cp_text supplier;  /* of suppliers: as whose it counts; empty: nobody knows */
};

/** An element, and the rule of one of judge->caps or judge->suppliers. */
struct cp_counting_ask {
    const struct cp_rule *rule;
    uint32_t policy; /* the rule's: index into cp_judge.policies */
    cp_object_kind kind;
    uint32_t object; /* index of a node or link */
};

/** Nodes count under all but caps on capacity, links under these.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_judge_counting(const struct cp_judge *judge,
                                     const struct cp_counting_ask *ask, struct cp_arena *arena,
                                     struct cp_counting *out);

/** One step of the way from an element down to the fact that decides. */
typedef enum {
    CP_STEP_ELEMENT, /* what was asked about */
    CP_STEP_SCOPE,   /* its site or operator's network, which holds the next */
    CP_STEP_MANAGER, /* what manages the one before */
    CP_STEP_BELOW,   /* what carries the one before, on a layer below */
    CP_STEP_PART,    /* a part of it, or a port at its end */
    CP_STEP_FACT,    /* the fact, with its grade; or that there is none */
    CP_STEP_LICENCE, /* the licence that relaxes the rule for it */
    CP_STEP_COUNT
} cp_step_kind;

struct cp_step {
    cp_step_kind kind;
    cp_object_kind object_kind; /* of the thing this step is at */
    uint32_t object;
    cp_text part;     /* of a part; else empty */
    uint32_t fact;    /* index into cp_case.facts; CP_NONE: no fact decides */
    cp_text sentence; /* "optical node ola-3, maker huawei"; of a fact with its grade and date */
    cp_place place;
};

/** What an element, or a demand, is ok by. */
struct cp_relief {
    const struct cp_licence *licence; /* NULL: by none */
    cp_date until; /* the last day on which it is so, as known on the day; CP_DATE_NONE: no end */
};

struct cp_steps {
    const struct cp_step *at; /* [count] in the arena */
    uint32_t count;
    /* Of a trusted element the licence that covers what the chain ends at, longest.  Where licences end on different days the
     * element may rest on another thing, too, that is covered for less long: see cp_judge_licence. */
    struct cp_relief relief;
};

/**
 * The whole chain, from the element to the fact.  Of a trusted element: itself, and the licence where
 * one relaxes the rule for it.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_judge_chain(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                                  uint32_t object, struct cp_arena *arena, struct cp_steps *out);

/**
 * The licence that an element needs under a rule that would else be against it: of all that let off
 * what it rests on, the one that ends first, each thing counting by the licence that covers it longest.
 * kind: node or link.  Cost: one judge for each different end of a licence.  Errors: as make.
 */
CP_MUST_USE cp_err cp_judge_licence(const struct cp_judge *judge, uint32_t rule,
                                    cp_object_kind kind, uint32_t object, struct cp_arena *arena,
                                    struct cp_relief *out);

/** Days on which licences in use end, ascending: what stands after each is what the next ones hold up. */
struct cp_licence_ends {
    const cp_date *at; /* [count] in the arena */
    uint32_t count;
    bool endless; /* some have no end */
};
CP_MUST_USE cp_err cp_judge_licence_ends(const struct cp_judge *judge, struct cp_arena *arena,
                                         struct cp_licence_ends *out);

/**
 * Judges again as if licences that end on `past` or before did not hold; NULL: as if none did.  The same
 * rules are in force: only what they make of elements differs.  Errors: as make.
 */
CP_MUST_USE cp_err cp_judge_after(const struct cp_judge *judge, const cp_date *past,
                                  struct cp_arena *arena, const struct cp_judge **out);

/** Judges again as if this licence of one of its policies held, too.  Rules are as there.  Errors: as make. */
CP_MUST_USE cp_err cp_judge_with(const struct cp_judge *judge, const struct cp_licence *licence,
                                 struct cp_arena *arena, const struct cp_judge **out);

/** An element under a rule. */
struct cp_lapse {
    uint32_t rule;
    cp_object_kind kind; /* node or link */
    uint32_t object;
};

/**
 * Of an element that is worse to `after`, for want of licences, than to `before`: the licence that
 * covered what makes it so.  Both judge the same case by the same policies.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_judge_lapsed(const struct cp_judge *before, const struct cp_judge *after,
                                   const struct cp_lapse *of, struct cp_arena *arena,
                                   struct cp_relief *out);

/** One of a policy's own tests, carried out. */
struct cp_policy_outcome {
    cp_text says, expected, got; /* in the words of `expect` */
    bool passed;
    cp_place place;
};

/** Runs test number `test`.  Errors: NOMEM, LIMIT; MALFORMED where the test itself makes no sense. */
CP_MUST_USE cp_err cp_policy_test(const struct cp_policy *policy, uint32_t test,
                                  struct cp_arena *arena, struct cp_policy_outcome *out,
                                  struct cp_diag *diag);

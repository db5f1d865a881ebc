#pragma once

#include "judge/judge.h"

/**
 * What a policy makes of a case, found the slow way: rule by rule, element by element, part by part, with
 * nothing kept between questions.  Written from the documents (docs/notes, the manual page of the language,
 * the headers of the rooms) and sharing no code with the room it judges.
 */

/** In order of certainty: the lesser of two answers is "both", the greater is "either". */
typedef enum { SLOW_NO, SLOW_MAYBE, SLOW_YES } slow_truth;

static inline slow_truth slow_both(slow_truth a, slow_truth b)
{
    return a < b ? a : b;
}

static inline slow_truth slow_either(slow_truth a, slow_truth b)
{
    return a > b ? a : b;
}

static inline slow_truth slow_not(slow_truth a)
{
    return (slow_truth)(SLOW_YES - a);
}

typedef enum { SLOW_WITH_LICENCES, SLOW_WITHOUT_LICENCES } slow_licences;

/** One policy, one case, one day. */
struct slow_world {
    const struct cp_policy *policy;
    const struct cp_case *net;
    cp_date day;
    slow_licences licences;
    const uint32_t *link_first,
        *links;             /* of node n: links[link_first[n]] to before link_first[n + 1] */
    struct cp_arena *arena; /* the process ends where it is full */
};

struct slow_world slow_world_make(const struct cp_policy *policy, const struct cp_case *net,
                                  cp_date day, slow_licences licences, struct cp_arena *arena);

/** A thing that has a maker: an element itself (no part), or a part of it. */
struct slow_thing {
    cp_object_kind kind;
    uint32_t object;
    cp_text part;
};

/** What is said of who made a thing or its software. */
typedef enum {
    SLOW_STATED, /* by the fact */
    SLOW_NOBODY, /* nobody says, though it has a maker: unknown */
    SLOW_SILENT  /* nobody says, and that is no fault: a link */
} slow_saying;

struct slow_claim {
    struct slow_thing thing;
    slow_saying saying;
    const struct cp_fact *fact;
};

struct slow_claims {
    struct slow_claim *at;
    uint32_t count;
};

/** For whom a selector is asked: what a rule is against, or what an exception or a licence lets off. */
typedef enum { SLOW_AGAINST, SLOW_LETS_OFF } slow_purpose;

struct slow_asking {
    const struct slow_world *world;
    const struct cp_rule *rule;
    slow_purpose purpose;
    const struct cp_window *listed; /* on which days makers are on lists; NULL: on the day */
};

/** Whether the maker that a claim names meets the selector's keys about makers (language_makers). */
slow_truth slow_named(const struct slow_asking *asking, const struct cp_select *select,
                      const struct slow_claim *claim);
/** Whether the selector has such keys, in its products too. */
bool slow_asks_makers(const struct cp_policy *policy, const struct cp_select *select);
/**
 * Whether a claim meets all keys of the selector, those about makers too.  A link has in each respect (role,
 * operator, technology, function, place) what it has itself, else what one of its ends has: which, is free.
 */
slow_truth slow_meets(const struct slow_asking *asking, const struct cp_select *select,
                      const struct slow_claim *claim);
/** The same of two selectors at once (b may be NULL): in each respect one end must meet both. */
slow_truth slow_meets_both(const struct slow_asking *asking, const struct cp_select *a,
                           const struct cp_select *b, const struct slow_claim *claim);
/** The same under a rule about installation: what was installed in its window, as lists stood then. */
slow_truth slow_meets_installed(const struct slow_asking *asking, const struct cp_select *a,
                                const struct cp_select *b, const struct slow_claim *claim);
/** Whether it certainly can neither route nor see traffic, and manages nothing that can. */
bool slow_carries_none(const struct slow_world *world, const struct cp_rule *rule,
                       const struct slow_thing *thing);

/** Whose it is: an index of the policy's makers, CP_MAKER_OTHER, CP_MAKER_UNKNOWN. */
uint32_t slow_maker(const struct slow_world *world, const struct slow_claim *claim);
bool slow_is_expired(const struct slow_world *world, const struct cp_fact *fact);
/** Whether the fact's evidence is enough for the rule; an unauthenticated read is for none. */
bool slow_is_enough(const struct slow_world *world, const struct cp_fact *fact,
                    const struct cp_rule *rule);
/** Whether somebody says, and it is not the word unknown nor expired. */
bool slow_is_known(const struct slow_world *world, const struct cp_fact *fact);
/** Whether all that is known of who made it is below the rule's enough-evidence. */
bool slow_is_weak(const struct slow_world *world, const struct cp_rule *rule,
                  const struct slow_claim *claim);

/** Which parts of an element: not those that count for a link instead; or all that it consists of. */
typedef enum { SLOW_OWN_PARTS, SLOW_ALL_PARTS } slow_extent;

/** Claims about an element's parts; those that add nothing beside others are left out. */
struct slow_claims slow_claims_of(const struct slow_world *world, const struct cp_rule *rule,
                                  slow_extent extent, cp_object_kind kind, uint32_t object);
/** The same about the ports at a link's ends. */
struct slow_claims slow_port_claims(const struct slow_world *world, const struct cp_rule *rule,
                                    uint32_t link);
/** Whether a part of a node is the port, or below the port, that one of the link's ends names. */
bool slow_is_port_of(const struct cp_case *net, uint32_t link, uint32_t node, cp_text part);

/** Of one claim under one rule: as found. */
cp_trust slow_claim_trust(const struct slow_world *world, const struct cp_rule *rule,
                          const struct slow_claim *claim);

/** A rule's verdicts, as found; wherever it looks. */
struct slow_verdicts {
    uint8_t *node, *link; /* [node_count], [link_count] cp_trust */
};
struct slow_verdicts slow_verdicts_make(const struct slow_world *world, const struct cp_rule *rule);

/** Not 0: something that decides about the element, or would, is let off by a licence. */
struct slow_verdicts slow_relieved_make(const struct slow_world *world, const struct cp_rule *rule);

/** Whether elements are where a rule about presence looks (at, near). */
struct slow_places {
    slow_truth *node, *link; /* [node_count], [link_count] */
};
struct slow_places slow_places_make(const struct slow_world *world, const struct cp_rule *rule);

/** What a rule about presence finds: of each part the worst. */
struct slow_presence {
    cp_object_kind kind;
    uint32_t object;
    cp_text part;
    cp_trust found;
};
struct slow_presences {
    struct slow_presence *at;
    uint32_t count;
};
struct slow_presences slow_presences_make(const struct slow_world *world,
                                          const struct cp_rule *rule);

/** A cap; numbers as cp_cap has them, bounds as exact fractions. */
struct slow_cap {
    cp_trust trust;
    uint64_t counted, perhaps, whole;
    uint64_t lowest_part, lowest_whole, highest_part, highest_whole;
    uint32_t unweighed, unweighed_counted, unweighed_rest;
};
struct slow_cap slow_cap_make(const struct slow_world *world, const struct cp_rule *rule);

struct slow_suppliers {
    cp_trust trust;
    uint32_t count, unknown, elements;
};
struct slow_suppliers slow_suppliers_make(const struct slow_world *world,
                                          const struct cp_rule *rule);

/** Whether the rule holds on the day. */
bool slow_is_in_force(const struct slow_world *world, const struct cp_rule *rule);
/** Whether a licence lets the whole rule off (a cap or suppliers rule). */
bool slow_is_lifted(const struct slow_world *world, const struct cp_rule *rule);
/** Whether a licence that holds on the day relaxes the rule: its own arithmetic of dates. */
bool slow_licence_holds(const struct cp_licence *licence, cp_date day);
bool slow_licence_relaxes(const struct slow_world *world, const struct cp_licence *licence,
                          const struct cp_rule *rule);

/** Memory; the process ends where there is none. */
void *slow_take(struct cp_arena *arena, size_t count, size_t size_bytes);

#pragma once

#include "conditions.h"
#include "survey.h"

/**
 * Rules about elements, laid over a case: what each element has of its own, and what comes to it from
 * elsewhere.  Rules lie 64 to a word; a plane is one word for each element.
 */

struct cp_engine_rule {
    const struct cp_rule *rule;
    uint32_t policy;
};

/** Bits of rules; each [words]. */
struct cp_own {
    uint64_t *bad, *unknown; /* as found, licences and exceptions taken off */
    uint64_t *licensed;      /* would be one of the two but for a licence */
    uint64_t *gap;           /* might be, did it not lack what the rule asks */
};

/** Planes of nodes or of links: word w of element e stands at w * count + e. */
struct cp_planes {
    uint64_t *bad, *unknown, *licensed;
    uint32_t count;
};

/** Why a whole site or network is bad: the first thing found there, of rules with such a scope. */
struct cp_scope_group {
    uint32_t bad, unknown, licensed; /* elements: nodes, and links past CP_SCOPE_LINK; CP_NONE */
};
enum { CP_SCOPE_LINK = 1u << 30 };

/** The licence that a relief is of; NULL: none. */
struct cp_held {
    const struct cp_licence *licence;
    cp_date until;   /* as known on its policy's day */
    uint32_t number; /* among the licences of all policies */
};

/** How many elements a licence covers that a rule would be against, each counted once. */
struct cp_covered {
    uint32_t nodes, links;
    uint32_t last; /* the element counted last, as in cp_scope_group, and 1 */
};

struct cp_judge_making;

struct cp_engine {
    struct cp_ground ground;
    const struct cp_survey *survey;
    const struct cp_catalogue *cat;
    const struct cp_case *net;
    struct cp_arena *arena;
    const struct cp_engine_rule *rules; /* transit first, then presence, then install */
    uint32_t rule_count, transit_count, words;
    struct cp_conditions against;
    struct cp_conditions neither; /* rules about transit: things that can do neither */
    struct cp_conditions *later;  /* [later_count] install: who stood on lists on other days */
    uint32_t later_count;
    struct cp_conditions
        *reliefs; /* [relief_count] exceptions, then licences from licence_first on */
    uint32_t relief_count, licence_first;
    struct cp_held *held; /* [licence layers][rule_count] */
    uint64_t *unstated;   /* [words] rules for which nothing stated is unknown */
    uint64_t *carried;    /* [words] rules under which an element is as bad as what it rests on */
    uint64_t *by_site, *by_operator, *placed; /* [words] rules of that scope; with at or near */
    struct cp_planes node, link;              /* wherever they are */
    struct cp_planes node_there,
        link_there; /* at the places of the rules; the same where none has one */
    uint64_t
        *node_at; /* plane of nodes that are, perhaps, at the places; NULL where none has one */
    uint32_t *operator_group;           /* by value of the operator: which are one, folded */
    uint32_t *scoped;                   /* [rule_count] row in witnesses; CP_NONE */
    struct cp_scope_group *witnesses;   /* [scoped rules][group_count] */
    uint32_t group_count, scoped_count; /* groups: sites, then operators */
    struct cp_seen seen, relief, relieved, product; /* scratch, as is own */
    struct cp_own own;
    struct cp_covered *covered;         /* by number of the licence; NULL in a borrowed one */
    uint32_t *gap_elements, *gap_first; /* [rule_count]; first: as in cp_scope_group */
};

/** What is asked of make beside the ground. */
struct cp_engine_ask {
    const struct cp_engine_rule *rules;
    uint32_t rule_count, transit_count;
    const struct cp_judge_making *making; /* which licences hold */
};

/** All of it: conditions, planes, places.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_engine_make(const struct cp_ground *ground, const struct cp_survey *survey,
                                  const struct cp_engine_ask *ask, struct cp_arena *arena,
                                  struct cp_engine **out);

CP_MUST_USE cp_err cp_planes_take(uint32_t words, uint32_t count, struct cp_arena *arena,
                                  struct cp_planes *out);
/** A copy with scratch of its own, for questions about an engine that others share.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_engine_borrow(const struct cp_engine *engine, struct cp_arena *arena,
                                    struct cp_engine *out);

/* --- of its own (own.c) ------------------------------------------------------------------- */

CP_MUST_USE cp_err cp_own_take(const struct cp_engine *engine, struct cp_arena *arena,
                               struct cp_own *out);
void cp_own_clear(const struct cp_engine *engine, struct cp_own *own);
/** What one counted statement about a maker adds to its object's. */
void cp_own_fact(struct cp_engine *engine, uint32_t fact, struct cp_own *own);
/** What the thing itself adds where nobody states who made it. */
void cp_own_unstated(struct cp_engine *engine, cp_object_kind kind, uint32_t object,
                     struct cp_own *own);
/**
 * Adds to *out [words] the rules about transit that a thing does not count for, since it can do neither;
 * after its `against` was seen.
 */
void cp_own_neither(struct cp_engine *engine, const struct cp_subject *subject, uint64_t *out);
/** All of an object's own parts and software: no ports, managers or layers below. */
void cp_own_object(struct cp_engine *engine, cp_object_kind kind, uint32_t object,
                   struct cp_own *own);
/** The ports at a link's ends. */
void cp_own_ports(struct cp_engine *engine, uint32_t link, struct cp_own *own);
/** One rule's verdict of what was gathered. */
cp_trust cp_own_trust(const struct cp_own *own, uint32_t rule);
bool cp_own_licensed(const struct cp_own *own, uint32_t rule);
/** The subject that a fact, or an unstated thing, is to conditions. */
struct cp_subject cp_own_subject(const struct cp_engine *engine, uint32_t fact);
struct cp_subject cp_own_unstated_subject(const struct cp_engine *engine, cp_object_kind kind,
                                          uint32_t object);

/* --- from elsewhere (spread.c, scope.c, place.c) -------------------------------------------- */

/** Fills node and link.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_engine_spread(struct cp_engine *engine);
/** Spreads what stands in node and link so far over sites and networks. */
CP_MUST_USE cp_err cp_engine_scope(struct cp_engine *engine);
/** The group of a node's site, of a node's or link's operator; CP_NONE where none is stated. */
uint32_t cp_scope_site(const struct cp_engine *engine, uint32_t node);
uint32_t cp_scope_operator(const struct cp_engine *engine, cp_object_kind kind, uint32_t object);
/** Fills node_there and link_there. */
CP_MUST_USE cp_err cp_engine_place(struct cp_engine *engine);

/** Whether a node is, or may be, at the place of a rule; without a place it is. */
bool cp_engine_is_at(const struct cp_engine *engine, uint32_t rule, uint32_t node);

/** Raw, wherever it stands. */
cp_trust cp_engine_trust(const struct cp_engine *engine, uint32_t rule, cp_object_kind kind,
                         uint32_t object);
/** Whether an end of a supporting link counts for the link above. */
bool cp_end_counts(const struct cp_case *net, uint32_t link, uint32_t support, cp_node end);

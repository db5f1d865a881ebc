#pragma once

#include "identify/grade.h"
#include "identify/makers.h"
#include "model/case.h"

/**
 * A policy as its file says it, every word checked: what rooms above read.  All of it is immutable and
 * lies in the arena that the policy was read into.  Dates are days; both ends of a window count.
 */

/** Words of a list, all different, in the order of the file. */
struct cp_texts {
    const cp_text *at;
    uint32_t count;
    const cp_text *written; /* [count] where `at` is folded: as the file has them; else NULL */
};

/** What a rule does with elements nobody knows the maker of. */
typedef enum { CP_UNKNOWN_IS_UNTRUSTED, CP_UNKNOWN_IS_UNDECIDED, CP_UNKNOWN_IS_TRUSTED } cp_unknown;

/** What a rule does with elements that say nothing of what its selector asks (role, technology). */
typedef enum { CP_UNSTATED_IS_OUTSIDE, CP_UNSTATED_IS_UNKNOWN } cp_unstated;

/** Kinds of failure, as bits. */
enum { CP_FAIL_LINK = 1, CP_FAIL_NODE = 2, CP_FAIL_SRLG = 4, CP_FAIL_ALL = 7 };

/** Functions and capabilities, as bits, in the order of their words. */
enum {
    CP_FUNCTION_TRANSMISSION = 1,
    CP_FUNCTION_CONTROL = 2,
    CP_FUNCTION_MANAGEMENT = 4,
    CP_FUNCTION_COMPUTING = 8,
    CP_FUNCTION_STORAGE = 16,
};
enum { CP_CAN_ROUTE = 1, CP_CAN_SEE_TRAFFIC = 2, CP_CAN_NEITHER = 4 };

/** Days on which something holds: both ends included; CP_DATE_NONE: open. */
struct cp_window {
    cp_date from, until;
};
bool cp_window_holds(struct cp_window window, cp_date date);

/** A maker on a list, and when it stood there. */
struct cp_listed {
    uint32_t maker;
    struct cp_window window;
    cp_place place;
};

typedef enum { CP_CLAIM_NAME, CP_CLAIM_SOFTWARE, CP_CLAIM_PEN, CP_CLAIM_AFFILIATE } cp_claim;

/** What the file itself gives to a maker of its section `makers`. */
struct cp_maker_claim {
    cp_claim kind;
    cp_text name; /* or words of software, an enterprise number, an affiliate */
    uint32_t maker;
    cp_place place;
};

struct cp_maker_list {
    cp_text id, says, version;
    cp_place place;
    const struct cp_listed *makers; /* [count] */
    uint32_t count;
    struct cp_texts countries; /* of control: whoever one of them can compel is on the list too */
    bool affiliates;           /* included: those of each maker count as well */
};

/**
 * What a selector asks.  Every key that is given must be met, each by one of its words.  maker and
 * maker-list are one key: whoever is named by either.  An empty list is a key not given.
 */
struct cp_select {
    cp_place place;
    bool given;                  /* some key is */
    bool has_makers;             /* maker or maker-list is given */
    const uint32_t *makers;      /* [maker_count] with their affiliates */
    const uint32_t *maker_lists; /* [maker_list_count] indexes into cp_policy.lists */
    uint32_t maker_count, maker_list_count;
    struct cp_texts control;  /* country-of-control, ISO 3166-1 alpha-2 in capitals */
    const uint32_t *products; /* [product_count] indexes into cp_policy.products */
    uint32_t product_count;
    struct cp_texts models; /* only in products: folded; a last '*' stands for any ending */
    struct cp_texts classes, roles, technologies; /* folded, as cp_word_fold does */
    struct cp_texts operators, countries;         /* likewise, as are models */
    struct cp_texts sites, site_tags, tags;       /* as they are */
    uint32_t layers;                              /* bits 1 << cp_layer; 0: not given */
    uint32_t functions;                           /* CP_FUNCTION_... bits; 0: not given */
    uint32_t capabilities;                        /* CP_CAN_... bits; 0: not given */
    cp_date installed_before, installed_after;    /* strictly; CP_DATE_NONE: not given */
};

/** A named selector of things: `products`.  Its select names no product. */
struct cp_product {
    cp_text id, says;
    cp_place place;
    struct cp_select select;
};

typedef enum { CP_ENDS_NONE, CP_ENDS_BOTH, CP_ENDS_ANY } cp_ends;

struct cp_traffic {
    cp_text id, says;
    cp_place place;
    cp_ends ends; /* which ends must meet the selector; none: only demands that name the class */
    struct cp_select select;
    struct cp_wished paths; /* what its demands want of their paths, where they say nothing */
    cp_place paths_place;   /* of the key; the class's where there is none */
    uint32_t survive;       /* CP_FAIL_... bits: what they load must fit after one such failure */
};

typedef enum {
    CP_EFFECT_FORBID_TRANSIT,  /* `require` with `of` is one too: see cp_rule.require */
    CP_EFFECT_FORBID_PRESENCE, /* `require` without `of` is one too */
    CP_EFFECT_FORBID_INSTALL,
    CP_EFFECT_CAP,
    CP_EFFECT_SUPPLIERS, /* require: { at-least: 2 suppliers, among: ... } */
    CP_EFFECT_COUNT
} cp_effect;

typedef enum { CP_SCOPE_ELEMENT, CP_SCOPE_SITE, CP_SCOPE_OPERATOR } cp_scope;
typedef enum {
    CP_COUNTED_DEVICES,
    CP_COUNTED_SITES,
    CP_COUNTED_PREMISES,
    CP_COUNTED_CAPACITY,
    CP_COUNTED_TRAFFIC
} cp_counted;
typedef enum { CP_NO_PATH_BLOCK, CP_NO_PATH_ALLOW } cp_no_path;

/** Beside a place: within so many hops, or within a radius.  One of the two is not 0. */
struct cp_near {
    struct cp_select from; /* nodes at the place */
    uint32_t hops;
    uint32_t within_m;
    uint32_t layers;              /* bits of the layers walked on; all where not given */
    struct cp_texts look_through; /* classes that are passed without counting; folded */
};

struct cp_rule {
    cp_text id, says;
    cp_place place;
    cp_effect effect;
    bool require; /* target is an allow-list: what it does not name is what the rule is against */
    struct cp_window window;
    struct cp_select target; /* whom it is against, or allows; of a cap: what is counted */
    struct cp_select among;  /* of cap and suppliers: the whole */
    struct cp_select where;  /* which elements; given or not */
    struct cp_select at;     /* at which nodes */
    bool has_near;
    struct cp_near near;
    const struct cp_select *excepts; /* [except_count] whoever meets one is not meant */
    uint32_t except_count;
    cp_scope scope;
    uint32_t traffic_class; /* index into classes; CP_NONE: every demand */
    uint32_t layers;        /* bits of elements whose parts count */
    cp_unknown unknown;
    cp_unstated unstated;
    cp_grade enough; /* evidence below it counts as unknown, and an unauthenticated read always */
    uint32_t depth, failure_kinds;
    cp_no_path no_path;
    cp_counted counted_in;
    uint32_t at_most_bp; /* of a cap: hundredths of a percent */
    uint32_t at_least;   /* suppliers */
};

struct cp_extension {
    cp_date on, until; /* said on that day, that it holds until that one */
    cp_text ref;
    cp_place place;
};

struct cp_licence {
    cp_text id, says, by, ref;
    cp_place place;
    const uint32_t *relaxes; /* [relax_count] indexes into cp_policy.rules */
    uint32_t relax_count;
    struct cp_select covers; /* not given: everything */
    cp_date granted_on;      /* CP_DATE_NONE: as if always known */
    struct cp_window window; /* until: before any extension; CP_DATE_NONE: without an end */
    const struct cp_extension *extensions; /* [extension_count] in the order of the file */
    uint32_t extension_count;
    uint32_t warn_before_days; /* 0: not given */
    cp_no_path after_end;
};

/**
 * Whether a licence holds on a day as it was known that day: grants and extensions of later days are
 * not looked at, so that no later extension changes an earlier answer.  *until: its end as known then
 * (CP_DATE_NONE: none), also where it does not hold.
 */
bool cp_licence_holds(const struct cp_licence *licence, cp_date day, cp_date *until);

struct cp_trial; /* a test of the policy's own: policy/trial.h */

struct cp_policy {
    struct cp_arena *arena;
    uint32_t file; /* index of the file among the inputs, as in places */
    cp_text id, says, timezone, version;
    cp_place id_place, timezone_place, rules_place; /* of their values */
    cp_text by, ref, owner;                         /* authority; empty where not said */
    const struct cp_makers *makers;
    const struct cp_maker_claim *claims; /* [claim_count] in the order of the file */
    const struct cp_maker_list *lists;
    const struct cp_product *products;
    const struct cp_traffic *classes;
    const struct cp_rule *rules;
    const struct cp_licence *licences;
    const struct cp_trial *trials;
    uint32_t list_count, product_count, class_count, rule_count, licence_count, trial_count;
    uint32_t claim_count;
    uint32_t policy_maker_count; /* makers that the file speaks of: the first of makers */
};

/** How a selector names a maker. */
enum { CP_TARGET_NO = 0, CP_TARGET_NAMED = 1, CP_TARGET_AFFILIATE = 2, CP_TARGET_UNKNOWN = 3 };

/**
 * Of a maker under several countries: one of them asked is enough (what a rule is against), or all of
 * them must be (what trusts: allow-lists, exceptions, licences).  Also where a list names countries.
 */
typedef enum { CP_AIM_ANY, CP_AIM_ALL } cp_aim;

/**
 * Whom a selector's maker, maker-list and country-of-control name on a day; target [cp_makers_count].
 * A maker whose control nobody knows is UNKNOWN where a country of control is asked; with CP_AIM_ALL, of
 * one whose control is known in part and has a country that is not asked, NO.  Where the selector has
 * none of these keys, all are NAMED.  Cost: O(makers * words).
 */
void cp_select_aims(const struct cp_policy *policy, const struct cp_select *select, cp_date day,
                    cp_aim aim, uint8_t *target);
/** The same answer, however aimed, about a maker that no table has (CP_MAKER_OTHER). */
uint8_t cp_select_aims_other(const struct cp_policy *policy, const struct cp_select *select);

/** Index of a class; CP_NONE where there is none of that name. */
uint32_t cp_policy_find_class(const struct cp_policy *policy, cp_text id);

/**
 * A word of an inventory as selectors compare it (role, class, technology, operator, country): letters as
 * identify/fold.h makes them, a hyphen for each run of spaces and _.  In the arena.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_word_fold(cp_text word, struct cp_arena *arena, cp_text *out);

#pragma once

#include "policy/trial.h"

#include "value.h"

/**
 * The section `tests`, when all else of the policy is read.  Every name and word is checked here, so that
 * carrying a test out cannot fail for a misspelling.
 * Errors: MALFORMED, DUPLICATE, UNKNOWN_ID (an element, rule, licence, class or product that is not
 * there; with the nearest that is), CONFLICT, RANGE, LIMIT, NOMEM; each with its place.
 */
CP_MUST_USE cp_err cp_trials_read(const struct cp_yaml *list, struct cp_policy *policy,
                                  struct cp_diag *diag);

/* --- between the files that read a test ----------------------------------------------------- */

/** Whatever `expect` may name, once each: elements, "ELEMENT/SLOT", "LINK far end". */
struct cp_trial_names {
    struct cp_trial_name {
        cp_text text;
        uint32_t ties; /* CP_TIE_... bits */
    } * at;
    uint32_t count, cap;
    struct cp_map *map; /* to their index */
};

/** What makes a name one of the test's. */
enum {
    CP_TIE_PASSED = 1,    /* on the path, or the device */
    CP_TIE_DESCRIBED = 2, /* `with` says something of it */
    CP_TIE_LINK = 4,      /* ... that makes it a link */
    CP_TIE_MANAGER = 8,   /* it manages something */
    CP_TIE_END = 16,      /* some link ends there */
    CP_TIE_NAMED = 32,    /* a part, or a far end that nobody knows */
};

struct cp_trial_reader {
    const struct cp_policy *policy;
    struct cp_trial *trial;
    struct cp_trial_names names;
    struct cp_diag *diag;
};

/** Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_trial_tie(struct cp_trial_reader *r, cp_text name, uint32_t tie);
/** CP_TIE_... bits of a name; 0 where the test has it not. */
uint32_t cp_trial_ties(const struct cp_trial_reader *r, cp_text name);

/** UNKNOWN_ID with the nearest of the names that have one of the ties.  Errors: that, NOMEM. */
CP_MUST_USE cp_err cp_trial_stranger(struct cp_trial_reader *r, cp_text name, uint32_t ties,
                                     cp_place place);

/** The name of one node or link.  Errors: MALFORMED (also "unknown", which names nobody), LIMIT. */
CP_MUST_USE cp_err cp_trial_element(struct cp_trial_reader *r, cp_text name, cp_place place);

/** Ids of a policy. */
typedef enum { CP_IDS_RULES, CP_IDS_LICENCES, CP_IDS_CLASSES, CP_IDS_PRODUCTS } cp_ids;
/** index: out; may be NULL.  Errors: UNKNOWN_ID with the nearest id, NOMEM. */
CP_MUST_USE cp_err cp_trial_id(struct cp_trial_reader *r, cp_ids ids, cp_text id, cp_place place,
                               uint32_t *index);

/** `with`, when the path is read; NULL: nothing is described.  Ties all that it names. */
CP_MUST_USE cp_err cp_trial_things_read(struct cp_trial_reader *r, const struct cp_yaml *map);
/** `expect`, when all else of the test is read. */
CP_MUST_USE cp_err cp_trial_expect_read(struct cp_trial_reader *r, const struct cp_yaml *value);

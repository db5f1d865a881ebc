#pragma once

#include "policy/judge.h"

#include "makers.h"
#include "select.h"
#include "window.h"
#include "trial.h"

/** What the rooms' other files see of a policy.  An effect of the language to come is a value here. */
typedef enum { CP_EFFECT_FORBID_TRANSIT, CP_EFFECT_FORBID_PRESENCE } cp_effect;

/** How a rule names a maker. */
enum { CP_TARGET_NO = 0, CP_TARGET_NAMED = 1, CP_TARGET_AFFILIATE = 2 };

struct cp_rule {
    cp_text id, says;
    cp_effect effect;
    struct cp_window window;
    const uint8_t *target;  /* [cp_makers_count] CP_TARGET_... */
    uint32_t traffic_class; /* index into classes; CP_NONE: every demand */
    uint32_t layers;        /* bits 1 << cp_layer of elements whose parts count */
    cp_unknown unknown;
    uint32_t depth, failure_kinds;
    bool has_at; /* else: everywhere */
    struct cp_select at;
};

typedef enum { CP_ENDS_NONE, CP_ENDS_BOTH, CP_ENDS_ANY } cp_ends;

struct cp_traffic {
    cp_text id;
    cp_ends ends; /* which ends must meet the selector; none: only demands that name the class */
    struct cp_select select;
};

struct cp_maker_list {
    cp_text id;
    const uint32_t *makers;
    uint32_t count;
    bool affiliates;
};

struct cp_policy {
    struct cp_arena *arena;
    cp_text id, says, timezone;
    cp_unknown unknown; /* where a rule is silent */
    const struct cp_makers *makers;
    struct cp_maker_list *lists;
    struct cp_traffic *classes;
    struct cp_rule *rules;
    struct cp_trial *trials;
    uint32_t list_count, class_count, rule_count, trial_count;
};

/** Index of a class; CP_NONE with UNKNOWN_ID and the nearest name where there is none. */
CP_MUST_USE cp_err cp_policy_class(const struct cp_policy *policy, cp_text id, cp_place place,
                                   struct cp_arena *arena, uint32_t *out, struct cp_diag *diag);

/** The sections `rules` and `maker-lists` of a policy whose other sections are read. */
CP_MUST_USE cp_err cp_rules_read(const struct cp_yaml *list, struct cp_policy *policy,
                                 struct cp_diag *diag);
CP_MUST_USE cp_err cp_lists_read(const struct cp_yaml *map, struct cp_policy *policy,
                                 struct cp_diag *diag);

#pragma once

#include "policy/language.h"

#include "names.h"

/** A policy while it is read: what the sections that come later look names up in. */
struct cp_reading {
    struct cp_policy *policy;
    struct cp_arena *arena; /* the policy's */
    struct cp_diag *diag;
    struct cp_rule defaults; /* what a rule takes where it is silent */
    struct cp_names lists, products, classes, rules, licences;
};

/** The sections of a policy, each read when those before it are. */
CP_MUST_USE cp_err cp_lists_read(const struct cp_yaml *map, struct cp_reading *reading);
CP_MUST_USE cp_err cp_products_read(const struct cp_yaml *map, struct cp_reading *reading);
CP_MUST_USE cp_err cp_traffic_read(const struct cp_yaml *map, struct cp_reading *reading);
CP_MUST_USE cp_err cp_rules_read(const struct cp_yaml *list, struct cp_reading *reading);
CP_MUST_USE cp_err cp_licences_read(const struct cp_yaml *list, struct cp_reading *reading);

#pragma once

#include "base/scan.h"

/* What libyaml says, and what is said instead to whoever writes a policy. */

typedef enum {
    AT_PROBLEM,
    AT_BEGINNING, /* it is about what begins at the mark of its context */
    IN_BRACKETS,
    IN_LINES,
} saying_kind;

struct yaml_saying {
    const char *problem, *why;
    saying_kind kind;
};

/** Of libyaml's problem; NULL: nothing better is known. */
const struct yaml_saying *cp_yaml_saying_of(const char *problem);
/** Why, where what stands at the cursor says more than libyaml does. */
const char *cp_yaml_seen_there(const cp_scan *cursor, const struct yaml_saying *saying);

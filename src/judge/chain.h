#pragma once

#include "engine.h"

/**
 * From an element down to the fact that decides about it.  The planes keep no causes; a cause is found
 * again when somebody asks: at each step something must be as bad as what it explains, so nothing is
 * searched twice.
 */

/** What is looked for: a verdict, or what would be one but for a licence. */
typedef enum { CP_SEEK_UNTRUSTED, CP_SEEK_UNKNOWN, CP_SEEK_LICENSED } cp_seek;

enum { CP_CHAIN_MAX = 64 };

struct cp_link_of_chain {
    cp_step_kind kind;
    cp_object_kind object_kind;
    uint32_t object;
    uint32_t through; /* of a manager: the first one on the way; CP_NONE */
};

struct cp_chain {
    struct cp_link_of_chain links[CP_CHAIN_MAX]; /* from the element asked about on */
    uint32_t count;
    uint32_t fact; /* that decides; CP_NONE: nothing is stated of the last element */
};

/** engine: borrowed for this, its arena is scratch.  The element is as it is sought.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_chain_find(struct cp_engine *engine, uint32_t rule, cp_seek seek,
                                 cp_object_kind kind, uint32_t object, struct cp_chain *out);

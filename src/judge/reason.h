#pragma once

#include "base/out.h"

#include "verdict.h"

/** Why an element is as bad as it is, as a sentence in parts: what, then where it is written. */
struct cp_because {
    cp_text what;   /* "optical node ola-3 under it, maker huawei"; empty for a trusted element */
    cp_place place; /* of the fact, or of the row where there is none */
    cp_text part;   /* that decided, where it is the element's own; else empty */
};

/** docs/notes/0001: own before ports before software before manager before below.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_because_find(const struct cp_verdict_of *verdict, cp_object_kind kind,
                                   uint32_t object, struct cp_arena *arena, struct cp_because *out);
/** Of one fact about the element's own parts. */
CP_MUST_USE cp_err cp_because_fact(const struct cp_verdict_of *verdict, uint32_t fact,
                                   struct cp_arena *arena, struct cp_because *out);
/** With the place behind ", " and behind "; ". */
CP_MUST_USE cp_err cp_because_write(const struct cp_because *because, const struct cp_case *net,
                                    struct cp_arena *arena, cp_text *sentence, cp_text *reason);

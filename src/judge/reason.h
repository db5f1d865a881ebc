#pragma once

#include "base/out.h"

#include "chain.h"

/** Why an element is as bad as it is, as a sentence in parts: what, then where it is written. */
struct cp_because {
    cp_text what;   /* "optical node ola-3 under it, maker huawei"; empty for a trusted element */
    cp_place place; /* of the fact, or of the row where there is none */
    cp_text part;   /* that decided, where it is the element's own; else empty */
    bool weak;      /* the fact is below the rule's enough-evidence */
};

/** Of a whole element that is not trusted.  engine: borrowed, its arena takes the texts.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_because_find(struct cp_engine *engine, uint32_t rule, cp_object_kind kind,
                                   uint32_t object, struct cp_because *out);
/** Of one fact about the element's own parts. */
CP_MUST_USE cp_err cp_because_fact(struct cp_engine *engine, uint32_t rule, uint32_t fact,
                                   struct cp_because *out);
/** With the place behind ", " and behind "; ". */
CP_MUST_USE cp_err cp_because_write(const struct cp_because *because, const struct cp_case *net,
                                    struct cp_arena *arena, cp_text *sentence, cp_text *reason);

/** The steps of a chain, in words.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_steps_write(struct cp_engine *engine, uint32_t rule,
                                  const struct cp_chain *chain, struct cp_step *steps,
                                  uint32_t *count);
/** The one step of an element that needs no reason. */
CP_MUST_USE cp_err cp_steps_alone(struct cp_engine *engine, cp_object_kind kind, uint32_t object,
                                  struct cp_step *steps, uint32_t *count);
/** Steps at most that a chain becomes. */
enum { CP_STEPS_MAX = CP_CHAIN_MAX + 3 };

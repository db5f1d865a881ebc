#pragma once

#include "parts.h"

/** A request while it is answered: reply.c finds the path, left_out.c says what it may not be made of. */

enum { TREATMENTS_MAX = 64 };

struct replying {
    struct cp_picker *p;
    const struct cp_pce_request *request;
    const struct cp_plan_gone *gone;
    uint32_t from, to; /* graph nodes */
    uint32_t treatments[TREATMENTS_MAX];
    uint32_t treatment_count;
    bool masked; /* something is left out beyond the first treatment's rules */
    struct cp_must_pass *require;
    uint32_t require_count;
    const char *why; /* why there can be no path; NULL: nothing yet */
    bool sought;     /* ... and that is that none was found */
    bool unlisted;   /* ... and that is that the one that was found has no list that will do */
};

/** What a prefix means: nodes with such addresses, links with such ports. */
struct meant {
    uint32_t *elements; /* [count] */
    uint32_t count;
};

static inline void cp_plan_refuse(struct replying *r, const char *why)
{
    if (r->why == NULL)
        r->why = why;
}

/** In the picker's work arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_plan_find_meant(struct replying *r, cp_ip prefix, uint32_t bits,
                                      struct meant *out);
/** What is gone alone, into an empty `out`; links that are narrower than what is asked for, too. */
void cp_plan_leave_gone_out(struct replying *r);
void cp_plan_leave_narrow_out(struct replying *r);
/** hindrance.c: why none was found, in *out.  Cost: that of four searches.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_plan_hindrance(struct replying *r, struct cp_plan_reply *out);
/** What the request's path may not use goes into the picker's `out`.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_plan_leave_out(struct replying *r, bool also_desired);

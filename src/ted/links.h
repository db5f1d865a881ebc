#pragma once

#include "inside.h"

/** Links between two routers while they are made (links.c), and which feeds have them (believe.c). */

struct side {
    cp_ip local, remote, local6, remote6;
    uint32_t local_id, remote_id;
    uint8_t protocol; /* whose numbers they are; 0: none */
    bool unclear;     /* may be another's */
    uint32_t pair;    /* the side that meets it; CP_NONE: none, or several */
    uint32_t meets;   /* how many */
    uint32_t count;
    const struct ted_half_ref **said; /* [count] */
};

struct linking {
    struct ted_making *m;
    struct ted_half_ref *refs; /* [count] */
    uint32_t count;
    struct side *sides;         /* [CP_TED_BETWEEN_MAX] of one pair of routers */
    uint32_t side_count, there; /* the first `there` go from the lesser router */
};

static inline uint32_t cp_ted_lesser(const struct ted_half_ref *r)
{
    return r->from < r->to ? r->from : r->to;
}

static inline uint32_t cp_ted_greater(const struct ted_half_ref *r)
{
    return r->from < r->to ? r->to : r->from;
}

/** Whether a feed that should have what both sides say has it not: then it is told, and is no link. */
CP_MUST_USE cp_err cp_ted_doubt_pair(struct linking *l, const struct side *a, const struct side *b,
                                     bool *doubted);
/** Feeds that say different metrics of it are told; what it says is in the order of belief. */
CP_MUST_USE cp_err cp_ted_compare_side(struct linking *l, const struct side *side);

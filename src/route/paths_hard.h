#pragma once

#include "paths_near.h"

/**
 * What the searches for hard asks share: SRLGs, sites, bounds, required elements, ends on both sides.
 */
enum { HARD_BITS = 128, HARD_WORDS = HARD_BITS / 64, HARD_MUSTS = 64 };

/** SRLGs and sites that a path has been charged for, by bit. */
struct charged {
    uint64_t words[HARD_WORDS];
};

struct hard {
    struct cp_paths_finder *f;
    const struct errand *e;
    struct cp_arena *work;
    const struct way *ways;
    uint64_t steps; /* left of the budget */
    bool ran_out;
    const uint8_t *targets; /* [places] */
    /* What is least from a place to the nearest target; NULL: not needed. */
    const uint64_t *cost_least; /* NULL: near_cost */
    const uint64_t *hops_least, *delay_least;
    /* Required sets that a link or place meets, as bits; NULL: none is required. */
    const uint64_t *link_musts, *place_musts;
    uint64_t all_musts;
    bool requiring;            /* the path now sought must meet them */
    uint32_t must_bits;        /* of the first so many the search knows how far they are */
    const uint64_t *must_cost; /* [places << must_bits] */
    /* What the first path uses: RISK_NONE, RISK_EACH, or RISK_BIT + the bit of an SRLG or site. */
    uint8_t *risk; /* [elements and sites] */
    uint32_t risk_bits;
    uint8_t *spared; /* [elements and sites] 1: every path uses it, so that it does not count */
    uint32_t forced; /* how many */
    const uint8_t *site_spared; /* [sites] those of the ask's ends; NULL: sites do not matter */
};
enum { RISK_NONE, RISK_EACH, RISK_BIT };

/** Prepares what the searches need.  NOMEM. */
CP_MUST_USE cp_err cp_hard_open(struct cp_paths_finder *f, const struct errand *e,
                                struct cp_arena *work, struct hard *out);

/** Whether there is a step left; one less then. */
static inline bool hard_step(struct hard *h)
{
    if (h->steps == 0)
        h->ran_out = true;
    else
        h->steps--;
    return !h->ran_out;
}

/** Where a search stands. */
struct stand {
    uint64_t cost, delay_us, musts;
    uint32_t place, hops;
};

/** Cost from there to a target, or less. */
uint64_t cp_hard_least(const struct hard *h, const struct stand *at);
/** Goes on over a way; false: it is avoided, or a bound or the targets are then out of reach. */
bool cp_hard_go(const struct hard *h, const struct stand *at, uint32_t way, struct stand *next);

static inline bool hard_is_target(const struct hard *h, uint32_t place)
{
    return h->targets[place] != 0;
}

/** What both paths of a pair use and every path has to: in h->spared, h->forced.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_forced_find(struct hard *h, const struct found *pair);

/** Which of the elements of a step are risks now.  A step leads over a way, or to a start (CP_NONE). */
void cp_risk_clear(struct hard *h);
void cp_risk_add(struct hard *h, uint32_t way, uint32_t place);
/** What a path is charged for the step, beyond what it was charged for. */
uint32_t cp_risk_charge(const struct hard *h, uint32_t way, uint32_t place,
                        struct charged *charged);

struct way_found {
    struct track track; /* count 0: none */
    uint64_t cost;
    uint32_t shared;
};

/** The path that shares least with the risks, and of those costs least; nothing is required of it.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_labels_find(struct hard *h, struct way_found *out);

/**
 * The best path, or pair, over all first paths.  io: of a pair one that is known to do, or none; what is
 * found is better or the same.  NOMEM, LIMIT.
 */
typedef enum { BRANCH_SINGLE, BRANCH_PAIR } branch_kind;
CP_MUST_USE cp_err cp_branch_find(struct hard *h, branch_kind kind, struct found *io);

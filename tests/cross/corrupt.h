#pragma once

#include "bundle.h"

/**
 * Corruptions of true bundles: each makes what is said false by what it does, never because it was refused; the
 * comment of each says why.
 */
struct trial {
    struct sample sample;
    struct bundle b;
    struct cp_arena *arena;
    uint64_t numbers;
    uint32_t demand; /* the one that is lied about */
};

/*
 * Of an answer: with the certificate of the true one, and, where the false one is such that one can be
 * made for it, with the best that there is.  Of files: as they were made.
 */
typedef enum { OF_ANSWER, OF_ANSWER_PROVEN, OF_FILES } corruption;

struct corrupt {
    const char *name;
    bool (*corrupt)(struct trial *t); /* false where this bundle has nothing to corrupt */
    corruption of;
};

enum { CORRUPT_ANSWERS = 20, CORRUPT_TEXTS = 9, CORRUPT_PROOFS = 10 };

/** What the answer says of a demand and of its exposures. */
extern const struct corrupt corrupt_answers[CORRUPT_ANSWERS];
/** Rows of the network, sums and members of the answer's text. */
extern const struct corrupt corrupt_texts[CORRUPT_TEXTS];
/** Pieces of the certificate, its labels and tables. */
extern const struct corrupt corrupt_proofs[CORRUPT_PROOFS];

/** A number below count, the trial's next. */
static inline uint32_t pick(struct trial *t, uint32_t count)
{
    return sample_pick(&t->numbers, 0, count - 1);
}

/** Of the demand that is lied about. */
static inline struct cp_demand_result *result_of(struct trial *t)
{
    return &t->b.results[t->demand];
}

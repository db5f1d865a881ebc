#pragma once

#include "prove/prove.h"

#include "sample.h"

/** A sample's audit as a bundle in memory, made by those who make bundles; the answer is written here. */
#define BUNDLE_PIECES 256u

struct bundle {
    cp_text network, answer;
    cp_text piece[BUNDLE_PIECES];
    uint32_t piece_count;
    const struct cp_judge *judge; /* of a case with names */
    struct cp_audit_request request;
    struct cp_demand_result
        *results; /* what the answer says: may be falsified before bundle_write */
};

/** A judge of a case without names, as one whose case has some.  The process ends where there is no memory. */
const struct cp_judge *bundle_named(const struct cp_judge *from, struct cp_arena *arena);
/** Audits the sample.  All in the arena; the process ends where there is no memory. */
void bundle_audit(struct sample *sample, struct cp_arena *arena, struct bundle *out);
/** Network, certificate and answer of what was found.  False where no proof could be made. */
void bundle_write(struct bundle *bundle, struct cp_arena *arena);
/** The answer alone, as the results are now. */
cp_text bundle_answer(const struct bundle *bundle, struct cp_arena *arena);

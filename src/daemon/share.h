#pragma once

#include <stdint.h>

/**
 * A peer's share of the loop's time: it earns one part in `parts` of the time that goes by, up to SHARE_BURST_NS, and what
 * was done for it is taken off.  Who owes some rests until it is earned again.
 */

enum { SHARE_BURST_NS = 100000000 };

struct share {
    int64_t credit_ns;
    uint64_t counted_ns; /* the time up to which it was earned */
    uint32_t parts;
};

/** Begins with all that can be saved. */
struct share share_make(uint32_t parts, uint64_t now_ns);
void share_charge(struct share *share, uint64_t took_ns, uint64_t now_ns);
/** How long until nothing is owed any more, rounded up; 0: it owes nothing. */
uint64_t share_rest_ms(const struct share *share);

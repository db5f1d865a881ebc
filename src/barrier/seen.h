#pragma once

#include <stdbool.h>
#include <stdint.h>

/** What the kernel has of the barrier that was raised last; all zero: there was none since boot. */
struct seen {
    uint64_t serial, issued_us; /* of its policy */
    uint64_t now_us, boot_us;   /* the greatest time then, and since boot at that moment */
    uint64_t turn;              /* how often since boot */
};

/** 0, or an errno: it cannot be told. */
int seen_read(struct seen *out);
/** The greatest of the wall clock, a policy's issue, and what was seen: it goes on where the clock is set back. */
uint64_t seen_now(const struct seen *seen, uint64_t wall_us, uint64_t boot_us, uint64_t issued_us);

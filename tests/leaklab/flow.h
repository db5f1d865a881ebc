/* What a packet of the leak laboratory carries, and the table that the receiver keeps of them. */
#pragma once

#include <stdint.h>

enum {
    MAGIC_BYTES = 16,
    BUCKET_US = 10000,
    BUCKETS = 1 << 19, /* 87 minutes */
    FLOWS = 16
};

/* The sniffer looks for the first of these, in whatever wraps it. */
#define MAGIC_SENSITIVE "cleanpath-secret"
#define MAGIC_ORDINARY "cleanpath-common"

/* At the beginning of each payload, in the order of this machine's bytes: nobody else reads it. */
struct payload {
    char magic[MAGIC_BYTES];
    uint32_t flow;
    uint32_t unused;
    uint64_t number; /* from 1 */
};

/* The file that a receiver writes and others map: how many packets of each flow came in which hundredth of a
 * second of CLOCK_MONOTONIC since `began`. */
struct arrivals {
    uint64_t began_us;
    uint64_t highest[FLOWS]; /* number seen of each flow */
    uint32_t count[FLOWS][BUCKETS];
};

#pragma once

#include <stdint.h>

/* The kernel's struct seg6_iptunnel_encap and the fixed part of its SRH (RFC 8754 2), which end in no array here. */
struct encap {
    int mode;
    uint8_t next_header, header_len, routing_type, segments_left, last_entry, flags;
    uint16_t tag;
};

/* What the filter's verified ways are found by; each field is a multiple of 4 bytes. */
struct verified_key {
    uint32_t mark;
    char interface[16];
    uint8_t sid[16], via[16];
};

_Static_assert(sizeof(struct verified_key) == 52, "no padding");
_Static_assert(sizeof(struct encap) == 12, "no padding");

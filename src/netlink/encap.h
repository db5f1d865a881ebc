#pragma once

#include <stdint.h>

/* The kernel's struct seg6_iptunnel_encap and the fixed part of its SRH (RFC 8754 2), which end in no array here. */
struct encap {
    int mode;
    uint8_t next_header, header_len, routing_type, segments_left, last_entry, flags;
    uint16_t tag;
};

_Static_assert(sizeof(struct encap) == 12, "no padding");

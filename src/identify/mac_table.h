#pragma once

#include <stddef.h>
#include <stdint.h>

#include "identify/mac.h"

/**
 * The prefixes of the makers that we name, by IEEE's lists (mac_table.c: made by tools/make_mac_table.py, never
 * edited), ascending by key.
 */
struct cp_mac_entry {
    uint64_t
        key; /* the address's first bits, the rest zero, and below these eight bits with their count */
    uint16_t maker; /* index into cp_mac_makers */
};

extern const struct cp_mac_entry cp_mac_entries[];
extern const size_t cp_mac_entry_count;
extern const char *const cp_mac_makers[]; /* names of maker_table.h */

/** The first bits of an address, the rest zero, as a number of 48 bits. */
uint64_t cp_mac_prefix(struct cp_mac mac, uint32_t bits);

/** Whether the registry (NULL: no) has this prefix; *owner is filled in then. */
bool cp_mac_registry_find(const struct cp_mac_registry *registry, uint64_t prefix, uint32_t bits,
                          struct cp_mac_owner *owner);

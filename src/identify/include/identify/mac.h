#pragma once

#include "identify/makers.h"

/**
 * Whose MAC address it is, by the prefix that IEEE gave to somebody: a pointer and no proof.
 *
 * Two sources: the built-in table (mac_table.c, made of IEEE's lists: the prefixes of the makers that we
 * name), and a registry read from the files of Debian's package ieee-data where the user has them, which knows
 * everybody's.  The longest prefix counts; of equal ones the registry's.
 */
struct cp_mac {
    uint8_t bytes[6];
};

/** aa:bb:cc:dd:ee:ff, aa-bb-..., aabb.ccdd.eeff, or 12 digits.  False where it is no such address. */
bool cp_mac_parse(cp_text text, struct cp_mac *out);
/** Locally administered, multicast, or all zero: nobody registered it. */
bool cp_mac_is_nobodys(struct cp_mac mac);

struct cp_mac_registry;

/** *out is empty.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_mac_registry_open(struct cp_arena *arena, struct cp_mac_registry **out);

/**
 * Adds the rows of one file of ieee-data (oui.csv, mam.csv, oui36.csv, iab.csv: columns Registry, Assignment,
 * Organization Name, Organization Address), in any order; the first claim of a prefix stays.  The bytes
 * are borrowed: they must outlive the registry, as must the makers, by whose names the organisations are found.
 * Errors: MALFORMED (not such a file; the diag says where), LIMIT, NOMEM.
 */
CP_MUST_USE cp_err cp_mac_registry_read(struct cp_mac_registry *registry,
                                        const struct cp_makers *makers, uint32_t file,
                                        cp_text bytes, struct cp_diag *diag);
/** Prefixes it holds. */
uint32_t cp_mac_registry_count(const struct cp_mac_registry *registry);

struct cp_mac_owner {
    uint32_t
        maker; /* CP_MAKER_UNKNOWN: no source has the prefix; CP_MAKER_OTHER: a name that no table has */
    cp_text name; /* canonical, or the organisation's */
};

/** registry may be NULL.  Cost: O(log prefixes). */
struct cp_mac_owner cp_mac_owner_find(const struct cp_makers *makers,
                                      const struct cp_mac_registry *registry, struct cp_mac mac);

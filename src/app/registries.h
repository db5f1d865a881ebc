#pragma once

#include "app/exit.h"
#include "identify/mac.h"
#include "report/identity.h"

/** Files of a registry of MAC prefixes, and what was read of them. */
struct cp_registries {
    const struct cp_mac_registry *registry;  /* NULL: none was read */
    const struct cp_identity_registry *list; /* [count] */
    uint32_t count;
};

/**
 * paths [count]: the user's, all of which must be there; none: those of Debian's package ieee-data, as far as
 * they are installed.  All lies in the arena.  OK, or what is wrong has been said.
 */
cp_exit cp_registries_read(const char *const *paths, uint32_t count, const struct cp_makers *makers,
                           struct cp_arena *arena, struct cp_registries *out);

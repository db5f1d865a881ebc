#pragma once

#include "known.h"

/**
 * Ids for nodes and links that nobody but devices named.  A name from a device must capture nothing
 * that a user wrote: no fact about another thing or its part, no end of a demand or a LAN.
 */
struct cp_fresh {
    const struct cp_known *known;
    struct cp_arena *work;
    struct cp_map *links;    /* ids given */
    struct cp_map *defaults; /* ids that finish gives */
    uint32_t count;
};

/** From the links of the build.  NOMEM. */
CP_MUST_USE cp_err cp_fresh_open(const struct cp_known *known, struct cp_arena *work,
                                 struct cp_fresh *out);
/** Whether nothing bears the id and nothing that names something else could be taken for it. */
bool cp_fresh_is_free(const struct cp_fresh *fresh, cp_text id);
/** A link bears it from now on. */
CP_MUST_USE cp_err cp_fresh_take(struct cp_fresh *fresh, cp_text id);

#pragma once

#include "model/case.h"

/**
 * Links without an id of their own, by the id that they get.
 *
 * A large network has millions of them, and hardly one is ever asked for by its id: so a slot is a
 * link's number alone, and each comparison reads the link's record.
 */
struct cp_unnamed {
    const struct cp_link_rec *links; /* their ids stand here */
    uint32_t *slots;                 /* [mask + 1] a link plus 1; 0: empty */
    uint32_t mask;
};

/** Room for so many links.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_unnamed_open(const struct cp_link_rec *links, uint32_t count,
                                   struct cp_arena *arena, struct cp_unnamed **out);
/** False where another of them bears the link's id. */
bool cp_unnamed_add(struct cp_unnamed *unnamed, uint32_t link);
/** The link that bears an id, given or not, or CP_NONE.  given: the ids given; unnamed may be NULL. */
uint32_t cp_unnamed_find(const struct cp_map *given, const struct cp_unnamed *unnamed, cp_text id);

#pragma once

#include "value.h"

/** Ids of one kind, for the sections that speak of them.  Borrowed are the ids and the words of `none`. */
struct cp_names {
    const char *none;  /* "no such rule" */
    const char *twice; /* "two rules have this id"; NULL where keys of a mapping are the ids */
    const cp_text *ids;
    uint32_t count;
    struct cp_map *map;
};

/** Room for so many.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_names_open(struct cp_names *names, uint32_t count, struct cp_arena *arena);
/** The next id; its index is how many came before.  Errors: MALFORMED, LIMIT, DUPLICATE, NOMEM. */
CP_MUST_USE cp_err cp_names_add(struct cp_names *names, cp_text id, cp_place place,
                                struct cp_diag *diag);
/** Errors: MALFORMED (no text), UNKNOWN_ID with the nearest id. */
CP_MUST_USE cp_err cp_names_get(const struct cp_names *names, const struct cp_yaml *value,
                                uint32_t *index, struct cp_diag *diag);

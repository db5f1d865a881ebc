#pragma once

#include "base/map.h"

#include "value.h"

/** Ids of one kind, for the sections of a policy that speak of them. */
struct cp_names {
    const char *none;  /* "no such rule" */
    const char *twice; /* "two rules have this id" */
    cp_text *ids;
    uint32_t count;
    struct cp_map *map;
};

/** Room for so many ids; none and twice are the words of errors.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_names_open(struct cp_names *names, uint32_t count, struct cp_arena *arena);
/** The next id: its index is how many came before.  Errors: MALFORMED, LIMIT, DUPLICATE, NOMEM. */
CP_MUST_USE cp_err cp_names_add(struct cp_names *names, cp_text id, cp_place place,
                                struct cp_diag *diag);
/** Errors: MALFORMED (no text), UNKNOWN_ID with the nearest id. */
CP_MUST_USE cp_err cp_names_get(const struct cp_names *names, const struct cp_yaml *value,
                                uint32_t *index, struct cp_diag *diag);

/** Indexes, all different, in the order of the file. */
struct cp_indexes {
    const uint32_t *at;
    uint32_t count;
};
/** One id or a list of different ones.  Errors: as cp_names_get; DUPLICATE, LIMIT, NOMEM. */
CP_MUST_USE cp_err cp_names_get_all(const struct cp_names *names, const struct cp_yaml *value,
                                    struct cp_arena *arena, struct cp_indexes *out,
                                    struct cp_diag *diag);

#pragma once

#include "base/json_in.h"
#include "base/list.h"
#include "model/bundle.h"

/** An answer of routing while it is read: bundle_route.c, and of its candidates bundle_candidates.c. */
struct reading {
    struct cp_bundle_net *net;
    struct cp_bundle_answer *out;
    struct cp_arena *arena, *work;
    struct cp_diag *diag;
    struct cp_json_in in;
    struct cp_list demands, results; /* of node segments */
    struct cp_bundle_route *routes;
    uint8_t *blocked; /* [demands] by rules: no clean way is there */
    uint32_t at;      /* the demand that is read */
    uint64_t members; /* at the top: which were met */
    uint64_t statuses[3], uncovered;
    uint32_t met; /* members */
    bool placed;  /* within capacities */
    bool strict;  /* adjacencies alone */
};

/** CONFLICT, at the value's place (NULL: nowhere). */
static inline cp_err wrong(const struct reading *r, const struct cp_json_value *at, const char *why)
{
    return cp_diag_set(r->diag, CP_ERR_CONFLICT, at != NULL ? at->place : CP_PLACE_NONE, why,
                       CP_TEXT(""));
}

/** The names of the states, as they stand in answers; NULL at the end. */
extern const char *const cp_bundle_states[4];

/** A candidate of the demand that is read; first: of its direction.  NOMEM, CONFLICT with the reason. */
CP_MUST_USE cp_err cp_bundle_candidate(struct reading *r, const struct cp_json_value *value,
                                       bool first);

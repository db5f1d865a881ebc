#pragma once

#include "forward/liar.h"

#include "audit/audit.h"
#include "ground/marking.h"

/**
 * What all parts of an audit share to find ways: the IP layer's elimination hierarchy, and for each
 * treatment of demands its arcs' weights with the treatment's marks, with and without those who may
 * lie.  Immutable once made.
 */
struct ways {
    const struct cp_triangles *triangles; /* NULL where nothing fails */
    const struct cp_weights *all;
    const struct cp_weights *honest;    /* the liars closed; NULL where lies are not asked about */
    const struct cp_liar_ground *liars; /* NULL likewise */
};

/** Whether the state is asked for. */
static inline bool cp_audit_asks(const struct cp_audit_request *request, cp_state state)
{
    return request->states == 0 || (request->states >> state & 1u) != 0;
}

/** Where nothing is marked: no ways are needed where only marks are looked for. */
typedef enum { WAYS_WHERE_MARKED, WAYS_OF_ALL } ways_needed;

/** What ways are made of; all borrowed. */
struct ways_ask {
    const struct cp_net *net;
    const struct cp_marking *markings; /* [treatment_count] */
    uint32_t treatment_count;
    const struct cp_audit_request *request;
    ways_needed needed;
};

/** Ways of each treatment: out [treatment_count]; those that are not needed stay empty.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_ways_make(const struct ways_ask *ask, struct cp_arena *arena,
                                struct ways *out);

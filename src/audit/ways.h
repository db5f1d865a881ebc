#pragma once

#include "forward/liar.h"

#include "net.h"

/**
 * What all parts of an audit share to find ways: the IP layer's elimination hierarchy, and for each
 * treatment of demands its arcs' weights with the treatment's marks, with and without those who may
 * lie.  Immutable once made.
 */
struct ways {
    const struct cp_triangles *triangles; /* NULL where nothing fails */
    const struct cp_weights *all;
    const struct cp_weights *honest; /* the liars closed */
    const struct cp_liar_ground *liars;
};

/** Ways of each treatment: out [treatment_count]; where nothing is marked they stay empty.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_ways_make(const struct net *net, const struct marking *markings,
                                uint32_t treatment_count, uint32_t depth, struct cp_arena *arena,
                                struct ways *out);

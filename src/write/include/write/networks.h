#pragma once

#include "base/out.h"
#include "model/case.h"

/**
 * A snapshot as networks of RFC 8345 in JSON (RFC 7951), one a layer, with the augmentation of
 * docs/yang/cleanpath-network.yang: what stands where is said in that module.  Nothing is left out, so
 * that reading it gives the same snapshot again, but that nodes and links come by layer.
 *
 * work: scratch, not the arena of out; what it takes is given back.
 * Cost: O(case), and for each node O(ends log ends).
 * Errors: NOMEM, the sink's.
 */
CP_MUST_USE cp_err cp_write_networks(const struct cp_case *c, struct cp_arena *work,
                                     struct cp_out *out);

#pragma once

#include "route/route.h"

/**
 * What a list of names to avoid, or to pass through, means: nodes, links and SRLGs of the graph.
 *
 * A name is the id of a node, link or site, else node:ID, link:ID, site:ID, tag:NAME or srlg:NAME; a whole
 * list that is one id is that id.  A site means all that stands there, a tag all nodes and links that bear it and
 * the nodes at sites that do.  What lies below the IP layer means the IP links that it may carry.
 */
struct cp_wish_names {
    const struct cp_case *c;
    const struct cp_net *net;
    struct cp_arena *arena; /* of what is given */
    struct cp_diag *diag;
};

/** elements [*count]: ascending, each once.  place: of the list.  Errors: UNKNOWN_ID, NOMEM. */
CP_MUST_USE cp_err cp_wish_avoid(const struct cp_wish_names *n, cp_text list, cp_place place,
                                 const uint32_t **elements, uint32_t *count);
/**
 * One for each name of the list; only links that a thing below is sure to carry stand for it.
 * Errors: as avoid, and LIMIT (more than CP_REQUIRE_MAX names).
 */
CP_MUST_USE cp_err cp_wish_require(const struct cp_wish_names *n, cp_text list, cp_place place,
                                   const struct cp_must_pass **require, uint32_t *count);

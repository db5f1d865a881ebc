#pragma once

#include "igp.h"

/**
 * Each flow's first way with all of it: the path that the request gives it, the least-cost path of a
 * sensitive one, the IGP's way of an ordinary one.  A given path over what is shut counts as none given.
 */
CP_MUST_USE cp_err cp_begin(struct cp_plan *plan, struct cp_igp *igp);

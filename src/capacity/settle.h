#pragma once

#include "igp.h"
#include "master.h"

/** What the rules of an answer ask of shares that are only the least in load. */

/**
 * Ordinary flows that are partly on the IGP's way and partly on paths: either they can go back as a
 * whole, with the worst load no higher than level->worst and at no more cost, or the IGP's way
 * becomes the paths that it is made of.
 */
CP_MUST_USE cp_err cp_settle_ordinary(struct cp_level *s, struct cp_igp *igp);

/**
 * Each flow in turn goes to cheaper ways as far as there is room below level->worst: near the least cost, and
 * few flows are left on several ways.
 */
void cp_settle_shorter(struct cp_level *s);

/** No flow on more paths than the request allows; then as little load as moving single paths gives. */
CP_MUST_USE cp_err cp_settle_few(struct cp_level *s, struct cp_master *master);

#pragma once

#include "level.h"

/**
 * The linear program over the ways known, and columns for it: exact where there is time for it.
 *
 * Flows with one way only count as load that is there; of ends only those have a row that could be the
 * worst.  So the program stays small though there may be ten thousands of flows.
 */
struct cp_master;

CP_MUST_USE cp_err cp_master_open(struct cp_level *level, struct cp_master **out);

/**
 * The least worst load, until it is within a part `gap` of the bound.  Shares and level->worst and
 * level->bound are better or as they were.
 */
CP_MUST_USE cp_err cp_master_lower(struct cp_master *master, double gap);

/** The least worst load over the ways in use alone; level->worst is that. */
CP_MUST_USE cp_err cp_master_rebalance(struct cp_master *master);

/** The least cost (bandwidth times cost) among placements whose worst load is not above level->worst. */
CP_MUST_USE cp_err cp_master_shorten(struct cp_master *master);

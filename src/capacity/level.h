#pragma once

#include "bound.h"

/**
 * The fast heuristic: flows are shifted to cheaper ways while prices rise with load.
 */
struct cp_level {
    struct cp_plan *plan;
    double *load, *price; /* [ends] */
    double *tie;          /* [ends] price with a trace of the cost */
    double *change;       /* [ends] scratch, all 0 between calls */
    uint32_t *changed;    /* [ends] scratch */
    double steepness;     /* of prices over load */
    double scale;         /* the worst load by which prices are reckoned */
    double trace;         /* price of a unit of cost, to search by */
    double toll;          /* price of a unit of cost, to shift by */
    double worst;         /* of the shares kept */
    struct cp_bound_survey survey;
    struct cp_bound bound;
};

CP_MUST_USE cp_err cp_level_open(struct cp_plan *plan, struct cp_level *out);

/**
 * Whether the best shares are near enough: within a part `gap` of the bound, and not so that something is too full
 * while the bound lets all fit.
 */
bool cp_level_is_near(const struct cp_level *s, double gap);

/** How far to go. */
struct cp_level_ask {
    double gap;      /* stop where the worst load is within this part of the bound */
    uint32_t rounds; /* at most: searches for all flows */
};

/**
 * Improves the shares of the plan, which come with some that sum to 1.  Afterwards they are the best
 * met, `worst` their worst load, `bound` the best bound met.
 */
CP_MUST_USE cp_err cp_level_run(struct cp_level *s, const struct cp_level_ask *ask);

/**
 * Shifts flows to cheaper ways in cost while no load should pass `worst`: shares near those of least cost, which
 * may load a little more than allowed.  What was kept stays kept.
 */
CP_MUST_USE cp_err cp_level_shorten(struct cp_level *s);

/** Shifts flows between the ways they have, to the same end, so many times over all. */
void cp_level_sweep(struct cp_level *s, uint32_t times);
/** The shares of the plan, whose load is in `load`, are kept where none before were better. */
void cp_level_keep(struct cp_level *s);
/** The shares that are best so far become those of the plan. */
void cp_level_take_kept(struct cp_level *s);

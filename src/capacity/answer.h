#pragma once

#include "level.h"

/** Turns the plan's shares into whole parts per million: afterwards those are the shares. */
void cp_answer_round(struct cp_plan *plan);

/** Fills in placements, loads and where the worst is, of a plan whose shares are rounded. */
CP_MUST_USE cp_err cp_answer_place(struct cp_plan *plan, struct cp_arena *arena,
                                   struct cp_capacity_answer *out);

/** What leaves the end, or CP_NONE, and what it can carry. */
struct cp_link_load cp_answer_load(const struct cp_plan *plan, const double *load, uint32_t end);

/** What a bound's prices prove when they are made whole numbers: those, [ends] in the arena, and the bound. */
struct cp_answer_proof {
    const uint64_t *prices;
    uint64_t bound_ppm;
};
CP_MUST_USE cp_err cp_answer_prove(struct cp_plan *plan, struct cp_level *level,
                                   struct cp_arena *arena, struct cp_answer_proof *out);

/** Parts per million of a value, rounded down for a bound and up for a load. */
uint64_t cp_answer_ppm_down(double value);
uint64_t cp_answer_ppm_up(double value);

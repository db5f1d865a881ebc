#pragma once

#include "obstacles.h"
#include "together.h"

/** What licences that do not hold on the day would change, for one treatment. */
struct licences;

/** NOMEM. */
CP_MUST_USE cp_err cp_licences_open(const struct obstacles *obstacles, struct cp_arena *arena,
                                    struct licences **out);

/**
 * The licences that relax the treatment's rule at this place and do not hold: number `at` of them, the one that
 * ends last first; NULL: no more.
 */
const struct cp_licence_use *cp_licences_of(const struct licences *l, uint32_t place, uint32_t at);

/**
 * What cp_obstacles_all would say if this licence held, too.  Worked out when it is first asked: the cost of a judge.
 * *ground: kept, for the caller to add to.  Errors: as cp_judge_make.
 */
CP_MUST_USE cp_err cp_licences_ground(struct licences *l, const struct cp_licence_use *use,
                                      struct ground **ground);

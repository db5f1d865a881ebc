#pragma once

#include "engine.h"

/** A judge in the making: what its files hand to each other. */
struct cp_judge_making {
    const struct cp_judge_policy *policies;
    uint32_t policy_count, flags;
    const cp_date *licences_past;  /* as in cp_judge_ask */
    const struct cp_licence *also; /* this one holds, whatever its days; NULL: none */
    const struct cp_case *net;
    struct cp_arena *arena;
    struct cp_judge *judge;
    struct cp_ground *ground;
    struct cp_engine *engine; /* NULL until it is made */
};

struct cp_judge_inside {
    const struct cp_engine *engine;
    uint32_t flags;
};

/** Whether a rule is in force on its policy's day. */
bool cp_judging_in_force(const struct cp_judge_making *m, uint32_t policy,
                         const struct cp_rule *rule);

/** Whether a licence holds as the judge was asked; *until: its end as known on its policy's day. */
bool cp_judging_licensed(const struct cp_judge_making *m, uint32_t policy,
                         const struct cp_licence *licence, cp_date *until);

/** Whether a licence lasts longer than the best so far; of equal ones the first id is. */
bool cp_relief_is_better(struct cp_relief one, struct cp_relief best);

/** Which rules each demand falls under (demands.c).  Errors: UNKNOWN_ID, NOMEM. */
CP_MUST_USE cp_err cp_judging_demands(struct cp_judge_making *m, struct cp_diag *diag);
/** What stands where it is not wanted (presence.c).  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_judging_presences(struct cp_judge_making *m);
/** Caps and suppliers (counts.c).  Errors: NOMEM, RANGE. */
CP_MUST_USE cp_err cp_judging_counts(struct cp_judge_making *m);
/** Licences, gaps and words that nothing bears (notes.c).  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_judging_notes(struct cp_judge_making *m);

#pragma once

#include "drive/drive.h"

/**
 * What is so of each demand now: by what routers report where it is steered, and where nobody steers it, by the audit of the
 * network as it was learned.  Bad before good: nothing is called ok that is not known to be, and of two ways the worse
 * counts (violation, no path, undecided, ok).
 */
struct cp_drive_verdicts {
    const struct cp_drive *drive;
    uint64_t now_us;
    const struct cp_control *control;
    const struct cp_plan *plan;
    /* The plan is of the network and the rules as they are, and all feeds have told all. */
    bool current;
    uint32_t *lsp_of_plan; /* [LSPs of the plan] control's number; CP_NONE */
    uint32_t *first_lsp;   /* [demand_count + 1] into carriers */
    uint32_t *carriers;    /* LSPs of the plan, by demand */
};
/** All in the arena.  plan NULL in it: there is none yet, and nothing can be asked. */
CP_MUST_USE cp_err cp_drive_verdicts_open(const struct cp_drive *drive, uint64_t now_us,
                                          struct cp_arena *arena, struct cp_drive_verdicts *out);

struct cp_drive_verdict {
    cp_verdict verdict;
    bool sensitive; /* some rule holds for it */
    bool down;      /* a way of it has no clean path, and its packets stop */
    /* Constant; NULL: each way of it is carried as intended, or it is not sensitive. */
    const char *why;
    bool unsteered; /* what is said here is of packets that go as the network routes them */
    const struct cp_exposure *exposure; /* what these meet; NULL: nothing */
    const struct cp_blocking *blocking; /* why there is no clean path; NULL */
};
/** Cost: O(ways of the demand). */
void cp_drive_verdict(const struct cp_drive_verdicts *verdicts, uint32_t demand,
                      struct cp_drive_verdict *out);

#pragma once

#include "drive/drive.h"

/**
 * What another inventory and other rules would mean for those that are steered, before they are given: a plan by them of the
 * network as it was learned, set against the plan in force.
 */

/**
 * The job of such a plan, for cp_drive_job_make and for nothing else: it is never given to cp_drive_planned.  It, and what it
 * points to, lie in the arena; inventory and policies are borrowed for as long.  Nothing of the drive changes.
 * Errors: those of cp_drive_reload.
 */
struct cp_drive_given {
    const struct cp_case *inventory;
    const struct cp_judge_policy *policies; /* [policy_count] */
    uint32_t policy_count;
};
CP_MUST_USE cp_err cp_drive_trial(struct cp_drive *drive, const struct cp_drive_given *given,
                                  struct cp_arena *arena, struct cp_drive_job **out,
                                  struct cp_diag *diag);

/** Of a plan. */
struct cp_drive_steered {
    uint32_t demands; /* for which it has LSPs */
    /* Those of them of which a way has no clean path, so that it must be down. */
    uint32_t without_path;
};

/** A demand that a router carries, with a clean path each way by the plan in force, and a way that has none by the other. */
struct cp_drive_loss {
    uint32_t demand; /* of the case of the other plan */
    uint32_t lsp;    /* of that plan: such a way */
};

/**
 * A demand that a router carries, and that nobody would steer by the other plan: its case does not have it any more
 * (deleted; one whose LSPs stay, for others have the same ends, goes on in them and is none), or no rule is for it.
 */
struct cp_drive_leaving {
    cp_text demand;
    bool deleted;
};

struct cp_drive_losses {
    /* Demands of the plan in force of which a router may have an LSP with a path. */
    uint32_t carried;
    struct cp_drive_steered before, after;
    const struct cp_drive_loss *list; /* [count] in the case's order */
    uint32_t count;
    const struct cp_drive_leaving *leaving; /* [leaving_count] in the order of the old case */
    uint32_t leaving_count;
    struct cp_control_outlook paths; /* what the other plan would make of what routers have */
};
/**
 * The plan in force against this one; all in the arena.  Demands are the same by their id.  Of the drive nothing but scratch
 * changes.  Cost: O(LSPs + demands), and that of cp_control_outlook.
 */
CP_MUST_USE cp_err cp_drive_losses(struct cp_drive *drive, const struct cp_plan *after,
                                   struct cp_arena *arena, struct cp_drive_losses *out);

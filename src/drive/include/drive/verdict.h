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
    uint32_t *first_lsp; /* [demand_count + 1] into carriers */
    uint32_t *carriers;  /* LSPs of the plan, by demand */
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
    bool
        outdated; /* undecided for no other reason than that a plan of what is so by now is still to come */
    bool unsteered; /* what is said here is of packets that go as the network routes them */
    const struct cp_exposure *exposure; /* what these meet; NULL: nothing */
    const struct cp_blocking *blocking; /* why there is no clean path; NULL */
};
/** Cost: O(ways of the demand). */
void cp_drive_verdict(const struct cp_drive_verdicts *verdicts, uint32_t demand,
                      struct cp_drive_verdict *out);

/* --- what has changed ------------------------------------------------------------------------------- */

/** A demand's verdict is another than the one that was told last. */
struct cp_drive_change {
    cp_text demand; /* id; borrowed until the next call of anything of the drive */
    bool had;       /* one was told: `from` */
    bool gone;      /* the case does not have it any more: there is no `to` */
    cp_verdict from;
    uint32_t at; /* its number in the plan kept */
    struct cp_drive_verdict to;
};
typedef enum {
    CP_CHANGE_NONE, /* all was looked at */
    CP_CHANGE_ONE,  /* *out */
    CP_CHANGE_MORE  /* `looks` is used up: call again soon */
} cp_change_more;
/**
 * The next change, each once.  Demands whose LSPs have news come first; all are looked at with another plan, when it becomes
 * current or is so no longer, and once in CP_CHANGES_ALL_US for what follows from time alone.  What changes and changes back
 * before it is looked at is none.  That one is undecided (outdated) is told once it is so for CP_CHANGES_WAIT_US.
 *
 * *looks is taken down by the demands that were looked at.  Cost: that of their verdicts; with another plan O(its demands and LSPs).
 * Errors: NOMEM.
 */
#define CP_CHANGES_ALL_US UINT64_C(1000000)
#define CP_CHANGES_WAIT_US UINT64_C(5000000)
CP_MUST_USE cp_err cp_drive_change(struct cp_drive *drive, uint64_t now_us, uint32_t *looks,
                                   struct cp_drive_change *out, cp_change_more *more);
/** After a restart, before the first plan: what was told last of a demand.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_drive_told(struct cp_drive *drive, cp_text demand, cp_verdict verdict);
/** A word for it, and back: "ok", "undecided", "violation", "no-path". */
const char *cp_drive_verdict_word(cp_verdict verdict);
bool cp_drive_verdict_of(cp_text word, cp_verdict *verdict);

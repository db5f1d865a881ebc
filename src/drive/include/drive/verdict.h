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

/** A demand's verdict is another than the one that was told last; or no rule holds for it any more (to.sensitive), whatever it was: then nothing counts as told. */
struct cp_drive_change {
    cp_text demand; /* id; borrowed until the next call of anything of the drive */
    bool had;       /* one was told: `from` */
    bool gone;      /* the case does not have it any more: there is no `to` */
    cp_verdict from;
    uint32_t at; /* its number in the plan kept */
    struct cp_drive_verdict to;
    uint64_t
        changes; /* since `from` was told, this one too; where they are several, `to` may be what `from` is */
    cp_verdict worst; /* of what it was meanwhile and is; of one that is gone: what it was */
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
 * CP_CHANGES_AT_ONCE changes of a demand are told at once, and one more for each CP_CHANGES_ONE_MORE_US gone by.  Past that they
 * are counted, and told as one CP_CHANGES_SLOW_US after the last that was told: what it is by then, how many they were, and the
 * worst.  Of all demands CP_CHANGES_SLOW_MOST of these are told, and then CP_CHANGES_SLOW_A_SECOND, each in its turn: nothing is
 * left out, it comes later.  After a restart nobody knows how many were counted; what is so by then is told.
 *
 * *looks is taken down by the demands that were looked at.  Cost: that of their verdicts; with another plan O(its demands and LSPs).
 * Errors: NOMEM.
 */
#define CP_CHANGES_ALL_US UINT64_C(1000000)
#define CP_CHANGES_WAIT_US UINT64_C(5000000)
#define CP_CHANGES_AT_ONCE 8u
#define CP_CHANGES_ONE_MORE_US UINT64_C(600000000)
#define CP_CHANGES_SLOW_US UINT64_C(60000000)
#define CP_CHANGES_SLOW_MOST 3000u
#define CP_CHANGES_SLOW_A_SECOND 50u
CP_MUST_USE cp_err cp_drive_change(struct cp_drive *drive, uint64_t now_us, uint32_t *looks,
                                   struct cp_drive_change *out, cp_change_more *more);
/** How many there were since the start, told or counted. */
uint64_t cp_drive_changes_seen(const struct cp_drive *drive);
/**
 * After a restart, before the first plan: what was told last of a demand.  A violation stays one while a router that carries it has not come
 * back since, until another verdict is known.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_drive_told(struct cp_drive *drive, cp_text demand, cp_verdict verdict);
/** A word for it, and back: "ok", "undecided", "violation", "no-path". */
const char *cp_drive_verdict_word(cp_verdict verdict);
/** Of two: violation, no path, undecided, ok. */
bool cp_drive_verdict_is_worse(cp_verdict verdict, cp_verdict than);
bool cp_drive_verdict_of(cp_text word, cp_verdict *verdict);

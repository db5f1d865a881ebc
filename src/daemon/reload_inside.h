#pragma once

#include "drive/trial.h"
#include "serve/log.h"
#include "reload.h"
#include "report/difference.h"

/** A reload under way: reload.c does it, reload_told.c says what it is. */

enum { RELOAD_NOW, RELOAD_THEN, RELOAD_SIDES };

/* An audit of what is in force, or of the new inventory by the new rules. */
struct reload_side {
    const struct cp_judge *judge;
    struct cp_audit_request request;
    const struct cp_demand_result *results;
    struct cp_arena **workers; /* [jobs] */
    struct cp_report_summary summary;
};

struct reload {
    uv_work_t work;
    struct daemon *daemon;
    struct reload_ask ask;
    bool other_files, changed; /* changed: files, or a day */
    bool in_memory;            /* the new inputs are the old ones, as of today */
    bool not_whole;            /* the old ones were, and are not whole: the files are to be taken */
    struct inputs *old_inputs;
    const struct cp_loaded *old; /* of them */
    struct inputs *inputs;       /* new; NULL: not read, or taken */
    const struct cp_loaded *new; /* of them; NULL: not read */
    struct cp_arena *arena;
    struct reload_side sides[RELOAD_SIDES];
    const struct cp_difference *difference;
    cp_text json; /* of the difference */
    struct daemon_planners planners;
    struct cp_drive_job
        *trial; /* NULL: nothing is different, or there is no plan to set it against */
    const struct cp_plan *plan;
    struct cp_drive_losses losses;
    cp_exit code;
    struct log_caught caught; /* what is wrong; what is to be known of what holds */
};

/** Whether it is refused where that is not accepted; known once `losses` are. */
bool reload_needs_accept_loss(const struct reload *r);
/** For the API. */
CP_MUST_USE cp_err reload_answer(struct reload *r, uint64_t seq, cp_text *json);
/** For the log of decisions: of one that is taken, and of one that is not, with all that is wrong. */
CP_MUST_USE cp_err reload_entry(struct reload *r, cp_text *document);
CP_MUST_USE cp_err reload_refused_entry(struct reload *r, cp_text *document);
/**
 * cp_say_plain: which files changed, where what is wrong names none of them.  Where the new ones could not be read, those in
 * force are read again to find out.
 */
void reload_say_changed(const struct reload *r);
/** cp_say_plain: which demands lose their last clean path, and by which line of a policy. */
void reload_say_losses(struct reload *r);
/** cp_say_plain: which demands that routers carry nobody would steer any more, and why. */
void reload_say_leaving(const struct reload *r);

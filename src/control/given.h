#pragma once

#include "inside.h"

/** An LSP that a router delegates to us, which we did not make and the config does not tell of. */
struct ctl_given {
    struct ctl_given *next; /* of its router */
    cp_text name;           /* "ROUTER/LSP"; in the pool */
    struct ctl_said said;
    bool stale;      /* reported in a session that is over, and not yet in this one */
    bool taken_down; /* by our order, for want of a clean path */
    bool dirty;      /* when it was looked at last */
    const char *why; /* what was told of it then; NULL: it was not looked at yet */
    uint64_t reported_us;
    uint32_t tries;    /* orders since it was last found clean */
    uint64_t look_us;  /* when it is looked at; UINT64_MAX */
    uint64_t retry_us; /* nothing is ordered before */
};

/* --- given.c ------------------------------------------------------------------------------------ */

/** A report of an LSP that is nobody's: kept while it is delegated. */
CP_MUST_USE cp_err cp_ctl_given_heard(struct cp_control *c, uint32_t peer,
                                      const struct cp_pce_lsp *lsp);
/** The session is over, or another one begins: what is not reported again by the end of synchronisation is not there. */
void cp_ctl_given_stale(struct cp_control *c, uint32_t peer);
CP_MUST_USE cp_err cp_ctl_given_synced(struct cp_control *c, uint32_t peer);
uint32_t cp_ctl_given_most(const struct cp_control *c); /* of all routers */
/** The network, or its rules, are others: all are looked at, with the ticks that follow at once. */
void cp_ctl_doubt_given(struct cp_control *c);
CP_MUST_USE cp_err cp_ctl_look_at_given(struct cp_control *c);
/** The id of alarms about an LSP of a router's own: names of LSPs are each router's own affair. */
CP_MUST_USE cp_err cp_ctl_own_name(struct cp_control *c, uint32_t peer,
                                   const struct cp_pce_lsp *lsp, cp_text *out);

/* --- records.c ---------------------------------------------------------------------------------- */

/** What its router has: an RRO of segments says more than the ERO. */
struct cp_pce_path cp_ctl_given_path(const struct ctl_given *g);
CP_MUST_USE cp_err cp_ctl_record_given(struct cp_control *c, uint32_t peer,
                                       const struct ctl_given *g, const struct cp_plan_reply *reply,
                                       const struct ctl_cause *cause);
/** The alarm "delegated-dirty/ROUTER/LSP", with its path, and the element and rule of the cause. */
CP_MUST_USE cp_err cp_ctl_alarm_given(struct cp_control *c, const struct ctl_given *g,
                                      const char *why, const struct ctl_cause *cause);

/* --- orders.c ----------------------------------------------------------------------------------- */

/** What a router is told that is to take an LSP out of service. */
struct cp_pce_path cp_ctl_path_down(const struct cp_control *c, uint32_t peer, bool srv6);
uint32_t cp_ctl_next_srp(struct ctl_peer *p);
/** When an order is given again that was given so often in vain. */
uint64_t cp_ctl_backoff(const struct cp_control *c, uint32_t tries);

/* --- reports.c ---------------------------------------------------------------------------------- */

/** Kept in the pool, but for its name, which is left out.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_ctl_keep_said(struct cp_control *c, struct ctl_said *said,
                                    const struct cp_pce_lsp *lsp);

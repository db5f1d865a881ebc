#pragma once

#include "plan/plan.h"

/**
 * The controller's decisions: what happens goes in, with the time; ordered steps come out.  No sockets, no clock.
 *
 * For each LSP three states are kept apart, each with its time (DESIGN 2.5): *intended* (what we want of the router),
 * *installed* (what the router reports), *proven* (what was seen in the data plane).
 *
 * Rules:
 * - Bad news (an element gone or no longer allowed, a dirty path reported) is acted upon at once: every LSP whose intended or
 *   installed path touches it gets the next verified path, or goes down.  Good news (a better path) waits: damped, at most
 *   one move of an LSP in damp_us, and not while frozen or held.
 * - No path is ordered that cp_plan_trace has not found clean, and no plan adopted that the owner's checker refused.
 * - A move that leaves the headend, endpoint or colour: install the new LSP, see it reported up on the path that was meant
 *   (verify), switch (the demand counts as carried by it), drain for drain_us, remove the old.  Union of before and after is
 *   clean at every moment, but where the before is dirty already: then the after comes first and the before goes at once.
 * - Of the trusted nodes a tenth (hold_ppm) gone within hold_window_us: hold: nothing is moved but what is dirty
 *   (a path over a vanished element is broken, not dirty: it stays), alarm, until a person thaws or they are back; a
 *   restart does not end it.
 * - Packets seen where they should not be contradict the path that is meant: a record, an alarm, never enforcing, until they are seen on
 *   the path that is meant then, or a person acknowledges it.  Where they were forbidden or unknown, that path is left at once, elsewhere
 *   where a clean one past the links that they did not keep to is there; those are shunned until a person acknowledges it.
 * - Lost router session: nothing is assumed of it; its last verified state stands here (and on the router for as long as its
 *   system keeps orders, control/headend.h); intended goes on changing and is ordered when it is back and synchronised.  Lost controller: same, seen from there.
 * - The last clean path lost: the LSP is taken down, counted, with its blocking cut.
 * - A headend whose system goes on forwarding sensitive traffic elsewhere when its policy is invalid (control/headend.h) is never called enforcing.  Nor is any LSP while the newest plan is
 *   refused, or not made yet for rules that were given: they may forbid what the last one allowed.
 */
struct cp_control;

struct cp_control_peer { /* a PCC that may come */
    cp_text name;
    cp_ip address;  /* it comes from there */
    cp_text node;   /* id in the inventory; empty: by its address */
    cp_text system; /* "frr-8.4", ...: control/headend.h; empty: nothing known: fails open */
    bool guarded;   /* the operator vouches for a guard beside it (a default that drops) */
};

/** An LSP of a router's own configuration that it delegates to us. */
struct cp_control_delegated {
    cp_text peer, name; /* symbolic path name */
    cp_text demand;     /* id: it carries this one; empty: found by endpoint and colour */
};

struct cp_control_config {
    const struct cp_control_peer *peers;
    const struct cp_control_delegated *delegated;
    uint32_t peer_count, delegated_count;
    uint64_t damp_us, drain_us, hold_window_us, settle_us /* for an order to be reported done */;
    uint64_t proof_valid_us; /* an observation older than that proves nothing any more */
    uint32_t hold_ppm;
    uint32_t lsp_max;
    uint32_t preference; /* of candidate paths that we initiate */
    /* LSPs that are looked at while bad news is told, and with one tick; 0: the usual (limits.h).  Orders of the first leave
     * while the rest is looked at. */
    uint32_t at_once, wakes_most;
};

CP_MUST_USE cp_err cp_control_open(const struct cp_control_config *config, size_t bytes_max,
                                   struct cp_control **out, struct cp_diag *diag);
void cp_control_close(struct cp_control *control);

/* --- what happens ----------------------------------------------------------------------------- */

/**
 * Another plan, made for the view that is newest.  It and all it points to live until `cp_control_plan_kept` is another.
 * refused: our checker did not uphold it: it is not adopted, alarm.  plan NULL: it could not be made, which is no better:
 * the rules and the network that it was for are not heeded.  reason: "start", "topology", "policy", ...
 */
CP_MUST_USE cp_err cp_control_plan(struct cp_control *control, const struct cp_plan *plan,
                                   bool refused, cp_text reason, uint64_t now_us);
/** The same, with what of the plan's view was gone before the plan was made: no order of it is for a network that was. */
CP_MUST_USE cp_err cp_control_plan_late(struct cp_control *control, const struct cp_plan *plan,
                                        bool refused, cp_text reason,
                                        const struct cp_ted_news *gone, uint64_t now_us);
/** Rules or inventory are others by now than those of the plan kept, or of the one just given: until the next plan is
 * adopted no LSP is called enforcing. */
void cp_control_doubt(struct cp_control *control);
/**
 * The same where other rules were given: until a plan of them is adopted, no path is ordered by those that are over, not even
 * to a router that comes back; what must be down goes down.
 */
void cp_control_overrule(struct cp_control *control);
/**
 * Whether the view of the plans to come lacks what some feed has not told yet (until this is called: no).  By such a plan
 * bad news is acted upon (what its rules forbid, what is told as gone) and nothing else: what it does not know stays as it
 * was verified last, and nothing new is installed or improved.
 */
void cp_control_partial(struct cp_control *control, bool partial);
/**
 * Whether the view of the plans to come lacks what a feed told that was let go since (until this is called: no).  A path of which
 * each element is there and allowed, and a segment is told by nobody any more, stays as it was verified last; it is not ordered
 * anew, and not called enforcing.
 */
void cp_control_lacking(struct cp_control *control, bool lacking);
/**
 * Whether the rules of the plans to come are over already (until this is called: no): such a plan is taken for what it knows of
 * the network, and as after cp_control_overrule no path is ordered by it; what it has down goes down, and what it has no more goes.
 */
void cp_control_outdated(struct cp_control *control, bool outdated);
/** Whether requests are answered: there is a plan, it is whole, and it heeds the rules in force. */
bool cp_control_answers(const struct cp_control *control);
/** The plan that control points into now; NULL before the first. */
const struct cp_plan *cp_control_plan_kept(const struct cp_control *control);

/**
 * What would become of the LSPs if a plan were adopted now and nothing else happened, by the rules by which it would be.  A
 * hold (one that would begin, too), feeds that disagree and damping delay what is foreseen here, and change nothing of it.
 */
struct cp_control_outlook {
    /* Of which a router may have a path that is intended: each is kept, moving, down or removed. */
    uint32_t carried;
    uint32_t kept; /* the plan has the same hops and nothing cheaper */
    uint32_t
        at_once; /* of those that move: the plan forbids the path that they have, or knows it no more */
    uint32_t down;    /* the same, and no other path is left */
    uint32_t removed; /* the plan does not have them */
    uint32_t
        installed; /* not carried now, planned with a path, and their router's session is up and synchronised */
    const cp_text
        *moving; /* [moving_count] keys, ascending: onto another path than the one intended now */
    uint32_t moving_count;
    /* Trusted nodes that would be missed: the plan's inventory has them, its view does not see them.  holds: they would be too
     * many, and a hold that does not stand yet would begin. */
    const cp_text *missed; /* [missed_count] those that vanished before first */
    uint32_t missed_count;
    bool holds;
    bool
        held; /* a hold stands: what is foreseen comes once it ends, but for what is forbidden, which is left at once */
};
/** All in the arena; of the control nothing but scratch changes.  Cost: O(LSPs), and a search for each path that is not the
 * plan's.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_control_outlook(struct cp_control *control, const struct cp_plan *plan,
                                      struct cp_arena *arena, struct cp_control_outlook *out);

/**
 * Elements of the plan's view that are gone (ted's news); gone ones come back with the next plan only.  Nodes whose SIDs are
 * others, likewise; and where news->steps are given, lists with node segments are walked by these from now on, those that
 * are in force at once.
 */
CP_MUST_USE cp_err cp_control_gone(struct cp_control *control, const struct cp_ted_news *news,
                                   uint64_t now_us);
void cp_control_freeze(struct cp_control *control, bool frozen, cp_text why,
                       uint64_t now_us); /* feeds disagree */
void cp_control_hold(struct cp_control *control, bool held, cp_text who,
                     uint64_t now_us); /* a person's word; a thaw ends no contradiction */

/** What a session says.  peer: index into the config. */
CP_MUST_USE cp_err cp_control_peer_event(struct cp_control *control, uint32_t peer,
                                         const struct cp_pce_event *event, uint64_t now_us);

/** Somebody saw packets of an LSP. */
struct cp_control_sight {
    cp_text key;          /* of the LSP */
    const cp_text *nodes; /* [node_count] ids, in the order they were visited, headend first */
    uint32_t node_count;
    cp_text witness;
    uint64_t at_us;
};
typedef enum {
    CP_SIGHT_PROVES,
    CP_SIGHT_REPEATS, /* what is proven already, or a part of the path */
    CP_SIGHT_CONTRADICTS,
    CP_SIGHT_NOT_PLACED /* of no LSP of the plan, of the time to come, or of before its path was there */
} cp_sight_says;
CP_MUST_USE cp_err cp_control_seen(struct cp_control *control, const struct cp_control_sight *sight,
                                   uint64_t now_us, cp_sight_says *says);
/** A person has looked at an alarm: "seen/KEY" or "disproven/KEY": all that was seen of that LSP is over, and what was
 * shunned may be taken again.  "forgotten": it ends.  Other alarms: nothing changes. */
CP_MUST_USE cp_err cp_control_acknowledge(struct cp_control *control, cp_text alarm, cp_text who,
                                          uint64_t now_us, bool *changed);

CP_MUST_USE cp_err cp_control_tick(struct cp_control *control, uint64_t now_us);
uint64_t cp_control_deadline(const struct cp_control *control);

/* --- what is to be done ------------------------------------------------------------------------ */

typedef enum {
    CP_DO_RECORD, /* to be kept for good before any later step is carried out */
    CP_DO_ORDER,  /* to a peer's session */
    CP_DO_PLAN,   /* a new plan is wanted, not before at_us */
    CP_DO_ALARM,  /* one began or ended */
} cp_control_step_kind;

typedef enum {
    CP_RECORD_INTENT,    /* an LSP's intended path changes */
    CP_RECORD_INSTALLED, /* a router reports another one than before */
    CP_RECORD_PROVEN,
    CP_RECORD_SEEN,         /* packets, where they contradict the path that is meant */
    CP_RECORD_ACKNOWLEDGED, /* what was seen of an LSP, by a person */
    CP_RECORD_DOWN,         /* the last clean path is lost */
    CP_RECORD_AGAIN, /* an order that follows from no new intent: what was ordered before is not so */
    CP_RECORD_PLAN, /* adopted, or refused */
    CP_RECORD_PEER,
    CP_RECORD_REQUEST, /* a PCReq, and what it got */
    CP_RECORD_ALARM,
    CP_RECORD_HOLD,
    CP_RECORD_STATE /* no decision: of an LSP that stays as it is another state is kept; there is no document */
} cp_record_kind;

struct cp_control_step {
    cp_control_step_kind kind;
    uint32_t peer;             /* of ORDER */
    struct cp_pce_order order; /* of ORDER */
    /* Of PLAN; of ALARM: since when it stands, or stood; of AGAIN: when that was decided which is ordered again. */
    uint64_t at_us;
    cp_record_kind record; /* of RECORD */
    cp_text key;           /* whose: of an LSP, peer, alarm; may be empty */
    /* Of RECORD, ALARM: one JSON object: before, after, reason, rule, fact, elements by id. */
    cp_text document;
    /* Of RECORD: what cp_control_restore takes from now on for this key; empty: of INTENT and HOLD: none any more; of
     * others: as it was. */
    cp_text state;
    bool begins; /* of ALARM */
};
/** The next step, in the order in which they must be done; false: none.  Borrowed until the next call. */
bool cp_control_next(struct cp_control *control, struct cp_control_step *out);

/** After a restart, before the first plan: the last state of each key. */
CP_MUST_USE cp_err cp_control_restore(struct cp_control *control, cp_text key, cp_text state,
                                      struct cp_diag *diag);

/* --- what is so -------------------------------------------------------------------------------- */

typedef enum {
    CP_LSP_DOWN,       /* must be: no clean path */
    CP_LSP_WAITING,    /* its headend is not there, or not synchronised */
    CP_LSP_INSTALLING, /* ordered; not reported yet */
    CP_LSP_INSTALLED,  /* reported up on the intended path */
    CP_LSP_ASTRAY,     /* reported on another path, or refused by the router */
    CP_LSP_DRAINING,
    CP_LSP_REMOVING
} cp_lsp_phase;

struct cp_control_lsp {
    cp_text key, name;
    uint32_t in_plan; /* index into the plan kept; CP_NONE: it is on its way out */
    uint32_t peer;    /* CP_NONE */
    cp_lsp_phase phase;
    bool up;       /* its router reports it up, in this session or in the last one that it had */
    bool reported; /* its router reports it at all: likewise */
    /* A router may have it from us: ordered or reported, in this life or in one before. */
    bool ordered;
    bool synced;      /* its router's session is up and synchronised */
    uint64_t lost_us; /* that session, or the one before, was lost then; 0: none was in this life */
    /* The intended path is clean, by the rules in force, and no packet was seen elsewhere. */
    bool upheld;
    /* Packets were seen where they are forbidden, and not on the path that is meant since; what is meant, or what its router
     * reports, is still as it was then. */
    bool seen_forbidden;
    /* Its router had it as it was meant until it was told of another path, and has not had its time (settle_us) to answer. */
    bool moving;
    cp_trace_kind left_is; /* moving: the path that it leaves, as far as that is known */
    bool delegated,
        enforcing; /* enforcing: installed, no packet was seen elsewhere, and its headend drops what it cannot carry */
    struct cp_pce_path intended, installed;
    /* [touch_count], [installed_touch_count] of the intended path and of the installed one: elements of the plan's graph */
    const uint32_t *touches, *installed_touches;
    uint32_t touch_count, installed_touch_count;
    /* Of the intended path "n NODE" or "l LINK" a line: what it touched when all of it was known; empty: all is known now. */
    cp_text touched;
    cp_trace_kind installed_is;                    /* what the trace says of the reported path */
    uint64_t intended_us, installed_us, proven_us; /* when it became so; 0: never, or no longer */
    const char *why;                               /* of the phase: constant, may be NULL */
    const char
        *back; /* down, and a clean path is there again: why it is not taken yet; else NULL */
};
/** Whether an element of the plan kept is gone since. */
bool cp_control_is_gone(const struct cp_control *control, uint32_t element);
uint32_t cp_control_lsp_count(const struct cp_control *control);
void cp_control_lsp(const struct cp_control *control, uint32_t at, struct cp_control_lsp *out);
/** The same of an LSP of the plan kept: each has one. */
void cp_control_lsp_of(const struct cp_control *control, uint32_t in_plan,
                       struct cp_control_lsp *out);
/**
 * The next LSP of the plan kept of which something else may be told than when this was asked last; false: none is left.  Not
 * among them: those of a plan that was adopted meanwhile, what follows from time alone, and what is so of all (doubted).
 */
bool cp_control_news(struct cp_control *control, uint32_t *in_plan);
/** `doubted` of cp_control_status alone: of no cost. */
bool cp_control_doubted(const struct cp_control *control);

/** An LSP that a router delegates to us, and that we did not make and the config does not list: nothing is intended of it. */
struct cp_control_given {
    cp_text name; /* "ROUTER/LSP", as in its alarms */
    uint32_t peer;
    uint32_t headend; /* node of the case of the plan kept; CP_NONE: not known */
    cp_ip dst;
    uint32_t colour; /* 0: none is told */
    /* WAITING: its session is lost, or its router has it not up; INSTALLED: up, and nothing bad is known of it; ASTRAY: up where
     * it may not be; DOWN: taken out of service by us. */
    cp_lsp_phase phase;
    const char *why; /* constant; NULL: it was not looked at yet */
    struct cp_pce_path path;
    uint64_t reported_us;
    cp_trace_kind
        is; /* of the path, by the rules of requests; UNKNOWN too where none hold, and before the first plan */
    uint32_t rule;           /* FORBIDDEN: of the plan's judge; CP_NONE */
    const uint32_t *touches; /* [touch_count] elements of the plan's graph, in the arena */
    uint32_t touch_count;
};
typedef cp_err (*cp_control_visit)(void *user, uint32_t at, const struct cp_control_given *given);
/** Each of them, without what needs a walk (is, rule, touches).  Anything but CP_OK ends it, and is returned. */
CP_MUST_USE cp_err cp_control_each_given(const struct cp_control *control, cp_control_visit visit,
                                         void *user);
/** The one with that number, until anything happens; its path is walked.  Cost: O(peers), and the walk.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_control_given(const struct cp_control *control, uint32_t at,
                                    struct cp_arena *arena, struct cp_control_given *out);

struct cp_control_status {
    bool frozen, held;
    bool partial; /* the plan's view lacks what some feed has not told yet */
    bool doubted; /* the newest plan is refused, or there is none for what is in force */
    uint32_t peers_up, peers_synced;
    uint32_t by_phase[CP_LSP_REMOVING + 1], enforcing, proven, alarms;
    uint64_t moves, downs, orders, refused_plans, requests, no_paths;
};
/** Bytes that its tables and LSPs take, without the plan's scratch.  It grows to what was used at most, and no further. */
size_t cp_control_memory(const struct cp_control *control);
void cp_control_status(const struct cp_control *control, struct cp_control_status *out);
struct cp_control_alarm {
    cp_text id, document; /* document: the JSON object of its step */
    uint64_t since_us;
};
uint32_t cp_control_alarms(const struct cp_control *control, const struct cp_control_alarm **out);

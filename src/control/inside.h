#pragma once

#include "control/control.h"

/**
 * What control is made of.  LSPs lie in a table of fixed size and are named by their slot; what they hold of varying
 * size (names, hops, what is touched) comes from a pool, which takes back what is given up.
 *
 *   pool.c     memory of any size        table.c    LSPs, and how they are found
 *   timers.c   who wakes when            touches.c  which LSPs touch an element
 *   adopt.c    another plan              outlook.c  what it would change
 *   intent.c   what each LSP should be   pick.c     which path is taken
 *   ways.c     where segments lead now   touched.c  what a path touched when it was known
 *   orders.c   what routers are told     again.c    ... more than once
 *   reports.c  what routers say          headend.c  what their systems do
 *   leave.c    LSPs on their way out     forget.c   ... and gone
 *   sights.c   what was seen             shun.c     what packets did not keep to
 *   hold.c     nodes that vanish, holding, freezing (hold.h)
 *   requests.c paths that routers ask for
 *   given.c    LSPs that routers delegate and nobody told us of (given.h)
 *   refusals.c paths that routers refuse (refusals.h)
 *   documents.c  steps, and what their documents are made of (document.h)
 *   records.c  what is kept of decisions witness.c  the same of what was seen
 *   alarms.c   what a person must know   state.c    what outlives a restart (state.h)
 *   control.c  opening, time, what is so peerless.c headends without a session
 *   news.c     whose state is another by now
 */

/* --- pool.c ------------------------------------------------------------------------------------- */

enum { POOL_CLASSES = 56 };

struct ctl_pool {
    struct cp_arena *arena;
    void *free[POOL_CLASSES]; /* lists of blocks that were given back, by size */
};

/** NULL past the arena's limit.  What is there is not zero. */
void *cp_ctl_take(struct ctl_pool *pool, size_t bytes);
void cp_ctl_give(struct ctl_pool *pool, void *at, size_t bytes); /* as many as were taken */
/** A copy; of no length: the empty text.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_ctl_text_take(struct ctl_pool *pool, cp_text text, cp_text *out);
void cp_ctl_text_give(struct ctl_pool *pool, cp_text *text);
/* In place of the one that is there. */
CP_MUST_USE cp_err cp_ctl_text_put(struct ctl_pool *pool, struct cp_out *from, cp_text *into);

/* --- LSPs --------------------------------------------------------------------------------------- */

/** An element of the plan's graph that a path of an LSP may touch: in the list of that element. */
struct ctl_touch {
    struct ctl_touch *next, **at;
    uint32_t lsp;
};

struct ctl_touches {
    struct ctl_touch *first;
};

/** A path as it is kept. */
struct ctl_way {
    struct cp_pce_hop *hops; /* [count] in the pool */
    uint32_t count;
    uint32_t touch_count;
    uint32_t *touches;       /* [touch_count] elements of the plan's graph; in the pool */
    struct ctl_touch *lists; /* [touch_count]; in the pool */
};

enum { DISPROVEN_MOST = 4, REFUSED_MOST = 8, DEMANDS_KEPT = 8 };

typedef enum {
    AIM_NOTHING, /* nothing is wanted of a router yet */
    AIM_PATH,
    AIM_DOWN, /* there is no clean path */
    AIM_GONE
} ctl_aim;

/* What packets of an LSP were seen to do, the worst last. */
typedef enum {
    SIGHT_NONE,
    SIGHT_ELSEWHERE, /* outside the path that is meant, where they may be */
    SIGHT_UNKNOWN,   /* at a node that nobody knows */
    SIGHT_FORBIDDEN
} ctl_sight;

typedef enum { CHAIN_KEY, CHAIN_NAME, CHAIN_PLSP, CHAIN_SRP, CHAIN_COUNT } ctl_chain;

typedef enum { GIVEN_NOT, GIVEN_PERHAPS /* before the start */, GIVEN } ctl_given;

struct ctl_lsp {
    cp_text key, name; /* key empty: an LSP that we made and of which nothing is known */
    /* Ids of what it carries, a line each: DEMANDS_KEPT at most while the plan has it, all once it leaves (but for a
     * restored one).  demands_cut: there are more. */
    cp_text demands;
    bool demands_cut;
    cp_text
        touched; /* when all of it was known, while that may not be so: touched.c; in the pool */
    cp_direction direction;
    uint32_t in_plan, peer;
    uint32_t carrier; /* index into config.delegated: the router's own LSP; CP_NONE: ours */
    uint32_t colour;
    cp_ip src, dst;
    cp_lsp_phase phase;
    const char *why;
    ctl_aim aim;

    struct ctl_way intended;
    /* It is held to although an element of its path is gone, and that is an alarm. */
    bool held_broken;
    cp_trace_kind intended_is; /* by the plan and what is gone; not clean: only while held */
    uint64_t intended_us, moved_us;
    ctl_given given; /* whether what is intended was ordered */
    /* Bad news may be about it, or what its router has: looked at before anything is ordered, or when it wakes. */
    bool doubted;
    uint64_t better_us; /* when it is considered whether there is something better; UINT64_MAX */
    /* [disproven_count] prints of hops that packets did not keep to; more than DISPROVEN_MOST: none is trusted any more */
    uint64_t disproven[DISPROVEN_MOST];
    uint32_t disproven_count;
    cp_text shunned; /* what packets did not keep to: shun.c; in the pool */
    /* Not NONE: packets were seen so, and on the path that was meant not since; no person acknowledged it either. */
    ctl_sight seen;
    cp_text seen_at; /* id of the node, as it was told; in the pool */
    uint64_t seen_us;
    uint64_t told_us; /* when it was last recorded; 0: not in this life */
    /* The same of a sight from before the present rules, which judges nothing: what was recorded of it last. */
    ctl_sight old_seen;
    cp_text old_at;
    uint64_t old_told_us;
    bool laid_by; /* nobody needs it: kept for what was seen of it */
    const char
        *back;   /* down, and a clean path is there again: why it is not taken yet; else NULL */
    bool untold; /* down since before a restart: what blocks it is not known yet */
    /* Print of the cut that its newest record of being down has, 0: none; of when, 0: not of this life. */
    uint64_t cut_told, cut_told_us;

    /* What the router says. */
    uint32_t plsp_id; /* 0: not reported in this session */
    bool delegated, created, wanted_up, up;
    bool rising;  /* going up: not up, and about to be */
    bool lags;    /* it is reported on the path that it had when the order was given */
    bool moving;  /* it was up as meant until another path was, and that one's order has time yet */
    bool ordered; /* the router may have it from us, in this life or from one before */
    bool same;    /* installed is the intended path; `installed` is empty then */
    bool known;   /* it was reported at some time, and not removed since */
    struct ctl_way installed; /* another one */
    struct ctl_way left; /* moving and same: the hops that it was on before; nothing is touched */
    cp_trace_kind installed_is, left_is; /* left_is: what it was on before it moved */
    uint64_t installed_us, proven_us;

    /* The order that is out: srp_id 0: none. */
    cp_pce_order_kind order;
    uint32_t srp_id;
    bool acked;        /* it answered the order */
    uint32_t tries;    /* orders since it was last as it should be */
    uint64_t due_us;   /* by then it must be reported done; UINT64_MAX */
    uint64_t retry_us; /* nothing is ordered before; UINT64_MAX: no wait */
    uint64_t calm_us;  /* a report of something else before that is no slip */
    uint64_t drain_us; /* on its way out: goes at this time; UINT64_MAX: not yet known */
    bool dirty;        /* on its way out, over what is not allowed */
    bool outdated;     /* it is for what was intended before */
    /* [refused_count] prints of hops that the router refused; more than REFUSED_MOST: none is tried any more but `permitted` (0: none) */
    uint64_t refused[REFUSED_MOST], permitted,
        forgive_us; /* of one that is down none holds then; UINT64_MAX */
    uint32_t refused_count;

    uint32_t next[CHAIN_COUNT];
    uint32_t peer_next, peer_prev;
    uint32_t heap_at; /* CP_NONE: wakes never */
    uint64_t wake_us;
    bool saved;                     /* a state of it is kept for after a restart */
    bool saved_unordered;           /* ... and says that no router may have it from us */
    uint64_t saved_print, saved_us; /* of what is touched; since when, 0: not of this life */
    bool used;
    bool news; /* in the list of news */
};

struct ctl_peer {
    bool up, synced, ever;
    bool updates, initiates;
    uint32_t depth_max;
    uint32_t srp_last;
    uint32_t first, last;    /* its LSPs */
    uint32_t node;           /* of the plan's case; CP_NONE */
    struct ctl_given *given; /* LSPs that it delegates and nobody told us of: given.c */
    uint32_t given_count;
    /* LSPs of the table without a key: it names them as ours, and nothing is known of them. */
    uint32_t orphans;
    uint64_t synced_us;
    uint64_t lost_us; /* its session was lost then; 0: in this life it had none that was */
    bool fails_open;
};

/** What was reported last of an LSP that we did not make. */
struct ctl_said {
    struct cp_pce_lsp lsp;
    struct cp_pce_hop *hops; /* [hop_count] of lsp.intended, then of lsp.actual; in the pool */
    uint32_t hop_count;
};
/** A router's own LSP that the config tells of. */
struct ctl_carrier {
    bool reported;
    uint32_t lsp; /* slot; CP_NONE: carries none of the plan */
    struct ctl_said said;
};

/* --- the rest ----------------------------------------------------------------------------------- */

struct ctl_alarm {
    cp_text id, document; /* in the pool */
    uint64_t since_us;
    uint32_t next_same, before, after; /* CP_NONE */
};

struct ctl_alarms {
    struct ctl_alarm *at; /* [max] */
    uint32_t *heads;      /* [mask + 1] */
    struct cp_control_alarm *listed;
    uint32_t max, mask, count, first, last, free;
};

struct ctl_queued {
    struct cp_control_step step;
    struct ctl_queued *next;
};

/** One LSP of the plan that carries a demand, and the next one of that demand. */
struct ctl_carried {
    uint32_t in_plan, next;
};

/** What belongs to the plan. */
struct ctl_epoch {
    struct cp_arena *arena;
    const struct cp_plan *plan;
    struct cp_picker *picker;
    struct cp_plan_gone gone;
    uint8_t *gone_elements;    /* [links + nodes] */
    struct ctl_touches *heads; /* [links + nodes] LSPs that touch it */
    uint32_t *link_of_case;    /* [links of the case] of the graph; CP_NONE */
    uint32_t *slot_of;         /* [LSPs of the plan] */
    uint32_t *peer_of_node;    /* [nodes of the case] CP_NONE */
    uint8_t *trusted;          /* [nodes of the case] 1: counts towards a hold */
    uint8_t *shun;             /* [links + nodes] scratch: all 0 between calls */
    uint32_t *leaving;         /* [leaving_count] slots on their way out when it was adopted */
    struct cp_map *carried;    /* demand's id: index into carriers; NULL: not asked for yet */
    struct ctl_carried *carriers;
    uint32_t element_count, trusted_count, leaving_count;
    uint32_t leaving_judged;     /* those from there on are judged again */
    struct cp_arena *ways_arena; /* of the shifts in gone; NULL: none were found yet */
    uint8_t *others;             /* [nodes of the graph] of gone */
};

/** A trusted node that vanished. */
struct ctl_vanished {
    cp_text id; /* in the pool */
    uint64_t at_us;
};

struct cp_control {
    struct cp_arena *arena; /* of its life */
    struct ctl_pool pool;
    struct cp_arena *out;  /* steps not yet taken */
    struct cp_arena *work; /* of one LSP's question */
    cp_arena_mark out_empty, work_empty;
    struct cp_control_config config;
    uint64_t now_us;
    cp_err err; /* of a call that cannot tell it; the next tick does */

    struct ctl_lsp *lsps; /* [lsp_max] */
    uint32_t *free;       /* [free_count] slots */
    uint32_t free_count;
    uint32_t *live; /* [live_count] slots by key */
    uint32_t live_count;
    uint32_t *heads[CHAIN_COUNT];
    uint32_t mask;
    uint32_t *heap;
    uint32_t heap_count;
    uint32_t *found; /* [lsp_max] scratch: LSPs that bad news is about */
    uint32_t *found_stamp;
    uint32_t stamp;
    uint32_t
        *news; /* [news_count] slots of which what cp_control_lsp tells may be another: news.c */
    uint32_t news_count;

    struct ctl_peer *peers;
    struct ctl_carrier *carriers;     /* [config.delegated_count] */
    uint32_t given_count, given_peer; /* given_peer: whose are looked at next in this turn */
    /* When it goes on, or another begins; when those that it has passed want to be looked at. */
    uint64_t given_us, given_next_us;
    struct ctl_epoch *epoch; /* NULL before the first plan */
    uint64_t leave_us;       /* when those on their way out are looked at; UINT64_MAX */
    uint64_t peers_us;       /* when peers that never came are looked at; UINT64_MAX */

    bool overruled,   /* by rules that have no plan yet */
        plan_doubted; /* refused, or of rules that are over: what is in force now is not heeded yet */
    bool next_outdated;         /* plans to come are of rules that are over */
    bool partial, next_partial; /* the plan's view, and those of plans to come, lack something */
    bool lacking, next_lacking; /* ... that a feed told which was let go */
    bool frozen, held, held_by_hand;
    bool missed_more;  /* nodes vanished since the hold was recorded */
    uint64_t held_us;  /* since when */
    uint64_t rules_us; /* when a plan of other rules was adopted last; 0: in this life none was */
    uint32_t laid_by_count;
    struct ctl_vanished *vanished;
    uint32_t vanished_count, vanished_cap;
    struct ctl_alarms alarms;
    struct ctl_queued *first, *last;
    struct cp_control_status status;
};

/* --- table.c ------------------------------------------------------------------------------------ */

CP_MUST_USE cp_err cp_ctl_table_open(struct cp_control *c);
/** A slot with its key (may be empty) and name.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_ctl_lsp_make(struct cp_control *c, cp_text key, cp_text name, uint32_t *slot);
void cp_ctl_lsp_free(struct cp_control *c, uint32_t slot);
/** An LSP that had none has this key from now on.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_ctl_set_key(struct cp_control *c, uint32_t slot, cp_text key);
uint32_t cp_ctl_find_key(const struct cp_control *c, cp_text key);
uint32_t cp_ctl_find_name(const struct cp_control *c, uint32_t peer, cp_text name);
uint32_t cp_ctl_find_plsp(const struct cp_control *c, uint32_t peer, uint32_t plsp_id);
uint32_t cp_ctl_find_srp(const struct cp_control *c, uint32_t peer, uint32_t srp_id);
void cp_ctl_set_peer(struct cp_control *c, uint32_t slot, uint32_t peer);
void cp_ctl_set_plsp(struct cp_control *c, uint32_t slot, uint32_t plsp_id);
void cp_ctl_set_srp(struct cp_control *c, uint32_t slot, uint32_t srp_id);
/** Takes over the text, which is in the pool. */
void cp_ctl_set_name(struct cp_control *c, uint32_t slot, cp_text name);
/** The name that we give to an LSP: "cp:KEY", or where that is long "cp#" and a print of the key.  In the work arena. */
CP_MUST_USE cp_err cp_ctl_name(struct cp_control *c, cp_text key, cp_text *out);
bool cp_ctl_name_is_ours(cp_text name);

/* --- timers.c ----------------------------------------------------------------------------------- */

/** When the LSP is to be looked at, by its own times. */
void cp_ctl_timer(struct cp_control *c, uint32_t slot);
/** news.c: what cp_control_lsp tells of it may be something else by now.  Every timer that is set says so. */
void cp_ctl_news(struct cp_control *c, uint32_t slot);
void cp_ctl_timer_off(struct cp_control *c, uint32_t slot);

/* --- touches.c ---------------------------------------------------------------------------------- */

/** Hops are copied; touches NULL: none.  What was there is given back first.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_ctl_way_set(struct cp_control *c, uint32_t slot, struct ctl_way *way,
                                  struct cp_pce_path hops);
CP_MUST_USE cp_err cp_ctl_way_touch(struct cp_control *c, uint32_t slot, struct ctl_way *way,
                                    const uint32_t *touches, uint32_t count);
void cp_ctl_way_untouch(struct cp_control *c, struct ctl_way *way);
void cp_ctl_way_clear(struct cp_control *c, struct ctl_way *way);
static inline struct cp_pce_path cp_ctl_way_path(const struct ctl_way *way)
{
    return (struct cp_pce_path){way->hops, way->count};
}
bool cp_ctl_way_has(const struct ctl_way *way, uint32_t element); /* it touches it */
/** Whether both lead the same way: by SIDs; by addresses where there are none.  What is not understood is like nothing. */
bool cp_ctl_hops_same(struct cp_pce_path a, struct cp_pce_path b);
uint64_t cp_ctl_hops_print(struct cp_pce_path hops); /* never 0 */
/** LSPs that touch the element, into c->found from *count on; each once for one c->stamp. */
void cp_ctl_touching(struct cp_control *c, uint32_t element, uint32_t *count);

/* --- intent.c ----------------------------------------------------------------------------------- */

/** Why an intent changes. */
struct ctl_cause {
    const char *reason; /* constant: "start", "gone", "policy", "better", ... */
    uint32_t element;   /* of the plan's graph; CP_NONE */
    uint32_t rule;      /* CP_NONE */
};
#define CTL_CAUSE(word) (&(const struct ctl_cause){(word), CP_NONE, CP_NONE})

/** Of one that is down as it must be: why it is. */
const char *cp_ctl_down_words(const struct ctl_lsp *l);
/** Sees to it that the LSP is intended as it should be now; good news waits where it must. */
CP_MUST_USE cp_err cp_ctl_consider(struct cp_control *c, uint32_t slot,
                                   const struct ctl_cause *cause);
/** The plan's option that is these hops; NULL. */
const struct cp_plan_option *cp_ctl_option_like(const struct cp_plan_lsp *lsp,
                                                struct cp_pce_path hops);
/** It is not, or no more, held to a path that is broken: the alarm "broken/KEY" ends. */
CP_MUST_USE cp_err cp_ctl_mended(struct cp_control *c, uint32_t slot);
#define CTL_HELD_BROKEN "an element of its path is gone; held"
/** What the intended path is by the plan and what is gone; its touches are set anew. */
CP_MUST_USE cp_err cp_ctl_retouch(struct cp_control *c, uint32_t slot, struct ctl_cause *cause,
                                  cp_trace_kind *kind);
/** The same of the path that the router reports. */
CP_MUST_USE cp_err cp_ctl_trace_installed(struct cp_control *c, uint32_t slot,
                                          struct ctl_cause *cause);
/** The same of the path that it leaves, where its router reports the intended one already; news where that is another by now. */
CP_MUST_USE cp_err cp_ctl_trace_left(struct cp_control *c, uint32_t slot);
/** Its router has it where it must not be, and the intended path cannot be ordered: another one, or down. */
CP_MUST_USE cp_err cp_ctl_escape(struct cp_control *c, uint32_t slot,
                                 const struct ctl_cause *cause);

/** What becomes of an LSP by the plan of the epoch. */
typedef enum {
    FATE_STAYS,
    FATE_WAITS, /* the plan has a better path: moved as soon as good news may be acted upon */
    FATE_MOVES, /* moved at once, or when a hold ends */
    FATE_RISES, /* no path was intended, and one is there */
    FATE_DOWN
} ctl_fate;
/** With nothing done; its in_plan is the epoch's. */
CP_MUST_USE cp_err cp_ctl_foresee(struct cp_control *c, const struct ctl_lsp *l, ctl_fate *fate);

/* --- pick.c ------------------------------------------------------------------------------------- */

/** What to take: not what is gone, nor what its packets did not keep to; its touches lie in c->work. */
CP_MUST_USE cp_err cp_ctl_pick(struct cp_control *c, const struct ctl_lsp *l, struct cp_pick *out);
/** Its packets did not keep to these hops. */
bool cp_ctl_is_disproven(const struct ctl_lsp *l, struct cp_pce_path hops);
/** The present path does not keep its packets; whole: nor does anything else.  Whether that is new. */
bool cp_ctl_note_disproven(struct ctl_lsp *l, bool whole);

/* --- orders.c ----------------------------------------------------------------------------------- */

/** Brings the router to what is intended, as far as that can be done now.  The slot may be free afterwards. */
CP_MUST_USE cp_err cp_ctl_push(struct cp_control *c, uint32_t slot);
/** The intent is another one: orders that are out, and back-off, no longer count. */
void cp_ctl_supersede(struct cp_control *c, uint32_t slot);
/** Something of the LSP's router state changed: is the order done? */
CP_MUST_USE cp_err cp_ctl_heard(struct cp_control *c, uint32_t slot);
/** Why a path that is not known to be whole is neither ordered anew nor left. */
const char *cp_ctl_waits_for(const struct cp_control *c);
CP_MUST_USE cp_err cp_ctl_refused(struct cp_control *c, uint32_t slot, const char *why);
/** The alarm that it is astray, where its router reports by itself that it carries no more what was installed. */
CP_MUST_USE cp_err cp_ctl_not_carried(struct cp_control *c, uint32_t slot, const char *why);
void cp_ctl_phase(struct cp_control *c, uint32_t slot, cp_lsp_phase phase, const char *why);
CP_MUST_USE cp_err cp_ctl_wake(struct cp_control *c, uint32_t slot);
/** Nothing is out with the router any more, nothing is known of it. */
void cp_ctl_forget_session(struct cp_control *c, uint32_t slot);

/* --- forget.c ----------------------------------------------------------------------------------- */

/** It is freed, unless what was seen of it is to outlive it. */
CP_MUST_USE cp_err cp_ctl_forget(struct cp_control *c, uint32_t slot);

/* --- reports.c ---------------------------------------------------------------------------------- */

CP_MUST_USE cp_err cp_ctl_report(struct cp_control *c, uint32_t slot, const struct cp_pce_lsp *lsp);
/** Which LSPs of the plan are carried by LSPs of the routers' own.  Called when a plan is adopted. */
CP_MUST_USE cp_err cp_ctl_bind_carriers(struct cp_control *c);
/** Whether the router may yet report an LSP of its own that is meant for this one. */
bool cp_ctl_awaits_carrier(const struct cp_control *c, const struct ctl_lsp *l);
CP_MUST_USE cp_err cp_ctl_tell_peerless(struct cp_control *c); /* peerless.c */

/* --- adopt.c --- */

/** Of a plan, with nothing of it known to be gone, and no LSP of it matched.  Nothing of c changes. */
CP_MUST_USE cp_err cp_ctl_epoch_open(const struct cp_control *c, const struct cp_plan *plan,
                                     struct ctl_epoch **out);
void cp_ctl_epoch_close(struct ctl_epoch *epoch); /* NULL is allowed */
/** Bad news may be about it: what its router has is walked again, and then what it should be is seen to. */
CP_MUST_USE cp_err cp_ctl_look(struct cp_control *c, uint32_t slot);

/* --- touched.c ---------------------------------------------------------------------------------- */

typedef enum {
    PAST_CLEAN,
    PAST_UNKNOWN, /* nobody knows whether it is clean */
    PAST_DIRTY /* over what is forbidden, or on a way that its router took by itself and nobody knows */
} ctl_past;
/* Of which ways: bits. */
enum { TOUCHED_INTENDED = 1, TOUCHED_INSTALLED = 2 };
/* Adds what they touch by the plan of e to what is kept. */
CP_MUST_USE cp_err cp_ctl_touched_note(struct cp_control *c, struct ctl_lsp *l,
                                       const struct ctl_epoch *e, uint32_t ways);
/* The lines of the intended way: what is kept, else by the plan in force. */
void cp_ctl_touched_write(const struct cp_control *c, const struct ctl_lsp *l, struct cp_out *out);
/** The same for the same lines in any order. */
uint64_t cp_ctl_touched_print(cp_text lines);
/**
 * Of one on a clean path: what is kept for after a restart is kept anew where the path touches other things by now, as one with
 * node segments does when metrics change.  Once in damp_us: who alternates is looked at again when that is over.
 */
CP_MUST_USE cp_err cp_ctl_touched_keep(struct cp_control *c, uint32_t slot);
/* What of it the plan of e has, as elements of its graph, ascending, in the arena. */
CP_MUST_USE cp_err cp_ctl_touched_elements(const struct ctl_lsp *l, const struct ctl_epoch *e,
                                           struct cp_arena *arena, const uint32_t **out,
                                           uint32_t *count);
/* What the plan of e makes of what is kept, by the rules of a treatment.  DIRTY: cause has element (CP_NONE: not in the
 * graph) and rule. */
ctl_past cp_ctl_touched_judge(const struct ctl_lsp *l, const struct ctl_epoch *e,
                              uint32_t treatment, struct ctl_cause *cause);

/* --- leave.c ------------------------------------------------------------------------------------ */

/** The plan has it no more; old: the epoch that it was in (NULL: none), new: the one that will be. */
CP_MUST_USE cp_err cp_ctl_leave(struct cp_control *c, uint32_t slot, const struct ctl_epoch *old,
                                struct ctl_epoch *epoch);
/** It is to be removed, whatever was ordered before. */
void cp_ctl_go(struct cp_control *c, uint32_t slot);
/** The ways of the network are others: those that leave are judged again, with the ticks that follow at once. */
void cp_ctl_doubt_leaving(struct cp_control *c);
/** Those whose successors stand begin to drain. */
CP_MUST_USE cp_err cp_ctl_look_at_leaving(struct cp_control *c);
CP_MUST_USE cp_err cp_ctl_demands(struct cp_control *c, uint32_t slot);

/* --- sights.c ----------------------------------------------------------------------------------- */

/** Of one sight: what it says, and which of its nodes tell. */
struct ctl_seen {
    ctl_sight kind;
    uint32_t at;   /* index of the first node that is not as it should be; CP_NONE */
    uint32_t left; /* index of the last node on the path before that; CP_NONE */
    struct ctl_cause cause;
};

/** Whether anything is kept of what was seen, that only a person or a later sight ends. */
static inline bool cp_ctl_is_marked(const struct ctl_lsp *l)
{
    return l->seen != SIGHT_NONE || l->shunned.len > 0 || l->disproven_count > 0;
}

/* --- shun.c ------------------------------------------------------------------------------------- */

typedef enum {
    SHUN_ALL,   /* links and nodes */
    SHUN_LINKS, /* links alone */
    SHUN_HARD   /* links after which packets went where they are forbidden, or where nobody knows */
} ctl_shun;

/** Sets c->epoch->shun at what the LSP shuns.  Unset it before anything else is asked. */
void cp_ctl_shun_mark(struct cp_control *c, const struct ctl_lsp *l, ctl_shun what, uint8_t mark);
bool cp_ctl_shuns(struct cp_control *c, const struct ctl_lsp *l, ctl_shun what,
                  const uint32_t *touches, uint32_t count);
/** Packets were on the intended path up to the node of the graph (CP_NONE: nowhere) and then not.  *full: not all of
 * it could be kept. */
CP_MUST_USE cp_err cp_ctl_shun(struct cp_control *c, uint32_t slot, uint32_t node, bool hard,
                               bool *full);
CP_MUST_USE cp_err cp_ctl_shun_set(struct cp_control *c, uint32_t slot, cp_text lines);
CP_MUST_USE cp_err cp_ctl_shun_forgive(struct cp_control *c, uint32_t slot);

/* --- requests.c --------------------------------------------------------------------------------- */

CP_MUST_USE cp_err cp_ctl_request(struct cp_control *c, uint32_t peer,
                                  const struct cp_pce_request *request);

/* --- records.c ---------------------------------------------------------------------------------- */

/** A step at the end of the queue; texts and paths are copied.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_ctl_step(struct cp_control *c, const struct cp_control_step *step);
/** Before an order: where it is given again, or is another one for what was intended and ordered already. */
CP_MUST_USE cp_err cp_ctl_record_again(struct cp_control *c, uint32_t slot, cp_pce_order_kind kind);
CP_MUST_USE cp_err cp_ctl_record_intent(struct cp_control *c, uint32_t slot,
                                        struct cp_pce_path before, const struct ctl_cause *cause);
CP_MUST_USE cp_err cp_ctl_record_down(struct cp_control *c, uint32_t slot,
                                      const struct ctl_cause *cause, const char *why);
/** What blocks it by the plan, in a number that is another for other elements or rules; 0: the plan does not say. */
uint64_t cp_ctl_cut_print(const struct cp_control *c, const struct ctl_lsp *l);
/** The alarm "down/KEY" with what blocks it by the plan. */
CP_MUST_USE cp_err cp_ctl_alarm_down(struct cp_control *c, uint32_t slot,
                                     const struct ctl_cause *cause, const char *why);
CP_MUST_USE cp_err cp_ctl_record_installed(struct cp_control *c, uint32_t slot,
                                           const struct ctl_cause *cause);
/** keeps: what is kept of the LSP for after a restart changes. */
CP_MUST_USE cp_err cp_ctl_record_proven(struct cp_control *c, uint32_t slot,
                                        const struct cp_control_sight *sight, bool keeps);
/** counts: it stands from now on. */
CP_MUST_USE cp_err cp_ctl_record_seen(struct cp_control *c, uint32_t slot,
                                      const struct cp_control_sight *sight,
                                      const struct ctl_seen *seen, bool counts);
CP_MUST_USE cp_err cp_ctl_record_acknowledged(struct cp_control *c, uint32_t slot, cp_text who);
/** The alarm "seen/KEY", by what is kept of the LSP. */
CP_MUST_USE cp_err cp_ctl_alarm_seen(struct cp_control *c, uint32_t slot,
                                     const struct ctl_cause *cause);
/** The alarm "disproven/KEY" begins or ends, as what is shunned is. */
CP_MUST_USE cp_err cp_ctl_alarm_disproven(struct cp_control *c, uint32_t slot);
/** What was seen of it is kept no more, for want of room: the alarm "forgotten", until a person acknowledges it. */
CP_MUST_USE cp_err cp_ctl_alarm_forgotten(struct cp_control *c, uint32_t slot);
CP_MUST_USE cp_err cp_ctl_record_plan(struct cp_control *c, const struct cp_plan *plan,
                                      const char *refused, cp_text reason);
CP_MUST_USE cp_err cp_ctl_record_peer(struct cp_control *c, uint32_t peer, const char *state,
                                      const char *why);
CP_MUST_USE cp_err cp_ctl_record_hold(struct cp_control *c, bool held, cp_text who,
                                      const char *why);
CP_MUST_USE cp_err cp_ctl_record_request(struct cp_control *c, uint32_t peer,
                                         const struct cp_pce_request *request,
                                         const struct cp_plan_reply *reply, const char *why);
/** An alarm about an LSP, with the element and rule of the cause. */
CP_MUST_USE cp_err cp_ctl_alarm_lsp(struct cp_control *c, const char *kind, uint32_t slot,
                                    const char *why, const struct ctl_cause *cause);
CP_MUST_USE cp_err cp_ctl_alarm_lsp_end(struct cp_control *c, const char *kind, uint32_t slot);
/** An alarm about something else: id "KIND" or "KIND/NAME". */
CP_MUST_USE cp_err cp_ctl_alarm_about(struct cp_control *c, const char *kind, cp_text name,
                                      const char *why);
CP_MUST_USE cp_err cp_ctl_alarm_about_end(struct cp_control *c, const char *kind, cp_text name);

/* --- ways.c ------------------------------------------------------------------------------------- */

/** What the network's steps and SIDs are by now; *changed: lists with node segments may lead elsewhere than before. */
CP_MUST_USE cp_err cp_ctl_ways(struct cp_control *c, const struct cp_ted_news *news, bool *changed);
/** Those with such lists, or over a LAN that a router left, that are not found yet. */
void cp_ctl_drawn(struct cp_control *c, uint32_t *found);

/* --- alarms.c ----------------------------------------------------------------------------------- */

CP_MUST_USE cp_err cp_ctl_alarms_open(struct cp_control *c);
/** Begins, or stands already and is given the new document (a step where that is another). */
CP_MUST_USE cp_err cp_ctl_alarm_set(struct cp_control *c, cp_text id, cp_text document);
CP_MUST_USE cp_err cp_ctl_alarm_clear(struct cp_control *c, cp_text id);

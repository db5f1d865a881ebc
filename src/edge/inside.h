#pragma once

#include "edge/edge.h"
#include "wire/pcep.h"

/**
 * What an edge is made of: edge.c is the whole, controllers.c the sessions, lsps.c orders, demands.c what is asked of the
 * agent and answered, locals.c our own SIDs, paths.c hops as the agent has them, reports.c what is told, probes.c the data plane, kept.c what
 * outlives a restart.
 */

enum { SECOND_US = 1000000, SLOTS = 16, RETIRED = 4 };

#define NONE UINT32_MAX

struct edge_hops {
    uint8_t at[CP_EDGE_HOPS_MAX][16];
    uint8_t count;
};

/** Of a path that is probed: numbers in (base, number] are of it as it is now. */
struct edge_probing {
    uint64_t number, base;
    uint64_t sent_us[CP_EDGE_WINDOW_MAX]; /* of number n at n % CP_EDGE_WINDOW_MAX */
    uint64_t last, map;                   /* that came through, as struct cp_edge_heard */
    uint64_t began_us;                    /* 0: it is not probed */
    uint32_t full_last;                   /* of full size that came through, its low 32 bits */
    bool waits;                           /* one is to be sent */
    bool alive, full;                     /* full: one of full size came through */
    bool was_alive;
    struct cp_agent_path path; /* that is probed */
};

struct edge_lsp {
    bool used;
    bool wanted_up;
    bool word; /* its controller ordered it in this life, or the kernel had it: it may be ordered */
    bool fresh;    /* initiated; the agent has not answered: refused, it never was */
    bool removing; /* it goes as soon as the kernel does not have it */
    bool gone;     /* which it has not any more: it is to be told */
    bool has_old;  /* `old` is what an update was to replace */
    bool dead;     /* its probes do not come through */
    bool queued;   /* to be reported */
    uint8_t name_len, told_phase;
    bool told_alive, told_proven;
    char name[CP_EDGE_LSP_NAME_MAX];
    cp_ip src, dst;
    uint32_t colour, preference;
    uint32_t demand, next; /* of the policy; the next one of the demand */
    uint32_t srp_id;       /* to be answered by a report; 0: none */
    uint32_t result;       /* why the kernel does not have it: CP_AGENT_DONE: no reason */
    uint32_t deaths;
    uint64_t change; /* that made it: it is kept when that is */
    uint64_t dead_until_us, proven_us, told_us;
    struct edge_hops hops, old;
    struct cp_agent_path path; /* of the hops */
    struct edge_probing probing;
};

struct edge_demand {
    uint32_t first_lsp;
    uint32_t result; /* of the last order */
    uint32_t state;  /* cp_agent_state, while known */
    uint32_t path_count;
    struct cp_agent_path paths[CP_AGENT_PATHS]; /* that the kernel has */
    uint64_t packets, bytes;                    /* of it that left, since the barrier was raised */
    bool known, queued, busy;
    bool counted;  /* it was read back since the agent is there */
    bool look;     /* it is to be read back */
    bool stop;     /* it is to be stopped where nothing carries it */
    uint8_t asked; /* cp_agent_kind, while busy */
    uint8_t failures;
    uint64_t look_us, again_us, orphan_us;
    uint32_t asked_lsps[CP_AGENT_PATHS], asked_count;
    uint64_t heard_us; /* a probe of its endpoint came in */
    uint64_t heard_at_us[CP_AGENT_PATHS];
    uint32_t heard_count;
    struct cp_edge_heard heard[CP_AGENT_PATHS];
};

typedef enum {
    WHO_NOBODY,
    WHO_WAITS, /* its epoch is being kept */
    WHO_OBEYED
} edge_who;

struct edge_session {
    struct cp_pcc *pcc;
    bool connected, hung_up, told_synced;
    edge_who who;
    struct cp_pce_speaker speaker;
    uint64_t call_at_us, call_after_us; /* UINT64_MAX: not to be called */
};

struct edge_peer {
    uint64_t nonce;   /* of its life; 0: not known */
    uint64_t sure_us; /* it answered us under that nonce then; 0: never */
    uint64_t retired[RETIRED];
};

struct saying {
    cp_edge_level level;
    char text[CP_EDGE_SAYING_BYTES];
};

/** Numbers that wait, each once: who puts one in knows whether it is there. */
struct edge_queue {
    uint32_t *at; /* [cap] */
    uint32_t first, count, cap;
};

struct cp_edge {
    struct cp_edge_config config;
    struct cp_arena *arena, *work, *kept_arena;
    cp_arena_mark work_empty, kept_empty;
    uint64_t now_us;
    struct edge_session sessions[CP_EDGE_CONTROLLERS_MAX];
    uint32_t obeyed;  /* NONE */
    uint32_t sending; /* whose bytes the last SEND gave */
    size_t sending_bytes;
    /* LSPs, by PLSP-ID - 1 */
    struct edge_lsp *lsps;       /* [lsp_cap] */
    uint32_t lsp_cap, lsp_end;   /* all at lsp_end and after it are free */
    struct edge_demand *demands; /* [demand_count of the policy] */
    struct edge_queue work_queue, report_queue, probe_queue; /* demands; LSPs; LSPs */
    /* The agent */
    bool agent_there, whole;
    uint64_t agent_lost_us; /* since when it is not there */
    uint64_t policy_serial;
    uint32_t asks[CP_EDGE_ASKS_MAX], ask_first,
        ask_count;                    /* demands, as they were asked; NONE: our own SIDs */
    uint64_t locals_at_us, locals_us; /* they are asked for next; were there; 0: they were not */
    bool has_locals, locals_busy, locals_failed;
    uint32_t number;  /* of the last request */
    uint32_t unknown; /* demands that were not read back since it is there */
    /* What is kept */
    uint64_t epoch;
    char epoch_of[CP_PCE_SPEAKER_BYTES_MAX];
    uint8_t epoch_of_len;
    uint64_t change, kept_change,
        keeping_change;  /* changes so far; that are kept; in the last KEEP */
    uint64_t keep_at_us; /* the next KEEP, not before; UINT64_MAX: nothing is to be kept */
    bool keeping;
    uint64_t claim; /* an epoch that is to be kept; 0: none */
    char claim_name[CP_PCE_SPEAKER_BYTES_MAX];
    uint8_t claim_name_len;
    uint64_t claim_change; /* with which it is kept */
    uint32_t claim_of;     /* session */
    /* Probes */
    struct edge_peer *peers;  /* [peer_count] */
    uint32_t *peer_of_demand; /* [demands] NONE */
    uint64_t nonce;           /* of this life */
    uint32_t slot;
    uint64_t slot_at_us, lenient_until_us;
    /* Sayings */
    struct saying sayings[CP_EDGE_SAYINGS_MAX];
    uint32_t saying_first, saying_count;
    uint64_t orders, refused, controllers_refused, left_out;
};

/* edge.c */
void cp_edge_say(struct cp_edge *e, cp_edge_level level, const char *format, ...) CP_PRINTF(3, 4);
void cp_edge_queue_put(struct edge_queue *queue, uint32_t number);
uint32_t cp_edge_queue_take(struct edge_queue *queue); /* NONE: it is empty */
/** Something is to be kept: at once, or with what else comes within a second. */
typedef enum { KEEP_NOW, KEEP_SOON } edge_keep_when;
void cp_edge_keep(struct cp_edge *e, edge_keep_when when);

/* controllers.c */
CP_MUST_USE cp_err cp_edge_sessions_open(struct cp_edge *e);
void cp_edge_sessions_close(struct cp_edge *e);
void cp_edge_sessions_tick(struct cp_edge *e);
uint64_t cp_edge_sessions_deadline(const struct cp_edge *e);
bool cp_edge_sessions_next(struct cp_edge *e, struct cp_edge_act *out);
void cp_edge_sessions_kept(struct cp_edge *e, bool kept);
/** They are told, once each: why. */
void cp_edge_sessions_end(struct cp_edge *e, const char *why);
/** The session that is obeyed and knows all; NULL: none. */
struct edge_session *cp_edge_session_get(struct cp_edge *e);

/* lsps.c */
void cp_edge_order(struct cp_edge *e, const struct cp_pcc_event *event);
/** A place for another one; NULL: there is none. */
struct edge_lsp *cp_edge_lsp_make(struct cp_edge *e);
void cp_edge_lsp_free(struct cp_edge *e, struct edge_lsp *l);
void cp_edge_lsp_join(struct cp_edge *e, struct edge_lsp *l, uint32_t demand);
uint32_t cp_edge_lsp_index(const struct cp_edge *e, const struct edge_lsp *l);
/** The demand of the policy; NONE. */
uint32_t cp_edge_demand_of(const struct cp_edge *e, cp_ip endpoint, uint32_t colour);
/** What the controller ordered is refused: PCErr, and what is to be done with it. */
void cp_edge_refuse(struct cp_edge *e, uint32_t srp_id, uint8_t type, uint8_t value);
cp_edge_phase cp_edge_lsp_phase(const struct cp_edge *e, const struct edge_lsp *l);

/* demands.c */
void cp_edge_demand_wake(struct cp_edge *e, uint32_t demand);
bool cp_edge_demands_next(struct cp_edge *e, struct cp_edge_act *out);
void cp_edge_demand_tick(struct cp_edge *e, uint32_t demand);
/** The edge policy does not permit what it asks for: the same order would get the same answer. */
bool cp_edge_lsp_is_refused(const struct edge_lsp *l);
/** Whether another LSP could carry the demand instead. */
bool cp_edge_demand_has_other(const struct cp_edge *e, const struct edge_lsp *l);
/** Which path of the kernel's is this LSP's; NONE. */
uint32_t cp_edge_demand_path(const struct edge_demand *d, const struct edge_lsp *l);
bool cp_edge_lsp_is_alive(const struct cp_edge *e, const struct edge_lsp *l);
bool cp_edge_lsp_is_proven(const struct cp_edge *e, const struct edge_lsp *l);

/* locals.c */
void cp_edge_locals_open(struct cp_edge *e);
void cp_edge_locals_begin(struct cp_edge *e); /* the agent is there, or there anew */
bool cp_edge_locals_next(struct cp_edge *e, struct cp_edge_act *out);
void cp_edge_locals_answered(struct cp_edge *e, uint32_t result);
uint64_t cp_edge_locals_deadline(const struct cp_edge *e);
/** The agent put all of them a moment ago; or they are not its business. */
bool cp_edge_locals_are_there(const struct cp_edge *e);

/* paths.c */
bool cp_edge_path_make(const struct cp_edge *e, const struct edge_lsp *l,
                       struct cp_agent_path *out);
bool cp_edge_path_same(const struct cp_agent_path *a, const struct cp_agent_path *b);
/** Hops of what the kernel has, in the words of an LSP of this demand. */
void cp_edge_path_hops(const struct cp_edge *e, const struct cp_agent_path *path, bool begins_local,
                       struct edge_hops *out);
/** Whether the first hop is a local adjacency of ours. */
bool cp_edge_hops_begin_local(const struct cp_edge *e, const struct edge_hops *hops);

/* reports.c */
void cp_edge_report(struct cp_edge *e, struct edge_lsp *l);
/** Whatever changed of the LSPs of a demand. */
void cp_edge_report_changes(struct cp_edge *e, uint32_t demand);
void cp_edge_report_all(struct cp_edge *e);
/** Reports that wait go to the session. */
void cp_edge_reports_send(struct cp_edge *e);

/* probes.c */
void cp_edge_probes_tick(struct cp_edge *e, uint32_t demand);
bool cp_edge_probes_next(struct cp_edge *e, struct cp_edge_act *out);
/** It is left for another LSP, else stopped, and tried again later. */
void cp_edge_die(struct cp_edge *e, struct edge_lsp *l, const char *why);
/** It was not running for a while. */
void cp_edge_probes_away(struct cp_edge *e);
void cp_edge_probes_begin(struct cp_edge *e, struct edge_lsp *l); /* of another path than before */

/* kept.c */
CP_MUST_USE cp_err cp_edge_kept_write(struct cp_edge *e, cp_text *out);

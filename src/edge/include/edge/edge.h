#pragma once

#include "permit/policy.h"
#include "permit/request.h"
#include "edge/limits.h"
#include "edge/probe.h"
#include "session/pcc.h"

/**
 * An edge: the PCC of a Linux headend, as a machine.  Bytes of controllers, answers of the agent, probes and the time go
 * in; requests, bytes, probes and what is to be kept come out.  No sockets, no clock.
 *
 * An LSP is an order for a demand of the edge policy: its endpoint is an address of a node there, its colour the number of a
 * class.  Several LSPs of one demand are its paths: those of the highest preference among those that can be used carry it together,
 * the others wait.  What the machine reports is what the agent read back from the kernel, never what it asked for.
 *
 * - *Controllers.*  Each start of one has a higher epoch.  The highest ever seen is kept before it is obeyed; one of a lower
 *   epoch, of the same one with another name, or without any is refused, and a second session of the one that is obeyed too.
 * - *Nothing stops by itself.*  A controller or an agent that is lost changes nothing in the kernel.
 * - *Restart.*  Names, ends and hops of LSPs come from what was kept; what the kernel has comes from the agent, and no controller is called
 *   before it has said so of each demand.
 * - *Probes.*  A path whose probes no longer come through is left for another LSP of its demand, else the demand is stopped; it is
 *   tried again later.  Where nothing is heard of the far edge at all, it is left for another one and not stopped.  One that
 *   never came through is not proven, and no more.
 *
 * After every call: cp_edge_next until it says false, each act in order.  Times are microseconds since 1970 of a clock that
 * never goes back.
 */
struct cp_edge;

struct cp_edge_controller {
    cp_text name; /* for people */
    cp_ip address;
};

struct cp_edge_peer { /* a far edge */
    uint32_t node;    /* of the policy */
    cp_ip address;    /* that its probes go to */
    cp_text key;      /* CP_EDGE_KEY_BYTES_MIN bytes or more */
};

struct cp_edge_probing {
    const struct cp_edge_peer *peers; /* [peer_count] none: nothing is probed */
    uint32_t peer_count;
    uint64_t every_us;      /* between probes of a path */
    uint32_t window, least; /* alive: of so many probes sent, so many came through */
    uint64_t
        retry_us;   /* a dead path is tried again after this, then twice as long, up to 32 times */
    uint64_t nonce; /* of this life: random, not 0 */
};

struct cp_edge_config {
    const struct cp_edge_policy *policy;
    const struct cp_edge_controller *controllers;
    uint32_t controller_count;
    uint32_t keepalive_s, dead_s;
    uint32_t hmac;    /* key number of the routing headers; 0: none */
    bool reduced;     /* reduced encapsulation */
    uint32_t lsp_max; /* 0: CP_EDGE_LSPS_MAX */
    uint64_t look_us; /* each demand is read back at least so often */
    struct cp_edge_probing probing;
};

/** All of the config is borrowed.  Errors: NOMEM, LIMIT, RANGE (numbers of the probing that cannot be). */
CP_MUST_USE cp_err cp_edge_open(const struct cp_edge_config *config, struct cp_edge **out);
void cp_edge_close(struct cp_edge *edge); /* NULL is allowed */
/** What was kept last, before anything else happens.  Errors: MALFORMED, RANGE, LIMIT, DUPLICATE, NOMEM. */
CP_MUST_USE cp_err cp_edge_restore(struct cp_edge *edge, cp_text kept, struct cp_diag *diag);

/* --- what happens: errors NOMEM alone ------------------------------------------------------------------- */

void cp_edge_agent_there(struct cp_edge *edge, uint64_t now_us);
void cp_edge_agent_lost(struct cp_edge *edge, uint64_t now_us);
void cp_edge_answered(struct cp_edge *edge, const struct cp_agent_answer *answer, uint64_t now_us);
/** All that is known is to be kept now. */
bool cp_edge_is_kept(const struct cp_edge *edge); /* all of it */
void cp_edge_keep_now(struct cp_edge *edge, uint64_t now_us);
/** Of the last KEEP. */
void cp_edge_kept(struct cp_edge *edge, bool kept, uint64_t now_us);
void cp_edge_connected(struct cp_edge *edge, uint32_t at,
                       uint64_t now_us); /* at: which controller */
void cp_edge_bytes(struct cp_edge *edge, uint32_t at, cp_text bytes, uint64_t now_us);
void cp_edge_closed(struct cp_edge *edge, uint32_t at, uint64_t now_us);
void cp_edge_probed(struct cp_edge *edge, cp_text bytes, uint64_t now_us); /* a datagram */
void cp_edge_tick(struct cp_edge *edge, uint64_t now_us);
uint64_t cp_edge_deadline(const struct cp_edge *edge);

/* --- what is to be done ----------------------------------------------------------------------------------- */

typedef enum {
    CP_EDGE_KEEP,    /* text, in place of what was kept before; then cp_edge_kept */
    CP_EDGE_ASK,     /* request, to the agent */
    CP_EDGE_CALL,    /* connect to controller; cp_edge_connected, or cp_edge_closed */
    CP_EDGE_SEND,    /* text, to controller */
    CP_EDGE_HANG_UP, /* close controller's connection once all is sent; then cp_edge_closed */
    CP_EDGE_PROBE,   /* text, over segments to address */
    CP_EDGE_SAY      /* text, for the log */
} cp_edge_act_kind;

typedef enum { CP_EDGE_SAYS_WARNING, CP_EDGE_SAYS_NOTICE, CP_EDGE_SAYS_INFO } cp_edge_level;

struct cp_edge_act {
    cp_edge_act_kind kind;
    uint32_t controller;
    cp_text text;
    struct cp_agent_request request;
    const uint8_t (*segments)[16]; /* [segment_count] none: the far edge is the next node */
    uint32_t segment_count;
    cp_ip address;
    cp_edge_level level;
};
/** Borrowed until the next call of anything here. */
bool cp_edge_next(struct cp_edge *edge, struct cp_edge_act *out);

/* --- what is so ------------------------------------------------------------------------------------------- */

typedef enum {
    CP_EDGE_DOWN,     /* its controller wants it down, and it is */
    CP_EDGE_LEAVES,   /* its controller wants it down or gone; the kernel may have it still */
    CP_EDGE_NEW,      /* is to be kept, then ordered */
    CP_EDGE_ORDERED,  /* the agent has not answered */
    CP_EDGE_ACTIVE,   /* the kernel has it */
    CP_EDGE_WAITS,    /* another LSP carries the demand */
    CP_EDGE_DEAD,     /* its probes do not come through */
    CP_EDGE_NOT_THERE /* the kernel does not have it: why */
} cp_edge_phase;

struct cp_edge_lsp {
    cp_text name;
    uint32_t plsp_id, class, endpoint; /* node number */
    uint32_t preference;
    cp_edge_phase phase;
    const char *why; /* of NOT_THERE: constant */
    bool proven, alive;
    uint64_t proven_us; /* 0: never */
    uint64_t
        packets; /* over its way out and first SID, which others of the class may share; UINT64_MAX: not known */
    /* Of its demand, over all its paths, since the barrier was raised; 0: or not known. */
    uint64_t demand_packets, demand_bytes;
};
/** Numbers from 0 to this one, itself left out; false: nothing has this number. */
uint32_t cp_edge_lsp_end(const struct cp_edge *edge);
bool cp_edge_lsp_get(const struct cp_edge *edge, uint32_t at, struct cp_edge_lsp *out);

struct cp_edge_status {
    uint64_t epoch;          /* the highest ever seen; 0: none */
    cp_text epoch_of;        /* whose */
    uint32_t obeyed;         /* which controller, now; UINT32_MAX: none */
    bool agent_there, whole; /* whole: the kernel has been read back since the agent is there */
    uint64_t policy_serial;  /* that the agent has in force; 0: not known */
    uint64_t orders, refused, controllers_refused, left_out;
};
void cp_edge_status_get(const struct cp_edge *edge, struct cp_edge_status *out);
const char *cp_edge_result_words(uint32_t result); /* of cp_agent_result */

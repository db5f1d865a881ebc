#pragma once

#include "base/address.h"
#include "base/arena.h"
#include "session/ended.h"
#include "session/notice.h"
#include "session/vendor.h"

/**
 * A PCEP session, seen from the PCE (RFC 5440, 8231, 8281, 8408, 8664, 9603, 9862), as a machine: bytes, orders and
 * the time go in; bytes and events come out.  No socket, no clock.
 *
 *     cp_pce_take(bytes), cp_pce_tick, ...; then, while cp_pce_next gives one: an event; then cp_pce_out is sent.
 *
 * What an event points to is gone at the next call.  Times are microseconds of a clock that never goes back.
 */
struct cp_pce;

/** One hop of a path, as an ERO or RRO has it. */
typedef enum {
    CP_PCE_HOP_LABEL,   /* SR-MPLS (RFC 8664) */
    CP_PCE_HOP_SRV6,    /* SRv6 (RFC 9603) */
    CP_PCE_HOP_ADDRESS, /* no SID: an address (RSVP-TE, or an SR hop with its NAI alone) */
    CP_PCE_HOP_OTHER    /* not understood: such a path is never taken for an intended one */
} cp_pce_hop_kind;

struct cp_pce_hop {
    cp_pce_hop_kind kind;
    uint32_t label; /* 20 bits */
    uint8_t srv6[16];
    cp_ip local, remote; /* NAI: a node has local alone, an adjacency both; family 0: not said */
};

struct cp_pce_path {
    const struct cp_pce_hop *at; /* [count] */
    uint32_t count;
};

typedef enum { /* RFC 8231 7.3 */
               CP_PCE_LSP_DOWN,
               CP_PCE_LSP_UP, /* signalled, carries traffic if it is the active one */
               CP_PCE_LSP_ACTIVE,
               CP_PCE_LSP_GOING_DOWN,
               CP_PCE_LSP_GOING_UP,
               CP_PCE_LSP_STATE_UNKNOWN
} cp_pce_lsp_state;

typedef enum {                             /* RFC 8231 7.3.3, of those that are told apart */
               CP_PCE_LSP_FINE = 0,        /* none is said */
               CP_PCE_LSP_UNACCEPTABLE = 4 /* unacceptable parameters */
} cp_pce_lsp_error;

/**
 * RFC 8231 7.3.2: a symbolic path name should be printable ASCII; the wire carries any bytes, up to 64 KB of them.  What
 * is well-formed UTF-8 without unsafe characters (base/text.h) and of at most CP_PCE_NAME_BYTES_MAX bytes is told as it is.
 * Any other name, and one that begins so itself, is told as this beginning, its bytes (those that are not safe, and the
 * backslash, as \xNN; cut where they are too many), '~' and the first 32 digits of the SHA-256 of the whole name: different
 * names stay different, and none is taken for one of ours or for another one that is safe.
 */
#define CP_PCE_ODD_NAME "odd:"

/** What a PCC reports of one LSP (PCRpt). */
struct cp_pce_lsp {
    uint32_t plsp_id, srp_id; /* srp_id 0: not in answer to an order */
    cp_text
        name; /* symbolic path name, as CP_PCE_ODD_NAME says; remembered where the report leaves it out */
    cp_ip src, dst;
    bool delegated, created /* by a PCE */, removed, wanted_up /* administratively */, syncing;
    cp_pce_lsp_state state;
    uint32_t error; /* cp_pce_lsp_error, or another number: why it is not up */
    bool colour_known, binding_known;
    uint32_t colour, preference, binding_label;
    uint8_t binding_srv6[16];
    struct cp_pce_path intended,
        actual;                /* ERO; RRO, count 0 where there is none.  A report that was
                                            malformed in part: one hop OTHER, and none */
    uint32_t path_setup_type;  /* 0 RSVP-TE, 1 SR-MPLS, 3 SRv6 (RFC 8408, 9603) */
    struct cp_pce_proof proof; /* known where its headend is an edge of ours */
};

/** What an XRO or a constraint leaves out (RFC 5521 2.1). */
typedef enum {
    CP_PCE_OUT_ADDRESS,
    CP_PCE_OUT_AS,
    CP_PCE_OUT_SRLG,
    CP_PCE_OUT_OTHER
} cp_pce_out_kind;
typedef enum { CP_PCE_OF_INTERFACE, CP_PCE_OF_NODE, CP_PCE_OF_SRLG } cp_pce_out_of;

struct cp_pce_exclusion {
    cp_pce_out_kind kind;
    bool mandatory; /* X flag clear: must be left out; else should */
    cp_pce_out_of of;
    cp_ip address;
    uint8_t prefix_bits;
    uint32_t number; /* of the AS or SRLG; of an interface without address */
};

typedef enum {
    CP_PCE_METRIC_IGP = 1,
    CP_PCE_METRIC_TE = 2,
    CP_PCE_METRIC_HOPS = 3,
    CP_PCE_METRIC_DELAY = 12
} cp_pce_metric_type;

struct cp_pce_metric {
    uint32_t type; /* cp_pce_metric_type, or another number */
    bool bound, computed;
    uint64_t value;
};

/** A request for a path (PCReq), its constraints whole: whoever answers heeds each or says NO-PATH. */
struct cp_pce_request {
    uint32_t id;
    cp_ip src, dst;
    uint32_t path_setup_type;
    uint64_t bandwidth_bps; /* 0: none asked */
    const struct cp_pce_metric *metrics;
    uint32_t metric_count;
    uint32_t exclude_any, include_any, include_all; /* affinities (RFC 5440 7.11), 0: none */
    const struct cp_pce_exclusion *exclusions;
    uint32_t exclusion_count;
    struct cp_pce_path include; /* IRO */
    uint32_t segments_max;      /* MSD bound of the request; UINT32_MAX: none */
    uint32_t plsp_id;           /* 0: for no LSP that is known */
    cp_text name;
    bool
        not_understood; /* holds a constraint that is not told here: NO-PATH is the only right reply */
};

typedef enum {
    CP_PCE_UPDATE,   /* PCUpd of plsp_id */
    CP_PCE_INITIATE, /* PCInitiate */
    CP_PCE_REMOVE,   /* PCInitiate with R */
    CP_PCE_REPLY,    /* PCRep with a path */
    CP_PCE_NO_PATH   /* PCRep with NO-PATH */
} cp_pce_order_kind;

/** What the PCE wants of a PCC. */
struct cp_pce_order {
    cp_pce_order_kind kind;
    uint32_t srp_id;             /* of UPDATE, INITIATE, REMOVE: unique for the session, never 0 */
    uint32_t plsp_id;            /* of UPDATE, REMOVE */
    uint32_t request_id;         /* of REPLY, NO_PATH */
    cp_text name;                /* of INITIATE */
    cp_ip src, dst;              /* of INITIATE */
    uint32_t colour, preference; /* of INITIATE; sent in each form that the peer understands */
    bool up;                     /* of UPDATE: false takes it out of service */
    struct cp_pce_path path;     /* of all but REMOVE, NO_PATH */
    bool unknown_src, unknown_dst; /* of NO_PATH: an end that nobody knows */
};

struct cp_pce_peer { /* what the PCC said in its Open */
    cp_ip address;
    bool stateful, updates, initiates, sr, srv6;
    uint32_t depth_max; /* segments that it can push (MSD); UINT32_MAX: no limit, or not said */
    bool syncs;         /* state synchronisation follows */
};

typedef enum {
    CP_PCE_EV_UP,      /* peer */
    CP_PCE_EV_DOWN,    /* why; the owner closes the connection when cp_pce_out is sent */
    CP_PCE_EV_LSP,     /* lsp */
    CP_PCE_EV_SYNCED,  /* all LSPs that it has were reported: what was not is not there */
    CP_PCE_EV_REQUEST, /* request */
    CP_PCE_EV_ERROR    /* the peer's PCErr: srp_id (0: about none), error_type, error_value */
} cp_pce_event_kind;

struct cp_pce_event {
    cp_pce_event_kind kind;
    const char *why; /* constant */
    struct cp_pce_peer peer;
    struct cp_pce_lsp lsp;
    struct cp_pce_request request;
    uint32_t srp_id, error_type, error_value;
};

/** Which colour form a PCC takes (FINDINGS of real routers stand in control's table of headends). */
typedef enum { CP_PCE_COLOUR_ASSOCIATION = 1, CP_PCE_COLOUR_VENDOR = 2 } cp_pce_colour_form;

struct cp_pce_config {
    uint32_t keepalive_s, dead_s;
    uint32_t colour_forms;               /* bits */
    uint32_t lsp_max, message_bytes_max; /* quotas of this peer; 0: the usual (limits.h) */
    uint8_t session_id;
    struct cp_pce_speaker speaker; /* told in the Open where it is known; its name is borrowed */
};

/** arena: for the machine itself; its buffers are memory of its own.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_pce_open(const struct cp_pce_config *config, struct cp_arena *arena,
                               struct cp_pce **out);
void cp_pce_close(struct cp_pce *pce); /* NULL is allowed */
/** The connection is there (TLS done where it is wanted): Open goes out. */
void cp_pce_connected(struct cp_pce *pce, cp_ip peer, uint64_t now_us);
/** Bytes from the peer, as they come.  What is wrong with them comes out as events and PCErr. */
void cp_pce_take(struct cp_pce *pce, cp_text bytes, uint64_t now_us);
/** So many bytes may be taken now: whoever reads the connection reads no more. */
size_t cp_pce_room(const struct cp_pce *pce);
/** The connection is gone. */
void cp_pce_closed(struct cp_pce *pce, uint64_t now_us);
/** What it sent may not have been read until now, through no fault of its own: its time to speak begins anew. */
void cp_pce_unread(struct cp_pce *pce, uint64_t now_us);
void cp_pce_tick(struct cp_pce *pce, uint64_t now_us);
/** When cp_pce_tick must be called at the latest; UINT64_MAX: never. */
uint64_t cp_pce_deadline(const struct cp_pce *pce);
/** The next event; false: none is left (till more bytes come). */
bool cp_pce_next(struct cp_pce *pce, struct cp_pce_event *event);
/**
 * Errors: LIMIT (the peer does not take its bytes: too many wait); RANGE (a number, name or end that cannot be, a
 * path that is not of labels alone or of SRv6 SIDs alone); CONFLICT (the session is not up, the peer did not say
 * that it lets LSPs be updated or initiated, or the LSP to update is not delegated); UNKNOWN_ID (no LSP of this number
 * was reported in this session, or it is gone); NOMEM.  Then nothing was sent.
 */
CP_MUST_USE cp_err cp_pce_order(struct cp_pce *pce, const struct cp_pce_order *order,
                                uint64_t now_us);
/** Bytes to send, there till the next call; so many of them are sent.  closing: the connection is to be closed once they are, or
 * after a while: a peer need not take them. */
cp_text cp_pce_out(const struct cp_pce *pce);
void cp_pce_sent(struct cp_pce *pce, size_t count);
bool cp_pce_closing(const struct cp_pce *pce);
/** The next PCErr that was given or received, and was not asked for yet; also when the connection is gone. */
bool cp_pce_notice(struct cp_pce *pce, struct cp_session_notice *out);
struct cp_session_end cp_pce_ended(const struct cp_pce *pce); /* while it is closing */

#pragma once

#include "session/pce.h"

/**
 * A PCEP session, seen from the PCC (RFC 5440, 8231, 8281), as a machine: for edges, simulators and tests.  It speaks the
 * protocol alone: which LSPs there are, what becomes of an order, when and with which state it is reported, all that
 * is its owner's, who may lie.  What the owner reports (struct cp_pce_lsp) is what the PCE's side tells; what the
 * PCE's side ordered (struct cp_pce_order) is what is told here.
 *
 *     cp_pcc_take(bytes), cp_pcc_tick, ...; then, while cp_pcc_next gives one: an event; then cp_pcc_out is sent.
 *     CP_PCC_EV_UP: cp_pcc_report each LSP (syncing set), then cp_pcc_synced.
 *
 * What an event points to is gone at the next call.  Times are microseconds of a clock that never goes back.
 */
struct cp_pcc;

/** What it does wrong, as bits. */
#define CP_PCC_SILENT 0x01u    /* sends no Keepalive once the session is up */
#define CP_PCC_NO_OPEN 0x02u   /* sends no Open */
#define CP_PCC_NO_ACCEPT 0x04u /* never accepts the PCE's Open */
#define CP_PCC_REFUSES_ONCE \
    0x08u /* refuses the PCE's first Open: PCErr 1/4, its own timers proposed */
#define CP_PCC_REFUSES_TWICE 0x10u /* and the second one too */

struct cp_pcc_config {
    uint32_t keepalive_s, dead_s; /* 0: none; at most 255 */
    uint8_t session_id;
    bool stateful, updates, initiates; /* capabilities that it announces */
    bool sr, srv6;                     /* path setup types that it announces */
    uint8_t depth_max;                 /* MSD; 0: no limit (the X flag) */
    uint32_t colour_forms; /* cp_pce_colour_form, those that it reads and reports with */
    uint32_t wrongs;       /* CP_PCC_... */
};

typedef enum {
    CP_PCC_EV_UP,    /* peer, speaker: what the PCE said in its Open */
    CP_PCC_EV_DOWN,  /* why; the owner closes the connection when cp_pcc_out is sent */
    CP_PCC_EV_ORDER, /* order; colour_known */
    CP_PCC_EV_ERROR /* the PCE's PCErr: srp_id or request_id (0: about none), error_type, error_value */
} cp_pcc_event_kind;

struct cp_pcc_event {
    cp_pcc_event_kind kind;
    const char *why; /* constant */
    struct cp_pce_peer peer;
    struct cp_pce_speaker speaker; /* not known: it is no controller of ours */
    struct cp_pce_order
        order; /* paths, ends, colour and preference as they came, each 0 where it was not said */
    bool colour_known;        /* in a form that it reads */
    uint32_t path_setup_type; /* of the order */
    uint32_t srp_id, request_id, error_type, error_value;
    uint8_t close_reason; /* of DOWN: the PCE's Close; 0: it sent none */
};

/** arena: for the machine itself; its buffers are memory of its own.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_pcc_open(const struct cp_pcc_config *config, struct cp_arena *arena,
                               struct cp_pcc **out);
void cp_pcc_close(struct cp_pcc *pcc); /* NULL is allowed */
/** The connection is there: Open goes out.  What was of the session before is forgotten. */
void cp_pcc_connected(struct cp_pcc *pcc, cp_ip peer, uint64_t now_us);
/** Bytes from the PCE, as they come; at most cp_pcc_room. */
void cp_pcc_take(struct cp_pcc *pcc, cp_text bytes, uint64_t now_us);
size_t cp_pcc_room(const struct cp_pcc *pcc);
void cp_pcc_closed(struct cp_pcc *pcc, uint64_t now_us); /* the connection is gone */
void cp_pcc_tick(struct cp_pcc *pcc, uint64_t now_us);
uint64_t cp_pcc_deadline(const struct cp_pcc *pcc); /* UINT64_MAX: never */
bool cp_pcc_next(struct cp_pcc *pcc, struct cp_pcc_event *event);
bool cp_pcc_is_up(const struct cp_pcc *pcc);

/*
 * Messages.  Errors of all: CONFLICT (the session is not up), LIMIT (too many bytes wait), RANGE, NOMEM.
 */

/** PCRpt of one LSP; the intended path must stand (RFC 8231 6.1), the actual one may be empty. */
CP_MUST_USE cp_err cp_pcc_report(struct cp_pcc *pcc, const struct cp_pce_lsp *lsp, uint64_t now_us);
/** The end of synchronisation (RFC 8231 5.6). */
CP_MUST_USE cp_err cp_pcc_synced(struct cp_pcc *pcc, uint64_t now_us);
/** PCReq with all the constraints. */
CP_MUST_USE cp_err cp_pcc_ask(struct cp_pcc *pcc, const struct cp_pce_request *request,
                              uint64_t now_us);
/** PCErr about an order (srp_id; 0: about none). */
CP_MUST_USE cp_err cp_pcc_refuse(struct cp_pcc *pcc, uint32_t srp_id, uint8_t error_type,
                                 uint8_t error_value, uint64_t now_us);
/** Bytes as they are, right or wrong, in any state of a connection. */
CP_MUST_USE cp_err cp_pcc_raw(struct cp_pcc *pcc, cp_text bytes);
/** Ends the session with a Close (RFC 5440 6.8). */
void cp_pcc_end(struct cp_pcc *pcc, uint8_t reason);

/** Bytes to send; so many of them are sent.  closing: the connection is to be closed once they are. */
cp_text cp_pcc_out(const struct cp_pcc *pcc);
void cp_pcc_sent(struct cp_pcc *pcc, size_t count);
bool cp_pcc_closing(const struct cp_pcc *pcc);

#pragma once

#include "base/arena.h"
#include "session/ended.h"
#include "session/notice.h"
#include "wire/bgp.h"
#include "wire/ls.h"

/**
 * A BGP speaker for BGP-LS with one peer (RFC 4271, 4760, 9552; RFC 7606 for what is malformed), as a machine over a
 * connection that its owner makes: bytes and the time in, events and bytes out.  Both sides of a session: what hears
 * and, for simulators and tests, what tells.
 *
 *     cp_bgp_take(bytes), cp_bgp_tick, ...; then, while cp_bgp_next gives one: an event; then cp_bgp_out is sent.
 *
 * What an event points to is gone at the next call.  Times are microseconds of a clock that never goes back.  Which of
 * two connections of one peer stays (RFC 4271 6.8) is the owner's to say.
 */
struct cp_bgp;

struct cp_bgp_config {
    uint32_t local_as, remote_as; /* remote_as 0: any */
    uint32_t router_id;
    uint32_t hold_s; /* 0: no keepalives are asked for */
};

typedef enum {
    CP_BGP_EV_UP,
    CP_BGP_EV_DOWN, /* why; code and subcode where a NOTIFICATION went either way.  Close when cp_bgp_out is sent */
    CP_BGP_EV_ANNOUNCED, /* nlri, attribute (NULL: none came with it, or it was malformed) */
    CP_BGP_EV_WITHDRAWN, /* nlri */
    /* All that the peer has was told.  Of a peer without graceful restart, which need not say so (RFC 4724 2): after
     * CP_BGP_QUIET_US without an UPDATE; of one with it, after CP_BGP_QUIET_LONG_US. */
    CP_BGP_EV_END_OF_RIB,
    CP_BGP_EV_MALFORMED, /* why: something of an UPDATE was discarded, or treated as withdrawn */
    CP_BGP_EV_REFRESH    /* the peer asks to be told all again */
} cp_bgp_event_kind;

#define CP_BGP_QUIET_US 10000000u
#define CP_BGP_QUIET_LONG_US 60000000u /* of a peer that should say so, and does not */

struct cp_bgp_event {
    cp_bgp_event_kind kind;
    const char *why; /* constant */
    uint8_t code, subcode;
    bool received; /* of DOWN: the NOTIFICATION was theirs */
    struct cp_ls_nlri nlri;
    const struct cp_ls_attribute *attribute;
};

/** arena: for the machine itself; its buffers are memory of its own.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_bgp_open(const struct cp_bgp_config *config, struct cp_arena *arena,
                               struct cp_bgp **out);
void cp_bgp_close(struct cp_bgp *bgp); /* NULL is allowed */

/** The connection is there: OPEN goes out. */
void cp_bgp_connected(struct cp_bgp *bgp, uint64_t now_us);
/** So many bytes may be taken now: whoever reads the connection reads no more. */
size_t cp_bgp_room(const struct cp_bgp *bgp);
void cp_bgp_take(struct cp_bgp *bgp, cp_text bytes, uint64_t now_us);
/** The connection is gone. */
void cp_bgp_closed(struct cp_bgp *bgp, uint64_t now_us);
/** Ends the session with a CEASE of this kind. */
void cp_bgp_stop(struct cp_bgp *bgp, cp_bgp_cease cease, uint64_t now_us);
/** What it sent may not have been read until now, through no fault of its own: its time to speak begins anew. */
void cp_bgp_unread(struct cp_bgp *bgp, uint64_t now_us);
void cp_bgp_tick(struct cp_bgp *bgp, uint64_t now_us);
/** When cp_bgp_tick must be called at the latest; UINT64_MAX: never. */
uint64_t cp_bgp_deadline(const struct cp_bgp *bgp);
/** The next event; false: none is left till more bytes come.  Cost: one NLRI. */
bool cp_bgp_next(struct cp_bgp *bgp, struct cp_bgp_event *event);

/** Bytes to send; so many of them are sent.  closing: the connection is to be closed once they are. */
cp_text cp_bgp_out(const struct cp_bgp *bgp);
void cp_bgp_sent(struct cp_bgp *bgp, size_t count);
bool cp_bgp_closing(const struct cp_bgp *bgp);
/** The next NOTIFICATION that was given or received, and was not asked for yet; also when the connection is gone. */
bool cp_bgp_notice(struct cp_bgp *bgp, struct cp_session_notice *out);
struct cp_session_end cp_bgp_ended(const struct cp_bgp *bgp); /* while it is closing */

/**
 * The telling side.  nlri: bytes of NLRI, one after the other (cp_ls_nlri_write); attribute: the BGP-LS attribute's
 * bytes, empty: none.  Errors: CONFLICT (the session is not up), LIMIT (too many bytes wait, or too long a message), NOMEM.
 */
CP_MUST_USE cp_err cp_bgp_announce(struct cp_bgp *bgp, cp_text nlri, cp_text attribute,
                                   uint64_t now_us);
CP_MUST_USE cp_err cp_bgp_withdraw(struct cp_bgp *bgp, cp_text nlri, uint64_t now_us);
CP_MUST_USE cp_err cp_bgp_end_of_rib(struct cp_bgp *bgp, uint64_t now_us);

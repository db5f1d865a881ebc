#pragma once

#include "base/out.h"
#include "wire/limits.h"
#include "wire/pcep_hop.h"
#include "wire/pcep_tlv.h"

/*
 * PCEP messages as bytes and as structs (RFC 5440, 8231, 8281, and what pcep_tlv.h and pcep_hop.h name).
 *
 *     cp_pcep_frame cuts a stream into messages; cp_pcep_decode takes one apart, into objects in their order on
 *     the wire; cp_pcep_group joins the objects of one request, reply, report, update or error;
 *     cp_pcep_encode makes bytes of objects; cp_pcep_print makes text for tests and logs.
 *
 * What does not fit is kept, not dropped: an object of an unknown class or type keeps its bytes; so does a
 * malformed one, which says what is wrong (fault) and spoils its group alone, never the whole message.
 */

typedef enum {
    CP_PCEP_OPEN = 1,
    CP_PCEP_KEEPALIVE = 2,
    CP_PCEP_PCREQ = 3,
    CP_PCEP_PCREP = 4,
    CP_PCEP_PCNTF = 5,
    CP_PCEP_PCERR = 6,
    CP_PCEP_CLOSE = 7,
    CP_PCEP_PCMONREQ = 8, /* RFC 5886: framed and kept */
    CP_PCEP_PCMONREP = 9,
    CP_PCEP_PCRPT = 10,      /* RFC 8231 */
    CP_PCEP_PCUPD = 11,      /* RFC 8231 */
    CP_PCEP_PCINITIATE = 12, /* RFC 8281 */
    CP_PCEP_STARTTLS = 13    /* RFC 8253 */
} cp_pcep_type;

/* Classes of objects (RFC 5440 7, 9.3 and later); those without a struct below are kept as bytes. */
typedef enum {
    CP_PCEP_CLASS_OPEN = 1,
    CP_PCEP_CLASS_RP = 2,
    CP_PCEP_CLASS_NO_PATH = 3,
    CP_PCEP_CLASS_END_POINTS = 4, /* types 1 (IPv4) and 2 (IPv6) */
    CP_PCEP_CLASS_BANDWIDTH = 5, /* types 1 (asked) and 2 (of the path that is to be reoptimised) */
    CP_PCEP_CLASS_METRIC = 6,
    CP_PCEP_CLASS_ERO = 7,
    CP_PCEP_CLASS_RRO = 8,
    CP_PCEP_CLASS_LSPA = 9,
    CP_PCEP_CLASS_IRO = 10,
    CP_PCEP_CLASS_SVEC = 11,
    CP_PCEP_CLASS_NOTIFICATION = 12,
    CP_PCEP_CLASS_ERROR = 13,
    CP_PCEP_CLASS_LOAD_BALANCING = 14,
    CP_PCEP_CLASS_CLOSE = 15,
    CP_PCEP_CLASS_PATH_KEY = 16,   /* bytes */
    CP_PCEP_CLASS_XRO = 17,        /* RFC 5521 */
    CP_PCEP_CLASS_MONITORING = 19, /* RFC 5886: bytes */
    CP_PCEP_CLASS_PCC_REQ_ID = 20, /* RFC 5886: bytes */
    CP_PCEP_CLASS_OF = 21,         /* RFC 5541 */
    CP_PCEP_CLASS_LSP = 32,        /* RFC 8231 7.3 */
    CP_PCEP_CLASS_SRP = 33,        /* RFC 8231 7.2 */
    CP_PCEP_CLASS_VENDOR = 34,     /* RFC 7470 2 */
    CP_PCEP_CLASS_ASSOCIATION = 40 /* RFC 8697 6.1: types 1 (IPv4) and 2 (IPv6) */
} cp_pcep_class;

/**
 * What is wrong with a message, an object or a group of them, and what to answer.
 * error_type 0: nothing is to be answered.
 */
struct cp_pcep_fault {
    uint32_t offset;                 /* in the bytes of the message */
    const char *why;                 /* constant, lower case; NULL: nothing is wrong */
    uint8_t error_type, error_value; /* of the PCErr that fits (RFC 5440 7.15, 9.12 and later) */
};

/* RP (RFC 5440 7.4.1) */
#define CP_PCEP_RP_PRIORITY 0x07u
#define CP_PCEP_RP_REOPTIMISE 0x08u    /* R */
#define CP_PCEP_RP_BIDIRECTIONAL 0x10u /* B */
#define CP_PCEP_RP_LOOSE 0x20u         /* O: a loose path will do */
#define CP_PCEP_RP_SUPPLY_OF 0x80u     /* RFC 5541 */

struct cp_pcep_open {
    uint8_t version; /* 1 */
    uint8_t flags;
    uint8_t keepalive_s, dead_s; /* 0: none are sent; no dead timer */
    uint8_t session_id;
};

struct cp_pcep_rp {
    uint32_t flags;
    uint32_t id; /* of the request; 0 is nobody's: its group has a fault (PCErr 8) */
};

#define CP_PCEP_NO_PATH_UNSATISFIED 0x8000u /* C: the objects behind it could not be satisfied */

struct cp_pcep_no_path {
    uint8_t nature; /* 0: no path; 1: the PCE chain is broken */
    uint16_t flags;
};

struct cp_pcep_end_points {
    cp_ip source, destination; /* of one family */
};

#define CP_PCEP_METRIC_BOUND 0x01u    /* B */
#define CP_PCEP_METRIC_COMPUTED 0x02u /* C */
#define CP_PCEP_METRIC_IGP 1u
#define CP_PCEP_METRIC_TE 2u
#define CP_PCEP_METRIC_HOPS 3u
#define CP_PCEP_METRIC_MSD 11u       /* RFC 8664 4.5 */
#define CP_PCEP_METRIC_DELAY 12u     /* RFC 8233: microseconds */
#define CP_PCEP_METRIC_VARIATION 13u /* RFC 8233: microseconds */
#define CP_PCEP_METRIC_LOSS 14u      /* RFC 8233: per cent */

struct cp_pcep_metric {
    uint8_t type, flags;
    uint64_t
        millionths; /* of the metric's unit: 100 is 100000000.  From the wire: the nearest; UINT64_MAX: more */
};

#define CP_PCEP_METRIC_UNIT 1000000u

struct cp_pcep_lspa {
    uint32_t exclude_any, include_any, include_all; /* affinities; 0: no such constraint */
    uint8_t setup_priority, holding_priority;       /* 0 is the highest of 0 to 7 */
    uint8_t flags;
};

#define CP_PCEP_LSPA_PROTECTED 0x01u /* L: local protection desired */

struct cp_pcep_load_balancing {
    uint8_t flags, lsps_max;
    uint64_t least_bps; /* of each LSP */
};

/** ERO, RRO, IRO, XRO. */
struct cp_pcep_path {
    const struct cp_pcep_hop *at; /* [count] */
    uint32_t count;
    uint16_t flags; /* XRO alone */
};

#define CP_PCEP_XRO_FAIL 0x01u /* F: of a path that failed (RFC 5521 2.1) */

struct cp_pcep_svec {
    uint32_t flags; /* 24 bits */
    uint32_t count;
    const uint32_t *ids; /* [count] of requests */
};

/* LSP (RFC 8231 7.3, 8281 5.3.1): 12 bits */
#define CP_PCEP_LSP_DELEGATE 0x001u                    /* D */
#define CP_PCEP_LSP_SYNC 0x002u                        /* S */
#define CP_PCEP_LSP_REMOVE 0x004u                      /* R */
#define CP_PCEP_LSP_ADMIN 0x008u                       /* A: wanted up */
#define CP_PCEP_LSP_CREATE 0x080u                      /* C: initiated by a PCE */
#define CP_PCEP_LSP_STATE(flags) (((flags) >> 4) & 7u) /* O: cp_pcep_lsp_state */
#define CP_PCEP_LSP_OF_STATE(state) ((uint16_t)(((state)&7u) << 4))

typedef enum {
    CP_PCEP_STATE_DOWN = 0,
    CP_PCEP_STATE_UP = 1,
    CP_PCEP_STATE_ACTIVE = 2,
    CP_PCEP_STATE_GOING_DOWN = 3,
    CP_PCEP_STATE_GOING_UP = 4
} cp_pcep_lsp_state;

struct cp_pcep_lsp {
    uint32_t plsp_id; /* 20 bits */
    uint16_t flags;
};

#define CP_PCEP_SRP_REMOVE 0x01u /* R (RFC 8281 5.2) */

struct cp_pcep_srp {
    uint32_t flags;
    uint32_t id;
};

#define CP_PCEP_ASSOCIATION_REMOVE 0x01u /* R */
#define CP_PCEP_ASSOCIATION_SR_POLICY 6u /* type (RFC 9862) */

struct cp_pcep_association {
    uint16_t flags, type, id;
    cp_ip source;
};

struct cp_pcep_vendor {
    uint32_t enterprise;
    cp_text bytes; /* as long as it was, padding with it */
};

struct cp_pcep_notification {
    uint8_t flags, type, value;
};

struct cp_pcep_error {
    uint8_t flags, type, value;
};

struct cp_pcep_close {
    uint8_t flags, reason;
};

/* Reasons of CLOSE (RFC 5440 7.17) */
#define CP_PCEP_CLOSE_NONE 1u
#define CP_PCEP_CLOSE_DEAD 2u
#define CP_PCEP_CLOSE_MALFORMED 3u
#define CP_PCEP_CLOSE_UNKNOWN_REQUESTS 4u
#define CP_PCEP_CLOSE_UNKNOWN_MESSAGES 5u

typedef enum {
    CP_PCEP_KNOWN,         /* is has its fields */
    CP_PCEP_UNKNOWN_CLASS, /* is.bytes has its body, as also where the fault is set */
    CP_PCEP_UNKNOWN_TYPE
} cp_pcep_known;

struct cp_pcep_object {
    uint8_t class_id; /* cp_pcep_class, or another */
    uint8_t type;     /* 4 bits; most have 1 alone */
    bool must;        /* P: the PCE must take it into account (in a PCReq) */
    bool ignored;     /* I: the PCE did not (in a PCRep) */
    cp_pcep_known known;
    uint32_t offset;                   /* of its first byte in the message; not written */
    const struct cp_pcep_fault *fault; /* NULL: well formed.  Else is.bytes has its body */
    struct cp_pcep_tlvs tlvs;
    union {
        struct cp_pcep_open open;
        struct cp_pcep_rp rp;
        struct cp_pcep_no_path no_path;
        struct cp_pcep_end_points end_points;
        uint64_t
            bandwidth_bps; /* rounded up; UINT64_MAX: more.  Written: the nearest of 24 bits, upwards */
        struct cp_pcep_metric metric;
        struct cp_pcep_path path; /* ERO, RRO, IRO, XRO */
        struct cp_pcep_lspa lspa;
        struct cp_pcep_svec svec;
        struct cp_pcep_notification notification;
        struct cp_pcep_error error;
        struct cp_pcep_load_balancing load_balancing;
        struct cp_pcep_close close;
        uint16_t of; /* code of the objective function */
        struct cp_pcep_lsp lsp;
        struct cp_pcep_srp srp;
        struct cp_pcep_vendor vendor;
        struct cp_pcep_association association;
        cp_text bytes;
    } is;
};

struct cp_pcep_message {
    uint8_t type;  /* cp_pcep_type, or another */
    uint8_t flags; /* 5 bits; none is known */
    uint32_t count;
    const struct cp_pcep_object *objects; /* [count], in their order on the wire */
    uint32_t fault_count;                 /* objects that are malformed */
};

/** How a stream begins. */
typedef enum {
    CP_PCEP_FRAME_SHORT, /* more bytes are needed */
    CP_PCEP_FRAME_WHOLE, /* the first `size` bytes are a message */
    CP_PCEP_FRAME_BAD /* no PCEP: version or length cannot be; the stream is lost (CLOSE reason 3) */
} cp_pcep_frame_kind;

struct cp_pcep_frame {
    cp_pcep_frame_kind kind;
    uint8_t type;  /* WHOLE */
    uint32_t size; /* WHOLE: 4 to 65532; SHORT with 4 bytes or more: bytes of the message to come */
    const char *why; /* BAD */
};

struct cp_pcep_frame cp_pcep_frame(cp_text stream);

/**
 * One message, which fills the bytes.  Everything that out points to is given (names and other bytes too:
 * the bytes of the message are copied).
 * Errors: MALFORMED (the header or the lengths of objects: no object after the place can be found), LIMIT
 * (limits.h), NOMEM; fault says what and where, out is then untouched.  No PCErr fits such a message (error_type 0):
 * CLOSE with reason 3; where an Open was awaited PCErr 1/1 (RFC 5440 6.2, 7.17).
 * Cost: one pass; memory 80 bytes an object, 56 a TLV, 64 a hop (88 an SRv6 one), and the message itself.
 */
CP_MUST_USE cp_err cp_pcep_decode(cp_text bytes, struct cp_arena *arena,
                                  struct cp_pcep_message *out, struct cp_pcep_fault *fault);

/**
 * Bytes of a message, appended.  Error in out->err (it sticks): RANGE (a number or length does not fit its
 * field), MALFORMED (what no receiver could read: an address of the wrong family, a missing part), NOMEM.
 * Decode then encode gives the same bytes but where docs/results/wire-pcep.md says so; encode then decode
 * gives the same structs.
 */
void cp_pcep_encode(struct cp_out *out, const struct cp_pcep_message *message);

/**
 * Text: a line for the message, one for each object, one for each hop and TLV, indented.  The same structs give
 * the same text, different ones different text (offsets and faults' places apart).  Bytes from outside are escaped.
 */
void cp_pcep_print(struct cp_out *out, const struct cp_pcep_message *message);
/** "PCRpt", "type 77". */
void cp_pcep_print_type(struct cp_out *out, uint8_t type);
const char *cp_pcep_type_name(uint8_t type); /* NULL: not known */

/** The next object of a class at or after *at (an index, advanced past it) and before end; NULL at the end. */
const struct cp_pcep_object *cp_pcep_next(const struct cp_pcep_message *message, uint8_t class_id,
                                          uint32_t *at, uint32_t end);

/**
 * The objects of one request (PCReq), reply (PCRep), report (PCRpt), update (PCUpd), initiation (PCInitiate),
 * error (PCErr) or notification (PCNtf), in any order behind the object that opens it (RFC 5440 6: senders keep
 * the order; receivers here need it only where it tells which group an object is of).  Of what may stand once the
 * first counts (RFC 5440 7.6 to 7.11 say so); what may stand several times is found by cp_pcep_next over first, end.
 */
struct cp_pcep_group {
    uint32_t first, end; /* of message->objects */
    const struct cp_pcep_object *rp, *srp, *lsp, *end_points, *ero, *rro, *lspa, *iro, *xro;
    const struct cp_pcep_object *no_path, *of, *load_balancing, *error, *notification;
    const struct cp_pcep_object *bandwidth, *bandwidth_held; /* types 1 and 2 */
    struct cp_pcep_fault fault; /* why NULL: all is well; else the first thing wrong in the group */
};

struct cp_pcep_groups {
    uint32_t
        before_end; /* PCReq, PCRep: objects before the first group (SVEC, ...): 0 to before_end */
    uint32_t count;
    const struct cp_pcep_group *at; /* [count]; given */
    struct cp_pcep_fault fault;     /* of the message as a whole: nothing in it opens a group */
};

/**
 * For the seven types above; others have one group with all objects.  A group's fault is, first of these:
 * a malformed object; an unknown object with the P flag in a PCReq (RFC 5440 7.2: PCErr 3 and its value);
 * a mandatory object that is missing (PCErr 6 and its value); an RP or END-POINTS of a request, or an RP of a
 * reply, without the P flag (10/1); a request of the number 0 (8/0); an initiation with a PLSP-ID (19/8) or
 * without a name (10/8).  What else a PCC must refuse, such as the label 3 in an ERO (RFC 8664 5.2.1: 10/2) or an
 * SR hop where no SR was agreed upon, is the session's matter.
 * Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_pcep_group(const struct cp_pcep_message *message, struct cp_arena *arena,
                                 struct cp_pcep_groups *out);

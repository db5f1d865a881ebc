#pragma once

#include "base/address.h"
#include "base/out.h"
#include "base/rd.h"
#include "wire/limits.h"

/*
 * BGP-4 messages as bytes and as structs (RFC 4271; 4-octet AS RFC 6793, capabilities RFC 5492, MP-BGP RFC 4760,
 * extended messages RFC 8654, route refresh RFC 2918 and 7313, graceful restart RFC 4724; error handling RFC 7606).
 *
 *     cp_bgp_frame cuts a stream into messages; cp_bgp_open_decode, cp_bgp_update_decode, ... take one apart.
 *
 * Nothing is copied: all texts point into the message.  The NLRI of BGP-LS and its attribute are in wire/ls.h.
 */

#define CP_BGP_MESSAGE_MAX 4096u           /* RFC 4271 4.1 */
#define CP_BGP_EXTENDED_MESSAGE_MAX 65535u /* RFC 8654; OPEN and KEEPALIVE never */
#define CP_BGP_HEADER_BYTES 19u

typedef enum {
    CP_BGP_OPEN = 1,
    CP_BGP_UPDATE = 2,
    CP_BGP_NOTIFICATION = 3,
    CP_BGP_KEEPALIVE = 4,
    CP_BGP_ROUTE_REFRESH = 5
} cp_bgp_type;

/* Codes of NOTIFICATION (RFC 4271 6, RFC 4486, 6608, 7313, 8538, 9384). */
typedef enum {
    CP_BGP_HEADER_ERROR = 1,
    CP_BGP_OPEN_ERROR = 2,
    CP_BGP_UPDATE_ERROR = 3,
    CP_BGP_HOLD_EXPIRED = 4,
    CP_BGP_FSM_ERROR = 5,
    CP_BGP_CEASE = 6,
    CP_BGP_REFRESH_ERROR = 7
} cp_bgp_code;

typedef enum { /* of CEASE */
               CP_BGP_CEASE_MAX_PREFIXES = 1,
               CP_BGP_CEASE_SHUTDOWN = 2,
               CP_BGP_CEASE_DECONFIGURED = 3,
               CP_BGP_CEASE_RESET = 4,
               CP_BGP_CEASE_REJECTED = 5,
               CP_BGP_CEASE_CONFIGURATION = 6,
               CP_BGP_CEASE_COLLISION = 7,
               CP_BGP_CEASE_RESOURCES = 8,
               CP_BGP_CEASE_HARD_RESET = 9,
               CP_BGP_CEASE_BFD_DOWN = 10
} cp_bgp_cease;

/** What RFC 7606 2 wants done, weakest first. */
typedef enum {
    CP_BGP_NOTHING,
    CP_BGP_DISCARD_ATTRIBUTE,
    CP_BGP_TREAT_AS_WITHDRAW,
    CP_BGP_RESET /* NOTIFICATION code, subcode, data; the session ends */
} cp_bgp_remedy;

/** What is wrong with a message. */
struct cp_bgp_fault {
    cp_bgp_remedy remedy;
    const char *why;       /* constant, lower case; NULL: nothing is wrong */
    uint32_t offset;       /* in the message */
    uint8_t code, subcode; /* of the NOTIFICATION that fits, whether it is to be sent or not */
    cp_text data;
};

typedef enum { CP_BGP_FRAME_SHORT, CP_BGP_FRAME_WHOLE, CP_BGP_FRAME_BAD } cp_bgp_frame_kind;

struct cp_bgp_frame {
    cp_bgp_frame_kind kind;
    uint8_t type;              /* of WHOLE */
    uint32_t size;             /* of the message; of SHORT: 0 where its header is not whole yet */
    struct cp_bgp_fault fault; /* of BAD */
};

/** The message at the front of a stream.  size_max: what this session may send us (MESSAGE_MAX or EXTENDED_). */
struct cp_bgp_frame cp_bgp_frame(cp_text stream, uint32_t size_max);

/* Capabilities (RFC 5492). */
typedef enum {
    CP_BGP_CAP_MULTIPROTOCOL = 1,
    CP_BGP_CAP_ROUTE_REFRESH = 2,
    CP_BGP_CAP_EXTENDED_MESSAGE = 6,
    CP_BGP_CAP_GRACEFUL_RESTART = 64,
    CP_BGP_CAP_AS4 = 65,
    CP_BGP_CAP_ENHANCED_REFRESH = 70
} cp_bgp_capability_code;

struct cp_bgp_family {
    uint16_t afi;
    uint8_t safi;
    bool forwarding; /* of graceful restart: F, the state was preserved */
};

struct cp_bgp_open {
    uint8_t version;
    uint16_t as2;    /* of the header; 23456 stands for a larger one (RFC 6793) */
    uint32_t as;     /* of the 4-octet capability; else as2 */
    uint16_t hold_s; /* 0: never, or 3 and more */
    uint32_t router_id;
    bool route_refresh, enhanced_refresh, extended_message, as4;
    bool graceful_restart, restarting /* R */, notifies /* N, RFC 8538 */;
    uint16_t restart_s;                                 /* 12 bits */
    struct cp_bgp_family families[CP_BGP_FAMILIES_MAX]; /* MULTIPROTOCOL, each once */
    uint32_t family_count;
    struct cp_bgp_family kept[CP_BGP_FAMILIES_MAX]; /* of graceful restart */
    uint32_t kept_count;
    cp_text parameters; /* the optional parameters as they came; not looked at when written */
};

/** message: whole, with its header.  Errors: MALFORMED (fault: RESET, RFC 4271 6.2). */
CP_MUST_USE cp_err cp_bgp_open_decode(cp_text message, struct cp_bgp_open *open,
                                      struct cp_bgp_fault *fault);
bool cp_bgp_open_has(const struct cp_bgp_open *open, uint16_t afi, uint8_t safi);

/* Path attributes that are looked at; all others are passed over. */
typedef enum {
    CP_BGP_ORIGIN = 1,
    CP_BGP_AS_PATH = 2,
    CP_BGP_NEXT_HOP = 3,
    CP_BGP_MED = 4,
    CP_BGP_LOCAL_PREF = 5,
    CP_BGP_ATOMIC_AGGREGATE = 6,
    CP_BGP_AGGREGATOR = 7,
    CP_BGP_COMMUNITIES = 8,
    CP_BGP_ORIGINATOR = 9,
    CP_BGP_CLUSTERS = 10,
    CP_BGP_MP_REACH = 14,
    CP_BGP_MP_UNREACH = 15,
    CP_BGP_EXTENDED_COMMUNITIES = 16,
    CP_BGP_AS4_PATH = 17,
    CP_BGP_AS4_AGGREGATOR = 18,
    CP_BGP_LINK_STATE = 29, /* RFC 9552: optional, not transitive */
    CP_BGP_LARGE_COMMUNITIES = 32
} cp_bgp_attribute_type;

#define CP_BGP_FLAG_OPTIONAL 0x80u
#define CP_BGP_FLAG_TRANSITIVE 0x40u
#define CP_BGP_FLAG_PARTIAL 0x20u
#define CP_BGP_FLAG_EXTENDED 0x10u /* two bytes of length */

struct cp_bgp_attribute {
    uint8_t flags, type;
    uint32_t offset; /* of the attribute, among the attributes */
    cp_text value;
};

/** One family's NLRI, announced or withdrawn. */
struct cp_bgp_reach {
    bool there;
    uint16_t afi;
    uint8_t safi;
    cp_text next_hop; /* as it came; empty for withdrawals */
    cp_text nlri;
};

struct cp_bgp_update {
    cp_text withdrawn, attributes,
        nlri; /* the three parts; the first and last are of IPv4 unicast */
    struct cp_bgp_reach reach, unreach; /* MP_REACH_NLRI, MP_UNREACH_NLRI */
    bool has_link_state;
    cp_text link_state; /* the attribute of type 29; see wire/ls.h */
    bool has_local_pref, has_med;
    uint8_t origin;
    uint32_t local_pref, med;
    cp_text next_hop, as_path;
    bool
        end_of_rib; /* RFC 4724 2: of the unreach's family, or of IPv4 unicast where unreach is not there */
};

typedef struct {
    bool as4;      /* AS_PATH has 4 bytes an AS: both sides have the capability */
    bool internal; /* the peer has our AS */
} cp_bgp_context;

/**
 * message: whole, with its header.  fault: the strongest remedy that is needed (RFC 7606), NOTHING where all is well.
 * OK also where attributes are to be discarded (they are not in `update`) or all announced is to be treated as
 * withdrawn.  Errors: MALFORMED (RESET).  Cost: one pass over the attributes; the NLRI are not looked at.
 */
CP_MUST_USE cp_err cp_bgp_update_decode(cp_text message, cp_bgp_context context,
                                        struct cp_bgp_update *update, struct cp_bgp_fault *fault);

/** The attributes one by one, as they came; false at the end or where one does not fit. */
bool cp_bgp_attribute_next(cp_rd *rd, cp_text attributes, struct cp_bgp_attribute *attribute);

struct cp_bgp_notification {
    uint8_t code, subcode;
    cp_text data;
};

struct cp_bgp_refresh {
    uint16_t afi;
    uint8_t subtype; /* RFC 7313: 0 a request, 1 begin, 2 end of what is sent again */
    uint8_t safi;
};

/** Errors: MALFORMED. */
CP_MUST_USE cp_err cp_bgp_notification_decode(cp_text message,
                                              struct cp_bgp_notification *notification);
CP_MUST_USE cp_err cp_bgp_refresh_decode(cp_text message, struct cp_bgp_refresh *refresh,
                                         struct cp_bgp_fault *fault);
/** RFC 9003: the text that an operator sent with a shutdown or reset; empty where there is none or it is no UTF-8. */
cp_text cp_bgp_notification_words(const struct cp_bgp_notification *notification);
/** "cease: administrative shutdown"; "code 9 subcode 3" of the unknown. */
void cp_bgp_code_print(struct cp_out *out, uint8_t code, uint8_t subcode);

/*
 * Writing.  Errors stick to the out: RANGE where something does not fit its field or the message.
 * The out holds messages one after the other.
 */

void cp_bgp_open_write(struct cp_out *out, const struct cp_bgp_open *open);
void cp_bgp_keepalive_write(struct cp_out *out);
void cp_bgp_notification_write(struct cp_out *out, const struct cp_bgp_notification *notification);
void cp_bgp_refresh_write(struct cp_out *out, const struct cp_bgp_refresh *refresh);
/** From withdrawn, attributes and nlri alone: the attributes are what cp_bgp_attribute_write and the like wrote. */
void cp_bgp_update_write(struct cp_out *out, const struct cp_bgp_update *update, uint32_t size_max);
/** One attribute; EXTENDED is added where the value needs it. */
void cp_bgp_attribute_write(struct cp_out *out, uint8_t flags, uint8_t type, cp_text value);
/** MP_REACH_NLRI or MP_UNREACH_NLRI. */
void cp_bgp_reach_write(struct cp_out *out, const struct cp_bgp_reach *reach);
void cp_bgp_unreach_write(struct cp_out *out, const struct cp_bgp_reach *unreach);

/** A message as text, lines: for tests and logs.  NLRI of BGP-LS and their attribute are written out. */
void cp_bgp_print(struct cp_out *out, cp_text message, cp_bgp_context context);

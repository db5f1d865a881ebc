#pragma once

#include "base/address.h"

/*
 * TLVs of PCEP objects (RFC 5440 7.1): type, length of the value, the value, padded to four bytes.
 * Flags are kept as the number on the wire, unknown ones with them; CP_PCEP_..._X name the known ones.
 * Reserved fields are not kept: they are ignored in what comes and zero in what goes (RFC 5440 7).
 */

typedef enum {
    CP_PCEP_TLV_NO_PATH_VECTOR = 1,           /* RFC 5440 7.5: flags */
    CP_PCEP_TLV_OVERLOADED_DURATION = 2,      /* RFC 5440 7.14: number, seconds */
    CP_PCEP_TLV_REQ_MISSING = 3,              /* RFC 5440 7.15: number, the request's id */
    CP_PCEP_TLV_OF_LIST = 4,                  /* RFC 5541 2.1: codes */
    CP_PCEP_TLV_VENDOR_INFORMATION = 7,       /* RFC 7470 3: vendor */
    CP_PCEP_TLV_STATEFUL_PCE_CAPABILITY = 16, /* RFC 8231 7.1.1: flags */
    CP_PCEP_TLV_SYMBOLIC_PATH_NAME = 17,      /* RFC 8231 7.3.2: bytes */
    CP_PCEP_TLV_IPV4_LSP_IDENTIFIERS = 18,    /* RFC 8231 7.3.1: identifiers */
    CP_PCEP_TLV_IPV6_LSP_IDENTIFIERS = 19,    /* RFC 8231 7.3.1: identifiers */
    CP_PCEP_TLV_LSP_ERROR_CODE = 20,          /* RFC 8231 7.3.3: number */
    CP_PCEP_TLV_RSVP_ERROR_SPEC = 21,   /* RFC 8231 7.3.4: bytes, an RSVP object with its header */
    CP_PCEP_TLV_LSP_DB_VERSION = 23,    /* RFC 8232 3.3.1: number of 64 bits */
    CP_PCEP_TLV_SPEAKER_ENTITY_ID = 24, /* RFC 8232 3.3.2: bytes */
    CP_PCEP_TLV_SR_PCE_CAPABILITY = 26, /* RFC 8664 4.1.2: sr (sub-TLV; appendix A: once a TLV) */
    CP_PCEP_TLV_SRV6_PCE_CAPABILITY = 27,       /* RFC 9603 4.1.1: srv6 (sub-TLV) */
    CP_PCEP_TLV_PATH_SETUP_TYPE = 28,           /* RFC 8408 4: number */
    CP_PCEP_TLV_ASSOCIATION_RANGE = 29,         /* RFC 8697 5: ranges */
    CP_PCEP_TLV_GLOBAL_ASSOCIATION_SOURCE = 30, /* RFC 8697 6.1.1: number */
    CP_PCEP_TLV_EXTENDED_ASSOCIATION_ID = 31, /* RFC 8697 6.1.2: extended (RFC 9862 4.4) or bytes */
    CP_PCEP_TLV_PATH_SETUP_TYPE_CAPABILITY = 34, /* RFC 8408 3: setup */
    CP_PCEP_TLV_ASSOCIATION_TYPE_LIST = 35,      /* RFC 8697 4.1: codes */
    CP_PCEP_TLV_PATH_BINDING = 55,               /* RFC 9604 4: binding */
    CP_PCEP_TLV_SRPOLICY_POL_NAME = 56,          /* RFC 9862 4.5.1: bytes */
    CP_PCEP_TLV_SRPOLICY_CPATH_ID = 57,          /* RFC 9862 4.5.2: candidate */
    CP_PCEP_TLV_SRPOLICY_CPATH_NAME = 58,        /* RFC 9862 4.5.3: bytes */
    CP_PCEP_TLV_SRPOLICY_CPATH_PREFERENCE = 59,  /* RFC 9862 4.5.4: number */
    CP_PCEP_TLV_COLOR = 67,                      /* RFC 9863 3.2: number */
    CP_PCEP_TLV_COMPUTATION_PRIORITY = 68,       /* RFC 9862: number */
    CP_PCEP_TLV_SRPOLICY_CAPABILITY = 71,        /* RFC 9862 5.1: flags */
    CP_PCEP_TLV_PATH_BINDING_FRR = 65505         /* FRR 8: as 55, before it had a number */
} cp_pcep_tlv_type;

/* STATEFUL-PCE-CAPABILITY (RFC 8231 7.1.1, 8281 4.1, 8232 7, 9863 3.1) */
#define CP_PCEP_STATEFUL_UPDATE 0x01u          /* U: LSPs may be updated */
#define CP_PCEP_STATEFUL_VERSION 0x02u         /* S: has an LSP-DB-VERSION */
#define CP_PCEP_STATEFUL_INITIATE 0x04u        /* I: LSPs may be initiated */
#define CP_PCEP_STATEFUL_TRIGGERED_SYNC 0x08u  /* T: the PCE may ask for resynchronisation */
#define CP_PCEP_STATEFUL_DELTA_SYNC 0x10u      /* D */
#define CP_PCEP_STATEFUL_TRIGGERED_FIRST 0x20u /* F: the PCE triggers the first synchronisation */
#define CP_PCEP_STATEFUL_COLOUR 0x800u         /* C: knows the COLOR TLV */

/* SR-PCE-CAPABILITY (RFC 8664 4.1.2) and SRv6-PCE-CAPABILITY (RFC 9603 4.1.1) */
#define CP_PCEP_SR_NO_LIMIT 0x01u   /* X: no limit to the depth of SIDs */
#define CP_PCEP_SR_RESOLVES 0x02u   /* N: the PCC can turn an NAI into a SID */
#define CP_PCEP_SRV6_RESOLVES 0x02u /* N */

/* NO-PATH-VECTOR (RFC 5440 7.5) */
#define CP_PCEP_NO_PATH_PCE_UNAVAILABLE 0x01u
#define CP_PCEP_NO_PATH_UNKNOWN_DESTINATION 0x02u
#define CP_PCEP_NO_PATH_UNKNOWN_SOURCE 0x04u

/* SRPOLICY-CAPABILITY (RFC 9862 5.1) */
#define CP_PCEP_SRPOLICY_PRIORITY 0x01u      /* P: COMPUTATION-PRIORITY */
#define CP_PCEP_SRPOLICY_EXPLICIT_NULL 0x02u /* E */
#define CP_PCEP_SRPOLICY_INVALIDATION 0x04u  /* I */
#define CP_PCEP_SRPOLICY_REQUESTS 0x10u      /* L: PCReq and PCRep for SR policies, too (5.3) */

/* Path setup types (RFC 8408, 8664, 9603) */
#define CP_PCEP_SETUP_RSVP 0u
#define CP_PCEP_SETUP_SR 1u
#define CP_PCEP_SETUP_SRV6 3u

typedef enum {                                  /* RFC 9604 4: binding types */
               CP_PCEP_BINDING_LABEL = 0,       /* 20 bits */
               CP_PCEP_BINDING_LABEL_ENTRY = 1, /* a label stack entry of 32 bits */
               CP_PCEP_BINDING_SRV6 = 2,
               CP_PCEP_BINDING_SRV6_STRUCTURE = 3 /* with behaviour and structure */
} cp_pcep_binding_type;

#define CP_PCEP_BINDING_REMOVE 0x80u /* R */

/** Lengths in bits of the parts of an SRv6 SID (RFC 9603 4.3.1); their sum is at most 128. */
typedef struct {
    uint8_t block, node, function, argument;
} cp_pcep_sid_structure;

typedef struct {
    uint8_t type; /* of MSD (the IGP MSD-Types) */
    uint8_t value;
} cp_pcep_msd;

typedef struct {
    uint16_t type, start, count; /* of association; ids */
} cp_pcep_association_range;

struct cp_pcep_tlv;

/** TLVs in their order on the wire. */
struct cp_pcep_tlvs {
    const struct cp_pcep_tlv *at; /* [count] */
    uint32_t count;
};

struct cp_pcep_identifiers { /* RFC 8231 7.3.1: all of one family */
    cp_ip sender, extended_tunnel, endpoint;
    uint16_t lsp, tunnel;
};

struct cp_pcep_setup_capability {
    const uint8_t *types; /* [count]: path setup types */
    uint32_t count;
    struct cp_pcep_tlvs tlvs;
};

struct cp_pcep_srv6_capability {
    uint16_t flags;
    uint32_t msd_count;
    const cp_pcep_msd *msds;
};

struct cp_pcep_binding {
    uint8_t type; /* cp_pcep_binding_type; another: bytes has the value */
    uint8_t flags;
    bool empty;     /* no value at all (RFC 9604 4): with R all of the type, else "choose one" */
    uint32_t label; /* LABEL: 20 bits; LABEL_ENTRY: the whole entry */
    uint8_t sid[16];
    uint16_t behaviour;
    cp_pcep_sid_structure structure;
};

struct cp_pcep_candidate { /* SRPOLICY-CPATH-ID (RFC 9862 4.5.2; RFC 9256 2.3 to 2.5) */
    uint8_t protocol_origin;
    uint32_t originator_as;
    uint8_t originator[16]; /* an IPv4 address stands in the last four bytes */
    uint32_t discriminator;
};

struct cp_pcep_extended { /* RFC 9862 4.4: of an SR policy association */
    uint32_t colour;
    cp_ip endpoint;
};

/** How the value of a TLV is kept. */
typedef enum {
    CP_PCEP_TLV_BYTES,  /* bytes: the whole value; unknown TLVs, and names */
    CP_PCEP_TLV_NUMBER, /* number, or flags */
    CP_PCEP_TLV_CODES,
    CP_PCEP_TLV_RANGES,
    CP_PCEP_TLV_VENDOR,
    CP_PCEP_TLV_IDENTIFIERS,
    CP_PCEP_TLV_SR,
    CP_PCEP_TLV_SRV6,
    CP_PCEP_TLV_SETUP,
    CP_PCEP_TLV_BINDING,
    CP_PCEP_TLV_CANDIDATE,
    CP_PCEP_TLV_EXTENDED
} cp_pcep_tlv_form;

struct cp_pcep_tlv {
    uint16_t type;         /* cp_pcep_tlv_type, or another */
    cp_pcep_tlv_form form; /* which of the following counts */
    cp_text bytes;         /* BYTES; VENDOR: what follows the number; BINDING of an unknown type */
    union {
        uint64_t number;
        struct {
            const uint16_t *at; /* [count] */
            uint32_t count;
        } codes;
        struct {
            const cp_pcep_association_range *at; /* [count] */
            uint32_t count;
        } ranges;
        uint32_t enterprise;
        struct {
            uint8_t flags, msd;
        } sr;
        struct cp_pcep_srv6_capability srv6;
        const struct cp_pcep_identifiers *identifiers;
        const struct cp_pcep_setup_capability *setup;
        struct cp_pcep_binding binding;
        struct cp_pcep_candidate candidate;
        struct cp_pcep_extended extended;
    } is;
};

/** The first TLV of a type (of repeats the first counts, where its RFC says so); NULL where there is none. */
const struct cp_pcep_tlv *cp_pcep_tlv_find(struct cp_pcep_tlvs tlvs, uint16_t type);
/** TE-PATH-BINDING by either of its two numbers. */
const struct cp_pcep_tlv *cp_pcep_tlv_find_binding(struct cp_pcep_tlvs tlvs);
/** How a TLV of this type is made: the form to set; BYTES for unknown ones. */
cp_pcep_tlv_form cp_pcep_tlv_form_of(uint16_t type);
/** Ready TLVs: number and flags (by type); names and other bytes (borrowed). */
struct cp_pcep_tlv cp_pcep_tlv_number(cp_pcep_tlv_type type, uint64_t number);
struct cp_pcep_tlv cp_pcep_tlv_bytes(cp_pcep_tlv_type type, cp_text bytes);

#pragma once

#include "wire/pcep_tlv.h"

/*
 * Subobjects of ERO, RRO, IRO and XRO.  The kinds are numbered as on the wire (IANA's lists for RSVP paths).
 */

typedef enum {
    CP_PCEP_HOP_IPV4 = 1,       /* RFC 3209 4.3.3.2: address, prefix_bits */
    CP_PCEP_HOP_IPV6 = 2,       /* RFC 3209 4.3.3.3 */
    CP_PCEP_HOP_LABEL = 3,      /* RFC 3473 5.1, 3209 4.4.1.3: label; flags (the U bit is 0x80) */
    CP_PCEP_HOP_UNNUMBERED = 4, /* RFC 3477 4, 5: router, interface */
    CP_PCEP_HOP_AS = 32,        /* RFC 3209 4.3.3.4: number */
    CP_PCEP_HOP_SRLG = 34,      /* RFC 5521 2.1.1, XRO alone: number */
    CP_PCEP_HOP_SR = 36,        /* RFC 8664 4.3 */
    CP_PCEP_HOP_SRV6 = 40       /* RFC 9603 4.3; in an RRO it has the same number */
} cp_pcep_hop_kind;

/** What a node or adjacency is called beside its SID (RFC 8664 4.3.2; SRv6: RFC 9603 4.3). */
typedef enum {
    CP_PCEP_NAI_NONE = 0,
    CP_PCEP_NAI_IPV4_NODE = 1,      /* local; not of an SRv6 hop */
    CP_PCEP_NAI_IPV6_NODE = 2,      /* local */
    CP_PCEP_NAI_IPV4_ADJACENCY = 3, /* local, remote; not of an SRv6 hop */
    CP_PCEP_NAI_IPV6_ADJACENCY = 4, /* local, remote */
    CP_PCEP_NAI_UNNUMBERED = 5,     /* local and remote: router ids of IPv4 form, with interfaces */
    CP_PCEP_NAI_IPV6_LINK_LOCAL = 6 /* local, remote, with interfaces */
} cp_pcep_nai_type;

struct cp_pcep_nai {
    uint8_t type; /* cp_pcep_nai_type */
    cp_ip local, remote;
    uint32_t local_interface, remote_interface;
};

/* Flags of an SR hop (RFC 8664 4.3.1), 12 bits */
#define CP_PCEP_SR_HOP_M \
    0x01u /* the SID is a label stack entry, in which the label has the upper 20 bits */
#define CP_PCEP_SR_HOP_C 0x02u /* with M: TC, S and TTL of the entry count too */
#define CP_PCEP_SR_HOP_S 0x04u /* no SID */
#define CP_PCEP_SR_HOP_F 0x08u /* no NAI */

/* Flags of an SRv6 hop (RFC 9603 4.3), 12 bits */
#define CP_PCEP_SRV6_HOP_S 0x01u /* no SID */
#define CP_PCEP_SRV6_HOP_F 0x02u /* no NAI */
#define CP_PCEP_SRV6_HOP_T 0x04u /* has the SID's structure */
#define CP_PCEP_SRV6_HOP_V 0x08u /* the PCE asks the PCC to verify the SID */

struct cp_pcep_srv6_sid {
    uint8_t sid[16];
    uint16_t behaviour;
    bool structured;
    cp_pcep_sid_structure structure;
};

/** Which resource an XRO subobject means (RFC 5521 2.1.1). */
typedef enum {
    CP_PCEP_EXCLUDE_INTERFACE = 0,
    CP_PCEP_EXCLUDE_NODE = 1,
    CP_PCEP_EXCLUDE_SRLG = 2
} cp_pcep_attribute;

struct cp_pcep_hop {
    uint8_t kind; /* cp_pcep_hop_kind, or another: bytes has its body */
    bool loose;   /* L of ERO and IRO; X of XRO: should, not must, be left out; RRO: the same bit */
    uint8_t prefix_bits; /* IPV4, IPV6 */
    uint8_t attribute;   /* XRO: cp_pcep_attribute, or another */
    uint16_t flags;      /* of RRO address, label (U) and unnumbered; of SR and SRV6: 12 bits */
    union {
        cp_ip address; /* IPV4, IPV6 */
        struct {
            uint32_t router, interface;
        } unnumbered;
        uint32_t number; /* AS: 2 bytes on the wire; SRLG */
        struct {
            uint8_t c_type;
            cp_text bytes; /* at least one label of 4 bytes */
        } label;
        struct {
            uint32_t sid; /* with M: the label stack entry; else an index */
            struct cp_pcep_nai nai;
        } sr;
        struct {
            const struct cp_pcep_srv6_sid *sid; /* NULL with S alone */
            struct cp_pcep_nai nai;
        } srv6;
        cp_text bytes;
    } is;
};

/** The 20 bits of the label of an SR hop; UINT32_MAX where it has no label (S set, or an index). */
uint32_t cp_pcep_hop_label(const struct cp_pcep_hop *hop);
/** SR hops ready for an ERO: a label without NAI; an SRv6 SID (borrowed) without NAI. */
struct cp_pcep_hop cp_pcep_hop_of_label(uint32_t label);
struct cp_pcep_hop cp_pcep_hop_of_srv6(const struct cp_pcep_srv6_sid *sid);

#pragma once

#include "base/address.h"

/*
 * The BGP-LS attribute (type 29) as a struct.  Of a TLV that may stand once the first has the field; repeats, TLVs
 * without a field here, and TLVs whose value cannot be (a bandwidth that is no number) are kept as bytes in `others`:
 * RFC 9552 8.2.2 calls nothing malformed for what a field says, only for lengths.
 *
 * Units: bits a second (UINT64_MAX: more than fits; the wire's floats are rounded upwards), microseconds, and parts
 * of 10^9 for loss.
 */

struct cp_ls_tlv {
    uint16_t type;
    cp_text value;
};

struct cp_ls_tlvs {
    const struct cp_ls_tlv *at; /* [count], in the order of the wire */
    uint32_t count;
};

/* Which fields are there. */
#define CP_LS_NODE_FLAGS (UINT64_C(1) << 0)            /* 1024 */
#define CP_LS_NODE_OPAQUE (UINT64_C(1) << 1)           /* 1025 */
#define CP_LS_NODE_NAME (UINT64_C(1) << 2)             /* 1026 */
#define CP_LS_TOPOLOGIES (UINT64_C(1) << 3)            /* 263 */
#define CP_LS_SR_CAPABILITIES (UINT64_C(1) << 4)       /* 1034 */
#define CP_LS_SR_ALGORITHMS (UINT64_C(1) << 5)         /* 1035 */
#define CP_LS_SR_LOCAL_BLOCK (UINT64_C(1) << 6)        /* 1036 */
#define CP_LS_SRMS_PREFERENCE (UINT64_C(1) << 7)       /* 1037 */
#define CP_LS_SRV6_CAPABILITIES (UINT64_C(1) << 8)     /* 1038 */
#define CP_LS_NODE_MSD (UINT64_C(1) << 9)              /* 266 */
#define CP_LS_LINK_MSD (UINT64_C(1) << 10)             /* 267 */
#define CP_LS_ADMIN_GROUP (UINT64_C(1) << 11)          /* 1088 */
#define CP_LS_EXTENDED_ADMIN_GROUP (UINT64_C(1) << 12) /* 1173, RFC 9104 */
#define CP_LS_BANDWIDTH (UINT64_C(1) << 13)            /* 1089 */
#define CP_LS_RESERVABLE (UINT64_C(1) << 14)           /* 1090 */
#define CP_LS_UNRESERVED (UINT64_C(1) << 15)           /* 1091 */
#define CP_LS_TE_METRIC (UINT64_C(1) << 16)            /* 1092 */
#define CP_LS_PROTECTION (UINT64_C(1) << 17)           /* 1093 */
#define CP_LS_MPLS_PROTOCOLS (UINT64_C(1) << 18)       /* 1094 */
#define CP_LS_IGP_METRIC (UINT64_C(1) << 19)           /* 1095 */
#define CP_LS_SRLG (UINT64_C(1) << 20)                 /* 1096 */
#define CP_LS_LINK_OPAQUE (UINT64_C(1) << 21)          /* 1097 */
#define CP_LS_LINK_NAME (UINT64_C(1) << 22)            /* 1098 */
#define CP_LS_DELAY (UINT64_C(1) << 23)                /* 1114, RFC 8571 */
#define CP_LS_DELAY_MIN_MAX (UINT64_C(1) << 24)        /* 1115 */
#define CP_LS_DELAY_VARIATION (UINT64_C(1) << 25)      /* 1116 */
#define CP_LS_LOSS (UINT64_C(1) << 26)                 /* 1117 */
#define CP_LS_RESIDUAL (UINT64_C(1) << 27)             /* 1118 */
#define CP_LS_AVAILABLE (UINT64_C(1) << 28)            /* 1119 */
#define CP_LS_UTILISED (UINT64_C(1) << 29)             /* 1120 */
#define CP_LS_IGP_FLAGS (UINT64_C(1) << 30)            /* 1152 */
#define CP_LS_ROUTE_TAGS (UINT64_C(1) << 31)           /* 1153 */
#define CP_LS_EXTENDED_TAGS (UINT64_C(1) << 32)        /* 1154 */
#define CP_LS_PREFIX_METRIC (UINT64_C(1) << 33)        /* 1155 */
#define CP_LS_FORWARDING_ADDRESS (UINT64_C(1) << 34)   /* 1156 */
#define CP_LS_PREFIX_OPAQUE (UINT64_C(1) << 35)        /* 1157 */
#define CP_LS_PREFIX_FLAGS (UINT64_C(1) << 36)         /* 1170 */
#define CP_LS_SOURCE_ROUTER (UINT64_C(1) << 37)        /* 1171 */
#define CP_LS_SOURCE_OSPF_ROUTER (UINT64_C(1) << 38)   /* 1174 */
#define CP_LS_SRV6_BEHAVIOUR (UINT64_C(1) << 39)       /* 1250 */
#define CP_LS_SRV6_PEER_NODE (UINT64_C(1) << 40)       /* 1251 */
#define CP_LS_SRV6_STRUCTURE (UINT64_C(1) << 41)       /* 1252 */

/* Anomalous (A) flag of the values of RFC 8571: a threshold is passed. */
#define CP_LS_ANOMALOUS 0x80u

/** Labels from `first`, or indices where the sender said so, for SRGB and SRLB (RFC 9085 2.1.2, 2.1.4). */
struct cp_ls_range {
    uint32_t size, first;
    bool is_index; /* first had 4 bytes: an index, not a label */
};

struct cp_ls_ranges {
    uint8_t flags;
    uint32_t count;
    const struct cp_ls_range *at; /* [count] */
};

/**
 * A SID of SR-MPLS: of a prefix (1158: flags, algorithm), an adjacency (1099; 1100 with its neighbour on a LAN) or a BGP
 * peer (1101 to 1103).  What flags mean depends on the NLRI's protocol (RFC 8667, 8665, 9086).
 */
struct cp_ls_sid {
    uint16_t type;
    uint8_t flags, algorithm, weight;
    bool is_label; /* three bytes: a label of 20 bits; else an index */
    uint32_t value;
    cp_text neighbour; /* of 1100: 6 bytes of an IS-IS system, 4 of an OSPF router */
};

struct cp_ls_structure { /* RFC 9514 8: bits; all 0: not said */
    uint8_t block, node, function, argument;
};

/** An SRv6 SID of an adjacency: 1106; 1107 (IS-IS) or 1108 (OSPFv3) with its neighbour on a LAN (RFC 9514 4). */
struct cp_ls_srv6_sid {
    uint16_t type, behaviour;
    uint8_t flags, algorithm, weight;
    uint8_t sid[16];
    bool structured;
    struct cp_ls_structure structure;
    cp_text neighbour; /* of 1107: 6 bytes; of 1108: 4 */
    cp_text tlvs;      /* sub-TLVs as they came; encoding takes those without a field from here */
};

struct cp_ls_locator { /* 1162, RFC 9514 5.1; its prefix is the NLRI's */
    uint8_t flags, algorithm;
    uint32_t metric;
    cp_text tlvs; /* sub-TLVs */
};

/** Flexible algorithm definition (1039, RFC 9351 3). */
struct cp_ls_algorithm {
    uint8_t algorithm, metric_type, calculation, priority;
    cp_text tlvs; /* sub-TLVs */
};

struct cp_ls_algorithm_metric { /* 1044, RFC 9351 4 */
    uint8_t algorithm, flags;
    uint32_t metric;
};

struct cp_ls_msd { /* RFC 8814: types 1 (base MPLS) and 41 to 45 (SRv6) */
    uint8_t type, value;
};

/** Attributes that hold for some applications (1122, RFC 9294). */
struct cp_ls_asla {
    cp_text standard, user;           /* bit masks; both empty: for all applications */
    const struct cp_ls_attribute *is; /* ASLA in it is kept as bytes */
};

struct cp_ls_attribute {
    uint64_t has; /* CP_LS_... above */

    /* nodes */
    uint8_t node_flags, srms_preference;
    uint16_t srv6_flags; /* RFC 9514 3.1 */
    cp_text srv6_tlvs;   /* sub-TLVs of 1038 */
    cp_text node_name, node_opaque;
    cp_text topologies;    /* cp_ls_topology */
    cp_text sr_algorithms; /* a byte each */
    struct cp_ls_ranges sr_capabilities, sr_local_block;
    const cp_text *areas; /* 1027: IS-IS area addresses */
    uint32_t area_count;
    const cp_ip *local_routers, *remote_routers; /* 1028 and 1029, 1030 and 1031: TE router ids */
    uint32_t local_router_count, remote_router_count;
    const struct cp_ls_msd *node_msd, *link_msd;
    uint32_t node_msd_count, link_msd_count;
    const struct cp_ls_algorithm *algorithms;
    uint32_t algorithm_count;

    /* links */
    uint32_t admin_group;
    const uint32_t *extended_admin_group;
    uint32_t extended_admin_group_count;
    uint64_t bandwidth_bps, reservable_bps, unreserved_bps[8];
    uint64_t residual_bps, available_bps, utilised_bps;
    uint32_t te_metric, igp_metric;
    uint8_t igp_metric_bytes; /* 1 to 3, as it came; 0: 3 when written */
    uint8_t mpls_protocols;
    uint16_t protection;
    const uint32_t *srlg;
    uint32_t srlg_count;
    cp_text link_name, link_opaque;
    uint8_t delay_flags, delay_min_max_flags, loss_flags; /* CP_LS_ANOMALOUS */
    uint32_t delay_us, delay_min_us, delay_max_us, delay_variation_us, loss_ppb;
    const struct cp_ls_srv6_sid *srv6_sids;
    uint32_t srv6_sid_count;
    const struct cp_ls_asla *asla;
    uint32_t asla_count;

    /* prefixes */
    uint8_t igp_flags;
    const uint32_t *route_tags;
    const uint64_t *extended_tags;
    uint32_t route_tag_count, extended_tag_count;
    uint32_t prefix_metric, source_ospf_router;
    cp_ip forwarding_address, source_router;
    cp_text prefix_opaque, prefix_flags;
    const struct cp_ls_locator *locators;
    uint32_t locator_count;
    const struct cp_ls_algorithm_metric *algorithm_metrics;
    uint32_t algorithm_metric_count;

    /* SIDs of prefixes, links and peers */
    const struct cp_ls_sid *sids;
    uint32_t sid_count;

    /* SRv6 SID NLRI */
    uint16_t behaviour; /* 1250 */
    uint8_t behaviour_flags, behaviour_algorithm;
    struct cp_ls_structure structure; /* 1252 */
    uint8_t peer_flags, peer_weight;  /* 1251 */
    uint32_t peer_as, peer_router_id;

    struct cp_ls_tlvs others;
};

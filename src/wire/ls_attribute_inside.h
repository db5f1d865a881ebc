#pragma once

#include "ls_inside.h"
#include "pcep_inside.h"

/* What reading, writing and printing the BGP-LS attribute share. */

enum {
    CP_LS_TLV_TOPOLOGIES = 263,
    CP_LS_TLV_NODE_MSD = 266,
    CP_LS_TLV_LINK_MSD = 267,
    CP_LS_TLV_NODE_FLAGS = 1024,
    CP_LS_TLV_NODE_OPAQUE = 1025,
    CP_LS_TLV_NODE_NAME = 1026,
    CP_LS_TLV_AREA = 1027,
    CP_LS_TLV_LOCAL_ROUTER4 = 1028,
    CP_LS_TLV_LOCAL_ROUTER6 = 1029,
    CP_LS_TLV_REMOTE_ROUTER4 = 1030,
    CP_LS_TLV_REMOTE_ROUTER6 = 1031,
    CP_LS_TLV_SR_CAPABILITIES = 1034,
    CP_LS_TLV_SR_ALGORITHMS = 1035,
    CP_LS_TLV_SR_LOCAL_BLOCK = 1036,
    CP_LS_TLV_SRMS_PREFERENCE = 1037,
    CP_LS_TLV_SRV6_CAPABILITIES = 1038,
    CP_LS_TLV_ALGORITHM = 1039,
    CP_LS_TLV_ALGORITHM_METRIC = 1044,
    CP_LS_TLV_ADMIN_GROUP = 1088,
    CP_LS_TLV_BANDWIDTH = 1089,
    CP_LS_TLV_RESERVABLE = 1090,
    CP_LS_TLV_UNRESERVED = 1091,
    CP_LS_TLV_TE_METRIC = 1092,
    CP_LS_TLV_PROTECTION = 1093,
    CP_LS_TLV_MPLS_PROTOCOLS = 1094,
    CP_LS_TLV_IGP_METRIC = 1095,
    CP_LS_TLV_SRLG = 1096,
    CP_LS_TLV_LINK_OPAQUE = 1097,
    CP_LS_TLV_LINK_NAME = 1098,
    CP_LS_TLV_ADJACENCY = 1099,
    CP_LS_TLV_LAN_ADJACENCY = 1100,
    CP_LS_TLV_PEER_NODE = 1101,
    CP_LS_TLV_PEER_ADJACENCY = 1102,
    CP_LS_TLV_PEER_SET = 1103,
    CP_LS_TLV_END_X = 1106,
    CP_LS_TLV_ISIS_LAN_END_X = 1107,
    CP_LS_TLV_OSPF_LAN_END_X = 1108,
    CP_LS_TLV_DELAY = 1114,
    CP_LS_TLV_DELAY_MIN_MAX = 1115,
    CP_LS_TLV_DELAY_VARIATION = 1116,
    CP_LS_TLV_LOSS = 1117,
    CP_LS_TLV_RESIDUAL = 1118,
    CP_LS_TLV_AVAILABLE = 1119,
    CP_LS_TLV_UTILISED = 1120,
    CP_LS_TLV_ASLA = 1122,
    CP_LS_TLV_IGP_FLAGS = 1152,
    CP_LS_TLV_ROUTE_TAGS = 1153,
    CP_LS_TLV_EXTENDED_TAGS = 1154,
    CP_LS_TLV_PREFIX_METRIC = 1155,
    CP_LS_TLV_FORWARDING_ADDRESS = 1156,
    CP_LS_TLV_PREFIX_OPAQUE = 1157,
    CP_LS_TLV_PREFIX_SID = 1158,
    CP_LS_TLV_SID_LABEL = 1161,
    CP_LS_TLV_LOCATOR = 1162,
    CP_LS_TLV_PREFIX_FLAGS = 1170,
    CP_LS_TLV_SOURCE_ROUTER = 1171,
    CP_LS_TLV_EXTENDED_ADMIN_GROUP = 1173,
    CP_LS_TLV_SOURCE_OSPF_ROUTER = 1174,
    CP_LS_TLV_BEHAVIOUR = 1250,
    CP_LS_TLV_SRV6_PEER_NODE = 1251,
    CP_LS_TLV_STRUCTURE = 1252
};

enum { CP_LS_LOSS_UNIT_PPB = 30 }; /* RFC 8571 2.4: 0.000003 per cent */

/** What a TLV's length may be, and the bit of its field; bit 0: it may stand often. */
struct cp_ls_rule {
    uint16_t type, least, most, unit; /* unit: its length is a multiple of it */
    uint64_t bit;
};

/** All TLVs with fields, in ascending order of types. */
extern const struct cp_ls_rule cp_ls_rules[];
extern const uint32_t cp_ls_rule_count;

/** The sub-TLV of an SRv6 SID that has a field. */
struct cp_ls_fields cp_ls_structure_fields(const struct cp_ls_srv6_sid *sid);

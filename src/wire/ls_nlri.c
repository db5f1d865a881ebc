#include "ls_inside.h"

#include "pcep_inside.h"

/*
 * NLRI of BGP-LS.  One pass, no copies: each field is a number or points to where it stands.
 *
 * What is wrong inside an NLRI leaves it out alone, for its own length says where the next begins (RFC 9552 8.2.2,
 * "NLRI discard"); only a length of an NLRI that goes past the end breaks the walk.
 */

enum {
    TLV_LOCAL = 256,
    TLV_REMOTE = 257,
    TLV_IDS = 258,
    TLV_LOCAL4 = 259,
    TLV_REMOTE4 = 260,
    TLV_LOCAL6 = 261,
    TLV_REMOTE6 = 262,
    TLV_TOPOLOGIES = 263,
    TLV_ROUTE_TYPE = 264,
    TLV_PREFIX = 265,
    TLV_AS = 512,
    TLV_LS_ID = 513,
    TLV_AREA = 514,
    TLV_ROUTER = 515,
    TLV_BGP_ROUTER_ID = 516,
    TLV_MEMBER_AS = 517,
    TLV_SID = 518,
    DISTINGUISHER_BYTES = 8
};

static const struct cp_ls_field node_fields[] = {
    {TLV_AS, CP_LS_NODE_AS},
    {TLV_LS_ID, CP_LS_NODE_LS_ID},
    {TLV_AREA, CP_LS_NODE_AREA},
    {TLV_ROUTER, CP_LS_NODE_ROUTER},
    {TLV_BGP_ROUTER_ID, CP_LS_NODE_BGP_ROUTER_ID},
    {TLV_MEMBER_AS, CP_LS_NODE_MEMBER_AS},
};

static const struct cp_ls_field descriptor_fields[] = {
    {TLV_IDS, CP_LS_HAS_IDS},
    {TLV_LOCAL4, CP_LS_HAS_LOCAL4},
    {TLV_REMOTE4, CP_LS_HAS_REMOTE4},
    {TLV_LOCAL6, CP_LS_HAS_LOCAL6},
    {TLV_REMOTE6, CP_LS_HAS_REMOTE6},
    {TLV_TOPOLOGIES, CP_LS_HAS_TOPOLOGIES},
    {TLV_ROUTE_TYPE, CP_LS_HAS_ROUTE_TYPE},
    {TLV_PREFIX, CP_LS_HAS_PREFIX},
    {TLV_SID, CP_LS_HAS_SID},
};

/* Reading: what is wrong is a word; NULL: nothing. */

static const char *node_field(struct cp_ls_node *node, struct cp_ls_tlv tlv)
{
    cp_rd rd = cp_rd_make(tlv.value);
    size_t len = tlv.value.len;

    switch (tlv.type) {
    case TLV_AS:
        node->as = cp_rd_u32(&rd);
        node->has |= CP_LS_NODE_AS;
        break;
    case TLV_LS_ID:
        node->ls_id = cp_rd_u32(&rd);
        node->has |= CP_LS_NODE_LS_ID;
        break;
    case TLV_AREA:
        node->area = cp_rd_u32(&rd);
        node->has |= CP_LS_NODE_AREA;
        break;
    case TLV_BGP_ROUTER_ID:
        node->bgp_router_id = cp_rd_u32(&rd);
        node->has |= CP_LS_NODE_BGP_ROUTER_ID;
        break;
    case TLV_MEMBER_AS:
        node->member_as = cp_rd_u32(&rd);
        node->has |= CP_LS_NODE_MEMBER_AS;
        break;
    case TLV_ROUTER:
        /* RFC 9552 5.2.1.4 */
        node->router = tlv.value;
        node->has |= CP_LS_NODE_ROUTER;
        return len == 4 || len == 6 || len == 7 || len == 8
                   ? NULL
                   : "an IGP router id has no length of any protocol's";
    default:
        return NULL;
    }
    return cp_rd_done(&rd) ? NULL : "a node descriptor has not its length";
}

static const char *node_in(cp_text bytes, struct cp_ls_node *node)
{
    cp_rd rd = cp_rd_make(bytes);
    struct cp_ls_tlv tlv;
    uint32_t before = 0;

    node->bytes = bytes;
    while (cp_ls_tlv_next(&rd, &tlv)) {
        const char *why;

        /* RFC 9552 8.2.2: in order (5.1), and no sub-TLV of a node descriptor twice. */
        if (tlv.type <= before)
            return tlv.type == before ? "a node descriptor stands twice"
                                      : "node descriptors are not in order";
        before = tlv.type;
        why = node_field(node, tlv);
        if (why != NULL)
            return why;
    }
    return rd.bad ? "a node descriptor goes past its end" : NULL;
}

static const char *prefix_in(struct cp_ls_nlri *nlri, cp_text value)
{
    cp_rd rd = cp_rd_make(value);
    uint32_t bits = cp_rd_u8(&rd);
    uint8_t family = nlri->type == CP_LS_PREFIX6 ? 6 : 4;
    cp_text bytes = cp_rd_bytes(&rd, (bits + 7) / 8);

    if (bits > (family == 4 ? 32 : 128) || !cp_rd_done(&rd))
        return "a prefix has not its length";
    nlri->prefix.family = family;
    for (size_t i = 0; i < bytes.len; i++)
        nlri->prefix.bytes[i] = (uint8_t)bytes.at[i];
    nlri->prefix_bits = (uint8_t)bits;
    return NULL;
}

static const char *address_in(cp_ip *to, cp_text value, size_t len)
{
    if (value.len != len)
        return "an address of a link has not its length";
    *to = cp_ls_ip(value);
    return NULL;
}

static const char *descriptor_value(struct cp_ls_nlri *nlri, struct cp_ls_tlv tlv)
{
    cp_rd rd = cp_rd_make(tlv.value);

    switch (tlv.type) {
    case TLV_IDS:
        nlri->local_id = cp_rd_u32(&rd);
        nlri->remote_id = cp_rd_u32(&rd);
        break;
    case TLV_LOCAL4:
        return address_in(&nlri->local4, tlv.value, 4);
    case TLV_REMOTE4:
        return address_in(&nlri->remote4, tlv.value, 4);
    case TLV_LOCAL6:
        return address_in(&nlri->local6, tlv.value, 16);
    case TLV_REMOTE6:
        return address_in(&nlri->remote6, tlv.value, 16);
    case TLV_TOPOLOGIES:
        nlri->topologies = tlv.value;
        return tlv.value.len > 0 && tlv.value.len % 2 == 0
                   ? NULL
                   : "multi-topology ids have not their length";
    case TLV_ROUTE_TYPE:
        nlri->route_type = cp_rd_u8(&rd);
        break;
    case TLV_PREFIX:
        return prefix_in(nlri, tlv.value);
    case TLV_SID:
        cp_pcep_in_sid(&rd, nlri->sid);
        break;
    default:
        return NULL;
    }
    return cp_rd_done(&rd) ? NULL : "a descriptor has not its length";
}

static uint16_t descriptor_bit(uint16_t type)
{
    if (type >= TLV_IDS && type <= TLV_PREFIX)
        return (uint16_t)(CP_LS_HAS_IDS << (type - TLV_IDS));
    return type == TLV_SID ? CP_LS_HAS_SID : 0;
}

static const char *descriptors_in(struct cp_ls_nlri *nlri, cp_rd *rd)
{
    struct cp_ls_tlv tlv;
    uint32_t before = 0;

    nlri->tlvs = rd->left;
    while (cp_ls_tlv_next(rd, &tlv)) {
        uint16_t bit = descriptor_bit(tlv.type);
        const char *why;

        if (tlv.type < before)
            return "descriptors are not in order"; /* RFC 9552 5.1, 8.2.2 */
        /* RFC 9552 5.1 DEVIATION: the order of repeats among each other is not asked for; all are kept. */
        before = tlv.type;
        if (tlv.type == TLV_LOCAL || tlv.type == TLV_REMOTE)
            return "a node of an NLRI stands twice, or where it has none";
        if (bit == 0 || (nlri->has & bit) != 0)
            continue;
        why = descriptor_value(nlri, tlv);
        if (why != NULL)
            return why;
        nlri->has |= bit;
    }
    return rd->bad ? "a descriptor goes past its end" : NULL;
}

/* The node of this type, where the next TLV is one: who is missing is missing (RFC 9552 8.2.2: not malformed). */
static const char *end_in(cp_rd *rd, uint16_t type, struct cp_ls_node *node)
{
    cp_rd ahead = *rd;
    struct cp_ls_tlv tlv;

    if (!cp_ls_tlv_next(&ahead, &tlv) || tlv.type != type)
        return NULL;
    *rd = ahead;
    return node_in(tlv.value, node);
}

static bool has_fields(uint16_t type)
{
    return (type >= CP_LS_NODE && type <= CP_LS_PREFIX6) || type == CP_LS_SRV6_SID;
}

static const char *body_in(struct cp_ls_nlri *nlri)
{
    cp_rd rd = cp_rd_make(nlri->body);
    const char *why;

    if (!has_fields(nlri->type))
        return NULL; /* RFC 9552 5.2: unknown types are kept as they are */
    nlri->protocol = cp_rd_u8(&rd);
    nlri->instance = cp_rd_u64(&rd);
    if (rd.bad)
        return "an NLRI ends before its descriptors";
    why = end_in(&rd, TLV_LOCAL, &nlri->local);
    if (why == NULL && nlri->type == CP_LS_LINK)
        why = end_in(&rd, TLV_REMOTE, &nlri->remote);
    return why != NULL ? why : descriptors_in(nlri, &rd);
}

struct cp_ls_walk cp_ls_walk_make(cp_text bytes, uint16_t safi)
{
    return (struct cp_ls_walk){.rd = cp_rd_make(bytes), .whole = bytes, .safi = safi};
}

cp_ls_step cp_ls_walk_next(struct cp_ls_walk *walk, struct cp_ls_nlri *nlri,
                           struct cp_ls_fault *fault)
{
    cp_text rest = walk->rd.left;
    uint32_t offset = (uint32_t)(walk->whole.len - rest.len);
    cp_rd body;

    *fault = (struct cp_ls_fault){.offset = offset};
    *nlri = (struct cp_ls_nlri){.vpn = walk->safi == CP_LS_SAFI_VPN};
    if (rest.len == 0)
        return CP_LS_END;
    nlri->type = cp_rd_u16(&walk->rd);
    body = cp_rd_sub(&walk->rd, cp_rd_u16(&walk->rd));
    if (walk->rd.bad) {
        walk->rd = cp_rd_make((cp_text){NULL, 0});
        fault->why = "an NLRI goes past the end of its attribute";
        return CP_LS_BROKEN;
    }
    nlri->key = cp_text_sub(rest, 0, rest.len - walk->rd.left.len);
    if (nlri->vpn)
        nlri->distinguisher = cp_rd_u64(&body);
    nlri->body = body.left;
    fault->why = body.bad ? "an NLRI ends in its route distinguisher" : body_in(nlri);
    return fault->why == NULL ? CP_LS_GOT : CP_LS_BAD;
}

cp_err cp_ls_nlri_decode(cp_text key, uint16_t safi, struct cp_ls_nlri *nlri,
                         struct cp_ls_fault *fault)
{
    struct cp_ls_walk walk = cp_ls_walk_make(key, safi);

    if (cp_ls_walk_next(&walk, nlri, fault) == CP_LS_GOT && cp_rd_left(&walk.rd) == 0)
        return CP_OK;
    if (fault->why == NULL)
        fault->why = "this is not one NLRI";
    return CP_ERR_MALFORMED;
}

uint32_t cp_ls_topology_count(cp_text topologies)
{
    return (uint32_t)(topologies.len / 2);
}

uint16_t cp_ls_topology(cp_text topologies, uint32_t index)
{
    cp_rd rd = cp_rd_make(topologies);

    cp_rd_skip(&rd, (uint64_t)index * 2);
    return cp_rd_u16(&rd) & 0xfff; /* RFC 9552 5.2.2.1: the upper four bits are reserved */
}

/* Writing. */

static void node_field_write(struct cp_out *out, const void *of, uint16_t type)
{
    const struct cp_ls_node *node = of;
    uint32_t value = 0;

    switch (type) {
    case TLV_ROUTER:
        cp_ls_tlv_write(out, type, node->router);
        return;
    case TLV_AS:
        value = node->as;
        break;
    case TLV_LS_ID:
        value = node->ls_id;
        break;
    case TLV_AREA:
        value = node->area;
        break;
    case TLV_BGP_ROUTER_ID:
        value = node->bgp_router_id;
        break;
    default:
        value = node->member_as;
        break;
    }
    cp_wr_u16(out, type);
    cp_wr_u16(out, 4);
    cp_wr_u32(out, value);
}

static struct cp_ls_fields fields_of_node(const struct cp_ls_node *node)
{
    return (struct cp_ls_fields){.at = node_fields,
                                 .count = CP_COUNT(node_fields),
                                 .has = node->has,
                                 .of = node,
                                 .write = node_field_write};
}

static void node_write(struct cp_out *out, uint16_t type, const struct cp_ls_node *node)
{
    struct cp_ls_fields fields = fields_of_node(node);
    cp_wr_length length = cp_ls_tlv_open(out, type);

    cp_ls_merged_write(out, &fields, node->bytes);
    cp_wr_close_length(out, length, 0);
}

static void prefix_write(struct cp_out *out, const struct cp_ls_nlri *nlri)
{
    cp_wr_u8(out, nlri->prefix_bits);
    if (nlri->prefix_bits > 128)
        cp_pcep_out_refuse(out, CP_ERR_RANGE);
    for (uint32_t i = 0; i < ((uint32_t)nlri->prefix_bits + 7) / 8 && i < 16; i++)
        cp_wr_u8(out, nlri->prefix.bytes[i]);
}

static void descriptor_write(struct cp_out *out, const void *of, uint16_t type)
{
    const struct cp_ls_nlri *nlri = of;
    cp_wr_length length = cp_ls_tlv_open(out, type);

    switch (type) {
    case TLV_IDS:
        cp_wr_u32(out, nlri->local_id);
        cp_wr_u32(out, nlri->remote_id);
        break;
    case TLV_LOCAL4:
        cp_ls_ip_write(out, nlri->local4, 4);
        break;
    case TLV_REMOTE4:
        cp_ls_ip_write(out, nlri->remote4, 4);
        break;
    case TLV_LOCAL6:
        cp_ls_ip_write(out, nlri->local6, 6);
        break;
    case TLV_REMOTE6:
        cp_ls_ip_write(out, nlri->remote6, 6);
        break;
    case TLV_TOPOLOGIES:
        cp_out_text(out, nlri->topologies);
        break;
    case TLV_ROUTE_TYPE:
        cp_wr_u8(out, nlri->route_type);
        break;
    case TLV_PREFIX:
        prefix_write(out, nlri);
        break;
    default:
        cp_pcep_out_sid(out, nlri->sid);
        break;
    }
    cp_wr_close_length(out, length, 0);
}

static struct cp_ls_fields fields_of(const struct cp_ls_nlri *nlri)
{
    return (struct cp_ls_fields){.at = descriptor_fields,
                                 .count = CP_COUNT(descriptor_fields),
                                 .has = nlri->has,
                                 .of = nlri,
                                 .write = descriptor_write};
}

void cp_ls_nlri_write(struct cp_out *out, const struct cp_ls_nlri *nlri)
{
    struct cp_ls_fields fields = fields_of(nlri);
    cp_wr_length length = cp_ls_tlv_open(out, nlri->type);

    if (nlri->vpn)
        cp_wr_u64(out, nlri->distinguisher);
    if (has_fields(nlri->type)) {
        cp_wr_u8(out, nlri->protocol);
        cp_wr_u64(out, nlri->instance);
        node_write(out, TLV_LOCAL, &nlri->local);
        if (nlri->type == CP_LS_LINK)
            node_write(out, TLV_REMOTE, &nlri->remote);
        cp_ls_merged_write(out, &fields, nlri->tlvs);
    } else {
        cp_out_text(out, nlri->body);
    }
    cp_wr_close_length(out, length, 0);
}

/* Text. */

static void node_print(struct cp_out *out, const char *which, const struct cp_ls_node *node)
{
    struct cp_ls_fields fields = fields_of_node(node);

    cp_out_format(out, " %s", which);
    if ((node->has & CP_LS_NODE_AS) != 0)
        cp_out_format(out, " as %u", node->as);
    if ((node->has & CP_LS_NODE_LS_ID) != 0)
        cp_out_format(out, " ls-id %u", node->ls_id);
    if ((node->has & CP_LS_NODE_AREA) != 0)
        cp_out_format(out, " area %u", node->area);
    if ((node->has & CP_LS_NODE_ROUTER) != 0) {
        cp_out_str(out, " router ");
        cp_ls_router_print(out, node->router);
    }
    if ((node->has & CP_LS_NODE_BGP_ROUTER_ID) != 0) {
        cp_out_str(out, " bgp-router ");
        cp_out_ip(out, cp_ip_v4(node->bgp_router_id));
    }
    if ((node->has & CP_LS_NODE_MEMBER_AS) != 0)
        cp_out_format(out, " member-as %u", node->member_as);
    cp_ls_others_print(out, &fields, node->bytes);
}

static void address_print(struct cp_out *out, const char *what, bool there, cp_ip address)
{
    if (!there)
        return;
    cp_out_format(out, " %s ", what);
    cp_out_ip(out, address);
}

static void descriptors_print(struct cp_out *out, const struct cp_ls_nlri *nlri)
{
    struct cp_ls_fields fields = fields_of(nlri);

    if ((nlri->has & CP_LS_HAS_IDS) != 0)
        cp_out_format(out, " ids %u %u", nlri->local_id, nlri->remote_id);
    address_print(out, "from", (nlri->has & CP_LS_HAS_LOCAL4) != 0, nlri->local4);
    address_print(out, "to", (nlri->has & CP_LS_HAS_REMOTE4) != 0, nlri->remote4);
    address_print(out, "from", (nlri->has & CP_LS_HAS_LOCAL6) != 0, nlri->local6);
    address_print(out, "to", (nlri->has & CP_LS_HAS_REMOTE6) != 0, nlri->remote6);
    for (uint32_t i = 0; i < cp_ls_topology_count(nlri->topologies); i++)
        cp_out_format(out, "%s%u", i == 0 ? " topology " : ",",
                      cp_ls_topology(nlri->topologies, i));
    if ((nlri->has & CP_LS_HAS_ROUTE_TYPE) != 0)
        cp_out_format(out, " route-type %u", nlri->route_type);
    if ((nlri->has & CP_LS_HAS_PREFIX) != 0) {
        address_print(out, "prefix", true, nlri->prefix);
        cp_out_format(out, "/%u", nlri->prefix_bits);
    }
    if ((nlri->has & CP_LS_HAS_SID) != 0)
        address_print(out, "sid", true, cp_ip_v6(nlri->sid));
    cp_ls_others_print(out, &fields, nlri->tlvs);
}

void cp_ls_nlri_print(struct cp_out *out, const struct cp_ls_nlri *nlri)
{
    static const char *const types[] = {NULL, "node", "link", "prefix4", "prefix6", NULL, "sid"};
    static const char *const protocols[] = {NULL,     "isis-l1", "isis-l2", "ospf",
                                            "direct", "static",  "ospfv3",  "bgp"};

    if (nlri->vpn)
        cp_out_format(out, "rd %016llx ", (unsigned long long)nlri->distinguisher);
    if (!has_fields(nlri->type)) {
        cp_out_format(out, "type %u ", nlri->type);
        cp_pcep_print_hex(out, nlri->body);
        return;
    }
    cp_out_format(out, "%s ", types[nlri->type]);
    if (nlri->protocol > 0 && nlri->protocol < CP_COUNT(protocols))
        cp_out_str(out, protocols[nlri->protocol]);
    else
        cp_out_format(out, "protocol %u", nlri->protocol);
    cp_out_format(out, " instance %llu", (unsigned long long)nlri->instance);
    node_print(out, "local", &nlri->local);
    if (nlri->type == CP_LS_LINK)
        node_print(out, "remote", &nlri->remote);
    descriptors_print(out, nlri);
}

#include "ls_attribute_in.h"

/*
 * The BGP-LS attribute, read.  A table says which lengths are right, so that what is malformed is decided in one place
 * (RFC 9552 8.2.2: lengths alone); then each TLV puts its value into its field.
 */

#define ANY UINT16_MAX

const struct cp_ls_rule cp_ls_rules[] = {
    {CP_LS_TLV_TOPOLOGIES, 2, ANY, 2, CP_LS_TOPOLOGIES},
    {CP_LS_TLV_NODE_MSD, 0, ANY, 2, CP_LS_NODE_MSD},
    {CP_LS_TLV_LINK_MSD, 0, ANY, 2, CP_LS_LINK_MSD},
    {CP_LS_TLV_NODE_FLAGS, 1, 1, 1, CP_LS_NODE_FLAGS},
    {CP_LS_TLV_NODE_OPAQUE, 0, ANY, 1, CP_LS_NODE_OPAQUE},
    {CP_LS_TLV_NODE_NAME, 0, 255, 1, CP_LS_NODE_NAME},
    {CP_LS_TLV_AREA, 0, ANY, 1, 0},
    {CP_LS_TLV_LOCAL_ROUTER4, 4, 4, 4, 0},
    {CP_LS_TLV_LOCAL_ROUTER6, 16, 16, 16, 0},
    {CP_LS_TLV_REMOTE_ROUTER4, 4, 4, 4, 0},
    {CP_LS_TLV_REMOTE_ROUTER6, 16, 16, 16, 0},
    {CP_LS_TLV_SR_CAPABILITIES, 12, ANY, 1, CP_LS_SR_CAPABILITIES},
    {CP_LS_TLV_SR_ALGORITHMS, 0, ANY, 1, CP_LS_SR_ALGORITHMS},
    {CP_LS_TLV_SR_LOCAL_BLOCK, 12, ANY, 1, CP_LS_SR_LOCAL_BLOCK},
    {CP_LS_TLV_SRMS_PREFERENCE, 1, 1, 1, CP_LS_SRMS_PREFERENCE},
    {CP_LS_TLV_SRV6_CAPABILITIES, 4, ANY, 1, CP_LS_SRV6_CAPABILITIES},
    {CP_LS_TLV_ALGORITHM, 4, ANY, 1, 0},
    {CP_LS_TLV_ALGORITHM_METRIC, 8, 8, 8, 0},
    {CP_LS_TLV_ADMIN_GROUP, 4, 4, 4, CP_LS_ADMIN_GROUP},
    {CP_LS_TLV_BANDWIDTH, 4, 4, 4, CP_LS_BANDWIDTH},
    {CP_LS_TLV_RESERVABLE, 4, 4, 4, CP_LS_RESERVABLE},
    {CP_LS_TLV_UNRESERVED, 32, 32, 32, CP_LS_UNRESERVED},
    {CP_LS_TLV_TE_METRIC, 4, 4, 4, CP_LS_TE_METRIC},
    {CP_LS_TLV_PROTECTION, 2, 2, 2, CP_LS_PROTECTION},
    {CP_LS_TLV_MPLS_PROTOCOLS, 1, 1, 1, CP_LS_MPLS_PROTOCOLS},
    {CP_LS_TLV_IGP_METRIC, 1, 3, 1, CP_LS_IGP_METRIC},
    {CP_LS_TLV_SRLG, 0, ANY, 4, CP_LS_SRLG},
    {CP_LS_TLV_LINK_OPAQUE, 0, ANY, 1, CP_LS_LINK_OPAQUE},
    {CP_LS_TLV_LINK_NAME, 0, 255, 1, CP_LS_LINK_NAME},
    {CP_LS_TLV_ADJACENCY, 7, 8, 1, 0},
    {CP_LS_TLV_LAN_ADJACENCY, 11, 14, 1, 0},
    {CP_LS_TLV_PEER_NODE, 7, 8, 1, 0},
    {CP_LS_TLV_PEER_ADJACENCY, 7, 8, 1, 0},
    {CP_LS_TLV_PEER_SET, 7, 8, 1, 0},
    {CP_LS_TLV_END_X, 22, ANY, 1, 0},
    {CP_LS_TLV_ISIS_LAN_END_X, 28, ANY, 1, 0},
    {CP_LS_TLV_OSPF_LAN_END_X, 26, ANY, 1, 0},
    {CP_LS_TLV_DELAY, 4, 4, 4, CP_LS_DELAY},
    {CP_LS_TLV_DELAY_MIN_MAX, 8, 8, 8, CP_LS_DELAY_MIN_MAX},
    {CP_LS_TLV_DELAY_VARIATION, 4, 4, 4, CP_LS_DELAY_VARIATION},
    {CP_LS_TLV_LOSS, 4, 4, 4, CP_LS_LOSS},
    {CP_LS_TLV_RESIDUAL, 4, 4, 4, CP_LS_RESIDUAL},
    {CP_LS_TLV_AVAILABLE, 4, 4, 4, CP_LS_AVAILABLE},
    {CP_LS_TLV_UTILISED, 4, 4, 4, CP_LS_UTILISED},
    {CP_LS_TLV_ASLA, 4, ANY, 1, 0},
    {CP_LS_TLV_IGP_FLAGS, 1, 1, 1, CP_LS_IGP_FLAGS},
    {CP_LS_TLV_ROUTE_TAGS, 4, ANY, 4, CP_LS_ROUTE_TAGS},
    {CP_LS_TLV_EXTENDED_TAGS, 8, ANY, 8, CP_LS_EXTENDED_TAGS},
    {CP_LS_TLV_PREFIX_METRIC, 4, 4, 4, CP_LS_PREFIX_METRIC},
    {CP_LS_TLV_FORWARDING_ADDRESS, 4, 16, 4, CP_LS_FORWARDING_ADDRESS},
    {CP_LS_TLV_PREFIX_OPAQUE, 0, ANY, 1, CP_LS_PREFIX_OPAQUE},
    {CP_LS_TLV_PREFIX_SID, 7, 8, 1, 0},
    {CP_LS_TLV_LOCATOR, 8, ANY, 1, 0},
    {CP_LS_TLV_PREFIX_FLAGS, 0, ANY, 1, CP_LS_PREFIX_FLAGS},
    {CP_LS_TLV_SOURCE_ROUTER, 4, 16, 4, CP_LS_SOURCE_ROUTER},
    {CP_LS_TLV_EXTENDED_ADMIN_GROUP, 4, ANY, 4, CP_LS_EXTENDED_ADMIN_GROUP},
    {CP_LS_TLV_SOURCE_OSPF_ROUTER, 4, 4, 4, CP_LS_SOURCE_OSPF_ROUTER},
    {CP_LS_TLV_BEHAVIOUR, 4, 4, 4, CP_LS_SRV6_BEHAVIOUR},
    {CP_LS_TLV_SRV6_PEER_NODE, 12, 12, 12, CP_LS_SRV6_PEER_NODE},
    {CP_LS_TLV_STRUCTURE, 4, 4, 4, CP_LS_SRV6_STRUCTURE},
};

const uint32_t cp_ls_rule_count = CP_COUNT(cp_ls_rules);

static void *in_take(struct cp_ls_in *in, size_t count, size_t size_bytes)
{
    void *at = in->err == CP_OK && count > 0 ? cp_arena_take(in->arena, count, size_bytes) : NULL;

    if (at == NULL && count > 0)
        in->err = CP_ERR_NOMEM;
    return at;
}

static const struct cp_ls_rule *rule_of(uint16_t type)
{
    uint32_t low = 0;
    uint32_t high = CP_COUNT(cp_ls_rules);

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (cp_ls_rules[middle].type < type)
            low = middle + 1;
        else
            high = middle;
    }
    return low < CP_COUNT(cp_ls_rules) && cp_ls_rules[low].type == type ? &cp_ls_rules[low] : NULL;
}

static const uint32_t *words_in(struct cp_ls_in *in, cp_text value, uint32_t *count)
{
    cp_rd rd = cp_rd_make(value);
    uint32_t *words = in_take(in, value.len / 4, sizeof *words);

    *count = words != NULL ? (uint32_t)(value.len / 4) : 0;
    for (uint32_t i = 0; i < *count; i++)
        words[i] = cp_rd_u32(&rd);
    return words;
}

static const uint64_t *long_words_in(struct cp_ls_in *in, cp_text value, uint32_t *count)
{
    cp_rd rd = cp_rd_make(value);
    uint64_t *words = in_take(in, value.len / 8, sizeof *words);

    *count = words != NULL ? (uint32_t)(value.len / 8) : 0;
    for (uint32_t i = 0; i < *count; i++)
        words[i] = cp_rd_u64(&rd);
    return words;
}

static const struct cp_ls_msd *msd_in(struct cp_ls_in *in, cp_text value, uint32_t *count)
{
    cp_rd rd = cp_rd_make(value);
    struct cp_ls_msd *msd = in_take(in, value.len / 2, sizeof *msd);

    *count = msd != NULL ? (uint32_t)(value.len / 2) : 0;
    for (uint32_t i = 0; i < *count; i++) {
        msd[i].type = cp_rd_u8(&rd);
        msd[i].value = cp_rd_u8(&rd);
    }
    return msd;
}

static cp_ls_taken ranges_in(struct cp_ls_in *in, cp_text value, struct cp_ls_ranges *ranges)
{
    cp_rd rd = cp_rd_make(value);
    struct cp_ls_range *at = in_take(in, value.len / 10, sizeof *at);
    uint32_t count = 0;

    ranges->flags = cp_rd_u8(&rd);
    cp_rd_skip(&rd, 1);
    while (at != NULL && cp_rd_left(&rd) > 0) {
        struct cp_ls_range range = {.size = cp_rd_u24(&rd)};
        struct cp_ls_tlv tlv;
        cp_rd sid;

        if (!cp_ls_tlv_next(&rd, &tlv) || tlv.type != CP_LS_TLV_SID_LABEL)
            return cp_ls_in_fault(in, "a range of labels has no first one");
        sid = cp_rd_make(tlv.value);
        range.first = cp_ls_sid_in(&sid, &range.is_index);
        range.is_index = !range.is_index;
        if (!cp_rd_done(&sid))
            return cp_ls_in_fault(in, "the first of a range of labels has not its length");
        at[count++] = range;
    }
    if (!cp_rd_done(&rd))
        return cp_ls_in_fault(in, "ranges of labels do not fit their length");
    ranges->at = at;
    ranges->count = count;
    return TAKEN;
}

static cp_ls_taken node_in(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    struct cp_ls_attribute *is = in->is;
    cp_rd rd = cp_rd_make(tlv.value);

    switch (tlv.type) {
    case CP_LS_TLV_TOPOLOGIES:
        is->topologies = tlv.value;
        break;
    case CP_LS_TLV_NODE_MSD:
        is->node_msd = msd_in(in, tlv.value, &is->node_msd_count);
        break;
    case CP_LS_TLV_LINK_MSD:
        is->link_msd = msd_in(in, tlv.value, &is->link_msd_count);
        break;
    case CP_LS_TLV_NODE_FLAGS:
        is->node_flags = cp_rd_u8(&rd);
        break;
    case CP_LS_TLV_NODE_OPAQUE:
        is->node_opaque = tlv.value;
        break;
    case CP_LS_TLV_NODE_NAME:
        is->node_name = tlv.value;
        break;
    case CP_LS_TLV_AREA: {
        cp_text *to = in->areas.count < CP_LS_LIST_MAX ? LIST_ADD(in, areas, cp_text) : NULL;

        if (to == NULL)
            return NOT_TAKEN;
        *to = tlv.value;
        break;
    }
    case CP_LS_TLV_SR_CAPABILITIES:
        return ranges_in(in, tlv.value, &is->sr_capabilities);
    case CP_LS_TLV_SR_LOCAL_BLOCK:
        return ranges_in(in, tlv.value, &is->sr_local_block);
    case CP_LS_TLV_SR_ALGORITHMS:
        is->sr_algorithms = tlv.value;
        break;
    case CP_LS_TLV_SRMS_PREFERENCE:
        is->srms_preference = cp_rd_u8(&rd);
        break;
    case CP_LS_TLV_SRV6_CAPABILITIES:
        is->srv6_flags = cp_rd_u16(&rd);
        cp_rd_skip(&rd, 2);
        is->srv6_tlvs = rd.left;
        if (!cp_ls_sub_tlvs_fit(is->srv6_tlvs))
            return cp_ls_in_fault(in, "sub-TLVs of SRv6 capabilities do not fit");
        break;
    case CP_LS_TLV_ALGORITHM:
        return cp_ls_algorithm_add(in, tlv.value);
    default:
        return cp_ls_router_add(in, tlv);
    }
    return TAKEN;
}

/* A number of bits a second; what is none stays among the others. */
static cp_ls_taken bps_in(cp_rd *rd, uint64_t *bps)
{
    return cp_pcep_bps_of_float(cp_rd_u32(rd), bps) ? TAKEN : NOT_TAKEN;
}

static cp_ls_taken unreserved_in(cp_rd *rd, uint64_t bps[8])
{
    uint64_t got[8];

    for (uint32_t i = 0; i < 8; i++)
        if (bps_in(rd, &got[i]) == NOT_TAKEN)
            return NOT_TAKEN;
    for (uint32_t i = 0; i < 8; i++)
        bps[i] = got[i];
    return TAKEN;
}

static cp_ls_taken link_in(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    struct cp_ls_attribute *is = in->is;
    cp_rd rd = cp_rd_make(tlv.value);

    switch (tlv.type) {
    case CP_LS_TLV_ADMIN_GROUP:
        is->admin_group = cp_rd_u32(&rd);
        break;
    case CP_LS_TLV_EXTENDED_ADMIN_GROUP:
        is->extended_admin_group = words_in(in, tlv.value, &is->extended_admin_group_count);
        break;
    case CP_LS_TLV_BANDWIDTH:
        return bps_in(&rd, &is->bandwidth_bps);
    case CP_LS_TLV_RESERVABLE:
        return bps_in(&rd, &is->reservable_bps);
    case CP_LS_TLV_UNRESERVED:
        return unreserved_in(&rd, is->unreserved_bps);
    case CP_LS_TLV_TE_METRIC:
        is->te_metric = cp_rd_u32(&rd);
        break;
    case CP_LS_TLV_PROTECTION:
        is->protection = cp_rd_u16(&rd);
        break;
    case CP_LS_TLV_MPLS_PROTOCOLS:
        is->mpls_protocols = cp_rd_u8(&rd);
        break;
    case CP_LS_TLV_IGP_METRIC:
        is->igp_metric_bytes = (uint8_t)tlv.value.len;
        while (cp_rd_left(&rd) > 0)
            is->igp_metric = is->igp_metric << 8 | cp_rd_u8(&rd);
        break;
    case CP_LS_TLV_SRLG:
        is->srlg = words_in(in, tlv.value, &is->srlg_count);
        break;
    case CP_LS_TLV_LINK_OPAQUE:
        is->link_opaque = tlv.value;
        break;
    default:
        is->link_name = tlv.value;
        break;
    }
    return TAKEN;
}

/* RFC 8571 2: values of 24 bits, some with a flag (A) in the byte before. */
static cp_ls_taken performance_in(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    struct cp_ls_attribute *is = in->is;
    cp_rd rd = cp_rd_make(tlv.value);

    switch (tlv.type) {
    case CP_LS_TLV_DELAY:
        is->delay_flags = cp_rd_u8(&rd);
        is->delay_us = cp_rd_u24(&rd);
        break;
    case CP_LS_TLV_DELAY_MIN_MAX:
        is->delay_min_max_flags = cp_rd_u8(&rd);
        is->delay_min_us = cp_rd_u24(&rd);
        cp_rd_skip(&rd, 1);
        is->delay_max_us = cp_rd_u24(&rd);
        break;
    case CP_LS_TLV_DELAY_VARIATION:
        cp_rd_skip(&rd, 1);
        is->delay_variation_us = cp_rd_u24(&rd);
        break;
    case CP_LS_TLV_LOSS:
        is->loss_flags = cp_rd_u8(&rd);
        is->loss_ppb = cp_rd_u24(&rd) * CP_LS_LOSS_UNIT_PPB;
        break;
    case CP_LS_TLV_RESIDUAL:
        return bps_in(&rd, &is->residual_bps);
    case CP_LS_TLV_AVAILABLE:
        return bps_in(&rd, &is->available_bps);
    default:
        return bps_in(&rd, &is->utilised_bps);
    }
    return TAKEN;
}

static cp_ls_taken prefix_in(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    struct cp_ls_attribute *is = in->is;
    cp_rd rd = cp_rd_make(tlv.value);

    switch (tlv.type) {
    case CP_LS_TLV_IGP_FLAGS:
        is->igp_flags = cp_rd_u8(&rd);
        break;
    case CP_LS_TLV_ROUTE_TAGS:
        is->route_tags = words_in(in, tlv.value, &is->route_tag_count);
        break;
    case CP_LS_TLV_EXTENDED_TAGS:
        is->extended_tags = long_words_in(in, tlv.value, &is->extended_tag_count);
        break;
    case CP_LS_TLV_PREFIX_METRIC:
        is->prefix_metric = cp_rd_u32(&rd);
        break;
    case CP_LS_TLV_PREFIX_OPAQUE:
        is->prefix_opaque = tlv.value;
        break;
    case CP_LS_TLV_PREFIX_FLAGS:
        is->prefix_flags = tlv.value;
        break;
    case CP_LS_TLV_SOURCE_OSPF_ROUTER:
        is->source_ospf_router = cp_rd_u32(&rd);
        break;
    default: /* an address of either family */
        if (tlv.value.len != 4 && tlv.value.len != 16)
            return cp_ls_in_fault(in, "an address has neither 4 nor 16 bytes");
        if (tlv.type == CP_LS_TLV_SOURCE_ROUTER)
            is->source_router = cp_ls_ip(tlv.value);
        else
            is->forwarding_address = cp_ls_ip(tlv.value);
        break;
    }
    return TAKEN;
}

static cp_ls_taken sid_nlri_in(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    struct cp_ls_attribute *is = in->is;
    cp_rd rd = cp_rd_make(tlv.value);

    switch (tlv.type) {
    case CP_LS_TLV_BEHAVIOUR:
        is->behaviour = cp_rd_u16(&rd);
        is->behaviour_flags = cp_rd_u8(&rd);
        is->behaviour_algorithm = cp_rd_u8(&rd);
        break;
    case CP_LS_TLV_SRV6_PEER_NODE:
        is->peer_flags = cp_rd_u8(&rd);
        is->peer_weight = cp_rd_u8(&rd);
        cp_rd_skip(&rd, 2);
        is->peer_as = cp_rd_u32(&rd);
        is->peer_router_id = cp_rd_u32(&rd);
        break;
    default:
        is->structure = cp_ls_structure_in(&rd);
        break;
    }
    return TAKEN;
}

static cp_ls_taken asla_add(struct cp_ls_in *in, cp_text value);

static cp_ls_taken value_in(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    uint16_t type = tlv.type;

    if (type == CP_LS_TLV_ASLA)
        return asla_add(in, tlv.value);
    if (type == CP_LS_TLV_LOCATOR)
        return cp_ls_locator_add(in, tlv.value);
    if (type == CP_LS_TLV_ALGORITHM_METRIC)
        return cp_ls_algorithm_metric_add(in, tlv.value);
    if (type == CP_LS_TLV_PREFIX_SID || (type >= CP_LS_TLV_ADJACENCY && type <= CP_LS_TLV_PEER_SET))
        return cp_ls_sid_add(in, tlv);
    if (type >= CP_LS_TLV_END_X && type <= CP_LS_TLV_OSPF_LAN_END_X)
        return cp_ls_srv6_sid_add(in, tlv);
    if (type >= CP_LS_TLV_DELAY && type <= CP_LS_TLV_UTILISED)
        return performance_in(in, tlv);
    if (type >= CP_LS_TLV_BEHAVIOUR)
        return sid_nlri_in(in, tlv);
    if (type == CP_LS_TLV_EXTENDED_ADMIN_GROUP ||
        (type >= CP_LS_TLV_ADMIN_GROUP && type <= CP_LS_TLV_LINK_NAME))
        return link_in(in, tlv);
    if (type >= CP_LS_TLV_IGP_FLAGS)
        return prefix_in(in, tlv);
    return node_in(in, tlv);
}

static void tlv_in(struct cp_ls_in *in, struct cp_ls_tlv tlv)
{
    const struct cp_ls_rule *rule = rule_of(tlv.type);
    struct cp_ls_tlv *other;

    if (rule != NULL && (tlv.value.len < rule->least || tlv.value.len > rule->most ||
                         tlv.value.len % rule->unit != 0)) {
        (void)cp_ls_in_fault(in, "a TLV has not its length");
        return;
    }
    if (rule != NULL && (in->is->has & rule->bit) == 0 && value_in(in, tlv) == TAKEN) {
        in->is->has |= rule->bit;
        return;
    }
    other = LIST_ADD(in, others, struct cp_ls_tlv);
    if (other != NULL)
        *other = tlv;
}

static void lists_keep(struct cp_ls_in *in)
{
    struct cp_ls_attribute *is = in->is;

    is->areas = in->areas.at;
    is->area_count = in->areas.count;
    is->local_routers = in->locals.at;
    is->local_router_count = in->locals.count;
    is->remote_routers = in->remotes.at;
    is->remote_router_count = in->remotes.count;
    is->sids = in->sids.at;
    is->sid_count = in->sids.count;
    is->srv6_sids = in->srv6.at;
    is->srv6_sid_count = in->srv6.count;
    is->asla = in->asla.at;
    is->asla_count = in->asla.count;
    is->locators = in->locators.at;
    is->locator_count = in->locators.count;
    is->algorithms = in->algorithms.at;
    is->algorithm_count = in->algorithms.count;
    is->algorithm_metrics = in->metrics.at;
    is->algorithm_metric_count = in->metrics.count;
    is->others.at = in->others.at;
    is->others.count = in->others.count;
}

/* The offset among the bytes of the TLV that is wrong, where one is. */
static uint32_t attribute_in(struct cp_ls_in *in, cp_text bytes)
{
    cp_rd rd = cp_rd_make(bytes);
    struct cp_ls_tlv tlv;
    uint32_t offset = 0;

    while (in->err == CP_OK && in->why == NULL) {
        offset = (uint32_t)(bytes.len - rd.left.len);
        if (!cp_ls_tlv_next(&rd, &tlv))
            break;
        tlv_in(in, tlv);
    }
    if (rd.bad)
        (void)cp_ls_in_fault(in, "TLVs do not fit the attribute");
    lists_keep(in);
    return offset;
}

/* RFC 9294 2: two lengths of 0, 4 or 8, two reserved bytes, the masks, attributes of links. */
static cp_ls_taken asla_add(struct cp_ls_in *in, cp_text value)
{
    cp_rd rd = cp_rd_make(value);
    uint32_t standard = cp_rd_u8(&rd);
    uint32_t user = cp_rd_u8(&rd);
    struct cp_ls_in inner = {.arena = in->arena, .depth = in->depth + 1};
    struct cp_ls_asla *to;

    if (in->depth > 0 || in->asla.count == CP_LS_ASLA_MAX)
        return NOT_TAKEN;
    if (standard % 4 != 0 || user % 4 != 0 || standard > 8 || user > 8)
        return cp_ls_in_fault(in, "a mask of applications has not 0, 4 or 8 bytes");
    to = LIST_ADD(in, asla, struct cp_ls_asla);
    inner.is = in_take(in, 1, sizeof *inner.is);
    if (to == NULL || inner.is == NULL)
        return TAKEN;
    cp_rd_skip(&rd, 2);
    *to = (struct cp_ls_asla){.standard = cp_rd_bytes(&rd, standard), .is = inner.is};
    to->user = cp_rd_bytes(&rd, user);
    if (rd.bad)
        return cp_ls_in_fault(in, "masks of applications do not fit");
    (void)attribute_in(&inner, rd.left);
    if (inner.why != NULL)
        return cp_ls_in_fault(in, inner.why);
    if (inner.err != CP_OK)
        in->err = inner.err;
    return TAKEN;
}

cp_err cp_ls_attribute_decode(cp_text bytes, struct cp_arena *arena, struct cp_ls_attribute *out,
                              struct cp_ls_fault *fault)
{
    struct cp_ls_in in = {.arena = arena, .is = out};

    *out = (struct cp_ls_attribute){0};
    *fault = (struct cp_ls_fault){0};
    fault->offset = attribute_in(&in, bytes);
    if (in.err == CP_OK && in.why == NULL) {
        fault->offset = 0;
        return CP_OK;
    }
    *out = (struct cp_ls_attribute){0};
    fault->why = in.err != CP_OK ? "there is no memory for an attribute" : in.why;
    return in.err != CP_OK ? in.err : CP_ERR_MALFORMED;
}

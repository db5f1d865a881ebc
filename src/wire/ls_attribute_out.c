#include "ls_attribute_inside.h"

/*
 * The BGP-LS attribute, written: the TLVs with fields in ascending order of their types, as the rules have them, then the
 * others as they came (RFC 9552 5.1 asks for an order in NLRI alone).
 */

static void words_write(struct cp_out *out, uint16_t type, const uint32_t *words, uint32_t count)
{
    cp_wr_length length = cp_ls_tlv_open(out, type);

    for (uint32_t i = 0; i < count; i++)
        cp_wr_u32(out, words[i]);
    cp_wr_close_length(out, length, 0);
}

static void long_words_write(struct cp_out *out, uint16_t type, const uint64_t *words,
                             uint32_t count)
{
    cp_wr_length length = cp_ls_tlv_open(out, type);

    for (uint32_t i = 0; i < count; i++)
        cp_wr_u64(out, words[i]);
    cp_wr_close_length(out, length, 0);
}

static void msd_write(struct cp_out *out, uint16_t type, const struct cp_ls_msd *msd,
                      uint32_t count)
{
    cp_wr_length length = cp_ls_tlv_open(out, type);

    for (uint32_t i = 0; i < count; i++) {
        cp_wr_u8(out, msd[i].type);
        cp_wr_u8(out, msd[i].value);
    }
    cp_wr_close_length(out, length, 0);
}

static void number_write(struct cp_out *out, uint16_t type, uint64_t value, uint32_t width)
{
    cp_wr_u16(out, type);
    cp_wr_u16(out, width);
    if (width == 1)
        cp_wr_u8(out, value);
    else if (width == 2)
        cp_wr_u16(out, value);
    else if (width == 3)
        cp_wr_u24(out, value);
    else
        cp_wr_u32(out, value);
}

static void sid_value_write(struct cp_out *out, uint32_t value, bool is_label)
{
    if (is_label)
        cp_wr_u24(out, cp_pcep_out_below(out, value, 20));
    else
        cp_wr_u32(out, value);
}

static void ranges_write(struct cp_out *out, uint16_t type, const struct cp_ls_ranges *ranges)
{
    cp_wr_length length = cp_ls_tlv_open(out, type);

    cp_wr_u8(out, ranges->flags);
    cp_wr_zero(out, 1);
    for (uint32_t i = 0; i < ranges->count; i++) {
        cp_wr_length first;

        cp_wr_u24(out, ranges->at[i].size);
        first = cp_ls_tlv_open(out, CP_LS_TLV_SID_LABEL);
        sid_value_write(out, ranges->at[i].first, !ranges->at[i].is_index);
        cp_wr_close_length(out, first, 0);
    }
    cp_wr_close_length(out, length, 0);
}

static void routers_write(struct cp_out *out, uint16_t type, const cp_ip *routers, uint32_t count)
{
    uint8_t family = type == CP_LS_TLV_LOCAL_ROUTER4 || type == CP_LS_TLV_REMOTE_ROUTER4 ? 4 : 6;

    for (uint32_t i = 0; i < count; i++) {
        cp_wr_length length;

        if (routers[i].family != family)
            continue;
        length = cp_ls_tlv_open(out, type);
        cp_ls_ip_write(out, routers[i], family);
        cp_wr_close_length(out, length, 0);
    }
}

static void algorithms_write(struct cp_out *out, const struct cp_ls_attribute *is)
{
    for (uint32_t i = 0; i < is->algorithm_count; i++) {
        const struct cp_ls_algorithm *algorithm = &is->algorithms[i];
        cp_wr_length length = cp_ls_tlv_open(out, CP_LS_TLV_ALGORITHM);

        cp_wr_u8(out, algorithm->algorithm);
        cp_wr_u8(out, algorithm->metric_type);
        cp_wr_u8(out, algorithm->calculation);
        cp_wr_u8(out, algorithm->priority);
        cp_out_text(out, algorithm->tlvs);
        cp_wr_close_length(out, length, 0);
    }
}

static void srv6_capabilities_write(struct cp_out *out, const struct cp_ls_attribute *is)
{
    cp_wr_length length = cp_ls_tlv_open(out, CP_LS_TLV_SRV6_CAPABILITIES);

    cp_wr_u16(out, is->srv6_flags);
    cp_wr_zero(out, 2);
    cp_out_text(out, is->srv6_tlvs);
    cp_wr_close_length(out, length, 0);
}

static void node_write(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    switch (type) {
    case CP_LS_TLV_TOPOLOGIES:
        cp_ls_tlv_write(out, type, is->topologies);
        break;
    case CP_LS_TLV_NODE_MSD:
        msd_write(out, type, is->node_msd, is->node_msd_count);
        break;
    case CP_LS_TLV_LINK_MSD:
        msd_write(out, type, is->link_msd, is->link_msd_count);
        break;
    case CP_LS_TLV_NODE_FLAGS:
        number_write(out, type, is->node_flags, 1);
        break;
    case CP_LS_TLV_NODE_OPAQUE:
        cp_ls_tlv_write(out, type, is->node_opaque);
        break;
    case CP_LS_TLV_NODE_NAME:
        cp_ls_tlv_write(out, type, is->node_name);
        break;
    case CP_LS_TLV_AREA:
        for (uint32_t i = 0; i < is->area_count; i++)
            cp_ls_tlv_write(out, type, is->areas[i]);
        break;
    case CP_LS_TLV_LOCAL_ROUTER4:
    case CP_LS_TLV_LOCAL_ROUTER6:
        routers_write(out, type, is->local_routers, is->local_router_count);
        break;
    case CP_LS_TLV_REMOTE_ROUTER4:
    case CP_LS_TLV_REMOTE_ROUTER6:
        routers_write(out, type, is->remote_routers, is->remote_router_count);
        break;
    case CP_LS_TLV_SR_CAPABILITIES:
        ranges_write(out, type, &is->sr_capabilities);
        break;
    case CP_LS_TLV_SR_ALGORITHMS:
        cp_ls_tlv_write(out, type, is->sr_algorithms);
        break;
    case CP_LS_TLV_SR_LOCAL_BLOCK:
        ranges_write(out, type, &is->sr_local_block);
        break;
    case CP_LS_TLV_SRMS_PREFERENCE:
        number_write(out, type, is->srms_preference, 1);
        break;
    case CP_LS_TLV_SRV6_CAPABILITIES:
        srv6_capabilities_write(out, is);
        break;
    default:
        algorithms_write(out, is);
        break;
    }
}

static void bps_write(struct cp_out *out, uint16_t type, const uint64_t *bps, uint32_t count)
{
    cp_wr_length length = cp_ls_tlv_open(out, type);

    for (uint32_t i = 0; i < count; i++)
        cp_wr_u32(out, cp_pcep_float_of_bps(bps[i]));
    cp_wr_close_length(out, length, 0);
}

static void link_write(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    switch (type) {
    case CP_LS_TLV_ADMIN_GROUP:
        number_write(out, type, is->admin_group, 4);
        break;
    case CP_LS_TLV_EXTENDED_ADMIN_GROUP:
        words_write(out, type, is->extended_admin_group, is->extended_admin_group_count);
        break;
    case CP_LS_TLV_BANDWIDTH:
        bps_write(out, type, &is->bandwidth_bps, 1);
        break;
    case CP_LS_TLV_RESERVABLE:
        bps_write(out, type, &is->reservable_bps, 1);
        break;
    case CP_LS_TLV_UNRESERVED:
        bps_write(out, type, is->unreserved_bps, 8);
        break;
    case CP_LS_TLV_TE_METRIC:
        number_write(out, type, is->te_metric, 4);
        break;
    case CP_LS_TLV_PROTECTION:
        number_write(out, type, is->protection, 2);
        break;
    case CP_LS_TLV_MPLS_PROTOCOLS:
        number_write(out, type, is->mpls_protocols, 1);
        break;
    case CP_LS_TLV_IGP_METRIC:
        number_write(out, type, is->igp_metric,
                     is->igp_metric_bytes > 0 && is->igp_metric_bytes < 3 ? is->igp_metric_bytes
                                                                          : 3);
        break;
    case CP_LS_TLV_SRLG:
        words_write(out, type, is->srlg, is->srlg_count);
        break;
    case CP_LS_TLV_LINK_OPAQUE:
        cp_ls_tlv_write(out, type, is->link_opaque);
        break;
    default:
        cp_ls_tlv_write(out, type, is->link_name);
        break;
    }
}

static void performance_write(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    cp_wr_length length;

    if (type >= CP_LS_TLV_RESIDUAL) {
        bps_write(out, type,
                  type == CP_LS_TLV_RESIDUAL    ? &is->residual_bps
                  : type == CP_LS_TLV_AVAILABLE ? &is->available_bps
                                                : &is->utilised_bps,
                  1);
        return;
    }
    length = cp_ls_tlv_open(out, type);
    switch (type) {
    case CP_LS_TLV_DELAY:
        cp_wr_u8(out, is->delay_flags);
        cp_wr_u24(out, is->delay_us);
        break;
    case CP_LS_TLV_DELAY_MIN_MAX:
        cp_wr_u8(out, is->delay_min_max_flags);
        cp_wr_u24(out, is->delay_min_us);
        cp_wr_zero(out, 1);
        cp_wr_u24(out, is->delay_max_us);
        break;
    case CP_LS_TLV_DELAY_VARIATION:
        cp_wr_zero(out, 1);
        cp_wr_u24(out, is->delay_variation_us);
        break;
    default: /* loss, upwards: less than there is would be a lie */
        cp_wr_u8(out, is->loss_flags);
        cp_wr_u24(out, ((uint64_t)is->loss_ppb + CP_LS_LOSS_UNIT_PPB - 1) / CP_LS_LOSS_UNIT_PPB);
        break;
    }
    cp_wr_close_length(out, length, 0);
}

static void sids_write(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    for (uint32_t i = 0; i < is->sid_count; i++) {
        const struct cp_ls_sid *sid = &is->sids[i];
        cp_wr_length length;

        if (sid->type != type)
            continue;
        length = cp_ls_tlv_open(out, type);
        cp_wr_u8(out, sid->flags);
        cp_wr_u8(out, type == CP_LS_TLV_PREFIX_SID ? sid->algorithm : sid->weight);
        cp_wr_zero(out, 2);
        if (type == CP_LS_TLV_LAN_ADJACENCY) {
            if (sid->neighbour.len != 4 && sid->neighbour.len != 6)
                cp_pcep_out_refuse(out, CP_ERR_RANGE);
            cp_out_text(out, sid->neighbour);
        }
        sid_value_write(out, sid->value, sid->is_label);
        cp_wr_close_length(out, length, 0);
    }
}

static void structure_write(struct cp_out *out, struct cp_ls_structure structure)
{
    cp_wr_u16(out, CP_LS_TLV_STRUCTURE);
    cp_wr_u16(out, 4);
    cp_wr_u8(out, structure.block);
    cp_wr_u8(out, structure.node);
    cp_wr_u8(out, structure.function);
    cp_wr_u8(out, structure.argument);
}

static void structure_field_write(struct cp_out *out, const void *of, uint16_t type)
{
    const struct cp_ls_srv6_sid *sid = of;

    (void)type;
    structure_write(out, sid->structure);
}

struct cp_ls_fields cp_ls_structure_fields(const struct cp_ls_srv6_sid *sid)
{
    static const struct cp_ls_field field[] = {{CP_LS_TLV_STRUCTURE, 1}};

    return (struct cp_ls_fields){.at = field,
                                 .count = 1,
                                 .has = sid->structured ? 1 : 0,
                                 .of = sid,
                                 .write = structure_field_write};
}

static void srv6_sids_write(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    size_t neighbour_bytes = type == CP_LS_TLV_END_X ? 0 : type == CP_LS_TLV_ISIS_LAN_END_X ? 6 : 4;

    for (uint32_t i = 0; i < is->srv6_sid_count; i++) {
        const struct cp_ls_srv6_sid *sid = &is->srv6_sids[i];
        struct cp_ls_fields fields = cp_ls_structure_fields(sid);
        cp_wr_length length;

        if (sid->type != type)
            continue;
        length = cp_ls_tlv_open(out, type);
        cp_wr_u16(out, sid->behaviour);
        cp_wr_u8(out, sid->flags);
        cp_wr_u8(out, sid->algorithm);
        cp_wr_u8(out, sid->weight);
        cp_wr_zero(out, 1);
        if (sid->neighbour.len != neighbour_bytes)
            cp_pcep_out_refuse(out, CP_ERR_RANGE);
        cp_out_text(out, sid->neighbour);
        cp_pcep_out_sid(out, sid->sid);
        cp_ls_merged_write(out, &fields, sid->tlvs);
        cp_wr_close_length(out, length, 0);
    }
}

static void asla_write(struct cp_out *out, const struct cp_ls_attribute *is);

static void address_write(struct cp_out *out, uint16_t type, cp_ip address)
{
    cp_wr_length length = cp_ls_tlv_open(out, type);

    cp_ls_ip_write(out, address, address.family == 6 ? 6 : 4);
    cp_wr_close_length(out, length, 0);
}

static void locators_write(struct cp_out *out, const struct cp_ls_attribute *is)
{
    for (uint32_t i = 0; i < is->locator_count; i++) {
        cp_wr_length length = cp_ls_tlv_open(out, CP_LS_TLV_LOCATOR);

        cp_wr_u8(out, is->locators[i].flags);
        cp_wr_u8(out, is->locators[i].algorithm);
        cp_wr_zero(out, 2);
        cp_wr_u32(out, is->locators[i].metric);
        cp_out_text(out, is->locators[i].tlvs);
        cp_wr_close_length(out, length, 0);
    }
}

static void algorithm_metrics_write(struct cp_out *out, const struct cp_ls_attribute *is)
{
    for (uint32_t i = 0; i < is->algorithm_metric_count; i++) {
        cp_wr_length length = cp_ls_tlv_open(out, CP_LS_TLV_ALGORITHM_METRIC);

        cp_wr_u8(out, is->algorithm_metrics[i].algorithm);
        cp_wr_u8(out, is->algorithm_metrics[i].flags);
        cp_wr_zero(out, 2);
        cp_wr_u32(out, is->algorithm_metrics[i].metric);
        cp_wr_close_length(out, length, 0);
    }
}

static void prefix_write(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    switch (type) {
    case CP_LS_TLV_ALGORITHM_METRIC:
        algorithm_metrics_write(out, is);
        break;
    case CP_LS_TLV_IGP_FLAGS:
        number_write(out, type, is->igp_flags, 1);
        break;
    case CP_LS_TLV_ROUTE_TAGS:
        words_write(out, type, is->route_tags, is->route_tag_count);
        break;
    case CP_LS_TLV_EXTENDED_TAGS:
        long_words_write(out, type, is->extended_tags, is->extended_tag_count);
        break;
    case CP_LS_TLV_PREFIX_METRIC:
        number_write(out, type, is->prefix_metric, 4);
        break;
    case CP_LS_TLV_FORWARDING_ADDRESS:
        address_write(out, type, is->forwarding_address);
        break;
    case CP_LS_TLV_PREFIX_OPAQUE:
        cp_ls_tlv_write(out, type, is->prefix_opaque);
        break;
    case CP_LS_TLV_LOCATOR:
        locators_write(out, is);
        break;
    case CP_LS_TLV_PREFIX_FLAGS:
        cp_ls_tlv_write(out, type, is->prefix_flags);
        break;
    case CP_LS_TLV_SOURCE_ROUTER:
        address_write(out, type, is->source_router);
        break;
    default:
        number_write(out, type, is->source_ospf_router, 4);
        break;
    }
}

static void sid_nlri_write(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    cp_wr_length length;

    if (type == CP_LS_TLV_STRUCTURE) {
        structure_write(out, is->structure);
        return;
    }
    length = cp_ls_tlv_open(out, type);
    if (type == CP_LS_TLV_BEHAVIOUR) {
        cp_wr_u16(out, is->behaviour);
        cp_wr_u8(out, is->behaviour_flags);
        cp_wr_u8(out, is->behaviour_algorithm);
    } else {
        cp_wr_u8(out, is->peer_flags);
        cp_wr_u8(out, is->peer_weight);
        cp_wr_zero(out, 2);
        cp_wr_u32(out, is->peer_as);
        cp_wr_u32(out, is->peer_router_id);
    }
    cp_wr_close_length(out, length, 0);
}

static void rule_write(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    if (type == CP_LS_TLV_ALGORITHM_METRIC)
        prefix_write(out, type, is);
    else if (type < CP_LS_TLV_ADMIN_GROUP)
        node_write(out, type, is);
    else if (type <= CP_LS_TLV_LINK_NAME || type == CP_LS_TLV_EXTENDED_ADMIN_GROUP)
        link_write(out, type, is);
    else if (type <= CP_LS_TLV_PEER_SET || type == CP_LS_TLV_PREFIX_SID)
        sids_write(out, type, is);
    else if (type <= CP_LS_TLV_OSPF_LAN_END_X)
        srv6_sids_write(out, type, is);
    else if (type <= CP_LS_TLV_UTILISED)
        performance_write(out, type, is);
    else if (type == CP_LS_TLV_ASLA)
        asla_write(out, is);
    else if (type < CP_LS_TLV_BEHAVIOUR)
        prefix_write(out, type, is);
    else
        sid_nlri_write(out, type, is);
}

/* With what stands for some applications, or (INNER) as one that does. */
typedef enum { OUTER, INNER } standing;

static void attribute_write(struct cp_out *out, const struct cp_ls_attribute *is, standing where)
{
    for (uint32_t i = 0; i < cp_ls_rule_count; i++) {
        const struct cp_ls_rule *rule = &cp_ls_rules[i];

        if (rule->bit != 0 && (is->has & rule->bit) == 0)
            continue;
        if (rule->type != CP_LS_TLV_ASLA || where == OUTER)
            rule_write(out, rule->type, is);
    }
    for (uint32_t i = 0; i < is->others.count; i++)
        cp_ls_tlv_write(out, is->others.at[i].type, is->others.at[i].value);
}

static void asla_write(struct cp_out *out, const struct cp_ls_attribute *is)
{
    for (uint32_t i = 0; i < is->asla_count; i++) {
        const struct cp_ls_asla *asla = &is->asla[i];
        cp_wr_length length = cp_ls_tlv_open(out, CP_LS_TLV_ASLA);

        cp_wr_u8(out, asla->standard.len);
        cp_wr_u8(out, asla->user.len);
        cp_wr_zero(out, 2);
        cp_out_text(out, asla->standard);
        cp_out_text(out, asla->user);
        attribute_write(out, asla->is, INNER);
        cp_wr_close_length(out, length, 0);
    }
}

void cp_ls_attribute_write(struct cp_out *out, const struct cp_ls_attribute *attribute)
{
    attribute_write(out, attribute, OUTER);
}

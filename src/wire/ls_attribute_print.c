#include "ls_attribute_inside.h"

/* The BGP-LS attribute as text: a line for each thing said, in the order in which TLVs are written. */

static void line(struct cp_out *out, uint32_t depth, const char *what)
{
    for (uint32_t i = 0; i <= depth; i++)
        cp_out_str(out, "  ");
    cp_out_str(out, what);
}

static void hex_print(struct cp_out *out, cp_text bytes)
{
    cp_out_char(out, ' ');
    cp_pcep_print_hex(out, bytes);
}

static void words_print(struct cp_out *out, const uint32_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        cp_out_format(out, " %u", words[i]);
}

static void ranges_print(struct cp_out *out, const struct cp_ls_ranges *ranges)
{
    cp_out_format(out, " flags 0x%02x", ranges->flags);
    for (uint32_t i = 0; i < ranges->count; i++)
        cp_out_format(out, " %s %u+%u", ranges->at[i].is_index ? "index" : "label",
                      ranges->at[i].first, ranges->at[i].size);
}

static void msd_print(struct cp_out *out, const struct cp_ls_msd *msd, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        cp_out_format(out, " %u:%u", msd[i].type, msd[i].value);
}

static void bps_print(struct cp_out *out, const uint64_t *bps, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        cp_out_format(out, " %llu", (unsigned long long)bps[i]);
}

static void structure_print(struct cp_out *out, struct cp_ls_structure s)
{
    cp_out_format(out, " %u/%u/%u/%u", s.block, s.node, s.function, s.argument);
}

/* Those values that have a bit; one line each. */
static void node_value_print(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    switch (type) {
    case CP_LS_TLV_TOPOLOGIES:
        for (uint32_t i = 0; i < cp_ls_topology_count(is->topologies); i++)
            cp_out_format(out, " %u", cp_ls_topology(is->topologies, i));
        break;
    case CP_LS_TLV_NODE_MSD:
        msd_print(out, is->node_msd, is->node_msd_count);
        break;
    case CP_LS_TLV_LINK_MSD:
        msd_print(out, is->link_msd, is->link_msd_count);
        break;
    case CP_LS_TLV_NODE_FLAGS:
        cp_out_format(out, " 0x%02x", is->node_flags);
        break;
    case CP_LS_TLV_NODE_OPAQUE:
        hex_print(out, is->node_opaque);
        break;
    case CP_LS_TLV_NODE_NAME:
        cp_out_char(out, ' ');
        cp_pcep_print_escaped(out, is->node_name);
        break;
    case CP_LS_TLV_SR_CAPABILITIES:
        ranges_print(out, &is->sr_capabilities);
        break;
    case CP_LS_TLV_SR_ALGORITHMS:
        hex_print(out, is->sr_algorithms);
        break;
    case CP_LS_TLV_SR_LOCAL_BLOCK:
        ranges_print(out, &is->sr_local_block);
        break;
    case CP_LS_TLV_SRMS_PREFERENCE:
        cp_out_format(out, " %u", is->srms_preference);
        break;
    default:
        cp_out_format(out, " flags 0x%04x", is->srv6_flags);
        if (is->srv6_tlvs.len > 0)
            hex_print(out, is->srv6_tlvs);
        break;
    }
}

static void link_value_print(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    switch (type) {
    case CP_LS_TLV_ADMIN_GROUP:
        cp_out_format(out, " 0x%08x", is->admin_group);
        break;
    case CP_LS_TLV_EXTENDED_ADMIN_GROUP:
        for (uint32_t i = 0; i < is->extended_admin_group_count; i++)
            cp_out_format(out, " 0x%08x", is->extended_admin_group[i]);
        break;
    case CP_LS_TLV_BANDWIDTH:
        bps_print(out, &is->bandwidth_bps, 1);
        break;
    case CP_LS_TLV_RESERVABLE:
        bps_print(out, &is->reservable_bps, 1);
        break;
    case CP_LS_TLV_UNRESERVED:
        bps_print(out, is->unreserved_bps, 8);
        break;
    case CP_LS_TLV_TE_METRIC:
        cp_out_format(out, " %u", is->te_metric);
        break;
    case CP_LS_TLV_PROTECTION:
        cp_out_format(out, " 0x%04x", is->protection);
        break;
    case CP_LS_TLV_MPLS_PROTOCOLS:
        cp_out_format(out, " 0x%02x", is->mpls_protocols);
        break;
    case CP_LS_TLV_IGP_METRIC:
        cp_out_format(out, " %u", is->igp_metric);
        break;
    case CP_LS_TLV_SRLG:
        words_print(out, is->srlg, is->srlg_count);
        break;
    case CP_LS_TLV_LINK_OPAQUE:
        hex_print(out, is->link_opaque);
        break;
    default:
        cp_out_char(out, ' ');
        cp_pcep_print_escaped(out, is->link_name);
        break;
    }
}

static const char *anomalous(uint8_t flags)
{
    return (flags & CP_LS_ANOMALOUS) != 0 ? " anomalous" : "";
}

static void performance_print(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    switch (type) {
    case CP_LS_TLV_DELAY:
        cp_out_format(out, " %u%s", is->delay_us, anomalous(is->delay_flags));
        break;
    case CP_LS_TLV_DELAY_MIN_MAX:
        cp_out_format(out, " %u %u%s", is->delay_min_us, is->delay_max_us,
                      anomalous(is->delay_min_max_flags));
        break;
    case CP_LS_TLV_DELAY_VARIATION:
        cp_out_format(out, " %u", is->delay_variation_us);
        break;
    case CP_LS_TLV_LOSS:
        cp_out_format(out, " %u%s", is->loss_ppb, anomalous(is->loss_flags));
        break;
    case CP_LS_TLV_RESIDUAL:
        bps_print(out, &is->residual_bps, 1);
        break;
    case CP_LS_TLV_AVAILABLE:
        bps_print(out, &is->available_bps, 1);
        break;
    default:
        bps_print(out, &is->utilised_bps, 1);
        break;
    }
}

static void prefix_value_print(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    switch (type) {
    case CP_LS_TLV_IGP_FLAGS:
        cp_out_format(out, " 0x%02x", is->igp_flags);
        break;
    case CP_LS_TLV_ROUTE_TAGS:
        words_print(out, is->route_tags, is->route_tag_count);
        break;
    case CP_LS_TLV_EXTENDED_TAGS:
        bps_print(out, is->extended_tags, is->extended_tag_count);
        break;
    case CP_LS_TLV_PREFIX_METRIC:
        cp_out_format(out, " %u", is->prefix_metric);
        break;
    case CP_LS_TLV_FORWARDING_ADDRESS:
        cp_out_char(out, ' ');
        cp_out_ip(out, is->forwarding_address);
        break;
    case CP_LS_TLV_PREFIX_OPAQUE:
        hex_print(out, is->prefix_opaque);
        break;
    case CP_LS_TLV_PREFIX_FLAGS:
        hex_print(out, is->prefix_flags);
        break;
    case CP_LS_TLV_SOURCE_ROUTER:
        cp_out_char(out, ' ');
        cp_out_ip(out, is->source_router);
        break;
    case CP_LS_TLV_SOURCE_OSPF_ROUTER:
        cp_out_char(out, ' ');
        cp_out_ip(out, cp_ip_v4(is->source_ospf_router));
        break;
    case CP_LS_TLV_BEHAVIOUR:
        cp_out_format(out, " %u flags 0x%02x algorithm %u", is->behaviour, is->behaviour_flags,
                      is->behaviour_algorithm);
        break;
    case CP_LS_TLV_SRV6_PEER_NODE:
        cp_out_format(out, " flags 0x%02x weight %u as %u router ", is->peer_flags, is->peer_weight,
                      is->peer_as);
        cp_out_ip(out, cp_ip_v4(is->peer_router_id));
        break;
    default:
        structure_print(out, is->structure);
        break;
    }
}

static const struct {
    uint16_t type;
    const char *name;
} names[] = {
    {CP_LS_TLV_TOPOLOGIES, "topologies"},
    {CP_LS_TLV_NODE_MSD, "node-msd"},
    {CP_LS_TLV_LINK_MSD, "link-msd"},
    {CP_LS_TLV_NODE_FLAGS, "node-flags"},
    {CP_LS_TLV_NODE_OPAQUE, "node-opaque"},
    {CP_LS_TLV_NODE_NAME, "node-name"},
    {CP_LS_TLV_AREA, "area"},
    {CP_LS_TLV_LOCAL_ROUTER4, "local-router"},
    {CP_LS_TLV_LOCAL_ROUTER6, "local-router"},
    {CP_LS_TLV_REMOTE_ROUTER4, "remote-router"},
    {CP_LS_TLV_REMOTE_ROUTER6, "remote-router"},
    {CP_LS_TLV_SR_CAPABILITIES, "sr-capabilities"},
    {CP_LS_TLV_SR_ALGORITHMS, "sr-algorithms"},
    {CP_LS_TLV_SR_LOCAL_BLOCK, "sr-local-block"},
    {CP_LS_TLV_SRMS_PREFERENCE, "srms-preference"},
    {CP_LS_TLV_SRV6_CAPABILITIES, "srv6-capabilities"},
    {CP_LS_TLV_ALGORITHM, "algorithm"},
    {CP_LS_TLV_ALGORITHM_METRIC, "algorithm-metric"},
    {CP_LS_TLV_ADMIN_GROUP, "admin-group"},
    {CP_LS_TLV_BANDWIDTH, "bandwidth-bps"},
    {CP_LS_TLV_RESERVABLE, "reservable-bps"},
    {CP_LS_TLV_UNRESERVED, "unreserved-bps"},
    {CP_LS_TLV_TE_METRIC, "te-metric"},
    {CP_LS_TLV_PROTECTION, "protection"},
    {CP_LS_TLV_MPLS_PROTOCOLS, "mpls-protocols"},
    {CP_LS_TLV_IGP_METRIC, "igp-metric"},
    {CP_LS_TLV_SRLG, "srlg"},
    {CP_LS_TLV_LINK_OPAQUE, "link-opaque"},
    {CP_LS_TLV_LINK_NAME, "link-name"},
    {CP_LS_TLV_ADJACENCY, "adjacency-sid"},
    {CP_LS_TLV_LAN_ADJACENCY, "lan-adjacency-sid"},
    {CP_LS_TLV_PEER_NODE, "peer-node-sid"},
    {CP_LS_TLV_PEER_ADJACENCY, "peer-adjacency-sid"},
    {CP_LS_TLV_PEER_SET, "peer-set-sid"},
    {CP_LS_TLV_END_X, "end.x"},
    {CP_LS_TLV_ISIS_LAN_END_X, "lan-end.x"},
    {CP_LS_TLV_OSPF_LAN_END_X, "lan-end.x"},
    {CP_LS_TLV_DELAY, "delay-us"},
    {CP_LS_TLV_DELAY_MIN_MAX, "delay-min-max-us"},
    {CP_LS_TLV_DELAY_VARIATION, "delay-variation-us"},
    {CP_LS_TLV_LOSS, "loss-ppb"},
    {CP_LS_TLV_RESIDUAL, "residual-bps"},
    {CP_LS_TLV_AVAILABLE, "available-bps"},
    {CP_LS_TLV_UTILISED, "utilised-bps"},
    {CP_LS_TLV_ASLA, "for-applications"},
    {CP_LS_TLV_IGP_FLAGS, "igp-flags"},
    {CP_LS_TLV_ROUTE_TAGS, "route-tags"},
    {CP_LS_TLV_EXTENDED_TAGS, "extended-tags"},
    {CP_LS_TLV_PREFIX_METRIC, "prefix-metric"},
    {CP_LS_TLV_FORWARDING_ADDRESS, "forwarding-address"},
    {CP_LS_TLV_PREFIX_OPAQUE, "prefix-opaque"},
    {CP_LS_TLV_PREFIX_SID, "prefix-sid"},
    {CP_LS_TLV_LOCATOR, "locator"},
    {CP_LS_TLV_PREFIX_FLAGS, "prefix-flags"},
    {CP_LS_TLV_SOURCE_ROUTER, "source-router"},
    {CP_LS_TLV_EXTENDED_ADMIN_GROUP, "extended-admin-group"},
    {CP_LS_TLV_SOURCE_OSPF_ROUTER, "source-ospf-router"},
    {CP_LS_TLV_BEHAVIOUR, "behaviour"},
    {CP_LS_TLV_SRV6_PEER_NODE, "srv6-peer-node"},
    {CP_LS_TLV_STRUCTURE, "structure"},
};

/* Lists: a line for each of this type. */

static void routers_print(struct cp_out *out, uint32_t depth, uint32_t rule,
                          const struct cp_ls_attribute *is)
{
    uint16_t type = names[rule].type;
    bool local = type == CP_LS_TLV_LOCAL_ROUTER4 || type == CP_LS_TLV_LOCAL_ROUTER6;
    uint8_t family = type == CP_LS_TLV_LOCAL_ROUTER4 || type == CP_LS_TLV_REMOTE_ROUTER4 ? 4 : 6;
    const cp_ip *at = local ? is->local_routers : is->remote_routers;
    uint32_t count = local ? is->local_router_count : is->remote_router_count;

    for (uint32_t i = 0; i < count; i++)
        if (at[i].family == family) {
            line(out, depth, names[rule].name);
            cp_out_char(out, ' ');
            cp_out_ip(out, at[i]);
            cp_out_char(out, '\n');
        }
}

static void sids_print(struct cp_out *out, uint32_t depth, uint32_t rule,
                       const struct cp_ls_attribute *is)
{
    for (uint32_t i = 0; i < is->sid_count; i++) {
        const struct cp_ls_sid *sid = &is->sids[i];

        if (sid->type != names[rule].type)
            continue;
        line(out, depth, names[rule].name);
        cp_out_format(out, " %s %u flags 0x%02x", sid->is_label ? "label" : "index", sid->value,
                      sid->flags);
        if (sid->type == CP_LS_TLV_PREFIX_SID)
            cp_out_format(out, " algorithm %u", sid->algorithm);
        else
            cp_out_format(out, " weight %u", sid->weight);
        if (sid->neighbour.len > 0) {
            cp_out_str(out, " neighbour ");
            cp_ls_router_print(out, sid->neighbour);
        }
        cp_out_char(out, '\n');
    }
}

static void srv6_sids_print(struct cp_out *out, uint32_t depth, uint32_t rule,
                            const struct cp_ls_attribute *is)
{
    for (uint32_t i = 0; i < is->srv6_sid_count; i++) {
        const struct cp_ls_srv6_sid *sid = &is->srv6_sids[i];
        struct cp_ls_fields fields = cp_ls_structure_fields(sid);

        if (sid->type != names[rule].type)
            continue;
        line(out, depth, names[rule].name);
        cp_out_char(out, ' ');
        cp_out_ip(out, cp_ip_v6(sid->sid));
        cp_out_format(out, " behaviour %u flags 0x%02x algorithm %u weight %u", sid->behaviour,
                      sid->flags, sid->algorithm, sid->weight);
        if (sid->neighbour.len > 0) {
            cp_out_str(out, " neighbour ");
            cp_ls_router_print(out, sid->neighbour);
        }
        if (sid->structured) {
            cp_out_str(out, " structure");
            structure_print(out, sid->structure);
        }
        cp_ls_others_print(out, &fields, sid->tlvs);
        cp_out_char(out, '\n');
    }
}

static void prefix_lists_print(struct cp_out *out, uint32_t depth, uint32_t rule,
                               const struct cp_ls_attribute *is)
{
    uint16_t type = names[rule].type;

    for (uint32_t i = 0; type == CP_LS_TLV_LOCATOR && i < is->locator_count; i++) {
        line(out, depth, names[rule].name);
        cp_out_format(out, " algorithm %u metric %u flags 0x%02x", is->locators[i].algorithm,
                      is->locators[i].metric, is->locators[i].flags);
        if (is->locators[i].tlvs.len > 0)
            hex_print(out, is->locators[i].tlvs);
        cp_out_char(out, '\n');
    }
    for (uint32_t i = 0; type == CP_LS_TLV_ALGORITHM_METRIC && i < is->algorithm_metric_count;
         i++) {
        line(out, depth, names[rule].name);
        cp_out_format(out, " %u metric %u flags 0x%02x\n", is->algorithm_metrics[i].algorithm,
                      is->algorithm_metrics[i].metric, is->algorithm_metrics[i].flags);
    }
}

static void node_lists_print(struct cp_out *out, uint32_t depth, uint32_t rule,
                             const struct cp_ls_attribute *is)
{
    uint16_t type = names[rule].type;

    for (uint32_t i = 0; type == CP_LS_TLV_AREA && i < is->area_count; i++) {
        line(out, depth, names[rule].name);
        hex_print(out, is->areas[i]);
        cp_out_char(out, '\n');
    }
    for (uint32_t i = 0; type == CP_LS_TLV_ALGORITHM && i < is->algorithm_count; i++) {
        const struct cp_ls_algorithm *a = &is->algorithms[i];

        line(out, depth, names[rule].name);
        cp_out_format(out, " %u metric-type %u calculation %u priority %u", a->algorithm,
                      a->metric_type, a->calculation, a->priority);
        if (a->tlvs.len > 0)
            hex_print(out, a->tlvs);
        cp_out_char(out, '\n');
    }
}

static void attribute_print(struct cp_out *out, uint32_t depth, const struct cp_ls_attribute *is);

static void asla_print(struct cp_out *out, const struct cp_ls_attribute *is)
{
    for (uint32_t i = 0; i < is->asla_count; i++) {
        line(out, 0, "for-applications");
        hex_print(out, is->asla[i].standard);
        hex_print(out, is->asla[i].user);
        cp_out_char(out, '\n');
        attribute_print(out, 1, is->asla[i].is);
    }
}

static void list_print(struct cp_out *out, uint32_t depth, uint32_t rule,
                       const struct cp_ls_attribute *is)
{
    uint16_t type = names[rule].type;

    if (type == CP_LS_TLV_ASLA && depth == 0)
        asla_print(out, is);
    else if (type >= CP_LS_TLV_LOCAL_ROUTER4 && type <= CP_LS_TLV_REMOTE_ROUTER6)
        routers_print(out, depth, rule, is);
    else if (type >= CP_LS_TLV_END_X && type <= CP_LS_TLV_OSPF_LAN_END_X)
        srv6_sids_print(out, depth, rule, is);
    else if (type == CP_LS_TLV_LOCATOR || type == CP_LS_TLV_ALGORITHM_METRIC)
        prefix_lists_print(out, depth, rule, is);
    else if (type == CP_LS_TLV_AREA || type == CP_LS_TLV_ALGORITHM)
        node_lists_print(out, depth, rule, is);
    else
        sids_print(out, depth, rule, is);
}

static void value_print(struct cp_out *out, uint16_t type, const struct cp_ls_attribute *is)
{
    if (type < CP_LS_TLV_ADMIN_GROUP)
        node_value_print(out, type, is);
    else if (type <= CP_LS_TLV_LINK_NAME || type == CP_LS_TLV_EXTENDED_ADMIN_GROUP)
        link_value_print(out, type, is);
    else if (type <= CP_LS_TLV_UTILISED)
        performance_print(out, type, is);
    else
        prefix_value_print(out, type, is);
}

static void attribute_print(struct cp_out *out, uint32_t depth, const struct cp_ls_attribute *is)
{
    CP_ASSERT(cp_ls_rule_count == CP_COUNT(names));
    for (uint32_t i = 0; i < CP_COUNT(names); i++) {
        CP_DASSERT(cp_ls_rules[i].type == names[i].type);
        if (cp_ls_rules[i].bit == 0) {
            list_print(out, depth, i, is);
        } else if ((is->has & cp_ls_rules[i].bit) != 0) {
            line(out, depth, names[i].name);
            value_print(out, names[i].type, is);
            cp_out_char(out, '\n');
        }
    }
    for (uint32_t i = 0; i < is->others.count; i++) {
        line(out, depth, "tlv");
        cp_out_format(out, " %u", is->others.at[i].type);
        hex_print(out, is->others.at[i].value);
        cp_out_char(out, '\n');
    }
}

void cp_ls_attribute_print(struct cp_out *out, const struct cp_ls_attribute *attribute)
{
    attribute_print(out, 0, attribute);
}

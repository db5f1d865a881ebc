#include "netlink/step.h"

#include <string.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/lwtunnel.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_hmac.h>
#include <linux/seg6_iptunnel.h>
#include <linux/seg6_local.h>
#include <sys/socket.h>

#include "encap.h"

enum { SRH_ROUTING_TYPE = 4 /* RFC 8754 2 */ };

bool cp_nl_step_is_question(const struct cp_nl_step *step)
{
    return (step->kind == CP_NL_STEP_ELEMENT && step->which < CP_NL_SETS &&
            step->key_len <= sizeof step->bytes) ||
           (step->kind == CP_NL_STEP_DROPPED && step->which < 3);
}

static bool is_nexthop(uint32_t id)
{
    return (id & CP_NEXTHOP_MASK) == CP_NEXTHOP_OURS;
}

static bool is_group(uint32_t id)
{
    return is_nexthop(id) && (id & 7) == CP_NEXTHOP_GROUP;
}

static bool is_class_table(uint32_t table)
{
    return table > CP_TABLE_CLASS && table <= CP_TABLE_CLASS + CP_NL_CLASS_MAX;
}

/* Of a class: to a group of its own, or nowhere.  Of a first SID: to a next hop.  Of our own: what it does, or nowhere. */
static bool leads_where_it_may(const struct cp_nl_step *step)
{
    bool nowhere = step->type == RTN_PROHIBIT && step->nexthop == 0 && step->oif == 0 &&
                   step->via.family == 0 && step->local == 0,
         host = step->address.family == 6 && step->length == 128;

    if (is_class_table(step->table))
        return nowhere ||
               (step->type == RTN_UNICAST && is_group(step->nexthop) &&
                (step->nexthop >> 20 & CP_NL_CLASS_MAX) == step->table - CP_TABLE_CLASS &&
                step->oif == 0 && step->via.family == 0 && step->local == 0);
    if (step->table == CP_TABLE_OUTER)
        return host && step->type == RTN_UNICAST && step->nexthop == 0 && step->oif != 0 &&
               step->via.family == 6 && step->local == 0;
    return step->table == CP_TABLE_LOCALS && host && step->nexthop == 0 &&
           (nowhere ||
            (step->type == RTN_UNICAST && step->local >= CP_NL_LOCAL_ADJACENCY &&
             step->local <= CP_NL_LOCAL_UNPACK6 &&
             (step->local == CP_NL_LOCAL_ADJACENCY) == (step->oif != 0 && step->via.family == 6)));
}

static bool is_prefix(const struct cp_nl_step *step)
{
    return step->address.family == 4 ? step->length <= 32
                                     : step->address.family == 6 && step->length <= 128;
}

bool cp_nl_step_is_whole(const struct cp_nl_step *step)
{
    switch ((cp_nl_step_kind)step->kind) {
    case CP_NL_STEP_ROUTE:
        return is_prefix(step) && step->metric == 0 && leads_where_it_may(step);
    case CP_NL_STEP_UNROUTE: /* not what the table ends in, which has no length */
        return is_prefix(step) && step->length > 0 &&
               (is_class_table(step->table) || step->table == CP_TABLE_OUTER ||
                step->table == CP_TABLE_LOCALS);
    case CP_NL_STEP_NEXTHOP:
        return is_nexthop(step->nexthop) && (step->nexthop & 7) < CP_NL_MEMBERS &&
               step->count > 0 && step->count <= CP_NL_SEGMENTS && step->reduced <= 1;
    case CP_NL_STEP_GROUP:
        return is_group(step->nexthop) && step->count > 0 && step->count <= CP_NL_MEMBERS;
    case CP_NL_STEP_UNHOP:
        return is_nexthop(step->nexthop);
    default:
        return false;
    }
}

static void put_local(struct cp_nl *nl, const struct cp_nl_step *step)
{
    static const uint32_t actions[] = {0, SEG6_LOCAL_ACTION_END_X, SEG6_LOCAL_ACTION_END,
                                       SEG6_LOCAL_ACTION_END_DX4, SEG6_LOCAL_ACTION_END_DT6};
    struct nlattr *nest;

    mnl_attr_put_u16(cp_nl_at(nl), RTA_ENCAP_TYPE, LWTUNNEL_ENCAP_SEG6_LOCAL);
    nest = mnl_attr_nest_start(cp_nl_at(nl), RTA_ENCAP);
    cp_nl_put_u32(nl, SEG6_LOCAL_ACTION, actions[step->local]);
    if (step->local ==
        CP_NL_LOCAL_ADJACENCY) { /* without OIF a lost link is gone round, wherever to */
        cp_nl_put_ip(nl, SEG6_LOCAL_NH6, step->via);
        cp_nl_put_u32(nl, SEG6_LOCAL_OIF, step->oif);
    }
    if (step->local ==
        CP_NL_LOCAL_UNPACK4) /* to wherever the packet goes: End.DT4 asks for a VRF device */
        cp_nl_put_u32(nl, SEG6_LOCAL_NH4, 0);
    if (step->local == CP_NL_LOCAL_UNPACK6)
        cp_nl_put_u32(nl, SEG6_LOCAL_TABLE, RT_TABLE_MAIN);
    mnl_attr_nest_end(cp_nl_at(nl), nest);
}

static void put_route(struct cp_nl *nl, uint16_t type, const struct cp_nl_step *step,
                      uint32_t device)
{
    struct rtmsg *header = cp_nl_open(nl, NETLINK_ROUTE, type, cp_nl_flags(type), sizeof *header);
    struct nlattr *nest;

    header->rtm_family = step->address.family == 4 ? AF_INET : AF_INET6;
    header->rtm_dst_len = step->length;
    header->rtm_type = type == RTM_DELROUTE ? 0 : step->type; /* 0: any */
    header->rtm_protocol = CP_KERNEL_PROTOCOL;
    header->rtm_scope =
        type == RTM_DELROUTE ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE; /* NOWHERE: any */
    cp_nl_put_ip(nl, RTA_DST, step->address);
    cp_nl_put_u32(nl, RTA_TABLE, step->table);
    if (step->metric != 0)
        cp_nl_put_u32(nl, RTA_PRIORITY, step->metric);
    if (step->nexthop != 0)
        cp_nl_put_u32(nl, RTA_NH_ID, step->nexthop);
    if (step->local != 0) {
        cp_nl_put_u32(nl, RTA_OIF, device);
        put_local(nl, step);
    } else if (step->oif != 0) {
        cp_nl_put_u32(nl, RTA_OIF, step->oif);
        cp_nl_put_ip(nl, RTA_GATEWAY, step->via);
    }
    if (step->mtu != 0) {
        nest = mnl_attr_nest_start(cp_nl_at(nl), RTA_METRICS);
        cp_nl_put_u32(nl, RTAX_LOCK, 1u << RTAX_MTU);
        cp_nl_put_u32(nl, RTAX_MTU, step->mtu);
        mnl_attr_nest_end(cp_nl_at(nl), nest);
    }
    cp_nl_close(nl);
}

/* RFC 8754 2: the segments from the last one on; 2.1.2: room for the HMAC. */
static void put_segments(struct cp_nl *nl, const struct cp_nl_step *step)
{
    struct {
        struct encap fixed;
        uint8_t rest[(size_t)CP_NL_SEGMENTS * 16 + sizeof(struct sr6_tlv_hmac)];
    } encap = {
        .fixed = {.mode = step->reduced ? SEG6_IPTUN_MODE_ENCAP_RED : SEG6_IPTUN_MODE_ENCAP}};
    size_t len = (size_t)step->count * 16;

    encap.fixed.routing_type = SRH_ROUTING_TYPE;
    encap.fixed.segments_left = encap.fixed.last_entry = (uint8_t)(step->count - 1);
    for (size_t i = 0; i < step->count; i++)
        memcpy(encap.rest + len - 16 * (i + 1), step->bytes + 16 * i, 16);
    if (step->hmac != 0) {
        struct sr6_tlv_hmac hmac = {.tlvhdr = {.type = SR6_TLV_HMAC, .len = sizeof hmac - 2},
                                    .hmackeyid = htonl(step->hmac)};

        encap.fixed.flags = SR6_FLAG1_HMAC;
        memcpy(encap.rest + len, &hmac, sizeof hmac);
        len += sizeof hmac;
    }
    encap.fixed.header_len = (uint8_t)(len / 8);
    mnl_attr_put(cp_nl_at(nl), SEG6_IPTUNNEL_SRH, sizeof encap.fixed + len, &encap);
}

static void open_nexthop(struct cp_nl *nl, uint16_t type, const struct cp_nl_step *step,
                         uint8_t family)
{
    struct nhmsg *header = cp_nl_open(nl, NETLINK_ROUTE, type, cp_nl_flags(type), sizeof *header);

    header->nh_family = family;
    header->nh_protocol = type == RTM_DELNEXTHOP ? 0 : CP_KERNEL_PROTOCOL;
    cp_nl_put_u32(nl, NHA_ID, step->nexthop);
}

static void put_nexthop(struct cp_nl *nl, const struct cp_nl_step *step, uint32_t device)
{
    /* IPv6 groups ask for a next hop; nobody is there, nor asked for: what is encapsulated is routed anew. */
    static const cp_ip nobody = {6, {0xfe, 0x80, [15] = 1}};
    struct nlattr *nest;

    open_nexthop(nl, RTM_NEWNEXTHOP, step, AF_INET6);
    cp_nl_put_u32(nl, NHA_OIF, device);
    cp_nl_put_ip(nl, NHA_GATEWAY, nobody);
    mnl_attr_put_u16(cp_nl_at(nl), NHA_ENCAP_TYPE, LWTUNNEL_ENCAP_SEG6);
    nest = mnl_attr_nest_start(cp_nl_at(nl), NHA_ENCAP);
    put_segments(nl, step);
    mnl_attr_nest_end(cp_nl_at(nl), nest);
    cp_nl_close(nl);
}

static void put_group(struct cp_nl *nl, const struct cp_nl_step *step)
{
    struct nexthop_grp members[CP_NL_MEMBERS] = {{0}};

    for (uint32_t i = 0; i < step->count; i++)
        members[i] = (struct nexthop_grp){.id = step->nexthop - CP_NEXTHOP_GROUP + i,
                                          .weight = (uint8_t)(step->weights[i] - 1)};
    open_nexthop(nl, RTM_NEWNEXTHOP, step, AF_UNSPEC);
    mnl_attr_put(cp_nl_at(nl), NHA_GROUP, step->count * sizeof *members, members);
    cp_nl_close(nl);
}

void cp_nl_put_step(struct cp_nl *nl, const struct cp_nl_step *step, uint32_t device)
{
    switch (step->kind) {
    case CP_NL_STEP_ROUTE:
        put_route(nl, RTM_NEWROUTE, step, device);
        break;
    case CP_NL_STEP_UNROUTE:
        put_route(nl, RTM_DELROUTE, step, device);
        break;
    case CP_NL_STEP_NEXTHOP:
        put_nexthop(nl, step, device);
        break;
    case CP_NL_STEP_GROUP:
        put_group(nl, step);
        break;
    default:
        open_nexthop(nl, RTM_DELNEXTHOP, step, AF_UNSPEC);
        cp_nl_close(nl);
        break;
    }
}

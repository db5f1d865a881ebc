#include "netlink/message.h"

#include <string.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/lwtunnel.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_genl.h>
#include <linux/seg6_hmac.h>
#include <linux/seg6_iptunnel.h>
#include <linux/seg6_local.h>
#include <sys/socket.h>

#include "encap.h"

enum {
    FRA_DSCP_ = 25,       /* of newer kernels than the headers of Debian 12 are */
    SRH_ROUTING_TYPE = 4, /* RFC 8754 2 */
};

bool cp_nl_is_full(const struct cp_nl *nl)
{
    return nl->used > CP_NL_BATCH_MAX - CP_NL_MESSAGE_MAX;
}

void cp_nl_clear(struct cp_nl *nl)
{
    nl->used = 0;
    nl->asked = 0;
}

/* A message with its family's header, zeroed, which is handed back; it ends with close_message. */
static void *open_message(struct cp_nl *nl, int protocol, uint16_t type, uint16_t flags,
                          size_t header)
{
    struct nlmsghdr *message;

    CP_ASSERT(!cp_nl_is_full(nl) && (nl->used == 0 || nl->protocol == protocol));
    message = mnl_nlmsg_put_header(nl->bytes.at + nl->used);
    nl->protocol = protocol;
    message->nlmsg_type = type;
    message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    message->nlmsg_seq = ++nl->sequence;
    nl->asked++;
    return mnl_nlmsg_put_extra_header(message, header);
}

static struct nlmsghdr *open_at(struct cp_nl *nl)
{
    return (struct nlmsghdr *)(void *)(nl->bytes.at + nl->used);
}

static void close_message(struct cp_nl *nl)
{
    nl->used += ((size_t)open_at(nl)->nlmsg_len + 3) & ~(size_t)3;
    CP_ASSERT(nl->used <= CP_NL_BATCH_MAX);
}

/* Questions are answered by what is asked for, or by an error; the others by an error, which may be none. */
static uint16_t flags_of(uint16_t type)
{
    if ((type & 3) == 2)
        return 0;
    return (type & 3) == 0 ? NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE : NLM_F_ACK;
}

static void put_u32(struct cp_nl *nl, uint16_t type, uint32_t value)
{
    mnl_attr_put_u32(open_at(nl), type, value);
}

static void put_ip(struct cp_nl *nl, uint16_t type, cp_ip address)
{
    mnl_attr_put(open_at(nl), type, address.family == 4 ? 4 : 16, address.bytes);
}

static uint8_t family_of(cp_ip address)
{
    return address.family == 4 ? AF_INET : AF_INET6;
}

static void put_local(struct cp_nl *nl, const struct cp_edge_sid *sid, uint32_t link)
{
    static const uint32_t actions[] = {SEG6_LOCAL_ACTION_END_X, SEG6_LOCAL_ACTION_END,
                                       SEG6_LOCAL_ACTION_END_DX4, SEG6_LOCAL_ACTION_END_DT6};
    struct nlmsghdr *message = open_at(nl);
    struct nlattr *nest;

    mnl_attr_put_u16(message, RTA_ENCAP_TYPE, LWTUNNEL_ENCAP_SEG6_LOCAL);
    nest = mnl_attr_nest_start(message, RTA_ENCAP);
    put_u32(nl, SEG6_LOCAL_ACTION, actions[sid->kind - CP_EDGE_LOCAL_ADJACENCY]);
    if (sid->kind ==
        CP_EDGE_LOCAL_ADJACENCY) { /* without OIF a lost link is gone round, wherever to */
        put_ip(nl, SEG6_LOCAL_NH6, sid->via);
        put_u32(nl, SEG6_LOCAL_OIF, link);
    }
    if (sid->kind ==
        CP_EDGE_LOCAL_UNPACK4) /* to wherever the packet goes: End.DT4 asks for a VRF device */
        put_u32(nl, SEG6_LOCAL_NH4, 0);
    if (sid->kind == CP_EDGE_LOCAL_UNPACK6)
        put_u32(nl, SEG6_LOCAL_TABLE, RT_TABLE_MAIN);
    mnl_attr_nest_end(message, nest);
}

void cp_nl_put_route(struct cp_nl *nl, uint16_t type, const struct cp_nl_route *route)
{
    struct rtmsg *header = open_message(nl, NETLINK_ROUTE, type, flags_of(type), sizeof *header);
    struct nlattr *nest;

    header->rtm_family = family_of(route->prefix.address);
    header->rtm_dst_len = route->prefix.length;
    header->rtm_type = (unsigned char)route->type;
    header->rtm_protocol = CP_KERNEL_PROTOCOL;
    header->rtm_scope =
        type == RTM_DELROUTE ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE; /* NOWHERE: any */
    if (type == RTM_GETROUTE) {
        header->rtm_flags = RTM_F_FIB_MATCH | RTM_F_LOOKUP_TABLE;
        header->rtm_protocol = 0;
    }
    put_ip(nl, RTA_DST, route->prefix.address);
    if (route->table != 0)
        put_u32(nl, RTA_TABLE, route->table);
    if (route->metric != 0)
        put_u32(nl, RTA_PRIORITY, route->metric);
    if (route->nexthop != 0)
        put_u32(nl, RTA_NH_ID, route->nexthop);
    if (route->oif != 0)
        put_u32(nl, RTA_OIF, route->oif);
    if (route->via.family != 0)
        put_ip(nl, RTA_GATEWAY, route->via);
    if (route->mark != 0)
        put_u32(nl, RTA_MARK, route->mark);
    if (route->source.family != 0) {
        header->rtm_src_len = 128;
        put_ip(nl, RTA_SRC, route->source);
    }
    if (route->local != NULL)
        put_local(nl, route->local, route->link);
    if (route->mtu != 0) {
        nest = mnl_attr_nest_start(open_at(nl), RTA_METRICS);
        put_u32(nl, RTAX_LOCK, 1u << RTAX_MTU);
        put_u32(nl, RTAX_MTU, route->mtu);
        mnl_attr_nest_end(open_at(nl), nest);
    }
    close_message(nl);
}

static void put_select(struct cp_nl *nl, struct fib_rule_hdr *header,
                       const struct cp_edge_select *select)
{
    struct nlmsghdr *message = open_at(nl);

    if (select->from.length > 0) {
        header->src_len = select->from.length;
        put_ip(nl, FRA_SRC, select->from.address);
    }
    if (select->to.length > 0) {
        header->dst_len = select->to.length;
        put_ip(nl, FRA_DST, select->to.address);
    }
    if (select->dscp != UINT32_MAX)
        mnl_attr_put_u8(message, FRA_DSCP_, (uint8_t)select->dscp);
    if (select->proto != UINT32_MAX)
        mnl_attr_put_u8(message, FRA_IP_PROTO, (uint8_t)select->proto);
    if (select->port_low != UINT32_MAX) {
        struct fib_rule_port_range range = {(uint16_t)select->port_low,
                                            (uint16_t)select->port_high};

        mnl_attr_put(message, FRA_DPORT_RANGE, sizeof range, &range);
    }
    if (select->mark != UINT32_MAX) {
        put_u32(nl, FRA_FWMARK, select->mark);
        put_u32(nl, FRA_FWMASK, ~CP_MARK_MASK);
    }
}

void cp_nl_put_rule(struct cp_nl *nl, uint16_t type, const struct cp_nl_rule *rule)
{
    uint16_t flags = type == RTM_NEWRULE ? NLM_F_ACK | NLM_F_CREATE : NLM_F_ACK;
    struct fib_rule_hdr *header = open_message(nl, NETLINK_ROUTE, type, flags, sizeof *header);

    header->family = rule->family == 4 ? AF_INET : AF_INET6;
    header->action = FR_ACT_TO_TBL;
    put_u32(nl, FRA_PRIORITY, rule->priority);
    put_u32(nl, FRA_TABLE, rule->table);
    mnl_attr_put_u8(open_at(nl), FRA_PROTOCOL, CP_KERNEL_PROTOCOL);
    if (rule->select != NULL)
        put_select(nl, header, rule->select);
    if (rule->source.family != 0) {
        header->src_len = 128;
        put_ip(nl, FRA_SRC, rule->source);
    }
    if (rule->mark != 0) {
        put_u32(nl, FRA_FWMARK, rule->mark);
        put_u32(nl, FRA_FWMASK, CP_MARK_MASK);
    }
    close_message(nl);
}

/* RFC 8754 2: the segments from the last one on; 2.1.2: room for the HMAC. */
static void put_segments(struct cp_nl *nl, const struct cp_agent_path *path, cp_ip last)
{
    struct {
        struct encap fixed;
        uint8_t rest[(size_t)(CP_AGENT_SEGMENTS + 1) * 16 + sizeof(struct sr6_tlv_hmac)];
    } encap = {
        .fixed = {.mode = path->reduced ? SEG6_IPTUN_MODE_ENCAP_RED : SEG6_IPTUN_MODE_ENCAP}};
    size_t len = ((size_t)path->segment_count + 1) * 16;

    encap.fixed.routing_type = SRH_ROUTING_TYPE;
    encap.fixed.segments_left = path->segment_count;
    encap.fixed.last_entry = path->segment_count;
    memcpy(encap.rest, last.bytes, 16);
    for (uint32_t i = 0; i < path->segment_count; i++)
        memcpy(encap.rest + 16 * (size_t)(path->segment_count - i), path->segments[i], 16);
    if (path->hmac != 0) {
        struct sr6_tlv_hmac hmac = {.tlvhdr = {.type = SR6_TLV_HMAC, .len = sizeof hmac - 2},
                                    .hmackeyid = htonl(path->hmac)};

        encap.fixed.flags = SR6_FLAG1_HMAC;
        memcpy(encap.rest + len, &hmac, sizeof hmac);
        len += sizeof hmac;
    }
    encap.fixed.header_len = (uint8_t)(len / 8);
    mnl_attr_put(open_at(nl), SEG6_IPTUNNEL_SRH, sizeof encap.fixed + len, &encap);
}

void cp_nl_put_nexthop(struct cp_nl *nl, uint32_t id, uint32_t device,
                       const struct cp_agent_path *path, cp_ip last)
{
    /* IPv6 groups ask for a next hop; nobody is there, nor asked for: what is encapsulated is routed anew. */
    static const cp_ip nobody = {6, {0xfe, 0x80, [15] = 1}};
    struct nhmsg *header =
        open_message(nl, NETLINK_ROUTE, RTM_NEWNEXTHOP, flags_of(RTM_NEWNEXTHOP), sizeof *header);
    struct nlattr *nest;

    header->nh_family = AF_INET6;
    header->nh_protocol = CP_KERNEL_PROTOCOL;
    put_u32(nl, NHA_ID, id);
    put_u32(nl, NHA_OIF, device);
    put_ip(nl, NHA_GATEWAY, nobody);
    mnl_attr_put_u16(open_at(nl), NHA_ENCAP_TYPE, LWTUNNEL_ENCAP_SEG6);
    nest = mnl_attr_nest_start(open_at(nl), NHA_ENCAP);
    put_segments(nl, path, last);
    mnl_attr_nest_end(open_at(nl), nest);
    close_message(nl);
}

void cp_nl_put_group(struct cp_nl *nl, uint32_t id, uint32_t first,
                     const struct cp_agent_path *paths, uint32_t path_count)
{
    struct nexthop_grp members[CP_AGENT_PATHS] = {{0}};
    struct nhmsg *header =
        open_message(nl, NETLINK_ROUTE, RTM_NEWNEXTHOP, flags_of(RTM_NEWNEXTHOP), sizeof *header);

    header->nh_protocol = CP_KERNEL_PROTOCOL;
    put_u32(nl, NHA_ID, id);
    for (uint32_t i = 0; i < path_count; i++)
        members[i] =
            (struct nexthop_grp){.id = first + i, .weight = (uint8_t)(paths[i].weight - 1)};
    mnl_attr_put(open_at(nl), NHA_GROUP, path_count * sizeof *members, members);
    close_message(nl);
}

void cp_nl_ask_nexthop(struct cp_nl *nl, uint16_t type, uint32_t id)
{
    (void)open_message(nl, NETLINK_ROUTE, type, flags_of(type), sizeof(struct nhmsg));
    put_u32(nl, NHA_ID, id);
    close_message(nl);
}

void cp_nl_ask_all(struct cp_nl *nl, uint16_t type)
{
    size_t header = type == RTM_GETNEXTHOP ? sizeof(struct nhmsg) : sizeof(struct rtmsg);

    (void)open_message(nl, NETLINK_ROUTE, type, NLM_F_DUMP, header); /* zero: of every family */
    close_message(nl);
}

/* nf_tables takes changes between a beginning and an end. */
static void put_filter_edge(struct cp_nl *nl, uint16_t type)
{
    struct nfgenmsg *header = open_message(nl, NETLINK_NETFILTER, type, 0, sizeof *header);

    header->res_id = htons(NFNL_SUBSYS_NFTABLES);
    close_message(nl);
    nl->asked--; /* it is not answered */
}

static void open_filter(struct cp_nl *nl, uint16_t type, uint16_t flags)
{
    struct nfgenmsg *header = open_message(
        nl, NETLINK_NETFILTER, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), flags, sizeof *header);

    header->nfgen_family = NFPROTO_INET;
}

static void put_set(struct cp_nl *nl)
{
    mnl_attr_put_strz(open_at(nl), NFTA_SET_ELEM_LIST_TABLE, CP_FILTER);
    mnl_attr_put_strz(open_at(nl), NFTA_SET_ELEM_LIST_SET, CP_VERIFIED);
}

void cp_nl_put_verified(struct cp_nl *nl, uint8_t type, const struct cp_nl_verified *way)
{
    struct verified_key key = {.mark = way->mark};
    struct nlmsghdr *message;
    struct nlattr *elements, *element, *outer;

    CP_ASSERT(way->interface.len < sizeof key.interface);
    memcpy(key.interface, way->interface.at, way->interface.len);
    memcpy(key.sid, way->sid.bytes, 16);
    memcpy(key.via, way->via.bytes, 16);
    if (type != NFT_MSG_GETSETELEM)
        put_filter_edge(nl, NFNL_MSG_BATCH_BEGIN);
    open_filter(nl, type,
                type == NFT_MSG_NEWSETELEM   ? NLM_F_ACK | NLM_F_CREATE
                : type == NFT_MSG_GETSETELEM ? 0
                                             : NLM_F_ACK);
    put_set(nl);
    message = open_at(nl);
    elements = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
    element = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
    outer = mnl_attr_nest_start(message, NFTA_SET_ELEM_KEY);
    mnl_attr_put(message, NFTA_DATA_VALUE, sizeof key, &key);
    mnl_attr_nest_end(message, outer);
    mnl_attr_nest_end(message, element);
    mnl_attr_nest_end(message, elements);
    close_message(nl);
    if (type != NFT_MSG_GETSETELEM)
        put_filter_edge(nl, NFNL_MSG_BATCH_END);
}

void cp_nl_ask_all_verified(struct cp_nl *nl)
{
    open_filter(nl, NFT_MSG_GETSETELEM, NLM_F_DUMP);
    put_set(nl);
    close_message(nl);
}

void cp_nl_ask_counter(struct cp_nl *nl, const char *name)
{
    open_filter(nl, NFT_MSG_GETOBJ, 0);
    mnl_attr_put_strz(open_at(nl), NFTA_OBJ_TABLE, CP_FILTER);
    mnl_attr_put_strz(open_at(nl), NFTA_OBJ_NAME, name);
    mnl_attr_put_u32(open_at(nl), NFTA_OBJ_TYPE, htonl(NFT_OBJECT_COUNTER));
    close_message(nl);
}

void cp_nl_put_device(struct cp_nl *nl)
{
    struct ifinfomsg *header =
        open_message(nl, NETLINK_ROUTE, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE, sizeof *header);
    struct nlattr *nest;

    header->ifi_flags = header->ifi_change = IFF_UP;
    mnl_attr_put_strz(open_at(nl), IFLA_IFNAME, CP_DEVICE);
    nest = mnl_attr_nest_start(open_at(nl), IFLA_LINKINFO);
    mnl_attr_put_strz(open_at(nl), IFLA_INFO_KIND, "bridge");
    mnl_attr_nest_end(open_at(nl), nest);
    close_message(nl);
}

void cp_nl_put_address(struct cp_nl *nl, uint32_t device, cp_ip address)
{
    struct ifaddrmsg *header =
        open_message(nl, NETLINK_ROUTE, RTM_NEWADDR, flags_of(RTM_NEWADDR), sizeof *header);

    header->ifa_family = AF_INET6;
    header->ifa_prefixlen = 128;
    header->ifa_flags = IFA_F_NODAD;
    header->ifa_index = device;
    put_ip(nl, IFA_LOCAL, address);
    close_message(nl);
}

/* To seg6's own family. */
static void open_seg6(struct cp_nl *nl, uint16_t seg6, uint8_t command)
{
    struct genlmsghdr *header = open_message(nl, NETLINK_GENERIC, seg6, NLM_F_ACK, sizeof *header);

    header->cmd = command;
    header->version = SEG6_GENL_VERSION;
}

void cp_nl_ask_seg6(struct cp_nl *nl)
{
    struct genlmsghdr *header = open_message(nl, NETLINK_GENERIC, GENL_ID_CTRL, 0, sizeof *header);

    header->cmd = CTRL_CMD_GETFAMILY;
    mnl_attr_put_strz(open_at(nl), CTRL_ATTR_FAMILY_NAME, SEG6_GENL_NAME);
    close_message(nl);
}

void cp_nl_put_tunnel_source(struct cp_nl *nl, uint16_t seg6, cp_ip source)
{
    open_seg6(nl, seg6, SEG6_CMD_SET_TUNSRC);
    put_ip(nl, SEG6_ATTR_DST, source);
    close_message(nl);
}

void cp_nl_put_hmac(struct cp_nl *nl, uint16_t seg6, const struct cp_edge_hmac *hmac,
                    cp_text secret)
{
    open_seg6(nl, seg6, SEG6_CMD_SETHMAC);
    put_u32(nl, SEG6_ATTR_HMACKEYID, hmac->number);
    mnl_attr_put_u8(open_at(nl), SEG6_ATTR_ALGID, (uint8_t)hmac->algorithm);
    mnl_attr_put_u8(open_at(nl), SEG6_ATTR_SECRETLEN, (uint8_t)secret.len);
    mnl_attr_put(open_at(nl), SEG6_ATTR_SECRET, secret.len, secret.at);
    close_message(nl);
}

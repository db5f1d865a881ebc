#include "netlink/answer.h"

#include <errno.h>
#include <string.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/genetlink.h>
#include <linux/lwtunnel.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_hmac.h>
#include <linux/seg6_iptunnel.h>
#include <sys/socket.h>

#include "base/rd.h"

#include "encap.h"

enum {
    FRA_DSCP_ = 25,  /* of newer kernels than the headers of Debian 12 are */
    ATTRIBUTES = 32, /* those that are looked at are below */
};

/* Attributes by type; of one that stands twice the last. */
struct attributes {
    const struct nlattr *at[ATTRIBUTES];
};

static int on_attribute(const struct nlattr *attribute, void *to)
{
    struct attributes *all = to;

    if (mnl_attr_get_type(attribute) < ATTRIBUTES)
        all->at[mnl_attr_get_type(attribute)] = attribute;
    return MNL_CB_OK;
}

/* The payload, if there is one of at least len bytes, else zeros. */
static const void *payload(const struct nlattr *attribute, size_t len)
{
    static const uint8_t nothing[16];

    return attribute != NULL && mnl_attr_get_payload_len(attribute) >= len
               ? mnl_attr_get_payload(attribute)
               : nothing;
}

static uint32_t u32_of(const struct nlattr *attribute)
{
    uint32_t value;

    memcpy(&value, payload(attribute, sizeof value), sizeof value);
    return value;
}

static cp_ip ip_of(const struct nlattr *attribute)
{
    uint32_t v4;

    if (attribute == NULL)
        return (cp_ip){0};
    if (mnl_attr_get_payload_len(attribute) == 16)
        return cp_ip_v6(mnl_attr_get_payload(attribute));
    memcpy(&v4, payload(attribute, sizeof v4), sizeof v4);
    return cp_ip_v4(ntohl(v4));
}

bool cp_nl_is_failure(int error, uint16_t type)
{
    bool question, removal;

    if (type >> 8 == NFNL_SUBSYS_NFTABLES) {
        question = (type & 0xff) == NFT_MSG_GETSETELEM || (type & 0xff) == NFT_MSG_GETOBJ;
        removal = (type & 0xff) == NFT_MSG_DELSETELEM;
    } else {
        question = type >= RTM_BASE && (type & 3) == 2;
        removal = type >= RTM_BASE && (type & 3) == 1;
    }
    return error != 0 && error != EEXIST && !question &&
           !(removal && (error == ENOENT || error == ESRCH));
}

static bool parse(const struct nlmsghdr *answer, uint16_t type, size_t header,
                  struct attributes *all)
{
    memset(all, 0, sizeof *all);
    return answer->nlmsg_type == type && mnl_nlmsg_get_payload_len(answer) >= header &&
           mnl_attr_parse(answer, (unsigned)header, on_attribute, all) == MNL_CB_OK;
}

static bool read_group(const struct attributes *all, struct cp_nl_nexthop *out)
{
    const struct nlattr *group = all->at[NHA_GROUP];
    const struct nexthop_grp *members = mnl_attr_get_payload(group);
    size_t count = mnl_attr_get_payload_len(group) / sizeof *members;

    if (count > CP_AGENT_PATHS)
        return false;
    out->member_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        struct nexthop_grp member;

        memcpy(&member, &members[i], sizeof member);
        out->members[i] = member.id;
        out->weights[i] = (uint8_t)(member.weight + 1);
    }
    return true;
}

/* RFC 8754 2: the segments stand from the last one on. */
static bool read_segments(const struct nlattr *attribute, struct cp_nl_nexthop *out)
{
    struct encap encap;
    const uint8_t *segments;
    size_t len = attribute == NULL ? 0 : mnl_attr_get_payload_len(attribute), count;

    if (len < sizeof encap)
        return false;
    memcpy(&encap, mnl_attr_get_payload(attribute), sizeof encap);
    segments = (const uint8_t *)mnl_attr_get_payload(attribute) + sizeof encap;
    count = encap.last_entry + 1u;
    len -= sizeof encap;
    if (count > CP_AGENT_SEGMENTS + 1 || len < count * 16 ||
        (encap.mode != SEG6_IPTUN_MODE_ENCAP && encap.mode != SEG6_IPTUN_MODE_ENCAP_RED))
        return false;
    out->path.reduced = encap.mode == SEG6_IPTUN_MODE_ENCAP_RED;
    out->path.segment_count = (uint8_t)(count - 1);
    out->last = cp_ip_v6(segments);
    for (size_t i = 1; i < count; i++)
        memcpy(out->path.segments[count - 1 - i], segments + 16 * i, 16);
    if ((encap.flags & SR6_FLAG1_HMAC) != 0 && len >= count * 16 + sizeof(struct sr6_tlv_hmac)) {
        struct sr6_tlv_hmac hmac;

        memcpy(&hmac, segments + 16 * count, sizeof hmac);
        out->path.hmac = ntohl(hmac.hmackeyid);
    }
    return true;
}

bool cp_nl_read_nexthop(const struct nlmsghdr *answer, struct cp_nl_nexthop *out)
{
    struct attributes all, encap = {{NULL}};
    const struct nhmsg *header = mnl_nlmsg_get_payload(answer);

    memset(out, 0, sizeof *out);
    if (!parse(answer, RTM_NEWNEXTHOP, sizeof *header, &all))
        return false;
    out->id = u32_of(all.at[NHA_ID]);
    out->protocol = header->nh_protocol;
    if (all.at[NHA_GROUP] != NULL)
        return read_group(&all, out);
    out->device = u32_of(all.at[NHA_OIF]);
    if (all.at[NHA_ENCAP] == NULL || all.at[NHA_ENCAP_TYPE] == NULL ||
        mnl_attr_get_u16(all.at[NHA_ENCAP_TYPE]) != LWTUNNEL_ENCAP_SEG6 ||
        mnl_attr_parse_nested(all.at[NHA_ENCAP], on_attribute, &encap) != MNL_CB_OK)
        return false;
    return read_segments(encap.at[SEG6_IPTUNNEL_SRH], out);
}

bool cp_nl_read_route(const struct nlmsghdr *answer, uint8_t *protocol, struct cp_nl_route *out)
{
    struct attributes all;
    const struct rtmsg *header = mnl_nlmsg_get_payload(answer);

    memset(out, 0, sizeof *out);
    if (!parse(answer, RTM_NEWROUTE, sizeof *header, &all))
        return false;
    *protocol = header->rtm_protocol;
    out->table = all.at[RTA_TABLE] != NULL ? u32_of(all.at[RTA_TABLE]) : header->rtm_table;
    out->prefix.address = ip_of(all.at[RTA_DST]);
    if (out->prefix.address.family == 0)
        out->prefix.address.family = header->rtm_family == AF_INET ? 4 : 6;
    out->prefix.length = header->rtm_dst_len;
    out->metric = u32_of(all.at[RTA_PRIORITY]);
    out->nexthop = u32_of(all.at[RTA_NH_ID]);
    out->oif = u32_of(all.at[RTA_OIF]);
    out->via = ip_of(all.at[RTA_GATEWAY]);
    out->type = header->rtm_type;
    return true;
}

static void read_select(const struct attributes *all, const struct fib_rule_hdr *header,
                        struct cp_edge_select *select)
{
    struct fib_rule_port_range range;

    memcpy(&range, payload(all->at[FRA_DPORT_RANGE], sizeof range), sizeof range);
    *select = (struct cp_edge_select){
        .from = {.address = ip_of(all->at[FRA_SRC]), .length = header->src_len},
        .to = {.address = ip_of(all->at[FRA_DST]), .length = header->dst_len},
        .dscp = all->at[FRA_DSCP_] == NULL ? UINT32_MAX : mnl_attr_get_u8(all->at[FRA_DSCP_]),
        .proto =
            all->at[FRA_IP_PROTO] == NULL ? UINT32_MAX : mnl_attr_get_u8(all->at[FRA_IP_PROTO]),
        .port_low = all->at[FRA_DPORT_RANGE] == NULL ? UINT32_MAX : range.start,
        .port_high = range.end,
        .mark = UINT32_MAX};
    if (u32_of(all->at[FRA_FWMASK]) == (uint32_t)~CP_MARK_MASK)
        select->mark = u32_of(all->at[FRA_FWMARK]);
}

bool cp_nl_read_rule(const struct nlmsghdr *answer, uint8_t *protocol, struct cp_nl_rule *out,
                     struct cp_edge_select *select)
{
    struct attributes all;
    const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(answer);

    memset(out, 0, sizeof *out);
    if (!parse(answer, RTM_NEWRULE, sizeof *header, &all))
        return false;
    *protocol = all.at[FRA_PROTOCOL] == NULL ? 0 : mnl_attr_get_u8(all.at[FRA_PROTOCOL]);
    out->family = header->family == AF_INET ? 4 : 6;
    out->priority = u32_of(all.at[FRA_PRIORITY]);
    out->table = all.at[FRA_TABLE] != NULL ? u32_of(all.at[FRA_TABLE]) : header->table;
    if (u32_of(all.at[FRA_FWMASK]) == CP_MARK_MASK)
        out->mark = u32_of(all.at[FRA_FWMARK]);
    read_select(&all, header, select);
    out->select = select;
    return true;
}

static bool parse_nested(const struct nlattr *nest, struct attributes *all)
{
    memset(all, 0, sizeof *all);
    return nest != NULL && mnl_attr_parse_nested(nest, on_attribute, all) == MNL_CB_OK;
}

static uint64_t packets_of(const struct nlattr *counter)
{
    struct attributes said;
    cp_rd number;

    if (!parse_nested(counter, &said) || said.at[NFTA_COUNTER_PACKETS] == NULL)
        return UINT64_MAX;
    number = cp_rd_make((cp_text){payload(said.at[NFTA_COUNTER_PACKETS], 8), 8});
    return cp_rd_u64(&number);
}

uint64_t cp_nl_read_counter(const struct nlmsghdr *answer)
{
    struct attributes object;

    if (!parse(answer, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWOBJ, sizeof(struct nfgenmsg),
               &object))
        return UINT64_MAX;
    return packets_of(object.at[NFTA_OBJ_DATA]);
}

struct search {
    uint32_t left;
    const struct nlattr *found;
};

static int on_element(const struct nlattr *element, void *to)
{
    struct search *search = to;

    if (search->left-- > 0)
        return MNL_CB_OK;
    search->found = element;
    return MNL_CB_STOP;
}

bool cp_nl_read_verified(const struct nlmsghdr *answer, uint32_t which, struct cp_nl_verified *out,
                         uint64_t *packets)
{
    struct attributes list, element, key, expression;
    struct search search = {which, NULL};
    const struct verified_key *value;
    cp_text interface;

    if (!parse(answer, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSETELEM, sizeof(struct nfgenmsg),
               &list) ||
        list.at[NFTA_SET_ELEM_LIST_ELEMENTS] == NULL ||
        mnl_attr_parse_nested(list.at[NFTA_SET_ELEM_LIST_ELEMENTS], on_element, &search) ==
            MNL_CB_ERROR ||
        !parse_nested(search.found, &element) ||
        !parse_nested(element.at[NFTA_SET_ELEM_KEY], &key) || key.at[NFTA_DATA_VALUE] == NULL ||
        mnl_attr_get_payload_len(key.at[NFTA_DATA_VALUE]) != sizeof *value)
        return false;
    value = mnl_attr_get_payload(key.at[NFTA_DATA_VALUE]);
    interface = (cp_text){value->interface, sizeof value->interface};
    *out = (struct cp_nl_verified){value->mark,
                                   cp_text_sub(interface, 0, cp_text_find(interface, '\0', 0)),
                                   cp_ip_v6(value->sid), cp_ip_v6(value->via)};
    *packets = parse_nested(element.at[NFTA_SET_ELEM_EXPR], &expression)
                   ? packets_of(expression.at[NFTA_EXPR_DATA])
                   : UINT64_MAX;
    return true;
}

uint16_t cp_nl_read_seg6(const struct nlmsghdr *answer)
{
    struct attributes all;

    if (!parse(answer, GENL_ID_CTRL, sizeof(struct genlmsghdr), &all) ||
        all.at[CTRL_ATTR_FAMILY_ID] == NULL)
        return 0;
    return mnl_attr_get_u16(all.at[CTRL_ATTR_FAMILY_ID]);
}

uint32_t cp_nl_read_link(const struct nlmsghdr *told)
{
    const struct ifinfomsg *link = mnl_nlmsg_get_payload(told);
    const struct ifaddrmsg *address = mnl_nlmsg_get_payload(told);
    size_t len = mnl_nlmsg_get_payload_len(told);

    if ((told->nlmsg_type == RTM_NEWLINK || told->nlmsg_type == RTM_DELLINK) && len >= sizeof *link)
        return (uint32_t)link->ifi_index;
    if ((told->nlmsg_type == RTM_NEWADDR || told->nlmsg_type == RTM_DELADDR) &&
        len >= sizeof *address)
        return address->ifa_index;
    return UINT32_MAX;
}

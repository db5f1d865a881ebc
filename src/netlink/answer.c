#include "netlink/answer.h"

#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/lwtunnel.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_hmac.h>
#include <linux/seg6_iptunnel.h>
#include <sys/socket.h>

#include <arpa/inet.h>

#include "attributes.h"
#include "encap.h"

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
    if (!cp_attr_parse(answer, RTM_NEWNEXTHOP, sizeof *header, &all))
        return false;
    out->id = cp_attr_u32(all.at[NHA_ID]);
    out->protocol = header->nh_protocol;
    if (all.at[NHA_GROUP] != NULL)
        return read_group(&all, out);
    out->device = cp_attr_u32(all.at[NHA_OIF]);
    if (all.at[NHA_ENCAP] == NULL || all.at[NHA_ENCAP_TYPE] == NULL ||
        mnl_attr_get_u16(all.at[NHA_ENCAP_TYPE]) != LWTUNNEL_ENCAP_SEG6 ||
        !cp_attr_nested(all.at[NHA_ENCAP], &encap))
        return false;
    return read_segments(encap.at[SEG6_IPTUNNEL_SRH], out);
}

bool cp_nl_read_route(const struct nlmsghdr *answer, uint8_t *protocol, struct cp_nl_route *out)
{
    struct attributes all;
    const struct rtmsg *header = mnl_nlmsg_get_payload(answer);

    memset(out, 0, sizeof *out);
    if (!cp_attr_parse(answer, RTM_NEWROUTE, sizeof *header, &all))
        return false;
    *protocol = header->rtm_protocol;
    out->table = all.at[RTA_TABLE] != NULL ? cp_attr_u32(all.at[RTA_TABLE]) : header->rtm_table;
    out->prefix.address = cp_attr_ip(all.at[RTA_DST]);
    if (out->prefix.address.family == 0)
        out->prefix.address.family = header->rtm_family == AF_INET ? 4 : 6;
    out->prefix.length = header->rtm_dst_len;
    out->metric = cp_attr_u32(all.at[RTA_PRIORITY]);
    out->nexthop = cp_attr_u32(all.at[RTA_NH_ID]);
    out->oif = cp_attr_u32(all.at[RTA_OIF]);
    out->via = cp_attr_ip(all.at[RTA_GATEWAY]);
    out->type = header->rtm_type;
    return true;
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

#include "netlink/words.h"

#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_genl.h>
#include <linux/seg6_local.h>

#include "netlink/answer.h"
#include "netlink/setup.h"
#include "netlink/step.h"

#include "attributes.h"

static void put_name(struct cp_out *out, const char *before, uint32_t index, cp_nl_name name)
{
    char buffer[16];
    const char *found = name(index, buffer);

    cp_out_str(out, before);
    cp_out_str(out, found != NULL ? found : CP_DEVICE); /* which the barrier makes first */
}

static void put_device(struct cp_out *out, uint32_t index, cp_nl_name name)
{
    put_name(out, " dev ", index, name);
}

static void put_prefix(struct cp_out *out, cp_edge_prefix prefix)
{
    cp_out_ip(out, prefix.address);
    cp_out_format(out, "/%u", prefix.length);
}

static void put_local(struct cp_out *out, const struct nlattr *encap, cp_nl_name name)
{
    struct attributes said;

    if (!cp_attr_nested(encap, &said) || said.at[SEG6_LOCAL_ACTION] == NULL)
        return;
    cp_out_str(out, " encap seg6local action ");
    switch (mnl_attr_get_u32(said.at[SEG6_LOCAL_ACTION])) {
    case SEG6_LOCAL_ACTION_END_X:
        cp_out_str(out, "End.X nh6 ");
        cp_out_ipv6(out, mnl_attr_get_payload(said.at[SEG6_LOCAL_NH6]));
        if (said.at[SEG6_LOCAL_OIF] != NULL)
            put_name(out, " oif ", mnl_attr_get_u32(said.at[SEG6_LOCAL_OIF]), name);
        break;
    case SEG6_LOCAL_ACTION_END_DX4:
        cp_out_str(out, "End.DX4 nh4 0.0.0.0");
        break;
    case SEG6_LOCAL_ACTION_END_DT6:
        cp_out_str(out, "End.DT6 table main");
        break;
    default:
        cp_out_str(out, "End");
        break;
    }
}

static void put_route(struct cp_out *out, const struct nlmsghdr *message, const char *verb,
                      cp_nl_name name)
{
    struct attributes said, metrics;
    struct cp_nl_route route;
    uint8_t protocol;

    if (!cp_nl_read_route(message, &protocol, &route))
        return;
    (void)cp_attr_parse(message, RTM_NEWROUTE, sizeof(struct rtmsg), &said);
    cp_out_format(out, "ip -%d route %s ", route.prefix.address.family, verb);
    if (route.type == RTN_PROHIBIT)
        cp_out_str(out, "prohibit ");
    put_prefix(out, route.prefix);
    if (route.nexthop != 0)
        cp_out_format(out, " nhid %u", route.nexthop);
    if (said.at[RTA_ENCAP] != NULL)
        put_local(out, said.at[RTA_ENCAP], name);
    if (route.via.family != 0) {
        cp_out_str(out, " via ");
        cp_out_ip(out, route.via);
    }
    if (route.oif != 0 || said.at[RTA_ENCAP] != NULL)
        put_device(out, route.oif, name);
    cp_out_format(out, " table %u", route.table);
    if (route.metric != 0)
        cp_out_format(out, " metric %u", route.metric);
    if (cp_attr_nested(said.at[RTA_METRICS], &metrics))
        cp_out_format(out, " mtu lock %u", mnl_attr_get_u32(metrics.at[RTAX_MTU]));
    cp_out_format(out, " protocol %u\n", protocol);
}

static void put_rule(struct cp_out *out, const struct nlmsghdr *message, const char *verb)
{
    struct cp_edge_select select;
    struct cp_nl_rule rule;
    uint8_t protocol;

    if (!cp_nl_read_rule(message, &protocol, &rule, &select))
        return;
    cp_out_format(out, "ip -%d rule %s pref %u%s", rule.family, verb, rule.priority,
                  rule.past != 0 ? " not" : "");
    if (rule.own)
        cp_out_str(out, " iif lo");
    if (select.from.length > 0) {
        cp_out_str(out, " from ");
        put_prefix(out, select.from);
    }
    if (select.to.length > 0) {
        cp_out_str(out, " to ");
        put_prefix(out, select.to);
    }
    if (select.dscp != UINT32_MAX)
        cp_out_format(out, " dscp %u", select.dscp);
    if (select.proto != UINT32_MAX)
        cp_out_format(out, " ipproto %u", select.proto);
    if (select.from_port.low != UINT32_MAX)
        cp_out_format(out, " sport %u-%u", select.from_port.low, select.from_port.high);
    if (select.port.low != UINT32_MAX)
        cp_out_format(out, " dport %u-%u", select.port.low, select.port.high);
    if (select.mark != UINT32_MAX)
        cp_out_format(out, " fwmark 0x%x/0x%x", select.mark, (uint32_t)~CP_MARK_MASK);
    if (rule.mark != 0)
        cp_out_format(out, " fwmark 0x%x/0x%x", rule.mark, CP_MARK_MASK);
    cp_out_format(out, rule.past != 0 ? " goto %u protocol %u\n" : " lookup %u protocol %u\n",
                  rule.past != 0 ? rule.past : rule.table, protocol);
}

static void put_nexthop(struct cp_out *out, const struct nlmsghdr *message, cp_nl_name name)
{
    struct cp_nl_nexthop nexthop;

    if (!cp_nl_read_nexthop(message, &nexthop))
        return;
    cp_out_format(out, "ip nexthop replace id %u", nexthop.id);
    for (uint32_t i = 0; i < nexthop.member_count; i++)
        cp_out_format(out, "%s%u,%u", i == 0 ? " group " : "/", nexthop.members[i],
                      nexthop.weights[i]);
    if (nexthop.member_count == 0) {
        cp_out_format(out, " encap seg6 mode %s segs ",
                      nexthop.path.reduced != 0 ? "encap.red" : "encap");
        for (uint32_t i = 0; i < nexthop.path.segment_count; i++) {
            cp_out_ipv6(out, nexthop.path.segments[i]);
            cp_out_char(out, ',');
        }
        cp_out_ip(out, nexthop.last);
        if (nexthop.path.hmac != 0)
            cp_out_format(out, " hmac %u", nexthop.path.hmac);
        cp_out_str(out, " via fe80::1");
        put_device(out, nexthop.device, name);
    }
    cp_out_format(out, " protocol %u\n", nexthop.protocol);
}

static void put_seg6(struct cp_out *out, const struct nlmsghdr *message)
{
    const struct genlmsghdr *header = mnl_nlmsg_get_payload(message);
    struct attributes said;

    if (message->nlmsg_type == GENL_ID_CTRL ||
        !cp_attr_parse(message, message->nlmsg_type, sizeof *header, &said))
        return;
    if (header->cmd == SEG6_CMD_SET_TUNSRC) {
        cp_out_str(out, "ip sr tunsrc set ");
        cp_out_ipv6(out, mnl_attr_get_payload(said.at[SEG6_ATTR_DST]));
        cp_out_char(out, '\n');
    } else {
        cp_out_format(out, "ip sr hmac set %u %s # and its secret\n",
                      mnl_attr_get_u32(said.at[SEG6_ATTR_HMACKEYID]),
                      mnl_attr_get_u8(said.at[SEG6_ATTR_ALGID]) == 2 ? "sha256" : "sha1");
    }
}

static void put_address(struct cp_out *out, const struct nlmsghdr *message)
{
    struct attributes said;

    (void)cp_attr_parse(message, RTM_NEWADDR, sizeof(struct ifaddrmsg), &said);
    cp_out_str(out, "ip -6 address replace ");
    cp_out_ipv6(out, mnl_attr_get_payload(said.at[IFA_LOCAL]));
    cp_out_str(out, "/128 dev " CP_DEVICE " nodad\n");
}

/* Deletions bear what is to be deleted in the form in which it is put. */
static void put_message(struct cp_out *out, const struct nlmsghdr *message, cp_nl_name name)
{
    union {
        struct nlmsghdr header;
        char bytes[CP_NL_MESSAGE_MAX];
    } as_put;
    uint16_t type = message->nlmsg_type;

    memcpy(as_put.bytes, message, message->nlmsg_len);
    if (type == RTM_DELROUTE || type == RTM_DELRULE)
        as_put.header.nlmsg_type--;
    if (type == RTM_NEWROUTE || type == RTM_DELROUTE)
        put_route(out, &as_put.header, type == RTM_DELROUTE ? "del" : "replace", name);
    else if (type == RTM_NEWRULE || type == RTM_DELRULE)
        put_rule(out, &as_put.header, type == RTM_DELRULE ? "del" : "add");
    else if (type == RTM_NEWNEXTHOP)
        put_nexthop(out, message, name);
    else if (type == RTM_DELNEXTHOP)
        cp_out_format(
            out, "ip nexthop del id %u\n",
            mnl_attr_get_u32(mnl_nlmsg_get_payload_offset(message, sizeof(struct nhmsg))));
    else if (type == RTM_NEWLINK)
        cp_out_str(out, "ip link add " CP_DEVICE " type bridge\nip link set " CP_DEVICE " up\n");
    else if (type == RTM_NEWADDR)
        put_address(out, message);
}

void cp_nl_words(const struct cp_nl *nl, cp_nl_name name, struct cp_out *out)
{
    const struct nlmsghdr *at = &nl->bytes.aligned;

    for (int left = (int)nl->used; mnl_nlmsg_ok(at, left); at = mnl_nlmsg_next(at, &left)) {
        if (nl->protocol == NETLINK_GENERIC)
            put_seg6(out, at);
        else
            put_message(out, at, name);
    }
}

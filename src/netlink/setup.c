#include "netlink/setup.h"

#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/seg6_genl.h>
#include <linux/seg6_hmac.h>
#include <sys/socket.h>

#include "attributes.h"

enum { FRA_DSCP_ = 25 /* of newer kernels than the headers of Debian 12 are */ };

static void put_ports(struct nlmsghdr *message, uint16_t attribute, cp_edge_ports ports)
{
    struct fib_rule_port_range range = {(uint16_t)ports.low, (uint16_t)ports.high};

    if (ports.low != UINT32_MAX)
        mnl_attr_put(message, attribute, sizeof range, &range);
}

static void put_select(struct cp_nl *nl, struct fib_rule_hdr *header,
                       const struct cp_edge_select *select)
{
    struct nlmsghdr *message = cp_nl_at(nl);

    if (select->from.length > 0) {
        header->src_len = select->from.length;
        cp_nl_put_ip(nl, FRA_SRC, select->from.address);
    }
    if (select->to.length > 0) {
        header->dst_len = select->to.length;
        cp_nl_put_ip(nl, FRA_DST, select->to.address);
    }
    if (select->dscp != UINT32_MAX)
        mnl_attr_put_u8(message, FRA_DSCP_, (uint8_t)select->dscp);
    if (select->proto != UINT32_MAX)
        mnl_attr_put_u8(message, FRA_IP_PROTO, (uint8_t)select->proto);
    put_ports(message, FRA_SPORT_RANGE, select->from_port);
    put_ports(message, FRA_DPORT_RANGE, select->port);
    if (select->mark != UINT32_MAX) {
        cp_nl_put_u32(nl, FRA_FWMARK, select->mark);
        cp_nl_put_u32(nl, FRA_FWMASK, ~CP_MARK_MASK);
    }
}

void cp_nl_put_rule(struct cp_nl *nl, uint16_t type, const struct cp_nl_rule *rule)
{
    uint16_t flags = type == RTM_NEWRULE ? NLM_F_ACK | NLM_F_CREATE : NLM_F_ACK;
    struct fib_rule_hdr *header = cp_nl_open(nl, NETLINK_ROUTE, type, flags, sizeof *header);

    header->family = rule->family == 4 ? AF_INET : AF_INET6;
    header->action = rule->past != 0 ? FR_ACT_GOTO : FR_ACT_TO_TBL;
    cp_nl_put_u32(nl, FRA_PRIORITY, rule->priority);
    header->flags = rule->past != 0 ? FIB_RULE_INVERT : 0;
    cp_nl_put_u32(nl, rule->past != 0 ? FRA_GOTO : FRA_TABLE, rule->past + rule->table);
    mnl_attr_put_u8(cp_nl_at(nl), FRA_PROTOCOL, CP_KERNEL_PROTOCOL);
    if (rule->own)
        mnl_attr_put_strz(cp_nl_at(nl), FRA_IIFNAME, "lo");
    if (rule->select != NULL)
        put_select(nl, header, rule->select);
    if (rule->source.family != 0) {
        header->src_len = 128;
        cp_nl_put_ip(nl, FRA_SRC, rule->source);
    }
    if (rule->mark != 0) {
        cp_nl_put_u32(nl, FRA_FWMARK, rule->mark);
        cp_nl_put_u32(nl, FRA_FWMASK, CP_MARK_MASK);
    }
    cp_nl_close(nl);
}

void cp_nl_put_device(struct cp_nl *nl)
{
    struct ifinfomsg *header =
        cp_nl_open(nl, NETLINK_ROUTE, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE, sizeof *header);
    struct nlattr *nest;

    header->ifi_flags = header->ifi_change = IFF_UP;
    mnl_attr_put_strz(cp_nl_at(nl), IFLA_IFNAME, CP_DEVICE);
    nest = mnl_attr_nest_start(cp_nl_at(nl), IFLA_LINKINFO);
    mnl_attr_put_strz(cp_nl_at(nl), IFLA_INFO_KIND, "bridge");
    mnl_attr_nest_end(cp_nl_at(nl), nest);
    cp_nl_close(nl);
}

void cp_nl_put_address(struct cp_nl *nl, uint32_t device, cp_ip address)
{
    struct ifaddrmsg *header =
        cp_nl_open(nl, NETLINK_ROUTE, RTM_NEWADDR, cp_nl_flags(RTM_NEWADDR), sizeof *header);

    header->ifa_family = AF_INET6;
    header->ifa_prefixlen = 128;
    header->ifa_flags = IFA_F_NODAD;
    header->ifa_index = device;
    cp_nl_put_ip(nl, IFA_LOCAL, address);
    cp_nl_close(nl);
}

/* To seg6's own family. */
static void open_seg6(struct cp_nl *nl, uint16_t seg6, uint8_t command)
{
    struct genlmsghdr *header = cp_nl_open(nl, NETLINK_GENERIC, seg6, NLM_F_ACK, sizeof *header);

    header->cmd = command;
    header->version = SEG6_GENL_VERSION;
}

void cp_nl_ask_seg6(struct cp_nl *nl)
{
    struct genlmsghdr *header = cp_nl_open(nl, NETLINK_GENERIC, GENL_ID_CTRL, 0, sizeof *header);

    header->cmd = CTRL_CMD_GETFAMILY;
    mnl_attr_put_strz(cp_nl_at(nl), CTRL_ATTR_FAMILY_NAME, SEG6_GENL_NAME);
    cp_nl_close(nl);
}

void cp_nl_put_tunnel_source(struct cp_nl *nl, uint16_t seg6, cp_ip source)
{
    open_seg6(nl, seg6, SEG6_CMD_SET_TUNSRC);
    cp_nl_put_ip(nl, SEG6_ATTR_DST, source);
    cp_nl_close(nl);
}

void cp_nl_put_hmac(struct cp_nl *nl, uint16_t seg6, const struct cp_edge_hmac *hmac,
                    cp_text secret)
{
    open_seg6(nl, seg6, SEG6_CMD_SETHMAC);
    cp_nl_put_u32(nl, SEG6_ATTR_HMACKEYID, hmac->number);
    mnl_attr_put_u8(cp_nl_at(nl), SEG6_ATTR_ALGID, (uint8_t)hmac->algorithm);
    mnl_attr_put_u8(cp_nl_at(nl), SEG6_ATTR_SECRETLEN, (uint8_t)secret.len);
    mnl_attr_put(cp_nl_at(nl), SEG6_ATTR_SECRET, secret.len, secret.at);
    cp_nl_close(nl);
}

static cp_edge_ports read_ports(const struct nlattr *attribute)
{
    struct fib_rule_port_range range;

    if (attribute == NULL)
        return CP_EDGE_PORTS_ANY;
    memcpy(&range, cp_attr_payload(attribute, sizeof range), sizeof range);
    return (cp_edge_ports){range.start, range.end};
}

static void read_select(const struct attributes *all, const struct fib_rule_hdr *header,
                        struct cp_edge_select *select)
{
    *select = (struct cp_edge_select){
        .from = {.address = cp_attr_ip(all->at[FRA_SRC]), .length = header->src_len},
        .to = {.address = cp_attr_ip(all->at[FRA_DST]), .length = header->dst_len},
        .dscp = all->at[FRA_DSCP_] == NULL ? UINT32_MAX : mnl_attr_get_u8(all->at[FRA_DSCP_]),
        .proto =
            all->at[FRA_IP_PROTO] == NULL ? UINT32_MAX : mnl_attr_get_u8(all->at[FRA_IP_PROTO]),
        .from_port = read_ports(all->at[FRA_SPORT_RANGE]),
        .port = read_ports(all->at[FRA_DPORT_RANGE]),
        .mark = UINT32_MAX};
    if (cp_attr_u32(all->at[FRA_FWMASK]) == (uint32_t)~CP_MARK_MASK)
        select->mark = cp_attr_u32(all->at[FRA_FWMARK]);
}

bool cp_nl_read_rule(const struct nlmsghdr *answer, uint8_t *protocol, struct cp_nl_rule *out,
                     struct cp_edge_select *select)
{
    struct attributes all;
    const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(answer);

    memset(out, 0, sizeof *out);
    if (!cp_attr_parse(answer, RTM_NEWRULE, sizeof *header, &all))
        return false;
    *protocol = all.at[FRA_PROTOCOL] == NULL ? 0 : mnl_attr_get_u8(all.at[FRA_PROTOCOL]);
    out->family = header->family == AF_INET ? 4 : 6;
    out->priority = cp_attr_u32(all.at[FRA_PRIORITY]);
    out->table = all.at[FRA_TABLE] != NULL ? cp_attr_u32(all.at[FRA_TABLE]) : header->table;
    if (header->action == FR_ACT_GOTO && (header->flags & FIB_RULE_INVERT) != 0)
        out->past = cp_attr_u32(all.at[FRA_GOTO]);
    if (cp_attr_u32(all.at[FRA_FWMASK]) == CP_MARK_MASK)
        out->mark = cp_attr_u32(all.at[FRA_FWMARK]);
    out->own = all.at[FRA_IIFNAME] != NULL; /* ours name no other interface */
    read_select(&all, header, select);
    out->select = select;
    return true;
}

uint16_t cp_nl_read_seg6(const struct nlmsghdr *answer)
{
    struct attributes all;

    if (!cp_attr_parse(answer, GENL_ID_CTRL, sizeof(struct genlmsghdr), &all) ||
        all.at[CTRL_ATTR_FAMILY_ID] == NULL)
        return 0;
    return mnl_attr_get_u16(all.at[CTRL_ATTR_FAMILY_ID]);
}

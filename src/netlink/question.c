#include "netlink/question.h"

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

void cp_nl_ask_route(struct cp_nl *nl, cp_ip to, cp_ip from, uint32_t mark)
{
    struct rtmsg *header = cp_nl_open(nl, NETLINK_ROUTE, RTM_GETROUTE, 0, sizeof *header);

    header->rtm_family = to.family == 4 ? AF_INET : AF_INET6;
    header->rtm_dst_len = to.family == 4 ? 32 : 128;
    header->rtm_flags = RTM_F_FIB_MATCH | RTM_F_LOOKUP_TABLE;
    cp_nl_put_ip(nl, RTA_DST, to);
    if (mark != 0)
        cp_nl_put_u32(nl, RTA_MARK, mark);
    if (from.family != 0) {
        header->rtm_src_len = 128;
        cp_nl_put_ip(nl, RTA_SRC, from);
    }
    cp_nl_close(nl);
}

void cp_nl_ask_nexthop(struct cp_nl *nl, uint32_t id)
{
    (void)cp_nl_open(nl, NETLINK_ROUTE, RTM_GETNEXTHOP, 0, sizeof(struct nhmsg));
    cp_nl_put_u32(nl, NHA_ID, id);
    cp_nl_close(nl);
}

void cp_nl_ask_all(struct cp_nl *nl, uint16_t type)
{
    size_t header = type == RTM_GETNEXTHOP ? sizeof(struct nhmsg) : sizeof(struct rtmsg);

    (void)cp_nl_open(nl, NETLINK_ROUTE, type, NLM_F_DUMP, header); /* zero: of every family */
    cp_nl_close(nl);
}

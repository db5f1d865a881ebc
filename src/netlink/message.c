#include "netlink/message.h"

#include <errno.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>

bool cp_nl_is_full(const struct cp_nl *nl)
{
    return nl->used > CP_NL_BATCH_MAX - CP_NL_MESSAGE_MAX;
}

void cp_nl_clear(struct cp_nl *nl)
{
    nl->used = 0;
    nl->asked = 0;
}

void *cp_nl_open(struct cp_nl *nl, int protocol, uint16_t type, uint16_t flags, size_t header)
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

struct nlmsghdr *cp_nl_at(struct cp_nl *nl)
{
    return (struct nlmsghdr *)(void *)(nl->bytes.at + nl->used);
}

void cp_nl_close(struct cp_nl *nl)
{
    nl->used += ((size_t)cp_nl_at(nl)->nlmsg_len + 3) & ~(size_t)3;
    CP_ASSERT(nl->used <= CP_NL_BATCH_MAX);
}

void cp_nl_put_u32(struct cp_nl *nl, uint16_t type, uint32_t value)
{
    mnl_attr_put_u32(cp_nl_at(nl), type, value);
}

void cp_nl_put_ip(struct cp_nl *nl, uint16_t type, cp_ip address)
{
    mnl_attr_put(cp_nl_at(nl), type, address.family == 4 ? 4 : 16, address.bytes);
}

/* Questions are answered by what is asked for, or by an error; the others by an error, which may be none. */
uint16_t cp_nl_flags(uint16_t type)
{
    if ((type & 3) == 2)
        return 0;
    return (type & 3) == 0 ? NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE : NLM_F_ACK;
}

bool cp_nl_is_failure(int error, uint16_t type)
{
    bool question = type >= RTM_BASE && (type & 3) == 2,
         removal = type >= RTM_BASE && (type & 3) == 1;

    if (type >> 8 == NFNL_SUBSYS_NFTABLES) /* which is asked alone */
        return false;
    return error != 0 && error != EEXIST && !question &&
           !(removal && (error == ENOENT || error == ESRCH));
}

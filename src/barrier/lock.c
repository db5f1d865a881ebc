#include "lock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <unistd.h>

/*
 * The lock is a table of nftables without anything in it, which belongs to a socket: the kernel deletes it when the last file of that
 * socket is closed, by whatever end.  There is one of a name in a network namespace, as there is one barrier, and who could hold it
 * against us may delete the barrier as well.  A file, or a Unix socket's name, anybody might hold who can read or say it; and a lock on
 * the policy's file would be on that file, where another policy takes its place.
 */

#define TABLE "cleanpath-lock"

enum { AGAIN_US = 20000, TRIES = 1500 };

/* One more message of a batch; where the next one begins. */
static struct nlmsghdr *put(struct nlmsghdr *at, uint16_t type, uint16_t flags)
{
    struct nlmsghdr *message = mnl_nlmsg_put_header(at);
    struct nfgenmsg *header = mnl_nlmsg_put_extra_header(message, sizeof *header);
    bool is_table = type == NFT_MSG_NEWTABLE;

    message->nlmsg_type = (uint16_t)(is_table ? NFNL_SUBSYS_NFTABLES << 8 | type : type);
    message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    header->nfgen_family = is_table ? NFPROTO_INET : NFPROTO_UNSPEC;
    header->res_id = htons(is_table ? 0 : NFNL_SUBSYS_NFTABLES);
    if (is_table) {
        mnl_attr_put_strz(message, NFTA_TABLE_NAME, TABLE);
        mnl_attr_put_u32(message, NFTA_TABLE_FLAGS, htonl(NFT_TABLE_F_OWNER));
    }
    return mnl_nlmsg_get_payload_tail(message);
}

/* EPERM: it belongs to another socket. */
static int try(struct mnl_socket *socket)
{
    _Alignas(struct nlmsghdr) char bytes[1024]; /* an error quotes what it is about */
    struct nlmsghdr *first = (struct nlmsghdr *)(void *)bytes, *end;
    ssize_t len;

    end = put(first, NFNL_MSG_BATCH_BEGIN, 0);
    end = put(end, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK);
    end = put(end, NFNL_MSG_BATCH_END, 0);
    if (mnl_socket_sendto(socket, bytes, (size_t)((char *)end - bytes)) < 0)
        return errno;
    len = mnl_socket_recvfrom(socket, bytes, sizeof bytes);
    if (len < 0)
        return errno;
    return mnl_cb_run(bytes, (size_t)len, 0, mnl_socket_get_portid(socket), NULL, NULL) < 0 ? errno
                                                                                            : 0;
}

int lock_take(void)
{
    static struct mnl_socket *socket; /* held until the program ends */
    int error = EPERM;

    socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
    if (socket == NULL || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
        return -1;
    for (uint32_t tries = 0; tries < TRIES && error == EPERM; tries++) {
        if (tries > 0)
            (void)usleep(AGAIN_US);
        error = try(socket);
    }
    errno = error == EPERM ? EBUSY : error;
    return error == 0 ? mnl_socket_get_fd(socket) : -1;
}

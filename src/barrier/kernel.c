#include "barrier/kernel.h"

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    RECEIVE_BYTES = 1 << 22,
    AGAIN_US = 2000, /* between tries */
    AGAIN_MAX = 500,
    ETHERNET_MTU = 1500, /* of an interface that is not here, where nothing is sent */
};

static struct mnl_socket *open_socket(int protocol, unsigned groups, int flags)
{
    struct mnl_socket *socket = mnl_socket_open2(protocol, SOCK_CLOEXEC | flags);
    int bytes = RECEIVE_BYTES;

    if (socket == NULL || mnl_socket_bind(socket, groups, MNL_SOCKET_AUTOPID) < 0)
        return NULL;
    (void)setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
    return socket;
}

bool kernel_open(struct kernel *kernel)
{
    kernel->sockets[NETLINK_ROUTE] = open_socket(NETLINK_ROUTE, 0, 0);
    kernel->sockets[NETLINK_NETFILTER] = open_socket(NETLINK_NETFILTER, 0, 0);
    kernel->sockets[NETLINK_GENERIC] = open_socket(NETLINK_GENERIC, 0, 0);
    kernel->links = open_socket(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV6_IFADDR, SOCK_NONBLOCK);
    return kernel->sockets[NETLINK_ROUTE] != NULL && kernel->sockets[NETLINK_NETFILTER] != NULL &&
           kernel->sockets[NETLINK_GENERIC] != NULL && kernel->links != NULL;
}

/* One datagram of answers; to how many of our messages it was the last word. */
static uint32_t take_answers(struct kernel *kernel, const struct nlmsghdr *at, ssize_t len,
                             kernel_answer answer, void *to)
{
    uint32_t done = 0;

    for (int left = (int)len; mnl_nlmsg_ok(at, left); at = mnl_nlmsg_next(at, &left)) {
        if (at->nlmsg_type == NLMSG_DONE) {
            done++;
        } else if (at->nlmsg_type == NLMSG_ERROR) {
            const struct nlmsgerr *said = mnl_nlmsg_get_payload(at);

            done++;
            if (kernel->error == 0 && cp_nl_is_failure(-said->error, said->msg.nlmsg_type))
                kernel->error = -said->error;
        } else {
            done += (at->nlmsg_flags & NLM_F_MULTI) == 0;
            if (answer != NULL)
                answer(to, at);
        }
    }
    return done;
}

static void send_once(struct kernel *kernel, kernel_answer answer, void *to)
{
    struct mnl_socket *socket = kernel->sockets[kernel->nl.protocol];
    union {
        char bytes[CP_NL_BATCH_MAX];
        struct nlmsghdr first;
    } received;

    if (mnl_socket_sendto(socket, kernel->nl.bytes.at, kernel->nl.used) < 0) {
        kernel->error = errno;
        return;
    }
    for (uint32_t left = kernel->nl.asked; left > 0;) {
        ssize_t len = mnl_socket_recvfrom(socket, received.bytes, sizeof received.bytes);
        uint32_t done = len < 0 ? 0 : take_answers(kernel, &received.first, len, answer, to);

        if (len < 0 &&
            errno != EINTR) { /* what is still to come would be taken for later answers */
            kernel->error = errno;
            (void)mnl_socket_close(socket);
            kernel->sockets[kernel->nl.protocol] = open_socket(kernel->nl.protocol, 0, 0);
            return;
        }
        left -= done < left ? done : left;
    }
}

/*
 * The kernel takes per-CPU memory for an encapsulation without sleeping, and says ENOMEM where thousands were made in
 * a row; soon there is some again.  All that is sent may be sent twice.
 */
static void send_all(struct kernel *kernel, kernel_answer answer, void *to)
{
    int before = kernel->error;

    for (uint32_t tries = 0; kernel->nl.used > 0 && tries < AGAIN_MAX; tries++) {
        if (kernel->words != NULL)
            kernel->words(&kernel->nl);
        else
            send_once(kernel, answer, to);
        if (kernel->error != ENOMEM || before != 0)
            break;
        kernel->error = tries + 1 < AGAIN_MAX ? 0 : ENOMEM;
        (void)usleep(AGAIN_US);
    }
    cp_nl_clear(&kernel->nl);
}

int kernel_commit(struct kernel *kernel, kernel_answer answer, void *to)
{
    int error;

    send_all(kernel, answer, to);
    error = kernel->error;
    kernel->error = 0;
    return error;
}

void kernel_relieve(struct kernel *kernel, kernel_answer answer, void *to)
{
    if (cp_nl_is_full(&kernel->nl))
        send_all(kernel, answer, to);
}

static struct ifreq request_of(cp_text interface)
{
    struct ifreq request = {.ifr_mtu = 0};

    memcpy(request.ifr_name, interface.at, interface.len < IFNAMSIZ ? interface.len : IFNAMSIZ - 1);
    return request;
}

uint32_t kernel_link(cp_text interface)
{
    return if_nametoindex(request_of(interface).ifr_name);
}

uint32_t kernel_mtu(const struct kernel *kernel, cp_text interface)
{
    struct ifreq request = request_of(interface);

    if (ioctl(mnl_socket_get_fd(kernel->links), SIOCGIFMTU, &request) != 0 || request.ifr_mtu < 0)
        return kernel->words != NULL ? ETHERNET_MTU : 0;
    return (uint32_t)request.ifr_mtu;
}

static void on_counter(void *to, const struct nlmsghdr *answer)
{
    *(uint64_t *)to = cp_nl_read_counter(answer);
}

uint64_t kernel_counter(struct kernel *kernel, const char *name)
{
    uint64_t packets = UINT64_MAX;

    cp_nl_ask_counter(&kernel->nl, name);
    return kernel_commit(kernel, on_counter, &packets) == 0 ? packets : UINT64_MAX;
}

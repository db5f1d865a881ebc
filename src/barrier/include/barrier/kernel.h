#pragma once

#include "netlink/answer.h"

/** The kernel as the agent talks to it: messages are gathered in `nl`, and sent as one by kernel_commit. */
struct kernel {
    struct cp_nl nl;
    struct mnl_socket *sockets[NETLINK_GENERIC + 1]; /* by protocol */
    struct mnl_socket *links;                        /* told of links and addresses that change */
    /* Takes messages in the kernel's stead (--dry-run); NULL: they are sent. */
    void (*words)(const struct cp_nl *nl);
    int error; /* the first of what was sent since the last commit */
};

typedef void (*kernel_answer)(void *to, const struct nlmsghdr *answer);

/** false: errno says why. */
bool kernel_open(struct kernel *kernel);
/** Sends what was gathered; each answer goes to answer (may be NULL).  0, or the errno of the first failure. */
int kernel_commit(struct kernel *kernel, kernel_answer answer, void *to);
/** Sends what was gathered where it is much; its failure is kept for the commit. */
void kernel_relieve(struct kernel *kernel, kernel_answer answer, void *to);
/** Packets that a counter of the filter has; UINT64_MAX: it is not there. */
uint64_t kernel_counter(struct kernel *kernel, const char *name);
/** Of an interface; 0: it is not there. */
uint32_t kernel_mtu(const struct kernel *kernel, cp_text interface);
uint32_t kernel_link(cp_text interface);
/** For `words`: the messages on standard output, as `ip` and `nft` would have them. */
void kernel_tell(const struct cp_nl *nl);

#pragma once

#include "netlink/message.h"

/** The kernel as it is talked to: messages are gathered in `nl`, and sent as one by kernel_commit. */
struct kernel {
    struct cp_nl nl;
    struct mnl_socket *sockets[NETLINK_GENERIC + 1]; /* by protocol; NULL: not open, or broken */
    /* Takes messages in the kernel's stead (--dry-run); NULL: they are sent. */
    void (*words)(const struct cp_nl *nl);
    int error; /* the first of what was sent since the last commit */
};

typedef void (*kernel_answer)(void *to, const struct nlmsghdr *answer);

/** protocol: NETLINK_...; false: errno says why. */
bool kernel_open(struct kernel *kernel, int protocol);
/** Sends what was gathered; each answer goes to answer (may be NULL).  0, or the errno of the first failure. */
int kernel_commit(struct kernel *kernel, kernel_answer answer, void *to);
/** The same, and its failure is kept for the commit. */
void kernel_send(struct kernel *kernel, kernel_answer answer, void *to);

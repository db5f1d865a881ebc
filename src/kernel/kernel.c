#include "kernel/kernel.h"

#include <errno.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECEIVE_BYTES = 1 << 22, AGAIN_US = 2000 /* between tries */, AGAIN_MAX = 500 };

bool kernel_open(struct kernel *kernel, int protocol)
{
    struct mnl_socket *socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);
    int bytes = RECEIVE_BYTES;

    kernel->sockets[protocol] = socket;
    if (socket == NULL || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
        return false;
    (void)setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
    return true;
}

/* One datagram of answers; to how many of our messages it was the last word. */
static uint32_t take_answers(struct kernel *kernel, const struct nlmsghdr *at, ssize_t len,
                             kernel_answer answer, void *to)
{
    uint32_t done = 0;

    for (int left = (int)len; mnl_nlmsg_ok(at, left); at = mnl_nlmsg_next(at, &left)) {
        const struct nlmsgerr *said = mnl_nlmsg_get_payload(at);
        bool failed = at->nlmsg_type == NLMSG_ERROR, ended = at->nlmsg_type == NLMSG_DONE;

        done += failed || ended || (at->nlmsg_flags & NLM_F_MULTI) == 0;
        if (!failed && !ended && answer != NULL)
            answer(to, at);
        if (failed && kernel->error == 0 && cp_nl_is_failure(-said->error, said->msg.nlmsg_type))
            kernel->error = -said->error;
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

    if (socket == NULL || mnl_socket_sendto(socket, kernel->nl.bytes.at, kernel->nl.used) < 0) {
        kernel->error = socket == NULL ? ENOTCONN : errno;
        return;
    }
    for (uint32_t left = kernel->nl.asked; left > 0;) {
        ssize_t len = mnl_socket_recvfrom(socket, received.bytes, sizeof received.bytes);
        uint32_t done = len < 0 ? 0 : take_answers(kernel, &received.first, len, answer, to);

        if (len < 0 &&
            errno != EINTR) { /* what is still to come would be taken for later answers */
            kernel->error = errno;
            (void)mnl_socket_close(socket);
            (void)kernel_open(kernel, kernel->nl.protocol);
            return;
        }
        left -= done < left ? done : left;
    }
}

/*
 * The kernel takes per-CPU memory for an encapsulation without sleeping, and says ENOMEM where thousands were made in
 * a row; soon there is some again.  All that is sent may be sent twice.
 */
void kernel_send(struct kernel *kernel, kernel_answer answer, void *to)
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

    kernel_send(kernel, answer, to);
    error = kernel->error;
    kernel->error = 0;
    return error;
}

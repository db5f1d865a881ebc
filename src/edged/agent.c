#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "edged.h"

/* The agent's socket: a request a datagram, an answer a datagram, in their order.  Called again until it is there. */

enum { AGAIN_MS = 500 };

static void try_again(uv_timer_t *timer)
{
    edged_agent_open(timer->data);
}

static void lost(struct edged *d)
{
    if (d->agent_fd < 0)
        return;
    (void)uv_poll_stop(&d->agent_poll);
    uv_close((uv_handle_t *)&d->agent_poll, NULL);
    (void)close(d->agent_fd);
    d->agent_fd = -1;
    if (d->stopping || d->remaking)
        return;
    cp_edge_agent_lost(d->edge, edged_now_us(d));
    (void)uv_timer_start(&d->agent_later, try_again, AGAIN_MS, 0);
}

void edged_agent_hear(struct edged *d)
{
    struct cp_agent_answer answer;
    ssize_t len;

    while (d->agent_fd >= 0) {
        len = recv(d->agent_fd, &answer, sizeof answer, MSG_DONTWAIT | MSG_TRUNC);
        if (len < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (len != (ssize_t)sizeof answer) {
            lost(d);
            return;
        }
        cp_edge_answered(d->edge, &answer, edged_now_us(d));
    }
}

static void readable(uv_poll_t *poll, int status, int events)
{
    struct edged *d = poll->data;

    (void)events;
    if (status < 0)
        lost(d);
    else
        edged_agent_hear(d);
    edged_pump(d);
}

static int dial(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    int fd;

    if (len >= sizeof to.sun_path)
        return -1;
    memcpy(to.sun_path, path, len);
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

void edged_agent_open(struct edged *d)
{
    if (d->stopping || d->edge == NULL)
        return;
    d->agent_fd = dial(d->config->agent_path);
    if (d->agent_fd < 0) {
        (void)uv_timer_start(&d->agent_later, try_again, AGAIN_MS, 0);
        return;
    }
    (void)uv_poll_init(&d->loop, &d->agent_poll, d->agent_fd);
    d->agent_poll.data = d;
    (void)uv_poll_start(&d->agent_poll, UV_READABLE, readable);
    log_say(LOG_NOTICE, "agent", NULL, "it is there");
    cp_edge_agent_there(d->edge, edged_now_us(d));
    edged_pump(d);
}

/* At most CP_EDGE_ASKS_MAX wait for their answers, which is what the socket holds: one that does not is no agent's. */
void edged_agent_ask(struct edged *d, const struct cp_agent_request *request)
{
    if (d->agent_fd >= 0 &&
        send(d->agent_fd, request, sizeof *request, MSG_NOSIGNAL) != (ssize_t)sizeof *request)
        lost(d);
}

void edged_agent_close(struct edged *d)
{
    lost(d);
}

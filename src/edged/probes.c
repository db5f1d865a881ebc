#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/seg6.h>
#include <linux/seg6_hmac.h>

#include "app/message.h"
#include "edged.h"
#include "serve/socket.h"

/*
 * One socket on the tunnel's source sends and receives all probes.  The segments of a path go into a routing header that the
 * socket is told before each probe; the kernel puts the far edge's address behind them (RFC 8754).
 */

enum { HEAD_BYTES = 8, HOPS_MOST = CP_AGENT_SEGMENTS + 1, BURST = 256 };

static void heard(uv_poll_t *poll, int status, int events)
{
    (void)events;
    if (status >= 0)
        edged_probes_hear(poll->data);
    edged_pump(poll->data);
}

static int make_socket(const struct edged *d)
{
    static const int on = 1, probe = IPV6_PMTUDISC_PROBE;
    struct sockaddr_storage at;
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    socket_address(d->made.policy->source, d->config->probe_port, &at);
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_DONTFRAG, &on, sizeof on) == 0 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &probe, sizeof probe) == 0 &&
        bind(fd, (const struct sockaddr *)&at, sizeof(struct sockaddr_in6)) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

cp_exit edged_probes_open(struct edged *d)
{
    d->probe_fd = -1;
    if (d->config->peer_count == 0)
        return CP_EXIT_OK;
    d->probe_fd = make_socket(d);
    if (d->probe_fd < 0) {
        cp_placed_say(&d->config->file, &d->config->probe_port,
                      "probes cannot be sent from the tunnel's source, port %u: %s",
                      d->config->probe_port, strerror(errno));
        return CP_EXIT_IO;
    }
    (void)uv_poll_init(&d->loop, &d->probe_poll, d->probe_fd);
    d->probe_poll.data = d;
    (void)uv_poll_start(&d->probe_poll, UV_READABLE, heard);
    return CP_EXIT_OK;
}

/* RFC 8754 2: next header (the kernel's), length, type 4, segments left, last entry, flags, tag; then the segments, the one
 * to be visited last first.  That is the far edge, whose place is left to the kernel.  As the traffic's, the header is signed
 * where there is a key: the kernel fills the HMAC in. */
static int set_segments(int fd, const struct cp_edge_act *act, uint32_t key)
{
    uint8_t count = (uint8_t)act->segment_count;
    uint8_t header[HEAD_BYTES + 16 * HOPS_MOST + sizeof(struct sr6_tlv_hmac)] = {
        0, (uint8_t)(2 * (count + 1)), 4, count, count};
    struct sr6_tlv_hmac hmac = {.hmackeyid = htonl(key)};
    size_t len = HEAD_BYTES + 16 * (count + 1u);

    for (uint8_t i = 0; i < count; i++)
        memcpy(&header[HEAD_BYTES + 16 * (count - i)], act->segments[i], 16);
    if (key != 0) {
        hmac.tlvhdr.type = SR6_TLV_HMAC;
        hmac.tlvhdr.len = sizeof hmac - sizeof hmac.tlvhdr;
        memcpy(&header[len], &hmac, sizeof hmac);
        len += sizeof hmac;
        header[1] = (uint8_t)(len / 8 - 1);
        header[5] = SR6_FLAG1_HMAC;
    }
    return setsockopt(fd, IPPROTO_IPV6, IPV6_RTHDR, header, (socklen_t)len);
}

/* What does not leave is a probe that does not come through. */
void edged_probes_send(struct edged *d, const struct cp_edge_act *act)
{
    struct sockaddr_storage to;

    if (d->probe_fd < 0)
        return;
    socket_address(act->address, d->config->probe_port, &to);
    d->probes_out++;
    if (set_segments(d->probe_fd, act, d->config->hmac) != 0 ||
        sendto(d->probe_fd, act->text.at, act->text.len, MSG_DONTWAIT, (const struct sockaddr *)&to,
               sizeof(struct sockaddr_in6)) < 0)
        d->probes_failed++;
}

void edged_probes_hear(struct edged *d)
{
    for (uint32_t i = 0; d->probe_fd >= 0 && i < BURST; i++) {
        ssize_t len = recv(d->probe_fd, d->in, sizeof d->in, MSG_DONTWAIT);

        if (len < 0)
            return;
        d->probes_in++;
        cp_edge_probed(d->edge, (cp_text){d->in, (size_t)len}, edged_now_us(d));
    }
}

void edged_probes_close(struct edged *d)
{
    if (d->probe_fd < 0)
        return;
    uv_close((uv_handle_t *)&d->probe_poll, NULL);
    (void)close(d->probe_fd);
    d->probe_fd = -1;
}

#include <linux/rtnetlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "contest.h"
#include "headend.h"

/*
 * cleanpath-agent itself, in a network namespace of its own (root alone may make one): from the request's datagram to
 * the answer that says that the kernel has it so.  Demands go over HUBS nodes behind the first hop, whose SIDs they
 * share; each has a prefix of IPv4.
 */

enum { DEMANDS = 10000, HUBS = 100, ORDERS = 4000 };
enum { WAITING = 32 /* CP_EDGE_ASKS_MAX */ };

static uint64_t now_ns(void)
{
    struct timespec t = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Nodes: 1 head, 2 behind the first hop, then hubs, then endpoints.  without: a hub whose SID the policy has not. */
static void write_policy(unsigned serial, unsigned without)
{
    size_t at = headend_line(
        0, "cleanpath-edge-policy 1\nserial %u\nissued 2026-01-01T00:00:00Z\nhead 1 r1\n", serial);

    for (unsigned n = 2; n < 3 + HUBS + DEMANDS; n++)
        at = headend_line(at, "node %u n%u\n", n, n);
    at = headend_line(at, "source fcff:1::1\nclass 100 sensitive\nfirst 1 e-r4 fc01:1::2 2 100\n"
                          "first 2 f-r4 fc01:2::2 2 100\nselect 100 from 10.2.1.0/24\n");
    for (unsigned h = 0; h < HUBS; h++)
        if (h != without)
            at = headend_line(at, "adjacency fcbb:2::%x 2 %u 100\n", h + 1, h + 3);
    for (unsigned d = 0; d < DEMANDS; d++)
        at =
            headend_line(at, "adjacency fcbb:3::%x %u %u 100\n", d + 1, d % HUBS + 3, d + 3 + HUBS);
    for (unsigned d = 0; d < DEMANDS; d++)
        at = headend_line(at, "unpack4 fcbb:8:%x::d4 %u\n", d, d + 3 + HUBS);
    for (unsigned d = 0; d < DEMANDS; d++)
        at = headend_line(at, "behind 100 %u 20.%u.%u.0/24\n", d + 3 + HUBS, d >> 8, d & 255);
    at = headend_line(at, "mtu 1280\n");
    headend_sign(at);
}

static void open_bench(const char *self)
{
    headend_open(self);
    headend_run(
        "ip link set lo up && ip link add e-r4 mtu 1700 type veth peer name e-peer && "
        "ip link add f-r4 mtu 1700 type veth peer name f-peer && ip link set e-r4 up && ip link set e-peer up && "
        "ip link set f-r4 up && ip link set f-peer up && ip addr add fc01:1::1/64 dev e-r4 nodad && "
        "ip addr add fc01:2::1/64 dev f-r4 nodad");
    write_policy(1, HUBS);
    headend_barrier();
}

static struct cp_agent_request order_of(unsigned d, uint32_t first)
{
    struct cp_agent_request order = {
        .kind = CP_AGENT_ORDER, .class = 100, .endpoint = d + 3 + HUBS, .path_count = 1};
    struct cp_agent_path *path = &order.paths[0];
    const uint8_t starts[2][4] = {{0xfc, 0xbb, 0, 2}, {0xfc, 0xbb, 0, 3}};
    unsigned last[2] = {d % HUBS + 1, d + 1};

    path->first = first;
    path->weight = 1;
    path->segment_count = 2;
    for (uint32_t i = 0; i < 2; i++) {
        memcpy(path->segments[i], starts[i], 4);
        path->segments[i][14] = (uint8_t)(last[i] >> 8);
        path->segments[i][15] = (uint8_t)last[i];
    }
    return order;
}

/* Nanoseconds that it takes. */
static uint64_t order(unsigned d, uint32_t first, uint8_t reduced)
{
    struct cp_agent_request asked = order_of(d, first);
    struct cp_agent_answer said;
    uint64_t begun = now_ns();

    asked.paths[0].reduced = reduced;
    headend_ask(&asked, &said);
    begun = now_ns() - begun;
    headend_must(said.result == CP_AGENT_DONE && said.state == CP_AGENT_STATE_INSTALLED,
                 "an order");
    return begun;
}

/* As cleanpath-edge does: some wait for their answers. */
static void install_all(void)
{
    for (unsigned d = 0; d < DEMANDS + WAITING; d++) {
        struct cp_agent_request asked = order_of(d, 1);
        struct cp_agent_answer said;

        if (d >= WAITING) {
            headend_hear(&said);
            headend_must(said.result == CP_AGENT_DONE && said.state == CP_AGENT_STATE_INSTALLED,
                         "an order");
        }
        if (d < DEMANDS)
            headend_send(&asked);
    }
}

static int compare(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static void put_times(const char *name, uint64_t *took_ns, uint32_t count)
{
    char row[64];
    uint32_t middle = count / 2, late = count - 1 - count / 100;

    qsort(took_ns, count, sizeof *took_ns, compare);
    (void)snprintf(row, sizeof row, "agent_%s_p50", name);
    figures_put(row, (double)took_ns[middle] / 1e3, "us");
    (void)snprintf(row, sizeof row, "agent_%s_p99", name);
    figures_put(row, (double)took_ns[late] / 1e3, "us");
}

/* The kernel tells of IPv4 routes that change. */
static int listen_to_routes(void)
{
    struct sockaddr_nl at = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_ROUTE};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), bytes = 1 << 22;

    headend_must(fd >= 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0, "netlink");
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
    return fd;
}

/* How many of the next datagram's routes prohibit. */
static uint32_t prohibitions(int fd)
{
    struct {
        struct nlmsghdr header;
        struct rtmsg route;
        char rest[4096];
    } said;
    ssize_t len = recv(fd, &said, sizeof said, 0);

    headend_must(len >= (ssize_t)(sizeof said.header + sizeof said.route), "what the kernel tells");
    return said.header.nlmsg_type == RTM_NEWROUTE && said.route.rtm_type == RTN_PROHIBIT;
}

static void measure(void)
{
    static uint64_t took_ns[ORDERS];
    uint64_t begun = now_ns();
    int told;

    install_all();
    figures_put("agent_install_10000", (double)(now_ns() - begun) / 1e6, "ms");
    for (uint32_t i = 0; i < ORDERS; i++) /* another form of encapsulation, in place */
        took_ns[i] = order(i, 1, 1);
    put_times("order", took_ns, ORDERS);
    for (uint32_t i = 0; i < HUBS; i++) /* and its first hop too, of all that share the SID */
        took_ns[i] = order(i, 2, 1);
    put_times("order_first_hop", took_ns, HUBS);
    headend_signal(SIGKILL);
    begun = now_ns();
    headend_start();
    figures_put("agent_start_10000", (double)(now_ns() - begun) / 1e6, "ms");
    /* From the signal to when the last of the demands of a hub, which a newer policy forbids, is prohibited. */
    write_policy(2, 0);
    told = listen_to_routes();
    begun = now_ns();
    headend_signal(SIGHUP);
    for (uint32_t prohibited = 0; prohibited < DEMANDS / HUBS;)
        prohibited += prohibitions(told);
    figures_put("agent_newer_policy", (double)(now_ns() - begun) / 1e6, "ms");
}

int main(int argc, char **argv)
{
    figures_begin(getenv("BENCH_ROWS"), NULL);
    (void)argc;
    if (figures_wanted("agent")) {
        if (unshare(CLONE_NEWNET) != 0) {
            (void)fprintf(stderr, "  agent: left out: only root may make a network namespace\n");
            return figures_end();
        }
        open_bench(argv[0]);
        headend_start();
        measure();
        headend_close();
    }
    return figures_end();
}

/*
 * Sends and receives numbered packets of the leak laboratory.
 *
 *   traffic send sensitive|ordinary RATE SIZE (FLOW FROM TO PORT DSCP)...
 *       RATE packets a second of each flow of SIZE bytes, until it is ended; prints what it sent
 *   traffic sink FILE PORT COUNT
 *       counts what comes to COUNT ports from PORT on, of both families, in FILE (flow.h), which is there and zero
 *
 * A tick is a millisecond.  What a tick should have sent by now is sent by sendmmsg; what is late by more than 100 ms
 * (a machine with others on it) is left out, and is no loss: it never was sent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "flow.h"

enum {
    BATCH = 64,
    LATE_TICKS = 100,
    MAX_SIZE = 1400,
    FROM_PORT = 20000 /* above the port that it is sent to */
};

static volatile sig_atomic_t ended;

static void on_end(int number)
{
    (void)number;
    ended = 1;
}

static void fail(const char *what)
{
    perror(what);
    exit(74);
}

static uint64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static unsigned number(const char *text, unsigned max)
{
    char *end;
    unsigned long got = strtoul(text, &end, 10);

    if (*text == '\0' || *end != '\0' || got > max) {
        fprintf(stderr, "traffic: not a number up to %u: %s\n", max, text);
        exit(64);
    }
    return (unsigned)got;
}

/* ---- send */

struct flow {
    int fd;
    struct sockaddr_in6 to;
    socklen_t to_len;
    struct payload head;
    uint64_t sent;
};

static socklen_t address(const char *text, unsigned port, struct sockaddr_in6 *at)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    *at = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET6, text, &at->sin6_addr) == 1)
        return sizeof(*at);
    if (inet_pton(AF_INET, text, &v4.sin_addr) != 1) {
        fprintf(stderr, "traffic: not an address: %s\n", text);
        exit(64);
    }
    memcpy(at, &v4, sizeof(v4));
    return sizeof(v4);
}

/* Not connected: an ICMP error is no reason to send less. */
static struct flow flow_open(char **words, const char *magic)
{
    struct flow f = {.head.flow = number(words[0], FLOWS - 1)};
    struct sockaddr_in6 from;
    socklen_t from_len = address(words[1], number(words[3], 65535) + FROM_PORT, &from);
    int class = (int)number(words[4], 63) << 2;
    int level = from.sin6_family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
    int option = from.sin6_family == AF_INET6 ? IPV6_TCLASS : IP_TOS;

    memcpy(f.head.magic, magic, MAGIC_BYTES);
    f.to_len = address(words[2], number(words[3], 65535), &f.to);
    f.fd = socket(from.sin6_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (f.fd < 0 || setsockopt(f.fd, level, option, &class, sizeof(class)) != 0 ||
        bind(f.fd, (struct sockaddr *)&from, from_len) != 0)
        fail(words[1]);
    return f;
}

/* Where the kernel takes less than all, the rest is not sent later. */
static void send_some(struct flow *f, unsigned count, unsigned size)
{
    static char bytes[BATCH][MAX_SIZE];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {0};

    while (count > 0) {
        unsigned some = count < BATCH ? count : BATCH;
        int done;

        for (unsigned i = 0; i < some; i++) {
            f->head.number = f->sent + i + 1;
            memcpy(bytes[i], &f->head, sizeof(f->head));
            parts[i] = (struct iovec){.iov_base = bytes[i], .iov_len = size};
            messages[i].msg_hdr = (struct msghdr){.msg_name = &f->to,
                                                  .msg_namelen = f->to_len,
                                                  .msg_iov = &parts[i],
                                                  .msg_iovlen = 1};
        }
        done = sendmmsg(f->fd, messages, some, 0);
        if (done <= 0)
            return;
        f->sent += (uint64_t)done;
        count -= some;
    }
}

static int send_flows(int argc, char **argv)
{
    const char *magic = strcmp(argv[0], "sensitive") == 0 ? MAGIC_SENSITIVE : MAGIC_ORDINARY;
    unsigned rate = number(argv[1], 1000000);
    unsigned size = number(argv[2], MAX_SIZE);
    unsigned count = (unsigned)(argc - 3) / 5;
    struct flow flows[FLOWS];
    uint64_t began = now_us();
    uint64_t ticks = 0;
    uint64_t sum = 0;

    if (count == 0 || count > FLOWS || (argc - 3) % 5 != 0 || size < sizeof(struct payload))
        return 64;
    for (unsigned i = 0; i < count; i++)
        flows[i] = flow_open(argv + 3 + (size_t)i * 5, magic);
    while (!ended) {
        uint64_t due = (now_us() - began) / 1000;

        if (due > ticks + LATE_TICKS)
            ticks = due - LATE_TICKS;
        for (unsigned i = 0; i < count && due > ticks; i++)
            send_some(&flows[i], (unsigned)(due * rate / 1000 - ticks * rate / 1000), size);
        ticks = due;
        usleep(700);
    }
    for (unsigned i = 0; i < count; i++) {
        sum += flows[i].sent;
        close(flows[i].fd);
    }
    printf("%llu\n", (unsigned long long)sum);
    return 0;
}

/* ---- sink */

static int sink_open(unsigned port, int family)
{
    struct sockaddr_in6 at;
    socklen_t len = address(family == AF_INET6 ? "::" : "0.0.0.0", port, &at);
    int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    int on = 1;
    int size = 8 << 20;

    if (fd < 0 ||
        (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0) ||
        bind(fd, (struct sockaddr *)&at, len) != 0)
        fail("sink");
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)); /* as much as it may have */
    return fd;
}

static void count_some(int fd, struct arrivals *table)
{
    static char bytes[BATCH][sizeof(struct payload)];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {0};
    uint64_t bucket;
    int got;

    for (unsigned i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){.iov_base = bytes[i], .iov_len = sizeof(bytes[i])};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    got = recvmmsg(fd, messages, BATCH, 0, NULL);
    bucket = (now_us() - table->began_us) / BUCKET_US;
    if (bucket >= BUCKETS) {
        fprintf(stderr, "traffic: the table is full\n");
        exit(74);
    }
    for (int i = 0; i < got; i++) {
        struct payload head;

        memcpy(&head, bytes[i], sizeof(head));
        if (messages[i].msg_len < sizeof(head) || head.flow >= FLOWS)
            continue; /* not ours */
        table->count[head.flow][bucket]++;
        if (head.number > table->highest[head.flow])
            table->highest[head.flow] = head.number;
    }
}

static int sink(char **argv)
{
    int file = open(argv[0], O_RDWR | O_CLOEXEC);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    unsigned port = number(argv[1], 65000);
    unsigned count = number(argv[2], 500);
    struct arrivals *table =
        mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

    if (file < 0 || table == MAP_FAILED || poll < 0)
        fail(argv[0]);
    table->began_us = now_us();
    for (unsigned i = 0; i < 2 * count; i++) {
        int fd = sink_open(port + i / 2, i % 2 == 0 ? AF_INET : AF_INET6);
        struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};

        if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &wanted) != 0)
            fail("epoll");
    }
    while (!ended) {
        struct epoll_event ready[BATCH];
        int n = epoll_wait(poll, ready, BATCH, 200);

        for (int i = 0; i < n; i++)
            count_some(ready[i].data.fd, table);
    }
    close(poll);
    close(file);
    return 0;
}

int main(int argc, char **argv)
{
    struct sigaction act = {.sa_handler = on_end};

    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
    if (argc >= 10 && strcmp(argv[1], "send") == 0)
        return send_flows(argc - 2, argv + 2);
    if (argc == 5 && strcmp(argv[1], "sink") == 0)
        return sink(argv + 2);
    fprintf(stderr, "usage: traffic send sensitive|ordinary RATE SIZE (FLOW FROM TO PORT DSCP)...\n"
                    "       traffic sink FILE PORT COUNT\n");
    return 64;
}

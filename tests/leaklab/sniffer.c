/*
 * Counts sensitive packets in network namespaces, whatever wraps them: the payload's magic bytes are looked for in the
 * whole frame, so that one inside SRv6, quoted by an ICMP error, or sent on by somebody in another dress, counts too.
 *
 * Lines that it is told, and answers each with one or more lines, the last one `.`:
 *   watch NAME /run/netns/SPACE [INTERFACE]   all interfaces of it; of a link, one end
 *   leave NAME
 *   report     NAME IN OUT FIRST_US LAST_US MISSED   for each, in the order of their coming; times of CLOCK_MONOTONIC,
 *              taken as the frame was read; MISSED: frames that the kernel had no room for, so that nobody knows
 *
 * Argument: a folder, in which NAME.pcap gets the first frames that were counted at each place: what it was.
 *
 * A raw packet socket sees each frame before any filter of the namespace does, and after its own filters have let one
 * out.  It can miss frames only where its buffer (64 MB) is full, and the kernel counts those.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "flow.h"

enum { PLACES = 64, BATCH = 64, FRAME = 2048, ROOM = 64 << 20, ROUNDS = 2000, KEPT = 20 };

struct place {
    char name[32];
    int fd;
    uint64_t in;
    uint64_t out;
    uint64_t first_us;
    uint64_t last_us;
    uint64_t missed;
};

static struct place places[PLACES];
static unsigned place_count;
static const char *folder;

static uint64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* A socket in another namespace stays there; this process comes back.  -1: it cannot be. */
static int socket_in(const char *space, const char *interface)
{
    int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int there = open(space, O_RDONLY | O_CLOEXEC);
    int fd = -1;
    int size = ROOM;
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};

    if (here >= 0 && there >= 0 && setns(there, CLONE_NEWNET) == 0) {
        fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    0); /* none yet: bind starts it */
        at.sll_ifindex = interface == NULL ? 0 : (int)if_nametoindex(interface);
        if (setns(here, CLONE_NEWNET) != 0)
            exit(74);
    }
    close(here);
    close(there);
    if (fd >= 0 && ((interface != NULL && at.sll_ifindex == 0) ||
                    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0 ||
                    bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* The file format of libpcap; Ethernet. */
static void keep(const struct place *p, const char *frame, uint32_t len)
{
    const uint32_t head[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1};
    const uint32_t record[] = {(uint32_t)(p->last_us / 1000000), (uint32_t)(p->last_us % 1000000),
                               len, len};
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s.pcap", folder, p->name);
    file = fopen(path, "ab");
    if (file == NULL)
        return;
    if (ftell(file) == 0)
        fwrite(head, sizeof(head), 1, file);
    fwrite(record, sizeof(record), 1, file);
    fwrite(frame, len, 1, file);
    fclose(file);
}

static void read_some(struct place *p)
{
    static char frames[BATCH][FRAME];
    static struct sockaddr_ll from[BATCH];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {0};
    int got;

    for (unsigned i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){.iov_base = frames[i], .iov_len = FRAME};
        messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
                                              .msg_namelen = sizeof(from[i]),
                                              .msg_iov = &parts[i],
                                              .msg_iovlen = 1};
    }
    got = recvmmsg(p->fd, messages, BATCH, 0, NULL);
    for (int i = 0; i < got; i++) {
        if (memmem(frames[i], messages[i].msg_len, MAGIC_SENSITIVE, MAGIC_BYTES) == NULL)
            continue;
        *(from[i].sll_pkttype == PACKET_OUTGOING ? &p->out : &p->in) += 1;
        p->last_us = now_us();
        if (p->first_us == 0)
            p->first_us = p->last_us;
        if (folder != NULL && p->in + p->out <= KEPT)
            keep(p, frames[i], messages[i].msg_len);
    }
}

/* The kernel's count begins anew with each question. */
static void add_missed(struct place *p)
{
    struct tpacket_stats stats = {0};
    socklen_t len = sizeof(stats);

    if (getsockopt(p->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == 0)
        p->missed += stats.tp_drops;
    else
        p->missed++;
}

static void watch(const char *name, const char *space, const char *interface)
{
    struct place p = {.fd = place_count < PLACES ? socket_in(space, interface) : -1};

    if (p.fd < 0) {
        printf("refused %s: %s\n", name, strerror(errno));
        return;
    }
    snprintf(p.name, sizeof(p.name), "%s", name);
    places[place_count++] = p;
}

static void leave(const char *name)
{
    for (unsigned i = 0; i < place_count; i++) {
        if (strcmp(places[i].name, name) != 0)
            continue;
        close(places[i].fd);
        memmove(&places[i], &places[i + 1], (place_count - i - 1) * sizeof(places[i]));
        place_count--;
        return;
    }
    printf("refused %s: not watched\n", name);
}

static void report(void)
{
    for (unsigned i = 0; i < place_count; i++) {
        struct place *p = &places[i];

        add_missed(p);
        printf("%s %llu %llu %llu %llu %llu\n", p->name, (unsigned long long)p->in,
               (unsigned long long)p->out, (unsigned long long)p->first_us,
               (unsigned long long)p->last_us, (unsigned long long)p->missed);
    }
}

static void obey(char *line)
{
    char *words[4] = {NULL};
    char *rest = NULL;

    for (unsigned i = 0; i < 4; i++)
        words[i] = strtok_r(i == 0 ? line : NULL, " \n", &rest);
    if (words[0] != NULL && strcmp(words[0], "watch") == 0 && words[2] != NULL)
        watch(words[1], words[2], words[3]);
    else if (words[0] != NULL && strcmp(words[0], "leave") == 0 && words[1] != NULL)
        leave(words[1]);
    else if (words[0] != NULL && strcmp(words[0], "report") == 0)
        report();
    else
        printf("refused\n");
    printf(".\n");
    fflush(stdout);
}

/* All that has come is counted before a question is answered; in a flood, all that had come by then and more. */
int main(int argc, char **argv)
{
    char line[256];
    unsigned rounds = 0;

    folder = argc > 1 ? argv[1] : NULL;
    setvbuf(stdin, NULL, _IONBF, 0); /* what it holds would not wake poll */
    for (;;) {
        struct pollfd wanted[PLACES + 1];
        unsigned busy = 0;

        for (unsigned i = 0; i < place_count; i++)
            wanted[i] = (struct pollfd){.fd = places[i].fd, .events = POLLIN};
        wanted[place_count] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(wanted, place_count + 1, -1) < 0 && errno != EINTR)
            return 74;
        for (unsigned i = 0; i < place_count; i++) {
            if ((wanted[i].revents & POLLIN) != 0) {
                read_some(&places[i]);
                busy++;
            }
        }
        if (wanted[place_count].revents != 0 && (busy == 0 || ++rounds > ROUNDS)) {
            rounds = 0;
            if (fgets(line, sizeof(line), stdin) == NULL)
                return 0;
            obey(line);
        }
    }
}

#include "steered_net.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "headend.h"

enum {
    BATCH = 64,
    HEADERS = 28, /* of IPv4 and UDP */
    BYTES_MAX = 1400,
    PORT = 9,
    COUNTED_MAX = 4096,
    CHUNK = 1 << 18,
    TRIES_MAX = 20,
    DRAIN_US = 5000,
    LAST_NODE = 9,
    BALLAST_FIRST = 10 /* nodes of what is not measured, a demand and a prefix each */
};

const uint32_t way_segments[WAY_LENGTHS] = {1, 4, 8};

static const char *const destinations[WAYS] = {"24.0.0.2", "22.0.0.2", "21.0.0.2",
                                               "23.1.0.2", "23.4.0.2", "23.8.0.2",
                                               "20.1.0.2", "20.4.0.2", "20.8.0.2"};

/* Permanent neighbours everywhere: what drops all packets drops questions about them too. */
static const char network[] =
    "set -e\n"
    "for n in h p b r s; do\n"
    "  ip netns add $P$n; ip -n $P$n link set lo up\n"
    "  ip netns exec $P$n sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \\\n"
    "    net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \\\n"
    "    net.ipv6.conf.all.seg6_enabled=1 net.ipv6.conf.default.seg6_enabled=1\n"
    "done\n"
    "end() {\n" /* link, which end, namespace, device */
    "  other=$((3 - $2))\n"
    "  ip -n $P$3 link set $4 up; ip -n $P$3 addr add 10.9.$1.$2/24 dev $4\n"
    "  ip -n $P$3 addr add fc01:$1::$2/64 dev $4 nodad\n"
    "  for a in 10.9.$1.$other fc01:$1::$other; do\n"
    "    ip -n $P$3 neigh replace $a lladdr 02:00:00:00:0$1:0$other dev $4 nud permanent; done\n"
    "}\n"
    "wire() {\n" /* link, MTU, namespace, namespace */
    "  ip link add $3-$4 mtu $2 address 02:00:00:00:0$1:01 netns $P$3 type veth \\\n"
    "    peer name $4-$3 mtu $2 address 02:00:00:00:0$1:02 netns $P$4\n"
    "  end $1 1 $3 $3-$4; end $1 2 $4 $4-$3\n"
    "}\n"
    "wire 1 1500 h p; wire 2 1500 h b; wire 3 1500 h s; wire 4 1700 p r; wire 5 1700 b r; wire 6 1700 r s\n"
    "route() { node=$1; shift; ip -n $P$node route add $*; }\n"
    "for i in 1 2 3; do ip -n $P\"h\" addr add 10.2.$i.2/32 dev lo; done\n"
    "route h 20.0.0.0/8 via 10.9.2.2 src 10.2.1.2; route h 21.0.0.0/8 via 10.9.2.2 src 10.2.2.2\n"
    "route h 22.0.0.0/7 via 10.9.1.2 src 10.2.3.2; route h 24.0.0.0/8 via 10.9.3.2 src 10.2.3.2\n"
    "route p 22.0.0.0/8 via 10.9.4.2; route p 10.2.0.0/16 via 10.9.1.1; route p fcbb::/16 via fc01:4::2\n"
    "route b 21.0.0.0/8 via 10.9.5.2; route b 10.2.0.0/16 via 10.9.2.1\n"
    "route r 20.0.0.0/6 via 10.9.6.2; route r 10.2.0.0/16 via 10.9.5.1; route r 10.2.3.0/24 via 10.9.4.1\n"
    "route s 10.2.0.0/16 via 10.9.6.1; route s local 20.0.0.0/6 dev lo\n"
    "for a in 20.1 20.4 20.8 23.1 23.4 23.8; do\n" /* End.DX4 asks for the packet's own destination there */
    "  ip -n $P\"r\" neigh add $a.0.2 lladdr 02:00:00:00:06:02 dev r-s nud permanent; done\n"
    "ip -n $P\"p\" sr tunsrc set fcff:1::1\n"
    "sids=\n"
    "for n in 2 3 4 5 6 7 8 9; do\n"
    "  route r fcbb:$n::d4 encap seg6local action End.DX4 nh4 10.9.6.2 dev r-s\n"
    "  route r fcbb:$n::1 encap seg6local action End dev r-s\n"
    "  route p 23.$((n - 1)).0.0/16 encap seg6 mode encap segs ${sids}fcbb:$n::d4 dev p-r\n"
    "  sids=${sids}fcbb:$n::1,\n"
    "done\n";

static char prefix[32];
static int counted[3] = {-1, -1, -1}; /* by stop: the devices' counters there */
static int listener = -1, kernel_thread = -1;
static stop stopped;
static atomic_ullong received;

static void run_with_prefix(const char *script)
{
    static char command[1 << 13];

    headend_must(snprintf(command, sizeof command, "P=%s\n%s", prefix, script) <
                     (int)sizeof command,
                 "a longer command");
    headend_run(command);
}

/* This thread goes there; what it opens stays there. */
static void enter(const char *name)
{
    char path[64];
    int at;

    (void)snprintf(path, sizeof path, "/run/netns/%s%s", prefix, name);
    at = open(path, O_RDONLY | O_CLOEXEC);
    headend_must(at >= 0 && setns(at, CLONE_NEWNET) == 0, path);
    (void)close(at);
}

/* --- the headend ----------------------------------------------------------------------------------- */

/* A line for each demand, as those that are compiled have; those of what is measured stand in the middle. */
static size_t write_selects(size_t at, unsigned end)
{
    for (unsigned n = BALLAST_FIRST; n <= end; n++) {
        for (unsigned k = 0; k < WAY_LENGTHS && n == (BALLAST_FIRST + end) / 2; k++)
            at = headend_line(at, "select 100 from 10.2.1.0/24 to 20.%u.0.0/16\n", way_segments[k]);
        if (n < end)
            at =
                headend_line(at, "select 100 from 10.2.1.0/24 to 30.%u.%u.0/24\n", n >> 8, n & 255);
    }
    return at;
}

/* A chain over nodes 2 to 9; the endpoint of n segments is node n + 1. */
static void write_policy(uint32_t beside)
{
    static unsigned serial;
    unsigned end = BALLAST_FIRST + beside;
    size_t at = headend_line(
        0, "cleanpath-edge-policy 1\nserial %u\nissued 2026-01-01T00:00:00Z\nhead 1 r1\n",
        ++serial);

    for (unsigned n = 2; n < end; n++)
        at = headend_line(at, "node %u n%u\n", n, n);
    at = headend_line(at, "source fcff:1::1\nclass 100 sensitive\ninside b-h\n"
                          "first 1 b-r fc01:5::2 2 100\n");
    at = write_selects(at, end);
    for (unsigned n = 2; n < LAST_NODE; n++)
        at = headend_line(at, "adjacency fcbb:%x::1 %u %u 100\n", n, n, n + 1);
    for (unsigned n = BALLAST_FIRST; n < end; n++)
        at = headend_line(at, "adjacency fcbb:9:%x::1 9 %u 100\n", n, n);
    for (unsigned n = 2; n <= LAST_NODE; n++)
        at = headend_line(at, "unpack4 fcbb:%x::d4 %u\n", n, n);
    for (unsigned n = BALLAST_FIRST; n < end; n++)
        at = headend_line(at, "unpack4 fcbb:a:%x::d4 %u\n", n, n);
    for (unsigned i = 0; i < WAY_LENGTHS; i++)
        at = headend_line(at, "behind 100 %u 20.%u.0.0/16\n", way_segments[i] + 1, way_segments[i]);
    for (unsigned n = BALLAST_FIRST; n < end; n++)
        at = headend_line(at, "behind 100 %u 30.%u.%u.0/24\n", n, n >> 8, n & 255);
    at = headend_line(at, "mtu 1280\n");
    headend_sign(at);
}

static void order(uint32_t segments)
{
    struct cp_agent_request asked = {
        .kind = CP_AGENT_ORDER, .class = 100, .endpoint = segments + 1, .path_count = 1};
    struct cp_agent_path *path = &asked.paths[0];
    struct cp_agent_answer said;

    path->first = path->weight = 1;
    path->segment_count = (uint8_t)(segments - 1); /* what unpacks is the agent's to add */
    for (uint32_t i = 0; i + 1 < segments; i++) {
        const uint8_t sid[16] = {0xfc, 0xbb, 0, (uint8_t)(i + 2), [15] = 1};

        memcpy(path->segments[i], sid, sizeof sid);
    }
    headend_ask(&asked, &said);
    headend_must(said.result == CP_AGENT_DONE && said.state == CP_AGENT_STATE_INSTALLED,
                 "an order");
}

void net_policy(uint32_t beside)
{
    enter("b");
    write_policy(beside);
    headend_barrier();
    headend_start();
    for (uint32_t i = 0; i < WAY_LENGTHS; i++)
        order(way_segments[i]);
    enter("h");
}

/* --- the receiver ---------------------------------------------------------------------------------- */

static void *receive(void *unused)
{
    static char bytes[CHUNK];

    (void)unused;
    for (;;) {
        int from = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        ssize_t len;

        headend_must(from >= 0, "a connection");
        while ((len = recv(from, bytes, sizeof bytes, MSG_TRUNC)) > 0) /* they are not copied */
            atomic_fetch_add(&received, (unsigned long long)len);
        (void)close(from);
    }
    return NULL;
}

static struct sockaddr_in address_of(const char *ip)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(PORT)};

    headend_must(inet_pton(AF_INET, ip, &at.sin_addr) == 1, ip);
    return at;
}

static void open_receiver(void)
{
    struct sockaddr_in at = address_of("0.0.0.0");
    pthread_t thread;

    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    headend_must(listener >= 0 && bind(listener, (const struct sockaddr *)&at, sizeof at) == 0 &&
                     listen(listener, 1) == 0 && pthread_create(&thread, NULL, receive, NULL) == 0,
                 "a receiver");
}

/* --- opening and closing ---------------------------------------------------------------------------- */

static int open_counters(const char *name)
{
    int fd;

    enter(name);
    fd = open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC);
    headend_must(fd >= 0, "/proc/thread-self/net/dev");
    return fd;
}

static void close_network(void)
{
    run_with_prefix("for n in h p b r s; do ip netns del $P$n 2>/dev/null; done; true\n");
}

static void open_kernel_thread(size_t processor)
{
    char command[160], number[16] = "", path[64];
    FILE *found;

    (void)snprintf(command, sizeof command,
                   "grep -lx ksoftirqd/%zu /proc/[0-9]*/comm 2>/dev/null | cut -d/ -f3", processor);
    found = popen(command, "re");
    headend_must(found != NULL && fscanf(found, "%15[0-9]", number) == 1, "ksoftirqd");
    (void)pclose(found);
    (void)snprintf(path, sizeof path, "/proc/%s/schedstat", number);
    kernel_thread = open(path, O_RDONLY | O_CLOEXEC);
    headend_must(kernel_thread >= 0, path);
}

static void pin(void)
{
    cpu_set_t may, one;
    size_t last = 0;

    headend_must(sched_getaffinity(0, sizeof may, &may) == 0, "a processor");
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &may))
            last = i;
    CPU_ZERO(&one);
    CPU_SET(last, &one);
    headend_must(sched_setaffinity(0, sizeof one, &one) == 0, "a processor");
    open_kernel_thread(last);
}

void net_open(const char *self)
{
    (void)snprintf(prefix, sizeof prefix, "cpb%d-", (int)getpid());
    (void)atexit(close_network);
    run_with_prefix(network);
    headend_open(self);
    pin();
    counted[STOP_ROUTER] = open_counters("r");
    counted[STOP_RECEIVER] = open_counters("s");
    open_receiver();
}

void net_close(void)
{
    headend_close();
}

void net_stop_at(stop where)
{
    static const char *const scripts[] = {[STOP_NOWHERE] = "true\n",
                                          [STOP_ROUTER] =
                                              "drop r '\"r-p\", \"r-b\"'; drop s '\"s-h\"'\n",
                                          [STOP_RECEIVER] = "drop s '\"s-r\", \"s-h\"'\n"};
    char script[1024];

    (void)snprintf(
        script, sizeof script,
        "for n in r s; do ip netns exec $P$n nft flush ruleset; done\n"
        "drop() { ip netns exec $P$1 nft \"table netdev stop { chain in { type filter hook "
        "ingress devices = { $2 } priority 0; policy drop; }; }\"; }\n%s",
        scripts[where]);
    run_with_prefix(script);
    stopped = where;
}

/* --- traffic ----------------------------------------------------------------------------------------- */

/* Packets that all devices there but the loopback have received. */
static uint64_t count_there(way by)
{
    char said[COUNTED_MAX + 1], *rest, *line;
    ssize_t len = pread(counted[by == WAY_NONE ? STOP_RECEIVER : stopped], said, COUNTED_MAX, 0);
    uint64_t all = 0;

    headend_must(len > 0, "counters");
    said[len] = '\0';
    for (line = strtok_r(said, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        char *numbers = strchr(line, ':');

        if (numbers == NULL || strstr(line, " lo:") != NULL)
            continue;
        (void)strtoull(numbers + 1, &numbers, 10); /* bytes */
        all += strtoull(numbers, NULL, 10);
    }
    return all;
}

static int dial(way by, int type)
{
    struct sockaddr_in to = address_of(destinations[by]);
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    headend_must(fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0,
                 destinations[by]);
    return fd;
}

/* Of this process, and of the kernel's thread that takes over on this processor where there is too much at once. */
static double processor_s(void)
{
    struct timespec t = {0};
    char said[64] = "";
    ssize_t len = pread(kernel_thread, said, sizeof said - 1, 0);

    headend_must(len > 0, "schedstat");
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + ((double)t.tv_nsec + (double)strtoull(said, NULL, 10)) * 1e-9;
}

double net_flood(way by, uint32_t bytes, double seconds)
{
    static char payload[BYTES_MAX];
    struct iovec piece = {payload, bytes - HEADERS};
    struct mmsghdr batch[BATCH] = {{.msg_len = 0}};
    int fd = dial(by, SOCK_DGRAM);
    uint64_t before = count_there(by), sent = 0, came = 0;
    double began = processor_s();

    for (uint32_t i = 0; i < BATCH; i++)
        batch[i].msg_hdr = (struct msghdr){.msg_iov = &piece, .msg_iovlen = 1};
    do {
        int some = sendmmsg(fd, batch, BATCH, 0);

        headend_must(some > 0, "sending");
        sent += (uint64_t)some;
    } while (processor_s() - began < seconds);
    (void)close(fd);
    for (uint32_t tries = 0; tries < TRIES_MAX && came < sent; tries++) { /* what waits its turn */
        came = count_there(by) - before;
        if (came < sent)
            (void)usleep(DRAIN_US);
    }
    headend_must(came >= sent, "packets were lost");
    return (processor_s() - began) / (double)sent;
}

double net_stream(way by, double seconds)
{
    static char chunk[CHUNK];
    int fd = dial(by, SOCK_STREAM);
    double warm = seconds / 5, began = processor_s(), took = 0;
    unsigned long long before = 0;
    bool counting = false;

    while (took < seconds) {
        headend_must(send(fd, chunk, sizeof chunk, MSG_NOSIGNAL) > 0, "sending");
        took = processor_s() - began;
        if (counting || took < warm)
            continue;
        counting = true; /* its window is open */
        began = processor_s();
        before = atomic_load(&received);
    }
    before = atomic_load(&received) - before;
    (void)close(fd);
    return took / (double)before;
}

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "contest.h"
#include "routers.h"

/*
 * The same as withdrawal.c with all that it leaves out: cleanpathd itself, its threads, its store, and 1,001
 * connections over loopback, whose other ends run on the same cores.  From the speaker's write to when the last order
 * has been read.  Good news, which the plan after it brings, waits until a GROUP of them is over.
 */

enum { GROUP = 10, TRIALS = 100, TRIALS_FULL = 400, PEERS = ROUTERS + 1, PATH_MOST = 512 };

#define SECOND UINT64_C(1000000)

/* In TMPDIR: how long its disk takes is part of what is measured. */
static char folder[PATH_MOST / 2];

struct bench {
    struct routers routers;
    int sockets[PEERS]; /* -1: none */
    int poll;
    uint16_t bgp_port, pcep_port;
    pid_t daemon;
    uint64_t last_order_us;
};

static uint64_t now_us(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        abort();
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec / 1000;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench-daemon: %s: %s (see %s)\n", what, strerror(errno), folder);
    exit(1);
}

static void must(bool good, const char *what)
{
    if (!good)
        fail(what);
}

/* --- the daemon ---------------------------------------------------------------------------------------- */

static FILE *create(const char *name)
{
    char path[PATH_MOST];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%.64s", folder, name);
    file = fopen(path, "we");
    must(file != NULL, path);
    return file;
}

static uint16_t free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    must(s >= 0 && bind(s, (struct sockaddr *)&at, len) == 0 &&
             getsockname(s, (struct sockaddr *)&at, &len) == 0,
         "a port");
    (void)close(s);
    return ntohs(at.sin_port);
}

/* 127.1.X.Y, from which a node calls */
static uint32_t caller(uint32_t node)
{
    return 0x7f010001 + (node / 250) * 256 + node % 250;
}

static void write_config(const struct bench *b)
{
    FILE *file = create("cleanpathd.yaml");

    (void)fprintf(file,
                  "case: %s/case\nstate: %s/state\napi:\n  socket: %s/api\n"
                  "bgp:\n  as: 65000\n  router-id: 10.255.255.1\n"
                  "  listen:\n    address: 127.0.0.1\n    port: %u\n"
                  "  peers:\n    - name: speaker\n      address: 127.0.0.1\n      as: 65000\n"
                  "      passive: yes\n"
                  "paths:\n  colours:\n    secret: %d\n"
                  "decisions:\n  damp: 5 s\n  drain: 1 s\n  quiet: 6 s\n"
                  "  hold:\n    share: 100 %%\n"
                  "pcep:\n  listen:\n    address: 127.0.0.1\n    port: %u\n  peers:\n",
                  folder, folder, folder, b->bgp_port, ROUTERS_COLOUR, b->pcep_port);
    for (uint32_t v = 0; v < ROUTERS; v++) {
        uint32_t at = caller(v);

        (void)fprintf(file,
                      "    - name: n%u\n      node: n%u\n      address: 127.1.%u.%u\n"
                      "      guarded: yes\n",
                      v, v, at >> 8 & 0xff, at & 0xff);
    }
    must(fclose(file) == 0, "cleanpathd.yaml");
}

static void write_case(const struct bench *b)
{
    char name[PATH_MOST];

    (void)snprintf(name, sizeof name, "%s/case", folder);
    must(mkdir(name, 0700) == 0, name);
    for (routers_table t = ROUTERS_NODES; t < ROUTERS_TABLES; t++) {
        cp_text text = routers_text(&b->routers, t);
        FILE *file;

        (void)snprintf(name, sizeof name, "case/%s", routers_file(t));
        file = create(name);
        must(fwrite(text.at, 1, text.len, file) == text.len && fclose(file) == 0, name);
    }
}

/* The program beside this one's folder. */
static void daemon_path(char path[PATH_MOST])
{
    char self[PATH_MOST - 16];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    must(len > 0, "/proc/self/exe");
    self[len] = 0;
    for (int i = 0; i < 2; i++)
        *strrchr(self, '/') = 0;
    (void)snprintf(path, PATH_MOST, "%s/cleanpathd", self);
}

static void start_daemon(struct bench *b)
{
    char program[PATH_MOST], config[PATH_MOST];

    daemon_path(program);
    (void)snprintf(config, sizeof config, "%s/cleanpathd.yaml", folder);
    b->daemon = fork();
    must(b->daemon >= 0, "fork");
    if (b->daemon > 0)
        return;
    {
        FILE *log = create("log");

        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(fileno(log), 2);
        (void)execl(program, program, config, (char *)NULL);
        _exit(127);
    }
}

static void stop_daemon(struct bench *b, int signal)
{
    (void)kill(b->daemon, signal);
    must(waitpid(b->daemon, NULL, 0) == b->daemon, "the daemon's end");
}

/* The most memory it has had, MB. */
static double daemon_memory(const struct bench *b)
{
    char path[64], line[256];
    long kilobytes = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%ld/status", (long)b->daemon);
    file = fopen(path, "re");
    must(file != NULL, path);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kilobytes = strtol(line + 6, NULL, 10);
    (void)fclose(file);
    return (double)kilobytes / 1000;
}

/* What the daemon's loop has run, and waited for a processor, ms. */
struct ran {
    double ran_ms, waited_ms;
};

static struct ran daemon_ran(const struct bench *b)
{
    char path[64];
    unsigned long long ran_ns = 0, waited_ns = 0;
    FILE *file;

    (void)snprintf(path, sizeof path, "/proc/%ld/schedstat", (long)b->daemon);
    file = fopen(path, "re");
    must(file != NULL, path);
    must(fscanf(file, "%llu %llu", &ran_ns, &waited_ns) == 2, path);
    (void)fclose(file);
    return (struct ran){(double)ran_ns / 1e6, (double)waited_ns / 1e6};
}

/* --- connections --------------------------------------------------------------------------------------- */

static size_t say(void *to, uint32_t peer, cp_text bytes)
{
    struct bench *b = to;
    ssize_t sent;

    if (b->sockets[peer] < 0)
        return bytes.len;
    sent = send(b->sockets[peer], bytes.at, bytes.len, MSG_NOSIGNAL);
    return sent < 0 ? 0 : (size_t)sent;
}

static void hang_up(struct bench *b, uint32_t peer)
{
    (void)close(b->sockets[peer]);
    b->sockets[peer] = -1;
    if (peer == 0)
        cp_bgp_closed(b->routers.bgp, b->routers.now_us);
    else
        cp_pcc_closed(b->routers.pccs[peer - 1], b->routers.now_us);
}

static void read_peer(struct bench *b, uint32_t peer)
{
    static char bytes[65536];
    uint64_t orders = b->routers.orders;
    ssize_t len;

    if (b->sockets[peer] < 0)
        return;
    len = recv(b->sockets[peer], bytes, sizeof bytes, 0);
    if (len == 0 || (len < 0 && errno != EAGAIN)) {
        hang_up(b, peer);
        return;
    }
    b->routers.now_us = now_us();
    if (len > 0)
        routers_take(&b->routers, peer, (cp_text){bytes, (size_t)len});
    if (b->routers.orders != orders)
        b->last_order_us = b->routers.now_us;
}

/* Whoever has something to read or, still, to write. */
static void turn(struct bench *b, int wait_ms)
{
    struct epoll_event events[256];
    int count = epoll_wait(b->poll, events, 256, wait_ms);

    b->routers.now_us = now_us();
    for (int i = 0; i < count; i++)
        if ((events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
            read_peer(b, events[i].data.u32);
}

static void keep_alive(struct bench *b)
{
    b->routers.now_us = now_us();
    cp_bgp_tick(b->routers.bgp, b->routers.now_us);
    routers_hear(&b->routers, 0);
    for (uint32_t v = 0; v < ROUTERS; v++) {
        cp_pcc_tick(b->routers.pccs[v], b->routers.now_us);
        routers_hear(&b->routers, v + 1);
    }
}

/* Until nothing was ordered for quiet_us. */
static void wait_quiet(struct bench *b, uint64_t quiet_us)
{
    uint64_t begun_us = now_us(), ticked_us = 0, at_us;

    while ((at_us = now_us()) < begun_us + quiet_us || at_us < b->last_order_us + quiet_us) {
        turn(b, 10);
        if (at_us - ticked_us > SECOND) {
            ticked_us = at_us;
            keep_alive(b);
        }
    }
}

static bool connect_one(struct bench *b, uint32_t peer)
{
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = peer};
    int yes = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    must(s >= 0, "socket");
    from.sin_addr.s_addr = htonl(peer == 0 ? INADDR_LOOPBACK : caller(peer - 1));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(peer == 0 ? b->bgp_port : b->pcep_port);
    must(bind(s, (struct sockaddr *)&from, sizeof from) == 0, "bind");
    if (connect(s, (struct sockaddr *)&to, sizeof to) != 0) {
        (void)close(s);
        return false;
    }
    (void)setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    must(fcntl(s, F_SETFL, O_NONBLOCK) == 0 && epoll_ctl(b->poll, EPOLL_CTL_ADD, s, &event) == 0,
         "a connection");
    b->sockets[peer] = s;
    return true;
}

static void hear_all(struct bench *b, uint32_t peer)
{
    routers_hear(&b->routers, peer);
    while (peer == 0 && cp_bgp_out(b->routers.bgp).len > 0) {
        turn(b, 1);
        routers_hear(&b->routers, peer);
    }
}

static void connect_speaker(struct bench *b)
{
    for (int i = 0; !connect_one(b, 0); i++) {
        must(i < 600, "the daemon does not listen");
        (void)usleep(100000);
    }
    cp_bgp_connected(b->routers.bgp, b->routers.now_us);
    hear_all(b, 0);
    while (!b->routers.speaker_up) {
        must(b->sockets[0] >= 0, "the speaker is not let in");
        turn(b, 10);
    }
    for (uint32_t v = 0; v < ROUTERS; v++) {
        routers_tell_node(&b->routers, v);
        hear_all(b, 0);
    }
    for (uint32_t l = 0; l < b->routers.isp.link_count; l++) {
        routers_tell_link(&b->routers, l, true);
        hear_all(b, 0);
    }
    check(cp_bgp_end_of_rib(b->routers.bgp, b->routers.now_us));
    hear_all(b, 0);
}

/* All the routers, again and again until each of them is let in and has synchronised. */
static void connect_routers(struct bench *b)
{
    uint64_t begun_us = now_us();

    for (uint32_t up = 0; up < ROUTERS;) {
        must(now_us() - begun_us < 300 * SECOND, "some routers are not let in");
        up = 0;
        for (uint32_t v = 0; v < ROUTERS; v++) {
            if (b->sockets[v + 1] < 0 && connect_one(b, v + 1)) {
                cp_pcc_connected(b->routers.pccs[v], cp_ip_v4(INADDR_LOOPBACK), now_us());
                routers_hear(&b->routers, v + 1);
            }
            up += cp_pcc_is_up(b->routers.pccs[v]) && cp_pcc_out(b->routers.pccs[v]).len == 0;
            if (v % 64 == 0)
                turn(b, 0);
        }
        turn(b, 10);
    }
}

/* --- measuring ----------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void measure(struct bench *b, uint32_t trials)
{
    double *ms = need(calloc(trials, sizeof *ms));
    uint32_t moved = 0, links = b->routers.isp.link_count;

    for (uint32_t i = 0; i < trials; i++) {
        uint32_t link = (uint32_t)((uint64_t)i * links / trials);
        uint64_t orders = b->routers.orders, begun_us;
        struct ran before = daemon_ran(b), after;

        b->last_order_us = 0;
        routers_tell_link(&b->routers, link, false);
        begun_us = now_us();
        hear_all(b, 0);
        wait_quiet(b, SECOND / 4);
        after = daemon_ran(b);
        if (b->last_order_us != 0)
            ms[moved++] = (double)(b->last_order_us - begun_us) / 1000;
        if (getenv("BENCH_EACH") != NULL)
            fprintf(stderr, "  l%u: %.2f ms, %llu orders; ran %.2f ms, waited %.2f ms\n", link,
                    moved > 0 && b->last_order_us != 0 ? ms[moved - 1] : 0.0,
                    (unsigned long long)(b->routers.orders - orders), after.ran_ms - before.ran_ms,
                    after.waited_ms - before.waited_ms);
        wait_quiet(b, 3 * SECOND / 2);
        if ((i + 1) % GROUP != 0)
            continue;
        for (uint32_t k = i + 1 - GROUP; k <= i; k++)
            routers_tell_link(&b->routers, (uint32_t)((uint64_t)k * links / trials), true);
        hear_all(b, 0);
        wait_quiet(b, 15 * SECOND); /* with the good news that waited */
    }
    qsort(ms, moved, sizeof *ms, ascending);
    fprintf(stderr, "  %u withdrawals of %u moved something; %llu orders in all\n", moved, trials,
            (unsigned long long)b->routers.orders);
    figures_put("daemon_withdrawal_p50", ms[moved / 2], "ms");
    figures_put("daemon_withdrawal_p90", ms[moved * 9 / 10], "ms");
    figures_put("daemon_withdrawal_most", ms[moved - 1], "ms");
    free(ms);
}

static void open_bench(struct bench *b)
{
    const char *where = getenv("TMPDIR");
    struct rlimit files;

    (void)snprintf(folder, sizeof folder, "%s/cleanpath-bench-XXXXXX",
                   where == NULL ? "/tmp" : where);
    must(getrlimit(RLIMIT_NOFILE, &files) == 0, "RLIMIT_NOFILE");
    files.rlim_cur = files.rlim_max;
    must(setrlimit(RLIMIT_NOFILE, &files) == 0, "RLIMIT_NOFILE");
    for (uint32_t i = 0; i < PEERS; i++)
        b->sockets[i] = -1;
    b->poll = epoll_create1(EPOLL_CLOEXEC);
    must(b->poll >= 0 && mkdtemp(folder) != NULL, "a folder");
    b->bgp_port = free_port();
    b->pcep_port = free_port();
    routers_open(&b->routers, say, b);
    b->routers.now_us = now_us();
    write_case(b);
    write_config(b);
}

static void close_bench(struct bench *b)
{
    char command[PATH_MOST];

    stop_daemon(b, SIGTERM);
    for (uint32_t i = 0; i < PEERS; i++)
        if (b->sockets[i] >= 0)
            (void)close(b->sockets[i]);
    (void)close(b->poll);
    routers_close(&b->routers);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    must(system(command) == 0, command);
}

int main(void)
{
    static struct bench b;
    uint64_t begun_us;

    figures_begin(getenv("BENCH_ROWS"), NULL);
    if (figures_wanted("daemon")) {
        open_bench(&b);
        start_daemon(&b);
        connect_speaker(&b);
        begun_us = now_us();
        connect_routers(&b);
        fprintf(stderr, "  all are in after %.1f s\n", (double)(now_us() - begun_us) / 1e6);
        while (b.routers.orders == 0 && now_us() - begun_us < 300 * SECOND)
            wait_quiet(&b, 10 * SECOND);
        fprintf(stderr, "  %llu LSPs\n", (unsigned long long)b.routers.orders);
        measure(&b, getenv("BENCH_FULL") != NULL ? TRIALS_FULL : TRIALS);
        figures_put("daemon_memory", daemon_memory(&b), "MB");
        close_bench(&b);
    }
    return figures_end();
}

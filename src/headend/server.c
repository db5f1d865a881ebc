#include "server.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include <libmnl/libmnl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel/links.h"

enum {
    AGAIN_US = 100000, /* between tries to stop what would not */
    WAIT_MS_MAX = 1000,
    WAIT_LINK_MS = 50,
    WAITS_SHORT = 200,
    LINKS = SERVER_CLIENTS,
    LISTENER,
    POLLED
};

static uint64_t clock_us(clockid_t clock)
{
    struct timespec at = {0};

    (void)clock_gettime(clock, &at);
    return (uint64_t)at.tv_sec * 1000000 + (uint64_t)at.tv_nsec / 1000;
}

uint64_t server_now(struct server *server)
{
    uint64_t boot = clock_us(CLOCK_BOOTTIME), wall = clock_us(CLOCK_REALTIME);
    uint64_t least = server->seen_us + (boot - server->seen_boot_us);

    server->seen_boot_us = boot;
    server->seen_us = wall > least ? wall : least;
    return server->seen_us;
}

static void judge(struct server *server)
{
    uint64_t now = server_now(server);

    server->next_us = cp_edge_next_until(server->steer.known.policy, now);
    if (!steer_judge(&server->steer, server->steer.known.policy, now))
        server->next_us = now + AGAIN_US;
}

int server_adopt(struct server *server, const struct cp_edge_policy *policy, struct cp_arena *arena)
{
    int error;

    if (server_now(server) < policy->issued_us) /* asked first: what passes counts from here on */
        server->seen_us = policy->issued_us;
    if (server->arena != NULL) {
        (void)steer_judge(&server->steer, policy,
                          server_now(server)); /* and again when it is loaded */
        cp_arena_close(server->arena);
    }
    server->arena = arena;
    if (steer_make(server->kernel, server->links, server->ask, policy, arena, &server->steer) !=
        CP_OK)
        return ENOMEM;
    error = steer_load(&server->steer);
    judge(server);
    (void)steer_locals(&server->steer);
    return error;
}

static uint32_t demand_of(const struct server *server, const struct cp_agent_request *asked)
{
    const struct cp_edge_policy *policy = server->steer.known.policy;

    return (uint32_t)(cp_edge_demand_find(policy, asked->class, asked->endpoint) - policy->demands);
}

static void say_demand(const struct server *server, uint32_t d, struct cp_agent_answer *out)
{
    const struct cp_nl_demand *at = &server->steer.known.demands[d];

    out->state = at->state;
    out->path_count = at->path_count;
    memcpy(out->paths, at->paths, sizeof out->paths);
    out->count[0] = at->left.packets;
    out->count[1] = at->left.bytes;
}

static void do_demand(struct server *server, const struct cp_agent_request *asked,
                      struct cp_agent_answer *out)
{
    struct steer *steer = &server->steer;
    uint32_t d = demand_of(server, asked);
    int error = asked->kind == CP_AGENT_STOP ? steer_stop(steer, d) : steer_read(steer, d, NULL);

    if (error != 0 ||
        (asked->kind == CP_AGENT_STOP && steer->known.demands[d].state != CP_AGENT_STATE_STOPPED))
        out->result = CP_AGENT_KERNEL;
    out->error = (uint32_t)error;
    say_demand(server, d, out);
}

static void do_orders(struct server *server, const struct cp_agent_request *asked,
                      struct cp_agent_answer *answers, uint32_t count)
{
    struct steer_order orders[SERVER_TURN];

    for (uint32_t i = 0; i < count; i++)
        orders[i] = (struct steer_order){.demand = demand_of(server, &asked[i]),
                                         .paths = asked[i].paths,
                                         .path_count = asked[i].path_count};
    for (uint32_t i = 0, end = 0; i < count; i++) {
        if (i == end)
            end += steer_orders(&server->steer, orders + i, count - i);
        answers[i].result = orders[i].result;
        answers[i].error = (uint32_t)orders[i].error;
        say_demand(server, orders[i].demand, &answers[i]);
    }
}

static int count_dropped(struct server *server, uint64_t count[3])
{
    struct cp_nl_count dropped[3];
    int error;

    for (uint32_t i = 0; i < CP_COUNT(dropped); i++)
        cp_nl_steps_add(&server->ask->steps, CP_NL_STEP_DROPPED)->which = i;
    error = ask_commit(server->ask, dropped);
    for (uint32_t i = 0; i < CP_COUNT(dropped); i++)
        count[i] = dropped[i].packets;
    return error;
}

static void do_other(struct server *server, const struct cp_agent_request *asked,
                     struct cp_agent_answer *out)
{
    const struct cp_edge_policy *policy = server->steer.known.policy;

    switch ((cp_agent_kind)asked->kind) {
    case CP_AGENT_ORDER: /* do_orders */
        break;
    case CP_AGENT_STOP:
    case CP_AGENT_READ:
        do_demand(server, asked, out);
        break;
    case CP_AGENT_COUNTERS:
        out->error = (uint32_t)count_dropped(server, out->count);
        out->result = out->error == 0 ? CP_AGENT_DONE : CP_AGENT_KERNEL;
        break;
    case CP_AGENT_LOCALS:
        out->error = (uint32_t)steer_locals(&server->steer);
        out->result = out->error == 0 ? CP_AGENT_DONE : CP_AGENT_KERNEL;
        break;
    case CP_AGENT_POLICY:
        out->count[0] = policy->demand_count;
        out->count[1] = policy->issued_us;
        out->count[2] = steer_is_raised(&server->steer);
        break;
    }
}

/* What is asked, by the policy and time; nothing is done yet. */
static void judge_request(struct server *server, cp_text datagram, struct cp_agent_request *asked,
                          struct cp_agent_answer *out)
{
    const struct cp_edge_policy *policy = server->steer.known.policy;
    uint64_t now = server_now(server);

    *out = (struct cp_agent_answer){.result = cp_agent_check(policy, now, datagram, asked),
                                    .serial = policy->serial,
                                    .now_us = now};
    if (out->result == CP_AGENT_MALFORMED)
        return;
    out->kind = asked->kind;
    out->number = asked->number;
    out->class = asked->class;
    out->endpoint = asked->endpoint;
}

static bool is_order(const struct cp_agent_answer *answer)
{
    return answer->result == CP_AGENT_DONE && answer->kind == CP_AGENT_ORDER;
}

void server_answer(struct server *server, const cp_text *datagrams, uint32_t count,
                   struct cp_agent_answer *answers)
{
    struct cp_agent_request asked[SERVER_TURN];

    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i; end < count; end++) {
            judge_request(server, datagrams[end], &asked[end], &answers[end]);
            if (!is_order(&answers[end]))
                break;
        }
        if (end > i)
            do_orders(server, asked + i, answers + i, end - i);
        if (end < count && answers[end].result == CP_AGENT_DONE)
            do_other(server, &asked[end], &answers[end]);
        end += end < count;
    }
}

/* What is there, but no more than others can wait for; how many, and whether the client is there still. */
static uint32_t hear(int client, struct cp_agent_request asked[SERVER_TURN],
                     cp_text datagrams[SERVER_TURN], bool *gone)
{
    uint32_t count = 0;

    *gone = false;
    while (count < SERVER_TURN) {
        ssize_t len = recv(client, &asked[count], sizeof asked[count], MSG_TRUNC | MSG_DONTWAIT);

        if (len <= 0) {
            *gone = len == 0 || (errno != EAGAIN && errno != EINTR);
            break;
        } /* a longer one has its whole length */
        datagrams[count] = (cp_text){(const char *)&asked[count],
                                     (size_t)len <= sizeof asked[count] ? (size_t)len : 0};
        count++;
    }
    return count;
}

static void serve(struct server *server, int *client)
{
    struct cp_agent_request asked[SERVER_TURN];
    struct cp_agent_answer answers[SERVER_TURN];
    cp_text datagrams[SERVER_TURN];
    bool gone;
    uint32_t count = hear(*client, asked, datagrams, &gone);

    server_answer(server, datagrams, count, answers);
    for (uint32_t i = 0; i < count && !gone; i++) /* where it does not listen to them it is gone */
        gone = send(*client, &answers[i], sizeof answers[i], MSG_NOSIGNAL | MSG_DONTWAIT) !=
               (ssize_t)sizeof answers[i];
    if (!gone)
        return;
    (void)close(*client);
    *client = -1;
}

static void accept_client(struct server *server)
{
    int client = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

    for (uint32_t i = 0; i < SERVER_CLIENTS && client >= 0; i++) {
        if (server->clients[i] >= 0)
            continue;
        server->clients[i] = client;
        return;
    }
    if (client >= 0)
        (void)close(client);
}

/* Links and addresses that have changed; those that were not heard (too many, too long) may be of any link. */
static void hear_links(struct server *server)
{
    union {
        char bytes[1 << 14];
        struct nlmsghdr first;
    } heard;
    ssize_t len;

    while ((len = mnl_socket_recvfrom(server->links, heard.bytes, sizeof heard)) >= 0 ||
           errno == ENOBUFS || errno == ENOSPC) {
        const struct nlmsghdr *at = &heard.first;
        bool changed = len < 0 && steer_link_changed(&server->steer, 0);

        for (int left = (int)len; len >= 0 && mnl_nlmsg_ok(at, left);
             at = mnl_nlmsg_next(at, &left))
            changed = steer_link_changed(&server->steer, cp_nl_read_link(at)) || changed;
        if (changed)
            server->waits = 1;
    }
}

int server_wait(struct server *server, const sigset_t *while_waiting)
{
    struct pollfd polled[POLLED];
    uint64_t now = server_now(server),
             left_ms = now < server->next_us ? (server->next_us - now) / 1000 + 1 : 0;
    struct timespec wait = {0};

    if (left_ms > WAIT_MS_MAX)
        left_ms = WAIT_MS_MAX;
    if (server->waits > 0 && server->waits < WAITS_SHORT && left_ms > WAIT_LINK_MS)
        left_ms = WAIT_LINK_MS;
    wait.tv_sec = (time_t)(left_ms / 1000);
    wait.tv_nsec = (long)(left_ms % 1000) * 1000000;
    for (uint32_t i = 0; i < SERVER_CLIENTS; i++)
        polled[i] = (struct pollfd){.fd = server->clients[i], .events = POLLIN};
    polled[LINKS] = (struct pollfd){.fd = mnl_socket_get_fd(server->links), .events = POLLIN};
    polled[LISTENER] = (struct pollfd){.fd = server->listener, .events = POLLIN};
    if (ppoll(polled, POLLED, &wait, while_waiting) < 0)
        return errno;
    if (server_now(server) >= server->next_us)
        judge(server);
    if (polled[LINKS].revents != 0)
        hear_links(server);
    if (server->waits > 0)
        server->waits = steer_restore(&server->steer) ? 0 : server->waits + 1;
    for (uint32_t i = 0; i < SERVER_CLIENTS; i++)
        if (server->clients[i] >= 0 && polled[i].revents != 0)
            serve(server, &server->clients[i]);
    if (server->ask->gone || server->kernel->sockets[NETLINK_ROUTE] == NULL)
        return EPIPE;
    if (polled[LISTENER].revents != 0)
        accept_client(server);
    return 0;
}

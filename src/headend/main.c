#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "barrier/start.h"
#include "confine/confine.h"
#include "kernel/links.h"
#include "kernel/tell.h"

#include "server.h"
#include "service.h"

/*
 * Judges what is ordered by the signed policy, plans the steps, reads what the kernel has: all of cleanpath-agent(8) that needs no
 * privilege.  The agent starts it, and does the steps.
 */

enum {
    EXIT_USAGE = 64,
    EXIT_CONFINE = 71,
    EXIT_SYSTEM = 74,
    EXIT_POLICY = 78,
    ARENA_MAX = 1 << 30,
    ASKING = 3, /* the file that the agent hands us */
};

static const char *policy_path = "/etc/cleanpath/edge.policy",
                  *key_path = "/etc/cleanpath/edge.pub",
                  *socket_path = "/run/cleanpath-agent/agent.sock";
static const char usage[] =
    "usage: cleanpath-agent [--dry-run] [--policy FILE] [--key FILE] [--socket PATH]";
static volatile sig_atomic_t hung_up, ended;
static struct kernel kernel; /* large */
static struct ask ask = {.fd = ASKING};

CP_NORETURN static void fail(int code, const char *what, const char *why)
{
    (void)fprintf(stderr, "cleanpath-agent: %s: %s\n", what, why);
    exit(code);
}

static void on_signal(int number)
{
    if (number == SIGHUP)
        hung_up = 1;
    else
        ended = 1;
}

/* A newer policy; what is wrong with it leaves the one in force. */
static void reload(struct server *server)
{
    struct cp_arena *arena = cp_arena_open(ARENA_MAX);
    const struct cp_edge_policy *policy = start_read_policy(policy_path, key_path, arena);
    int error;

    if (policy != NULL && start_is_older(policy, server->steer.known.policy->serial,
                                         server->steer.known.policy->issued_us)) {
        (void)fprintf(
            stderr,
            "cleanpath-agent: %s: serial %llu is older than %llu, which is in force, or was issued earlier\n",
            policy_path, (unsigned long long)policy->serial,
            (unsigned long long)server->steer.known.policy->serial);
        policy = NULL;
    }
    if (policy == NULL) {
        cp_arena_close(arena);
        return;
    }
    error = server_adopt(server, policy, arena);
    if (error != 0) /* what there is in the kernel stays, and the next start takes it up */
        fail(EXIT_SYSTEM, "kernel", strerror(error));
}

/* From here on: its policy again, and what is open. */
static void confine(void)
{
    struct confine c;
    confine_how how;

    confine_open(&c);
    confine_read(&c, policy_path);
    confine_read(&c, key_path);
    how = confine_files(&c);
    if (how != CONFINE_FAILED)
        how = confine_calls(0) == CONFINE_FAILED ? CONFINE_FAILED : how;
    if (how == CONFINE_FAILED)
        fail(EXIT_CONFINE, "confinement", strerror(errno));
    if (how == CONFINE_SANITIZED)
        (void)fputs("cleanpath-agent: built with a sanitizer: its headend is not confined\n",
                    stderr);
    if (how == CONFINE_NO_LANDLOCK)
        (void)fprintf(stderr,
                      "cleanpath-agent: the kernel has no Landlock: files are not confined, "
                      "system calls are\n");
}

static void serve(const struct cp_edge_policy *policy, struct cp_arena *arena)
{
    struct server server = {.kernel = &kernel,
                            .ask = &ask,
                            .links = links_open(),
                            .listener = service_listen(socket_path),
                            .clients = {-1, -1, -1, -1}};
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t blocked, none;
    int error;

    (void)sigemptyset(&none);
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGHUP);
    (void)sigaddset(&blocked, SIGTERM);
    (void)sigaddset(&blocked, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &blocked, NULL);
    (void)sigaction(SIGHUP, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    if (server.listener < 0)
        fail(EXIT_SYSTEM, socket_path, strerror(errno));
    if (server.links == NULL || !kernel_open(&kernel, NETLINK_ROUTE))
        fail(EXIT_SYSTEM, "netlink", strerror(errno));
    confine();
    error = server_adopt(&server, policy, arena);
    if (error != 0)
        fail(EXIT_SYSTEM, "kernel", strerror(error));
    service_notify("READY=1");
    while (!ended) {
        error = server_wait(&server, &none);
        if (error != 0 && error != EINTR)
            fail(EXIT_SYSTEM, "poll", strerror(error));
        if (hung_up) {
            hung_up = 0;
            reload(&server);
        }
    }
    cp_arena_close(server.arena);
}

static void tell_steps(const struct cp_nl_steps *steps)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        if (!cp_nl_step_is_whole(&steps->at[i]))
            continue; /* a question */
        cp_nl_put_step(&kernel.nl, &steps->at[i], links_find(CP_TEXT(CP_DEVICE)));
        kernel_tell(&kernel.nl);
        cp_nl_clear(&kernel.nl);
    }
}

/* What orders, datagrams behind each other on standard input, would make of a kernel that has nothing. */
static void tell(const struct cp_edge_policy *policy, struct cp_arena *arena)
{
    struct server server = {.kernel = &kernel, .ask = &ask, .links = links_open()};
    struct cp_agent_request asked;
    const cp_text datagram = {(const char *)&asked, sizeof asked};
    struct cp_agent_answer answer;
    size_t len;

    if (server.links == NULL)
        fail(EXIT_SYSTEM, "netlink", strerror(errno));
    if (server_adopt(&server, policy, arena) != 0)
        fail(EXIT_SYSTEM, "kernel", "no memory");
    while ((len = fread(&asked, 1, sizeof asked, stdin)) == sizeof asked) {
        (void)printf("# request %u\n", asked.number);
        server_answer(&server, &datagram, 1, &answer);
        (void)printf("# result %u\n", answer.result);
    }
    if (len > 0)
        fail(EXIT_USAGE, "standard input", "ends within a request");
    cp_arena_close(server.arena);
}

int main(int argc, char **argv)
{
    static const struct start_option options[] = {
        {"--policy", &policy_path}, {"--key", &key_path}, {"--socket", &socket_path}, {NULL, NULL}};
    static struct cp_arena *arena; /* where the program ends early it is still known */
    const struct cp_edge_policy *policy;
    const char *wrong;
    bool dry = false;

    (void)argc;
    wrong = start_read_words(argv + 1, options, &dry);
    if (wrong != NULL && strcmp(wrong, "--help") == 0) {
        (void)puts(usage);
        return 0;
    }
    if (wrong != NULL)
        fail(EXIT_USAGE, wrong, usage);
    arena = cp_arena_open(ARENA_MAX);
    policy = start_read_policy(policy_path, key_path, arena);
    if (policy == NULL)
        return EXIT_POLICY;
    if (dry) {
        ask.words = tell_steps;
        tell(policy, arena);
    } else {
        serve(policy, arena);
    }
    return 0;
}

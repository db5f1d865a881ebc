#include "runner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "app/message.h"

/*
 * The runner never waits for the daemon: a report that is not taken is owed, one for each feed at most.  So the daemon may wait for it.
 */

enum { FDS = 2 };

struct run {
    uv_process_t process;
    struct runner *runner;
    struct runner_report report;
    bool busy, alive, owed; /* busy: until its report is taken */
};

struct runner {
    const struct daemon_config *config;
    uv_loop_t loop;
    uv_poll_t poll;
    int fd;
    struct run *runs; /* [peer_count] */
};

union fds_room { /* of a control message, with its alignment */
    struct cmsghdr head;
    char bytes[CMSG_SPACE(FDS * sizeof(int))];
};

/* --- in the runner --------------------------------------------------------------------------------- */

static void look(uv_poll_t *poll, int status, int events);

static void report(struct runner *r)
{
    int wanted = UV_READABLE;

    for (uint32_t i = 0; i < r->config->drive.peer_count; i++) {
        struct run *run = &r->runs[i];

        if (run->owed && send(r->fd, &run->report, sizeof run->report,
                              MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof run->report)
            run->owed = run->busy = false;
        if (run->owed)
            wanted |= UV_WRITABLE;
    }
    (void)uv_poll_start(&r->poll, wanted, look);
}

static void is_over(uv_handle_t *process)
{
    struct run *run = process->data;

    run->owed = true;
    report(run->runner);
}

static void exited(uv_process_t *process, int64_t status, int signal)
{
    struct run *run = process->data;

    run->alive = false;
    run->report.status = status;
    run->report.signal = signal;
    uv_close((uv_handle_t *)process, is_over);
}

/* uv wants arguments that it may write to, and writes to none. */
static char **arguments(const char *const *command)
{
    union {
        const char *const *from;
        char **to;
    } as = {.from = command};

    return as.to;
}

static void begin(struct run *run, uint32_t peer, const int fds[FDS])
{
    const char *const *command = run->runner->config->peers[peer].command;
    uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE},
                                     {.flags = UV_INHERIT_FD, .data.fd = fds[0]},
                                     {.flags = UV_INHERIT_FD, .data.fd = fds[1]}};
    uv_process_options_t options = {.file = command[0],
                                    .args = arguments(command),
                                    .exit_cb = exited,
                                    .stdio = stdio,
                                    .stdio_count = 3};

    run->busy = true;
    run->report = (struct runner_report){.peer = peer};
    run->process.data = run;
    run->report.error = uv_spawn(&run->runner->loop, &run->process, &options);
    run->alive = run->report.error == 0;
    if (!run->alive)
        uv_close((uv_handle_t *)&run->process, is_over);
}

/* Whoever asks for more than the configuration says gets nothing. */
static void obey(struct runner *r, const struct runner_ask *ask, const int *fds)
{
    struct run *run;

    if (ask->peer >= r->config->drive.peer_count || r->config->peers[ask->peer].command == NULL)
        return;
    run = &r->runs[ask->peer];
    if (ask->end && run->alive)
        (void)uv_process_kill(&run->process, SIGKILL);
    if (!ask->end && fds != NULL && !run->busy)
        begin(run, ask->peer, fds);
}

static void end_all(struct runner *r)
{
    for (uint32_t i = 0; i < r->config->drive.peer_count; i++)
        if (r->runs[i].alive)
            (void)uv_process_kill(&r->runs[i].process, SIGKILL);
    _exit(0);
}

/* false: there is none now. */
static bool hear(struct runner *r)
{
    struct runner_ask ask;
    union fds_room room = {0};
    struct iovec bytes = {.iov_base = &ask, .iov_len = sizeof ask};
    struct msghdr message = {
        .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &room, .msg_controllen = sizeof room};
    ssize_t len = recvmsg(r->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    const struct cmsghdr *head;
    int fds[FDS];
    bool have_fds;

    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (len != (ssize_t)sizeof ask)
        end_all(r);
    head = CMSG_FIRSTHDR(&message);
    have_fds = head != NULL && head->cmsg_len == CMSG_LEN(sizeof fds);
    if (have_fds)
        memcpy(fds, CMSG_DATA(head), sizeof fds);
    obey(r, &ask, have_fds ? fds : NULL);
    for (size_t i = 0; have_fds && i < FDS; i++)
        (void)close(fds[i]);
    return true;
}

static void look(uv_poll_t *poll, int status, int events)
{
    struct runner *r = poll->data;

    (void)status;
    (void)events;
    while (hear(r))
        continue;
    report(r);
}

static _Noreturn void serve(const struct daemon_config *config, int fd)
{
    struct runner r = {.config = config, .fd = fd};

    /* It ends with the daemon, which may still stop in order. */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)prctl(PR_SET_NAME, "cleanpathd-runs");
    r.runs = calloc(config->drive.peer_count, sizeof *r.runs);
    if (r.runs == NULL || uv_loop_init(&r.loop) != 0 || uv_poll_init(&r.loop, &r.poll, fd) != 0)
        _exit(CP_EXIT_SYSTEM);
    for (uint32_t i = 0; i < config->drive.peer_count; i++)
        r.runs[i].runner = &r;
    r.poll.data = &r;
    (void)uv_poll_start(&r.poll, UV_READABLE, look);
    (void)uv_run(&r.loop, UV_RUN_DEFAULT);
    _exit(CP_EXIT_SYSTEM);
}

/* --- in the daemon --------------------------------------------------------------------------------- */

static bool is_needed(const struct daemon_config *config)
{
    for (uint32_t i = 0; i < config->drive.peer_count; i++)
        if (config->peers[i].command != NULL)
            return true;
    return false;
}

cp_exit runner_start(const struct daemon_config *config, int *fd)
{
    int ends[2];
    pid_t child;

    *fd = -1;
    if (!is_needed(config))
        return CP_EXIT_OK;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        cp_say("programs of feeds cannot be run: %s", strerror(errno));
        return CP_EXIT_SYSTEM;
    }
    child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        serve(config, ends[1]);
    }
    (void)close(ends[1]);
    if (child > 0) {
        *fd = ends[0];
        return CP_EXIT_OK;
    }
    (void)close(ends[0]);
    cp_say("programs of feeds cannot be run: %s", strerror(errno));
    return CP_EXIT_SYSTEM;
}

int runner_ask(int fd, struct runner_ask ask, const int fds[2])
{
    union fds_room room = {0};
    struct iovec bytes = {.iov_base = &ask, .iov_len = sizeof ask};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
    struct pollfd free_again = {.fd = fd, .events = POLLOUT};

    if (fds != NULL) {
        room.head = (struct cmsghdr){.cmsg_len = CMSG_LEN(FDS * sizeof(int)),
                                     .cmsg_level = SOL_SOCKET,
                                     .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(&room.head), fds, FDS * sizeof(int));
        message.msg_control = &room;
        message.msg_controllen = sizeof room;
    }
    while (sendmsg(fd, &message, MSG_NOSIGNAL) < 0) {
        if (errno != EAGAIN && errno != EINTR)
            return uv_translate_sys_error(errno);
        (void)poll(&free_again, 1, -1);
    }
    return 0;
}

bool runner_hear(int fd, struct runner_report *to, bool *gone)
{
    ssize_t len = recv(fd, to, sizeof *to, MSG_DONTWAIT);

    *gone = len >= 0 ? len != (ssize_t)sizeof *to : errno != EAGAIN && errno != EINTR;
    return len == (ssize_t)sizeof *to;
}

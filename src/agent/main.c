#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <linux/netlink.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/privilege.h"
#include "steps.h"

/*
 * The one process that stays and may change the kernel: cleanpath-agent(8).  It reads no file and speaks with nobody but the
 * program that it starts beside itself without any privilege, cleanpath-headend, which does all the rest.
 */

enum { EXIT_SYSTEM = 74, ASKING = 3 /* the file that cleanpath-headend asks by */ };

static const char beside[] = "cleanpath-headend";
static pid_t headend;
static struct kernel kernel; /* large */

CP_NORETURN static void fail(const char *what)
{
    (void)fprintf(stderr, "cleanpath-agent: %s: %s\n", what, strerror(errno));
    _exit(EXIT_SYSTEM);
}

static void on_signal(int number)
{
    (void)kill(headend, number);
}

/* It may nothing, nor may what it starts; and ends with us. */
static void be_headend(char **argv, int asking)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - sizeof beside);

    if (len < 0)
        fail("/proc/self/exe");
    path[len] = '\0';
    memcpy(strrchr(path, '/') + 1, beside, sizeof beside);
    if (!privilege_drop(false, false) || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        fail("CAP_NET_ADMIN");
    if (asking >= 0 && (dup2(asking, ASKING) < 0 || fcntl(ASKING, F_SETFD, 0) < 0))
        fail(beside);
    argv[0] = path;
    (void)execv(path, argv);
    fail(path);
}

/* From here on it can do nothing but this. */
static bool confine(void)
{
    static const int allowed[] = {
        SCMP_SYS(recvfrom),     SCMP_SYS(recvmsg), SCMP_SYS(sendto),
        SCMP_SYS(rt_sigreturn), SCMP_SYS(wait4),   SCMP_SYS(restart_syscall),
        SCMP_SYS(write),        SCMP_SYS(close),   SCMP_SYS(clock_nanosleep),
        SCMP_SYS(exit_group),
    };
    const struct {
        int call;
        struct scmp_arg_cmp argument;
    } some[] = {{SCMP_SYS(kill), {.op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)headend}},
                {SCMP_SYS(ioctl), {.arg = 1, .op = SCMP_CMP_EQ, .datum_a = SIOCGIFINDEX}},
                {SCMP_SYS(ioctl), {.arg = 1, .op = SCMP_CMP_EQ, .datum_a = SIOCGIFNAME}}};
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    bool good = context != NULL;

    for (size_t i = 0; i < CP_COUNT(some); i++)
        good = good && seccomp_rule_add_array(context, SCMP_ACT_ALLOW, some[i].call, 1,
                                              &some[i].argument) == 0;
    for (size_t i = 0; i < CP_COUNT(allowed); i++)
        good = good && seccomp_rule_add(context, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    good = good && seccomp_load(context) == 0;
    seccomp_release(context);
    return good;
}

static void serve(int asked)
{
    static struct cp_nl_step steps[CP_NL_STEPS_MAX + 1]; /* one more is too long */
    static struct cp_nl_stepped answer;
    ssize_t len;

    while ((len = recv(asked, steps, sizeof steps, 0)) > 0) {
        size_t said = steps_answer(&kernel, steps, (size_t)len, &answer);

        if (kernel.sockets[NETLINK_ROUTE] == NULL || kernel.sockets[NETLINK_NETFILTER] == NULL)
            fail("netlink"); /* and is started again */
        if (send(asked, &answer, said, MSG_NOSIGNAL) != (ssize_t)said)
            return;
    }
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    int ends[2], status = 0;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--dry-run") == 0 || strcmp(argv[i], "--help") == 0)
            be_headend(argv, -1);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        fail("socketpair");
    headend = fork();
    if (headend < 0)
        fail("fork");
    if (headend == 0)
        be_headend(argv, ends[1]);
    (void)close(ends[1]);
    (void)sigaction(SIGHUP, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    if (!privilege_drop(true, false))
        fail("CAP_NET_ADMIN");
    if (!kernel_open(&kernel, NETLINK_ROUTE) || !kernel_open(&kernel, NETLINK_NETFILTER))
        fail("netlink");
    if (!confine())
        fail("seccomp");
    serve(ends[0]);
    (void)close(ends[0]);
    while (waitpid(headend, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFSIGNALED(status))
        psignal(WTERMSIG(status), "cleanpath-agent: cleanpath-headend");
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SYSTEM);
}

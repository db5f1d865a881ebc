#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "confine/confine.h"
#include "confine_inside.h"

/*
 * Lists of what is allowed.  The C library may take a call that it did not when this was written: what it takes in place of an older
 * one is here too, and clone3, whose flags a filter cannot see, is said not to be there, so that clone is taken.
 */

enum { SOCKET_TYPE = 0xf, LIST_END = INT32_MIN };

static const int always[] = {
    /* what is open */
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(pipe2), SCMP_SYS(eventfd2), SCMP_SYS(poll),
    SCMP_SYS(ppoll), SCMP_SYS(pselect6), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2), SCMP_SYS(inotify_rm_watch),
    /* files, for reading */
    SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(getdents64),
    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(fadvise64),
    /* sockets */
    SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(connect),
    SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
    SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(shutdown),
    /* memory */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    /* time, chance, what the machine is, who it is itself */
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(uname),
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
    SCMP_SYS(getegid), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield), SCMP_SYS(futex),
    /* signals, and its end */
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group), LIST_END};

static const int writing[] = {SCMP_SYS(openat),
                              SCMP_SYS(pwrite64),
                              SCMP_SYS(flock),
                              SCMP_SYS(fsync),
                              SCMP_SYS(fdatasync),
                              SCMP_SYS(ftruncate),
                              SCMP_SYS(fallocate),
                              SCMP_SYS(rename),
                              SCMP_SYS(renameat),
                              SCMP_SYS(renameat2),
                              SCMP_SYS(unlink),
                              SCMP_SYS(unlinkat),
                              LIST_END};

static const int threads[] = {SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(getpriority),
                              LIST_END};

static const int descriptor_commands[] = {F_DUPFD_CLOEXEC, F_GETFD, F_SETFD,  F_GETFL, F_SETFL,
                                          F_GETLK,         F_SETLK, F_SETLKW, LIST_END};

static const int families[] = {AF_INET, AF_INET6, LIST_END};

static struct scmp_arg_cmp is(unsigned argument, scmp_datum_t value)
{
    return (struct scmp_arg_cmp){.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value};
}

/* Of the argument's bits those of the mask. */
static struct scmp_arg_cmp is_masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value)
{
    return (struct scmp_arg_cmp){
        .arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

static int add_list(scmp_filter_ctx filter, const int *calls)
{
    int err = 0;

    for (size_t i = 0; err == 0 && calls[i] != LIST_END; i++)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return err;
}

static int add(scmp_filter_ctx filter, int call, struct scmp_arg_cmp when)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, when);
}

/* Any of the values. */
static int add_each(scmp_filter_ctx filter, int call, unsigned argument, const int *values)
{
    int err = 0;

    for (size_t i = 0; err == 0 && values[i] != LIST_END; i++)
        err = add(filter, call, is(argument, (scmp_datum_t)values[i]));
    return err;
}

static int add_narrow(scmp_filter_ctx filter)
{
    /* What is open is asked about, and what interfaces there are. */
    static const int requests[] = {FIONBIO, FIOCLEX, TCGETS, SIOCGIFINDEX, SIOCGIFMTU, LIST_END};
    int err = add_each(filter, SCMP_SYS(fcntl), 1, descriptor_commands);

    if (err == 0)
        err = add_each(filter, SCMP_SYS(ioctl), 1, requests);
    if (err == 0)
        err = add(filter, SCMP_SYS(mmap), is_masked(2, PROT_EXEC, 0));
    if (err == 0)
        err = add(filter, SCMP_SYS(mprotect), is_masked(2, PROT_EXEC, 0));
    if (err == 0)
        err = add(filter, SCMP_SYS(prctl), is(0, PR_SET_NAME));
    if (err == 0) /* to itself alone */
        err = add(filter, SCMP_SYS(tgkill), is(0, (scmp_datum_t)getpid()));
    if (err == 0) /* its own limits, to look at */
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, is(0, 0), is(2, 0));
    if (err == 0)
        err =
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, is(0, AF_UNIX), is(2, 0));
    return err;
}

static int add_reading(scmp_filter_ctx filter)
{
    return add(filter, SCMP_SYS(openat), is_masked(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
}

static int add_sockets(scmp_filter_ctx filter, int type)
{
    int err = 0;

    for (size_t i = 0; err == 0 && families[i] != LIST_END; i++)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 3,
                               is(0, (scmp_datum_t)families[i]),
                               is_masked(1, SOCKET_TYPE, (scmp_datum_t)type), is(2, 0));
    return err;
}

static int add_threads(scmp_filter_ctx filter)
{
    int err = add_list(filter, threads);

    if (err == 0)
        err = add(filter, SCMP_SYS(clone),
                  is_masked(0, CLONE_VM | CLONE_THREAD, CLONE_VM | CLONE_THREAD));
    if (err == 0)
        err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    if (err == 0)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(setpriority), 2,
                               is(0, PRIO_PROCESS), is(1, 0));
    return err;
}

static int build(scmp_filter_ctx filter, unsigned may)
{
    int err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

    if (err == 0) /* few steps for each call, and not as many as there are calls */
        err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (err == 0)
        err = add_list(filter, always);
    if (err == 0)
        err = add_narrow(filter);
    if (err == 0)
        err = (may & CONFINE_MAY_WRITE) != 0 ? add_list(filter, writing) : add_reading(filter);
    if (err == 0 && (may & CONFINE_MAY_TCP) != 0)
        err = add_sockets(filter, SOCK_STREAM);
    if (err == 0 && (may & CONFINE_MAY_UDP) != 0)
        err = add_sockets(filter, SOCK_DGRAM);
    if (err == 0 && (may & CONFINE_MAY_THREAD) != 0)
        err = add_threads(filter);
    return err;
}

confine_how confine_calls(unsigned may)
{
    scmp_filter_ctx filter;
    int err;

    if (CONFINE_IS_SANITIZED)
        return CONFINE_SANITIZED;
    filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        errno = ENOMEM;
        return CONFINE_FAILED;
    }
    err = build(filter, may);
    if (err == 0)
        err = seccomp_load(filter);
    seccomp_release(filter);
    errno = -err;
    return err == 0 ? CONFINE_WHOLE : CONFINE_FAILED;
}

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"

/*
 * A thread that waits is in a system call: the instruction before its next one is the one that made it, and makes others, also for
 * threads that are found at work.  When its registers are as they were, the kernel goes on with the call that was broken off.
 */

enum { INSTRUCTION_BYTES = 2, SYSCALL_INSTRUCTION = 0x050f, TRIES = 1000, TRY_AGAIN_US = 5000 };

static bool say(const struct tracee *t, const char *what)
{
    (void)fprintf(stderr, "thread %d: %s: %s\n", (int)t->id, what, strerror(errno));
    return false;
}

/* false: it is no more. */
static bool wait_for_stop(const struct tracee *t)
{
    int status;

    while (waitpid(t->id, &status, __WALL) == t->id)
        if (WIFSTOPPED(status))
            return true;
        else if (WIFEXITED(status) || WIFSIGNALED(status))
            return false;
    return false;
}

static bool is_instruction(const struct tracee *t, unsigned long long at)
{
    return (ptrace(PTRACE_PEEKTEXT, t->id, at, NULL) & 0xffff) == SYSCALL_INSTRUCTION;
}

static tracee_state stop(struct tracee *t)
{
    if (ptrace(PTRACE_SEIZE, t->id, NULL, NULL) != 0) {
        if (errno == ESRCH)
            return TRACEE_GONE;
        (void)say(t, "it cannot be traced");
        return TRACEE_FAILED;
    }
    if (ptrace(PTRACE_INTERRUPT, t->id, NULL, NULL) != 0 || !wait_for_stop(t) ||
        ptrace(PTRACE_GETREGS, t->id, NULL, &t->before) != 0)
        return TRACEE_GONE;
    return TRACEE_STOPPED;
}

tracee_state tracee_stop(struct tracee *t, pid_t thread, unsigned long long instruction)
{
    for (int i = 0; i < TRIES; i++) {
        tracee_state state;

        *t = (struct tracee){.id = thread};
        state = stop(t);
        if (state != TRACEE_STOPPED)
            return state;
        t->instruction = t->before.rip - INSTRUCTION_BYTES;
        if (!is_instruction(t, t->instruction))
            t->instruction = instruction;
        if (t->instruction != 0)
            return TRACEE_STOPPED;
        (void)ptrace(PTRACE_DETACH, thread, NULL, NULL);
        (void)usleep(TRY_AGAIN_US);
    }
    errno = EBUSY;
    (void)say(t, "it never waits");
    return TRACEE_FAILED;
}

long tracee_call(struct tracee *t, long number, const long arguments[6])
{
    struct user_regs_struct now = t->before;

    now.rip = t->instruction;
    now.orig_rax = ULLONG_MAX; /* it is in no call that could be broken off */
    now.rax = (unsigned long long)number;
    now.rdi = (unsigned long long)arguments[0];
    now.rsi = (unsigned long long)arguments[1];
    now.rdx = (unsigned long long)arguments[2];
    now.r10 = (unsigned long long)arguments[3];
    now.r8 = (unsigned long long)arguments[4];
    now.r9 = (unsigned long long)arguments[5];
    if (ptrace(PTRACE_SETREGS, t->id, NULL, &now) != 0 ||
        ptrace(PTRACE_SINGLESTEP, t->id, NULL, NULL) != 0 || !wait_for_stop(t) ||
        ptrace(PTRACE_GETREGS, t->id, NULL, &now) != 0)
        return LONG_MIN;
    return (long)now.rax;
}

bool tracee_write(const struct tracee *t, long to, const void *bytes, size_t count)
{
    union {
        const void *from;
        void *written; /* process_vm_writev(2) only reads it */
    } as = {.from = bytes};
    const struct iovec here = {as.written, count};
    struct iovec there = {.iov_len = count};
    uintptr_t at = (uintptr_t)to;

    memcpy(&there.iov_base, &at, sizeof at);
    return process_vm_writev(t->id, &here, 1, &there, 1, 0) == (ssize_t)count ||
           say(t, "its memory cannot be written");
}

void tracee_release(struct tracee *t)
{
    (void)ptrace(PTRACE_SETREGS, t->id, NULL, &t->before);
    (void)ptrace(PTRACE_DETACH, t->id, NULL, NULL);
}

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/user.h>

/* A thread of a living process, stopped, whose system calls are ours to choose (ptrace(2)). */

struct tracee {
    pid_t id;
    struct user_regs_struct before;
    unsigned long long instruction; /* a system call's */
};

typedef enum {
    TRACEE_STOPPED,
    TRACEE_GONE,  /* the thread has ended */
    TRACEE_FAILED /* what is wrong has been said */
} tracee_state;

/** instruction: one that is known of another thread of the process; 0: none, then it must be waiting in a system call, and is waited for. */
tracee_state tracee_stop(struct tracee *t, pid_t thread, unsigned long long instruction);
/** What the kernel answers; LONG_MIN: the process is no more. */
long tracee_call(struct tracee *t, long number, const long arguments[6]);
bool tracee_write(const struct tracee *t, long to, const void *bytes, size_t count);
/** It goes on where it was. */
void tracee_release(struct tracee *t);

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acts.h"
#include "tracee.h"

/*
 * forbidden PID OUTSIDE: has each thread of a living process try each act, and afterwards a process that nothing confines, of the same user.
 * A line each: the act, who tries (a thread's number, or "free"), what the kernel answered (a number, an error's name, "ended").
 */

enum { PAGE = 4096, BELOW_STACK = 4 * PAGE, TEXT_AT = 1024, THREADS_MAX = 256, SECONDS_MAX = 60 };

struct trial {
    struct tracee tracee;
    const char *who, *outside;
    pid_t witness;
    unsigned long long instruction; /* of the process, once it is known */
    long room;                      /* a page's address in it */
    bool mapped;
};

static long put_text(struct trial *t, long at, const char *text, size_t count)
{
    return tracee_write(&t->tracee, at, text, count) ? at : 0;
}

/* Its place in the page: texts of both calls of an act do not meet. */
static long value_of(struct trial *t, const struct argument *a, size_t index, long first)
{
    long at = t->room + TEXT_AT + (long)index * 256;
    char path[PATH_MAX];
    int len;

    switch (a->kind) {
    case NUMBER:
        return a->number;
    case TEXT:
        return put_text(t, at, a->text, strlen(a->text) + 1);
    case BYTES:
        return put_text(t, at, a->text, (size_t)a->number);
    case ROOM:
        return t->room;
    case FIRST:
        return first;
    case WITNESS:
        return t->witness;
    case OUTSIDE:
        len = snprintf(path, sizeof path, "%s%s", t->outside, a->text != NULL ? a->text : "");
        return len > 0 && len < 256 ? put_text(t, at, path, (size_t)len + 1) : 0;
    }
    return 0;
}

static long make(struct trial *t, const struct call *call, long first)
{
    long values[ARGUMENTS];

    for (size_t i = 0; i < ARGUMENTS; i++)
        values[i] = value_of(t, &call->arguments[i], i, first);
    return tracee_call(&t->tracee, call->number, values);
}

static void tell(const struct act *act, const char *who, long got)
{
    if (got == LONG_MIN)
        (void)printf("%s %s ended\n", act->name, who);
    else if (got < 0 && got > -PAGE)
        (void)printf("%s %s %s\n", act->name, who, strerrorname_np((int)-got));
    else
        (void)printf("%s %s %ld\n", act->name, who, got);
}

/* false: the process is no more. */
static bool try_act(struct trial *t, const struct act *act)
{
    long first = 0, got;

    if (act->first.number != 0)
        first = make(t, &act->first, 0);
    got = first >= 0 ? make(t, &act->call, first) : first;
    tell(act, t->who, got);
    if (act->first.number != 0 && first >= 0)
        (void)tracee_call(&t->tracee, SYS_close, (const long[ARGUMENTS]){first});
    return got != LONG_MIN && first != LONG_MIN;
}

/* Where it may map none: what lies below its stack, which is anyone's. */
static bool find_room(struct trial *t)
{
    const long page[ARGUMENTS] = {0,  PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                                  -1, 0};

    t->room = tracee_call(&t->tracee, SYS_mmap, page);
    t->mapped = t->room > 0;
    if (!t->mapped)
        t->room = (long)(t->tracee.before.rsp - BELOW_STACK) & -PAGE;
    return tracee_write(&t->tracee, t->room, "", 1);
}

static bool try_all(struct trial *t, pid_t thread)
{
    tracee_state state = tracee_stop(&t->tracee, thread, t->instruction);

    if (state != TRACEE_STOPPED)
        return state == TRACEE_GONE;
    t->instruction = t->tracee.instruction;
    if (!find_room(t))
        return false;
    for (size_t i = 0; i < act_count; i++)
        if (!try_act(t, &acts[i]))
            return false;
    if (t->mapped)
        (void)tracee_call(&t->tracee, SYS_munmap, (const long[ARGUMENTS]){t->room, PAGE});
    tracee_release(&t->tracee);
    return true;
}

static size_t threads_of(pid_t process, pid_t threads[THREADS_MAX])
{
    char path[64];
    size_t count = 0;
    DIR *folder;

    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)process);
    folder = opendir(path);
    if (folder == NULL)
        return 0;
    for (struct dirent *at = readdir(folder); at != NULL; at = readdir(folder))
        if (at->d_name[0] != '.' && count < THREADS_MAX)
            threads[count++] = (pid_t)strtol(at->d_name, NULL, 10);
    (void)closedir(folder);
    return count;
}

/* It waits in a group of its own, so that what it forks goes with it. */
static pid_t start_waiting(void)
{
    pid_t child = fork();

    if (child == 0) {
        (void)setpgid(0, 0);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            (void)pause();
    }
    (void)setpgid(child, child);
    return child;
}

static bool try_program(struct trial *t, pid_t process)
{
    pid_t threads[THREADS_MAX];
    size_t count = threads_of(process, threads);
    bool whole = count > 0;

    for (size_t i = 0; whole && i < count; i++) {
        char who[32];

        (void)snprintf(who, sizeof who, "%d", (int)threads[i]);
        t->who = who;
        whole = try_all(t, threads[i]);
    }
    return whole;
}

int main(int argc, char **argv)
{
    struct trial trial = {.outside = argc == 3 ? argv[2] : NULL};
    pid_t process, waiting;
    bool whole;

    if (argc != 3) {
        (void)fputs("usage: forbidden PID OUTSIDE\n", stderr);
        return 64;
    }
    process = (pid_t)strtol(argv[1], NULL, 10);
    (void)alarm(SECONDS_MAX);
    trial.witness = start_waiting();
    waiting = start_waiting();
    whole = try_program(&trial, process);
    trial.who = "free";
    trial.instruction = 0;
    whole = try_all(&trial, waiting) && whole;
    (void)kill(-waiting, SIGKILL);
    (void)kill(-trial.witness, SIGKILL);
    return whole ? 0 : 1;
}

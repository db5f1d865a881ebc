#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "barrier.h"
#include "barrier/start.h"
#include "lock.h"
#include "seen.h"

enum { MARGIN_US = 1000000, LOADS_MAX = 8, LOCK = 3 /* as nft has it */ };

static bool write_all(int fd, cp_text text)
{
    while (text.len > 0) {
        ssize_t len = write(fd, text.at, text.len);

        if (len <= 0)
            return false;
        text = cp_text_sub(text, (size_t)len, text.len);
    }
    return true;
}

/*
 * nft begins when all of the text is there: of a text that ends early it would load what it got.  It has the lock too: where this
 * program is killed, no other barrier is raised before nft is done.
 */
static bool load_filter(cp_text text, int lock)
{
    char *const words[] = {(char[]){"nft"}, (char[]){"-f"}, (char[]){"-"}, NULL};
    char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    int status = -1, whole = memfd_create("filter", MFD_CLOEXEC);
    pid_t child;

    if (whole < 0 || !write_all(whole, text) || lseek(whole, 0, SEEK_SET) != 0 ||
        posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, whole, STDIN_FILENO) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, lock, LOCK) != 0 ||
        posix_spawn(&child, "/usr/sbin/nft", &actions, NULL, words, environment) != 0)
        return false; /* and the program ends */
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(whole);
    errno = EINVAL; /* why, nft has told */
    return waitpid(child, &status, 0) == child && status == 0;
}

static bool set_sysctl(const char *name, const char *value, bool told)
{
    int fd, proc = told ? -1 : open("/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool done;

    if (told) {
        (void)printf("sysctl -w %s=%s\n", name, value);
        return true;
    }
    fd = openat(proc, name, O_WRONLY | O_CLOEXEC);
    done = fd < 0 ? errno == ENOENT /* an interface that is not there yet: `default` is for it */
                  : write(fd, value, strlen(value)) > 0;
    (void)close(proc);
    if (fd >= 0)
        (void)close(fd);
    return done;
}

static uint64_t clock_us(clockid_t clock)
{
    struct timespec at;

    (void)clock_gettime(clock, &at);
    return (uint64_t)at.tv_sec * 1000000 + (uint64_t)at.tv_nsec / 1000;
}

/*
 * The kernel counts down from when it has an element, which is later than now: so each is counted to end earlier by a margin,
 * and where loading took longer than that, all is loaded again.  Without a lock it is told.
 */
static bool put_filter(const struct cp_edge_policy *policy, const struct seen *seen, int lock,
                       struct cp_arena *arena)
{
    bool told = lock < 0;
    struct barrier_time time = {.margin_us = told ? 0 : MARGIN_US};
    cp_arena_mark empty = cp_arena_mark_get(arena);

    for (uint32_t loads = 0; loads < LOADS_MAX; loads++) {
        struct cp_out out = cp_out_make(arena);
        uint64_t took_us;
        cp_text text;

        time.turn = seen->turn + 1 + loads;
        time.boot_us = clock_us(CLOCK_BOOTTIME);
        time.now_us = seen_now(seen, clock_us(CLOCK_REALTIME), time.boot_us, policy->issued_us);
        errno = ENOMEM;
        if (barrier_filter(policy, &time, arena, &out) != CP_OK ||
            cp_out_done(&out, &text) != CP_OK)
            return false;
        if (told)
            return printf("nft -f - <<'end'\n%.*send\n", (int)text.len, text.at) > 0;
        if (!load_filter(text, lock))
            return false;
        cp_arena_reset(arena, empty);
        took_us = clock_us(CLOCK_BOOTTIME) - time.boot_us;
        if (took_us <= time.margin_us || cp_edge_next_until(policy, time.now_us) == UINT64_MAX)
            return true;
        time.margin_us = 2 * took_us;
    }
    errno = ETIMEDOUT;
    return false;
}

/* The filter first: from then on nothing of a class leaves but as the policy permits. */
const char *barrier_raise(struct kernel *kernel, const struct cp_edge_policy *policy,
                          cp_text secrets, struct cp_arena *arena)
{
    struct seen seen = {0};
    bool told = kernel->words != NULL;
    char name[BARRIER_NAME_MAX];
    const char *value;
    int lock = told ? -1 : lock_take();

    if (lock < 0 && !told)
        return "lock";
    errno = told ? 0 : seen_read(&seen);
    if (errno != 0)
        return "what was raised before";
    errno = ESTALE;
    if (start_is_older(policy, seen.serial, seen.issued_us))
        return "the kernel has a newer policy";
    if (!put_filter(policy, &seen, lock, arena))
        return "filter";
    errno = barrier_routes(kernel, policy, secrets, arena);
    if (errno != 0)
        return "barrier";
    for (uint32_t i = 0; barrier_sysctl(policy, i, name, &value); i++)
        if (!set_sysctl(name, value, told))
            return "sysctl";
    return NULL;
}

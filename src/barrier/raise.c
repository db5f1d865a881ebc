#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "barrier/barrier.h"

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

static bool load_filter(cp_text text)
{
    char *const words[] = {(char[]){"nft"}, (char[]){"-f"}, (char[]){"-"}, NULL};
    char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    int ends[2], status = -1;
    bool written;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0 || posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO) != 0 ||
        posix_spawn(&child, "/usr/sbin/nft", &actions, NULL, words, environment) != 0)
        return false; /* and the program ends */
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[0]);
    written = write_all(ends[1], text);
    (void)close(ends[1]);
    errno = EINVAL; /* why, nft has told */
    return waitpid(child, &status, 0) == child && status == 0 && written;
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

/* The filter first: from then on nothing of a class leaves but by verified ways, of which there are none. */
const char *barrier_raise(struct kernel *kernel, const struct cp_edge_policy *policy,
                          cp_text secrets, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    bool told = kernel->words != NULL;
    char name[BARRIER_NAME_MAX];
    const char *value;
    cp_text text;

    barrier_filter(policy, &out);
    if (cp_out_done(&out, &text) != CP_OK)
        return "filter";
    if (told)
        (void)printf("nft -f - <<'end'\n%.*send\n", (int)text.len, text.at);
    else if (!load_filter(text))
        return "nft";
    errno = barrier_routes(kernel, policy, secrets, arena);
    if (errno != 0)
        return "barrier";
    for (uint32_t i = 0; barrier_sysctl(policy, i, name, &value); i++)
        if (!set_sysctl(name, value, told))
            return "sysctl";
    return NULL;
}

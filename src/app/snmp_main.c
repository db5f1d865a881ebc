#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/files.h"
#include "app/message.h"
#include "snmp_session.h"
#include "snmp_table.h"

/*
 * cleanpath-snmp: asks devices, some at a time, each in a process of its own, so that what one answers
 * can do nothing to the others.  A file is written beside its place and then put there.
 */

enum { PATH_BYTES = 4096 };

/* A child's exit code where it wrote a file though the walk ended early. */
enum { ENDED_EARLY = 100 };

struct run {
    const struct cp_snmp_options *options;
    struct cp_snmp_secrets secrets;
    struct cp_arena *arena;
    pid_t *children; /* by host; 0: not started, -1: done */
    bool *read;      /* by host: its file was written */
    cp_exit code;
};

/* --- files --------------------------------------------------------------------------------- */

static cp_exit say_not_written(const char *path)
{
    cp_say("cannot write %s: %s", path, strerror(errno));
    return CP_EXIT_IO;
}

static bool write_all(int fd, cp_text text)
{
    while (text.len > 0) {
        ssize_t put = write(fd, text.at, text.len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        text = (cp_text){text.at + put, text.len - (size_t)put};
    }
    return true;
}

static bool join_path(char path[PATH_BYTES], const char *folder, const char *before,
                      const char *name)
{
    int len = snprintf(path, PATH_BYTES, "%s/%s%s", folder, before, name);

    return len > 0 && len < PATH_BYTES;
}

/* The place of a file, and one beside it where it is written first. */
struct places {
    char at[PATH_BYTES], beside[PATH_BYTES];
};

static cp_exit find_places(const char *folder, const char *name, struct places *places)
{
    errno = ENAMETOOLONG;
    return join_path(places->at, folder, "", name) &&
                   join_path(places->beside, folder, ".new-", name)
               ? CP_EXIT_OK
               : say_not_written(folder);
}

static cp_exit write_beside(const struct places *places, cp_text text)
{
    bool put;
    int fd;

    (void)unlink(places->beside);
    fd = open(places->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return say_not_written(places->beside);
    put = write_all(fd, text);
    put = fsync(fd) == 0 && put;
    put = close(fd) == 0 && put;
    if (put)
        return CP_EXIT_OK;
    (void)say_not_written(places->beside);
    (void)unlink(places->beside);
    return CP_EXIT_IO;
}

static cp_exit put_in_place(const struct places *places)
{
    if (rename(places->beside, places->at) == 0)
        return CP_EXIT_OK;
    (void)say_not_written(places->at);
    (void)unlink(places->beside);
    return CP_EXIT_IO;
}

/* All of it or nothing: what was there stays until all is written. */
static cp_exit put_file(const char *folder, const char *name, cp_text text)
{
    struct places places;
    cp_exit code = find_places(folder, name, &places);

    if (code == CP_EXIT_OK)
        code = write_beside(&places, text);
    return code == CP_EXIT_OK ? put_in_place(&places) : code;
}

static cp_exit make_folder(const char *path)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return CP_EXIT_OK;
    cp_say("cannot make the folder %s: %s", path, strerror(errno));
    return CP_EXIT_IO;
}

/* --- devices ------------------------------------------------------------------------------- */

/*
 * A row of evidence.csv may vouch for the file that was there.  What nobody authenticated comes into its place
 * after its row, and never under that one; what was authenticated before its row.
 */
static bool row_comes_first(const struct cp_snmp_options *options)
{
    return options->level < CP_SNMP_AUTH;
}

/* In the child. */
static int read_device(const struct run *run, const struct cp_snmp_host *host)
{
    cp_text walk;
    cp_exit code = cp_snmp_read(run->options, &run->secrets, host, run->arena, &walk);
    struct places places;
    cp_exit put;

    if (walk.len == 0)
        return (int)(code != CP_EXIT_OK ? code : CP_EXIT_PEER); /* what is there stays unvouched */
    put = find_places(run->options->out, host->file, &places);
    if (put == CP_EXIT_OK)
        put = write_beside(&places, walk);
    if (put == CP_EXIT_OK && !row_comes_first(run->options))
        put = put_in_place(&places);
    if (put != CP_EXIT_OK)
        return (int)put;
    return code == CP_EXIT_OK ? CP_EXIT_OK : ENDED_EARLY;
}

/* Of several things that went wrong: credentials, then what is of this machine, then silence. */
static void note(struct run *run, cp_exit code)
{
    static const cp_exit order[] = {CP_EXIT_OK,     CP_EXIT_PEER, CP_EXIT_USAGE,
                                    CP_EXIT_SYSTEM, CP_EXIT_IO,   CP_EXIT_REFUSED};
    size_t old = 0, now = 0;

    for (size_t i = 0; i < CP_COUNT(order); i++) {
        old = order[i] == run->code ? i : old;
        now = order[i] == code ? i : now;
    }
    if (now > old)
        run->code = code;
}

static void note_child(struct run *run, uint32_t host, int status)
{
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : CP_EXIT_SYSTEM;

    if (!WIFEXITED(status))
        cp_say("%s: the reading ended by signal %d", run->options->hosts[host].node,
               WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    run->read[host] = code == CP_EXIT_OK || code == ENDED_EARLY;
    note(run, code == ENDED_EARLY ? CP_EXIT_PEER : (cp_exit)code);
}

static void wait_for_one(struct run *run)
{
    int status = 0;
    pid_t child;

    do
        child = waitpid(-1, &status, 0);
    while (child < 0 && errno == EINTR);
    for (uint32_t i = 0; child > 0 && i < run->options->host_count; i++) {
        if (run->children[i] != child)
            continue;
        run->children[i] = -1;
        note_child(run, i, status);
    }
}

static bool start_one(struct run *run, uint32_t host)
{
    pid_t child = fork();

    if (child == 0)
        _exit(read_device(run, &run->options->hosts[host]));
    if (child < 0) {
        cp_say("cannot start a process: %s", strerror(errno));
        note(run, CP_EXIT_SYSTEM);
        return false;
    }
    run->children[host] = child;
    return true;
}

static void read_devices(struct run *run)
{
    uint32_t running = 0;

    for (uint32_t i = 0; i < run->options->host_count; i++) {
        if (running == run->options->at_once) {
            wait_for_one(run);
            running--;
        }
        if (start_one(run, i))
            running++;
    }
    for (; running > 0; running--)
        wait_for_one(run);
}

/* --- evidence.csv -------------------------------------------------------------------------- */

static cp_exit read_table(const char *path, struct cp_arena *arena, cp_text *old)
{
    *old = CP_TEXT("");
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return CP_EXIT_OK;
    return cp_file_read(path, arena, old);
}

static cp_exit write_table(const struct run *run)
{
    char path[PATH_BYTES];
    cp_text old, table;
    cp_exit code;
    cp_err err;

    errno = ENAMETOOLONG;
    if (!join_path(path, run->options->out, "", "evidence.csv"))
        return say_not_written(run->options->out);
    code = read_table(path, run->arena, &old);
    if (code != CP_EXIT_OK)
        return code;
    err = cp_snmp_table(run->options, run->read, old, run->arena, &table);
    if (err == CP_ERR_MALFORMED) {
        cp_say("%s:1: columns other than file,node,evidence,who,date: it is left as it is", path);
        return CP_EXIT_IO;
    }
    if (err != CP_OK)
        return cp_say_no_memory();
    return put_file(run->options->out, "evidence.csv", table);
}

/* Files whose row stands now; of which it could not be written, they are dropped. */
static void place_files(struct run *run, bool have_rows)
{
    for (uint32_t i = 0; i < run->options->host_count; i++) {
        struct places places;

        if (!run->read[i] || find_places(run->options->out, run->options->hosts[i].file, &places))
            continue;
        if (have_rows)
            note(run, put_in_place(&places));
        else
            (void)unlink(places.beside);
    }
}

static void keep_files(struct run *run)
{
    cp_exit code = write_table(run);

    note(run, code);
    if (row_comes_first(run->options))
        place_files(run, code == CP_EXIT_OK);
}

static bool was_any_read(const struct run *run)
{
    for (uint32_t i = 0; i < run->options->host_count; i++)
        if (run->read[i])
            return true;
    return false;
}

static cp_exit read_all(const struct cp_snmp_options *options, struct cp_arena *arena)
{
    struct run run = {.options = options,
                      .arena = arena,
                      .children = CP_TAKE(arena, options->host_count, pid_t),
                      .read = CP_TAKE(arena, options->host_count, bool)};
    cp_exit code = cp_snmp_secrets_read(options, arena, &run.secrets);

    if (run.children == NULL || run.read == NULL)
        return cp_say_no_memory();
    if (code == CP_EXIT_OK)
        code = make_folder(options->out);
    if (code != CP_EXIT_OK)
        return code;
    cp_snmp_start();
    read_devices(&run);
    if (was_any_read(&run))
        keep_files(&run);
    return run.code;
}

int main(int argc, char **argv)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_snmp_options options;
    bool help = false;
    cp_exit code;

    cp_message_program("cleanpath-snmp");
    if (arena == NULL)
        return (int)cp_say_no_memory();
    code = cp_snmp_options_read(argc > 0 ? argc - 1 : 0, argv + (argc > 0), arena, &options, &help);
    if (code == CP_EXIT_OK && !help)
        code = read_all(&options, arena);
    cp_arena_close(arena);
    return (int)code;
}

#include "app/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/message.h"

#define FIRST_READ_BYTES ((size_t)64 << 10)

static cp_exit say_unreadable(const char *path, int error)
{
    if (error == ENOENT || error == ENOTDIR) {
        cp_say("no such file: %s", path);
        return CP_EXIT_MISSING;
    }
    cp_say("cannot read %s: %s", path, error == EISDIR ? "it is a folder" : strerror(error));
    return CP_EXIT_IO;
}

/* Bytes that the file says it has; a guess only, pipes say nothing. */
static size_t size_hint(int fd)
{
    struct stat about;

    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size <= 0)
        return FIRST_READ_BYTES;
    if ((uintmax_t)about.st_size > CP_FILE_BYTES_MAX)
        return CP_FILE_BYTES_MAX + 1;
    return (size_t)about.st_size + 1; /* one more, so that the end is seen without growing */
}

/* One read, started again where a signal broke it off. */
static ssize_t read_some(int fd, char *at, size_t len)
{
    ssize_t got;

    do
        got = read(fd, at, len);
    while (got < 0 && errno == EINTR);
    return got;
}

/* The first time what the file says it has, or what is asked for where that is less; later twice as
 * much, or all that there is where all is asked for. */
static size_t next_size(const struct cp_file *file, size_t wanted)
{
    size_t least = file->at != NULL ? file->cap * 2 : 0, hint = size_hint(file->fd);

    if (hint > wanted)
        hint = wanted;
    return hint > least ? hint : least;
}

/* Room for at least one byte more. */
static cp_exit make_room(struct cp_file *file, size_t wanted)
{
    size_t cap;
    char *grown;

    if (file->at != NULL && file->len < file->cap)
        return CP_EXIT_OK;
    cap = next_size(file, wanted);
    if (cap > CP_FILE_BYTES_MAX) {
        cp_say("%s: the file is larger than %zu bytes", file->path, CP_FILE_BYTES_MAX);
        return CP_EXIT_INPUT;
    }
    grown = CP_TAKE(file->arena, cap, char);
    if (grown == NULL)
        return cp_say_no_memory();
    if (file->at != NULL)
        memcpy(grown, file->at, file->len);
    file->at = grown;
    file->cap = cap;
    return CP_EXIT_OK;
}

cp_exit cp_file_open(const char *path, struct cp_arena *arena, struct cp_file *file)
{
    *file = (struct cp_file){.path = path, .arena = arena, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    return file->fd >= 0 ? CP_EXIT_OK : say_unreadable(path, errno);
}

void cp_file_close(struct cp_file *file)
{
    if (file->fd >= 0)
        (void)close(file->fd);
    file->fd = -1;
}

cp_exit cp_file_fill(struct cp_file *file, size_t bytes)
{
    while (!file->ended && file->len < bytes) {
        cp_exit code = make_room(file, bytes);
        ssize_t got;

        if (code != CP_EXIT_OK)
            return code;
        got = read_some(file->fd, file->at + file->len, file->cap - file->len);
        if (got < 0)
            return say_unreadable(file->path, errno);
        file->len += (size_t)got;
        file->ended = got == 0;
    }
    return CP_EXIT_OK;
}

cp_text cp_file_text(const struct cp_file *file)
{
    return (cp_text){file->at, file->len};
}

bool cp_file_is_read(const struct cp_file *file)
{
    return file->ended;
}

/* Up to the last line end; 0 where there is none. */
static size_t whole_lines(const struct cp_file *file)
{
    size_t len = file->len;

    while (len > 0 && file->at[len - 1] != '\n')
        len--;
    return len;
}

cp_exit cp_file_lines(struct cp_file *file, size_t bytes, cp_text *lines)
{
    cp_exit code = CP_EXIT_OK;
    size_t len = 0;

    file->len -= file->given;
    if (file->given > 0)
        memmove(file->at, file->at + file->given, file->len);
    file->given = 0;
    for (; code == CP_EXIT_OK && len == 0; bytes *= 2) {
        code = cp_file_fill(file, bytes);
        len = whole_lines(file);
        if (file->ended)
            break;
    }
    file->given = file->ended ? file->len : len;
    *lines = (cp_text){file->at, file->given};
    return code;
}

bool cp_file_at_end(const struct cp_file *file)
{
    return file->ended && file->given == file->len;
}

cp_exit cp_file_read(const char *path, struct cp_arena *arena, cp_text *out)
{
    struct cp_file file;
    cp_exit code = cp_file_open(path, arena, &file);

    if (code == CP_EXIT_OK)
        code = cp_file_fill(&file, SIZE_MAX);
    *out = cp_file_text(&file);
    cp_file_close(&file);
    return code;
}

static cp_exit say_unwritten(int error)
{
    cp_say("cannot write the answer: %s", strerror(error));
    return CP_EXIT_IO;
}

cp_exit cp_stdout_check(void)
{
    return fcntl(STDOUT_FILENO, F_GETFD) >= 0 ? CP_EXIT_OK : say_unwritten(errno);
}

cp_exit cp_stdout_put(cp_text text)
{
    size_t done = 0;

    while (done < text.len) {
        ssize_t put = write(STDOUT_FILENO, text.at + done, text.len - done);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return say_unwritten(errno);
        done += (size_t)put;
    }
    return CP_EXIT_OK;
}

cp_exit cp_stdout_write(cp_text text)
{
    cp_exit code = cp_stdout_put(text);

    if (code != CP_EXIT_OK)
        return code;
    return close(STDOUT_FILENO) == 0 ? CP_EXIT_OK : say_unwritten(errno);
}

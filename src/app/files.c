#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"

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

struct buffer {
    char *at;
    size_t len, cap;
};

/* Room for at least one byte more. */
static cp_exit make_room(struct buffer *buffer, const char *path, struct cp_arena *arena)
{
    char *grown;

    if (buffer->at != NULL && buffer->len < buffer->cap)
        return CP_EXIT_OK;
    if (buffer->at != NULL)
        buffer->cap *= 2;
    if (buffer->cap > CP_FILE_BYTES_MAX) {
        cp_say("%s: the file is larger than %zu bytes", path, CP_FILE_BYTES_MAX);
        return CP_EXIT_INPUT;
    }
    grown = CP_TAKE(arena, buffer->cap, char);
    if (grown == NULL)
        return cp_say_no_memory();
    if (buffer->at != NULL)
        memcpy(grown, buffer->at, buffer->len);
    buffer->at = grown;
    return CP_EXIT_OK;
}

static cp_exit read_all(int fd, const char *path, struct cp_arena *arena, cp_text *out)
{
    struct buffer buffer = {.cap = size_hint(fd)};
    ssize_t got;

    do {
        cp_exit code = make_room(&buffer, path, arena);

        if (code != CP_EXIT_OK)
            return code;
        got = read_some(fd, buffer.at + buffer.len, buffer.cap - buffer.len);
        if (got < 0)
            return say_unreadable(path, errno);
        buffer.len += (size_t)got;
    } while (got > 0);
    *out = (cp_text){buffer.at, buffer.len};
    return CP_EXIT_OK;
}

cp_exit cp_file_read(const char *path, struct cp_arena *arena, cp_text *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    cp_exit code;

    if (fd < 0)
        return say_unreadable(path, errno);
    code = read_all(fd, path, arena, out);
    (void)close(fd);
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

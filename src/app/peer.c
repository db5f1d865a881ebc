#include "app/peer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/num.h"

#include "app/message.h"

enum { PATIENCE_S = 30 };

#define ANSWER_BYTES_MAX ((size_t)128 << 20)

/* --- what comes ------------------------------------------------------------------------------- */

/* Where the head ends, and how long the empty line is; false: it has not ended. */
static bool find_body(cp_text bytes, size_t *at)
{
    for (size_t i = cp_text_find(bytes, '\n', 0); i < bytes.len;
         i = cp_text_find(bytes, '\n', i + 1)) {
        size_t next = i + 1;

        if (next < bytes.len && bytes.at[next] == '\r')
            next++;
        if (next < bytes.len && bytes.at[next] == '\n') {
            *at = next + 1;
            return true;
        }
    }
    return false;
}

bool cp_peer_answer(cp_text bytes, uint32_t *status, cp_text *body)
{
    size_t at;

    if (!cp_text_starts(bytes, CP_TEXT("HTTP/1.")) || bytes.len < 12 || bytes.at[8] != ' ' ||
        cp_num_u32(cp_text_sub(bytes, 9, 3), 599, status) != CP_OK || *status < 100 ||
        !find_body(bytes, &at))
        return false;
    *body = cp_text_sub(bytes, at, bytes.len);
    return true;
}

static void take_field(cp_text line, struct cp_peer_event *event)
{
    size_t colon = cp_text_find(line, ':', 0);
    cp_text name = cp_text_sub(line, 0, colon), value = cp_text_sub(line, colon + 1, line.len);

    if (value.len > 0 && value.at[0] == ' ')
        value = cp_text_sub(value, 1, value.len);
    if (cp_text_is(name, "data"))
        event->data = value; /* ours are of one line */
    else if (cp_text_is(name, "event"))
        event->kind = value;
    else if (cp_text_is(name, "id") && cp_num_u64(value, UINT64_MAX - 1, &event->id) != CP_OK)
        event->id = 0;
}

bool cp_peer_event(cp_text bytes, size_t *used, struct cp_peer_event *out)
{
    struct cp_peer_event event = {.id = 0};

    *used = 0;
    for (size_t at = 0, end; (end = cp_text_find(bytes, '\n', at)) < bytes.len; at = end + 1) {
        cp_text line = cp_text_sub(bytes, at, end - at);

        if (line.len > 0) {
            take_field(line, &event);
            continue;
        }
        *used = end + 1;
        if (event.data.len > 0) {
            *out = event;
            return true;
        }
        event = (struct cp_peer_event){.id = 0};
    }
    return false;
}

/* --- asking ----------------------------------------------------------------------------------- */

static cp_exit say_errno(const char *path)
{
    cp_say("%s: %s", path, strerror(errno));
    return errno == EACCES || errno == EPERM ? CP_EXIT_REFUSED : CP_EXIT_PEER;
}

cp_exit cp_peer_connect(const char *path, int *out)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    size_t len = strlen(path);
    cp_exit code;

    if (len >= sizeof(address.sun_path)) {
        cp_say("%s: too long for a socket's path", path);
        return CP_EXIT_USAGE;
    }
    memcpy(address.sun_path, path, len + 1);
    *out = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*out < 0)
        return say_errno(path);
    (void)setsockopt(*out, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    (void)setsockopt(*out, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (connect(*out, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return CP_EXIT_OK;
    code = say_errno(path);
    (void)close(*out);
    *out = -1;
    return code;
}

cp_exit cp_peer_send(int socket, const char *target, uint64_t last_id)
{
    char request[512], last[64] = "";
    int len;

    if (last_id != UINT64_MAX)
        (void)snprintf(last, sizeof(last), "Last-Event-ID: %" PRIu64 "\r\n", last_id);
    len = snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\nHost: localhost\r\n%s\r\n", target,
                   last);
    CP_ASSERT(len > 0 && (size_t)len < sizeof(request));
    if (send(socket, request, (size_t)len, MSG_NOSIGNAL) == len)
        return CP_EXIT_OK;
    cp_say("cleanpathd does not take the request: %s", strerror(errno));
    return CP_EXIT_PEER;
}

static cp_exit read_all(int socket, struct cp_arena *arena, cp_text *out)
{
    void *at = NULL;
    uint32_t cap = 0;
    size_t len = 0;

    for (;;) {
        ssize_t got;

        if (len == cap && cp_arena_grow(arena, &at, cap, &cap, 1) != CP_OK)
            return cp_say_no_memory();
        got = recv(socket, (char *)at + len, cap - len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || len + (size_t)got > ANSWER_BYTES_MAX) {
            cp_say("cleanpathd does not answer: %s", got < 0 ? strerror(errno) : "too much");
            return CP_EXIT_PEER;
        }
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *out = (cp_text){at, len};
    return CP_EXIT_OK;
}

static cp_exit say_status(uint32_t status)
{
    cp_say("cleanpathd answers with status %u", status);
    return status == 401 || status == 403 ? CP_EXIT_REFUSED : CP_EXIT_PEER;
}

cp_exit cp_peer_get(const char *path, const char *target, struct cp_arena *arena, cp_text *body)
{
    uint32_t status;
    cp_text bytes = {"", 0};
    int socket = -1;
    cp_exit code = cp_peer_connect(path, &socket);

    if (code != CP_EXIT_OK)
        return code;
    code = cp_peer_send(socket, target, UINT64_MAX);
    if (code == CP_EXIT_OK)
        code = read_all(socket, arena, &bytes);
    (void)close(socket);
    if (code != CP_EXIT_OK)
        return code;
    if (!cp_peer_answer(bytes, &status, body)) {
        cp_say("%s: what answers there is not cleanpathd", path);
        return CP_EXIT_INPUT;
    }
    return status == 200 ? CP_EXIT_OK : say_status(status);
}

#include "app/peer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/json_in.h"
#include "base/num.h"
#include "base/out.h"

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
    int error = errno;
    bool nobody = error == ENOENT || error == ECONNREFUSED;

    cp_say("%s: %s%s", path, strerror(error),
           nobody ? ": cleanpathd does not run, or has its socket elsewhere (--socket)" : "");
    return error == EACCES || error == EPERM ? CP_EXIT_REFUSED : CP_EXIT_PEER;
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

static cp_exit say_not_taken(void)
{
    cp_say("cleanpathd does not take the request: %s", strerror(errno));
    return CP_EXIT_PEER;
}

static cp_exit write_request(const struct cp_peer_request *request, struct cp_arena *arena,
                             cp_text *text)
{
    struct cp_out out = cp_out_make(arena);

    cp_out_format(&out, "%s %s HTTP/1.0\r\nHost: localhost\r\n", request->acts ? "POST" : "GET",
                  request->target);
    if (request->last_id > 0)
        cp_out_format(&out, "Last-Event-ID: %" PRIu64 "\r\n", request->last_id);
    if (request->acts)
        cp_out_format(&out, "Content-Length: %zu\r\n", request->body.len);
    if (request->body.len > 0)
        cp_out_str(&out, "Content-Type: application/json\r\n");
    cp_out_str(&out, "\r\n");
    cp_out_text(&out, request->body);
    return cp_out_done(&out, text) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
}

void cp_peer_write_id(struct cp_out *out, cp_text id)
{
    for (size_t i = 0; i < id.len; i++) {
        unsigned char c = (unsigned char)id.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.';

        if (plain)
            cp_out_char(out, id.at[i]);
        else
            cp_out_format(out, "%%%02X", c);
    }
}

cp_exit cp_peer_send(int socket, const struct cp_peer_request *request, struct cp_arena *arena)
{
    cp_arena_mark mark = cp_arena_mark_get(arena);
    cp_text text;
    cp_exit code = write_request(request, arena, &text);

    while (code == CP_EXIT_OK && text.len > 0) {
        ssize_t sent = send(socket, text.at, text.len, MSG_NOSIGNAL);

        if (sent >= 0)
            text = cp_text_sub(text, (size_t)sent, text.len);
        else if (errno != EINTR)
            code = say_not_taken();
    }
    cp_arena_reset(arena, mark);
    return code;
}

static cp_exit say_no_answer(int error)
{
    if (error == EAGAIN)
        cp_say("cleanpathd does not answer: nothing has come for %d seconds", PATIENCE_S);
    else
        cp_say("cleanpathd does not answer: %s", strerror(error));
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
        if (got < 0 || len + (size_t)got > ANSWER_BYTES_MAX)
            return say_no_answer(got < 0 ? errno : EMSGSIZE);
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *out = (cp_text){at, len};
    return CP_EXIT_OK;
}

static cp_exit exit_of(uint32_t status)
{
    static const struct {
        uint32_t status;
        cp_exit code;
    } codes[] = {{400, CP_EXIT_USAGE},
                 {401, CP_EXIT_REFUSED},
                 {403, CP_EXIT_REFUSED},
                 {404, CP_EXIT_MISSING},
                 {422, CP_EXIT_POLICY}};

    for (size_t i = 0; i < CP_COUNT(codes); i++)
        if (codes[i].status == status)
            return codes[i].code;
    return CP_EXIT_PEER;
}

/* A refusal of files begins with its place, where it has one: nothing of ours stands before it. */
static void say_errors(const struct cp_json_value *errors)
{
    for (const struct cp_json_value *v = errors->first; v != NULL; v = v->next)
        cp_say_plain("%.*s", (int)v->text.len, v->text.at);
    cp_say("refused: what was in force stays");
}

static cp_exit say_refusal(uint32_t status, cp_text body, struct cp_arena *arena)
{
    const struct cp_json_value *problem = NULL, *errors;
    cp_text detail;

    if (cp_json_in_document(body, CP_PLACE_NO_FILE, arena, &problem, NULL) != CP_OK)
        problem = NULL;
    errors = cp_json_member(problem, "errors");
    detail = cp_json_member_text(problem, "detail");
    if (errors != NULL && errors->count > 0)
        say_errors(errors);
    else if (detail.len > 0)
        cp_say("cleanpathd: %.*s", (int)detail.len, detail.at);
    else
        cp_say("cleanpathd answers with status %u", status);
    return exit_of(status);
}

static cp_exit not_understood(const char *path)
{
    cp_say("%s: the answer is not understood", path);
    return CP_EXIT_INPUT;
}

/* All that comes till the connection ends. */
static cp_exit converse(const char *path, const struct cp_peer_request *request,
                        struct cp_arena *arena, cp_text *bytes)
{
    const struct timeval forever = {.tv_sec = 0};
    int socket = -1;
    cp_exit code = cp_peer_connect(path, &socket);

    if (code != CP_EXIT_OK)
        return code;
    if (request->patient)
        (void)setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof(forever));
    code = cp_peer_send(socket, request, arena);
    if (code == CP_EXIT_OK)
        code = read_all(socket, arena, bytes);
    (void)close(socket);
    if (code == CP_EXIT_OK && bytes->len == 0) {
        cp_say("cleanpathd has ended the connection without an answer");
        return CP_EXIT_PEER;
    }
    return code;
}

cp_exit cp_peer_ask(const char *path, const struct cp_peer_request *request, struct cp_arena *arena,
                    cp_text *text, const struct cp_json_value **document)
{
    uint32_t status;
    cp_text bytes = {"", 0};
    cp_exit code = converse(path, request, arena, &bytes);

    if (code != CP_EXIT_OK)
        return code;
    if (!cp_peer_answer(bytes, &status, text)) {
        cp_say("%s: what answers there is not cleanpathd", path);
        return CP_EXIT_INPUT;
    }
    if (status != 200)
        return say_refusal(status, *text, arena);
    return cp_json_in_document(*text, CP_PLACE_NO_FILE, arena, document, NULL) == CP_OK
               ? CP_EXIT_OK
               : not_understood(path);
}

cp_exit cp_peer_get_status(const char *path, struct cp_arena *arena, cp_text *text,
                           const struct cp_json_value **status, cp_exit *answer)
{
    uint64_t n = 0;
    cp_exit code =
        cp_peer_ask(path, &(struct cp_peer_request){.target = "/v1/status"}, arena, text, status);

    if (code != CP_EXIT_OK)
        return code;
    if (!cp_text_is(cp_json_member_text(*status, "schema"), "cleanpath.status/1") ||
        !cp_json_u64_of(cp_json_member(*status, "exit_code"), &n) || n > CP_EXIT_UNDECIDED)
        return not_understood(path);
    *answer = (cp_exit)n;
    return CP_EXIT_OK;
}

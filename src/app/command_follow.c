#include "commands.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/json_in.h"
#include "base/moment.h"

#include "app/files.h"
#include "app/message.h"
#include "ending.h"
#include "log_store.h"
#include "app/peer.h"

/*
 * watch --socket: follows the daemon's events.  Where the connection ends it is made again, once a second,
 * and goes on behind the last event: nothing is told twice or left out.  The exit code of an end by a
 * signal is that of the daemon's status, which is asked for at the start and after verdicts.
 */

enum { ROOM_BYTES = 4 << 20, PIECE_BYTES = 65536, ROUND_MS = 500 };

#define ARENA_BYTES ((size_t)64 << 20)

enum { OPTION_SOCKET, OPTION_JSON };

static const struct cp_option options[] = {
    {"--socket", "PATH", "the daemon's, instead of a case folder", false},
    {"--json", NULL, "JSON lines, a document for each event, instead of text", false},
};

static const struct cp_command command = {
    "watch",
    "--socket PATH [--json]",
    "Tells what cleanpathd decides, orders and is told, as it happens.  Ends when it is told to\n"
    "(Ctrl-C), with the exit code of cleanpath status.",
    options,
    CP_COUNT(options),
    0,
};

struct follower {
    const char *path;
    bool json;
    struct cp_arena *arena;
    int socket;
    char *room; /* [ROOM_BYTES] */
    size_t len;
    bool headed;      /* the head of the answer is behind us */
    bool stale;       /* the code is to be asked for again */
    uint64_t last_id; /* 0: none yet */
};

/* --- telling ---------------------------------------------------------------------------------- */

/* An entry of the log as JSON, as a line of text. */
static cp_err write_line(struct cp_out *out, cp_text data)
{
    const struct cp_json_value *root, *document;
    struct cp_log_entry entry = {.at_us = 0};

    CP_TRY(cp_json_in_document(data, CP_PLACE_NO_FILE, out->arena, &root, NULL));
    document = cp_json_member(root, "document");
    if (document == NULL || !cp_json_u64_of(cp_json_member(root, "seq"), &entry.seq) ||
        !cp_log_kind_of(cp_json_member_text(root, "kind"), &entry.kind))
        return CP_ERR_MALFORMED;
    CP_TRY(cp_moment_parse(cp_json_member_text(root, "at"), &entry.at_us));
    entry.subject = cp_json_member_text(root, "subject");
    /* the document is the last member: from its place to the bracket that ends the entry */
    entry.document =
        cp_text_sub(data, document->place.column - 1, data.len - document->place.column);
    return cp_log_write_line(out, &entry);
}

static cp_exit tell(struct follower *f, const struct cp_peer_event *event)
{
    cp_arena_mark mark = cp_arena_mark_get(f->arena);
    struct cp_out out = cp_out_make(f->arena);
    cp_text text;
    cp_exit code = CP_EXIT_OK;

    if (f->json) {
        cp_out_text(&out, event->data);
        cp_out_char(&out, '\n');
    } else if (write_line(&out, event->data) != CP_OK) {
        cp_say("watch: an event is not understood");
        code = CP_EXIT_INPUT;
    }
    if (code == CP_EXIT_OK && cp_out_done(&out, &text) != CP_OK)
        code = cp_say_no_memory();
    if (code == CP_EXIT_OK) {
        cp_ending_hold();
        code = cp_stdout_put(text);
        cp_ending_release();
    }
    f->last_id = event->id;
    f->stale = f->stale || cp_text_is(event->kind, "verdict") || cp_text_is(event->kind, "step") ||
               cp_text_is(event->kind, "start");
    cp_arena_reset(f->arena, mark);
    return code;
}

/* --- reading ---------------------------------------------------------------------------------- */

static void drop_front(struct follower *f, size_t bytes)
{
    f->len -= bytes;
    memmove(f->room, f->room + bytes, f->len);
}

static void hang_up(struct follower *f)
{
    if (f->socket >= 0)
        (void)close(f->socket);
    f->socket = -1;
    f->len = 0;
    f->headed = false;
}

static cp_exit take_head(struct follower *f)
{
    uint32_t status;
    cp_text body;

    if (!cp_peer_answer((cp_text){f->room, f->len}, &status, &body))
        return CP_EXIT_OK; /* not all of it is there */
    if (status != 200) {
        cp_say("cleanpathd answers with status %u", status);
        hang_up(f);
        return CP_EXIT_PEER;
    }
    f->headed = true;
    drop_front(f, f->len - body.len);
    return CP_EXIT_OK;
}

static cp_exit take_events(struct follower *f)
{
    struct cp_peer_event event;
    size_t used, done = 0;
    cp_exit code = CP_EXIT_OK;

    while (code == CP_EXIT_OK &&
           cp_peer_event((cp_text){f->room + done, f->len - done}, &used, &event)) {
        done += used;
        code = tell(f, &event);
    }
    drop_front(f, done + (code == CP_EXIT_OK ? used : 0));
    return code;
}

/* Something has come, or the connection has ended. */
static cp_exit take(struct follower *f)
{
    size_t room = ROOM_BYTES - f->len;
    ssize_t got = recv(f->socket, f->room + f->len, room < PIECE_BYTES ? room : PIECE_BYTES, 0);
    cp_exit code = CP_EXIT_OK;

    if (got < 0 && errno == EINTR)
        return CP_EXIT_OK;
    if (got <= 0) {
        if (room > 0)
            cp_say("watch: cleanpathd has ended the connection");
        hang_up(f);
        return CP_EXIT_OK;
    }
    f->len += (size_t)got;
    if (!f->headed)
        code = take_head(f);
    return code == CP_EXIT_OK && f->headed ? take_events(f) : code;
}

/* --- rounds ----------------------------------------------------------------------------------- */

static cp_exit ask_code(struct follower *f)
{
    cp_arena_mark mark = cp_arena_mark_get(f->arena);
    const struct cp_json_value *status;
    cp_text text;
    cp_exit answer = CP_EXIT_OK,
            code = cp_peer_get_status(f->path, f->arena, &text, &status, &answer);

    if (code == CP_EXIT_OK)
        cp_ending_set(answer);
    f->stale = false;
    cp_arena_reset(f->arena, mark);
    return code;
}

static cp_exit begin(struct follower *f)
{
    cp_exit code = cp_peer_connect(f->path, &f->socket);

    if (code == CP_EXIT_OK)
        code = cp_peer_send(
            f->socket, &(struct cp_peer_request){.target = "/v1/events", .last_id = f->last_id},
            f->arena);
    if (code == CP_EXIT_OK)
        code = ask_code(f);
    if (code != CP_EXIT_OK)
        hang_up(f);
    return code;
}

/* Whoever read the answers may have gone. */
static bool has_reader(void)
{
    struct pollfd out = {STDOUT_FILENO, 0, 0};

    return poll(&out, 1, 0) <= 0 || (out.revents & (POLLERR | POLLNVAL)) == 0;
}

static cp_exit round_once(struct follower *f)
{
    struct pollfd in = {f->socket, POLLIN, 0};
    int ready = poll(&in, 1, ROUND_MS);

    if (ready > 0)
        return take(f);
    if (!has_reader()) {
        cp_say("watch: nobody reads the answers any more");
        return CP_EXIT_IO;
    }
    if (f->stale)
        (void)ask_code(f); /* where it is not there, the connection will end, too */
    return CP_EXIT_OK;
}

static cp_exit follow(struct follower *f)
{
    const struct timespec second = {.tv_sec = 1};
    cp_exit code = begin(f);

    while (code == CP_EXIT_OK) {
        if (f->socket >= 0) {
            code = round_once(f);
            continue;
        }
        (void)nanosleep(&second, NULL);
        if (begin(f) == CP_EXIT_OK)
            cp_say("watch: cleanpathd is there again");
        code = has_reader() ? CP_EXIT_OK : CP_EXIT_IO;
    }
    hang_up(f);
    return code;
}

/* --- running ---------------------------------------------------------------------------------- */

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    struct follower f = {.path = CP_SOCKET_PATH, .arena = arena, .socket = -1};
    struct cp_args args;
    cp_exit code = cp_args_parse(&command, argc, argv, arena, &args);

    if (code != CP_EXIT_OK)
        return code;
    if (args.help)
        return cp_help_command(&command);
    for (uint32_t i = 0; i < args.count; i++) {
        if (args.list[i].option == OPTION_SOCKET)
            f.path = args.list[i].value;
        f.json = f.json || args.list[i].option == OPTION_JSON;
    }
    f.room = CP_TAKE(arena, ROOM_BYTES, char);
    if (f.room == NULL)
        return cp_say_no_memory();
    code = cp_stdout_check();
    (void)signal(SIGPIPE, SIG_IGN); /* a reader that has gone is an error like any other */
    return code == CP_EXIT_OK ? follow(&f) : code;
}

cp_exit cp_command_follow(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}

cp_exit cp_command_watch_any(int argc, char *const *argv)
{
    static const char name[] = "--socket";

    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], name, sizeof(name) - 1) == 0)
            return cp_command_follow(argc, argv);
    }
    return cp_command_watch(argc, argv);
}

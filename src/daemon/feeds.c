#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "daemon.h"
#include "log.h"

/*
 * A feed of documents: a program is run every so often, and what it writes is what the network is.  Its next run
 * begins when the last has ended.  After LOST_AFTER runs that failed the feed is lost, until one succeeds.
 */

enum { DOCUMENT_BYTES = 256 << 20, PIECE_BYTES = 65536, LOST_AFTER = 3, RUN_MS = 30000 };

struct feed {
    struct daemon *daemon;
    uint32_t peer;
    uv_timer_t timer, overdue;
    uv_process_t process;
    uv_pipe_t out;
    char *at; /* [len] what it wrote */
    size_t len, cap;
    char piece[PIECE_BYTES];
    uint32_t failures;
    uint32_t closing; /* handles of the run that are not closed yet */
    int64_t status;
    bool open, running, too_much;
};

static void run(uv_timer_t *timer);

static const struct daemon_peer *config_of(const struct feed *f)
{
    return &f->daemon->config->peers[f->peer];
}

static void again(struct feed *f)
{
    if (!f->daemon->stopping)
        (void)uv_timer_start(&f->timer, run, config_of(f)->every_us / 1000, 0);
}

static void fail(struct feed *f, const char *why)
{
    struct daemon *d = f->daemon;

    d->counts.documents_refused++;
    log_say(LOG_WARNING, "feed", d->config->drive.peers[f->peer].name.at, "%s", why);
    if (++f->failures != LOST_AFTER)
        return;
    daemon_check(d, cp_drive_closed(d->drive, f->peer, daemon_now_us(d)));
    daemon_pump(d);
}

static void take_document(struct feed *f)
{
    struct daemon *d = f->daemon;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err;

    d->heard_ns = uv_hrtime();
    err = cp_drive_document(d->drive, f->peer, (cp_text){f->at, f->len}, daemon_now_us(d), &diag);

    if (err == CP_ERR_NOMEM) {
        daemon_check(d, err);
        return;
    }
    if (err != CP_OK) {
        (void)cp_say_diag(&diag, err, d->config->drive.peers[f->peer].name.at, CP_EXIT_INPUT);
        fail(f, "what it says is not understood: what it said before stands");
        return;
    }
    f->failures = 0;
    d->counts.documents++;
    daemon_pump(d);
}

/* The process has ended and its pipe too. */
static void handle_closed(uv_handle_t *handle)
{
    struct feed *f = handle->data;

    if (--f->closing > 0)
        return;
    f->running = false;
    (void)uv_timer_stop(&f->overdue);
    if (f->daemon->stopping)
        return;
    if (f->too_much)
        fail(f, "it writes more than a document may hold");
    else if (f->status != 0)
        fail(f, "its program failed");
    else
        take_document(f);
    again(f);
}

static void exited(uv_process_t *process, int64_t status, int signal)
{
    struct feed *f = process->data;

    f->status = status != 0 ? status : signal;
    uv_close((uv_handle_t *)process, handle_closed);
}

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct feed *f = handle->data;

    (void)wanted;
    *buf = uv_buf_init(f->piece, sizeof f->piece);
}

static bool keep(struct feed *f, const char *bytes, size_t count)
{
    if (f->len + count > f->cap) {
        size_t cap = f->cap == 0 ? PIECE_BYTES : 2 * f->cap;
        char *grown;

        while (cap < f->len + count)
            cap *= 2;
        grown = cap > DOCUMENT_BYTES ? NULL : realloc(f->at, cap);
        if (grown == NULL)
            return false;
        f->at = grown;
        f->cap = cap;
    }
    memcpy(f->at + f->len, bytes, count);
    f->len += count;
    return true;
}

static void was_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct feed *f = stream->data;

    if (count > 0 && !f->too_much && !keep(f, buf->base, (size_t)count)) {
        f->too_much = true;
        (void)uv_process_kill(&f->process, SIGKILL);
    }
    if (count < 0)
        uv_close((uv_handle_t *)stream, handle_closed);
}

static void take_too_long(uv_timer_t *timer)
{
    struct feed *f = timer->data;

    (void)uv_process_kill(&f->process, SIGKILL);
}

/* uv wants arguments that it may write to, and writes to none. */
static char **arguments(const struct feed *f)
{
    union {
        const char *const *from;
        char **to;
    } as = {.from = config_of(f)->command};

    return as.to;
}

static void run(uv_timer_t *timer)
{
    struct feed *f = timer->data;
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_IGNORE},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&f->out},
        {.flags = UV_INHERIT_FD, .data.fd = 2}};
    uv_process_options_t options = {.file = config_of(f)->command[0],
                                    .args = arguments(f),
                                    .exit_cb = exited,
                                    .stdio = stdio,
                                    .stdio_count = 3};
    int err;

    f->len = 0;
    f->status = 0;
    f->too_much = false;
    f->closing = 2;
    f->running = true;
    (void)uv_pipe_init(&f->daemon->loop, &f->out, 0);
    f->out.data = f->process.data = f;
    err = uv_spawn(&f->daemon->loop, &f->process, &options);
    if (err == 0)
        err = uv_read_start((uv_stream_t *)&f->out, give_room, was_read);
    if (err == 0) {
        (void)uv_timer_start(&f->overdue, take_too_long, RUN_MS, 0);
        return;
    }
    f->status = err;
    uv_close((uv_handle_t *)&f->process, handle_closed);
    uv_close((uv_handle_t *)&f->out, handle_closed);
}

cp_exit daemon_feeds_open(struct daemon *d)
{
    d->feeds = calloc(d->config->drive.peer_count + 1, sizeof *d->feeds);
    if (d->feeds == NULL)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < d->config->drive.peer_count; i++) {
        struct feed *f = &d->feeds[i];

        if (d->config->drive.peers[i].kind != CP_PEER_DOCUMENTS)
            continue;
        f->daemon = d;
        f->peer = i;
        f->open = true;
        (void)uv_timer_init(&d->loop, &f->timer);
        (void)uv_timer_init(&d->loop, &f->overdue);
        f->timer.data = f->overdue.data = f;
        (void)uv_timer_start(&f->timer, run, 0, 0);
    }
    return CP_EXIT_OK;
}

void daemon_feeds_close(struct daemon *d)
{
    for (uint32_t i = 0; d->feeds != NULL && i < d->config->drive.peer_count; i++) {
        struct feed *f = &d->feeds[i];

        if (!f->open)
            continue;
        if (f->running)
            (void)uv_process_kill(&f->process, SIGKILL);
        uv_close((uv_handle_t *)&f->timer, NULL);
        uv_close((uv_handle_t *)&f->overdue, NULL);
    }
}

void daemon_feeds_free(struct daemon *d)
{
    for (uint32_t i = 0; d->feeds != NULL && i < d->config->drive.peer_count; i++)
        free(d->feeds[i].at);
    free(d->feeds);
    d->feeds = NULL;
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/message.h"
#include "daemon.h"
#include "runner.h"
#include "serve/log.h"

/*
 * A feed of documents: a program is run every so often, by the runner, and what it writes is what the network is.  Its next run
 * begins when the last has ended.  After LOST_AFTER runs that failed (at the start: one) the feed is lost, until one succeeds.  The log has the
 * first run that fails and the first one that succeeds again; the API has the last failure.
 */

enum {
    DOCUMENT_BYTES = 256 << 20,
    PIECE_BYTES = 65536,
    LOST_AFTER = 3,
    RUN_MS = 30000,
    WHY_BYTES = 512,
    SAID_BYTES = 160
};

typedef enum { RUN_ENDS, RUN_NOT_BEGUN, RUN_TOO_MUCH, RUN_TOO_LONG } run_end;

struct feed {
    struct daemon *daemon;
    uint32_t peer;
    uv_timer_t timer, overdue;
    uv_pipe_t out, err;
    char *at; /* [len] what it wrote */
    size_t len, cap;
    char piece[PIECE_BYTES];
    char said[SAID_BYTES]; /* [said_len] the beginning of what it wrote to stderr */
    size_t said_len;
    char said_piece[SAID_BYTES];
    uint64_t failures; /* in a row */
    bool was_read;     /* ever */
    uint32_t waits;    /* for its process and its pipes to end */
    int64_t status;    /* of exit, or uv's number of why it was not begun */
    int signal;        /* that ended it; 0: none */
    run_end end;
    bool open, running, alive; /* alive: its process has not ended */
};

static void run(uv_timer_t *timer);

static const struct daemon_peer *config_of(const struct feed *f)
{
    return &f->daemon->config->peers[f->peer];
}

static const char *name_of(const struct feed *f)
{
    return f->daemon->config->drive.peers[f->peer].name.at;
}

static void again(struct feed *f)
{
    if (!f->daemon->stopping)
        (void)uv_timer_start(&f->timer, run, config_of(f)->every_us / 1000, 0);
}

/* --- what came of a run -------------------------------------------------------------------------- */

static void fail(struct feed *f, const char *why)
{
    struct daemon *d = f->daemon;

    d->counts.documents_refused++;
    daemon_facts_failed(d, f->peer, why);
    if (f->failures++ == 0)
        log_say(LOG_WARNING, "feed", name_of(f), "%s; %sit is run again and again", why,
                f->was_read ? "what it said before stands for now, and " : "");
    if (f->failures != (f->was_read ? LOST_AFTER : 1))
        return;
    daemon_check(d, cp_drive_closed(d->drive, f->peer, daemon_now_us(d)));
    daemon_pump(d);
    daemon_facts_look(d, f->peer);
}

/* The first line of what it said beside the document. */
static void add_said(const struct feed *f, char why[WHY_BYTES])
{
    size_t len = 0, used = strlen(why);

    while (len < f->said_len && f->said[len] != '\n' && f->said[len] != '\r')
        len++;
    if (len > 0)
        (void)snprintf(why + used, WHY_BYTES - used, ": %.*s", (int)len, f->said);
}

static void fail_run(struct feed *f)
{
    const char *program = config_of(f)->command[0];
    char why[WHY_BYTES];

    switch (f->end) {
    case RUN_NOT_BEGUN:
        (void)snprintf(why, sizeof why, "its program cannot be run: '%s': %s", program,
                       uv_strerror((int)f->status));
        break;
    case RUN_TOO_MUCH:
        (void)snprintf(why, sizeof why, "its program writes more than %d MiB",
                       DOCUMENT_BYTES >> 20);
        break;
    case RUN_TOO_LONG:
        (void)snprintf(why, sizeof why, "its program did not end within %d s", RUN_MS / 1000);
        break;
    case RUN_ENDS:
        if (f->signal != 0)
            (void)snprintf(why, sizeof why, "its program was ended by signal %d (%s)", f->signal,
                           strsignal(f->signal));
        else
            (void)snprintf(why, sizeof why, "its program ended with status %lld",
                           (long long)f->status);
        break;
    }
    add_said(f, why);
    fail(f, why);
}

static void fail_document(struct feed *f, const struct cp_diag *diag, cp_err err)
{
    char why[WHY_BYTES];
    int len = snprintf(why, sizeof why, "what it writes is not understood");

    if (f->len == 0)
        len = snprintf(why, sizeof why, "its program writes nothing");
    else if (diag->place.line != 0)
        len += snprintf(why + len, sizeof why - (size_t)len, ", line %u, column %u",
                        diag->place.line, diag->place.column);
    if (f->len > 0)
        (void)snprintf(why + len, sizeof why - (size_t)len, ": %s%s%s%s",
                       diag->why != NULL ? diag->why : cp_err_name(err),
                       diag->subject[0] != '\0' ? ": '" : "", diag->subject,
                       diag->subject[0] != '\0' ? "'" : "");
    add_said(f, why);
    fail(f, why);
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
        fail_document(f, &diag, err);
        return;
    }
    if (f->failures > 0)
        log_say(LOG_NOTICE, "feed", name_of(f), "it is read again, after %llu runs that failed",
                (unsigned long long)f->failures);
    f->failures = 0;
    f->was_read = true;
    d->counts.documents++;
    daemon_facts_heard(d, f->peer);
    daemon_pump(d);
    daemon_facts_look(d, f->peer);
}

/* Once its process has ended and its pipes too. */
static void has_ended(struct feed *f)
{
    if (--f->waits > 0)
        return;
    f->running = false;
    (void)uv_timer_stop(&f->overdue);
    if (f->daemon->stopping)
        return;
    if (f->end != RUN_ENDS || f->status != 0 || f->signal != 0)
        fail_run(f);
    else
        take_document(f);
    again(f);
}

static void handle_closed(uv_handle_t *handle)
{
    has_ended(handle->data);
}

/* --- a run --------------------------------------------------------------------------------------- */

static void take_report(struct daemon *d, const struct runner_report *report)
{
    struct feed *f;

    if (report->peer >= d->config->drive.peer_count)
        return;
    f = &d->feeds[report->peer];
    if (!f->alive)
        return;
    f->alive = false;
    f->status = report->error != 0 ? report->error : report->status;
    f->signal = report->signal;
    if (report->error != 0)
        f->end = RUN_NOT_BEGUN;
    has_ended(f);
}

static void hear_runner(uv_poll_t *poll, int status, int events)
{
    struct daemon *d = poll->data;
    struct runner_report report;
    bool gone = false;

    (void)status;
    (void)events;
    while (!d->stopping && runner_hear(d->runner, &report, &gone))
        take_report(d, &report);
    if (!gone || d->stopping)
        return;
    log_say(LOG_ERROR, "stop", NULL, "what runs the programs of feeds is gone: the daemon ends");
    d->failed = true;
    daemon_stop(d);
}

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct feed *f = handle->data;

    (void)wanted;
    *buf = handle == (uv_handle_t *)&f->out ? uv_buf_init(f->piece, sizeof f->piece)
                                            : uv_buf_init(f->said_piece, sizeof f->said_piece);
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

/* Also where it has left children that hold its pipes. */
static void end_run(struct feed *f)
{
    if (f->alive)
        (void)runner_ask(f->daemon->runner, (struct runner_ask){f->peer, true}, NULL);
    if (!uv_is_closing((uv_handle_t *)&f->out))
        uv_close((uv_handle_t *)&f->out, handle_closed);
    if (!uv_is_closing((uv_handle_t *)&f->err))
        uv_close((uv_handle_t *)&f->err, handle_closed);
}

static void was_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct feed *f = stream->data;

    if (count < 0) {
        uv_close((uv_handle_t *)stream, handle_closed);
    } else if (!keep(f, buf->base, (size_t)count)) {
        f->end = RUN_TOO_MUCH;
        end_run(f);
    }
}

/* Of what it says beside the document the beginning is kept; the rest is read and let go. */
static void was_said(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct feed *f = stream->data;
    size_t room = sizeof f->said - f->said_len;

    if (count < 0) {
        uv_close((uv_handle_t *)stream, handle_closed);
        return;
    }
    if (room > (size_t)count)
        room = (size_t)count;
    memcpy(f->said + f->said_len, buf->base, room);
    f->said_len += room;
}

static void take_too_long(uv_timer_t *timer)
{
    struct feed *f = timer->data;

    f->end = RUN_TOO_LONG;
    end_run(f);
}

/* A pipe to read from; 0, or an error of libuv: then it is not open. */
static int open_pipe(uv_pipe_t *stream, int *other)
{
    int ends[2] = {-1, -1}, err = uv_pipe(ends, UV_NONBLOCK_PIPE, 0);

    if (err == 0)
        err = uv_pipe_open(stream, ends[0]);
    *other = ends[1];
    if (err != 0 && ends[0] >= 0)
        (void)close(ends[0]);
    return err;
}

static int begin(struct feed *f)
{
    int fds[2] = {-1, -1}, err = open_pipe(&f->out, &fds[0]);

    if (err == 0)
        err = open_pipe(&f->err, &fds[1]);
    if (err == 0)
        err = runner_ask(f->daemon->runner, (struct runner_ask){f->peer, false}, fds);
    for (size_t i = 0; i < CP_COUNT(fds); i++)
        if (fds[i] >= 0)
            (void)close(fds[i]);
    return err;
}

static void run(uv_timer_t *timer)
{
    struct feed *f = timer->data;
    int err;

    if (daemon_keep_is_full(f->daemon)) {
        again(f);
        return;
    }
    f->len = f->said_len = 0;
    f->status = 0;
    f->signal = 0;
    f->end = RUN_ENDS;
    f->running = true;
    (void)uv_pipe_init(&f->daemon->loop, &f->out, 0);
    (void)uv_pipe_init(&f->daemon->loop, &f->err, 0);
    f->out.data = f->err.data = f;
    err = begin(f);
    f->alive = err == 0;
    f->waits = f->alive ? 3 : 2;
    if (err == 0) { /* pipes that are just made can be read */
        (void)uv_read_start((uv_stream_t *)&f->out, give_room, was_read);
        (void)uv_read_start((uv_stream_t *)&f->err, give_room, was_said);
        (void)uv_timer_start(&f->overdue, take_too_long, RUN_MS, 0);
        return;
    }
    f->end = RUN_NOT_BEGUN;
    f->status = err;
    uv_close((uv_handle_t *)&f->out, handle_closed);
    uv_close((uv_handle_t *)&f->err, handle_closed);
}

static cp_exit open_runner(struct daemon *d)
{
    if (d->runner < 0)
        return CP_EXIT_OK;
    if (uv_poll_init(&d->loop, &d->runner_poll, d->runner) != 0)
        return CP_EXIT_SYSTEM;
    d->runner_poll.data = d;
    (void)uv_poll_start(&d->runner_poll, UV_READABLE, hear_runner);
    return CP_EXIT_OK;
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
    return open_runner(d);
}

void daemon_feeds_close(struct daemon *d)
{
    for (uint32_t i = 0; d->feeds != NULL && i < d->config->drive.peer_count; i++) {
        struct feed *f = &d->feeds[i];

        if (!f->open)
            continue;
        if (f->running)
            end_run(f);
        uv_close((uv_handle_t *)&f->timer, NULL);
        uv_close((uv_handle_t *)&f->overdue, NULL);
    }
    if (d->runner_poll.data != NULL)
        uv_close((uv_handle_t *)&d->runner_poll, NULL);
}

void daemon_feeds_free(struct daemon *d)
{
    for (uint32_t i = 0; d->feeds != NULL && i < d->config->drive.peer_count; i++)
        free(d->feeds[i].at);
    free(d->feeds);
    d->feeds = NULL;
    if (d->runner >= 0)
        (void)close(d->runner);
}

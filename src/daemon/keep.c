#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "daemon.h"
#include "serve/log.h"

/*
 * What is recorded is kept by a thread of its own, batch after batch, while the loop goes on; bytes that follow from it wait
 * until it is kept, in the order in which they came.  So a slow disk delays orders and nothing else, and a flood of
 * one peer that makes records does not stop the loop.
 *
 * What waits behind a disk that takes nothing is bounded: past FULL_BYTES nothing is read from peers and feeds any more
 * (daemon_keep_is_full), while timers, the API's reading and what was read go on; past WAITING_BYTES the loop waits, too.
 * Who was not read meanwhile has not been silent: its session does not end for that (cp_drive_unread).
 *
 * Under the mutex: what the thread and the loop share.  All else is the loop's.
 */

enum {
    KEEP_MS = 10, /* what nothing waits for: many turns' worth is kept at once */
    FULL_BYTES = 64 << 20,
    WAITING_BYTES = 256 << 20, /* far below what a batch may take (store/limits.h) */
    STACK_BYTES = 1 << 20
};

struct waiting {
    struct waiting *next;
    uint64_t batch, conn, heard_ns; /* until which one is kept; for which connection */
    uint32_t peer;
    bool hang_up; /* it is closed then; no bytes */
    size_t len;
    char bytes[];
};

struct keeper {
    struct daemon *daemon;
    uv_thread_t thread;
    uv_mutex_t mutex;
    uv_cond_t changed;
    uv_async_t done_soon;
    struct cp_store_batch *batch; /* shared: the thread's; NULL: none */
    cp_store_err err;             /* shared: of the batch that is done */
    uint64_t took_us;             /* shared */
    bool done, over;              /* shared */
    bool busy;                    /* a batch was given and not taken back */
    uint64_t given, kept;         /* batches */
    struct waiting *first, *last;
    size_t waiting_bytes;
    bool told;     /* that it is full */
    bool was_full; /* since that was asked last */
    uv_timer_t soon;
};

static void keep_on(void *user)
{
    struct keeper *k = user;

    uv_mutex_lock(&k->mutex);
    while (!k->over) {
        uint64_t began_ns = uv_hrtime();
        cp_store_err err;

        if (k->batch == NULL || k->done) {
            uv_cond_wait(&k->changed, &k->mutex);
            continue;
        }
        uv_mutex_unlock(&k->mutex);
        err = cp_store_commit(k->batch);
        uv_mutex_lock(&k->mutex);
        k->err = err;
        k->took_us = (uv_hrtime() - began_ns) / 1000;
        k->done = true;
        uv_cond_broadcast(&k->changed);
        (void)uv_async_send(&k->done_soon);
    }
    uv_mutex_unlock(&k->mutex);
}

/* --- what waits ---------------------------------------------------------------------------------- */

static void send_now(struct daemon *d, uint32_t peer, cp_text bytes, uint64_t heard_ns)
{
    if (heard_ns != 0 && d->config->drive.peers[peer].kind == CP_PEER_PCEP)
        daemon_span_add(&d->reaction, (uv_hrtime() - heard_ns) / 1000);
    daemon_send(d, peer, bytes);
}

/* To send may close the connection, and so come here again: each goes off the list first. */
static void let_out(struct keeper *k)
{
    struct daemon *d = k->daemon;

    while (k->first != NULL && (k->first->batch <= k->kept || d->stopping)) {
        struct waiting *w = k->first;

        k->first = w->next;
        if (k->first == NULL)
            k->last = NULL;
        k->waiting_bytes -= w->len;
        if (!d->stopping && daemon_conn_number(d, w->peer) == w->conn) {
            if (w->hang_up)
                daemon_hang_up(d, w->peer);
            else
                send_now(d, w->peer, (cp_text){w->bytes, w->len}, w->heard_ns);
        }
        free(w);
    }
}

static void add_waiting(struct keeper *k, uint32_t peer, cp_text bytes, bool hang_up)
{
    struct daemon *d = k->daemon;
    struct waiting *w = malloc(sizeof *w + bytes.len);

    if (w == NULL) {
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    *w = (struct waiting){.batch = k->given + (d->batch != NULL),
                          .conn = daemon_conn_number(d, peer),
                          .heard_ns = d->heard_ns,
                          .peer = peer,
                          .hang_up = hang_up,
                          .len = bytes.len};
    if (bytes.len > 0)
        memcpy(w->bytes, bytes.at, bytes.len);
    if (k->last == NULL)
        k->first = w;
    else
        k->last->next = w;
    k->last = w;
    k->waiting_bytes += bytes.len;
}

/* Behind the batch that is on its way. */
static size_t bytes_behind(const struct daemon *d)
{
    return !d->keeper->busy
               ? 0
               : d->keeper->waiting_bytes + (d->batch != NULL ? cp_store_batch_bytes(d->batch) : 0);
}

bool daemon_keep_is_full(struct daemon *d)
{
    bool full = bytes_behind(d) > FULL_BYTES;

    if (full && !d->keeper->told)
        log_say(LOG_WARNING, "state", NULL,
                "'%s' does not take what is decided as fast as that comes: no peer and no feed is "
                "heard until it does",
                d->config->state_folder);
    if (!full && d->keeper->told)
        log_say(LOG_NOTICE, "state", NULL, "peers and feeds are heard again");
    d->keeper->told = full;
    d->keeper->was_full = d->keeper->was_full || full;
    return full;
}

bool daemon_keep_was_full(struct daemon *d)
{
    bool full = daemon_keep_is_full(d), was = d->keeper->was_full;

    d->keeper->was_full = full;
    return was;
}

/* --- giving and taking back ---------------------------------------------------------------------- */

static void give(struct keeper *k)
{
    struct daemon *d = k->daemon;

    if (k->busy || d->batch == NULL)
        return;
    uv_mutex_lock(&k->mutex);
    k->batch = d->batch;
    k->done = false;
    uv_cond_broadcast(&k->changed);
    uv_mutex_unlock(&k->mutex);
    d->batch = NULL;
    k->busy = true;
    k->given++;
}

/* The batch that is done; waits for it where wait says so.  False: it could not be kept, and nothing leaves any more. */
static bool take_back(struct keeper *k, bool wait)
{
    struct cp_store_batch *batch = NULL;
    cp_store_err err = CP_STORE_OK;

    if (!k->busy)
        return true;
    uv_mutex_lock(&k->mutex);
    while (wait && !k->done)
        uv_cond_wait(&k->changed, &k->mutex);
    if (k->done) {
        batch = k->batch;
        err = k->err;
        k->batch = NULL;
    }
    uv_mutex_unlock(&k->mutex);
    if (batch == NULL)
        return true;
    k->busy = false;
    if (!daemon_state_kept(k->daemon, batch, err, k->took_us)) {
        daemon_check(k->daemon, CP_ERR_LIMIT);
        return false;
    }
    k->kept = k->given;
    let_out(k);
    return true;
}

static void keep_soon(uv_timer_t *timer)
{
    struct daemon *d = timer->data;

    if (!d->stopping)
        give(d->keeper);
}

static void is_done(uv_async_t *async)
{
    struct daemon *d = async->data;

    if (!d->stopping && take_back(d->keeper, false))
        daemon_keep_on(d);
}

/* Nothing is read meanwhile. */
static void wait_for_all(struct daemon *d)
{
    d->keeper->was_full = true;
    (void)daemon_keep_all(d);
}

void daemon_keep_on(struct daemon *d)
{
    struct keeper *k = d->keeper;

    if (bytes_behind(d) > WAITING_BYTES)
        wait_for_all(d);
    else if (k->first != NULL)
        give(k);
    else if (d->batch != NULL && !uv_is_active((uv_handle_t *)&k->soon))
        (void)uv_timer_start(&k->soon, keep_soon, KEEP_MS, 0);
}

bool daemon_keep_all(struct daemon *d)
{
    struct keeper *k = d->keeper;

    if (!take_back(k, true))
        return false;
    give(k);
    return take_back(k, true);
}

void daemon_keep_send(struct daemon *d, uint32_t peer, cp_text bytes)
{
    struct keeper *k = d->keeper;

    if (!k->busy && d->batch == NULL && k->first == NULL) {
        send_now(d, peer, bytes, d->heard_ns);
        return;
    }
    add_waiting(k, peer, bytes, false);
    if (bytes_behind(d) > WAITING_BYTES)
        wait_for_all(d);
    else if (take_back(k, false))
        give(k);
}

void daemon_keep_hang_up(struct daemon *d, uint32_t peer)
{
    if (d->keeper->first == NULL)
        daemon_hang_up(d, peer);
    else
        add_waiting(d->keeper, peer, CP_TEXT(""), true);
}

/* --- beginning and end --------------------------------------------------------------------------- */

cp_exit daemon_keep_open(struct daemon *d)
{
    struct keeper *k = calloc(1, sizeof *k);
    uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_BYTES};

    if (k == NULL || uv_mutex_init(&k->mutex) != 0) {
        free(k);
        return cp_say_no_memory();
    }
    k->daemon = d;
    (void)uv_cond_init(&k->changed);
    (void)uv_async_init(&d->loop, &k->done_soon, is_done);
    (void)uv_timer_init(&d->loop, &k->soon);
    k->done_soon.data = k->soon.data = d;
    d->keeper = k;
    if (uv_thread_create_ex(&k->thread, &options, keep_on, k) == 0)
        return CP_EXIT_OK;
    k->over = true;
    cp_say("no thread can be made");
    return CP_EXIT_SYSTEM;
}

void daemon_keep_stop(struct daemon *d)
{
    struct keeper *k = d->keeper;

    if (k == NULL)
        return;
    (void)take_back(k, true);
    let_out(k);
    uv_close((uv_handle_t *)&k->done_soon, NULL);
    uv_close((uv_handle_t *)&k->soon, NULL);
}

void daemon_keep_close(struct daemon *d)
{
    struct keeper *k = d->keeper;
    bool runs;

    if (k == NULL)
        return;
    uv_mutex_lock(&k->mutex);
    runs = !k->over;
    k->over = true;
    uv_cond_broadcast(&k->changed);
    uv_mutex_unlock(&k->mutex);
    if (runs)
        (void)uv_thread_join(&k->thread);
    uv_cond_destroy(&k->changed);
    uv_mutex_destroy(&k->mutex);
    free(k);
    d->keeper = NULL;
}

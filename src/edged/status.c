#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "edged.h"

/* Whoever connects to the status socket gets one JSON document, and the connection ends. */

static const char *const phases[] = {
    [CP_EDGE_DOWN] = "down",       [CP_EDGE_LEAVES] = "leaves",      [CP_EDGE_NEW] = "new",
    [CP_EDGE_ORDERED] = "ordered", [CP_EDGE_ACTIVE] = "active",      [CP_EDGE_WAITS] = "waits",
    [CP_EDGE_DEAD] = "dead",       [CP_EDGE_NOT_THERE] = "not-there"};

static const char *obeyed_name(const struct edged *d, const struct cp_edge_status *s)
{
    return s->obeyed == UINT32_MAX ? NULL : d->config->controllers[s->obeyed].name.at;
}

static void write_lsp(const struct edged *d, struct cp_json *json, const struct cp_edge_lsp *l)
{
    const struct cp_edge_node *node = cp_edge_node_find(d->made.policy, l->endpoint);

    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_text(json, "name", l->name);
    cp_json_u64(json, "class", l->class);
    cp_json_text(json, "endpoint", node != NULL ? node->name : CP_TEXT(""));
    cp_json_u64(json, "preference", l->preference);
    cp_json_str(json, "phase", phases[l->phase]);
    if (l->phase == CP_EDGE_NOT_THERE)
        cp_json_str(json, "why", l->why);
    cp_json_bool(json, "alive", l->alive);
    cp_json_bool(json, "proven", l->proven);
    if (l->proven_us != 0)
        cp_json_u64(json, "proven_us", l->proven_us);
    if (l->packets != UINT64_MAX)
        cp_json_u64(json, "packets", l->packets);
    cp_json_u64(json, "demand_packets", l->demand_packets);
    cp_json_u64(json, "demand_bytes", l->demand_bytes);
    cp_json_close(json);
}

static void write_counts(const struct edged *d, struct cp_json *json,
                         const struct cp_edge_status *s)
{
    cp_json_object(json, "counts", CP_JSON_FLAT);
    cp_json_u64(json, "orders", s->orders);
    cp_json_u64(json, "refused", s->refused);
    cp_json_u64(json, "controllers_refused", s->controllers_refused);
    cp_json_u64(json, "probes_sent", d->probes_out);
    cp_json_u64(json, "probes_not_sent", d->probes_failed);
    cp_json_u64(json, "probes_heard", d->probes_in);
    cp_json_u64(json, "bytes_in", d->bytes_in);
    cp_json_u64(json, "bytes_out", d->bytes_out);
    cp_json_close(json);
}

static cp_err write_status(const struct edged *d, struct cp_arena *arena, cp_text *text)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_json json = cp_json_make(&out);
    struct cp_edge_status s;
    struct cp_edge_lsp l;

    cp_edge_status_get(d->edge, &s);
    cp_json_object(&json, NULL, CP_JSON_LINES);
    cp_json_str(&json, "schema", "cleanpath.edge-status/1");
    cp_json_str(&json, "version", CP_VERSION);
    cp_json_text(&json, "node", d->made.policy->nodes[0].name);
    cp_json_bool(&json, "agent", s.agent_there);
    cp_json_bool(&json, "read_back", s.whole);
    cp_json_u64(&json, "policy", d->made.policy->serial);
    cp_json_u64(&json, "agent_policy", s.policy_serial);
    cp_json_u64(&json, "epoch", s.epoch);
    cp_json_text(&json, "epoch_of", s.epoch_of);
    if (obeyed_name(d, &s) != NULL)
        cp_json_str(&json, "controller", obeyed_name(d, &s));
    else
        cp_json_null(&json, "controller");
    write_counts(d, &json, &s);
    cp_json_array(&json, "paths", CP_JSON_LINES);
    for (uint32_t i = 0; i < cp_edge_lsp_end(d->edge); i++)
        if (cp_edge_lsp_get(d->edge, i, &l))
            write_lsp(d, &json, &l);
    cp_json_close(&json);
    cp_json_close(&json);
    return cp_out_done(&out, text);
}

void edged_status_line(const struct edged *d, char *to, size_t room)
{
    struct cp_edge_status s;
    struct cp_edge_lsp l;
    uint32_t active = 0, all = 0;

    cp_edge_status_get(d->edge, &s);
    for (uint32_t i = 0; i < cp_edge_lsp_end(d->edge); i++)
        if (cp_edge_lsp_get(d->edge, i, &l)) {
            all++;
            active += l.phase == CP_EDGE_ACTIVE;
        }
    (void)snprintf(to, room, "WATCHDOG=1\nSTATUS=%u of %u paths active; %s%s; agent %s", active,
                   all, obeyed_name(d, &s) != NULL ? "controller " : "no controller",
                   obeyed_name(d, &s) != NULL ? obeyed_name(d, &s) : "",
                   s.agent_there ? "there" : "not there");
}

/* --- the socket ------------------------------------------------------------------------------------ */

struct telling {
    uv_pipe_t pipe;
    uv_write_t write;
    struct cp_arena *arena;
};

static void told(uv_handle_t *handle)
{
    struct telling *t = handle->data;

    cp_arena_close(t->arena);
    free(t);
}

static void was_written(uv_write_t *write, int status)
{
    struct telling *t = write->data;

    (void)status;
    uv_close((uv_handle_t *)&t->pipe, told);
}

static void asked(uv_stream_t *listener, int status)
{
    struct edged *d = listener->data;
    struct telling *t = status == 0 ? calloc(1, sizeof *t) : NULL;
    cp_text text;
    uv_buf_t buf;

    if (t == NULL)
        return;
    (void)uv_pipe_init(&d->loop, &t->pipe, 0);
    t->pipe.data = t->write.data = t;
    t->arena = cp_arena_open((size_t)64 << 20);
    /* one that is not accepted would wait for ever */
    if (uv_accept(listener, (uv_stream_t *)&t->pipe) != 0 || t->arena == NULL || d->edge == NULL ||
        write_status(d, t->arena, &text) != CP_OK) {
        uv_close((uv_handle_t *)&t->pipe, told);
        return;
    }
    buf = uv_buf_init(NULL, (unsigned)text.len);
    memcpy(&buf.base, &text.at, sizeof buf.base); /* written from, not to */
    if (uv_write(&t->write, (uv_stream_t *)&t->pipe, &buf, 1, was_written) != 0)
        uv_close((uv_handle_t *)&t->pipe, told);
}

/* What is left of a life before goes; where another one lives, its lock of the state would have ended this one. */
cp_exit edged_status_open(struct edged *d)
{
    const char *const *path = &d->config->status_path;
    int err;

    (void)uv_pipe_init(&d->loop, &d->status, 0);
    d->status.data = d;
    (void)unlink(*path);
    err = uv_pipe_bind(&d->status, *path);
    if (err == 0)
        err = chmod(*path, 0660) == 0 ? uv_listen((uv_stream_t *)&d->status, 8, asked)
                                      : uv_translate_sys_error(errno);
    if (err == 0)
        return CP_EXIT_OK;
    cp_placed_say(&d->config->file, path, "the status socket '%s' cannot be had: %s", *path,
                  uv_strerror(err));
    return CP_EXIT_IO;
}

void edged_status_close(struct edged *d)
{
    if (d->status.data != NULL && !uv_is_closing((uv_handle_t *)&d->status))
        uv_close((uv_handle_t *)&d->status, NULL);
}

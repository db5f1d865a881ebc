#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "edged.h"
#include "serve/socket.h"

/*
 * Connections to controllers, with TLS (RFC 8253) where the configuration says so: the machine hears nothing before the
 * handshake is done.
 */

enum {
    OUT_BYTES = 16 << 20,
    PIECE_BYTES = 16384,
    CONNECT_MS = 10000,
    TOGETHER_MS =
        5 /* what is to be said within this is said at once: reports come by the thousand */
};

struct edged_conn {
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_timer_t later, soon;
    struct edged *d;
    uint32_t controller;
    bool up; /* the machine knows it */
    bool closed, hang_up;
    unsigned handles;
    struct tls *tls; /* NULL: plain TCP */
    size_t held;
    char together[PIECE_BYTES];
};

struct sending {
    uv_write_t write;
    struct edged_conn *conn;
    char bytes[];
};

static const struct edged_controller *controller_of(const struct edged_conn *c)
{
    return &c->d->config->controllers[c->controller];
}

static void freed(uv_handle_t *handle)
{
    struct edged_conn *c = handle->data;

    if (--c->handles > 0)
        return;
    tls_close(c->tls);
    free(c);
}

static void close_conn(struct edged_conn *c, bool tell, const char *why)
{
    struct edged *d = c->d;

    if (c->closed)
        return;
    c->closed = true;
    if (d->conns[c->controller] == c)
        d->conns[c->controller] = NULL;
    uv_close((uv_handle_t *)&c->tcp, freed);
    uv_close((uv_handle_t *)&c->later, freed);
    uv_close((uv_handle_t *)&c->soon, freed);
    if (why != NULL)
        log_say(c->up ? LOG_WARNING : LOG_INFO, "controller", controller_of(c)->name.at, "%s", why);
    if (!tell || d->stopping)
        return;
    cp_edge_closed(d->edge, c->controller, edged_now_us(d));
    edged_pump(d);
}

/* --- sending ------------------------------------------------------------------------------------- */

static void was_sent(uv_write_t *write, int status)
{
    struct sending *s = (struct sending *)write;
    struct edged_conn *c = s->conn;

    free(s);
    if (status != 0)
        close_conn(c, true, uv_strerror(status));
    else if (c->hang_up && uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) == 0)
        close_conn(c, true, NULL);
}

static void put(struct edged_conn *c, cp_text bytes)
{
    struct sending *s = malloc(sizeof *s + bytes.len);
    uv_buf_t buf;

    if (s == NULL || uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) > OUT_BYTES) {
        free(s);
        close_conn(c, true, "it does not take what is sent to it");
        return;
    }
    s->conn = c;
    memcpy(s->bytes, bytes.at, bytes.len);
    buf = uv_buf_init(s->bytes, (unsigned)bytes.len);
    c->d->bytes_out += bytes.len;
    if (uv_write(&s->write, (uv_stream_t *)&c->tcp, &buf, 1, was_sent) != 0) {
        free(s);
        close_conn(c, true, "the connection is gone");
    }
}

static void put_tls(struct edged_conn *c)
{
    char piece[PIECE_BYTES];
    size_t count;

    while (!c->closed && (count = tls_out(c->tls, piece, sizeof piece)) > 0)
        put(c, (cp_text){piece, count});
}

static void send_now(struct edged_conn *c, cp_text bytes)
{
    if (bytes.len == 0 || c->closed)
        return;
    if (c->tls == NULL) {
        put(c, bytes);
        return;
    }
    (void)tls_write(c->tls, bytes);
    put_tls(c);
}

static void send_held(struct edged_conn *c)
{
    size_t count = c->held;

    (void)uv_timer_stop(&c->soon);
    c->held = 0;
    send_now(c, (cp_text){c->together, count});
}

static void is_time(uv_timer_t *timer)
{
    send_held(timer->data);
}

void edged_send(struct edged *d, uint32_t controller, cp_text bytes)
{
    struct edged_conn *c = d->conns[controller];

    if (c == NULL || !c->up || c->closed)
        return;
    if (c->held + bytes.len > PIECE_BYTES)
        send_held(c);
    if (c->closed)
        return;
    if (bytes.len > PIECE_BYTES) {
        send_now(c, bytes);
        return;
    }
    memcpy(c->together + c->held, bytes.at, bytes.len);
    c->held += bytes.len;
    if (!uv_is_active((uv_handle_t *)&c->soon))
        (void)uv_timer_start(&c->soon, is_time, TOGETHER_MS, 0);
}

void edged_hang_up(struct edged *d, uint32_t controller)
{
    struct edged_conn *c = d->conns[controller];

    if (c == NULL)
        return;
    send_held(c);
    if (c->closed)
        return;
    c->hang_up = true;
    if (uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) == 0)
        close_conn(c, true, NULL);
}

/* --- hearing ------------------------------------------------------------------------------------- */

static void hear(struct edged_conn *c, cp_text bytes)
{
    c->d->bytes_in += bytes.len;
    cp_edge_bytes(c->d->edge, c->controller, bytes, edged_now_us(c->d));
}

static void tell_connected(struct edged_conn *c)
{
    c->up = true;
    (void)uv_timer_stop(&c->later);
    log_say(LOG_INFO, "controller", controller_of(c)->name.at, "connected%s",
            c->tls != NULL ? ", with TLS" : "");
    cp_edge_connected(c->d->edge, c->controller, edged_now_us(c->d));
}

static void end_tls(struct edged_conn *c)
{
    char subject[256], why[512];

    tls_subject(c->tls, subject, sizeof subject);
    (void)snprintf(why, sizeof why, "TLS: %s%s%s", tls_over(c->tls),
                   subject[0] != '\0' ? ", of " : "", subject);
    put_tls(c);
    close_conn(c, true, why);
}

static void hear_tls(struct edged_conn *c, cp_text bytes)
{
    char piece[PIECE_BYTES];
    size_t count;

    tls_take(c->tls, bytes);
    put_tls(c);
    if (!c->up && !c->closed && tls_is_up(c->tls))
        tell_connected(c);
    while (!c->closed && (count = tls_read(c->tls, piece, sizeof piece)) > 0)
        hear(c, (cp_text){piece, count});
    if (!c->closed && tls_over(c->tls) != NULL)
        end_tls(c);
}

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct edged_conn *c = handle->data;

    (void)wanted;
    *buf = uv_buf_init(c->d->in, sizeof c->d->in);
}

static void was_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct edged_conn *c = stream->data;
    struct edged *d = c->d;

    if (count < 0) {
        close_conn(c, true, count == UV_EOF ? "it closed the connection" : uv_strerror((int)count));
        return;
    }
    if (count == 0 || c->closed || c->hang_up)
        return;
    if (c->tls != NULL)
        hear_tls(c, (cp_text){buf->base, (size_t)count});
    else
        hear(c, (cp_text){buf->base, (size_t)count});
    edged_pump(d);
}

/* --- calling ------------------------------------------------------------------------------------- */

static void is_late(uv_timer_t *timer)
{
    struct edged_conn *c = timer->data;

    if (!c->up)
        close_conn(c, true, "it does not answer in time");
}

static void connected(uv_connect_t *connect, int status)
{
    struct edged_conn *c = connect->data;
    const struct edged_controller *to = controller_of(c);

    if (c->closed)
        return;
    if (status != 0 || uv_read_start((uv_stream_t *)&c->tcp, give_room, was_read) != 0) {
        close_conn(c, true, status != 0 ? uv_strerror(status) : "it cannot be read");
        return;
    }
    (void)uv_tcp_nodelay(&c->tcp, 1);
    (void)uv_tcp_keepalive(&c->tcp, 1, 30);
    socket_set_user_timeout(&c->tcp);
    if (!to->tls) {
        tell_connected(c);
        edged_pump(c->d);
        return;
    }
    c->tls = tls_open(c->d->tls, TLS_CALLS, to->tls_name, to->address);
    if (c->tls == NULL)
        close_conn(c, true, "out of memory");
    else
        put_tls(c);
}

static int dial(struct edged_conn *c)
{
    const struct edged_controller *to = controller_of(c);
    struct sockaddr_storage at;
    int err = 0;

    if (c->d->config->address.family != 0) {
        socket_address(c->d->config->address, 0, &at);
        err = uv_tcp_bind(&c->tcp, (const struct sockaddr *)&at, 0);
    }
    socket_address(to->address, to->port, &at);
    return err != 0 ? err
                    : uv_tcp_connect(&c->connect, &c->tcp, (const struct sockaddr *)&at, connected);
}

void edged_call(struct edged *d, uint32_t controller)
{
    struct edged_conn *c = d->stopping ? NULL : calloc(1, sizeof *c);
    int err;

    if (c == NULL)
        return;
    c->d = d;
    c->controller = controller;
    c->handles = 3;
    (void)uv_tcp_init(&d->loop, &c->tcp);
    (void)uv_timer_init(&d->loop, &c->later);
    (void)uv_timer_init(&d->loop, &c->soon);
    c->tcp.data = c->later.data = c->soon.data = c->connect.data = c;
    d->conns[controller] = c;
    (void)uv_timer_start(&c->later, is_late, CONNECT_MS, 0);
    err = dial(c);
    if (err != 0)
        close_conn(c, true, uv_strerror(err));
}

void edged_close_conns(struct edged *d, bool tell)
{
    for (uint32_t i = 0; i < CP_EDGE_CONTROLLERS_MAX; i++)
        if (d->conns[i] != NULL)
            close_conn(d->conns[i], tell, NULL);
}

#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "daemon.h"

/*
 * Connections: from PCCs and passive speakers to us, from us to the other speakers.  Only peers of the configuration
 * are let in, by their address, one connection each.
 *
 * What a peer sends is read in pieces of READ_BYTES, one piece a turn of the loop, so that no flood keeps the others
 * waiting; a peer that does not take what is sent to it is closed when OUT_BYTES wait.
 */

enum { READ_BYTES = 65536, OUT_BYTES = 64 << 20, BACKLOG = 128, BGP_PORT = 179 };

struct conn {
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_timer_t later; /* before it is called */
    struct daemon *daemon;
    uint32_t peer;
    bool up;     /* the drive knows it */
    bool closed; /* handles are on their way out */
    bool paused; /* reads on at the next turn */
    bool hang_up;
    unsigned handles;
    char in[READ_BYTES];
};

struct sending {
    uv_write_t write;
    struct conn *conn;
    char bytes[];
};

static const char *name_of(const struct conn *c)
{
    return c->daemon->config->drive.peers[c->peer].name.at;
}

/* --- closing ------------------------------------------------------------------------------------- */

static void freed(uv_handle_t *handle)
{
    struct conn *c = handle->data;

    if (--c->handles == 0)
        free(c);
}

/* The drive is told, unless it asked for it itself. */
static void close_conn(struct conn *c, bool tell)
{
    struct daemon *d = c->daemon;

    if (c->closed)
        return;
    c->closed = true;
    if (d->conns[c->peer] == c)
        d->conns[c->peer] = NULL;
    uv_close((uv_handle_t *)&c->tcp, freed);
    uv_close((uv_handle_t *)&c->later, freed);
    if (!tell || d->stopping)
        return;
    daemon_check(d, cp_drive_closed(d->drive, c->peer, daemon_now_us(d)));
    daemon_pump(d);
}

/* --- reading ------------------------------------------------------------------------------------- */

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct conn *c = handle->data;

    (void)wanted;
    *buf = uv_buf_init(c->in, sizeof c->in);
}

static void was_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct conn *c = stream->data;
    struct daemon *d = c->daemon;

    if (count == 0)
        return;
    if (count < 0) {
        close_conn(c, true);
        return;
    }
    (void)uv_read_stop(stream);
    c->paused = true;
    daemon_check(d, cp_drive_bytes(d->drive, c->peer, (cp_text){buf->base, (size_t)count},
                                   daemon_now_us(d)));
    daemon_pump(d);
}

static void next_turn(uv_prepare_t *turn)
{
    struct daemon *d = turn->data;

    for (uint32_t i = 0; i < d->config->drive.peer_count; i++) {
        struct conn *c = d->conns[i];

        if (c == NULL || !c->paused || c->closed)
            continue;
        c->paused = false;
        if (uv_read_start((uv_stream_t *)&c->tcp, give_room, was_read) != 0)
            close_conn(c, true);
    }
}

/* --- beginning ----------------------------------------------------------------------------------- */

static struct conn *make(struct daemon *d, uint32_t peer)
{
    struct conn *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->daemon = d;
    c->peer = peer;
    c->handles = 2;
    (void)uv_tcp_init(&d->loop, &c->tcp);
    (void)uv_timer_init(&d->loop, &c->later);
    c->tcp.data = c->later.data = c->connect.data = c;
    return c;
}

static void begin(struct conn *c)
{
    struct daemon *d = c->daemon;

    (void)uv_tcp_nodelay(&c->tcp, 1);
    (void)uv_tcp_keepalive(&c->tcp, 1, 30);
    c->up = true;
    if (uv_read_start((uv_stream_t *)&c->tcp, give_room, was_read) != 0) {
        close_conn(c, true);
        return;
    }
    daemon_check(d, cp_drive_connected(d->drive, c->peer, daemon_now_us(d)));
    daemon_pump(d);
}

static void connected(uv_connect_t *connect, int status)
{
    struct conn *c = connect->data;

    if (c->closed)
        return;
    if (status != 0)
        close_conn(c, true);
    else
        begin(c);
}

/* --- addresses ----------------------------------------------------------------------------------- */

static void socket_address(cp_ip ip, uint32_t port, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (ip.family == 4) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)out;

        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        memcpy(&v4->sin_addr, ip.bytes, 4);
    } else {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        memcpy(&v6->sin6_addr, ip.bytes, 16);
    }
}

static cp_ip peer_address(const uv_tcp_t *tcp)
{
    struct sockaddr_storage from;
    int len = sizeof from;

    if (uv_tcp_getpeername(tcp, (struct sockaddr *)&from, &len) != 0)
        return (cp_ip){0};
    if (from.ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&from;

        return cp_ip_v4(ntohl(v4->sin_addr.s_addr));
    }
    return from.ss_family == AF_INET6
               ? cp_ip_v6(((const struct sockaddr_in6 *)&from)->sin6_addr.s6_addr)
               : (cp_ip){0};
}

/* --- calling ------------------------------------------------------------------------------------- */

static void call_now(uv_timer_t *timer)
{
    struct conn *c = timer->data;
    const struct cp_drive_peer *peer = &c->daemon->config->drive.peers[c->peer];
    uint32_t port = c->daemon->config->peers[c->peer].port;
    struct sockaddr_storage to;

    socket_address(peer->address, port != 0 ? port : BGP_PORT, &to);
    if (uv_tcp_connect(&c->connect, &c->tcp, (const struct sockaddr *)&to, connected) != 0)
        close_conn(c, true);
}

void daemon_call(struct daemon *d, uint32_t peer, uint64_t at_us)
{
    uint64_t now = daemon_now_us(d);
    struct conn *c;

    if (d->conns[peer] != NULL || d->stopping)
        return;
    c = make(d, peer);
    if (c == NULL) {
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    d->conns[peer] = c;
    (void)uv_timer_start(&c->later, call_now, at_us > now ? (at_us - now) / 1000 + 1 : 0, 0);
}

/* --- being called -------------------------------------------------------------------------------- */

static uint32_t who_is(const struct daemon *d, cp_peer_kind kind, cp_ip address)
{
    for (uint32_t i = 0; i < d->config->drive.peer_count; i++)
        if (d->config->drive.peers[i].kind == kind &&
            cp_ip_eq(d->config->drive.peers[i].address, address))
            return i;
    return CP_NONE;
}

/* One that waits to be called gives way to the peer that calls. */
static bool gives_way(struct conn *c)
{
    if (c->up || !uv_is_active((uv_handle_t *)&c->later))
        return false;
    close_conn(c, false);
    return true;
}

static void let_in(struct conn *c, cp_peer_kind kind)
{
    struct daemon *d = c->daemon;
    cp_ip address = peer_address(&c->tcp);
    uint32_t peer = who_is(d, kind, address);
    struct conn *has = peer != CP_NONE ? d->conns[peer] : NULL;

    if (peer == CP_NONE || (has != NULL && !gives_way(has))) {
        char text[64];

        (void)uv_inet_ntop(address.family == 6 ? AF_INET6 : AF_INET, address.bytes, text,
                           sizeof text);
        cp_say("%s: a connection from %s is refused: %s", kind == CP_PEER_PCEP ? "pcep" : "bgp",
               text, peer == CP_NONE ? "no peer has this address" : "the peer is connected");
        close_conn(c, false);
        return;
    }
    c->peer = peer;
    d->conns[peer] = c;
    begin(c);
}

static void called(uv_stream_t *listener, int status)
{
    struct daemon *d = listener->data;
    struct conn *c = status == 0 ? make(d, 0) : NULL;

    if (c == NULL)
        return;
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) != 0) {
        close_conn(c, false);
        return;
    }
    let_in(c, listener == (uv_stream_t *)&d->listeners[0] ? CP_PEER_PCEP : CP_PEER_BGP);
}

static cp_exit listen_on(struct daemon *d, uv_tcp_t *listener, const struct daemon_listen *on)
{
    struct sockaddr_storage at;
    int err;

    (void)uv_tcp_init(&d->loop, listener);
    listener->data = d;
    if (on->address.family == 0)
        return CP_EXIT_OK;
    socket_address(on->address, on->port, &at);
    err = uv_tcp_bind(listener, (const struct sockaddr *)&at, 0);
    if (err == 0)
        err = uv_listen((uv_stream_t *)listener, BACKLOG, called);
    if (err == 0)
        return CP_EXIT_OK;
    cp_say("cannot listen on port %u: %s", on->port, uv_strerror(err));
    return err == UV_EACCES ? CP_EXIT_REFUSED : CP_EXIT_IO;
}

cp_exit daemon_listen(struct daemon *d)
{
    cp_exit code;

    d->conns = calloc(d->config->drive.peer_count + 1, sizeof(struct conn *));
    if (d->conns == NULL)
        return cp_say_no_memory();
    (void)uv_prepare_start(&d->turn, next_turn);
    code = listen_on(d, &d->listeners[0], &d->config->pcep);
    return code == CP_EXIT_OK ? listen_on(d, &d->listeners[1], &d->config->bgp) : code;
}

/* --- sending ------------------------------------------------------------------------------------- */

static void was_sent(uv_write_t *write, int status)
{
    struct sending *s = (struct sending *)write;
    struct conn *c = s->conn;

    free(s);
    if (status != 0 || (c->hang_up && uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) == 0))
        close_conn(c, true);
}

void daemon_send(struct daemon *d, uint32_t peer, cp_text bytes)
{
    struct conn *c = d->conns[peer];
    struct sending *s;
    uv_buf_t buf;

    if (c == NULL || !c->up || c->closed)
        return;
    s = malloc(sizeof *s + bytes.len);
    if (s == NULL || uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) > OUT_BYTES) {
        free(s);
        cp_say("%s: closed: it does not take what is sent to it", name_of(c));
        close_conn(c, true);
        return;
    }
    s->conn = c;
    memcpy(s->bytes, bytes.at, bytes.len);
    buf = uv_buf_init(s->bytes, (unsigned)bytes.len);
    if (uv_write(&s->write, (uv_stream_t *)&c->tcp, &buf, 1, was_sent) != 0) {
        free(s);
        close_conn(c, true);
    }
}

void daemon_hang_up(struct daemon *d, uint32_t peer)
{
    struct conn *c = d->conns[peer];

    if (c == NULL)
        return;
    c->hang_up = true;
    if (uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) == 0)
        close_conn(c, true);
}

void daemon_close_conns(struct daemon *d)
{
    for (uint32_t i = 0; d->conns != NULL && i < d->config->drive.peer_count; i++)
        if (d->conns[i] != NULL)
            close_conn(d->conns[i], false);
    for (size_t i = 0; i < CP_COUNT(d->listeners); i++)
        if (d->listeners[i].data != NULL && !uv_is_closing((uv_handle_t *)&d->listeners[i]))
            uv_close((uv_handle_t *)&d->listeners[i], NULL);
    free(d->conns);
    d->conns = NULL;
}

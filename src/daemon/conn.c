#include "daemon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/message.h"
#include "serve/log.h"
#include "share.h"
#include "serve/socket.h"
#include "serve/tls.h"

/*
 * Connections: from PCCs and passive speakers to us, from us to the other speakers.  Only peers of the configuration
 * are let in, by their address, one connection each.
 *
 * What a peer sends is read in pieces, one a turn of the loop, of as many bytes as are heard in about TURN_NS.  A peer that
 * takes more than its share of the loop's time for longer than SHARE_BURST_NS rests until it has earned some again: so no flood
 * keeps the others waiting, and what it sends too much waits at its own end.  A peer that does not take what is
 * sent to it is closed when OUT_BYTES wait.
 *
 * Of a peer with TLS (RFC 8253) the drive hears nothing before the handshake is done.
 */

enum {
    OUT_BYTES = 64 << 20,
    BACKLOG = 128,
    TLS_PIECE_BYTES = 16384,
    TURN_NS = 50000,
    LEAST_BYTES = 512,
    PCC_PARTS = 10, /* a tenth of the time */
    SPEAKER_PARTS = 2
};

struct conn {
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_timer_t later; /* before it is called */
    struct daemon *daemon;
    uint32_t peer;
    bool up;      /* the drive knows it */
    bool closed;  /* handles are on their way out */
    bool paused;  /* reads on at the next turn */
    bool resting; /* or when it has earned it */
    bool rested;  /* it has */
    bool hang_up;
    bool calling; /* by us: the drive awaits what comes of it */
    unsigned handles;
    uint64_t number; /* from 1 */
    struct tls *tls; /* NULL: plain TCP */
    size_t quota;    /* bytes a turn */
    struct share share;
    uint64_t bytes_in, bytes_out;
};

struct sending {
    uv_write_t write;
    struct conn *conn;
    char bytes[];
};

static void begin_tls(struct conn *c);
static void put_tls(struct conn *c);

static const char *name_of(const struct conn *c)
{
    return c->daemon->config->drive.peers[c->peer].name.at;
}

/* NULL: there is none, or all are closed, for the daemon ends. */
static struct conn *conn_of(const struct daemon *d, uint32_t peer)
{
    return d->conns == NULL ? NULL : d->conns[peer];
}

/* --- closing ------------------------------------------------------------------------------------- */

static void freed(uv_handle_t *handle)
{
    struct conn *c = handle->data;

    if (--c->handles > 0)
        return;
    tls_close(c->tls);
    free(c);
}

/* The drive is told, unless it asked for it itself. */
static void close_conn(struct conn *c, bool tell)
{
    struct daemon *d = c->daemon;

    if (c->closed)
        return;
    c->closed = true;
    tell = tell && (c->up || c->calling);
    if (conn_of(d, c->peer) == c)
        d->conns[c->peer] = NULL;
    uv_close((uv_handle_t *)&c->tcp, freed);
    uv_close((uv_handle_t *)&c->later, freed);
    if (!tell || d->stopping)
        return;
    daemon_check(d, cp_drive_closed(d->drive, c->peer, daemon_now_us(d)));
    daemon_pump(d);
    daemon_facts_look(d, c->peer);
}

static void set_error(const struct conn *c, const char *why)
{
    daemon_facts_failed(c->daemon, c->peer, why);
}

/* --- reading ------------------------------------------------------------------------------------- */

static void give_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct conn *c = handle->data;

    (void)wanted;
    *buf = uv_buf_init(c->daemon->in, (unsigned)c->quota);
}

static void hear(struct conn *c, cp_text bytes)
{
    struct daemon *d = c->daemon;

    d->heard_ns = uv_hrtime();
    d->counts.bytes_in += bytes.len;
    daemon_facts_heard(d, c->peer);
    daemon_check(d, cp_drive_bytes(d->drive, c->peer, bytes, daemon_now_us(d)));
    daemon_facts_look(d, c->peer);
}

static void hear_tls(struct conn *c, cp_text bytes);

/* What took too long is cut smaller the next time; what was short and full may be more. */
static void set_quota(struct conn *c, size_t count, uint64_t took_ns)
{
    if (took_ns > TURN_NS && c->quota > LEAST_BYTES)
        c->quota /= 2;
    else if (took_ns < TURN_NS / 4 && count == c->quota && c->quota < READ_BYTES)
        c->quota *= 2;
}

static void was_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
    struct conn *c = stream->data;
    cp_text bytes = {buf->base, count > 0 ? (size_t)count : 0};
    uint64_t began_ns = uv_hrtime();

    if (count == 0)
        return;
    if (count < 0) {
        set_error(c, count == UV_EOF ? "the peer closed the connection" : uv_strerror((int)count));
        close_conn(c, true);
        return;
    }
    (void)uv_read_stop(stream);
    c->paused = true;
    c->daemon->paused = true;
    c->bytes_in += bytes.len;
    if (c->tls != NULL)
        hear_tls(c, bytes);
    else
        hear(c, bytes);
    set_quota(c, bytes.len, uv_hrtime() - began_ns);
    daemon_pump(c->daemon);
    share_charge(&c->share, uv_hrtime() - began_ns, uv_hrtime());
}

static void read_on(struct conn *c)
{
    c->paused = c->resting = c->rested = false;
    if (uv_read_start((uv_stream_t *)&c->tcp, give_room, was_read) != 0)
        close_conn(c, true);
}

static void has_rested(uv_timer_t *timer)
{
    struct conn *c = timer->data;

    if (c->closed)
        return;
    /* It is read at the next turn, which may not be this one: daemon_keep_is_full. */
    c->resting = false;
    c->rested = c->daemon->paused = true;
}

static void next_turn(uv_prepare_t *turn)
{
    struct daemon *d = turn->data;

    if (!d->paused || daemon_keep_is_full(d))
        return; /* what is kept wakes the loop */
    d->paused = false;
    for (uint32_t i = 0; i < d->config->drive.peer_count; i++) {
        struct conn *c = conn_of(d, i); /* one that cannot be read on may have ended the daemon */

        if (c == NULL || !c->paused || c->resting || c->closed)
            continue;
        c->resting = !c->rested && c->up && share_rest_ms(&c->share) > 0;
        if (c->resting)
            (void)uv_timer_start(&c->later, has_rested, share_rest_ms(&c->share), 0);
        else
            read_on(c);
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
    c->quota = READ_BYTES / 4;
    c->handles = 2;
    c->number = ++d->conn_count;
    (void)uv_tcp_init(&d->loop, &c->tcp);
    (void)uv_timer_init(&d->loop, &c->later);
    c->tcp.data = c->later.data = c->connect.data = c;
    return c;
}

/* The drive hears of it. */
static void tell_connected(struct conn *c)
{
    struct daemon *d = c->daemon;

    c->up = true;
    log_say(LOG_INFO, "peer", name_of(c), "connected%s", c->tls != NULL ? ", with TLS" : "");
    daemon_facts_opening(d, c->peer);
    daemon_check(d, cp_drive_connected(d->drive, c->peer, daemon_now_us(d)));
    daemon_pump(d);
    daemon_facts_look(d, c->peer);
}

static void begin(struct conn *c)
{
    bool pcc = c->daemon->config->drive.peers[c->peer].kind == CP_PEER_PCEP;

    c->share = share_make(pcc ? PCC_PARTS : SPEAKER_PARTS, uv_hrtime());
    (void)uv_tcp_nodelay(&c->tcp, 1);
    (void)uv_tcp_keepalive(&c->tcp, 1, 30);
    socket_set_user_timeout(&c->tcp);
    if (uv_read_start((uv_stream_t *)&c->tcp, give_room, was_read) != 0) {
        close_conn(c, true);
        return;
    }
    if (c->daemon->config->peers[c->peer].tls == CP_TLS_REQUIRED)
        begin_tls(c);
    else
        tell_connected(c);
}

static void connected(uv_connect_t *connect, int status)
{
    struct conn *c = connect->data;

    if (c->closed)
        return;
    if (status != 0) {
        set_error(c, uv_strerror(status));
        close_conn(c, true);
    } else {
        begin(c);
    }
}

/* --- calling ------------------------------------------------------------------------------------- */

static void call_now(uv_timer_t *timer)
{
    struct conn *c = timer->data;
    const struct cp_drive_peer *peer = &c->daemon->config->drive.peers[c->peer];
    const struct daemon_peer *own = &c->daemon->config->peers[c->peer];
    struct sockaddr_storage to;
    int err = socket_make(&c->tcp, peer->address.family);

    socket_address(peer->address, own->port, &to);
    if (err == 0 && own->md5_key_file != NULL)
        err = socket_set_md5(&c->tcp, &c->daemon->config->file, &own->md5_key_file, peer->address,
                             false);
    if (err == 0)
        err = uv_tcp_connect(&c->connect, &c->tcp, (const struct sockaddr *)&to, connected);
    if (err != 0) {
        set_error(c, uv_strerror(err));
        close_conn(c, true);
    }
}

void daemon_call(struct daemon *d, uint32_t peer, uint64_t at_us)
{
    uint64_t now = daemon_now_us(d);
    struct conn *c;

    if (d->stopping || conn_of(d, peer) != NULL)
        return;
    c = make(d, peer);
    if (c == NULL) {
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    c->calling = true;
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
    cp_ip address = socket_peer(&c->tcp);
    uint32_t peer = who_is(d, kind, address);
    struct conn *has = peer != CP_NONE ? d->conns[peer] : NULL;

    if (peer == CP_NONE || (has != NULL && !gives_way(has))) {
        char text[64];

        (void)uv_inet_ntop(address.family == 6 ? AF_INET6 : AF_INET, address.bytes, text,
                           sizeof text);
        d->counts.refused_connections++;
        log_say(LOG_WARNING, "connection", text, "refused by %s: %s",
                kind == CP_PEER_PCEP ? "pcep" : "bgp",
                peer == CP_NONE ? "no peer has this address" : "the peer is connected");
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

/* Segments of peers with a key come signed, or the kernel drops them. */
static cp_exit expect_keys(struct daemon *d, uv_tcp_t *listener, bool v6)
{
    cp_peer_kind kind = listener == &d->listeners[0] ? CP_PEER_PCEP : CP_PEER_BGP;

    for (uint32_t i = 0; i < d->config->drive.peer_count; i++) {
        const struct cp_drive_peer *peer = &d->config->drive.peers[i];
        const char *const *key = &d->config->peers[i].md5_key_file;
        int err = 0;

        if (peer->kind == kind && *key != NULL)
            err = socket_set_md5(listener, &d->config->file, key, peer->address, v6);
        if (err != 0) {
            cp_placed_say(&d->config->file, key, "TCP-MD5 of '%s' with this key cannot be had: %s",
                          peer->name.at, uv_strerror(err));
            return CP_EXIT_REFUSED;
        }
    }
    return CP_EXIT_OK;
}

static cp_exit listen_on(struct daemon *d, uv_tcp_t *listener, const struct daemon_listen *on)
{
    struct sockaddr_storage at;
    char address[ADDRESS_BYTES];
    cp_exit code;
    int err;

    (void)uv_tcp_init(&d->loop, listener);
    listener->data = d;
    if (on->address.family == 0)
        return CP_EXIT_OK;
    socket_address(on->address, on->port, &at);
    err = uv_tcp_bind(listener, (const struct sockaddr *)&at, 0);
    code = err != 0 ? CP_EXIT_OK : expect_keys(d, listener, on->address.family == 6);
    if (code != CP_EXIT_OK)
        return code;
    if (err == 0)
        err = uv_listen((uv_stream_t *)listener, BACKLOG, called);
    if (err == 0)
        return CP_EXIT_OK;
    (void)uv_inet_ntop(at.ss_family, on->address.bytes, address, sizeof address);
    cp_placed_say(&d->config->file, &on->address, "cannot listen on %s port %u: %s", address,
                  on->port, uv_strerror(err));
    return err == UV_EACCES ? CP_EXIT_REFUSED : CP_EXIT_IO;
}

cp_exit daemon_listen(struct daemon *d)
{
    const struct tls_files files = daemon_config_tls(d->config);
    cp_exit code;

    d->conns = calloc(d->config->drive.peer_count + 1, sizeof(struct conn *));
    if (d->conns == NULL)
        return cp_say_no_memory();
    code = *files.certificate == NULL ? CP_EXIT_OK : tls_context_open(&files, &d->tls);
    if (code != CP_EXIT_OK)
        return code;
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
    if (status != 0 && !c->closed)
        set_error(c, uv_strerror(status));
    if (status != 0 || (c->hang_up && uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) == 0))
        close_conn(c, true);
}

/* As it goes over the connection. */
static void put(struct conn *c, cp_text bytes)
{
    struct sending *s = malloc(sizeof *s + bytes.len);
    uv_buf_t buf;

    if (s == NULL || uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) > OUT_BYTES) {
        free(s);
        set_error(c, "it does not take what is sent to it");
        log_say(LOG_WARNING, "peer", name_of(c), "closed: it does not take what is sent to it");
        close_conn(c, true);
        return;
    }
    s->conn = c;
    memcpy(s->bytes, bytes.at, bytes.len);
    buf = uv_buf_init(s->bytes, (unsigned)bytes.len);
    c->bytes_out += bytes.len;
    c->daemon->counts.bytes_out += bytes.len;
    if (uv_write(&s->write, (uv_stream_t *)&c->tcp, &buf, 1, was_sent) != 0) {
        free(s);
        close_conn(c, true);
    }
}

void daemon_send(struct daemon *d, uint32_t peer, cp_text bytes)
{
    struct conn *c = conn_of(d, peer);

    if (c == NULL || !c->up || c->closed)
        return;
    if (c->tls == NULL) {
        put(c, bytes);
        return;
    }
    (void)tls_write(c->tls, bytes);
    put_tls(c);
}

/* --- TLS ----------------------------------------------------------------------------------------- */

static void put_tls(struct conn *c)
{
    char piece[TLS_PIECE_BYTES];
    size_t count;

    while (!c->closed && (count = tls_out(c->tls, piece, sizeof piece)) > 0)
        put(c, (cp_text){piece, count});
}

static void end_tls(struct conn *c, const char *why)
{
    char subject[256];

    tls_subject(c->tls, subject, sizeof subject);
    log_say(LOG_WARNING, "peer", name_of(c), "TLS: %s%s%s", why, subject[0] != '\0' ? ", of " : "",
            subject);
    set_error(c, why);
    c->daemon->counts.tls_refused++;
    put_tls(c);
    if (c->closed)
        return;
    c->hang_up = true;
    if (uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp) == 0)
        close_conn(c, true);
}

static void tls_is_late(uv_timer_t *timer)
{
    struct conn *c = timer->data;

    if (c->closed || c->up)
        return;
    tls_late(c->tls);
    end_tls(c, tls_over(c->tls));
}

static void begin_tls(struct conn *c)
{
    const struct daemon_peer *own = &c->daemon->config->peers[c->peer];

    c->tls = tls_open(c->daemon->tls, TLS_CALLED, own->tls_name,
                      c->daemon->config->drive.peers[c->peer].address);
    if (c->tls == NULL) {
        close_conn(c, true);
        return;
    }
    (void)uv_timer_start(&c->later, tls_is_late, TLS_WAIT_US / 1000, 0);
    put_tls(c);
}

static void hear_tls(struct conn *c, cp_text bytes)
{
    char piece[TLS_PIECE_BYTES];
    size_t count;

    if (c->hang_up)
        return; /* it is over; what still comes is nobody's */
    tls_take(c->tls, bytes);
    put_tls(c);
    if (!c->up && !c->closed && tls_is_up(c->tls)) {
        (void)uv_timer_stop(&c->later);
        tell_connected(c);
    }
    while (!c->closed && !c->daemon->stopping &&
           (count = tls_read(c->tls, piece, sizeof piece)) > 0)
        hear(c, (cp_text){piece, count});
    if (!c->closed && tls_over(c->tls) != NULL)
        end_tls(c, tls_over(c->tls));
}

uint64_t daemon_conn_number(const struct daemon *d, uint32_t peer)
{
    const struct conn *c = conn_of(d, peer);

    return c == NULL ? 0 : c->number;
}

/* --- ending -------------------------------------------------------------------------------------- */

void daemon_hang_up(struct daemon *d, uint32_t peer)
{
    struct conn *c = conn_of(d, peer);

    if (c == NULL)
        return;
    daemon_facts_ended(d, peer);
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

struct conn_counts daemon_conn_counts(const struct daemon *d, uint32_t peer)
{
    const struct conn *c = conn_of(d, peer);

    return c == NULL ? (struct conn_counts){0} : (struct conn_counts){c->bytes_in, c->bytes_out};
}

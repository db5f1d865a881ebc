/*
 * The BGP speaker's machine on a plain socket, hearing BGP-LS: for live tests.
 *
 *     bgp_hear PORT HOLD_SECONDS     listens on all addresses
 *
 * Lines in:   cut (the connection is closed without a word), stop (with a CEASE), quit
 * Lines out:  listening; up; announced NLRI | attribute | ...; withdrawn NLRI; full; malformed WHY; down CODE/SUBCODE WHY;
 *             refresh
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "session/bgp.h"

enum { ARENA_BYTES = 16 << 20, READ_BYTES = 65536, WAIT_MS = 200 };

struct hear {
    struct cp_arena *machine, *print;
    struct cp_bgp *bgp;
    int listening, peer;
};

static uint64_t now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void must(bool truth, const char *what)
{
    if (truth)
        return;
    (void)fprintf(stderr, "bgp_hear: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* The attribute's lines become parts of one. */
static void put_attribute(struct hear *h, struct cp_out *out, const struct cp_ls_attribute *is)
{
    struct cp_out lines = cp_out_make(h->print);
    cp_text text;

    cp_ls_attribute_print(&lines, is);
    must(cp_out_done(&lines, &text) == CP_OK, "an attribute is not printed");
    for (size_t i = 0; i + 1 < text.len; i++) {
        bool starts = i == 0 || text.at[i - 1] == '\n';

        cp_out_str(out, starts ? " |" : "");
        cp_out_char(out, text.at[i] == '\n' ? ' ' : text.at[i]);
    }
}

static void put_event(struct hear *h, struct cp_out *out, const struct cp_bgp_event *event)
{
    switch (event->kind) {
    case CP_BGP_EV_UP:
        cp_out_str(out, "up");
        break;
    case CP_BGP_EV_DOWN:
        cp_out_format(out, "down %u/%u %s", event->code, event->subcode, event->why);
        break;
    case CP_BGP_EV_ANNOUNCED:
        cp_out_str(out, "announced ");
        cp_ls_nlri_print(out, &event->nlri);
        if (event->attribute != NULL)
            put_attribute(h, out, event->attribute);
        break;
    case CP_BGP_EV_WITHDRAWN:
        cp_out_str(out, "withdrawn ");
        cp_ls_nlri_print(out, &event->nlri);
        break;
    case CP_BGP_EV_END_OF_RIB:
        cp_out_str(out, "full");
        break;
    case CP_BGP_EV_MALFORMED:
        cp_out_format(out, "malformed %s", event->why);
        break;
    case CP_BGP_EV_REFRESH:
        cp_out_str(out, "refresh");
        break;
    }
}

static void tell(struct hear *h)
{
    cp_arena_mark mark = cp_arena_mark_get(h->print);
    struct cp_bgp_event event;

    while (cp_bgp_next(h->bgp, &event)) {
        struct cp_out out = cp_out_make(h->print);
        cp_text text;

        put_event(h, &out, &event);
        must(cp_out_done(&out, &text) == CP_OK, "an event is not printed");
        (void)printf("%.*s\n", (int)text.len, text.at);
        cp_arena_reset(h->print, mark);
    }
    (void)fflush(stdout);
}

static void hang_up(struct hear *h)
{
    (void)close(h->peer);
    h->peer = -1;
    cp_bgp_closed(h->bgp, now_us());
    tell(h);
}

static void answer(struct hear *h)
{
    int fd = accept(h->listening, NULL, NULL);

    if (fd < 0)
        return;
    if (h->peer >= 0) {
        (void)close(fd); /* one session at a time */
        return;
    }
    h->peer = fd;
    cp_bgp_connected(h->bgp, now_us());
}

static void hear_peer(struct hear *h)
{
    static char bytes[READ_BYTES];
    size_t room = cp_bgp_room(h->bgp) < sizeof bytes ? cp_bgp_room(h->bgp) : sizeof bytes;
    ssize_t got = recv(h->peer, bytes, room, MSG_DONTWAIT);

    if (got > 0)
        cp_bgp_take(h->bgp, (cp_text){bytes, (size_t)got}, now_us());
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        hang_up(h);
}

static void send_out(struct hear *h)
{
    cp_text out = cp_bgp_out(h->bgp);
    ssize_t sent = 0;

    if (h->peer < 0)
        return;
    if (out.len > 0)
        sent = send(h->peer, out.at, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0)
        cp_bgp_sent(h->bgp, (size_t)sent);
    if ((sent < 0 && errno != EAGAIN) || (cp_bgp_closing(h->bgp) && cp_bgp_out(h->bgp).len == 0))
        hang_up(h);
}

static void obey(struct hear *h)
{
    char line[64];

    if (fgets(line, sizeof line, stdin) == NULL || strcmp(line, "quit\n") == 0)
        exit(0);
    if (strcmp(line, "stop\n") == 0)
        cp_bgp_stop(h->bgp, CP_BGP_CEASE_SHUTDOWN, now_us());
    else if (strcmp(line, "cut\n") == 0 && h->peer >= 0)
        hang_up(h);
}

static void turn(struct hear *h)
{
    struct pollfd at[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                          {.fd = h->listening, .events = POLLIN},
                          {.fd = h->peer, .events = POLLIN}};

    (void)poll(at, 3, WAIT_MS);
    if (at[0].revents != 0)
        obey(h);
    if (at[2].revents != 0 && h->peer >= 0)
        hear_peer(h);
    if (at[1].revents != 0)
        answer(h);
    if (now_us() >= cp_bgp_deadline(h->bgp))
        cp_bgp_tick(h->bgp, now_us());
    tell(h);
    send_out(h);
}

static void listen_on(struct hear *h, const char *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
    int yes = 1;

    h->listening = socket(AF_INET, SOCK_STREAM, 0);
    must(h->listening >= 0, "socket");
    must(setsockopt(h->listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0, "SO_REUSEADDR");
    must(bind(h->listening, (struct sockaddr *)&at, sizeof at) == 0, "bind");
    must(listen(h->listening, 4) == 0, "listen");
    (void)printf("listening\n");
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    struct cp_bgp_config config = {.local_as = 65000, .router_id = 0x0a090901};
    struct hear h = {
        .machine = cp_arena_open(ARENA_BYTES), .print = cp_arena_open(ARENA_BYTES), .peer = -1};

    must(argc == 3 && h.machine != NULL && h.print != NULL, "bgp_hear PORT HOLD_SECONDS");
    (void)setvbuf(stdin, NULL, _IONBF, 0); /* poll sees what stdio has not taken */
    config.hold_s = (uint32_t)strtoul(argv[2], NULL, 10);
    must(cp_bgp_open(&config, h.machine, &h.bgp) == CP_OK, "no memory");
    listen_on(&h, argv[1]);
    for (;;)
        turn(&h);
}

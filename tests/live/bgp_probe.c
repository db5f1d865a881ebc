#include "session/bgp.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * The BGP speaker's machine on a socket, telling what a recorded session told: bgp_probe ADDRESS PORT FILE.
 *
 * FILE holds BGP messages, one after the other.  Each UPDATE's NLRI and attribute are written anew by our own encoder and
 * told; then the session is kept up till standard input ends.  A line on standard output for what happens.
 */

enum { FILE_BYTES_MAX = 1 << 20, ARENA_BYTES = 64 << 20, READ_BYTES = 65536 };

struct probe {
    struct cp_arena *arena;
    struct cp_bgp *bgp;
    int fd;
    cp_text recorded;
    bool up;
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
    (void)fprintf(stderr, "bgp_probe: %s: %s\n", what, strerror(errno));
    exit(1);
}

static cp_text again_nlri(struct probe *p, const struct cp_ls_nlri *nlri)
{
    struct cp_out out = cp_out_make(p->arena);
    cp_text text;

    cp_ls_nlri_write(&out, nlri);
    must(cp_out_done(&out, &text) == CP_OK, "an NLRI is not written");
    return text;
}

static cp_text again_attribute(struct probe *p, const struct cp_bgp_update *update)
{
    struct cp_out out = cp_out_make(p->arena);
    struct cp_ls_attribute attribute;
    struct cp_ls_fault fault;
    cp_text text;

    must(cp_ls_attribute_decode(update->link_state, p->arena, &attribute, &fault) == CP_OK,
         "an attribute is not read");
    cp_ls_attribute_write(&out, &attribute);
    must(cp_out_done(&out, &text) == CP_OK, "an attribute is not written");
    return text;
}

static void tell_reach(struct probe *p, const struct cp_bgp_update *update, bool withdrawn)
{
    const struct cp_bgp_reach *reach = withdrawn ? &update->unreach : &update->reach;
    struct cp_ls_walk walk = cp_ls_walk_make(reach->nlri, reach->safi);
    struct cp_ls_nlri nlri;
    struct cp_ls_fault fault;

    if (!reach->there || reach->afi != CP_LS_AFI)
        return;
    while (cp_ls_walk_next(&walk, &nlri, &fault) == CP_LS_GOT) {
        cp_text bytes = again_nlri(p, &nlri);
        cp_err err = withdrawn
                         ? cp_bgp_withdraw(p->bgp, bytes, now_us())
                         : cp_bgp_announce(p->bgp, bytes, again_attribute(p, update), now_us());

        must(err == CP_OK, "an NLRI is not told");
    }
}

/* What our own reader makes of a message: what the peer's is compared with. */
static void print(struct probe *p, cp_text message, cp_bgp_context context)
{
    struct cp_out out = cp_out_make(p->arena);
    cp_text text;

    cp_bgp_print(&out, message, context);
    must(cp_out_done(&out, &text) == CP_OK, "a message is not printed");
    (void)printf("%s", text.at);
}

static void tell(struct probe *p)
{
    cp_bgp_context context = {.as4 = true, .internal = true};
    cp_text rest = p->recorded;
    struct cp_bgp_frame frame;

    while ((frame = cp_bgp_frame(rest, CP_BGP_EXTENDED_MESSAGE_MAX)).kind == CP_BGP_FRAME_WHOLE) {
        struct cp_bgp_update update;
        struct cp_bgp_fault fault;

        if (frame.type == CP_BGP_UPDATE) {
            must(cp_bgp_update_decode(cp_text_sub(rest, 0, frame.size), context, &update, &fault) ==
                     CP_OK,
                 "an UPDATE is not read");
            print(p, cp_text_sub(rest, 0, frame.size), context);
            tell_reach(p, &update, true);
            tell_reach(p, &update, false);
        }
        rest = cp_text_sub(rest, frame.size, rest.len);
    }
    must(cp_bgp_end_of_rib(p->bgp, now_us()) == CP_OK, "End-of-RIB is not told");
    (void)printf("told\n");
    (void)fflush(stdout);
}

static void hear(struct probe *p)
{
    struct cp_bgp_event event;

    while (cp_bgp_next(p->bgp, &event)) {
        if (event.kind == CP_BGP_EV_UP)
            tell(p);
        if (event.kind == CP_BGP_EV_DOWN)
            (void)printf("down: %s %u/%u\n", event.why, event.code, event.subcode);
        (void)fflush(stdout);
    }
}

static void send_all(struct probe *p)
{
    while (cp_bgp_out(p->bgp).len > 0) {
        cp_text bytes = cp_bgp_out(p->bgp);
        ssize_t sent = send(p->fd, bytes.at, bytes.len, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        cp_bgp_sent(p->bgp, (size_t)sent);
    }
}

/* One turn; false: the connection or standard input has ended. */
static bool turn(struct probe *p)
{
    static char bytes[READ_BYTES];
    struct pollfd at[2] = {{.fd = p->fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};

    (void)poll(at, 2, 200);
    if (at[1].revents != 0 && read(0, bytes, 1) <= 0)
        return false;
    if (at[0].revents != 0) {
        ssize_t got = recv(p->fd, bytes, sizeof bytes, 0);

        if (got <= 0)
            return false;
        cp_bgp_take(p->bgp, (cp_text){bytes, (size_t)got}, now_us());
    }
    if (now_us() >= cp_bgp_deadline(p->bgp))
        cp_bgp_tick(p->bgp, now_us());
    hear(p);
    send_all(p);
    return !cp_bgp_closing(p->bgp);
}

static void join(struct probe *p, const char *address, const char *port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
    struct cp_bgp_config config = {.local_as = 65000, .router_id = 0x0a090901, .hold_s = 30};

    must(inet_pton(AF_INET, address, &to.sin_addr) == 1, address);
    p->fd = socket(AF_INET, SOCK_STREAM, 0);
    must(p->fd >= 0 && connect(p->fd, (struct sockaddr *)&to, sizeof to) == 0, "connect");
    must(cp_bgp_open(&config, p->arena, &p->bgp) == CP_OK, "no memory");
    cp_bgp_connected(p->bgp, now_us());
    send_all(p);
}

int main(int argc, char **argv)
{
    static char recorded[FILE_BYTES_MAX];
    struct probe p = {.arena = cp_arena_open(ARENA_BYTES)};
    FILE *file;

    must(argc == 4 && p.arena != NULL, "bgp_probe ADDRESS PORT FILE");
    file = fopen(argv[3], "rb");
    must(file != NULL, argv[3]);
    p.recorded = (cp_text){recorded, fread(recorded, 1, sizeof recorded, file)};
    (void)fclose(file);
    join(&p, argv[1], argv[2]);
    while (turn(&p))
        continue;
    cp_bgp_close(p.bgp);
    cp_arena_close(p.arena);
    return 0;
}

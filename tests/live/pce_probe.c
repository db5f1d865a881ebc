/*
 * The PCE's machine on a plain socket, told what to do by lines: for live tests.
 *
 *     pce_probe ADDRESS vendor|association|both [PEER KEY]     listens on TCP 4189; KEY: TCP-MD5 with this peer
 *
 * Lines in:   update PLSP up|down LABEL...    initiate NAME COLOUR PREFERENCE SRC DST LABEL...    remove PLSP
 *             reply ID LABEL...               nopath ID        quit
 * Lines out:  listening, up, down, lsp, synced, request, error, ordered (with its SRP id), refused.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "session/pce.h"

enum { PORT = 4189, WORDS_MAX = 64, LINE_MAX = 4096, LABELS_MAX = 32 };

struct probe {
    struct cp_pce *pce;
    struct cp_arena *arena; /* of what is printed */
    int listening, peer;
    uint32_t srp_id;
    char line[LINE_MAX];
    size_t line_len;
};

static uint64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "pce_probe: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* --- what is told -------------------------------------------------------------------------------- */

static void put_path(struct cp_out *out, const char *name, const struct cp_pce_path *path)
{
    cp_out_format(out, " %s=", name);
    for (uint32_t i = 0; i < path->count; i++) {
        const struct cp_pce_hop *hop = &path->at[i];

        cp_out_str(out, i > 0 ? "/" : "");
        if (hop->kind == CP_PCE_HOP_LABEL)
            cp_out_u64(out, hop->label);
        else if (hop->kind == CP_PCE_HOP_ADDRESS)
            cp_out_ip(out, hop->local);
        else
            cp_out_str(out, "?");
    }
}

static void put_lsp(struct cp_out *out, const struct cp_pce_lsp *lsp)
{
    cp_out_format(out, "lsp plsp=%u srp=%u name=%.*s state=%d", lsp->plsp_id, lsp->srp_id,
                  (int)lsp->name.len, lsp->name.at, (int)lsp->state);
    cp_out_format(out, " delegated=%d created=%d removed=%d wanted=%d syncing=%d", lsp->delegated,
                  lsp->created, lsp->removed, lsp->wanted_up, lsp->syncing);
    if (lsp->colour_known)
        cp_out_format(out, " colour=%u", lsp->colour);
    if (lsp->binding_known)
        cp_out_format(out, " binding=%u", lsp->binding_label);
    cp_out_format(out, " setup=%u src=", lsp->path_setup_type);
    cp_out_ip(out, lsp->src);
    cp_out_str(out, " dst=");
    cp_out_ip(out, lsp->dst);
    put_path(out, "intended", &lsp->intended);
    put_path(out, "actual", &lsp->actual);
}

static void put_request(struct cp_out *out, const struct cp_pce_request *q)
{
    cp_out_format(out, "request id=%u setup=%u src=", q->id, q->path_setup_type);
    cp_out_ip(out, q->src);
    cp_out_str(out, " dst=");
    cp_out_ip(out, q->dst);
    for (uint32_t i = 0; i < q->metric_count; i++)
        cp_out_format(out, " metric=%u:%llu%s", q->metrics[i].type,
                      (unsigned long long)q->metrics[i].value, q->metrics[i].bound ? ":bound" : "");
    cp_out_format(out, " exclude_any=%u include_any=%u include_all=%u not_understood=%d",
                  q->exclude_any, q->include_any, q->include_all, q->not_understood);
}

static void put_event(struct cp_out *out, const struct cp_pce_event *e)
{
    switch (e->kind) {
    case CP_PCE_EV_UP:
        cp_out_str(out, "up peer=");
        cp_out_ip(out, e->peer.address);
        cp_out_format(out, " stateful=%d updates=%d initiates=%d sr=%d srv6=%d depth=%u",
                      e->peer.stateful, e->peer.updates, e->peer.initiates, e->peer.sr,
                      e->peer.srv6, e->peer.depth_max);
        return;
    case CP_PCE_EV_DOWN:
        cp_out_format(out, "down %s", e->why);
        return;
    case CP_PCE_EV_LSP:
        put_lsp(out, &e->lsp);
        return;
    case CP_PCE_EV_SYNCED:
        cp_out_str(out, "synced");
        return;
    case CP_PCE_EV_REQUEST:
        put_request(out, &e->request);
        return;
    case CP_PCE_EV_ERROR:
        cp_out_format(out, "error srp=%u type=%u value=%u", e->srp_id, e->error_type,
                      e->error_value);
        return;
    }
}

static void tell(struct probe *p)
{
    cp_arena_mark mark = cp_arena_mark_get(p->arena);
    struct cp_pce_event event;

    while (cp_pce_next(p->pce, &event)) {
        struct cp_out out = cp_out_make(p->arena);
        cp_text text;

        put_event(&out, &event);
        if (cp_out_done(&out, &text) == CP_OK)
            printf("%.*s\n", (int)text.len, text.at);
        cp_arena_reset(p->arena, mark);
    }
    fflush(stdout);
}

/* --- what is wanted ------------------------------------------------------------------------------ */

static uint32_t number(const char *word)
{
    return word != NULL ? (uint32_t)strtoul(word, NULL, 10) : 0;
}

static cp_ip address(const char *word)
{
    return cp_ip_find(cp_text_of(word));
}

static struct cp_pce_path labels(char **words, uint32_t count, struct cp_pce_hop *hops)
{
    count = count < LABELS_MAX ? count : LABELS_MAX;
    for (uint32_t i = 0; i < count; i++)
        hops[i] = (struct cp_pce_hop){.kind = CP_PCE_HOP_LABEL, .label = number(words[i])};
    return (struct cp_pce_path){hops, count};
}

static bool read_order(char **words, uint32_t count, struct cp_pce_hop *hops,
                       struct cp_pce_order *order)
{
    if (count >= 3 && strcmp(words[0], "update") == 0)
        *order = (struct cp_pce_order){.kind = CP_PCE_UPDATE,
                                       .plsp_id = number(words[1]),
                                       .up = strcmp(words[2], "up") == 0,
                                       .path = labels(words + 3, count - 3, hops)};
    else if (count >= 7 && strcmp(words[0], "initiate") == 0)
        *order = (struct cp_pce_order){.kind = CP_PCE_INITIATE,
                                       .name = cp_text_of(words[1]),
                                       .colour = number(words[2]),
                                       .preference = number(words[3]),
                                       .src = address(words[4]),
                                       .dst = address(words[5]),
                                       .up = true,
                                       .path = labels(words + 6, count - 6, hops)};
    else if (count == 2 && strcmp(words[0], "remove") == 0)
        *order = (struct cp_pce_order){.kind = CP_PCE_REMOVE, .plsp_id = number(words[1])};
    else if (count >= 3 && strcmp(words[0], "reply") == 0)
        *order = (struct cp_pce_order){.kind = CP_PCE_REPLY,
                                       .request_id = number(words[1]),
                                       .path = labels(words + 2, count - 2, hops)};
    else if (count == 2 && strcmp(words[0], "nopath") == 0)
        *order = (struct cp_pce_order){.kind = CP_PCE_NO_PATH, .request_id = number(words[1])};
    else
        return false;
    return true;
}

static void obey(struct probe *p, char *line)
{
    char *words[WORDS_MAX + 1], *rest = NULL;
    struct cp_pce_hop hops[LABELS_MAX];
    struct cp_pce_order order;
    uint32_t count = 0;
    cp_err err;

    for (char *w = strtok_r(line, " ", &rest); w != NULL && count < WORDS_MAX;
         w = strtok_r(NULL, " ", &rest))
        words[count++] = w;
    if (count == 1 && strcmp(words[0], "quit") == 0)
        exit(0);
    if (!read_order(words, count, hops, &order)) {
        printf("refused a line\n");
        fflush(stdout);
        return;
    }
    order.srp_id = ++p->srp_id;
    err = cp_pce_order(p->pce, &order, now_us());
    if (err == CP_OK)
        printf("ordered srp=%u\n", order.srp_id);
    else
        printf("refused %s\n", cp_err_name(err));
    fflush(stdout);
}

static void hear_lines(struct probe *p)
{
    ssize_t got = read(STDIN_FILENO, p->line + p->line_len, sizeof p->line - 1 - p->line_len);
    char *end;

    if (got <= 0)
        exit(0);
    p->line_len += (size_t)got;
    p->line[p->line_len] = '\0';
    while ((end = strchr(p->line, '\n')) != NULL) {
        size_t len = (size_t)(end - p->line) + 1;

        *end = '\0';
        obey(p, p->line);
        memmove(p->line, p->line + len, p->line_len - len + 1);
        p->line_len -= len;
    }
}

/* --- sockets ------------------------------------------------------------------------------------- */

static struct sockaddr_in address_of(const char *word, uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    cp_ip ip = address(word);

    memcpy(&to.sin_addr, ip.bytes, 4);
    return to;
}

/* RFC 5440 10.2: TCP-MD5 (RFC 2385) */
static void set_key(int fd, const char *peer, const char *key)
{
    struct tcp_md5sig sig = {.tcpm_keylen = (uint16_t)strlen(key)};
    struct sockaddr_in to = address_of(peer, 0);

    memcpy(&sig.tcpm_addr, &to, sizeof to);
    memcpy(sig.tcpm_key, key, strlen(key));
    if (setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &sig, sizeof sig) != 0)
        die("TCP_MD5SIG");
}

static int listen_on(char **argv)
{
    struct sockaddr_in at = address_of(argv[1], PORT);
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0)
        die("socket");
    if (argv[3] != NULL)
        set_key(fd, argv[3], argv[4]);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 4) != 0)
        die("listen");
    return fd;
}

static void hang_up(struct probe *p)
{
    close(p->peer);
    p->peer = -1;
    cp_pce_closed(p->pce, now_us());
}

static void answer(struct probe *p)
{
    struct sockaddr_in from = {0};
    socklen_t len = sizeof from;
    int fd = accept(p->listening, (struct sockaddr *)&from, &len);
    uint32_t ip = ntohl(from.sin_addr.s_addr);

    if (fd < 0)
        return;
    if (p->peer >= 0) {
        close(fd); /* one session at a time */
        return;
    }
    p->peer = fd;
    cp_pce_connected(p->pce, cp_ip_v4(ip), now_us());
}

static void hear_peer(struct probe *p)
{
    char bytes[16384];
    size_t room = cp_pce_room(p->pce) < sizeof bytes ? cp_pce_room(p->pce) : sizeof bytes;
    ssize_t got = recv(p->peer, bytes, room, MSG_DONTWAIT);

    if (got > 0)
        cp_pce_take(p->pce, (cp_text){bytes, (size_t)got}, now_us());
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
        hang_up(p);
}

static void send_out(struct probe *p)
{
    cp_text out = cp_pce_out(p->pce);
    ssize_t sent = 0;

    if (p->peer < 0)
        return;
    if (out.len > 0)
        sent = send(p->peer, out.at, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0)
        cp_pce_sent(p->pce, (size_t)sent);
    if ((sent < 0 && errno != EAGAIN) || (cp_pce_closing(p->pce) && cp_pce_out(p->pce).len == 0))
        hang_up(p);
}

static int wait_ms(const struct probe *p)
{
    uint64_t now = now_us(), at = cp_pce_deadline(p->pce);

    if (at <= now)
        return 0;
    return at - now > 1000000 ? 1000 : (int)((at - now) / 1000) + 1;
}

static void turn(struct probe *p)
{
    struct pollfd fds[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = p->listening, .events = POLLIN},
        {.fd = p->peer, .events = cp_pce_out(p->pce).len > 0 ? POLLIN | POLLOUT : POLLIN}};

    if (poll(fds, 3, wait_ms(p)) < 0 && errno != EINTR)
        die("poll");
    if (cp_pce_deadline(p->pce) <= now_us())
        cp_pce_tick(p->pce, now_us());
    if (fds[2].revents != 0 && p->peer >= 0)
        hear_peer(p);
    if (fds[1].revents != 0)
        answer(p);
    tell(p);
    if (fds[0].revents != 0)
        hear_lines(p);
    send_out(p);
    tell(p);
}

int main(int argc, char **argv)
{
    struct cp_arena *arena = cp_arena_open(1 << 20);
    struct cp_pce_config config = {.keepalive_s = 30, .dead_s = 120, .session_id = 1};
    struct probe probe = {.arena = cp_arena_open(16 << 20), .peer = -1};

    if (argc != 3 && argc != 5) {
        fprintf(stderr, "usage: pce_probe ADDRESS vendor|association|both [PEER KEY]\n");
        return 2;
    }
    if (strcmp(argv[2], "association") != 0)
        config.colour_forms |= CP_PCE_COLOUR_VENDOR;
    if (strcmp(argv[2], "vendor") != 0)
        config.colour_forms |= CP_PCE_COLOUR_ASSOCIATION;
    if (arena == NULL || probe.arena == NULL || cp_pce_open(&config, arena, &probe.pce) != CP_OK)
        die("memory");
    probe.listening = listen_on(argv);
    printf("listening\n");
    fflush(stdout);
    for (;;)
        turn(&probe);
}

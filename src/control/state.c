#include <string.h>

#include "base/num.h"
#include "inside.h"

/*
 * What of an LSP outlives a restart, as lines:
 *
 *     cp1 AIM DIRECTION COLOUR SRC DST INTENDED-US
 *     PEER
 *     NAME
 *     d DEMAND          (some)
 *     x PRINT           (of a path that is disproven)
 *     l LABEL LOCAL REMOTE, s SRV6 LOCAL REMOTE, a LOCAL REMOTE      (a hop each)
 */

static void add_hop(struct cp_out *out, const struct cp_pce_hop *hop)
{
    if (hop->kind == CP_PCE_HOP_LABEL) {
        cp_out_str(out, "l ");
        cp_out_u64(out, hop->label);
    } else if (hop->kind == CP_PCE_HOP_SRV6) {
        cp_out_str(out, "s ");
        cp_out_ipv6(out, hop->srv6);
    } else {
        cp_out_str(out, "a");
    }
    cp_out_char(out, ' ');
    cp_out_ip(out, hop->local);
    cp_out_char(out, ' ');
    cp_out_ip(out, hop->remote);
    cp_out_char(out, '\n');
}

cp_err cp_ctl_state_save(const struct cp_control *c, const struct ctl_lsp *l,
                         struct cp_arena *arena, cp_text *out)
{
    struct cp_out text = cp_out_make(arena);
    cp_text rest = l->demands, demand;

    cp_out_str(&text, l->aim == AIM_PATH ? "cp1 path " : "cp1 down ");
    cp_out_str(&text, l->direction == CP_FORWARD ? "forward " : "backward ");
    cp_out_u64(&text, l->colour);
    cp_out_char(&text, ' ');
    cp_out_ip(&text, l->src);
    cp_out_char(&text, ' ');
    cp_out_ip(&text, l->dst);
    cp_out_char(&text, ' ');
    cp_out_u64(&text, l->intended_us);
    cp_out_char(&text, '\n');
    cp_out_text(&text, l->peer == CP_NONE ? CP_TEXT("") : c->config.peers[l->peer].name);
    cp_out_char(&text, '\n');
    cp_out_text(&text, l->carrier == CP_NONE ? l->name : CP_TEXT(""));
    cp_out_char(&text, '\n');
    while (cp_text_word(&rest, "\n", &demand)) {
        cp_out_str(&text, "d ");
        cp_out_text(&text, demand);
        cp_out_char(&text, '\n');
    }
    for (uint32_t i = 0; i < l->disproven_count; i++) {
        cp_out_str(&text, "x ");
        cp_out_u64(&text, i < DISPROVEN_MOST ? l->disproven[i] : 0);
        cp_out_char(&text, '\n');
    }
    for (uint32_t i = 0; i < l->intended.count; i++)
        add_hop(&text, &l->intended.hops[i]);
    return cp_out_done(&text, out);
}

/* --- back ---------------------------------------------------------------------------------------- */

struct restored {
    struct cp_control *c;
    cp_text rest;
    bool down;
    cp_direction direction;
    uint32_t colour, peer;
    cp_ip src, dst;
    uint64_t intended_us;
    cp_text name, demands; /* demands: from the first to the last of their lines */
    struct cp_pce_hop *hops;
    uint32_t hop_count, hop_cap;
    uint64_t disproven[DISPROVEN_MOST];
    uint32_t disproven_count;
};

static cp_text take_line(cp_text *rest)
{
    size_t end = cp_text_find(*rest, '\n', 0);
    cp_text line = cp_text_sub(*rest, 0, end);

    *rest = cp_text_sub(*rest, end + 1, rest->len);
    return line;
}

/* The next word of a line; empty where there is none. */
static cp_text take_word(cp_text *line)
{
    cp_text word = CP_TEXT("");

    (void)cp_text_word(line, " ", &word);
    return word;
}

static cp_err read_head(struct restored *r)
{
    cp_text line = take_line(&r->rest);
    cp_text aim, direction;

    if (!cp_text_is(take_word(&line), "cp1"))
        return CP_ERR_MALFORMED;
    aim = take_word(&line);
    direction = take_word(&line);
    r->down = cp_text_is(aim, "down");
    r->direction = cp_text_is(direction, "forward") ? CP_FORWARD : CP_REVERSE;
    if ((!r->down && !cp_text_is(aim, "path")) ||
        (r->direction == CP_REVERSE && !cp_text_is(direction, "backward")))
        return CP_ERR_MALFORMED;
    CP_TRY(cp_num_u32(take_word(&line), UINT32_MAX, &r->colour));
    r->src = cp_ip_find(take_word(&line));
    r->dst = cp_ip_find(take_word(&line));
    return cp_num_u64(take_word(&line), UINT64_MAX, &r->intended_us);
}

static void read_names(struct restored *r)
{
    cp_text peer = take_line(&r->rest);

    r->peer = CP_NONE;
    for (uint32_t i = 0; i < r->c->config.peer_count && r->peer == CP_NONE; i++)
        if (cp_text_eq(r->c->config.peers[i].name, peer))
            r->peer = i;
    r->name = take_line(&r->rest);
}

static cp_err read_hop(struct restored *r, cp_text line)
{
    struct cp_pce_hop hop = {.kind = CP_PCE_HOP_ADDRESS};
    cp_text kind = take_word(&line);

    if (cp_text_is(kind, "l")) {
        hop.kind = CP_PCE_HOP_LABEL;
        CP_TRY(cp_num_u32(take_word(&line), (1u << 20) - 1, &hop.label));
    } else if (cp_text_is(kind, "s")) {
        hop.kind = CP_PCE_HOP_SRV6;
        CP_TRY(cp_ipv6_parse(take_word(&line), hop.srv6));
    } else if (!cp_text_is(kind, "a")) {
        return CP_ERR_MALFORMED;
    }
    hop.local = cp_ip_find(take_word(&line));
    hop.remote = cp_ip_find(take_word(&line));
    CP_TRY(
        cp_arena_grow(r->c->work, (void **)&r->hops, r->hop_count, &r->hop_cap, sizeof *r->hops));
    r->hops[r->hop_count++] = hop;
    return CP_OK;
}

static cp_err read_disproven(struct restored *r, cp_text line)
{
    uint64_t print;

    CP_TRY(cp_num_u64(cp_text_sub(line, 2, line.len), UINT64_MAX, &print));
    if (r->disproven_count > DISPROVEN_MOST)
        return CP_ERR_MALFORMED;
    if (r->disproven_count < DISPROVEN_MOST)
        r->disproven[r->disproven_count] = print;
    r->disproven_count++;
    return CP_OK;
}

static cp_err read_rest(struct restored *r)
{
    struct cp_out demands = cp_out_make(r->c->work);

    while (r->rest.len > 0) {
        cp_text line = take_line(&r->rest);

        if (cp_text_starts(line, CP_TEXT("x "))) {
            CP_TRY(read_disproven(r, line));
            continue;
        }
        if (!cp_text_starts(line, CP_TEXT("d "))) {
            CP_TRY(read_hop(r, line));
            continue;
        }
        if (demands.len > 0)
            cp_out_char(&demands, '\n');
        cp_out_text(&demands, cp_text_sub(line, 2, line.len));
    }
    if (r->down != (r->hop_count == 0))
        return CP_ERR_MALFORMED;
    return cp_out_done(&demands, &r->demands);
}

static cp_err put(struct restored *r, cp_text key)
{
    struct cp_control *c = r->c;
    uint32_t slot;
    struct ctl_lsp *l;

    if (cp_ctl_find_key(c, key) != CP_NONE)
        return CP_ERR_DUPLICATE;
    if (r->name.len == 0)
        CP_TRY(cp_ctl_name(c, key, &r->name));
    CP_TRY(cp_ctl_lsp_make(c, key, r->name, &slot));
    l = &c->lsps[slot];
    l->aim = r->down ? AIM_DOWN : AIM_PATH;
    l->direction = r->direction;
    l->colour = r->colour;
    l->src = r->src;
    l->dst = r->dst;
    l->intended_us = r->intended_us;
    l->saved = l->ordered = true;
    memcpy(l->disproven, r->disproven, sizeof l->disproven);
    l->disproven_count = r->disproven_count;
    CP_TRY(cp_ctl_text_take(&c->pool, r->demands, &l->demands));
    CP_TRY(cp_ctl_way_set(c, slot, &l->intended, (struct cp_pce_path){r->hops, r->hop_count}));
    cp_ctl_set_peer(c, slot, r->peer);
    return CP_OK;
}

static cp_err restore(struct restored *r, cp_text key)
{
    CP_TRY(read_head(r));
    read_names(r);
    CP_TRY(read_rest(r));
    return put(r, key);
}

cp_err cp_control_restore(struct cp_control *c, cp_text key, cp_text state, struct cp_diag *diag)
{
    struct restored r = {.c = c, .rest = state};
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err = CP_OK;

    if (state.len > 0 && key.len > 0)
        err = restore(&r, key);
    cp_arena_reset(c->work, mark);
    if (err != CP_OK)
        return cp_diag_set(diag, err, CP_PLACE_NONE, "the kept state of an LSP cannot be taken up",
                           key);
    return CP_OK;
}

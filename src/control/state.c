#include "state.h"

#include <string.h>

#include "base/num.h"
#include "base/out.h"
#include "hold.h"

/*
 * What of an LSP outlives a restart, as lines:
 *
 *     cp1 AIM DIRECTION COLOUR SRC DST INTENDED-US
 *     PEER
 *     NAME
 *     d DEMAND          (some)
 *     more              (demands than these)
 *     unordered         (no router may have it from us)
 *     b PRINT           (down, and told with the cut of this print)
 *     x PRINT           (of a path that is disproven)
 *     k LINE            (what is shunned: shun.c)
 *     t LINE            (what the path touches: touched.c)
 *     w KIND AT-US NODE (packets were seen so, and not as they should be since)
 *     l LABEL LOCAL REMOTE, s SRV6 LOCAL REMOTE, a LOCAL REMOTE      (a hop each)
 *
 * And of an automatic hold:
 *
 *     hold1 SINCE-US
 *     v AT-US NODE      (a trusted node that vanished)
 */

/* By ctl_sight. */
static const char *const sight_words[] = {"none", "elsewhere", "unknown", "forbidden"};

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

static void add_seen(struct cp_out *out, const struct ctl_lsp *l)
{
    cp_text rest = l->shunned, line;

    while (cp_text_word(&rest, "\n", &line)) {
        cp_out_str(out, "k ");
        cp_out_text(out, line);
        cp_out_char(out, '\n');
    }
    if (l->seen == SIGHT_NONE)
        return;
    cp_out_format(out, "w %s %llu ", sight_words[l->seen], (unsigned long long)l->seen_us);
    cp_out_text(out, l->seen_at);
    cp_out_char(out, '\n');
}

static cp_err add_touched(const struct cp_control *c, struct ctl_lsp *l, struct cp_arena *arena,
                          struct cp_out *out)
{
    struct cp_out lines = cp_out_make(arena);
    cp_text rest, line;

    cp_ctl_touched_write(c, l, &lines);
    CP_TRY(cp_out_done(&lines, &rest));
    l->saved_print = cp_ctl_touched_print(rest);
    l->saved_us = c->now_us;
    while (cp_text_word(&rest, "\n", &line)) {
        cp_out_str(out, "t ");
        cp_out_text(out, line);
        cp_out_char(out, '\n');
    }
    return CP_OK;
}

/* A path is ordered with what is kept of it where its router is there: a second entry for each would say nothing else. */
static bool is_unordered(const struct cp_control *c, const struct ctl_lsp *l)
{
    return !l->ordered && (l->aim != AIM_PATH || l->peer == CP_NONE || !c->peers[l->peer].synced);
}

cp_err cp_ctl_state_save(const struct cp_control *c, struct ctl_lsp *l, struct cp_arena *arena,
                         cp_text *out)
{
    struct cp_out text = cp_out_make(arena);
    cp_text rest = l->demands, demand;

    cp_out_str(&text, l->aim == AIM_PATH   ? "cp1 path "
                      : l->aim == AIM_DOWN ? "cp1 down "
                                           : "cp1 none ");
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
    for (uint32_t i = 0; i < DEMANDS_KEPT && cp_text_word(&rest, "\n", &demand); i++) {
        cp_out_str(&text, "d ");
        cp_out_text(&text, demand);
        cp_out_char(&text, '\n');
    }
    if (l->demands_cut || cp_text_word(&rest, "\n", &demand))
        cp_out_str(&text, "more\n");
    l->saved_unordered = is_unordered(c, l);
    if (l->saved_unordered)
        cp_out_str(&text, "unordered\n");
    for (uint32_t i = 0; i < l->disproven_count; i++) {
        cp_out_str(&text, "x ");
        cp_out_u64(&text, i < DISPROVEN_MOST ? l->disproven[i] : 0);
        cp_out_char(&text, '\n');
    }
    if (l->aim == AIM_DOWN && l->cut_told != 0)
        cp_out_format(&text, "b %llu\n", (unsigned long long)l->cut_told);
    add_seen(&text, l);
    if (l->aim == AIM_PATH)
        CP_TRY(add_touched(c, l, arena, &text));
    for (uint32_t i = 0; l->aim == AIM_PATH && i < l->intended.count; i++)
        add_hop(&text, &l->intended.hops[i]);
    return cp_out_done(&text, out);
}

cp_err cp_ctl_ordered(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_control_step step = {.kind = CP_DO_RECORD, .record = CP_RECORD_STATE, .key = l->key};

    l->ordered = true;
    if (!l->saved || !l->saved_unordered)
        return CP_OK;
    CP_TRY(cp_ctl_state_save(c, l, c->work, &step.state));
    return cp_ctl_step(c, &step);
}

/* --- back ---------------------------------------------------------------------------------------- */

struct restored {
    struct cp_control *c;
    cp_text rest;
    ctl_aim aim;
    cp_direction direction;
    uint32_t colour, peer;
    cp_ip src, dst;
    uint64_t intended_us, cut_told;
    cp_text name, demands; /* demands: from the first to the last of their lines */
    bool demands_cut, unordered;
    struct cp_pce_hop *hops;
    uint32_t hop_count, hop_cap;
    uint64_t disproven[DISPROVEN_MOST];
    uint32_t disproven_count;
    struct cp_out shunned, touched;
    ctl_sight seen;
    cp_text seen_at;
    uint64_t seen_us;
};

static cp_text take_line(cp_text *rest)
{
    size_t end = cp_text_find(*rest, '\n', 0);
    cp_text line = cp_text_sub(*rest, 0, end);

    *rest = cp_text_sub(*rest, end + 1, rest->len);
    return line;
}

/* What is behind the word taken last: a name, which may begin or end with spaces. */
static cp_text take_name(cp_text line)
{
    return cp_text_sub(line, 1, line.len);
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
    r->aim = cp_text_is(aim, "path") ? AIM_PATH : cp_text_is(aim, "down") ? AIM_DOWN : AIM_NOTHING;
    r->direction = cp_text_is(direction, "forward") ? CP_FORWARD : CP_REVERSE;
    if ((r->aim == AIM_NOTHING && !cp_text_is(aim, "none")) ||
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

/* "h l LINK" and so on: shun.c */
static cp_err read_shunned(struct restored *r, cp_text line)
{
    cp_text what = cp_text_sub(line, 2, line.len);

    if (what.len < 5 || (what.at[0] != 'h' && what.at[0] != 's') || what.at[1] != ' ' ||
        (what.at[2] != 'l' && what.at[2] != 'n') || what.at[3] != ' ')
        return CP_ERR_MALFORMED;
    cp_out_text(&r->shunned, what);
    cp_out_char(&r->shunned, '\n');
    return CP_OK;
}

/* "n NODE" or "l LINK" */
static cp_err read_touched(struct restored *r, cp_text line)
{
    cp_text what = cp_text_sub(line, 2, line.len);

    if (what.len < 3 || (what.at[0] != 'n' && what.at[0] != 'l') || what.at[1] != ' ')
        return CP_ERR_MALFORMED;
    cp_out_text(&r->touched, what);
    cp_out_char(&r->touched, '\n');
    return CP_OK;
}

static cp_err read_seen(struct restored *r, cp_text line)
{
    cp_text kind, at;

    line = cp_text_sub(line, 2, line.len);
    kind = take_word(&line);
    at = take_word(&line);
    for (uint32_t i = SIGHT_ELSEWHERE; i <= SIGHT_FORBIDDEN; i++)
        if (cp_text_is(kind, sight_words[i]))
            r->seen = (ctl_sight)i;
    r->seen_at = take_name(line);
    return r->seen == SIGHT_NONE ? CP_ERR_MALFORMED : cp_num_u64(at, UINT64_MAX, &r->seen_us);
}

static cp_err read_rest(struct restored *r)
{
    struct cp_out demands = cp_out_make(r->c->work);

    r->shunned = cp_out_make(r->c->work);
    r->touched = cp_out_make(r->c->work);
    while (r->rest.len > 0) {
        cp_text line = take_line(&r->rest);

        if (cp_text_starts(line, CP_TEXT("x "))) {
            CP_TRY(read_disproven(r, line));
            continue;
        }
        if (cp_text_starts(line, CP_TEXT("b "))) {
            CP_TRY(cp_num_u64(cp_text_sub(line, 2, line.len), UINT64_MAX, &r->cut_told));
            continue;
        }
        if (cp_text_starts(line, CP_TEXT("k "))) {
            CP_TRY(read_shunned(r, line));
            continue;
        }
        if (cp_text_is(line, "more")) {
            r->demands_cut = true;
            continue;
        }
        if (cp_text_is(line, "unordered")) {
            r->unordered = true;
            continue;
        }
        if (cp_text_starts(line, CP_TEXT("t "))) {
            CP_TRY(read_touched(r, line));
            continue;
        }
        if (cp_text_starts(line, CP_TEXT("w "))) {
            CP_TRY(read_seen(r, line));
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
    if ((r->aim == AIM_PATH) != (r->hop_count > 0))
        return CP_ERR_MALFORMED;
    return cp_out_done(&demands, &r->demands);
}

/* Its alarms stand again, since when they did. */
static cp_err put_seen(struct restored *r, uint32_t slot)
{
    struct cp_control *c = r->c;
    struct ctl_lsp *l = &c->lsps[slot];
    cp_text shunned;

    CP_TRY(cp_out_done(&r->shunned, &shunned));
    CP_TRY(cp_ctl_shun_set(c, slot, shunned));
    CP_TRY(cp_ctl_text_take(&c->pool, r->seen_at, &l->seen_at));
    l->seen = r->seen;
    l->seen_us = r->seen_us;
    if (!cp_ctl_is_marked(l))
        return CP_OK;
    c->now_us = r->seen != SIGHT_NONE ? r->seen_us : r->intended_us;
    if (l->seen != SIGHT_NONE)
        CP_TRY(cp_ctl_alarm_seen(c, slot, CTL_CAUSE("seen before the restart")));
    return cp_ctl_alarm_disproven(c, slot);
}

/* What was down stands as an alarm before any plan is made: the first one tells what blocks it. */
static cp_err put_down(struct restored *r, uint32_t slot)
{
    struct cp_control *c = r->c;

    if (r->aim != AIM_DOWN)
        return CP_OK;
    c->lsps[slot].untold = true;
    c->lsps[slot].cut_told = r->cut_told;
    c->now_us = r->intended_us;
    return cp_ctl_alarm_lsp(c, "down", slot, "no clean path was left before the restart",
                            CTL_CAUSE("restart"));
}

static cp_err put(struct restored *r, cp_text key)
{
    struct cp_control *c = r->c;
    uint32_t slot;
    struct ctl_lsp *l;
    cp_text touched;

    if (cp_ctl_find_key(c, key) != CP_NONE)
        return CP_ERR_DUPLICATE;
    if (r->name.len == 0)
        CP_TRY(cp_ctl_name(c, key, &r->name));
    CP_TRY(cp_ctl_lsp_make(c, key, r->name, &slot));
    l = &c->lsps[slot];
    l->aim = r->aim;
    l->direction = r->direction;
    l->colour = r->colour;
    l->src = r->src;
    l->dst = r->dst;
    l->intended_us = r->intended_us;
    l->given = r->unordered ? GIVEN_NOT : GIVEN_PERHAPS;
    l->saved = true;
    l->ordered = !r->unordered;
    l->saved_unordered = r->unordered;
    memcpy(l->disproven, r->disproven, sizeof l->disproven);
    l->disproven_count = r->disproven_count;
    l->demands_cut = r->demands_cut;
    CP_TRY(cp_ctl_text_take(&c->pool, r->demands, &l->demands));
    CP_TRY(cp_ctl_way_set(c, slot, &l->intended, (struct cp_pce_path){r->hops, r->hop_count}));
    CP_TRY(cp_out_done(&r->touched, &touched));
    CP_TRY(cp_ctl_text_take(&c->pool, touched, &l->touched));
    l->saved_print = cp_ctl_touched_print(touched);
    cp_ctl_set_peer(c, slot, r->peer);
    CP_TRY(put_down(r, slot));
    return put_seen(r, slot);
}

static cp_err restore(struct restored *r, cp_text key)
{
    CP_TRY(read_head(r));
    read_names(r);
    CP_TRY(read_rest(r));
    return put(r, key);
}

/* --- holds --------------------------------------------------------------------------------------- */

cp_err cp_ctl_hold_save(const struct cp_control *c, struct cp_arena *arena, cp_text *out)
{
    struct cp_out text = cp_out_make(arena);

    cp_out_format(&text, "hold1 %llu\n", (unsigned long long)c->held_us);
    for (uint32_t i = 0; i < c->vanished_count; i++) {
        cp_out_format(&text, "v %llu ", (unsigned long long)c->vanished[i].at_us);
        cp_out_text(&text, c->vanished[i].id);
        cp_out_char(&text, '\n');
    }
    return cp_out_done(&text, out);
}

cp_err cp_ctl_hold_restore(struct cp_control *c, cp_text state)
{
    cp_text rest = state, line = take_line(&rest);
    uint64_t since_us, at_us;

    if (!cp_text_is(take_word(&line), "hold1"))
        return CP_ERR_MALFORMED;
    CP_TRY(cp_num_u64(take_word(&line), UINT64_MAX, &since_us));
    while (rest.len > 0) {
        line = take_line(&rest);
        if (!cp_text_is(take_word(&line), "v"))
            return CP_ERR_MALFORMED;
        CP_TRY(cp_num_u64(take_word(&line), UINT64_MAX, &at_us));
        CP_TRY(cp_ctl_vanished(c, take_name(line), at_us));
    }
    return cp_ctl_held_before(c, since_us);
}

cp_err cp_control_restore(struct cp_control *c, cp_text key, cp_text state, struct cp_diag *diag)
{
    struct restored r = {.c = c, .rest = state};
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err = CP_OK;

    if (state.len > 0 && cp_text_is(key, CTL_HOLD_KEY))
        err = cp_ctl_hold_restore(c, state);
    else if (state.len > 0 && key.len > 0)
        err = restore(&r, key);
    cp_arena_reset(c->work, mark);
    if (err != CP_OK)
        return cp_diag_set(diag, err, CP_PLACE_NONE, "the kept state of an LSP cannot be taken up",
                           key);
    return CP_OK;
}

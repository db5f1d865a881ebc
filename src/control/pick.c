#include "refusals.h"

/*
 * Which path is taken: an option of the plan, else one that is sought, and neither one that the packets of the LSP did not keep
 * to nor one that its router refused: such a one is barred.  All that is found has been walked.
 */

bool cp_ctl_is_disproven(const struct ctl_lsp *l, struct cp_pce_path hops)
{
    uint64_t print = l->disproven_count == 0 ? 0 : cp_ctl_hops_print(hops);

    for (uint32_t i = 0; i < l->disproven_count && i < DISPROVEN_MOST; i++)
        if (l->disproven[i] == print)
            return true;
    return l->disproven_count > DISPROVEN_MOST;
}

/* Once more of them were than can be kept, all are: something is wrong that no choice of path mends. */
bool cp_ctl_note_disproven(struct ctl_lsp *l, bool whole)
{
    uint32_t had = l->disproven_count;

    if (!cp_ctl_is_disproven(l, cp_ctl_way_path(&l->intended))) {
        if (l->disproven_count < DISPROVEN_MOST)
            l->disproven[l->disproven_count] = cp_ctl_hops_print(cp_ctl_way_path(&l->intended));
        l->disproven_count++;
    }
    for (; whole && l->disproven_count <= DISPROVEN_MOST; l->disproven_count++)
        if (l->disproven_count < DISPROVEN_MOST)
            l->disproven[l->disproven_count] = 0;
    return had != l->disproven_count;
}

static bool is_barred(const struct ctl_lsp *l, struct cp_pce_path hops)
{
    return cp_ctl_is_disproven(l, hops) || cp_ctl_is_refused(l, hops);
}

/* Whether the walk finds it clean: nothing is ordered that it does not. */
static cp_err verify(struct cp_control *c, const struct ctl_lsp *l, struct cp_pce_path hops,
                     const uint8_t *avoid, struct cp_trace *trace, bool *good)
{
    struct ctl_epoch *e = c->epoch;

    *good = false;
    if (hops.count == 0 || is_barred(l, hops))
        return CP_OK;
    CP_TRY(cp_plan_trace(e->picker, l->in_plan, hops, &e->gone, c->work, trace));
    *good = trace->kind == CP_TRACE_CLEAN && trace->arrives;
    for (uint32_t i = 0; i < trace->touch_count && avoid != NULL; i++)
        *good = *good && avoid[trace->touches[i]] == 0;
    return CP_OK;
}

/* An option of the plan that is not barred. */
static cp_err pick_option(struct cp_control *c, const struct ctl_lsp *l, const uint8_t *avoid,
                          struct cp_pick *out)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);
    struct cp_trace trace;

    for (uint32_t i = 0; i < p->option_count && !out->found; i++) {
        CP_TRY(verify(c, l, p->options[i].hops, avoid, &trace, &out->found));
        out->option = p->options[i];
        out->planned = true;
    }
    return CP_OK;
}

/* The path that its router has up. */
static cp_err pick_present(struct cp_control *c, const struct ctl_lsp *l, const uint8_t *avoid,
                           struct cp_pick *out)
{
    struct cp_trace trace;

    if (!l->up)
        return CP_OK;
    CP_TRY(verify(c, l, cp_ctl_present(l), avoid, &trace, &out->found));
    if (!out->found)
        return CP_OK;
    out->option = (struct cp_plan_option){
        .hops = cp_ctl_present(l), .touches = trace.touches, .touch_count = trace.touch_count};
    out->planned = false;
    return CP_OK;
}

/* --- past what is barred -------------------------------------------------------------------------- */

enum { SHUNNED_HERE = 2, SEARCHES_MOST = 64, TURNS_MOST = REFUSED_MOST + 1 };

static bool is_free(const struct cp_control *c, uint32_t element)
{
    return element < cp_plan_net(c->epoch->plan)->graph.link_count && c->epoch->shun[element] == 0;
}

/* What is found past the elements that are shunned by now; *other: and it is not barred. */
static cp_err seek(struct cp_control *c, const struct ctl_lsp *l, struct cp_pick *out, bool *other)
{
    struct ctl_epoch *e = c->epoch;

    CP_TRY(cp_plan_pick(e->picker, l->in_plan, &e->gone, e->shun, c->work, out));
    out->found = out->found && out->option.hops.count > 0;
    *other = out->found && !is_barred(l, out->option.hops);
    return CP_OK;
}

static void set_links(struct cp_control *c, const struct cp_plan_option *option, uint8_t from,
                      uint8_t to)
{
    uint32_t links = cp_plan_net(c->epoch->plan)->graph.link_count;

    for (uint32_t i = 0; i < option->touch_count; i++)
        if (option->touches[i] < links && c->epoch->shun[option->touches[i]] == from)
            c->epoch->shun[option->touches[i]] = to;
}

/* Leaves out each of a path's links without which a path is left; the last that was found. */
static cp_err set_aside(struct cp_control *c, const struct ctl_lsp *l,
                        const struct cp_plan_option *option, uint32_t *searches,
                        struct cp_pick *last)
{
    last->found = false;
    for (uint32_t i = 0; i < option->touch_count && *searches < SEARCHES_MOST; i++) {
        uint32_t link = option->touches[i];
        struct cp_pick got;
        bool other;

        if (!is_free(c, link))
            continue;
        ++*searches;
        c->epoch->shun[link] = SHUNNED_HERE;
        CP_TRY(seek(c, l, &got, &other));
        if (got.found)
            *last = got;
        else
            c->epoch->shun[link] = 0;
    }
    return CP_OK;
}

/* A path that has no link of those that are barred, as far as they are met, but what every path has. */
static cp_err pick_beside(struct cp_control *c, const struct ctl_lsp *l,
                          const struct cp_plan_option *barred, struct cp_pick *out)
{
    struct cp_plan_option met[TURNS_MOST] = {*barred};
    uint32_t count = 1, searches = 0;
    bool other = false, more = true;
    cp_err err = CP_OK;

    while (more) {
        struct cp_pick got;

        err = set_aside(c, l, &met[count - 1], &searches, &got);
        other = err == CP_OK && got.found && !is_barred(l, got.option.hops);
        if (other)
            *out = got;
        more = err == CP_OK && got.found && !other && count < TURNS_MOST;
        if (more)
            met[count++] = got.option;
    }
    for (uint32_t i = 0; i < count; i++)
        set_links(c, &met[i], SHUNNED_HERE, 0);
    out->found = other;
    return err;
}

/* A path that is barred, and the link of it that is left out now. */
struct turn {
    struct cp_plan_option barred;
    uint32_t next, link; /* link: CP_NONE: none */
};

/* The next of its links is left out instead; false: all were. */
static bool turn_on(struct cp_control *c, struct turn *t)
{
    if (t->link != CP_NONE)
        c->epoch->shun[t->link] = 0;
    t->link = CP_NONE;
    while (t->link == CP_NONE && t->next < t->barred.touch_count)
        if (is_free(c, t->barred.touches[t->next++]))
            t->link = t->barred.touches[t->next - 1];
    if (t->link != CP_NONE)
        c->epoch->shun[t->link] = SHUNNED_HERE;
    return t->link != CP_NONE;
}

/*
 * Any other path leaves out at least one link of each that is barred: each is left out in turn, and where what is found then is
 * barred, each of that one with it.
 */
static cp_err pick_around(struct cp_control *c, const struct ctl_lsp *l,
                          const struct cp_plan_option *barred, struct cp_pick *out)
{
    struct turn turns[TURNS_MOST] = {{.barred = *barred, .link = CP_NONE}};
    uint32_t depth = 1;
    bool other = false;
    cp_err err = CP_OK;

    for (uint32_t i = 0; i < SEARCHES_MOST && depth > 0 && err == CP_OK && !other; i++) {
        if (!turn_on(c, &turns[depth - 1])) {
            depth--;
            continue;
        }
        err = seek(c, l, out, &other);
        if (err == CP_OK && out->found && !other && depth < TURNS_MOST)
            turns[depth++] = (struct turn){.barred = out->option, .link = CP_NONE};
    }
    for (; depth > 0; depth--)
        if (turns[depth - 1].link != CP_NONE)
            c->epoch->shun[turns[depth - 1].link] = 0;
    out->found = other;
    return err;
}

/*
 * After a refusal it stays on what its router has up, where that is another path than was ordered; what is up as ordered gives way to
 * an option alone.  Of a path that was refused any segment may be what is not permitted: one is sought first that has none of its links.
 */
static cp_err pick_other(struct cp_control *c, const struct ctl_lsp *l, const uint8_t *avoid,
                         struct cp_pick *out)
{
    struct cp_plan_option barred = out->option;

    out->found = false;
    if (l->disproven_count > DISPROVEN_MOST)
        return CP_OK;
    if (l->refused_count > 0 && !l->same)
        CP_TRY(pick_present(c, l, avoid, out));
    if (!out->found)
        CP_TRY(pick_option(c, l, avoid, out));
    if (!out->found && l->refused_count > 0 && l->same)
        CP_TRY(pick_present(c, l, avoid, out));
    if (out->found || l->refused_count > REFUSED_MOST)
        return CP_OK;
    if (l->refused_count > 0)
        CP_TRY(pick_beside(c, l, &barred, out));
    return out->found ? CP_OK : pick_around(c, l, &barred, out);
}

static cp_err pick_past(struct cp_control *c, const struct ctl_lsp *l, const uint8_t *avoid,
                        struct cp_pick *out)
{
    struct ctl_epoch *e = c->epoch;

    /* What it gives it has walked with what is gone: that is not done again. */
    CP_TRY(cp_plan_pick(e->picker, l->in_plan, &e->gone, avoid, c->work, out));
    if (!out->found || (out->option.hops.count > 0 && !is_barred(l, out->option.hops)))
        return CP_OK;
    CP_TRY(pick_other(c, l, avoid, out));
    if (!out->found)
        out->why = l->refused_count > 0
                       ? CTL_REFUSED_ALL
                       : "no path is left that stands its own walk and is not disproven";
    return CP_OK;
}

/*
 * Past all that is shunned; else past the links alone, which bore the segments that were not heeded; else past
 * those after which packets went where they are forbidden: over these nothing is taken.
 */
cp_err cp_ctl_pick(struct cp_control *c, const struct ctl_lsp *l, struct cp_pick *out)
{
    cp_err err = CP_OK;

    if (l->shunned.len == 0)
        return pick_past(c, l, NULL, out);
    out->found = false;
    for (uint32_t what = SHUN_ALL; what <= SHUN_HARD && err == CP_OK && !out->found; what++) {
        cp_ctl_shun_mark(c, l, (ctl_shun)what, 1);
        err = pick_past(c, l, c->epoch->shun, out);
        cp_ctl_shun_mark(c, l, (ctl_shun)what, 0);
    }
    if (err == CP_OK && !out->found)
        out->why = "no clean path is left past what its packets did not keep to";
    return err;
}

#include "inside.h"

/*
 * Which path is taken: an option of the plan, else one that is sought, and neither one that the packets of the LSP did not keep
 * to.  All that is found has been walked.
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

/* Whether the walk finds it clean: nothing is ordered that it does not. */
static cp_err verify(struct cp_control *c, const struct ctl_lsp *l,
                     const struct cp_plan_option *option, const uint8_t *avoid, bool *good)
{
    struct ctl_epoch *e = c->epoch;
    struct cp_trace trace;

    *good = false;
    if (option->hops.count == 0 || cp_ctl_is_disproven(l, option->hops))
        return CP_OK;
    CP_TRY(cp_plan_trace(e->picker, l->in_plan, option->hops, &e->gone, c->work, &trace));
    *good = trace.kind == CP_TRACE_CLEAN && trace.arrives;
    for (uint32_t i = 0; i < trace.touch_count && avoid != NULL; i++)
        *good = *good && avoid[trace.touches[i]] == 0;
    return CP_OK;
}

/* An option of the plan that is not disproven. */
static cp_err pick_option(struct cp_control *c, const struct ctl_lsp *l, const uint8_t *avoid,
                          struct cp_pick *out)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);

    for (uint32_t i = 0; i < p->option_count && !out->found; i++) {
        CP_TRY(verify(c, l, &p->options[i], avoid, &out->found));
        out->option = p->options[i];
        out->planned = true;
    }
    return CP_OK;
}

/* A path sought past one link of the one that is disproven, whichever it is: any other path leaves out at least one. */
static cp_err pick_around(struct cp_control *c, const struct ctl_lsp *l,
                          const struct cp_plan_option *disproven, struct cp_pick *out)
{
    struct ctl_epoch *e = c->epoch;
    uint32_t links = cp_plan_net(e->plan)->graph.link_count;
    cp_err err = CP_OK;

    for (uint32_t i = 0; i < disproven->touch_count && err == CP_OK && !out->found; i++) {
        uint32_t link = disproven->touches[i];

        if (link >= links || e->shun[link] != 0)
            continue;
        e->shun[link] = 1;
        err = cp_plan_pick(e->picker, l->in_plan, &e->gone, e->shun, c->work, out);
        e->shun[link] = 0;
        out->found =
            out->found && out->option.hops.count > 0 && !cp_ctl_is_disproven(l, out->option.hops);
    }
    return err;
}

static cp_err pick_past(struct cp_control *c, const struct ctl_lsp *l, const uint8_t *avoid,
                        struct cp_pick *out)
{
    struct ctl_epoch *e = c->epoch;
    struct cp_plan_option disproven;

    /* What it gives it has walked with what is gone: that is not done again. */
    CP_TRY(cp_plan_pick(e->picker, l->in_plan, &e->gone, avoid, c->work, out));
    if (!out->found || (out->option.hops.count > 0 && !cp_ctl_is_disproven(l, out->option.hops)))
        return CP_OK;
    disproven = out->option;
    out->found = false;
    if (l->disproven_count <= DISPROVEN_MOST) {
        CP_TRY(pick_option(c, l, avoid, out));
        if (!out->found)
            CP_TRY(pick_around(c, l, &disproven, out));
    }
    if (!out->found)
        out->why = "no path is left that stands its own walk and is not disproven";
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

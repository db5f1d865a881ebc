#include "inside.h"

/*
 * What another plan would change.  Its LSPs are matched with those of the table by key, as when it is adopted, and each is
 * decided upon by the code that decides then (intent.c), in an epoch of the plan that is let go again.  Once a reload:
 * O(LSPs), a search for each whose path the plan does not have.
 */

/* A router may have it, on a path that is meant. */
static bool is_carried(const struct ctl_lsp *l)
{
    return l->in_plan != CP_NONE && l->ordered && l->aim == AIM_PATH;
}

struct looking {
    struct cp_control *c;
    struct ctl_epoch *in_force, *trial;
    cp_text *moving; /* [live_count] */
    struct cp_control_outlook *out;
};

/* as: a copy, of the trial's plan. */
static cp_err foresee(const struct looking *w, const struct ctl_lsp *as, ctl_fate *fate)
{
    cp_err err;

    w->c->epoch = w->trial;
    err = cp_ctl_foresee(w->c, as, fate);
    w->c->epoch = w->in_force;
    return err;
}

/* What of its path the plan may not know is remembered while held, or while a view is partial, as when a plan is adopted. */
static cp_err remember(struct cp_control *c, struct ctl_lsp *as)
{
    struct cp_out touched = cp_out_make(c->work);

    if (!c->held && !c->partial)
        return CP_OK;
    cp_ctl_touched_write(c, as, &touched);
    return cp_out_done(&touched, &as->touched);
}

static cp_err look_at_carried(const struct looking *w, const struct ctl_lsp *l)
{
    struct cp_control_outlook *out = w->out;
    struct ctl_lsp as = *l;
    ctl_fate fate;

    out->carried++;
    as.in_plan = cp_plan_find(w->trial->plan, l->key);
    if (as.in_plan == CP_NONE) {
        out->removed++;
        return CP_OK;
    }
    CP_TRY(remember(w->c, &as));
    CP_TRY(foresee(w, &as, &fate));
    switch (fate) {
    case FATE_RISES: /* no carried one does: it has a path */
    case FATE_STAYS:
        out->kept++;
        break;
    case FATE_WAITS:
    case FATE_MOVES:
        out->at_once += fate == FATE_MOVES;
        w->moving[out->moving_count++] = l->key;
        break;
    case FATE_DOWN:
        out->down++;
        break;
    }
    return CP_OK;
}

/* Of a router that is not there nothing is known: what it will have is installed when it comes. */
static bool is_there(const struct looking *w, const struct cp_plan_lsp *p)
{
    uint32_t peer = w->trial->peer_of_node[p->headend];

    return peer != CP_NONE && w->c->peers[peer].synced;
}

static cp_err look_at_planned(const struct looking *w, uint32_t at)
{
    struct cp_control *c = w->c;
    const struct cp_plan_lsp *p = cp_plan_lsp(w->trial->plan, at);
    uint32_t slot = cp_ctl_find_key(c, p->key);
    struct ctl_lsp as = {.used = true};
    ctl_fate fate;

    if (slot != CP_NONE)
        as = c->lsps[slot];
    if (is_carried(&as) || !is_there(w, p))
        return CP_OK;
    as.in_plan = at;
    CP_TRY(foresee(w, &as, &fate));
    w->out->installed += fate != FATE_DOWN;
    return CP_OK;
}

static cp_err look_at_all(const struct looking *w)
{
    struct cp_control *c = w->c;
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err = CP_OK;

    for (uint32_t i = 0; i < c->live_count && err == CP_OK; i++) {
        if (is_carried(&c->lsps[c->live[i]]))
            err = look_at_carried(w, &c->lsps[c->live[i]]);
        cp_arena_reset(c->work, mark);
    }
    for (uint32_t i = 0; i < cp_plan_lsp_count(w->trial->plan) && err == CP_OK; i++) {
        err = look_at_planned(w, i);
        cp_arena_reset(c->work, mark);
    }
    return err;
}

cp_err cp_control_outlook(struct cp_control *c, const struct cp_plan *plan, struct cp_arena *arena,
                          struct cp_control_outlook *out)
{
    cp_text *moving = CP_TAKE(arena, c->live_count, cp_text);
    struct looking w = {.c = c, .in_force = c->epoch, .moving = moving, .out = out};
    cp_err err;

    *out = (struct cp_control_outlook){.moving = moving};
    if (moving == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_ctl_epoch_open(c, plan, &w.trial));
    err = look_at_all(&w);
    cp_ctl_epoch_close(w.trial);
    for (uint32_t i = 0; i < out->moving_count && err == CP_OK; i++)
        err = cp_text_copy(moving[i], arena, &moving[i]);
    return err;
}

#include "hold.h"

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

/* --- who is missed ------------------------------------------------------------------------------- */

struct missing {
    cp_text *list;        /* [count] those that the trial's view does not see */
    uint32_t count, told; /* told: with those that are back since they vanished */
    uint64_t all,
        all_in_plan; /* that count: when that is told by the plan in force; by the trial's */
};

static void miss(const struct looking *w, cp_text id, struct missing *m)
{
    const struct cp_ted_view *view = cp_plan_view(w->trial->plan);
    uint32_t v = cp_case_node(view->net, id).at;

    if (v == CP_NONE) /* nobody does */
        return;
    m->told++;
    if (!view->nodes[v].seen)
        m->list[m->count++] = id;
}

/* Those of the plan in force that count: in the trial's inventory or not, there or not. */
static void miss_trusted(const struct looking *w, uint32_t v, struct missing *m)
{
    const struct ctl_epoch *e = w->in_force;
    const struct cp_net *net = cp_plan_net(e->plan);
    const struct cp_ted_view *view = cp_plan_view(w->trial->plan);
    cp_text id = cp_plan_view(e->plan)->net->nodes[v].id;
    uint32_t node = net->node_of_case[v], at = cp_case_node(view->net, id).at;

    m->all += at != CP_NONE;
    if (at != CP_NONE && !view->nodes[at].seen && node != CP_NONE &&
        e->gone_elements[cp_graph_element_of_node(&net->graph, node)] == 0)
        miss(w, id, m);
}

/* As when what is gone by the new inventory is told, and then the plan is adopted (hold.c). */
static cp_err look_at_missing(const struct looking *w, struct cp_arena *arena)
{
    const struct cp_control *c = w->c;
    const struct ctl_epoch *e = w->in_force;
    struct missing m = {0};

    if (e == NULL)
        return CP_OK;
    m.list = CP_TAKE(arena, (size_t)c->vanished_count + e->trusted_count, cp_text);
    if (m.list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->vanished_count; i++) {
        uint32_t v = cp_case_node(cp_plan_view(e->plan)->net, c->vanished[i].id).at;
        uint32_t before = m.told;

        miss(w, c->vanished[i].id, &m);
        m.all += m.told > before && (v == CP_NONE || e->trusted[v] == 0);
    }
    for (uint32_t v = 0; v < cp_plan_view(e->plan)->net->node_count; v++)
        if (e->trusted[v] != 0)
            miss_trusted(w, v, &m);
    m.all_in_plan = (uint64_t)w->trial->trusted_count + m.count;
    w->out->missed = m.list;
    w->out->missed_count = m.count;
    w->out->holds = !c->held && (cp_ctl_are_too_many(c, m.told, m.all) ||
                                 cp_ctl_are_too_many(c, m.count, m.all_in_plan));
    for (uint32_t i = 0; i < m.count; i++)
        CP_TRY(cp_text_copy(m.list[i], arena, &m.list[i]));
    return CP_OK;
}

/* --- the whole ----------------------------------------------------------------------------------- */

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

    *out = (struct cp_control_outlook){.moving = moving, .held = c->held};
    if (moving == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_ctl_epoch_open(c, plan, &w.trial));
    err = look_at_all(&w);
    if (err == CP_OK)
        err = look_at_missing(&w, arena);
    cp_ctl_epoch_close(w.trial);
    for (uint32_t i = 0; i < out->moving_count && err == CP_OK; i++)
        err = cp_text_copy(moving[i], arena, &moving[i]);
    return err;
}

#include <string.h>

#include "control/headend.h"
#include "given.h"
#include "hold.h"

/*
 * Another plan.  Its LSPs are matched with those of the table by key; what is bad news in it is acted upon at once; what
 * is good news, new LSPs among it, is looked at from the next tick on, a few at a time, so that what vanished while
 * the plan was made is known by then.
 */

/* --- the epoch ----------------------------------------------------------------------------------- */

/* By its own name or by its address. */
static uint32_t node_of_peer(const struct cp_control *c, const struct ctl_epoch *e, uint32_t peer)
{
    const struct cp_control_peer *said = &c->config.peers[peer];

    return said->node.len > 0 ? cp_case_node(cp_plan_view(e->plan)->net, said->node).at
                              : cp_plan_node_of(e->plan, said->address);
}

/* The first peer of the config that is a node's is the one. */
static void find_peers(const struct cp_control *c, struct ctl_epoch *e)
{
    for (uint32_t i = 0; i < c->config.peer_count; i++) {
        uint32_t node = node_of_peer(c, e, i);

        if (node != CP_NONE && e->peer_of_node[node] == CP_NONE)
            e->peer_of_node[node] = i;
    }
}

static cp_err fill_epoch(const struct cp_control *c, struct ctl_epoch *e)
{
    const struct cp_net *net = cp_plan_net(e->plan);
    const struct cp_case *view = cp_plan_view(e->plan)->net;

    e->element_count = net->graph.link_count + net->graph.node_count;
    e->gone_elements = CP_TAKE(e->arena, e->element_count, uint8_t);
    e->heads = CP_TAKE(e->arena, e->element_count, struct ctl_touches);
    e->link_of_case = CP_TAKE(e->arena, view->link_count, uint32_t);
    e->peer_of_node = CP_TAKE(e->arena, view->node_count, uint32_t);
    e->trusted = CP_TAKE(e->arena, view->node_count, uint8_t);
    e->slot_of = CP_TAKE(e->arena, cp_plan_lsp_count(e->plan), uint32_t);
    e->shun = CP_TAKE(e->arena, e->element_count, uint8_t);
    e->leaving = CP_TAKE(e->arena, c->config.lsp_max, uint32_t);
    e->others = CP_TAKE(e->arena, net->graph.node_count, uint8_t);
    if (e->gone_elements == NULL || e->heads == NULL || e->link_of_case == NULL ||
        e->peer_of_node == NULL || e->trusted == NULL || e->slot_of == NULL || e->leaving == NULL ||
        e->shun == NULL || e->others == NULL)
        return CP_ERR_NOMEM;
    memset(e->link_of_case, 0xff, view->link_count * sizeof(uint32_t));
    memset(e->peer_of_node, 0xff, view->node_count * sizeof(uint32_t));
    for (uint32_t l = 0; l < net->graph.link_count; l++)
        e->link_of_case[net->case_link[l]] = l;
    find_peers(c, e);
    e->gone = (struct cp_plan_gone){.elements = e->gone_elements};
    CP_TRY(cp_ctl_count_trusted(e));
    return cp_picker_open(e->plan, e->arena, &e->picker);
}

cp_err cp_ctl_epoch_open(const struct cp_control *c, const struct cp_plan *plan,
                         struct ctl_epoch **out)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct ctl_epoch *e = arena == NULL ? NULL : CP_TAKE(arena, 1, struct ctl_epoch);
    cp_err err;

    if (e == NULL) {
        cp_arena_close(arena);
        return CP_ERR_NOMEM;
    }
    *e = (struct ctl_epoch){.arena = arena, .plan = plan};
    err = fill_epoch(c, e);
    if (err != CP_OK) {
        cp_ctl_epoch_close(e);
        return err;
    }
    *out = e;
    return CP_OK;
}

void cp_ctl_epoch_close(struct ctl_epoch *e)
{
    if (e == NULL)
        return;
    cp_picker_close(e->picker);
    cp_arena_close(e->ways_arena);
    cp_arena_close(e->arena);
}

static void place_peers(struct cp_control *c, const struct ctl_epoch *e)
{
    for (uint32_t i = 0; i < c->config.peer_count; i++)
        c->peers[i].node = node_of_peer(c, e, i);
}

/* --- matching ------------------------------------------------------------------------------------ */

static bool has_room(const struct cp_control *c, const struct cp_plan *plan)
{
    uint32_t missing = 0;

    for (uint32_t i = 0; i < cp_plan_lsp_count(plan); i++)
        missing += cp_ctl_find_key(c, cp_plan_lsp(plan, i)->key) == CP_NONE;
    return missing <= c->free_count;
}

/* The LSP of this key; of ours that a router reported before anybody knew what it is for, the one of its name. */
static cp_err slot_for(struct cp_control *c, cp_text key, uint32_t peer, uint32_t *slot)
{
    cp_text name;

    *slot = cp_ctl_find_key(c, key);
    if (*slot != CP_NONE)
        return CP_OK;
    CP_TRY(cp_ctl_name(c, key, &name));
    *slot = peer == CP_NONE ? CP_NONE : cp_ctl_find_name(c, peer, name);
    if (*slot != CP_NONE && c->lsps[*slot].key.len == 0)
        return cp_ctl_set_key(c, *slot, key);
    return cp_ctl_lsp_make(c, key, name, slot);
}

static cp_err match(struct cp_control *c, struct ctl_epoch *e, uint32_t at)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(e->plan, at);
    struct ctl_lsp *l;
    uint32_t slot;

    CP_TRY(slot_for(c, p->key, e->peer_of_node[p->headend], &slot));
    l = &c->lsps[slot];
    e->slot_of[at] = slot;
    l->in_plan = at;
    c->laid_by_count -= l->laid_by;
    l->laid_by = false;
    l->direction = p->direction;
    l->colour = p->colour;
    l->src = p->headend_address;
    l->dst = p->endpoint_address;
    l->drain_us = UINT64_MAX;
    l->dirty = l->doubted = false; /* the new plan is looked at as a whole */
    if (l->aim == AIM_GONE) {
        l->aim = AIM_NOTHING;
        cp_ctl_supersede(c, slot);
    }
    if (e->peer_of_node[p->headend] != CP_NONE || !c->partial)
        cp_ctl_set_peer(c, slot, e->peer_of_node[p->headend]);
    return CP_OK;
}

static cp_err match_all(struct cp_control *c, struct ctl_epoch *e)
{
    for (uint32_t i = 0; i < c->live_count; i++)
        c->lsps[c->live[i]].in_plan = CP_NONE;
    for (uint32_t i = 0; i < cp_plan_lsp_count(e->plan); i++) {
        cp_arena_mark mark = cp_arena_mark_get(c->work);

        CP_TRY(match(c, e, i));
        cp_arena_reset(c->work, mark);
    }
    return CP_OK;
}

/* Bad news may lie behind what the new view does not have, and is not moved for while held (which may begin with this plan)
 * or while the view lacks what some feed knows. */
static cp_err note_touched(struct cp_control *c, const struct cp_ted_news *gone)
{
    bool wanted = c->held || c->vanished_count > 0 || c->next_partial || c->next_lacking ||
                  (gone != NULL && gone->node_gone_count > 0);

    for (uint32_t i = 0; i < c->live_count && c->epoch != NULL && wanted; i++) {
        struct ctl_lsp *l = &c->lsps[c->live[i]];
        cp_arena_mark mark = cp_arena_mark_get(c->work);

        if (l->in_plan != CP_NONE && l->aim == AIM_PATH && l->touched.len == 0)
            CP_TRY(cp_ctl_touched_note(c, l, c->epoch, TOUCHED_INTENDED));
        cp_arena_reset(c->work, mark);
    }
    return CP_OK;
}

/* Those of the plan before that this one has no more; and restored ones that it never had. */
static cp_err leave_all(struct cp_control *c, struct ctl_epoch *e)
{
    e->leaving_count = 0;
    for (uint32_t i = 0; i < c->live_count; i++)
        if (c->lsps[c->live[i]].in_plan == CP_NONE)
            e->leaving[e->leaving_count++] = c->live[i];
    for (uint32_t i = 0; i < e->leaving_count; i++) {
        cp_arena_mark mark = cp_arena_mark_get(c->work);

        CP_TRY(cp_ctl_mended(c, e->leaving[i]));
        CP_TRY(cp_ctl_leave(c, e->leaving[i], c->epoch, e));
        cp_arena_reset(c->work, mark);
    }
    e->leaving_judged = e->leaving_count;
    return CP_OK;
}

static void untouch_all(struct cp_control *c)
{
    for (uint32_t i = 0; i < c->live_count; i++) {
        cp_ctl_way_untouch(c, &c->lsps[c->live[i]].intended);
        cp_ctl_way_untouch(c, &c->lsps[c->live[i]].installed);
    }
}

/* --- deciding ------------------------------------------------------------------------------------ */

static cp_err review(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);
    struct ctl_cause cause = {"plan", CP_NONE, CP_NONE};
    cp_trace_kind kind = CP_TRACE_CLEAN;

    CP_TRY(cp_ctl_demands(c, slot));
    if (l->intended_us > c->now_us)
        l->intended_us = c->now_us; /* restored from before a restart of the clock */
    if (l->aim == AIM_PATH) {
        CP_TRY(cp_ctl_retouch(c, slot, &cause, &kind));
        if (kind == CP_TRACE_CLEAN)
            CP_TRY(cp_ctl_mended(c, slot));
        l->better_us = c->now_us;
        if (kind == CP_TRACE_CLEAN && p->option_count > 0 && !cp_ctl_is_marked(l) &&
            cp_ctl_hops_same(p->options[0].hops, cp_ctl_way_path(&l->intended)))
            l->better_us = UINT64_MAX;
    } else {
        l->better_us = c->now_us;
    }
    if (l->aim != AIM_PATH || kind == CP_TRACE_CLEAN)
        cp_ctl_text_give(&c->pool, &l->touched); /* all of the path is known again */
    if (l->aim == AIM_PATH && kind == CP_TRACE_CLEAN)
        CP_TRY(cp_ctl_touched_keep(c, slot));
    if (l->known && !l->same) {
        struct ctl_cause ignored;

        CP_TRY(cp_ctl_trace_installed(c, slot, &ignored));
    }
    CP_TRY(cp_ctl_trace_left(c, slot));
    if (kind != CP_TRACE_CLEAN || (l->aim != AIM_PATH && p->option_count == 0) ||
        (l->aim == AIM_PATH && cp_ctl_is_marked(l)))
        CP_TRY(cp_ctl_consider(c, slot, &cause));
    return cp_ctl_push(c, slot);
}

static cp_err fails_open(struct cp_control *c, uint32_t peer)
{
    const struct cp_control_peer *said = &c->config.peers[peer];
    const struct cp_headend *headend = cp_headend_find(said->system);

    c->peers[peer].fails_open = !said->guarded && !cp_headend_fails_closed(headend);
    if (!c->peers[peer].fails_open || c->peers[peer].first == CP_NONE)
        return cp_ctl_alarm_about_end(c, "fails-open", said->name);
    return cp_ctl_alarm_about(c, "fails-open", said->name,
                              headend == NULL ? "its system is not known: what it does without a "
                                                "valid path is not either"
                                              : headend->words);
}

static cp_err review_all(struct cp_control *c)
{
    struct ctl_epoch *e = c->epoch;

    CP_TRY(cp_ctl_bind_carriers(c));
    for (uint32_t i = 0; i < cp_plan_lsp_count(e->plan); i++) {
        cp_arena_mark mark = cp_arena_mark_get(c->work);

        CP_TRY(review(c, e->slot_of[i]));
        cp_arena_reset(c->work, mark);
    }
    for (uint32_t i = 0; i < e->leaving_count; i++) {
        struct ctl_lsp *l = &c->lsps[e->leaving[i]];

        if (l->used && l->in_plan == CP_NONE)
            CP_TRY(cp_ctl_push(c, e->leaving[i]));
    }
    for (uint32_t i = 0; i < c->config.peer_count; i++)
        CP_TRY(fails_open(c, i));
    return c->partial
               ? CP_OK
               : cp_ctl_tell_peerless(c); /* whose an address is, a feed may have to tell yet */
}

/* --- bad news ------------------------------------------------------------------------------------ */

static bool mark_gone(struct ctl_epoch *e, uint32_t element)
{
    if (element == CP_NONE || e->gone_elements[element] != 0)
        return false;
    e->gone_elements[element] = 1;
    e->gone.version++;
    return true;
}

static cp_err mark_news(struct cp_control *c, const struct cp_ted_news *news, uint32_t *found)
{
    struct ctl_epoch *e = c->epoch;
    const struct cp_net *net = cp_plan_net(e->plan);

    for (uint32_t i = 0; i < news->node_taken_count; i++)
        cp_ctl_take_out(c, news->nodes_taken[i].at);
    for (uint32_t i = 0; i < news->node_gone_count; i++) {
        uint32_t node = net->node_of_case[news->nodes_gone[i].at];
        uint32_t element = node == CP_NONE ? CP_NONE : cp_graph_element_of_node(&net->graph, node);

        if (!mark_gone(e, element))
            continue;
        CP_TRY(cp_ctl_vanish(c, news->nodes_gone[i].at));
        cp_ctl_touching(c, element, found);
    }
    for (uint32_t i = 0; i < news->link_gone_count; i++) {
        uint32_t link = e->link_of_case[news->links_gone[i].at];

        if (mark_gone(e, link))
            cp_ctl_touching(c, link, found);
    }
    return CP_OK;
}

/* --- plans --------------------------------------------------------------------------------------- */

static cp_err refuse(struct cp_control *c, const struct cp_plan *plan, const char *why,
                     cp_text reason)
{
    c->plan_doubted = true;
    c->status.refused_plans++;
    CP_TRY(cp_ctl_record_plan(c, plan, why, reason));
    return cp_ctl_alarm_about(c, "plan-refused", CP_TEXT(""), why);
}

static cp_err adopt(struct cp_control *c, const struct cp_plan *plan, cp_text reason,
                    const struct cp_ted_news *gone)
{
    struct ctl_epoch *old = c->epoch;
    struct ctl_epoch *e;
    uint32_t touched = 0; /* nothing is touched yet: all are reviewed */
    bool changed;
    cp_err err;

    CP_TRY(note_touched(c, gone));
    CP_TRY(cp_ctl_epoch_open(c, plan, &e));
    c->partial = c->next_partial;
    c->lacking = c->next_lacking;
    place_peers(c, e);
    err = match_all(c, e);
    if (err == CP_OK)
        err = leave_all(c, e);
    untouch_all(c);
    c->epoch = e;
    cp_ctl_epoch_close(old);
    CP_TRY(err);
    CP_TRY(cp_ctl_record_plan(c, plan, NULL, reason));
    if (c->overruled && !c->next_outdated)
        c->rules_us = c->now_us;
    c->plan_doubted = c->overruled = c->next_outdated;
    CP_TRY(cp_ctl_alarm_about_end(c, "plan-refused", CP_TEXT("")));
    CP_TRY(c->partial ? cp_ctl_alarm_about(c, "partial", CP_TEXT(""),
                                           "a feed has not told all it has: "
                                           "nothing new is installed")
                      : cp_ctl_alarm_about_end(c, "partial", CP_TEXT("")));
    c->stamp++;
    if (gone != NULL) {
        CP_TRY(mark_news(c, gone, &touched));
        CP_TRY(cp_ctl_ways(c, gone, &changed));
        if (changed)
            cp_ctl_doubt_leaving(c);
    }
    CP_TRY(cp_ctl_come_back(c));
    CP_TRY(cp_ctl_hold_check(c));
    c->peers_us = c->now_us + c->config.settle_us;
    c->leave_us = e->leaving_count > 0 ? c->now_us : UINT64_MAX;
    cp_ctl_doubt_given(c);
    return review_all(c);
}

cp_err cp_control_plan_late(struct cp_control *c, const struct cp_plan *plan, bool refused,
                            cp_text reason, const struct cp_ted_news *gone, uint64_t now_us)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err;

    c->now_us = now_us;
    if (plan == NULL)
        err = refuse(c, plan, "it could not be made; the last one stands", reason);
    else if (refused)
        err = refuse(c, plan, "the checker does not uphold it; the last one stands", reason);
    else if (!has_room(c, plan))
        err =
            refuse(c, plan, "it has more LSPs than there is room for; the last one stands", reason);
    else
        err = adopt(c, plan, reason, gone);
    cp_arena_reset(c->work, mark);
    return err;
}

cp_err cp_control_plan(struct cp_control *c, const struct cp_plan *plan, bool refused,
                       cp_text reason, uint64_t now_us)
{
    return cp_control_plan_late(c, plan, refused, reason, NULL, now_us);
}

void cp_control_partial(struct cp_control *c, bool partial)
{
    c->next_partial = partial;
}

void cp_control_lacking(struct cp_control *c, bool lacking)
{
    c->next_lacking = lacking;
}

void cp_control_outdated(struct cp_control *c, bool outdated)
{
    c->next_outdated = outdated;
}

bool cp_control_answers(const struct cp_control *c)
{
    return c->epoch != NULL && !c->partial && !c->plan_doubted;
}

void cp_control_overrule(struct cp_control *c)
{
    c->overruled = true;
    cp_control_doubt(c);
}

void cp_control_doubt(struct cp_control *c)
{
    c->plan_doubted = true;
}

const struct cp_plan *cp_control_plan_kept(const struct cp_control *c)
{
    return c->epoch == NULL ? NULL : c->epoch->plan;
}

/* --- later news ---------------------------------------------------------------------------------- */

/* What a trunk carried is thousands: orders of the first leave while the rest is looked at, from the next tick on. */
static void look_soon(struct cp_control *c, uint32_t slot)
{
    c->lsps[slot].doubted = true;
    c->lsps[slot].better_us = c->now_us;
    cp_ctl_timer(c, slot);
}

cp_err cp_ctl_look(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    struct ctl_cause ignored;

    l->doubted = false;
    if (l->in_plan == CP_NONE)
        return CP_OK;
    if (l->known && !l->same) {
        CP_TRY(cp_ctl_trace_installed(c, slot, &ignored));
        cp_arena_reset(c->work, mark);
    }
    CP_TRY(cp_ctl_trace_left(c, slot));
    cp_arena_reset(c->work, mark);
    return cp_ctl_consider(c, slot, CTL_CAUSE("gone"));
}

static cp_err gone(struct cp_control *c, const struct cp_ted_news *news)
{
    uint32_t found = 0;
    bool changed;

    c->stamp++;
    cp_ctl_doubt_given(c);
    CP_TRY(mark_news(c, news, &found));
    CP_TRY(cp_ctl_hold_check(c));
    CP_TRY(cp_ctl_ways(c, news, &changed));
    if (changed) {
        cp_ctl_drawn(c, &found);
        cp_ctl_doubt_leaving(c);
    }
    for (uint32_t i = 0; i < found && i < c->config.at_once; i++)
        CP_TRY(cp_ctl_look(c, c->found[i]));
    for (uint32_t i = c->config.at_once; i < found; i++)
        look_soon(c, c->found[i]);
    return changed && found > 0 ? cp_ctl_want_plan(c) : CP_OK;
}

cp_err cp_control_gone(struct cp_control *c, const struct cp_ted_news *news, uint64_t now_us)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err;

    c->now_us = now_us;
    if (c->epoch == NULL)
        return CP_OK;
    err = gone(c, news);
    cp_arena_reset(c->work, mark);
    return err;
}

#include <string.h>

#include "inside.h"

/*
 * A plan is wanted; when its time has come, and no other is being made, the ted's view of that moment becomes an
 * epoch, and the job goes to the owner.  What vanishes while it is away is kept, and told to control with the plan.
 *
 * Who changes for ever (a link that flaps, a metric that alternates, a headend that comes with another depth each time) is
 * not planned for at its own pace: beyond the first PLANS_FREE plans, each one more doubles the wait for the next, up to a limit,
 * and one is forgotten every CALM_US.  What is gone waits for no plan: control acts upon it at once, as does a reload.
 */

enum {
    SOON_US = 20000,    /* what comes together is planned together */
    SOON_DOUBLINGS = 6, /* to 1.28 s */
    PLANS_FREE = 10,
    LATELY_MOST = PLANS_FREE + SOON_DOUBLINGS,
    CALM_US = 10000000
};

static uint32_t forgotten(const struct cp_drive *d)
{
    uint64_t times = (d->now_us - d->lately_us) / CALM_US;

    return times < d->lately ? (uint32_t)times : d->lately;
}

static void count_plan(struct cp_drive *d)
{
    uint32_t past = forgotten(d);

    d->lately_us = past == d->lately ? d->now_us : d->lately_us + (uint64_t)past * CALM_US;
    d->lately -= past;
    d->lately += d->lately < LATELY_MOST;
}

uint32_t cp_drive_doublings(const struct cp_drive *d, uint32_t most)
{
    uint32_t lately = d->lately - forgotten(d);
    uint32_t over = lately > PLANS_FREE ? lately - PLANS_FREE : 0;

    return over < most ? over : most;
}

uint64_t cp_drive_soon(const struct cp_drive *d)
{
    return d->now_us + ((uint64_t)SOON_US << cp_drive_doublings(d, SOON_DOUBLINGS));
}

void cp_drive_want_plan(struct cp_drive *d, uint64_t at_us, cp_text reason)
{
    if (at_us >= d->plan_at_us)
        return;
    d->plan_at_us = at_us;
    d->plan_reason = reason;
}

/*
 * A view made before the feeds have told all is one of a network that is not there: whatever the routers carry would look
 * broken, and be taken down by a controller that has just started.
 */
uint64_t cp_drive_plan_at(const struct cp_drive *d)
{
    uint64_t at = d->full_since_us + FEEDS_WAIT_US;

    if (d->heard)
        return d->blind ? UINT64_MAX : d->plan_at_us;
    if (d->full_since_us == 0)
        return UINT64_MAX;
    return d->plan_at_us > at ? d->plan_at_us : at;
}

/* --- the view ----------------------------------------------------------------------------------- */

static uint32_t node_of_peer(const struct cp_ted_view *view, const struct drive_peer *peer)
{
    if (peer->config.node.len > 0)
        return cp_case_node(view->net, peer->config.node).at;
    for (uint32_t v = 0; v < view->net->node_count; v++)
        if (peer->config.address.family != 0 &&
            (cp_ip_eq(view->nodes[v].address, peer->config.address) ||
             cp_ip_eq(view->nodes[v].address6, peer->config.address) ||
             cp_ip_eq(cp_ip_find(view->net->nodes[v].loopback), peer->config.address)))
            return v;
    return CP_NONE;
}

/* What headends said in their Opens that they can push. */
cp_err cp_drive_depths(const struct cp_drive *d, struct epoch *e, const uint32_t **out)
{
    uint32_t *depths = CP_TAKE(e->arena, e->view.net->node_count, uint32_t);

    if (depths == NULL)
        return CP_ERR_NOMEM;
    memset(depths, 0xff, e->view.net->node_count * sizeof *depths);
    for (uint32_t i = 0; i < d->config.peer_count; i++) {
        const struct drive_peer *p = &d->peers[i];
        uint32_t v;

        if (p->pcc == CP_NONE || p->depth_max == UINT32_MAX)
            continue;
        v = node_of_peer(&e->view, p);
        if (v != CP_NONE && p->depth_max < depths[v])
            depths[v] = p->depth_max;
    }
    *out = depths;
    return CP_OK;
}

/* Nothing of the new view is gone yet. */
static cp_err start_gone(struct cp_drive *d, const struct cp_ted_view *view)
{
    cp_arena_close(d->gone_arena);
    d->gone_arena = cp_arena_open(SIZE_MAX);
    if (d->gone_arena == NULL)
        return CP_ERR_NOMEM;
    d->nodes_gone = CP_TAKE(d->gone_arena, view->net->node_count, uint8_t);
    d->nodes_other = CP_TAKE(d->gone_arena, view->net->node_count, uint8_t);
    d->left = false;
    d->nodes_taken = CP_TAKE(d->gone_arena, view->net->node_count, uint8_t);
    d->links_gone = CP_TAKE(d->gone_arena, view->net->link_count, uint8_t);
    return d->nodes_gone == NULL || d->nodes_other == NULL || d->nodes_taken == NULL ||
                   d->links_gone == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

static cp_err fill_epoch(struct cp_drive *d, struct epoch *e, struct cp_drive_job **out)
{
    struct cp_drive_job *job = CP_TAKE(e->arena, 1, struct cp_drive_job);

    if (job == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_ted_view(d->ted, d->now_us, e->arena, &e->view));
    d->latest = e;
    CP_TRY(start_gone(d, &e->view));
    *job = (struct cp_drive_job){.drive = d,
                                 .epoch = e,
                                 .policies = d->policies,
                                 .policy_count = d->policy_count,
                                 .config = d->config.plan,
                                 .partial = cp_drive_is_partial(d),
                                 .lacking = cp_ted_lacks(d->ted),
                                 .reason = d->plan_reason};
    /* What has not been told yet may lead node segments elsewhere. */
    job->config.request.strict |= job->partial;
    CP_TRY(cp_drive_depths(d, e, &job->depths));
    *out = job;
    return CP_OK;
}

static cp_err open_epoch(struct cp_drive *d, struct cp_drive_job **job)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct epoch *e = arena == NULL ? NULL : CP_TAKE(arena, 1, struct epoch);

    if (e == NULL) {
        cp_arena_close(arena);
        return CP_ERR_NOMEM;
    }
    *e = (struct epoch){.next = d->epochs, .arena = arena, .inventory = d->inventory};
    d->epochs = e;
    return fill_epoch(d, e, job);
}

cp_err cp_drive_next_job(struct cp_drive *d, struct cp_drive_job **job)
{
    *job = NULL;
    if (d->job != NULL || cp_drive_plan_at(d) > d->now_us)
        return CP_OK;
    /* What the new view will not have any more is told in terms of the one before while there is one: links that are
     * looked at first, then the rest. */
    CP_TRY(cp_drive_hear(d, d->now_us));
    CP_TRY(cp_drive_hear(d, d->now_us));
    CP_TRY(open_epoch(d, &d->job));
    d->plan_at_us = UINT64_MAX;
    d->worse_by_us = UINT64_MAX;
    d->plan_since_us = 0;
    count_plan(d);
    *job = d->job;
    cp_drive_let_go(d);
    return CP_OK;
}

/* --- the plan ----------------------------------------------------------------------------------- */

/* What vanished from the plan's view while it was made, or is otherwise by now. */
static cp_err gather_gone(struct cp_drive *d, struct cp_ted_news *news)
{
    const struct cp_case *net = d->latest->view.net;
    cp_node *nodes = CP_TAKE(d->work, net->node_count, cp_node);
    cp_node *others = CP_TAKE(d->work, net->node_count, cp_node);
    cp_node *taken = CP_TAKE(d->work, net->node_count, cp_node);
    cp_link *links = CP_TAKE(d->work, net->link_count, cp_link);

    if (nodes == NULL || others == NULL || taken == NULL || links == NULL)
        return CP_ERR_NOMEM;
    *news = (struct cp_ted_news){.nodes_gone = nodes,
                                 .nodes_other = others,
                                 .nodes_taken = taken,
                                 .links_gone = links,
                                 .left = d->left};
    for (uint32_t v = 0; v < net->node_count; v++) {
        if (d->nodes_gone[v] != 0)
            nodes[news->node_gone_count++].at = v;
        if (d->nodes_other[v] != 0)
            others[news->node_other_count++].at = v;
        if (d->nodes_taken[v] != 0)
            taken[news->node_taken_count++].at = v;
    }
    for (uint32_t l = 0; l < net->link_count; l++)
        if (d->links_gone[l] != 0)
            links[news->link_gone_count++].at = l;
    return cp_drive_add_steps(d, news);
}

/* A plan that came to nothing is tried again, later each time: until then rules that are in force are not heeded. */
static void plan_again(struct cp_drive *d, bool nothing, cp_text reason, uint64_t now_us)
{
    if (!nothing) {
        d->again_us = 0;
        return;
    }
    d->again_us = d->again_us == 0 ? PLAN_AGAIN_US : d->again_us * 2;
    if (d->again_us > PLAN_AGAIN_LAST_US)
        d->again_us = PLAN_AGAIN_LAST_US;
    cp_drive_want_plan(d, now_us + d->again_us, reason);
}

cp_err cp_drive_planned(struct cp_drive *d, struct cp_drive_job *job,
                        const struct cp_drive_made *made, uint64_t now_us)
{
    struct epoch *e = job->epoch;
    struct cp_ted_news gone;
    cp_err err;

    CP_ASSERT(job == d->job && e == d->latest);
    d->job = NULL;
    d->planned++;
    e->arenas = (struct cp_arena **)cp_arena_take(e->arena, made->count, sizeof(struct cp_arena *));
    if (e->arenas == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < made->count; i++)
        e->arenas[i] = made->arenas[i];
    e->arena_count = made->count;
    e->plan = made->plan;
    plan_again(d, made->plan == NULL || made->refused, job->reason, now_us);
    err = gather_gone(d, &gone);
    cp_control_partial(d->control, job->partial || d->blind);
    cp_control_lacking(d->control, job->lacking);
    cp_control_outdated(d->control, job->policies != d->policies || e->inventory != d->inventory);
    if (err == CP_OK)
        err =
            cp_control_plan_late(d->control, made->plan, made->refused, job->reason, &gone, now_us);
    if (d->blind) /* its view is as old as what all feeds have let go since */
        cp_control_doubt(d->control);
    cp_arena_reset(d->work, d->work_empty);
    cp_drive_let_go(d);
    for (uint32_t i = 0; i < d->config.peer_count && err == CP_OK; i++)
        err = cp_drive_answer_held(d, &d->peers[i]);
    return err;
}

/* --- letting go --------------------------------------------------------------------------------- */

static void close_epoch(struct epoch *e)
{
    for (uint32_t i = 0; i < e->arena_count; i++)
        cp_arena_close(e->arenas[i]);
    cp_arena_close(e->arena);
}

static bool is_needed(const struct cp_drive *d, const struct epoch *e)
{
    return e == d->latest || (d->job != NULL && d->job->epoch == e) ||
           (e->plan != NULL && e->plan == cp_control_plan_kept(d->control));
}

void cp_drive_let_go(struct cp_drive *d)
{
    for (struct epoch **at = &d->epochs; *at != NULL;) {
        struct epoch *e = *at;

        if (is_needed(d, e)) {
            at = &e->next;
            continue;
        }
        *at = e->next;
        close_epoch(e);
    }
}

void cp_drive_close_epochs(struct cp_drive *d)
{
    while (d->epochs != NULL) {
        struct epoch *e = d->epochs;

        d->epochs = e->next;
        close_epoch(e);
    }
}

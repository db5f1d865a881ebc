#include "inside.h"

/*
 * What the ted has to tell: things that are gone go to control at once, in the plan that it has, and where lists may have
 * node segments, or a router left a LAN, the steps as they are too; for the rest a new plan is asked for, soon where something got worse, after some quiet where it got better.
 */

enum {
    QUIET_MOST = 10, /* times plan_after_us: for who is never quiet */
    QUIET_DOUBLINGS =
        1 /* where plans are made all the time; what came may draw traffic: it does not wait long */
};

/* Ids mean the same in every view. */
static uint32_t translate_nodes(const struct cp_drive *d, const cp_node *from, uint32_t count,
                                const struct cp_case *to, cp_node *out)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++) {
        out[found] = cp_case_node(to, d->latest->view.net->nodes[from[i].at].id);
        found += out[found].at != CP_NONE;
    }
    return found;
}

static uint32_t translate_links(const struct cp_drive *d, const struct cp_ted_news *news,
                                const struct cp_case *to, cp_link *out)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < news->link_gone_count; i++) {
        out[found] = cp_case_link(to, d->latest->view.net->links[news->links_gone[i].at].id);
        found += out[found].at != CP_NONE;
    }
    return found;
}

/* Indexes of the latest view become those of the plan that control has. */
static cp_err translate(struct cp_drive *d, const struct cp_ted_news *news,
                        const struct cp_case *to, struct cp_ted_news *out)
{
    cp_node *nodes = CP_TAKE(d->work, (size_t)news->node_gone_count + 1, cp_node);
    cp_node *others = CP_TAKE(d->work, (size_t)news->node_other_count + 1, cp_node);
    cp_node *taken = CP_TAKE(d->work, (size_t)news->node_taken_count + 1, cp_node);
    cp_link *links = CP_TAKE(d->work, (size_t)news->link_gone_count + 1, cp_link);

    if (nodes == NULL || others == NULL || taken == NULL || links == NULL)
        return CP_ERR_NOMEM;
    out->nodes_gone = nodes;
    out->nodes_other = others;
    out->nodes_taken = taken;
    out->links_gone = links;
    out->node_gone_count = translate_nodes(d, news->nodes_gone, news->node_gone_count, to, nodes);
    out->node_other_count =
        translate_nodes(d, news->nodes_other, news->node_other_count, to, others);
    out->node_taken_count =
        translate_nodes(d, news->nodes_taken, news->node_taken_count, to, taken);
    out->link_gone_count = translate_links(d, news, to, links);
    return CP_OK;
}

cp_err cp_drive_add_steps(struct cp_drive *d, struct cp_ted_news *news)
{
    return d->config.plan.request.strict && !news->left
               ? CP_OK
               : cp_ted_steps(d->ted, d->work, &news->steps, &news->step_count);
}

static cp_err tell_control(struct cp_drive *d, const struct cp_ted_news *news, uint64_t now_us)
{
    const struct cp_plan *plan = cp_control_plan_kept(d->control);
    struct cp_ted_news told = *news;

    if (plan == NULL)
        return CP_OK;
    if (cp_plan_view(plan) != &d->latest->view)
        CP_TRY(translate(d, news, cp_plan_view(plan)->net, &told));
    CP_TRY(cp_drive_add_steps(d, &told));
    if (told.node_gone_count + told.link_gone_count + told.node_other_count +
                told.node_taken_count ==
            0 &&
        told.steps == NULL)
        return CP_OK;
    return cp_control_gone(d->control, &told, now_us);
}

static void remember(struct cp_drive *d, const struct cp_ted_news *news)
{
    d->left = d->left || news->left;
    for (uint32_t i = 0; i < news->node_gone_count; i++)
        d->nodes_gone[news->nodes_gone[i].at] = 1;
    for (uint32_t i = 0; i < news->node_other_count; i++)
        d->nodes_other[news->nodes_other[i].at] = 1;
    for (uint32_t i = 0; i < news->node_taken_count; i++)
        d->nodes_taken[news->nodes_taken[i].at] = 1;
    for (uint32_t i = 0; i < news->link_gone_count; i++)
        d->links_gone[news->links_gone[i].at] = 1;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Good news waits until it has been quiet for plan_after_us (twice that where plans are made all the time), but no longer
 * than QUIET_MOST times that. */
static void wait_for_quiet(struct cp_drive *d, uint64_t now_us)
{
    uint64_t quiet_us = d->config.plan_after_us << cp_drive_doublings(d, QUIET_DOUBLINGS);
    uint64_t at = now_us + quiet_us;

    if (d->plan_since_us == 0)
        d->plan_since_us = now_us;
    at = sooner(at, d->plan_since_us + QUIET_MOST * d->config.plan_after_us);
    at = sooner(at, d->worse_by_us);
    if (d->plan_at_us != UINT64_MAX && d->plan_at_us > now_us && at > d->plan_at_us &&
        cp_text_is(d->plan_reason, "topology"))
        d->plan_at_us = UINT64_MAX; /* it was not quiet */
    cp_drive_want_plan(d, at, CP_TEXT("topology"));
}

static void plan_soon(struct cp_drive *d)
{
    uint64_t at = cp_drive_soon(d);

    d->worse_by_us = sooner(d->worse_by_us, at);
    cp_drive_want_plan(d, at, CP_TEXT("topology got worse"));
}

static void freeze(struct cp_drive *d, uint64_t now_us)
{
    bool frozen = cp_ted_frozen(d->ted);

    if (frozen == d->frozen)
        return;
    d->frozen = frozen;
    cp_control_freeze(d->control, frozen, CP_TEXT("feeds disagree"), now_us);
}

bool cp_drive_is_partial(const struct cp_drive *d)
{
    for (uint32_t i = 0; i < d->config.peer_count; i++)
        if (d->peers[i].feed != CP_NONE && !d->peers[i].told)
            return true;
    return false;
}

/*
 * Which feeds have told all since the start.  When the last one has, that is worth a plan at once: those before it were of a
 * network that is not whole, and good for bad news alone.
 */
static void count_full(struct cp_drive *d, uint64_t now_us)
{
    bool all = true, any = false, fresh = false;

    for (uint32_t i = 0; i < d->config.peer_count; i++) {
        struct drive_peer *p = &d->peers[i];

        if (p->feed == CP_NONE)
            continue;
        fresh = fresh || (p->full && !p->told);
        p->told = p->told || p->full;
        all = all && p->told;
        any = any || p->told;
    }
    if (any && d->full_since_us == 0)
        d->full_since_us = now_us > 0 ? now_us : 1;
    if (d->heard && all && fresh)
        cp_drive_want_plan(d, now_us, CP_TEXT("all feeds have told all"));
    d->heard =
        d->heard || all || (d->full_since_us > 0 && now_us >= d->full_since_us + FEEDS_WAIT_US);
}

/*
 * Of no feed it is known that it has told all: then nobody knows what is there and what is not.  The last plan stands, as it
 * does on routers that have lost their controller, and the ted says that feeds are lost.
 */
static bool is_blind(const struct cp_drive *d)
{
    bool feeds = false;

    for (uint32_t i = 0; i < d->config.peer_count; i++) {
        feeds = feeds || d->peers[i].feed != CP_NONE;
        if (d->peers[i].feed != CP_NONE && d->peers[i].full)
            return false;
    }
    return feeds;
}

/* What is told while nobody knows what is there is not heeded. */
static void stay_blind(struct cp_drive *d, const struct cp_ted_news *news)
{
    bool gone = news->node_gone_count + news->link_gone_count > 0;

    if (gone && !d->blind) { /* what was known is too old to rest on */
        d->blind = true;
        cp_control_doubt(d->control);
    }
    d->missed = d->missed || news->better || news->worse || gone || news->node_other_count > 0;
}

/* A feed has told all anew: of what was not heeded meanwhile, that counts which is gone still. */
static void see_again(struct cp_drive *d, struct cp_ted_news *news, uint64_t now_us)
{
    bool better = news->better;

    if (!d->blind && !d->missed)
        return;
    d->blind = d->missed = false;
    cp_drive_want_plan(d, cp_drive_soon(d), CP_TEXT("feeds are back"));
    cp_ted_tell_again(d->ted);
    cp_ted_news(d->ted, now_us, news);
    news->better = news->better || better;
    news->worse = true; /* metrics may be others, too */
}

cp_err cp_drive_hear(struct cp_drive *d, uint64_t now_us)
{
    struct cp_ted_news news;
    bool gone;
    cp_err err = CP_OK;

    d->now_us = now_us;
    count_full(d, now_us);
    cp_ted_news(d->ted, now_us, &news);
    freeze(d, now_us);
    if (d->heard && is_blind(d)) {
        stay_blind(d, &news);
        return CP_OK;
    }
    see_again(d, &news, now_us);
    gone = news.node_gone_count + news.link_gone_count > 0;
    if ((gone || news.better || news.worse) && d->latest != NULL) {
        remember(d, &news);
        err = tell_control(d, &news, now_us);
        cp_arena_reset(d->work, d->work_empty);
    }
    if (news.worse)
        plan_soon(d);
    else if (news.better || gone)
        wait_for_quiet(d, now_us);
    return err;
}

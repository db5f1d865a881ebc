#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* A world is made of all statements that stand, in stages: routers, their SIDs, links, the inventory's names, checks. */

/* --- alarms ------------------------------------------------------------------------------------- */

cp_err cp_ted_raise(struct ted_making *m, cp_ted_alarm_kind kind, uint32_t feed, cp_text subject,
                    const char *why)
{
    struct ted_world *w = m->world;
    void *at = w->alarms;

    if (w->alarm_count == w->alarm_cap) {
        CP_TRY(cp_arena_grow(m->arena, &at, w->alarm_count, &w->alarm_cap, sizeof *w->alarms));
        w->alarms = at;
    }
    w->alarms[w->alarm_count++] = (struct cp_ted_alarm){.kind = kind,
                                                        .feed = feed,
                                                        .subject = subject,
                                                        .why = why,
                                                        .said = CP_TEXT(""),
                                                        .count = 1};
    return CP_OK;
}

int cp_ted_alarm_cmp(const struct cp_ted_alarm *x, const struct cp_ted_alarm *y)
{
    int order;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->feed != y->feed)
        return x->feed < y->feed ? -1 : 1;
    order = cp_text_cmp(x->subject, y->subject);
    return order != 0 ? order : cp_text_cmp(cp_text_of(x->why), cp_text_of(y->why));
}

static int compare_alarms(const void *a, const void *b)
{
    const struct cp_ted_alarm *x = a, *y = b;
    int order = cp_ted_alarm_cmp(x, y);

    return order != 0 ? order : cp_text_cmp(x->said, y->said); /* the first of like ones tells */
}

/* In order, like ones once. */
static void sort_alarms(struct ted_world *w)
{
    uint32_t kept = 0;

    if (w->alarm_count > 0)
        qsort(w->alarms, w->alarm_count, sizeof *w->alarms, compare_alarms);
    for (uint32_t i = 0; i < w->alarm_count; i++) {
        if (kept > 0 && cp_ted_alarm_cmp(&w->alarms[kept - 1], &w->alarms[i]) == 0)
            w->alarms[kept - 1].count++;
        else
            w->alarms[kept++] = w->alarms[i];
    }
    w->alarm_count = kept;
}

/* --- links -------------------------------------------------------------------------------------- */

struct ted_world_link *cp_ted_add_link(struct ted_making *m, uint32_t ends)
{
    struct ted_world *w = m->world;
    void *at = w->links;
    struct ted_world_end *made = CP_TAKE(m->arena, ends, struct ted_world_end);

    if (made == NULL)
        return NULL;
    if (w->link_count == w->link_cap) {
        if (cp_arena_grow(m->arena, &at, w->link_count, &w->link_cap, sizeof *w->links) != CP_OK)
            return NULL;
        w->links = at;
    }
    w->links[w->link_count] =
        (struct ted_world_link){.link = CP_NONE, .ends = made, .end_count = ends};
    return &w->links[w->link_count++];
}

static cp_err fill_lan_sids(struct ted_making *m, struct ted_world_end *end,
                            const struct ted_half *half)
{
    const struct ted_lan_sid *sids = cp_ted_half_lans(half);

    end->lan_sids = CP_TAKE(m->arena, half->lan_count, struct ted_world_lan_sid);
    if (end->lan_sids == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < half->lan_count; i++) {
        uint32_t to = cp_ted_world_find(m->world, &sids[i].to);

        if (to != CP_NONE && sids[i].sid.kind == TED_SID_LABEL)
            end->lan_sids[end->lan_sid_count++] =
                (struct ted_world_lan_sid){.to = to, .label = sids[i].sid.number};
    }
    return CP_OK;
}

static cp_err fill_srlgs(struct ted_making *m, struct ted_world_end *end,
                         const struct ted_half *half)
{
    uint32_t *srlgs = CP_TAKE(m->arena, half->srlg_count, uint32_t);

    if (srlgs == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < half->srlg_count; i++)
        srlgs[i] = cp_ted_half_srlgs(half)[i];
    end->srlgs = srlgs;
    end->srlg_count = half->srlg_count;
    return CP_OK;
}

static void fill_numbers(struct ted_world_end *end, const struct ted_half *half)
{
    if (end->metric == CP_NONE)
        end->metric = half->metric;
    if (end->te_metric == CP_NONE)
        end->te_metric = half->te_metric;
    if (end->delay_us == CP_NONE)
        end->delay_us = half->delay_us;
    if (end->bandwidth_bps == CP_BPS_NONE)
        end->bandwidth_bps = half->bandwidth_bps;
    if (end->colour == 0)
        end->colour = half->colour;
    if (end->address.family == 0)
        end->address = half->local;
    if (end->address6.family == 0)
        end->address6 = half->local6;
    if (half->sid.kind != TED_SID_NONE &&
        (end->sid.kind == TED_SID_NONE || (end->sid_six && half->sid_six == 0))) {
        end->sid = half->sid;
        end->sid_six = half->sid_six != 0;
    }
    if (end->srv6_known == 0 && half->srv6_known != 0) {
        end->srv6_known = 1;
        memcpy(end->srv6, half->srv6, sizeof end->srv6);
    }
}

/* RFC 5305 3: a metric of 2^24 - 1 takes the link out of the computation of routes.  0 is 1: no cost of ours is 0. */
static void settle_metric(struct ted_world_end *end, uint8_t family)
{
    if (family == TED_ISIS && end->metric == 0xffffffu)
        end->metric = CP_NONE;
    if (end->metric == 0)
        end->metric = 1;
}

cp_err cp_ted_fill_end(struct ted_making *m, struct ted_world_end *end,
                       const struct ted_half_ref *const *said, uint32_t count)
{
    uint8_t family = said[0]->half->from.family;

    end->metric = end->te_metric = end->delay_us = CP_NONE;
    end->bandwidth_bps = CP_BPS_NONE;
    for (uint32_t i = 0; i < count; i++) {
        const struct ted_half *half = said[i]->half;

        if (end->metric == CP_NONE && half->metric != CP_NONE)
            family = half->from.family;
        fill_numbers(end, half);
        if (end->srlg_count == 0 && half->srlg_count > 0)
            CP_TRY(fill_srlgs(m, end, half));
        if (end->lan_sid_count == 0 && half->lan_count > 0)
            CP_TRY(fill_lan_sids(m, end, half));
    }
    settle_metric(end, family);
    return CP_OK;
}

/* --- all of it ---------------------------------------------------------------------------------- */

bool cp_ted_feed_covers(const struct ted_feed *feed)
{
    return feed->up && feed->full;
}

static cp_err say_feeds(struct ted_making *m)
{
    for (uint32_t f = 0; f < m->ted->feed_count; f++) {
        const struct ted_feed *feed = &m->ted->feeds[f];
        uint64_t malformed = feed->malformed - feed->mended;

        if (feed->gone)
            CP_TRY(cp_ted_raise(m, CP_TED_ALARM_FEED_STALE, f, feed->name,
                                "a feed that was lost for so long that what it said is let go"));
        else if (feed->lost)
            CP_TRY(cp_ted_raise(m, CP_TED_ALARM_FEED_LOST, f, feed->name,
                                feed->store.live > 0
                                    ? "a feed that is lost; what it said stands for now"
                                    : "a feed that has told nothing"));
        if (malformed > 0) {
            CP_TRY(cp_ted_raise(m, CP_TED_ALARM_NOT_UNDERSTOOD, f, feed->name,
                                "statements that could not be understood"));
            m->world->alarms[m->world->alarm_count - 1].count =
                malformed > UINT32_MAX ? UINT32_MAX : (uint32_t)malformed;
        }
    }
    return CP_OK;
}

static cp_err say_overload(struct ted_making *m)
{
    for (uint32_t f = 0; f < m->ted->feed_count; f++) {
        const struct ted_store *store = &m->ted->feeds[f].store;

        for (uint32_t i = 0; i < store->thing_count; i++) {
            const struct ted_thing *t = &store->things[i];
            const struct ted_node *node = t->kind == TED_NODE ? t->blob : NULL;
            uint32_t v = node == NULL || node->overload == 0
                             ? CP_NONE
                             : cp_ted_world_find(m->world, &node->router);

            if (v != CP_NONE)
                CP_TRY(cp_ted_raise(m, CP_TED_ALARM_OVERLOAD, f, m->world->nodes[v].id,
                                    "a router that is overloaded: others do not route through it"));
        }
    }
    return CP_OK;
}

static cp_err make(struct ted_making *m)
{
    m->world->half_links = CP_TAKE(m->arena, m->ted->feed_count, uint64_t);
    if (m->world->half_links == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_ted_make_routers(m));
    CP_TRY(cp_ted_make_covers(m));
    CP_TRY(cp_ted_make_prefixes(m));
    CP_TRY(cp_ted_make_links(m));
    CP_TRY(cp_ted_join_links(m));
    CP_TRY(cp_ted_check_sids(m));
    CP_TRY(say_feeds(m));
    CP_TRY(say_overload(m));
    sort_alarms(m->world);
    return CP_OK;
}

cp_err cp_ted_world_make(struct cp_ted *ted, struct ted_world **out)
{
    struct ted_making m = {
        .ted = ted, .arena = cp_arena_open(SIZE_MAX), .work = cp_arena_open(SIZE_MAX)};
    cp_err err = CP_ERR_NOMEM;

    if (m.arena != NULL && m.work != NULL)
        m.world = CP_TAKE(m.arena, 1, struct ted_world);
    if (m.world != NULL) {
        m.world->arena = m.arena;
        err = make(&m);
    }
    cp_arena_close(m.work);
    if (err != CP_OK) {
        cp_arena_close(m.arena);
        return err;
    }
    *out = m.world;
    return CP_OK;
}

void cp_ted_world_close(struct ted_world *world)
{
    if (world != NULL)
        cp_arena_close(world->arena);
}

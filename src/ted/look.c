#include <string.h>

#include "inside.h"

/*
 * What a lost link needs is said before anything else: of a few pairs of routers alone the links are made anew, by the same
 * rules (links.c, join.c), since what lies between two routers depends on nothing between others.  The rest of the news,
 * alarms and all, waits for the next world.
 */

struct looking {
    struct ted_making m;
    struct ted_world part; /* of the world: its nodes, and the links looked at */
    const struct ted_world *world;
    const struct ted_router
        *ids[TED_TOUCHED_MAX * 8]; /* of routers of touched pairs, and whose they are */
    uint32_t nodes[TED_TOUCHED_MAX * 8];
    uint32_t id_count;
    struct {
        uint32_t a, b;
    } pairs[TED_TOUCHED_MAX];
    uint32_t pair_count;
};

static bool add_ids(struct looking *l, uint32_t node)
{
    for (uint32_t i = 0; i < l->id_count; i++)
        if (l->nodes[i] == node)
            return true;
    for (uint32_t i = 0; i < l->world->id_count; i++) {
        if (l->world->node_of_id[i] != node)
            continue;
        if (l->id_count == CP_COUNT(l->ids))
            return false;
        l->ids[l->id_count] = &l->world->ids[i];
        l->nodes[l->id_count++] = node;
    }
    return true;
}

/* False where a pair cannot be looked at alone. */
static bool find_pairs(struct looking *l, const struct cp_ted *ted)
{
    for (uint32_t i = 0; i < ted->touched_count; i++) {
        uint32_t a = cp_ted_world_find(l->world, &ted->touched[i].from);
        uint32_t b = cp_ted_world_find(l->world, &ted->touched[i].to);

        if (a == CP_NONE || b == CP_NONE || !add_ids(l, a) || !add_ids(l, b))
            return false;
        l->pairs[l->pair_count].a = a < b ? a : b;
        l->pairs[l->pair_count++].b = a < b ? b : a;
    }
    return true;
}

static bool is_touched(const struct looking *l, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < l->pair_count; i++)
        if (l->pairs[i].a == (a < b ? a : b) && l->pairs[i].b == (a < b ? b : a))
            return true;
    return false;
}

static uint32_t node_of(const struct looking *l, const struct ted_router *router)
{
    for (uint32_t i = 0; i < l->id_count; i++)
        if (memcmp(l->ids[i], router, sizeof *router) == 0)
            return l->nodes[i];
    return CP_NONE;
}

static uint32_t gather(struct looking *l, struct ted_half_ref *refs)
{
    const struct cp_ted *ted = l->m.ted;
    uint32_t count = 0;

    for (uint32_t f = 0; f < ted->feed_count; f++) {
        const struct ted_store *store = &ted->feeds[f].store;

        for (uint32_t i = 0; i < store->thing_count; i++) {
            const struct ted_half *half = store->things[i].blob;
            uint32_t from, to;

            if (store->things[i].kind != TED_HALF || half == NULL ||
                (half->topology != 0 && half->topology != 2))
                continue;
            from = node_of(l, &half->from);
            to = from == CP_NONE ? CP_NONE : node_of(l, &half->to);
            if (to == CP_NONE || from == to || !is_touched(l, from, to))
                continue;
            refs[count++] =
                (struct ted_half_ref){half, f, from, to, cp_ted_feed_covers(&ted->feeds[f])};
        }
    }
    return count;
}

static cp_err make(struct looking *l)
{
    uint64_t most = 0;
    struct ted_half_ref *refs;

    for (uint32_t f = 0; f < l->m.ted->feed_count; f++)
        most += l->m.ted->feeds[f].store.of_kind[TED_HALF];
    refs = CP_TAKE(l->m.work, most, struct ted_half_ref);
    l->part.half_links = CP_TAKE(l->m.work, l->m.ted->feed_count, uint64_t);
    if (refs == NULL || l->part.half_links == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_ted_link_refs(&l->m, refs, gather(l, refs)));
    return cp_ted_join_links(&l->m);
}

static bool has_link(const struct ted_world *w, const struct ted_world_link *link)
{
    for (uint32_t i = 0; i < w->link_count; i++)
        if (w->links[i].link == link->link &&
            (link->link != CP_NONE || cp_text_eq(w->links[i].id, link->id)))
            return true;
    return false;
}

/* LANs between two of them are told apart from their links by all that there is. */
static bool has_lan(const struct looking *l)
{
    for (uint32_t i = 0; i < l->world->link_count; i++)
        if (l->world->links[i].lan)
            return true;
    return false;
}

cp_err cp_ted_look(struct cp_ted *ted, bool *known,
                   void (*gone)(void *to, uint32_t link, cp_text id), void *to)
{
    struct looking l = {.m = {.ted = ted}, .world = ted->world};
    cp_err err = CP_ERR_NOMEM;

    *known = false;
    if (!find_pairs(&l, ted) || has_lan(&l))
        return CP_OK;
    l.part = *ted->world;
    l.part.links = NULL;
    l.part.alarms = NULL;
    l.part.link_count = l.part.link_cap = l.part.alarm_count = l.part.alarm_cap = 0;
    l.part.doubts = NULL;
    l.part.doubt_count = l.part.doubt_cap = 0;
    l.m.world = &l.part;
    l.m.arena = cp_arena_open(SIZE_MAX);
    l.m.work = cp_arena_open(SIZE_MAX);
    if (l.m.arena != NULL && l.m.work != NULL)
        err = make(&l);
    for (uint32_t i = 0; err == CP_OK && i < ted->world->link_count; i++) {
        const struct ted_world_link *link = &ted->world->links[i];

        if (link->end_count == 2 && is_touched(&l, link->ends[0].node, link->ends[1].node) &&
            !has_link(&l.part, link))
            gone(to, link->link, link->id);
    }
    cp_arena_close(l.m.arena);
    cp_arena_close(l.m.work);
    *known = err == CP_OK;
    return err;
}

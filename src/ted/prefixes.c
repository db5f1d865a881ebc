#include <string.h>

#include "inside.h"

/*
 * SIDs of nodes.  Of several of one node: those of IPv4 prefixes first, then that of the router's own address, then the
 * least address; End SIDs: the least; and the locator that holds it, else the least.  Feed by feed: the first that covers says
 * it, and the others are compared with it.
 */

struct best {
    const struct ted_prefix *sid, *locator;
    const struct ted_srv6 *end;
    uint32_t sid_feed, end_feed; /* whose these are */
};

struct gathering {
    struct ted_making *m;
    struct best *now;    /* [nodes] of this feed */
    struct best *chosen; /* [nodes] */
    bool *covered;       /* [nodes] the chosen is of a feed that covers */
};

static uint32_t rank(const struct ted_world_node *node, const struct ted_prefix *p)
{
    bool own = cp_ip_eq(p->address, node->address) || cp_ip_eq(p->address, node->address6);

    return (p->address.family == 4 ? 0u : 2u) + (own ? 0u : 1u);
}

static bool is_better(const struct ted_world_node *node, const struct ted_prefix *a,
                      const struct ted_prefix *b)
{
    int order;

    if (b == NULL || rank(node, a) != rank(node, b))
        return b == NULL || rank(node, a) < rank(node, b);
    order = cp_ip_cmp(a->address, b->address);
    return order != 0 ? order < 0
                      : memcmp((const void *)a, (const void *)b, sizeof(struct ted_prefix)) < 0;
}

static bool holds(const struct cp_locator *locator, const uint8_t *address)
{
    for (uint32_t bit = 0; bit < locator->bits; bit++)
        if (((locator->address[bit / 8] ^ address[bit / 8]) & 0x80u >> bit % 8) != 0)
            return false;
    return true;
}

static bool is_better_locator(const struct ted_prefix *a, const struct ted_prefix *b,
                              const struct ted_srv6 *end)
{
    bool holds_a, holds_b;
    int order;

    if (b == NULL)
        return true;
    holds_a = end != NULL && holds(&a->locator, end->sid);
    holds_b = end != NULL && holds(&b->locator, end->sid);
    if (holds_a != holds_b)
        return holds_a;
    order = memcmp(a->locator.address, b->locator.address, 16);
    return order != 0 ? order < 0 : a->locator.bits > b->locator.bits;
}

static void take_thing(struct gathering *g, const struct ted_thing *t, bool locators)
{
    const struct ted_world *w = g->m->world;

    if (t->kind == TED_SRV6 && !locators && t->blob != NULL) {
        const struct ted_srv6 *srv6 = t->blob;
        uint32_t node = cp_ted_world_find(w, &srv6->router);

        if (node != CP_NONE &&
            (g->now[node].end == NULL || memcmp(srv6->sid, g->now[node].end->sid, 16) < 0))
            g->now[node].end = srv6;
    }
    if (t->kind == TED_PREFIX && t->blob != NULL) {
        const struct ted_prefix *p = t->blob;
        uint32_t node = cp_ted_world_find(w, &p->router);

        if (node == CP_NONE)
            return;
        if (!locators && p->sid.kind != TED_SID_NONE &&
            is_better(&w->nodes[node], p, g->now[node].sid))
            g->now[node].sid = p;
        if (locators && p->locator.bits > 0 &&
            is_better_locator(p, g->now[node].locator, g->now[node].end))
            g->now[node].locator = p;
    }
}

static bool other_sid(const struct best *a, const struct best *b)
{
    return a->sid != NULL && b->sid != NULL &&
           cp_ted_same_domain(&a->sid->domain, &b->sid->domain) &&
           memcmp(&a->sid->sid, &b->sid->sid, sizeof a->sid->sid) != 0;
}

static bool differ(const struct best *a, const struct best *b)
{
    if (other_sid(a, b))
        return true;
    return a->end != NULL && b->end != NULL &&
           cp_ted_same_domain(&a->end->domain, &b->end->domain) &&
           memcmp(a->end->sid, b->end->sid, 16) != 0;
}

static void out_sids(struct cp_out *out, const struct cp_ted *ted, const struct best *b, bool sid)
{
    cp_ted_out_said(out, ted, sid ? b->sid_feed : b->end_feed, "has ");
    if (sid)
        cp_out_format(out, b->sid->sid.kind == TED_SID_LABEL ? "label %u" : "index %u",
                      b->sid->sid.number);
    else
        cp_out_ipv6(out, b->end->sid);
}

static cp_err say_disagree(struct gathering *g, uint32_t v)
{
    const struct best *a = &g->chosen[v], *b = &g->now[v];
    struct cp_out text = cp_out_make(g->m->arena);
    bool sid = other_sid(a, b);
    cp_text said;

    out_sids(&text, g->m->ted, a, sid);
    out_sids(&text, g->m->ted, b, sid);
    CP_TRY(cp_out_done(&text, &said));
    return cp_ted_disagree(g->m, CP_NONE, g->m->world->nodes[v].id,
                           "feeds that say different SIDs of a router", said);
}

static cp_err take_feed(struct gathering *g, uint32_t feed)
{
    const struct ted_feed *f = &g->m->ted->feeds[feed];
    const struct ted_world *w = g->m->world;
    bool covers = cp_ted_feed_covers(f);

    memset(g->now, 0, w->node_count * sizeof *g->now);
    for (int locators = 0; locators < 2; locators++)
        for (uint32_t i = 0; i < f->store.thing_count; i++)
            take_thing(g, &f->store.things[i], locators != 0);
    for (uint32_t v = 0; v < w->node_count; v++) {
        struct best *chosen = &g->chosen[v];

        g->now[v].sid_feed = g->now[v].end_feed = feed;

        if (covers && g->covered[v] && differ(chosen, &g->now[v]))
            CP_TRY(say_disagree(g, v));
        if (chosen->sid == NULL) {
            chosen->sid = g->now[v].sid;
            chosen->sid_feed = feed;
        }
        if (chosen->end == NULL) {
            chosen->end = g->now[v].end;
            chosen->end_feed = feed;
            if (chosen->end != NULL || chosen->locator == NULL)
                chosen->locator = g->now[v].locator;
        }
        g->covered[v] = g->covered[v] || covers;
    }
    return CP_OK;
}

static void lay(struct gathering *g)
{
    for (uint32_t v = 0; v < g->m->world->node_count; v++) {
        struct ted_world_node *n = &g->m->world->nodes[v];
        const struct best *b = &g->chosen[v];

        if (b->sid != NULL)
            n->mpls = b->sid->sid;
        if (b->end != NULL) {
            n->end_known = 1;
            memcpy(n->end, b->end->sid, 16);
        }
        if (b->locator != NULL)
            n->srv6_locator = b->locator->locator;
    }
}

cp_err cp_ted_make_prefixes(struct ted_making *m)
{
    uint32_t nodes = m->world->node_count;
    struct gathering g = {.m = m,
                          .now = CP_TAKE(m->work, nodes, struct best),
                          .chosen = CP_TAKE(m->work, nodes, struct best),
                          .covered = CP_TAKE(m->work, nodes, bool)};

    if (g.now == NULL || g.chosen == NULL || g.covered == NULL)
        return CP_ERR_NOMEM;
    for (int covers = 1; covers >= 0; covers--)
        for (uint32_t f = 0; f < m->ted->feed_count; f++)
            if (cp_ted_feed_covers(&m->ted->feeds[f]) == (covers != 0))
                CP_TRY(take_feed(&g, f));
    lay(&g);
    return CP_OK;
}

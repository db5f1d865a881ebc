#include <stdlib.h>
#include <string.h>

#include "inside.h"

/*
 * What a feed should know.  A table that is whole has all of a flooding scope (an area, a level): what floods to one router of
 * it floods to all.  Which routers are one scope is told by the links of one domain, both ways, LANs among them, as any
 * one feed has them: a name is not enough, since all areas of level 1 bear the same.  A feed that describes one router of
 * a scope, and another not that a second feed has there, disagrees with that one.
 *
 * FRR's documents of OSPF name no area: they know the area of a router that is in no other.  Those of IS-IS have one
 * vertex for both levels of a router: that it is not at the other one says nothing.
 */

/* A router as a feed describes it. */
struct described {
    uint32_t node, feed;
    struct ted_domain domain;
};

/* Between two vertices: nodes of the world; from its node_count on pseudonodes of the feed. */
struct joint {
    struct ted_domain domain;
    uint32_t a, b; /* a < b */
    bool back;     /* b tells of it */
};

struct covering {
    struct ted_making *m;
    struct described *all;   /* [count] by feed */
    struct ted_cover *found; /* [found_count] */
    uint32_t count, found_count, found_cap;
    uint32_t words; /* of a set of feeds */
};

/* One feed's scopes. */
struct scopes {
    struct covering *c;
    struct ted_router *lans; /* [lan_count] pseudonodes, ascending */
    struct joint *joints;    /* [joint_count] by domain, a, b, back */
    uint32_t *parent;        /* [vertex_count] of sets */
    uint64_t *feeds;         /* [vertex_count * words] of a set's root: who describes any of it */
    uint32_t lan_count, joint_count, joint_at, vertex_count;
};

static int compare_domains(const struct ted_domain *a, const struct ted_domain *b)
{
    return memcmp(a, b, sizeof *a);
}

/* --- who describes whom ------------------------------------------------------------------------- */

static int compare_described(const void *a, const void *b)
{
    const struct described *x = a, *y = b;
    int order;

    if (x->feed != y->feed)
        return x->feed < y->feed ? -1 : 1;
    order = compare_domains(&x->domain, &y->domain);
    return order != 0 ? order : (x->node > y->node) - (x->node < y->node);
}

static cp_err gather(struct covering *c)
{
    const struct cp_ted *ted = c->m->ted;
    uint64_t count = 0;

    for (uint32_t f = 0; f < ted->feed_count; f++)
        count += ted->feeds[f].store.of_kind[TED_NODE];
    c->all = CP_TAKE(c->m->work, count, struct described);
    if (c->all == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t f = 0; f < ted->feed_count; f++) {
        const struct ted_store *store = &ted->feeds[f].store;

        for (uint32_t i = 0; i < store->thing_count; i++) {
            const struct ted_node *node = store->things[i].blob;

            if (store->things[i].kind == TED_NODE && !cp_ted_is_pseudonode(&node->router))
                c->all[c->count++] = (struct described){
                    cp_ted_world_find(c->m->world, &node->router), f, node->domain};
        }
    }
    return CP_OK;
}

static cp_err add_found(struct covering *c, uint32_t node, uint32_t feed,
                        const struct ted_domain *domain)
{
    void *at = c->found;

    if (c->found_count == c->found_cap) {
        CP_TRY(cp_arena_grow(c->m->work, &at, c->found_count, &c->found_cap, sizeof *c->found));
        c->found = at;
    }
    c->found[c->found_count++] = (struct ted_cover){node, feed, *domain};
    return CP_OK;
}

/* What is found so far, by node. */
static cp_err lay(const struct covering *c)
{
    struct ted_world *w = c->m->world;
    uint32_t *first = CP_TAKE(c->m->arena, (size_t)w->node_count + 2, uint32_t);
    struct ted_cover *covers = CP_TAKE(c->m->arena, c->found_count, struct ted_cover);

    if (first == NULL || covers == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->found_count; i++)
        first[c->found[i].node + 2]++;
    for (uint32_t v = 2; v < w->node_count + 2; v++)
        first[v] += first[v - 1];
    for (uint32_t i = 0; i < c->found_count; i++)
        covers[first[c->found[i].node + 1]++] = c->found[i];
    w->covers = covers;
    w->cover_first = first;
    return CP_OK;
}

/* By feed; without routers that it tells of in more domains than any router is in. */
static cp_err find_direct(struct covering *c)
{
    const struct ted_world *w = c->m->world;
    uint32_t *times = CP_TAKE(c->m->work, w->node_count, uint32_t);

    if (times == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t from = 0, to; from < c->count; from = to) {
        uint32_t feed = c->all[from].feed;

        for (to = from; to < c->count && c->all[to].feed == feed; to++)
            times[c->all[to].node]++;
        for (uint32_t i = from; i < to; i++)
            if (times[c->all[i].node] <= CP_TED_DOMAINS_MAX &&
                cp_ted_feed_covers(&c->m->ted->feeds[feed]))
                CP_TRY(add_found(c, c->all[i].node, feed, &c->all[i].domain));
        for (uint32_t i = from; i < to; i++) {
            if (times[c->all[i].node] > CP_TED_DOMAINS_MAX)
                CP_TRY(cp_ted_raise(c->m, CP_TED_ALARM_NOT_UNDERSTOOD, feed,
                                    w->nodes[c->all[i].node].id,
                                    "a router in more areas than are looked at"));
            times[c->all[i].node] = 0;
        }
    }
    return CP_OK;
}

/* As far as any feed that names areas tells. */
static bool is_in_one_area(const struct ted_world *w, uint32_t node,
                           const struct ted_domain *domain)
{
    for (uint32_t i = w->cover_first[node]; i < w->cover_first[node + 1]; i++) {
        const struct ted_domain *other = &w->covers[i].domain;

        if (other->protocol == domain->protocol && other->area_known != 0 &&
            other->area != domain->area)
            return false;
    }
    return true;
}

/* In the domain as this cover has it. */
static ted_covers covers_by(const struct ted_world *w, const struct ted_cover *cover,
                            const struct ted_domain *domain)
{
    if (!cp_ted_same_domain(&cover->domain, domain))
        return COVERS_NOT;
    if (cover->domain.area_known != 0 || domain->area_known == 0 ||
        is_in_one_area(w, cover->node, domain))
        return COVERS;
    return COVERS_PERHAPS;
}

ted_covers cp_ted_covers(const struct ted_making *m, uint32_t feed, uint32_t node,
                         const struct ted_domain *domain)
{
    const struct ted_world *w = m->world;
    ted_covers best = COVERS_NOT;

    for (uint32_t i = w->cover_first[node]; i < w->cover_first[node + 1] && best != COVERS; i++) {
        ted_covers by =
            w->covers[i].feed == feed ? covers_by(w, &w->covers[i], domain) : COVERS_NOT;

        best = by > best ? by : best;
    }
    return best;
}

/* A document has the router, at the other level. */
static bool has_otherwise(const struct covering *c, uint32_t feed, uint32_t node,
                          const struct ted_domain *domain)
{
    const struct ted_world *w = c->m->world;

    if (c->m->ted->feeds[feed].kind != CP_TED_FRR_ISIS || domain->protocol > 2)
        return false;
    for (uint32_t i = w->cover_first[node]; i < w->cover_first[node + 1]; i++)
        if (w->covers[i].feed == feed && w->covers[i].domain.protocol <= 2)
            return true;
    return false;
}

/* --- scopes ------------------------------------------------------------------------------------- */

static int compare_routers(const void *a, const void *b)
{
    return cp_ted_router_cmp(a, b);
}

static int compare_joints(const void *a, const void *b)
{
    const struct joint *x = a, *y = b;
    int order = compare_domains(&x->domain, &y->domain);

    if (order != 0)
        return order;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return (int)x->back - (int)y->back;
}

static const struct ted_half *half_at(const struct ted_store *store, uint32_t i)
{
    return store->things[i].kind == TED_HALF ? store->things[i].blob : NULL;
}

static cp_err gather_lans(struct scopes *s, const struct ted_store *store)
{
    uint32_t kept = 0;

    s->lans = CP_TAKE(s->c->m->work, store->of_kind[TED_HALF], struct ted_router);
    if (s->lans == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < store->thing_count; i++) {
        const struct ted_half *half = half_at(store, i);

        if (half != NULL && cp_ted_is_pseudonode(&half->from))
            s->lans[s->lan_count++] = half->from;
    }
    if (s->lan_count > 0)
        qsort(s->lans, s->lan_count, sizeof *s->lans, compare_routers);
    for (uint32_t i = 0; i < s->lan_count; i++)
        if (kept == 0 || cp_ted_router_cmp(&s->lans[kept - 1], &s->lans[i]) != 0)
            s->lans[kept++] = s->lans[i];
    s->lan_count = kept;
    s->vertex_count = s->c->m->world->node_count + kept;
    return CP_OK;
}

/* CP_NONE: a router that no feed describes; a LAN that does not tell who is on it. */
static uint32_t vertex_of(const struct scopes *s, const struct ted_router *router)
{
    const struct ted_world *w = s->c->m->world;
    const struct ted_router *lan;

    if (!cp_ted_is_pseudonode(router))
        return cp_ted_world_find(w, router);
    if (s->lan_count == 0)
        return CP_NONE;
    lan = bsearch(router, s->lans, s->lan_count, sizeof *s->lans, compare_routers);
    return lan == NULL ? CP_NONE : w->node_count + (uint32_t)(lan - s->lans);
}

static cp_err gather_joints(struct scopes *s, const struct ted_store *store)
{
    s->joints = CP_TAKE(s->c->m->work, store->of_kind[TED_HALF], struct joint);
    if (s->joints == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < store->thing_count; i++) {
        const struct ted_half *half = half_at(store, i);
        uint32_t from = half == NULL ? CP_NONE : vertex_of(s, &half->from);
        uint32_t to = from == CP_NONE ? CP_NONE : vertex_of(s, &half->to);

        if (to != CP_NONE && from != to)
            s->joints[s->joint_count++] = (struct joint){half->domain, from < to ? from : to,
                                                         from < to ? to : from, from > to};
    }
    if (s->joint_count > 0)
        qsort(s->joints, s->joint_count, sizeof *s->joints, compare_joints);
    return CP_OK;
}

static uint32_t root_of(const struct scopes *s, uint32_t vertex)
{
    while (s->parent[vertex] != vertex) {
        s->parent[vertex] = s->parent[s->parent[vertex]];
        vertex = s->parent[vertex];
    }
    return vertex;
}

static void begin(struct scopes *s, uint32_t vertex)
{
    s->parent[vertex] = vertex;
    memset(&s->feeds[(size_t)vertex * s->c->words], 0, s->c->words * sizeof *s->feeds);
}

/* Members and ends of the domain's joints, in sets of those that these join both ways.  Domains come in order. */
static void join(struct scopes *s, const struct described *members, uint32_t count)
{
    const struct ted_domain *domain = &members[0].domain;
    uint32_t from = s->joint_at, to;

    while (from < s->joint_count && compare_domains(&s->joints[from].domain, domain) < 0)
        from++;
    for (uint32_t i = 0; i < count; i++)
        begin(s, members[i].node);
    for (to = from; to < s->joint_count; to++) {
        if (compare_domains(&s->joints[to].domain, domain) != 0)
            break;
        begin(s, s->joints[to].a);
        begin(s, s->joints[to].b);
    }
    for (uint32_t i = from + 1; i < to; i++) {
        const struct joint *x = &s->joints[i - 1], *y = &s->joints[i];

        if (x->a == y->a && x->b == y->b && x->back != y->back)
            s->parent[root_of(s, y->a)] = root_of(s, y->b);
    }
    s->joint_at = to;
}

static uint64_t *feeds_of(const struct scopes *s, uint32_t node)
{
    return &s->feeds[(size_t)root_of(s, node) * s->c->words];
}

static cp_err lack(struct covering *c, const struct described *member, uint32_t feed)
{
    struct cp_out text = cp_out_make(c->m->arena);
    cp_text said;

    CP_TRY(add_found(c, member->node, feed, &member->domain));
    if (!cp_ted_feed_covers(&c->m->ted->feeds[member->feed]))
        return CP_OK;
    cp_ted_out_said(&text, c->m->ted, member->feed, "has it");
    cp_ted_out_said(&text, c->m->ted, feed, "has it not");
    CP_TRY(cp_out_done(&text, &said));
    return cp_ted_disagree(c->m, feed, c->m->world->nodes[member->node].id,
                           "a router that another feed has and this one has not", said);
}

/* members [count]: all that the feed describes in one domain. */
static cp_err compare_scope(struct scopes *s, const struct described *members, uint32_t count)
{
    struct covering *c = s->c;
    const struct ted_world *w = c->m->world;
    const struct ted_domain *domain = &members[0].domain;

    if (domain->area_known == 0 && domain->protocol > 2)
        return CP_OK; /* whose links may be of several areas */
    join(s, members, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t v = members[i].node;

        for (uint32_t k = w->cover_first[v]; k < w->cover_first[v + 1]; k++)
            if (covers_by(w, &w->covers[k], domain) == COVERS)
                feeds_of(s, v)[w->covers[k].feed / 64] |= 1ull << (w->covers[k].feed % 64);
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t *feeds = feeds_of(s, members[i].node);

        for (uint32_t f = 0; f < c->m->ted->feed_count; f++)
            if ((feeds[f / 64] >> (f % 64) & 1) != 0 &&
                cp_ted_covers(c->m, f, members[i].node, domain) == COVERS_NOT &&
                !has_otherwise(c, f, members[i].node, domain))
                CP_TRY(lack(c, &members[i], f));
    }
    return CP_OK;
}

/* members [count]: all that one feed describes. */
static cp_err compare_feed(struct covering *c, const struct described *members, uint32_t count)
{
    const struct ted_store *store = &c->m->ted->feeds[members[0].feed].store;
    struct scopes s = {.c = c};

    CP_TRY(gather_lans(&s, store));
    CP_TRY(gather_joints(&s, store));
    s.parent = CP_TAKE(c->m->work, s.vertex_count, uint32_t);
    s.feeds = CP_TAKE(c->m->work, (size_t)s.vertex_count * c->words, uint64_t);
    if (s.parent == NULL || s.feeds == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count; to++)
            if (compare_domains(&members[from].domain, &members[to].domain) != 0)
                break;
        CP_TRY(compare_scope(&s, &members[from], to - from));
    }
    return CP_OK;
}

cp_err cp_ted_make_covers(struct ted_making *m)
{
    struct covering c = {.m = m, .words = (m->ted->feed_count + 63) / 64};

    CP_TRY(gather(&c));
    CP_TRY(find_direct(&c));
    CP_TRY(lay(&c));
    if (c.count == 0 || c.all[0].feed == c.all[c.count - 1].feed)
        return CP_OK; /* nobody to disagree with */
    qsort(c.all, c.count, sizeof *c.all, compare_described);
    for (uint32_t from = 0, to; from < c.count; from = to) {
        for (to = from + 1; to < c.count && c.all[to].feed == c.all[from].feed;)
            to++;
        CP_TRY(compare_feed(&c, &c.all[from], to - from));
    }
    return lay(&c);
}

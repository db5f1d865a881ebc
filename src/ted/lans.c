#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "model/limits.h"

/*
 * LANs: a pseudonode and the routers that say that they are on it, and of which it says so.  One link, with many ends:
 * the cost of leaving a router is what the router says; from the pseudonode on it costs nothing.
 */

struct lans {
    struct ted_making *m;
    const struct ted_half_ref *refs; /* [count] by pseudonode, router, direction, belief */
    uint32_t count;
};

static const struct ted_router *pseudonode_of(const struct ted_half_ref *r)
{
    return r->from == CP_NONE ? &r->half->from : &r->half->to;
}

static uint32_t router_of(const struct ted_half_ref *r)
{
    return r->from == CP_NONE ? r->to : r->from;
}

static int compare_refs(const void *a, const void *b)
{
    const struct ted_half_ref *x = a;
    const struct ted_half_ref *y = b;
    int order = cp_ted_router_cmp(pseudonode_of(x), pseudonode_of(y));

    if (order != 0)
        return order;
    if (router_of(x) != router_of(y))
        return router_of(x) < router_of(y) ? -1 : 1;
    if ((x->from == CP_NONE) != (y->from == CP_NONE))
        return x->from == CP_NONE ? 1 : -1;
    return cp_ted_half_order(x, y);
}

static cp_err name_of(const struct lans *l, const struct ted_half_ref *ref, cp_text *out)
{
    struct cp_out text = cp_out_make(l->m->arena);

    cp_out_str(&text, "lan ");
    cp_ted_out_router(&text, pseudonode_of(ref));
    return cp_out_done(&text, out);
}

/* One router on a LAN: refs[from..middle) to it, refs[middle..to) from it. */
struct member {
    uint32_t from, middle, to;
};

static struct member next_member(const struct lans *l, uint32_t from, uint32_t end)
{
    struct member m = {from, from, from};

    while (m.to < end && router_of(&l->refs[m.to]) == router_of(&l->refs[from]))
        m.to++;
    while (m.middle < m.to && l->refs[m.middle].from != CP_NONE)
        m.middle++;
    return m;
}

static bool has_feed(const struct lans *l, uint32_t from, uint32_t to, uint32_t feed)
{
    for (uint32_t i = from; i < to; i++)
        if (l->refs[i].feed == feed)
            return true;
    return false;
}

/* The feed covers the router, and knows LANs, and has not both halves. */
static bool misses(const struct lans *l, const struct member *m, uint32_t feed)
{
    const struct cp_ted *ted = l->m->ted;
    const struct ted_domain *domain = &l->refs[m->from].half->domain;
    bool there = has_feed(l, m->from, m->middle, feed);
    bool back = has_feed(l, m->middle, m->to, feed);

    if ((there && back) || !cp_ted_feed_covers(&ted->feeds[feed]))
        return false;
    if (ted->feeds[feed].kind != CP_TED_BGP_LS && !there && !back)
        return false; /* FRR's TED has no pseudonodes */
    return cp_ted_covers(l->m, feed, router_of(&l->refs[m->from]), domain) == COVERS;
}

static bool is_missed(const struct lans *l, const struct member *m)
{
    for (uint32_t f = 0; f < l->m->ted->feed_count; f++)
        if (misses(l, m, f))
            return true;
    return false;
}

/* Who has the router on the LAN, who not, and who one of both ways. */
static cp_err tell_who(const struct lans *l, const struct member *m, cp_text *said)
{
    struct cp_out text = cp_out_make(l->m->arena);

    for (uint32_t f = 0; f < l->m->ted->feed_count; f++) {
        bool has = has_feed(l, m->from, m->to, f);

        if (misses(l, m, f))
            cp_ted_out_said(&text, l->m->ted, f, has ? "has a part of " : "has not ");
        else if (has)
            cp_ted_out_said(&text, l->m->ted, f, "has ");
        else
            continue;
        cp_out_text(&text, l->m->world->nodes[router_of(&l->refs[m->from])].id);
        cp_out_str(&text, " on it");
    }
    return cp_out_done(&text, said);
}

/* The LAN with all that any feed has on it. */
static cp_err doubt(struct lans *l, uint32_t from, uint32_t to, cp_text subject, cp_text said)
{
    uint32_t *ends = CP_TAKE(l->m->work, to - from, uint32_t), count = 0;

    if (ends == NULL)
        return CP_ERR_NOMEM;
    while (from < to) {
        struct member m = next_member(l, from, to);

        if (m.middle != m.from && m.middle != m.to)
            ends[count++] = router_of(&l->refs[from]);
        from = m.to;
    }
    return cp_ted_add_doubt(l->m, subject, said, ends, count);
}

static cp_err say_disagree(struct lans *l, const struct member *m, cp_text *said)
{
    cp_text subject;

    CP_TRY(name_of(l, &l->refs[m->from], &subject));
    CP_TRY(tell_who(l, m, said));
    return cp_ted_disagree(l->m, CP_NONE, subject, "a LAN that a feed has and another one has not",
                           *said);
}

static cp_err add_member(struct lans *l, struct ted_world_link *link, const struct member *m)
{
    struct ted_world_end *end = &link->ends[link->end_count];
    const struct ted_half_ref **said = (const struct ted_half_ref **)cp_arena_take(
        l->m->work, m->middle - m->from, sizeof(void *));

    if (said == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = m->from; i < m->middle; i++)
        said[i - m->from] = &l->refs[i];
    end->node = router_of(&l->refs[m->from]);
    CP_TRY(cp_ted_fill_end(l->m, end, said, m->middle - m->from));
    if (end->metric != CP_NONE)
        link->end_count++;
    else
        memset(end, 0, sizeof *end);
    return CP_OK;
}

static cp_err say_half(struct lans *l, const struct member *m)
{
    cp_text subject;

    CP_TRY(name_of(l, &l->refs[m->from], &subject));
    for (uint32_t i = m->from; i < m->to; i++)
        l->m->world->half_links[l->refs[i].feed]++;
    return cp_ted_raise(l->m, CP_TED_ALARM_HALF_LINK, CP_NONE, subject,
                        "a router on a LAN that one end alone says");
}

/* refs[from..to) are of one pseudonode. */
static cp_err make_lan(struct lans *l, uint32_t from, uint32_t to)
{
    struct ted_world_link *link;
    uint32_t most = 0;
    cp_text subject, said = CP_TEXT(""), more;

    for (uint32_t i = from; i < to; i = next_member(l, i, to).to)
        most++;
    link = cp_ted_add_link(l->m, most);
    if (link == NULL)
        return CP_ERR_NOMEM;
    link->lan = true;
    link->end_count = 0;
    for (uint32_t i = from; i < to;) {
        struct member m = next_member(l, i, to);

        i = m.to;
        if (m.middle == m.from || m.middle == m.to) {
            CP_TRY(say_half(l, &m));
            continue;
        }
        if (is_missed(l, &m)) {
            CP_TRY(say_disagree(l, &m, said.len == 0 ? &said : &more));
            continue;
        }
        if (link->end_count < CP_LIMIT_LAN_ENDS)
            CP_TRY(add_member(l, link, &m));
    }
    if (link->end_count < 2)
        l->m->world->link_count--;
    if (said.len == 0)
        return CP_OK;
    CP_TRY(name_of(l, &l->refs[from], &subject));
    return doubt(l, from, to, subject, said);
}

cp_err cp_ted_make_lans(struct ted_making *m, struct ted_half_ref *refs, uint32_t count)
{
    struct lans l = {.m = m, .refs = refs, .count = count};

    if (count > 0)
        qsort(refs, count, sizeof *refs, compare_refs);
    for (uint32_t i = 0; i < count;) {
        uint32_t to = i + 1;

        while (to < count &&
               cp_ted_router_cmp(pseudonode_of(&refs[to]), pseudonode_of(&refs[i])) == 0)
            to++;
        CP_TRY(make_lan(&l, i, to));
        i = to;
    }
    return CP_OK;
}

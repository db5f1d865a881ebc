#include "links.h"

#include <stdlib.h>
#include <string.h>

/*
 * Links between two routers.  Half links are sorted by the two; those of one direction that are of one interface
 * (addresses or numbers of theirs are the same, and none is another) are gathered to a side, over all feeds and
 * levels.  A side and one of the other direction are a link when their addresses or numbers meet, and with no
 * other; sides that say neither are one where they are the only ones.  All else is half a link.
 *
 * Order among half links comes from what they say alone (compare_refs).
 */

/* --- gathering ---------------------------------------------------------------------------------- */

static bool is_link_local(cp_ip ip)
{
    return ip.family == 6 && ip.bytes[0] == 0xfe && (ip.bytes[1] & 0xc0) == 0x80;
}

static int compare_halves(const struct ted_half *a, const struct ted_half *b)
{
    int order = memcmp(&a->local, &b->local, sizeof a->local);

    /* Those that say more come first: what says nothing may belong to any of them. */
    if (order == 0)
        order = memcmp(&a->local6, &b->local6, sizeof a->local6);
    if (order == 0)
        order = memcmp(&a->remote, &b->remote, sizeof a->remote);
    if (order == 0)
        order = memcmp(&a->remote6, &b->remote6, sizeof a->remote6);
    if (order == 0 && a->local_id != b->local_id)
        order = a->local_id < b->local_id ? -1 : 1;
    if (order == 0 && a->remote_id != b->remote_id)
        order = a->remote_id < b->remote_id ? -1 : 1;
    return -order;
}

int cp_ted_half_order(const struct ted_half_ref *a, const struct ted_half_ref *b)
{
    if (a->covers != b->covers)
        return a->covers ? -1 : 1;
    if (a->half->domain.protocol != b->half->domain.protocol)
        return a->half->domain.protocol < b->half->domain.protocol ? -1 : 1;
    if (a->half->topology != b->half->topology)
        return a->half->topology < b->half->topology ? -1 : 1;
    if (a->feed != b->feed)
        return a->feed < b->feed ? -1 : 1;
    if (a->half->srlg_count != b->half->srlg_count || a->half->lan_count != b->half->lan_count)
        return a->half->srlg_count + a->half->lan_count < b->half->srlg_count + b->half->lan_count
                   ? -1
                   : 1;
    return memcmp(a->half, b->half, cp_ted_half_bytes(a->half->srlg_count, a->half->lan_count));
}

static int compare_refs(const void *a, const void *b)
{
    const struct ted_half_ref *x = a;
    const struct ted_half_ref *y = b;
    int order;

    if (cp_ted_lesser(x) != cp_ted_lesser(y))
        return cp_ted_lesser(x) < cp_ted_lesser(y) ? -1 : 1;
    if (cp_ted_greater(x) != cp_ted_greater(y))
        return cp_ted_greater(x) < cp_ted_greater(y) ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->half->topology != y->half->topology)
        return x->half->topology < y->half->topology ? -1 : 1;
    order = compare_halves(x->half, y->half);
    return order != 0 ? order : cp_ted_half_order(x, y);
}

/* --- sides -------------------------------------------------------------------------------------- */

static bool other_ip(cp_ip a, cp_ip b)
{
    return a.family != 0 && b.family != 0 && !cp_ip_eq(a, b);
}

static bool same_ip(cp_ip a, cp_ip b)
{
    return a.family != 0 && cp_ip_eq(a, b);
}

/* An address that every interface may have tells nothing. */
static cp_ip telling(cp_ip ip)
{
    return is_link_local(ip) ? (cp_ip){0} : ip;
}

static bool is_blank(const struct ted_half *h)
{
    return h->local.family == 0 && h->remote.family == 0 && telling(h->local6).family == 0 &&
           telling(h->remote6).family == 0 && h->local_id == 0 && h->remote_id == 0;
}

static bool same_numbers(const struct side *s, const struct ted_half *h)
{
    return s->protocol == h->domain.protocol;
}

static bool fits(const struct side *s, const struct ted_half *h)
{
    bool other = other_ip(s->local, h->local) || other_ip(s->remote, h->remote) ||
                 other_ip(s->local6, telling(h->local6)) ||
                 other_ip(s->remote6, telling(h->remote6));

    if (same_numbers(s, h))
        other = other || (s->local_id != 0 && h->local_id != 0 && s->local_id != h->local_id) ||
                (s->remote_id != 0 && h->remote_id != 0 && s->remote_id != h->remote_id);
    return !other;
}

static bool shares(const struct side *s, const struct ted_half *h)
{
    return same_ip(s->local, h->local) || same_ip(s->local6, telling(h->local6)) ||
           same_ip(s->remote, h->remote) || same_ip(s->remote6, telling(h->remote6)) ||
           (same_numbers(s, h) && s->local_id != 0 && s->local_id == h->local_id);
}

static void join(struct side *s, const struct ted_half_ref *ref)
{
    const struct ted_half *h = ref->half;

    s->said[s->count++] = ref;
    if (s->local.family == 0)
        s->local = h->local;
    if (s->remote.family == 0)
        s->remote = h->remote;
    if (s->local6.family == 0)
        s->local6 = telling(h->local6);
    if (s->remote6.family == 0)
        s->remote6 = telling(h->remote6);
    if (s->protocol == 0 && (h->local_id != 0 || h->remote_id != 0))
        s->protocol = h->domain.protocol;
    if (same_numbers(s, h)) {
        s->local_id = s->local_id == 0 ? h->local_id : s->local_id;
        s->remote_id = s->remote_id == 0 ? h->remote_id : s->remote_id;
    }
}

static cp_err new_side(struct linking *l, const struct ted_half_ref *ref, uint32_t most)
{
    struct side *s = &l->sides[l->side_count++];

    *s = (struct side){.pair = CP_NONE};
    s->said = (const struct ted_half_ref **)cp_arena_take(l->m->work, most, sizeof(void *));
    if (s->said == NULL)
        return CP_ERR_NOMEM;
    join(s, ref);
    return CP_OK;
}

/* Whether a side holds another statement of the ref's feed, domain and topology: then both cannot be one interface. */
static bool is_taken(const struct side *s, const struct ted_half_ref *ref)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->said[i]->feed == ref->feed && s->said[i]->half->topology == ref->half->topology &&
            memcmp(&s->said[i]->half->domain, &ref->half->domain, sizeof ref->half->domain) == 0)
            return true;
    return false;
}

/* Sides of one direction: refs[from..to), from side `first` on. */
static cp_err make_sides(struct linking *l, uint32_t from, uint32_t to, uint32_t first)
{
    bool plain = false; /* there are halves of topology 0 */

    for (uint32_t i = from; i < to; i++) {
        const struct ted_half_ref *ref = &l->refs[i];
        uint32_t found = CP_NONE;
        uint32_t count = 0;

        for (uint32_t s = first; s < l->side_count; s++) {
            if (!fits(&l->sides[s], ref->half) ||
                !(shares(&l->sides[s], ref->half) || is_blank(ref->half)))
                continue;
            count++;
            found = s;
        }
        plain = plain || ref->half->topology == 0;
        if (count == 1 && !(is_blank(ref->half) && is_taken(&l->sides[found], ref))) {
            join(&l->sides[found], ref);
            continue;
        }
        if (ref->half->topology != 0 && plain)
            continue; /* the IPv6 topology: the same links again, under addresses of their own */
        CP_TRY(new_side(l, ref, to - from));
        l->sides[l->side_count - 1].unclear = count > 1;
        if (count == 1)
            l->sides[l->side_count - 1].unclear = l->sides[found].unclear = true;
    }
    return CP_OK;
}

/* --- two ends ----------------------------------------------------------------------------------- */

static bool may_meet(const struct side *a, const struct side *b)
{
    if (other_ip(a->local, b->remote) || other_ip(a->remote, b->local) ||
        other_ip(a->local6, b->remote6) || other_ip(a->remote6, b->local6))
        return false;
    if (a->protocol != b->protocol)
        return true;
    return !(a->local_id != 0 && b->remote_id != 0 && a->local_id != b->remote_id) &&
           !(a->remote_id != 0 && b->local_id != 0 && a->remote_id != b->local_id);
}

static bool do_meet(const struct side *a, const struct side *b)
{
    if (!may_meet(a, b))
        return false;
    if (same_ip(a->local, b->remote) || same_ip(a->remote, b->local) ||
        same_ip(a->local6, b->remote6) || same_ip(a->remote6, b->local6))
        return true;
    return a->protocol != 0 && a->protocol == b->protocol &&
           ((a->local_id != 0 && a->local_id == b->remote_id) ||
            (a->remote_id != 0 && a->remote_id == b->local_id));
}

static void note_pair(struct linking *l, uint32_t a, uint32_t b)
{
    l->sides[a].pair = b;
    l->sides[b].pair = a;
    l->sides[a].meets++;
    l->sides[b].meets++;
}

static void pair_sides(struct linking *l)
{
    for (uint32_t a = 0; a < l->there; a++)
        for (uint32_t b = l->there; b < l->side_count; b++)
            if (!l->sides[a].unclear && !l->sides[b].unclear && do_meet(&l->sides[a], &l->sides[b]))
                note_pair(l, a, b);
    if (l->there == 1 && l->side_count == 2 && l->sides[0].meets == 0 && !l->sides[0].unclear &&
        !l->sides[1].unclear && may_meet(&l->sides[0], &l->sides[1]))
        note_pair(l, 0, 1);
}

/* --- links -------------------------------------------------------------------------------------- */

static cp_err say_half(struct linking *l, const struct side *s, const char *why)
{
    struct cp_out out = cp_out_make(l->m->arena);
    const struct ted_half_ref *ref = s->said[0];
    cp_text subject;

    cp_out_text(&out, l->m->world->nodes[ref->from].id);
    cp_out_str(&out, " to ");
    cp_out_text(&out, l->m->world->nodes[ref->to].id);
    if (s->local.family != 0 || s->local6.family != 0) {
        cp_out_str(&out, " at ");
        cp_out_ip(&out, s->local.family != 0 ? s->local : s->local6);
    }
    CP_TRY(cp_out_done(&out, &subject));
    for (uint32_t i = 0; i < s->count; i++)
        l->m->world->half_links[s->said[i]->feed]++;
    return cp_ted_raise(l->m, CP_TED_ALARM_HALF_LINK, CP_NONE, subject, why);
}

static int compare_said(const void *a, const void *b)
{
    return cp_ted_half_order(*(const struct ted_half_ref *const *)a,
                             *(const struct ted_half_ref *const *)b);
}

static cp_err lay_link(struct linking *l, const struct side *a, const struct side *b)
{
    struct ted_world_link *link = cp_ted_add_link(l->m, 2);

    if (link == NULL)
        return CP_ERR_NOMEM;
    link->ends[0].node = a->said[0]->from;
    link->ends[1].node = b->said[0]->from;
    link->local_id = a->local_id;
    CP_TRY(cp_ted_fill_end(l->m, &link->ends[0], a->said, a->count));
    CP_TRY(cp_ted_fill_end(l->m, &link->ends[1], b->said, b->count));
    if (link->ends[0].address.family == 0)
        link->ends[0].address = b->remote;
    if (link->ends[1].address.family == 0)
        link->ends[1].address = a->remote;
    if (link->ends[0].address6.family == 0)
        link->ends[0].address6 = b->remote6;
    if (link->ends[1].address6.family == 0)
        link->ends[1].address6 = a->remote6;
    if (link->ends[0].metric != CP_NONE && link->ends[1].metric != CP_NONE)
        return CP_OK;
    l->m->world->link_count--;
    CP_TRY(say_half(l, a, "a link without a metric, or that no packet is to take"));
    return say_half(l, b, "a link without a metric, or that no packet is to take");
}

static cp_err judge_pair(struct linking *l, const struct side *a, const struct side *b)
{
    bool doubted;

    CP_TRY(cp_ted_doubt_pair(l, a, b, &doubted));
    if (doubted)
        return CP_OK;
    qsort((void *)a->said, a->count, sizeof(void *), compare_said);
    qsort((void *)b->said, b->count, sizeof(void *), compare_said);
    CP_TRY(cp_ted_compare_side(l, a));
    CP_TRY(cp_ted_compare_side(l, b));
    return lay_link(l, a, b);
}

static cp_err too_many(struct linking *l, uint32_t from, uint32_t to)
{
    const struct ted_half_ref *first = &l->refs[from];
    struct side side = {.said = &first, .count = 1};

    for (uint32_t i = from + 1; i < to; i++)
        l->m->world->half_links[l->refs[i].feed]++;
    return say_half(l, &side, "more links between two routers than can be told apart");
}

/* All half links between two routers. */
static cp_err link_two(struct linking *l, uint32_t from, uint32_t to)
{
    uint32_t middle = from;

    if (to - from > CP_TED_BETWEEN_MAX)
        return too_many(l, from, to);
    while (middle < to && l->refs[middle].from < l->refs[middle].to)
        middle++;
    l->side_count = 0;
    CP_TRY(make_sides(l, from, middle, 0));
    l->there = l->side_count;
    CP_TRY(make_sides(l, middle, to, l->there));
    pair_sides(l);
    for (uint32_t s = 0; s < l->side_count; s++) {
        const struct side *side = &l->sides[s];

        if (side->meets == 1 && l->sides[side->pair].meets == 1) {
            if (s < l->there)
                CP_TRY(judge_pair(l, side, &l->sides[side->pair]));
            continue;
        }
        CP_TRY(say_half(l, side,
                        side->unclear || side->meets > 1
                            ? "a link that cannot be told from another one"
                            : "a link that one end alone says"));
    }
    return CP_OK;
}

static cp_err link_all(struct linking *l)
{
    cp_arena_mark mark = cp_arena_mark_get(l->m->work);

    for (uint32_t i = 0; i < l->count;) {
        uint32_t to = i + 1;

        while (to < l->count && cp_ted_lesser(&l->refs[to]) == cp_ted_lesser(&l->refs[i]) &&
               cp_ted_greater(&l->refs[to]) == cp_ted_greater(&l->refs[i]))
            to++;
        CP_TRY(link_two(l, i, to));
        cp_arena_reset(l->m->work, mark);
        i = to;
    }
    return CP_OK;
}

/* --- half links of all feeds -------------------------------------------------------------------- */

/* RFC 9552 5.2.2.1, RFC 5120: 0 is the plain topology, 2 that of IPv6. */
static bool is_used_topology(uint32_t topology)
{
    return topology == 0 || topology == 2;
}

static cp_err say_lone(struct ted_making *m, const struct ted_half *half, uint32_t feed)
{
    struct cp_out out = cp_out_make(m->arena);
    cp_text subject;

    cp_ted_out_router(&out, &half->from);
    cp_out_str(&out, " to ");
    cp_ted_out_router(&out, &half->to);
    CP_TRY(cp_out_done(&out, &subject));
    m->world->half_links[feed]++;
    return cp_ted_raise(m, CP_TED_ALARM_HALF_LINK, CP_NONE, subject,
                        "a link of a router that no feed describes");
}

static cp_err place(struct ted_making *m, const struct ted_half *half, uint32_t feed,
                    struct ted_half_ref *ref)
{
    bool pseudo_from = cp_ted_is_pseudonode(&half->from);
    bool pseudo_to = cp_ted_is_pseudonode(&half->to);

    *ref = (struct ted_half_ref){.half = half,
                                 .feed = feed,
                                 .from = CP_NONE,
                                 .to = CP_NONE,
                                 .covers = cp_ted_feed_covers(&m->ted->feeds[feed])};
    if (!pseudo_from)
        ref->from = cp_ted_world_find(m->world, &half->from);
    if (!pseudo_to)
        ref->to = cp_ted_world_find(m->world, &half->to);
    if ((pseudo_from && pseudo_to) || (!pseudo_from && ref->from == CP_NONE) ||
        (!pseudo_to && ref->to == CP_NONE)) {
        ref->half = NULL;
        return say_lone(m, half, feed);
    }
    if (ref->from == ref->to)
        ref->half = NULL; /* from a router to itself */
    return CP_OK;
}

/* plain [..] between routers; lans [..] with a pseudonode. */
static cp_err sort_out(struct ted_making *m, struct ted_half_ref *plain, uint32_t *plain_count,
                       struct ted_half_ref *lans, uint32_t *lan_count)
{
    for (uint32_t f = 0; f < m->ted->feed_count; f++) {
        const struct ted_store *store = &m->ted->feeds[f].store;

        for (uint32_t i = 0; i < store->thing_count; i++) {
            const struct ted_half *half = store->things[i].blob;
            struct ted_half_ref ref;

            if (store->things[i].kind != TED_HALF || half == NULL ||
                !is_used_topology(half->topology))
                continue;
            CP_TRY(place(m, half, f, &ref));
            if (ref.half == NULL)
                continue;
            if (ref.from != CP_NONE && ref.to != CP_NONE)
                plain[(*plain_count)++] = ref;
            else if (half->topology == 0)
                lans[(*lan_count)++] = ref;
        }
    }
    return CP_OK;
}

cp_err cp_ted_link_refs(struct ted_making *m, struct ted_half_ref *refs, uint32_t count)
{
    struct linking l = {.m = m, .refs = refs, .count = count};

    l.sides = CP_TAKE(m->work, CP_TED_BETWEEN_MAX, struct side);
    if (l.sides == NULL)
        return CP_ERR_NOMEM;
    if (count > 0)
        qsort(refs, count, sizeof *refs, compare_refs);
    return link_all(&l);
}

cp_err cp_ted_make_links(struct ted_making *m)
{
    struct ted_half_ref *refs, *lans;
    uint32_t count = 0;
    uint32_t lan_count = 0;
    uint64_t most = 0;

    for (uint32_t f = 0; f < m->ted->feed_count; f++)
        most += m->ted->feeds[f].store.of_kind[TED_HALF];
    if (most > UINT32_MAX - 1)
        return CP_ERR_LIMIT;
    refs = CP_TAKE(m->work, most, struct ted_half_ref);
    lans = CP_TAKE(m->work, most, struct ted_half_ref);
    if (refs == NULL || lans == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(sort_out(m, refs, &count, lans, &lan_count));
    CP_TRY(cp_ted_link_refs(m, refs, count));
    return cp_ted_make_lans(m, lans, lan_count);
}

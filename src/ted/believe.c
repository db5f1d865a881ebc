#include "links.h"

/*
 * Whom to believe of a link between two routers.  One that a feed has, and another one that would have it has not, is no
 * link; where feeds have different metrics of it, the first is believed.  Both are told, with who says what.
 */

/* Documents have one edge for both levels of IS-IS. */
static bool is_of(const struct cp_ted *ted, uint32_t feed, const struct ted_half *half,
                  const struct ted_domain *domain)
{
    return cp_ted_same_domain(&half->domain, domain) ||
           (ted->feeds[feed].kind == CP_TED_FRR_ISIS && half->from.family == TED_ISIS &&
            domain->protocol <= 2);
}

static bool has_feed(const struct linking *l, const struct side *s, uint32_t feed,
                     const struct ted_domain *domain)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->said[i]->feed == feed && is_of(l->m->ted, feed, s->said[i]->half, domain))
            return true;
    return false;
}

/* Who is sure to know one end's area, and has the other end there too, knows what is between the two. */
static bool covers_both(const struct linking *l, uint32_t feed, const struct ted_half_ref *ref)
{
    const struct ted_domain *domain = &ref->half->domain;
    ted_covers from = cp_ted_covers(l->m, feed, ref->from, domain);
    ted_covers to = cp_ted_covers(l->m, feed, ref->to, domain);

    return from != COVERS_NOT && to != COVERS_NOT && (from == COVERS || to == COVERS);
}

/* A feed that covers both routers there, and would have the link if it were. */
static bool misses(struct linking *l, const struct side *a, const struct side *b, uint32_t feed)
{
    const struct cp_ted *ted = l->m->ted;

    if (!cp_ted_feed_covers(&ted->feeds[feed]))
        return false;
    if (ted->feeds[feed].kind != CP_TED_BGP_LS && a->local.family != 4)
        return false; /* FRR's TED has no links without IPv4 addresses */
    for (uint32_t i = 0; i < a->count; i++) {
        const struct ted_half_ref *ref = a->said[i];
        const struct ted_domain *domain = &ref->half->domain;

        if (ref->half->topology != 0 ||
            (has_feed(l, a, feed, domain) && has_feed(l, b, feed, domain)))
            continue;
        if (covers_both(l, feed, ref))
            return true;
    }
    return false;
}

static cp_err name_of(const struct linking *l, const struct side *s, cp_text *out)
{
    struct cp_out text = cp_out_make(l->m->arena);
    const struct ted_half_ref *ref = s->said[0];

    cp_out_text(&text, l->m->world->nodes[cp_ted_lesser(ref)].id);
    cp_out_str(&text, "--");
    cp_out_text(&text, l->m->world->nodes[cp_ted_greater(ref)].id);
    return cp_out_done(&text, out);
}

static bool tells(const struct side *s, uint32_t feed)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->said[i]->feed == feed)
            return true;
    return false;
}

/* Who has the link, who not, and who a part of it: one way, or at one level. */
static cp_err tell_who(struct linking *l, const struct side *a, const struct side *b, cp_text *said)
{
    struct cp_out text = cp_out_make(l->m->arena);

    for (uint32_t f = 0; f < l->m->ted->feed_count; f++) {
        bool has = tells(a, f) || tells(b, f);

        if (misses(l, a, b, f) || misses(l, b, a, f))
            cp_ted_out_said(&text, l->m->ted, f, has ? "has a part of it" : "has it not");
        else if (has)
            cp_ted_out_said(&text, l->m->ted, f, "has it");
    }
    return cp_out_done(&text, said);
}

cp_err cp_ted_doubt_pair(struct linking *l, const struct side *a, const struct side *b,
                         bool *doubted)
{
    const uint32_t ends[2] = {a->said[0]->from, b->said[0]->from};
    cp_text subject, said;

    *doubted = false;
    for (uint32_t f = 0; f < l->m->ted->feed_count && !*doubted; f++)
        *doubted = misses(l, a, b, f) || misses(l, b, a, f);
    if (!*doubted)
        return CP_OK;
    CP_TRY(name_of(l, a, &subject));
    CP_TRY(tell_who(l, a, b, &said));
    CP_TRY(cp_ted_add_doubt(l->m, subject, said, ends, 2));
    return cp_ted_disagree(l->m, CP_NONE, subject, "a link that a feed has and another one has not",
                           said);
}

static bool metrics_differ(const struct ted_half *a, const struct ted_half *b)
{
    return cp_ted_same_domain(&a->domain, &b->domain) && a->topology == b->topology &&
           ((a->metric != CP_NONE && b->metric != CP_NONE && a->metric != b->metric) ||
            (a->te_metric != CP_NONE && b->te_metric != CP_NONE && a->te_metric != b->te_metric));
}

static void out_metrics(struct cp_out *out, const struct linking *l, const struct ted_half_ref *ref)
{
    cp_ted_out_said(out, l->m->ted, ref->feed, "has");
    if (ref->half->metric != CP_NONE)
        cp_out_format(out, " metric %u", ref->half->metric);
    if (ref->half->te_metric != CP_NONE)
        cp_out_format(out, " TE metric %u", ref->half->te_metric);
    cp_out_str(out, " from ");
    cp_out_text(out, l->m->world->nodes[ref->from].id);
}

cp_err cp_ted_compare_side(struct linking *l, const struct side *s)
{
    const struct ted_half_ref *first = s->said[0];
    struct cp_out text = cp_out_make(l->m->arena);
    cp_text subject, said;
    uint32_t i = 1;

    while (i < s->count &&
           !(s->said[i]->covers && first->covers && s->said[i]->feed != first->feed &&
             metrics_differ(first->half, s->said[i]->half)))
        i++;
    if (i >= s->count)
        return CP_OK;
    out_metrics(&text, l, first);
    out_metrics(&text, l, s->said[i]);
    CP_TRY(cp_out_done(&text, &said));
    CP_TRY(name_of(l, s, &subject));
    return cp_ted_disagree(l->m, CP_NONE, subject, "feeds that say different metrics of a link",
                           said);
}

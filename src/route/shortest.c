#include <string.h>

#include "segments_inside.h"

/*
 * A path is covered by stretches, from position to position: a link alone always (an adjacency), several
 * links where a node segment over them is clean.  Whether it is cannot be told from shorter or longer
 * stretches: a failure may send the packets of a long one far around a node that those of a short one meet,
 * and the other way round.  So the fewest stretches are found by levels from the end of the path: level k
 * holds the positions from which k stretches are enough.  A stretch is proven only when the levels ask for it.
 *
 * What does follow from a stretch that is not clean, and saves most proofs:
 *
 *   - it is no least-cost way, or not clean without failures, or not the only such way: then no stretch that
 *     holds it is (every closure of theirs without failures holds its closure);
 *   - a transition from the network without failures to f exposes it: then so is every stretch that begins
 *     sooner and ends at the same place.  While routers disagree, packets may go on as before up to
 *     where this stretch begins and meet from there what its packets meet; and f may happen to the longer
 *     one too, for the nodes before are on no least-cost way of the shorter.
 *
 * Neither holds for larger sets of failures, since after the first of them packets may not come by at all.
 */

#define STRETCH_MAX 1024u              /* links; longer ones are not tried */
#define CHARGE_MAX (UINT64_C(1) << 24) /* states of flows looked at for one path */

enum { PAIR_UNKNOWN, PAIR_CLEAN, PAIR_NOT };

struct chain {
    struct cp_segmenter *s;
    const struct cp_segment_ask *ask;
    uint32_t links, width; /* width: longest stretch tried */
    uint64_t *cost;        /* [links + 1] along the path up to the position */
    uint8_t *known;        /* [links * width] PAIR_..., by first position, then length */
    uint32_t *barred;      /* [links + 1] positions before this begin no stretch that ends here */
    uint32_t *need;  /* [links + 1] stretches from here to the end; CP_NONE: more than were tried */
    uint32_t *next;  /* [links + 1] where the first of them ends */
    uint32_t *level; /* [links + 1] the positions of the last level, ascending */
    uint32_t level_count;
    uint64_t charge;
    bool exhausted;
};

uint32_t cp_link_cost(const struct cp_graph *g, uint32_t from, uint32_t link, uint32_t to)
{
    uint32_t i = g->hop_first[from];

    while (g->hops[i].link != link || g->hops[i].to != to) {
        i++;
        CP_ASSERT(i < g->hop_first[from + 1]);
    }
    return g->hops[i].out;
}

cp_err cp_stretch_is_alone(struct cp_segmenter *s, const struct cp_segment_ask *ask, uint32_t from,
                           uint32_t to, bool *alone)
{
    const struct cp_graph *g = &s->ground->net->graph;
    const struct cp_path *path = ask->path;
    struct question q = {.treatment = ask->treatment,
                         .to = path->nodes[to],
                         .ends = ask->ends,
                         .end_count = ask->end_count};
    uint64_t left = 0; /* from the position on */

    *alone = true;
    for (uint32_t p = to; p-- > from && *alone;) {
        uint32_t v = path->nodes[p];

        left += cp_link_cost(g, v, path->links[p], path->nodes[p + 1]);
        for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1] && *alone; i++) {
            const struct cp_hop *hop = &g->hops[i];
            uint64_t beyond = 0;

            if (hop->out > left || (hop->link == path->links[p] && hop->to == path->nodes[p + 1]))
                continue;
            q.from = hop->to;
            if (q.from != q.to)
                CP_TRY(cp_answer_cost(s, &q, &beyond));
            *alone = beyond != left - hop->out;
        }
    }
    return CP_OK;
}

static cp_err open_chain(struct chain *c)
{
    struct cp_arena *work = c->s->work;
    const struct cp_path *path = c->ask->path;
    size_t places = (size_t)path->link_count + 1;

    c->links = path->link_count;
    c->width = c->links < STRETCH_MAX ? c->links : STRETCH_MAX;
    c->cost = CP_TAKE(work, places, uint64_t);
    c->known = CP_TAKE(work, (size_t)c->links * c->width, uint8_t);
    c->barred = CP_TAKE(work, places, uint32_t);
    c->need = CP_TAKE(work, places, uint32_t);
    c->next = CP_TAKE(work, places, uint32_t);
    c->level = CP_TAKE(work, places, uint32_t);
    if (c->cost == NULL || c->known == NULL || c->barred == NULL || c->need == NULL ||
        c->next == NULL || c->level == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->links; i++)
        c->cost[i + 1] = c->cost[i] + cp_link_cost(&c->s->ground->net->graph, path->nodes[i],
                                                   path->links[i], path->nodes[i + 1]);
    memset(c->need, 0xff, places * sizeof *c->need);
    return CP_OK;
}

static void bar(struct chain *c, uint32_t from, uint32_t to)
{
    if (c->barred[to] < from + 1)
        c->barred[to] = from + 1;
}

/* What follows for other stretches. */
static void spread(struct chain *c, uint32_t from, uint32_t to, const struct verdict *v)
{
    if (v->depth == 0)
        for (uint32_t i = to; i <= c->links; i++)
            bar(c, from, i);
    if (v->depth == 1 && v->state == CP_STATE_TRANSITION)
        bar(c, from, to);
}

static cp_err prove(struct chain *c, uint32_t from, uint32_t to, bool *clean)
{
    const struct cp_path *path = c->ask->path;
    struct question q = {.treatment = c->ask->treatment,
                         .from = path->nodes[from],
                         .to = path->nodes[to],
                         .ends = c->ask->ends,
                         .end_count = c->ask->end_count};
    struct verdict v = {.clean = false};
    uint64_t cost = 0;

    CP_TRY(cp_answer_cost(c->s, &q, &cost));
    bool fits = cost == c->cost[to] - c->cost[from];

    if (fits && c->ask->alone)
        CP_TRY(cp_stretch_is_alone(c->s, c->ask, from, to, &fits));
    if (fits)
        CP_TRY(cp_answer_clean(c->s, &q, &c->charge, &v));
    *clean = v.clean;
    if (!v.clean)
        spread(c, from, to, &v);
    return CP_OK;
}

/* Whether the stretch may be covered by one segment. */
static cp_err is_stretch(struct chain *c, uint32_t from, uint32_t to, bool *yes)
{
    uint8_t *known;

    *yes = to == from + 1;
    if (*yes || from < c->barred[to])
        return CP_OK;
    if (to - from > c->width || c->charge > CHARGE_MAX) {
        c->exhausted = true;
        return CP_OK;
    }
    known = &c->known[(size_t)from * c->width + (to - from - 1)];
    if (*known == PAIR_UNKNOWN) {
        CP_TRY(prove(c, from, to, yes));
        *known = *yes ? PAIR_CLEAN : PAIR_NOT;
    }
    *yes = *known == PAIR_CLEAN;
    return CP_OK;
}

/* Whether the position belongs to the level after the last. */
static cp_err reach(struct chain *c, uint32_t at, uint32_t stretches)
{
    bool yes = false;

    for (uint32_t k = 0; k < c->level_count; k++) {
        if (c->level[k] <= at)
            continue;
        CP_TRY(is_stretch(c, at, c->level[k], &yes));
        if (!yes)
            continue;
        c->need[at] = stretches;
        c->next[at] = c->level[k];
        return CP_OK;
    }
    return CP_OK;
}

static void gather_level(struct chain *c, uint32_t stretches)
{
    c->level_count = 0;
    for (uint32_t i = 0; i <= c->links; i++)
        if (c->need[i] == stretches)
            c->level[c->level_count++] = i;
}

static cp_err find_levels(struct chain *c)
{
    c->need[c->links] = 0;
    gather_level(c, 0);
    CP_TRY(reach(c, 0, 1)); /* most paths are one stretch */
    for (uint32_t stretches = 1; c->need[0] == CP_NONE; stretches++) {
        for (uint32_t i = c->links; i-- > 0;)
            if (c->need[i] == CP_NONE)
                CP_TRY(reach(c, i, stretches));
        gather_level(c, stretches);
    }
    return CP_OK;
}

cp_err cp_cover_find(struct cp_segmenter *s, const struct cp_segment_ask *ask, struct cover *out)
{
    struct chain c = {.s = s, .ask = ask};

    CP_TRY(open_chain(&c));
    CP_TRY(find_levels(&c));
    *out = (struct cover){.next = c.next, .count = c.need[0], .shortest = !c.exhausted};
    return CP_OK;
}

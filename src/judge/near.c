#include "near.h"

/*
 * Hops: breadth first, level by level.  Whether reaching a node costs a hop depends on that node
 * alone, so the first time that it is reached is by the fewest hops; a node that costs none joins
 * the level that is being walked.  Each node is walked from once and each link crossed once.
 */

/* --- hops --------------------------------------------------------------------------------- */

enum { CROSSED = 1, LOOKED_BELOW = 2 };

struct walk {
    const struct cp_case *net;
    const struct cp_near_walk *ask;
    uint32_t *first, *links; /* links of node n: links[first[n]] to before links[first[n + 1]] */
    uint8_t *reached;        /* [node_count] */
    uint8_t *seen;           /* [link_count] bits */
    uint32_t *now, *next;    /* [node_count] nodes of this level and of the one after it */
    uint32_t *below;         /* [link_count] links to look below of */
    uint32_t now_count, next_count, below_count;
    struct cp_near_marks out;
};

cp_err cp_near_marks_give(const struct cp_case *net, struct cp_arena *arena,
                          struct cp_near_marks *out)
{
    out->nodes = CP_TAKE(arena, net->node_count, uint8_t);
    out->links = CP_TAKE(arena, net->link_count, uint8_t);
    return out->nodes == NULL || out->links == NULL ? CP_ERR_NOMEM : CP_OK;
}

static uint32_t count_ends(const struct cp_case *net)
{
    uint32_t ends = 0;

    for (uint32_t i = 0; i < net->link_count; i++)
        ends += net->links[i].ends.count;
    return ends;
}

static cp_err open_walk(struct walk *w, struct cp_arena *arena)
{
    uint32_t nodes = w->net->node_count;
    uint32_t links = w->net->link_count;

    w->first = CP_TAKE(arena, (size_t)nodes + 2, uint32_t);
    w->links = CP_TAKE(arena, count_ends(w->net), uint32_t);
    w->reached = CP_TAKE(arena, nodes, uint8_t);
    w->seen = CP_TAKE(arena, links, uint8_t);
    w->now = CP_TAKE(arena, nodes, uint32_t);
    w->next = CP_TAKE(arena, nodes, uint32_t);
    w->below = CP_TAKE(arena, links, uint32_t);
    if (w->first == NULL || w->links == NULL || w->reached == NULL || w->seen == NULL ||
        w->now == NULL || w->next == NULL || w->below == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

/* first is kept one place ahead while it is filled, so that it is right once all links are in. */
static void list_links(struct walk *w)
{
    const struct cp_case *net = w->net;

    for (uint32_t i = 0; i < net->link_count; i++)
        for (uint32_t k = 0; k < net->links[i].ends.count; k++)
            w->first[net->ends[net->links[i].ends.first + k].node.at + 2]++;
    for (uint32_t n = 0; n < net->node_count; n++)
        w->first[n + 2] += w->first[n + 1];
    for (uint32_t i = 0; i < net->link_count; i++)
        for (uint32_t k = 0; k < net->links[i].ends.count; k++)
            w->links[w->first[net->ends[net->links[i].ends.first + k].node.at + 1]++] = i;
}

static void reach(struct walk *w, uint32_t node)
{
    if (w->reached[node] != 0)
        return;
    w->reached[node] = 1;
    if (w->ask->node_passed[node] != 0) {
        w->now[w->now_count++] = node;
        return;
    }
    w->out.nodes[node] = 1;
    w->next[w->next_count++] = node;
}

static void cross(struct walk *w, uint32_t link)
{
    cp_range ends = w->net->links[link].ends;

    if (!cp_near_is_of(w->ask->layers, w->net->links[link].layer) || (w->seen[link] & CROSSED) != 0)
        return;
    w->seen[link] |= CROSSED;
    w->out.links[link] = w->ask->link_passed[link] == 0;
    for (uint32_t k = 0; k < ends.count; k++)
        reach(w, w->net->ends[ends.first + k].node.at);
}

static void want_below(struct walk *w, uint32_t link)
{
    if ((w->seen[link] & LOOKED_BELOW) != 0)
        return;
    w->seen[link] |= LOOKED_BELOW;
    w->below[w->below_count++] = link;
}

static void look_below(struct walk *w, uint32_t circuit)
{
    const struct cp_case *net = w->net;

    want_below(w, circuit);
    while (w->below_count > 0) {
        cp_range ways = net->links[w->below[--w->below_count]].alternatives;
        for (uint32_t i = 0; i < ways.count; i++) {
            cp_range way = net->alternatives[ways.first + i];
            for (uint32_t k = 0; k < way.count; k++) {
                cross(w, net->supports[way.first + k].at);
                want_below(w, net->supports[way.first + k].at);
            }
        }
    }
}

static void walk_level(struct walk *w)
{
    for (uint32_t i = 0; i < w->now_count; i++) { /* grows by nodes that cost nothing */
        uint32_t node = w->now[i];
        for (uint32_t k = w->first[node]; k < w->first[node + 1]; k++) {
            uint32_t link = w->links[k];
            cross(w, link);
            if (w->ask->link_passed[link] != 0 &&
                cp_near_is_of(w->ask->layers, w->net->links[link].layer))
                look_below(w, link);
        }
    }
}

cp_err cp_near_hops(const struct cp_case *net, const struct cp_near_walk *walk,
                    struct cp_arena *arena, struct cp_near_marks *out)
{
    struct walk w = {.net = net, .ask = walk};

    CP_TRY(cp_near_marks_give(net, arena, &w.out));
    cp_arena_mark mark = cp_arena_mark_get(arena);
    CP_TRY(open_walk(&w, arena));
    list_links(&w);
    for (uint32_t n = 0; n < net->node_count; n++) {
        w.reached[n] = walk->from[n] != 0;
        if (w.reached[n] != 0)
            w.now[w.now_count++] = n;
    }
    for (uint32_t far = 0; far < walk->hops && w.now_count > 0; far++) {
        walk_level(&w);
        uint32_t *spent = w.now;
        w.now = w.next;
        w.now_count = w.next_count;
        w.next = spent;
        w.next_count = 0;
    }
    cp_arena_reset(arena, mark);
    *out = w.out;
    return CP_OK;
}

#include "graph/queue.h"

#include "reply.h"

/*
 * What keeps a request from a path: what it asks for is taken in bit by bit, and the first bit with which no way is left is what
 * is told.  Of rules the element that one of them forbids on a way with the fewest such, the first met.
 */

static uint32_t forbids(const struct replying *r, uint32_t element)
{
    const struct cp_plan *plan = r->p->plan;
    uint32_t links = plan->net.graph.link_count;

    for (uint32_t i = 0; i < r->treatment_count; i++) {
        const struct cp_marks *marks = &plan->routes.markings[r->treatments[i]].marks;

        if ((element < links ? marks->link[element] : marks->node[element - links]) != 0)
            return i;
    }
    return CP_NONE;
}

struct ways {
    struct cp_queue *queue;
    uint64_t
        *count; /* [nodes] of forbidden elements on the way to it; UINT64_MAX: none leads there */
    uint32_t *before; /* [nodes] the hop's node; CP_NONE: it begins there */
    uint32_t *link;   /* [nodes] */
};

static cp_err ways_open(struct replying *r, struct ways *w)
{
    const struct cp_graph *g = &r->p->plan->net.graph;

    *w = (struct ways){.count = CP_TAKE(r->p->work, g->node_count, uint64_t),
                       .before = CP_TAKE(r->p->work, g->node_count, uint32_t),
                       .link = CP_TAKE(r->p->work, g->node_count, uint32_t)};
    if (w->count == NULL || w->before == NULL || w->link == NULL)
        return CP_ERR_NOMEM;
    return cp_queue_open(r->p->work, g->hop_first[g->node_count] + 1, &w->queue);
}

static void step(const struct replying *r, struct ways *w, uint32_t at, const struct cp_hop *hop)
{
    const struct cp_graph *g = &r->p->plan->net.graph;
    uint32_t link = cp_graph_element_of_link(hop->link),
             node = cp_graph_element_of_node(g, hop->to);
    uint64_t count = w->count[at];

    if (r->p->out[link] != 0 || r->p->out[node] != 0)
        return;
    count += (forbids(r, link) != CP_NONE ? 1u : 0u) + (forbids(r, node) != CP_NONE ? 1u : 0u);
    if (count >= w->count[hop->to])
        return;
    w->count[hop->to] = count;
    w->before[hop->to] = at;
    w->link[hop->to] = hop->link;
    cp_queue_push(w->queue, count, hop->to);
}

/* Over what `out` leaves, whatever rules say of it: the fewest forbidden elements, its first node among them. */
static uint64_t fewest(const struct replying *r, struct ways *w)
{
    const struct cp_graph *g = &r->p->plan->net.graph;
    uint32_t first = cp_graph_element_of_node(g, r->from), at;
    uint64_t count;

    for (uint32_t v = 0; v < g->node_count; v++)
        w->count[v] = UINT64_MAX;
    cp_queue_clear(w->queue);
    if (r->p->out[first] == 0) {
        w->count[r->from] = forbids(r, first) != CP_NONE ? 1 : 0;
        w->before[r->from] = CP_NONE;
        cp_queue_push(w->queue, w->count[r->from], r->from);
    }
    while (cp_queue_pop(w->queue, &count, &at))
        for (uint32_t h = g->hop_first[at]; h < g->hop_first[at + 1] && count == w->count[at]; h++)
            step(r, w, at, &g->hops[h]);
    return w->count[r->to];
}

static void name_rule(const struct replying *r, uint32_t element, struct cp_plan_reply *out)
{
    const struct cp_net *net = &r->p->plan->net;
    uint32_t links = net->graph.link_count;
    bool node = element >= links;

    out->element = element;
    (void)cp_plan_allows(
        r->p->plan, r->treatments[forbids(r, element)], node ? CP_OBJECT_NODE : CP_OBJECT_LINK,
        node ? net->case_node[element - links] : net->case_link[element], &out->rule);
}

/* The forbidden element that is met first: the last one that is found from the end. */
static void name_first(const struct replying *r, const struct ways *w, struct cp_plan_reply *out)
{
    const struct cp_graph *g = &r->p->plan->net.graph;
    uint32_t found = CP_NONE;

    for (uint32_t at = r->to; at != CP_NONE; at = w->before[at]) {
        if (forbids(r, cp_graph_element_of_node(g, at)) != CP_NONE)
            found = cp_graph_element_of_node(g, at);
        if (w->before[at] != CP_NONE &&
            forbids(r, cp_graph_element_of_link(w->link[at])) != CP_NONE)
            found = cp_graph_element_of_link(w->link[at]);
    }
    if (found != CP_NONE)
        name_rule(r, found, out);
}

static cp_err find(struct replying *r, struct cp_plan_reply *out)
{
    struct ways w;
    uint64_t count;

    CP_TRY(ways_open(r, &w));
    cp_plan_leave_gone_out(r);
    count = fewest(r, &w);
    out->hindered = count == UINT64_MAX ? CP_HINDERED_NO_WAY : CP_HINDERED_RULES;
    if (count != 0) {
        if (count != UINT64_MAX)
            name_first(r, &w, out);
        return CP_OK;
    }
    cp_plan_leave_narrow_out(r);
    out->hindered = CP_HINDERED_CAPACITY;
    if (fewest(r, &w) != 0)
        return CP_OK;
    CP_TRY(cp_plan_leave_out(r, false));
    out->hindered = fewest(r, &w) != 0 ? CP_HINDERED_LEFT_OUT : CP_HINDERED_BOUNDS;
    return CP_OK;
}

cp_err cp_plan_hindrance(struct replying *r, struct cp_plan_reply *out)
{
    static const char *const words[] = {
        [CP_HINDERED_NO_WAY] = "the network has no way between its ends",
        [CP_HINDERED_RULES] = "each way meets what the rules forbid",
        [CP_HINDERED_CAPACITY] = "no way that the rules allow has the capacity that is asked for",
        [CP_HINDERED_LEFT_OUT] = "what it leaves out (addresses, groups, shared risks) leaves no "
                                 "way that the rules allow",
        [CP_HINDERED_BOUNDS] =
            "of the ways that the rules allow none was found within its bounds, past "
            "what it must pass, and such that its headend can push it"};

    CP_TRY(find(r, out));
    out->why = words[out->hindered];
    return CP_OK;
}

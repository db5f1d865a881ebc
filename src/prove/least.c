#include "inside.h"

#include <string.h>

/*
 * That a path is the cheapest: potentials towards its destinations over what it may use.  From the
 * path's cost they fall with what it costs to get away from the sources, down to 0: of all potentials
 * that show it these list the fewest nodes.
 */

enum { NOT_SHOWN, CHEAPEST };

struct least {
    struct cp_prove_worker *w;
    const struct cp_graph *g;
    const struct cp_marking *marking; /* NULL: everything is allowed */
    const uint32_t *cost;             /* [ends] */
    const struct cp_wishes *wishes;
    uint8_t *node_out, *link_out; /* to be avoided */
};

static bool is_covered_alone(const struct cp_prove *p, uint32_t demand)
{
    const struct cp_route_result *r = &p->route->results[demand];
    const struct cp_wishes *w = &r->wishes;

    return r->candidate_count > 0 && r->covered && w->hops_max == CP_NONE &&
           w->delay_max_us == CP_PATH_DELAY_NONE && w->require_count == 0 && !w->co_routed &&
           w->avoid_count == 0 && r->candidates[0].direction == CP_FORWARD &&
           (p->route->capacity == NULL || !p->route->capacity->any_capacity) &&
           (r->lacks & CP_LACKS_CERTAINTY) == 0 && w->disjoint == CP_DISJOINT_NONE;
}

static bool is_in(const struct cp_prove *p, cp_range ends, uint32_t node)
{
    for (uint32_t i = 0; i < ends.count; i++)
        if (p->net.node_of_case[p->judge->net->demand_ends[ends.first + i].at] == node)
            return true;
    return false;
}

static bool is_node_open(const struct least *l, uint32_t node)
{
    return l->node_out[node] == 0 && (l->marking == NULL || l->marking->marks.node[node] == 0);
}

static bool is_link_open(const struct least *l, uint32_t link)
{
    return l->link_out[link] == 0 && (l->marking == NULL || l->marking->marks.link[link] == 0);
}

/* What is to be avoided goes out, or comes back. */
static void avoid(struct least *l, uint8_t out)
{
    const struct cp_graph *g = l->g;

    for (uint32_t i = 0; i < l->wishes->avoid_count; i++) {
        uint32_t at = 0;

        switch (cp_graph_element(g, l->wishes->avoid[i], &at)) {
        case CP_ELEMENT_LINK:
            l->link_out[at] = out;
            break;
        case CP_ELEMENT_NODE:
            l->node_out[at] = out;
            break;
        case CP_ELEMENT_SRLG:
            for (uint32_t k = g->srlg_first[at]; k < g->srlg_first[at + 1]; k++)
                l->link_out[g->srlg_links[k]] = out;
            break;
        }
    }
}

/* Over the ends of a node's links, since metrics are the ends'. */
static void spread(const struct least *l, uint64_t *far, uint32_t node, uint64_t most)
{
    const struct cp_graph *g = l->g;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t end = g->node_ends[i];
        uint32_t link = g->end_link[end];
        uint64_t cost = far[node] + l->cost[end];

        if (l->cost[end] == CP_COST_NONE || cost >= most || !is_link_open(l, link))
            continue;
        for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
            uint32_t to = g->end_node[e];

            if (e == end || cost >= far[to] || !is_node_open(l, to))
                continue;
            far[to] = cost;
            cp_queue_push(l->w->queue, cost, to);
        }
    }
}

/* Costs from the sources below `most`: far [nodes], CP_UNREACHABLE for the rest. */
static void search(const struct least *l, const struct cp_demand *d, uint64_t most, uint64_t *far)
{
    const struct cp_prove *p = l->w->prove;
    uint64_t cost = 0;
    uint32_t node = 0;

    memset(far, 0xff, l->g->node_count * sizeof *far);
    cp_queue_clear(l->w->queue);
    for (uint32_t i = 0; i < d->src.count; i++) {
        node = p->net.node_of_case[p->judge->net->demand_ends[d->src.first + i].at];
        if (is_in(p, d->dst, node) || !is_node_open(l, node))
            continue;
        far[node] = 0;
        cp_queue_push(l->w->queue, 0, node);
    }
    while (cp_queue_pop(l->w->queue, &cost, &node))
        if (cost == far[node])
            spread(l, far, node, most);
}

/* Nodes nearer to the sources than the path is long, destinations aside, with what is left of it. */
static void put_labels(const struct least *l, const struct cp_demand *d, uint64_t most,
                       const uint64_t *far, struct cp_out *out)
{
    uint32_t count = 0;
    uint32_t before = 0;

    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            cp_wr_number(out, count);
        }
        count = 0;
        for (uint32_t v = 0; v < l->g->node_count; v++) {
            if (far[v] >= most || is_in(l->w->prove, d->dst, v))
                continue;
            if (pass == 1) {
                cp_put_ascending(out, v, before, count == 0);
                cp_wr_number(out, most - far[v]);
            }
            before = v;
            count++;
        }
    }
}

static bool ends_overlap(const struct cp_prove *p, const struct cp_demand *d)
{
    for (uint32_t i = 0; i < d->src.count; i++)
        if (is_in(p, d->dst, p->net.node_of_case[p->judge->net->demand_ends[d->src.first + i].at]))
            return true;
    return false;
}

cp_err cp_prove_paths(struct cp_prove_worker *w, uint32_t demand, struct cp_out *out)
{
    const struct cp_prove *p = w->prove;
    const struct cp_graph *g = &p->net.graph;
    const struct cp_route_result *r = &p->route->results[demand];
    const struct cp_demand *d = &p->judge->net->demands[demand];
    struct least l = {.w = w,
                      .g = g,
                      .marking = &p->markings[p->judge->demand_treatment[demand]],
                      .cost = p->costs[r->wishes.metric],
                      .wishes = &r->wishes};
    uint64_t least;

    cp_wr_number(out, 3);
    cp_wr_number(out, demand);
    if (!is_covered_alone(p, demand) || ends_overlap(p, d)) {
        cp_wr_number(out, NOT_SHOWN);
        return out->err;
    }
    l.node_out = CP_TAKE(w->work, g->node_count, uint8_t);
    l.link_out = CP_TAKE(w->work, g->link_count, uint8_t);
    if (l.node_out == NULL || l.link_out == NULL)
        return CP_ERR_NOMEM;
    /* A path that gave way to one with a shorter list was the cheapest. */
    least = r->candidates[0].passed_least > 0 ? r->candidates[0].passed_cost
                                              : r->candidates[0].path.cost;
    avoid(&l, 1);
    search(&l, d, least, w->far);
    w->far_now = 0; /* the stamps of lies.c say nothing of it now */
    memset(w->far_stamp, 0, g->node_count * sizeof *w->far_stamp);
    cp_wr_number(out, CHEAPEST);
    put_labels(&l, d, least, w->far, out);
    return out->err;
}

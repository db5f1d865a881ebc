#include <string.h>

#include "graph/queue.h"

#include "parts.h"

/*
 * The least-cost path of adjacencies alone, which no router can lead astray, that the headend can push.
 *
 * When a trunk goes thousands of LSPs need one at once, and those of a headend come one after another: one search
 * from the headend (Dijkstra) serves them, and goes on only as far as the next one needs.  Where more binds a path than
 * what it may not use, and the search's does not do, the general search is asked.
 */

struct step {
    uint32_t to, cost, link;
};

struct plan_search {
    struct cp_queue *queue;
    struct step *steps;    /* [hops of the graph] that may be used, those of a node together */
    uint32_t *first, *end; /* [nodes] its steps */
    uint64_t *cost;        /* [nodes] UINT64_MAX: not met */
    uint32_t *links;       /* [nodes] of the path to it: of those of least cost the fewest */
    uint32_t *before;      /* [nodes] the node before it */
    uint32_t *link;        /* [nodes] that leads to it */
    uint8_t *done;         /* [nodes] */
    uint32_t from, treatment;
    cp_metric metric;
    uint64_t version;    /* of what was gone */
    const uint8_t *shut; /* the same: [hops of the graph]; NULL: none */
    bool open; /* the steps are of treatment, metric and version, the costs of from as well */
    bool without_sids; /* a hop is not among the steps since it has no SID */
};

cp_err cp_plan_search_open(const struct cp_plan *plan, struct cp_arena *arena,
                           struct plan_search **out)
{
    const struct cp_graph *g = &plan->net.graph;
    struct plan_search *s = CP_TAKE(arena, 1, struct plan_search);

    if (s == NULL)
        return CP_ERR_NOMEM;
    *s = (struct plan_search){.steps = CP_TAKE(arena, g->hop_first[g->node_count], struct step),
                              .first = CP_TAKE(arena, g->node_count, uint32_t),
                              .end = CP_TAKE(arena, g->node_count, uint32_t),
                              .cost = CP_TAKE(arena, g->node_count, uint64_t),
                              .links = CP_TAKE(arena, g->node_count, uint32_t),
                              .before = CP_TAKE(arena, g->node_count, uint32_t),
                              .link = CP_TAKE(arena, g->node_count, uint32_t),
                              .done = CP_TAKE(arena, g->node_count, uint8_t)};
    if (s->steps == NULL || s->first == NULL || s->end == NULL || s->cost == NULL ||
        s->links == NULL || s->before == NULL || s->link == NULL || s->done == NULL)
        return CP_ERR_NOMEM;
    *out = s;
    return cp_queue_open(arena, g->hop_first[g->node_count] + 1, &s->queue);
}

/* Wishes of the demands that an LSP carries: those of the first hold. */
static const struct cp_wishes *wishes_of(const struct cp_plan *plan, const struct cp_plan_lsp *lsp)
{
    return &plan->routes.results[lsp->demands[0]].wishes;
}

static void leave_out(struct cp_picker *p, const struct cp_wishes *wishes,
                      const struct plan_limits *within)
{
    const struct cp_graph *g = &p->plan->net.graph;
    uint32_t elements = g->link_count + g->node_count;

    if (within->gone != NULL)
        memcpy(p->out, within->gone->elements, elements);
    else
        memset(p->out, 0, elements);
    for (uint32_t i = 0; i < elements && within->avoid != NULL; i++)
        p->out[i] |= within->avoid[i];
    for (uint32_t i = 0; i < wishes->avoid_count; i++) {
        uint32_t at = 0;

        if (cp_graph_element(g, wishes->avoid[i], &at) != CP_ELEMENT_SRLG) {
            p->out[wishes->avoid[i]] = 1;
            continue;
        }
        for (uint32_t k = g->srlg_first[at]; k < g->srlg_first[at + 1]; k++)
            p->out[g->srlg_links[k]] = 1;
    }
}

void cp_plan_leave_lans_out(struct cp_picker *p, const struct cp_plan_gone *gone)
{
    const struct cp_graph *g = &p->plan->net.graph;

    for (uint32_t h = 0; h < g->hop_first[g->node_count] && gone != NULL && gone->shut != NULL; h++)
        p->out[cp_graph_element_of_link(g->hops[h].link)] |= gone->shut[h];
}

/* --- searching --------------------------------------------------------------------------------- */

static bool is_shut(const struct cp_picker *p, uint32_t treatment, uint32_t node)
{
    const struct cp_graph *g = &p->plan->net.graph;

    return p->plan->routes.markings[treatment].marks.node[node] != 0 ||
           p->out[cp_graph_element_of_node(g, node)] != 0;
}

static uint32_t cost_of(const struct cp_plan *plan, cp_metric metric, uint32_t at, uint32_t link)
{
    const struct cp_graph *g = &plan->net.graph;
    uint32_t e = g->end_first[link];

    while (g->end_node[e] != at)
        e++;
    return plan->metric_cost[metric][e];
}

static void list_steps_of(struct cp_picker *p, uint32_t at, uint32_t *count)
{
    const struct cp_graph *g = &p->plan->net.graph;
    struct plan_search *s = p->search;
    const struct cp_marks *marks = &p->plan->routes.markings[s->treatment].marks;

    for (uint32_t h = g->hop_first[at]; h < g->hop_first[at + 1]; h++) {
        const struct cp_hop *hop = &g->hops[h];
        uint32_t cost = cost_of(p->plan, s->metric, at, hop->link);

        if ((s->shut != NULL && s->shut[h] != 0) || marks->link[hop->link] != 0 ||
            p->out[cp_graph_element_of_link(hop->link)] != 0 || is_shut(p, s->treatment, hop->to) ||
            cost == CP_COST_NONE)
            continue;
        if (p->plan->hop_sids[h].known)
            s->steps[(*count)++] = (struct step){hop->to, cost, hop->link};
        else
            s->without_sids = true;
    }
}

static void list_steps(struct cp_picker *p)
{
    struct plan_search *s = p->search;
    uint32_t count = 0;

    s->without_sids = false;
    for (uint32_t v = 0; v < p->plan->net.graph.node_count; v++) {
        s->first[v] = count;
        if (!is_shut(p, s->treatment, v))
            list_steps_of(p, v, &count);
        s->end[v] = count;
    }
}

/* Nothing is known yet but where it begins. */
static void begin(struct cp_picker *p, uint32_t from)
{
    struct plan_search *s = p->search;
    uint32_t nodes = p->plan->net.graph.node_count;

    s->from = from;
    memset(s->cost, 0xff, nodes * sizeof *s->cost);
    memset(s->done, 0, nodes);
    cp_queue_clear(s->queue);
    s->cost[from] = 0;
    s->links[from] = 0;
    cp_queue_push(s->queue, 0, from);
}

static void reach(struct plan_search *s, uint32_t at, const struct step *step)
{
    uint64_t cost = s->cost[at] + step->cost;

    if (s->done[step->to] != 0 || cost > s->cost[step->to] ||
        (cost == s->cost[step->to] && s->links[at] + 1 >= s->links[step->to]))
        return;
    if (cost < s->cost[step->to])
        cp_queue_push(s->queue, cost, step->to);
    s->cost[step->to] = cost;
    s->links[step->to] = s->links[at] + 1;
    s->before[step->to] = at;
    s->link[step->to] = step->link;
}

static void go_on(struct plan_search *s, uint32_t to)
{
    uint64_t key;
    uint32_t v;

    while (s->done[to] == 0 && cp_queue_pop(s->queue, &key, &v)) {
        if (s->done[v] != 0)
            continue;
        s->done[v] = 1;
        for (uint32_t i = s->first[v]; i < s->end[v]; i++)
            reach(s, v, &s->steps[i]);
    }
}

static cp_err path_to(struct cp_picker *p, uint32_t to, struct cp_path *path)
{
    const struct plan_search *s = p->search;
    const struct cp_plan *plan = p->plan;
    uint32_t count = s->links[to];
    uint32_t *nodes = CP_TAKE(p->work, (size_t)count + 1, uint32_t);
    uint32_t *links = CP_TAKE(p->work, count, uint32_t);

    if (nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    *path =
        (struct cp_path){.nodes = nodes, .links = links, .link_count = count, .cost = s->cost[to]};
    nodes[count] = to;
    for (uint32_t i = count; i-- > 0; to = s->before[to]) {
        uint32_t link = s->link[to];
        uint32_t delay = plan->ask.view->net->links[plan->net.case_link[link]].delay_us;

        links[i] = link;
        nodes[i] = s->before[to];
        path->delay_us = path->delay_us == CP_PATH_DELAY_NONE || delay == CP_DELAY_NONE
                             ? CP_PATH_DELAY_NONE
                             : path->delay_us + delay;
    }
    return CP_OK;
}

/* With all that may bind a path: bounds, nodes to pass, the headend's depth. */
static cp_err seek_bound(struct cp_picker *p, const struct cp_plan_lsp *lsp,
                         const struct cp_plan_gone *gone, struct cp_path *path)
{
    const struct cp_plan *plan = p->plan;
    const struct cp_wishes *wishes = wishes_of(plan, lsp);
    uint32_t from = plan->net.node_of_case[lsp->headend];
    uint32_t to = plan->net.node_of_case[lsp->endpoint];
    uint32_t ends[2] = {from < to ? from : to, from < to ? to : from};
    struct cp_within_ask ask = {.treatment = lsp->treatment,
                                .src = &from,
                                .dst = &to,
                                .src_count = 1,
                                .dst_count = 1,
                                .ends = ends,
                                .end_count = 2,
                                .strict = true,
                                .alone = true,
                                .depth_max = plan->ask.config.request.depth_max,
                                .cost = plan->metric_cost[wishes->metric],
                                .out = p->out,
                                .hops_max = wishes->hops_max,
                                .delay_max_us = wishes->delay_max_us,
                                .require = wishes->require,
                                .require_count = wishes->require_count};
    struct cp_within found;

    cp_plan_leave_lans_out(p, gone);
    CP_TRY(cp_segments_within(p->segmenter, &ask, p->work, &found));
    *path = found.path;
    return CP_OK;
}

static bool is_bound(const struct cp_wishes *wishes)
{
    return wishes->hops_max != CP_NONE || wishes->delay_max_us != CP_PATH_DELAY_NONE ||
           wishes->require_count > 0;
}

/* The search of these things, as far as it has come. */
static void turn_to(struct cp_picker *p, const struct plan_search *like, bool keeps)
{
    struct plan_search *s = p->search;
    bool same = s->open && s->treatment == like->treatment && s->metric == like->metric &&
                s->version == like->version && keeps;

    s->open = keeps;
    if (same && s->from == like->from)
        return;
    s->treatment = like->treatment;
    s->metric = like->metric;
    s->version = like->version;
    s->shut = like->shut;
    if (!same)
        list_steps(p);
    begin(p, like->from);
}

/* *path: nodes NULL where there is none. */
static cp_err seek(struct cp_picker *p, const struct cp_plan_lsp *lsp,
                   const struct plan_limits *within, struct cp_path *path)
{
    const struct cp_plan *plan = p->plan;
    const struct cp_wishes *wishes = wishes_of(plan, lsp);
    struct plan_search like = {.from = plan->net.node_of_case[lsp->headend],
                               .treatment = lsp->treatment,
                               .metric = wishes->metric,
                               .version = within->gone == NULL ? 0 : within->gone->version,
                               .shut = within->gone == NULL ? NULL : within->gone->shut};
    uint32_t to = plan->net.node_of_case[lsp->endpoint];

    *path = (struct cp_path){.nodes = NULL};
    leave_out(p, wishes, within);
    if (is_bound(wishes))
        return seek_bound(p, lsp, within->gone, path);
    if (is_shut(p, like.treatment, like.from))
        return CP_OK;
    /* What one demand, or one LSP, avoids is no matter of the next. */
    turn_to(p, &like, wishes->avoid_count == 0 && within->avoid == NULL);
    go_on(p->search, to);
    if (p->search->done[to] == 0)
        return p->search->without_sids ? seek_bound(p, lsp, within->gone, path) : CP_OK;
    if (p->search->links[to] >
        cp_segments_depth(plan->ground, like.from, plan->ask.config.request.depth_max))
        return seek_bound(p, lsp, within->gone, path);
    return path_to(p, to, path);
}

cp_err cp_plan_seek(struct cp_picker *p, const struct cp_plan_lsp *lsp,
                    const struct plan_limits *within, struct cp_path *path,
                    struct cp_segment_list *list)
{
    uint32_t from = p->plan->net.node_of_case[lsp->headend];
    uint32_t to = p->plan->net.node_of_case[lsp->endpoint];
    uint32_t ends[2] = {from < to ? from : to, from < to ? to : from};
    struct cp_segment_ask of = {.path = path,
                                .treatment = lsp->treatment,
                                .ends = ends,
                                .end_count = 2,
                                .strict = true,
                                .alone = true,
                                .depth_max = p->plan->ask.config.request.depth_max};

    *list = (struct cp_segment_list){0};
    CP_TRY(seek(p, lsp, within, path));
    return path->nodes == NULL ? CP_OK : cp_segments_find(p->segmenter, &of, p->work, list);
}

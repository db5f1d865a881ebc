#include "trial.h"

#include <stdlib.h>
#include <string.h>

#include "sample.h"

static void must(cp_err err)
{
    if (err != CP_OK)
        abort();
}

static void *take(struct cp_arena *arena, size_t count, size_t size_bytes)
{
    void *at = cp_arena_take(arena, count, size_bytes);

    if (at == NULL)
        abort();
    return at;
}

/* ---- opening ---- */

static struct cp_hierarchy_budget pick_budget(struct trial *t, trial_budget budget)
{
    uint64_t links = t->net.graph.link_count;
    uint64_t *seed = &t->numbers;

    struct cp_hierarchy_budget small = {.arcs = UINT64_MAX};

    if (budget == TRIAL_USUAL)
        return cp_hierarchy_usual_budget(&t->net.graph);
    if (sample_chance(seed, 50))
        small.arcs = links;
    small.triangles = links / sample_pick(seed, 1, 20);
    small.core_degree = sample_pick(seed, 0, 5);
    return small;
}

/* Few failures cut a small network to pieces. */
static uint32_t pick_failed_most(struct trial *t)
{
    uint32_t most = 2 + t->net.graph.link_count / 5;

    return sample_pick(&t->numbers, 1, most < TRIAL_FAILED_MOST ? most : TRIAL_FAILED_MOST);
}

static cp_err weights_make(const struct trial *t, const struct cp_hierarchy *h,
                           const struct cp_triangles *triangles, struct cp_arena *arena,
                           struct cp_weights *out)
{
    struct cp_marks marks = {.node = t->net.node_marks, .link = t->net.link_marks};

    return cp_weights_make(h, triangles, marks, t->net.closed, arena, out);
}

void trial_open(struct trial *t, const struct trial_plan *plan)
{
    *t = (struct trial){
        .arena = cp_arena_open(SIZE_MAX), .work = cp_arena_open(SIZE_MAX), .numbers = plan->seed};
    if (t->arena == NULL || t->work == NULL)
        abort();
    t->work_start = cp_arena_mark_get(t->work);
    net_make(&t->net, ~plan->seed, plan->shape, plan->metrics, plan->nodes, t->arena);
    t->budget = pick_budget(t, plan->budget);
    must(cp_hierarchy_make(&t->net.graph, &t->budget, t->arena, t->work, &t->hierarchy));
    must(cp_triangles_make(&t->hierarchy, t->arena, &t->triangles));
    must(weights_make(t, &t->hierarchy, &t->triangles, t->arena, &t->weights));
    t->slow = (struct slow){
        .node_marks = t->net.node_marks, .link_marks = t->net.link_marks, .closed = t->net.closed};
    slow_open(&t->slow, &t->net.graph, t->arena);
    for (uint32_t i = 0; i < TRIAL_DEPTH_MOST; i++)
        t->moments[i].state = slow_state_take(&t->net.graph, t->arena);
    t->truths = take(t->arena, t->net.node_count, sizeof(struct trial_truth *));
    t->failed_most = pick_failed_most(t);
}

void trial_close(struct trial *t)
{
    cp_arena_close(t->work);
    cp_arena_close(t->arena);
}

/* ---- changes ---- */

static uint32_t pick_element(struct trial *t)
{
    const struct cp_graph *g = &t->net.graph;
    uint32_t kind = sample_pick(&t->numbers, 1, 4);

    if (t->failed_count > 0 && sample_chance(&t->numbers, 10))
        return t->failed[sample_pick(&t->numbers, 0, t->failed_count - 1)];
    if (kind == 1 && g->srlg_count > 0)
        return cp_graph_element_of_srlg(g, sample_pick(&t->numbers, 0, g->srlg_count - 1));
    if (kind == 2 || g->link_count == 0)
        return cp_graph_element_of_node(g, sample_pick(&t->numbers, 0, g->node_count - 1));
    return cp_graph_element_of_link(sample_pick(&t->numbers, 0, g->link_count - 1));
}

static void fail(struct trial *t)
{
    uint32_t element = pick_element(t);

    must(cp_weights_fail(&t->weights, element));
    slow_fail(&t->slow, element);
    t->failed[t->failed_count++] = element;
}

static void restore(struct trial *t)
{
    uint32_t at = sample_pick(&t->numbers, 0, t->failed_count - 1);
    uint32_t element = t->failed[at];

    must(cp_weights_restore(&t->weights, element));
    slow_restore(&t->slow, element);
    t->failed[at] = t->failed[--t->failed_count];
}

/* Some end, or one whose metric is not the graph's own. */
static uint32_t pick_end(struct trial *t, bool changed)
{
    const struct cp_graph *g = &t->net.graph;
    uint32_t ends = g->end_first[g->link_count];
    uint32_t first = sample_pick(&t->numbers, 0, ends - 1);

    for (uint32_t i = 0; i < ends && changed; i++) {
        uint32_t end = (first + i) % ends;

        if (t->slow.state.end_metric[end] != g->end_metric[end])
            return end;
    }
    return first;
}

static void set_metric(struct trial *t)
{
    bool back = sample_chance(&t->numbers, 50);
    uint32_t end = pick_end(t, back);
    uint32_t metric = back ? t->net.graph.end_metric[end] : net_metric(&t->net, &t->numbers);

    must(cp_weights_set_metric(&t->weights, end, metric));
    t->slow.state.end_metric[end] = metric;
}

static void change(struct trial *t)
{
    uint32_t kind = sample_pick(&t->numbers, 1, 10);

    if (kind <= 3 && t->failed_count > 0)
        restore(t);
    else if (kind <= 6 && t->failed_count < t->failed_most)
        fail(t);
    else if (t->net.graph.link_count > 0)
        set_metric(t);
    else if (t->failed_count > 0)
        restore(t);
    else
        fail(t);
}

/* ---- moments ---- */

static void push_moment(struct trial *t)
{
    struct trial_moment *m = &t->moments[t->depth++];

    m->mark = cp_weights_mark_get(&t->weights);
    m->failed_count = t->failed_count;
    memcpy(m->failed, t->failed, sizeof m->failed);
    slow_state_copy(&t->net.graph, &t->slow.state, &m->state);
}

static void pop_moment(struct trial *t)
{
    const struct trial_moment *m = &t->moments[t->depth];

    cp_weights_undo(&t->weights, m->mark);
    t->failed_count = m->failed_count;
    memcpy(t->failed, m->failed, sizeof t->failed);
    slow_state_copy(&t->net.graph, &m->state, &t->slow.state);
}

/* ---- steps ---- */

static void copy_arcs(struct trial *t, cp_weights_mark mark, struct trial_step *step)
{
    const struct cp_arc_before *arcs = NULL;

    step->count = cp_weights_changed(&t->weights, mark, &arcs);
    step->arcs = take(t->work, step->count, sizeof *step->arcs);
    if (step->count > 0)
        memcpy(step->arcs, arcs, step->count * sizeof *arcs);
}

static struct trial_step undo(struct trial *t)
{
    struct trial_step step = {.kind = TRIAL_UNDONE, .events = 1};

    t->depth =
        sample_chance(&t->numbers, 70) ? t->depth - 1 : sample_pick(&t->numbers, 0, t->depth - 1);
    copy_arcs(t, t->moments[t->depth].mark, &step);
    pop_moment(t);
    return step;
}

static struct trial_step change_some(struct trial *t)
{
    struct trial_step step = {.kind = TRIAL_CHANGED, .events = 1};
    cp_weights_mark mark;

    if (sample_chance(&t->numbers, 15))
        step.events = sample_pick(&t->numbers, 2, 5);
    if (t->depth == 0 && sample_chance(&t->numbers, 20))
        cp_weights_forget(&t->weights);
    mark = cp_weights_mark_get(&t->weights);
    for (uint32_t i = 0; i < step.events; i++)
        change(t);
    copy_arcs(t, mark, &step);
    return step;
}

struct trial_step trial_step(struct trial *t)
{
    uint32_t kind = sample_pick(&t->numbers, 1, 100);

    cp_arena_reset(t->work, t->work_start);
    memset(t->truths, 0, t->net.node_count * sizeof(struct trial_truth *));
    if (kind <= 8 && t->depth < TRIAL_DEPTH_MOST) {
        push_moment(t);
        return (struct trial_step){.kind = TRIAL_MARKED};
    }
    if (kind <= 16 && t->depth > 0)
        return undo(t);
    if (kind <= 18 && t->depth > 0) {
        t->depth = 0;
        return (struct trial_step){.kind = TRIAL_KEPT};
    }
    return change_some(t);
}

bool trial_pick_live(struct trial *t, uint32_t *node)
{
    uint32_t nodes = t->net.node_count;
    uint32_t first = sample_pick(&t->numbers, 0, nodes - 1);

    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t v = (first + i) % nodes;

        if (t->slow.state.node_out[v] > 0)
            continue;
        *node = v;
        return true;
    }
    return false;
}

/* ---- what is true ---- */

/* A LAN's place is 1 before the nodes that packets leave it to. */
static void find_place(const struct trial *t, struct trial_truth *truth,
                       const struct slow_answer *answer, uint32_t place)
{
    const struct cp_hierarchy *h = &t->hierarchy;
    uint32_t node = h->node_at[place];
    bool is_lan = node == UINT32_MAX;
    uint64_t cost =
        is_lan ? slow_lan_cost(&t->slow, answer, h->link_at[place]) : answer->cost[node];

    truth->weight[place] = CP_WEIGHT_NONE;
    if (cost == CP_UNREACHABLE)
        return;
    truth->weight[place] = cost * h->scale + is_lan;
    truth->marks[place] =
        is_lan ? slow_lan_seen(&t->slow, answer, h->link_at[place]) : answer->seen[node];
}

const struct trial_truth *trial_truth(struct trial *t, uint32_t destination)
{
    uint32_t places = t->hierarchy.place_count;
    struct trial_truth *truth = t->truths[destination];
    struct slow_answer answer;

    if (truth != NULL)
        return truth;
    truth = take(t->work, 1, sizeof *truth);
    answer = slow_search(&t->slow, destination, t->work);
    *truth = (struct trial_truth){.cost = answer.cost,
                                  .seen = answer.seen,
                                  .weight = take(t->work, places, sizeof *truth->weight),
                                  .marks = take(t->work, places, sizeof *truth->marks)};
    for (uint32_t p = 0; p < places; p++)
        find_place(t, truth, &answer, p);
    for (uint32_t node = 0; node < t->net.node_count; node++)
        t->unreachable += answer.cost[node] == CP_UNREACHABLE;
    t->ties += answer.ties;
    t->asked += t->net.node_count;
    t->truths[destination] = truth;
    return truth;
}

/* ---- once more from the start ---- */

void trial_fail_again(const struct trial *t, struct cp_weights *w)
{
    for (uint32_t i = 0; i < t->failed_count; i++)
        must(cp_weights_fail(w, t->failed[i]));
}

void trial_weights_again(struct trial *t, struct cp_weights *out)
{
    const struct cp_graph *g = &t->net.graph;

    must(weights_make(t, &t->hierarchy, &t->triangles, t->work, out));
    for (uint32_t end = 0; end < g->end_first[g->link_count]; end++)
        if (t->slow.state.end_metric[end] != g->end_metric[end])
            must(cp_weights_set_metric(out, end, t->slow.state.end_metric[end]));
    trial_fail_again(t, out);
}

void trial_all_again(struct trial *t, struct trial_again *out)
{
    struct cp_graph_parts parts = t->net.parts;

    parts.end_metric = t->slow.state.end_metric;
    must(cp_graph_make(&parts, t->work, &out->graph));
    must(cp_hierarchy_make(&out->graph, &t->budget, t->work, t->work, &out->hierarchy));
    must(cp_triangles_make(&out->hierarchy, t->work, &out->triangles));
    must(weights_make(t, &out->hierarchy, &out->triangles, t->work, &out->weights));
    must(weights_make(t, &out->hierarchy, NULL, t->work, &out->bare));
}

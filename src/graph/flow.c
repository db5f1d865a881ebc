#include "flow.h"

#include <string.h>

/*
 * Each vertex is split into a way in and a way out; ways are found one at a time by breadth-first
 * search in the residual graph (Ford, Fulkerson 1956).  Counts of ways carry the epoch that they
 * belong to, so that a new flow begins without clearing them.
 *
 * All least cuts take one vertex of each way.  The nearest one is where the last search stopped.
 * For the farthest one, each vertex of the nearest is asked whether a way goes on behind it; where
 * none does, all that was reached there lies before the cut as well, and its rim is asked in turn.
 */

#define NIL UINT32_MAX

enum { SIDE_IN, SIDE_OUT };
enum { COUNT_BITS = 8, COUNT_MASK = 255 };

static uint32_t vertex_count(const struct cp_flow *f)
{
    return f->g->node_count + f->g->link_count;
}

static uint32_t state_of(uint32_t vertex, uint32_t side)
{
    return 2 * vertex + side;
}

cp_err cp_flow_open(const struct cp_graph *g, struct cp_arena *arena, struct cp_flow *out)
{
    size_t vertices = (size_t)g->node_count + g->link_count;

    if (vertices > UINT32_MAX / 2)
        return CP_ERR_LIMIT;
    *out = (struct cp_flow){
        .g = g,
        .role = CP_TAKE(arena, g->node_count, uint8_t),
        .hub = CP_TAKE(arena, g->node_count, uint8_t),
        .dead = CP_TAKE(arena, vertices, uint8_t),
        .ends = CP_TAKE(arena, g->end_first[g->link_count], struct cp_flow_end),
        .through = CP_TAKE(arena, vertices, uint32_t),
        .marks = CP_TAKE(arena, 2 * vertices, struct cp_flow_mark),
        .queue = CP_TAKE(arena, 2 * vertices, uint32_t),
        .budget = UINT32_MAX,
    };
    if (out->role == NULL || out->hub == NULL || out->dead == NULL || out->ends == NULL ||
        out->through == NULL || out->marks == NULL || out->queue == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

/* ---- counts of ways ---- */

static uint32_t count_of(const struct cp_flow *f, uint32_t word)
{
    return word >> COUNT_BITS == f->epoch ? word & COUNT_MASK : 0;
}

static void add_one(const struct cp_flow *f, uint32_t *word)
{
    CP_ASSERT(count_of(f, *word) < COUNT_MASK);
    *word = (f->epoch << COUNT_BITS) + count_of(f, *word) + 1;
}

static void take_one(const struct cp_flow *f, uint32_t *word)
{
    CP_ASSERT(count_of(f, *word) > 0);
    *word = (f->epoch << COUNT_BITS) + count_of(f, *word) - 1;
}

static void forget_marks(struct cp_flow *f)
{
    memset(f->marks, 0, 2 * (size_t)vertex_count(f) * sizeof *f->marks);
    f->stamp = 0;
}

static void forget_ways(struct cp_flow *f)
{
    if (f->stamp > UINT32_MAX / 2)
        forget_marks(f); /* so that stamps grow while one flow stands */
    if (++f->epoch <= UINT32_MAX >> COUNT_BITS)
        return;
    memset(f->ends, 0, f->g->end_first[f->g->link_count] * sizeof *f->ends);
    memset(f->through, 0, vertex_count(f) * sizeof *f->through);
    f->epoch = 1;
}

/* ---- searches ---- */

void cp_flow_begin(struct cp_flow *f)
{
    if (f->stamp == UINT32_MAX)
        forget_marks(f);
    f->stamp++;
    f->tail = 0;
}

struct search {
    struct cp_flow *f;
    const struct cp_flow_task *task;
    uint32_t closed; /* states with this stamp are known to lead nowhere */
    uint32_t goal;   /* the state in which the search has arrived, or NIL */
};

/* Whether a way ends in this state: a hub that fails, once. */
static bool arrives(const struct search *s, uint32_t state)
{
    const struct cp_flow *f = s->f;
    uint32_t vertex = state / 2;

    if (state % 2 != SIDE_IN || vertex >= f->g->node_count || !cp_flow_is_goal(f, s->task, vertex))
        return false;
    return !cp_flow_fails_alone(f, vertex) || count_of(f, f->through[vertex]) == 0;
}

static void reach(struct search *s, uint32_t state, uint32_t from)
{
    struct cp_flow_mark *mark = &s->f->marks[state];

    if (mark->stamp == s->f->stamp || mark->stamp == s->closed)
        return;
    *mark = (struct cp_flow_mark){.stamp = s->f->stamp, .parent = from};
    s->f->queue[s->f->tail++] = state;
    if (s->goal == NIL && arrives(s, state))
        s->goal = state;
}

static void step_out_of_node(struct search *s, uint32_t state)
{
    const struct cp_flow *f = s->f;
    const struct cp_graph *g = f->g;
    uint32_t node = state / 2;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t end = g->node_ends[i];
        uint32_t link = g->node_count + g->end_link[end];

        if (f->dead[link])
            continue;
        if (state % 2 == SIDE_OUT)
            reach(s, state_of(link, SIDE_IN), state);
        else if (count_of(f, f->ends[end].from) > 0)
            reach(s, state_of(link, SIDE_OUT), state);
    }
}

static void step_out_of_link(struct search *s, uint32_t state)
{
    const struct cp_flow *f = s->f;
    const struct cp_graph *g = f->g;
    uint32_t link = state / 2 - g->node_count;

    for (uint32_t end = g->end_first[link]; end < g->end_first[link + 1]; end++) {
        uint32_t node = g->end_node[end];

        if (f->dead[node])
            continue;
        if (state % 2 == SIDE_OUT)
            reach(s, state_of(node, SIDE_IN), state);
        else if (count_of(f, f->ends[end].into) > 0)
            reach(s, state_of(node, SIDE_OUT), state);
    }
}

/* Residual steps from a state, first those within its vertex. */
static void step(struct search *s, uint32_t state)
{
    const struct cp_flow *f = s->f;
    uint32_t vertex = state / 2;
    uint32_t through = count_of(f, f->through[vertex]);

    if (state % 2 == SIDE_IN && (through == 0 || !cp_flow_fails_alone(f, vertex)))
        reach(s, state_of(vertex, SIDE_OUT), state);
    if (state % 2 == SIDE_OUT && through > 0)
        reach(s, state_of(vertex, SIDE_IN), state);
    if (state % 2 == SIDE_IN && through == 0)
        return; /* no way comes in that could be turned back */
    if (vertex < f->g->node_count)
        step_out_of_node(s, state);
    else
        step_out_of_link(s, state);
}

/* Goes on until the search has arrived or knows all that it can reach. */
static void run(struct search *s)
{
    struct cp_flow *f = s->f;

    for (uint32_t head = 0; head < f->tail && s->goal == NIL && f->tail <= f->budget; head++)
        step(s, f->queue[head]);
    f->spent += f->tail;
}

/* A residual way; the state in which it arrives, or NIL. */
static uint32_t find_way(struct cp_flow *f, const struct cp_flow_task *task)
{
    struct search s = {.f = f, .task = task, .goal = NIL};

    cp_flow_begin(f);
    s.closed = f->stamp;
    for (uint32_t i = 0; i < task->from_count; i++)
        reach(&s, state_of(task->from[i], SIDE_OUT), NIL);
    run(&s);
    return s.goal;
}

static uint32_t end_between(const struct cp_graph *g, uint32_t node, uint32_t link)
{
    for (uint32_t e = g->end_first[link];; e++)
        if (g->end_node[e] == node)
            return e;
}

/* Enters one residual step into the flow. */
static void push_step(struct cp_flow *f, uint32_t from, uint32_t to)
{
    const struct cp_graph *g = f->g;
    uint32_t a = from / 2;
    uint32_t b = to / 2;
    bool forward = from % 2 == SIDE_OUT;

    if (a == b) {
        if (to % 2 == SIDE_OUT)
            add_one(f, &f->through[a]);
        else
            take_one(f, &f->through[a]);
        return;
    }
    if (a < g->node_count) {
        struct cp_flow_end *end = &f->ends[end_between(g, a, b - g->node_count)];

        if (forward)
            add_one(f, &end->into);
        else
            take_one(f, &end->from);
    } else {
        struct cp_flow_end *end = &f->ends[end_between(g, b, a - g->node_count)];

        if (forward)
            add_one(f, &end->from);
        else
            take_one(f, &end->into);
    }
}

static void push_way(struct cp_flow *f, uint32_t goal)
{
    uint32_t to = goal;

    if (cp_flow_fails_alone(f, goal / 2))
        add_one(f, &f->through[goal / 2]); /* a hub, which is full now */
    for (uint32_t from = f->marks[to].parent; from != NIL; to = from, from = f->marks[to].parent)
        push_step(f, from, to);
}

uint32_t cp_flow_ways(struct cp_flow *f, const struct cp_flow_task *task, uint32_t most)
{
    uint32_t ways = 0;

    CP_ASSERT(most <= COUNT_MASK);
    forget_ways(f);
    while (ways < most) {
        uint32_t goal = find_way(f, task);

        if (goal == NIL)
            break;
        push_way(f, goal);
        ways++;
    }
    return ways;
}

/* ---- cuts ---- */

static uint32_t element_of(const struct cp_graph *g, uint32_t vertex)
{
    return vertex < g->node_count ? cp_graph_element_of_node(g, vertex)
                                  : cp_graph_element_of_link(vertex - g->node_count);
}

/* Whether the state is the way into a vertex that the search could not leave. */
static bool is_rim(const struct cp_flow *f, uint32_t state)
{
    return state % 2 == SIDE_IN && f->marks[state + 1].stamp != f->marks[state].stamp;
}

uint32_t cp_flow_near_cut(const struct cp_flow *f, uint32_t *elements)
{
    uint32_t count = 0;

    if (f->tail > f->budget)
        return 0;
    for (uint32_t i = 0; i < f->tail; i++)
        if (is_rim(f, f->queue[i]))
            elements[count++] = element_of(f->g, f->queue[i] / 2);
    return count;
}

/* Whether a way leads on from behind the vertex. */
static bool leads_on(struct search *s, uint32_t vertex)
{
    s->goal = NIL;
    if (vertex < s->f->g->node_count && cp_flow_is_goal(s->f, s->task, vertex))
        return true;
    cp_flow_begin(s->f);
    reach(s, state_of(vertex, SIDE_OUT), NIL);
    run(s);
    return s->goal != NIL;
}

/* Vertices that were come to and could not be left: one on each way. */
struct rim {
    uint32_t vertex[COUNT_MASK];
    uint32_t count;
};

/* Adds those that the last search came to. */
static void add_rim(const struct cp_flow *f, struct rim *rim)
{
    for (uint32_t i = 0; i < f->tail; i++) {
        if (!is_rim(f, f->queue[i]))
            continue;
        CP_ASSERT(rim->count < CP_COUNT(rim->vertex));
        rim->vertex[rim->count++] = f->queue[i] / 2;
    }
}

/* All that the last search reached leads nowhere: the rim moves on. */
static void close_off(struct cp_flow *f, uint32_t closed, struct rim *rim)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < f->tail; i++)
        f->marks[f->queue[i]].stamp = closed;
    for (uint32_t i = 0; i < rim->count; i++)
        if (f->marks[state_of(rim->vertex[i], SIDE_OUT)].stamp != closed)
            rim->vertex[kept++] = rim->vertex[i];
    rim->count = kept;
    add_rim(f, rim);
}

uint32_t cp_flow_far_cut(struct cp_flow *f, const struct cp_flow_task *task, uint32_t *elements)
{
    struct search s = {.f = f, .task = task, .closed = f->stamp};
    struct rim rim = {0};
    uint32_t count = 0;

    CP_ASSERT(f->tail <= f->budget);
    add_rim(f, &rim);
    while (rim.count > 0) {
        uint32_t vertex = rim.vertex[--rim.count];

        if (leads_on(&s, vertex))
            elements[count++] = element_of(f->g, vertex);
        else
            close_off(f, s.closed, &rim);
    }
    return count;
}

/* ---- ways one by one ---- */

void cp_flow_peel(struct cp_flow *f, const struct cp_flow_task *task, uint32_t node,
                  cp_flow_visit visit, void *context)
{
    const struct cp_graph *g = f->g;

    do {
        uint32_t i = g->node_end_first[node];
        uint32_t out = 0;

        while (count_of(f, f->ends[g->node_ends[i]].into) == 0)
            i++;
        take_one(f, &f->ends[g->node_ends[i]].into);
        uint32_t link = g->end_link[g->node_ends[i]];

        for (out = g->end_first[link]; count_of(f, f->ends[out].from) == 0; out++)
            ;
        take_one(f, &f->ends[out].from);
        visit(context, link);
        node = g->end_node[out];
    } while (!cp_flow_is_goal(f, task, node));
}

uint32_t cp_flow_leaving(const struct cp_flow *f, uint32_t node)
{
    const struct cp_graph *g = f->g;
    uint32_t leaving = 0;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        const struct cp_flow_end *end = &f->ends[g->node_ends[i]];

        leaving += count_of(f, end->into) - count_of(f, end->from);
    }
    return leaving;
}

#include "sweep/weights.h"

#include "weights_inside.h"

/*
 * A change starts at the arcs whose crossings it concerns.  They wait in a queue, the highest first:
 * an arc's legs have higher numbers than itself.  An arc that comes out otherwise than it was queues
 * those arcs that it is a leg of, where its way was or now is among the least.  Each arc is worked
 * out at most once a change, and sees all its legs as they will stay.
 *
 * Two logs, of arcs and of changes, bring all back: neither needs the other.
 */

/* A set of arcs that gives the highest first: a bit for each, and bits for words that have any. */
enum { LEVELS = 3, WORD_SHIFT = 6 };

struct queue {
    uint64_t *words[LEVELS]; /* [arcs / 64], [arcs / 64^2], [arcs / 64^3], rounded up */
    uint32_t top;            /* no words of the last level beyond this one have bits */
};

typedef enum { CHANGE_OUT, CHANGE_BACK, CHANGE_METRIC } change_kind;

struct change {
    change_kind kind;
    uint32_t at;     /* element, or end */
    uint32_t metric; /* of the end before */
};

struct cp_weights_log {
    struct cp_arena *arena;
    struct cp_arc_before *arcs;
    uint32_t arc_count, arc_cap;
    struct change *changes;
    uint32_t change_count, change_cap;
    struct queue queue; /* empty between changes */
};

/* ---- the queue ---- */

static cp_err queue_open(struct queue *q, uint32_t arcs, struct cp_arena *arena)
{
    uint32_t count = arcs;

    for (uint32_t level = 0; level < LEVELS; level++) {
        count = (count >> WORD_SHIFT) + 1;
        q->words[level] = CP_TAKE(arena, count, uint64_t);
        if (q->words[level] == NULL)
            return CP_ERR_NOMEM;
    }
    return CP_OK;
}

static inline void queue_put(struct queue *q, uint32_t arc)
{
    uint32_t at = arc;

    for (uint32_t level = 0; level < LEVELS; level++, at >>= WORD_SHIFT)
        q->words[level][at >> WORD_SHIFT] |= UINT64_C(1) << (at % 64);
    q->top = at > q->top ? at : q->top;
}

static inline uint32_t highest_bit(uint64_t word)
{
    return 63 - (uint32_t)__builtin_clzll(word);
}

/* The highest arc, taken out; UINT32_MAX: none left. */
static inline uint32_t queue_take(struct queue *q)
{
    while (q->words[LEVELS - 1][q->top] == 0) {
        if (q->top == 0)
            return UINT32_MAX;
        q->top--;
    }
    uint32_t arc = q->top;

    for (uint32_t level = LEVELS; level-- > 0;)
        arc = arc << WORD_SHIFT | highest_bit(q->words[level][arc]);
    uint32_t at = arc;

    for (uint32_t level = 0; level < LEVELS; level++, at >>= WORD_SHIFT) {
        uint64_t *word = &q->words[level][at >> WORD_SHIFT];

        *word &= ~(UINT64_C(1) << (at % 64));
        if (*word != 0)
            break;
    }
    return arc;
}

cp_err cp_weights_log_open(const struct cp_weights *w, struct cp_arena *arena,
                           struct cp_weights_log **out)
{
    struct cp_weights_log *log = CP_TAKE(arena, 1, struct cp_weights_log);

    if (log == NULL)
        return CP_ERR_NOMEM;
    log->arena = arena;
    if (w->triangles != NULL)
        CP_TRY(queue_open(&log->queue, w->hierarchy->arc_count, arena));
    *out = log;
    return CP_OK;
}

/* ---- going on from arcs that changed ---- */

/* The arc between two places that have one.  Halves without branches: their outcomes are random. */
static inline uint32_t arc_between(const struct cp_hierarchy *h, uint32_t from, uint32_t to)
{
    uint32_t arc = h->arc_first[from];
    uint32_t count = h->arc_first[from + 1] - arc;

    while (count > 1) {
        uint32_t half = count / 2;

        arc += h->arc_to[arc + half] <= to ? half : 0;
        count -= half;
    }
    CP_ASSERT(h->arc_to[arc] == to);
    return arc;
}

/* Whether a way of this weight may be among the least of those that make up `weight`. */
static inline bool matters(uint64_t way, uint64_t weight)
{
    return (way <= weight) & (way < CP_WEIGHT_NONE);
}

/* The less of what a direction weighed and weighs; none if it is as it was. */
static inline uint64_t least_changed(uint64_t before, uint32_t before_marks, uint64_t now,
                                     uint32_t now_marks)
{
    if (before == now && before_marks == now_marks)
        return CP_WEIGHT_NONE;
    return before < now ? before : now;
}

/* Queues the arcs that this one is a leg of, where its ways are or were among the least. */
static void queue_above(struct cp_weights *w, uint32_t arc, const struct pair *before,
                        const struct pair *now)
{
    const struct cp_hierarchy *h = w->hierarchy;
    uint32_t middle = h->arc_from[arc];
    uint32_t x = h->arc_to[arc];
    uint64_t up = least_changed(before->up, before->up_marks, now->up, now->up_marks);
    uint64_t down = least_changed(before->down, before->down_marks, now->down, now->down_marks);

    if (middle < h->core_count)
        return;
    for (uint32_t leg = h->arc_first[middle]; leg < h->arc_first[middle + 1]; leg++) {
        uint32_t y = h->arc_to[leg];
        uint64_t x_to_y = down + w->up[leg];
        uint64_t y_to_x = w->down[leg] + up;

        if (leg == arc || (x_to_y >= CP_WEIGHT_NONE && y_to_x >= CP_WEIGHT_NONE))
            continue;
        uint32_t above = x > y ? arc_between(h, x, y) : arc_between(h, y, x);

        if (matters(x > y ? x_to_y : y_to_x, w->up[above]) ||
            matters(x > y ? y_to_x : x_to_y, w->down[above]))
            queue_put(&w->log->queue, above);
    }
}

static cp_err log_arc(struct cp_weights_log *log, uint32_t arc, const struct pair *before)
{
    void *arcs = log->arcs;

    if (log->arc_count == log->arc_cap) {
        CP_TRY(cp_arena_grow(log->arena, &arcs, log->arc_count, &log->arc_cap, sizeof *log->arcs));
        log->arcs = arcs;
    }
    log->arcs[log->arc_count++] = (struct cp_arc_before){.arc = arc,
                                                         .up_marks = before->up_marks,
                                                         .down_marks = before->down_marks,
                                                         .up = before->up,
                                                         .down = before->down};
    return CP_OK;
}

static cp_err log_change(struct cp_weights_log *log, struct change change)
{
    void *changes = log->changes;

    CP_TRY(cp_arena_grow(log->arena, &changes, log->change_count, &log->change_cap,
                         sizeof *log->changes));
    log->changes = changes;
    log->changes[log->change_count++] = change;
    return CP_OK;
}

static bool pair_equal(const struct pair *a, const struct pair *b)
{
    return a->up == b->up && a->down == b->down && a->up_marks == b->up_marks &&
           a->down_marks == b->down_marks;
}

static cp_err settle(struct cp_weights *w)
{
    uint32_t arc = 0;

    while ((arc = queue_take(&w->log->queue)) != UINT32_MAX) {
        struct pair before = arc_pair(w, arc);
        struct pair now = cp_weights_base(w, arc);

        join_triangles(w, &now, arc);
        if (pair_equal(&before, &now))
            continue;
        CP_TRY(log_arc(w->log, arc, &before));
        queue_above(w, arc, &before, &now);
        arc_set(w, arc, now);
    }
    return CP_OK;
}

/* ---- changes ---- */

/* One reason more or less to be out.  True: out now, and was not before; or the other way round. */
static bool count_reason(uint8_t *reasons, change_kind kind)
{
    CP_ASSERT(kind == CHANGE_OUT ? *reasons < UINT8_MAX : *reasons > 0);
    *reasons = (uint8_t)(kind == CHANGE_OUT ? *reasons + 1 : *reasons - 1);
    return *reasons == (kind == CHANGE_OUT ? 1 : 0);
}

static void queue_end(struct cp_weights *w, uint32_t end)
{
    const struct cp_hierarchy *h = w->hierarchy;

    queue_put(&w->log->queue, h->crossings[h->crossing_of_end[end]].arc);
}

static void queue_link(struct cp_weights *w, uint32_t link)
{
    const struct cp_graph *g = w->hierarchy->graph;

    for (uint32_t end = g->end_first[link]; end < g->end_first[link + 1]; end++)
        queue_end(w, end);
}

static void queue_node(struct cp_weights *w, uint32_t node)
{
    const struct cp_graph *g = w->hierarchy->graph;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++)
        queue_end(w, g->node_ends[i]);
}

typedef enum { ARCS_STAY, ARCS_QUEUE } arcs_do;

/* Counts an element out or back, and queues the arcs that this concerns. */
static void count_element(struct cp_weights *w, uint32_t element, change_kind kind, arcs_do arcs)
{
    const struct cp_graph *g = w->hierarchy->graph;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        if (count_reason(&w->link_failed[at], kind) && arcs == ARCS_QUEUE)
            queue_link(w, at);
        break;
    case CP_ELEMENT_NODE:
        if (count_reason(&w->node_failed[at], kind) && arcs == ARCS_QUEUE)
            queue_node(w, at);
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            if (count_reason(&w->link_failed[g->srlg_links[i]], kind) && arcs == ARCS_QUEUE)
                queue_link(w, g->srlg_links[i]);
        break;
    }
}

/* Finishes a change that is logged and queued; takes all of it back if there is no memory. */
static cp_err settle_or_undo(struct cp_weights *w, cp_weights_mark mark)
{
    cp_err err = settle(w);

    if (err != CP_OK) {
        while (queue_take(&w->log->queue) != UINT32_MAX)
            continue;
        cp_weights_undo(w, mark);
    }
    return err;
}

static cp_err change_element(struct cp_weights *w, uint32_t element, change_kind kind)
{
    cp_weights_mark mark = cp_weights_mark_get(w);

    CP_ASSERT(w->triangles != NULL);
    CP_TRY(log_change(w->log, (struct change){.kind = kind, .at = element}));
    count_element(w, element, kind, ARCS_QUEUE);
    return settle_or_undo(w, mark);
}

cp_err cp_weights_fail(struct cp_weights *w, uint32_t element)
{
    return change_element(w, element, CHANGE_OUT);
}

cp_err cp_weights_restore(struct cp_weights *w, uint32_t element)
{
    return change_element(w, element, CHANGE_BACK);
}

cp_err cp_weights_set_metric(struct cp_weights *w, uint32_t end, uint32_t metric)
{
    const struct cp_graph *g = w->hierarchy->graph;
    cp_weights_mark mark = cp_weights_mark_get(w);

    CP_ASSERT(w->triangles != NULL && end < g->end_first[g->link_count] && metric >= 1);
    CP_TRY(log_change(
        w->log, (struct change){.kind = CHANGE_METRIC, .at = end, .metric = w->end_metric[end]}));
    w->end_metric[end] = metric;
    queue_end(w, end);
    return settle_or_undo(w, mark);
}

/* ---- the log ---- */

cp_weights_mark cp_weights_mark_get(const struct cp_weights *w)
{
    return (cp_weights_mark){.arcs = w->log->arc_count, .changes = w->log->change_count};
}

void cp_weights_undo(struct cp_weights *w, cp_weights_mark mark)
{
    struct cp_weights_log *log = w->log;

    CP_ASSERT(mark.arcs <= log->arc_count && mark.changes <= log->change_count);
    while (log->arc_count > mark.arcs) {
        const struct cp_arc_before *before = &log->arcs[--log->arc_count];

        arc_set(w, before->arc,
                (struct pair){.up = before->up,
                              .down = before->down,
                              .up_marks = before->up_marks,
                              .down_marks = before->down_marks});
    }
    while (log->change_count > mark.changes) {
        const struct change *change = &log->changes[--log->change_count];

        if (change->kind == CHANGE_METRIC)
            w->end_metric[change->at] = change->metric;
        else
            count_element(w, change->at, change->kind == CHANGE_OUT ? CHANGE_BACK : CHANGE_OUT,
                          ARCS_STAY);
    }
}

void cp_weights_forget(struct cp_weights *w)
{
    w->log->arc_count = 0;
    w->log->change_count = 0;
}

uint32_t cp_weights_changed(const struct cp_weights *w, cp_weights_mark mark,
                            const struct cp_arc_before **arcs)
{
    CP_ASSERT(mark.arcs <= w->log->arc_count);
    *arcs = w->log->arcs == NULL ? NULL : w->log->arcs + mark.arcs;
    return w->log->arc_count - mark.arcs;
}

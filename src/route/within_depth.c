#include "within_depth.h"

#include <string.h>

/*
 * A path with a list of few segments is a way in another graph: from node to node by segments.  Labels (a node,
 * what its way counts, how many segments may still follow) are taken from a heap by what they count and what is left
 * at least; a node segment is proven only when its label comes up.
 *
 * First a label is dropped where the same node was met no dearer with as many segments left: what is not found so
 * is not there.  What is found may use a node twice (a longer segment may be clean under failures where
 * a part of it is not), or not be what was asked; then the search is made again without that rule, every label
 * with the nodes that its way has.
 *
 * The smallest depth comes from the same search, by segments first.
 */

#define STATES_MAX (UINT64_C(1) << 14) /* of flows looked at */
#define LABELS_MAX (1u << 18)
#define ALL_LABELS_MAX (1u << 15) /* where none is dropped for another */

struct label {
    uint64_t cost;
    uint32_t before; /* label that the segment begins at; CP_NONE: a source */
    uint32_t node, link;
    uint32_t count, left; /* segments so far, and how many may follow */
};

struct entry {
    uint64_t key, second;
    uint32_t label;
};

typedef enum { WITHIN_CHEAPEST, WITHIN_FEWEST } aim;

struct within {
    struct segment_terrain t;
    const struct cp_graph *g;
    aim aim;
    bool all; /* no label is dropped for another */
    struct label *labels;
    struct entry *heap;
    uint32_t label_count, label_cap, heap_count, heap_cap;
    uint32_t *most_left;     /* [nodes] 1 more than segments left, of labels taken */
    uint32_t *nodes, *links; /* [nodes + 1] the way of a label */
    uint32_t *seen;          /* [nodes] stamps */
    uint32_t *chain;         /* [nodes + 1] its labels */
    uint32_t link_count, stamp;
    uint32_t taken; /* the last label at a destination; CP_NONE */
    uint64_t charge;
    bool cut; /* something was not tried */
};

/* ---- the heap ---- */

static bool is_before(const struct within *w, const struct entry *a, const struct entry *b)
{
    uint32_t left_a = w->labels[a->label].left;
    uint32_t left_b = w->labels[b->label].left;

    if (a->key != b->key)
        return a->key < b->key;
    if (a->second != b->second)
        return a->second < b->second;
    return left_a != left_b ? left_a > left_b : a->label < b->label;
}

static void push(struct within *w, struct entry entry)
{
    uint32_t at = w->heap_count++;

    for (; at > 0 && is_before(w, &entry, &w->heap[(at - 1) / 2]); at = (at - 1) / 2)
        w->heap[at] = w->heap[(at - 1) / 2];
    w->heap[at] = entry;
}

static uint32_t pop(struct within *w)
{
    uint32_t first = w->heap[0].label;
    struct entry last = w->heap[--w->heap_count];
    uint32_t at = 0;

    for (uint32_t child = 1; child < w->heap_count; child = 2 * at + 1) {
        if (child + 1 < w->heap_count && is_before(w, &w->heap[child + 1], &w->heap[child]))
            child++;
        if (!is_before(w, &w->heap[child], &last))
            break;
        w->heap[at] = w->heap[child];
        at = child;
    }
    w->heap[at] = last;
    return first;
}

static cp_err add_label(struct within *w, struct label label)
{
    uint32_t needed = w->t.fewest[label.node];
    uint64_t whole = label.cost + w->t.far[label.node];
    void *labels = w->labels;
    void *heap = w->heap;

    if (needed == CP_NONE || needed > label.left ||
        (!w->all && w->most_left[label.node] > label.left))
        return CP_OK;
    if (w->label_count == (w->all ? ALL_LABELS_MAX : LABELS_MAX)) {
        w->cut = true;
        return CP_OK;
    }
    if (w->label_count == w->label_cap) {
        CP_TRY(
            cp_arena_grow(w->t.s->work, &labels, w->label_count, &w->label_cap, sizeof *w->labels));
        w->labels = labels;
    }
    if (w->heap_count == w->heap_cap) {
        CP_TRY(cp_arena_grow(w->t.s->work, &heap, w->heap_count, &w->heap_cap, sizeof *w->heap));
        w->heap = heap;
    }
    w->labels[w->label_count] = label;
    push(w, w->aim == WITHIN_CHEAPEST
                ? (struct entry){whole, 0, w->label_count}
                : (struct entry){(uint64_t)label.count + needed, whole, w->label_count});
    w->label_count++;
    return CP_OK;
}

/* ---- the way of a label ---- */

static bool enter(struct within *w, uint32_t node)
{
    if (w->seen[node] == w->stamp)
        return false;
    w->seen[node] = w->stamp;
    w->nodes[w->link_count] = node;
    return true;
}

/* The way of least cost that a node segment has, past what was met; *yes false: none without a node twice. */
static cp_err follow(struct within *w, uint32_t from, uint32_t to, bool *yes)
{
    const struct cp_within_ask *ask = w->t.ask;
    struct question q = {.treatment = ask->treatment, .from = from, .to = to};
    uint64_t left = 0;

    CP_TRY(cp_answer_cost(w->t.s, &q, &left));
    while (from != to && *yes) {
        bool on = false;

        for (uint32_t i = w->g->hop_first[from]; i < w->g->hop_first[from + 1] && !on; i++) {
            const struct cp_hop *hop = &w->g->hops[i];
            uint64_t beyond = 0;

            if (hop->out > left || w->seen[hop->to] == w->stamp)
                continue;
            q.from = hop->to;
            if (hop->to != to)
                CP_TRY(cp_answer_cost(w->t.s, &q, &beyond));
            if (beyond != left - hop->out)
                continue;
            on = true;
            left = beyond;
            w->links[w->link_count++] = hop->link;
            from = hop->to;
            (void)enter(w, from);
        }
        *yes = on;
    }
    return CP_OK;
}

/* nodes, links: what the label stands for.  *yes: no node stands twice. */
static cp_err walk(struct within *w, uint32_t label, bool *yes)
{
    uint32_t count = 0;

    *yes = false;
    for (uint32_t l = label; l != CP_NONE; l = w->labels[l].before) {
        if (count > w->g->node_count)
            return CP_OK;
        w->chain[count++] = l;
    }
    w->stamp++;
    w->link_count = 0;
    *yes = enter(w, w->labels[w->chain[--count]].node);
    while (count-- > 0 && *yes) {
        const struct label *at = &w->labels[w->chain[count]];

        if (at->link == CP_NONE) {
            CP_TRY(follow(w, w->labels[at->before].node, at->node, yes));
            w->cut = w->cut || (!*yes && w->all && !w->t.ask->alone);
            continue;
        }
        w->links[w->link_count++] = at->link;
        *yes = enter(w, at->node);
    }
    return CP_OK;
}

static void measure(const struct within *w, struct cp_path *path)
{
    const struct cp_case *c = w->t.s->ground->judge->net;

    path->cost = 0;
    path->delay_us = 0;
    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t l = path->links[i];
        uint32_t e = w->g->end_first[l];
        uint32_t delay = c->links[w->t.s->ground->net->case_link[l]].delay_us;

        while (w->g->end_node[e] != path->nodes[i])
            e++;
        path->cost += w->t.ask->cost[e];
        path->delay_us = path->delay_us == CP_PATH_DELAY_NONE || delay == CP_DELAY_NONE
                             ? CP_PATH_DELAY_NONE
                             : path->delay_us + delay;
    }
}

static struct cp_path way_of(const struct within *w)
{
    struct cp_path path = {.nodes = w->nodes, .links = w->links, .link_count = w->link_count};

    measure(w, &path);
    return path;
}

/* ---- what was asked ---- */

static bool is_within_bounds(const struct cp_within_ask *ask, const struct cp_path *path)
{
    return path->link_count <= ask->hops_max &&
           (ask->delay_max_us == CP_PATH_DELAY_NONE ||
            (path->delay_us != CP_PATH_DELAY_NONE && path->delay_us <= ask->delay_max_us));
}

static bool passes(const struct within *w, const struct cp_path *path,
                   const struct cp_must_pass *must)
{
    for (uint32_t k = 0; k < must->count; k++) {
        if (cp_graph_element_of_node(w->g, path->nodes[0]) == must->elements[k])
            return true;
        for (uint32_t i = 0; i < path->link_count; i++)
            if (cp_graph_element_of_link(path->links[i]) == must->elements[k] ||
                cp_graph_element_of_node(w->g, path->nodes[i + 1]) == must->elements[k])
                return true;
    }
    return false;
}

static cp_err has_list(struct within *w, const struct cp_path *path, bool *yes)
{
    const struct cp_within_ask *ask = w->t.ask;
    struct cp_segment_ask of = {.path = path,
                                .treatment = ask->treatment,
                                .ends = ask->ends,
                                .end_count = ask->end_count,
                                .strict = ask->strict,
                                .alone = ask->alone,
                                .depth_max = w->aim == WITHIN_FEWEST ? CP_NONE : ask->depth_max};
    struct cp_segment_list list;

    CP_TRY(cp_segments_find(w->t.s, &of, w->t.s->work, &list));
    *yes = w->aim == WITHIN_FEWEST ? list.least <= w->labels[w->taken].count : list.at != NULL;
    return CP_OK;
}

static cp_err turn(const struct within *w, const struct cp_path *path, struct cp_path *out)
{
    uint32_t *nodes = CP_TAKE(w->t.s->work, (size_t)path->link_count + 1, uint32_t);
    uint32_t *links = CP_TAKE(w->t.s->work, path->link_count, uint32_t);

    if (nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i <= path->link_count; i++)
        nodes[i] = path->nodes[path->link_count - i];
    for (uint32_t i = 0; i < path->link_count; i++)
        links[i] = path->links[path->link_count - 1 - i];
    *out = (struct cp_path){.nodes = nodes, .links = links, .link_count = path->link_count};
    return CP_OK;
}

/* Whether a path that was found is all that was asked. */
static cp_err keeps(struct within *w, const struct cp_path *path, bool *yes)
{
    const struct cp_within_ask *ask = w->t.ask;
    struct cp_path back;

    *yes = is_within_bounds(ask, path);
    for (uint32_t i = 0; i < ask->require_count && *yes; i++)
        *yes = passes(w, path, &ask->require[i]);
    if (*yes)
        CP_TRY(has_list(w, path, yes));
    if (!*yes || !ask->both)
        return CP_OK;
    CP_TRY(turn(w, path, &back));
    measure(w, &back);
    *yes = is_within_bounds(ask, &back);
    if (*yes)
        CP_TRY(has_list(w, &back, yes));
    return CP_OK;
}

/* ---- the search ---- */

static cp_err prove(struct within *w, const struct label *label, bool *yes)
{
    const struct cp_within_ask *ask = w->t.ask;
    struct question q = {.treatment = ask->treatment,
                         .to = label->node,
                         .ends = ask->ends,
                         .end_count = ask->end_count};
    struct verdict v;

    *yes = true;
    if (label->before == CP_NONE || label->link != CP_NONE)
        return CP_OK;
    if (w->charge > STATES_MAX) {
        w->cut = true;
        *yes = false;
        return CP_OK;
    }
    q.from = w->labels[label->before].node;
    CP_TRY(cp_answer_clean(w->t.s, &q, &w->charge, &v));
    *yes = v.clean;
    return CP_OK;
}

static cp_err open_node(struct within *w, uint32_t from)
{
    const struct label at = w->labels[from];
    struct label next = {.before = from, .count = at.count + 1, .left = at.left - 1};

    if (at.left == 0)
        return CP_OK;
    for (uint32_t i = w->g->hop_first[at.node]; i < w->g->hop_first[at.node + 1]; i++) {
        const struct cp_hop *hop = &w->g->hops[i];
        uint32_t step = cp_terrain_step(&w->t, at.node, hop->link, hop->to);

        next.node = hop->to;
        next.link = hop->link;
        next.cost = at.cost + step;
        if (step != CP_COST_NONE)
            CP_TRY(add_label(w, next));
    }
    if (w->t.ask->strict)
        return CP_OK;
    cp_terrain_spread(&w->t, at.node);
    next.link = CP_NONE;
    for (next.node = 0; next.node < w->g->node_count; next.node++) {
        next.cost = at.cost + w->t.along[next.node];
        if (w->t.bad[next.node] == 0 && next.node != at.node)
            CP_TRY(add_label(w, next));
    }
    return CP_OK;
}

/* Whether the label is to be gone on from: proven, not met better, and without a node twice where all are tried. */
static cp_err is_next(struct within *w, uint32_t at, bool *yes)
{
    struct label label = w->labels[at];

    *yes = w->all || w->most_left[label.node] <= label.left;
    if (*yes)
        CP_TRY(prove(w, &label, yes));
    if (*yes && w->all) {
        CP_TRY(walk(w, at, yes));
        struct cp_path path = way_of(w);

        *yes = *yes && is_within_bounds(w->t.ask, &path);
    }
    if (*yes)
        w->most_left[label.node] = label.left + 1;
    return CP_OK;
}

/* *label: the first at a destination; CP_NONE.  Where all are tried: the first that keeps what was asked. */
static cp_err run(struct within *w, uint32_t *label)
{
    bool yes = false;

    *label = CP_NONE;
    while (w->heap_count > 0) {
        uint32_t at = pop(w);
        cp_arena_mark mark;

        CP_TRY(is_next(w, at, &yes));
        if (!yes)
            continue;
        if (w->t.fewest[w->labels[at].node] != 0) {
            CP_TRY(open_node(w, at));
            continue;
        }
        CP_TRY(walk(w, at, &yes));
        mark = cp_arena_mark_get(w->t.s->work);
        struct cp_path path = way_of(w);

        w->taken = at;
        if (yes)
            CP_TRY(keeps(w, &path, &yes));
        cp_arena_reset(w->t.s->work, mark);
        if (yes)
            *label = at;
        if (yes || !w->all)
            return CP_OK;
        CP_TRY(open_node(w, at)); /* another destination may lie behind it */
    }
    return CP_OK;
}

static cp_err begin(struct within *w)
{
    const struct cp_within_ask *ask = w->t.ask;

    w->label_count = w->heap_count = 0;
    w->taken = CP_NONE;
    memset(w->most_left, 0, w->g->node_count * sizeof *w->most_left);
    for (uint32_t i = 0; i < ask->src_count; i++) {
        uint32_t depth = cp_segments_depth(w->t.s->ground, ask->src[i], ask->depth_max);

        if (w->t.far[ask->src[i]] == WAYS_FAR)
            continue;
        if (w->aim == WITHIN_FEWEST || depth > w->g->node_count)
            depth = w->g->node_count;
        CP_TRY(add_label(
            w, (struct label){
                   .before = CP_NONE, .node = ask->src[i], .link = CP_NONE, .left = depth}));
    }
    return CP_OK;
}

static cp_err seek(struct within *w, aim what, uint32_t *label)
{
    w->aim = what;
    w->all = false;
    CP_TRY(begin(w));
    CP_TRY(run(w, label));
    if (*label != CP_NONE || w->taken == CP_NONE)
        return CP_OK;
    if (what == WITHIN_FEWEST &&
        w->t.ask->both) { /* the way back may need more than labels count */
        w->cut = true;
        return CP_OK;
    }
    w->all = true;
    CP_TRY(begin(w));
    return run(w, label);
}

static cp_err open_within(struct within *w)
{
    struct cp_arena *work = w->t.s->work;

    w->g = &w->t.s->ground->net->graph;
    w->most_left = CP_TAKE(work, w->g->node_count, uint32_t);
    w->nodes = CP_TAKE(work, (size_t)w->g->node_count + 1, uint32_t);
    w->links = CP_TAKE(work, (size_t)w->g->node_count + 1, uint32_t);
    w->seen = CP_TAKE(work, w->g->node_count, uint32_t);
    w->chain = CP_TAKE(work, (size_t)w->g->node_count + 2, uint32_t);
    if (w->most_left == NULL || w->nodes == NULL || w->links == NULL || w->seen == NULL ||
        w->chain == NULL)
        return CP_ERR_NOMEM;
    return cp_terrain_open(&w->t);
}

static cp_err give_path(struct within *w, uint32_t label, struct cp_arena *arena,
                        struct cp_path *out)
{
    uint32_t *nodes, *links;
    bool yes = false;

    CP_TRY(walk(w, label, &yes));
    CP_ASSERT(yes);
    nodes = CP_TAKE(arena, (size_t)w->link_count + 1, uint32_t);
    links = CP_TAKE(arena, w->link_count, uint32_t);
    if (nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    memcpy(nodes, w->nodes, ((size_t)w->link_count + 1) * sizeof *nodes);
    memcpy(links, w->links, w->link_count * sizeof *links);
    *out = way_of(w);
    out->nodes = nodes;
    out->links = links;
    return CP_OK;
}

static cp_err find(struct within *w, struct cp_arena *arena, struct cp_within *out)
{
    uint32_t label = CP_NONE;

    CP_TRY(open_within(w));
    CP_TRY(seek(w, WITHIN_CHEAPEST, &label));
    out->sure = !w->cut;
    if (label != CP_NONE)
        return give_path(w, label, arena, &out->path);
    CP_TRY(seek(w, WITHIN_FEWEST, &label));
    out->sure = !w->cut;
    if (label != CP_NONE)
        out->least = w->labels[label].count;
    return CP_OK;
}

cp_err cp_segments_within(struct cp_segmenter *s, const struct cp_within_ask *ask,
                          struct cp_arena *arena, struct cp_within *out)
{
    struct within w = {.t = {.s = s, .ask = ask}};
    cp_arena_mark mark = cp_arena_mark_get(s->work);

    CP_ASSERT(arena != s->work && (ask->out == NULL || ask->alone) && (!ask->both || ask->alone));
    *out = (struct cp_within){.least = CP_NONE};
    CP_TRY(find(&w, arena, out));
    cp_arena_reset(s->work, mark);
    return CP_OK;
}

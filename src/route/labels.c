#include "labels.h"

/* What labels are for: seek.c. */

/* --- order -------------------------------------------------------------------------------- */

/* Below 0 where a label comes before the other for what the goal counts. */
static int compare_goal(const struct seek *s, const struct label *a, const struct label *b)
{
    for (int i = 0; i < 2; i++)
        if (a->key[i] != b->key[i])
            return a->key[i] < b->key[i] ? -1 : 1;
    return counts_sets(s) ? cp_element_sets_compare(s->sets, a->set, b->set) : 0;
}

/* Whether the end in sight is better. */
bool cp_seek_ends_before(const struct label *a, const struct label *b)
{
    for (int i = 0; i < 2; i++)
        if (a->end.key[i] != b->end.key[i])
            return a->end.key[i] < b->end.key[i];
    return a->end.hops < b->end.hops;
}

/* Whether what the goal counts is less there; equal ends are no gain. */
bool cp_seek_ends_better(const struct label *a, const struct label *b)
{
    if (a->end.key[0] != b->end.key[0])
        return a->end.key[0] < b->end.key[0];
    return a->end.key[1] < b->end.key[1];
}

/* Labels come in a fixed order, so that of labels alike the one made first is first. */
static bool comes_before(const struct seek *s, uint32_t one, uint32_t other)
{
    const struct label *a = &s->labels[one];
    const struct label *b = &s->labels[other];
    int order = 0;

    if (s->simple)
        return cp_seek_ends_before(a, b) || (!cp_seek_ends_before(b, a) && one > other);
    order = compare_goal(s, a, b);
    return order != 0 ? order < 0 : one < other;
}

static cp_err make_room(struct seek *s, uint32_t **list, uint32_t count, uint32_t *cap)
{
    void *at = *list;

    if (count == *cap) {
        CP_TRY(cp_arena_grow(s->work, &at, count, cap, sizeof **list));
        *list = at;
    }
    return CP_OK;
}

static cp_err push(struct seek *s, uint32_t label)
{
    uint32_t at = s->heap_count;

    CP_TRY(make_room(s, &s->heap, s->heap_count, &s->heap_cap));
    s->heap_count++;
    while (at > 0 && comes_before(s, label, s->heap[(at - 1) / 2])) {
        s->heap[at] = s->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    s->heap[at] = label;
    return CP_OK;
}

static cp_err push_ready(struct seek *s, uint32_t label)
{
    CP_TRY(make_room(s, &s->ready, s->ready_count, &s->ready_cap));
    s->ready[s->ready_count++] = label;
    return CP_OK;
}

uint32_t cp_seek_pop(struct seek *s)
{
    if (s->ready_count > 0)
        return s->ready[--s->ready_count];

    uint32_t first = s->heap[0];
    uint32_t last = s->heap[--s->heap_count];
    uint32_t at = 0;

    for (uint32_t child = 1; child < s->heap_count; child = 2 * at + 1) {
        if (child + 1 < s->heap_count && comes_before(s, s->heap[child + 1], s->heap[child]))
            child++;
        if (!comes_before(s, s->heap[child], last))
            break;
        s->heap[at] = s->heap[child];
        at = child;
    }
    s->heap[at] = last;
    return first;
}

/* --- dominance ---------------------------------------------------------------------------- */

bool cp_seek_walks(struct seek *s, uint32_t label, uint32_t node)
{
    for (; label != NIL && s->labels[label].node != node; s->steps++)
        label = s->labels[label].parent;
    return label != NIL;
}

/* Whether a way walks a LAN. */
static bool uses(struct seek *s, uint32_t label, uint32_t link)
{
    for (; s->labels[label].link != NIL && s->labels[label].link != link; s->steps++)
        label = s->labels[label].parent;
    return s->labels[label].link != NIL;
}

/* Whether `one` has walked no node that `other` has not. */
static bool leaves_as_much(struct seek *s, uint32_t one, const struct label *other)
{
    for (uint32_t at = one; at != NIL; at = s->labels[at].parent)
        if (s->labels[at].node != other->node &&
            !cp_seek_walks(s, other->parent, s->labels[at].node))
            return false;
    return true;
}

/* Whether `one` has passed each LAN that counts no more for `other`. */
static bool has_paid_as_much(struct seek *s, uint32_t one, const struct label *other)
{
    for (const struct label *at = other; at->link != NIL; at = &s->labels[at->parent])
        if (is_lan(s, at->link) && s->ask->terrain->against[at->link] != 0 &&
            !uses(s, one, at->link))
            return false;
    return true;
}

/* Whether a label that was expanded is as good as this one, whichever destination is sought. */
static bool is_as_good(struct seek *s, uint32_t one, const struct label *other)
{
    const struct label *a = &s->labels[one];

    if (keeps(s, CP_WISH_HOPS) && a->hops > other->hops)
        return false;
    if (keeps(s, CP_WISH_DELAY) && a->delay_us > other->delay_us)
        return false;
    if ((a->rules & ~other->rules) != 0)
        return false;
    if (s->simple &&
        (a->key[0] != other->key[0] ? a->key[0] > other->key[0] : a->key[1] > other->key[1]))
        return false;
    if (s->must == 0)
        return true;
    if ((other->passed & ~a->passed) != 0 || (s->simple && !leaves_as_much(s, one, other)))
        return false;
    return !s->marked_lans || has_paid_as_much(s, one, other);
}

/* One of the same origin, or of none, will do; or two of different ones. */
bool cp_seek_is_dominated(struct seek *s, const struct label *label)
{
    uint32_t origin = NIL;

    for (uint32_t at = s->expanded[label->node]; at != NIL; at = s->labels[at].next) {
        uint32_t of = s->labels[at].origin;

        s->steps++;
        if (!is_as_good(s, at, label))
            continue;
        if (of == NIL || of == label->origin || (origin != NIL && of != origin))
            return true;
        origin = of;
    }
    return false;
}

/* --- labels ------------------------------------------------------------------------------- */

/* Fewest first, then those that hold the first rules. */
static void count_rules(struct label *label)
{
    label->key[0] = 0;
    label->key[1] = 0;
    for (uint32_t i = 0; i < SEEK_RULES_MAX; i++) {
        uint32_t has = label->rules >> i & 1u;

        label->key[0] += has;
        label->key[1] |= (uint64_t)(1u - has) << (SEEK_RULES_MAX - 1 - i);
    }
}

/* The label passes an element; *passable: whether it may. */
static cp_err pass(struct seek *s, struct label *label, uint32_t element, bool *passable)
{
    const struct seek_terrain *t = s->ask->terrain;
    uint32_t against = t->against[element];

    if (s->meets != NULL)
        label->passed |= s->meets[element];
    if (against == 0)
        return CP_OK;
    switch (s->ask->goal) {
    case SEEK_ANY:
    case SEEK_NEAREST:
        *passable = false;
        return CP_OK;
    case SEEK_RULES:
        *passable = *passable && (against & SEEK_CLOSED) == 0;
        label->rules |= against;
        count_rules(label);
        return CP_OK;
    case SEEK_FEWEST:
    case SEEK_CHEAPEST:
        break;
    }
    if (cp_element_sets_has(s->sets, label->set, element))
        return CP_OK;
    bool cheapest = s->ask->goal == SEEK_CHEAPEST;

    label->key[cheapest ? 1 : 0]++;
    label->key[cheapest ? 0 : 1] = sum(label->key[cheapest ? 0 : 1], t->price[element]);
    return cp_element_sets_add(s->sets, label->set, element, &label->set);
}

/* What the label counts in the end, at least; found false: it has no end. */
static struct rest end_of(const struct seek *s, const struct label *label)
{
    struct rest end = {.found = true};

    if (s->rest != NULL && !label->finish)
        end = s->rest[label->node << s->list_count | (s->must & ~label->passed)];
    end.key[0] = sum(end.key[0], label->key[0]);
    end.key[1] = sum(end.key[1], label->key[1]);
    end.hops += label->hops;
    return end;
}

static cp_err add_label(struct seek *s, const struct label *label)
{
    void *labels = s->labels;
    struct rest end = {.found = true};

    if (s->simple)
        end = end_of(s, label);
    if (!end.found)
        return CP_OK;

    if (s->label_count == s->label_cap) {
        CP_TRY(cp_arena_grow(s->work, &labels, s->label_count, &s->label_cap, sizeof *s->labels));
        s->labels = labels;
    }
    s->labels[s->label_count] = *label;
    s->labels[s->label_count].end = end;
    if (s->diving)
        return push_ready(s, s->label_count++);
    if (!s->bounded && label->parent != NIL &&
        compare_goal(s, label, &s->labels[label->parent]) == 0)
        return push_ready(s, s->label_count++);
    return push(s, s->label_count++);
}

cp_err cp_seek_begin(struct seek *s, uint32_t source)
{
    bool both = (s->node_is[source] & IS_DESTINATION) != 0;
    struct label label = {
        .node = source, .link = NIL, .parent = NIL, .origin = both ? source : NIL, .next = NIL};
    bool passable = (s->node_is[source] & IS_AVOIDED) == 0;

    if (s->ask->goal == SEEK_RULES)
        count_rules(&label);
    CP_TRY(pass(s, &label, cp_graph_element_of_node(s->g, source), &passable));
    return passable ? add_label(s, &label) : CP_OK;
}

/* What the step costs in links, delay and metric; false: it may not be made. */
static bool measure(const struct seek *s, struct step step, struct label *label)
{
    const struct seek_terrain *t = s->ask->terrain;
    const struct cp_path_ask *path = s->ask->path;
    uint32_t delay_us = t->delay_us[step.link];

    if ((s->link_is[step.link] & IS_AVOIDED) != 0 || (s->node_is[step.to] & IS_AVOIDED) != 0)
        return false;
    if (t->cost[step.end] == CP_COST_NONE)
        return false;
    label->hops++;
    if (keeps(s, CP_WISH_HOPS) && label->hops > path->hops_max)
        return false;
    if (keeps(s, CP_WISH_DELAY)) {
        if (delay_us == CP_DELAY_NONE)
            return false;
        label->delay_us += delay_us;
        if (label->delay_us > path->delay_max_us)
            return false;
    }
    if (s->ask->goal == SEEK_NEAREST)
        label->key[0] += t->cost[step.end];
    if (s->ask->goal == SEEK_ANY)
        label->key[0]++;
    return true;
}

static cp_err make_step(struct seek *s, uint32_t from, struct step step)
{
    struct label label = s->labels[from];
    bool is_destination = (s->node_is[step.to] & IS_DESTINATION) != 0;
    bool passable = true;

    if (!measure(s, step, &label) || (s->simple && cp_seek_walks(s, from, step.to)))
        return CP_OK;
    label.node = step.to;
    label.link = step.link;
    label.parent = from;
    label.next = NIL;
    CP_TRY(pass(s, &label, cp_graph_element_of_link(step.link), &passable));
    CP_TRY(pass(s, &label, cp_graph_element_of_node(s->g, step.to), &passable));
    if (!passable)
        return CP_OK;
    label.finish = is_destination && label.origin != step.to && (label.passed & s->must) == s->must;
    if (label.finish)
        return add_label(s, &label); /* nothing better goes on from here */
    return !s->diving && cp_seek_is_dominated(s, &label) ? CP_OK : add_label(s, &label);
}

cp_err cp_seek_expand(struct seek *s, uint32_t at)
{
    const struct cp_graph *g = s->g;
    uint32_t node = s->labels[at].node;

    s->labels[at].next = s->expanded[node];
    s->expanded[node] = at;
    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        struct step step = {.end = g->node_ends[i], .link = g->end_link[g->node_ends[i]]};

        for (uint32_t e = g->end_first[step.link]; e < g->end_first[step.link + 1]; e++) {
            step.to = g->end_node[e];
            if (step.to != node)
                CP_TRY(make_step(s, at, step));
        }
    }
    return CP_OK;
}

#include "seek.h"

#include <stdlib.h>

#include "ground/metric.h"
#include "rest.h"
#include "route/blocking.h"

/*
 * Label setting.  A label is a way from a source to a node; labels are expanded in the order of what the goal
 * counts.  A label is left out where another of its node is as good in all that matters later: what the
 * goal counts, links and delay where these are bounded, and what it has passed of the require lists.
 *
 * Sets of elements of one size are ordered as written, ascending.  A set that comes first does so with the
 * same elements added to both, so the first of all best sets is found like a cost.  Ways that meet
 * themselves do no harm: cut short, they are as good or better.  With require lists that is no longer so.
 * There walks are sought first that may meet themselves: the best of them is no worse than the best path, and
 * mostly it is one.  Else a label walks no node twice, and yields only to one whose nodes it has all walked, too;
 * labels then come in the order of what they would count at least in the end (rest.c; A* search), the newest
 * first, so that of equal ways one is soon at its end.  Where even that takes too long, depth comes first, the step that
 * looks best before its siblings: what is found until the budget is gone holds, though there may be better.
 *
 * A label that counts no more than the one it comes from is expanded next, past the heap: most of a network
 * is clean, and so most labels are such.
 *
 * A node may be source and destination.  It is no way to itself, so labels from there are told apart.
 */

#define NIL UINT32_MAX

struct label {
    uint64_t key[2]; /* what the goal counts */
    struct rest end; /* what it counts in the end, at least; used in simple searches */
    uint64_t delay_us;
    element_set set;
    uint32_t rules, passed; /* bits: of rules so far; of require lists */
    uint32_t hops;
    uint32_t node, link, parent; /* link: by which it came here */
    uint32_t origin;             /* the source where it is a destination, too; else NIL */
    uint32_t next;               /* expanded before it at this node */
    bool finish;                 /* ends here, at a destination */
};

/* An end of a link that a label may leave by, and to where. */
struct step {
    uint32_t end, link, to;
};

enum { IS_SOURCE = 1, IS_DESTINATION = 2, IS_AVOIDED = 4 };

struct seek {
    const struct seek_ask *ask;
    const struct cp_graph *g;
    struct cp_arena *work;
    uint8_t *node_is, *link_is; /* IS_ bits */
    uint32_t *meets; /* [links + nodes] require lists that it is on; NULL: none are asked */
    uint32_t must;   /* those that must be met */
    struct cp_element_sets *sets;
    struct label *labels;
    uint32_t label_count, label_cap;
    uint32_t *heap, *ready; /* ready: labels as good as the one expanded last */
    uint32_t heap_count, heap_cap, ready_count, ready_cap;
    uint32_t *expanded; /* [nodes] the last label expanded there */
    bool bounded;       /* labels of a node may be many */
    bool simple;        /* no node twice: asked for with require lists, else it comes of itself */
    bool marked_lans;   /* something is against a LAN, and it counts but once */
    uint64_t steps;     /* of walking back along labels */
    const struct rest *rest; /* as in rest.h; NULL: nothing is known */
    uint32_t list_count;
    bool diving; /* depth first */
};

/* So many of those are one step of the budget. */
enum { STEPS_A_LABEL = 64 };

static bool keeps(const struct seek *s, uint32_t wish)
{
    return (s->ask->wishes & wish) != 0;
}

static bool counts_sets(const struct seek *s)
{
    return s->ask->goal == SEEK_FEWEST || s->ask->goal == SEEK_CHEAPEST;
}

static bool is_lan(const struct seek *s, uint32_t link)
{
    return s->g->end_first[link + 1] - s->g->end_first[link] > 2;
}

/* --- opening ------------------------------------------------------------------------------ */

static void avoid(struct seek *s, uint32_t element)
{
    const struct cp_graph *g = s->g;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        s->link_is[at] |= IS_AVOIDED;
        return;
    case CP_ELEMENT_NODE:
        s->node_is[at] |= IS_AVOIDED;
        return;
    case CP_ELEMENT_SRLG:
        break;
    }
    for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
        s->link_is[g->srlg_links[i]] |= IS_AVOIDED;
}

static cp_err open_require(struct seek *s)
{
    const struct cp_path_ask *path = s->ask->path;

    if (!keeps(s, CP_WISH_REQUIRE) || path->require_count == 0)
        return CP_OK;
    if (path->require_count > 32)
        return CP_ERR_LIMIT;
    s->meets = CP_TAKE(s->work, (size_t)s->g->link_count + s->g->node_count, uint32_t);
    if (s->meets == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < path->require_count; i++) {
        s->must |= UINT32_C(1) << i;
        for (uint32_t k = 0; k < path->require[i].count; k++) {
            uint32_t element = path->require[i].elements[k];

            if (element < s->g->link_count + s->g->node_count)
                s->meets[element] |= UINT32_C(1) << i;
        }
    }
    return CP_OK;
}

static cp_err open_rest(struct seek *s)
{
    struct rest_ground ground = {.meets = s->meets, .must = s->must};
    uint8_t *node_is = CP_TAKE(s->work, s->g->node_count, uint8_t);

    s->list_count = s->ask->path->require_count;
    if (node_is == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < s->g->node_count; v++)
        node_is[v] = (uint8_t)(((s->node_is[v] & IS_AVOIDED) != 0 ? 1 : 0) |
                               ((s->node_is[v] & IS_DESTINATION) != 0 ? 2 : 0));
    ground.node_is = node_is;
    ground.link_is = s->link_is;
    return cp_rest_find(s->ask, &ground, s->work, &s->rest);
}

static cp_err open_seek(struct seek *s)
{
    const struct cp_path_ask *path = s->ask->path;

    s->node_is = CP_TAKE(s->work, s->g->node_count, uint8_t);
    s->link_is = CP_TAKE(s->work, s->g->link_count, uint8_t);
    s->expanded = CP_TAKE(s->work, s->g->node_count, uint32_t);
    if (s->node_is == NULL || s->link_is == NULL || s->expanded == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < s->g->node_count; v++)
        s->expanded[v] = NIL;
    for (uint32_t i = 0; i < path->src_count; i++)
        s->node_is[path->src[i]] |= IS_SOURCE;
    for (uint32_t i = 0; i < path->dst_count; i++)
        s->node_is[path->dst[i]] |= IS_DESTINATION;
    for (uint32_t i = 0; keeps(s, CP_WISH_AVOID) && i < path->avoid_count; i++)
        avoid(s, path->avoid[i]);
    CP_TRY(open_require(s));
    for (uint32_t l = 0; counts_sets(s) && s->must != 0 && l < s->g->link_count; l++)
        s->marked_lans = s->marked_lans || (is_lan(s, l) && s->ask->terrain->against[l] != 0);
    s->bounded =
        keeps(s, CP_WISH_HOPS | CP_WISH_DELAY) || s->must != 0 || s->ask->goal == SEEK_RULES;
    if (s->simple && s->ask->path->require_count <= REST_LISTS_MAX)
        CP_TRY(open_rest(s));
    if (!counts_sets(s))
        return CP_OK;
    return cp_element_sets_open(s->work, s->g->link_count + s->g->node_count, &s->sets);
}

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
static bool ends_before(const struct label *a, const struct label *b)
{
    for (int i = 0; i < 2; i++)
        if (a->end.key[i] != b->end.key[i])
            return a->end.key[i] < b->end.key[i];
    return a->end.hops < b->end.hops;
}

/* Whether what the goal counts is less there; equal ends are no gain. */
static bool ends_better(const struct label *a, const struct label *b)
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
        return ends_before(a, b) || (!ends_before(b, a) && one > other);
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

static uint32_t pop(struct seek *s)
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

static bool walks(struct seek *s, uint32_t label, uint32_t node)
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
        if (s->labels[at].node != other->node && !walks(s, other->parent, s->labels[at].node))
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
static bool is_dominated(struct seek *s, const struct label *label)
{
    uint32_t origin = NIL;

    for (uint32_t at = s->expanded[label->node]; at != NIL; at = s->labels[at].next) {
        uint32_t of = s->labels[at].origin;

        if (!is_as_good(s, at, label))
            continue;
        if (of == NIL || of == label->origin || (origin != NIL && of != origin))
            return true;
        origin = of;
    }
    return false;
}

/* --- labels ------------------------------------------------------------------------------- */

static uint64_t sum(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

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

static cp_err begin_at(struct seek *s, uint32_t source)
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

    if (!measure(s, step, &label) || (s->simple && walks(s, from, step.to)))
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
    return !s->diving && is_dominated(s, &label) ? CP_OK : add_label(s, &label);
}

static cp_err expand(struct seek *s, uint32_t at)
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

/* --- the answer --------------------------------------------------------------------------- */

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static void put(const struct seek *s, uint32_t *to, uint32_t *count, uint32_t element)
{
    if (s->ask->terrain->told[element] != 0)
        to[(*count)++] = element;
}

static cp_err tell(struct seek *s, uint32_t at, struct seek_found *out)
{
    const struct label *last = &s->labels[at];
    uint32_t *elements = CP_TAKE(s->work, 2 * (size_t)last->hops + 1, uint32_t);
    uint32_t count = 0;
    uint32_t kept = 0;

    if (elements == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = at; i != NIL; i = s->labels[i].parent) {
        put(s, elements, &count, cp_graph_element_of_node(s->g, s->labels[i].node));
        if (s->labels[i].link != NIL)
            put(s, elements, &count, cp_graph_element_of_link(s->labels[i].link));
    }
    qsort(elements, count, sizeof *elements, compare_u32);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || elements[i] != elements[kept - 1])
            elements[kept++] = elements[i];
    out->found = true;
    out->cost = last->key[s->ask->goal == SEEK_FEWEST ? 1 : 0];
    out->rules = last->rules;
    out->elements = elements;
    out->element_count = kept;
    return CP_OK;
}

/* Whether a way walks a node twice. */
static bool meets_itself(struct seek *s, uint32_t label)
{
    for (; label != NIL; label = s->labels[label].parent)
        if (walks(s, s->labels[label].parent, s->labels[label].node))
            return true;
    return false;
}

/* *last: the label of the best way; NIL. */
static cp_err search(struct seek *s, uint32_t *last, struct seek_found *out)
{
    uint64_t expanded = 0;

    *last = NIL;
    for (uint32_t i = 0; i < s->ask->path->src_count; i++)
        CP_TRY(begin_at(s, s->ask->path->src[i]));
    while (s->heap_count + s->ready_count > 0) {
        uint32_t at = pop(s);

        if (s->labels[at].finish) {
            *last = at;
            return CP_OK;
        }
        if (is_dominated(s, &s->labels[at]))
            continue;
        if (s->bounded && expanded++ + s->steps / STEPS_A_LABEL >= s->ask->budget) {
            out->exact = false;
            return CP_OK;
        }
        CP_TRY(expand(s, at));
    }
    return CP_OK;
}

/* Puts the labels that the last one led to in order, the best last. */
static void order_ready(struct seek *s, uint32_t first)
{
    for (uint32_t i = first + 1; i < s->ready_count; i++) {
        uint32_t label = s->ready[i];
        uint32_t at = i;

        for (; at > first && ends_before(&s->labels[s->ready[at - 1]], &s->labels[label]); at--)
            s->ready[at] = s->ready[at - 1];
        s->ready[at] = label;
    }
}

/* As search, depth first; what is left out is no better than what is found. */
static cp_err dive(struct seek *s, uint32_t *last, struct seek_found *out)
{
    uint64_t expanded = 0;

    *last = NIL;
    for (uint32_t i = 0; i < s->ask->path->src_count; i++)
        CP_TRY(begin_at(s, s->ask->path->src[i]));
    order_ready(s, 0);
    while (s->ready_count > 0) {
        uint32_t at = s->ready[--s->ready_count];
        uint32_t first = s->ready_count;

        if (*last != NIL && !ends_better(&s->labels[at], &s->labels[*last]))
            continue;
        if (s->labels[at].finish) {
            *last = at;
            continue;
        }
        if (expanded++ + s->steps / STEPS_A_LABEL >= s->ask->budget) {
            out->exact = false;
            return CP_OK;
        }
        CP_TRY(expand(s, at));
        order_ready(s, first);
    }
    return CP_OK;
}

static cp_err search_simple(struct seek *s, bool diving, uint32_t *last, struct seek_found *out)
{
    *s = (struct seek){.ask = s->ask, .g = s->g, .work = s->work, .simple = true, .diving = diving};
    *out = (struct seek_found){.exact = true};
    CP_TRY(open_seek(s));
    return diving ? dive(s, last, out) : search(s, last, out);
}

cp_err cp_seek(const struct seek_ask *ask, struct cp_arena *work, struct seek_found *out)
{
    struct seek s = {.ask = ask, .g = ask->graph, .work = work};
    uint32_t last = NIL;

    *out = (struct seek_found){.exact = true};
    CP_TRY(open_seek(&s));
    CP_TRY(search(&s, &last, out));
    if (s.must != 0 && (last != NIL ? meets_itself(&s, last) : !out->exact)) {
        CP_TRY(search_simple(&s, false, &last, out));
        if (!out->exact)
            CP_TRY(search_simple(&s, true, &last, out));
    }
    return last == NIL ? CP_OK : tell(&s, last, out);
}

#include "sweep/labels.h"

#include "core.h"

/*
 * A lightest way from a node to the destination climbs to some place and comes down from there.
 * The way down is the climb from the destination, looked at from the other end: it leaves a seed
 * with each ancestor of the destination.  The least of a place is that of its own seed and, over
 * its arcs, of what the arc weighs and the place above has; all those above lie on the node's own
 * line of ancestors, so a node asked is answered from the top of its line down.
 *
 * Stamps tell whose numbers a label holds, so that nothing is cleared between destinations.
 */

/* What a label's stamp says, counted from the destination's first. */
#define SEEDED 0u  /* the way over the climb alone */
#define SETTLED 1u /* the weight is least; in the core, where marks come later */
#define DONE 2u
#define STAMPS 3u
/* Stamps begin again here: seldom enough to cost nothing, often enough to be tested. */
#define STAMP_MOST UINT16_MAX

struct cp_labels {
    const struct cp_hierarchy *hierarchy;
    const struct cp_weights *weights;
    cp_label_kind kind;
    uint32_t stamp; /* SEEDED of this destination */
    uint32_t unit;  /* log2 of the hierarchy's scale */
    uint32_t destination;
    struct label *labels; /* [places] */
    uint32_t *line;       /* [places] the destination's place and its ancestors outside the core */
    uint32_t line_count;
    uint32_t *path;       /* [places] places to be worked out, the top last */
    uint64_t *least;      /* [places] all weights, for cp_labels_all_costs */
    struct cp_core *core; /* NULL where there is none */
};

cp_err cp_labels_open(const struct cp_hierarchy *h, cp_label_kind kind, struct cp_arena *arena,
                      struct cp_labels **out)
{
    struct cp_labels *l = CP_TAKE(arena, 1, struct cp_labels);

    CP_ASSERT(h->scale == 1 || h->scale == 2);
    if (l == NULL)
        return CP_ERR_NOMEM;
    l->hierarchy = h;
    l->kind = kind;
    l->unit = h->scale - 1;
    l->labels = CP_TAKE(arena, h->place_count, struct label);
    l->line = CP_TAKE(arena, h->place_count, uint32_t);
    l->path = CP_TAKE(arena, h->place_count, uint32_t);
    l->least = CP_TAKE(arena, h->place_count, uint64_t);
    if (l->labels == NULL || l->line == NULL || l->path == NULL || l->least == NULL)
        return CP_ERR_NOMEM;
    if (h->core_count > 0)
        CP_TRY(cp_core_open(h, arena, &l->core));
    *out = l;
    return CP_OK;
}

/* ---- the destination ---- */

/* Stamps of a new destination, that no label bears. */
static void next_stamp(struct cp_labels *l)
{
    if (l->stamp + 2 * STAMPS > STAMP_MOST) {
        for (uint32_t p = 0; p < l->hierarchy->place_count; p++)
            l->labels[p].stamp = 0;
        l->stamp = 0;
    }
    l->stamp += STAMPS;
}

/* Finds the destination's line, and empties its labels and those of the core. */
static void prepare(struct cp_labels *l, uint32_t place)
{
    const struct cp_hierarchy *h = l->hierarchy;
    const struct label empty = {.weight = CP_WEIGHT_NONE, .stamp = l->stamp + SEEDED};
    uint32_t last = UINT32_MAX;

    l->line_count = 0;
    for (; place != last && place >= h->core_count; place = h->parent[place]) {
        l->labels[place] = empty;
        l->line[l->line_count++] = place;
        last = place;
    }
    for (uint32_t p = 0; p < h->core_count; p++)
        l->labels[p] = empty;
}

static inline uint32_t mask_if(bool truth)
{
    return 0u - (uint32_t)truth;
}

/* Gives the places above one their seeds from it. */
static inline void seed_above(struct cp_labels *l, uint32_t place)
{
    const struct cp_hierarchy *h = l->hierarchy;
    const struct cp_weights *w = l->weights;
    struct label from = l->labels[place];

    if (from.weight >= CP_WEIGHT_NONE)
        return;
    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++) {
        struct label *above = &l->labels[h->arc_to[a]];
        uint64_t weight = w->down[a] + from.weight;

        if (l->kind == CP_COSTS_AND_MARKS) {
            uint32_t marks = from.marks | w->down_marks[a] | w->place_marks[h->arc_to[a]];

            above->marks = (above->marks & mask_if(above->weight <= weight)) |
                           (marks & mask_if(weight <= above->weight));
        }
        above->weight = weight < above->weight ? weight : above->weight;
    }
}

void cp_labels_to(struct cp_labels *l, const struct cp_weights *weights, uint32_t destination)
{
    const struct cp_hierarchy *h = l->hierarchy;

    CP_ASSERT(weights->hierarchy == h);
    CP_ASSERT(destination < h->graph->node_count && weights->node_failed[destination] == 0);
    uint32_t place = h->place_of_node[destination];

    l->weights = weights;
    l->destination = destination;
    next_stamp(l);
    prepare(l, place);
    l->labels[place].weight = 0;
    l->labels[place].marks = weights->place_marks[place];
    for (uint32_t i = 0; i < l->line_count; i++)
        seed_above(l, l->line[i]);
    if (l->core != NULL)
        cp_core_settle(l->core, weights, l->labels,
                       l->stamp + (l->kind == CP_COSTS_ONLY ? DONE : SETTLED));
}

/* ---- a node asked ---- */

/* Completes the marks of the core places that a place's lightest ways go to. */
static void mark_core(struct cp_labels *l, uint32_t place, uint64_t weight)
{
    const struct cp_hierarchy *h = l->hierarchy;

    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++) {
        uint32_t to = h->arc_to[a];

        if (to >= h->core_count)
            return;
        if (l->weights->up[a] + l->labels[to].weight == weight)
            cp_core_mark(l->core, l->weights, l->labels, to, l->stamp + DONE);
    }
}

static uint32_t marks_of(struct cp_labels *l, uint32_t place, uint64_t weight, uint32_t marks)
{
    const struct cp_hierarchy *h = l->hierarchy;
    const struct cp_weights *w = l->weights;

    if (weight >= CP_WEIGHT_NONE)
        return 0;
    if (l->core != NULL)
        mark_core(l, place, weight);
    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++) {
        const struct label *to = &l->labels[h->arc_to[a]];

        marks |= (w->up_marks[a] | to->marks) & mask_if(w->up[a] + to->weight == weight);
    }
    return marks | w->place_marks[place];
}

/* Works out a place whose upper places are known. */
static inline void work_out(struct cp_labels *l, uint32_t place)
{
    const struct cp_hierarchy *h = l->hierarchy;
    const uint64_t *up = l->weights->up;
    struct label seed = l->labels[place];
    struct label label = {.weight = CP_WEIGHT_NONE, .stamp = l->stamp + DONE};

    if (seed.stamp == l->stamp + SEEDED)
        label.weight = seed.weight;
    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++) {
        uint64_t weight = up[a] + l->labels[h->arc_to[a]].weight;

        label.weight = weight < label.weight ? weight : label.weight;
    }
    if (l->kind == CP_COSTS_AND_MARKS) {
        bool as_light = seed.stamp == l->stamp + SEEDED && seed.weight == label.weight;

        label.marks = marks_of(l, place, label.weight, as_light ? seed.marks : 0);
    }
    l->labels[place] = label;
}

/* The node's label, complete. */
static const struct label *label_of(struct cp_labels *l, uint32_t node)
{
    const struct cp_hierarchy *h = l->hierarchy;
    uint32_t asked = h->place_of_node[node];
    uint32_t place = asked;
    uint32_t last = UINT32_MAX;
    uint32_t count = 0;

    CP_ASSERT(l->weights != NULL);
    for (; place != last && place >= h->core_count; place = h->parent[place]) {
        if (l->labels[place].stamp == l->stamp + DONE)
            break;
        l->path[count++] = place;
        last = place;
    }
    if (asked < h->core_count && l->kind == CP_COSTS_AND_MARKS)
        cp_core_mark(l->core, l->weights, l->labels, asked, l->stamp + DONE);
    while (count > 0)
        work_out(l, l->path[--count]);
    return &l->labels[asked];
}

static inline uint64_t cost_of(const struct cp_labels *l, uint64_t weight)
{
    return weight >= CP_WEIGHT_NONE ? CP_UNREACHABLE : weight >> l->unit;
}

uint64_t cp_labels_cost(struct cp_labels *l, uint32_t node)
{
    return cost_of(l, label_of(l, node)->weight);
}

uint32_t cp_labels_seen(struct cp_labels *l, uint32_t node)
{
    CP_ASSERT(l->kind == CP_COSTS_AND_MARKS);
    return label_of(l, node)->marks;
}

uint64_t cp_labels_cost_and_seen(struct cp_labels *l, uint32_t node, uint32_t *seen)
{
    const struct label *label = label_of(l, node);

    CP_ASSERT(l->kind == CP_COSTS_AND_MARKS);
    *seen = label->marks;
    return cost_of(l, label->weight);
}

uint64_t cp_labels_meet(const struct cp_labels *l, const uint64_t *above, uint32_t *place)
{
    uint64_t least = CP_WEIGHT_NONE;
    uint32_t count = l->line_count + l->hierarchy->core_count;

    *place = UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t p = i < l->line_count ? l->line[i] : i - l->line_count;
        uint64_t weight = above[p] + l->labels[p].weight;

        if (weight < least) {
            least = weight;
            *place = p;
        }
    }
    return cost_of(l, least);
}

/* ---- all nodes ---- */

static inline uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The least over a place's arcs; of few arcs two at a time, as their number is hard to foresee. */
static inline uint64_t least_above(const struct cp_hierarchy *h, const uint64_t *up,
                                   const uint64_t *least, uint32_t place)
{
    const uint32_t *to = h->arc_to;
    uint32_t end = h->arc_first[place + 1];
    uint32_t a = h->arc_first[place];
    uint64_t all = CP_WEIGHT_NONE;

    if (end - a > 8) {
        for (; a < end; a++)
            all = lesser(up[a] + least[to[a]], all);
        return all;
    }
    for (uint32_t b; a < end; a = b + 1) {
        b = a + 1 < end ? a + 1 : a;
        uint64_t one = lesser(up[a] + least[to[a]], up[b] + least[to[b]]);

        all = lesser(one, all);
    }
    return all;
}

static void sweep(const struct cp_hierarchy *h, const uint64_t *restrict up,
                  uint64_t *restrict least, uint32_t first, uint32_t end)
{
    for (uint32_t p = first; p < end; p++)
        least[p] = least_above(h, up, least, p);
}

void cp_labels_all_costs(struct cp_labels *l, uint64_t *cost)
{
    const struct cp_hierarchy *h = l->hierarchy;
    const uint64_t *up = l->weights->up;
    uint32_t place = h->core_count;

    for (uint32_t p = 0; p < h->core_count; p++)
        l->least[p] = l->labels[p].weight;
    for (uint32_t i = l->line_count; i-- > 0;) {
        uint64_t seed = l->labels[l->line[i]].weight;

        sweep(h, up, l->least, place, l->line[i] + 1);
        place = l->line[i];
        if (seed < l->least[place])
            l->least[place] = seed;
        place++;
    }
    sweep(h, up, l->least, place, h->place_count);
    for (uint32_t v = 0; v < h->graph->node_count; v++)
        cost[v] = cost_of(l, l->least[h->place_of_node[v]]);
}

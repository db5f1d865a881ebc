#include "rest.h"

/*
 * Dijkstra from the destinations back, over pairs of a node and what is not met yet, least in what the goal counts
 * and then in links.  A heap that keeps stale entries.
 */

struct entry {
    struct rest far;
    uint32_t place;
};

struct resting {
    const struct seek_ask *ask;
    const struct cp_graph *g;
    const struct rest_ground *ground;
    struct cp_arena *work;
    uint32_t lists;
    struct entry *heap;
    uint32_t heap_count, heap_cap;
    struct rest *rest;
};

static uint64_t sum(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static bool is_less(const struct rest *a, const struct rest *b)
{
    if (a->found != b->found)
        return a->found;
    for (int i = 0; i < 2; i++)
        if (a->key[i] != b->key[i])
            return a->key[i] < b->key[i];
    return a->hops < b->hops;
}

/* --- the heap ----------------------------------------------------------------------------- */

static cp_err push(struct resting *r, struct entry entry)
{
    void *heap = r->heap;
    uint32_t at = r->heap_count;

    if (r->heap_count == r->heap_cap) {
        CP_TRY(cp_arena_grow(r->work, &heap, r->heap_count, &r->heap_cap, sizeof *r->heap));
        r->heap = heap;
    }
    r->heap_count++;
    for (; at > 0 && is_less(&entry.far, &r->heap[(at - 1) / 2].far); at = (at - 1) / 2)
        r->heap[at] = r->heap[(at - 1) / 2];
    r->heap[at] = entry;
    return CP_OK;
}

static struct entry pop(struct resting *r)
{
    struct entry first = r->heap[0];
    struct entry last = r->heap[--r->heap_count];
    uint32_t at = 0;

    for (uint32_t child = 1; child < r->heap_count; child = 2 * at + 1) {
        if (child + 1 < r->heap_count && is_less(&r->heap[child + 1].far, &r->heap[child].far))
            child++;
        if (!is_less(&r->heap[child].far, &last.far))
            break;
        r->heap[at] = r->heap[child];
        at = child;
    }
    r->heap[at] = last;
    return first;
}

/* --- steps -------------------------------------------------------------------------------- */

/* Adds what an element counts; false: it cannot be passed. */
static bool add_element(const struct resting *r, uint32_t element, struct rest *far)
{
    const struct seek_terrain *t = r->ask->terrain;

    if (t->against[element] == 0)
        return true;
    switch (r->ask->goal) {
    case SEEK_ANY:
    case SEEK_NEAREST:
        return false;
    case SEEK_FEWEST:
        far->key[0]++;
        far->key[1] = sum(far->key[1], t->price[element]);
        break;
    case SEEK_CHEAPEST:
        far->key[0] = sum(far->key[0], t->price[element]);
        far->key[1]++;
        break;
    case SEEK_RULES: /* which ones is not known */
        break;
    }
    return true;
}

/* Adds the step by an end to a node; false: it cannot be made. */
static bool add_step(const struct resting *r, uint32_t end, uint32_t to, struct rest *far)
{
    uint32_t cost = r->ask->terrain->cost[end];

    if (cost == CP_COST_NONE)
        return false;
    far->hops++;
    if (r->ask->goal == SEEK_ANY)
        far->key[0]++;
    if (r->ask->goal == SEEK_NEAREST)
        far->key[0] += cost;
    return add_element(r, cp_graph_element_of_link(r->g->end_link[end]), far) &&
           add_element(r, cp_graph_element_of_node(r->g, to), far);
}

static cp_err offer(struct resting *r, uint32_t place, const struct rest *far)
{
    if (!is_less(far, &r->rest[place]))
        return CP_OK;
    r->rest[place] = *far;
    return push(r, (struct entry){*far, place});
}

/* The step by an end to the node of the entry: from where any of the lists it meets, too, was left. */
static cp_err step_back(struct resting *r, uint32_t end, const struct entry *entry, uint32_t met)
{
    uint32_t from = r->g->end_node[end];
    uint32_t node = entry->place >> r->lists;
    uint32_t left = entry->place & r->ground->must;
    struct rest far = entry->far;

    if (from == node || (r->ground->node_is[from] & 1u) != 0 || !add_step(r, end, node, &far))
        return CP_OK;
    for (uint32_t more = met;; more = (more - 1) & met) {
        CP_TRY(offer(r, from << r->lists | left | more, &far));
        if (more == 0)
            return CP_OK;
    }
}

static cp_err open_back(struct resting *r, const struct entry *entry)
{
    const struct cp_graph *g = r->g;
    uint32_t node = entry->place >> r->lists;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t link = g->end_link[g->node_ends[i]];
        uint32_t met = r->ground->meets[link] | r->ground->meets[cp_graph_element_of_node(g, node)];

        if ((entry->place & met) != 0 || r->ground->link_is[link] != 0)
            continue; /* what it meets is not left after it */
        for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++)
            CP_TRY(step_back(r, e, entry, met));
    }
    return CP_OK;
}

static cp_err find_all(struct resting *r)
{
    for (uint32_t v = 0; v < r->g->node_count; v++)
        if (r->ground->node_is[v] == 2)
            CP_TRY(offer(r, v << r->lists, &(struct rest){.found = true}));
    while (r->heap_count > 0) {
        struct entry entry = pop(r);

        if (!is_less(&r->rest[entry.place], &entry.far))
            CP_TRY(open_back(r, &entry));
    }
    return CP_OK;
}

cp_err cp_rest_find(const struct seek_ask *ask, const struct rest_ground *ground,
                    struct cp_arena *work, const struct rest **rest)
{
    struct resting r = {.ask = ask, .g = ask->graph, .ground = ground, .work = work};
    size_t places = 0;

    while (ground->must >> r.lists != 0)
        r.lists++;
    CP_ASSERT(r.lists <= REST_LISTS_MAX);
    places = (size_t)r.g->node_count << r.lists;
    if (places > UINT32_MAX)
        return CP_ERR_LIMIT;
    r.rest = CP_TAKE(work, places, struct rest);
    if (r.rest == NULL)
        return CP_ERR_NOMEM;
    *rest = r.rest;
    return find_all(&r);
}

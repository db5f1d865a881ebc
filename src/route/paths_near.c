#include "paths_near.h"

/* ---- over the hierarchy: as sweep/labels.c does it, with several targets ---- */

static inline bool is_seeded(const struct cp_paths_finder *f, uint32_t place)
{
    return f->near[place].stamp == f->near_stamp + NEAR_SEEDED;
}

/* Hands a place's seed on to those above it. */
static void seed_above(struct cp_paths_finder *f, uint32_t place)
{
    const struct cp_hierarchy *h = &f->ground->hierarchy;
    uint64_t cost = f->near[place].cost;

    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++) {
        struct near *above = &f->near[h->arc_to[a]];
        uint64_t sum = f->over->down[a] + cost;

        above->cost = sum < above->cost ? sum : above->cost;
    }
}

static void seed(struct cp_paths_finder *f, uint32_t target)
{
    const struct cp_hierarchy *h = &f->ground->hierarchy;
    uint32_t last = CP_NONE;

    for (uint32_t p = target; p != last; last = p, p = h->parent[p])
        if (!is_seeded(f, p))
            f->near[p] = (struct near){.cost = WAY_NONE, .stamp = f->near_stamp + NEAR_SEEDED};
    f->near[target].cost = 0;
    last = CP_NONE;
    for (uint32_t p = target; p != last; last = p, p = h->parent[p])
        seed_above(f, p);
}

uint64_t cp_near_work_out(struct cp_paths_finder *f, uint32_t asked)
{
    const struct cp_hierarchy *h = &f->ground->hierarchy;
    const uint64_t *up = f->over->up;
    uint32_t count = 0;
    uint32_t last = CP_NONE;

    for (uint32_t p = asked; p != last; last = p, p = h->parent[p]) {
        if (f->near[p].stamp == f->near_stamp + NEAR_DONE)
            break;
        f->line[count++] = p;
    }
    while (count > 0) {
        uint32_t p = f->line[--count];
        uint64_t least = is_seeded(f, p) ? f->near[p].cost : WAY_NONE;

        for (uint32_t a = h->arc_first[p]; a < h->arc_first[p + 1]; a++) {
            uint64_t cost = up[a] + f->near[h->arc_to[a]].cost;

            least = cost < least ? cost : least;
        }
        f->near[p] = (struct near){.cost = least, .stamp = f->near_stamp + NEAR_DONE};
    }
    return f->near[asked].cost;
}

/* ---- a search from the targets ---- */

static void reach(struct cp_paths_finder *f, uint32_t place, uint64_t cost)
{
    struct near *near = &f->near[place];

    if (near->stamp >= f->near_stamp && near->cost <= cost)
        return;
    *near = (struct near){.cost = cost, .stamp = f->near_stamp + NEAR_SEEDED};
    cp_queue_push(f->queue, cost, place);
}

static void settle(struct cp_paths_finder *f, const struct errand *e, uint32_t place)
{
    const struct cp_paths_ground *g = f->ground;
    const struct way *ways = e->flavour->ways;
    uint64_t cost = f->near[place].cost;

    f->near[place].stamp = f->near_stamp + NEAR_DONE;
    for (uint32_t w = g->first[place]; w < g->first[place + 1]; w++) {
        uint64_t here = ways[ways[w].back].cost;

        if (here < WAY_NONE && !way_is_out(f, &ways[w], w))
            reach(f, ways[w].to, cost + here);
    }
}

static bool is_source(const struct cp_paths_finder *f, uint32_t place)
{
    return f->position[place] == 0;
}

/* Sources stand at position 0 while this runs. */
static void search(struct cp_paths_finder *f, const struct errand *e)
{
    uint64_t cost;
    uint32_t place;

    f->near_most = WAY_NONE;
    cp_queue_clear(f->queue);
    for (uint32_t i = 0; i < e->src.count; i++)
        f->position[e->src.at[i]] = 0;
    for (uint32_t i = 0; i < e->dst.count; i++)
        reach(f, e->dst.at[i], 0);
    while (cp_queue_pop(f->queue, &cost, &place)) {
        if (f->near[place].stamp == f->near_stamp + NEAR_DONE || f->near[place].cost != cost)
            continue;
        if (is_source(f, place)) {
            f->near[place].stamp = f->near_stamp + NEAR_DONE;
            f->near_most = cost;
            break;
        }
        settle(f, e, place);
    }
    for (uint32_t i = 0; i < e->src.count; i++)
        f->position[e->src.at[i]] = CP_NONE;
}

/* ---- */

static void next_stamp(struct cp_paths_finder *f)
{
    if (f->near_stamp > UINT32_MAX - 2 * NEAR_STAMPS) {
        for (uint32_t p = 0; p < f->ground->place_count; p++)
            f->near[p].stamp = 0;
        f->near_stamp = 0;
    }
    f->near_stamp += NEAR_STAMPS;
}

/* What is known of a source after a search: its cost may not be settled, and yet be as little as the first's. */
static uint64_t source_cost(struct cp_paths_finder *f, uint32_t place)
{
    if (f->over != NULL)
        return near_cost(f, place);
    return f->near[place].stamp >= f->near_stamp ? f->near[place].cost : WAY_NONE;
}

void cp_near_open(struct cp_paths_finder *f, const struct errand *e, uint32_t *source,
                  uint64_t *cost)
{
    next_stamp(f);
    f->over = f->any_out || e->flavour->up == NULL ? NULL : e->flavour;
    if (f->over == NULL)
        search(f, e);
    for (uint32_t i = 0; i < e->dst.count && f->over != NULL; i++)
        seed(f, e->dst.at[i]);
    *source = CP_NONE;
    *cost = WAY_NONE;
    for (uint32_t i = 0; i < e->src.count; i++) {
        uint64_t own = source_cost(f, e->src.at[i]);

        if (own < *cost) {
            *cost = own;
            *source = e->src.at[i];
        }
    }
}

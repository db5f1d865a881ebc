#include "paths_hard.h"

/*
 * Lower bounds for what is still to come, by searches from the targets over the whole network: cost, hops,
 * delay; and of the first few required sets also which of them are still to be met, so that a search
 * for a path through some of them is led there.
 */

/* Searches with required sets keep a cost for each place and each set of these. */
enum { MUST_BITS_MOST = 6, MUST_STATES_MOST = 1 << 22 };
/* A label or the start of a path each: some ten milliseconds. */
#define USUAL_BUDGET (UINT64_C(1) << 17)

typedef enum { LEAST_COST, LEAST_HOPS, LEAST_DELAY } least_kind;

static uint32_t link_delay(const struct hard *h, uint32_t way)
{
    const struct cp_paths_ground *g = h->f->ground;

    return g->c->links[g->net->case_link[g->link[way]]].delay_us;
}

/* What a way weighs; WAY_NONE: it is not used. */
static uint64_t weigh(const struct hard *h, least_kind kind, uint32_t way)
{
    bool leaves_lan = ground_is_lan(h->f->ground, h->ways[h->ways[way].back].to);
    uint32_t delay_us;

    if (h->ways[way].cost >= WAY_NONE)
        return WAY_NONE;
    switch (kind) {
    case LEAST_COST:
        return h->ways[way].cost;
    case LEAST_HOPS:
        return leaves_lan ? 0 : 1;
    case LEAST_DELAY:
        break;
    }
    delay_us = link_delay(h, way);
    if (delay_us == CP_DELAY_NONE)
        return WAY_NONE;
    return leaves_lan ? 0 : delay_us;
}

static void lower(struct cp_queue *queue, uint64_t *least, uint32_t at, uint64_t to)
{
    if (to >= least[at])
        return;
    least[at] = to;
    cp_queue_push(queue, to, at);
}

static cp_err find_least(const struct hard *h, least_kind kind, const uint64_t **out)
{
    const struct cp_paths_ground *g = h->f->ground;
    struct cp_queue *queue = h->f->queue;
    uint64_t *least = CP_TAKE(h->work, g->place_count, uint64_t);
    uint64_t key;
    uint32_t place;

    if (least == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < g->place_count; p++)
        least[p] = WAY_NONE;
    cp_queue_clear(queue);
    for (uint32_t i = 0; i < h->e->dst.count; i++)
        lower(queue, least, h->e->dst.at[i], 0);
    while (cp_queue_pop(queue, &key, &place)) {
        if (key != least[place])
            continue;
        for (uint32_t w = g->first[place]; w < g->first[place + 1]; w++)
            if (!way_is_out(h->f, &h->ways[w], w))
                lower(queue, least, h->ways[w].to, key + weigh(h, kind, h->ways[w].back));
    }
    *out = least;
    return CP_OK;
}

/* ---- required sets ---- */

static void add_must(const struct hard *h, uint32_t element, uint64_t bit, uint64_t *links,
                     uint64_t *places)
{
    const struct cp_graph *g = &h->f->ground->net->graph;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        links[at] |= bit;
        break;
    case CP_ELEMENT_NODE:
        if (h->f->ground->place[at] != CP_NONE)
            places[h->f->ground->place[at]] |= bit;
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            links[g->srlg_links[i]] |= bit;
        break;
    }
}

static cp_err list_musts(struct hard *h)
{
    const struct cp_path_ask *ask = h->e->ask;
    uint64_t *links = CP_TAKE(h->work, h->f->ground->net->graph.link_count, uint64_t);
    uint64_t *places = CP_TAKE(h->work, h->f->ground->place_count, uint64_t);

    if (links == NULL || places == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < ask->require_count; i++) {
        h->all_musts |= UINT64_C(1) << i;
        for (uint32_t k = 0; k < ask->require[i].count; k++)
            add_must(h, ask->require[i].elements[k], UINT64_C(1) << i, links, places);
    }
    h->link_musts = links;
    h->place_musts = places;
    return CP_OK;
}

static uint64_t musts_of(const struct hard *h, uint32_t way)
{
    return h->link_musts[h->f->ground->link[way]] | h->place_musts[h->ways[way].to];
}

/* States from which the way leads to one with these musts met: any that lacks some that the way meets. */
static void lower_before(const struct hard *h, struct cp_queue *queue, uint64_t *least,
                         uint32_t state)
{
    const struct cp_paths_ground *g = h->f->ground;
    uint32_t bits = h->must_bits;
    uint64_t mask = (UINT64_C(1) << bits) - 1;
    uint32_t place = state >> bits;
    uint64_t met = state & mask;

    for (uint32_t w = g->first[place]; w < g->first[place + 1]; w++) {
        uint32_t back = h->ways[w].back;
        uint64_t cost = weigh(h, LEAST_COST, back);
        uint64_t own = musts_of(h, back) & mask;

        if (way_is_out(h->f, &h->ways[w], w) || cost >= WAY_NONE || (own & ~met) != 0)
            continue;
        for (uint64_t lack = own;; lack = (lack - 1) & own) {
            lower(queue, least, h->ways[w].to << bits | (uint32_t)(met & ~lack),
                  least[state] + cost);
            if (lack == 0)
                break;
        }
    }
}

static cp_err find_must_cost(struct hard *h)
{
    const struct cp_paths_ground *g = h->f->ground;
    struct cp_queue *queue = NULL;
    uint64_t *least;
    uint64_t key, entries;
    uint32_t state, states;

    while (h->must_bits < h->e->ask->require_count && h->must_bits < MUST_BITS_MOST &&
           (uint64_t)g->place_count << (h->must_bits + 1) <= MUST_STATES_MOST)
        h->must_bits++;
    states = g->place_count << h->must_bits;
    entries = ((uint64_t)g->way_count << h->must_bits) + g->place_count;
    if (entries > UINT32_MAX)
        return CP_ERR_LIMIT;
    least = CP_TAKE(h->work, states, uint64_t);
    if (least == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_queue_open(h->work, (uint32_t)entries, &queue));
    for (uint32_t i = 0; i < states; i++)
        least[i] = WAY_NONE;
    for (uint32_t i = 0; i < h->e->dst.count; i++)
        lower(queue, least,
              h->e->dst.at[i] << h->must_bits | (uint32_t)((UINT64_C(1) << h->must_bits) - 1), 0);
    while (cp_queue_pop(queue, &key, &state))
        if (key == least[state])
            lower_before(h, queue, least, state);
    h->must_cost = least;
    return CP_OK;
}

/* ---- */

static cp_err note_targets(struct hard *h)
{
    uint8_t *targets = CP_TAKE(h->work, h->f->ground->place_count, uint8_t);

    if (targets == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < h->e->dst.count; i++)
        targets[h->e->dst.at[i]] = 1;
    h->targets = targets;
    return CP_OK;
}

static void spare_sites(const struct hard *h, const uint32_t *nodes, uint32_t count,
                        uint8_t *spared)
{
    const struct cp_paths_ground *g = h->f->ground;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t site = g->c->nodes[g->net->case_node[nodes[i]]].site;

        if (site != CP_NONE)
            spared[site] = 1;
    }
}

static cp_err note_risks(struct hard *h)
{
    const struct cp_paths_ground *g = h->f->ground;
    const struct cp_path_ask *ask = h->e->ask;
    uint8_t *spared;

    size_t elements = cp_graph_element_count(&g->net->graph) + (size_t)g->c->site_count;

    h->risk = CP_TAKE(h->work, elements, uint8_t);
    h->spared = CP_TAKE(h->work, elements, uint8_t);
    if (h->risk == NULL || h->spared == NULL)
        return CP_ERR_NOMEM;
    if (h->e->disjoint != CP_DISJOINT_SITE)
        return CP_OK;
    spared = CP_TAKE(h->work, g->c->site_count, uint8_t);
    if (spared == NULL)
        return CP_ERR_NOMEM;
    spare_sites(h, ask->src, ask->src_count, spared);
    spare_sites(h, ask->dst, ask->dst_count, spared);
    h->site_spared = spared;
    return CP_OK;
}

static cp_err find_bounds(struct hard *h)
{
    const struct cp_path_ask *ask = h->e->ask;
    uint32_t source;
    uint64_t cost;

    if (h->f->any_out || h->e->flavour->up == NULL)
        CP_TRY(find_least(h, LEAST_COST, &h->cost_least));
    else
        cp_near_open(h->f, h->e, &source, &cost);
    if (ask->hops_max != CP_NONE)
        CP_TRY(find_least(h, LEAST_HOPS, &h->hops_least));
    if (ask->delay_max_us != CP_PATH_DELAY_NONE)
        CP_TRY(find_least(h, LEAST_DELAY, &h->delay_least));
    return CP_OK;
}

cp_err cp_hard_open(struct cp_paths_finder *f, const struct errand *e, struct cp_arena *work,
                    struct hard *out)
{
    struct hard h = {.f = f, .e = e, .work = work, .ways = e->flavour->ways};

    h.steps = e->ask->budget != 0 ? e->ask->budget : USUAL_BUDGET;
    CP_TRY(note_targets(&h));
    CP_TRY(note_risks(&h));
    CP_TRY(find_bounds(&h));
    if (e->ask->require_count > 0) {
        CP_TRY(list_musts(&h));
        CP_TRY(find_must_cost(&h));
        h.requiring = true;
    }
    *out = h;
    return CP_OK;
}

uint64_t cp_hard_least(const struct hard *h, const struct stand *at)
{
    uint64_t mask = (UINT64_C(1) << h->must_bits) - 1;

    if (h->requiring && h->must_cost != NULL)
        return h->must_cost[(size_t)at->place << h->must_bits | (at->musts & mask)];
    return h->cost_least != NULL ? h->cost_least[at->place] : near_cost(h->f, at->place);
}

bool cp_hard_go(const struct hard *h, const struct stand *at, uint32_t w, struct stand *next)
{
    const struct cp_path_ask *ask = h->e->ask;
    const struct way *way = &h->ways[w];

    if (way_is_out(h->f, way, w))
        return false;
    *next = *at;
    next->place = way->to;
    next->cost += way->cost;
    next->hops += (uint32_t)weigh(h, LEAST_HOPS, w);
    if (h->link_musts != NULL)
        next->musts |= musts_of(h, w);
    if (h->hops_least != NULL && next->hops + h->hops_least[way->to] > ask->hops_max)
        return false;
    if (h->delay_least != NULL) {
        next->delay_us += weigh(h, LEAST_DELAY, w);
        if (next->delay_us >= WAY_NONE ||
            next->delay_us + h->delay_least[way->to] > ask->delay_max_us)
            return false;
    }
    return cp_hard_least(h, next) < WAY_NONE;
}

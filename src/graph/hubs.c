#include "hubs.h"

#include <string.h>

/*
 * The first hubs that are to hold for r failures are checked pair by pair, r + 1 of them.  A node
 * that r failures do not part from the hubs left is one more: it hangs together with some of them,
 * and these with each other.
 *
 * Good hubs lie where many ways meet: nodes with many others behind them in the tree of shortest
 * ways from a node far out.  The first hubs are among the heaviest of all.  From there outwards, so
 * that their ways to hubs are short, the heavy nodes are tried, and a few others, so that hubs are
 * far from nowhere.  Each trial, and all together, may only cost so much.
 */

#define NIL UINT32_MAX

enum {
    HEAVY_SHARE = 48,   /* one node in so many is heavy */
    HEAVY_LEAST = 32,   /* but so many in a small graph */
    OTHERS_SHARE = 256, /* of the others one in so many is tried */
    FIRSTS_TRIED = 4,   /* of the heaviest nodes, as the first hub */
    SECONDS_TRIED = 16, /* for each of the first hubs */
    PAIR_BUDGET = 8192, /* states that a search may reach */
    HUB_BUDGET = 4096,
    PAIRS_SHARE = 4, /* all searches for the first hubs: vertices, so many times */
    HUBS_SHARE = 32, /* and for all of a set */
    WAITS = 3,       /* so often a set is missed, but the first, before it is looked for */
    CLASSES = 64,    /* of weights: two for each power of two */
};

cp_err cp_hubs_open(struct cp_risks *risks, struct cp_arena *arena, struct cp_hubs *out)
{
    size_t nodes = risks->flow->g->node_count;

    *out = (struct cp_hubs){.risks = risks,
                            .order = CP_TAKE(arena, nodes, uint32_t),
                            .weight = CP_TAKE(arena, nodes, uint32_t),
                            .classes = CP_TAKE(arena, CLASSES + 2, uint32_t)};
    if (out->order == NULL || out->weight == NULL || out->classes == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

bool cp_hubs_hold(struct cp_hubs *h, const struct cp_flow_task *task, uint32_t failures)
{
    uint32_t elements[CP_CUT_DEPTH_MAX];
    uint32_t count = 0;

    if (cp_flow_ways(h->risks->flow, task, failures + 1) <= failures)
        return false;
    for (uint32_t size = 1; h->srlgs && size <= failures; size++)
        if (cp_risks_cut(h->risks, task, size, elements, &count))
            return false;
    return true;
}

/* ---- orders and weights of nodes ---- */

/* Nodes outwards from one; how many can be reached. */
static uint32_t order_outwards(struct cp_hubs *h, uint32_t first)
{
    struct cp_flow *f = h->risks->flow;
    const struct cp_graph *g = f->g;
    uint32_t tail = 0;

    cp_flow_begin(f);
    f->marks[first] = (struct cp_flow_mark){f->stamp, NIL};
    h->order[tail++] = first;
    for (uint32_t head = 0; head < tail; head++) {
        uint32_t v = h->order[head];

        for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++) {
            uint32_t to = g->hops[i].to;

            if (f->marks[to].stamp == f->stamp)
                continue;
            f->marks[to] = (struct cp_flow_mark){f->stamp, v};
            h->order[tail++] = to;
        }
    }
    return tail;
}

static uint32_t class_of(uint32_t weight)
{
    uint32_t bits = 0;

    while (weight >> bits > 1)
        bits++;
    return 2 * bits + (bits > 0 ? weight >> (bits - 1) & 1 : 0);
}

static uint32_t most_links(const struct cp_graph *g)
{
    const uint32_t *first = g->node_end_first;
    uint32_t most = 0;

    for (uint32_t v = 1; v < g->node_count; v++)
        if (first[v + 1] - first[v] > first[most + 1] - first[most])
            most = v;
    return most;
}

static void weigh(struct cp_hubs *h)
{
    const struct cp_flow *f = h->risks->flow;
    uint32_t nodes = f->g->node_count;
    uint32_t reached = order_outwards(h, most_links(f->g));

    reached = order_outwards(h, h->order[reached - 1]);
    for (uint32_t i = 0; i < reached; i++)
        h->weight[h->order[i]] = 1;
    for (uint32_t i = reached; i-- > 1;)
        h->weight[f->marks[h->order[i]].parent] += h->weight[h->order[i]];
    for (uint32_t v = 0; v < nodes; v++)
        h->classes[class_of(h->weight[v])]++;
    for (uint32_t i = CLASSES; i > 0; i--)
        h->classes[i - 1] += h->classes[i];
    h->weighed = true;
}

/* The least class of heavy nodes. */
static uint32_t heavy_class(const struct cp_hubs *h)
{
    uint32_t share = h->risks->flow->g->node_count / HEAVY_SHARE;
    uint32_t class = CLASSES;

    while (class > 0 && h->classes[class] < (share < HEAVY_LEAST ? HEAVY_LEAST : share))
        class --;
    return class;
}

/* The heavy nodes, by class, then index; how many there are. */
static uint32_t order_heavy(struct cp_hubs *h)
{
    const struct cp_graph *g = h->risks->flow->g;
    uint32_t least = heavy_class(h);
    uint32_t next[CLASSES + 1];

    for (uint32_t class = 0; class <= CLASSES; class ++)
        next[class] = h->classes[class + 1];
    for (uint32_t v = 0; v < g->node_count; v++)
        if (class_of(h->weight[v]) >= least)
            h->order[next[class_of(h->weight[v])]++] = v;
    return h->classes[least];
}

/* ---- sets ---- */

static uint8_t bit_of(uint32_t rank)
{
    CP_ASSERT(rank > 0 && rank <= CP_CUT_DEPTH_MAX);
    return (uint8_t)(1u << (rank - 1));
}

static void add_hub(struct cp_hubs *h, uint32_t node, uint32_t rank)
{
    h->risks->flow->hub[node] |= bit_of(rank);
    h->count[rank]++;
}

static void forget(struct cp_hubs *h, uint32_t rank)
{
    struct cp_flow *f = h->risks->flow;

    for (uint32_t v = 0; v < f->g->node_count && h->count[rank] > 0; v++)
        f->hub[v] &= (uint8_t)~bit_of(rank);
    h->count[rank] = 0;
}

/* Whether failures, as many as the rank, part the node from none of the hubs: pair by pair. */
static bool pairs_hold(struct cp_hubs *h, uint32_t node, const uint32_t *hubs, uint32_t rank)
{
    struct cp_flow *f = h->risks->flow;
    struct cp_flow_task task = {&node, 1, CP_FLOW_DST, 0};
    bool hold = true;

    f->role[node] = CP_FLOW_SRC;
    for (uint32_t i = 0; i < h->count[rank] && hold; i++) {
        f->role[hubs[i]] = CP_FLOW_DST;
        hold = cp_hubs_hold(h, &task, rank);
        f->role[hubs[i]] = 0;
    }
    f->role[node] = 0;
    return hold;
}

/* Whether as many do not part the node from the hubs left. */
static bool holds(struct cp_hubs *h, uint32_t node, uint32_t rank)
{
    struct cp_flow *f = h->risks->flow;
    struct cp_flow_task task = {&node, 1, CP_FLOW_DST, bit_of(rank)};

    f->role[node] = CP_FLOW_SRC;
    bool hold = cp_hubs_hold(h, &task, rank);

    f->role[node] = 0;
    return hold;
}

/* The first hubs, from the nth heavy node on; false where there are too few. */
static bool find_first(struct cp_hubs *h, uint32_t rank, uint32_t n, uint32_t heavy)
{
    uint32_t hubs[CP_CUT_DEPTH_MAX + 1] = {0};
    uint32_t wanted = h->nodes ? rank + 1 : 1;
    uint32_t past = heavy - n < SECONDS_TRIED * wanted ? heavy : n + SECONDS_TRIED * wanted;

    for (; n < past && h->count[rank] < wanted; n++) {
        if (!pairs_hold(h, h->order[n], hubs, rank))
            continue;
        hubs[h->count[rank]] = h->order[n];
        add_hub(h, h->order[n], rank);
    }
    return h->count[rank] == wanted;
}

static void find_more(struct cp_hubs *h, uint32_t rank, uint32_t first, uint64_t spent_max)
{
    struct cp_flow *f = h->risks->flow;
    uint32_t reached = order_outwards(h, first);
    uint32_t least = heavy_class(h);
    uint32_t others = 0;

    for (uint32_t i = 0; i < reached && f->spent < spent_max; i++) {
        uint32_t v = h->order[i];

        if (class_of(h->weight[v]) < least && others++ % OTHERS_SHARE != 0)
            continue;
        if ((f->hub[v] & bit_of(rank)) == 0 && holds(h, v, rank))
            add_hub(h, v, rank);
    }
}

void cp_hubs_find(struct cp_hubs *h, uint32_t rank)
{
    struct cp_flow *f = h->risks->flow;
    uint64_t vertices = (uint64_t)f->g->node_count + f->g->link_count;
    uint64_t before = f->spent;
    bool found = false;
    uint32_t first = 0;

    h->tried[rank] = true;
    if (f->g->node_count == 0)
        return;
    if (!h->weighed)
        weigh(h);
    uint32_t heavy = order_heavy(h);

    f->budget = PAIR_BUDGET;
    for (uint32_t n = 0; n < FIRSTS_TRIED && n < heavy && !found; n++) {
        if (f->spent - before > vertices * PAIRS_SHARE)
            break;
        first = h->order[n];
        forget(h, rank);
        found = find_first(h, rank, n, heavy);
    }
    f->budget = HUB_BUDGET;
    if (found)
        find_more(h, rank, first, before + vertices * HUBS_SHARE);
    else
        forget(h, rank);
    f->budget = UINT32_MAX;
}

uint8_t cp_hubs_of(struct cp_hubs *h, uint32_t rank, bool *find)
{
    *find = !h->tried[rank] && (rank == 1 || h->missed[rank]++ >= WAITS);
    return h->count[rank] > 0 ? bit_of(rank) : 0;
}

void cp_hubs_settle(struct cp_hubs *h, const struct cp_cut_query *q)
{
    const struct cp_graph *g = h->risks->flow->g;
    bool srlgs = q->srlgs && g->srlg_count > 0;

    if (h->links == q->links && h->nodes == q->nodes && h->srlgs == srlgs)
        return;
    h->links = q->links;
    h->nodes = q->nodes;
    h->srlgs = srlgs;
    memset(h->risks->flow->hub, 0, g->node_count);
    memset(h->tried, 0, sizeof h->tried);
    memset(h->count, 0, sizeof h->count);
    memset(h->missed, 0, sizeof h->missed);
}

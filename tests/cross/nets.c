#include "nets.h"

#include <stdlib.h>

#include "sample.h"

#define LAN_ENDS 6u
#define SRLGS 8u

static uint32_t *take(struct cp_arena *arena, size_t count)
{
    uint32_t *at = CP_TAKE(arena, count, uint32_t);

    if (at == NULL)
        abort();
    return at;
}

const char *net_shape_name(net_shape shape)
{
    static const char *const names[NET_SHAPES] = {
        [NET_ISP] = "isp",   [NET_RANDOM] = "random", [NET_ATTACHED] = "attached",
        [NET_GRID] = "grid", [NET_RING] = "ring",     [NET_PATH] = "path",
        [NET_TREE] = "tree", [NET_LANS] = "lans",     [NET_PARALLEL] = "parallel",
        [NET_ONE] = "one",   [NET_APART] = "apart"};

    return names[shape];
}

/* ---- metrics ---- */

uint32_t net_metric_most(net_metrics metrics)
{
    static const uint32_t most[NET_METRICS] = {
        [NET_HOPS] = 2,     [NET_FEW] = 4,         [NET_SLOPES] = 300,
        [NET_WIDE] = 65535, [NET_LONG] = 1u << 23, [NET_HUGE] = UINT32_MAX};

    return most[metrics];
}

uint32_t net_metric(const struct net *n, uint64_t *seed)
{
    uint32_t metric = sample_pick(seed, 1, net_metric_most(n->metrics));

    if (n->metrics != NET_HUGE)
        return metric;
    switch (sample_pick(seed, 1, 3)) {
    case 1:
        return UINT32_MAX - metric % 2;
    case 2:
        return metric >> sample_pick(seed, 0, 31) | 1;
    default:
        return metric;
    }
}

/* Uphill may cost thrice as much: a way up and down again is never cheaper than one that descends. */
static uint32_t slope(struct net *n, uint32_t from, uint32_t to)
{
    bool uphill = n->height[to] > n->height[from];
    uint32_t rise = uphill ? n->height[to] - n->height[from] : n->height[from] - n->height[to];

    if (rise == 0)
        return 1;
    return uphill && !n->even ? 3 * rise : rise;
}

/* Gives the ends of the last link their metrics. */
static void set_metrics(struct net *n)
{
    uint32_t first = n->end_first[n->parts.link_count - 1];
    uint32_t end = n->end_first[n->parts.link_count];
    uint32_t metric = net_metric(n, &n->numbers);

    for (uint32_t e = first; e < end; e++) {
        if (n->metrics == NET_HOPS)
            metric = 1;
        else if (n->metrics == NET_SLOPES && end - first == 2)
            metric = slope(n, n->end_node[e], n->end_node[first + end - 1 - e]);
        else if (!n->even)
            metric = net_metric(n, &n->numbers);
        n->end_metric[e] = metric;
    }
}

/* ---- links ---- */

static void pick_srlgs(struct net *n)
{
    uint32_t link = n->parts.link_count - 1;
    uint32_t count = n->parts.srlg_count > 0 && sample_chance(&n->numbers, 30)
                         ? sample_pick(&n->numbers, 1, 2)
                         : 0;
    uint32_t srlg = count > 0 ? sample_pick(&n->numbers, 0, n->parts.srlg_count - 1) : 0;

    n->srlg_first[link + 1] = n->srlg_first[link];
    for (uint32_t i = 0; i < count && i < n->parts.srlg_count; i++)
        n->srlgs[n->srlg_first[link + 1]++] = (srlg + i) % n->parts.srlg_count;
}

/* A link between nodes, all different; what there is no room for is left out. */
static void add(struct net *n, const uint32_t *nodes, uint32_t count)
{
    uint32_t first = n->end_first[n->parts.link_count];

    if (n->parts.link_count == n->link_cap || n->end_cap - first < count)
        return;
    for (uint32_t e = 0; e < count; e++)
        n->end_node[first + e] = nodes[e];
    n->end_first[++n->parts.link_count] = first + count;
    set_metrics(n);
    pick_srlgs(n);
}

static void join(struct net *n, uint32_t a, uint32_t b)
{
    uint32_t nodes[2] = {a, b};

    if (a == b)
        return;
    add(n, nodes, 2);
    if (sample_chance(&n->numbers, 4))
        add(n, nodes, 2);
}

/* A LAN of some nodes in reach of the first one, up to before `most`. */
static void join_lan(struct net *n, uint32_t node, uint32_t most)
{
    uint32_t nodes[LAN_ENDS];
    uint32_t wanted = sample_pick(&n->numbers, 3, LAN_ENDS);
    uint32_t count = 0;

    for (; node < most && count < wanted; node += sample_pick(&n->numbers, 1, 3))
        nodes[count++] = node;
    if (count > 2)
        add(n, nodes, count);
}

static void join_any(struct net *n, uint32_t first, uint32_t end)
{
    uint32_t a = sample_pick(&n->numbers, first, end - 1);

    join(n, a, sample_pick(&n->numbers, first, end - 1));
}

/* ---- shapes ---- */

static void fill_isp(struct net *n)
{
    uint32_t core = n->node_count < 12 ? (n->node_count + 2) / 3 : n->node_count / 8 + 3;

    CP_ASSERT(core > 0);
    for (uint32_t v = 0; v < core; v++) {
        join(n, v, (v + 1) % core);
        if (v % 2 == 0)
            join_any(n, 0, core);
    }
    for (uint32_t v = core; v < n->node_count; v++) {
        uint32_t up = sample_pick(&n->numbers, 0, core - 1);

        join(n, v, up);
        if (v % 5 != 0)
            join(n, v, (up + 1) % core);
        if (v % 4 == 0)
            join(n, v, v - 1);
    }
}

/* Each to two ends of links before it: a node of many links is as much likelier. */
static void fill_attached(struct net *n)
{
    for (uint32_t v = 1; v < n->node_count; v++)
        for (uint32_t i = 0; i < 2; i++) {
            uint32_t ends = n->end_first[n->parts.link_count];
            uint32_t end = ends == 0 ? 0 : sample_pick(&n->numbers, 0, ends - 1);

            join(n, v, ends == 0 ? v - 1 : n->end_node[end]);
        }
}

static void fill_lans(struct net *n)
{
    for (uint32_t v = 0; v < n->node_count; v += sample_pick(&n->numbers, 1, 4)) {
        join_lan(n, v, n->node_count);
        if (sample_chance(&n->numbers, 30))
            join_any(n, 0, n->node_count);
    }
}

/* Each node to one near it; the last few to none. */
static void fill_apart(struct net *n)
{
    uint32_t half = n->node_count / 2;

    for (uint32_t v = 1; v + 3 < n->node_count; v++) {
        uint32_t first = v < half ? 0 : half;
        uint32_t back = v - first < 4 ? v - first : 4;

        for (uint32_t i = 0; i < 2 && back > 0; i++)
            join(n, v, v - sample_pick(&n->numbers, 1, back));
    }
}

/* A node's links, of shapes that are made node by node. */
static void add_node(struct net *n, uint32_t v)
{
    uint32_t columns = 2;

    switch (n->shape) {
    case NET_RANDOM:
        for (uint32_t i = 0; i < 3; i++)
            join(n, v, sample_pick(&n->numbers, 0, n->node_count - 1));
        break;
    case NET_GRID:
        while (columns * columns < n->node_count)
            columns++;
        if (v % columns != columns - 1 && v + 1 < n->node_count)
            join(n, v, v + 1);
        if (v + columns < n->node_count)
            join(n, v, v + columns);
        break;
    case NET_RING:
        join(n, v, (v + 1) % n->node_count);
        break;
    case NET_PATH:
        if (v > 0)
            join(n, v, v - 1);
        break;
    case NET_TREE:
        if (v > 0)
            join(n, v, sample_pick(&n->numbers, v / 4, v - 1));
        break;
    case NET_PARALLEL:
        for (uint32_t i = 0; i < 8; i++)
            join_any(n, 0, n->node_count);
        break;
    case NET_ISP:
    case NET_ATTACHED:
    case NET_LANS:
    case NET_APART:
    case NET_ONE:
    case NET_SHAPES:
        break;
    }
}

static void fill(struct net *n)
{
    if (n->shape == NET_ISP)
        fill_isp(n);
    if (n->shape == NET_ATTACHED)
        fill_attached(n);
    if (n->shape == NET_LANS)
        fill_lans(n);
    if (n->shape == NET_APART)
        fill_apart(n);
    for (uint32_t v = 0; v < n->node_count; v++)
        add_node(n, v);
    for (uint32_t i = sample_pick(&n->numbers, 0, 5); i > 2 && n->shape <= NET_GRID; i--)
        join_lan(n, sample_pick(&n->numbers, 0, n->node_count - 1), n->node_count);
}

/* ---- all of it ---- */

static uint32_t a_few_marks(struct net *n, uint32_t few)
{
    uint32_t mark = 1u << sample_pick(&n->numbers, 0, 31);

    return sample_chance(&n->numbers, 10) ? few & mark : 0;
}

/* Half of the nets: a bit for each node and link, as far as bits go; else few bits on few. */
static void mark(struct net *n, struct cp_arena *arena)
{
    bool each = sample_chance(&n->numbers, 50);
    uint32_t few = (uint32_t)sample_random(&n->numbers);

    n->node_marks = take(arena, n->node_count);
    n->link_marks = take(arena, n->parts.link_count);
    for (uint32_t v = 0; v < n->node_count; v++)
        n->node_marks[v] = each ? 1u << v % 20 : a_few_marks(n, few);
    for (uint32_t l = 0; l < n->parts.link_count; l++)
        n->link_marks[l] = each ? 1u << (20 + l % 12) : a_few_marks(n, few);
}

static void close_some(struct net *n, struct cp_arena *arena)
{
    uint8_t *closed = CP_TAKE(arena, n->node_count, uint8_t);

    if (closed == NULL)
        abort();
    for (uint32_t v = 0; v < n->node_count; v++)
        closed[v] = sample_chance(&n->numbers, 10);
    n->closed = closed;
}

static void take_arrays(struct net *n, struct cp_arena *arena)
{
    n->link_cap = 10 * n->node_count + 10;
    n->end_cap = 3 * n->link_cap;
    n->end_first = take(arena, n->link_cap + 1);
    n->end_node = take(arena, n->end_cap);
    n->end_metric = take(arena, n->end_cap);
    n->srlg_first = take(arena, n->link_cap + 1);
    n->srlgs = take(arena, 2 * (size_t)n->link_cap);
    n->height = take(arena, n->node_count);
    for (uint32_t v = 0; v < n->node_count; v++)
        n->height[v] = sample_pick(&n->numbers, 0, 100);
}

void net_make(struct net *n, uint64_t seed, net_shape shape, net_metrics metrics, uint32_t nodes,
              struct cp_arena *arena)
{
    *n = (struct net){.shape = shape, .metrics = metrics, .numbers = seed, .node_count = nodes};
    if (shape == NET_ONE)
        n->node_count = 1;
    if (shape == NET_PARALLEL && nodes > 8)
        n->node_count = 8;
    n->even = sample_chance(&n->numbers, 40);
    take_arrays(n, arena);
    n->parts = (struct cp_graph_parts){.node_count = n->node_count,
                                       .srlg_count = sample_chance(&n->numbers, 80) ? SRLGS : 0,
                                       .end_first = n->end_first,
                                       .end_node = n->end_node,
                                       .end_metric = n->end_metric,
                                       .link_srlg_first = n->srlg_first,
                                       .link_srlgs = n->srlgs};
    fill(n);
    mark(n, arena);
    if (sample_chance(&n->numbers, 50))
        close_some(n, arena);
    if (cp_graph_make(&n->parts, arena, &n->graph) != CP_OK)
        abort();
}

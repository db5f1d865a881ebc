#include "network.h"

#include <stdio.h>
#include <stdlib.h>

#include "contest.h"

struct making {
    struct isp isp;
    uint64_t state;
    isp_metrics metrics;
};

static uint32_t below(uint64_t *state, uint32_t n)
{
    CP_ASSERT(n > 0);
    return (uint32_t)(isp_random(state) % n);
}

static void join(struct making *m, uint32_t a, uint32_t b)
{
    uint32_t metric = m->metrics == ISP_HOPS ? 1 : 1 + below(&m->state, 65535);

    m->isp.links[m->isp.link_count++] = (struct isp_link){a, b, metric};
}

static void make_random(struct making *m)
{
    uint32_t n = m->isp.node_count;

    for (uint32_t v = 1; v < n; v++)
        join(m, v, below(&m->state, v));
    while (m->isp.link_count < 2 * n) {
        uint32_t a = below(&m->state, n), b = below(&m->state, n);

        if (a != b)
            join(m, a, b);
    }
}

static void make_preferential(struct making *m)
{
    join(m, 0, 1);
    for (uint32_t v = 2; v < m->isp.node_count; v++) {
        uint32_t ends = 2 * m->isp.link_count, to[2];

        do
            for (int i = 0; i < 2; i++) {
                uint32_t end = below(&m->state, ends);

                to[i] = end % 2 == 0 ? m->isp.links[end / 2].a : m->isp.links[end / 2].b;
            }
        while (to[0] == to[1]);
        join(m, v, to[0]);
        join(m, v, to[1]);
    }
}

static uint32_t side_of(uint32_t nodes)
{
    uint32_t side = 1;

    while ((side + 1) * (side + 1) <= nodes)
        side++;
    return side;
}

static void make_grid(struct making *m)
{
    uint32_t side = side_of(m->isp.node_count);

    CP_ASSERT(side > 1);
    for (uint32_t v = 0; v < side * side; v++) {
        if (v % side + 1 < side)
            join(m, v, v + 1);
        if (v + side < side * side)
            join(m, v, v + side);
    }
}

static struct isp make_links(const struct network_plan *plan, uint64_t seed)
{
    uint32_t nodes = plan->nodes;
    struct making m = {.state = seed, .metrics = plan->metrics};

    if (plan->shape == NETWORK_ISP)
        return isp_make(nodes, plan->metrics, seed);
    if (plan->shape == NETWORK_GRID)
        nodes = side_of(nodes) * side_of(nodes);
    m.isp.node_count = nodes;
    m.isp.links = need(calloc(2 * (size_t)nodes, sizeof(*m.isp.links)));
    m.isp.forbidden = need(calloc(nodes, 1));
    if (plan->shape == NETWORK_RANDOM)
        make_random(&m);
    if (plan->shape == NETWORK_PREFERENTIAL)
        make_preferential(&m);
    if (plan->shape == NETWORK_GRID)
        make_grid(&m);
    for (uint32_t v = 0; v < nodes; v++)
        m.isp.forbidden[v] = below(&m.state, 100) < 5;
    return m.isp;
}

/* Numbers 0 to count - 1 in random order. */
static uint32_t *shuffled(uint32_t count, uint64_t *state)
{
    uint32_t *order = need(calloc(count, sizeof(*order)));

    for (uint32_t i = 0; i < count; i++) {
        uint32_t j = below(state, i + 1);

        order[i] = order[j];
        order[j] = i;
    }
    return order;
}

static void shuffle(struct isp *isp, uint64_t seed)
{
    uint64_t state = seed;
    uint32_t *node = shuffled(isp->node_count, &state), *link = shuffled(isp->link_count, &state);
    struct isp_link *links = need(calloc(isp->link_count, sizeof(*links)));
    uint8_t *forbidden = need(calloc(isp->node_count, 1));

    for (uint32_t l = 0; l < isp->link_count; l++) {
        struct isp_link was = isp->links[l];

        links[link[l]] = (struct isp_link){node[was.a], node[was.b], was.metric};
    }
    for (uint32_t v = 0; v < isp->node_count; v++)
        forbidden[node[v]] = isp->forbidden[v];
    isp_free(isp);
    isp->links = links;
    isp->forbidden = forbidden;
    free(node);
    free(link);
}

static void make_graph(struct network *n)
{
    size_t links = n->isp.link_count;
    uint32_t *first = need(calloc(2 * (links + 1), sizeof(*first)));
    uint32_t *ends = need(calloc(4 * links, sizeof(*ends)));
    struct cp_graph_parts parts = {.node_count = n->isp.node_count,
                                   .link_count = n->isp.link_count,
                                   .end_first = first,
                                   .end_node = ends,
                                   .end_metric = ends + 2 * links,
                                   .link_srlg_first = first + links + 1};

    for (size_t l = 0; l < links; l++) {
        first[l + 1] = (uint32_t)(2 * (l + 1));
        ends[2 * l] = n->isp.links[l].a;
        ends[2 * l + 1] = n->isp.links[l].b;
        ends[2 * links + 2 * l] = ends[2 * links + 2 * l + 1] = n->isp.links[l].metric;
    }
    check(cp_graph_make(&parts, n->arena, &n->graph));
    free(first);
    free(ends);
}

static void make_marks(struct network *n, uint64_t seed)
{
    uint64_t state = seed;

    n->node_marks = need(calloc(n->isp.node_count, sizeof(uint32_t)));
    n->link_marks = need(calloc(n->isp.link_count, sizeof(uint32_t)));
    n->allowed = need(calloc(n->isp.node_count, sizeof(uint32_t)));
    for (uint32_t v = 0; v < n->isp.node_count; v++) {
        uint32_t maker = 1 + below(&state, MAKERS - 1);

        n->node_marks[v] = n->isp.forbidden[v] ? EXCLUDED_MAKER_BIT : 1u << maker;
        if (!n->isp.forbidden[v])
            n->allowed[n->allowed_count++] = v;
    }
    for (uint32_t l = 0; l < n->isp.link_count; l++)
        n->link_marks[l] = below(&state, 100) < 5 ? 1u << MAKERS : 0;
}

struct network *network_make(const struct network_plan *plan, uint64_t seed)
{
    struct network *n = need(calloc(1, sizeof(*n)));

    n->isp = make_links(plan, seed);
    if (plan->numbering == NUMBERED_AT_RANDOM)
        shuffle(&n->isp, seed + 1);
    n->arena = need(cp_arena_open(SIZE_MAX));
    make_graph(n);
    make_marks(n, seed + 2);
    return n;
}

void network_free(struct network *n)
{
    isp_free(&n->isp);
    free(n->node_marks);
    free(n->link_marks);
    free(n->allowed);
    cp_arena_close(n->arena);
    free(n);
}

uint32_t *network_draw(const struct network *n, uint32_t count, uint64_t seed)
{
    uint64_t state = seed;
    uint32_t *order = shuffled(n->allowed_count, &state);

    if (count > n->allowed_count) {
        fputs("bench: more nodes drawn than there are\n", stderr);
        exit(1);
    }
    for (uint32_t i = 0; i < count; i++)
        order[i] = n->allowed[order[i]];
    return order;
}

struct pair *network_demands(const struct network *n, uint32_t count, uint64_t seed)
{
    uint64_t state = seed;
    struct pair *demands = need(calloc(count, sizeof(*demands)));

    for (uint32_t d = 0; d < count; d++)
        do {
            demands[d].src = n->allowed[below(&state, n->allowed_count)];
            demands[d].dst = n->allowed[below(&state, n->allowed_count)];
        } while (demands[d].src == demands[d].dst);
    return demands;
}

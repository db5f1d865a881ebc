#include "isp.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

struct pop {
    double x, y;
    uint32_t first, count, cores;
};

struct maker {
    struct isp isp;
    uint32_t link_cap;
    uint64_t state;
    isp_metrics metrics;
    struct pop *pops;
    uint32_t pop_count;
};

uint64_t isp_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t below(struct maker *m, uint32_t n)
{
    return (uint32_t)(isp_random(&m->state) % n);
}

static double unit(struct maker *m)
{
    return (double)(isp_random(&m->state) >> 11) * 0x1p-53;
}

static void *need(void *at)
{
    if (at == NULL)
        abort();
    return at;
}

static void join(struct maker *m, uint32_t a, uint32_t b)
{
    if (m->isp.link_count == m->link_cap) {
        m->link_cap = m->link_cap == 0 ? 1024 : 2 * m->link_cap;
        m->isp.links = need(realloc(m->isp.links, m->link_cap * sizeof *m->isp.links));
    }
    m->isp.links[m->isp.link_count++] = (struct isp_link){
        .a = a, .b = b, .metric = m->metrics == ISP_HOPS ? 1 : 1 + below(m, 65535)};
}

static void place_pops(struct maker *m)
{
    uint32_t left = m->isp.node_count;

    for (uint32_t p = 0; p < m->pop_count; p++) {
        uint32_t share = left / (m->pop_count - p);
        uint32_t count = p + 1 == m->pop_count ? left : share / 2 + below(m, share + 1);

        m->pops[p] = (struct pop){.x = unit(m),
                                  .y = unit(m),
                                  .first = m->isp.node_count - left,
                                  .count = count < 8 ? 8 : count};
        if (m->pops[p].count > left)
            m->pops[p].count = left;
        m->pops[p].cores = m->pops[p].count > 60 ? 4 : 2;
        left -= m->pops[p].count;
    }
}

static void make_ring(struct maker *m, uint32_t *node, uint32_t last, uint32_t a, uint32_t b)
{
    uint32_t length = 3 + below(m, 4);

    join(m, *node, a);
    while (--length > 0 && *node + 1 < last) {
        join(m, *node, *node + 1);
        (*node)++;
    }
    join(m, *node, b);
    (*node)++;
}

static void fill_pop(struct maker *m, const struct pop *p)
{
    uint32_t last = p->first + p->count;
    uint32_t pairs = 1 + p->count / 24;
    uint32_t aggregation = p->first + p->cores;
    uint32_t node = aggregation + 2 * pairs;

    for (uint32_t i = 0; i < p->cores; i++)
        for (uint32_t k = 0; k < i; k++)
            join(m, p->first + i, p->first + k);
    for (uint32_t i = 0; i < 2 * pairs && aggregation + i < last; i++) {
        join(m, aggregation + i, p->first + i % p->cores);
        join(m, aggregation + i, p->first + (i + 1) % p->cores);
    }
    while (node < last) {
        uint32_t a = aggregation + 2 * below(m, pairs);
        uint32_t kind = below(m, 100);

        if (kind < 3) {
            join(m, node++, a);
        } else if (kind < 9) {
            make_ring(m, &node, last, a, a + 1);
        } else {
            join(m, node, a);
            join(m, node++, a + 1);
        }
    }
}

static double apart(const struct pop *a, const struct pop *b)
{
    return hypot(a->x - b->x, a->y - b->y);
}

/* Surely further than the nearest so far, whatever the rounding: spares the exact distance. */
static bool too_far(const struct pop *a, const struct pop *b, double nearest)
{
    double dx = a->x - b->x, dy = a->y - b->y;

    return dx * dx + dy * dy > nearest * nearest * (1 + 1e-9);
}

/* The nearest PoP among those before p, so that all hang together; and two more of any. */
static void join_pops(struct maker *m, uint32_t p)
{
    uint32_t near[3] = {p, p, p};
    double of_any = INFINITY, of_earlier = INFINITY; /* how far near[1] and near[0] are */

    for (uint32_t q = 0; q < m->pop_count; q++) {
        double far = q < p ? of_earlier : of_any;

        if (q == p || too_far(&m->pops[p], &m->pops[q], far))
            continue;
        far = apart(&m->pops[p], &m->pops[q]);
        if (far < of_any) {
            near[2] = near[1];
            near[1] = q;
            of_any = far;
        }
        if (q < p && far < of_earlier) {
            near[0] = q;
            of_earlier = far;
        }
    }
    if (below(m, 100) < 3)
        near[2] = below(m, m->pop_count);
    for (uint32_t i = 0; i < 3; i++)
        if (near[i] != p) {
            join(m, m->pops[p].first, m->pops[near[i]].first);
            join(m, m->pops[p].first + 1, m->pops[near[i]].first + 1);
        }
}

struct isp isp_make(uint32_t nodes, isp_metrics metrics, uint64_t seed)
{
    uint32_t pop_count = nodes / 50 < 2 ? 2 : nodes / 50;
    struct pop *pops = need(calloc(pop_count, sizeof *pops));
    struct maker m = {.isp = {.node_count = nodes, .forbidden = need(calloc(nodes, 1))},
                      .state = seed,
                      .metrics = metrics,
                      .pops = pops,
                      .pop_count = pop_count};

    place_pops(&m);
    for (uint32_t p = 0; p < m.pop_count; p++)
        fill_pop(&m, &m.pops[p]);
    for (uint32_t p = 0; p < m.pop_count; p++)
        join_pops(&m, p);
    for (uint32_t v = 0; v < nodes; v++)
        m.isp.forbidden[v] = below(&m, 100) < 5;
    free(pops);
    return m.isp;
}

void isp_free(struct isp *isp)
{
    free(isp->links);
    free(isp->forbidden);
}

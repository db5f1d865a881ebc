#include "capacity_case.h"

static uint64_t next(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t pick(uint64_t *seed, uint32_t least, uint32_t most)
{
    return least + (uint32_t)(next(seed) % (most - least + 1));
}

static bool chance(uint64_t *seed, uint32_t percent)
{
    return next(seed) % 100 < percent;
}

static uint64_t random_capacity(uint64_t *seed)
{
    return chance(seed, 15) ? CP_BPS_NONE : 1000000 * (uint64_t)pick(seed, 1, 50);
}

static void put_random_link(struct small *s, uint64_t *seed, uint32_t a, uint32_t nodes)
{
    uint32_t ends[3] = {a, a, a};
    uint32_t count = nodes > 3 && chance(seed, 15) ? 3 : 2;

    for (uint32_t i = 1; i < count; i++)
        while (ends[i] == a || (i == 2 && ends[2] == ends[1]))
            ends[i] = pick(seed, 0, nodes - 1);
    put_lan(s, ends, count, pick(seed, 1, 4), random_capacity(seed));
}

/* Tells where the demand ends; several ends stand for each other with a small chance. */
static void put_random_demand(struct small *s, uint64_t *seed, uint32_t nodes, bool several)
{
    uint32_t all[4];
    cp_range ends[2] = {{0, 1}, {1, 1}};
    uint64_t bps = chance(seed, 5) ? CP_BPS_NONE : 1000 * (uint64_t)pick(seed, 0, 9000);

    for (uint32_t i = 0; i < 4; i++) {
        bool again = true;

        while (again) {
            all[i] = pick(seed, 0, nodes - 1);
            again = false;
            for (uint32_t k = 0; k < i; k++)
                again = again || (all[k] == all[i] && nodes > 3);
            again = again || (i == 1 && all[0] == all[1]);
        }
    }
    if (several && nodes > 3 && chance(seed, 20)) {
        ends[0].count = 1;
        ends[1].count = 2;
    }
    put_demand_among(s, chance(seed, 70) ? SENSITIVE : ORDINARY, ends, all, bps);
}

void put_random(struct small *s, uint64_t *seed, bool several)
{
    uint32_t nodes = pick(seed, 2, 9);
    uint32_t links = pick(seed, nodes, 2 * nodes + 2);
    uint32_t demands = pick(seed, 1, 12);

    for (uint32_t v = 1; v < nodes; v++)
        if (chance(seed, 95))
            put_link(s, v, pick(seed, 0, v - 1), pick(seed, 1, 4), random_capacity(seed));
    s->c.node_count = nodes;
    for (uint32_t l = 0; l < links; l++)
        put_random_link(s, seed, pick(seed, 0, nodes - 1), nodes);
    for (uint32_t v = 0; v < nodes; v++)
        s->node_bad[v] = chance(seed, 15);
    for (uint32_t l = 0; l < s->c.link_count; l++)
        s->link_bad[l] = chance(seed, 8);
    for (uint32_t d = 0; d < demands; d++)
        put_random_demand(s, seed, nodes, several);
}

struct left left_to(const struct small *s, uint32_t treatment, uint32_t failure)
{
    struct left left = {0};
    uint32_t links = s->c.link_count;

    for (uint32_t v = 0; v < s->c.node_count; v++)
        left.node_shut[v] = (treatment == SENSITIVE && s->node_bad[v]) || failure == links + v;
    for (uint32_t l = 0; l < links; l++)
        left.link_shut[l] = (treatment == SENSITIVE && s->link_bad[l]) || failure == l;
    return left;
}

void all_costs(const struct small *s, const struct left *left, const uint64_t *price,
               struct costs *c)
{
    const struct cp_graph *g = &s->net.graph;
    uint32_t n = g->node_count;

    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = 0; b < n; b++)
            c->of[a][b] = a == b && !left->node_shut[a] ? 0 : FAR;
    for (uint32_t l = 0; l < g->link_count; l++)
        for (uint32_t a = g->end_first[l]; a < g->end_first[l + 1] && !left->link_shut[l]; a++)
            for (uint32_t b = g->end_first[l]; b < g->end_first[l + 1]; b++) {
                uint32_t from = g->end_node[a], to = g->end_node[b];

                if (!left->node_shut[from] && !left->node_shut[to] && price[a] < c->of[from][to])
                    c->of[from][to] = price[a];
            }
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t a = 0; a < n; a++)
            for (uint32_t b = 0; b < n; b++)
                if (c->of[a][k] + c->of[k][b] < c->of[a][b])
                    c->of[a][b] = c->of[a][k] + c->of[k][b];
}

void igp_costs(const struct small *s, const struct left *left, struct costs *c)
{
    uint64_t price[SMALL_ENDS];

    for (uint32_t e = 0; e < s->end_count; e++)
        price[e] = s->net.graph.end_metric[e];
    all_costs(s, left, price, c);
}

void split(const struct splitting *of, uint32_t at, double bps)
{
    const struct cp_graph *g = &of->s->net.graph;

    for (uint32_t pass = 0, hops = 0; pass < 2 && at != of->to; pass++)
        for (uint32_t h = g->hop_first[at]; h < g->hop_first[at + 1]; h++) {
            const struct cp_hop *hop = &g->hops[h];
            uint32_t end = g->end_first[hop->link];

            if (of->left->link_shut[hop->link] || of->left->node_shut[hop->to] ||
                hop->out + of->c->of[hop->to][of->to] != of->c->of[at][of->to])
                continue;
            if (pass == 0) {
                hops++;
                continue;
            }
            while (g->end_node[end] != at)
                end++;
            of->load[end] += bps / hops;
            split(of, hop->to, bps / hops);
        }
}

double bandwidth(const struct small *s, uint32_t d)
{
    return s->demands[d].bandwidth_bps == CP_BPS_NONE ? 0 : (double)s->demands[d].bandwidth_bps;
}

uint32_t source(const struct small *s, uint32_t d)
{
    return s->demand_ends[s->demands[d].src.first].at;
}

uint32_t target(const struct small *s, uint32_t d)
{
    return s->demand_ends[s->demands[d].dst.first].at;
}

uint32_t nearest(const struct small *s, uint32_t d, const struct costs *c)
{
    uint32_t best = target(s, d);

    for (uint32_t i = 1; i < s->demands[d].dst.count; i++) {
        uint32_t to = s->demand_ends[s->demands[d].dst.first + i].at;
        uint64_t a = c->of[source(s, d)][to], b = c->of[source(s, d)][best];

        if (a < b || (a == b && to < best))
            best = to;
    }
    return best;
}

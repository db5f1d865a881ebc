#include "arc_flow.h"

#include <float.h>
#include <stdbool.h>
#include <stdlib.h>

#include <coin/Clp_C_Interface.h>

/* Demands with one destination and one ground are one commodity. */
struct commodity {
    uint32_t dst;
    const uint8_t *node_shut, *link_shut;
    int first_row; /* of its nodes; flow out less flow in */
};

struct program {
    const struct cp_graph *g;
    struct commodity *commodities;
    uint32_t commodity_count;
    int row_count, columns;
    CoinBigIndex entries;
    double unit; /* of flow, in bits a second: tolerances are absolute */
    CoinBigIndex *start;
    int *row;
    double *value, *least, *most; /* of rows */
    double *objective, *zero, *top;
};

static void *take(size_t count, size_t size)
{
    void *at = calloc(count + 1, size);

    if (at == NULL)
        abort();
    return at;
}

static uint32_t commodity_of(struct program *p, const struct arc_demand *d)
{
    uint32_t i = 0;

    while (i < p->commodity_count &&
           (p->commodities[i].dst != d->dst || p->commodities[i].node_shut != d->node_shut ||
            p->commodities[i].link_shut != d->link_shut))
        i++;
    if (i == p->commodity_count)
        p->commodities[p->commodity_count++] =
            (struct commodity){.dst = d->dst, .node_shut = d->node_shut, .link_shut = d->link_shut};
    return i;
}

static void put(struct program *p, int row, double value)
{
    p->row[p->entries] = row;
    p->value[p->entries++] = value;
}

static void end_column(struct program *p)
{
    p->top[p->columns++] = DBL_MAX;
    p->start[p->columns] = p->entries;
}

/* Flow of a commodity over each way from an end to another node of its link. */
static void put_columns(struct program *p, const struct commodity *c, const double *capacity)
{
    const struct cp_graph *g = p->g;

    for (uint32_t l = 0; l < g->link_count; l++)
        for (uint32_t a = g->end_first[l]; a < g->end_first[l + 1]; a++)
            for (uint32_t b = g->end_first[l]; b < g->end_first[l + 1]; b++) {
                uint32_t from = g->end_node[a], to = g->end_node[b];

                if (a == b || c->link_shut[l] || c->node_shut[from] || c->node_shut[to] ||
                    from == c->dst)
                    continue;
                put(p, c->first_row + (int)from, 1);
                if (to != c->dst)
                    put(p, c->first_row + (int)to, -1);
                if (capacity[a] > 0)
                    put(p, (int)a, p->unit / capacity[a]);
                end_column(p);
            }
}

static void take_program(struct program *p, const struct cp_graph *g, uint32_t hops)
{
    size_t columns = (size_t)p->commodity_count * hops + 1;
    size_t ends = g->end_first[g->link_count];

    p->start = take(columns + 1, sizeof *p->start);
    p->row = take(3 * columns + ends, sizeof *p->row);
    p->value = take(3 * columns + ends, sizeof *p->value);
    p->objective = take(columns, sizeof *p->objective);
    p->zero = take(columns, sizeof *p->zero);
    p->top = take(columns, sizeof *p->top);
    p->least = take((size_t)p->row_count, sizeof *p->least);
    p->most = take((size_t)p->row_count, sizeof *p->most);
}

static double solve(const struct program *p)
{
    Clp_Simplex *clp = Clp_newModel();
    double value = -1;

    Clp_setLogLevel(clp, 0);
    Clp_loadProblem(clp, p->columns, p->row_count, p->start, p->row, p->value, p->zero, p->top,
                    p->objective, p->least, p->most);
    if (Clp_initialDualSolve(clp) == 0 && Clp_status(clp) == 0)
        value = Clp_objectiveValue(clp);
    Clp_deleteModel(clp);
    return value;
}

static void free_program(struct program *p)
{
    free(p->start);
    free(p->row);
    free(p->value);
    free(p->objective);
    free(p->zero);
    free(p->top);
    free(p->least);
    free(p->most);
}

double arc_flow_least(const struct cp_graph *g, const double *capacity, const double *base,
                      const struct arc_demand *demands, uint32_t count)
{
    uint32_t ends = g->end_first[g->link_count];
    struct commodity *commodities = take(count, sizeof *commodities);
    struct program p = {.g = g, .commodities = commodities};
    double value;

    for (uint32_t d = 0; d < count; d++)
        p.unit = demands[d].bps > p.unit ? demands[d].bps : p.unit;
    for (uint32_t d = 0; d < count; d++)
        (void)commodity_of(&p, &demands[d]);
    p.row_count = (int)(ends + p.commodity_count * g->node_count);
    take_program(&p, g, g->hop_first[g->node_count]);
    for (uint32_t i = 0; i < p.commodity_count; i++) {
        p.commodities[i].first_row = (int)(ends + i * g->node_count);
        put_columns(&p, &p.commodities[i], capacity);
    }
    for (uint32_t d = 0; d < count; d++) {
        int row = p.commodities[commodity_of(&p, &demands[d])].first_row + (int)demands[d].src;

        p.least[row] = p.most[row] += demands[d].bps / p.unit;
    }
    for (uint32_t e = 0; e < ends; e++) {
        p.least[e] = -DBL_MAX;
        p.most[e] = capacity[e] > 0 && base != NULL ? -base[e] / capacity[e] : 0;
        if (capacity[e] > 0)
            put(&p, (int)e, -1);
    }
    p.objective[p.columns] = 1;
    end_column(&p);
    value = solve(&p);
    free_program(&p);
    free(commodities);
    return value;
}

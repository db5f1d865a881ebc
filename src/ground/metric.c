#include "ground/metric.h"

#include "base/num.h"

/* What a link says of its TE metric; 0: nothing. */
struct stated {
    uint32_t both, ab, ba;
};

/* A value that is none is as one not stated: the word has no metric, and the input is told so where it is read. */
static void take_value(uint32_t *into, cp_text value)
{
    uint32_t metric = 0;

    if (*into == 0 && cp_num_u32(value, CP_METRIC_MAX, &metric) == CP_OK)
        *into = metric;
}

static struct stated te_of(const struct cp_case *c, uint32_t link)
{
    struct stated stated = {0};

    for (uint32_t i = c->link_facts[link]; i < c->link_facts[link + 1]; i++) {
        const struct cp_fact *fact = &c->facts[i];

        if (fact->part.len > 0)
            continue;
        if (cp_text_is(fact->attribute, "te-metric"))
            take_value(&stated.both, fact->value);
        else if (cp_text_is(fact->attribute, "te-metric-ab"))
            take_value(&stated.ab, fact->value);
        else if (cp_text_is(fact->attribute, "te-metric-ba"))
            take_value(&stated.ba, fact->value);
    }
    return stated;
}

/* Of the end-th of the link's ends; the IGP metric where nothing is stated. */
static uint32_t te_cost(struct stated stated, uint32_t ends, uint32_t end, uint32_t igp)
{
    uint32_t own = ends > 2 ? 0 : end == 0 ? stated.ab : stated.ba;

    if (own != 0)
        return own;
    return stated.both != 0 ? stated.both : igp;
}

static void lay_te(const struct cp_net *net, const struct cp_case *c, uint32_t *cost)
{
    const struct cp_graph *g = &net->graph;

    for (uint32_t l = 0; l < g->link_count; l++) {
        uint32_t ends = g->end_first[l + 1] - g->end_first[l];
        struct stated stated = {0};

        if (c->link_facts != NULL)
            stated = te_of(c, net->case_link[l]);
        for (uint32_t e = 0; e < ends; e++) {
            uint32_t at = g->end_first[l] + e;

            cost[at] = te_cost(stated, ends, e, g->end_metric[at]);
        }
    }
}

static void lay_delay(const struct cp_net *net, const struct cp_case *c, uint32_t *cost)
{
    const struct cp_graph *g = &net->graph;

    for (uint32_t e = 0; e < g->end_first[g->link_count]; e++) {
        uint32_t delay_us = c->links[net->case_link[g->end_link[e]]].delay_us;

        if (delay_us == CP_DELAY_NONE)
            cost[e] = CP_COST_NONE;
        else
            cost[e] = delay_us > 0 ? delay_us : 1;
    }
}

cp_err cp_metric_costs(const struct cp_net *net, const struct cp_case *c, cp_metric metric,
                       struct cp_arena *arena, const uint32_t **cost)
{
    const struct cp_graph *g = &net->graph;
    uint32_t *made;

    CP_ASSERT(metric < CP_METRIC_COUNT);
    if (metric == CP_METRIC_IGP) {
        *cost = g->end_metric;
        return CP_OK;
    }
    made = CP_TAKE(arena, g->end_first[g->link_count], uint32_t);
    if (made == NULL)
        return CP_ERR_NOMEM;
    if (metric == CP_METRIC_TE)
        lay_te(net, c, made);
    else
        lay_delay(net, c, made);
    *cost = made;
    return CP_OK;
}

#include "blocking_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

uint32_t link_count(const struct trial_case *t)
{
    return t->sample.net.link_count;
}

static void put_delays(struct trial_case *t, uint64_t *seed)
{
    struct cp_link_rec *links = CP_TAKE(t->arena, t->c.link_count, struct cp_link_rec);
    uint32_t unknown = sample_chance(seed, 50) ? 0 : 15;

    memcpy(links, t->c.links, t->c.link_count * sizeof *links);
    for (uint32_t l = 0; l < link_count(t); l++) {
        t->delay_us[l] = sample_chance(seed, unknown) ? CP_DELAY_NONE : sample_pick(seed, 0, 4);
        links[t->sample.case_link[l]].delay_us = t->delay_us[l];
    }
    t->c.links = links;
}

static cp_text number(struct trial_case *t, uint64_t value)
{
    char *at = CP_TAKE(t->arena, 24, char);

    (void)snprintf(at, 24, "%llu", (unsigned long long)value);
    return cp_text_of(at);
}

/* One fact for each element of some, and here and there a second that says less. */
static void put_prices(struct trial_case *t, uint64_t *seed)
{
    uint32_t most = 2 * (t->c.node_count + t->c.link_count);
    struct cp_fact *facts = CP_TAKE(t->arena, most, struct cp_fact);
    uint32_t *node_facts = CP_TAKE(t->arena, t->c.node_count + 1, uint32_t);
    uint32_t *link_facts = CP_TAKE(t->arena, t->c.link_count + 1, uint32_t);
    uint32_t count = 0;

    for (uint32_t kind = 0; kind < 2; kind++) {
        uint32_t *first = kind == 0 ? node_facts : link_facts;
        uint32_t objects = kind == 0 ? t->sample.net.node_count : link_count(t);
        uint32_t all = kind == 0 ? t->c.node_count : t->c.link_count;
        const uint32_t *place = kind == 0 ? t->sample.case_node : t->sample.case_link;
        uint32_t next = 0;

        for (uint32_t i = 0; i < all; i++) {
            first[i] = count;
            if (next == objects || place[next] != i)
                continue;
            uint64_t *price = &t->price[kind == 0 ? link_count(t) + next : next];

            next++;
            *price = 1;
            if (sample_chance(seed, 40))
                continue;
            *price = sample_pick(seed, 0, 5);
            for (uint32_t k = 0; k < 2; k++)
                facts[count++] =
                    (struct cp_fact){.attribute = CP_TEXT("replacement-cost"),
                                     .value = number(t, k == 0 ? *price : 0),
                                     .kind = kind == 0 ? CP_OBJECT_NODE : CP_OBJECT_LINK,
                                     .object = i,
                                     .evidence = CP_NONE,
                                     .date = CP_DATE_NONE,
                                     .expires = CP_DATE_NONE};
        }
        first[all] = count;
    }
    t->c.facts = facts;
    t->c.node_facts = node_facts;
    t->c.link_facts = link_facts;
    t->c.fact_count = count;
}

static void put_wishes(struct trial_case *t, uint64_t *seed)
{
    uint32_t elements = link_count(t) + t->sample.net.node_count;
    struct cp_path_ask *ask = &t->ask;

    ask->metric = sample_chance(seed, 20) ? CP_METRIC_DELAY : CP_METRIC_IGP;
    ask->hops_max = sample_chance(seed, 25) ? sample_pick(seed, 0, 4) : CP_NONE;
    ask->delay_max_us = sample_chance(seed, 25) ? sample_pick(seed, 0, 8) : CP_PATH_DELAY_NONE;
    ask->avoid = t->avoid;
    ask->avoid_count = sample_chance(seed, 25) ? sample_pick(seed, 1, 3) : 0;
    for (uint32_t i = 0; i < ask->avoid_count; i++)
        t->avoid[i] = sample_pick(seed, 0, elements + t->net.graph.srlg_count - 1);
    ask->require = t->require;
    ask->require_count = sample_chance(seed, 25) ? sample_pick(seed, 1, REQUIRE_MOST) : 0;
    for (uint32_t i = 0; i < ask->require_count; i++) {
        t->require[i] =
            (struct cp_must_pass){.elements = t->required[i], .count = sample_pick(seed, 1, 2)};
        for (uint32_t k = 0; k < 2; k++)
            t->required[i][k] = sample_pick(seed, 0, elements - 1);
    }
}

static void put_ends(struct trial_case *t)
{
    t->ask.src = t->src;
    t->ask.dst = t->dst;
    for (uint32_t v = 0; v < t->sample.net.node_count; v++) {
        if (oracle_has(t->sample.demands[0].src, v))
            t->src[t->ask.src_count++] = v;
        if (oracle_has(t->sample.demands[0].dst, v))
            t->dst[t->ask.dst_count++] = v;
    }
}

static void find_rules(struct trial_case *t)
{
    struct oracle_demand demand = sample_demand(&t->sample, 0);
    const struct cp_treatment *treatment = &t->judge.treatments[t->treatment];

    assert_int_equal(demand.rule_count, treatment->rule_count);
    t->rule_count = demand.rule_count;
    for (uint32_t r = 0; r < t->rule_count; r++) {
        const struct oracle_rule *rule = &demand.rules[r];

        t->rule[r] = treatment->rules[r];
        t->against[r] = (rule->bad.links | rule->doubtful.links) |
                        (rule->bad.nodes | rule->doubtful.nodes) << link_count(t);
    }
}

void make_case(struct trial_case *t, uint64_t seed)
{
    uint64_t numbers = seed ^ UINT64_C(0x1234567);
    const struct cp_judge *judge = NULL;

    *t = (struct trial_case){.arena = cp_arena_open(SIZE_MAX)};
    sample_make(seed, seed % 3 == 0 ? 0 : 1, &t->sample);
    assert_int_equal(sample_judge(&t->sample, t->arena, &judge), CP_OK);
    t->c = *judge->net;
    t->judge = *judge;
    t->judge.net = &t->c;
    t->treatment = t->sample.demands[0].treatment;
    put_delays(t, &numbers);
    put_prices(t, &numbers);
    assert_int_equal(cp_net_make(&t->c, t->arena, &t->net), CP_OK);
    assert_int_equal(cp_marking_make(&t->net, &t->judge, &t->judge.treatments[t->treatment],
                                     t->arena, &t->marking),
                     CP_OK);
    put_ends(t);
    put_wishes(t, &numbers);
    find_rules(t);
}

static void walk(struct trial_case *t, uint32_t node, uint32_t from, struct way so_far)
{
    so_far.met |= 1u << (link_count(t) + node);
    if (node != from && oracle_has(t->sample.demands[0].dst, node)) {
        assert_true(t->way_count < PATHS_MOST);
        t->ways[t->way_count++] = so_far;
    }
    for (uint32_t l = 0; l < link_count(t); l++) {
        const struct oracle_link *link = &t->sample.net.links[l];

        for (uint32_t a = 0; a < link->end_count; a++)
            for (uint32_t b = 0; link->node[a] == node && b < link->end_count; b++) {
                struct way next = so_far;

                if (oracle_has(so_far.met, link_count(t) + link->node[b]))
                    continue;
                next.met |= 1u << l;
                next.hops++;
                next.cost += link->metric[a];
                if (t->delay_us[l] == CP_DELAY_NONE)
                    next.delay_us = CP_PATH_DELAY_NONE;
                else if (next.delay_us != CP_PATH_DELAY_NONE)
                    next.delay_us += t->delay_us[l];
                walk(t, link->node[b], from, next);
            }
    }
}

void find_ways(struct trial_case *t)
{
    t->ways = CP_TAKE(t->arena, PATHS_MOST, struct way);
    for (uint32_t i = 0; i < t->ask.src_count; i++)
        walk(t, t->src[i], t->src[i], (struct way){0});
}

static uint32_t bits_of(const struct trial_case *t, uint32_t element)
{
    uint32_t at = 0;
    uint32_t bits = 0;
    uint32_t group = 0;

    if (cp_graph_element(&t->net.graph, element, &at) != CP_ELEMENT_SRLG)
        return 1u << element;
    while (t->sample.case_srlg[group] != t->net.case_srlg[at])
        group++;
    for (uint32_t l = 0; l < link_count(t); l++)
        bits |= oracle_has(t->sample.net.links[l].srlgs, group) ? 1u << l : 0;
    return bits;
}

bool suits(const struct trial_case *t, const struct way *way, uint32_t wishes)
{
    const struct cp_path_ask *ask = &t->ask;
    bool ok = true;

    if ((wishes & CP_WISH_HOPS) != 0)
        ok = ok && way->hops <= ask->hops_max;
    if ((wishes & CP_WISH_DELAY) != 0)
        ok = ok && way->delay_us != CP_PATH_DELAY_NONE && way->delay_us <= ask->delay_max_us;
    if ((wishes & CP_WISH_METRIC) != 0)
        ok = ok && way->delay_us != CP_PATH_DELAY_NONE;
    for (uint32_t i = 0; (wishes & CP_WISH_AVOID) != 0 && i < ask->avoid_count; i++)
        ok = ok && (way->met & bits_of(t, ask->avoid[i])) == 0;
    for (uint32_t i = 0; (wishes & CP_WISH_REQUIRE) != 0 && i < ask->require_count; i++) {
        uint32_t any = 0;

        for (uint32_t k = 0; k < ask->require[i].count; k++)
            any |= way->met & 1u << ask->require[i].elements[k];
        ok = ok && any != 0;
    }
    return ok;
}

uint32_t against_all_but(const struct trial_case *t, uint32_t waived)
{
    uint32_t against = 0;

    for (uint32_t r = 0; r < t->rule_count; r++)
        against |= oracle_has(waived, r) ? 0 : t->against[r];
    return against;
}

uint32_t least_cost(const struct trial_case *t, uint32_t wishes, uint32_t against)
{
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < t->way_count; i++)
        if ((t->ways[i].met & against) == 0 && suits(t, &t->ways[i], wishes) &&
            t->ways[i].cost < least)
            least = t->ways[i].cost;
    return least;
}

uint32_t popcount(uint32_t bits)
{
    return (uint32_t)__builtin_popcount(bits);
}

bool least_wishes(const struct trial_case *t, uint32_t wishes, uint32_t against, uint32_t *least)
{
    bool found = false;

    for (uint32_t without = 0; without < 32; without++) {
        if ((without & ~wishes) != 0 || least_cost(t, wishes & ~without, against) == UINT32_MAX)
            continue;
        if (!found || popcount(without) < popcount(*least))
            *least = without;
        found = true;
    }
    return found;
}

#include "capacity/capacity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Grids large enough for searches by a hierarchy; `lan` adds a LAN far away, so that plain ones are made. */

enum { WIDTH = 25, NODES = WIDTH * 21, LINKS_MAX = 2 * NODES + 1, DEMANDS = 40 };

typedef enum { WITHOUT_LAN, WITH_LAN } lan_kind;

struct grid {
    struct cp_arena *arena;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_judge_rule rule;
    struct cp_treatment treatment;
    struct cp_net net;
    struct cp_marking marking;
    struct cp_capacity_request request;
    struct cp_capacity_answer answer;
    struct cp_node_rec nodes[NODES + 3];
    struct cp_link_rec links[LINKS_MAX];
    struct cp_end ends[2 * LINKS_MAX + 3];
    struct cp_demand demands[DEMANDS];
    cp_node demand_ends[2 * (size_t)DEMANDS];
    uint32_t demand_treatment[DEMANDS], rules[1];
    uint64_t node_bad[NODES + 3], link_bad[LINKS_MAX], none[LINKS_MAX];
    uint32_t end_count;
};

static uint32_t pick(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

static void put_link(struct grid *t, uint64_t *seed, uint32_t a, uint32_t b)
{
    uint32_t l = t->c.link_count++;

    t->links[l] = (struct cp_link_rec){
        .ends = {t->end_count, 2},
        .capacity_bps = pick(seed, 50) == 0 ? CP_BPS_NONE : UINT64_C(1000000) * (1 + pick(seed, 9)),
        .delay_us = CP_DELAY_NONE};
    t->link_bad[l] = pick(seed, 40) == 0;
    t->ends[t->end_count++] = (struct cp_end){.node = {a}, .metric = 1 + pick(seed, 100)};
    t->ends[t->end_count++] = (struct cp_end){.node = {b}, .metric = 1 + pick(seed, 100)};
}

static void put_lan(struct grid *t)
{
    t->links[t->c.link_count++] =
        (struct cp_link_rec){.ends = {t->end_count, 3}, .capacity_bps = 1, .delay_us = 1};
    for (uint32_t i = 0; i < 3; i++)
        t->ends[t->end_count++] = (struct cp_end){.node = {NODES + i}, .metric = 1};
    t->c.node_count = NODES + 3;
}

static void put_demands(struct grid *t, uint64_t *seed)
{
    for (size_t d = 0; d < DEMANDS; d++) {
        t->demand_ends[2 * d].at = pick(seed, NODES);
        do
            t->demand_ends[2 * d + 1].at = pick(seed, NODES);
        while (t->demand_ends[2 * d + 1].at == t->demand_ends[2 * d].at);
        t->demands[d] = (struct cp_demand){.src = {(uint32_t)(2 * d), 1},
                                           .dst = {(uint32_t)(2 * d + 1), 1},
                                           .bandwidth_bps = UINT64_C(1000) * (1 + pick(seed, 900))};
    }
    t->c.demand_count = DEMANDS;
}

static struct grid *open_grid(uint64_t seed, lan_kind lan)
{
    struct cp_arena *arena = cp_arena_open((size_t)1 << 28);
    struct grid *t = arena == NULL ? NULL : CP_TAKE(arena, 1, struct grid);

    if (t == NULL)
        abort();
    t->arena = arena;
    for (uint32_t v = 0; v < NODES; v++) {
        t->node_bad[v] = pick(&seed, 20) == 0;
        if (v % WIDTH + 1 < WIDTH)
            put_link(t, &seed, v, v + 1);
        if (v + WIDTH < NODES)
            put_link(t, &seed, v, v + WIDTH);
    }
    t->c.node_count = NODES;
    if (lan == WITH_LAN)
        put_lan(t);
    put_demands(t, &seed);
    t->c.nodes = t->nodes;
    t->c.links = t->links;
    t->c.ends = t->ends;
    t->c.demands = t->demands;
    t->c.demand_ends = t->demand_ends;
    t->rule = (struct cp_judge_rule){.node_bad = t->node_bad,
                                     .node_unknown = t->none,
                                     .link_bad = t->link_bad,
                                     .link_unknown = t->none,
                                     .bit = 1};
    t->treatment = (struct cp_treatment){.rules = t->rules, .rule_count = 1};
    t->judge = (struct cp_judge){.rules = &t->rule,
                                 .treatments = &t->treatment,
                                 .demand_treatment = t->demand_treatment,
                                 .rule_count = 1,
                                 .transit_count = 1,
                                 .treatment_count = 1,
                                 .net = &t->c};
    return t;
}

static const struct cp_capacity_answer *place(struct grid *t)
{
    t->request.gap_ppm = 2000;
    assert_int_equal(cp_net_make(&t->c, t->arena, &t->net), CP_OK);
    assert_int_equal(cp_marking_make(&t->net, &t->judge, &t->treatment, t->arena, &t->marking),
                     CP_OK);
    assert_int_equal(
        cp_capacity_place(&t->judge, &t->net, &t->marking, &t->request, t->arena, &t->answer),
        CP_OK);
    return &t->answer;
}

/* Least sums of price to a node, by going over all links until nothing changes. */
static void costs_to(const struct grid *t, const uint64_t *price, uint32_t to, uint64_t *cost)
{
    bool changed = true;

    for (uint32_t v = 0; v < t->c.node_count; v++)
        cost[v] = v == to && t->node_bad[v] == 0 ? 0 : UINT64_MAX / 2;
    while (changed) {
        changed = false;
        for (uint32_t l = 0; l < t->c.link_count; l++)
            for (uint32_t side = 0; side < 2 && t->link_bad[l] == 0; side++) {
                uint32_t end = t->links[l].ends.first + side;
                uint32_t from = t->ends[end].node.at;
                uint64_t over = price[end] + cost[t->ends[end ^ 1].node.at];

                if (t->node_bad[from] == 0 && over < cost[from]) {
                    cost[from] = over;
                    changed = true;
                }
            }
    }
}

static void a_large_network_s_bound_is_proven_by_its_prices(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct grid *t = open_grid(seed, WITHOUT_LAN);
        const struct cp_capacity_answer *a = place(t);
        uint64_t cost[NODES + 3];
        double paid = 0, whole = 0;

        for (size_t d = 0; d < DEMANDS; d++) {
            costs_to(t, a->prices, t->demand_ends[2 * d + 1].at, cost);
            uint64_t least = cost[t->demand_ends[2 * d].at];

            assert_int_equal(a->placements[d].placed, least < UINT64_MAX / 2);
            if (a->placements[d].placed)
                paid += (double)t->demands[d].bandwidth_bps * (double)least;
        }
        for (uint32_t e = 0; e < t->end_count; e++) {
            uint64_t bps = t->links[e / 2].capacity_bps;

            assert_true(bps != CP_BPS_NONE || a->prices[e] == 0);
            whole += bps == CP_BPS_NONE ? 0 : (double)bps * (double)a->prices[e];
        }
        assert_true(a->exact && a->bound_ppm > 0);
        assert_true((double)a->bound_ppm * whole <= paid * 1e6 * (1 + 1e-12));
        cp_arena_close(t->arena);
    }
}

static void paths_of_a_large_network_are_clean(void **state)
{
    struct grid *t = open_grid(4, WITHOUT_LAN);
    const struct cp_capacity_answer *a = place(t);

    (void)state;
    for (size_t d = 0; d < DEMANDS; d++)
        for (uint32_t i = 0; i < a->placements[d].path_count; i++) {
            const struct cp_path *path = &a->placements[d].paths[i].path;

            assert_int_equal(path->nodes[0], t->demand_ends[2 * d].at);
            assert_int_equal(path->nodes[path->link_count], t->demand_ends[2 * d + 1].at);
            for (uint32_t k = 0; k < path->link_count; k++)
                assert_true(t->link_bad[path->links[k]] == 0 && t->node_bad[path->nodes[k]] == 0);
        }
    cp_arena_close(t->arena);
}

static void both_kinds_of_search_come_to_the_same(void **state)
{
    (void)state;
    for (uint64_t seed = 5; seed <= 6; seed++) {
        struct grid *quick = open_grid(seed, WITHOUT_LAN);
        struct grid *plain = open_grid(seed, WITH_LAN);
        const struct cp_capacity_answer *a = place(quick);
        const struct cp_capacity_answer *b = place(plain);

        assert_true(a->exact && b->exact);
        assert_true((double)a->bound_ppm <= 1.000001 * (double)b->worst_ppm);
        assert_true((double)b->bound_ppm <= 1.000001 * (double)a->worst_ppm);
        cp_arena_close(quick->arena);
        cp_arena_close(plain->arena);
    }
}

static void ordinary_traffic_splits_alike_by_both_kinds_of_search(void **state)
{
    struct grid *quick = open_grid(7, WITHOUT_LAN);
    struct grid *plain = open_grid(7, WITH_LAN);

    (void)state;
    for (uint32_t e = 0; e < quick->end_count; e++) /* many ways at equal cost */
        quick->ends[e].metric = plain->ends[e].metric = 1 + e / 2 % 7 / 6;
    quick->treatment.rule_count = plain->treatment.rule_count = 0;
    const struct cp_capacity_answer *a = place(quick);
    const struct cp_capacity_answer *b = place(plain);

    for (uint32_t e = 0; e < quick->end_count; e++)
        assert_true(a->load_bps[e] <= b->load_bps[e] + 1 && b->load_bps[e] <= a->load_bps[e] + 1);
    assert_true(a->worst_ppm > 0 && a->worst_ppm == b->worst_ppm && a->exact);
    cp_arena_close(quick->arena);
    cp_arena_close(plain->arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_network_s_bound_is_proven_by_its_prices),
        cmocka_unit_test(paths_of_a_large_network_are_clean),
        cmocka_unit_test(both_kinds_of_search_come_to_the_same),
        cmocka_unit_test(ordinary_traffic_splits_alike_by_both_kinds_of_search),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

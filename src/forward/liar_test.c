#include "forward/liar.h"

#include "small_bench.h"

/*
 * Two slow ways to know whether lies draw packets: the formula of docs/notes/0001 term by term, and
 * trying lies one after the other with Floyd and Warshall (DESIGN 2.2).  Failures are those that the
 * routes are after, and that of a shift from them.
 */
#define SEEDS 6000u
#define LIE_SEEDS 15000u

struct bench {
    struct small_bench small;
    struct cp_routes none; /* without failures */
    struct cp_liar_ground ground;
    struct cp_liar *liar;
    uint32_t liars[SMALL_NODES], liar_count;
};

/* What the slow ways ask about. */
struct lying {
    const struct small_net *net;
    struct small_set failed;
    uint32_t liars; /* that did not fail */
    uint32_t destination;
    struct small_costs honest; /* through no liar */
};

static cp_err fill_bench(struct bench *b)
{
    struct small_bench *s = &b->small;

    CP_TRY(small_bench_fill(s));
    CP_TRY(cp_routes_open(&s->weights, s->net->marks, s->arena, &b->none));
    struct cp_liars liars = {s->banned, b->liars, b->liar_count};

    CP_TRY(cp_liar_ground_make(&s->weights, liars, s->arena, s->arena, &b->ground));
    return cp_liar_open(&b->ground, s->queue, s->arena, &b->liar);
}

static void open_bench(struct bench *b, uint64_t seed, uint32_t liars_most)
{
    struct small_bench *s = &b->small;

    *b = (struct bench){.small = {.arena = cp_arena_open(SIZE_MAX), .numbers = seed}};
    assert_non_null(s->arena);
    assert_int_equal(small_make(seed, s->arena, &s->net), CP_OK);
    CP_ASSERT(s->net != NULL);
    for (uint32_t v = 0; v < s->net->graph.node_count; v++)
        if (b->liar_count < liars_most && small_pick(&s->numbers, 1, 3) == 1) {
            s->banned[v] = 1;
            b->liars[b->liar_count++] = v;
        }
    assert_int_equal(fill_bench(b), CP_OK);
}

static void begin_somewhere(struct bench *b)
{
    struct small_bench *s = &b->small;

    assert_int_equal(cp_routes_to(&b->none, small_node(s), NULL, 0), CP_OK);
    cp_liar_begin(b->liar, &b->none);
}

/* Routes after up to two failures, or those and one more; the first may be those without any. */
static struct cp_view some_view(struct bench *b, struct lying *lying)
{
    struct small_bench *s = &b->small;
    cp_moment moment = small_pick(&s->numbers, 0, 1) == 0 ? CP_BEFORE : CP_AFTER;

    small_bench_route(s, b->none.destination, SMALL_FAILURES - 1);
    small_bench_shift(s);
    *lying = (struct lying){.net = s->net,
                            .failed = s->failed[moment == CP_AFTER ? 1 : 0],
                            .destination = b->none.destination};
    for (uint32_t i = 0; i < b->liar_count; i++)
        lying->liars |= 1u << b->liars[i];
    lying->liars &= ~lying->failed.nodes;
    lying->honest = small_costs_make(s->net, lying->failed, lying->liars);
    return small_bench_view(s, moment);
}

/* ---- the formula ---- */

static uint32_t exit_cost(const struct lying *l, uint32_t y)
{
    const struct cp_graph *g = &l->net->graph;
    uint32_t to = l->destination;
    uint32_t least = y == to ? 0 : SMALL_NO_WAY;

    for (uint32_t i = g->hop_first[y]; i < g->hop_first[y + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        bool up = !small_has(l->failed.links, hop->link) && !small_has(l->failed.nodes, hop->to);

        if (up && (!small_has(l->liars, hop->to) || hop->to == to) &&
            1 + l->honest.least[hop->to][to] < least)
            least = 1 + l->honest.least[hop->to][to];
    }
    return least;
}

/* Cost of the cheapest way from a liar on, over it alone or over one more. */
static uint32_t beyond(const struct lying *l, uint32_t x)
{
    uint32_t least = SMALL_NO_WAY;

    for (uint32_t y = 0; y < l->net->graph.node_count; y++) {
        uint32_t cost = (x == y ? 0 : 1) + exit_cost(l, y);

        if (small_has(l->liars, y) && cost < least)
            least = cost;
    }
    return least;
}

/* Just below SMALL_NO_WAY if there is no honest way: any other will do. */
static uint32_t honest_cost(const struct lying *l, uint32_t source)
{
    uint32_t cost = l->honest.least[source][l->destination];

    return small_has(l->liars, source) || cost >= SMALL_NO_WAY ? SMALL_NO_WAY - 1 : cost;
}

static bool formula_draws(const struct lying *l, uint32_t source)
{
    for (uint32_t x = 0; x < l->net->graph.node_count; x++)
        if (small_has(l->liars, x) &&
            l->honest.least[source][x] + beyond(l, x) <= honest_cost(l, source))
            return true;
    return false;
}

/* ---- trying lies ---- */

/* Metrics that a lie may choose among: as good as can be, true-looking, never used. */
static const uint32_t lies[] = {1, 2, 60};

struct lie {
    uint32_t end_metric[4 * SMALL_LINKS];
    uint32_t invented; /* of the links between liars, both ways */
};

/* Ways over invented links; the liars are few, so as many rounds as there are of them will do. */
static void add_invented(const struct lying *l, uint32_t metric, struct small_costs *costs)
{
    uint32_t nodes = l->net->graph.node_count;

    for (uint32_t i = 0; i < nodes * nodes * nodes; i++) {
        uint32_t x = i / nodes % nodes;
        uint32_t y = i % nodes;

        if (x == y || !small_has(l->liars, x) || !small_has(l->liars, y))
            continue;
        for (uint32_t k = 0; k < nodes * nodes; k++) {
            uint32_t *least = &costs->least[k / nodes][k % nodes];
            uint32_t over = costs->least[k / nodes][x] + metric + costs->least[y][k % nodes];

            if (over < *least)
                *least = over;
        }
    }
}

static bool lie_draws(const struct lying *l, const struct lie *lie, uint32_t source)
{
    struct small_net lied = *l->net;
    uint32_t to = l->destination;

    memcpy(lied.end_metric, lie->end_metric, sizeof lied.end_metric);
    struct small_costs costs = small_costs_make(&lied, l->failed, 0);

    add_invented(l, lie->invented, &costs);
    for (uint32_t x = 0; x < l->net->graph.node_count; x++)
        if (small_has(l->liars, x) && costs.least[source][to] < SMALL_NO_WAY &&
            costs.least[source][x] + costs.least[x][to] == costs.least[source][to])
            return true;
    return false;
}

/* Every choice of metrics for the liars' ends from `end` on. */
static bool some_lie_draws(const struct lying *l, struct lie *lie, uint32_t end, uint32_t source)
{
    uint32_t ends = l->net->end_first[l->net->graph.link_count];

    while (end < ends && !small_has(l->liars, l->net->end_node[end]))
        end++;
    for (size_t i = 0; i < CP_COUNT(lies); i++) {
        if (end < ends) {
            lie->end_metric[end] = lies[i];
            if (some_lie_draws(l, lie, end + 1, source))
                return true;
        } else {
            lie->invented = lies[i];
            if (lie_draws(l, lie, source))
                return true;
        }
    }
    return false;
}

/* Whether there are few enough lies to try them all. */
static bool can_try_all(const struct small_bench *s)
{
    uint32_t ends = 0;

    for (uint32_t i = 0; i < s->net->end_first[s->net->graph.link_count]; i++)
        ends += s->banned[s->net->end_node[i]];
    return s->net->graph.node_count <= 6 && ends <= 4;
}

static void lies_draw_just_when_some_lie_is_found_that_does(void **state)
{
    uint32_t tried[2] = {0};

    (void)state;
    for (uint64_t seed = 0; seed < LIE_SEEDS; seed++) {
        struct bench b;
        struct lying lying;
        struct lie lie;

        open_bench(&b, seed, 3);
        begin_somewhere(&b);
        struct cp_view view = some_view(&b, &lying);
        uint32_t source = small_node(&b.small);

        if (can_try_all(&b.small) && source != lying.destination &&
            !small_has(lying.failed.nodes, source)) {
            memcpy(lie.end_metric, b.small.net->end_metric, sizeof lie.end_metric);
            bool expected = some_lie_draws(&lying, &lie, 0, source);

            cp_liar_under(b.liar, &view);
            assert_int_equal(cp_liar_draws(b.liar, source).drawn, expected);
            tried[expected]++;
        }
        cp_arena_close(b.small.arena);
    }
    assert_true(tried[false] > 200 && tried[true] > 200);
}

/* ---- the fast way against the formula ---- */

/* Metric of a way's link; fails the test if there is none that is up. */
static uint32_t metric_of(const struct lying *l, const struct cp_walk_way *way, uint32_t at)
{
    const struct cp_graph *g = &l->net->graph;
    uint32_t hop = g->hop_first[way->nodes[at]];
    uint32_t past = g->hop_first[way->nodes[at] + 1];

    assert_false(small_has(l->liars, way->nodes[at]));
    assert_false(small_has(l->failed.links, way->links[at]));
    assert_false(small_has(l->failed.nodes, way->nodes[at + 1]));
    while (hop < past &&
           (g->hops[hop].link != way->links[at] || g->hops[hop].to != way->nodes[at + 1]))
        hop++;
    assert_true(hop < past);
    return g->hops[hop].out;
}

static void check_path(struct bench *b, const struct lying *l, uint32_t source,
                       const struct cp_liar_way *drawn)
{
    uint32_t invented = drawn->near == drawn->far ? 0 : 1;
    struct cp_walk_way way = {0};
    uint32_t cost = 0;

    cp_liar_path(b->liar, drawn, &way);
    assert_int_equal(way.nodes[0], source);
    assert_int_equal(way.nodes[way.node_count - 1], drawn->near);
    assert_int_equal(way.element, cp_graph_element_of_node(&l->net->graph, drawn->near));
    for (uint32_t i = 0; i + 1 < way.node_count; i++)
        cost += metric_of(l, &way, i);
    assert_int_equal(cost, source == drawn->near ? 0 : l->honest.least[source][drawn->near]);
    assert_true(cost + invented + exit_cost(l, drawn->far) <= honest_cost(l, source));
}

static void check_draws(struct bench *b, const struct lying *l, uint32_t source)
{
    struct cp_liar_way way = cp_liar_draws(b->liar, source);

    assert_int_equal(way.drawn, formula_draws(l, source));
    if (!way.drawn)
        return;
    assert_true(small_has(l->liars, way.near));
    assert_true(small_has(l->liars, way.far));
    check_path(b, l, source, &way);
}

static void lies_draw_just_when_the_formula_says(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct bench b;

        open_bench(&b, seed, SMALL_NODES);
        for (uint32_t i = 0; i < 2; i++) {
            begin_somewhere(&b);
            for (uint32_t k = 0; k < 3; k++) {
                struct lying lying;
                struct cp_view view = some_view(&b, &lying);

                cp_liar_under(b.liar, &view);
                for (uint32_t v = 0; v < b.small.net->graph.node_count; v++)
                    if (v != lying.destination && !small_has(lying.failed.nodes, v))
                        check_draws(&b, &lying, v);
            }
        }
        cp_arena_close(b.small.arena);
    }
}

static void without_liars_nothing_is_drawn(void **state)
{
    struct bench b;

    (void)state;
    open_bench(&b, 11, 0);
    begin_somewhere(&b);
    for (uint32_t v = 0; v < b.small.net->graph.node_count; v++)
        assert_true(v == b.none.destination || !cp_liar_draws(b.liar, v).drawn);
    cp_arena_close(b.small.arena);
}

static void each_take_that_fails_is_told(void **state)
{
    cp_err err = CP_ERR_NOMEM;
    uint64_t takes = 0;
    struct bench b;

    (void)state;
    open_bench(&b, 3, SMALL_NODES);
    for (; err != CP_OK; takes++) {
        struct bench again = b;

        again.small.arena = cp_arena_open(SIZE_MAX);
        assert_non_null(again.small.arena);
        cp_arena_fail_after(again.small.arena, takes);
        err = fill_bench(&again);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(again.small.arena);
    }
    assert_true(takes > 30);
    cp_arena_close(b.small.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lies_draw_just_when_the_formula_says),
        cmocka_unit_test(lies_draw_just_when_some_lie_is_found_that_does),
        cmocka_unit_test(without_liars_nothing_is_drawn),
        cmocka_unit_test(each_take_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

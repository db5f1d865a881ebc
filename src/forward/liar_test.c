#include "forward/liar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "small_net.h"

/*
 * Two slow ways to know whether lies draw packets: the formula of docs/notes/0001 term by term, and
 * trying lies one after the other with Floyd and Warshall (DESIGN 2.2).
 */
#define SEEDS 6000u
#define LIE_SEEDS 12000u
#define FAILURES_MOST 3u

struct bench {
    struct cp_arena *arena;
    struct small_net *net;
    struct cp_queue *queue;
    struct cp_routes honest;
    struct cp_after *after;
    struct cp_liar *liar;
    uint8_t banned[SMALL_NODES];
    uint32_t liars[SMALL_NODES], liar_count;
    uint64_t numbers;
};

static cp_err open_bench(struct bench *b)
{
    const struct cp_graph *g = &b->net->graph;

    CP_TRY(cp_queue_open(b->arena, g->hop_first[g->node_count] + 1, &b->queue));
    CP_TRY(cp_routes_open(g, b->net->marks, b->banned, b->arena, &b->honest));
    CP_TRY(cp_after_open(&b->honest, b->queue, b->arena, &b->after));
    return cp_liar_open(&b->honest, b->liars, b->liar_count, b->queue, b->arena, &b->liar);
}

static void setup_bench(struct bench *b, uint64_t seed, uint32_t liars_most)
{
    *b = (struct bench){.arena = cp_arena_open(SIZE_MAX), .numbers = seed};
    assert_non_null(b->arena);
    assert_int_equal(small_make(seed, b->arena, &b->net), CP_OK);
    CP_ASSERT(b->net != NULL);
    for (uint32_t v = 0; v < b->net->graph.node_count; v++)
        if (b->liar_count < liars_most && small_pick(&b->numbers, 1, 3) == 1) {
            b->banned[v] = 1;
            b->liars[b->liar_count++] = v;
        }
    assert_int_equal(open_bench(b), CP_OK);
}

static uint32_t some_node(struct bench *b)
{
    return small_pick(&b->numbers, 0, b->net->graph.node_count - 1);
}

struct failures {
    uint32_t element[FAILURES_MOST], count;
    struct small_set failed;
};

static struct failures begin_some_failures(struct bench *b)
{
    struct failures f = {0};

    f.count = small_failures(b->net, &b->numbers, FAILURES_MOST, b->honest.destination, f.element);
    f.failed = small_fail(b->net, f.element, f.count);
    cp_after_begin(b->after, f.element, f.count);
    return f;
}

static uint32_t live_liars(const struct bench *b, const struct failures *f)
{
    uint32_t liars = 0;

    for (uint32_t i = 0; i < b->liar_count; i++)
        liars |= 1u << b->liars[i];
    return liars & ~f->failed.nodes;
}

/* ---- the formula ---- */

static uint32_t exit_cost(const struct bench *b, const struct failures *f,
                          const struct small_costs *honest, uint32_t y)
{
    const struct cp_graph *g = &b->net->graph;
    uint32_t liars = live_liars(b, f);
    uint32_t to = b->honest.destination;
    uint32_t least = y == to ? 0 : SMALL_NO_WAY;

    for (uint32_t i = g->hop_first[y]; i < g->hop_first[y + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        bool up = !small_has(f->failed.links, hop->link) && !small_has(f->failed.nodes, hop->to);

        if (up && (!small_has(liars, hop->to) || hop->to == to) &&
            1 + honest->least[hop->to][to] < least)
            least = 1 + honest->least[hop->to][to];
    }
    return least;
}

/* Cost of the cheapest way from a liar on, over it alone or over one more. */
static uint32_t beyond(const struct bench *b, const struct failures *f,
                       const struct small_costs *honest, uint32_t x)
{
    uint32_t least = SMALL_NO_WAY;

    for (uint32_t y = 0; y < b->net->graph.node_count; y++) {
        uint32_t cost = (x == y ? 0 : 1) + exit_cost(b, f, honest, y);

        if (small_has(live_liars(b, f), y) && cost < least)
            least = cost;
    }
    return least;
}

/* What the way over liar x costs at least, and the honest way; either may be above SMALL_NO_WAY. */
static uint32_t cost_over(const struct bench *b, const struct failures *f, uint32_t source,
                          uint32_t x)
{
    struct small_costs honest = small_costs_make(b->net, f->failed, live_liars(b, f));

    return honest.least[source][x] + beyond(b, f, &honest, x);
}

static uint32_t honest_cost(const struct bench *b, const struct failures *f, uint32_t source)
{
    if (small_has(live_liars(b, f), source))
        return SMALL_NO_WAY - 1; /* it has no honest way, and any other will do */
    uint32_t cost =
        small_costs_make(b->net, f->failed, live_liars(b, f)).least[source][b->honest.destination];

    return cost < SMALL_NO_WAY ? cost : SMALL_NO_WAY - 1;
}

static bool formula_draws(const struct bench *b, const struct failures *f, uint32_t source)
{
    for (uint32_t x = 0; x < b->net->graph.node_count; x++)
        if (small_has(live_liars(b, f), x) &&
            cost_over(b, f, source, x) <= honest_cost(b, f, source))
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

static bool lie_draws(const struct bench *b, const struct failures *f, const struct lie *lie,
                      uint32_t source)
{
    struct small_net lied = *b->net;
    uint32_t liars = live_liars(b, f);
    uint32_t to = b->honest.destination;
    struct small_costs costs;

    memcpy(lied.end_metric, lie->end_metric, sizeof lied.end_metric);
    costs = small_costs_make(&lied, f->failed, 0);
    for (uint32_t round = 0; round < SMALL_NODES; round++) /* ways over invented links */
        for (uint32_t x = 0; x < SMALL_NODES; x++)
            for (uint32_t y = 0; y < SMALL_NODES; y++)
                for (uint32_t i = 0; i < SMALL_NODES * SMALL_NODES; i++) {
                    uint32_t a = i / SMALL_NODES;
                    uint32_t c = i % SMALL_NODES;
                    uint32_t over = costs.least[a][x] + lie->invented + costs.least[y][c];

                    if (x != y && small_has(liars, x) && small_has(liars, y) &&
                        over < costs.least[a][c])
                        costs.least[a][c] = over;
                }
    for (uint32_t x = 0; x < b->net->graph.node_count; x++)
        if (small_has(liars, x) && costs.least[source][to] < SMALL_NO_WAY &&
            costs.least[source][x] + costs.least[x][to] == costs.least[source][to])
            return true;
    return false;
}

/* Every choice of metrics for the liars' ends from `end` on. */
static bool some_lie_draws(const struct bench *b, const struct failures *f, struct lie *lie,
                           uint32_t end, uint32_t source)
{
    uint32_t ends = b->net->graph.end_first[b->net->graph.link_count];

    while (end < ends && !small_has(live_liars(b, f), b->net->end_node[end]))
        end++;
    for (size_t i = 0; i < CP_COUNT(lies); i++) {
        if (end < ends) {
            lie->end_metric[end] = lies[i];
            if (some_lie_draws(b, f, lie, end + 1, source))
                return true;
        } else {
            lie->invented = lies[i];
            if (lie_draws(b, f, lie, source))
                return true;
        }
    }
    return false;
}

static uint32_t lying_ends(const struct bench *b)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < b->net->graph.end_first[b->net->graph.link_count]; i++)
        count += b->banned[b->net->end_node[i]];
    return count;
}

static void lies_draw_just_when_some_lie_is_found_that_does(void **state)
{
    uint32_t drawn = 0;
    uint32_t not_drawn = 0;

    (void)state;
    for (uint64_t seed = 0; seed < LIE_SEEDS; seed++) {
        struct bench b;

        setup_bench(&b, seed, 3);
        cp_routes_to(&b.honest, some_node(&b), b.queue);
        cp_liar_begin(b.liar);
        if (b.net->graph.node_count <= 6 && lying_ends(&b) <= 4) {
            struct failures f = begin_some_failures(&b);
            uint32_t source = some_node(&b);
            struct lie lie;

            memcpy(lie.end_metric, b.net->end_metric, sizeof lie.end_metric);
            bool expected = !small_has(f.failed.nodes, source) && source != b.honest.destination &&
                            some_lie_draws(&b, &f, &lie, 0, source);

            if (!small_has(f.failed.nodes, source) && source != b.honest.destination) {
                assert_int_equal(cp_liar_draws(b.liar, b.after, source).drawn, expected);
                drawn += expected;
                not_drawn += !expected;
            }
        }
        cp_arena_close(b.arena);
    }
    assert_true(drawn > 200 && not_drawn > 200);
}

/* ---- the fast way against the formula ---- */

static void check_path(struct bench *b, const struct failures *f, uint32_t source,
                       const struct cp_liar_way *way)
{
    const uint32_t *nodes = NULL;
    const uint32_t *links = NULL;
    uint32_t count = 0;
    uint32_t cost = 0;
    const struct cp_graph *g = &b->net->graph;

    cp_liar_path(b->liar, way, &nodes, &links, &count);
    assert_int_equal(nodes[0], source);
    assert_int_equal(nodes[count - 1], way->near);
    for (uint32_t i = 0; i + 1 < count; i++) {
        uint32_t hop = g->hop_first[nodes[i]];

        assert_false(small_has(live_liars(b, f), nodes[i]));
        assert_false(small_has(f->failed.links, links[i]));
        assert_false(small_has(f->failed.nodes, nodes[i + 1]));
        while (hop < g->hop_first[nodes[i] + 1] &&
               (g->hops[hop].link != links[i] || g->hops[hop].to != nodes[i + 1]))
            hop++;
        assert_true(hop < g->hop_first[nodes[i] + 1]);
        cost += g->hops[hop].out;
    }
    struct small_costs honest = small_costs_make(b->net, f->failed, live_liars(b, f));
    uint32_t invented = way->near == way->far ? 0 : 1;

    assert_int_equal(cost, source == way->near ? 0 : honest.least[source][way->near]);
    assert_true(cost + invented + exit_cost(b, f, &honest, way->far) <= honest_cost(b, f, source));
}

static void check_draws(struct bench *b, const struct failures *f, uint32_t source)
{
    struct cp_liar_way way = cp_liar_draws(b->liar, b->after, source);

    assert_int_equal(way.drawn, formula_draws(b, f, source));
    if (!way.drawn)
        return;
    assert_true(small_has(live_liars(b, f), way.near));
    assert_true(small_has(live_liars(b, f), way.far));
    check_path(b, f, source, &way);
}

static void lies_draw_just_when_the_formula_says(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct bench b;

        setup_bench(&b, seed, SMALL_NODES);
        for (uint32_t i = 0; i < 2; i++) {
            cp_routes_to(&b.honest, some_node(&b), b.queue);
            cp_liar_begin(b.liar);
            for (uint32_t k = 0; k < 3; k++) {
                struct failures f = begin_some_failures(&b);
                uint32_t source = some_node(&b);

                if (source != b.honest.destination && !small_has(f.failed.nodes, source))
                    check_draws(&b, &f, source);
            }
        }
        cp_arena_close(b.arena);
    }
}

static void without_liars_nothing_is_drawn(void **state)
{
    struct bench b;

    (void)state;
    setup_bench(&b, 11, 0);
    cp_routes_to(&b.honest, 0, b.queue);
    cp_liar_begin(b.liar);
    cp_after_begin(b.after, NULL, 0);
    for (uint32_t v = 1; v < b.net->graph.node_count; v++)
        assert_false(cp_liar_draws(b.liar, b.after, v).drawn);
    cp_arena_close(b.arena);
}

static void each_take_that_fails_is_told(void **state)
{
    uint64_t takes = 0;
    struct bench b;

    (void)state;
    setup_bench(&b, 3, SMALL_NODES);
    for (;; takes++) {
        struct cp_arena *whole = b.arena;

        b.arena = cp_arena_open(SIZE_MAX);
        assert_non_null(b.arena);
        cp_arena_fail_after(b.arena, takes);
        cp_err err = open_bench(&b);

        cp_arena_close(b.arena);
        b.arena = whole;
        if (err == CP_OK)
            break;
        assert_int_equal(err, CP_ERR_NOMEM);
    }
    assert_true(takes > 10);
    cp_arena_close(b.arena);
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

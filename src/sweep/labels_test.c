#include "sweep/labels.h"

#include "tiny_weights.h"

#include "crowd.h"

/*
 * Labels against the costs and marks of all ways: in tiny nets with cores and without, whose weights
 * change between destinations, and in larger ones, whose cores take long searches.
 */

#define SEEDS 4000u
#define ROUNDS 6u
#define CROWDS 40u

typedef void labels_check(struct tiny_bench *b, struct cp_labels *labels,
                          const struct tiny_answers *answers);

static struct cp_labels *open_labels(struct tiny_bench *b, cp_label_kind kind)
{
    struct cp_labels *labels = NULL;

    assert_int_equal(cp_labels_open(&b->hierarchy, kind, b->arena, &labels), CP_OK);
    CP_ASSERT(labels != NULL);
    return labels;
}

/* A node that has not failed; false: none was found. */
static bool pick_destination(struct tiny_bench *b, uint32_t *node)
{
    for (uint32_t i = 0; i < 4; i++) {
        *node = tiny_node(b->net);
        if (b->now.state.node_failed[*node] == 0)
            return true;
    }
    return false;
}

/* The same labels through some changes. */
static void check_labels(cp_label_kind kind, labels_check *check)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct tiny_bench b;
        struct tiny_answers answers;
        struct cp_labels *labels;

        open_bench(&b, seed);
        labels = open_labels(&b, kind);
        for (uint32_t i = 0; i < 3; i++) {
            tiny_answer(b.net, &b.now.state, &answers);
            check(&b, labels, &answers);
            assert_int_equal(change(&b), CP_OK);
        }
        close_bench(&b);
    }
}

static void ask(struct tiny_bench *b, struct cp_labels *labels, const struct tiny_answers *answers,
                uint32_t to)
{
    uint32_t from = tiny_node(b->net);

    if (tiny_pick(&b->net->numbers, 1, 2) == 1)
        assert_true(cp_labels_cost(labels, from) == answers->cost[from][to]);
    else
        assert_int_equal(cp_labels_seen(labels, from), answers->seen[from][to]);
}

static void check_some(struct tiny_bench *b, struct cp_labels *labels,
                       const struct tiny_answers *answers)
{
    uint32_t to = 0;

    for (uint32_t i = 0; i < ROUNDS && pick_destination(b, &to); i++) {
        cp_labels_to(labels, &b->weights, to);
        for (uint32_t k = 0; k < ROUNDS; k++)
            ask(b, labels, answers, to);
    }
}

static void answers_do_not_depend_on_what_was_asked_before(void **state)
{
    (void)state;
    check_labels(CP_COSTS_AND_MARKS, check_some);
}

static void check_all_pairs(struct tiny_bench *b, struct cp_labels *labels,
                            const struct tiny_answers *answers)
{
    uint32_t seen = 0;

    for (uint32_t to = 0; to < b->net->graph.node_count; to++) {
        if (b->now.state.node_failed[to] > 0)
            continue;
        cp_labels_to(labels, &b->weights, to);
        for (uint32_t from = 0; from < b->net->graph.node_count; from++) {
            assert_int_equal(cp_labels_seen(labels, from), answers->seen[from][to]);
            assert_true(cp_labels_cost(labels, from) == answers->cost[from][to]);
            assert_true(cp_labels_cost_and_seen(labels, from, &seen) == answers->cost[from][to]);
            assert_int_equal(seen, answers->seen[from][to]);
        }
    }
}

static void costs_and_marks_are_those_of_all_ways(void **state)
{
    (void)state;
    check_labels(CP_COSTS_AND_MARKS, check_all_pairs);
}

/* Before and after nodes are asked one by one. */
static void check_all_costs(struct tiny_bench *b, struct cp_labels *labels,
                            const struct tiny_answers *answers)
{
    uint64_t cost[TINY_NODES];
    uint32_t to = 0;

    for (uint32_t i = 0; i < ROUNDS && pick_destination(b, &to); i++) {
        cp_labels_to(labels, &b->weights, to);
        for (uint32_t round = 0; round < 2; round++) {
            uint32_t from = tiny_node(b->net);

            cp_labels_all_costs(labels, cost);
            for (uint32_t v = 0; v < b->net->graph.node_count; v++)
                assert_true(cost[v] == answers->cost[v][to]);
            assert_true(cp_labels_cost(labels, from) == answers->cost[from][to]);
        }
    }
}

static void all_costs_at_once_are_those_of_single_nodes(void **state)
{
    (void)state;
    check_labels(CP_COSTS_ONLY, check_all_costs);
    check_labels(CP_COSTS_AND_MARKS, check_all_costs);
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct tiny_bench b;
        struct cp_labels *labels = NULL;
        uint64_t takes = 0;

        open_bench(&b, seed);
        for (cp_err err = CP_ERR_NOMEM; err != CP_OK; takes++) {
            cp_arena_fail_after(b.arena, takes);
            err = cp_labels_open(&b.hierarchy, CP_COSTS_AND_MARKS, b.arena, &labels);
            assert_true(err == CP_OK || (err == CP_ERR_NOMEM && takes < 20));
        }
        assert_true(takes > 3);
        close_bench(&b);
    }
}

/* ---- larger nets ---- */

struct crowd {
    struct cp_arena *arena, *work;
    struct crowd_net net;
    struct cp_hierarchy hierarchy;
    struct cp_weights weights;
    struct cp_labels *labels;
    uint64_t *cost; /* [nodes] plainly, to one destination */
    uint32_t *seen; /* [nodes] */
};

static void open_crowd(struct crowd *c, struct cp_hierarchy_budget budget)
{
    struct cp_graph *g = &c->net.graph;

    assert_int_equal(cp_hierarchy_make(g, &budget, c->arena, c->work, &c->hierarchy), CP_OK);
    assert_int_equal(
        cp_weights_make(&c->hierarchy, NULL, c->net.marks, NULL, c->arena, &c->weights), CP_OK);
    assert_int_equal(cp_labels_open(&c->hierarchy, CP_COSTS_AND_MARKS, c->arena, &c->labels),
                     CP_OK);
    c->cost = CP_TAKE(c->arena, g->node_count, uint64_t);
    c->seen = CP_TAKE(c->arena, g->node_count, uint32_t);
    assert_non_null(c->cost);
    assert_non_null(c->seen);
}

static bool relax(struct crowd *c, uint32_t node, const struct cp_hop *hop)
{
    uint64_t cost =
        c->cost[hop->to] == CP_UNREACHABLE ? CP_UNREACHABLE : c->cost[hop->to] + hop->out;
    uint32_t seen = c->seen[node] | c->seen[hop->to] | c->net.link_marks[hop->link];

    if (cost == CP_UNREACHABLE || cost > c->cost[node] ||
        (cost == c->cost[node] && seen == c->seen[node]))
        return false;
    if (cost < c->cost[node])
        seen = c->net.node_marks[node] | c->seen[hop->to] | c->net.link_marks[hop->link];
    c->cost[node] = cost;
    c->seen[node] = seen;
    return true;
}

/* Over and over until nothing changes: costs first, for marks of costs that were not least stay. */
static void answer_crowd(struct crowd *c, uint32_t destination)
{
    const struct cp_graph *g = &c->net.graph;

    for (uint32_t v = 0; v < g->node_count; v++)
        c->cost[v] = v == destination ? 0 : CP_UNREACHABLE;
    for (uint32_t round = 0; round < 2; round++) {
        bool more = true;

        for (uint32_t v = 0; v < g->node_count; v++)
            c->seen[v] = c->cost[v] == CP_UNREACHABLE ? 0 : c->net.node_marks[v];
        while (more) {
            more = false;
            for (uint32_t v = g->node_count; v-- > 0;)
                for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++)
                    more = relax(c, v, &g->hops[i]) || more;
        }
    }
}

static void check_crowd(struct crowd *c, uint32_t destination)
{
    answer_crowd(c, destination);
    cp_labels_to(c->labels, &c->weights, destination);
    for (uint32_t v = 0; v < c->net.graph.node_count; v++) {
        assert_true(cp_labels_cost(c->labels, v) == c->cost[v]);
        assert_int_equal(cp_labels_seen(c->labels, v), c->seen[v]);
    }
}

static void large_cores_have_the_costs_and_marks_of_all_ways(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < CROWDS; i++) {
        struct crowd c = {.arena = cp_arena_open(SIZE_MAX), .work = cp_arena_open(SIZE_MAX)};
        uint64_t seed = i;
        uint32_t nodes = tiny_pick(&seed, 20, 200);

        assert_non_null(c.arena);
        assert_non_null(c.work);
        c.net = crowd_make(nodes, (crowd_shape)(i % CROWD_SHAPES),
                           (crowd_metrics)(i / CROWD_SHAPES % CROWD_METRICS), &seed, c.arena);
        open_crowd(&c, (struct cp_hierarchy_budget){.core_degree = tiny_pick(&seed, 0, 5)});
        for (uint32_t k = 0; k < 4; k++)
            check_crowd(&c, tiny_pick(&seed, 0, nodes - 1));
        cp_arena_close(c.arena);
        cp_arena_close(c.work);
    }
}

/*
 * A star.  All its leaves are asked about one destination, and each once more about another, so many
 * destinations later that stamps have come round for one of them.
 */
#define LEAVES 100u
#define ROUND 21800u /* a little less than all stamps */

static void very_many_destinations_leave_nothing_behind(void **state)
{
    struct crowd c = {.arena = cp_arena_open(SIZE_MAX), .work = cp_arena_open(SIZE_MAX)};
    uint64_t seed = 1;

    (void)state;
    assert_non_null(c.arena);
    assert_non_null(c.work);
    c.net = crowd_open(LEAVES, LEAVES + 1, c.arena);
    for (uint32_t i = 1; i <= LEAVES; i++)
        crowd_join(&c.net, 0, i, i, i);
    crowd_close(&c.net, LEAVES + 1, &seed, c.arena);
    open_crowd(&c, cp_hierarchy_usual_budget(&c.net.graph));
    for (uint32_t round = 0; round < 3; round++) {
        check_crowd(&c, LEAVES);
        for (uint32_t i = 0; i < ROUND; i++)
            cp_labels_to(c.labels, &c.weights, 0);
        for (uint32_t i = 1; i <= LEAVES; i++) {
            cp_labels_to(c.labels, &c.weights, 0);
            assert_int_equal(cp_labels_cost(c.labels, i), i);
        }
    }
    cp_arena_close(c.arena);
    cp_arena_close(c.work);
}

/*
 * Node 0 has a link to each of a chain of nodes.  The chain's links weigh 1, so that each of its nodes
 * is best reached over the one before, though it is reached over its own link long before.  Behind
 * node 0 are many links so heavy that all of the chain looks alike.
 */
#define CHAIN 200u
#define HEAVY 1000u

static void weights_that_mislead_the_search_of_a_core_cost_time_alone(void **state)
{
    struct crowd c = {.arena = cp_arena_open(SIZE_MAX), .work = cp_arena_open(SIZE_MAX)};
    uint32_t nodes = 1 + CHAIN + HEAVY;
    uint64_t seed = 1;

    (void)state;
    assert_non_null(c.arena);
    assert_non_null(c.work);
    c.net = crowd_open(4 * nodes, nodes, c.arena);
    for (uint32_t i = 1; i <= CHAIN; i++) {
        crowd_join(&c.net, 0, i, 1000 + 2 * i, 1000 + 2 * i);
        crowd_join(&c.net, i, i < CHAIN ? i + 1 : 1, 1, 1);
    }
    for (uint32_t i = 0; i < HEAVY; i++)
        for (uint32_t k = 1; k <= 3; k++)
            crowd_join(&c.net, 1 + CHAIN + i, 1 + CHAIN + (i + k) % HEAVY, 1u << 28, 1u << 28);
    crowd_join(&c.net, 0, nodes - 1, 1u << 28, 1u << 28);
    crowd_close(&c.net, nodes, &seed, c.arena);
    open_crowd(&c, (struct cp_hierarchy_budget){0});
    check_crowd(&c, 0);
    check_crowd(&c, CHAIN / 2);
    check_crowd(&c, nodes - 1);
    cp_arena_close(c.arena);
    cp_arena_close(c.work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_and_marks_are_those_of_all_ways),
        cmocka_unit_test(answers_do_not_depend_on_what_was_asked_before),
        cmocka_unit_test(all_costs_at_once_are_those_of_single_nodes),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
        cmocka_unit_test(large_cores_have_the_costs_and_marks_of_all_ways),
        cmocka_unit_test(very_many_destinations_leave_nothing_behind),
        cmocka_unit_test(weights_that_mislead_the_search_of_a_core_cost_time_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

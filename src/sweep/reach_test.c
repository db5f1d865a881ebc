#include "sweep/reach.h"

#include "tiny_weights.h"

/* How near a set is to each destination, against the least of the slow costs of its nodes. */

#define SEEDS 3000u

struct set {
    uint32_t node[TINY_NODES], count;
};

static struct set some_set(struct tiny_net *net)
{
    struct set set = {.count = 0};

    for (uint32_t v = 0; v < net->graph.node_count; v++)
        if (tiny_pick(&net->numbers, 1, 3) == 1)
            set.node[set.count++] = v;
    return set;
}

static uint64_t least_cost(const struct tiny_answers *answers, const struct set *set, uint32_t to)
{
    uint64_t least = CP_UNREACHABLE;

    for (uint32_t i = 0; i < set->count; i++)
        if (answers->cost[set->node[i]][to] < least)
            least = answers->cost[set->node[i]][to];
    return least;
}

static bool is_in(const struct set *set, uint32_t node)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->node[i] == node)
            return true;
    return false;
}

static void check_destination(struct tiny_bench *b, const struct cp_reach *reach,
                              const struct set *set, struct cp_labels *labels, uint32_t to)
{
    struct tiny_answers answers;
    uint32_t from = 0;
    uint64_t cost;

    tiny_answer(b->net, &b->now.state, &answers);
    cp_labels_to(labels, &b->weights, to);
    if (tiny_pick(&b->net->numbers, 1, 2) == 1) /* what was asked before must not matter */
        (void)cp_labels_cost(labels, tiny_node(b->net));
    cost = cp_reach_cost(reach, labels, &from);
    assert_int_equal(cost, least_cost(&answers, set, to));
    if (cost == CP_UNREACHABLE)
        return;
    assert_true(is_in(set, from));
    assert_int_equal(answers.cost[from][to], cost);
}

static void the_nearest_of_a_set_is_found_for_every_destination(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct tiny_bench b;
        struct cp_labels *labels = NULL;

        open_bench(&b, seed);
        assert_int_equal(cp_labels_open(&b.hierarchy, CP_COSTS_ONLY, b.arena, &labels), CP_OK);
        for (uint32_t i = 0; i < 2; i++) {
            struct set set = some_set(b.net);
            struct cp_reach reach;

            assert_int_equal(cp_reach_make(&b.weights, set.node, set.count, b.arena, &reach),
                             CP_OK);
            for (uint32_t to = 0; to < b.net->graph.node_count; to++)
                if (b.now.state.node_failed[to] == 0)
                    check_destination(&b, &reach, &set, labels, to);
            assert_int_equal(change(&b), CP_OK);
        }
        close_bench(&b);
    }
}

static void memory_that_runs_out_is_an_error(void **state)
{
    static const uint32_t node = 0;
    struct tiny_bench b;
    struct cp_reach reach;

    (void)state;
    open_bench(&b, 5);
    for (uint64_t takes = 0; takes < 2; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);

        assert_non_null(arena);
        cp_arena_fail_after(arena, takes);
        assert_int_equal(cp_reach_make(&b.weights, &node, 1, arena, &reach), CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
    close_bench(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_of_a_set_is_found_for_every_destination),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

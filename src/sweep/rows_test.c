#include "sweep/rows.h"

#include "sweep/labels.h"

#include "tiny_rows.h"

/*
 * Rows against Floyd and Warshall and against labels, on every set of instructions that this
 * machine has; and what is said to fit.
 */

#define SEEDS 4000u

/* ---- sweeps ---- */

static int32_t narrow(uint64_t cost, uint32_t scale)
{
    return cost == CP_UNREACHABLE ? CP_ROWS_NONE : (int32_t)(cost * scale);
}

static void assert_rows_answer(const struct tiny_bench *b, const struct cp_rows *rows,
                               const struct targets *t)
{
    const struct cp_hierarchy *h = &b->hierarchy;
    struct tiny_answers answers;
    uint32_t wrong = 0;

    tiny_answer(b->net, &b->now.state, &answers);
    for (uint32_t v = 0; v < h->graph->node_count; v++)
        for (uint32_t l = 0; l < rows->lanes; l++) {
            uint32_t to = target_of(t, l);
            size_t at = (size_t)h->place_of_node[v] * rows->lanes + l;

            wrong += rows->cost[at] != narrow(answers.cost[v][to], h->scale);
            if (rows->marks != NULL)
                wrong += rows->marks[at] != answers.seen[v][to];
        }
    assert_int_equal(wrong, 0);
}

static void change_some(struct tiny_bench *b, uint32_t most)
{
    for (uint32_t i = tiny_pick(&b->net->numbers, 0, most); i > 0; i--)
        assert_int_equal(change(b), CP_OK);
}

static bool fits_now(struct tiny_bench *b)
{
    bool fit = false;

    assert_int_equal(cp_rows_fit_now(&b->weights, b->work, &fit), CP_OK);
    return fit;
}

/* Two sweeps: none may remember the other. */
static void check_sweeps(struct tiny_bench *b, int isa, cp_rows_kind kind)
{
    struct cp_rows rows;
    struct targets t;

    open_rows(&b->weights, isa, kind, b->work, &rows);
    for (int i = 0; i < 2; i++) {
        if (!pick_targets(&b->weights, &b->net->numbers, rows.lanes, &t))
            return;
        cp_rows_sweep(&rows, t.nodes, t.count);
        assert_rows_answer(b, &rows, &t);
    }
}

static void sweeps_give_costs_and_marks_of_all_least_ways(void **state)
{
    uint32_t with_core = 0;
    uint32_t only_now = 0;

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct tiny_bench b;

        open_bench(&b, seed);
        change_some(&b, 3);
        with_core += b.hierarchy.core_count > 0;
        if (fits_now(&b)) {
            only_now += !cp_rows_fit_always(&b.weights);
            for (int isa = next_isa(0); isa < ISAS; isa = next_isa(isa + 1))
                check_sweeps(&b, isa, kinds[seed % 3 > 0]);
        }
        close_bench(&b);
    }
    assert_true(with_core > SEEDS / 10);
    assert_true(only_now > 0);
}

/* ---- what fits ---- */

static uint64_t largest_cost(const struct tiny_bench *b)
{
    uint32_t nodes = b->net->graph.node_count;
    struct tiny_answers answers;
    uint64_t largest = 0;

    tiny_answer(b->net, &b->now.state, &answers);
    for (uint32_t v = 0; v < nodes; v++)
        for (uint32_t t = 0; t < nodes; t++)
            if (answers.cost[v][t] != CP_UNREACHABLE && answers.cost[v][t] > largest)
                largest = answers.cost[v][t];
    return largest;
}

static void what_is_said_to_fit_now_fits(void **state)
{
    uint32_t tally[2] = {0};

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct tiny_bench b;

        open_bench(&b, seed);
        change_some(&b, 3);
        uint64_t largest = largest_cost(&b) * b.hierarchy.scale;
        bool fit = fits_now(&b);

        assert_true(!fit || largest < (uint64_t)CP_ROWS_NONE);
        assert_true(fit || 2 * largest + 2 > (uint64_t)CP_ROWS_NONE);
        tally[fit]++;
        close_bench(&b);
    }
    assert_true(tally[0] > SEEDS / 20);
    assert_true(tally[1] > SEEDS / 2);
}

/* Links of two ends that all weigh the same, in the place of a tiny net. */
static void open_links(const uint32_t *end_node, uint32_t links, uint32_t metric,
                       struct tiny_bench *b)
{
    open_bench(b, 0);
    struct tiny_net *net = b->net;

    net->parts.node_count = links + 1; /* a tree */
    net->parts.link_count = links;
    net->closed = NULL;
    for (uint32_t end = 0; end < 2 * links; end++) {
        net->end_node[end] = end_node[end];
        net->end_metric[end] = metric;
    }
    for (uint32_t l = 1; l <= links; l++) {
        net->end_first[l] = 2 * l;
        net->srlg_first[l] = 0;
    }
    assert_int_equal(cp_graph_make(&net->parts, b->arena, &net->graph), CP_OK);
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(&net->graph);

    assert_int_equal(cp_hierarchy_make(&net->graph, &budget, b->arena, b->work, &b->hierarchy),
                     CP_OK);
    assert_int_equal(make_weights(b, NULL, &b->weights), CP_OK);
    b->now.state = tiny_state_make(net);
}

static void sums_up_to_the_limit_fit(void **state)
{
    static const uint32_t path[] = {0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9};

    (void)state;
    for (uint32_t links = 1; links <= CP_COUNT(path) / 2; links++) {
        uint32_t most = ((uint32_t)CP_ROWS_NONE - 1) / links;
        struct tiny_bench b;

        open_links(path, links, most, &b);
        assert_true(cp_rows_fit_always(&b.weights));
        for (int isa = next_isa(0); isa < ISAS; isa = next_isa(isa + 1))
            check_sweeps(&b, isa, CP_ROWS_COSTS_AND_MARKS);
        close_bench(&b);
        open_links(path, links, most + 1, &b);
        assert_false(cp_rows_fit_always(&b.weights));
        close_bench(&b);
    }
}

/* By way of the first node, whose two searches add up to the largest cost. */
static void costs_up_to_the_limit_fit_now(void **state)
{
    static const uint32_t star[] = {1, 0, 0, 2};
    uint32_t most = ((uint32_t)CP_ROWS_NONE - 2) / 2;
    struct tiny_bench b;

    (void)state;
    open_links(star, 2, most, &b);
    assert_true(fits_now(&b));
    for (int isa = next_isa(0); isa < ISAS; isa = next_isa(isa + 1))
        check_sweeps(&b, isa, CP_ROWS_COSTS_AND_MARKS);
    close_bench(&b);
    open_links(star, 2, most + 1, &b);
    assert_false(fits_now(&b));
    close_bench(&b);
}

/* ---- labels ---- */

static void sweeps_agree_with_labels(void **state)
{
    struct net *n = net_open(7, NET_NODES);
    struct cp_labels *labels = NULL;
    uint64_t seed = 7;

    (void)state;
    assert_int_equal(cp_labels_open(&n->hierarchy, CP_COSTS_AND_MARKS, n->arena, &labels), CP_OK);
    for (int isa = next_isa(0); isa < ISAS; isa = next_isa(isa + 1)) {
        struct cp_rows rows;
        struct targets t;
        uint32_t wrong = 0;

        open_rows(&n->weights, isa, CP_ROWS_COSTS_AND_MARKS, n->work, &rows);
        assert_true(pick_targets(&n->weights, &seed, rows.lanes, &t));
        cp_rows_sweep(&rows, t.nodes, t.count);
        for (uint32_t l = 0; l < rows.lanes; l++) {
            cp_labels_to(labels, &n->weights, target_of(&t, l));
            for (uint32_t v = 0; v < NET_NODES; v++) {
                size_t at = (size_t)n->hierarchy.place_of_node[v] * rows.lanes + l;

                wrong += rows.cost[at] != narrow(cp_labels_cost(labels, v), 1);
                wrong += rows.marks[at] != cp_labels_seen(labels, v);
            }
        }
        assert_int_equal(wrong, 0);
    }
    net_close(n);
}

/* ---- memory ---- */

static cp_err open_and_load(const struct net *n, struct cp_arena *arena, struct cp_rows *rows)
{
    CP_TRY(cp_rows_open(&n->hierarchy, CP_ISA_PLAIN, CP_ROWS_COSTS_AND_MARKS, arena, rows));
    cp_rows_load(rows, &n->weights);
    return CP_OK;
}

static void each_take_of_opening_that_fails_is_told(void **state)
{
    struct net *n = net_open(9, NET_NODES);
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);
        struct cp_rows rows;

        assert_non_null(arena);
        cp_arena_fail_after(arena, takes);
        err = open_and_load(n, arena, &rows);
        assert_true(err == CP_OK ? takes > 10 : err == CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
    net_close(n);
}

static void each_take_of_fit_now_that_fails_is_told(void **state)
{
    struct net *n = net_open(9, NET_NODES);
    cp_err err = CP_ERR_NOMEM;
    bool fit = false;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);

        assert_non_null(arena);
        cp_arena_fail_after(arena, takes);
        err = cp_rows_fit_now(&n->weights, arena, &fit);
        assert_true(err == CP_OK ? takes > 2 : err == CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
    assert_true(fit);
    net_close(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sweeps_give_costs_and_marks_of_all_least_ways),
        cmocka_unit_test(what_is_said_to_fit_now_fits),
        cmocka_unit_test(sums_up_to_the_limit_fit),
        cmocka_unit_test(costs_up_to_the_limit_fit_now),
        cmocka_unit_test(sweeps_agree_with_labels),
        cmocka_unit_test(each_take_of_opening_that_fails_is_told),
        cmocka_unit_test(each_take_of_fit_now_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

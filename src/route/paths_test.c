#include "route/paths.h"

#include "paths_trial.h"

/*
 * Edges; larger networks, in which pairs found by ears must be as good as those found by a search; budgets.
 */

/* ---- cases by hand ---- */

struct drawn {
    struct cp_arena *arena, *answers;
    struct cp_case c;
    struct cp_net net;
    struct cp_marking marking;
    struct cp_node_rec *nodes;
    struct cp_link_rec *links;
    struct cp_end *ends;
    uint32_t *node_marks, *link_marks;
    const struct cp_paths_ground *ground;
    struct cp_paths_finder *finder;
    uint32_t end_count;
};

static struct drawn draw(uint32_t nodes, uint32_t links)
{
    struct drawn d = {.arena = cp_arena_open(SIZE_MAX), .answers = cp_arena_open(SIZE_MAX)};

    assert_non_null(d.arena);
    assert_non_null(d.answers);
    d.nodes = CP_TAKE(d.arena, nodes, struct cp_node_rec);
    d.links = CP_TAKE(d.arena, links, struct cp_link_rec);
    d.ends = CP_TAKE(d.arena, (size_t)links * 8, struct cp_end);
    d.node_marks = CP_TAKE(d.arena, nodes, uint32_t);
    d.link_marks = CP_TAKE(d.arena, links, uint32_t);
    CP_ASSERT(d.nodes != NULL && d.links != NULL && d.ends != NULL);
    for (uint32_t v = 0; v < nodes; v++)
        d.nodes[v].site = CP_NONE;
    d.c = (struct cp_case){.nodes = d.nodes, .links = d.links, .ends = d.ends, .node_count = nodes};
    return d;
}

static void join(struct drawn *d, uint32_t a, uint32_t b, uint32_t metric)
{
    struct cp_link_rec *link = &d->links[d->c.link_count++];

    *link = (struct cp_link_rec){.ends = {d->end_count, 2}, .delay_us = metric};
    d->ends[d->end_count++] = (struct cp_end){.node = {a}, .metric = metric};
    d->ends[d->end_count++] = (struct cp_end){.node = {b}, .metric = metric};
}

static void join_lan(struct drawn *d, const uint32_t *nodes, uint32_t count, uint32_t metric)
{
    struct cp_link_rec *link = &d->links[d->c.link_count++];

    *link = (struct cp_link_rec){.ends = {d->end_count, count}, .delay_us = metric, .lan = true};
    for (uint32_t i = 0; i < count; i++)
        d->ends[d->end_count++] = (struct cp_end){.node = {nodes[i]}, .metric = metric};
}

static void ready(struct drawn *d)
{
    d->marking.marks = (struct cp_marks){.node = d->node_marks, .link = d->link_marks};
    assert_int_equal(cp_net_make(&d->c, d->arena, &d->net), CP_OK);
    assert_int_equal(cp_paths_ground_make(&d->net, &d->c, &d->marking, (1u << CP_METRIC_COUNT) - 1,
                                          d->arena, &d->ground),
                     CP_OK);
    assert_int_equal(cp_paths_finder_open(d->ground, d->arena, &d->finder), CP_OK);
}

static void rub_out(struct drawn *d)
{
    cp_arena_close(d->arena);
    cp_arena_close(d->answers);
}

static struct cp_path_ask ask_for(const uint32_t *src, const uint32_t *dst, cp_disjoint disjoint)
{
    return (struct cp_path_ask){.src = src,
                                .dst = dst,
                                .src_count = 1,
                                .dst_count = 1,
                                .disjoint = disjoint,
                                .hops_max = CP_NONE,
                                .delay_max_us = CP_PATH_DELAY_NONE};
}

static struct cp_paths answer(struct drawn *d, const struct cp_path_ask *ask)
{
    struct cp_paths paths;

    assert_int_equal(cp_paths_find(d->finder, ask, d->answers, &paths), CP_OK);
    return paths;
}

/* ---- edges ---- */

static void a_source_that_is_the_destination_is_no_path(void **state)
{
    static const uint32_t one = 1;
    struct drawn d = draw(2, 1);
    struct cp_path_ask ask = ask_for(&one, &one, CP_DISJOINT_NODE);

    (void)state;
    join(&d, 0, 1, 1);
    ready(&d);
    assert_false(answer(&d, &ask).found);
    assert_true(answer(&d, &ask).exact);
    rub_out(&d);
}

static void without_ends_or_links_there_is_no_path(void **state)
{
    static const uint32_t ends[] = {0, 1};
    struct drawn d = draw(2, 1);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_LINK);

    (void)state;
    ready(&d);
    assert_false(answer(&d, &ask).found);
    ask.src_count = 0;
    assert_false(answer(&d, &ask).found);
    ask.src_count = 1;
    ask.dst_count = 0;
    assert_false(answer(&d, &ask).found);
    rub_out(&d);
}

static void a_marked_end_is_no_end(void **state)
{
    static const uint32_t ends[] = {0, 1};
    struct drawn d = draw(2, 1);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_LINK);

    (void)state;
    join(&d, 0, 1, 1);
    d.node_marks[1] = CP_FORBIDDEN_BITS + 1; /* undecided is not allowed either */
    ready(&d);
    assert_false(answer(&d, &ask).found);
    rub_out(&d);
}

static void one_link_is_a_path_without_a_backup(void **state)
{
    static const uint32_t ends[] = {0, 1};
    struct drawn d = draw(2, 1);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_LINK);
    struct cp_paths paths;

    (void)state;
    join(&d, 0, 1, 7);
    ready(&d);
    paths = answer(&d, &ask);
    assert_true(paths.found);
    assert_false(paths.has_backup);
    assert_int_equal(paths.primary.cost, 7);
    assert_int_equal(paths.primary.delay_us, 7);
    assert_int_equal(paths.primary_back.nodes[0], 1);
    rub_out(&d);
}

static void parallel_links_are_disjoint(void **state)
{
    static const uint32_t ends[] = {0, 1};
    struct drawn d = draw(2, 2);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_NODE);
    struct cp_paths paths;

    (void)state;
    join(&d, 0, 1, 7);
    join(&d, 0, 1, 5);
    ready(&d);
    paths = answer(&d, &ask);
    assert_true(paths.has_backup && paths.disjoint);
    assert_int_equal(paths.primary.links[0], 1);
    assert_int_equal(paths.backup.links[0], 0);
    rub_out(&d);
}

static void a_path_over_a_lan_names_the_lan_and_the_ends(void **state)
{
    static const uint32_t lan[] = {0, 1, 2, 3};
    static const uint32_t ends[] = {0, 3};
    struct drawn d = draw(4, 1);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_LINK);
    struct cp_paths paths;

    (void)state;
    join_lan(&d, lan, 4, 4);
    ready(&d);
    paths = answer(&d, &ask);
    assert_int_equal(paths.primary.link_count, 1);
    assert_int_equal(paths.primary.nodes[1], 3);
    assert_int_equal(paths.primary.cost, 4);
    assert_false(paths.has_backup);
    rub_out(&d);
}

/* A bridge in the middle of two squares. */
static void what_cannot_be_avoided_is_shared_and_said(void **state)
{
    static const uint32_t ends[] = {0, 7};
    struct drawn d = draw(8, 9);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_NODE);
    struct cp_paths paths;

    (void)state;
    join(&d, 0, 1, 1);
    join(&d, 0, 2, 1);
    join(&d, 1, 3, 1);
    join(&d, 2, 3, 2);
    join(&d, 3, 4, 1);
    join(&d, 4, 5, 1);
    join(&d, 4, 6, 1);
    join(&d, 5, 7, 1);
    join(&d, 6, 7, 1);
    ready(&d);
    paths = answer(&d, &ask);
    assert_true(paths.has_backup);
    assert_false(paths.disjoint);
    assert_int_equal(paths.shared_count, 3);
    assert_int_equal(paths.shared[0], 4);
    assert_int_equal(paths.shared[1], cp_graph_element_of_node(&d.net.graph, 3));
    assert_int_equal(paths.shared[2], cp_graph_element_of_node(&d.net.graph, 4));
    assert_int_equal(paths.primary.nodes[1], 1);
    assert_int_equal(paths.primary.nodes[4], 5); /* of two alike the first */
    rub_out(&d);
}

/* The cheapest path uses the only way out of a trap: the pair must give it up. */
static void the_cheapest_path_may_have_no_part_in_the_pair(void **state)
{
    static const uint32_t ends[] = {0, 5};
    struct drawn d = draw(6, 7);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_LINK);
    struct cp_paths paths;

    (void)state;
    join(&d, 0, 1, 1);
    join(&d, 1, 2, 1);
    join(&d, 2, 5, 1);
    join(&d, 0, 2, 9);
    join(&d, 1, 5, 9);
    ready(&d);
    paths = answer(&d, &ask);
    assert_true(paths.disjoint);
    assert_int_equal(paths.primary.cost, 10);
    assert_int_equal(paths.backup.cost, 10);
    assert_int_equal(paths.primary.nodes[1], 1);
    rub_out(&d);
}

static void bounds_hold_at_the_limit_and_not_below(void **state)
{
    static const uint32_t ends[] = {0, 2};
    struct drawn d = draw(3, 3);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_NONE);

    (void)state;
    join(&d, 0, 1, 3);
    join(&d, 1, 2, 3);
    join(&d, 0, 2, 7);
    ready(&d);
    ask.delay_max_us = 6;
    assert_int_equal(answer(&d, &ask).primary.cost, 6);
    ask.delay_max_us = 5;
    assert_false(answer(&d, &ask).found);
    ask.delay_max_us = 7;
    ask.hops_max = 1;
    assert_int_equal(answer(&d, &ask).primary.cost, 7);
    ask.hops_max = 0;
    assert_false(answer(&d, &ask).found);
    rub_out(&d);
}

static void a_link_without_delay_is_not_used_under_a_bound(void **state)
{
    static const uint32_t ends[] = {0, 1};
    struct drawn d = draw(2, 1);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_NONE);

    (void)state;
    join(&d, 0, 1, 3);
    d.links[0].delay_us = CP_DELAY_NONE;
    ready(&d);
    assert_true(answer(&d, &ask).primary.delay_us == CP_PATH_DELAY_NONE);
    ask.delay_max_us = 1000000;
    assert_false(answer(&d, &ask).found);
    ask.delay_max_us = CP_PATH_DELAY_NONE;
    ask.metric = CP_METRIC_DELAY;
    assert_false(answer(&d, &ask).found);
    rub_out(&d);
}

static void costs_of_many_large_metrics_do_not_wrap(void **state)
{
    enum { NODES = 40 };
    static const uint32_t ends[] = {0, NODES - 1};
    struct drawn d = draw(NODES, NODES - 1);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_NONE);
    struct cp_paths paths;

    (void)state;
    for (uint32_t v = 0; v + 1 < NODES; v++)
        join(&d, v, v + 1, CP_METRIC_MAX);
    ready(&d);
    ask.co_routed = true;
    paths = answer(&d, &ask);
    assert_true(paths.primary.cost == (uint64_t)(NODES - 1) * CP_METRIC_MAX);
    rub_out(&d);
}

/* ---- larger networks ---- */

/* A ring with chords, hubs, LANs and spurs; the last node hangs on nothing. */
static void make_larger(struct drawn *d, uint64_t *seed, uint32_t nodes)
{
    uint32_t most = trial_number(seed) % 2 == 0 ? 3 : 50000;

    for (uint32_t v = 1; v + 1 < nodes; v++)
        join(d, v, (uint32_t)(trial_number(seed) % v), 1 + (uint32_t)(trial_number(seed) % most));
    for (uint32_t i = 0; i < nodes; i++) {
        uint32_t a = (uint32_t)(trial_number(seed) % (nodes - 1));
        uint32_t b = (a + 1 + (uint32_t)(trial_number(seed) % 9)) % (nodes - 1);
        uint32_t lan[4] = {a, (a + 1) % (nodes - 1), (a + 2) % (nodes - 1), (a + 3) % (nodes - 1)};

        if (trial_number(seed) % 12 == 0)
            join_lan(d, lan, 4, 1 + (uint32_t)(trial_number(seed) % most));
        else if (a != b)
            join(d, a, b, 1 + (uint32_t)(trial_number(seed) % most));
    }
    for (uint32_t e = 0; e < d->end_count && trial_number(seed) % 2 == 0; e++)
        d->ends[e].metric = 1 + (uint32_t)(trial_number(seed) % most);
    ready(d);
}

static uint32_t some(uint64_t *seed, uint32_t nodes, uint32_t *at)
{
    uint32_t first = (uint32_t)(trial_number(seed) % (nodes / 2 - 4));
    uint32_t count = trial_number(seed) % 3 == 0 ? 3 : 1;

    for (uint32_t i = 0; i < count; i++)
        at[i] = first + i;
    return count;
}

/* Avoiding a node that no path could use makes the finder search. */
static void pairs_by_ears_are_as_good_as_those_by_search(void **state)
{
    uint32_t shared = 0;

    (void)state;
    for (uint64_t round = 0; round < 300; round++) {
        uint64_t seed = round;
        uint32_t nodes = 20 + (uint32_t)(trial_number(&seed) % 180);
        struct drawn d = draw(nodes, 2 * nodes);
        uint32_t nowhere;

        make_larger(&d, &seed, nodes);
        nowhere = cp_graph_element_of_node(&d.net.graph, nodes - 1);
        for (uint32_t i = 0; i < 12; i++) {
            uint32_t src[3], dst[3];
            struct cp_path_ask ask =
                ask_for(src, dst, i % 2 == 0 ? CP_DISJOINT_LINK : CP_DISJOINT_NODE);
            struct cp_paths a, b;

            ask.src_count = some(&seed, nodes, src);
            ask.dst_count = some(&seed, nodes, dst);
            for (uint32_t k = 0; k < ask.dst_count; k++)
                dst[k] += nodes / 2;
            ask.co_routed = trial_number(&seed) % 4 == 0;
            a = answer(&d, &ask);
            ask.avoid = &nowhere;
            ask.avoid_count = 1;
            b = answer(&d, &ask);
            assert_int_equal(a.has_backup, b.has_backup);
            assert_int_equal(a.shared_count, b.shared_count);
            if (!ask.co_routed)
                assert_true(a.primary.cost + a.backup.cost == b.primary.cost + b.backup.cost);
            shared += a.has_backup && a.shared_count > 0;
        }
        rub_out(&d);
    }
    assert_true(shared > 100);
}

static void assert_same_path(const struct cp_path *a, const struct cp_path *b)
{
    assert_int_equal(a->link_count, b->link_count);
    if (a->link_count == 0)
        return;
    assert_memory_equal(a->links, b->links, a->link_count * sizeof *a->links);
    assert_memory_equal(a->nodes, b->nodes, (a->link_count + 1) * sizeof *a->nodes);
}

static void the_same_ask_has_the_same_answer_whatever_was_asked_before(void **state)
{
    uint64_t seed = 5;
    struct drawn d = draw(60, 120);
    struct cp_paths first[20];
    uint32_t src[20], dst[20];

    (void)state;
    make_larger(&d, &seed, 60);
    for (uint32_t i = 0; i < 40; i++) {
        uint32_t at = i < 20 ? i : 39 - i;
        struct cp_path_ask ask;
        struct cp_paths paths;

        if (i < 20) {
            src[i] = (uint32_t)(trial_number(&seed) % 29);
            dst[i] = 30 + (uint32_t)(trial_number(&seed) % 29);
        }
        ask = ask_for(&src[at], &dst[at], (cp_disjoint)(at % 3));
        ask.metric = (cp_metric)(at % 2);
        if (at % 5 == 0)
            ask.hops_max = 7;
        paths = answer(&d, &ask);
        if (i < 20)
            first[i] = paths;
        assert_same_path(&paths.primary, &first[at].primary);
        assert_same_path(&paths.backup, &first[at].backup);
        assert_same_path(&paths.backup_back, &first[at].backup_back);
    }
    rub_out(&d);
}

/* ---- budgets ---- */

static void a_budget_that_runs_out_is_said_and_what_is_given_holds(void **state)
{
    uint32_t ran_out = 0, given = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        static struct trial t;
        static struct trial_list all;
        struct cp_paths paths;

        trial_open(&t, seed + 70000);
        trial_ask(&t, TRIAL_SRLG_SITE | TRIAL_BOUNDS | TRIAL_REQUIRE);
        t.ask.budget = 1 + seed % 40;
        trial_list_all(&t, &t.ask, &t.ask, &all);
        assert_int_equal(cp_paths_find(t.finder, &t.ask, t.answers, &paths), CP_OK);
        ran_out += !paths.exact;
        given += !paths.exact && paths.found;
        if (paths.exact && !all.too_many)
            assert_int_equal(paths.found, trial_single(&all).any);
        if (paths.found && !all.too_many)
            assert_non_null(trial_find(&all, &paths.primary));
        if (paths.has_backup && !all.too_many)
            assert_non_null(trial_find(&all, &paths.backup));
        trial_close(&t);
    }
    assert_true(ran_out > 100);
    assert_true(given > 20);
}

static void an_arena_too_small_is_an_error(void **state)
{
    static const uint32_t ends[] = {0, 20};
    uint64_t seed = 3;
    struct drawn d = draw(40, 80);
    struct cp_path_ask ask = ask_for(&ends[0], &ends[1], CP_DISJOINT_NODE);
    struct cp_paths paths;
    bool done = false;

    (void)state;
    make_larger(&d, &seed, 40);
    for (uint64_t takes = 0; !done; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);
        const struct cp_paths_ground *ground = NULL;
        struct cp_paths_finder *finder = NULL;
        cp_err err;

        assert_non_null(arena);
        cp_arena_fail_after(arena, takes);
        err = cp_paths_ground_make(&d.net, &d.c, &d.marking, 1, arena, &ground);
        if (err == CP_OK)
            err = cp_paths_finder_open(ground, arena, &finder);
        if (err == CP_OK)
            err = cp_paths_find(finder, &ask, d.answers, &paths);
        done = err == CP_OK;
        if (!done)
            assert_int_equal(err, CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
    rub_out(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_that_is_the_destination_is_no_path),
        cmocka_unit_test(without_ends_or_links_there_is_no_path),
        cmocka_unit_test(a_marked_end_is_no_end),
        cmocka_unit_test(one_link_is_a_path_without_a_backup),
        cmocka_unit_test(parallel_links_are_disjoint),
        cmocka_unit_test(a_path_over_a_lan_names_the_lan_and_the_ends),
        cmocka_unit_test(what_cannot_be_avoided_is_shared_and_said),
        cmocka_unit_test(the_cheapest_path_may_have_no_part_in_the_pair),
        cmocka_unit_test(bounds_hold_at_the_limit_and_not_below),
        cmocka_unit_test(a_link_without_delay_is_not_used_under_a_bound),
        cmocka_unit_test(costs_of_many_large_metrics_do_not_wrap),
        cmocka_unit_test(pairs_by_ears_are_as_good_as_those_by_search),
        cmocka_unit_test(the_same_ask_has_the_same_answer_whatever_was_asked_before),
        cmocka_unit_test(a_budget_that_runs_out_is_said_and_what_is_given_holds),
        cmocka_unit_test(an_arena_too_small_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

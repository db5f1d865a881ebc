#include "world.h"

/* The audit as a whole: its limits, its parts, its memory. */

static void eight_failures_are_the_most(void **state)
{
    struct world *w = *state;
    struct cp_audit_request request = {.depth = CP_AUDIT_DEPTH_MAX + 1};
    struct cp_audit *opened = NULL;
    struct cp_diag diag = {0};

    put_detour(w, 8, CP_FAIL_ALL);
    assert_int_equal(cp_audit_open(&w->judge, &request, w->arena, &opened, &diag), CP_ERR_LIMIT);
    assert_non_null(diag.why);
    assert_int_equal(audit(w, CP_AUDIT_DEPTH_MAX, CP_FAIL_ALL)->cut_depth, 2);
}

static void a_case_may_have_no_demands(void **state)
{
    struct world *w = *state;

    put_line(w);
    w->c.demand_count = 0;
    assert_non_null(audit(w, 1, CP_FAIL_ALL));
    put_nodes(w, 0);
    w->c.link_count = 0;
    assert_non_null(audit(w, 1, CP_FAIL_ALL));
}

/* More than one part of flows and of cuts. */
static void the_order_of_the_parts_does_not_tell(void **state)
{
    struct world *w = *state;
    const struct cp_demand_result *results[2] = {NULL, NULL};

    put_nodes(w, 13);
    for (uint32_t v = 0; v < 13; v++)
        join(w, v, (v + 1) % 13, 1 + v % 3);
    put_rule(w, 1, CP_FAIL_ALL);
    put_node_trust(w, 0, 4, CP_UNTRUSTED);
    for (uint32_t d = 0; d < 130; d++)
        put_demand(w, d % 13, (d % 13 + 1 + d / 13) % 13);
    for (uint32_t k = 0; k < 2; k++) {
        struct cp_audit_request request = {.depth = 1, .failure_kinds = CP_FAIL_ALL};
        struct cp_audit *audit = NULL;
        struct cp_audit_worker *worker = NULL;
        struct cp_diag diag = {0};

        assert_int_equal(cp_audit_open(&w->judge, &request, w->arena, &audit, &diag), CP_OK);
        uint32_t parts = cp_audit_parts(audit);

        assert_true(parts > 3);
        assert_int_equal(cp_audit_worker_open(audit, w->arena, &worker), CP_OK);
        for (uint32_t i = 0; i < parts; i++)
            assert_int_equal(cp_audit_run(worker, k == 0 ? i : parts - 1 - i), CP_OK);
        cp_audit_worker_close(worker);
        assert_int_equal(cp_audit_finish(audit, w->arena, &results[k]), CP_OK);
    }
    for (uint32_t d = 0; d < w->c.demand_count; d++) {
        const struct cp_exposure *a = results[0][d].exposure;
        const struct cp_exposure *b = results[1][d].exposure;

        assert_int_equal(results[0][d].verdict, results[1][d].verdict);
        assert_int_equal(a == NULL, b == NULL);
        if (a == NULL)
            continue;
        assert_int_equal(a->direction, b->direction);
        assert_int_equal(a->node_count, b->node_count);
        assert_memory_equal(a->failures, b->failures, a->failure_count * sizeof *a->failures);
        assert_memory_equal(a->nodes, b->nodes, a->node_count * sizeof *a->nodes);
    }
}

/* ---- flows that are searched together ---- */

static void assert_same_exposure(const struct cp_exposure *a, const struct cp_exposure *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a == NULL || b == NULL)
        return;
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->direction, b->direction);
    assert_int_equal(a->failure_count, b->failure_count);
    assert_memory_equal(a->failures, b->failures, sizeof a->failures);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->element, b->element);
    assert_int_equal(a->rule, b->rule);
    assert_int_equal(a->node_count, b->node_count);
    assert_memory_equal(a->nodes, b->nodes, a->node_count * sizeof *a->nodes);
    assert_memory_equal(a->links, b->links, (a->node_count - 1) * sizeof *a->links);
}

static void assert_same_result(const struct cp_demand_result *a, const struct cp_demand_result *b)
{
    assert_int_equal(a->verdict, b->verdict);
    assert_int_equal(a->exposure_depth, b->exposure_depth);
    assert_int_equal(a->cut_depth, b->cut_depth);
    assert_memory_equal(a->state_depth, b->state_depth, sizeof a->state_depth);
    assert_int_equal(a->clean_way, b->clean_way);
    assert_int_equal(a->judged, b->judged);
    assert_memory_equal(a->cut, b->cut, sizeof a->cut);
    assert_same_exposure(a->exposure, b->exposure);
    assert_same_exposure(a->violation, b->violation);
    assert_same_exposure(a->undecided, b->undecided);
    assert_same_exposure(a->liar, b->liar);
}

/* What the demand gets in a case that has no other. */
static const struct cp_demand_result *audit_alone(struct world *w, uint32_t demand, uint32_t depth)
{
    struct cp_case whole = w->c;

    w->c.demands = &w->demands[demand];
    w->c.demand_count = 1;
    w->judge.demand_treatment = &w->demand_treatment[demand];
    const struct cp_demand_result *result = audit(w, depth, CP_FAIL_ALL);

    w->c = whole;
    w->judge.demand_treatment = w->demand_treatment;
    return result;
}

static void assert_each_as_if_alone(struct world *w, uint32_t depth)
{
    const struct cp_demand_result *all = audit(w, depth, CP_FAIL_ALL);

    for (uint32_t d = 0; d < w->c.demand_count; d++)
        assert_same_result(&all[d], audit_alone(w, d, depth));
}

/* One more node at an end of the last demand, which then has a site there. */
static void add_source(struct world *w, uint32_t node)
{
    struct cp_demand *d = &w->demands[w->c.demand_count - 1];

    w->demand_ends[d->src.first + d->src.count++].at = node;
}

static void add_destination(struct world *w, uint32_t node)
{
    struct cp_demand *d = &w->demands[w->c.demand_count - 1];

    w->demand_ends[d->dst.first + d->dst.count++].at = node;
}

static void a_demand_stated_twice_gets_the_same_twice(void **state)
{
    struct world *w = *state;

    put_loop(w);
    put_demand(w, 0, 4);
    put_demand(w, 4, 0);
    const struct cp_demand_result *r = audit(w, 2, CP_FAIL_ALL);

    assert_same_result(&r[0], &r[1]);
    assert_memory_equal(r[0].state_depth, r[2].state_depth, sizeof r[0].state_depth);
    assert_int_equal(r[0].exposure->direction, CP_FORWARD);
    assert_int_equal(r[2].exposure->direction, CP_REVERSE);
    assert_each_as_if_alone(w, 2);
}

/*
 * 0 - 1 - 3, and a dear detour 0 - 2 - 3 over the forbidden 2: 1 fails for the demand of 0 alone, not
 * for that of 0 and 1, though both have a flow from 0 to 3.
 */
static void an_end_of_one_demand_may_fail_for_another_from_the_same_source(void **state)
{
    struct world *w = *state;

    put_nodes(w, 4);
    join(w, 0, 1, 1);
    join(w, 1, 3, 1);
    join(w, 0, 2, 9);
    join(w, 2, 3, 9);
    put_rule(w, 1, CP_FAIL_NODE);
    put_node_trust(w, 0, 2, CP_UNTRUSTED);
    put_demand(w, 0, 3);
    put_demand(w, 0, 3);
    add_source(w, 1);
    put_demand(w, 0, 3);
    const struct cp_demand_result *r = audit(w, 2, CP_FAIL_NODE);

    assert_int_equal(r[0].verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(r[0].exposure->failures[0].at, 1);
    assert_int_equal(r[1].verdict, CP_VERDICT_OK);
    assert_depths(&r[1], NEVER, NEVER, NEVER);
    assert_int_equal(r[1].cut_depth, NEVER);
    assert_same_result(&r[0], &r[2]);
}

/* From the site of 0 and 1 to that of 3 and 4: only 1 sends to 4 over the forbidden 2. */
static void a_site_is_exposed_by_any_of_its_pairs(void **state)
{
    struct world *w = *state;
    static const uint32_t way[] = {1, 2};

    put_nodes(w, 5);
    join(w, 0, 3, 1);
    join(w, 0, 4, 1);
    join(w, 1, 3, 1);
    join(w, 1, 2, 1);
    join(w, 2, 4, 1);
    put_rule(w, 0, CP_FAIL_ALL);
    put_node_trust(w, 0, 2, CP_UNTRUSTED);
    put_demand(w, 0, 3);
    put_demand(w, 0, 3);
    add_source(w, 1);
    add_destination(w, 4);
    const struct cp_demand_result *r = audit(w, 0, CP_FAIL_ALL);

    assert_int_equal(r[0].verdict, CP_VERDICT_OK);
    assert_int_equal(r[1].verdict, CP_VERDICT_VIOLATION);
    assert_way(r[1].exposure, way, 2);
    assert_each_as_if_alone(w, 2);
}

/*
 * 0 and 1 have a detour over 2 - 3; that link (3) is the last that the search to 1 lets fail first, and the
 * first that the search to 2 does.  From 2 to 3 there are detours over 4 and then 5, which is forbidden.
 */
static void routes_to_one_destination_are_not_taken_for_those_to_the_next(void **state)
{
    struct world *w = *state;

    put_nodes(w, 6);
    join(w, 0, 1, 1);
    join(w, 0, 2, 9);
    join(w, 1, 3, 9);
    join(w, 2, 3, 1);
    join(w, 2, 4, 1);
    join(w, 4, 3, 1);
    join(w, 2, 5, 2);
    join(w, 5, 3, 2);
    put_rule(w, 2, CP_FAIL_ALL);
    put_node_trust(w, 0, 5, CP_UNTRUSTED);
    put_demand(w, 0, 1);
    put_demand(w, 3, 2);
    const struct cp_demand_result *r = audit(w, 2, CP_FAIL_LINK);

    assert_depths(&r[0], NEVER, NEVER, NEVER);
    assert_int_equal(r[1].state_depth[CP_STATE_STEADY], 2);
    assert_int_equal(r[1].exposure->failures[0].at, 3);
    assert_each_as_if_alone(w, 2);
}

/* Numbers from 0 to before `past`, the same for the same seed. */
static uint32_t below(uint64_t *seed, uint32_t past)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % past;
}

static void put_some_links(struct world *w, uint64_t *seed)
{
    uint32_t nodes = w->c.node_count;

    for (uint32_t i = 0; i < nodes + 4; i++) {
        uint32_t a = i < nodes ? i : below(seed, nodes);
        uint32_t b = (a + 1 + (i < nodes ? 0 : below(seed, nodes - 1))) % nodes;
        uint32_t link = put_link(w, a, b, 1 + below(seed, 3), 1 + below(seed, 3));
        uint32_t third = below(seed, 2 * nodes);

        if (third < nodes && third != a && third != b)
            add_end(w, link, third, 1 + below(seed, 3));
        if (below(seed, 4) == 0)
            put_in_srlg(w, link, below(seed, 4));
    }
}

static void put_some_rules(struct world *w, uint64_t *seed)
{
    static const cp_unknown unknown[] = {CP_UNKNOWN_IS_UNDECIDED, CP_UNKNOWN_IS_UNTRUSTED};

    for (uint32_t r = 0; r < 2; r++) {
        put_rule(w, below(seed, 3), below(seed, 2) == 0 ? CP_FAIL_ALL : CP_FAIL_LINK);
        w->rules[r].unknown = unknown[r];
        put_node_trust(w, r, below(seed, w->c.node_count), CP_UNTRUSTED);
        put_node_trust(w, r, below(seed, w->c.node_count), CP_UNKNOWN);
        put_link_trust(w, r, below(seed, w->c.link_count), CP_UNTRUSTED);
    }
}

/* Between few nodes, so that they share sources and destinations; some from or to two nodes. */
static void put_some_demands(struct world *w, uint64_t *seed)
{
    for (uint32_t d = 0; d < 10; d++) {
        uint32_t from = below(seed, 3);
        uint32_t to = 3 + below(seed, 2);

        put_demand(w, from, to);
        if (below(seed, 3) == 0)
            add_source(w, from + 1);
        if (below(seed, 3) == 0)
            add_destination(w, to + 1);
        w->demand_treatment[d] = below(seed, 2);
    }
}

static void demands_searched_together_get_what_each_gets_alone(void **state)
{
    (void)state;
    for (uint64_t k = 0; k < 400; k++) {
        uint64_t seed = k;
        void *opened = NULL;

        assert_int_equal(open_world(&opened), 0);
        struct world *w = opened;

        CP_ASSERT(w != NULL);
        put_nodes(w, 6 + below(&seed, 4));
        put_some_links(w, &seed);
        put_some_rules(w, &seed);
        put_some_demands(w, &seed);
        struct cp_treatment treatments[] = {w->treatment,
                                            {.rules = w->treatment_rules + 1, .rule_count = 1}};

        w->judge.treatments = treatments;
        w->judge.treatment_count = 2;
        assert_each_as_if_alone(w, 2);
        assert_int_equal(close_world(&opened), 0);
    }
}

/* ---- memory ---- */

/* The whole audit in an arena that gives no more than so many takes. */
static cp_err audit_within(const struct world *w, uint64_t takes)
{
    struct cp_audit_request request = {.depth = 2, .failure_kinds = CP_FAIL_ALL};
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    const struct cp_demand_result *results = NULL;
    struct cp_audit *audit = NULL;
    struct cp_audit_worker *worker = NULL;
    struct cp_diag diag = {0};

    assert_non_null(arena);
    cp_arena_fail_after(arena, takes);
    cp_err err = cp_audit_open(&w->judge, &request, arena, &audit, &diag);

    if (err == CP_OK)
        err = cp_audit_worker_open(audit, arena, &worker);
    for (uint32_t i = 0; err == CP_OK && i < cp_audit_parts(audit); i++)
        err = cp_audit_run(worker, i);
    cp_audit_worker_close(worker);
    if (err == CP_OK)
        err = cp_audit_finish(audit, arena, &results);
    cp_arena_close(arena);
    return err;
}

static void each_take_that_fails_is_told(void **state)
{
    struct world *w = *state;
    uint64_t takes = 0;
    cp_err err = CP_ERR_NOMEM;

    put_loop(w);
    put_in_srlg(w, 0, 1);
    put_rule(w, 2, CP_FAIL_ALL);
    w->rules[1].unknown = CP_UNKNOWN_IS_UNDECIDED;
    put_node_trust(w, 1, 2, CP_UNKNOWN);
    put_demand(w, 1, 2);
    for (;; takes++) {
        err = audit_within(w, takes);
        if (err != CP_ERR_NOMEM)
            break;
    }
    assert_int_equal(err, CP_OK);
    assert_true(takes > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(eight_failures_are_the_most),
        TEST(a_case_may_have_no_demands),
        TEST(the_order_of_the_parts_does_not_tell),
        TEST(a_demand_stated_twice_gets_the_same_twice),
        TEST(an_end_of_one_demand_may_fail_for_another_from_the_same_source),
        TEST(a_site_is_exposed_by_any_of_its_pairs),
        TEST(routes_to_one_destination_are_not_taken_for_those_to_the_next),
        cmocka_unit_test(demands_searched_together_get_what_each_gets_alone),
        TEST(each_take_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

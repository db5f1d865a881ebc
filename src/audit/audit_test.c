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

static void an_ip_link_that_ends_elsewhere_is_a_conflict(void **state)
{
    struct world *w = *state;
    struct cp_audit_request request = {.depth = 1, .failure_kinds = CP_FAIL_ALL};
    struct cp_audit *audit = NULL;
    struct cp_diag diag = {0};

    put_line(w);
    w->nodes[1].layer = CP_LAYER_ETHERNET;
    w->nodes[1].id = CP_TEXT("switch-1");
    w->links[0].place = (cp_place){0, 7, 1};
    assert_int_equal(cp_audit_open(&w->judge, &request, w->arena, &audit, &diag), CP_ERR_CONFLICT);
    assert_int_equal(diag.place.line, 7);
    assert_string_equal(diag.subject, "switch-1");
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
    w->node_trust[0][4] = CP_UNTRUSTED;
    for (uint32_t d = 0; d < 130; d++)
        put_demand(w, d % 13, (d % 13 + 1 + d / 13) % 13);
    for (uint32_t k = 0; k < 2; k++) {
        struct cp_audit_request request = {.depth = 1, .failure_kinds = CP_FAIL_ALL};
        struct cp_audit *audit = NULL;
        struct cp_diag diag = {0};

        assert_int_equal(cp_audit_open(&w->judge, &request, w->arena, &audit, &diag), CP_OK);
        uint32_t parts = cp_audit_parts(audit);

        assert_true(parts > 3);
        for (uint32_t i = 0; i < parts; i++)
            assert_int_equal(cp_audit_run(audit, k == 0 ? i : parts - 1 - i, w->arena), CP_OK);
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

/* The whole audit in an arena that gives no more than so many takes. */
static cp_err audit_within(const struct world *w, uint64_t takes)
{
    struct cp_audit_request request = {.depth = 2, .failure_kinds = CP_FAIL_ALL};
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    const struct cp_demand_result *results = NULL;
    struct cp_audit *audit = NULL;
    struct cp_diag diag = {0};

    assert_non_null(arena);
    cp_arena_fail_after(arena, takes);
    cp_err err = cp_audit_open(&w->judge, &request, arena, &audit, &diag);

    for (uint32_t i = 0; err == CP_OK && i < cp_audit_parts(audit); i++)
        err = cp_audit_run(audit, i, arena);
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
    w->node_trust[1][2] = CP_UNKNOWN;
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
        TEST(eight_failures_are_the_most),  TEST(an_ip_link_that_ends_elsewhere_is_a_conflict),
        TEST(a_case_may_have_no_demands),   TEST(the_order_of_the_parts_does_not_tell),
        TEST(each_take_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

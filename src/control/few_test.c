#include "rig.h"

/* More LSPs than are looked at in one call: the rest wait for ticks, and nothing is ordered of them unlooked at. */

#define OTHER "n0>n3/200"

/* Two LSPs of the same way, and one that is looked at in a call. */
static struct rig two(struct cp_pce_lsp *a, struct cp_pce_lsp *b)
{
    struct rig r = rig_with(NULL, 0, 1);
    static struct cp_pce_hop hops[FAKE_HOPS];

    r.net.demands[1] = (struct fake_demand){.src = 0, .dst = 3, .name = 2, .colour = 200};
    r.net.demand_count = 2;
    *a = install(&r);
    tick(&r);
    *b = as_ordered(order(&r, CP_PCE_INITIATE), 8, CP_PCE_LSP_ACTIVE);
    memcpy(hops, b->intended.at, b->intended.count * sizeof *hops);
    b->intended.at = hops;
    report(&r, 0, *b);
    b->srp_id = 0;
    assert_int_equal(lsp(&r, OTHER).phase, CP_LSP_INSTALLED);
    return r;
}

static void over_2(struct cp_pce_lsp *l)
{
    static const struct cp_pce_hop hops[2] = {{.kind = CP_PCE_HOP_LABEL, .label = OVER_2},
                                              {.kind = CP_PCE_HOP_LABEL, .label = OVER_2 + 2}};

    l->intended = (struct cp_pce_path){hops, 2};
}

static void the_first_is_moved_as_bad_news_comes_and_the_others_with_ticks(void **state)
{
    struct cp_pce_lsp a, b;
    struct rig r = two(&a, &b);

    (void)state;
    link_gone(&r, 0);
    assert_int_equal(orders(&r), 1);
    assert_true(cp_control_deadline(r.c) <= r.now);
    tick(&r);
    assert_int_equal(orders(&r), 1);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2) && is_over(lsp(&r, OTHER).intended, OVER_2));
    rig_close(&r);
}

static void one_not_looked_at_yet_is_not_upheld_and_is_looked_at_when_its_router_reports(
    void **state)
{
    struct cp_pce_lsp a, b;
    struct rig r = two(&a, &b);
    bool first;

    (void)state;
    link_gone(&r, 0);
    first = is_over(lsp(&r, KEY).intended, OVER_2); /* it was looked at, not the other */
    assert_false(lsp(&r, first ? OTHER : KEY).upheld);
    report(&r, 0, first ? b : a);
    tick(&r);
    assert_true(is_over(lsp(&r, first ? OTHER : KEY).intended, OVER_2));
    rig_close(&r);
}

/* Their router has not delegated them and has them on another path, where a link is gone. */
static struct rig two_broken_elsewhere(struct cp_pce_lsp *a, struct cp_pce_lsp *b)
{
    struct rig r = two(a, b);

    over_2(a);
    over_2(b);
    a->delegated = b->delegated = false;
    report(&r, 0, *a);
    report(&r, 0, *b);
    link_gone(&r, 2);
    return r;
}

/* Where the bad news is of the path that its router has, not of the one that is meant. */
static void one_that_is_not_where_it_is_meant_is_ordered_back_whatever_broke_there(void **state)
{
    struct cp_pce_lsp a, b;
    struct rig r = two_broken_elsewhere(&a, &b);

    (void)state;
    a.delegated = b.delegated = true;
    report(&r, 0, a);
    assert_true(order(&r, CP_PCE_UPDATE) != NULL &&
                is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_1));
    report(&r, 0, b);
    assert_true(order(&r, CP_PCE_UPDATE) != NULL &&
                is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_1));
    rig_close(&r);
}

static void what_routers_have_is_walked_again_of_all(void **state)
{
    struct cp_pce_lsp a, b;
    struct rig r = two_broken_elsewhere(&a, &b);

    (void)state;
    tick(&r);
    assert_int_equal(lsp(&r, KEY).installed_is, CP_TRACE_BROKEN);
    assert_int_equal(lsp(&r, OTHER).installed_is, CP_TRACE_BROKEN);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_is_moved_as_bad_news_comes_and_the_others_with_ticks),
        cmocka_unit_test(
            one_not_looked_at_yet_is_not_upheld_and_is_looked_at_when_its_router_reports),
        cmocka_unit_test(one_that_is_not_where_it_is_meant_is_ordered_back_whatever_broke_there),
        cmocka_unit_test(what_routers_have_is_walked_again_of_all)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

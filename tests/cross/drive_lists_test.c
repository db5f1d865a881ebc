#include "drive_square.h"

/* --- lists with node segments ---------------------------------------------------------------------------- */

static void assert_up(const struct rig *r, const uint32_t *labels, uint32_t count)
{
    const struct rig_lsp *up = rig_up(r, 0);

    assert_non_null(up);
    assert_int_equal(up->count, count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(up->labels[i], labels[i]);
}

/* Steered by node segments; the next plan is far away. */
static void steer_by_nodes(struct rig *r)
{
    r->shortest = true;
    r->guarded = true;
    open_and_steer(r);
    assert_up(r, (const uint32_t[]){16002, 16003}, 2);
    assert_int_equal(rig_verdict(r).verdict, CP_VERDICT_OK);
    r->plan_takes_us = 100 * RIG_SECOND;
}

static void a_metric_that_leads_a_list_over_what_is_forbidden_moves_it_before_the_next_plan(
    void **state)
{
    struct rig r = square();

    (void)state;
    steer_by_nodes(&r);
    r.link[2].metric = 100; /* to n2 over n1 from now on */
    rig_tell(&r, 0);
    assert_up(&r, (const uint32_t[]){15004, 15006}, 2);
    rig_wait(&r, 300 * RIG_SECOND);
    assert_up(&r, (const uint32_t[]){15004, 16003}, 2); /* as the plan of now has it */
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

static void another_way_of_the_same_cost_is_bad_news_where_it_is_forbidden(void **state)
{
    struct rig r = square();

    (void)state;
    steer_by_nodes(&r);
    r.link[2].metric = 40;
    rig_tell(&r, 0);
    assert_up(&r, (const uint32_t[]){15004, 15006}, 2);
    rig_close(&r);
}

static void a_metric_that_leads_no_list_elsewhere_moves_nothing(void **state)
{
    struct rig r = square();
    uint32_t orders;

    (void)state;
    steer_by_nodes(&r);
    orders = r.orders;
    r.link[2].metric = 39;
    rig_tell(&r, 0);
    assert_int_equal(r.orders, orders);
    assert_up(&r, (const uint32_t[]){16002, 16003}, 2);
    rig_close(&r);
}

static void a_way_that_comes_is_left_until_a_plan_has_judged_it(void **state)
{
    struct rig r = square();

    (void)state;
    r.links = 5;
    r.link[4] = (struct rig_link){0, 2, 5, true, 0}; /* the inventory has it, and it is clean */
    steer_by_nodes(&r);
    r.link[4].down = false;
    rig_tell(&r, 0);
    assert_up(&r, (const uint32_t[]){15004, 15006}, 2);
    rig_close(&r);
}

static void a_way_that_comes_and_is_no_shorter_moves_nothing(void **state)
{
    struct rig r = square();
    uint32_t orders;

    (void)state;
    r.links = 5;
    r.link[4] = (struct rig_link){0, 2, 50, true, 0};
    steer_by_nodes(&r);
    orders = r.orders;
    r.link[4].down = false;
    rig_tell(&r, 0);
    assert_int_equal(r.orders, orders);
    rig_close(&r);
}

static void a_router_that_comes_with_a_shorter_way_moves_what_it_may_draw(void **state)
{
    struct rig r = square();

    (void)state;
    r.routers = 5;
    r.links = 6;
    r.maker[4] = "Huawei";
    r.link[1] = (struct rig_link){1, 4, 10, false, 0}; /* n4 is the far end now, n3 comes later */
    r.link[3] = (struct rig_link){2, 4, 20, false, 0};
    r.link[4] = (struct rig_link){0, 3, 5, true, 0};
    r.link[5] = (struct rig_link){3, 2, 5, true, 0};
    r.maker[3] = "Huawei";
    r.maker[4] = "Nokia";
    r.shortest = r.guarded = true;
    open_and_steer(&r);
    assert_up(&r, (const uint32_t[]){16002, 16004}, 2);
    r.plan_takes_us = 100 * RIG_SECOND;
    r.link[4].down = r.link[5].down = false;
    rig_tell(&r, 0);
    assert_up(&r, (const uint32_t[]){15004, 15006}, 2);
    rig_close(&r);
}

static void a_node_sid_that_changes_moves_the_lists_that_it_is_in(void **state)
{
    struct rig r = square();

    (void)state;
    steer_by_nodes(&r);
    r.sid[2] = 77;
    rig_tell(&r, 0);
    assert_up(&r, (const uint32_t[]){15004, 15006}, 2);
    rig_close(&r);
}

static void what_changes_while_a_plan_is_made_is_heeded_when_it_comes(void **state)
{
    struct rig r = square();

    (void)state;
    steer_by_nodes(&r);
    r.plan_takes_us = 5 * RIG_SECOND;
    r.link[1].metric = 11; /* worth a plan, and no more */
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    assert_non_null(r.job);
    rig_cut(&r, 0);
    r.link[2].metric = 100;
    rig_tell(&r, 0);
    rig_connect(&r, 0);
    r.plan_takes_us = 100 * RIG_SECOND;
    rig_wait(&r, 10 * RIG_SECOND); /* the plan of before is ready, the next is not */
    assert_up(&r, (const uint32_t[]){15004, 15006}, 2);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_metric_that_leads_a_list_over_what_is_forbidden_moves_it_before_the_next_plan),
        cmocka_unit_test(another_way_of_the_same_cost_is_bad_news_where_it_is_forbidden),
        cmocka_unit_test(a_metric_that_leads_no_list_elsewhere_moves_nothing),
        cmocka_unit_test(a_way_that_comes_is_left_until_a_plan_has_judged_it),
        cmocka_unit_test(a_way_that_comes_and_is_no_shorter_moves_nothing),
        cmocka_unit_test(a_router_that_comes_with_a_shorter_way_moves_what_it_may_draw),
        cmocka_unit_test(a_node_sid_that_changes_moves_the_lists_that_it_is_in),
        cmocka_unit_test(what_changes_while_a_plan_is_made_is_heeded_when_it_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "rig.h"

/* A LAN that is there, and that a router left: what leads to it over the LAN is broken, whatever else passes it. */

/* The steps of the diamond but those from a node over a link; CP_NONE: all of them. */
static void tell_steps(struct rig *r, uint32_t without_link, uint32_t from)
{
    struct cp_ted_step steps[2 * FAKE_LINKS];
    const struct cp_plan *plan = cp_control_plan_kept(r->c);
    struct cp_ted_news news = {.steps = steps, .left = true};

    for (uint32_t l = 0; l < r->net.link_count; l++)
        for (uint32_t back = 0; back < 2; back++) {
            const struct fake_link *link = &r->net.links[l];
            uint32_t a = back != 0 ? link->b : link->a, b = back != 0 ? link->a : link->b;

            if (l != without_link || a != from)
                steps[news.step_count++] = (struct cp_ted_step){
                    plan->net.nodes[a].id, plan->net.nodes[b].id, plan->net.links[l].id, 1};
        }
    assert_int_equal(cp_control_gone(r->c, &news, r->now), CP_OK);
    drain(r);
}

static void a_path_to_a_router_that_left_is_left_at_once(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    tell_steps(&r, 0, 0); /* n1 is on link 0 no more, as seen from n0 */
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    assert_true(is_over(lsp(&r, KEY).intended, OVER_2));
    rig_close(&r);
}

static void one_that_does_not_lead_to_it_stays(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    tell_steps(&r, 0, 1); /* the way back over the same link */
    assert_int_equal(orders(&r), 0);
    tell_steps(&r, 2, 0);
    assert_int_equal(orders(&r), 0);
    assert_true(is_over(lsp(&r, KEY).intended, OVER_1));
    rig_close(&r);
}

static void held_it_is_told_to_be_broken(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    cp_control_hold(r.c, true, CP_TEXT("somebody"), r.now);
    drain(&r);
    tell_steps(&r, 0, 0);
    assert_int_equal(orders(&r), 0);
    assert_true(alarmed(&r, "broken/" KEY));
    rig_close(&r);
}

static void where_no_other_way_is_left_it_goes_down(void **state)
{
    struct rig r = rig();

    (void)state;
    r.net.links[2].down = r.net.links[4].down = true;
    (void)install(&r);
    tell_steps(&r, 0, 0);
    assert_false(order(&r, CP_PCE_UPDATE)->order.up);
    assert_true(alarmed(&r, "down/" KEY));
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_to_a_router_that_left_is_left_at_once),
        cmocka_unit_test(one_that_does_not_lead_to_it_stays),
        cmocka_unit_test(held_it_is_told_to_be_broken),
        cmocka_unit_test(where_no_other_way_is_left_it_goes_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

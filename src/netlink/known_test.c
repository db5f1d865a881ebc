#include "netlink/known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <linux/rtnetlink.h>

static const char text[] = "cleanpath-edge-policy 1\n"
                           "serial 1\n"
                           "issued 2026-11-29T10:00:00Z\n"
                           "head 1 r1\n"
                           "node 4 r4\n"
                           "node 8 r8\n"
                           "source fcff:1::1\n"
                           "class 100 sensitive\n"
                           "class 200 secret\n"
                           "first 1 e-r4 fc01:1::2 4 100,200\n"
                           "first 2 f-r4 fc01:2::2 4 100,200\n"
                           "adjacency fcbb:4::48 4 8 100\n"
                           "unpack4 fcbb:8::d4 8\n"
                           "unpack6 fcbb:8::d6 8\n"
                           "behind 100 8 10.2.2.0/24\n"
                           "behind 100 8 fc02:2::/64\n"
                           "behind 200 8 10.2.0.0/16\n"
                           "local-end fcbb:1::e\n"
                           "mtu 1280\n"
                           "signature x\n";

static struct cp_arena *arena;
static struct cp_nl_known known;
static struct cp_nl told;
static struct cp_nl_steps deletions;

static int make(void **state)
{
    const struct cp_edge_policy *policy;

    (void)state;
    arena = cp_arena_open(1 << 20);
    if (cp_edge_policy_read(cp_text_of(text), (cp_text){0}, arena, &policy, NULL) != CP_OK ||
        cp_nl_known_make(policy, arena, &known) != CP_OK)
        return 1;
    cp_nl_clear(&told);
    deletions.count = 0;
    return 0;
}

static int let_go(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static struct cp_agent_path path_over(uint32_t first)
{
    struct cp_agent_path path = {.first = first, .weight = 1, .segment_count = 1};

    memcpy(path.segments[0], cp_ip_find(CP_TEXT("fcbb:4::48")).bytes, 16);
    return path;
}

static void a_demand_holds_a_sid_once_whatever_its_paths_and_families(void **state)
{
    struct cp_agent_path paths[] = {path_over(1), path_over(1)};
    uint32_t sid = cp_nl_first_sid(&known, &known.policy->demands[0], paths, 6);

    (void)state;
    assert_int_not_equal(sid, CP_NL_NO_SID);
    cp_nl_believe(&known.demands[0], CP_AGENT_STATE_INSTALLED, paths, 2);
    cp_nl_hold_all(&known, 0);
    cp_nl_hold_all(&known, 0);
    assert_int_equal(known.outers[sid].holders, 1);
    assert_int_equal(known.outers[sid].first, 1);
    assert_int_equal(known.demands[0].held_count, 1);
}

static void what_a_sid_does_is_what_was_known_first(void **state)
{
    struct cp_agent_path path = path_over(2);
    uint32_t sid = cp_nl_first_sid(&known, &known.policy->demands[0], &path, 4);

    (void)state;
    cp_nl_hold(&known, &known.demands[0], sid, 0);
    assert_int_equal(known.outers[sid].first, 0);
    cp_nl_hold(&known, &known.demands[0], sid, 2);
    cp_nl_hold(&known, &known.demands[1], sid, 1);
    assert_int_equal(known.outers[sid].first, 2);
    assert_int_equal(known.outers[sid].holders, 2);
}

static void a_path_of_a_sid_that_the_policy_does_not_have_holds_nothing(void **state)
{
    struct cp_agent_path path = path_over(1);

    (void)state;
    path.segments[0][15]++;
    cp_nl_believe(&known.demands[0], CP_AGENT_STATE_BROKEN, &path, 1);
    cp_nl_hold_all(&known, 0);
    assert_int_equal(known.demands[0].held_count, 0);
}

/* Whether the one message that was put, as the kernel tells it, is to be deleted. */
static bool is_leftover(uint16_t type)
{
    deletions.count = 0;
    told.bytes.aligned.nlmsg_type = type;
    cp_nl_put_leftover(&deletions, &known, &told.bytes.aligned);
    cp_nl_clear(&told);
    return deletions.count > 0;
}

static bool nexthop_is_leftover(uint32_t id)
{
    cp_nl_put_step(&told,
                   &(struct cp_nl_step){.kind = CP_NL_STEP_NEXTHOP, .nexthop = id, .count = 2}, 5);
    return is_leftover(RTM_NEWNEXTHOP);
}

static void a_nexthop_that_nobody_has_is_deleted(void **state)
{
    struct cp_agent_path path = path_over(1);

    (void)state;
    assert_false(nexthop_is_leftover(77)); /* none of ours */
    assert_true(nexthop_is_leftover(CP_NEXTHOP(300u, 8u, 4u, 0u)));
    assert_true(nexthop_is_leftover(CP_NEXTHOP(100u, 4u, 4u, 0u)));
    assert_false(nexthop_is_leftover(CP_NEXTHOP(100u, 8u, 4u, 1u))); /* who knows yet */
    cp_nl_believe(&known.demands[0], CP_AGENT_STATE_INSTALLED, &path, 1);
    known.whole = true;
    assert_false(nexthop_is_leftover(CP_NEXTHOP(100u, 8u, 4u, 0u)));
    assert_true(nexthop_is_leftover(CP_NEXTHOP(100u, 8u, 4u, 1u)));
    assert_true(nexthop_is_leftover(CP_NEXTHOP(200u, 8u, 4u, 0u)));
}

static bool is_leftover_of_type(uint8_t type, uint32_t table, const char *prefix, uint8_t length,
                                uint32_t nexthop)
{
    cp_nl_put_step(&told,
                   &(struct cp_nl_step){.kind = CP_NL_STEP_ROUTE,
                                        .table = table,
                                        .address = cp_ip_find(cp_text_of(prefix)),
                                        .length = length,
                                        .nexthop = nexthop,
                                        .type = type},
                   5);
    return is_leftover(RTM_NEWROUTE);
}

static bool route_is_leftover(uint32_t table, const char *prefix, uint8_t length, uint32_t nexthop)
{
    return is_leftover_of_type(RTN_UNICAST, table, prefix, length, nexthop);
}

static void a_route_of_what_is_not_behind_its_demand_is_deleted(void **state)
{
    uint32_t group = CP_NEXTHOP(100u, 8u, 4u, CP_NEXTHOP_GROUP);

    (void)state;
    assert_false(route_is_leftover(CP_TABLE_CLASS + 100, "10.2.2.0", 24, group));
    assert_true(route_is_leftover(CP_TABLE_CLASS + 100, "10.2.2.0", 25, group));
    assert_true(route_is_leftover(CP_TABLE_CLASS + 100, "10.2.3.0", 24, group));
    assert_true(route_is_leftover(CP_TABLE_CLASS + 100, "10.2.2.0", 24,
                                  CP_NEXTHOP(200u, 8u, 4u, CP_NEXTHOP_GROUP)));
    assert_false(route_is_leftover(CP_TABLE_OUTER, "fcbb:4::48", 128, 0));
    known.whole = true;
    assert_true(route_is_leftover(CP_TABLE_OUTER, "fcbb:4::48", 128, 0));
}

/* Whatever it does: one that an older policy had forwards what is nobody's to forward. */
static void a_sid_of_our_own_that_the_policy_does_not_have_is_deleted(void **state)
{
    (void)state;
    assert_false(route_is_leftover(CP_TABLE_LOCALS, "fcbb:1::e", 128, 0));
    assert_true(route_is_leftover(CP_TABLE_LOCALS, "fcbb:1::f", 128, 0));
    assert_true(route_is_leftover(CP_TABLE_LOCALS, "fcbb:4::48", 128, 0));
}

static void what_is_prohibited_behind_no_demand_is_deleted(void **state)
{
    (void)state;
    assert_false(is_leftover_of_type(RTN_PROHIBIT, CP_TABLE_CLASS + 100, "10.2.2.0", 24, 0));
    assert_false(is_leftover_of_type(RTN_PROHIBIT, CP_TABLE_CLASS + 200, "10.2.0.0", 16, 0));
    assert_true(is_leftover_of_type(RTN_PROHIBIT, CP_TABLE_CLASS + 200, "10.2.2.0", 24, 0));
    assert_false(is_leftover_of_type(RTN_PROHIBIT, CP_TABLE_CLASS + 100, "0.0.0.0", 0, 0));
}

/* The prohibiting default that a table ends in has no length either, and is not to be deleted with what goes. */
static void an_old_default_is_prohibited_in_place(void **state)
{
    (void)state;
    assert_true(route_is_leftover(CP_TABLE_CLASS + 100, "0.0.0.0", 0,
                                  CP_NEXTHOP(100u, 8u, 4u, CP_NEXTHOP_GROUP)));
    assert_int_equal(deletions.count, 1);
    assert_int_equal(deletions.at[0].kind, CP_NL_STEP_ROUTE);
    assert_int_equal(deletions.at[0].type, RTN_PROHIBIT);
    assert_true(cp_nl_step_is_whole(&deletions.at[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_demand_holds_a_sid_once_whatever_its_paths_and_families,
                                        make, let_go),
        cmocka_unit_test_setup_teardown(what_a_sid_does_is_what_was_known_first, make, let_go),
        cmocka_unit_test_setup_teardown(a_path_of_a_sid_that_the_policy_does_not_have_holds_nothing,
                                        make, let_go),
        cmocka_unit_test_setup_teardown(a_nexthop_that_nobody_has_is_deleted, make, let_go),
        cmocka_unit_test_setup_teardown(a_route_of_what_is_not_behind_its_demand_is_deleted, make,
                                        let_go),
        cmocka_unit_test_setup_teardown(a_sid_of_our_own_that_the_policy_does_not_have_is_deleted,
                                        make, let_go),
        cmocka_unit_test_setup_teardown(what_is_prohibited_behind_no_demand_is_deleted, make,
                                        let_go),
        cmocka_unit_test_setup_teardown(an_old_default_is_prohibited_in_place, make, let_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

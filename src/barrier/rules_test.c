#include "rules.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "netlink/rules.h"

/* What single rules are, and how many there may be; where they lead random packets: selects_test.c. */

static void more_selects_than_stand_before_the_main_table_are_refused(void **state)
{
    struct cp_edge_policy policy = {.select_count = CP_SELECTS_MAX + 1};
    struct cp_arena *arena = cp_arena_open(1 << 27);
    struct rules rules;

    (void)state;
    policy.selects = CP_TAKE(arena, policy.select_count, struct cp_edge_select);
    assert_non_null(policy.selects);
    for (uint32_t i = 0; i < policy.select_count; i++)
        policy.selects[i] = (struct cp_edge_select){
            .class = 1,
            .from = {.address = {.family = 4}},
            .to = {.address = {4, {10, 0, (uint8_t)(i >> 8), (uint8_t)i}}, .length = 32},
            .dscp = i / 65536,
            .proto = UINT32_MAX,
            .from_port = CP_EDGE_PORTS_ANY,
            .port = CP_EDGE_PORTS_ANY,
            .mark = UINT32_MAX};
    assert_int_equal(rules_gather(&policy, arena, &rules), CP_ERR_LIMIT);
    policy.select_count--;
    assert_int_equal(rules_gather(&policy, arena, &rules), CP_OK);
    assert_int_equal(rules.rules[rules.count - 3].priority, CP_RULE_SELECT + CP_SELECTS_MAX - 1);
    cp_arena_close(arena);
}

/* Of eight to one prefix, each with ports of its own, for both ends; the last stands alone. */
static void what_leads_past_selects_asks_for_no_port(void **state)
{
    struct cp_edge_select selects[8];
    struct cp_edge_policy policy = {.selects = selects, .select_count = CP_COUNT(selects)};
    struct cp_arena *arena = cp_arena_open(1 << 20);
    struct rules rules;
    uint32_t count = 0;

    (void)state;
    for (uint32_t i = 0; i < CP_COUNT(selects); i++)
        selects[i] = (struct cp_edge_select){.class = 1,
                                             .to = {.address = {4, {10, 1}}, .length = 16},
                                             .dscp = UINT32_MAX,
                                             .proto = 6,
                                             .from_port = {80 + i, 80 + i},
                                             .port = {90 + i, 90 + i},
                                             .mark = UINT32_MAX};
    assert_int_equal(rules_gather(&policy, arena, &rules), CP_OK);
    for (uint32_t i = 0; i < rules.count; i++) {
        const struct cp_edge_select *select = rules.rules[i].select;

        if (rules.rules[i].past == 0)
            continue;
        count++;
        assert_int_equal(select->to.length, 16);
        assert_int_equal(select->from_port.low, UINT32_MAX);
        assert_int_equal(select->port.low, UINT32_MAX);
    }
    assert_int_equal(count, 1);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_selects_than_stand_before_the_main_table_are_refused),
        cmocka_unit_test(what_leads_past_selects_asks_for_no_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

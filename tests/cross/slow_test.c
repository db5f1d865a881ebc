#include "slow.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The slow search itself, on a network whose answers anyone can check. */

/* Two ways of the same cost from 0 to 3, by 1 and by 2; 4 and 5 are on a LAN with 3. */
static void a_small_network_is_known_by_heart(void **state)
{
    static const uint32_t end_first[] = {0, 2, 4, 6, 8, 11};
    static const uint32_t end_node[] = {0, 1, 1, 3, 0, 2, 2, 3, 3, 4, 5};
    static const uint32_t end_metric[] = {1, 9, 2, 9, 2, 9, 1, 9, 7, 5, 6};
    static const uint32_t srlg_first[] = {0, 0, 0, 0, 1, 1}, srlgs[] = {0};
    static const uint32_t node_marks[] = {1, 2, 4, 8, 16, 32};
    static const uint32_t link_marks[] = {256, 512, 1024, 2048, 4096};
    static const uint8_t closed[] = {0, 1, 0, 0, 0, 0};
    const struct cp_graph_parts parts = {6,        5,          1,          end_first,
                                         end_node, end_metric, srlg_first, srlgs};
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct slow slow = {.node_marks = node_marks, .link_marks = link_marks};
    struct cp_graph g;

    (void)state;
    assert_non_null(arena);
    assert_int_equal(cp_graph_make(&parts, arena, &g), CP_OK);
    slow_open(&slow, &g, arena);
    struct slow_answer a = slow_search(&slow, 3, arena);

    assert_true(a.cost[0] == 3 && a.seen[0] == (1 + 2 + 4 + 8 + 256 + 512 + 1024 + 2048));
    assert_true(a.cost[5] == 6 && a.seen[5] == 8 + 32 + 4096 && a.ties == 1);
    assert_true(slow_lan_cost(&slow, &a, 4) == 0 && slow_lan_seen(&slow, &a, 4) == 8 + 4096);
    slow_fail(&slow, cp_graph_element_of_srlg(&g, 0));
    a = slow_search(&slow, 3, arena);
    assert_true(a.cost[0] == 3 && a.seen[0] == 1 + 2 + 8 + 256 + 512 && a.ties == 0);
    slow.closed = closed;
    a = slow_search(&slow, 3, arena);
    assert_true(a.cost[0] == CP_UNREACHABLE && a.seen[0] == 0 && a.cost[1] == CP_UNREACHABLE);
    slow_restore(&slow, cp_graph_element_of_srlg(&g, 0));
    slow.state.end_metric[0] = 8;
    a = slow_search(&slow, 1, arena);
    assert_true(a.cost[1] == 0 && a.cost[0] == 8 && a.cost[4] == 14);
    slow_fail(&slow, cp_graph_element_of_node(&g, 3));
    a = slow_search(&slow, 4, arena);
    assert_true(a.cost[5] == 6 && a.cost[3] == CP_UNREACHABLE && a.cost[0] == CP_UNREACHABLE);
    cp_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_network_is_known_by_heart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

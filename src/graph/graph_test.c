#include "graph/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 *   0 --l0-- 1 --l1-- 2        l0 is twice there: l3 is parallel to it
 *   LAN l2 joins 3, 1 and 0    node 4 stands alone
 *   srlgs: 0 {l0, l2}, 1 {}, 2 {l2}
 */
static const uint32_t end_first[] = {0, 2, 4, 7, 9};
static const uint32_t end_node[] = {0, 1, 1, 2, 3, 1, 0, 1, 0};
static const uint32_t end_metric[] = {10, 11, 12, 13, 14, 15, 16, 17, 18};
static const uint32_t link_srlg_first[] = {0, 1, 1, 3, 3};
static const uint32_t link_srlgs[] = {0, 0, 2};
static const struct cp_graph_parts example = {.node_count = 5,
                                              .link_count = 4,
                                              .srlg_count = 3,
                                              .end_first = end_first,
                                              .end_node = end_node,
                                              .end_metric = end_metric,
                                              .link_srlg_first = link_srlg_first,
                                              .link_srlgs = link_srlgs};

static const uint32_t no_items[] = {0};
static const struct cp_graph_parts nothing = {.end_first = no_items,
                                              .end_node = no_items,
                                              .end_metric = no_items,
                                              .link_srlg_first = no_items,
                                              .link_srlgs = no_items};

static int open_arena(void **state)
{
    *state = cp_arena_open(SIZE_MAX);
    return *state == NULL;
}

static int close_arena(void **state)
{
    cp_arena_close(*state);
    return 0;
}

static struct cp_graph make(void **state, const struct cp_graph_parts *parts)
{
    struct cp_graph graph = {0};

    assert_int_equal(cp_graph_make(parts, *state, &graph), CP_OK);
    return graph;
}

static void assert_hop(const struct cp_graph *g, uint32_t node, uint32_t nth, struct cp_hop hop)
{
    const struct cp_hop *got = &g->hops[g->hop_first[node] + nth];

    assert_true(g->hop_first[node] + nth < g->hop_first[node + 1]);
    assert_int_equal(got->to, hop.to);
    assert_int_equal(got->link, hop.link);
    assert_int_equal(got->out, hop.out);
    assert_int_equal(got->in, hop.in);
}

static void hops_of_a_node_are_by_link_then_end(void **state)
{
    struct cp_graph g = make(state, &example);

    assert_int_equal(g.hop_first[2] - g.hop_first[1], 5);
    assert_hop(&g, 1, 0, (struct cp_hop){.to = 0, .link = 0, .out = 11, .in = 10});
    assert_hop(&g, 1, 1, (struct cp_hop){.to = 2, .link = 1, .out = 12, .in = 13});
    assert_hop(&g, 1, 2, (struct cp_hop){.to = 3, .link = 2, .out = 15, .in = 14});
    assert_hop(&g, 1, 3, (struct cp_hop){.to = 0, .link = 2, .out = 15, .in = 16});
    assert_hop(&g, 1, 4, (struct cp_hop){.to = 0, .link = 3, .out = 17, .in = 18});
}

static void from_each_end_of_a_lan_all_others_cost_its_own_metric(void **state)
{
    struct cp_graph g = make(state, &example);

    assert_int_equal(g.hop_first[4] - g.hop_first[3], 2);
    assert_hop(&g, 3, 0, (struct cp_hop){.to = 1, .link = 2, .out = 14, .in = 15});
    assert_hop(&g, 3, 1, (struct cp_hop){.to = 0, .link = 2, .out = 14, .in = 16});
}

static void parallel_links_are_hops_of_their_own(void **state)
{
    struct cp_graph g = make(state, &example);

    assert_int_equal(g.hop_first[1] - g.hop_first[0], 4);
    assert_hop(&g, 0, 0, (struct cp_hop){.to = 1, .link = 0, .out = 10, .in = 11});
    assert_hop(&g, 0, 3, (struct cp_hop){.to = 1, .link = 3, .out = 18, .in = 17});
}

static void a_node_without_links_has_no_hops(void **state)
{
    struct cp_graph g = make(state, &example);

    assert_int_equal(g.hop_first[4], g.hop_first[5]);
    assert_int_equal(g.node_end_first[4], g.node_end_first[5]);
}

static void every_end_is_listed_once_at_its_node(void **state)
{
    struct cp_graph g = make(state, &example);
    uint32_t listed[CP_COUNT(end_node)] = {0};

    assert_int_equal(g.node_end_first[0], 0);
    assert_int_equal(g.node_end_first[g.node_count], CP_COUNT(end_node));
    for (uint32_t v = 0; v < g.node_count; v++)
        for (uint32_t i = g.node_end_first[v]; i < g.node_end_first[v + 1]; i++) {
            uint32_t end = g.node_ends[i];

            listed[end]++;
            assert_int_equal(g.end_node[end], v);
            assert_true(g.end_first[g.end_link[end]] <= end);
            assert_true(end < g.end_first[g.end_link[end] + 1]);
        }
    for (uint32_t e = 0; e < CP_COUNT(end_node); e++)
        assert_int_equal(listed[e], 1);
}

static void srlgs_list_their_links(void **state)
{
    struct cp_graph g = make(state, &example);

    assert_int_equal(g.srlg_first[1] - g.srlg_first[0], 2);
    assert_int_equal(g.srlg_links[g.srlg_first[0]], 0);
    assert_int_equal(g.srlg_links[g.srlg_first[0] + 1], 2);
    assert_int_equal(g.srlg_first[2] - g.srlg_first[1], 0);
    assert_int_equal(g.srlg_first[3] - g.srlg_first[2], 1);
    assert_int_equal(g.srlg_links[g.srlg_first[2]], 2);
}

static void what_it_is_made_from_is_copied(void **state)
{
    uint32_t nodes[CP_COUNT(end_node)];
    struct cp_graph_parts parts = example;

    memcpy(nodes, end_node, sizeof nodes);
    parts.end_node = nodes;
    struct cp_graph g = make(state, &parts);

    memset(nodes, 0xff, sizeof nodes);
    assert_memory_equal(g.end_node, end_node, sizeof end_node);
    assert_ptr_not_equal(g.end_first, end_first);
    assert_ptr_not_equal(g.link_srlgs, link_srlgs);
}

static void elements_are_links_then_nodes_then_srlgs(void **state)
{
    struct cp_graph g = make(state, &example);
    uint32_t element = 0;
    uint32_t at = 0;

    assert_int_equal(cp_graph_element_count(&g), 12);
    for (uint32_t l = 0; l < g.link_count; l++, element++) {
        assert_int_equal(cp_graph_element_of_link(l), element);
        assert_int_equal(cp_graph_element(&g, element, &at), CP_ELEMENT_LINK);
        assert_int_equal(at, l);
    }
    for (uint32_t v = 0; v < g.node_count; v++, element++) {
        assert_int_equal(cp_graph_element_of_node(&g, v), element);
        assert_int_equal(cp_graph_element(&g, element, &at), CP_ELEMENT_NODE);
        assert_int_equal(at, v);
    }
    for (uint32_t s = 0; s < g.srlg_count; s++, element++) {
        assert_int_equal(cp_graph_element_of_srlg(&g, s), element);
        assert_int_equal(cp_graph_element(&g, element, &at), CP_ELEMENT_SRLG);
        assert_int_equal(at, s);
    }
}

static void a_graph_may_be_empty(void **state)
{
    struct cp_graph g = make(state, &nothing);
    uint32_t component = 0;
    uint8_t ok = 0;

    assert_int_equal(g.hop_first[0], 0);
    assert_int_equal(cp_graph_element_count(&g), 0);
    assert_int_equal(cp_graph_components(&g, &ok, &ok, &component, *state), CP_OK);
}

static void a_graph_may_be_one_node(void **state)
{
    struct cp_graph_parts parts = nothing;
    uint32_t component = 7;
    uint8_t ok = 1;

    parts.node_count = 1;
    struct cp_graph g = make(state, &parts);

    assert_int_equal(g.hop_first[1], 0);
    assert_int_equal(cp_graph_components(&g, &ok, &ok, &component, *state), CP_OK);
    assert_int_equal(component, 0);
}

static void components_are_named_by_their_least_node(void **state)
{
    struct cp_graph g = make(state, &example);
    const uint8_t node_ok[] = {1, 1, 1, 1, 1};
    const uint8_t link_ok[] = {1, 0, 1, 0};
    static const uint32_t expected[] = {0, 0, 2, 0, 4};
    uint32_t component[5];

    assert_int_equal(cp_graph_components(&g, node_ok, link_ok, component, *state), CP_OK);
    assert_memory_equal(component, expected, sizeof expected);
}

static void nodes_that_may_not_be_used_are_in_no_component(void **state)
{
    struct cp_graph g = make(state, &example);
    const uint8_t node_ok[] = {1, 0, 1, 1, 0};
    const uint8_t link_ok[] = {1, 1, 1, 1};
    static const uint32_t expected[] = {0, UINT32_MAX, 2, 0, UINT32_MAX};
    uint32_t component[5];

    assert_int_equal(cp_graph_components(&g, node_ok, link_ok, component, *state), CP_OK);
    assert_memory_equal(component, expected, sizeof expected);
}

static uint64_t next_number(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

#define NODES 9u
#define LINKS 8u

/* Lowers the names of neighbours to each other's until nothing changes. */
static void spread(const struct cp_graph_parts *parts, const uint8_t *node_ok,
                   const uint8_t *link_ok, uint32_t *name)
{
    for (uint32_t round = 0; round < NODES; round++)
        for (uint32_t l = 0; l < LINKS; l++)
            for (uint32_t a = parts->end_first[l]; a < parts->end_first[l + 1]; a++)
                for (uint32_t b = parts->end_first[l]; b < parts->end_first[l + 1]; b++) {
                    uint32_t v = parts->end_node[a];
                    uint32_t w = parts->end_node[b];

                    if (link_ok[l] && node_ok[v] && node_ok[w] && name[v] < name[w])
                        name[w] = name[v];
                }
}

static void components_agree_with_spreading_names(void **state)
{
    uint32_t first[LINKS + 1] = {0};
    uint32_t nodes[3 * LINKS], metrics[3 * LINKS], none[LINKS + 1] = {0};
    struct cp_graph_parts parts = {.node_count = NODES,
                                   .link_count = LINKS,
                                   .end_first = first,
                                   .end_node = nodes,
                                   .end_metric = metrics,
                                   .link_srlg_first = none,
                                   .link_srlgs = none};

    for (uint64_t seed = 0; seed < 2000; seed++) {
        uint64_t numbers = seed;
        uint8_t node_ok[NODES], link_ok[LINKS];
        uint32_t component[NODES], expected[NODES];
        cp_arena_mark mark = cp_arena_mark_get(*state);

        for (uint32_t l = 0; l < LINKS; l++) {
            uint32_t ends = next_number(&numbers) % 4 == 0 ? 3 : 2;
            uint32_t a = (uint32_t)(next_number(&numbers) % NODES);

            first[l + 1] = first[l] + ends;
            for (uint32_t e = 0; e < ends; e++) {
                nodes[first[l] + e] = (a + e * (1 + (uint32_t)(seed % 4))) % NODES;
                metrics[first[l] + e] = 1;
            }
            link_ok[l] = next_number(&numbers) % 5 != 0;
        }
        for (uint32_t v = 0; v < NODES; v++) {
            node_ok[v] = next_number(&numbers) % 5 != 0;
            expected[v] = node_ok[v] ? v : UINT32_MAX;
        }
        struct cp_graph g = make(state, &parts);

        assert_int_equal(cp_graph_components(&g, node_ok, link_ok, component, *state), CP_OK);
        spread(&parts, node_ok, link_ok, expected);
        assert_memory_equal(component, expected, sizeof expected);
        cp_arena_reset(*state, mark);
    }
}

static void each_take_that_fails_is_told(void **state)
{
    const uint8_t ok[] = {1, 1, 1, 1, 1};
    uint32_t component[5];
    struct cp_graph g = {0};
    uint64_t takes = 0;

    (void)state;
    for (;; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);

        assert_non_null(arena);
        cp_arena_fail_after(arena, takes);
        cp_err err = cp_graph_make(&example, arena, &g);

        if (err == CP_OK)
            err = cp_graph_components(&g, ok, ok, component, arena);
        cp_arena_close(arena);
        if (err == CP_OK)
            break;
        assert_int_equal(err, CP_ERR_NOMEM);
    }
    assert_true(takes > 5);
}

#define CROWD 65537u /* 65,537 * 65,536 hops do not fit 32 bits */

static void more_hops_than_fit_are_refused(void **state)
{
    uint32_t *nodes = CP_TAKE(*state, CROWD, uint32_t);
    const uint32_t first[] = {0, CROWD};
    const uint32_t none[] = {0, 0};
    struct cp_graph_parts parts = {.node_count = CROWD,
                                   .link_count = 1,
                                   .end_first = first,
                                   .end_node = nodes,
                                   .end_metric = nodes,
                                   .link_srlg_first = none,
                                   .link_srlgs = none};
    struct cp_graph g = {0};

    assert_non_null(nodes);
    for (uint32_t v = 0; v < CROWD; v++)
        nodes[v] = v;
    assert_int_equal(cp_graph_make(&parts, *state, &g), CP_ERR_LIMIT);
}

static void a_graph_on_its_parts_is_the_same_but_for_the_copies(void **state)
{
    struct cp_graph copied = {0}, g = {0};

    assert_int_equal(cp_graph_make(&example, *state, &copied), CP_OK);
    assert_int_equal(cp_graph_make_on(&example, *state, &g), CP_OK);
    assert_ptr_equal(g.end_first, example.end_first);
    assert_ptr_equal(g.end_node, example.end_node);
    assert_ptr_equal(g.end_metric, example.end_metric);
    assert_ptr_equal(g.link_srlg_first, example.link_srlg_first);
    assert_ptr_equal(g.link_srlgs, example.link_srlgs);
    assert_ptr_not_equal(copied.end_node, example.end_node);
    for (uint32_t v = 0; v <= g.node_count; v++)
        assert_int_equal(g.hop_first[v], copied.hop_first[v]);
    assert_memory_equal(g.hops, copied.hops, g.hop_first[g.node_count] * sizeof *g.hops);
    for (uint32_t i = 0; i < g.srlg_first[g.srlg_count]; i++)
        assert_int_equal(g.srlg_links[i], copied.srlg_links[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_graph_on_its_parts_is_the_same_but_for_the_copies,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(hops_of_a_node_are_by_link_then_end, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(from_each_end_of_a_lan_all_others_cost_its_own_metric,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(parallel_links_are_hops_of_their_own, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_node_without_links_has_no_hops, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(every_end_is_listed_once_at_its_node, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(srlgs_list_their_links, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_it_is_made_from_is_copied, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(elements_are_links_then_nodes_then_srlgs, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_graph_may_be_empty, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_graph_may_be_one_node, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(components_are_named_by_their_least_node, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(nodes_that_may_not_be_used_are_in_no_component, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(components_agree_with_spreading_names, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(more_hops_than_fit_are_refused, open_arena, close_arena),
        cmocka_unit_test(each_take_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

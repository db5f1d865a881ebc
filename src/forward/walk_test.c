#include "forward/walk.h"

#include "small_bench.h"

/* Closures at every moment, against plain reachability over the next hops of small_net.h. */

#define SEEDS 4000u

static cp_moment some_moment(struct small_bench *b)
{
    static const cp_moment moments[] = {CP_BEFORE, CP_DURING, CP_AFTER};

    return moments[small_pick(&b->numbers, 0, 2)];
}

static void check_elements(struct small_bench *b, cp_moment moment, const uint32_t *sources,
                           uint32_t source_count)
{
    struct cp_view view = small_bench_view(b, moment);
    const uint32_t *elements = NULL;
    uint32_t count = cp_walk_elements(b->walk, &view, sources, source_count, &elements);
    struct small_set met = {0};
    struct small_set expected = {0};

    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = 0;
        cp_element_kind kind = cp_graph_element(&b->net->graph, elements[i], &at);
        uint32_t *bits = kind == CP_ELEMENT_NODE ? &met.nodes : &met.links;

        assert_true(kind != CP_ELEMENT_SRLG);
        assert_false(small_has(*bits, at)); /* each just once */
        *bits |= 1u << at;
    }
    for (uint32_t i = 0; i < source_count; i++) {
        struct small_set more = small_bench_closure(b, moment, sources[i]);

        expected.nodes |= more.nodes;
        expected.links |= more.links;
    }
    assert_int_equal(SMALL_MARKS(met), SMALL_MARKS(expected));
}

static void check_closures(uint32_t sources_least, uint32_t sources_most)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct small_bench b;

        small_bench_open(&b, seed);
        small_bench_route(&b, small_node(&b), SMALL_FAILURES - 1);
        for (uint32_t i = 0; i < 4; i++) {
            uint32_t sources[SMALL_NODES];
            uint32_t count = small_pick(&b.numbers, sources_least, sources_most);

            small_bench_shift(&b);
            for (uint32_t k = 0; k < count; k++)
                sources[k] = small_node(&b);
            check_elements(&b, some_moment(&b), sources, count);
            check_elements(&b, some_moment(&b), sources, count);
        }
        cp_arena_close(b.arena);
    }
}

static void closures_hold_what_either_side_forwards_to(void **state)
{
    (void)state;
    check_closures(1, 1);
}

/* Among them none, the same twice, and some without a way. */
static void the_closure_of_several_sources_is_that_of_each(void **state)
{
    (void)state;
    check_closures(0, SMALL_NODES);
}

static void elements_come_in_the_order_of_discovery(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct small_bench b;
        const uint32_t *elements = NULL;

        small_bench_open(&b, seed);
        small_bench_route(&b, small_node(&b), 2);
        struct cp_view view = small_bench_view(&b, CP_BEFORE);
        uint32_t source = small_node(&b);
        uint32_t count = cp_walk_elements(b.walk, &view, &source, 1, &elements);

        assert_int_equal(count == 0, cp_routes_cost(&b.routes, source) == CP_UNREACHABLE);
        if (count > 0)
            assert_int_equal(elements[0], cp_graph_element_of_node(&b.net->graph, source));
        if (count > 1) /* no node is met but over a link */
            assert_true(elements[1] < b.net->graph.link_count);
        cp_arena_close(b.arena);
    }
}

/* ---- pivots ---- */

static bool is_listed(const uint32_t *elements, uint32_t count, uint32_t element)
{
    for (uint32_t i = 0; i < count; i++)
        if (elements[i] == element)
            return true;
    return false;
}

/* The element itself, or a link of it. */
static bool is_pivot(const struct cp_graph *g, const uint32_t *pivots, uint32_t count,
                     uint32_t element)
{
    uint32_t at = 0;

    if (is_listed(pivots, count, element))
        return true;
    if (cp_graph_element(g, element, &at) != CP_ELEMENT_SRLG)
        return false;
    for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
        if (is_listed(pivots, count, g->srlg_links[i]))
            return true;
    return false;
}

static bool is_inside(struct small_set part, struct small_set whole)
{
    return (part.nodes & ~whole.nodes) == 0 && (part.links & ~whole.links) == 0;
}

static void when_no_pivot_fails_closures_stay_inside(void **state)
{
    uint32_t pivots_seen = 0;
    uint32_t others_on_closure = 0;

    (void)state;
    for (uint64_t seed = 0; seed < (uint64_t)4 * SEEDS; seed++) {
        struct small_bench b;
        const uint32_t *pivots = NULL;

        small_bench_open(&b, seed);
        small_bench_route(&b, small_node(&b), SMALL_FAILURES - 1);
        uint32_t source = small_node(&b);
        struct cp_view view = small_bench_view(&b, CP_BEFORE);
        uint32_t count = cp_walk_pivots(b.walk, &view, source, &pivots);

        small_bench_shift(&b);
        struct small_set before = small_bench_closure(&b, CP_BEFORE, source);
        uint32_t element = b.after.failures[b.after.failure_count - 1];

        if (is_pivot(&b.net->graph, pivots, count, element)) {
            pivots_seen++;
        } else {
            others_on_closure +=
                (b.changed.nodes & before.nodes) != 0 || (b.changed.links & before.links) != 0;
            assert_true(is_inside(small_bench_closure(&b, CP_DURING, source), before));
            assert_true(is_inside(small_bench_closure(&b, CP_AFTER, source), before));
        }
        cp_arena_close(b.arena);
    }
    assert_true(pivots_seen > SEEDS / 10 && others_on_closure > SEEDS / 20);
}

/* ---- ways ---- */

static bool is_forwarded(const struct small_bench *b, cp_moment moment, uint32_t from,
                         const struct cp_hop *hop)
{
    return small_forwards(small_old(b, moment), from, hop, b->routes.destination) ||
           small_forwards(small_new(b, moment), from, hop, b->routes.destination);
}

static bool is_hop(const struct small_bench *b, cp_moment moment, const struct cp_walk_way *way,
                   uint32_t at)
{
    const struct cp_graph *g = &b->net->graph;
    uint32_t from = way->nodes[at];

    for (uint32_t i = g->hop_first[from]; i < g->hop_first[from + 1]; i++)
        if (g->hops[i].link == way->links[at] && g->hops[i].to == way->nodes[at + 1] &&
            is_forwarded(b, moment, from, &g->hops[i]))
            return true;
    return false;
}

/* One link more from all that was reached; true where it meets the marks. */
static bool reach(const struct small_bench *b, cp_moment moment, uint32_t marks, uint32_t *reached)
{
    const struct cp_graph *g = &b->net->graph;
    uint32_t next = *reached;

    for (uint32_t v = 0; v < g->node_count; v++)
        for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];

            if (!small_has(*reached, v) || !is_forwarded(b, moment, v, hop))
                continue;
            if (((b->net->node_marks[hop->to] | b->net->link_marks[hop->link]) & marks) != 0)
                return true;
            next |= 1u << hop->to;
        }
    assert_int_not_equal(next, *reached);
    *reached = next;
    return false;
}

/* Fewest links on a way in the closure that ends at a marked node, or is over a marked link. */
static uint32_t fewest_links(const struct small_bench *b, cp_moment moment, uint32_t source,
                             uint32_t marks)
{
    uint32_t reached = 1u << source;
    uint32_t links = 1;

    if ((b->net->node_marks[source] & marks) != 0)
        return 0;
    while (!reach(b, moment, marks, &reached))
        links++;
    return links;
}

static void check_way(const struct small_bench *b, cp_moment moment, uint32_t source,
                      uint32_t marks, const struct cp_walk_way *way)
{
    uint32_t at = 0;
    uint32_t last = way->node_count - 1;

    assert_int_equal(way->nodes[0], source);
    for (uint32_t i = 0; i < last; i++)
        assert_true(is_hop(b, moment, way, i));
    if (cp_graph_element(&b->net->graph, way->element, &at) == CP_ELEMENT_NODE) {
        assert_int_equal(at, way->nodes[last]);
        assert_true((b->net->node_marks[at] & marks) != 0);
    } else {
        assert_true(last > 0);
        assert_int_equal(at, way->links[last - 1]);
        assert_true((b->net->link_marks[at] & marks) != 0);
    }
    assert_int_equal(last, fewest_links(b, moment, source, marks));
}

static void check_find(struct small_bench *b, cp_moment moment, uint32_t source)
{
    struct cp_view view = small_bench_view(b, moment);
    struct small_set met = small_bench_closure(b, moment, source);
    uint32_t marks = (uint32_t)small_number(&b->numbers);
    struct cp_walk_way way = {0};

    marks &= (uint32_t)small_number(&b->numbers); /* an eighth of them */
    marks &= (uint32_t)small_number(&b->numbers);
    bool found = cp_walk_find(b->walk, &view, source, marks, &way);

    assert_int_equal(found, (SMALL_MARKS(met) & marks) != 0);
    if (found)
        check_way(b, moment, source, marks, &way);
}

static void a_way_to_what_is_sought_is_real_and_has_the_fewest_links(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct small_bench b;

        small_bench_open(&b, seed);
        small_bench_route(&b, small_node(&b), SMALL_FAILURES - 1);
        for (uint32_t i = 0; i < 6; i++) {
            small_bench_shift(&b);
            check_find(&b, some_moment(&b), small_node(&b));
            check_find(&b, some_moment(&b), small_node(&b));
        }
        cp_arena_close(b.arena);
    }
}

/* From 0 to 3 over 1 or 2: node 2 is one link away, and so nearer than the link from 1 on. */
static void a_marked_node_is_found_before_a_link_farther_on(void **state)
{
    static const uint32_t end_first[] = {0, 2, 4, 6, 8};
    static const uint32_t end_node[] = {0, 1, 0, 2, 1, 3, 2, 3};
    static const uint32_t end_metric[] = {1, 1, 1, 1, 1, 1, 1, 1};
    static const uint32_t no_srlgs[] = {0, 0, 0, 0, 0};
    static const uint32_t node_marks[] = {0, 0, 1, 0};
    static const uint32_t link_marks[] = {0, 0, 1, 0};
    const struct cp_graph_parts parts = {.node_count = 4,
                                         .link_count = 4,
                                         .end_first = end_first,
                                         .end_node = end_node,
                                         .end_metric = end_metric,
                                         .link_srlg_first = no_srlgs,
                                         .link_srlgs = no_srlgs};
    struct small_net net = {.marks = {.node = node_marks, .link = link_marks}};
    struct small_bench b = {.arena = cp_arena_open(SIZE_MAX), .net = &net};
    struct cp_view view = {.routes = &b.routes, .moment = CP_BEFORE};
    struct cp_walk_way way = {0};

    (void)state;
    assert_non_null(b.arena);
    assert_int_equal(cp_graph_make(&parts, b.arena, &net.graph), CP_OK);
    assert_int_equal(small_bench_fill(&b), CP_OK);
    assert_int_equal(cp_routes_to(&b.routes, 3, NULL, 0), CP_OK);
    assert_true(cp_walk_find(b.walk, &view, 0, 1, &way));
    assert_int_equal(way.node_count, 2);
    assert_int_equal(way.element, cp_graph_element_of_node(&net.graph, 2));
    cp_arena_close(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closures_hold_what_either_side_forwards_to),
        cmocka_unit_test(the_closure_of_several_sources_is_that_of_each),
        cmocka_unit_test(elements_come_in_the_order_of_discovery),
        cmocka_unit_test(when_no_pivot_fails_closures_stay_inside),
        cmocka_unit_test(a_way_to_what_is_sought_is_real_and_has_the_fewest_links),
        cmocka_unit_test(a_marked_node_is_found_before_a_link_farther_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

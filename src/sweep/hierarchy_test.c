#include "sweep/hierarchy.h"

#include "hierarchy_bench.h"

/*
 * Arcs against the game of elimination, played on a matrix in the order of the places; triangles and
 * crossings against plain search.
 */

#define NONE UINT32_MAX

/* ---- places ---- */

static void check_places(struct bench *b)
{
    const struct cp_hierarchy *h = &b->h;
    uint32_t lans = 0;

    for (uint32_t v = 0; v < b->graph->node_count; v++)
        assert_int_equal(h->node_at[h->place_of_node[v]], v);
    for (uint32_t l = 0; l < b->graph->link_count; l++) {
        bool lan = b->graph->end_first[l + 1] - b->graph->end_first[l] > 2;

        assert_int_equal(h->place_of_lan[l] != NONE, lan);
        assert_true(!lan || h->link_at[h->place_of_lan[l]] == l);
        lans += lan;
    }
    for (uint32_t p = 0; p < h->place_count; p++)
        assert_true((h->node_at[p] == NONE) != (h->link_at[p] == NONE));
    assert_int_equal(h->place_count, b->graph->node_count + lans);
    assert_int_equal(h->scale, lans > 0 ? 2 : 1);
}

static void each_node_and_lan_has_a_place(void **state)
{
    (void)state;
    check_tiny(check_places);
    check_large(check_places);
}

static bool is_above(const struct cp_hierarchy *h, uint32_t above, uint32_t p)
{
    while (p > above && h->parent[p] != p)
        p = h->parent[p];
    return p == above;
}

/* The arcs of p; its parent is the last of those that they go to. */
static void check_place(const struct cp_hierarchy *h, uint32_t p)
{
    uint32_t parent = p;

    for (uint32_t a = h->arc_first[p]; a < h->arc_first[p + 1]; a++) {
        assert_int_equal(h->arc_from[a], p);
        assert_true(h->arc_to[a] < p);
        assert_true(a == h->arc_first[p] || h->arc_to[a - 1] < h->arc_to[a]);
        parent = p < h->core_count ? p : h->arc_to[a];
    }
    assert_int_equal(h->parent[p], parent);
    for (uint32_t a = h->arc_first[p]; a < h->arc_first[p + 1]; a++)
        assert_true(h->arc_to[a] < h->core_count || is_above(h, h->arc_to[a], p));
    /* Depth first: what comes before p lies below p's parent too, or is it. */
    if (parent != p && parent >= h->core_count)
        assert_true(is_above(h, parent, p - 1));
}

static void check_arcs(struct bench *b)
{
    assert_int_equal(b->h.arc_first[0], 0);
    assert_int_equal(b->h.arc_first[b->h.place_count], b->h.arc_count);
    for (uint32_t p = 0; p < b->h.place_count; p++)
        check_place(&b->h, p);
}

static void arcs_go_up_to_ancestors_or_to_the_core(void **state)
{
    (void)state;
    check_tiny(check_arcs);
    check_large(check_arcs);
}

/* ---- arcs ---- */

struct game {
    uint32_t count;
    uint8_t *joined; /* [count * count] */
};

static void play_join(struct game *game, uint32_t p, uint32_t q)
{
    game->joined[(size_t)p * game->count + q] = game->joined[(size_t)q * game->count + p] = 1;
}

static struct game open_game(struct bench *b)
{
    const struct cp_hierarchy *h = &b->h;
    const struct cp_graph *g = b->graph;
    struct game game = {.count = h->place_count};

    game.joined = CP_TAKE(b->work, (size_t)game.count * game.count, uint8_t);
    assert_true(game.joined != NULL);
    for (uint32_t e = 0; e < g->end_first[g->link_count]; e++) {
        uint32_t link = g->end_link[e];
        uint32_t place = h->place_of_node[g->end_node[e]];

        if (h->place_of_lan[link] != NONE)
            play_join(&game, place, h->place_of_lan[link]);
        else
            play_join(&game, h->place_of_node[g->end_node[g->end_first[link]]],
                      h->place_of_node[g->end_node[g->end_first[link] + 1]]);
    }
    for (uint32_t p = 0; p < game.count; p++)
        game.joined[(size_t)p * game.count + p] = 0;
    return game;
}

/* Above p there must be arcs to what p is joined to by now, and to nothing else. */
static void check_upper(const struct cp_hierarchy *h, const struct game *game, uint32_t p)
{
    uint32_t arc = h->arc_first[p];

    for (uint32_t q = 0; q < p; q++)
        if (game->joined[(size_t)p * game->count + q])
            assert_true(arc < h->arc_first[p + 1] && h->arc_to[arc++] == q);
    assert_int_equal(arc, h->arc_first[p + 1]);
}

static void check_game(struct bench *b)
{
    struct game game = open_game(b);
    const struct cp_hierarchy *h = &b->h;

    for (uint32_t p = h->place_count; p-- > 0;) {
        check_upper(h, &game, p);
        for (uint32_t a = h->arc_first[p]; p >= h->core_count && a < h->arc_first[p + 1]; a++)
            for (uint32_t k = h->arc_first[p]; k < a; k++)
                play_join(&game, h->arc_to[a], h->arc_to[k]);
    }
}

static void arcs_are_those_of_elimination_and_no_others(void **state)
{
    (void)state;
    check_tiny(check_game);
    check_large(check_game);
}

static void check_find(struct bench *b)
{
    const struct cp_hierarchy *h = &b->h;

    for (uint32_t p = 0; p < h->place_count; p++)
        for (uint32_t q = 0, arc = h->arc_first[p]; q < p; q++) {
            bool there = arc < h->arc_first[p + 1] && h->arc_to[arc] == q;

            assert_int_equal(cp_hierarchy_arc(h, p, q), there ? arc++ : NONE);
        }
}

static void an_arc_is_found_where_there_is_one(void **state)
{
    (void)state;
    check_tiny(check_find);
}

/* ---- crossings ---- */

static void check_crossing(const struct cp_hierarchy *h, uint32_t at)
{
    const struct cp_crossing *c = &h->crossings[at];
    const struct cp_graph *g = h->graph;
    uint32_t ends[2] = {c->end_up, c->end_down};
    uint32_t places[2] = {h->arc_from[c->arc], h->arc_to[c->arc]};

    assert_true(at >= h->crossing_first[c->arc] && at < h->crossing_first[c->arc + 1]);
    for (uint32_t i = 0; i < 2; i++) {
        if (ends[i] == NONE) {
            assert_int_equal(places[i], h->place_of_lan[c->link]);
            continue;
        }
        assert_int_equal(g->end_link[ends[i]], c->link);
        assert_int_equal(h->place_of_node[g->end_node[ends[i]]], places[i]);
        assert_int_equal(h->crossing_of_end[ends[i]], at);
    }
    assert_true(c->end_up != NONE || c->end_down != NONE);
    assert_int_equal(c->end_up == NONE || c->end_down == NONE, h->place_of_lan[c->link] != NONE);
}

static uint32_t first_end(const struct cp_crossing *c)
{
    return c->end_up < c->end_down ? c->end_up : c->end_down;
}

/* So many crossings as links of two ends and ends of LANs, each end in one: so none is lost. */
static void check_crossings(struct bench *b)
{
    const struct cp_hierarchy *h = &b->h;
    uint32_t count = 0;

    for (uint32_t l = 0; l < b->graph->link_count; l++)
        count +=
            h->place_of_lan[l] == NONE ? 1 : b->graph->end_first[l + 1] - b->graph->end_first[l];
    assert_int_equal(h->crossing_first[0], 0);
    assert_int_equal(h->crossing_first[h->arc_count], count);
    for (uint32_t i = 0; i < count; i++)
        check_crossing(h, i);
    for (uint32_t a = 0; a < h->arc_count; a++)
        for (uint32_t i = h->crossing_first[a] + 1; i < h->crossing_first[a + 1]; i++)
            assert_true(first_end(&h->crossings[i - 1]) < first_end(&h->crossings[i]));
    for (uint32_t e = 0; e < b->graph->end_first[b->graph->link_count]; e++)
        assert_true(h->crossings[h->crossing_of_end[e]].end_up == e ||
                    h->crossings[h->crossing_of_end[e]].end_down == e);
}

static void each_end_has_its_crossing_on_the_arc_between_its_places(void **state)
{
    (void)state;
    check_tiny(check_crossings);
    check_large(check_crossings);
}

/* ---- triangles ---- */

static void check_triangles_of(const struct cp_hierarchy *h, const struct cp_triangles *t,
                               uint32_t arc)
{
    uint64_t at = t->first[arc];

    for (uint32_t v = h->place_count; v-- > h->core_count;) {
        uint32_t to_from = NONE;
        uint32_t to_to = NONE;

        if (v <= h->arc_from[arc])
            break;
        to_from = cp_hierarchy_arc(h, v, h->arc_from[arc]);
        to_to = cp_hierarchy_arc(h, v, h->arc_to[arc]);
        if (to_from == NONE || to_to == NONE)
            continue;
        assert_true(at < t->first[arc + 1]);
        assert_int_equal(t->all[at].to_from, to_from);
        assert_int_equal(t->all[at++].to_to, to_to);
    }
    assert_int_equal(at, t->first[arc + 1]);
}

static void check_triangles(struct bench *b)
{
    struct cp_triangles t;

    assert_int_equal(cp_triangles_make(&b->h, b->arena, &t), CP_OK);
    assert_int_equal(t.first[0], 0);
    for (uint32_t i = 0; b->net == NULL && i < 100 && b->h.arc_count > 0; i++)
        check_triangles_of(&b->h, &t, tiny_pick(&b->numbers, 0, b->h.arc_count - 1));
    for (uint32_t a = 0; b->net != NULL && a < b->h.arc_count; a++)
        check_triangles_of(&b->h, &t, a);
}

static void triangles_are_all_there_are_below_an_arc(void **state)
{
    (void)state;
    check_tiny(check_triangles);
    check_large(check_triangles);
}

/* ---- budgets ---- */

static void check_core(struct bench *b)
{
    const struct cp_hierarchy *h = &b->h;
    uint32_t *degree = CP_TAKE(b->work, (size_t)h->core_count + 1, uint32_t);

    CP_ASSERT(degree != NULL);
    for (uint32_t a = 0; a < h->arc_first[h->core_count]; a++) {
        degree[h->arc_from[a]]++;
        degree[h->arc_to[a]]++;
    }
    for (uint32_t p = 0; p < h->core_count; p++)
        assert_true(degree[p] > b->budget.core_degree);
    assert_true(h->core_count == 0 || b->budget.arcs != UINT64_MAX || b->budget.triangles < 10);
}

static void only_a_spent_budget_leaves_a_core_and_that_of_many_neighbours(void **state)
{
    (void)state;
    check_tiny(check_core);
    check_large(check_core);
}

static void a_core_is_left_of_a_grid_and_none_of_a_tree(void **state)
{
    struct bench grid = open_large(LARGE_GRID);
    struct bench tree = open_large(LARGE_TREE);

    (void)state;
    grid.budget = tree.budget = (struct cp_hierarchy_budget){.arcs = 3000, .core_degree = 3};
    make(&grid);
    make(&tree);
    assert_in_range(grid.h.core_count, 10, LARGE_NODES - 10);
    assert_int_equal(tree.h.core_count, 0);
    close_bench(&grid);
    close_bench(&tree);
}

static void the_usual_budget_is_enough_for_what_networks_look_like(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < LARGE_SHAPES; i++) {
        struct bench b = open_large((large_shape)i);

        b.budget = cp_hierarchy_usual_budget(b.graph);
        make(&b);
        assert_true(b.h.core_count == 0 || (large_shape)i == LARGE_RANDOM);
        close_bench(&b);
    }
}

/* ---- how good the order is ---- */

static void trees_need_no_shortcuts(void **state)
{
    struct bench b = open_large(LARGE_TREE);

    (void)state;
    make(&b);
    assert_int_equal(b.h.arc_count, LARGE_NODES - 1);
    close_bench(&b);
}

static void a_ring_becomes_a_low_tree(void **state)
{
    struct bench b = open_large(LARGE_RING);
    uint32_t *depth = CP_TAKE(b.work, LARGE_NODES, uint32_t);

    (void)state;
    CP_ASSERT(depth != NULL);
    make(&b);
    assert_int_equal(b.h.arc_count, 2 * LARGE_NODES - 3);
    for (uint32_t p = 1; p < LARGE_NODES; p++) {
        depth[p] = depth[b.h.parent[p]] + 1;
        assert_true(depth[p] <= 30);
    }
    close_bench(&b);
}

/* Three nodes joined to all others: slow if the lists of the three were read to the end each time. */
static void hubs_are_no_burden(void **state)
{
    enum { NODES = 60000, LINKS = 3 * (NODES - 3), ENDS = 2 * LINKS };
    struct bench b = open_bench(0);
    uint32_t *end_first = CP_TAKE(b.arena, LINKS + 1, uint32_t);
    uint32_t *end_node = CP_TAKE(b.arena, ENDS, uint32_t);
    uint32_t *ones = CP_TAKE(b.arena, ENDS, uint32_t);
    uint32_t *zeroes = CP_TAKE(b.arena, LINKS + 1, uint32_t);
    struct cp_graph graph;

    (void)state;
    CP_ASSERT(end_first != NULL && end_node != NULL && ones != NULL && zeroes != NULL);
    for (uint32_t e = 0; e < ENDS; e++) {
        end_first[e / 2 + 1] = e + 1;
        end_node[e] = e % 2 == 0 ? e / 2 % 3 : 3 + e / 6;
        ones[e] = 1;
    }
    struct cp_graph_parts parts = {.node_count = NODES,
                                   .link_count = LINKS,
                                   .end_first = end_first,
                                   .end_node = end_node,
                                   .end_metric = ones,
                                   .link_srlg_first = zeroes,
                                   .link_srlgs = zeroes};

    assert_int_equal(cp_graph_make(&parts, b.arena, &graph), CP_OK);
    b.graph = &graph;
    make(&b);
    assert_int_equal(b.h.arc_count, LINKS + 3);
    close_bench(&b);
}

/* ---- the rest ---- */

static void check_near_order(struct bench *b)
{
    uint32_t *order = CP_TAKE(b->arena, b->graph->node_count, uint32_t);
    uint8_t *met = CP_TAKE(b->arena, b->graph->node_count, uint8_t);

    CP_ASSERT(order != NULL && met != NULL);
    cp_hierarchy_near_order(&b->h, order);
    for (uint32_t i = 0; i < b->graph->node_count; i++) {
        assert_in_range(order[i], 0, b->graph->node_count - 1);
        assert_int_equal(met[order[i]]++, 0);
    }
}

static void near_order_holds_each_node_once(void **state)
{
    (void)state;
    check_tiny(check_near_order);
    check_large(check_near_order);
}

static void assert_same(const void *a, const void *b, size_t count, size_t size_bytes)
{
    if (count > 0)
        assert_memory_equal(a, b, count * size_bytes);
}

static void check_same(struct bench *b)
{
    struct cp_hierarchy first = b->h;
    size_t places = first.place_count;

    make(b);
    assert_int_equal(first.place_count, b->h.place_count);
    assert_int_equal(first.core_count, b->h.core_count);
    assert_int_equal(first.arc_count, b->h.arc_count);
    assert_same(first.place_of_node, b->h.place_of_node, b->graph->node_count, 4);
    assert_same(first.place_of_lan, b->h.place_of_lan, b->graph->link_count, 4);
    assert_same(first.arc_first, b->h.arc_first, places + 1, 4);
    assert_same(first.arc_to, b->h.arc_to, first.arc_count, 4);
}

static void the_same_graph_gives_the_same_hierarchy(void **state)
{
    (void)state;
    check_tiny(check_same);
    check_large(check_same);
}

static cp_err make_all(struct bench *b, struct cp_triangles *triangles)
{
    CP_TRY(cp_hierarchy_make(b->graph, &b->budget, b->arena, b->work, &b->h));
    return cp_triangles_make(&b->h, b->arena, triangles);
}

/* Fails each take of one of the arenas in turn; returns how many there are. */
static uint64_t fail_takes(struct bench *b, struct cp_arena *arena)
{
    cp_arena_mark marks[2] = {cp_arena_mark_get(b->arena), cp_arena_mark_get(b->work)};
    struct cp_triangles triangles;
    cp_err err = CP_ERR_NOMEM;
    uint64_t takes = 0;

    for (; err != CP_OK; takes++) {
        cp_arena_fail_after(arena, takes);
        err = make_all(b, &triangles);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_reset(b->arena, marks[0]);
        cp_arena_reset(b->work, marks[1]);
    }
    cp_arena_fail_after(arena, UINT64_MAX);
    return takes;
}

static void too_little_memory_is_an_error(void **state)
{
    struct bench b = open_large(LARGE_RANDOM);

    (void)state;
    b.budget =
        (struct cp_hierarchy_budget){.arcs = 8000, .triangles = UINT64_MAX, .core_degree = 4};
    assert_in_range(fail_takes(&b, b.arena), 12, 60);
    assert_in_range(fail_takes(&b, b.work), 20, 100);
    assert_true(b.h.core_count > 0);
    close_bench(&b);
    for (uint64_t seed = 0; seed < 40; seed++) {
        b = open_tiny(seed);
        fail_takes(&b, b.arena);
        fail_takes(&b, b.work);
        close_bench(&b);
    }
}

static void a_graph_may_be_empty_or_a_lan_have_one_end(void **state)
{
    static const uint32_t ends[] = {0, 1};
    static const uint32_t one[] = {0, 1};
    static const uint32_t none[] = {0, 0};

    (void)state;
    for (uint32_t links = 0; links < 2; links++) {
        struct bench b = open_bench(0);
        struct cp_graph_parts parts = {.node_count = links,
                                       .link_count = links,
                                       .end_first = ends,
                                       .end_node = none,
                                       .end_metric = one + 1,
                                       .link_srlg_first = none,
                                       .link_srlgs = none};
        struct cp_graph graph;

        assert_int_equal(cp_graph_make(&parts, b.arena, &graph), CP_OK);
        b.graph = &graph;
        make(&b);
        assert_int_equal(b.h.place_count, 2 * links);
        assert_int_equal(b.h.arc_count, links);
        check_game(&b);
        close_bench(&b);
    }
}

/* ---- meshes ---- */

static uint32_t core_of_mesh(uint32_t nodes)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    uint32_t links = nodes * (nodes - 1) / 2;
    uint32_t *none = CP_TAKE(arena, (size_t)links + 1, uint32_t);
    uint32_t *first = CP_TAKE(arena, (size_t)links + 1, uint32_t);
    uint32_t *node = CP_TAKE(arena, 2 * (size_t)links, uint32_t);
    uint32_t *metric = CP_TAKE(arena, 2 * (size_t)links, uint32_t);
    struct cp_hierarchy_budget budget;
    struct cp_hierarchy h = {0};
    struct cp_graph graph;
    size_t end = 0;

    assert_true(none != NULL && first != NULL && node != NULL && metric != NULL);
    for (uint32_t a = 0; a < nodes; a++)
        for (uint32_t b = 0; b < a; b++, end += 2) {
            node[end] = a;
            node[end + 1] = b;
            metric[end] = metric[end + 1] = 1;
            first[end / 2 + 1] = (uint32_t)end + 2;
        }
    struct cp_graph_parts parts = {.node_count = nodes,
                                   .link_count = links,
                                   .end_first = first,
                                   .end_node = node,
                                   .end_metric = metric,
                                   .link_srlg_first = none,
                                   .link_srlgs = none};

    assert_int_equal(cp_graph_make(&parts, arena, &graph), CP_OK);
    budget = cp_hierarchy_usual_budget(&graph);
    assert_int_equal(cp_hierarchy_make(&graph, &budget, arena, arena, &h), CP_OK);
    cp_arena_close(arena);
    return h.core_count;
}

static void a_large_mesh_is_left_as_it_is(void **state)
{
    (void)state;
    assert_int_equal(core_of_mesh(30), 0);
    assert_int_equal(core_of_mesh(65), 0);
    assert_int_equal(core_of_mesh(66), 66);
    assert_int_equal(core_of_mesh(100), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_node_and_lan_has_a_place),
        cmocka_unit_test(arcs_go_up_to_ancestors_or_to_the_core),
        cmocka_unit_test(arcs_are_those_of_elimination_and_no_others),
        cmocka_unit_test(an_arc_is_found_where_there_is_one),
        cmocka_unit_test(each_end_has_its_crossing_on_the_arc_between_its_places),
        cmocka_unit_test(triangles_are_all_there_are_below_an_arc),
        cmocka_unit_test(only_a_spent_budget_leaves_a_core_and_that_of_many_neighbours),
        cmocka_unit_test(a_core_is_left_of_a_grid_and_none_of_a_tree),
        cmocka_unit_test(a_large_mesh_is_left_as_it_is),
        cmocka_unit_test(the_usual_budget_is_enough_for_what_networks_look_like),
        cmocka_unit_test(trees_need_no_shortcuts),
        cmocka_unit_test(a_ring_becomes_a_low_tree),
        cmocka_unit_test(hubs_are_no_burden),
        cmocka_unit_test(near_order_holds_each_node_once),
        cmocka_unit_test(the_same_graph_gives_the_same_hierarchy),
        cmocka_unit_test(too_little_memory_is_an_error),
        cmocka_unit_test(a_graph_may_be_empty_or_a_lan_have_one_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

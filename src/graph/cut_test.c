#include "graph/cut.h"

#include "cut_plan.h"

/* Graphs small enough that a set of nodes or links is the bits of a word. */
#define NODES 20u
#define CANARY 0xc0ffeeu

/* The size of a smallest cut between two nodes; its elements in `elements` [9]. */
static uint32_t cut_between(void **state, const struct plan *p, uint32_t a, uint32_t b,
                            uint32_t kinds, uint32_t *elements)
{
    struct cp_graph g = graph_of(state, p);
    struct cp_cut_query query = ask(&a, 1, &b, 1, kinds);
    struct cp_cut *cut = NULL;
    uint32_t size = 0;

    assert_int_equal(cp_cut_open(&g, *state, &cut), CP_OK);
    cp_cut_find(cut, &query, &size, elements);
    return size;
}

static void one_bridge_is_a_cut_of_one(void **state)
{
    struct plan *p = open_plan(state, 4, 0);
    uint32_t elements[9];

    join(p, 0, 1, 0);
    join(p, 0, 1, 0);
    join(p, 1, 2, 0);
    join(p, 2, 3, 0);
    join(p, 2, 3, 0);
    assert_int_equal(cut_between(state, p, 0, 3, FAIL_LINKS, elements), 1);
    assert_int_equal(elements[0], 2);
}

static void parallel_links_fail_one_by_one(void **state)
{
    struct plan *p = open_plan(state, 2, 0);
    uint32_t elements[9];

    for (uint32_t i = 0; i < 3; i++)
        join(p, 0, 1, 0);
    assert_int_equal(cut_between(state, p, 0, 1, FAIL_LINKS, elements), 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(elements[i], i);
}

static void a_cut_of_the_full_depth_is_found_and_no_larger_one(void **state)
{
    struct plan *p = open_plan(state, 2, 0);
    uint32_t elements[9];

    for (uint32_t i = 0; i < 8; i++)
        join(p, 0, 1, 0);
    assert_int_equal(cut_between(state, p, 0, 1, FAIL_ALL, elements), 8);
    join(p, 0, 1, 0);
    assert_int_equal(cut_between(state, p, 0, 1, FAIL_ALL, elements), NEVER);
}

static void nothing_need_fail_where_there_is_no_way(void **state)
{
    struct plan *p = open_plan(state, 3, 0);
    uint32_t elements[9];

    join(p, 0, 1, 0);
    assert_int_equal(cut_between(state, p, 0, 2, FAIL_ALL, elements), 0);
    assert_int_equal(cut_between(state, p, 2, 0, 0, elements), 0);
}

static void without_kinds_nothing_is_cut(void **state)
{
    struct plan *p = open_plan(state, 2, 1);
    uint32_t elements[9];

    join(p, 0, 1, 1);
    assert_int_equal(cut_between(state, p, 0, 1, 0, elements), NEVER);
}

static void ends_never_fail(void **state)
{
    struct plan *p = open_plan(state, 3, 0);
    uint32_t elements[9];

    join(p, 0, 1, 0);
    join(p, 1, 2, 0);
    assert_int_equal(cut_between(state, p, 0, 1, FAIL_NODES, elements), NEVER);
    assert_int_equal(cut_between(state, p, 0, 2, FAIL_NODES, elements), 1);
    assert_int_equal(elements[0], 2 + 1);
}

static void a_lan_fails_as_one(void **state)
{
    struct plan *p = open_plan(state, 4, 0);
    static const uint32_t lan[] = {0, 1, 2, 3};
    uint32_t elements[9];

    add_link(p, lan, 4, 0);
    join(p, 0, 1, 0);
    assert_int_equal(cut_between(state, p, 0, 3, FAIL_LINKS, elements), 1);
    assert_int_equal(elements[0], 0);
    assert_int_equal(cut_between(state, p, 0, 1, FAIL_LINKS, elements), 2);
}

static void an_srlg_counts_as_one_failure(void **state)
{
    struct plan *p = open_plan(state, 2, 2);
    uint32_t elements[9];

    join(p, 0, 1, 1);
    join(p, 0, 1, 1);
    join(p, 0, 1, 3);
    join(p, 0, 1, 0);
    assert_int_equal(cut_between(state, p, 0, 1, FAIL_LINKS, elements), 4);
    assert_int_equal(cut_between(state, p, 0, 1, FAIL_SRLGS, elements), NEVER);
    assert_int_equal(cut_between(state, p, 0, 1, FAIL_LINKS | FAIL_SRLGS, elements), 2);
    assert_int_equal(elements[0], 3);
    assert_int_equal(elements[1], 4 + 2 + 0);
}

static void a_cut_must_part_every_pair_of_sets_that_overlap(void **state)
{
    struct plan *p = open_plan(state, 3, 0);
    static const uint32_t src[] = {0, 1};
    static const uint32_t dst[] = {1, 2};
    struct cp_cut *cut = NULL;
    uint32_t elements[9];
    uint32_t size = 0;

    join(p, 0, 1, 0);
    join(p, 1, 2, 0);
    struct cp_graph g = graph_of(state, p);
    struct cp_cut_query query = ask(src, 2, dst, 2, FAIL_ALL);

    assert_int_equal(cp_cut_open(&g, *state, &cut), CP_OK);
    cp_cut_find(cut, &query, &size, elements);
    assert_int_equal(size, 2);
    query = ask(src, 1, src, 1, FAIL_ALL);
    cp_cut_find(cut, &query, &size, elements);
    assert_int_equal(size, 0); /* no pair of two nodes at all */
}

/* A long chain of double links but for one, which a search must not give up before it reaches. */
static void a_weak_link_far_away_is_found(void **state)
{
    static const uint32_t ends[] = {0, 200};
    const uint32_t singles[] = {0, 63, 120, 199};

    for (size_t i = 0; i < CP_COUNT(singles); i++) {
        struct plan *p = open_plan(state, 201, 0);
        struct cp_cut *cut = NULL;
        uint32_t elements[9];
        uint32_t size = 0;

        for (uint32_t v = 0; v < 200; v++) {
            join(p, v, v + 1, 0);
            if (v != singles[i])
                join(p, v, v + 1, 0);
        }
        assert_int_equal(cut_between(state, p, 0, 200, FAIL_LINKS, elements), 1);
        assert_int_equal(elements[0], 2 * singles[i]);

        struct cp_graph g = graph_of(state, p);
        struct cp_cut_query query = ask(ends, 2, ends, 2, FAIL_LINKS);

        assert_int_equal(cp_cut_open(&g, *state, &cut), CP_OK);
        cp_cut_find(cut, &query, &size, elements);
        assert_int_equal(size, 1);
        assert_int_equal(elements[0], 2 * singles[i]);
    }
}

static void each_take_that_fails_is_told(void **state)
{
    struct plan *p = open_plan(state, 3, 2);
    uint64_t takes = 0;

    join(p, 0, 1, 1);
    join(p, 1, 2, 3);
    struct cp_graph g = graph_of(state, p);

    for (;; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);
        struct cp_cut *cut = NULL;

        assert_non_null(arena);
        cp_arena_fail_after(arena, takes);
        cp_err err = cp_cut_open(&g, arena, &cut);

        cp_arena_close(arena);
        if (err == CP_OK)
            break;
        assert_int_equal(err, CP_ERR_NOMEM);
    }
    assert_true(takes > 5);
}

static void of_least_cuts_the_one_nearest_to_the_sources_is_reported(void **state)
{
    struct plan *p = open_plan(state, 5, 0);
    uint32_t elements[9];

    join(p, 0, 1, 0);
    join(p, 0, 1, 0);
    for (uint32_t v = 1; v < 4; v++)
        join(p, v, v + 1, 0);
    assert_int_equal(cut_between(state, p, 0, 4, FAIL_LINKS, elements), 1);
    assert_int_equal(elements[0], 2);
    assert_int_equal(cut_between(state, p, 4, 0, FAIL_LINKS, elements), 1);
    assert_int_equal(elements[0], 4);
    assert_int_equal(cut_between(state, p, 0, 4, FAIL_ALL, elements), 1);
    assert_int_equal(elements[0], 5 + 1);
}

static void of_srlgs_that_part_the_sides_alone_the_first_is_reported(void **state)
{
    struct plan *p = open_plan(state, 4, 3);
    uint32_t elements[9];

    join(p, 0, 1, 4);
    join(p, 0, 1, 4);
    join(p, 1, 2, 2);
    join(p, 1, 2, 2);
    join(p, 2, 3, 1);
    join(p, 2, 3, 3);
    assert_int_equal(cut_between(state, p, 0, 3, FAIL_LINKS | FAIL_SRLGS, elements), 1);
    assert_int_equal(elements[0], 6 + 4 + 0);
    assert_int_equal(cut_between(state, p, 3, 0, FAIL_LINKS | FAIL_SRLGS, elements), 1);
    assert_int_equal(elements[0], 6 + 4 + 0);
}

/* ---- against trying every set of failures ---- */

static void add_random_link(struct plan *p, uint64_t *seed)
{
    uint32_t nodes[4];
    uint32_t most = p->parts.node_count < 4 ? p->parts.node_count : 4;
    uint32_t ends = pick(seed, 1, 6) == 1 ? pick(seed, 2, most) : 2;
    uint32_t srlgs = 0;

    for (uint32_t e = 0; e < ends;) {
        bool fresh = true;

        nodes[e] = pick(seed, 0, p->parts.node_count - 1);
        for (uint32_t k = 0; k < e; k++)
            fresh = fresh && nodes[k] != nodes[e];
        e += fresh;
    }
    for (uint32_t g = 0; g < p->parts.srlg_count; g++)
        srlgs |= (pick(seed, 1, 4) == 1 ? 1u : 0u) << g;
    add_link(p, nodes, ends, srlgs);
}

struct trial {
    const struct cp_graph *g;
    const struct cp_cut_query *query;
};

static bool may_fail(const struct trial *t, uint32_t element)
{
    const struct cp_cut_query *q = t->query;
    uint32_t at = 0;

    switch (cp_graph_element(t->g, element, &at)) {
    case CP_ELEMENT_LINK:
        return q->links;
    case CP_ELEMENT_NODE:
        return q->nodes && !contains(q->src, q->src_count, at) &&
               !contains(q->dst, q->dst_count, at);
    case CP_ELEMENT_SRLG:
        break;
    }
    return q->srlgs;
}

struct dead {
    uint32_t nodes, links;
};

static struct dead fail_one(const struct trial *t, struct dead dead, uint32_t element)
{
    uint32_t at = 0;

    switch (cp_graph_element(t->g, element, &at)) {
    case CP_ELEMENT_LINK:
        dead.links |= 1u << at;
        break;
    case CP_ELEMENT_NODE:
        dead.nodes |= 1u << at;
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t l = 0; l < t->g->link_count; l++)
            for (uint32_t i = t->g->link_srlg_first[l]; i < t->g->link_srlg_first[l + 1]; i++)
                dead.links |= (t->g->link_srlgs[i] == at ? 1u : 0u) << l;
        break;
    }
    return dead;
}

static uint32_t reached(const struct cp_graph *g, struct dead dead, uint32_t from)
{
    uint32_t nodes = 1u << from;
    uint32_t last = 0;

    while (nodes != last) {
        last = nodes;
        for (uint32_t l = 0; l < g->link_count; l++) {
            uint32_t ends = 0;

            for (uint32_t e = g->end_first[l]; e < g->end_first[l + 1]; e++)
                ends |= 1u << g->end_node[e];
            if ((dead.links >> l & 1u) == 0 && (ends & ~dead.nodes & nodes) != 0)
                nodes |= ends & ~dead.nodes;
        }
    }
    return nodes;
}

static bool is_cut(const struct trial *t, struct dead dead)
{
    for (uint32_t i = 0; i < t->query->src_count; i++)
        for (uint32_t k = 0; k < t->query->dst_count; k++) {
            uint32_t a = t->query->src[i];
            uint32_t b = t->query->dst[k];

            if (a != b && (reached(t->g, dead, a) >> b & 1u) != 0)
                return false;
        }
    return true;
}

/* Whether some further `left` failures, from `first` on, make a cut. */
static bool some_cut(const struct trial *t, struct dead dead, uint32_t first, uint32_t left)
{
    if (left == 0)
        return is_cut(t, dead);
    for (uint32_t e = first; e < cp_graph_element_count(t->g); e++)
        if (may_fail(t, e) && some_cut(t, fail_one(t, dead, e), e + 1, left - 1))
            return true;
    return false;
}

static uint32_t slow_size(const struct trial *t)
{
    for (uint32_t size = 0; size <= t->query->depth; size++)
        if (some_cut(t, (struct dead){0}, 0, size))
            return size;
    return NEVER;
}

static void assert_is_cut(const struct trial *t, const uint32_t *elements, uint32_t size)
{
    struct dead dead = {0};

    for (uint32_t i = 0; i < size; i++) {
        assert_true(may_fail(t, elements[i]));
        assert_true(i == 0 || elements[i - 1] < elements[i]);
        dead = fail_one(t, dead, elements[i]);
    }
    assert_true(is_cut(t, dead));
}

static uint32_t random_set(uint64_t *seed, uint32_t nodes, uint32_t *set)
{
    uint32_t bits = 1u << pick(seed, 0, nodes - 1);
    uint32_t count = 0;

    while (pick(seed, 1, 3) == 1)
        bits |= 1u << pick(seed, 0, nodes - 1);
    for (uint32_t v = 0; v < nodes; v++)
        if ((bits >> v & 1u) != 0)
            set[count++] = v;
    return count;
}

/* Several questions to one cp_cut: no answer may depend on those before. */
static void check_random(void **state, uint64_t seed, uint32_t most_nodes, uint32_t most_links)
{
    uint32_t nodes = pick(&seed, 2, most_nodes);
    struct plan *p = open_plan(state, nodes, pick(&seed, 0, 4));
    uint32_t links = pick(&seed, 0, most_links);
    struct cp_cut *cut = NULL;

    for (uint32_t l = 0; l < links; l++)
        add_random_link(p, &seed);
    struct cp_graph g = graph_of(state, p);

    assert_int_equal(cp_cut_open(&g, *state, &cut), CP_OK);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t src[NODES], dst[NODES], elements[9];
        uint32_t src_count = random_set(&seed, nodes, src);
        uint32_t dst_count = random_set(&seed, nodes, dst);
        uint32_t kinds = pick(&seed, 0, 1) == 0 ? FAIL_ALL : pick(&seed, 0, 7);
        struct cp_cut_query query = ask(src, src_count, dst, dst_count, kinds);
        struct trial t = {&g, &query};
        uint32_t size = 0;

        query.depth = pick(&seed, i == 0 ? 0 : 2, 3);
        elements[query.depth] = CANARY;
        cp_cut_find(cut, &query, &size, elements);
        assert_int_equal(elements[query.depth], CANARY);
        assert_int_equal(size, slow_size(&t));
        if (size != NEVER)
            assert_is_cut(&t, elements, size);
    }
}

static void agrees_with_trying_every_set(void **state)
{
    for (uint64_t seed = 0; seed < 20000; seed++) {
        cp_arena_mark mark = cp_arena_mark_get(*state);

        check_random(state, seed, 6, 9);
        cp_arena_reset(*state, mark);
    }
}

static void agrees_on_denser_graphs(void **state)
{
    for (uint64_t seed = 0; seed < 4000; seed++) {
        cp_arena_mark mark = cp_arena_mark_get(*state);

        check_random(state, seed, 8, 16);
        cp_arena_reset(*state, mark);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_bridge_is_a_cut_of_one, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(parallel_links_fail_one_by_one, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_cut_of_the_full_depth_is_found_and_no_larger_one,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(nothing_need_fail_where_there_is_no_way, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(without_kinds_nothing_is_cut, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(ends_never_fail, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_lan_fails_as_one, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(an_srlg_counts_as_one_failure, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_cut_must_part_every_pair_of_sets_that_overlap, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(a_weak_link_far_away_is_found, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(of_least_cuts_the_one_nearest_to_the_sources_is_reported,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(of_srlgs_that_part_the_sides_alone_the_first_is_reported,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(each_take_that_fails_is_told, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(agrees_with_trying_every_set, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(agrees_on_denser_graphs, open_arena, close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

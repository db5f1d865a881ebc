#include "graph/cut.h"

#include "cut_plan.h"

/*
 * Larger networks, against ways looked for one by one through all of them: not only how many failures
 * it takes, but which of the least cuts is reported.
 */

enum { PLAIN_NODES = 160, PLAIN_VERTICES = PLAIN_NODES + LONG_LINKS };

/* Split vertices: state 2v is the way into v, 2v + 1 the way out. */
struct plain {
    const struct cp_graph *g;
    const struct cp_cut_query *q;
    int8_t flow[PLAIN_VERTICES][PLAIN_VERTICES]; /* net, from the way out of one into the other */
    uint8_t through[PLAIN_VERTICES];
    uint16_t parent[2 * PLAIN_VERTICES], queue[2 * PLAIN_VERTICES];
    bool seen[2 * PLAIN_VERTICES];
    uint32_t tail;
};

static bool plain_fails(const struct plain *p, uint32_t v)
{
    if (v >= p->g->node_count)
        return p->q->links;
    return p->q->nodes && !contains(p->q->src, p->q->src_count, v) &&
           !contains(p->q->dst, p->q->dst_count, v);
}

static void plain_reach(struct plain *p, uint32_t state, uint32_t from)
{
    if (p->seen[state])
        return;
    p->seen[state] = true;
    p->parent[state] = (uint16_t)from;
    p->queue[p->tail++] = (uint16_t)state;
}

static void plain_step(struct plain *p, uint32_t state)
{
    uint32_t v = state / 2;

    if (state % 2 == 0 && (!plain_fails(p, v) || p->through[v] == 0))
        plain_reach(p, state + 1, state);
    if (state % 2 == 1 && p->through[v] > 0)
        plain_reach(p, state - 1, state);
    for (uint32_t l = 0; l < p->g->link_count; l++)
        for (uint32_t e = p->g->end_first[l]; e < p->g->end_first[l + 1]; e++) {
            uint32_t link = p->g->node_count + l;
            uint32_t node = p->g->end_node[e];
            uint32_t other = v == link ? node : link;

            if (v != link && v != node)
                continue;
            if (state % 2 == 1)
                plain_reach(p, 2 * other, state);
            else if (p->flow[other][v] > 0)
                plain_reach(p, 2 * other + 1, state);
        }
}

/* The state in which some way arrives at a destination, or NEVER. */
static uint32_t plain_way(struct plain *p)
{
    memset(p->seen, 0, sizeof p->seen);
    p->tail = 0;
    for (uint32_t i = 0; i < p->q->src_count; i++)
        plain_reach(p, 2 * p->q->src[i] + 1, UINT16_MAX);
    for (uint32_t head = 0; head < p->tail; head++) {
        uint32_t state = p->queue[head];

        if (state % 2 == 0 && contains(p->q->dst, p->q->dst_count, state / 2))
            return state;
        plain_step(p, state);
    }
    return NEVER;
}

static void plain_push(struct plain *p, uint32_t to)
{
    for (uint32_t from = p->parent[to]; from != UINT16_MAX; to = from, from = p->parent[to]) {
        if (from / 2 == to / 2)
            p->through[to / 2] = (uint8_t)(p->through[to / 2] + (to % 2 == 1 ? 1 : -1));
        else if (from % 2 == 1)
            p->flow[from / 2][to / 2]++;
        else
            p->flow[to / 2][from / 2]--;
    }
}

/* Whether the last search came to the vertex and could not leave it. */
static bool is_rim(const struct plain *p, size_t v)
{
    return p->seen[2 * v] && !p->seen[2 * v + 1];
}

static uint32_t plain_cut(struct plain *p, uint32_t *elements)
{
    uint32_t ways = 0;
    uint32_t count = 0;

    for (uint32_t to = plain_way(p); to != NEVER && ways <= p->q->depth; to = plain_way(p)) {
        plain_push(p, to);
        ways++;
    }
    if (ways > p->q->depth)
        return NEVER;
    for (uint32_t l = 0; l < p->g->link_count; l++)
        if (is_rim(p, p->g->node_count + l))
            elements[count++] = l;
    for (uint32_t v = 0; v < p->g->node_count; v++)
        if (is_rim(p, v))
            elements[count++] = p->g->link_count + v;
    return count;
}

/* As bits: the links of a node are often in the same one, or in none. */
static uint32_t some_srlgs(const struct plan *p, uint64_t *seed, uint32_t node)
{
    if (p->parts.srlg_count == 0 || pick(seed, 0, 3) == 0)
        return 0;
    return 1u << 7 * node % p->parts.srlg_count;
}

/* Clusters in a ring or a mesh, each joined to others at two of its nodes; some links at random. */
static struct plan *clustered_plan(void **state, uint64_t *seed, uint32_t srlgs)
{
    uint32_t size = pick(seed, 3, 9);
    uint32_t clusters = pick(seed, 2, PLAIN_NODES / size);
    struct plan *p = open_plan(state, size * clusters, srlgs);

    for (uint32_t c = 0; c < clusters; c++) {
        uint32_t first = c * size;
        uint32_t far = pick(seed, 0, clusters - 1) * size;

        join(p, first, first + 1, some_srlgs(p, seed, first));
        for (uint32_t v = 2; v < size; v++) {
            join(p, first + v, first + pick(seed, 0, 1), some_srlgs(p, seed, first + v));
            if (pick(seed, 0, 3) > 0)
                join(p, first + v, first + pick(seed, 0, v - 1), some_srlgs(p, seed, first + v));
        }
        for (uint32_t v = 0; v < 2 && c > 0; v++)
            join(p, first + v, first - size + v, 0);
        if (far != first && pick(seed, 0, 1) == 0)
            join(p, first + pick(seed, 0, 1), far + pick(seed, 0, 1), 0);
    }
    return p;
}

static uint32_t spread_set(uint64_t *seed, uint32_t nodes, uint32_t *set)
{
    uint32_t count = pick(seed, 1, 4) == 1 ? pick(seed, 2, 5) : 1;
    uint32_t at = 0;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        at += (i > 0) + pick(seed, 0, nodes - 1);
        if (at < nodes)
            set[kept++] = at;
    }
    return kept;
}

static void check_plain(void **state, uint64_t seed)
{
    struct plan *p = clustered_plan(state, &seed, 0);
    struct cp_graph g = graph_of(state, p);
    uint32_t kinds = pick(&seed, 0, 1) == 0 ? FAIL_LINKS | FAIL_NODES : pick(&seed, 1, 2);
    struct cp_cut *cut = NULL;

    assert_int_equal(cp_cut_open(&g, *state, &cut), CP_OK);
    for (uint32_t i = 0; i < 16; i++) {
        uint32_t src[5], dst[5], elements[9], expected[9] = {0};
        uint32_t src_count = spread_set(&seed, g.node_count, src);
        uint32_t dst_count = spread_set(&seed, g.node_count, dst);
        struct cp_cut_query query = ask(src, src_count, dst, dst_count, kinds);
        struct plain *plain = CP_TAKE(*state, 1, struct plain);
        uint32_t size = 0;
        bool common = false;

        assert_non_null(plain);
        for (uint32_t k = 0; k < src_count; k++)
            common = common || contains(dst, dst_count, src[k]);
        if (common)
            continue;
        query.depth = pick(&seed, 0, 3);
        *plain = (struct plain){.g = &g, .q = &query};
        cp_cut_find(cut, &query, &size, elements);
        assert_int_equal(size, plain_cut(plain, expected));
        for (uint32_t k = 0; size != NEVER && k < size; k++)
            assert_int_equal(elements[k], expected[k]);
    }
}

static void agrees_with_plain_ways_on_larger_networks(void **state)
{
    for (uint64_t seed = 0; seed < 60; seed++) {
        cp_arena_mark mark = cp_arena_mark_get(*state);

        check_plain(state, seed);
        cp_arena_reset(*state, mark);
    }
}

/* Whether the SRLG alone parts two nodes. */
static bool parts_alone(const struct cp_graph *g, uint32_t srlg, uint32_t a, uint32_t b)
{
    bool reached[PLAIN_NODES] = {false};
    bool more = true;

    reached[a] = true;
    while (more) {
        more = false;
        for (uint32_t l = 0; l < g->link_count; l++) {
            uint32_t x = g->end_node[g->end_first[l]], y = g->end_node[g->end_first[l] + 1];

            if (reached[x] == reached[y] ||
                contains(&g->link_srlgs[g->link_srlg_first[l]],
                         g->link_srlg_first[l + 1] - g->link_srlg_first[l], srlg))
                continue;
            reached[x] = reached[y] = true;
            more = true;
        }
    }
    return !reached[b];
}

static uint32_t first_that_parts(const struct cp_graph *g, uint32_t a, uint32_t b)
{
    uint32_t srlg = 0;

    while (srlg < g->srlg_count && !parts_alone(g, srlg, a, b))
        srlg++;
    return srlg;
}

static void check_single_srlg(void **state, uint64_t seed)
{
    struct plan *p = clustered_plan(state, &seed, 24);
    struct cp_graph g = graph_of(state, p);
    struct cp_cut *cut = NULL;

    assert_int_equal(cp_cut_open(&g, *state, &cut), CP_OK);
    for (uint32_t i = 0; i < 24; i++) {
        uint32_t a = pick(&seed, 0, g.node_count - 1), b = pick(&seed, 0, g.node_count - 1);
        struct cp_cut_query query = ask(&a, 1, &b, 1, FAIL_LINKS | FAIL_NODES);
        uint32_t srlg = first_that_parts(&g, a, b);
        uint32_t elements[9] = {0};
        uint32_t size = 0;

        query.depth = 1;
        cp_cut_find(cut, &query, &size, elements);
        if (a == b || size != NEVER)
            continue;
        query = ask(&a, 1, &b, 1, FAIL_ALL);
        query.depth = pick(&seed, 1, 2);
        cp_cut_find(cut, &query, &size, elements);
        assert_int_equal(size == 1, srlg < g.srlg_count);
        if (size == 1)
            assert_int_equal(elements[0], cp_graph_element_of_srlg(&g, srlg));
    }
}

static void of_single_srlgs_the_first_is_reported(void **state)
{
    for (uint64_t seed = 0; seed < 200; seed++) {
        cp_arena_mark mark = cp_arena_mark_get(*state);

        check_single_srlg(state, seed);
        cp_arena_reset(*state, mark);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(agrees_with_plain_ways_on_larger_networks, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(of_single_srlgs_the_first_is_reported, open_arena,
                                        close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

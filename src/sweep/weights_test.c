#include "sweep/weights.h"

#include "tiny_weights.h"

/*
 * Weights against plain ones, and the ways that they stand for against Floyd and Warshall: as made,
 * after changes, and after undoing them.
 */

#define SEEDS 3000u
#define STEPS 10u

typedef void bench_check(struct tiny_bench *b);

static void check_benches(bench_check *check)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct tiny_bench b;

        open_bench(&b, seed);
        check(&b);
        close_bench(&b);
    }
}

/* ---- all at once ---- */

static void check_fresh(struct tiny_bench *b)
{
    const struct cp_hierarchy *h = &b->hierarchy;
    struct cp_weights bare;
    cp_weights_mark start = cp_weights_mark_get(&b->weights);

    assert_as_fresh(b);
    assert_int_equal(start.arcs, 0);
    assert_int_equal(start.changes, 0);
    assert_int_equal(make_weights(b, NULL, &bare), CP_OK);
    assert_memory_equal(bare.up, b->weights.up, h->arc_count * sizeof(uint64_t));
    assert_memory_equal(bare.down, b->weights.down, h->arc_count * sizeof(uint64_t));
    assert_memory_equal(bare.up_marks, b->weights.up_marks, h->arc_count * sizeof(uint32_t));
    assert_memory_equal(bare.down_marks, b->weights.down_marks, h->arc_count * sizeof(uint32_t));
}

static void weights_are_the_least_of_crossings_and_triangles(void **state)
{
    (void)state;
    check_benches(check_fresh);
}

/* ---- what they stand for ---- */

/* Of each place: what ways from a source meet before it, the source included. */
struct search {
    struct cp_weight at[TINY_NODES + TINY_LINKS];
};

static bool go(const struct cp_weights *w, struct search *s, uint32_t from, uint32_t to,
               struct cp_weight arc)
{
    struct cp_weight before = s->at[to];

    join(&s->at[to], s->at[from].weight + arc.weight,
         s->at[from].marks | w->place_marks[from] | arc.marks);
    return before.weight != s->at[to].weight || before.marks != s->at[to].marks;
}

static bool go_up(const struct cp_weights *w, struct search *s, uint32_t arc)
{
    return go(w, s, w->hierarchy->arc_from[arc], w->hierarchy->arc_to[arc],
              (struct cp_weight){.weight = w->up[arc], .marks = w->up_marks[arc]});
}

static bool go_down(const struct cp_weights *w, struct search *s, uint32_t arc)
{
    return go(w, s, w->hierarchy->arc_to[arc], w->hierarchy->arc_from[arc],
              (struct cp_weight){.weight = w->down[arc], .marks = w->down_marks[arc]});
}

/* Up to the core, about in it until nothing changes, and down. */
static void search_from(const struct cp_weights *w, uint32_t source, struct search *s)
{
    const struct cp_hierarchy *h = w->hierarchy;
    uint32_t core_arcs = h->arc_first[h->core_count];
    bool more = true;

    assert_true(h->place_count <= CP_COUNT(s->at));
    for (uint32_t p = 0; p < h->place_count; p++)
        s->at[p] = (struct cp_weight){.weight = p == source ? 0 : CP_WEIGHT_NONE};
    for (uint32_t arc = h->arc_count; arc-- > core_arcs;)
        (void)go_up(w, s, arc);
    while (more) {
        more = false;
        for (uint32_t arc = 0; arc < core_arcs; arc++)
            more = go_up(w, s, arc) || go_down(w, s, arc) || more;
    }
    for (uint32_t arc = core_arcs; arc < h->arc_count; arc++)
        (void)go_down(w, s, arc);
}

static void assert_ways(struct tiny_bench *b)
{
    const struct cp_hierarchy *h = &b->hierarchy;
    struct tiny_answers answers;
    struct search s;

    tiny_answer(b->net, &b->now.state, &answers);
    for (uint32_t from = 0; from < b->net->graph.node_count; from++) {
        if (b->now.state.node_failed[from] > 0)
            continue;
        search_from(&b->weights, h->place_of_node[from], &s);
        for (uint32_t to = 0; to < b->net->graph.node_count; to++) {
            struct cp_weight way = s.at[h->place_of_node[to]];

            if (answers.cost[from][to] == CP_UNREACHABLE) {
                assert_true(way.weight == CP_WEIGHT_NONE);
                continue;
            }
            assert_true(way.weight == answers.cost[from][to] * h->scale);
            assert_int_equal(way.marks | b->net->node_marks[to], answers.seen[from][to]);
        }
    }
}

static void check_ways(struct tiny_bench *b)
{
    assert_ways(b);
    for (uint32_t step = 0; step < 3; step++) {
        assert_int_equal(change(b), CP_OK);
        assert_ways(b);
    }
}

static void ways_up_and_down_have_the_costs_and_marks_of_all_ways(void **state)
{
    (void)state;
    check_benches(check_ways);
}

/* ---- changes ---- */

static void check_changes(struct tiny_bench *b)
{
    for (uint32_t step = 0; step < STEPS; step++) {
        assert_int_equal(change(b), CP_OK);
        assert_as_fresh(b);
    }
}

static void after_changes_weights_are_as_if_made_so(void **state)
{
    (void)state;
    check_benches(check_changes);
}

/* Weights as they are, in the bench's scratch. */
static struct cp_weights keep(const struct tiny_bench *b)
{
    struct cp_weights kept;

    assert_int_equal(cp_weights_copy(&b->weights, NULL, b->work, &kept), CP_OK);
    return kept;
}

static bool same_arc(const struct cp_weights *a, const struct cp_weights *b, uint32_t arc)
{
    return a->up[arc] == b->up[arc] && a->down[arc] == b->down[arc] &&
           a->up_marks[arc] == b->up_marks[arc] && a->down_marks[arc] == b->down_marks[arc];
}

static void assert_same(const struct cp_weights *a, const struct cp_weights *b)
{
    const struct cp_graph *g = a->hierarchy->graph;

    for (uint32_t arc = 0; arc < a->hierarchy->arc_count; arc++)
        assert_true(same_arc(a, b, arc));
    assert_memory_equal(a->place_marks, b->place_marks,
                        a->hierarchy->place_count * sizeof(uint32_t));
    assert_memory_equal(a->end_metric, b->end_metric,
                        g->end_first[g->link_count] * sizeof(uint32_t));
    assert_memory_equal(a->link_failed, b->link_failed, g->link_count);
    assert_memory_equal(a->node_failed, b->node_failed, g->node_count);
}

static void check_log(struct tiny_bench *b)
{
    for (uint32_t step = 0; step < STEPS; step++) {
        const struct cp_arc_before *arcs;
        cp_weights_mark mark = cp_weights_mark_get(&b->weights);
        struct cp_weights kept = keep(b);
        uint32_t differ = 0;

        assert_int_equal(change(b), CP_OK);
        uint32_t count = cp_weights_changed(&b->weights, mark, &arcs);

        for (uint32_t arc = 0; arc < b->hierarchy.arc_count; arc++)
            differ += same_arc(&kept, &b->weights, arc) ? 0 : 1;
        assert_int_equal(count, differ);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t arc = arcs[i].arc;

            assert_true(i == 0 || arc < arcs[i - 1].arc); /* each once */
            assert_false(same_arc(&kept, &b->weights, arc));
            assert_true(arcs[i].up == kept.up[arc] && arcs[i].down == kept.down[arc]);
            assert_int_equal(arcs[i].up_marks, kept.up_marks[arc]);
            assert_int_equal(arcs[i].down_marks, kept.down_marks[arc]);
        }
    }
}

static void the_log_holds_the_arcs_that_differ_and_no_others(void **state)
{
    (void)state;
    check_benches(check_log);
}

/* Forward and back at random, to any moment since the log was last forgotten. */
static void check_undo(struct tiny_bench *b)
{
    struct moment past[STEPS];
    uint32_t count = 0;

    for (uint32_t step = 0; step < STEPS; step++) {
        uint32_t what = tiny_pick(&b->net->numbers, 1, 8);

        b->now.mark = cp_weights_mark_get(&b->weights);
        past[count++] = b->now;
        if (what == 1) {
            cp_weights_forget(&b->weights);
            count = 0;
        } else if (what <= 3) {
            count = tiny_pick(&b->net->numbers, 0, count - 1);
            b->now = past[count];
            cp_weights_undo(&b->weights, b->now.mark);
        } else {
            assert_int_equal(change(b), CP_OK);
        }
        assert_as_fresh(b);
    }
}

static void undo_brings_back_any_moment(void **state)
{
    (void)state;
    check_benches(check_undo);
}

static void an_element_is_out_as_long_as_it_has_a_reason(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        const struct cp_arc_before *arcs;
        struct tiny_bench b;

        open_bench(&b, seed);
        uint32_t element = tiny_element(b.net);
        struct cp_weights kept = keep(&b);

        assert_int_equal(cp_weights_fail(&b.weights, element), CP_OK);
        cp_weights_mark mark = cp_weights_mark_get(&b.weights);

        assert_int_equal(cp_weights_fail(&b.weights, element), CP_OK);
        assert_int_equal(cp_weights_restore(&b.weights, element), CP_OK);
        assert_int_equal(cp_weights_changed(&b.weights, mark, &arcs), 0);
        assert_int_equal(cp_weights_restore(&b.weights, element), CP_OK);
        assert_same(&b.weights, &kept);
        close_bench(&b);
    }
}

static void a_copy_and_what_it_was_made_from_change_on_their_own(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct tiny_bench b, other;
        cp_weights_mark mark;

        open_bench(&b, seed);
        assert_int_equal(change(&b), CP_OK);
        other = b;
        assert_int_equal(cp_weights_copy(&b.weights, &b.triangles, b.arena, &other.weights), CP_OK);
        mark = cp_weights_mark_get(&other.weights);
        assert_int_equal(mark.arcs + mark.changes, 0);
        for (uint32_t i = 0; i < 3; i++) {
            assert_int_equal(change(&b), CP_OK);
            assert_int_equal(change(&other), CP_OK);
            assert_as_fresh(&b);
            assert_as_fresh(&other);
        }
        close_bench(&b);
    }
}

/* ---- a long run ---- */

enum { MANY_NODES = 300, MANY_LINKS = 660, MANY_ENDS = 1500, MANY_SRLGS = 30, MANY_EVENTS = 20000 };

struct many {
    struct cp_arena *arena, *work;
    struct cp_graph graph;
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles;
    struct cp_weights weights;
    struct cp_marks marks;
    uint64_t seed;
    uint32_t end_first[MANY_LINKS + 1], end_node[MANY_ENDS], end_metric[MANY_ENDS];
    uint32_t srlg_first[MANY_LINKS + 1], srlgs[MANY_LINKS];
    uint32_t node_marks[MANY_NODES], link_marks[MANY_LINKS];
    uint32_t failed[16], failed_count;
    uint8_t link_failed[MANY_LINKS], node_failed[MANY_NODES];
};

/* A line with short chords, some of them parallel, some LANs; every third link in an SRLG. */
static void fill_many(struct many *m)
{
    for (uint32_t l = 0; l < MANY_LINKS; l++) {
        uint32_t node = tiny_pick(&m->seed, 0, MANY_NODES - 40);
        uint32_t ends = l % 20 == 7 ? 3 + l % 3 : 2;

        if (l + 1 < MANY_NODES)
            node = l;
        m->end_first[l + 1] = m->end_first[l];
        m->srlg_first[l + 1] = m->srlg_first[l];
        for (uint32_t e = 0; e < ends && node < MANY_NODES; e++) {
            m->end_metric[m->end_first[l + 1]] = tiny_pick(&m->seed, 1, 10);
            m->end_node[m->end_first[l + 1]++] = node;
            node += l + 1 < MANY_NODES ? 1 : tiny_pick(&m->seed, 1, 6);
        }
        if (l % 3 == 0)
            m->srlgs[m->srlg_first[l + 1]++] = tiny_pick(&m->seed, 0, MANY_SRLGS - 1);
        m->link_marks[l] = l % 9 == 0 ? UINT32_C(1) << l % 31 : 0;
    }
    for (uint32_t v = 0; v < MANY_NODES; v++)
        m->node_marks[v] = v % 7 == 0 ? UINT32_C(1) << v % 32 : 0;
}

static struct many *many_open(struct cp_arena *arena)
{
    struct many *m = CP_TAKE(arena, 1, struct many);

    assert_non_null(m);
    m->arena = arena;
    m->work = cp_arena_open(SIZE_MAX);
    assert_non_null(m->work);
    m->seed = 1;
    fill_many(m);
    struct cp_graph_parts parts = {.node_count = MANY_NODES,
                                   .link_count = MANY_LINKS,
                                   .srlg_count = MANY_SRLGS,
                                   .end_first = m->end_first,
                                   .end_node = m->end_node,
                                   .end_metric = m->end_metric,
                                   .link_srlg_first = m->srlg_first,
                                   .link_srlgs = m->srlgs};

    assert_int_equal(cp_graph_make(&parts, arena, &m->graph), CP_OK);
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(&m->graph);

    m->marks = (struct cp_marks){.node = m->node_marks, .link = m->link_marks};
    assert_int_equal(cp_hierarchy_make(&m->graph, &budget, arena, m->work, &m->hierarchy), CP_OK);
    assert_int_equal(cp_triangles_make(&m->hierarchy, arena, &m->triangles), CP_OK);
    assert_int_equal(
        cp_weights_make(&m->hierarchy, &m->triangles, m->marks, NULL, arena, &m->weights), CP_OK);
    return m;
}

static void many_count(struct many *m, uint32_t element, int reason)
{
    const struct cp_graph *g = &m->graph;
    uint32_t at = 0;
    cp_element_kind kind = cp_graph_element(g, element, &at);

    if (kind == CP_ELEMENT_LINK)
        m->link_failed[at] = (uint8_t)(m->link_failed[at] + reason);
    if (kind == CP_ELEMENT_NODE)
        m->node_failed[at] = (uint8_t)(m->node_failed[at] + reason);
    for (uint32_t i = 0; kind == CP_ELEMENT_SRLG && i < MANY_LINKS; i++)
        for (uint32_t k = m->srlg_first[i]; k < m->srlg_first[i + 1]; k++)
            if (m->srlgs[k] == at)
                m->link_failed[i] = (uint8_t)(m->link_failed[i] + reason);
}

static void many_restore_one(struct many *m)
{
    uint32_t at = tiny_pick(&m->seed, 0, m->failed_count - 1);

    assert_int_equal(cp_weights_restore(&m->weights, m->failed[at]), CP_OK);
    many_count(m, m->failed[at], -1);
    m->failed[at] = m->failed[--m->failed_count];
}

static void many_event(struct many *m)
{
    uint32_t element = tiny_pick(&m->seed, 0, cp_graph_element_count(&m->graph) - 1);
    uint32_t end = tiny_pick(&m->seed, 0, m->graph.end_first[MANY_LINKS] - 1);
    uint32_t metric = tiny_pick(&m->seed, 1, 10);
    cp_weights_mark mark = cp_weights_mark_get(&m->weights);

    switch (tiny_pick(&m->seed, 1, 4)) {
    case 1:
        assert_int_equal(cp_weights_set_metric(&m->weights, end, metric), CP_OK);
        m->end_metric[end] = metric;
        break;
    case 2:
        assert_int_equal(cp_weights_fail(&m->weights, element), CP_OK);
        assert_int_equal(cp_weights_set_metric(&m->weights, end, metric), CP_OK);
        cp_weights_undo(&m->weights, mark);
        break;
    default:
        if (m->failed_count == CP_COUNT(m->failed) ||
            (m->failed_count > 0 && tiny_pick(&m->seed, 1, 2) == 1)) {
            many_restore_one(m);
            break;
        }
        assert_int_equal(cp_weights_fail(&m->weights, element), CP_OK);
        many_count(m, element, 1);
        m->failed[m->failed_count++] = element;
    }
}

static void thousands_of_events_leave_what_a_fresh_start_would(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct many *m = many_open(arena);
    const struct state now = {
        .end_metric = m->end_metric, .link_failed = m->link_failed, .node_failed = m->node_failed};

    (void)state;
    assert_weights(&m->weights, &m->marks, &now, m->work);
    for (uint32_t i = 1; i <= MANY_EVENTS; i++) {
        many_event(m);
        if (i % 512 == 0)
            assert_weights(&m->weights, &m->marks, &now, m->work);
        if (i % 100 == 0)
            cp_weights_forget(&m->weights);
    }
    assert_weights(&m->weights, &m->marks, &now, m->work);
    cp_arena_close(m->work);
    cp_arena_close(arena);
}

/* ---- no memory ---- */

static void making_and_copying_fail_with_each_take(void **state)
{
    struct tiny_bench b;
    cp_err err = CP_ERR_NOMEM;
    uint64_t takes = 0;

    (void)state;
    open_bench(&b, 7);
    for (; err != CP_OK; takes++) {
        struct cp_weights made = {.up = NULL};

        cp_arena_fail_after(b.arena, takes);
        err = make_weights(&b, &b.triangles, &made);
        assert_int_equal(err, made.up == NULL ? CP_ERR_NOMEM : CP_OK);
    }
    assert_true(takes > 5);
    err = CP_ERR_NOMEM;
    for (takes = 0; err != CP_OK; takes++) {
        struct cp_weights made = {.up = NULL};

        cp_arena_fail_after(b.arena, takes);
        err = cp_weights_copy(&b.weights, &b.triangles, b.arena, &made);
        assert_int_equal(err, made.up == NULL ? CP_ERR_NOMEM : CP_OK);
    }
    assert_true(takes > 5);
    close_bench(&b);
}

/* Each change is tried with no take left, with one, ... until it succeeds. */
static void check_no_memory(struct tiny_bench *b)
{
    for (uint32_t step = 0; step < 2 * STEPS; step++) {
        uint64_t numbers = b->net->numbers;
        cp_weights_mark mark = cp_weights_mark_get(&b->weights);
        struct cp_weights kept = keep(b);
        cp_err err = CP_ERR_NOMEM;

        for (uint64_t takes = 0; err != CP_OK; takes++) {
            b->net->numbers = numbers; /* the same change again */
            cp_arena_fail_after(b->arena, takes);
            err = change(b);
            cp_weights_mark now = cp_weights_mark_get(&b->weights);

            if (err == CP_OK)
                break;
            assert_int_equal(err, CP_ERR_NOMEM);
            assert_same(&b->weights, &kept);
            assert_memory_equal(&now, &mark, sizeof now);
        }
        cp_arena_fail_after(b->arena, UINT64_MAX);
        assert_as_fresh(b);
    }
}

static void a_change_without_memory_leaves_no_trace(void **state)
{
    (void)state;
    check_benches(check_no_memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_the_least_of_crossings_and_triangles),
        cmocka_unit_test(ways_up_and_down_have_the_costs_and_marks_of_all_ways),
        cmocka_unit_test(after_changes_weights_are_as_if_made_so),
        cmocka_unit_test(the_log_holds_the_arcs_that_differ_and_no_others),
        cmocka_unit_test(undo_brings_back_any_moment),
        cmocka_unit_test(an_element_is_out_as_long_as_it_has_a_reason),
        cmocka_unit_test(a_copy_and_what_it_was_made_from_change_on_their_own),
        cmocka_unit_test(thousands_of_events_leave_what_a_fresh_start_would),
        cmocka_unit_test(making_and_copying_fail_with_each_take),
        cmocka_unit_test(a_change_without_memory_leaves_no_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

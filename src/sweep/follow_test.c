#include "sweep/follow.h"

#include "sweep/labels.h"
#include "tiny_weights.h"

#include "crowd.h"
#include "share.h"

/*
 * Demands followed through random changes: after each, all answers and the list of those that changed,
 * against the answers of all ways in tiny nets, and against labels made anew in larger ones.
 */

#define SEEDS 3000u
#define TINY_DEMANDS 20u
#define UPDATES 8u

/* What is followed, and what its answers should be. */
struct pursuit {
    struct cp_follow *follow;
    struct cp_follow_demand *demands;
    struct cp_follow_answer *last, *now; /* [count] */
    uint32_t count;
};

static struct pursuit open_pursuit(uint32_t count, struct cp_arena *arena)
{
    struct pursuit p = {.demands = CP_TAKE(arena, count, struct cp_follow_demand),
                        .last = CP_TAKE(arena, count, struct cp_follow_answer),
                        .now = CP_TAKE(arena, count, struct cp_follow_answer),
                        .count = count};

    assert_non_null(p.demands);
    assert_non_null(p.last);
    assert_non_null(p.now);
    return p;
}

static bool same(struct cp_follow_answer a, struct cp_follow_answer b)
{
    return a.cost == b.cost && a.seen == b.seen;
}

static void assert_answers(const struct pursuit *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        assert_true(same(cp_follow_get(p->follow, i), p->now[i]));
}

/* Updates, with the arcs in a random order; the list must be what differs between last and now. */
static void update(struct pursuit *p, struct cp_arc_before *arcs, uint32_t count)
{
    const struct cp_follow_change *changed = NULL;
    uint32_t changed_count = cp_follow_update(p->follow, arcs, count, &changed);
    uint32_t at = 0;

    for (uint32_t i = 0; i < p->count; i++) {
        if (same(p->last[i], p->now[i]))
            continue;
        assert_true(at < changed_count);
        assert_int_equal(changed[at].demand, i);
        assert_true(same(changed[at].before, p->last[i]));
        assert_true(same(changed[at].now, p->now[i]));
        at++;
    }
    assert_int_equal(at, changed_count);
    assert_answers(p);
    for (uint32_t i = 0; i < p->count; i++)
        p->last[i] = p->now[i];
}

/* The arcs changed since a mark, copied, in a random order. */
static uint32_t copy_arcs(const struct cp_weights *w, cp_weights_mark mark, uint64_t *seed,
                          struct cp_arena *work, struct cp_arc_before **out)
{
    const struct cp_arc_before *arcs = NULL;
    uint32_t count = cp_weights_changed(w, mark, &arcs);

    *out = CP_TAKE(work, count, struct cp_arc_before);
    assert_non_null(*out);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = tiny_pick(seed, 0, i);

        (*out)[i] = (*out)[at];
        (*out)[at] = arcs[i];
    }
    return count;
}

/* ---- tiny nets ---- */

static void expect_tiny(const struct tiny_bench *b, struct pursuit *p)
{
    struct tiny_answers answers;

    tiny_answer(b->net, &b->now.state, &answers);
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t from = p->demands[i].source;
        uint32_t to = p->demands[i].destination;

        p->now[i] = (struct cp_follow_answer){.cost = answers.cost[from][to],
                                              .seen = answers.seen[from][to]};
    }
}

static struct pursuit follow_tiny(struct tiny_bench *b)
{
    struct pursuit p = open_pursuit(tiny_pick(&b->net->numbers, 0, TINY_DEMANDS), b->arena);

    for (uint32_t i = 0; i < p.count; i++)
        p.demands[i] = (struct cp_follow_demand){.source = tiny_node(b->net),
                                                 .destination = tiny_node(b->net)};
    assert_int_equal(cp_follow_open(&b->weights, p.demands, p.count, b->arena, &p.follow), CP_OK);
    expect_tiny(b, &p);
    assert_answers(&p);
    for (uint32_t i = 0; i < p.count; i++)
        p.last[i] = p.now[i];
    return p;
}

/* One change or several, perhaps taken back; what was taken back is listed too. */
static void update_tiny(struct tiny_bench *b, struct pursuit *p)
{
    uint64_t *seed = &b->net->numbers;
    struct moment before = b->now;
    struct cp_arc_before *arcs = NULL;
    uint32_t count;

    before.mark = cp_weights_mark_get(&b->weights);
    for (uint32_t i = tiny_pick(seed, 0, 2); i < 3; i++)
        assert_int_equal(change(b), CP_OK);
    count = copy_arcs(&b->weights, before.mark, seed, b->work, &arcs);
    if (tiny_pick(seed, 1, 5) == 1) {
        cp_weights_undo(&b->weights, before.mark);
        b->now = before;
    }
    expect_tiny(b, p);
    update(p, arcs, count);
}

static void changes_of_tiny_nets_change_the_answers_that_they_should(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < share_of(SEEDS); seed++) {
        struct tiny_bench b;
        struct pursuit p;

        open_bench(&b, seed);
        for (uint32_t i = seed % 2 == 0 ? 0 : 3; i > 0; i--)
            assert_int_equal(change(&b), CP_OK); /* before anything is followed */
        p = follow_tiny(&b);
        for (uint32_t i = 0; i < UPDATES; i++)
            update_tiny(&b, &p);
        close_bench(&b);
    }
}

static void memory_that_runs_out_is_an_error(void **state)
{
    static const struct cp_follow_demand demands[] = {{0, 0}};

    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct tiny_bench b;
        struct cp_follow *follow = NULL;
        uint64_t takes = 0;

        open_bench(&b, seed);
        for (cp_err err = CP_ERR_NOMEM; err != CP_OK; takes++) {
            cp_arena_fail_after(b.arena, takes);
            err = cp_follow_open(&b.weights, demands, 1, b.arena, &follow);
            assert_true(err == CP_OK || (err == CP_ERR_NOMEM && takes < 60));
        }
        assert_true(takes > 10);
        assert_true(cp_follow_get(follow, 0).cost == 0);
        close_bench(&b);
    }
}

/* ---- larger nets ---- */

#define EVENTS 2000u
#define OUT_MOST 6u

struct crowd {
    struct cp_arena *arena, *work;
    struct crowd_net net;
    crowd_metrics metrics;
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles;
    struct cp_weights weights;
    struct cp_labels *labels;
    uint64_t numbers;
    uint32_t out[OUT_MOST], out_count;
};

static void open_crowd(struct crowd *c, uint64_t seed, uint32_t nodes, crowd_metrics metrics)
{
    struct cp_hierarchy_budget budget;

    *c = (struct crowd){.arena = cp_arena_open(SIZE_MAX),
                        .work = cp_arena_open(SIZE_MAX),
                        .metrics = metrics,
                        .numbers = seed};
    assert_non_null(c->arena);
    assert_non_null(c->work);
    c->net = crowd_make(nodes, CROWD_NEAR, metrics, &c->numbers, c->arena);
    budget = cp_hierarchy_usual_budget(&c->net.graph);
    assert_int_equal(cp_hierarchy_make(&c->net.graph, &budget, c->arena, c->work, &c->hierarchy),
                     CP_OK);
    assert_int_equal(c->hierarchy.core_count, 0);
    assert_int_equal(cp_triangles_make(&c->hierarchy, c->arena, &c->triangles), CP_OK);
    assert_int_equal(
        cp_weights_make(&c->hierarchy, &c->triangles, c->net.marks, NULL, c->arena, &c->weights),
        CP_OK);
    assert_int_equal(cp_labels_open(&c->hierarchy, CP_COSTS_AND_MARKS, c->arena, &c->labels),
                     CP_OK);
}

static void expect(struct crowd *c, struct pursuit *p)
{
    uint32_t to = UINT32_MAX;

    for (uint32_t i = 0; i < p->count; i++) {
        const struct cp_follow_demand *d = &p->demands[i];

        p->now[i] = (struct cp_follow_answer){.cost = CP_UNREACHABLE};
        if (c->weights.node_failed[d->destination] > 0 || c->weights.node_failed[d->source] > 0)
            continue;
        if (to != d->destination)
            cp_labels_to(c->labels, &c->weights, d->destination);
        to = d->destination;
        p->now[i] = (struct cp_follow_answer){.cost = cp_labels_cost(c->labels, d->source),
                                              .seen = cp_labels_seen(c->labels, d->source)};
    }
}

/* A failure, a repair or a metric. */
static void strike(struct crowd *c)
{
    uint32_t kind = tiny_pick(&c->numbers, 1, 3);

    if (kind == 1 && c->out_count < OUT_MOST) {
        uint32_t element = tiny_pick(&c->numbers, 0, cp_graph_element_count(&c->net.graph) - 1);

        assert_int_equal(cp_weights_fail(&c->weights, element), CP_OK);
        c->out[c->out_count++] = element;
    } else if (kind == 2 && c->out_count > 0) {
        uint32_t at = tiny_pick(&c->numbers, 0, c->out_count - 1);

        assert_int_equal(cp_weights_restore(&c->weights, c->out[at]), CP_OK);
        c->out[at] = c->out[--c->out_count];
    } else {
        uint32_t end = tiny_pick(&c->numbers, 0, c->net.end_first[c->net.link_count] - 1);

        assert_int_equal(
            cp_weights_set_metric(&c->weights, end, crowd_metric(c->metrics, &c->numbers)), CP_OK);
    }
}

static void chase(struct crowd *c, struct pursuit *p, uint32_t events)
{
    assert_int_equal(cp_follow_open(&c->weights, p->demands, p->count, c->arena, &p->follow),
                     CP_OK);
    expect(c, p);
    assert_answers(p);
    for (uint32_t i = 0; i < p->count; i++)
        p->last[i] = p->now[i];
    for (uint32_t i = 0; i < events; i++) {
        cp_arena_mark mark = cp_arena_mark_get(c->work);
        struct cp_arc_before *arcs = NULL;
        uint32_t count;

        strike(c);
        count = copy_arcs(&c->weights, (cp_weights_mark){0}, &c->numbers, c->work, &arcs);
        expect(c, p);
        update(p, arcs, count);
        cp_weights_forget(&c->weights);
        cp_arena_reset(c->work, mark);
    }
    cp_arena_close(c->arena);
    cp_arena_close(c->work);
}

/* Four demands to each of ten destinations. */
static struct pursuit pick_demands(struct crowd *c)
{
    struct pursuit p = open_pursuit(40, c->arena);
    uint32_t last = c->net.graph.node_count - 1;

    for (uint32_t k = 0; k < p.count; k++) {
        uint32_t to = k % 4 > 0 ? p.demands[k - 1].destination : tiny_pick(&c->numbers, 0, last);

        p.demands[k] =
            (struct cp_follow_demand){.source = tiny_pick(&c->numbers, 0, last), .destination = to};
    }
    return p;
}

static void changes_of_larger_nets_change_the_answers_that_they_should(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2 * CROWD_METRICS; i++) {
        struct crowd c;
        struct pursuit p;

        open_crowd(&c, i, 200 + 20 * i, (crowd_metrics)(i % CROWD_METRICS));
        p = pick_demands(&c);
        chase(&c, &p, EVENTS);
    }
}

static void thousands_of_nodes_are_no_different(void **state)
{
    struct crowd c;
    struct pursuit p;

    (void)state;
    open_crowd(&c, 7, 5000, CROWD_FEW);
    p = pick_demands(&c);
    chase(&c, &p, EVENTS / 4);
}

static void demands_of_all_nodes_are_followed_as_well_as_few(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        struct crowd c;
        struct pursuit p;
        uint32_t nodes, hub;

        open_crowd(&c, 100 + i, 200 + 33 * i, (crowd_metrics)(i % CROWD_METRICS));
        nodes = c.net.graph.node_count;
        hub = tiny_pick(&c.numbers, 0, nodes - 1);
        p = open_pursuit(nodes, c.arena);
        for (uint32_t k = 0; k < nodes; k++)
            p.demands[k] = (struct cp_follow_demand){.source = k, .destination = hub};
        for (uint32_t k = 0; i == 3 && k < nodes; k++)
            p.demands[k] = (struct cp_follow_demand){.source = hub, .destination = k};
        chase(&c, &p, EVENTS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_of_tiny_nets_change_the_answers_that_they_should),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
        cmocka_unit_test(changes_of_larger_nets_change_the_answers_that_they_should),
        cmocka_unit_test(thousands_of_nodes_are_no_different),
        cmocka_unit_test(demands_of_all_nodes_are_followed_as_well_as_few),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

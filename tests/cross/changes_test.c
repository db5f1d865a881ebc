#include "tally.h"
#include "trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sample.h"
#include "sweep/follow.h"
#include "sweep/reach.h"
#include "sweep/rows.h"
#include "share.h"

/*
 * The engine on networks of every kind, through long sequences of changes: labels, reach, rows of all
 * sets of instructions, demands that are followed, and the weights themselves, against slow searches
 * from the start of the same network in the same state.
 */

#define DEMANDS 24u
#define HUBS 5u /* destinations of most demands */
#define LANES_MOST 16u
#define ISAS 4

/* Rows of one set of instructions. */
struct keeper {
    struct cp_rows kept;   /* always true by repairs; no core */
    struct cp_rows loaded; /* told which arcs changed; swept when they are looked at */
    uint32_t repairs;      /* of those that can be undone */
    uint32_t repairs_at[TRIAL_DEPTH_MOST];
};

struct view {
    struct trial t;
    struct trial_plan plan;
    uint64_t event;
    struct tally *tally;
    struct cp_labels *labels, *costs_only;
    struct cp_follow *follow;
    struct cp_follow_demand demands[DEMANDS];
    struct cp_follow_answer last[DEMANDS];
    uint32_t demand_count;
    bool fit;  /* rows, whatever the metrics will be */
    bool keep; /* repairs are possible */
    struct keeper keepers[ISAS];
    uint32_t targets[LANES_MOST]; /* of kept rows */
};

/* ---- what is true ---- */

static void differ(const struct view *v, const char *what, uint32_t from, uint32_t to)
{
    print_error("seed %llu (%s) event %llu: %s from %u to %u\n", (unsigned long long)v->plan.seed,
                net_shape_name(v->t.net.shape), (unsigned long long)v->event, what, from, to);
    fail();
}

static void must_be(const struct view *v, bool same, const char *what, uint32_t from, uint32_t to)
{
    if (!same)
        differ(v, what, from, to);
}

static void *take(struct cp_arena *arena, size_t count, size_t size_bytes)
{
    void *at = cp_arena_take(arena, count, size_bytes);

    assert_non_null(at);
    return at;
}

/* ---- labels and reach ---- */

/* All nodes from a random one on, by steps that meet each once. */
static uint32_t some_step(struct view *v)
{
    static const uint32_t steps[] = {1, 1000003, 1000033, 1000037}; /* primes, more than nodes */

    return steps[sample_pick(&v->t.numbers, 0, CP_COUNT(steps) - 1)];
}

static void look_at_labels(struct view *v, uint32_t to)
{
    uint32_t nodes = v->t.net.node_count;
    const struct trial_truth *a = trial_truth(&v->t, to);
    uint64_t *all = take(v->t.work, nodes, sizeof *all);
    uint32_t step = some_step(v);
    uint32_t from = sample_pick(&v->t.numbers, 0, nodes - 1);

    cp_labels_to(v->labels, &v->t.weights, to);
    cp_labels_to(v->costs_only, &v->t.weights, to);
    cp_labels_all_costs(v->costs_only, all);
    for (uint32_t i = 0; i < nodes; i++, from = (from + step) % nodes) {
        must_be(v, all[from] == a->cost[from], "cost of all", from, to);
        must_be(v, cp_labels_cost(v->costs_only, from) == a->cost[from], "cost alone", from, to);
        must_be(v, cp_labels_seen(v->labels, from) == a->seen[from], "marks", from, to);
        must_be(v, cp_labels_cost(v->labels, from) == a->cost[from], "cost", from, to);
    }
    v->tally->answers += UINT64_C(4) * nodes;
}

/* From some nodes to where the labels lead. */
static void look_at_reach(struct view *v, uint32_t to)
{
    const struct trial_truth *a = trial_truth(&v->t, to);
    uint32_t nodes[4];
    uint32_t count = sample_pick(&v->t.numbers, 0, CP_COUNT(nodes));
    uint64_t least = CP_UNREACHABLE;
    struct cp_reach reach;
    uint32_t node = 0;
    bool among = false;

    for (uint32_t i = 0; i < count; i++) {
        nodes[i] = sample_pick(&v->t.numbers, 0, v->t.net.node_count - 1);
        least = a->cost[nodes[i]] < least ? a->cost[nodes[i]] : least;
    }
    assert_int_equal(cp_reach_make(&v->t.weights, nodes, count, v->t.work, &reach), CP_OK);
    must_be(v, cp_reach_cost(&reach, v->labels, &node) == least, "reach", node, to);
    for (uint32_t i = 0; i < count; i++)
        among = among || (nodes[i] == node && a->cost[node] == least);
    must_be(v, among || least == CP_UNREACHABLE, "node of reach", node, to);
    v->tally->reaches += least != CP_UNREACHABLE;
}

/* ---- rows ---- */

static bool machine_has(int isa)
{
#if defined(__x86_64__)
    if (isa == CP_ISA_AVX512)
        return __builtin_cpu_supports("avx512f") != 0;
    return isa != CP_ISA_AVX2 || __builtin_cpu_supports("avx2") != 0;
#else
    return isa == CP_ISA_PLAIN;
#endif
}

static void look_at_lane(struct view *v, const struct cp_rows *rows, uint32_t lane, uint32_t to)
{
    const struct cp_hierarchy *h = &v->t.hierarchy;
    const struct trial_truth *truth = trial_truth(&v->t, to);
    bool failed = v->t.slow.state.node_out[to] > 0;

    v->tally->failed_targets += failed;
    for (uint32_t p = 0; p < h->place_count; p++) {
        size_t at = (size_t)p * rows->lanes + lane;
        int32_t cost =
            truth->weight[p] >= CP_WEIGHT_NONE ? CP_ROWS_NONE : (int32_t)truth->weight[p];

        if (failed && p == h->place_of_node[to])
            continue; /* nobody asks the way from there */
        must_be(v, rows->cost[at] == cost, "row", p, to);
        must_be(v, rows->marks == NULL || rows->marks[at] == truth->marks[p], "row's marks", p, to);
    }
    v->tally->rows += h->place_count;
}

/* Fewer destinations than lanes at times, and some twice. */
static bool sweep_and_look(struct view *v, struct cp_rows *rows)
{
    uint32_t to[LANES_MOST] = {0};
    uint32_t count =
        sample_chance(&v->t.numbers, 70) ? rows->lanes : sample_pick(&v->t.numbers, 1, rows->lanes);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t old = sample_pick(&v->t.numbers, 0, LANES_MOST - 1);

        to[i] = v->targets[old]; /* mostly, for what is true of them is known */
        if (v->t.slow.state.node_out[to[i]] > 0 || sample_chance(&v->t.numbers, 10))
            if (!trial_pick_live(&v->t, &to[i]))
                return false;
    }
    cp_rows_sweep(rows, to, count);
    for (uint32_t lane = 0; lane < rows->lanes; lane++)
        look_at_lane(v, rows, lane, to[lane < count ? lane : 0]);
    return true;
}

/* As they are, and with all weights taken over anew. */
static void look_at_loaded(struct view *v, struct cp_rows *rows)
{
    if (v->fit)
        (void)sweep_and_look(v, rows);
    cp_rows_load(rows, &v->t.weights);
    v->tally->only_now += sweep_and_look(v, rows) && !v->fit;
}

static void look_at_rows(struct view *v)
{
    bool now = v->fit;

    if (v->fit)
        assert_true(cp_rows_fit_always(&v->t.weights));
    else
        assert_int_equal(cp_rows_fit_now(&v->t.weights, v->t.work, &now), CP_OK);
    for (int isa = 0; isa < ISAS; isa++) {
        struct keeper *k = &v->keepers[isa];

        if (!machine_has(isa))
            continue;
        for (uint32_t lane = 0; lane < k->kept.lanes && v->keep; lane++)
            look_at_lane(v, &k->kept, lane, v->targets[lane]);
        if (now)
            look_at_loaded(v, &k->loaded);
    }
}

/* New destinations for kept rows, whose arcs repairs have brought up to date. */
static void sweep_kept(struct view *v)
{
    for (uint32_t i = 0; i < LANES_MOST; i++)
        if (!trial_pick_live(&v->t, &v->targets[i]))
            return;
    for (int isa = 0; isa < ISAS; isa++)
        if (machine_has(isa) && v->keep) {
            cp_rows_forget(&v->keepers[isa].kept);
            cp_rows_sweep(&v->keepers[isa].kept, v->targets, v->keepers[isa].kept.lanes);
            v->keepers[isa].repairs = 0;
        }
}

/* Each row listed must really be another than it was. */
static void look_at_changed(const struct view *v, const struct cp_rows *rows,
                            const struct cp_row_before *changed, uint32_t count)
{
    size_t bytes = rows->lanes * sizeof(int32_t);

    for (uint32_t i = 0; i < count; i++) {
        size_t at = (size_t)changed[i].place * rows->lanes;
        bool same = memcmp(rows->cost + at, cp_rows_cost_before(rows, &changed[i]), bytes) == 0 &&
                    (rows->marks == NULL ||
                     memcmp(rows->marks + at, cp_rows_marks_before(rows, &changed[i]), bytes) == 0);

        must_be(v, !same, "a row that is said to have changed", changed[i].place, 0);
    }
    v->tally->rows_changed += count;
}

static void repair(struct view *v, struct keeper *k, const struct trial_step *step)
{
    struct cp_arc_after *after = take(v->t.work, step->count, sizeof *after);
    const struct cp_row_before *changed = NULL;
    uint32_t count = 0;

    for (uint32_t i = 0; i < step->count; i++)
        after[i] = cp_arc_after_get(&v->t.weights, step->arcs[i].arc);
    assert_int_equal(cp_rows_repair(&k->kept, after, step->count, &changed, &count), CP_OK);
    look_at_changed(v, &k->kept, changed, count);
    k->repairs++;
    v->tally->repairs++;
}

/* What was undone is undone in rows, or repaired as if it were one more change. */
static void keep_rows(struct view *v, struct keeper *k, const struct trial_step *step)
{
    if (step->kind != TRIAL_UNDONE || sample_chance(&v->t.numbers, 30)) {
        repair(v, k, step);
        return;
    }
    for (; k->repairs > k->repairs_at[v->t.depth]; k->repairs--)
        cp_rows_undo(&k->kept);
}

/* ---- demands ---- */

/* The list must be what differs between the answers of before and of now. */
static void follow(struct view *v, const struct trial_step *step)
{
    const struct cp_follow_change *changed = NULL;
    uint32_t count = cp_follow_update(v->follow, step->arcs, step->count, &changed);
    uint32_t at = 0;

    for (uint32_t i = 0; i < v->demand_count; i++) {
        struct cp_follow_answer now = cp_follow_get(v->follow, i);
        struct cp_follow_answer last = v->last[i];
        uint32_t from = v->demands[i].source;
        uint32_t to = v->demands[i].destination;

        v->last[i] = now;
        if (now.cost == last.cost && now.seen == last.seen)
            continue;
        must_be(v, at < count && changed[at].demand == i, "list of demands", from, to);
        must_be(v, changed[at].before.cost == last.cost && changed[at].before.seen == last.seen,
                "demand before", from, to);
        must_be(v, changed[at].now.cost == now.cost && changed[at].now.seen == now.seen,
                "demand now", from, to);
        at++;
    }
    must_be(v, at == count, "demands listed that are as they were", at, count);
    v->tally->follow_changes += count;
}

/* To one destination, or to any: UINT32_MAX. */
static void look_at_demands(struct view *v, uint32_t only)
{
    for (uint32_t i = 0; i < v->demand_count; i++) {
        uint32_t from = v->demands[i].source;
        uint32_t to = v->demands[i].destination;

        if (only != UINT32_MAX && only != to)
            continue;
        const struct trial_truth *a = trial_truth(&v->t, to);

        must_be(v, v->last[i].cost == a->cost[from], "demand's cost", from, to);
        must_be(v, v->last[i].seen == a->seen[from], "demand's marks", from, to);
        v->tally->answers += 2;
    }
}

/* ---- weights ---- */

static void same_arcs(const struct view *v, const struct cp_weights *a, const struct cp_weights *b)
{
    size_t arcs = a->hierarchy->arc_count;

    must_be(v, arcs == b->hierarchy->arc_count, "hierarchies", 0, 0);
    assert_memory_equal(a->up, b->up, arcs * sizeof *a->up);
    assert_memory_equal(a->down, b->down, arcs * sizeof *a->down);
    assert_memory_equal(a->up_marks, b->up_marks, arcs * sizeof *a->up_marks);
    assert_memory_equal(a->down_marks, b->down_marks, arcs * sizeof *a->down_marks);
    v->tally->arcs += arcs;
}

static void same_weights(const struct view *v, const struct cp_weights *a,
                         const struct cp_weights *b)
{
    const struct cp_graph *g = &v->t.net.graph;

    same_arcs(v, a, b);
    assert_memory_equal(a->end_metric, b->end_metric,
                        g->end_first[g->link_count] * sizeof(uint32_t));
    assert_memory_equal(a->link_failed, b->link_failed, g->link_count);
    assert_memory_equal(a->node_failed, b->node_failed, g->node_count);
}

static void look_at_weights(struct view *v)
{
    struct trial_again again;
    struct cp_weights weights;

    if (sample_chance(&v->t.numbers, 75)) {
        trial_weights_again(&v->t, &weights);
        same_weights(v, &v->t.weights, &weights);
        return;
    }
    trial_all_again(&v->t, &again);
    same_weights(v, &again.weights, &again.bare);
    trial_fail_again(&v->t, &again.weights);
    same_weights(v, &v->t.weights, &again.weights);
}

/* A copy is changed; labels are asked about it, and it is none of the original's business. */
static void look_at_copy(struct view *v)
{
    uint32_t element = sample_pick(&v->t.numbers, 0, cp_graph_element_count(&v->t.net.graph) - 1);
    struct cp_weights copy;
    uint32_t to = 0;

    assert_int_equal(cp_weights_copy(&v->t.weights, &v->t.triangles, v->t.work, &copy), CP_OK);
    assert_int_equal(cp_weights_fail(&copy, element), CP_OK);
    slow_fail(&v->t.slow, element);
    if (trial_pick_live(&v->t, &to)) {
        struct slow_answer a = slow_search(&v->t.slow, to, v->t.work);

        cp_labels_to(v->labels, &copy, to);
        for (uint32_t from = 0; from < v->t.net.node_count; from++)
            must_be(v,
                    cp_labels_cost(v->labels, from) == a.cost[from] &&
                        cp_labels_seen(v->labels, from) == a.seen[from],
                    "copy", from, to);
    }
    slow_restore(&v->t.slow, element);
    v->tally->copies++;
    cp_weights_undo(&copy, (cp_weights_mark){0});
    same_weights(v, &copy, &v->t.weights);
}

/* ---- all of it ---- */

static void look_at_all(struct view *v)
{
    uint32_t to = 0;

    v->tally->looks++;
    look_at_rows(v);
    for (uint32_t i = 0; i < 4 && trial_pick_live(&v->t, &to); i++) {
        look_at_labels(v, to);
        look_at_reach(v, to);
    }
    look_at_demands(v, UINT32_MAX);
    look_at_copy(v);
    look_at_weights(v);
    if (v->t.depth == 0 && sample_chance(&v->t.numbers, 60))
        sweep_kept(v);
}

/* One destination only. */
static void glance(struct view *v)
{
    uint32_t to = v->demands[sample_pick(&v->t.numbers, 0, DEMANDS - 1)].destination;

    if (v->t.slow.state.node_out[to] == 0)
        look_at_labels(v, to);
    look_at_demands(v, to);
}

static void take_step(struct view *v)
{
    struct trial_step step = trial_step(&v->t);

    v->event += step.events;
    if (step.kind == TRIAL_UNDONE || step.kind == TRIAL_CHANGED)
        follow(v, &step);
    for (int isa = 0; isa < ISAS; isa++) {
        struct keeper *k = &v->keepers[isa];

        if (step.kind == TRIAL_MARKED)
            k->repairs_at[v->t.depth - 1] = k->repairs;
        if (v->keep && machine_has(isa) && step.events > 0)
            keep_rows(v, k, &step);
        if (v->fit && machine_has(isa) && step.events > 0)
            cp_rows_load_arcs(&k->loaded, &v->t.weights, step.arcs, step.count);
        if (v->keep && machine_has(isa) && v->t.depth == 0 && sample_chance(&v->t.numbers, 5)) {
            cp_rows_forget(&k->kept);
            k->repairs = 0;
        }
    }
    v->tally->undone += step.kind == TRIAL_UNDONE;
}

static void open_rows(struct view *v)
{
    const struct cp_hierarchy *h = &v->t.hierarchy;
    uint64_t most = net_metric_most(v->t.net.metrics) * (uint64_t)h->scale;

    uint32_t isas = 0;

    v->fit = most * (h->place_count - 1) < (uint64_t)CP_ROWS_NONE;
    v->keep = v->fit && h->core_count == 0;
    for (int isa = 0; isa < ISAS; isa++) {
        struct keeper *k = &v->keepers[isa];
        cp_rows_kind kind =
            sample_chance(&v->t.numbers, 70) ? CP_ROWS_COSTS_AND_MARKS : CP_ROWS_COSTS;

        if (!machine_has(isa))
            continue;
        assert_int_equal(cp_rows_open(h, (cp_isa)isa, kind, v->t.arena, &k->kept), CP_OK);
        assert_int_equal(
            cp_rows_open(h, (cp_isa)isa, CP_ROWS_COSTS_AND_MARKS, v->t.arena, &k->loaded), CP_OK);
        if (v->fit)
            cp_rows_load(&k->loaded, &v->t.weights);
        if (v->keep)
            cp_rows_load(&k->kept, &v->t.weights);
        isas++;
    }
    v->tally->isas = isas;
    sweep_kept(v);
}

static void open_demands(struct view *v)
{
    uint32_t last = v->t.net.node_count - 1;

    v->demand_count = v->t.hierarchy.core_count == 0 ? DEMANDS : DEMANDS / 3;
    for (uint32_t i = 0; i < DEMANDS; i++) {
        uint32_t to = i < HUBS || i % 8 == 7 ? sample_pick(&v->t.numbers, 0, last)
                                             : v->demands[i % HUBS].destination;

        v->demands[i] = (struct cp_follow_demand){
            .source = i % 12 == 3 ? to : sample_pick(&v->t.numbers, 0, last), .destination = to};
    }
    assert_int_equal(
        cp_follow_open(&v->t.weights, v->demands, v->demand_count, v->t.arena, &v->follow), CP_OK);
    for (uint32_t i = 0; i < v->demand_count; i++)
        v->last[i] = cp_follow_get(v->follow, i);
}

static void open_view(struct view *v, const struct trial_plan *plan, struct tally *tally)
{
    struct cp_hierarchy *h = &v->t.hierarchy;

    *v = (struct view){.plan = *plan, .tally = tally};
    trial_open(&v->t, plan);
    assert_int_equal(cp_labels_open(h, CP_COSTS_AND_MARKS, v->t.arena, &v->labels), CP_OK);
    assert_int_equal(cp_labels_open(h, CP_COSTS_ONLY, v->t.arena, &v->costs_only), CP_OK);
    open_rows(v);
    open_demands(v);
    tally->nets++;
    tally->cored += h->core_count > 0;
    tally->closed += v->t.net.closed != NULL;
    tally->unfit += !v->fit;
}

/* Looks at all after so many events, more or less; at one destination more often. */
static void run(const struct trial_plan *plan, uint32_t events, uint32_t gap, struct tally *tally)
{
    struct view v;
    uint64_t next_look = gap;

    open_view(&v, plan, tally);
    while (v.event < events) {
        take_step(&v);
        if (v.event >= next_look) {
            look_at_all(&v);
            next_look = v.event + sample_pick(&v.t.numbers, gap / 2, gap + gap / 2);
        } else if (sample_chance(&v.t.numbers, 10)) {
            glance(&v);
        }
    }
    look_at_all(&v);
    tally->events += v.event;
    tally->asked += v.t.asked;
    tally->ties += v.t.ties;
    tally->unreachable += v.t.unreachable;
    trial_close(&v.t);
}

static uint32_t pick_size(uint64_t seed)
{
    static const uint32_t most[] = {12, 40, 100, 100, 200, 200, 400, 400};
    uint64_t numbers = seed;
    uint32_t i = sample_pick(&numbers, 0, CP_COUNT(most) - 1);

    return sample_pick(&numbers, 2, most[i]);
}

/* Each shape with each kind of metrics, twice as is usual and once with little elimination. */
static void answers_stay_true_through_all_changes(void **state)
{
    struct tally tally = {0};

    (void)state;
    for (uint32_t seed = 0; seed < 3 * NET_SHAPES * NET_METRICS; seed += test_share()) {
        struct trial_plan plan = {.seed = seed,
                                  .shape = (net_shape)(seed % NET_SHAPES),
                                  .metrics = (net_metrics)(seed / NET_SHAPES % NET_METRICS),
                                  .nodes = pick_size(seed),
                                  .budget = seed < 2 * NET_SHAPES * NET_METRICS ? TRIAL_USUAL
                                                                                : TRIAL_SMALL};

        run(&plan, 700, 45, &tally);
    }
    tally_print(&tally);
    if (!is_whole())
        return;
    assert_true(tally.events > 130000 && tally.undone > 3000 && tally.looks > 2000);
    assert_true(tally.cored > 25 && tally.closed > 60);
    assert_true(tally.unfit > 20 && tally.only_now > 100);
    assert_true(tally.ties > 200000 && tally.unreachable > 200000 && tally.failed_targets > 500);
    assert_true(tally.repairs > 40000 * tally.isas && tally.rows_changed > 50000 * tally.isas);
    assert_true(tally.follow_changes > 100000 && tally.reaches > 1000 && tally.copies > 1000);
}

/* Sets of places and arcs have several levels there. */
static void large_networks_stay_true_too(void **state)
{
    static const struct {
        struct trial_plan plan;
        uint32_t events, gap;
    } large[] = {{{1, NET_ISP, NET_FEW, 6000, TRIAL_USUAL}, 60, 50},
                 {{2, NET_TREE, NET_FEW, 5000, TRIAL_USUAL}, 100, 50},
                 {{3, NET_LANS, NET_SLOPES, 4000, TRIAL_USUAL}, 100, 50},
                 {{4, NET_GRID, NET_HUGE, 4200, TRIAL_USUAL}, 60, 50},
                 {{5, NET_ISP, NET_HOPS, 3000, TRIAL_SMALL}, 60, 50},
                 {{6, NET_PATH, NET_HUGE, 270000, TRIAL_USUAL}, 8, 100}};
    struct tally tally = {0};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(large); i++)
        run(&large[i].plan, large[i].events, large[i].gap, &tally);
    tally_print(&tally);
    assert_true(tally.cored > 1 && tally.repairs > 100 && tally.rows_changed > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_stay_true_through_all_changes),
        cmocka_unit_test(large_networks_stay_true_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

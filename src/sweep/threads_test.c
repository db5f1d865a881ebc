#include "sweep/follow.h"

#include <pthread.h>

#include "sweep/labels.h"
#include "sweep/rows.h"

#include "crowd.h"

/*
 * Threads share graph, hierarchy, triangles and weights that nobody changes.  Each has labels, rows,
 * demands and a copy of the weights, which it changes, and must get the answers that it gets alone.
 */

#define NODES 150u
#define THREADS 4u
#define JOBS 8u
#define STEPS 40u
#define DEMANDS 20u
#define ISAS 4

/* What all threads read. */
struct shared {
    struct cp_arena *arena;
    struct crowd_net net;
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles;
    struct cp_weights weights;
};

/* A thread's own, for one job. */
struct job {
    const struct shared *shared;
    struct cp_arena *arena, *work;
    uint64_t numbers;
    struct cp_weights weights;
    struct cp_labels *labels;
    struct cp_rows rows[ISAS];
    struct cp_follow *follow;
    uint32_t destination;
    uint64_t digest; /* of all answers */
};

/* cmocka is for one thread. */
static void must(bool truth)
{
    if (!truth)
        abort();
}

static void open_shared(struct shared *s, crowd_shape shape, uint64_t seed)
{
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    struct cp_hierarchy_budget budget = {.arcs = UINT64_MAX, .triangles = UINT64_MAX};

    if (shape == CROWD_FAR)
        budget = (struct cp_hierarchy_budget){.arcs = UINT64_C(8) * NODES, .core_degree = 4};
    s->arena = cp_arena_open(SIZE_MAX);
    assert_non_null(work);
    assert_non_null(s->arena);
    s->net = crowd_make(NODES, shape, CROWD_FEW, &seed, s->arena);
    assert_int_equal(cp_hierarchy_make(&s->net.graph, &budget, s->arena, work, &s->hierarchy),
                     CP_OK);
    assert_int_equal(s->hierarchy.core_count > 0, shape == CROWD_FAR);
    assert_int_equal(cp_triangles_make(&s->hierarchy, s->arena, &s->triangles), CP_OK);
    assert_int_equal(
        cp_weights_make(&s->hierarchy, &s->triangles, s->net.marks, NULL, s->arena, &s->weights),
        CP_OK);
    cp_arena_close(work);
}

/* ---- a job ---- */

static void digest(struct job *j, uint64_t number)
{
    uint64_t mixed = j->digest ^ number;

    j->digest = tiny_number(&mixed);
}

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

static uint32_t some_node(struct job *j)
{
    return tiny_pick(&j->numbers, 0, NODES - 1);
}

static uint32_t some_live_node(struct job *j)
{
    uint32_t node = some_node(j);

    while (j->weights.node_failed[node] != 0)
        node = (node + 1) % NODES;
    return node;
}

static void open_job(struct job *j, const struct shared *s, uint64_t seed)
{
    struct cp_follow_demand demands[DEMANDS];

    *j = (struct job){.shared = s,
                      .arena = cp_arena_open(SIZE_MAX),
                      .work = cp_arena_open(SIZE_MAX),
                      .numbers = seed};
    must(j->arena != NULL && j->work != NULL);
    must(cp_weights_copy(&s->weights, &s->triangles, j->arena, &j->weights) == CP_OK);
    must(cp_labels_open(&s->hierarchy, CP_COSTS_AND_MARKS, j->arena, &j->labels) == CP_OK);
    for (uint32_t i = 0; i < DEMANDS; i++) {
        demands[i].source = some_node(j);
        demands[i].destination = i % 4 == 0 ? some_node(j) : demands[i - 1].destination;
    }
    must(cp_follow_open(&j->weights, demands, DEMANDS, j->arena, &j->follow) == CP_OK);
    j->destination = some_node(j);
    for (int isa = 0; isa < ISAS; isa++) {
        if (!machine_has(isa))
            continue;
        must(cp_rows_open(&s->hierarchy, (cp_isa)isa, CP_ROWS_COSTS_AND_MARKS, j->arena,
                          &j->rows[isa]) == CP_OK);
        cp_rows_load(&j->rows[isa], &s->weights);
        cp_rows_sweep(&j->rows[isa], &j->destination, 1);
    }
}

static void fail_or_set(struct job *j)
{
    const struct cp_graph *g = &j->shared->net.graph;
    uint32_t ends = g->end_first[g->link_count];

    if (tiny_pick(&j->numbers, 1, 2) == 1)
        must(cp_weights_fail(&j->weights, tiny_pick(&j->numbers, 0, g->link_count + NODES - 1)) ==
             CP_OK);
    else
        must(cp_weights_set_metric(&j->weights, tiny_pick(&j->numbers, 0, ends - 1),
                                   tiny_pick(&j->numbers, 1, 4)) == CP_OK);
}

/* Answers of all nodes to some destination. */
static void ask_labels(struct job *j, const struct cp_weights *weights, uint32_t destination)
{
    cp_labels_to(j->labels, weights, destination);
    for (uint32_t node = 0; node < NODES; node++) {
        digest(j, cp_labels_cost(j->labels, node));
        digest(j, cp_labels_seen(j->labels, node));
    }
}

static void read_rows(struct job *j, const struct cp_rows *rows)
{
    for (uint32_t node = 0; node < NODES; node++) {
        size_t at = (size_t)j->shared->hierarchy.place_of_node[node] * rows->lanes;

        digest(j, (uint64_t)rows->cost[at]);
        digest(j, rows->marks[at]);
    }
}

/* Arcs have changed: repaired, read and undone; with a core, loaded and swept. */
static void change_rows(struct job *j, struct cp_rows *rows, const struct cp_arc_before *arcs,
                        uint32_t count)
{
    struct cp_arc_after *after = CP_TAKE(j->work, count, struct cp_arc_after);
    const struct cp_row_before *changed = NULL;
    uint32_t changed_count = 0;
    uint32_t to = some_live_node(j);

    must(after != NULL);
    if (j->shared->hierarchy.core_count > 0) {
        cp_rows_load(rows, &j->weights);
        cp_rows_sweep(rows, &to, 1);
        read_rows(j, rows);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        after[i] = cp_arc_after_get(&j->weights, arcs[i].arc);
    must(cp_rows_repair(rows, after, count, &changed, &changed_count) == CP_OK);
    digest(j, changed_count);
    read_rows(j, rows);
    cp_rows_undo(rows);
    read_rows(j, rows);
}

static void follow(struct job *j, const struct cp_arc_before *arcs, uint32_t count)
{
    const struct cp_follow_change *changed = NULL;
    uint32_t changed_count = cp_follow_update(j->follow, arcs, count, &changed);

    for (uint32_t i = 0; i < changed_count; i++) {
        digest(j, changed[i].demand);
        digest(j, changed[i].now.cost);
        digest(j, changed[i].now.seen);
    }
}

static uint32_t copy_changed(struct job *j, cp_weights_mark mark, struct cp_arc_before **out)
{
    const struct cp_arc_before *arcs = NULL;
    uint32_t count = cp_weights_changed(&j->weights, mark, &arcs);

    *out = CP_TAKE(j->work, count, struct cp_arc_before);
    must(*out != NULL);
    if (count > 0)
        memcpy(*out, arcs, count * sizeof *arcs);
    return count;
}

/* Some changes, which are looked at and undone. */
static void take_step(struct job *j)
{
    cp_weights_mark mark = cp_weights_mark_get(&j->weights);
    cp_arena_mark work = cp_arena_mark_get(j->work);
    struct cp_arc_before *arcs = NULL;
    uint32_t count;

    for (uint32_t i = tiny_pick(&j->numbers, 1, 3); i > 0; i--)
        fail_or_set(j);
    count = copy_changed(j, mark, &arcs);
    ask_labels(j, &j->weights, some_live_node(j));
    ask_labels(j, &j->shared->weights, some_node(j));
    follow(j, arcs, count);
    for (int isa = 0; isa < ISAS; isa++)
        if (machine_has(isa))
            change_rows(j, &j->rows[isa], arcs, count);
    cp_weights_undo(&j->weights, mark);
    follow(j, arcs, count);
    cp_arena_reset(j->work, work);
}

static uint64_t do_job(const struct shared *s, uint64_t seed)
{
    struct job j;

    open_job(&j, s, seed);
    for (uint32_t i = 0; i < STEPS; i++)
        take_step(&j);
    cp_arena_close(j.work);
    cp_arena_close(j.arena);
    return j.digest;
}

/* ---- threads ---- */

struct worker {
    pthread_t thread;
    const struct shared *shared;
    uint32_t first; /* the job to begin with: each thread another */
    uint64_t digest[JOBS];
};

static void *work(void *of)
{
    struct worker *w = of;

    for (uint32_t i = 0; i < JOBS; i++) {
        uint32_t job = (w->first + i) % JOBS;

        w->digest[job] = do_job(w->shared, job);
    }
    return NULL;
}

static void check_threads(const struct shared *s)
{
    struct worker alone = {.shared = s};
    struct worker workers[THREADS];

    (void)work(&alone);
    for (uint32_t job = 1; job < JOBS; job++)
        assert_true(alone.digest[job] != alone.digest[job - 1]);
    for (uint32_t i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.shared = s, .first = i * JOBS / THREADS};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
        assert_memory_equal(workers[i].digest, alone.digest, sizeof alone.digest);
    }
}

static void threads_that_share_a_hierarchy_get_the_answers_of_one_alone(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 2; seed++)
        for (int shape = 0; shape < CROWD_SHAPES; shape++) {
            struct shared s = {0};

            open_shared(&s, (crowd_shape)shape, seed);
            check_threads(&s);
            cp_arena_close(s.arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_that_share_a_hierarchy_get_the_answers_of_one_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "sweep/rows.h"

#include "tiny_rows.h"

/*
 * Rows repaired after random changes, nested and undone, against rows swept anew.
 */

#define SEEDS 2000u
#define NESTED 4u

/* All that a repair may change, as it was. */
struct snapshot {
    int32_t *cost;
    uint32_t *marks;
};

static size_t row_numbers(const struct cp_rows *rows)
{
    return (size_t)rows->hierarchy->place_count * rows->lanes;
}

static struct snapshot snapshot_make(const struct cp_rows *rows, struct cp_arena *arena)
{
    size_t numbers = row_numbers(rows);
    struct snapshot s = {.cost = CP_TAKE(arena, numbers, int32_t),
                         .marks = CP_TAKE(arena, numbers, uint32_t)};

    assert_non_null(s.cost);
    assert_non_null(s.marks);
    memcpy(s.cost, rows->cost, numbers * sizeof *s.cost);
    if (rows->marks != NULL)
        memcpy(s.marks, rows->marks, numbers * sizeof *s.marks);
    return s;
}

static void assert_rows_equal(const struct cp_rows *rows, const int32_t *cost,
                              const uint32_t *marks)
{
    assert_memory_equal(rows->cost, cost, row_numbers(rows) * sizeof *cost);
    if (rows->marks != NULL)
        assert_memory_equal(rows->marks, marks, row_numbers(rows) * sizeof *marks);
}

static bool row_differs(const struct cp_rows *rows, const struct snapshot *s, uint32_t place)
{
    size_t at = (size_t)place * rows->lanes;
    size_t bytes = rows->lanes * sizeof(int32_t);

    return memcmp(rows->cost + at, s->cost + at, bytes) != 0 ||
           (rows->marks != NULL && memcmp(rows->marks + at, s->marks + at, bytes) != 0);
}

/* One net under repair, on one set of instructions. */
struct repairs {
    struct cp_weights *weights;
    struct cp_arena *work;
    struct cp_rows rows, fresh;
    struct targets targets;
    uint64_t numbers;
    uint64_t rows_changed;
};

static void assert_changed(const struct repairs *r, const struct snapshot *before,
                           const struct cp_row_before *changed, uint32_t count)
{
    const struct cp_hierarchy *h = r->rows.hierarchy;
    uint32_t *turn = CP_TAKE(r->work, h->place_count, uint32_t); /* in the list, from 1 on */
    uint32_t differ = 0;

    assert_non_null(turn);
    CP_ASSERT(turn != NULL);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = changed[i].place;
        size_t at = (size_t)place * r->rows.lanes;
        size_t bytes = r->rows.lanes * sizeof(int32_t);

        assert_int_equal(turn[place], 0);
        turn[place] = i + 1;
        assert_true(row_differs(&r->rows, before, place));
        assert_memory_equal(cp_rows_cost_before(&r->rows, &changed[i]), before->cost + at, bytes);
        if (r->rows.marks != NULL)
            assert_memory_equal(cp_rows_marks_before(&r->rows, &changed[i]), before->marks + at,
                                bytes);
    }
    for (uint32_t p = 0; p < h->place_count; p++)
        differ += row_differs(&r->rows, before, p);
    assert_int_equal(differ, count);
    for (uint32_t a = 0; a < h->arc_count; a++)
        if (turn[h->arc_from[a]] != 0)
            assert_true(turn[h->arc_to[a]] < turn[h->arc_from[a]]);
}

/* The arcs changed since the mark, as they are now; some come up more than once. */
static struct cp_arc_after *arcs_after(const struct repairs *r, cp_weights_mark mark,
                                       uint32_t *count)
{
    const struct cp_arc_before *arcs = NULL;

    *count = cp_weights_changed(r->weights, mark, &arcs);
    struct cp_arc_after *after = CP_TAKE(r->work, *count, struct cp_arc_after);

    assert_non_null(after);
    CP_ASSERT(after != NULL);
    for (uint32_t i = 0; i < *count; i++)
        after[i] = cp_arc_after_get(r->weights, arcs[i].arc);
    return after;
}

static cp_err repair(struct repairs *r, cp_weights_mark mark, const struct cp_row_before **changed,
                     uint32_t *count)
{
    uint32_t arc_count = 0;
    const struct cp_arc_after *arcs = arcs_after(r, mark, &arc_count);

    return cp_rows_repair(&r->rows, arcs, arc_count, changed, count);
}

static cp_err probe(struct repairs *r, cp_weights_mark mark, struct cp_rows_found *found)
{
    uint32_t arc_count = 0;
    const struct cp_arc_after *arcs = arcs_after(r, mark, &arc_count);

    return cp_rows_probe(&r->rows, arcs, arc_count, found);
}

/* What a probe found, kept beyond it. */
struct probed {
    uint32_t *places, count;
    struct snapshot after; /* [count * lanes] */
};

static void keep_row(const struct repairs *r, const struct cp_rows_found *found, uint32_t i,
                     const struct snapshot *before, struct probed *out)
{
    size_t from = (size_t)found->changed[i].place * r->rows.lanes;
    size_t to = (size_t)i * r->rows.lanes;
    size_t bytes = r->rows.lanes * sizeof(int32_t);

    out->places[i] = found->changed[i].place;
    assert_memory_equal(cp_found_cost_before(&r->rows, found, i), before->cost + from, bytes);
    memcpy(out->after.cost + to, cp_found_cost_after(&r->rows, found, i), bytes);
    if (r->rows.marks == NULL)
        return;
    assert_memory_equal(cp_found_marks_before(&r->rows, found, i), before->marks + from, bytes);
    memcpy(out->after.marks + to, cp_found_marks_after(&r->rows, found, i), bytes);
}

static struct probed probe_and_undo(struct repairs *r, cp_weights_mark mark,
                                    const struct snapshot *before)
{
    struct probed p = {.places = CP_TAKE(r->work, r->rows.hierarchy->place_count, uint32_t),
                       .after = snapshot_make(&r->rows, r->work)};
    struct cp_rows_found found = {0};

    assert_non_null(p.places);
    assert_int_equal(probe(r, mark, &found), CP_OK);
    p.count = found.count;
    for (uint32_t i = 0; i < found.count; i++)
        keep_row(r, &found, i, before, &p);
    cp_rows_undo(&r->rows);
    assert_rows_equal(&r->rows, before->cost, before->marks);
    return p;
}

/* The repair changed the rows that the probe found, to what it found. */
static void assert_probed(const struct repairs *r, const struct probed *p,
                          const struct cp_row_before *changed, uint32_t count)
{
    uint32_t lanes = r->rows.lanes;
    size_t bytes = lanes * sizeof(int32_t);

    assert_int_equal(p->count, count);
    for (size_t i = 0; i < count; i++) {
        size_t at = (size_t)changed[i].place * lanes;

        assert_int_equal(p->places[i], changed[i].place);
        assert_memory_equal(p->after.cost + i * lanes, r->rows.cost + at, bytes);
        if (r->rows.marks != NULL)
            assert_memory_equal(p->after.marks + i * lanes, r->rows.marks + at, bytes);
    }
}

static void assert_as_swept(struct repairs *r)
{
    cp_rows_load(&r->fresh, r->weights);
    cp_rows_sweep(&r->fresh, r->targets.nodes, r->targets.count);
    assert_rows_equal(&r->rows, r->fresh.cost, r->fresh.marks);
}

/* A change, repaired and looked at. */
typedef void repairs_change(struct repairs *r, void *of);

static void check_nested(struct repairs *r, repairs_change *change_one, void *of, uint32_t depth)
{
    cp_weights_mark mark = cp_weights_mark_get(r->weights);
    struct snapshot before = snapshot_make(&r->rows, r->work);
    const struct cp_row_before *changed = NULL;
    uint32_t count = 0;

    change_one(r, of);
    struct probed probed = probe_and_undo(r, mark, &before);

    assert_int_equal(repair(r, mark, &changed, &count), CP_OK);
    assert_probed(r, &probed, changed, count);
    r->rows_changed += count;
    assert_as_swept(r);
    assert_changed(r, &before, changed, count);
    for (uint32_t i = 0; depth > 1 && i < 2; i++)
        check_nested(r, change_one, of, depth - 1);
    assert_changed(r, &before, changed, count);
    cp_rows_undo(&r->rows);
    assert_rows_equal(&r->rows, before.cost, before.marks);
    cp_weights_undo(r->weights, mark);
}

/* New destinations; false: there are none. */
static bool sweep_again(struct repairs *r)
{
    if (!pick_targets(r->weights, &r->numbers, r->rows.lanes, &r->targets))
        return false;
    cp_rows_sweep(&r->rows, r->targets.nodes, r->targets.count);
    return true;
}

static bool open_repairs(struct repairs *r, struct cp_weights *w, int isa, cp_rows_kind kind,
                         struct cp_arena *work)
{
    r->weights = w;
    r->work = work;
    open_rows(w, isa, kind, work, &r->rows);
    open_rows(w, isa, kind, work, &r->fresh);
    return sweep_again(r);
}

/* Elements and metrics of a tiny net, at random; the net's own state stays as it is. */
static void change_tiny(struct repairs *r, void *of)
{
    struct tiny_bench *b = of;
    uint32_t ends = b->net->end_first[b->net->graph.link_count];
    cp_err err;

    if (ends > 0 && tiny_pick(&r->numbers, 1, 3) == 1)
        err = cp_weights_set_metric(&b->weights, tiny_pick(&r->numbers, 0, ends - 1),
                                    tiny_metric(b->net->metrics, &r->numbers));
    else
        err = cp_weights_fail(&b->weights, tiny_element(b->net));
    assert_int_equal(err, CP_OK);
}

static void repaired_rows_are_as_if_swept_anew(void **state)
{
    uint64_t rows_changed = 0;

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct tiny_bench b;
        struct repairs r = {.numbers = seed};

        open_bench(&b, seed);
        for (int isa = next_isa(0); isa < ISAS; isa = next_isa(isa + 1)) {
            cp_arena_mark mark = cp_arena_mark_get(b.work);

            if (b.hierarchy.core_count == 0 && b.net->metrics != TINY_HUGE &&
                open_repairs(&r, &b.weights, isa, kinds[seed % 3 > 0], b.work)) {
                check_nested(&r, change_tiny, &b, 3);
                if (sweep_again(&r))
                    check_nested(&r, change_tiny, &b, 1);
            }
            cp_arena_reset(b.work, mark);
        }
        rows_changed += r.rows_changed;
        close_bench(&b);
    }
    assert_true(rows_changed > SEEDS);
}

/* ---- larger nets ---- */

static void change_net(struct repairs *r, void *of)
{
    const struct net *n = of;
    uint32_t elements = cp_graph_element_count(&n->graph);

    assert_int_equal(cp_weights_fail(r->weights, tiny_pick(&r->numbers, 0, elements - 1)), CP_OK);
}

static void larger_nets_are_repaired_too(void **state)
{
    uint64_t rows_changed = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 6; seed++) {
        struct net *n = net_open(seed, NET_NODES);

        for (int isa = next_isa(0); isa < ISAS; isa = next_isa(isa + 1)) {
            cp_arena_mark mark = cp_arena_mark_get(n->work);
            struct repairs r = {.numbers = seed};

            assert_true(open_repairs(&r, &n->weights, isa, kinds[seed % 3 > 0], n->work));
            for (uint32_t i = 0; i < 4; i++)
                check_nested(&r, change_net, n, NESTED);
            rows_changed += r.rows_changed;
            cp_arena_reset(n->work, mark);
        }
        net_close(n);
    }
    assert_true(rows_changed > UINT64_C(10) * NET_NODES);
}

static void change_net_much(struct repairs *r, void *of)
{
    for (uint32_t i = 0; i < 30; i++)
        change_net(r, of);
}

/* Enough places for bits of bits of what is due. */
static void large_nets_are_repaired_too(void **state)
{
    struct net *n = net_open(6, LARGE_NET_NODES);

    (void)state;
    for (int isa = next_isa(0); isa < ISAS; isa = next_isa(isa + 1)) {
        cp_arena_mark mark = cp_arena_mark_get(n->work);
        struct repairs r = {.numbers = 6};

        assert_true(open_repairs(&r, &n->weights, isa, CP_ROWS_COSTS_AND_MARKS, n->work));
        for (uint32_t i = 0; i < 8; i++)
            check_nested(&r, change_net_much, n, 1);
        cp_arena_reset(n->work, mark);
    }
    net_close(n);
}

/* ---- other ways to change ---- */

static void loading_changed_arcs_is_loading_all(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct tiny_bench b;
        struct repairs r = {.numbers = seed};

        open_bench(&b, seed);
        if (b.net->metrics != TINY_HUGE &&
            open_repairs(&r, &b.weights, CP_ISA_PLAIN, kinds[seed % 2], b.work)) {
            cp_weights_mark mark = cp_weights_mark_get(&b.weights);
            const struct cp_arc_before *arcs = NULL;

            change_tiny(&r, &b);
            uint32_t count = cp_weights_changed(&b.weights, mark, &arcs);

            cp_rows_load_arcs(&r.rows, &b.weights, arcs, count);
            cp_rows_sweep(&r.rows, r.targets.nodes, r.targets.count);
            assert_as_swept(&r);
        }
        close_bench(&b);
    }
}

static void forgotten_repairs_stay(void **state)
{
    struct net *n = net_open(8, NET_NODES);
    struct repairs r = {.numbers = 8};
    const struct cp_row_before *changed = NULL;
    uint32_t count = 0;

    (void)state;
    assert_true(open_repairs(&r, &n->weights, CP_ISA_PLAIN, CP_ROWS_COSTS_AND_MARKS, n->work));
    for (uint32_t i = 0; i < 20; i++) {
        cp_weights_mark mark = cp_weights_mark_get(&n->weights);

        change_net(&r, n);
        assert_int_equal(repair(&r, mark, &changed, &count), CP_OK);
        cp_rows_forget(&r.rows);
        assert_as_swept(&r);
    }
    cp_rows_sweep(&r.rows, r.targets.nodes, r.targets.count);
    assert_as_swept(&r);
    net_close(n);
}

/* ---- memory ---- */

/* As many changes as need all the logs. */
static void open_without_memory(struct net *n, int isa, struct repairs *r)
{
    *r = (struct repairs){.numbers = 10};
    assert_true(open_repairs(r, &n->weights, isa, CP_ROWS_COSTS_AND_MARKS, n->work));
    r->work = n->arena; /* the logs grow in n->work */
    for (uint32_t i = 0; i < 40; i++)
        change_net(r, n);
    cp_arena_fail_after(n->work, 0);
}

static void repair_without_memory(struct net *n, int isa)
{
    cp_weights_mark mark = cp_weights_mark_get(&n->weights);
    const struct cp_row_before *changed = NULL;
    uint32_t count = 0;
    uint64_t takes = 0;
    struct repairs r;

    open_without_memory(n, isa, &r);
    struct snapshot before = snapshot_make(&r.rows, n->arena);

    while (repair(&r, mark, &changed, &count) == CP_ERR_NOMEM) {
        assert_rows_equal(&r.rows, before.cost, before.marks);
        cp_arena_fail_after(n->work, ++takes);
    }
    cp_arena_fail_after(n->work, UINT64_MAX);
    assert_true(takes > 4);
    assert_as_swept(&r);
    assert_changed(&r, &before, changed, count);
    cp_rows_undo(&r.rows);
    assert_rows_equal(&r.rows, before.cost, before.marks);
    cp_weights_undo(&n->weights, mark);
}

static void probe_without_memory(struct net *n, int isa)
{
    cp_weights_mark mark = cp_weights_mark_get(&n->weights);
    struct cp_rows_found found = {0};
    uint64_t takes = 0;
    struct repairs r;

    open_without_memory(n, isa, &r);
    struct snapshot before = snapshot_make(&r.rows, n->arena);

    while (probe(&r, mark, &found) == CP_ERR_NOMEM) {
        assert_rows_equal(&r.rows, before.cost, before.marks);
        cp_arena_fail_after(n->work, ++takes);
    }
    cp_arena_fail_after(n->work, UINT64_MAX);
    assert_true(takes > 4);
    cp_rows_undo(&r.rows);
    assert_rows_equal(&r.rows, before.cost, before.marks);
    cp_weights_undo(&n->weights, mark);
}

static void a_repair_without_memory_changes_nothing(void **state)
{
    struct net *n = net_open(10, NET_NODES);

    (void)state;
    for (int isa = next_isa(0); isa < ISAS; isa = next_isa(isa + 1)) {
        repair_without_memory(n, isa);
        probe_without_memory(n, isa);
    }
    net_close(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repaired_rows_are_as_if_swept_anew),
        cmocka_unit_test(larger_nets_are_repaired_too),
        cmocka_unit_test(large_nets_are_repaired_too),
        cmocka_unit_test(loading_changed_arcs_is_loading_all),
        cmocka_unit_test(forgotten_repairs_stay),
        cmocka_unit_test(a_repair_without_memory_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "route/paths.h"

#include "paths_trial.h"
#include "share.h"

#include <stdio.h>

/*
 * Answers against lists of all paths and of all pairs of them.
 */

#define SEEDS 2500u
#define ASKS 6u

static struct trial_list all, back;

static void assert_path(const struct trial_list *l, const struct cp_path *path,
                        const struct trial_path **found)
{
    *found = trial_find(l, path);
    assert_non_null(*found);
    CP_ASSERT(*found != NULL);
    assert_int_equal((*found)->own, path->cost);
    assert_int_equal((*found)->delay_us, path->delay_us);
}

static void assert_shared(const struct trial *t, const struct cp_paths *paths, uint64_t risks)
{
    const struct cp_graph *g = &t->net.graph;
    uint64_t listed = 0;

    for (uint32_t i = 0; i < paths->shared_count; i++) {
        uint32_t at = 0;
        cp_element_kind kind = cp_graph_element(g, paths->shared[i], &at);

        listed |= kind == CP_ELEMENT_LINK   ? UINT64_C(1) << at
                  : kind == CP_ELEMENT_NODE ? TRIAL_NODE_BIT(at)
                                            : TRIAL_SRLG_BIT(at);
    }
    for (uint32_t i = 0; i < paths->shared_site_count; i++)
        listed |= TRIAL_SITE_BIT(paths->shared_sites[i]);
    assert_true(listed == risks);
    assert_int_equal(paths->disjoint, risks == 0);
}

/* A pair, and what it shares and costs; or a path alone. */
static struct trial_best weigh(const struct trial_list *l, const struct cp_path *primary,
                               const struct cp_path *backup, uint64_t *risks)
{
    const struct trial_path *p = NULL, *q = NULL;

    assert_path(l, primary, &p);
    assert_true(trial_meets(l, p));
    *risks = 0;
    if (backup == NULL)
        return (struct trial_best){true, 0, p->cost};
    assert_path(l, backup, &q);
    if (l == &all && l->ask->require_count == 0)
        assert_true(p->cost <= q->cost);
    *risks = p->risks & q->risks;
    return (struct trial_best){true, (uint32_t)__builtin_popcountll(*risks), p->cost + q->cost};
}

static bool less(struct trial_best a, struct trial_best b)
{
    return a.any && (!b.any || a.shared < b.shared || (a.shared == b.shared && a.cost < b.cost));
}

static void assert_there(const struct trial *t, const struct cp_paths *paths)
{
    struct trial_best single = trial_single(&all), twice, pair;
    uint64_t risks = 0;

    assert_true(paths->exact);
    assert_int_equal(paths->found, single.any);
    if (!paths->found)
        return;
    if (t->ask.disjoint == CP_DISJOINT_NONE) {
        assert_false(paths->has_backup);
        assert_int_equal(weigh(&all, &paths->primary, NULL, &risks).cost, single.cost);
        return;
    }
    pair = trial_pairs(&all, &twice);
    if (!paths->has_backup) {
        assert_false(less(pair, twice));
        assert_int_equal(weigh(&all, &paths->primary, NULL, &risks).cost, single.cost);
        return;
    }
    assert_false(less(twice, pair));
    struct trial_best given = weigh(&all, &paths->primary, &paths->backup, &risks);

    assert_int_equal(given.shared, pair.shared);
    assert_int_equal(given.cost, pair.cost);
    assert_shared(t, paths, risks);
}

static uint32_t pair_of_ends(const struct cp_paths *paths, bool last, uint32_t *at)
{
    const struct cp_path *p = &paths->primary, *q = &paths->backup;

    at[0] = p->nodes[last ? p->link_count : 0];
    if (!paths->has_backup)
        return 1;
    at[1] = q->nodes[last ? q->link_count : 0];
    if (at[1] < at[0]) {
        uint32_t other = at[0];

        at[0] = at[1];
        at[1] = other;
    }
    return at[0] == at[1] ? 1 : 2;
}

static void assert_reverse(const struct cp_path *there, const struct cp_path *path)
{
    uint32_t n = there->link_count;

    assert_int_equal(path->link_count, n);
    for (uint32_t i = 0; i <= n; i++)
        assert_int_equal(path->nodes[i], there->nodes[n - i]);
    for (uint32_t i = 0; i < n; i++)
        assert_int_equal(path->links[i], there->links[n - 1 - i]);
}

static void assert_back(const struct trial *t, const struct cp_paths *paths)
{
    static uint32_t src[2], dst[2];
    static struct cp_path_ask ask;
    struct trial_best single, twice, pair;
    uint64_t risks = 0;

    ask = t->ask;
    if (!paths->found)
        return;
    assert_non_null(paths->primary_back.nodes);
    if (ask.co_routed) {
        assert_reverse(&paths->primary, &paths->primary_back);
        if (paths->has_backup)
            assert_reverse(&paths->backup, &paths->backup_back);
        return;
    }
    ask.src = src;
    ask.dst = dst;
    ask.src_count = pair_of_ends(paths, true, src);
    ask.dst_count = pair_of_ends(paths, false, dst);
    if (!paths->has_backup)
        ask.disjoint = CP_DISJOINT_NONE;
    trial_list_all(t, &ask, &t->ask, &back);
    single = trial_single(&back);
    if (ask.disjoint == CP_DISJOINT_NONE) {
        assert_int_equal(weigh(&back, &paths->primary_back, NULL, &risks).cost, single.cost);
        return;
    }
    pair = trial_pairs(&back, &twice);
    assert_non_null(paths->backup_back.nodes);
    struct trial_best given = weigh(&back, &paths->primary_back, &paths->backup_back, &risks);

    assert_false(less(pair, given) && !less(twice, pair));
}

static void check_seeds(uint64_t from, uint32_t wishes)
{
    uint32_t left_out = 0, seeds = share_of(SEEDS);

    for (uint64_t seed = from; seed < from + seeds; seed++) {
        static struct trial t;

        trial_open(&t, seed);
        for (uint32_t i = 0; i < ASKS; i++) {
            struct cp_paths paths;

            trial_ask(&t, wishes);
            trial_list_all(&t, &t.ask, &t.ask, &all);
            if (all.too_many) {
                left_out++;
                continue;
            }
            if (getenv("TRIAL_SEED") != NULL)
                fprintf(stderr, "seed %llu ask %u\n", (unsigned long long)seed, i);
            assert_int_equal(cp_paths_find(t.finder, &t.ask, t.answers, &paths), CP_OK);
            assert_there(&t, &paths);
            assert_back(&t, &paths);
        }
        trial_close(&t);
    }
    assert_true(left_out < seeds * ASKS / 10);
}

static void paths_and_pairs_are_the_best_of_all(void **state)
{
    (void)state;
    check_seeds(0, TRIAL_PLAIN);
}

static void srlgs_and_sites_are_kept_apart_as_far_as_can_be(void **state)
{
    (void)state;
    check_seeds(10000, TRIAL_SRLG_SITE);
}

static void bounds_hold_for_each_path(void **state)
{
    (void)state;
    check_seeds(20000, TRIAL_BOUNDS);
}

static void the_primary_passes_what_is_required(void **state)
{
    (void)state;
    check_seeds(30000, TRIAL_REQUIRE);
}

static void ends_may_be_on_both_sides(void **state)
{
    (void)state;
    check_seeds(40000, TRIAL_OVERLAP);
}

static void all_of_it_may_be_asked_together(void **state)
{
    (void)state;
    check_seeds(50000, TRIAL_SRLG_SITE | TRIAL_BOUNDS | TRIAL_REQUIRE | TRIAL_OVERLAP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_and_pairs_are_the_best_of_all),
        cmocka_unit_test(srlgs_and_sites_are_kept_apart_as_far_as_can_be),
        cmocka_unit_test(bounds_hold_for_each_path),
        cmocka_unit_test(the_primary_passes_what_is_required),
        cmocka_unit_test(ends_may_be_on_both_sides),
        cmocka_unit_test(all_of_it_may_be_asked_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

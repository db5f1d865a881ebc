#include "blocking_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "share.h"

/*
 * What blocks small networks, beside all simple paths of theirs: every path's elements that rules are against,
 * every set of rules, every set of wishes.
 */

/* --- cuts --------------------------------------------------------------------------------- */

struct cut {
    uint32_t members;
    uint64_t cost;
};

static uint64_t price_of(const struct trial_case *t, uint32_t members)
{
    uint64_t cost = 0;

    for (uint32_t e = 0; e < 32; e++)
        cost += oracle_has(members, e) ? t->price[e] : 0;
    return cost;
}

static bool is_better(struct cut a, struct cut b, bool by_cost)
{
    uint32_t one = popcount(a.members);
    uint32_t other = popcount(b.members);
    uint32_t differ = a.members ^ b.members;

    if (by_cost && a.cost != b.cost)
        return a.cost < b.cost;
    if (one != other)
        return one < other;
    if (a.cost != b.cost)
        return a.cost < b.cost;
    return (a.members & differ & -differ) != 0;
}

/* Of the sets of elements without which a way is left. */
static struct cut best_cut(const struct trial_case *t, uint32_t wishes, bool by_cost)
{
    uint32_t against = against_all_but(t, 0);
    struct cut best = {0};
    bool found = false;

    for (uint32_t i = 0; i < t->way_count; i++) {
        struct cut cut = {.members = t->ways[i].met & against};

        cut.cost = price_of(t, cut.members);
        if (!suits(t, &t->ways[i], wishes) || (found && !is_better(cut, best, by_cost)))
            continue;
        best = cut;
        found = true;
    }
    assert_true(found);
    return best;
}

static uint32_t element_of(const struct trial_case *t, const struct cp_blocker *b)
{
    if (b->kind == CP_OBJECT_NODE)
        return link_count(t) + t->net.node_of_case[b->object];
    for (uint32_t l = 0;; l++)
        if (t->net.case_link[l] == b->object)
            return l;
}

/* With require lists any of the best will do. */
static bool is_one_of_the_best(const struct trial_case *t, uint32_t wishes, uint32_t members,
                               struct cut want)
{
    uint32_t against = against_all_but(t, 0);

    if (members == want.members)
        return true;
    return (wishes & CP_WISH_REQUIRE) != 0 && popcount(members) == popcount(want.members) &&
           least_cost(t, wishes, against & ~members) != UINT32_MAX;
}

static void check_cut(const struct trial_case *t, uint32_t wishes, struct cut want,
                      const struct cp_blocker *got, uint32_t count, uint64_t cost)
{
    uint32_t members = 0;
    uint32_t last = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t element = element_of(t, &got[i]);
        uint32_t rules = 0;

        assert_true(i == 0 || element > last);
        last = element;
        members |= 1u << element;
        assert_int_equal(got[i].cost, t->price[element]);
        for (uint32_t r = 0; r < t->rule_count; r++) {
            if (!oracle_has(t->against[r], element))
                continue;
            assert_true(rules < got[i].rule_count);
            assert_int_equal(got[i].rules[rules++], t->rule[r]);
        }
        assert_int_equal(rules, got[i].rule_count);
    }
    assert_true(is_one_of_the_best(t, wishes, members, want));
    assert_int_equal(cost, want.cost);
}

/* --- rules -------------------------------------------------------------------------------- */

static uint32_t check_concessions(const struct trial_case *t, uint32_t wishes, bool by_igp,
                                  const struct cp_blocking *got)
{
    uint32_t found = 0;

    for (uint32_t r = 0; r < t->rule_count; r++) {
        uint32_t cost = least_cost(t, wishes, against_all_but(t, 1u << r));

        if (cost == UINT32_MAX)
            continue;
        assert_true(found < got->concession_count);
        assert_int_equal(got->concessions[found].rule, t->rule[r]);
        if (by_igp)
            assert_int_equal(got->concessions[found].cost, cost);
        assert_null(got->concessions[found].licence);
        found++;
    }
    assert_int_equal(found, got->concession_count);
    return found;
}

/* Fewest rules, then the first. */
static void check_rules(const struct trial_case *t, uint32_t wishes, bool by_igp,
                        const struct cp_blocking *got)
{
    uint32_t best = 0;
    uint32_t best_cost = UINT32_MAX;
    uint32_t at = 0;

    for (uint32_t waived = 0; waived < 1u << t->rule_count; waived++) {
        uint32_t cost = least_cost(t, wishes, against_all_but(t, waived));
        uint32_t differ = waived ^ best;
        bool first = popcount(waived) < popcount(best) ||
                     (popcount(waived) == popcount(best) && (waived & differ & -differ) != 0);

        if (cost == UINT32_MAX || (best_cost != UINT32_MAX && !first))
            continue;
        best = waived;
        best_cost = cost;
    }
    assert_true(got->rules_exact);
    assert_int_equal(got->rule_count, popcount(best));
    for (uint32_t r = 0; r < t->rule_count; r++)
        if (oracle_has(best, r))
            assert_int_equal(got->rules[at++], t->rule[r]);
    if (by_igp)
        assert_int_equal(got->rules_cost, best_cost);
}

/* --- the comparison ----------------------------------------------------------------------- */

struct tally {
    uint32_t why[4], several, wishes_too, single;
};

static uint32_t wishes_of(const struct trial_case *t)
{
    uint32_t wishes = 0;

    wishes |= t->ask.hops_max != CP_NONE ? CP_WISH_HOPS : 0;
    wishes |= t->ask.delay_max_us != CP_PATH_DELAY_NONE ? CP_WISH_DELAY : 0;
    wishes |= t->ask.avoid_count > 0 ? CP_WISH_AVOID : 0;
    wishes |= t->ask.require_count > 0 ? CP_WISH_REQUIRE : 0;
    for (uint32_t l = 0; l < link_count(t); l++)
        if (t->ask.metric == CP_METRIC_DELAY && t->delay_us[l] == CP_DELAY_NONE)
            wishes |= CP_WISH_METRIC;
    return wishes;
}

static void check(const struct trial_case *t, const struct cp_blocking *got, struct tally *tally)
{
    uint32_t wishes = wishes_of(t);
    uint32_t without = 0;
    uint32_t in_the_way = 0;
    bool clean = least_wishes(t, wishes, against_all_but(t, 0), &without);
    bool some = least_wishes(t, wishes, 0, &in_the_way);
    bool by_igp;

    assert_true(got->exact);
    tally->why[got->why]++;
    if (!some) {
        assert_int_equal(got->why, CP_BLOCKED_ANYWAY);
        return;
    }
    if (clean && without == 0) {
        assert_int_equal(got->why, CP_BLOCKED_NOT);
        return;
    }
    assert_int_equal(got->why, clean ? CP_BLOCKED_BY_WISHES : CP_BLOCKED_BY_RULES);
    assert_int_equal(got->wishes, clean ? without : in_the_way);
    if (clean && in_the_way != 0) {
        assert_int_equal(got->smallest_count + got->cheapest_count + got->concession_count, 0);
        return;
    }
    wishes &= ~in_the_way;
    tally->wishes_too += in_the_way != 0;
    by_igp = t->ask.metric == CP_METRIC_IGP;
    check_cut(t, wishes, best_cut(t, wishes, false), got->smallest, got->smallest_count,
              got->smallest_cost);
    check_cut(t, wishes, best_cut(t, wishes, true), got->cheapest, got->cheapest_count,
              got->cheapest_cost);
    if (check_concessions(t, wishes, by_igp, got) > 0) {
        tally->single++;
        return;
    }
    check_rules(t, wishes, by_igp, got);
    tally->several++;
}

static void cuts_concessions_and_wishes_are_those_of_all_paths(void **state)
{
    const uint32_t cases = share_of(CASES);
    struct tally tally = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= cases; seed++) {
        struct trial_case t;
        struct cp_blocking_finder *finder = NULL;
        struct cp_arena *answers = cp_arena_open(SIZE_MAX);
        struct cp_blocking got;

        make_case(&t, seed);
        find_ways(&t);
        assert_int_equal(
            cp_blocking_open(&t.net, &t.judge, &t.marking, t.treatment, t.arena, &finder), CP_OK);
        assert_int_equal(cp_blocking_find(finder, &t.ask, answers, &got), CP_OK);
        check(&t, &got, &tally);
        cp_blocking_close(finder);
        cp_arena_close(answers);
        cp_arena_close(t.arena);
    }
    fprintf(
        stderr,
        "by rules %u, by wishes %u, anyway %u, not %u; one rule %u, several %u; with wishes %u\n",
        tally.why[0], tally.why[1], tally.why[2], tally.why[3], tally.single, tally.several,
        tally.wishes_too);
    assert_true(tally.why[CP_BLOCKED_BY_RULES] > cases / 8);
    assert_true(tally.why[CP_BLOCKED_BY_WISHES] > cases / 50);
    assert_true(tally.several > cases / 100 && tally.wishes_too > cases / 100);
}

/* Of the two rooms that look for clean paths, one says that there is none where the other finds it blocked. */
static void a_demand_is_blocked_where_no_path_is_found_and_nowhere_else(void **state)
{
    const uint32_t cases = share_of(CASES);
    uint32_t blocked = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= cases; seed++) {
        struct trial_case t;
        const struct cp_paths_ground *ground = NULL;
        struct cp_blocking_finder *finder = NULL;
        struct cp_paths_finder *paths = NULL;
        struct cp_blocking got;
        struct cp_paths found;
        struct cp_arena *answers = cp_arena_open(SIZE_MAX);

        make_case(&t, seed);
        assert_int_equal(
            cp_paths_ground_make(&t.net, &t.c, &t.marking, 1u << t.ask.metric, t.arena, &ground),
            CP_OK);
        assert_int_equal(cp_paths_finder_open(ground, t.arena, &paths), CP_OK);
        assert_int_equal(cp_paths_find(paths, &t.ask, answers, &found), CP_OK);
        assert_int_equal(
            cp_blocking_open(&t.net, &t.judge, &t.marking, t.treatment, t.arena, &finder), CP_OK);
        assert_int_equal(cp_blocking_find(finder, &t.ask, answers, &got), CP_OK);
        if (found.found != (got.why == CP_BLOCKED_NOT))
            fail_msg("seed %llu: found %d, why %d", (unsigned long long)seed, (int)found.found,
                     (int)got.why);
        blocked += !found.found;
        cp_blocking_close(finder);
        cp_arena_close(answers);
        cp_arena_close(t.arena);
    }
    assert_true(blocked > cases / 4 && blocked < cases * 3 / 4);
}

static uint32_t members_of(const struct trial_case *t, const struct cp_blocker *at, uint32_t count)
{
    uint32_t members = 0;

    for (uint32_t i = 0; i < count; i++)
        members |= 1u << element_of(t, &at[i]);
    return members;
}

/* What is said though the budget ran out. */
static void check_holds(const struct trial_case *t, const struct cp_blocking *got)
{
    uint32_t wishes = wishes_of(t) & ~got->wishes;
    uint32_t against = against_all_but(t, 0);
    uint32_t waived = 0;

    if (got->why == CP_BLOCKED_NOT || got->why == CP_BLOCKED_BY_WISHES)
        assert_int_not_equal(least_cost(t, wishes, against), UINT32_MAX);
    if (got->why == CP_BLOCKED_BY_WISHES) /* cuts are for those who keep them all */
        wishes = wishes_of(t);
    if (got->smallest_count > 0)
        assert_int_not_equal(
            least_cost(t, wishes, against & ~members_of(t, got->smallest, got->smallest_count)),
            UINT32_MAX);
    if (got->cheapest_count > 0)
        assert_int_not_equal(
            least_cost(t, wishes, against & ~members_of(t, got->cheapest, got->cheapest_count)),
            UINT32_MAX);
    for (uint32_t r = 0; r < t->rule_count; r++) {
        for (uint32_t i = 0; i < got->rule_count; i++)
            waived |= got->rules[i] == t->rule[r] ? 1u << r : 0;
        for (uint32_t i = 0; i < got->concession_count; i++)
            if (got->concessions[i].rule == t->rule[r])
                assert_int_not_equal(least_cost(t, wishes, against_all_but(t, 1u << r)),
                                     UINT32_MAX);
    }
    if (waived != 0)
        assert_int_not_equal(least_cost(t, wishes, against_all_but(t, waived)), UINT32_MAX);
}

static void what_is_said_when_the_budget_runs_out_holds(void **state)
{
    const uint32_t cases = share_of(CASES);
    uint32_t short_of = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= cases; seed++) {
        struct trial_case t;
        struct cp_blocking_finder *finder = NULL;
        struct cp_blocking got;

        make_case(&t, seed);
        find_ways(&t);
        t.ask.budget = 1 + seed % 25;
        assert_int_equal(
            cp_blocking_open(&t.net, &t.judge, &t.marking, t.treatment, t.arena, &finder), CP_OK);
        struct cp_arena *answers = cp_arena_open(SIZE_MAX);

        assert_int_equal(cp_blocking_find(finder, &t.ask, answers, &got), CP_OK);
        check_holds(&t, &got);
        short_of += !got.exact;
        cp_blocking_close(finder);
        cp_arena_close(answers);
        cp_arena_close(t.arena);
    }
    assert_true(short_of > cases / 20 || !is_whole());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_concessions_and_wishes_are_those_of_all_paths),
        cmocka_unit_test(a_demand_is_blocked_where_no_path_is_found_and_nowhere_else),
        cmocka_unit_test(what_is_said_when_the_budget_runs_out_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "route/blocking.h"

#include "sample.h"
#include "share.h"

/*
 * What blocks small networks, beside all simple paths of theirs: every path's elements that rules are against,
 * every set of rules, every set of wishes.
 */

enum { CASES = 6000, PATHS_MOST = 60000, REQUIRE_MOST = 2 };

struct way {
    uint32_t met; /* links, then nodes, as bits */
    uint32_t hops, cost;
    uint64_t delay_us; /* CP_PATH_DELAY_NONE: some link states none */
};

struct trial_case {
    struct sample sample;
    struct cp_arena *arena;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_net net;
    struct cp_marking marking;
    struct cp_path_ask ask;
    uint32_t treatment, src[ORACLE_NODES], dst[ORACLE_NODES], avoid[3];
    struct cp_must_pass require[REQUIRE_MOST];
    uint32_t required[REQUIRE_MOST][2];
    uint64_t price[ORACLE_LINKS + ORACLE_NODES];
    uint32_t delay_us[ORACLE_LINKS];
    uint32_t against[SAMPLE_RULES]; /* elements that each of the treatment's rules is against */
    uint32_t rule[SAMPLE_RULES], rule_count;
    struct way *ways;
    uint32_t way_count;
};

static uint32_t link_count(const struct trial_case *t)
{
    return t->sample.net.link_count;
}

/* --- the case ----------------------------------------------------------------------------- */

static void put_delays(struct trial_case *t, uint64_t *seed)
{
    struct cp_link_rec *links = CP_TAKE(t->arena, t->c.link_count, struct cp_link_rec);
    uint32_t unknown = sample_chance(seed, 50) ? 0 : 15;

    memcpy(links, t->c.links, t->c.link_count * sizeof *links);
    for (uint32_t l = 0; l < link_count(t); l++) {
        t->delay_us[l] = sample_chance(seed, unknown) ? CP_DELAY_NONE : sample_pick(seed, 0, 4);
        links[t->sample.case_link[l]].delay_us = t->delay_us[l];
    }
    t->c.links = links;
}

static cp_text number(struct trial_case *t, uint64_t value)
{
    char *at = CP_TAKE(t->arena, 24, char);

    (void)snprintf(at, 24, "%llu", (unsigned long long)value);
    return cp_text_of(at);
}

/* One fact for each element of some, and here and there a second that says less. */
static void put_prices(struct trial_case *t, uint64_t *seed)
{
    uint32_t most = 2 * (t->c.node_count + t->c.link_count);
    struct cp_fact *facts = CP_TAKE(t->arena, most, struct cp_fact);
    uint32_t *node_facts = CP_TAKE(t->arena, t->c.node_count + 1, uint32_t);
    uint32_t *link_facts = CP_TAKE(t->arena, t->c.link_count + 1, uint32_t);
    uint32_t count = 0;

    for (uint32_t kind = 0; kind < 2; kind++) {
        uint32_t *first = kind == 0 ? node_facts : link_facts;
        uint32_t objects = kind == 0 ? t->sample.net.node_count : link_count(t);
        uint32_t all = kind == 0 ? t->c.node_count : t->c.link_count;
        const uint32_t *place = kind == 0 ? t->sample.case_node : t->sample.case_link;
        uint32_t next = 0;

        for (uint32_t i = 0; i < all; i++) {
            first[i] = count;
            if (next == objects || place[next] != i)
                continue;
            uint64_t *price = &t->price[kind == 0 ? link_count(t) + next : next];

            next++;
            *price = 1;
            if (sample_chance(seed, 40))
                continue;
            *price = sample_pick(seed, 0, 5);
            for (uint32_t k = 0; k < 2; k++)
                facts[count++] =
                    (struct cp_fact){.attribute = CP_TEXT("replacement-cost"),
                                     .value = number(t, k == 0 ? *price : 0),
                                     .kind = kind == 0 ? CP_OBJECT_NODE : CP_OBJECT_LINK,
                                     .object = i,
                                     .evidence = CP_NONE,
                                     .date = CP_DATE_NONE,
                                     .expires = CP_DATE_NONE};
        }
        first[all] = count;
    }
    t->c.facts = facts;
    t->c.node_facts = node_facts;
    t->c.link_facts = link_facts;
    t->c.fact_count = count;
}

static void put_wishes(struct trial_case *t, uint64_t *seed)
{
    uint32_t elements = link_count(t) + t->sample.net.node_count;
    struct cp_path_ask *ask = &t->ask;

    ask->metric = sample_chance(seed, 20) ? CP_METRIC_DELAY : CP_METRIC_IGP;
    ask->hops_max = sample_chance(seed, 25) ? sample_pick(seed, 0, 4) : CP_NONE;
    ask->delay_max_us = sample_chance(seed, 25) ? sample_pick(seed, 0, 8) : CP_PATH_DELAY_NONE;
    ask->avoid = t->avoid;
    ask->avoid_count = sample_chance(seed, 25) ? sample_pick(seed, 1, 3) : 0;
    for (uint32_t i = 0; i < ask->avoid_count; i++)
        t->avoid[i] = sample_pick(seed, 0, elements + t->net.graph.srlg_count - 1);
    ask->require = t->require;
    ask->require_count = sample_chance(seed, 25) ? sample_pick(seed, 1, REQUIRE_MOST) : 0;
    for (uint32_t i = 0; i < ask->require_count; i++) {
        t->require[i] =
            (struct cp_must_pass){.elements = t->required[i], .count = sample_pick(seed, 1, 2)};
        for (uint32_t k = 0; k < 2; k++)
            t->required[i][k] = sample_pick(seed, 0, elements - 1);
    }
}

static void put_ends(struct trial_case *t)
{
    t->ask.src = t->src;
    t->ask.dst = t->dst;
    for (uint32_t v = 0; v < t->sample.net.node_count; v++) {
        if (oracle_has(t->sample.demands[0].src, v))
            t->src[t->ask.src_count++] = v;
        if (oracle_has(t->sample.demands[0].dst, v))
            t->dst[t->ask.dst_count++] = v;
    }
}

static void find_rules(struct trial_case *t)
{
    struct oracle_demand demand = sample_demand(&t->sample, 0);
    const struct cp_treatment *treatment = &t->judge.treatments[t->treatment];

    assert_int_equal(demand.rule_count, treatment->rule_count);
    t->rule_count = demand.rule_count;
    for (uint32_t r = 0; r < t->rule_count; r++) {
        const struct oracle_rule *rule = &demand.rules[r];

        t->rule[r] = treatment->rules[r];
        t->against[r] = (rule->bad.links | rule->doubtful.links) |
                        (rule->bad.nodes | rule->doubtful.nodes) << link_count(t);
    }
}

static void make_case(struct trial_case *t, uint64_t seed)
{
    uint64_t numbers = seed ^ UINT64_C(0x1234567);
    const struct cp_judge *judge = NULL;

    *t = (struct trial_case){.arena = cp_arena_open(SIZE_MAX)};
    sample_make(seed, seed % 3 == 0 ? 0 : 1, &t->sample);
    assert_int_equal(sample_judge(&t->sample, t->arena, &judge), CP_OK);
    t->c = *judge->net;
    t->judge = *judge;
    t->judge.net = &t->c;
    t->treatment = t->sample.demands[0].treatment;
    put_delays(t, &numbers);
    put_prices(t, &numbers);
    assert_int_equal(cp_net_make(&t->c, t->arena, &t->net), CP_OK);
    assert_int_equal(cp_marking_make(&t->net, &t->judge, &t->judge.treatments[t->treatment],
                                     t->arena, &t->marking),
                     CP_OK);
    put_ends(t);
    put_wishes(t, &numbers);
    find_rules(t);
}

/* --- all simple paths --------------------------------------------------------------------- */

static void walk(struct trial_case *t, uint32_t node, uint32_t from, struct way so_far)
{
    so_far.met |= 1u << (link_count(t) + node);
    if (node != from && oracle_has(t->sample.demands[0].dst, node)) {
        assert_true(t->way_count < PATHS_MOST);
        t->ways[t->way_count++] = so_far;
    }
    for (uint32_t l = 0; l < link_count(t); l++) {
        const struct oracle_link *link = &t->sample.net.links[l];

        for (uint32_t a = 0; a < link->end_count; a++)
            for (uint32_t b = 0; link->node[a] == node && b < link->end_count; b++) {
                struct way next = so_far;

                if (oracle_has(so_far.met, link_count(t) + link->node[b]))
                    continue;
                next.met |= 1u << l;
                next.hops++;
                next.cost += link->metric[a];
                if (t->delay_us[l] == CP_DELAY_NONE)
                    next.delay_us = CP_PATH_DELAY_NONE;
                else if (next.delay_us != CP_PATH_DELAY_NONE)
                    next.delay_us += t->delay_us[l];
                walk(t, link->node[b], from, next);
            }
    }
}

static void find_ways(struct trial_case *t)
{
    t->ways = CP_TAKE(t->arena, PATHS_MOST, struct way);
    for (uint32_t i = 0; i < t->ask.src_count; i++)
        walk(t, t->src[i], t->src[i], (struct way){0});
}

static uint32_t bits_of(const struct trial_case *t, uint32_t element)
{
    uint32_t at = 0;
    uint32_t bits = 0;
    uint32_t group = 0;

    if (cp_graph_element(&t->net.graph, element, &at) != CP_ELEMENT_SRLG)
        return 1u << element;
    while (t->sample.case_srlg[group] != t->net.case_srlg[at])
        group++;
    for (uint32_t l = 0; l < link_count(t); l++)
        bits |= oracle_has(t->sample.net.links[l].srlgs, group) ? 1u << l : 0;
    return bits;
}

/* Delays are whole microseconds of at least 1 as a metric: see ground/metric.h. */
static bool suits(const struct trial_case *t, const struct way *way, uint32_t wishes)
{
    const struct cp_path_ask *ask = &t->ask;
    bool ok = true;

    if ((wishes & CP_WISH_HOPS) != 0)
        ok = ok && way->hops <= ask->hops_max;
    if ((wishes & CP_WISH_DELAY) != 0)
        ok = ok && way->delay_us != CP_PATH_DELAY_NONE && way->delay_us <= ask->delay_max_us;
    if ((wishes & CP_WISH_METRIC) != 0)
        ok = ok && way->delay_us != CP_PATH_DELAY_NONE;
    for (uint32_t i = 0; (wishes & CP_WISH_AVOID) != 0 && i < ask->avoid_count; i++)
        ok = ok && (way->met & bits_of(t, ask->avoid[i])) == 0;
    for (uint32_t i = 0; (wishes & CP_WISH_REQUIRE) != 0 && i < ask->require_count; i++) {
        uint32_t any = 0;

        for (uint32_t k = 0; k < ask->require[i].count; k++)
            any |= way->met & 1u << ask->require[i].elements[k];
        ok = ok && any != 0;
    }
    return ok;
}

static uint32_t against_all_but(const struct trial_case *t, uint32_t waived)
{
    uint32_t against = 0;

    for (uint32_t r = 0; r < t->rule_count; r++)
        against |= oracle_has(waived, r) ? 0 : t->against[r];
    return against;
}

/* Least cost of a way that keeps the wishes and meets nothing of these; UINT32_MAX: none. */
static uint32_t least_cost(const struct trial_case *t, uint32_t wishes, uint32_t against)
{
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < t->way_count; i++)
        if ((t->ways[i].met & against) == 0 && suits(t, &t->ways[i], wishes) &&
            t->ways[i].cost < least)
            least = t->ways[i].cost;
    return least;
}

static uint32_t popcount(uint32_t bits)
{
    return (uint32_t)__builtin_popcount(bits);
}

static bool least_wishes(const struct trial_case *t, uint32_t wishes, uint32_t against,
                         uint32_t *least)
{
    bool found = false;

    for (uint32_t without = 0; without < 32; without++) {
        if ((without & ~wishes) != 0 || least_cost(t, wishes & ~without, against) == UINT32_MAX)
            continue;
        if (!found || popcount(without) < popcount(*least))
            *least = without;
        found = true;
    }
    return found;
}

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

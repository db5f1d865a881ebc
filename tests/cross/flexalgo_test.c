#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "route/flexalgo.h"

#include "sample.h"
#include "share.h"

/*
 * Verdicts on Flex-Algo designs beside every lie there is, on small networks: each end of a liar left out, or in at
 * a metric of 1 or 3; a link invented between each two liars or not; every definition, where a liar's wins.
 * Routes by Bellman and Ford, every set of failures, every transition.
 */

enum { CASES = 6000, LIAR_ENDS_MOST = 5, ARCS_MOST = 400, INFINITE = 1000000 };

typedef enum { ALL, COLOURED, OTHERS } left_by;

struct scene {
    struct sample sample;
    struct cp_arena *arena;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_net net;
    struct cp_marking marking;
    struct cp_flexalgo_of of;
    struct cp_flexalgo_design design;
    struct cp_flexalgo_colour colours[ORACLE_LINKS * ORACLE_ENDS];
    uint32_t participants[ORACLE_NODES], definers[ORACLE_NODES];
    struct cp_audit_request request;
    struct oracle_set marked;
    uint32_t honest; /* participants, as bits */
    uint32_t delay_us[ORACLE_LINKS];
    bool coloured[ORACLE_LINKS][ORACLE_ENDS];
};

/* --- making one --------------------------------------------------------------------------- */

static void put_delays(struct scene *s, uint64_t *seed)
{
    struct cp_link_rec *links = CP_TAKE(s->arena, s->c.link_count, struct cp_link_rec);

    memcpy(links, s->c.links, s->c.link_count * sizeof *links);
    for (uint32_t l = 0; l < s->sample.net.link_count; l++) {
        s->delay_us[l] = sample_chance(seed, 10) ? CP_DELAY_NONE : sample_pick(seed, 0, 3);
        links[s->sample.case_link[l]].delay_us = s->delay_us[l];
    }
    s->c.links = links;
}

static void find_marked(struct scene *s)
{
    struct oracle_demand demand = sample_demand(&s->sample, 0);

    for (uint32_t r = 0; r < demand.rule_count; r++) {
        s->marked.nodes |= demand.rules[r].bad.nodes | demand.rules[r].doubtful.nodes;
        s->marked.links |= demand.rules[r].bad.links | demand.rules[r].doubtful.links;
    }
}

static uint32_t liar_ends(const struct scene *s)
{
    uint32_t ends = 0;

    for (uint32_t l = 0; l < s->sample.net.link_count; l++)
        for (uint32_t e = 0; e < s->sample.net.links[l].end_count; e++)
            ends += oracle_has(s->marked.nodes, s->sample.net.links[l].node[e]);
    return ends;
}

/* They take long to try. */
static bool asks_for_lies(const struct scene *s)
{
    return s->request.states == 0;
}

static void open_scene(struct scene *s, uint64_t seed)
{
    uint64_t numbers = seed ^ UINT64_C(0x9e3779b9);
    const struct cp_judge *judge = NULL;

    *s = (struct scene){.arena = cp_arena_open(SIZE_MAX)};
    sample_make(seed, 2, &s->sample);
    assert_int_equal(sample_judge(&s->sample, s->arena, &judge), CP_OK);
    s->c = *judge->net;
    s->judge = *judge;
    s->judge.net = &s->c;
    put_delays(s, &numbers);
    assert_int_equal(cp_net_make(&s->c, s->arena, &s->net), CP_OK);
    s->of = (struct cp_flexalgo_of){.judge = &s->judge,
                                    .net = &s->net,
                                    .marking = &s->marking,
                                    .treatment = s->sample.demands[0].treatment};
    assert_int_equal(cp_marking_make(&s->net, &s->judge, &s->judge.treatments[s->of.treatment],
                                     s->arena, &s->marking),
                     CP_OK);
    find_marked(s);
    s->request.failure_kinds = s->sample.ask.kinds;
    if (sample_chance(&numbers, 40) || liar_ends(s) > LIAR_ENDS_MOST)
        s->request.states = 1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION;
    s->request.depth = sample_pick(&numbers, 0, liar_ends(s) <= 2 || !asks_for_lies(s) ? 2 : 1);
}

static void read_design(struct scene *s)
{
    const struct cp_flexalgo_design *d = &s->design;

    for (uint32_t i = 0; i < d->participant_count; i++)
        s->honest |= 1u << d->participants[i];
    for (uint32_t i = 0; i < d->colour_count; i++) {
        const struct oracle_link *link = &s->sample.net.links[d->colours[i].link];

        for (uint32_t e = 0; e < link->end_count; e++)
            if (link->node[e] == d->colours[i].node)
                s->coloured[d->colours[i].link][e] = true;
    }
}

static cp_metric some_metric(uint64_t *seed)
{
    return (cp_metric)sample_pick(seed, 0, CP_METRIC_COUNT - 1);
}

/* One that nobody would make: any colours, some participants, perhaps a low priority. */
static void put_wild_design(struct scene *s, uint64_t *seed)
{
    uint32_t percent = sample_pick(seed, 1, 3) * 30;
    struct cp_flexalgo_design *d = &s->design;

    *d = (struct cp_flexalgo_design){.kind = (cp_flexalgo_kind)sample_pick(seed, 0, 1),
                                     .algorithm = 200,
                                     .metric = some_metric(seed),
                                     .affinity_bit = 3,
                                     .colours = s->colours,
                                     .definers = s->definers,
                                     .priority = sample_chance(seed, 80) ? 255 : 128,
                                     .unbeatable = CP_NONE,
                                     .participants = s->participants};
    for (uint32_t v = 0; v < s->sample.net.node_count; v++)
        if (!oracle_has(s->marked.nodes, v) && sample_chance(seed, 90))
            s->participants[d->participant_count++] = v;
    for (uint32_t l = 0; l < s->sample.net.link_count; l++)
        for (uint32_t e = 0; e < s->sample.net.links[l].end_count; e++)
            if (!oracle_has(s->marked.nodes, s->sample.net.links[l].node[e]) &&
                sample_chance(seed, percent))
                s->colours[d->colour_count++] =
                    (struct cp_flexalgo_colour){l, s->sample.net.links[l].node[e]};
    if (d->participant_count > 0 && sample_chance(seed, 30)) {
        s->definers[d->definer_count++] =
            s->participants[sample_pick(seed, 0, d->participant_count - 1)];
        d->unbeatable = s->definers[0];
    }
}

/* --- the network as it is advertised ------------------------------------------------------ */

struct arc {
    uint32_t from, to, link, cost; /* link: ORACLE_LINKS: invented */
};

struct map {
    uint32_t node_count, arc_count;
    struct arc arcs[ARCS_MOST];
};

/* What each liar's end says, and which links are invented: a number in base 3, the ends first. */
struct lie {
    uint32_t digits[ORACLE_LINKS * ORACLE_ENDS], invented;
};

static uint32_t metric_of(const struct scene *s, cp_metric metric, uint32_t link, uint32_t end)
{
    if (metric != CP_METRIC_DELAY)
        return s->sample.net.links[link].metric[end];
    if (s->delay_us[link] == CP_DELAY_NONE)
        return INFINITE;
    return s->delay_us[link] == 0 ? 1 : s->delay_us[link];
}

static void put_arcs(struct map *map, const struct oracle_link *link, uint32_t at, uint32_t end,
                     uint32_t cost)
{
    for (uint32_t e = 0; e < link->end_count; e++)
        if (e != end)
            map->arcs[map->arc_count++] = (struct arc){link->node[end], link->node[e], at, cost};
}

static bool leaves(const struct scene *s, left_by what, uint32_t link, uint32_t end)
{
    if (what == ALL)
        return true;
    return s->coloured[link][end] == (what == COLOURED);
}

/* lie NULL: who is not honest takes no part. */
static void draw_map(const struct scene *s, left_by what, cp_metric metric,
                     struct oracle_set failed, const struct lie *lie, struct map *map)
{
    uint32_t liars = s->marked.nodes & ~failed.nodes;
    uint32_t said = 0;
    uint32_t kept = 0;

    map->node_count = s->sample.net.node_count;
    map->arc_count = 0;
    for (uint32_t l = 0; l < s->sample.net.link_count; l++) {
        const struct oracle_link *link = &s->sample.net.links[l];

        for (uint32_t e = 0; e < link->end_count; e++) {
            uint32_t node = link->node[e];
            uint32_t cost = metric_of(s, metric, l, e);
            bool liar = oracle_has(s->marked.nodes, node);
            uint32_t says = liar && lie != NULL ? lie->digits[said] : 0;

            said += liar;
            if (oracle_has(failed.links, l) || oracle_has(failed.nodes, node))
                continue;
            if (oracle_has(s->honest, node) && leaves(s, what, l, e) && cost < INFINITE)
                put_arcs(map, link, l, e, cost);
            if (liar && says > 0)
                put_arcs(map, link, l, e, says == 1 ? 1 : 3);
        }
    }
    for (uint32_t a = 0; lie != NULL && lie->invented != 0 && a < map->node_count; a++)
        for (uint32_t b = 0; b < map->node_count; b++)
            if (a != b && oracle_has(liars, a) && oracle_has(liars, b))
                map->arcs[map->arc_count++] = (struct arc){a, b, ORACLE_LINKS, lie->invented};
    for (uint32_t i = 0; i < map->arc_count; i++) {
        uint32_t to = map->arcs[i].to;

        if (!oracle_has(failed.nodes, to) &&
            (oracle_has(s->honest, to) || (lie != NULL && oracle_has(liars, to))))
            map->arcs[kept++] = map->arcs[i];
    }
    assert_true(map->arc_count <= ARCS_MOST);
    map->arc_count = kept;
}

static void find_costs(const struct map *map, uint32_t to, uint32_t *cost)
{
    bool changed = true;

    for (uint32_t v = 0; v < map->node_count; v++)
        cost[v] = v == to ? 0 : INFINITE;
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < map->arc_count; i++) {
            const struct arc *a = &map->arcs[i];

            if (cost[a->to] + a->cost >= cost[a->from] || cost[a->to] >= INFINITE)
                continue;
            cost[a->from] = cost[a->to] + a->cost;
            changed = true;
        }
    }
}

/* Whether packets meet something marked: by the routes of one map, or of two, mixed. */
static bool is_exposed(const struct scene *s, const struct map *maps, uint32_t count, uint32_t from,
                       uint32_t to)
{
    uint32_t cost[2][ORACLE_NODES];
    uint32_t seen = 1u << from;
    uint32_t last = 0;

    for (uint32_t m = 0; m < count; m++)
        find_costs(&maps[m], to, cost[m]);
    if (cost[0][from] >= INFINITE)
        return false;
    while (seen != last) {
        last = seen;
        for (uint32_t m = 0; m < count; m++)
            for (uint32_t i = 0; i < maps[m].arc_count; i++) {
                const struct arc *a = &maps[m].arcs[i];

                if (!oracle_has(seen, a->from) || a->from == to || cost[m][a->from] >= INFINITE ||
                    cost[m][a->from] != cost[m][a->to] + a->cost)
                    continue;
                if (a->link < ORACLE_LINKS && oracle_has(s->marked.links, a->link))
                    return true;
                seen |= 1u << a->to;
            }
    }
    return (seen & s->marked.nodes) != 0;
}

/* --- lies --------------------------------------------------------------------------------- */

static bool next_lie(const struct scene *s, struct lie *lie)
{
    static const uint32_t invented[] = {0, 1, 3};
    uint32_t ends = liar_ends(s);

    for (uint32_t i = 0; i < ends; i++) {
        if (++lie->digits[i] < 3)
            return true;
        lie->digits[i] = 0;
    }
    for (uint32_t i = 0; i + 1 < CP_COUNT(invented); i++)
        if (lie->invented == invented[i]) {
            lie->invented = invented[i + 1];
            return true;
        }
    return false;
}

static bool some_lie_exposes(const struct scene *s, left_by what, cp_metric metric,
                             struct oracle_set failed, const uint32_t *pair)
{
    struct lie lie = {0};
    struct map map;

    do {
        draw_map(s, what, metric, failed, &lie, &map);
        if (is_exposed(s, &map, 1, pair[0], pair[1]))
            return true;
    } while (next_lie(s, &lie));
    return false;
}

/* --- failures ----------------------------------------------------------------------------- */

struct truth {
    uint32_t depth[CP_STATE_COUNT], hijack, demand, unserved;
    uint32_t of_demand[2][CP_STATE_COUNT + 1]; /* the last: hijacked */
};

static left_by own(const struct scene *s)
{
    return s->design.kind == CP_FLEXALGO_INCLUDE ? COLOURED : OTHERS;
}

static void lower(uint32_t *depth, uint32_t to)
{
    *depth = to < *depth ? to : *depth;
}

static bool any_liar_near(const struct scene *s)
{
    uint32_t seen = s->honest;
    uint32_t last = 0;

    while (seen != last) {
        last = seen;
        for (uint32_t l = 0; l < s->sample.net.link_count; l++) {
            const struct oracle_link *link = &s->sample.net.links[l];
            uint32_t on = 0;

            for (uint32_t e = 0; e < link->end_count; e++)
                on |= 1u << link->node[e];
            seen |= (seen & on) != 0 ? on : 0;
        }
    }
    return (seen & s->marked.nodes) != 0;
}

static bool has_unbeatable(const struct scene *s)
{
    return s->design.priority == 255 && s->design.unbeatable != CP_NONE;
}

static void try_hijack(const struct scene *s, struct oracle_set failed, uint32_t count,
                       const uint32_t *pair, uint32_t *depth)
{
    if (*depth <= count || !asks_for_lies(s) || !any_liar_near(s) ||
        (has_unbeatable(s) && !oracle_has(failed.nodes, s->design.unbeatable)))
        return;
    for (int what = ALL; what <= OTHERS; what++)
        for (int metric = 0; metric < CP_METRIC_COUNT; metric++)
            if (metric != CP_METRIC_TE &&
                some_lie_exposes(s, (left_by)what, (cp_metric)metric, failed, pair))
                lower(depth, count);
}

static void try_failed(const struct scene *s, const struct oracle_failure *failures, uint32_t count,
                       const uint32_t *pair, uint32_t *depth)
{
    struct oracle_set failed = oracle_failed(&s->sample.net, failures, count);
    struct map maps[2];

    draw_map(s, own(s), s->design.metric, failed, NULL, &maps[0]);
    if (is_exposed(s, maps, 1, pair[0], pair[1]))
        lower(&depth[CP_STATE_STEADY], count);
    if (depth[CP_STATE_LIAR] > count && asks_for_lies(s) &&
        some_lie_exposes(s, own(s), s->design.metric, failed, pair))
        lower(&depth[CP_STATE_LIAR], count);
    try_hijack(s, failed, count, pair, &depth[CP_STATE_COUNT]);
    for (uint32_t last = 0; last < count; last++) { /* which is the change */
        struct oracle_failure others[ORACLE_DEPTH];
        uint32_t kept = 0;

        for (uint32_t i = 0; i < count; i++)
            if (i != last)
                others[kept++] = failures[i];
        draw_map(s, own(s), s->design.metric, oracle_failed(&s->sample.net, others, kept), NULL,
                 &maps[0]);
        draw_map(s, own(s), s->design.metric, failed, NULL, &maps[1]);
        if (is_exposed(s, maps, 2, pair[0], pair[1]))
            lower(&depth[CP_STATE_TRANSITION], count);
    }
}

/* All failures there are, links first. */
static uint32_t list_failures(const struct scene *s, uint32_t ends, struct oracle_failure *out)
{
    const struct oracle_net *net = &s->sample.net;
    uint32_t count = 0;

    for (uint32_t l = 0; (s->request.failure_kinds & ORACLE_FAIL_LINK) && l < net->link_count; l++)
        out[count++] = (struct oracle_failure){ORACLE_FAIL_LINK, l};
    for (uint32_t v = 0; (s->request.failure_kinds & ORACLE_FAIL_NODE) && v < net->node_count; v++)
        if (!oracle_has(ends, v))
            out[count++] = (struct oracle_failure){ORACLE_FAIL_NODE, v};
    for (uint32_t g = 0; (s->request.failure_kinds & ORACLE_FAIL_SRLG) && g < net->srlg_count; g++)
        for (uint32_t l = 0; l < net->link_count; l++)
            if (oracle_has(net->links[l].srlgs, g)) {
                out[count++] = (struct oracle_failure){ORACLE_FAIL_SRLG, g};
                break;
            }
    return count;
}

static void try_pair(const struct scene *s, uint32_t ends, const uint32_t *pair, uint32_t *depth)
{
    struct oracle_failure all[ORACLE_LINKS + ORACLE_NODES + ORACLE_SRLGS];
    uint32_t count = list_failures(s, ends, all);

    try_failed(s, NULL, 0, pair, depth);
    for (uint32_t a = 0; s->request.depth >= 1 && a < count; a++) {
        try_failed(s, &all[a], 1, pair, depth);
        for (uint32_t b = a + 1; s->request.depth >= 2 && b < count; b++)
            try_failed(s, (struct oracle_failure[]){all[a], all[b]}, 2, pair, depth);
    }
}

static bool has_way(const struct scene *s, uint32_t from, uint32_t to)
{
    uint32_t cost[ORACLE_NODES];
    struct map map;

    draw_map(s, own(s), s->design.metric, (struct oracle_set){0}, NULL, &map);
    find_costs(&map, to, cost);
    return cost[from] < INFINITE;
}

static void find_truth(const struct scene *s, struct truth *t)
{
    uint32_t least = UINT32_MAX;

    *t = (struct truth){.demand = CP_NONE, .hijack = UINT32_MAX};
    memset(t->depth, 0xff, sizeof t->depth);
    memset(t->of_demand, 0xff, sizeof t->of_demand);
    for (uint32_t d = 0; d < s->sample.demand_count; d++) {
        bool served = false;

        if (s->sample.demands[d].treatment != s->of.treatment)
            continue;
        for (uint32_t a = 0; a < s->sample.net.node_count; a++)
            for (uint32_t b = 0; b < s->sample.net.node_count; b++) {
                uint32_t ends = s->sample.demands[d].src | s->sample.demands[d].dst;

                if (a == b || !oracle_has(s->sample.demands[d].src, a) ||
                    !oracle_has(s->sample.demands[d].dst, b) || !oracle_has(s->honest, a) ||
                    !oracle_has(s->honest, b))
                    continue;
                served = served || (has_way(s, a, b) && has_way(s, b, a));
                try_pair(s, ends, (uint32_t[]){a, b}, t->of_demand[d]);
                try_pair(s, ends, (uint32_t[]){b, a}, t->of_demand[d]);
            }
        t->unserved += !served;
        for (int state = 0; state < CP_STATE_COUNT; state++) {
            lower(&t->depth[state], t->of_demand[d][state]);
            if (t->of_demand[d][state] < least) {
                least = t->of_demand[d][state];
                t->demand = d;
            }
        }
        lower(&t->hijack, t->of_demand[d][CP_STATE_COUNT]);
    }
    for (uint32_t d = 0; t->demand == CP_NONE && t->hijack != UINT32_MAX; d++)
        if (t->of_demand[d][CP_STATE_COUNT] == t->hijack)
            t->demand = d;
}

/* --- the comparison ----------------------------------------------------------------------- */

struct tally {
    uint32_t cases, exposed[CP_STATE_COUNT], deep, hijacked, saved, after, unserved, joins;
};

static bool can_join(const struct scene *s)
{
    struct lie lie = {0};
    struct map map;

    for (size_t i = 0; i < CP_COUNT(lie.digits); i++)
        lie.digits[i] = 1;

    draw_map(s, own(s), s->design.metric, (struct oracle_set){0}, &lie, &map);
    for (uint32_t i = 0; i < map.arc_count; i++)
        if (oracle_has(s->honest, map.arcs[i].from) && oracle_has(s->marked.nodes, map.arcs[i].to))
            return true;
    return false;
}

static void compare(const struct scene *s, struct tally *tally)
{
    struct cp_flexalgo_verdict got;
    struct truth want;

    find_truth(s, &want);
    assert_int_equal(cp_flexalgo_judge(&s->of, &s->design, &s->request, &got), CP_OK);
    assert_true(got.exact);
    for (int state = 0; state < CP_STATE_COUNT; state++) {
        assert_int_equal(got.state_depth[state], want.depth[state]);
        tally->exposed[state] += want.depth[state] != UINT32_MAX;
        tally->deep += want.depth[state] != UINT32_MAX && want.depth[state] > 0;
    }
    assert_int_equal(got.hijack_depth, want.hijack);
    assert_int_equal(got.hijacked, asks_for_lies(s) && any_liar_near(s) && !has_unbeatable(s));
    assert_int_equal(got.unserved, want.unserved);
    assert_int_equal(got.demand, want.demand);
    assert_int_equal(got.liar_joins, can_join(s));
    tally->cases++;
    tally->hijacked += want.hijack == 0;
    tally->after += want.hijack != UINT32_MAX && want.hijack > 0;
    tally->saved += asks_for_lies(s) && any_liar_near(s) && want.hijack == UINT32_MAX;
    tally->unserved += want.unserved > 0;
    tally->joins += got.liar_joins;
}

static void any_design_is_worth_what_all_lies_leave_of_it(void **state)
{
    struct tally tally = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= share_of(CASES); seed++) {
        uint64_t numbers = seed * 77;
        struct scene s;

        open_scene(&s, seed);
        put_wild_design(&s, &numbers);
        read_design(&s);
        compare(&s, &tally);
        cp_arena_close(s.arena);
    }
    fprintf(stderr,
            "%u cases: steady %u, transition %u, liar %u, deeper than now %u; hijacked %u, after "
            "failures %u, never %u; unserved %u, joined %u\n",
            tally.cases, tally.exposed[0], tally.exposed[1], tally.exposed[2], tally.deep,
            tally.hijacked, tally.after, tally.saved, tally.unserved, tally.joins);
    assert_true(tally.exposed[CP_STATE_STEADY] > share_of(100) &&
                tally.exposed[CP_STATE_TRANSITION] > share_of(100));
    assert_true(tally.exposed[CP_STATE_LIAR] > share_of(200) && tally.deep > share_of(300));
    assert_true(tally.hijacked > share_of(150) && tally.after > share_of(30) &&
                tally.saved > share_of(50));
}

/* What was made keeps what it promises, whatever lies: without a hijack nothing is met in any state. */
static void a_made_design_is_clean_in_every_state_until_it_is_hijacked(void **state)
{
    struct tally tally = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= share_of(CASES); seed++) {
        uint64_t numbers = seed * 99;
        struct cp_flexalgo_ask ask = {.kind = (cp_flexalgo_kind)(seed % 2),
                                      .metric = some_metric(&numbers),
                                      .algorithm = 128 + (uint32_t)(seed % 128)};
        struct scene s;

        open_scene(&s, seed);
        assert_int_equal(cp_flexalgo_make(&s.of, &ask, s.arena, &s.design), CP_OK);
        read_design(&s);
        compare(&s, &tally);
        cp_arena_close(s.arena);
    }
    fprintf(stderr, "%u cases; hijacked %u, after failures %u, never %u; unserved %u\n",
            tally.cases, tally.hijacked, tally.after, tally.saved, tally.unserved);
    for (int i = 0; i < CP_STATE_COUNT; i++)
        assert_int_equal(tally.exposed[i], 0);
    assert_int_equal(tally.joins, 0);
    assert_true(tally.hijacked > share_of(200));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_design_is_worth_what_all_lies_leave_of_it),
        cmocka_unit_test(a_made_design_is_clean_in_every_state_until_it_is_hijacked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

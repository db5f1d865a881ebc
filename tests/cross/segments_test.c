#include "route/segments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "stretches.h"
#include "share.h"

/*
 * Segment lists against brute force on random networks: closures of every stretch of a path by their
 * definition under every set of failures, those of the stretch's own ends among them; then every way
 * to cut the path into stretches.
 */

#define PATH_MOST ORACLE_NODES

/* ---- a path ---- */

struct way {
    uint32_t nodes[PATH_MOST], links[PATH_MOST], metric[PATH_MOST];
    uint32_t link_count;
};

static uint32_t metric_of(const struct oracle_net *net, uint32_t link, uint32_t a, uint32_t b)
{
    const struct oracle_link *l = &net->links[link];
    uint32_t metric = 0;
    bool there = false;

    for (uint32_t e = 0; e < l->end_count; e++) {
        metric = l->node[e] == a ? l->metric[e] : metric;
        there = there || l->node[e] == b;
    }
    return a != b && there ? metric : 0;
}

/* A walk that never turns back to where it was, over what bears no mark; mostly along least costs. */
static bool walk(const struct ask *a, uint32_t from, uint32_t to, uint64_t *numbers,
                 struct way *way)
{
    const struct oracle_net *net = &a->sample->net;
    struct oracle_set marked = {0};
    struct oracle_state today;
    uint32_t seen = 1u << from;
    bool straight = sample_chance(numbers, 60);

    for (uint32_t r = 0; r < a->demand.rule_count; r++) {
        marked.nodes |= a->demand.rules[r].bad.nodes | a->demand.rules[r].doubtful.nodes;
        marked.links |= a->demand.rules[r].bad.links | a->demand.rules[r].doubtful.links;
    }
    oracle_state_make(net, marked, 0, &today);
    if (oracle_has(marked.nodes, from) || oracle_has(marked.nodes, to) || from == to)
        return false;
    *way = (struct way){.nodes = {from}};
    while (way->nodes[way->link_count] != to) {
        uint32_t at = way->nodes[way->link_count];
        uint32_t choices = 0;

        for (uint32_t l = 0; l < net->link_count; l++)
            for (uint32_t n = 0; n < net->node_count; n++) {
                uint32_t m = metric_of(net, l, at, n);

                if (m == 0 || oracle_has(marked.links, l) || oracle_has(marked.nodes | seen, n))
                    continue;
                if (straight && today.cost[at][to] != m + today.cost[n][to])
                    continue;
                if (sample_pick(numbers, 0, choices++) == 0) {
                    way->links[way->link_count] = l;
                    way->metric[way->link_count] = m;
                    way->nodes[way->link_count + 1] = n;
                }
            }
        if (choices == 0)
            return false;
        seen |= 1u << way->nodes[++way->link_count];
    }
    return true;
}

/* ---- the shortest list, the slow way ---- */

struct expected {
    uint32_t cuts; /* bit i: a segment ends at position i + 1 */
    uint32_t count;
};

static bool is_least_cost(const struct oracle_state *today, const struct way *w, uint32_t from,
                          uint32_t to)
{
    uint32_t cost = 0;

    for (uint32_t i = from; i < to; i++)
        cost += w->metric[i];
    return today->cost[w->nodes[from]][w->nodes[to]] == cost;
}

static bool covers(const struct oracle_state *today, const struct facts_of *facts,
                   const struct way *w, uint32_t cuts)
{
    uint32_t from = 0;

    for (uint32_t to = 1; to <= w->link_count; to++) {
        if (!oracle_has(cuts, to - 1))
            continue;
        if (to > from + 1 &&
            (!is_least_cost(today, w, from, to) || !facts->at[w->nodes[from]][w->nodes[to]].clean))
            return false;
        from = to;
    }
    return true;
}

/* Whether the first segments of one end before those of the other, position by position. */
static bool ends_sooner(uint32_t cuts, uint32_t than)
{
    uint32_t differ = cuts ^ than;

    return differ != 0 && ((differ & (~differ + 1u)) & cuts) != 0;
}

static struct expected expect(const struct oracle_state *today, const struct facts_of *facts,
                              const struct way *w)
{
    struct expected best = {.count = UINT32_MAX};
    uint32_t last = 1u << (w->link_count - 1);

    for (uint32_t cuts = last; cuts < 2 * last; cuts++) {
        uint32_t count = (uint32_t)__builtin_popcount(cuts);

        if (count > best.count || !covers(today, facts, w, cuts))
            continue;
        if (count < best.count || ends_sooner(cuts, best.cuts))
            best = (struct expected){cuts, count};
    }
    return best;
}

/* ---- from the sample's numbers to the graph's ---- */

struct lists {
    const struct ask *ask;
    const struct cp_net *net;
    struct cp_segmenter *segmenter, *other; /* other: is asked less */
    struct cp_arena *arena;
    uint32_t treatment;
    uint32_t ends[ORACLE_NODES], end_count; /* graph nodes */
    uint32_t link_of[ORACLE_LINKS];         /* graph link of each of the sample's */
    const struct facts_of *facts;
    struct oracle_state today;
    struct way way;
    uint32_t graph_nodes[PATH_MOST], graph_links[PATH_MOST];
};

static uint32_t graph_node(const struct lists *l, uint32_t node)
{
    return l->net->node_of_case[l->ask->sample->case_node[node]];
}

static void map_links(struct lists *l)
{
    for (uint32_t i = 0; i < l->net->graph.link_count; i++)
        for (uint32_t k = 0; k < l->ask->sample->net.link_count; k++)
            if (l->net->case_link[i] == l->ask->sample->case_link[k])
                l->link_of[k] = i;
}

static void map_ends(struct lists *l)
{
    uint32_t ends = l->ask->demand.src | l->ask->demand.dst;

    l->end_count = 0;
    for (uint32_t v = 0; v < l->net->graph.node_count; v++)
        for (uint32_t k = 0; k < l->ask->sample->net.node_count; k++)
            if (graph_node(l, k) == v && oracle_has(ends, k))
                l->ends[l->end_count++] = v;
}

static struct cp_path path_of(struct lists *l)
{
    for (uint32_t i = 0; i <= l->way.link_count; i++) {
        l->graph_nodes[i] = graph_node(l, l->way.nodes[i]);
        if (i < l->way.link_count)
            l->graph_links[i] = l->link_of[l->way.links[i]];
    }
    return (struct cp_path){
        .nodes = l->graph_nodes, .links = l->graph_links, .link_count = l->way.link_count};
}

/* ---- what is compared ---- */

struct tally {
    uint32_t lists, whole, of[8], nodes_of_one_link, adjacencies, later, unclean;
};

static bool is_spotless(const struct facts *f)
{
    return f->clean && f->depth[0] == CP_DEPTH_NONE && f->depth[1] == CP_DEPTH_NONE &&
           f->depth[2] == CP_DEPTH_NONE;
}

static void join(uint32_t *depth, const struct facts *f)
{
    for (int state = 0; state < CP_STATE_COUNT; state++)
        if (f->depth[state] < depth[state])
            depth[state] = f->depth[state];
}

static const char *check_segment(const struct lists *l, const struct cp_segment *s, uint32_t from,
                                 uint32_t to, uint32_t *depth)
{
    const struct facts *f = &l->facts->at[l->way.nodes[from]][l->way.nodes[to]];
    bool node = to > from + 1 || (is_least_cost(&l->today, &l->way, from, to) && is_spotless(f));

    if (s->from != l->graph_nodes[from] || s->to != l->graph_nodes[to])
        return "a segment has other ends";
    if ((s->kind == CP_SEGMENT_NODE) != node)
        return node ? "an adjacency where a node segment is as good" : "a node segment is no good";
    if (node)
        join(depth, f);
    else if (s->link != l->graph_links[from])
        return "another link";
    return NULL;
}

static const char *check_list(const struct lists *l, const struct expected *e,
                              const struct cp_segment_list *got)
{
    uint32_t depth[CP_STATE_COUNT] = {CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE};
    uint32_t from = 0;
    uint32_t at = 0;

    if (!got->shortest || got->least != e->count || got->at == NULL || got->count != e->count)
        return "the list is not as short as the shortest";
    for (uint32_t to = 1; to <= l->way.link_count; to++) {
        if (!oracle_has(e->cuts, to - 1))
            continue;
        const char *wrong = check_segment(l, &got->at[at++], from, to, depth);

        if (wrong != NULL)
            return wrong;
        from = to;
    }
    if (!got->proof.clean || memcmp(depth, got->proof.state_depth, sizeof depth) != 0)
        return "the proof is another";
    return NULL;
}

static const char *check_refusal(struct lists *l, const struct cp_segment_ask *ask,
                                 const struct cp_segment_list *got)
{
    struct cp_segment_ask short_of = *ask;
    struct cp_segment_list list;

    short_of.depth_max = got->count - 1;
    assert_int_equal(cp_segments_find(l->segmenter, &short_of, l->arena, &list), CP_OK);
    if (list.at != NULL || list.least != got->count || list.depth != got->count - 1 ||
        !list.proof.clean ||
        memcmp(list.proof.state_depth, got->proof.state_depth, sizeof list.proof.state_depth) != 0)
        return "a list that is too long is given";
    short_of.depth_max = got->count;
    assert_int_equal(cp_segments_find(l->segmenter, &short_of, l->arena, &list), CP_OK);
    return list.at == NULL ? "a list that is just short enough is refused" : NULL;
}

static const char *check_strict(struct lists *l, const struct cp_segment_ask *ask)
{
    struct cp_segment_ask strict = *ask;
    struct cp_segment_list list;

    strict.strict = true;
    assert_int_equal(cp_segments_find(l->segmenter, &strict, l->arena, &list), CP_OK);
    if (list.count != l->way.link_count || !list.proof.clean)
        return "a strict list is another";
    for (uint32_t i = 0; i < list.count; i++)
        if (list.at[i].kind != CP_SEGMENT_ADJACENCY || list.at[i].link != l->graph_links[i])
            return "a strict list has something else";
    for (int state = 0; state < CP_STATE_COUNT; state++)
        if (list.proof.state_depth[state] != CP_DEPTH_NONE)
            return "a strict list is exposed";
    return NULL;
}

/* Whether the list is the same from who was asked other things before. */
static const char *check_again(struct lists *l, const struct cp_segment_ask *ask,
                               const struct cp_segment_list *got)
{
    struct cp_segment_list list;

    assert_int_equal(cp_segments_find(l->other, ask, l->arena, &list), CP_OK);
    bool same =
        list.count == got->count && list.proof.clean == got->proof.clean &&
        memcmp(list.proof.state_depth, got->proof.state_depth, sizeof got->proof.state_depth) == 0;

    for (uint32_t i = 0; same && i < list.count; i++)
        same = list.at[i].kind == got->at[i].kind && list.at[i].from == got->at[i].from &&
               list.at[i].to == got->at[i].to && list.at[i].link == got->at[i].link;
    return same ? NULL : "another list from who was asked other things before";
}

/* Any list of node segments along the path, clean or not. */
static const char *check_proof(struct lists *l, uint64_t *numbers, struct tally *tally)
{
    struct cp_segment list[PATH_MOST];
    struct cp_segment_proof got;
    uint32_t depth[CP_STATE_COUNT] = {CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE};
    uint32_t count = 0;
    uint32_t from = 0;
    bool clean = true;

    for (uint32_t to = 1; to <= l->way.link_count; to++) {
        const struct facts *f = &l->facts->at[l->way.nodes[from]][l->way.nodes[to]];
        bool adjacency = to == from + 1 && sample_chance(numbers, 30);

        if (to < l->way.link_count && sample_chance(numbers, 60))
            continue;
        list[count++] =
            (struct cp_segment){.kind = adjacency ? CP_SEGMENT_ADJACENCY : CP_SEGMENT_NODE,
                                .from = l->graph_nodes[from],
                                .to = l->graph_nodes[to],
                                .link = adjacency ? l->graph_links[from] : CP_NONE};
        from = to;
        if (adjacency)
            continue;
        clean = clean && f->clean;
        join(depth, f);
    }
    struct cp_segments_given given = {.treatment = l->treatment,
                                      .at = list,
                                      .count = count,
                                      .ends = l->ends,
                                      .end_count = l->end_count};

    assert_int_equal(cp_segments_prove(l->segmenter, &given, &got), CP_OK);
    tally->unclean += !clean;
    if (got.clean != clean)
        return "a list from outside is clean, or not";
    return memcmp(got.state_depth, depth, sizeof depth) != 0 ? "its depths are others" : NULL;
}

static void count_list(struct tally *t, const struct cp_segment_list *list, uint32_t links)
{
    t->lists++;
    t->whole += list->count == 1 && links > 1;
    t->of[list->count < 7 ? list->count : 7]++;
    for (uint32_t i = 0; i < list->count; i++)
        t->adjacencies += list->at[i].kind == CP_SEGMENT_ADJACENCY;
    t->later += list->proof.state_depth[CP_STATE_STEADY] != CP_DEPTH_NONE ||
                list->proof.state_depth[CP_STATE_TRANSITION] != CP_DEPTH_NONE;
}

static const char *check_way(struct lists *l, uint64_t *numbers, struct tally *tally)
{
    struct cp_path path = path_of(l);
    struct cp_segment_ask ask = {.path = &path,
                                 .treatment = l->treatment,
                                 .ends = l->ends,
                                 .end_count = l->end_count,
                                 .depth_max = CP_NONE};
    struct expected e = expect(&l->today, l->facts, &l->way);
    struct cp_segment_list got;
    const char *wrong;

    assert_int_equal(cp_segments_find(l->segmenter, &ask, l->arena, &got), CP_OK);
    wrong = check_list(l, &e, &got);
    if (wrong != NULL) {
        print_error("path of %u links: %u segments, not %u (cuts %x)\n", l->way.link_count,
                    got.least, e.count, e.cuts);
        return wrong;
    }
    count_list(tally, &got, l->way.link_count);
    wrong = sample_chance(numbers, 30) ? check_again(l, &ask, &got) : NULL;
    if (wrong == NULL)
        wrong = check_refusal(l, &ask, &got);
    if (wrong == NULL)
        wrong = check_strict(l, &ask);
    return wrong != NULL ? wrong : check_proof(l, numbers, tally);
}

/* ---- samples ---- */

#define WAYS_MOST 6u

static uint32_t some_of(uint32_t bits, uint64_t *numbers)
{
    uint32_t found = 0;
    uint32_t seen = 0;

    for (uint32_t v = 0; v < ORACLE_NODES; v++)
        if (oracle_has(bits, v) && sample_pick(numbers, 0, seen++) == 0)
            found = v;
    return found;
}

/* Some ways of the demand, and the pairs of positions on them. */
static uint32_t find_ways(const struct ask *a, uint64_t *numbers, struct way *ways,
                          struct pairs *pairs)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < 8 && count < WAYS_MOST; i++) {
        struct way *w = &ways[count];

        if (!walk(a, some_of(a->demand.src, numbers), some_of(a->demand.dst, numbers), numbers, w))
            continue;
        count++;
        for (uint32_t from = 0; from <= w->link_count; from++)
            for (uint32_t to = from + 1; to <= w->link_count; to++)
                pairs->wanted[w->nodes[from]][w->nodes[to]] = true;
    }
    return count;
}

static const char *check_demand(struct lists *l, uint64_t *numbers, struct tally *tally)
{
    struct way ways[WAYS_MOST];
    struct pairs pairs = {0};
    struct facts_of facts;
    uint32_t count = find_ways(l->ask, numbers, ways, &pairs);
    const char *wrong = NULL;

    if (count == 0)
        return NULL;
    stretches_find(l->ask, &pairs, &facts);
    l->facts = &facts;
    oracle_state_make(&l->ask->sample->net, (struct oracle_set){0}, 0, &l->today);
    for (uint32_t i = 0; i < count && wrong == NULL; i++) {
        l->way = ways[i];
        wrong = check_way(l, numbers, tally);
    }
    return wrong;
}

static uint32_t some_states(uint64_t *numbers)
{
    static const uint32_t states[] = {7, 7, 3, 3, 1, 5};

    return states[sample_pick(numbers, 0, 5)];
}

/* Against lies all that is in doubt counts as forbidden, and may lie. */
static void harden(struct ask *ask)
{
    if (ask->judged != CP_SEGMENTS_ALL || (ask->states & 1u << CP_STATE_LIAR) == 0)
        return;
    for (uint32_t r = 0; r < ask->demand.rule_count; r++) {
        struct oracle_rule *rule = &ask->demand.rules[r];

        rule->bad.nodes |= rule->doubtful.nodes;
        rule->bad.links |= rule->doubtful.links;
        rule->doubtful = (struct oracle_set){0};
    }
}

static void check_sample(uint64_t seed, uint32_t depth, struct tally *tally)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    uint64_t numbers = seed * UINT64_C(0x9e3779b97f4a7c15) + depth;
    struct sample sample;
    struct ask ask = {.sample = &sample,
                      .states = some_states(&numbers),
                      .judged =
                          sample_chance(&numbers, 50) ? CP_SEGMENTS_ALL : CP_SEGMENTS_AS_RULED};
    const struct cp_judge *judge = NULL;
    const struct cp_segments_ground *ground = NULL;
    struct cp_net net;
    struct lists l = {.ask = &ask, .net = &net, .arena = arena};

    assert_non_null(arena);
    sample_make(seed, depth, &sample);
    assert_int_equal(sample_judge(&sample, arena, &judge), CP_OK);
    assert_int_equal(cp_net_make(judge->net, arena, &net), CP_OK);
    struct cp_segments_basis basis = {.judge = judge,
                                      .net = &net,
                                      .request = {sample.ask.depth, sample.ask.kinds, ask.states},
                                      .judged = ask.judged};

    assert_int_equal(cp_segments_ground_make(&basis, arena, &ground), CP_OK);
    assert_int_equal(cp_segmenter_open(ground, arena, &l.segmenter), CP_OK);
    assert_int_equal(cp_segmenter_open(ground, arena, &l.other), CP_OK);
    map_links(&l);
    for (uint32_t d = 0; d < sample.demand_count; d++) {
        ask.demand = sample_demand(&sample, d);
        harden(&ask);
        l.treatment = sample.demands[d].treatment;
        map_ends(&l);
        const char *wrong = check_demand(&l, &numbers, tally);

        if (wrong == NULL)
            continue;
        sample_print(&sample);
        print_error("seed %u, demand %u, states %x, %s: %s\n", (unsigned)seed, d, ask.states,
                    ask.judged == CP_SEGMENTS_ALL ? "all" : "as ruled", wrong);
        fail();
    }
    cp_segmenter_close(l.segmenter);
    cp_segmenter_close(l.other);
    cp_arena_close(arena);
}

static struct tally check_samples(uint32_t depth, uint32_t samples)
{
    uint32_t count = share_of(samples);
    struct tally t = {0};

    for (uint32_t i = 0; i < count; i++)
        check_sample(i, depth, &t);
    fprintf(
        stderr,
        "depth %u: %u lists; of 1 to 7 and more: %u %u %u %u %u %u %u; whole paths of more than "
        "one link: %u; adjacencies %u; exposed where it does not count %u; unclean lists %u\n",
        depth, t.lists, t.of[1], t.of[2], t.of[3], t.of[4], t.of[5], t.of[6], t.of[7], t.whole,
        t.adjacencies, t.later, t.unclean);
    assert_true(t.lists > count / 2 && t.whole > 0 && t.of[2] > 0 && t.of[3] > 0 && t.of[4] > 0);
    assert_true(t.adjacencies > 0 && t.unclean > 0);
    return t;
}

static void lists_are_the_shortest_without_failures(void **state)
{
    (void)state;
    (void)check_samples(0, 4000);
}

static void lists_are_the_shortest_under_single_failures(void **state)
{
    (void)state;
    assert_true(check_samples(1, 5000).later > 0);
}

static void lists_are_the_shortest_under_two_failures(void **state)
{
    (void)state;
    assert_true(check_samples(2, 1000).later > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_the_shortest_without_failures),
        cmocka_unit_test(lists_are_the_shortest_under_single_failures),
        cmocka_unit_test(lists_are_the_shortest_under_two_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

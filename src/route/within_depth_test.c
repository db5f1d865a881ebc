#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "route/paths.h"
#include "route/segments.h"

/* Small networks at random, beside all their simple paths, each with its shortest clean list. */

enum { NODES = 8, LINKS = 16, ENDS = 4, SAMPLES = 20000 };

struct world {
    struct cp_arena *arena;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_judge_rule rule;
    struct cp_treatment treatment;
    struct cp_node_rec nodes[NODES];
    struct cp_link_rec links[LINKS];
    struct cp_end ends[ENDS * LINKS];
    uint64_t node_bad[NODES], link_bad[LINKS], none[NODES + LINKS];
    uint32_t first_rule;
    struct cp_net net;
    struct cp_segmenter *segmenter;
    uint64_t numbers;
    uint32_t src[2], dst[2], all_ends[4];
    uint8_t out[NODES + LINKS];
    uint32_t must_element;
    struct cp_must_pass must;
    struct cp_within_ask ask;
};

static uint32_t pick(struct world *w, uint32_t below)
{
    w->numbers = w->numbers * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(w->numbers >> 33) % below;
}

/* ---- a network ---- */

static void put_link(struct world *w, uint32_t end_count, uint32_t metric_most)
{
    uint32_t l = w->c.link_count++;
    struct cp_link_rec *rec = &w->links[l];
    uint32_t used = 0;

    *rec = (struct cp_link_rec){.ends = {ENDS * l, end_count}, .lan = end_count > 2};
    rec->delay_us = pick(w, 10) == 0 ? CP_DELAY_NONE : pick(w, 5);
    for (uint32_t e = 0; e < end_count;) {
        uint32_t node = pick(w, w->c.node_count);

        if ((used >> node & 1u) != 0)
            continue;
        used |= 1u << node;
        w->ends[ENDS * l + e++] =
            (struct cp_end){.node = {node}, .metric = 1 + pick(w, metric_most)};
    }
}

static void put_network(struct world *w)
{
    uint32_t links, metric_most = pick(w, 3) == 0 ? 1 : 1 + pick(w, 6);

    w->c = (struct cp_case){.nodes = w->nodes, .links = w->links, .ends = w->ends};
    w->c.node_count = 5 + pick(w, NODES - 4);
    links = w->c.node_count + pick(w, 5);
    for (uint32_t i = 0; i < links; i++)
        put_link(w, pick(w, 12) == 0 ? 3 : 2, metric_most);
    w->node_bad[pick(w, w->c.node_count)] = 1;
    w->node_bad[pick(w, w->c.node_count)] |= pick(w, 3) == 0;
    w->link_bad[pick(w, w->c.link_count)] = pick(w, 3) == 0;
    w->rule = (struct cp_judge_rule){.depth = pick(w, 4) == 0 ? 2 : pick(w, 2),
                                     .failure_kinds = CP_FAIL_ALL,
                                     .node_bad = w->node_bad,
                                     .node_unknown = w->none,
                                     .link_bad = w->link_bad,
                                     .link_unknown = w->none,
                                     .bit = 1};
    w->treatment = (struct cp_treatment){.rules = &w->first_rule, .rule_count = 1};
    w->judge = (struct cp_judge){.rules = &w->rule,
                                 .treatments = &w->treatment,
                                 .rule_count = 1,
                                 .transit_count = 1,
                                 .treatment_count = 1,
                                 .net = &w->c};
}

static int compare(const void *a, const void *b)
{
    return *(const uint32_t *)a < *(const uint32_t *)b ? -1 : 1;
}

/* Up to two ends each side, all different. */
static void put_ends(struct world *w)
{
    uint32_t *at = w->all_ends;
    uint32_t count = 0;

    while (count < 4) {
        uint32_t node = pick(w, w->c.node_count);
        bool there = false;

        for (uint32_t i = 0; i < count; i++)
            there = there || at[i] == node;
        if (!there)
            at[count++] = node;
    }
    memcpy(w->src, at, sizeof w->src);
    memcpy(w->dst, at + 2, sizeof w->dst);
    qsort(w->src, 2, sizeof *w->src, compare);
    qsort(w->dst, 2, sizeof *w->dst, compare);
    w->ask.src_count = pick(w, 4) == 0 ? 2 : 1;
    w->ask.dst_count = pick(w, 4) == 0 ? 2 : 1;
    memcpy(at, w->src, w->ask.src_count * sizeof *at);
    memcpy(at + w->ask.src_count, w->dst, w->ask.dst_count * sizeof *at);
    w->ask.end_count = w->ask.src_count + w->ask.dst_count;
    qsort(at, w->ask.end_count, sizeof *at, compare);
}

static void put_ask(struct world *w)
{
    const struct cp_graph *g = &w->net.graph;

    w->ask = (struct cp_within_ask){.src = w->src,
                                    .dst = w->dst,
                                    .ends = w->all_ends,
                                    .strict = pick(w, 3) == 0,
                                    .alone = pick(w, 2) == 0,
                                    .depth_max = 1 + pick(w, 4),
                                    .cost = g->end_metric,
                                    .hops_max = CP_NONE,
                                    .delay_max_us = CP_PATH_DELAY_NONE};
    put_ends(w);
    if (!w->ask.alone)
        return;
    w->ask.both = pick(w, 4) == 0;
    if (pick(w, 4) == 0) {
        memset(w->out, 0, sizeof w->out);
        w->out[pick(w, g->link_count + g->node_count)] = 1;
        w->ask.out = w->out;
    }
    if (pick(w, 4) == 0)
        w->ask.hops_max = 1 + pick(w, 5);
    if (pick(w, 4) == 0)
        w->ask.delay_max_us = pick(w, 12);
    if (pick(w, 4) == 0) {
        w->must_element = pick(w, g->link_count + g->node_count);
        w->must = (struct cp_must_pass){&w->must_element, 1};
        w->ask.require = &w->must;
        w->ask.require_count = 1;
    }
}

static void open_sample(struct world *w, uint64_t seed)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    const struct cp_segments_ground *ground = NULL;

    assert_non_null(arena);
    memset(w, 0, sizeof *w);
    w->arena = arena;
    w->numbers = seed * UINT64_C(0x9e3779b97f4a7c15);
    put_network(w);
    struct cp_segments_basis basis = {.judge = &w->judge,
                                      .net = &w->net,
                                      .request = {.depth = 2, .failure_kinds = CP_FAIL_ALL},
                                      .judged = CP_SEGMENTS_AS_RULED};

    assert_int_equal(cp_net_make(&w->c, arena, &w->net), CP_OK);
    assert_int_equal(cp_segments_ground_make(&basis, arena, &ground), CP_OK);
    assert_int_equal(cp_segmenter_open(ground, arena, &w->segmenter), CP_OK);
    put_ask(w);
}

/* ---- all simple paths ---- */

struct best {
    uint64_t cost;  /* of the cheapest whose list fits; UINT64_MAX */
    uint32_t least; /* of all */
    uint32_t paths;
};

struct trial {
    struct world *w;
    uint32_t nodes[NODES], links[NODES], count;
    struct best best;
};

static uint32_t end_metric(const struct cp_graph *g, uint32_t link, uint32_t node)
{
    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++)
        if (g->end_node[e] == node)
            return g->end_metric[e];
    fail();
    return 0;
}

static bool may_use(const struct world *w, uint32_t link, uint32_t node)
{
    const struct cp_graph *g = &w->net.graph;

    return w->node_bad[w->net.case_node[node]] == 0 &&
           (link == CP_NONE || w->link_bad[w->net.case_link[link]] == 0) &&
           (w->ask.out == NULL ||
            (w->ask.out[g->link_count + node] == 0 && (link == CP_NONE || w->ask.out[link] == 0)));
}

static uint32_t shortest_list(struct world *w, const struct cp_path *path)
{
    struct cp_segment_ask ask = {.path = path,
                                 .ends = w->ask.ends,
                                 .end_count = w->ask.end_count,
                                 .strict = w->ask.strict,
                                 .alone = w->ask.alone,
                                 .depth_max = CP_NONE};
    struct cp_segment_list list;

    assert_int_equal(cp_segments_find(w->segmenter, &ask, w->arena, &list), CP_OK);
    assert_true(list.shortest);
    return list.least;
}

static bool is_wished(const struct trial *t)
{
    const struct world *w = t->w;
    const struct cp_graph *g = &w->net.graph;
    uint64_t delay = 0;
    bool known = true;
    bool passed = w->ask.require_count == 0;

    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t delay_us = w->links[w->net.case_link[t->links[i]]].delay_us;

        known = known && delay_us != CP_DELAY_NONE;
        delay += delay_us;
        passed = passed || t->links[i] == w->must_element;
    }
    for (uint32_t i = 0; i <= t->count; i++)
        passed = passed || g->link_count + t->nodes[i] == w->must_element;
    return passed && t->count <= w->ask.hops_max &&
           (w->ask.delay_max_us == CP_PATH_DELAY_NONE || (known && delay <= w->ask.delay_max_us));
}

static void try_path(struct trial *t)
{
    const struct cp_graph *g = &t->w->net.graph;
    uint32_t nodes[NODES], links[NODES];
    struct cp_path path = {.nodes = t->nodes, .links = t->links, .link_count = t->count};
    struct cp_path back = {.nodes = nodes, .links = links, .link_count = t->count};
    uint32_t least;
    uint64_t cost = 0;

    if (!is_wished(t))
        return;
    least = shortest_list(t->w, &path);
    for (uint32_t i = 0; i < t->count; i++) {
        cost += end_metric(g, t->links[i], t->nodes[i]);
        cost += t->w->ask.both ? end_metric(g, t->links[i], t->nodes[i + 1]) : 0;
        links[t->count - 1 - i] = t->links[i];
    }
    for (uint32_t i = 0; i <= t->count; i++)
        nodes[t->count - i] = t->nodes[i];
    if (t->w->ask.both && shortest_list(t->w, &back) > least)
        least = shortest_list(t->w, &back);
    t->best.paths++;
    if (least < t->best.least)
        t->best.least = least;
    if (least <= t->w->ask.depth_max && cost < t->best.cost)
        t->best.cost = cost;
}

static bool is_among(const uint32_t *at, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (at[i] == node)
            return true;
    return false;
}

static void go_on(struct trial *t)
{
    const struct cp_graph *g = &t->w->net.graph;
    uint32_t at = t->nodes[t->count];

    if (is_among(t->w->dst, t->w->ask.dst_count, at))
        try_path(t);
    for (uint32_t i = g->hop_first[at]; i < g->hop_first[at + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];

        if (!may_use(t->w, hop->link, hop->to) || is_among(t->nodes, t->count + 1, hop->to))
            continue;
        t->links[t->count++] = hop->link;
        t->nodes[t->count] = hop->to;
        go_on(t);
        t->count--;
    }
}

static struct best try_all(struct world *w)
{
    struct trial t = {.w = w, .best = {UINT64_MAX, CP_NONE, 0}};

    for (uint32_t i = 0; i < w->ask.src_count; i++) {
        t.nodes[0] = w->src[i];
        if (may_use(w, CP_NONE, w->src[i]))
            go_on(&t);
    }
    return t.best;
}

/* ---- what is compared ---- */

struct tally {
    uint32_t found, dearer, refused, unsure, blocked;
};

static uint64_t cost_of(const struct world *w, const struct cp_path *path)
{
    const struct cp_graph *g = &w->net.graph;
    uint64_t cost = 0;

    for (uint32_t i = 0; i < path->link_count; i++) {
        cost += end_metric(g, path->links[i], path->nodes[i]);
        cost += w->ask.both ? end_metric(g, path->links[i], path->nodes[i + 1]) : 0;
    }
    return cost;
}

static void check_found(struct world *w, const struct cp_within *got)
{
    struct trial t = {.w = w, .best = {UINT64_MAX, CP_NONE, 0}};

    t.count = got->path.link_count;
    memcpy(t.nodes, got->path.nodes, ((size_t)t.count + 1) * sizeof *t.nodes);
    memcpy(t.links, got->path.links, t.count * sizeof *t.links);
    for (uint32_t i = 0; i <= t.count; i++) {
        assert_false(is_among(t.nodes, i, t.nodes[i]));
        assert_true(may_use(w, i == 0 ? CP_NONE : t.links[i - 1], t.nodes[i]));
    }
    assert_true(is_among(w->src, w->ask.src_count, t.nodes[0]));
    assert_true(is_among(w->dst, w->ask.dst_count, t.nodes[t.count]));
    try_path(&t);
    assert_true(t.best.cost ==
                cost_of(w, &got->path)); /* it is what was wished, and its list fits */
}

static void check_sample(uint64_t seed, struct tally *tally)
{
    static struct world w;
    struct cp_within got;
    struct best best;

    open_sample(&w, seed);
    best = try_all(&w);
    assert_int_equal(cp_segments_within(w.segmenter, &w.ask, w.arena, &got), CP_OK);
    if (got.path.nodes != NULL)
        check_found(&w, &got);
    tally->found += got.path.nodes != NULL;
    tally->unsure += !got.sure;
    tally->refused += best.cost == UINT64_MAX && best.least != CP_NONE;
    tally->blocked += best.paths == 0;
    if (got.sure && ((got.path.nodes != NULL) != (best.cost != UINT64_MAX) ||
                     (got.path.nodes != NULL && cost_of(&w, &got.path) != best.cost) ||
                     (got.path.nodes == NULL && got.least != best.least)))
        fail_msg("seed %u: cost %d, not %d; least %d, not %d", (unsigned)seed,
                 got.path.nodes == NULL ? -1 : (int)cost_of(&w, &got.path), (int)best.cost,
                 (int)got.least, (int)best.least);
    cp_segmenter_close(w.segmenter);
    cp_arena_close(w.arena);
}

static void the_cheapest_path_that_fits_is_found_or_the_smallest_depth(void **state)
{
    struct tally t = {0};

    (void)state;
    for (uint64_t seed = 1; seed <= SAMPLES; seed++)
        check_sample(seed, &t);
    print_message("found %u, refused %u, not sure %u, blocked %u\n", t.found, t.refused, t.unsure,
                  t.blocked);
    assert_true(t.found > SAMPLES / 4 && t.refused > SAMPLES / 50);
    assert_true(t.unsure < SAMPLES / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cheapest_path_that_fits_is_found_or_the_smallest_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

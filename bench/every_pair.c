#include "workloads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"
#include "lanes.h"
#include "machine.h"
#include "plain.h"

/*
 * Every pair of nodes, after every single failure of a link or a node: costs, and the marks of all
 * cheapest paths.
 *
 * Ours finds once which arcs each failure changes; then, for each group of destinations, sweeps, and
 * for each failure looks at the rows that change (cp_rows_probe).  For every pair it keeps the OR
 * of its marks over all failures.  The peer is our own scalar repair (repair.h), costs only, for a
 * sample of the destinations.  Ours too runs a sample of the groups; all of them with BENCH_FULL=1.
 *
 * Compared: for each destination of the sample the sum, over failures and nodes whose cost changes, of
 * the new cost.  What failed itself is not counted, nor failures of the destination.
 * Marks are checked against plain.h for a few failures, outside the timing.
 */

enum { SAMPLE = 24 };

struct failure {
    uint32_t first_arc, arc_count;
    uint32_t node_place; /* UINT32_MAX: a link */
};

struct work {
    struct network *network;
    struct ours *ours;
    struct cp_rows rows;
    struct repair *repair;
    uint32_t *order; /* all nodes, near ones together */
    struct failure *failures;
    uint32_t failure_count;
    struct cp_arc_after *arcs;
    uint32_t arc_count, arc_cap;
    uint32_t group_count;
    uint32_t *groups, groups_run; /* those that are run */
    uint32_t sample[SAMPLE];      /* destinations */
    uint32_t *cost_sum;           /* [nodes] by destination, modulo 2^32 */
    uint32_t *ever;               /* [places * lanes] OR of a group's marks over failures */
    uint32_t marks;               /* of all groups */
    uint64_t rows_changed;
};

/* ---- what failures change, found once ---- */

static void add_arcs(struct work *w, const struct cp_arc_before *changed, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (w->arc_count == w->arc_cap) {
            w->arc_cap = w->arc_cap == 0 ? 65536 : 2 * w->arc_cap;
            w->arcs = need(realloc(w->arcs, w->arc_cap * sizeof(*w->arcs)));
        }
        w->arcs[w->arc_count++] = cp_arc_after_get(&w->ours->weights, changed[i].arc);
    }
}

static void find_failures(struct work *w)
{
    const struct cp_graph *g = &w->network->graph;
    struct cp_weights *weights = &w->ours->weights;

    w->arc_count = 0;
    w->failure_count = g->link_count + g->node_count;
    for (uint32_t e = 0; e < w->failure_count; e++) {
        cp_weights_mark mark = cp_weights_mark_get(weights);
        const struct cp_arc_before *changed;
        uint32_t count;

        check(cp_weights_fail(weights, e));
        count = cp_weights_changed(weights, mark, &changed);
        w->failures[e] = (struct failure){w->arc_count, 0, UINT32_MAX};
        if (e >= g->link_count)
            w->failures[e].node_place = w->ours->hierarchy.place_of_node[e - g->link_count];
        add_arcs(w, changed, count);
        w->failures[e].arc_count = w->arc_count - w->failures[e].first_arc;
        cp_weights_undo(weights, mark);
    }
}

/* ---- ours ---- */

static uint32_t group_size(const struct work *w, uint32_t group)
{
    uint32_t left = w->network->graph.node_count - group * w->rows.lanes;

    return left < w->rows.lanes ? left : w->rows.lanes;
}

/* Where the answers of a group go. */
struct lanes {
    uint32_t sums[LANES_MAX];
    uint32_t *ever;
};

/* Adds the i-th changed row's costs that changed to the lanes' sums, and all its marks to `ever`. */
static inline void add_sixteen(const struct cp_rows *rows, const struct cp_rows_found *found,
                               uint32_t i, const struct lanes *to, lanes_sixteen *sums)
{
    size_t at = (size_t)found->changed[i].place * 16;
    lanes_sixteen now = *(const lanes_sixteen *)cp_found_cost_after(rows, found, i);
    lanes_sixteen before = *(const lanes_sixteen *)cp_found_cost_before(rows, found, i);

    *sums += now & (lanes_sixteen)(now != before);
    *(lanes_sixteen *)&to->ever[at] |= *(const lanes_sixteen *)cp_found_marks_after(rows, found, i);
}

/* The same for any number of lanes. */
static inline void add_lanes(const struct cp_rows *rows, const struct cp_rows_found *found,
                             uint32_t i, const struct lanes *to, uint32_t *sums)
{
    size_t at = (size_t)found->changed[i].place * rows->lanes;
    const int32_t *now = cp_found_cost_after(rows, found, i);
    const int32_t *before = cp_found_cost_before(rows, found, i);
    const uint32_t *marks = cp_found_marks_after(rows, found, i);

    for (size_t lane = 0; lane < rows->lanes; lane++) {
        sums[lane] += now[lane] != before[lane] ? (uint32_t)now[lane] : 0;
        to->ever[at + lane] |= marks[lane];
    }
}

/* All changed rows but that of the place that failed. */
LANES_WIDE static void add_rows(const struct cp_rows *rows, const struct cp_rows_found *found,
                                uint32_t but, struct lanes *to)
{
    lanes_sixteen sums = {0};

    for (uint32_t i = 0; i < found->count; i++) {
        if (found->changed[i].place == but)
            continue;
        if (rows->lanes == 16)
            add_sixteen(rows, found, i, to, &sums);
        else
            add_lanes(rows, found, i, to, to->sums);
    }
    for (uint32_t lane = 0; lane < 16; lane++)
        to->sums[lane] += sums[lane];
}

/* The lane whose destination this place is, or LANES_MAX. */
static uint32_t lane_of(const struct work *w, uint32_t place, const uint32_t *destinations,
                        uint32_t count)
{
    for (uint32_t lane = 0; place != UINT32_MAX && lane < count; lane++)
        if (w->ours->hierarchy.place_of_node[destinations[lane]] == place)
            return lane;
    return LANES_MAX;
}

static void add_failure(struct work *w, const struct failure *f, const uint32_t *destinations,
                        uint32_t count, struct lanes *to)
{
    struct cp_rows_found found;
    uint32_t own = lane_of(w, f->node_place, destinations, count);
    uint32_t own_sum = own < LANES_MAX ? to->sums[own] : 0;

    check(cp_rows_probe(&w->rows, &w->arcs[f->first_arc], f->arc_count, &found));
    add_rows(&w->rows, &found, f->node_place, to);
    if (own < LANES_MAX)
        to->sums[own] = own_sum;
    w->rows_changed += found.count;
    cp_rows_undo(&w->rows);
}

static void run_group(struct work *w, uint32_t group)
{
    const uint32_t *destinations = w->order + (size_t)group * w->rows.lanes;
    uint32_t count = group_size(w, group);
    size_t cells = (size_t)w->ours->hierarchy.place_count * w->rows.lanes;
    struct lanes to = {.ever = w->ever};

    cp_rows_sweep(&w->rows, destinations, count);
    memcpy(w->ever, w->rows.marks, cells * sizeof(*w->ever));
    for (uint32_t f = 0; f < w->failure_count; f++)
        if (w->failures[f].arc_count > 0)
            add_failure(w, &w->failures[f], destinations, count, &to);
    for (size_t i = 0; i < cells; i++)
        w->marks |= w->ever[i];
    for (uint32_t lane = 0; lane < count; lane++)
        w->cost_sum[destinations[lane]] = to.sums[lane];
}

static uint64_t sample_checksum(const struct work *w)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < SAMPLE; i++)
        sum = checksum_add(sum, w->cost_sum[w->sample[i]]);
    return sum;
}

static void run_ours(void *at, struct turn *turn)
{
    struct work *w = at;
    double start = now_s(), found_s;

    w->rows_changed = 0;
    find_failures(w);
    found_s = now_s() - start;
    start = now_s();
    for (uint32_t i = 0; i < w->groups_run; i++)
        run_group(w, w->groups[i]);
    turn->seconds = found_s + (now_s() - start) * w->group_count / w->groups_run;
    turn->checksum = sample_checksum(w);
}

/* ---- the peer ---- */

static uint32_t region_sum(struct region region)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < region.count; i++) {
        uint32_t cost = region.cost[region.nodes[i]];

        sum += cost == REPAIR_NONE ? (uint32_t)CP_ROWS_NONE : cost;
    }
    return sum;
}

static void run_repair(void *at, struct turn *turn)
{
    struct work *w = at;
    const struct cp_graph *g = &w->network->graph;
    double start = now_s();

    for (uint32_t i = 0; i < SAMPLE; i++) {
        uint32_t source = w->sample[i], sum = 0;

        repair_from(w->repair, source);
        for (uint32_t l = 0; l < g->link_count; l++)
            sum += region_sum(repair_link(w->repair, l));
        for (uint32_t v = 0; v < g->node_count; v++)
            if (v != source)
                sum += region_sum(repair_node(w->repair, v));
        w->cost_sum[source] = sum;
    }
    turn->seconds = (now_s() - start) * g->node_count / SAMPLE;
    turn->checksum = sample_checksum(w);
}

/* ---- marks, outside the timing ---- */

/* Whether the rows say the same of the lane as plain.h does. */
static bool lane_is_right(const struct work *w, uint32_t destination, uint32_t lane,
                          uint32_t failed)
{
    uint32_t nodes = w->network->graph.node_count;
    uint64_t *cost = need(calloc(nodes, sizeof(*cost)));
    uint32_t *marks = need(calloc(nodes, sizeof(*marks)));
    bool right = true;

    plain_routes(w->network, destination, failed, cost, marks);
    for (uint32_t v = 0; v < nodes; v++) {
        size_t at = (size_t)w->ours->hierarchy.place_of_node[v] * w->rows.lanes + lane;
        uint32_t want = cost[v] == CP_UNREACHABLE ? UINT32_MAX : (uint32_t)cost[v];

        if (cp_graph_element_of_node(&w->network->graph, v) == failed)
            continue;
        right = right && ours_lane(&w->rows, v, lane) == want && w->rows.marks[at] == marks[v];
    }
    free(cost);
    free(marks);
    return right;
}

/* A few failures of a few groups, each with one lane looked at in full. */
static bool rows_are_right(struct work *w)
{
    enum { FAILURES_A_GROUP = 12, GROUPS = 4 };
    uint64_t state = 5;
    bool right = true;

    for (uint32_t i = 0; i < GROUPS; i++) {
        uint32_t group = w->groups[i * w->groups_run / GROUPS];
        const uint32_t *destinations = w->order + (size_t)group * w->rows.lanes;

        cp_rows_sweep(&w->rows, destinations, group_size(w, group));
        for (uint32_t k = 0; k < FAILURES_A_GROUP; k++) {
            uint32_t lane = (uint32_t)(isp_random(&state) % group_size(w, group));
            uint32_t f = (uint32_t)(isp_random(&state) % w->failure_count), changed;
            uint32_t own = cp_graph_element_of_node(&w->network->graph, destinations[lane]);
            const struct cp_row_before *rows;

            if (f == own)
                continue;
            check(cp_rows_repair(&w->rows, &w->arcs[w->failures[f].first_arc],
                                 w->failures[f].arc_count, &rows, &changed));
            right = right && lane_is_right(w, destinations[lane], lane, f);
            cp_rows_undo(&w->rows);
            right = right && lane_is_right(w, destinations[lane], lane, UINT32_MAX);
        }
    }
    return right;
}

/* ---- */

/* Groups spread over all, and the destinations that both sides give answers for. */
static void choose(struct work *w, bool full)
{
    enum { GROUPS = 24 };
    uint32_t lanes = w->rows.lanes;

    w->group_count = (w->network->graph.node_count + lanes - 1) / lanes;
    w->groups_run = full || w->group_count < GROUPS ? w->group_count : GROUPS;
    w->groups = need(calloc(w->groups_run, sizeof(*w->groups)));
    for (uint64_t i = 0; i < w->groups_run; i++)
        w->groups[i] = (uint32_t)(i * w->group_count / w->groups_run);
    for (uint64_t i = 0; i < SAMPLE; i++) {
        uint32_t group = w->groups[i * w->groups_run / SAMPLE];

        w->sample[i] = w->order[(size_t)group * lanes + (5 * i) % group_size(w, group)];
    }
}

static void open_work(struct work *w, const struct network_plan *plan, bool full)
{
    size_t nodes, places;

    w->network = network_make(plan, 1);
    nodes = w->network->graph.node_count;
    w->ours = ours_make(w->network, NULL, WEIGHTS_THAT_CHANGE);
    w->rows = ours_rows(w->ours, machine_widest(), CP_ROWS_COSTS_AND_MARKS);
    places = w->ours->hierarchy.place_count + 16u - w->ours->hierarchy.place_count % 16;
    w->repair = repair_open(&w->network->isp);
    w->order = ours_near_order(w->ours);
    w->failures = need(calloc(nodes + w->network->graph.link_count, sizeof(*w->failures)));
    w->cost_sum = need(calloc(nodes, sizeof(*w->cost_sum)));
    w->ever = need(aligned_alloc(64, places * w->rows.lanes * sizeof(*w->ever)));
    choose(w, full);
    find_failures(w);
}

static void close_work(struct work *w)
{
    ours_free(w->ours);
    repair_close(w->repair);
    network_free(w->network);
    free(w->order);
    free(w->failures);
    free(w->arcs);
    free(w->groups);
    free(w->cost_sum);
    free(w->ever);
}

static void every_pair(const char *name, const struct network_plan *plan)
{
    struct work w = {0};
    bool full = getenv("BENCH_FULL") != NULL;
    char words[96];
    struct contest contest = {
        .name = name,
        .unit = "s",
        .units = 1,
        .rounds = full ? 3 : 5,
        .sides = {{NULL, run_repair, SIDE_PEER, words}, {"", run_ours, SIDE_OURS, NULL}},
        .side_count = 2,
        .work = &w,
    };

    open_work(&w, plan, full);
    snprintf(words, sizeof(words), "own-scalar-repair(sampled:%d) ours:%u/%u_groups", SAMPLE,
             w.groups_run, w.group_count);
    if (!rows_are_right(&w))
        figures_void(name);
    else
        contest_run(&contest);
    fprintf(stderr, "  %s: %.0f rows changed a group\n", name,
            (double)w.rows_changed / w.groups_run);
    close_work(&w);
}

void bench_every_pair(void)
{
    static const struct network_plan wide = {.shape = NETWORK_ISP, .nodes = 10000};
    static const struct network_plan hops = {
        .shape = NETWORK_ISP, .nodes = 10000, .metrics = ISP_HOPS};

    if (figures_wanted("every_pair_isp10k"))
        every_pair("every_pair_isp10k", &wide);
    if (figures_wanted("every_pair_hops_isp10k"))
        every_pair("every_pair_hops_isp10k", &hops);
}

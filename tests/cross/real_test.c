#include "route/paths.h"
#include "route/segments.h"

#include "plain.h"
#include "read/read.h"
#include "sample.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/*
 * The audit against plain.h on networks that were really built, at K = 1.  On each, a tenth of the
 * nodes and a thirtieth of the links are forbidden, picked by a seed; every second network gets
 * metrics of 1 to 9 of our own, different both ways (most files have none).
 *
 * How many demands: all pairs, but at most 40 and at most 1 + 50,000 / nodes^2 (40 up to 35 nodes,
 * 6 at 100, 2 at 197), so that every network costs about the same.
 *
 * And the shortest clean segment list of some demand's path, where neither is large, against every way to cut it.
 */
#define DATA "../shared/data/"
#define DEMANDS_MOST 40u
#define WORK_MOST 50000u
#define PATH_BYTES 1024u
#define LIST_NODES_MOST 80u /* of networks whose lists are checked */
#define LIST_LINKS_MOST 7u  /* of their paths */

struct real {
    const struct cp_case *read; /* as the file has it */
    struct cp_case c;           /* with our metrics and demands */
    struct cp_judge judge;
    struct cp_judge_rule rules[2];
    struct cp_treatment treatment;
    uint64_t numbers;
};

struct tally {
    uint32_t networks, demands, exposed_today, exposed_later, transition_first, liar_first, cut;
    uint32_t lists, segments, links;
};

static bool read_bytes(const char *path, struct cp_arena *arena, cp_text *out)
{
    FILE *file = fopen(path, "rb");
    long size = 0;
    char *at = NULL;

    if (file == NULL)
        return false;
    if (fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    rewind(file);
    at = size > 0 ? CP_TAKE(arena, (size_t)size, char) : NULL;
    bool whole = at != NULL && fread(at, 1, (size_t)size, file) == (size_t)size;

    (void)fclose(file);
    *out = (cp_text){at, (size_t)size};
    return whole;
}

static cp_err read_network(const char *path, cp_text bytes, struct cp_arena *arena,
                           const struct cp_case **out)
{
    struct cp_build *build = NULL;
    struct cp_read *read = NULL;
    struct cp_diag diag = {0};

    CP_TRY(cp_build_open(arena, &build));
    CP_TRY(cp_read_open(build, arena, &read));
    CP_TRY(cp_read_document(read, CP_ROLE_NETWORK, cp_text_of(path), bytes, &diag));
    return cp_build_finish(build, CP_DATE_NONE, out, &diag);
}

static void set_metrics(struct real *r, struct cp_arena *arena)
{
    uint32_t count = 0;

    for (uint32_t l = 0; l < r->c.link_count; l++)
        if (r->c.links[l].ends.first + r->c.links[l].ends.count > count)
            count = r->c.links[l].ends.first + r->c.links[l].ends.count;
    struct cp_end *ends = CP_TAKE(arena, count, struct cp_end);

    assert_non_null(ends);
    for (uint32_t i = 0; i < count; i++) {
        ends[i] = r->c.ends[i];
        ends[i].metric = sample_pick(&r->numbers, 1, 9);
    }
    r->c.ends = ends;
}

/* One rule forbids nodes and is strict about links that fail, one forbids links as things are. */
static void set_rules(struct real *r, struct cp_arena *arena)
{
    uint64_t *node = CP_TAKE(arena, r->c.node_count, uint64_t);
    uint64_t *link = CP_TAKE(arena, r->c.link_count, uint64_t);
    uint64_t *nothing = CP_TAKE(arena, (size_t)r->c.node_count + r->c.link_count, uint64_t);
    static const uint32_t both[] = {0, 1};

    assert_non_null(node);
    assert_non_null(link);
    assert_non_null(nothing);
    for (uint32_t v = 0; v < r->c.node_count; v++)
        node[v] = sample_chance(&r->numbers, 10) ? 1 : 0;
    for (uint32_t l = 0; l < r->c.link_count; l++)
        link[l] = sample_pick(&r->numbers, 1, 30) == 1 ? 2 : 0;
    for (uint32_t i = 0; i < 2; i++)
        r->rules[i] = (struct cp_judge_rule){.node_bad = node,
                                             .node_unknown = nothing,
                                             .link_bad = link,
                                             .link_unknown = nothing,
                                             .bit = UINT64_C(1) << i};
    r->rules[0].depth = 1;
    r->rules[0].failure_kinds = CP_FAIL_LINK;
    r->rules[1].failure_kinds = CP_FAIL_ALL;
    r->treatment = (struct cp_treatment){.rules = both, .rule_count = 2};
}

static uint32_t demands_for(uint32_t nodes)
{
    uint32_t count = 1 + WORK_MOST / (nodes * nodes);

    if (count > DEMANDS_MOST)
        count = DEMANDS_MOST;
    return count < nodes * (nodes - 1) ? count : nodes * (nodes - 1);
}

static cp_node some_end(struct real *r)
{
    cp_node node = {sample_pick(&r->numbers, 0, r->c.node_count - 1)};

    for (uint32_t i = 0; i < 8 && r->rules[0].node_bad[node.at] != 0; i++)
        node.at = sample_pick(&r->numbers, 0, r->c.node_count - 1);
    return node;
}

static void set_demands(struct real *r, struct cp_arena *arena)
{
    uint32_t count = demands_for(r->c.node_count);
    struct cp_demand *demands = CP_TAKE(arena, count, struct cp_demand);
    cp_node *ends = CP_TAKE(arena, 2 * (size_t)count, cp_node);
    uint32_t *treatments = CP_TAKE(arena, count, uint32_t);

    assert_non_null(demands);
    assert_non_null(ends);
    assert_non_null(treatments);
    for (uint32_t d = 0; d < count; d++) {
        cp_node src = some_end(r);
        cp_node dst = src;

        while (dst.at == src.at)
            dst.at = sample_pick(&r->numbers, 0, r->c.node_count - 1);
        demands[d].src = (cp_range){d, 1};
        demands[d].dst = (cp_range){count + d, 1};
        ends[d] = src;
        ends[count + d] = dst;
    }
    r->c.demands = demands;
    r->c.demand_ends = ends;
    r->c.demand_count = count;
    r->judge = (struct cp_judge){.rules = r->rules,
                                 .treatments = &r->treatment,
                                 .demand_treatment = treatments,
                                 .rule_count = 2,
                                 .transit_count = 2,
                                 .treatment_count = 1,
                                 .net = &r->c};
}

static const struct cp_demand_result *audit(const struct real *r, struct cp_arena *arena)
{
    struct cp_audit_request request = {.depth = 1, .failure_kinds = CP_FAIL_ALL};
    const struct cp_demand_result *results = NULL;
    struct cp_audit *audit = NULL;
    struct cp_audit_worker *worker = NULL;
    struct cp_diag diag = {0};

    assert_int_equal(cp_audit_open(&r->judge, &request, arena, &audit, &diag), CP_OK);
    assert_int_equal(cp_audit_worker_open(audit, arena, &worker), CP_OK);
    for (uint32_t i = 0; i < cp_audit_parts(audit); i++)
        assert_int_equal(cp_audit_run(worker, i), CP_OK);
    cp_audit_worker_close(worker);
    assert_int_equal(cp_audit_finish(audit, arena, &results), CP_OK);
    return results;
}

static void compare(const struct real *r, const struct plain *plain, uint32_t demand,
                    const struct cp_demand_result *got, struct tally *tally)
{
    const struct cp_demand *d = &r->c.demands[demand];
    struct plain_answer x =
        plain_audit(plain, r->c.demand_ends[d->src.first].at, r->c.demand_ends[d->dst.first].at);
    cp_verdict verdict = x.cut == 0                   ? CP_VERDICT_NO_PATH
                         : x.violation != PLAIN_NEVER ? CP_VERDICT_VIOLATION
                                                      : CP_VERDICT_OK;

    assert_int_equal(got->state_depth[CP_STATE_STEADY], x.steady);
    assert_int_equal(got->state_depth[CP_STATE_TRANSITION], x.transition);
    assert_int_equal(got->state_depth[CP_STATE_LIAR], x.liar);
    assert_int_equal(got->cut_depth, x.cut);
    assert_int_equal(got->verdict, verdict);
    tally->demands++;
    tally->exposed_today += x.steady == 0;
    tally->exposed_later += x.steady == 1;
    tally->transition_first += x.transition < x.steady;
    tally->liar_first += x.liar < x.steady;
    tally->cut += x.cut == 1;
}

/* ---- segment lists ---- */

/* Least costs from a node: cost [nodes], over and over until nothing changes. */
static void find_costs(const struct plain *plain, uint32_t from, uint64_t *cost)
{
    bool changed = true;

    for (uint32_t v = 0; v < plain->node_count; v++)
        cost[v] = v == from ? 0 : UINT32_MAX;
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < plain->way_count; i++) {
            const struct plain_way *w = &plain->ways[i];

            if (cost[w->from] + w->metric >= cost[w->to])
                continue;
            cost[w->to] = cost[w->from] + w->metric;
            changed = true;
        }
    }
}

static uint32_t metric_of(const struct cp_net *net, const struct cp_path *path, uint32_t i)
{
    const struct cp_graph *g = &net->graph;
    uint32_t h = g->hop_first[path->nodes[i]];

    while (g->hops[h].link != path->links[i] || g->hops[h].to != path->nodes[i + 1])
        h++;
    return g->hops[h].out;
}

/* Fewest stretches that cover the path: need [positions], from the end on; at the start is the answer. */
static uint32_t count_stretches(const struct plain *plain, const struct cp_net *net,
                                const struct cp_path *path, uint64_t *cost)
{
    uint32_t need[LIST_LINKS_MOST + 1] = {0};

    for (uint32_t from = path->link_count; from-- > 0;) {
        uint64_t along = 0;

        need[from] = 1 + need[from + 1];
        find_costs(plain, net->case_node[path->nodes[from]], cost);
        for (uint32_t to = from + 1; to <= path->link_count; to++) {
            uint32_t at = net->case_node[path->nodes[to]];

            along += metric_of(net, path, to - 1);
            if (1 + need[to] < need[from] && cost[at] == along &&
                plain_one_way(plain, net->case_node[path->nodes[from]], at).violation ==
                    PLAIN_NEVER)
                need[from] = 1 + need[to];
        }
    }
    return need[0];
}

static bool find_path(const struct real *r, const struct cp_net *net, struct cp_arena *arena,
                      uint32_t demand, struct cp_path *path)
{
    struct cp_marking *marking = CP_TAKE(arena, 1, struct cp_marking);
    const struct cp_paths_ground *ground = NULL;
    struct cp_paths_finder *finder = NULL;
    const struct cp_demand *d = &r->c.demands[demand];
    uint32_t ends[2] = {net->node_of_case[r->c.demand_ends[d->src.first].at],
                        net->node_of_case[r->c.demand_ends[d->dst.first].at]};
    struct cp_path_ask ask = {.src = &ends[0],
                              .dst = &ends[1],
                              .src_count = 1,
                              .dst_count = 1,
                              .hops_max = CP_NONE,
                              .delay_max_us = CP_PATH_DELAY_NONE};
    struct cp_arena *own = cp_arena_open(SIZE_MAX); /* of the finder */
    struct cp_paths paths;

    assert_non_null(marking);
    assert_non_null(own);
    assert_int_equal(cp_marking_make(net, &r->judge, &r->treatment, arena, marking), CP_OK);
    assert_int_equal(cp_paths_ground_make(net, &r->c, marking, 1u << CP_METRIC_IGP, arena, &ground),
                     CP_OK);
    assert_int_equal(cp_paths_finder_open(ground, own, &finder), CP_OK);
    assert_int_equal(cp_paths_find(finder, &ask, arena, &paths), CP_OK);
    cp_arena_close(own);
    *path = paths.primary;
    return paths.found;
}

/* That nothing but the ends of a stretch is safe is what plain_one_way has. */
static void check_list(const struct real *r, const struct plain *plain, struct cp_arena *arena,
                       uint32_t demand, struct tally *tally)
{
    struct cp_net net;
    struct cp_path path;
    struct cp_segments_basis basis = {
        .judge = &r->judge, .net = &net, .request = {.depth = 1, .failure_kinds = CP_FAIL_ALL}};
    struct cp_segment_ask ask = {.path = &path, .depth_max = CP_NONE};
    const struct cp_segments_ground *ground = NULL;
    struct cp_segmenter *segmenter = NULL;
    uint64_t *cost = CP_TAKE(arena, r->c.node_count, uint64_t);
    struct cp_segment_list list;

    assert_non_null(cost);
    assert_int_equal(cp_net_make(&r->c, arena, &net), CP_OK);
    if (!find_path(r, &net, arena, demand, &path) || path.link_count > LIST_LINKS_MOST)
        return;
    assert_int_equal(cp_segments_ground_make(&basis, arena, &ground), CP_OK);
    assert_int_equal(cp_segmenter_open(ground, arena, &segmenter), CP_OK);
    assert_int_equal(cp_segments_find(segmenter, &ask, arena, &list), CP_OK);
    cp_segmenter_close(segmenter);
    assert_int_equal(list.count, count_stretches(plain, &net, &path, cost));
    assert_true(list.shortest && list.proof.clean);
    tally->lists++;
    tally->segments += list.count;
    tally->links += path.link_count;
}

static void check_network(const char *path, uint32_t index, struct tally *tally)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct real r = {.numbers = index};
    struct plain plain;
    cp_text bytes = {0};

    assert_non_null(arena);
    assert_true(read_bytes(path, arena, &bytes));
    if (read_network(path, bytes, arena, &r.read) != CP_OK)
        fail_msg("not read: %s", path);
    CP_ASSERT(r.read != NULL);
    if (r.read->node_count > 1) {
        r.c = *r.read;
        if (index % 2 == 1)
            set_metrics(&r, arena);
        set_rules(&r, arena);
        set_demands(&r, arena);
        const struct cp_demand_result *results = audit(&r, arena);

        plain_open(&plain, &r.judge);
        for (uint32_t d = 0; d < r.c.demand_count; d++)
            compare(&r, &plain, d, &results[d], tally);
        for (uint32_t d = 0; d < 2 && d < r.c.demand_count; d++)
            if (r.c.node_count <= LIST_NODES_MOST)
                check_list(&r, &plain, arena, d, tally);
        plain_close(&plain);
        tally->networks++;
    }
    cp_arena_close(arena);
}

static int wanted(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot != NULL &&
           (strcmp(dot, ".gml") == 0 || strcmp(dot, ".xml") == 0 || strcmp(dot, ".graph") == 0);
}

/* Every network of a folder, by name. */
static struct tally check_folder(const char *folder)
{
    struct tally tally = {0};
    struct dirent **names = NULL;
    int count = scandir(folder, &names, wanted, alphasort);

    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        char path[PATH_BYTES];

        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        free(names[i]);
        check_network(path, (uint32_t)i, &tally);
    }
    free(names);
    fprintf(stderr,
            "%s: %u networks, %u demands; exposed today %u, after one failure %u; transition first "
            "%u, liar first %u; cut by one %u; %u lists of %u segments over %u links\n",
            folder, tally.networks, tally.demands, tally.exposed_today, tally.exposed_later,
            tally.transition_first, tally.liar_first, tally.cut, tally.lists, tally.segments,
            tally.links);
    return tally;
}

static void agrees_on_the_topology_zoo(void **state)
{
    (void)state;
    struct tally tally = check_folder(DATA "topologyzoo/gml");

    assert_true(tally.networks >= 190);
    assert_true(tally.transition_first > 0 && tally.liar_first > 0 && tally.cut > 0);
    assert_true(tally.lists > 100 && tally.segments < tally.links);
}

static void agrees_on_sndlib(void **state)
{
    (void)state;
    assert_true(check_folder(DATA "sndlib/xml").networks >= 10);
}

static void agrees_on_rocketfuel_weights(void **state)
{
    (void)state;
    assert_true(check_folder(DATA "repetita/rocketfuel2016").networks > 0);
}

int main(void)
{
    if (access(DATA, R_OK) != 0) { /* as the test protocol has it: nothing of this ran */
        (void)puts("1..0 # SKIP there is no " DATA);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_on_the_topology_zoo),
        cmocka_unit_test(agrees_on_sndlib),
        cmocka_unit_test(agrees_on_rocketfuel_weights),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

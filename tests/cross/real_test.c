#include "audit/audit.h"

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
 */
#define DATA "../shared/data/"
#define DEMANDS_MOST 40u
#define WORK_MOST 50000u
#define PATH_BYTES 1024u

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
            "%u, liar first %u; cut by one %u\n",
            folder, tally.networks, tally.demands, tally.exposed_today, tally.exposed_later,
            tally.transition_first, tally.liar_first, tally.cut);
    return tally;
}

static void agrees_on_the_topology_zoo(void **state)
{
    (void)state;
    struct tally tally = check_folder(DATA "topologyzoo/gml");

    assert_true(tally.networks >= 190);
    assert_true(tally.transition_first > 0 && tally.liar_first > 0 && tally.cut > 0);
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

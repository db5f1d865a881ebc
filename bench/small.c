#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/follow.h"

#include "contest.h"
#include "ours.h"

/*
 * One part of the engine's work on a small network, for counting its instructions
 * (tools/instructions.sh): `small-parts PART`.  What the part needs is made first; what counts is
 * all that happens inside counted().  Nothing here depends on what registers the machine has.
 */

enum { NODES = 1000, SOURCES = 64, DEMANDS = 200, FAILURES = 200 };

struct small {
    struct network *network;
    struct ours *ours;
    struct cp_rows rows;
    struct cp_labels *labels;
    struct pair *demands;
    uint64_t sum; /* of answers */
};

static void order(struct small *s)
{
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(&s->network->graph);
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles;

    check(
        cp_hierarchy_make(&s->network->graph, &budget, s->ours->arena, s->ours->work, &hierarchy));
    check(cp_triangles_make(&hierarchy, s->ours->arena, &triangles));
    s->sum = hierarchy.arc_count;
}

static void customise(struct small *s)
{
    struct cp_marks marks = {s->network->node_marks, s->network->link_marks};
    struct cp_weights weights;

    for (int i = 0; i < 10; i++) {
        check(cp_weights_make(&s->ours->hierarchy, &s->ours->triangles, marks,
                              s->network->isp.forbidden, s->ours->arena, &weights));
        s->sum += weights.up[0];
    }
}

static void sweep(struct small *s)
{
    for (uint32_t v = 0; v < SOURCES; v++) {
        cp_rows_sweep(&s->rows, &v, 1);
        s->sum += (uint64_t)s->rows.cost[NODES - 1] + s->rows.marks[NODES - 1];
    }
}

static void labels(struct small *s)
{
    for (uint32_t d = 0; d < DEMANDS; d++) {
        cp_labels_to(s->labels, &s->ours->weights, s->demands[d].dst);
        s->sum += cp_labels_cost(s->labels, s->demands[d].src) +
                  cp_labels_seen(s->labels, s->demands[d].src);
    }
}

static void failures(struct small *s)
{
    uint32_t elements = cp_graph_element_count(&s->network->graph);

    for (uint32_t i = 0; i < FAILURES; i++) {
        cp_weights_mark mark = cp_weights_mark_get(&s->ours->weights);

        check(cp_weights_fail(&s->ours->weights, (uint32_t)((uint64_t)i * elements / FAILURES)));
        s->sum += cp_weights_mark_get(&s->ours->weights).arcs;
        cp_weights_undo(&s->ours->weights, mark);
    }
}

static void repair(struct small *s)
{
    uint32_t elements = cp_graph_element_count(&s->network->graph), node = 0;

    cp_rows_sweep(&s->rows, &node, 1);
    for (uint32_t i = 0; i < FAILURES; i++) {
        cp_weights_mark mark = cp_weights_mark_get(&s->ours->weights);
        struct cp_arc_after after[256];
        const struct cp_arc_before *changed;
        const struct cp_row_before *rows;
        uint32_t count, row_count;

        check(cp_weights_fail(&s->ours->weights, (uint32_t)((uint64_t)i * elements / FAILURES)));
        count = cp_weights_changed(&s->ours->weights, mark, &changed);
        for (uint32_t a = 0; a < count && a < CP_COUNT(after); a++)
            after[a] = cp_arc_after_get(&s->ours->weights, changed[a].arc);
        cp_weights_undo(&s->ours->weights, mark);
        if (count > CP_COUNT(after))
            continue;
        check(cp_rows_repair(&s->rows, after, count, &rows, &row_count));
        s->sum += row_count;
        cp_rows_undo(&s->rows);
    }
}

static void follow(struct small *s)
{
    struct cp_weights *weights = &s->ours->weights;
    uint32_t elements = cp_graph_element_count(&s->network->graph);
    struct cp_follow_demand demands[DEMANDS];
    struct cp_follow *follow;

    for (uint32_t d = 0; d < DEMANDS; d++)
        demands[d] = (struct cp_follow_demand){s->demands[d].src, s->demands[d].dst};
    check(cp_follow_open(weights, demands, DEMANDS, s->ours->arena, &follow));
    for (uint32_t i = 0; i < FAILURES; i++) {
        cp_weights_mark mark = cp_weights_mark_get(weights);
        const struct cp_arc_before *arcs;
        const struct cp_follow_change *changed;
        uint32_t count;

        check(cp_weights_fail(weights, (uint32_t)((uint64_t)i * elements / FAILURES)));
        count = cp_weights_changed(weights, mark, &arcs);
        s->sum += cp_follow_update(follow, arcs, count, &changed);
        cp_weights_forget(weights);
    }
}

static const struct {
    const char *name;
    void (*run)(struct small *s);
} parts[] = {
    {"order", order},       {"customise", customise}, {"sweep", sweep},   {"labels", labels},
    {"failures", failures}, {"repair", repair},       {"follow", follow},
};

/* Not static, and called through a pointer, so that the counter finds it by name. */
void counted(struct small *s, void (*run)(struct small *s));
__attribute__((noinline)) void counted(struct small *s, void (*run)(struct small *s))
{
    run(s);
}

int main(int argc, char **argv)
{
    static const struct network_plan plan = {.shape = NETWORK_ISP, .nodes = NODES};
    struct small s = {.network = network_make(&plan, 1)};

    s.ours = ours_make(s.network, NULL, WEIGHTS_THAT_CHANGE);
    s.rows = ours_rows(s.ours, CP_ISA_PLAIN, CP_ROWS_COSTS_AND_MARKS);
    check(cp_labels_open(&s.ours->hierarchy, CP_COSTS_AND_MARKS, s.ours->arena, &s.labels));
    s.demands = network_demands(s.network, DEMANDS, 3);

    for (size_t i = 0; i < CP_COUNT(parts); i++) {
        if (argc == 1)
            puts(parts[i].name);
        else if (strcmp(argv[1], parts[i].name) == 0)
            counted(&s, parts[i].run);
    }
    if (argc > 1)
        printf("%llu\n", (unsigned long long)s.sum);
    ours_free(s.ours);
    network_free(s.network);
    free(s.demands);
    return 0;
}

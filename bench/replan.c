#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "contest.h"
#include "planned.h"

/*
 * What the controller does when a link vanishes, without wires and records: every LSP that touches it gets the next
 * clean path.  1,000 nodes, 10,000 demands in both directions, one maker of twenty forbidden; each of many links in its
 * turn, the others there.  Lists are of adjacencies, or the shortest.
 */

enum { TRIALS = 400 };

static bool touches(const struct cp_plan_option *option, uint32_t element)
{
    for (uint32_t i = 0; i < option->touch_count; i++)
        if (option->touches[i] == element)
            return true;
    return false;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Milliseconds for one link; *moved: LSPs that had to move. */
static double lose(struct planned *w, uint32_t link, uint64_t version, uint32_t *moved,
                   uint32_t *sought)
{
    const struct cp_graph *g = &cp_plan_net(w->plan)->graph;
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    uint8_t *gone = need(CP_TAKE(arena, (size_t)g->link_count + g->node_count, uint8_t));
    struct cp_plan_gone mask = {.elements = gone, .version = version};
    clock_t start = clock();
    double ms;

    gone[link] = 1;
    for (uint32_t i = 0; i < cp_plan_lsp_count(w->plan); i++) {
        const struct cp_plan_lsp *lsp = cp_plan_lsp(w->plan, i);
        struct cp_pick pick;

        if (lsp->option_count == 0 || !touches(&lsp->options[0], link))
            continue;
        check(cp_plan_pick(w->picker, i, &mask, NULL, arena, &pick));
        (*moved)++;
        *sought += pick.found && !pick.planned;
    }
    ms = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
    cp_arena_close(arena);
    return ms;
}

static void measure(const char *name, bool strict)
{
    struct planned w;
    double *ms = need(calloc(TRIALS, sizeof *ms));
    uint32_t moved = 0, sought = 0, most = 0;
    char row[64];

    planned_make(&w, strict);
    for (uint32_t i = 0; i < TRIALS; i++) {
        uint32_t before = moved;

        ms[i] = lose(&w, i * w.isp.link_count / TRIALS, i + 1, &moved, &sought);
        most = moved - before > most ? moved - before : most;
    }
    qsort(ms, TRIALS, sizeof *ms, ascending);
    (void)snprintf(row, sizeof row, "%s_p50", name);
    figures_put(row, ms[TRIALS / 2], "ms");
    (void)snprintf(row, sizeof row, "%s_p99", name);
    figures_put(row, ms[TRIALS * 99 / 100], "ms");
    (void)snprintf(row, sizeof row, "%s_most", name);
    figures_put(row, ms[TRIALS - 1], "ms");
    fprintf(stderr, "  %u LSPs moved, %u at most for a link, %u to a path sought then\n", moved,
            most, sought);
    planned_free(&w);
    free(ms);
}

int main(void)
{
    figures_begin(getenv("BENCH_ROWS"), NULL);
    if (figures_wanted("replan_strict"))
        measure("replan_strict", true);
    if (figures_wanted("replan_shortest"))
        measure("replan_shortest", false);
    return figures_end();
}

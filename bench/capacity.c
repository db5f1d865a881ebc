#include "capacity_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contest.h"

static double cpu_s(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static void run(const char *name, struct capacity_case *k, uint32_t percent)
{
    struct cp_capacity_request request = {.metric = CP_METRIC_IGP, .gap_ppm = 1000, .move = CP_MOVE_NONE};
    struct cp_capacity_answer answer;
    double start;

    capacity_case_judge(k, percent, false);
    if (getenv("GAP")) request.gap_ppm = (uint32_t)atoi(getenv("GAP"));
    if (getenv("PATHS")) request.paths_max = (uint32_t)atoi(getenv("PATHS"));
    start = cpu_s();
    check(cp_capacity_place(&k->judge, &k->net, &k->marking, &request, k->arena, &answer));
    double s = cpu_s() - start;
    uint32_t placed = 0, paths = 0, most = 0;
    for (uint32_t d = 0; d < k->c.demand_count; d++) {
        placed += answer.placements[d].placed;
        paths += answer.placements[d].path_count;
        most = answer.placements[d].path_count > most ? answer.placements[d].path_count : most;
    }
    printf("%-32s %2u%% n=%u l=%u d=%u placed=%u paths=%.3f most=%u worst=%.6f bound=%.6f gap=%.3f%% s=%.3f%s\n", name, percent, k->c.node_count, k->c.link_count, k->c.demand_count, placed, (double)paths / (placed ? placed : 1), most, (double)answer.worst_ppm / 1e6, (double)answer.bound_ppm / 1e6,
        answer.bound_ppm ? 100.0 * ((double)answer.worst_ppm / (double)answer.bound_ppm - 1) : -1, s, k->made_up_capacity ? " made-up" : "");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static const uint32_t percents[] = {0, 5, 15};
    for (int i = 0; i < 3; i++) {
        struct capacity_case k;
        if (!strcmp(argv[1], "isp")) {
            capacity_case_isp(&k, (uint32_t)atoi(argv[2]), (uint32_t)atoi(argv[3]), 1);
        } else if (!capacity_case_read(&k, argv[1], argc > 2 ? argv[2] : NULL)) {
            printf("no file\n");
            return 0;
        }
        run(argv[1] + (strlen(argv[1]) > 32 ? strlen(argv[1]) - 32 : 0), &k, percents[i]);
        capacity_case_close(&k);
    }
    return 0;
}

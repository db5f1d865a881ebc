#include "capacity_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <dirent.h>

#include "contest.h"

/*
 * All demands of real networks with their traffic matrices placed within capacities (REPETITA and SNDlib in
 * ../shared/data or CP_SHARED_DATA; none where they are not there), and of made-up ones, with 0, 5 and
 * 15 % of the nodes forbidden.  From the environment: BENCH_ROWS, BENCH_FULL (all matrices of a network, not the first),
 * BENCH_MARKDOWN (set: the table goes to docs/results/capacity.md).
 */

enum { PATH_BYTES = 600, FILES_MAX = 2000, GAP_PPM = 1000 };

static FILE *table;

static double cpu_s(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

struct row {
    const char *name;
    struct capacity_case *k;
    struct cp_capacity_answer answer;
    uint64_t igp_ppm;
    uint32_t percent, placed, paths;
    double seconds, exact;
};

/* Demands without a clean way count for neither side. */
static void count_placed(struct row *r)
{
    struct cp_demand *kept = need(CP_TAKE(r->k->arena, r->k->c.demand_count, struct cp_demand));

    for (uint32_t d = 0; d < r->k->c.demand_count; d++) {
        kept[d] = r->k->c.demands[d];
        if (!r->answer.placements[d].placed)
            kept[d].bandwidth_bps = 0;
        r->placed += r->answer.placements[d].placed;
        r->paths += r->answer.placements[d].path_count;
    }
    r->k->c.demands = kept;
}

static void say(const struct row *r)
{
    const struct cp_capacity_answer *a = &r->answer;
    double gap = a->bound_ppm == 0
                     ? 0
                     : 100.0 * ((double)a->worst_ppm - (double)a->bound_ppm) / (double)a->bound_ppm;
    double ratio = a->worst_ppm == 0 ? 1 : (double)r->igp_ppm / (double)a->worst_ppm;
    char name[100], words[100], exact[32] = "-";

    (void)snprintf(name, sizeof name, "capacity_%s_%u", r->name, r->percent);
    (void)snprintf(words, sizeof words, "the IGP's worst load, over ours; ours within %.3f %%",
                   gap);
    figures_put_ratio(name, r->seconds, "s", ratio, words);
    if (r->exact >= 0)
        (void)snprintf(exact, sizeof exact, "%.4f", r->exact);
    if (table != NULL)
        (void)fprintf(
            table,
            "| %s%s | %u | %u | %u | %u | %u | %.4f | %.4f | %.3f | %s | %.2f | %.3f | %.2f |\n",
            r->name, r->k->made_up_capacity ? " *" : "", r->percent, r->k->c.node_count,
            r->k->c.link_count, r->k->c.demand_count, r->placed, (double)a->worst_ppm / 1e6,
            (double)a->bound_ppm / 1e6, gap, exact, ratio,
            r->placed == 0 ? 0 : (double)r->paths / r->placed, r->seconds);
}

/* A bound above the exact optimum, or a gap above what was asked, is a bug. */
static bool holds(const struct row *r)
{
    double bound = (double)r->answer.bound_ppm / 1e6, worst = (double)r->answer.worst_ppm / 1e6;

    return r->answer.exact && bound <= worst &&
           (r->exact < 0 || (bound <= r->exact * (1 + 1e-6) && worst >= r->exact * (1 - 1e-6)));
}

static void run(const char *name, struct capacity_case *k, uint32_t percent)
{
    struct cp_capacity_request request = {.metric = CP_METRIC_IGP, .gap_ppm = GAP_PPM};
    struct row r = {.name = name, .k = k, .percent = percent};
    struct cp_capacity_answer igp;
    double start;

    capacity_case_judge(k, percent);
    start = cpu_s();
    check(cp_capacity_place(&k->judge, &k->net, &k->marking, &request, k->arena, &r.answer));
    r.seconds = cpu_s() - start;
    count_placed(&r);
    r.igp_ppm = capacity_case_igp(k, &igp);
    r.exact = capacity_case_exact(k);
    say(&r);
    if (!holds(&r))
        figures_void(name);
}

static const uint32_t percents[] = {0, 5, 15};

static void run_files(const char *network, const char *demands)
{
    char name[100];
    const char *base = demands != NULL ? demands : network;
    const char *slash = strrchr(base, '/');
    const char *folder = slash - 1;

    while (folder > base && folder[-1] != '/')
        folder--;
    (void)snprintf(name, sizeof name, "%.*s_%s", (int)(slash - folder), folder, slash + 1);
    *strrchr(name, '.') = '\0';
    if (!figures_wanted("capacity"))
        return;
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        struct capacity_case k;

        if (!capacity_case_read(&k, network, demands))
            return;
        run(name, &k, percents[i]);
        capacity_case_close(&k);
    }
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct path {
    char at[PATH_BYTES];
};

static struct path join(const char *folder, const char *name)
{
    struct path path;
    int len = snprintf(path.at, sizeof path.at, "%s/%s", folder, name);

    if (len < 0 || (size_t)len >= sizeof path.at)
        path.at[0] = '\0'; /* no such file */
    return path;
}

/* Names in a folder that end so, sorted. */
static uint32_t list(const char *folder, const char *ending, char **names)
{
    DIR *dir = opendir(folder);
    uint32_t count = 0;

    for (struct dirent *at; dir != NULL && count < FILES_MAX && (at = readdir(dir)) != NULL;) {
        size_t len = strlen(at->d_name), end = strlen(ending);

        if (len > end && strcmp(at->d_name + len - end, ending) == 0)
            names[count++] = need(strdup(at->d_name));
    }
    if (dir != NULL)
        (void)closedir(dir);
    qsort(names, count, sizeof *names, compare_names);
    return count;
}

static void run_repetita(const char *folder)
{
    static char *graphs[FILES_MAX], *demands[FILES_MAX];
    uint32_t graph_count = list(folder, ".graph", graphs);
    uint32_t demand_count = list(folder, ".demands", demands);
    bool full = getenv("BENCH_FULL") != NULL;

    for (uint32_t g = 0; g < graph_count; g++) {
        size_t stem = strlen(graphs[g]) - strlen("graph"); /* with its full stop */
        uint32_t ran = 0;

        for (uint32_t d = 0; d < demand_count; d++)
            if (strncmp(graphs[g], demands[d], stem) == 0 && (full || ran++ == 0)) {
                struct path graph = join(folder, graphs[g]);
                struct path matrix = join(folder, demands[d]);

                run_files(graph.at, matrix.at);
            }
    }
}

static void run_sndlib(const char *folder)
{
    static char *names[FILES_MAX];
    uint32_t count = list(folder, ".xml", names);

    for (uint32_t i = 0; i < count; i++) {
        struct path path = join(folder, names[i]);

        run_files(path.at, NULL);
    }
}

static void run_real(void)
{
    static const char *const folders[] = {"repetita/defo2015", "repetita/rocketfuel2016",
                                          "repetita/zoo_inverseCapacity", "repetita/zoo_unary"};
    const char *data = getenv("CP_SHARED_DATA");

    data = data != NULL ? data : "../shared/data";
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        run_repetita(join(data, folders[i]).at);
    run_sndlib(join(data, "sndlib/xml").at);
}

/* The same with loads after each failure of a link, beside the time without. */
static void run_failing(struct capacity_case *k, uint32_t percent)
{
    struct cp_capacity_request request = {.metric = CP_METRIC_IGP, .gap_ppm = GAP_PPM};
    struct cp_capacity_answer answer;
    uint32_t *links = need(CP_TAKE(k->arena, k->c.link_count, uint32_t));
    double seconds[2];

    capacity_case_judge(k, percent);
    for (uint32_t l = 0; l < k->c.link_count; l++)
        links[l] = l;
    request.failures = links;
    for (uint32_t i = 0; i < 2; i++) {
        double start = cpu_s();

        request.failure_count = i == 0 ? 0 : k->c.link_count;
        check(cp_capacity_place(&k->judge, &k->net, &k->marking, &request, k->arena, &answer));
        seconds[i] = cpu_s() - start;
    }
    figures_put_ratio("capacity_isp1000_links_fail", seconds[1], "s", seconds[0] / seconds[1],
                      "the same without failures");
    (void)fprintf(stderr, "  worst %.4f, bound %.4f; after failures %.4f, bound %.4f\n",
                  (double)answer.worst_ppm / 1e6, (double)answer.bound_ppm / 1e6,
                  (double)answer.worst_failed_ppm / 1e6, (double)answer.bound_failed_ppm / 1e6);
}

static void run_made_up(void)
{
    static const char *const names[] = {"isp1000", "isp1000_tight"};

    for (uint32_t kind = 0; kind < 2; kind++)
        for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
            struct capacity_case k;

            capacity_case_isp(&k, 1000, 5000, (capacity_kind)kind);
            run(names[kind], &k, percents[i]);
            if (kind == CAPACITY_AT_RANDOM && percents[i] == 5)
                run_failing(&k, 0);
            capacity_case_close(&k);
        }
}

static void open_table(void)
{
    table = need(fopen("docs/results/capacity.md", "w"));
    (void)fprintf(
        table,
        "# Demands placed within capacities\n\n"
        "Written by `make bench B=capacity BENCH_WRITE=1`: all demands of a matrix placed together, asked to come within 0.1 %% of the bound, one core. Loads are parts of a capacity.\n\n"
        "*forbidden*: percent of the nodes, by a fixed seed; demands that end at one are left out, those without a clean way are not placed. "
        "*bound*: what our prices prove that no placement beats; *exact*: the multicommodity flow by the linear program over arcs, where it is small. "
        "*IGP*: the worst load where equal-cost paths carry the placed demands, forbidden nodes and all, over ours. *paths*: a demand has on average. "
        "`*`: the network states no capacities: every link carries what all demands come to together. `isp1000`: made up (`bench/isp.h`), capacities at random; `_tight`: 0.8 to 2 times what the IGP would load. "
        "The results of `te-known-results` are for demands that are not stored there, so nothing can be compared with them.\n\n"
        "| network | forbidden %% | nodes | links | demands | placed | worst load | bound | gap %% | exact | IGP | paths | CPU s |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
}

int main(void)
{
    const char *markdown = getenv("BENCH_MARKDOWN");

    figures_begin(getenv("BENCH_ROWS"), NULL);
    if (!figures_wanted("capacity"))
        return figures_end();
    if (markdown != NULL && markdown[0] != '\0')
        open_table();
    run_made_up();
    run_real();
    if (table != NULL)
        (void)fclose(table);
    return figures_end();
}

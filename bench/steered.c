#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "contest.h"
#include "steered_net.h"

/*
 * The same traffic four ways: forwarded by a headend without barrier; by one with it, not selected; encapsulated by a
 * route of the kernel without barrier; and steered by cleanpath-agent with it.  All of it is on one processor, so what
 * parts cost is added: what a headend costs is what a packet takes that is dropped behind it, less what it takes
 * without a headend between.
 */

enum { ROUNDS = 31, SIZES = 3, MANY = 1000 };

#define FLOOD_S 0.02
#define STREAM_S 0.1

static const uint32_t sizes[SIZES] = {64, 512, 1400};

/* By way and round: of a kind of traffic, what a packet (or a byte) takes. */
static double took_s[WAYS][ROUNDS];

typedef enum { LESS_NOTHING, LESS_SENDING } less;

static double cost(way by, uint32_t round, less without)
{
    return took_s[by][round] - (without == LESS_SENDING ? took_s[WAY_NONE][round] : 0);
}

static double median_cost(way by, less without)
{
    double values[ROUNDS];

    for (uint32_t i = 0; i < ROUNDS; i++)
        values[i] = cost(by, i, without);
    return median(values, ROUNDS);
}

static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* Of rates, round by round: below 1 where ours is slower.  Its spread goes to stderr. */
static double ratio(const char *row, way ours, way peer, less without)
{
    double values[ROUNDS];

    for (uint32_t i = 0; i < ROUNDS; i++)
        values[i] = cost(peer, i, without) / cost(ours, i, without);
    qsort(values, ROUNDS, sizeof *values, compare);
    (void)fprintf(stderr, "  %s: ratio, quarters of the rounds: %.3f to %.3f\n", row,
                  values[ROUNDS / 4], values[ROUNDS - 1 - ROUNDS / 4]);
    return values[ROUNDS / 2];
}

static void put_rate(const char *row, way ours, less without, double units, const char *unit)
{
    double rate = units / median_cost(ours, without);
    way kernel = ours - WAY_STEERED + WAY_KERNEL;
    char over[96];

    figures_put_ratio(row, rate, unit, ratio(row, ours, WAY_PLAIN, without), "unsteered");
    if (ours < WAY_STEERED)
        return;
    (void)snprintf(over, sizeof over, "%s_kernel", row);
    figures_put_ratio(over, units / median_cost(kernel, without), unit,
                      ratio(over, kernel, WAY_PLAIN, without), "unsteered");
    (void)snprintf(over, sizeof over, "%s_filter", row);
    figures_put_ratio(over, rate, unit, ratio(over, ours, kernel, without), "kernel_seg6");
}

/* What the barrier adds to a packet. */
static void put_filter(const char *name, way ours, way peer)
{
    double values[ROUNDS];
    char row[96];

    for (uint32_t i = 0; i < ROUNDS; i++)
        values[i] = took_s[ours][i] - took_s[peer][i];
    (void)snprintf(row, sizeof row, "%s_barrier", name);
    figures_put(row, median(values, ROUNDS) * 1e9, "ns");
}

/* A kernel that counts soft interrupts apart from who they interrupt shows nothing of forwarding here. */
static bool is_counted(const char *kind)
{
    char row[64];

    if (median_cost(WAY_PLAIN, LESS_SENDING) > 0)
        return true;
    (void)fprintf(stderr, "  %s: this kernel counts soft interrupts apart\n", kind);
    (void)snprintf(row, sizeof row, "steered_%s", kind);
    figures_void(row);
    return false;
}

static void put_all(const char *kind, less without, double units, const char *unit)
{
    char row[64];

    (void)snprintf(row, sizeof row, "steered_%s_beside", kind);
    put_rate(row, WAY_BESIDE, without, units, unit);
    if (without == LESS_SENDING)
        put_filter(row, WAY_BESIDE, WAY_PLAIN);
    for (uint32_t i = 0; i < WAY_LENGTHS; i++) {
        way ours = WAY_STEERED + i;

        (void)snprintf(row, sizeof row, "steered_%s_%u", kind, way_segments[i]);
        put_rate(row, ours, without, units, unit);
        if (without == LESS_SENDING)
            put_filter(row, ours, WAY_KERNEL + i);
    }
}

static void flood(const char *policy, stop at, uint32_t bytes)
{
    char kind[32];

    for (uint32_t round = 0; round <= ROUNDS; round++) /* the first one warms */
        for (uint32_t i = 0; i < WAYS; i++) {
            way by = (way)((i + round) % WAYS);

            took_s[by][round == 0 ? 0 : round - 1] = net_flood(by, bytes, FLOOD_S);
        }
    (void)snprintf(kind, sizeof kind, "%s_%s_%u", policy, at == STOP_ROUTER ? "headend" : "udp",
                   bytes);
    (void)fprintf(stderr,
                  "  %s: sending takes %.0f ns a packet; steered over 4 segments %.0f Mbit/s\n",
                  kind, median_cost(WAY_NONE, LESS_NOTHING) * 1e9,
                  bytes * 8e-6 / median_cost(WAY_STEERED + 1, LESS_NOTHING));
    if (is_counted(kind))
        put_all(kind, at == STOP_ROUTER ? LESS_SENDING : LESS_NOTHING, 1e-3, "kpps");
}

static void stream(const char *policy)
{
    char kind[32];

    net_stop_at(STOP_NOWHERE);
    for (uint32_t round = 0; round <= ROUNDS; round++)
        for (uint32_t i = 0; i < WAYS; i++) {
            way by = (way)((i + round) % WAYS);

            if (by != WAY_NONE)
                took_s[by][round == 0 ? 0 : round - 1] = net_stream(by, STREAM_S);
        }
    (void)snprintf(kind, sizeof kind, "%s_tcp", policy);
    put_all(kind, LESS_NOTHING, 8e-9, "Gbit/s");
}

static void measure(const char *policy, uint32_t beside, uint32_t size_count)
{
    net_policy(beside);
    stream(policy);
    for (stop at = STOP_ROUTER; at <= STOP_RECEIVER; at++) {
        net_stop_at(at);
        for (uint32_t i = 0; i < size_count; i++)
            flood(policy, at, sizes[i]);
    }
}

int main(int argc, char **argv)
{
    figures_begin(getenv("BENCH_ROWS"), NULL);
    (void)argc;
    if (!figures_wanted("steered"))
        return figures_end();
    if (geteuid() != 0) {
        (void)fprintf(stderr, "  steered: left out: only root may make network namespaces\n");
        return figures_end();
    }
    net_open(argv[0]);
    measure("few", 0, SIZES);
    measure("many", MANY, 1); /* nothing in a headend depends on the size of a packet */
    net_close();
    return figures_end();
}

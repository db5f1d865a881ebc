#include "contest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "machine.h"

/*
 * The machine has fast and slow spells, so the sides of a contest take turns, each round begins with
 * another one, and ratios are of times from the same round.
 */

static struct {
    const char *prefix, *markdown_path;
    FILE *markdown;
    bool any_void;
} figures;

double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void *need(void *at)
{
    if (at == NULL) {
        fputs("bench: out of memory\n", stderr);
        exit(1);
    }
    return at;
}

void check(cp_err err)
{
    if (err == CP_OK)
        return;
    fprintf(stderr, "bench: %s\n", cp_err_name(err));
    exit(1);
}

uint64_t checksum_add(uint64_t sum, uint64_t value)
{
    sum = (sum ^ value) * UINT64_C(0xbf58476d1ce4e5b9);
    return sum ^ (sum >> 29);
}

void figures_begin(const char *prefix, const char *markdown_path)
{
    figures.prefix = prefix == NULL ? "" : prefix;
    if (markdown_path == NULL || markdown_path[0] == '\0')
        return;
    figures.markdown_path = markdown_path;
    figures.markdown = fopen(markdown_path, "w");
    if (figures.markdown == NULL) {
        perror(markdown_path);
        exit(1);
    }
    machine_describe(figures.markdown);
    fputs("\n| row | value | unit | ratio | peer |\n| --- | ---: | --- | ---: | --- |\n",
          figures.markdown);
}

bool figures_wanted(const char *stem)
{
    size_t stem_len = strlen(stem), prefix_len = strlen(figures.prefix);

    return strncmp(stem, figures.prefix, stem_len < prefix_len ? stem_len : prefix_len) == 0;
}

static void put(const char *name, const char *value, const char *unit, const char *ratio,
                const char *peer)
{
    if (strncmp(name, figures.prefix, strlen(figures.prefix)) != 0)
        return;
    printf("%s %s %s %s %s\n", name, value, unit, ratio, peer);
    fflush(stdout);
    if (figures.markdown != NULL)
        fprintf(figures.markdown, "| %s | %s | %s | %s | %s |\n", name, value, unit, ratio, peer);
}

void figures_put(const char *name, double value, const char *unit)
{
    figures_put_ratio(name, value, unit, -1, "-");
}

void figures_put_ratio(const char *name, double value, const char *unit, double ratio,
                       const char *peer)
{
    char value_text[32], ratio_text[32] = "-";

    snprintf(value_text, sizeof(value_text), value < 1000 ? "%.4g" : "%.0f", value);
    if (ratio >= 0)
        snprintf(ratio_text, sizeof(ratio_text), ratio < 1000 ? "%.3g" : "%.0f", ratio);
    put(name, value_text, unit, ratio_text, peer);
}

void figures_void(const char *name)
{
    put(name, "void", "-", "-", "answers differ");
    figures.any_void = true;
}

int figures_end(void)
{
    if (figures.markdown != NULL && fclose(figures.markdown) != 0) {
        perror(figures.markdown_path);
        return 1;
    }
    return figures.any_void;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double median(double *values, uint32_t count)
{
    qsort(values, count, sizeof(*values), by_value);
    return count % 2 != 0 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

struct score {
    struct turn turns[ROUNDS_MAX][SIDES_MAX];
};

/* Whether all sides gave the same answers in each round. */
static bool play(const struct contest *c, struct score *score)
{
    uint32_t first = c->warm ? 0 : 1;

    for (uint32_t r = first; r <= c->rounds; r++) {
        bool any = false;
        uint64_t checksum = 0;

        for (uint32_t i = 0; i < c->side_count; i++) {
            uint32_t s = (i + r) % c->side_count;
            struct turn turn = {0};

            if (c->sides[s].run == NULL)
                continue;
            c->sides[s].run(c->work, &turn);
            if (r > 0)
                score->turns[r - 1][s] = turn;
            if (any && turn.checksum != checksum) {
                fprintf(stderr, "  %s: side %u of %u answers otherwise than the one before it\n",
                        c->name, s, c->side_count);
                return false;
            }
            checksum = turn.checksum;
            any = true;
        }
    }
    return true;
}

/* Puts the row of a side; its ratio and median time. */
static struct result report(const struct contest *c, struct score *score, uint32_t s, uint32_t peer)
{
    double times[ROUNDS_MAX], ratios[ROUNDS_MAX];
    char name[128], words[128] = "-";
    const char *suffix = c->sides[s].suffix;
    bool compared = peer < c->side_count && peer != s, absent = c->sides[0].run == NULL;
    struct result result;

    for (uint32_t r = 0; r < c->rounds; r++) {
        times[r] = score->turns[r][s].seconds;
        ratios[r] = compared ? score->turns[r][peer].seconds / times[r] : -1;
    }
    result = (struct result){median(ratios, c->rounds), median(times, c->rounds)};

    snprintf(name, sizeof(name), "%s%s%s", c->name, suffix[0] == '\0' ? "" : "_", suffix);
    if (compared)
        snprintf(words, sizeof(words), "%s%s", c->sides[peer].words,
                 absent ? " (peer absent)" : "");
    else if (absent)
        snprintf(words, sizeof(words), "peer absent");
    figures_put_ratio(name, result.seconds * c->units, c->unit, result.worst_ratio, words);
    if (compared)
        fprintf(stderr, "  %s: ratio %.3g to %.3g in %u rounds\n", name, ratios[0],
                ratios[c->rounds - 1], c->rounds);
    return result;
}

/* The first peer that is not absent. */
static uint32_t find_peer(const struct contest *c)
{
    uint32_t peer = 0;

    while (peer < c->side_count && (c->sides[peer].kind != SIDE_PEER || c->sides[peer].run == NULL))
        peer++;
    return peer;
}

struct result contest_run(const struct contest *c)
{
    struct score *score = need(calloc(1, sizeof(*score)));
    uint32_t peer = find_peer(c);
    struct result all = {-1, -1};

    if (!play(c, score)) {
        figures_void(c->name);
        free(score);
        return all;
    }
    for (uint32_t s = 0; s < c->side_count; s++) {
        const struct side *side = &c->sides[s];
        struct result one;

        if (side->run == NULL || side->suffix == NULL)
            continue;
        one = report(c, score, s, peer);
        if (side->kind != SIDE_OURS)
            continue;
        if (all.seconds < 0)
            all.seconds = one.seconds;
        if (one.worst_ratio >= 0 && (all.worst_ratio < 0 || one.worst_ratio < all.worst_ratio))
            all.worst_ratio = one.worst_ratio;
    }
    free(score);
    return all;
}

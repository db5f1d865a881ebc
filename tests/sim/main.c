#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "share.h"
#include "sim.h"

/*
 *     sim --seed N [--trace] [--plant NAME]
 *     sim --seeds A..B [--plant NAME]     the first seed that breaks a rule, and exit code 1
 *     sim --test SEEDS PLANT_SEEDS        TAP: the seeds pass, each planted bug is found, memory does not grow
 *     --long SECONDS                      of each storm, in which the controller does not die
 */

enum { LONG_S = 1200, LONG_SEEDS = 5 /* of a test */ };

static const char *const plant_names[PLANT_COUNT] = {
    "none",   "label",   "no-news", "believe", "unread", "dirty", "lost",
    "unseen", "skipped", "amnesia", "untold",  "leak",   "random"};

/* --- small things ------------------------------------------------------------------------------------ */

/* splitmix64 (public domain) */
uint64_t chance_next(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint32_t chance_pick(uint64_t *state, uint32_t least, uint32_t most)
{
    return least + (uint32_t)(chance_next(state) % ((uint64_t)most - least + 1));
}

bool chance_of(uint64_t *state, uint32_t percent)
{
    return chance_next(state) % 100 < percent;
}

void must(cp_err err)
{
    if (err == CP_OK)
        return;
    (void)fprintf(stderr, "sim: the test's own step failed: error %d\n", (int)err);
    abort();
}

void may(cp_err err)
{
    if (err != CP_ERR_CONFLICT)
        must(err);
}

void *room(void *at, size_t count, size_t size_bytes)
{
    void *more = realloc(at, count * size_bytes);

    if (more == NULL)
        abort();
    return more;
}

void trace(struct sim *s, const char *format, ...)
{
    va_list list;

    if (!s->trace)
        return;
    (void)printf("%10.3f  ", (double)s->now_us / 1e6);
    va_start(list, format);
    (void)vprintf(format, list);
    va_end(list);
    (void)printf("\n");
}

void fail(struct sim *s, const char *rule, const char *format, ...)
{
    va_list list;

    if (s->broken != NULL)
        return;
    s->broken = rule;
    s->broken_us = s->now_us;
    va_start(list, format);
    (void)vsnprintf(s->detail, sizeof s->detail, format, list);
    va_end(list);
    trace(s, "BROKEN: %s: %s", rule, s->detail);
}

/* --- a run ------------------------------------------------------------------------------------------- */

static void happen(struct sim *s, const struct event *e)
{
    switch (e->kind) {
    case EV_FLOOD:
    case EV_SPF:
    case EV_DETECT:
        network_event(s, e);
        break;
    case EV_CONNECT:
    case EV_WIRE_TICK:
    case EV_TO_THERE:
    case EV_THERE_CLOSED:
        wire_event(s, e);
        break;
    case EV_INSTALL:
        pcc_install(s, e);
        break;
    case EV_FORGET:
        pcc_forget(s, e);
        break;
    case EV_FEED:
        feed_event(s, e->a);
        break;
    case EV_TO_DRIVE:
    case EV_DRIVE_CLOSED:
    case EV_TICK:
    case EV_PLANNED:
    case EV_RESTART:
        controller_event(s, e);
        break;
    case EV_STORM:
    case EV_CALM:
    case EV_UNDO:
        storm_event(s, e);
        break;
    case EV_SIGHT:
        sights_event(s, e);
        break;
    case EV_CHECK:
        truth_check(s);
        memory_check(s);
        queue_put(&s->queue, (struct event){.at_us = s->now_us + (s->calm ? SECOND : 200 * MS),
                                            .kind = EV_CHECK});
        break;
    case EV_END:
        break;
    }
}

static void start(struct sim *s)
{
    network_make(s);
    s->rules.forbidden = 0x2;
    for (uint32_t r = 0; r < s->router_count; r++)
        s->rules.makers[r] = s->routers[r].maker;
    s->feed_count = chance_of(&s->chance, 25) ? 2 : 1;
    for (uint32_t f = 0; f < s->feed_count; f++)
        s->feeds[f].collector = chance_pick(&s->chance, 0, s->router_count - 1);
    s->now_us = 1000 * SECOND;
    if (s->plant == PLANT_RANDOM)
        s->spf_us += s->run;
    network_start(s);
    for (uint32_t r = 0; r < s->router_count; r++)
        pcc_make(s, r);
    for (uint32_t f = 0; f < s->feed_count; f++)
        if (chance_of(&s->chance, SPEAKERS_PERCENT) || s->lan_links != 0 ||
            s->srv6) /* documents have neither */
            speaker_make(s, f);
    controller_start(s);
    for (uint32_t f = 0; f < s->feed_count; f++)
        queue_put(&s->queue,
                  (struct event){.at_us = s->now_us + 100 * MS, .kind = EV_FEED, .a = f});
    queue_put(&s->queue, (struct event){.at_us = s->now_us, .kind = EV_CHECK});
    storm_start(s);
    sights_start(s);
}

static void finish(struct sim *s)
{
    if (s->drive != NULL)
        controller_close(s);
    inventories_close(s);
    for (uint32_t r = 0; r < s->router_count; r++)
        cp_pcc_close(s->routers[r].pcc);
    for (uint32_t f = 0; f < s->feed_count; f++)
        cp_bgp_close(s->feeds[f].bgp);
    for (uint32_t w = 0; w < WIRES_MOST; w++)
        cp_arena_close(s->wires[w].arena);
    for (uint32_t i = 0; i < s->record_count; i++) {
        free(s->records[i].key);
        free(s->records[i].state);
    }
    for (uint32_t f = 0; f < s->feed_count; f++)
        free(s->feeds[f].said);
    free(s->records);
    memory_close(s);
    queue_close(&s->queue);
}

/* For people who look for the reason. */
static void print_heard(struct sim *s)
{
    const struct cp_ted_alarm *alarms;
    uint32_t count = cp_ted_alarms(cp_drive_ted(s->drive), controller_now(s), &alarms);

    for (uint32_t f = 0; f < s->feed_count; f++) {
        struct cp_ted_count said = cp_ted_count(cp_drive_ted(s->drive), f);

        trace(s, "feed %u: %llu nodes, %llu links, %llu halves, %llu prefixes", f,
              (unsigned long long)said.nodes, (unsigned long long)said.links,
              (unsigned long long)said.half_links, (unsigned long long)said.prefixes);
    }
    for (uint32_t i = 0; i < count; i++)
        trace(s, "alarm of the ted: %.*s: %s", (int)alarms[i].subject.len, alarms[i].subject.at,
              alarms[i].why);
    for (uint32_t l = 0; l < s->link_count; l++)
        trace(s, "l%u: r%u r%u %s%s%s", l, s->links[l].a, s->links[l].b,
              maker_names[s->links[l].maker], link_carries(s, l) ? "" : ", down",
              s->links[l].known ? "" : ", not listed");
    for (uint32_t r = 0; r < s->router_count; r++)
        trace(s, "r%u: %s%s%s, depth %u", r, maker_names[s->rules.makers[r]],
              s->routers[r].up ? "" : ", down", s->routers[r].known ? "" : ", not listed",
              s->routers[r].depth);
}

static void run(struct sim *s, uint64_t seed)
{
    struct event e;

    s->seed = seed;
    s->chance = seed * 0x9e3779b97f4a7c15u + 1;
    s->digest = 0xcbf29ce484222325u;
    start(s);
    while (s->broken == NULL && queue_take(&s->queue, &e)) {
        s->now_us = e.at_us;
        if (e.kind == EV_END)
            break;
        happen(s, &e);
        free(e.bytes);
    }
    if (s->broken == NULL)
        truth_check_quiet(s);
    memory_check_quiet(s);
    if (s->trace && s->drive != NULL)
        print_heard(s);
    finish(s);
}

/* One seed, whose run must be the same the second time.  The caller frees nothing. */
static void try_seed(struct sim *s, uint64_t seed, plant_kind plant, bool twice)
{
    struct sim *again;

    *s = (struct sim){.plant = plant,
                      .trace = s->trace,
                      .long_s = plant == PLANT_LEAK && s->long_s == 0 ? LONG_S : s->long_s};
    run(s, seed);
    if (!twice || s->broken != NULL)
        return;
    again = room(NULL, 1, sizeof *again);
    *again = (struct sim){.plant = plant, .run = 1, .long_s = s->long_s};
    run(again, seed);
    if (again->digest != s->digest)
        fail(s, "the same seed gives other bytes", "%llx, %llx", (unsigned long long)s->digest,
             (unsigned long long)again->digest);
    free(again);
}

/* --- what is asked ------------------------------------------------------------------------------------ */

static void print_end(const struct sim *s)
{
    if (s->broken != NULL)
        (void)printf("seed %llu: %.3f s: %s: %s\n", (unsigned long long)s->seed,
                     (double)(s->broken_us - 1000 * SECOND) / 1e6, s->broken, s->detail);
}

struct total {
    uint64_t seeds, acts, orders, plans, crashes, faults, checks, ways, replies, changes,
        verdicts[4];
    uint64_t sights, contradictions, proofs;
};

static void sum(struct total *t, const struct sim *s)
{
    t->seeds++;
    t->acts += s->acts;
    t->orders += s->orders;
    t->plans += s->plans;
    t->crashes += s->crashes;
    t->faults += s->faults;
    t->checks += s->checks;
    t->ways += s->ways;
    t->replies += s->replies;
    t->sights += s->sights;
    t->contradictions += s->contradictions;
    t->proofs += s->proofs;
    for (int i = 0; i < 4; i++)
        t->verdicts[i] += s->verdicts[i];
    t->changes += s->changes;
}

static void print_total(const struct total *t)
{
    (void)printf(
        "%llu seeds passed: %llu faults, %llu controller deaths, %llu plans, %llu orders, "
        "%llu replies, %llu acts, %llu checks, %llu ways compared at rest\n",
        (unsigned long long)t->seeds, (unsigned long long)t->faults, (unsigned long long)t->crashes,
        (unsigned long long)t->plans, (unsigned long long)t->orders, (unsigned long long)t->replies,
        (unsigned long long)t->acts, (unsigned long long)t->checks, (unsigned long long)t->ways);
    (void)printf("packets seen: %llu times, %llu contradictions, %llu proofs\n",
                 (unsigned long long)t->sights, (unsigned long long)t->contradictions,
                 (unsigned long long)t->proofs);
    (void)printf(
        "verdicts: %llu ok, %llu undecided, %llu violations, %llu no path; %llu changes told\n",
        (unsigned long long)t->verdicts[CP_VERDICT_OK],
        (unsigned long long)t->verdicts[CP_VERDICT_UNDECIDED],
        (unsigned long long)t->verdicts[CP_VERDICT_VIOLATION],
        (unsigned long long)t->verdicts[CP_VERDICT_NO_PATH], (unsigned long long)t->changes);
}

/* The first seed that breaks a rule; `last` + 1: none does. */
static uint64_t try_seeds(struct sim *s, uint64_t first, uint64_t last, plant_kind plant,
                          struct total *total)
{
    for (uint64_t seed = first; seed <= last; seed++) {
        try_seed(s, seed, plant, seed % 10 == 0 || plant == PLANT_RANDOM);
        if (s->broken != NULL)
            return seed;
        sum(total, s);
    }
    return last + 1;
}

static int run_all(struct sim *s, uint64_t first, uint64_t last, plant_kind plant, bool all)
{
    struct total total = {0};
    int code = 0;

    for (uint64_t at = first; at <= last;) {
        at = try_seeds(s, at, last, plant, &total);
        print_end(s);
        if (s->broken != NULL)
            code = 1;
        if (s->broken != NULL && !all)
            return 1;
        at++;
    }
    if (code == 0 || all)
        print_total(&total);
    return code;
}

static bool run_long(struct sim *s, struct total *total)
{
    bool good;

    s->long_s = LONG_S;
    good = try_seeds(s, 1, share_of(LONG_SEEDS), PLANT_NONE, total) == share_of(LONG_SEEDS) + 1;
    if (!good)
        (void)printf("# seed %llu: %s: %s\n", (unsigned long long)s->seed, s->broken, s->detail);
    (void)printf("%s %d - in storms of %d s each memory does not grow\n", good ? "ok" : "not ok",
                 PLANT_COUNT + 1, LONG_S);
    return good;
}

/* TAP: the seeds pass, and every planted bug is found. */
static int run_test(struct sim *s, uint32_t all_seeds, uint64_t plant_seeds)
{
    const uint64_t seeds = share_of(all_seeds);
    struct total total = {0};
    bool good = try_seeds(s, 1, seeds, PLANT_NONE, &total) == seeds + 1;
    int code = good ? 0 : 1;

    (void)printf("1..%d\n", PLANT_COUNT + 1);
    if (!good)
        (void)printf("# seed %llu: %s: %s\n", (unsigned long long)s->seed, s->broken, s->detail);
    (void)printf("%s 1 - %llu seeds keep every rule\n", good ? "ok" : "not ok",
                 (unsigned long long)seeds);
    for (int plant = 1; plant < PLANT_COUNT; plant++) {
        if (plant == PLANT_LEAK && !memory_is_known()) {
            (void)printf("ok %d # SKIP what is in use is not known\n", plant + 1);
            continue;
        }
        if (!is_whole()) {
            (void)printf("ok %d # SKIP found where all seeds are run\n", plant + 1);
            continue;
        }
        bool found = try_seeds(s, 1, plant_seeds, (plant_kind)plant, &total) <= plant_seeds;

        (void)printf("%s %d - the planted bug '%s' is found", found ? "ok" : "not ok", plant + 1,
                     plant_names[plant]);
        if (found)
            (void)printf(" by seed %llu: %s", (unsigned long long)s->seed, s->broken);
        (void)printf("\n");
        code = found ? code : 1;
    }
    return run_long(s, &total) ? code : 1;
}

static int usage(void)
{
    (void)fprintf(
        stderr, "usage: sim --seed N [--trace] | --seeds A..B [--all] | --test SEEDS PLANT_SEEDS; "
                "[--plant NAME] [--long SECONDS]\n");
    return 64;
}

static bool find_plant(const char *name, plant_kind *plant)
{
    for (int p = 0; p < PLANT_COUNT; p++)
        if (strcmp(name, plant_names[p]) == 0) {
            *plant = (plant_kind)p;
            return true;
        }
    (void)fprintf(stderr, "sim: --plant: no bug is called '%s'; there are:", name);
    for (int p = 1; p < PLANT_COUNT; p++)
        (void)fprintf(stderr, "%s %s", p > 1 ? "," : "", plant_names[p]);
    (void)fprintf(stderr, "\n");
    return false;
}

int main(int argc, char **argv)
{
    static struct sim s;
    unsigned long long first = 1, last = 0, plant_seeds = 0;
    plant_kind plant = PLANT_NONE;
    bool all = false;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--trace") == 0)
            s.trace = true;
        else if (strcmp(argv[i], "--all") == 0)
            all = true;
        else if (strcmp(argv[i], "--long") == 0 && i + 1 < argc)
            s.long_s = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            first = last = strtoull(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc &&
                 sscanf(argv[i + 1], "%llu..%llu", &first, &last) == 2)
            i++;
        else if (strcmp(argv[i], "--test") == 0 && i + 2 < argc) {
            last = strtoull(argv[++i], NULL, 10);
            plant_seeds = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--plant") == 0 && i + 1 < argc) {
            if (!find_plant(argv[++i], &plant))
                return 64;
        } else
            return usage();
    }
    if (last < first)
        return usage();
    return plant_seeds > 0 ? run_test(&s, (uint32_t)last, plant_seeds)
                           : run_all(&s, first, last, plant, all);
}

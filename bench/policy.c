#include "judge/judge.h"

#include <stdio.h>
#include <stdlib.h>

#include "contest.h"
#include "language_slow.h"
#include "policy_case.h"

/*
 * Verdicts on all elements under three policies of fifty rules each, on one core: reading the case and the
 * policies is not timed.  The peer, on a small case, is the evaluator that the tests compare with, which goes
 * rule by rule and part by part; it finds verdicts only, ours also what stands where, caps and suppliers.
 */

enum { SEED = 11, PEER_NODES = 1000 };

struct job {
    struct cp_arena *arena;
    const struct cp_case *net;
    struct cp_judge_policy policies[POLICY_CASE_POLICIES];
    size_t used_bytes;
    uint64_t trust[3]; /* verdicts of each kind */
    uint32_t presences;
};

static struct job job_make(uint32_t nodes)
{
    struct job job = {.arena = need(cp_arena_open(SIZE_MAX))};

    job.net = policy_case_make(nodes, SEED, job.arena);
    for (uint32_t p = 0; p < POLICY_CASE_POLICIES; p++)
        job.policies[p] =
            (struct cp_judge_policy){policy_case_policy(p, job.arena), POLICY_CASE_DAY};
    return job;
}

/* All verdicts, rule by rule in the order of the files. */
static void add_verdicts(struct job *job, const struct cp_judge_rule *rule, uint64_t *sum)
{
    for (uint32_t n = 0; n < job->net->node_count; n++) {
        cp_trust trust = cp_judge_trust(rule, CP_OBJECT_NODE, n);
        *sum = checksum_add(*sum, trust);
        job->trust[trust]++;
    }
    for (uint32_t l = 0; l < job->net->link_count; l++) {
        cp_trust trust = cp_judge_trust(rule, CP_OBJECT_LINK, l);
        *sum = checksum_add(*sum, trust);
        job->trust[trust]++;
    }
}

static const struct cp_judge_rule *find_rule(const struct cp_judge *judge,
                                             const struct cp_rule *rule)
{
    for (uint32_t r = 0; r < judge->rule_count; r++)
        if (judge->rules[r].rule == rule)
            return &judge->rules[r];
    return NULL;
}

static void run_ours(void *work, struct turn *turn)
{
    struct job *job = work;
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    const struct cp_judge *judge = NULL;
    double start = now_s();

    check(cp_judge_make(&(struct cp_judge_ask){job->policies, POLICY_CASE_POLICIES, job->net,
                                               POLICY_CASE_DAY, 0, NULL},
                        arena, &judge, NULL));
    turn->seconds = now_s() - start;
    turn->checksum = 0;
    job->used_bytes = cp_arena_used(arena);
    job->presences = judge->presence_count;
    job->trust[0] = job->trust[1] = job->trust[2] = 0;
    for (uint32_t p = 0; p < POLICY_CASE_POLICIES; p++)
        for (uint32_t r = 0; r < POLICY_CASE_RULES; r++) {
            const struct cp_judge_rule *rule = find_rule(judge, &job->policies[p].policy->rules[r]);

            if (rule != NULL)
                add_verdicts(job, rule, &turn->checksum);
        }
    cp_arena_close(arena);
}

/* One rule's verdicts, where it looks. */
static double judge_slowly(const struct job *job, uint32_t policy, const struct cp_rule *rule,
                           uint64_t *sum)
{
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    double start = now_s(), seconds;
    struct slow_world world = slow_world_make(job->policies[policy].policy, job->net,
                                              POLICY_CASE_DAY, SLOW_WITH_LICENCES, arena);
    struct slow_verdicts v = slow_verdicts_make(&world, rule);
    struct slow_places places = slow_places_make(&world, rule);

    seconds = now_s() - start;
    for (uint32_t n = 0; n < job->net->node_count; n++)
        *sum = checksum_add(*sum, slow_both(places.node[n], (slow_truth)v.node[n]));
    for (uint32_t l = 0; l < job->net->link_count; l++)
        *sum = checksum_add(*sum, slow_both(places.link[l], (slow_truth)v.link[l]));
    cp_arena_close(arena);
    return seconds;
}

static void run_slow(void *work, struct turn *turn)
{
    struct job *job = work;

    *turn = (struct turn){0, 0};
    for (uint32_t p = 0; p < POLICY_CASE_POLICIES; p++)
        for (uint32_t r = 0; r < POLICY_CASE_RULES; r++) {
            const struct cp_rule *rule = &job->policies[p].policy->rules[r];

            if (rule->effect != CP_EFFECT_CAP && rule->effect != CP_EFFECT_SUPPLIERS)
                turn->seconds += judge_slowly(job, p, rule, &turn->checksum);
        }
}

static void say(const struct job *job)
{
    double all = (double)(job->trust[0] + job->trust[1] + job->trust[2]);

    fprintf(stderr,
            "  %u nodes, %u links, %u facts: %.1f %% trusted, %.1f %% unknown, %.1f %% untrusted; "
            "%u things where they should not be\n",
            job->net->node_count, job->net->link_count, job->net->fact_count,
            100 * (double)job->trust[0] / all, 100 * (double)job->trust[1] / all,
            100 * (double)job->trust[2] / all, job->presences);
}

struct size {
    const char *name, *memory_name;
    uint32_t nodes, rounds;
    bool peer;
};

static void measure(const struct size *size)
{
    struct job job = job_make(size->nodes);
    struct contest contest = {
        .name = size->name,
        .unit = "s",
        .units = 1,
        .rounds = size->rounds,
        .warm = !size->peer,
        .sides = {{.suffix = "", .run = run_ours, .kind = SIDE_OURS},
                  {.run = run_slow, .kind = SIDE_PEER, .words = "rule-by-rule,part-by-part"}},
        .side_count = size->peer ? 2 : 1,
        .work = &job};

    (void)contest_run(&contest);
    figures_put(size->memory_name, (double)job.used_bytes / 1e6, "MB");
    say(&job);
    cp_arena_close(job.arena);
}

int main(void)
{
    static const struct size sizes[] = {
        {"policy_1k_4k_150_rules", "policy_memory_1k_4k", PEER_NODES, 3, true},
        {"policy_25k_100k_150_rules", "policy_memory_25k_100k", 25000, 5, false},
        {"policy_50k_200k_150_rules", "policy_memory_50k_200k", 50000, 5, false},
        {"policy_100k_400k_150_rules", "policy_memory_100k_400k", 100000, 5, false},
        {"policy_200k_800k_150_rules", "policy_memory_200k_800k", 200000, 3, false},
    };

    figures_begin(getenv("BENCH_ROWS"), NULL);
    for (size_t i = 0; i < CP_COUNT(sizes); i++)
        if (figures_wanted(sizes[i].name) || figures_wanted(sizes[i].memory_name))
            measure(&sizes[i]);
    return figures_end();
}

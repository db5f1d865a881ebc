#pragma once

#include "audit/audit.h"

#include "oracle.h"

/**
 * A small random case in two forms: as the oracle has it, and as the audit gets it.  In the second
 * form other layers lie between, and some links get their SRLGs from below.
 */
#define SAMPLE_RULES 4u
#define SAMPLE_TREATMENTS 2u
#define SAMPLE_DEMANDS 2u

struct sample_rule {
    uint32_t depth, kinds;
    cp_unknown unknown;
    uint8_t node[ORACLE_NODES], link[ORACLE_LINKS]; /* cp_trust */
};

struct sample {
    uint64_t seed;
    struct oracle_net net;
    struct oracle_ask ask;
    struct sample_rule rules[SAMPLE_RULES];
    uint32_t treatment_rules[SAMPLE_TREATMENTS]; /* bits */
    struct {
        uint32_t src, dst; /* bits */
        uint32_t treatment;
    } demands[SAMPLE_DEMANDS];
    uint32_t rule_count, treatment_count, demand_count;
    /* Where nodes, links and SRLGs stand in the case; set by sample_judge. */
    uint32_t case_node[ORACLE_NODES], case_link[ORACLE_LINKS], case_srlg[ORACLE_SRLGS];
};

/** Numbers that look random: the same for the same seed (splitmix64, public domain). */
uint64_t sample_random(uint64_t *seed);
/** One of least to most. */
uint32_t sample_pick(uint64_t *seed, uint32_t least, uint32_t most);
bool sample_chance(uint64_t *seed, uint32_t percent);

/** The sample of a seed, small enough for the oracle to look to this depth. */
void sample_make(uint64_t seed, uint32_t depth, struct sample *sample);

struct oracle_demand sample_demand(const struct sample *sample, uint32_t demand);

/** The case with what a policy makes of it, in the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err sample_judge(struct sample *sample, struct cp_arena *arena,
                                const struct cp_judge **out);

/** To stderr, for people who look for the reason of a difference. */
void sample_print(const struct sample *sample);

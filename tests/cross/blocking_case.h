#pragma once

#include "route/blocking.h"

#include "sample.h"

/* A small case with a demand that may be blocked, and all simple paths of it. */

enum { CASES = 6000, PATHS_MOST = 60000, REQUIRE_MOST = 2 };

struct way {
    uint32_t met; /* links, then nodes, as bits */
    uint32_t hops, cost;
    uint64_t delay_us; /* CP_PATH_DELAY_NONE: some link states none */
};

struct trial_case {
    struct sample sample;
    struct cp_arena *arena;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_net net;
    struct cp_marking marking;
    struct cp_path_ask ask;
    uint32_t treatment, src[ORACLE_NODES], dst[ORACLE_NODES], avoid[3];
    struct cp_must_pass require[REQUIRE_MOST];
    uint32_t required[REQUIRE_MOST][2];
    uint64_t price[ORACLE_LINKS + ORACLE_NODES];
    uint32_t delay_us[ORACLE_LINKS];
    uint32_t against[SAMPLE_RULES]; /* elements that each of the treatment's rules is against */
    uint32_t rule[SAMPLE_RULES], rule_count;
    struct way *ways;
    uint32_t way_count;
};

uint32_t link_count(const struct trial_case *t);
void make_case(struct trial_case *t, uint64_t seed);
void find_ways(struct trial_case *t);
/** Delays are whole microseconds of at least 1 as a metric: see ground/metric.h. */
bool suits(const struct trial_case *t, const struct way *way, uint32_t wishes);
uint32_t against_all_but(const struct trial_case *t, uint32_t waived);
/** Least cost of a way that keeps the wishes and meets nothing of these; UINT32_MAX: none. */
uint32_t least_cost(const struct trial_case *t, uint32_t wishes, uint32_t against);
uint32_t popcount(uint32_t bits);
bool least_wishes(const struct trial_case *t, uint32_t wishes, uint32_t against, uint32_t *least);

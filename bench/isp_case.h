#pragma once

#include "judge/judge.h"

#include "isp.h"

/** A made-up network (isp.h) as a case with demands and one rule, built in memory: reading is measured elsewhere. */
struct bench_case {
    struct cp_case net;
    struct cp_judge judge;
    struct cp_judge_rule rule;
    struct cp_treatment treatment;
};

/**
 * Demands between nodes that are not barred [nodes] (NULL: not forbidden), at random; the rule forbids transit
 * through forbidden nodes up to single failures.  Memory of malloc; the process ends where there is none.
 */
void isp_case_make(struct bench_case *b, const struct isp *isp, const uint8_t *barred,
                   uint32_t demands, uint64_t seed);

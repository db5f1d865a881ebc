#pragma once

#include "capacity/capacity.h"

/** A case with some nodes forbidden, and demands that do not end there. */
struct capacity_case {
    struct cp_arena *arena;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_judge_rule rule;
    struct cp_treatment treatment;
    struct cp_net net;
    struct cp_marking marking;
    uint32_t forbidden, left_out; /* nodes; demands */
    bool made_up_capacity; /* no link states one: all carry what all demands come to together */
};

/** A network file and, or NULL, one of demands.  false: not there. */
bool capacity_case_read(struct capacity_case *k, const char *network, const char *demands);
/** A made-up operator's network with so many demands. */
void capacity_case_isp(struct capacity_case *k, uint32_t nodes, uint32_t demands, uint64_t seed);
/** Forbids that part of the nodes, and makes all else ready.  ordinary: instead no rule holds. */
void capacity_case_judge(struct capacity_case *k, uint32_t percent, bool ordinary);
void capacity_case_close(struct capacity_case *k);

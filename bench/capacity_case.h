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

/** How the links of a made-up network get their capacities. */
typedef enum {
    CAPACITY_AT_RANDOM, /* 10, 40 or 160 Gb/s */
    CAPACITY_BY_LOAD    /* 0.8 to 2 times what the IGP would load: nothing is far from full */
} capacity_kind;

/** A made-up operator's network (isp.h). */
void capacity_case_isp(struct capacity_case *k, uint32_t nodes, uint32_t demands,
                       capacity_kind kind);

/** Forbids that part of the nodes and leaves out the demands that end there; makes all else ready. */
void capacity_case_judge(struct capacity_case *k, uint32_t percent);

/** The worst load where the IGP carries all demands as it likes, in parts per million. */
uint64_t capacity_case_igp(struct capacity_case *k, struct cp_capacity_answer *answer);

/** The least worst load by the exact linear program over arcs; negative: it is too large for that. */
double capacity_case_exact(struct capacity_case *k);

void capacity_case_close(struct capacity_case *k);

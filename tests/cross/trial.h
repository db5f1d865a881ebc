#pragma once

#include "sweep/weights.h"

#include "nets.h"
#include "slow.h"

/**
 * A network under a long random sequence of changes, done alike to the engine's weights and to the slow
 * search: failures of links, nodes and SRLGs, some of them several times over, and their repair; metrics
 * set, and set back; all since some moment taken back, or kept for good.
 */
#define TRIAL_FAILED_MOST 24u
#define TRIAL_DEPTH_MOST 5u

/* What it was like when it was marked. */
struct trial_moment {
    cp_weights_mark mark;
    struct slow_state state;
    uint32_t failed[TRIAL_FAILED_MOST], failed_count;
};

/** What should be so to one destination. */
struct trial_truth {
    const uint64_t *cost; /* [nodes] as slow_answer has them */
    const uint32_t *seen;
    uint64_t *weight; /* [places] scaled as the hierarchy's; CP_WEIGHT_NONE: no way */
    uint32_t *marks;  /* [places] */
};

struct trial {
    struct cp_arena *arena, *work; /* work: emptied by each step */
    cp_arena_mark work_start;
    uint64_t numbers;
    struct net net;
    struct cp_hierarchy_budget budget;
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles;
    struct cp_weights weights;
    struct slow slow;
    uint32_t failed[TRIAL_FAILED_MOST], failed_count; /* elements, each as often as it failed */
    uint32_t failed_most;
    struct trial_moment moments[TRIAL_DEPTH_MOST];
    uint32_t depth;              /* moments that can be gone back to */
    struct trial_truth **truths; /* [nodes] NULL: not asked since the last step */
    uint64_t asked;              /* nodes in all answers */
    uint64_t ties, unreachable;  /* those with several hops, and with no way */
};

typedef enum {
    TRIAL_MARKED,  /* the last moment is now */
    TRIAL_KEPT,    /* no moment is left, all stays as it is */
    TRIAL_CHANGED, /* by some changes, mostly one */
    TRIAL_UNDONE   /* all since the moment moments[depth], which is left */
} trial_kind;

struct trial_step {
    trial_kind kind;
    uint32_t events; /* changes, or one for all that is undone */
    /* Arcs that may have changed, in the work arena. */
    struct cp_arc_before *arcs;
    uint32_t count;
};

/** The engine takes the usual budget, or one so small that a core is left. */
typedef enum { TRIAL_USUAL, TRIAL_SMALL } trial_budget;

struct trial_plan {
    uint64_t seed;
    net_shape shape;
    net_metrics metrics;
    uint32_t nodes;
    trial_budget budget;
};

/** The process ends where there is no memory. */
void trial_open(struct trial *trial, const struct trial_plan *plan);
void trial_close(struct trial *trial);

struct trial_step trial_step(struct trial *trial);

/** Some node that has not failed; false if there is none. */
bool trial_pick_live(struct trial *trial, uint32_t *node);

/** In the work arena: good until the next step. */
const struct trial_truth *trial_truth(struct trial *trial, uint32_t destination);

/** Weights made anew, with all that is so now done to them at once; in the work arena. */
void trial_weights_again(struct trial *trial, struct cp_weights *out);

/**
 * All made anew for a graph that has the metrics of now from the start; in the work arena.
 * Nothing has failed yet.
 */
struct trial_again {
    struct cp_graph graph;
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles;
    struct cp_weights weights, bare; /* bare: made without the triangles */
};
void trial_all_again(struct trial *trial, struct trial_again *out);
/** What has failed now, fails there. */
void trial_fail_again(const struct trial *trial, struct cp_weights *weights);

#pragma once

#include "risks.h"

/**
 * Hubs: nodes that failures do not part from each other.
 *
 * However up to r failures are chosen, the hubs of set r that are left hang together.  So up to r
 * failures that part two sets of nodes part one of the two from all these hubs left, and both can be
 * looked at from near: how hard is it to part a set from the other set *and* the hubs?
 *
 * Which nodes are hubs shows in no answer, only in how fast it comes; with none all is as true.
 */
struct cp_hubs {
    struct cp_risks *risks;
    uint32_t *order;   /* [nodes] a list of nodes */
    uint32_t *weight;  /* [nodes] how many nodes lie behind, in a tree of shortest ways */
    uint32_t *classes; /* how many nodes have a weight of a class, or of a higher one */
    bool weighed;
    bool links, nodes, srlgs;              /* the kinds of failures that they hold for */
    bool tried[CP_CUT_DEPTH_MAX + 1];      /* [rank] the set was looked for */
    uint32_t count[CP_CUT_DEPTH_MAX + 1];  /* [rank] its hubs */
    uint32_t missed[CP_CUT_DEPTH_MAX + 1]; /* [rank] how often it was asked for in vain */
};

CP_MUST_USE cp_err cp_hubs_open(struct cp_risks *risks, struct cp_arena *arena,
                                struct cp_hubs *out); /* NOMEM */

/** The kinds of failures that are asked about now: hubs for others are forgotten. */
void cp_hubs_settle(struct cp_hubs *h, const struct cp_cut_query *query);

/**
 * The set of hubs that hold for so many failures, as a bit of cp_flow.hub, or 0 where there is none.
 * true in *find: to look for it pays off by now; call cp_hubs_find, with no node in the role of an end.
 */
uint8_t cp_hubs_of(struct cp_hubs *h, uint32_t rank, bool *find);
void cp_hubs_find(struct cp_hubs *h, uint32_t rank);

/** Whether no failures, up to so many, part the task's sides. */
bool cp_hubs_hold(struct cp_hubs *h, const struct cp_flow_task *task, uint32_t failures);

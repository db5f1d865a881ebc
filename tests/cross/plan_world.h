#pragma once

#include "plan/plan.h"

#include "sample.h"

/* Small random networks with their plans, and plain search in them. */

enum {
    NODES_MOST = 9,
    LINKS_MOST = 16,
    ELEMENTS_MOST = NODES_MOST + LINKS_MOST,
    NEW_MOST = 2,
    STEPS_MOST = 4,
    DOUBTS_MOST = 2,
    ALL_MOST = NODES_MOST + NEW_MOST,
    LABEL_NODE = 16000,
    LABEL_ADJACENCY = 30000,
    FAR = 1000000,
};

struct link {
    uint32_t a, b, ab, ba;
    uint32_t groups, capacity; /* admin groups both ways; bits a second */
    bool banned, grouped;      /* grouped: its groups are stated */
};

struct world {
    uint64_t numbers;
    struct cp_arena *arena;
    uint32_t node_count, link_count;
    bool banned[NODES_MOST];
    struct link links[LINKS_MOST];
    const struct cp_case *net;
    struct cp_ted_view view;
    struct cp_ted_node seen[NODES_MOST];
    struct cp_ted_doubt doubts[DOUBTS_MOST]; /* of the view: links that a feed has not */
    cp_text doubted[DOUBTS_MOST][3];
    uint32_t doubt_at[DOUBTS_MOST][3];
    const struct cp_judge *judge;
    const struct cp_plan *plan;
    struct cp_picker *picker;
    uint8_t gone[ELEMENTS_MOST];
    bool strict;
    uint64_t doubt_steps; /* of the plan's config */
    uint32_t before[ALL_MOST][ALL_MOST], after[ALL_MOST][ALL_MOST];
    struct cp_plan_gone mask;
    uint32_t now_ab[LINKS_MOST], now_ba[LINKS_MOST]; /* metrics */
    uint8_t shut[4 * LINKS_MOST];                    /* [hops of the graph] */
    struct cp_plan_shift shifts[2 * LINKS_MOST + STEPS_MOST];
    uint32_t new_first; /* of shifts: those that the plan has no link for */
};

struct slow_walk {
    bool met[ELEMENTS_MOST];
    bool unknown, broken, strays;
    uint32_t at;
    uint32_t onward[NODES_MOST]; /* bits: links by which packets leave it */
};

/** "n" and 3: "n3". */
cp_text text(struct world *w, const char *before, uint32_t number);
void make_case(struct world *w);
void judge(struct world *w);
void plan(struct world *w);
bool is_gone(const struct world *w, uint32_t element);
void measure(const struct world *w, bool left, uint32_t dist[][ALL_MOST]);
/** The verdict on hops from a node on, as plan/plan.h has it. */
cp_trace_kind slow_trace(struct world *w, uint32_t from, uint32_t to, struct cp_pce_path hops,
                         struct slow_walk *k);
/** Least cost over what is allowed and left; FAR. */
uint32_t slow_cost(const struct world *w, uint32_t from, uint32_t to, const bool *out);
/** Whether anything allowed leads there, over links that are there; doubts: or that some feed has. */
bool slow_reaches(const struct world *w, uint32_t from, uint32_t to, bool doubts);

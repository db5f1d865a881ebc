#pragma once

#include "plan/plan.h"

/** What a plan is made of. */

struct plan_address {
    cp_ip address;
    uint32_t node; /* of the case */
};

struct cp_plan {
    struct cp_plan_ask ask;
    struct cp_net net;
    const struct cp_sids *sids;
    struct cp_route_answer routes;
    struct cp_audit *audit; /* of the demands as nobody steers them */
    const struct cp_demand_result *unsteered;
    struct cp_segments_basis basis;
    const struct cp_sid *hop_sids; /* [hops of the graph] of each as an adjacency */
    const struct cp_segments_ground *ground;
    struct cp_plan_lsp *lsps; /* [lsp_count] by key */
    uint32_t lsp_count;
    struct cp_map *keys;
    struct plan_address
        *addresses; /* [address_count] ascending; one address of two nodes is not there */
    uint32_t address_count;
    const uint32_t *metric_cost[CP_METRIC_COUNT]; /* [ends] */
    uint32_t *treatment_colour;                   /* [treatment_count] */
};

/** The LSPs of the plan's routes; touches are set by who walks them.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_plan_make_lsps(struct cp_plan *plan, struct cp_arena *arena);
/** Which of those without a path, by the options that are left in the end, may have one over what feeds disagree about.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_plan_doubt(struct cp_plan *plan);
CP_MUST_USE cp_err cp_plan_make_addresses(struct cp_plan *plan, struct cp_arena *arena);
/** Hops of a list; *known false: a segment has no SID.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_plan_hops(const struct cp_plan *plan, const struct cp_segment_list *list,
                                struct cp_arena *arena, struct cp_pce_path *hops, bool *known);

/* --- walking (walk.c) -------------------------------------------------------------------------- */

/** Distances of all nodes to one, before and after elements went; kept while they are asked for. */
struct plan_ways;
CP_MUST_USE cp_err cp_plan_ways_open(const struct cp_plan *plan, struct cp_arena *arena,
                                     struct plan_ways **out);
void cp_plan_ways_close(struct plan_ways *ways);
/**
 * dist [nodes, new ones too]: least cost to `to`, UINT64_MAX: no way; where gone is not NULL by the network as it is by
 * now: without what is gone, with what came, by the metrics of now.
 */
CP_MUST_USE cp_err cp_plan_ways_to(struct plan_ways *ways, uint32_t to,
                                   const struct cp_plan_gone *gone, const uint64_t **dist);
/** After cp_plan_ways_to with that gone: what a hop of the graph costs by now. */
uint32_t cp_plan_ways_cost(const struct plan_ways *ways, uint32_t hop);
/** The same: whether routers, by these distances, may send from a node over a step that the graph does not have. */
bool cp_plan_ways_stray(const struct plan_ways *ways, const struct cp_plan_gone *gone,
                        uint32_t from, const uint64_t *dist);

struct plan_search;
/** A search for paths that is kept from one question to the next.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_plan_search_open(const struct cp_plan *plan, struct cp_arena *arena,
                                       struct plan_search **out);

struct cp_picker {
    const struct cp_plan *plan;
    struct cp_arena *memory; /* of the segmenter; its own */
    struct cp_arena *work;   /* of one question; its own */
    struct cp_segmenter *segmenter;
    struct plan_ways *ways;
    struct plan_search *search;
    uint8_t *out;      /* [links + nodes] */
    uint32_t *touched; /* [links + nodes] what a walk met, as a list */
    uint32_t *stamps;  /* [links + nodes] */
    uint32_t *queue;   /* [nodes] */
    uint32_t *entered; /* [nodes] */
    uint32_t *guess;   /* [GUESSES] a node that bore such a SID last */
    uint32_t touched_count, stamp, entered_stamp;
};

/** Walks hops for a treatment from a graph node to another: as cp_plan_trace. */
struct plan_walk {
    uint32_t treatment, from, to; /* graph nodes */
    struct cp_pce_path hops;
    const struct cp_plan_gone *gone; /* NULL: nothing */
};
CP_MUST_USE cp_err cp_plan_walk(struct cp_picker *picker, const struct plan_walk *walk,
                                struct cp_trace *out);

/** What an answer must do without. */
struct plan_limits {
    const struct cp_plan_gone *gone; /* NULL: nothing */
    const uint8_t *avoid; /* [links + nodes] there, but not to be touched; NULL: nothing */
};

/** Into the picker's `out`: links over which some hop is shut, for searches that tell links apart and no hops. */
void cp_plan_leave_lans_out(struct cp_picker *picker, const struct cp_plan_gone *gone);

/* --- seeking (seek.c) -------------------------------------------------------------------------- */

/**
 * The least-cost path of adjacencies for an LSP that is left, with its list, in the picker's work; path->nodes NULL:
 * there is none; list->at NULL: it has no list.  Of several paths one with the fewest links, where costs are above 0.
 * Cost: one search for all LSPs of a headend that are asked for in turn, unless their demands' wishes bind them.
 * Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_plan_seek(struct cp_picker *picker, const struct cp_plan_lsp *lsp,
                                const struct plan_limits *within, struct cp_path *path,
                                struct cp_segment_list *list);

#pragma once

#include "route/route.h"

/** What routing is made of: route.c makes it and goes from stage to stage, path_stage.c and list_stage.c run it. */

typedef enum { STAGE_PATHS, STAGE_LISTS, STAGE_DONE } stage;

/** What the depth of a headend did to a path. */
struct cp_route_depth {
    uint32_t least;        /* no path fits: segments of the shortest clean list; 0: one does */
    bool sure;             /* false: the search was cut short */
    uint64_t passed_cost;  /* of the path that gave way to this one */
    uint32_t passed_least; /* segments that it needs; 0: none gave way */
};

struct cp_route_depths {
    struct cp_route_depth of[2][2]; /* [cp_path_role][cp_direction] */
};

/** Demands order[first] on, all of one treatment. */
struct part {
    uint32_t first, count;
};

struct cp_route {
    const struct cp_judge *judge;
    const struct cp_route_request *request;
    struct cp_arena *arena;
    struct cp_net net;
    struct cp_marking *markings;            /* [treatments] */
    const struct cp_paths_ground **grounds; /* [treatments] NULL: no demand of it is routed */
    const struct cp_segments_ground *segments;
    struct cp_wishes *wishes; /* [demands] */
    uint32_t *order; /* [order_count] demands that are routed, by treatment, then destination */
    struct cp_paths *found;                /* [demands] */
    const struct cp_route_depths **depths; /* [demands] NULL: every list fits, as far as is known */
    struct cp_route_result *results;       /* [demands] */
    struct cp_capacity_answer *capacity;   /* NULL: nothing was placed together */
    struct part *parts;
    uint32_t order_count, part_count;
    stage stage;
    bool places; /* all demands are placed together after the first stage */
};

struct cp_route_worker {
    struct cp_route *route;
    struct cp_arena *answers; /* what results hold */
    struct cp_arena *lasting, *memory,
        *work;           /* its own: of the finder, of the segmenter, of one demand */
    cp_arena_mark empty; /* of lasting */
    const uint32_t *costs[CP_METRIC_COUNT]; /* [ends] in memory; NULL: not made */
    uint32_t treatment;                     /* the finder is open for it; CP_NONE: it is not */
    struct cp_paths_finder *finder;
    struct cp_segmenter *segmenter;      /* NULL: not open */
    struct cp_blocking_finder *blocking; /* NULL: not open */
    struct cp_arena *blocking_memory;    /* its own; NULL likewise */
    uint32_t blocking_treatment;         /* that it is open for */
};

/** The finder of a treatment.  NOMEM. */
CP_MUST_USE cp_err cp_route_finder(struct cp_route_worker *w, uint32_t treatment);

/** What a demand asks of its paths; src, dst: graph nodes, ascending, in the work arena.  NOMEM. */
CP_MUST_USE cp_err cp_route_ask(struct cp_route_worker *w, uint32_t demand,
                                struct cp_path_ask *out);

/** Both ends of an ask as one ascending list in the work arena.  NOMEM. */
CP_MUST_USE cp_err cp_route_ends(struct cp_route_worker *w, const struct cp_path_ask *ask,
                                 const uint32_t **ends, uint32_t *count);

/**
 * Whether a demand's lists must keep packets on their paths alone while nothing fails.  A list that lets packets
 * take equal-cost ways beside its path keeps the rules, which its closure was held to; but not what the
 * demand asks of its path, nor the load that is counted on it.
 */
bool cp_route_keeps_alone(const struct cp_route *r, uint32_t demand);
/**
 * Whether lists are of adjacencies alone: also where loads after failures are counted, since what fails must send
 * traffic to its backup and nowhere else.
 */
bool cp_route_is_strict(const struct cp_route *route, uint32_t demand);

/** Paths found whose lists no headend can push give way to others that fit.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_route_fit(struct cp_route_worker *w, uint32_t demand,
                                const struct cp_path_ask *ask);

/** Each works one demand out.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_route_find_paths(struct cp_route_worker *w, uint32_t demand);
CP_MUST_USE cp_err cp_route_find_lists(struct cp_route_worker *w, uint32_t demand);
void cp_route_close_blocking(struct cp_route_worker *w);

/**
 * Paths of a demand whose primaries were placed anew (found.primary is the first): its way back, and a backup
 * that shares as little with the primaries as simple means find.  NOMEM.
 */
struct cp_placed {
    const struct cp_placed_path *paths;
    uint32_t count;
};
CP_MUST_USE cp_err cp_route_follow(struct cp_route_worker *w, uint32_t demand,
                                   struct cp_placed placed, struct cp_paths *out);

/** shared, shared_sites and disjoint of the paths of a demand: what backups have in common with primaries.  NOMEM. */
CP_MUST_USE cp_err cp_route_find_common(struct cp_route_worker *w, uint32_t demand,
                                        const struct cp_path_ask *wish, struct cp_paths *out);

/** What a second path is to avoid of a first: its ends, too, where the wish has others for them. */
struct cp_avoid_path {
    const struct cp_path *path;
    bool at_ends;
};
/** Elements that a search leaves out, each once. */
struct cp_avoided {
    uint32_t *at; /* [count] with room for all elements; the first `own` are the wish's */
    uint32_t count, own;
};
/** Adds them. */
void cp_route_avoid_path(const struct cp_route *r, uint32_t demand, const struct cp_path_ask *wish,
                         const struct cp_avoid_path *what, struct cp_avoided *a);

/** Whether all demands are placed together: that is asked, and means anything. */
bool cp_route_places(const struct cp_route *r);

/** Whether a demand asks of its path what a placement in that metric does not know: bounds, lists, the same way back. */
bool cp_wishes_bind(const struct cp_wishes *wishes, cp_metric metric);

/** Whether a demand is ordinary and has no paths but those that the placement moved it to. */
static inline bool cp_route_is_moved(const struct cp_route *route, uint32_t demand)
{
    return route->capacity != NULL && route->capacity->placements[demand].moved &&
           !route->found[demand].found;
}

/** All demands placed together, where that is asked and means anything.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_route_place(struct cp_route *route);

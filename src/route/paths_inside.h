#pragma once

#include "graph/queue.h"
#include "route/paths.h"
#include "sweep/hierarchy.h"

/**
 * What paths.c and its fellows share: the allowed elements as a graph of places, and one thread's scratch.
 *
 * A place is an allowed node, or a LAN of more than two allowed ends; they are numbered as the
 * hierarchy has them, so that what is near lies near.  A link of two ends is two ways; a LAN is a
 * way from each end onto it, at the end's cost, and one off it to each, at no cost.
 */

#define WAY_NONE (UINT64_C(1) << 62) /* a cost of what may not be used; larger sums count as this */

struct way {
    uint64_t cost; /* WAY_NONE: not in this metric */
    uint32_t to;
    uint32_t back; /* the way from there to here */
};

/** The ways with the costs of a metric; with those of both directions where paths are co-routed. */
struct flavour {
    const struct way *ways; /* [way_count]; NULL: not asked for */
    /* [arcs of the hierarchy] least costs over places below each arc; NULL where there is a core. */
    const uint64_t *up, *down;
};

struct cp_paths_ground {
    const struct cp_net *net;
    const struct cp_case *c;
    struct cp_graph allowed; /* its links: allowed links with at least two allowed ends */
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles; /* first NULL: there is a core, or too many */
    /* The arc between the upper ends of two arcs of a place, the i-th and an earlier, the k-th of them:
     * pair_arc[pair_first[place] + i * (i - 1) / 2 + k]. */
    const uint64_t *pair_first; /* [places] */
    const uint32_t *pair_arc;
    uint32_t place_count, way_count;
    const uint32_t *place;   /* [graph nodes] CP_NONE: not allowed */
    const uint32_t *node_at; /* [places] graph node; CP_NONE: a LAN */
    const uint32_t *first;   /* [places + 1] ways out of place p: first[p] to before first[p + 1] */
    const uint32_t *link;    /* [ways] graph link */
    struct flavour flavours[CP_METRIC_COUNT][2]; /* [metric][co-routed] */
    bool even[CP_METRIC_COUNT];                  /* every link costs the same from all its ends */
};

/** A place's cost to the nearest target, or less where that is told to be enough. */
struct near {
    uint64_t cost;
    uint32_t stamp; /* of the finder's near_stamp, and one of these */
};
enum { NEAR_SEEDED, NEAR_DONE, NEAR_STAMPS };

/** A state of the search for the second path; see pair.c. */
struct spot {
    uint64_t key;
    uint32_t stamp, from, way;
};

/** One step of it. */
struct step {
    uint64_t key;
    uint32_t state, from, way;
};

/** An arc of the hierarchy as it was. */
struct arc_before {
    uint64_t up, down;
    uint32_t arc;
};

struct cp_paths_finder {
    const struct cp_paths_ground *ground;
    struct cp_arena *work; /* of one ask */
    const struct flavour
        *over; /* near costs are worked out over the hierarchy; NULL: were searched */
    struct cp_queue *queue;
    struct near *near;       /* [places] */
    uint64_t near_most;      /* cost of places that the search has not settled */
    struct spot *spots;      /* [2 * places] */
    struct step *waiting;    /* [2 * places] for the next level */
    uint32_t *line;          /* [places] */
    uint32_t *path, *places; /* [places] */
    uint32_t *position;      /* [places] on a path; CP_NONE */
    uint32_t *flow;          /* [2 * places] two ways out of each that bear flow; CP_NONE */
    uint8_t *place_out;      /* [places] avoided in this ask */
    uint8_t *link_out;       /* [graph links] */
    uint8_t *seen;           /* [elements and sites] 0 between uses */
    uint32_t *list;          /* [elements and sites] */
    /* For ears of a path: costs of arcs without it, and climbs.  NULL where there are none. */
    const struct flavour *arcs_of; /* whose costs up and down are, between asks */
    uint64_t *up, *down;           /* [arcs] */
    uint64_t *dirty;               /* [arcs / 64 + 1] bits, 0 between uses */
    uint32_t dirty_first, dirty_last;
    struct arc_before *log; /* [log_count] */
    uint32_t log_count, log_cap;
    uint64_t *climb;   /* [places] WAY_NONE between uses */
    uint32_t *climbed; /* [places] the arc by which it was reached */
    uint32_t *chain;   /* [2 * places] */
    uint64_t *stack;   /* [places + 2] */
    uint8_t *way_out;  /* [ways] 0 between uses */
    uint32_t near_stamp, spot_stamp, spot_levels;
    bool any_out;
};

/** A path as ways of the ground, in the finder's terms. */
struct track {
    uint32_t start; /* place */
    uint32_t count;
    const uint32_t *ways; /* [count] */
};

/** Ends of an errand: those that are allowed and not avoided, in the order of the ask. */
struct places {
    uint32_t *at; /* [count] */
    uint32_t count;
    uint32_t
        lone; /* the place where there is no other to choose, so that both paths may use it; CP_NONE */
};

/** An ask in terms of places. */
struct errand {
    const struct cp_path_ask *ask;
    const struct flavour *flavour;
    struct places src, dst;
    cp_disjoint disjoint; /* as asked, or less where the case has no SRLGs or sites */
    bool overlap;         /* some place is in both */
};

/** What was found: tracks with ways in the arena; count 0 where there is none. */
struct found {
    struct track primary, backup;
    bool exact;
};

static inline bool ground_is_lan(const struct cp_paths_ground *g, uint32_t place)
{
    return g->node_at[place] == CP_NONE;
}

/** Index into the case's sites; CP_NONE: none, or a LAN. */
static inline uint32_t ground_site(const struct cp_paths_ground *g, uint32_t place)
{
    return ground_is_lan(g, place) ? CP_NONE
                                   : g->c->nodes[g->net->case_node[g->node_at[place]]].site;
}

/** Whether the ask avoids what the way leads over or to. */
static inline bool way_is_out(const struct cp_paths_finder *f, const struct way *way, uint32_t at)
{
    return way->cost >= WAY_NONE ||
           (f->any_out && (f->link_out[f->ground->link[at]] != 0 || f->place_out[way->to] != 0));
}

/** Whether a second path that uses the place too shares something: see cp_paths. */
static inline bool place_counts(const struct cp_paths_ground *g, const struct errand *e,
                                uint32_t place)
{
    if (ground_is_lan(g, place))
        return true;
    return e->disjoint >= CP_DISJOINT_NODE && place != e->src.lone && place != e->dst.lone;
}

/**
 * The path or pair of an errand without bounds, SRLGs, sites, required elements and overlap: exact.  A backup
 * that is the primary again is none.  arena: for the tracks.  NOMEM.
 */
CP_MUST_USE cp_err cp_pair_find(struct cp_paths_finder *f, const struct errand *e,
                                struct cp_arena *arena, struct found *out);

/**
 * Parts two paths that may meet anew, so that the primary has the cheaper piece between any two places
 * where they meet, and of two alike the first by nodes.  NOMEM.
 */
CP_MUST_USE cp_err cp_pair_part(struct cp_paths_finder *f, const struct errand *e,
                                struct cp_arena *arena, struct found *io);

/**
 * What both tracks use of what the errand asks them not to share: elements (graph.h), and sites as numbers
 * after them; f->list [result], ascending, until the next use.
 */
uint32_t cp_share_list(struct cp_paths_finder *f, const struct errand *e, const struct track *a,
                       const struct track *b);

/** The search that an errand needs.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_search(struct cp_paths_finder *f, const struct errand *e,
                             struct cp_arena *work, struct found *out);

uint64_t cp_track_cost(const struct way *ways, const struct track *t);

/** Leaves an element (or a site, as a number after them) out of what may be used, or not. */
void cp_paths_leave_out(struct cp_paths_finder *f, uint32_t element, uint8_t out);
/** What the ask avoids is left out, or may be used again. */
void cp_paths_avoid(struct cp_paths_finder *f, const struct cp_path_ask *ask, bool on);

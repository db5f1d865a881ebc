#pragma once

#include "capacity/capacity.h"
#include "route/blocking.h"
#include "route/flexalgo.h"
#include "route/paths.h"
#include "route/segments.h"

/**
 * Clean paths of all demands of a case, with the segment lists that keep them, and what blocks the rest (DESIGN 2.3).
 */

/** What a demand wants of its paths: from itself, else from its traffic classes, else from the request. */
struct cp_wishes {
    cp_metric metric;
    cp_disjoint disjoint;
    bool disjoint_asked; /* false: a backup is tried for, and its lack is no fault */
    bool co_routed;
    uint32_t hops_max;     /* CP_NONE */
    uint64_t delay_max_us; /* CP_PATH_DELAY_NONE */
    const uint32_t *avoid; /* [avoid_count] elements of the graph */
    uint32_t avoid_count;
    const struct cp_must_pass *require; /* [require_count] */
    uint32_t require_count;
};

/**
 * The demand's wishes.  wishes: those of the request, then the demand's in their place.  Of several classes that
 * state one, the stricter holds: the smaller bound, co-routed;
 * metrics, or kinds of disjointness that do not hold each other, are a conflict: the diag has the place.
 * Errors: CONFLICT, UNKNOWN_ID (an avoid or require name that nothing bears), LIMIT (more than CP_REQUIRE_MAX
 * names to pass), NOMEM.
 */
CP_MUST_USE cp_err cp_wishes_get(const struct cp_judge *judge, const struct cp_net *net,
                                 uint32_t demand, struct cp_arena *arena, struct cp_wishes *wishes,
                                 struct cp_diag *diag);

typedef enum {
    CP_CAPACITY_IGNORE,
    CP_CAPACITY_WITHIN, /* least-cost paths; placed together only where that overloads a link */
    CP_CAPACITY_BALANCE /* placed together for the least worst load */
} cp_capacity_use;

struct cp_route_request {
    struct cp_audit_request proof; /* depth, kinds and states that lists are clean in */
    cp_segments_judged judged;
    struct cp_wishes otherwise; /* for demands and classes that say nothing */
    bool strict;                /* adjacency segments alone */
    uint32_t depth_max; /* SIDs a headend can push, where it states none; CP_NONE: no limit known */
    cp_capacity_use capacity;
    struct cp_capacity_request place; /* its failures are set by `capacity_failures` */
    uint32_t
        capacity_failures; /* CP_FAIL_... bits: loads after each single failure of these kinds */
    const struct cp_sids *sids; /* NULL: as the case states them */
};

typedef enum { CP_ROLE_PRIMARY, CP_ROLE_BACKUP } cp_path_role;

/** A path with the list that keeps it. */
struct cp_candidate {
    cp_path_role role;
    cp_direction direction;
    uint32_t share_ppm; /* of the demand's bandwidth; 1,000,000 where it has one path */
    struct cp_path path;
    struct cp_segment_list segments;
    /* A path that gave way to this one since its headend cannot push its list of passed_least segments: its cost, in
     * general less.  passed_least 0: none did. */
    uint64_t passed_cost;
    uint32_t passed_least;
};

typedef enum { CP_ROUTED, CP_PARTIAL, CP_NO_WAY } cp_route_status;

/** Why a demand is not fully routed, as bits. */
enum {
    CP_LACKS_BACKUP = 1,        /* asked for, and there is none */
    CP_LACKS_DISJOINT = 2,      /* the backup shares something: `shared` */
    CP_LACKS_DEPTH = 4,         /* a headend cannot push the shortest clean list */
    CP_LACKS_CAPACITY = 8,      /* its links are overloaded in the failure-free state */
    CP_LACKS_BACKUP_DEPTH = 16, /* the same of a backup */
    CP_LACKS_WAY_BACK = 32,
    CP_LACKS_CERTAINTY = 64 /* a search budget ran out */
};

struct cp_route_result {
    cp_route_status status;
    uint32_t lacks; /* CP_LACKS_... bits */
    bool covered;   /* some transit rule holds for it */
    struct cp_wishes wishes;
    const struct cp_candidate
        *candidates; /* [candidate_count] forward primaries, reverse, then backups */
    uint32_t candidate_count;
    const uint32_t *shared; /* as in cp_paths */
    const uint32_t *shared_sites;
    uint32_t shared_count, shared_site_count;
    const struct cp_blocking *blocking; /* where it is not routed; else NULL */
};

/**
 * Routing in stages, each of parts that its caller may run on several threads, in any order:
 *
 *     open; then, while next says that there is a stage: every part of it, each once; then finish.
 *
 * The last stage is over when next has been called after it and said so.
 */
struct cp_route;
/** judge, request: borrowed.  Errors: LIMIT, NOMEM, CONFLICT and UNKNOWN_ID of wishes. */
CP_MUST_USE cp_err cp_route_open(const struct cp_judge *judge,
                                 const struct cp_route_request *request, struct cp_arena *arena,
                                 struct cp_route **out, struct cp_diag *diag);
/** Between stages, while no part runs: *parts of the next one, 0 when all is done.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_route_next(struct cp_route *route, uint32_t *parts);

/** What one thread needs to run parts.  answers: its own, living as long as the answer is read. */
struct cp_route_worker;
CP_MUST_USE cp_err cp_route_worker_open(struct cp_route *route, struct cp_arena *answers,
                                        struct cp_route_worker **out);
/** Errors: NOMEM, LIMIT; then the worker is only closed. */
CP_MUST_USE cp_err cp_route_run(struct cp_route_worker *worker, uint32_t part);
void cp_route_worker_close(struct cp_route_worker *worker); /* NULL is allowed */

struct cp_route_answer {
    const struct cp_judge *judge;
    const struct cp_route_request *request;
    const struct cp_net *net;
    const struct cp_marking *markings;         /* [treatment_count] */
    const struct cp_route_result *results;     /* [demand_count] */
    const struct cp_capacity_answer *capacity; /* NULL: nothing was placed together */
};
/** After the last stage: the same whatever the threads did. */
void cp_route_finish(const struct cp_route *route, struct cp_route_answer *out);

#pragma once

#include "prove/prove.h"

#include "bounds.h"
#include "bytes.h"
#include "tour.h"

/** What all parts of a certificate share.  Immutable once made. */
struct group {
    uint32_t destination, first, count; /* flows */
};

/** Of a treatment with liars. */
struct liars {
    const uint64_t *near;   /* [nodes] true cost to the nearest of them over honest nodes */
    const uint32_t *beside; /* [beside_count] honest nodes beside one, ascending */
    uint32_t beside_count;
    const struct cp_weights *honest;
};

struct cp_prove {
    const struct cp_judge *judge;
    struct cp_audit_request request;
    const struct cp_demand_result *results; /* NULL: of routes */
    const struct cp_route_answer *route;    /* NULL: of an audit */
    const uint32_t *costs[CP_METRIC_COUNT]; /* [ends] of metrics that some demand's wishes name */
    struct cp_net net;
    const struct cp_marking *markings; /* [treatments] */
    struct liars *liars;               /* [treatments] near NULL: none, or not asked about */
    const uint32_t *component;         /* [nodes] of all links */
    const uint32_t *link_of_case, *srlg_of_case; /* CP_NONE: of another layer */
    const struct cp_triangles *triangles;
    const struct cp_weights *weights; /* NULL: there are no flows */
    struct cp_marks no_marks;
    struct prove_flow *flows; /* by destination, source, demand, direction */
    struct group *groups;     /* [group_count] by destination */
    uint32_t *near_parts;     /* [near_count] treatments with a piece of their own */
    uint32_t flow_count, group_count, near_count;
};

struct cp_prove_worker {
    const struct cp_prove *prove;
    struct cp_arena *lasting, *work;
    struct cp_queue *queue;
    struct bounds bounds, near;
    struct tour tour;               /* by plain routes */
    struct cp_routes before, after; /* plain */
    struct cp_routes **honest;      /* [treatments] NULL: not open yet */
    struct cuts *cuts;              /* NULL: not open yet */
    uint64_t *far;                  /* [nodes] of a search for liars; valid where stamped */
    uint32_t *far_stamp, far_now;
};

/** The graph's element of a failure of the case. */
uint32_t cp_prove_element(const struct cp_prove *p, struct cp_failure failure);
/** The depth that an answer claims of a state: one more than asked where it is null. */
uint32_t cp_prove_claimed(const struct cp_prove *p, uint32_t demand, cp_state state);

/** Tables as a certificate has them. */
void cp_put_potentials(struct cp_out *out, const struct bounds *b, uint64_t fallback);
void cp_put_table(struct cp_out *out, const struct table *table);

/** The piece of one destination, of one treatment's liars, of one demand.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_prove_group(struct cp_prove_worker *w, const struct group *group,
                                  struct cp_out *out);
CP_MUST_USE cp_err cp_prove_near(struct cp_prove_worker *w, uint32_t treatment, struct cp_out *out);
CP_MUST_USE cp_err cp_prove_cuts(struct cp_prove_worker *w, uint32_t demand, struct cp_out *out);
CP_MUST_USE cp_err cp_prove_paths(struct cp_prove_worker *w, uint32_t demand, struct cp_out *out);

/** Flows of a route answer: its node segments, each once, into p->flows.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_prove_segments(struct cp_prove *p, struct cp_arena *arena);
int cp_prove_compare_flows(const void *a, const void *b);

/**
 * Lies about one destination: sets of failures with what honest labels and near labels must be.
 * flows [count]: of one treatment.  Honest needs go to honest, near ones to near.  NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_prove_lies(struct cp_prove_worker *w, uint32_t treatment,
                                 const struct prove_flow *flows, uint32_t count,
                                 struct sets *honest, struct sets *near);

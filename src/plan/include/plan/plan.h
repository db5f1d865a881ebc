#pragma once

#include "route/route.h"
#include "session/pce.h"
#include "ted/ted.h"

/**
 * What each LSP should be on a snapshot: clean paths of every demand in both directions, as hops that a headend can be
 * told, with others to fall back on; and what to take at once when elements vanish.
 *
 * An LSP is an SR policy (RFC 9256): headend, endpoint and colour.  Demands of one treatment between the same
 * two nodes share it.  Its key, "HEADEND>ENDPOINT/COLOUR" in ids of the case, names it across plans.
 * Immutable once made; threads may share it.
 */
struct cp_plan;

struct cp_plan_colour {
    cp_text traffic_class;
    uint32_t colour;
};

struct cp_plan_config {
    const struct cp_plan_colour *
        colours; /* [colour_count] of classes; another treatment gets the least free one from colour_first on */
    uint32_t colour_count, colour_first;
    struct cp_route_request request; /* sids are set by the plan */
    /* Class whose rules hold for path requests (PCReq) between nodes that no demand joins; empty: those of all classes. */
    cp_text request_class;
    uint64_t
        doubt_steps; /* that the search for doubts may take; 0: as many as it usually may (doubt.c) */
};

/** All borrowed for as long as the plan, but for the config's colours. */
struct cp_plan_ask {
    const struct cp_ted_view *view;
    const struct cp_judge *judge; /* of view->net */
    /* [node_count of the case] segments that a headend says it can push, where that is less than what the case
     * states; CP_NONE: it said nothing.  NULL: none did. */
    const uint32_t *depths;
    struct cp_plan_config config;
};

/** One way to carry it: a path, the hops that keep it, and what depends on it. */
struct cp_plan_option {
    cp_path_role role;
    struct cp_path path;     /* of the plan's net: graph nodes and links */
    struct cp_pce_path hops; /* what the headend is told */
    /* [touch_count] graph elements (graph.h) that any packet of it may visit while nothing more fails, ascending. */
    const uint32_t *touches;
    uint32_t touch_count;
    uint64_t cost;
    bool drawn; /* some segment is a node's: where it leads changes with metrics */
};

struct cp_plan_lsp {
    cp_text key;
    uint32_t headend, endpoint; /* nodes of the case */
    cp_ip headend_address,
        endpoint_address; /* family 0: not known: nothing can be told to anybody */
    uint32_t colour, treatment;
    const uint32_t *demands; /* [demand_count] of the case, ascending: whom it carries */
    uint32_t demand_count;
    cp_direction direction;
    const struct cp_plan_option *options; /* [option_count] best first; none: it must be down */
    uint32_t option_count;
    const struct cp_blocking *blocking; /* where there is none: of its first demand; else NULL */
    /* There is none, and over this, which feeds disagree about, there may be a way, so that blocking (of what all of them have)
     * need not be all that is to be known.  NULL: it is not so, or not known. */
    const struct cp_ted_doubt *doubt;
    bool undoubted; /* there is none, and there was no time to look for such a doubt */
};

/** In stages, like cp_route: open; while next gives parts: every part, each once; then finish. */
struct cp_planning;
CP_MUST_USE cp_err cp_planning_open(const struct cp_plan_ask *ask, struct cp_arena *arena,
                                    struct cp_planning **out, struct cp_diag *diag);
CP_MUST_USE cp_err cp_planning_next(struct cp_planning *planning, uint32_t *parts);
struct cp_planning_worker;
CP_MUST_USE cp_err cp_planning_worker_open(struct cp_planning *planning, struct cp_arena *answers,
                                           struct cp_planning_worker **out);
CP_MUST_USE cp_err cp_planning_run(struct cp_planning_worker *worker, uint32_t part);
void cp_planning_worker_close(struct cp_planning_worker *worker); /* NULL is allowed */
/** The plan lies in the planning's arena (its paths in those of the workers).  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_planning_finish(struct cp_planning *planning, const struct cp_plan **out);

uint32_t cp_plan_lsp_count(const struct cp_plan *plan);
const struct cp_plan_lsp *cp_plan_lsp(const struct cp_plan *plan,
                                      uint32_t at);             /* by key, ascending */
uint32_t cp_plan_find(const struct cp_plan *plan, cp_text key); /* CP_NONE */
const struct cp_ted_view *cp_plan_view(const struct cp_plan *plan);
const struct cp_net *cp_plan_net(const struct cp_plan *plan);
const struct cp_judge *cp_plan_judge(const struct cp_plan *plan);
const struct cp_route_answer *cp_plan_routes(const struct cp_plan *plan); /* for who proves it */
/**
 * What becomes of demands that nobody steers: they go as the network routes them, and `cleanpath audit` of the view says what
 * they meet, to the depth that the rules ask for.  [demands of the view's case]; NULL: never (the plan was not finished).
 */
const struct cp_demand_result *cp_plan_unsteered(const struct cp_plan *plan);
const struct cp_audit *cp_plan_audit(const struct cp_plan *plan); /* of it: for single ways */
/** The case node whose router has this address (TE router id, loopback); CP_NONE. */
uint32_t cp_plan_node_of(const struct cp_plan *plan, cp_ip address);
/** The node that a segment leads to by its SID, as a node reads it (both of the case); CP_NONE.  Cost: O(nodes). */
uint32_t cp_plan_node_by_sid(const struct cp_plan *plan, uint32_t from,
                             const struct cp_pce_hop *hop);
/** Whether the treatment forbids the case's element, or does not know it.  rule: CP_NONE where it is allowed. */
bool cp_plan_allows(const struct cp_plan *plan, uint32_t treatment, cp_object_kind kind,
                    uint32_t object, uint32_t *rule);

/** A step from a router to the next that the plan's graph has otherwise, or not at all. */
struct cp_plan_shift {
    uint32_t from, to; /* graph nodes; from its node_count on: routers that it does not have */
    uint32_t hop;      /* of the graph; CP_NONE: it has no such link */
    uint32_t cost;     /* by now; UINT32_MAX: it is not there */
};

/** How the network is not any more what the plan's graph says. */
struct cp_plan_gone {
    const uint8_t *elements; /* [links + nodes] 1: gone (a link, then nodes: graph.h's elements) */
    /* Another one whenever anything here is; 0: nothing is otherwise (elements may be NULL). */
    uint64_t version;
    const struct cp_plan_shift *shifts; /* [shift_count] each step once */
    uint32_t shift_count, new_nodes;    /* new_nodes: routers that the graph does not have */
    /* [nodes] 1: its own SID, or what labels mean to it, is another by now; NULL: of none. */
    const uint8_t *others;
    /* [hops of the graph] 1: its link is there, and leads there no more (to a router that left a LAN, or from it); NULL: none. */
    const uint8_t *shut;
};

/** One thread's scratch for the questions below. */
struct cp_picker;
CP_MUST_USE cp_err cp_picker_open(const struct cp_plan *plan, struct cp_arena *arena,
                                  struct cp_picker **out);
void cp_picker_close(struct cp_picker *picker); /* NULL is allowed */

/** What to take now. */
struct cp_pick {
    bool found;
    bool planned; /* an option of the plan; else sought now */
    struct cp_plan_option option;
    const char *why; /* where not found: constant */
};
/**
 * The first option that touches nothing gone; else a path sought on what is left, strict (adjacencies alone) and
 * within the headend's depth; each verified, by what is gone and by what is otherwise.  avoid: [links + nodes of the graph] 1: routers use it as ever, but no
 * answer may touch it; NULL: none is avoided.  The answer is in the arena.  Cost: O(options) or one search.
 */
CP_MUST_USE cp_err cp_plan_pick(struct cp_picker *picker, uint32_t lsp,
                                const struct cp_plan_gone *gone, const uint8_t *avoid,
                                struct cp_arena *arena, struct cp_pick *out);

/** What a list of hops does, followed as routers do, whoever made it. */
typedef enum {
    CP_TRACE_CLEAN,
    CP_TRACE_FORBIDDEN, /* some packet of it may visit an element that its treatment does not allow, or that nobody judged */
    CP_TRACE_BROKEN,    /* it meets something gone: packets are lost */
    CP_TRACE_UNKNOWN    /* a hop that nobody knows */
} cp_trace_kind;

struct cp_trace {
    cp_trace_kind kind;
    bool arrives;  /* ends at the endpoint */
    bool unjudged; /* FORBIDDEN: packets may leave `element` over what the plan does not have */
    uint32_t element, rule; /* FORBIDDEN, BROKEN: of the graph; the rule, or CP_NONE */
    uint32_t
        reader; /* UNKNOWN: node of the graph to which the hop means nothing; CP_NONE: the walk did not begin */
    const uint32_t *touches; /* [touch_count] in the arena */
    uint32_t touch_count;
};
/** Whether anybody tells a SID of the node's adjacency over a link (of the graph; on a LAN: to each that is on it). */
bool cp_plan_tells_adjacency(const struct cp_plan *plan, uint32_t node, uint32_t link);
/** A walk of its own, which shares nothing with the search: SIDs looked up, shortest ways followed with all branches. */
CP_MUST_USE cp_err cp_plan_trace(struct cp_picker *picker, uint32_t lsp, struct cp_pce_path hops,
                                 const struct cp_plan_gone *gone, struct cp_arena *arena,
                                 struct cp_trace *out);

/** Packets of an LSP, on a list of hops, at a node of the graph. */
struct cp_plan_passage {
    uint32_t lsp, node;
    struct cp_pce_path hops;
    const struct cp_plan_gone *gone;
};
/**
 * The links by which they go on from there, of all that they may take, in the arena: ascending, each once; none where they
 * do not pass it or it is where they end.  The walk of cp_plan_trace.
 */
CP_MUST_USE cp_err cp_plan_onward(struct cp_picker *picker, const struct cp_plan_passage *passage,
                                  struct cp_arena *arena, const uint32_t **links, uint32_t *count);

/** Of an LSP that the plan does not have. */
struct cp_plan_course {
    uint32_t headend, endpoint; /* nodes of the case */
    uint32_t treatment;         /* by whose rules it is judged */
    struct cp_pce_path hops;
};
/** The same walk of it.  UNKNOWN, with nothing touched, where the network does not have one of its ends. */
CP_MUST_USE cp_err cp_plan_trace_course(struct cp_picker *picker,
                                        const struct cp_plan_course *course,
                                        const struct cp_plan_gone *gone, struct cp_arena *arena,
                                        struct cp_trace *out);

/** Why a request gets no path: the first of these that leaves none, each with those before it. */
typedef enum {
    CP_HINDERED_NOT_KNOWN, /* it is not known here, or cannot be heeded: `why` */
    CP_HINDERED_NO_WAY,    /* between its ends, by what is there now */
    CP_HINDERED_RULES, /* element and rule: one that each of the ways with the fewest such meets, the first */
    CP_HINDERED_CAPACITY, /* of the links: less than the bandwidth that is asked for */
    CP_HINDERED_LEFT_OUT, /* addresses, groups and shared risks that it must not meet */
    CP_HINDERED_BOUNDS, /* of its metrics; or what it must pass; or the headend's depth, and SIDs */
    CP_HINDERED_LIST /* a path was found, and no list of it can be pushed, or is proven to keep to it: `why` */
} cp_hindered;
/** RFC 5440 7.5 NO-PATH-VECTOR. */
struct cp_plan_reply {
    bool found;
    struct cp_pce_path hops;
    const char *why;
    bool unknown_src, unknown_dst;
    cp_hindered hindered;
    uint32_t element, rule; /* of the plan's graph, of the judge; CP_NONE: none */
};
/**
 * A path for a PCC that asks: under the rules of the demands between the two nodes (all of them), else request_class's;
 * every constraint heeded or no path.  In the arena.
 */
CP_MUST_USE cp_err cp_plan_reply(struct cp_picker *picker, const struct cp_pce_request *request,
                                 const struct cp_plan_gone *gone, struct cp_arena *arena,
                                 struct cp_plan_reply *out);

struct cp_plan_judged {
    const char *why;       /* why there are no rules to judge it by: constant; NULL: it is judged */
    struct cp_trace trace; /* the worst of those by each of the rules */
};
/** The walk of cp_plan_trace on hops between a request's ends, by the rules by which it would be answered. */
CP_MUST_USE cp_err cp_plan_trace_request(struct cp_picker *picker,
                                         const struct cp_pce_request *request,
                                         struct cp_pce_path hops, const struct cp_plan_gone *gone,
                                         struct cp_arena *arena, struct cp_plan_judged *out);

#pragma once

#include "audit/audit.h"
#include "ground/marking.h"

/**
 * Questions about single flows, one at a time: packets of a treatment from one node to another.  For
 * those who compose ways of several flows (route/segments.h): they ask many, of which each answer leads
 * to the next question.  The search is the audit's own, and so are the meanings of states and depths.
 *
 * Who asks shares what is made once for all questions (`struct cp_flows`, read by all threads) and
 * holds the scratch of one thread (`struct cp_flow_prover`).
 */

/** At which depths and failures an exposure counts. */
typedef enum {
    CP_FLOWS_AS_RULED, /* where the rule's own under-failure judges it; lies count for no rule */
    CP_FLOWS_ALL       /* everywhere in the request, lies too where it names that state */
} cp_flows_judged;

struct cp_flows_basis {
    const struct cp_judge *judge;
    const struct cp_net *net;
    const struct cp_marking *markings; /* [treatment_count] */
    struct cp_audit_request request;   /* `steady` is always among its states */
    cp_flows_judged judged;
};

struct cp_flows;

/**
 * What the basis points to is borrowed.  Errors: LIMIT (depth above CP_AUDIT_DEPTH_MAX, nodes or links
 * past the engine's), NOMEM.
 */
CP_MUST_USE cp_err cp_flows_make(const struct cp_flows_basis *basis, struct cp_arena *arena,
                                 const struct cp_flows **out);
/** As made, with the states written out. */
const struct cp_audit_request *cp_flows_request(const struct cp_flows *flows);

struct cp_flow_prover;
/** arena: what the prover itself is in; its scratch is memory of its own.  NOMEM. */
CP_MUST_USE cp_err cp_flow_prover_open(const struct cp_flows *flows, struct cp_arena *arena,
                                       struct cp_flow_prover **out);
void cp_flow_prover_close(struct cp_flow_prover *prover); /* NULL is allowed */

/**
 * Packets from one node to another, both in the graph and different.  Besides these two, the nodes in
 * `ends` [end_count] (ascending, of the graph) never fail.
 *
 * That the two themselves do not fail loses nothing, though they may be no end of any demand: while
 * either is out no packet goes from the one to the other, and in the moment of its failure packets go
 * as they went before it.  (No router on a shortest way to the destination sends packets back over
 * the source, and none of them changes its mind when that fails; when the destination fails they know
 * the old way or none.)  So what such a failure could show, the same set without it shows.
 */
struct cp_flow_ask {
    uint32_t treatment; /* index into cp_judge.treatments */
    uint32_t from, to;
    const uint32_t *ends;
    uint32_t end_count;
};

/** A least set of failures with which a state exposes; elements of the graph, the change last. */
struct cp_flow_met {
    uint32_t depth; /* CP_DEPTH_NONE: never, up to the depth asked */
    uint32_t failures[CP_AUDIT_DEPTH_MAX];
};

struct cp_flow_told {
    bool clean;                /* nothing that counts */
    cp_state judged_state;     /* where it is not: an exposure that counts */
    struct cp_flow_met judged; /* at the least depth */
};

/** Least cost of the flow in the failure-free network; CP_UNREACHABLE.  NOMEM. */
CP_MUST_USE cp_err cp_flow_cost(struct cp_flow_prover *prover, const struct cp_flow_ask *ask,
                                uint64_t *cost);

/**
 * Whether the flow is clean in every state that counts: its closure holds no element that a rule of
 * the treatment forbids or leaves undecided.  A flow without a way is.  Cheapest after cp_flow_cost
 * to the same destination.  Cost: as the audit of one flow, less where it is not clean.
 * Errors: NOMEM, LIMIT (more sets of failures than are searched); then the prover is only closed.
 */
CP_MUST_USE cp_err cp_flow_prove(struct cp_flow_prover *prover, const struct cp_flow_ask *ask,
                                 struct cp_flow_told *out);

/**
 * The least depth at which each of some states of the request exposes (a forbidden element is in the
 * closure, judged or not): met [CP_STATE_COUNT], CP_DEPTH_NONE for the others.  states: bits 1 << cp_state.
 */
CP_MUST_USE cp_err cp_flow_depths(struct cp_flow_prover *prover, const struct cp_flow_ask *ask,
                                  uint32_t states, struct cp_flow_met *met);

/** Whether anything of the kinds that the request names may fail, but for these nodes (ascending). */
bool cp_flows_may_fail(const struct cp_flows *flows, const uint32_t *ends, uint32_t end_count);

/** States of flows looked at since it was opened: a set of failures of one flow counts once. */
uint64_t cp_flow_prover_looked(const struct cp_flow_prover *prover);

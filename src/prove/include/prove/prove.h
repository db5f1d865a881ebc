#pragma once

#include "base/out.h"
#include "route/route.h"

/**
 * What proves an answer: the IP layer as the engine saw it, and labels, ways and closed sets, as
 * cleanpath-bundle(5) has them.  The checker (room check) needs no more to see that the answer holds; a
 * wrong answer gets bytes that prove nothing.
 */
struct cp_prove_ask {
    const struct cp_judge *judge;
    const struct cp_audit_request *request;
    const struct cp_demand_result *results; /* [demand_count] of an audit; NULL: of none */
    const struct cp_route_answer *route;    /* of routing; NULL: of none */
    const cp_text *warnings;                /* [warning_count] those of the answer */
    uint32_t warning_count;
};

/** The file `network`.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_prove_network(const struct cp_prove_ask *ask, struct cp_out *out);

/** A certificate in pieces, so that its caller may make them on several threads; like cp_audit. */
struct cp_prove;

/** Errors: LIMIT, NOMEM. */
CP_MUST_USE cp_err cp_prove_open(const struct cp_prove_ask *ask, struct cp_arena *arena,
                                 struct cp_prove **out);
/** Parts are made by any worker, in any order; their pieces stand in the certificate in that of the parts. */
uint32_t cp_prove_parts(const struct cp_prove *prove);

struct cp_prove_worker;
/** arena: the thread's own, for its scratch.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_prove_worker_open(const struct cp_prove *prove, struct cp_arena *arena,
                                        struct cp_prove_worker **out);
/**
 * Each piece of a part goes to `take` without its length.  Errors: NOMEM, LIMIT (more sets of failures
 * than memory is meant for), those of `take`.
 */
typedef cp_err (*cp_prove_take)(void *to, cp_text piece);
CP_MUST_USE cp_err cp_prove_run(struct cp_prove_worker *worker, uint32_t part, cp_prove_take take,
                                void *to);
void cp_prove_worker_close(struct cp_prove_worker *worker); /* NULL is allowed */

/** What stands before a certificate's pieces, and the length before each. */
#define CP_PROVE_HEAD "cleanpath-certificate 1\n"
void cp_prove_length(struct cp_out *out, size_t length);

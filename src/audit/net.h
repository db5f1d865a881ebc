#pragma once

#include "audit/audit.h"
#include "forward/routes.h"

/**
 * The IP layer of a case as a graph, with the way back to the case; and, for each treatment of
 * demands, which elements bear which marks.
 *
 * A mark is a bit.  Rules of one treatment that judge alike (same under-failure) share a profile;
 * profile p has bit p for elements that some such rule forbids, and bit p + PROFILES for elements
 * that one reports as unknown.
 */
#define PROFILES 16u
#define FORBIDDEN_BITS 0x0000ffffu
#define UNDECIDED_BITS 0xffff0000u

struct profile {
    uint32_t depth, failure_kinds;
};

struct marking {
    struct cp_marks marks;
    uint32_t all;      /* OR of all marks */
    uint32_t on_links; /* OR of the links' marks */
    struct profile profiles[PROFILES];
    uint32_t profile_count;
    uint32_t deepest;      /* largest depth of a profile that some element bears */
    const uint8_t *banned; /* [nodes] 1: forbidden, may lie */
    const uint32_t *liars; /* [liar_count] those, ascending */
    uint32_t liar_count;
    const uint32_t *component; /* [nodes] of the elements that bear no mark */
};

struct net {
    struct cp_graph graph;
    const uint32_t *node_of_case; /* [case nodes] graph node, or CP_NONE */
    const uint32_t *case_node;    /* [graph nodes] */
    const uint32_t *case_link;    /* [graph links] */
    const uint32_t *case_srlg;    /* [graph srlgs] */
};

/** Errors: LIMIT, NOMEM. */
CP_MUST_USE cp_err cp_net_make(const struct cp_case *c, struct cp_arena *arena, struct net *out);

/** What a failure element of the graph is in the case. */
struct cp_failure cp_net_failure(const struct net *net, uint32_t element);

/** Errors: LIMIT (more than PROFILES kinds of under-failure in one treatment), NOMEM. */
CP_MUST_USE cp_err cp_marking_make(const struct net *net, const struct cp_judge *judge,
                                   const struct cp_treatment *treatment, struct cp_arena *arena,
                                   struct marking *out);

/** The treatment's first rule that gives the element one of the marks. */
uint32_t cp_marking_rule(const struct marking *marking, const struct cp_judge *judge,
                         const struct cp_treatment *treatment, cp_object_kind kind,
                         uint32_t element, uint32_t marks);

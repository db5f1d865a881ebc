#pragma once

#include "ground/net.h"
#include "judge/judge.h"
#include "sweep/weights.h"

/**
 * Which elements of the IP layer bear which marks for a treatment of demands.
 *
 * A mark is a bit.  Rules of one treatment that judge alike (same under-failure) share a profile;
 * profile p has bit p for elements that some such rule forbids, and bit p + CP_PROFILES_MAX for
 * elements that one reports as unknown.  An element without marks is allowed.
 */
#define CP_PROFILES_MAX 16u
#define CP_FORBIDDEN_BITS 0x0000ffffu
#define CP_UNDECIDED_BITS 0xffff0000u

struct cp_profile {
    uint32_t depth, failure_kinds;
};

struct cp_marking {
    struct cp_marks marks;
    uint32_t all;      /* OR of all marks */
    uint32_t on_links; /* OR of the links' marks */
    struct cp_profile profiles[CP_PROFILES_MAX];
    uint32_t profile_count;
    uint32_t deepest;      /* largest depth of a profile that some element bears */
    const uint8_t *banned; /* [nodes] 1: forbidden, may lie */
    const uint32_t *liars; /* [liar_count] those, ascending */
    uint32_t liar_count;
    const uint32_t *component; /* [nodes] of the elements that bear no mark */
};

/** Errors: LIMIT (more than CP_PROFILES_MAX kinds of under-failure in one treatment), NOMEM. */
CP_MUST_USE cp_err cp_marking_make(const struct cp_net *net, const struct cp_judge *judge,
                                   const struct cp_treatment *treatment, struct cp_arena *arena,
                                   struct cp_marking *out);

/**
 * The same for who trusts nobody that he does not know: what is undecided counts as forbidden, so that those nodes
 * may lie, too.  cp_marking_rule does not tell which rule gives such a mark.
 */
CP_MUST_USE cp_err cp_marking_make_hard(const struct cp_net *net, const struct cp_judge *judge,
                                        const struct cp_treatment *treatment,
                                        struct cp_arena *arena, struct cp_marking *out);

/** The treatment's first rule that gives the element one of the marks. */
uint32_t cp_marking_rule(const struct cp_marking *marking, const struct cp_judge *judge,
                         const struct cp_treatment *treatment, cp_object_kind kind,
                         uint32_t element, uint32_t marks);

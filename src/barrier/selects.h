#pragma once

#include "base/out.h"
#include "permit/policy.h"

/*
 * What selects name is looked up, whatever their number: those of one class and shape (family, lengths of prefixes, which ports and
 * marks they ask for at all; DSCP, protocol and ranges of ports themselves) differ in a key alone, and stand in one set.  Not in maps of
 * verdicts: of a table that is replaced the kernel takes their elements away at once, and packets on their way miss them.
 */

struct selects_item {
    const struct cp_edge_select *select;
    uint32_t run, next; /* of items of a run, while they are gathered */
    uint8_t family;
};

/*
 * A run is a set.  They are looked up one after the other, and what is found first holds: a select that was before another one in the
 * policy, and of which some packet may be, is not in a run after it where their classes differ.
 */
struct selects {
    const char *name;           /* of its sets, before their number */
    struct selects_item *items; /* ascending by run and key; a key is in a run but once */
    uint32_t count, run_count;
};

/**
 * In the order of the policy: the first that names a packet says its class.  Cost: O(n log n), and pairs of selects of different
 * shapes and classes.  Errors: NOMEM.
 */
CP_MUST_USE cp_err selects_gather(const struct cp_edge_select *selects, uint32_t count,
                                  struct cp_arena *arena, struct selects *out);
/**
 * Fragments after the first, which have no ports: those of what a port is asked of are of class 0, whatever their ports are.
 * Errors: NOMEM.
 */
CP_MUST_USE cp_err selects_gather_fragments(const struct cp_edge_policy *policy,
                                            struct cp_arena *arena, struct selects *out);
/** Packets of IPv6 whose protocol cannot be seen: those of what a protocol is asked of (a port asks for one), likewise.  Errors: NOMEM. */
CP_MUST_USE cp_err selects_gather_hidden(const struct cp_edge_policy *policy,
                                         struct cp_arena *arena, struct selects *out);
/** The sets, empty; the rules that look into them, of a chain; and what fills them.  What is found goes to the chain `classN`. */
void selects_declare(const struct selects *selects, struct cp_out *out);
void selects_put_rules(const struct selects *selects, struct cp_out *out);
void selects_fill(const struct selects *selects, struct cp_out *out);
/** Whether a select is for packets of a family (4, 6). */
bool selects_is_of_family(const struct cp_edge_select *select, uint8_t family);

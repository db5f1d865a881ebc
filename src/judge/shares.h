#pragma once

#include "judge/judge.h"

/**
 * Shares and suppliers, from what a selector made of each element.  Exact: whole numbers and
 * products of 128 bits, no rounding before the comparison.
 */

/** How an element stands to a selector. */
typedef enum { CP_MEETS_NO, CP_MEETS_PERHAPS, CP_MEETS } cp_meets;

#define CP_WEIGHT_NONE UINT64_MAX /* not stated */

/** One thing that is counted (a device, a link). */
struct cp_counted_thing {
    cp_meets among, what; /* what counts only as far as among does */
    uint64_t weight;      /* 1 for devices; premises; bits a second; CP_WEIGHT_NONE */
    uint32_t site;        /* for sites: CP_NONE: at none */
};

/** What is counted, and how much of it may be. */
struct cp_share_ask {
    const struct cp_counted_thing *things; /* [count] */
    uint32_t count;
    cp_counted counted_in;
    uint32_t at_most_bp; /* hundredths of a percent */
    uint32_t site_count;
};

/**
 * Sets trust, counted, perhaps, whole, lowest_bp, highest_bp, unweighed and unweighed_counted of
 * *out; the rest of it stays.
 *
 * A thing that is only perhaps among counts towards the part (where it may be `what`) and towards
 * the whole in whichever way makes the bounds widest; counted and perhaps are of the part, whole
 * is of all that is or may be among.  An unweighed thing may weigh anything, so one that counts,
 * or may, leaves the share without an upper bound, and any that may fall outside of it without a
 * lower one.
 *
 * Counted in sites, a site counts once, as its worst thing does, and weights are not looked at.
 * Things at no site are unweighed, but each is at one site more at most.
 *
 * Over the cap for certain: CP_UNTRUSTED; perhaps, or no bound: CP_UNKNOWN; never: CP_TRUSTED.
 * An empty whole is within any cap.  Bounds are rounded outwards, but not across the cap,
 * so that none is shown on the wrong side of it.  Errors: RANGE (a sum past 64 bits), NOMEM.
 */
CP_MUST_USE cp_err cp_shares_count(const struct cp_share_ask *ask, struct cp_arena *arena,
                                   struct cp_cap *out);

/** Whose a thing among is: a maker under whom affiliates count; CP_MAKER_UNKNOWN. */
struct cp_supplied_thing {
    cp_meets among;
    uint32_t maker; /* index of the caller's; CP_MAKER_UNKNOWN */
    cp_text name;   /* of that maker */
};

/**
 * Sets trust, names, count, unknown and elements of *out; the names are given in the arena, sorted.
 *
 * names are of makers of what is certainly among; unknown counts elements that may be another's:
 * whose maker nobody knows, or that are only perhaps among and of no maker named.  elements: all
 * that are or may be among.  Too few however it is: CP_UNTRUSTED; enough however it is, or no
 * thing among: CP_TRUSTED.  Cost: O(count log count).  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_suppliers_count(const struct cp_supplied_thing *things, uint32_t count,
                                      uint32_t at_least, struct cp_arena *arena,
                                      struct cp_suppliers *out);

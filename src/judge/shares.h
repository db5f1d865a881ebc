#pragma once

#include "judge/judge.h"

/**
 * Shares and suppliers, from what a selector made of each element.  Exact: whole numbers and products
 * of 128 bits, no rounding before the comparison.
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

/**
 * Sets trust, counted, perhaps, whole, lowest_bp, highest_bp, unweighed and unweighed_counted of *out
 * from things [count]; the rest of *out stays.  counted_in sites: a site counts once, as its worst
 * thing does; things at no site are unweighed.  A thing that is only perhaps among counts towards
 * the part (where it may be `what`) and towards the whole in whichever way makes the bounds widest.
 * Over the cap for certain: CP_UNTRUSTED; perhaps, or no bound: CP_UNKNOWN; never: CP_TRUSTED.  An
 * empty whole is within any cap.  at_most_bp: hundredths of a percent.
 * Errors: RANGE (a sum past 64 bits), NOMEM.
 */
CP_MUST_USE cp_err cp_shares_count(const struct cp_counted_thing *things, uint32_t count,
                                   cp_counted counted_in, uint32_t at_most_bp, uint32_t site_count,
                                   struct cp_arena *arena, struct cp_cap *out);

/** Whose a thing among is: a maker under whom affiliates count; CP_MAKER_UNKNOWN. */
struct cp_supplied_thing {
    cp_meets among;
    uint32_t maker; /* index of the caller's; CP_MAKER_UNKNOWN */
    cp_text name;   /* of that maker */
};

/** Sets trust, names, count, unknown and elements of *out.  No thing among: CP_TRUSTED.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_suppliers_count(const struct cp_supplied_thing *things, uint32_t count,
                                      uint32_t at_least, struct cp_arena *arena,
                                      struct cp_suppliers *out);

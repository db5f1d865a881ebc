#pragma once

#include "model/case.h"

/** Who knows of a link: an inventory, one of its ends, both; and by how many ways of seeing. */
struct cp_link_seen {
    bool stated;      /* a document other than those in which it was seen gives it */
    uint32_t ends;    /* how many of its ends saw the other, or others */
    uint32_t sources; /* how many there are: protocols that it was seen by, and the inventory */
};

/** From the link's `seen-by` facts ("NODE PORT" of the end that saw it).  Cost: O(facts of the link), and for the
 * first 256 that saw it what cp_link_seen_end does. */
struct cp_link_seen cp_link_seen(const struct cp_case *net, cp_link link);

/** Whether an end of a link saw it: its number among the link's ends; CP_NONE: no end, no such fact.
 * Cost: O(spaces of the fact, ends). */
uint32_t cp_link_seen_end(const struct cp_case *net, cp_link link, const struct cp_fact *fact);

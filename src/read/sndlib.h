#pragma once

#include "doc.h"
#include "sketch.h"

/*
 * What SNDlib's two forms have in common (sndlib.put.poznan.pl): nodes with coordinates, undirected
 * links with capacities that are there or may be bought, demands.  Capacities and values are in the
 * unit that the file's meta data name, else in Mbit/s.
 */

struct cp_sndlib_demand {
    cp_text id, source, target, value, routing_unit; /* routing_unit: empty is 1 */
    cp_place place, source_place, target_place, value_place, routing_unit_place;
};

/** Preinstalled capacity of an edge, kept until the unit is known. */
struct cp_sndlib_capacity {
    cp_text value;
    cp_place place;
    uint32_t edge;
};

struct cp_sndlib {
    struct cp_doc *doc;
    struct cp_sketch sketch;
    struct cp_sndlib_demand *demands;
    struct cp_sndlib_capacity *capacities;
    uint32_t demand_count, demand_cap, capacity_count, capacity_cap;
    cp_text unit;
    cp_place unit_place;
};

CP_MUST_USE cp_err cp_sndlib_open(struct cp_doc *doc, struct cp_sndlib *out);

/** Adds a copy of a demand, whose texts must stay. */
CP_MUST_USE cp_err cp_sndlib_demand(struct cp_sndlib *sndlib,
                                    const struct cp_sndlib_demand *demand);
/** Several of one edge are added up.  value must stay. */
CP_MUST_USE cp_err cp_sndlib_capacity(struct cp_sndlib *sndlib, uint32_t edge, cp_text value,
                                      cp_place place);

/** Counts something that planning needs and an audit does not. */
CP_MUST_USE cp_err cp_sndlib_ignore(struct cp_sndlib *sndlib, cp_place place, const char *what);

/**
 * Adds the rows; for a file given for its demands only these, after checking its nodes against the
 * nodes read so far (a finding for each that is missing).
 * Errors: those of cp_sketch_finish; MALFORMED, RANGE (numbers).
 */
CP_MUST_USE cp_err cp_sndlib_finish(struct cp_sndlib *sndlib);

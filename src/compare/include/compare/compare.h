#pragma once

#include "identify/grade.h"
#include "identify/identity.h"
#include "identify/makers.h"
#include "model/case.h"

/**
 * Where two cases disagree: the inventory and the network, two inventories, today and last month.
 *
 * Things are matched first, then set against each other.  What only one side states is no difference
 * (neighbours know no sites), but for devices and links that only one side has; and a link is missed
 * only by a side that claims to know all links of one of its ends:
 *
 * - Neighbours: some document of that device told of its neighbours.  A device that was not read, or that
 *   sees nobody, lacks no link.  They see what lies side by side: links of layer ip and ethernet with
 *   nothing of these layers below, no leased circuits, no LANs.
 * - An inventory: it states links of that layer, anywhere.  Of links that were only seen, whose layer is
 *   a guess, any layer.
 *
 * The result does not depend on the order of anything: with the sides exchanged it is the same, exchanged.
 */

/** What a pair of devices was matched by, strongest first. */
typedef enum {
    CP_MATCH_ID,      /* the same id */
    CP_MATCH_NAME,    /* ids or own names (sys-name), without regard to case */
    CP_MATCH_LABEL,   /* these up to the first dot */
    CP_MATCH_SERIAL,  /* of the box */
    CP_MATCH_ADDRESS, /* loopback or management address */
    CP_MATCH_MAC,     /* of the box */
    CP_MATCH_COUNT
} cp_match_by;

/** "id", "name", "label", "serial", "address", "mac" */
const char *cp_match_by_name(cp_match_by by);

typedef enum {
    CP_DIFFERS_DEVICE, /* only one side has it */
    CP_DIFFERS_NAME,   /* matched by what is no name */
    CP_DIFFERS_MAKER,
    CP_DIFFERS_MODEL,
    CP_DIFFERS_SERIAL,
    CP_DIFFERS_PART_NUMBER,
    CP_DIFFERS_SOFTWARE,
    CP_DIFFERS_SITE,
    CP_DIFFERS_ROLE,
    CP_DIFFERS_OPERATOR,
    CP_DIFFERS_LOOPBACK,
    CP_DIFFERS_SID,
    CP_DIFFERS_LINK, /* only one side has it */
    CP_DIFFERS_END,  /* a port's cable goes elsewhere, a LAN has other members */
    CP_DIFFERS_PORT,
    CP_DIFFERS_CLASS,
    CP_DIFFERS_METRIC,
    CP_DIFFERS_CAPACITY,
    CP_DIFFERS_DELAY,
    CP_DIFFERS_SRLGS,
    CP_DIFFERS_COUNTRY, /* of a site */
    CP_DIFFERS_COUNT
} cp_differs;

/** "device", "name", "maker", ..., "part-number" */
const char *cp_differs_name(cp_differs kind);
/** COUNT: no kind. */
cp_differs cp_differs_find(cp_text word);

typedef enum { CP_SIDE_A, CP_SIDE_B, CP_SIDES } cp_side;

/** What one side states, and what that rests on. */
struct cp_stated_value {
    cp_text value;
    cp_place place;
    cp_grade grade;
    bool alone; /* no value of the other side agrees */
};

/** One difference. */
struct cp_compare_row {
    cp_differs kind;
    bool note; /* no difference: makers that belong together */
    cp_object_kind object;
    uint32_t at[CP_SIDES]; /* index into nodes, links or sites of each side; CP_NONE: not there */
    /* Of a device; of a link whose cable goes elsewhere the end that stayed; or empty. */
    cp_text part;
    cp_range values[CP_SIDES]; /* in cp_comparison.values; of DEVICE and LINK: none */
};

/** Devices that something names alike, so that nobody can tell which is which. */
struct cp_compare_doubt {
    cp_match_by by;
    cp_text key;
    cp_range
        nodes[CP_SIDES]; /* in cp_comparison.doubtful; without those that were matched otherwise */
};

struct cp_compare_match {
    uint32_t at[CP_SIDES];
    cp_match_by by;
};

struct cp_comparison {
    const struct cp_case *net[CP_SIDES];
    const struct cp_compare_row *rows; /* devices in the order of A, then of B; links; sites */
    const struct cp_stated_value *values;
    const struct cp_compare_match *matches; /* of devices, in the order of A */
    const struct cp_compare_doubt *doubts;
    const uint32_t *doubtful;
    uint32_t row_count, match_count, doubt_count;
    uint32_t counts[CP_DIFFERS_COUNT]; /* of rows that are no notes */
    uint32_t notes;
    struct {
        uint32_t links; /* of this side */
        uint32_t matched;
        uint32_t
            without_end; /* not compared: an end is a device that the other side has not, or in doubt */
        uint32_t unclaimed; /* the other side lacks them and does not claim to know */
    } links[CP_SIDES];
};

/** One side: a case, and what identify concludes of it (may be none). */
struct cp_compare_side {
    const struct cp_case *net;
    const struct cp_derived_fact *derived;
    uint32_t derived_count;
    cp_date as_of; /* facts that expired before it do not count; CP_DATE_NONE: all do */
};

/** Cost: O((nodes + links + facts) log of these).  work: scratch.  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_compare(const struct cp_compare_side *a, const struct cp_compare_side *b,
                              const struct cp_makers *makers, struct cp_arena *arena,
                              struct cp_arena *work, const struct cp_comparison **out);

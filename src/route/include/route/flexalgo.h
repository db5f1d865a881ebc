#pragma once

#include "audit/audit.h"
#include "ground/marking.h"
#include "ground/metric.h"
#include "route/sids.h"

/**
 * A Flex-Algo design (RFC 9350) that keeps a treatment's traffic on allowed elements: the routers compute
 * the paths, inside what the definition leaves.
 *
 * What a link's end advertises, its colour (affinity) and metrics among it, holds for packets that leave by that
 * end, and the rule of the definition is asked of that end alone; a LAN is asked at the end by which a packet
 * enters it.  Whether both ends report the link at all is checked as for ordinary routes (RFC 9350 13).  So a packet goes
 * from a trusted node to one that is not only where the trusted end lets it: what a liar advertises of
 * its own ends opens ways out of the liar, none into it.
 *
 * A definition excludes links that bear a colour; or includes only links that bear one.  Both leave the same
 * ways as long as all trusted ends advertise what they should.  An end that advertises nothing (a new
 * link, a configuration half done) is out of the second and in the first: the second fails closed.
 */
typedef enum {
    CP_FLEXALGO_INCLUDE, /* trusted ends colour what is allowed; include-any that colour */
    CP_FLEXALGO_EXCLUDE  /* trusted ends colour what is not; exclude that colour */
} cp_flexalgo_kind;

/** The colour (affinity) that an end of a link must bear. */
struct cp_flexalgo_colour {
    uint32_t link, node; /* graph: the link, and the trusted end that advertises it */
};

struct cp_flexalgo_design {
    cp_flexalgo_kind kind;
    uint32_t algorithm; /* 128 to 255 */
    cp_metric metric;
    uint32_t affinity_bit;                    /* algorithm - 128 */
    const struct cp_flexalgo_colour *colours; /* [colour_count] by link, then node */
    uint32_t colour_count;
    /**
     * [definer_count] nodes that must advertise the definition, at the highest priority, so that it wins
     * (RFC 9350 5.3), ascending: of each part of the design that hangs together the best connected ones, at most
     * CP_FLEXALGO_DEFINERS, so that no part depends on what others flood, nor on one router.
     */
    const uint32_t *definers;
    uint32_t definer_count;
    uint32_t priority; /* 255, the highest */
    /**
     * A definer that bears the greatest system ID there can be (IS-IS ffff.ffff.ffff; OSPF router ID
     * 255.255.255.255).  CP_NONE, as made, where nobody sees to it.
     */
    uint32_t unbeatable;
    const uint32_t *participants; /* [participant_count] allowed nodes: they alone advertise the
                                     algorithm; ascending */
    uint32_t participant_count;
};
#define CP_FLEXALGO_DEFINERS 3u

/**
 * What the design is worth for the treatment's demands: between those of their ends that take part.
 *
 * Exposed means: to an element that bears any mark, be it forbidden or undecided; who may lie are the nodes that
 * bear one.  A liar may advertise the algorithm or not, any colour and metric (>= 1) of its own ends, and links to other
 * liars; that is the state `liar`.
 *
 * And it may advertise a definition of its own.  The highest priority wins, then the greatest system ID
 * (RFC 9350 5.3), whoever takes part; so priority 255 of trusted routers is matched by any liar, whose system ID is its own to
 * choose: a liar in the area can win, unless `unbeatable` is up.  What it can then make of this design is
 * judged, as in the state liar, for every definition that has one of the three metrics and leaves all
 * links, or those that bear the design's colour, or those that do not.
 */
struct cp_flexalgo_verdict {
    /* Least depth at which some demand is exposed: in each state, as the design stands; CP_DEPTH_NONE. */
    uint32_t state_depth[CP_STATE_COUNT];
    bool
        liar_joins; /* a node that is not allowed can be sent packets if it advertises the algorithm */
    bool
        hijacked; /* some node that is not allowed can have its definition win, without any failure */
    uint32_t hijack_depth; /* least depth at which some demand is exposed under a definition that a
                              liar had win; CP_DEPTH_NONE */
    /* The first demand for which the least of the depths of the states holds; where there is none, that of
     * the hijack; CP_NONE. */
    uint32_t demand;
    uint32_t unserved; /* demands of the treatment whose ends the design does not connect */
    bool exact; /* false: the search ran out of its budget: exposures may be at a lesser depth */
};

/** Whose traffic a design is for: all borrowed. */
struct cp_flexalgo_of {
    const struct cp_judge *judge;
    const struct cp_net *net;
    const struct cp_marking *marking;
    uint32_t treatment; /* index into cp_judge.treatments */
};

struct cp_flexalgo_ask {
    cp_flexalgo_kind kind; /* callers set both beside each other */
    cp_metric metric;
    uint32_t algorithm; /* 128 to 255 */
};

/** Errors: NOMEM. */
CP_MUST_USE cp_err cp_flexalgo_make(const struct cp_flexalgo_of *of,
                                    const struct cp_flexalgo_ask *ask, struct cp_arena *arena,
                                    struct cp_flexalgo_design *out);

/**
 * Exact for any design, also one that was not made here.  request: depth, kinds and states; a hijack is judged where
 * `liar` is asked.
 * Cost: O(links) for a design that leaves no marked link and no way to a liar, but for the hijack; else, and for that, a
 * search of the network for each pair of ends and each set of failures on their ways, until one is found
 * that exposes; the budget is 200,000 searches for each definition, less where the network is large.
 * Errors: NOMEM, LIMIT (depth).
 */
CP_MUST_USE cp_err cp_flexalgo_judge(const struct cp_flexalgo_of *of,
                                     const struct cp_flexalgo_design *design,
                                     const struct cp_audit_request *request,
                                     struct cp_flexalgo_verdict *out);

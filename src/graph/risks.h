#pragma once

#include "flow.h"

#include "graph/cut.h"

/**
 * Cuts in which an SRLG fails, beside the ways of a flow.
 *
 * When r + 1 ways remain that share nothing that fails alone, a cut of r failures breaks two of them
 * with one failure, which must be an SRLG that lies on both.  Only those are tried.
 */
struct cp_risks {
    struct cp_flow *flow;
    uint32_t *way_of;     /* [srlgs] the last way seen on it */
    uint32_t *ways_on;    /* [srlgs] how many ways are */
    uint32_t *candidates; /* [CP_CUT_DEPTH_MAX][srlgs] */
    uint32_t way;         /* ways are numbered through */
};

CP_MUST_USE cp_err cp_risks_open(struct cp_flow *flow, struct cp_arena *arena,
                                 struct cp_risks *out); /* NOMEM */

/** Takes the links of an SRLG away, and gives them back. */
void cp_risks_fail(struct cp_flow *flow, uint32_t srlg);
void cp_risks_mend(struct cp_flow *flow, uint32_t srlg);

/**
 * Whether there is a cut of `left` failures (1 to CP_CUT_DEPTH_MAX) of which one at least is an SRLG,
 * where there is none of fewer; elements [left] out, of *count.
 */
bool cp_risks_cut(struct cp_risks *r, const struct cp_flow_task *task, uint32_t left,
                  uint32_t *elements, uint32_t *count);

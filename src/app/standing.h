#pragma once

#include "answer.h"
#include "base/map.h"

/**
 * What is kept of an answer to set the next one against: small, with an arena of its own, so that
 * the answer itself can go.  All texts are copies.
 */

/** How a demand stands. */
struct cp_demand_standing {
    cp_text src, dst;
    cp_verdict verdict;
    uint32_t exposure_depth, cut_depth; /* CP_DEPTH_NONE */
    uint32_t state_depth[CP_STATE_COUNT];
};

/** What a rule found beside the demands.  Its key holds kind, policy, rule, element, part and site. */
struct cp_finding_standing {
    cp_finding_kind kind;
    cp_text policy, authority, rule, says, element, part, site;
    const char *effect;       /* as policies write it; constant */
    cp_text sentence, reason; /* as in cp_finding */
    bool has_element;         /* false: of a cap or of suppliers */
    cp_object_kind element_kind;
    bool violation; /* else undecided */
};

/** A policy that was applied, and the day that it was asked about. */
struct cp_policy_standing {
    cp_text id, zone;
    cp_date as_of;
};

struct cp_input_standing {
    cp_text path;
    char sha256[65];
};

/** Things of one kind by keys, which are all different; in the order of the case. */
struct cp_roll {
    const cp_text *keys;
    uint32_t count;
    struct cp_map *places;
};

struct cp_standing {
    struct cp_arena *arena;
    struct cp_notes *notes; /* open from the start: the answer's are noted there */
    cp_date as_of;
    const struct cp_policy_standing *policy; /* [policy_count] */
    uint32_t policy_count;
    struct cp_roll demands, findings, inputs;
    const struct cp_demand_standing *demand;   /* [demands.count]; keys: ids */
    const struct cp_finding_standing *finding; /* [findings.count] */
    const struct cp_input_standing *input;     /* [inputs.count] */
    struct cp_report_summary summary;
};

/** Empty, with notes after those of `before` (borrowed; NULL: none).  Errors: NOMEM: *out is NULL. */
CP_MUST_USE cp_err cp_standing_open(const struct cp_standing *before, struct cp_standing **out);
/** Once: what an answer says.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_standing_take(struct cp_standing *standing, const struct cp_answer *answer);
/** The one before may be closed now. */
void cp_standing_settle(struct cp_standing *standing);
void cp_standing_close(struct cp_standing *standing); /* NULL is allowed */

/** Where a key stands in a roll; CP_NONE where it does not. */
uint32_t cp_roll_find(const struct cp_roll *roll, cp_text key);

/** Whether an input is new or another one; at: in now->inputs. */
bool cp_standing_input_changed(const struct cp_standing *before, const struct cp_standing *now,
                               uint32_t at);
/** Whether both are of the same files with the same bytes, judged as of the same days. */
bool cp_standing_same_case(const struct cp_standing *a, const struct cp_standing *b);
/** Whether the verdict, a depth or the ends differ. */
bool cp_demand_standing_differs(const struct cp_demand_standing *a,
                                const struct cp_demand_standing *b);

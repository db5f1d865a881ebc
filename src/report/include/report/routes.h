#pragma once

#include "base/out.h"
#include "report/report.h"
#include "route/route.h"

/** What `route` found, for people and as JSON (schema cleanpath.route/1). */

/** A Flex-Algo design for the demands of a treatment, and what it is worth. */
struct cp_routes_design {
    uint32_t treatment; /* index into cp_judge.treatments */
    const struct cp_flexalgo_design *design;
    const struct cp_flexalgo_verdict *verdict;
};

/** What an answer is made from.  All borrowed. */
struct cp_routes {
    const struct cp_route_answer *answer;
    /* [demand_count] that its paths are clean by: `without` is what they would be.  NULL: by none. */
    const struct cp_demand_licence *licences;
    const struct cp_routes_design *designs; /* [design_count] */
    uint32_t design_count;
    cp_plane plane;     /* of the segments' SIDs */
    bool assigned_sids; /* some of them the case does not state: they were given out */
    bool colour;        /* text: headings in colour, for a terminal */
    uint32_t columns;   /* text: lines of at most so many; 0: a sentence is one line */
};

/** Numbers of demands. */
struct cp_routes_summary {
    uint32_t routed, partial, no_path; /* of those that some transit rule holds for, or of all */
    uint32_t uncovered;                /* no transit rule holds for them: they were not routed */
    /* A class names failures that loads must survive, and after one a link is too full. */
    bool does_not_survive;
};

/** Whether paths were looked for: where some rule about traffic holds for some demand, only for those. */
bool cp_routes_is_asked(const struct cp_route_result *result);

struct cp_routes_summary cp_routes_summarize(const struct cp_route_answer *answer);
/** Kinds of failure (CP_FAIL_... bits) that classes of some demands name as to be survived. */
uint32_t cp_routes_survived(const struct cp_judge *judge);
/** 0: all routed as asked; 1: some demand has no path; 2: all have one, but something asked is lacking. */
int cp_routes_exit_code(const struct cp_routes_summary *summary);

/** "routed", "partial", "no-path". */
const char *cp_words_route_status(cp_route_status status);
/** "primary", "backup". */
const char *cp_words_role(cp_path_role role);
/** One CP_LACKS_... bit: "backup", "disjointness", "headend-depth", ... */
const char *cp_words_lack(uint32_t bit);
/** One CP_WISH_... bit, as the column of demands.csv is called. */
const char *cp_words_wish(uint32_t bit);

/** Id of a node or link of the graph. */
cp_text cp_routes_node(const struct cp_route_answer *answer, uint32_t node);
cp_text cp_routes_link(const struct cp_route_answer *answer, uint32_t link);

/** "16002", "2001:db8::1". */
void cp_phrase_sid(struct cp_out *out, const struct cp_sid *sid);

/** The failure that a load was seen after; its kind is 0 where load->failure is CP_NONE. */
struct cp_failure cp_routes_load_failure(const struct cp_route_answer *answer,
                                         const struct cp_link_load *load);

/** Each writes the whole answer.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_routes_text(const struct cp_routes *routes, struct cp_out *out);
CP_MUST_USE cp_err cp_routes_json(const struct cp_routes *routes, struct cp_out *out);

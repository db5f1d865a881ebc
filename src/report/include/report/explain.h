#pragma once

#include "report/report.h"

/** Why elements and demands are what they are: schema cleanpath.explain/1, and text for people. */

typedef enum { CP_ASKED_NODE, CP_ASKED_LINK, CP_ASKED_SITE, CP_ASKED_DEMAND } cp_asked_kind;

struct cp_asked {
    cp_asked_kind kind;
    uint32_t at; /* index into nodes, links, sites or demands of the case */
};

/** What all rules in force make of an element, unknown as each has it: the worst. */
cp_trust cp_question_worst(const struct cp_judge *judge, cp_object_kind kind, uint32_t at);

/**
 * Of a node or link every rule in force, with its verdict and the chain down to the fact that
 * decides; of a site the elements there that some rule is against or in doubt of; of a demand its
 * rules, its audit and the chain of the element that decides.  asked [count], in this order; none:
 * every element that some rule is against or in doubt of.
 * report->results may be NULL where no demand is asked about.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_explain_text(const struct cp_report *report, const struct cp_asked *asked,
                                   uint32_t count, struct cp_out *out);
CP_MUST_USE cp_err cp_explain_json(const struct cp_report *report, const struct cp_asked *asked,
                                   uint32_t count, struct cp_out *out);

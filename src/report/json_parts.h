#pragma once

#include "reasons.h"
#include "base/json.h"
#include "report/report.h"

/* Shared by what writes the JSON answer: report_json.c (demands) and json_findings.c (the rest). */

struct json_writer {
    const struct cp_report *report;
    const struct cp_case *net;
    struct cp_json json;
    struct cp_reasons *reasons;
};

/** The files and what became of their records. */
void cp_json_inputs(struct cp_json *json, const struct cp_case *net);
void cp_json_text_or_null(struct cp_json *json, const char *name, cp_text text);
/** "rule", "policy", "authority", "says": members of the object that is open. */
void cp_json_rule(struct json_writer *w, uint32_t policy, cp_text id, cp_text says);

/** CP_DEPTH_NONE: null. */
void cp_json_depth(struct cp_json *json, const char *name, uint32_t depth);
/** A day; CP_DATE_NONE: null. */
void cp_json_date(struct cp_json *json, const char *name, cp_date date);
/** NULL: null.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_json_exposure(struct json_writer *w, const char *name,
                                    const struct cp_exposure *exposure);

void cp_json_policies(struct json_writer *w);
/** "presence", "install", "caps", "suppliers".  Errors: NOMEM. */
CP_MUST_USE cp_err cp_json_all_findings(struct json_writer *w);
/** "licences". */
void cp_json_licences(struct json_writer *w);
/** "gaps".  Errors: NOMEM. */
CP_MUST_USE cp_err cp_json_gaps(struct json_writer *w);
/** "id", "policy", "says", "by", "ref", "until": members of the object that is open. */
void cp_json_licence(struct json_writer *w, uint32_t policy, const struct cp_licence *licence,
                     cp_date until);
/** Why a rule is against an element, or why not. */
struct cp_json_standing {
    cp_text reason;
    struct cp_relief relief;
    uint32_t policy;
};
/** Errors: NOMEM. */
CP_MUST_USE cp_err cp_json_standing_find(struct json_writer *w, uint32_t rule, cp_object_kind kind,
                                         uint32_t at, struct cp_json_standing *out);
/** "reason", "licence": members of the object that is open. */
void cp_json_standing(struct json_writer *w, const struct cp_json_standing *standing);
/** "licence" of a demand; licence: null where it owes its verdict to none. */
void cp_json_owed(struct json_writer *w, const struct cp_demand_licence *owed);

#pragma once

#include "base/json.h"
#include "inside.h"

/** Documents of steps: one JSON object each, elements and rules by their ids; in the work arena. */

struct document {
    struct cp_control *c;
    struct cp_out out;
    struct cp_out part; /* scratch of one value */
    struct cp_json json;
};

void cp_ctl_doc_begin(struct document *d, struct cp_control *c);
CP_MUST_USE cp_err cp_ctl_doc_end(struct document *d, cp_text *out);
/** Ends it and queues its record. */
CP_MUST_USE cp_err cp_ctl_doc_record(struct document *d, cp_record_kind kind, cp_text key,
                                     cp_text state);
void cp_ctl_doc_who(struct document *d, const struct ctl_lsp *l);
/** Its key, or the name of one that has none. */
cp_text cp_ctl_doc_key(const struct ctl_lsp *l);
/** In words of RFC 3339. */
void cp_ctl_doc_moment(struct document *d, const char *name, uint64_t at_us);
void cp_ctl_doc_path(struct document *d, const char *name, struct cp_pce_path path);
/** What the way touches, by the plan in force; nothing where it touches nothing. */
void cp_ctl_doc_elements(struct document *d, const char *name, const struct ctl_way *way);
/** "rule" and "fact"; nothing where no rule is named. */
CP_MUST_USE cp_err cp_ctl_doc_rule(struct document *d, uint32_t rule, cp_object_kind kind,
                                   uint32_t object);
/** The case's thing that an element of the plan's graph is. */
cp_text cp_ctl_doc_element(const struct cp_plan *plan, uint32_t element, cp_object_kind *kind,
                           uint32_t *object);
/** "reason", and "element" with its rule and fact. */
CP_MUST_USE cp_err cp_ctl_doc_cause(struct document *d, const struct ctl_cause *cause);
/** "KIND/NAME", or "KIND" where there is no name. */
CP_MUST_USE cp_err cp_ctl_alarm_id(struct cp_control *c, const char *kind, cp_text name,
                                   cp_text *out);

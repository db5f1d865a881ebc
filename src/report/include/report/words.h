#pragma once

#include "audit/audit.h"

/** The words of answers, the same in every format. */

const char *cp_words_state(cp_state state);
const char *cp_words_verdict(cp_verdict verdict);
const char *cp_words_direction(cp_direction direction);
const char *cp_words_object(cp_object_kind kind);
/** kind: one CP_FAIL_... bit; "link", "node", "srlg" */
const char *cp_words_failure_kind(uint32_t kind);
const char *cp_words_remark(cp_remark_kind kind);

/** Id of a node, link or site. */
cp_text cp_words_element(const struct cp_case *net, cp_object_kind kind, uint32_t at);
/** Id of a failed node or link, name of a failed SRLG. */
cp_text cp_words_failure(const struct cp_case *net, struct cp_failure failure);

/** The exposure that decides the verdict: judged, else undecided; NULL where none does. */
const struct cp_exposure *cp_words_decisive(const struct cp_demand_result *result);

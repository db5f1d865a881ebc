#pragma once

#include "audit/audit.h"

/* What things are called in what a watch tells: as in the answers of an audit. */

const char *cp_name_verdict(cp_verdict verdict);
const char *cp_name_state(cp_state state);
const char *cp_name_direction(cp_direction direction);
const char *cp_name_kind(cp_object_kind kind);
/** kind: one CP_FAIL_... bit */
const char *cp_name_failure_kind(uint32_t kind);
/** Id of a node, link or site. */
cp_text cp_name_object(const struct cp_case *net, cp_object_kind kind, uint32_t at);
/** Id of a failed node or link, name of a failed SRLG. */
cp_text cp_name_failure(const struct cp_case *net, struct cp_failure failure);

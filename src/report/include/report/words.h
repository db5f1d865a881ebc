#pragma once

#include "audit/audit.h"
#include "base/out.h"

/** The words of answers, the same in every format. */

const char *cp_words_state(cp_state state);
const char *cp_words_verdict(cp_verdict verdict);
const char *cp_words_direction(cp_direction direction);
const char *cp_words_object(cp_object_kind kind);
/** kind: one CP_FAIL_... bit; "link", "node", "srlg" */
const char *cp_words_failure_kind(uint32_t kind);
const char *cp_words_remark(cp_remark_kind kind);

/** A rule's finding: "ok", "undecided", "violation". */
const char *cp_words_trust(cp_trust trust);
/** A verdict on an element: "trusted", "unknown", "untrusted". */
const char *cp_words_element_trust(cp_trust trust);
/** As policies write it: "forbid-transit", "require" of an allow-list or of suppliers, "cap", ... */
const char *cp_words_effect(const struct cp_rule *rule);
/** "devices", "sites", "premises", "capacity", "traffic" */
const char *cp_words_counted(cp_counted counted);

/** The policy of a rule in force. */
const struct cp_policy *cp_words_policy(const struct cp_judge *judge, uint32_t rule);

/** "kr-1"; where several policies apply "kr-1 of kr-2014". */
void cp_phrase_rule(struct cp_out *out, const struct cp_judge *judge, uint32_t policy,
                    cp_text rule);
/** "policy a on 2026-11-21", "policies a and b on ...", "policies a (2026-11-21) and b (...)" */
void cp_phrase_policies(struct cp_out *out, const struct cp_judge *judge);

/** Id of a node, link or site. */
cp_text cp_words_element(const struct cp_case *net, cp_object_kind kind, uint32_t at);
/** Id of a failed node or link, name of a failed SRLG. */
cp_text cp_words_failure(const struct cp_case *net, struct cp_failure failure);

/** The exposure that decides the verdict: judged, else undecided; NULL where none does. */
const struct cp_exposure *cp_words_decisive(const struct cp_demand_result *result);

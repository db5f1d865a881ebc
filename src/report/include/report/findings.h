#pragma once

#include "audit/audit.h"
#include "base/out.h"

/** What rules find beside the demands. */

typedef enum {
    CP_FINDING_PRESENCE, /* forbid-presence, and require without traffic */
    CP_FINDING_INSTALL,
    CP_FINDING_CAP,
    CP_FINDING_SUPPLIERS,
    CP_FINDING_COUNT
} cp_finding_kind;

/** One violation, or what is undecided. */
struct cp_finding {
    cp_finding_kind kind;
    const struct cp_rule *rule; /* NULL in tests */
    cp_text rule_id, says;
    uint32_t policy; /* index into cp_judge.policies */
    cp_trust trust;  /* untrusted: a violation; unknown: undecided */
    bool has_object; /* false: of a cap or of suppliers */
    cp_object_kind object_kind;
    uint32_t object;
    cp_text part, site;       /* empty: the thing itself; at none */
    cp_text sentence, reason; /* as in cp_reason */
};

/** "presence", "install", "cap", "suppliers" */
const char *cp_words_finding(cp_finding_kind kind);

/** PRESENCE or INSTALL. */
cp_finding_kind cp_finding_kind_of(const struct cp_judge *judge,
                                   const struct cp_presence *presence);

/** All of them, by kind, then in the judge's order.  *out [*count] in the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_findings_collect(const struct cp_judge *judge, struct cp_arena *arena,
                                       const struct cp_finding **out, uint32_t *count);

/** What a rule finds: its trust with unknown as the rule has it. */
cp_trust cp_cap_verdict(const struct cp_cap *cap);
cp_trust cp_suppliers_verdict(const struct cp_suppliers *suppliers);

/** A licence that keeps a cap or a rule about suppliers from being broken; licence NULL: none does. */
struct cp_lift {
    const struct cp_licence *licence;
    uint32_t policy; /* index into cp_judge.policies */
    cp_date until;   /* as known on the day; CP_DATE_NONE: no end */
    cp_trust without;
};
struct cp_lift cp_cap_lift(const struct cp_cap *cap);
struct cp_lift cp_suppliers_lift(const struct cp_suppliers *suppliers);

/** "38.46 % of premises, at most 35 %: node a, node b" */
void cp_phrase_cap(struct cp_out *out, const struct cp_cap *cap);
/** "1 supplier of 4 elements, at least 2: nokia" */
void cp_phrase_suppliers(struct cp_out *out, const struct cp_suppliers *suppliers);

#include "report/findings.h"

#include "phrases.h"
#include "report/words.h"

const char *cp_words_finding(cp_finding_kind kind)
{
    static const char *const words[CP_FINDING_COUNT] = {"presence", "install", "cap", "suppliers"};

    CP_ASSERT(kind < CP_FINDING_COUNT);
    return words[kind];
}

cp_trust cp_cap_verdict(const struct cp_cap *cap)
{
    return cp_trust_treated(cap->trust, cap->rule->unknown);
}

cp_trust cp_suppliers_verdict(const struct cp_suppliers *suppliers)
{
    return cp_trust_treated(suppliers->trust, suppliers->rule->unknown);
}

static struct cp_lift lift_of(const struct cp_rule *rule, struct cp_lift lift)
{
    lift.without = cp_trust_treated(lift.without, rule->unknown);
    return lift.without == CP_TRUSTED ? (struct cp_lift){.until = CP_DATE_NONE} : lift;
}

struct cp_lift cp_cap_lift(const struct cp_cap *cap)
{
    return lift_of(cap->rule,
                   (struct cp_lift){cap->licence, cap->policy, cap->until, cap->without});
}

struct cp_lift cp_suppliers_lift(const struct cp_suppliers *suppliers)
{
    return lift_of(suppliers->rule, (struct cp_lift){suppliers->licence, suppliers->policy,
                                                     suppliers->until, suppliers->without});
}

/* "38.46 %", "30 % to 38.46 %", "30 % or more" */
static void write_share(struct cp_out *out, const struct cp_cap *cap)
{
    cp_phrase_percent(out, cap->lowest_bp);
    if (cap->unweighed_counted > 0) {
        cp_out_str(out, " or more");
    } else if (cap->highest_bp != cap->lowest_bp) {
        cp_out_str(out, " to ");
        cp_phrase_percent(out, cap->highest_bp);
    }
}

void cp_phrase_cap(struct cp_out *out, const struct cp_cap *cap)
{
    write_share(out, cap);
    cp_out_format(out, " of %s, at most ", cp_words_counted(cap->rule->counted_in));
    cp_phrase_percent(out, cap->rule->at_most_bp);
    if (cap->unweighed > 0) {
        cp_out_str(out, "; ");
        cp_phrase_count(out, cap->unweighed, "element states no number",
                        "elements state no number");
    }
    if (cap->reason.len > 0) {
        cp_out_str(out, ": ");
        cp_out_text(out, cap->reason);
    }
}

void cp_phrase_suppliers(struct cp_out *out, const struct cp_suppliers *suppliers)
{
    cp_phrase_count(out, suppliers->count, "supplier", "suppliers");
    cp_out_str(out, " of ");
    cp_phrase_count(out, suppliers->elements, "element", "elements");
    cp_out_format(out, ", at least %u", suppliers->rule->at_least);
    for (uint32_t i = 0; i < suppliers->count; i++) {
        cp_out_str(out, i == 0 ? ": " : ", ");
        cp_out_text(out, suppliers->names[i]);
    }
    if (suppliers->unknown > 0) {
        cp_out_str(out, "; ");
        cp_phrase_count(out, suppliers->unknown, "element is of unknown maker",
                        "elements are of unknown maker");
    }
}

cp_finding_kind cp_finding_kind_of(const struct cp_judge *judge, const struct cp_presence *presence)
{
    const struct cp_rule *rule = judge->rules[presence->rule].rule;

    return rule != NULL && rule->effect == CP_EFFECT_FORBID_INSTALL ? CP_FINDING_INSTALL
                                                                    : CP_FINDING_PRESENCE;
}

struct list {
    struct cp_finding *at;
    uint32_t count;
};

static cp_err add_presences(const struct cp_judge *judge, cp_finding_kind kind,
                            struct cp_arena *arena, struct list *list)
{
    for (uint32_t i = 0; i < judge->presence_count; i++) {
        const struct cp_presence *presence = &judge->presences[i];
        const struct cp_judge_rule *rule = &judge->rules[presence->rule];
        struct cp_reason reason;

        if (presence->trust == CP_TRUSTED || cp_finding_kind_of(judge, presence) != kind)
            continue;
        CP_TRY(cp_judge_presence_reason(judge, presence, arena, &reason));
        list->at[list->count++] =
            (struct cp_finding){.kind = kind,
                                .rule = rule->rule,
                                .rule_id = rule->id,
                                .says = rule->says,
                                .policy = rule->policy,
                                .trust = (cp_trust)presence->trust,
                                .has_object = true,
                                .object_kind = (cp_object_kind)presence->kind,
                                .object = presence->object,
                                .part = cp_presence_part(judge->net, presence),
                                .site = cp_presence_site(judge->net, presence),
                                .sentence = reason.sentence,
                                .reason = reason.reason};
    }
    return CP_OK;
}

/* phrase: taken, as sentence and reason */
static cp_err add_total(struct list *list, struct cp_finding finding, struct cp_out *phrase)
{
    CP_TRY(cp_out_done(phrase, &finding.sentence));
    finding.reason = finding.sentence;
    finding.rule_id = finding.rule->id;
    finding.says = finding.rule->says;
    list->at[list->count++] = finding;
    return CP_OK;
}

static cp_err add_caps(const struct cp_judge *judge, struct cp_arena *arena, struct list *list)
{
    for (uint32_t i = 0; i < judge->cap_count; i++) {
        const struct cp_cap *cap = &judge->caps[i];
        struct cp_finding finding = {.kind = CP_FINDING_CAP,
                                     .rule = cap->rule,
                                     .policy = cap->policy,
                                     .trust = cp_cap_verdict(cap)};
        struct cp_out out = cp_out_make(arena);

        if (finding.trust == CP_TRUSTED)
            continue;
        cp_phrase_cap(&out, cap);
        CP_TRY(add_total(list, finding, &out));
    }
    return CP_OK;
}

static cp_err add_suppliers(const struct cp_judge *judge, struct cp_arena *arena, struct list *list)
{
    for (uint32_t i = 0; i < judge->supplier_count; i++) {
        const struct cp_suppliers *suppliers = &judge->suppliers[i];
        struct cp_finding finding = {.kind = CP_FINDING_SUPPLIERS,
                                     .rule = suppliers->rule,
                                     .policy = suppliers->policy,
                                     .trust = cp_suppliers_verdict(suppliers)};
        struct cp_out out = cp_out_make(arena);

        if (finding.trust == CP_TRUSTED)
            continue;
        cp_phrase_suppliers(&out, suppliers);
        CP_TRY(add_total(list, finding, &out));
    }
    return CP_OK;
}

cp_err cp_findings_collect(const struct cp_judge *judge, struct cp_arena *arena,
                           const struct cp_finding **out, uint32_t *count)
{
    size_t most = (size_t)judge->presence_count + judge->cap_count + judge->supplier_count;
    struct list list = {.at = CP_TAKE(arena, most, struct cp_finding)};

    if (list.at == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(add_presences(judge, CP_FINDING_PRESENCE, arena, &list));
    CP_TRY(add_presences(judge, CP_FINDING_INSTALL, arena, &list));
    CP_TRY(add_caps(judge, arena, &list));
    CP_TRY(add_suppliers(judge, arena, &list));
    CP_ASSERT(list.count <= most);
    *out = list.at;
    *count = list.count;
    return CP_OK;
}

#include "gaps.h"
#include "json_parts.h"

#include "report/words.h"

/* What stands beside the demands: policies, findings, caps, suppliers, licences, gaps. */

void cp_json_text_or_null(struct cp_json *json, const char *name, cp_text text)
{
    if (text.len == 0)
        cp_json_null(json, name);
    else
        cp_json_text(json, name, text);
}

void cp_json_date(struct cp_json *json, const char *name, cp_date date)
{
    char text[11];

    if (date == CP_DATE_NONE) {
        cp_json_null(json, name);
        return;
    }
    cp_date_format(date, text);
    cp_json_str(json, name, text);
}

static const struct cp_policy *policy_at(const struct json_writer *w, uint32_t policy)
{
    CP_ASSERT(policy < w->report->judge->policy_count);
    return w->report->judge->policies[policy].policy;
}

void cp_json_rule(struct json_writer *w, uint32_t policy, cp_text id, cp_text says)
{
    cp_json_text(&w->json, "rule", id);
    cp_json_text(&w->json, "policy", policy_at(w, policy)->id);
    cp_json_text_or_null(&w->json, "authority", policy_at(w, policy)->by);
    cp_json_text(&w->json, "says", says);
}

static void write_policy(struct json_writer *w, const struct cp_judge_policy *applied)
{
    const struct cp_policy *policy = applied->policy;

    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    cp_json_text(&w->json, "id", policy->id);
    cp_json_text_or_null(&w->json, "says", policy->says);
    cp_json_object(&w->json, "authority", CP_JSON_FLAT);
    cp_json_text_or_null(&w->json, "by", policy->by);
    cp_json_text_or_null(&w->json, "ref", policy->ref);
    cp_json_text_or_null(&w->json, "owner", policy->owner);
    cp_json_close(&w->json);
    cp_json_date(&w->json, "as_of", applied->as_of);
    if (policy->file < w->net->input_count)
        cp_json_text(&w->json, "path", w->net->inputs[policy->file].path);
    else
        cp_json_null(&w->json, "path");
    cp_json_close(&w->json);
}

void cp_json_policies(struct json_writer *w)
{
    cp_json_array(&w->json, "policies", CP_JSON_LINES);
    for (uint32_t p = 0; p < w->report->judge->policy_count; p++)
        write_policy(w, &w->report->judge->policies[p]);
    cp_json_close(&w->json);
}

static void write_finding(struct json_writer *w, const struct cp_finding *finding)
{
    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_rule(w, finding->policy, finding->rule_id, finding->says);
    if (finding->rule != NULL)
        cp_json_str(&w->json, "effect", cp_words_effect(finding->rule));
    cp_json_text(&w->json, "element",
                 cp_words_element(w->net, finding->object_kind, finding->object));
    cp_json_str(&w->json, "element_kind", cp_words_object(finding->object_kind));
    cp_json_text_or_null(&w->json, "part", finding->part);
    cp_json_text_or_null(&w->json, "site", finding->site);
    cp_json_str(&w->json, "verdict", cp_words_trust(finding->trust));
    cp_json_text(&w->json, "reason", finding->reason);
    cp_json_close(&w->json);
}

static void write_findings(struct json_writer *w, const struct cp_finding *findings, uint32_t count,
                           cp_finding_kind kind)
{
    cp_json_array(&w->json, cp_words_finding(kind), CP_JSON_LINES);
    for (uint32_t i = 0; i < count; i++) {
        if (findings[i].kind == kind)
            write_finding(w, &findings[i]);
    }
    cp_json_close(&w->json);
}

/* "licence" of a cap or a rule about suppliers that would be broken without it; else null. */
static void write_lift(struct json_writer *w, const struct cp_lift *lift)
{
    if (lift->licence == NULL) {
        cp_json_null(&w->json, "licence");
        return;
    }
    cp_json_object(&w->json, "licence", CP_JSON_FLAT);
    cp_json_licence(w, lift->policy, lift->licence, lift->until);
    cp_json_str(&w->json, "without", cp_words_trust(lift->without));
    cp_json_close(&w->json);
}

static void write_cap(struct json_writer *w, const struct cp_cap *cap)
{
    struct cp_lift lift = cp_cap_lift(cap);

    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_rule(w, cap->policy, cap->rule->id, cap->rule->says);
    cp_json_str(&w->json, "verdict", cp_words_trust(cp_cap_verdict(cap)));
    cp_json_str(&w->json, "counted_in", cp_words_counted(cap->rule->counted_in));
    cp_json_hundredths(&w->json, "at_most_percent", cap->rule->at_most_bp);
    cp_json_hundredths(&w->json, "lowest_percent", cap->lowest_bp);
    if (cap->unweighed_counted > 0)
        cp_json_null(&w->json, "highest_percent"); /* no bound */
    else
        cp_json_hundredths(&w->json, "highest_percent", cap->highest_bp);
    cp_json_u64(&w->json, "counted", cap->counted);
    cp_json_u64(&w->json, "perhaps", cap->perhaps);
    cp_json_u64(&w->json, "whole", cap->whole);
    cp_json_u64(&w->json, "unweighed", cap->unweighed);
    cp_json_text_or_null(&w->json, "reason", cap->reason);
    write_lift(w, &lift);
    cp_json_close(&w->json);
}

static cp_err write_suppliers(struct json_writer *w, const struct cp_suppliers *suppliers)
{
    struct cp_out out = cp_out_make(w->json.out->arena);
    struct cp_lift lift = cp_suppliers_lift(suppliers);
    cp_text reason;

    cp_phrase_suppliers(&out, suppliers);
    CP_TRY(cp_out_done(&out, &reason));
    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_rule(w, suppliers->policy, suppliers->rule->id, suppliers->rule->says);
    cp_json_str(&w->json, "verdict", cp_words_trust(cp_suppliers_verdict(suppliers)));
    cp_json_u64(&w->json, "at_least", suppliers->rule->at_least);
    cp_json_array(&w->json, "suppliers", CP_JSON_FLAT);
    for (uint32_t i = 0; i < suppliers->count; i++)
        cp_json_text(&w->json, NULL, suppliers->names[i]);
    cp_json_close(&w->json);
    cp_json_u64(&w->json, "elements", suppliers->elements);
    cp_json_u64(&w->json, "unknown", suppliers->unknown);
    cp_json_text(&w->json, "reason", reason);
    write_lift(w, &lift);
    cp_json_close(&w->json);
    return CP_OK;
}

cp_err cp_json_all_findings(struct json_writer *w)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_finding *findings;
    uint32_t count;

    CP_TRY(cp_findings_collect(judge, w->json.out->arena, &findings, &count));
    write_findings(w, findings, count, CP_FINDING_PRESENCE);
    write_findings(w, findings, count, CP_FINDING_INSTALL);
    cp_json_array(&w->json, "caps", CP_JSON_LINES);
    for (uint32_t i = 0; i < judge->cap_count; i++)
        write_cap(w, &judge->caps[i]);
    cp_json_close(&w->json);
    cp_json_array(&w->json, "suppliers", CP_JSON_LINES);
    for (uint32_t i = 0; i < judge->supplier_count; i++)
        CP_TRY(write_suppliers(w, &judge->suppliers[i]));
    cp_json_close(&w->json);
    return w->json.out->err;
}

void cp_json_licence(struct json_writer *w, uint32_t policy, const struct cp_licence *licence,
                     cp_date until)
{
    cp_json_text(&w->json, "id", licence->id);
    cp_json_text(&w->json, "policy", policy_at(w, policy)->id);
    cp_json_text(&w->json, "says", licence->says);
    cp_json_text_or_null(&w->json, "by", licence->by);
    cp_json_text_or_null(&w->json, "ref", licence->ref);
    cp_json_date(&w->json, "until", until);
}

cp_err cp_json_standing_find(struct json_writer *w, uint32_t rule, cp_object_kind kind, uint32_t at,
                             struct cp_json_standing *out)
{
    const struct cp_judge *judge = w->report->judge;
    struct cp_arena *arena = w->json.out->arena;
    const struct cp_reason *reason;

    CP_TRY(cp_reasons_get(w->reasons, rule, kind, at, &reason));
    CP_TRY(cp_judge_licence(judge, rule, kind, at, arena, &out->relief));
    out->policy = judge->rules[rule].policy;
    out->reason = reason->reason;
    if (reason->trust != CP_TRUSTED)
        return CP_OK;
    if (out->relief.licence == NULL)
        return cp_judge_standing(judge, rule, kind, at, arena, &out->reason);
    return cp_text_join(CP_TEXT("licensed: "), out->relief.licence->id, arena, &out->reason);
}

void cp_json_standing(struct json_writer *w, const struct cp_json_standing *standing)
{
    cp_json_text_or_null(&w->json, "reason", standing->reason);
    if (standing->relief.licence == NULL) {
        cp_json_null(&w->json, "licence");
        return;
    }
    cp_json_object(&w->json, "licence", CP_JSON_FLAT);
    cp_json_licence(w, standing->policy, standing->relief.licence, standing->relief.until);
    cp_json_close(&w->json);
}

/* Days after today on which it still holds: 0 on its last day. */
static void write_days_left(struct json_writer *w, const struct cp_licence_use *use)
{
    cp_date today = w->report->judge->policies[use->policy].as_of;

    if (!use->holds || use->until == CP_DATE_NONE)
        cp_json_null(&w->json, "days_left");
    else
        cp_json_u64(&w->json, "days_left", (uint64_t)((int64_t)use->until - today));
}

static void write_licence(struct json_writer *w, const struct cp_licence_use *use)
{
    const struct cp_licence *licence = use->licence;
    const struct cp_policy *policy = policy_at(w, use->policy);

    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_licence(w, use->policy, licence, use->until);
    cp_json_date(&w->json, "granted_on", licence->granted_on);
    cp_json_array(&w->json, "relaxes", CP_JSON_FLAT);
    for (uint32_t i = 0; i < licence->relax_count; i++)
        cp_json_text(&w->json, NULL, policy->rules[licence->relaxes[i]].id);
    cp_json_close(&w->json);
    cp_json_bool(&w->json, "holds", use->holds);
    write_days_left(w, use);
    cp_json_bool(&w->json, "warn", use->warn);
    cp_json_u64(&w->json, "nodes", use->nodes);
    cp_json_u64(&w->json, "links", use->links);
    cp_json_close(&w->json);
}

void cp_json_licences(struct json_writer *w)
{
    const struct cp_judge *judge = w->report->judge;

    cp_json_array(&w->json, "licences", CP_JSON_LINES);
    for (uint32_t i = 0; i < judge->licence_count; i++)
        write_licence(w, &judge->licences[i]);
    cp_json_close(&w->json);
}

cp_err cp_json_gaps(struct json_writer *w)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_gap_line *gaps;
    uint32_t count;

    CP_TRY(cp_gaps_collect(judge, w->json.out->arena, &gaps, &count));
    cp_json_array(&w->json, "gaps", CP_JSON_LINES);
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_gap_line *gap = &gaps[i];

        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_text(&w->json, "rule", gap->rule);
        cp_json_text(&w->json, "policy", policy_at(w, gap->policy)->id);
        cp_json_str(&w->json, "key", gap->key);
        cp_json_u64(&w->json, "elements", gap->elements);
        if (gap->counts) {
            cp_json_null(&w->json, "first");
            cp_json_null(&w->json, "first_kind");
        } else {
            cp_json_text(&w->json, "first", cp_words_element(w->net, gap->kind, gap->object));
            cp_json_str(&w->json, "first_kind", cp_words_object(gap->kind));
        }
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
    return w->json.out->err;
}

void cp_json_owed(struct json_writer *w, const struct cp_demand_licence *owed)
{
    if (owed == NULL || owed->licence == NULL) {
        cp_json_null(&w->json, "licence");
        return;
    }
    cp_json_object(&w->json, "licence", CP_JSON_FLAT);
    cp_json_licence(w, owed->policy, owed->licence, owed->until);
    cp_json_str(&w->json, "without", cp_words_verdict(owed->without));
    cp_json_close(&w->json);
}

#include "json_parts.h"

#include "report/words.h"

/* One pass over the demands in the order of the file; reasons are asked once an element and rule. */

void cp_json_depth(struct cp_json *json, const char *name, uint32_t depth)
{
    if (depth == CP_DEPTH_NONE)
        cp_json_null(json, name);
    else
        cp_json_u64(json, name, depth);
}

void cp_json_inputs(struct cp_json *json, const struct cp_case *net)
{
    cp_json_array(json, "inputs", CP_JSON_LINES);
    for (uint32_t i = 0; i < net->input_count; i++) {
        const struct cp_input *input = &net->inputs[i];

        cp_json_object(json, NULL, CP_JSON_FLAT);
        cp_json_text(json, "path", input->path);
        cp_json_str(json, "sha256", input->sha256);
        cp_json_u64(json, "used", input->used);
        cp_json_u64(json, "ignored", input->ignored);
        cp_json_u64(json, "not_understood", input->not_understood);
        cp_json_close(json);
    }
    cp_json_close(json);
}

static void write_failures_asked(struct json_writer *w)
{
    const struct cp_audit_request *request = w->report->request;

    cp_json_object(&w->json, "failures", CP_JSON_FLAT);
    cp_json_u64(&w->json, "depth", request->depth);
    cp_json_array(&w->json, "kinds", CP_JSON_FLAT);
    for (uint32_t kind = CP_FAIL_LINK; kind <= CP_FAIL_SRLG; kind <<= 1) {
        if ((request->failure_kinds & kind) != 0)
            cp_json_str(&w->json, NULL, cp_words_failure_kind(kind));
    }
    cp_json_close(&w->json);
    cp_json_close(&w->json);
}

static void write_failure_ids(struct json_writer *w, const char *name,
                              const struct cp_failure *failures, uint32_t count)
{
    cp_json_array(&w->json, name, CP_JSON_FLAT);
    for (uint32_t i = 0; i < count; i++)
        cp_json_text(&w->json, NULL, cp_words_failure(w->net, failures[i]));
    cp_json_close(&w->json);
}

static void write_failure_kinds(struct json_writer *w, const char *name,
                                const struct cp_failure *failures, uint32_t count)
{
    cp_json_array(&w->json, name, CP_JSON_FLAT);
    for (uint32_t i = 0; i < count; i++)
        cp_json_str(&w->json, NULL, cp_words_failure_kind(failures[i].kind));
    cp_json_close(&w->json);
}

static void write_way(struct json_writer *w, const struct cp_exposure *exposure)
{
    cp_json_array(&w->json, "path", CP_JSON_FLAT);
    for (uint32_t i = 0; i < exposure->node_count; i++)
        cp_json_text(&w->json, NULL,
                     cp_words_element(w->net, CP_OBJECT_NODE, exposure->nodes[i].at));
    cp_json_close(&w->json);
    cp_json_array(&w->json, "links", CP_JSON_FLAT);
    for (uint32_t i = 0; i + 1 < exposure->node_count; i++)
        cp_json_text(&w->json, NULL,
                     cp_words_element(w->net, CP_OBJECT_LINK, exposure->links[i].at));
    cp_json_close(&w->json);
}

/* In a transition the change is the last failure: it has a name of its own too. */
static void write_failing(struct json_writer *w, const struct cp_exposure *exposure)
{
    if (exposure->state != CP_STATE_TRANSITION || exposure->failure_count == 0)
        cp_json_null(&w->json, "failing");
    else
        cp_json_text(&w->json, "failing",
                     cp_words_failure(w->net, exposure->failures[exposure->failure_count - 1]));
}

cp_err cp_json_exposure(struct json_writer *w, const char *name, const struct cp_exposure *exposure)
{
    const struct cp_judge_rule *rule;
    const struct cp_reason *reason;

    if (exposure == NULL) {
        cp_json_null(&w->json, name);
        return CP_OK;
    }
    rule = &w->report->judge->rules[exposure->rule];
    CP_TRY(cp_reasons_get(w->reasons, exposure->rule, exposure->kind, exposure->element, &reason));
    cp_json_object(&w->json, name, CP_JSON_LINES);
    cp_json_str(&w->json, "state", cp_words_state(exposure->state));
    cp_json_str(&w->json, "direction", cp_words_direction(exposure->direction));
    write_failure_ids(w, "failures", exposure->failures, exposure->failure_count);
    write_failure_kinds(w, "failure_kinds", exposure->failures, exposure->failure_count);
    write_failing(w, exposure);
    cp_json_text(&w->json, "element", cp_words_element(w->net, exposure->kind, exposure->element));
    cp_json_str(&w->json, "element_kind", cp_words_object(exposure->kind));
    write_way(w, exposure);
    cp_json_rule(w, rule->policy, rule->id, rule->says);
    cp_json_text(&w->json, "reason", reason->reason);
    cp_json_close(&w->json);
    return CP_OK;
}

static void write_states(struct json_writer *w, const struct cp_demand_result *result)
{
    cp_json_object(&w->json, "states", CP_JSON_FLAT);
    cp_json_depth(&w->json, "steady", result->state_depth[CP_STATE_STEADY]);
    cp_json_depth(&w->json, "transition", result->state_depth[CP_STATE_TRANSITION]);
    cp_json_null(&w->json, "repair"); /* no network declares fast reroute yet */
    cp_json_depth(&w->json, "liar", result->state_depth[CP_STATE_LIAR]);
    cp_json_close(&w->json);
}

static void write_cut(struct json_writer *w, const struct cp_demand_result *result)
{
    if (result->cut_depth == CP_DEPTH_NONE) {
        cp_json_null(&w->json, "cut");
        cp_json_null(&w->json, "cut_kinds");
        return;
    }
    CP_ASSERT(result->cut_depth <= CP_AUDIT_DEPTH_MAX);
    write_failure_ids(w, "cut", result->cut, result->cut_depth);
    write_failure_kinds(w, "cut_kinds", result->cut, result->cut_depth);
}

/* What one of several policies alone makes of a demand. */
static cp_err write_alone(struct json_writer *w, uint32_t policy,
                          const struct cp_demand_result *result)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_exposure *exposure = cp_words_decisive(result);
    const struct cp_reason *reason = NULL;

    if (exposure != NULL)
        CP_TRY(
            cp_reasons_get(w->reasons, exposure->rule, exposure->kind, exposure->element, &reason));
    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    cp_json_text(&w->json, "policy", judge->policies[policy].policy->id);
    cp_json_text_or_null(&w->json, "authority", judge->policies[policy].policy->by);
    cp_json_str(&w->json, "verdict", cp_words_verdict(result->verdict));
    cp_json_depth(&w->json, "exposure_depth", result->exposure_depth);
    if (exposure == NULL) {
        static const char *const names[] = {"rule", "says", "element", "element_kind", "reason"};

        for (size_t i = 0; i < CP_COUNT(names); i++)
            cp_json_null(&w->json, names[i]);
    } else {
        cp_json_text(&w->json, "rule", judge->rules[exposure->rule].id);
        cp_json_text(&w->json, "says", judge->rules[exposure->rule].says);
        cp_json_text(&w->json, "element",
                     cp_words_element(w->net, exposure->kind, exposure->element));
        cp_json_str(&w->json, "element_kind", cp_words_object(exposure->kind));
        cp_json_text(&w->json, "reason", reason->reason);
    }
    cp_json_close(&w->json);
    return w->json.out->err;
}

static cp_err write_by_policy(struct json_writer *w, uint32_t demand)
{
    const struct cp_report *report = w->report;

    if (report->alone == NULL)
        return CP_OK;
    cp_json_array(&w->json, "by_policy", CP_JSON_LINES);
    for (uint32_t p = 0; p < report->judge->policy_count; p++)
        CP_TRY(write_alone(w, p, &report->alone[p][demand]));
    cp_json_close(&w->json);
    return CP_OK;
}

/* Held to its lists: every first path has one, in both directions. */
static void write_held(struct json_writer *w, const struct cp_holding *holding)
{
    cp_json_bool(&w->json, "held_to_lists",
                 holding->by[CP_FORWARD] == CP_HELD_BY_PRIMARY &&
                     holding->by[CP_REVERSE] == CP_HELD_BY_PRIMARY);
    cp_json_object(&w->json, "held_by", CP_JSON_FLAT);
    for (int d = CP_FORWARD; d <= CP_REVERSE; d++)
        cp_json_str(&w->json, cp_words_direction((cp_direction)d), cp_words_holder(holding->by[d]));
    cp_json_close(&w->json);
}

static cp_err write_demand(struct json_writer *w, uint32_t at)
{
    const struct cp_judge *judge = w->report->judge;
    const struct cp_demand *demand = &w->net->demands[at];
    const struct cp_demand_result *result = &w->report->results[at];
    cp_text traffic_class = judge->treatments[judge->demand_treatment[at]].traffic_class;

    cp_json_object(&w->json, NULL, CP_JSON_LINES);
    cp_json_text(&w->json, "id", demand->id);
    cp_json_text(&w->json, "src", demand->src_name);
    cp_json_text(&w->json, "dst", demand->dst_name);
    cp_json_text_or_null(&w->json, "class", traffic_class);
    if (demand->bandwidth_bps == CP_BPS_NONE)
        cp_json_null(&w->json, "bandwidth_bps");
    else
        cp_json_u64(&w->json, "bandwidth_bps", demand->bandwidth_bps);
    if (w->report->held != NULL)
        write_held(w, &w->report->held->holding[at]);
    cp_json_str(&w->json, "verdict", cp_words_verdict(result->verdict));
    cp_json_bool(&w->json, "judged", result->judged);
    cp_json_bool(&w->json, "clean_way", result->clean_way);
    cp_json_depth(&w->json, "exposure_depth", result->exposure_depth);
    cp_json_depth(&w->json, "cut_depth", result->cut_depth);
    write_cut(w, result);
    write_states(w, result);
    CP_TRY(cp_json_exposure(w, "exposure", result->exposure));
    CP_TRY(cp_json_exposure(w, "violation", result->violation));
    CP_TRY(cp_json_exposure(w, "undecided", result->undecided));
    CP_TRY(cp_json_exposure(w, "liar", result->liar));
    cp_json_owed(w, w->report->licences == NULL ? NULL : &w->report->licences[at]);
    CP_TRY(write_by_policy(w, at));
    cp_json_close(&w->json);
    return w->json.out->err;
}

static cp_err write_demands(struct json_writer *w)
{
    cp_json_array(&w->json, "demands", CP_JSON_LINES);
    for (uint32_t d = 0; d < w->net->demand_count; d++)
        CP_TRY(write_demand(w, d));
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_remarks(struct json_writer *w, const struct cp_remark *remarks, uint32_t count)
{
    cp_text place;

    for (uint32_t i = 0; i < count; i++) {
        CP_TRY(cp_case_place(w->net, remarks[i].place, w->json.out->arena, &place));
        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_str(&w->json, "kind", cp_words_remark(remarks[i].kind));
        cp_json_text_or_null(&w->json, "place", place);
        cp_json_str(&w->json, "why", remarks[i].why);
        cp_json_text_or_null(&w->json, "subject", remarks[i].subject);
        cp_json_close(&w->json);
    }
    return w->json.out->err;
}

static cp_err write_findings(struct json_writer *w)
{
    const struct cp_judge *judge = w->report->judge;

    cp_json_array(&w->json, "findings", CP_JSON_LINES);
    CP_TRY(write_remarks(w, w->net->remarks, w->net->remark_count));
    CP_TRY(write_remarks(w, judge->remarks, judge->remark_count));
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_warnings(struct json_writer *w)
{
    const cp_text *warnings;
    uint32_t count;

    CP_TRY(cp_report_warnings(w->report, w->json.out->arena, &warnings, &count));
    cp_json_array(&w->json, "warnings", CP_JSON_LINES);
    for (uint32_t i = 0; i < count; i++)
        cp_json_text(&w->json, NULL, warnings[i]);
    cp_json_close(&w->json);
    return CP_OK;
}

static void write_summary(struct json_writer *w)
{
    struct cp_report_summary summary = cp_report_summarize(w->report);

    cp_json_object(&w->json, "summary", CP_JSON_LINES);
    cp_json_u64(&w->json, "ok", summary.ok);
    cp_json_u64(&w->json, "violation", summary.violation);
    cp_json_u64(&w->json, "undecided", summary.undecided);
    cp_json_u64(&w->json, "no_path", summary.no_path);
    cp_json_u64(&w->json, "uncovered", summary.uncovered);
    cp_json_u64(&w->json, "by_licence", summary.by_licence);
    cp_json_finding_sums(&w->json, &summary);
    cp_json_str(&w->json, "exposed_share_of", summary.by_bandwidth ? "bandwidth" : "demands");
    cp_json_hundredths(&w->json, "exposed_now_percent", summary.exposed_now_bp);
    if (w->report->request->depth == 0)
        cp_json_null(&w->json, "exposed_after_one_failure_percent"); /* not examined */
    else
        cp_json_hundredths(&w->json, "exposed_after_one_failure_percent",
                           summary.exposed_one_failure_bp);
    cp_json_u64(&w->json, "without_bandwidth", summary.without_bandwidth);
    cp_json_close(&w->json);
}

cp_err cp_report_json(const struct cp_report *report, struct cp_out *out)
{
    struct json_writer w = {
        .report = report, .net = report->judge->net, .json = cp_json_make(out), .reasons = NULL};
    char date[11];

    CP_TRY(cp_reasons_open(report->judge, out->arena, &w.reasons));
    cp_date_format(report->judge->as_of, date);
    cp_json_object(&w.json, NULL, CP_JSON_LINES);
    cp_json_str(&w.json, "schema", "cleanpath.audit/1");
    cp_json_str(&w.json, "as_of", date);
    cp_json_policies(&w);
    cp_json_inputs(&w.json, w.net);
    write_failures_asked(&w);
    if (report->held != NULL)
        cp_json_text(&w.json, "routes", report->held->path);
    CP_TRY(write_demands(&w));
    CP_TRY(cp_json_all_findings(&w));
    cp_json_licences(&w);
    CP_TRY(cp_json_gaps(&w));
    CP_TRY(write_findings(&w));
    CP_TRY(write_warnings(&w));
    write_summary(&w);
    cp_json_close(&w.json);
    return out->err;
}

#include "event.h"

#include "base/json.h"
#include "report/words.h"

/* Names and meanings are those of cleanpath.audit/1 wherever it has them. */

struct writer {
    const struct cp_event *event;
    const struct cp_case *net;
    struct cp_json json;
};

static void write_depth(struct cp_json *json, const char *name, uint32_t depth)
{
    if (depth == CP_DEPTH_NONE)
        cp_json_null(json, name);
    else
        cp_json_u64(json, name, depth);
}

static void write_text_or_null(struct cp_json *json, const char *name, cp_text text)
{
    if (text.len == 0)
        cp_json_null(json, name);
    else
        cp_json_text(json, name, text);
}

/* Members of the object that is open. */
static void write_standing(struct cp_json *json, const struct cp_demand_standing *demand)
{
    cp_json_text(json, "src", demand->src);
    cp_json_text(json, "dst", demand->dst);
    cp_json_str(json, "verdict", cp_words_verdict(demand->verdict));
    write_depth(json, "exposure_depth", demand->exposure_depth);
    write_depth(json, "cut_depth", demand->cut_depth);
    cp_json_object(json, "states", CP_JSON_FLAT);
    write_depth(json, "steady", demand->state_depth[CP_STATE_STEADY]);
    write_depth(json, "transition", demand->state_depth[CP_STATE_TRANSITION]);
    cp_json_null(json, "repair"); /* no network declares fast reroute yet */
    write_depth(json, "liar", demand->state_depth[CP_STATE_LIAR]);
    cp_json_close(json);
}

static void write_side(struct cp_json *json, const char *name, const struct cp_standing *standing,
                       uint32_t at)
{
    if (at == CP_NONE) {
        cp_json_null(json, name);
        return;
    }
    cp_json_object(json, name, CP_JSON_FLAT);
    write_standing(json, &standing->demand[at]);
    cp_json_close(json);
}

static void write_failures(struct writer *w, const struct cp_exposure *exposure)
{
    cp_json_array(&w->json, "failures", CP_JSON_FLAT);
    for (uint32_t i = 0; i < exposure->failure_count; i++)
        cp_json_text(&w->json, NULL, cp_words_failure(w->net, exposure->failures[i]));
    cp_json_close(&w->json);
    cp_json_array(&w->json, "failure_kinds", CP_JSON_FLAT);
    for (uint32_t i = 0; i < exposure->failure_count; i++)
        cp_json_str(&w->json, NULL, cp_words_failure_kind(exposure->failures[i].kind));
    cp_json_close(&w->json);
}

static void write_way(struct writer *w, const struct cp_exposure *exposure)
{
    cp_json_array(&w->json, "path", CP_JSON_FLAT);
    for (uint32_t i = 0; i < exposure->node_count; i++)
        cp_json_text(&w->json, NULL,
                     cp_words_element(w->net, CP_OBJECT_NODE, exposure->nodes[i].at));
    cp_json_close(&w->json);
}

static cp_err write_exposure(struct writer *w, const char *name, const struct cp_exposure *exposure)
{
    const struct cp_judge *judge = w->event->answer->judge;
    struct cp_reason reason;

    if (exposure == NULL) {
        cp_json_null(&w->json, name);
        return CP_OK;
    }
    CP_TRY(cp_judge_reason(judge, exposure->rule, exposure->kind, exposure->element,
                           w->json.out->arena, &reason));
    cp_json_object(&w->json, name, CP_JSON_FLAT);
    cp_json_str(&w->json, "state", cp_words_state(exposure->state));
    cp_json_str(&w->json, "direction", cp_words_direction(exposure->direction));
    write_failures(w, exposure);
    cp_json_text(&w->json, "element", cp_words_element(w->net, exposure->kind, exposure->element));
    cp_json_str(&w->json, "element_kind", cp_words_object(exposure->kind));
    write_way(w, exposure);
    cp_json_text(&w->json, "rule", judge->rules[exposure->rule].id);
    cp_json_text(&w->json, "policy", cp_words_policy(judge, exposure->rule)->id);
    write_text_or_null(&w->json, "authority", cp_words_policy(judge, exposure->rule)->by);
    cp_json_text(&w->json, "says", judge->rules[exposure->rule].says);
    cp_json_text(&w->json, "reason", reason.reason);
    cp_json_close(&w->json);
    return CP_OK;
}

static cp_err write_changed_demand(struct writer *w, struct cp_pair pair)
{
    const struct cp_event *event = w->event;
    bool is_there = pair.now != CP_NONE;
    const struct cp_demand_result *result = is_there ? &event->answer->results[pair.now] : NULL;

    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    cp_json_text(&w->json, "id",
                 is_there ? event->now->demands.keys[pair.now]
                          : event->before->demands.keys[pair.before]);
    write_side(&w->json, "before", event->before, pair.before);
    write_side(&w->json, "after", event->now, pair.now);
    CP_TRY(write_exposure(w, "exposure", is_there ? result->exposure : NULL));
    CP_TRY(write_exposure(w, "violation", is_there ? result->violation : NULL));
    cp_json_close(&w->json);
    return w->json.out->err;
}

static cp_err write_changed_demands(struct writer *w)
{
    struct cp_pair pair;
    uint32_t at = 0;

    cp_json_array(&w->json, "demands", CP_JSON_FLAT);
    while (cp_event_demand(w->event, &at, &pair))
        CP_TRY(write_changed_demand(w, pair));
    cp_json_close(&w->json);
    return CP_OK;
}

static void write_all_demands(struct writer *w)
{
    const struct cp_standing *now = w->event->now;

    cp_json_array(&w->json, "demands", CP_JSON_FLAT);
    for (uint32_t d = 0; d < now->demands.count; d++) {
        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_text(&w->json, "id", now->demands.keys[d]);
        write_standing(&w->json, &now->demand[d]);
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
}

static const char *finding_verdict(const struct cp_finding_standing *finding)
{
    return finding->violation ? "violation" : "undecided";
}

/* Members of the object that is open. */
static void write_finding(struct cp_json *json, const struct cp_finding_standing *finding)
{
    cp_json_text(json, "rule", finding->rule);
    cp_json_text(json, "policy", finding->policy);
    write_text_or_null(json, "authority", finding->authority);
    cp_json_text(json, "says", finding->says);
    cp_json_str(json, "effect", finding->effect);
    if (!finding->has_element)
        return;
    cp_json_text(json, "element", finding->element);
    cp_json_str(json, "element_kind", cp_words_object(finding->element_kind));
    write_text_or_null(json, "part", finding->part);
    write_text_or_null(json, "site", finding->site);
}

/* The verdict there, null where it is not there. */
static void write_finding_side(struct cp_json *json, const char *name,
                               const struct cp_standing *standing, uint32_t at)
{
    if (at == CP_NONE)
        cp_json_null(json, name);
    else
        cp_json_str(json, name, finding_verdict(&standing->finding[at]));
}

static const struct cp_finding_standing *finding_of(const struct cp_event *event,
                                                    struct cp_pair pair)
{
    return pair.now != CP_NONE ? &event->now->finding[pair.now]
                               : &event->before->finding[pair.before];
}

static void write_changed_finding(struct writer *w, struct cp_pair pair)
{
    const struct cp_finding_standing *finding = finding_of(w->event, pair);

    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    write_finding(&w->json, finding);
    write_finding_side(&w->json, "before", w->event->before, pair.before);
    write_finding_side(&w->json, "after", w->event->now, pair.now);
    write_text_or_null(&w->json, "reason", pair.now != CP_NONE ? finding->reason : CP_TEXT(""));
    cp_json_close(&w->json);
}

/* As an audit calls them. */
static const char *array_name(cp_finding_kind kind)
{
    return kind == CP_FINDING_CAP ? "caps" : cp_words_finding(kind);
}

static void write_changed_findings(struct writer *w, cp_finding_kind kind)
{
    struct cp_pair pair;
    uint32_t at = 0;

    cp_json_array(&w->json, array_name(kind), CP_JSON_FLAT);
    while (cp_event_finding(w->event, &at, &pair)) {
        if (finding_of(w->event, pair)->kind == kind)
            write_changed_finding(w, pair);
    }
    cp_json_close(&w->json);
}

static void write_all_findings(struct writer *w, cp_finding_kind kind)
{
    const struct cp_standing *now = w->event->now;

    cp_json_array(&w->json, array_name(kind), CP_JSON_FLAT);
    for (uint32_t i = 0; i < now->findings.count; i++) {
        const struct cp_finding_standing *finding = &now->finding[i];

        if (finding->kind != kind)
            continue;
        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        write_finding(&w->json, finding);
        cp_json_str(&w->json, "verdict", finding_verdict(finding));
        cp_json_text(&w->json, "reason", finding->reason);
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
}

static void write_findings(struct writer *w)
{
    for (int kind = 0; kind < CP_FINDING_COUNT; kind++) {
        if (w->event->before == NULL)
            write_all_findings(w, (cp_finding_kind)kind);
        else
            write_changed_findings(w, (cp_finding_kind)kind);
    }
}

static void write_policies(struct writer *w)
{
    const struct cp_standing *now = w->event->now;
    char date[11];

    cp_json_array(&w->json, "policies", CP_JSON_FLAT);
    for (uint32_t i = 0; i < now->policy_count; i++) {
        cp_date_format(now->policy[i].as_of, date);
        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        cp_json_text(&w->json, "id", now->policy[i].id);
        cp_json_str(&w->json, "as_of", date);
        cp_json_close(&w->json);
    }
    cp_json_close(&w->json);
}

static void write_changed_inputs(struct writer *w)
{
    cp_text path;
    uint32_t at = 0;

    cp_json_array(&w->json, "inputs", CP_JSON_FLAT);
    while (cp_event_input(w->event, &at, &path))
        cp_json_text(&w->json, NULL, path);
    cp_json_close(&w->json);
}

static void write_all_inputs(struct writer *w)
{
    const struct cp_standing *now = w->event->now;

    cp_json_array(&w->json, "inputs", CP_JSON_FLAT);
    for (uint32_t i = 0; i < now->inputs.count; i++)
        cp_json_text(&w->json, NULL, now->input[i].path);
    cp_json_close(&w->json);
}

static void write_failures_asked(struct writer *w)
{
    const struct cp_audit_request *request = &w->event->answer->request;

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

static void write_summary(struct writer *w)
{
    const struct cp_report_summary *summary = &w->event->now->summary;

    cp_json_object(&w->json, "summary", CP_JSON_FLAT);
    cp_json_u64(&w->json, "ok", summary->ok);
    cp_json_u64(&w->json, "violation", summary->violation);
    cp_json_u64(&w->json, "undecided", summary->undecided);
    cp_json_u64(&w->json, "no_path", summary->no_path);
    cp_json_u64(&w->json, "uncovered", summary->uncovered);
    cp_json_u64(&w->json, "by_licence", summary->by_licence);
    cp_json_finding_sums(&w->json, summary);
    cp_json_close(&w->json);
    cp_json_u64(&w->json, "exit_code", (uint64_t)cp_report_exit_code(summary));
}

static cp_err write_body(struct writer *w)
{
    if (w->event->before == NULL) {
        write_all_inputs(w);
        write_all_demands(w);
    } else {
        write_changed_inputs(w);
        CP_TRY(write_changed_demands(w));
    }
    write_findings(w);
    return CP_OK;
}

cp_err cp_event_json(const struct cp_event *event, struct cp_out *out)
{
    struct writer w = {.event = event, .net = event->answer->loaded.net, .json = cp_json_make(out)};
    char date[11];

    cp_date_format(event->now->as_of, date);
    cp_json_object(&w.json, NULL, CP_JSON_FLAT);
    cp_json_str(&w.json, "schema", "cleanpath.watch/1");
    cp_json_str(&w.json, "event", event->before == NULL ? "audit" : "change");
    cp_json_str(&w.json, "as_of", date);
    write_policies(&w);
    write_failures_asked(&w);
    CP_TRY(write_body(&w));
    write_summary(&w);
    cp_json_close(&w.json);
    return out->err;
}

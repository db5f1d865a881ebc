#include "event.h"

#include "report/json.h"
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

static const char *presence_verdict(const struct cp_presence_standing *presence)
{
    return presence->violation ? "violation" : "undecided";
}

/* Members of the object that is open. */
static void write_presence(struct cp_json *json, const struct cp_presence_standing *presence)
{
    cp_json_text(json, "rule", presence->rule);
    cp_json_text(json, "element", presence->element);
    cp_json_str(json, "element_kind", cp_words_object(presence->kind));
    write_text_or_null(json, "part", presence->part);
    cp_json_text(json, "site", presence->site);
}

/* The verdict there, null where it is not there. */
static void write_presence_side(struct cp_json *json, const char *name,
                                const struct cp_standing *standing, uint32_t at)
{
    if (at == CP_NONE)
        cp_json_null(json, name);
    else
        cp_json_str(json, name, presence_verdict(&standing->presence[at]));
}

static void write_changed_presence(struct writer *w, struct cp_pair pair)
{
    const struct cp_standing *before = w->event->before, *now = w->event->now;
    bool is_there = pair.now != CP_NONE;
    const struct cp_presence_standing *presence =
        is_there ? &now->presence[pair.now] : &before->presence[pair.before];

    cp_json_object(&w->json, NULL, CP_JSON_FLAT);
    write_presence(&w->json, presence);
    write_presence_side(&w->json, "before", before, pair.before);
    write_presence_side(&w->json, "after", now, pair.now);
    write_text_or_null(&w->json, "reason", is_there ? presence->reason : CP_TEXT(""));
    cp_json_close(&w->json);
}

static void write_changed_presences(struct writer *w)
{
    struct cp_pair pair;
    uint32_t at = 0;

    cp_json_array(&w->json, "presence", CP_JSON_FLAT);
    while (cp_event_presence(w->event, &at, &pair))
        write_changed_presence(w, pair);
    cp_json_close(&w->json);
}

static void write_all_presences(struct writer *w)
{
    const struct cp_standing *now = w->event->now;

    cp_json_array(&w->json, "presence", CP_JSON_FLAT);
    for (uint32_t i = 0; i < now->presences.count; i++) {
        cp_json_object(&w->json, NULL, CP_JSON_FLAT);
        write_presence(&w->json, &now->presence[i]);
        cp_json_str(&w->json, "verdict", presence_verdict(&now->presence[i]));
        cp_json_text(&w->json, "reason", now->presence[i].reason);
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
    cp_json_u64(&w->json, "presence_violations", summary->presence_violations);
    cp_json_u64(&w->json, "presence_undecided", summary->presence_undecided);
    cp_json_close(&w->json);
    cp_json_u64(&w->json, "exit_code", (uint64_t)cp_report_exit_code(summary));
}

static cp_err write_body(struct writer *w)
{
    if (w->event->before == NULL) {
        write_all_inputs(w);
        write_all_demands(w);
        write_all_presences(w);
    } else {
        write_changed_inputs(w);
        CP_TRY(write_changed_demands(w));
        write_changed_presences(w);
    }
    return CP_OK;
}

cp_err cp_event_json(const struct cp_event *event, struct cp_out *out)
{
    struct writer w = {.event = event, .net = event->answer->net, .json = cp_json_make(out)};
    char date[11];

    cp_date_format(event->now->as_of, date);
    cp_json_object(&w.json, NULL, CP_JSON_FLAT);
    cp_json_str(&w.json, "schema", "cleanpath.watch/1");
    cp_json_str(&w.json, "event", event->before == NULL ? "audit" : "change");
    cp_json_str(&w.json, "as_of", date);
    write_failures_asked(&w);
    CP_TRY(write_body(&w));
    write_summary(&w);
    cp_json_close(&w.json);
    return out->err;
}

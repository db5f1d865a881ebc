#include "routes_parts.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/words.h"

/* One pass over the demands in the order of the file. */

#define WHOLE_PPM 1000000u

static void write_asked(struct routes_json *j)
{
    const struct cp_route_request *request = j->answer->request;
    struct cp_json *json = &j->w.json;
    uint32_t states = request->proof.states;

    cp_json_object(json, "failures", CP_JSON_FLAT);
    cp_json_u64(json, "depth", request->proof.depth);
    cp_json_array(json, "kinds", CP_JSON_FLAT);
    for (uint32_t kind = CP_FAIL_LINK; kind <= CP_FAIL_SRLG; kind <<= 1)
        if ((request->proof.failure_kinds & kind) != 0)
            cp_json_str(json, NULL, cp_words_failure_kind(kind));
    cp_json_close(json);
    cp_json_array(json, "states", CP_JSON_FLAT);
    for (uint32_t s = 0; s < CP_STATE_COUNT; s++)
        if (states == 0 || (states & 1u << s) != 0)
            cp_json_str(json, NULL, cp_words_state((cp_state)s));
    cp_json_close(json);
    cp_json_str(json, "clean", request->judged == CP_SEGMENTS_ALL ? "everywhere" : "as-ruled");
    cp_json_close(json);
    cp_json_object(json, "segment_lists", CP_JSON_FLAT);
    cp_json_str(json, "data_plane", j->routes->plane == CP_PLANE_SRV6 ? "srv6" : "sr-mpls");
    cp_json_bool(json, "strict", request->strict);
    cp_json_depth(json, "headend_depth", request->depth_max);
    cp_json_bool(json, "assigned_sids", j->routes->assigned_sids);
    cp_json_close(json);
}

/* An element of the graph as the inputs name it; an SRLG as srlg:NAME. */
static void write_element(struct routes_json *j, uint32_t element)
{
    struct cp_failure failure = cp_net_failure(j->answer->net, element);
    cp_text name = cp_words_failure(j->w.net, failure);

    if (failure.kind == CP_FAIL_SRLG &&
        cp_text_join(CP_TEXT("srlg:"), name, j->w.json.out->arena, &name) != CP_OK)
        j->w.json.out->err = CP_ERR_NOMEM;
    cp_json_text(&j->w.json, NULL, name);
}

static void write_elements(struct routes_json *j, const char *name, const uint32_t *elements,
                           uint32_t count)
{
    cp_json_array(&j->w.json, name, CP_JSON_FLAT);
    for (uint32_t i = 0; i < count; i++)
        write_element(j, elements[i]);
    cp_json_close(&j->w.json);
}

static void write_wishes(struct routes_json *j, const struct cp_wishes *wishes)
{
    struct cp_json *json = &j->w.json;

    if (wishes == NULL) {
        cp_json_null(json, "wishes");
        return;
    }
    cp_json_object(json, "wishes", CP_JSON_FLAT);
    cp_json_str(json, "metric", cp_metric_name(wishes->metric));
    cp_json_str(json, "disjoint", cp_disjoint_name(wishes->disjoint));
    cp_json_bool(json, "disjoint_asked", wishes->disjoint_asked);
    cp_json_bool(json, "co_routed", wishes->co_routed);
    cp_json_depth(json, "max_hops", wishes->hops_max);
    if (wishes->delay_max_us == CP_PATH_DELAY_NONE)
        cp_json_null(json, "max_delay_us");
    else
        cp_json_u64(json, "max_delay_us", wishes->delay_max_us);
    write_elements(j, "avoid", wishes->avoid, wishes->avoid_count);
    cp_json_array(json, "require", CP_JSON_FLAT);
    for (uint32_t i = 0; i < wishes->require_count; i++)
        write_elements(j, NULL, wishes->require[i].elements, wishes->require[i].count);
    cp_json_close(json);
    cp_json_close(json);
}

static void write_sid(struct routes_json *j, const struct cp_sid *sid)
{
    struct cp_json *json = &j->w.json;
    struct cp_out text = cp_out_make(json->out->arena);
    cp_text written;

    if (!sid->known) {
        cp_json_null(json, "sid");
        return;
    }
    cp_phrase_sid(&text, sid);
    if (cp_out_done(&text, &written) != CP_OK)
        json->out->err = CP_ERR_NOMEM;
    else if (sid->plane == CP_PLANE_SRV6)
        cp_json_text(json, "sid", written);
    else
        cp_json_number(json, "sid", written);
}

/* An adjacency names its link, and the node that it leads to: on a LAN the link alone would not say. */
static void write_segment(struct routes_json *j, const struct cp_segment *segment)
{
    struct cp_json *json = &j->w.json;
    bool node = segment->kind == CP_SEGMENT_NODE;

    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_str(json, "type", node ? "node" : "adjacency");
    if (!node)
        cp_json_text(json, "link", cp_routes_link(j->answer, segment->link));
    cp_json_text(json, "node", cp_routes_node(j->answer, segment->to));
    write_sid(j, &segment->sid);
    cp_json_close(json);
}

static void write_segments(struct routes_json *j, const struct cp_segment_list *list)
{
    struct cp_json *json = &j->w.json;

    if (list->at == NULL) {
        cp_json_null(json, "segments");
    } else {
        cp_json_array(json, "segments", CP_JSON_LINES);
        for (uint32_t i = 0; i < list->count; i++)
            write_segment(j, &list->at[i]);
        cp_json_close(json);
    }
    cp_json_depth(json, "segments_needed", list->least);
    cp_json_depth(json, "headend_depth", list->depth);
}

/* Up to how many failures a state was shown to be clean: a transition is a failure at least. */
static void write_state(struct routes_json *j, cp_state state, uint32_t exposed_at)
{
    const struct cp_audit_request *proof = &j->answer->request->proof;
    struct cp_json *json = &j->w.json;
    uint32_t least = state == CP_STATE_TRANSITION ? 1 : 0;
    bool examined =
        (proof->states == 0 || (proof->states & 1u << state) != 0) && proof->depth >= least;

    if (!examined) {
        cp_json_null(json, cp_words_state(state));
        return;
    }
    cp_json_object(json, cp_words_state(state), CP_JSON_FLAT);
    if (exposed_at == CP_DEPTH_NONE)
        cp_json_u64(json, "clean_up_to", proof->depth);
    else if (exposed_at > least)
        cp_json_u64(json, "clean_up_to", exposed_at - 1);
    else
        cp_json_null(json, "clean_up_to");
    cp_json_depth(json, "exposed_at", exposed_at);
    cp_json_close(json);
}

static void write_states(struct routes_json *j, const struct cp_segment_proof *proof)
{
    cp_json_object(&j->w.json, "states", CP_JSON_FLAT);
    for (uint32_t s = 0; s < CP_STATE_COUNT; s++)
        write_state(j, (cp_state)s, proof->state_depth[s]);
    cp_json_close(&j->w.json);
}

/* Of the demand's bandwidth: 1 is all of it. */
static void write_share(struct routes_json *j, uint32_t share_ppm)
{
    char text[16];

    if (share_ppm == WHOLE_PPM)
        (void)snprintf(text, sizeof(text), "1");
    else
        (void)snprintf(text, sizeof(text), "0.%06" PRIu32, share_ppm % WHOLE_PPM);
    cp_json_number(&j->w.json, "share", cp_text_of(text));
}

static void write_candidate(struct routes_json *j, const struct cp_candidate *candidate)
{
    const struct cp_path *path = &candidate->path;
    struct cp_json *json = &j->w.json;

    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_str(json, "role", cp_words_role(candidate->role));
    cp_json_str(json, "direction", cp_words_direction(candidate->direction));
    cp_json_array(json, "nodes", CP_JSON_FLAT);
    for (uint32_t i = 0; i <= path->link_count; i++)
        cp_json_text(json, NULL, cp_routes_node(j->answer, path->nodes[i]));
    cp_json_close(json);
    cp_json_array(json, "links", CP_JSON_FLAT);
    for (uint32_t i = 0; i < path->link_count; i++)
        cp_json_text(json, NULL, cp_routes_link(j->answer, path->links[i]));
    cp_json_close(json);
    cp_json_u64(json, "cost", path->cost);
    if (path->delay_us == CP_PATH_DELAY_NONE)
        cp_json_null(json, "delay_us");
    else
        cp_json_u64(json, "delay_us", path->delay_us);
    write_share(j, candidate->share_ppm);
    write_segments(j, &candidate->segments);
    if (candidate->passed_least > 0) {
        cp_json_object(json, "passed_over", CP_JSON_FLAT);
        cp_json_u64(json, "cost", candidate->passed_cost);
        cp_json_u64(json, "segments_needed", candidate->passed_least);
        cp_json_close(json);
    }
    write_states(j, &candidate->segments.proof);
    cp_json_close(json);
}

static void write_lacks(struct routes_json *j, uint32_t lacks)
{
    cp_json_array(&j->w.json, "lacks", CP_JSON_FLAT);
    for (uint32_t bit = 1; bit != 0 && bit <= lacks; bit <<= 1)
        if ((lacks & bit) != 0)
            cp_json_str(&j->w.json, NULL, cp_words_lack(bit));
    cp_json_close(&j->w.json);
}

/* What primary and backup both use. */
static void write_shared(struct routes_json *j, const struct cp_route_result *result)
{
    struct cp_json *json = &j->w.json;

    cp_json_array(json, "shared", CP_JSON_FLAT);
    for (uint32_t i = 0; i < result->shared_count; i++)
        write_element(j, result->shared[i]);
    for (uint32_t i = 0; i < result->shared_site_count; i++) {
        cp_text id = j->w.net->sites[result->shared_sites[i]].id;

        if (cp_text_join(CP_TEXT("site:"), id, json->out->arena, &id) != CP_OK)
            json->out->err = CP_ERR_NOMEM;
        cp_json_text(json, NULL, id);
    }
    cp_json_close(json);
}

static void write_head(struct routes_json *j, uint32_t at)
{
    const struct cp_judge *judge = j->answer->judge;
    const struct cp_demand *demand = &j->w.net->demands[at];
    struct cp_json *json = &j->w.json;

    cp_json_text(json, "id", demand->id);
    cp_json_text(json, "src", demand->src_name);
    cp_json_text(json, "dst", demand->dst_name);
    cp_json_text_or_null(json, "class",
                         judge->treatments[judge->demand_treatment[at]].traffic_class);
    if (demand->bandwidth_bps == CP_BPS_NONE)
        cp_json_null(json, "bandwidth_bps");
    else
        cp_json_u64(json, "bandwidth_bps", demand->bandwidth_bps);
}

/* The licence that ends first of those that let its paths be clean, and what it lets off. */
static void write_licence(struct routes_json *j, uint32_t at)
{
    const struct cp_demand_licence *owed =
        j->routes->licences == NULL ? NULL : &j->routes->licences[at];
    struct cp_json *json = &j->w.json;

    if (owed == NULL || owed->licence == NULL) {
        cp_json_null(json, "by_licence");
        return;
    }
    cp_json_object(json, "by_licence", CP_JSON_FLAT);
    cp_json_licence(&j->w, owed->policy, owed->licence, owed->until);
    cp_json_str(json, "without", cp_words_verdict(owed->without));
    cp_json_text(json, "element", cp_words_element(j->w.net, owed->kind, owed->element));
    cp_json_str(json, "element_kind", cp_words_object(owed->kind));
    cp_json_text(json, "rule", j->answer->judge->rules[owed->rule].id);
    cp_json_close(json);
}

static cp_err write_demand(struct routes_json *j, uint32_t at)
{
    const struct cp_route_result *result = &j->answer->results[at];
    struct cp_json *json = &j->w.json;

    cp_json_object(json, NULL, CP_JSON_LINES);
    write_head(j, at);
    cp_json_bool(json, "covered", result->covered);
    cp_json_str(json, "status", cp_words_route_status(result->status));
    write_lacks(j, result->lacks);
    write_wishes(j, cp_routes_is_asked(result) ? &result->wishes : NULL);
    cp_json_array(json, "candidates", CP_JSON_LINES);
    for (uint32_t i = 0; i < result->candidate_count; i++)
        write_candidate(j, &result->candidates[i]);
    cp_json_close(json);
    write_shared(j, result);
    write_licence(j, at);
    CP_TRY(cp_routes_json_blocking(j, result->blocking));
    cp_json_close(json);
    return json->out->err;
}

static cp_err write_warnings(struct routes_json *j)
{
    const cp_text *warnings;
    uint32_t count;

    CP_TRY(cp_report_warnings(j->w.report, j->w.json.out->arena, &warnings, &count));
    cp_json_array(&j->w.json, "warnings", CP_JSON_LINES);
    for (uint32_t i = 0; i < count; i++)
        cp_json_text(&j->w.json, NULL, warnings[i]);
    cp_json_close(&j->w.json);
    return CP_OK;
}

static void write_summary(struct routes_json *j)
{
    struct cp_routes_summary sums = cp_routes_summarize(j->answer);

    cp_json_object(&j->w.json, "summary", CP_JSON_FLAT);
    cp_json_u64(&j->w.json, "routed", sums.routed);
    cp_json_u64(&j->w.json, "partial", sums.partial);
    cp_json_u64(&j->w.json, "no_path", sums.no_path);
    cp_json_u64(&j->w.json, "uncovered", sums.uncovered);
    cp_json_close(&j->w.json);
}

cp_err cp_routes_json(const struct cp_routes *routes, struct cp_out *out)
{
    struct cp_report report = {.judge = routes->answer->judge,
                               .request = &routes->answer->request->proof};
    struct routes_json j = {
        .routes = routes,
        .answer = routes->answer,
        .w = {.report = &report, .net = report.judge->net, .json = cp_json_make(out)}};
    struct cp_json *json = &j.w.json;

    CP_TRY(cp_reasons_open(report.judge, out->arena, &j.w.reasons));
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_str(json, "schema", "cleanpath.route/1");
    cp_json_date(json, "as_of", report.judge->as_of);
    cp_json_policies(&j.w);
    cp_json_inputs(json, j.w.net);
    write_asked(&j);
    cp_json_array(json, "demands", CP_JSON_LINES);
    for (uint32_t d = 0; d < j.w.net->demand_count; d++)
        CP_TRY(write_demand(&j, d));
    cp_json_close(json);
    cp_routes_json_capacity(&j);
    cp_routes_json_designs(&j);
    CP_TRY(write_warnings(&j));
    write_summary(&j);
    cp_json_close(json);
    return out->err;
}

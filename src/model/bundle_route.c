#include "model/bundle.h"

#include "base/json_in.h"
#include "base/list.h"
#include "bundle_blocking.h"
#include "bundle_head.h"
#include "bundle_members.h"
#include "bundle_reading.h"
#include "bundle_wishes.h"

/*
 * The file answer.json of routing.  What it says of its candidates is looked at here: that they are
 * paths, clean, of the cost that is said, and that their lists lead along them.  What their node
 * segments meet becomes flows, a demand each, for the certificate to show.
 */

static const char *const kinds[] = {"link", "node", "srlg", NULL};
static const char *const statuses[] = {"routed", "partial", "no-path", NULL};
static const char *const metrics[] = {"igp", "te", "delay", NULL};

static cp_err need_text(const struct reading *r, const struct cp_json_value *object,
                        const char *name, cp_text text)
{
    return cp_bundle_says(object, name, text) ? CP_OK
                                              : wrong(r, object, "the network says something else");
}

/* ---- demands ---- */

static cp_err read_wishes(struct reading *r, const struct cp_json_value *value)
{
    static const char *const disjoint[] = {"none", NULL};
    const struct cp_json_value *wishes = cp_json_member(value, "wishes");
    const struct cp_json_value *avoid = cp_json_member(wishes, "avoid");
    const struct cp_json_value *require = cp_json_member(wishes, "require");
    const struct cp_json_value *hops = cp_json_member(wishes, "max_hops");
    const struct cp_json_value *delay = cp_json_member(wishes, "max_delay_us");
    const struct cp_json_value *co_routed = cp_json_member(wishes, "co_routed");
    struct cp_bundle_route *route = &r->routes[r->at];

    if (wishes == NULL)
        return wrong(r, value, "a demand without wishes");
    if (wishes->kind == CP_JSON_NULL)
        return CP_OK;
    route->metric = cp_bundle_find_word(cp_json_member(wishes, "metric"), metrics);
    if (route->metric > 2 || (route->metric > 0 && r->net->hop_costs[route->metric - 1] == NULL))
        return wrong(r, value, "the network has no such metric");
    route->is_free = avoid != NULL && avoid->count == 0 && require != NULL && require->count == 0 &&
                     hops != NULL && hops->kind == CP_JSON_NULL && delay != NULL &&
                     delay->kind == CP_JSON_NULL && co_routed != NULL &&
                     co_routed->kind == CP_JSON_FALSE &&
                     cp_bundle_find_word(cp_json_member(wishes, "disjoint"), disjoint) == 0;
    return CP_OK;
}

static cp_err read_head(const struct reading *r, const struct cp_json_value *value)
{
    const struct cp_bundle_demand *d = r->routes[r->at].demand;
    const struct cp_json_value *bandwidth = cp_json_member(value, "bandwidth_bps");
    uint64_t bps = UINT64_MAX;

    CP_TRY(need_text(r, value, "id", d->id));
    CP_TRY(need_text(r, value, "src", d->src_name));
    CP_TRY(need_text(r, value, "dst", d->dst_name));
    CP_TRY(need_text(r, value, "class", r->net->treatments[d->treatment].name));
    if (bandwidth == NULL ||
        (bandwidth->kind != CP_JSON_NULL && !cp_json_u64_of(bandwidth, &bps)) ||
        bps != d->bandwidth)
        return wrong(r, value, "the network says another bandwidth");
    return CP_OK;
}

static bool has_word(const struct cp_json_value *list, const char *word)
{
    for (list = list->first; list != NULL; list = list->next)
        if (list->kind == CP_JSON_TEXT && cp_text_is(list->text, word))
            return true;
    return false;
}

static cp_err read_status(struct reading *r, const struct cp_json_value *value)
{
    static const char *const reasons[] = {"rules", NULL};
    struct cp_bundle_route *route = &r->routes[r->at];
    const struct cp_json_value *covered = cp_json_member(value, "covered");
    const struct cp_json_value *lacks = cp_json_member(value, "lacks");
    const struct cp_json_value *cut = cp_json_member(value, "blocking_cut");
    bool some = r->net->treatments[route->demand->treatment].rule_count > 0;
    uint32_t status = cp_bundle_find_word(cp_json_member(value, "status"), statuses);
    bool asked, blocks = true;

    if (status > 2 || covered == NULL || lacks == NULL || cut == NULL ||
        covered->kind != (some ? CP_JSON_TRUE : CP_JSON_FALSE))
        return wrong(r, value, "a demand is covered where some rule holds for it");
    asked = some || route->candidate_count > 0 || cut->kind != CP_JSON_NULL;
    if (!asked && status != 0)
        return wrong(r, value, "a demand that nothing was asked for has a status");
    if (asked && status < 2 && !route->has_list)
        return wrong(r, value, "a demand is routed without a list to its destination");
    if (cp_bundle_find_word(cp_json_member(cut, "why"), reasons) == 0)
        CP_TRY(cp_bundle_blocking_check(r->net, r->at, cut, r->work, &blocks));
    if (!blocks)
        return wrong(r, cut, "a blocking cut does not open a way, or names what blocks none");
    if (route->is_free && route->metric == 0 && cp_bundle_says(cut, "why", CP_TEXT("wishes")))
        return wrong(r, cut, "wishes are said to block that bound nothing");
    route->is_free = route->is_free && some && !has_word(lacks, "certainty");
    r->blocked[r->at] = status == 2 && route->candidate_count == 0 &&
                        cp_bundle_find_word(cp_json_member(cut, "why"), reasons) == 0;
    r->uncovered += !some;
    r->statuses[status] += asked;
    return CP_OK;
}

/* Of the demand, and of what stands in it. */
static cp_err check_members(const struct reading *r, const struct cp_json_value *value)
{
    static const char *const names[] = {
        "id",    "src",    "dst",        "class",  "bandwidth_bps", "covered",    "status",
        "lacks", "wishes", "candidates", "shared", "blocking_cut",  "by_licence", NULL};
    static const char *const wishes[] = {"metric",    "disjoint", "disjoint_asked",
                                         "co_routed", "max_hops", "max_delay_us",
                                         "avoid",     "require",  NULL};
    static const char *const candidate[] = {
        "role",        "direction", "nodes",    "links",           "cost",
        "delay_us",    "share",     "segments", "segments_needed", "headend_depth",
        "passed_over", "states",    NULL};
    static const char *const segment[] = {"type", "link", "node", "sid", NULL};
    static const char *const state[] = {"clean_up_to", "exposed_at", NULL};
    const struct cp_json_value *list = cp_json_member(value, "candidates");
    bool known = cp_bundle_members_of(value, names) &&
                 cp_bundle_members_of(cp_json_member(value, "wishes"), wishes) &&
                 cp_bundle_members_of_all(list, candidate);

    for (list = list == NULL ? NULL : list->first; known && list != NULL; list = list->next) {
        const struct cp_json_value *of = cp_json_member(list, "states");

        known = cp_bundle_members_of_all(cp_json_member(list, "segments"), segment) &&
                cp_bundle_members_of(of, cp_bundle_states);
        for (of = of == NULL ? NULL : of->first; known && of != NULL; of = of->next)
            known = cp_bundle_members_of(of, state);
    }
    return known ? CP_OK : wrong(r, value, "a demand has what no answer holds");
}

static cp_err read_demand(struct reading *r, const struct cp_json_value *value)
{
    const struct cp_json_value *list = cp_json_member(value, "candidates");
    struct cp_bundle_route *route = &r->routes[r->at];
    const char *unkept;
    bool first = true;

    if (r->at == r->out->demand_count)
        return wrong(r, value, "more demands than the network has");
    r->out->fault.demand = route->demand->id;
    r->out->fault.element = (cp_text){NULL, 0};
    CP_TRY(check_members(r, value));
    CP_TRY(read_head(r, value));
    CP_TRY(read_wishes(r, value));
    if (list == NULL || list->kind != CP_JSON_ARRAY)
        return wrong(r, value, "a demand without candidates");
    route->candidate_count = list->count;
    for (list = list->first; list != NULL; list = list->next, first = false)
        CP_TRY(cp_bundle_candidate(r, list, first));
    unkept = cp_bundle_unkept(r->net, r->at, value, r->strict);
    if (unkept != NULL)
        return wrong(r, value, unkept);
    CP_TRY(read_status(r, value));
    r->at++;
    return CP_OK;
}

static cp_err read_demands(struct reading *r)
{
    bool another = true;

    CP_TRY(cp_json_in_enter(&r->in, CP_JSON_ARRAY, r->diag));
    for (;;) {
        cp_arena_mark empty = cp_arena_mark_get(r->work);
        const struct cp_json_value *value = NULL;

        CP_TRY(cp_json_in_next(&r->in, r->work, NULL, &another, r->diag));
        r->out->fault.demand = (cp_text){NULL, 0};
        if (!another)
            return CP_OK;
        CP_TRY(cp_json_in_take(&r->in, r->work, &value, r->diag));
        CP_TRY(read_demand(r, value));
        cp_arena_reset(r->work, empty);
    }
}

/* ---- the rest of it ---- */

/* Where lists are to be clean everywhere, each rule counts as deep as was asked. */
static void judge_everywhere(struct cp_bundle_net *net)
{
    for (uint32_t p = 0; p < net->profile_count; p++) {
        net->profile_depth[p] = net->depth;
        net->profile_kinds[p] = net->kinds;
    }
    for (uint32_t t = 0; t < net->treatment_count; t++)
        net->treatments[t].deepest = net->depth;
}

static cp_err read_failures(struct reading *r, const struct cp_json_value *value)
{
    static const char *const where[] = {"as-ruled", "everywhere", NULL};
    uint32_t clean = cp_bundle_find_word(cp_json_member(value, "clean"), where);
    uint64_t depth = 0;

    if (!cp_json_u64_of(cp_json_member(value, "depth"), &depth) || depth != r->net->depth ||
        cp_bundle_words(cp_json_member(value, "kinds"), kinds) != r->net->kinds ||
        cp_bundle_words(cp_json_member(value, "states"), cp_bundle_states) * CP_BUNDLE_STEADY !=
            r->net->states ||
        clean > 1)
        return wrong(r, value, "the network says other failures");
    if (clean == 1)
        judge_everywhere(r->net);
    return CP_OK;
}

static cp_err read_summary(struct reading *r, const struct cp_json_value *value)
{
    static const char *const names[] = {"routed", "partial", "no_path"};
    uint64_t count = 0;
    bool same = cp_json_u64_of(cp_json_member(value, "uncovered"), &count) && count == r->uncovered;

    for (uint32_t i = 0; same && i < CP_COUNT(names); i++)
        same = cp_json_u64_of(cp_json_member(value, names[i]), &count) && count == r->statuses[i];
    return same ? CP_OK : wrong(r, value, "the summary counts other demands");
}

/* It stands before the demands. */
static cp_err read_strict(struct reading *r, const struct cp_json_value *value)
{
    const struct cp_json_value *strict = cp_json_member(value, "strict");

    if (strict == NULL || (strict->kind != CP_JSON_TRUE && strict->kind != CP_JSON_FALSE) ||
        r->at > 0)
        return wrong(r, value, "segment lists without what they may hold");
    r->strict = strict->kind == CP_JSON_TRUE;
    return CP_OK;
}

static cp_err read_member(struct reading *r, cp_text key)
{
    static const char *const names[] = {"schema",    "as_of",         "policies", "inputs",
                                        "failures",  "segment_lists", "demands",  "capacity",
                                        "flex_algo", "warnings",      "summary",  NULL};
    const struct cp_json_value *value = NULL;
    uint32_t member = cp_bundle_head_find(key);

    if (!cp_bundle_member_once(names, &r->members, key))
        return wrong(r, NULL, "the answer has what none holds, or has it twice");
    r->met |= member;
    if (member == CP_HEAD_DEMANDS)
        return (r->met & CP_HEAD_FAILURES) != 0 ? read_demands(r)
                                                : wrong(r, NULL, "demands before the failures");
    if (member == 0 && !cp_text_is(key, "segment_lists"))
        return cp_json_in_skip(&r->in, r->diag);
    CP_TRY(cp_json_in_take(&r->in, r->work, &value, r->diag));
    if (member == 0)
        return read_strict(r, value);
    if (member == CP_HEAD_FAILURES)
        return read_failures(r, value);
    if (member == CP_HEAD_SUMMARY)
        return read_summary(r, value);
    r->placed = r->placed || (member == CP_HEAD_CAPACITY && value->kind != CP_JSON_NULL);
    if (member == CP_HEAD_CAPACITY)
        return CP_OK;
    if (member == CP_HEAD_SCHEMA)
        return cp_text_is(value->text, "cleanpath.route/1")
                   ? CP_OK
                   : wrong(r, value, "not an answer of routing");
    return cp_bundle_head_read(r->net, member, value, r->arena, r->out, r->diag);
}

static cp_err open_routes(struct reading *r)
{
    uint32_t count = r->net->demand_count;

    r->routes = CP_TAKE(r->arena, (size_t)count + 1, struct cp_bundle_route);
    r->blocked = CP_TAKE(r->arena, count, uint8_t);
    if (r->routes == NULL || r->blocked == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < count; d++)
        r->routes[d].demand = &r->net->demands[d];
    *r->out = (struct cp_bundle_answer){.routes = r->routes, .demand_count = count};
    return CP_OK;
}

/* Those of the treatment that rules are said to block: no two ends hang together over what is clean. */
static cp_err check_blocked(struct reading *r, uint32_t treatment)
{
    const uint64_t *marks = r->net->treatments[treatment].marks;
    cp_arena_mark empty = cp_arena_mark_get(r->work);
    struct cp_joined clean;
    bool joined = false;

    for (uint32_t d = 0; d < r->net->demand_count; d++) {
        if (!r->blocked[d] || r->net->demands[d].treatment != treatment)
            continue;
        if (!joined)
            CP_TRY(cp_bundle_join(r->net, marks, r->work, &clean));
        joined = true;
        r->out->fault.demand = r->net->demands[d].id;
        if (cp_bundle_has_way(r->net, d, &clean, marks))
            return wrong(r, NULL, "there is a clean way that the answer denies");
    }
    cp_arena_reset(r->work, empty);
    return CP_OK;
}

static cp_err read_route(cp_text text, struct cp_bundle_net *net, struct cp_arena *arena,
                         struct cp_arena *work, struct cp_bundle_answer *out, struct cp_diag *diag)
{
    struct reading r = {.net = net,
                        .out = out,
                        .arena = arena,
                        .work = work,
                        .diag = diag,
                        .in = cp_json_in_make(text, 0, 1)};
    bool another = true;
    cp_text key;

    CP_TRY(open_routes(&r));
    CP_TRY(cp_json_in_enter(&r.in, CP_JSON_OBJECT, diag));
    for (;;) {
        CP_TRY(cp_json_in_next(&r.in, work, &key, &another, diag));
        if (!another)
            break;
        CP_TRY(read_member(&r, key));
    }
    CP_TRY(cp_json_in_end(&r.in, diag));
    if (r.at != out->demand_count || (r.met & CP_HEAD_ALL) != CP_HEAD_ALL)
        return wrong(&r, NULL, "the answer lacks demands, or says less than it has to");
    for (uint32_t t = 0; t < net->treatment_count; t++)
        CP_TRY(check_blocked(&r, t));
    for (uint32_t d = 0; r.placed && d < out->demand_count; d++)
        r.routes[d].is_free = false;
    net->demands = r.demands.at;
    net->demand_count = r.demands.count;
    out->results = r.results.at;
    return CP_OK;
}

cp_err cp_bundle_any_read(cp_text text, struct cp_bundle_net *net, struct cp_arena *arena,
                          struct cp_arena *work, struct cp_bundle_answer *out, struct cp_diag *diag)
{
    if (cp_text_starts(text, CP_TEXT("{\n  \"schema\": \"cleanpath.route/")))
        return read_route(text, net, arena, work, out, diag);
    return cp_bundle_answer_read(text, net, arena, work, out, diag);
}

cp_err cp_bundle_read(cp_text network, cp_text answer, struct cp_arena *arena,
                      struct cp_arena *work, struct cp_bundle_net *net,
                      struct cp_bundle_answer *out)
{
    struct cp_diag diag = {.why = NULL};
    const char *file = "network";
    cp_err err;

    *out = (struct cp_bundle_answer){.input_count = 0};
    err = cp_bundle_net_read(network, arena, work, net, &diag);
    if (err == CP_OK) {
        err = cp_bundle_any_read(answer, net, arena, work, out, &diag);
        file = err == CP_ERR_CONFLICT || err == CP_ERR_UNKNOWN_ID ? NULL : "answer.json";
    }
    if (err != CP_OK) {
        out->fault.why = diag.why != NULL ? diag.why : "a file is past a limit";
        out->fault.file = file;
        out->fault.place = diag.place;
    }
    return err;
}

#include "prove/prove.h"

#include <stdlib.h>

#include "base/address.h"
#include "base/date.h"
#include "base/json.h"
#include "ground/metric.h"
#include "ground/net.h"

/* Lines of JSON in the order of the graph: there is one way to write each. */

struct writer {
    const struct cp_judge *judge;
    const struct cp_case *c;
    struct cp_net net;
    struct cp_json json;
    struct cp_arena *work;
};

static void begin(struct writer *w, const char *what)
{
    cp_json_array(&w->json, NULL, CP_JSON_FLAT);
    cp_json_str(&w->json, NULL, what);
}

static void end(struct writer *w)
{
    cp_json_close(&w->json);
}

static void put_number(struct writer *w, uint64_t number)
{
    cp_json_u64(&w->json, NULL, number);
}

static void put_text(struct writer *w, cp_text text)
{
    cp_json_text(&w->json, NULL, text);
}

static void open_list(struct writer *w)
{
    cp_json_array(&w->json, NULL, CP_JSON_FLAT);
}

static void close_list(struct writer *w)
{
    cp_json_close(&w->json);
}

static void put_kinds(struct writer *w, uint32_t kinds)
{
    static const char *const names[] = {"link", "node", "srlg"};
    static const uint32_t bits[] = {CP_FAIL_LINK, CP_FAIL_NODE, CP_FAIL_SRLG};

    open_list(w);
    for (uint32_t i = 0; i < CP_COUNT(bits); i++)
        if ((kinds & bits[i]) != 0)
            cp_json_str(&w->json, NULL, names[i]);
    close_list(w);
}

static void put_text_or_null(struct writer *w, cp_text text)
{
    if (text.len == 0)
        cp_json_null(&w->json, NULL);
    else
        put_text(w, text);
}

static void put_day(struct writer *w, cp_date day)
{
    char text[11] = "";

    if (day != CP_DATE_NONE)
        cp_date_format(day, text);
    put_text_or_null(w, cp_text_of(text));
}

static void put_policy(struct writer *w, const struct cp_judge_policy *applied)
{
    const struct cp_policy *policy = applied->policy;

    begin(w, "policy");
    put_text(w, policy->id);
    put_text_or_null(w, policy->says);
    put_text_or_null(w, policy->by);
    put_text_or_null(w, policy->ref);
    put_text_or_null(w, policy->owner);
    put_day(w, applied->as_of);
    put_text_or_null(w, policy->file < w->c->input_count ? w->c->inputs[policy->file].path
                                                         : CP_TEXT(""));
    end(w);
}

/* What stands at the head of the answer, too. */
static void put_head(struct writer *w, const struct cp_prove_ask *ask)
{
    for (uint32_t p = 0; p < w->judge->policy_count; p++)
        put_policy(w, &w->judge->policies[p]);
    for (uint32_t i = 0; i < w->c->input_count; i++) {
        begin(w, "input");
        put_text(w, w->c->inputs[i].path);
        put_number(w, w->c->inputs[i].used);
        put_number(w, w->c->inputs[i].ignored);
        put_number(w, w->c->inputs[i].not_understood);
        end(w);
    }
    for (uint32_t i = 0; i < ask->warning_count; i++) {
        begin(w, "warning");
        put_text(w, ask->warnings[i]);
        end(w);
    }
}

static void put_request(struct writer *w, const struct cp_audit_request *request)
{
    static const char *const names[] = {"steady", "transition", "liar"};

    begin(w, "failures");
    put_number(w, request->depth);
    put_kinds(w, request->failure_kinds);
    end(w);
    begin(w, "states");
    open_list(w);
    for (uint32_t i = 0; i < CP_STATE_COUNT; i++)
        if (request->states == 0 || (request->states >> i & 1u) != 0)
            cp_json_str(&w->json, NULL, names[i]);
    close_list(w);
    end(w);
}

static void put_numbers(struct writer *w, const uint32_t *numbers, uint32_t count)
{
    open_list(w);
    for (uint32_t i = 0; i < count; i++)
        put_number(w, numbers[i]);
    close_list(w);
}

static void put_link(struct writer *w, uint32_t link)
{
    const struct cp_graph *g = &w->net.graph;
    uint32_t first = g->link_srlg_first[link];

    begin(w, "link");
    put_text(w, w->c->links[w->net.case_link[link]].id);
    open_list(w);
    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
        put_number(w, g->end_node[e]);
        put_number(w, g->end_metric[e]);
    }
    close_list(w);
    put_numbers(w, g->link_srlgs + first, g->link_srlg_first[link + 1] - first);
    end(w);
}

static void put_graph(struct writer *w)
{
    const struct cp_graph *g = &w->net.graph;

    for (uint32_t v = 0; v < g->node_count; v++) {
        begin(w, "node");
        put_text(w, w->c->nodes[w->net.case_node[v]].id);
        end(w);
    }
    for (uint32_t s = 0; s < g->srlg_count; s++) {
        begin(w, "srlg");
        put_text(w, w->c->srlgs[w->net.case_srlg[s]]);
        end(w);
    }
    for (uint32_t l = 0; l < g->link_count; l++)
        put_link(w, l);
}

static void put_rules(struct writer *w)
{
    for (uint32_t r = 0; r < w->judge->transit_count; r++) {
        const struct cp_judge_rule *rule = &w->judge->rules[r];

        begin(w, "rule");
        put_number(w, rule->policy);
        put_text(w, rule->id);
        put_text(w, rule->says);
        put_number(w, rule->depth);
        put_kinds(w, rule->failure_kinds);
        end(w);
    }
    for (uint32_t t = 0; t < w->judge->treatment_count; t++) {
        const struct cp_treatment *treatment = &w->judge->treatments[t];

        begin(w, "treatment");
        put_text_or_null(w, treatment->traffic_class);
        put_numbers(w, treatment->rules, treatment->rule_count);
        end(w);
    }
}

/* element: of the graph; object: of the case. */
static cp_err put_against(struct writer *w, uint32_t rule, cp_object_kind kind, uint32_t element,
                          uint32_t object)
{
    const struct cp_judge_rule *r = &w->judge->rules[rule];
    cp_trust trust = cp_trust_treated(cp_judge_trust(r, kind, object), r->unknown);
    struct cp_reason reason = {.reason = CP_TEXT("")};
    cp_arena_mark mark = cp_arena_mark_get(w->work);

    if (trust == CP_TRUSTED)
        return CP_OK;
    if (w->judge->inside != NULL)
        CP_TRY(cp_judge_reason(w->judge, rule, kind, object, w->work, &reason));
    begin(w, "against");
    put_number(w, rule);
    cp_json_str(&w->json, NULL, kind == CP_OBJECT_NODE ? "node" : "link");
    put_number(w, element);
    cp_json_str(&w->json, NULL, trust == CP_UNTRUSTED ? "forbidden" : "undecided");
    put_text(w, reason.reason);
    end(w);
    cp_arena_reset(w->work, mark);
    return CP_OK;
}

static cp_err put_verdicts(struct writer *w)
{
    for (uint32_t r = 0; r < w->judge->transit_count; r++) {
        for (uint32_t l = 0; l < w->net.graph.link_count; l++)
            CP_TRY(put_against(w, r, CP_OBJECT_LINK, l, w->net.case_link[l]));
        for (uint32_t v = 0; v < w->net.graph.node_count; v++)
            CP_TRY(put_against(w, r, CP_OBJECT_NODE, v, w->net.case_node[v]));
    }
    return CP_OK;
}

/* The case's nodes ascend, and so do the graph's. */
static void put_ends(struct writer *w, cp_range ends)
{
    open_list(w);
    for (uint32_t i = 0; i < ends.count; i++)
        put_number(w, w->net.node_of_case[w->c->demand_ends[ends.first + i].at]);
    close_list(w);
}

static void put_demands(struct writer *w)
{
    for (uint32_t d = 0; d < w->c->demand_count; d++) {
        const struct cp_demand *demand = &w->c->demands[d];

        begin(w, "demand");
        put_text(w, demand->id);
        put_text(w, demand->src_name);
        put_text(w, demand->dst_name);
        put_number(w, w->judge->demand_treatment[d]);
        if (demand->bandwidth_bps == CP_BPS_NONE)
            cp_json_null(&w->json, NULL);
        else
            put_number(w, demand->bandwidth_bps);
        put_ends(w, demand->src);
        put_ends(w, demand->dst);
        end(w);
    }
}

static cp_err put_metrics(struct writer *w, const struct cp_route_answer *route)
{
    const struct cp_graph *g = &w->net.graph;
    bool used[CP_METRIC_COUNT] = {false};

    for (uint32_t d = 0; d < w->c->demand_count; d++)
        used[route->results[d].wishes.metric] = true;
    for (int m = CP_METRIC_IGP + 1; m < CP_METRIC_COUNT; m++) {
        const uint32_t *cost = NULL;

        if (!used[m])
            continue;
        CP_TRY(cp_metric_costs(&w->net, w->c, (cp_metric)m, w->work, &cost));
        begin(w, "metric");
        cp_json_str(&w->json, NULL, cp_metric_name((cp_metric)m));
        open_list(w);
        for (uint32_t e = 0; e < g->end_first[g->link_count]; e++)
            put_number(w, cost[e] == CP_COST_NONE ? 0 : cost[e]);
        close_list(w);
        end(w);
    }
    return CP_OK;
}

struct sid_row {
    uint32_t from, to, link; /* CP_NONE: a node segment, which comes first */
    const struct cp_sid *sid;
};

static int compare_sids(const void *a, const void *b)
{
    const struct sid_row *x = a;
    const struct sid_row *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    return x->link + 1 == y->link + 1 ? 0 : (x->link + 1 < y->link + 1 ? -1 : 1);
}

/* Of all segments of all candidates, into rows where it is not NULL; returns how many. */
static size_t gather_sids(const struct writer *w, const struct cp_route_answer *route,
                          struct sid_row *rows)
{
    size_t count = 0;

    for (uint32_t d = 0; d < w->c->demand_count; d++)
        for (uint32_t k = 0; k < route->results[d].candidate_count; k++) {
            const struct cp_segment_list *list = &route->results[d].candidates[k].segments;

            for (uint32_t i = 0; list->at != NULL && i < list->count; i++) {
                const struct cp_segment *s = &list->at[i];

                if (!s->sid.known)
                    continue;
                if (rows != NULL)
                    rows[count] = (struct sid_row){
                        s->from, s->to, s->kind == CP_SEGMENT_NODE ? CP_NONE : s->link, &s->sid};
                count++;
            }
        }
    return count;
}

static void put_sid(struct writer *w, const struct sid_row *row)
{
    struct cp_out out = cp_out_make(w->work);
    cp_text text = {0};

    if (row->sid->plane == CP_PLANE_SRV6)
        cp_out_ipv6(&out, row->sid->srv6);
    else
        cp_out_u64(&out, row->sid->label);
    if (cp_out_done(&out, &text) != CP_OK)
        w->json.out->err = CP_ERR_NOMEM;
    begin(w, "sid");
    put_number(w, row->from);
    if (row->link == CP_NONE)
        cp_json_null(&w->json, NULL);
    else
        put_number(w, row->link);
    put_number(w, row->to);
    put_text(w, text);
    end(w);
}

static cp_err put_sids(struct writer *w, const struct cp_route_answer *route)
{
    size_t count = gather_sids(w, route, NULL);
    struct sid_row *rows = CP_TAKE(w->work, count, struct sid_row);

    if (rows == NULL)
        return CP_ERR_NOMEM;
    (void)gather_sids(w, route, rows);
    if (count > 0)
        qsort(rows, count, sizeof *rows, compare_sids);
    for (size_t i = 0; i < count; i++) {
        cp_arena_mark mark = cp_arena_mark_get(w->work);

        if (i == 0 || compare_sids(&rows[i], &rows[i - 1]) != 0)
            put_sid(w, &rows[i]);
        cp_arena_reset(w->work, mark);
    }
    return CP_OK;
}

static cp_err write_all(struct writer *w, const struct cp_prove_ask *ask)
{
    begin(w, "cleanpath-network");
    put_number(w, 1);
    end(w);
    begin(w, "as_of");
    put_day(w, w->judge->as_of);
    end(w);
    put_request(w, ask->request);
    put_head(w, ask);
    put_graph(w);
    put_rules(w);
    CP_TRY(put_verdicts(w));
    put_demands(w);
    if (ask->route != NULL) {
        CP_TRY(put_metrics(w, ask->route));
        CP_TRY(put_sids(w, ask->route));
    }
    begin(w, "end");
    end(w);
    return w->json.out->err;
}

cp_err cp_prove_network(const struct cp_prove_ask *ask, struct cp_out *out)
{
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    struct writer w = {
        .judge = ask->judge, .c = ask->judge->net, .json = cp_json_make(out), .work = work};
    cp_err err = CP_ERR_NOMEM;

    if (work != NULL)
        err = cp_net_make(w.c, work, &w.net);
    if (err == CP_OK)
        err = write_all(&w, ask);
    cp_arena_close(work);
    return err;
}

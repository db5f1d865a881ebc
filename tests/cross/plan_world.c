#include "plan_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"

static const char policy_text[] = "cleanpath-policy: 1\n"
                                  "id: test\n"
                                  "says: Secret traffic does not pass Huawei equipment.\n"
                                  "authority: { by: us, owner: us@example.org }\n"
                                  "traffic:\n"
                                  "  secret: { says: Any flow that is named so. }\n"
                                  "rules:\n"
                                  "  - id: no-huawei\n"
                                  "    says: Secret traffic does not pass Huawei equipment.\n"
                                  "    forbid-transit: { maker: huawei }\n"
                                  "    of: secret\n"
                                  "    unknown: untrusted\n";

cp_text text(struct world *w, const char *before, uint32_t number)
{
    struct cp_out out = cp_out_make(w->arena);
    cp_text made;

    cp_out_format(&out, "%s%u", before, number);
    assert_int_equal(cp_out_done(&out, &made), CP_OK);
    return made;
}

static void put_node(struct world *w, struct cp_build *build, uint32_t v)
{
    struct cp_node_row row = cp_node_row_make(CP_PLACE_NONE, text(w, "n", v));
    struct cp_diag diag;

    w->banned[v] = sample_chance(&w->numbers, 25);
    row.maker = w->banned[v] ? CP_TEXT("Huawei") : CP_TEXT("Nokia");
    row.loopback = text(w, "10.0.0.", v + 1);
    row.sid = text(w, "index:", v + 1);
    assert_int_equal(cp_build_node(build, &row, &diag), CP_OK);
}

static void put_fact(struct cp_build *build, const char *attribute, cp_text value)
{
    struct cp_fact_row row = {.place = CP_PLACE_NONE,
                              .attribute = cp_text_of(attribute),
                              .value = value,
                              .foreign = true,
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};
    struct cp_diag diag;

    assert_int_equal(cp_build_fact_on_last(build, &row, &diag), CP_OK);
}

static void put_link(struct world *w, struct cp_build *build, uint32_t l)
{
    struct link *link = &w->links[l];
    struct cp_link_row row;
    struct cp_diag diag;

    link->a = sample_pick(&w->numbers, 0, w->node_count - 1);
    do
        link->b = sample_pick(&w->numbers, 0, w->node_count - 1);
    while (link->b == link->a);
    link->ab = sample_pick(&w->numbers, 1, 3);
    link->ba = sample_chance(&w->numbers, 70) ? link->ab : sample_pick(&w->numbers, 1, 3);
    link->banned = sample_chance(&w->numbers, 10);
    link->grouped = sample_chance(&w->numbers, 90);
    link->groups = sample_pick(&w->numbers, 0, 7);
    link->capacity = sample_pick(&w->numbers, 1, 4);
    row = cp_link_row_make(CP_PLACE_NONE, text(w, "n", link->a), text(w, "n", link->b));
    row.id = text(w, "l", l);
    row.metric_ab = link->ab;
    row.metric_ba = link->ba;
    row.capacity_bps = link->capacity;
    row.maker = link->banned ? CP_TEXT("Huawei") : CP_TEXT("Nokia");
    assert_int_equal(cp_build_link(build, &row, &diag), CP_OK);
    put_fact(build, "adj-sid-ab", text(w, "label:", LABEL_ADJACENCY + 2 * l));
    put_fact(build, "adj-sid-ba", text(w, "label:", LABEL_ADJACENCY + 2 * l + 1));
    put_fact(build, "address-a", text(w, "10.1.1.", l));
    put_fact(build, "address-b", text(w, "10.1.2.", l));
    if (!link->grouped)
        return;
    put_fact(build, "admin-group-ab", text(w, "", link->groups));
    put_fact(build, "admin-group-ba", text(w, "", link->groups));
}

static void put_demand(struct world *w, struct cp_build *build)
{
    uint32_t a = sample_pick(&w->numbers, 0, w->node_count - 1);
    uint32_t b = sample_pick(&w->numbers, 0, w->node_count - 2);
    struct cp_demand_row row =
        cp_demand_row_make(CP_PLACE_NONE, text(w, "n", a), text(w, "n", b + (b >= a)));
    struct cp_diag diag;

    row.traffic_class = CP_TEXT("secret");
    assert_int_equal(cp_build_demand(build, &row, &diag), CP_OK);
}

static void doubt(struct world *w)
{
    w->view.doubt_count =
        sample_chance(&w->numbers, 40) ? sample_pick(&w->numbers, 1, DOUBTS_MOST) : 0;
    for (uint32_t i = 0; i < w->view.doubt_count; i++) {
        w->doubts[i] = (struct cp_ted_doubt){.subject = CP_TEXT("a link"),
                                             .said = CP_TEXT("who says what"),
                                             .ends = w->doubted[i],
                                             .end_count = sample_pick(&w->numbers, 2, 3)};
        for (uint32_t k = 0; k < w->doubts[i].end_count; k++) {
            w->doubt_at[i][k] = sample_pick(&w->numbers, 0, w->node_count - 1);
            w->doubted[i][k] = w->net->nodes[w->doubt_at[i][k]].id;
        }
    }
}

void make_case(struct world *w)
{
    struct cp_build *build;
    struct cp_diag diag;

    assert_int_equal(cp_build_open(w->arena, &build), CP_OK);
    w->node_count = sample_pick(&w->numbers, 2, NODES_MOST);
    w->link_count = sample_pick(&w->numbers, 1, LINKS_MOST);
    for (uint32_t v = 0; v < w->node_count; v++)
        put_node(w, build, v);
    for (uint32_t l = 0; l < w->link_count; l++)
        put_link(w, build, l);
    for (uint32_t d = sample_pick(&w->numbers, 1, 4); d > 0; d--)
        put_demand(w, build);
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &w->net, &diag), CP_OK);
    for (uint32_t v = 0; v < w->node_count; v++)
        w->seen[v] = (struct cp_ted_node){
            .seen = true,
            .known = true,
            /* As a rule another address than that of the inventory: the node has both. */
            .address = v % 4 == 0 ? cp_ip_find(w->net->nodes[v].loopback)
                                  : cp_ip_find(text(w, "10.9.9.", v))};
    w->view =
        (struct cp_ted_view){.version = 1, .net = w->net, .nodes = w->seen, .doubts = w->doubts};
    doubt(w);
}

void judge(struct world *w)
{
    struct cp_judge_policy policy = {.as_of = CP_DATE_NONE};
    struct cp_judge_policy *kept = CP_TAKE(w->arena, 1, struct cp_judge_policy);
    struct cp_judge_ask ask = {.policies = kept, .count = 1, .net = w->net};
    struct cp_diag diag;

    assert_non_null(kept);
    assert_int_equal(cp_policy_read(cp_text_of(policy_text), 0, w->arena, &policy.policy, &diag),
                     CP_OK);
    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-28"), &policy.as_of), CP_OK);
    *kept = policy;
    assert_int_equal(cp_judge_make(&ask, w->arena, &w->judge, &diag), CP_OK);
}

void plan(struct world *w)
{
    static const struct cp_plan_colour colours[] = {{{"secret", 6}, 100}};
    struct cp_plan_ask ask = {
        .view = &w->view,
        .judge = w->judge,
        .config = {.colours = colours,
                   .colour_count = 1,
                   .colour_first = 1000,
                   .doubt_steps = w->doubt_steps,
                   .request = {.proof = {.depth = 0,
                                         .failure_kinds = CP_FAIL_LINK | CP_FAIL_NODE,
                                         .states = 1u << CP_STATE_STEADY},
                               .judged = CP_SEGMENTS_AS_RULED,
                               .otherwise = {.metric = CP_METRIC_IGP,
                                             .disjoint = CP_DISJOINT_NODE,
                                             .hops_max = CP_NONE,
                                             .delay_max_us = CP_PATH_DELAY_NONE},
                               .strict = w->strict,
                               .depth_max = CP_NONE}}};
    struct cp_planning_worker *worker;
    struct cp_planning *planning;
    struct cp_diag diag;
    uint32_t parts;

    assert_int_equal(cp_planning_open(&ask, w->arena, &planning, &diag), CP_OK);
    while (cp_planning_next(planning, &parts) == CP_OK && parts > 0) {
        assert_int_equal(cp_planning_worker_open(planning, w->arena, &worker), CP_OK);
        for (uint32_t i = 0; i < parts; i++)
            assert_int_equal(cp_planning_run(worker, i), CP_OK);
        cp_planning_worker_close(worker);
    }
    assert_int_equal(cp_planning_finish(planning, &w->plan), CP_OK);
    assert_int_equal(cp_picker_open(w->plan, w->arena, &w->picker), CP_OK);
}

bool is_gone(const struct world *w, uint32_t element)
{
    return w->gone[element] != 0;
}

void measure(const struct world *w, bool left, uint32_t dist[][ALL_MOST])
{
    uint32_t n = w->node_count + (left ? w->mask.new_nodes : 0);

    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = 0; b < n; b++)
            dist[a][b] = a == b ? 0 : FAR;
    for (uint32_t l = 0; l < w->link_count; l++) {
        const struct link *k = &w->links[l];
        uint32_t ab = left ? w->now_ab[l] : k->ab, ba = left ? w->now_ba[l] : k->ba;

        if (left &&
            (is_gone(w, l) || is_gone(w, w->link_count + k->a) || is_gone(w, w->link_count + k->b)))
            continue;
        dist[k->a][k->b] = ab < dist[k->a][k->b] ? ab : dist[k->a][k->b];
        dist[k->b][k->a] = ba < dist[k->b][k->a] ? ba : dist[k->b][k->a];
    }
    for (uint32_t i = w->new_first; i < w->mask.shift_count && left; i++) {
        const struct cp_plan_shift *s = &w->shifts[i];

        if (dist[s->from][s->to] > s->cost)
            dist[s->from][s->to] = s->cost;
    }
    for (uint32_t m = 0; m < n; m++)
        for (uint32_t a = 0; a < n; a++)
            for (uint32_t b = 0; b < n; b++)
                if (dist[a][m] + dist[m][b] < dist[a][b])
                    dist[a][b] = dist[a][m] + dist[m][b];
}

static bool is_next(const struct world *w, bool now, uint32_t l, uint32_t v, uint32_t to,
                    uint32_t *other)
{
    const struct link *k = &w->links[l];
    const uint32_t(*dist)[ALL_MOST] = now ? w->after : w->before;
    uint32_t metric = now ? (k->a == v ? w->now_ab[l] : w->now_ba[l]) : (k->a == v ? k->ab : k->ba);

    if (k->a != v && k->b != v)
        return false;
    *other = k->a == v ? k->b : k->a;
    return dist[v][to] < FAR && v != to && dist[v][to] == metric + dist[*other][to];
}

static bool is_led_away(const struct world *w, uint32_t v, uint32_t to)
{
    for (uint32_t i = w->new_first; i < w->mask.shift_count; i++) {
        const struct cp_plan_shift *s = &w->shifts[i];

        if (s->from == v && v != to && w->after[v][to] < FAR &&
            w->after[v][to] == s->cost + w->after[s->to][to])
            return true;
    }
    return false;
}

/* All that a packet to a node can visit while each router goes by its old or its new ways. */
static void slow_flow(struct world *w, struct slow_walk *k, uint32_t to)
{
    bool in[NODES_MOST] = {false};
    bool grew = k->at != to;

    if (!grew)
        return;
    in[k->at] = true;
    k->broken = k->broken || w->after[k->at][to] >= FAR;
    while (grew) {
        grew = false;
        for (uint32_t l = 0; l < w->link_count; l++)
            for (uint32_t v = 0; v < w->node_count; v++) {
                uint32_t other;

                if (!in[v] ||
                    (!is_next(w, false, l, v, to, &other) && !is_next(w, true, l, v, to, &other)))
                    continue;
                k->met[l] = true;
                k->onward[v] |= 1u << l;
                grew = grew || !in[other];
                in[other] = true;
            }
    }
    for (uint32_t v = 0; v < w->node_count; v++) {
        k->met[w->link_count + v] = k->met[w->link_count + v] || in[v];
        k->strays = k->strays || (in[v] && is_led_away(w, v, to));
    }
    k->at = to;
}

static void slow_hop(struct world *w, struct slow_walk *k, const struct cp_pce_hop *hop)
{
    uint32_t label = hop->label;

    if (label > LABEL_NODE && label <= LABEL_NODE + w->node_count) {
        slow_flow(w, k, label - LABEL_NODE - 1);
        return;
    }
    uint32_t l = (label - LABEL_ADJACENCY) / 2;
    bool ab = (label - LABEL_ADJACENCY) % 2 == 0;

    if (label < LABEL_ADJACENCY || l >= w->link_count ||
        k->at != (ab ? w->links[l].a : w->links[l].b)) {
        k->unknown = true;
        return;
    }
    k->onward[k->at] |= 1u << l;
    k->at = ab ? w->links[l].b : w->links[l].a;
    k->broken = k->broken || is_gone(w, l) || is_gone(w, w->link_count + k->at) ||
                (ab ? w->now_ab[l] : w->now_ba[l]) == FAR;
    k->met[l] = k->met[w->link_count + k->at] = true;
}

cp_trace_kind slow_trace(struct world *w, uint32_t from, uint32_t to, struct cp_pce_path hops,
                         struct slow_walk *k)
{
    *k = (struct slow_walk){.at = from};
    k->met[w->link_count + from] = true;
    for (uint32_t i = 0; i < hops.count && !k->unknown; i++)
        slow_hop(w, k, &hops.at[i]);
    uint32_t end = k->at;

    if (!k->unknown && end != to)
        slow_flow(w, k, to);
    k->at = end;
    for (uint32_t e = 0; e < w->link_count + w->node_count; e++)
        if (k->met[e] && (e < w->link_count ? w->links[e].banned : w->banned[e - w->link_count]))
            return CP_TRACE_FORBIDDEN;
    if (k->strays)
        return CP_TRACE_FORBIDDEN;
    if (k->unknown)
        return CP_TRACE_UNKNOWN;
    return k->broken ? CP_TRACE_BROKEN : CP_TRACE_CLEAN;
}

uint32_t slow_cost(const struct world *w, uint32_t from, uint32_t to, const bool *out)
{
    uint32_t cost[NODES_MOST];

    for (uint32_t v = 0; v < w->node_count; v++)
        cost[v] = FAR;
    if (w->banned[from] || is_gone(w, w->link_count + from) || out[w->link_count + from])
        return FAR;
    cost[from] = 0;
    for (uint32_t round = 0; round < w->node_count; round++)
        for (uint32_t l = 0; l < w->link_count; l++)
            for (uint32_t side = 0; side < 2; side++) {
                const struct link *k = &w->links[l];
                uint32_t a = side ? k->b : k->a, b = side ? k->a : k->b;
                uint32_t sum = cost[a] + (side ? k->ba : k->ab);

                if ((side ? w->now_ba[l] : w->now_ab[l]) == FAR || k->banned || is_gone(w, l) ||
                    out[l] || w->banned[b] || is_gone(w, w->link_count + b) ||
                    out[w->link_count + b] || sum >= cost[b])
                    continue;
                cost[b] = sum;
            }
    return cost[to];
}

static bool is_doubted(const struct world *w, uint32_t i, uint32_t v)
{
    for (uint32_t k = 0; k < w->doubts[i].end_count; k++)
        if (w->doubt_at[i][k] == v)
            return true;
    return false;
}

static bool is_joined(const struct world *w, uint32_t a, uint32_t b, bool doubts)
{
    for (uint32_t l = 0; l < w->link_count; l++)
        if (!w->links[l].banned && ((w->links[l].a == a && w->links[l].b == b) ||
                                    (w->links[l].a == b && w->links[l].b == a)))
            return true;
    for (uint32_t i = 0; i < w->view.doubt_count && doubts; i++)
        if (is_doubted(w, i, a) && is_doubted(w, i, b))
            return true;
    return false;
}

bool slow_reaches(const struct world *w, uint32_t from, uint32_t to, bool doubts)
{
    bool in[NODES_MOST] = {false};

    in[from] = !w->banned[from];
    for (uint32_t round = 0; round < w->node_count; round++)
        for (uint32_t a = 0; a < w->node_count; a++)
            for (uint32_t b = 0; b < w->node_count; b++)
                in[b] = in[b] || (in[a] && !w->banned[b] && is_joined(w, a, b, doubts));
    return in[to];
}

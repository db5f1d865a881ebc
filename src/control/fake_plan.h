#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/control.h"
#include "route/blocking.h"

/*
 * A plan for tests, made of small networks by plain search: it stands in for room plan's functions, which must not be
 * linked beside it.  Every link has a label in each direction, FIRST_LABEL + 2 * link (+ 1 from b to a); links and
 * nodes keep their numbers whether they are up or not.
 */

enum { FAKE_NODES = 12, FAKE_LINKS = 24, FAKE_DEMANDS = 12, FAKE_OPTIONS = 4, FAKE_HOPS = 8 };
enum { FIRST_LABEL = 16000, FAKE_COLOUR = 100 };

struct fake_link {
    uint32_t a, b, cost;
    bool down;
};

struct fake_demand {
    uint32_t src, dst;
    uint32_t name;   /* id: "dNAME" */
    uint32_t colour; /* 0: FAKE_COLOUR */
    bool rides;      /* in the LSP of the first demand; it has none of its own */
};

struct fake_net {
    uint32_t node_count, link_count, demand_count;
    bool node_bad[FAKE_NODES], node_lost[FAKE_NODES];
    bool node_out
        [FAKE_NODES]; /* the inventory has them no more: their routers are in no view by that id */
    struct fake_link links[FAKE_LINKS];
    struct fake_demand demands[FAKE_DEMANDS];
    uint64_t version;
    uint32_t options; /* of an LSP at most; 0: FAKE_OPTIONS */
    bool strays;      /* where steps are others all packets may pass what is forbidden */
    uint32_t
        beside; /* a node that packets of each path pass too, as those of node segments may; 0: none */
    bool lan; /* lan_node hangs at lan_link too; no label leads there */
    uint32_t lan_link, lan_node;
    /* Lost nodes are not in the graph, and labels of their links, or of links that are down, are nobody's: as in a view
     * that lacks them. */
    bool blind;
    bool mute;     /* no label is told by anybody, but those of one link, which are others now */
    uint32_t told; /* that link */
};

struct cp_plan {
    struct cp_arena *arena;
    struct fake_net of;
    struct cp_case net;
    struct cp_ted_view view;
    struct cp_net graph;
    struct cp_judge judge;
    struct cp_judge_rule rule;
    struct cp_treatment treatment;
    struct cp_plan_lsp *lsps;
    uint32_t lsp_count;
};

struct cp_picker {
    const struct cp_plan *plan;
};

static cp_text fake_keep(struct cp_arena *arena, const char *text)
{
    cp_text out;

    assert_int_equal(cp_text_copy(cp_text_of(text), arena, &out), CP_OK);
    return out;
}

static cp_ip fake_address(uint32_t node)
{
    return cp_ip_v4(0x0aff0000u + node + 1);
}

/* --- paths --------------------------------------------------------------------------------------- */

struct fake_way {
    uint32_t links[FAKE_HOPS];
    uint32_t count;
    uint64_t cost;
};

struct fake_search {
    const struct fake_net *of;
    const uint8_t *gone;
    uint32_t to;
    struct fake_way now, best[FAKE_OPTIONS];
    uint32_t best_count;
    bool visited[FAKE_NODES];
};

static bool fake_up(const struct fake_search *s, uint32_t link)
{
    return !s->of->links[link].down && (s->gone == NULL || s->gone[link] == 0);
}

static bool fake_node_up(const struct fake_search *s, uint32_t node)
{
    return !s->of->node_lost[node] && !s->of->node_out[node] && !s->of->node_bad[node] &&
           (s->gone == NULL || s->gone[s->of->link_count + node] == 0);
}

static void fake_found(struct fake_search *s)
{
    uint32_t at = s->best_count;

    while (at > 0 && s->best[at - 1].cost > s->now.cost)
        at--;
    if (at == FAKE_OPTIONS)
        return;
    for (uint32_t i = s->best_count < FAKE_OPTIONS ? s->best_count : FAKE_OPTIONS - 1; i > at; i--)
        s->best[i] = s->best[i - 1];
    s->best[at] = s->now;
    s->best_count += s->best_count < FAKE_OPTIONS;
}

static void fake_walk(struct fake_search *s, uint32_t at)
{
    if (!fake_node_up(s, at) || s->visited[at])
        return;
    if (at == s->to) {
        fake_found(s);
        return;
    }
    s->visited[at] = true;
    for (uint32_t l = 0; l < s->of->link_count && s->now.count < FAKE_HOPS; l++) {
        const struct fake_link *link = &s->of->links[l];

        if (!fake_up(s, l) || (link->a != at && link->b != at))
            continue;
        s->now.links[s->now.count++] = l;
        s->now.cost += link->cost;
        fake_walk(s, link->a == at ? link->b : link->a);
        s->now.count--;
        s->now.cost -= link->cost;
    }
    s->visited[at] = false;
}

static uint32_t fake_options(struct fake_search *s, const struct fake_net *of, const uint8_t *gone,
                             uint32_t from, uint32_t to)
{
    *s = (struct fake_search){.of = of, .gone = gone, .to = to};
    if (!of->mute)
        fake_walk(s, from);
    return s->best_count;
}

static int fake_by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static struct cp_plan_option fake_option(const struct fake_net *of, const struct fake_way *way,
                                         uint32_t from, struct cp_arena *arena)
{
    struct cp_pce_hop *hops = CP_TAKE(arena, way->count, struct cp_pce_hop);
    uint32_t *touches = CP_TAKE(arena, (size_t)way->count * 2 + 2, uint32_t);
    uint32_t at = from, count = 0;

    assert_true(hops != NULL && touches != NULL);
    touches[count++] = of->link_count + from;
    for (uint32_t i = 0; i < way->count; i++) {
        const struct fake_link *link = &of->links[way->links[i]];
        bool forward = link->a == at;

        hops[i].kind = CP_PCE_HOP_LABEL;
        hops[i].label = FIRST_LABEL + 2 * way->links[i] + !forward;
        at = forward ? link->b : link->a;
        touches[count++] = way->links[i];
        touches[count++] = of->link_count + at;
    }
    if (of->beside != 0)
        touches[count++] = of->link_count + of->beside;
    qsort(touches, count, sizeof *touches, fake_by_number);
    return (struct cp_plan_option){.role = CP_ROLE_PRIMARY,
                                   .hops = {hops, way->count},
                                   .touches = touches,
                                   .touch_count = count,
                                   .cost = way->cost};
}

/* --- making -------------------------------------------------------------------------------------- */

static void fake_case(struct cp_plan *p)
{
    struct cp_arena *a = p->arena;
    const struct fake_net *of = &p->of;
    struct cp_node_rec *nodes = CP_TAKE(a, of->node_count, struct cp_node_rec);
    struct cp_link_rec *links = CP_TAKE(a, of->link_count, struct cp_link_rec);
    struct cp_demand *demands = CP_TAKE(a, of->demand_count, struct cp_demand);
    struct cp_map *node_ids = NULL, *link_ids = NULL;
    char text[64];

    assert_true(cp_map_open(a, &node_ids) == CP_OK && cp_map_open(a, &link_ids) == CP_OK);
    for (uint32_t i = 0; i < of->node_count; i++) {
        (void)snprintf(text, sizeof text, "n%u", i);
        nodes[i].id = fake_keep(a, text);
        if (!of->node_out[i])
            assert_int_equal(cp_map_add(node_ids, nodes[i].id, i), CP_OK);
    }
    for (uint32_t i = 0; i < of->link_count; i++) {
        (void)snprintf(text, sizeof text, "n%u--n%u.%u", of->links[i].a, of->links[i].b, i);
        links[i].id = fake_keep(a, text);
        assert_int_equal(cp_map_add(link_ids, links[i].id, i), CP_OK);
    }
    for (uint32_t i = 0; i < of->demand_count; i++) {
        (void)snprintf(text, sizeof text, "d%u", of->demands[i].name);
        demands[i].id = fake_keep(a, text);
    }
    p->net = (struct cp_case){.nodes = nodes,
                              .links = links,
                              .demands = demands,
                              .node_count = of->node_count,
                              .link_count = of->link_count,
                              .demand_count = of->demand_count,
                              .node_ids = node_ids,
                              .link_ids = link_ids};
}

static void fake_lan_hops(const struct fake_net *of, uint32_t v, struct cp_hop *hops,
                          uint32_t *count)
{
    const struct fake_link *lan = &of->links[of->lan_link];

    if (!of->lan)
        return;
    if (v == of->lan_node || v == lan->a)
        hops[(*count)++] = (struct cp_hop){v == lan->a ? of->lan_node : lan->a, of->lan_link, 1, 1};
    if (v == of->lan_node || v == lan->b)
        hops[(*count)++] = (struct cp_hop){v == lan->b ? of->lan_node : lan->b, of->lan_link, 1, 1};
}

/* Ways out of each node, by link. */
static void fake_hops(struct cp_plan *p)
{
    const struct fake_net *of = &p->of;
    uint32_t *first = CP_TAKE(p->arena, (size_t)of->node_count + 1, uint32_t);
    struct cp_hop *hops = CP_TAKE(p->arena, (size_t)of->link_count * 2 + 5, struct cp_hop);
    uint32_t count = 0;

    assert_true(first != NULL && hops != NULL);
    for (uint32_t v = 0; v < of->node_count; v++) {
        for (uint32_t l = 0; l < of->link_count; l++)
            if (of->links[l].a == v || of->links[l].b == v)
                hops[count++] =
                    (struct cp_hop){.to = of->links[l].a == v ? of->links[l].b : of->links[l].a,
                                    .link = l,
                                    .out = 1,
                                    .in = 1};
        fake_lan_hops(of, v, hops, &count);
        first[v + 1] = count;
    }
    p->graph.graph.hop_first = first;
    p->graph.graph.hops = hops;
}

static void fake_view(struct cp_plan *p)
{
    struct cp_arena *a = p->arena;
    const struct fake_net *of = &p->of;
    struct cp_ted_node *nodes = CP_TAKE(a, of->node_count, struct cp_ted_node);
    uint32_t *same = CP_TAKE(a, (size_t)of->node_count + of->link_count, uint32_t);
    uint32_t *node_of = CP_TAKE(a, of->node_count, uint32_t);

    for (uint32_t i = 0; i < of->node_count; i++)
        nodes[i] = (struct cp_ted_node){.seen = !of->node_lost[i] && !of->node_out[i],
                                        .known = true,
                                        .address = fake_address(i)};
    for (uint32_t i = 0; i < of->node_count + of->link_count; i++)
        same[i] = i;
    for (uint32_t i = 0; i < of->node_count; i++)
        node_of[i] = of->blind && of->node_lost[i] ? CP_NONE : i;
    p->view = (struct cp_ted_view){of->version, &p->net, nodes};
    fake_hops(p);
    p->graph.graph.node_count = of->node_count;
    p->graph.graph.link_count = of->link_count;
    p->graph.node_of_case = node_of;
    p->graph.case_node = p->graph.case_link = same;
    p->rule = (struct cp_judge_rule){.id = CP_TEXT("no-bad")};
    p->treatment = (struct cp_treatment){.traffic_class = CP_TEXT("secret")};
    p->judge = (struct cp_judge){.rules = &p->rule,
                                 .rule_count = 1,
                                 .treatments = &p->treatment,
                                 .treatment_count = 1,
                                 .net = &p->net};
}

static int fake_by_key(const void *a, const void *b)
{
    return cp_text_cmp(((const struct cp_plan_lsp *)a)->key, ((const struct cp_plan_lsp *)b)->key);
}

/* All nodes that are bad; where none is there is no way at all. */
static const struct cp_blocking *fake_blocking(struct cp_plan *p)
{
    static const uint32_t rule = 0;
    struct cp_blocking *b = CP_TAKE(p->arena, 1, struct cp_blocking);
    struct cp_blocker *cut = CP_TAKE(p->arena, FAKE_NODES, struct cp_blocker);
    uint32_t count = 0;

    for (uint32_t i = 0; i < p->of.node_count; i++)
        if (p->of.node_bad[i])
            cut[count++] = (struct cp_blocker){
                .kind = CP_OBJECT_NODE, .object = i, .rules = &rule, .rule_count = 1};
    *b = (struct cp_blocking){.why = count > 0 ? CP_BLOCKED_BY_RULES : CP_BLOCKED_ANYWAY,
                              .smallest = cut,
                              .smallest_count = count};
    return b;
}

static void fake_lsp(struct cp_plan *p, uint32_t at)
{
    uint32_t count = 0;
    const struct fake_demand *d = &p->of.demands[at];
    uint32_t colour = d->colour == 0 ? FAKE_COLOUR : d->colour;
    struct cp_plan_lsp *l = &p->lsps[p->lsp_count++];
    struct cp_plan_option *options = CP_TAKE(p->arena, FAKE_OPTIONS, struct cp_plan_option);
    uint32_t *demand = CP_TAKE(p->arena, FAKE_DEMANDS, uint32_t);
    struct fake_search s;
    char key[64];

    for (uint32_t i = 0; i < p->of.demand_count; i++)
        if (i == at || (at == 0 && p->of.demands[i].rides))
            demand[count++] = i;
    (void)snprintf(key, sizeof key, "n%u>n%u/%u", d->src, d->dst, colour);
    *l = (struct cp_plan_lsp){.key = fake_keep(p->arena, key),
                              .headend = d->src,
                              .endpoint = d->dst,
                              .headend_address = fake_address(d->src),
                              .endpoint_address = fake_address(d->dst),
                              .colour = colour,
                              .demands = demand,
                              .demand_count = count,
                              .options = options};
    l->option_count = fake_options(&s, &p->of, NULL, d->src, d->dst);
    if (p->of.options != 0 && l->option_count > p->of.options)
        l->option_count = p->of.options;
    for (uint32_t i = 0; i < l->option_count; i++)
        options[i] = fake_option(&p->of, &s.best[i], d->src, p->arena);
    if (l->option_count == 0)
        l->blocking = fake_blocking(p);
}

/* Demands between different nodes, keys all different. */
static struct cp_plan *fake_plan(const struct fake_net *of)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_plan *p = CP_TAKE(arena, 1, struct cp_plan);

    p->arena = arena;
    p->of = *of;
    fake_case(p);
    fake_view(p);
    p->lsps = CP_TAKE(arena, of->demand_count, struct cp_plan_lsp);
    for (uint32_t i = 0; i < of->demand_count; i++)
        if (!of->demands[i].rides)
            fake_lsp(p, i);
    qsort(p->lsps, p->lsp_count, sizeof *p->lsps, fake_by_key);
    return p;
}

static void fake_plan_close(struct cp_plan *p)
{
    if (p != NULL)
        cp_arena_close(p->arena);
}

/* --- what plan offers ---------------------------------------------------------------------------- */

uint32_t cp_plan_find(const struct cp_plan *plan, cp_text key)
{
    for (uint32_t i = 0; i < plan->lsp_count; i++)
        if (cp_text_eq(plan->lsps[i].key, key))
            return i;
    return CP_NONE;
}

uint32_t cp_plan_lsp_count(const struct cp_plan *plan)
{
    return plan->lsp_count;
}

const struct cp_plan_lsp *cp_plan_lsp(const struct cp_plan *plan, uint32_t at)
{
    assert_true(at < plan->lsp_count);
    return &plan->lsps[at];
}

const struct cp_ted_view *cp_plan_view(const struct cp_plan *plan)
{
    return &plan->view;
}

const struct cp_net *cp_plan_net(const struct cp_plan *plan)
{
    return &plan->graph;
}

const struct cp_judge *cp_plan_judge(const struct cp_plan *plan)
{
    return &plan->judge;
}

uint32_t cp_plan_node_of(const struct cp_plan *plan, cp_ip address)
{
    for (uint32_t i = 0; i < plan->of.node_count; i++)
        if (cp_ip_eq(fake_address(i), address))
            return i;
    return CP_NONE;
}

bool cp_plan_allows(const struct cp_plan *plan, uint32_t treatment, cp_object_kind kind,
                    uint32_t object, uint32_t *rule)
{
    bool bad = kind == CP_OBJECT_NODE && plan->of.node_bad[object];

    assert_int_equal(treatment, 0);
    *rule = bad ? 0 : CP_NONE;
    return !bad;
}

cp_err cp_picker_open(const struct cp_plan *plan, struct cp_arena *arena, struct cp_picker **out)
{
    *out = CP_TAKE(arena, 1, struct cp_picker);
    if (*out == NULL)
        return CP_ERR_NOMEM;
    (*out)->plan = plan;
    return CP_OK;
}

void cp_picker_close(struct cp_picker *picker)
{
    (void)picker;
}

static void fake_meet(const struct fake_net *of, const uint8_t *gone, uint32_t element,
                      struct cp_trace *t)
{
    bool node = element >= of->link_count;
    uint32_t at = node ? element - of->link_count : element;
    bool lost = node ? of->node_lost[at] : of->links[at].down;

    if (t->kind != CP_TRACE_FORBIDDEN && node && of->node_bad[at]) {
        t->kind = CP_TRACE_FORBIDDEN;
        t->element = element;
        t->rule = 0;
    } else if (t->kind == CP_TRACE_CLEAN && (lost || (gone != NULL && gone[element] != 0))) {
        t->kind = CP_TRACE_BROKEN;
        t->element = element;
    }
}

static bool fake_knows(const struct fake_net *of, uint32_t link)
{
    const struct fake_link *l = &of->links[link];

    return !of->mute && (!of->blind || !(l->down || of->node_lost[l->a] || of->node_lost[l->b]));
}

/* Its link leads from there to its other end no more. */
static bool fake_is_shut(const struct cp_plan *plan, const struct cp_plan_gone *gone, uint32_t from,
                         uint32_t link)
{
    const struct cp_graph *g = &plan->graph.graph;

    for (uint32_t h = g->hop_first[from]; h < g->hop_first[from + 1]; h++)
        if (gone != NULL && gone->shut != NULL && g->hops[h].link == link && gone->shut[h] != 0)
            return true;
    return false;
}

static struct cp_trace fake_trace(const struct cp_plan *plan, uint32_t from, uint32_t to,
                                  struct cp_pce_path hops, const struct cp_plan_gone *is_gone,
                                  uint32_t *touches)
{
    const uint8_t *gone = is_gone == NULL || is_gone->version == 0 ? NULL : is_gone->elements;
    const struct fake_net *of = &plan->of;
    struct cp_trace t = {
        .kind = CP_TRACE_CLEAN, .element = CP_NONE, .rule = CP_NONE, .reader = CP_NONE};
    uint32_t at = from;

    touches[t.touch_count++] = of->link_count + at;
    fake_meet(of, gone, of->link_count + at, &t);
    for (uint32_t i = 0; i < hops.count; i++) {
        uint32_t n = hops.at[i].label - FIRST_LABEL;

        if (hops.at[i].kind != CP_PCE_HOP_LABEL || hops.at[i].label < FIRST_LABEL ||
            n / 2 >= of->link_count || !fake_knows(of, n / 2) ||
            (n % 2 == 0 ? of->links[n / 2].a : of->links[n / 2].b) != at) {
            t.kind = t.kind == CP_TRACE_FORBIDDEN ? t.kind : CP_TRACE_UNKNOWN;
            t.reader = at;
            break;
        }
        fake_meet(of, gone, n / 2, &t);
        if (t.kind == CP_TRACE_CLEAN && fake_is_shut(plan, is_gone, at, n / 2)) {
            t.kind = CP_TRACE_BROKEN;
            t.element = n / 2;
        }
        at = n % 2 == 0 ? of->links[n / 2].b : of->links[n / 2].a;
        touches[t.touch_count++] = n / 2;
        fake_meet(of, gone, of->link_count + at, &t);
        touches[t.touch_count++] = of->link_count + at;
        t.arrives = i + 1 == hops.count && at == to;
    }
    if (of->beside != 0 && t.arrives) {
        fake_meet(of, gone, of->link_count + of->beside, &t);
        touches[t.touch_count++] = of->link_count + of->beside;
    }
    qsort(touches, t.touch_count, sizeof *touches, fake_by_number);
    t.touches = touches;
    return t;
}

cp_err cp_plan_trace_course(struct cp_picker *picker, const struct cp_plan_course *course,
                            const struct cp_plan_gone *gone, struct cp_arena *arena,
                            struct cp_trace *out)
{
    uint32_t *touches = CP_TAKE(arena, (size_t)course->hops.count * 2 + 2, uint32_t);
    uint32_t count = 0;

    if (touches == NULL)
        return CP_ERR_NOMEM;
    *out = fake_trace(picker->plan, course->headend, course->endpoint, course->hops, gone, touches);
    for (uint32_t i = 0; i < out->touch_count; i++)
        if (i == 0 || touches[i] != touches[i - 1])
            touches[count++] = touches[i];
    out->touch_count = count;
    if (picker->plan->of.strays && gone != NULL && gone->version != 0 && gone->shift_count > 0)
        out->kind = CP_TRACE_FORBIDDEN;
    return CP_OK;
}

bool cp_plan_tells_adjacency(const struct cp_plan *plan, uint32_t node, uint32_t link)
{
    (void)node;
    return !plan->of.mute || link == plan->of.told;
}

cp_err cp_plan_onward(struct cp_picker *picker, const struct cp_plan_passage *passage,
                      struct cp_arena *arena, const uint32_t **links, uint32_t *count)
{
    const struct fake_net *of = &picker->plan->of;
    uint32_t *out = CP_TAKE(arena, FAKE_LINKS, uint32_t);

    assert_non_null(out);
    *count = 0;
    for (uint32_t i = 0; i < passage->hops.count; i++) {
        uint32_t n = passage->hops.at[i].label - FIRST_LABEL;

        if (n / 2 < of->link_count &&
            (n % 2 == 0 ? of->links[n / 2].a : of->links[n / 2].b) == passage->node)
            out[(*count)++] = n / 2;
    }
    *links = out;
    return CP_OK;
}

cp_err cp_plan_trace(struct cp_picker *picker, uint32_t lsp, struct cp_pce_path hops,
                     const struct cp_plan_gone *gone, struct cp_arena *arena, struct cp_trace *out)
{
    const struct cp_plan_lsp *l = cp_plan_lsp(picker->plan, lsp);
    const struct cp_plan_course course = {l->headend, l->endpoint, l->treatment, hops};

    return cp_plan_trace_course(picker, &course, gone, arena, out);
}

cp_err cp_plan_pick(struct cp_picker *picker, uint32_t lsp, const struct cp_plan_gone *gone,
                    const uint8_t *avoid, struct cp_arena *arena, struct cp_pick *out)
{
    const struct cp_plan *plan = picker->plan;
    const struct cp_plan_lsp *l = cp_plan_lsp(plan, lsp);
    uint8_t out_of_use[FAKE_LINKS + FAKE_NODES] = {0};
    struct fake_search s;

    for (uint32_t i = 0; i < plan->of.link_count + plan->of.node_count; i++)
        out_of_use[i] =
            (gone != NULL && gone->version != 0 && gone->elements[i] != 0) ||
            (avoid != NULL && avoid[i] != 0) ||
            (i < plan->of.link_count && (fake_is_shut(plan, gone, plan->of.links[i].a, i) ||
                                         fake_is_shut(plan, gone, plan->of.links[i].b, i)));

    *out = (struct cp_pick){.why = "no clean path is left"};
    for (uint32_t i = 0; i < l->option_count && !out->found; i++) {
        bool hit = false;

        for (uint32_t k = 0; k < l->options[i].touch_count; k++)
            hit = hit || out_of_use[l->options[i].touches[k]] != 0;
        if (!hit)
            *out = (struct cp_pick){.found = true, .planned = true, .option = l->options[i]};
    }
    if (out->found || fake_options(&s, &plan->of, out_of_use, l->headend, l->endpoint) == 0)
        return CP_OK;
    out->found = true;
    out->option = fake_option(&plan->of, &s.best[0], l->headend, arena);
    return CP_OK;
}

cp_err cp_plan_trace_request(struct cp_picker *picker, const struct cp_pce_request *request,
                             struct cp_pce_path hops, const struct cp_plan_gone *gone,
                             struct cp_arena *arena, struct cp_plan_judged *out)
{
    const struct cp_plan_course course = {.headend = cp_plan_node_of(picker->plan, request->src),
                                          .endpoint = cp_plan_node_of(picker->plan, request->dst),
                                          .hops = hops};

    *out = (struct cp_plan_judged){.why = "an end is not known"};
    if (course.headend == CP_NONE || course.endpoint == CP_NONE)
        return CP_OK;
    out->why = NULL;
    return cp_plan_trace_course(picker, &course, gone, arena, &out->trace);
}

cp_err cp_plan_reply(struct cp_picker *picker, const struct cp_pce_request *request,
                     const struct cp_plan_gone *gone, struct cp_arena *arena,
                     struct cp_plan_reply *out)
{
    uint32_t src = cp_plan_node_of(picker->plan, request->src);
    uint32_t dst = cp_plan_node_of(picker->plan, request->dst);
    struct fake_search s;

    *out = (struct cp_plan_reply){.unknown_src = src == CP_NONE, .unknown_dst = dst == CP_NONE};
    if (src == CP_NONE || dst == CP_NONE)
        return CP_OK;
    if (fake_options(&s, &picker->plan->of, gone->version == 0 ? NULL : gone->elements, src, dst) ==
        0)
        return CP_OK;
    out->found = true;
    out->hops = fake_option(&picker->plan->of, &s.best[0], src, arena).hops;
    return CP_OK;
}

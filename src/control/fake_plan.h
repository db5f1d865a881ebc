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
    bool doubted;  /* LSPs without a path may have one over what feeds disagree about */
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
    p->view = (struct cp_ted_view){.version = of->version, .net = &p->net, .nodes = nodes};
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
    static const struct cp_ted_doubt fake_doubt = {.subject = {"n0--n1", 6},
                                                   .said = {"x has it; y has it not", 22}};
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
    if (l->option_count == 0 && p->of.doubted)
        l->doubt = &fake_doubt;
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

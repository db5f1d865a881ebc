#include "planned.h"

#include <stdio.h>
#include <time.h>

#include "contest.h"

enum { NODES = 1000, DEMANDS = 10000 };

static cp_text number(struct cp_arena *arena, const char *before, uint32_t value)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_out_str(&out, before);
    cp_out_u64(&out, value);
    check(cp_out_done(&out, &text));
    return text;
}

/* SIDs of all nodes and links, and addresses. */
static void label(struct planned *w)
{
    const struct cp_case *c = &w->b.net;
    struct cp_node_rec *nodes = need(CP_TAKE(w->arena, c->node_count, struct cp_node_rec));
    struct cp_ted_node *seen = need(CP_TAKE(w->arena, c->node_count, struct cp_ted_node));
    struct cp_case_addition *added =
        need(CP_TAKE(w->arena, (size_t)c->link_count * 2, struct cp_case_addition));
    struct cp_case labelled = *c;

    for (uint32_t v = 0; v < c->node_count; v++) {
        nodes[v] = c->nodes[v];
        nodes[v].id = number(w->arena, "n", v);
        nodes[v].sid = number(w->arena, "index:", v + 1);
        seen[v] =
            (struct cp_ted_node){.seen = true, .known = true, .address = cp_ip_v4(0x0a000000 + v)};
    }
    for (uint32_t i = 0; i < c->link_count * 2; i++)
        added[i].fact = (struct cp_fact){.attribute = i % 2 == 0 ? CP_TEXT("adj-sid-ab")
                                                                 : CP_TEXT("adj-sid-ba"),
                                         .value = number(w->arena, "label:", 100000 + i),
                                         .kind = CP_OBJECT_LINK,
                                         .object = i / 2,
                                         .date = CP_DATE_NONE,
                                         .expires = CP_DATE_NONE,
                                         .place = CP_PLACE_NONE};
    labelled.nodes = nodes;
    labelled.node_facts = need(CP_TAKE(w->arena, (size_t)c->node_count + 1, uint32_t));
    labelled.link_facts = need(CP_TAKE(w->arena, (size_t)c->link_count + 1, uint32_t));
    labelled.site_facts = need(CP_TAKE(w->arena, (size_t)c->site_count + 1, uint32_t));
    check(cp_case_with_facts(&labelled, added, c->link_count * 2, w->arena, &w->view.net));
    w->view.nodes = seen;
    w->b.judge.net = w->view.net;
}

static void plan(struct planned *w, bool strict)
{
    struct cp_plan_ask ask = {
        .view = &w->view,
        .judge = &w->b.judge,
        .config = {
            .colour_first = 100,
            .request = {.proof = {.depth = 1,
                                  .failure_kinds = CP_FAIL_LINK | CP_FAIL_NODE,
                                  .states = 1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION},
                        .judged = CP_SEGMENTS_AS_RULED,
                        .otherwise = {.metric = CP_METRIC_IGP,
                                      .disjoint = CP_DISJOINT_NODE,
                                      .hops_max = CP_NONE,
                                      .delay_max_us = CP_PATH_DELAY_NONE},
                        .strict = strict,
                        .depth_max = CP_NONE}}};
    struct cp_planning_worker *worker = NULL;
    struct cp_planning *planning = NULL;
    clock_t start = clock();
    uint32_t parts;

    check(cp_planning_open(&ask, w->arena, &planning, NULL));
    for (;;) {
        check(cp_planning_next(planning, &parts));
        if (parts == 0)
            break;
        check(cp_planning_worker_open(planning, w->arena, &worker));
        for (uint32_t i = 0; i < parts; i++)
            check(cp_planning_run(worker, i));
        cp_planning_worker_close(worker);
    }
    check(cp_planning_finish(planning, &w->plan));
    fprintf(stderr, "  %u LSPs planned in %.2f s of one processor\n", cp_plan_lsp_count(w->plan),
            (double)(clock() - start) / CLOCKS_PER_SEC);
    check(cp_picker_open(w->plan, w->arena, &w->picker));
}

void planned_make(struct planned *w, bool strict)
{
    *w = (struct planned){.isp = isp_make(NODES, ISP_WIDE, 1),
                          .arena = need(cp_arena_open(SIZE_MAX))};
    isp_case_make(&w->b, &w->isp, NULL, DEMANDS, 1);
    label(w);
    plan(w, strict);
}

void planned_free(struct planned *w)
{
    cp_picker_close(w->picker);
    cp_arena_close(w->arena);
    isp_free(&w->isp);
}

#pragma once

#include "fake_plan.h"

/* What room plan offers, of the plans of fake_plan.h: its functions are defined here, once a program. */

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

    *out = (struct cp_plan_reply){.unknown_src = src == CP_NONE,
                                  .unknown_dst = dst == CP_NONE,
                                  .element = CP_NONE,
                                  .rule = CP_NONE};
    if (src == CP_NONE || dst == CP_NONE)
        return CP_OK;
    if (fake_options(&s, &picker->plan->of, gone->version == 0 ? NULL : gone->elements, src, dst) ==
        0)
        return CP_OK;
    out->found = true;
    out->hops = fake_option(&picker->plan->of, &s.best[0], src, arena).hops;
    return CP_OK;
}

#include <stdlib.h>
#include <string.h>

#include "state.h"

/*
 * What a path touched when all of it was known, by ids: "n NODE" or "l LINK" a line.  A view that lacks a part of the path
 * hides what is behind it from every walk; what the rules have come to forbid there is told by this alone.  Kept while
 * held, while a view is partial, while an LSP leaves, and over a restart.
 */

static void add_line(struct cp_out *out, const struct ctl_epoch *e, uint32_t element)
{
    const struct cp_net *net = cp_plan_net(e->plan);
    const struct cp_case *view = cp_plan_view(e->plan)->net;
    uint32_t at = 0;
    bool node = cp_graph_element(&net->graph, element, &at) == CP_ELEMENT_NODE;

    cp_out_str(out, node ? "n " : "l ");
    cp_out_text(out,
                node ? view->nodes[net->case_node[at]].id : view->links[net->case_link[at]].id);
    cp_out_char(out, '\n');
}

static bool has_line(cp_text lines, const char *at, size_t len)
{
    cp_text line;

    while (cp_text_word(&lines, "\n", &line))
        if (cp_text_eq(line, (cp_text){at, len}))
            return true;
    return false;
}

/* What is not there yet. */
static void add_way(struct cp_out *out, const struct ctl_epoch *e, const struct ctl_way *way)
{
    for (uint32_t i = 0; i < way->touch_count && out->err == CP_OK; i++) {
        uint32_t had = out->len;

        add_line(out, e, way->touches[i]);
        if (out->err == CP_OK &&
            has_line((cp_text){out->at, had}, out->at + had, out->len - had - 1))
            out->len = had;
    }
}

cp_err cp_ctl_touched_note(struct cp_control *c, struct ctl_lsp *l, const struct ctl_epoch *e,
                           uint32_t ways)
{
    struct cp_out out = cp_out_make(c->work);

    cp_out_text(&out, l->touched);
    if ((ways & TOUCHED_INTENDED) != 0)
        add_way(&out, e, &l->intended);
    if ((ways & TOUCHED_INSTALLED) != 0)
        add_way(&out, e, &l->installed);
    return cp_ctl_text_put(&c->pool, &out, &l->touched);
}

void cp_ctl_touched_write(const struct cp_control *c, const struct ctl_lsp *l, struct cp_out *out)
{
    cp_out_text(out, l->touched);
    for (uint32_t i = 0; l->touched.len == 0 && c->epoch != NULL && i < l->intended.touch_count;
         i++)
        add_line(out, c->epoch, l->intended.touches[i]);
}

/* FNV-1a. */
static uint64_t add_print(uint64_t print, cp_text text)
{
    for (size_t i = 0; i < text.len; i++)
        print = (print ^ (unsigned char)text.at[i]) * 0x100000001b3u;
    return print;
}

/* Where prints of nodes and of links begin: any two numbers. */
enum { PRINT_NODE, PRINT_LINK };
static const uint64_t print_begins[] = {0x08326507b4eb37cau, 0x08326107b4eb30feu};

/* Of lines in any order: the sum of theirs. */
uint64_t cp_ctl_touched_print(cp_text lines)
{
    uint64_t sum = 0;
    cp_text line;

    while (cp_text_word(&lines, "\n", &line))
        sum += add_print(print_begins[line.at[0] == 'n' ? PRINT_NODE : PRINT_LINK],
                         cp_text_sub(line, 2, line.len));
    return sum;
}

/* The same of what the intended way touches by the plan in force, without a line being made: each plan asks for all LSPs. */
static uint64_t print_way(const struct cp_control *c, const struct ctl_way *way)
{
    const struct cp_net *net = cp_plan_net(c->epoch->plan);
    const struct cp_case *view = cp_plan_view(c->epoch->plan)->net;
    uint64_t sum = 0;

    for (uint32_t i = 0; i < way->touch_count; i++) {
        uint32_t at = 0;

        if (cp_graph_element(&net->graph, way->touches[i], &at) == CP_ELEMENT_NODE)
            sum += add_print(print_begins[PRINT_NODE], view->nodes[net->case_node[at]].id);
        else
            sum += add_print(print_begins[PRINT_LINK], view->links[net->case_link[at]].id);
    }
    return sum;
}

cp_err cp_ctl_touched_keep(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_control_step step = {.kind = CP_DO_RECORD, .record = CP_RECORD_STATE, .key = l->key};
    uint64_t at_us = l->saved_us + c->config.damp_us;

    if (c->held || c->partial || !l->saved || l->touched.len > 0)
        return CP_OK; /* not all is known, or what was known is kept */
    if (print_way(c, &l->intended) == l->saved_print)
        return CP_OK;
    if (l->saved_us != 0 && c->now_us < at_us) {
        l->better_us = at_us < l->better_us ? at_us : l->better_us;
        return CP_OK;
    }
    CP_TRY(cp_ctl_state_save(c, l, c->work, &step.state));
    return cp_ctl_step(c, &step);
}

/* The case's thing that a line names; CP_NONE: there is none.  *element: of the graph, or CP_NONE. */
static uint32_t find(const struct ctl_epoch *e, cp_text line, uint32_t *element)
{
    const struct cp_case *net = cp_plan_view(e->plan)->net;
    const struct cp_net *graph = cp_plan_net(e->plan);
    cp_text id = cp_text_sub(line, 2, line.len);
    bool node = line.at[0] == 'n';
    uint32_t at = node ? cp_case_node(net, id).at : cp_case_link(net, id).at;

    *element = CP_NONE;
    if (at == CP_NONE)
        return CP_NONE;
    *element = node ? graph->node_of_case[at] : e->link_of_case[at];
    if (node && *element != CP_NONE)
        *element = cp_graph_element_of_node(&graph->graph, *element);
    return at;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

cp_err cp_ctl_touched_elements(const struct ctl_lsp *l, const struct ctl_epoch *e,
                               struct cp_arena *arena, const uint32_t **out, uint32_t *count)
{
    uint32_t *list = CP_TAKE(arena, l->touched.len / 3 + 1, uint32_t); /* "n x" at least */
    cp_text rest = l->touched, line;

    *count = 0;
    if (list == NULL)
        return CP_ERR_NOMEM;
    while (cp_text_word(&rest, "\n", &line)) {
        (void)find(e, line, &list[*count]);
        *count += list[*count] != CP_NONE;
    }
    if (*count > 0)
        qsort(list, *count, sizeof *list, by_number);
    *out = list;
    return CP_OK;
}

ctl_past cp_ctl_touched_judge(const struct ctl_lsp *l, const struct ctl_epoch *e,
                              uint32_t treatment, struct ctl_cause *cause)
{
    ctl_past worst = l->touched.len == 0 ? PAST_UNKNOWN : PAST_CLEAN;
    cp_text rest = l->touched, line;

    while (cp_text_word(&rest, "\n", &line)) {
        uint32_t element, at = find(e, line, &element), rule;

        if (at == CP_NONE || element == CP_NONE)
            worst = PAST_UNKNOWN;
        if (at == CP_NONE ||
            cp_plan_allows(e->plan, treatment, line.at[0] == 'n' ? CP_OBJECT_NODE : CP_OBJECT_LINK,
                           at, &rule))
            continue;
        *cause = (struct ctl_cause){"forbidden", element, rule};
        return PAST_DIRTY;
    }
    return worst;
}

#include "inside.h"

/*
 * What packets of an LSP did not keep to: the links by which the segments of the path that was meant lead out of the last
 * node at which they were still on it, and that node.  Kept by ids, which outlive plans and restarts, a line each:
 *
 *     h l LINK, h n NODE     they were seen where they are forbidden, or where nobody knows
 *     s l LINK, s n NODE     they were seen elsewhere, where they may be
 *
 * Links are worse than nodes: the segment that was not heeded is that link's.  A path past the node is better still.
 */

enum { LINES_MOST = 64, WAYS_OUT_MOST = 16 };

struct line {
    bool hard, node;
    cp_text id;
};

static bool next_line(cp_text *rest, struct line *out)
{
    cp_text line;

    if (!cp_text_word(rest, "\n", &line))
        return false;
    *out = (struct line){line.at[0] == 'h', line.len > 2 && line.at[2] == 'n',
                         cp_text_sub(line, 4, line.len)};
    return true;
}

/* Of the plan's graph; CP_NONE: it does not have it. */
static uint32_t element_of(const struct ctl_epoch *e, const struct line *line)
{
    const struct cp_case *net = cp_plan_view(e->plan)->net;
    const struct cp_net *plan = cp_plan_net(e->plan);
    uint32_t at = line->node ? cp_case_node(net, line->id).at : cp_case_link(net, line->id).at;

    if (at == CP_NONE)
        return CP_NONE;
    if (!line->node)
        return e->link_of_case[at];
    at = plan->node_of_case[at];
    return at == CP_NONE ? CP_NONE : cp_graph_element_of_node(&plan->graph, at);
}

static bool counts(const struct line *line, ctl_shun what)
{
    return what == SHUN_ALL || (!line->node && (what == SHUN_LINKS || line->hard));
}

void cp_ctl_shun_mark(struct cp_control *c, const struct ctl_lsp *l, ctl_shun what, uint8_t mark)
{
    cp_text rest = l->shunned;
    struct line line;

    while (next_line(&rest, &line)) {
        uint32_t element = counts(&line, what) ? element_of(c->epoch, &line) : CP_NONE;

        if (element != CP_NONE)
            c->epoch->shun[element] = mark;
    }
}

bool cp_ctl_shuns(struct cp_control *c, const struct ctl_lsp *l, ctl_shun what,
                  const uint32_t *touches, uint32_t count)
{
    bool met = false;

    if (l->shunned.len == 0)
        return false;
    cp_ctl_shun_mark(c, l, what, 1);
    for (uint32_t i = 0; i < count; i++)
        met = met || c->epoch->shun[touches[i]] != 0;
    cp_ctl_shun_mark(c, l, what, 0);
    return met;
}

/* --- noting -------------------------------------------------------------------------------------- */

struct noting {
    cp_text had;
    struct cp_out out;
    uint32_t count;
    bool full;
};

static void note(struct noting *n, char weight, char kind, cp_text id)
{
    cp_text rest = n->had;
    struct line line;

    while (next_line(&rest, &line))
        if (line.node == (kind == 'n') && line.hard == (weight == 'h') && cp_text_eq(line.id, id))
            return;
    n->full = n->full || n->count == LINES_MOST;
    if (n->full)
        return;
    n->count++;
    cp_out_format(&n->out, "%c %c ", weight, kind);
    cp_out_text(&n->out, id);
    cp_out_char(&n->out, '\n');
}

/* The links by which the hops that are meant go on from the node: what the path touches may hang at it otherwise, on a LAN. */
static cp_err note_ways_out(struct cp_control *c, const struct ctl_lsp *l, uint32_t node,
                            char weight, struct noting *n)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);
    const struct cp_net *net = cp_plan_net(c->epoch->plan);
    const struct cp_case *view = cp_plan_view(c->epoch->plan)->net;
    struct cp_plan_passage passage = {.lsp = l->in_plan,
                                      .node = node,
                                      .hops = cp_ctl_way_path(&l->intended),
                                      .gone = &c->epoch->gone};
    const uint32_t *links;
    uint32_t count;

    CP_TRY(cp_plan_onward(c->epoch->picker, &passage, c->work, &links, &count));
    for (uint32_t i = 0; i < count && i < WAYS_OUT_MOST; i++)
        note(n, weight, 'l', view->links[net->case_link[links[i]]].id);
    if (count > 0 && node != net->node_of_case[p->headend] &&
        node != net->node_of_case[p->endpoint])
        note(n, weight, 'n', view->nodes[net->case_node[node]].id);
    return CP_OK;
}

cp_err cp_ctl_shun(struct cp_control *c, uint32_t slot, uint32_t node, bool hard, bool *full)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct noting n = {.had = l->shunned, .out = cp_out_make(c->work)};
    cp_text rest = l->shunned, text;
    struct line line;

    while (next_line(&rest, &line))
        n.count++;
    cp_out_text(&n.out, l->shunned);
    if (node != CP_NONE)
        CP_TRY(note_ways_out(c, l, node, hard ? 'h' : 's', &n));
    *full = n.full;
    CP_TRY(cp_out_done(&n.out, &text));
    return cp_ctl_shun_set(c, slot, text);
}

cp_err cp_ctl_shun_set(struct cp_control *c, uint32_t slot, cp_text lines)
{
    struct ctl_lsp *l = &c->lsps[slot];
    cp_text taken;

    CP_TRY(cp_ctl_text_take(&c->pool, lines, &taken));
    cp_ctl_text_give(&c->pool, &l->shunned);
    l->shunned = taken;
    return CP_OK;
}

/* What was seen to be kept to after all is no longer shunned, where nothing forbidden came of it. */
cp_err cp_ctl_shun_forgive(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_out out = cp_out_make(c->work);
    cp_text rest = l->shunned, text;
    struct line line;

    while (next_line(&rest, &line)) {
        uint32_t element = element_of(c->epoch, &line);

        if (!line.hard && element != CP_NONE && cp_ctl_way_has(&l->intended, element))
            continue;
        cp_out_format(&out, "%c %c ", line.hard ? 'h' : 's', line.node ? 'n' : 'l');
        cp_out_text(&out, line.id);
        cp_out_char(&out, '\n');
    }
    CP_TRY(cp_out_done(&out, &text));
    return cp_ctl_shun_set(c, slot, text);
}

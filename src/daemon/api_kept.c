#include "api.h"

/*
 * Of a path that is held to although a part of it is gone, the plan's network does not have that part, and its hops lead nowhere
 * there.  Control keeps what the path touched when all of it was known; which links join which nodes the inventory says.
 */

struct line {
    bool node;
    cp_text id;
};

static bool next_line(cp_text *rest, struct line *out)
{
    cp_text line;

    if (!cp_text_word(rest, "\n", &line))
        return false;
    *out = (struct line){line.at[0] == 'n', cp_text_sub(line, 2, line.len)};
    return true;
}

/* --- where it was ordered ---------------------------------------------------------------------------- */

/* The two ends of a link; false: nobody knows it any more, or it has others. */
static bool ends_of(const struct view *v, cp_text link, cp_text ends[2])
{
    const struct cp_case *cases[] = {
        v->net, daemon_inputs_loaded(v->d->inputs[v->d->inputs_count - 1])->net};

    for (uint32_t i = 0; i < CP_COUNT(cases); i++) {
        uint32_t at = cp_case_link(cases[i], link).at;
        cp_range range;

        if (at == CP_NONE)
            continue;
        range = cases[i]->links[at].ends;
        if (range.count != 2)
            return false;
        for (uint32_t k = 0; k < 2; k++)
            ends[k] = cases[i]->nodes[cases[i]->ends[range.first + k].node.at].id;
        return true;
    }
    return false;
}

/* The node to which the one kept link leads from there that was not taken; false: there is none, or there are several. */
static bool step(const struct view *v, cp_text touched, cp_text from, cp_text before, cp_text *to)
{
    struct line line;
    uint32_t found = 0;

    while (next_line(&touched, &line)) {
        cp_text ends[2];
        uint32_t other;

        if (line.node || !ends_of(v, line.id, ends))
            continue;
        other = cp_text_eq(ends[0], from);
        if (!cp_text_eq(ends[1 - other], from) || cp_text_eq(ends[other], before))
            continue;
        *to = ends[other];
        found++;
    }
    return found == 1;
}

/* A list of adjacencies is a node more than it has hops: else nodes that nobody knows stay so. */
cp_err api_kept_nodes(const struct view *v, const struct cp_control_lsp *lsp,
                      struct cp_web_texts *nodes)
{
    cp_text *list = CP_TAKE(v->arena, nodes->count, cp_text);
    cp_text before = CP_TEXT("");

    if (list == NULL)
        return CP_ERR_NOMEM;
    if (lsp->touched.len == 0 || nodes->count == 0 || nodes->count != lsp->intended.count + 1)
        return CP_OK;
    list[0] = nodes->list[0];
    for (uint32_t i = 1; i < nodes->count; i++) {
        if (!step(v, lsp->touched, list[i - 1], before, &list[i]) ||
            (nodes->list[i].len > 0 && !cp_text_eq(nodes->list[i], list[i])))
            return CP_OK;
        before = list[i - 1];
    }
    if (!cp_text_eq(list[nodes->count - 1],
                    v->net->nodes[cp_plan_lsp(v->plan, lsp->in_plan)->endpoint].id))
        return CP_OK;
    nodes->list = list;
    return CP_OK;
}

/* --- what is gone ------------------------------------------------------------------------------------ */

static bool is_there(const struct view *v, const struct line *line)
{
    uint32_t at =
        line->node ? cp_case_node(v->net, line->id).at : cp_case_link(v->net, line->id).at;

    if (at == CP_NONE)
        return false;
    return line->node ? cp_plan_view(v->plan)->nodes[at].seen
                      : v->net->links[at].layer == CP_LAYER_IP;
}

static cp_err add_element(const struct view *v, uint32_t element, struct api_ids *ids)
{
    const struct cp_net *net = cp_plan_net(v->plan);
    uint32_t links = net->graph.link_count;
    cp_text id = element < links ? v->net->links[net->case_link[element]].id
                                 : v->net->nodes[net->case_node[element - links]].id;

    CP_TRY(cp_text_join(element < links ? CP_TEXT("link:") : CP_TEXT("node:"), id, v->arena, &id));
    return api_ids_add(ids, id);
}

cp_err api_gone(const struct view *v, const uint32_t *touches, uint32_t count, cp_text touched,
                struct cp_web_texts *out)
{
    struct api_ids ids = {.arena = v->arena};
    struct line line;

    for (uint32_t i = 0; i < count; i++)
        if (cp_control_is_gone(v->control, touches[i]))
            CP_TRY(add_element(v, touches[i], &ids));
    while (next_line(&touched, &line)) {
        cp_text id;

        if (is_there(v, &line))
            continue;
        CP_TRY(
            cp_text_join(line.node ? CP_TEXT("node:") : CP_TEXT("link:"), line.id, v->arena, &id));
        CP_TRY(api_ids_add(&ids, id));
    }
    *out = api_ids_settle(&ids);
    return CP_OK;
}

cp_err api_kept_add(const struct cp_control_lsp *lsp, struct api_ids *ids)
{
    cp_text rest = lsp->touched;
    struct line line;

    while (next_line(&rest, &line))
        if (line.node)
            CP_TRY(api_ids_add(ids, line.id));
    return CP_OK;
}

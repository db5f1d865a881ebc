#include "search.h"

static cp_err copy_way(struct search *s, const struct cp_walk_way *way, struct cp_exposure *e)
{
    const struct cp_net *net = s->net;
    cp_node *nodes = CP_TAKE(s->answers, way->node_count, cp_node);
    cp_link *links = CP_TAKE(s->answers, way->node_count, cp_link);

    if (nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < way->node_count; i++) {
        nodes[i].at = net->case_node[way->nodes[i]];
        if (i + 1 < way->node_count)
            links[i].at = net->case_link[way->links[i]];
    }
    e->nodes = nodes;
    e->links = links;
    e->node_count = way->node_count;
    return CP_OK;
}

cp_err cp_exposure_make(struct search *s, const struct exposure_of *of,
                        const struct cp_walk_way *way, const struct cp_exposure **out)
{
    struct cp_exposure *e = CP_TAKE(s->answers, 1, struct cp_exposure);
    uint32_t at = 0;
    bool is_link = cp_graph_element(&s->net->graph, way->element, &at) == CP_ELEMENT_LINK;

    if (e == NULL)
        return CP_ERR_NOMEM;
    e->state = of->state;
    e->direction = of->flow->direction;
    e->destination.at = s->net->case_node[of->flow->destination];
    e->failure_count = of->count;
    for (uint32_t i = 0; i < of->count; i++)
        e->failures[i] = cp_net_failure(s->net, of->set->element[i]);
    e->kind = is_link ? CP_OBJECT_LINK : CP_OBJECT_NODE;
    e->element = is_link ? s->net->case_link[at] : s->net->case_node[at];
    e->rule = cp_marking_rule(s->marking, s->judge, s->treatment, e->kind, e->element, of->marks);
    CP_TRY(copy_way(s, way, e));
    *out = e;
    return CP_OK;
}

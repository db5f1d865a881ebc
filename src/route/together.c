#include "together.h"

cp_err cp_together_find(const struct cp_graph *g, const uint32_t *against, struct cp_arena *arena,
                        struct together *out)
{
    uint32_t *component = CP_TAKE(arena, g->node_count, uint32_t);
    cp_arena_mark mark = cp_arena_mark_get(arena);
    uint8_t *link_ok = CP_TAKE(arena, g->link_count, uint8_t);
    uint8_t *node_ok = CP_TAKE(arena, g->node_count, uint8_t);

    if (component == NULL || link_ok == NULL || node_ok == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < g->link_count; l++)
        link_ok[l] = against[cp_graph_element_of_link(l)] == 0;
    for (uint32_t v = 0; v < g->node_count; v++)
        node_ok[v] = against[cp_graph_element_of_node(g, v)] == 0;
    CP_TRY(cp_graph_components(g, node_ok, link_ok, component, arena));
    cp_arena_reset(arena, mark);
    out->component = component;
    return CP_OK;
}

/* Components of sources: each with its first source, and whether it has another. */
struct met {
    uint32_t first; /* 1 more than the node; 0: none */
    bool several;
};

cp_err cp_together_ends(const struct together *together, const struct cp_graph *g,
                        const struct cp_path_ask *ask, struct cp_arena *work, bool *out)
{
    const uint32_t *component = together->component;
    struct met *met = CP_TAKE(work, g->node_count, struct met);

    if (met == NULL)
        return CP_ERR_NOMEM;
    *out = false;
    for (uint32_t i = 0; i < ask->src_count; i++) {
        uint32_t in = component[ask->src[i]];

        if (in == CP_NONE)
            continue;
        met[in].several = met[in].first != 0;
        if (!met[in].several)
            met[in].first = ask->src[i] + 1;
    }
    for (uint32_t i = 0; i < ask->dst_count && !*out; i++) {
        uint32_t in = component[ask->dst[i]];

        if (in != CP_NONE && met[in].first != 0)
            *out = met[in].several || met[in].first != ask->dst[i] + 1;
    }
    return CP_OK;
}

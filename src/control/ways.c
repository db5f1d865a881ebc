#include <string.h>

#include "inside.h"

/*
 * Lists with node segments lead where metrics say.  The steps of the network as it is by now are set beside those of the
 * plan's graph; what is otherwise goes to who walks lists, and all lists that it may lead elsewhere are looked at again at
 * once: what was clean may pass what is forbidden, or what nobody has judged.  So are lists over a LAN that a router left:
 * an adjacency's segment leads to it no more.
 */

struct ways {
    const struct ctl_epoch *e;
    const struct cp_case *net;
    struct cp_map *new_ids; /* of routers that the plan does not have */
    struct cp_plan_shift *shifts;
    uint8_t *met, *shut; /* [hops of the graph] */
    bool any_shut;
    uint32_t count, new_nodes;
};

/* A graph node, or a number past them. */
static cp_err node_of(struct ways *w, cp_text id, uint32_t *out)
{
    const struct cp_net *net = cp_plan_net(w->e->plan);
    uint32_t at = cp_case_node(w->net, id).at;

    *out = at == CP_NONE ? CP_NONE : net->node_of_case[at];
    if (*out != CP_NONE)
        return CP_OK;
    *out = cp_map_find(w->new_ids, id);
    if (*out != CP_MAP_NONE)
        return CP_OK;
    *out = net->graph.node_count + w->new_nodes++;
    return cp_map_add(w->new_ids, id, *out);
}

static uint32_t hop_of(const struct ways *w, uint32_t from, uint32_t to, cp_text link)
{
    const struct cp_graph *g = &cp_plan_net(w->e->plan)->graph;
    uint32_t at = cp_case_link(w->net, link).at;
    uint32_t l = at == CP_NONE ? CP_NONE : w->e->link_of_case[at];

    if (from >= g->node_count || to >= g->node_count || l == CP_NONE)
        return CP_NONE;
    for (uint32_t h = g->hop_first[from]; h < g->hop_first[from + 1]; h++)
        if (g->hops[h].link == l && g->hops[h].to == to)
            return h;
    return CP_NONE;
}

static cp_err set_beside(struct ways *w, const struct cp_ted_step *step)
{
    const struct cp_graph *g = &cp_plan_net(w->e->plan)->graph;
    uint32_t from, to, hop;

    CP_TRY(node_of(w, step->from, &from));
    CP_TRY(node_of(w, step->to, &to));
    hop = hop_of(w, from, to, step->link);
    if (hop != CP_NONE)
        w->met[hop] = 1;
    if (hop == CP_NONE || g->hops[hop].out != step->cost)
        w->shifts[w->count++] = (struct cp_plan_shift){from, to, hop, step->cost};
    return CP_OK;
}

/* Steps to a router that left a LAN, say: the link is there still. */
static void shut_others(struct ways *w)
{
    const struct cp_graph *g = &cp_plan_net(w->e->plan)->graph;

    for (uint32_t v = 0; v < g->node_count; v++)
        for (uint32_t h = g->hop_first[v]; h < g->hop_first[v + 1]; h++)
            if (w->met[h] == 0 &&
                w->e->gone_elements[cp_graph_element_of_link(g->hops[h].link)] == 0) {
                w->shifts[w->count++] = (struct cp_plan_shift){v, g->hops[h].to, h, UINT32_MAX};
                w->shut[h] = 1;
                w->any_shut = true;
            }
}

static cp_err find_shifts(struct ways *w, const struct cp_ted_news *news, struct cp_arena *arena)
{
    const struct cp_graph *g = &cp_plan_net(w->e->plan)->graph;
    uint32_t hops = g->hop_first[g->node_count];

    CP_TRY(cp_map_open(arena, &w->new_ids));
    w->shifts = CP_TAKE(arena, (size_t)news->step_count + hops, struct cp_plan_shift);
    w->met = CP_TAKE(arena, hops, uint8_t);
    w->shut = CP_TAKE(arena, hops, uint8_t);
    if (w->shifts == NULL || w->met == NULL || w->shut == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < news->step_count; i++)
        CP_TRY(set_beside(w, &news->steps[i]));
    shut_others(w);
    return CP_OK;
}

static bool is_same(const struct cp_plan_gone *gone, const struct ways *w)
{
    return gone->shift_count == w->count && gone->new_nodes == w->new_nodes &&
           (w->count == 0 || memcmp(gone->shifts, w->shifts, w->count * sizeof *w->shifts) == 0);
}

static cp_err take_steps(struct ctl_epoch *e, const struct cp_ted_news *news, bool *changed)
{
    struct ways w = {.e = e, .net = cp_plan_view(e->plan)->net};
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    cp_err err = arena == NULL ? CP_ERR_NOMEM : find_shifts(&w, news, arena);

    if (err != CP_OK || is_same(&e->gone, &w)) {
        cp_arena_close(arena);
        return err;
    }
    cp_arena_close(e->ways_arena);
    e->ways_arena = arena;
    e->gone.shifts = w.shifts;
    e->gone.shift_count = w.count;
    e->gone.new_nodes = w.new_nodes;
    e->gone.shut = w.any_shut ? w.shut : NULL;
    e->gone.version++;
    *changed = true;
    return CP_OK;
}

cp_err cp_ctl_ways(struct cp_control *c, const struct cp_ted_news *news, bool *changed)
{
    struct ctl_epoch *e = c->epoch;

    *changed = false;
    for (uint32_t i = 0; i < news->node_other_count; i++) {
        uint32_t node = cp_plan_net(e->plan)->node_of_case[news->nodes_other[i].at];

        if (node == CP_NONE || e->others[node] != 0)
            continue;
        e->others[node] = 1;
        e->gone.others = e->others;
        e->gone.version++;
        *changed = true;
    }
    return news->steps == NULL ? CP_OK : take_steps(e, news, changed);
}

static bool is_drawn(const struct cp_control *c, const struct ctl_lsp *l)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);
    const struct cp_plan_option *option = cp_ctl_option_like(p, cp_ctl_way_path(&l->intended));

    return (l->aim == AIM_PATH && (option == NULL || option->drawn)) || (l->known && !l->same) ||
           (l->moving && l->left.count > 0);
}

/* Those over a LAN that a router left, whatever their lists are made of. */
static void touch_lans(struct cp_control *c, uint32_t *found)
{
    const struct cp_graph *g = &cp_plan_net(c->epoch->plan)->graph;
    const uint8_t *shut = c->epoch->gone.shut;

    for (uint32_t h = 0; h < g->hop_first[g->node_count] && shut != NULL; h++)
        if (shut[h] != 0 && (h == 0 || shut[h - 1] == 0 || g->hops[h - 1].link != g->hops[h].link))
            cp_ctl_touching(c, cp_graph_element_of_link(g->hops[h].link), found);
}

void cp_ctl_drawn(struct cp_control *c, uint32_t *found)
{
    touch_lans(c, found);
    for (uint32_t i = 0; i < cp_plan_lsp_count(c->epoch->plan); i++) {
        uint32_t slot = c->epoch->slot_of[i];

        if (c->found_stamp[slot] == c->stamp || c->lsps[slot].in_plan != i ||
            !is_drawn(c, &c->lsps[slot]))
            continue;
        c->found_stamp[slot] = c->stamp;
        c->found[(*found)++] = slot;
    }
}

#include <stdlib.h>

#include "api.h"
#include "sights.h"

/*
 * Over which nodes packets of a path may go, all ways of equal cost with them, and over which they were seen to go: two lists
 * that do not rest on each other.
 */

struct nodes {
    cp_text *list; /* [count] */
    uint32_t count, cap;
    struct cp_arena *arena;
};

static cp_err add(struct nodes *n, cp_text id)
{
    void *at = n->list;

    if (n->count == n->cap) {
        CP_TRY(cp_arena_grow(n->arena, &at, n->count, &n->cap, sizeof *n->list));
        n->list = at;
    }
    n->list[n->count++] = id;
    return CP_OK;
}

static int by_id(const void *a, const void *b)
{
    return cp_text_cmp(*(const cp_text *)a, *(const cp_text *)b);
}

/* By id, each once. */
static struct cp_web_texts settle(struct nodes *n)
{
    uint32_t kept = 0;

    if (n->count > 1)
        qsort(n->list, n->count, sizeof *n->list, by_id);
    for (uint32_t i = 0; i < n->count; i++)
        if (kept == 0 || !cp_text_eq(n->list[kept - 1], n->list[i]))
            n->list[kept++] = n->list[i];
    return (struct cp_web_texts){n->list, kept};
}

/* The nodes among elements of the plan's graph. */
static cp_err add_touched(const struct view *v, const uint32_t *touches, uint32_t count,
                          struct nodes *n)
{
    const struct cp_net *net = cp_plan_net(v->plan);

    for (uint32_t i = 0; i < count; i++)
        if (touches[i] >= net->graph.link_count)
            CP_TRY(add(n, v->net->nodes[net->case_node[touches[i] - net->graph.link_count]].id));
    return CP_OK;
}

cp_err api_touched(const struct view *v, const uint32_t *touches, uint32_t count,
                   struct cp_web_texts *out)
{
    struct nodes n = {.arena = v->arena};

    if (v->plan != NULL)
        CP_TRY(add_touched(v, touches, count, &n));
    *out = settle(&n);
    return CP_OK;
}

static cp_err add_intended(const struct view *v, const struct cp_control_lsp *lsp, struct nodes *n)
{
    return v->plan != NULL && lsp->in_plan != CP_NONE && lsp->intended_us != 0
               ? add_touched(v, lsp->touches, lsp->touch_count, n)
               : CP_OK;
}

cp_err api_ways(const struct view *v, const struct cp_control_lsp *lsp, struct cp_web_path *out)
{
    struct nodes intended = {.arena = v->arena}, installed = {.arena = v->arena};
    struct sighted seen;

    CP_TRY(add_intended(v, lsp, &intended));
    if (v->plan != NULL && lsp->in_plan != CP_NONE && lsp->installed_us != 0)
        CP_TRY(add_touched(v, lsp->installed_touches, lsp->installed_touch_count, &installed));
    CP_TRY(daemon_sights_of(v->d, lsp, v->arena, &seen));
    out->intended.branches = settle(&intended);
    out->installed.branches = settle(&installed);
    out->proven.at_us = lsp->proven_us;
    out->proven.nodes = (struct cp_web_texts){seen.proof, seen.proof_count};
    out->proven.branches = (struct cp_web_texts){seen.nodes, seen.node_count};
    out->agreeing = seen.agreeing;
    out->contradicting = seen.contradicting;
    out->observed_us = seen.last_us;
    return CP_OK;
}

cp_err api_demand_ways(const struct view *v, uint32_t demand, struct cp_web_demand *out)
{
    uint32_t first = v->verdicts.first_lsp[demand], end = v->verdicts.first_lsp[demand + 1];
    struct nodes intended = {.arena = v->arena}, proven = {.arena = v->arena};

    for (uint32_t i = first; i < end; i++) {
        struct cp_control_lsp lsp;
        struct sighted seen;

        cp_control_lsp_of(v->control, v->verdicts.carriers[i], &lsp);
        CP_TRY(add_intended(v, &lsp, &intended));
        CP_TRY(daemon_sights_of(v->d, &lsp, v->arena, &seen));
        for (uint32_t k = 0; k < seen.node_count; k++)
            CP_TRY(add(&proven, seen.nodes[k]));
    }
    out->intended = settle(&intended);
    out->proven = settle(&proven);
    return CP_OK;
}

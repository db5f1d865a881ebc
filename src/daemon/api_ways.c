#include <stdlib.h>

#include "api.h"
#include "sights.h"

/*
 * Over which nodes packets of a path may go, all ways of equal cost with them, and over which they were seen to go: two lists
 * that do not rest on each other.
 */

cp_err api_ids_add(struct api_ids *ids, cp_text id)
{
    void *at = ids->list;

    if (ids->count == ids->cap) {
        CP_TRY(cp_arena_grow(ids->arena, &at, ids->count, &ids->cap, sizeof *ids->list));
        ids->list = at;
    }
    ids->list[ids->count++] = id;
    return CP_OK;
}

static int by_id(const void *a, const void *b)
{
    return cp_text_cmp(*(const cp_text *)a, *(const cp_text *)b);
}

struct cp_web_texts api_ids_settle(struct api_ids *ids)
{
    uint32_t kept = 0;

    if (ids->count > 1)
        qsort(ids->list, ids->count, sizeof *ids->list, by_id);
    for (uint32_t i = 0; i < ids->count; i++)
        if (kept == 0 || !cp_text_eq(ids->list[kept - 1], ids->list[i]))
            ids->list[kept++] = ids->list[i];
    return (struct cp_web_texts){ids->list, kept};
}

/* The nodes among elements of the plan's graph. */
static cp_err add_touched(const struct view *v, const uint32_t *touches, uint32_t count,
                          struct api_ids *n)
{
    const struct cp_net *net = cp_plan_net(v->plan);

    for (uint32_t i = 0; i < count; i++)
        if (touches[i] >= net->graph.link_count)
            CP_TRY(api_ids_add(
                n, v->net->nodes[net->case_node[touches[i] - net->graph.link_count]].id));
    return CP_OK;
}

cp_err api_touched(const struct view *v, const uint32_t *touches, uint32_t count,
                   struct cp_web_texts *out)
{
    struct api_ids n = {.arena = v->arena};

    if (v->plan != NULL)
        CP_TRY(add_touched(v, touches, count, &n));
    *out = api_ids_settle(&n);
    return CP_OK;
}

static cp_err add_intended(const struct view *v, const struct cp_control_lsp *lsp,
                           struct api_ids *n)
{
    if (v->plan == NULL || lsp->in_plan == CP_NONE || lsp->intended_us == 0)
        return CP_OK;
    CP_TRY(api_kept_add(lsp, n));
    return add_touched(v, lsp->touches, lsp->touch_count, n);
}

/* What its router reports is what is intended. */
static bool is_same(const struct cp_control_lsp *lsp)
{
    return lsp->installed.count > 0 && lsp->installed.at == lsp->intended.at;
}

static cp_err add_installed(const struct view *v, const struct cp_control_lsp *lsp,
                            struct api_ids *n)
{
    return is_same(lsp) ? add_intended(v, lsp, n)
                        : add_touched(v, lsp->installed_touches, lsp->installed_touch_count, n);
}

static cp_err fill_gone(const struct view *v, const struct cp_control_lsp *lsp,
                        struct cp_web_path *out)
{
    if (v->plan == NULL || lsp->in_plan == CP_NONE)
        return CP_OK;
    CP_TRY(api_kept_nodes(v, lsp, &out->intended.nodes));
    CP_TRY(api_gone(v, lsp->touches, lsp->touch_count, lsp->touched, &out->intended.gone));
    if (is_same(lsp)) {
        out->installed.nodes = out->intended.nodes;
        out->installed.gone = out->intended.gone;
        return CP_OK;
    }
    return api_gone(v, lsp->installed_touches, lsp->installed_touch_count, CP_TEXT(""),
                    &out->installed.gone);
}

cp_err api_ways(const struct view *v, const struct cp_control_lsp *lsp, struct cp_web_path *out)
{
    struct api_ids intended = {.arena = v->arena}, installed = {.arena = v->arena};
    struct sighted seen;

    CP_TRY(add_intended(v, lsp, &intended));
    if (v->plan != NULL && lsp->in_plan != CP_NONE && lsp->installed_us != 0)
        CP_TRY(add_installed(v, lsp, &installed));
    CP_TRY(fill_gone(v, lsp, out));
    CP_TRY(daemon_sights_of(v->d, lsp, v->arena, &seen));
    out->intended.branches = api_ids_settle(&intended);
    out->installed.branches = api_ids_settle(&installed);
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
    struct api_ids intended = {.arena = v->arena}, proven = {.arena = v->arena};

    for (uint32_t i = first; i < end; i++) {
        struct cp_control_lsp lsp;
        struct sighted seen;

        cp_control_lsp_of(v->control, v->verdicts.carriers[i], &lsp);
        CP_TRY(add_intended(v, &lsp, &intended));
        CP_TRY(daemon_sights_of(v->d, &lsp, v->arena, &seen));
        for (uint32_t k = 0; k < seen.node_count; k++)
            CP_TRY(api_ids_add(&proven, seen.nodes[k]));
    }
    out->intended = api_ids_settle(&intended);
    out->proven = api_ids_settle(&proven);
    return CP_OK;
}

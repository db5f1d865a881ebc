#include "inside.h"

/*
 * What an edge of ours says of its own probes: they got through the path that it reports.  That is a sight of it from headend to
 * endpoint; its time is ours, for clocks may differ, and it says so only while it is so.  Of a list with node segments it
 * says nothing of the nodes between: control knows such a sight for one that proves nothing.
 */

enum { NODES_MOST = 64 };

/* Nodes of the case in the order of the hops; false: a hop that the plan does not know. */
static bool follow(const struct cp_plan *plan, const struct cp_plan_lsp *lsp,
                   const struct cp_pce_path *hops, cp_text ids[NODES_MOST], uint32_t *count)
{
    const struct cp_node_rec *nodes = cp_plan_view(plan)->net->nodes;
    uint32_t at = lsp->headend;

    ids[(*count)++] = nodes[at].id;
    for (uint32_t i = 0; i < hops->count; i++) {
        at = cp_plan_node_by_sid(plan, at, &hops->at[i]);
        if (at == CP_NONE || *count == NODES_MOST)
            return false;
        ids[(*count)++] = nodes[at].id;
    }
    return true;
}

cp_err cp_drive_hear_probes(struct cp_drive *d, const struct drive_peer *p,
                            const struct cp_pce_lsp *lsp)
{
    static const cp_text ours = {"cp:", 3};
    const struct cp_plan *plan = cp_control_plan_kept(d->control);
    cp_text ids[NODES_MOST];
    struct cp_control_sight sight = {.key = cp_text_sub(lsp->name, ours.len, lsp->name.len),
                                     .nodes = ids,
                                     .witness = p->config.name,
                                     .at_us = d->now_us};
    cp_sight_says says;
    uint32_t at;

    if (!lsp->proof.known || !lsp->proof.alive || lsp->removed || lsp->actual.count == 0 ||
        plan == NULL || !cp_text_starts(lsp->name, ours))
        return CP_OK;
    at = cp_plan_find(plan, sight.key);
    if (at == CP_NONE || !follow(plan, cp_plan_lsp(plan, at), &lsp->actual, ids, &sight.node_count))
        return CP_OK;
    return cp_control_seen(d->control, &sight, d->now_us, &says);
}

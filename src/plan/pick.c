#include <string.h>

#include "parts.h"

/*
 * What to take when elements are gone: the first option of the plan that still holds by its own walk; else what is
 * sought.  Either has to stand its own walk.  What is to be avoided is there all the same: routers route over it, so walks
 * know of it, and an answer whose walk may touch it is none.
 */

static cp_err adopt(struct cp_arena *arena, const struct cp_trace *trace, struct cp_pick *out)
{
    uint32_t *touches = CP_TAKE(arena, trace->touch_count, uint32_t);

    if (touches == NULL)
        return CP_ERR_NOMEM;
    if (trace->touch_count > 0)
        memcpy(touches, trace->touches, trace->touch_count * sizeof *touches);
    out->found = true;
    out->option.touches = touches;
    out->option.touch_count = trace->touch_count;
    return CP_OK;
}

static struct plan_walk walk_of(const struct cp_plan *plan, const struct cp_plan_lsp *lsp,
                                struct cp_pce_path hops, const struct cp_plan_gone *gone)
{
    return (struct plan_walk){.treatment = lsp->treatment,
                              .from = plan->net.node_of_case[lsp->headend],
                              .to = plan->net.node_of_case[lsp->endpoint],
                              .hops = hops,
                              .gone = gone};
}

/* Clean, up to the endpoint, and past what is to be avoided. */
static bool stands(const struct cp_trace *trace, const struct plan_limits *within)
{
    for (uint32_t i = 0; i < trace->touch_count && within->avoid != NULL; i++)
        if (within->avoid[trace->touches[i]] != 0)
            return false;
    return trace->kind == CP_TRACE_CLEAN && trace->arrives;
}

static cp_err try_options(struct cp_picker *p, const struct cp_plan_lsp *lsp,
                          const struct plan_limits *within, struct cp_arena *arena,
                          struct cp_pick *out)
{
    for (uint32_t i = 0; i < lsp->option_count && !out->found; i++) {
        struct plan_walk walk = walk_of(p->plan, lsp, lsp->options[i].hops, within->gone);
        struct cp_trace trace;

        CP_TRY(cp_plan_walk(p, &walk, &trace));
        if (!stands(&trace, within))
            continue;
        out->option = lsp->options[i];
        out->planned = true;
        CP_TRY(adopt(arena, &trace, out));
    }
    return CP_OK;
}

static cp_err copy_path(const struct cp_path *path, struct cp_arena *arena, struct cp_path *out)
{
    uint32_t *nodes = CP_TAKE(arena, (size_t)path->link_count + 1, uint32_t);
    uint32_t *links = CP_TAKE(arena, path->link_count, uint32_t);

    if (nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    memcpy(nodes, path->nodes, (path->link_count + (size_t)1) * sizeof *nodes);
    if (path->link_count > 0)
        memcpy(links, path->links, path->link_count * sizeof *links);
    *out = *path;
    out->nodes = nodes;
    out->links = links;
    return CP_OK;
}

static cp_err try_seeking(struct cp_picker *p, const struct cp_plan_lsp *lsp,
                          const struct plan_limits *within, struct cp_arena *arena,
                          struct cp_pick *out)
{
    struct cp_segment_list list;
    struct cp_trace trace;
    struct plan_walk walk;
    struct cp_path path;
    bool known = false;

    CP_TRY(cp_plan_seek(p, lsp, within, &path, &list));
    if (path.nodes == NULL || list.at == NULL)
        return CP_OK;
    out->option = (struct cp_plan_option){.role = CP_ROLE_BACKUP, .cost = path.cost};
    CP_TRY(copy_path(&path, arena, &out->option.path));
    CP_TRY(cp_plan_hops(p->plan, &list, arena, &out->option.hops, &known));
    if (!known) {
        out->why = "a link of the path that is left has no SID";
        return CP_OK;
    }
    walk = walk_of(p->plan, lsp, out->option.hops, within->gone);
    CP_TRY(cp_plan_walk(p, &walk, &trace));
    if (!stands(&trace, within)) {
        out->why = "the path that was sought does not stand its own walk";
        return CP_OK;
    }
    return adopt(arena, &trace, out);
}

cp_err cp_plan_pick(struct cp_picker *p, uint32_t lsp, const struct cp_plan_gone *gone,
                    const uint8_t *avoid, struct cp_arena *arena, struct cp_pick *out)
{
    const struct cp_plan_lsp *l = cp_plan_lsp(p->plan, lsp);
    struct plan_limits within = {gone != NULL && gone->version != 0 ? gone : NULL, avoid};
    cp_arena_mark mark = cp_arena_mark_get(p->work);
    cp_err err = CP_OK;

    *out = (struct cp_pick){.why = "no clean path is left"};
    CP_TRY(try_options(p, l, &within, arena, out));
    /* With nothing gone the plan has said it all, but where its lists need a SID that is not to be had (two routers that
     * claim one lose both): adjacencies may do. */
    if (!out->found && (within.gone != NULL || within.avoid != NULL ||
                        (l->option_count == 0 && l->blocking == NULL)))
        err = try_seeking(p, l, &within, arena, out);
    cp_arena_reset(p->work, mark);
    return err;
}

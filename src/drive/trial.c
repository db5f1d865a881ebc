#include "drive/trial.h"

#include "base/map.h"

#include "inside.h"

/* --- the plan ----------------------------------------------------------------------------------- */

cp_err cp_drive_trial(struct cp_drive *d, const struct cp_drive_given *given,
                      struct cp_arena *arena, struct cp_drive_job **out, struct cp_diag *diag)
{
    struct epoch *e = CP_TAKE(arena, 1, struct epoch);
    struct cp_drive_job *job = CP_TAKE(arena, 1, struct cp_drive_job);

    if (e == NULL || job == NULL)
        return CP_ERR_NOMEM;
    *e = (struct epoch){.arena = arena, .inventory = given->inventory};
    CP_TRY(cp_ted_trial(d->ted, given->inventory, arena, &e->view, diag));
    *job = (struct cp_drive_job){.drive = d,
                                 .epoch = e,
                                 .policies = given->policies,
                                 .policy_count = given->policy_count,
                                 .config = d->config.plan,
                                 .partial = cp_drive_is_partial(d),
                                 .reason = CP_TEXT("trial")};
    job->config.request.strict |= job->partial;
    CP_TRY(cp_drive_depths(d, e, &job->depths));
    *out = job;
    return CP_OK;
}

/* --- what it means ------------------------------------------------------------------------------ */

/* [demands of the plan's case] a way without a clean path; STEERED: each has one; CP_NONE: nobody steers it. */
#define STEERED (CP_NONE - 1)

static cp_err look_at(const struct cp_plan *plan, struct cp_arena *arena, uint32_t **out,
                      struct cp_drive_steered *sums)
{
    uint32_t count = cp_plan_view(plan)->net->demand_count;
    uint32_t *without = CP_TAKE(arena, count, uint32_t);

    if (without == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        without[i] = CP_NONE;
    for (uint32_t i = 0; i < cp_plan_lsp_count(plan); i++) {
        const struct cp_plan_lsp *lsp = cp_plan_lsp(plan, i);

        for (uint32_t k = 0; k < lsp->demand_count; k++) {
            uint32_t *of = &without[lsp->demands[k]];

            if (*of >= STEERED)
                *of = lsp->option_count == 0 ? i : STEERED;
        }
    }
    *sums = (struct cp_drive_steered){0};
    for (uint32_t i = 0; i < count; i++) {
        sums->demands += without[i] != CP_NONE;
        sums->without_path += without[i] < STEERED;
    }
    *out = without;
    return CP_OK;
}

/* What the plan has of an LSP of which a router may have a path; NULL: no router may. */
static const struct cp_plan_lsp *carried_lsp(const struct cp_control *control,
                                             const struct cp_plan *plan, uint32_t at)
{
    struct cp_control_lsp lsp;

    cp_control_lsp(control, at, &lsp);
    return lsp.in_plan == CP_NONE || !lsp.ordered || lsp.intended.count == 0
               ? NULL
               : cp_plan_lsp(plan, lsp.in_plan);
}

/* Of the plan in force: those with a clean path each way, of which a router may have an LSP, by id. */
static cp_err gather_carried(const struct cp_control *control, const struct cp_plan *plan,
                             const uint32_t *without, struct cp_map *carried, uint32_t *sum)
{
    const struct cp_demand *demands = cp_plan_view(plan)->net->demands;

    for (uint32_t i = 0; i < cp_control_lsp_count(control); i++) {
        const struct cp_plan_lsp *planned = carried_lsp(control, plan, i);

        for (uint32_t k = 0; planned != NULL && k < planned->demand_count; k++) {
            uint32_t demand = planned->demands[k];
            bool is_new = cp_map_find(carried, demands[demand].id) == CP_MAP_NONE;

            *sum += is_new;
            if (is_new)
                CP_TRY(cp_map_add(carried, demands[demand].id, without[demand] == STEERED));
        }
    }
    return CP_OK;
}

static cp_err list_losses(const struct cp_map *carried, const struct cp_plan *after,
                          const uint32_t *without, struct cp_arena *arena,
                          struct cp_drive_losses *out)
{
    const struct cp_case *net = cp_plan_view(after)->net;
    struct cp_drive_loss *list = CP_TAKE(arena, out->after.without_path, struct cp_drive_loss);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < net->demand_count; i++)
        if (without[i] < STEERED && cp_map_find(carried, net->demands[i].id) == 1)
            list[out->count++] = (struct cp_drive_loss){i, without[i]};
    out->list = list;
    return CP_OK;
}

enum { NOT_STEERED, IS_STEERED };

/* Of the other plan's demands by id: whether anybody steers them. */
static cp_err gather_steered(const struct cp_plan *after, const uint32_t *without,
                             struct cp_map *steered)
{
    const struct cp_case *net = cp_plan_view(after)->net;

    for (uint32_t i = 0; i < net->demand_count; i++)
        CP_TRY(cp_map_add(steered, net->demands[i].id,
                          without[i] != CP_NONE ? IS_STEERED : NOT_STEERED));
    return CP_OK;
}

static cp_err list_leaving(const struct cp_control *control, const struct cp_plan *before,
                           const struct cp_plan *after, const struct cp_map *steered,
                           struct cp_arena *arena, struct cp_drive_losses *out)
{
    const struct cp_case *net = cp_plan_view(before)->net;
    bool *leaves = CP_TAKE(arena, net->demand_count, bool);
    struct cp_drive_leaving *list = CP_TAKE(arena, out->carried, struct cp_drive_leaving);

    if (leaves == NULL || list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < cp_control_lsp_count(control); i++) {
        const struct cp_plan_lsp *lsp = carried_lsp(control, before, i);

        for (uint32_t k = 0; lsp != NULL && k < lsp->demand_count; k++) {
            uint32_t is = cp_map_find(steered, net->demands[lsp->demands[k]].id);

            if (is == NOT_STEERED ||
                (is == CP_MAP_NONE && cp_plan_find(after, lsp->key) == CP_NONE))
                leaves[lsp->demands[k]] = true;
        }
    }
    out->leaving = list;
    for (uint32_t i = 0; i < net->demand_count; i++) {
        struct cp_drive_leaving *to = &list[out->leaving_count];

        if (!leaves[i])
            continue;
        CP_TRY(cp_text_copy(net->demands[i].id, arena, &to->demand));
        to->deleted = cp_map_find(steered, net->demands[i].id) == CP_MAP_NONE;
        out->leaving_count++;
    }
    return CP_OK;
}

cp_err cp_drive_losses(struct cp_drive *d, const struct cp_plan *after, struct cp_arena *arena,
                       struct cp_drive_losses *out)
{
    const struct cp_plan *before = cp_control_plan_kept(d->control);
    uint32_t *before_without = NULL, *without = NULL;
    struct cp_map *carried, *steered;

    *out = (struct cp_drive_losses){0};
    CP_TRY(look_at(after, arena, &without, &out->after));
    if (before == NULL)
        return CP_OK;
    CP_TRY(cp_control_outlook(d->control, after, arena, &out->paths));
    CP_TRY(look_at(before, arena, &before_without, &out->before));
    CP_TRY(cp_map_open(arena, &carried));
    CP_TRY(gather_carried(d->control, before, before_without, carried, &out->carried));
    CP_TRY(list_losses(carried, after, without, arena, out));
    CP_TRY(cp_map_open(arena, &steered));
    CP_TRY(gather_steered(after, without, steered));
    return list_leaving(d->control, before, after, steered, arena, out);
}

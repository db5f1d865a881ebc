#include "roles.h"

/* Who must be told what of each design: counted, then filled, by node and design. */

struct casting {
    struct steer_work *work;
    uint32_t node_count;
    struct steer_role *by_node; /* [node_count] of the design at hand */
    struct steer_role *all;
    uint32_t *owner; /* [all_count] node of each */
    uint32_t all_count, all_cap, owner_cap;
};

/* Links that each node colours, in an array of their own, by node and then link. */
static cp_err cast_colours(struct casting *c, const struct cp_flexalgo_design *d)
{
    uint32_t *links = CP_TAKE(c->work->arena, d->colour_count, uint32_t);
    uint32_t *next = CP_TAKE(c->work->arena, (size_t)c->node_count + 1, uint32_t);

    if (links == NULL || next == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < d->colour_count; i++)
        c->by_node[d->colours[i].node].link_count++;
    for (uint32_t n = 0; n < c->node_count; n++) {
        c->by_node[n].links = links + next[n];
        next[n + 1] = next[n] + c->by_node[n].link_count;
    }
    for (uint32_t i = 0; i < d->colour_count; i++)
        links[next[d->colours[i].node]++] = d->colours[i].link;
    return CP_OK;
}

static cp_err keep(struct casting *c, uint32_t node)
{
    CP_TRY(cp_arena_grow(c->work->arena, (void **)&c->all, c->all_count, &c->all_cap,
                         sizeof(*c->all)));
    CP_TRY(cp_arena_grow(c->work->arena, (void **)&c->owner, c->all_count, &c->owner_cap,
                         sizeof(*c->owner)));
    c->all[c->all_count] = c->by_node[node];
    c->owner[c->all_count++] = node;
    return CP_OK;
}

static cp_err cast_design(struct casting *c, uint32_t design)
{
    const struct cp_flexalgo_design *d = &c->work->request->designs[design];

    for (uint32_t n = 0; n < c->node_count; n++)
        c->by_node[n] = (struct steer_role){.design = design};
    CP_TRY(cast_colours(c, d));
    for (uint32_t i = 0; i < d->participant_count; i++)
        c->by_node[d->participants[i]].participates = true;
    for (uint32_t i = 0; i < d->definer_count; i++)
        c->by_node[d->definers[i]].defines = true;
    for (uint32_t n = 0; n < c->node_count; n++) {
        const struct steer_role *r = &c->by_node[n];

        if (r->participates || r->defines || r->link_count > 0)
            CP_TRY(keep(c, n));
    }
    return CP_OK;
}

static cp_err sort(struct casting *c, struct steer_roles *out)
{
    struct steer_role *at = CP_TAKE(c->work->arena, c->all_count, struct steer_role);
    uint32_t *first = CP_TAKE(c->work->arena, (size_t)c->node_count + 2, uint32_t);

    if (at == NULL || first == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->all_count; i++)
        first[c->owner[i] + 2]++;
    for (uint32_t n = 1; n < c->node_count + 1; n++)
        first[n + 1] += first[n];
    for (uint32_t i = 0; i < c->all_count; i++)
        at[first[c->owner[i] + 1]++] = c->all[i];
    *out = (struct steer_roles){at, first};
    return CP_OK;
}

/* What keeps the system from a design; NULL: nothing. */
static const char *fault_of(const struct steer_work *work, const struct cp_flexalgo_design *d)
{
    const struct steer_system *system = cp_steer_system(work);

    if (system->design == NULL)
        return "Linux has no IS-IS of its own: no Flex-Algo design is written (FRR's isisd takes "
               "what is written for frr)";
    if (d->affinity_bit > system->bit_max)
        return "the affinity's bit is higher than the system's admin groups go: no Flex-Algo design "
               "is written";
    if (d->algorithm < 128 || d->algorithm > 255 || d->priority > 255) /* RFC 9350 4, 5.1 */
        return "the algorithm's number or priority is none that there is: nothing is written";
    return NULL;
}

cp_err cp_steer_roles_make(struct steer_work *work, struct steer_roles *out)
{
    struct casting c = {.work = work, .node_count = work->answer->net->graph.node_count};
    const struct cp_steer_request *request = work->request;

    c.by_node = CP_TAKE(work->arena, c.node_count, struct steer_role);
    if (c.by_node == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < request->design_count; d++) {
        const char *fault = fault_of(work, &request->designs[d]);

        if (fault != NULL)
            CP_TRY(cp_steer_warn(work, CP_NONE, CP_NONE, STEER_NOTE, fault));
        else
            CP_TRY(cast_design(&c, d));
    }
    return sort(&c, out);
}

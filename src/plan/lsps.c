#include <stdlib.h>
#include <string.h>

#include "parts.h"

/*
 * Routes to LSPs: each direction of each demand that some rule holds for is an entry; entries of one headend, endpoint
 * and colour are one LSP.  A demand without a way has an entry for each pair of its ends, without options: they must
 * be down.
 */

enum { PAIRS_MAX = 4096 /* of one blocked demand; ends beyond them have no LSP to take down */ };

struct entry {
    uint32_t headend, endpoint, colour; /* graph nodes */
    uint32_t demand;
    cp_direction direction;
};

struct entries {
    struct entry *at;
    uint32_t count, cap;
};

static int compare(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;

    if (x->headend != y->headend)
        return x->headend < y->headend ? -1 : 1;
    if (x->endpoint != y->endpoint)
        return x->endpoint < y->endpoint ? -1 : 1;
    if (x->colour != y->colour)
        return x->colour < y->colour ? -1 : 1;
    if (x->demand != y->demand)
        return x->demand < y->demand ? -1 : 1;
    return x->direction < y->direction ? -1 : x->direction > y->direction;
}

static bool is_one(const struct entry *a, const struct entry *b)
{
    return a->headend == b->headend && a->endpoint == b->endpoint && a->colour == b->colour;
}

/* --- colours ----------------------------------------------------------------------------------- */

static bool is_in(const struct cp_treatment *t, cp_text name)
{
    cp_text rest = t->traffic_class, word;

    while (cp_text_word(&rest, " ", &word))
        if (cp_text_eq(word, name))
            return true;
    return false;
}

static bool is_taken(const struct cp_plan *plan, uint32_t treatments, uint32_t colour)
{
    for (uint32_t i = 0; i < plan->ask.config.colour_count; i++)
        if (plan->ask.config.colours[i].colour == colour)
            return true;
    for (uint32_t t = 0; t < treatments; t++)
        if (plan->treatment_colour[t] == colour)
            return true;
    return false;
}

static bool has_it(const struct cp_plan *plan, uint32_t treatments, uint32_t colour)
{
    for (uint32_t t = 0; t < treatments; t++)
        if (plan->treatment_colour[t] == colour)
            return true;
    return false;
}

/* The colour of the first class of the config that the treatment is in and that no other treatment has; else the
 * least free number. */
static uint32_t colour_of(const struct cp_plan *plan, uint32_t treatment)
{
    const struct cp_plan_config *config = &plan->ask.config;
    const struct cp_treatment *t = &plan->ask.judge->treatments[treatment];
    uint32_t colour = config->colour_first;

    for (uint32_t i = 0; i < config->colour_count; i++)
        if (is_in(t, config->colours[i].traffic_class) &&
            !has_it(plan, plan->ask.judge->treatment_count, config->colours[i].colour))
            return config->colours[i].colour;
    while (is_taken(plan, plan->ask.judge->treatment_count, colour))
        colour++;
    return colour;
}

/* By the names of their classes, so that the order of demands changes no colour. */
static cp_err give_colours(struct cp_plan *plan, struct cp_arena *arena)
{
    const struct cp_judge *judge = plan->ask.judge;
    uint32_t *order = CP_TAKE(arena, judge->treatment_count, uint32_t);

    plan->treatment_colour = CP_TAKE(arena, judge->treatment_count, uint32_t);
    if (order == NULL || plan->treatment_colour == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < judge->treatment_count; i++) {
        uint32_t k = i;

        for (; k > 0 && cp_text_cmp(judge->treatments[i].traffic_class,
                                    judge->treatments[order[k - 1]].traffic_class) < 0;
             k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
    memset(plan->treatment_colour, 0xff, judge->treatment_count * sizeof(uint32_t));
    for (uint32_t i = 0; i < judge->treatment_count; i++)
        if (judge->treatments[order[i]].rule_count > 0)
            plan->treatment_colour[order[i]] = colour_of(plan, order[i]);
    return CP_OK;
}

/* --- entries ----------------------------------------------------------------------------------- */

struct listing {
    const struct cp_plan *plan;
    struct cp_arena *work;
    struct entries *entries;
};

static cp_err add(struct listing *l, struct entry entry)
{
    struct entries *e = l->entries;

    if (entry.headend == CP_NONE || entry.endpoint == CP_NONE || entry.headend == entry.endpoint)
        return CP_OK;
    CP_TRY(cp_arena_grow(l->work, (void **)&e->at, e->count, &e->cap, sizeof *e->at));
    e->at[e->count++] = entry;
    return CP_OK;
}

/* A direction that has no candidate at all: every pair of its ends. */
static cp_err add_pairs(struct listing *l, uint32_t demand, cp_direction direction)
{
    const struct cp_case *c = l->plan->ask.view->net;
    const struct cp_demand *d = &c->demands[demand];
    uint32_t colour = l->plan->treatment_colour[l->plan->ask.judge->demand_treatment[demand]];

    for (uint32_t i = 0; i < d->src.count; i++)
        for (uint32_t k = 0; k < d->dst.count && (uint64_t)i * d->dst.count + k < PAIRS_MAX; k++) {
            uint32_t src = l->plan->net.node_of_case[c->demand_ends[d->src.first + i].at];
            uint32_t dst = l->plan->net.node_of_case[c->demand_ends[d->dst.first + k].at];
            bool forward = direction == CP_FORWARD;

            CP_TRY(add(l, (struct entry){forward ? src : dst, forward ? dst : src, colour, demand,
                                         direction}));
        }
    return CP_OK;
}

static cp_err add_demand(struct listing *l, uint32_t demand)
{
    const struct cp_route_result *r = &l->plan->routes.results[demand];
    uint32_t colour = l->plan->treatment_colour[l->plan->ask.judge->demand_treatment[demand]];
    bool has[2] = {false, false};

    for (uint32_t i = 0; i < r->candidate_count; i++) {
        const struct cp_path *path = &r->candidates[i].path;

        has[r->candidates[i].direction] = true;
        CP_TRY(add(l, (struct entry){path->nodes[0], path->nodes[path->link_count], colour, demand,
                                     r->candidates[i].direction}));
    }
    for (uint32_t direction = 0; direction < 2; direction++)
        if (!has[direction])
            CP_TRY(add_pairs(l, demand, (cp_direction)direction));
    return CP_OK;
}

static cp_err list_entries(struct listing *l)
{
    for (uint32_t d = 0; d < l->plan->ask.view->net->demand_count; d++)
        if (l->plan->routes.results[d].covered)
            CP_TRY(add_demand(l, d));
    if (l->entries->count > 0)
        qsort(l->entries->at, l->entries->count, sizeof *l->entries->at, compare);
    return CP_OK;
}

/* --- LSPs -------------------------------------------------------------------------------------- */

cp_err cp_plan_hops(const struct cp_plan *plan, const struct cp_segment_list *list,
                    struct cp_arena *arena, struct cp_pce_path *hops, bool *known)
{
    const struct cp_ted_node *nodes = plan->ask.view->nodes;
    struct cp_pce_hop *at = CP_TAKE(arena, list->count, struct cp_pce_hop);

    *known = list->at != NULL && list->count > 0;
    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < list->count && *known; i++) {
        const struct cp_segment *s = &list->at[i];

        *known = s->sid.known;
        at[i].kind = s->sid.plane == CP_PLANE_SRV6 ? CP_PCE_HOP_SRV6 : CP_PCE_HOP_LABEL;
        at[i].label = s->sid.label;
        memcpy(at[i].srv6, s->sid.srv6, sizeof at[i].srv6);
        if (s->kind == CP_SEGMENT_NODE)
            at[i].local = nodes[plan->net.case_node[s->to]].address;
    }
    *hops = (struct cp_pce_path){at, *known ? list->count : 0};
    return CP_OK;
}

static bool is_drawn(const struct cp_segment_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->at[i].kind == CP_SEGMENT_NODE)
            return true;
    return false;
}

static bool is_listed(const struct cp_plan_lsp *lsp, const struct cp_pce_path *hops)
{
    for (uint32_t i = 0; i < lsp->option_count; i++) {
        const struct cp_pce_path *has = &lsp->options[i].hops;
        bool same = has->count == hops->count;

        for (uint32_t k = 0; same && k < hops->count; k++)
            same = has->at[k].kind == hops->at[k].kind && has->at[k].label == hops->at[k].label &&
                   memcmp(has->at[k].srv6, hops->at[k].srv6, sizeof hops->at[k].srv6) == 0;
        if (same)
            return true;
    }
    return false;
}

/* Those of a demand's candidates that go from the one end to the other, of one role. */
static cp_err add_options(const struct cp_plan *plan, const struct entry *entry, cp_path_role role,
                          struct cp_plan_lsp *lsp, struct cp_arena *arena)
{
    const struct cp_route_result *r = &plan->routes.results[entry->demand];

    for (uint32_t i = 0; i < r->candidate_count; i++) {
        const struct cp_candidate *c = &r->candidates[i];
        struct cp_plan_option option = {.role = role, .path = c->path, .cost = c->path.cost};
        struct cp_plan_option *options;
        bool known;

        if (c->role != role || c->direction != entry->direction ||
            c->path.nodes[0] != entry->headend ||
            c->path.nodes[c->path.link_count] != entry->endpoint)
            continue;
        CP_TRY(cp_plan_hops(plan, &c->segments, arena, &option.hops, &known));
        if (!known || is_listed(lsp, &option.hops))
            continue;
        option.drawn = is_drawn(&c->segments);
        options = CP_TAKE(arena, (size_t)lsp->option_count + 1, struct cp_plan_option);
        if (options == NULL)
            return CP_ERR_NOMEM;
        for (uint32_t k = 0; k < lsp->option_count; k++)
            options[k] = lsp->options[k];
        options[lsp->option_count++] = option;
        lsp->options = options;
    }
    return CP_OK;
}

static cp_ip address_of(const struct cp_plan *plan, uint32_t node)
{
    const struct cp_ted_node *n = &plan->ask.view->nodes[node];
    cp_ip loopback = cp_ip_find(plan->ask.view->net->nodes[node].loopback);

    if (n->address.family != 0)
        return n->address;
    return loopback.family != 0 ? loopback : n->address6;
}

static cp_err name(const struct cp_plan *plan, struct cp_plan_lsp *lsp, struct cp_arena *arena)
{
    const struct cp_node_rec *nodes = plan->ask.view->net->nodes;
    struct cp_out out = cp_out_make(arena);

    cp_out_text(&out, nodes[lsp->headend].id);
    cp_out_char(&out, '>');
    cp_out_text(&out, nodes[lsp->endpoint].id);
    cp_out_char(&out, '/');
    cp_out_u64(&out, lsp->colour);
    return cp_out_done(&out, &lsp->key);
}

/* entries [count]: all of one LSP. */
static cp_err make_lsp(const struct cp_plan *plan, const struct entry *entries, uint32_t count,
                       struct cp_plan_lsp *lsp, struct cp_arena *arena)
{
    uint32_t *demands = CP_TAKE(arena, count, uint32_t);
    const struct cp_judge *judge = plan->ask.judge;

    if (demands == NULL)
        return CP_ERR_NOMEM;
    *lsp = (struct cp_plan_lsp){.headend = plan->net.case_node[entries[0].headend],
                                .endpoint = plan->net.case_node[entries[0].endpoint],
                                .colour = entries[0].colour,
                                .treatment = judge->demand_treatment[entries[0].demand],
                                .direction = entries[0].direction,
                                .demands = demands};
    lsp->headend_address = address_of(plan, lsp->headend);
    lsp->endpoint_address = address_of(plan, lsp->endpoint);
    for (uint32_t i = 0; i < count; i++)
        if (lsp->demand_count == 0 || demands[lsp->demand_count - 1] != entries[i].demand)
            demands[lsp->demand_count++] = entries[i].demand;
    for (uint32_t role = CP_ROLE_PRIMARY; role <= CP_ROLE_BACKUP; role++)
        for (uint32_t i = 0; i < count; i++)
            CP_TRY(add_options(plan, &entries[i], (cp_path_role)role, lsp, arena));
    for (uint32_t i = 0; i < count && lsp->option_count == 0 && lsp->blocking == NULL; i++)
        lsp->blocking = plan->routes.results[entries[i].demand].blocking;
    return name(plan, lsp, arena);
}

static int compare_keys(const void *a, const void *b)
{
    const struct cp_plan_lsp *x = a;
    const struct cp_plan_lsp *y = b;

    return cp_text_cmp(x->key, y->key);
}

static cp_err index_keys(struct cp_plan *plan, struct cp_arena *arena)
{
    CP_TRY(cp_map_open(arena, &plan->keys));
    CP_TRY(cp_map_reserve(plan->keys, plan->lsp_count));
    for (uint32_t i = 0; i < plan->lsp_count; i++)
        CP_TRY(cp_map_add(plan->keys, plan->lsps[i].key, i));
    return CP_OK;
}

static cp_err make_all(struct cp_plan *plan, const struct entries *e, struct cp_arena *arena)
{
    plan->lsps = CP_TAKE(arena, e->count, struct cp_plan_lsp);
    if (plan->lsps == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0, end; i < e->count; i = end) {
        for (end = i + 1; end < e->count && is_one(&e->at[i], &e->at[end]);)
            end++;
        CP_TRY(make_lsp(plan, &e->at[i], end - i, &plan->lsps[plan->lsp_count++], arena));
    }
    qsort(plan->lsps, plan->lsp_count, sizeof *plan->lsps, compare_keys);
    return index_keys(plan, arena);
}

cp_err cp_plan_make_lsps(struct cp_plan *plan, struct cp_arena *arena)
{
    struct entries entries = {0};
    struct listing l = {plan, cp_arena_open(SIZE_MAX), &entries};
    cp_err err = l.work == NULL ? CP_ERR_NOMEM : give_colours(plan, arena);

    if (err == CP_OK)
        err = list_entries(&l);
    if (err == CP_OK)
        err = make_all(plan, &entries, arena);
    cp_arena_close(l.work);
    return err;
}

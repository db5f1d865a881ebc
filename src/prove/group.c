#include "inside.h"

#include <string.h>

/* All about one destination: what its flows look at, then labels that show it. */

void cp_put_potentials(struct cp_out *out, const struct bounds *b, uint64_t fallback)
{
    uint32_t count = 0;
    uint32_t before = 0;

    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            cp_wr_number(out, fallback + 1); /* of no way: 0 */
            cp_wr_number(out, count);
        }
        count = 0;
        for (uint32_t v = 0; v < b->g->node_count; v++) {
            bool target = b->kind == BOUNDS_NEAR ? b->liar[v] != 0 : v == b->destination;

            if (target || b->at[v] == fallback)
                continue;
            if (pass == 1) {
                cp_put_ascending(out, v, before, count == 0);
                cp_wr_number(out, b->at[v] + 1);
            }
            before = v;
            count++;
        }
    }
}

static void put_set(struct cp_out *out, const struct sets *sets, uint32_t set)
{
    uint32_t elements[CP_SETS_DEPTH_MAX];
    uint32_t count = cp_sets_elements(sets, set, elements);

    cp_wr_number(out, count);
    for (uint32_t i = 0; i < count; i++)
        cp_put_ascending(out, elements[i], i > 0 ? elements[i - 1] : 0, i == 0);
}

void cp_put_table(struct cp_out *out, const struct table *table)
{
    cp_wr_number(out, table->row_count);
    for (uint32_t i = 0; i < table->sets->count; i++) {
        const struct table_row *row = &table->rows[table->order[i]];

        if (row->count == 0)
            continue;
        put_set(out, table->sets, table->order[i]);
        cp_wr_number(out, row->count);
        for (uint32_t k = 0; k < row->count; k++) {
            const struct raise *raise = &table->raises[row->first + k];

            cp_put_ascending(out, raise->node, k > 0 ? raise[-1].node : 0, k == 0);
            cp_wr_number(out, raise->after == CP_UNREACHABLE ? 0 : raise->after - raise->before);
        }
    }
}

/* Whether an exposure is about packets of the flow. */
static bool is_of(const struct cp_prove *p, const struct cp_exposure *e,
                  const struct prove_flow *flow)
{
    return e != NULL && e->direction == flow->direction &&
           p->net.node_of_case[e->nodes[0].at] == flow->source &&
           p->net.node_of_case[e->destination.at] == flow->destination;
}

static uint32_t failures_of(const struct cp_prove *p, const struct cp_exposure *e,
                            uint32_t out[CP_SETS_DEPTH_MAX])
{
    for (uint32_t i = 0; i < e->failure_count; i++)
        out[i] = cp_prove_element(p, e->failures[i]);
    return e->failure_count;
}

/* Whether an exposure that the answer shows is steady, at the depth of that state. */
static bool shows_steady(const struct cp_demand_result *r, const struct cp_exposure *e)
{
    return e != NULL && e->state == CP_STATE_STEADY &&
           e->failure_count == r->state_depth[CP_STATE_STEADY];
}

/* Whether the demand's steady exposure is to be pointed at: the answer shows another. */
static bool is_hidden(const struct cp_prove *p, uint32_t demand)
{
    const struct cp_demand_result *r = &p->results[demand];

    return r->state_depth[CP_STATE_STEADY] != CP_DEPTH_NONE && !shows_steady(r, r->exposure) &&
           !shows_steady(r, r->violation);
}

static cp_err see_exposures(struct cp_prove_worker *w, const struct prove_flow *flow)
{
    const struct cp_demand_result *r = &w->prove->results[flow->demand];
    bool has_liars = w->prove->liars[flow->treatment].near != NULL;
    /* Without liars what is exposed under lies is so by a link, as if there were none. */
    const struct cp_exposure *shown[] = {r->exposure, r->violation, r->undecided,
                                         is_hidden(w->prove, flow->demand) ? r->steady : NULL,
                                         has_liars ? NULL : r->liar};

    for (uint32_t i = 0; i < CP_COUNT(shown); i++) {
        uint32_t failures[CP_SETS_DEPTH_MAX];
        uint32_t count;

        if (!is_of(w->prove, shown[i], flow))
            continue;
        count = failures_of(w->prove, shown[i], failures);
        CP_TRY(cp_tour_witness(&w->tour, flow->source, failures, count,
                               shown[i]->state == CP_STATE_TRANSITION));
    }
    return CP_OK;
}

/* Flows that have a way without failures: labels are asked of no others. */
static cp_err flows_with_way(struct cp_prove_worker *w, const struct group *group,
                             struct prove_flow **out, uint32_t *count)
{
    const struct cp_prove *p = w->prove;
    struct prove_flow *flows = CP_TAKE(w->work, group->count, struct prove_flow);

    if (flows == NULL)
        return CP_ERR_NOMEM;
    *count = 0;
    for (uint32_t i = group->first; i < group->first + group->count; i++)
        if (p->component[p->flows[i].source] == p->component[group->destination])
            flows[(*count)++] = p->flows[i];
    *out = flows;
    return CP_OK;
}

static cp_err see_plain(struct cp_prove_worker *w, const struct prove_flow *flows, uint32_t count,
                        struct sets *sets)
{
    struct tour *t = &w->tour;

    t->sets = sets;
    t->flows = flows;
    t->flow_count = count;
    t->touched = NULL;
    t->touched_cap = 0;
    if (count == 0)
        return CP_OK;
    t->destination = flows[0].destination;
    CP_TRY(cp_tour_flows(t));
    for (uint32_t i = 0; w->prove->results != NULL && i < count; i++)
        CP_TRY(see_exposures(w, &flows[i]));
    return CP_OK;
}

/* What is looked at under lies, by one treatment. */
struct lies {
    uint32_t treatment;
    struct sets honest, near;
};

static cp_err see_lies(struct cp_prove_worker *w, const struct group *group, struct lies *lies)
{
    const struct prove_flow *flows = w->prove->flows + group->first;
    struct prove_flow *own = CP_TAKE(w->work, group->count, struct prove_flow);
    uint32_t own_count = 0;

    if (own == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_sets_open(w->work, &lies->honest));
    CP_TRY(cp_sets_open(w->work, &lies->near));
    for (uint32_t i = 0; i < group->count; i++)
        if (flows[i].treatment == lies->treatment)
            own[own_count++] = flows[i];
    return cp_prove_lies(w, lies->treatment, own, own_count, &lies->honest, &lies->near);
}

/* Treatments with liars that flows of the group are of, ascending. */
static cp_err list_lies(struct cp_prove_worker *w, const struct group *group, struct lies **out,
                        uint32_t *count)
{
    const struct cp_prove *p = w->prove;
    uint32_t treatments = p->judge->treatment_count;
    uint8_t *used = CP_TAKE(w->work, treatments, uint8_t);

    if (used == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = group->first; i < group->first + group->count; i++)
        used[p->flows[i].treatment] = p->liars[p->flows[i].treatment].near != NULL;
    *count = 0;
    for (uint32_t t = 0; t < treatments; t++)
        *count += used[t];
    *out = CP_TAKE(w->work, *count, struct lies);
    if (*out == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t t = 0, n = 0; t < treatments; t++)
        if (used[t])
            (*out)[n++].treatment = t;
    return CP_OK;
}

static uint64_t largest_need(const struct sets *sets, uint64_t so_far)
{
    for (uint32_t i = 0; i < sets->need_count; i++)
        if (sets->needs[i].cost != CP_UNREACHABLE && sets->needs[i].cost > so_far)
            so_far = sets->needs[i].cost;
    return so_far;
}

static void put_witnesses(struct cp_prove_worker *w, const struct group *group, struct cp_out *out)
{
    const struct cp_prove *p = w->prove;
    uint32_t count = 0;

    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1)
            cp_wr_number(out, count);
        for (uint32_t i = group->first; i < group->first + group->count; i++) {
            const struct prove_flow *flow = &p->flows[i];
            const struct cp_exposure *e =
                p->results == NULL ? NULL : p->results[flow->demand].steady;

            if (e == NULL || !is_hidden(p, flow->demand) || !is_of(p, e, flow))
                continue;
            count++;
            if (pass == 0)
                continue;
            cp_wr_number(out, flow->demand);
            cp_wr_number(out, flow->direction);
            cp_wr_number(out, flow->source);
            cp_wr_number(out, e->failure_count);
            for (uint32_t k = 0; k < e->failure_count; k++) {
                uint32_t element = cp_prove_element(p, e->failures[k]);

                cp_put_ascending(out, element, k > 0 ? cp_prove_element(p, e->failures[k - 1]) : 0,
                                 k == 0);
            }
        }
    }
}

static cp_err put_lies(struct cp_prove_worker *w, const struct lies *lies,
                       const struct table *plain, struct cp_out *out)
{
    const struct cp_prove *p = w->prove;
    struct bounds *b = &w->bounds;
    struct table table;

    b->kind = BOUNDS_HONEST;
    b->liar = p->markings[lies->treatment].banned;
    CP_TRY(cp_table_make(b, &lies->honest, plain, w->work, &table));
    cp_put_table(out, &table);
    b = &w->near;
    b->kind = BOUNDS_NEAR;
    b->liar = p->markings[lies->treatment].banned;
    memcpy(b->at, p->liars[lies->treatment].near, p->net.graph.node_count * sizeof *b->at);
    CP_TRY(cp_table_make(b, &lies->near, NULL, w->work, &table));
    cp_put_table(out, &table);
    return CP_OK;
}

/*
 * Above what anybody relies on labels need not tell one cost from another.  That other components have
 * no way is shown by the network; only lies, which join them, need it in the labels.
 */
static uint64_t cap_labels(struct cp_prove_worker *w, const struct sets *plain,
                           const struct lies *lies, uint32_t lies_count)
{
    uint64_t cap = largest_need(plain, 1);
    bool keeps_endless = lies_count > 0;

    for (uint32_t i = 0; i < lies_count; i++)
        cap = largest_need(&lies[i].honest, cap);
    for (uint32_t v = 0; v < w->prove->net.graph.node_count; v++)
        if (w->bounds.at[v] > cap && (w->bounds.at[v] != CP_UNREACHABLE || !keeps_endless))
            w->bounds.at[v] = cap;
    return cap;
}

/* True costs of all nodes: plain labels before they are capped. */
static cp_err settle(struct cp_prove_worker *w, uint32_t destination)
{
    struct bounds *b = &w->bounds;

    b->kind = BOUNDS_PLAIN;
    b->destination = destination;
    CP_TRY(cp_routes_to(&w->before, destination, NULL, 0));
    cp_labels_all_costs(w->before.labels, b->at);
    return CP_OK;
}

cp_err cp_prove_group(struct cp_prove_worker *w, const struct group *group, struct cp_out *out)
{
    struct bounds *b = &w->bounds;
    struct prove_flow *flows = NULL;
    struct lies *lies = NULL;
    uint32_t count = 0;
    uint32_t lies_count = 0;
    struct sets plain;
    struct table table;

    CP_TRY(settle(w, group->destination));
    CP_TRY(cp_sets_open(w->work, &plain));
    CP_TRY(flows_with_way(w, group, &flows, &count));
    CP_TRY(see_plain(w, flows, count, &plain));
    CP_TRY(list_lies(w, group, &lies, &lies_count));
    for (uint32_t i = 0; i < lies_count; i++)
        CP_TRY(see_lies(w, group, &lies[i]));
    cp_wr_number(out, 2);
    cp_wr_number(out, group->destination);
    cp_put_potentials(out, b, cap_labels(w, &plain, lies, lies_count));
    CP_TRY(cp_table_make(b, &plain, NULL, w->work, &table));
    cp_put_table(out, &table);
    put_witnesses(w, group, out);
    for (uint32_t i = 0; i < lies_count; i++)
        CP_TRY(put_lies(w, &lies[i], &table, out));
    return out->err;
}

cp_err cp_prove_near(struct cp_prove_worker *w, uint32_t treatment, struct cp_out *out)
{
    const struct cp_prove *p = w->prove;
    struct bounds *b = &w->near;
    uint64_t largest = 0;

    b->kind = BOUNDS_NEAR;
    b->liar = p->markings[treatment].banned;
    memcpy(b->at, p->liars[treatment].near, p->net.graph.node_count * sizeof *b->at);
    for (uint32_t v = 0; v < p->net.graph.node_count; v++)
        if (b->at[v] > largest)
            largest = b->at[v];
    cp_wr_number(out, 1);
    cp_wr_number(out, treatment);
    cp_put_potentials(out, b, largest);
    return out->err;
}

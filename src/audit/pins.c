#include "pins.h"

#include <stdlib.h>

/*
 * A demand held to segments is the union of its segments' flows: a node segment is a flow of its own, from
 * where it begins to where it ends.  A link alone is met by every packet in every state: it needs no search.
 */

static const struct cp_pinned *pins_of(const struct cp_audit *a, uint32_t demand)
{
    return &a->pinned[demand];
}

static bool is_flow(const struct cp_pin *pin)
{
    return pin->link.at == CP_NONE && pin->from.at != pin->to.at;
}

uint32_t cp_audit_pin_count(const struct cp_audit *a, uint32_t demand)
{
    const struct cp_pinned *pinned = pins_of(a, demand);
    uint32_t count = 0;

    for (uint32_t i = 0; i < pinned->count; i++)
        count += is_flow(&pinned->at[i]);
    return count;
}

static int compare_nodes(const void *a, const void *b)
{
    const uint32_t *x = a;
    const uint32_t *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* The demand's own ends and the flow's, which do not fail while it is looked at (flows.h says why). */
static cp_err take_ends(const struct cp_audit *a, struct flow *flow, struct cp_arena *arena)
{
    const struct cp_demand *d = &a->judge->net->demands[flow->demand];
    uint32_t *at = CP_TAKE(arena, (size_t)d->src.count + d->dst.count + 2, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    flow->ends = at;
    for (uint32_t i = 0; i < d->src.count; i++)
        at[flow->end_count++] = cp_audit_node(a, d->src.first + i);
    for (uint32_t i = 0; i < d->dst.count; i++)
        at[flow->end_count++] = cp_audit_node(a, d->dst.first + i);
    at[flow->end_count++] = flow->source;
    at[flow->end_count++] = flow->destination;
    qsort(at, flow->end_count, sizeof *at, compare_nodes);
    return CP_OK;
}

cp_err cp_audit_pin_flows(struct cp_audit *a, uint32_t demand, struct cp_arena *arena)
{
    const struct cp_pinned *pinned = pins_of(a, demand);
    uint32_t at = a->flow_first[demand];

    for (uint32_t i = 0; i < pinned->count; i++) {
        const struct cp_pin *pin = &pinned->at[i];

        if (!is_flow(pin))
            continue;
        a->flows[at] = (struct flow){.demand = demand,
                                     .treatment = a->judge->demand_treatment[demand],
                                     .source = a->net.node_of_case[pin->from.at],
                                     .destination = a->net.node_of_case[pin->to.at],
                                     .direction = pin->direction};
        CP_TRY(take_ends(a, &a->flows[at++], arena));
    }
    return CP_OK;
}

/* What a packet meets that has to take the link. */
struct obstacle {
    cp_object_kind kind;
    uint32_t object; /* of the case */
    uint32_t marks;
};

static uint32_t find_link(const struct cp_audit *a, cp_link link)
{
    uint32_t low = 0, high = a->net.graph.link_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (a->net.case_link[middle] < link.at)
            low = middle + 1;
        else
            high = middle;
    }
    CP_ASSERT(low < a->net.graph.link_count && a->net.case_link[low] == link.at);
    return low;
}

static cp_err make_exposure(const struct cp_audit *a, uint32_t demand, const struct cp_pin *pin,
                            const struct obstacle *met, struct cp_arena *arena,
                            const struct cp_exposure **out)
{
    uint32_t treatment = a->judge->demand_treatment[demand];
    struct cp_exposure *e = CP_TAKE(arena, 1, struct cp_exposure);
    cp_node *nodes = CP_TAKE(arena, 2, cp_node);
    cp_link *links = CP_TAKE(arena, 1, cp_link);

    if (e == NULL || nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    nodes[0] = pin->from;
    nodes[1] = pin->to;
    links[0] = pin->link;
    *e = (struct cp_exposure){.state = CP_STATE_STEADY,
                              .direction = pin->direction,
                              .kind = met->kind,
                              .element = met->object,
                              .destination = pin->to,
                              .nodes = nodes,
                              .links = links,
                              .node_count = 2};
    e->rule = cp_marking_rule(&a->markings[treatment], a->judge, &a->judge->treatments[treatment],
                              met->kind, met->object, met->marks);
    *out = e;
    return CP_OK;
}

static cp_err note(const struct cp_audit *a, uint32_t demand, const struct cp_pin *pin,
                   const struct obstacle *met, struct cp_arena *arena, struct flow_result *out)
{
    struct obstacle part = *met;

    part.marks = met->marks & CP_FORBIDDEN_BITS;
    if (part.marks != 0 && out->found[SEEK_EXPOSED][CP_STATE_STEADY] == NULL) {
        CP_TRY(make_exposure(a, demand, pin, &part, arena,
                             &out->found[SEEK_EXPOSED][CP_STATE_STEADY]));
        out->found[SEEK_VIOLATION][CP_STATE_STEADY] = out->found[SEEK_EXPOSED][CP_STATE_STEADY];
        out->state_depth[CP_STATE_STEADY] = 0;
        out->state_depth[CP_STATE_LIAR] = 0;
        out->liar = out->found[SEEK_EXPOSED][CP_STATE_STEADY];
        if (a->request.depth > 0)
            out->state_depth[CP_STATE_TRANSITION] = 1;
    }
    part.marks = met->marks & CP_UNDECIDED_BITS;
    if (part.marks != 0 && out->found[SEEK_UNSURE][CP_STATE_STEADY] == NULL)
        CP_TRY(
            make_exposure(a, demand, pin, &part, arena, &out->found[SEEK_UNSURE][CP_STATE_STEADY]));
    return CP_OK;
}

cp_err cp_audit_pin_links(const struct cp_audit *a, uint32_t demand, struct cp_arena *arena,
                          struct flow_result *out)
{
    const struct cp_pinned *pinned = pins_of(a, demand);
    struct cp_marks marks = a->markings[a->judge->demand_treatment[demand]].marks;

    *out = (struct flow_result){{CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE}, {{NULL}}, NULL};
    for (uint32_t i = 0; i < pinned->count; i++) {
        const struct cp_pin *pin = &pinned->at[i];
        uint32_t from = a->net.node_of_case[pin->from.at], to = a->net.node_of_case[pin->to.at];

        if (pin->link.at == CP_NONE)
            continue;
        CP_TRY(note(a, demand, pin,
                    &(struct obstacle){CP_OBJECT_NODE, pin->from.at, marks.node[from]}, arena,
                    out));
        CP_TRY(note(
            a, demand, pin,
            &(struct obstacle){CP_OBJECT_LINK, pin->link.at, marks.link[find_link(a, pin->link)]},
            arena, out));
        CP_TRY(note(a, demand, pin, &(struct obstacle){CP_OBJECT_NODE, pin->to.at, marks.node[to]},
                    arena, out));
    }
    return CP_OK;
}

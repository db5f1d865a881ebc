#include "check/check.h"

#include "inside.h"

/* The order of things: network, answer, the pieces of the certificate by kind, what they come to. */

enum { NEAR = 1, DESTINATION, CUTS };

bool cp_refuse(struct cp_check *c, const char *why, uint32_t element)
{
    if (c->report.why == NULL) {
        c->report.why = why;
        c->report.element = element == NIL ? (cp_text){NULL, 0} : cp_bundle_id(&c->net, element);
    }
    return false;
}

bool cp_afford(struct cp_check *c, cp_err err)
{
    c->err = err == CP_OK ? c->err : CP_ERR_NOMEM;
    return err == CP_OK || cp_refuse(c, "there is not enough memory", NIL);
}

void *cp_more(struct cp_check *c, struct cp_list *list, size_t size)
{
    void *at = cp_list_more(list, c->arena, size);

    (void)cp_afford(c, at == NULL ? CP_ERR_NOMEM : CP_OK);
    return at;
}

void cp_push(struct cp_check *c, struct cp_list *list, uint32_t number)
{
    uint32_t *at = cp_more(c, list, sizeof *at);

    if (at != NULL)
        *at = number;
}

static cp_err make_ready(struct cp_check *c)
{
    uint32_t nodes = c->net.node_count;

    c->links = c->net.link_count;
    c->known = CP_TAKE(c->arena, c->net.demand_count, uint8_t);
    c->near = CP_TAKE(c->arena, c->net.treatment_count, struct bounds);
    CP_TRY(cp_stamped_make(c->arena, c->links + nodes + c->net.srlg_count, &c->met));
    CP_TRY(cp_stamped_make(c->arena, nodes, &c->potentials.at));
    CP_TRY(cp_bundle_join(&c->net, NULL, c->arena, &c->whole));
    CP_TRY(cp_bundle_flows(&c->net, c->arena, &c->flows, &c->flow_count));
    CP_TRY(cp_check_labels_open(c, &c->before));
    CP_TRY(cp_check_labels_open(c, &c->after));
    CP_TRY(cp_check_labels_open(c, &c->honest));
    CP_TRY(cp_check_labels_open(c, &c->nearest));
    c->honest.tables[1] = &c->honest_table;
    c->nearest.tables[0] = &c->near_table;
    c->nearest.target = NIL;
    return c->known == NULL || c->near == NULL ? CP_ERR_NOMEM : CP_OK;
}

cp_err cp_check_open(cp_text network, cp_text answer, struct cp_arena *arena, struct cp_arena *work,
                     struct cp_check **out)
{
    struct cp_check *c = CP_TAKE(arena, 1, struct cp_check);
    cp_err err;

    if (c == NULL)
        return CP_ERR_NOMEM;
    *c = (struct cp_check){.arena = arena, .work = work};
    *out = c;
    err = cp_bundle_read(network, answer, arena, work, &c->net, &c->answer);
    if (err == CP_OK)
        err = make_ready(c);
    if (err == CP_OK || err == CP_ERR_NOMEM)
        return err;
    (void)cp_refuse(c, c->answer.fault.why, NIL);
    c->report.file = c->answer.fault.file;
    c->report.place = c->answer.fault.place;
    c->report.demand = c->answer.fault.demand;
    c->report.element = c->answer.fault.element;
    return CP_OK;
}

cp_err cp_check_piece(struct cp_check *c, cp_text piece)
{
    static bool (*const readers[])(struct cp_check *, cp_rd *) = {
        [NEAR] = cp_read_near, [DESTINATION] = cp_read_destination, [CUTS] = cp_read_cuts};
    cp_rd rd = cp_rd_make(piece);
    uint32_t kind = cp_rd_below(&rd, CUTS + 1);

    if (c->report.why != NULL)
        return c->err;
    if (kind < NEAR || kind < c->kind_at)
        (void)cp_refuse(c, "a piece of the certificate out of place", NIL);
    else if (readers[kind](c, &rd) && !cp_rd_done(&rd))
        (void)cp_refuse(c, "a piece of the certificate breaks off, or goes on", NIL);
    c->kind_at = kind;
    return c->err;
}

cp_err cp_check_certificate(struct cp_check *c, cp_text file)
{
    cp_text head = CP_TEXT("cleanpath-certificate 1\n");
    cp_rd rd = cp_rd_make(file);

    if (!cp_text_eq(cp_rd_bytes(&rd, head.len), head))
        (void)cp_refuse(c, "not a certificate", NIL);
    while (rd.left.len > 0 && c->report.why == NULL)
        CP_TRY(cp_check_piece(c, cp_rd_bytes(&rd, cp_rd_number(&rd))));
    if (rd.bad)
        (void)cp_refuse(c, "the certificate breaks off", NIL);
    return c->err;
}

void cp_check_inputs(struct cp_check *c, const struct cp_bundle_manifest *manifest)
{
    if (!cp_bundle_same_inputs(manifest, &c->answer))
        (void)cp_refuse(c, "the answer names other inputs than the manifest", NIL);
}

/* That no depth is less was walked; that none is more, seen. */
static bool check_demand(struct cp_check *c, uint32_t demand)
{
    const struct cp_bundle_result *r = &c->answer.results[demand];

    c->report.demand = c->net.demands[demand].id;
    for (uint32_t i = 0; i < CP_CLAIM_COUNT; i++) {
        const struct cp_bundle_claim *claim = &r->claims[i];

        if (claim->state != 0 && (c->known[demand] >> i & 1u) == 0)
            return cp_refuse(c, "an exposure that the answer shows was not seen", claim->element);
        if (claim->state == CP_BUNDLE_STEADY && claim->set.count == r->steady &&
            !claim->against->undecided)
            c->known[demand] |= STEADY_SEEN;
    }
    if (r->steady != NIL && c->answer.routes == NULL && (c->known[demand] & STEADY_SEEN) == 0)
        return cp_refuse(c, "that the steady state exposes was not seen", NIL);
    if (cp_bundle_has_way(&c->net, demand, &c->whole, NULL) != (r->cut_depth != 0))
        return cp_refuse(c, "whether there is a way is not as the answer says", NIL);
    return true;
}

/* Whether elements without marks join the ends of the treatment's demands. */
static bool check_clean_ways(struct cp_check *c, uint32_t treatment)
{
    const uint64_t *marks = c->net.treatments[treatment].marks;
    cp_arena_mark empty = cp_arena_mark_get(c->work);
    struct cp_joined clean;

    if (!cp_afford(c, cp_bundle_join(&c->net, marks, c->work, &clean)))
        return false;
    for (uint32_t d = 0; d < c->net.demand_count; d++) {
        c->report.demand = c->net.demands[d].id;
        if (c->net.demands[d].treatment == treatment &&
            c->answer.results[d].clean_way != cp_bundle_has_way(&c->net, d, &clean, marks))
            return cp_refuse(c, "clean_way is not so", NIL);
    }
    cp_arena_reset(c->work, empty);
    return true;
}

static bool check_claims(struct cp_check *c)
{
    for (uint32_t d = 0; d < c->net.demand_count; d++)
        if (!check_demand(c, d))
            return false;
    for (uint32_t t = 0; t < c->net.treatment_count; t++)
        if (!check_clean_ways(c, t))
            return false;
    return true;
}

void cp_check_finish(struct cp_check *c, struct cp_check_report *report)
{
    c->report.demand = c->report.why == NULL ? (cp_text){NULL, 0} : c->report.demand;
    if (c->report.why == NULL &&
        (c->flow_at < c->flow_count || c->demand_at < c->answer.demand_count))
        (void)cp_refuse(c, "the certificate ends before all is shown", NIL);
    c->report.holds = c->report.why == NULL && check_claims(c);
    c->report.covered = cp_bundle_covered(&c->net, c->flow_count);
    *report = c->report;
}

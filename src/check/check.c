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

void *cp_more(struct cp_check *c, struct list *list, size_t size)
{
    if (list->count == list->cap &&
        !cp_afford(c, cp_arena_grow(c->arena, &list->at, list->count, &list->cap, size)))
        return NULL;
    return (char *)list->at + size * list->count++;
}

bool cp_push(struct cp_check *c, struct list *list, uint32_t number)
{
    uint32_t *at = cp_more(c, list, sizeof *at);

    if (at != NULL)
        *at = number;
    return at != NULL;
}

static bool make_ready(struct cp_check *c)
{
    uint32_t nodes = c->net.node_count;

    c->links = c->net.link_count;
    c->known = CP_TAKE(c->arena, c->net.demand_count, uint8_t);
    c->near = CP_TAKE(c->arena, c->net.treatment_count, struct near);
    if (c->known == NULL || c->near == NULL)
        return cp_afford(c, CP_ERR_NOMEM);
    if (!cp_afford(c, cp_stamped_make(c->arena, c->links + nodes + c->net.srlg_count, &c->met)) ||
        !cp_afford(c, cp_stamped_make(c->arena, nodes, &c->potentials)) ||
        !cp_afford(c, cp_bundle_join(&c->net, NULL, c->arena, &c->whole)) ||
        !cp_afford(c, cp_bundle_flows(&c->net, c->arena, &c->flows, &c->flow_count)) ||
        !cp_check_labels_open(c, &c->before) || !cp_check_labels_open(c, &c->after) ||
        !cp_check_labels_open(c, &c->honest) || !cp_check_labels_open(c, &c->nearest))
        return false;
    c->honest.tables[1] = &c->honest_table;
    c->nearest.tables[0] = &c->near_table;
    c->nearest.target = NIL;
    return true;
}

cp_err cp_check_open(cp_text network, cp_text answer, struct cp_arena *arena, struct cp_arena *work,
                     struct cp_check **out)
{
    struct cp_check *c = CP_TAKE(arena, 1, struct cp_check);
    struct cp_diag diag = {.why = NULL};
    const char *file = "network";
    cp_err err;

    if (c == NULL)
        return CP_ERR_NOMEM;
    *c = (struct cp_check){.arena = arena, .work = work};
    *out = c;
    err = cp_bundle_net_read(network, arena, work, &c->net, &diag);
    if (err == CP_OK) {
        err = cp_bundle_any_read(answer, &c->net, arena, work, &c->answer, &diag);
        file = err == CP_ERR_CONFLICT || err == CP_ERR_UNKNOWN_ID ? NULL : "answer.json";
    }
    if (err == CP_ERR_NOMEM || (err == CP_OK && make_ready(c)))
        return err;
    if (err != CP_OK) {
        (void)cp_refuse(c, diag.why != NULL ? diag.why : "a file is past a limit", NIL);
        c->report.file = file;
        c->report.place = diag.place;
    }
    return c->err;
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

void cp_check_finish(struct cp_check *c, struct cp_check_report *report)
{
    c->report.demand = c->report.why == NULL ? (cp_text){NULL, 0} : c->report.demand;
    if (c->report.why == NULL &&
        (c->flow_at < c->flow_count || c->demand_at < c->answer.demand_count))
        (void)cp_refuse(c, "the certificate ends before all is shown", NIL);
    c->report.holds = c->report.why == NULL && cp_check_claims(c);
    c->report.covered = cp_bundle_covered(&c->net, c->flow_count);
    *report = c->report;
}

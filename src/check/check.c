#include "check/check.h"

#include "base/row.h"
#include "base/sha256.h"
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

bool cp_no_memory(struct cp_check *c)
{
    c->err = CP_ERR_NOMEM;
    return cp_refuse(c, "out of memory", NIL);
}

void *cp_more(struct cp_check *c, struct list *list, size_t size)
{
    if (list->count == list->cap &&
        cp_arena_grow(c->arena, &list->at, list->count, &list->cap, size) != CP_OK) {
        (void)cp_no_memory(c);
        return NULL;
    }
    return (char *)list->at + size * list->count++;
}

bool cp_join(struct cp_check *c, const uint64_t *marks, struct cp_joined *out)
{
    uint32_t links = c->net.link_count;

    if (cp_joined_make(c->work, c->net.node_count, out) != CP_OK)
        return cp_no_memory(c);
    for (uint32_t v = 0; v < c->net.node_count; v++)
        for (uint32_t i = c->net.hop_first[v]; i < c->net.hop_first[v + 1]; i++)
            if (marks == NULL || (marks[c->net.hops[i].link] | marks[links + v] |
                                  marks[links + c->net.hops[i].to]) == 0)
                cp_joined_join(out, v, c->net.hops[i].to);
    return true;
}

static bool make_ready(struct cp_check *c)
{
    uint32_t elements = c->net.link_count + c->net.node_count + c->net.srlg_count;

    c->known = CP_TAKE(c->arena, c->net.demand_count, uint8_t);
    c->near = CP_TAKE(c->arena, c->net.treatment_count, struct cp_stamped);
    c->near_fallback = CP_TAKE(c->arena, c->net.treatment_count, uint64_t);
    if (c->known == NULL || c->near == NULL || c->near_fallback == NULL ||
        cp_stamped_make(c->arena, elements, &c->met) != CP_OK ||
        cp_stamped_make(c->arena, c->net.node_count, &c->potentials) != CP_OK)
        return cp_no_memory(c);
    if (!cp_check_labels_open(c, &c->before) || !cp_check_labels_open(c, &c->after) ||
        !cp_check_labels_open(c, &c->honest) || !cp_check_labels_open(c, &c->nearest))
        return false;
    c->before.base = c->after.base = &c->potentials;
    c->before.tables[0] = c->after.tables[0] = c->honest.tables[0] = &c->plain_table;
    c->honest.tables[1] = &c->honest_table;
    c->nearest.tables[0] = &c->near_table;
    c->nearest.target = NIL;
    return cp_join(c, NULL, &c->whole) && cp_open_flows(c);
}

cp_err cp_check_open(cp_text network, cp_text answer, struct cp_arena *arena, struct cp_arena *work,
                     struct cp_check **out)
{
    struct cp_check *c = CP_TAKE(arena, 1, struct cp_check);
    struct cp_diag diag = {.why = NULL};
    cp_err err;

    if (c == NULL)
        return CP_ERR_NOMEM;
    *c = (struct cp_check){.arena = arena, .work = work};
    *out = c;
    err = cp_bundle_net_read(network, arena, work, &c->net, &diag);
    if (err == CP_OK)
        err = cp_bundle_answer_read(answer, &c->net, arena, work, &c->answer, &diag);
    if (err == CP_ERR_NOMEM || (err == CP_OK && make_ready(c)))
        return err;
    if (err != CP_OK)
        (void)cp_refuse(c, diag.why != NULL ? diag.why : "past a limit", NIL);
    return c->err;
}

cp_err cp_check_piece(struct cp_check *c, cp_text piece)
{
    cp_rd rd = cp_rd_make(piece);
    uint32_t kind = cp_rd_below(&rd, CUTS + 1);
    cp_arena_mark empty = cp_arena_mark_get(c->work);
    bool good = c->report.why == NULL;

    if (good && (kind < NEAR || kind < c->kind_at))
        good = cp_refuse(c, "a piece of the certificate out of place", NIL);
    c->kind_at = kind;
    if (good)
        good = kind == NEAR ? cp_read_near(c, &rd)
                            : (kind == CUTS ? cp_read_cuts(c, &rd) : cp_read_destination(c, &rd));
    if (good && !cp_rd_done(&rd))
        (void)cp_refuse(c, "a piece of the certificate breaks off or goes on", NIL);
    cp_arena_reset(c->work, empty);
    return c->err;
}

cp_err cp_check_certificate(struct cp_check *c, cp_text file)
{
    static const char head[] = "cleanpath-certificate 1\n";
    cp_rd rd = cp_rd_make(file);

    if (!cp_text_is(cp_rd_bytes(&rd, sizeof head - 1), head))
        (void)cp_refuse(c, "not a certificate", NIL);
    while (rd.left.len > 0 && c->report.why == NULL)
        CP_TRY(cp_check_piece(c, cp_rd_bytes(&rd, cp_rd_number(&rd))));
    if (rd.bad)
        (void)cp_refuse(c, "the certificate breaks off", NIL);
    return c->err;
}

/* Sets of up to `depth` failures out of so many, for every flow; at most INF. */
static uint64_t count_sets(const struct cp_check *c)
{
    uint64_t elements = ((c->net.kinds & CP_BUNDLE_LINK) != 0 ? c->net.link_count : 0) +
                        ((c->net.kinds & CP_BUNDLE_NODE) != 0 ? c->net.node_count : 0) +
                        ((c->net.kinds & CP_BUNDLE_SRLG) != 0 ? c->net.srlg_count : 0);
    uint64_t sets = 1, all = 1;

    for (uint64_t k = 1; k <= c->net.depth && k <= elements; k++) {
        sets = sets > INF / elements ? INF : sets * (elements - k + 1) / k;
        all = cp_plus(all, sets);
    }
    return c->flows.count > 0 && all > INF / c->flows.count ? INF : all * c->flows.count;
}

void cp_check_finish(struct cp_check *c, struct cp_check_report *report)
{
    if (c->report.why == NULL) {
        c->report.demand = (cp_text){NULL, 0};
        if (c->flow_at < c->flows.count || c->demand_at < c->net.demand_count)
            (void)cp_refuse(c, "the certificate ends before all is shown", NIL);
        else
            (void)cp_close_audit(c);
        c->report.covered = count_sets(c);
    }
    c->report.holds = c->report.why == NULL;
    *report = c->report;
}

enum { BEGIN, PROGRAM, ANSWER, NETWORK, CERTIFICATE, INPUT, SUM, ROWS };

cp_err cp_check_manifest(struct cp_check *c, cp_text manifest, char (*sums)[65],
                         const struct cp_bundle_input **inputs, uint32_t *count)
{
    static const struct cp_row_pattern patterns[ROWS] = {
        {"cleanpath-bundle", "n"}, {"program", "t"}, {"answer", "t"}, {"network", "t"},
        {"certificate", "t"},      {"input", "tt"},  {"sum", "t"}};
    struct cp_rows rows = {
        .text = manifest, .patterns = patterns, .pattern_count = ROWS, .work = c->work};
    uint32_t kind = BEGIN, wanted = BEGIN, input = 0;
    struct cp_row row;
    bool good = true;
    char sum[65];

    *inputs = c->answer.inputs;
    *count = c->answer.input_count;
    while (good && wanted <= SUM) {
        cp_sha256_hex(cp_text_sub(manifest, 0, rows.at), sum);
        good = cp_row_next(&rows, c->arena, &row, &kind) == CP_OK && kind == wanted;
        if (good && kind == BEGIN)
            good = row.number[0] == 1;
        if (good && kind >= ANSWER && kind <= CERTIFICATE)
            good = cp_text_is(row.text[0], sums[kind - ANSWER]);
        if (good && kind == INPUT)
            good = cp_text_eq(row.text[0], c->answer.inputs[input].path) &&
                   cp_text_eq(row.text[1], c->answer.inputs[input].sha256);
        if (good && kind == SUM)
            good = cp_text_is(row.text[0], sum) && rows.at == manifest.len;
        input += kind == INPUT;
        wanted = kind < CERTIFICATE || kind == SUM ? kind + 1 : (input < *count ? INPUT : SUM);
    }
    return good || cp_refuse(c, "the manifest does not fit the files", NIL) ? CP_OK : c->err;
}

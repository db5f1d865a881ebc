#include "graph/cut.h"

#include "parts.h"

/*
 * Scratch is as large as the network, and making it takes as long as many a search: a worker keeps
 * it from part to part, as long as the parts are of one treatment, or of cuts.
 */

struct cp_audit_worker {
    struct cp_audit *audit;
    struct cp_arena *answers;
    struct cp_arena *lasting, *work; /* its own */
    cp_arena_mark empty;             /* of lasting */
    uint32_t treatment;              /* the search is open for it; CP_NONE: it is not */
    struct search search;
    struct cp_cut *cut; /* NULL: not open */
};

cp_err cp_audit_worker_open(struct cp_audit *audit, struct cp_arena *answers,
                            struct cp_audit_worker **out)
{
    struct cp_audit_worker *w = CP_TAKE(answers, 1, struct cp_audit_worker);

    if (w == NULL)
        return CP_ERR_NOMEM;
    *w = (struct cp_audit_worker){.audit = audit,
                                  .answers = answers,
                                  .lasting = cp_arena_open(SIZE_MAX),
                                  .work = cp_arena_open(SIZE_MAX),
                                  .treatment = CP_NONE};
    if (w->lasting == NULL || w->work == NULL) {
        cp_audit_worker_close(w);
        return CP_ERR_NOMEM;
    }
    w->empty = cp_arena_mark_get(w->lasting);
    *out = w;
    return CP_OK;
}

void cp_audit_worker_close(struct cp_audit_worker *w)
{
    if (w == NULL)
        return;
    cp_arena_close(w->lasting);
    cp_arena_close(w->work);
}

/* Flows order[first..past): one group. */
static cp_err run_group(struct cp_audit *a, struct search *s, uint32_t first, uint32_t past)
{
    cp_arena_mark mark = cp_arena_mark_get(s->work);
    struct hunt *hunts = CP_TAKE(s->work, past - first, struct hunt);

    if (hunts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = first; i < past; i++)
        hunts[i - first] =
            (struct hunt){.flow = &a->flows[a->order[i]], .result = &a->flow_results[a->order[i]]};
    CP_TRY(cp_search_group(s, hunts, past - first));
    cp_arena_reset(s->work, mark);
    return CP_OK;
}

static cp_err open_search(struct cp_audit_worker *w, uint32_t treatment)
{
    struct cp_audit *a = w->audit;

    if (w->treatment == treatment)
        return CP_OK;
    w->treatment = CP_NONE;
    w->cut = NULL;
    cp_arena_reset(w->lasting, w->empty);
    w->search = (struct search){.net = &a->net,
                                .judge = a->judge,
                                .treatment = &a->judge->treatments[treatment],
                                .marking = &a->markings[treatment],
                                .ways = &a->ways[treatment],
                                .request = &a->request,
                                .answers = w->answers,
                                .lasting = w->lasting,
                                .work = w->work};
    CP_TRY(cp_search_open(&w->search));
    w->treatment = treatment;
    return CP_OK;
}

static cp_err run_flows(struct cp_audit_worker *w, const struct part *part)
{
    struct cp_audit *a = w->audit;

    CP_TRY(open_search(w, a->flows[a->order[part->first]].treatment));
    return run_group(a, &w->search, part->first, part->first + part->count);
}

/* Graph nodes of one end of a demand, ascending as the model has them. */
static cp_err cut_end(const struct cp_audit *a, cp_range end, struct cp_arena *work,
                      const uint32_t **nodes)
{
    uint32_t *at = CP_TAKE(work, end.count, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < end.count; i++)
        at[i] = cp_audit_node(a, end.first + i);
    *nodes = at;
    return CP_OK;
}

static cp_err run_cuts(struct cp_audit_worker *w, const struct part *part)
{
    struct cp_audit *a = w->audit;
    struct cp_arena *work = w->work;

    if (w->cut == NULL) {
        w->treatment = CP_NONE;
        cp_arena_reset(w->lasting, w->empty);
        CP_TRY(cp_cut_open(&a->net.graph, w->lasting, &w->cut));
    }
    for (uint32_t i = part->first; i < part->first + part->count; i++) {
        const struct cp_demand *d = &a->judge->net->demands[i];
        cp_arena_mark mark = cp_arena_mark_get(work);
        struct cp_cut_query query = {.src_count = d->src.count,
                                     .dst_count = d->dst.count,
                                     .links = (a->request.failure_kinds & CP_FAIL_LINK) != 0,
                                     .nodes = (a->request.failure_kinds & CP_FAIL_NODE) != 0,
                                     .srlgs = (a->request.failure_kinds & CP_FAIL_SRLG) != 0,
                                     .depth = a->request.depth};

        CP_TRY(cut_end(a, d->src, work, &query.src));
        CP_TRY(cut_end(a, d->dst, work, &query.dst));
        cp_cut_find(w->cut, &query, &a->cut_results[i].size, a->cut_results[i].elements);
        cp_arena_reset(work, mark);
    }
    return CP_OK;
}

cp_err cp_audit_run(struct cp_audit_worker *w, uint32_t part)
{
    const struct cp_audit *a = w->audit;

    CP_ASSERT(part < a->part_count);
    return a->parts[part].cuts ? run_cuts(w, &a->parts[part]) : run_flows(w, &a->parts[part]);
}

#include "risks.h"

#include <stdlib.h>

#define WAYS_MAX (UINT32_MAX / 2)

cp_err cp_risks_open(struct cp_flow *flow, struct cp_arena *arena, struct cp_risks *out)
{
    size_t srlgs = flow->g->srlg_count;

    *out = (struct cp_risks){.flow = flow,
                             .way_of = CP_TAKE(arena, srlgs, uint32_t),
                             .ways_on = CP_TAKE(arena, srlgs, uint32_t),
                             .candidates = CP_TAKE(arena, srlgs * CP_CUT_DEPTH_MAX, uint32_t)};
    if (out->way_of == NULL || out->ways_on == NULL || out->candidates == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

void cp_risks_fail(struct cp_flow *f, uint32_t srlg)
{
    const struct cp_graph *g = f->g;

    for (uint32_t i = g->srlg_first[srlg]; i < g->srlg_first[srlg + 1]; i++)
        f->dead[g->node_count + g->srlg_links[i]]++;
}

void cp_risks_mend(struct cp_flow *f, uint32_t srlg)
{
    const struct cp_graph *g = f->g;

    for (uint32_t i = g->srlg_first[srlg]; i < g->srlg_first[srlg + 1]; i++)
        f->dead[g->node_count + g->srlg_links[i]]--;
}

/* The SRLGs on two or more ways of one flow, as they are found. */
struct sharing {
    struct cp_risks *r;
    uint32_t before; /* ways of earlier flows have numbers up to this */
    uint32_t *srlgs;
    uint32_t count;
};

static void note_link(void *context, uint32_t link)
{
    struct sharing *s = context;
    struct cp_risks *r = s->r;
    const struct cp_graph *g = r->flow->g;

    for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1]; i++) {
        uint32_t srlg = g->link_srlgs[i];

        if (r->way_of[srlg] == r->way)
            continue;
        r->ways_on[srlg] = r->way_of[srlg] > s->before ? r->ways_on[srlg] + 1 : 1;
        r->way_of[srlg] = r->way;
        if (r->ways_on[srlg] == 2)
            s->srlgs[s->count++] = srlg;
    }
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* SRLGs on two or more of the ways in the flow, ascending. */
static uint32_t shared_srlgs(struct cp_risks *r, const struct cp_flow_task *task, uint32_t *srlgs)
{
    if (r->way > WAYS_MAX) {
        for (uint32_t i = 0; i < r->flow->g->srlg_count; i++)
            r->way_of[i] = 0;
        r->way = 0;
    }
    struct sharing s = {.r = r, .before = r->way, .srlgs = srlgs};

    for (uint32_t i = 0; i < task->from_count; i++) {
        uint32_t node = task->from[i];

        for (uint32_t left = cp_flow_leaving(r->flow, node); left > 0; left--) {
            r->way++;
            cp_flow_peel(r->flow, task, node, note_link, &s);
        }
    }
    if (s.count > 1)
        qsort(srlgs, s.count, sizeof *srlgs, ascending);
    return s.count;
}

bool cp_risks_cut(struct cp_risks *r, const struct cp_flow_task *task, uint32_t left,
                  uint32_t *elements, uint32_t *count)
{
    struct cp_flow *f = r->flow;
    uint32_t *srlgs = &r->candidates[(size_t)(left - 1) * f->g->srlg_count];

    if (cp_flow_ways(f, task, left + 1) <= left)
        return false; /* a smaller number has settled this case */
    uint32_t found = shared_srlgs(r, task, srlgs);

    for (uint32_t i = 0; i < found; i++) {
        bool cut = false;

        cp_risks_fail(f, srlgs[i]);
        if (cp_flow_ways(f, task, left) < left) {
            *count = cp_flow_near_cut(f, elements);
            cut = true;
        } else if (left > 1) {
            cut = cp_risks_cut(r, task, left - 1, elements, count);
        }
        cp_risks_mend(f, srlgs[i]);
        if (cut) {
            elements[(*count)++] = cp_graph_element_of_srlg(f->g, srlgs[i]);
            return true;
        }
    }
    return false;
}

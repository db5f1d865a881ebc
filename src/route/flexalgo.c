#include "route/flexalgo.h"

#include <stdlib.h>
#include <string.h>

/*
 * A link takes part when nothing is against it nor against any node on it: of a LAN with one end that is not
 * allowed the others cannot tell packets to that one from packets to each other.
 */

enum { FIRST_ALGORITHM = 128, HIGHEST_PRIORITY = 255 };

struct designing {
    const struct cp_graph *g;
    const struct cp_marking *marking;
    struct cp_arena *arena, *work;
    struct cp_flexalgo_design *out;
    uint8_t *node_in, *link_in; /* [nodes], [links] */
    uint32_t *degree;           /* [nodes] links that take part */
};

static void choose_parts(struct designing *d)
{
    const struct cp_graph *g = d->g;

    for (uint32_t v = 0; v < g->node_count; v++)
        d->node_in[v] = d->marking->marks.node[v] == 0;
    for (uint32_t l = 0; l < g->link_count; l++) {
        d->link_in[l] = d->marking->marks.link[l] == 0;
        for (uint32_t e = g->end_first[l]; e < g->end_first[l + 1]; e++)
            d->link_in[l] = d->link_in[l] && d->node_in[g->end_node[e]];
        for (uint32_t e = g->end_first[l]; d->link_in[l] && e < g->end_first[l + 1]; e++)
            d->degree[g->end_node[e]]++;
    }
}

static int compare_colours(const void *a, const void *b)
{
    const struct cp_flexalgo_colour *x = a;
    const struct cp_flexalgo_colour *y = b;

    if (x->link != y->link)
        return x->link < y->link ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

static cp_err put_colours(struct designing *d)
{
    const struct cp_graph *g = d->g;
    bool on_allowed = d->out->kind == CP_FLEXALGO_INCLUDE;
    struct cp_flexalgo_colour *colours =
        CP_TAKE(d->arena, g->end_first[g->link_count], struct cp_flexalgo_colour);
    uint32_t count = 0;

    if (colours == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < g->link_count; l++)
        for (uint32_t e = g->end_first[l]; e < g->end_first[l + 1]; e++)
            if ((d->link_in[l] != 0) == on_allowed && d->node_in[g->end_node[e]])
                colours[count++] = (struct cp_flexalgo_colour){l, g->end_node[e]};
    if (count > 0)
        qsort(colours, count, sizeof *colours, compare_colours);
    d->out->colours = colours;
    d->out->colour_count = count;
    return CP_OK;
}

static cp_err put_participants(struct designing *d)
{
    uint32_t *nodes = CP_TAKE(d->arena, d->g->node_count, uint32_t);

    if (nodes == NULL)
        return CP_ERR_NOMEM;
    d->out->participants = nodes;
    for (uint32_t v = 0; v < d->g->node_count; v++)
        if (d->node_in[v])
            nodes[d->out->participant_count++] = v;
    return CP_OK;
}

/* Keeps the best connected nodes of a part, best first; of two alike the first stays. */
static void offer(const struct designing *d, uint32_t *best, uint32_t node)
{
    for (uint32_t i = 0; i < CP_FLEXALGO_DEFINERS; i++) {
        uint32_t kept = best[i];

        if (kept != CP_NONE && d->degree[kept] >= d->degree[node])
            continue;
        best[i] = node;
        if (kept == CP_NONE)
            return;
        node = kept;
    }
}

static cp_err put_definers(struct designing *d)
{
    uint32_t nodes = d->g->node_count;
    uint32_t *part = CP_TAKE(d->work, nodes, uint32_t);
    uint32_t *best = CP_TAKE(d->work, CP_FLEXALGO_DEFINERS * (size_t)nodes, uint32_t);
    uint8_t *is_definer = CP_TAKE(d->work, nodes, uint8_t);
    uint32_t *definers = CP_TAKE(d->arena, nodes, uint32_t);

    if (part == NULL || best == NULL || is_definer == NULL || definers == NULL)
        return CP_ERR_NOMEM;
    memset(best, 0xff, CP_FLEXALGO_DEFINERS * (size_t)nodes * sizeof *best);
    CP_TRY(cp_graph_components(d->g, d->node_in, d->link_in, part, d->work));
    for (uint32_t v = 0; v < nodes; v++)
        if (d->node_in[v] && d->degree[v] > 0)
            offer(d, &best[CP_FLEXALGO_DEFINERS * (size_t)part[v]], v);
    for (size_t i = 0; i < CP_FLEXALGO_DEFINERS * (size_t)nodes; i++)
        if (best[i] != CP_NONE)
            is_definer[best[i]] = 1;
    for (uint32_t v = 0; v < nodes; v++)
        if (is_definer[v])
            definers[d->out->definer_count++] = v;
    d->out->definers = definers;
    return CP_OK;
}

static cp_err design(struct designing *d)
{
    d->node_in = CP_TAKE(d->work, d->g->node_count, uint8_t);
    d->link_in = CP_TAKE(d->work, d->g->link_count, uint8_t);
    d->degree = CP_TAKE(d->work, d->g->node_count, uint32_t);
    if (d->node_in == NULL || d->link_in == NULL || d->degree == NULL)
        return CP_ERR_NOMEM;
    choose_parts(d);
    CP_TRY(put_colours(d));
    CP_TRY(put_participants(d));
    return put_definers(d);
}

cp_err cp_flexalgo_make(const struct cp_flexalgo_of *of, const struct cp_flexalgo_ask *ask,
                        struct cp_arena *arena, struct cp_flexalgo_design *out)
{
    struct designing d = {.g = &of->net->graph,
                          .marking = of->marking,
                          .arena = arena,
                          .work = cp_arena_open(SIZE_MAX),
                          .out = out};
    cp_err err = CP_ERR_NOMEM;

    CP_ASSERT(ask->algorithm >= FIRST_ALGORITHM && ask->algorithm <= 255);
    *out = (struct cp_flexalgo_design){.kind = ask->kind,
                                       .algorithm = ask->algorithm,
                                       .metric = ask->metric,
                                       .affinity_bit = ask->algorithm - FIRST_ALGORITHM,
                                       .priority = HIGHEST_PRIORITY,
                                       .unbeatable = CP_NONE};
    if (d.work != NULL)
        err = design(&d);
    cp_arena_close(d.work);
    return err;
}

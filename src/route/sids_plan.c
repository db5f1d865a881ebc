#include <stdlib.h>
#include <string.h>

#include "sids_inside.h"

/* Numbers are given in the order of the graph, past those that the case states. */

#define END_FUNCTION 1u
#define ADJACENCY_FUNCTION 0x100u
#define FUNCTION_LAST 0xffffu

struct planning {
    const struct cp_sids *stated;
    struct cp_sids *s;
    struct cp_arena *arena, *work;
    struct cp_diag *diag;
};

static cp_err too_small(const struct planning *p, uint32_t node, const char *why)
{
    const struct cp_node_rec *rec = &p->s->c->nodes[p->s->net->case_node[node]];

    return cp_diag_set(p->diag, CP_ERR_LIMIT, rec->place, why, rec->id);
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* Numbers in use, ascending, CP_NONE left out: out in the work arena. */
static cp_err gather_used(const struct planning *p, const uint32_t *numbers, uint32_t count,
                          uint32_t **out, uint32_t *used)
{
    *used = 0;
    *out = CP_TAKE(p->work, count, uint32_t);
    if (*out == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        if (numbers[i] != CP_NONE)
            (*out)[(*used)++] = numbers[i];
    if (*used > 0)
        qsort(*out, *used, sizeof **out, compare_numbers);
    return CP_OK;
}

/* The least number from `next` on that is not used; *at walks along the used ones. */
static uint32_t next_free(uint32_t next, const uint32_t *used, uint32_t count, uint32_t *at)
{
    while (*at < count && used[*at] < next)
        ++*at;
    while (*at < count && used[*at] == next) {
        next++;
        ++*at;
    }
    return next;
}

static cp_err plan_indexes(const struct planning *p)
{
    uint32_t nodes = p->s->net->graph.node_count;
    uint32_t *used = NULL;
    uint32_t used_count = 0;
    uint32_t at = 0;
    uint32_t next = 1;

    CP_TRY(gather_used(p, p->s->index, nodes, &used, &used_count));
    for (uint32_t v = 0; v < nodes; v++) {
        if (p->s->index[v] != CP_NONE)
            continue;
        next = next_free(next, used, used_count, &at);
        if (next >= cp_blocks_size(cp_sids_srgb(p->s, v)))
            return too_small(p, v, "more nodes than the SRGB holds, up to this one");
        p->s->index[v] = next++;
    }
    return CP_OK;
}

/* Adjacencies of one node.  A label is an index of the SRLB; of those in use some may lie outside it. */
static cp_err plan_labels_of(const struct planning *p, uint32_t node)
{
    const struct cp_graph *g = &p->s->net->graph;
    uint32_t *labels = &p->s->adjacency[g->hop_first[node]];
    uint32_t hops = g->hop_first[node + 1] - g->hop_first[node];
    struct node_blocks srlb = cp_sids_srlb(p->s, node);
    struct node_blocks srgb = cp_sids_srgb(p->s, node);
    uint32_t *used = NULL;
    uint32_t used_count = 0;
    uint32_t index = 0;

    CP_TRY(gather_used(p, labels, hops, &used, &used_count));
    for (uint32_t h = 0; h < hops; h++) {
        uint32_t label = CP_NONE;

        if (labels[h] != CP_NONE)
            continue;
        do {
            label = cp_blocks_label(srlb, index++);
        } while (label != CP_NONE &&
                 (cp_blocks_index(srgb, label) != CP_NONE ||
                  (used_count > 0 &&
                   bsearch(&label, used, used_count, sizeof label, compare_numbers) != NULL)));
        if (label == CP_NONE)
            return too_small(p, node, "more adjacencies than the SRLB of the node holds");
        labels[h] = label;
    }
    return CP_OK;
}

static cp_err plan_mpls(const struct planning *p)
{
    CP_TRY(cp_sids_open_labels(p->s, p->arena));
    CP_TRY(plan_indexes(p));
    for (uint32_t v = 0; v < p->s->net->graph.node_count; v++) {
        cp_arena_mark mark = cp_arena_mark_get(p->work);

        CP_TRY(plan_labels_of(p, v));
        cp_arena_reset(p->work, mark);
    }
    return CP_OK;
}

/* The 16 bits after the locator. */
static struct address with_function(const struct cp_locator *locator, uint32_t function)
{
    struct address out = {.known = true};

    memcpy(out.srv6, locator->address, sizeof out.srv6);
    for (uint32_t i = 0; i < 16; i++) {
        uint32_t bit = locator->bits + i;

        if ((function >> (15 - i) & 1u) != 0)
            out.srv6[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
    }
    return out;
}

static bool is_taken(const struct planning *p, uint32_t node, const struct address *address)
{
    const struct cp_graph *g = &p->s->net->graph;
    const struct cp_sids *s = p->s;
    bool taken = s->end[node].known && memcmp(s->end[node].srv6, address->srv6, 16) == 0;

    for (uint32_t h = g->hop_first[node]; !taken && h < g->hop_first[node + 1]; h++)
        taken = p->stated->adjacency_v6 != NULL && p->stated->adjacency_v6[h].known &&
                memcmp(p->stated->adjacency_v6[h].srv6, address->srv6, 16) == 0;
    return taken;
}

/* The first function from *next on whose address is free at the node. */
static cp_err plan_address(const struct planning *p, uint32_t node, uint32_t *next,
                           struct address *out)
{
    struct address address;

    do {
        if (*next > FUNCTION_LAST)
            return too_small(p, node, "more adjacencies than the locator of the node holds");
        address = with_function(&p->s->locator[node], (*next)++);
    } while (is_taken(p, node, &address));
    *out = address;
    return CP_OK;
}

static struct cp_locator planned_locator(uint32_t node)
{
    struct cp_locator locator = {.address = {0x5f, 0x00}, .bits = 64};

    for (int i = 0; i < 4; i++)
        locator.address[4 + i] = (uint8_t)((node + 1) >> (24 - 8 * i));
    return locator;
}

static cp_err plan_srv6(const struct planning *p)
{
    const struct cp_graph *g = &p->s->net->graph;
    struct cp_sids *s = p->s;

    CP_TRY(cp_sids_open_addresses(s, p->arena));
    for (uint32_t v = 0; v < g->node_count; v++) {
        uint32_t end_function = END_FUNCTION;
        uint32_t function = ADJACENCY_FUNCTION;

        if (s->locator[v].bits == 0)
            s->locator[v] = planned_locator(v);
        if (!s->end[v].known)
            CP_TRY(plan_address(p, v, &end_function, &s->end[v]));
        for (uint32_t h = g->hop_first[v]; h < g->hop_first[v + 1]; h++)
            if (!s->adjacency_v6[h].known)
                CP_TRY(plan_address(p, v, &function, &s->adjacency_v6[h]));
    }
    return CP_OK;
}

/* A copy of count things, or the same NULL. */
static cp_err copy(struct cp_arena *arena, const void *from, size_t count, size_t size_bytes,
                   void **out)
{
    *out = NULL;
    if (from == NULL)
        return CP_OK;
    *out = cp_arena_take(arena, count, size_bytes);
    if (*out == NULL)
        return CP_ERR_NOMEM;
    if (count > 0)
        memcpy(*out, from, count * size_bytes);
    return CP_OK;
}

static cp_err copy_stated(const struct planning *p)
{
    const struct cp_graph *g = &p->stated->net->graph;
    const struct cp_sids *from = p->stated;
    size_t hops = g->hop_first[g->node_count];
    void *at[5];

    CP_TRY(copy(p->arena, from->index, g->node_count, sizeof *from->index, &at[0]));
    CP_TRY(copy(p->arena, from->locator, g->node_count, sizeof *from->locator, &at[1]));
    CP_TRY(copy(p->arena, from->end, g->node_count, sizeof *from->end, &at[2]));
    CP_TRY(copy(p->arena, from->adjacency, hops, sizeof *from->adjacency, &at[3]));
    CP_TRY(copy(p->arena, from->adjacency_v6, hops, sizeof *from->adjacency_v6, &at[4]));
    *p->s = *from;
    p->s->index = at[0];
    p->s->locator = at[1];
    p->s->end = at[2];
    p->s->adjacency = at[3];
    p->s->adjacency_v6 = at[4];
    return CP_OK;
}

static cp_err plan(const struct planning *p, cp_plane plane)
{
    if (p->stated->stated && p->stated->plane != plane)
        return cp_diag_set(p->diag, CP_ERR_CONFLICT, CP_PLACE_NONE,
                           "the case states segment identifiers of the other plane",
                           cp_text_of(NULL));
    CP_TRY(copy_stated(p));
    p->s->plane = plane;
    return plane == CP_PLANE_SRV6 ? plan_srv6(p) : plan_mpls(p);
}

cp_err cp_sids_assign(const struct cp_sids *stated, cp_plane plane, struct cp_arena *arena,
                      const struct cp_sids **out, struct cp_diag *diag)
{
    struct planning p = {.stated = stated,
                         .s = CP_TAKE(arena, 1, struct cp_sids),
                         .arena = arena,
                         .work = cp_arena_open(SIZE_MAX),
                         .diag = diag};
    cp_err err = p.s == NULL || p.work == NULL ? CP_ERR_NOMEM : plan(&p, plane);

    cp_arena_close(p.work);
    if (err == CP_OK)
        err = cp_sids_check(p.s, diag);
    *out = p.s;
    return err;
}

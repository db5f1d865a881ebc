#include <stdlib.h>
#include <string.h>

#include "sids_inside.h"

/* No two things may share a SID: indexes and addresses in the whole case, labels of adjacencies at their node; nor may a
 * node's blocks overlap. */

struct keyed {
    uint8_t key[16];
    uint32_t node, order; /* order: of what is found later, the later is told */
};

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *x = a;
    const struct keyed *y = b;
    int order = memcmp(x->key, y->key, sizeof x->key);

    if (order != 0)
        return order;
    return x->order < y->order ? -1 : x->order > y->order;
}

static cp_err fail_node(const struct cp_sids *s, uint32_t node, const char *why,
                        struct cp_diag *diag)
{
    const struct cp_node_rec *rec = &s->c->nodes[s->net->case_node[node]];

    return cp_diag_set(diag, CP_ERR_DUPLICATE, rec->place, why, rec->id);
}

static cp_err check_keys(const struct cp_sids *s, struct keyed *keys, uint32_t count,
                         const char *why, struct cp_diag *diag)
{
    uint32_t worst = CP_NONE;

    if (count > 0)
        qsort(keys, count, sizeof *keys, compare_keyed);
    for (uint32_t i = 1; i < count; i++)
        if (memcmp(keys[i].key, keys[i - 1].key, sizeof keys[i].key) == 0 &&
            (worst == CP_NONE || keys[i].order < keys[worst].order))
            worst = i;
    return worst == CP_NONE ? CP_OK : fail_node(s, keys[worst].node, why, diag);
}

static void write_number(uint8_t *key, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        key[i] = (uint8_t)(number >> (24 - 8 * i));
}

static cp_err check_indexes(const struct cp_sids *s, struct cp_arena *work, struct cp_diag *diag)
{
    uint32_t nodes = s->net->graph.node_count;
    struct keyed *keys = CP_TAKE(work, nodes, struct keyed);
    uint32_t count = 0;

    if (keys == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < nodes; v++) {
        if (s->index[v] == CP_NONE)
            continue;
        keys[count] = (struct keyed){.node = v, .order = v};
        write_number(keys[count++].key, s->index[v]);
    }
    return check_keys(s, keys, count, "a node with the sid of another one", diag);
}

/* Addresses of ends and adjacencies together. */
static cp_err check_addresses(const struct cp_sids *s, struct cp_arena *work, struct cp_diag *diag)
{
    const struct cp_graph *g = &s->net->graph;
    size_t most = (size_t)g->node_count + g->hop_first[g->node_count];
    struct keyed *keys;
    uint32_t count = 0;

    if (s->end == NULL)
        return CP_OK;
    if (most > UINT32_MAX)
        return CP_ERR_LIMIT;
    keys = CP_TAKE(work, most, struct keyed);
    if (keys == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < g->node_count; v++) {
        if (s->end[v].known) {
            keys[count] = (struct keyed){.node = v, .order = count};
            memcpy(keys[count++].key, s->end[v].srv6, sizeof keys->key);
        }
        for (uint32_t h = g->hop_first[v]; h < g->hop_first[v + 1]; h++) {
            if (!s->adjacency_v6[h].known)
                continue;
            keys[count] = (struct keyed){.node = v, .order = count};
            memcpy(keys[count++].key, s->adjacency_v6[h].srv6, sizeof keys->key);
        }
    }
    return check_keys(s, keys, count, "a node whose sid, or an adjacency's, stands twice", diag);
}

static cp_err check_labels(const struct cp_sids *s, struct cp_arena *work, struct cp_diag *diag)
{
    const struct cp_graph *g = &s->net->graph;

    for (uint32_t v = 0; s->adjacency != NULL && v < g->node_count; v++) {
        cp_arena_mark mark = cp_arena_mark_get(work);
        uint32_t hops = g->hop_first[v + 1] - g->hop_first[v];
        struct keyed *keys = CP_TAKE(work, hops, struct keyed);
        uint32_t count = 0;

        if (keys == NULL)
            return CP_ERR_NOMEM;
        for (uint32_t h = g->hop_first[v]; h < g->hop_first[v + 1]; h++) {
            if (s->adjacency[h] == CP_NONE)
                continue;
            keys[count] = (struct keyed){.node = v, .order = count};
            write_number(keys[count++].key, s->adjacency[h]);
        }
        CP_TRY(check_keys(s, keys, count, "a node with one sid for two adjacencies", diag));
        cp_arena_reset(work, mark);
    }
    return CP_OK;
}

static bool overlap(struct node_blocks a, struct node_blocks b)
{
    bool overlaps = false;

    for (uint32_t i = 0; i < a.count; i++)
        for (uint32_t k = 0; k < b.count; k++)
            overlaps = overlaps || (a.at[i].first <= b.at[k].last && b.at[k].first <= a.at[i].last);
    return overlaps;
}

/* A label cannot be a global and a local one at a node.  A usual block gives way to one that is stated. */
static cp_err check_blocks(const struct cp_sids *s, struct cp_diag *diag)
{
    for (uint32_t v = 0; v < s->net->graph.node_count; v++)
        if (overlap(s->srgb[v], s->srlb[v]))
            return fail_node(s, v, "a node whose srlb overlaps its srgb", diag);
    return CP_OK;
}

cp_err cp_sids_check(const struct cp_sids *s, struct cp_diag *diag)
{
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    cp_err err = work == NULL ? CP_ERR_NOMEM : check_blocks(s, diag);

    if (err == CP_OK)
        err = check_indexes(s, work, diag);
    if (err == CP_OK)
        err = check_labels(s, work, diag);
    if (err == CP_OK)
        err = check_addresses(s, work, diag);
    cp_arena_close(work);
    return err;
}

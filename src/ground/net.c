#include "ground/net.h"

#include <stdlib.h>

#include "policy/policy.h"

/*
 * SRLGs are inherited from below: a link is in a group when each alternative of what carries it is.
 * Groups of a link are worked out once, supporting links first, as sorted lists in one array; so
 * each is a union of lists and an intersection of those.
 */

struct inherit {
    const struct cp_case *c;
    struct cp_arena *arena;
    cp_range *of_link; /* [case links] in groups; count CP_NONE: not worked out yet */
    uint32_t *groups;
    uint32_t used, cap;
};

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static cp_err add_group(struct inherit *in, uint32_t group)
{
    void *at = in->groups;

    if (in->used == in->cap) {
        CP_TRY(cp_arena_grow(in->arena, &at, in->used, &in->cap, sizeof *in->groups));
        in->groups = at;
    }
    in->groups[in->used++] = group;
    return CP_OK;
}

/* Sorts groups[first..used) and drops repeats. */
static void tidy(struct inherit *in, uint32_t first)
{
    uint32_t kept = first;

    if (in->used - first < 2)
        return;
    qsort(in->groups + first, in->used - first, sizeof *in->groups, compare_u32);
    for (uint32_t i = first; i < in->used; i++)
        if (i == first || in->groups[i] != in->groups[kept - 1])
            in->groups[kept++] = in->groups[i];
    in->used = kept;
}

/* Keeps of groups[first..middle) what groups[middle..used) holds too; both sorted. */
static void intersect(struct inherit *in, uint32_t first, uint32_t middle)
{
    uint32_t kept = first;
    uint32_t b = middle;

    for (uint32_t a = first; a < middle; a++) {
        while (b < in->used && in->groups[b] < in->groups[a])
            b++;
        if (b < in->used && in->groups[b] == in->groups[a])
            in->groups[kept++] = in->groups[a];
    }
    in->used = kept;
}

/* Groups that break one alternative: those of any of its supporting links, worked out before. */
static cp_err gather_alternative(struct inherit *in, cp_range supports)
{
    uint32_t first = in->used;

    for (uint32_t i = 0; i < supports.count; i++) {
        cp_range of = in->of_link[in->c->supports[supports.first + i].at];

        for (uint32_t k = 0; k < of.count; k++)
            CP_TRY(add_group(in, in->groups[of.first + k]));
    }
    tidy(in, first);
    return CP_OK;
}

static cp_err gather_below(struct inherit *in, const struct cp_link_rec *link)
{
    uint32_t first = in->used;

    for (uint32_t i = 0; i < link->alternatives.count; i++) {
        uint32_t middle = in->used;

        CP_TRY(gather_alternative(in, in->c->alternatives[link->alternatives.first + i]));
        if (i > 0)
            intersect(in, first, middle);
    }
    return CP_OK;
}

/* The model has checked that `over` goes round in no circle and is not too deep. */
static cp_err inherit_link(struct inherit *in, uint32_t l)
{
    const struct cp_link_rec *link = &in->c->links[l];

    if (in->of_link[l].count != CP_NONE)
        return CP_OK;
    for (uint32_t i = 0; i < link->alternatives.count; i++) {
        cp_range supports = in->c->alternatives[link->alternatives.first + i];

        for (uint32_t k = 0; k < supports.count; k++)
            CP_TRY(inherit_link(in, in->c->supports[supports.first + k].at));
    }
    uint32_t first = in->used;

    CP_TRY(gather_below(in, link));
    for (uint32_t i = 0; i < link->srlgs.count; i++)
        CP_TRY(add_group(in, in->c->link_srlgs[link->srlgs.first + i]));
    tidy(in, first);
    in->of_link[l] = (cp_range){first, in->used - first};
    return CP_OK;
}

/* Groups of all links, for a case that has groups. */
static cp_err inherit_all(struct inherit *in)
{
    in->of_link = CP_TAKE(in->arena, in->c->link_count, cp_range);
    if (in->of_link == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < in->c->link_count; l++)
        in->of_link[l].count = CP_NONE;
    for (uint32_t l = 0; l < in->c->link_count; l++)
        CP_TRY(inherit_link(in, l));
    return CP_OK;
}

/* Numbers the nodes of the layer. */
static cp_err number_nodes(const struct cp_case *c, struct cp_arena *arena, struct cp_net *net,
                           uint32_t *count)
{
    uint32_t *of_case = CP_TAKE(arena, c->node_count, uint32_t);
    uint32_t *to_case = CP_TAKE(arena, c->node_count, uint32_t);

    if (of_case == NULL || to_case == NULL)
        return CP_ERR_NOMEM;
    *count = 0;
    for (uint32_t v = 0; v < c->node_count; v++) {
        of_case[v] = c->nodes[v].layer == CP_LAYER_IP ? *count : CP_NONE;
        if (of_case[v] != CP_NONE)
            to_case[(*count)++] = v;
    }
    net->node_of_case = of_case;
    net->case_node = to_case;
    return CP_OK;
}

struct making {
    const struct cp_case *c;
    struct cp_arena *arena; /* the net's, in which the graph's parts stay */
    struct cp_arena *work;
    struct cp_net *net;
    struct cp_graph_parts parts;
};

static cp_err number_links(struct making *m)
{
    const struct cp_case *c = m->c;
    struct cp_graph_parts *parts = &m->parts;
    uint32_t *to_case = CP_TAKE(m->arena, c->link_count, uint32_t);
    uint32_t ends = 0;

    if (to_case == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < c->link_count; l++) {
        const struct cp_link_rec *link = &c->links[l];

        if (link->layer != CP_LAYER_IP)
            continue;
        ends += link->ends.count;
        to_case[parts->link_count++] = l;
    }
    uint32_t *first = CP_TAKE(m->arena, (size_t)parts->link_count + 1, uint32_t);
    uint32_t *node = CP_TAKE(m->arena, ends, uint32_t);
    uint32_t *metric = CP_TAKE(m->arena, ends, uint32_t);

    if (first == NULL || node == NULL || metric == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < parts->link_count; l++) {
        cp_range range = c->links[to_case[l]].ends;

        first[l + 1] = first[l] + range.count;
        for (uint32_t e = 0; e < range.count; e++) {
            node[first[l] + e] = m->net->node_of_case[c->ends[range.first + e].node.at];
            CP_ASSERT(node[first[l] + e] != CP_NONE); /* the model has seen to it */
            metric[first[l] + e] = c->ends[range.first + e].metric;
        }
    }
    m->net->case_link = to_case;
    parts->end_first = first;
    parts->end_node = node;
    parts->end_metric = metric;
    return CP_OK;
}

/* SRLGs that hold a link of the layer, numbered in the order of the case: of_case [srlgs] comes with
 * 1 for these. */
static cp_err list_srlgs(struct making *m, uint32_t *of_case)
{
    uint32_t *to_case = CP_TAKE(m->arena, m->c->srlg_count, uint32_t);

    if (to_case == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t s = 0; s < m->c->srlg_count; s++)
        if (of_case[s]) {
            to_case[m->parts.srlg_count] = s;
            of_case[s] = m->parts.srlg_count++;
        }
    m->net->case_srlg = to_case;
    return CP_OK;
}

static cp_err number_srlgs(struct making *m)
{
    struct inherit in = {.c = m->c, .arena = m->work};
    struct cp_graph_parts *parts = &m->parts;
    uint32_t *of_case = CP_TAKE(m->work, m->c->srlg_count, uint32_t);
    uint32_t *first = CP_TAKE(m->arena, (size_t)parts->link_count + 1, uint32_t);

    if (of_case == NULL || first == NULL)
        return CP_ERR_NOMEM;
    CP_ASSERT(m->net->case_link != NULL);
    if (m->c->srlg_count > 0)
        CP_TRY(inherit_all(&in));
    for (uint32_t l = 0; l < parts->link_count && in.of_link != NULL; l++) {
        cp_range of = in.of_link[m->net->case_link[l]];

        CP_ASSERT(of.count == 0 || in.groups != NULL);
        first[l + 1] = first[l] + of.count;
        for (uint32_t i = 0; i < of.count; i++)
            of_case[in.groups[of.first + i]] = 1;
    }
    CP_TRY(list_srlgs(m, of_case));
    uint32_t *groups = CP_TAKE(m->arena, first[parts->link_count], uint32_t);

    if (groups == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < parts->link_count && in.of_link != NULL; l++) {
        cp_range of = in.of_link[m->net->case_link[l]];

        CP_ASSERT(of.count == 0 || in.groups != NULL);
        for (uint32_t i = 0; i < of.count; i++)
            groups[first[l] + i] = of_case[in.groups[of.first + i]];
    }
    parts->link_srlg_first = first;
    parts->link_srlgs = groups;
    return CP_OK;
}

static cp_err make(struct making *m)
{
    CP_TRY(number_nodes(m->c, m->arena, m->net, &m->parts.node_count));
    CP_TRY(number_links(m));
    CP_TRY(number_srlgs(m));
    return cp_graph_make_on(&m->parts, m->arena, &m->net->graph);
}

cp_err cp_net_make(const struct cp_case *c, struct cp_arena *arena, struct cp_net *out)
{
    struct cp_net net = {0};
    struct making m = {.c = c, .arena = arena, .work = cp_arena_open(SIZE_MAX), .net = &net};
    cp_err err = m.work == NULL ? CP_ERR_NOMEM : make(&m);

    cp_arena_close(m.work);
    CP_TRY(err);
    *out = net;
    return CP_OK;
}

struct cp_failure cp_net_failure(const struct cp_net *net, uint32_t element)
{
    uint32_t at = 0;

    switch (cp_graph_element(&net->graph, element, &at)) {
    case CP_ELEMENT_LINK:
        return (struct cp_failure){.kind = CP_FAIL_LINK, .at = net->case_link[at]};
    case CP_ELEMENT_NODE:
        return (struct cp_failure){.kind = CP_FAIL_NODE, .at = net->case_node[at]};
    case CP_ELEMENT_SRLG:
        break;
    }
    return (struct cp_failure){.kind = CP_FAIL_SRLG, .at = net->case_srlg[at]};
}

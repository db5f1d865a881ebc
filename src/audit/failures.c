#include "search.h"

#include <stdlib.h>

/*
 * Sets of failures as the searches grow them.  A failure that touches nothing in a closure changes
 * nothing in it, so a set grows only by failures on what was met: elements themselves, and the
 * SRLGs of links among them.
 */

#define SETS_MAX 40000000u

const struct failure_set cp_no_failures = {.element = {UINT32_MAX, UINT32_MAX, UINT32_MAX,
                                                       UINT32_MAX, UINT32_MAX, UINT32_MAX,
                                                       UINT32_MAX, UINT32_MAX}};

_Static_assert(CP_AUDIT_DEPTH_MAX == 8, "cp_no_failures is written out");

static uint32_t kind_bit(cp_element_kind kind)
{
    switch (kind) {
    case CP_ELEMENT_LINK:
        return CP_FAIL_LINK;
    case CP_ELEMENT_NODE:
        return CP_FAIL_NODE;
    case CP_ELEMENT_SRLG:
        break;
    }
    return CP_FAIL_SRLG;
}

uint32_t cp_failure_kinds(const struct search *s, const struct failure_set *set, uint32_t count)
{
    uint32_t kinds = 0;
    uint32_t at = 0;

    for (uint32_t i = 0; i < count; i++)
        kinds |= kind_bit(cp_graph_element(&s->net->graph, set->element[i], &at));
    return kinds;
}

static void insert(struct failure_set *set, uint32_t count, uint32_t element)
{
    while (count > 0 && set->element[count - 1] > element) {
        set->element[count] = set->element[count - 1];
        count--;
    }
    set->element[count] = element;
}

static struct failure_set extend(const struct failure_set *set, uint32_t count, uint32_t element,
                                 extension how)
{
    struct failure_set out = *set;
    uint32_t last = 0;

    switch (how) {
    case EXTEND_SET:
        insert(&out, count, element);
        break;
    case EXTEND_BEFORE:
        last = out.element[count - 1];
        insert(&out, count - 1, element);
        out.element[count] = last;
        break;
    case EXTEND_CHANGE:
        if (count > 1) {
            last = out.element[count - 1];
            insert(&out, count - 1, last);
        }
        out.element[count] = element;
        break;
    }
    return out;
}

static int compare_sets(const void *a, const void *b)
{
    const struct failure_set *x = a;
    const struct failure_set *y = b;

    for (uint32_t i = 0; i < CP_AUDIT_DEPTH_MAX; i++)
        if (x->element[i] != y->element[i])
            return x->element[i] < y->element[i] ? -1 : 1;
    return 0;
}

void cp_failure_sets_tidy(struct failure_sets *sets)
{
    uint32_t kept = 0;

    if (sets->count == 0)
        return;
    qsort(sets->at, sets->count, sizeof *sets->at, compare_sets);
    for (uint32_t i = 0; i < sets->count; i++)
        if (i == 0 || compare_sets(&sets->at[i], &sets->at[kept - 1]) != 0)
            sets->at[kept++] = sets->at[i];
    sets->count = kept;
}

struct growth {
    struct search *s;
    const struct failure_set *set;
    uint32_t count;
    extension how;
    struct failure_sets *out;
};

/* Of a kind asked, and not the destination, which is an end of all demands here. */
static bool may_fail(const struct search *s, uint32_t element)
{
    uint32_t at = 0;
    cp_element_kind kind = cp_graph_element(&s->net->graph, element, &at);

    return (s->request->failure_kinds & kind_bit(kind)) != 0 &&
           (kind != CP_ELEMENT_NODE || at != s->destination);
}

static cp_err add(const struct growth *g, uint32_t element)
{
    struct failure_sets *out = g->out;
    void *at = out->at;

    if (!may_fail(g->s, element))
        return CP_OK;
    for (uint32_t i = 0; i < g->count; i++)
        if (g->set->element[i] == element)
            return CP_OK;
    if (out->count == SETS_MAX) {
        cp_failure_sets_tidy(out); /* a set comes up once from each set that it grows from */
        if (out->count > SETS_MAX / 2)
            return CP_ERR_LIMIT;
    }
    if (out->count == out->cap) {
        CP_TRY(cp_arena_grow(g->s->work, &at, out->count, &out->cap, sizeof *out->at));
        out->at = at;
    }
    out->at[out->count++] = extend(g->set, g->count, element, g->how);
    return CP_OK;
}

cp_err cp_failure_sets_extend(struct search *s, const struct failure_set *set, uint32_t count,
                              struct met met, extension how, struct failure_sets *out)
{
    const struct cp_graph *g = &s->net->graph;
    struct growth growth = {.s = s, .set = set, .count = count, .how = how, .out = out};

    CP_ASSERT(count < CP_AUDIT_DEPTH_MAX);
    for (uint32_t i = 0; i < met.count; i++) {
        uint32_t at = 0;

        CP_TRY(add(&growth, met.element[i]));
        if (cp_graph_element(g, met.element[i], &at) != CP_ELEMENT_LINK)
            continue;
        for (uint32_t k = g->link_srlg_first[at]; k < g->link_srlg_first[at + 1]; k++)
            CP_TRY(add(&growth, cp_graph_element_of_srlg(g, g->link_srlgs[k])));
    }
    return CP_OK;
}

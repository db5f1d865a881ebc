#include "seek.h"

#include <stdlib.h>

#include "labels.h"

/*
 * Label setting.  A label is a way from a source to a node; labels are expanded in the order of what the goal
 * counts.  A label is left out where another of its node is as good in all that matters later: what the
 * goal counts, links and delay where these are bounded, and what it has passed of the require lists.
 *
 * Sets of elements of one size are ordered as written, ascending.  A set that comes first does so with the
 * same elements added to both, so the first of all best sets is found like a cost.  Ways that meet
 * themselves do no harm: cut short, they are as good or better.  With require lists that is no longer so.
 * There walks are sought first that may meet themselves: the best of them is no worse than the best path, and
 * mostly it is one.  Else a label walks no node twice, and yields only to one whose nodes it has all walked, too;
 * labels then come in the order of what they would count at least in the end (rest.c; A* search), the newest
 * first, so that of equal ways one is soon at its end.  Where even that takes too long, depth comes first, the step that
 * looks best before its siblings: what is found until the budget is gone holds, though there may be better.
 *
 * A label that counts no more than the one it comes from is expanded next, past the heap: most of a network
 * is clean, and so most labels are such.
 *
 * A node may be source and destination.  It is no way to itself, so labels from there are told apart.
 */

/* --- opening ------------------------------------------------------------------------------ */

static void avoid(struct seek *s, uint32_t element)
{
    const struct cp_graph *g = s->g;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        s->link_is[at] |= IS_AVOIDED;
        return;
    case CP_ELEMENT_NODE:
        s->node_is[at] |= IS_AVOIDED;
        return;
    case CP_ELEMENT_SRLG:
        break;
    }
    for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
        s->link_is[g->srlg_links[i]] |= IS_AVOIDED;
}

static cp_err open_require(struct seek *s)
{
    const struct cp_path_ask *path = s->ask->path;

    if (!keeps(s, CP_WISH_REQUIRE) || path->require_count == 0)
        return CP_OK;
    if (path->require_count > CP_REQUIRE_MAX)
        return CP_ERR_LIMIT;
    s->meets = CP_TAKE(s->work, (size_t)s->g->link_count + s->g->node_count, uint32_t);
    if (s->meets == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < path->require_count; i++) {
        s->must |= UINT32_C(1) << i;
        for (uint32_t k = 0; k < path->require[i].count; k++) {
            uint32_t element = path->require[i].elements[k];

            if (element < s->g->link_count + s->g->node_count)
                s->meets[element] |= UINT32_C(1) << i;
        }
    }
    return CP_OK;
}

static cp_err open_rest(struct seek *s)
{
    struct rest_ground ground = {.meets = s->meets, .must = s->must};
    uint8_t *node_is = CP_TAKE(s->work, s->g->node_count, uint8_t);

    s->list_count = s->ask->path->require_count;
    if (node_is == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < s->g->node_count; v++)
        node_is[v] = (uint8_t)(((s->node_is[v] & IS_AVOIDED) != 0 ? 1 : 0) |
                               ((s->node_is[v] & IS_DESTINATION) != 0 ? 2 : 0));
    ground.node_is = node_is;
    ground.link_is = s->link_is;
    return cp_rest_find(s->ask, &ground, s->work, &s->rest);
}

static cp_err open_seek(struct seek *s)
{
    const struct cp_path_ask *path = s->ask->path;

    s->node_is = CP_TAKE(s->work, s->g->node_count, uint8_t);
    s->link_is = CP_TAKE(s->work, s->g->link_count, uint8_t);
    s->expanded = CP_TAKE(s->work, s->g->node_count, uint32_t);
    if (s->node_is == NULL || s->link_is == NULL || s->expanded == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < s->g->node_count; v++)
        s->expanded[v] = NIL;
    for (uint32_t i = 0; i < path->src_count; i++)
        s->node_is[path->src[i]] |= IS_SOURCE;
    for (uint32_t i = 0; i < path->dst_count; i++)
        s->node_is[path->dst[i]] |= IS_DESTINATION;
    for (uint32_t i = 0; keeps(s, CP_WISH_AVOID) && i < path->avoid_count; i++)
        avoid(s, path->avoid[i]);
    CP_TRY(open_require(s));
    for (uint32_t l = 0; counts_sets(s) && s->must != 0 && l < s->g->link_count; l++)
        s->marked_lans = s->marked_lans || (is_lan(s, l) && s->ask->terrain->against[l] != 0);
    s->bounded =
        keeps(s, CP_WISH_HOPS | CP_WISH_DELAY) || s->must != 0 || s->ask->goal == SEEK_RULES;
    if (s->simple && s->ask->path->require_count <= REST_LISTS_MAX)
        CP_TRY(open_rest(s));
    if (!counts_sets(s))
        return CP_OK;
    return cp_element_sets_open(s->work, s->g->link_count + s->g->node_count, &s->sets);
}

/* --- the answer --------------------------------------------------------------------------- */

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static void put(const struct seek *s, uint32_t *to, uint32_t *count, uint32_t element)
{
    if (s->ask->terrain->told[element] != 0)
        to[(*count)++] = element;
}

static cp_err tell(struct seek *s, uint32_t at, struct seek_found *out)
{
    const struct label *last = &s->labels[at];
    uint32_t *elements = CP_TAKE(s->work, 2 * (size_t)last->hops + 1, uint32_t);
    uint32_t count = 0;
    uint32_t kept = 0;

    if (elements == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = at; i != NIL; i = s->labels[i].parent) {
        put(s, elements, &count, cp_graph_element_of_node(s->g, s->labels[i].node));
        if (s->labels[i].link != NIL)
            put(s, elements, &count, cp_graph_element_of_link(s->labels[i].link));
    }
    qsort(elements, count, sizeof *elements, compare_u32);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || elements[i] != elements[kept - 1])
            elements[kept++] = elements[i];
    out->found = true;
    out->cost = last->key[s->ask->goal == SEEK_FEWEST ? 1 : 0];
    out->rules = last->rules;
    out->elements = elements;
    out->element_count = kept;
    return CP_OK;
}

/* Whether a way walks a node twice. */
static bool meets_itself(struct seek *s, uint32_t label)
{
    for (; label != NIL; label = s->labels[label].parent)
        if (cp_seek_walks(s, s->labels[label].parent, s->labels[label].node))
            return true;
    return false;
}

/* *last: the label of the best way; NIL. */
static cp_err search(struct seek *s, uint32_t *last, struct seek_found *out)
{
    uint64_t expanded = 0;

    *last = NIL;
    for (uint32_t i = 0; i < s->ask->path->src_count; i++)
        CP_TRY(cp_seek_begin(s, s->ask->path->src[i]));
    while (s->heap_count + s->ready_count > 0) {
        uint32_t at = cp_seek_pop(s);

        if (s->labels[at].finish) {
            *last = at;
            return CP_OK;
        }
        if (cp_seek_is_dominated(s, &s->labels[at]))
            continue;
        if (s->bounded && expanded++ + s->steps / STEPS_A_LABEL >= s->ask->budget) {
            out->exact = false;
            return CP_OK;
        }
        CP_TRY(cp_seek_expand(s, at));
    }
    return CP_OK;
}

/* Puts the labels that the last one led to in order, the best last. */
static void order_ready(struct seek *s, uint32_t first)
{
    for (uint32_t i = first + 1; i < s->ready_count; i++) {
        uint32_t label = s->ready[i];
        uint32_t at = i;

        for (; at > first && cp_seek_ends_before(&s->labels[s->ready[at - 1]], &s->labels[label]);
             at--)
            s->ready[at] = s->ready[at - 1];
        s->ready[at] = label;
    }
}

/* As search, depth first; what is left out is no better than what is found. */
static cp_err dive(struct seek *s, uint32_t *last, struct seek_found *out)
{
    uint64_t expanded = 0;

    *last = NIL;
    for (uint32_t i = 0; i < s->ask->path->src_count; i++)
        CP_TRY(cp_seek_begin(s, s->ask->path->src[i]));
    order_ready(s, 0);
    while (s->ready_count > 0) {
        uint32_t at = s->ready[--s->ready_count];
        uint32_t first = s->ready_count;

        if (*last != NIL && !cp_seek_ends_better(&s->labels[at], &s->labels[*last]))
            continue;
        if (s->labels[at].finish) {
            *last = at;
            continue;
        }
        if (expanded++ + s->steps / STEPS_A_LABEL >= s->ask->budget) {
            out->exact = false;
            return CP_OK;
        }
        CP_TRY(cp_seek_expand(s, at));
        order_ready(s, first);
    }
    return CP_OK;
}

static cp_err search_simple(struct seek *s, bool diving, uint32_t *last, struct seek_found *out)
{
    *s = (struct seek){.ask = s->ask, .g = s->g, .work = s->work, .simple = true, .diving = diving};
    *out = (struct seek_found){.exact = true};
    CP_TRY(open_seek(s));
    return diving ? dive(s, last, out) : search(s, last, out);
}

cp_err cp_seek(const struct seek_ask *ask, struct cp_arena *work, struct seek_found *out)
{
    struct seek s = {.ask = ask, .g = ask->graph, .work = work};
    uint32_t last = NIL;

    *out = (struct seek_found){.exact = true};
    CP_TRY(open_seek(&s));
    CP_TRY(search(&s, &last, out));
    if (s.must != 0 && (last != NIL ? meets_itself(&s, last) : !out->exact)) {
        CP_TRY(search_simple(&s, false, &last, out));
        if (!out->exact)
            CP_TRY(search_simple(&s, true, &last, out));
    }
    return last == NIL ? CP_OK : tell(&s, last, out);
}

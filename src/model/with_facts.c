#include "model/case.h"

#include <string.h>

/*
 * Facts lie sorted by object, so the new ones are counted by object, the old ones move up by as many as came before,
 * and the new ones go into the gaps.  Objects are numbered through: nodes, links, sites, as their starts lie.
 */

struct adding {
    const struct cp_case *c;
    const struct cp_case_addition *added;
    uint32_t count, objects;
    struct cp_arena *arena;
    uint32_t *
        starts; /* [objects + 1] of the new facts; node_facts, link_facts and site_facts lie in it */
    uint32_t *gaps; /* [objects] where the object's next new fact goes */
    struct cp_fact *facts;
    uint8_t *fills;
    struct cp_evidence *evidence;
    uint32_t evidence_count; /* of the old ones */
};

static uint32_t object_of(const struct cp_case *c, const struct cp_fact *fact)
{
    switch (fact->kind) {
    case CP_OBJECT_NODE:
        CP_ASSERT(fact->object < c->node_count);
        return fact->object;
    case CP_OBJECT_LINK:
        CP_ASSERT(fact->object < c->link_count);
        return c->node_count + fact->object;
    case CP_OBJECT_SITE:
        CP_ASSERT(fact->object < c->site_count);
        break;
    }
    return c->node_count + c->link_count + fact->object;
}

/* Where the old facts of an object start; of the one after the last, where all end. */
static uint32_t old_start(const struct cp_case *c, uint32_t object)
{
    if (object < c->node_count)
        return c->node_facts[object];
    object -= c->node_count;
    if (object < c->link_count)
        return c->link_facts[object];
    object -= c->link_count;
    return object < c->site_count ? c->site_facts[object] : c->fact_count;
}

static uint32_t count_evidence(const struct cp_case *c)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < c->fact_count; i++) {
        if (c->facts[i].evidence != CP_NONE && c->facts[i].evidence >= count)
            count = c->facts[i].evidence + 1;
    }
    return count;
}

static cp_err take_arrays(struct adding *a)
{
    a->starts = CP_TAKE(a->arena, (size_t)a->objects + 1, uint32_t);
    a->gaps = CP_TAKE(a->arena, a->objects, uint32_t);
    a->facts = CP_TAKE(a->arena, (size_t)a->c->fact_count + a->count, struct cp_fact);
    a->fills = CP_TAKE(a->arena, (size_t)a->c->fact_count + a->count, uint8_t);
    a->evidence = CP_TAKE(a->arena, (size_t)a->evidence_count + a->count, struct cp_evidence);
    return a->starts == NULL || a->gaps == NULL || a->facts == NULL || a->fills == NULL ||
                   a->evidence == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

/* The old facts to their new places, with gaps after those of each object. */
static void move_old(struct adding *a)
{
    uint32_t shift = 0;

    for (uint32_t i = 0; i < a->count; i++)
        a->gaps[object_of(a->c, &a->added[i].fact)]++;
    for (uint32_t object = 0; object < a->objects; object++) {
        uint32_t from = old_start(a->c, object);
        uint32_t to = old_start(a->c, object + 1);
        a->starts[object] = from + shift;
        if (to > from)
            memcpy(&a->facts[from + shift], &a->c->facts[from], (to - from) * sizeof(a->facts[0]));
        if (to > from && a->c->fact_fills != NULL)
            memcpy(&a->fills[from + shift], &a->c->fact_fills[from], to - from);
        uint32_t gap = a->gaps[object];
        a->gaps[object] = to + shift;
        shift += gap;
    }
    a->starts[a->objects] = a->c->fact_count + shift;
}

static bool same_evidence(const struct cp_evidence *a, const struct cp_evidence *b)
{
    return cp_text_eq(a->kind, b->kind) && cp_text_eq(a->source, b->source) &&
           cp_text_eq(a->who, b->who);
}

/* The index of what a new fact rests on; like ones after each other share it. */
static uint32_t evidence_of(struct adding *a, const struct cp_evidence *evidence, uint32_t *used)
{
    if (evidence->kind.len == 0 && evidence->source.len == 0 && evidence->who.len == 0)
        return CP_NONE;
    if (*used == a->evidence_count || !same_evidence(evidence, &a->evidence[*used - 1]))
        a->evidence[(*used)++] = *evidence;
    return *used - 1;
}

static void put_new(struct adding *a)
{
    uint32_t used = a->evidence_count;

    if (used > 0)
        memcpy(a->evidence, a->c->evidence, used * sizeof(a->evidence[0]));
    for (uint32_t i = 0; i < a->count; i++) {
        struct cp_fact *fact = &a->facts[a->gaps[object_of(a->c, &a->added[i].fact)]++];
        *fact = a->added[i].fact;
        fact->evidence = evidence_of(a, &a->added[i].evidence, &used);
    }
}

cp_err cp_case_with_facts(const struct cp_case *c, const struct cp_case_addition *added,
                          uint32_t count, struct cp_arena *arena, const struct cp_case **out)
{
    struct adding a = {.c = c,
                       .added = added,
                       .count = count,
                       .objects = c->node_count + c->link_count + c->site_count,
                       .arena = arena,
                       .evidence_count = count_evidence(c)};
    struct cp_case *next = CP_TAKE(arena, 1, struct cp_case);

    if (next == NULL)
        return CP_ERR_NOMEM;
    if (count > UINT32_MAX - c->fact_count || count > UINT32_MAX - a.evidence_count)
        return CP_ERR_LIMIT;
    CP_TRY(take_arrays(&a));
    move_old(&a);
    put_new(&a);
    *next = *c;
    next->facts = a.facts;
    next->fact_fills = a.fills;
    next->evidence = a.evidence;
    next->node_facts = a.starts;
    next->link_facts = a.starts + c->node_count;
    next->site_facts = a.starts + c->node_count + c->link_count;
    next->fact_count = c->fact_count + count;
    *out = next;
    return CP_OK;
}

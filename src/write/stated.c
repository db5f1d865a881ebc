#include "stated.h"

#include "model/build.h"

/* Which cell a fact can be; CP_CELL_COUNT: none.  What a fact of its own said stays one. */
static cp_cell cell_of(const struct cp_case *c, uint32_t at)
{
    static const char *const names[] = {"maker", "model", "software"};
    const struct cp_fact *fact = &c->facts[at];
    uint32_t count = fact->kind == CP_OBJECT_NODE ? CP_CELL_COUNT : CP_CELL_MODEL;

    if (c->fact_fills[at] != 0 || fact->kind == CP_OBJECT_SITE || fact->part.len > 0 ||
        fact->evidence != CP_NONE || fact->date != CP_DATE_NONE || fact->expires != CP_DATE_NONE)
        return CP_CELL_COUNT;
    for (uint32_t i = 0; i < count; i++)
        if (cp_text_is(fact->attribute, names[i]))
            return (cp_cell)i;
    return CP_CELL_COUNT;
}

static const uint32_t *facts_of(const struct cp_case *c, cp_object_kind kind)
{
    switch (kind) {
    case CP_OBJECT_NODE:
        return c->node_facts;
    case CP_OBJECT_LINK:
        return c->link_facts;
    case CP_OBJECT_SITE:
        break;
    }
    return c->site_facts;
}

struct cp_cells cp_cells_of(const struct cp_case *c, cp_object_kind kind, uint32_t object)
{
    const uint32_t *facts = facts_of(c, kind);
    struct cp_cells cells = {.count = 0};
    uint32_t next = CP_CELL_MAKER;

    for (uint32_t at = facts[object]; at < facts[object + 1]; at++) {
        cp_cell cell = cell_of(c, at);

        if (cell == CP_CELL_COUNT || cell < next)
            break;
        cells.values[cell] = c->facts[at].value;
        cells.count++;
        next = (uint32_t)cell + 1;
    }
    return cells;
}

bool cp_fact_is_cell(const struct cp_case *c, uint32_t fact)
{
    const struct cp_fact *f = &c->facts[fact];

    return fact - facts_of(c, f->kind)[f->object] < cp_cells_of(c, f->kind, f->object).count;
}

bool cp_fact_is_foreign(const struct cp_case *c, uint32_t fact)
{
    const struct cp_fact *f = &c->facts[fact];

    return c->fact_fills[fact] == 0 &&
           !cp_build_is_plain_fact(f->kind, f->part.len > 0, f->attribute, f->value);
}

#include "making.h"

#include "model/limits.h"
#include "words.h"

/*
 * Objects are numbered nodes first, then links, then sites.  Facts are counted by object and then
 * put in place (a counting sort), so those of one object stay in the order of their rows.
 */

/* What a fact's object is: its number, and where its part begins in the text (its length: none). */
struct object {
    uint32_t number;
    uint32_t part_at;
};

struct sorting {
    struct cp_making *m;
    struct object *objects; /* [rows of kind FACT] */
    uint32_t *starts;
    uint32_t backed; /* facts with evidence */
};

static uint32_t link_number(const struct cp_making *m, uint32_t link)
{
    return m->build->node_count + link;
}

static uint32_t site_number(const struct cp_making *m, uint32_t site)
{
    return m->build->node_count + m->build->link_count + site;
}

static uint32_t find_node(const struct cp_making *m, cp_text id)
{
    return cp_map_find(m->build->node_ids, id);
}

static uint32_t find_link(const struct cp_making *m, cp_text id)
{
    uint32_t link = cp_unnamed_find(m->build->link_ids, m->build->unnamed, id);

    return link == CP_NONE ? CP_NONE : link_number(m, link);
}

static uint32_t find_site(const struct cp_making *m, cp_text id)
{
    uint32_t site = cp_map_find(m->build->site_ids, id);

    return site == CP_NONE ? CP_NONE : site_number(m, site);
}

/* In the order in which an id without kind is looked for. */
static const struct object_kind {
    cp_text prefix;
    uint32_t (*find)(const struct cp_making *m, cp_text id);
    bool has_parts;
} object_kinds[] = {
    {{"node:", 5}, find_node, true},
    {{"link:", 5}, find_link, true},
    {{"site:", 5}, find_site, false},
};

/* Why a fact is worth a look whose object is a node (or link) and something else too. */
static const char *const taken_for[] = {
    "an id of several things: the fact is taken to be about the node; node:, link: or site: says",
    "an id of several things: the fact is taken to be about the link; node:, link: or site: says",
};

/* Of ids before a part: two nodes' as a link's default one. */
enum { LONGEST_ID_BYTES = CP_LIMIT_LINK_ID_BYTES };

/* What bears the id; before_part: only what can have parts.  *doubt: where it is something else too. */
static uint32_t find_thing(const struct cp_making *m, cp_text id, bool before_part,
                           const char **doubt)
{
    uint32_t found = CP_NONE;

    for (size_t i = 0; i < CP_COUNT(object_kinds); i++) {
        uint32_t number = CP_NONE;

        if (object_kinds[i].has_parts || !before_part)
            number = object_kinds[i].find(m, id);
        if (number != CP_NONE && found != CP_NONE && *doubt == NULL)
            *doubt = taken_for[found < m->build->node_count ? 0 : 1];
        if (found == CP_NONE)
            found = number;
    }
    for (size_t i = 0; found == CP_NONE && i < CP_COUNT(object_kinds); i++) {
        cp_text prefix = object_kinds[i].prefix;

        if (cp_text_starts(id, prefix) && (object_kinds[i].has_parts || !before_part))
            found = object_kinds[i].find(m, cp_text_sub(id, prefix.len, id.len));
    }
    return found;
}

/* The longest id that fits comes first.  So many slashes as make no id are not tried: each trial
 * reads the text again. */
static struct object find_object(const struct cp_making *m, cp_text name, const char **doubt)
{
    struct object found = {find_thing(m, name, false, doubt), (uint32_t)name.len};
    size_t from = name.len <= LONGEST_ID_BYTES ? name.len - 1 : LONGEST_ID_BYTES;
    uint32_t slashes = 0;

    for (size_t at = from; found.number == CP_NONE && at-- > 1;) {
        if (name.at[at] != '/')
            continue;
        if (++slashes > CP_LIMIT_PART_SLASHES)
            break;
        found.number = find_thing(m, cp_text_sub(name, 0, at), true, doubt);
        found.part_at = (uint32_t)at + 1;
    }
    return found;
}

static cp_object_kind kind_of(const struct cp_making *m, uint32_t number)
{
    if (number < m->build->node_count)
        return CP_OBJECT_NODE;
    return number < site_number(m, 0) ? CP_OBJECT_LINK : CP_OBJECT_SITE;
}

/* The node itself, or a part of it, by the node's id. */
static struct object find_node_part(const struct cp_making *m, const struct cp_fact_row *row)
{
    return (struct object){find_node(m, row->node), 0};
}

/* last: the object's number where the row is about the last thing before it, else CP_NONE. */
static struct object find_stated(const struct cp_making *m, const struct cp_fact_row *row,
                                 uint32_t last, const char **doubt)
{
    if (last != CP_NONE)
        return (struct object){last, 0};
    if (row->node.len > 0)
        return find_node_part(m, row);
    if (row->part.len > 0)
        return (struct object){find_thing(m, row->object, true, doubt), (uint32_t)row->object.len};
    return find_object(m, row->object, doubt);
}

/* Takes the record off those used. */
static cp_err leave_out(struct cp_making *m, const struct cp_fact_row *row, cp_remark_kind kind,
                        const char *why, cp_text subject)
{
    if (row->place.file < m->build->input_count && row->node.len == 0)
        m->build->inputs[row->place.file].used--;
    return cp_build_remark(m->build, kind, row->place, why, subject, 1);
}

static cp_err leave_out_value(struct cp_making *m, const struct cp_fact_row *row, const char *why,
                              cp_text wrong, cp_text nearest)
{
    struct cp_build *build = m->build;

    CP_TRY(leave_out(m, row, CP_REMARK_NOT_UNDERSTOOD, why, wrong));
    build->remarks[build->remark_count - 1].hint = nearest;
    return CP_OK;
}

/* The object of one fact, whose number is CP_NONE where the fact is left out. */
static cp_err settle_object(struct cp_making *m, const struct cp_fact_row *row, uint32_t last,
                            struct object *object)
{
    const char *doubt = NULL;
    struct cp_attribute attribute;
    cp_text wrong, nearest;
    const char *why;

    *object = find_stated(m, row, last, &doubt);
    if (object->number == CP_NONE)
        return leave_out(m, row, CP_REMARK_NOT_UNDERSTOOD, "a fact about nothing that is here",
                         row->node.len > 0 ? row->node : row->object);
    if (row->foreign)
        return CP_OK;
    attribute =
        cp_words_attribute(kind_of(m, object->number),
                           row->part.len > 0 || object->part_at < row->object.len, row->attribute);
    if (!attribute.used) {
        object->number = CP_NONE;
        return leave_out(m, row, attribute.kind, attribute.why, row->attribute);
    }
    why = cp_words_value(row->attribute, row->value, &wrong, &nearest);
    if (why != NULL) {
        object->number = CP_NONE;
        return leave_out_value(m, row, why, wrong, nearest);
    }
    if (doubt == NULL)
        return CP_OK;
    return cp_build_remark(m->build, CP_REMARK_FINDING, row->place, doubt, row->object, 1);
}

/* A link by the number that it had when it was added. */
static struct object find_numbered(const struct cp_making *m, uint32_t link)
{
    if (m->build->link_numbers != NULL)
        link = m->build->link_numbers[link];
    return (struct object){link == CP_NONE ? CP_NONE : link_number(m, link), 0};
}

/* The things met so far on a walk over the rows. */
struct met {
    uint32_t nodes, links, sites;
    uint32_t last; /* number of the last one */
};

static void meet(const struct cp_making *m, struct met *met, cp_row_kind kind, cp_row packed)
{
    struct cp_link_row row;

    switch (kind) {
    case CP_ROW_SITE:
        met->last = site_number(m, met->sites++);
        break;
    case CP_ROW_NODE:
        met->last = met->nodes++;
        break;
    case CP_ROW_LINK:
        met->last = link_number(m, met->links++);
        break;
    case CP_ROW_LAN_MORE:
        cp_rows_unpack(kind, packed, &row);
        met->last = link_number(m, cp_map_find(m->build->link_ids, row.id));
        break;
    case CP_ROW_DEMAND:
    case CP_ROW_FACT:
    case CP_ROW_LAST_RECORD:
    case CP_ROW_LAST_FACT:
    case CP_ROW_LINK_FACT:
    case CP_ROW_LEFT_OUT:
        break;
    }
}

static cp_err find_objects(struct sorting *s)
{
    struct cp_build *build = s->m->build;
    cp_row_walk walk = {build->rows.first, 0};
    struct met met = {.last = CP_NONE};
    uint32_t at = 0;
    struct cp_fact_row row;
    cp_row_kind kind;
    cp_row packed;

    while (cp_rows_next(&walk, &kind, &packed)) {
        meet(s->m, &met, kind, packed);
        if (kind != CP_ROW_FACT && kind != CP_ROW_LAST_RECORD)
            continue;
        cp_rows_unpack(kind, packed, &row);
        CP_TRY(
            settle_object(s->m, &row, kind == CP_ROW_FACT ? CP_NONE : met.last, &s->objects[at++]));
    }
    return CP_OK;
}

/* What is done with each fact: counted first, then put in its place. */
typedef void (*fact_visit)(struct sorting *s, uint32_t number, const struct cp_fact *fact,
                           bool fills);

static void count(struct sorting *s, uint32_t number, const struct cp_fact *fact, bool fills)
{
    (void)fact;
    (void)fills;
    s->starts[number + 2]++;
}

static void put(struct sorting *s, uint32_t number, const struct cp_fact *fact, bool fills)
{
    uint32_t nodes = s->m->build->node_count, links = s->m->build->link_count;
    uint32_t at = s->starts[number + 1]++;
    struct cp_fact *to = &s->m->facts[at];

    *to = *fact;
    to->kind = kind_of(s->m, number);
    to->object = number;
    if (to->kind != CP_OBJECT_NODE)
        to->object -= to->kind == CP_OBJECT_LINK ? nodes : nodes + links;
    s->m->fact_fills[at] = fills;
}

/* A fact that a cell of a table states. */
static void visit_cell(struct sorting *s, fact_visit visit, uint32_t number, const char *attribute,
                       cp_text value, cp_place place)
{
    struct cp_fact fact = {.attribute = cp_text_of(attribute),
                           .value = value,
                           .evidence = CP_NONE,
                           .date = CP_DATE_NONE,
                           .expires = CP_DATE_NONE,
                           .place = place};

    if (value.len > 0)
        visit(s, number, &fact, false);
}

static void visit_node(struct sorting *s, fact_visit visit, uint32_t number,
                       const struct cp_node_row *row)
{
    visit_cell(s, visit, number, "maker", row->maker,
               row->maker_place.line == 0 ? row->place : row->maker_place);
    visit_cell(s, visit, number, "model", row->model, row->place);
    visit_cell(s, visit, number, "software", row->software,
               row->software_place.line == 0 ? row->place : row->software_place);
}

static bool same_evidence(const struct cp_evidence *a, const struct cp_evidence *b)
{
    return cp_text_eq(a->kind, b->kind) && cp_text_eq(a->source, b->source) &&
           cp_text_eq(a->who, b->who);
}

/* Where the evidence of a row is kept: facts that follow each other often rest on the same. */
static uint32_t keep_evidence(struct sorting *s, const struct cp_fact_row *row)
{
    struct cp_evidence evidence = {.kind = row->evidence, .source = row->source, .who = row->who};
    struct cp_making *m = s->m;

    if (row->evidence.len + row->source.len + row->who.len == 0)
        return CP_NONE;
    if (m->evidence == NULL) {
        s->backed++; /* there is no room for it yet */
        return CP_NONE;
    }
    if (m->evidence_count == 0 || !same_evidence(&m->evidence[m->evidence_count - 1], &evidence))
        m->evidence[m->evidence_count++] = evidence;
    return m->evidence_count - 1;
}

static void visit_fact(struct sorting *s, fact_visit visit, struct object object,
                       const struct cp_fact_row *row, bool fills)
{
    struct cp_fact fact = {.part = row->part.len > 0
                                       ? row->part
                                       : cp_text_sub(row->object, object.part_at, row->object.len),
                           .attribute = row->attribute,
                           .value = row->value,
                           .date = row->date,
                           .expires = row->expires,
                           .place = row->place};

    if (object.number == CP_NONE)
        return;
    fact.evidence = keep_evidence(s, row);
    visit(s, object.number, &fact, fills);
}

/* Every fact, in the order of the rows. */
static void visit_all(struct sorting *s, fact_visit visit)
{
    const struct cp_build *build = s->m->build;
    cp_row_walk walk = {build->rows.first, 0};
    struct met met = {.last = CP_NONE};
    uint32_t fact = 0;
    union cp_any_row row;
    cp_row_kind kind;
    cp_row packed;

    while (cp_rows_next(&walk, &kind, &packed)) {
        if (kind != CP_ROW_SITE && kind != CP_ROW_DEMAND && kind != CP_ROW_LEFT_OUT)
            cp_rows_unpack(kind, packed, &row);
        meet(s->m, &met, kind, packed);
        switch (kind) {
        case CP_ROW_NODE:
            visit_node(s, visit, met.last, &row.node);
            break;
        case CP_ROW_LINK:
        case CP_ROW_LAN_MORE:
            visit_cell(s, visit, met.last, "maker", row.link.maker, row.link.place);
            break;
        case CP_ROW_SITE:
        case CP_ROW_DEMAND:
        case CP_ROW_LEFT_OUT:
            break;
        case CP_ROW_FACT:
        case CP_ROW_LAST_RECORD:
            visit_fact(s, visit, s->objects[fact++], &row.fact,
                       row.fact.node.len == 0 && !row.fact.foreign);
            break;
        case CP_ROW_LAST_FACT:
            visit_fact(s, visit, (struct object){.number = met.last}, &row.fact, false);
            break;
        case CP_ROW_LINK_FACT:
            visit_fact(s, visit, find_numbered(s->m, row.fact.link), &row.fact, false);
            break;
        }
    }
}

cp_err cp_making_facts(struct cp_making *m)
{
    const struct cp_build *build = m->build;
    uint32_t objects = build->node_count + build->link_count + build->site_count;
    struct sorting s = {
        .m = m,
        .objects = CP_TAKE(m->arena, build->fact_row_count, struct object),
        .starts = CP_TAKE(m->arena, (size_t)objects + 2, uint32_t),
    };

    m->facts = CP_TAKE(m->arena, build->fact_count, struct cp_fact);
    m->fact_fills = CP_TAKE(m->arena, build->fact_count, uint8_t);
    if (s.objects == NULL || s.starts == NULL || m->facts == NULL || m->fact_fills == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(find_objects(&s));
    visit_all(&s, count);
    m->evidence = CP_TAKE(m->arena, s.backed, struct cp_evidence);
    if (m->evidence == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i <= objects; i++) /* now starts[i + 1] is where i begins */
        s.starts[i + 1] += s.starts[i];
    visit_all(&s, put); /* now starts[i] is */
    m->fact_starts = s.starts;
    CP_ASSERT(s.starts[objects] <= build->fact_count);
    return CP_OK;
}

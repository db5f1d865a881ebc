#include "doc.h"

#include "number.h"
#include "sndlib.h"
#include "xml.h"

/*
 * SNDlib's XML, networks and demand matrices alike.  What stands in which element is a table; a leaf
 * that matters puts its text in a field of the thing that is open.
 */

typedef enum {
    IN_ROOT,
    IN_NETWORK,
    IN_META,
    IN_STRUCTURE,
    IN_NODES,
    IN_NODE,
    IN_COORDINATES,
    IN_LINKS,
    IN_LINK,
    IN_MODULE,
    IN_DEMANDS,
    IN_DEMAND,
    IN_SKIPPED,
    IN_LEAF,
} element;

typedef enum {
    NOTHING,
    GRAPH_ATTR, /* ignored, about the whole file */
    PLANNING,   /* ignored, with all that is inside */
    START_NODES,
    START_NODE,
    START_LINK,
    START_DEMAND,
    TEXT_UNIT,
    TEXT_X,
    TEXT_Y,
    TEXT_SOURCE,
    TEXT_TARGET,
    TEXT_CAPACITY,
    TEXT_VALUE,
    TEXT_ROUTING_UNIT,
} action;

struct rule {
    element in;
    const char *name;
    element then;
    action what;
};

static const struct rule rules[] = {
    {IN_ROOT, "network", IN_NETWORK, NOTHING},
    {IN_NETWORK, "meta", IN_META, NOTHING},
    {IN_META, "unit", IN_LEAF, TEXT_UNIT},
    {IN_META, "granularity", IN_LEAF, GRAPH_ATTR},
    {IN_META, "time", IN_LEAF, GRAPH_ATTR},
    {IN_META, "origin", IN_LEAF, GRAPH_ATTR},
    {IN_NETWORK, "networkStructure", IN_STRUCTURE, NOTHING},
    {IN_STRUCTURE, "nodes", IN_NODES, START_NODES},
    {IN_NODES, "node", IN_NODE, START_NODE},
    {IN_NODE, "coordinates", IN_COORDINATES, NOTHING},
    {IN_COORDINATES, "x", IN_LEAF, TEXT_X},
    {IN_COORDINATES, "y", IN_LEAF, TEXT_Y},
    {IN_STRUCTURE, "links", IN_LINKS, NOTHING},
    {IN_LINKS, "link", IN_LINK, START_LINK},
    {IN_LINK, "source", IN_LEAF, TEXT_SOURCE},
    {IN_LINK, "target", IN_LEAF, TEXT_TARGET},
    {IN_LINK, "preInstalledModule", IN_MODULE, NOTHING},
    {IN_MODULE, "capacity", IN_LEAF, TEXT_CAPACITY},
    {IN_MODULE, "cost", IN_SKIPPED, PLANNING},
    {IN_LINK, "routingCost", IN_SKIPPED, PLANNING},
    {IN_LINK, "setupCost", IN_SKIPPED, PLANNING},
    {IN_LINK, "additionalModules", IN_SKIPPED, PLANNING},
    {IN_NETWORK, "demands", IN_DEMANDS, NOTHING},
    {IN_DEMANDS, "demand", IN_DEMAND, START_DEMAND},
    {IN_DEMAND, "source", IN_LEAF, TEXT_SOURCE},
    {IN_DEMAND, "target", IN_LEAF, TEXT_TARGET},
    {IN_DEMAND, "demandValue", IN_LEAF, TEXT_VALUE},
    {IN_DEMAND, "routingUnit", IN_LEAF, TEXT_ROUTING_UNIT},
    {IN_DEMAND, "maxPathLength", IN_SKIPPED, PLANNING},
    {IN_DEMAND, "admissiblePaths", IN_SKIPPED, PLANNING},
};

struct reader {
    struct cp_sndlib sndlib;
    element stack[CP_LIMIT_NESTING + 1];
    action actions[CP_LIMIT_NESTING + 1];
    uint32_t depth;
    bool pixels;
    cp_text id, x, y, source, target; /* of the node, link or demand that is open */
    cp_place x_place, source_place, target_place, place;
    struct cp_sndlib_demand demand;
    uint32_t edge;
};

static cp_err fail(struct reader *r, cp_place place, const char *why, cp_text subject)
{
    return cp_doc_fail(r->sndlib.doc, CP_ERR_MALFORMED, place, why, subject);
}

static cp_err start_nodes(struct reader *r, const char *const *attrs, cp_place place)
{
    cp_text type = cp_xml_attr(attrs, "coordinatesType");

    r->pixels = !cp_text_is(type, "geographical");
    if (!r->pixels || type.len == 0 || cp_text_is(type, "pixel"))
        return CP_OK;
    return fail(r, place, "coordinatesType is geographical or pixel", type);
}

static cp_err start_thing(struct reader *r, const char *const *attrs, cp_place place)
{
    r->x = r->y = r->source = r->target = CP_TEXT("");
    r->demand = (struct cp_sndlib_demand){.place = place};
    r->place = place;
    CP_TRY(cp_text_copy(cp_xml_attr(attrs, "id"), r->sndlib.doc->arena, &r->id));
    if (cp_text_trim(r->id).len == 0)
        return fail(r, place, "an attribute is missing", CP_TEXT("id"));
    return CP_OK;
}

static cp_err start_link(struct reader *r, const char *const *attrs, cp_place place)
{
    CP_TRY(start_thing(r, attrs, place));
    return cp_sketch_edge(&r->sndlib.sketch, place, &r->edge);
}

static cp_err unknown_element(struct reader *r, cp_text name, cp_place place)
{
    element in = r->stack[r->depth];
    cp_text copy;

    if (in == IN_SKIPPED)
        return CP_OK;
    if (in == IN_ROOT)
        return fail(r, place, "the root is not network", name);
    if (in == IN_LEAF)
        return fail(r, place, "an element where text should stand", name);
    CP_TRY(cp_text_copy(name, r->sndlib.doc->arena, &copy));
    return cp_doc_tally(r->sndlib.doc, CP_REMARK_NOT_UNDERSTOOD, place, "unknown element", copy);
}

static cp_err begin(struct reader *r, const struct rule *rule, const char *const *attrs,
                    cp_place place)
{
    switch (rule->what) {
    case START_NODES:
        return start_nodes(r, attrs, place);
    case START_NODE:
    case START_DEMAND:
        return start_thing(r, attrs, place);
    case START_LINK:
        return start_link(r, attrs, place);
    case PLANNING:
        return cp_sndlib_ignore(&r->sndlib, place, rule->name);
    case GRAPH_ATTR:
        return cp_doc_tally(r->sndlib.doc, CP_REMARK_IGNORED, place, CP_GRAPH_ATTRIBUTE,
                            CP_TEXT(""));
    case NOTHING:
    case TEXT_UNIT:
    case TEXT_X:
    case TEXT_Y:
    case TEXT_SOURCE:
    case TEXT_TARGET:
    case TEXT_CAPACITY:
    case TEXT_VALUE:
    case TEXT_ROUTING_UNIT:
        break;
    }
    return CP_OK;
}

static cp_err on_start(void *reader, cp_text name, const char *const *attrs, cp_place place)
{
    struct reader *r = reader;
    const struct rule *rule = NULL;
    cp_err err;

    for (size_t i = 0; i < CP_COUNT(rules) && rule == NULL; i++)
        if (rules[i].in == r->stack[r->depth] && cp_text_is(name, rules[i].name))
            rule = &rules[i];
    err = rule != NULL ? begin(r, rule, attrs, place) : unknown_element(r, name, place);
    CP_ASSERT(r->depth < CP_LIMIT_NESTING);
    r->depth++;
    r->stack[r->depth] = rule != NULL ? rule->then : IN_SKIPPED;
    r->actions[r->depth] = rule != NULL ? rule->what : NOTHING;
    return err;
}

static cp_err end_node(struct reader *r)
{
    struct cp_sketch *sketch = &r->sndlib.sketch;
    int32_t lat_udeg, lon_udeg;
    uint32_t at;

    CP_TRY(cp_sketch_node(sketch, r->place, &at));
    sketch->nodes[at].file_id = r->id;
    if (r->x.len == 0 && r->y.len == 0)
        return CP_OK;
    if (r->pixels)
        return cp_doc_tally(r->sndlib.doc, CP_REMARK_IGNORED, r->x_place,
                            "coordinates in pixels are no place", CP_TEXT(""));
    if (cp_number_degrees(r->x, CP_LON_LIMIT_DEG, &lon_udeg) != CP_OK)
        return fail(r, r->x_place, "not a longitude from -180 to 180", r->x);
    if (cp_number_degrees(r->y, CP_LAT_LIMIT_DEG, &lat_udeg) != CP_OK)
        return fail(r, r->x_place, "not a latitude from -90 to 90", r->y);
    sketch->nodes[at].lon_udeg = lon_udeg;
    sketch->nodes[at].lat_udeg = lat_udeg;
    return CP_OK;
}

static cp_err need_ends(struct reader *r)
{
    if (r->source.len > 0 && r->target.len > 0)
        return CP_OK;
    return fail(r, r->place, "source or target is missing", r->id);
}

static cp_err end_link(struct reader *r)
{
    struct cp_sketch_edge *edge = &r->sndlib.sketch.edges[r->edge];

    CP_TRY(need_ends(r));
    edge->label = r->id;
    edge->source = r->source;
    edge->source_place = r->source_place;
    edge->target = r->target;
    edge->target_place = r->target_place;
    return CP_OK;
}

static cp_err end_demand(struct reader *r)
{
    CP_TRY(need_ends(r));
    if (r->demand.value.len == 0)
        return fail(r, r->place, "demandValue is missing", r->id);
    r->demand.id = r->id;
    r->demand.source = r->source;
    r->demand.source_place = r->source_place;
    r->demand.target = r->target;
    r->demand.target_place = r->target_place;
    return cp_sndlib_demand(&r->sndlib, &r->demand);
}

/* Puts the text of a leaf where it belongs; what stands twice is an error. */
static cp_err keep(struct reader *r, cp_text text, cp_place place, cp_text *to, cp_place *at)
{
    text = cp_text_trim(text);
    if (to->len > 0)
        return fail(r, place, "an element that stands twice", text);
    if (text.len == 0)
        return fail(r, place, "an element without text", CP_TEXT(""));
    *at = place;
    return cp_text_copy(text, r->sndlib.doc->arena, to);
}

static cp_err keep_capacity(struct reader *r, cp_text text, cp_place place)
{
    cp_text value = CP_TEXT("");

    CP_TRY(keep(r, text, place, &value, &place));
    return cp_sndlib_capacity(&r->sndlib, r->edge, value, place);
}

static cp_err end_leaf(struct reader *r, action what, cp_text text, cp_place place)
{
    cp_place ignored;

    switch (what) {
    case TEXT_UNIT:
        return keep(r, text, place, &r->sndlib.unit, &r->sndlib.unit_place);
    case TEXT_X:
        return keep(r, text, place, &r->x, &r->x_place);
    case TEXT_Y:
        return keep(r, text, place, &r->y, &ignored);
    case TEXT_SOURCE:
        return keep(r, text, place, &r->source, &r->source_place);
    case TEXT_TARGET:
        return keep(r, text, place, &r->target, &r->target_place);
    case TEXT_CAPACITY:
        return keep_capacity(r, text, place);
    case TEXT_VALUE:
        return keep(r, text, place, &r->demand.value, &r->demand.value_place);
    case TEXT_ROUTING_UNIT:
        return keep(r, text, place, &r->demand.routing_unit, &r->demand.routing_unit_place);
    case NOTHING:
    case GRAPH_ATTR:
    case PLANNING:
    case START_NODES:
    case START_NODE:
    case START_LINK:
    case START_DEMAND:
        break;
    }
    return CP_OK;
}

static cp_err on_end(void *reader, cp_text name, cp_text text, cp_place place)
{
    struct reader *r = reader;
    element ended = r->stack[r->depth];
    action what = r->actions[r->depth--];

    (void)name;
    if (ended == IN_NODE)
        return end_node(r);
    if (ended == IN_LINK)
        return end_link(r);
    if (ended == IN_DEMAND)
        return end_demand(r);
    return ended == IN_LEAF ? end_leaf(r, what, text, place) : CP_OK;
}

static cp_err on_stray(void *reader, cp_text text, cp_place place)
{
    struct reader *r = reader;
    cp_text copy;

    if (r->stack[r->depth] == IN_SKIPPED)
        return CP_OK;
    CP_TRY(cp_text_copy(text, r->sndlib.doc->arena, &copy));
    return cp_doc_tally(r->sndlib.doc, CP_REMARK_NOT_UNDERSTOOD, place, "text between elements",
                        copy);
}

cp_err cp_read_sndlib_xml(struct cp_doc *doc)
{
    static const struct cp_xml_handlers handlers = {on_start, on_end, on_stray};
    struct reader r = {.pixels = true};

    CP_TRY(cp_sndlib_open(doc, &r.sndlib));
    CP_TRY(cp_xml_parse(doc, &handlers, &r));
    return cp_sndlib_finish(&r.sndlib);
}

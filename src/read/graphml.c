#include "doc.h"

#include "sketch.h"
#include "xml.h"

/*
 * GraphML 1.0 (graphml.graphdrawing.org).  Attributes of nodes and edges are <data> under declared
 * keys, in any order; they are gathered under the ids of their keys and get names and defaults at the
 * end.  One graph a file: graphs inside nodes or edges are refused.  A hyperedge is a LAN.
 */

enum { KEYS_MAX = 256 };

typedef enum {
    IN_ROOT,
    IN_GRAPHML,
    IN_KEY,
    IN_DEFAULT,
    IN_GRAPH,
    IN_NODE,
    IN_EDGE,
    IN_HYPEREDGE,
    IN_ENDPOINT,
    IN_PORT,
    IN_GRAPH_DATA,
    IN_DATA,
    IN_SKIPPED,
    IN_COUNT
} element;

struct key {
    cp_text id, name, fallback;
    bool of_nodes, of_edges, has_fallback;
    uint32_t stated_by; /* settle: the last thing, counted from 1, that states it */
};

struct graphml {
    struct cp_doc *doc;
    struct cp_sketch sketch;
    struct key *keys;
    struct cp_map *key_ids;
    uint32_t key_count, key_cap, graph_count, hyperedge_count;
    uint32_t settled_count, default_count;
    element stack[CP_LIMIT_NESTING + 1];
    uint32_t depth; /* stack[depth] is the innermost element */
    bool directed;
    cp_range attrs; /* of the node, edge or hyperedge that is open */
    cp_text data_key;
    cp_place data_place, place;
    struct cp_sketch_edge edge; /* the edge or hyperedge that is open */
    cp_text edge_id;
    uint32_t end_count;
};

static cp_err fail(struct graphml *g, cp_err err, cp_place place, const char *why, cp_text subject)
{
    return cp_doc_fail(g->doc, err, place, why, subject);
}

static cp_err copy_attr(struct graphml *g, const char *const *attrs, const char *name, cp_text *out)
{
    return cp_text_copy(cp_xml_attr(attrs, name), g->doc->arena, out);
}

static cp_err required_attr(struct graphml *g, const char *const *attrs, const char *name,
                            cp_place place, cp_text *out)
{
    CP_TRY(copy_attr(g, attrs, name, out));
    if (out->len > 0)
        return CP_OK;
    return fail(g, CP_ERR_MALFORMED, place, "an attribute is missing", cp_text_of(name));
}

static cp_err start_key(struct graphml *g, const char *const *attrs, cp_place place)
{
    cp_text domain = cp_xml_attr(attrs, "for");
    bool all = domain.len == 0 || cp_text_is(domain, "all");
    struct key key = {.of_nodes = all || cp_text_is(domain, "node"),
                      .of_edges = all || cp_text_is(domain, "edge")};
    void *keys = g->keys;
    cp_err err;

    CP_TRY(required_attr(g, attrs, "id", place, &key.id));
    CP_TRY(copy_attr(g, attrs, "attr.name", &key.name));
    if (key.name.len == 0)
        key.name = key.id;
    if (g->key_count == KEYS_MAX)
        return fail(g, CP_ERR_LIMIT, place, "too many keys", key.id);
    CP_TRY(cp_arena_grow(g->doc->arena, &keys, g->key_count, &g->key_cap, sizeof(key)));
    g->keys = keys;
    err = cp_map_add(g->key_ids, key.id, g->key_count);
    if (err == CP_ERR_DUPLICATE)
        return fail(g, err, place, "two keys with one id", key.id);
    g->keys[g->key_count++] = key;
    return err;
}

static cp_err start_graph(struct graphml *g, const char *const *attrs, cp_place place)
{
    cp_text edges = cp_xml_attr(attrs, "edgedefault");

    if (g->graph_count++ > 0)
        return fail(g, CP_ERR_MALFORMED, place, "a second graph", CP_TEXT(""));
    g->directed = cp_text_is(edges, "directed");
    if (g->directed || cp_text_is(edges, "undirected"))
        return CP_OK;
    if (edges.len > 0)
        return fail(g, CP_ERR_MALFORMED, place, "edgedefault is directed or undirected", edges);
    return cp_doc_tally(g->doc, CP_REMARK_FINDING, place,
                        "no edgedefault: edges are read as undirected", CP_TEXT(""));
}

static cp_err start_node(struct graphml *g, const char *const *attrs, cp_place place)
{
    uint32_t at;

    g->attrs = (cp_range){0, 0};
    CP_TRY(cp_sketch_node(&g->sketch, place, &at));
    return required_attr(g, attrs, "id", place, &g->sketch.nodes[at].file_id);
}

static cp_err read_directed(struct graphml *g, cp_text text, cp_place place)
{
    g->edge.directed = cp_text_is(text, "true") || cp_text_is(text, "1");
    if (text.len == 0)
        g->edge.directed = g->directed;
    else if (!g->edge.directed && !cp_text_is(text, "false") && !cp_text_is(text, "0"))
        return fail(g, CP_ERR_MALFORMED, place, "directed is true or false", text);
    return CP_OK;
}

static void open_edge(struct graphml *g, cp_place place)
{
    g->attrs = (cp_range){0, 0};
    g->edge = (struct cp_sketch_edge){.place = place};
    g->end_count = 0;
}

static cp_err start_edge(struct graphml *g, const char *const *attrs, cp_place place)
{
    open_edge(g, place);
    CP_TRY(required_attr(g, attrs, "source", place, &g->edge.source));
    CP_TRY(required_attr(g, attrs, "target", place, &g->edge.target));
    CP_TRY(copy_attr(g, attrs, "sourceport", &g->edge.source_port));
    CP_TRY(copy_attr(g, attrs, "targetport", &g->edge.target_port));
    CP_TRY(copy_attr(g, attrs, "id", &g->edge_id));
    return read_directed(g, cp_xml_attr(attrs, "directed"), place);
}

static cp_err start_hyperedge(struct graphml *g, const char *const *attrs, cp_place place)
{
    open_edge(g, place);
    return copy_attr(g, attrs, "id", &g->edge_id);
}

static cp_err push_edge(struct graphml *g, cp_place place, uint32_t *at)
{
    struct cp_sketch_edge *edge;

    CP_TRY(cp_sketch_edge(&g->sketch, place, at));
    edge = &g->sketch.edges[*at];
    edge->source = g->edge.source;
    edge->target = g->edge.target;
    edge->source_port = g->edge.source_port;
    edge->target_port = g->edge.target_port;
    edge->directed = g->edge.directed;
    return CP_OK;
}

/* A hyperedge becomes an edge from its first end to each other one; all are one link. */
static cp_err start_endpoint(struct graphml *g, const char *const *attrs, cp_place place)
{
    cp_text node, port;
    uint32_t at;

    CP_TRY(required_attr(g, attrs, "node", place, &node));
    CP_TRY(copy_attr(g, attrs, "port", &port));
    if (g->end_count++ == 0) {
        g->edge.source = node;
        g->edge.source_port = port;
        return CP_OK;
    }
    g->edge.target = node;
    g->edge.target_port = port;
    CP_TRY(push_edge(g, place, &at));
    if (g->end_count == 2)
        g->edge.group = at;
    g->sketch.edges[at].lan = true;
    g->sketch.edges[at].group = g->edge.group;
    return CP_OK;
}

static cp_err start_data(struct graphml *g, const char *const *attrs, cp_place place)
{
    g->data_place = place;
    return required_attr(g, attrs, "key", place, &g->data_key);
}

/* The port of a node is a fact of the node. */
static cp_err start_port(struct graphml *g, const char *const *attrs, cp_place place)
{
    cp_text name;

    CP_TRY(required_attr(g, attrs, "name", place, &name));
    return cp_sketch_attr(&g->sketch, &g->attrs, CP_TEXT("port"), name, place);
}

static cp_err refuse_graph(struct graphml *g, const char *const *attrs, cp_place place)
{
    (void)attrs;
    return fail(g, CP_ERR_MALFORMED, place, "a graph inside a node or edge is not read here",
                CP_TEXT(""));
}

static cp_err refuse_locator(struct graphml *g, const char *const *attrs, cp_place place)
{
    (void)attrs;
    return fail(g, CP_ERR_MALFORMED, place, "parts of a graph in other files are not read here",
                CP_TEXT("locator"));
}

static cp_err skip_description(struct graphml *g, const char *const *attrs, cp_place place)
{
    (void)attrs;
    return cp_doc_tally(g->doc, CP_REMARK_IGNORED, place, "descriptions are for people",
                        CP_TEXT("desc"));
}

static cp_err skip_port_data(struct graphml *g, const char *const *attrs, cp_place place)
{
    (void)attrs;
    return cp_doc_tally(g->doc, CP_REMARK_IGNORED, place, "data of ports is not kept",
                        CP_TEXT("data"));
}

static cp_err graph_data(struct graphml *g, const char *const *attrs, cp_place place)
{
    (void)attrs;
    return cp_doc_tally(g->doc, CP_REMARK_IGNORED, place, CP_GRAPH_ATTRIBUTE, CP_TEXT(""));
}

static cp_err start_fallback(struct graphml *g, const char *const *attrs, cp_place place)
{
    (void)g, (void)attrs, (void)place;
    return CP_OK;
}

/* Which element may stand in which, and what to do when it begins. */
struct rule {
    element in;
    const char *name;
    element then;
    cp_err (*start)(struct graphml *g, const char *const *attrs, cp_place place);
};

static const struct rule rules[] = {
    {IN_ROOT, "graphml", IN_GRAPHML, start_fallback},
    {IN_GRAPHML, "key", IN_KEY, start_key},
    {IN_GRAPHML, "graph", IN_GRAPH, start_graph},
    {IN_GRAPHML, "data", IN_GRAPH_DATA, graph_data},
    {IN_KEY, "default", IN_DEFAULT, start_fallback},
    {IN_GRAPH, "node", IN_NODE, start_node},
    {IN_GRAPH, "edge", IN_EDGE, start_edge},
    {IN_GRAPH, "hyperedge", IN_HYPEREDGE, start_hyperedge},
    {IN_GRAPH, "data", IN_GRAPH_DATA, graph_data},
    {IN_GRAPH, "graph", IN_SKIPPED, refuse_graph},
    {IN_GRAPH, "locator", IN_SKIPPED, refuse_locator},
    {IN_NODE, "data", IN_DATA, start_data},
    {IN_NODE, "port", IN_PORT, start_port},
    {IN_NODE, "graph", IN_SKIPPED, refuse_graph},
    {IN_NODE, "locator", IN_SKIPPED, refuse_locator},
    {IN_EDGE, "data", IN_DATA, start_data},
    {IN_EDGE, "graph", IN_SKIPPED, refuse_graph},
    {IN_HYPEREDGE, "endpoint", IN_ENDPOINT, start_endpoint},
    {IN_HYPEREDGE, "data", IN_DATA, start_data},
    {IN_HYPEREDGE, "graph", IN_SKIPPED, refuse_graph},
    {IN_PORT, "port", IN_PORT, start_port},
    {IN_PORT, "data", IN_SKIPPED, skip_port_data},
};

static cp_err unknown_element(struct graphml *g, cp_text name, cp_place place)
{
    element in = g->stack[g->depth];
    cp_text copy;

    if (in == IN_SKIPPED)
        return CP_OK;
    if (in == IN_ROOT)
        return fail(g, CP_ERR_MALFORMED, place, "the root is not graphml", name);
    CP_TRY(cp_text_copy(name, g->doc->arena, &copy));
    if (in == IN_DATA || in == IN_GRAPH_DATA || in == IN_DEFAULT)
        return cp_doc_tally(g->doc, CP_REMARK_IGNORED, place,
                            "elements inside data belong to another program", copy);
    return cp_doc_tally(g->doc, CP_REMARK_NOT_UNDERSTOOD, place, "unknown element", copy);
}

static cp_err on_start(void *reader, cp_text name, const char *const *attrs, cp_place place)
{
    struct graphml *g = reader;
    element in = g->stack[g->depth];
    element then = IN_SKIPPED;
    cp_err err = CP_OK;
    size_t i = 0;

    while (i < CP_COUNT(rules) && !(rules[i].in == in && cp_text_is(name, rules[i].name)))
        i++;
    if (i < CP_COUNT(rules)) {
        then = rules[i].then;
        err = rules[i].start(g, attrs, place);
    } else if (cp_text_is(name, "desc") && in != IN_ROOT && in != IN_DATA && in != IN_SKIPPED) {
        err = skip_description(g, attrs, place);
    } else {
        err = unknown_element(g, name, place);
    }
    CP_ASSERT(g->depth < CP_LIMIT_NESTING);
    g->stack[++g->depth] = then;
    return err;
}

static cp_err end_fallback(struct graphml *g, cp_text text)
{
    struct key *key = &g->keys[g->key_count - 1];

    key->has_fallback = true;
    return cp_text_copy(text, g->doc->arena, &key->fallback);
}

static cp_err end_data(struct graphml *g, cp_text text)
{
    cp_text value;

    CP_TRY(cp_text_copy(text, g->doc->arena, &value));
    return cp_sketch_attr(&g->sketch, &g->attrs, g->data_key, value, g->data_place);
}

/* Keeps the id that the file gives an edge, as an attribute like any other. */
static cp_err keep_edge_id(struct graphml *g)
{
    if (g->edge_id.len == 0)
        return CP_OK;
    return cp_sketch_attr(&g->sketch, &g->attrs, CP_TEXT(""), g->edge_id, g->edge.place);
}

static cp_err end_edge(struct graphml *g)
{
    uint32_t at;

    CP_TRY(keep_edge_id(g));
    CP_TRY(push_edge(g, g->edge.place, &at));
    g->sketch.edges[at].attrs = g->attrs;
    return CP_OK;
}

static cp_err end_hyperedge(struct graphml *g)
{
    if (g->end_count < 2)
        return cp_build_remark(g->doc->build, CP_REMARK_IGNORED, g->edge.place,
                               "a hyperedge with less than two ends carries nothing", g->edge_id,
                               1);
    CP_TRY(keep_edge_id(g));
    g->sketch.edges[g->edge.group].attrs = g->attrs;
    if (g->end_count == 2)
        g->sketch.edges[g->edge.group].lan = false;
    return CP_OK;
}

static cp_err on_end(void *reader, cp_text name, cp_text text, cp_place place)
{
    struct graphml *g = reader;

    (void)name, (void)place;
    switch (g->stack[g->depth--]) {
    case IN_DEFAULT:
        return end_fallback(g, text);
    case IN_DATA:
        return end_data(g, text);
    case IN_NODE:
        g->sketch.nodes[g->sketch.node_count - 1].attrs = g->attrs;
        return CP_OK;
    case IN_EDGE:
        return end_edge(g);
    case IN_HYPEREDGE:
        return end_hyperedge(g);
    case IN_ROOT:
    case IN_GRAPHML:
    case IN_KEY:
    case IN_GRAPH:
    case IN_ENDPOINT:
    case IN_PORT:
    case IN_GRAPH_DATA:
    case IN_SKIPPED:
    case IN_COUNT:
        break;
    }
    return CP_OK;
}

static cp_err on_stray(void *reader, cp_text text, cp_place place)
{
    struct graphml *g = reader;
    element in = g->stack[g->depth];
    cp_text copy;

    if (in == IN_SKIPPED || in == IN_DATA || in == IN_GRAPH_DATA || in == IN_DEFAULT)
        return CP_OK;
    CP_TRY(cp_text_copy(text, g->doc->arena, &copy));
    return cp_doc_tally(g->doc, CP_REMARK_NOT_UNDERSTOOD, place, "text between elements", copy);
}

/* Names and defaults */

/* An attribute under the name of its key; "" stands for the id that the file gives the thing. */
static cp_err settle_attr(struct graphml *g, const cp_attr *attr, cp_range *to)
{
    uint32_t key = cp_map_find(g->key_ids, attr->key);
    cp_text name = attr->key.len > 0 ? attr->key : CP_TEXT("id");

    if (key != CP_MAP_NONE) {
        name = g->keys[key].name;
        g->keys[key].stated_by = g->settled_count;
    } else if (attr->key.len > 0 && !cp_text_is(attr->key, "port")) {
        CP_TRY(cp_doc_tally(g->doc, CP_REMARK_FINDING, attr->place,
                            "data under a key that is not declared", attr->key));
    }
    return cp_sketch_attr(&g->sketch, to, name, attr->value, attr->place);
}

/* A few bytes of defaults would fill the memory, given to many nodes. */
static cp_err settle_default(struct graphml *g, const struct key *key, cp_place place, cp_range *to)
{
    if (g->default_count++ >= CP_LIMIT_DEFAULTS)
        return fail(g, CP_ERR_LIMIT, place, "too many defaults of keys", key->id);
    return cp_sketch_attr(&g->sketch, to, key->name, key->fallback, place);
}

typedef enum { OF_NODES, OF_EDGES } domain;

static cp_err settle(struct graphml *g, const cp_attr *old, domain of, cp_place place,
                     cp_range *attrs)
{
    cp_range to = {0, 0};

    g->settled_count++;
    for (uint32_t i = attrs->first; i < attrs->first + attrs->count; i++)
        CP_TRY(settle_attr(g, &old[i], &to));
    for (uint32_t i = 0; i < g->key_count; i++) {
        const struct key *key = &g->keys[i];

        if (key->has_fallback && (of == OF_NODES ? key->of_nodes : key->of_edges) &&
            key->stated_by != g->settled_count)
            CP_TRY(settle_default(g, key, place, &to));
    }
    *attrs = to;
    return CP_OK;
}

/* A node's own id is worth a fact where the node is named by its label and no data says it. */
static cp_err keep_node_id(struct graphml *g, struct cp_sketch_node *node)
{
    const cp_attr *id = cp_sketch_find(&g->sketch, node->attrs, "id");

    if (cp_text_trim(node->label).len == 0 ||
        (id != NULL && cp_text_eq(cp_text_trim(id->value), node->file_id)))
        return CP_OK;
    return cp_sketch_attr(&g->sketch, &node->attrs, CP_TEXT("id"), node->file_id, node->place);
}

static cp_err settle_all(struct graphml *g)
{
    struct cp_sketch *sketch = &g->sketch;
    const cp_attr *old = sketch->attrs;
    cp_attr label;

    sketch->attrs = NULL;
    sketch->attr_count = 0;
    sketch->attr_cap = 0;
    for (uint32_t i = 0; i < sketch->node_count; i++) {
        struct cp_sketch_node *node = &sketch->nodes[i];

        CP_TRY(settle(g, old, OF_NODES, node->place, &node->attrs));
        CP_TRY(cp_sketch_take(sketch, node->attrs, "label", &label));
        node->label = label.value;
        CP_TRY(keep_node_id(g, node));
    }
    for (uint32_t i = 0; i < sketch->edge_count; i++) {
        struct cp_sketch_edge *edge = &sketch->edges[i];

        if (edge->lan && edge->group != i)
            continue;
        CP_TRY(settle(g, old, OF_EDGES, edge->place, &edge->attrs));
        CP_TRY(cp_sketch_take(sketch, edge->attrs, "label", &label));
        edge->label = label.value;
    }
    return CP_OK;
}

cp_err cp_read_graphml(struct cp_doc *doc)
{
    static const struct cp_xml_handlers handlers = {on_start, on_end, on_stray};
    struct graphml g = {.doc = doc};

    CP_TRY(cp_sketch_open(doc, &g.sketch));
    CP_TRY(cp_map_open(doc->arena, &g.key_ids));
    CP_TRY(cp_xml_parse(doc, &handlers, &g));
    if (g.graph_count == 0)
        return fail(&g, CP_ERR_MALFORMED, cp_doc_start(doc), "no graph", CP_TEXT(""));
    CP_TRY(settle_all(&g));
    CP_TRY(cp_zoo_apply(&g.sketch));
    return cp_sketch_finish(&g.sketch);
}

#include "sketch.h"

#include <stdlib.h>

/* The second half of a sketch: pairs of directed edges to links, ids of links, rows and facts.
 * Each step runs once over the edges. */

static bool is_loop(const struct cp_sketch_edge *edge)
{
    return edge->a == edge->b;
}

static bool is_second(const struct cp_sketch *sketch, uint32_t at)
{
    uint32_t partner = sketch->edges[at].partner;

    return partner != CP_NONE && partner < at;
}

/* Edges that wait for a partner, by direction.  Of u-v and v-u only one queue ever holds edges, so
 * first in, first out pairs the k-th with the k-th. */
struct queue {
    uint32_t first, last;
};

struct pairing {
    struct cp_map *by_ends;
    struct queue *queues;
    char (*keys)[8];
    uint32_t queue_count, pair_count;
};

static cp_text key_of(uint32_t from, uint32_t to, char key[8])
{
    for (unsigned i = 0; i < 4; i++) {
        key[i] = (char)(from >> (8 * i) & 0xff);
        key[4 + i] = (char)(to >> (8 * i) & 0xff);
    }
    return (cp_text){key, 8};
}

static cp_err pairing_open(struct cp_sketch *sketch, struct pairing *out)
{
    struct cp_arena *arena = sketch->doc->arena;

    *out = (struct pairing){.queues = CP_TAKE(arena, sketch->edge_count, struct queue),
                            .keys = cp_arena_take(arena, sketch->edge_count, 8)};
    if (out->queues == NULL || out->keys == NULL)
        return CP_ERR_NOMEM;
    return cp_map_open(arena, &out->by_ends);
}

static cp_err enqueue(struct cp_sketch *sketch, struct pairing *pairing, uint32_t at)
{
    const struct cp_sketch_edge *edge = &sketch->edges[at];
    uint32_t next = pairing->queue_count;
    cp_text key = key_of(edge->a, edge->b, pairing->keys[next]);
    uint32_t queue = cp_map_find(pairing->by_ends, key);

    if (queue == CP_MAP_NONE) {
        CP_TRY(cp_map_add(pairing->by_ends, key, next));
        pairing->queues[next] = (struct queue){at, at};
        pairing->queue_count++;
        return CP_OK;
    }
    if (pairing->queues[queue].first == CP_NONE)
        pairing->queues[queue].first = at;
    else
        sketch->edges[pairing->queues[queue].last].next = at;
    pairing->queues[queue].last = at;
    return CP_OK;
}

/* The edge that waits longest for one in this edge's direction, or CP_NONE. */
static uint32_t dequeue(struct cp_sketch *sketch, struct pairing *pairing, uint32_t at)
{
    char bytes[8];
    cp_text key = key_of(sketch->edges[at].b, sketch->edges[at].a, bytes);
    uint32_t queue = cp_map_find(pairing->by_ends, key);
    uint32_t first;

    if (queue == CP_MAP_NONE)
        return CP_NONE;
    first = pairing->queues[queue].first;
    if (first != CP_NONE)
        pairing->queues[queue].first = sketch->edges[first].next;
    return first;
}

static cp_err pair_edge(struct cp_sketch *sketch, struct pairing *pairing, uint32_t at)
{
    uint32_t first = dequeue(sketch, pairing, at);

    if (first == CP_NONE)
        return enqueue(sketch, pairing, at);
    sketch->edges[first].partner = at;
    sketch->edges[at].partner = first;
    pairing->pair_count++;
    return CP_OK;
}

/* Fails closed: one way of a link is never guessed, but for files whose tool wrote `directed` and
 * meant nothing by it. */
static cp_err check_unpaired(struct cp_sketch *sketch, const struct pairing *pairing)
{
    for (uint32_t i = 0; i < sketch->edge_count; i++) {
        const struct cp_sketch_edge *edge = &sketch->edges[i];

        if (!edge->directed || is_loop(edge) || edge->partner != CP_NONE)
            continue;
        if (pairing->pair_count == 0 && sketch->doc->format != CP_FORMAT_REPETITA_GRAPH)
            return cp_build_remark(sketch->doc->build, CP_REMARK_FINDING, edge->place,
                                   "directed edges, none with its reverse: each is read as a link "
                                   "of both directions",
                                   CP_TEXT(""), 1);
        return cp_doc_fail(sketch->doc, CP_ERR_MALFORMED, edge->place,
                           "directed edge without one in the other direction", edge->label);
    }
    return CP_OK;
}

static cp_err pair_edges(struct cp_sketch *sketch)
{
    struct pairing pairing;

    CP_TRY(pairing_open(sketch, &pairing));
    for (uint32_t i = 0; i < sketch->edge_count; i++)
        if (sketch->edges[i].directed && !is_loop(&sketch->edges[i]))
            CP_TRY(pair_edge(sketch, &pairing, i));
    return check_unpaired(sketch, &pairing);
}

/* Ids of links */

/* A further edge of a LAN. */
static bool is_more(const struct cp_sketch *sketch, uint32_t at)
{
    return sketch->edges[at].lan && sketch->edges[at].group != at;
}

/* An edge that brings no label of its own: one of a LAN, or one back labelled like the first. */
static bool says_the_same(const struct cp_sketch *sketch, uint32_t at)
{
    if (is_more(sketch, at))
        return true;
    return is_second(sketch, at) &&
           cp_text_eq(sketch->edges[sketch->edges[at].partner].label, sketch->edges[at].label);
}

/* repeats: of the first edge with a label, how many more links bear it. */
static cp_err count_labels(struct cp_sketch *sketch, struct cp_map *labels, uint32_t *repeats)
{
    for (uint32_t i = 0; i < sketch->edge_count; i++) {
        struct cp_sketch_edge *edge = &sketch->edges[i];
        cp_err err;

        CP_TRY(cp_doc_one_line(sketch->doc, edge->place, edge->label, &edge->label));
        if (says_the_same(sketch, i))
            continue;
        err = cp_map_add(labels, edge->label, i);
        if (err == CP_ERR_DUPLICATE)
            repeats[cp_map_find(labels, edge->label)]++;
        else if (err != CP_OK)
            return err;
    }
    return CP_OK;
}

static cp_err take_label(struct cp_sketch *sketch, uint32_t at, cp_text *id)
{
    cp_text label = sketch->edges[at].label;
    cp_err err = cp_map_add(sketch->ids, label, 0);

    if (err == CP_OK)
        *id = label;
    return err == CP_ERR_DUPLICATE ? CP_OK : err;
}

/* The rows of a LAN need one id. */
static cp_err name_lans(struct cp_sketch *sketch, cp_text *ids)
{
    uint32_t k = 1;

    for (uint32_t i = 0; i < sketch->edge_count; i++) {
        if (is_more(sketch, i))
            ids[i] = ids[sketch->edges[i].group];
        else if (sketch->edges[i].lan && ids[i].len == 0)
            CP_TRY(cp_sketch_numbered(sketch, CP_TEXT("lan"), &k, &ids[i]));
    }
    return CP_OK;
}

/* ids [edges]: empty where the link gets its default id. */
static cp_err name_links(struct cp_sketch *sketch, cp_text *ids)
{
    uint32_t *repeats = CP_TAKE(sketch->doc->arena, sketch->edge_count, uint32_t);
    struct cp_map *labels;

    if (repeats == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(sketch->doc->arena, &labels));
    CP_TRY(count_labels(sketch, labels, repeats));
    for (uint32_t i = 0; i < sketch->edge_count; i++) {
        cp_text label = sketch->edges[i].label;

        if (cp_text_trim(label).len > 0 && !is_second(sketch, i) &&
            repeats[cp_map_find(labels, label)] == 0)
            CP_TRY(take_label(sketch, i, &ids[i]));
    }
    return name_lans(sketch, ids);
}

/* Rows */

/* A fact about the node or link added last. */
static cp_err add_fact(struct cp_doc *doc, const cp_attr *attr)
{
    struct cp_fact_row row = {.place = attr->place,
                              .source = cp_text_of(cp_format_name(doc->format)),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    if (attr->taken)
        return CP_OK;
    CP_TRY(cp_doc_one_line(doc, attr->place, cp_text_trim(attr->value), &row.value));
    if (row.value.len == 0)
        return cp_doc_tally(doc, CP_REMARK_IGNORED, attr->place, "empty attributes say nothing",
                            attr->key);
    CP_TRY(cp_text_lower(attr->key, doc->arena, &row.attribute));
    if (cp_build_means_maker(row.attribute))
        CP_TRY(cp_doc_tally(doc, CP_REMARK_FINDING, attr->place,
                            "an attribute that may name a maker: only maker is read as one",
                            attr->key));
    return cp_build_fact_on_last(doc->build, &row, doc->diag);
}

static cp_err add_facts(struct cp_sketch *sketch, cp_range attrs)
{
    for (uint32_t i = attrs.first; i < attrs.first + attrs.count; i++)
        CP_TRY(add_fact(sketch->doc, &sketch->attrs[i]));
    return CP_OK;
}

static cp_err add_node(struct cp_sketch *sketch, const struct cp_sketch_node *node)
{
    struct cp_node_row row = cp_node_row_make(node->place, node->id);

    row.lat_udeg = node->lat_udeg;
    row.lon_udeg = node->lon_udeg;
    CP_TRY(cp_build_node(sketch->doc->build, &row, sketch->doc->diag));
    return add_facts(sketch, node->attrs);
}

/* A label that did not become the id. */
static cp_err add_label(struct cp_sketch *sketch, const struct cp_sketch_edge *edge, cp_text id)
{
    cp_attr label = {.key = CP_TEXT("label"), .value = edge->label, .place = edge->place};

    if (cp_text_trim(edge->label).len == 0 || cp_text_eq(edge->label, id))
        return CP_OK;
    return add_fact(sketch->doc, &label);
}

static int attr_order(const void *a, const void *b)
{
    const cp_attr *one = a, *other = b;
    int order = cp_text_cmp(one->key, other->key);

    return order != 0 ? order : cp_text_cmp(one->value, other->value);
}

/* What the edge back says beyond the first: its own label and attributes; what both say is one fact.
 */
static cp_err add_partner_facts(struct cp_sketch *sketch, const struct cp_sketch_edge *edge,
                                const struct cp_sketch_edge *back, cp_text id)
{
    cp_attr *there = edge->attrs.count > 0 ? &sketch->attrs[edge->attrs.first] : NULL;

    if (!cp_text_eq(edge->label, back->label))
        CP_TRY(add_label(sketch, back, id));
    if (there != NULL) /* its own facts are added before */
        qsort(there, edge->attrs.count, sizeof(*there), attr_order);
    for (uint32_t i = back->attrs.first; i < back->attrs.first + back->attrs.count; i++) {
        const cp_attr *attr = &sketch->attrs[i];

        if (there == NULL ||
            bsearch(attr, there, edge->attrs.count, sizeof(*there), attr_order) == NULL)
            CP_TRY(add_fact(sketch->doc, attr));
    }
    cp_build_used(sketch->doc->build, sketch->doc->file, 1);
    return CP_OK;
}

/* One capacity serves both directions: the smaller, where they differ. */
static cp_err join_capacity(struct cp_sketch *sketch, const struct cp_sketch_edge *edge,
                            const struct cp_sketch_edge *back, uint64_t *capacity_bps)
{
    uint64_t other_bps = back->capacity_bps;

    *capacity_bps = edge->capacity_bps < other_bps ? edge->capacity_bps : other_bps;
    if (edge->capacity_bps == other_bps)
        return CP_OK;
    return cp_doc_tally(sketch->doc, CP_REMARK_FINDING, back->place,
                        "the two directions differ in capacity: the smaller is used", CP_TEXT(""));
}

static cp_err add_link(struct cp_sketch *sketch, const struct cp_sketch_edge *edge, cp_text id)
{
    const struct cp_sketch_edge *back =
        edge->partner == CP_NONE ? NULL : &sketch->edges[edge->partner];
    struct cp_link_row row =
        cp_link_row_make(edge->place, sketch->nodes[edge->a].id, sketch->nodes[edge->b].id);

    row.id = id;
    row.link_class = edge->lan ? CP_TEXT("lan") : CP_TEXT("");
    row.a_port = edge->source_port;
    row.b_port = edge->target_port;
    row.metric_ab = edge->metric;
    row.metric_ba = edge->metric;
    row.capacity_bps = edge->capacity_bps;
    if (back != NULL) {
        row.metric_ba = back->metric;
        CP_TRY(join_capacity(sketch, edge, back, &row.capacity_bps));
    }
    CP_TRY(cp_build_link(sketch->doc->build, &row, sketch->doc->diag));
    CP_TRY(add_label(sketch, edge, id));
    CP_TRY(add_facts(sketch, edge->attrs));
    return back == NULL ? CP_OK : add_partner_facts(sketch, edge, back, id);
}

cp_err cp_sketch_finish(struct cp_sketch *sketch)
{
    cp_text *ids;

    CP_TRY(cp_sketch_resolve(sketch));
    CP_TRY(pair_edges(sketch));
    ids = CP_TAKE(sketch->doc->arena, sketch->edge_count, cp_text);
    if (ids == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(name_links(sketch, ids));
    for (uint32_t i = 0; i < sketch->node_count; i++)
        CP_TRY(add_node(sketch, &sketch->nodes[i]));
    for (uint32_t i = 0; i < sketch->edge_count; i++)
        if (!is_second(sketch, i))
            CP_TRY(add_link(sketch, &sketch->edges[i], ids[i]));
    return CP_OK;
}

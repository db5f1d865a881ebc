#include "sketch.h"

#include "base/out.h"

cp_err cp_sketch_open(struct cp_doc *doc, struct cp_sketch *out)
{
    *out = (struct cp_sketch){.doc = doc};
    CP_TRY(cp_map_open(doc->arena, &out->by_file_id));
    return cp_map_open(doc->arena, &out->ids);
}

cp_err cp_sketch_node(struct cp_sketch *sketch, cp_place place, uint32_t *at)
{
    void *nodes = sketch->nodes;

    if (sketch->node_count == sketch->node_cap)
        CP_TRY(cp_arena_grow(sketch->doc->arena, &nodes, sketch->node_count, &sketch->node_cap,
                             sizeof(*sketch->nodes)));
    sketch->nodes = nodes;
    *at = sketch->node_count++;
    sketch->nodes[*at] = (struct cp_sketch_node){
        .place = place, .lat_udeg = CP_COORD_NONE, .lon_udeg = CP_COORD_NONE};
    return CP_OK;
}

cp_err cp_sketch_edge(struct cp_sketch *sketch, cp_place place, uint32_t *at)
{
    void *edges = sketch->edges;

    if (sketch->edge_count == sketch->edge_cap)
        CP_TRY(cp_arena_grow(sketch->doc->arena, &edges, sketch->edge_count, &sketch->edge_cap,
                             sizeof(*sketch->edges)));
    sketch->edges = edges;
    *at = sketch->edge_count++;
    sketch->edges[*at] = (struct cp_sketch_edge){.place = place,
                                                 .source_place = place,
                                                 .target_place = place,
                                                 .capacity_bps = CP_BPS_NONE,
                                                 .partner = CP_NONE,
                                                 .next = CP_NONE};
    return CP_OK;
}

cp_err cp_sketch_attr(struct cp_sketch *sketch, cp_range *attrs, cp_text key, cp_text value,
                      cp_place place)
{
    void *all = sketch->attrs;

    CP_ASSERT(attrs->count == 0 || attrs->first + attrs->count == sketch->attr_count);
    if (attrs->count >= CP_LIMIT_ATTRIBUTES_EACH || sketch->attr_count >= CP_LIMIT_ATTRIBUTES)
        return cp_doc_fail(sketch->doc, CP_ERR_LIMIT, place, "too many attributes", key);
    if (sketch->attr_count == sketch->attr_cap)
        CP_TRY(cp_arena_grow(sketch->doc->arena, &all, sketch->attr_count, &sketch->attr_cap,
                             sizeof(*sketch->attrs)));
    sketch->attrs = all;
    if (attrs->count == 0)
        attrs->first = sketch->attr_count;
    attrs->count++;
    sketch->attrs[sketch->attr_count++] = (cp_attr){.key = key, .value = value, .place = place};
    return CP_OK;
}

cp_attr *cp_sketch_find(const struct cp_sketch *sketch, cp_range attrs, const char *key)
{
    for (uint32_t i = attrs.first; i < attrs.first + attrs.count; i++)
        if (cp_text_same_word(sketch->attrs[i].key, cp_text_of(key)))
            return &sketch->attrs[i];
    return NULL;
}

cp_err cp_sketch_take(struct cp_sketch *sketch, cp_range attrs, const char *key, cp_attr *out)
{
    cp_attr *found = NULL;

    *out = (cp_attr){.value = CP_TEXT("")};
    for (uint32_t i = attrs.first; i < attrs.first + attrs.count; i++) {
        cp_attr *attr = &sketch->attrs[i];

        if (!cp_text_is(attr->key, key))
            continue;
        if (found != NULL)
            return cp_doc_fail(sketch->doc, CP_ERR_DUPLICATE, attr->place, "key stands twice",
                               attr->key);
        found = attr;
        found->taken = true;
        *out = *attr;
    }
    return CP_OK;
}

/* Names of nodes.  All first bearers come first, so that LABEL#k never takes a name that stands in
 * the file. */

static cp_err numbered(struct cp_doc *doc, cp_text name, uint64_t k, cp_text *out)
{
    struct cp_out text = cp_out_make(doc->arena);

    cp_out_text(&text, name);
    cp_out_char(&text, '#');
    cp_out_u64(&text, k);
    return cp_out_done(&text, out);
}

cp_err cp_sketch_numbered(struct cp_sketch *sketch, cp_text name, uint32_t *k, cp_text *out)
{
    cp_err err;

    do {
        CP_TRY(numbered(sketch->doc, name, (*k)++, out));
        err = cp_map_add(sketch->ids, *out, 0);
    } while (err == CP_ERR_DUPLICATE);
    return err;
}

static cp_err wish_name(struct cp_sketch *sketch, struct cp_sketch_node *node)
{
    bool has_label = cp_text_trim(node->label).len > 0;

    CP_TRY(cp_doc_one_line(sketch->doc, node->place, has_label ? node->label : node->file_id,
                           &node->id));
    if (cp_text_trim(node->id).len == 0)
        return cp_doc_fail(sketch->doc, CP_ERR_MALFORMED, node->place, "node without id and label",
                           CP_TEXT(""));
    return CP_OK;
}

static cp_err add_file_id(struct cp_sketch *sketch, uint32_t at)
{
    const struct cp_sketch_node *node = &sketch->nodes[at];
    cp_err err;

    if (node->file_id.len == 0)
        return CP_OK;
    err = cp_map_add(sketch->by_file_id, node->file_id, at);
    if (err != CP_ERR_DUPLICATE)
        return err;
    return cp_doc_fail(sketch->doc, err, node->place, "two nodes with one id", node->file_id);
}

/* seen holds, for each name, the index of its first bearer; numbers [nodes] the next k there. */
static cp_err name_repeats(struct cp_sketch *sketch, const struct cp_map *first, uint32_t *numbers)
{
    for (uint32_t i = 0; i < sketch->node_count; i++) {
        struct cp_sketch_node *node = &sketch->nodes[i];
        uint32_t bearer = cp_map_find(first, node->id);

        if (bearer == i)
            continue;
        CP_TRY(cp_build_remark(sketch->doc->build, CP_REMARK_FINDING, node->place,
                               "a label that stands before: this node's id gets a number", node->id,
                               1));
        CP_TRY(cp_sketch_numbered(sketch, node->id, &numbers[bearer], &node->id));
    }
    return CP_OK;
}

static cp_err name_nodes(struct cp_sketch *sketch)
{
    uint32_t *numbers = CP_TAKE(sketch->doc->arena, sketch->node_count, uint32_t);
    struct cp_map *first;

    if (numbers == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(sketch->doc->arena, &first));
    for (uint32_t i = 0; i < sketch->node_count; i++) {
        cp_err err;

        numbers[i] = 2;
        CP_TRY(add_file_id(sketch, i));
        CP_TRY(wish_name(sketch, &sketch->nodes[i]));
        err = cp_map_add(first, sketch->nodes[i].id, i);
        if (err == CP_OK)
            err = cp_map_add(sketch->ids, sketch->nodes[i].id, 0);
        if (err != CP_OK && err != CP_ERR_DUPLICATE)
            return err;
    }
    return name_repeats(sketch, first, numbers);
}

static cp_err resolve_end(struct cp_sketch *sketch, cp_text file_id, cp_place place, uint32_t *node)
{
    *node = cp_map_find(sketch->by_file_id, file_id);
    if (*node != CP_MAP_NONE)
        return CP_OK;
    return cp_doc_fail(sketch->doc, CP_ERR_UNKNOWN_ID, place, "edge to a node that is not there",
                       file_id);
}

cp_err cp_sketch_resolve(struct cp_sketch *sketch)
{
    CP_TRY(name_nodes(sketch));
    for (uint32_t i = 0; i < sketch->edge_count; i++) {
        struct cp_sketch_edge *edge = &sketch->edges[i];

        if (edge->source.len == 0)
            continue;
        CP_TRY(resolve_end(sketch, edge->source, edge->source_place, &edge->a));
        CP_TRY(resolve_end(sketch, edge->target, edge->target_place, &edge->b));
    }
    return CP_OK;
}

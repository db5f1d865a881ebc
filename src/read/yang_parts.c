#include "yang.h"

#include <stdlib.h>

#include "base/out.h"

/* Which element of an inventory a node is, and what the element's components are called as parts of it.
 *
 * A node is the elements that it names itself (ne-ref), that its termination points name, and that name it
 * (node-ref); where none of these says so, the element that has its id.
 *
 * A component is a part of the node, by its id; but the only chassis is the node itself, a port is called as
 * the termination point that it is, and what stands in a port PORT/ID, for so a link's end finds it.  Of a node
 * that is several elements, ELEMENT/ comes before. */

struct bind {
    uint32_t node, element;
};

static struct cp_yang_node *node_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->nodes, struct cp_yang_node, at);
}

static struct cp_yang_element *element_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->elements, struct cp_yang_element, at);
}

static struct cp_yang_component *component_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->components, struct cp_yang_component, at);
}

static const struct cp_yang_tp *tp_at(const struct cp_yang *yang, uint32_t at)
{
    return CP_YANG_AT(yang->tps, struct cp_yang_tp, at);
}

/* --- binding -------------------------------------------------------------------------------------- */

static cp_err add_bind(struct cp_yang *yang, uint32_t node, uint32_t element)
{
    struct bind bind = {node, element};

    if (element_at(yang, element)->nodes++ >= CP_LIMIT_ELEMENT_NODES)
        return cp_yang_refuse(yang, CP_ERR_LIMIT, node_at(yang, node)->place,
                              "too many nodes of one network element",
                              element_at(yang, element)->id);
    return CP_YANG_ADD(yang, &yang->binds, &bind);
}

static cp_err bind_name(struct cp_yang *yang, uint32_t node, cp_text element, cp_place place,
                        bool *bound)
{
    uint32_t found = cp_map_find(yang->element_ids, element);

    if (element.len == 0)
        return CP_OK;
    *bound = true;
    if (found != CP_MAP_NONE)
        return add_bind(yang, node, found);
    if (yang->elements.count == 0)
        return CP_OK; /* no inventory was given */
    return cp_yang_tally(yang, CP_REMARK_FINDING, place,
                         "a network element that is in no inventory given", element);
}

static cp_err bind_node(struct cp_yang *yang, uint32_t at)
{
    const struct cp_yang_node *node = node_at(yang, at);
    cp_text last = node->element;
    bool bound = false;
    uint32_t same;

    CP_TRY(bind_name(yang, at, node->element, node->place, &bound));
    for (uint32_t i = node->tps.first; i < node->tps.first + node->tps.count; i++) {
        const struct cp_yang_tp *tp = tp_at(yang, i);

        if (!cp_text_eq(tp->element, last))
            CP_TRY(bind_name(yang, at, tp->element, tp->place, &bound));
        last = tp->element.len > 0 ? tp->element : last;
    }
    same = cp_map_find(yang->element_ids, node->file_id);
    if (bound || same == CP_MAP_NONE || element_at(yang, same)->node.name.len > 0)
        return CP_OK;
    return add_bind(yang, at, same);
}

/* The node that an element names: in the network that it names, or else by its id here. */
static cp_err bind_element(struct cp_yang *yang, const struct cp_map *by_id, uint32_t at)
{
    const struct cp_yang_ref *ref = &element_at(yang, at)->node;
    uint32_t found;

    if (ref->name.len == 0)
        return CP_OK;
    if (ref->network.len > 0)
        CP_TRY(cp_yang_find(yang, yang->node_keys, ref->network, ref->name, &found));
    else
        found = cp_map_find(by_id, ref->name);
    if (found != CP_MAP_NONE)
        return add_bind(yang, found, at);
    return cp_yang_tally(yang, CP_REMARK_FINDING, ref->place,
                         "an element of a node that is in none of the files", ref->name);
}

static int bind_order(const void *a, const void *b)
{
    const struct bind *one = a, *other = b;

    if (one->node != other->node)
        return one->node < other->node ? -1 : 1;
    return (one->element > other->element) - (one->element < other->element);
}

static void sort_binds(struct cp_yang *yang)
{
    struct bind *binds = yang->binds.at;
    uint32_t kept = 0;

    if (yang->binds.count == 0)
        return;
    qsort(binds, yang->binds.count, sizeof(*binds), bind_order);
    for (uint32_t i = 0; i < yang->binds.count; i++)
        if (kept == 0 || bind_order(&binds[kept - 1], &binds[i]) != 0)
            binds[kept++] = binds[i];
    yang->binds.count = kept;
}

static cp_err add_element_ids(struct cp_yang *yang)
{
    for (uint32_t i = 0; i < yang->elements.count; i++) {
        const struct cp_yang_element *element = element_at(yang, i);
        cp_err err = cp_map_add(yang->element_ids, element->id, i);

        if (err == CP_ERR_DUPLICATE)
            return cp_yang_refuse(yang, err, element->place, "two network elements with one ne-id",
                                  element->id);
        CP_TRY(err);
    }
    return CP_OK;
}

static cp_err place_elements(struct cp_yang *yang)
{
    for (uint32_t i = 0; i < yang->stands.count; i++) {
        const struct cp_yang_stand *stand = CP_YANG_AT(yang->stands, struct cp_yang_stand, i);
        uint32_t found = cp_map_find(yang->element_ids, stand->element);
        struct cp_yang_element *element = found == CP_MAP_NONE ? NULL : element_at(yang, found);

        if (element == NULL)
            CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, stand->place,
                                 "a network element that is in no inventory given",
                                 stand->element));
        else if (element->site.len == 0)
            element->site = stand->site;
        else if (!cp_text_eq(element->site, stand->site))
            CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, stand->place,
                                 "an element at several locations: the first counts", element->id));
    }
    return CP_OK;
}

cp_err cp_yang_bind(struct cp_yang *yang)
{
    struct cp_map *by_id;

    CP_TRY(cp_map_open(yang->doc->arena, &yang->element_ids));
    CP_TRY(cp_map_open(yang->doc->arena, &by_id));
    CP_TRY(add_element_ids(yang));
    CP_TRY(place_elements(yang));
    for (uint32_t i = 0; i < yang->nodes.count; i++) {
        CP_TRY(cp_map_add(by_id, node_at(yang, i)->id, i));
        CP_TRY(bind_node(yang, i));
    }
    for (uint32_t i = 0; i < yang->elements.count; i++)
        CP_TRY(bind_element(yang, by_id, i));
    sort_binds(yang);
    return CP_OK;
}

/* binds of a node: from *first on, so many. */
static uint32_t binds_of(const struct cp_yang *yang, uint32_t node, uint32_t *first)
{
    const struct bind *binds = yang->binds.at;
    uint32_t low = 0, high = yang->binds.count, count = 0;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (binds[middle].node < node)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (low + count < yang->binds.count && binds[low + count].node == node)
        count++;
    return count;
}

cp_text cp_yang_site_of(const struct cp_yang *yang, uint32_t node)
{
    const struct bind *binds = yang->binds.at;
    uint32_t first, count = binds_of(yang, node, &first);

    for (uint32_t i = first; i < first + count; i++)
        if (element_at(yang, binds[i].element)->site.len > 0)
            return element_at(yang, binds[i].element)->site;
    return CP_TEXT("");
}

/* --- names of parts --------------------------------------------------------------------------------- */

/* What is known while the components of one element are named for one node. */
struct naming {
    struct cp_yang *yang;
    const struct cp_yang_element *element;
    struct cp_map *ids; /* of components, to their indexes */
    struct cp_map *tps,
        *refs;      /* termination points by their names, and by the component they are */
    cp_text prefix; /* empty, or ELEMENT/ */
    uint32_t chassis_count;
};

enum { PARENTS_MAX = 32 };

static cp_err name_first(struct cp_map *map, cp_text name, uint32_t at)
{
    cp_err err = name.len == 0 ? CP_OK : cp_map_add(map, name, at);

    return err == CP_ERR_DUPLICATE ? CP_OK : err;
}

static cp_err index_tps(struct naming *n, const struct cp_yang_node *node)
{
    for (uint32_t i = node->tps.first; i < node->tps.first + node->tps.count; i++) {
        const struct cp_yang_tp *tp = tp_at(n->yang, i);

        CP_TRY(name_first(n->tps, tp->id, i));
        if (tp->element.len == 0 || cp_text_eq(tp->element, n->element->id))
            CP_TRY(name_first(n->refs, tp->component, i));
    }
    for (uint32_t i = node->tps.first; i < node->tps.first + node->tps.count; i++)
        CP_TRY(name_first(n->tps, tp_at(n->yang, i)->interface_name, i));
    return CP_OK;
}

static cp_err index_components(struct naming *n)
{
    cp_range all = n->element->components;

    for (uint32_t i = all.first; i < all.first + all.count; i++) {
        const struct cp_yang_component *component = component_at(n->yang, i);
        cp_err err = cp_map_add(n->ids, component->id, i);

        if (err == CP_ERR_DUPLICATE)
            return cp_yang_refuse(n->yang, err, component->place,
                                  "two components of one element with one id", component->id);
        CP_TRY(err);
        n->chassis_count += cp_text_is(component->class_name, "chassis");
    }
    return CP_OK;
}

static cp_err naming_open(struct naming *n)
{
    struct cp_arena *arena = n->yang->doc->arena;

    CP_TRY(cp_map_open(arena, &n->ids));
    CP_TRY(cp_map_open(arena, &n->tps));
    CP_TRY(cp_map_open(arena, &n->refs));
    return index_components(n);
}

/* A termination point's name where the component is one, else the component's own. */
static cp_text plain_name(const struct naming *n, const struct cp_yang_component *component,
                          bool *is_tp)
{
    uint32_t tp = cp_map_find(n->refs, component->id);

    if (tp == CP_MAP_NONE && cp_text_is(component->class_name, "port")) {
        tp = cp_map_find(n->tps, component->id);
        if (tp == CP_MAP_NONE && component->name.len > 0)
            tp = cp_map_find(n->tps, component->name);
    }
    *is_tp = tp != CP_MAP_NONE;
    return *is_tp ? tp_at(n->yang, tp)->id : component->id;
}

/* The port that a component stands in, perhaps in another component; NULL where there is none. */
static const struct cp_yang_component *port_of(const struct naming *n,
                                               const struct cp_yang_component *component)
{
    for (uint32_t steps = 0; steps < PARENTS_MAX && component->parent.len > 0; steps++) {
        uint32_t parent = cp_map_find(n->ids, component->parent);

        if (parent == CP_MAP_NONE)
            return NULL;
        component = component_at(n->yang, parent);
        if (cp_text_is(component->class_name, "port"))
            return component;
    }
    return NULL;
}

static cp_err part_name(const struct naming *n, const struct cp_yang_component *component,
                        cp_text *out)
{
    const struct cp_yang_component *port;
    struct cp_out name = cp_out_make(n->yang->doc->arena);
    bool is_tp;
    cp_text own = plain_name(n, component, &is_tp);

    if (n->chassis_count == 1 && cp_text_is(component->class_name, "chassis") && !is_tp) {
        *out = cp_text_sub(n->prefix, 0, n->prefix.len > 0 ? n->prefix.len - 1 : 0);
        return CP_OK;
    }
    port = is_tp ? NULL : port_of(n, component);
    if (port != NULL) {
        cp_text above = plain_name(n, port, &is_tp);

        if (!is_tp)
            cp_out_text(&name, n->prefix);
        cp_out_text(&name, above);
        cp_out_char(&name, '/');
    } else if (!is_tp) {
        cp_out_text(&name, n->prefix);
    }
    cp_out_text(&name, own);
    return cp_out_done(&name, out);
}

/* --- facts ---------------------------------------------------------------------------------------- */

static cp_err add_range(struct cp_yang *yang, cp_range attrs, cp_text part, cp_text node)
{
    for (uint32_t i = attrs.first; i < attrs.first + attrs.count; i++)
        CP_TRY(cp_yang_fact(yang, CP_YANG_AT(yang->attrs, struct cp_yang_attr, i), part, node));
    return CP_OK;
}

/* Several chassis are parts each.  The node has their makers, all of them, for it has no other. */
static cp_err add_chassis_makers(struct naming *n, cp_text part, cp_text node)
{
    cp_range all = n->element->components;
    struct cp_map *seen;

    CP_TRY(cp_map_open(n->yang->doc->arena, &seen));
    for (uint32_t i = all.first; i < all.first + all.count; i++) {
        const struct cp_yang_component *component = component_at(n->yang, i);
        cp_range attrs = component->attrs;

        if (!cp_text_is(component->class_name, "chassis"))
            continue;
        for (uint32_t k = attrs.first; k < attrs.first + attrs.count; k++) {
            const struct cp_yang_attr *attr = CP_YANG_AT(n->yang->attrs, struct cp_yang_attr, k);
            cp_err err;

            if (!cp_text_is(attr->attribute, "maker"))
                continue;
            err = cp_map_add(seen, attr->value, 0);
            if (err != CP_OK && err != CP_ERR_DUPLICATE)
                return err;
            if (err == CP_OK)
                CP_TRY(cp_yang_fact(n->yang, attr, part, node));
        }
    }
    return CP_OK;
}

static cp_err add_element(struct naming *n, cp_text node)
{
    cp_range all = n->element->components;
    cp_text self = cp_text_sub(n->prefix, 0, n->prefix.len > 0 ? n->prefix.len - 1 : 0);

    CP_TRY(add_range(n->yang, n->element->attrs, self, node));
    if (n->chassis_count > 1)
        CP_TRY(add_chassis_makers(n, self, node));
    for (uint32_t i = all.first; i < all.first + all.count; i++) {
        const struct cp_yang_component *component = component_at(n->yang, i);
        cp_text part;

        CP_TRY(part_name(n, component, &part));
        CP_TRY(add_range(n->yang, component->attrs, part, node));
    }
    return CP_OK;
}

static void count_used(struct cp_yang *yang, const struct cp_yang_element *element)
{
    cp_build_used(yang->doc->build, element->place.file, 1 + element->components.count);
}

cp_err cp_yang_parts(struct cp_yang *yang, uint32_t node)
{
    const struct bind *binds = yang->binds.at;
    uint32_t first, count = binds_of(yang, node, &first);

    for (uint32_t i = first; i < first + count; i++) {
        struct cp_yang_element *element = element_at(yang, binds[i].element);
        struct naming n = {.yang = yang, .element = element};

        CP_TRY(naming_open(&n));
        CP_TRY(index_tps(&n, node_at(yang, node)));
        if (count > 1)
            CP_TRY(cp_text_join(element->id, CP_TEXT("/"), yang->doc->arena, &n.prefix));
        CP_TRY(add_element(&n, CP_TEXT("")));
        if (!element->counted)
            count_used(yang, element);
        element->counted = true;
    }
    return CP_OK;
}

/* --- elements that no topology places ----------------------------------------------------------------- */

static cp_err add_alone(struct cp_yang *yang, struct cp_yang_element *element)
{
    struct naming n = {.yang = yang, .element = element};
    struct cp_node_row row = cp_node_row_make(element->place, element->id);

    CP_TRY(naming_open(&n));
    count_used(yang, element);
    if (cp_build_has_node(yang->doc->build, element->id))
        return add_element(&n, element->id);
    row.site = element->site;
    CP_TRY(cp_build_node(yang->doc->build, &row, yang->doc->diag));
    CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, element->place,
                         "network elements that no topology names are nodes of layer ip",
                         CP_TEXT("")));
    return add_element(&n, CP_TEXT(""));
}

cp_err cp_yang_elements_alone(struct cp_yang *yang)
{
    for (uint32_t i = 0; i < yang->elements.count; i++)
        if (element_at(yang, i)->nodes == 0)
            CP_TRY(add_alone(yang, element_at(yang, i)));
    return CP_OK;
}

cp_err cp_yang_sites(struct cp_yang *yang)
{
    for (uint32_t i = 0; i < yang->sites.count; i++) {
        const struct cp_yang_site *site = CP_YANG_AT(yang->sites, struct cp_yang_site, i);
        struct cp_site_row row = cp_site_row_make(site->place, site->id);

        row.name = site->name;
        row.country = site->country;
        row.lat_udeg = site->lat_udeg;
        row.lon_udeg = site->lon_udeg;
        CP_TRY(cp_build_site(yang->doc->build, &row, yang->doc->diag));
        cp_build_used(yang->doc->build, site->place.file, 1);
    }
    return CP_OK;
}

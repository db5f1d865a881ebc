#include "yang_own.h"

#include <stdlib.h>

/* Entries of our own networks: which is a node, a link, a direction or an end of a LAN. */

#define NW "ietf-network"
#define NT "ietf-network-topology"
#define OWN CP_YANG_OWN

/* --- nodes ---------------------------------------------------------------------------------- */

static cp_err keep_value(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)yang;
    *(const struct cp_json_value **)into = value;
    return CP_OK;
}

/* Whether an entry is there, by its members. */
struct entry {
    cp_text id;
    const struct cp_json_value *record, *home, *lan; /* of nodes */
    const struct cp_json_value *metric, *reverse, *lan_end, *supports, *source, *target;
};

static cp_err take_node_id(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct entry *)into)->id);
}

static cp_err take_record(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return keep_value(yang, value, (void *)&((struct entry *)into)->record);
}

static cp_err take_home(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return keep_value(yang, value, (void *)&((struct entry *)into)->home);
}

static cp_err take_lan(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return keep_value(yang, value, (void *)&((struct entry *)into)->lan);
}

/* What says nothing beyond its entry, or is looked up before. */
static cp_err take_nothing(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)yang;
    (void)value;
    (void)into;
    return CP_OK;
}

/* A port is named by the links that end at it (add_ports). */
static cp_err take_tp(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NT, "tp-id", take_nothing, NULL, NULL},
        {OWN, "port", take_nothing, NULL, NULL},
    };

    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), into));
    cp_build_used(yang->doc->build, yang->doc->file, 1);
    return CP_OK;
}

static cp_err take_tps(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_each(yang, value, take_tp, into);
}

static cp_err take_node(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NW, "node-id", take_node_id, NULL, NULL},
        {NW, "supporting-node", take_nothing, NULL, NULL},
        {NT, "termination-point", take_tps, NULL, NULL},
        {OWN, "node", take_record, NULL, NULL},
        {OWN, "home-network", take_home, NULL, NULL},
        {OWN, "lan", take_lan, NULL, NULL},
    };
    struct entry entry = {.record = NULL};
    cp_text name;

    (void)into;
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &entry));
    if (entry.id.len == 0 ||
        (entry.record != NULL) + (entry.home != NULL) + (entry.lan != NULL) > 1)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a node without node-id, or of several kinds", entry.id);
    cp_build_used(yang->doc->build, yang->doc->file, 1);
    if (entry.home != NULL || entry.lan != NULL)
        return CP_OK;
    CP_TRY(cp_yang_own_name(yang, yang->own->nodes, yang->own->network, entry.id, &name));
    return cp_yang_own_node_row(yang, name, value->place, entry.record);
}

static cp_err take_nodes(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_each(yang, value, take_node, into);
}

/* --- links ---------------------------------------------------------------------------------- */

struct side {
    cp_text node, tp;
    cp_place place;
};

static cp_err take_side_node(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    ((struct side *)into)->place = value->place;
    return cp_yang_id(yang, value, &((struct side *)into)->node);
}

static cp_err take_side_tp(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct side *)into)->tp);
}

static cp_err read_side(struct cp_yang *yang, const struct cp_json_value *value, struct side *side)
{
    static const struct cp_yang_rule rules[] = {
        {NT, "source-node", take_side_node, NULL, NULL},
        {NT, "dest-node", take_side_node, NULL, NULL},
        {NT, "source-tp", take_side_tp, NULL, NULL},
        {NT, "dest-tp", take_side_tp, NULL, NULL},
    };

    if (value != NULL)
        CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), side));
    return CP_OK;
}

/* The name of a node and of a port as the case has them; a node of another layer is at home there. */
static cp_err name_side(struct cp_yang *yang, const struct side *side, cp_text *node, cp_text *port)
{
    const struct cp_yang_own *own = yang->own;
    cp_text key;

    *port = side->tp;
    CP_TRY(cp_text_join(side->node, CP_TEXT("\n"), yang->doc->arena, &key));
    CP_TRY(cp_text_join(key, side->tp, yang->doc->arena, &key));
    CP_TRY(cp_yang_own_name(yang, own->ports, own->network, key, &key));
    if (key.len > 0)
        *port = key;
    CP_TRY(cp_yang_own_name(yang, own->nodes, own->network, side->node, node));
    for (cp_layer layer = 0; layer < CP_LAYER_COUNT && node->len == 0; layer++)
        CP_TRY(
            cp_yang_own_name(yang, own->nodes, cp_text_of(cp_layer_name(layer)), side->node, node));
    if (node->len == 0) /* the build says that it is not there */
        *node = side->node;
    return CP_OK;
}

static cp_err take_source(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return keep_value(yang, value, (void *)&((struct entry *)into)->source);
}

static cp_err take_target(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return keep_value(yang, value, (void *)&((struct entry *)into)->target);
}

static cp_err take_supports(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return keep_value(yang, value, (void *)&((struct entry *)into)->supports);
}

static cp_err take_metric(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return keep_value(yang, value, (void *)&((struct entry *)into)->metric);
}

static cp_err take_reverse(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return keep_value(yang, value, (void *)&((struct entry *)into)->reverse);
}

static cp_err take_lan_end(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return keep_value(yang, value, (void *)&((struct entry *)into)->lan_end);
}

static cp_err metric_of(struct cp_yang *yang, const struct cp_json_value *value, uint32_t *metric)
{
    uint64_t number = 1;

    if (value != NULL && (!cp_yang_number(value, CP_METRIC_MAX, &number) || number == 0))
        return cp_yang_refuse(yang, CP_ERR_RANGE, value->place,
                              "a metric that is no whole number from 1 to 4294967294", value->text);
    *metric = (uint32_t)number;
    return CP_OK;
}

static cp_err read_entry(struct cp_yang *yang, const struct cp_json_value *value,
                         struct entry *entry)
{
    static const struct cp_yang_rule rules[] = {
        {NT, "link-id", take_node_id, NULL, NULL},
        {NT, "source", take_source, NULL, NULL},
        {NT, "destination", take_target, NULL, NULL},
        {NT, "supporting-link", take_supports, NULL, NULL},
        {OWN, "metric", take_metric, NULL, NULL},
        {OWN, "link", take_record, NULL, NULL},
        {OWN, "reverse-of", take_reverse, NULL, NULL},
        {OWN, "lan-end", take_lan_end, NULL, NULL},
    };

    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), entry));
    if (entry->id.len == 0 || entry->source == NULL || entry->target == NULL ||
        (entry->record != NULL) + (entry->reverse != NULL) + (entry->lan_end != NULL) > 1)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a link without link-id, source or destination, or of several kinds",
                              entry->id);
    cp_build_used(yang->doc->build, yang->doc->file, 1);
    return CP_OK;
}

static cp_err read_lan_end(struct cp_yang *yang, const struct cp_json_value *value,
                           const struct entry *entry)
{
    struct cp_yang_lan_end end = {.supports = entry->supports, .place = value->place};
    struct side source = {.place = value->place}, target = {.place = value->place};

    CP_TRY(read_side(yang, entry->source, &source));
    CP_TRY(read_side(yang, entry->target, &target));
    CP_TRY(name_side(yang, &source, &end.node, &end.port));
    CP_TRY(metric_of(yang, entry->metric, &end.metric));
    CP_TRY(cp_yang_find(yang, yang->own->lans, yang->own->network, target.node, &end.lan));
    if (end.lan == CP_MAP_NONE || !cp_yang_number(entry->lan_end, UINT32_MAX, &end.number))
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "an end of a LAN without number, or of no pseudonode", entry->id);
    return CP_YANG_ADD(yang, &yang->own->lan_ends, &end);
}

/* The metric of the entry back. */
static cp_err find_reverse(struct cp_yang *yang, const struct cp_map *reverses, cp_text id,
                           uint32_t *metric)
{
    uint32_t found = cp_map_find(reverses, id);

    *metric = 0;
    if (found == CP_MAP_NONE)
        return cp_yang_tally(yang, CP_REMARK_FINDING, cp_doc_start(yang->doc),
                             "links without the one back cost the same in both directions",
                             CP_TEXT(""));
    *metric = *CP_YANG_AT(yang->own->metrics, uint32_t, found);
    return CP_OK;
}

static cp_err read_link(struct cp_yang *yang, const struct cp_json_value *value,
                        const struct entry *entry, const struct cp_map *reverses)
{
    struct side source = {.place = value->place}, target = {.place = value->place};
    struct cp_link_row row = cp_link_row_make(value->place, CP_TEXT(""), CP_TEXT(""));

    CP_TRY(read_side(yang, entry->source, &source));
    CP_TRY(read_side(yang, entry->target, &target));
    CP_TRY(name_side(yang, &source, &row.a, &row.a_port));
    CP_TRY(name_side(yang, &target, &row.b, &row.b_port));
    CP_TRY(metric_of(yang, entry->metric, &row.metric_ab));
    CP_TRY(find_reverse(yang, reverses, entry->id, &row.metric_ba));
    if (row.metric_ba == 0)
        row.metric_ba = row.metric_ab;
    CP_TRY(cp_yang_own_name(yang, yang->own->links, yang->own->network, entry->id, &row.id));
    return cp_yang_own_link_row(yang, &row, entry->record, entry->supports);
}

/* Entries back come first into a map: of each, the metric by what it leads back. */
static cp_err index_reverses(struct cp_yang *yang, const struct cp_json_value *links,
                             struct cp_map *reverses)
{
    for (const struct cp_json_value *link = links->first; link != NULL; link = link->next) {
        cp_text of = cp_yang_own_text(cp_yang_own_member(link, OWN, "reverse-of"));
        uint32_t metric;
        cp_err err;

        if (of.len == 0)
            continue;
        CP_TRY(metric_of(yang, cp_yang_own_member(link, OWN, "metric"), &metric));
        err = cp_map_add(reverses, of, yang->own->metrics.count);
        if (err == CP_ERR_DUPLICATE)
            return cp_yang_refuse(yang, err, link->place, "two links back of one", of);
        CP_TRY(err);
        CP_TRY(CP_YANG_ADD(yang, &yang->own->metrics, &metric));
    }
    return CP_OK;
}

/* --- LANs ----------------------------------------------------------------------------------- */

static int end_order(const void *a, const void *b)
{
    const struct cp_yang_lan_end *one = a, *other = b;

    if (one->lan != other->lan)
        return one->lan < other->lan ? -1 : 1;
    if (one->number != other->number)
        return one->number < other->number ? -1 : 1;
    return (one->place.line > other->place.line) - (one->place.line < other->place.line);
}

/* All ends of the LANs of this network, by LAN and number. */
static cp_err gather_lan_ends(struct cp_yang *yang, const struct cp_json_value *links)
{
    struct cp_yang_list *ends = &yang->own->lan_ends;

    ends->count = 0;
    for (const struct cp_json_value *link = links->first; link != NULL; link = link->next) {
        struct entry entry = {.record = NULL};

        if (cp_yang_own_member(link, OWN, "lan-end") == NULL)
            continue;
        CP_TRY(read_entry(yang, link, &entry));
        CP_TRY(read_lan_end(yang, link, &entry));
    }
    if (ends->count > 0)
        qsort(ends->at, ends->count, sizeof(struct cp_yang_lan_end), end_order);
    return CP_OK;
}

/* Its rows, once: where its first end stands, or at last. */
static cp_err add_lan_rows(struct cp_yang *yang, uint32_t at)
{
    struct cp_yang_lan *lan = CP_YANG_AT(yang->own->all_lans, struct cp_yang_lan, at);
    const struct cp_yang_lan_end *ends = yang->own->lan_ends.at;
    uint32_t first = 0, high = yang->own->lan_ends.count, count = 0;

    if (lan->added)
        return CP_OK;
    lan->added = true;
    while (first < high) {
        uint32_t middle = first + (high - first) / 2;

        if (ends[middle].lan < at)
            first = middle + 1;
        else
            high = middle;
    }
    while (first + count < yang->own->lan_ends.count && ends[first + count].lan == at)
        count++;
    return cp_yang_own_lan_rows(yang, lan, count == 0 ? NULL : &ends[first], count);
}

static cp_err add_lan_of(struct cp_yang *yang, const struct cp_json_value *link)
{
    cp_text node = cp_yang_own_text(
        cp_yang_own_member(cp_yang_own_member(link, NT, "destination"), NT, "dest-node"));
    uint32_t lan;

    CP_TRY(cp_yang_find(yang, yang->own->lans, yang->own->network, cp_text_trim(node), &lan));
    return lan == CP_MAP_NONE ? CP_OK : add_lan_rows(yang, lan);
}

static cp_err add_other_lans(struct cp_yang *yang)
{
    for (uint32_t i = 0; i < yang->own->all_lans.count; i++)
        if (cp_text_eq(CP_YANG_AT(yang->own->all_lans, struct cp_yang_lan, i)->network,
                       yang->own->network))
            CP_TRY(add_lan_rows(yang, i));
    return CP_OK;
}

static cp_err take_links(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_map *reverses;

    (void)into;
    if (value->kind != CP_JSON_ARRAY)
        return cp_yang_each(yang, value, NULL, NULL);
    CP_TRY(cp_map_open(yang->doc->arena, &reverses));
    CP_TRY(index_reverses(yang, value, reverses));
    CP_TRY(gather_lan_ends(yang, value));
    for (const struct cp_json_value *link = value->first; link != NULL; link = link->next) {
        struct entry entry = {.record = NULL};

        if (cp_yang_own_member(link, OWN, "lan-end") != NULL) {
            CP_TRY(add_lan_of(yang, link));
            continue;
        }
        CP_TRY(read_entry(yang, link, &entry));
        if (entry.reverse == NULL)
            CP_TRY(read_link(yang, link, &entry, reverses));
    }
    return CP_OK;
}

/* --- networks ------------------------------------------------------------------------------- */

static cp_err take_layer(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)into;
    yang->own->layer = cp_layer_find(cp_yang_own_text(value));
    if (yang->own->layer == CP_LAYER_COUNT)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place, "no layer",
                              cp_yang_own_text(value));
    return CP_OK;
}

static cp_err read_network(struct cp_yang *yang, const struct cp_json_value *value)
{
    static const struct cp_yang_rule rules[] = {
        {NW, "network-id", take_nothing, NULL, NULL},
        {NW, "network-types", take_nothing, NULL, NULL},
        {OWN, "layer", take_layer, NULL, NULL},
        {NW, "supporting-network", take_nothing, NULL, NULL},
        {NW, "node", take_nodes, NULL, NULL},
        {NT, "link", take_links, NULL, NULL},
    };
    const struct cp_json_value *layer = cp_yang_own_member(value, OWN, "layer");

    yang->own->network = cp_yang_own_text(cp_yang_own_member(value, NW, "network-id"));
    if (layer == NULL)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a network of cleanpath without its layer", yang->own->network);
    CP_TRY(take_layer(yang, layer, NULL)); /* before its nodes, wherever it stands */
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), NULL));
    return add_other_lans(yang);
}

cp_err cp_yang_own_network(struct cp_yang *yang, const struct cp_json_value *network)
{
    cp_err err;

    yang->strict = true;
    cp_build_counting(yang->doc->build, CP_COUNT_NO_ROWS); /* an entry is a record */
    err = read_network(yang, network);
    cp_build_counting(yang->doc->build, CP_COUNT_ROWS);
    yang->strict = false;
    return err;
}

#include "yang.h"

#include "number.h"
#include "yang_own.h"

/* Networks, nodes and termination points: RFC 8345 4.1 and 4.2, with what RFC 8346 and 8944 add to
 * them and how draft-ietf-ivy-network-inventory-topology ties them to an inventory. */

#define NW "ietf-network"
#define NT "ietf-network-topology"
#define L2 "ietf-l2-topology"
#define L3 "ietf-l3-unicast-topology"
#define TE "ietf-te-topology"
#define MAPPED "ietf-network-inventory-topology"

#define SUPPORTED "supporting networks follow from the nodes and links that name them"
#define NAMED_BY_ID "a network is known by its id"

/* --- references ----------------------------------------------------------------------------- */

static cp_err take_ref_network(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_ref *)into)->network);
}

static cp_err take_ref_name(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_ref *)into)->name);
}

/* network-ref, and node-ref or link-ref; that of a supporting termination point also has a tp-ref. */
cp_err cp_yang_ref_take(struct cp_yang *yang, const struct cp_json_value *value, void *list)
{
    static const char tp[] = "a supporting termination point is read as its node";
    static const struct cp_yang_rule rules[] = {
        {NW, "network-ref", take_ref_network, NULL, NULL},
        {NW, "node-ref", take_ref_name, NULL, NULL},
        {NT, "link-ref", take_ref_name, NULL, NULL},
        {NT, "tp-ref", NULL, NULL, tp},
    };
    struct cp_yang_ref ref = {.place = value->place};

    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &ref));
    if (ref.name.len == 0)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a reference without node-ref or link-ref", value->key);
    return CP_YANG_ADD(yang, list, &ref);
}

static cp_err take_supports(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)into;
    return cp_yang_each(yang, value, cp_yang_ref_take, &yang->refs);
}

/* --- places ------------------------------------------------------------------------------------ */

cp_err cp_yang_degrees(struct cp_yang *yang, const struct cp_json_value *value, int limit_deg,
                       int32_t *udeg)
{
    cp_text text = value->kind == CP_JSON_TEXT || value->kind == CP_JSON_NUMBER
                       ? cp_text_trim(value->text)
                       : CP_TEXT("");

    if (text.len > 0 && cp_number_degrees(text, limit_deg, udeg) == CP_OK)
        return CP_OK;
    return cp_yang_tally(yang, CP_REMARK_NOT_UNDERSTOOD, value->place,
                         "no degrees of latitude or longitude", value->key);
}

static cp_err take_lat(struct cp_yang *yang, const struct cp_json_value *value, void *spot)
{
    return cp_yang_degrees(yang, value, CP_LAT_LIMIT_DEG, &((struct cp_yang_spot *)spot)->lat_udeg);
}

static cp_err take_lon(struct cp_yang *yang, const struct cp_json_value *value, void *spot)
{
    return cp_yang_degrees(yang, value, CP_LON_LIMIT_DEG, &((struct cp_yang_spot *)spot)->lon_udeg);
}

cp_err cp_yang_spot(struct cp_yang *yang, const struct cp_json_value *value,
                    struct cp_yang_spot *spot)
{
    static const char flat[] = "of a place, latitude and longitude are read alone";
#define GEO "ietf-geo-location"
    static const struct cp_yang_rule rules[] = {
        {GEO, "latitude", take_lat, NULL, NULL},    {GEO, "longitude", take_lon, NULL, NULL},
        {GEO, "reference-frame", NULL, NULL, flat}, {GEO, "height", NULL, NULL, flat},
        {GEO, "altitude", NULL, NULL, flat},        {GEO, "velocity", NULL, NULL, flat},
        {GEO, "timestamp", NULL, NULL, flat},       {GEO, "valid-until", NULL, NULL, flat},
    };

    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), spot));
    if (spot->lat_udeg == CP_COORD_NONE || spot->lon_udeg == CP_COORD_NONE)
        *spot = (struct cp_yang_spot){CP_COORD_NONE, CP_COORD_NONE};
    return CP_OK;
}

static cp_err take_place(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_spot spot = {CP_COORD_NONE, CP_COORD_NONE};
    struct cp_yang_node *node = into;

    CP_TRY(cp_yang_spot(yang, value, &spot));
    node->lat_udeg = spot.lat_udeg;
    node->lon_udeg = spot.lon_udeg;
    return CP_OK;
}

/* --- termination points ------------------------------------------------------------------------- */

static cp_err take_tp_id(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_tp *)into)->id);
}

static cp_err take_interface_name(struct cp_yang *yang, const struct cp_json_value *value,
                                  void *into)
{
    CP_TRY(cp_yang_text(yang, value, &((struct cp_yang_tp *)into)->interface_name));
    return cp_yang_note(yang, "x-interface-name", value);
}

static cp_err take_members(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_names(yang, value, &((struct cp_yang_tp *)into)->members);
}

static cp_err take_l2_tp(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const char tags[] = "tags of VLANs say nothing of what a network is made of";
    static const struct cp_yang_rule rules[] = {
        {L2, "interface-name", take_interface_name, NULL, NULL},
        {L2, "mac-address", NULL, "mac", NULL},
        {L2, "member-link-tp", take_members, NULL, NULL},
        {L2, "outer-tag", NULL, NULL, tags},
        {L2, "outer-tpid", NULL, NULL, tags},
        {L2, "inner-tag", NULL, NULL, tags},
        {L2, "inner-tpid", NULL, NULL, tags},
        {L2, "vxlan", NULL, NULL, tags},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_l3_tp(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {L3, "interface-name", take_interface_name, NULL, NULL},
        {L3, "ip-address", NULL, "address", NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_tp_element(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_tp *)into)->element);
}

/* The id of the component: alone, or in a path that ends in component[component-id='ID']. */
static cp_err take_component(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const char key[] = "component-id=";
    struct cp_yang_tp *tp = into;
    cp_text id;
    size_t from, to;

    CP_TRY(cp_yang_id(yang, value, &id));
    from = id.len;
    for (size_t at = 0; at + sizeof(key) <= id.len; at++)
        if (cp_text_starts(cp_text_sub(id, at, id.len), CP_TEXT("component-id=")))
            from = at + sizeof(key) - 1;
    if (from < id.len) {
        char quote = id.at[from++];

        to = cp_text_find(id, quote, from);
        id = cp_text_sub(id, from, to - from);
    }
    tp->component = id;
    return CP_OK;
}

static cp_err take_tp_mapping(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {MAPPED, "ne-ref", take_tp_element, NULL, NULL},
        {MAPPED, "port-ref", take_component, NULL, NULL},
        {MAPPED, "physical-interface-name", take_interface_name, NULL, NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

/* The id comes first: what is said of the termination point is said of the part of this name. */
static cp_err take_tp(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NT, "tp-id", take_tp_id, NULL, NULL},
        {NT, "supporting-termination-point", take_supports, NULL, NULL},
        {L2, "l2-termination-point-attributes", take_l2_tp, NULL, NULL},
        {L3, "l3-termination-point-attributes", take_l3_tp, NULL, NULL},
        {TE, "te-tp-id", NULL, "x-te-tp-id", NULL},
        {TE, "te", cp_yang_te_tp, NULL, NULL},
        {MAPPED, "inventory-mapping-attributes", take_tp_mapping, NULL, NULL},
    };
    struct cp_yang_tp tp = {.place = value->place};
    cp_err err;

    (void)into;
    if (value->kind == CP_JSON_OBJECT)
        for (const struct cp_json_value *m = value->first; m != NULL; m = m->next)
            if (cp_yang_is(m->key, NT, "tp-id"))
                CP_TRY(cp_yang_id(yang, m, &yang->part));
    if (value->kind == CP_JSON_OBJECT && yang->part.len == 0)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                              "a termination point without tp-id", CP_TEXT(""));
    err = cp_yang_walk(yang, value, rules, CP_COUNT(rules), &tp);
    yang->part = CP_TEXT("");
    CP_TRY(err);
    return CP_YANG_ADD(yang, &yang->tps, &tp);
}

static cp_err take_tps(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_each(yang, value, take_tp, into);
}

/* --- nodes --------------------------------------------------------------------------------------- */

static cp_err take_node_id(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_node *)into)->file_id);
}

static cp_err take_element(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_node *)into)->element);
}

static cp_err take_node_mapping(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {{MAPPED, "ne-ref", take_element, NULL, NULL}};

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

static cp_err take_l2_node(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {L2, "management-address", NULL, "address", NULL},
        {L2, "management-mac", NULL, "mac", NULL},
    };

    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), into);
}

enum { ROUTER_IDS_MAX = 16 };

static bool is_host_prefix(cp_text prefix, cp_text address)
{
    cp_text len = cp_text_sub(prefix, address.len, prefix.len);

    return address.len > 0 && cp_text_starts(prefix, address) &&
           (cp_text_is(len, "/32") || cp_text_is(len, "/128"));
}

/* A router id is a number written like an address; it is the loopback's where the node has a prefix of
 * this one address. */
static cp_err find_loopback(struct cp_yang *yang, const struct cp_json_value *attributes,
                            struct cp_yang_node *node)
{
    const struct cp_json_value *ids = cp_json_member(attributes, "router-id");
    const struct cp_json_value *prefixes = cp_json_member(attributes, "prefix");
    uint32_t tried = 0;

    if (ids == NULL || ids->kind != CP_JSON_ARRAY || prefixes == NULL)
        return CP_OK;
    for (const struct cp_json_value *id = ids->first; id != NULL && tried < ROUTER_IDS_MAX;
         id = id->next, tried++)
        for (const struct cp_json_value *p = prefixes->first; p != NULL; p = p->next)
            if (id->kind == CP_JSON_TEXT &&
                is_host_prefix(cp_json_member_text(p, "prefix"), id->text))
                return cp_yang_keep(yang, id->place, id->text, &node->loopback);
    return CP_OK;
}

static cp_err take_l3_node(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const char prefixes[] = "prefixes say nothing of what a network is made of";
    static const struct cp_yang_rule rules[] = {{L3, "prefix", NULL, NULL, prefixes}};

    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), into));
    return find_loopback(yang, value, into);
}

static cp_err take_node(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule rules[] = {
        {NW, "node-id", take_node_id, NULL, NULL},
        {NW, "supporting-node", take_supports, NULL, NULL},
        {NT, "termination-point", take_tps, NULL, NULL},
        {L2, "l2-node-attributes", take_l2_node, NULL, NULL},
        {L3, "l3-node-attributes", take_l3_node, NULL, NULL},
        {TE, "te-node-id", NULL, "x-te-node-id", NULL},
        {TE, "te", cp_yang_te_node, NULL, NULL},
        {MAPPED, "inventory-mapping-attributes", take_node_mapping, NULL, NULL},
        {GEO, "geo-location", take_place, NULL, NULL},
    };
    struct cp_yang_node node = {.network = yang->network,
                                .place = value->place,
                                .lat_udeg = CP_COORD_NONE,
                                .lon_udeg = CP_COORD_NONE,
                                .attrs.first = yang->attrs.count,
                                .supports.first = yang->refs.count,
                                .tps.first = yang->tps.count};

    (void)into;
    yang->notes = true;
    CP_TRY(cp_yang_walk(yang, value, rules, CP_COUNT(rules), &node));
    yang->notes = false;
    if (node.file_id.len == 0)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place, "a node without node-id",
                              CP_TEXT(""));
    node.attrs.count = yang->attrs.count - node.attrs.first;
    node.supports.count = yang->refs.count - node.supports.first;
    node.tps.count = yang->tps.count - node.tps.first;
    return CP_YANG_ADD(yang, &yang->nodes, &node);
}

static cp_err take_nodes(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_each(yang, value, take_node, into);
}

/* --- networks ------------------------------------------------------------------------------------ */

/* The layer that a type of networks stands for.  Types lie inside each other: the innermost that is known
 * counts.  A TE topology alone says nothing. */
static const struct {
    const char *module, *name;
    cp_layer layer;
} types[] = {
    {L3, "l3-unicast-topology", CP_LAYER_IP},
    {"ietf-l3-te-topology", "l3-te", CP_LAYER_IP},
    {"ietf-te-topology-packet", "packet", CP_LAYER_IP},
    {"ietf-l3-isis-topology", "isis-topology", CP_LAYER_IP},
    {"ietf-ospf-topology", "ospf-topology", CP_LAYER_IP},
    {L2, "l2-topology", CP_LAYER_ETHERNET},
    {"ietf-eth-te-topology", "eth-tran-topology", CP_LAYER_ETHERNET},
    {"ietf-otn-topology", "otn-topology", CP_LAYER_OPTICAL},
    {"ietf-wson-topology", "wson-topology", CP_LAYER_OPTICAL},
    {"ietf-flexi-grid-topology", "flexi-grid-topology", CP_LAYER_OPTICAL},
    {"ietf-optical-impairment-topology", "optical-impairment-topology", CP_LAYER_OPTICAL},
    {"ietf-layer0-topology", "layer0-topology", CP_LAYER_OPTICAL},
    {"ietf-microwave-topology", "mw-topology", CP_LAYER_RADIO},
    {"ietf-bandwidth-availability-topology", "bandwidth-availability-topology", CP_LAYER_RADIO},
};

static cp_layer layer_of(const struct cp_json_value *type)
{
    cp_layer layer = CP_LAYER_COUNT;

    for (size_t i = 0; i < CP_COUNT(types); i++)
        if (cp_yang_is(type->key, types[i].module, types[i].name))
            layer = types[i].layer;
    return layer;
}

static cp_err take_types(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    struct cp_yang_network *network = into;
    const struct cp_json_value *type = value;
    const struct cp_json_value *above[CP_JSON_IN_DEPTH_MAX];
    uint32_t depth = 0;

    for (;;) { /* in the order of the document: what is inside comes after, and counts */
        cp_layer layer = layer_of(type);

        if (layer != CP_LAYER_COUNT && network->layer != CP_LAYER_COUNT &&
            layer != network->layer && depth <= 1)
            CP_TRY(cp_yang_tally(yang, CP_REMARK_FINDING, type->key_place,
                                 "a network of several layers: the last counts", network->id));
        if (layer != CP_LAYER_COUNT)
            network->layer = layer;
        if (type->kind == CP_JSON_OBJECT && type->first != NULL) {
            above[depth++] = type;
            type = type->first;
            continue;
        }
        while (depth > 0 && type->next == NULL)
            type = above[--depth];
        if (depth == 0)
            return CP_OK;
        type = type->next;
    }
}

static cp_err take_network_id(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_id(yang, value, &((struct cp_yang_network *)into)->id);
}

/* A network of this id may have come before: pages hold some of its nodes each. */
static cp_err find_network(struct cp_yang *yang, struct cp_yang_network *network)
{
    uint32_t found = cp_map_find(yang->network_ids, network->id);
    struct cp_yang_network *before;

    if (found == CP_MAP_NONE) {
        yang->network = yang->networks.count;
        CP_TRY(cp_map_add(yang->network_ids, network->id, yang->network));
        return CP_YANG_ADD(yang, &yang->networks, network);
    }
    yang->network = found;
    before = CP_YANG_AT(yang->networks, struct cp_yang_network, found);
    if (before->layer == CP_LAYER_COUNT)
        before->layer = network->layer;
    if (network->layer == CP_LAYER_COUNT || network->layer == before->layer)
        return CP_OK;
    return cp_yang_refuse(yang, CP_ERR_CONFLICT, network->place,
                          "a network of this id is of another layer elsewhere", network->id);
}

/* What must be known of a network before its nodes are read; the other members then. */
static cp_err take_later(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    (void)yang;
    (void)value;
    (void)into;
    return CP_OK;
}

static cp_err take_links(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    return cp_yang_each(yang, value, cp_yang_link_take, into);
}

static cp_err take_network(struct cp_yang *yang, const struct cp_json_value *value, void *into)
{
    static const struct cp_yang_rule heads[] = {
        {NW, "network-id", take_network_id, NULL, NULL},
        {NW, "network-types", take_types, NULL, NULL},
    };
    static const struct cp_yang_rule rules[] = {
        {NW, "network-id", take_later, NULL, NULL},
        {NW, "network-types", take_later, NULL, NULL},
        {NW, "supporting-network", NULL, NULL, SUPPORTED},
        {NW, "node", take_nodes, NULL, NULL},
        {NT, "link", take_links, NULL, NULL},
        {NW, "server-provided", NULL, NULL, NAMED_BY_ID},
        {L2, "l2-topology-attributes", NULL, NULL, NAMED_BY_ID},
        {L3, "l3-topology-attributes", NULL, NULL, NAMED_BY_ID},
        {TE, "te-topology-identifier", NULL, NULL, NAMED_BY_ID},
        {TE, "te", NULL, NULL, NAMED_BY_ID},
    };
    struct cp_yang_network network = {.layer = CP_LAYER_COUNT, .place = value->place};

    (void)into;
    if (yang->own != NULL && cp_yang_is_own(value))
        return cp_yang_own_network(yang, value);
    if (value->kind != CP_JSON_OBJECT)
        return cp_yang_walk(yang, value, rules, CP_COUNT(rules), NULL);
    for (const struct cp_json_value *m = value->first; m != NULL; m = m->next)
        for (size_t i = 0; i < CP_COUNT(heads); i++)
            if (cp_yang_is(m->key, heads[i].module, heads[i].name))
                CP_TRY(heads[i].take(yang, m, &network));
    if (network.id.len == 0)
        return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place, "a network without network-id",
                              CP_TEXT(""));
    CP_TRY(find_network(yang, &network));
    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), NULL);
}

cp_err cp_yang_network_list(struct cp_yang *yang, const struct cp_json_value *value, void *nothing)
{
    return cp_yang_each(yang, value, take_network, nothing);
}

cp_err cp_yang_networks(struct cp_yang *yang, const struct cp_json_value *value, void *nothing)
{
    static const char templates[] = "templates and states of a server are none of a network";
    static const struct cp_yang_rule rules[] = {
        {NW, "network", cp_yang_network_list, NULL, NULL},
        {TE, "te", NULL, NULL, templates},
        {CP_YANG_OWN, "site", cp_yang_own_sites, NULL, NULL},
        {CP_YANG_OWN, "demand", cp_yang_own_demands, NULL, NULL},
    };

    CP_TRY(cp_yang_own_index(yang, value));
    return cp_yang_walk(yang, value, rules, CP_COUNT(rules), nothing);
}

#include "containerlab.h"

#include "base/out.h"

/*
 * Links are read one after the other.  A link between two boxes is added at once; what is plugged into a
 * bridge, the management network or an interface of the machine is kept until all are read, and becomes the
 * LANs then.  Records that are not understood are remarked and left out.
 */

#define TEMPLATE "variables are for templates of configurations"
#define MACVLAN "macvlan"
#define HOST "host"

static const struct cp_lab_key link_keys[] = {
    {"type", NULL},     {"endpoints", NULL}, {"endpoint", NULL}, {"host-interface", NULL},
    {"mode", NULL},     {"remote", NULL},    {"vni", NULL},      {"dst-port", NULL},
    {"udp-port", NULL}, {"src-port", NULL},  {"mtu", NULL},      {"labels", NULL},
    {"ipv4", NULL},     {"ipv6", NULL},      {"vars", TEMPLATE},
};

static const struct cp_lab_key end_keys[] = {
    {"node", NULL}, {"interface", NULL}, {"mac", NULL},
    {"ipv4", NULL}, {"ipv6", NULL},      {"vars", TEMPLATE},
};

static cp_err not_understood(struct cp_lab *lab, cp_place place, const char *why, cp_text subject)
{
    return cp_lab_tally(lab, CP_REMARK_NOT_UNDERSTOOD, place, why, subject);
}

/* --- ends ------------------------------------------------------------------------------------- */

static cp_err outside_id(struct cp_lab *lab, const char *kind, cp_text name, cp_text *id)
{
    struct cp_out out = cp_out_make(lab->doc->arena);

    cp_out_str(&out, kind);
    cp_out_char(&out, ':');
    cp_out_text(&out, name);
    return cp_out_done(&out, id);
}

/* An end at a node of the file; *understood false where there is none. */
static cp_err find_end(struct cp_lab *lab, cp_text node, cp_text port, cp_place place,
                       struct cp_lab_end *end, bool *understood)
{
    uint32_t at = cp_map_find(lab->names, node);

    *end = (struct cp_lab_end){.port = port, .place = place};
    *understood = at != CP_MAP_NONE;
    if (!*understood)
        return not_understood(lab, place, "a link to a node that is not there", node);
    end->node = lab->nodes[at].shape == CP_LAB_BOX ? lab->nodes[at].home : at;
    return CP_OK;
}

/* What the port says of itself. */
static cp_err say_of_port(struct cp_lab *lab, const struct cp_lab_end *end, const char *attribute,
                          const struct cp_yaml *value)
{
    struct cp_fact_row row;
    cp_text text;
    bool may;

    CP_TRY(cp_lab_text(lab, value, &text));
    if (text.len == 0 || end->outside.len > 0 || end->port.len == 0 ||
        lab->nodes[end->node].shape == CP_LAB_BRIDGE)
        return CP_OK;
    row = cp_lab_fact(value->place, cp_text_of(attribute), text);
    row.node = lab->nodes[end->node].name;
    row.object = end->port;
    CP_TRY(cp_lab_may_say(lab, &row, &may));
    return may ? cp_build_fact(lab->doc->build, &row, lab->doc->diag) : CP_OK;
}

/* An end as it is written: the ports that its ranges stand for, those of a node one after the other. */
struct spread {
    struct cp_lab_names node, port;
    const struct cp_yaml *map; /* {node: a, interface: eth1, mac: ...}; NULL: the brief form */
    cp_place place;
    const char *special; /* what it is plugged into instead of a node; NULL: none */
    uint32_t count;      /* of ports; 0: it is not understood */
};

static cp_err make_spread(struct cp_lab *lab, cp_text node, cp_text port, cp_place place,
                          struct spread *out)
{
    uint64_t count;

    *out = (struct spread){.place = place};
    CP_TRY(cp_lab_names_parse(lab, node, place, &out->node));
    CP_TRY(cp_lab_names_parse(lab, port, place, &out->port));
    count = (uint64_t)out->node.count * out->port.count;
    CP_TRY(cp_lab_ranged(lab, place, count));
    out->count = (uint32_t)count;
    return CP_OK;
}

static cp_err read_end_map(struct cp_lab *lab, const struct cp_yaml *map, struct spread *out)
{
    cp_text node, port;

    CP_TRY(cp_lab_keys(lab, map, end_keys, CP_COUNT(end_keys), "no property of an endpoint"));
    CP_TRY(cp_lab_text(lab, cp_yaml_find(map, "node"), &node));
    CP_TRY(cp_lab_text(lab, cp_yaml_find(map, "interface"), &port));
    CP_TRY(make_spread(lab, node, port, map->place, out));
    out->map = map;
    if (out->count > 1 && (cp_yaml_find(map, "mac") != NULL || cp_yaml_find(map, "ipv4") != NULL ||
                           cp_yaml_find(map, "ipv6") != NULL)) {
        out->map = NULL;
        return not_understood(lab, map->place, "one address of several ports", CP_TEXT(""));
    }
    return CP_OK;
}

/* What an end of the brief form is plugged into, by its first word. */
static const char *const reserved[] = {HOST, CP_LAB_MGMT, MACVLAN};

/* "node:eth1", or "host:eth1" and the like. */
static cp_err read_end_text(struct cp_lab *lab, const struct cp_yaml *value, struct spread *out)
{
    cp_text text, node;
    size_t colon;

    *out = (struct spread){.place = value->place};
    CP_TRY(cp_lab_text(lab, value, &text));
    colon = cp_text_find(text, ':', 0);
    if (colon == 0 || colon + 1 >= text.len)
        return not_understood(lab, value->place, "no endpoint: NODE:INTERFACE", text);
    node = cp_text_sub(text, 0, colon);
    CP_TRY(make_spread(lab, node, cp_text_sub(text, colon + 1, text.len), value->place, out));
    for (size_t i = 0; i < CP_COUNT(reserved); i++)
        if (cp_text_same_word(node, cp_text_of(reserved[i])) &&
            cp_map_find(lab->names, node) == CP_MAP_NONE)
            out->special = reserved[i];
    return CP_OK;
}

static cp_err read_end(struct cp_lab *lab, const struct cp_yaml *value, struct spread *out)
{
    return value->kind == CP_YAML_MAP ? read_end_map(lab, value, out)
                                      : read_end_text(lab, value, out);
}

/* One of its ports, and what is said of it. */
static cp_err end_at(struct cp_lab *lab, const struct spread *spread, uint32_t index,
                     struct cp_lab_end *end, bool *understood)
{
    cp_text node, port;

    index %= spread->count;
    CP_TRY(cp_lab_names_at(lab, &spread->port, index % spread->port.count, &port));
    *end = (struct cp_lab_end){.port = port, .place = spread->place};
    *understood = true;
    if (spread->special != NULL)
        return CP_OK;
    CP_TRY(cp_lab_names_at(lab, &spread->node, index / spread->port.count, &node));
    CP_TRY(find_end(lab, node, port, spread->place, end, understood));
    if (!*understood || spread->map == NULL)
        return CP_OK;
    CP_TRY(say_of_port(lab, end, "mac", cp_yaml_find(spread->map, "mac")));
    CP_TRY(say_of_port(lab, end, "address", cp_yaml_find(spread->map, "ipv4")));
    return say_of_port(lab, end, "address", cp_yaml_find(spread->map, "ipv6"));
}

static cp_err refuse_unequal(struct cp_lab *lab, cp_place place)
{
    return cp_doc_fail(lab->doc, CP_ERR_MALFORMED, place,
                       "the ends of a link stand for different numbers of ports", CP_TEXT(""));
}

/* --- what is added ---------------------------------------------------------------------------- */

cp_err cp_lab_outside(struct cp_lab *lab, cp_place place, cp_text id, cp_layer layer)
{
    struct cp_node_row row = cp_node_row_make(place, id);

    if (cp_build_has_node(lab->doc->build, id))
        return CP_OK;
    row.layer = layer;
    row.role = CP_TEXT("outside");
    return cp_build_node(lab->doc->build, &row, lab->doc->diag);
}

cp_text cp_lab_end_id(const struct cp_lab *lab, const struct cp_lab_end *end)
{
    return end->outside.len > 0 ? end->outside : lab->nodes[end->node].name;
}

/* A fact of the link that was added last. */
cp_err cp_lab_say_of_link(struct cp_lab *lab, cp_place place, cp_text attribute, cp_text value)
{
    struct cp_fact_row row = cp_lab_fact(place, attribute, value);
    bool may;

    CP_TRY(cp_lab_may_say(lab, &row, &may));
    return may ? cp_build_fact_on_last(lab->doc->build, &row, lab->doc->diag) : CP_OK;
}

static cp_err say_link_property(struct cp_lab *lab, const struct cp_yaml *link, const char *key,
                                const char *attribute)
{
    const struct cp_yaml *value = cp_yaml_find(link, key);
    cp_text text;

    CP_TRY(cp_lab_text(lab, value, &text));
    return text.len == 0 ? CP_OK
                         : cp_lab_say_of_link(lab, value->place, cp_text_of(attribute), text);
}

cp_err cp_lab_say_link(struct cp_lab *lab, const struct cp_yaml *link)
{
    const struct cp_yaml *label;

    CP_TRY(say_link_property(lab, link, "type", "x-type"));
    CP_TRY(say_link_property(lab, link, "mtu", "x-mtu"));
    CP_TRY(say_link_property(lab, link, "mode", "x-mode"));
    CP_TRY(say_link_property(lab, link, "host-interface", "x-host-interface"));
    CP_TRY(say_link_property(lab, link, "dst-port", "x-udp-port"));
    CP_TRY(say_link_property(lab, link, "udp-port", "x-udp-port"));
    CP_TRY(say_link_property(lab, link, "src-port", "x-src-port"));
    CP_TRY(cp_lab_labels(lab, link, &label));
    for (; label != NULL; label = label->next) {
        cp_text attribute, value;

        CP_TRY(cp_lab_labelled(lab, label->key, &attribute));
        CP_TRY(cp_lab_text(lab, label, &value));
        CP_TRY(cp_lab_say_of_link(lab, label->place, attribute, value));
    }
    return CP_OK;
}

/* Addresses of the brief form stand in the order of the ends. */
static cp_err say_addresses(struct cp_lab *lab, const struct cp_yaml *list,
                            const struct cp_lab_end *ends)
{
    const struct cp_yaml *at = list != NULL && list->kind == CP_YAML_LIST ? list->first : NULL;

    for (size_t i = 0; i < 2 && at != NULL; i++, at = at->next)
        CP_TRY(say_of_port(lab, &ends[i], "address", at));
    return CP_OK;
}

static cp_err add_link(struct cp_lab *lab, const struct cp_yaml *link,
                       const struct cp_lab_end *ends, const char *link_class)
{
    struct cp_link_row row =
        cp_link_row_make(link->place, cp_lab_end_id(lab, &ends[0]), cp_lab_end_id(lab, &ends[1]));

    row.a_port = ends[0].port;
    row.b_port = ends[1].port;
    row.link_class = cp_text_of(link_class);
    CP_TRY(cp_build_link(lab->doc->build, &row, lab->doc->diag));
    return cp_lab_say_link(lab, link);
}

static cp_err add_plug(struct cp_lab *lab, const struct cp_lab_plug *plug)
{
    void *plugs = lab->plugs;

    CP_TRY(cp_arena_grow(lab->doc->arena, &plugs, lab->plug_count, &lab->plug_cap,
                         sizeof(*lab->plugs)));
    lab->plugs = plugs;
    lab->plugs[lab->plug_count++] = *plug;
    return CP_OK;
}

/* --- bridges that are one --------------------------------------------------------------------- */

/* The first of those that a bridge is one with; the way there is shortened. */
uint32_t cp_lab_bridge_root(struct cp_lab *lab, uint32_t bridge)
{
    while (lab->nodes[bridge].bridge != bridge) {
        lab->nodes[bridge].bridge = lab->nodes[lab->nodes[bridge].bridge].bridge;
        bridge = lab->nodes[bridge].bridge;
    }
    return bridge;
}

static void unite(struct cp_lab *lab, uint32_t a, uint32_t b)
{
    a = cp_lab_bridge_root(lab, a);
    b = cp_lab_bridge_root(lab, b);
    lab->nodes[a > b ? a : b].bridge = a < b ? a : b;
}

static bool is_bridge(const struct cp_lab *lab, const struct cp_lab_end *end)
{
    return end->outside.len == 0 && lab->nodes[end->node].shape == CP_LAB_BRIDGE;
}

/* A link between ends that are both known. */
static cp_err join_ends(struct cp_lab *lab, const struct cp_yaml *link,
                        const struct cp_lab_end *ends, const char *link_class)
{
    struct cp_lab_plug plug = {.link = link};

    if (is_bridge(lab, &ends[0]) && is_bridge(lab, &ends[1])) {
        unite(lab, ends[0].node, ends[1].node);
        return CP_OK;
    }
    if (!is_bridge(lab, &ends[0]) && !is_bridge(lab, &ends[1]))
        return add_link(lab, link, ends, link_class);
    plug.bridge = is_bridge(lab, &ends[0]) ? ends[0].node : ends[1].node;
    plug.end = is_bridge(lab, &ends[0]) ? ends[1] : ends[0];
    return add_plug(lab, &plug);
}

/* --- kinds of links --------------------------------------------------------------------------- */

/* A link to an interface of the machine: of its own, or one of several at macvlan's parent. */
static cp_err join_machine(struct cp_lab *lab, const struct cp_yaml *link, const char *kind,
                           struct cp_lab_end end, cp_text interface)
{
    struct cp_lab_end ends[2] = {end, {.place = end.place}};
    struct cp_lab_plug plug = {.end = end, .link = link};

    if (cp_text_is(cp_text_of(kind), CP_LAB_MGMT)) {
        plug.lan = CP_TEXT(CP_LAB_MGMT);
        return add_plug(lab, &plug);
    }
    CP_TRY(outside_id(lab, kind, interface, &ends[1].outside));
    if (cp_text_is(cp_text_of(kind), MACVLAN)) {
        plug.lan = ends[1].outside;
        return add_plug(lab, &plug);
    }
    CP_TRY(cp_lab_outside(lab, end.place, ends[1].outside, CP_LAYER_IP));
    return join_ends(lab, link, ends, "");
}

/* Whether one side has a port for each of the other's.  Only macvlan's parent is one for all. */
static bool are_equal(const struct spread *a, const struct spread *b)
{
    const struct spread *one = a->count == 1 ? a : b;

    return a->count == b->count || (one->count == 1 && one->special != NULL &&
                                    cp_text_is(cp_text_of(one->special), MACVLAN));
}

/* One link of those that ranges stand for. */
static cp_err join_pair(struct cp_lab *lab, const struct cp_yaml *link,
                        const struct spread *spreads, uint32_t index, bool *used)
{
    struct cp_lab_end ends[2] = {{.node = 0}, {.node = 0}};
    bool understood[2];

    CP_TRY(end_at(lab, &spreads[0], index, &ends[0], &understood[0]));
    CP_TRY(end_at(lab, &spreads[1], index, &ends[1], &understood[1]));
    if (!understood[0] || !understood[1])
        return CP_OK; /* said */
    *used = true;
    if (spreads[0].count == 1 && spreads[1].count == 1) {
        CP_TRY(say_addresses(lab, cp_yaml_find(link, "ipv4"), ends));
        CP_TRY(say_addresses(lab, cp_yaml_find(link, "ipv6"), ends));
    }
    if (spreads[0].special != NULL)
        return join_machine(lab, link, spreads[0].special, ends[1], ends[0].port);
    if (spreads[1].special != NULL)
        return join_machine(lab, link, spreads[1].special, ends[0], ends[1].port);
    return join_ends(lab, link, ends, "");
}

static cp_err join_brief(struct cp_lab *lab, const struct cp_yaml *link, bool *used)
{
    const struct cp_yaml *list = cp_yaml_find(link, "endpoints");
    struct spread spreads[2];
    uint32_t count;

    if (list == NULL || list->kind != CP_YAML_LIST || list->count != 2)
        return not_understood(lab, link->place, "a link needs two endpoints", CP_TEXT(""));
    CP_TRY(read_end(lab, list->first, &spreads[0]));
    CP_TRY(read_end(lab, list->first->next, &spreads[1]));
    if (spreads[0].count == 0 || spreads[1].count == 0)
        return CP_OK; /* said */
    if (spreads[0].special != NULL && spreads[1].special != NULL)
        return not_understood(lab, link->place, "a link of which no end is a node", CP_TEXT(""));
    if (!are_equal(&spreads[0], &spreads[1]))
        return refuse_unequal(lab, list->first->next->place);
    count = spreads[0].count > 1 ? spreads[0].count : spreads[1].count;
    if (count > 1 && (cp_yaml_find(link, "ipv4") != NULL || cp_yaml_find(link, "ipv6") != NULL))
        CP_TRY(not_understood(lab, link->place, "one address of several ports", CP_TEXT("")));
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(join_pair(lab, link, spreads, i, used));
    return CP_OK;
}

/* The one end of a link that leads out of the file; older files write it as a list of one.  count 0 where it
 * is not understood. */
static cp_err only_end(struct cp_lab *lab, const struct cp_yaml *link, struct spread *end)
{
    const struct cp_yaml *value = cp_yaml_find(link, "endpoint");

    end->count = 0;
    if (value == NULL)
        value = cp_yaml_find(link, "endpoints");
    if (value != NULL && value->kind == CP_YAML_LIST && value->count == 1)
        value = value->first;
    if (value == NULL || value->kind == CP_YAML_LIST)
        return not_understood(lab, link->place, "a link of this type needs one endpoint",
                              CP_TEXT(""));
    CP_TRY(read_end(lab, value, end));
    if (end->count == 0 || end->special == NULL)
        return CP_OK;
    end->count = 0;
    return not_understood(lab, value->place, "a link of which no end is a node", CP_TEXT(""));
}

static cp_err join_interface(struct cp_lab *lab, const struct cp_yaml *link, const char *kind,
                             bool *used)
{
    const struct cp_yaml *value = cp_yaml_find(link, "host-interface");
    struct spread end, interface;
    cp_text text;

    CP_TRY(only_end(lab, link, &end));
    if (end.count == 0)
        return CP_OK;
    CP_TRY(cp_lab_text(lab, value, &text));
    CP_TRY(make_spread(lab, CP_TEXT(""), text, value != NULL ? value->place : link->place,
                       &interface));
    interface.special = kind;
    if (text.len > 0 && !are_equal(&end, &interface))
        return refuse_unequal(lab, interface.place);
    for (uint32_t i = 0; i < end.count; i++) {
        struct cp_lab_end node, machine;
        bool understood, other;

        CP_TRY(end_at(lab, &end, i, &node, &understood));
        CP_TRY(end_at(lab, &interface, i, &machine, &other));
        *used = *used || understood;
        if (understood)
            CP_TRY(join_machine(lab, link, kind, node, machine.port));
    }
    return CP_OK;
}

/* A tunnel to another machine, over whatever lies between. */
static cp_err join_tunnel(struct cp_lab *lab, const struct cp_yaml *link, bool *used)
{
    struct cp_lab_end ends[2] = {{.node = 0}, {.node = 0}};
    struct cp_out name = cp_out_make(lab->doc->arena);
    cp_text remote, vni, text;
    struct spread end;

    CP_TRY(only_end(lab, link, &end));
    if (end.count > 1)
        return refuse_unequal(lab, end.place); /* a tunnel has one port */
    if (end.count == 1)
        CP_TRY(end_at(lab, &end, 0, &ends[0], used));
    if (!*used)
        return CP_OK;
    CP_TRY(cp_lab_text(lab, cp_yaml_find(link, "remote"), &remote));
    CP_TRY(cp_lab_text(lab, cp_yaml_find(link, "vni"), &vni));
    cp_out_text(&name, remote);
    cp_out_char(&name, '/');
    cp_out_text(&name, vni);
    CP_TRY(cp_out_done(&name, &text));
    CP_TRY(outside_id(lab, "vxlan", text, &ends[1].outside));
    CP_TRY(cp_lab_outside(lab, link->place, ends[1].outside, CP_LAYER_IP));
    return join_ends(lab, link, ends, "vxlan");
}

static cp_err join_by_type(struct cp_lab *lab, const struct cp_yaml *link, cp_text type, bool *used)
{
    if (type.len == 0 || cp_text_same_word(type, CP_TEXT("veth")) ||
        cp_text_same_word(type, CP_TEXT("brief")))
        return join_brief(lab, link, used);
    for (size_t i = 0; i < CP_COUNT(reserved); i++)
        if (cp_text_same_word(type, cp_text_of(reserved[i])))
            return join_interface(lab, link, reserved[i], used);
    if (cp_text_same_word(type, CP_TEXT("vxlan")) ||
        cp_text_same_word(type, CP_TEXT("vxlan-stitch")))
        return join_tunnel(lab, link, used);
    if (cp_text_same_word(type, CP_TEXT("dummy")))
        return cp_lab_tally(lab, CP_REMARK_IGNORED, link->place, "a dummy interface leads nowhere",
                            CP_TEXT(""));
    return not_understood(lab, link->place, "no type of a link in containerlab", type);
}

static cp_err read_link(struct cp_lab *lab, const struct cp_yaml *link)
{
    bool used = false;
    cp_text type;

    if (link->kind != CP_YAML_MAP)
        return not_understood(lab, link->place, "a link that is no mapping", CP_TEXT(""));
    CP_TRY(cp_lab_keys(lab, link, link_keys, CP_COUNT(link_keys),
                       "no property of a link in containerlab"));
    CP_TRY(cp_lab_text(lab, cp_yaml_find(link, "type"), &type));
    CP_TRY(join_by_type(lab, link, type, &used));
    if (used)
        cp_build_used(lab->doc->build, lab->doc->file, 1);
    return CP_OK;
}

cp_err cp_lab_links(struct cp_lab *lab, const struct cp_yaml *links)
{
    if (links != NULL && !cp_yaml_is_null(links) && links->kind != CP_YAML_LIST)
        return cp_doc_fail(lab->doc, CP_ERR_MALFORMED, links->place, "links are a list",
                           CP_TEXT(""));
    for (const struct cp_yaml *link = links != NULL ? links->first : NULL; link != NULL;
         link = link->next)
        CP_TRY(read_link(lab, link));
    return cp_lab_lans(lab);
}

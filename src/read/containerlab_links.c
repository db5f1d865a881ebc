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

/* {node: a, interface: eth1, mac: ...} */
static cp_err read_end_map(struct cp_lab *lab, const struct cp_yaml *map, struct cp_lab_end *end,
                           bool *understood)
{
    cp_text node, port;

    CP_TRY(cp_lab_keys(lab, map, end_keys, CP_COUNT(end_keys), "no property of an endpoint"));
    CP_TRY(cp_lab_text(lab, cp_yaml_find(map, "node"), &node));
    CP_TRY(cp_lab_text(lab, cp_yaml_find(map, "interface"), &port));
    CP_TRY(find_end(lab, node, port, map->place, end, understood));
    if (!*understood)
        return CP_OK;
    CP_TRY(say_of_port(lab, end, "mac", cp_yaml_find(map, "mac")));
    CP_TRY(say_of_port(lab, end, "address", cp_yaml_find(map, "ipv4")));
    return say_of_port(lab, end, "address", cp_yaml_find(map, "ipv6"));
}

/* What an end of the brief form is plugged into, by its first word. */
static const char *const reserved[] = {HOST, CP_LAB_MGMT, MACVLAN};

/* "node:eth1", or "host:eth1" and the like: *special says which, NULL where none. */
static cp_err read_end_text(struct cp_lab *lab, const struct cp_yaml *value, struct cp_lab_end *end,
                            const char **special, bool *understood)
{
    cp_text text, node;
    size_t colon;

    *special = NULL;
    *understood = false;
    CP_TRY(cp_lab_text(lab, value, &text));
    colon = cp_text_find(text, ':', 0);
    if (colon == 0 || colon + 1 >= text.len)
        return not_understood(lab, value->place, "no endpoint: NODE:INTERFACE", text);
    node = cp_text_sub(text, 0, colon);
    *end =
        (struct cp_lab_end){.port = cp_text_sub(text, colon + 1, text.len), .place = value->place};
    for (size_t i = 0; i < CP_COUNT(reserved); i++)
        if (cp_text_same_word(node, cp_text_of(reserved[i])) &&
            cp_map_find(lab->names, node) == CP_MAP_NONE)
            *special = reserved[i];
    *understood = *special != NULL;
    return *understood ? CP_OK : find_end(lab, node, end->port, value->place, end, understood);
}

static cp_err read_end(struct cp_lab *lab, const struct cp_yaml *value, struct cp_lab_end *end,
                       const char **special, bool *understood)
{
    *special = NULL;
    if (value->kind == CP_YAML_MAP)
        return read_end_map(lab, value, end, understood);
    return read_end_text(lab, value, end, special, understood);
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

static cp_err join_brief(struct cp_lab *lab, const struct cp_yaml *link, bool *used)
{
    const struct cp_yaml *list = cp_yaml_find(link, "endpoints");
    struct cp_lab_end ends[2] = {{.node = 0}, {.node = 0}};
    const char *special[2] = {NULL, NULL};
    bool understood[2];

    if (list == NULL || list->kind != CP_YAML_LIST || list->count != 2)
        return not_understood(lab, link->place, "a link needs two endpoints", CP_TEXT(""));
    CP_TRY(read_end(lab, list->first, &ends[0], &special[0], &understood[0]));
    CP_TRY(read_end(lab, list->first->next, &ends[1], &special[1], &understood[1]));
    if (!understood[0] || !understood[1])
        return CP_OK; /* said */
    if (special[0] != NULL && special[1] != NULL)
        return not_understood(lab, link->place, "a link of which no end is a node", CP_TEXT(""));
    *used = true;
    CP_TRY(say_addresses(lab, cp_yaml_find(link, "ipv4"), ends));
    CP_TRY(say_addresses(lab, cp_yaml_find(link, "ipv6"), ends));
    if (special[0] != NULL)
        return join_machine(lab, link, special[0], ends[1], ends[0].port);
    if (special[1] != NULL)
        return join_machine(lab, link, special[1], ends[0], ends[1].port);
    return join_ends(lab, link, ends, "");
}

/* The one end of a link that leads out of the file; older files write it as a list of one. */
static cp_err only_end(struct cp_lab *lab, const struct cp_yaml *link, struct cp_lab_end *end,
                       bool *understood)
{
    const struct cp_yaml *value = cp_yaml_find(link, "endpoint");
    const char *special = NULL;

    *understood = false;
    if (value == NULL)
        value = cp_yaml_find(link, "endpoints");
    if (value != NULL && value->kind == CP_YAML_LIST && value->count == 1)
        value = value->first;
    if (value == NULL || value->kind == CP_YAML_LIST)
        return not_understood(lab, link->place, "a link of this type needs one endpoint",
                              CP_TEXT(""));
    CP_TRY(read_end(lab, value, end, &special, understood));
    if (special == NULL)
        return CP_OK;
    *understood = false;
    return not_understood(lab, value->place, "a link of which no end is a node", CP_TEXT(""));
}

static cp_err join_interface(struct cp_lab *lab, const struct cp_yaml *link, const char *kind,
                             bool *used)
{
    struct cp_lab_end end = {.node = 0};
    cp_text interface;

    CP_TRY(only_end(lab, link, &end, used));
    if (!*used)
        return CP_OK;
    CP_TRY(cp_lab_text(lab, cp_yaml_find(link, "host-interface"), &interface));
    return join_machine(lab, link, kind, end, interface);
}

/* A tunnel to another machine, over whatever lies between. */
static cp_err join_tunnel(struct cp_lab *lab, const struct cp_yaml *link, bool *used)
{
    struct cp_lab_end ends[2] = {{.node = 0}, {.node = 0}};
    struct cp_out name = cp_out_make(lab->doc->arena);
    cp_text remote, vni, text;

    CP_TRY(only_end(lab, link, &ends[0], used));
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

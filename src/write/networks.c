#include "write/networks.h"

#include <stdlib.h>

#include "networks_parts.h"
#include "stated.h"

/*
 * The ends of links are put in the order of their nodes first (a counting sort), since a node names
 * its termination points.  Then everything is written as it is met, network by network: the case is
 * walked once a layer.
 */

#define MODULE "cleanpath-network:"
#define NODE MODULE "node"

static cp_err sort_ends(struct cp_networks *n)
{
    const struct cp_case *c = n->c;
    uint32_t ends = 0, most = 0;

    n->starts = CP_TAKE(n->work, (size_t)c->node_count + 2, uint32_t);
    n->seen = CP_TAKE(n->work, c->link_count, uint32_t);
    if (n->starts == NULL || n->seen == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < c->link_count; l++)
        for (uint32_t i = 0; i < c->links[l].ends.count; i++, ends++)
            n->starts[c->ends[c->links[l].ends.first + i].node.at + 2]++;
    for (uint32_t i = 0; i < c->node_count; i++) {
        most = n->starts[i + 2] > most ? n->starts[i + 2] : most;
        n->starts[i + 1] += n->starts[i];
    }
    n->node_ends = CP_TAKE(n->work, ends, struct cp_node_end);
    n->ports = CP_TAKE(n->work, most, cp_text);
    if (n->node_ends == NULL || n->ports == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < c->link_count; l++)
        for (uint32_t i = 0; i < c->links[l].ends.count; i++) {
            uint32_t node = c->ends[c->links[l].ends.first + i].node.at;

            n->node_ends[n->starts[node + 1]++] = (struct cp_node_end){l, i};
        }
    return CP_OK;
}

/* Which networks there are, and which rests on which. */
static void find_networks(struct cp_networks *n)
{
    const struct cp_case *c = n->c;

    for (uint32_t i = 0; i < c->node_count; i++) {
        cp_layer home = c->nodes[i].layer;

        n->has[home] = true;
        for (uint32_t k = n->starts[i]; k < n->starts[i + 1]; k++) {
            cp_layer layer = c->links[n->node_ends[k].link].layer;

            n->has[layer] = true;
            if (layer != home)
                n->rests[layer < home ? layer : home][layer < home ? home : layer] = true;
        }
    }
    for (uint32_t l = 0; l < c->link_count; l++) {
        const struct cp_link_rec *link = &c->links[l];

        for (uint32_t i = 0; i < link->own_alternatives; i++) {
            cp_range supports = c->alternatives[link->alternatives.first + i];

            for (uint32_t k = 0; k < supports.count; k++)
                n->rests[link->layer][c->links[c->supports[supports.first + k].at].layer] = true;
        }
    }
}

/* A set of layers, a bit each: those where links end at the node, but its home. */
static uint32_t visits(const struct cp_networks *n, uint32_t node)
{
    uint32_t layers = 0;

    for (uint32_t k = n->starts[node]; k < n->starts[node + 1]; k++)
        layers |= 1u << n->c->links[n->node_ends[k].link].layer;
    return layers & ~(1u << n->c->nodes[node].layer);
}

/* Of the node's entries each upper one rests on the lower ones: those of later layers. */
static void write_supporting_nodes(struct cp_networks *n, uint32_t node)
{
    uint32_t lower = visits(n, node) | 1u << n->c->nodes[node].layer;
    bool at_home = n->c->nodes[node].layer == n->layer;

    lower &= ~((2u << n->layer) - 1);
    if (!at_home)
        lower &= 1u << n->c->nodes[node].layer; /* one visit says nothing of another */
    if (lower == 0)
        return;
    cp_json_array(&n->json, "supporting-node", CP_JSON_FLAT);
    for (cp_layer layer = 0; layer < CP_LAYER_COUNT; layer++) {
        if ((lower >> layer & 1) == 0)
            continue;
        cp_json_object(&n->json, NULL, CP_JSON_FLAT);
        cp_json_str(&n->json, "network-ref", cp_layer_name(layer));
        cp_json_text(&n->json, "node-ref", cp_networks_uri(n, n->c->nodes[node].id, ""));
        cp_json_close(&n->json);
    }
    cp_json_close(&n->json);
}

static int text_order(const void *a, const void *b)
{
    return cp_text_cmp(*(const cp_text *)a, *(const cp_text *)b);
}

static void write_port(struct cp_networks *n, cp_text port)
{
    cp_json_object(&n->json, NULL, CP_JSON_FLAT);
    cp_json_text(&n->json, "tp-id", cp_networks_uri(n, port, ""));
    if (!cp_text_eq(cp_networks_uri(n, port, ""), port))
        cp_json_text(&n->json, MODULE "port", port);
    cp_json_close(&n->json);
}

/* The ports at which links of this network end, each once, in the order of their bytes. */
static void write_ports(struct cp_networks *n, uint32_t node)
{
    cp_text *ports = n->ports;
    uint32_t count = 0;

    for (uint32_t k = n->starts[node]; k < n->starts[node + 1]; k++) {
        const struct cp_link_rec *link = &n->c->links[n->node_ends[k].link];
        cp_text port = n->c->ends[link->ends.first + n->node_ends[k].end].port;

        if (link->layer == n->layer && port.len > 0)
            ports[count++] = port;
    }
    if (count == 0)
        return;
    qsort(ports, count, sizeof(*ports), text_order);
    cp_json_array(&n->json, "ietf-network-topology:termination-point", CP_JSON_FLAT);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || !cp_text_eq(ports[i], ports[i - 1]))
            write_port(n, ports[i]);
    cp_json_close(&n->json);
}

/* Nothing where a fact filled it in. */
static void own_text(struct cp_networks *n, const char *name, uint32_t filled, cp_filled bit,
                     cp_text text)
{
    if ((filled & (uint32_t)bit) == 0)
        cp_member_text(n, NODE, name, text);
}

static void write_managers(struct cp_networks *n, const struct cp_node_rec *node)
{
    if (node->own_managed_by == 0)
        return;
    cp_member_open(n, NODE);
    cp_json_array(&n->json, "managed-by", CP_JSON_FLAT);
    for (uint32_t i = 0; i < node->own_managed_by; i++)
        cp_json_text(&n->json, NULL, n->c->nodes[n->c->managers[node->managed_by.first + i].at].id);
    cp_json_close(&n->json);
}

static void write_node_record(struct cp_networks *n, uint32_t at)
{
    const struct cp_node_rec *node = &n->c->nodes[at];
    struct cp_cells cells = cp_cells_of(n->c, CP_OBJECT_NODE, at);

    cp_member_id(n, NODE, "id", node->id);
    own_text(n, "role", node->filled, CP_FILLED_ROLE, node->role);
    if (node->site != CP_NONE)
        own_text(n, "site", node->filled, CP_FILLED_SITE, n->c->sites[node->site].id);
    own_text(n, "operator", node->filled, CP_FILLED_OPERATOR, node->operator_name);
    cp_member_text(n, NODE, "maker", cells.values[CP_CELL_MAKER]);
    cp_member_text(n, NODE, "model", cells.values[CP_CELL_MODEL]);
    cp_member_text(n, NODE, "software", cells.values[CP_CELL_SOFTWARE]);
    if ((node->filled & CP_FILLED_LAT) == 0)
        cp_member_degrees(n, NODE, "latitude", node->lat_udeg);
    if ((node->filled & CP_FILLED_LON) == 0)
        cp_member_degrees(n, NODE, "longitude", node->lon_udeg);
    own_text(n, "loopback", node->filled, CP_FILLED_LOOPBACK, node->loopback);
    own_text(n, "sid", node->filled, CP_FILLED_SID, node->sid);
    write_managers(n, node);
    cp_member_texts(n, NODE, "tag", &n->c->tags[node->tags.first], node->own_tags);
    cp_member_facts(n, NODE, CP_OBJECT_NODE, at);
    cp_member_close(n);
}

static void write_node(struct cp_networks *n, uint32_t at)
{
    const struct cp_node_rec *node = &n->c->nodes[at];

    cp_json_object(&n->json, NULL, CP_JSON_FLAT);
    cp_json_text(&n->json, "node-id", cp_networks_uri(n, node->id, ""));
    write_supporting_nodes(n, at);
    write_ports(n, at);
    if (node->layer == n->layer)
        write_node_record(n, at);
    else
        cp_json_str(&n->json, MODULE "home-network", cp_layer_name(node->layer));
    cp_json_close(&n->json);
}

static void write_pseudonode(struct cp_networks *n, uint32_t link)
{
    cp_json_object(&n->json, NULL, CP_JSON_FLAT);
    cp_json_text(&n->json, "node-id", cp_networks_uri(n, n->c->links[link].id, ";lan"));
    cp_member_open(n, MODULE "lan");
    cp_networks_link_record(n, MODULE "lan", link);
    cp_json_close(&n->json);
}

/* Nodes, visitors, pseudonodes: a network has one of them at least. */
static cp_err write_nodes(struct cp_networks *n)
{
    const struct cp_case *c = n->c;

    cp_json_array(&n->json, "node", CP_JSON_LINES);
    for (uint32_t i = 0; i < c->node_count; i++)
        if (c->nodes[i].layer == n->layer)
            write_node(n, i);
    for (uint32_t i = 0; i < c->node_count; i++)
        if ((visits(n, i) >> n->layer & 1) != 0)
            write_node(n, i);
    for (uint32_t i = 0; i < c->link_count; i++)
        if (c->links[i].layer == n->layer && cp_networks_is_lan(&c->links[i]))
            write_pseudonode(n, i);
    cp_json_close(&n->json);
    return n->json.out->err;
}

static void write_supporting_networks(struct cp_networks *n)
{
    bool any = false;

    for (cp_layer layer = 0; layer < CP_LAYER_COUNT; layer++) {
        if (!n->rests[n->layer][layer])
            continue;
        if (!any)
            cp_json_array(&n->json, "supporting-network", CP_JSON_FLAT);
        any = true;
        cp_json_object(&n->json, NULL, CP_JSON_FLAT);
        cp_json_str(&n->json, "network-ref", cp_layer_name(layer));
        cp_json_close(&n->json);
    }
    if (any)
        cp_json_close(&n->json);
}

static cp_err write_network(struct cp_networks *n)
{
    cp_json_object(&n->json, NULL, CP_JSON_LINES);
    cp_json_str(&n->json, "network-id", cp_layer_name(n->layer));
    cp_json_object(&n->json, "network-types", CP_JSON_FLAT);
    cp_json_object(&n->json, MODULE "cleanpath", CP_JSON_FLAT);
    cp_json_close(&n->json);
    cp_json_close(&n->json);
    cp_json_str(&n->json, MODULE "layer", cp_layer_name(n->layer));
    write_supporting_networks(n);
    CP_TRY(write_nodes(n));
    cp_networks_links(n);
    cp_json_close(&n->json);
    return CP_OK;
}

static cp_err write_networks(struct cp_networks *n)
{
    bool any = false;

    for (n->layer = 0; n->layer < CP_LAYER_COUNT; n->layer++) {
        if (!n->has[n->layer])
            continue;
        if (!any)
            cp_json_array(&n->json, "network", CP_JSON_LINES);
        any = true;
        CP_TRY(write_network(n));
    }
    if (any)
        cp_json_close(&n->json);
    return CP_OK;
}

/* Sites and demands are entries, not containers: the member functions find them open. */

static void site_text(struct cp_networks *n, const char *name, const struct cp_site *site,
                      cp_filled bit, cp_text text)
{
    if ((site->filled & (uint32_t)bit) == 0)
        cp_member_text(n, NULL, name, text);
}

static void write_site(struct cp_networks *n, uint32_t at)
{
    const struct cp_site *site = &n->c->sites[at];

    cp_member_open(n, NULL);
    cp_member_text(n, NULL, "id", site->id);
    site_text(n, "name", site, CP_FILLED_NAME, site->name);
    site_text(n, "country", site, CP_FILLED_COUNTRY, site->country);
    if ((site->filled & CP_FILLED_LAT) == 0)
        cp_member_degrees(n, NULL, "latitude", site->lat_udeg);
    if ((site->filled & CP_FILLED_LON) == 0)
        cp_member_degrees(n, NULL, "longitude", site->lon_udeg);
    cp_member_texts(n, NULL, "tag", &n->c->tags[site->tags.first], site->own_tags);
    cp_member_facts(n, NULL, CP_OBJECT_SITE, at);
    cp_member_close(n);
}

/* What the demand wants of its paths: its entry is open. */
static void write_wished(struct cp_networks *n, const struct cp_demand *demand)
{
    const struct cp_wished *wished = &demand->wished;

    if (wished->metric != CP_METRIC_COUNT)
        cp_member_text(n, NULL, "metric", cp_text_of(cp_metric_name(wished->metric)));
    if (wished->disjoint != CP_DISJOINT_COUNT)
        cp_member_text(n, NULL, "disjoint", cp_text_of(cp_disjoint_name(wished->disjoint)));
    if (wished->co_routed != CP_SAID_NOTHING)
        cp_json_bool(&n->json, "co-routed", wished->co_routed == CP_SAID_YES);
    if (wished->delay_max_us != 0)
        cp_json_u64(&n->json, "max-delay-us", wished->delay_max_us);
    if (wished->hops_max != 0)
        cp_json_u64(&n->json, "max-hops", wished->hops_max);
    cp_member_text(n, NULL, "avoid", demand->avoid);
    cp_member_text(n, NULL, "require", demand->require);
}

static void write_demand(struct cp_networks *n, uint32_t at)
{
    const struct cp_demand *demand = &n->c->demands[at];

    cp_member_open(n, NULL);
    cp_member_text(n, NULL, "id", demand->id);
    cp_member_text(n, NULL, "src", demand->src_name);
    cp_member_text(n, NULL, "dst", demand->dst_name);
    cp_member_text(n, NULL, "class", demand->traffic_class);
    cp_member_u64(n, NULL, "bandwidth-bps", demand->bandwidth_bps, CP_BPS_NONE);
    cp_member_texts(n, NULL, "tag", &n->c->tags[demand->tags.first], demand->tags.count);
    write_wished(n, demand);
    cp_member_close(n);
}

static cp_err write_list(struct cp_networks *n, const char *name, uint32_t count,
                         void (*write)(struct cp_networks *n, uint32_t at))
{
    if (count == 0)
        return CP_OK;
    cp_json_array(&n->json, name, CP_JSON_LINES);
    for (uint32_t i = 0; i < count && n->json.out->err == CP_OK; i++)
        write(n, i);
    cp_json_close(&n->json);
    return n->json.out->err;
}

static cp_err write_document(struct cp_networks *n)
{
    CP_TRY(sort_ends(n));
    find_networks(n);
    cp_json_object(&n->json, NULL, CP_JSON_LINES);
    cp_json_object(&n->json, "ietf-network:networks", CP_JSON_LINES);
    CP_TRY(write_list(n, MODULE "site", n->c->site_count, write_site));
    CP_TRY(write_networks(n));
    CP_TRY(write_list(n, MODULE "demand", n->c->demand_count, write_demand));
    cp_json_close(&n->json);
    cp_json_close(&n->json);
    return n->name.err != CP_OK ? n->name.err : n->json.out->err;
}

cp_err cp_write_networks(const struct cp_case *c, struct cp_arena *work, struct cp_out *out)
{
    cp_arena_mark mark = cp_arena_mark_get(work);
    struct cp_networks n = {
        .c = c, .work = work, .json = cp_json_make(out), .name = cp_out_make(work)};
    cp_err err;

    CP_ASSERT(out->arena != work);
    err = write_document(&n);
    cp_arena_reset(work, mark);
    return err;
}

#include "containerlab.h"

#include "base/out.h"

/* What is plugged into a bridge, the management network or an interface of the machine becomes a LAN, once all
 * links are read. */

/* A LAN while its rows are added: each row names the first end again, and one more. */
struct lan {
    cp_text id;
    cp_layer layer;
    cp_place place;
    cp_text outside; /* a node that is on it too, whatever else is; empty: none */
    const struct cp_lab_end *first;
};

static cp_err add_lan_row(struct cp_lab *lab, struct lan *lan, const struct cp_lab_end *end)
{
    struct cp_link_row row;

    if (lan->first == NULL) {
        lan->first = end;
        return CP_OK;
    }
    row = cp_link_row_make(lan->place, cp_lab_end_id(lab, lan->first), cp_lab_end_id(lab, end));
    row.id = lan->id;
    row.layer = lan->layer;
    row.link_class = CP_TEXT("lan");
    row.a_port = lan->first->port;
    row.b_port = end->port;
    return cp_build_link(lab->doc->build, &row, lab->doc->diag);
}

/* A second port of one node on one LAN is said, not lost. */
static cp_err say_second_port(struct cp_lab *lab, const struct cp_lab_plug *plug)
{
    struct cp_out out = cp_out_make(lab->doc->arena);
    cp_text value;

    cp_out_text(&out, cp_lab_end_id(lab, &plug->end));
    cp_out_char(&out, ' ');
    cp_out_text(&out, plug->end.port);
    CP_TRY(cp_out_done(&out, &value));
    CP_TRY(cp_lab_tally(lab, CP_REMARK_FINDING, plug->end.place,
                        "a second port of a node on one lan: kept as a fact", CP_TEXT("")));
    return cp_lab_say_of_link(lab, plug->end.place, CP_TEXT("x-port"), value);
}

/* Finds out which plugs are a second one of their node; *nodes: how many nodes there are. */
static cp_err find_seconds(struct cp_lab *lab, uint32_t first, uint32_t *nodes)
{
    struct cp_map *known;

    *nodes = 0;
    CP_TRY(cp_map_open(lab->doc->arena, &known));
    for (uint32_t i = first; i != CP_NONE; i = lab->plugs[i].next) {
        cp_err err = cp_map_add(known, cp_lab_end_id(lab, &lab->plugs[i].end), i);

        lab->plugs[i].is_second = err == CP_ERR_DUPLICATE;
        if (err == CP_OK)
            ++*nodes;
        else if (err != CP_ERR_DUPLICATE)
            return err;
    }
    return CP_OK;
}

static cp_err say_lan(struct cp_lab *lab, uint32_t first)
{
    for (uint32_t i = first; i != CP_NONE; i = lab->plugs[i].next) {
        CP_TRY(cp_lab_say_link(lab, lab->plugs[i].link));
        if (lab->plugs[i].is_second)
            CP_TRY(say_second_port(lab, &lab->plugs[i]));
    }
    return CP_OK;
}

/* With one node alone a LAN leads to something that the file does not describe. */
static cp_err add_lan(struct cp_lab *lab, struct lan *lan, uint32_t first)
{
    struct cp_lab_end outside = {.place = lan->place};
    uint32_t nodes;

    outside.outside = lan->outside.len > 0 ? lan->outside : lan->id;
    CP_TRY(find_seconds(lab, first, &nodes));
    for (uint32_t i = first; i != CP_NONE; i = lab->plugs[i].next)
        if (!lab->plugs[i].is_second)
            CP_TRY(add_lan_row(lab, lan, &lab->plugs[i].end));
    if (lan->outside.len > 0 || nodes == 1) {
        CP_TRY(cp_lab_outside(lab, lan->place, outside.outside, lan->layer));
        CP_TRY(add_lan_row(lab, lan, &outside));
    }
    lan->first = NULL; /* it may be the one outside, which is gone now */
    return say_lan(lab, first);
}

/* What a bridge is, said of the LAN that was added last. */
static cp_err say_bridge(struct cp_lab *lab, uint32_t at)
{
    const struct cp_lab_node *node = &lab->nodes[at];
    const struct cp_lab_kind *known = cp_lab_kind_find(node->kind);

    CP_ASSERT(known != NULL);
    CP_TRY(cp_lab_say_of_link(lab, node->place, CP_TEXT("x-bridge"), node->name));
    return cp_lab_say_of_link(lab, node->place, CP_TEXT("software"), cp_text_of(known->software));
}

/* firsts, lasts [nodes]: of the plugs of each bridge. */
static cp_err add_bridge(struct cp_lab *lab, uint32_t at, const uint32_t *firsts,
                         const uint32_t *nexts)
{
    struct cp_node_row row = cp_node_row_make(lab->nodes[at].place, lab->nodes[at].name);
    struct lan lan = {
        .id = lab->nodes[at].name, .layer = CP_LAYER_IP, .place = lab->nodes[at].place};

    if (firsts[at] == CP_NONE) { /* nothing is plugged into it */
        row.layer = CP_LAYER_ETHERNET;
        return cp_build_node(lab->doc->build, &row, lab->doc->diag);
    }
    CP_TRY(add_lan(lab, &lan, firsts[at]));
    for (uint32_t i = at; i != CP_NONE; i = nexts[i]) /* all that are one with it */
        CP_TRY(say_bridge(lab, i));
    return CP_OK;
}

static void chain(struct cp_lab *lab, uint32_t *first, uint32_t *last, uint32_t plug)
{
    lab->plugs[plug].next = CP_NONE;
    if (*first == CP_NONE)
        *first = plug;
    else
        lab->plugs[*last].next = plug;
    *last = plug;
}

static cp_err add_bridges(struct cp_lab *lab)
{
    struct cp_arena *arena = lab->doc->arena;
    uint32_t *firsts = CP_TAKE(arena, lab->node_count, uint32_t);
    uint32_t *lasts = CP_TAKE(arena, lab->node_count, uint32_t);
    uint32_t *nexts = CP_TAKE(arena, lab->node_count, uint32_t); /* of bridges that are one */
    uint32_t *ends = CP_TAKE(arena, lab->node_count, uint32_t);

    if (firsts == NULL || lasts == NULL || nexts == NULL || ends == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < lab->node_count; i++) {
        firsts[i] = nexts[i] = CP_NONE;
        ends[i] = i;
    }
    for (uint32_t i = 0; i < lab->plug_count; i++)
        if (lab->plugs[i].lan.len == 0) {
            uint32_t root = cp_lab_bridge_root(lab, lab->plugs[i].bridge);

            chain(lab, &firsts[root], &lasts[root], i);
        }
    for (uint32_t i = 0; i < lab->node_count; i++) {
        uint32_t root = lab->nodes[i].shape == CP_LAB_BRIDGE ? cp_lab_bridge_root(lab, i) : i;

        if (root != i) {
            nexts[ends[root]] = i;
            ends[root] = i;
        }
    }
    for (uint32_t i = 0; i < lab->node_count; i++)
        if (lab->nodes[i].shape == CP_LAB_BRIDGE && cp_lab_bridge_root(lab, i) == i)
            CP_TRY(add_bridge(lab, i, firsts, nexts));
    return CP_OK;
}

/* The management network, and each interface of the machine that macvlan shares, by name. */
static cp_err add_shared(struct cp_lab *lab)
{
    uint32_t *firsts = CP_TAKE(lab->doc->arena, lab->plug_count, uint32_t);
    uint32_t *lasts = CP_TAKE(lab->doc->arena, lab->plug_count, uint32_t);
    struct cp_map *known;
    uint32_t count = 0;

    if (firsts == NULL || lasts == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(lab->doc->arena, &known));
    for (uint32_t i = 0; i < lab->plug_count; i++) {
        uint32_t at;

        if (lab->plugs[i].lan.len == 0)
            continue;
        at = cp_map_find(known, lab->plugs[i].lan);
        if (at == CP_MAP_NONE) {
            at = count++;
            firsts[at] = CP_NONE;
            CP_TRY(cp_map_add(known, lab->plugs[i].lan, at));
        }
        chain(lab, &firsts[at], &lasts[at], i);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_lab_plug *first = &lab->plugs[firsts[i]];
        struct lan lan = {.id = first->lan,
                          .layer = cp_text_is(first->lan, CP_LAB_MGMT) ? CP_LAYER_MANAGEMENT
                                                                       : CP_LAYER_IP,
                          .place = first->link->place,
                          .outside = first->lan};

        CP_TRY(add_lan(lab, &lan, firsts[i]));
    }
    return CP_OK;
}

cp_err cp_lab_lans(struct cp_lab *lab)
{
    CP_TRY(add_bridges(lab));
    return add_shared(lab);
}

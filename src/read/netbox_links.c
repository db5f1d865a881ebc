#include "netbox_links.h"

#include <string.h>

#include "base/out.h"

/*
 * Ways to links.  Between two interfaces:
 *
 * - one cable: a link.  Several that share a cable (a breakout) share an SRLG, cable-ID, too.
 * - a cable, a circuit, a cable: one link of class leased-circuit, named after the circuit.
 * - anything longer: a link over its cables (cable-ID) and circuits, each a link of the layer below between
 *   the devices at its ends; so panels are judged with it.  Several ways are alternatives.
 *
 * A circuit without a device on either side of it (two of them back to back) is a link of the layer below
 * between the ends of the way.
 */

static bool is_circuit(uint32_t step)
{
    return (step & CP_NB_CIRCUIT_STEP) != 0;
}

cp_err cp_nb_number_id(const struct cp_nb_net *net, const char *what, const struct cp_nb_key *key,
                       cp_text *out)
{
    struct cp_out text = cp_out_make(net->arena);

    cp_out_str(&text, what);
    cp_out_u64(&text, key->id);
    if (key->source > 0) {
        cp_out_char(&text, '@');
        cp_out_u64(&text, key->source + 1);
    }
    return cp_out_done(&text, out);
}

bool cp_nb_is_name(const struct cp_nb_net *net, cp_nb_name name, bool in_lists)
{
    static const char *const ours[] = {"cable-", "circuit-", "wireless-", "virtual-"};
    cp_text text = cp_nb_text(net->nb, name);

    if (name == 0 || net->name_uses[name] != 1)
        return false;
    for (size_t i = 0; i < CP_COUNT(ours); i++)
        if (cp_text_starts(text, cp_text_of(ours[i])))
            return false;
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.at[i] == '-' && text.at[i + 1] == '-')
            return false; /* as default ids are */
    return !in_lists ||
           (cp_text_find(text, ' ', 0) == text.len && cp_text_find(text, '|', 0) == text.len);
}

/* --- nodes at ends ------------------------------------------------------------------------ */

/* The node of an interface, front or rear port; CP_NONE where there is no row of it. */
static uint32_t device_of(const struct cp_nb_net *net, uint32_t port)
{
    uint32_t device = port < net->term_first ? net->port_device[port] : CP_NONE;

    return device == CP_NONE || net->device_left_out[device] ? CP_NONE : device;
}

/* The node at the end of a way; empty where there is none. */
static cp_text node_of(const struct cp_nb_net *net, uint32_t end)
{
    uint32_t device;

    if ((end & CP_NB_NETWORK) != 0)
        return net->network_ids[end & ~CP_NB_NETWORK];
    device = device_of(net, end);
    return device == CP_NONE ? CP_TEXT("") : net->node_ids[device];
}

static cp_layer layer_of(const struct cp_nb_net *net, uint32_t end)
{
    uint32_t device = (end & CP_NB_NETWORK) != 0 ? CP_NONE : device_of(net, end);

    return device == CP_NONE ? CP_LAYER_IP : (cp_layer)net->device_layer[device];
}

static cp_text port_name(const struct cp_nb_net *net, uint32_t end)
{
    if (end >= net->term_first)
        return CP_TEXT("");
    return cp_nb_text(net->nb, cp_nb_port(net, end)->name);
}

cp_err cp_nb_link_row(const struct cp_nb_net *net, cp_place place, uint32_t a, uint32_t b,
                      struct cp_link_row *row)
{
    cp_layer one = layer_of(net, a), other = layer_of(net, b);

    *row = cp_link_row_make(place, node_of(net, a), node_of(net, b));
    row->a_port = port_name(net, a);
    row->b_port = port_name(net, b);
    row->layer = one > other ? one : other;
    return CP_OK;
}

/* --- segments ----------------------------------------------------------------------------- */

/* Whether a cable's own link is made: it is part of a longer way, or ends in a panel. */
static bool at_panel(const struct cp_nb_net *net, const struct cp_nb_cable *cable)
{
    for (uint32_t i = 0; i < (uint32_t)cable->a_count + cable->b_count; i++) {
        uint32_t port = net->nb->ends[cable->first + i].port;

        if (port != CP_NONE && port >= net->front_first && port < net->term_first)
            return true;
    }
    return false;
}

static cp_layer cable_layer(const struct cp_nb_net *net, const struct cp_nb_cable *cable)
{
    bool fibre = cable->medium == CP_NB_MEDIUM_FIBRE;

    for (uint32_t i = 0; i < (uint32_t)cable->a_count + cable->b_count; i++) {
        uint32_t port = net->nb->ends[cable->first + i].port;

        if (cable->medium == CP_NB_MEDIUM_UNKNOWN && port != CP_NONE && port < net->term_first)
            fibre = fibre || cp_nb_port(net, port)->fibre;
    }
    return fibre ? CP_LAYER_OPTICAL : CP_LAYER_ETHERNET;
}

/* The first end of a cable, and the next one after it at another node; CP_NONE.  */
static uint32_t end_beside(const struct cp_nb_net *net, const struct cp_nb_cable *cable,
                           uint32_t beside, uint32_t from)
{
    for (uint32_t i = from; i < (uint32_t)cable->a_count + cable->b_count; i++) {
        uint32_t port = net->nb->ends[cable->first + i].port;
        uint32_t device = port == CP_NONE ? CP_NONE : device_of(net, port);

        if (device != CP_NONE && device != beside)
            return i;
    }
    return CP_NONE;
}

/* Rows of a cable with ends at two nodes or more (a LAN then). */
static cp_err row_cable(struct cp_nb_links *l, uint32_t at, bool lan, uint32_t first, uint32_t next)
{
    const struct cp_nb_net *net = l->net;
    const struct cp_nb_cable *cable = cp_nb_cable(net, at);
    uint32_t a = net->nb->ends[cable->first + first].port;
    uint32_t b = net->nb->ends[cable->first + next].port;
    struct cp_link_row row;

    CP_TRY(cp_nb_link_row(net, cable->key.place, a, b, &row));
    row.layer = cable_layer(net, cable);
    row.id = l->cable_ids[at];
    if (l->cable_ways[at] > 1)
        row.srlgs = row.id;
    if (lan)
        row.link_class = CP_TEXT("lan");
    return cp_build_link(net->doc->build, &row, net->doc->diag);
}

static cp_err rows_cable(struct cp_nb_links *l, uint32_t at)
{
    const struct cp_nb_net *net = l->net;
    const struct cp_nb_cable *cable = cp_nb_cable(net, at);
    uint32_t first = end_beside(net, cable, CP_NONE, 0), next, third = CP_NONE;
    uint32_t home, other;

    if (first == CP_NONE)
        return CP_OK;
    home = device_of(net, net->nb->ends[cable->first + first].port);
    next = end_beside(net, cable, home, first + 1);
    if (next == CP_NONE)
        return CP_OK; /* both ends in one panel */
    other = device_of(net, net->nb->ends[cable->first + next].port);
    for (uint32_t i = next + 1; (i = end_beside(net, cable, home, i)) != CP_NONE; i++)
        if (device_of(net, net->nb->ends[cable->first + i].port) != other)
            third = i;
    CP_TRY(cp_nb_number_id(net, "cable-", &cable->key, &l->cable_ids[at]));
    CP_TRY(row_cable(l, at, third != CP_NONE, first, next));
    for (uint32_t i = next + 1; third != CP_NONE; i++) {
        i = end_beside(net, cable, home, i);
        if (i == CP_NONE)
            break;
        CP_TRY(row_cable(l, at, true, first, i));
    }
    return CP_OK;
}

/* The end nearest to a circuit's termination: over its cable, or a provider network. */
static uint32_t end_at_termination(const struct cp_nb_net *net, uint32_t term_at)
{
    const struct cp_nb_termination *term = cp_nb_at(net->nb, CP_NB_TERMINATION, term_at);
    uint32_t port = net->term_first + term_at;
    uint32_t network = cp_nb_find(net->nb, CP_NB_PROVIDER_NETWORK, term->key.source, term->network);

    if (network != CP_NONE)
        return CP_NB_NETWORK | network;
    for (uint32_t i = net->port_ends.starts[port]; i < net->port_ends.starts[port + 1]; i++) {
        const struct cp_nb_end *end = &net->nb->ends[net->port_ends.of[i]];
        const struct cp_nb_cable *cable = cp_nb_cable(net, end->cable);
        uint32_t from = end->side == 0 ? cable->a_count : 0;
        uint32_t found = end_beside(net, cable, CP_NONE, from);

        if (found != CP_NONE)
            return net->nb->ends[cable->first + found].port;
    }
    return CP_NONE;
}

static void dress_circuit(const struct cp_nb_net *net, uint32_t at, struct cp_link_row *row)
{
    const struct cp_nb_circuit *circuit = cp_nb_at(net->nb, CP_NB_CIRCUIT, at);
    cp_text provider = cp_nb_text(net->nb, circuit->provider);

    row->link_class = CP_TEXT("leased-circuit");
    row->operator_name = provider.len > 0 ? provider : CP_TEXT("unknown");
    row->capacity_bps = circuit->commit_bps;
    for (uint32_t i = net->circuits.starts[at]; i < net->circuits.starts[at + 1]; i++) {
        const struct cp_nb_termination *term =
            cp_nb_at(net->nb, CP_NB_TERMINATION, net->circuits.of[i]);

        if (circuit->commit_bps == CP_BPS_NONE && term->speed_bps < row->capacity_bps)
            row->capacity_bps = term->speed_bps;
    }
}

/* A circuit as a link of the layer below, between two ends. */
static cp_err row_below(struct cp_nb_links *l, uint32_t at, uint32_t a, uint32_t b)
{
    const struct cp_nb_net *net = l->net;
    const struct cp_nb_circuit *circuit = cp_nb_at(net->nb, CP_NB_CIRCUIT, at);
    struct cp_link_row row;

    CP_TRY(cp_nb_link_row(net, circuit->key.place, a, b, &row));
    if (row.layer == CP_LAYER_IP)
        row.layer = CP_LAYER_ETHERNET; /* it carries a link of layer ip */
    dress_circuit(net, at, &row);
    row.id = cp_nb_text(net->nb, circuit->cid);
    if (!cp_nb_is_name(net, circuit->cid, true))
        CP_TRY(cp_nb_number_id(net, "circuit-", &circuit->key, &row.id));
    l->circuit_ids[at] = row.id;
    return cp_build_link(net->doc->build, &row, net->doc->diag);
}

static cp_err row_circuit(struct cp_nb_links *l, uint32_t at)
{
    const struct cp_nb_net *net = l->net;
    uint32_t ends[2] = {CP_NONE, CP_NONE}, count = 0;

    for (uint32_t i = net->circuits.starts[at]; i < net->circuits.starts[at + 1] && count < 2;
         i++) {
        ends[count] = end_at_termination(net, net->circuits.of[i]);
        count += ends[count] != CP_NONE;
    }
    if (count < 2 || cp_text_eq(node_of(net, ends[0]), node_of(net, ends[1])))
        return CP_OK;
    return row_below(l, at, ends[0], ends[1]);
}

/* --- ways --------------------------------------------------------------------------------- */

/* What becomes of the ways between two ends. */
typedef enum { GROUP_CABLE, GROUP_CIRCUIT, GROUP_OVER } group_kind;

static group_kind kind_of(const struct cp_nb_ways *ways, uint32_t first, uint32_t next)
{
    const struct cp_nb_way *way = &ways->at[first];
    const uint32_t *steps = &ways->steps[way->first];

    if (next - first > 1)
        return GROUP_OVER;
    if (way->count == 1)
        return is_circuit(steps[0]) ? GROUP_OVER : GROUP_CABLE;
    if (way->count == 2 && is_circuit(steps[1]) && (way->b & CP_NB_NETWORK) != 0)
        return GROUP_CIRCUIT;
    if (way->count == 3 && is_circuit(steps[1]) && !is_circuit(steps[0]) && !is_circuit(steps[2]))
        return GROUP_CIRCUIT;
    return GROUP_OVER;
}

static uint32_t group_end(const struct cp_nb_ways *ways, uint32_t first)
{
    uint32_t next = first + 1;

    while (next < ways->count && ways->at[next].a == ways->at[first].a &&
           ways->at[next].b == ways->at[first].b)
        next++;
    return next;
}

enum { PASSED = 1, WANTED = 2 };

/* Marks what stands in longer ways, and counts the groups that each cable serves. */
static void mark_steps(struct cp_nb_links *l)
{
    const struct cp_nb_ways *ways = &l->ways;

    for (uint32_t first = 0, next; first < ways->count; first = next) {
        group_kind kind;

        next = group_end(ways, first);
        kind = kind_of(ways, first, next);
        for (uint32_t i = first; i < next; i++)
            for (uint32_t k = 0; k < ways->at[i].count; k++) {
                uint32_t step = ways->steps[ways->at[i].first + k];

                if (is_circuit(step))
                    l->circuit_wanted[step & ~CP_NB_CIRCUIT_STEP] |=
                        kind == GROUP_OVER ? PASSED | WANTED : PASSED;
                else
                    l->cable_wanted[step] |= kind == GROUP_OVER;
                if (!is_circuit(step) && l->cable_last[step] != first + 1) {
                    l->cable_last[step] = first + 1;
                    l->cable_ways[step]++;
                }
            }
    }
}

static cp_err row_of_cable(struct cp_nb_links *l, const struct cp_nb_way *way, uint32_t step)
{
    const struct cp_nb_net *net = l->net;
    const struct cp_nb_cable *cable = cp_nb_cable(net, step);
    struct cp_link_row row;

    CP_TRY(cp_nb_link_row(net, cable->key.place, way->a, way->b, &row));
    if (l->cable_ways[step] > 1)
        CP_TRY(cp_nb_number_id(net, "cable-", &cable->key, &row.srlgs));
    else if (cp_nb_is_name(net, cable->label, false))
        row.id = cp_nb_text(net->nb, cable->label);
    return cp_build_link(net->doc->build, &row, net->doc->diag);
}

static cp_err row_of_circuit(struct cp_nb_links *l, const struct cp_nb_way *way,
                             uint32_t circuit_at)
{
    const struct cp_nb_net *net = l->net;
    const struct cp_nb_circuit *circuit = cp_nb_at(net->nb, CP_NB_CIRCUIT, circuit_at);
    struct cp_link_row row;

    CP_TRY(cp_nb_link_row(net, circuit->key.place, way->a, way->b, &row));
    dress_circuit(net, circuit_at, &row);
    if (cp_nb_is_name(net, circuit->cid, false) && l->circuit_ids[circuit_at].len == 0) {
        row.id = cp_nb_text(net->nb, circuit->cid);
        l->circuit_ids[circuit_at] = row.id;
    }
    return cp_build_link(net->doc->build, &row, net->doc->diag);
}

/* Circuits of a way that stand in no link yet: links of the layer below between its ends. */
static cp_err rows_of_way(struct cp_nb_links *l, const struct cp_nb_way *way)
{
    const struct cp_nb_net *net = l->net;

    if (cp_text_eq(node_of(net, way->a), node_of(net, way->b)))
        return CP_OK; /* no link comes of it */
    for (uint32_t k = 0; k < way->count; k++) {
        uint32_t step = l->ways.steps[way->first + k];

        if (is_circuit(step) && l->circuit_ids[step & ~CP_NB_CIRCUIT_STEP].len == 0)
            CP_TRY(row_below(l, step & ~CP_NB_CIRCUIT_STEP, way->a, way->b));
    }
    return CP_OK;
}

static void put_supports(const struct cp_nb_links *l, const struct cp_nb_way *way,
                         struct cp_out *over)
{
    bool any = false;

    for (uint32_t k = 0; k < way->count; k++) {
        uint32_t step = l->ways.steps[way->first + k];
        cp_text id =
            is_circuit(step) ? l->circuit_ids[step & ~CP_NB_CIRCUIT_STEP] : l->cable_ids[step];

        if (id.len == 0)
            continue; /* a cable inside of one panel */
        if (any)
            cp_out_char(over, ' ');
        cp_out_text(over, id);
        any = true;
    }
}

/* The ways that a link's supports have room for; one at least. */
static uint32_t ways_with_room(const struct cp_nb_ways *ways, uint32_t first, uint32_t next)
{
    uint32_t supports = 0, i = first;

    while (i < next && supports + ways->at[i].count <= CP_LIMIT_WAY_SUPPORTS)
        supports += ways->at[i++].count;
    return i;
}

static cp_err list_ways(struct cp_nb_links *l, uint32_t first, uint32_t next, cp_text *out)
{
    struct cp_out over = cp_out_make(l->net->arena);

    for (uint32_t i = first; i < next; i++) {
        uint32_t before = over.len;

        if (i > first && before > 0)
            cp_out_char(&over, '|');
        CP_TRY(rows_of_way(l, &l->ways.at[i]));
        put_supports(l, &l->ways.at[i], &over);
        if (i > first && before > 0 && over.len == before + 1)
            over.len = before; /* a way of nothing that can be named */
    }
    return cp_out_done(&over, out);
}

static cp_err row_over(struct cp_nb_links *l, uint32_t first, uint32_t next)
{
    const struct cp_nb_net *net = l->net;
    const struct cp_nb_way *way = &l->ways.at[first];
    uint32_t step = l->ways.steps[way->first];
    uint32_t room = ways_with_room(&l->ways, first, next);
    struct cp_link_row row;

    CP_TRY(cp_nb_link_row(net, cp_nb_cable(net, step)->key.place, way->a, way->b, &row));
    CP_TRY(list_ways(l, first, room, &row.over));
    CP_TRY(cp_build_link(net->doc->build, &row, net->doc->diag));
    if (room < next)
        CP_TRY(cp_doc_tally(net->doc, CP_REMARK_NOT_UNDERSTOOD, row.place,
                            "too many ways between two interfaces: their link is unknown",
                            CP_TEXT("")));
    if (room == next)
        return CP_OK;
    return cp_nb_fact(net, row.place, CP_TEXT(""), "maker", CP_TEXT("unknown"));
}

static cp_err row_of_group(struct cp_nb_links *l, uint32_t first, uint32_t next)
{
    const struct cp_nb_way *way = &l->ways.at[first];
    const uint32_t *steps = &l->ways.steps[way->first];

    switch (kind_of(&l->ways, first, next)) {
    case GROUP_CABLE:
        return row_of_cable(l, way, steps[0]);
    case GROUP_CIRCUIT:
        return row_of_circuit(l, way, steps[1] & ~CP_NB_CIRCUIT_STEP);
    case GROUP_OVER:
        break;
    }
    return row_over(l, first, next);
}

/* Whether there may be more ways from an end than are known. */
static bool is_cut_off(const struct cp_nb_links *l, uint32_t end)
{
    return (end & CP_NB_NETWORK) == 0 && l->ways.cut_off[end] != 0;
}

static cp_err row_group(struct cp_nb_links *l, uint32_t first, uint32_t next)
{
    const struct cp_nb_way *way = &l->ways.at[first];
    cp_text a = node_of(l->net, way->a), b = node_of(l->net, way->b);

    if (a.len == 0 || b.len == 0)
        return CP_OK; /* a device that is not here, or planned: remarked on before */
    CP_TRY(row_of_group(l, first, next));
    if (cp_text_eq(a, b) || (!is_cut_off(l, way->a) && !is_cut_off(l, way->b)))
        return CP_OK;
    return cp_nb_fact(l->net, cp_nb_cable(l->net, l->ways.steps[way->first])->key.place,
                      CP_TEXT(""), "maker", CP_TEXT("unknown"));
}

static cp_err rows_segments(struct cp_nb_links *l)
{
    for (uint32_t i = 0; i < cp_nb_count(l->net, CP_NB_CABLE); i++)
        if (l->cable_wanted[i] != 0 || at_panel(l->net, cp_nb_cable(l->net, i)))
            CP_TRY(rows_cable(l, i));
    for (uint32_t i = 0; i < cp_nb_count(l->net, CP_NB_CIRCUIT); i++)
        if ((l->circuit_wanted[i] & WANTED) != 0)
            CP_TRY(row_circuit(l, i));
        else if (l->circuit_wanted[i] == 0 && !l->net->circuit_left_out[i])
            CP_TRY(cp_doc_tally(
                l->net->doc, CP_REMARK_FINDING,
                ((const struct cp_nb_key *)cp_nb_at(l->net->nb, CP_NB_CIRCUIT, i))->place,
                "a circuit that no cables join to interfaces at both ends: no link is made of it",
                CP_TEXT("")));
    return CP_OK;
}

/* --- all ---------------------------------------------------------------------------------- */

static void count_names(struct cp_nb_net *net)
{
    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_CABLE); i++)
        net->name_uses[cp_nb_cable(net, i)->label]++;
    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_CIRCUIT); i++)
        net->name_uses[((const struct cp_nb_circuit *)cp_nb_at(net->nb, CP_NB_CIRCUIT, i))->cid]++;
    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_VIRTUAL_CIRCUIT); i++)
        net->name_uses[((const struct cp_nb_virtual *)cp_nb_at(net->nb, CP_NB_VIRTUAL_CIRCUIT, i))
                           ->cid]++;
    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_DEVICE); i++)
        net->name_uses[((const struct cp_nb_device *)cp_nb_at(net->nb, CP_NB_DEVICE, i))->name]++;
    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_PROVIDER_NETWORK); i++)
        net->name_uses[((const struct cp_nb_network *)cp_nb_at(net->nb, CP_NB_PROVIDER_NETWORK, i))
                           ->name]++;
}

static cp_err open_links(struct cp_nb_net *net, struct cp_nb_links *l)
{
    uint32_t cables = cp_nb_count(net, CP_NB_CABLE), circuits = cp_nb_count(net, CP_NB_CIRCUIT);

    *l = (struct cp_nb_links){
        .net = net,
        .cable_ids = CP_TAKE(net->arena, cables, cp_text),
        .circuit_ids = CP_TAKE(net->arena, circuits, cp_text),
        .cable_ways = CP_TAKE(net->arena, cables, uint32_t),
        .cable_last = CP_TAKE(net->arena, cables, uint32_t),
        .cable_wanted = CP_TAKE(net->arena, cables, uint8_t),
        .circuit_wanted = CP_TAKE(net->arena, circuits, uint8_t),
    };
    net->name_uses = CP_TAKE(net->arena, net->nb->name_count, uint32_t);
    if (l->cable_ids == NULL || l->circuit_ids == NULL || l->cable_ways == NULL ||
        l->cable_last == NULL || l->cable_wanted == NULL || l->circuit_wanted == NULL ||
        net->name_uses == NULL)
        return CP_ERR_NOMEM;
    count_names(net);
    return CP_OK;
}

cp_err cp_nb_rows_links(struct cp_nb_net *net)
{
    struct cp_nb_links l;

    CP_TRY(open_links(net, &l));
    CP_TRY(cp_nb_walk(net, &l.ways));
    mark_steps(&l);
    CP_TRY(rows_segments(&l));
    for (uint32_t first = 0, next; first < l.ways.count; first = next) {
        next = group_end(&l.ways, first);
        CP_TRY(row_group(&l, first, next));
    }
    return cp_nb_rows_other_links(&l);
}

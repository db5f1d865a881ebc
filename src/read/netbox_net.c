#include "netbox_net.h"

#include <stdlib.h>
#include <string.h>

/*
 * Numbers of objects become indexes once, by halving in sorted tables; all lists are then made by
 * counting, so that what hangs on a thing stands in the order of the objects' numbers, whatever the
 * order in which they were read.
 */

const struct cp_nb_port *cp_nb_port(const struct cp_nb_net *net, uint32_t port)
{
    cp_nb_table table = cp_nb_port_table(net, port);
    uint32_t first = table == CP_NB_INTERFACE    ? 0
                     : table == CP_NB_FRONT_PORT ? net->front_first
                                                 : net->rear_first;

    CP_ASSERT(table != CP_NB_TERMINATION);
    return cp_nb_at(net->nb, table, port - first);
}

const struct cp_nb_cable *cp_nb_cable(const struct cp_nb_net *net, uint32_t cable)
{
    return cp_nb_at(net->nb, CP_NB_CABLE, cable);
}

cp_err cp_nb_list(struct cp_arena *arena, const uint32_t *at, uint32_t count, uint32_t owners,
                  struct cp_nb_lists *out)
{
    out->starts = CP_TAKE(arena, (size_t)owners + 2, uint32_t);
    out->of = CP_TAKE(arena, count, uint32_t);
    if (out->starts == NULL || out->of == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        if (at[i] != CP_NONE)
            out->starts[at[i] + 2]++;
    for (uint32_t i = 0; i < owners; i++)
        out->starts[i + 2] += out->starts[i + 1];
    for (uint32_t i = 0; i < count; i++)
        if (at[i] != CP_NONE)
            out->of[out->starts[at[i] + 1]++] = i;
    return CP_OK;
}

static cp_err tell(struct cp_nb_net *net, cp_remark_kind kind, cp_place place, const char *why)
{
    return cp_doc_tally(net->doc, kind, place, why, CP_TEXT(""));
}

/* --- ports and cables --------------------------------------------------------------------- */

static bool is_brief(const struct cp_nb_net *net, const struct cp_nb_end *end)
{
    return end->cable != CP_NONE && end->table == CP_NB_INTERFACE && end->device != 0 &&
           cp_nb_find(net->nb, CP_NB_INTERFACE, cp_nb_cable(net, end->cable)->key.source,
                      end->id) == CP_NONE;
}

/* An interface that is only seen at the end of a cable is known by what the cable says of it.  All of
 * them are found before the first is added: the table is searched by halving. */
static cp_err add_brief_interfaces(struct cp_nb_net *net)
{
    struct cp_netbox *nb = net->nb;
    uint8_t *brief = CP_TAKE(net->arena, nb->end_count, uint8_t);

    if (brief == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < nb->end_count; i++)
        brief[i] = is_brief(net, &nb->ends[i]);
    for (uint32_t i = 0; i < nb->end_count; i++) {
        const struct cp_nb_cable *cable;
        struct cp_nb_port port;

        if (brief[i] == 0)
            continue;
        cable = cp_nb_cable(net, nb->ends[i].cable);
        memset(&port, 0, sizeof(port));
        port.key = (struct cp_nb_key){cable->key.source, nb->ends[i].id, cable->key.place};
        port.device = nb->ends[i].device;
        port.name = nb->ends[i].name;
        port.brief = true;
        CP_TRY(cp_nb_keep(nb, CP_NB_INTERFACE, &port));
    }
    return cp_nb_sort(nb, CP_NB_INTERFACE, net->doc);
}

static void number_cables(struct cp_nb_net *net)
{
    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_CABLE); i++) {
        const struct cp_nb_cable *cable = cp_nb_cable(net, i);

        for (uint32_t k = 0; k < (uint32_t)cable->a_count + cable->b_count; k++)
            net->nb->ends[cable->first + k].cable = i;
    }
}

static void number_ports(struct cp_nb_net *net)
{
    net->front_first = cp_nb_count(net, CP_NB_INTERFACE);
    net->rear_first = net->front_first + cp_nb_count(net, CP_NB_FRONT_PORT);
    net->term_first = net->rear_first + cp_nb_count(net, CP_NB_REAR_PORT);
    net->port_count = net->term_first + cp_nb_count(net, CP_NB_TERMINATION);
}

static uint32_t first_of(const struct cp_nb_net *net, cp_nb_table table)
{
    if (table == CP_NB_INTERFACE)
        return 0;
    if (table == CP_NB_TERMINATION)
        return net->term_first;
    return table == CP_NB_FRONT_PORT ? net->front_first : net->rear_first;
}

/* The number of a port by that of its object; CP_NONE. */
static uint32_t find_port(const struct cp_nb_net *net, cp_nb_table table, uint32_t source,
                          uint32_t id)
{
    uint32_t at = cp_nb_find(net->nb, table, source, id);

    return at == CP_NONE ? CP_NONE : first_of(net, table) + at;
}

static cp_err resolve_ends(struct cp_nb_net *net)
{
    struct cp_netbox *nb = net->nb;
    uint32_t *at = CP_TAKE(net->arena, nb->end_count, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < nb->end_count; i++) {
        struct cp_nb_end *end = &nb->ends[i];
        const struct cp_nb_key *key;

        at[i] = CP_NONE;
        if (end->cable == CP_NONE)
            continue; /* of a cable that stood twice */
        key = &cp_nb_cable(net, end->cable)->key;
        at[i] = end->port = find_port(net, (cp_nb_table)end->table, key->source, end->id);
        if (end->port == CP_NONE)
            CP_TRY(tell(net, CP_REMARK_NOT_UNDERSTOOD, key->place,
                        "a cable that ends at a port that is not here"));
    }
    return cp_nb_list(net->arena, at, nb->end_count, net->port_count, &net->port_ends);
}

static cp_err resolve_devices(struct cp_nb_net *net)
{
    net->port_device = CP_TAKE(net->arena, net->term_first, uint32_t);
    if (net->port_device == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < net->term_first; i++) {
        const struct cp_nb_port *port = cp_nb_port(net, i);

        net->port_device[i] = cp_nb_find(net->nb, CP_NB_DEVICE, port->key.source, port->device);
        if (net->port_device[i] == CP_NONE)
            CP_TRY(tell(net, CP_REMARK_NOT_UNDERSTOOD, port->key.place,
                        "a port of a device that is not here"));
    }
    return CP_OK;
}

/* An interface that names a cable which no dump holds leads somewhere that nobody sees. */
static cp_err check_cables(struct cp_nb_net *net)
{
    for (uint32_t i = 0; i < net->term_first; i++) {
        const struct cp_nb_port *port = cp_nb_port(net, i);

        uint32_t cable;

        if (port->cable == 0 || net->port_ends.starts[i] < net->port_ends.starts[i + 1])
            continue;
        cable = cp_nb_find(net->nb, CP_NB_CABLE, port->key.source, port->cable);
        if (cable == CP_NONE)
            CP_TRY(tell(net, CP_REMARK_NOT_UNDERSTOOD, port->key.place,
                        "a port with a cable that is not here"));
        else if (!cp_nb_cable(net, cable)->passed)
            CP_TRY(tell(net, CP_REMARK_FINDING, port->key.place,
                        "a port that names a cable which does not end there"));
    }
    return CP_OK;
}

/* --- mappings ----------------------------------------------------------------------------- */

static int mapping_order(const void *a, const void *b)
{
    const struct cp_nb_mapping *one = a, *other = b;
    const uint32_t left[] = {one->source, one->front, one->front_position, one->rear,
                             one->rear_position};
    const uint32_t right[] = {other->source, other->front, other->front_position, other->rear,
                              other->rear_position};

    for (size_t i = 0; i < CP_COUNT(left); i++)
        if (left[i] != right[i])
            return left[i] < right[i] ? -1 : 1;
    return 0;
}

/* Both sides may have said the same. */
static void sort_mappings(struct cp_netbox *nb)
{
    uint32_t to = 0;

    if (nb->mapping_count == 0)
        return;
    qsort(nb->mappings, nb->mapping_count, sizeof(*nb->mappings), mapping_order);
    for (uint32_t i = 1; i < nb->mapping_count; i++)
        if (mapping_order(&nb->mappings[to], &nb->mappings[i]) != 0)
            nb->mappings[++to] = nb->mappings[i];
    nb->mapping_count = to + 1;
}

/* Each mapping hangs on its front port and on its rear port: two halves of one list. */
static cp_err resolve_mappings(struct cp_nb_net *net)
{
    struct cp_netbox *nb = net->nb;
    uint32_t *at, count;

    sort_mappings(nb);
    count = nb->mapping_count;
    at = CP_TAKE(net->arena, (size_t)count * 2, uint32_t);
    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_nb_mapping *m = &nb->mappings[i];
        uint32_t front = find_port(net, CP_NB_FRONT_PORT, m->source, m->front);
        uint32_t rear = find_port(net, CP_NB_REAR_PORT, m->source, m->rear);

        at[i] = front == CP_NONE || rear == CP_NONE ? CP_NONE : front;
        at[count + i] = at[i] == CP_NONE ? CP_NONE : rear;
        if (at[i] == CP_NONE)
            CP_TRY(tell(net, CP_REMARK_NOT_UNDERSTOOD,
                        front != CP_NONE  ? cp_nb_port(net, front)->key.place
                        : rear != CP_NONE ? cp_nb_port(net, rear)->key.place
                                          : CP_PLACE_NONE,
                        "a port of a panel that is joined with one that is not here"));
    }
    CP_TRY(cp_nb_list(net->arena, at, count * 2, net->term_first, &net->mappings));
    for (uint32_t i = 0; i < net->mappings.starts[net->term_first]; i++)
        if (net->mappings.of[i] >= count)
            net->mappings.of[i] -= count;
    return CP_OK;
}

/* --- circuits ----------------------------------------------------------------------------- */

static cp_err resolve_circuits(struct cp_nb_net *net)
{
    uint32_t count = cp_nb_count(net, CP_NB_TERMINATION);
    uint32_t circuits = cp_nb_count(net, CP_NB_CIRCUIT);

    net->term_circuit = CP_TAKE(net->arena, count, uint32_t);
    net->circuit_left_out = CP_TAKE(net->arena, circuits, uint8_t);
    if (net->term_circuit == NULL || net->circuit_left_out == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_nb_termination *term = cp_nb_at(net->nb, CP_NB_TERMINATION, i);

        net->term_circuit[i] = cp_nb_find(net->nb, CP_NB_CIRCUIT, term->key.source, term->circuit);
        if (net->term_circuit[i] == CP_NONE)
            CP_TRY(tell(net, CP_REMARK_NOT_UNDERSTOOD, term->key.place,
                        "a termination of a circuit that is not here"));
    }
    return cp_nb_list(net->arena, net->term_circuit, count, circuits, &net->circuits);
}

static bool is_cabled(const struct cp_nb_net *net, uint32_t port)
{
    return net->port_ends.starts[port] < net->port_ends.starts[port + 1];
}

/* What is planned, or gone, is not there; unless cables that are there lead to all its ends. */
static cp_err weigh_circuits(struct cp_nb_net *net)
{
    for (uint32_t c = 0; c < cp_nb_count(net, CP_NB_CIRCUIT); c++) {
        const struct cp_nb_circuit *circuit = cp_nb_at(net->nb, CP_NB_CIRCUIT, c);
        uint32_t cabled = 0, networks = 0;
        bool out;

        if (circuit->standing == CP_NB_THERE)
            continue;
        for (uint32_t i = net->circuits.starts[c]; i < net->circuits.starts[c + 1]; i++) {
            const struct cp_nb_termination *term =
                cp_nb_at(net->nb, CP_NB_TERMINATION, net->circuits.of[i]);

            cabled += is_cabled(net, net->term_first + net->circuits.of[i]);
            networks += term->network != 0; /* no cable leads there */
        }
        out = cabled == 0 || cabled + networks < 2;
        net->circuit_left_out[c] = out;
        CP_TRY(tell(net, out ? CP_REMARK_IGNORED : CP_REMARK_FINDING, circuit->key.place,
                    out ? "circuits that are planned or gone"
                        : "a circuit that is planned or gone, with cables at its ends: it "
                          "counts as there"));
    }
    return CP_OK;
}

/* --- devices ------------------------------------------------------------------------------ */

static cp_err weigh_devices(struct cp_nb_net *net, const uint8_t *cabled)
{
    for (uint32_t d = 0; d < cp_nb_count(net, CP_NB_DEVICE); d++) {
        const struct cp_nb_device *device = cp_nb_at(net->nb, CP_NB_DEVICE, d);

        if (device->standing == CP_NB_THERE)
            continue;
        net->device_left_out[d] = !cabled[d];
        CP_TRY(tell(net, cabled[d] ? CP_REMARK_FINDING : CP_REMARK_IGNORED, device->key.place,
                    cabled[d]
                        ? "a device that is planned, with a cable that is there: it counts as "
                          "there"
                        : "devices that are planned"));
    }
    return CP_OK;
}

/* A device with front or rear ports and no interface is passive; where fibre ends in it, optical. */
static cp_err mark_devices(struct cp_nb_net *net)
{
    uint32_t devices = cp_nb_count(net, CP_NB_DEVICE);
    uint8_t *cabled = CP_TAKE(net->arena, devices, uint8_t);
    uint8_t *active = CP_TAKE(net->arena, devices, uint8_t);
    uint8_t *fibre = CP_TAKE(net->arena, devices, uint8_t);

    net->device_left_out = CP_TAKE(net->arena, devices, uint8_t);
    net->device_passive = CP_TAKE(net->arena, devices, uint8_t);
    net->device_layer = CP_TAKE(net->arena, devices, uint8_t);
    if (cabled == NULL || active == NULL || fibre == NULL || net->device_left_out == NULL ||
        net->device_passive == NULL || net->device_layer == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < net->term_first; i++) {
        uint32_t device = net->port_device[i];

        if (device == CP_NONE)
            continue;
        cabled[device] |= is_cabled(net, i);
        active[device] |= i < net->front_first;
        net->device_passive[device] |= i >= net->front_first;
        fibre[device] |= cp_nb_port(net, i)->fibre;
    }
    for (uint32_t d = 0; d < devices; d++) {
        const struct cp_nb_device *device = cp_nb_at(net->nb, CP_NB_DEVICE, d);

        net->device_passive[d] = net->device_passive[d] && !active[d];
        net->device_layer[d] = device->layer;
        if (device->layer == CP_LAYER_COUNT)
            net->device_layer[d] = !net->device_passive[d] ? CP_LAYER_IP
                                   : fibre[d]              ? CP_LAYER_OPTICAL
                                                           : CP_LAYER_ETHERNET;
    }
    return weigh_devices(net, cabled);
}

/* ------------------------------------------------------------------------------------------ */

static cp_err sort_tables(struct cp_nb_net *net)
{
    CP_TRY(cp_nb_sort_sources(net->nb));
    for (uint32_t table = 0; table < CP_NB_TABLES; table++)
        CP_TRY(cp_nb_sort(net->nb, (cp_nb_table)table, net->doc));
    number_cables(net);
    return add_brief_interfaces(net);
}

cp_err cp_nb_resolve(struct cp_nb_net *net)
{
    CP_TRY(sort_tables(net));
    number_ports(net);
    CP_TRY(resolve_ends(net));
    CP_TRY(resolve_devices(net));
    CP_TRY(check_cables(net));
    CP_TRY(resolve_mappings(net));
    CP_TRY(resolve_circuits(net));
    CP_TRY(weigh_circuits(net));
    return mark_devices(net);
}

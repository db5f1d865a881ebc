#include "netbox_links.h"

#include <stdlib.h>

/* Links that no cable makes. */

static cp_err missing(const struct cp_nb_net *net, cp_place place, const char *why)
{
    return cp_doc_tally(net->doc, CP_REMARK_NOT_UNDERSTOOD, place, why, CP_TEXT(""));
}

/* --- through the air ---------------------------------------------------------------------- */

/* One link of layer radio, and above it what joins the devices. */
static cp_err row_wireless(struct cp_nb_net *net, const struct cp_nb_wireless *link)
{
    uint32_t a = cp_nb_find(net->nb, CP_NB_INTERFACE, link->key.source, link->a);
    uint32_t b = cp_nb_find(net->nb, CP_NB_INTERFACE, link->key.source, link->b);
    struct cp_link_row row, above;

    if (a == CP_NONE || b == CP_NONE)
        return missing(net, link->key.place, "a wireless link of an interface that is not here");
    CP_TRY(cp_nb_link_row(net, link->key.place, a, b, &row));
    if (row.a.len == 0 || row.b.len == 0)
        return CP_OK;
    above = row;
    CP_TRY(cp_nb_number_id(net, "wireless-", &link->key, &row.id));
    row.layer = CP_LAYER_RADIO;
    row.link_class = above.link_class = CP_TEXT("radio");
    CP_TRY(cp_build_link(net->doc->build, &row, net->doc->diag));
    if (cp_text_eq(row.a, row.b))
        return CP_OK;
    above.over = row.id;
    return cp_build_link(net->doc->build, &above, net->doc->diag);
}

/* --- virtual circuits --------------------------------------------------------------------- */

struct meeting {
    struct cp_nb_net *net;
    const struct cp_nb_virtual *circuit;
    const uint32_t *ends; /* indexes of virtual ends */
    uint32_t count, rows;
    cp_text id, provider;
};

static uint32_t interface_of(const struct meeting *m, uint32_t i, bool *spoke)
{
    const struct cp_nb_virtual_end *end = cp_nb_at(m->net->nb, CP_NB_VIRTUAL_END, m->ends[i]);

    *spoke = end->spoke;
    return cp_nb_find(m->net->nb, CP_NB_INTERFACE, end->key.source, end->interface);
}

/* Peers and hubs meet each other, spokes the hubs. */
static cp_err row_pair(struct meeting *m, uint32_t i, uint32_t k)
{
    bool one_spoke, other_spoke;
    uint32_t a = interface_of(m, i, &one_spoke), b = interface_of(m, k, &other_spoke);
    struct cp_link_row row;

    if (a == CP_NONE || b == CP_NONE)
        return missing(m->net, m->circuit->key.place,
                       "a virtual circuit at an interface that is not here");
    if (one_spoke && other_spoke)
        return CP_OK;
    CP_TRY(cp_nb_link_row(m->net, m->circuit->key.place, a, b, &row));
    if (row.a.len == 0 || row.b.len == 0 || cp_text_eq(row.a, row.b))
        return CP_OK;
    row.link_class = CP_TEXT("leased-circuit");
    row.operator_name = m->provider;
    if (m->rows++ == 0)
        row.id = m->id;
    return cp_build_link(m->net->doc->build, &row, m->net->doc->diag);
}

static cp_err rows_virtual(struct cp_nb_net *net, const struct cp_nb_virtual *circuit,
                           const uint32_t *ends, uint32_t count)
{
    struct meeting m = {net, circuit, ends, count, 0, CP_TEXT(""), CP_TEXT("unknown")};
    uint32_t network =
        cp_nb_find(net->nb, CP_NB_PROVIDER_NETWORK, circuit->key.source, circuit->network);

    if (circuit->standing != CP_NB_THERE)
        return cp_doc_tally(net->doc, CP_REMARK_IGNORED, circuit->key.place,
                            "circuits that are planned or gone", CP_TEXT(""));
    if (count > CP_LIMIT_VIRTUAL_ENDS)
        return missing(net, circuit->key.place, "a virtual circuit with too many ends");
    if (network != CP_NONE) {
        const struct cp_nb_network *of = cp_nb_at(net->nb, CP_NB_PROVIDER_NETWORK, network);

        if (of->provider != 0)
            m.provider = cp_nb_text(net->nb, of->provider);
    }
    if (cp_nb_is_name(net, circuit->cid, false))
        m.id = cp_nb_text(net->nb, circuit->cid);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = i + 1; k < count; k++)
            CP_TRY(row_pair(&m, i, k));
    return CP_OK;
}

static cp_err rows_virtuals(struct cp_nb_net *net)
{
    uint32_t ends = cp_nb_count(net, CP_NB_VIRTUAL_END);
    uint32_t circuits = cp_nb_count(net, CP_NB_VIRTUAL_CIRCUIT);
    uint32_t *at = CP_TAKE(net->arena, ends, uint32_t);
    struct cp_nb_lists lists;

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < ends; i++) {
        const struct cp_nb_virtual_end *end = cp_nb_at(net->nb, CP_NB_VIRTUAL_END, i);

        at[i] = cp_nb_find(net->nb, CP_NB_VIRTUAL_CIRCUIT, end->key.source, end->circuit);
        if (at[i] == CP_NONE)
            CP_TRY(missing(net, end->key.place, "an end of a virtual circuit that is not here"));
    }
    CP_TRY(cp_nb_list(net->arena, at, ends, circuits, &lists));
    for (uint32_t i = 0; i < circuits; i++)
        CP_TRY(rows_virtual(net, cp_nb_at(net->nb, CP_NB_VIRTUAL_CIRCUIT, i),
                            lists.of + lists.starts[i], lists.starts[i + 1] - lists.starts[i]));
    return CP_OK;
}

/* --- virtual chassis ---------------------------------------------------------------------- */

struct member {
    uint32_t source, chassis, device;
};

static int member_order(const void *a, const void *b)
{
    const struct member *one = a, *other = b;

    if (one->source != other->source)
        return one->source < other->source ? -1 : 1;
    if (one->chassis != other->chassis)
        return one->chassis < other->chassis ? -1 : 1;
    return one->device < other->device ? -1 : one->device > other->device;
}

/* Its members are joined: two by a link, more by a LAN. */
static cp_err rows_chassis(struct cp_nb_net *net, const struct member *members, uint32_t count)
{
    const struct cp_nb_device *first = cp_nb_at(net->nb, CP_NB_DEVICE, members[0].device);
    struct cp_nb_key key = {members[0].source, members[0].chassis, first->key.place};
    cp_layer layer = CP_LAYER_IP;
    cp_text id;

    CP_TRY(cp_nb_number_id(net, "virtual-chassis-", &key, &id));
    for (uint32_t i = 0; i < count; i++)
        if (net->device_layer[members[i].device] > layer)
            layer = (cp_layer)net->device_layer[members[i].device];
    for (uint32_t i = 1; i < count; i++) {
        struct cp_link_row row = cp_link_row_make(key.place, net->node_ids[members[0].device],
                                                  net->node_ids[members[i].device]);

        row.id = id;
        row.layer = layer;
        row.link_class = count > 2 ? CP_TEXT("lan") : CP_TEXT("virtual-chassis");
        CP_TRY(cp_build_link(net->doc->build, &row, net->doc->diag));
    }
    return CP_OK;
}

static cp_err rows_all_chassis(struct cp_nb_net *net)
{
    uint32_t devices = cp_nb_count(net, CP_NB_DEVICE), count = 0;
    struct member *members = CP_TAKE(net->arena, devices, struct member);

    if (members == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < devices; i++) {
        const struct cp_nb_device *device = cp_nb_at(net->nb, CP_NB_DEVICE, i);

        if (device->chassis != 0 && !net->device_left_out[i])
            members[count++] = (struct member){device->key.source, device->chassis, i};
    }
    if (count > 0)
        qsort(members, count, sizeof(*members), member_order);
    for (uint32_t first = 0, next; first < count; first = next) {
        next = first + 1;
        while (next < count && members[next].source == members[first].source &&
               members[next].chassis == members[first].chassis)
            next++;
        if (next - first > CP_LIMIT_VIRTUAL_ENDS)
            CP_TRY(missing(
                net,
                ((const struct cp_nb_key *)cp_nb_at(net->nb, CP_NB_DEVICE, members[first].device))
                    ->place,
                "a virtual chassis with too many members"));
        else
            CP_TRY(rows_chassis(net, members + first, next - first));
    }
    return CP_OK;
}

cp_err cp_nb_rows_other_links(struct cp_nb_links *links)
{
    struct cp_nb_net *net = links->net;

    for (uint32_t i = 0; i < cp_nb_count(net, CP_NB_WIRELESS); i++)
        CP_TRY(row_wireless(net, cp_nb_at(net->nb, CP_NB_WIRELESS, i)));
    CP_TRY(rows_virtuals(net));
    return rows_all_chassis(net);
}

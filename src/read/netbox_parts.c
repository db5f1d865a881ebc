#include "netbox_net.h"

#include "base/out.h"

/*
 * What is in a device: modules and inventory items to parts, MAC addresses of ports.  Lists by device
 * are made once.
 *
 * A part's name says where it sits: an item that names its port is PORT/ITEM, one in another PARENT/ITEM;
 * a module is its bay's name, below that of the module that the bay is in.  Where the bay of a module bears
 * the name of the module's interface (a pluggable in its cage) the part is that port.
 */
struct cp_nb_parts {
    struct cp_nb_net *net;
    struct cp_nb_lists modules, items, ports, macs; /* of devices, but macs of interfaces */
    uint32_t *module_port; /* [modules] the interface that bears the name of its bay; CP_NONE */
    struct cp_map *taken;  /* "NODE/PART", to indexes of next */
    uint32_t *next;        /* [next_count] how many bear a name */
    uint32_t next_count, next_cap;
};

static cp_err list_devices_of(struct cp_nb_parts *p, cp_nb_table table, struct cp_nb_lists *out)
{
    struct cp_nb_net *net = p->net;
    uint32_t count = cp_nb_count(net, table);
    uint32_t *at = CP_TAKE(net->arena, count, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_nb_key *key = cp_nb_at(net->nb, table, i);
        uint32_t device = table == CP_NB_MODULE
                              ? ((const struct cp_nb_module *)(const void *)key)->device
                              : ((const struct cp_nb_item *)(const void *)key)->device;

        at[i] = cp_nb_find(net->nb, CP_NB_DEVICE, key->source, device);
        if (at[i] == CP_NONE)
            CP_TRY(cp_doc_tally(net->doc, CP_REMARK_NOT_UNDERSTOOD, key->place,
                                "a part of a device that is not here", CP_TEXT("")));
    }
    return cp_nb_list(net->arena, at, count, cp_nb_count(net, CP_NB_DEVICE), out);
}

/* Interfaces with a cable: the others are counted and no more. */
static cp_err list_ports(struct cp_nb_parts *p)
{
    struct cp_nb_net *net = p->net;
    uint32_t *at = CP_TAKE(net->arena, net->front_first, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < net->front_first; i++) {
        bool cabled = net->port_ends.starts[i] < net->port_ends.starts[i + 1];

        at[i] = cabled ? net->port_device[i] : CP_NONE;
    }
    return cp_nb_list(net->arena, at, net->front_first, cp_nb_count(net, CP_NB_DEVICE), &p->ports);
}

static cp_err list_macs(struct cp_nb_parts *p)
{
    struct cp_nb_net *net = p->net;
    uint32_t count = cp_nb_count(net, CP_NB_MAC);
    uint32_t *at = CP_TAKE(net->arena, count, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_nb_mac *mac = cp_nb_at(net->nb, CP_NB_MAC, i);

        at[i] = cp_nb_find(net->nb, CP_NB_INTERFACE, mac->key.source, mac->interface);
        if (at[i] == CP_NONE)
            CP_TRY(cp_doc_tally(net->doc, CP_REMARK_NOT_UNDERSTOOD, mac->key.place,
                                "a MAC address of an interface that is not here", CP_TEXT("")));
    }
    return cp_nb_list(net->arena, at, count, net->front_first, &p->macs);
}

static cp_err match_bays(struct cp_nb_parts *p)
{
    struct cp_nb_net *net = p->net;
    uint32_t count = cp_nb_count(net, CP_NB_MODULE);

    p->module_port = CP_TAKE(net->arena, count, uint32_t);
    if (p->module_port == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        p->module_port[i] = CP_NONE;
    for (uint32_t i = 0; count > 0 && i < net->front_first; i++) {
        const struct cp_nb_port *port = cp_nb_port(net, i);
        uint32_t module = cp_nb_find(net->nb, CP_NB_MODULE, port->key.source, port->module);
        const struct cp_nb_module *m;

        if (module == CP_NONE)
            continue;
        m = cp_nb_at(net->nb, CP_NB_MODULE, module);
        if (m->bay_name != 0 && m->bay_name == port->name)
            p->module_port[module] = i;
    }
    return CP_OK;
}

cp_err cp_nb_parts_open(struct cp_nb_net *net, struct cp_nb_parts **out)
{
    struct cp_nb_parts *p = CP_TAKE(net->arena, 1, struct cp_nb_parts);

    if (p == NULL)
        return CP_ERR_NOMEM;
    p->net = net;
    CP_TRY(cp_map_open(net->arena, &p->taken));
    CP_TRY(list_devices_of(p, CP_NB_MODULE, &p->modules));
    CP_TRY(list_devices_of(p, CP_NB_ITEM, &p->items));
    CP_TRY(list_ports(p));
    CP_TRY(list_macs(p));
    CP_TRY(match_bays(p));
    *out = p;
    return CP_OK;
}

/* --- names -------------------------------------------------------------------------------- */

static cp_err below(struct cp_nb_parts *p, cp_text above, cp_text name, cp_text *out)
{
    struct cp_out text = cp_out_make(p->net->arena);

    *out = name;
    if (above.len == 0)
        return CP_OK;
    cp_out_text(&text, above);
    cp_out_char(&text, '/');
    cp_out_text(&text, name);
    return cp_out_done(&text, out);
}

/* What is a part's own name, as this number of its kind where it has none. */
static cp_err own_name(struct cp_nb_parts *p, cp_nb_name name, const char *what, uint32_t id,
                       cp_text *out)
{
    struct cp_out text = cp_out_make(p->net->arena);

    *out = cp_nb_text(p->net->nb, name);
    if (out->len > 0)
        return CP_OK;
    cp_out_str(&text, what);
    cp_out_u64(&text, id);
    return cp_out_done(&text, out);
}

/* The number of a name's next bearer on this node; 1: there is none yet. */
static cp_err next_bearer(struct cp_nb_parts *p, cp_text full, uint32_t *number)
{
    uint32_t slot = cp_map_find(p->taken, full);
    void *next = p->next;

    *number = 1;
    if (slot != CP_MAP_NONE) {
        *number = ++p->next[slot];
        return CP_OK;
    }
    if (p->next_count == p->next_cap)
        CP_TRY(cp_arena_grow(p->net->arena, &next, p->next_count, &p->next_cap, sizeof(*p->next)));
    p->next = next;
    p->next[p->next_count] = 1;
    return cp_map_add(p->taken, full, p->next_count++);
}

/* The same name on one node comes with a number from the second on, past those that stand somewhere. */
static cp_err only_one(struct cp_nb_parts *p, uint32_t device, cp_text name, cp_text *out)
{
    cp_text node = p->net->node_ids[device], first, full;
    uint32_t number, one;

    CP_TRY(below(p, node, name, &first));
    CP_TRY(next_bearer(p, first, &number));
    *out = name;
    while (number > 1) {
        struct cp_out text = cp_out_make(p->net->arena);

        cp_out_text(&text, name);
        cp_out_char(&text, '#');
        cp_out_u64(&text, number);
        CP_TRY(cp_out_done(&text, out));
        CP_TRY(below(p, node, *out, &full));
        if (cp_map_find(p->taken, full) == CP_MAP_NONE)
            return next_bearer(p, full, &one);
        CP_TRY(next_bearer(p, first, &number));
    }
    return CP_OK;
}

static cp_err name_module(struct cp_nb_parts *p, uint32_t at, uint32_t depth, cp_text *out);

/* The part that the bay of a module is in, empty where that is the device itself. */
static cp_err above_module(struct cp_nb_parts *p, const struct cp_nb_module *module, uint32_t depth,
                           cp_text *out)
{
    struct cp_netbox *nb = p->net->nb;
    uint32_t bay = cp_nb_find(nb, CP_NB_MODULE_BAY, module->key.source, module->bay);
    uint32_t parent = CP_NONE;

    *out = CP_TEXT("");
    if (bay != CP_NONE)
        parent =
            cp_nb_find(nb, CP_NB_MODULE, module->key.source,
                       ((const struct cp_nb_bay *)cp_nb_at(nb, CP_NB_MODULE_BAY, bay))->module);
    if (parent == CP_NONE || depth >= CP_LIMIT_PART_DEPTH)
        return CP_OK;
    return name_module(p, parent, depth + 1, out);
}

static cp_err name_module(struct cp_nb_parts *p, uint32_t at, uint32_t depth, cp_text *out)
{
    struct cp_netbox *nb = p->net->nb;
    const struct cp_nb_module *module = cp_nb_at(nb, CP_NB_MODULE, at);
    cp_text above = CP_TEXT(""), name;

    CP_TRY(own_name(p, module->bay_name, "module-", module->key.id, &name));
    if (p->module_port[at] == CP_NONE)
        CP_TRY(above_module(p, module, depth, &above));
    return below(p, above, name, out);
}

static cp_err name_item(struct cp_nb_parts *p, uint32_t at, uint32_t depth, cp_text *out);

static cp_err above_item(struct cp_nb_parts *p, const struct cp_nb_item *item, uint32_t depth,
                         cp_text *out)
{
    struct cp_netbox *nb = p->net->nb;
    uint32_t port = CP_NONE, parent;

    *out = CP_TEXT("");
    if (item->component_table != CP_NB_TABLES)
        port =
            cp_nb_find(nb, (cp_nb_table)item->component_table, item->key.source, item->component);
    if (port != CP_NONE) {
        const struct cp_nb_port *of = cp_nb_at(nb, (cp_nb_table)item->component_table, port);

        *out = cp_nb_text(nb, of->name);
        return CP_OK;
    }
    parent = cp_nb_find(nb, CP_NB_ITEM, item->key.source, item->parent);
    if (parent == CP_NONE || depth >= CP_LIMIT_PART_DEPTH)
        return CP_OK;
    return name_item(p, parent, depth + 1, out);
}

static cp_err name_item(struct cp_nb_parts *p, uint32_t at, uint32_t depth, cp_text *out)
{
    const struct cp_nb_item *item = cp_nb_at(p->net->nb, CP_NB_ITEM, at);
    cp_text above, name;

    CP_TRY(own_name(p, item->name, "item-", item->key.id, &name));
    CP_TRY(above_item(p, item, depth, &above));
    return below(p, above, name, out);
}

/* --- facts -------------------------------------------------------------------------------- */

/* Somebody's words about a part, or at least that it is there. */
static cp_err part_facts(struct cp_nb_parts *p, cp_place place, cp_text part,
                         const struct cp_nb_module *m, cp_nb_name part_number, cp_text class)
{
    const struct cp_nb_net *net = p->net;

    CP_TRY(cp_nb_fact(net, place, part, "maker", cp_nb_text(net->nb, m->maker)));
    CP_TRY(cp_nb_fact(net, place, part, "model", cp_nb_text(net->nb, m->model)));
    CP_TRY(cp_nb_fact(net, place, part, "part-number", cp_nb_text(net->nb, part_number)));
    CP_TRY(cp_nb_fact(net, place, part, "serial", cp_nb_text(net->nb, m->serial)));
    return cp_nb_fact(net, place, part, "class", class);
}

static cp_err rows_module(struct cp_nb_parts *p, uint32_t device, uint32_t at)
{
    struct cp_netbox *nb = p->net->nb;
    struct cp_nb_module module = *(const struct cp_nb_module *)cp_nb_at(nb, CP_NB_MODULE, at);
    uint32_t type_at = cp_nb_find(nb, CP_NB_MODULE_TYPE, module.key.source, module.type);
    struct cp_nb_type type = {0};
    cp_text name, part;

    if (type_at != CP_NONE)
        type = *(const struct cp_nb_type *)cp_nb_at(nb, CP_NB_MODULE_TYPE, type_at);
    module.maker = module.maker != 0 ? module.maker : type.maker;
    module.model = module.model != 0 ? module.model : type.name;
    CP_TRY(name_module(p, at, 0, &name));
    CP_TRY(only_one(p, device, name, &part));
    return part_facts(p, module.key.place, part, &module, type.part_number, CP_TEXT("module"));
}

static cp_err rows_item(struct cp_nb_parts *p, uint32_t device, uint32_t at)
{
    struct cp_netbox *nb = p->net->nb;
    const struct cp_nb_item *item = cp_nb_at(nb, CP_NB_ITEM, at);
    struct cp_nb_module words = {.maker = item->maker, .serial = item->serial};
    cp_text name, part;

    CP_TRY(name_item(p, at, 0, &name));
    CP_TRY(only_one(p, device, name, &part));
    if (item->role == 0 && item->maker == 0 && item->part_number == 0 && item->serial == 0)
        return cp_nb_fact(p->net, item->key.place, part, "class", CP_TEXT("inventory-item"));
    return part_facts(p, item->key.place, part, &words, item->part_number,
                      cp_nb_text(nb, item->role));
}

static cp_err mac_fact(struct cp_nb_parts *p, cp_place place, cp_text port, uint64_t mac)
{
    static const char digits[] = "0123456789abcdef";
    char text[17];

    for (size_t i = 0; i < 6; i++) {
        uint64_t byte = mac >> (40 - 8 * i) & 0xff;

        text[3 * i] = digits[byte >> 4];
        text[3 * i + 1] = digits[byte & 15];
        if (i < 5)
            text[3 * i + 2] = ':';
    }
    return cp_nb_fact(p->net, place, port, "mac", (cp_text){text, sizeof(text)});
}

static cp_err rows_port(struct cp_nb_parts *p, uint32_t at)
{
    const struct cp_nb_port *port = cp_nb_port(p->net, at);
    cp_text name = cp_nb_text(p->net->nb, port->name);

    if (name.len == 0)
        return CP_OK;
    if (port->mac != 0)
        CP_TRY(mac_fact(p, port->key.place, name, port->mac));
    for (uint32_t i = p->macs.starts[at]; i < p->macs.starts[at + 1]; i++) {
        const struct cp_nb_mac *mac = cp_nb_at(p->net->nb, CP_NB_MAC, p->macs.of[i]);

        if (mac->mac != port->mac)
            CP_TRY(mac_fact(p, mac->key.place, name, mac->mac));
    }
    return CP_OK;
}

cp_err cp_nb_rows_parts(struct cp_nb_parts *p, uint32_t device)
{
    for (uint32_t i = p->modules.starts[device]; i < p->modules.starts[device + 1]; i++)
        CP_TRY(rows_module(p, device, p->modules.of[i]));
    for (uint32_t i = p->items.starts[device]; i < p->items.starts[device + 1]; i++)
        CP_TRY(rows_item(p, device, p->items.of[i]));
    for (uint32_t i = p->ports.starts[device]; i < p->ports.starts[device + 1]; i++)
        CP_TRY(rows_port(p, p->ports.of[i]));
    return CP_OK;
}

#include "netbox.h"

#include <string.h>

/* Interfaces, front and rear ports, MAC addresses, cables. */

static const struct cp_nb_ask interface_asks[] = {
    CP_NB_ASK2("device", "id"), CP_NB_ASK1("name"),
    CP_NB_ASK2("module", "id"), CP_NB_ASK2("cable", "id"),
    CP_NB_ASK1("mac_address"),  CP_NB_ASK2("primary_mac_address", "mac_address"),
};

static cp_err keep_interface(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_port port;

    memset(&port, 0, sizeof(port));
    port.key = o->key;
    CP_TRY(cp_nb_ref_of(o, 0, &port.device));
    CP_TRY(cp_nb_name_of(o, 1, &port.name));
    CP_TRY(cp_nb_ref_of(o, 2, &port.module));
    CP_TRY(cp_nb_ref_of(o, 3, &port.cable));
    CP_TRY(cp_nb_mac_of(o, 4, &port.mac));
    if (port.mac == 0)
        CP_TRY(cp_nb_mac_of(o, 5, &port.mac));
    *kept = port.device != 0;
    if (!*kept)
        return cp_nb_not_understood(o, "an interface without device");
    return cp_nb_keep(o->nb, CP_NB_INTERFACE, &port);
}

/* --- front and rear ports ----------------------------------------------------------------- */

/* Types of connectors that only fibre has. */
static bool is_fibre(cp_text type)
{
    static const char *const begins[] = {"fc", "lc", "lsh", "lx5", "mpo", "mtrj", "sc",    "st",
                                         "cs", "sn", "sma", "urm", "mmc", "vsff", "splice"};

    for (size_t i = 0; i < CP_COUNT(begins); i++)
        if (cp_text_starts(type, cp_text_of(begins[i])))
            return true;
    return false;
}

struct mapping_of {
    const struct cp_nb_port *port;
    bool front; /* the port is the front one */
};

static cp_err visit_mapping(const struct cp_nb_object *item, void *user)
{
    const struct mapping_of *of = user;
    struct cp_nb_mapping mapping = {.source = of->port->key.source};
    uint64_t here, there;
    uint32_t other;

    CP_TRY(cp_nb_number_of(item, 0, 1024, &here));
    CP_TRY(cp_nb_ref_of(item, 1, &other));
    CP_TRY(cp_nb_number_of(item, 2, 1024, &there));
    if (here == 0 || there == 0 || other == 0)
        return cp_nb_not_understood(item, "a mapping of ports that lacks one or a position");
    mapping.front = of->front ? of->port->key.id : other;
    mapping.rear = of->front ? other : of->port->key.id;
    mapping.front_position = (uint16_t)(of->front ? here : there);
    mapping.rear_position = (uint16_t)(of->front ? there : here);
    return cp_nb_keep_mapping(item->nb, &mapping);
}

enum {
    PORT_DEVICE,
    PORT_NAME,
    PORT_MODULE,
    PORT_CABLE,
    PORT_TYPE,
    PORT_POSITIONS,
    PORT_MAPPINGS,
    PORT_REAR,
    PORT_REAR_POSITION,
};

/* Up to 4.4 a front port names its one rear port; since 4.5 both sides list what they are joined to. */
static const struct cp_nb_ask front_asks[] = {
    [PORT_DEVICE] = CP_NB_ASK2("device", "id"),
    [PORT_NAME] = CP_NB_ASK1("name"),
    [PORT_MODULE] = CP_NB_ASK2("module", "id"),
    [PORT_CABLE] = CP_NB_ASK2("cable", "id"),
    [PORT_TYPE] = CP_NB_ASK2("type", "value"),
    [PORT_POSITIONS] = CP_NB_ASK1("positions"),
    [PORT_MAPPINGS] = CP_NB_ASK1("rear_ports"),
    [PORT_REAR] = CP_NB_ASK2("rear_port", "id"),
    [PORT_REAR_POSITION] = CP_NB_ASK1("rear_port_position"),
};

static const struct cp_nb_ask rear_asks[] = {
    [PORT_DEVICE] = CP_NB_ASK2("device", "id"),  [PORT_NAME] = CP_NB_ASK1("name"),
    [PORT_MODULE] = CP_NB_ASK2("module", "id"),  [PORT_CABLE] = CP_NB_ASK2("cable", "id"),
    [PORT_TYPE] = CP_NB_ASK2("type", "value"),   [PORT_POSITIONS] = CP_NB_ASK1("positions"),
    [PORT_MAPPINGS] = CP_NB_ASK1("front_ports"),
};

static cp_err read_port(const struct cp_nb_object *o, struct cp_nb_port *port)
{
    uint64_t positions;
    cp_text type;

    memset(port, 0, sizeof(*port));
    port->key = o->key;
    CP_TRY(cp_nb_ref_of(o, PORT_DEVICE, &port->device));
    CP_TRY(cp_nb_name_of(o, PORT_NAME, &port->name));
    CP_TRY(cp_nb_ref_of(o, PORT_MODULE, &port->module));
    CP_TRY(cp_nb_ref_of(o, PORT_CABLE, &port->cable));
    CP_TRY(cp_nb_text_of(o, PORT_TYPE, &type));
    port->fibre = is_fibre(type);
    CP_TRY(cp_nb_number_of(o, PORT_POSITIONS, 1024, &positions));
    port->positions = (uint16_t)(positions == 0 ? 1 : positions);
    return CP_OK;
}

static cp_err keep_front_port(const struct cp_nb_object *o, bool *kept)
{
    static const struct cp_nb_ask asks[] = {CP_NB_ASK1("position"), CP_NB_ASK2("rear_port", "id"),
                                            CP_NB_ASK1("rear_port_position")};
    struct cp_nb_port port;
    struct mapping_of of = {&port, true};
    struct cp_nb_mapping one = {.source = o->key.source, .front = o->key.id, .front_position = 1};
    uint64_t position;

    CP_TRY(read_port(o, &port));
    *kept = port.device != 0;
    if (!*kept)
        return cp_nb_not_understood(o, "a front port without device");
    CP_TRY(cp_nb_each(o, PORT_MAPPINGS, asks, CP_COUNT(asks), visit_mapping, &of));
    CP_TRY(cp_nb_ref_of(o, PORT_REAR, &one.rear));
    CP_TRY(cp_nb_number_of(o, PORT_REAR_POSITION, 1024, &position));
    one.rear_position = (uint16_t)(position == 0 ? 1 : position);
    if (one.rear != 0)
        CP_TRY(cp_nb_keep_mapping(o->nb, &one));
    return cp_nb_keep(o->nb, CP_NB_FRONT_PORT, &port);
}

static cp_err keep_rear_port(const struct cp_nb_object *o, bool *kept)
{
    static const struct cp_nb_ask asks[] = {CP_NB_ASK1("position"), CP_NB_ASK2("front_port", "id"),
                                            CP_NB_ASK1("front_port_position")};
    struct cp_nb_port port;
    struct mapping_of of = {&port, false};

    CP_TRY(read_port(o, &port));
    *kept = port.device != 0;
    if (!*kept)
        return cp_nb_not_understood(o, "a rear port without device");
    CP_TRY(cp_nb_each(o, PORT_MAPPINGS, asks, CP_COUNT(asks), visit_mapping, &of));
    return cp_nb_keep(o->nb, CP_NB_REAR_PORT, &port);
}

static const struct cp_nb_ask mac_asks[] = {
    CP_NB_ASK1("mac_address"),
    CP_NB_ASK1("assigned_object_type"),
    CP_NB_ASK1("assigned_object_id"),
};

static cp_err keep_mac(const struct cp_nb_object *o, bool *kept)
{
    struct cp_nb_mac mac;
    cp_text type;

    memset(&mac, 0, sizeof(mac));
    mac.key = o->key;
    CP_TRY(cp_nb_mac_of(o, 0, &mac.mac));
    CP_TRY(cp_nb_text_of(o, 1, &type));
    CP_TRY(cp_nb_ref_of(o, 2, &mac.interface));
    *kept = cp_text_is(type, "dcim.interface") && mac.interface != 0 && mac.mac != 0;
    if (!*kept)
        return cp_doc_tally(o->doc, CP_REMARK_IGNORED, o->key.place,
                            "MAC addresses that are no device's interface's", cp_text_of(o->kind));
    return cp_nb_keep(o->nb, CP_NB_MAC, &mac);
}

/* --- cables ------------------------------------------------------------------------------- */

enum { CABLE_A, CABLE_B, CABLE_LABEL, CABLE_TYPE, CABLE_STATUS, CABLE_PROFILE };

static const struct cp_nb_ask cable_asks[] = {
    [CABLE_A] = CP_NB_ASK1("a_terminations"),
    [CABLE_B] = CP_NB_ASK1("b_terminations"),
    [CABLE_LABEL] = CP_NB_ASK1("label"),
    [CABLE_TYPE] = CP_NB_ASK2("type", "value"),
    [CABLE_STATUS] = CP_NB_ASK2("status", "value"),
    [CABLE_PROFILE] = CP_NB_ASK2("profile", "value"),
};

static const struct cp_nb_ask end_asks[] = {
    CP_NB_ASK1("object_type"),
    CP_NB_ASK1("object_id"),
    CP_NB_ASK3("object", "device", "id"),
    CP_NB_ASK2("object", "name"),
};

/* What a cable may end at. */
static const struct end_type {
    const char *type;
    uint8_t table; /* CP_NB_TABLES: power or a console */
} end_types[] = {
    {"dcim.interface", CP_NB_INTERFACE}, {"dcim.frontport", CP_NB_FRONT_PORT},
    {"dcim.rearport", CP_NB_REAR_PORT},  {"circuits.circuittermination", CP_NB_TERMINATION},
    {"dcim.consoleport", CP_NB_TABLES},  {"dcim.consoleserverport", CP_NB_TABLES},
    {"dcim.powerport", CP_NB_TABLES},    {"dcim.poweroutlet", CP_NB_TABLES},
    {"dcim.powerfeed", CP_NB_TABLES},
};

struct cabling {
    struct cp_nb_cable *cable;
    uint8_t side;
    bool power, strange;
};

static cp_err visit_end(const struct cp_nb_object *item, void *user)
{
    struct cabling *c = user;
    struct cp_nb_end end = {.side = c->side, .port = CP_NONE, .cable = CP_NONE};
    uint16_t *count = c->side == 0 ? &c->cable->a_count : &c->cable->b_count;
    const struct end_type *type = NULL;
    cp_text word;

    CP_TRY(cp_nb_text_of(item, 0, &word));
    for (size_t i = 0; i < CP_COUNT(end_types) && type == NULL; i++)
        if (cp_text_is(word, end_types[i].type))
            type = &end_types[i];
    CP_TRY(cp_nb_ref_of(item, 1, &end.id));
    if (type == NULL || end.id == 0 || *count >= CP_LIMIT_CABLE_ENDS) {
        c->strange = true;
        return CP_OK;
    }
    c->power = c->power || type->table == CP_NB_TABLES;
    end.table = type->table;
    if (end.table == CP_NB_INTERFACE) {
        CP_TRY(cp_nb_ref_of(item, 2, &end.device));
        CP_TRY(cp_nb_name_of(item, 3, &end.name));
    }
    end.connector = ++*count;
    return cp_nb_keep_end(item->nb, &end);
}

static cp_nb_medium medium_of(cp_text type)
{
    static const char *const fibres[] = {"mmf", "smf", "aoc", "usb-aoc", "fiber"};

    if (type.len == 0)
        return CP_NB_MEDIUM_UNKNOWN;
    for (size_t i = 0; i < CP_COUNT(fibres); i++)
        if (cp_text_starts(type, cp_text_of(fibres[i])))
            return CP_NB_MEDIUM_FIBRE;
    return CP_NB_MEDIUM_OTHER;
}

static cp_err keep_profile(const struct cp_nb_object *o, struct cp_nb_profile *profile)
{
    cp_text name;

    CP_TRY(cp_nb_text_of(o, CABLE_PROFILE, &name));
    if (name.len == 0 || cp_nb_profile_parse(name, profile))
        return CP_OK;
    *profile = (struct cp_nb_profile){0};
    return cp_doc_tally(o->doc, CP_REMARK_FINDING, o->key.place,
                        "a cable profile that is not known here: each end is joined with each",
                        CP_TEXT(""));
}

/* Why a cable is not kept; NULL where it is. */
static cp_err weigh_cable(const struct cp_nb_object *o, const struct cabling *c, bool *kept)
{
    cp_text status;

    CP_TRY(cp_nb_text_of(o, CABLE_STATUS, &status));
    *kept = false;
    if (c->strange)
        return cp_nb_not_understood(o, "a cable that ends at nothing that is read here");
    if (c->power)
        return cp_doc_tally(o->doc, CP_REMARK_IGNORED, o->key.place,
                            "power and consoles: no way of the network leads over them",
                            cp_text_of(o->kind));
    if (o->values[CABLE_A].kind == CP_JSON_NOTHING || o->values[CABLE_B].kind == CP_JSON_NOTHING)
        return cp_nb_not_understood(o, "a cable without a_terminations and b_terminations");
    if (cp_text_is(status, "planned"))
        return cp_doc_tally(o->doc, CP_REMARK_IGNORED, o->key.place,
                            "what is planned is not there yet", cp_text_of(o->kind));
    *kept = true;
    return CP_OK;
}

static cp_err keep_cable(const struct cp_nb_object *o, bool *kept)
{
    struct cp_netbox *nb = o->nb;
    struct cp_nb_cable cable;
    struct cabling c = {.cable = &cable};
    uint32_t ends = nb->end_count;
    cp_text type;

    memset(&cable, 0, sizeof(cable));
    cable.key = o->key;
    cable.first = ends;
    CP_TRY(cp_nb_each(o, CABLE_A, end_asks, CP_COUNT(end_asks), visit_end, &c));
    c.side = 1;
    CP_TRY(cp_nb_each(o, CABLE_B, end_asks, CP_COUNT(end_asks), visit_end, &c));
    CP_TRY(cp_nb_name_of(o, CABLE_LABEL, &cable.label));
    CP_TRY(cp_nb_text_of(o, CABLE_TYPE, &type));
    cable.medium = (uint8_t)medium_of(type);
    CP_TRY(keep_profile(o, &cable.profile));
    CP_TRY(weigh_cable(o, &c, kept));
    if (!*kept) {
        nb->end_count = ends;
        cable.a_count = cable.b_count = 0;
        cable.passed = true;
    }
    return cp_nb_keep(nb, CP_NB_CABLE, &cable);
}

const struct cp_nb_kind cp_nb_port_kinds[] = {
    {"dcim/interfaces", interface_asks, CP_COUNT(interface_asks), keep_interface},
    {"dcim/cables", cable_asks, CP_COUNT(cable_asks), keep_cable},
    {"dcim/front-ports", front_asks, CP_COUNT(front_asks), keep_front_port},
    {"dcim/rear-ports", rear_asks, CP_COUNT(rear_asks), keep_rear_port},
    {"dcim/mac-addresses", mac_asks, CP_COUNT(mac_asks), keep_mac},
};
const uint32_t cp_nb_port_kind_count = CP_COUNT(cp_nb_port_kinds);

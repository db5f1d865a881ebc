#include "netbox_make.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "netbox_plan.h"

/* Everything is a function of an object's number, but who is cabled to whom (netbox_plan.c). */

enum { PAGE = 1000 };

#define HOST "https://netbox.example.net"
#define STAMPS \
    "\"created\":\"2024-03-18T09:15:42.113000Z\",\"last_updated\":\"2026-10-02T11:20:05.482000Z\""

/* The interface's device among the active ones, and its place there. */
static uint32_t owner(const struct net *n, uint32_t interface)
{
    return (uint32_t)((uint64_t)interface * n->actives / n->make.interfaces);
}

static uint32_t slot(const struct net *n, uint32_t interface)
{
    uint64_t first =
        ((uint64_t)owner(n, interface) * n->make.interfaces + n->actives - 1) / n->actives;

    return interface - (uint32_t)first;
}

/* The pairs of panels come after the active devices: number 2p and 2p + 1 there. */
static uint32_t panel_device(const struct net *n, uint32_t panel)
{
    return n->actives + panel + 1;
}

/* --- objects ------------------------------------------------------------------------------ */

static const char *const makers[] = {"Cisco",  "Juniper", "Nokia", "Huawei",
                                     "Arista", "ZTE",     "Ciena", "Dell"};
static const char *const slugs[] = {"cisco",  "juniper", "nokia", "huawei",
                                    "arista", "zte",     "ciena", "dell"};
static const char *const models[] = {"NCS-5501", "MX204",       "7750 SR-1s", "CE6881-48S6CQ",
                                     "7280SR3",  "ZXR10 M6000", "5162",       "PowerEdge R650"};
static const char *const platforms[] = {"IOS-XR 7.9", "Junos 22.4R3", "SR OS 23.10", "VRP 8.22",
                                        "EOS 4.31",   "ZXROSNG 5.0",  "SAOS 10.9",   "Debian 12"};

enum { MAKERS = 8, PANEL_MAKER = 9 };

static uint32_t maker_of(uint32_t device)
{
    return device * 2654435761u >> 29;
}

static void put_site(const struct net *n, FILE *f, uint32_t device)
{
    uint32_t site = device % n->sites + 1;

    fprintf(f,
            "{\"id\":%u,\"url\":\"" HOST "/api/dcim/sites/%u/\",\"display\":\"Exchange %u\","
            "\"name\":\"Exchange %u\",\"slug\":\"exchange-%u\",\"description\":\"\"}",
            site, site, site, site, site);
}

static void put_device_name(const struct net *n, FILE *f, uint32_t device)
{
    if (device > n->actives)
        fprintf(f, "odf-%05u", device);
    else
        fprintf(f, "%s-%05u", device % 9 == 0 ? "core" : "acc", device);
}

static void put_device_brief(const struct net *n, FILE *f, uint32_t device)
{
    fprintf(f, "{\"id\":%u,\"url\":\"" HOST "/api/dcim/devices/%u/\",\"display\":\"", device,
            device);
    put_device_name(n, f, device);
    fputs("\",\"name\":\"", f);
    put_device_name(n, f, device);
    fputs("\",\"description\":\"\"}", f);
}

static void put_cable_brief(FILE *f, uint32_t cable)
{
    fprintf(f,
            "{\"id\":%u,\"url\":\"" HOST
            "/api/dcim/cables/%u/\",\"display\":\"#%u\",\"label\":\"\","
            "\"description\":\"\"}",
            cable, cable, cable);
}

static void put_interface_name(const struct net *n, FILE *f, uint32_t interface)
{
    fprintf(f, "et-0/%u/%u", slot(n, interface) / 8, slot(n, interface) % 8);
}

static void put_interface_brief(const struct net *n, FILE *f, uint32_t interface)
{
    fprintf(f, "{\"id\":%u,\"url\":\"" HOST "/api/dcim/interfaces/%u/\",\"display\":\"",
            interface + 1, interface + 1);
    put_interface_name(n, f, interface);
    fputs("\",\"device\":", f);
    put_device_brief(n, f, owner(n, interface) + 1);
    fputs(",\"name\":\"", f);
    put_interface_name(n, f, interface);
    fprintf(f, "\",\"description\":\"\",\"cable\":%u,\"_occupied\":true}",
            n->joints[interface].cable);
}

/* A port of a panel; its number is panel * POSITIONS + position. */
static void put_front_brief(const struct net *n, FILE *f, uint32_t port, uint32_t cable)
{
    fprintf(f,
            "{\"id\":%u,\"url\":\"" HOST
            "/api/dcim/front-ports/%u/\",\"display\":\"F%u\",\"device\":",
            port + 1, port + 1, port % POSITIONS + 1);
    put_device_brief(n, f, panel_device(n, port / POSITIONS));
    fprintf(f, ",\"name\":\"F%u\",\"description\":\"\",\"cable\":%u,\"_occupied\":true}",
            port % POSITIONS + 1, cable);
}

static void put_term_brief(FILE *f, uint32_t term, uint32_t cable)
{
    uint32_t circuit = (term + 1) / 2;
    char side = term % 2 == 1 ? 'A' : 'Z';

    fprintf(f,
            "{\"id\":%u,\"url\":\"" HOST "/api/circuits/circuit-terminations/%u/\",\"display\":"
            "\"KT-%06u: Termination %c\",\"circuit\":{\"id\":%u,\"url\":\"" HOST
            "/api/circuits/circuits/%u/\",\"display\":\"KT-%06u\",\"cid\":\"KT-%06u\","
            "\"description\":\"\"},\"term_side\":\"%c\",\"description\":\"\",\"cable\":%u,"
            "\"_occupied\":true}",
            term, term, circuit, side, circuit, circuit, circuit, circuit, side, cable);
}

static void put_peer(const struct net *n, FILE *f, const struct joint *joint)
{
    switch (joint->to) {
    case TO_NOTHING:
        break;
    case TO_INTERFACE:
        put_interface_brief(n, f, joint->peer);
        break;
    case TO_FRONT:
        put_front_brief(n, f, joint->peer, joint->cable);
        break;
    case TO_TERMINATION:
        put_term_brief(f, joint->peer, joint->cable);
        break;
    }
}

static void put_head(FILE *f, const char *kind, uint32_t id)
{
    fprintf(f, "{\"id\":%u,\"url\":\"" HOST "/api/%s/%u/\",\"display_url\":\"" HOST "/%s/%u/\",",
            id, kind, id, kind, id);
}

static void put_interface(const struct net *n, FILE *f, uint32_t i)
{
    static const char *const types[] = {"", "dcim.interface", "dcim.frontport",
                                        "circuits.circuittermination"};
    const struct joint *joint = &n->joints[i];

    put_head(f, "dcim/interfaces", i + 1);
    fputs("\"display\":\"", f);
    put_interface_name(n, f, i);
    fputs("\",\"device\":", f);
    put_device_brief(n, f, owner(n, i) + 1);
    fputs(",\"vdcs\":[],\"module\":null,\"name\":\"", f);
    put_interface_name(n, f, i);
    fprintf(
        f,
        "\",\"label\":\"\",\"type\":{\"value\":\"100gbase-x-qsfp28\",\"label\":\"QSFP28 (100GE)\"},"
        "\"enabled\":true,\"parent\":null,\"bridge\":null,\"lag\":null,\"mtu\":9192,"
        "\"mac_address\":\"00:1B:%02X:%02X:%02X:%02X\",\"primary_mac_address\":{\"id\":%u,\"url\":\"" HOST
        "/api/dcim/mac-addresses/%u/\",\"display\":\"00:1B:%02X:%02X:%02X:%02X\",\"mac_address\":"
        "\"00:1B:%02X:%02X:%02X:%02X\",\"description\":\"\"},\"mac_addresses\":[],\"speed\":100000000,"
        "\"duplex\":{\"value\":\"full\",\"label\":\"Full\"},\"wwn\":null,\"mgmt_only\":false,"
        "\"description\":\"\",\"mode\":null,\"rf_role\":null,\"rf_channel\":null,\"poe_mode\":null,"
        "\"poe_type\":null,\"rf_channel_frequency\":null,\"rf_channel_width\":null,\"tx_power\":null,"
        "\"untagged_vlan\":null,\"tagged_vlans\":[],\"qinq_svlan\":null,\"vlan_translation_policy\":null,"
        "\"mark_connected\":false,\"cable\":",
        i >> 24 & 255, i >> 16 & 255, i >> 8 & 255, i & 255, i + 1, i + 1, i >> 24 & 255,
        i >> 16 & 255, i >> 8 & 255, i & 255, i >> 24 & 255, i >> 16 & 255, i >> 8 & 255, i & 255);
    if (joint->to == TO_NOTHING) {
        fputs(
            "null,\"cable_end\":null,\"wireless_link\":null,\"link_peers\":[],\"link_peers_type\":null",
            f);
    } else {
        put_cable_brief(f, joint->cable);
        fprintf(f, ",\"cable_end\":\"%c\",\"wireless_link\":null,\"link_peers\":[", joint->end);
        put_peer(n, f, joint);
        fprintf(f, "],\"link_peers_type\":\"%s\"", types[joint->to]);
    }
    fputs(",\"wireless_lans\":[],\"vrf\":null,\"l2vpn_termination\":null,\"connected_endpoints\":",
          f);
    if (joint->to == TO_INTERFACE) {
        fputc('[', f);
        put_interface_brief(n, f, joint->peer);
        fputs(
            "],\"connected_endpoints_type\":\"dcim.interface\",\"connected_endpoints_reachable\":true",
            f);
    } else {
        fputs("null,\"connected_endpoints_type\":null,\"connected_endpoints_reachable\":null", f);
    }
    fprintf(f,
            ",\"tags\":[],\"custom_fields\":{}," STAMPS ",\"count_ipaddresses\":%u,"
            "\"count_fhrp_groups\":0,\"_occupied\":%s}",
            i % 3, joint->to == TO_NOTHING ? "false" : "true");
}

static void put_device(const struct net *n, FILE *f, uint32_t i)
{
    uint32_t id = i + 1, maker = maker_of(id);
    bool panel = id > n->actives;

    put_head(f, "dcim/devices", id);
    fputs("\"display\":\"", f);
    put_device_name(n, f, id);
    fputs("\",\"name\":\"", f);
    put_device_name(n, f, id);
    fprintf(
        f,
        "\",\"device_type\":{\"id\":%u,\"url\":\"" HOST
        "/api/dcim/device-types/%u/\",\"display\":\"%s\","
        "\"manufacturer\":{\"id\":%u,\"url\":\"" HOST
        "/api/dcim/manufacturers/%u/\",\"display\":\"%s\","
        "\"name\":\"%s\",\"slug\":\"%s\",\"description\":\"\"},\"model\":\"%s\",\"slug\":\"type-%u\","
        "\"description\":\"\"},\"role\":{\"id\":%u,\"url\":\"" HOST
        "/api/dcim/device-roles/%u/\",\"display\":\"%s\",\"name\":\"%s\",\"slug\":\"%s\","
        "\"description\":\"\"},\"tenant\":null,\"platform\":",
        panel ? PANEL_MAKER : maker + 1, panel ? PANEL_MAKER : maker + 1,
        panel ? "ODF-24" : models[maker], panel ? PANEL_MAKER : maker + 1,
        panel ? PANEL_MAKER : maker + 1, panel ? "Panduit" : makers[maker],
        panel ? "Panduit" : makers[maker], panel ? "panduit" : slugs[maker],
        panel ? "ODF-24" : models[maker], panel ? PANEL_MAKER : maker + 1, panel ? 3u : 1u,
        panel ? 3u : 1u, panel ? "Panel" : "Router", panel ? "Panel" : "Router",
        panel ? "panel" : "router");
    if (panel)
        fputs("null", f);
    else
        fprintf(f,
                "{\"id\":%u,\"url\":\"" HOST
                "/api/dcim/platforms/%u/\",\"display\":\"%s\",\"name\":\"%s\","
                "\"slug\":\"platform-%u\",\"description\":\"\"}",
                maker + 1, maker + 1, platforms[maker], platforms[maker], maker + 1);
    fprintf(f, ",\"serial\":\"SN%08u\",\"asset_tag\":null,\"site\":", id * 7919);
    put_site(n, f, id);
    fputs(
        ",\"location\":null,\"rack\":null,\"position\":null,\"face\":null,\"latitude\":null,"
        "\"longitude\":null,\"parent_device\":null,\"status\":{\"value\":\"active\",\"label\":\"Active\"},"
        "\"airflow\":{\"value\":\"front-to-rear\",\"label\":\"Front to rear\"},\"primary_ip\":",
        f);
    if (panel)
        fputs("null", f);
    else
        fprintf(
            f,
            "{\"id\":%u,\"url\":\"" HOST
            "/api/ipam/ip-addresses/%u/\",\"display\":\"10.%u.%u.%u/32\","
            "\"family\":{\"value\":4,\"label\":\"IPv4\"},\"address\":\"10.%u.%u.%u/32\",\"description\":\"\"}",
            id, id, id >> 16 & 255, id >> 8 & 255, id & 255, id >> 16 & 255, id >> 8 & 255,
            id & 255);
    fprintf(
        f,
        ",\"primary_ip4\":null,\"primary_ip6\":null,\"oob_ip\":null,\"cluster\":null,\"virtual_chassis\":null,"
        "\"vc_position\":null,\"vc_priority\":null,\"description\":\"\",\"comments\":\"\","
        "\"config_template\":null,\"config_context\":{},\"local_context_data\":null,\"tags\":[{\"id\":1,\"url\":\"" HOST
        "/api/extras/tags/1/\",\"display\":\"backbone\",\"name\":\"backbone\",\"slug\":\"backbone\","
        "\"color\":\"9e9e9e\"}],\"custom_fields\":{\"asset_owner\":null,\"support_until\":\"2029-12-31\"}," STAMPS
        ",\"console_port_count\":1,\"console_server_port_count\":0,\"power_port_count\":2,"
        "\"power_outlet_count\":0,\"interface_count\":16,\"front_port_count\":0,\"rear_port_count\":0,"
        "\"device_bay_count\":0,\"module_bay_count\":0,\"inventory_item_count\":1}");
}

static void put_site_whole(const struct net *n, FILE *f, uint32_t i)
{
    uint32_t id = i + 1;

    put_head(f, "dcim/sites", id);
    fprintf(
        f,
        "\"display\":\"Exchange %u\",\"name\":\"Exchange %u\",\"slug\":\"exchange-%u\",\"status\":{\"value\":"
        "\"active\",\"label\":\"Active\"},\"region\":null,\"group\":null,\"tenant\":null,\"facility\":\"\","
        "\"time_zone\":\"Asia/Seoul\",\"description\":\"\",\"physical_address\":\"\",\"shipping_address\":\"\","
        "\"latitude\":%u.%06u,\"longitude\":%u.%06u,\"comments\":\"\",\"asns\":[],\"tags\":[],"
        "\"custom_fields\":{\"country\":\"KR\"}," STAMPS ",\"circuit_count\":0,\"device_count\":%u,"
        "\"prefix_count\":0,\"rack_count\":0,\"virtualmachine_count\":0,\"vlan_count\":0}",
        id, id, id, 34 + id % 4, id * 7919 % 1000000, 126 + id % 3, id * 104729 % 1000000,
        n->make.devices / n->sites);
}

static uint32_t front_cable(const struct net *n, uint32_t port)
{
    uint32_t pair = port / POSITIONS / 2, right = port / POSITIONS % 2, at = port % POSITIONS;
    uint32_t way = pair * POSITIONS + at;

    return way < n->paneled ? 2 * n->circuits + 2 * way + right + 1 : 0;
}

static uint32_t trunk_cable(const struct net *n, uint32_t pair)
{
    return n->cables - n->pairs + pair + 1;
}

static void put_cabled(FILE *f, uint32_t cable, char end)
{
    if (cable == 0) {
        fputs("\"cable\":null,\"cable_end\":null,\"link_peers\":[],\"link_peers_type\":null", f);
        return;
    }
    fputs("\"cable\":", f);
    put_cable_brief(f, cable);
    fprintf(f, ",\"cable_end\":\"%c\",\"link_peers\":[],\"link_peers_type\":null", end);
}

static void put_front(const struct net *n, FILE *f, uint32_t i)
{
    uint32_t panel = i / POSITIONS, cable = front_cable(n, i);

    put_head(f, "dcim/front-ports", i + 1);
    fprintf(f, "\"display\":\"F%u\",\"device\":", i % POSITIONS + 1);
    put_device_brief(n, f, panel_device(n, panel));
    fprintf(
        f,
        ",\"module\":null,\"name\":\"F%u\",\"label\":\"\",\"type\":{\"value\":\"lc\",\"label\":\"LC\"},"
        "\"color\":\"\",\"rear_port\":{\"id\":%u,\"url\":\"" HOST
        "/api/dcim/rear-ports/%u/\",\"display\":"
        "\"R1\",\"name\":\"R1\",\"label\":\"\",\"description\":\"\"},\"rear_port_position\":%u,"
        "\"description\":\"\",\"mark_connected\":false,",
        i % POSITIONS + 1, panel + 1, panel + 1, i % POSITIONS + 1);
    put_cabled(f, cable, 'B');
    fprintf(f, ",\"tags\":[],\"custom_fields\":{}," STAMPS ",\"_occupied\":%s}",
            cable != 0 ? "true" : "false");
}

static void put_rear(const struct net *n, FILE *f, uint32_t i)
{
    put_head(f, "dcim/rear-ports", i + 1);
    fputs("\"display\":\"R1\",\"device\":", f);
    put_device_brief(n, f, panel_device(n, i));
    fprintf(
        f,
        ",\"module\":null,\"name\":\"R1\",\"label\":\"\",\"type\":{\"value\":\"mpo\",\"label\":\"MPO\"},"
        "\"color\":\"\",\"positions\":%u,\"description\":\"\",\"mark_connected\":false,",
        (unsigned)POSITIONS);
    put_cabled(f, trunk_cable(n, i / 2), i % 2 == 0 ? 'A' : 'B');
    fputs(",\"tags\":[],\"custom_fields\":{}," STAMPS ",\"_occupied\":true}", f);
}

static void put_rear_brief(const struct net *n, FILE *f, uint32_t panel, uint32_t cable)
{
    fprintf(
        f, "{\"id\":%u,\"url\":\"" HOST "/api/dcim/rear-ports/%u/\",\"display\":\"R1\",\"device\":",
        panel + 1, panel + 1);
    put_device_brief(n, f, panel_device(n, panel));
    fprintf(f, ",\"name\":\"R1\",\"description\":\"\",\"cable\":%u,\"_occupied\":true}", cable);
}

/* The interface at side A of a cable that is no trunk. */
static uint32_t near_interface(const struct net *n, uint32_t cable)
{
    uint32_t ends = 2 * (n->circuits + n->paneled);

    return cable <= ends ? n->order[cable - 1] : n->order[ends + 2 * (cable - ends - 1)];
}

static void put_cable(const struct net *n, FILE *f, uint32_t i)
{
    uint32_t cable = i + 1, trunks = n->cables - n->pairs;

    put_head(f, "dcim/cables", cable);
    fprintf(f, "\"display\":\"#%u\",\"type\":\"smf\",\"a_terminations\":[{\"object_type\":\"",
            cable);
    if (cable > trunks) {
        uint32_t panel = 2 * (cable - trunks - 1);

        fprintf(f, "dcim.rearport\",\"object_id\":%u,\"object\":", panel + 1);
        put_rear_brief(n, f, panel, cable);
        fprintf(
            f,
            "}],\"b_terminations\":[{\"object_type\":\"dcim.rearport\",\"object_id\":%u,\"object\":",
            panel + 2);
        put_rear_brief(n, f, panel + 1, cable);
    } else {
        static const char *const types[] = {"", "dcim.interface", "dcim.frontport",
                                            "circuits.circuittermination"};
        uint32_t near = near_interface(n, cable);
        const struct joint *joint = &n->joints[near];

        fprintf(f, "dcim.interface\",\"object_id\":%u,\"object\":", near + 1);
        put_interface_brief(n, f, near);
        fprintf(f, "}],\"b_terminations\":[{\"object_type\":\"%s\",\"object_id\":%u,\"object\":",
                types[joint->to], joint->to == TO_TERMINATION ? joint->peer : joint->peer + 1);
        put_peer(n, f, joint);
    }
    fputs(
        "}],\"status\":{\"value\":\"connected\",\"label\":\"Connected\"},\"tenant\":null,\"label\":\"\","
        "\"color\":\"\",\"length\":null,\"length_unit\":null,\"description\":\"\",\"comments\":\"\",\"tags\":[],"
        "\"custom_fields\":{}," STAMPS "}",
        f);
}

static void put_circuit(const struct net *n, FILE *f, uint32_t i)
{
    uint32_t id = i + 1;

    (void)n;
    put_head(f, "circuits/circuits", id);
    fprintf(
        f,
        "\"display\":\"KT-%06u\",\"cid\":\"KT-%06u\",\"provider\":{\"id\":1,\"url\":\"" HOST
        "/api/circuits/providers/1/\",\"display\":\"KT\",\"name\":\"KT\",\"slug\":\"kt\",\"description\":\"\"},"
        "\"provider_account\":null,\"type\":{\"id\":1,\"url\":\"" HOST
        "/api/circuits/circuit-types/1/\",\"display\":\"Wave\",\"name\":\"Wave\",\"slug\":\"wave\","
        "\"description\":\"\"},\"status\":{\"value\":\"active\",\"label\":\"Active\"},\"tenant\":null,"
        "\"install_date\":\"2021-05-01\",\"termination_date\":null,\"commit_rate\":10000000,"
        "\"description\":\"\",\"distance\":null,\"distance_unit\":null,\"termination_a\":null,"
        "\"termination_z\":null,\"comments\":\"\",\"tags\":[],\"custom_fields\":{}," STAMPS
        ",\"assignments\":[]}",
        id, id);
}

static void put_termination(const struct net *n, FILE *f, uint32_t i)
{
    uint32_t id = i + 1, circuit = i / 2 + 1;
    char side = i % 2 == 0 ? 'A' : 'Z';

    put_head(f, "circuits/circuit-terminations", id);
    fprintf(
        f,
        "\"display\":\"KT-%06u: Termination %c\",\"circuit\":{\"id\":%u,\"url\":\"" HOST
        "/api/circuits/circuits/%u/\",\"display\":\"KT-%06u\",\"cid\":\"KT-%06u\",\"description\":\"\"},"
        "\"term_side\":\"%c\",\"termination_type\":\"dcim.site\",\"termination_id\":1,\"termination\":",
        circuit, side, circuit, circuit, circuit, circuit, side);
    put_site(n, f, n->sites);
    fputs(
        ",\"port_speed\":null,\"upstream_speed\":null,\"xconnect_id\":\"\",\"pp_info\":\"\",\"description\":\"\","
        "\"mark_connected\":false,",
        f);
    put_cabled(f, id, 'B');
    fputs(",\"tags\":[],\"custom_fields\":{}," STAMPS ",\"_occupied\":true}", f);
}

static void put_item(const struct net *n, FILE *f, uint32_t i)
{
    put_head(f, "dcim/inventory-items", i + 1);
    fputs("\"display\":\"PSU 0\",\"device\":", f);
    put_device_brief(n, f, 2 * i + 1);
    fprintf(
        f,
        ",\"parent\":null,\"name\":\"PSU 0\",\"label\":\"\",\"status\":{\"value\":\"active\",\"label\":\"Active\"},"
        "\"role\":{\"id\":1,\"url\":\"" HOST
        "/api/dcim/inventory-item-roles/1/\",\"display\":\"PSU\",\"name\":\"PSU\",\"slug\":\"psu\","
        "\"description\":\"\"},\"manufacturer\":{\"id\":8,\"url\":\"" HOST
        "/api/dcim/manufacturers/8/\",\"display\":\"Dell\",\"name\":\"Dell\",\"slug\":\"dell\","
        "\"description\":\"\"},\"part_id\":\"PWR-1100\",\"serial\":\"PS%08u\",\"asset_tag\":null,"
        "\"discovered\":false,\"description\":\"\",\"component_type\":null,\"component_id\":null,"
        "\"component\":null,\"tags\":[],\"custom_fields\":{}," STAMPS ",\"_depth\":0}",
        i * 31 + 7);
}

/* --- writing ------------------------------------------------------------------------------ */

struct kind {
    const char *name;
    uint32_t count;
    void (*put)(const struct net *n, FILE *f, uint32_t i);
};

enum { KINDS = 9 };

static void kinds_of(const struct net *n, struct kind kinds[KINDS])
{
    const struct kind all[KINDS] = {
        {"dcim-sites", n->sites, put_site_whole},
        {"dcim-devices", n->make.devices, put_device},
        {"dcim-interfaces", n->make.interfaces, put_interface},
        {"dcim-front-ports", n->panels * POSITIONS, put_front},
        {"dcim-rear-ports", n->panels, put_rear},
        {"dcim-cables", n->cables, put_cable},
        {"circuits-circuits", n->circuits, put_circuit},
        {"circuits-circuit-terminations", 2 * n->circuits, put_termination},
        {"dcim-inventory-items", n->actives / 2, put_item},
    };

    memcpy(kinds, all, sizeof(all));
}

void netbox_make_lines(const struct netbox_make *make, FILE *out)
{
    struct net n = net_make(make);
    struct kind kinds[KINDS];

    kinds_of(&n, kinds);
    for (uint32_t k = 0; k < KINDS; k++)
        for (uint32_t i = 0; i < kinds[k].count; i++) {
            kinds[k].put(&n, out, i);
            fputc('\n', out);
        }
    net_free(&n);
}

static void put_page(const struct net *n, const struct kind *kind, uint32_t from, FILE *f)
{
    uint32_t to = kind->count - from < PAGE ? kind->count : from + PAGE;

    fprintf(f, "{\"count\":%u,\"next\":", kind->count);
    if (to < kind->count)
        fprintf(f, "\"" HOST "/api/?limit=%u&offset=%u\"", (unsigned)PAGE, to);
    else
        fputs("null", f);
    fputs(",\"previous\":null,\"results\":[", f);
    for (uint32_t i = from; i < to; i++) {
        if (i > from)
            fputc(',', f);
        kind->put(n, f, i);
    }
    fputs("]}", f);
}

void netbox_make_pages(const struct netbox_make *make, const char *folder)
{
    struct net n = net_make(make);
    struct kind kinds[KINDS];
    char path[1024];

    kinds_of(&n, kinds);
    for (uint32_t k = 0; k < KINDS; k++)
        for (uint32_t from = 0; from < kinds[k].count; from += PAGE) {
            FILE *f;

            (void)snprintf(path, sizeof(path), "%s/network.%s.%04u.json", folder, kinds[k].name,
                           from / PAGE + 1);
            f = fopen(path, "wb");
            if (f == NULL) {
                perror(path);
                exit(1);
            }
            put_page(&n, &kinds[k], from, f);
            if (fclose(f) != 0) {
                perror(path);
                exit(1);
            }
        }
    net_free(&n);
}

#include "cli_neighbour.h"

#include "base/num.h"

/* Neighbours as Huawei's VRP and H3C's Comware print them: `display lldp neighbor [brief]`, `display
 * lldp neighbor-information [list | verbose]`.  Comware was VRP once: keys are alike. */

#define KEYS(table) (table), CP_COUNT(table)

/* "GE1/0/11 has 1 neighbor(s):", "GigabitEthernet0/0/1 has 2 neighbors:" */
static bool vrp_local(cp_text line, cp_text *port, uint32_t *count)
{
    cp_text rest, number;

    if (!cp_cli_split(line, " has ", port, &rest) || cp_cli_index(rest, " neighbor") == rest.len)
        return false;
    number = cp_cli_word(&rest);
    return port->len > 0 && cp_text_find(*port, ' ', 0) == port->len &&
           cp_num_u32(number, UINT32_MAX - 1, count) == CP_OK;
}

/* "LLDP neighbor-information of port 1[Ten-GigabitEthernet1/0/0/1]:" */
static bool comware_local(cp_text line, cp_text *port, uint32_t *count)
{
    cp_text before, rest;

    *count = UINT32_MAX; /* the output does not say */
    if (!cp_cli_after(line, "LLDP neighbor-information of port ", &rest) ||
        !cp_cli_split(rest, "[", &before, port))
        return false;
    *port = cp_text_sub(*port, 0, cp_text_find(*port, ']', 0));
    return port->len > 0;
}

static const struct cp_cli_key keys[] = {
    {"Neighbor index", CP_SEEN_NEXT},
    {"LLDP neighbor index", CP_SEEN_NEXT},
    {"Chassis type", CP_SEEN_CHASSIS_KIND},
    {"Chassis ID type", CP_SEEN_CHASSIS_KIND},
    {"Chassis ID", CP_SEEN_CHASSIS},
    {"Chassis ID/subtype", CP_SEEN_CHASSIS},
    {"Port ID type", CP_SEEN_PORT_KIND},
    {"Port ID subtype", CP_SEEN_PORT_KIND},
    {"Port ID", CP_SEEN_PORT},
    {"Port ID/subtype", CP_SEEN_PORT},
    {"Port description", CP_SEEN_PORT_DESCR},
    {"System name", CP_SEEN_NAME},
    {"System description", CP_SEEN_DESCR},
    {"System capabilities supported", CP_SEEN_DETAIL},
    {"System capabilities enabled", CP_SEEN_DETAIL},
    {"Management address type", CP_SEEN_DETAIL},
    {"Management address value", CP_SEEN_ADDRESS},
    {"Management address", CP_SEEN_ADDRESS},
    {"OID", CP_SEEN_DETAIL},
    {"Expired time", CP_SEEN_DETAIL},
    {"Time to live", CP_SEEN_DETAIL},
    {"Update time", CP_SEEN_DETAIL},
    {"Port VLAN ID(PVID)", CP_SEEN_DETAIL},
    {"Auto-negotiation supported", CP_SEEN_DETAIL},
    {"Link aggregation supported", CP_SEEN_DETAIL},
    {"Power port class", CP_SEEN_DETAIL},
    {"Maximum frame Size", CP_SEEN_DETAIL},
    {"Device serial number", CP_SEEN_SERIAL},
    {"Device model name", CP_SEEN_MODEL},
    {"Serial number", CP_SEEN_SERIAL},
    {"Manufacturer name", CP_SEEN_MAKER},
    {"Model name", CP_SEEN_MODEL},
    {"Software revision", CP_SEEN_SOFTWARE},
};

static const struct cp_seen_lines vrp_lines = {"lldp", KEYS(keys), ':', CP_CLI_TWICE, vrp_local};
static const struct cp_seen_lines comware_lines = {"lldp", KEYS(keys), ':', CP_CLI_TWICE,
                                                   comware_local};

static bool any_local(const struct cp_cli_section *section, const struct cp_seen_lines *lines)
{
    for (uint32_t i = 0; i < section->count; i++) {
        cp_text port;
        uint32_t count;

        if (lines->local(cp_cli_at(section, i), &port, &count))
            return true;
    }
    return false;
}

static bool vrp_fits(const struct cp_cli_section *section)
{
    return any_local(section, &vrp_lines) &&
           (cp_cli_has(section, "Chassis type ") || !cp_cli_has(section, "Chassis")) &&
           !any_local(section, &comware_lines);
}

static cp_err vrp_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbours(section, &vrp_lines);
}

static bool comware_fits(const struct cp_cli_section *section)
{
    return any_local(section, &comware_lines) && cp_cli_has(section, "Chassis ") &&
           !any_local(section, &vrp_lines);
}

static cp_err comware_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbours(section, &comware_lines);
}

/* Tables: what the columns are called tells which system printed it. */

static const struct cp_cli_key vrp5_brief[] = {
    {"Local Intf", CP_SEEN_LOCAL},
    {"Neighbor Dev", CP_SEEN_NAME},
    {"Neighbor Intf", CP_SEEN_PORT},
    {"Exptime", CP_SEEN_DETAIL},
};
static const struct cp_cli_key vrp8_brief[] = {
    {"Local Interface", CP_SEEN_LOCAL},
    {"Exptime(s)", CP_SEEN_DETAIL},
    {"Neighbor Interface", CP_SEEN_PORT},
    {"Neighbor Device", CP_SEEN_NAME},
};
static const struct cp_cli_key vrp8_ne_brief[] = {
    {"Local Intf", CP_SEEN_LOCAL},
    {"Exptime(s)", CP_SEEN_DETAIL},
    {"Neighbor Intf", CP_SEEN_PORT},
    {"Neighbor Dev", CP_SEEN_NAME},
};
static const struct cp_cli_key comware5_list[] = {
    {"System Name", CP_SEEN_NAME},
    {"Local Interface", CP_SEEN_LOCAL},
    {"Chassis ID", CP_SEEN_CHASSIS},
    {"Port ID", CP_SEEN_PORT},
};
static const struct cp_cli_key comware7_list[] = {
    {"Local Interface", CP_SEEN_LOCAL},
    {"Chassis ID", CP_SEEN_CHASSIS},
    {"Port ID", CP_SEEN_PORT},
    {"System Name", CP_SEEN_NAME},
};
static const struct cp_seen_table tables[] = {
    {"lldp", KEYS(vrp5_brief), CP_COLUMNS_SPACED},
    {"lldp", KEYS(vrp8_brief), CP_COLUMNS_SPACED},
    {"lldp", KEYS(vrp8_ne_brief), CP_COLUMNS_SPACED},
    {"lldp", KEYS(comware5_list), CP_COLUMNS_SPACED},
    {"lldp", KEYS(comware7_list), CP_COLUMNS_SPACED},
};

static const struct cp_seen_table *table_of(const struct cp_cli_section *section)
{
    for (size_t i = 0; i < CP_COUNT(tables); i++)
        if (cp_cli_find_heads(section, &tables[i]) < section->count)
            return &tables[i];
    return NULL;
}

static bool table_fits(const struct cp_cli_section *section)
{
    return table_of(section) != NULL;
}

static cp_err table_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbour_table(section, table_of(section));
}

static const struct cp_cli_form forms[] = {
    {"display lldp neighbor", "display lldp neighbor", vrp_fits, vrp_read, CP_CLI_DETAIL, NULL},
    {"display lldp neighbor-information verbose", "display lldp neighbor-information", comware_fits,
     comware_read, CP_CLI_DETAIL, NULL},
    {"display lldp neighbor brief", "display lldp neighbor|display lldp neighbor-information",
     table_fits, table_read, CP_CLI_ODD, NULL},
};

const struct cp_cli_forms cp_cli_huawei_seen = {forms, CP_COUNT(forms)};

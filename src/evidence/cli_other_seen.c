#include "cli_neighbour.h"

/* Neighbours as further systems print them. */

#define KEYS(table) (table), CP_COUNT(table)

/* Allied Telesis: "Chassis ID ....................... 0050.56a6.9a73" under "Local port1.0.1:". */

static bool allied_local(cp_text line, cp_text *port, uint32_t *count)
{
    *count = UINT32_MAX; /* the output does not say */
    if (!cp_cli_after(line, "Local port", port) || !cp_text_ends(*port, CP_TEXT(":")))
        return false;
    *port =
        cp_text_sub(line, sizeof("Local ") - 1, line.len - sizeof("Local ")); /* not the colon */
    return true;
}

static const struct cp_cli_key allied_keys[] = {
    {"Chassis ID Type", CP_SEEN_CHASSIS_KIND},
    {"Chassis ID", CP_SEEN_CHASSIS},
    {"Port ID Type", CP_SEEN_PORT_KIND},
    {"Port ID", CP_SEEN_PORT},
    {"TTL", CP_SEEN_DETAIL},
    {"Port Description", CP_SEEN_PORT_DESCR},
    {"System Name", CP_SEEN_NAME},
    {"System Description", CP_SEEN_DESCR},
    {"System Capabilities", CP_SEEN_DETAIL},
    {"System Capabilities - Supported", CP_SEEN_DETAIL},
    {"Enabled", CP_SEEN_DETAIL},
    {"Management Addresses", CP_SEEN_ADDRESS},
    {"Manufacturer Name", CP_SEEN_MAKER},
    {"Model Name", CP_SEEN_MODEL},
    {"Serial Number", CP_SEEN_SERIAL},
    {"Software Revision", CP_SEEN_SOFTWARE},
};
static const struct cp_seen_lines allied_lines = {"lldp", KEYS(allied_keys), '.', CP_CLI_TWICE,
                                                  allied_local};

static bool allied_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_has(section, "Local port") &&
           cp_cli_find_key(section, 0, "Chassis ID Type", '.', &value) < section->count;
}

static cp_err allied_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbours(section, &allied_lines);
}

/* SONiC, OcNOS on it: `show lldp table`; ICOS: `show lldp remote-device all`. */

static const struct cp_cli_key sonic_columns[] = {
    {"LocalPort", CP_SEEN_LOCAL},
    {"RemoteDevice", CP_SEEN_NAME},
    {"RemotePortID", CP_SEEN_PORT},
    {"Capability", CP_SEEN_DETAIL},
    {"RemotePortDescr", CP_SEEN_PORT_DESCR},
};
static const struct cp_cli_key icos_columns[] = {
    {"Interface", CP_SEEN_LOCAL}, {"RemID", CP_SEEN_DETAIL},     {"Chassis ID", CP_SEEN_CHASSIS},
    {"Port ID", CP_SEEN_PORT},    {"System Name", CP_SEEN_NAME},
};
static const struct cp_seen_table tables[] = {
    {"lldp", KEYS(sonic_columns), CP_COLUMNS_SPACED},
    {"lldp", KEYS(icos_columns), CP_COLUMNS_SPACED},
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
    {"show lldp neighbors detail (AlliedWare)", "show lldp neighbors", allied_fits, allied_read,
     CP_CLI_DETAIL, NULL},
    {"show lldp table", "show lldp", table_fits, table_read, CP_CLI_ODD, NULL},
};

const struct cp_cli_forms cp_cli_other_seen = {forms, CP_COUNT(forms)};

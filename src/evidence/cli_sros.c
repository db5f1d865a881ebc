#include "cli_neighbour.h"
#include "cli_parts.h"

/* Nokia's SR OS (TiMOS), which was Alcatel's. */

#define KEYS(table) (table), CP_COUNT(table)

/* `show version`: "TiMOS-C-20.10.R13 cpm/hops64 Nokia 7750 SR Copyright (c) 2000-2021 Nokia." */

static uint32_t version_head(const struct cp_cli_section *section)
{
    return cp_cli_find(section, 0, "TiMOS-");
}

static bool version_fits(const struct cp_cli_section *section)
{
    uint32_t head = version_head(section);

    return cp_cli_is_top(section, head) && cp_cli_has(section, "Built on ") &&
           cp_cli_find_in(section, head, " Copyright (c) ") < section->count;
}

static cp_err version_read(struct cp_cli_section *section)
{
    uint32_t head = version_head(section), end = cp_cli_find(section, head, "Built on ");
    cp_text rest = cp_cli_at(section, head), software, maker, copyright, descr;

    software = cp_cli_word(&rest);
    (void)cp_cli_word(&rest); /* the processors */
    if (cp_cli_split(rest, "Copyright", &rest, &copyright) && rest.len > 0) {
        maker = cp_cli_word(&rest);
        CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "maker", maker));
        CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "model", cp_text_trim(rest)));
    }
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "software", software));
    CP_TRY(cp_cli_join(section, head, end, &descr));
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "sys-descr", descr));
    cp_cli_mark_range(section, head, end, CP_CLI_USED);
    return CP_OK;
}

/* `show chassis`, `show card detail`, `show mda detail`: "Hardware Data" of what was named above. */

static bool hardware_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_has(section, "Hardware Data") &&
           cp_cli_find_key(section, 0, "Part number", ':', &value) < section->count &&
           cp_cli_find_key(section, 0, "CLEI code", ':', &value) < section->count;
}

/* "Card 1", "Card A", "MDA 1/1 detail": a line of two or three words above a rule. */
static bool names_part(cp_text line, cp_text *part)
{
    cp_text rest;

    if (!cp_cli_after(line, "Card ", &rest) && !cp_cli_after(line, "MDA ", &rest) &&
        !cp_cli_after(line, "Power Supply ", &rest) && !cp_cli_after(line, "Fan tray ", &rest))
        return false;
    if (rest.len == 0 || cp_text_find(line, ':', 0) < line.len)
        return false;
    *part = cp_text_sub(line, 0, cp_cli_index(line, " detail"));
    return part->len < 24;
}

static cp_err hardware_read(struct cp_cli_section *section)
{
    static const char *const keys[][2] = {
        {"Part number", "part-number"}, {"Serial number", "serial"}, {"Type", "model"}};
    cp_text part = {"", 0}, key, value;
    bool chassis = cp_cli_find_in(section, 0, "Chassis Information") < section->count;

    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = cp_cli_at(section, i);

        if (names_part(line, &part)) {
            chassis = false;
            cp_cli_mark(section, i, CP_CLI_HEADING);
        }
        if ((!chassis && part.len == 0) || !cp_cli_pair(line, ':', &key, &value))
            continue;
        if (part.len == 0 && cp_text_is(key, "Name"))
            CP_TRY(cp_cli_says(section, i, part, "sys-name", value));
        for (size_t k = 0; k < CP_COUNT(keys); k++)
            if (cp_text_same_word(key, cp_text_of(keys[k][0])))
                CP_TRY(cp_cli_says(section, i, part, keys[k][1], value));
    }
    return CP_OK;
}

/* `show card`, `show mda` */

static const struct cp_cli_key card[] = {
    {"Slot", CP_PART_NAME},
    {"Provisioned Type", CP_PART_MODEL},
    {"Admin", CP_PART_SKIP},
    {"Operational", CP_PART_SKIP},
};
static const struct cp_cli_key mda[] = {
    {"Slot", CP_PART_NAME},  {"Mda", CP_PART_SUB},          {"Provisioned Type", CP_PART_MODEL},
    {"Admin", CP_PART_SKIP}, {"Operational", CP_PART_SKIP},
};
static const struct cp_part_table card_tables[] = {
    {"slot ", KEYS(card), CP_COLUMNS_SPACED},
    {"slot ", KEYS(mda), CP_COLUMNS_SPACED},
};

static bool card_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_part_table(section, KEYS(card_tables)) < section->count &&
           (cp_cli_has(section, "Card Summary") || cp_cli_has(section, "MDA Summary")) &&
           !hardware_fits(section);
}

static cp_err card_read(struct cp_cli_section *section)
{
    uint32_t line = cp_cli_find(section, 0, "Equipped Type");

    if (line < section->count)
        cp_cli_mark(section, line, CP_CLI_HEADING);
    return cp_cli_read_part_tables(section, KEYS(card_tables));
}

/* `show system lldp neighbor` */

static const struct cp_cli_key lldp_columns[] = {
    {"Lcl Port", CP_SEEN_LOCAL},
    {"Scope", CP_SEEN_DETAIL},
    {"Remote Chassis ID", CP_SEEN_CHASSIS},
    {"Index", CP_SEEN_DETAIL},
    {"Remote Port", CP_SEEN_PORT},
    {"Remote Sys Name", CP_SEEN_NAME},
};
static const struct cp_seen_table lldp_table = {"lldp", KEYS(lldp_columns), CP_COLUMNS_SPACED};

static bool lldp_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_heads(section, &lldp_table) < section->count;
}

static cp_err lldp_read(struct cp_cli_section *section)
{
    uint32_t line = cp_cli_find(section, 0, "* indicates");

    if (line < section->count)
        cp_cli_mark(section, line, CP_CLI_DETAIL);
    return cp_cli_read_neighbour_table(section, &lldp_table);
}

/* `show port 1/1/1 ethernet lldp remote-info` */

static const struct cp_cli_key remote_keys[] = {
    {"Chassis Id Subtype", CP_SEEN_CHASSIS_KIND},
    {"Chassis Id", CP_SEEN_CHASSIS},
    {"PortId Subtype", CP_SEEN_PORT_KIND},
    {"Port Id", CP_SEEN_PORT},
    {"Port Description", CP_SEEN_PORT_DESCR},
    {"System Name", CP_SEEN_NAME},
    {"System Description", CP_SEEN_DESCR},
    {"Supported Caps", CP_SEEN_DETAIL},
    {"Enabled Caps", CP_SEEN_DETAIL},
    {"Mgmt Addr Subtype", CP_SEEN_DETAIL},
    {"Mgmt Addr", CP_SEEN_ADDRESS},
    {"Rem. Mgmt Address", CP_SEEN_ADDRESS},
};

/* "Port 1/1/1 Bridge nearest-bridge Remote Peer Information" */
static bool remote_local(cp_text line, cp_text *port, uint32_t *count)
{
    cp_text rest;

    *count = UINT32_MAX; /* the output does not say */
    if (!cp_cli_after(line, "Port ", &rest) ||
        cp_cli_index(rest, " Remote Peer Information") == rest.len)
        return false;
    *port = cp_cli_word(&rest);
    return true;
}

static const struct cp_seen_lines remote_lines = {"lldp", KEYS(remote_keys), ':', CP_CLI_TWICE,
                                                  remote_local};

static bool remote_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_find_in(section, 0, " Remote Peer Information") < section->count &&
           cp_cli_find_key(section, 0, "Chassis Id Subtype", ':', &value) < section->count;
}

static cp_err remote_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbours(section, &remote_lines);
}

static const struct cp_cli_form forms[] = {
    {"show version (SR OS)", "show version", version_fits, version_read, CP_CLI_DETAIL,
     version_head},
    {"show chassis (SR OS)", "show chassis|show card|show mda", hardware_fits, hardware_read,
     CP_CLI_DETAIL, NULL},
    {"show card (SR OS)", "show card|show mda", card_fits, card_read, CP_CLI_DETAIL, NULL},
    {"show system lldp neighbor", "show system lldp", lldp_fits, lldp_read, CP_CLI_DETAIL, NULL},
    {"show port ethernet lldp remote-info", "show port", remote_fits, remote_read, CP_CLI_DETAIL,
     NULL},
};

const struct cp_cli_forms cp_cli_sros = {forms, CP_COUNT(forms)};

#include "cli_neighbour.h"
#include "cli_parts.h"

#include <string.h>

/*
 * ZTE: ZXROS in routers and switches (ZXR10), packet transport (ZXCTN) and access (ZXA10).  The head of
 * `show version` has had three shapes:
 *
 *   ZXR10 Router Operating System Software, ZTE Corporation:
 *   ZXR10 2928E Version Number    : 2900E Series V2.05.10B25
 *
 *   ZXR10 ROS Version V4.08.24R2
 *   ZXR10_5928E-FI Software, Version ZXR10 5900E&5100E V2.8.23.C.16.P11, RELEASE SOFTWARE
 *
 *   ZXCTN 6120H-S
 *   ZTE ZXCTN Software, Version: 6120H-S V5.10.00.50, Release software
 */

#define KEYS(table) (table), CP_COUNT(table)

static uint32_t version_head(const struct cp_cli_section *section)
{
    static const char *const heads[] = {"ZXR10", "ZXCTN", "ZXA10", "ZXUAS", "ZXPON", "ZTE ZX"};
    uint32_t first = section->count;

    for (size_t i = 0; i < CP_COUNT(heads); i++) {
        uint32_t line = cp_cli_find(section, 0, heads[i]);

        if (line < first)
            first = line;
    }
    return first;
}

/* The line with the version, and the version in it. */
static uint32_t version_line(const struct cp_cli_section *section, cp_text *before,
                             cp_text *version)
{
    static const char *const words[] = {"Software, Version", " Version Number"};

    for (size_t i = 0; i < CP_COUNT(words); i++) {
        uint32_t line = cp_cli_find_in(section, 0, words[i]);

        if (line == section->count ||
            !cp_cli_split(cp_cli_at(section, line), words[i], before, version))
            continue;
        while (version->len > 0 && (version->at[0] == ':' || version->at[0] == ' '))
            *version = cp_text_sub(*version, 1, version->len);
        *version = cp_text_trim(cp_text_sub(*version, 0, cp_text_find(*version, ',', 0)));
        return line;
    }
    return section->count;
}

static bool version_fits(const struct cp_cli_section *section)
{
    cp_text before, version;

    return cp_cli_is_top(section, version_head(section)) &&
           version_line(section, &before, &version) < section->count &&
           (cp_cli_find_in(section, 0, "ZTE Corporation") < section->count ||
            cp_cli_has(section, "ZTE ZX"));
}

/* The model stands before the version, or alone in the line above. */
static cp_err say_model(struct cp_cli_section *section, uint32_t line, cp_text before)
{
    cp_text rest, above = line > 0 ? cp_cli_at(section, line - 1) : CP_TEXT("");

    if (!cp_cli_after(before, "ZTE ", &rest))
        return cp_cli_says(section, line, CP_TEXT(""), "model", before);
    if (above.len == 0 || cp_text_find(above, ',', 0) < above.len ||
        cp_cli_index(above, "Version") < above.len || !cp_cli_after(above, "ZX", &rest))
        return CP_OK;
    return cp_cli_says(section, line - 1, CP_TEXT(""), "model", above);
}

static cp_err say_maker(struct cp_cli_section *section)
{
    uint32_t line = cp_cli_find_in(section, 0, "ZTE Corporation");
    cp_text text;

    if (line == section->count) {
        line = cp_cli_find(section, 0, "ZTE ZX");
        return cp_cli_says(section, line, CP_TEXT(""), "maker",
                           cp_text_sub(cp_cli_at(section, line), 0, 3));
    }
    text = cp_cli_at(section, line);
    return cp_cli_says(section, line, CP_TEXT(""), "maker",
                       cp_text_sub(text, cp_cli_index(text, "ZTE Corporation"), 15));
}

/* "router2 uptime is 5 days"; a system without a name says "System". */
static cp_err say_name(struct cp_cli_section *section)
{
    uint32_t line = cp_cli_find_in(section, 0, " uptime is ");
    cp_text name, uptime;

    if (line == section->count ||
        !cp_cli_split(cp_cli_at(section, line), " uptime is ", &name, &uptime) ||
        cp_text_same_word(name, CP_TEXT("System")) || cp_text_find(name, ' ', 0) < name.len)
        return CP_OK;
    return cp_cli_says(section, line, CP_TEXT(""), "sys-name", name);
}

/* "[SMGD, shelf 1, slot 1]:" and its "Board Name : SMGD" */
static cp_err say_boards(struct cp_cli_section *section)
{
    cp_text part = {"", 0};

    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = cp_cli_at(section, i), name, key, value;
        size_t shut = cp_text_find(line, ']', 0);

        if (line.len > 1 && line.at[0] == '[' && shut < line.len &&
            cp_cli_split(cp_text_sub(line, 1, shut - 1), ",", &name, &part))
            cp_cli_mark(section, i, CP_CLI_HEADING);
        else if (part.len > 0 && cp_cli_pair(line, ':', &key, &value) &&
                 cp_text_same_word(key, CP_TEXT("Board Name")))
            CP_TRY(cp_cli_says(section, i, part, "model", value));
    }
    return CP_OK;
}

static cp_err version_read(struct cp_cli_section *section)
{
    uint32_t head = version_head(section), line, end = head;
    cp_text before = CP_TEXT(""), version = CP_TEXT(""), software, descr;

    line = version_line(section, &before, &version);
    CP_TRY(cp_cli_glue(section, CP_TEXT("ZXROS"), " ", version, &software));
    CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "software", software));
    CP_TRY(say_model(section, line, before));
    while (end < section->count && end < head + 5 && section->lines[end].fate != CP_CLI_BLANK &&
           cp_cli_index(section->lines[end].text, "ystem ") == section->lines[end].text.len)
        end++;
    CP_TRY(cp_cli_join(section, head, end, &descr));
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "sys-descr", descr));
    cp_cli_mark_range(section, head, end, CP_CLI_USED);
    CP_TRY(say_maker(section));
    CP_TRY(say_name(section));
    return say_boards(section);
}

/* `show card` of C300, C320 and the like. */

static const struct cp_cli_key card[] = {
    {"Rack", CP_PART_NAME},    {"Shelf", CP_PART_SUB},        {"Slot", CP_PART_SUB},
    {"CfgType", CP_PART_SKIP}, {"RealType", CP_PART_MODEL},   {"Port", CP_PART_SKIP},
    {"HardVer", CP_PART_SKIP}, {"SoftVer", CP_PART_SOFTWARE}, {"Status", CP_PART_PRESENCE},
};
static const struct cp_part_table card_tables[] = {{"card ", KEYS(card), CP_COLUMNS_SPACED}};

static bool card_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_part_table(section, KEYS(card_tables)) < section->count;
}

static cp_err card_read(struct cp_cli_section *section)
{
    return cp_cli_read_part_tables(section, KEYS(card_tables));
}

/* `show lldp neighbor brief` */

static const struct cp_cli_key lldp_brief[] = {
    {"Local Interface", CP_SEEN_LOCAL}, {"Scope", CP_SEEN_DETAIL},
    {"Chassis ID", CP_SEEN_CHASSIS},    {"Port ID", CP_SEEN_PORT},
    {"Holdtime", CP_SEEN_DETAIL},       {"System Name", CP_SEEN_NAME},
};
static const struct cp_cli_key lldp_brief_short[] = {
    {"Local Intf", CP_SEEN_LOCAL}, {"Scope", CP_SEEN_DETAIL},     {"Chassis ID", CP_SEEN_CHASSIS},
    {"Port ID", CP_SEEN_PORT},     {"Hold-time", CP_SEEN_DETAIL}, {"System Name", CP_SEEN_NAME},
};
static const struct cp_cli_key lldp_old[] = {
    {"Local-Port", CP_SEEN_LOCAL},  {"Chassis-ID", CP_SEEN_CHASSIS}, {"Holdtime", CP_SEEN_DETAIL},
    {"Capability", CP_SEEN_DETAIL}, {"Platform", CP_SEEN_PLATFORM},  {"Peer-Port", CP_SEEN_PORT},
};
static const struct cp_seen_table lldp_tables[] = {
    {"lldp", KEYS(lldp_brief), CP_COLUMNS_WRAPPED},
    {"lldp", KEYS(lldp_brief_short), CP_COLUMNS_WRAPPED},
    {"lldp", KEYS(lldp_old), CP_COLUMNS_WRAPPED},
};

static const struct cp_seen_table *lldp_table(const struct cp_cli_section *section)
{
    for (size_t i = 0; i < CP_COUNT(lldp_tables); i++)
        if (cp_cli_find_heads(section, &lldp_tables[i]) < section->count)
            return &lldp_tables[i];
    return NULL;
}

static bool lldp_fits(const struct cp_cli_section *section)
{
    return lldp_table(section) != NULL;
}

static cp_err lldp_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbour_table(section, lldp_table(section));
}

/* `show lldp entry`: keys, with the kind of an id behind it: "00.d0.d0.01 (MAC address)". */

static const struct cp_cli_key entry_keys[] = {
    {"Local Port", CP_SEEN_LOCAL},
    {"Local Interface", CP_SEEN_LOCAL},
    {"Chassis ID", CP_SEEN_CHASSIS},
    {"Port ID", CP_SEEN_PORT},
    {"Port Description", CP_SEEN_PORT_DESCR},
    {"System Name", CP_SEEN_NAME},
    {"System Description", CP_SEEN_DESCR},
    {"Time Remaining", CP_SEEN_DETAIL},
    {"Holdtime", CP_SEEN_DETAIL},
    {"System Capabilities", CP_SEEN_DETAIL},
    {"Enabled Capabilities", CP_SEEN_DETAIL},
    {"Management Address", CP_SEEN_ADDRESS},
};
static const struct cp_seen_lines entry_lines = {"lldp", KEYS(entry_keys), ':', CP_CLI_DETAIL,
                                                 NULL};

static bool entry_fits(const struct cp_cli_section *section)
{
    cp_text value;
    uint32_t chassis = cp_cli_find_key(section, 0, "Chassis ID", ':', &value);

    return chassis < section->count && cp_text_ends(value, CP_TEXT(")")) &&
           cp_cli_find_key(section, 0, "Local Port", ':', &value) < chassis &&
           cp_cli_find_key(section, chassis, "Port ID", ':', &value) < section->count;
}

static cp_err entry_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbours(section, &entry_lines);
}

static const struct cp_cli_form forms[] = {
    {"show version (ZXROS)", "show version", version_fits, version_read, CP_CLI_DETAIL,
     version_head},
    {"show card (ZTE)", "show card", card_fits, card_read, CP_CLI_DETAIL, NULL},
    {"show lldp neighbor brief", "show lldp neighbor", lldp_fits, lldp_read, CP_CLI_ODD, NULL},
    {"show lldp entry", "show lldp entry|show lldp neighbor", entry_fits, entry_read, CP_CLI_DETAIL,
     NULL},
};

const struct cp_cli_forms cp_cli_zte = {forms, CP_COUNT(forms)};

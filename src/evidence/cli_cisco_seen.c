#include "cli_neighbour.h"

#include <string.h>

/* Neighbours as Cisco's systems print them: `show lldp neighbors [detail]`, `show cdp neighbors
 * [detail]`.  IOS, IOS XR and NX-OS differ in a few keys. */

#define KEYS(table) (table), CP_COUNT(table)

/* LLDP, one after the other. */

static const struct cp_cli_key lldp_keys[] = {
    {"Local Intf", CP_SEEN_LOCAL},
    {"Local Interface", CP_SEEN_LOCAL},
    {"Local Port id", CP_SEEN_LOCAL},
    {"Parent Interface", CP_SEEN_DETAIL},
    {"Chassis id", CP_SEEN_CHASSIS},
    {"Port id", CP_SEEN_PORT},
    {"Port Description", CP_SEEN_PORT_DESCR},
    {"System Name", CP_SEEN_NAME},
    {"System Description", CP_SEEN_DESCR},
    {"Time remaining", CP_SEEN_DETAIL},
    {"Hold Time", CP_SEEN_DETAIL},
    {"Age", CP_SEEN_DETAIL},
    {"System Capabilities", CP_SEEN_DETAIL},
    {"Enabled Capabilities", CP_SEEN_DETAIL},
    {"Management Addresses", CP_SEEN_DETAIL},
    {"Management Address", CP_SEEN_ADDRESS},
    {"Management Address IPV6", CP_SEEN_ADDRESS},
    {"IP", CP_SEEN_ADDRESS},
    {"IPV6", CP_SEEN_ADDRESS},
    {"IPv4 address", CP_SEEN_ADDRESS},
    {"IPv6 address", CP_SEEN_ADDRESS},
    {"Vlan ID", CP_SEEN_DETAIL},
    {"Manufacturer", CP_SEEN_MAKER},
    {"Model", CP_SEEN_MODEL},
    {"Serial number", CP_SEEN_SERIAL},
    {"S/W revision", CP_SEEN_SOFTWARE},
    {"F/W revision", CP_SEEN_DETAIL},
    {"H/W revision", CP_SEEN_DETAIL},
};

static const struct cp_seen_lines lldp_lines = {"lldp", KEYS(lldp_keys), ':', CP_CLI_TWICE, NULL};

static bool lldp_detail_fits(const struct cp_cli_section *section)
{
    return cp_cli_has(section, "Chassis id: ") && cp_cli_has(section, "Port id: ") &&
           cp_cli_has(section, "Time remaining: ");
}

static cp_err lldp_detail_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbours(section, &lldp_lines);
}

/* LLDP, a table. */

static const struct cp_cli_key lldp_columns[] = {
    {"Device ID", CP_SEEN_NAME},    {"Local Intf", CP_SEEN_LOCAL}, {"Hold-time", CP_SEEN_DETAIL},
    {"Capability", CP_SEEN_DETAIL}, {"Port ID", CP_SEEN_PORT},
};

static const struct cp_seen_table lldp_table = {"lldp", KEYS(lldp_columns), CP_COLUMNS_CUT};

static bool lldp_table_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_heads(section, &lldp_table) < section->count && !lldp_detail_fits(section);
}

static cp_err lldp_table_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbour_table(section, &lldp_table);
}

/* CDP, one after the other. */

static const struct cp_cli_key cdp_keys[] = {
    {"Device ID", CP_SEEN_DEVICE},
    {"System Name", CP_SEEN_NAME},
    {"SysName", CP_SEEN_NAME},
    {"VTP Management Domain Name", CP_SEEN_DETAIL},
    {"VTP Management Domain", CP_SEEN_DETAIL},
    {"Entry address(es)", CP_SEEN_DETAIL},
    {"Interface address(es)", CP_SEEN_DETAIL},
    {"IP address", CP_SEEN_ADDRESS},
    {"IPv4 Address", CP_SEEN_ADDRESS},
    {"IPv6 Address", CP_SEEN_ADDRESS},
    {"Platform", CP_SEEN_PLATFORM},
    {"Capabilities", CP_SEEN_DETAIL},
    {"Interface", CP_SEEN_LOCAL},
    {"Port ID (outgoing port)", CP_SEEN_PORT},
    {"Holdtime", CP_SEEN_DETAIL},
    {"Version", CP_SEEN_DESCR},
    {"advertisement version", CP_SEEN_DETAIL},
    {"Native VLAN", CP_SEEN_DETAIL},
    {"Duplex", CP_SEEN_DETAIL},
    {"Management address(es)", CP_SEEN_MANAGED},
    {"Mgmt address(es)", CP_SEEN_MANAGED},
};

static const struct cp_seen_lines cdp_lines = {"cdp", KEYS(cdp_keys), ':', CP_CLI_TWICE, NULL};

static bool cdp_detail_fits(const struct cp_cli_section *section)
{
    return cp_cli_has(section, "Device ID:") && cp_cli_has(section, "Platform:") &&
           cp_cli_find_in(section, 0, "Port ID (outgoing port): ") < section->count;
}

static cp_err cdp_detail_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbours(section, &cdp_lines);
}

/*
 * CDP, a table.  Names take a line of their own where they are long, capabilities are single letters,
 * platform and port may be of two words ("IP Phone", "Gig 1/0/1"): a row is read from its hold time,
 * the first word that is a number alone with a local port of letters and numbers before it.
 */

static uint32_t cdp_heads(const struct cp_cli_section *section)
{
    static const char *const heads[] = {"Local Intrfce", "Capability", "Platform", "Port ID"};

    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = section->lines[i].text;
        bool all = cp_cli_index(line, "Device") < line.len;

        for (size_t k = 0; k < CP_COUNT(heads); k++)
            all = all && cp_cli_index(line, heads[k]) < line.len;
        if (all)
            return i;
    }
    return section->count;
}

static bool cdp_table_fits(const struct cp_cli_section *section)
{
    return cdp_heads(section) < section->count && !cdp_detail_fits(section);
}

enum { WORDS_MAX = 24 };

struct words {
    cp_text at[WORDS_MAX];
    uint32_t count;
};

static struct words words_of(cp_text line)
{
    struct words words = {.count = 0};
    cp_text word;

    while (words.count < WORDS_MAX && (word = cp_cli_word(&line)).len > 0)
        words.at[words.count++] = word;
    return words;
}

/* From the start of one word to the end of another. */
static cp_text span(const struct words *words, uint32_t from, uint32_t to)
{
    const char *end = words->at[to - 1].at + words->at[to - 1].len;

    return (cp_text){words->at[from].at, (size_t)(end - words->at[from].at)};
}

static bool has_digit(cp_text text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            return true;
    return false;
}

/* The word that is the hold time: before it at most a name and a port of two words. */
static uint32_t hold_time(const struct words *words)
{
    for (uint32_t i = 1; i + 1 < words->count && i < 5; i++)
        if (cp_cli_is_number(words->at[i]) && words->at[i].len <= 3 &&
            has_digit(words->at[i - 1]) &&
            cp_text_find(words->at[i - 1], '(', 0) == words->at[i - 1].len)
            return i;
    return words->count;
}

/* "Gig 1/0/1" where the word before the number is of letters alone and no name, else "Eth1/1". */
static uint32_t port_start(const struct words *words, uint32_t end, uint32_t from)
{
    return end >= from + 2 && !has_digit(words->at[end - 2]) && words->at[end - 2].len <= 12 &&
                   words->at[end - 1].at[0] >= '0' && words->at[end - 1].at[0] <= '9'
               ? end - 2
               : end - 1;
}

/* Where platform and port part: at the head's column if a word starts there. */
static uint32_t far_port(const struct words *words, uint32_t from, const char *column)
{
    for (uint32_t i = from + 1; i < words->count; i++)
        if (words->at[i].at == column)
            return i;
    if (words->count >= from + 3 && !has_digit(words->at[words->count - 2]) &&
        words->at[words->count - 2].len > 1)
        return words->count - 2;
    return words->count - 1;
}

struct cdp_row {
    cp_text name; /* of the line before; empty: it stands in the row */
    uint32_t name_line;
    size_t port_column;
};

static cp_err cdp_row(struct cp_seen_making *making, uint32_t line, struct cdp_row *row, bool *fits)
{
    cp_text text = making->section->lines[line].text;
    struct words words = words_of(text);
    uint32_t hold = hold_time(&words), from, caps, port;

    *fits = hold < words.count;
    if (!*fits)
        return CP_OK;
    from = port_start(&words, hold, row->name.len > 0 ? 0 : 1);
    for (caps = hold + 1; caps + 2 < words.count && words.at[caps].len == 1; caps++)
        continue;
    port = far_port(&words, caps, text.at + row->port_column);
    *fits = (from == 0) == (row->name.len > 0) && port >= caps;
    if (!*fits)
        return CP_OK;
    CP_TRY(cp_seen_set(making, line, CP_SEEN_DEVICE,
                       row->name.len > 0 ? row->name : span(&words, 0, from)));
    CP_TRY(cp_seen_set(making, line, CP_SEEN_LOCAL, span(&words, from, hold)));
    if (port > caps)
        CP_TRY(cp_seen_set(making, line, CP_SEEN_PLATFORM, span(&words, caps, port)));
    CP_TRY(cp_seen_set(making, line, CP_SEEN_PORT, span(&words, port, words.count)));
    return cp_seen_end(making);
}

static cp_err cdp_table_read(struct cp_cli_section *section)
{
    uint32_t head = cdp_heads(section), total;
    struct cp_seen_making making = cp_seen_begin(section, "cdp");
    struct cdp_row row = {{"", 0}, 0, cp_cli_index(section->lines[head].text, "Port ID")};
    bool fits;

    cp_cli_mark_range(section, 0, head + 1, CP_CLI_HEADING);
    for (uint32_t i = head + 1; i < section->count; i++) {
        if (section->lines[i].fate != CP_CLI_OPEN)
            continue;
        if (cp_seen_total(cp_cli_at(section, i), &total)) {
            making.counted = total;
            cp_cli_mark(section, i, CP_CLI_COUNTER);
            continue;
        }
        CP_TRY(cdp_row(&making, i, &row, &fits));
        if (fits) {
            cp_cli_mark(section, i, CP_CLI_USED);
            if (row.name.len > 0)
                cp_cli_mark(section, row.name_line, CP_CLI_USED);
            row.name = CP_TEXT("");
        } else if (row.name.len == 0 &&
                   cp_text_find(cp_cli_at(section, i), ' ', 0) == cp_cli_at(section, i).len) {
            row.name = cp_cli_at(section, i);
            row.name_line = i;
        } else {
            cp_cli_mark(section, i, CP_CLI_ODD);
            row.name = CP_TEXT("");
        }
    }
    return cp_seen_finish(&making);
}

static const struct cp_cli_form forms[] = {
    {"show lldp neighbors detail", "show lldp neighbors", lldp_detail_fits, lldp_detail_read,
     CP_CLI_DETAIL, NULL},
    {"show lldp neighbors", "show lldp neighbors", lldp_table_fits, lldp_table_read, CP_CLI_ODD,
     NULL},
    {"show cdp neighbors detail", "show cdp neighbors|show cdp entry", cdp_detail_fits,
     cdp_detail_read, CP_CLI_DETAIL, NULL},
    {"show cdp neighbors", "show cdp neighbors", cdp_table_fits, cdp_table_read, CP_CLI_ODD, NULL},
};

const struct cp_cli_forms cp_cli_cisco_seen = {forms, CP_COUNT(forms)};

#include "cli_neighbour.h"
#include "cli_parts.h"

#include "base/num.h"

/* Arista's EOS. */

#define KEYS(table) (table), CP_COUNT(table)

/* `show version`: "Arista DCS-7150S-52-CL", then keys. */

static uint32_t version_head(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_find_key(section, 0, "Software image version", ':', &value);
}

static bool version_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, cp_cli_find(section, 0, "Arista ")) &&
           version_head(section) < section->count && cp_cli_has(section, "System MAC address:");
}

static cp_err version_read(struct cp_cli_section *section)
{
    static const struct cp_cli_fact facts[] = {{"Serial number", "serial"}};
    uint32_t box = cp_cli_find(section, 0, "Arista "), head = version_head(section), line;
    cp_text rest = cp_cli_at(section, box), maker = cp_cli_word(&rest), value, text;
    bool is_mac;

    CP_TRY(cp_cli_says(section, box, CP_TEXT(""), "maker", maker));
    CP_TRY(cp_cli_says(section, box, CP_TEXT(""), "model", cp_text_trim(rest)));
    CP_TRY(cp_cli_glue(section, cp_cli_at(section, box), " ", cp_cli_at(section, head), &text));
    CP_TRY(cp_cli_says(section, box, CP_TEXT(""), "sys-descr", text));
    CP_TRY(cp_cli_says_keys(section, ':', KEYS(facts)));
    line = cp_cli_find_key(section, 0, "System MAC address", ':', &value);
    if (line < section->count) {
        CP_TRY(cp_cli_mac(section, value, &value, &is_mac));
        if (is_mac)
            CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "mac", value));
    }
    (void)cp_cli_find_key(section, 0, "Software image version", ':', &value);
    CP_TRY(cp_cli_glue(section, CP_TEXT("EOS"), " ", cp_cli_word(&value), &text));
    return cp_cli_says(section, head, CP_TEXT(""), "software", text);
}

/*
 * `show inventory`: lists, each under a line that begins with "System".  The last words of a row are
 * sure, what stands before them may have spaces.
 */

typedef enum { LIST_NONE, LIST_SYSTEM, LIST_POWER, LIST_FAN, LIST_CARD, LIST_OPTICS } list_kind;

static const struct {
    const char *inside;
    list_kind kind;
} lists[] = {
    {"System information", LIST_SYSTEM},
    {"power supply slot", LIST_POWER},
    {"fan module", LIST_FAN},
    {"card slot", LIST_CARD},
    {"transceiver slot", LIST_OPTICS},
    {"ports", LIST_NONE},
    {"storage device", LIST_NONE},
    {"switched bridge", LIST_NONE},
};

static bool begins_list(cp_text line, list_kind *kind)
{
    cp_text rest;

    if (!cp_cli_after(line, "System ", &rest))
        return false;
    for (size_t i = 0; i < CP_COUNT(lists); i++)
        if (cp_cli_index(line, lists[i].inside) < line.len) {
            *kind = lists[i].kind;
            return true;
        }
    return false;
}

static bool inventory_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, cp_cli_find(section, 0, "System information")) &&
           cp_cli_find_in(section, 0, "transceiver slot") < section->count;
}

enum { WORDS_MAX = 16 };

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

static cp_text span(const struct words *words, uint32_t from, uint32_t to)
{
    const char *end = words->at[to - 1].at + words->at[to - 1].len;

    return (cp_text){words->at[from].at, (size_t)(end - words->at[from].at)};
}

/* " DCS-7150S-52-CL 52-port SFP+ 10GigE 1RU + Clock", then " 02.00 JPE13120702 2013-03-27". */
static cp_err system_row(struct cp_cli_section *section, uint32_t line, const struct words *words)
{
    cp_text first = words->at[0];
    bool hardware = first.len > 0 && first.at[0] >= '0' && first.at[0] <= '9';

    if (cp_text_is(first, "Model") || cp_text_is(first, "HW")) {
        cp_cli_mark(section, line, CP_CLI_HEADING);
        return CP_OK;
    }
    if (!hardware)
        return cp_cli_says(section, line, CP_TEXT(""), "model", first);
    return words->count > 1 ? cp_cli_says(section, line, CP_TEXT(""), "serial", words->at[1])
                            : CP_OK;
}

/* "1 PWR-460AC-F K192KU00241CZ", "1 1 FAN-7000-F N/A" */
static cp_err part_row(struct cp_cli_section *section, uint32_t line, const struct words *words,
                       const char *prefix)
{
    cp_text part;

    if (words->count < 3)
        return CP_OK;
    CP_TRY(cp_cli_glue(section, cp_text_of(prefix), " ", words->at[0], &part));
    CP_TRY(cp_cli_says(section, line, part, "model", words->at[words->count - 2]));
    return cp_cli_says(section, line, part, "serial", words->at[words->count - 1]);
}

/* "1 Arista Networks SFP-10G-SR XCW1225FD753 0002" */
static cp_err optics_row(struct cp_cli_section *section, uint32_t line, const struct words *words)
{
    uint32_t last = words->count - 1;
    cp_text part;

    if (words->count < 5)
        return CP_OK;
    CP_TRY(cp_cli_glue(section, CP_TEXT("transceiver"), " ", words->at[0], &part));
    CP_TRY(cp_cli_says(section, line, part, "maker", span(words, 1, last - 2)));
    CP_TRY(cp_cli_says(section, line, part, "model", words->at[last - 2]));
    return cp_cli_says(section, line, part, "serial", words->at[last - 1]);
}

static cp_err inventory_row(struct cp_cli_section *section, uint32_t line, list_kind kind)
{
    struct words words = words_of(cp_cli_at(section, line));

    if (kind != LIST_SYSTEM && !(words.count > 0 && cp_cli_is_number(words.at[0])))
        return CP_OK; /* a heading, or nothing in the slot */
    switch (kind) {
    case LIST_SYSTEM:
        return system_row(section, line, &words);
    case LIST_POWER:
        return part_row(section, line, &words, "power supply");
    case LIST_FAN:
        return part_row(section, line, &words, "fan");
    case LIST_CARD:
        return part_row(section, line, &words, "card");
    case LIST_OPTICS:
        return optics_row(section, line, &words);
    case LIST_NONE:
        break;
    }
    return CP_OK;
}

static cp_err inventory_read(struct cp_cli_section *section)
{
    list_kind kind = LIST_NONE;

    for (uint32_t i = 0; i < section->count; i++) {
        if (section->lines[i].fate != CP_CLI_OPEN)
            continue;
        if (begins_list(cp_cli_at(section, i), &kind))
            cp_cli_mark(section, i, CP_CLI_HEADING);
        else
            CP_TRY(inventory_row(section, i, kind));
    }
    return CP_OK;
}

/* `show lldp neighbors` */

static const struct cp_cli_key lldp_columns[] = {
    {"Port", CP_SEEN_LOCAL},
    {"Neighbor Device ID", CP_SEEN_NAME},
    {"Neighbor Port ID", CP_SEEN_PORT},
    {"TTL", CP_SEEN_DETAIL},
};
static const struct cp_seen_table lldp_table = {"lldp", KEYS(lldp_columns), CP_COLUMNS_SPACED};

static bool lldp_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_heads(section, &lldp_table) < section->count;
}

static cp_err lldp_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbour_table(section, &lldp_table);
}

/* `show lldp neighbors detail`: "Interface Ethernet1 detected 1 LLDP neighbors:" */

static bool detail_local(cp_text line, cp_text *port, uint32_t *count)
{
    cp_text rest, number;

    if (!cp_cli_after(line, "Interface ", &rest) ||
        !cp_cli_split(rest, " detected ", port, &number) ||
        cp_cli_index(number, " LLDP neighbor") == number.len)
        return false;
    return cp_num_u32(cp_cli_word(&number), UINT32_MAX - 1, count) == CP_OK;
}

static const struct cp_cli_key detail_keys[] = {
    {"Chassis ID type", CP_SEEN_CHASSIS_KIND},
    {"Chassis ID", CP_SEEN_CHASSIS},
    {"Port ID type", CP_SEEN_PORT_KIND},
    {"Port ID", CP_SEEN_PORT},
    {"Time To Live", CP_SEEN_DETAIL},
    {"Port Description", CP_SEEN_PORT_DESCR},
    {"System Name", CP_SEEN_NAME},
    {"System Description", CP_SEEN_DESCR},
    {"System Capabilities", CP_SEEN_DETAIL},
    {"Enabled Capabilities", CP_SEEN_DETAIL},
    {"Management Address Subtype", CP_SEEN_DETAIL},
    {"Management Address", CP_SEEN_ADDRESS},
    {"Manufacturer Name", CP_SEEN_MAKER},
    {"Model Name", CP_SEEN_MODEL},
    {"Serial Number", CP_SEEN_SERIAL},
    {"Software Revision", CP_SEEN_SOFTWARE},
};
/* Further down a port's id stands again: of what the link is aggregated to. */
static const struct cp_seen_lines detail_lines = {"lldp", KEYS(detail_keys), ':', CP_CLI_DETAIL,
                                                  detail_local};

static bool detail_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_in(section, 0, " LLDP neighbors:") < section->count &&
           (cp_cli_has(section, "- Chassis ID type:") || !cp_cli_has(section, "Chassis"));
}

static cp_err detail_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbours(section, &detail_lines);
}

static const struct cp_cli_form forms[] = {
    {"show version (EOS)", "show version", version_fits, version_read, CP_CLI_DETAIL, version_head},
    {"show inventory (EOS)", "show inventory", inventory_fits, inventory_read, CP_CLI_DETAIL, NULL},
    {"show lldp neighbors (EOS)", "show lldp neighbors", lldp_fits, lldp_read, CP_CLI_ODD, NULL},
    {"show lldp neighbors detail (EOS)", "show lldp neighbors", detail_fits, detail_read,
     CP_CLI_DETAIL, NULL},
};

const struct cp_cli_forms cp_cli_eos = {forms, CP_COUNT(forms)};

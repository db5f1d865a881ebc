#include "cli.h"

/* `show version` of Cisco's three systems.  Each is known by its head and by what stands below it. */

/* "12.2(54)SG1, RELEASE ..." and "03.06.05E RELEASE ...": the version alone. */
static cp_text version_of(cp_text text)
{
    cp_text word = cp_cli_word(&text);

    return cp_text_sub(word, 0, cp_text_find(word, ',', 0));
}

static cp_err say_software(struct cp_cli_section *section, uint32_t line, const char *system,
                           cp_text version)
{
    cp_text software;

    if (version.len == 0)
        return CP_OK;
    CP_TRY(cp_cli_glue(section, cp_text_of(system), " ", version, &software));
    return cp_cli_says(section, line, CP_TEXT(""), "software", software);
}

/* "NAME uptime is ..."; a system without a name says "System". */
static cp_err say_name(struct cp_cli_section *section)
{
    uint32_t line = cp_cli_find_in(section, 0, " uptime is ");
    cp_text name, uptime;

    if (line == section->count ||
        !cp_cli_split(cp_cli_at(section, line), " uptime is ", &name, &uptime) ||
        cp_text_same_word(name, CP_TEXT("System")) || cp_text_same_word(name, CP_TEXT("Kernel")) ||
        cp_text_find(name, ' ', 0) < name.len)
        return CP_OK;
    return cp_cli_says(section, line, CP_TEXT(""), "sys-name", name);
}

/* "cisco WS-C4948E (MPC8548) processor ...": who made it, in its own words, and what it is. */
static cp_err say_box(struct cp_cli_section *section, uint32_t line)
{
    cp_text text = cp_cli_at(section, line), maker = cp_cli_word(&text);

    CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "maker", maker));
    return cp_cli_says(section, line, CP_TEXT(""), "model",
                       cp_text_trim(cp_text_sub(text, 0, cp_text_find(text, '(', 0))));
}

/* "cisco WS-C4948E (MPC8548) processor ...", "Cisco CISCO2911/K9 (revision 1.0) with 483328K/40960K
 * bytes of memory." */
static bool is_box(cp_text line)
{
    cp_text rest;

    return cp_cli_after(line, "cisco ", &rest) && cp_text_find(rest, '(', 0) < rest.len &&
           (cp_cli_index(rest, ") processor") < rest.len ||
            cp_cli_index(rest, " bytes of memory") < rest.len);
}

static uint32_t box_line(const struct cp_cli_section *section)
{
    uint32_t line = 0;

    while (line < section->count && !is_box(cp_cli_at(section, line)))
        line++;
    return line;
}

/* IOS and IOS XE. */

static uint32_t ios_head(const struct cp_cli_section *section)
{
    static const char *const heads[] = {"Cisco IOS Software", "IOS (tm) "};

    for (size_t i = 0; i < CP_COUNT(heads); i++) {
        uint32_t line = cp_cli_find(section, 0, heads[i]);

        if (line < section->count &&
            cp_cli_index(section->lines[line].text, ", Version ") < section->lines[line].text.len)
            return line;
    }
    return section->count;
}

static bool ios_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, ios_head(section)) &&
           (box_line(section) < section->count || cp_cli_has(section, "System image file is") ||
            cp_cli_has(section, "Configuration register is"));
}

static bool is_xe(const struct cp_cli_section *section)
{
    return cp_cli_has(section, "Cisco IOS XE Software") ||
           cp_cli_find_in(section, 0, "IOS-XE") < section->count ||
           cp_cli_find_in(section, 0, "_IOSXE") < section->count;
}

/* The head ends with the line that says when it was compiled. */
static cp_err ios_say_head(struct cp_cli_section *section)
{
    uint32_t head = ios_head(section), end = head + 1;
    cp_text descr, before, version;

    while (end < section->count && end < head + 6 && section->lines[end].fate != CP_CLI_BLANK &&
           !cp_cli_after(cp_cli_at(section, end - 1), "Compiled ", &before))
        end++;
    if (cp_cli_split(cp_cli_at(section, head), ", Version ", &before, &version))
        CP_TRY(say_software(section, head, is_xe(section) ? "IOS-XE" : "IOS", version_of(version)));
    CP_TRY(cp_cli_join(section, head, end, &descr));
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "sys-descr", descr));
    cp_cli_mark_range(section, head, end, CP_CLI_USED);
    return CP_OK;
}

/* Members of a stack follow each other under "Switch 02"; what stands before is the first's. */
static cp_err ios_say_block(struct cp_cli_section *section, uint32_t line, cp_text part, bool box)
{
    cp_text key, value, mac;
    bool is_mac;

    if (!cp_cli_pair(cp_cli_at(section, line), ':', &key, &value))
        return CP_OK;
    if (cp_text_same_word(key, CP_TEXT("System Serial Number")))
        return cp_cli_says(section, line, part, "serial", value);
    if (cp_text_same_word(key, CP_TEXT("Model Number")) && (part.len > 0 || !box))
        return cp_cli_says(section, line, part, "model", value);
    if (!cp_text_same_word(key, CP_TEXT("Base Ethernet MAC Address")))
        return CP_OK;
    CP_TRY(cp_cli_mac(section, value, &mac, &is_mac));
    return is_mac ? cp_cli_says(section, line, part, "mac", mac) : CP_OK;
}

static cp_err ios_say_blocks(struct cp_cli_section *section, bool box)
{
    cp_text part = CP_TEXT("");

    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = cp_cli_at(section, i), number;

        if (cp_cli_after(line, "Switch ", &number) && cp_cli_is_number(number)) {
            part = line;
            cp_cli_mark(section, i, CP_CLI_HEADING);
        } else {
            CP_TRY(ios_say_block(section, i, part, box));
        }
    }
    return CP_OK;
}

static cp_err ios_read(struct cp_cli_section *section)
{
    uint32_t box = box_line(section), board = cp_cli_find(section, 0, "Processor board ID");
    cp_text serial;

    CP_TRY(ios_say_head(section));
    CP_TRY(say_name(section));
    if (box < section->count)
        CP_TRY(say_box(section, box));
    if (board < section->count && !cp_cli_has(section, "System Serial Number") &&
        cp_cli_after(cp_cli_at(section, board), "Processor board ID", &serial))
        CP_TRY(cp_cli_says(section, board, CP_TEXT(""), "serial", version_of(serial)));
    return ios_say_blocks(section, box < section->count);
}

/* IOS XR. */

static uint32_t xr_head(const struct cp_cli_section *section)
{
    return cp_cli_find(section, 0, "Cisco IOS XR Software, Version ");
}

static bool xr_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, xr_head(section)) &&
           (box_line(section) < section->count || cp_cli_has(section, "Build Information:") ||
            cp_cli_has(section, "System image file is"));
}

static cp_err xr_read(struct cp_cli_section *section)
{
    uint32_t head = xr_head(section), box = box_line(section);
    cp_text before, version = CP_TEXT(""), descr;

    (void)cp_cli_split(cp_cli_at(section, head), "Version ", &before, &version);
    version = version_of(version);
    CP_TRY(say_software(section, head, "IOS-XR",
                        cp_text_sub(version, 0, cp_text_find(version, '[', 0))));
    CP_TRY(cp_cli_join(section, head, head + 2, &descr));
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "sys-descr", descr));
    cp_cli_mark(section, head + 1, CP_CLI_USED);
    CP_TRY(say_name(section));
    return box < section->count ? say_box(section, box) : CP_OK;
}

/* NX-OS: two lists, "Software" and "Hardware". */

static uint32_t nx_version(const struct cp_cli_section *section)
{
    static const char *const keys[] = {"NXOS: ", "system: "};

    for (size_t i = 0; i < CP_COUNT(keys); i++) {
        uint32_t line = cp_cli_find(section, 0, keys[i]);

        if (line < section->count &&
            cp_cli_index(section->lines[line].text, "version ") < section->lines[line].text.len)
            return line;
    }
    return section->count;
}

static bool nx_fits(const struct cp_cli_section *section)
{
    return nx_version(section) < section->count && cp_cli_has(section, "BIOS:") &&
           cp_cli_has(section, "cisco ") &&
           (cp_cli_has(section, "Processor Board ID") || cp_cli_has(section, "Device name:"));
}

/* "Nexus9000 C9372PX chassis", "N9K-C9396PX (...)", "Nexus 5596 Chassis (...)" */
static cp_text nx_model(cp_text text)
{
    text = cp_text_trim(cp_text_sub(text, 0, cp_text_find(text, '(', 0)));
    return cp_text_trim(cp_text_sub(text, 0, cp_cli_index(text, " chassis")));
}

static cp_err nx_say_descr(struct cp_cli_section *section, uint32_t version, uint32_t box)
{
    uint32_t head = cp_cli_find(section, 0, "Cisco Nexus Operating System");
    cp_text descr;

    if (head == section->count)
        CP_TRY(cp_cli_glue(section, cp_cli_at(section, version), " ", cp_cli_at(section, box),
                           &descr));
    else
        CP_TRY(cp_cli_glue(section, cp_cli_at(section, head), " ", cp_cli_at(section, version),
                           &descr));
    cp_cli_mark(section, head, CP_CLI_USED);
    return cp_cli_says(section, head < version ? head : version, CP_TEXT(""), "sys-descr", descr);
}

static cp_err nx_read(struct cp_cli_section *section)
{
    uint32_t line = nx_version(section), box = cp_cli_find(section, line, "cisco ");
    cp_text text, maker, version = CP_TEXT("");

    if (box == section->count)
        box = cp_cli_find(section, 0, "cisco ");
    CP_TRY(nx_say_descr(section, line, box));
    (void)cp_cli_split(cp_cli_at(section, line), "version ", &text, &version);
    CP_TRY(say_software(section, line, "NX-OS", version_of(version)));
    text = cp_cli_at(section, box);
    maker = cp_cli_word(&text);
    CP_TRY(cp_cli_says(section, box, CP_TEXT(""), "maker", maker));
    CP_TRY(cp_cli_says(section, box, CP_TEXT(""), "model", nx_model(text)));
    line = cp_cli_find(section, 0, "Processor Board ID");
    if (line < section->count &&
        cp_cli_after(cp_cli_at(section, line), "Processor Board ID", &text))
        CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "serial", text));
    line = cp_cli_find(section, 0, "Device name:");
    if (line < section->count && cp_cli_after(cp_cli_at(section, line), "Device name:", &text))
        CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "sys-name", text));
    return CP_OK;
}

static const struct cp_cli_form forms[] = {
    {"show version (IOS)", "show version|show hardware", ios_fits, ios_read, CP_CLI_DETAIL,
     ios_head},
    {"show version (IOS XR)", "show version", xr_fits, xr_read, CP_CLI_DETAIL, xr_head},
    {"show version (NX-OS)", "show version", nx_fits, nx_read, CP_CLI_DETAIL, nx_version},
};

const struct cp_cli_forms cp_cli_ios = {forms, CP_COUNT(forms)};

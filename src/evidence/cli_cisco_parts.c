#include "cli_parts.h"

#define KEYS(table) (table), CP_COUNT(table)

/*
 * `show inventory`: pairs of lines,
 *
 *   NAME: "Chassis",  DESCR: "Nexus9000 C9396PX Chassis"
 *   PID: N9K-C9396PX  ,  VID: V02 ,  SN: SAL1819S6LU
 *
 * in IOS, IOS XR and NX-OS; `admin show inventory` writes the same with blanks for commas and quotes.
 */

static bool inventory_name(cp_text line, cp_text *name, cp_text *descr)
{
    cp_text rest;

    if (!cp_cli_after(line, "NAME:", &rest) || !cp_cli_split(rest, "DESCR:", name, descr))
        return false;
    if (cp_text_ends(*name, CP_TEXT(",")))
        *name = cp_text_trim(cp_text_sub(*name, 0, name->len - 1));
    if (name->len >= 2 && name->at[0] == '"' && name->at[name->len - 1] == '"')
        *name = cp_text_trim(cp_text_sub(*name, 1, name->len - 2));
    return name->len > 0;
}

static cp_text without_comma(cp_text text)
{
    while (text.len > 0 && (text.at[text.len - 1] == ',' || text.at[text.len - 1] == ' '))
        text.len--;
    return text;
}

static bool inventory_ids(cp_text line, cp_text *pid, cp_text *serial)
{
    cp_text rest, vid;

    if (!cp_cli_after(line, "PID:", &rest) || !cp_cli_split(rest, "VID:", pid, &rest) ||
        !cp_cli_split(rest, "SN:", &vid, serial))
        return false;
    *pid = without_comma(*pid);
    return true;
}

static uint32_t inventory_line(const struct cp_cli_section *section)
{
    for (uint32_t i = 0; i + 1 < section->count; i++) {
        cp_text a, b;

        if (inventory_name(cp_cli_at(section, i), &a, &b) &&
            inventory_ids(cp_cli_at(section, i + 1), &a, &b))
            return i;
    }
    return section->count;
}

static bool inventory_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, inventory_line(section));
}

/* The part that is the system itself: its model and serial are the system's too. */
static bool is_chassis(cp_text name, cp_text descr, uint32_t number)
{
    if (cp_text_same_word(name, CP_TEXT("Chassis")) || cp_text_same_word(name, CP_TEXT("Rack 0")))
        return true;
    return number == 0 &&
           (cp_cli_index(name, "chassis") < name.len || cp_text_is(name, "1") ||
            cp_text_is(name, "Switch 1") || (cp_cli_index(descr, "chassis") < descr.len));
}

struct inventory {
    struct cp_cli_section *section;
    uint32_t number; /* of parts so far */
    uint32_t line;   /* of the name */
    cp_text name, descr;
};

static cp_err say_part(struct inventory *at, uint32_t line, cp_text pid, cp_text serial)
{
    bool system = is_chassis(at->name, at->descr, at->number++);

    cp_cli_mark(at->section, at->line, CP_CLI_USED);
    cp_cli_mark(at->section, line, CP_CLI_USED);
    if (system) {
        CP_TRY(cp_cli_says(at->section, line, CP_TEXT(""), "model", pid));
        return cp_cli_says(at->section, line, CP_TEXT(""), "serial", serial);
    }
    CP_TRY(cp_cli_says(at->section, line, at->name, "model", pid));
    return cp_cli_says(at->section, line, at->name, "serial", serial);
}

static cp_err inventory_read(struct cp_cli_section *section)
{
    struct inventory at = {.section = section};

    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = cp_cli_at(section, i), pid, serial;

        if (inventory_name(line, &at.name, &at.descr)) {
            at.line = i;
        } else if (inventory_ids(line, &pid, &serial) && at.name.len > 0) {
            CP_TRY(say_part(&at, i, pid, serial));
            at.name = CP_TEXT("");
        } else if (cp_cli_after(line, "PID:", &pid)) {
            cp_cli_mark(section, i, CP_CLI_ODD);
        }
    }
    return CP_OK;
}

/* Tables of slots: `show module`, `show platform`. */

static const struct cp_cli_key nx_module[] = {
    {"Mod", CP_PART_NAME},    {"Ports", CP_PART_SKIP},  {"Module-Type", CP_PART_SKIP},
    {"Model", CP_PART_MODEL}, {"Status", CP_PART_SKIP},
};
static const struct cp_cli_key nx_serial[] = {
    {"Mod", CP_PART_NAME},
    {"MAC-Address(es)", CP_PART_SKIP},
    {"Serial-Num", CP_PART_SERIAL},
};
static const struct cp_cli_key ios_module[] = {
    {"Mod", CP_PART_NAME},    {"Ports", CP_PART_SKIP},        {"Card Type", CP_PART_SKIP},
    {"Model", CP_PART_MODEL}, {"Serial No.", CP_PART_SERIAL},
};
static const struct cp_cli_key ios_chassis_module[] = {
    {"Chassis", CP_PART_SKIP},   {"Mod", CP_PART_NAME},    {"Ports", CP_PART_SKIP},
    {"Card Type", CP_PART_SKIP}, {"Model", CP_PART_MODEL}, {"Serial No.", CP_PART_SERIAL},
};
static const struct cp_cli_key ios_stack_module[] = {
    {"Switch", CP_PART_NAME},       {"Ports", CP_PART_SKIP},      {"Model", CP_PART_MODEL},
    {"Serial No.", CP_PART_SERIAL}, {"MAC address", CP_PART_MAC}, {"Hw Ver.", CP_PART_SKIP},
    {"Sw Ver.", CP_PART_SKIP},
};
static const struct cp_cli_key eos_module[] = {
    {"Module", CP_PART_NAME}, {"Ports", CP_PART_SKIP},        {"Card Type", CP_PART_SKIP},
    {"Model", CP_PART_MODEL}, {"Serial No.", CP_PART_SERIAL},
};
static const struct cp_cli_key xr_platform[] = {
    {"Node", CP_PART_NAME},
    {"Type", CP_PART_MODEL},
    {"State", CP_PART_SKIP},
    {"Config State", CP_PART_SKIP},
};
static const struct cp_cli_key xr_admin_platform[] = {
    {"Location", CP_PART_NAME},
    {"Card Type", CP_PART_MODEL},
    {"HW State", CP_PART_SKIP},
    {"SW State", CP_PART_SKIP},
};
static const struct cp_part_table module_tables[] = {
    {"module ", KEYS(nx_module), CP_COLUMNS_SPACED},
    {"module ", KEYS(nx_serial), CP_COLUMNS_SPACED},
    {"module ", KEYS(ios_chassis_module), CP_COLUMNS_SPACED},
    {"module ", KEYS(ios_module), CP_COLUMNS_SPACED},
    {"Switch ", KEYS(ios_stack_module), CP_COLUMNS_SPACED},
    {"module ", KEYS(eos_module), CP_COLUMNS_SPACED},
};
static const struct cp_part_table platform_tables[] = {
    {"", KEYS(xr_platform), CP_COLUMNS_SPACED},
    {"", KEYS(xr_admin_platform), CP_COLUMNS_SPACED},
};

static bool module_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_part_table(section, KEYS(module_tables)) < section->count;
}

static cp_err module_read(struct cp_cli_section *section)
{
    return cp_cli_read_part_tables(section, KEYS(module_tables));
}

static bool platform_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_part_table(section, KEYS(platform_tables)) < section->count;
}

static cp_err platform_read(struct cp_cli_section *section)
{
    return cp_cli_read_part_tables(section, KEYS(platform_tables));
}

static const struct cp_cli_form forms[] = {
    {"show inventory", "show inventory|show diag", inventory_fits, inventory_read, CP_CLI_DETAIL,
     NULL},
    {"show module", "show module", module_fits, module_read, CP_CLI_DETAIL, NULL},
    {"show platform", "show platform", platform_fits, platform_read, CP_CLI_DETAIL, NULL},
};

const struct cp_cli_forms cp_cli_cisco_parts = {forms, CP_COUNT(forms)};

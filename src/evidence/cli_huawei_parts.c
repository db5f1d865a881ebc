#include "cli_parts.h"

/* What Huawei's systems print of boards and serial numbers, besides `display version`. */

#define KEYS(table) (table), CP_COUNT(table)

/* `display device`: VRP 8, VRP 5, cards alone. */

static const struct cp_cli_key device8[] = {
    {"Slot", CP_PART_NAME},       {"Card", CP_PART_SUB},   {"Type", CP_PART_MODEL},
    {"Online", CP_PART_PRESENCE}, {"Power", CP_PART_SKIP}, {"Register", CP_PART_PRESENCE},
};
static const struct cp_cli_key device5[] = {
    {"Slot", CP_PART_NAME},       {"Sub", CP_PART_SUB},    {"Type", CP_PART_MODEL},
    {"Online", CP_PART_PRESENCE}, {"Power", CP_PART_SKIP}, {"Register", CP_PART_PRESENCE},
};
static const struct cp_cli_key device_cards[] = {
    {"Slot/Card", CP_PART_NAME},
    {"Card-Type", CP_PART_MODEL},
    {"Online", CP_PART_PRESENCE},
    {"Power", CP_PART_SKIP},
};
static const struct cp_cli_key device_ne[] = {
    {"Slot #", CP_PART_NAME},
    {"Type", CP_PART_MODEL},
    {"Online", CP_PART_PRESENCE},
    {"Register", CP_PART_SKIP},
};
static const struct cp_part_table device_tables[] = {
    {"slot ", KEYS(device8), CP_COLUMNS_SPACED},
    {"slot ", KEYS(device5), CP_COLUMNS_SPACED},
    {"slot ", KEYS(device_cards), CP_COLUMNS_SPACED},
    {"slot ", KEYS(device_ne), CP_COLUMNS_SPACED},
};

static bool device_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_part_table(section, KEYS(device_tables)) < section->count;
}

/* "CE12808S's Device status:" */
static cp_err device_read(struct cp_cli_section *section)
{
    uint32_t line = cp_cli_find_in(section, 0, "'s Device status:");
    cp_text model, rest;

    if (line < section->count &&
        cp_cli_split(cp_cli_at(section, line), "'s Device status:", &model, &rest))
        CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "model", model));
    return cp_cli_read_part_tables(section, KEYS(device_tables));
}

/* `display device manufacture-info`. */

static const struct cp_cli_key made_card[] = {
    {"Slot", CP_PART_NAME},      {"Card", CP_PART_SUB},
    {"Type", CP_PART_MODEL},     {"Serial-number", CP_PART_SERIAL},
    {"Manu-date", CP_PART_SKIP},
};
static const struct cp_cli_key made_sub[] = {
    {"Slot", CP_PART_NAME},
    {"Sub", CP_PART_SUB},
    {"Serial-number", CP_PART_SERIAL},
    {"Manu-date", CP_PART_SKIP},
};
static const struct cp_part_table made_tables[] = {
    {"slot ", KEYS(made_card), CP_COLUMNS_SPACED},
    {"slot ", KEYS(made_sub), CP_COLUMNS_SPACED},
};

static bool made_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_part_table(section, KEYS(made_tables)) < section->count;
}

static cp_err made_read(struct cp_cli_section *section)
{
    return cp_cli_read_part_tables(section, KEYS(made_tables));
}

/*
 * `display elabel`: a label a part, under the part's name in brackets.  [Slot_3] is around others, which
 * are inside it then; [Main_Board] is the slot's own board.
 */

static bool elabel_fits(const struct cp_cli_section *section)
{
    return cp_cli_has(section, "[Board Properties]") && cp_cli_has(section, "BoardType=") &&
           cp_cli_has(section, "BarCode=");
}

struct elabel {
    cp_text slot, part;
};

static cp_err elabel_heading(struct cp_cli_section *section, uint32_t line, cp_text name,
                             struct elabel *at)
{
    cp_text number;

    cp_cli_mark(section, line, CP_CLI_HEADING);
    if (cp_text_is(name, "Board Properties") || cp_text_is(name, "Rack") ||
        cp_cli_index(name, "Version") < name.len)
        return CP_OK;
    if (cp_cli_after(name, "Slot_", &number)) {
        CP_TRY(cp_cli_glue(section, CP_TEXT("slot"), " ", number, &at->slot));
        at->part = at->slot;
    } else if (cp_text_is(name, "Main_Board")) {
        at->part = at->slot;
    } else if (cp_cli_after(name, "Port_", &number)) {
        at->part = number;
    } else if (at->slot.len > 0) {
        CP_TRY(cp_cli_glue(section, at->slot, "/", name, &at->part));
    } else {
        at->part = name;
    }
    return CP_OK;
}

static cp_err elabel_value(struct cp_cli_section *section, uint32_t line, const struct elabel *at)
{
    static const char *const keys[][2] = {{"BoardType", "model"},
                                          {"BarCode", "serial"},
                                          {"Item", "part-number"},
                                          {"VendorName", "maker"}};
    cp_text key, value;

    if (at->part.len == 0 || !cp_cli_pair(cp_cli_at(section, line), '=', &key, &value))
        return CP_OK;
    for (size_t i = 0; i < CP_COUNT(keys); i++)
        if (cp_text_is(key, keys[i][0]))
            return cp_cli_says(section, line, at->part, keys[i][1], value);
    return CP_OK;
}

static cp_err elabel_read(struct cp_cli_section *section)
{
    struct elabel at = {{"", 0}, {"", 0}};

    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = cp_cli_at(section, i);
        size_t shut = cp_text_find(line, ']', 0);

        if (line.len > 2 && line.at[0] == '[' && shut == line.len - 1)
            CP_TRY(elabel_heading(section, i, cp_text_sub(line, 1, shut - 1), &at));
        else
            CP_TRY(elabel_value(section, i, &at));
    }
    return CP_OK;
}

/* `display esn`, `display sn license`. */

static uint32_t esn_line(const struct cp_cli_section *section)
{
    static const char *const keys[] = {"ESN of device:", "ESN of master:", "Equipment SN(ESN):"};
    uint32_t line = section->count;

    for (size_t i = 0; i < CP_COUNT(keys) && line == section->count; i++)
        line = cp_cli_find(section, 0, keys[i]);
    return line;
}

static bool esn_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, esn_line(section));
}

static cp_err esn_read(struct cp_cli_section *section)
{
    uint32_t line = esn_line(section);
    cp_text key, serial;

    if (!cp_cli_pair(cp_cli_at(section, line), ':', &key, &serial))
        return CP_OK;
    return cp_cli_says(section, line, CP_TEXT(""), "serial", serial);
}

/* `display current-configuration | include sysname` */

static uint32_t sysname_line(const struct cp_cli_section *section)
{
    for (uint32_t i = 0; i < section->count; i++)
        if (cp_text_starts(section->lines[i].text, CP_TEXT("sysname ")))
            return i;
    return section->count;
}

static bool sysname_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, sysname_line(section));
}

static cp_err sysname_read(struct cp_cli_section *section)
{
    uint32_t line = sysname_line(section);
    cp_text name;

    if (!cp_cli_after(cp_cli_at(section, line), "sysname ", &name))
        return CP_OK;
    return cp_cli_says(section, line, CP_TEXT(""), "sys-name", name);
}

static const struct cp_cli_form forms[] = {
    {"display device", "display device", device_fits, device_read, CP_CLI_DETAIL, NULL},
    {"display device manufacture-info", "display device", made_fits, made_read, CP_CLI_DETAIL,
     NULL},
    {"display elabel", "display elabel", elabel_fits, elabel_read, CP_CLI_DETAIL, NULL},
    {"display esn", "display esn|display sn|display license", esn_fits, esn_read, CP_CLI_DETAIL,
     NULL},
    {"sysname", "display current-configuration|display sysname", sysname_fits, sysname_read,
     CP_CLI_DETAIL, NULL},
};

const struct cp_cli_forms cp_cli_huawei_parts = {forms, CP_COUNT(forms)};

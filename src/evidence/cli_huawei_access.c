#include "cli_parts.h"

/* Huawei's access systems: SmartAX at the exchange, ONT at the customer. */

#define KEYS(table) (table), CP_COUNT(table)

/* SmartAX `display version`: three keys, then the areas of the main boards. */

static uint32_t smartax_head(const struct cp_cli_section *section)
{
    cp_text value;
    uint32_t version = cp_cli_find_key(section, 0, "VERSION", ':', &value);

    if (cp_cli_find_key(section, version, "PRODUCT", ':', &value) == section->count)
        return section->count;
    return version;
}

static bool smartax_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_is_top(section, smartax_head(section)) &&
           (cp_cli_find_key(section, 0, "PATCH", ':', &value) < section->count ||
            cp_cli_find_in(section, 0, "Mainboard Running Area") < section->count);
}

static cp_err smartax_read(struct cp_cli_section *section)
{
    static const struct cp_cli_fact facts[] = {{"VERSION", "software"}, {"PRODUCT", "model"}};
    uint32_t head = smartax_head(section), end;
    cp_text descr, product;

    end = cp_cli_find_key(section, head, "PRODUCT", ':', &product) + 1;
    CP_TRY(cp_cli_says_keys(section, ':', KEYS(facts)));
    CP_TRY(cp_cli_join(section, head, end, &descr));
    cp_cli_mark_range(section, head, end, CP_CLI_USED);
    return cp_cli_says(section, head, CP_TEXT(""), "sys-descr", descr);
}

/* `display board 0`, `display board serial-number 0` (whose heads are misspelt) */

static const struct cp_cli_key board[] = {
    {"SlotID", CP_PART_NAME},
    {"BoardName", CP_PART_MODEL},
    {"Status", CP_PART_SKIP},
};
static const struct cp_cli_key board_serial[] = {
    {"Solt ID", CP_PART_NAME},
    {"Board Name", CP_PART_MODEL},
    {"Serial Number", CP_PART_SERIAL},
};
static const struct cp_cli_key board_serial_right[] = {
    {"Slot ID", CP_PART_NAME},
    {"Board Name", CP_PART_MODEL},
    {"Serial Number", CP_PART_SERIAL},
};
static const struct cp_part_table board_tables[] = {
    {"slot ", KEYS(board), CP_COLUMNS_SPACED},
    {"slot ", KEYS(board_serial), CP_COLUMNS_SPACED},
    {"slot ", KEYS(board_serial_right), CP_COLUMNS_SPACED},
};

static bool board_fits(const struct cp_cli_section *section)
{
    return cp_cli_find_part_table(section, KEYS(board_tables)) < section->count;
}

static cp_err board_read(struct cp_cli_section *section)
{
    return cp_cli_read_part_tables(section, KEYS(board_tables));
}

/* ONT `display deviceInfo` */

static uint32_t ont_head(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_find_key(section, 0, "ManufacturerOUI", '=', &value);
}

static bool ont_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return ont_head(section) < section->count &&
           cp_cli_find_key(section, 0, "ModelName", '=', &value) < section->count &&
           cp_cli_find_key(section, 0, "Manufacturer", '=', &value) < section->count;
}

static cp_err ont_read(struct cp_cli_section *section)
{
    static const struct cp_cli_fact facts[] = {{"Manufacturer", "maker"},
                                               {"ModelName", "model"},
                                               {"Description", "sys-descr"},
                                               {"ManufactureInfo", "serial"}};

    return cp_cli_says_keys(section, '=', KEYS(facts));
}

/* ONT `display inner version` */

static bool inner_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_find_key(section, 0, "MainVersion", ':', &value) < section->count &&
           cp_cli_find_key(section, 0, "StandbyVersion", ':', &value) < section->count;
}

static cp_err inner_read(struct cp_cli_section *section)
{
    static const struct cp_cli_fact facts[] = {{"MainVersion", "software"}};

    return cp_cli_says_keys(section, ':', KEYS(facts));
}

static const struct cp_cli_form forms[] = {
    {"display version (SmartAX)", "display version", smartax_fits, smartax_read, CP_CLI_DETAIL,
     smartax_head},
    {"display board", "display board", board_fits, board_read, CP_CLI_DETAIL, NULL},
    {"display deviceInfo", "display deviceInfo", ont_fits, ont_read, CP_CLI_DETAIL, ont_head},
    {"display inner version", "display inner version", inner_fits, inner_read, CP_CLI_DETAIL, NULL},
};

const struct cp_cli_forms cp_cli_huawei_access = {forms, CP_COUNT(forms)};

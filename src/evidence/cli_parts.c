#include "cli_parts.h"

struct reading {
    struct cp_cli_section *section;
    const struct cp_part_table *table; /* NULL: outside */
    struct cp_cli_columns columns;
    cp_text slot; /* of the row before, with its prefix */
};

static const struct cp_part_table *heads_of(cp_text line, const struct cp_part_table *tables,
                                            uint32_t count, struct cp_cli_columns *columns)
{
    for (uint32_t i = 0; i < count; i++)
        if (cp_cli_columns_find(line, tables[i].columns, tables[i].column_count, columns))
            return &tables[i];
    return NULL;
}

uint32_t cp_cli_find_part_table(const struct cp_cli_section *section,
                                const struct cp_part_table *tables, uint32_t count)
{
    struct cp_cli_columns columns;

    for (uint32_t i = 0; i < section->count; i++)
        if (heads_of(section->lines[i].text, tables, count, &columns) != NULL)
            return i;
    return section->count;
}

static cp_text cell_of(const struct reading *reading, const cp_text *cells, cp_part_what what)
{
    for (uint32_t i = 0; i < reading->table->column_count; i++)
        if (reading->table->columns[i].what == what)
            return cells[i];
    return (cp_text){"", 0};
}

static bool has_digit(cp_text text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            return true;
    return false;
}

/* "3" and "1/3" are numbers of slots; "PWR1" is a name. */
static bool is_slot_number(cp_text name)
{
    return name.len > 0 && name.at[0] >= '0' && name.at[0] <= '9';
}

/* The slot and, after slashes, what is inside it. */
static cp_err part_name(struct reading *reading, const cp_text *cells, cp_text *part)
{
    cp_text name = cell_of(reading, cells, CP_PART_NAME);

    if (is_slot_number(name) || name.len == 1)
        CP_TRY(cp_cli_glue(reading->section, cp_text_of(reading->table->prefix), "", name, &name));
    if (name.len > 0)
        reading->slot = name;
    *part = reading->slot;
    for (uint32_t i = 0; i < reading->table->column_count; i++)
        if (reading->table->columns[i].what == CP_PART_SUB && !cp_cli_is_nothing(cells[i]))
            CP_TRY(cp_cli_glue(reading->section, *part, "/", cells[i], part));
    return CP_OK;
}

/* What is no model but says what kind of part it is. */
static bool is_kind(cp_text model)
{
    static const char *const kinds[] = {"POWER", "PWR", "FAN", "LPU", "MPU", "SFU", "SRU",
                                        "NPU",   "CLK", "CMU", "PIC", "SPU", "IPU"};

    for (size_t i = 0; i < CP_COUNT(kinds); i++)
        if (cp_text_same_word(model, cp_text_of(kinds[i])))
            return true;
    return false;
}

static bool is_absent(cp_text presence)
{
    static const char *const words[] = {"Absent", "Offline", "Unregistered", "Empty"};

    presence = cp_cli_word(&presence);
    for (size_t i = 0; i < CP_COUNT(words); i++)
        if (cp_text_same_word(presence, cp_text_of(words[i])))
            return true;
    return false;
}

static cp_err say_cells(struct reading *reading, uint32_t line, const cp_text *cells, cp_text part)
{
    static const struct {
        cp_part_what what;
        const char *attribute;
    } attributes[] = {
        {CP_PART_SERIAL, "serial"},
        {CP_PART_NUMBER, "part-number"},
        {CP_PART_MAKER, "maker"},
        {CP_PART_SOFTWARE, "software"},
    };
    cp_text model = cell_of(reading, cells, CP_PART_MODEL), mac;
    bool is_mac;

    if (!is_kind(model))
        CP_TRY(cp_cli_says(reading->section, line, part, "model", model));
    for (size_t i = 0; i < CP_COUNT(attributes); i++)
        CP_TRY(cp_cli_says(reading->section, line, part, attributes[i].attribute,
                           cell_of(reading, cells, attributes[i].what)));
    CP_TRY(cp_cli_mac(reading->section, cell_of(reading, cells, CP_PART_MAC), &mac, &is_mac));
    return is_mac ? cp_cli_says(reading->section, line, part, "mac", mac) : CP_OK;
}

static cp_err read_row(struct reading *reading, uint32_t line)
{
    struct cp_cli_section *section = reading->section;
    cp_text cells[CP_CLI_COLUMNS_MAX], part, model;

    if (!cp_cli_columns_cut(section->lines[line].text, &reading->columns, reading->table->cells, 0,
                            cells)) {
        cp_cli_mark(section, line, CP_CLI_ODD);
        return CP_OK;
    }
    CP_TRY(part_name(reading, cells, &part));
    model = cell_of(reading, cells, CP_PART_MODEL);
    if (!has_digit(part) && cell_of(reading, cells, CP_PART_NAME).len != 1) {
        cp_cli_mark(section, line, CP_CLI_ODD);
        return CP_OK;
    }
    if (is_absent(cell_of(reading, cells, CP_PART_PRESENCE)) ||
        cp_text_starts(model, CP_TEXT("*"))) {
        cp_cli_mark(section, line, CP_CLI_ABSENT);
        return CP_OK;
    }
    cp_cli_mark(section, line, CP_CLI_USED);
    return say_cells(reading, line, cells, part);
}

cp_err cp_cli_read_part_tables(struct cp_cli_section *section, const struct cp_part_table *tables,
                               uint32_t count)
{
    struct reading reading = {.section = section};

    for (uint32_t i = 0; i < section->count; i++) {
        struct cp_cli_columns columns;
        const struct cp_part_table *next =
            heads_of(section->lines[i].text, tables, count, &columns);

        if (section->lines[i].fate == CP_CLI_BLANK) {
            reading.table = NULL;
        } else if (next != NULL) {
            reading = (struct reading){section, next, columns, {"", 0}};
            cp_cli_mark(section, i, CP_CLI_HEADING);
        } else if (reading.table != NULL && section->lines[i].fate == CP_CLI_OPEN) {
            CP_TRY(read_row(&reading, i));
        }
    }
    return CP_OK;
}

#include "cli_neighbour.h"

/*
 * Ciena's SAOS: `lldp show neighbors` draws boxes.  The first holds what the device is itself, in one
 * cell a row; below, a row of three cells begins a neighbour (local port, its port, its first detail),
 * and further details follow with the first two cells empty.  "Remote" is what Ciena calls the interface
 * that a device is managed by.
 */

enum { CELLS_MAX = 4 };

struct cells {
    cp_text at[CELLS_MAX];
    uint32_t count;
};

static struct cells cells_of(cp_text line)
{
    struct cells cells = {.count = 0};
    size_t from = 1;

    if (line.len == 0 || line.at[0] != '|')
        return cells;
    while (from < line.len && cells.count < CELLS_MAX) {
        size_t bar = cp_text_find(line, '|', from);

        cells.at[cells.count++] = cp_text_trim(cp_text_sub(line, from, bar - from));
        from = bar + 1;
    }
    return cells;
}

static bool fits(const struct cp_cli_section *section)
{
    return cp_cli_find_in(section, 0, "LLDP Neighbors  ") < section->count &&
           cp_cli_find_in(section, 0, "Chassis Id: ") < section->count &&
           cp_cli_has(section, "+--");
}

static cp_err own_row(struct cp_cli_section *section, uint32_t line, cp_text cell)
{
    static const char *const keys[][2] = {
        {"System Name", "sys-name"}, {"System Desc", "sys-descr"}, {"Remote Addr", "address"}};
    cp_text key, value;

    if (!cp_cli_pair(cell, ':', &key, &value)) {
        cp_cli_mark(section, line, CP_CLI_HEADING);
        return CP_OK;
    }
    for (size_t i = 0; i < CP_COUNT(keys); i++)
        if (cp_text_is(key, keys[i][0]))
            return cp_cli_says(section, line, CP_TEXT(""), keys[i][1], value);
    return CP_OK;
}

static cp_err detail_row(struct cp_seen_making *making, uint32_t line, cp_text cell)
{
    static const struct cp_cli_key keys[] = {
        {"Chassis Id", CP_SEEN_CHASSIS},
        {"Mgmt Addr", CP_SEEN_ADDRESS},
        {"System Name", CP_SEEN_NAME},
        {"System Desc", CP_SEEN_DESCR},
    };
    cp_text key, value;

    if (!cp_cli_pair(cell, ':', &key, &value))
        return CP_OK;
    for (size_t i = 0; i < CP_COUNT(keys); i++)
        if (cp_text_is(key, keys[i].key)) {
            cp_cli_mark(making->section, line, CP_CLI_USED);
            return cp_seen_set(making, line, (cp_seen_what)keys[i].what, value);
        }
    return CP_OK;
}

/* The ids are MAC addresses without separators. */
static cp_err begin(struct cp_seen_making *making, uint32_t line, const struct cells *cells)
{
    CP_TRY(cp_seen_end(making));
    cp_cli_mark(making->section, line, CP_CLI_USED);
    CP_TRY(cp_seen_set(making, line, CP_SEEN_LOCAL, cells->at[0]));
    CP_TRY(cp_seen_set(making, line, CP_SEEN_PORT, cells->at[1]));
    return cp_seen_set(making, line, CP_SEEN_CHASSIS_KIND, CP_TEXT("mac"));
}

static cp_err read(struct cp_cli_section *section)
{
    struct cp_seen_making making = cp_seen_begin(section, "lldp");

    for (uint32_t i = 0; i < section->count; i++) {
        struct cells cells = cells_of(cp_cli_at(section, i));

        if (cells.count == 1) {
            CP_TRY(own_row(section, i, cells.at[0]));
        } else if (cells.count == 3 && cp_text_is(cells.at[2], "Info")) {
            cp_cli_mark(section, i, CP_CLI_HEADING);
        } else if (cells.count == 3) {
            if (cells.at[0].len > 0)
                CP_TRY(begin(&making, i, &cells));
            CP_TRY(detail_row(&making, i, cells.at[2]));
        }
    }
    return cp_seen_finish(&making);
}

static const struct cp_cli_form forms[] = {
    {"lldp show neighbors", "lldp show neighbors", fits, read, CP_CLI_DETAIL, NULL},
};

const struct cp_cli_forms cp_cli_ciena = {forms, CP_COUNT(forms)};

#include "cli_neighbour.h"

/* Juniper's Junos. */

#define KEYS(table) (table), CP_COUNT(table)

/* `show version`: once a member of a chassis, under "fpc0:" or "node0:". */

static uint32_t version_head(const struct cp_cli_section *section)
{
    uint32_t line = cp_cli_find(section, 0, "Junos: "), old;

    if (line < section->count)
        return line;
    for (old = cp_cli_find(section, 0, "JUNOS "); old < section->count;
         old = cp_cli_find(section, old + 1, "JUNOS "))
        if (cp_text_ends(cp_cli_at(section, old), CP_TEXT("]")))
            return old;
    return section->count;
}

static bool version_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return version_head(section) < section->count &&
           cp_cli_find_key(section, 0, "Model", ':', &value) < version_head(section);
}

/* "Junos: 13.3R1.4", "JUNOS EX  Software Suite [13.2X51-D35.3]" */
static cp_text version_of(cp_text line)
{
    cp_text before, version;

    if (cp_cli_after(line, "Junos: ", &version))
        return version;
    if (!cp_cli_split(line, "[", &before, &version))
        return (cp_text){"", 0};
    return cp_text_sub(version, 0, cp_text_find(version, ']', 0));
}

/* The first member is the system; what others are follows their names. */
static cp_err say_members(struct cp_cli_section *section)
{
    cp_text part = {"", 0};
    bool first = true;

    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = cp_cli_at(section, i), key, value;

        if (!cp_cli_pair(line, ':', &key, &value))
            continue;
        if (value.len == 0 && cp_text_find(key, ' ', 0) == key.len) {
            part = first ? CP_TEXT("") : key;
            first = false;
            cp_cli_mark(section, i, CP_CLI_HEADING);
        } else if (cp_text_is(key, "Model")) {
            CP_TRY(cp_cli_says(section, i, part, "model", value));
        } else if (cp_text_is(key, "Serial Number")) {
            CP_TRY(cp_cli_says(section, i, part, "serial", value));
        } else if (cp_text_is(key, "Hostname")) {
            CP_TRY(part.len == 0 ? cp_cli_says(section, i, part, "sys-name", value) : CP_OK);
        }
    }
    return CP_OK;
}

static cp_err version_read(struct cp_cli_section *section)
{
    uint32_t head = version_head(section), model = cp_cli_find(section, 0, "Model:");
    cp_text software, descr;

    CP_TRY(cp_cli_glue(section, CP_TEXT("Junos"), " ", version_of(cp_cli_at(section, head)),
                       &software));
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "software", software));
    CP_TRY(cp_cli_join(section, model, head + 2, &descr));
    CP_TRY(cp_cli_says(section, model, CP_TEXT(""), "sys-descr", descr));
    return say_members(section);
}

/*
 * `show chassis hardware`: a tree by the indent of its items.  BUILTIN is no number; NON-JNPR stands
 * for the number of what another made.
 */

enum { DEPTH_MAX = 12 };

static const struct cp_cli_key hardware_columns[] = {
    {"Item", 0}, {"Version", 0}, {"Part number", 0}, {"Serial number", 0}, {"Description", 0},
};

static uint32_t hardware_heads(const struct cp_cli_section *section, struct cp_cli_columns *columns)
{
    for (uint32_t i = 0; i < section->count; i++)
        if (cp_cli_columns_find(section->lines[i].text, KEYS(hardware_columns), columns))
            return i;
    return section->count;
}

static bool hardware_fits(const struct cp_cli_section *section)
{
    struct cp_cli_columns columns;

    return hardware_heads(section, &columns) < section->count;
}

struct tree {
    struct cp_cli_section *section;
    cp_text names[DEPTH_MAX]; /* whole, down to each depth */
    cp_text member;           /* "node0" */
};

static cp_err item_name(struct tree *tree, size_t indent, cp_text item, cp_text *name)
{
    size_t depth = indent / 2 < DEPTH_MAX ? indent / 2 : DEPTH_MAX - 1;
    cp_text above = depth > 0 ? tree->names[depth - 1] : tree->member;

    *name = item;
    if (above.len > 0)
        CP_TRY(cp_cli_glue(tree->section, above, "/", item, name));
    for (size_t i = depth; i < DEPTH_MAX; i++)
        tree->names[i] = *name;
    return CP_OK;
}

static cp_err read_item(struct tree *tree, uint32_t line, const struct cp_cli_columns *columns)
{
    struct cp_cli_section *section = tree->section;
    cp_text cells[CP_CLI_COLUMNS_MAX], text = section->lines[line].text, name;
    size_t indent = 0;

    while (indent < text.len && text.at[indent] == ' ')
        indent++;
    if (!cp_cli_columns_cut(text, columns, CP_COLUMNS_CUT, 0, cells)) {
        cp_cli_mark(section, line, CP_CLI_ODD);
        return CP_OK;
    }
    cp_cli_mark(section, line, CP_CLI_USED);
    if (cp_text_is(cells[0], "Chassis") && tree->member.len == 0)
        name = CP_TEXT("");
    else
        CP_TRY(item_name(tree, indent, cells[0], &name));
    if (!cp_text_is(cells[2], "NON-JNPR"))
        CP_TRY(cp_cli_says(section, line, name, "part-number", cells[2]));
    CP_TRY(cp_cli_says(section, line, name, "serial", cells[3]));
    return cp_cli_says(section, line, name, "model", cells[4]);
}

static cp_err hardware_read(struct cp_cli_section *section)
{
    struct tree tree = {.section = section};
    struct cp_cli_columns columns;
    uint32_t members = 0;

    cp_cli_mark_range(section, 0, hardware_heads(section, &columns), CP_CLI_HEADING);
    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = cp_cli_at(section, i);
        struct cp_cli_columns again;

        if (section->lines[i].fate != CP_CLI_OPEN)
            continue;
        if (cp_text_ends(line, CP_TEXT(":"))) { /* "Hardware inventory:", "node1:" */
            cp_cli_mark(section, i, CP_CLI_HEADING);
            if (cp_text_find(line, ' ', 0) == line.len && members++ > 0)
                tree.member = cp_text_sub(line, 0, line.len - 1);
        } else if (cp_cli_columns_find(section->lines[i].text, KEYS(hardware_columns), &again)) {
            columns = again;
            cp_cli_mark(section, i, CP_CLI_HEADING);
        } else {
            CP_TRY(read_item(&tree, i, &columns));
        }
    }
    return CP_OK;
}

/* `show lldp neighbors` */

static const struct cp_cli_key lldp_parent[] = {
    {"Local Interface", CP_SEEN_LOCAL}, {"Parent Interface", CP_SEEN_DETAIL},
    {"Chassis Id", CP_SEEN_CHASSIS},    {"Port info", CP_SEEN_PORT},
    {"System Name", CP_SEEN_NAME},
};
static const struct cp_cli_key lldp_plain[] = {
    {"Local Interface", CP_SEEN_LOCAL},
    {"Chassis Id", CP_SEEN_CHASSIS},
    {"Port info", CP_SEEN_PORT},
    {"System Name", CP_SEEN_NAME},
};
static const struct cp_seen_table lldp_tables[] = {
    {"lldp", KEYS(lldp_parent), CP_COLUMNS_SPACED},
    {"lldp", KEYS(lldp_plain), CP_COLUMNS_SPACED},
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

/* `show lldp neighbors interface ...`; PAN-OS writes the same keys. */

static const struct cp_cli_key detail_keys[] = {
    {"Local Interface", CP_SEEN_LOCAL},
    {"Parent Interface", CP_SEEN_DETAIL},
    {"Local Port ID", CP_SEEN_DETAIL},
    {"Chassis type", CP_SEEN_CHASSIS_KIND},
    {"Chassis ID", CP_SEEN_CHASSIS},
    {"Port type", CP_SEEN_PORT_KIND},
    {"Port ID", CP_SEEN_PORT},
    {"Port description", CP_SEEN_PORT_DESCR},
    {"System name", CP_SEEN_NAME},
    {"System Description", CP_SEEN_DESCR},
    {"System capabilities", CP_SEEN_DETAIL},
    {"Supported", CP_SEEN_DETAIL},
    {"Enabled", CP_SEEN_DETAIL},
    {"Enabled capabilities", CP_SEEN_DETAIL},
    {"Management Info", CP_SEEN_DETAIL},
    {"Management addresses", CP_SEEN_DETAIL},
    {"Address", CP_SEEN_ADDRESS},
    {"Management address", CP_SEEN_ADDRESS},
    {"Management address type", CP_SEEN_DETAIL},
    {"IP address", CP_SEEN_ADDRESS},
    {"TTL", CP_SEEN_DETAIL},
};
/* Further down the port's id stands again, in what was said of management. */
static const struct cp_seen_lines detail_lines = {"lldp", KEYS(detail_keys), ':', CP_CLI_DETAIL,
                                                  NULL};

static bool detail_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_has(section, "Local information:") &&
           cp_cli_find_key(section, 0, "Local interface", ':', &value) < section->count &&
           (cp_cli_has(section, "Neighbour information:") ||
            cp_cli_has(section, "Neighbor information:"));
}

static cp_err detail_read(struct cp_cli_section *section)
{
    return cp_cli_read_neighbours(section, &detail_lines);
}

static const struct cp_cli_form forms[] = {
    {"show version (Junos)", "show version", version_fits, version_read, CP_CLI_DETAIL,
     version_head},
    {"show chassis hardware", "show chassis hardware", hardware_fits, hardware_read, CP_CLI_ODD,
     NULL},
    {"show lldp neighbors (Junos)", "show lldp neighbors", lldp_fits, lldp_read, CP_CLI_ODD, NULL},
    {"show lldp neighbors interface", "show lldp neighbors", detail_fits, detail_read,
     CP_CLI_DETAIL, NULL},
};

const struct cp_cli_forms cp_cli_junos = {forms, CP_COUNT(forms)};

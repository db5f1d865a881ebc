#include "cli_neighbour.h"

#include <string.h>

#include "base/num.h"

/* One neighbour, from the values as they were printed. */

struct cp_seen_making cp_seen_begin(struct cp_cli_section *section, const char *protocol)
{
    return (struct cp_seen_making){
        .section = section, .seen.protocol = protocol, .counted = UINT32_MAX};
}

static bool holds(cp_text text, const char *word)
{
    return cp_cli_index(text, word) < text.len;
}

/* "MAC address", "4 (macAddress)", "Interface Name", "Locally assigned", ... */
static cp_text kind_word(cp_text printed, bool of_chassis)
{
    static const char *const kinds[][2] = {
        {"mac", "mac"},
        {"interface name", "interface-name"},
        {"interfacename", "interface-name"},
        {"ifname", "interface-name"},
        {"alias", "alias"},
        {"local", "local"},
        {"circuit", "circuit"},
        {"chassis component", "component"},
        {"chassiscomponent", "component"},
        {"network", "address"},
    };

    for (size_t i = 0; i < CP_COUNT(kinds); i++)
        if (holds(printed, kinds[i][0]))
            return cp_text_of(kinds[i][1]);
    if (holds(printed, "component"))
        return of_chassis ? CP_TEXT("port-component") : CP_TEXT("component");
    return (cp_text){"", 0};
}

static bool is_ipv4(cp_text text)
{
    uint32_t dots = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '.')
            dots++;
        else if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    }
    return dots == 3 && text.len >= 7 && text.len <= 15;
}

static cp_text unquoted(cp_text text)
{
    if (text.len >= 2 && text.at[0] == '"' && text.at[text.len - 1] == '"')
        return cp_text_sub(text, 1, text.len - 2);
    return text;
}

/* Where no kind is printed, what an id looks like tells it; twelve digits in a row may be anything. */
static cp_err set_id(struct cp_seen_making *making, cp_text value, cp_text *id, cp_text *kind)
{
    bool is_mac = false;

    *id = value;
    if (cp_text_is(*kind, "mac") || (kind->len == 0 && value.len != 12))
        CP_TRY(cp_cli_mac(making->section, value, id, &is_mac));
    if (is_mac)
        *kind = CP_TEXT("mac");
    if (is_ipv4(value) && kind->len == 0)
        *kind = CP_TEXT("address");
    return CP_OK;
}

/* "dc-lf03(SAL19069XXX)" */
static void set_device(struct cp_sighting *seen, cp_text value)
{
    size_t open = cp_text_find(value, '(', 0);

    seen->chassis_id = value;
    seen->chassis_id_kind = CP_TEXT("local");
    if (seen->name.len == 0)
        seen->name = cp_text_trim(cp_text_sub(value, 0, open));
    if (open < value.len && cp_text_ends(value, CP_TEXT(")")))
        seen->serial = cp_text_sub(value, open + 1, value.len - open - 2);
}

static bool is_address(cp_text value)
{
    return is_ipv4(value) || (holds(value, ":") && !holds(value, " ") && value.len <= 45);
}

static cp_text *field(struct cp_sighting *seen, cp_seen_what what)
{
    switch (what) {
    case CP_SEEN_LOCAL:
        return &seen->port;
    case CP_SEEN_PORT_DESCR:
        return &seen->port_descr;
    case CP_SEEN_NAME:
        return &seen->name;
    case CP_SEEN_DESCR:
        return &seen->descr;
    case CP_SEEN_ADDRESS:
        return &seen->address;
    case CP_SEEN_PLATFORM:
        return &seen->platform;
    case CP_SEEN_MAKER:
        return &seen->maker;
    case CP_SEEN_MODEL:
        return &seen->model;
    case CP_SEEN_SERIAL:
        return &seen->serial;
    case CP_SEEN_SOFTWARE:
        return &seen->software;
    case CP_SEEN_DETAIL:
    case CP_SEEN_NEXT:
    case CP_SEEN_MANAGED:
    case CP_SEEN_CHASSIS:
    case CP_SEEN_CHASSIS_KIND:
    case CP_SEEN_PORT:
    case CP_SEEN_PORT_KIND:
    case CP_SEEN_DEVICE:
    case CP_SEEN_WHAT_COUNT:
        break;
    }
    return NULL;
}

/* Of several addresses the first counts that is one; IPv6 gives way to IPv4, and any other to the
 * first for management. */
static void set_address(struct cp_seen_making *making, cp_text value)
{
    struct cp_sighting *seen = &making->seen;
    uint32_t managed = 1u << CP_SEEN_MANAGED;

    if (!is_address(value))
        return;
    if ((making->has & managed) != 0 || seen->address.len == 0 ||
        (is_ipv4(value) && !is_ipv4(seen->address)))
        seen->address = value;
    making->has &= ~managed;
}

static cp_err set_value(struct cp_seen_making *making, cp_seen_what what, cp_text value)
{
    struct cp_sighting *seen = &making->seen;

    if (what == CP_SEEN_CHASSIS)
        return set_id(making, value, &seen->chassis_id, &seen->chassis_id_kind);
    if (what == CP_SEEN_PORT)
        return set_id(making, value, &seen->port_id, &seen->port_id_kind);
    if (what == CP_SEEN_CHASSIS_KIND)
        seen->chassis_id_kind = kind_word(value, true);
    else if (what == CP_SEEN_PORT_KIND)
        seen->port_id_kind = kind_word(value, false);
    else if (what == CP_SEEN_DEVICE)
        set_device(seen, value);
    else if (what == CP_SEEN_ADDRESS)
        set_address(making, value);
    else if (field(seen, what) != NULL)
        *field(seen, what) = value;
    return CP_OK;
}

cp_err cp_seen_set(struct cp_seen_making *making, uint32_t line, cp_seen_what what, cp_text value)
{
    value = unquoted(cp_text_trim(value));
    if (!making->began) {
        making->began = true;
        making->line = line;
        making->seen.place = cp_cli_place(making->section, line, value);
    }
    making->has |= 1u << what;
    if (cp_cli_is_nothing(value))
        return CP_OK;
    return set_value(making, what, value);
}

struct cp_seen_making cp_seen_again(const struct cp_seen_making *making)
{
    struct cp_seen_making again = *making;

    again.seen = (struct cp_sighting){.protocol = making->seen.protocol};
    again.began = false;
    again.has = 0;
    return again;
}

cp_err cp_seen_end(struct cp_seen_making *making)
{
    struct cp_sighting seen = making->seen;

    *making = cp_seen_again(making);
    if (seen.chassis_id.len == 0 && seen.name.len == 0 && seen.port_id.len == 0)
        return CP_OK;
    making->found++;
    if (seen.port_id_kind.len == 0 && strcmp(seen.protocol, "cdp") == 0)
        seen.port_id_kind = CP_TEXT("interface-name");
    return cp_device_sees(making->section->doc, &seen);
}

cp_err cp_seen_finish(struct cp_seen_making *making)
{
    cp_place start = {making->section->doc->file, 1, 1};

    CP_TRY(cp_seen_end(making));
    if (making->section->count > 0)
        start.line = making->section->lines[0].number;
    if (making->counted == UINT32_MAX || making->counted == making->found)
        return CP_OK;
    return cp_device_remark(making->section->doc, CP_REMARK_FINDING, start,
                            "the output counts other neighbours than it lists", CP_TEXT(""));
}

bool cp_seen_total(cp_text line, uint32_t *count)
{
    static const char *const totals[] = {"Total entries displayed", "Total cdp entries displayed",
                                         "Total number of entries", "Number of neighbors",
                                         "Total neighbors",         "The total neighbor number"};
    cp_text key, value;

    if (!cp_cli_pair(line, ':', &key, &value))
        return false;
    for (size_t i = 0; i < CP_COUNT(totals); i++)
        if (cp_text_same_word(key, cp_text_of(totals[i])))
            return cp_num_u32(value, UINT32_MAX - 1, count) == CP_OK;
    return false;
}

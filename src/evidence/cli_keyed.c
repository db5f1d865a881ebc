#include "cli.h"

/*
 * Systems whose `version` is keys and values alone.  A system is known by all its marks: keys that
 * stand together in no other output.  Where the marks of two are there it is neither.
 */

enum { MARKS_MAX = 4, FACTS_MAX = 9 };

struct keyed {
    const char *name;     /* of the system, before its version; "": the value names it */
    char separator;       /* between key and value: see cp_cli_pair */
    const char *software; /* the key with the version; NULL: none */
    const char *marks[MARKS_MAX];
    struct cp_cli_fact facts[FACTS_MAX];
};

static const struct keyed systems[] = {
    {"ICOS",
     '.',
     "Software Version",
     {"System Description", "Machine Type", "Machine Model", "Burned In MAC Address"},
     {{"System Description", "sys-descr"},
      {"Machine Model", "model"},
      {"Serial Number", "serial"},
      {"FRU Number", "part-number"},
      {"Burned In MAC Address", "mac"}}},
    {"",
     ':',
     "Operation Code Version",
     {"Serial Number", "Loader Version", "Boot ROM Version", "Operation Code Version"},
     {{"Serial Number", "serial"}}},
    {"",
     ':',
     NULL,
     {"System Description", "System Object ID", "System MAC Address", "System Name"},
     {{"System Description", "sys-descr"},
      {"System Object ID", "sys-object-id"},
      {"System MAC Address", "mac"},
      {"System Name", "sys-name"}}},
    {"",
     ':',
     NULL,
     {"Description", "Object ID", "Up Time", "Contact"},
     {{"Description", "sys-descr"}, {"Object ID", "sys-object-id"}, {"Name", "sys-name"}}},
    {"",
     ':',
     NULL,
     {"Model Name", "Part Number", "Manufacture Date", "Serial Number"},
     {{"Model Name", "model"},
      {"Serial Number", "serial"},
      {"Part Number", "part-number"},
      {"MAC Address", "mac"}}},
    {"RouterOS",
     ':',
     "version",
     {"uptime", "version", "board-name", "platform"},
     {{"platform", "maker"}, {"board-name", "model"}}},
    {"",
     ':',
     NULL,
     {"routerboard", "model", "serial-number", "current-firmware"},
     {{"model", "model"}, {"serial-number", "serial"}}},
    {"",
     ':',
     "Version",
     {"Version", "Hardware vendor", "Hardware model", "Hardware S/N"},
     {{"Version", "sys-descr"},
      {"Hardware vendor", "maker"},
      {"Hardware model", "model"},
      {"Hardware S/N", "serial"}}},
    {"",
     ':',
     "Software version",
     {"Software version", "Software Product", "Hardware Model"},
     {{"Software version", "sys-descr"}, {"Hardware Model", "model"}}},
    {"PAN-OS",
     ':',
     "sw-version",
     {"sw-version", "app-version", "serial", "model"},
     {{"hostname", "sys-name"}, {"model", "model"}, {"serial", "serial"}, {"mac-address", "mac"}}},
    {"",
     ':',
     "SONiC Software Version",
     {"SONiC Software Version", "HwSKU", "ASIC"},
     {{"SONiC Software Version", "sys-descr"}, {"HwSKU", "model"}, {"Serial Number", "serial"}}},
};

static bool has_marks(const struct cp_cli_section *section, const struct keyed *system)
{
    cp_text value;

    for (size_t i = 0; i < MARKS_MAX && system->marks[i] != NULL; i++)
        if (cp_cli_find_key(section, 0, system->marks[i], system->separator, &value) ==
            section->count)
            return false;
    return true;
}

static const struct keyed *system_of(const struct cp_cli_section *section)
{
    const struct keyed *one = NULL;

    for (size_t i = 0; i < CP_COUNT(systems); i++) {
        if (!has_marks(section, &systems[i]))
            continue;
        if (one != NULL)
            return NULL;
        one = &systems[i];
    }
    return one;
}

static uint32_t keyed_head(const struct cp_cli_section *section)
{
    return system_of(section) != NULL ? 0 : section->count;
}

static bool keyed_fits(const struct cp_cli_section *section)
{
    return system_of(section) != NULL;
}

/* Lists end their values with a comma. */
static cp_text without_comma(cp_text value)
{
    return cp_text_ends(value, CP_TEXT(",")) ? cp_text_trim(cp_text_sub(value, 0, value.len - 1))
                                             : value;
}

static cp_err say_fact(struct cp_cli_section *section, const struct keyed *system,
                       const struct cp_cli_fact *fact)
{
    cp_text value;
    uint32_t line = cp_cli_find_key(section, 0, fact->key, system->separator, &value);
    bool is_mac = true;

    if (line == section->count)
        return CP_OK;
    value = without_comma(value);
    if (cp_text_is(cp_text_of(fact->attribute), "mac"))
        CP_TRY(cp_cli_mac(section, value, &value, &is_mac));
    return is_mac ? cp_cli_says(section, line, CP_TEXT(""), fact->attribute, value) : CP_OK;
}

static cp_err say_software(struct cp_cli_section *section, const struct keyed *system)
{
    cp_text value;
    uint32_t line;

    if (system->software == NULL)
        return CP_OK;
    line = cp_cli_find_key(section, 0, system->software, system->separator, &value);
    if (line == section->count || cp_cli_is_nothing(value))
        return CP_OK;
    if (system->name[0] != '\0')
        CP_TRY(cp_cli_glue(section, cp_text_of(system->name), " ", value, &value));
    return cp_cli_says(section, line, CP_TEXT(""), "software", value);
}

static cp_err keyed_read(struct cp_cli_section *section)
{
    const struct keyed *system = system_of(section);

    CP_TRY(say_software(section, system));
    for (size_t i = 0; i < FACTS_MAX && system->facts[i].key != NULL; i++)
        CP_TRY(say_fact(section, system, &system->facts[i]));
    return CP_OK;
}

/* FortiOS `get system status`: "Version: FortiGate-1500D v6.0.7,build0302,191112 (GA)" */

static uint32_t forti_head(const struct cp_cli_section *section)
{
    return cp_cli_find(section, 0, "Version: Forti");
}

static bool forti_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_is_top(section, forti_head(section)) &&
           cp_cli_find_key(section, 0, "Serial-Number", ':', &value) < section->count;
}

static cp_err forti_read(struct cp_cli_section *section)
{
    static const struct cp_cli_fact facts[] = {{"Serial-Number", "serial"},
                                               {"System Part-Number", "part-number"},
                                               {"Hostname", "sys-name"}};
    uint32_t line = forti_head(section);
    cp_text value, key, model, software;

    if (!cp_cli_pair(cp_cli_at(section, line), ':', &key, &value))
        return CP_OK;
    CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "sys-descr", value));
    model = cp_cli_word(&value);
    CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "model", model));
    CP_TRY(cp_cli_glue(section, CP_TEXT("FortiOS"), " ", cp_text_trim(value), &software));
    CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "software", software));
    return cp_cli_says_keys(section, ':', facts, CP_COUNT(facts));
}

/* Dell and Ericsson say who they are in the first line. */

static const struct {
    const char *head, *mark, *version;
} named[] = {
    {"Dell Real Time Operating System Software", "Dell Application Software Version:", NULL},
    {"Dell EMC Networking OS10", "OS Version:", NULL},
    {"Ericsson IPOS Version ", "Copyright (C) ", "Ericsson IPOS Version "},
};

static size_t named_of(const struct cp_cli_section *section)
{
    for (size_t i = 0; i < CP_COUNT(named); i++)
        if (cp_cli_has(section, named[i].head))
            return i;
    return CP_COUNT(named);
}

static uint32_t named_head(const struct cp_cli_section *section)
{
    size_t system = named_of(section);

    return system < CP_COUNT(named) ? cp_cli_find(section, 0, named[system].head) : section->count;
}

static bool named_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, named_head(section)) &&
           cp_cli_has(section, named[named_of(section)].mark);
}

static cp_err named_read(struct cp_cli_section *section)
{
    static const struct cp_cli_fact facts[] = {{"System Type", "model"},
                                               {"Dell Application Software Version", "software"},
                                               {"OS Version", "software"}};
    uint32_t head = named_head(section), end = head + 1;
    cp_text text = cp_cli_at(section, head), maker = cp_cli_word(&text), descr, version;

    while (end < section->count && end < head + 4 && section->lines[end].fate != CP_CLI_BLANK)
        end++;
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "maker", maker));
    CP_TRY(cp_cli_join(section, head, end, &descr));
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "sys-descr", descr));
    cp_cli_mark_range(section, head, end, CP_CLI_USED);
    if (named[named_of(section)].version != NULL &&
        cp_cli_after(cp_cli_at(section, head), named[named_of(section)].version, &version))
        CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "software", version));
    return cp_cli_says_keys(section, ':', facts, CP_COUNT(facts));
}

static const struct cp_cli_form forms[] = {
    {"version in keys",
     "show version|show system|show chassis|system resource print|/system resource print|"
     "system routerboard print|/system routerboard print|show system info",
     keyed_fits, keyed_read, CP_CLI_DETAIL, keyed_head},
    {"get system status", "get system status", forti_fits, forti_read, CP_CLI_DETAIL, forti_head},
    {"show version (named)", "show version", named_fits, named_read, CP_CLI_DETAIL, named_head},
};

const struct cp_cli_forms cp_cli_keyed = {forms, CP_COUNT(forms)};

#include "cli.h"

/* H3C's Comware, also under HP's and HPE's names. */

/* "H3C Comware Software, Version 7.1.070, Release 6628P47", "H3C Comware Platform Software" above
 * "Comware Software, Version 5.20, Release 2511" */
static uint32_t version_head(const struct cp_cli_section *section)
{
    for (uint32_t i = 0; i < section->count; i++) {
        cp_text line = cp_cli_at(section, i);

        if (cp_cli_index(line, "Comware") < line.len && cp_cli_index(line, "Software") < line.len &&
            cp_cli_index(line, ":") == line.len)
            return i;
    }
    return section->count;
}

static bool version_fits(const struct cp_cli_section *section)
{
    return cp_cli_is_top(section, version_head(section)) &&
           cp_cli_find_in(section, 0, " uptime is ") < section->count &&
           cp_cli_has(section, "Copyright (c)");
}

static cp_err say_software(struct cp_cli_section *section, uint32_t head)
{
    uint32_t line = cp_cli_find_in(section, head, "Software, Version ");
    cp_text before, version, software;

    if (line == section->count ||
        !cp_cli_split(cp_cli_at(section, line), "Software, Version ", &before, &version))
        return CP_OK;
    version = cp_text_sub(version, 0, cp_text_find(version, ',', 0));
    CP_TRY(cp_cli_glue(section, CP_TEXT("Comware"), " ", version, &software));
    return cp_cli_says(section, line, CP_TEXT(""), "software", software);
}

/* "H3C S6520X-30HF-EI uptime is ..." */
static cp_err version_read(struct cp_cli_section *section)
{
    uint32_t head = version_head(section), line = cp_cli_find_in(section, head, " uptime is ");
    cp_text box, uptime, maker, descr;

    CP_TRY(say_software(section, head));
    CP_TRY(cp_cli_join(section, head, line, &descr));
    CP_TRY(cp_cli_says(section, head, CP_TEXT(""), "sys-descr", descr));
    cp_cli_mark_range(section, head, line, CP_CLI_USED);
    if (!cp_cli_split(cp_cli_at(section, line), " uptime is ", &box, &uptime))
        return CP_OK;
    maker = cp_cli_word(&box);
    CP_TRY(cp_cli_says(section, line, CP_TEXT(""), "maker", maker));
    return cp_cli_says(section, line, CP_TEXT(""), "model", cp_text_trim(box));
}

/*
 * `display device manuinfo`: a block a part, under its name ("Slot 1 CPU 0:", "Fan 1", "Power 0:");
 * parts of a chassis of several follow "Chassis 1", and "Chassis self" is the chassis.
 */

static bool manuinfo_fits(const struct cp_cli_section *section)
{
    cp_text value;

    return cp_cli_find_key(section, 0, "DEVICE_NAME", ':', &value) < section->count &&
           cp_cli_find_key(section, 0, "DEVICE_SERIAL_NUMBER", ':', &value) < section->count;
}

static bool names_part(cp_text line, cp_text *name)
{
    static const char *const words[] = {"Slot ", "Subslot ", "Chassis ", "Fan ", "Power ", "Cpu "};
    cp_text rest;

    for (size_t i = 0; i < CP_COUNT(words); i++)
        if (cp_cli_after(line, words[i], &rest) && rest.len > 0 && rest.len < 24) {
            *name = line;
            if (cp_text_ends(line, CP_TEXT(":")))
                *name = cp_text_trim(cp_text_sub(line, 0, line.len - 1));
            return cp_text_find(*name, ':', 0) == name->len;
        }
    return false;
}

struct blocks {
    cp_text chassis, slot, part;
};

static cp_err begin_block(struct cp_cli_section *section, cp_text name, struct blocks *at)
{
    cp_text rest;

    at->part = name;
    if (cp_text_same_word(name, CP_TEXT("Chassis self"))) {
        at->part = at->chassis;
    } else if (cp_cli_after(name, "Chassis ", &rest)) {
        at->chassis = name;
        at->slot = CP_TEXT("");
    } else if (cp_cli_after(name, "Subslot ", &rest) && at->slot.len > 0) {
        return cp_cli_glue(section, at->slot, "/", name, &at->part);
    } else if (at->chassis.len > 0) {
        CP_TRY(cp_cli_glue(section, at->chassis, "/", name, &at->part));
    }
    if (cp_cli_after(name, "Slot ", &rest))
        at->slot = at->part;
    return CP_OK;
}

static cp_err block_value(struct cp_cli_section *section, uint32_t line, cp_text part)
{
    static const char *const keys[][2] = {{"DEVICE_NAME", "model"},
                                          {"DEVICE_SERIAL_NUMBER", "serial"},
                                          {"MANU SERIAL NUMBER", "serial"},
                                          {"VENDOR_NAME", "maker"},
                                          {"PRODUCT NUMBER", "part-number"}};
    cp_text key, value;

    if (!cp_cli_pair(cp_cli_at(section, line), ':', &key, &value))
        return CP_OK;
    for (size_t i = 0; i < CP_COUNT(keys); i++)
        if (cp_text_same_word(key, cp_text_of(keys[i][0])))
            return cp_cli_says(section, line, part, keys[i][1], value);
    return CP_OK;
}

static cp_err manuinfo_read(struct cp_cli_section *section)
{
    struct blocks at = {{"", 0}, {"", 0}, {"", 0}};

    for (uint32_t i = 0; i < section->count; i++) {
        cp_text name;

        if (names_part(cp_cli_at(section, i), &name)) {
            CP_TRY(begin_block(section, name, &at));
            cp_cli_mark(section, i, CP_CLI_HEADING);
        } else {
            CP_TRY(block_value(section, i, at.part));
        }
    }
    return CP_OK;
}

static const struct cp_cli_form forms[] = {
    {"display version (Comware)", "display version", version_fits, version_read, CP_CLI_DETAIL,
     version_head},
    {"display device manuinfo", "display device", manuinfo_fits, manuinfo_read, CP_CLI_DETAIL,
     NULL},
};

const struct cp_cli_forms cp_cli_comware = {forms, CP_COUNT(forms)};

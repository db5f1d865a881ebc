#include "cli_neighbour.h"

#include <string.h>

struct walk {
    struct cp_cli_section *section;
    const struct cp_seen_lines *spec;
    struct cp_seen_making making;
    uint32_t descr_from, descr_to; /* lines of a description that goes on; equal: none */
    cp_text descr_head;            /* what stands of it behind its key */
    bool in_descr;
};

static const struct cp_cli_key *key_of(const struct cp_seen_lines *spec, cp_text key)
{
    for (uint32_t i = 0; i < spec->key_count; i++)
        if (cp_text_same_word(key, cp_text_of(spec->keys[i].key)))
            return &spec->keys[i];
    return NULL;
}

/* The description so far becomes one line. */
static cp_err end_descr(struct walk *walk)
{
    cp_text more;

    if (!walk->in_descr)
        return CP_OK;
    walk->in_descr = false;
    CP_TRY(cp_cli_join(walk->section, walk->descr_from, walk->descr_to, &more));
    if (walk->descr_head.len > 0 && more.len > 0)
        CP_TRY(cp_cli_glue(walk->section, walk->descr_head, " ", more, &more));
    else if (more.len == 0)
        more = walk->descr_head;
    cp_cli_mark_range(walk->section, walk->descr_from, walk->descr_to, CP_CLI_USED);
    return cp_seen_set(&walk->making, walk->descr_from, CP_SEEN_DESCR, more);
}

static cp_err end_neighbour(struct walk *walk)
{
    CP_TRY(end_descr(walk));
    return cp_seen_end(&walk->making);
}

static bool begins_next(const struct walk *walk, cp_seen_what what)
{
    bool opens = what == CP_SEEN_CHASSIS || what == CP_SEEN_LOCAL || what == CP_SEEN_DEVICE;

    return opens && (walk->making.has & 1u << what) != 0;
}

static cp_err take_next(struct walk *walk, uint32_t line)
{
    cp_text port = walk->making.seen.port;

    CP_TRY(end_neighbour(walk));
    cp_cli_mark(walk->section, line, CP_CLI_HEADING);
    return port.len == 0 ? CP_OK : cp_seen_set(&walk->making, line, CP_SEEN_LOCAL, port);
}

/* "70f9-6d6b-1234/MAC address" under "Chassis ID/subtype" */
static cp_err take_subtyped(struct walk *walk, uint32_t line, cp_seen_what what, cp_text value)
{
    size_t slash = value.len;

    while (slash > 0 && value.at[slash - 1] != '/')
        slash--;
    if (slash == 0)
        return cp_seen_set(&walk->making, line, what, value);
    CP_TRY(cp_seen_set(&walk->making, line,
                       what == CP_SEEN_CHASSIS ? CP_SEEN_CHASSIS_KIND : CP_SEEN_PORT_KIND,
                       cp_text_sub(value, slash, value.len)));
    return cp_seen_set(&walk->making, line, what, cp_text_sub(value, 0, slash - 1));
}

static cp_err take_key(struct walk *walk, uint32_t line, const struct cp_cli_key *key,
                       cp_text value)
{
    cp_seen_what what = (cp_seen_what)key->what;

    CP_TRY(end_descr(walk));
    if (what == CP_SEEN_NEXT)
        return take_next(walk, line);
    if (what == CP_SEEN_DETAIL) {
        cp_cli_mark(walk->section, line, CP_CLI_DETAIL);
        return CP_OK;
    }
    if (begins_next(walk, what))
        CP_TRY(end_neighbour(walk));
    if ((walk->making.has & 1u << what) != 0 && what != CP_SEEN_ADDRESS) {
        cp_cli_mark(walk->section, line, walk->spec->repeats);
        return CP_OK;
    }
    cp_cli_mark(walk->section, line, CP_CLI_USED);
    if (what == CP_SEEN_DESCR) {
        walk->in_descr = true;
        walk->descr_head = value;
        walk->descr_from = walk->descr_to = line + 1;
        walk->making.has |= 1u << what;
        return CP_OK;
    }
    if (cp_text_ends(cp_text_of(key->key), CP_TEXT("/subtype")))
        return take_subtyped(walk, line, what, value);
    return cp_seen_set(&walk->making, line, what, value);
}

enum { COMMAS_MAX = 8 };

/* "Interface: A,  Port ID (outgoing port): B": the value ends where a known key follows a comma. */
static bool second_pair(const struct cp_seen_lines *spec, cp_text *value, cp_text *next)
{
    uint32_t commas = 0;

    for (size_t at = cp_text_find(*value, ',', 0); at < value->len && commas < COMMAS_MAX;
         at = cp_text_find(*value, ',', at + 1), commas++) {
        cp_text rest = cp_text_trim(cp_text_sub(*value, at + 1, value->len)), key, after;

        if (!cp_cli_pair(rest, spec->separator, &key, &after) || key_of(spec, key) == NULL)
            continue;
        *value = cp_text_trim(cp_text_sub(*value, 0, at));
        *next = rest;
        return true;
    }
    return false;
}

static cp_err take_pairs(struct walk *walk, uint32_t line, cp_text text, bool *taken)
{
    const struct cp_cli_key *known;
    cp_text key, value;
    bool more = true;

    *taken = false;
    while (more && cp_cli_pair(text, walk->spec->separator, &key, &value) &&
           (known = key_of(walk->spec, key)) != NULL) {
        more = known->what != CP_SEEN_DESCR && second_pair(walk->spec, &value, &text);
        *taken = true;
        CP_TRY(take_key(walk, line, known, value));
    }
    return CP_OK;
}

static cp_err take_local(struct walk *walk, uint32_t line, cp_text port, uint32_t count)
{
    CP_TRY(end_neighbour(walk));
    if (count != UINT32_MAX)
        walk->making.counted =
            walk->making.counted == UINT32_MAX ? count : walk->making.counted + count;
    if (count == 0) {
        cp_cli_mark(walk->section, line, CP_CLI_COUNTER);
        return CP_OK;
    }
    cp_cli_mark(walk->section, line, CP_CLI_USED);
    return cp_seen_set(&walk->making, line, CP_SEEN_LOCAL, port);
}

static cp_err take_line(struct walk *walk, uint32_t line)
{
    cp_text text = cp_cli_at(walk->section, line), port;
    uint32_t count = UINT32_MAX;
    bool taken;

    if (cp_seen_total(text, &count)) {
        CP_TRY(end_neighbour(walk));
        walk->making.counted = count;
        cp_cli_mark(walk->section, line, CP_CLI_COUNTER);
        return CP_OK;
    }
    if (walk->spec->local != NULL && walk->spec->local(text, &port, &count))
        return take_local(walk, line, port, count);
    CP_TRY(take_pairs(walk, line, text, &taken));
    if (!taken && walk->in_descr)
        walk->descr_to = line + 1;
    return CP_OK;
}

cp_err cp_cli_read_neighbours(struct cp_cli_section *section, const struct cp_seen_lines *lines)
{
    struct walk walk = {
        .section = section, .spec = lines, .making = cp_seen_begin(section, lines->protocol)};

    for (uint32_t i = 0; i < section->count; i++) {
        bool said = walk.descr_head.len > 0 || walk.descr_to > walk.descr_from;

        if (section->lines[i].fate == CP_CLI_BLANK && !said)
            continue;
        if (section->lines[i].fate == CP_CLI_BLANK)
            CP_TRY(end_descr(&walk));
        else if (section->lines[i].fate == CP_CLI_DECORATION && !walk.in_descr)
            CP_TRY(end_neighbour(&walk));
        else
            CP_TRY(take_line(&walk, i));
    }
    CP_TRY(end_descr(&walk));
    return cp_seen_finish(&walk.making);
}

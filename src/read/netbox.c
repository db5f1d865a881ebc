#include "netbox.h"

#include <string.h>

#include "base/num.h"

/*
 * Documents to objects, and each object to the reader of its kind.  What an object is its address says
 * (".../api/dcim/devices/7/"), never the name of a file.  In JSON lines a line that is broken is not
 * understood, and the others are read; a page that is broken is refused.
 */

/* --- kinds that are passed over ----------------------------------------------------------- */

static const struct passed {
    const char *kind; /* whole, or the beginning where it ends with a slash */
    const char *why;
} passed[] = {
    {"dcim/regions/", "regions and groups of sites: sites are the places here"},
    {"dcim/regions", "regions and groups of sites: sites are the places here"},
    {"dcim/site-groups", "regions and groups of sites: sites are the places here"},
    {"dcim/locations", "locations and racks: sites are the places here"},
    {"dcim/rack-roles", "locations and racks: sites are the places here"},
    {"dcim/rack-types", "locations and racks: sites are the places here"},
    {"dcim/rack-groups", "locations and racks: sites are the places here"},
    {"dcim/rack-reservations", "locations and racks: sites are the places here"},
    {"dcim/racks", "locations and racks: sites are the places here"},
    {"dcim/manufacturers", "manufacturers and roles: devices, types and items name their own"},
    {"dcim/device-roles", "manufacturers and roles: devices, types and items name their own"},
    {"dcim/inventory-item-roles",
     "manufacturers and roles: devices, types and items name their own"},
    {"dcim/module-type-profiles",
     "manufacturers and roles: devices, types and items name their own"},
    {"dcim/console-ports", "power and consoles: no way of the network leads over them"},
    {"dcim/console-server-ports", "power and consoles: no way of the network leads over them"},
    {"dcim/power-ports", "power and consoles: no way of the network leads over them"},
    {"dcim/power-outlets", "power and consoles: no way of the network leads over them"},
    {"dcim/power-feeds", "power and consoles: no way of the network leads over them"},
    {"dcim/power-panels", "power and consoles: no way of the network leads over them"},
    {"dcim/cable-terminations", "ends of cables: the cables themselves say them"},
    {"dcim/device-bays", "device bays: what is in them is a device of its own"},
    {"dcim/virtual-device-contexts", "contexts inside a device: the device is what has a maker"},
    {"dcim/console-port-templates", "templates: what was made from them says it itself"},
    {"dcim/console-server-port-templates", "templates: what was made from them says it itself"},
    {"dcim/power-port-templates", "templates: what was made from them says it itself"},
    {"dcim/power-outlet-templates", "templates: what was made from them says it itself"},
    {"dcim/interface-templates", "templates: what was made from them says it itself"},
    {"dcim/front-port-templates", "templates: what was made from them says it itself"},
    {"dcim/rear-port-templates", "templates: what was made from them says it itself"},
    {"dcim/module-bay-templates", "templates: what was made from them says it itself"},
    {"dcim/device-bay-templates", "templates: what was made from them says it itself"},
    {"dcim/inventory-item-templates", "templates: what was made from them says it itself"},
    {"circuits/providers", "what else is said of circuits: they name their providers"},
    {"circuits/provider-accounts", "what else is said of circuits: they name their providers"},
    {"circuits/circuit-types", "what else is said of circuits: they name their providers"},
    {"circuits/circuit-groups", "what else is said of circuits: they name their providers"},
    {"circuits/circuit-group-assignments",
     "what else is said of circuits: they name their providers"},
    {"circuits/virtual-circuit-types", "what else is said of circuits: they name their providers"},
    {"wireless/wireless-lans", "wireless networks: who is in one at a time is not said"},
    {"wireless/wireless-lan-groups", "wireless networks: who is in one at a time is not said"},
    {"ipam/", "addresses, prefixes and VLANs: they are no equipment and no way"},
    {"vpn/", "tunnels: they run over ways that stand here"},
    {"virtualization/", "virtual machines: the device that they run on has the maker"},
    {"tenancy/", "tenants, contacts and users: devices name their tenants"},
    {"users/", "tenants, contacts and users: devices name their tenants"},
    {"extras/", "NetBox's own housekeeping"},
    {"core/", "NetBox's own housekeeping"},
};

static const char *why_passed(cp_text kind)
{
    for (size_t i = 0; i < CP_COUNT(passed); i++) {
        cp_text name = cp_text_of(passed[i].kind);

        if (cp_text_eq(kind, name) ||
            (cp_text_ends(name, CP_TEXT("/")) && cp_text_starts(kind, name)))
            return passed[i].why;
    }
    return NULL;
}

/* *number: of the kind among all of them. */
static const struct cp_nb_kind *find_kind(cp_text name, uint32_t *number)
{
    const struct {
        const struct cp_nb_kind *at;
        uint32_t count;
    } lists[] = {{cp_nb_port_kinds, cp_nb_port_kind_count},
                 {cp_nb_inventory_kinds, cp_nb_inventory_kind_count},
                 {cp_nb_circuit_kinds, cp_nb_circuit_kind_count}};

    *number = 0;
    for (size_t l = 0; l < CP_COUNT(lists); l++)
        for (uint32_t i = 0; i < lists[l].count; i++, ++*number)
            if (cp_text_is(name, lists[l].at[i].name))
                return &lists[l].at[i];
    return NULL;
}

/* --- addresses ---------------------------------------------------------------------------- */

/* "https://netbox.example/api/dcim/devices/7/" */
struct address {
    cp_text source; /* "netbox.example" */
    cp_text kind;   /* "dcim/devices" */
    uint32_t id;
};

static cp_text without_scheme(cp_text url)
{
    size_t colon = cp_text_find(url, ':', 0);
    cp_text rest = cp_text_sub(url, colon, url.len);

    return cp_text_starts(rest, CP_TEXT("://")) ? cp_text_sub(rest, 3, rest.len) : url;
}

/* What is before /api/ and what is behind it, without the slash at its end. */
static bool split_url(cp_text url, cp_text *source, cp_text *rest)
{
    static const cp_text mark = {"/api/", 5};
    size_t at = 0;

    url = without_scheme(url);
    while (at < url.len && !cp_text_starts(cp_text_sub(url, at, url.len), mark))
        at = cp_text_find(url, '/', at + 1);
    if (at >= url.len)
        return false;
    *source = cp_text_sub(url, 0, at);
    *rest = cp_text_sub(url, at + mark.len, url.len);
    if (cp_text_ends(*rest, CP_TEXT("/")))
        rest->len--;
    return true;
}

static bool parse_address(cp_text url, struct address *out)
{
    cp_text rest;
    size_t slash = 0;

    if (!split_url(url, &out->source, &rest))
        return false;
    for (size_t i = 0; i < rest.len; i++)
        if (rest.at[i] == '/')
            slash = i;
    out->kind = cp_text_sub(rest, 0, slash);
    return cp_num_u32(cp_text_sub(rest, slash + 1, rest.len), UINT32_MAX - 1, &out->id) == CP_OK &&
           out->id > 0;
}

/* The address among the members of the object that comes next, which stays to be read. */
static cp_err find_address(struct cp_doc *doc, struct cp_json_in in, struct address *address,
                           bool *found)
{
    cp_text key;
    bool more;

    *found = false;
    CP_TRY(cp_json_in_enter(&in, CP_JSON_OBJECT, doc->diag));
    for (;;) {
        size_t from;

        CP_TRY(cp_json_in_next(&in, doc->arena, &key, &more, doc->diag));
        if (!more)
            return CP_OK;
        if (!cp_text_is(key, "url") || cp_json_in_peek(&in) != CP_JSON_TEXT) {
            CP_TRY(cp_json_in_skip(&in, doc->diag));
            continue;
        }
        from = in.at + 1;
        CP_TRY(cp_json_in_skip(&in, doc->diag));
        *found = parse_address(cp_text_sub(in.text, from, in.at - from - 1), address);
        return CP_OK;
    }
}

/* --- objects ------------------------------------------------------------------------------ */

static cp_err remark(struct cp_doc *doc, cp_remark_kind kind, cp_place place, const char *why,
                     cp_text subject)
{
    struct cp_netbox *nb = doc->read->netbox;
    cp_nb_name name;

    CP_TRY(cp_nb_intern(nb, cp_text_sub(subject, 0, 64), &name)); /* outlives a piece */
    return cp_doc_tally(doc, kind, place, why, cp_nb_text(nb, name));
}

static cp_err read_kind(struct cp_doc *doc, struct cp_json_in *in, const struct cp_nb_kind *kind,
                        const struct cp_nb_key *key)
{
    struct cp_nb_value values[CP_NB_ASKS_MAX];
    struct cp_nb_object o = {
        .doc = doc, .nb = doc->read->netbox, .key = *key, .kind = kind->name, .values = values};
    bool kept = true;

    CP_TRY(cp_nb_pick(in, kind->asks, kind->ask_count, values, doc));
    CP_TRY(kind->keep(&o, &kept));
    if (kept)
        cp_build_used(doc->build, doc->file, 1);
    return CP_OK;
}

static cp_err read_object(struct cp_doc *doc, struct cp_json_in *in)
{
    struct cp_nb_key key = {.place = cp_json_in_place(in)};
    const struct cp_nb_kind *kind;
    struct address address;
    uint32_t number;
    const char *why;
    bool found;

    CP_TRY(find_address(doc, *in, &address, &found));
    if (!found) {
        CP_TRY(cp_json_in_skip(in, doc->diag));
        return remark(doc, CP_REMARK_NOT_UNDERSTOOD, key.place,
                      "an object whose url does not say what it is", CP_TEXT(""));
    }
    kind = find_kind(address.kind, &number);
    if (kind != NULL) {
        key.id = address.id;
        CP_TRY(cp_nb_source(doc->read->netbox, address.source, &key.source));
        CP_TRY(read_kind(doc, in, kind, &key));
        return cp_nb_list_read(doc->read->netbox, kind, number, &key);
    }
    CP_TRY(cp_json_in_skip(in, doc->diag));
    why = why_passed(address.kind);
    if (why != NULL)
        return remark(doc, CP_REMARK_IGNORED, key.place, why, address.kind);
    return remark(doc, CP_REMARK_NOT_UNDERSTOOD, key.place,
                  "a kind of object that is not read here", address.kind);
}

static cp_err read_item(struct cp_doc *doc, struct cp_json_in *in)
{
    if (cp_json_in_peek(in) == CP_JSON_OBJECT)
        return read_object(doc, in);
    CP_TRY(remark(doc, CP_REMARK_NOT_UNDERSTOOD, cp_json_in_place(in),
                  "an item that should be an object", CP_TEXT("")));
    return cp_json_in_skip(in, doc->diag);
}

static cp_err read_list(struct cp_doc *doc, struct cp_json_in *in)
{
    bool more;

    CP_TRY(cp_json_in_enter(in, CP_JSON_ARRAY, doc->diag));
    for (;;) {
        CP_TRY(cp_json_in_next(in, doc->arena, NULL, &more, doc->diag));
        if (!more)
            return CP_OK;
        CP_TRY(read_item(doc, in));
    }
}

/* The address of a page's first object; or, where it has none, that of its list. */
static cp_err find_list(struct cp_doc *doc, struct cp_json_in results,
                        const struct cp_nb_page *page, struct address *list, bool *found)
{
    cp_text url = page->next.len > 0 ? page->next : page->previous;

    *found = false;
    CP_TRY(cp_json_in_enter(&results, CP_JSON_ARRAY, doc->diag));
    CP_TRY(cp_json_in_next(&results, doc->arena, NULL, found, doc->diag));
    if (*found && cp_json_in_peek(&results) == CP_JSON_OBJECT)
        return find_address(doc, results, list, found);
    *found = split_url(cp_text_sub(url, 0, cp_text_find(url, '?', 0)), &list->source, &list->kind);
    return CP_OK;
}

/* Keeps how many objects the page says that there are of the kind that it is of. */
static cp_err keep_page(struct cp_doc *doc, struct cp_json_in results, struct cp_nb_page *page)
{
    struct cp_netbox *nb = doc->read->netbox;
    const struct cp_nb_kind *kind;
    struct address list;
    uint32_t number, source;
    bool found;

    CP_TRY(find_list(doc, results, page, &list, &found));
    if (!found)
        return page->count == 0
                   ? CP_OK
                   : remark(doc, CP_REMARK_NOT_UNDERSTOOD, page->place,
                            "a page that counts objects, and does not say of what", CP_TEXT(""));
    kind = find_kind(list.kind, &number);
    if (kind == NULL)
        return CP_OK; /* passed over, or said of each object */
    CP_TRY(cp_nb_source(nb, list.source, &source));
    return cp_nb_page_read(nb, kind, number, source, page);
}

/* {"count": .., "next": .., "previous": .., "results": [..]} */
static cp_err read_page(struct cp_doc *doc, struct cp_json_in *in)
{
    struct cp_nb_page page = {.counts = false};
    struct cp_json_in results = *in;
    bool more, seen = false;
    cp_text key;

    CP_TRY(cp_json_in_enter(in, CP_JSON_OBJECT, doc->diag));
    for (;;) {
        CP_TRY(cp_json_in_next(in, doc->arena, &key, &more, doc->diag));
        if (!more)
            break;
        if (!cp_text_is(key, "results")) {
            CP_TRY(cp_nb_page_member(doc, in, key, &page));
            continue;
        }
        if (seen)
            return cp_doc_fail(doc, CP_ERR_DUPLICATE, cp_json_in_place(in),
                               "a page has its results once", key);
        seen = true;
        results = *in;
        CP_TRY(read_list(doc, in));
    }
    return seen ? keep_page(doc, results, &page)
                : cp_doc_fail(doc, CP_ERR_MALFORMED, cp_doc_start(doc), "a page without results",
                              CP_TEXT(""));
}

static cp_err open_netbox(struct cp_doc *doc)
{
    if (doc->read->netbox != NULL)
        return CP_OK;
    return cp_nb_open(doc->read->arena, &doc->read->netbox);
}

cp_err cp_read_netbox(struct cp_doc *doc)
{
    struct cp_json_in in = cp_json_in_make(doc->text, doc->file, 1);

    CP_TRY(open_netbox(doc));
    if (cp_json_in_peek(&in) == CP_JSON_ARRAY)
        CP_TRY(read_list(doc, &in));
    else
        CP_TRY(read_page(doc, &in));
    return cp_json_in_end(&in, doc->diag);
}

/* --- lines -------------------------------------------------------------------------------- */

static cp_err read_line(struct cp_doc *doc, cp_text line)
{
    struct cp_json_in in = cp_json_in_make(line, doc->file, doc->lines);

    if (cp_json_in_peek(&in) != CP_JSON_OBJECT)
        return cp_doc_fail(doc, CP_ERR_MALFORMED, cp_json_in_place(&in),
                           "an object is expected on a line", CP_TEXT(""));
    CP_TRY(read_object(doc, &in));
    return cp_json_in_end(&in, doc->diag);
}

/* What is wrong with one line is said, and the others are read. */
static cp_err pardon(struct cp_doc *doc, cp_err err)
{
    struct cp_diag was = *doc->diag;

    if (err == CP_OK || err == CP_ERR_NOMEM || was.why == NULL)
        return err;
    *doc->diag = (struct cp_diag){.place = CP_PLACE_NONE};
    return remark(doc, CP_REMARK_NOT_UNDERSTOOD, was.place, was.why, CP_TEXT(""));
}

cp_err cp_read_netbox_lines(struct cp_doc *doc)
{
    size_t at = 0;

    CP_TRY(open_netbox(doc));
    if (doc->lines == 0 && cp_text_starts(doc->text, CP_TEXT("\xef\xbb\xbf")))
        at = 3;
    while (at < doc->text.len) {
        size_t end = cp_text_find(doc->text, '\n', at);
        cp_text line = cp_text_sub(doc->text, at, end - at);

        doc->lines++;
        if (cp_text_trim(line).len > 0)
            CP_TRY(pardon(doc, read_line(doc, line)));
        at = end + 1;
    }
    return CP_OK;
}

/* --- guessing ----------------------------------------------------------------------------- */

/* The names of an object up to one that says it; the text may be cut off anywhere. */
static cp_format guess_object(struct cp_json_in in, struct cp_arena *names)
{
    struct cp_diag diag;
    bool more = true;
    cp_text key;

    if (cp_json_in_enter(&in, CP_JSON_OBJECT, &diag) != CP_OK)
        return CP_FORMAT_COUNT;
    while (cp_json_in_next(&in, names, &key, &more, &diag) == CP_OK && more) {
        size_t from = in.at;
        struct address address;

        if (cp_text_is(key, "results") && cp_json_in_peek(&in) == CP_JSON_ARRAY)
            return CP_FORMAT_NETBOX;
        if (cp_json_in_skip(&in, &diag) != CP_OK)
            return CP_FORMAT_COUNT;
        if (cp_text_is(key, "url")) {
            cp_text url = cp_text_trim(cp_text_sub(in.text, from, in.at - from));

            return parse_address(cp_text_sub(url, 1, url.len - 2), &address)
                       ? CP_FORMAT_NETBOX_LINES
                       : CP_FORMAT_COUNT;
        }
    }
    return CP_FORMAT_COUNT;
}

enum { GUESS_BYTES = 1 << 20 };

cp_format cp_netbox_guess(cp_text beginning)
{
    struct cp_json_in in = cp_json_in_make(beginning, CP_PLACE_NO_FILE, 1);
    struct cp_arena *names; /* with escapes */
    cp_format format;
    struct cp_diag diag;
    bool more = false, list = cp_json_in_peek(&in) == CP_JSON_ARRAY;

    if (!list && cp_json_in_peek(&in) != CP_JSON_OBJECT)
        return CP_FORMAT_COUNT;
    if (list && (cp_json_in_enter(&in, CP_JSON_ARRAY, &diag) != CP_OK ||
                 cp_json_in_next(&in, NULL, NULL, &more, &diag) != CP_OK || !more))
        return CP_FORMAT_COUNT;
    names = cp_arena_open(GUESS_BYTES);
    if (names == NULL)
        return CP_FORMAT_COUNT;
    format = guess_object(in, names);
    cp_arena_close(names);
    if (!list)
        return format;
    return format == CP_FORMAT_NETBOX_LINES ? CP_FORMAT_NETBOX : CP_FORMAT_COUNT;
}

enum { MODEL_BYTES = 100 };

/* [{"model": "dcim.device", "pk": 1, "fields": ...: Django writes the model first. */
bool cp_netbox_is_database_dump(cp_text beginning)
{
    struct cp_json_in in = cp_json_in_make(beginning, CP_PLACE_NO_FILE, 1);
    struct cp_diag diag;
    bool more = false;
    cp_text rest;

    if (cp_json_in_peek(&in) == CP_JSON_ARRAY &&
        (cp_json_in_enter(&in, CP_JSON_ARRAY, &diag) != CP_OK ||
         cp_json_in_next(&in, NULL, NULL, &more, &diag) != CP_OK || !more))
        return false;
    if (cp_json_in_peek(&in) != CP_JSON_OBJECT ||
        cp_json_in_enter(&in, CP_JSON_OBJECT, &diag) != CP_OK)
        return false;
    rest = cp_text_trim(cp_text_sub(in.text, in.at, in.text.len));
    rest = cp_text_sub(rest, 0, MODEL_BYTES);
    return cp_text_starts(rest, CP_TEXT("\"model\"")) && cp_text_find(rest, '.', 0) < rest.len;
}

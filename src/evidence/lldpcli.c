#include "set.h"

#include <string.h>

#include "base/json_in.h"
#include "base/scan.h"

/*
 * lldpd writes one tree in two shapes.  `json0` is regular: every element is an array of objects, its
 * text in "value", its name in "name".  `json` folds that: an array of one becomes its item, an object of
 * one "value" its text, and an object with a name becomes {NAME: object}.  Both are read by the same
 * code, which takes an array for its items and a text for itself.
 *
 * `show neighbors` and `show interfaces` differ in one thing: the first says of each interface by what
 * protocol ("via") the chassis was heard there, in the second the chassis is the device's own.
 *
 * A neighbour's name becomes a key as the bytes came, which need not be UTF-8: these are replaced
 * before the text is read, or one neighbour could make all others unreadable.
 */

typedef const struct cp_json_value *tree;

enum { LOOK_BYTES = 512 };

/* Of a value that may be an array: its items; else itself. */
static tree first_of(tree value)
{
    return value != NULL && value->kind == CP_JSON_ARRAY ? value->first : value;
}

static tree next_of(tree list, tree item)
{
    return list->kind == CP_JSON_ARRAY ? item->next : NULL;
}

static tree child(tree value, const char *key)
{
    return cp_json_member(first_of(value), key);
}

static cp_text text_of(tree value)
{
    tree one = first_of(value);

    if (one != NULL && one->kind == CP_JSON_OBJECT)
        one = first_of(cp_json_member(one, "value"));
    return one != NULL && one->kind == CP_JSON_TEXT ? one->text : (cp_text){"", 0};
}

static cp_text child_text(tree value, const char *key)
{
    return text_of(child(value, key));
}

static cp_place place_of(tree value)
{
    return value->key.len > 0 ? value->key_place : value->place;
}

static cp_text id_type(tree thing)
{
    return cp_json_member_text(first_of(child(thing, "id")), "type");
}

/* A thing with a name: {NAME: thing} or a thing with "name". */
struct named {
    cp_text name;
    tree thing;
};

static struct named named_json0(tree object)
{
    return (struct named){child_text(object, "name"), object};
}

/* Without a name the thing itself stands there: its "id" has a type. */
static struct named chassis_of(tree holder)
{
    tree chassis = first_of(cp_json_member(holder, "chassis"));

    if (chassis == NULL || chassis->kind != CP_JSON_OBJECT)
        return (struct named){{"", 0}, NULL};
    if (id_type(chassis).len > 0)
        return named_json0(chassis);
    if (chassis->count != 1)
        return (struct named){{"", 0}, NULL};
    return (struct named){chassis->first->key, first_of(chassis->first)};
}

static cp_text id_kind(cp_text type)
{
    static const char *const kinds[][2] = {
        {"mac", "mac"},       {"ip", "address"},  {"ifname", "interface-name"},
        {"ifalias", "alias"}, {"local", "local"},
    };

    for (size_t i = 0; i < CP_COUNT(kinds); i++)
        if (cp_text_is(type, kinds[i][0]))
            return cp_text_of(kinds[i][1]);
    return (cp_text){"", 0};
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Of a kind that the daemon does not handle ("unhandled") an id is its bytes, as "63 6f 6d 70"; where
 * they are letters all, they are what other systems show. */
static cp_err id_text(struct cp_device_doc *doc, tree thing, cp_text *id)
{
    char *bytes;

    *id = child_text(thing, "id");
    if (!cp_text_is(id_type(thing), "unhandled") || id->len % 3 != 2)
        return CP_OK;
    bytes = CP_TAKE(doc->scratch, id->len / 3 + 1, char);
    if (bytes == NULL)
        return CP_ERR_NOMEM;
    for (size_t i = 0; i < id->len; i += 3) {
        int high = hex_digit(id->at[i]), low = hex_digit(id->at[i + 1]);
        int byte = high < 0 || low < 0 ? -1 : high * 16 + low;

        if (byte < ' ' || byte > '~' || (i + 2 < id->len && id->at[i + 2] != ' '))
            return CP_OK;
        bytes[i / 3] = (char)byte;
    }
    *id = (cp_text){bytes, id->len / 3 + 1};
    return CP_OK;
}

static bool is_ipv4(cp_text address)
{
    return cp_text_find(address, '.', 0) < address.len &&
           cp_text_find(address, ':', 0) == address.len;
}

/* The first of IPv4, else the first. */
static cp_text management_address(tree chassis)
{
    tree list = cp_json_member(chassis, "mgmt-ip");
    cp_text any = {"", 0};

    for (tree at = first_of(list); at != NULL; at = next_of(list, at)) {
        cp_text address = text_of(at);

        if (is_ipv4(address))
            return address;
        if (any.len == 0)
            any = address;
    }
    return any;
}

/* "CDPv2", "LLDP", "EDP", ...  *constant: as sightings name it; NULL: not known. */
static const char *protocol_of(cp_text via)
{
    static const char *const protocols[][2] = {{"LLDP", "lldp"}, {"CDPv1", "cdp"},
                                               {"CDPv2", "cdp"}, {"EDP", "edp"},
                                               {"FDP", "fdp"},   {"SONMP", "sonmp"}};

    for (size_t i = 0; i < CP_COUNT(protocols); i++)
        if (cp_text_is(via, protocols[i][0]))
            return protocols[i][1];
    return NULL;
}

/* The daemon writes CDP's platform and version as "PLATFORM running on\nVERSION". */
static void split_platform(struct cp_sighting *seen)
{
    static const char between[] = " running on\n";
    cp_text descr = seen->descr;

    for (size_t i = 0; i + sizeof(between) - 1 <= descr.len; i++)
        if (memcmp(descr.at + i, between, sizeof(between) - 1) == 0) {
            seen->platform = cp_text_sub(descr, 0, i);
            seen->descr = cp_text_sub(descr, i + sizeof(between) - 1, descr.len);
            return;
        }
}

/* A CDP device id may end with the serial number: "sw1.example(SAL123)". */
static void split_serial(struct cp_sighting *seen)
{
    size_t open = cp_text_find(seen->name, '(', 0);

    if (open == 0 || open + 2 >= seen->name.len || !cp_text_ends(seen->name, CP_TEXT(")")))
        return;
    seen->serial = cp_text_sub(seen->name, open + 1, seen->name.len - open - 2);
    seen->name = cp_text_sub(seen->name, 0, open);
}

static void fill_inventory(struct cp_sighting *seen, tree entry)
{
    tree inventory = child(child(entry, "lldp-med"), "inventory");

    seen->maker = child_text(inventory, "manufacturer");
    seen->model = child_text(inventory, "model");
    seen->serial = child_text(inventory, "serial");
    seen->software = child_text(inventory, "software");
    if (seen->software.len == 0)
        seen->software = child_text(inventory, "firmware");
}

/* What is in the tree and becomes nothing here. */
static cp_err remark_rest(struct cp_device_doc *doc, tree entry)
{
    static const char *const read[] = {"name", "via", "chassis", "port", "lldp-med", "status"};
    tree list = child(cp_json_member(entry, "unknown-tlvs"), "unknown-tlv");

    for (tree at = first_of(list); at != NULL; at = next_of(list, at))
        CP_TRY(cp_device_remark(doc, CP_REMARK_IGNORED, place_of(at),
                                "a TLV that the daemon does not know",
                                cp_json_member_text(at, "oui")));
    for (tree at = entry->first; at != NULL; at = at->next) {
        bool known = cp_text_is(at->key, "unknown-tlvs");

        for (size_t i = 0; i < CP_COUNT(read) && !known; i++)
            known = cp_text_is(at->key, read[i]);
        if (!known)
            CP_TRY(cp_device_remark(doc, CP_REMARK_IGNORED, place_of(at),
                                    "a detail that says nothing of makers or neighbours", at->key));
    }
    return CP_OK;
}

static cp_err read_neighbour(struct cp_device_doc *doc, cp_text port, tree entry)
{
    struct named chassis = chassis_of(entry);
    tree far = first_of(cp_json_member(entry, "port"));
    const char *protocol = protocol_of(child_text(entry, "via"));
    struct cp_sighting seen = {.place = place_of(entry), .protocol = protocol, .port = port};

    if (chassis.thing == NULL || far == NULL || protocol == NULL)
        return cp_device_remark(doc, CP_REMARK_NOT_UNDERSTOOD, place_of(entry),
                                "a neighbour without chassis, port or known protocol", port);
    fill_inventory(&seen, entry);
    seen.name = chassis.name;
    seen.descr = child_text(chassis.thing, "descr");
    seen.address = management_address(chassis.thing);
    CP_TRY(id_text(doc, chassis.thing, &seen.chassis_id));
    seen.chassis_id_kind = id_kind(id_type(chassis.thing));
    CP_TRY(id_text(doc, far, &seen.port_id));
    seen.port_id_kind = id_kind(id_type(far));
    seen.port_descr = child_text(far, "descr");
    if (strcmp(protocol, "lldp") != 0) {
        split_platform(&seen);
        split_serial(&seen);
    }
    CP_TRY(cp_device_used(doc, 1));
    CP_TRY(remark_rest(doc, entry));
    return cp_device_sees(doc, &seen);
}

static cp_err says(struct cp_device_doc *doc, tree at, cp_text part, const char *attribute,
                   cp_text value)
{
    return cp_device_says(doc, place_of(at), part, attribute, value);
}

static cp_err read_own_inventory(struct cp_device_doc *doc, tree med)
{
    static const char *const words[][2] = {{"manufacturer", "maker"},
                                           {"model", "model"},
                                           {"serial", "serial"},
                                           {"software", "software"}};
    tree inventory = first_of(child(med, "inventory"));

    for (size_t i = 0; i < CP_COUNT(words) && inventory != NULL; i++)
        CP_TRY(says(doc, inventory, CP_TEXT(""), words[i][1], child_text(inventory, words[i][0])));
    return CP_OK;
}

static cp_err read_own_chassis(struct cp_device_doc *doc, tree holder)
{
    struct named chassis = chassis_of(holder);
    tree id, list;

    if (chassis.thing == NULL)
        return cp_device_remark(doc, CP_REMARK_NOT_UNDERSTOOD, place_of(holder),
                                "a chassis without an id", CP_TEXT(""));
    CP_TRY(says(doc, chassis.thing, CP_TEXT(""), "sys-name", chassis.name));
    CP_TRY(says(doc, chassis.thing, CP_TEXT(""), "sys-descr", child_text(chassis.thing, "descr")));
    id = first_of(child(chassis.thing, "id"));
    if (id != NULL && cp_text_is(id_type(chassis.thing), "mac"))
        CP_TRY(says(doc, id, CP_TEXT(""), "mac", text_of(id)));
    else if (id != NULL)
        CP_TRY(cp_device_port_also(doc, CP_TEXT(""), text_of(id)));
    list = cp_json_member(chassis.thing, "mgmt-ip");
    for (tree at = first_of(list); at != NULL; at = next_of(list, at))
        CP_TRY(says(doc, at, CP_TEXT(""), "address", text_of(at)));
    CP_TRY(cp_device_used(doc, 1));
    return read_own_inventory(doc, cp_json_member(holder, "lldp-med"));
}

/* Of `show interfaces`: the port as the device itself announces it. */
static cp_err read_own_port(struct cp_device_doc *doc, cp_text port, tree entry)
{
    tree own = first_of(cp_json_member(entry, "port"));
    tree id = first_of(child(own, "id"));

    if (own == NULL || id == NULL)
        return cp_device_remark(doc, CP_REMARK_NOT_UNDERSTOOD, place_of(entry),
                                "an interface without a port", port);
    if (cp_text_is(id_type(own), "mac"))
        CP_TRY(says(doc, id, port, "mac", text_of(id)));
    else
        CP_TRY(cp_device_port_also(doc, port, text_of(id)));
    CP_TRY(cp_device_used(doc, 1));
    CP_TRY(remark_rest(doc, entry));
    return cp_device_port_also(doc, port, child_text(own, "descr"));
}

struct reading {
    struct cp_device_doc *doc;
    bool knows_chassis; /* the device's own: every interface repeats it */
};

static cp_err read_interface(struct reading *reading, cp_text port, tree entry)
{
    if (entry == NULL || entry->kind != CP_JSON_OBJECT)
        return CP_OK;
    if (cp_json_member(entry, "via") != NULL)
        return read_neighbour(reading->doc, port, entry);
    if (cp_json_member(entry, "status") == NULL)
        return cp_device_remark(reading->doc, CP_REMARK_IGNORED, place_of(entry),
                                "counters of an interface", port);
    if (!reading->knows_chassis && cp_json_member(entry, "chassis") != NULL) {
        reading->knows_chassis = true;
        CP_TRY(read_own_chassis(reading->doc, entry));
    }
    return read_own_port(reading->doc, port, entry);
}

static cp_err read_interfaces(struct reading *reading, tree list)
{
    for (tree item = first_of(list); item != NULL; item = next_of(list, item)) {
        tree name = cp_json_member(item, "name");

        if (item->kind != CP_JSON_OBJECT) {
            CP_TRY(cp_device_remark(reading->doc, CP_REMARK_NOT_UNDERSTOOD, item->place,
                                    "an interface that is no object", CP_TEXT("")));
        } else if (name != NULL && name->kind == CP_JSON_TEXT) {
            CP_TRY(read_interface(reading, name->text, item));
        } else {
            for (tree at = item->first; at != NULL; at = at->next)
                CP_TRY(read_interface(reading, at->key, at));
        }
    }
    return CP_OK;
}

static cp_err read_member(struct reading *reading, tree member)
{
    tree inside = first_of(member);

    if (cp_text_is(member->key, "local-chassis") && inside != NULL)
        return read_own_chassis(reading->doc, inside);
    if (cp_text_is(member->key, "lldp"))
        return read_interfaces(reading, cp_json_member(inside, "interface"));
    return cp_device_remark(reading->doc, CP_REMARK_NOT_UNDERSTOOD, place_of(member),
                            "a member that is neither lldp nor local-chassis", member->key);
}

/* Bytes that are not UTF-8 become question marks: places stay what they are. */
static cp_err repaired(struct cp_device_doc *doc, cp_text *text)
{
    size_t bad = cp_text_bad_utf8(*text), step;
    char *copy;

    if (bad == text->len)
        return CP_OK;
    copy = CP_TAKE(doc->scratch, text->len, char);
    if (copy == NULL)
        return CP_ERR_NOMEM;
    memcpy(copy, text->at, text->len);
    for (size_t i = bad; i < text->len; i += step) {
        uint32_t c;

        step = cp_text_char(*text, i, &c);
        if (step == 1 && (unsigned char)copy[i] >= 0x80)
            copy[i] = '?';
    }
    *text = (cp_text){copy, text->len};
    return cp_device_remark(doc, CP_REMARK_FINDING, (cp_place){doc->file, 1, 1},
                            "bytes that are not UTF-8 are read as question marks", CP_TEXT(""));
}

cp_err cp_evidence_read_lldpcli(struct cp_device_doc *doc)
{
    struct reading reading = {.doc = doc};
    cp_text text = doc->text;
    tree root;

    CP_TRY(repaired(doc, &text));
    CP_TRY(cp_json_in_document(text, doc->file, doc->scratch, &root, doc->diag));
    if (root->kind != CP_JSON_OBJECT)
        return cp_device_fail(doc, CP_ERR_MALFORMED, root->place, "not what lldpcli writes",
                              CP_TEXT(""));
    for (tree at = root->first; at != NULL; at = at->next)
        CP_TRY(read_member(&reading, at));
    return CP_OK;
}

/* An object whose first member is one of ours. */
bool cp_lldpcli_looks(cp_text bytes)
{
    cp_scan scan = cp_scan_make(cp_text_sub(bytes, 0, LOOK_BYTES), 0);
    cp_text name;

    (void)cp_scan_while(&scan, " \t\r\n");
    if (cp_scan_next(&scan) != '{')
        return false;
    (void)cp_scan_while(&scan, " \t\r\n");
    if (cp_scan_next(&scan) != '"')
        return false;
    name = cp_scan_until(&scan, "\"");
    return cp_text_is(name, "lldp") || cp_text_is(name, "local-chassis");
}

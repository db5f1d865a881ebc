#include "set.h"

#include "base/map.h"

/*
 * Which node each device is.  What the user says comes first, then the document's name; what a device
 * says of its own name comes last, and only where nothing else speaks for that node: a device that
 * bears another's name is then a node of its own, and the other keeps what it has.
 */

static bool says_something(const struct cp_device *device)
{
    return device->said.count > 0 || device->seen.count > 0;
}

/* Words of commands, and of tools that print what these do. */
static const char *const verbs[] = {"show", "sh", "display", "dis", "disp", "get"};
static const char *const nouns[] = {
    "all",         "brief",        "card",      "cdp",        "chassis",   "cli",
    "description", "detail",       "details",   "device",     "elabel",    "entry",
    "hardware",    "info",         "interface", "interfaces", "inventory", "lldp",
    "lldpcli",     "manufacture",  "manuinfo",  "mda",        "module",    "modules",
    "neighbor",    "neighbors",    "neighbour", "neighbours", "output",    "platform",
    "serial",      "snmp",         "snmprec",   "snmpwalk",   "status",    "system",
    "transceiver", "transceivers", "ver",       "version",    "walk",
};

static bool is_one_of(cp_text word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (cp_text_same_word(word, cp_text_of(words[i])))
            return true;
    }
    return false;
}

/* "version", "show_lldp_neighbors_detail": a name of what was asked, not of who was. */
static bool is_command(cp_text stem)
{
    cp_text word = CP_TEXT("");
    bool any = false;

    while (cp_text_word(&stem, " -_.", &word)) {
        if (!any && is_one_of(word, verbs, CP_COUNT(verbs)))
            return true;
        any = true;
        if (!is_one_of(word, nouns, CP_COUNT(nouns)))
            return false;
    }
    return any;
}

/* The name that a device gets where nobody else knows it. */
static cp_text own_name(const struct cp_device *device)
{
    bool by_folder = device->folder.len > 0 && !cp_text_is(device->folder, "evidence");

    return by_folder && is_command(device->stem) ? device->folder : device->stem;
}

/* By the user's word, or the document's name; empty where neither says. */
static cp_text node_by_name(const struct cp_evidence_set *set, const struct cp_device *device)
{
    if (device->about.node.len > 0)
        return device->about.node;
    if (cp_build_has_node(set->build, device->stem))
        return device->stem;
    if (is_command(device->stem) && cp_build_has_node(set->build, device->folder))
        return device->folder;
    return CP_TEXT("");
}

/* The node whose id is the device's own name, whole or up to the first dot; empty where there is
 * none. */
static cp_text node_claimed(const struct cp_evidence_set *set, const struct cp_device *device)
{
    cp_text name = device->sys_name;

    if (name.len > 0 && cp_build_has_node(set->build, name))
        return name;
    name = cp_text_sub(name, 0, cp_text_find(name, '.', 0));
    return name.len > 0 && cp_build_has_node(set->build, name) ? name : CP_TEXT("");
}

/* How many documents speak for a node: are about it, or say its name. */
struct claims {
    struct cp_map *numbers;
    uint32_t *counts;
    uint32_t count;
};

static cp_err count_claim(struct claims *claims, cp_text node)
{
    uint32_t number = cp_map_find(claims->numbers, node);

    if (node.len == 0)
        return CP_OK;
    if (number == CP_MAP_NONE) {
        number = claims->count++;
        CP_TRY(cp_map_add(claims->numbers, node, number));
    }
    claims->counts[number]++;
    return CP_OK;
}

static cp_err count_claims(struct cp_evidence_set *set, struct claims *claims)
{
    for (uint32_t i = 0; i < set->device_count; i++) {
        struct cp_device *device = &set->devices[i];
        cp_text claimed = node_claimed(set, device);

        device->node = node_by_name(set, device);
        CP_TRY(count_claim(claims, device->node));
        if (!cp_text_eq(claimed, device->node))
            CP_TRY(count_claim(claims, claimed));
    }
    return CP_OK;
}

/* Who answered is known by its own word alone, however well the answer was guarded on its way. */
static void doubt(struct cp_device *device)
{
    device->about.evidence = CP_TEXT("unauthenticated-read");
    device->authenticated = false;
}

static cp_err choose_node(struct cp_evidence_set *set, const struct claims *claims,
                          struct cp_device *device)
{
    cp_text claimed = node_claimed(set, device);
    bool alone = claimed.len > 0 && claims->counts[cp_map_find(claims->numbers, claimed)] == 1;

    device->node = alone ? claimed : own_name(device);
    if (alone)
        doubt(device);
    if (claimed.len == 0)
        return CP_OK;
    return cp_build_remark(
        set->build, CP_REMARK_FINDING, device->sys_name_place,
        alone ? "the device is known by its own name alone: what it says counts as "
                "unauthenticated"
              : "a name of a node that others speak for too: the device is a "
                "node of its own",
        device->sys_name, 1);
}

static cp_err add_node(struct cp_evidence_set *set, const struct cp_device *device,
                       struct cp_diag *diag)
{
    struct cp_node_row row = cp_node_row_make((cp_place){device->file, 1, 1}, device->node);

    if (cp_build_has_node(set->build, device->node))
        return CP_OK;
    return cp_build_node(set->build, &row, diag);
}

cp_err cp_evidence_nodes(struct cp_evidence_set *set, struct cp_diag *diag)
{
    struct claims claims = {.counts = CP_TAKE(set->arena, 2 * (size_t)set->device_count, uint32_t)};

    if (claims.counts == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(set->arena, &claims.numbers));
    CP_TRY(count_claims(set, &claims));
    for (uint32_t i = 0; i < set->device_count; i++) {
        struct cp_device *device = &set->devices[i];

        if (!says_something(device))
            device->node = CP_TEXT("");
        else if (device->node.len == 0)
            CP_TRY(choose_node(set, &claims, device));
    }
    for (uint32_t i = 0; i < set->device_count; i++)
        if (set->devices[i].node.len > 0)
            CP_TRY(add_node(set, &set->devices[i], diag));
    return CP_OK;
}

static cp_err add_facts(struct cp_evidence_set *set, const struct cp_device *device,
                        struct cp_diag *diag)
{
    struct cp_fact_row row = {.node = device->node,
                              .evidence = device->about.evidence,
                              .source = cp_text_of(device->source),
                              .who = device->about.who,
                              .date = device->about.date,
                              .expires = CP_DATE_NONE};

    for (uint32_t i = 0; i < device->said.count; i++) {
        const struct cp_said *said = &set->said[device->said.first + i];

        row.place = said->place;
        row.object = said->part;
        row.attribute = cp_text_of(said->attribute);
        row.value = said->value;
        CP_TRY(cp_build_fact(set->build, &row, diag));
    }
    return CP_OK;
}

cp_err cp_evidence_facts(struct cp_evidence_set *set, struct cp_diag *diag)
{
    for (uint32_t i = 0; i < set->device_count; i++)
        CP_TRY(add_facts(set, &set->devices[i], diag));
    return CP_OK;
}

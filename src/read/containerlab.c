#include "containerlab.h"

#include "base/out.h"

#include "number.h"

/* The file as a tree, then its nodes; links are read in containerlab_links.c. */

#define RUN "how a lab is run says nothing about makers or links"
#define SOURCE "containerlab"

static const struct cp_yaml_rules yaml_rules = {
    .general = true,
    .bytes_max = CP_LIMIT_LAB_BYTES,
    .depth_max = CP_LIMIT_NESTING,
    .things_max = CP_LIMIT_LAB_THINGS,
    .keys_max = CP_LIMIT_LAB_KEYS,
    .too_long = "a containerlab topology is at most 64 MiB",
    .too_deep = "lists and mappings nest at most 64 deep",
    .too_many = "at most 2000000 texts, lists and mappings, as often as aliases repeat them",
    .too_many_keys = "a mapping has at most 1000000 keys",
    .several = "a topology is one document",
};

static const struct cp_lab_key file_keys[] = {
    {"topology", NULL}, {"name", RUN},     {"prefix", RUN},
    {"mgmt", RUN},      {"settings", RUN}, {"debug", RUN},
};

static const struct cp_lab_key topology_keys[] = {
    {"nodes", NULL}, {"links", NULL}, {"kinds", NULL}, {"groups", NULL}, {"defaults", NULL},
};

/* As the schema of containerlab lists them. */
static const struct cp_lab_key node_keys[] = {
    {"kind", NULL},
    {"group", NULL},
    {"type", NULL},
    {"image", NULL},
    {"labels", NULL},
    {"network-mode", NULL},
    {"components", NULL},
    {"mgmt-ipv4", NULL},
    {"mgmt-ipv6", NULL},
    {"mgmt_ipv4", NULL},
    {"mgmt_ipv6", NULL},
    {"SANs", RUN},
    {"aliases", RUN},
    {"auto-remove", RUN},
    {"binds", RUN},
    {"cap-add", RUN},
    {"certificate", RUN},
    {"cmd", RUN},
    {"config", RUN},
    {"cpu", RUN},
    {"cpu-set", RUN},
    {"credentials", RUN},
    {"devices", RUN},
    {"dns", RUN},
    {"enforce-startup-config", RUN},
    {"entrypoint", RUN},
    {"env", RUN},
    {"env-files", RUN},
    {"exec", RUN},
    {"extras", RUN},
    {"healthcheck", RUN},
    {"image-pull-policy", RUN},
    {"kernel", RUN},
    {"license", RUN},
    {"memory", RUN},
    {"ports", RUN},
    {"position", RUN},
    {"privileged", RUN},
    {"publish", RUN},
    {"restart-policy", RUN},
    {"runtime", RUN},
    {"sandbox", RUN},
    {"shm-size", RUN},
    {"stages", RUN},
    {"startup-config", RUN},
    {"startup-delay", RUN},
    {"suppress-startup-config", RUN},
    {"sysctls", RUN},
    {"ulimits", RUN},
    {"user", RUN},
    {"wait-for", RUN},
};

cp_err cp_lab_tally(struct cp_lab *lab, cp_remark_kind kind, cp_place place, const char *why,
                    cp_text subject)
{
    return cp_doc_tally(lab->doc, kind, place, why, subject);
}

cp_err cp_lab_keys(struct cp_lab *lab, const struct cp_yaml *map, const struct cp_lab_key *keys,
                   size_t count, const char *unknown)
{
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next) {
        size_t i = 0;

        while (i < count && !cp_text_is(at->key, keys[i].name))
            i++;
        if (i == count)
            CP_TRY(cp_lab_tally(lab, CP_REMARK_NOT_UNDERSTOOD, at->key_place, unknown, at->key));
        else if (keys[i].why != NULL)
            CP_TRY(cp_lab_tally(lab, CP_REMARK_IGNORED, at->key_place, keys[i].why, at->key));
    }
    return CP_OK;
}

/* --- facts and labels -----------------------------------------------------------------------  */

struct cp_fact_row cp_lab_fact(cp_place place, cp_text attribute, cp_text value)
{
    return (struct cp_fact_row){.place = place,
                                .attribute = attribute,
                                .value = value,
                                .evidence = CP_TEXT("claim"),
                                .source = CP_TEXT(SOURCE),
                                .date = CP_DATE_NONE,
                                .expires = CP_DATE_NONE};
}

cp_err cp_lab_may_say(struct cp_lab *lab, const struct cp_fact_row *row, bool *may)
{
    bool seen = cp_text_unsafe(row->value) == row->value.len &&
                cp_text_unsafe(row->attribute) == row->attribute.len &&
                cp_text_unsafe(row->object) == row->object.len;

    *may = seen && row->value.len > 0;
    if (!seen)
        return cp_lab_tally(lab, CP_REMARK_NOT_UNDERSTOOD, row->place,
                            "control or invisible character in text", CP_TEXT(""));
    if (*may && ++lab->said > CP_LIMIT_LAB_FACTS)
        return cp_doc_fail(lab->doc, CP_ERR_LIMIT, row->place,
                           "too many facts, with those that defaults, kinds and groups repeat",
                           row->attribute);
    return CP_OK;
}

cp_err cp_lab_labels(struct cp_lab *lab, const struct cp_yaml *map, const struct cp_yaml **first)
{
    const struct cp_yaml *labels = cp_yaml_find(map, "labels");

    *first = NULL;
    if (labels == NULL || cp_yaml_is_null(labels))
        return CP_OK;
    if (labels->kind != CP_YAML_MAP || labels->count > CP_LIMIT_LAB_LABELS)
        return cp_lab_tally(lab, CP_REMARK_NOT_UNDERSTOOD, labels->place,
                            "labels that are no mapping, or too many", CP_TEXT(""));
    *first = labels->first;
    return CP_OK;
}

cp_err cp_lab_labelled(struct cp_lab *lab, cp_text key, cp_text *out)
{
    return cp_text_join(CP_TEXT("x-label-"), key, lab->doc->arena, out);
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* The value of a property, from the nearest level that has it. */
static const struct cp_yaml *property(const struct cp_lab_node *node, const char *key)
{
    for (size_t i = 0; i < CP_LAB_LEVELS; i++) {
        const struct cp_yaml *value = cp_yaml_find(node->levels[i], key);

        if (value != NULL && !cp_yaml_is_null(value))
            return value;
    }
    return NULL;
}

static cp_err property_text(struct cp_lab *lab, const struct cp_lab_node *node, const char *key,
                            cp_text *out, cp_place *place)
{
    const struct cp_yaml *value = property(node, key);

    if (value != NULL)
        *place = value->place;
    return cp_lab_text(lab, value, out);
}

static const struct cp_yaml *find_shared(const struct cp_lab_shared *shared, cp_text name)
{
    uint32_t at = shared->names != NULL ? cp_map_find(shared->names, name) : CP_MAP_NONE;

    return at == CP_MAP_NONE ? NULL : shared->at[at];
}

/* Levels from the nearest to the farthest: the group and then the kind must be known to know the next. */
static cp_err settle_levels(struct cp_lab *lab, struct cp_lab_node *node)
{
    const struct cp_lab_kind *known;
    cp_text group = CP_TEXT("");
    cp_place place = node->place;

    node->levels[3] = lab->defaults;
    CP_TRY(property_text(lab, node, "group", &group, &place));
    node->levels[1] = find_shared(&lab->groups, group);
    place = node->place;
    CP_TRY(property_text(lab, node, "kind", &node->kind, &place));
    node->levels[2] = find_shared(&lab->kinds, node->kind);
    known = cp_lab_kind_find(node->kind);
    node->shape = known != NULL ? known->shape : CP_LAB_BOX;
    if (node->kind.len == 0)
        return cp_lab_tally(lab, CP_REMARK_FINDING, node->place,
                            "a node without a kind: its maker stays unknown", CP_TEXT(""));
    if (known == NULL)
        return cp_lab_tally(lab, CP_REMARK_FINDING, place,
                            "a kind that is not known here: its maker stays unknown", node->kind);
    return CP_OK;
}

/* The properties of a node, or those that nodes share; NULL where they are none.  Each is looked for in all of
 * them, for every node that shares them. */
static cp_err take_properties(struct cp_lab *lab, const struct cp_yaml *value,
                              const struct cp_yaml **out)
{
    *out = NULL;
    if (value == NULL || cp_yaml_is_null(value))
        return CP_OK;
    if (value->kind != CP_YAML_MAP || value->count > CP_LIMIT_LAB_PROPERTIES)
        return cp_lab_tally(lab, CP_REMARK_NOT_UNDERSTOOD, value->place,
                            "properties of a node that are no mapping, or too many", value->key);
    *out = value;
    return cp_lab_keys(lab, value, node_keys, CP_COUNT(node_keys),
                       "no property of a node in containerlab");
}

/* The node, or one of those that a range stands for, of which the first took the properties. */
static cp_err make_node(struct cp_lab *lab, const struct cp_yaml *value, cp_text name,
                        const struct cp_yaml *properties)
{
    uint32_t at = lab->node_count++;
    struct cp_lab_node *node = &lab->nodes[at];
    cp_err err;

    *node = (struct cp_lab_node){.name = name, .place = value->key_place, .home = at, .bridge = at};
    node->levels[0] = properties;
    err = cp_map_add(lab->names, name, at);
    if (err == CP_ERR_DUPLICATE)
        return cp_doc_fail(lab->doc, err, node->place,
                           "a node that stands there already, by itself or in a range", name);
    return err == CP_OK ? settle_levels(lab, node) : err;
}

static cp_err make_nodes(struct cp_lab *lab, const struct cp_yaml *value)
{
    const struct cp_yaml *properties;
    struct cp_lab_names names;

    CP_TRY(cp_lab_names_parse(lab, value->key, value->key_place, &names));
    CP_TRY(take_properties(lab, value, &properties));
    for (uint32_t i = 0; i < names.count; i++) {
        cp_text name;

        CP_TRY(cp_lab_names_at(lab, &names, i, &name));
        CP_TRY(make_node(lab, value, name, properties));
    }
    return CP_OK;
}

/* How many nodes there are, with those that ranges stand for. */
static cp_err count_nodes(struct cp_lab *lab, const struct cp_yaml *nodes, uint32_t *count)
{
    *count = 0;
    for (const struct cp_yaml *value = nodes->first; value != NULL; value = value->next) {
        struct cp_lab_names names;

        CP_TRY(cp_lab_names_parse(lab, value->key, value->key_place, &names));
        CP_TRY(cp_lab_ranged(lab, value->key_place, names.count));
        *count += names.count;
    }
    return CP_OK;
}

/* The node whose network it shares: container:NAME. */
static cp_err settle_home(struct cp_lab *lab, uint32_t at)
{
    struct cp_lab_node *node = &lab->nodes[at];
    cp_place place = node->place;
    cp_text mode;
    uint32_t home;

    CP_TRY(property_text(lab, node, "network-mode", &mode, &place));
    if (node->shape != CP_LAB_BOX || !cp_text_starts(mode, CP_TEXT("container:")))
        return CP_OK;
    mode = cp_text_sub(mode, 10, mode.len);
    home = cp_map_find(lab->names, mode);
    if (home == CP_MAP_NONE || lab->nodes[home].shape != CP_LAB_BOX)
        return cp_lab_tally(lab, CP_REMARK_FINDING, place,
                            "shares the network of a container that the file does not describe",
                            mode);
    node->home = home;
    return CP_OK;
}

/* Follows homes to the one that is nobody's part; a circle is nobody's home. */
static cp_err follow_home(struct cp_lab *lab, uint32_t at)
{
    uint32_t home = lab->nodes[at].home;

    for (uint32_t steps = 0; lab->nodes[home].home != home; steps++) {
        if (steps > CP_LIMIT_LAB_HOMES || home == at) {
            lab->nodes[at].home = at;
            return cp_lab_tally(lab, CP_REMARK_NOT_UNDERSTOOD, lab->nodes[at].place,
                                "network-mode goes round in a circle, or on too long",
                                lab->nodes[at].name);
        }
        home = lab->nodes[home].home;
    }
    lab->nodes[at].home = home;
    return CP_OK;
}

static cp_err collect_nodes(struct cp_lab *lab, const struct cp_yaml *nodes)
{
    uint32_t count;

    if (nodes == NULL || nodes->kind != CP_YAML_MAP)
        return cp_doc_fail(lab->doc, CP_ERR_MALFORMED,
                           nodes != NULL ? nodes->place : cp_doc_start(lab->doc),
                           "a topology needs a mapping of nodes", CP_TEXT(""));
    CP_TRY(count_nodes(lab, nodes, &count));
    lab->nodes = CP_TAKE(lab->doc->arena, count, struct cp_lab_node);
    if (lab->nodes == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(lab->doc->arena, &lab->names));
    for (const struct cp_yaml *value = nodes->first; value != NULL; value = value->next)
        CP_TRY(make_nodes(lab, value));
    for (uint32_t at = 0; at < lab->node_count; at++)
        CP_TRY(settle_home(lab, at));
    for (uint32_t at = 0; at < lab->node_count; at++)
        CP_TRY(follow_home(lab, at));
    return CP_OK;
}

/* --- facts of nodes --------------------------------------------------------------------------- */

/* Of the node itself, or of the part that it is of its home. */
static cp_err say(struct cp_lab *lab, uint32_t at, cp_place place, cp_text part, cp_text attribute,
                  cp_text value)
{
    const struct cp_lab_node *node = &lab->nodes[at], *home = &lab->nodes[node->home];
    struct cp_fact_row row = cp_lab_fact(place, attribute, value);
    struct cp_out joined = cp_out_make(lab->doc->arena);

    bool may;

    row.node = home->name;
    row.object = node->home == at ? part : node->name;
    if (node->home != at && part.len > 0) {
        cp_out_text(&joined, node->name);
        cp_out_char(&joined, '/');
        cp_out_text(&joined, part);
        CP_TRY(cp_out_done(&joined, &row.object));
    }
    CP_TRY(cp_lab_may_say(lab, &row, &may));
    return may ? cp_build_fact(lab->doc->build, &row, lab->doc->diag) : CP_OK;
}

static cp_err say_property(struct cp_lab *lab, uint32_t at, const char *key, const char *attribute)
{
    cp_place place = lab->nodes[at].place;
    cp_text value;

    CP_TRY(property_text(lab, &lab->nodes[at], key, &value, &place));
    return say(lab, at, place, CP_TEXT(""), cp_text_of(attribute), value);
}

/* What a kind's maker calls a type is a model; of a kind without one it is whatever the user means. */
static cp_err say_kind(struct cp_lab *lab, uint32_t at)
{
    const struct cp_lab_node *node = &lab->nodes[at];
    const struct cp_lab_kind *known = cp_lab_kind_find(node->kind);
    const struct cp_yaml *value = property(node, "kind");
    cp_place place = value != NULL ? value->place : node->place;
    bool made = known != NULL && known->maker != NULL;

    CP_TRY(say(lab, at, place, CP_TEXT(""), CP_TEXT("x-kind"), node->kind));
    if (made)
        CP_TRY(say(lab, at, place, CP_TEXT(""), CP_TEXT("maker"), cp_text_of(known->maker)));
    if (known != NULL && known->software != NULL)
        CP_TRY(say(lab, at, place, CP_TEXT(""), CP_TEXT("software"), cp_text_of(known->software)));
    else
        CP_TRY(say_property(lab, at, "image", "software"));
    CP_TRY(say_property(lab, at, "type", made ? "model" : "x-type"));
    return say_property(lab, at, "image", "x-image");
}

static cp_err say_label(struct cp_lab *lab, uint32_t at, const struct cp_yaml *label)
{
    cp_text attribute, value;

    CP_TRY(cp_lab_labelled(lab, label->key, &attribute));
    CP_TRY(cp_lab_text(lab, label, &value));
    return say(lab, at, label->place, CP_TEXT(""), attribute, value);
}

/* Labels of all levels; of one key the nearest. */
static cp_err say_labels(struct cp_lab *lab, uint32_t at)
{
    struct cp_map *said = NULL;

    for (size_t level = 0; level < CP_LAB_LEVELS; level++) {
        const struct cp_yaml *label;

        CP_TRY(cp_lab_labels(lab, lab->nodes[at].levels[level], &label));
        if (label != NULL && said == NULL)
            CP_TRY(cp_map_open(lab->doc->arena, &said));
        for (; label != NULL; label = label->next) {
            cp_err err = cp_map_add(said, label->key, 0);

            if (err == CP_ERR_DUPLICATE && ++lab->said <= CP_LIMIT_LAB_FACTS)
                continue; /* said nearer; it cost the time of a fact */
            if (err != CP_ERR_DUPLICATE)
                CP_TRY(err);
            CP_TRY(say_label(lab, at, label));
        }
    }
    return CP_OK;
}

static cp_err join_part(struct cp_lab *lab, cp_text above, cp_text slot, cp_text *part)
{
    struct cp_out out = cp_out_make(lab->doc->arena);

    cp_out_text(&out, above);
    cp_out_str(&out, above.len > 0 ? "/" : "");
    cp_out_text(&out, slot);
    return cp_out_done(&out, part);
}

/* Cards, and the adapters in them: slot and type of each. */
static cp_err say_cards(struct cp_lab *lab, uint32_t at, const struct cp_yaml *list, cp_text above,
                        uint32_t depth)
{
    static const struct cp_lab_key keys[] = {{"slot", NULL}, {"type", NULL}, {"mda", NULL},
                                             {"xiom", NULL}, {"sfm", NULL},  {"env", RUN}};

    for (const struct cp_yaml *card = list->first; card != NULL; card = card->next) {
        const struct cp_yaml *mda = cp_yaml_find(card, "mda"), *xiom = cp_yaml_find(card, "xiom");
        cp_text slot, type, sfm, part;

        CP_TRY(cp_lab_text(lab, cp_yaml_find(card, "slot"), &slot));
        if (slot.len == 0) {
            CP_TRY(cp_lab_tally(lab, CP_REMARK_NOT_UNDERSTOOD, card->place,
                                "a component without a slot", lab->nodes[at].name));
            continue;
        }
        CP_TRY(cp_lab_keys(lab, card, keys, CP_COUNT(keys), "no property of a component"));
        CP_TRY(join_part(lab, above, slot, &part));
        CP_TRY(cp_lab_text(lab, cp_yaml_find(card, "type"), &type));
        CP_TRY(cp_lab_text(lab, cp_yaml_find(card, "sfm"), &sfm));
        CP_TRY(say(lab, at, card->place, part, CP_TEXT("class"), CP_TEXT("module")));
        CP_TRY(say(lab, at, card->place, part, CP_TEXT("model"), type));
        CP_TRY(say(lab, at, card->place, part, CP_TEXT("x-sfm"), sfm));
        if (depth < 2 && xiom != NULL && xiom->kind == CP_YAML_LIST)
            CP_TRY(say_cards(lab, at, xiom, part, depth + 1));
        if (depth < 2 && mda != NULL && mda->kind == CP_YAML_LIST)
            CP_TRY(say_cards(lab, at, mda, part, depth + 1));
    }
    return CP_OK;
}

static cp_err say_all(struct cp_lab *lab, uint32_t at)
{
    const struct cp_yaml *components = property(&lab->nodes[at], "components");

    CP_TRY(say_kind(lab, at));
    CP_TRY(say_property(lab, at, "group", "x-group"));
    CP_TRY(say_property(lab, at, "network-mode", "x-network-mode"));
    CP_TRY(say_property(lab, at, "mgmt-ipv4", "address"));
    CP_TRY(say_property(lab, at, "mgmt_ipv4", "address"));
    CP_TRY(say_property(lab, at, "mgmt-ipv6", "address"));
    CP_TRY(say_property(lab, at, "mgmt_ipv6", "address"));
    CP_TRY(say_labels(lab, at));
    if (components != NULL && components->kind == CP_YAML_LIST)
        return say_cards(lab, at, components, CP_TEXT(""), 0);
    if (components != NULL)
        return cp_lab_tally(lab, CP_REMARK_NOT_UNDERSTOOD, components->place,
                            "components that are no list", lab->nodes[at].name);
    return CP_OK;
}

/* Bridges become LANs, with the links. */
static cp_err add_nodes(struct cp_lab *lab)
{
    for (uint32_t at = 0; at < lab->node_count; at++) {
        const struct cp_lab_node *node = &lab->nodes[at];
        struct cp_node_row row = cp_node_row_make(node->place, node->name);

        cp_build_used(lab->doc->build, lab->doc->file, 1);
        if (node->shape == CP_LAB_BRIDGE || node->home != at)
            continue;
        if (node->shape == CP_LAB_OUTSIDE)
            row.role = CP_TEXT("outside");
        CP_TRY(cp_build_node(lab->doc->build, &row, lab->doc->diag));
    }
    for (uint32_t at = 0; at < lab->node_count; at++)
        if (lab->nodes[at].shape != CP_LAB_BRIDGE)
            CP_TRY(say_all(lab, at));
    return CP_OK;
}

/* --- the file --------------------------------------------------------------------------------- */

/* The properties that kinds or groups give to their nodes, by name. */
static cp_err read_shared(struct cp_lab *lab, const struct cp_yaml *map,
                          struct cp_lab_shared *shared)
{
    uint32_t count = 0;

    if (map == NULL || cp_yaml_is_null(map))
        return CP_OK;
    if (map->kind != CP_YAML_MAP)
        return cp_lab_tally(lab, CP_REMARK_NOT_UNDERSTOOD, map->place,
                            "properties of nodes that are no mapping", map->key);
    shared->at = (const struct cp_yaml **)cp_arena_take(lab->doc->arena, map->count,
                                                        sizeof(struct cp_yaml *));
    if (shared->at == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(lab->doc->arena, &shared->names));
    for (const struct cp_yaml *one = map->first; one != NULL; one = one->next) {
        CP_TRY(take_properties(lab, one, &shared->at[count]));
        CP_TRY(cp_map_add(shared->names, one->key, count++));
    }
    return CP_OK;
}

static cp_err read_topology(struct cp_lab *lab, const struct cp_yaml *topology)
{
    CP_TRY(take_properties(lab, cp_yaml_find(topology, "defaults"), &lab->defaults));
    CP_TRY(read_shared(lab, cp_yaml_find(topology, "kinds"), &lab->kinds));
    CP_TRY(read_shared(lab, cp_yaml_find(topology, "groups"), &lab->groups));
    CP_TRY(collect_nodes(lab, cp_yaml_find(topology, "nodes")));
    CP_TRY(add_nodes(lab));
    return cp_lab_links(lab, cp_yaml_find(topology, "links"));
}

static cp_err read_file(struct cp_lab *lab, const struct cp_yaml *root)
{
    const struct cp_yaml *topology = cp_yaml_find(root, "topology");

    if (topology == NULL || topology->kind != CP_YAML_MAP)
        return cp_doc_fail(lab->doc, CP_ERR_MALFORMED, root->place,
                           "a containerlab file needs a mapping named topology", CP_TEXT(""));
    CP_TRY(
        cp_lab_keys(lab, root, file_keys, CP_COUNT(file_keys), "no part of a containerlab file"));
    CP_TRY(cp_lab_keys(lab, topology, topology_keys, CP_COUNT(topology_keys),
                       "no part of a containerlab topology"));
    return read_topology(lab, topology);
}

/* Rows are counted here: a link that is plugged into a bridge is a record, and no row of its own. */
cp_err cp_read_containerlab(struct cp_doc *doc)
{
    struct cp_lab lab = {.doc = doc};
    const struct cp_yaml *root;
    cp_err err;

    CP_TRY(cp_yaml_read(doc->text, doc->file, &yaml_rules, doc->arena, &root, doc->diag));
    cp_build_counting(doc->build, CP_COUNT_NO_ROWS);
    err = read_file(&lab, root);
    cp_build_counting(doc->build, CP_COUNT_ROWS);
    return err;
}

/* A line `topology:` at the margin, and a line `nodes:` that is indented. */
bool cp_containerlab_guess(cp_text beginning)
{
    bool topology = false, nodes = false;

    for (cp_text line; cp_text_word(&beginning, "\r\n", &line);) {
        cp_text bare = cp_text_trim(line);

        topology = topology || cp_text_starts(line, CP_TEXT("topology:"));
        nodes = nodes || (bare.at != line.at && cp_text_starts(bare, CP_TEXT("nodes:")));
    }
    return topology && nodes;
}

#include "known.h"

#include <stdlib.h>
#include <string.h>

#include "model/port.h"

/*
 * Keys are numbered texts with the nodes that bear them, sorted, so that all of one text are found
 * together.  Ports are found by node and folded name in one map; a second name that two ports bear is
 * no name of either.
 */

enum { TEXT_BYTES = CP_LIMIT_NAME_SAID_BYTES + 8 };

/* A text behind a few bytes that say what kind of key it is. */
struct key_text {
    char bytes[TEXT_BYTES];
    size_t len;
};

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void key_begin(struct key_text *key, char kind, uint32_t number)
{
    key->bytes[0] = kind;
    memcpy(key->bytes + 1, &number, sizeof(number));
    key->len = 1 + sizeof(number);
}

/* Longer texts are cut: nothing that is kept is longer. */
static void key_put(struct key_text *key, cp_text text)
{
    for (size_t i = 0; i < text.len && key->len < sizeof(key->bytes); i++)
        key->bytes[key->len++] = small(text.at[i]);
}

static cp_text key_get(const struct key_text *key)
{
    return (cp_text){key->bytes, key->len};
}

/* --- what a node is known by --------------------------------------------------------------- */

static cp_text label_of(cp_text name)
{
    return cp_text_sub(name, 0, cp_text_find(name, '.', 0));
}

static void key_of(struct key_text *key, cp_known_by by, cp_text text)
{
    key_begin(key, 'K', (uint32_t)by);
    key_put(key, by == CP_KNOWN_ADDRESS ? cp_text_sub(text, 0, cp_text_find(text, '/', 0)) : text);
}

static cp_err add_word(struct cp_known *k, cp_text text, uint32_t *word)
{
    cp_text kept;

    *word = cp_map_find(k->words, text);
    if (*word != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(cp_text_copy(text, k->work, &kept));
    CP_TRY(cp_map_add(k->words, kept, k->word_count));
    *word = k->word_count++;
    return CP_OK;
}

static cp_err add_key(struct cp_known *k, uint32_t node, uint32_t level, cp_known_by by,
                      cp_text text)
{
    struct cp_known_key key = {.level = level, .node = node};
    void *keys = k->keys;
    struct key_text words;

    if (text.len == 0)
        return CP_OK;
    key_of(&words, by, text);
    CP_TRY(add_word(k, key_get(&words), &key.word));
    CP_TRY(cp_arena_grow(k->work, &keys, k->key_count, &k->key_cap, sizeof(*k->keys)));
    k->keys = keys;
    k->keys[k->key_count++] = key;
    if (by == CP_KNOWN_MAC)
        k->nodes[node].has_mac = true;
    return CP_OK;
}

static cp_err add_name(struct cp_known *k, uint32_t node, uint32_t level, cp_text name)
{
    CP_TRY(add_key(k, node, level, CP_KNOWN_NAME, name));
    return label_of(name).len < name.len ? add_key(k, node, level, CP_KNOWN_LABEL, label_of(name))
                                         : CP_OK;
}

static int by_word(const void *a, const void *b)
{
    const struct cp_known_key *x = a, *y = b;

    if (x->word != y->word)
        return x->word < y->word ? -1 : 1;
    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    return x->node == y->node ? 0 : x->node < y->node ? -1 : 1;
}

static void sort_keys(struct cp_known *k)
{
    uint32_t kept = 0;

    if (k->key_count == 0)
        return;
    qsort(k->keys, k->key_count, sizeof(*k->keys), by_word);
    for (uint32_t i = 1; i < k->key_count; i++)
        if (by_word(&k->keys[kept], &k->keys[i]) != 0)
            k->keys[++kept] = k->keys[i];
    k->key_count = kept + 1;
}

struct cp_known_found cp_known_find(const struct cp_known *k, cp_known_by by, cp_text text)
{
    uint32_t from = 0, to = k->key_count, word;
    struct cp_known_found found = {.count = 0};
    struct key_text key;

    key_of(&key, by, text);
    word = text.len == 0 ? CP_MAP_NONE : cp_map_find(k->words, key_get(&key));
    if (word == CP_MAP_NONE)
        return found;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (k->keys[middle].word < word)
            from = middle + 1;
        else
            to = middle;
    }
    found.at = &k->keys[from];
    while (found.count <= CP_KNOWN_NODES_MAX && from + found.count < k->key_count &&
           found.at[found.count].word == word && found.at[found.count].level == found.at->level)
        found.count++;
    return found;
}

/* --- ports --------------------------------------------------------------------------------- */

/* The number of a name, as it is compared; CP_MAP_NONE where nothing is called so. */
static void port_key(struct key_text *key, char kind, uint32_t node, cp_text name)
{
    struct cp_port_name buffer;

    key_begin(key, kind, node);
    key_put(key, kind == 'P' ? cp_port_below(cp_port_fold(name, &buffer)) : name);
}

static uint32_t find_port(const struct cp_known *k, char kind, uint32_t node, cp_text name)
{
    struct key_text key;
    uint32_t number;

    if (name.len == 0)
        return CP_NONE;
    port_key(&key, kind, node, name);
    number = cp_map_find(k->ports, key_get(&key));
    return number == CP_MAP_NONE ? CP_NONE : k->port_of[number];
}

uint32_t cp_known_port_find_mac(const struct cp_known *k, uint32_t node, cp_text mac)
{
    return find_port(k, 'M', node, mac);
}

uint32_t cp_known_port_find(const struct cp_known *k, uint32_t node, cp_text name)
{
    uint32_t port = find_port(k, 'P', node, name);

    return port != CP_NONE ? port : find_port(k, 'A', node, name);
}

/* Calls a port so.  What two ports are called means neither. */
static cp_err call_port(struct cp_known *k, char kind, uint32_t port, cp_text name)
{
    void *port_of = k->port_of;
    struct key_text key;
    uint32_t number;
    cp_text kept;

    if (name.len == 0)
        return CP_OK;
    port_key(&key, kind, k->port_list[port].node, name);
    number = cp_map_find(k->ports, key_get(&key));
    if (number != CP_MAP_NONE) {
        if (k->port_of[number] != port)
            k->port_of[number] = CP_NONE;
        return CP_OK;
    }
    CP_TRY(cp_text_copy(key_get(&key), k->work, &kept));
    CP_TRY(cp_arena_grow(k->work, &port_of, k->name_count, &k->name_cap, sizeof(*k->port_of)));
    k->port_of = port_of;
    k->port_of[k->name_count] = port;
    return cp_map_add(k->ports, kept, k->name_count++);
}

cp_err cp_known_port_get(struct cp_known *k, uint32_t node, cp_text name, uint32_t *port)
{
    void *list = k->port_list;

    *port = find_port(k, 'P', node, name);
    if (*port != CP_NONE && cp_text_cmp(name, k->port_list[*port].name) < 0)
        k->port_list[*port].name = name; /* of several spellings one, whatever comes first */
    if (*port != CP_NONE || name.len == 0)
        return CP_OK;
    CP_TRY(cp_arena_grow(k->work, &list, k->port_count, &k->port_cap, sizeof(*k->port_list)));
    k->port_list = list;
    k->port_list[k->port_count] = (struct cp_known_port){.node = node, .name = name};
    *port = k->port_count++;
    return call_port(k, 'P', *port, name);
}

static cp_err add_port(struct cp_known *k, uint32_t node, cp_text name)
{
    uint32_t port;

    return cp_known_port_get(k, node, name, &port);
}

static cp_err add_port_name(struct cp_known *k, uint32_t node, cp_text port_name, char kind,
                            cp_text name)
{
    uint32_t port;

    CP_TRY(cp_known_port_get(k, node, port_name, &port));
    return port == CP_NONE ? CP_OK : call_port(k, kind, port, name);
}

/* --- the build ----------------------------------------------------------------------------- */

cp_err cp_known_add_node(struct cp_known *k, cp_text id, cp_layer layer, uint32_t *node)
{
    void *nodes = k->nodes;

    CP_TRY(cp_arena_grow(k->work, &nodes, k->node_count, &k->node_cap, sizeof(*k->nodes)));
    k->nodes = nodes;
    k->nodes[k->node_count] = (struct cp_known_node){.id = id, .layer = layer};
    CP_TRY(cp_map_add(k->ids, id, k->node_count));
    *node = k->node_count++;
    return CP_OK;
}

uint32_t cp_known_node_find(const struct cp_known *k, cp_text id)
{
    return cp_map_find(k->ids, id);
}

/* A statement about a node or a part of it, by whomever. */
static cp_err know_statement(struct cp_known *k, uint32_t node, uint32_t level, cp_text part,
                             cp_text attribute, cp_text value)
{
    static const struct {
        const char *attribute;
        cp_known_by by;
    } of_box[] = {
        {"mac", CP_KNOWN_MAC}, {"address", CP_KNOWN_ADDRESS}, {"serial", CP_KNOWN_SERIAL}};

    if (part.len == 0 && cp_text_is(attribute, "sys-name"))
        return add_name(k, node, level, value);
    for (size_t i = 0; part.len == 0 && i < CP_COUNT(of_box); i++)
        if (cp_text_is(attribute, of_box[i].attribute))
            return add_key(k, node, level, of_box[i].by, value);
    if (part.len > 0 && cp_text_is(attribute, "mac")) {
        CP_TRY(add_port_name(k, node, part, 'M', value));
        return add_key(k, node, level, CP_KNOWN_PORT_MAC, value);
    }
    return CP_OK;
}

static cp_err know_node(struct cp_known *k, const struct cp_node_row *row)
{
    uint32_t node;

    CP_TRY(cp_known_add_node(k, row->id, row->layer, &node));
    CP_TRY(add_name(k, node, CP_VOUCHED, row->id));
    CP_TRY(add_key(k, node, CP_VOUCHED, CP_KNOWN_ADDRESS, row->id));
    return add_key(k, node, CP_VOUCHED, CP_KNOWN_ADDRESS, row->loopback);
}

static cp_err know_added(struct cp_known *k, const struct cp_added *added)
{
    uint32_t node;

    switch (added->kind) {
    case CP_ADDED_NODE:
        return know_node(k, &added->node);
    case CP_ADDED_LINK:
        break; /* nodes may come after their links */
    case CP_ADDED_NODE_FACT:
        node = cp_known_node_find(k, added->fact.node);
        if (node == CP_NONE ||
            (added->fact.place.file < k->input_count && k->documents[added->fact.place.file]))
            break; /* what devices say is known from their documents */
        return know_statement(k, node, CP_VOUCHED, added->fact.object, added->fact.attribute,
                              added->fact.value);
    }
    return CP_OK;
}

/* Ports of the inventory, where they have names that devices do not contradict. */
static cp_err know_ends(struct cp_known *k, const struct cp_link_row *row)
{
    uint32_t a = cp_known_node_find(k, row->a), b = cp_known_node_find(k, row->b);

    if (a != CP_NONE)
        CP_TRY(add_port(k, a, row->a_port));
    return b == CP_NONE ? CP_OK : add_port(k, b, row->b_port);
}

static cp_err know_build(struct cp_known *k)
{
    struct cp_build_walk walk = {.build = k->set->build};
    struct cp_added added;

    while (cp_build_next(&walk, &added))
        CP_TRY(know_added(k, &added));
    return CP_OK;
}

static cp_err know_links(struct cp_known *k)
{
    struct cp_build_walk walk = {.build = k->set->build};
    struct cp_added added;

    while (cp_build_next(&walk, &added))
        if (added.kind == CP_ADDED_LINK)
            CP_TRY(know_ends(k, &added.link));
    return CP_OK;
}

static cp_err know_device(struct cp_known *k, const struct cp_device *device)
{
    const struct cp_evidence_set *set = k->set;
    uint32_t node = cp_known_node_find(k, device->node);

    if (node == CP_NONE)
        return CP_OK;
    for (uint32_t i = 0; i < device->seen.count; i++)
        CP_TRY(add_port(k, node, set->seen[device->seen.first + i].port));
    for (uint32_t i = 0; i < device->said.count; i++) {
        const struct cp_said *said = &set->said[device->said.first + i];

        CP_TRY(know_statement(k, node, CP_SELF_SAID, said->part, cp_text_of(said->attribute),
                              said->value));
    }
    if (device->seen.count > 0)
        k->nodes[node].sees = true;
    return CP_OK;
}

/* After all ports are known by their own names. */
static cp_err know_second_names(struct cp_known *k, const struct cp_device *device)
{
    const struct cp_evidence_set *set = k->set;
    uint32_t node = cp_known_node_find(k, device->node);

    for (uint32_t i = 0; node != CP_NONE && i < device->also.count; i++) {
        const struct cp_also *also = &set->also[device->also.first + i];

        if (also->port.len == 0)
            CP_TRY(add_name(k, node, CP_SELF_SAID, also->also));
        else
            CP_TRY(add_port_name(k, node, also->port, 'A', also->also));
    }
    return CP_OK;
}

cp_err cp_known_make(struct cp_evidence_set *set, struct cp_arena *work, struct cp_known *out)
{
    struct cp_known k = {.set = set, .work = work};

    for (uint32_t i = 0; i < set->device_count; i++)
        if (set->devices[i].file >= k.input_count)
            k.input_count = set->devices[i].file + 1;
    k.documents = CP_TAKE(work, k.input_count, bool);
    if (k.documents == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < set->device_count; i++)
        k.documents[set->devices[i].file] = true;
    CP_TRY(cp_map_open(work, &k.ids));
    CP_TRY(cp_map_open(work, &k.words));
    CP_TRY(cp_map_open(work, &k.ports));
    CP_TRY(know_build(&k));
    for (uint32_t i = 0; i < set->device_count; i++)
        CP_TRY(know_device(&k, &set->devices[i]));
    for (uint32_t i = 0; i < set->device_count; i++)
        CP_TRY(know_second_names(&k, &set->devices[i]));
    CP_TRY(know_links(&k));
    sort_keys(&k);
    *out = k;
    return CP_OK;
}

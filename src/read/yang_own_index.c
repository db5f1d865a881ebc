#include "yang_own.h"

#include "model/limits.h"

#define NW "ietf-network"
#define NT "ietf-network-topology"
#define OWN CP_YANG_OWN

/* The names of all entries of a document, before any of them is read. */

const struct cp_json_value *cp_yang_own_member(const struct cp_json_value *object,
                                               const char *module, const char *name)
{
    if (object == NULL || object->kind != CP_JSON_OBJECT)
        return NULL;
    for (const struct cp_json_value *m = object->first; m != NULL; m = m->next)
        if (cp_yang_is(m->key, module, name))
            return m;
    return NULL;
}

cp_text cp_yang_own_text(const struct cp_json_value *value)
{
    return value != NULL && value->kind == CP_JSON_TEXT ? value->text : CP_TEXT("");
}

static const struct cp_json_value *items(const struct cp_json_value *array)
{
    return array != NULL && array->kind == CP_JSON_ARRAY ? array->first : NULL;
}

bool cp_yang_is_own(const struct cp_json_value *network)
{
    const struct cp_json_value *types = cp_yang_own_member(network, NW, "network-types");

    if (types == NULL || types->kind != CP_JSON_OBJECT)
        return false;
    for (const struct cp_json_value *m = types->first; m != NULL; m = m->next)
        if (cp_text_is(m->key, OWN ":cleanpath"))
            return true;
    return false;
}

/* --- names ---------------------------------------------------------------------------------- */

cp_err cp_yang_own_name(const struct cp_yang *yang, const struct cp_map *map, cp_text network,
                        cp_text id, cp_text *out)
{
    uint32_t found;

    *out = CP_TEXT("");
    CP_TRY(cp_yang_find(yang, map, network, id, &found));
    if (found != CP_MAP_NONE)
        *out = *CP_YANG_AT(yang->own->names, cp_text, found);
    return CP_OK;
}

static void widen_gap(struct cp_yang_own *own, cp_text id)
{
    uint32_t run = 0;

    for (size_t i = 0; i < id.len && own->gap <= CP_LIMIT_LINK_ID_BYTES; i++) {
        run = id.at[i] == ' ' ? run + 1 : 0;
        if (run >= own->gap)
            own->gap = run + 1;
    }
}

/* id: the name where it is another than the id that stands there; NULL: it is the same. */
static cp_err add_name(struct cp_yang *yang, struct cp_map *map, cp_text network, cp_text entry,
                       const struct cp_json_value *id)
{
    cp_text name = cp_yang_own_text(id).len > 0 ? cp_yang_own_text(id) : entry;

    if (entry.len == 0)
        return CP_OK; /* refused when it is read */
    widen_gap(yang->own, name);
    CP_TRY(cp_text_copy(name, yang->doc->arena, &name));
    CP_TRY(cp_yang_key_add(yang, map, network, entry, yang->own->names.count));
    return CP_YANG_ADD(yang, &yang->own->names, &name);
}

static cp_err add_ports(struct cp_yang *yang, cp_text network, const struct cp_json_value *node)
{
    const struct cp_json_value *tp = items(cp_yang_own_member(node, NT, "termination-point"));
    cp_text key, id = cp_yang_own_text(cp_yang_own_member(node, NW, "node-id"));

    for (; tp != NULL; tp = tp->next) {
        const struct cp_json_value *port = cp_yang_own_member(tp, OWN, "port");

        if (port == NULL)
            continue;
        CP_TRY(cp_text_join(id, CP_TEXT("\n"), yang->doc->arena, &key));
        CP_TRY(cp_text_join(key, cp_yang_own_text(cp_yang_own_member(tp, NT, "tp-id")),
                            yang->doc->arena, &key));
        CP_TRY(add_name(yang, yang->own->ports, network, key, port));
    }
    return CP_OK;
}

/* The name of a LAN is its node's without the ending. */
static cp_err add_lan(struct cp_yang *yang, cp_text network, const struct cp_json_value *node,
                      const struct cp_json_value *record)
{
    struct cp_yang_lan lan = {.record = record, .place = node->place};
    cp_text entry = cp_yang_own_text(cp_yang_own_member(node, NW, "node-id"));
    cp_text name = cp_yang_own_text(cp_yang_own_member(record, OWN, "id"));
    cp_text ending = CP_TEXT(";lan");

    if (name.len == 0)
        name = cp_text_ends(entry, ending) ? cp_text_sub(entry, 0, entry.len - ending.len) : entry;
    widen_gap(yang->own, name);
    CP_TRY(cp_text_copy(name, yang->doc->arena, &lan.id));
    CP_TRY(cp_text_copy(network, yang->doc->arena, &lan.network));
    CP_TRY(cp_yang_key_add(yang, yang->own->lans, network, entry, yang->own->all_lans.count));
    return CP_YANG_ADD(yang, &yang->own->all_lans, &lan);
}

static cp_err index_node(struct cp_yang *yang, cp_text network, const struct cp_json_value *node)
{
    const struct cp_json_value *lan = cp_yang_own_member(node, OWN, "lan");

    if (lan != NULL)
        return add_lan(yang, network, node, lan);
    CP_TRY(add_ports(yang, network, node));
    if (cp_yang_own_member(node, OWN, "home-network") != NULL)
        return CP_OK;
    return add_name(yang, yang->own->nodes, network,
                    cp_yang_own_text(cp_yang_own_member(node, NW, "node-id")),
                    cp_yang_own_member(cp_yang_own_member(node, OWN, "node"), OWN, "id"));
}

/* A reference to a LAN names the link of an end of it. */
static cp_err index_link(struct cp_yang *yang, cp_text network, const struct cp_json_value *link)
{
    cp_text entry = cp_yang_own_text(cp_yang_own_member(link, NT, "link-id")), name;
    uint32_t lan;

    if (cp_yang_own_member(link, OWN, "reverse-of") != NULL)
        return CP_OK;
    if (cp_yang_own_member(link, OWN, "lan-end") == NULL)
        return add_name(yang, yang->own->links, network, entry,
                        cp_yang_own_member(cp_yang_own_member(link, OWN, "link"), OWN, "id"));
    name = cp_yang_own_text(
        cp_yang_own_member(cp_yang_own_member(link, NT, "destination"), NT, "dest-node"));
    CP_TRY(cp_yang_find(yang, yang->own->lans, network, name, &lan));
    if (lan == CP_MAP_NONE || entry.len == 0)
        return CP_OK; /* said when it is read */
    name = CP_YANG_AT(yang->own->all_lans, struct cp_yang_lan, lan)->id;
    CP_TRY(cp_yang_key_add(yang, yang->own->links, network, entry, yang->own->names.count));
    return CP_YANG_ADD(yang, &yang->own->names, &name);
}

static cp_err open(struct cp_yang *yang)
{
    struct cp_arena *arena = yang->doc->arena;
    struct cp_yang_own *own = CP_TAKE(arena, 1, struct cp_yang_own);

    if (own == NULL)
        return CP_ERR_NOMEM;
    own->gap = 1;
    CP_TRY(cp_map_open(arena, &own->nodes));
    CP_TRY(cp_map_open(arena, &own->links));
    CP_TRY(cp_map_open(arena, &own->ports));
    CP_TRY(cp_map_open(arena, &own->lans));
    yang->own = own;
    return CP_OK;
}

cp_err cp_yang_own_index(struct cp_yang *yang, const struct cp_json_value *networks)
{
    const struct cp_json_value *first = items(cp_yang_own_member(networks, NW, "network"));

    yang->own = NULL;
    CP_TRY(open(yang));
    for (const struct cp_json_value *n = first; n != NULL; n = n->next) {
        cp_text network = cp_yang_own_text(cp_yang_own_member(n, NW, "network-id"));

        if (!cp_yang_is_own(n))
            continue;
        for (const struct cp_json_value *i = items(cp_yang_own_member(n, NW, "node")); i != NULL;
             i = i->next)
            CP_TRY(index_node(yang, network, i));
        for (const struct cp_json_value *i = items(cp_yang_own_member(n, NT, "link")); i != NULL;
             i = i->next)
            CP_TRY(index_link(yang, network, i));
    }
    return CP_OK;
}

#include "yang.h"

#include <string.h>

/* Finds networks and inventories in a document: at its top (RFC 7951), in what a server of RESTCONF or
 * another program wraps them in, and in arrays of such documents.  What holds none is ignored, and said. */

/* --- guessing --------------------------------------------------------------------------------- */

static bool holds(cp_text text, const char *name)
{
    size_t len = strlen(name);

    for (size_t at = cp_text_find(text, name[0], 0); at + len <= text.len;
         at = cp_text_find(text, name[0], at + 1))
        if (memcmp(text.at + at, name, len) == 0)
            return true;
    return false;
}

bool cp_yang_guess(cp_text beginning)
{
    static const char *const names[] = {
        "\"ietf-network:networks\"",      "\"ietf-network:network\"", "\"ietf-network-inventory:",
        "\"ietf-ni-location:locations\"", "\"ietf-te:te\"",           "\"network-inventory\"",
    };
    cp_text start = cp_text_trim(cp_text_starts(beginning, CP_TEXT("\xef\xbb\xbf"))
                                     ? cp_text_sub(beginning, 3, beginning.len)
                                     : beginning);

    if (!cp_text_starts(start, CP_TEXT("{")) && !cp_text_starts(start, CP_TEXT("[")))
        return false;
    for (size_t i = 0; i < CP_COUNT(names); i++)
        if (holds(start, names[i]))
            return true;
    return holds(start, "\"networks\"") && holds(start, "network-id\"");
}

/* --- roots -------------------------------------------------------------------------------------- */

static cp_err take_tunnels(struct cp_yang *yang, const struct cp_json_value *value, void *nothing)
{
    (void)nothing;
    return cp_yang_tally(yang, CP_REMARK_IGNORED, value->key_place,
                         "tunnels are no elements of a network", CP_TEXT(""));
}

static const struct cp_yang_rule roots[] = {
    {"ietf-network", "networks", cp_yang_networks, NULL, NULL},
    {"ietf-network", "network", cp_yang_network_list, NULL, NULL},
    {"ietf-network-inventory", "network-inventory", cp_yang_inventory, NULL, NULL},
    {"ietf-ni-location", "locations", cp_yang_locations, NULL, NULL},
    {"ietf-te", "te", take_tunnels, NULL, NULL},
};

static const struct cp_yang_rule *root_of(const struct cp_json_value *member)
{
    for (size_t i = 0; i < CP_COUNT(roots); i++)
        if (cp_yang_is(member->key, roots[i].module, roots[i].name) &&
            member->kind ==
                (roots[i].take == cp_yang_network_list ? CP_JSON_ARRAY : CP_JSON_OBJECT))
            return &roots[i];
    return NULL;
}

static cp_err ignore(struct cp_yang *yang, const struct cp_json_value *value)
{
    bool comment = cp_text_starts(value->key, CP_TEXT("//"));
    cp_text name = CP_TEXT("");

    if (!comment)
        CP_TRY(cp_yang_keep(yang, value->place, value->key, &name));
    return cp_yang_tally(
        yang, CP_REMARK_IGNORED, value->key.len > 0 ? value->key_place : value->place,
        comment ? "members whose name begins with // are comments" : "no rule reads this member",
        name);
}

/* Down into what wraps; a comment wraps nothing. */
static cp_err find_roots(struct cp_yang *yang, const struct cp_json_value *value)
{
    const struct cp_json_value *above[CP_JSON_IN_DEPTH_MAX];
    uint32_t depth = 0, found = 0;

    for (;;) {
        const struct cp_yang_rule *root = value->key.len > 0 ? root_of(value) : NULL;
        bool comment = cp_text_starts(value->key, CP_TEXT("//"));

        if (root != NULL) {
            CP_TRY(root->take(yang, value, NULL));
            found++;
        } else if (value->first != NULL && !comment) {
            above[depth++] = value;
            value = value->first;
            continue;
        } else {
            CP_TRY(ignore(yang, value));
        }
        while (depth > 0 && value->next == NULL)
            value = above[--depth];
        if (depth == 0)
            break;
        value = value->next;
    }
    if (found > 0)
        return CP_OK;
    return cp_yang_refuse(yang, CP_ERR_MALFORMED, value->place,
                          "neither a network nor an inventory is in this JSON", CP_TEXT(""));
}

/* --- the document ------------------------------------------------------------------------------- */

static cp_err open(struct cp_doc *doc)
{
    struct cp_yang *yang = CP_TAKE(doc->arena, 1, struct cp_yang);

    if (yang == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(doc->arena, &yang->network_ids));
    doc->read->yang = yang;
    return CP_OK;
}

static cp_err gather(struct cp_doc *doc, struct cp_arena *tree)
{
    const struct cp_json_value *value;

    CP_TRY(cp_json_in_document(doc->text, doc->file, tree, &value, doc->diag));
    doc->read->yang->doc = doc;
    doc->read->yang->notes = false;
    doc->read->yang->part = CP_TEXT("");
    CP_TRY(find_roots(doc->read->yang, value));
    return cp_doc_flush(doc); /* before the tree is let go */
}

cp_err cp_read_yang(struct cp_doc *doc)
{
    struct cp_arena *tree;
    cp_err err;

    if (doc->read->yang == NULL)
        CP_TRY(open(doc));
    tree = cp_arena_open(CP_LIMIT_TREE_BYTES);
    if (tree == NULL)
        return CP_ERR_NOMEM;
    err = gather(doc, tree);
    cp_arena_close(tree);
    return err;
}

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "inside.h"

/* The inventory as it is asked: whose identity is this, which links join these two, which addresses has an end. */

/* --- identities --------------------------------------------------------------------------------- */

/* "0000.0000.0001" */
static bool is_system_id(cp_text text)
{
    if (text.len != 14)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

        if (i % 5 == 4 ? c != '.' : !hex)
            return false;
    }
    return true;
}

cp_text cp_ted_spelling(cp_text text, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text bare = cp_text_sub(text, 0, cp_text_find(text, '/', 0));
    cp_ip ip = cp_ip_find(bare);
    cp_text made = text;

    if (ip.family != 0) {
        cp_out_ip(&out, ip);
        return cp_out_done(&out, &made) == CP_OK ? made : CP_TEXT("");
    }
    if (is_system_id(text) && cp_text_lower(text, arena, &made) != CP_OK)
        return CP_TEXT("");
    return made;
}

static cp_err own(struct ted_known *k, struct cp_list *owners, cp_text name, uint32_t node)
{
    cp_text key = cp_ted_spelling(name, k->arena);
    uint32_t at;
    uint32_t *owner;

    if (name.len == 0)
        return CP_OK;
    if (key.len == 0)
        return CP_ERR_NOMEM;
    at = cp_map_find(k->names, key);
    if (at != CP_MAP_NONE) {
        CP_ASSERT(at < owners->count && owners->at != NULL);
        owner = &CP_AT(*owners, uint32_t)[at];
        if (*owner != node)
            *owner = CP_NONE;
        return CP_OK;
    }
    owner = cp_list_more(owners, k->arena, sizeof *owner);
    if (owner == NULL)
        return CP_ERR_NOMEM;
    *owner = node;
    return cp_map_add(k->names, key, owners->count - 1);
}

static cp_err own_words(struct ted_known *k, struct cp_list *owners, cp_text words, uint32_t node)
{
    cp_text word;

    while (cp_text_word(&words, " ,;", &word))
        CP_TRY(own(k, owners, word, node));
    return CP_OK;
}

static cp_err gather_names(struct ted_known *k, const struct cp_case *c)
{
    struct cp_list owners = {0};

    for (uint32_t v = 0; v < c->node_count; v++) {
        if (c->nodes[v].layer != CP_LAYER_IP)
            continue;
        CP_TRY(own(k, &owners, c->nodes[v].id, v));
        CP_TRY(own_words(k, &owners, c->nodes[v].loopback, v));
        for (uint32_t f = c->node_facts[v]; f < c->node_facts[v + 1]; f++) {
            const struct cp_fact *fact = &c->facts[f];

            if (fact->part.len == 0 && (cp_text_is(fact->attribute, "router-id") ||
                                        cp_text_is(fact->attribute, "system-id")))
                CP_TRY(own_words(k, &owners, fact->value, v));
        }
    }
    k->owners = owners.at;
    k->owner_count = owners.count;
    return CP_OK;
}

static cp_err gather_listed(struct ted_known *k, const struct cp_ted *ted, const struct cp_case *c,
                            struct cp_diag *diag)
{
    for (uint32_t i = 0; i < ted->identity_count; i++) {
        const struct cp_ted_identity *id = &ted->identities[i];
        cp_text key = cp_ted_spelling(id->router, k->arena);
        cp_node node = cp_case_node(c, id->node);
        cp_err err;

        if (key.len == 0)
            return id->router.len == 0 ? cp_diag_set(diag, CP_ERR_UNKNOWN_ID, CP_PLACE_NONE,
                                                     "an identity without a router", id->node)
                                       : CP_ERR_NOMEM;
        if (node.at == CP_NONE || c->nodes[node.at].layer != CP_LAYER_IP)
            return cp_diag_set(diag, CP_ERR_UNKNOWN_ID, CP_PLACE_NONE,
                               "the node of an identity is not in the inventory", id->node);
        err = cp_map_add(k->listed, key, node.at);
        if (err == CP_ERR_DUPLICATE)
            return cp_diag_set(diag, err, CP_PLACE_NONE, "an identity of two nodes", id->router);
        CP_TRY(err);
    }
    return CP_OK;
}

/* --- links -------------------------------------------------------------------------------------- */

static int compare_pairs(const void *a, const void *b)
{
    const struct ted_known_link *x = a;
    const struct ted_known_link *y = b;

    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return x->link < y->link ? -1 : x->link > y->link;
}

static cp_err gather_links(struct ted_known *k, const struct cp_case *c)
{
    k->pairs = CP_TAKE(k->arena, c->link_count, struct ted_known_link);
    k->lans = CP_TAKE(k->arena, c->link_count, struct ted_known_link);
    if (k->pairs == NULL || k->lans == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < c->link_count; l++) {
        const struct cp_link_rec *rec = &c->links[l];
        uint32_t a, b;

        if (rec->layer != CP_LAYER_IP || rec->ends.count < 2)
            continue;
        a = c->ends[rec->ends.first].node.at;
        b = c->ends[rec->ends.first + 1].node.at;
        if (rec->lan || rec->ends.count > 2)
            k->lans[k->lan_count++] = (struct ted_known_link){a, b, l};
        if (rec->ends.count == 2)
            k->pairs[k->pair_count++] = (struct ted_known_link){a < b ? a : b, a < b ? b : a, l};
    }
    if (k->pair_count > 0)
        qsort(k->pairs, k->pair_count, sizeof *k->pairs, compare_pairs);
    return CP_OK;
}

static cp_err add_addresses(struct ted_known *k, struct cp_list *list, cp_text words)
{
    cp_text word;

    while (cp_text_word(&words, " ,;", &word)) {
        cp_ip ip = cp_ip_find(cp_text_sub(word, 0, cp_text_find(word, '/', 0)));
        cp_ip *at;

        if (ip.family == 0)
            continue;
        at = cp_list_more(list, k->arena, sizeof *at);
        if (at == NULL)
            return CP_ERR_NOMEM;
        *at = ip;
    }
    return CP_OK;
}

/* Of the end-th end of a link: its own facts, and those of the port there. */
static cp_err gather_end(struct ted_known *k, const struct cp_case *c, uint32_t link, uint32_t end,
                         struct cp_list *list)
{
    const struct cp_end *at = &c->ends[c->links[link].ends.first + end];
    const char *attribute = end == 0 ? "address-a" : "address-b";

    for (uint32_t f = c->link_facts[link]; f < c->link_facts[link + 1] && end < 2; f++)
        if (c->facts[f].part.len == 0 && cp_text_is(c->facts[f].attribute, attribute))
            CP_TRY(add_addresses(k, list, c->facts[f].value));
    for (uint32_t f = c->node_facts[at->node.at];
         f < c->node_facts[at->node.at + 1] && at->port.len > 0; f++)
        if (cp_text_eq(c->facts[f].part, at->port) && cp_text_is(c->facts[f].attribute, "address"))
            CP_TRY(add_addresses(k, list, c->facts[f].value));
    return CP_OK;
}

static uint32_t count_ends(const struct cp_case *c)
{
    uint32_t count = 0;

    for (uint32_t l = 0; l < c->link_count; l++)
        if (c->links[l].ends.first + c->links[l].ends.count > count)
            count = c->links[l].ends.first + c->links[l].ends.count;
    return count;
}

static cp_err gather_addresses(struct ted_known *k, const struct cp_case *c)
{
    struct cp_list list = {0};
    uint32_t ends = count_ends(c);
    cp_range *of = CP_TAKE(k->arena, ends, cp_range);

    k->ends = of;
    if (of == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < c->link_count; l++) {
        cp_range range = c->links[l].ends;

        for (uint32_t i = 0; c->links[l].layer == CP_LAYER_IP && i < range.count; i++) {
            of[range.first + i].first = list.count;
            CP_TRY(gather_end(k, c, l, i, &list));
            of[range.first + i].count = list.count - of[range.first + i].first;
        }
    }
    k->addresses = list.at;
    return CP_OK;
}

int cp_ted_known_fits(const struct ted_known *k, uint32_t end, cp_ip address)
{
    cp_range range = k->ends[end];
    int fits = 0;

    if (address.family == 0)
        return 0;
    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        if (cp_ip_eq(k->addresses[i], address))
            return 1;
        if (k->addresses[i].family == address.family)
            fits = -1;
    }
    return fits;
}

/* --- facts -------------------------------------------------------------------------------------- */

static ted_fact fact_kind(const struct cp_fact *fact)
{
    static const struct {
        const char *name;
        uint8_t object, kind;
    } kinds[] = {{"srgb", CP_OBJECT_NODE, TED_FACT_SR},
                 {"srlb", CP_OBJECT_NODE, TED_FACT_SR},
                 {"locator", CP_OBJECT_NODE, TED_FACT_SR},
                 {"msd", CP_OBJECT_NODE, TED_FACT_MSD},
                 {"adj-sid-ab", CP_OBJECT_LINK, TED_FACT_ADJACENCY},
                 {"adj-sid-ba", CP_OBJECT_LINK, TED_FACT_ADJACENCY},
                 {"te-metric", CP_OBJECT_LINK, TED_FACT_TE},
                 {"te-metric-ab", CP_OBJECT_LINK, TED_FACT_TE},
                 {"te-metric-ba", CP_OBJECT_LINK, TED_FACT_TE},
                 {"address-a", CP_OBJECT_LINK, TED_FACT_ADDRESS},
                 {"address-b", CP_OBJECT_LINK, TED_FACT_ADDRESS}};

    if (fact->kind == CP_OBJECT_NODE && fact->part.len > 0)
        return TED_FACT_OTHER;
    for (size_t i = 0; i < CP_COUNT(kinds); i++)
        if (kinds[i].object == fact->kind && cp_text_is(fact->attribute, kinds[i].name))
            return (ted_fact)kinds[i].kind;
    return TED_FACT_OTHER;
}

static cp_err gather_kinds(struct ted_known *k, const struct cp_case *c)
{
    k->fact_kind = CP_TAKE(k->arena, c->fact_count, uint8_t);
    if (k->fact_kind == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t f = 0; f < c->fact_count; f++)
        k->fact_kind[f] = (uint8_t)fact_kind(&c->facts[f]);
    return CP_OK;
}

static cp_err gather(struct ted_known *k, const struct cp_ted *ted, const struct cp_case *c,
                     struct cp_diag *diag)
{
    CP_TRY(cp_map_open(k->arena, &k->listed));
    CP_TRY(cp_map_open(k->arena, &k->names));
    CP_TRY(gather_listed(k, ted, c, diag));
    CP_TRY(gather_names(k, c));
    CP_TRY(gather_links(k, c));
    CP_TRY(gather_addresses(k, c));
    return gather_kinds(k, c);
}

cp_err cp_ted_known_open(const struct cp_ted *ted, const struct cp_case *inventory,
                         struct ted_known **out, struct cp_diag *diag)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct ted_known *known = arena == NULL ? NULL : CP_TAKE(arena, 1, struct ted_known);
    cp_err err = CP_ERR_NOMEM;

    if (known != NULL) {
        known->arena = arena;
        err = gather(known, ted, inventory, diag);
    }
    if (err != CP_OK) {
        cp_arena_close(arena);
        return err;
    }
    *out = known;
    return CP_OK;
}

void cp_ted_known_close(struct ted_known *known)
{
    if (known != NULL)
        cp_arena_close(known->arena);
}

#include <stdlib.h>
#include <string.h>

#include "inside.h"

/*
 * Which routers there are.  Statements are sorted by router; those that share a TE address are one (a union of sets);
 * each set is looked up in the inventory; sets that are the same node there become one, too.  A set that cannot be one
 * router (two ids of one protocol), or that could be two nodes, falls apart: each of its ids is nobody's.
 */

struct statement {
    const struct ted_node *node;
    uint32_t feed, id;
    bool covers;
};

struct set {
    uint32_t node; /* of the inventory; CP_NONE */
    bool listed;   /* by the config, each of its ids */
    const char *trouble;
};

struct routers {
    struct ted_making *m;
    struct statement *said; /* [said_count] by router, then by whom to believe */
    uint32_t said_count;
    struct ted_router *ids; /* [id_count] */
    uint32_t *said_first;   /* [id_count + 1] */
    uint32_t id_count;
    uint32_t *set_of;   /* [id_count] the least id of its set */
    struct set *sets;   /* [id_count] of least ids */
    uint32_t *of_node;  /* [nodes of the inventory] the least set that is it */
    uint32_t *world_of; /* [id_count] of least ids: the world's node, before they are sorted */
};

static int compare_statements(const void *a, const void *b)
{
    const struct statement *x = a;
    const struct statement *y = b;
    int order = cp_ted_router_cmp(&x->node->router, &y->node->router);

    if (order != 0)
        return order;
    if (x->covers != y->covers)
        return x->covers ? -1 : 1;
    if (x->feed != y->feed)
        return x->feed < y->feed ? -1 : 1;
    if (x->node->domain.protocol != y->node->domain.protocol)
        return x->node->domain.protocol < y->node->domain.protocol ? -1 : 1;
    /* Made in zeroed memory, field by field: bytes that are the same say the same. */
    return memcmp((const void *)x->node, (const void *)y->node, sizeof(struct ted_node));
}

static cp_err gather(struct routers *r)
{
    const struct cp_ted *ted = r->m->ted;
    uint64_t count = 0;

    for (uint32_t f = 0; f < ted->feed_count; f++)
        count += ted->feeds[f].store.of_kind[TED_NODE];
    if (count > UINT32_MAX - 1)
        return CP_ERR_LIMIT;
    r->said = CP_TAKE(r->m->work, count, struct statement);
    if (r->said == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t f = 0; f < ted->feed_count; f++) {
        const struct ted_feed *feed = &ted->feeds[f];

        for (uint32_t i = 0; i < feed->store.thing_count; i++) {
            const struct ted_thing *t = &feed->store.things[i];

            if (t->kind != TED_NODE ||
                cp_ted_is_pseudonode(&((const struct ted_node *)t->blob)->router))
                continue;
            r->said[r->said_count++] =
                (struct statement){.node = t->blob, .feed = f, .covers = cp_ted_feed_covers(feed)};
        }
    }
    if (r->said_count > 0)
        qsort(r->said, r->said_count, sizeof *r->said, compare_statements);
    return CP_OK;
}

static cp_err number(struct routers *r)
{
    r->ids = CP_TAKE(r->m->arena, r->said_count, struct ted_router);
    r->said_first = CP_TAKE(r->m->work, (size_t)r->said_count + 1, uint32_t);
    r->set_of = CP_TAKE(r->m->work, r->said_count, uint32_t);
    r->sets = CP_TAKE(r->m->work, r->said_count, struct set);
    r->world_of = CP_TAKE(r->m->work, r->said_count, uint32_t);
    r->of_node = CP_TAKE(r->m->work, r->m->ted->inventory->node_count, uint32_t);
    if (r->ids == NULL || r->said_first == NULL || r->set_of == NULL || r->sets == NULL ||
        r->world_of == NULL || r->of_node == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < r->said_count; i++) {
        const struct ted_router *router = &r->said[i].node->router;

        if (r->id_count == 0 || cp_ted_router_cmp(&r->ids[r->id_count - 1], router) != 0) {
            r->said_first[r->id_count] = i;
            r->set_of[r->id_count] = r->id_count;
            r->ids[r->id_count++] = *router;
        }
        r->said[i].id = r->id_count - 1;
    }
    r->said_first[r->id_count] = r->said_count;
    return CP_OK;
}

/* --- sets --------------------------------------------------------------------------------------- */

static uint32_t least(const struct routers *r, uint32_t id)
{
    while (r->set_of[id] != id) {
        r->set_of[id] = r->set_of[r->set_of[id]];
        id = r->set_of[id];
    }
    return id;
}

static void unite(struct routers *r, uint32_t a, uint32_t b)
{
    a = least(r, a);
    b = least(r, b);
    if (a < b)
        r->set_of[b] = a;
    else
        r->set_of[a] = b;
}

struct address {
    cp_ip ip;
    uint32_t id;
};

static int compare_addresses(const void *a, const void *b)
{
    const struct address *x = a;
    const struct address *y = b;
    int order = cp_ip_cmp(x->ip, y->ip);

    if (order != 0)
        return order;
    return x->id < y->id ? -1 : x->id > y->id;
}

static cp_err unite_by_address(struct routers *r)
{
    struct address *all = CP_TAKE(r->m->work, 2 * (size_t)r->said_count, struct address);
    uint32_t count = 0;

    if (all == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < r->said_count; i++) {
        if (r->said[i].node->address.family != 0)
            all[count++] = (struct address){r->said[i].node->address, r->said[i].id};
        if (r->said[i].node->address6.family != 0)
            all[count++] = (struct address){r->said[i].node->address6, r->said[i].id};
    }
    if (count > 0)
        qsort(all, count, sizeof *all, compare_addresses);
    for (uint32_t i = 1; i < count; i++)
        if (cp_ip_eq(all[i].ip, all[i - 1].ip))
            unite(r, all[i].id, all[i - 1].id);
    return CP_OK;
}

/* Two ids of one protocol cannot be one router, but where the config says so.  Ids of a protocol stand together. */
static void check_sets(struct routers *r)
{
    uint32_t *last =
        r->world_of; /* of the set: its id met last, plus 1; not used for anything else yet */

    memset(last, 0, r->id_count * sizeof *last);
    for (uint32_t i = 0; i < r->id_count; i++) {
        uint32_t set = least(r, i);
        uint32_t before = last[set];

        last[set] = i + 1;
        if (before == 0 || r->sets[set].listed)
            continue;
        if (r->ids[before - 1].family == r->ids[i].family &&
            r->ids[before - 1].instance == r->ids[i].instance)
            r->sets[set].trouble = "two routers that say they are one";
    }
}

/* --- in the inventory --------------------------------------------------------------------------- */

struct lookup {
    uint32_t listed, known; /* a node; CP_NONE */
    bool two_listed, two_known;
};

static void note(uint32_t *found, bool *two, uint32_t node)
{
    if (*found != CP_NONE && *found != node)
        *two = true;
    *found = node;
}

static cp_err look_up(struct routers *r, cp_text name, struct lookup *l)
{
    const struct ted_known *k = r->m->ted->known;
    cp_text key = cp_ted_spelling(name, r->m->work);
    uint32_t at;

    if (name.len == 0)
        return CP_OK;
    if (key.len == 0)
        return CP_ERR_NOMEM;
    at = cp_map_find(k->listed, key);
    if (at != CP_MAP_NONE)
        note(&l->listed, &l->two_listed, at);
    at = cp_map_find(k->names, key);
    if (at == CP_MAP_NONE)
        return CP_OK;
    if (k->owners[at] == CP_NONE)
        l->two_known = true;
    else
        note(&l->known, &l->two_known, k->owners[at]);
    return CP_OK;
}

static cp_err look_up_ip(struct routers *r, cp_ip ip, struct lookup *l)
{
    struct cp_out out = cp_out_make(r->m->work);
    cp_text text;

    if (ip.family == 0)
        return CP_OK;
    cp_out_ip(&out, ip);
    CP_TRY(cp_out_done(&out, &text));
    return look_up(r, text, l);
}

static cp_err look_up_id(struct routers *r, uint32_t id, struct lookup *l)
{
    struct cp_out out = cp_out_make(r->m->work);
    cp_text text;

    cp_ted_out_router(&out, &r->ids[id]);
    CP_TRY(cp_out_done(&out, &text));
    CP_TRY(look_up(r, text, l));
    for (uint32_t i = r->said_first[id]; i < r->said_first[id + 1]; i++) {
        const struct ted_node *node = r->said[i].node;

        CP_TRY(look_up_ip(r, node->address, l));
        CP_TRY(look_up_ip(r, node->address6, l));
        CP_TRY(look_up(r, (cp_text){node->name, node->name_len}, l));
    }
    return CP_OK;
}

/* The lookups of a set's ids meet in its least one, which comes first. */
static cp_err find_nodes(struct routers *r)
{
    struct lookup *sets = CP_TAKE(r->m->work, r->id_count, struct lookup);

    if (sets == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < r->id_count; i++) {
        uint32_t set = least(r, i);
        struct lookup own = {CP_NONE, CP_NONE, false, false};

        if (set == i) {
            sets[i] = own;
            r->sets[i].listed = true;
        }
        CP_TRY(look_up_id(r, i, &own));
        r->sets[set].listed = r->sets[set].listed && own.listed != CP_NONE;
        if (own.listed != CP_NONE)
            note(&sets[set].listed, &sets[set].two_listed, own.listed);
        if (own.known != CP_NONE)
            note(&sets[set].known, &sets[set].two_known, own.known);
        sets[set].two_listed = sets[set].two_listed || own.two_listed;
        sets[set].two_known = sets[set].two_known || own.two_known;
    }
    for (uint32_t i = 0; i < r->id_count; i++) {
        const struct lookup *l = &sets[i];

        if (r->set_of[i] != i)
            continue;
        r->sets[i].node = l->listed != CP_NONE ? l->listed : l->known;
        if (l->listed != CP_NONE ? l->two_listed : l->two_known)
            r->sets[i].trouble = "a router that could be two nodes";
    }
    return CP_OK;
}

/* Whether two sets can be one router: no protocol names both. */
static bool may_unite(const struct routers *r, uint32_t a, uint32_t b)
{
    if (r->sets[a].listed && r->sets[b].listed)
        return true;
    for (uint32_t i = 0; i < r->id_count; i++) {
        if (least(r, i) != a)
            continue;
        for (uint32_t k = 0; k < r->id_count; k++)
            if (least(r, k) == b && r->ids[i].family == r->ids[k].family &&
                r->ids[i].instance == r->ids[k].instance)
                return false;
    }
    return true;
}

/* Sets of one node are one; more than can be: nobody's. */
static void unite_by_node(struct routers *r)
{
    const char *why = "two routers that could be one node";

    memset(r->of_node, 0xff, r->m->ted->inventory->node_count * sizeof *r->of_node);
    for (uint32_t i = 0; i < r->id_count; i++) {
        uint32_t node = r->sets[i].node;
        uint32_t first;

        if (r->set_of[i] != i || node == CP_NONE)
            continue;
        first = r->of_node[node];
        if (first == CP_NONE) {
            r->of_node[node] = i;
            continue;
        }
        if (r->sets[first].trouble == NULL && r->sets[i].trouble == NULL &&
            may_unite(r, first, i)) {
            r->sets[first].listed = r->sets[first].listed && r->sets[i].listed;
            unite(r, first, i);
            continue;
        }
        if (r->sets[first].trouble == NULL)
            r->sets[first].trouble = why;
        if (r->sets[i].trouble == NULL)
            r->sets[i].trouble = why;
    }
}

/* --- the world's nodes -------------------------------------------------------------------------- */

struct entry {
    uint32_t node; /* of the inventory */
    cp_text id;
    uint32_t least; /* id */
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int order;

    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    order = cp_text_cmp(x->id, y->id);
    if (order != 0)
        return order;
    return x->least < y->least ? -1 : x->least > y->least;
}

static cp_err name_unknown(struct routers *r, uint32_t id, cp_text *out)
{
    struct cp_out text = cp_out_make(r->m->arena);

    cp_out_str(&text, "unknown:");
    cp_ted_out_router(&text, &r->ids[id]);
    if (r->ids[id].instance != 0)
        cp_out_format(&text, "#%llu", (unsigned long long)r->ids[id].instance);
    /* A node of the inventory may be called so. */
    while (true) {
        struct cp_out next = cp_out_make(r->m->arena);

        CP_TRY(cp_out_done(&text, out));
        if (cp_case_node(r->m->ted->inventory, *out).at == CP_NONE)
            return CP_OK;
        cp_out_text(&next, *out);
        cp_out_char(&next, '\'');
        text = next;
    }
}

/* Ids of sets in trouble are sets of their own, and nobody's. */
static cp_err fall_apart(struct routers *r)
{
    for (uint32_t i = 0; i < r->id_count; i++)
        r->world_of[i] = least(r, i);
    for (uint32_t i = 0; i < r->id_count; i++) {
        const struct set *set = &r->sets[r->world_of[i]];
        cp_text subject;

        if (set->trouble == NULL)
            continue;
        CP_TRY(name_unknown(r, i, &subject));
        subject = cp_text_sub(subject, sizeof "unknown:" - 1, subject.len);
        CP_TRY(cp_ted_raise(r->m, CP_TED_ALARM_IDENTITY, CP_NONE, subject, set->trouble));
    }
    for (uint32_t i = 0; i < r->id_count; i++)
        r->set_of[i] = r->sets[r->world_of[i]].trouble != NULL ? i : r->world_of[i];
    for (uint32_t i = 0; i < r->id_count; i++)
        if (r->sets[r->world_of[i]].trouble != NULL && r->world_of[i] != i)
            r->sets[i] = (struct set){.node = CP_NONE};
    for (uint32_t i = 0; i < r->id_count; i++)
        if (r->world_of[i] == i && r->sets[i].trouble != NULL)
            r->sets[i].node = CP_NONE;
    return CP_OK;
}

static cp_err make_entries(struct routers *r, struct entry *entries, uint32_t *count)
{
    for (uint32_t i = 0; i < r->id_count; i++) {
        struct entry *e = &entries[*count];

        if (r->set_of[i] != i)
            continue;
        *e = (struct entry){.node = r->sets[i].node, .least = i};
        (*count)++;
        if (e->node != CP_NONE) {
            e->id = r->m->ted->inventory->nodes[e->node].id;
            continue;
        }
        CP_TRY(name_unknown(r, i, &e->id));
        CP_TRY(cp_ted_raise(r->m, CP_TED_ALARM_UNKNOWN_NODE, CP_NONE, e->id,
                            "a router that the inventory does not know"));
    }
    if (*count > 0)
        qsort(entries, *count, sizeof *entries, compare_entries);
    return CP_OK;
}

static cp_err lay_nodes(struct routers *r)
{
    struct ted_world *w = r->m->world;
    struct entry *entries = CP_TAKE(r->m->work, r->id_count, struct entry);

    if (entries == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(make_entries(r, entries, &w->node_count));
    w->nodes = CP_TAKE(r->m->arena, w->node_count, struct ted_world_node);
    w->node_of_id = CP_TAKE(r->m->arena, r->id_count, uint32_t);
    if (w->nodes == NULL || w->node_of_id == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < w->node_count; v++) {
        w->nodes[v].node = entries[v].node;
        w->nodes[v].id = entries[v].id;
        w->nodes[v].msd = CP_NONE;
        w->known_count += entries[v].node != CP_NONE;
        r->world_of[entries[v].least] = v;
    }
    for (uint32_t i = 0; i < r->id_count; i++)
        w->node_of_id[i] = r->world_of[r->set_of[i]];
    w->ids = r->ids;
    w->id_count = r->id_count;
    return CP_OK;
}

/* --- what they say of themselves ---------------------------------------------------------------- */

static bool overlap(const struct ted_world_node *n, const struct cp_label_block *block)
{
    for (uint32_t i = 0; i < n->srgb_count; i++)
        if (n->srgb_blocks[i].first <= block->last && block->first <= n->srgb_blocks[i].last)
            return true;
    return false;
}

static void take_blocks(struct ted_world_node *n, const struct ted_node *said)
{
    if (n->srgb_count == 0 && said->srgb_count > 0) {
        n->srgb_count = said->srgb_count;
        memcpy(n->srgb_blocks, said->srgb, sizeof n->srgb_blocks);
    }
    if (n->srlb_count == 0 && said->srlb_count > 0) {
        n->srlb_count = said->srlb_count;
        memcpy(n->srlb_blocks, said->srlb, sizeof n->srlb_blocks);
    }
}

static void take_node(struct ted_world_node *n, const struct ted_node *said)
{
    if (n->address.family == 0)
        n->address = said->address;
    if (n->address6.family == 0)
        n->address6 = said->address6;
    if (n->msd == CP_NONE)
        n->msd = said->msd;
    take_blocks(n, said);
}

static bool other_ip(cp_ip a, cp_ip b)
{
    return a.family != 0 && b.family != 0 && !cp_ip_eq(a, b);
}

static bool other_blocks(const struct cp_label_block *a, uint32_t a_count,
                         const struct cp_label_block *b, uint32_t b_count)
{
    return a_count > 0 && b_count > 0 &&
           (a_count != b_count || memcmp(a, b, a_count * sizeof *a) != 0);
}

/* Whether two feeds tell different things of one router. */
static bool differ(const struct ted_node *a, const struct ted_node *b)
{
    if (!cp_ted_same_domain(&a->domain, &b->domain))
        return false;
    return other_ip(a->address, b->address) || other_ip(a->address6, b->address6) ||
           (a->msd != CP_NONE && b->msd != CP_NONE && a->msd != b->msd) ||
           other_blocks(a->srgb, a->srgb_count, b->srgb, b->srgb_count) ||
           other_blocks(a->srlb, a->srlb_count, b->srlb, b->srlb_count);
}

static cp_err say_disagree(struct routers *r, uint32_t id, const struct statement *a,
                           const struct statement *b)
{
    struct cp_out text = cp_out_make(r->m->arena);
    cp_text said;

    cp_ted_out_said(&text, r->m->ted, a->feed, "has");
    cp_ted_out_node(&text, a->node);
    cp_ted_out_said(&text, r->m->ted, b->feed, "has");
    cp_ted_out_node(&text, b->node);
    CP_TRY(cp_out_done(&text, &said));
    return cp_ted_disagree(r->m, CP_NONE, r->m->world->nodes[r->m->world->node_of_id[id]].id,
                           "feeds that say different things of a router", said);
}

static cp_err compare_feeds(struct routers *r, uint32_t id)
{
    uint32_t from = r->said_first[id];
    uint32_t to = r->said_first[id + 1];

    /* The first of each feed that covers, with the first of all: how many feeds and levels there are, not more. */
    for (uint32_t i = from + 1; i < to && r->said[i].covers; i++)
        if (r->said[i].feed != r->said[from].feed && differ(r->said[from].node, r->said[i].node))
            return say_disagree(r, id, &r->said[from], &r->said[i]);
    return CP_OK;
}

static cp_err describe(struct routers *r)
{
    struct ted_world *w = r->m->world;

    /* Feeds that cover come first, then the others, whatever id they are under. */
    for (int covers = 1; covers >= 0; covers--)
        for (uint32_t i = 0; i < r->said_count; i++)
            if (r->said[i].covers == (covers != 0))
                take_node(&w->nodes[w->node_of_id[r->said[i].id]], r->said[i].node);
    for (uint32_t i = 0; i < r->id_count; i++)
        CP_TRY(compare_feeds(r, i));
    for (uint32_t v = 0; v < w->node_count; v++) {
        struct ted_world_node *n = &w->nodes[v];

        for (uint32_t i = 0; i < n->srlb_count; i++)
            if (overlap(n, &n->srlb_blocks[i]))
                n->srlb_count = 0;
    }
    return CP_OK;
}

cp_err cp_ted_make_routers(struct ted_making *m)
{
    struct routers r = {.m = m};

    CP_TRY(gather(&r));
    CP_TRY(number(&r));
    CP_TRY(unite_by_address(&r));
    CP_TRY(find_nodes(&r));
    check_sets(&r);
    unite_by_node(&r);
    CP_TRY(fall_apart(&r));
    CP_TRY(lay_nodes(&r));
    return describe(&r);
}

uint32_t cp_ted_world_find(const struct ted_world *w, const struct ted_router *router)
{
    uint32_t from = 0;
    uint32_t to = w->id_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int order = cp_ted_router_cmp(&w->ids[middle], router);

        if (order == 0)
            return w->node_of_id[middle];
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return CP_NONE;
}

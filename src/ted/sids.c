#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "inside.h"

/*
 * The SIDs of a view are ones that cp_sids_make (route/sids.h) takes whole: of one plane, none twice, each where it may
 * be.  What is not is left out, with an alarm: a SID that nobody can be sure of leads nowhere.
 *
 * A router that says anything of its SIDs is believed alone: what the inventory says of it does not count then.
 */

struct checking {
    struct ted_making *m;
    const struct cp_case *c;
    uint32_t *world_of; /* [nodes of the inventory] CP_NONE: not seen */
    struct cp_label_block (
        *srgb)[CP_LABEL_BLOCKS_MAX]; /* [world nodes, then inventory's that are not told] */
};

static const struct cp_label_block usual_srgb = {16000, 23999};

static cp_err say(struct checking *k, cp_text subject, const char *why)
{
    return cp_ted_raise(k->m, CP_TED_ALARM_SID, CP_NONE, subject, why);
}

/* --- blocks ------------------------------------------------------------------------------------- */

static uint32_t index_of(const struct cp_label_block *blocks, uint32_t count, uint32_t label)
{
    uint32_t before = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (label >= blocks[i].first && label <= blocks[i].last)
            return before + (label - blocks[i].first);
        before += blocks[i].last - blocks[i].first + 1;
    }
    return CP_NONE;
}

static uint32_t size_of(const struct cp_label_block *blocks, uint32_t count)
{
    uint32_t size = 0;

    for (uint32_t i = 0; i < count; i++)
        size += blocks[i].last - blocks[i].first + 1;
    return size;
}

/* The fact of a node; NULL: it has none that counts. */
static const struct cp_fact *fact_of(const struct cp_case *c, uint32_t node, const char *attribute)
{
    for (uint32_t f = c->node_facts[node]; c->fact_count > 0 && f < c->node_facts[node + 1]; f++)
        if (c->facts[f].part.len == 0 && cp_text_is(c->facts[f].attribute, attribute) &&
            !cp_text_is(c->facts[f].value, "unknown"))
            return &c->facts[f];
    return NULL;
}

static uint32_t stated_srgb(const struct checking *k, uint32_t node, struct cp_label_block *blocks)
{
    const struct cp_fact *fact = fact_of(k->c, node, "srgb");
    uint32_t count = 0;

    if (fact != NULL && cp_label_blocks_parse(fact->value, blocks, &count) == CP_OK)
        return count;
    blocks[0] = usual_srgb;
    return 1;
}

/* What a node of the world has in effect. */
static uint32_t srgb_of(const struct checking *k, uint32_t v, struct cp_label_block *blocks)
{
    const struct ted_world_node *n = &k->m->world->nodes[v];

    if (n->srgb_count > 0) {
        memcpy(blocks, n->srgb_blocks, sizeof n->srgb_blocks);
        return n->srgb_count;
    }
    if (!n->sr_told && n->node != CP_NONE)
        return stated_srgb(k, n->node, blocks);
    blocks[0] = usual_srgb;
    return 1;
}

/* --- which plane -------------------------------------------------------------------------------- */

typedef enum { PLANE_NONE, PLANE_MPLS, PLANE_SRV6 } plane;

static plane stated_plane(const struct checking *k)
{
    const struct cp_case *c = k->c;
    struct cp_sid_text sid;

    for (uint32_t v = 0; v < c->node_count; v++)
        if (c->nodes[v].sid.len > 0 && cp_sid_text_parse(c->nodes[v].sid, &sid) == CP_OK)
            return sid.kind == CP_SID_TEXT_SRV6 ? PLANE_SRV6 : PLANE_MPLS;
    for (uint32_t f = 0; f < c->fact_count; f++)
        if (k->m->ted->known->fact_kind[f] == TED_FACT_ADJACENCY &&
            cp_sid_text_parse(c->facts[f].value, &sid) == CP_OK)
            return sid.kind == CP_SID_TEXT_SRV6 ? PLANE_SRV6 : PLANE_MPLS;
    return PLANE_NONE;
}

/* The inventory's; where it has none, SR-MPLS where routers have any of that. */
static bool is_srv6(const struct checking *k)
{
    const struct ted_world *w = k->m->world;
    plane stated = stated_plane(k);

    if (stated != PLANE_NONE)
        return stated == PLANE_SRV6;
    for (uint32_t v = 0; v < w->node_count; v++)
        if (w->nodes[v].mpls.kind != TED_SID_NONE)
            return false;
    for (uint32_t l = 0; l < w->link_count; l++)
        for (uint32_t i = 0; i < w->links[l].end_count; i++)
            if (w->links[l].ends[i].sid.kind != TED_SID_NONE ||
                w->links[l].ends[i].lan_sid_count > 0)
                return false;
    return true;
}

/* What is of the other plane is left out. */
static cp_err drop_other_plane(struct checking *k)
{
    struct ted_world *w = k->m->world;
    uint32_t other = 0;

    for (uint32_t v = 0; v < w->node_count; v++) {
        struct ted_world_node *n = &w->nodes[v];

        if (w->srv6) {
            other += n->mpls.kind != TED_SID_NONE;
            n->mpls.kind = TED_SID_NONE;
            n->srgb_count = n->srlb_count = 0;
        } else {
            other += n->end_known;
            n->end_known = 0;
            n->srv6_locator.bits = 0;
        }
        n->sr_told = n->mpls.kind != TED_SID_NONE || n->srgb_count > 0 || n->srlb_count > 0 ||
                     n->end_known != 0 || n->srv6_locator.bits > 0;
    }
    for (uint32_t l = 0; l < w->link_count; l++)
        for (uint32_t i = 0; i < w->links[l].end_count; i++) {
            struct ted_world_end *e = &w->links[l].ends[i];

            if (w->srv6) {
                e->sid.kind = TED_SID_NONE;
                e->lan_sid_count = 0;
            } else
                e->srv6_known = 0;
        }
    if (other == 0 || stated_plane(k) == PLANE_NONE)
        return CP_OK;
    return say(k, CP_TEXT("network"),
               "segment identifiers of the data plane that the inventory does not have");
}

/* --- nodes -------------------------------------------------------------------------------------- */

struct keyed {
    uint8_t key[16];
    uint32_t world, node; /* of the world, CP_NONE: of the inventory alone */
    uint32_t order;       /* end of a link: 1 + its number */
    struct ted_world_end *end;
};

static int compare_keyed(const void *a, const void *b)
{
    const struct keyed *x = a;
    const struct keyed *y = b;
    int order = memcmp(x->key, y->key, sizeof x->key);

    if (order != 0)
        return order;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void set_key(struct keyed *k, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        k->key[i] = (uint8_t)(number >> (24 - 8 * i));
}

/* A learned SID as its index; NONE where its own router would not know it. */
static cp_err settle_learned(struct checking *k, uint32_t v)
{
    struct cp_label_block blocks[CP_LABEL_BLOCKS_MAX];
    struct ted_world_node *n = &k->m->world->nodes[v];
    uint32_t count = srgb_of(k, v, blocks);

    if (n->mpls.kind == TED_SID_LABEL) {
        n->mpls.number = index_of(blocks, count, n->mpls.number);
        n->mpls.kind = n->mpls.number == CP_NONE ? TED_SID_NONE : TED_SID_INDEX;
    } else if (n->mpls.kind == TED_SID_INDEX && n->mpls.number >= size_of(blocks, count))
        n->mpls.kind = TED_SID_NONE;
    else
        return CP_OK;
    return n->mpls.kind == TED_SID_NONE ? say(k, n->id, "a sid outside the SRGB of its router")
                                        : CP_OK;
}

/* The index of what the inventory says; CP_NONE: it says nothing that can be. */
static uint32_t stated_index(const struct checking *k, uint32_t node)
{
    struct cp_label_block blocks[CP_LABEL_BLOCKS_MAX];
    uint32_t count = stated_srgb(k, node, blocks);
    struct cp_sid_text sid;
    uint32_t label;

    if (cp_sid_text_parse(k->c->nodes[node].sid, &sid) != CP_OK || sid.kind == CP_SID_TEXT_SRV6)
        return CP_NONE;
    label = sid.kind == CP_SID_TEXT_INDEX ? CP_NONE : index_of(blocks, count, sid.number);
    if (label != CP_NONE)
        return label;
    return sid.kind != CP_SID_TEXT_LABEL && sid.number < size_of(blocks, count) ? sid.number
                                                                                : CP_NONE;
}

/* Whether what the inventory says of a node's SID counts in the view. */
static bool counts(const struct checking *k, uint32_t node)
{
    uint32_t v = k->world_of[node];

    if (k->c->nodes[node].sid.len == 0 || k->c->nodes[node].layer != CP_LAYER_IP)
        return false;
    return v == CP_NONE || !k->m->world->nodes[v].sr_told;
}

static cp_err drop_node(struct checking *k, const struct keyed *key, const char *why)
{
    struct ted_world *w = k->m->world;

    if (key->world == CP_NONE) {
        w->inventory_sid_out[key->node] = 1;
        return say(k, k->c->nodes[key->node].id, why);
    }
    w->nodes[key->world].mpls.kind = TED_SID_NONE;
    w->nodes[key->world].end_known = 0;
    return say(k, w->nodes[key->world].id, why);
}

/* One that routers say stays where the others are of the inventory alone. */
static cp_err drop_like(struct checking *k, const struct keyed *keys, uint32_t count)
{
    uint32_t told = 0;

    for (uint32_t i = 0; i < count; i++)
        told += keys[i].world != CP_NONE;
    for (uint32_t i = 0; i < count; i++) {
        if (keys[i].world != CP_NONE && told == 1)
            continue;
        if (keys[i].end != NULL) {
            keys[i].end->srv6_known = 0;
            CP_TRY(say(k, k->m->world->nodes[keys[i].world].id,
                       "an adjacency's sid that stands twice"));
        } else
            CP_TRY(drop_node(k, &keys[i], "a sid that stands twice"));
    }
    return CP_OK;
}

static cp_err drop_doubles(struct checking *k, struct keyed *keys, uint32_t count)
{
    if (count > 0)
        qsort(keys, count, sizeof *keys, compare_keyed);
    for (uint32_t i = 0; i < count;) {
        uint32_t to = i + 1;

        while (to < count && memcmp(keys[to].key, keys[i].key, sizeof keys->key) == 0)
            to++;
        if (to > i + 1)
            CP_TRY(drop_like(k, &keys[i], to - i));
        i = to;
    }
    return CP_OK;
}

static cp_err check_indexes(struct checking *k)
{
    struct ted_world *w = k->m->world;
    struct keyed *keys =
        CP_TAKE(k->m->work, (size_t)w->node_count + k->c->node_count, struct keyed);
    uint32_t count = 0;

    if (keys == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < w->node_count; v++) {
        CP_TRY(settle_learned(k, v));
        if (w->nodes[v].mpls.kind == TED_SID_NONE)
            continue;
        keys[count] = (struct keyed){.world = v, .order = count};
        set_key(&keys[count++], w->nodes[v].mpls.number);
    }
    for (uint32_t n = 0; n < k->c->node_count; n++) {
        uint32_t index = counts(k, n) ? stated_index(k, n) : CP_NONE;

        if (index == CP_NONE)
            continue;
        keys[count] = (struct keyed){.world = CP_NONE, .node = n, .order = count};
        set_key(&keys[count++], index);
    }
    return drop_doubles(k, keys, count);
}

/* --- adjacencies of SR-MPLS --------------------------------------------------------------------- */

struct local {
    uint32_t node, label;
    struct ted_world_end *end;
    uint32_t lan; /* which of its LAN SIDs; CP_NONE: its own */
};

static int compare_locals(const void *a, const void *b)
{
    const struct local *x = a;
    const struct local *y = b;

    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    return x->label < y->label ? -1 : x->label > y->label;
}

static void drop_local(struct local *l)
{
    if (l->lan == CP_NONE)
        l->end->sid.kind = TED_SID_NONE;
    else
        l->end->lan_sids[l->lan].label = CP_NONE;
}

static cp_err check_local(struct checking *k, struct local *l)
{
    struct cp_label_block blocks[CP_LABEL_BLOCKS_MAX];
    uint32_t count = srgb_of(k, l->node, blocks);

    if (l->label >= CP_LABEL_FIRST && l->label <= CP_LABEL_LAST &&
        index_of(blocks, count, l->label) == CP_NONE)
        return CP_OK;
    drop_local(l);
    return say(k, k->m->world->nodes[l->node].id,
               "an adjacency's label that is reserved, or inside the SRGB");
}

static cp_err gather_locals(struct checking *k, struct local **out, uint32_t *count)
{
    struct ted_world *w = k->m->world;
    size_t most = 0;
    struct local *all;

    for (uint32_t l = 0; l < w->link_count; l++)
        for (uint32_t i = 0; i < w->links[l].end_count; i++)
            most += 1 + w->links[l].ends[i].lan_sid_count;
    all = CP_TAKE(k->m->work, most, struct local);
    if (all == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < w->link_count; l++)
        for (uint32_t i = 0; i < w->links[l].end_count; i++) {
            struct ted_world_end *e = &w->links[l].ends[i];

            if (e->sid.kind == TED_SID_LABEL)
                all[(*count)++] = (struct local){e->node, e->sid.number, e, CP_NONE};
            for (uint32_t s = 0; s < e->lan_sid_count; s++)
                all[(*count)++] = (struct local){e->node, e->lan_sids[s].label, e, s};
        }
    *out = all;
    return CP_OK;
}

static cp_err check_locals(struct checking *k)
{
    struct local *all;
    uint32_t count = 0;

    CP_TRY(gather_locals(k, &all, &count));
    if (count > 0)
        qsort(all, count, sizeof *all, compare_locals);
    for (uint32_t i = 0; i < count; i++) {
        bool again = (i > 0 && compare_locals(&all[i - 1], &all[i]) == 0) ||
                     (i + 1 < count && compare_locals(&all[i], &all[i + 1]) == 0);

        if (again) {
            drop_local(&all[i]);
            CP_TRY(say(k, k->m->world->nodes[all[i].node].id,
                       "an adjacency's label that stands twice"));
        } else
            CP_TRY(check_local(k, &all[i]));
    }
    return CP_OK;
}

/* A router that steers by IPv4 cannot leave by an IPv6 adjacency's label (FRR 8.4: such a policy stays down). */
static cp_err check_six(struct checking *k)
{
    struct ted_world *w = k->m->world;

    for (uint32_t l = 0; l < w->link_count; l++)
        for (uint32_t i = 0; i < w->links[l].end_count; i++) {
            const struct ted_world_end *e = &w->links[l].ends[i];

            if (e->sid.kind == TED_SID_LABEL && e->sid_six && e->address.family == 4)
                CP_TRY(say(k, w->nodes[e->node].id,
                           "an adjacency of which the IPv6 label alone is known: a path may not "
                           "begin with it"));
        }
    return CP_OK;
}

/* --- SRv6 --------------------------------------------------------------------------------------- */

static bool holds(const struct cp_locator *locator, const uint8_t *address)
{
    for (uint32_t bit = 0; bit < locator->bits; bit++)
        if (((locator->address[bit / 8] ^ address[bit / 8]) & 0x80u >> bit % 8) != 0)
            return false;
    return true;
}

static cp_err check_within(struct checking *k)
{
    struct ted_world *w = k->m->world;

    for (uint32_t v = 0; v < w->node_count; v++)
        if (w->nodes[v].end_known && !holds(&w->nodes[v].srv6_locator, w->nodes[v].end)) {
            w->nodes[v].end_known = 0;
            CP_TRY(say(k, w->nodes[v].id, "a sid outside the locator of its router"));
        }
    for (uint32_t l = 0; l < w->link_count; l++)
        for (uint32_t i = 0; i < w->links[l].end_count; i++) {
            struct ted_world_end *e = &w->links[l].ends[i];

            if (e->srv6_known && !holds(&w->nodes[e->node].srv6_locator, e->srv6)) {
                e->srv6_known = 0;
                CP_TRY(say(k, w->nodes[e->node].id, "an adjacency's sid outside the locator"));
            }
        }
    return CP_OK;
}

static cp_err check_addresses(struct checking *k)
{
    struct ted_world *w = k->m->world;
    size_t most = (size_t)w->node_count + k->c->node_count;
    struct keyed *keys;
    struct cp_sid_text sid;
    uint32_t count = 0;

    CP_TRY(check_within(k));
    for (uint32_t l = 0; l < w->link_count; l++)
        most += w->links[l].end_count;
    keys = CP_TAKE(k->m->work, most, struct keyed);
    if (keys == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < w->node_count; v++) {
        if (!w->nodes[v].end_known)
            continue;
        keys[count] = (struct keyed){.world = v, .order = count};
        memcpy(keys[count++].key, w->nodes[v].end, 16);
    }
    for (uint32_t l = 0; l < w->link_count; l++)
        for (uint32_t i = 0; i < w->links[l].end_count; i++) {
            struct ted_world_end *e = &w->links[l].ends[i];

            if (!e->srv6_known)
                continue;
            keys[count] = (struct keyed){.world = e->node, .order = count, .end = e};
            memcpy(keys[count++].key, e->srv6, 16);
        }
    for (uint32_t n = 0; n < k->c->node_count; n++) {
        if (!counts(k, n) || cp_sid_text_parse(k->c->nodes[n].sid, &sid) != CP_OK ||
            sid.kind != CP_SID_TEXT_SRV6)
            continue;
        keys[count] = (struct keyed){.world = CP_NONE, .node = n, .order = count};
        memcpy(keys[count++].key, sid.srv6, 16);
    }
    return drop_doubles(k, keys, count);
}

/* --- texts -------------------------------------------------------------------------------------- */

static cp_err write_blocks(struct ted_making *m, const struct cp_label_block *blocks,
                           uint32_t count, cp_text *out)
{
    struct cp_out text = cp_out_make(m->arena);
    struct cp_label_block read[CP_LABEL_BLOCKS_MAX];
    uint32_t read_count;

    *out = CP_TEXT("");
    if (count == 0)
        return CP_OK;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            cp_out_char(&text, ' ');
        cp_out_u64(&text, blocks[i].first);
        cp_out_char(&text, '-');
        cp_out_u64(&text, blocks[i].last);
    }
    CP_TRY(cp_out_done(&text, out));
    if (cp_label_blocks_parse(*out, read, &read_count) != CP_OK)
        *out = CP_TEXT(""); /* blocks that overlap */
    return CP_OK;
}

static cp_err write_node(struct checking *k, struct ted_world_node *n)
{
    struct cp_out sid = cp_out_make(k->m->arena);
    struct cp_out locator = cp_out_make(k->m->arena);

    CP_TRY(write_blocks(k->m, n->srgb_blocks, n->srgb_count, &n->srgb));
    CP_TRY(write_blocks(k->m, n->srlb_blocks, n->srlb_count, &n->srlb));
    if (n->mpls.kind == TED_SID_INDEX) {
        cp_out_str(&sid, "index:");
        cp_out_u64(&sid, n->mpls.number);
    } else if (n->end_known) {
        cp_out_ipv6(&sid, n->end);
    }
    CP_TRY(cp_out_done(&sid, &n->sid));
    if (n->srv6_locator.bits > 0) {
        cp_out_ipv6(&locator, n->srv6_locator.address);
        cp_out_format(&locator, "/%u", n->srv6_locator.bits);
    }
    return cp_out_done(&locator, &n->locator);
}

/* What the inventory says, and the routers say otherwise. */
static cp_err compare_node(struct checking *k, const struct ted_world_node *n)
{
    if (n->node == CP_NONE || k->c->nodes[n->node].sid.len == 0 || n->sid.len == 0)
        return CP_OK;
    if (k->m->world->srv6 ? cp_text_eq(k->c->nodes[n->node].sid, n->sid)
                          : stated_index(k, n->node) == n->mpls.number)
        return CP_OK;
    return say(k, n->id, "a sid that is not the one of the inventory");
}

/* An SRGB whose blocks cannot be is none; what was built on it is not either. */
static cp_err check_blocks(struct checking *k)
{
    for (uint32_t v = 0; v < k->m->world->node_count; v++) {
        struct ted_world_node *n = &k->m->world->nodes[v];
        cp_text text;

        CP_TRY(write_blocks(k->m, n->srgb_blocks, n->srgb_count, &text));
        if (n->srgb_count > 0 && text.len == 0) {
            n->srgb_count = 0;
            n->mpls.kind = TED_SID_NONE;
            CP_TRY(say(k, n->id, "an SRGB whose blocks overlap"));
        }
    }
    return CP_OK;
}

cp_err cp_ted_check_sids(struct ted_making *m)
{
    struct checking k = {.m = m, .c = m->ted->inventory};
    struct ted_world *w = m->world;

    k.world_of = CP_TAKE(m->work, k.c->node_count, uint32_t);
    w->inventory_sid_out = CP_TAKE(m->arena, k.c->node_count, uint8_t);
    if (k.world_of == NULL || w->inventory_sid_out == NULL)
        return CP_ERR_NOMEM;
    memset(k.world_of, 0xff, k.c->node_count * sizeof *k.world_of);
    for (uint32_t v = 0; v < w->known_count; v++)
        k.world_of[w->nodes[v].node] = v;
    CP_TRY(check_blocks(&k));
    w->srv6 = is_srv6(&k);
    CP_TRY(drop_other_plane(&k));
    CP_TRY(w->srv6 ? check_addresses(&k) : check_indexes(&k));
    if (!w->srv6) {
        CP_TRY(check_locals(&k));
        CP_TRY(check_six(&k));
    }
    for (uint32_t v = 0; v < w->node_count; v++) {
        CP_TRY(write_node(&k, &w->nodes[v]));
        CP_TRY(compare_node(&k, &w->nodes[v]));
    }
    return CP_OK;
}

#include "ted/ls.h"

#include <string.h>

#include "inside.h"

/* Statements of BGP-LS, brought to the form that all feeds' statements have. */

struct telling {
    struct ted_feed *feed;
    const struct cp_ls_nlri *nlri;
    const struct cp_ls_attribute *a;
    struct cp_arena *work;
    ted_kind kind;
    cp_text blob; /* empty: nothing of it is used */
};

static const struct cp_ls_attribute nothing;

static bool has(const struct telling *t, uint64_t field)
{
    return (t->a->has & field) != 0;
}

/* --- who ---------------------------------------------------------------------------------------- */

static uint8_t family_of(uint8_t protocol)
{
    switch (protocol) {
    case CP_LS_ISIS_L1:
    case CP_LS_ISIS_L2:
        return TED_ISIS;
    case CP_LS_OSPFV2:
        return TED_OSPF;
    case CP_LS_OSPFV3:
        return TED_OSPF3;
    default:
        return 0;
    }
}

/* False where it is no router of an IGP. */
static bool router_of(const struct cp_ls_nlri *nlri, const struct cp_ls_node *node,
                      struct ted_router *router)
{
    uint8_t family = family_of(nlri->protocol);
    size_t len = node->router.len;

    if (family == 0 || (node->has & CP_LS_NODE_ROUTER) == 0)
        return false;
    if (family == TED_ISIS ? len != 6 && len != 7 : len != 4 && len != 8)
        return false;
    router->instance = nlri->instance;
    router->family = family;
    memcpy(router->id, node->router.at, len);
    if (family == TED_ISIS && len == 7 && router->id[6] == 0)
        len = 6; /* pseudonode 0 is the router itself */
    router->len = (uint8_t)len;
    return true;
}

/* IS-IS areas flood as levels do; of OSPF each area is a flooding scope of its own. */
static void domain_of(const struct cp_ls_nlri *nlri, struct ted_domain *domain)
{
    domain->instance = nlri->instance;
    domain->protocol = nlri->protocol;
    if (family_of(nlri->protocol) != TED_ISIS && (nlri->local.has & CP_LS_NODE_AREA) != 0) {
        domain->area = nlri->local.area;
        domain->area_known = 1;
    }
}

/* --- nodes -------------------------------------------------------------------------------------- */

static uint32_t blocks_of(const struct cp_ls_ranges *ranges, struct cp_label_block *blocks)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < ranges->count; i++) {
        const struct cp_ls_range *r = &ranges->at[i];

        /* A block that begins with an index, or has no room, is none; and then the others mean other labels. */
        if (r->is_index || r->size == 0 || r->first < CP_LABEL_FIRST || r->first > CP_LABEL_LAST ||
            r->size - 1 > CP_LABEL_LAST - r->first || count == CP_LABEL_BLOCKS_MAX)
            return 0;
        blocks[count++] = (struct cp_label_block){r->first, r->first + r->size - 1};
    }
    return count;
}

static void take_addresses(struct ted_node *node, const struct cp_ls_attribute *a)
{
    for (uint32_t i = 0; i < a->local_router_count; i++) {
        if (a->local_routers[i].family == 4 && node->address.family == 0)
            node->address = a->local_routers[i];
        if (a->local_routers[i].family == 6 && node->address6.family == 0)
            node->address6 = a->local_routers[i];
    }
}

/* RFC 8814 3: type 1 is the base MPLS imposition; RFC 9352 4.3: 44 is the most SIDs of an H.Encaps. */
static uint32_t msd_of(const struct telling *t)
{
    uint32_t msd = CP_NONE;

    for (uint32_t i = 0; i < t->a->node_msd_count; i++) {
        const struct cp_ls_msd *m = &t->a->node_msd[i];

        if (m->type == 1)
            return m->value;
        if (m->type == 44)
            msd = m->value;
    }
    return msd;
}

static cp_err tell_node(struct telling *t)
{
    struct ted_node *node = CP_TAKE(t->work, 1, struct ted_node);
    cp_text name = t->a->node_name;

    if (node == NULL)
        return CP_ERR_NOMEM;
    if (!router_of(t->nlri, &t->nlri->local, &node->router))
        return CP_OK;
    domain_of(t->nlri, &node->domain);
    take_addresses(node, t->a);
    node->msd = has(t, CP_LS_NODE_MSD) ? msd_of(t) : CP_NONE;
    if (has(t, CP_LS_SR_CAPABILITIES))
        node->srgb_count = blocks_of(&t->a->sr_capabilities, node->srgb);
    if (has(t, CP_LS_SR_LOCAL_BLOCK))
        node->srlb_count = blocks_of(&t->a->sr_local_block, node->srlb);
    if (has(t, CP_LS_NODE_NAME) && name.len > 0 && name.len <= CP_TED_NAME_BYTES_MAX &&
        cp_text_bad_utf8(name) == name.len && cp_text_unsafe(name) == name.len) {
        memcpy(node->name, name.at, name.len);
        node->name_len = (uint32_t)name.len;
    }
    t->kind = TED_NODE;
    t->blob = (cp_text){(const char *)node, sizeof *node};
    return CP_OK;
}

/* --- links -------------------------------------------------------------------------------------- */

/* RFC 9552 5.2.2.1: a link without ids of topologies is of the plain one.  Several are not allowed for a link. */
static uint32_t topology_of(const struct cp_ls_nlri *nlri)
{
    if ((nlri->has & CP_LS_HAS_TOPOLOGIES) == 0 || cp_ls_topology_count(nlri->topologies) == 0)
        return 0;
    return cp_ls_topology(nlri->topologies, 0);
}

static void take_sids(struct ted_half *half, const struct telling *t)
{
    uint64_t best = TED_SID_UNUSED;

    for (uint32_t i = 0; i < t->a->sid_count; i++) {
        const struct cp_ls_sid *sid = &t->a->sids[i];

        if (sid->type == 1099 && sid->is_label && sid->algorithm == 0)
            cp_ted_half_take_sid(half, sid->flags, sid->value, &best);
    }
}

static bool is_lan_sid(const struct ted_half *half, const struct cp_ls_sid *sid)
{
    return sid->type == 1100 && sid->is_label &&
           cp_ted_sid_rank(half->from.family, sid->flags, sid->value) != TED_SID_UNUSED &&
           sid->neighbour.len == (half->from.family == TED_ISIS ? 6u : 4u);
}

static void take_lan_sids(struct ted_half *half, const struct telling *t)
{
    uint32_t most = half->lan_count;

    half->lan_count = 0;
    for (uint32_t i = 0; i < t->a->sid_count; i++) {
        const struct cp_ls_sid *sid = &t->a->sids[i];
        struct ted_router to = {.instance = half->from.instance,
                                .family = half->from.family,
                                .len = (uint8_t)sid->neighbour.len};

        if (!is_lan_sid(half, sid))
            continue;
        memcpy(to.id, sid->neighbour.at, sid->neighbour.len);
        cp_ted_half_take_lan_sid(half, most, &to, sid->flags, sid->value);
    }
}

/* RFC 9514 4.1: flags B 0x80, S 0x40 as RFC 9352 8.1 has them; the plain End.X of algorithm 0, the least. */
static void take_srv6(struct ted_half *half, const struct telling *t)
{
    for (uint32_t i = 0; i < t->a->srv6_sid_count; i++) {
        const struct cp_ls_srv6_sid *sid = &t->a->srv6_sids[i];

        if (sid->type != 1106 || (sid->flags & 0xc0) != 0 || sid->algorithm != 0)
            continue;
        if (half->srv6_known && memcmp(sid->sid, half->srv6, 16) >= 0)
            continue;
        half->srv6_known = 1;
        memcpy(half->srv6, sid->sid, 16);
    }
}

static void take_numbers(struct ted_half *half, const struct telling *t)
{
    if (has(t, CP_LS_IGP_METRIC))
        half->metric = t->a->igp_metric;
    if (has(t, CP_LS_TE_METRIC) && t->a->te_metric != CP_NONE)
        half->te_metric = t->a->te_metric;
    if (has(t, CP_LS_DELAY))
        half->delay_us = t->a->delay_us;
    else if (has(t, CP_LS_DELAY_MIN_MAX))
        half->delay_us = t->a->delay_max_us;
    if (has(t, CP_LS_ADMIN_GROUP))
        half->colour = t->a->admin_group;
    if (has(t, CP_LS_BANDWIDTH))
        half->bandwidth_bps = t->a->bandwidth_bps;
}

static void take_descriptors(struct ted_half *half, const struct cp_ls_nlri *nlri)
{
    if ((nlri->has & CP_LS_HAS_IDS) != 0) {
        half->local_id = nlri->local_id;
        half->remote_id = nlri->remote_id;
    }
    if ((nlri->has & CP_LS_HAS_LOCAL4) != 0)
        half->local = nlri->local4;
    if ((nlri->has & CP_LS_HAS_REMOTE4) != 0)
        half->remote = nlri->remote4;
    if ((nlri->has & CP_LS_HAS_LOCAL6) != 0)
        half->local6 = nlri->local6;
    if ((nlri->has & CP_LS_HAS_REMOTE6) != 0)
        half->remote6 = nlri->remote6;
}

static uint32_t count_lan_sids(const struct ted_half *half, const struct cp_ls_attribute *a)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < a->sid_count; i++)
        count += is_lan_sid(half, &a->sids[i]);
    return count;
}

static cp_err tell_link(struct telling *t)
{
    struct ted_half head = {.sid.kind = TED_SID_NONE};
    struct ted_half *half;
    uint32_t srlgs = has(t, CP_LS_SRLG) ? t->a->srlg_count : 0;
    uint32_t lans;

    if (!router_of(t->nlri, &t->nlri->local, &head.from) ||
        !router_of(t->nlri, &t->nlri->remote, &head.to))
        return CP_OK;
    lans = count_lan_sids(&head, t->a);
    t->feed->malformed += srlgs > CP_TED_SRLGS_MAX || lans > CP_TED_LAN_SIDS_MAX ? 1u : 0u;
    srlgs = srlgs > CP_TED_SRLGS_MAX ? CP_TED_SRLGS_MAX : srlgs;
    lans = lans > CP_TED_LAN_SIDS_MAX ? CP_TED_LAN_SIDS_MAX : lans;
    half = cp_ted_half_make(t->work, srlgs, lans);
    if (half == NULL)
        return CP_ERR_NOMEM;
    half->from = head.from;
    half->to = head.to;
    domain_of(t->nlri, &half->domain);
    half->topology = topology_of(t->nlri);
    take_descriptors(half, t->nlri);
    take_numbers(half, t);
    for (uint32_t i = 0; i < srlgs; i++)
        ((uint32_t *)(void *)(half + 1))[i] = t->a->srlg[i];
    take_sids(half, t);
    take_lan_sids(half, t);
    take_srv6(half, t);
    t->kind = TED_HALF;
    t->blob = (cp_text){(const char *)half, cp_ted_half_bytes(srlgs, half->lan_count)};
    return CP_OK;
}

/* --- prefixes and SRv6 SIDs --------------------------------------------------------------------- */

/* RFC 8667 2.1: R 0x80, N 0x40; V 0x08 and L 0x04 here and in RFC 8665 5. */
static bool take_prefix_sid(struct ted_prefix *p, const struct telling *t)
{
    bool whole = p->bits == (p->address.family == 4 ? 32u : 128u);

    for (uint32_t i = 0; i < t->a->sid_count; i++) {
        const struct cp_ls_sid *sid = &t->a->sids[i];

        if (sid->type != 1158 || sid->algorithm != 0 || !whole || sid->value > CP_LABEL_LAST)
            continue;
        if (p->router.family == TED_ISIS && (sid->flags & 0xc0) != 0x40)
            continue;
        p->sid.kind = sid->is_label ? TED_SID_LABEL : TED_SID_INDEX;
        p->sid.number = sid->value;
        return true;
    }
    return false;
}

static bool take_locator(struct ted_prefix *p, const struct telling *t)
{
    if (p->address.family != 6 || p->bits == 0 || p->bits > CP_LOCATOR_BITS_MAX)
        return false;
    for (uint32_t i = 0; i < t->a->locator_count; i++) {
        if (t->a->locators[i].algorithm != 0)
            continue;
        p->locator.bits = p->bits;
        memcpy(p->locator.address, p->address.bytes, 16);
        for (uint32_t bit = p->bits; bit < 128; bit++)
            p->locator.address[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
        return true;
    }
    return false;
}

static cp_err tell_prefix(struct telling *t)
{
    struct ted_prefix *p;
    bool sid, locator;

    t->kind = TED_PREFIX;
    if (t->a->sid_count == 0 && t->a->locator_count == 0)
        return CP_OK;
    p = CP_TAKE(t->work, 1, struct ted_prefix);
    if (p == NULL)
        return CP_ERR_NOMEM;
    if (!router_of(t->nlri, &t->nlri->local, &p->router) || topology_of(t->nlri) > 2)
        return CP_OK;
    domain_of(t->nlri, &p->domain);
    p->address = t->nlri->prefix;
    p->bits = t->nlri->prefix_bits;
    sid = take_prefix_sid(p, t);
    locator = take_locator(p, t);
    if (sid || locator)
        t->blob = (cp_text){(const char *)p, sizeof *p};
    return CP_OK;
}

/* RFC 8986 10.2: End and its flavours (1 to 4, 28 to 31); RFC 9800: with NEXT-CSID (43 to 50). */
static bool is_end(uint16_t behaviour)
{
    return (behaviour >= 1 && behaviour <= 4) || (behaviour >= 28 && behaviour <= 31) ||
           (behaviour >= 43 && behaviour <= 50);
}

static cp_err tell_srv6(struct telling *t)
{
    struct ted_srv6 *s;

    t->kind = TED_SRV6;
    if (!has(t, CP_LS_SRV6_BEHAVIOUR) || !is_end(t->a->behaviour) ||
        t->a->behaviour_algorithm != 0 || (t->nlri->has & CP_LS_HAS_SID) == 0)
        return CP_OK;
    s = CP_TAKE(t->work, 1, struct ted_srv6);
    if (s == NULL)
        return CP_ERR_NOMEM;
    if (!router_of(t->nlri, &t->nlri->local, &s->router))
        return CP_OK;
    domain_of(t->nlri, &s->domain);
    memcpy(s->sid, t->nlri->sid, 16);
    t->blob = (cp_text){(const char *)s, sizeof *s};
    return CP_OK;
}

/* --- all of them -------------------------------------------------------------------------------- */

static cp_err tell(struct telling *t)
{
    t->kind = TED_NOT_USED;
    if (t->nlri->vpn || family_of(t->nlri->protocol) == 0)
        return CP_OK;
    switch (t->nlri->type) {
    case CP_LS_NODE:
        return tell_node(t);
    case CP_LS_LINK:
        return tell_link(t);
    case CP_LS_PREFIX4:
    case CP_LS_PREFIX6:
        return tell_prefix(t);
    case CP_LS_SRV6_SID:
        return tell_srv6(t);
    default:
        return CP_OK;
    }
}

cp_err cp_ted_announce(struct cp_ted *ted, uint32_t feed, const struct cp_ls_nlri *nlri,
                       const struct cp_ls_attribute *attribute, uint64_t now_us)
{
    struct ted_feed *f = &ted->feeds[feed];
    struct telling t = {
        .feed = f, .nlri = nlri, .a = attribute == NULL ? &nothing : attribute, .work = ted->work};
    cp_arena_mark empty = cp_arena_mark_get(ted->work);
    ted_put did = TED_SAME;
    cp_err err;

    CP_ASSERT(feed < ted->feed_count && f->kind == CP_TED_BGP_LS);
    err = tell(&t);
    if (err == CP_OK)
        err = cp_ted_store_put(&f->store, nlri->key, t.kind, t.blob, f->generation, &did);
    f->statements++;
    if (err != CP_OK)
        f->full = false; /* it says more than is kept */
    if (err == CP_OK && did != TED_SAME && t.kind == TED_HALF)
        cp_ted_touch_half(ted, (const struct ted_half *)(const void *)t.blob.at, now_us);
    else if (err != CP_OK || did != TED_SAME)
        cp_ted_touch(ted, now_us);
    cp_arena_reset(ted->work, empty);
    return err;
}

void cp_ted_withdraw(struct cp_ted *ted, uint32_t feed, const struct cp_ls_nlri *nlri,
                     uint64_t now_us)
{
    struct ted_store *store = &ted->feeds[feed].store;
    const struct ted_thing *thing = cp_ted_store_find(store, nlri->key);

    CP_ASSERT(feed < ted->feed_count);
    ted->feeds[feed].statements++;
    if (thing == NULL)
        return;
    if (thing->kind == TED_HALF)
        cp_ted_touch_half(ted, thing->blob, now_us);
    else
        cp_ted_touch(ted, now_us);
    (void)cp_ted_store_drop(store, nlri->key);
}

void cp_ted_malformed(struct cp_ted *ted, uint32_t feed, uint32_t count, uint64_t now_us)
{
    CP_ASSERT(feed < ted->feed_count);
    ted->feeds[feed].malformed += count;
    if (count > 0)
        cp_ted_touch(ted, now_us);
}

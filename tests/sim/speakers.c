#include <string.h>

#include "sim.h"
#include "wire/bgp.h"

/*
 * A collector that speaks BGP-LS: what its router has heard, as nodes, links and prefixes with their attributes
 * (RFC 9552, RFC 9085), each announced when it is new or another, and withdrawn when it is no more.
 */

void speaker_make(struct sim *s, uint32_t feed)
{
    struct feed *f = &s->feeds[feed];
    struct cp_bgp_config config = {.local_as = 65000,
                                   .remote_as = 65000,
                                   .router_id = 0x0a000001 + f->collector,
                                   .hold_s = 30};

    wire_open(s, ROUTERS_MOST + feed, f->collector);
    f->late = chance_of(&s->chance, 40);
    must(cp_bgp_open(&config, s->wires[ROUTERS_MOST + feed].arena, &f->bgp));
}

/* --- NLRI --------------------------------------------------------------------------------------------- */

/* The system id is the router's number and one more, in the last byte. */
static struct cp_ls_node node_of(uint32_t router, char id[6])
{
    memset(id, 0, 6);
    id[5] = (char)(router + 1);
    return (struct cp_ls_node){
        .has = CP_LS_NODE_AS | CP_LS_NODE_ROUTER, .as = 65000, .router = {id, 6}};
}

static cp_text written(struct cp_out *out)
{
    cp_text text;

    must(cp_out_done(out, &text));
    return text;
}

static cp_text write_nlri(struct cp_arena *arena, const struct cp_ls_nlri *nlri)
{
    struct cp_out out = cp_out_make(arena);

    cp_ls_nlri_write(&out, nlri);
    return written(&out);
}

static cp_text write_attribute(struct cp_arena *arena, const struct cp_ls_attribute *attribute)
{
    struct cp_out out = cp_out_make(arena);

    cp_ls_attribute_write(&out, attribute);
    return written(&out);
}

struct telling {
    struct sim *s;
    uint32_t feed;
    struct cp_arena *arena;
    bool attributes; /* else NLRI alone */
};

static void tell(struct telling *t, const struct cp_ls_nlri *nlri,
                 const struct cp_ls_attribute *attribute)
{
    cp_text key = write_nlri(t->arena, nlri);
    struct cp_bgp *bgp = t->s->feeds[t->feed].bgp;

    if (attribute == NULL)
        may(cp_bgp_withdraw(bgp, key, t->s->now_us));
    else
        may(cp_bgp_announce(bgp, key,
                            t->attributes ? write_attribute(t->arena, attribute) : CP_TEXT(""),
                            t->s->now_us));
}

static void tell_node(struct telling *t, uint32_t router, bool there)
{
    char id[6], name[8];
    struct cp_ls_nlri nlri = {
        .type = CP_LS_NODE, .protocol = CP_LS_ISIS_L2, .local = node_of(router, id)};
    struct cp_ls_range global = {8000, LABEL_NODE, false}, local = {1000, LABEL_ADJACENCY, false};
    struct cp_ls_msd msd = {t->s->srv6 ? 44 : 1, (uint8_t)t->s->routers[router].depth};
    cp_ip address = cp_ip_v4(0x0a000001 + router);
    struct cp_ls_attribute attribute = {.has = CP_LS_NODE_NAME | CP_LS_SR_CAPABILITIES |
                                               CP_LS_SR_LOCAL_BLOCK | CP_LS_NODE_MSD,
                                        .sr_capabilities = {0xc0, 1, &global},
                                        .sr_local_block = {0, 1, &local},
                                        .local_routers = &address,
                                        .local_router_count = 1,
                                        .node_msd = &msd,
                                        .node_msd_count = 1};

    (void)snprintf(name, sizeof name, "r%u", router);
    attribute.node_name = cp_text_of(name);
    if (t->s->srv6) {
        attribute.has = CP_LS_NODE_NAME | CP_LS_NODE_MSD;
        attribute.sr_capabilities = attribute.sr_local_block = (struct cp_ls_ranges){0};
    }
    tell(t, &nlri, there ? &attribute : NULL);
}

/* RFC 9514 5.1, 6: its locator; an End of its own, or (index) another router's, where it lies. */
static void tell_srv6(struct telling *t, uint32_t router, uint32_t index, bool there)
{
    char id[6];
    struct cp_ls_nlri prefix = {.type = CP_LS_PREFIX6,
                                .protocol = CP_LS_ISIS_L2,
                                .local = node_of(router, id),
                                .has = CP_LS_HAS_PREFIX,
                                .prefix = {.family = 6},
                                .prefix_bits = 48};
    struct cp_ls_nlri sid = {.type = CP_LS_SRV6_SID,
                             .protocol = CP_LS_ISIS_L2,
                             .local = node_of(router, id),
                             .has = CP_LS_HAS_SID};
    struct cp_ls_locator locator = {0};
    struct cp_ls_attribute located = {
        .has = CP_LS_PREFIX_METRIC, .locators = &locator, .locator_count = 1};
    struct cp_ls_attribute end = {.has = CP_LS_SRV6_BEHAVIOUR, .behaviour = 1};

    locator_of(router, prefix.prefix.bytes);
    tell(t, &prefix, there ? &located : NULL);
    sid_of_label(t->s, LABEL_NODE + index, sid.sid);
    tell(t, &sid, there ? &end : NULL);
}

static void tell_prefix(struct telling *t, uint32_t router, uint32_t index, bool there)
{
    char id[6];
    struct cp_ls_nlri nlri = {.type = CP_LS_PREFIX4,
                              .protocol = CP_LS_ISIS_L2,
                              .local = node_of(router, id),
                              .has = CP_LS_HAS_PREFIX,
                              .prefix = cp_ip_v4(0x0a000001 + router),
                              .prefix_bits = 32};
    struct cp_ls_sid sid = {.type = 1158, .flags = 0x40, .value = index};
    struct cp_ls_attribute attribute = {.has = CP_LS_PREFIX_METRIC, .sids = &sid, .sid_count = 1};

    if (t->s->srv6)
        tell_srv6(t, router, index, there);
    else
        tell(t, &nlri, there ? &attribute : NULL);
}

static void tell_link(struct telling *t, uint32_t router, uint32_t l, uint32_t metric, bool there)
{
    char id[6], other[6];
    uint32_t local = t->s->links[l].a == router ? 1 : 2;
    struct cp_ls_nlri nlri = {.type = CP_LS_LINK,
                              .protocol = CP_LS_ISIS_L2,
                              .local = node_of(router, id),
                              .remote = node_of(link_other(&t->s->links[l], router), other),
                              .has = CP_LS_HAS_LOCAL4 | CP_LS_HAS_REMOTE4,
                              .local4 = cp_ip_v4(0x0a010000 + l * 256 + local),
                              .remote4 = cp_ip_v4(0x0a010000 + l * 256 + 3 - local)};
    struct cp_ls_sid sid = {
        .type = 1099, .flags = 0x30, .is_label = true, .value = label_adjacency(t->s, l, router)};
    struct cp_ls_attribute attribute = {.has = CP_LS_IGP_METRIC | CP_LS_TE_METRIC,
                                        .igp_metric = metric,
                                        .te_metric = metric,
                                        .sids = &sid,
                                        .sid_count = 1};
    struct cp_ls_srv6_sid end_x = {.type = 1106, .behaviour = 5};

    if (t->s->srv6) {
        sid_of_label(t->s, sid.value, end_x.sid);
        attribute.sid_count = 0;
        attribute.srv6_sids = &end_x;
        attribute.srv6_sid_count = 1;
    }
    tell(t, &nlri, there ? &attribute : NULL);
}

/* --- the LAN ---------------------------------------------------------------------------------------------- */

static bool says_of(const struct router *c, uint32_t router, uint32_t link)
{
    return c->view[router].sequence > 0 && (c->view[router].links >> link & 1) != 0;
}

/* By what routers say of their adjacencies over it, both of each: who is gone speaks for nobody. */
static void read_lan(const struct sim *s, const struct router *c, struct lan_told *out)
{
    *out = (struct lan_told){0};
    for (uint32_t l = 0; l < s->link_count; l++) {
        const struct link *link = &s->links[l];

        for (uint32_t end = 0; end < 2 && link->lan; end++) {
            uint32_t r = end == 0 ? link->a : link->b;

            if (!says_of(c, link->a, l) || !says_of(c, link->b, l))
                continue;
            out->heard[r] |= 1u << link_other(link, r);
            out->metrics[r] = c->view[r].metrics[l];
        }
    }
    while (out->speaker < s->router_count && out->heard[out->speaker] == 0)
        out->speaker++;
    out->there = out->speaker < s->router_count;
    if (!out->there)
        return;
    out->from = out->heard[out->speaker] | 1u << out->speaker;
    out->to = 1u << out->speaker;
    for (uint32_t r = 0; r < s->router_count; r++)
        if ((out->heard[r] >> out->speaker & 1) != 0)
            out->to |= 1u << r;
}

static struct cp_ls_node pseudonode(uint32_t speaker, char id[7])
{
    struct cp_ls_node node = node_of(speaker, id);

    id[6] = 1;
    node.router.len = 7;
    return node;
}

static void tell_from_lan(struct telling *t, uint32_t speaker, uint32_t router, bool there)
{
    char id[7], other[6];
    struct cp_ls_nlri nlri = {.type = CP_LS_LINK,
                              .protocol = CP_LS_ISIS_L2,
                              .local = pseudonode(speaker, id),
                              .remote = node_of(router, other)};
    struct cp_ls_attribute attribute = {.has = CP_LS_IGP_METRIC};

    tell(t, &nlri, there ? &attribute : NULL);
}

static uint32_t lan_link(const struct sim *s, uint32_t a, uint32_t b)
{
    uint32_t l = 0;

    while (!s->links[l].lan || (s->links[l].a != a && s->links[l].b != a) ||
           link_other(&s->links[l], a) != b)
        l++;
    return l;
}

static void tell_to_lan(struct telling *t, const struct lan_told *lan, uint32_t router, bool there)
{
    char id[6], other[7], neighbours[ROUTERS_MOST][6];
    struct cp_ls_sid sids[ROUTERS_MOST];
    struct cp_ls_nlri nlri = {.type = CP_LS_LINK,
                              .protocol = CP_LS_ISIS_L2,
                              .local = node_of(router, id),
                              .remote = pseudonode(lan->speaker, other)};
    struct cp_ls_attribute attribute = {.has = CP_LS_IGP_METRIC | CP_LS_TE_METRIC,
                                        .igp_metric = lan->metrics[router],
                                        .te_metric = lan->metrics[router],
                                        .sids = sids};

    for (uint32_t r = 0; r < t->s->router_count; r++)
        if ((lan->heard[router] >> r & 1) != 0)
            sids[attribute.sid_count++] = (struct cp_ls_sid){
                .type = 1100,
                .flags = 0x30,
                .is_label = true,
                .value = label_adjacency(t->s, lan_link(t->s, router, r), router),
                .neighbour = node_of(r, neighbours[r]).router};
    tell(t, &nlri, there ? &attribute : NULL);
}

static void tell_lan(struct telling *t, const struct router *c)
{
    struct lan_told *told = &t->s->feeds[t->feed].lan, now;
    bool other;

    read_lan(t->s, c, &now);
    other = !told->there || !now.there || told->speaker != now.speaker;
    for (uint32_t r = 0; r < t->s->router_count; r++) {
        bool to = (now.to >> r & 1) != 0, from = (now.from >> r & 1) != 0;

        if (told->there && (told->to >> r & 1) != 0 && (other || !to))
            tell_to_lan(t, told, r, false);
        if (told->there && (told->from >> r & 1) != 0 && (other || !from))
            tell_from_lan(t, told->speaker, r, false);
        if (now.there && to &&
            (other || (told->to >> r & 1) == 0 || told->metrics[r] != now.metrics[r] ||
             told->heard[r] != now.heard[r]))
            tell_to_lan(t, &now, r, true);
        if (now.there && from && (other || (told->from >> r & 1) == 0))
            tell_from_lan(t, now.speaker, r, true);
    }
    *told = now;
}

/* --- what is otherwise ---------------------------------------------------------------------------------- */

static void tell_links(struct telling *t, uint32_t router, const struct statement *now)
{
    struct statement *told = &t->s->feeds[t->feed].told[router];

    for (uint32_t l = 0; l < t->s->link_count; l++) {
        bool is = (now->links >> l & 1) != 0, was = (told->links >> l & 1) != 0;

        if (t->s->links[l].lan)
            continue;
        if (is && (!was || now->metrics[l] != told->metrics[l]))
            tell_link(t, router, l, now->metrics[l], true);
        else if (!is && was)
            tell_link(t, router, l, 0, false);
    }
}

static void tell_router(struct telling *t, uint32_t router, const struct statement *now)
{
    struct statement *told = &t->s->feeds[t->feed].told[router];

    if (told->sequence == now->sequence)
        return;
    if ((told->sequence == 0) != (now->sequence == 0) || told->sequence == CP_NONE) {
        tell_node(t, router, now->sequence != 0);
        tell_prefix(t, router, now->sid, now->sequence != 0);
    } else if (told->sid != now->sid) {
        if (t->s->srv6) /* another NLRI */
            tell_prefix(t, router, told->sid, false);
        tell_prefix(t, router, now->sid, true);
    }
    tell_links(t, router, now);
    *told = *now;
}

void speaker_tell(struct sim *s, uint32_t feed)
{
    struct feed *f = &s->feeds[feed];
    const struct router *c = &s->routers[f->collector];
    struct telling t = {.s = s, .feed = feed, .attributes = true};

    if (!f->up || (s->plant == PLANT_NO_NEWS && f->full))
        return;
    t.arena = cp_arena_open((size_t)1 << 22);
    if (f->late && !f->full && !s->calm) { /* NLRI first, what they are like in the next look */
        t.attributes = false;
        for (uint32_t r = 0; r < s->router_count; r++) {
            tell_router(&t, r, &c->view[r]);
            memset(f->told[r].metrics, 0, sizeof f->told[r].metrics); /* told again */
            f->told[r].sequence = CP_NONE;
        }
        f->late = false;
    } else {
        for (uint32_t r = 0; r < s->router_count; r++)
            tell_router(&t, r, &c->view[r]);
        tell_lan(&t, c);
        if (!f->full)
            may(cp_bgp_end_of_rib(f->bgp, s->now_us));
        f->full = true;
    }
    cp_arena_close(t.arena);
    wire_hear(s, ROUTERS_MOST + feed);
}

void speaker_hear(struct sim *s, uint32_t feed)
{
    struct feed *f = &s->feeds[feed];
    struct cp_bgp_event event;

    while (cp_bgp_next(f->bgp, &event)) {
        if (event.kind == CP_BGP_EV_UP) {
            trace(s, "speaker %u is up", feed);
            f->up = true;
            f->full = false;
            memset(f->told, 0, sizeof f->told);
            f->lan = (struct lan_told){0};
        } else if (event.kind == CP_BGP_EV_DOWN) {
            trace(s, "speaker %u is down: %s", feed, event.why == NULL ? "-" : event.why);
            f->up = false;
        }
    }
}

#pragma once

#include "ted/ls.h"

#include "ted_trial.h"

/* What BGP-LS feeds say, by hand, over the lab's inventory. */

static const struct cp_ted_feed two[2] = {{{"one", 3}, CP_TED_BGP_LS}, {{"two", 3}, CP_TED_BGP_LS}};

struct statement {
    struct cp_ls_nlri nlri;
    struct cp_ls_attribute attribute;
    char local[8], remote[8], key[120], name[16];
    cp_ip address;
    struct cp_ls_sid sid;
};

static inline void set_router(char *bytes, uint32_t router, uint32_t pseudonode,
                              struct cp_ls_node *node)
{
    memset(bytes, 0, 8);
    bytes[5] = (char)router;
    bytes[6] = (char)pseudonode;
    node->has = CP_LS_NODE_ROUTER;
    node->router = (cp_text){bytes, pseudonode != 0 ? 7u : 6u};
}

static inline void set_node(struct statement *s, uint32_t router)
{
    s->nlri.type = CP_LS_NODE;
    s->nlri.protocol = CP_LS_ISIS_L2;
    set_router(s->local, router, 0, &s->nlri.local);
    (void)snprintf(s->key, sizeof s->key, "node %u", router);
    s->nlri.key = cp_text_of(s->key);
}

static inline void say_node(struct trial *t, uint32_t feed, uint32_t router, uint32_t address,
                            uint64_t now_us)
{
    struct statement s = {0};

    set_node(&s, router);
    s.address = cp_ip_v4(0x0aff0000u + address);
    s.attribute.local_routers = &s.address;
    s.attribute.local_router_count = address != 0;
    assert_int_equal(cp_ted_announce(t->ted, feed, &s.nlri, &s.attribute, now_us), CP_OK);
}

static inline void withdraw_node(struct trial *t, uint32_t feed, uint32_t router, uint64_t now_us)
{
    struct statement s = {0};

    set_node(&s, router);
    cp_ted_withdraw(t->ted, feed, &s.nlri, now_us);
}

/* link 0: without addresses.  metric 0: withdrawn. */
struct half {
    uint32_t ends[2], pseudonodes[2];
    uint32_t link, metric;
};

/* label: an adjacency SID; 0: none. */
static inline void say_half_by(struct trial *t, uint32_t feed, struct half h, uint32_t label,
                               uint64_t now_us)
{
    bool lesser = h.ends[0] < h.ends[1];
    struct statement s = {0};

    s.nlri.type = CP_LS_LINK;
    s.nlri.protocol = CP_LS_ISIS_L2;
    set_router(s.local, h.ends[0], h.pseudonodes[0], &s.nlri.local);
    set_router(s.remote, h.ends[1], h.pseudonodes[1], &s.nlri.remote);
    if (h.link != 0) {
        s.nlri.has = CP_LS_HAS_LOCAL4 | CP_LS_HAS_REMOTE4;
        s.nlri.local4 = cp_ip_v4(0x0a010000u + 4 * h.link + (lesser ? 1 : 2));
        s.nlri.remote4 = cp_ip_v4(0x0a010000u + 4 * h.link + (lesser ? 2 : 1));
    }
    s.attribute.has = CP_LS_IGP_METRIC;
    s.attribute.igp_metric = h.metric;
    s.sid = (struct cp_ls_sid){.type = 1099, .flags = 0x30, .is_label = true, .value = label};
    s.attribute.sids = &s.sid;
    s.attribute.sid_count = label != 0;
    (void)snprintf(s.key, sizeof s.key, "half %u.%u %u.%u %u", h.ends[0], h.pseudonodes[0],
                   h.ends[1], h.pseudonodes[1], h.link);
    s.nlri.key = cp_text_of(s.key);
    if (h.metric == 0)
        cp_ted_withdraw(t->ted, feed, &s.nlri, now_us);
    else
        assert_int_equal(cp_ted_announce(t->ted, feed, &s.nlri, &s.attribute, now_us), CP_OK);
}

static inline void say_half(struct trial *t, uint32_t feed, struct half h, uint64_t now_us)
{
    say_half_by(t, feed, h, 0, now_us);
}

static inline void say_link(struct trial *t, uint32_t feed, uint32_t a, uint32_t b, uint32_t link,
                            uint64_t now_us)
{
    say_half(t, feed, (struct half){{a, b}, {0, 0}, link, 10}, now_us);
    say_half(t, feed, (struct half){{b, a}, {0, 0}, link, 10}, now_us);
}

static inline void withdraw_link(struct trial *t, uint32_t feed, uint32_t a, uint32_t b,
                                 uint32_t link, uint64_t now_us)
{
    say_half(t, feed, (struct half){{a, b}, {0, 0}, link, 0}, now_us);
    say_half(t, feed, (struct half){{b, a}, {0, 0}, link, 0}, now_us);
}

/* r1, r2 and r3 in a row, as each feed has them. */
static inline void say_row(struct trial *t, uint32_t feed, uint64_t now_us)
{
    cp_ted_feed_up(t->ted, feed, now_us);
    for (uint32_t r = 1; r <= 3; r++)
        say_node(t, feed, r, r, now_us);
    say_link(t, feed, 1, 2, 1, now_us);
    say_link(t, feed, 2, 3, 2, now_us);
    cp_ted_feed_full(t->ted, feed, now_us);
}

static inline void open_row(struct trial *t, uint32_t feeds)
{
    *t = (struct trial){0};
    trial_planes8(t);
    trial_open(t, two, feeds);
    for (uint32_t f = 0; f < feeds; f++)
        say_row(t, f, 1);
    trial_view(t, 1);
    assert_int_equal(t->view.net->link_count, 2);
}

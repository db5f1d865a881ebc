#include "sets.h"

#include <inttypes.h>
#include <stdlib.h>

#include "netlink/numbers.h"
#include "netlink/rules.h"

#include "behind.h"

/*
 * Of each set all that lines of the policy permit is gathered, an element a class, sorted; where lines permit the same the
 * last to be over counts.  Mark 0 is for probes, which are of no class, and has what any class may.
 */

enum { MS_A_DAY = 86400000, DAYS_MAX = 36500, LEAST_US = 1000 };

struct element {
    uint32_t mark; /* of `locals`: the kind */
    cp_text interface;
    cp_ip a, b;
    uint32_t b_len; /* of a prefix, bytes */
    uint64_t until_us;
};

struct elements {
    struct cp_arena *arena;
    const struct follow *follow;
    uint64_t now_us; /* what is over is left out */
    struct element *at;
    uint32_t used, cap;
    cp_err err;
};

static void add(struct elements *all, struct element one)
{
    if (one.until_us < all->now_us + LEAST_US || all->err != CP_OK)
        return;
    all->err = cp_arena_grow(all->arena, (void **)&all->at, all->used, &all->cap, sizeof *all->at);
    if (all->err == CP_OK)
        all->at[all->used++] = one;
}

/* One for each class, and one of mark 0 for all of them. */
static void add_classes(struct elements *all, const struct cp_edge_policy *policy,
                        cp_edge_classes classes, struct element one)
{
    if (classes == 0)
        return;
    one.mark = 0;
    add(all, one);
    for (uint32_t c = 0; c < policy->class_count; c++) {
        one.mark = policy->classes[c].number << CP_MARK_SHIFT;
        if ((classes >> c & 1) != 0)
            add(all, one);
    }
}

/* Of one that unpacks, the classes that have something behind it. */
static cp_edge_classes classes_of(const struct cp_edge_policy *policy,
                                  const struct cp_edge_sid *sid)
{
    return sid->kind <= CP_EDGE_NODE_SID ? sid->classes
                                         : cp_edge_node_find(policy, sid->from)->behind;
}

static uint64_t until_of(const struct cp_edge_sid *sid)
{
    return sid->kind <= CP_EDGE_NODE_SID ? sid->until_us : UINT64_MAX;
}

static bool is_ours(const struct cp_edge_sid *sid)
{
    return sid->kind >= CP_EDGE_LOCAL_ADJACENCY;
}

static void add_ways(const struct cp_edge_policy *policy, struct elements *all)
{
    for (uint32_t f = 0; f < policy->first_count; f++) {
        const struct cp_edge_first *first = &policy->firsts[f];

        for (uint32_t i = 0; i < policy->sid_count; i++) {
            const struct cp_edge_sid *sid = &policy->sids[i];

            if (!is_ours(sid) && (sid->kind == CP_EDGE_NODE_SID || sid->from == first->node))
                add_classes(all, policy, first->classes & classes_of(policy, sid),
                            (struct element){.interface = first->interface,
                                             .a = sid->sid,
                                             .b = first->via,
                                             .until_us = until_of(sid)});
        }
    }
}

/* Those that may be passed: what follows one is looked up by it, but what comes last, or may come anywhere, is not. */
static void add_sids(const struct cp_edge_policy *policy, struct elements *all)
{
    for (uint32_t i = 0; i < policy->sid_count; i++) {
        const struct cp_edge_sid *sid = &policy->sids[i];

        if (sid->kind <= CP_EDGE_NODE_SID)
            add_classes(all, policy, sid->classes,
                        (struct element){.a = sid->sid, .until_us = sid->until_us});
    }
}

static void add_steps(const struct cp_edge_policy *policy, struct elements *all)
{
    uint32_t len = follow_words(all->follow) * sizeof(uint32_t);

    for (uint32_t i = 0; i < policy->sid_count; i++) {
        const struct cp_edge_sid *sid = &policy->sids[i];
        uint32_t count;
        const struct follow_start *start = follow_of(all->follow, sid->to, &count);

        for (uint32_t s = 0; s < count && sid->kind <= CP_EDGE_NODE_SID; s++)
            add_classes(
                all, policy, sid->classes,
                (struct element){
                    .a = sid->sid, .b = start[s].prefix, .b_len = len, .until_us = sid->until_us});
    }
}

static void add_loose(const struct cp_edge_policy *policy, struct elements *all)
{
    for (uint32_t i = 0; i < policy->sid_count; i++) {
        const struct cp_edge_sid *sid = &policy->sids[i];

        if (sid->kind == CP_EDGE_NODE_SID)
            add_classes(all, policy, sid->classes,
                        (struct element){.a = sid->sid, .until_us = sid->until_us});
    }
}

static void add_locals(const struct cp_edge_policy *policy, struct elements *all)
{
    static const uint8_t nobody[16];

    for (uint32_t i = 0; i < policy->sid_count; i++) {
        const struct cp_edge_sid *sid = &policy->sids[i];
        bool leads = sid->kind == CP_EDGE_LOCAL_ADJACENCY;

        if (!is_ours(sid))
            continue;
        add(all, (struct element){.interface = CP_TEXT(CP_DEVICE),
                                  .a = sid->sid,
                                  .b = cp_ip_v6(nobody),
                                  .until_us = UINT64_MAX});
        add(all, (struct element){.mark = sid->kind,
                                  .interface = leads ? sid->interface : CP_TEXT(CP_DEVICE),
                                  .a = sid->sid,
                                  .b = leads ? sid->via : cp_ip_v6(nobody),
                                  .until_us = UINT64_MAX});
    }
}

/* What may unpack for a class: what leaves is counted here. */
static void add_ends(const struct cp_edge_policy *policy, struct elements *all)
{
    for (uint32_t d = 0; d < policy->demand_count; d++) {
        const struct cp_edge_node *node = cp_edge_node_find(policy, policy->demands[d].endpoint);

        for (uint32_t f = 0; f < CP_COUNT(node->unpack); f++)
            if (node->unpack[f].family != 0)
                add(all, (struct element){.mark = policy->demands[d].class << CP_MARK_SHIFT,
                                          .a = node->unpack[f],
                                          .until_us = UINT64_MAX});
    }
}

static void put_way(struct cp_out *out, const struct element *at)
{
    cp_out_format(out, "0x%08x . \"%.*s\" . ", at->mark, (int)at->interface.len, at->interface.at);
    cp_out_ip(out, at->a);
    cp_out_str(out, " . ");
    cp_out_ip(out, at->b);
}

static void put_local(struct cp_out *out, const struct element *at)
{
    cp_out_ip(out, at->a);
    cp_out_format(out, " . 0x%08x . \"%.*s\" . ", at->mark, (int)at->interface.len,
                  at->interface.at);
    cp_out_ip(out, at->b);
}

/* SIDs, where the filter reads them as bytes. */
static void put_sid(struct cp_out *out, const struct element *at)
{
    cp_out_format(out, "0x%08x . ", at->mark);
    behind_put_hex(out, at->a, sizeof at->a.bytes);
    if (at->b_len > 0) {
        cp_out_str(out, " . ");
        behind_put_hex(out, at->b, at->b_len);
    }
}

static const struct {
    const char *name, *declaration;
    void (*add)(const struct cp_edge_policy *policy, struct elements *all);
    void (*put)(struct cp_out *out, const struct element *at);
} sets[] = {
    {CP_SET_WAYS,
     "typeof meta mark . oifname . ip6 daddr . rt ip6 nexthop; flags timeout; counter;", add_ways,
     put_way},
    {CP_SET_STEPS, NULL, add_steps, put_sid}, /* as wide as prefixes are */
    {CP_SET_SIDS, "typeof meta mark . @nh,192,128; flags timeout;", add_sids, put_sid},
    {CP_SET_LOOSE, "typeof meta mark . @nh,192,128; flags timeout;", add_loose, put_sid},
    {CP_SET_ENDS, "typeof meta mark . @nh,192,128; flags timeout; counter;", add_ends, put_sid},
    {CP_SET_LOCALS, "typeof ip6 daddr . meta mark . oifname . rt ip6 nexthop; flags timeout;",
     add_locals, put_local},
};

void sets_declare(const struct follow *follow, struct cp_out *out)
{
    for (size_t i = 0; i < CP_COUNT(sets); i++)
        if (sets[i].declaration != NULL)
            cp_out_format(out, "  set %s { %s }\n", sets[i].name, sets[i].declaration);
    cp_out_format(out,
                  "  set " CP_SET_STEPS
                  " { typeof meta mark . @nh,192,128 . @nh,512,%u; flags timeout; }\n",
                  32 * follow_words(follow));
    cp_out_str(out, "  set " CP_SET_ISSUED " { typeof @nh,0,64 . @nh,64,64; flags timeout; }\n"
                    "  set " CP_SET_CLOCK " { typeof @nh,0,64 . @nh,64,64; flags timeout; }\n"
                    "  set " CP_SET_TURN " { typeof @nh,0,64 . @nh,64,64; flags timeout; }\n");
}

static int compare_elements(const void *left, const void *right)
{
    const struct element *a = left, *b = right;
    int order = (a->mark > b->mark) - (a->mark < b->mark);

    order = order != 0 ? order : cp_text_cmp(a->interface, b->interface);
    order = order != 0 ? order : cp_ip_cmp(a->a, b->a);
    return order != 0 ? order : cp_ip_cmp(a->b, b->b);
}

static void put_timeout(struct cp_out *out, uint64_t until_us, uint64_t now_us)
{
    uint64_t left_ms = (until_us - now_us) / 1000;
    uint64_t days = left_ms / MS_A_DAY;

    if (until_us == UINT64_MAX)
        return;
    cp_out_format(out, " timeout %ud%ums", (uint32_t)(days < DAYS_MAX ? days : DAYS_MAX),
                  (uint32_t)(left_ms % MS_A_DAY));
}

static void put_elements(struct elements *all, const char *set,
                         void (*put)(struct cp_out *out, const struct element *at),
                         struct cp_out *out)
{
    uint32_t kept = 0;

    if (all->used == 0)
        return;
    qsort(all->at, all->used, sizeof *all->at, compare_elements);
    for (uint32_t i = 0; i < all->used; i++) {
        struct element *last = &all->at[kept > 0 ? kept - 1 : 0];

        if (kept == 0 || compare_elements(last, &all->at[i]) != 0)
            all->at[kept++] = all->at[i];
        else if (all->at[i].until_us > last->until_us)
            last->until_us = all->at[i].until_us;
    }
    cp_out_format(out, "add element inet " CP_FILTER " %s {\n", set);
    for (uint32_t i = 0; i < kept; i++) {
        cp_out_str(out, "  ");
        put(out, &all->at[i]);
        put_timeout(out, all->at[i].until_us, all->now_us);
        cp_out_str(out, i + 1 < kept ? ",\n" : "\n}\n");
    }
}

static void put_pair(struct cp_out *out, const char *set, uint64_t a, uint64_t b)
{
    cp_out_format(out, "add element inet " CP_FILTER " %s { ", set);
    cp_out_format(out, "0x%016" PRIx64 " . 0x%016" PRIx64 " }\n", a, b);
}

cp_err sets_fill(const struct cp_edge_policy *policy, const struct follow *follow,
                 const struct barrier_time *time, struct cp_arena *arena, struct cp_out *out)
{
    struct elements all = {
        .arena = arena, .follow = follow, .now_us = time->now_us + time->margin_us};

    for (size_t i = 0; i < CP_COUNT(sets); i++) {
        all.used = 0;
        sets[i].add(policy, &all);
        CP_TRY(all.err);
        put_elements(&all, sets[i].name, sets[i].put, out);
    }
    put_pair(out, CP_SET_ISSUED, policy->serial, policy->issued_us);
    put_pair(out, CP_SET_CLOCK, time->now_us, time->boot_us);
    put_pair(out, CP_SET_TURN, time->turn, 0);
    return CP_OK;
}

#include "sets.h"

#include <inttypes.h>
#include <stdlib.h>

#include "netlink/numbers.h"
#include "netlink/rules.h"

/*
 * Of each set all that lines of the policy permit is gathered, an element a class, sorted; where lines permit the same the
 * last to be over counts.  Mark 0 is for probes, which are of no class, and has what any class may.
 */

enum { MS_A_DAY = 86400000, DAYS_MAX = 36500, LEAST_US = 1000, NODES = CP_EDGE_NUMBER_MAX + 1 };

struct element {
    uint32_t mark; /* of `locals`: the kind */
    cp_text interface;
    cp_ip a, b, c;
    uint64_t until_us;
};

struct elements {
    struct cp_arena *arena;
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

static void add_step(const struct cp_edge_policy *policy, const struct cp_edge_sid *from,
                     const struct cp_edge_sid *to, struct elements *all)
{
    uint64_t until_us = from->until_us < until_of(to) ? from->until_us : until_of(to);

    add_classes(all, policy, from->classes & classes_of(policy, to),
                (struct element){.a = from->sid, .b = to->sid, .until_us = until_us});
}

/* Node SIDs may come after any other, and so do not stand as second ones. */
static void add_steps(const struct cp_edge_policy *policy, struct elements *all)
{
    uint32_t *newest =
        CP_TAKE(all->arena, NODES, uint32_t); /* of those that begin at a node, + 1 */
    uint32_t *before = CP_TAKE(all->arena, policy->sid_count, uint32_t);

    if (newest == NULL || before == NULL) {
        all->err = CP_ERR_NOMEM;
        return;
    }
    for (uint32_t i = 0; i < policy->sid_count; i++) {
        const struct cp_edge_sid *sid = &policy->sids[i];

        if (sid->kind == CP_EDGE_NODE_SID || is_ours(sid))
            continue;
        before[i] = newest[sid->from];
        newest[sid->from] = i + 1;
    }
    for (uint32_t i = 0; i < policy->sid_count; i++) {
        if (policy->sids[i].kind > CP_EDGE_NODE_SID)
            continue;
        for (uint32_t n = newest[policy->sids[i].to]; n > 0; n = before[n - 1])
            add_step(policy, &policy->sids[i], &policy->sids[n - 1], all);
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

        if (is_ours(sid))
            add(all, (struct element){.mark = sid->kind,
                                      .interface = leads ? sid->interface : CP_TEXT(CP_DEVICE),
                                      .a = sid->sid,
                                      .b = leads ? sid->via : cp_ip_v6(nobody),
                                      .until_us = UINT64_MAX});
    }
}

/* A prefix of a class, and what unpacks for it. */
struct range {
    cp_ip low, high, unpack;
};

static int compare_ranges(const void *left, const void *right)
{
    const struct range *a = left, *b = right;
    int order = cp_ip_cmp(a->low, b->low);

    return order != 0 ? order : cp_ip_cmp(b->high, a->high); /* what holds others comes first */
}

static cp_ip last_of(const cp_edge_prefix *prefix)
{
    uint32_t bits = prefix->address.family == 4 ? 32 : 128;
    cp_ip last = prefix->address;

    for (uint32_t bit = prefix->length; bit < bits; bit++)
        last.bytes[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
    return last;
}

/* The address after it (by 1) or before it (by -1); false: there is none. */
static bool move(cp_ip *address, int by)
{
    uint8_t end = by > 0 ? 0xff : 0;

    for (uint32_t at = address->family == 4 ? 4 : 16; at-- > 0;) {
        bool carries = address->bytes[at] == end;

        address->bytes[at] = (uint8_t)(address->bytes[at] + by);
        if (!carries)
            return true;
    }
    return false;
}

/* What is left of nested ranges when each has lost what lies inside of it to the inner one. */
struct flat {
    struct elements *all;
    uint32_t mark;
    const struct range *open[129]; /* each in the one before it; of one length there is but one */
    uint32_t open_count;
    cp_ip from; /* all before it is done */
    bool full;  /* there is no address after the last one */
};

static void add_until(struct flat *flat, cp_ip to)
{
    if (!flat->full && cp_ip_cmp(flat->from, to) <= 0)
        add(flat->all, (struct element){.mark = flat->mark,
                                        .a = flat->open[flat->open_count - 1]->unpack,
                                        .b = flat->from,
                                        .c = to,
                                        .until_us = UINT64_MAX});
    flat->from = to;
    flat->full = !move(&flat->from, 1);
}

/* Closes those that end before an address; NULL: all. */
static void close_before(struct flat *flat, const cp_ip *address)
{
    while (flat->open_count > 0 &&
           (address == NULL || cp_ip_cmp(flat->open[flat->open_count - 1]->high, *address) < 0)) {
        add_until(flat, flat->open[flat->open_count - 1]->high);
        flat->open_count--;
    }
}

static void add_flat(struct elements *all, uint32_t mark, struct range *ranges, uint32_t count)
{
    struct flat flat = {.all = all, .mark = mark};

    qsort(ranges, count, sizeof *ranges, compare_ranges);
    for (uint32_t i = 0; i < count; i++) {
        cp_ip before = ranges[i].low;

        close_before(&flat, &ranges[i].low);
        if (flat.open_count > 0 && move(&before, -1))
            add_until(&flat, before);
        flat.from = ranges[i].low;
        flat.full = false;
        flat.open[flat.open_count++] = &ranges[i];
    }
    close_before(&flat, NULL);
}

static void add_behind(const struct cp_edge_policy *policy, uint8_t family, struct elements *all)
{
    struct range *ranges = CP_TAKE(all->arena, policy->prefix_count, struct range);
    uint32_t count = 0;

    if (ranges == NULL) {
        all->err = CP_ERR_NOMEM;
        return;
    }
    for (uint32_t d = 0; d < policy->demand_count; d++) { /* a class after the other */
        const struct cp_edge_demand *demand = &policy->demands[d];
        const struct cp_edge_node *node = cp_edge_node_find(policy, demand->endpoint);

        for (uint32_t i = 0; i < demand->prefix_count; i++) {
            const cp_edge_prefix *prefix = &policy->prefixes[demand->prefix_first + i];

            if (prefix->address.family == family)
                ranges[count++] =
                    (struct range){prefix->address, last_of(prefix), node->unpack[family == 6]};
        }
        if (d + 1 == policy->demand_count || demand[1].class != demand->class) {
            add_flat(all, demand->class << CP_MARK_SHIFT, ranges, count);
            count = 0;
        }
    }
}

static void add_behind4(const struct cp_edge_policy *policy, struct elements *all)
{
    add_behind(policy, 4, all);
}

static void add_behind6(const struct cp_edge_policy *policy, struct elements *all)
{
    add_behind(policy, 6, all);
}

/* Where the filter reads an address as bytes, so does the set. */
static void put_hex(struct cp_out *out, cp_ip address)
{
    cp_out_str(out, "0x");
    for (uint32_t i = 0; i < (address.family == 4 ? 4u : 16u); i++)
        cp_out_format(out, "%02x", address.bytes[i]);
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

/* SIDs, and a range of addresses. */
static void put_bytes(struct cp_out *out, const struct element *at)
{
    cp_out_format(out, "0x%08x . ", at->mark);
    put_hex(out, at->a);
    if (at->b.family != 0) {
        cp_out_str(out, " . ");
        put_hex(out, at->b);
    }
    if (at->c.family != 0) {
        cp_out_char(out, '-');
        put_hex(out, at->c);
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
    {CP_SET_STEPS, "typeof meta mark . @nh,192,128 . @nh,512,128; flags timeout;", add_steps,
     put_bytes},
    {CP_SET_LOOSE, "typeof meta mark . @nh,192,128; flags timeout;", add_loose, put_bytes},
    {CP_SET_BEHIND4,
     "typeof meta mark . @nh,192,128 . @th,128,32; flags interval,timeout; counter;", add_behind4,
     put_bytes},
    {CP_SET_BEHIND6,
     "typeof meta mark . @nh,192,128 . @th,192,128; flags interval,timeout; counter;", add_behind6,
     put_bytes},
    {CP_SET_LOCALS, "typeof ip6 daddr . meta mark . oifname . rt ip6 nexthop; flags timeout;",
     add_locals, put_local},
};

void sets_declare(struct cp_out *out)
{
    for (size_t i = 0; i < CP_COUNT(sets); i++)
        cp_out_format(out, "  set %s { %s }\n", sets[i].name, sets[i].declaration);
    cp_out_str(out, "  set " CP_SET_ISSUED " { typeof @nh,0,64 . @nh,64,64; flags timeout; }\n"
                    "  set " CP_SET_CLOCK " { typeof @nh,0,64 . @nh,64,64; flags timeout; }\n");
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

    cp_out_format(out, "flush set inet " CP_FILTER " %s\n", set);
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
    cp_out_format(out, "flush set inet " CP_FILTER " %s\nadd element inet " CP_FILTER " %s { ", set,
                  set);
    cp_out_format(out, "0x%016" PRIx64 " . 0x%016" PRIx64 " }\n", a, b);
}

cp_err sets_fill(const struct cp_edge_policy *policy, const struct barrier_time *time,
                 struct cp_arena *arena, struct cp_out *out)
{
    struct elements all = {.arena = arena, .now_us = time->now_us + time->margin_us};

    for (size_t i = 0; i < CP_COUNT(sets); i++) {
        all.used = 0;
        sets[i].add(policy, &all);
        CP_TRY(all.err);
        put_elements(&all, sets[i].name, sets[i].put, out);
    }
    put_pair(out, CP_SET_ISSUED, policy->serial, policy->issued_us);
    put_pair(out, CP_SET_CLOCK, time->now_us, time->boot_us);
    return CP_OK;
}

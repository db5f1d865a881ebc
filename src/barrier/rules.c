#include "rules.h"

#include <string.h>

#include <linux/rtnetlink.h>
#include <netinet/in.h>

#include "netlink/numbers.h"
#include "netlink/rules.h"

#include "behind.h"
#include "selects.h"

/*
 * A run of selects (selects.h), sorted by its prefixes, is divided by the first bit in which they differ, and each half likewise, until
 * few are left.  A packet goes down one branch and is led past the others.  A rule that leads past a block has the
 * priority of the block's first rule, and leads to that of the first one after it: where somebody deletes that one,
 * the kernel goes on with the next rule, and all of the block is looked at.
 */
enum {
    BLOCK = 16, /* is not divided */
    FEW = 4,    /* are not led past */
    DEEPEST = 2 * 128 + 2
};

struct block {
    uint32_t at, count;
};

struct gathering {
    struct rules *rules;
    struct selects_item *items; /* of one family */
    struct cp_edge_select *covers;
    uint32_t count, cover_count;
};

static void put(struct rules *rules, const struct cp_nl_rule *rule)
{
    rules->rules[rules->count++] = *rule;
}

static void put_item(struct gathering *all, uint32_t at)
{
    const struct selects_item *item = &all->items[at];

    put(all->rules, &(struct cp_nl_rule){.family = item->family,
                                         .priority = CP_RULE_SELECT + at,
                                         .table = CP_TABLE_CLASS + item->select->class,
                                         .select = item->select});
}

/* How many first bits of two prefixes of one length are the same. */
static uint32_t common_bits(const cp_edge_prefix *a, const cp_edge_prefix *b)
{
    uint32_t bit = 0;

    while (bit < a->length &&
           ((a->address.bytes[bit / 8] ^ b->address.bytes[bit / 8]) & 0x80 >> bit % 8) == 0)
        bit++;
    return bit;
}

static cp_edge_prefix shorten(cp_edge_prefix prefix, uint8_t family, uint32_t length)
{
    cp_ip mask = behind_mask(family, length);

    for (uint32_t i = 0; i < 16; i++)
        prefix.address.bytes[i] &= mask.bytes[i];
    prefix.length = (uint8_t)length;
    return prefix;
}

/* What all of a block ask for. */
static struct cp_edge_select cover(const struct gathering *all, const struct block *block)
{
    const struct selects_item *first = &all->items[block->at];
    uint32_t from = first->select->from.length, to = first->select->to.length;
    struct cp_edge_select select = *first->select;

    for (uint32_t i = 1; i < block->count; i++) {
        const struct cp_edge_select *other = all->items[block->at + i].select;
        uint32_t from_bits = common_bits(&first->select->from, &other->from),
                 to_bits = common_bits(&first->select->to, &other->to);

        from = from_bits < from ? from_bits : from;
        to = to_bits < to ? to_bits : to;
    }
    select.from = shorten(select.from, first->family, from);
    select.to = shorten(select.to, first->family, to);
    select.from_port = select.port = CP_EDGE_PORTS_ANY;
    select.mark = UINT32_MAX;
    return select;
}

static void lead_past(struct gathering *all, const struct block *block)
{
    struct cp_edge_select select = cover(all, block);

    if (select.from.length == 0 && select.to.length == 0 && select.dscp == UINT32_MAX &&
        select.proto == UINT32_MAX)
        return; /* it may be any packet */
    all->covers[all->cover_count] = select;
    put(all->rules, &(struct cp_nl_rule){.family = all->items[block->at].family,
                                         .priority = CP_RULE_SELECT + block->at,
                                         .past = CP_RULE_SELECT + block->at + block->count,
                                         .select = &all->covers[all->cover_count++]});
}

static bool is_one(const cp_edge_prefix *prefix, uint32_t bit)
{
    return (prefix->address.bytes[bit / 8] & 0x80 >> bit % 8) != 0;
}

/* How many of a block, which is sorted, have a 0 in the first bit that differs; 0: none does. */
static uint32_t first_half(const struct gathering *all, const struct block *block)
{
    const struct cp_edge_select *first = all->items[block->at].select,
                                *last = all->items[block->at + block->count - 1].select;
    uint32_t from = common_bits(&first->from, &last->from), to = common_bits(&first->to, &last->to),
             half = 0;
    bool by_from = from < first->from.length;

    if (!by_from && to == first->to.length)
        return 0;
    while (!is_one(by_from ? &all->items[block->at + half].select->from
                           : &all->items[block->at + half].select->to,
                   by_from ? from : to))
        half++;
    return half;
}

static void put_block(struct gathering *all, struct block whole)
{
    struct block open[DEEPEST] = {whole};
    uint32_t open_count = 1;

    while (open_count > 0) {
        struct block block = open[--open_count];
        uint32_t half = block.count > BLOCK ? first_half(all, &block) : 0;

        if (block.count > FEW)
            lead_past(all, &block);
        if (half > 0) {
            open[open_count++] = (struct block){block.at + half, block.count - half};
            open[open_count++] = (struct block){block.at, half};
            continue;
        }
        for (uint32_t i = 0; i < block.count; i++)
            put_item(all, block.at + i);
    }
}

/* The last one stands alone: what is led past the last block comes there. */
static void put_selects(struct gathering *all)
{
    uint32_t at = 0;

    while (at < all->count) {
        uint32_t end = at + 1;

        while (end < all->count && all->items[end].run == all->items[at].run)
            end++;
        if (end == all->count && end - at > 1)
            end--;
        put_block(all, (struct block){at, end - at});
        at = end;
    }
}

/*
 * An error of ICMP quotes what it is about, and so has its mark (sysctl fwmark_reflect).  By the table of its class it would reach
 * nobody; by the main one it reaches our own hosts, and the filter drops it on its way to others.
 */
static void put_errors(const struct cp_edge_policy *policy, uint8_t family, struct rules *out)
{
    static const struct cp_edge_select icmp[] = {{.dscp = UINT32_MAX,
                                                  .proto = IPPROTO_ICMP,
                                                  .from_port = {UINT32_MAX, UINT32_MAX},
                                                  .port = {UINT32_MAX, UINT32_MAX},
                                                  .mark = UINT32_MAX},
                                                 {.dscp = UINT32_MAX,
                                                  .proto = IPPROTO_ICMPV6,
                                                  .from_port = {UINT32_MAX, UINT32_MAX},
                                                  .port = {UINT32_MAX, UINT32_MAX},
                                                  .mark = UINT32_MAX}};

    for (uint32_t i = 0; i < policy->class_count; i++)
        put(out, &(struct cp_nl_rule){.family = family,
                                      .priority = CP_RULE_ERRORS,
                                      .own = true,
                                      .select = &icmp[family == 6],
                                      .mark = policy->classes[i].number << CP_MARK_SHIFT,
                                      .table = RT_TABLE_MAIN});
}

static void put_family(const struct cp_edge_policy *policy, uint8_t family, struct rules *out)
{
    if (family == 6) {
        put(out, &(struct cp_nl_rule){.family = 6,
                                      .priority = CP_RULE_OUTER,
                                      .table = CP_TABLE_OUTER,
                                      .source = policy->source});
        put(out, &(struct cp_nl_rule){
                     .family = 6, .priority = CP_RULE_LOCALS, .table = CP_TABLE_LOCALS});
    }
    put_errors(policy, family, out);
    for (uint32_t i = 0; i < policy->class_count; i++)
        put(out, &(struct cp_nl_rule){.family = family,
                                      .priority = CP_RULE_MARK,
                                      .mark = policy->classes[i].number << CP_MARK_SHIFT,
                                      .table = CP_TABLE_CLASS + policy->classes[i].number});
}

cp_err rules_gather(const struct cp_edge_policy *policy, struct cp_arena *arena, struct rules *out)
{
    struct selects selects;
    struct gathering all = {.rules = out};

    CP_TRY(selects_gather(policy->selects, policy->select_count, arena, &selects));
    out->count = 0;
    out->rules =
        CP_TAKE(arena, 2 + 4 * policy->class_count + (size_t)3 * selects.count, struct cp_nl_rule);
    all.items = CP_TAKE(arena, selects.count, struct selects_item);
    all.covers = CP_TAKE(arena, (size_t)2 * selects.count, struct cp_edge_select);
    if (out->rules == NULL || all.items == NULL || all.covers == NULL)
        return CP_ERR_NOMEM;
    for (uint8_t family = 4; family <= 6; family += 2) {
        all.count = 0;
        for (uint32_t i = 0; i < selects.count; i++)
            if (selects.items[i].family == family)
                all.items[all.count++] = selects.items[i];
        if (all.count > CP_SELECTS_MAX)
            return CP_ERR_LIMIT;
        put_family(policy, family, out);
        put_selects(&all);
    }
    return CP_OK;
}

static bool is_same(const struct cp_nl_rule *a, const struct cp_nl_rule *b)
{
    struct cp_nl one = {.used = 0}, other = {.used = 0};

    cp_nl_put_rule(&one, RTM_NEWRULE, a);
    cp_nl_put_rule(&other, RTM_NEWRULE, b);
    return one.used == other.used && memcmp(one.bytes.at, other.bytes.at, one.used) == 0;
}

uint32_t rules_find(const struct rules *rules, const struct cp_nl_rule *asked)
{
    uint32_t low = 0, high = rules->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct cp_nl_rule *at = &rules->rules[middle];

        if (at->family < asked->family ||
            (at->family == asked->family && at->priority < asked->priority))
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < rules->count && rules->rules[low].family == asked->family &&
           rules->rules[low].priority == asked->priority;
         low++)
        if (is_same(&rules->rules[low], asked))
            return low;
    return rules->count;
}

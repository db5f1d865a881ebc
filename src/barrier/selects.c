#include "selects.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "netlink/numbers.h"
#include "netlink/rules.h"

#include "behind.h"

#define NONE UINT32_MAX

struct run {
    uint32_t first, last; /* items, all of one class */
};

struct gathering {
    struct selects_item *items;
    struct run *runs;
    uint32_t count, run_count;
};

bool selects_is_of_family(const struct cp_edge_select *select, uint8_t family)
{
    uint8_t from = select->from.address.family, to = select->to.address.family;

    return (from == 0 || from == family) && (to == 0 || to == family);
}

/* --- shapes and keys */

static bool is_range(cp_edge_ports ports)
{
    return ports.low != UINT32_MAX && ports.low != ports.high;
}

static bool is_in_key(cp_edge_ports ports)
{
    return ports.low != UINT32_MAX && !is_range(ports);
}

static bool names_ports(const struct cp_edge_select *select)
{
    return select->from_port.low != UINT32_MAX || select->port.low != UINT32_MAX;
}

static bool are_of_one_shape(cp_edge_ports a, cp_edge_ports b)
{
    return is_in_key(a) == is_in_key(b) && is_range(a) == is_range(b) &&
           (!is_range(a) || (a.low == b.low && a.high == b.high));
}

static bool has_key(const struct cp_edge_select *select)
{
    return select->from.length > 0 || select->to.length > 0 || is_in_key(select->from_port) ||
           is_in_key(select->port) || select->mark != UINT32_MAX;
}

static bool is_of_one_shape(const struct selects_item *one, const struct selects_item *other)
{
    const struct cp_edge_select *a = one->select, *b = other->select;

    return a->class == b->class && one->family == other->family &&
           a->from.length == b->from.length && a->to.length == b->to.length && a->dscp == b->dscp &&
           a->proto == b->proto && (a->mark == UINT32_MAX) == (b->mark == UINT32_MAX) &&
           are_of_one_shape(a->from_port, b->from_port) && are_of_one_shape(a->port, b->port);
}

/* Of one length; of length 0 there is nothing, whichever family was written. */
static int compare_prefixes(const cp_edge_prefix *a, const cp_edge_prefix *b)
{
    return a->length == 0 ? 0 : cp_ip_cmp(a->address, b->address);
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_keys(const struct cp_edge_select *a, const struct cp_edge_select *b)
{
    int order = compare_prefixes(&a->from, &b->from);

    order = order != 0 ? order : compare_prefixes(&a->to, &b->to);
    order = order != 0 ? order : compare_numbers(a->from_port.low, b->from_port.low);
    order = order != 0 ? order : compare_numbers(a->port.low, b->port.low);
    return order != 0 ? order : compare_numbers(a->mark, b->mark);
}

/* By run and key; of one key that of the policy's first. */
static int compare(const void *left, const void *right)
{
    const struct selects_item *a = left, *b = right;
    int order = compare_numbers(a->run, b->run);

    order = order != 0 ? order : compare_keys(a->select, b->select);
    return order != 0 ? order : (a->select > b->select) - (a->select < b->select);
}

/* --- runs */

static bool may_equal(uint32_t a, uint32_t b)
{
    return a == b || a == UINT32_MAX || b == UINT32_MAX;
}

static bool may_be_one(cp_edge_ports a, cp_edge_ports b)
{
    return a.low == UINT32_MAX || b.low == UINT32_MAX || (a.low <= b.high && b.low <= a.high);
}

static bool may_overlap(const cp_edge_prefix *a, const cp_edge_prefix *b)
{
    uint32_t length = a->length < b->length ? a->length : b->length, rest = length % 8;
    uint8_t differ = a->address.bytes[length / 8 % 16] ^ b->address.bytes[length / 8 % 16];

    return memcmp(a->address.bytes, b->address.bytes, length / 8) == 0 &&
           (rest == 0 || differ >> (8 - rest) == 0);
}

/* Whether some packet is of both. */
static bool meet(const struct selects_item *one, const struct selects_item *other)
{
    const struct cp_edge_select *a = one->select, *b = other->select;

    return one->family == other->family && may_equal(a->dscp, b->dscp) &&
           may_equal(a->proto, b->proto) && may_equal(a->mark, b->mark) &&
           may_be_one(a->from_port, b->from_port) && may_be_one(a->port, b->port) &&
           may_overlap(&a->to, &b->to) && may_overlap(&a->from, &b->from);
}

/* Whether a run holds what must be looked up before an item that came later. */
static bool is_before(const struct gathering *all, const struct run *run,
                      const struct selects_item *item)
{
    if (all->items[run->first].select->class == item->select->class)
        return false;
    for (uint32_t i = run->first; i != NONE; i = all->items[i].next)
        if (meet(&all->items[i], item))
            return true;
    return false;
}

/* The last run of its shape, or a new one where another comes after that and must be before the item. */
static void put_into_run(struct gathering *all, uint32_t which)
{
    struct selects_item *item = &all->items[which];
    uint32_t at = all->run_count;
    struct run *run;

    while (at > 0 && !is_of_one_shape(&all->items[all->runs[at - 1].first], item))
        at--;
    for (uint32_t after = at; at > 0 && after < all->run_count; after++)
        if (is_before(all, &all->runs[after], item))
            at = 0;
    if (at == 0) {
        at = ++all->run_count;
        all->runs[at - 1] = (struct run){.first = which, .last = which};
    }
    run = &all->runs[at - 1];
    if (run->last != which)
        all->items[run->last].next = which;
    run->last = which;
    item->run = at - 1;
}

cp_err selects_gather(const struct cp_edge_select *selects, uint32_t count, struct cp_arena *arena,
                      struct selects *out)
{
    struct gathering all = {.items = CP_TAKE(arena, (size_t)2 * count, struct selects_item),
                            .runs = CP_TAKE(arena, (size_t)2 * count, struct run)};
    uint32_t kept = 0;

    if (all.items == NULL || all.runs == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < 2 * count; i++) {
        uint8_t family = i % 2 == 0 ? 4 : 6;

        if (!selects_is_of_family(&selects[i / 2], family))
            continue;
        all.items[all.count] =
            (struct selects_item){.select = &selects[i / 2], .family = family, .next = NONE};
        put_into_run(&all, all.count++);
    }
    qsort(all.items, all.count, sizeof *all.items, compare);
    for (uint32_t i = 0; i < all.count; i++)
        if (kept == 0 || all.items[kept - 1].run != all.items[i].run ||
            compare_keys(all.items[kept - 1].select, all.items[i].select) != 0)
            all.items[kept++] = all.items[i];
    *out = (struct selects){
        .name = CP_SET_SELECT, .items = all.items, .count = kept, .run_count = all.run_count};
    return CP_OK;
}

/* Of class 0, without ports; of IPv6 without protocols, which stand in the first fragment, or behind what hides them. */
static void put_rest(struct cp_edge_select *rest, const struct cp_edge_select *select,
                     uint8_t family)
{
    *rest = *select;
    rest->from.address.family = family;
    rest->class = 0;
    rest->from_port = rest->port = CP_EDGE_PORTS_ANY;
    if (family == 6)
        rest->proto = UINT32_MAX;
}

cp_err selects_gather_fragments(const struct cp_edge_policy *policy, struct cp_arena *arena,
                                struct selects *out)
{
    struct cp_edge_select *rest =
        CP_TAKE(arena, (size_t)2 * policy->select_count, struct cp_edge_select);
    uint32_t count = 0;

    if (rest == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < 2 * policy->select_count; i++) {
        const struct cp_edge_select *select = &policy->selects[i / 2];
        uint8_t family = i % 2 == 0 ? 4 : 6;

        if (names_ports(select) && selects_is_of_family(select, family))
            put_rest(&rest[count++], select, family);
    }
    CP_TRY(selects_gather(rest, count, arena, out));
    out->name = CP_SET_FRAGMENT;
    return CP_OK;
}

cp_err selects_gather_hidden(const struct cp_edge_policy *policy, struct cp_arena *arena,
                             struct selects *out)
{
    struct cp_edge_select *rest = CP_TAKE(arena, policy->select_count, struct cp_edge_select);
    uint32_t count = 0;

    if (rest == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < policy->select_count; i++)
        if (policy->selects[i].proto != UINT32_MAX && selects_is_of_family(&policy->selects[i], 6))
            put_rest(&rest[count++], &policy->selects[i], 6);
    CP_TRY(selects_gather(rest, count, arena, out));
    out->name = CP_SET_HIDDEN;
    return CP_OK;
}

/* --- as nft reads it */

/* Before words of a key but the first. */
static void put_dot(struct cp_out *out, bool *any)
{
    cp_out_str(out, *any ? " . " : "");
    *any = true;
}

static const char *word_of(uint8_t family)
{
    return family == 4 ? "ip" : "ip6";
}

typedef enum { KEY_TYPE, KEY_OF_PACKET } key_as;

static void put_address(struct cp_out *out, const struct selects_item *item, uint32_t which,
                        key_as as)
{
    uint8_t length = which == 0 ? item->select->from.length : item->select->to.length;

    cp_out_format(out, "%s %caddr", word_of(item->family), which == 0 ? 's' : 'd');
    if (as == KEY_TYPE || length == (item->family == 4 ? 32 : 128))
        return;
    cp_out_str(out, " & ");
    cp_out_ip(out, behind_mask(item->family, length));
}

static void put_key(struct cp_out *out, const struct selects_item *item, key_as as)
{
    const struct cp_edge_select *select = item->select;
    bool any = false;

    for (uint32_t which = 0; which < 2; which++) {
        if ((which == 0 ? select->from.length : select->to.length) == 0)
            continue;
        put_dot(out, &any);
        put_address(out, item, which, as);
    }
    if (is_in_key(select->from_port)) {
        put_dot(out, &any);
        cp_out_str(out, "th sport");
    }
    if (is_in_key(select->port)) {
        put_dot(out, &any);
        cp_out_str(out, "th dport");
    }
    if (select->mark != UINT32_MAX) {
        put_dot(out, &any);
        cp_out_str(out, "meta mark");
        if (as == KEY_OF_PACKET)
            cp_out_format(out, " & 0x%08x", (uint32_t)~CP_MARK_MASK);
    }
}

static void put_element(struct cp_out *out, const struct cp_edge_select *select)
{
    const cp_edge_prefix *prefixes[] = {&select->from, &select->to};
    bool any = false;

    for (uint32_t which = 0; which < 2; which++) {
        if (prefixes[which]->length == 0)
            continue;
        put_dot(out, &any);
        cp_out_ip(out, prefixes[which]->address);
    }
    if (is_in_key(select->from_port)) {
        put_dot(out, &any);
        cp_out_format(out, "%u", select->from_port.low);
    }
    if (is_in_key(select->port)) {
        put_dot(out, &any);
        cp_out_format(out, "%u", select->port.low);
    }
    if (select->mark != UINT32_MAX) {
        put_dot(out, &any);
        cp_out_format(out, "0x%08x", select->mark);
    }
}

/* The first item of each run, as they are sorted. */
static bool begins_run(const struct selects *selects, uint32_t at)
{
    return at == 0 || selects->items[at - 1].run != selects->items[at].run;
}

void selects_declare(const struct selects *selects, struct cp_out *out)
{
    for (uint32_t i = 0; i < selects->count; i++) {
        const struct selects_item *item = &selects->items[i];

        if (!begins_run(selects, i) || !has_key(item->select))
            continue;
        cp_out_format(out, "  set %s%u { typeof ", selects->name, item->run);
        put_key(out, item, KEY_TYPE);
        cp_out_str(out, "; }\n");
    }
}

/* What is the same in all of a run comes first: mostly it spares the lookup. */
void selects_put_rules(const struct selects *selects, struct cp_out *out)
{
    for (uint32_t i = 0; i < selects->count; i++) {
        const struct selects_item *item = &selects->items[i];
        const struct cp_edge_select *select = item->select;

        if (!begins_run(selects, i))
            continue;
        cp_out_format(out, "    meta nfproto ipv%u ", item->family);
        if (select->dscp != UINT32_MAX)
            cp_out_format(out, "%s dscp %u ", word_of(item->family), select->dscp);
        if (select->proto != UINT32_MAX)
            cp_out_format(out, "meta l4proto %u ", select->proto);
        if (is_range(select->from_port))
            cp_out_format(out, "th sport %u-%u ", select->from_port.low, select->from_port.high);
        if (is_range(select->port))
            cp_out_format(out, "th dport %u-%u ", select->port.low, select->port.high);
        if (!has_key(select)) {
            cp_out_format(out, "goto class%u\n", select->class);
            continue;
        }
        put_key(out, item, KEY_OF_PACKET);
        cp_out_format(out, " @%s%u goto class%u\n", selects->name, item->run, select->class);
    }
}

void selects_fill(const struct selects *selects, struct cp_out *out)
{
    for (uint32_t i = 0; i < selects->count; i++) {
        const struct selects_item *item = &selects->items[i];

        if (!has_key(item->select))
            continue;
        if (begins_run(selects, i))
            cp_out_format(out, "add element inet " CP_FILTER " %s%u {\n", selects->name, item->run);
        cp_out_str(out, "  ");
        put_element(out, item->select);
        cp_out_str(out, i + 1 < selects->count && !begins_run(selects, i + 1) ? ",\n" : "\n}\n");
    }
}

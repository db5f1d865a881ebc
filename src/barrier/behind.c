#include "behind.h"

#include <stdlib.h>
#include <string.h>

#include "netlink/numbers.h"
#include "netlink/rules.h"

enum { NESTED_MAX = 129 };

static const uint8_t families[] = {4, 6};

static int compare(const void *left, const void *right)
{
    const struct behind_prefix *a = left, *b = right;
    int order = (a->mark > b->mark) - (a->mark < b->mark);

    order = order != 0 ? order : cp_ip_cmp(a->address, b->address); /* by family first */
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static bool holds(const struct behind_prefix *outer, const struct behind_prefix *inner)
{
    uint32_t whole = outer->length / 8, rest = outer->length % 8;
    uint8_t differ;

    if (outer->mark != inner->mark || outer->family != inner->family ||
        memcmp(outer->address.bytes, inner->address.bytes, whole) != 0)
        return false;
    differ = rest == 0 ? 0 : outer->address.bytes[whole] ^ inner->address.bytes[whole];
    return differ >> (8 - rest) == 0;
}

/* Those that hold one another follow each other, the shortest first. */
static void find_nested(struct behind *out)
{
    const struct behind_prefix
        *open[NESTED_MAX]; /* each holds the next; of one length there is but one */
    uint32_t open_count = 0;

    for (uint32_t i = 0; i < out->count; i++) {
        struct behind_prefix *at = &out->prefixes[i];

        while (open_count > 0 && !holds(open[open_count - 1], at))
            open_count--;
        at->inside = open_count > 0;
        open[open_count++] = at;
        out->has[at->family == 6][at->length] = true;
        if (at->inside)
            out->inside[at->family == 6][at->length] = true;
    }
}

cp_err behind_gather(const struct cp_edge_policy *policy, struct cp_arena *arena,
                     struct behind *out)
{
    *out = (struct behind){.prefixes = CP_TAKE(arena, policy->prefix_count, struct behind_prefix)};
    if (out->prefixes == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < policy->demand_count; d++) {
        const struct cp_edge_demand *demand = &policy->demands[d];
        const struct cp_edge_node *node = cp_edge_node_find(policy, demand->endpoint);

        for (uint32_t i = 0; i < demand->prefix_count; i++) {
            const cp_edge_prefix *prefix = &policy->prefixes[demand->prefix_first + i];
            uint8_t family = prefix->address.family;

            out->prefixes[out->count++] =
                (struct behind_prefix){.mark = demand->class << CP_MARK_SHIFT,
                                       .family = family,
                                       .length = prefix->length,
                                       .address = prefix->address,
                                       .unpack = node->unpack[family == 6]};
        }
    }
    qsort(out->prefixes, out->count, sizeof *out->prefixes, compare);
    find_nested(out);
    return CP_OK;
}

void behind_put_hex(struct cp_out *out, cp_ip address, uint32_t len)
{
    cp_out_str(out, "0x");
    for (uint32_t i = 0; i < len; i++)
        cp_out_format(out, "%02x", address.bytes[i]);
}

static void put_whole(struct cp_out *out, cp_ip address)
{
    behind_put_hex(out, address, address.family == 4 ? 4 : 16);
}

cp_ip behind_mask(uint8_t family, uint32_t length)
{
    cp_ip mask = {.family = family};

    for (uint32_t bit = 0; bit < length; bit++)
        mask.bytes[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
    return mask;
}

/* Where the destination of the packet inside stands: what follows the routing header is the transport header to the kernel. */
static void put_inner(struct cp_out *out, uint32_t f)
{
    cp_out_str(out, f == 0 ? "@th,128,32" : "@th,192,128");
}

/* The first bits of it; of length 0 there are none, and the key does without. */
static void put_masked(struct cp_out *out, uint32_t f, uint32_t length)
{
    if (length == 0)
        return;
    cp_out_str(out, " . ");
    put_inner(out, f);
    if (length < (f == 0 ? 32u : 128u)) {
        cp_out_str(out, " & ");
        put_whole(out, behind_mask(families[f], length));
    }
}

static void declare(struct cp_out *out, const char *name, const char *sid, uint32_t f,
                    uint32_t length)
{
    cp_out_format(out, "  set %s%u_%u { typeof meta mark%s", name, families[f], length, sid);
    if (length > 0) {
        cp_out_str(out, " . ");
        put_inner(out, f);
    }
    cp_out_str(out, "; }\n");
}

void behind_declare(const struct behind *behind, struct cp_out *out)
{
    for (uint32_t i = 0; i < 2 * CP_COUNT(behind->has[0]); i++) {
        uint32_t f = i % 2, length = i / 2;

        if (behind->has[f][length])
            declare(out, CP_SET_BEHIND, " . @nh,192,128", f, length);
        if (behind->inside[f][length])
            declare(out, CP_SET_INSIDE, "", f, length);
    }
}

#define MARK "meta mark & 0xffff0000"

/* The longest first; and what leaves is counted by what unpacks it. */
static void put_chain(const struct behind *behind, struct cp_out *out, uint32_t f, const char *name,
                      const char *last)
{
    cp_out_format(out, "  chain %s%u {\n", name, families[f]);
    for (uint32_t length = CP_COUNT(behind->has[0]); length-- > 0;) {
        if (!behind->has[f][length])
            continue;
        cp_out_format(out, "    " MARK " . %s", last);
        put_masked(out, f, length);
        cp_out_format(out, " @" CP_SET_BEHIND "%u_%u " MARK " . %s @" CP_SET_ENDS " accept\n",
                      families[f], length, last);
        if (!behind->inside[f][length])
            continue;
        cp_out_str(out, "    " MARK);
        put_masked(out, f, length);
        cp_out_format(out, " @" CP_SET_INSIDE "%u_%u counter name tunnel drop\n", families[f],
                      length);
    }
    cp_out_str(out, "    counter name tunnel drop\n  }\n");
}

void behind_put_chains(const struct behind *behind, struct cp_out *out)
{
    for (uint32_t f = 0; f < CP_COUNT(families); f++) {
        put_chain(behind, out, f, "direct", "@nh,192,128");
        put_chain(behind, out, f, "inside", "@nh,384,128");
    }
}

static void put_element(struct cp_out *out, const struct behind_prefix *at, bool sid)
{
    cp_out_format(out, "  0x%08x", at->mark);
    if (sid) {
        cp_out_str(out, " . ");
        put_whole(out, at->unpack);
    }
    if (at->length > 0) {
        cp_out_str(out, " . ");
        put_whole(out, at->address);
    }
}

/* Those of a length; of `inside` those alone that are. */
static void fill(const struct behind *behind, struct cp_out *out, uint32_t f, uint32_t length,
                 bool inside)
{
    const char *before = "{\n";

    cp_out_format(out, "add element inet " CP_FILTER " %s%u_%u ",
                  inside ? CP_SET_INSIDE : CP_SET_BEHIND, families[f], length);
    for (uint32_t i = 0; i < behind->count; i++) {
        const struct behind_prefix *at = &behind->prefixes[i];

        if (at->family != families[f] || at->length != length || (inside && !at->inside))
            continue;
        cp_out_str(out, before);
        put_element(out, at, !inside);
        before = ",\n";
    }
    cp_out_str(out, "\n}\n");
}

void behind_fill(const struct behind *behind, struct cp_out *out)
{
    for (uint32_t i = 0; i < 2 * CP_COUNT(behind->has[0]); i++) {
        uint32_t f = i % 2, length = i / 2;

        if (behind->has[f][length])
            fill(behind, out, f, length, false);
        if (behind->inside[f][length])
            fill(behind, out, f, length, true);
    }
}

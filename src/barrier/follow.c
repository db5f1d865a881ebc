#include "follow.h"

#include <stdlib.h>

#include "behind.h"

enum { ADDRESS_BITS = 128, WORD_BITS = 32 };

static int compare_prefixes(const void *left, const void *right)
{
    const struct follow_start *a = left, *b = right;

    return cp_ip_cmp(a->prefix, b->prefix);
}

static int compare_nodes(const void *left, const void *right)
{
    const struct follow_start *a = left, *b = right;
    int order = (a->node > b->node) - (a->node < b->node);

    return order != 0 ? order : compare_prefixes(left, right);
}

static uint32_t common_bits(cp_ip a, cp_ip b)
{
    uint32_t bit = 0;

    while (bit < ADDRESS_BITS && ((a.bytes[bit / 8] ^ b.bytes[bit / 8]) & 0x80 >> bit % 8) == 0)
        bit++;
    return bit;
}

/* Of any two in order the likest stand side by side. */
static uint32_t bits_apart(const struct follow *follow)
{
    uint32_t most = 1;

    for (uint32_t i = 1; i < follow->count; i++) {
        const struct follow_start *at = &follow->start[i];
        uint32_t bits = common_bits(at[-1].prefix, at->prefix) + 1;

        if (at->node != at[-1].node && bits > most)
            most = bits;
    }
    return most < ADDRESS_BITS ? most : ADDRESS_BITS;
}

cp_err follow_gather(const struct cp_edge_policy *policy, struct cp_arena *arena,
                     struct follow *out)
{
    uint32_t kept = 0;
    cp_ip mask;

    *out = (struct follow){.start = CP_TAKE(arena, policy->sid_count, struct follow_start)};
    if (out->start == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < policy->sid_count; i++)
        if (policy->sids[i].kind != CP_EDGE_NODE_SID &&
            policy->sids[i].kind < CP_EDGE_LOCAL_ADJACENCY)
            out->start[out->count++] =
                (struct follow_start){policy->sids[i].from, policy->sids[i].sid};
    qsort(out->start, out->count, sizeof *out->start, compare_prefixes);
    out->bits = bits_apart(out);
    mask = behind_mask(6, out->bits);
    for (uint32_t i = 0; i < out->count; i++)
        for (uint32_t byte = 0; byte < sizeof mask.bytes; byte++)
            out->start[i].prefix.bytes[byte] &= mask.bytes[byte];
    qsort(out->start, out->count, sizeof *out->start, compare_nodes);
    for (uint32_t i = 0; i < out->count; i++)
        if (kept == 0 || compare_nodes(&out->start[kept - 1], &out->start[i]) != 0)
            out->start[kept++] = out->start[i];
    out->count = kept;
    return CP_OK;
}

/* The first one of a node, or of a greater one. */
static uint32_t first_of(const struct follow *follow, uint64_t node)
{
    uint32_t low = 0, high = follow->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (follow->start[middle].node < node)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct follow_start *follow_of(const struct follow *follow, uint32_t node, uint32_t *count)
{
    uint32_t first = first_of(follow, node);

    *count = first_of(follow, (uint64_t)node + 1) - first;
    return follow->start + first;
}

uint32_t follow_words(const struct follow *follow)
{
    return (follow->bits + WORD_BITS - 1) / WORD_BITS;
}

void follow_put_field(const struct follow *follow, struct cp_out *out, uint32_t at)
{
    uint32_t words = follow_words(follow);

    cp_out_format(out, "@nh,%u,%u", at, WORD_BITS * words);
    if (follow->bits == WORD_BITS * words)
        return;
    cp_out_str(out, " & ");
    behind_put_hex(out, behind_mask(6, follow->bits), words * WORD_BITS / 8);
}

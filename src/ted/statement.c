#include <string.h>

#include "inside.h"

const uint32_t *cp_ted_half_srlgs(const struct ted_half *half)
{
    return (const uint32_t *)(const void *)(half + 1);
}

/* An even number of SRLGs has room, so that what follows is aligned. */
static size_t even(uint32_t count)
{
    return ((size_t)count + 1) / 2 * 2;
}

struct ted_lan_sid *cp_ted_half_lan_room(struct ted_half *half)
{
    uint32_t *srlgs = (uint32_t *)(void *)(half + 1);

    return (struct ted_lan_sid *)(void *)(srlgs + even(half->srlg_count));
}

const struct ted_lan_sid *cp_ted_half_lans(const struct ted_half *half)
{
    return (const struct ted_lan_sid *)(const void *)(cp_ted_half_srlgs(half) +
                                                      even(half->srlg_count));
}

size_t cp_ted_half_bytes(uint32_t srlg_count, uint32_t lan_count)
{
    return sizeof(struct ted_half) + even(srlg_count) * sizeof(uint32_t) +
           lan_count * sizeof(struct ted_lan_sid);
}

struct ted_half *cp_ted_half_make(struct cp_arena *arena, uint32_t srlg_count, uint32_t lan_count)
{
    struct ted_half *half =
        (struct ted_half *)cp_arena_take(arena, cp_ted_half_bytes(srlg_count, lan_count), 1);

    if (half == NULL)
        return NULL;
    half->bandwidth_bps = CP_BPS_NONE;
    half->metric = half->te_metric = half->delay_us = CP_NONE;
    half->srlg_count = srlg_count;
    half->lan_count = lan_count;
    return half;
}

/* RFC 8667 2.2.1: F 0x80, B 0x40, V 0x20, L 0x10, S 0x08; RFC 8665 6.1: B 0x80, V 0x40, L 0x20, G 0x10. */
uint64_t cp_ted_sid_rank(uint8_t family, uint32_t flags, uint32_t number)
{
    bool six = family == TED_ISIS && (flags & 0x80) != 0;

    if ((flags & (family == TED_ISIS ? 0x48u : 0x90u)) != 0)
        return TED_SID_UNUSED;
    return (uint64_t)six << 32 | number;
}

bool cp_ted_sid_is_label(uint8_t family, uint32_t flags, uint32_t number)
{
    uint32_t both = family == TED_ISIS ? 0x30 : 0x60;

    /* An index is local too, is seen nowhere, and means another thing in each case. */
    return (flags & both) == both && number >= CP_LABEL_FIRST && number <= CP_LABEL_LAST;
}

void cp_ted_half_take_sid(struct ted_half *half, uint32_t flags, uint32_t number, uint64_t *best)
{
    uint64_t rank = cp_ted_sid_rank(half->from.family, flags, number);

    if (rank >= *best)
        return;
    *best = rank;
    half->sid.kind = TED_SID_LABEL;
    half->sid.number = number;
    half->sid_six = rank >> 32 != 0;
}

void cp_ted_half_take_lan_sid(struct ted_half *half, uint32_t most, const struct ted_router *to,
                              uint32_t flags, uint32_t number)
{
    struct ted_lan_sid *sids =
        (struct ted_lan_sid *)(void *)((uint32_t *)(void *)(half + 1) +
                                       ((size_t)half->srlg_count + 1) / 2 * 2);
    uint64_t rank = cp_ted_sid_rank(half->from.family, flags, number);
    uint32_t i = 0;

    if (rank == TED_SID_UNUSED)
        return;
    while (i < half->lan_count && cp_ted_router_cmp(&sids[i].to, to) != 0)
        i++;
    if (i == most ||
        (i < half->lan_count && ((uint64_t)sids[i].six << 32 | sids[i].sid.number) <= rank))
        return;
    sids[i].to = *to;
    sids[i].sid = (struct ted_sid){TED_SID_LABEL, number};
    sids[i].six = (uint32_t)(rank >> 32);
    half->lan_count += i == half->lan_count;
}

bool cp_ted_is_pseudonode(const struct ted_router *router)
{
    switch (router->family) {
    case TED_ISIS:
        return router->len == 7 && router->id[6] != 0;
    case TED_OSPF:
    case TED_OSPF3:
        return router->len == 8;
    default:
        return false;
    }
}

int cp_ted_router_cmp(const struct ted_router *a, const struct ted_router *b)
{
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    if (a->instance != b->instance)
        return a->instance < b->instance ? -1 : 1;
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    return memcmp(a->id, b->id, sizeof a->id);
}

/* A view has thousands of these: printf takes ten times as long. */
static void out_dotted(struct cp_out *out, const uint8_t *bytes)
{
    for (uint32_t i = 0; i < 4; i++) {
        if (i > 0)
            cp_out_char(out, '.');
        cp_out_u64(out, bytes[i]);
    }
}

static void out_hex(struct cp_out *out, const uint8_t *bytes, uint32_t count)
{
    static const char digits[] = "0123456789abcdef";

    for (uint32_t i = 0; i < count; i++) {
        cp_out_char(out, digits[bytes[i] >> 4]);
        cp_out_char(out, digits[bytes[i] & 15]);
    }
}

void cp_ted_out_router(struct cp_out *out, const struct ted_router *router)
{
    const uint8_t *id = router->id;

    if (router->family == TED_ISIS) {
        for (uint32_t i = 0; i < 6; i += 2) {
            if (i > 0)
                cp_out_char(out, '.');
            out_hex(out, id + i, 2);
        }
        if (cp_ted_is_pseudonode(router)) {
            cp_out_char(out, '.');
            out_hex(out, id + 6, 1);
        }
        return;
    }
    out_dotted(out, id);
    if (router->len >= 8) {
        cp_out_char(out, '/');
        out_dotted(out, id + 4);
    }
}

bool cp_ted_same_domain(const struct ted_domain *a, const struct ted_domain *b)
{
    if (a->protocol != b->protocol)
        return false;
    if (!a->any_instance && !b->any_instance && a->instance != b->instance)
        return false;
    return !a->area_known || !b->area_known || a->area == b->area;
}

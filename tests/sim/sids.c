#include <string.h>

#include "sim.h"

/*
 * SIDs in the network's data plane.  Inside they are labels: 16000 and a router's number, or an adjacency's.  In a network of
 * SRv6 (RFC 8986) they are spoken of as addresses: router N has the locator fc00:0:N::/48, its End ends in 1, the End.X of
 * link L in e000 + L.
 */

enum { LOCATOR_BYTES = 6, END = 1, END_X = 0xe000 };

bool is_node_label(const struct sim *s, uint32_t label)
{
    return label >= LABEL_NODE && label < LABEL_NODE + s->router_count;
}

uint32_t label_owner(const struct sim *s, uint32_t label)
{
    uint32_t link = (label - LABEL_ADJACENCY) / 2;

    if (is_node_label(s, label))
        return label - LABEL_NODE;
    if (label < LABEL_ADJACENCY || link >= s->link_count)
        return CP_NONE;
    return (label - LABEL_ADJACENCY) % 2 == 0 ? s->links[link].a : s->links[link].b;
}

void locator_of(uint32_t router, uint8_t out[16])
{
    memset(out, 0, 16);
    out[0] = 0xfc;
    out[5] = (uint8_t)(router + 1);
}

void sid_of_label(const struct sim *s, uint32_t label, uint8_t out[16])
{
    uint32_t function = is_node_label(s, label) ? END : END_X + (label - LABEL_ADJACENCY) / 2;

    locator_of(label_owner(s, label), out);
    out[LOCATOR_BYTES] = (uint8_t)(function >> 8);
    out[LOCATOR_BYTES + 1] = (uint8_t)function;
}

/* By looking at all that there are; 0: it is nobody's. */
static uint32_t label_of_sid(const struct sim *s, const uint8_t *sid)
{
    uint8_t is[16];

    for (uint32_t l = 0; l < 2 * s->link_count + s->router_count; l++) {
        uint32_t label =
            l < s->router_count ? LABEL_NODE + l : LABEL_ADJACENCY + l - s->router_count;

        sid_of_label(s, label, is);
        if (memcmp(is, sid, sizeof is) == 0)
            return label;
    }
    return 0;
}

uint32_t hop_label(const struct sim *s, const struct cp_pce_hop *hop)
{
    if (s->srv6)
        return hop->kind == CP_PCE_HOP_SRV6 ? label_of_sid(s, hop->srv6) : 0;
    return hop->kind == CP_PCE_HOP_LABEL ? hop->label : 0;
}

struct cp_pce_hop label_hop(const struct sim *s, uint32_t label)
{
    struct cp_pce_hop hop = {.kind = CP_PCE_HOP_LABEL, .label = label};

    if (s->srv6) {
        hop = (struct cp_pce_hop){.kind = CP_PCE_HOP_SRV6};
        sid_of_label(s, label, hop.srv6);
    }
    return hop;
}

uint32_t setup_type(const struct sim *s)
{
    return s->srv6 ? 3 : 1; /* RFC 9603 4.1.1, RFC 8664 3.1 */
}

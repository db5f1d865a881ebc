#include "netbox_plan.h"

#include <stdlib.h>

/* The interfaces are shuffled once and joined two by two. */

enum {
    PANEL_EVERY = 12,
    CABLED_OF_TEN = 7,
    CIRCUIT_EVERY = 200, /* of direct cables, one is a circuit's two */
    SITE_EVERY = 100
};

static void *need_bytes(size_t count, size_t size)
{
    void *at = calloc(count == 0 ? 1 : count, size);

    if (at == NULL) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return at;
}

static uint32_t draw(struct net *n, uint32_t below)
{
    n->random = n->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((n->random >> 33) % below);
}

static uint32_t circuit_count(const struct net *n)
{
    return n->direct / CIRCUIT_EVERY;
}

/* Cables are numbered: direct ones, then two a way through a panel, two a circuit, then trunks. */
static void join_all(struct net *n)
{
    uint32_t pair_count = n->make.interfaces / 2 / 10 * CABLED_OF_TEN, cable = 1;

    n->paneled = n->pairs * POSITIONS < pair_count ? n->pairs * POSITIONS : pair_count;
    n->direct = pair_count - n->paneled;
    n->circuits = circuit_count(n);
    for (uint32_t i = n->make.interfaces - 1; i > 0; i--) {
        uint32_t k = draw(n, i + 1), kept = n->order[i];

        n->order[i] = n->order[k];
        n->order[k] = kept;
    }
    for (uint32_t p = 0; p < pair_count; p++) {
        uint32_t a = n->order[(size_t)2 * p], b = n->order[(size_t)2 * p + 1];

        if (p < n->circuits) {
            n->joints[a] = (struct joint){cable++, 2 * p + 1, 'A', TO_TERMINATION};
            n->joints[b] = (struct joint){cable++, 2 * p + 2, 'A', TO_TERMINATION};
        } else if (p < n->circuits + n->paneled) {
            uint32_t way = p - n->circuits, pair = way / POSITIONS, at = way % POSITIONS;
            uint32_t left = (2 * pair) * POSITIONS + at, right = (2 * pair + 1) * POSITIONS + at;

            n->joints[a] = (struct joint){cable++, left, 'A', TO_FRONT};
            n->joints[b] = (struct joint){cable++, right, 'A', TO_FRONT};
        } else {
            n->joints[a] = (struct joint){cable, b, 'A', TO_INTERFACE};
            n->joints[b] = (struct joint){cable++, a, 'B', TO_INTERFACE};
        }
    }
    n->cables = cable - 1 + n->pairs;
}

struct net net_make(const struct netbox_make *make)
{
    struct net n = {.make = *make, .random = make->seed + 1};

    n.pairs = make->devices / PANEL_EVERY / 2;
    n.panels = 2 * n.pairs;
    n.actives = make->devices - n.panels;
    n.sites = make->devices / SITE_EVERY + 1;
    n.order = need_bytes(make->interfaces, sizeof(*n.order));
    n.joints = need_bytes(make->interfaces, sizeof(*n.joints));
    for (uint32_t i = 0; i < make->interfaces; i++)
        n.order[i] = i;
    join_all(&n);
    return n;
}

void net_free(struct net *n)
{
    free(n->order);
    free(n->joints);
}

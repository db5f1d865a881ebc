#include "peer.h"

#include <stdlib.h>

/* Stands in for peer_boost.cpp where there is no C++ compiler or no Boost. */

bool peer_present(void)
{
    return false;
}

struct peer *peer_open(const struct isp *net, const uint8_t *excluded)
{
    (void)net;
    (void)excluded;
    return NULL;
}

void peer_close(struct peer *peer)
{
    (void)peer;
}

const uint32_t *peer_costs(struct peer *peer, uint32_t source)
{
    (void)peer;
    (void)source;
    abort();
}

const uint32_t *peer_costs_without(struct peer *peer, uint32_t source)
{
    (void)peer;
    (void)source;
    abort();
}

uint32_t peer_cost(struct peer *peer, uint32_t source, uint32_t destination)
{
    (void)peer;
    (void)source;
    (void)destination;
    abort();
}

uint32_t peer_path(struct peer *peer, uint32_t source, uint32_t destination, uint32_t *links,
                   uint32_t *count)
{
    (void)peer;
    (void)source;
    (void)destination;
    links[0] = 0;
    *count = 0;
    abort();
}

void peer_set_metric(struct peer *peer, uint32_t link, uint32_t metric)
{
    (void)peer;
    (void)link;
    (void)metric;
    abort();
}

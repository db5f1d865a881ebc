#include "peer_pairs.h"

#include <stdlib.h>

/* Stands in for peer_lemon.cpp where there is no C++ compiler or no LEMON. */

bool pairs_peer_present(void)
{
    return false;
}

struct pairs_peer *pairs_peer_open(const struct isp *net, const uint8_t *excluded, pairs_kind kind)
{
    (void)net;
    (void)excluded;
    (void)kind;
    return NULL;
}

void pairs_peer_close(struct pairs_peer *peer)
{
    (void)peer;
}

uint64_t pairs_peer_cost(struct pairs_peer *peer, uint32_t source, uint32_t destination)
{
    (void)peer;
    (void)source;
    (void)destination;
    abort();
}

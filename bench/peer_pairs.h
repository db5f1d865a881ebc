#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "isp.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * LEMON's Suurballe on a StaticDigraph, warm; excluded nodes are not in the graph.  Node-disjoint pairs
 * are those of the graph with each node split in two.  Where LEMON is not installed
 * pairs_peer_present() is false and nothing else may be called.
 */
struct pairs_peer;

typedef enum { PAIRS_OF_LINKS, PAIRS_OF_NODES } pairs_kind;

#define PAIRS_NONE UINT64_MAX

bool pairs_peer_present(void);
struct pairs_peer *pairs_peer_open(const struct isp *net, const uint8_t *excluded, pairs_kind kind);
void pairs_peer_close(struct pairs_peer *peer);
/** Cost of the cheapest pair; PAIRS_NONE: there are no two. */
uint64_t pairs_peer_cost(struct pairs_peer *peer, uint32_t source, uint32_t destination);

#ifdef __cplusplus
}
#endif

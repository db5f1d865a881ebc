#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "isp.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The Boost Graph Library's Dijkstra, used as its documentation says is fastest: a compressed sparse
 * row graph, warm arrays, no predecessors where none are asked for, the form (with or without colour
 * map) that is faster here.  Where Boost is not installed peer_present() is false and nothing else
 * may be called.
 *
 * Costs are 32 bits wide; PEER_NONE: no way.
 */
struct peer;

#define PEER_NONE UINT32_MAX

bool peer_present(void);
/** excluded [nodes], borrowed: what peer_costs_without leaves out.  net is not kept. */
struct peer *peer_open(const struct isp *net, const uint8_t *excluded);
void peer_close(struct peer *peer);

/** Costs from the source to all nodes: [nodes], good until the next call. */
const uint32_t *peer_costs(struct peer *peer, uint32_t source);
/** The same without the excluded nodes, by a filter made once. */
const uint32_t *peer_costs_without(struct peer *peer, uint32_t source);

/** Cost of one pair; stops when the destination's is known. */
uint32_t peer_cost(struct peer *peer, uint32_t source, uint32_t destination);
/** The same, and the links of one path of that cost, from its end: links [nodes], *count. */
uint32_t peer_path(struct peer *peer, uint32_t source, uint32_t destination, uint32_t *links,
                   uint32_t *count);

/** From now on the link has this metric in both directions; PEER_NONE: it is out. */
void peer_set_metric(struct peer *peer, uint32_t link, uint32_t metric);

#ifdef __cplusplus
}
#endif

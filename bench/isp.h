#pragma once

#include <stdint.h>

/**
 * A made-up operator's network: points of presence (PoPs) scattered over a square, each with 2 or 4
 * core routers in full mesh, pairs of aggregation routers, and access routers on two aggregation
 * routers each, some on one, some in rings; PoPs joined to their nearest ones, a few to far ones.
 * About two links a node.  Metrics are 1 to 65535 at random, or 1 (hops).  Same seed, same network.
 */
struct isp_link {
    uint32_t a, b, metric;
};

struct isp {
    uint32_t node_count, link_count;
    struct isp_link *links;
    uint8_t *forbidden; /* [nodes] about 5 % */
};

typedef enum { ISP_WIDE, ISP_HOPS } isp_metrics;

struct isp isp_make(uint32_t nodes, isp_metrics metrics, uint64_t seed);
void isp_free(struct isp *isp);

/** splitmix64 */
uint64_t isp_random(uint64_t *state);

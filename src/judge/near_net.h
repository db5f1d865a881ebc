#pragma once

#include "near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ARENA_BYTES = 64 << 20, NODES_MOST = 12, LINKS_MOST = 16, LISTS_MOST = 256 };

/* --- small nets --------------------------------------------------------------------------- */

/* A case with nothing but what this file's functions look at. */
struct net {
    struct cp_case c;
    struct cp_node_rec nodes[NODES_MOST];
    struct cp_link_rec links[LINKS_MOST];
    struct cp_site sites[4];
    struct cp_end ends[LISTS_MOST];
    cp_range ways[LISTS_MOST];
    cp_link supports[LISTS_MOST];
    uint32_t end_count, way_count, support_count;
    uint8_t from[NODES_MOST], node_passed[NODES_MOST], link_passed[LINKS_MOST];
    uint32_t layers, hops, within_m;
};

static struct net net;
static struct cp_arena *arena;

static inline int open_net(void **state)
{
    (void)state;
    net = (struct net){.layers = UINT32_MAX};
    net.c = (struct cp_case){.nodes = net.nodes,
                             .links = net.links,
                             .sites = net.sites,
                             .ends = net.ends,
                             .alternatives = net.ways,
                             .supports = net.supports};
    arena = cp_arena_open(ARENA_BYTES);
    return arena == NULL;
}

static inline int close_net(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static inline void put_nodes(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        net.nodes[i] = (struct cp_node_rec){
            .site = CP_NONE, .lat_udeg = CP_COORD_NONE, .lon_udeg = CP_COORD_NONE};
    net.c.node_count = count;
}

static inline uint32_t put_link(uint32_t a, uint32_t b, cp_layer layer)
{
    uint32_t link = net.c.link_count++;

    net.links[link] = (struct cp_link_rec){.layer = layer, .ends = {net.end_count, 2}};
    net.ends[net.end_count++].node.at = a;
    net.ends[net.end_count++].node.at = b;
    return link;
}

/* Of the link put last. */
static inline void put_end(uint32_t node)
{
    net.links[net.c.link_count - 1].ends.count++;
    net.ends[net.end_count++].node.at = node;
}

/* One more way over which the link may go: first, and second where it is another. */
static inline void put_way(uint32_t link, uint32_t first, uint32_t second)
{
    if (net.links[link].alternatives.count++ == 0)
        net.links[link].alternatives.first = net.way_count;
    net.ways[net.way_count++] = (cp_range){net.support_count, first == second ? 1 : 2};
    net.supports[net.support_count++].at = first;
    if (first != second)
        net.supports[net.support_count++].at = second;
}

/* "011": a mark for each. */
static inline void assert_marks(const uint8_t *marks, const char *expected)
{
    for (size_t i = 0; expected[i] != 0; i++)
        if (marks[i] != (uint8_t)(expected[i] - '0'))
            fail_msg("%zu is %u, not as in %s", i, marks[i], expected);
}

/* Numbers from 0 to before `past`, the same for the same seed. */
static inline uint32_t below(uint64_t *seed, uint32_t past)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % past;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_net, close_net)

#pragma once

/* What the tests of cuts build graphs with: a link a call. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph/cut.h"

#define LONG_LINKS 512u
#define NEVER UINT32_MAX

struct plan {
    struct cp_graph_parts parts;
    uint32_t end_first[LONG_LINKS + 1], end_node[2 * LONG_LINKS], end_metric[2 * LONG_LINKS];
    uint32_t link_srlg_first[LONG_LINKS + 1], link_srlgs[LONG_LINKS];
};

static inline int open_arena(void **state)
{
    *state = cp_arena_open(SIZE_MAX);
    return *state == NULL;
}

static inline int close_arena(void **state)
{
    cp_arena_close(*state);
    return 0;
}

static inline struct plan *open_plan(void **state, uint32_t nodes, uint32_t srlgs)
{
    struct plan *p = CP_TAKE(*state, 1, struct plan);

    assert_non_null(p);
    p->parts = (struct cp_graph_parts){.node_count = nodes,
                                       .srlg_count = srlgs,
                                       .end_first = p->end_first,
                                       .end_node = p->end_node,
                                       .end_metric = p->end_metric,
                                       .link_srlg_first = p->link_srlg_first,
                                       .link_srlgs = p->link_srlgs};
    return p;
}

/* A link between nodes, in the SRLGs of the bits. */
static inline void add_link(struct plan *p, const uint32_t *nodes, uint32_t count, uint32_t srlgs)
{
    uint32_t l = p->parts.link_count++;

    p->end_first[l + 1] = p->end_first[l] + count;
    for (uint32_t e = 0; e < count; e++) {
        p->end_node[p->end_first[l] + e] = nodes[e];
        p->end_metric[p->end_first[l] + e] = 1;
    }
    p->link_srlg_first[l + 1] = p->link_srlg_first[l];
    for (uint32_t g = 0; g < p->parts.srlg_count; g++)
        if ((srlgs >> g & 1u) != 0)
            p->link_srlgs[p->link_srlg_first[l + 1]++] = g;
}

static inline void join(struct plan *p, uint32_t a, uint32_t b, uint32_t srlgs)
{
    uint32_t nodes[] = {a, b};

    add_link(p, nodes, 2, srlgs);
}

static inline struct cp_graph graph_of(void **state, const struct plan *p)
{
    struct cp_graph g = {0};

    assert_int_equal(cp_graph_make(&p->parts, *state, &g), CP_OK);
    return g;
}

enum { FAIL_LINKS = 1, FAIL_NODES = 2, FAIL_SRLGS = 4, FAIL_ALL = 7 };

static inline struct cp_cut_query ask(const uint32_t *src, uint32_t src_count, const uint32_t *dst,
                                      uint32_t dst_count, uint32_t kinds)
{
    return (struct cp_cut_query){.src = src,
                                 .dst = dst,
                                 .src_count = src_count,
                                 .dst_count = dst_count,
                                 .links = (kinds & FAIL_LINKS) != 0,
                                 .nodes = (kinds & FAIL_NODES) != 0,
                                 .srlgs = (kinds & FAIL_SRLGS) != 0,
                                 .depth = 8};
}

static inline uint64_t next_number(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static inline uint32_t pick(uint64_t *seed, uint32_t least, uint32_t most)
{
    return least + (uint32_t)(next_number(seed) % (most - least + UINT64_C(1)));
}

static inline bool contains(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (nodes[i] == node)
            return true;
    return false;
}

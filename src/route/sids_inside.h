#pragma once

#include "model/sid_text.h"
#include "route/sids.h"

/** SIDs as sids.c reads them and sids_plan.c completes them. */

struct cp_sids {
    const struct cp_net *net;
    const struct cp_case *c;
    cp_plane plane;
    bool stated;
    uint32_t *index;              /* [nodes] CP_NONE: none */
    uint32_t *depth;              /* [nodes] */
    struct node_blocks *srgb;     /* [nodes] count 0: the usual */
    struct node_blocks *srlb;     /* [nodes] alike */
    struct cp_locator *locator;   /* [nodes] bits 0: none */
    struct address *end;          /* [nodes] known false: none; NULL: no node states one */
    uint32_t *adjacency;          /* [hops] labels; CP_NONE: none; NULL: none is stated */
    struct address *adjacency_v6; /* [hops] NULL: none is stated */
};

struct node_blocks {
    const struct cp_label_block *at;
    uint32_t count;
};

struct address {
    bool known;
    uint8_t srv6[16];
};

/** The blocks that count for a node. */
struct node_blocks cp_sids_srgb(const struct cp_sids *s, uint32_t node);
struct node_blocks cp_sids_srlb(const struct cp_sids *s, uint32_t node);

/** Labels in the blocks; the label at an index, CP_NONE past them; the index of a label, CP_NONE outside. */
uint64_t cp_blocks_size(struct node_blocks blocks);
uint32_t cp_blocks_label(struct node_blocks blocks, uint32_t index);
uint32_t cp_blocks_index(struct node_blocks blocks, uint32_t label);

/** DUPLICATE where two nodes have one index or address, two adjacencies of a node one SID, or its blocks one label. */
CP_MUST_USE cp_err cp_sids_check(const struct cp_sids *s, struct cp_diag *diag);

/** Index of the hop in the graph's hops; CP_NONE. */
uint32_t cp_sids_hop(const struct cp_net *net, uint32_t link, uint32_t from, uint32_t to);

/** Room for what is not there yet.  NOMEM. */
CP_MUST_USE cp_err cp_sids_open_labels(struct cp_sids *s, struct cp_arena *arena);
CP_MUST_USE cp_err cp_sids_open_addresses(struct cp_sids *s, struct cp_arena *arena);

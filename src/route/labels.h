#pragma once

#include "ground/metric.h"
#include "rest.h"
#include "route/blocking.h"

/** Labels of a search (seek.c): made, ordered, left out and expanded. */

#define NIL UINT32_MAX

struct label {
    uint64_t key[2]; /* what the goal counts */
    struct rest end; /* what it counts in the end, at least; used in simple searches */
    uint64_t delay_us;
    element_set set;
    uint32_t rules, passed; /* bits: of rules so far; of require lists */
    uint32_t hops;
    uint32_t node, link, parent; /* link: by which it came here */
    uint32_t origin;             /* the source where it is a destination, too; else NIL */
    uint32_t next;               /* expanded before it at this node */
    bool finish;                 /* ends here, at a destination */
};

/* An end of a link that a label may leave by, and to where. */
struct step {
    uint32_t end, link, to;
};

enum { IS_SOURCE = 1, IS_DESTINATION = 2, IS_AVOIDED = 4 };

struct seek {
    const struct seek_ask *ask;
    const struct cp_graph *g;
    struct cp_arena *work;
    uint8_t *node_is, *link_is; /* IS_ bits */
    uint32_t *meets; /* [links + nodes] require lists that it is on; NULL: none are asked */
    uint32_t must;   /* those that must be met */
    struct cp_element_sets *sets;
    struct label *labels;
    uint32_t label_count, label_cap;
    uint32_t *heap, *ready; /* ready: labels as good as the one expanded last */
    uint32_t heap_count, heap_cap, ready_count, ready_cap;
    uint32_t *expanded; /* [nodes] the last label expanded there */
    bool bounded;       /* labels of a node may be many */
    bool simple;        /* no node twice: asked for with require lists, else it comes of itself */
    bool marked_lans;   /* something is against a LAN, and it counts but once */
    uint64_t steps;     /* of walking back along labels */
    const struct rest *rest; /* as in rest.h; NULL: nothing is known */
    uint32_t list_count;
    bool diving; /* depth first */
};

/* So many labels that are walked back over, or compared, are one step of the budget. */
enum { STEPS_A_LABEL = 64 };

static inline bool keeps(const struct seek *s, uint32_t wish)
{
    return (s->ask->wishes & wish) != 0;
}

static inline bool counts_sets(const struct seek *s)
{
    return s->ask->goal == SEEK_FEWEST || s->ask->goal == SEEK_CHEAPEST;
}

static inline bool is_lan(const struct seek *s, uint32_t link)
{
    return s->g->end_first[link + 1] - s->g->end_first[link] > 2;
}

static inline uint64_t sum(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

/** Whether a way, or one of its parts before, is at the node. */
bool cp_seek_walks(struct seek *s, uint32_t label, uint32_t node);

/** Whether the end in sight is better: in what the goal counts, then in links; in what the goal counts. */
bool cp_seek_ends_before(const struct label *a, const struct label *b);
bool cp_seek_ends_better(const struct label *a, const struct label *b);

/** Whether a label that was expanded at its node makes it needless. */
bool cp_seek_is_dominated(struct seek *s, const struct label *label);

/** The label at a source, where it may be passed.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_seek_begin(struct seek *s, uint32_t source);
/** The labels that one leads to.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_seek_expand(struct seek *s, uint32_t at);
/** The label that is expanded next; there is one. */
uint32_t cp_seek_pop(struct seek *s);

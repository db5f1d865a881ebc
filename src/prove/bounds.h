#pragma once

#include "graph/queue.h"
#include "sets.h"

/**
 * Potentials towards destinations: at each node at most the true cost, and no more than an arc's cost
 * above what is at its end.  Under failures they are raised where somebody relies on a cost.
 */
typedef enum {
    BOUNDS_PLAIN,  /* every node may be passed */
    BOUNDS_HONEST, /* no liar may, though it may be the destination */
    BOUNDS_NEAR    /* the liars are the destinations */
} bounds_kind;

struct raise {
    uint32_t node;
    uint64_t before, after; /* CP_UNREACHABLE: no way */
};

struct bounds {
    const struct cp_graph *g;
    struct cp_queue *queue;
    uint64_t *at;                 /* [nodes] now */
    uint8_t *link_out, *node_out; /* how many reasons each has to be out */
    uint32_t *stamp;              /* [nodes] raised by the raise at hand */
    uint32_t *flood;              /* [nodes] */
    uint32_t now;
    struct raise *log; /* what changed since the log was begun, oldest first */
    uint32_t log_count, log_cap;
    struct cp_arena *arena; /* the log grows in it */
    /* of the destination at hand */
    bounds_kind kind;
    uint32_t destination; /* PLAIN, HONEST */
    const uint8_t *liar;  /* [nodes] HONEST, NEAR */
};

/** Room in the queue for hops and nodes.  NOMEM. */
CP_MUST_USE cp_err cp_bounds_make(const struct cp_graph *g, struct cp_queue *queue,
                                  struct cp_arena *arena, struct bounds *out);
/** True costs of all nodes into b->at, with what is out gone around. */
void cp_bounds_settle(struct bounds *b);

/** A set's raises: raises[first] to before raises[first + count], ascending nodes. */
struct table_row {
    uint32_t first, count;
};
struct table {
    const struct sets *sets;
    const uint32_t *order;  /* [sets->count] by size, then elements */
    struct table_row *rows; /* [sets->count] by set */
    struct raise *raises;
    uint32_t raise_count, raise_cap;
    uint32_t row_count; /* rows that raise something */
};

/**
 * What each set must raise above b->at and the sets within it, those of `under` among them (NULL: no
 * other table).  b->at is afterwards as before.  NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_table_make(struct bounds *b, const struct sets *sets,
                                 const struct table *under, struct cp_arena *arena,
                                 struct table *out);

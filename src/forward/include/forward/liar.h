#pragma once

#include "forward/walk.h"

/**
 * The state `liar`: banned nodes advertise what they like on their own links and among themselves
 * (DESIGN 2.2; docs/notes/0001 has the formula and why it is exact).
 *
 * A lie draws traffic to a liar when the way over it can be made no longer than the honest one: true
 * cost to the nearest liar, plus 1 for an invented link if the best exit is another liar's, plus 1 for
 * the exit's own link, plus the true cost from there on.
 */
struct cp_liar;

/** honest: routes with the liars banned.  liars [count], ascending. */
CP_MUST_USE cp_err cp_liar_open(const struct cp_routes *honest, const uint32_t *liars,
                                uint32_t count, struct cp_queue *queue, struct cp_arena *arena,
                                struct cp_liar **out);

/** After the honest routes were computed for another destination. */
void cp_liar_begin(struct cp_liar *liar);

/**
 * The way by which some lie draws packets from source: true links to a liar, then perhaps an
 * invented link (UINT32_MAX) to another.  drawn false: no lie does.
 */
struct cp_liar_way {
    bool drawn;
    uint32_t near, far; /* liar reached first, liar that the packets leave from; may be equal */
};

/** after: the honest routes after the failures asked about. */
struct cp_liar_way cp_liar_draws(struct cp_liar *liar, struct cp_after *after, uint32_t source);

/**
 * The true way from source to way->near: nodes [*node_count], links between them.  Good until the
 * next call.  Only right after the cp_liar_draws that gave the way.
 */
void cp_liar_path(struct cp_liar *liar, const struct cp_liar_way *way, const uint32_t **nodes,
                  const uint32_t **links, uint32_t *node_count);

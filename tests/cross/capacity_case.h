#pragma once

#include "small_case.h"

/* Small random cases, and the ways of their packets by the IGP, slowly. */

/* What is left to a treatment after a failure, slowly. */
struct left {
    uint8_t node_shut[SMALL_NODES], link_shut[SMALL_LINKS];
};

struct costs {
    uint64_t of[SMALL_NODES][SMALL_NODES];
};

#define FAR (UINT64_MAX / 4)

/* Packets to one destination, split evenly at each router. */
struct splitting {
    const struct small *s;
    const struct left *left;
    const struct costs *c;
    uint32_t to;
    double *load;
};

void put_random(struct small *s, uint64_t *seed, bool several);
struct left left_to(const struct small *s, uint32_t treatment, uint32_t failure);
/** Floyd, Warshall: least sums of price [ends] between all nodes. */
void all_costs(const struct small *s, const struct left *left, const uint64_t *price,
               struct costs *c);
void igp_costs(const struct small *s, const struct left *left, struct costs *c);
void split(const struct splitting *of, uint32_t at, double bps);
double bandwidth(const struct small *s, uint32_t d);
uint32_t source(const struct small *s, uint32_t d);
uint32_t target(const struct small *s, uint32_t d);
/** The destination at least cost, the lowest of alike ones; of one with no way any. */
uint32_t nearest(const struct small *s, uint32_t d, const struct costs *c);

#pragma once

#include "check/check.h"

#include "base/joined.h"
#include "base/rd.h"
#include "base/stamped.h"
#include "model/bundle.h"

/* What the files of this room share.  Functions that return bool return false after cp_refuse. */

#define NIL CP_BUNDLE_NONE /* nothing; a depth that is null */
#define INF UINT64_MAX     /* the cost where there is no way */

/* An array that grows in the arena. */
struct list {
    void *at;
    uint32_t count, cap;
};
#define STEADY_SEEN (1u << CP_CLAIM_COUNT) /* the steady state exposes at the depth said */
#define AT(list, type) ((type *)(list).at)

/* Sets of failures with the labels that each raises, in order. */
struct table {
    struct list entries, raises;
};

/* Labels towards a destination, or towards all liars, under a set of failures (labels.c). */
struct labels {
    const struct cp_check *c;
    const struct cp_stamped *base;
    uint64_t fallback; /* of nodes not in base */
    const struct table *tables[2];
    const uint8_t *liars; /* no way goes through them; NULL: nobody */
    uint32_t target;      /* NIL: the liars */
    struct cp_bundle_set set;
    bool composed;                         /* the rest holds for the set */
    struct cp_stamped over, exact, failed; /* failed: [links + nodes] */
};

struct cp_check {
    struct cp_arena *arena, *work;
    struct cp_check_report report;
    cp_err err;
    struct cp_bundle_net net;
    struct cp_bundle_answer answer;
    struct cp_joined whole; /* nodes, joined by all links */
    struct list flows;      /* of audit.c */
    uint8_t *known;         /* [demands] bits: which claims were seen, and STEADY_SEEN */
    uint32_t kind_at, treatment_at, flow_at, demand_at; /* what the certificate has come to */
    struct cp_stamped potentials, *near;                /* near: [treatments] */
    uint64_t *near_fallback;
    struct labels before, after, honest, nearest;
    struct table plain_table, honest_table, near_table;
    struct frame *stack;   /* of labels.c */
    struct cp_stamped met; /* [elements] those in reached */
    struct list reached;   /* elements: what was followed last */
    struct list sets, next, ways, way_ends;
};

/* check.c */
bool cp_refuse(struct cp_check *c, const char *why, uint32_t element);
bool cp_no_memory(struct cp_check *c);
void *cp_more(struct cp_check *c, struct list *list,
              size_t size); /* room for one more; NULL: cp_no_memory */
/* Joins nodes that hang together over links and nodes without marks; NULL: over all. */
bool cp_join(struct cp_check *c, const uint64_t *marks, struct cp_joined *out);
/* labels.c */
bool cp_check_labels_open(struct cp_check *c, struct labels *l);
bool cp_read_set(struct cp_check *c, cp_rd *rd, struct cp_bundle_set *set);
bool cp_read_potentials(struct cp_check *c, cp_rd *rd, struct labels *l, struct cp_stamped *into);
bool cp_check_read_table(struct cp_check *c, cp_rd *rd, struct labels *l, struct table *table);
void cp_compose(struct labels *l, const struct cp_bundle_set *set);
uint64_t cp_plus(uint64_t a, uint64_t b);
uint64_t cp_label(const struct labels *l, uint32_t node);
bool cp_usable(const struct labels *l, const struct cp_bundle_hop *hop);
bool cp_tight(const struct labels *l, uint32_t node, const struct cp_bundle_hop *hop);
bool cp_exact(struct labels *l, uint32_t node);
/* Into reached: what packets from the source meet where each node uses its next hops of any of these. */
bool cp_follow(struct cp_check *c, struct labels *const *l, uint32_t count, uint32_t source);
/* audit.c, cuts.c: pieces of the certificate */
bool cp_open_flows(struct cp_check *c);
bool cp_read_near(struct cp_check *c, cp_rd *rd);
bool cp_read_destination(struct cp_check *c, cp_rd *rd);
bool cp_read_cuts(struct cp_check *c, cp_rd *rd);
/* claims.c */
bool cp_may_fail(const struct cp_check *c, uint32_t demand,
                 uint32_t element); /* asked, and no end */
bool cp_all_may_fail(const struct cp_check *c, uint32_t demand, const struct cp_bundle_set *set);
bool cp_close_audit(struct cp_check *c);

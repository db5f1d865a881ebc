#pragma once

#include "check/check.h"

#include "base/num.h"
#include "base/rd.h"
#include "base/stamped.h"

/* What the files of this room share.  Functions that return bool return false after cp_refuse. */

#define NIL CP_BUNDLE_NONE /* nothing; a depth that is null */
#define INF UINT64_MAX     /* the cost where there is no way */

/* An array that grows. */
struct list {
    void *at;
    uint32_t count, cap;
};
#define AT(list, type) ((type *)(list).at)

/* Sets of failures, in order, with the labels that each raises. */
struct table {
    struct list entries, raises;
};

/* Labels towards a destination, or towards all liars, under a set of failures. */
struct labels {
    const struct cp_check *c;
    const struct cp_stamped *base;
    uint64_t fallback; /* of nodes not in base */
    const struct table *tables[2];
    const uint8_t *liars; /* no way goes through them; NULL: nobody */
    uint32_t target;      /* NIL: the liars */
    cp_failures set;
    bool composed;                         /* the rest holds for the set */
    struct cp_stamped over, exact, failed; /* failed: [links + nodes] */
};

typedef struct cp_bundle_hop hop;
typedef struct cp_bundle_flow flow;

/* Least costs to a liar of a treatment, at least. */
struct near {
    struct cp_stamped base;
    uint64_t fallback;
};

struct cp_check {
    struct cp_arena *arena, *work;
    struct cp_check_report report;
    cp_err err;
    struct cp_bundle_net net;
    struct cp_bundle_answer answer;
    uint32_t links; /* how many: nodes follow as elements */
    struct cp_joined whole;
    flow *flows;
    uint8_t *known; /* [demands] bits: which claims were seen, and STEADY_SEEN */
    uint32_t flow_count, kind_at, treatment_at, flow_at, demand_at;
    struct cp_stamped potentials;
    struct near *near; /* [treatments] */
    struct labels before, after, honest, nearest;
    struct table plain_table, honest_table, near_table;
    struct frame *stack;   /* [nodes] */
    struct cp_stamped met; /* [elements] those in reached */
    struct list reached;   /* elements: what was followed last */
    struct list sets, next, ways;
};
#define STEADY_SEEN (1u << CP_CLAIM_COUNT) /* steady exposes at the depth that the answer says */

static inline const hop *first_hop(const struct cp_check *c, uint32_t node)
{
    return &c->net.hops[c->net.hop_first[node]];
}

bool cp_refuse(struct cp_check *c, const char *why, uint32_t element);
bool cp_afford(struct cp_check *c, cp_err err); /* refuses where memory ended */
bool cp_push(struct cp_check *c, struct list *list, uint32_t number);
void *cp_more(struct cp_check *c, struct list *list, size_t size); /* room for one; NULL: refused */

bool cp_check_labels_open(struct cp_check *c, struct labels *l);
bool cp_read_potentials(struct cp_check *c, cp_rd *rd, struct labels *l, struct cp_stamped *into);
bool cp_check_read_table(struct cp_check *c, cp_rd *rd, struct labels *l, struct table *table);
void cp_compose(struct labels *l, const cp_failures *set);
uint64_t cp_label(const struct labels *l, uint32_t v);
bool cp_usable(const struct labels *l, const hop *h);
bool cp_tight(const struct labels *l, uint32_t v, const hop *h);
bool cp_exact(struct labels *l, uint32_t from);
/* Into reached: what packets from the source meet where each node uses its next hops of any of these. */
bool cp_follow(struct cp_check *c, struct labels *const *l, uint32_t count, uint32_t source);

bool cp_read_near(struct cp_check *c, cp_rd *rd);
bool cp_read_destination(struct cp_check *c, cp_rd *rd);
bool cp_read_cuts(struct cp_check *c, cp_rd *rd);
bool cp_check_claims(struct cp_check *c);

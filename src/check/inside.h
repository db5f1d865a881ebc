#pragma once

#include "check/check.h"

#include "base/list.h"
#include "base/num.h"

/* What the files of this room share.  Functions that return bool return false after cp_refuse. */

#define NIL CP_BUNDLE_NONE /* nothing; a depth that is null */
#define INF UINT64_MAX     /* the cost where there is no way */

typedef struct cp_bundle_hop hop;
typedef struct cp_bundle_flow flow;

/* Costs without failures, at least. */
struct bounds {
    struct cp_stamped at;
    uint64_t fallback; /* of nodes that are not in it */
};

/* Sets of failures, in order, with the labels that each raises. */
struct table {
    struct cp_list entries, raises;
};

/* Labels towards a destination, or towards all liars, under a set of failures. */
struct labels {
    const struct cp_check *c;
    const struct bounds *base;
    const struct table *tables[2];
    const uint8_t *liars; /* no way goes through them; NULL: nobody */
    uint32_t target;      /* NIL: the liars */
    cp_failures set;
    bool composed;                         /* the rest holds for the set */
    struct cp_stamped over, exact, failed; /* failed: [links + nodes] */
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
    struct bounds potentials;
    struct bounds *near; /* [treatments] to the nearest liar */
    struct labels before, after, honest, nearest;
    struct table plain_table, honest_table, near_table;
    struct frame *stack;                       /* [nodes] */
    struct cp_stamped met;                     /* [elements] those in reached */
    struct cp_list reached;                    /* elements: what was followed last */
    struct cp_list touching, sets, next, ways; /* scratch */
};
#define STEADY_SEEN (1u << CP_CLAIM_COUNT) /* steady exposes at the depth that the answer says */

static inline const hop *first_hop(const struct cp_check *c, uint32_t node)
{
    return &c->net.hops[c->net.hop_first[node]];
}

bool cp_refuse(struct cp_check *c, const char *why, uint32_t element);
bool cp_afford(struct cp_check *c, cp_err err); /* refuses where memory ended */
void *cp_more(struct cp_check *c, struct cp_list *list, size_t size); /* NULL: refused */
void cp_push(struct cp_check *c, struct cp_list *list, uint32_t number);

CP_MUST_USE cp_err cp_check_labels_open(struct cp_check *c, struct labels *l);
bool cp_read_potentials(struct cp_check *c, cp_rd *rd, struct labels *l, struct bounds *into);
bool cp_check_read_table(struct cp_check *c, cp_rd *rd, struct labels *l, struct table *table);
void cp_compose(struct labels *l, const cp_failures *set);
uint64_t cp_label(const struct labels *l, uint32_t v);
bool cp_usable(const struct labels *l, const hop *h);
bool cp_tight(const struct labels *l, uint32_t v, const hop *h);
bool cp_exact(struct labels *l, uint32_t from);
/* Into reached: what packets from the source meet where each node uses its next hops of a or of b (or NULL). */
bool cp_follow(struct cp_check *c, struct labels *a, struct labels *b, uint32_t source);
/* Appends what may fail for the demand and touches what was reached. */
void cp_touch(struct cp_check *c, uint32_t demand, struct cp_list *list);

bool cp_read_near(struct cp_check *c, cp_rd *rd);
bool cp_read_destination(struct cp_check *c, cp_rd *rd);
bool cp_read_cuts(struct cp_check *c, cp_rd *rd);

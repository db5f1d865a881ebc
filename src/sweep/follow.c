#include "sweep/follow.h"

#include <stdlib.h>

#include "climbs.h"
#include "sweep/labels.h"

/*
 * A demand's lightest way climbs from its source to some place and comes down from there to its
 * destination: the least, over the places above both, of two climbs.  An answer is in doubt when a
 * climb that changed was or is part of a way as light as the answer; those in doubt are worked out
 * anew, and listed if that gives something else.
 *
 * Sources first, then destinations: a change of both sides is two changes, one after the other, and an
 * answer that is not in doubt after the first is true between them.
 */

#define NIL UINT32_MAX

enum { SOURCE, DESTINATION, SIDES };

struct demand {
    uint32_t climber[SIDES];
    uint32_t meet; /* the lowest place above both ends; NIL: none */
    uint32_t marks;
    uint64_t weight;
};

/* A demand, as found by the climber of one side. */
struct user {
    uint32_t demand;
    uint32_t other; /* climber of the other side */
};

/* The demands' ends of one side. */
struct ends {
    uint32_t *place; /* [climbers] ascending */
    uint32_t count;
    struct cp_climbs climbs;
    /* Demands of climber i: users[user_first[i]] to before users[user_first[i + 1]]. */
    uint32_t *user_first; /* [climbers + 1] */
    struct user *users;   /* [demands] */
};

struct cp_follow {
    const struct cp_weights *weights;
    uint32_t unit; /* log2 of the hierarchy's scale */
    uint32_t count;
    struct cp_follow_demand *ends_of; /* [demands] */
    struct demand *demands;           /* [demands] */
    struct ends ends[SIDES];
    uint64_t *doubts; /* a bit for each demand */
    uint32_t *loops;  /* demands from a node to itself: no arc tells when it fails */
    uint32_t loop_count;
    struct cp_follow_change *changed; /* [demands] */
    struct cp_labels *labels;         /* with a core: instead of ends */
    uint32_t *by_destination;         /* [demands] with a core: in the order to ask them */
    struct cp_weight *fresh;          /* [demands] with a core: what they say */
};

static struct cp_follow_answer answer_of(const struct cp_follow *f, uint64_t weight, uint32_t marks)
{
    if (weight >= CP_WEIGHT_NONE)
        return (struct cp_follow_answer){.cost = CP_UNREACHABLE};
    return (struct cp_follow_answer){.cost = weight >> f->unit, .seen = marks};
}

struct cp_follow_answer cp_follow_get(const struct cp_follow *f, uint32_t demand)
{
    CP_ASSERT(demand < f->count);
    return answer_of(f, f->demands[demand].weight, f->demands[demand].marks);
}

/* ---- working out ---- */

static inline bool has_failed(const struct cp_follow *f, uint32_t demand)
{
    const struct cp_follow_demand *ends = &f->ends_of[demand];

    return f->weights->node_failed[ends->source] != 0 ||
           f->weights->node_failed[ends->destination] != 0;
}

/* The answer as weight and marks. */
static struct cp_weight work_out(const struct cp_follow *f, uint32_t demand)
{
    const struct cp_hierarchy *h = f->weights->hierarchy;
    const struct demand *d = &f->demands[demand];
    struct cp_weight least = {.weight = CP_WEIGHT_NONE};
    uint32_t last = NIL;

    if (has_failed(f, demand))
        return least;
    for (uint32_t p = d->meet; p != last; p = h->parent[p]) {
        const struct climb *up = cp_climb(&f->ends[SOURCE].climbs, p, d->climber[SOURCE]);
        const struct climb *down =
            cp_climb(&f->ends[DESTINATION].climbs, p, d->climber[DESTINATION]);
        uint64_t weight = up->weight + down->weight;
        uint32_t less = 0u - (uint32_t)(weight < least.weight);
        uint32_t same = 0u - (uint32_t)(weight == least.weight);

        least.marks = (least.marks & ~less) | ((up->marks | down->marks) & (less | same));
        least.weight = weight < least.weight ? weight : least.weight;
        last = p;
    }
    if (least.weight >= CP_WEIGHT_NONE)
        least.marks = 0;
    return least;
}

/* Takes an answer over; lists it if it is new. */
static void heed(struct cp_follow *f, uint32_t demand, struct cp_weight now, uint32_t *changed)
{
    struct demand *d = &f->demands[demand];

    if (now.weight == d->weight && now.marks == d->marks)
        return;
    f->changed[(*changed)++] =
        (struct cp_follow_change){.demand = demand,
                                  .before = answer_of(f, d->weight, d->marks),
                                  .now = answer_of(f, now.weight, now.marks)};
    d->weight = now.weight;
    d->marks = now.marks;
}

/* ---- making ---- */

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;

    return *x < *y ? -1 : *x > *y;
}

static inline uint32_t end_at(const struct cp_follow *f, uint32_t demand, uint32_t side)
{
    const struct cp_follow_demand *ends = &f->ends_of[demand];

    return f->weights->hierarchy->place_of_node[side == SOURCE ? ends->source : ends->destination];
}

/* Demands by the place of their end on a side: *out [demands] are place << 32 | demand. */
static cp_err sort_by_end(const struct cp_follow *f, uint32_t side, struct cp_arena *arena,
                          uint64_t **out)
{
    uint64_t *order = CP_TAKE(arena, f->count, uint64_t);

    if (order == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < f->count; i++)
        order[i] = (uint64_t)end_at(f, i, side) << 32 | i;
    qsort(order, f->count, sizeof *order, compare);
    *out = order;
    return CP_OK;
}

/* Each place that is an end once, and its demands. */
static cp_err open_ends(struct cp_follow *f, uint32_t side, struct cp_arena *arena)
{
    struct ends *ends = &f->ends[side];
    uint64_t *order = NULL;

    CP_TRY(sort_by_end(f, side, arena, &order));
    ends->place = CP_TAKE(arena, f->count, uint32_t);
    ends->user_first = CP_TAKE(arena, (size_t)f->count + 1, uint32_t);
    ends->users = CP_TAKE(arena, f->count, struct user);
    if (ends->place == NULL || ends->user_first == NULL || ends->users == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < f->count; i++) {
        uint32_t place = (uint32_t)(order[i] >> 32);

        if (ends->count == 0 || ends->place[ends->count - 1] != place)
            ends->place[ends->count++] = place;
        ends->users[i].demand = (uint32_t)order[i];
        ends->user_first[ends->count] = i + 1;
        f->demands[(uint32_t)order[i]].climber[side] = ends->count - 1;
    }
    return cp_climbs_open(f->weights, side == SOURCE ? CLIMBS_UP : CLIMBS_DOWN, ends->place,
                          ends->count, arena, &ends->climbs);
}

static void join_users(struct cp_follow *f, uint32_t side)
{
    struct ends *ends = &f->ends[side];

    for (uint32_t i = 0; i < f->count; i++)
        ends->users[i].other =
            f->demands[ends->users[i].demand].climber[side == SOURCE ? DESTINATION : SOURCE];
}

/* Places have higher numbers than their parents: the higher one goes up until both are the same. */
static uint32_t find_meet(const struct cp_hierarchy *h, uint32_t a, uint32_t b)
{
    while (a != b) {
        uint32_t *low = a > b ? &a : &b;

        if (h->parent[*low] == *low)
            return NIL;
        *low = h->parent[*low];
    }
    return a;
}

static cp_err open_climbs(struct cp_follow *f, struct cp_arena *arena)
{
    f->doubts = CP_TAKE(arena, f->count / 64 + 1, uint64_t);
    f->loops = CP_TAKE(arena, f->count, uint32_t);
    if (f->doubts == NULL || f->loops == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t side = SOURCE; side < SIDES; side++)
        CP_TRY(open_ends(f, side, arena));
    for (uint32_t side = SOURCE; side < SIDES; side++)
        join_users(f, side);
    for (uint32_t i = 0; i < f->count; i++) {
        f->demands[i].meet =
            find_meet(f->weights->hierarchy, end_at(f, i, SOURCE), end_at(f, i, DESTINATION));
        if (f->ends_of[i].source == f->ends_of[i].destination)
            f->loops[f->loop_count++] = i;
    }
    return CP_OK;
}

/* ---- with a core ---- */

static cp_err open_labels(struct cp_follow *f, struct cp_arena *arena)
{
    uint64_t *order = NULL;

    CP_TRY(sort_by_end(f, DESTINATION, arena, &order));
    f->by_destination = CP_TAKE(arena, f->count, uint32_t);
    f->fresh = CP_TAKE(arena, f->count, struct cp_weight);
    if (f->by_destination == NULL || f->fresh == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < f->count; i++)
        f->by_destination[i] = (uint32_t)order[i];
    return cp_labels_open(f->weights->hierarchy, CP_COSTS_AND_MARKS, arena, &f->labels);
}

static struct cp_weight ask(struct cp_follow *f, uint32_t source)
{
    uint32_t seen = 0;
    uint64_t cost = cp_labels_cost_and_seen(f->labels, source, &seen);

    if (cost == CP_UNREACHABLE)
        return (struct cp_weight){.weight = CP_WEIGHT_NONE};
    return (struct cp_weight){.weight = cost << f->unit, .marks = seen};
}

/* All answers, into `fresh`. */
static void ask_all(struct cp_follow *f)
{
    uint32_t destination = NIL;

    for (uint32_t i = 0; i < f->count; i++) {
        uint32_t demand = f->by_destination[i];
        const struct cp_follow_demand *ends = &f->ends_of[demand];

        f->fresh[demand] = (struct cp_weight){.weight = CP_WEIGHT_NONE};
        if (has_failed(f, demand))
            continue;
        if (ends->destination != destination)
            cp_labels_to(f->labels, f->weights, ends->destination);
        destination = ends->destination;
        f->fresh[demand] = ask(f, ends->source);
    }
}

/* ---- all of it ---- */

cp_err cp_follow_open(const struct cp_weights *weights, const struct cp_follow_demand *demands,
                      uint32_t count, struct cp_arena *arena, struct cp_follow **out)
{
    const struct cp_hierarchy *h = weights->hierarchy;
    struct cp_follow *f = CP_TAKE(arena, 1, struct cp_follow);

    CP_ASSERT(h->scale == 1 || h->scale == 2);
    if (f == NULL)
        return CP_ERR_NOMEM;
    *f = (struct cp_follow){.weights = weights, .unit = h->scale - 1, .count = count};
    f->ends_of = CP_TAKE(arena, count, struct cp_follow_demand);
    f->demands = CP_TAKE(arena, count, struct demand);
    f->changed = CP_TAKE(arena, count, struct cp_follow_change);
    if (f->ends_of == NULL || f->demands == NULL || f->changed == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        CP_ASSERT(demands[i].source < h->graph->node_count &&
                  demands[i].destination < h->graph->node_count);
        f->ends_of[i] = demands[i];
    }
    if (h->core_count > 0) {
        CP_TRY(open_labels(f, arena));
        ask_all(f);
    } else {
        CP_TRY(open_climbs(f, arena));
    }
    for (uint32_t i = 0; i < count; i++) {
        struct cp_weight now = f->labels != NULL ? f->fresh[i] : work_out(f, i);

        f->demands[i].weight = now.weight;
        f->demands[i].marks = now.marks;
    }
    *out = f;
    return CP_OK;
}

/* ---- an update ---- */

/* Who heeds the climbs of one side. */
struct heeder {
    struct cp_follow *follow;
    uint32_t side;
};

/* The climber's demands whose ways over the place were or are as light as their answers. */
static inline void doubt_users(struct cp_follow *f, uint32_t side, uint32_t place,
                               const struct climb_before *before)
{
    const struct ends *ends = &f->ends[side];
    const struct cp_climbs *others = &f->ends[side == SOURCE ? DESTINATION : SOURCE].climbs;
    uint64_t now = cp_climb(&ends->climbs, place, before->climber)->weight;
    uint64_t lesser = now < before->weight ? now : before->weight;
    uint32_t first = others->climber_first[place];
    uint32_t count = cp_climbs_count(others, place);

    for (uint32_t i = ends->user_first[before->climber]; i < ends->user_first[before->climber + 1];
         i++) {
        const struct user *user = &ends->users[i];

        if (user->other - first >= count)
            continue; /* its other end is not below the place */
        uint64_t weight = lesser + cp_climb(others, place, user->other)->weight;

        f->doubts[user->demand / 64] |= (uint64_t)(weight <= f->demands[user->demand].weight)
                                        << user->demand % 64;
    }
}

static void heed_climbs(void *heeder, uint32_t place, const struct climb_before *before,
                        uint32_t count)
{
    const struct heeder *h = heeder;

    for (uint32_t i = 0; i < count; i++)
        doubt_users(h->follow, h->side, place, &before[i]);
}

static uint32_t update_climbs(struct cp_follow *f, const struct cp_arc_before *arcs, uint32_t count)
{
    uint32_t changed = 0;

    for (uint32_t side = SOURCE; side < SIDES; side++) {
        struct heeder heeder = {.follow = f, .side = side};

        cp_climbs_update(&f->ends[side].climbs, arcs, count, heed_climbs, &heeder);
    }
    for (uint32_t i = 0; i < f->loop_count; i++)
        f->doubts[f->loops[i] / 64] |= UINT64_C(1) << f->loops[i] % 64;
    for (uint32_t word = 0; word < f->count / 64 + 1; word++) {
        for (uint64_t bits = f->doubts[word]; bits != 0; bits &= bits - 1) {
            uint32_t demand = word * 64 + (uint32_t)__builtin_ctzll(bits);

            heed(f, demand, work_out(f, demand), &changed);
        }
        f->doubts[word] = 0;
    }
    return changed;
}

uint32_t cp_follow_update(struct cp_follow *f, const struct cp_arc_before *arcs, uint32_t count,
                          const struct cp_follow_change **changed)
{
    uint32_t changed_count = 0;

    *changed = f->changed;
    if (f->labels == NULL)
        return update_climbs(f, arcs, count);
    ask_all(f);
    for (uint32_t i = 0; i < f->count; i++)
        heed(f, i, f->fresh[i], &changed_count);
    return changed_count;
}

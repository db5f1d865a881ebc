#include "core.h"

#include "graph/queue.h"

/*
 * From the seeds on, against the direction of travel, in buckets that are a power of two of weights
 * wide: places of a bucket are scanned, and scanned again if they turn out lighter meanwhile, until
 * it is empty.  Wide buckets cost second scans, narrow ones the way to the next bucket; a sixteenth
 * of what weights are in the mean is best by measurement.  Buckets are a ring of rings of places: a
 * place that turns out lighter moves from its bucket to another, so none is ever in two.  Places
 * beyond the reach of the ring wait in a bucket of their own until the ring is empty, and mostly
 * have come nearer by then; so any weights will do.
 *
 * Where scans repeat too often all the same, a radix heap does it all anew.
 *
 * Marks are gathered on demand, depth first along arcs that are tight.  Weights are >= 1, so no
 * place comes back to itself.
 */

#define RING 1024u
#define WORDS (RING / 64)
#define FINER_BITS 1u /* buckets are this many times finer than weights, as a power of two */
#define SAMPLES 64u
#define NIL UINT32_MAX

/* A place in the bucket that it is in, or alone in a ring of one. */
struct spot {
    uint64_t weight;
    uint32_t next, prev;
};

/* An arc that comes up to a place. */
struct below {
    uint32_t place, arc;
};

struct frame {
    uint32_t place;
    uint32_t
        at; /* how many of the place's arcs are done: first those up from it, then those below */
};

struct cp_core {
    const struct cp_hierarchy *hierarchy;
    uint32_t count;
    uint32_t *below_first; /* [core + 1] */
    struct below *below;   /* [arcs of the core] by the place that they come up to */
    struct spot *spots; /* [core], then the heads of the ring's buckets, then that of what is far */
    uint64_t filled[WORDS]; /* bit i % 64 of word i / 64: bucket i of the ring may have places */
    uint64_t bucket;        /* the current one; bucket % RING of the ring */
    uint32_t width_bits;
    uint64_t work_left;
    uint32_t *lighter; /* [core] what a scan has found */
    struct cp_queue *queue;
    struct frame *frames; /* [core] */
};

/* ---- making ---- */

static void list_below(struct cp_core *core)
{
    const struct cp_hierarchy *h = core->hierarchy;
    uint32_t arc_count = h->arc_first[core->count];

    for (uint32_t a = 0; a < arc_count; a++)
        core->below_first[h->arc_to[a] + 1]++;
    for (uint32_t p = 0; p < core->count; p++)
        core->below_first[p + 1] += core->below_first[p];
    for (uint32_t a = arc_count; a-- > 0;)
        core->below[--core->below_first[h->arc_to[a] + 1]] =
            (struct below){.place = h->arc_from[a], .arc = a};
    for (uint32_t p = 0; p < core->count; p++)
        core->below_first[p] = core->below_first[p + 1];
    core->below_first[core->count] = arc_count;
}

cp_err cp_core_open(const struct cp_hierarchy *h, struct cp_arena *arena, struct cp_core **out)
{
    uint32_t count = h->core_count;
    uint32_t arc_count = h->arc_first[count];
    struct cp_core *core = CP_TAKE(arena, 1, struct cp_core);

    CP_ASSERT(count > 0);
    if (core == NULL)
        return CP_ERR_NOMEM;
    if ((uint64_t)arc_count * 2 + count + RING >= UINT32_MAX)
        return CP_ERR_LIMIT;
    core->hierarchy = h;
    core->count = count;
    core->below_first = CP_TAKE(arena, (size_t)count + 1, uint32_t);
    core->below = CP_TAKE(arena, arc_count, struct below);
    core->spots = CP_TAKE(arena, (size_t)count + RING + 1, struct spot);
    core->lighter = CP_TAKE(arena, count, uint32_t);
    core->frames = CP_TAKE(arena, count, struct frame);
    CP_TRY(cp_queue_open(arena, arc_count * 2 + count, &core->queue));
    if (core->below_first == NULL || core->below == NULL || core->spots == NULL ||
        core->lighter == NULL || core->frames == NULL)
        return CP_ERR_NOMEM;
    list_below(core);
    *out = core;
    return CP_OK;
}

/* ---- buckets ---- */

static inline uint32_t far_head(const struct cp_core *core)
{
    return core->count + RING;
}

static inline void take_out(struct spot *spots, uint32_t place)
{
    struct spot *spot = &spots[place];

    spots[spot->prev].next = spot->next;
    spots[spot->next].prev = spot->prev;
    spot->next = spot->prev = place;
}

/* Puts a place, wherever it is, last into the bucket of its weight. */
static inline void put(struct cp_core *core, uint32_t place)
{
    struct spot *spots = core->spots;
    uint64_t bucket = spots[place].weight >> core->width_bits;
    uint32_t i = (uint32_t)(bucket % RING);
    uint32_t head = far_head(core);

    if (bucket - core->bucket < RING) {
        head = core->count + i;
        core->filled[i / 64] |= UINT64_C(1) << i % 64;
    }
    take_out(spots, place);
    spots[place].next = head;
    spots[place].prev = spots[head].prev;
    spots[spots[head].prev].next = place;
    spots[head].prev = place;
}

/* Moves on to the next bucket with places, the current one included; false: all are empty. */
static bool next_bucket(struct cp_core *core)
{
    uint32_t i = (uint32_t)(core->bucket % RING);
    uint64_t word = core->filled[i / 64] >> i % 64;

    if (word != 0) {
        core->bucket += (uint32_t)__builtin_ctzll(word);
        return true;
    }
    for (uint32_t k = 1; k <= WORDS; k++) {
        word = core->filled[(i / 64 + k) % WORDS];
        if (word != 0) {
            core->bucket += 64 * k - i % 64 + (uint32_t)__builtin_ctzll(word);
            return true;
        }
    }
    return false;
}

/* What is far and lightest begins the ring anew; false: nothing is left. */
static bool next_ring(struct cp_core *core)
{
    const struct spot *spots = core->spots;
    uint32_t head = far_head(core);
    uint64_t least = UINT64_MAX;
    uint64_t length = 0;

    for (uint32_t p = spots[head].next; p != head; p = spots[p].next, length++)
        least = spots[p].weight < least ? spots[p].weight : least;
    if (length == 0 || length > core->work_left)
        return false;
    core->work_left -= length;
    core->bucket = least >> core->width_bits;
    for (uint32_t p = spots[head].next, next; p != head; p = next) {
        next = spots[p].next;
        if ((spots[p].weight >> core->width_bits) - core->bucket < RING)
            put(core, p);
    }
    return true;
}

static inline bool lower(struct spot *spot, uint64_t weight)
{
    bool less = weight < spot->weight;

    spot->weight = less ? weight : spot->weight;
    return less;
}

/* Looks at all arcs first: whether a way is lighter is hard to foresee, so that has no branch. */
static inline void scan(struct cp_core *core, const struct cp_weights *weights, uint32_t place)
{
    const struct cp_hierarchy *h = core->hierarchy;
    struct spot *spots = core->spots;
    uint32_t *lighter = core->lighter;
    uint64_t here = spots[place].weight;
    uint32_t found = 0;

    for (uint32_t a = h->arc_first[place], end = h->arc_first[place + 1]; a < end; a++) {
        lighter[found] = h->arc_to[a];
        found += lower(&spots[h->arc_to[a]], here + weights->down[a]);
    }
    for (uint32_t i = core->below_first[place], end = core->below_first[place + 1]; i < end; i++) {
        lighter[found] = core->below[i].place;
        found += lower(&spots[core->below[i].place], here + weights->up[core->below[i].arc]);
    }
    for (uint32_t i = 0; i < found; i++)
        put(core, lighter[i]);
}

static inline void fetch_arcs(const struct cp_core *core, const struct cp_weights *weights,
                              uint32_t place)
{
    uint32_t arc = core->hierarchy->arc_first[place];

    __builtin_prefetch(&core->hierarchy->arc_to[arc]);
    __builtin_prefetch(&weights->down[arc]);
    __builtin_prefetch(&core->below[core->below_first[place]]);
}

/* Scans what is in the current bucket, and comes into it meanwhile. */
static void drain(struct cp_core *core, const struct cp_weights *weights)
{
    struct spot *spots = core->spots;
    uint32_t i = (uint32_t)(core->bucket % RING);
    uint32_t head = core->count + i;

    for (uint32_t p = spots[head].next; p != head && core->work_left > 0; p = spots[head].next) {
        take_out(spots, p);
        if (spots[head].next != head)
            fetch_arcs(core, weights, spots[head].next);
        scan(core, weights, p);
        core->work_left--;
    }
    core->filled[i / 64] &= ~(UINT64_C(1) << i % 64);
}

/* The weight of the lightest way that comes to a place over one arc. */
static uint64_t lightest(const struct cp_core *core, const struct cp_weights *weights,
                         uint32_t place)
{
    const struct cp_hierarchy *h = core->hierarchy;
    uint64_t least = CP_WEIGHT_NONE;

    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++)
        least = weights->down[a] < least ? weights->down[a] : least;
    for (uint32_t i = core->below_first[place]; i < core->below_first[place + 1]; i++) {
        uint64_t weight = weights->up[core->below[i].arc];

        least = weight < least ? weight : least;
    }
    return least;
}

/* How many bits long those are in the mean, by some of them. */
static uint32_t mean_bits(const struct cp_core *core, const struct cp_weights *weights)
{
    uint32_t step = core->count / SAMPLES + 1;
    uint32_t bits = 0;
    uint32_t count = 0;

    for (uint32_t i = 0; i < core->count / step; i++) {
        uint64_t weight = lightest(core, weights, i * step);

        if (weight < CP_WEIGHT_NONE) {
            bits += 64 - (uint32_t)__builtin_clzll(weight);
            count++;
        }
    }
    return count == 0 ? 0 : bits / count;
}

static void begin(struct cp_core *core, const struct cp_weights *weights,
                  const struct label *labels)
{
    uint32_t bits = mean_bits(core, weights);

    core->width_bits = bits > FINER_BITS ? bits - FINER_BITS : 0;
    core->work_left = UINT64_C(2) * core->count + SAMPLES;
    for (uint32_t p = 0; p < core->count + RING + 1; p++)
        core->spots[p] = (struct spot){.next = p, .prev = p};
    for (uint32_t i = 0; i < WORDS; i++)
        core->filled[i] = 0;
    core->bucket = UINT64_MAX - RING; /* all seeds are far */
    for (uint32_t p = 0; p < core->count; p++) {
        core->spots[p].weight = labels[p].weight;
        if (labels[p].weight < CP_WEIGHT_NONE)
            put(core, p);
    }
}

/* False: that would take too long. */
static bool search_buckets(struct cp_core *core, const struct cp_weights *weights,
                           const struct label *labels)
{
    begin(core, weights, labels);
    while (next_ring(core))
        while (next_bucket(core))
            drain(core, weights);
    return core->work_left > 0 && core->spots[far_head(core)].next == far_head(core);
}

/* ---- radix heap ---- */

/* An arc at a place, as seen from there. */
struct way {
    uint32_t other, arc;
    uint64_t in, out; /* weights from the other place to this one, and back */
    uint32_t out_marks;
};

static inline uint32_t way_count(const struct cp_core *core, uint32_t place)
{
    const struct cp_hierarchy *h = core->hierarchy;

    return h->arc_first[place + 1] - h->arc_first[place] + core->below_first[place + 1] -
           core->below_first[place];
}

static inline struct way way_at(const struct cp_core *core, const struct cp_weights *weights,
                                uint32_t place, uint32_t at)
{
    const struct cp_hierarchy *h = core->hierarchy;
    uint32_t own = h->arc_first[place + 1] - h->arc_first[place];

    if (at < own) {
        uint32_t arc = h->arc_first[place] + at;

        return (struct way){.other = h->arc_to[arc],
                            .in = weights->down[arc],
                            .out = weights->up[arc],
                            .out_marks = weights->up_marks[arc]};
    }
    struct below below = core->below[core->below_first[place] + at - own];

    return (struct way){.other = below.place,
                        .in = weights->up[below.arc],
                        .out = weights->down[below.arc],
                        .out_marks = weights->down_marks[below.arc]};
}

static void relax(struct cp_core *core, const struct cp_weights *weights, uint32_t place)
{
    for (uint32_t i = 0; i < way_count(core, place); i++) {
        struct way way = way_at(core, weights, place, i);
        uint64_t weight = core->spots[place].weight + way.in;

        if (weight < core->spots[way.other].weight) {
            core->spots[way.other].weight = weight;
            cp_queue_push(core->queue, weight, way.other);
        }
    }
}

static void search_queue(struct cp_core *core, const struct cp_weights *weights,
                         const struct label *labels)
{
    uint64_t weight = 0;
    uint32_t place = 0;

    cp_queue_clear(core->queue);
    for (uint32_t p = 0; p < core->count; p++) {
        core->spots[p].weight = labels[p].weight;
        if (labels[p].weight < CP_WEIGHT_NONE)
            cp_queue_push(core->queue, labels[p].weight, p);
    }
    while (cp_queue_pop(core->queue, &weight, &place))
        if (weight == core->spots[place].weight)
            relax(core, weights, place);
}

void cp_core_settle(struct cp_core *core, const struct cp_weights *weights, struct label *labels,
                    uint32_t stamp)
{
    if (!search_buckets(core, weights, labels))
        search_queue(core, weights, labels);
    for (uint32_t p = 0; p < core->count; p++) {
        uint64_t weight = core->spots[p].weight;

        if (weight < labels[p].weight || weight >= CP_WEIGHT_NONE)
            labels[p] = (struct label){.weight = weight};
        labels[p].stamp = stamp;
    }
}

/* ---- marks ---- */

/* Gathers marks of a place's ways until one leads to a place that is not done: that place, or NIL. */
static uint32_t gather(const struct cp_core *core, const struct cp_weights *weights,
                       struct label *labels, struct frame *frame, uint32_t done)
{
    struct label *label = &labels[frame->place];

    for (; frame->at < way_count(core, frame->place); frame->at++) {
        struct way way = way_at(core, weights, frame->place, frame->at);

        if (way.out + labels[way.other].weight != label->weight)
            continue;
        if (labels[way.other].stamp != done)
            return way.other;
        label->marks |= labels[way.other].marks | way.out_marks;
    }
    label->stamp = done;
    return NIL;
}

void cp_core_mark(struct cp_core *core, const struct cp_weights *weights, struct label *labels,
                  uint32_t place, uint32_t done)
{
    uint32_t next = place;
    uint32_t depth = 0;

    if (labels[place].stamp == done || labels[place].weight >= CP_WEIGHT_NONE)
        return;
    do {
        if (next != NIL) {
            CP_ASSERT(depth < core->count);
            labels[next].marks |= weights->place_marks[next];
            core->frames[depth++] = (struct frame){.place = next};
        } else {
            depth--;
        }
        if (depth > 0)
            next = gather(core, weights, labels, &core->frames[depth - 1], done);
    } while (depth > 0);
}

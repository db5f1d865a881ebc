#include "climbs.h"

/*
 * A climb to a place is the least over the arcs that come up to it: of the climb to where the arc
 * begins, and the arc.  Climbs to one place lie side by side, in the climbers' order, which is that of
 * their places: so climbs over one arc are two rows side by side, too.
 *
 * A change goes from place to place, the lowest first.  Where an arc, or the climb to where it
 * begins, is not as it was, a climb over it is in doubt if that way was or is now as light as all of
 * it; a row of comparisons tells.  A place's climbs in doubt are worked out anew when its turn
 * comes: all that they are made of is then as it will stay.
 */

/* An arc that comes up to a place from climbers. */
struct rise {
    uint32_t arc;
    uint32_t climber_first, climber_count;
    uint64_t climb_first; /* climbs to where it begins */
};

struct climbs_inside {
    /* Arcs up to place p: rises[rise_first[p]] to before rises[rise_first[p + 1]]. */
    uint32_t *rise_first;         /* [places + 1] */
    struct rise *rises;           /* those from places that have climbers */
    uint64_t *rise_climbs;        /* [places] climbs over all those */
    struct cp_weight *was;        /* [arcs] as at the last update */
    uint64_t *doubt_first;        /* [places + 1] */
    uint64_t *doubts;             /* a bit for each climb, by place from words doubt_first[p] on */
    uint64_t *waiting;            /* a bit for each place whose turn is to come */
    uint64_t *waiting_any;        /* a bit for each word of that */
    uint32_t waiting_top;         /* no words of waiting_any beyond this one have bits */
    struct climb *fresh;          /* [climbers] */
    struct climb_before *changed; /* [climbers] */
};

static inline struct cp_weight arc_now(const struct cp_climbs *c, uint32_t arc)
{
    const struct cp_weights *w = c->weights;

    return c->direction == CLIMBS_UP
               ? (struct cp_weight){.weight = w->up[arc], .marks = w->up_marks[arc]}
               : (struct cp_weight){.weight = w->down[arc], .marks = w->down_marks[arc]};
}

/* ---- working out ---- */

/* Which of two ways is lighter is hard to foresee: hence no branches. */
static inline void join(struct climb *to, const struct climb *from, struct cp_weight arc)
{
    uint64_t weight = from->weight + arc.weight;
    uint32_t less = 0u - (uint32_t)(weight < to->weight);
    uint32_t same = 0u - (uint32_t)(weight == to->weight);

    to->marks = (to->marks & ~less) | ((from->marks | arc.marks) & (less | same));
    to->weight = weight < to->weight ? weight : to->weight;
}

static inline struct climb begin(const struct cp_climbs *c, uint32_t place, uint32_t climber)
{
    return (struct climb){.weight = c->climber[climber] == place ? 0 : CP_WEIGHT_NONE};
}

static inline void finish(const struct cp_climbs *c, uint32_t place, struct climb *climb)
{
    climb->marks |= c->weights->place_marks[place];
    if (climb->weight >= CP_WEIGHT_NONE)
        climb->marks = 0;
}

static struct climb work_out(const struct cp_climbs *c, uint32_t place, uint32_t climber)
{
    const struct climbs_inside *in = c->inside;
    struct climb fresh = begin(c, place, climber);

    for (uint32_t i = in->rise_first[place]; i < in->rise_first[place + 1]; i++) {
        const struct rise *rise = &in->rises[i];
        uint32_t at = climber - rise->climber_first;

        if (at < rise->climber_count)
            join(&fresh, &c->climbs[rise->climb_first + at], arc_now(c, rise->arc));
    }
    finish(c, place, &fresh);
    return fresh;
}

/* All climbs to a place, into `fresh`. */
static void work_out_all(const struct cp_climbs *c, uint32_t place, struct climb *fresh)
{
    const struct climbs_inside *in = c->inside;
    uint32_t first = c->climber_first[place];
    uint32_t count = cp_climbs_count(c, place);

    for (uint32_t i = 0; i < count; i++)
        fresh[i] = begin(c, place, first + i);
    for (uint32_t i = in->rise_first[place]; i < in->rise_first[place + 1]; i++) {
        const struct rise *rise = &in->rises[i];
        const struct climb *from = &c->climbs[rise->climb_first];
        struct climb *to = &fresh[rise->climber_first - first];
        struct cp_weight arc = arc_now(c, rise->arc);

        for (uint32_t k = 0; k < rise->climber_count; k++)
            join(&to[k], &from[k], arc);
    }
    for (uint32_t i = 0; i < count; i++)
        finish(c, place, &fresh[i]);
}

/* ---- making ---- */

static void find_climbers(struct cp_climbs *c)
{
    const struct cp_hierarchy *h = c->weights->hierarchy;
    uint32_t climber = 0;

    for (uint32_t p = 0; p < h->place_count; p++) {
        c->end[p] = p + 1;
        c->climber_first[p] = climber;
        CP_ASSERT(climber == c->count || c->climber[climber] >= p);
        climber += climber < c->count && c->climber[climber] == p;
    }
    c->climber_first[h->place_count] = climber;
    CP_ASSERT(climber == c->count);
    for (uint32_t p = h->place_count; p-- > 0;)
        if (c->end[p] > c->end[h->parent[p]])
            c->end[h->parent[p]] = c->end[p];
}

/* Where rows of climbs and of doubts begin. */
static void cut_rows(struct cp_climbs *c)
{
    const struct cp_hierarchy *h = c->weights->hierarchy;
    struct climbs_inside *in = c->inside;

    for (uint32_t p = 0; p < h->place_count; p++) {
        uint32_t count = cp_climbs_count(c, p);

        c->climb_first[p + 1] = c->climb_first[p] + count;
        in->doubt_first[p + 1] = in->doubt_first[p] + (count + 63) / 64;
    }
}

static void list_rises(struct cp_climbs *c)
{
    const struct cp_hierarchy *h = c->weights->hierarchy;
    struct climbs_inside *in = c->inside;

    for (uint32_t a = 0; a < h->arc_count; a++)
        if (cp_climbs_count(c, h->arc_from[a]) > 0)
            in->rise_first[h->arc_to[a] + 1]++;
    for (uint32_t p = 0; p < h->place_count; p++)
        in->rise_first[p + 1] += in->rise_first[p];
    for (uint32_t a = 0; a < h->arc_count; a++) {
        uint32_t from = h->arc_from[a];
        uint32_t to = h->arc_to[a];
        uint32_t count = cp_climbs_count(c, from);

        if (count == 0)
            continue;
        in->rises[in->rise_first[to]++] = (struct rise){.arc = a,
                                                        .climber_first = c->climber_first[from],
                                                        .climber_count = count,
                                                        .climb_first = c->climb_first[from]};
        in->rise_climbs[to] += count;
    }
    for (uint32_t p = h->place_count; p > 0; p--)
        in->rise_first[p] = in->rise_first[p - 1];
    in->rise_first[0] = 0;
}

static cp_err take_places(struct cp_climbs *c, struct cp_arena *arena)
{
    const struct cp_hierarchy *h = c->weights->hierarchy;
    struct climbs_inside *in = CP_TAKE(arena, 1, struct climbs_inside);

    if (in == NULL)
        return CP_ERR_NOMEM;
    c->inside = in;
    c->end = CP_TAKE(arena, h->place_count, uint32_t);
    c->climber_first = CP_TAKE(arena, (size_t)h->place_count + 1, uint32_t);
    c->climb_first = CP_TAKE(arena, (size_t)h->place_count + 1, uint64_t);
    in->rise_first = CP_TAKE(arena, (size_t)h->place_count + 1, uint32_t);
    in->rises = CP_TAKE(arena, h->arc_count, struct rise);
    in->rise_climbs = CP_TAKE(arena, h->place_count, uint64_t);
    in->was = CP_TAKE(arena, h->arc_count, struct cp_weight);
    in->doubt_first = CP_TAKE(arena, (size_t)h->place_count + 1, uint64_t);
    in->waiting = CP_TAKE(arena, h->place_count / 64 + 1, uint64_t);
    in->waiting_any = CP_TAKE(arena, h->place_count / 64 / 64 + 1, uint64_t);
    if (c->end == NULL || c->climber_first == NULL || c->climb_first == NULL ||
        in->rise_first == NULL || in->rises == NULL || in->rise_climbs == NULL || in->was == NULL ||
        in->doubt_first == NULL || in->waiting == NULL || in->waiting_any == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

static cp_err take_climbs(struct cp_climbs *c, struct cp_arena *arena)
{
    uint32_t place_count = c->weights->hierarchy->place_count;
    struct climbs_inside *in = c->inside;

    if (c->climb_first[place_count] > UINT32_MAX)
        return CP_ERR_LIMIT;
    c->climbs = CP_TAKE(arena, c->climb_first[place_count], struct climb);
    in->doubts = CP_TAKE(arena, in->doubt_first[place_count], uint64_t);
    in->fresh = CP_TAKE(arena, c->count, struct climb);
    in->changed = CP_TAKE(arena, c->count, struct climb_before);
    if (c->climbs == NULL || in->doubts == NULL || in->fresh == NULL || in->changed == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

cp_err cp_climbs_open(const struct cp_weights *weights, climbs_direction direction,
                      const uint32_t *climber, uint32_t count, struct cp_arena *arena,
                      struct cp_climbs *out)
{
    const struct cp_hierarchy *h = weights->hierarchy;
    struct cp_climbs c = {
        .weights = weights, .direction = direction, .climber = climber, .count = count};

    CP_ASSERT(h->core_count == 0);
    CP_TRY(take_places(&c, arena));
    find_climbers(&c);
    cut_rows(&c);
    CP_TRY(take_climbs(&c, arena));
    list_rises(&c);
    for (uint32_t a = 0; a < h->arc_count; a++)
        c.inside->was[a] = arc_now(&c, a);
    for (uint32_t p = h->place_count; p-- > 0;)
        work_out_all(&c, p, &c.climbs[c.climb_first[p]]);
    *out = c;
    return CP_OK;
}

/* ---- places whose turn is to come ---- */

static inline void let_wait(struct climbs_inside *in, uint32_t place)
{
    uint32_t word = place / 64;

    in->waiting[word] |= UINT64_C(1) << place % 64;
    in->waiting_any[word / 64] |= UINT64_C(1) << word % 64;
    if (word / 64 > in->waiting_top)
        in->waiting_top = word / 64;
}

/* The one with the highest number, which waits no longer; false: none is left. */
static inline bool take_waiting(struct climbs_inside *in, uint32_t *place)
{
    while (in->waiting_any[in->waiting_top] == 0) {
        if (in->waiting_top == 0)
            return false;
        in->waiting_top--;
    }
    uint32_t word =
        in->waiting_top * 64 + 63 - (uint32_t)__builtin_clzll(in->waiting_any[in->waiting_top]);
    uint32_t bit = 63 - (uint32_t)__builtin_clzll(in->waiting[word]);

    in->waiting[word] &= ~(UINT64_C(1) << bit);
    if (in->waiting[word] == 0)
        in->waiting_any[word / 64] &= ~(UINT64_C(1) << word % 64);
    *place = word * 64 + bit;
    return true;
}

/* ---- doubts ---- */

/* Of climbs over an arc that changed: weight is the lesser of what it was and is. */
static void doubt_row(struct cp_climbs *c, uint32_t from, uint32_t to, uint64_t weight)
{
    struct climbs_inside *in = c->inside;
    uint64_t *doubts = &in->doubts[in->doubt_first[to]];
    uint32_t shift = c->climber_first[from] - c->climber_first[to];
    const struct climb *below = &c->climbs[c->climb_first[from]];
    const struct climb *above = &c->climbs[c->climb_first[to] + shift];
    uint32_t count = cp_climbs_count(c, from);
    uint64_t any = 0;

    for (uint32_t i = 0; i < count;) {
        uint32_t word = (shift + i) / 64;
        uint32_t stop = (word + 1) * 64 - shift < count ? (word + 1) * 64 - shift : count;
        uint64_t bits = 0;

        for (; i < stop; i++)
            bits |= (uint64_t)(below[i].weight + weight <= above[i].weight) << (shift + i) % 64;
        doubts[word] |= bits;
        any |= bits;
    }
    if (any != 0)
        let_wait(in, to);
}

/* Of climbs that changed at the arc's beginning. */
static void doubt_some(struct cp_climbs *c, uint32_t arc, struct cp_weight now, uint32_t count)
{
    const struct cp_hierarchy *h = c->weights->hierarchy;
    struct climbs_inside *in = c->inside;
    uint32_t from = h->arc_from[arc];
    uint32_t to = h->arc_to[arc];
    uint64_t *doubts = &in->doubts[in->doubt_first[to]];
    bool any = false;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t climber = in->changed[i].climber;
        uint32_t at = climber - c->climber_first[to];
        uint64_t weight = cp_climb(c, to, climber)->weight;
        bool matters = in->changed[i].weight + in->was[arc].weight <= weight ||
                       cp_climb(c, from, climber)->weight + now.weight <= weight;

        doubts[at / 64] |= (uint64_t)matters << at % 64;
        any = any || matters;
    }
    if (any)
        let_wait(in, to);
}

/* ---- a place's turn ---- */

static inline uint32_t heed_change(struct cp_climbs *c, struct climb *climb, struct climb fresh,
                                   uint32_t climber, uint32_t count)
{
    bool differs = climb->weight != fresh.weight || climb->marks != fresh.marks;

    c->inside->changed[count] = (struct climb_before){.climber = climber, .weight = climb->weight};
    *climb = fresh;
    return count + differs;
}

/* Works out what is in doubt of a row; how many have changed. */
static uint32_t redo_some(struct cp_climbs *c, uint32_t place)
{
    struct climbs_inside *in = c->inside;
    uint32_t count = 0;

    for (uint64_t word = in->doubt_first[place]; word < in->doubt_first[place + 1]; word++) {
        uint32_t first = c->climber_first[place] + (uint32_t)(word - in->doubt_first[place]) * 64;

        for (uint64_t bits = in->doubts[word]; bits != 0; bits &= bits - 1) {
            uint32_t climber = first + (uint32_t)__builtin_ctzll(bits);

            count = heed_change(c, cp_climb(c, place, climber), work_out(c, place, climber),
                                climber, count);
        }
        in->doubts[word] = 0;
    }
    return count;
}

static uint32_t redo_all(struct cp_climbs *c, uint32_t place)
{
    struct climbs_inside *in = c->inside;
    uint32_t first = c->climber_first[place];
    uint32_t climbers = cp_climbs_count(c, place);
    uint32_t count = 0;

    work_out_all(c, place, in->fresh);
    for (uint32_t i = 0; i < climbers; i++)
        if (in->fresh[i].weight != c->climbs[c->climb_first[place] + i].weight ||
            in->fresh[i].marks != c->climbs[c->climb_first[place] + i].marks)
            count = heed_change(c, &c->climbs[c->climb_first[place] + i], in->fresh[i], first + i,
                                count);
    for (uint64_t word = in->doubt_first[place]; word < in->doubt_first[place + 1]; word++)
        in->doubts[word] = 0;
    return count;
}

/* Row after row where much is in doubt, else climb after climb: both look at as many climbs. */
static uint32_t redo(struct cp_climbs *c, uint32_t place)
{
    const struct climbs_inside *in = c->inside;
    uint64_t rises = in->rise_first[place + 1] - in->rise_first[place];
    uint64_t looks = 0;

    for (uint64_t word = in->doubt_first[place]; word < in->doubt_first[place + 1]; word++)
        for (uint64_t bits = in->doubts[word]; bits != 0; bits &= bits - 1) {
            looks += rises;
            if (looks > in->rise_climbs[place])
                return redo_all(c, place);
        }
    return redo_some(c, place);
}

/* Goes on from a place, whose climbs are as they will stay, to those above it. */
static void go_on(struct cp_climbs *c, uint32_t place, uint32_t count)
{
    const struct cp_hierarchy *h = c->weights->hierarchy;
    struct cp_weight *was = c->inside->was;

    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++) {
        struct cp_weight now = arc_now(c, a);

        if (now.weight != was[a].weight || now.marks != was[a].marks)
            doubt_row(c, place, h->arc_to[a],
                      now.weight < was[a].weight ? now.weight : was[a].weight);
        if (count > 0)
            doubt_some(c, a, now, count);
        was[a] = now;
    }
}

void cp_climbs_update(struct cp_climbs *c, const struct cp_arc_before *arcs, uint32_t count,
                      cp_climbs_heed *heed, void *heeder)
{
    const struct cp_hierarchy *h = c->weights->hierarchy;
    struct climbs_inside *in = c->inside;
    uint32_t place = 0;

    for (uint32_t i = 0; i < count; i++)
        if (cp_climbs_count(c, h->arc_from[arcs[i].arc]) > 0)
            let_wait(in, h->arc_from[arcs[i].arc]);
    while (take_waiting(in, &place)) {
        uint32_t changed = redo(c, place);

        if (changed > 0)
            heed(heeder, place, in->changed, changed);
        go_on(c, place, changed);
    }
}

#include "paths_ears.h"
#include "paths_pair.h"

/*
 * The search of pair.c in the small: its places are those of the first path, and the ways between them
 * are ears.  So it has two states a place and looks for the least one among all, and asks for the ears of
 * a place when it comes there.
 *
 * Of ways alike in what they share and cost the one of fewest ears counts.  So no two ears of it meet: where
 * they did, one ear could lead from the first one's start to the second one's end, at no greater cost.
 */

typedef enum { BY_START, BY_EAR, BY_BACK, BY_ALONG, BY_PASS } step_kind;

struct stop {
    uint64_t key;
    uint32_t shared, ears;
    uint32_t from; /* state; CP_NONE: the start, or other sources */
    step_kind by;
    bool reached, done;
};

struct detour {
    struct search *s;
    struct ears ears;
    struct stop *stops; /* [2 * (hops + 1) + 1] in and out of each place, and the end */
    uint64_t *cost;     /* [hops + 2] one row of ears */
    uint64_t *rest;     /* [hops + 2] from each column to the end */
};

static uint32_t out_of(const struct detour *d, uint32_t at)
{
    return splits(d->s, at) ? d->s->hops + 1 + at : at;
}

static uint32_t end_state(const struct detour *d)
{
    return 2 * (d->s->hops + 1);
}

static bool comes_before(const struct stop *a, const struct stop *b)
{
    if (a->shared != b->shared)
        return a->shared < b->shared;
    return a->key < b->key || (a->key == b->key && a->ears < b->ears);
}

static void reach(struct detour *d, uint32_t state, struct stop stop)
{
    struct stop *old = &d->stops[state];

    stop.reached = true;
    stop.done = false;
    if (!old->done && (!old->reached || comes_before(&stop, old)))
        *old = stop;
}

/* A step from a state that costs nothing but what it shares. */
static void step(struct detour *d, uint32_t from, uint32_t to, step_kind by, uint32_t shares)
{
    struct stop stop = d->stops[from];

    stop.shared += shares;
    stop.from = from;
    stop.by = by;
    reach(d, to, stop);
}

/* Over the ears of a row; had: what it took to come to where they begin, less what is left from there. */
static void go_over_ears(struct detour *d, uint32_t row, struct stop stop, uint64_t left)
{
    uint64_t had = stop.key;

    cp_ears_row(&d->ears, row, d->cost);
    stop.ears++;
    stop.by = BY_EAR;
    for (uint32_t at = 0; at <= ears_others(&d->ears); at++) {
        if ((at == row && at <= d->s->hops) || d->cost[at] >= WAY_NONE)
            continue;
        stop.key = had + d->cost[at] + d->rest[at] - left;
        reach(d, at == ears_others(&d->ears) ? end_state(d) : at, stop);
    }
}

static void leave(struct detour *d, uint32_t state, uint32_t at)
{
    const struct search *s = d->s;
    struct stop stop = d->stops[state];

    stop.from = state;
    go_over_ears(d, at, stop, d->rest[at]);
    if (at < s->hops) {
        bool on_lan = ground_is_lan(s->f->ground, s->places[at]) ||
                      ground_is_lan(s->f->ground, s->places[at + 1]);

        step(d, state, at + 1, BY_ALONG, on_lan ? 0 : 1);
    } else {
        step(d, state, end_state(d), BY_PASS, 0);
    }
}

static void expand(struct detour *d, uint32_t state)
{
    uint32_t places = d->s->hops + 1;
    uint32_t at = state < places ? state : state - places;

    if (state >= places)
        step(d, state, at, BY_PASS, 0);
    else if (at > 0)
        step(d, state, out_of(d, at - 1), BY_BACK, 0);
    if (state < places && splits(d->s, at))
        step(d, state, out_of(d, at), BY_PASS, 1);
    else
        leave(d, state, at);
}

static uint32_t least_stop(const struct detour *d)
{
    uint32_t least = CP_NONE;

    for (uint32_t i = 0; i <= end_state(d); i++)
        if (d->stops[i].reached && !d->stops[i].done &&
            (least == CP_NONE || comes_before(&d->stops[i], &d->stops[least])))
            least = i;
    return least;
}

/* Everything may be shared, so the end is reached. */
static void search(struct detour *d)
{
    struct stop first = {.from = CP_NONE, .by = BY_START};
    uint32_t state;

    reach(d, 0, first);
    if (d->s->e->src.count > 1)
        go_over_ears(d, ears_others(&d->ears), first, d->s->least);
    for (state = least_stop(d); state != end_state(d); state = least_stop(d)) {
        CP_ASSERT(state != CP_NONE);
        d->stops[state].done = true;
        expand(d, state);
    }
}

/* ---- */

static uint32_t place_of(const struct detour *d, uint32_t state)
{
    return state <= d->s->hops ? state : state - d->s->hops - 1;
}

/* Lays the flow of the ear that came to the state; returns the place where it begins. */
static uint32_t lay_ear(struct detour *d, uint32_t state)
{
    struct search *s = d->s;
    uint32_t others = ears_others(&d->ears);
    uint32_t from = d->stops[state].from;
    uint32_t *ways = s->f->line;
    uint32_t count = 0;

    cp_ears_unpack(&d->ears, from == CP_NONE ? others : place_of(d, from),
                   state == end_state(d) ? others : place_of(d, state), ways, &count);
    for (uint32_t i = 0; i < count; i++)
        add_flow(s, ways[i]);
    return s->ways[s->ways[ways[count - 1]].back].to;
}

static uint32_t lay_flow(struct detour *d)
{
    struct search *s = d->s;
    uint32_t start = s->places[0];

    for (uint32_t state = end_state(d); state != CP_NONE; state = d->stops[state].from) {
        switch (d->stops[state].by) {
        case BY_EAR:
            start = lay_ear(d, state);
            break;
        case BY_BACK:
            s->path[place_of(d, state)] = CP_NONE;
            break;
        case BY_ALONG:
            add_flow(s, d->ears.ways[place_of(d, state) - 1]);
            break;
        case BY_START:
            start = s->places[0];
            break;
        case BY_PASS:
            break;
        }
    }
    return start;
}

static cp_err open_detour(struct detour *d, struct cp_arena *work)
{
    struct search *s = d->s;
    uint32_t *ways = CP_TAKE(work, s->hops, uint32_t);

    d->stops = CP_TAKE(work, (size_t)end_state(d) + 1, struct stop);
    d->cost = CP_TAKE(work, (size_t)s->hops + 2, uint64_t);
    d->rest = CP_TAKE(work, (size_t)s->hops + 2, uint64_t);
    if (ways == NULL || d->stops == NULL || d->cost == NULL || d->rest == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < s->hops; i++)
        ways[i] = s->path[i];
    for (uint32_t i = 0; i <= s->hops; i++)
        d->rest[i] = near_cost(s->f, s->places[i]);
    d->ears = (struct ears){
        .f = s->f, .e = s->e, .places = s->places, .ways = ways, .hops = s->hops, .work = work};
    return cp_ears_open(&d->ears);
}

cp_err cp_detour_find(struct search *s, struct cp_arena *work, uint32_t *start)
{
    struct detour d = {.s = s};

    CP_TRY(open_detour(&d, work));
    search(&d);
    *start = lay_flow(&d);
    cp_ears_close(&d.ears);
    return CP_OK;
}

#include "paths_pair.h"

#include "paths_ears.h"

/*
 * The second unit of a flow of least cost (Suurballe 1974; Bhandari 1999 for nodes).  The first path is a
 * shortest one.  The second is a shortest way through what it leaves: against the first path at no
 * cost, which takes a piece of it back; and along it at the price of something shared.  Costs are reduced
 * by the places' costs to the target (near.h), so that none is negative and the search leans to the
 * target, where it stops.
 *
 * Fewest shared comes before least cost, so the search goes in levels: what costs one shared element
 * more waits until the level is exhausted.  A place that counts, when the first path runs through it,
 * has two states: `in`, reached from elsewhere, from where the ways lead back along the first path or, at the
 * price of the place, `out`; and `out`, from where all ways lead on.
 */

/* ---- the first path ---- */

/* The first of the ways that lead on at least cost. */
static uint32_t first_tight(struct search *s, uint32_t place)
{
    struct cp_paths_finder *f = s->f;
    uint64_t cost = near_cost(f, place);
    uint32_t w = f->ground->first[place];

    for (;; w++) {
        CP_ASSERT(w < f->ground->first[place + 1]);
        const struct way *way = &s->ways[w];

        if (way->cost <= cost && !way_is_out(f, way, w) &&
            way->cost + near_cost(f, way->to) == cost)
            return w;
    }
}

static bool is_target(struct search *s, uint32_t place)
{
    return near_cost(s->f, place) == 0 && !ground_is_lan(s->f->ground, place);
}

static void walk_first(struct search *s, uint32_t source)
{
    uint32_t place = source;

    s->hops = 0;
    s->places[0] = place;
    while (!is_target(s, place)) {
        uint32_t w = first_tight(s, place);

        CP_ASSERT(s->hops + 1 < s->f->ground->place_count);
        s->path[s->hops++] = w;
        place = s->ways[w].to;
        s->places[s->hops] = place;
    }
}

/* ---- the second path ---- */

/* The state in which a place of the first path is left. */
static uint32_t out_state(const struct search *s, uint32_t at)
{
    return splits(s, at) ? s->f->ground->place_count + at : s->places[at];
}

static void reach(struct search *s, struct step step)
{
    struct spot *spot = &s->f->spots[step.state];
    uint32_t stamp = s->f->spot_stamp + s->level;

    if (spot->stamp >= s->f->spot_stamp && (spot->stamp < stamp || spot->key <= step.key))
        return;
    *spot = (struct spot){.key = step.key, .stamp = stamp, .from = step.from, .way = step.way};
    cp_queue_push(s->f->queue, step.key, step.state);
}

static void reach_later(struct search *s, struct step step)
{
    s->f->waiting[s->waiting++] = step;
}

static void leave(struct search *s, uint32_t state, uint32_t place, uint32_t w)
{
    struct cp_paths_finder *f = s->f;
    const struct way *way = &s->ways[w];
    uint64_t there;

    if (way_is_out(f, way, w))
        return;
    there = near_cost(f, way->to);
    if (there >= WAY_NONE)
        return;
    reach(s, (struct step){.key = f->spots[state].key + way->cost + there - near_cost(f, place),
                           .state = way->to,
                           .from = state,
                           .way = w});
}

static void leave_all(struct search *s, uint32_t state, uint32_t place)
{
    const struct cp_paths_ground *g = s->f->ground;

    for (uint32_t w = g->first[place]; w < g->first[place + 1]; w++)
        leave(s, state, place, w);
}

/* The way against a way of the first path stands for taking that back. */
static void take_back(struct search *s, uint32_t state, uint32_t at)
{
    if (at > 0)
        reach(s, (struct step){.key = s->f->spots[state].key,
                               .state = out_state(s, at - 1),
                               .from = state,
                               .way = s->ways[s->path[at - 1]].back});
}

/* A link that both would use is shared; of a LAN it is the LAN's place that counts. */
static void go_along(struct search *s, uint32_t state, uint32_t at)
{
    const struct cp_paths_ground *g = s->f->ground;
    struct step step = {.key = s->f->spots[state].key,
                        .state = s->places[at + 1],
                        .from = state,
                        .way = s->path[at]};

    if (ground_is_lan(g, s->places[at]) || ground_is_lan(g, s->places[at + 1]))
        reach(s, step);
    else
        reach_later(s, step);
}

static void leave_first(struct search *s, uint32_t state, uint32_t at)
{
    const struct cp_paths_ground *g = s->f->ground;
    uint32_t place = s->places[at];
    uint32_t on = at < s->hops ? s->path[at] : CP_NONE;
    uint32_t back = at > 0 ? s->ways[s->path[at - 1]].back : CP_NONE;

    for (uint32_t w = g->first[place]; w < g->first[place + 1]; w++)
        if (w != on && w != back)
            leave(s, state, place, w);
    if (at < s->hops)
        go_along(s, state, at);
}

static void expand_first(struct search *s, uint32_t state, uint32_t at)
{
    struct step step = {.key = s->f->spots[state].key, .from = state, .way = CP_NONE};

    if (!splits(s, at)) {
        take_back(s, state, at);
        leave_first(s, state, at);
        return;
    }
    if (state < s->f->ground->place_count) {
        take_back(s, state, at);
        step.state = out_state(s, at);
        reach_later(s, step);
        return;
    }
    step.state = s->places[at];
    reach(s, step);
    leave_first(s, state, at);
}

/* Whether the second path may end in the state. */
static bool ends(struct search *s, uint32_t state)
{
    uint32_t places = s->f->ground->place_count;

    if (state >= places)
        return state == places + s->hops;
    if (state == s->places[s->hops])
        return !splits(s, s->hops);
    return is_target(s, state);
}

static void expand(struct search *s, uint32_t state)
{
    uint32_t places = s->f->ground->place_count;

    if (state >= places)
        expand_first(s, state, state - places);
    else if (s->f->position[state] != CP_NONE)
        expand_first(s, state, s->f->position[state]);
    else
        leave_all(s, state, state);
}

/* Whether the path's end is reached on this level. */
static bool search_level(struct search *s)
{
    uint64_t key;
    uint32_t state;

    while (cp_queue_pop(s->f->queue, &key, &state)) {
        const struct spot *spot = &s->f->spots[state];

        if (spot->stamp != s->f->spot_stamp + s->level || spot->key != key)
            continue;
        if (ends(s, state)) {
            s->last = state;
            return true;
        }
        expand(s, state);
    }
    return false;
}

static void next_stamp(struct search *s)
{
    struct cp_paths_finder *f = s->f;
    uint32_t levels = 2 * f->ground->place_count + 2;

    if (f->spot_stamp > UINT32_MAX - 2 * levels) {
        for (uint32_t i = 0; i < 2 * f->ground->place_count; i++)
            f->spots[i].stamp = 0;
        f->spot_stamp = 0;
    }
    f->spot_stamp += f->spot_levels;
    f->spot_levels = 1;
}

/* There is a second path: the first itself, if everything is shared. */
static void search_second(struct search *s)
{
    struct cp_paths_finder *f = s->f;
    bool done;

    next_stamp(s);
    s->level = s->waiting = 0;
    cp_queue_clear(f->queue);
    for (uint32_t i = 0; i < s->e->src.count; i++) {
        uint64_t cost = near_cost(f, s->e->src.at[i]);

        if (cost < WAY_NONE)
            reach(s, (struct step){.key = cost - s->least,
                                   .state = s->e->src.at[i],
                                   .from = CP_NONE,
                                   .way = CP_NONE});
    }
    done = search_level(s);
    while (!done) {
        uint32_t count = s->waiting;

        CP_ASSERT(count > 0);
        s->level++;
        s->waiting = 0;
        cp_queue_clear(f->queue);
        for (uint32_t i = 0; i < count; i++)
            reach(s, f->waiting[i]);
        done = search_level(s);
    }
    f->spot_levels = s->level + 1;
}

/* ---- both together ---- */

/* All ways that bear flow, by the place that they leave; returns where the second path starts. */
static uint32_t lay_flow(struct search *s)
{
    struct cp_paths_finder *f = s->f;
    uint32_t places = f->ground->place_count;
    uint32_t state = s->last;

    for (;;) {
        const struct spot *spot = &f->spots[state];
        uint32_t from = spot->from;

        if (from == CP_NONE)
            return state;
        if (spot->way != CP_NONE) {
            uint32_t at = state >= places ? state - places : f->position[state];

            if (at != CP_NONE && at < s->hops && s->path[at] != CP_NONE &&
                spot->way == s->ways[s->path[at]].back)
                s->path[at] = CP_NONE;
            else
                add_flow(s, spot->way);
        }
        state = from;
    }
}

/* Takes one unit of flow from a place to where it ends. */
static cp_err take_unit(struct search *s, uint32_t start, struct cp_arena *arena, struct track *out)
{
    uint32_t *line = s->f->line;
    uint32_t count = 0;
    uint32_t *ways;

    for (uint32_t place = start;;) {
        uint32_t *flow = &s->f->flow[(size_t)UNITS * place];
        uint32_t unit = flow[1] != CP_NONE ? 1 : 0;
        uint32_t w = flow[unit];

        if (w == CP_NONE)
            break;
        flow[unit] = CP_NONE;
        CP_ASSERT(count < s->f->ground->place_count);
        line[count++] = w;
        place = s->ways[w].to;
    }
    ways = CP_TAKE(arena, count, uint32_t);
    if (ways == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        ways[i] = line[i];
    *out = (struct track){.start = start, .count = count, .ways = ways};
    return CP_OK;
}

static cp_err take_first(struct search *s, struct cp_arena *arena, struct found *out)
{
    uint32_t *ways = CP_TAKE(arena, s->hops, uint32_t);

    if (ways == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < s->hops; i++)
        ways[i] = s->path[i];
    out->primary = (struct track){.start = s->places[0], .count = s->hops, .ways = ways};
    return CP_OK;
}

static cp_err take_both(struct search *s, uint32_t start, struct cp_arena *arena, struct found *out)
{
    for (uint32_t i = 0; i <= s->hops; i++)
        s->f->position[s->places[i]] = CP_NONE;
    for (uint32_t i = 0; i < s->hops; i++)
        if (s->path[i] != CP_NONE)
            add_flow(s, s->path[i]);
    CP_TRY(take_unit(s, s->places[0], arena, &out->primary));
    CP_TRY(take_unit(s, start, arena, &out->backup));
    return CP_OK;
}

static cp_err find_second(struct search *s, struct cp_arena *work, uint32_t *start)
{
    if (cp_ears_can(s->f, s->e, s->hops))
        return cp_detour_find(s, work, start);
    search_second(s);
    *start = lay_flow(s);
    return CP_OK;
}

cp_err cp_pair_find(struct cp_paths_finder *f, const struct errand *e, struct cp_arena *arena,
                    struct found *out)
{
    struct search s = {
        .f = f, .e = e, .ways = e->flavour->ways, .path = f->path, .places = f->places};
    uint32_t source, start;

    *out = (struct found){.exact = true};
    cp_near_open(f, e, &source, &s.least);
    if (source == CP_NONE)
        return CP_OK;
    walk_first(&s, source);
    if (e->disjoint == CP_DISJOINT_NONE)
        return take_first(&s, arena, out);
    for (uint32_t i = 0; i <= s.hops; i++)
        f->position[s.places[i]] = i;
    CP_TRY(find_second(&s, arena, &start));
    CP_TRY(take_both(&s, start, arena, out));
    return cp_pair_part(f, e, arena, out);
}

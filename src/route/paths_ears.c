#include "paths_ears.h"

/*
 * Arcs of the hierarchy hold the cheapest ways through places below.  Without the path some of these ways
 * are gone: those over its links, and those through its places.  Their arcs are worked out anew from the
 * bottom up, each from its triangles, and so on where that changes them; mostly a few dozen.  Then the
 * cheapest ways up from each place of the path, and down to each, meet as always.  A climb stops at the
 * path's places, so that no ear passes one.
 */

struct ear_end {
    uint64_t cost;
    uint32_t place;
    uint32_t row; /* the path's place that it is; CP_NONE: none but the column's own */
};

struct ear_column {
    struct ear_end *ends; /* [count] where ways down begin */
    uint32_t count;
};

static uint32_t position_of(const struct ears *ears, uint32_t place)
{
    return ears->f->position[place];
}

/* ---- arcs without the path ---- */

static void mark_dirty(struct cp_paths_finder *f, uint32_t arc)
{
    f->dirty[arc / 64] |= UINT64_C(1) << (arc % 64);
    if (arc > f->dirty_last)
        f->dirty_last = arc;
    if (arc < f->dirty_first)
        f->dirty_first = arc;
}

/* Marks an arc that may have gone through some place. */
static inline void check_triangle(struct cp_paths_finder *f, uint32_t arc, uint64_t climb,
                                  uint64_t descent)
{
    if ((climb < WAY_NONE && f->up[arc] == climb) ||
        (descent < WAY_NONE && f->down[arc] == descent))
        mark_dirty(f, arc);
}

static void leave_out_place(struct ears *ears, uint32_t place)
{
    struct cp_paths_finder *f = ears->f;
    const struct cp_hierarchy *h = &f->ground->hierarchy;
    const uint32_t *pair = f->ground->pair_arc + f->ground->pair_first[place];
    uint32_t first = h->arc_first[place];

    for (uint32_t i = first + 1; i < h->arc_first[place + 1]; i++)
        for (uint32_t k = first; k < i; k++)
            check_triangle(f, *pair++, f->down[i] + f->up[k], f->down[k] + f->up[i]);
}

/* A link of the path: a LAN has a place of its own, which is left out. */
static void leave_out_link(struct ears *ears, uint32_t at, uint8_t out)
{
    struct cp_paths_finder *f = ears->f;
    uint32_t a = ears->places[at];
    uint32_t b = ears->places[at + 1];

    if (ground_is_lan(f->ground, a) || ground_is_lan(f->ground, b))
        return;
    f->way_out[ears->ways[at]] = out;
    f->way_out[ears->e->flavour->ways[ears->ways[at]].back] = out;
    if (out != 0)
        mark_dirty(f, cp_hierarchy_arc(&f->ground->hierarchy, a > b ? a : b, a > b ? b : a));
}

struct both {
    uint64_t up, down;
};

static void take_lower(struct both *least, uint64_t up, uint64_t down)
{
    least->up = up < least->up ? up : least->up;
    least->down = down < least->down ? down : least->down;
}

static struct both work_out(const struct ears *ears, uint32_t arc)
{
    const struct cp_paths_finder *f = ears->f;
    const struct cp_paths_ground *g = f->ground;
    const struct way *ways = ears->e->flavour->ways;
    const struct cp_triangles *triangles = &g->triangles;
    uint32_t from = g->hierarchy.arc_from[arc];
    uint32_t to = g->hierarchy.arc_to[arc];
    struct both least = {WAY_NONE, WAY_NONE};

    for (uint32_t w = g->first[from]; w < g->first[from + 1]; w++)
        if (ways[w].to == to && f->way_out[w] == 0)
            take_lower(&least, ways[w].cost, ways[ways[w].back].cost);
    for (uint64_t t = triangles->first[arc]; t < triangles->first[arc + 1]; t++) {
        struct cp_triangle tri = triangles->all[t];

        if (f->position[g->hierarchy.arc_from[tri.to_from]] != CP_NONE)
            continue;
        take_lower(&least, f->down[tri.to_from] + f->up[tri.to_to],
                   f->down[tri.to_to] + f->up[tri.to_from]);
        if (least.up <= f->up[arc] && least.down <= f->down[arc])
            break; /* it was no less with the path */
    }
    return least;
}

/* Marks the arcs that may have gone over an arc as it was. */
static void mark_above(struct ears *ears, uint32_t arc)
{
    struct cp_paths_finder *f = ears->f;
    const struct cp_hierarchy *h = &f->ground->hierarchy;
    uint32_t from = h->arc_from[arc];
    const uint32_t *pairs = f->ground->pair_arc + f->ground->pair_first[from];
    uint32_t first = h->arc_first[from];
    uint64_t own = arc - first;
    uint64_t up = f->up[arc];
    uint64_t down = f->down[arc];

    if (f->position[from] != CP_NONE)
        return;
    for (uint64_t k = 0; k < own; k++)
        check_triangle(f, pairs[own * (own - (own > 0)) / 2 + k], down + f->up[first + k],
                       f->down[first + k] + up);
    for (uint64_t i = own + 1; i < h->arc_first[from + 1] - first; i++)
        check_triangle(f, pairs[i * (i - 1) / 2 + own], f->down[first + i] + up,
                       down + f->up[first + i]);
}

static cp_err put_arc(struct ears *ears, uint32_t arc, struct both least)
{
    struct cp_paths_finder *f = ears->f;
    void *log = f->log;

    if (f->log_count == f->log_cap) {
        CP_TRY(cp_arena_grow(f->work, &log, f->log_count, &f->log_cap, sizeof *f->log));
        f->log = log;
    }
    f->log[f->log_count++] =
        (struct arc_before){.up = f->up[arc], .down = f->down[arc], .arc = arc};
    f->up[arc] = least.up;
    f->down[arc] = least.down;
    return CP_OK;
}

static cp_err clean(struct ears *ears, uint32_t arc)
{
    struct cp_paths_finder *f = ears->f;
    struct both least = work_out(ears, arc);

    if (least.up <= f->up[arc] && least.down <= f->down[arc])
        return CP_OK;
    mark_above(ears, arc);
    return put_arc(ears, arc, least);
}

/* From the bottom: arcs of lower places have higher numbers, and an arc depends on lower ones alone. */
static cp_err clean_all(struct ears *ears)
{
    struct cp_paths_finder *f = ears->f;

    for (uint32_t word = f->dirty_last / 64 + 1; word-- > 0;) {
        while (f->dirty[word] != 0) {
            uint32_t bit = 63u - (uint32_t)__builtin_clzll(f->dirty[word]);

            f->dirty[word] &= ~(UINT64_C(1) << bit);
            CP_TRY(clean(ears, 64 * word + bit));
        }
        if (64 * word <= f->dirty_first)
            break;
    }
    return CP_OK;
}

/* ---- climbs ---- */

static bool stops(const struct ears *ears, uint32_t place, uint32_t start)
{
    return place != start && position_of(ears, place) != CP_NONE;
}

/* Hands what is at the place on to those above; arcs: up or down. */
static inline void climb_from(struct cp_paths_finder *f, const uint64_t *arcs, uint32_t place)
{
    const struct cp_hierarchy *h = &f->ground->hierarchy;
    uint64_t cost = f->climb[place];

    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++) {
        uint64_t sum = cost + arcs[a];
        uint32_t above = h->arc_to[a];

        if (sum >= f->climb[above])
            continue;
        f->climb[above] = sum;
        f->climbed[above] = a;
    }
}

static void climb(struct ears *ears, const uint64_t *arcs, uint32_t start)
{
    struct cp_paths_finder *f = ears->f;
    const uint32_t *parent = f->ground->hierarchy.parent;
    uint32_t last = CP_NONE;

    f->climb[start] = 0;
    f->climbed[start] = CP_NONE;
    for (uint32_t p = start; p != last; last = p, p = parent[p])
        if (f->climb[p] < WAY_NONE && !stops(ears, p, start))
            climb_from(f, arcs, p);
}

static void forget_climb(struct ears *ears, uint32_t start)
{
    struct cp_paths_finder *f = ears->f;
    const uint32_t *parent = f->ground->hierarchy.parent;
    uint32_t last = CP_NONE;

    for (uint32_t p = start; p != last; last = p, p = parent[p])
        f->climb[p] = WAY_NONE;
}

/* Other ends than the path's own. */
static uint32_t other_end(const struct ears *ears, const struct places *ends, uint32_t i)
{
    uint32_t at = position_of(ears, ends->at[i]);

    return at == CP_NONE ? ends->at[i] : CP_NONE;
}

static void climb_others(struct ears *ears, const uint64_t *arcs, const struct places *ends)
{
    for (uint32_t i = 0; i < ends->count; i++)
        if (other_end(ears, ends, i) != CP_NONE)
            climb(ears, arcs, ends->at[i]);
}

static void forget_others(struct ears *ears, const struct places *ends)
{
    for (uint32_t i = 0; i < ends->count; i++)
        if (other_end(ears, ends, i) != CP_NONE)
            forget_climb(ears, ends->at[i]);
}

/* ---- columns ---- */

/* Notes the places of a line that bear a cost, and empties them. */
static void note_line(struct ears *ears, uint32_t start, uint32_t own, struct ear_column *column)
{
    struct cp_paths_finder *f = ears->f;
    const uint32_t *parent = f->ground->hierarchy.parent;
    uint32_t last = CP_NONE;

    for (uint32_t p = start; p != last; last = p, p = parent[p]) {
        uint32_t at = position_of(ears, p);

        if (f->climb[p] < WAY_NONE)
            column->ends[column->count++] =
                (struct ear_end){.cost = f->climb[p], .place = p, .row = at == own ? CP_NONE : at};
        f->climb[p] = WAY_NONE;
    }
}

static uint32_t line_length(const struct ears *ears, uint32_t start)
{
    const uint32_t *parent = ears->f->ground->hierarchy.parent;
    uint32_t count = 1;

    for (uint32_t p = start; parent[p] != p; p = parent[p])
        count++;
    return count;
}

static cp_err make_column(struct ears *ears, uint32_t at)
{
    struct ear_column *column = &ears->columns[at];
    uint32_t place = ears->places[at];

    column->ends = CP_TAKE(ears->work, line_length(ears, place), struct ear_end);
    if (column->ends == NULL)
        return CP_ERR_NOMEM;
    climb(ears, ears->f->down, place);
    note_line(ears, place, at, column);
    return CP_OK;
}

static cp_err make_others(struct ears *ears)
{
    const struct places *ends = &ears->e->dst;
    struct ear_column *column = &ears->columns[ears_others(ears)];
    uint32_t length = 0;

    if (ends->count == 1)
        return CP_OK;
    for (uint32_t i = 0; i < ends->count; i++)
        length += line_length(ears, ends->at[i]);
    column->ends = CP_TAKE(ears->work, length, struct ear_end);
    if (column->ends == NULL)
        return CP_ERR_NOMEM;
    climb_others(ears, ears->f->down, ends);
    for (uint32_t i = 0; i < ends->count; i++)
        if (other_end(ears, ends, i) != CP_NONE)
            note_line(ears, ends->at[i], CP_NONE, column);
    return CP_OK;
}

/* ---- */

bool cp_ears_can(const struct cp_paths_finder *f, const struct errand *e, uint32_t hops)
{
    return e->flavour->up != NULL && !f->any_out && f->ground->triangles.first != NULL &&
           hops <= EARS_HOPS_MOST;
}

/* The finder's own copy of the arcs. */
static void take_arcs(struct cp_paths_finder *f, const struct flavour *flavour)
{
    if (f->arcs_of == flavour)
        return;
    for (uint32_t a = 0; a < f->ground->hierarchy.arc_count; a++) {
        f->up[a] = flavour->up[a];
        f->down[a] = flavour->down[a];
    }
    f->arcs_of = flavour;
}

cp_err cp_ears_open(struct ears *ears)
{
    struct cp_paths_finder *f = ears->f;

    take_arcs(f, ears->e->flavour);
    f->log = NULL;
    f->log_count = f->log_cap = 0;
    f->dirty_first = CP_NONE;
    f->dirty_last = 0;
    for (uint32_t i = 0; i < ears->hops; i++)
        leave_out_link(ears, i, 1);
    for (uint32_t i = 0; i <= ears->hops; i++)
        leave_out_place(ears, ears->places[i]);
    CP_TRY(clean_all(ears));
    ears->columns = CP_TAKE(ears->work, (size_t)ears->hops + 2, struct ear_column);
    if (ears->columns == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i <= ears->hops; i++)
        CP_TRY(make_column(ears, i));
    return make_others(ears);
}

void cp_ears_close(struct ears *ears)
{
    struct cp_paths_finder *f = ears->f;

    for (uint32_t i = 0; i < ears->hops; i++)
        leave_out_link(ears, i, 0);
    while (f->log_count > 0) {
        const struct arc_before *before = &f->log[--f->log_count];

        f->up[before->arc] = before->up;
        f->down[before->arc] = before->down;
    }
}

static void climb_row(struct ears *ears, uint32_t row)
{
    if (row == ears_others(ears))
        climb_others(ears, ears->f->up, &ears->e->src);
    else
        climb(ears, ears->f->up, ears->places[row]);
}

static void forget_row(struct ears *ears, uint32_t row)
{
    if (row == ears_others(ears))
        forget_others(ears, &ears->e->src);
    else
        forget_climb(ears, ears->places[row]);
}

/* Where the ways up of the row and down of the column meet at least cost; CP_NONE: nowhere. */
static uint32_t meet(const struct ears *ears, uint32_t row, uint32_t at, uint64_t *cost)
{
    const struct ear_column *column = &ears->columns[at];
    const uint64_t *up = ears->f->climb;
    uint32_t place = CP_NONE;

    *cost = WAY_NONE;
    for (uint32_t i = 0; i < column->count; i++) {
        const struct ear_end *end = &column->ends[i];
        uint64_t sum = end->cost + up[end->place];

        if (sum < *cost && (end->row == CP_NONE || end->row == row)) {
            *cost = sum;
            place = end->place;
        }
    }
    return place;
}

void cp_ears_row(struct ears *ears, uint32_t row, uint64_t *cost)
{
    climb_row(ears, row);
    for (uint32_t at = 0; at <= ears_others(ears); at++)
        (void)meet(ears, row, at, &cost[at]);
    forget_row(ears, row);
}

/* ---- what an ear goes over ---- */

/* An arc to be taken apart, one way or the other. */
struct piece {
    uint32_t arc;
    bool climbs;
};

static bool is_path_place(const struct ears *ears, uint32_t place)
{
    return position_of(ears, place) != CP_NONE;
}

/* The way that the arc stands for; CP_NONE: it stands for a triangle. */
static uint32_t own_way(const struct ears *ears, struct piece piece)
{
    const struct cp_paths_finder *f = ears->f;
    const struct cp_paths_ground *g = f->ground;
    const struct way *ways = ears->e->flavour->ways;
    uint32_t from = g->hierarchy.arc_from[piece.arc];
    uint64_t cost = piece.climbs ? f->up[piece.arc] : f->down[piece.arc];

    for (uint32_t w = g->first[from]; w < g->first[from + 1]; w++) {
        uint32_t way = piece.climbs ? w : ways[w].back;

        if (ways[w].to == g->hierarchy.arc_to[piece.arc] && f->way_out[w] == 0 &&
            ways[way].cost == cost)
            return way;
    }
    return CP_NONE;
}

/* The two arcs that the arc stands for, in the order of the ear's direction. */
static void own_triangle(const struct ears *ears, struct piece piece, struct piece *first,
                         struct piece *second)
{
    const struct cp_paths_finder *f = ears->f;
    const struct cp_triangles *triangles = &f->ground->triangles;
    uint64_t cost = piece.climbs ? f->up[piece.arc] : f->down[piece.arc];

    for (uint64_t t = triangles->first[piece.arc];; t++) {
        CP_ASSERT(t < triangles->first[piece.arc + 1]);
        struct cp_triangle tri = triangles->all[t];
        uint32_t in = piece.climbs ? tri.to_from : tri.to_to;
        uint32_t out = piece.climbs ? tri.to_to : tri.to_from;

        if (f->down[in] + f->up[out] != cost ||
            is_path_place(ears, f->ground->hierarchy.arc_from[in]))
            continue;
        *first = (struct piece){.arc = in, .climbs = false};
        *second = (struct piece){.arc = out, .climbs = true};
        return;
    }
}

/* Writes the ways of an arc from its end.  The stack holds no more than one arc for each place below. */
static void unpack_arc(struct ears *ears, struct piece piece, uint32_t *ways, uint32_t *count)
{
    struct cp_paths_finder *f = ears->f;
    uint32_t depth = 0;

    f->stack[depth++] = 2 * (uint64_t)piece.arc + piece.climbs;
    while (depth > 0) {
        uint64_t top = f->stack[--depth];
        struct piece now = {.arc = (uint32_t)(top / 2), .climbs = top % 2 != 0};
        struct piece first, second;
        uint32_t way = own_way(ears, now);

        if (way != CP_NONE) {
            ways[(*count)++] = way;
            continue;
        }
        own_triangle(ears, now, &first, &second);
        CP_ASSERT(depth + 2 <= f->ground->place_count + 2);
        f->stack[depth++] = 2 * (uint64_t)first.arc + first.climbs;
        f->stack[depth++] = 2 * (uint64_t)second.arc + second.climbs;
    }
}

/* The arcs by which a climb came to a place, the last first. */
static uint32_t trace(const struct cp_paths_finder *f, uint32_t place, uint32_t *arcs)
{
    uint32_t count = 0;

    for (uint32_t arc = f->climbed[place]; arc != CP_NONE; arc = f->climbed[place]) {
        arcs[count++] = arc;
        place = f->ground->hierarchy.arc_from[arc];
    }
    return count;
}

static void climb_column(struct ears *ears, uint32_t column)
{
    if (column == ears_others(ears))
        climb_others(ears, ears->f->down, &ears->e->dst);
    else
        climb(ears, ears->f->down, ears->places[column]);
}

static void forget_column(struct ears *ears, uint32_t column)
{
    if (column == ears_others(ears))
        forget_others(ears, &ears->e->dst);
    else
        forget_climb(ears, ears->places[column]);
}

void cp_ears_unpack(struct ears *ears, uint32_t row, uint32_t column, uint32_t *ways,
                    uint32_t *count)
{
    struct cp_paths_finder *f = ears->f;
    uint32_t place, ups, downs;
    uint64_t cost;

    climb_row(ears, row);
    place = meet(ears, row, column, &cost);
    CP_ASSERT(place != CP_NONE);
    ups = trace(f, place, f->chain);
    forget_row(ears, row);
    climb_column(ears, column);
    downs = trace(f, place, f->chain + ups);
    forget_column(ears, column);
    *count = 0;
    while (downs > 0)
        unpack_arc(ears, (struct piece){.arc = f->chain[ups + --downs], .climbs = false}, ways,
                   count);
    for (uint32_t i = 0; i < ups; i++)
        unpack_arc(ears, (struct piece){.arc = f->chain[i], .climbs = true}, ways, count);
}

#include "order.h"

#include <string.h>

/*
 * Vertices queue in buckets by degree; the first of the least degree goes next.  Its neighbours must
 * all be joined: the list of each is read to see which of them are missing from it, but only until
 * all are found, and never the longest list: what the others lack of it, it lacks of them.  What is
 * found moves to the front, so that a list in which many look for the same is hardly read.
 *
 * Then they go to the end of their queues: so the eliminations spread out, and a ring becomes a low
 * tree and not a long line.
 *
 * Neighbours that gained nothing and have no others are next in turn, with the same neighbours but
 * themselves: they are taken at once.  So the last vertices, a clique, cost nothing.
 *
 * What is eliminated stays in the lists of others until those are read to the end or full.  Lists
 * lie in one pool, in powers of two; a list that is done with serves again.
 *
 * A vertex moves between buckets at most once for each arc to it: O(arcs).  A list is read to the end
 * only where an arc is then added to it, or where it is the shorter one of two.
 */

enum { LEAST_ROOM = 2, ROOMS = 32 };

#define NONE UINT32_MAX
#define GONE 0u /* stamp of an eliminated vertex */

struct vertex {
    uint32_t at, len, room;  /* its list: len of 1 << room entries, those gone included */
    uint32_t degree;         /* those gone left out */
    uint32_t gained;         /* neighbours, by the elimination under way */
    uint32_t previous, next; /* in its bucket */
};

/* A queue of vertices, or NONE twice. */
struct bucket {
    uint32_t first, last;
};

struct elimination {
    struct cp_arena *arena;
    uint32_t count;
    struct vertex *vertex;
    uint32_t *stamp; /* [count] when it was last looked for or found */
    uint32_t last_stamp;
    struct bucket *bucket; /* [count] by degree */
    uint32_t least;        /* no bucket below has any */
    uint32_t *pool, pool_used, pool_cap;
    uint32_t spare[ROOMS];    /* lists done with; the first entry names the next one */
    uint64_t live, triangles; /* arcs between vertices that are left; triangles so far */
    uint32_t *sequence, done, *first;
    uint32_t *upper, upper_used, upper_cap;
};

/* ---- buckets ---- */

static void hang(struct elimination *e, uint32_t v)
{
    struct vertex *at = &e->vertex[v];
    struct bucket *bucket = &e->bucket[at->degree];

    at->previous = bucket->last;
    at->next = NONE;
    if (bucket->last == NONE)
        bucket->first = v;
    else
        e->vertex[bucket->last].next = v;
    bucket->last = v;
    if (at->degree < e->least)
        e->least = at->degree;
}

static void unhang(struct elimination *e, uint32_t v)
{
    const struct vertex *at = &e->vertex[v];
    struct bucket *bucket = &e->bucket[at->degree];

    if (at->previous == NONE)
        bucket->first = at->next;
    else
        e->vertex[at->previous].next = at->next;
    if (at->next == NONE)
        bucket->last = at->previous;
    else
        e->vertex[at->next].previous = at->previous;
}

static uint32_t first_of_least(struct elimination *e)
{
    while (e->bucket[e->least].first == NONE)
        e->least++;
    return e->bucket[e->least].first;
}

/* ---- lists ---- */

static uint32_t room_for(uint32_t len)
{
    uint32_t room = LEAST_ROOM;

    while (UINT32_C(1) << room < len)
        room++;
    return room;
}

/* Room for `more` entries behind those used. */
static cp_err grow(struct elimination *e, uint32_t **at, uint32_t used, uint32_t *cap,
                   uint64_t more)
{
    uint64_t wanted = used + more;

    if (wanted <= *cap)
        return CP_OK;
    if (wanted >= UINT32_MAX)
        return CP_ERR_LIMIT;
    wanted = 2 * wanted < UINT32_MAX ? 2 * wanted : UINT32_MAX;

    uint32_t *grown = CP_TAKE(e->arena, wanted, uint32_t);

    if (grown == NULL)
        return CP_ERR_NOMEM;
    if (used > 0)
        memcpy(grown, *at, (size_t)used * sizeof *grown);
    *at = grown;
    *cap = (uint32_t)wanted;
    return CP_OK;
}

static cp_err take_list(struct elimination *e, uint32_t room, uint32_t *at)
{
    uint32_t size = UINT32_C(1) << room;

    if (e->spare[room] != NONE) {
        *at = e->spare[room];
        e->spare[room] = e->pool[*at];
        return CP_OK;
    }
    CP_TRY(grow(e, &e->pool, e->pool_used, &e->pool_cap, size));
    *at = e->pool_used;
    e->pool_used += size;
    return CP_OK;
}

static void give_list(struct elimination *e, struct vertex *v)
{
    e->pool[v->at] = e->spare[v->room];
    e->spare[v->room] = v->at;
    v->len = 0;
}

static void drop_gone(const struct elimination *e, struct vertex *v)
{
    uint32_t *list = e->pool + v->at;
    uint32_t len = 0;

    for (uint32_t i = 0; i < v->len; i++)
        if (e->stamp[list[i]] != GONE)
            list[len++] = list[i];
    v->len = len;
}

/* A full list is cleared of what is gone, and moved where that does not free a quarter of it. */
static cp_err make_room(struct elimination *e, struct vertex *v)
{
    uint32_t size = UINT32_C(1) << v->room;
    struct vertex larger = {.room = v->room + 1};

    if (v->len < size)
        return CP_OK;
    drop_gone(e, v);
    if (v->len <= size - size / 4)
        return CP_OK;
    if (larger.room == ROOMS)
        return CP_ERR_LIMIT;
    CP_TRY(take_list(e, larger.room, &larger.at));
    larger.len = v->len;
    memcpy(e->pool + larger.at, e->pool + v->at, (size_t)v->len * sizeof *e->pool);
    give_list(e, v);
    v->at = larger.at;
    v->len = larger.len;
    v->room = larger.room;
    return CP_OK;
}

static cp_err add_neighbour(struct elimination *e, uint32_t v, uint32_t neighbour)
{
    struct vertex *at = &e->vertex[v];

    CP_TRY(make_room(e, at));
    e->pool[at->at + at->len++] = neighbour;
    at->gained++;
    return CP_OK;
}

/* ---- one elimination ---- */

/* Stamps those of a list whose stamp is at least `wanted`; ends when so many are found. */
static uint32_t find(struct elimination *e, struct vertex *v, uint32_t wanted, uint32_t count)
{
    uint32_t *list = e->pool + v->at;
    uint32_t stamp = ++e->last_stamp;
    uint32_t found = 0;

    for (uint32_t i = 0; i < v->len && found < count;) {
        uint32_t at = list[i];

        if (e->stamp[at] == GONE) {
            list[i] = list[--v->len];
            continue;
        }
        if (e->stamp[at] >= wanted) {
            e->stamp[at] = stamp;
            list[i] = list[found];
            list[found++] = at;
        }
        i++;
    }
    return found;
}

/* Joins those of the neighbours to v that the last find did not come upon. */
static cp_err join_missing(struct elimination *e, uint32_t v, const uint32_t *neighbours,
                           uint32_t count, uint32_t longest)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t other = neighbours[i];

        if (other == v || e->stamp[other] == e->last_stamp)
            continue;
        CP_TRY(add_neighbour(e, v, other));
        if (other == longest)
            CP_TRY(add_neighbour(e, longest, v));
    }
    return CP_OK;
}

static cp_err join_all(struct elimination *e, const uint32_t *neighbours, uint32_t count)
{
    uint32_t wanted = ++e->last_stamp;
    uint32_t longest = neighbours[0];

    for (uint32_t i = 0; i < count; i++) {
        e->stamp[neighbours[i]] = wanted;
        if (e->vertex[neighbours[i]].len > e->vertex[longest].len)
            longest = neighbours[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t v = neighbours[i];

        if (v != longest && find(e, &e->vertex[v], wanted, count - 1) < count - 1)
            CP_TRY(join_missing(e, v, neighbours, count, longest));
    }
    return CP_OK;
}

/* Writes down the neighbours of v, which are all of `among` that are left; it hangs no more. */
static cp_err take_out(struct elimination *e, uint32_t v, const uint32_t *among, uint32_t count)
{
    uint64_t degree = e->vertex[v].degree;

    if (degree + e->upper_used + e->count >= UINT32_MAX)
        return CP_ERR_LIMIT; /* and stamps, at most one an arc and vertex, would run out */
    CP_TRY(grow(e, &e->upper, e->upper_used, &e->upper_cap, degree));
    e->stamp[v] = GONE;
    for (uint32_t i = 0; i < count; i++)
        if (e->stamp[among[i]] != GONE)
            e->upper[e->upper_used++] = among[i];
    e->sequence[e->done++] = v;
    e->first[e->done] = e->upper_used;
    CP_ASSERT(e->upper_used - e->first[e->done - 1] == degree);
    e->live -= degree;
    e->triangles += degree * (degree - 1) / 2;
    give_list(e, &e->vertex[v]);
    return CP_OK;
}

/* The neighbour's degree once its twins are left out of account. */
static uint32_t new_degree(const struct elimination *e, uint32_t v)
{
    return e->vertex[v].degree - 1 + e->vertex[v].gained;
}

/* Degrees after an elimination; those whose neighbours are now the other neighbours go too. */
static cp_err settle(struct elimination *e, const uint32_t *neighbours, uint32_t count)
{
    uint32_t twins = 0;
    uint64_t gained = 0;

    for (uint32_t i = 0; i < count; i++) {
        twins += new_degree(e, neighbours[i]) == count - 1;
        gained += e->vertex[neighbours[i]].gained;
    }
    e->live += gained / 2;
    for (uint32_t i = 0, left = count; i < count; i++) {
        struct vertex *v = &e->vertex[neighbours[i]];
        bool twin = new_degree(e, neighbours[i]) == count - 1;

        unhang(e, neighbours[i]);
        v->degree = twin ? --left : new_degree(e, neighbours[i]) - twins;
        v->gained = 0;
        if (twin)
            CP_TRY(take_out(e, neighbours[i], neighbours, count));
        else
            hang(e, neighbours[i]);
    }
    return CP_OK;
}

static cp_err eliminate(struct elimination *e, uint32_t v)
{
    const struct vertex *at = &e->vertex[v];
    uint32_t degree = at->degree;
    uint32_t start = e->upper_used;

    unhang(e, v);
    CP_TRY(take_out(e, v, e->pool + at->at, at->len));

    const uint32_t *neighbours = e->upper + start; /* stays where it is when upper grows */

    if (degree > 1)
        CP_TRY(join_all(e, neighbours, degree));
    return settle(e, neighbours, degree);
}

/* ---- the whole of it ---- */

static cp_err take_arrays(struct elimination *e, const struct cp_simple *graph)
{
    uint32_t arcs = graph->first[graph->count];
    uint64_t pool = arcs / 2;

    for (uint32_t v = 0; v < graph->count; v++)
        pool += UINT64_C(1) << room_for(graph->first[v + 1] - graph->first[v]);
    if (pool >= UINT32_MAX)
        return CP_ERR_LIMIT;
    e->pool_cap = (uint32_t)pool;
    e->upper_cap = arcs;
    e->vertex = CP_TAKE(e->arena, graph->count, struct vertex);
    e->stamp = CP_TAKE(e->arena, graph->count, uint32_t);
    e->bucket = CP_TAKE(e->arena, graph->count, struct bucket);
    e->pool = CP_TAKE(e->arena, e->pool_cap, uint32_t);
    e->sequence = CP_TAKE(e->arena, graph->count, uint32_t);
    e->first = CP_TAKE(e->arena, (size_t)graph->count + 1, uint32_t);
    e->upper = CP_TAKE(e->arena, e->upper_cap, uint32_t);
    if (e->vertex == NULL || e->stamp == NULL || e->bucket == NULL || e->pool == NULL ||
        e->sequence == NULL || e->first == NULL || e->upper == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

static cp_err open_elimination(const struct cp_simple *graph, struct cp_arena *arena,
                               struct elimination *e)
{
    *e = (struct elimination){
        .arena = arena, .count = graph->count, .last_stamp = GONE + 1, .least = graph->count};
    CP_TRY(take_arrays(e, graph));
    e->live = graph->first[graph->count] / 2;
    for (uint32_t room = 0; room < ROOMS; room++)
        e->spare[room] = NONE;
    for (uint32_t v = 0; v < graph->count; v++) {
        e->bucket[v] = (struct bucket){NONE, NONE};
        e->stamp[v] = e->last_stamp;
    }
    for (uint32_t v = 0; v < graph->count; v++) {
        struct vertex *at = &e->vertex[v];

        at->degree = at->len = graph->first[v + 1] - graph->first[v];
        at->room = room_for(at->len);
        at->at = e->pool_used;
        e->pool_used += UINT32_C(1) << at->room;
        memcpy(e->pool + at->at, graph->to + graph->first[v], (size_t)at->len * sizeof *e->pool);
        hang(e, v);
    }
    return CP_OK;
}

/*
 * Whether the budget is spent, or will be.  Degrees hardly fall before the end: where all that are left
 * have `degree` neighbours or more, at least a third of the triangles that all would make with so many
 * are still to come.  (Of separate cliques a third it is; no graph tried had fewer.)
 */
static bool is_over(const struct elimination *e, const struct cp_hierarchy_budget *budget,
                    uint64_t degree)
{
    uint64_t left = e->count - e->done;
    uint64_t each = degree * (degree - 1) / 6; /* so small that the product fits */

    return e->upper_used + e->live > budget->arcs || e->triangles + left * each > budget->triangles;
}

/* Whether those left have more neighbours than that on average, mostly by links of the graph. */
static bool is_dense(const struct elimination *e, const struct cp_simple *graph, uint32_t degree)
{
    uint64_t own = 0; /* each link twice */

    if (2 * (uint64_t)e->live <= (uint64_t)degree * (e->count - e->done))
        return false;
    for (uint32_t v = 0; v < e->count; v++)
        for (uint32_t i = graph->first[v]; e->stamp[v] != GONE && i < graph->first[v + 1]; i++)
            own += e->stamp[graph->to[i]] != GONE;
    return own >= e->live;
}

/* Eliminates all; *over: ended early, with the budget spent, or at what is too dense. */
static cp_err eliminate_all(struct elimination *e, const struct cp_simple *graph,
                            const struct cp_hierarchy_budget *budget, bool *over)
{
    bool looked = false;

    *over = false;
    while (e->done < e->count && !*over) {
        uint32_t v = first_of_least(e);
        uint32_t degree = e->vertex[v].degree;

        if (!looked && budget->dense_degree > 0 && degree > budget->core_degree) {
            looked = true;
            *over = is_dense(e, graph, budget->dense_degree);
            continue;
        }
        CP_TRY(eliminate(e, v));
        *over = e->done < e->count && is_over(e, budget, degree);
    }
    return CP_OK;
}

/* Until all that are left have more neighbours. */
static cp_err eliminate_up_to(struct elimination *e, uint32_t degree)
{
    while (e->done < e->count) {
        uint32_t v = first_of_least(e);

        if (e->vertex[v].degree > degree)
            break;
        CP_TRY(eliminate(e, v));
    }
    return CP_OK;
}

/* The core, last reached first.  `reached` [count]: when, from 1 on. */
static void sequence_core(struct elimination *e, uint32_t *reached)
{
    uint32_t *queue = e->sequence + e->done; /* turned round in the end */
    uint32_t size = e->count - e->done;
    uint32_t tail = 0;

    for (uint32_t root = 0, head = 0; root < e->count; root++) {
        if (e->stamp[root] != GONE && reached[root] == 0) {
            queue[tail++] = root;
            reached[root] = tail;
        }
        for (; head < tail; head++) {
            struct vertex *v = &e->vertex[queue[head]];

            drop_gone(e, v);
            for (uint32_t i = 0; i < v->len; i++) {
                uint32_t next = e->pool[v->at + i];

                if (reached[next] != 0)
                    continue;
                queue[tail++] = next;
                reached[next] = tail;
            }
        }
    }
    CP_ASSERT(tail == size);
    for (uint32_t i = 0; i < size / 2; i++) {
        uint32_t v = queue[i];

        queue[i] = queue[size - 1 - i];
        queue[size - 1 - i] = v;
    }
}

static cp_err add_core(struct elimination *e)
{
    uint32_t *reached = CP_TAKE(e->arena, e->count, uint32_t);

    if (reached == NULL)
        return CP_ERR_NOMEM;
    sequence_core(e, reached);
    if (e->upper_used + e->live + e->count >= UINT32_MAX)
        return CP_ERR_LIMIT;
    CP_TRY(grow(e, &e->upper, e->upper_used, &e->upper_cap, e->live));
    for (uint32_t i = e->done; i < e->count; i++) {
        const struct vertex *v = &e->vertex[e->sequence[i]];

        for (uint32_t k = 0; k < v->len; k++)
            if (reached[e->pool[v->at + k]] < reached[e->sequence[i]])
                e->upper[e->upper_used++] = e->pool[v->at + k];
        e->first[i + 1] = e->upper_used;
    }
    return CP_OK;
}

cp_err cp_order_make(const struct cp_simple *graph, const struct cp_hierarchy_budget *budget,
                     struct cp_arena *arena, struct cp_order *out)
{
    cp_arena_mark mark = cp_arena_mark_get(arena);
    struct elimination e;
    bool over = false;

    CP_TRY(open_elimination(graph, arena, &e));
    CP_TRY(eliminate_all(&e, graph, budget, &over));
    if (over) {
        cp_arena_reset(arena, mark);
        CP_TRY(open_elimination(graph, arena, &e));
        CP_TRY(eliminate_up_to(&e, budget->core_degree));
    }
    if (e.done < e.count)
        CP_TRY(add_core(&e));
    *out = (struct cp_order){.count = e.count,
                             .eliminated = e.done,
                             .sequence = e.sequence,
                             .first = e.first,
                             .upper = e.upper};
    return CP_OK;
}

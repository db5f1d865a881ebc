#include "sweep/hierarchy.h"

/*
 * Place by place from the top: for each place v below x, downward, what v has arcs to besides x and
 * above it, x has arcs to as well; a table by place says which.  Once to count, once to write:
 * O(triangles), with no search.
 */

struct maker {
    const struct cp_hierarchy *h;
    /* Arcs to place x: below[below_first[x]] to before below[below_first[x + 1]], from the lowest start. */
    uint32_t *below_first, *below;
    uint32_t *arc_at; /* [places] the arc of the place in hand to each place above */
};

/* Only arcs of places that were eliminated make triangles. */
static void turn_round(const struct maker *m)
{
    const struct cp_hierarchy *h = m->h;
    uint32_t first = h->arc_first[h->core_count];

    for (uint32_t a = first; a < h->arc_count; a++)
        m->below_first[h->arc_to[a]]++;
    for (uint32_t p = 0; p < h->place_count; p++)
        m->below_first[p + 1] += m->below_first[p];
    for (uint32_t a = first; a < h->arc_count; a++)
        m->below[--m->below_first[h->arc_to[a]]] = a;
}

static cp_err open_maker(const struct cp_hierarchy *h, struct cp_arena *arena, struct maker *m)
{
    *m = (struct maker){.h = h,
                        .below_first = CP_TAKE(arena, (size_t)h->place_count + 1, uint32_t),
                        .below = CP_TAKE(arena, h->arc_count, uint32_t),
                        .arc_at = CP_TAKE(arena, h->place_count, uint32_t)};
    if (m->below_first == NULL || m->below == NULL || m->arc_at == NULL)
        return CP_ERR_NOMEM;
    turn_round(m);
    return CP_OK;
}

static void take_place(const struct maker *m, uint32_t x)
{
    for (uint32_t a = m->h->arc_first[x]; a < m->h->arc_first[x + 1]; a++)
        m->arc_at[m->h->arc_to[a]] = a;
}

/* count [arcs]: how many triangles each arc of x has. */
static void count_triangles(const struct maker *m, uint32_t x, uint64_t *count)
{
    const struct cp_hierarchy *h = m->h;

    take_place(m, x);
    for (uint32_t i = m->below_first[x]; i < m->below_first[x + 1]; i++)
        for (uint32_t b = h->arc_first[h->arc_from[m->below[i]]]; b < m->below[i]; b++)
            count[m->arc_at[h->arc_to[b]]]++;
}

/* next [arcs]: where each arc's next triangle goes. */
static void write_triangles(const struct maker *m, uint32_t x, uint64_t *next,
                            struct cp_triangle *all)
{
    const struct cp_hierarchy *h = m->h;

    take_place(m, x);
    for (uint32_t i = m->below_first[x]; i < m->below_first[x + 1]; i++)
        for (uint32_t b = h->arc_first[h->arc_from[m->below[i]]]; b < m->below[i]; b++)
            all[next[m->arc_at[h->arc_to[b]]]++] =
                (struct cp_triangle){.to_from = m->below[i], .to_to = b};
}

static uint64_t triangle_count(const struct cp_hierarchy *h)
{
    uint64_t count = 0;

    for (uint32_t p = h->core_count; p < h->place_count; p++) {
        uint64_t arcs = h->arc_first[p + 1] - h->arc_first[p];

        count += arcs * (arcs - 1) / 2;
    }
    return count;
}

cp_err cp_triangles_make(const struct cp_hierarchy *h, struct cp_arena *arena,
                         struct cp_triangles *out)
{
    uint64_t count = triangle_count(h);
    uint64_t *first = CP_TAKE(arena, (size_t)h->arc_count + 2, uint64_t);
    struct cp_triangle *all = CP_TAKE(arena, count, struct cp_triangle);
    cp_arena_mark mark = cp_arena_mark_get(arena);
    struct maker m;

    if (first == NULL || all == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(open_maker(h, arena, &m));
    for (uint32_t x = 0; x < h->place_count; x++)
        count_triangles(&m, x, first + 2);
    for (uint32_t a = 0; a < h->arc_count; a++)
        first[a + 2] += first[a + 1];
    for (uint32_t x = 0; x < h->place_count; x++)
        write_triangles(&m, x, first + 1, all);
    CP_ASSERT(first[h->arc_count] == count);
    cp_arena_reset(arena, mark);
    *out = (struct cp_triangles){.first = first, .all = all};
    return CP_OK;
}

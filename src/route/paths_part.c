#include "paths_inside.h"

/*
 * Both paths come from one flow without circles, so they meet in the same order; between two meetings
 * either may have either piece.
 */

/* Ways at[first] to before at[last] of a track. */
struct piece {
    const struct track *track;
    uint32_t first, last;
};

struct parting {
    struct cp_paths_finder *f;
    const struct way *ways;
    uint32_t *near, *far; /* ways of the primary and of the backup to be */
    uint32_t near_count, far_count;
    uint32_t near_start, far_start;
};

static uint64_t cost_of(const struct parting *p, struct piece piece)
{
    uint64_t cost = 0;

    for (uint32_t i = piece.first; i < piece.last; i++)
        cost += p->ways[piece.track->ways[i]].cost;
    return cost;
}

/* The node that a piece goes to at or after its i-th way, over LANs. */
static uint32_t next_node(const struct parting *p, struct piece piece, uint32_t *i)
{
    const struct cp_paths_ground *g = p->f->ground;

    while (*i < piece.last) {
        uint32_t place = p->ways[piece.track->ways[(*i)++]].to;

        if (!ground_is_lan(g, place))
            return g->node_at[place];
    }
    return CP_NONE;
}

/* Less than 0: a comes first by its nodes, then by its links. */
static int compare_nodes(const struct parting *p, struct piece a, struct piece b)
{
    uint32_t i = a.first;
    uint32_t k = b.first;
    uint32_t x = p->f->ground->node_at[a.track->start];
    uint32_t y = p->f->ground->node_at[b.track->start];

    while (x == y && x != CP_NONE) {
        x = next_node(p, a, &i);
        y = next_node(p, b, &k);
    }
    if (x != y)
        return x < y ? -1 : 1;
    for (i = a.first, k = b.first; i < a.last && k < b.last; i++, k++) {
        x = p->f->ground->link[a.track->ways[i]];
        y = p->f->ground->link[b.track->ways[k]];
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

static void add(const struct parting *p, struct piece piece, uint32_t *to, uint32_t *count)
{
    (void)p;
    for (uint32_t i = piece.first; i < piece.last; i++)
        to[(*count)++] = piece.track->ways[i];
}

static void share_out(struct parting *p, struct piece a, struct piece b)
{
    uint64_t cost_a = cost_of(p, a);
    uint64_t cost_b = cost_of(p, b);
    bool keep = cost_a < cost_b || (cost_a == cost_b && compare_nodes(p, a, b) <= 0);

    if (p->near_count == 0 && p->far_count == 0) {
        p->near_start = keep ? a.track->start : b.track->start;
        p->far_start = keep ? b.track->start : a.track->start;
    }
    add(p, keep ? a : b, p->near, &p->near_count);
    add(p, keep ? b : a, p->far, &p->far_count);
}

static uint32_t place_at(const struct parting *p, const struct track *t, uint32_t i)
{
    return i == 0 ? t->start : p->ways[t->ways[i - 1]].to;
}

static void share_all(struct parting *p, const struct track *a, const struct track *b)
{
    uint32_t *position = p->f->position;
    struct piece left = {.track = a};
    struct piece right = {.track = b};

    for (uint32_t i = 0; i <= a->count; i++)
        position[place_at(p, a, i)] = i;
    for (uint32_t k = 1; k < b->count; k++) {
        uint32_t at = position[place_at(p, b, k)];

        if (at == CP_NONE || at == 0)
            continue;
        CP_ASSERT(at > left.first && at < a->count);
        left.last = at;
        right.last = k;
        share_out(p, left, right);
        left.first = at;
        right.first = k;
    }
    left.last = a->count;
    right.last = b->count;
    share_out(p, left, right);
    for (uint32_t i = 0; i <= a->count; i++)
        position[place_at(p, a, i)] = CP_NONE;
}

static cp_err keep_ways(const uint32_t *ways, uint32_t count, uint32_t start,
                        struct cp_arena *arena, struct track *out)
{
    uint32_t *kept = CP_TAKE(arena, count, uint32_t);

    if (kept == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        kept[i] = ways[i];
    *out = (struct track){.start = start, .count = count, .ways = kept};
    return CP_OK;
}

static bool same(const struct track *a, const struct track *b)
{
    bool alike = a->start == b->start && a->count == b->count;

    for (uint32_t i = 0; alike && i < a->count; i++)
        alike = a->ways[i] == b->ways[i];
    return alike;
}

cp_err cp_pair_part(struct cp_paths_finder *f, const struct errand *e, struct cp_arena *arena,
                    struct found *io)
{
    struct parting p = {.f = f, .ways = e->flavour->ways, .near = f->path, .far = f->places};

    share_all(&p, &io->primary, &io->backup);
    CP_TRY(keep_ways(p.near, p.near_count, p.near_start, arena, &io->primary));
    CP_TRY(keep_ways(p.far, p.far_count, p.far_start, arena, &io->backup));
    if (same(&io->primary, &io->backup))
        io->backup = (struct track){0};
    return CP_OK;
}

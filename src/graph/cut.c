#include "graph/cut.h"

#include <string.h>

/*
 * Vertices are nodes and links alike: vertex v < nodes is a node, the others are links.  What may
 * fail alone has capacity 1, the rest is unbounded.  Each vertex is split into a way in and a way
 * out; ways are found one at a time by breadth-first search in the residual graph (Ford, Fulkerson
 * 1956), at most depth + 1 of them: O(depth * ends).
 *
 * SRLGs: when r + 1 ways remain that share nothing that fails alone, a cut of r failures breaks two
 * of them with one failure, which must be an SRLG that lies on both.  Only those are tried.
 *
 * Where the two sets share nodes, the pairs between them are many and a single flow does not tell;
 * there any cut must break the way at hand, so each failure on it is tried in turn.
 */

#define NIL UINT32_MAX

enum { SIDE_IN, SIDE_OUT };

struct cp_cut {
    const struct cp_graph *g;
    const struct cp_cut_query *query;
    uint32_t *into_link;  /* [ends] ways that go from the end's node onto its link */
    uint32_t *from_link;  /* [ends] ways that leave the link at this end */
    uint32_t *through;    /* [vertices] */
    uint8_t *steady;      /* [vertices] 1: an end of the demand */
    uint8_t *dead;        /* [vertices] failures tried at present */
    uint32_t *seen;       /* [2 * vertices] stamp of the search */
    uint32_t *parent;     /* [2 * vertices] state before, in the last search */
    uint32_t *queue;      /* [2 * vertices] */
    uint32_t *srlg_way;   /* [srlgs] last way seen on it */
    uint32_t *srlg_ways;  /* [srlgs] number of ways on it */
    uint32_t *candidates; /* [CP_CUT_DEPTH_MAX][srlgs] */
    uint32_t stamp;
};

static uint32_t vertex_count(const struct cp_cut *c)
{
    return c->g->node_count + c->g->link_count;
}

static uint32_t state_of(uint32_t vertex, uint32_t side)
{
    return 2 * vertex + side;
}

cp_err cp_cut_open(const struct cp_graph *g, struct cp_arena *arena, struct cp_cut **out)
{
    size_t vertices = (size_t)g->node_count + g->link_count;
    size_t ends = g->end_first[g->link_count];
    struct cp_cut *c = CP_TAKE(arena, 1, struct cp_cut);

    if (c == NULL || vertices > UINT32_MAX / 2)
        return c == NULL ? CP_ERR_NOMEM : CP_ERR_LIMIT;
    *c = (struct cp_cut){.g = g,
                         .into_link = CP_TAKE(arena, ends, uint32_t),
                         .from_link = CP_TAKE(arena, ends, uint32_t),
                         .through = CP_TAKE(arena, vertices, uint32_t),
                         .steady = CP_TAKE(arena, vertices, uint8_t),
                         .dead = CP_TAKE(arena, vertices, uint8_t),
                         .seen = CP_TAKE(arena, 2 * vertices, uint32_t),
                         .parent = CP_TAKE(arena, 2 * vertices, uint32_t),
                         .queue = CP_TAKE(arena, 2 * vertices, uint32_t),
                         .srlg_way = CP_TAKE(arena, g->srlg_count, uint32_t),
                         .srlg_ways = CP_TAKE(arena, g->srlg_count, uint32_t),
                         .candidates =
                             CP_TAKE(arena, (size_t)g->srlg_count * CP_CUT_DEPTH_MAX, uint32_t)};
    if (c->into_link == NULL || c->from_link == NULL || c->through == NULL || c->steady == NULL ||
        c->dead == NULL || c->seen == NULL || c->parent == NULL || c->queue == NULL ||
        c->srlg_way == NULL || c->srlg_ways == NULL || c->candidates == NULL)
        return CP_ERR_NOMEM;
    *out = c;
    return CP_OK;
}

/* Whether the vertex can fail alone, so that one way at most may use it. */
static bool fails_alone(const struct cp_cut *c, uint32_t vertex)
{
    if (c->steady[vertex])
        return false;
    return vertex < c->g->node_count ? c->query->nodes : c->query->links;
}

static void forget_ways(struct cp_cut *c)
{
    size_t ends = c->g->end_first[c->g->link_count];

    memset(c->into_link, 0, ends * sizeof *c->into_link);
    memset(c->from_link, 0, ends * sizeof *c->from_link);
    memset(c->through, 0, vertex_count(c) * sizeof *c->through);
}

struct search {
    struct cp_cut *c;
    uint32_t head, tail;
};

static void reach(struct search *s, uint32_t state, uint32_t from)
{
    if (s->c->seen[state] == s->c->stamp)
        return;
    s->c->seen[state] = s->c->stamp;
    s->c->parent[state] = from;
    s->c->queue[s->tail++] = state;
}

/* Residual steps from a state to its neighbours: ends at a node, or ends of a link. */
static void step_across(struct search *s, uint32_t state)
{
    struct cp_cut *c = s->c;
    const struct cp_graph *g = c->g;
    uint32_t vertex = state / 2;
    bool is_node = vertex < g->node_count;
    uint32_t link = vertex - g->node_count;
    uint32_t first = is_node ? g->node_end_first[vertex] : g->end_first[link];
    uint32_t past = is_node ? g->node_end_first[vertex + 1] : g->end_first[link + 1];

    for (uint32_t i = first; i < past; i++) {
        uint32_t end = is_node ? g->node_ends[i] : i;
        uint32_t other = is_node ? g->node_count + g->end_link[end] : g->end_node[end];
        uint32_t backward = is_node ? c->from_link[end] : c->into_link[end];

        if (c->dead[other])
            continue;
        if (state % 2 == SIDE_OUT)
            reach(s, state_of(other, SIDE_IN), state);
        else if (backward > 0)
            reach(s, state_of(other, SIDE_OUT), state);
    }
}

static void step_within(struct search *s, uint32_t state)
{
    struct cp_cut *c = s->c;
    uint32_t vertex = state / 2;

    if (state % 2 == SIDE_IN && (!fails_alone(c, vertex) || c->through[vertex] == 0))
        reach(s, state_of(vertex, SIDE_OUT), state);
    if (state % 2 == SIDE_OUT && c->through[vertex] > 0)
        reach(s, state_of(vertex, SIDE_IN), state);
}

static bool is_destination(const struct cp_cut *c, uint32_t vertex)
{
    const struct cp_cut_query *q = c->query;
    uint32_t low = 0;
    uint32_t high = q->dst_count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (q->dst[mid] == vertex)
            return true;
        if (q->dst[mid] < vertex)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

static struct search begin(struct cp_cut *c)
{
    if (++c->stamp == 0) {
        memset(c->seen, 0, 2 * (size_t)vertex_count(c) * sizeof *c->seen);
        c->stamp = 1;
    }
    return (struct search){.c = c};
}

/* A residual way from the sources; the state in which it arrives, or NIL. */
static uint32_t find_way(struct cp_cut *c)
{
    struct search s = begin(c);

    for (uint32_t i = 0; i < c->query->src_count; i++)
        reach(&s, state_of(c->query->src[i], SIDE_OUT), NIL);
    while (s.head < s.tail) {
        uint32_t state = c->queue[s.head++];

        if (state % 2 == SIDE_IN && is_destination(c, state / 2))
            return state;
        step_within(&s, state);
        step_across(&s, state);
    }
    return NIL;
}

static uint32_t end_between(const struct cp_graph *g, uint32_t node, uint32_t link)
{
    for (uint32_t e = g->end_first[link];; e++)
        if (g->end_node[e] == node)
            return e;
}

/* Enters one residual step into the flow. */
static void push_step(struct cp_cut *c, uint32_t from, uint32_t to)
{
    const struct cp_graph *g = c->g;
    uint32_t a = from / 2;
    uint32_t b = to / 2;

    if (a == b) {
        if (to % 2 == SIDE_OUT)
            c->through[a]++;
        else
            c->through[a]--;
        return;
    }
    bool a_is_node = a < g->node_count;
    uint32_t end =
        a_is_node ? end_between(g, a, b - g->node_count) : end_between(g, b, a - g->node_count);

    if (from % 2 == SIDE_OUT) {
        uint32_t *forward = a_is_node ? c->into_link : c->from_link;

        forward[end]++;
    } else {
        uint32_t *backward = a_is_node ? c->from_link : c->into_link;

        backward[end]--;
    }
}

/* The number of ways that share nothing that fails alone, counted up to most. */
static uint32_t count_ways(struct cp_cut *c, uint32_t most)
{
    uint32_t ways = 0;

    forget_ways(c);
    while (ways < most) {
        uint32_t to = find_way(c);

        if (to == NIL)
            break;
        for (uint32_t from = c->parent[to]; from != NIL; to = from, from = c->parent[to])
            push_step(c, from, to);
        ways++;
    }
    return ways;
}

/* After count_ways stopped short: what separates the sides, as elements. */
static uint32_t read_cut(const struct cp_cut *c, uint32_t *elements)
{
    const struct cp_graph *g = c->g;
    uint32_t count = 0;

    for (uint32_t l = 0; l < g->link_count; l++) {
        uint32_t v = g->node_count + l;

        if (c->seen[state_of(v, SIDE_IN)] == c->stamp && c->seen[state_of(v, SIDE_OUT)] != c->stamp)
            elements[count++] = cp_graph_element_of_link(l);
    }
    for (uint32_t v = 0; v < g->node_count; v++)
        if (c->seen[state_of(v, SIDE_IN)] == c->stamp && c->seen[state_of(v, SIDE_OUT)] != c->stamp)
            elements[count++] = cp_graph_element_of_node(g, v);
    return count;
}

static void note_srlgs(struct cp_cut *c, uint32_t link, uint32_t way)
{
    const struct cp_graph *g = c->g;

    for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1]; i++) {
        uint32_t srlg = g->link_srlgs[i];

        if (c->srlg_way[srlg] == way)
            continue;
        c->srlg_way[srlg] = way;
        c->srlg_ways[srlg]++;
    }
}

/* Takes one way out of the flow, from a source on to the first destination, noting its SRLGs. */
static void peel_way(struct cp_cut *c, uint32_t node, uint32_t way)
{
    const struct cp_graph *g = c->g;

    do {
        uint32_t i = g->node_end_first[node];
        uint32_t out = 0;

        while (c->into_link[g->node_ends[i]] == 0)
            i++;
        c->into_link[g->node_ends[i]]--;
        uint32_t link = g->end_link[g->node_ends[i]];

        for (out = g->end_first[link]; c->from_link[out] == 0; out++)
            ;
        c->from_link[out]--;
        note_srlgs(c, link, way);
        node = g->end_node[out];
    } while (!is_destination(c, node));
}

/* SRLGs on two or more of the ways that count_ways found, ascending. */
static uint32_t shared_srlgs(struct cp_cut *c, uint32_t *srlgs)
{
    const struct cp_graph *g = c->g;
    uint32_t way = 0;
    uint32_t count = 0;

    memset(c->srlg_way, 0, g->srlg_count * sizeof *c->srlg_way);
    memset(c->srlg_ways, 0, g->srlg_count * sizeof *c->srlg_ways);
    for (uint32_t s = 0; s < c->query->src_count; s++) {
        uint32_t node = c->query->src[s];
        uint32_t net = 0;

        for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++)
            net += c->into_link[g->node_ends[i]] - c->from_link[g->node_ends[i]];
        for (; net > 0; net--)
            peel_way(c, node, ++way);
    }
    for (uint32_t i = 0; i < g->srlg_count; i++)
        if (c->srlg_ways[i] >= 2)
            srlgs[count++] = i;
    return count;
}

static void fail_srlg(struct cp_cut *c, uint32_t srlg, uint8_t more)
{
    const struct cp_graph *g = c->g;

    for (uint32_t i = g->srlg_first[srlg]; i < g->srlg_first[srlg + 1]; i++) {
        uint8_t *dead = &c->dead[g->node_count + g->srlg_links[i]];

        *dead = (uint8_t)(more ? *dead + 1 : *dead - 1);
    }
}

/* A cut of at most `left` failures of which one at least is an SRLG. */
static bool cut_with_srlgs(struct cp_cut *c, uint32_t left, uint32_t *elements, uint32_t *count)
{
    uint32_t *srlgs = &c->candidates[(size_t)(left - 1) * c->g->srlg_count];

    if (count_ways(c, left + 1) <= left)
        return false; /* a smaller depth has settled this case */
    uint32_t found = shared_srlgs(c, srlgs);

    for (uint32_t i = 0; i < found; i++) {
        bool cut = false;

        fail_srlg(c, srlgs[i], 1);
        if (count_ways(c, left) < left) {
            *count = read_cut(c, elements);
            cut = true;
        } else if (left > 1) {
            cut = cut_with_srlgs(c, left - 1, elements, count);
        }
        fail_srlg(c, srlgs[i], 0);
        if (cut) {
            elements[(*count)++] = cp_graph_element_of_srlg(c->g, srlgs[i]);
            return true;
        }
    }
    return false;
}

/* Plain search for a way from some source to another node that is a destination. */
static uint32_t find_pair_way(struct cp_cut *c)
{
    const struct cp_graph *g = c->g;

    for (uint32_t i = 0; i < c->query->src_count; i++) {
        struct search s = begin(c);
        uint32_t source = c->query->src[i];

        reach(&s, source, NIL);
        while (s.head < s.tail) {
            uint32_t v = c->queue[s.head++];

            if (v < g->node_count && v != source && is_destination(c, v))
                return v;
            bool is_node = v < g->node_count;
            uint32_t first = is_node ? g->node_end_first[v] : g->end_first[v - g->node_count];
            uint32_t past =
                is_node ? g->node_end_first[v + 1] : g->end_first[v - g->node_count + 1];

            for (uint32_t k = first; k < past; k++) {
                uint32_t other =
                    is_node ? g->node_count + g->end_link[g->node_ends[k]] : g->end_node[k];

                if (!c->dead[other])
                    reach(&s, other, v);
            }
        }
    }
    return NIL;
}

static void fail_vertex(struct cp_cut *c, uint32_t vertex, uint8_t more)
{
    c->dead[vertex] = (uint8_t)(more ? c->dead[vertex] + 1 : c->dead[vertex] - 1);
}

static bool cut_pairs(struct cp_cut *c, uint32_t left, uint32_t *elements, uint32_t *count);

static bool try_pairs(struct cp_cut *c, uint32_t vertex, uint32_t left, uint32_t *elements,
                      uint32_t *count)
{
    const struct cp_graph *g = c->g;
    bool is_node = vertex < g->node_count;
    bool cut = false;

    if (fails_alone(c, vertex)) {
        fail_vertex(c, vertex, 1);
        cut = cut_pairs(c, left - 1, elements, count);
        fail_vertex(c, vertex, 0);
        if (cut) {
            elements[(*count)++] = is_node ? cp_graph_element_of_node(g, vertex)
                                           : cp_graph_element_of_link(vertex - g->node_count);
            return true;
        }
    }
    if (is_node || !c->query->srlgs)
        return false;
    uint32_t link = vertex - g->node_count;

    for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1] && !cut; i++) {
        fail_srlg(c, g->link_srlgs[i], 1);
        cut = cut_pairs(c, left - 1, elements, count);
        fail_srlg(c, g->link_srlgs[i], 0);
        if (cut)
            elements[(*count)++] = cp_graph_element_of_srlg(g, g->link_srlgs[i]);
    }
    return cut;
}

/* A cut of at most `left` failures between every pair, where sources are destinations too. */
static bool cut_pairs(struct cp_cut *c, uint32_t left, uint32_t *elements, uint32_t *count)
{
    uint32_t at = find_pair_way(c);
    uint32_t way[64]; /* the first vertices of the way; longer ways are tried piece by piece */
    uint32_t skip = 0;

    *count = 0;
    if (at == NIL)
        return true;
    if (left == 0)
        return false;
    for (;;) {
        uint32_t length = 0;
        uint32_t position = 0;

        if (skip > 0)
            at = find_pair_way(c);
        for (uint32_t v = at; v != NIL; v = c->parent[v], position++)
            if (position >= skip && length < CP_COUNT(way))
                way[length++] = v;
        for (uint32_t i = 0; i < length; i++)
            if (try_pairs(c, way[i], left, elements, count))
                return true;
        if (length < CP_COUNT(way))
            return false;
        skip += length;
    }
}

static void sort(uint32_t *items, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = i; k > 0 && items[k - 1] > items[k]; k--) {
            uint32_t keep = items[k];

            items[k] = items[k - 1];
            items[k - 1] = keep;
        }
}

static bool overlap(const struct cp_cut *c)
{
    for (uint32_t i = 0; i < c->query->src_count; i++)
        if (is_destination(c, c->query->src[i]))
            return true;
    return false;
}

static void mark_ends(struct cp_cut *c, uint8_t mark)
{
    const struct cp_cut_query *q = c->query;

    for (uint32_t i = 0; i < q->src_count; i++)
        c->steady[q->src[i]] = mark;
    for (uint32_t i = 0; i < q->dst_count; i++)
        c->steady[q->dst[i]] = mark;
}

static uint32_t find_between_pairs(struct cp_cut *c, uint32_t *elements)
{
    for (uint32_t size = 0; size <= c->query->depth; size++) {
        uint32_t count = 0;

        if (cut_pairs(c, size, elements, &count))
            return count;
    }
    return UINT32_MAX;
}

static uint32_t find_between_sets(struct cp_cut *c, uint32_t *elements)
{
    uint32_t depth = c->query->depth;
    uint32_t ways = count_ways(c, depth + 1);
    uint32_t count = 0;

    for (uint32_t size = 1; c->query->srlgs && size < ways && size <= depth; size++)
        if (cut_with_srlgs(c, size, elements, &count))
            return count;
    if (ways > depth)
        return UINT32_MAX;
    if (c->query->srlgs)
        (void)count_ways(c, depth + 1); /* the search for SRLGs left its own traces */
    return read_cut(c, elements);
}

void cp_cut_find(struct cp_cut *c, const struct cp_cut_query *query, uint32_t *size,
                 uint32_t *elements)
{
    CP_ASSERT(query->depth <= CP_CUT_DEPTH_MAX);
    c->query = query;
    mark_ends(c, 1);
    *size = overlap(c) ? find_between_pairs(c, elements) : find_between_sets(c, elements);
    mark_ends(c, 0);
    if (*size != UINT32_MAX)
        sort(elements, *size);
}

#include "graph/cut.h"

#include "hubs.h"

/*
 * Links and nodes alone: ways between the two sides are counted, at most depth + 1 of them (flow.c).
 * SRLGs are tried beside them (risks.c).
 *
 * Both from near: failures that part the sides part the sources from the destinations and all hubs
 * left, or the destinations from the sources and all hubs left (hubs.c).  Of least cuts the one
 * nearest to the sources is reported: if cuts of the first kind are least, the nearest of these,
 * else, all being of the second kind, the one farthest from the destinations.  So the hubs that are
 * known do not show in the answer.  Which SRLGs are reported depends on the ways at hand: where one
 * beside other failures is needed, ways between the sides are sought without hubs.
 *
 * Where the two sets share nodes, the pairs between them are many and a single flow does not tell;
 * there any cut must break the way at hand, so each failure on it is tried in turn, but where hubs
 * tell that it leads nowhere.
 *
 * With no failures asked, sets of nodes that hang together are found once for all queries.
 */

#define NIL UINT32_MAX

struct cp_cut {
    struct cp_flow flow;
    struct cp_risks risks;
    struct cp_hubs hubs;
    const struct cp_graph *g;
    const struct cp_cut_query *query;
    uint32_t *leader; /* [nodes] towards the least node that a node hangs together with */
    bool led;         /* leader is filled in */
    bool srlgs;       /* asked, and there are some */
    /* Where the two sets have nodes in common. */
    uint32_t *ends; /* [end_count] all, those in common first */
    uint32_t end_count, common_count;
    uint8_t hubs_now; /* hubs that hold for as many failures as are tried in all */
};

enum { COMMON_TRIED = 16 }; /* ends in common, each of which may be left out */

cp_err cp_cut_open(const struct cp_graph *g, struct cp_arena *arena, struct cp_cut **out)
{
    struct cp_cut *c = CP_TAKE(arena, 1, struct cp_cut);

    if (c == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_flow_open(g, arena, &c->flow));
    CP_TRY(cp_risks_open(&c->flow, arena, &c->risks));
    CP_TRY(cp_hubs_open(&c->risks, arena, &c->hubs));
    c->leader = CP_TAKE(arena, g->node_count, uint32_t);
    c->ends = CP_TAKE(arena, g->node_count, uint32_t);
    if (c->leader == NULL || c->ends == NULL)
        return CP_ERR_NOMEM;
    c->g = g;
    *out = c;
    return CP_OK;
}

/* ---- no failures ---- */

static uint32_t lead(uint32_t *leader, uint32_t node)
{
    while (leader[node] != node) {
        leader[node] = leader[leader[node]];
        node = leader[node];
    }
    return node;
}

static void find_leaders(struct cp_cut *c)
{
    const struct cp_graph *g = c->g;

    for (uint32_t v = 0; v < g->node_count; v++)
        c->leader[v] = v;
    for (uint32_t l = 0; l < g->link_count; l++)
        for (uint32_t e = g->end_first[l] + 1; e < g->end_first[l + 1]; e++) {
            uint32_t a = lead(c->leader, g->end_node[e - 1]);
            uint32_t b = lead(c->leader, g->end_node[e]);

            c->leader[a < b ? b : a] = a < b ? a : b;
        }
    c->led = true;
}

/* Whether some source hangs together with another node that is a destination. */
static bool hang_together(struct cp_cut *c)
{
    const struct cp_cut_query *q = c->query;
    struct cp_flow *f = &c->flow;

    if (!c->led)
        find_leaders(c);
    cp_flow_begin(f);
    for (uint32_t i = 0; i < q->src_count; i++) {
        struct cp_flow_mark *mark = &f->marks[lead(c->leader, q->src[i])];
        bool first = mark->stamp != f->stamp;

        *mark = (struct cp_flow_mark){f->stamp, first ? q->src[i] : NIL};
    }
    for (uint32_t i = 0; i < q->dst_count; i++) {
        const struct cp_flow_mark *mark = &f->marks[lead(c->leader, q->dst[i])];

        if (mark->stamp == f->stamp && mark->parent != q->dst[i])
            return true;
    }
    return false;
}

/* ---- ends and hubs ---- */

/* Whether the sets have a node in common. */
static bool mark_ends(struct cp_cut *c)
{
    const struct cp_cut_query *q = c->query;
    bool common = false;

    for (uint32_t i = 0; i < q->src_count; i++)
        c->flow.role[q->src[i]] |= CP_FLOW_SRC;
    for (uint32_t i = 0; i < q->dst_count; i++) {
        common = common || (c->flow.role[q->dst[i]] & CP_FLOW_SRC) != 0;
        c->flow.role[q->dst[i]] |= CP_FLOW_DST;
    }
    return common;
}

static void forget_ends(struct cp_cut *c)
{
    const struct cp_cut_query *q = c->query;

    for (uint32_t i = 0; i < q->src_count; i++)
        c->flow.role[q->src[i]] = 0;
    for (uint32_t i = 0; i < q->dst_count; i++)
        c->flow.role[q->dst[i]] = 0;
}

/* The hubs that hold for so many failures; 0 where there are none. */
static uint8_t hubs_for(struct cp_cut *c, uint32_t rank)
{
    bool find = false;
    uint8_t hubs = cp_hubs_of(&c->hubs, rank, &find);

    if (!find)
        return hubs;
    forget_ends(c);
    cp_hubs_find(&c->hubs, rank);
    (void)mark_ends(c);
    return cp_hubs_of(&c->hubs, rank, &find);
}

/* ---- two sets without a common node ---- */

static struct cp_flow_task to_dst(const struct cp_cut *c, uint8_t hubs)
{
    return (struct cp_flow_task){c->query->src, c->query->src_count, CP_FLOW_DST, hubs};
}

static struct cp_flow_task to_src(const struct cp_cut *c, uint8_t hubs)
{
    return (struct cp_flow_task){c->query->dst, c->query->dst_count, CP_FLOW_SRC, hubs};
}

/* The size of a least cut of links and nodes, where hubs that hold for `rank` failures tell it; else
 * NIL.  depth + 1 stands for all larger ones. */
static uint32_t look_from_near(struct cp_cut *c, uint32_t rank, uint8_t hubs, uint32_t *elements)
{
    struct cp_flow_task there = to_dst(c, hubs), back = to_src(c, hubs);
    uint32_t most = rank < c->query->depth ? rank + 2 : rank + 1;
    uint32_t out = cp_flow_ways(&c->flow, &there, most);

    if (out == 0)
        return 0;
    if (out < most)
        (void)cp_flow_near_cut(&c->flow, elements);
    uint32_t in = cp_flow_ways(&c->flow, &back, out <= rank ? out : rank + 1);

    if (in <= rank && in < out)
        return cp_flow_far_cut(&c->flow, &back, elements);
    return out <= rank + 1 ? out : NIL;
}

/* The size of a least cut of links and nodes; depth + 1 stands for all larger ones. */
static uint32_t find_plain(struct cp_cut *c, uint32_t *elements)
{
    struct cp_flow_task there = to_dst(c, 0);
    uint32_t depth = c->query->depth;
    uint32_t size = NIL;

    for (uint32_t rank = 1; rank <= depth && size == NIL; rank++) {
        uint8_t hubs = hubs_for(c, rank);

        if (hubs == 0)
            break;
        size = look_from_near(c, rank, hubs, elements);
    }
    if (size != NIL)
        return size;
    size = cp_flow_ways(&c->flow, &there, depth + 1);
    if (size <= depth)
        (void)cp_flow_near_cut(&c->flow, elements);
    return size;
}

/* Whether an SRLG is a cut by itself: the first of all, whichever the ways at hand. */
static bool find_srlg(struct cp_cut *c, uint32_t *element)
{
    uint8_t hubs = hubs_for(c, 1);
    struct cp_flow_task there = to_dst(c, hubs), back = to_src(c, hubs);
    uint32_t found[2] = {UINT32_MAX, UINT32_MAX};
    uint32_t count = 0;

    (void)cp_risks_cut(&c->risks, &there, 1, &found[0], &count);
    if (hubs != 0)
        (void)cp_risks_cut(&c->risks, &back, 1, &found[1], &count);
    *element = found[0] < found[1] ? found[0] : found[1];
    return *element != UINT32_MAX;
}

/* Whether hubs tell that no cut of this size has an SRLG. */
static bool none_from_near(struct cp_cut *c, uint32_t size)
{
    uint8_t hubs = hubs_for(c, size);
    struct cp_flow_task there = to_dst(c, hubs), back = to_src(c, hubs);
    uint32_t spare[CP_CUT_DEPTH_MAX];
    uint32_t count = 0;

    return hubs != 0 && !cp_risks_cut(&c->risks, &there, size, spare, &count) &&
           !cp_risks_cut(&c->risks, &back, size, spare, &count);
}

/* Of up to `most` failures.  Writes elements only where there is one. */
static bool find_with_srlgs(struct cp_cut *c, uint32_t most, uint32_t *elements, uint32_t *count)
{
    struct cp_flow_task there = to_dst(c, 0);
    uint32_t first = 0;

    *count = 1;
    if (most > 0 && find_srlg(c, &first)) {
        elements[0] = first;
        return true;
    }
    for (uint32_t size = 2; size <= most; size++)
        if (!none_from_near(c, size) && cp_risks_cut(&c->risks, &there, size, elements, count))
            return true;
    return false;
}

static uint32_t find_between_sets(struct cp_cut *c, uint32_t *elements)
{
    uint32_t plain = find_plain(c, elements);
    uint32_t count = 0;

    /* With an SRLG it takes fewer, or it is no better. */
    if (c->srlgs && plain > 0 && find_with_srlgs(c, plain - 1, elements, &count))
        return count;
    return plain <= c->query->depth ? plain : UINT32_MAX;
}

/* ---- sets with common nodes ---- */

static void reach(struct cp_flow *f, uint32_t vertex, uint32_t from)
{
    if (f->marks[vertex].stamp == f->stamp)
        return;
    f->marks[vertex] = (struct cp_flow_mark){f->stamp, from};
    f->queue[f->tail++] = vertex;
}

/* Plain search for a way from some source to another node that is a destination. */
static uint32_t find_pair_way(struct cp_cut *c)
{
    struct cp_flow *f = &c->flow;
    const struct cp_graph *g = c->g;

    for (uint32_t i = 0; i < c->query->src_count; i++) {
        uint32_t source = c->query->src[i];

        cp_flow_begin(f);
        reach(f, source, NIL);
        for (uint32_t head = 0; head < f->tail; head++) {
            uint32_t v = f->queue[head];

            if (v < g->node_count && v != source && (f->role[v] & CP_FLOW_DST) != 0)
                return v;
            bool is_node = v < g->node_count;
            uint32_t first = is_node ? g->node_end_first[v] : g->end_first[v - g->node_count];
            uint32_t past =
                is_node ? g->node_end_first[v + 1] : g->end_first[v - g->node_count + 1];

            for (uint32_t k = first; k < past; k++) {
                uint32_t other =
                    is_node ? g->node_count + g->end_link[g->node_ends[k]] : g->end_node[k];

                if (!f->dead[other])
                    reach(f, other, v);
            }
        }
    }
    return NIL;
}

/* All ends, those that are sources and destinations first. */
static void list_ends(struct cp_cut *c)
{
    const struct cp_cut_query *q = c->query;

    c->end_count = 0;
    for (uint32_t i = 0; i < q->dst_count; i++)
        if ((c->flow.role[q->dst[i]] & CP_FLOW_SRC) != 0)
            c->ends[c->end_count++] = q->dst[i];
    c->common_count = c->end_count;
    for (uint32_t i = 0; i < q->dst_count; i++)
        if ((c->flow.role[q->dst[i]] & CP_FLOW_SRC) == 0)
            c->ends[c->end_count++] = q->dst[i];
    for (uint32_t i = 0; i < q->src_count; i++)
        if ((c->flow.role[q->src[i]] & CP_FLOW_DST) == 0)
            c->ends[c->end_count++] = q->src[i];
}

/* Whether up to `left` failures more do not part all nodes of a list from the hubs left. */
static bool holds(struct cp_cut *c, const uint32_t *nodes, uint32_t count, uint32_t left)
{
    struct cp_flow_task task = {nodes, count, 0, c->hubs_now};

    return count > 0 && cp_hubs_hold(&c->hubs, &task, left);
}

/* Whether the ends but for any one of them hold: so they do if each of two halves does. */
static bool all_but_one_hold(struct cp_cut *c, uint32_t left)
{
    uint32_t *ends = c->ends, last = c->end_count - 1;
    uint32_t half = c->end_count / 2;
    bool hold = holds(c, ends, half, left) && holds(c, ends + half, c->end_count - half, left);

    if (hold || c->common_count > COMMON_TRIED)
        return hold;
    hold = true;
    for (uint32_t i = 0; i < c->common_count && hold; i++) {
        uint32_t keep = ends[i];

        ends[i] = ends[last];
        hold = holds(c, ends, last, left);
        ends[i] = keep;
    }
    return hold;
}

/*
 * Whether hubs tell that up to `left` failures more do not part every pair.  Ends that stay with the
 * hubs left must make no pair: they are no destinations, or no sources, or only one node.
 */
static bool is_ruled_out(struct cp_cut *c, uint32_t left)
{
    const struct cp_cut_query *q = c->query;

    return c->hubs_now != 0 && holds(c, q->dst, q->dst_count, left) &&
           holds(c, q->src, q->src_count, left) && all_but_one_hold(c, left);
}

static bool cut_pairs(struct cp_cut *c, uint32_t left, uint32_t *elements, uint32_t *count);

static bool try_pairs(struct cp_cut *c, uint32_t vertex, uint32_t left, uint32_t *elements,
                      uint32_t *count)
{
    const struct cp_graph *g = c->g;
    bool is_node = vertex < g->node_count;
    bool cut = false;

    if (cp_flow_fails_alone(&c->flow, vertex)) {
        c->flow.dead[vertex]++;
        cut = cut_pairs(c, left - 1, elements, count);
        c->flow.dead[vertex]--;
        if (cut) {
            elements[(*count)++] = is_node ? cp_graph_element_of_node(g, vertex)
                                           : cp_graph_element_of_link(vertex - g->node_count);
            return true;
        }
    }
    if (is_node || !c->srlgs)
        return false;
    uint32_t link = vertex - g->node_count;

    for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1] && !cut; i++) {
        cp_risks_fail(&c->flow, g->link_srlgs[i]);
        cut = cut_pairs(c, left - 1, elements, count);
        cp_risks_mend(&c->flow, g->link_srlgs[i]);
        if (cut)
            elements[(*count)++] = cp_graph_element_of_srlg(g, g->link_srlgs[i]);
    }
    return cut;
}

/* A cut of at most `left` failures between every pair, where sources are destinations too. */
static bool cut_pairs(struct cp_cut *c, uint32_t left, uint32_t *elements, uint32_t *count)
{
    uint32_t way[64]; /* the first vertices of the way; longer ways are tried piece by piece */
    uint32_t skip = 0;

    *count = 0;
    if (is_ruled_out(c, left))
        return false;
    uint32_t at = find_pair_way(c);

    if (at == NIL)
        return true;
    if (left == 0)
        return false;
    for (;;) {
        uint32_t length = 0;
        uint32_t position = 0;

        if (skip > 0)
            at = find_pair_way(c);
        for (uint32_t v = at; v != NIL; v = c->flow.marks[v].parent, position++)
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

static uint32_t find_between_pairs(struct cp_cut *c, uint32_t *elements)
{
    const struct cp_cut_query *q = c->query;

    list_ends(c);
    for (uint32_t size = 0; size <= q->depth; size++) {
        uint32_t count = 0;

        c->hubs_now = hubs_for(c, size == 0 ? 1 : size);
        if (cut_pairs(c, size, elements, &count))
            return count;
    }
    return UINT32_MAX;
}

/* ---- queries ---- */

static void sort(uint32_t *items, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = i; k > 0 && items[k - 1] > items[k]; k--) {
            uint32_t keep = items[k];

            items[k] = items[k - 1];
            items[k - 1] = keep;
        }
}

void cp_cut_find(struct cp_cut *c, const struct cp_cut_query *query, uint32_t *size,
                 uint32_t *elements)
{
    CP_ASSERT(query->depth <= CP_CUT_DEPTH_MAX);
    c->query = query;
    c->srlgs = query->srlgs && c->g->srlg_count > 0;
    c->flow.links_fail = query->links;
    c->flow.nodes_fail = query->nodes;
    if (query->depth == 0) {
        *size = hang_together(c) ? UINT32_MAX : 0;
        return;
    }
    cp_hubs_settle(&c->hubs, query);
    *size = mark_ends(c) ? find_between_pairs(c, elements) : find_between_sets(c, elements);
    forget_ends(c);
    if (*size != UINT32_MAX)
        sort(elements, *size);
}

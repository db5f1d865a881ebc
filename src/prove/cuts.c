#include "cuts.h"

#include <stdlib.h>
#include <string.h>

/*
 * That it takes n failures to part a demand's ends: n ways that share nothing that may fail, by a flow
 * through nodes and links of room one (Menger).  Where SRLGs break two of them at once, or ends are on
 * both sides, ways are added until no set of n - 1 failures meets all: of the first way that a set
 * leaves whole each element is tried in turn, as the checker does.
 */

#define WAYS_MAX 1000000u

static cp_err open_cuts(struct cp_prove_worker *w)
{
    const struct cp_graph *g = &w->prove->net.graph;
    size_t vertices = (size_t)g->node_count + g->link_count;
    size_t ends = g->end_first[g->link_count];
    struct cuts *c = CP_TAKE(w->lasting, 1, struct cuts);

    if (c == NULL)
        return CP_ERR_NOMEM;
    *c = (struct cuts){.p = w->prove,
                       .g = g,
                       .work = w->work,
                       .side = CP_TAKE(w->lasting, g->node_count, uint8_t),
                       .link_out = CP_TAKE(w->lasting, g->link_count, uint8_t),
                       .node_out = CP_TAKE(w->lasting, g->node_count, uint8_t),
                       .stamp = CP_TAKE(w->lasting, 2 * vertices, uint32_t),
                       .parent = CP_TAKE(w->lasting, 2 * vertices, uint32_t),
                       .queue = CP_TAKE(w->lasting, 2 * vertices, uint32_t),
                       .through = CP_TAKE(w->lasting, vertices, uint8_t),
                       .onto = CP_TAKE(w->lasting, ends, uint8_t),
                       .off = CP_TAKE(w->lasting, ends, uint8_t)};
    if (c->side == NULL || c->link_out == NULL || c->node_out == NULL || c->stamp == NULL ||
        c->parent == NULL || c->queue == NULL || c->through == NULL || c->onto == NULL ||
        c->off == NULL)
        return CP_ERR_NOMEM;
    w->cuts = c;
    return CP_OK;
}

/* ---- trying ---- */

static uint32_t next_node(const struct cuts *c, uint32_t node, uint32_t hop, uint32_t *link)
{
    const struct cp_hop *h = &c->g->hops[c->g->hop_first[node] + hop];

    *link = h->link;
    return h->to;
}

/* What may fail on a way, ascending, each once: out has room for hops * (2 + SRLGs).  How many. */
static int compare_elements(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static cp_err elements_of(struct cuts *c, const struct way *way, uint32_t **out, uint32_t *count)
{
    const struct cp_graph *g = c->g;
    uint32_t node = way->source;
    uint32_t link = 0;
    size_t room = 0;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < way->count; i++) {
        node = next_node(c, node, c->hops[way->first + i], &link);
        room += 2 + g->link_srlg_first[link + 1] - g->link_srlg_first[link];
    }
    *out = CP_TAKE(c->work, room, uint32_t);
    *count = 0;
    if (*out == NULL)
        return CP_ERR_NOMEM;
    node = way->source;
    for (uint32_t i = 0; i < way->count; i++) {
        node = next_node(c, node, c->hops[way->first + i], &link);
        if (cp_cuts_ask(c, CP_FAIL_LINK))
            (*out)[(*count)++] = cp_graph_element_of_link(link);
        if (cp_cuts_ask(c, CP_FAIL_NODE) && c->side[node] == 0)
            (*out)[(*count)++] = cp_graph_element_of_node(g, node);
        for (uint32_t k = g->link_srlg_first[link];
             cp_cuts_ask(c, CP_FAIL_SRLG) && k < g->link_srlg_first[link + 1]; k++)
            (*out)[(*count)++] = cp_graph_element_of_srlg(g, g->link_srlgs[k]);
    }
    if (*count > 0)
        qsort(*out, *count, sizeof **out, compare_elements);
    for (uint32_t i = 0; i < *count; i++)
        if (i == 0 || (*out)[i] != (*out)[kept - 1])
            (*out)[kept++] = (*out)[i];
    *count = kept;
    return CP_OK;
}

/* Whether so many ways share nothing that may fail. */
static cp_err are_apart(struct cuts *c, uint32_t wanted, bool *apart)
{
    uint32_t *all;
    uint32_t count = 0;

    *apart = false;
    if (c->way_count < wanted)
        return CP_OK;
    *apart = true;
    if (!cp_cuts_ask(c, CP_FAIL_SRLG) || c->g->srlg_count == 0)
        return CP_OK; /* the flow says so */
    all = CP_TAKE(c->work, cp_graph_element_count(c->g), uint32_t);
    if (all == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->way_count && *apart; i++) {
        uint32_t *own = NULL;

        CP_TRY(elements_of(c, &c->ways[i], &own, &count));
        for (uint32_t k = 0; k < count && *apart; k++) {
            *apart = all[own[k]] == 0;
            all[own[k]] = 1;
        }
    }
    return CP_OK;
}

static void fail(struct cuts *c, uint32_t element, int by)
{
    const struct cp_graph *g = c->g;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        c->link_out[at] = (uint8_t)(c->link_out[at] + by);
        break;
    case CP_ELEMENT_NODE:
        c->node_out[at] = (uint8_t)(c->node_out[at] + by);
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            c->link_out[g->srlg_links[i]] = (uint8_t)(c->link_out[g->srlg_links[i]] + by);
        break;
    }
}

static bool is_whole(const struct cuts *c, const struct way *way)
{
    uint32_t node = way->source;
    uint32_t link = 0;

    for (uint32_t i = 0; i < way->count; i++) {
        node = next_node(c, node, c->hops[way->first + i], &link);
        if (c->link_out[link] != 0 || c->node_out[node] != 0)
            return false;
    }
    return true;
}

/* Nodes reached from one under the set at hand, into the queue, up to one of dst: that, or CP_NONE. */
static uint32_t flood(struct cuts *c, uint32_t source, bool whole, uint32_t *count)
{
    const struct cp_graph *g = c->g;
    uint32_t tail = 0;

    cp_cuts_next_stamp(c);
    (void)cp_cuts_reach(c, source, UINT32_MAX, &tail);
    for (uint32_t head = 0; head < tail; head++) {
        uint32_t node = c->queue[head];

        if (!whole && node != source && (c->side[node] & 2u) != 0)
            return node;
        for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++)
            if (c->link_out[g->hops[i].link] == 0 && c->node_out[g->hops[i].to] == 0)
                (void)cp_cuts_reach(c, g->hops[i].to, i, &tail);
    }
    *count = tail;
    return CP_NONE;
}

/* The node that a hop, by its index, goes out of. */
static uint32_t hop_from(const struct cp_graph *g, uint32_t hop)
{
    uint32_t low = 0;
    uint32_t high = g->node_count;

    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;

        if (g->hop_first[mid] <= hop)
            low = mid;
        else
            high = mid;
    }
    return low;
}

/* A way that the set at hand leaves; false in *found where there is none. */
static cp_err find_way(struct cuts *c, bool *found)
{
    const struct cp_graph *g = c->g;
    uint32_t ignored;

    *found = false;
    for (uint32_t s = 0; s < c->src_count && !*found; s++) {
        uint32_t to = flood(c, c->src[s], false, &ignored);
        uint32_t first = c->hop_count;

        if (to == CP_NONE)
            continue;
        *found = true;
        for (uint32_t v = to; c->parent[v] != UINT32_MAX; v = hop_from(g, c->parent[v]))
            CP_TRY(cp_cuts_put_hop(c, c->parent[v] - g->hop_first[hop_from(g, c->parent[v])]));
        for (uint32_t i = first, k = c->hop_count; i + 1 < k; i++, k--) {
            uint32_t swapped = c->hops[i];

            c->hops[i] = c->hops[k - 1];
            c->hops[k - 1] = swapped;
        }
        CP_TRY(cp_cuts_put_way(c, c->src[s], first));
    }
    return CP_OK;
}

/* Adds ways until no set of `left` more failures meets all. */
static cp_err try_sets(struct cuts *c,
                       uint32_t left) /* NOLINT(misc-no-recursion): at most 9 deep */
{
    uint32_t whole = 0;
    uint32_t *elements = NULL;
    uint32_t count = 0;

    while (whole < c->way_count && !is_whole(c, &c->ways[whole]))
        whole++;
    if (whole == c->way_count) {
        bool found = false;

        if (c->way_count == WAYS_MAX)
            return CP_ERR_LIMIT;
        CP_TRY(find_way(c, &found));
        if (!found)
            return CP_OK; /* the answer is wrong: the checker will say so */
    }
    if (left == 0)
        return CP_OK;
    CP_TRY(elements_of(c, &c->ways[whole], &elements, &count));
    for (uint32_t i = 0; i < count; i++) {
        fail(c, elements[i], 1);
        CP_TRY(try_sets(c, left - 1));
        fail(c, elements[i], -1);
    }
    return CP_OK;
}

/* ---- closed sets ---- */

static void put_nodes(struct cuts *c, uint32_t count, struct cp_out *out)
{
    qsort(c->queue, count, sizeof *c->queue, compare_elements);
    cp_wr_number(out, count);
    for (uint32_t i = 0; i < count; i++)
        cp_put_ascending(out, c->queue[i], i > 0 ? c->queue[i - 1] : 0, i == 0);
}

/* Nodes that the source reaches, or those that the one destination does, if they are fewer. */
static uint32_t flood_smaller(struct cuts *c)
{
    uint32_t count = 0;
    uint32_t other = 0;

    (void)flood(c, c->src[0], true, &count);
    (void)flood(c, c->dst[0], true, &other);
    if (other > count)
        (void)flood(c, c->src[0], true, &other);
    return other;
}

/*
 * A number for all that sources alone reach, and one for what each source reaches that is a destination
 * too: the failures keep them apart.  code [nodes].  Returns the largest.
 */
static uint32_t number_sides(struct cuts *c, uint32_t *code)
{
    uint32_t last = 1;

    for (uint32_t s = 0; s < c->src_count; s++) {
        uint32_t number = c->side[c->src[s]] == 3 ? ++last : 1;
        uint32_t count = 0;

        if (code[c->src[s]] != 0)
            continue;
        (void)flood(c, c->src[s], true, &count);
        for (uint32_t i = 0; i < count; i++)
            code[c->queue[i]] = number;
    }
    return last;
}

/* A set for each bit of those numbers: no two ends of a pair are in the same of them. */
static cp_err put_sides(struct cuts *c, struct cp_out *out)
{
    uint32_t *code = CP_TAKE(c->work, c->g->node_count, uint32_t);
    uint32_t sets = 0;
    uint32_t last;

    if (code == NULL)
        return CP_ERR_NOMEM;
    last = number_sides(c, code);
    while (last >> sets != 0)
        sets++;
    cp_wr_number(out, sets);
    for (uint32_t bit = 0; bit < sets; bit++) {
        uint32_t count = 0;

        for (uint32_t v = 0; v < c->g->node_count; v++)
            if ((code[v] >> bit & 1u) != 0)
                c->queue[count++] = v;
        put_nodes(c, count, out);
    }
    return CP_OK;
}

/* After the failures: of a single pair one side, else all that sources reach. */
static cp_err put_closed(struct cuts *c, const struct cp_demand_result *r, struct cp_out *out)
{
    cp_err err = CP_OK;

    for (uint32_t i = 0; i < r->cut_depth; i++)
        fail(c, cp_prove_element(c->p, r->cut[i]), 1);
    if (c->src_count == 1 && c->dst_count == 1) {
        cp_wr_number(out, 1);
        put_nodes(c, flood_smaller(c), out);
    } else {
        err = put_sides(c, out);
    }
    for (uint32_t i = 0; i < r->cut_depth; i++)
        fail(c, cp_prove_element(c->p, r->cut[i]), -1);
    return err;
}

static cp_err ends_of(struct cuts *c, cp_range range, uint8_t side, const uint32_t **out)
{
    uint32_t *nodes = CP_TAKE(c->work, range.count, uint32_t);

    if (nodes == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < range.count; i++) {
        nodes[i] = c->p->net.node_of_case[c->p->judge->net->demand_ends[range.first + i].at];
        c->side[nodes[i]] |= side;
    }
    *out = nodes;
    return CP_OK;
}

static bool ends_overlap(const struct cuts *c)
{
    for (uint32_t i = 0; i < c->src_count; i++)
        if (c->side[c->src[i]] == 3)
            return true;
    return false;
}

static cp_err find_ways(struct cuts *c, uint32_t wanted)
{
    bool apart = false;

    if (wanted == 0)
        return CP_OK;
    if (!ends_overlap(c)) {
        CP_TRY(cp_cuts_flow(c, wanted));
        CP_TRY(are_apart(c, wanted, &apart));
    }
    return apart ? CP_OK : try_sets(c, wanted - 1);
}

cp_err cp_prove_cuts(struct cp_prove_worker *w, uint32_t demand, struct cp_out *out)
{
    const struct cp_prove *p = w->prove;
    const struct cp_demand *d = &p->judge->net->demands[demand];
    const struct cp_demand_result *r = &p->results[demand];
    struct cuts *c;

    if (w->cuts == NULL)
        CP_TRY(open_cuts(w));
    c = w->cuts;
    c->ways = NULL;
    c->hops = NULL;
    c->way_count = c->way_cap = c->hop_count = c->hop_cap = 0;
    c->src_count = d->src.count;
    c->dst_count = d->dst.count;
    CP_TRY(ends_of(c, d->src, 1, &c->src));
    CP_TRY(ends_of(c, d->dst, 2, &c->dst));
    CP_TRY(find_ways(c, r->cut_depth == CP_DEPTH_NONE ? p->request.depth + 1 : r->cut_depth));
    cp_wr_number(out, 3);
    cp_wr_number(out, demand);
    cp_wr_number(out, c->way_count);
    for (uint32_t i = 0; i < c->way_count; i++) {
        cp_wr_number(out, c->ways[i].source);
        cp_wr_number(out, c->ways[i].count);
        for (uint32_t k = 0; k < c->ways[i].count; k++)
            cp_wr_number(out, c->hops[c->ways[i].first + k]);
    }
    if (r->cut_depth != CP_DEPTH_NONE && r->cut_depth > 0)
        CP_TRY(put_closed(c, r, out));
    for (uint32_t i = 0; i < c->src_count; i++)
        c->side[c->src[i]] = 0;
    for (uint32_t i = 0; i < c->dst_count; i++)
        c->side[c->dst[i]] = 0;
    return out->err;
}

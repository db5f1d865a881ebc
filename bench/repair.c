#include "repair.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"

/*
 * A node's tight arcs are those that come to it on a shortest path from the source.  A failure takes
 * some away; a node that has none left is in the region, and takes away those that leave it.  The
 * region is then filled in from its border by Dijkstra's rule.  What was taken away is counted back
 * from a log.
 */

struct arc {
    uint32_t to, metric, link;
};

struct entry {
    uint32_t cost, node;
};

struct repair {
    uint32_t node_count;
    const struct isp_link *links;
    uint32_t *first; /* [nodes + 1] */
    struct arc *arcs;
    uint32_t source;
    uint32_t *cost, *after; /* [nodes] */
    uint32_t *tight;        /* [nodes] tight arcs that come in */
    uint32_t *in_region;    /* [nodes] the number of the last failure whose region it was in */
    uint32_t failure;       /* number */
    uint32_t out_link, out_node;
    uint32_t *region, region_count;
    uint32_t *log, log_count; /* heads of the tight arcs taken away */
    struct entry *heap;
    uint32_t heap_count;
};

static void push(struct repair *r, uint32_t cost, uint32_t node)
{
    uint32_t at = r->heap_count++;

    while (at > 0 && cost < r->heap[(at - 1) / 4].cost) {
        r->heap[at] = r->heap[(at - 1) / 4];
        at = (at - 1) / 4;
    }
    r->heap[at] = (struct entry){cost, node};
}

static struct entry pop(struct repair *r)
{
    struct entry top = r->heap[0], last = r->heap[--r->heap_count];
    uint32_t at = 0;

    for (;;) {
        uint32_t child = 4 * at + 1, least = child;
        uint32_t end = child + 4 < r->heap_count ? child + 4 : r->heap_count;

        if (child >= r->heap_count)
            break;
        for (uint32_t c = child + 1; c < end; c++)
            if (r->heap[c].cost < r->heap[least].cost)
                least = c;
        if (r->heap[least].cost >= last.cost)
            break;
        r->heap[at] = r->heap[least];
        at = least;
    }
    r->heap[at] = last;
    return top;
}

static uint32_t *numbers(size_t count)
{
    return need(calloc(count + 1, sizeof(uint32_t)));
}

struct repair *repair_open(const struct isp *net)
{
    struct repair *r = need(calloc(1, sizeof(*r)));
    size_t n = net->node_count, arcs = 2 * (size_t)net->link_count;

    r->node_count = net->node_count;
    r->links = net->links;
    r->first = numbers(n + 2);
    r->arcs = need(calloc(arcs + 1, sizeof(*r->arcs)));
    for (uint32_t l = 0; l < net->link_count; l++) {
        r->first[net->links[l].a + 2]++;
        r->first[net->links[l].b + 2]++;
    }
    for (size_t v = 2; v < n + 2; v++)
        r->first[v] += r->first[v - 1];
    for (uint32_t l = 0; l < net->link_count; l++) {
        struct isp_link link = net->links[l];

        r->arcs[r->first[link.a + 1]++] = (struct arc){link.b, link.metric, l};
        r->arcs[r->first[link.b + 1]++] = (struct arc){link.a, link.metric, l};
    }
    r->cost = numbers(n);
    r->after = numbers(n);
    r->tight = numbers(n);
    r->in_region = numbers(n);
    r->region = numbers(n);
    r->log = numbers(arcs);
    r->heap = need(calloc(arcs + 1, sizeof(*r->heap)));
    return r;
}

void repair_close(struct repair *r)
{
    free(r->first);
    free(r->arcs);
    free(r->cost);
    free(r->after);
    free(r->tight);
    free(r->in_region);
    free(r->region);
    free(r->log);
    free(r->heap);
    free(r);
}

const uint32_t *repair_costs(struct repair *r, uint32_t source, const uint8_t *excluded)
{
    memset(r->cost, 0xff, r->node_count * sizeof(*r->cost));
    r->cost[source] = 0;
    r->heap_count = 0;
    push(r, 0, source);
    while (r->heap_count > 0) {
        struct entry e = pop(r);

        if (e.cost > r->cost[e.node])
            continue;
        for (uint32_t i = r->first[e.node]; i < r->first[e.node + 1]; i++) {
            struct arc arc = r->arcs[i];
            uint32_t cost = e.cost + arc.metric;

            if (cost >= r->cost[arc.to] || (excluded != NULL && excluded[arc.to]))
                continue;
            r->cost[arc.to] = cost;
            push(r, cost, arc.to);
        }
    }
    return r->cost;
}

const uint32_t *repair_from(struct repair *r, uint32_t source)
{
    repair_costs(r, source, NULL);
    r->source = source;
    for (uint32_t v = 0; v < r->node_count; v++) {
        uint32_t tight = 0;

        for (uint32_t i = r->first[v]; i < r->first[v + 1]; i++) {
            uint32_t before = r->cost[r->arcs[i].to];

            tight += before != REPAIR_NONE && before + r->arcs[i].metric == r->cost[v];
        }
        r->tight[v] = tight;
    }
    return r->cost;
}

static void lose(struct repair *r, uint32_t head)
{
    r->log[r->log_count++] = head;
    if (--r->tight[head] > 0)
        return;
    r->in_region[head] = r->failure;
    r->region[r->region_count++] = head;
}

/* All tight arcs that leave a node but the one that is out already. */
static void lose_all(struct repair *r, uint32_t node)
{
    for (uint32_t i = r->first[node]; i < r->first[node + 1]; i++) {
        struct arc arc = r->arcs[i];

        if (r->cost[arc.to] == r->cost[node] + arc.metric && arc.link != r->out_link)
            lose(r, arc.to);
    }
}

/* The least cost of coming into a node of the region from outside. */
static uint32_t from_border(const struct repair *r, uint32_t node)
{
    uint32_t least = REPAIR_NONE;

    for (uint32_t i = r->first[node]; i < r->first[node + 1]; i++) {
        struct arc arc = r->arcs[i];

        if (r->in_region[arc.to] == r->failure || r->cost[arc.to] == REPAIR_NONE ||
            arc.link == r->out_link || arc.to == r->out_node)
            continue;
        if (r->cost[arc.to] + arc.metric < least)
            least = r->cost[arc.to] + arc.metric;
    }
    return least;
}

static void fill(struct repair *r)
{
    r->heap_count = 0;
    for (uint32_t i = 0; i < r->region_count; i++) {
        uint32_t v = r->region[i];

        r->after[v] = from_border(r, v);
        if (r->after[v] != REPAIR_NONE)
            push(r, r->after[v], v);
    }
    while (r->heap_count > 0) {
        struct entry e = pop(r);

        if (e.cost > r->after[e.node])
            continue;
        for (uint32_t i = r->first[e.node]; i < r->first[e.node + 1]; i++) {
            struct arc arc = r->arcs[i];

            if (r->in_region[arc.to] != r->failure || arc.link == r->out_link ||
                e.cost + arc.metric >= r->after[arc.to])
                continue;
            r->after[arc.to] = e.cost + arc.metric;
            push(r, r->after[arc.to], arc.to);
        }
    }
}

static void begin(struct repair *r, uint32_t out_link, uint32_t out_node)
{
    r->failure++;
    r->out_link = out_link;
    r->out_node = out_node;
    r->region_count = 0;
    r->log_count = 0;
}

static struct region finish(struct repair *r)
{
    for (uint32_t i = 0; i < r->region_count; i++)
        lose_all(r, r->region[i]);
    fill(r);
    for (uint32_t i = 0; i < r->log_count; i++)
        r->tight[r->log[i]]++;
    return (struct region){r->region, r->after, r->region_count};
}

struct region repair_link(struct repair *r, uint32_t link)
{
    struct isp_link ends = r->links[link];

    begin(r, link, UINT32_MAX);
    if (r->cost[ends.a] == REPAIR_NONE || r->cost[ends.b] == REPAIR_NONE)
        return finish(r);
    if (r->cost[ends.b] == r->cost[ends.a] + ends.metric)
        lose(r, ends.b);
    else if (r->cost[ends.a] == r->cost[ends.b] + ends.metric)
        lose(r, ends.a);
    return finish(r);
}

struct region repair_node(struct repair *r, uint32_t node)
{
    begin(r, UINT32_MAX, node);
    if (r->cost[node] != REPAIR_NONE)
        lose_all(r, node);
    return finish(r);
}

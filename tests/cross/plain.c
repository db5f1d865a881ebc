#include "plain.h"

#include <stdlib.h>
#include <string.h>

#define NO_WAY UINT64_MAX

static void *take(size_t count, size_t size_bytes)
{
    void *at = calloc(count + 1, size_bytes);

    if (at == NULL)
        abort();
    return at;
}

void plain_open(struct plain *p, const struct cp_judge *judge)
{
    const struct cp_case *c = judge->net;
    size_t most = 0;

    for (uint32_t l = 0; l < c->link_count; l++)
        most += (size_t)c->links[l].ends.count * c->links[l].ends.count;
    *p = (struct plain){.judge = judge,
                        .node_count = c->node_count,
                        .link_count = c->link_count,
                        .ways = take(most, sizeof *p->ways)};
    for (uint32_t l = 0; l < c->link_count; l++)
        for (uint32_t a = 0; a < c->links[l].ends.count; a++)
            for (uint32_t b = 0; b < c->links[l].ends.count; b++) {
                const struct cp_end *from = &c->ends[c->links[l].ends.first + a];
                const struct cp_end *to = &c->ends[c->links[l].ends.first + b];

                if (a != b)
                    p->ways[p->way_count++] =
                        (struct plain_way){from->node.at, to->node.at, l, from->metric};
            }
}

void plain_close(struct plain *p)
{
    free(p->ways);
    p->ways = NULL;
}

/* What fails: no more than one link or one node; UINT32_MAX for none. */
struct failed {
    uint32_t link, node;
};

static const struct failed nothing = {UINT32_MAX, UINT32_MAX};

static bool is_up(const struct plain_way *way, struct failed failed)
{
    return way->link != failed.link && way->from != failed.node && way->to != failed.node;
}

enum direction { TO_IT, FROM_IT };

/* Least costs between one node and all others, through no node of `not_through` (NULL: none). */
static uint64_t *costs(const struct plain *p, uint32_t node, struct failed failed,
                       const bool *not_through, enum direction direction)
{
    uint64_t *cost = take(p->node_count, sizeof *cost);
    bool *settled = take(p->node_count, sizeof *settled);

    for (uint32_t v = 0; v < p->node_count; v++)
        cost[v] = NO_WAY;
    cost[node] = 0;
    for (;;) {
        uint32_t best = UINT32_MAX;

        for (uint32_t v = 0; v < p->node_count; v++)
            if (!settled[v] && cost[v] != NO_WAY && (best == UINT32_MAX || cost[v] < cost[best]))
                best = v;
        if (best == UINT32_MAX)
            break;
        settled[best] = true;
        if (not_through != NULL && not_through[best] && best != node)
            continue;
        for (uint32_t i = 0; i < p->way_count; i++) {
            const struct plain_way *way = &p->ways[i];
            uint32_t here = direction == TO_IT ? way->to : way->from;
            uint32_t there = direction == TO_IT ? way->from : way->to;

            if (here == best && is_up(way, failed) && cost[best] + way->metric < cost[there])
                cost[there] = cost[best] + way->metric;
        }
    }
    free(settled);
    return cost;
}

static bool is_next_hop(const struct plain_way *way, struct failed failed, const uint64_t *cost)
{
    return is_up(way, failed) && cost[way->to] != NO_WAY &&
           cost[way->to] + way->metric == cost[way->from];
}

/* Rules that forbid something that packets meet, as bits. */
static uint32_t rules_of(const struct plain *p, cp_object_kind kind, uint32_t at)
{
    uint32_t rules = 0;

    for (uint32_t r = 0; r < p->judge->rule_count; r++) {
        if (cp_judge_trust(&p->judge->rules[r], kind, at) == CP_UNTRUSTED)
            rules |= 1u << r;
    }
    return rules;
}

/* What the packets of a source meet while routers forward by costs before or after a change. */
struct state {
    struct failed failed[2];
    uint64_t *cost[2];
};

static uint32_t visit(const struct plain *p, const struct state *s, uint32_t source)
{
    bool *met = take(p->node_count, sizeof *met);
    uint32_t rules = rules_of(p, CP_OBJECT_NODE, source);
    bool more = s->cost[0][source] != NO_WAY;

    if (!more)
        rules = 0;
    met[source] = true;
    while (more) {
        more = false;
        for (uint32_t i = 0; i < p->way_count; i++) {
            const struct plain_way *way = &p->ways[i];

            if (!met[way->from] || (!is_next_hop(way, s->failed[0], s->cost[0]) &&
                                    !is_next_hop(way, s->failed[1], s->cost[1])))
                continue;
            rules |= rules_of(p, CP_OBJECT_LINK, way->link);
            if (!met[way->to]) {
                met[way->to] = true;
                rules |= rules_of(p, CP_OBJECT_NODE, way->to);
                more = true;
            }
        }
    }
    free(met);
    return rules;
}

static bool is_liar(const struct plain *p, uint32_t node, struct failed failed)
{
    return node != failed.node && rules_of(p, CP_OBJECT_NODE, node) != 0;
}

/* e(y) of note 0001. */
static uint64_t exit_cost(const struct plain *p, uint32_t y, uint32_t to, struct failed failed,
                          const bool *liars, const uint64_t *honest)
{
    uint64_t least = y == to ? 0 : NO_WAY;

    for (uint32_t i = 0; i < p->way_count; i++) {
        const struct plain_way *way = &p->ways[i];

        if (way->from == y && is_up(way, failed) && (!liars[way->to] || way->to == to) &&
            honest[way->to] != NO_WAY && honest[way->to] + 1 < least)
            least = honest[way->to] + 1;
    }
    return least;
}

static bool lie_draws(const struct plain *p, const uint64_t *near, const uint64_t *exits,
                      const bool *liars, uint64_t honest)
{
    for (uint32_t x = 0; x < p->node_count; x++)
        for (uint32_t y = 0; y < p->node_count; y++)
            if (liars[x] && liars[y] && near[x] != NO_WAY && exits[y] != NO_WAY &&
                near[x] + (x == y ? 0 : 1) + exits[y] <= honest)
                return true;
    return false;
}

static bool lies_expose(const struct plain *p, uint32_t from, uint32_t to, struct failed failed)
{
    bool *liars = take(p->node_count, sizeof *liars);
    uint64_t *exits = take(p->node_count, sizeof *exits);

    for (uint32_t v = 0; v < p->node_count; v++)
        liars[v] = is_liar(p, v, failed);
    uint64_t *honest = costs(p, to, failed, liars, TO_IT);
    uint64_t *near = costs(p, from, failed, liars, FROM_IT);
    uint64_t own = liars[from] ? NO_WAY - 1 : honest[from];
    struct state state = {.failed = {failed, failed}, .cost = {honest, honest}};

    for (uint32_t y = 0; y < p->node_count; y++)
        exits[y] = liars[y] ? exit_cost(p, y, to, failed, liars, honest) : NO_WAY;
    bool exposed = lie_draws(p, near, exits, liars, own);

    /* No liar is on an honest way, so what is met there is a forbidden link. */
    exposed = exposed || (!liars[from] && visit(p, &state, from) != 0);
    free(near);
    free(honest);
    free(exits);
    free(liars);
    return exposed;
}

static void lower(uint32_t *least, uint32_t depth)
{
    if (depth < *least)
        *least = depth;
}

/* Lowers the depth of a state, and that of a violation where one of the rules judges it. */
static void note(const struct plain *p, struct plain_answer *a, uint32_t *state, uint32_t rules,
                 struct failed failed)
{
    uint32_t depth = failed.link != UINT32_MAX || failed.node != UINT32_MAX;
    uint32_t kind = failed.link != UINT32_MAX ? CP_FAIL_LINK : CP_FAIL_NODE;

    if (rules != 0)
        lower(state, depth);
    for (uint32_t r = 0; r < p->judge->rule_count; r++) {
        const struct cp_judge_rule *rule = &p->judge->rules[r];
        bool judged = depth <= rule->depth && (depth == 0 || (rule->failure_kinds & kind) != 0);

        if ((rules >> r & 1u) != 0 && judged)
            lower(&a->violation, depth);
    }
}

/* Steady after the failure, the transition to it, and lies after it; true if a way is left. */
static bool try_one(const struct plain *p, struct plain_answer *a, uint32_t from, uint32_t to,
                    struct failed failed)
{
    bool fails = failed.link != UINT32_MAX || failed.node != UINT32_MAX;
    struct state change = {
        .failed = {nothing, failed},
        .cost = {costs(p, to, nothing, NULL, TO_IT), costs(p, to, failed, NULL, TO_IT)}};
    struct state after = {.failed = {failed, failed}, .cost = {change.cost[1], change.cost[1]}};
    bool way = after.cost[0][from] != NO_WAY;

    note(p, a, &a->steady, visit(p, &after, from), failed);
    if (fails)
        note(p, a, &a->transition, visit(p, &change, from), failed);
    if (a->liar == PLAIN_NEVER && lies_expose(p, from, to, failed))
        a->liar = fails;
    free(change.cost[0]);
    free(change.cost[1]);
    return way;
}

enum ways { ONE_WAY, BOTH_WAYS };

/* Lowers what the packets show, failures in turn. */
static void try_all(const struct plain *p, uint32_t source, uint32_t destination, enum ways ways,
                    struct plain_answer *a)
{
    for (uint32_t i = 0; i <= p->link_count + p->node_count; i++) {
        struct failed failed = nothing;

        if (i > 0 && i <= p->link_count)
            failed.link = i - 1;
        if (i > p->link_count)
            failed.node = i - 1 - p->link_count;
        if (failed.node == source || failed.node == destination)
            continue;
        if (!try_one(p, a, source, destination, failed))
            lower(&a->cut, i > 0);
        if (ways == BOTH_WAYS)
            (void)try_one(p, a, destination, source, failed);
    }
}

struct plain_answer plain_one_way(const struct plain *p, uint32_t source, uint32_t destination)
{
    struct plain_answer a = {PLAIN_NEVER, PLAIN_NEVER, 0, PLAIN_NEVER, PLAIN_NEVER};

    try_all(p, source, destination, ONE_WAY, &a);
    return a;
}

struct plain_answer plain_audit(const struct plain *p, uint32_t source, uint32_t destination)
{
    struct plain_answer a = {PLAIN_NEVER, PLAIN_NEVER, PLAIN_NEVER, PLAIN_NEVER, PLAIN_NEVER};

    try_all(p, source, destination, BOTH_WAYS, &a);
    return a;
}

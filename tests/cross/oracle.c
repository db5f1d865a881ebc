#include "oracle.h"

#include <string.h>

/* Plain loops over all that there is; nothing is saved, skipped or remembered. */

static bool is_up(struct oracle_set failed, uint32_t link, uint32_t a, uint32_t b)
{
    return !oracle_has(failed.links, link) && !oracle_has(failed.nodes, a) &&
           !oracle_has(failed.nodes, b);
}

/* The metric from one node onto a link that it shares with another; 0 where it does not. */
static uint32_t metric(const struct oracle_net *net, uint32_t link, uint32_t from, uint32_t to)
{
    const struct oracle_link *l = &net->links[link];
    uint32_t found = 0;
    bool meets = false;

    for (uint32_t e = 0; e < l->end_count; e++) {
        if (l->node[e] == from)
            found = l->metric[e];
        if (l->node[e] == to)
            meets = true;
    }
    return meets && from != to ? found : 0;
}

struct oracle_set oracle_failed(const struct oracle_net *net, const struct oracle_failure *failures,
                                uint32_t count)
{
    struct oracle_set failed = {0};

    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = 1u << failures[i].at;

        if (failures[i].kind == ORACLE_FAIL_LINK)
            failed.links |= bit;
        if (failures[i].kind == ORACLE_FAIL_NODE)
            failed.nodes |= bit;
        for (uint32_t l = 0; failures[i].kind == ORACLE_FAIL_SRLG && l < net->link_count; l++)
            if ((net->links[l].srlgs & bit) != 0)
                failed.links |= 1u << l;
    }
    return failed;
}

static void direct_costs(struct oracle_state *s)
{
    for (uint32_t a = 0; a < s->net->node_count; a++)
        for (uint32_t b = 0; b < s->net->node_count; b++) {
            bool here = a == b && !oracle_has(s->failed.nodes, a);

            s->cost[a][b] = here ? 0 : ORACLE_NO_WAY;
            for (uint32_t l = 0; l < s->net->link_count; l++) {
                uint32_t m = metric(s->net, l, a, b);

                if (m > 0 && is_up(s->failed, l, a, b) && m < s->cost[a][b])
                    s->cost[a][b] = m;
            }
        }
}

void oracle_state_make(const struct oracle_net *net, struct oracle_set failed, uint32_t not_through,
                       struct oracle_state *s)
{
    s->net = net;
    s->failed = failed;
    direct_costs(s);
    for (uint32_t k = 0; k < net->node_count; k++) {
        if (oracle_has(not_through, k))
            continue;
        for (uint32_t a = 0; a < net->node_count; a++)
            for (uint32_t b = 0; b < net->node_count; b++) {
                uint32_t over = s->cost[a][k] + s->cost[k][b];

                if (over < s->cost[a][b])
                    s->cost[a][b] = over;
            }
    }
}

/* Whether the link's direction a to b lies on a shortest path. */
static bool on_shortest(const struct oracle_state *s, uint32_t link, uint32_t a, uint32_t b,
                        uint32_t from, uint32_t to)
{
    uint32_t m = metric(s->net, link, a, b);

    return m > 0 && is_up(s->failed, link, a, b) && s->cost[from][to] < ORACLE_NO_WAY &&
           s->cost[from][a] + m + s->cost[b][to] == s->cost[from][to];
}

struct oracle_set oracle_steady(const struct oracle_state *s, uint32_t from, uint32_t to)
{
    struct oracle_set closure = {0};
    uint32_t whole = s->cost[from][to];

    if (whole >= ORACLE_NO_WAY)
        return closure;
    for (uint32_t v = 0; v < s->net->node_count; v++)
        if (s->cost[from][v] + s->cost[v][to] == whole)
            closure.nodes |= 1u << v;
    for (uint32_t l = 0; l < s->net->link_count; l++)
        for (uint32_t a = 0; a < s->net->node_count; a++)
            for (uint32_t b = 0; b < s->net->node_count; b++)
                if (on_shortest(s, l, a, b, from, to))
                    closure.links |= 1u << l;
    return closure;
}

bool oracle_forwards(const struct oracle_state *s, uint32_t at, uint32_t link, uint32_t next,
                     uint32_t to)
{
    return at != to && on_shortest(s, link, at, next, at, to);
}

/* What is met in one step from the set under one state of the routers. */
static struct oracle_set step(const struct oracle_state *s, struct oracle_set met, uint32_t to)
{
    for (uint32_t v = 0; v < s->net->node_count; v++)
        for (uint32_t l = 0; l < s->net->link_count; l++)
            for (uint32_t n = 0; n < s->net->node_count; n++)
                if (oracle_has(met.nodes, v) && oracle_forwards(s, v, l, n, to)) {
                    met.nodes |= 1u << n;
                    met.links |= 1u << l;
                }
    return met;
}

/* A source that has no way when the change comes sends nothing, then or after it. */
struct oracle_set oracle_mixture(const struct oracle_state states[2], uint32_t from, uint32_t to)
{
    struct oracle_set met = {.nodes = 1u << from};
    struct oracle_set last = {0};

    if (states[0].cost[from][to] >= ORACLE_NO_WAY)
        return last;
    while (met.nodes != last.nodes || met.links != last.links) {
        last = met;
        met = step(&states[0], met, to);
        met = step(&states[1], met, to);
    }
    return met;
}

struct oracle_set oracle_transition(const struct oracle_net *net, struct oracle_set before,
                                    struct oracle_set after, uint32_t from, uint32_t to)
{
    struct oracle_state states[2];

    oracle_state_make(net, before, 0, &states[0]);
    oracle_state_make(net, after, 0, &states[1]);
    return oracle_mixture(states, from, to);
}

/* Note 0001: e(y). */
static uint32_t exit_cost(const struct oracle_state *honest, uint32_t liars, uint32_t y,
                          uint32_t to)
{
    const struct oracle_net *net = honest->net;
    uint32_t least = y == to ? 0 : ORACLE_NO_WAY;

    for (uint32_t l = 0; l < net->link_count; l++)
        for (uint32_t n = 0; n < net->node_count; n++) {
            bool usable = metric(net, l, y, n) > 0 && is_up(honest->failed, l, y, n);
            bool true_to_its_word = !oracle_has(liars, n) || n == to;

            if (usable && true_to_its_word && 1 + honest->cost[n][to] < least)
                least = 1 + honest->cost[n][to];
        }
    return least;
}

uint32_t oracle_beyond(const struct oracle_net *net, struct oracle_set failed, uint32_t liars,
                       uint32_t liar, uint32_t to)
{
    struct oracle_state honest;
    uint32_t alive = liars & ~failed.nodes;
    uint32_t least = ORACLE_NO_WAY;

    oracle_state_make(net, failed, alive, &honest);
    for (uint32_t y = 0; y < net->node_count; y++) {
        uint32_t between = y == liar ? 0 : 1;

        if (!oracle_has(alive, y))
            continue;
        uint32_t beyond = between + exit_cost(&honest, alive, y, to);

        if (beyond < least)
            least = beyond;
    }
    return least;
}

bool oracle_draws(const struct oracle_net *net, struct oracle_set failed, uint32_t liars,
                  uint32_t from, uint32_t to)
{
    struct oracle_state honest;
    uint32_t alive = liars & ~failed.nodes;
    uint32_t drawn = ORACLE_NO_WAY; /* D of note 0001 */

    oracle_state_make(net, failed, alive, &honest);
    for (uint32_t x = 0; x < net->node_count; x++) {
        uint32_t near = x == from ? 0 : honest.cost[from][x];

        if (!oracle_has(alive, x))
            continue;
        uint32_t over = near + oracle_beyond(net, failed, liars, x, to);

        if (over < drawn)
            drawn = over;
    }
    return drawn < ORACLE_NO_WAY && (oracle_has(alive, from) || drawn <= honest.cost[from][to]);
}

uint32_t oracle_honest_links(const struct oracle_net *net, struct oracle_set failed, uint32_t liars,
                             uint32_t from, uint32_t to)
{
    struct oracle_state honest;
    uint32_t alive = liars & ~failed.nodes;
    uint32_t links = 0;

    if (oracle_has(alive, from))
        return 0;
    oracle_state_make(net, failed, alive, &honest);
    for (uint32_t l = 0; l < net->link_count; l++)
        for (uint32_t a = 0; a < net->node_count; a++)
            for (uint32_t b = 0; b < net->node_count; b++)
                if (!oracle_has(alive, a) && (!oracle_has(alive, b) || b == to) &&
                    on_shortest(&honest, l, a, b, from, to))
                    links |= 1u << l;
    return links;
}

bool oracle_connected(const struct oracle_net *net, struct oracle_set failed,
                      const struct oracle_demand *demand)
{
    struct oracle_state state;

    oracle_state_make(net, failed, 0, &state);
    for (uint32_t s = 0; s < net->node_count; s++)
        for (uint32_t t = 0; t < net->node_count; t++)
            if (s != t && oracle_has(demand->src, s) && oracle_has(demand->dst, t) &&
                state.cost[s][t] < ORACLE_NO_WAY)
                return true;
    return false;
}

/* One set of failures; in a transition the last one is the change. */
struct trial {
    const struct oracle_net *net;
    const struct oracle_demand *demand;
    struct oracle_answer *answer;
    struct oracle_failure failures[ORACLE_DEPTH + 1];
    uint32_t count;
};

static bool meets(struct oracle_set a, struct oracle_set b)
{
    return (a.nodes & b.nodes) != 0 || (a.links & b.links) != 0;
}

static void lower(uint32_t *least, uint32_t depth)
{
    if (depth < *least)
        *least = depth;
}

static void note_closure(const struct trial *t, struct oracle_set closure, uint32_t state,
                         uint32_t direction)
{
    struct oracle_answer *a = t->answer;
    uint32_t kinds = 0;

    for (uint32_t i = 0; i < t->count; i++)
        kinds |= t->failures[i].kind;
    for (uint32_t r = 0; r < t->demand->rule_count; r++) {
        const struct oracle_rule *rule = &t->demand->rules[r];
        bool judged = t->count <= rule->depth && (kinds & ~rule->kinds) == 0;

        if (meets(closure, rule->bad)) {
            lower(&a->depth[state], t->count);
            a->exposed[t->count][state][direction] = true;
            if (judged) {
                lower(&a->violation, t->count);
                a->judged[t->count][state][direction] = true;
            }
        }
        if (meets(closure, rule->doubtful) && judged)
            lower(&a->undecided, t->count);
    }
}

static void try_lies(const struct trial *t, struct oracle_set failed, uint32_t from, uint32_t to)
{
    struct oracle_set bad = {0};

    for (uint32_t r = 0; r < t->demand->rule_count; r++) {
        bad.nodes |= t->demand->rules[r].bad.nodes;
        bad.links |= t->demand->rules[r].bad.links;
    }
    if (oracle_draws(t->net, failed, bad.nodes, from, to) ||
        (oracle_honest_links(t->net, failed, bad.nodes, from, to) & bad.links) != 0)
        lower(&t->answer->depth[ORACLE_LIAR], t->count);
}

typedef void try_flow(const struct trial *t, uint32_t from, uint32_t to, uint32_t direction,
                      const struct oracle_state states[2]);

static void try_steady(const struct trial *t, uint32_t from, uint32_t to, uint32_t direction,
                       const struct oracle_state states[2])
{
    note_closure(t, oracle_steady(&states[0], from, to), ORACLE_STEADY, direction);
    try_lies(t, states[0].failed, from, to);
}

static void try_transition(const struct trial *t, uint32_t from, uint32_t to, uint32_t direction,
                           const struct oracle_state states[2])
{
    note_closure(t, oracle_mixture(states, from, to), ORACLE_TRANSITION, direction);
}

static void each_flow(const struct trial *t, struct oracle_set before, struct oracle_set after,
                      try_flow *flow)
{
    struct oracle_state states[2];

    oracle_state_make(t->net, before, 0, &states[0]);
    oracle_state_make(t->net, after, 0, &states[1]);
    for (uint32_t s = 0; s < t->net->node_count; s++)
        for (uint32_t d = 0; d < t->net->node_count; d++) {
            if (s == d || !oracle_has(t->demand->src, s) || !oracle_has(t->demand->dst, d))
                continue;
            flow(t, s, d, ORACLE_FORWARD, states);
            flow(t, d, s, ORACLE_REVERSE, states);
        }
}

struct pool {
    struct oracle_failure at[ORACLE_NODES + ORACLE_LINKS + ORACLE_SRLGS];
    uint32_t count;
};

static void add(struct pool *pool, uint32_t kind, uint32_t at)
{
    pool->at[pool->count++] = (struct oracle_failure){kind, at};
}

/* All that may fail: of the kinds asked, no end of the demand, no empty SRLG. */
static struct pool may_fail(const struct oracle_net *net, const struct oracle_demand *demand,
                            uint32_t kinds)
{
    struct pool pool = {0};
    uint32_t used = 0;

    for (uint32_t l = 0; l < net->link_count; l++) {
        used |= net->links[l].srlgs;
        if ((kinds & ORACLE_FAIL_LINK) != 0)
            add(&pool, ORACLE_FAIL_LINK, l);
    }
    for (uint32_t v = 0; v < net->node_count; v++)
        if ((kinds & ORACLE_FAIL_NODE) != 0 && !oracle_has(demand->src | demand->dst, v))
            add(&pool, ORACLE_FAIL_NODE, v);
    for (uint32_t g = 0; g < net->srlg_count; g++)
        if ((kinds & ORACLE_FAIL_SRLG) != 0 && oracle_has(used, g))
            add(&pool, ORACLE_FAIL_SRLG, g);
    return pool;
}

static void try_changes(const struct trial *steady, const struct pool *pool)
{
    struct oracle_set before = oracle_failed(steady->net, steady->failures, steady->count);

    for (uint32_t i = 0; i < pool->count; i++) {
        struct trial t = *steady;
        bool fresh = true;

        for (uint32_t k = 0; k < t.count; k++)
            if (t.failures[k].kind == pool->at[i].kind && t.failures[k].at == pool->at[i].at)
                fresh = false;
        if (!fresh)
            continue;
        t.failures[t.count++] = pool->at[i];
        each_flow(&t, before, oracle_failed(t.net, t.failures, t.count), try_transition);
    }
}

static void try_set(const struct trial *t, const struct pool *pool, uint32_t depth)
{
    struct oracle_set failed = oracle_failed(t->net, t->failures, t->count);

    each_flow(t, failed, failed, try_steady);
    if (!oracle_connected(t->net, failed, t->demand))
        lower(&t->answer->cut, t->count);
    if (t->count < depth)
        try_changes(t, pool);
}

/* The set at hand, and every larger one with elements of the pool from `first` on. */
static void try_sets(struct trial *t, const struct pool *pool, uint32_t first, uint32_t depth)
{
    try_set(t, pool, depth);
    if (t->count == depth)
        return;
    for (uint32_t i = first; i < pool->count; i++) {
        t->failures[t->count++] = pool->at[i];
        try_sets(t, pool, i + 1, depth);
        t->count--;
    }
}

/* Whether a pair is joined by nodes and links that no rule forbids or doubts. */
static bool has_clean_way(const struct oracle_net *net, const struct oracle_demand *demand)
{
    struct oracle_set marked = {0};

    for (uint32_t r = 0; r < demand->rule_count; r++) {
        const struct oracle_rule *rule = &demand->rules[r];

        marked.nodes |= rule->bad.nodes | rule->doubtful.nodes;
        marked.links |= rule->bad.links | rule->doubtful.links;
    }
    return oracle_connected(net, marked, demand);
}

void oracle_audit(const struct oracle_net *net, const struct oracle_demand *demand,
                  const struct oracle_ask *ask, struct oracle_answer *answer)
{
    struct pool pool = may_fail(net, demand, ask->kinds);
    struct trial t = {.net = net, .demand = demand, .answer = answer};

    memset(answer, 0, sizeof *answer);
    for (uint32_t s = 0; s < ORACLE_STATES; s++)
        answer->depth[s] = ORACLE_NEVER;
    answer->cut = ORACLE_NEVER;
    answer->violation = ORACLE_NEVER;
    answer->undecided = ORACLE_NEVER;
    answer->clean_way = has_clean_way(net, demand);
    try_sets(&t, &pool, 0, ask->depth);
}

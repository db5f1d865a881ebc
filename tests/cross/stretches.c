#include "stretches.h"

struct under {
    const struct ask *ask;
    const struct pairs *pairs;
    struct facts_of *facts;
    struct oracle_failure failures[DEPTH_MOST];
    uint32_t count;
};

static bool is_asked(const struct ask *a, cp_state state)
{
    return (a->states >> state & 1u) != 0;
}

static struct oracle_set bad_of(const struct oracle_demand *demand)
{
    struct oracle_set bad = {0};

    for (uint32_t r = 0; r < demand->rule_count; r++) {
        bad.nodes |= demand->rules[r].bad.nodes;
        bad.links |= demand->rules[r].bad.links;
    }
    return bad;
}

static bool meets(struct oracle_set a, struct oracle_set b)
{
    return (a.nodes & b.nodes) != 0 || (a.links & b.links) != 0;
}

static void note(const struct under *t, struct facts *f, struct oracle_set closure, cp_state state)
{
    const struct oracle_demand *d = &t->ask->demand;
    uint32_t kinds = 0;

    for (uint32_t i = 0; i < t->count; i++)
        kinds |= t->failures[i].kind;
    for (uint32_t r = 0; r < d->rule_count; r++) {
        const struct oracle_rule *rule = &d->rules[r];
        bool judged = t->ask->judged == CP_SEGMENTS_ALL ||
                      (t->count <= rule->depth && (kinds & ~rule->kinds) == 0);

        if (meets(closure, rule->bad) && t->count < f->depth[state])
            f->depth[state] = t->count;
        if (judged && (meets(closure, rule->bad) || meets(closure, rule->doubtful)))
            f->clean = false;
    }
}

static void note_lies(const struct under *t, struct facts *f, struct oracle_set failed,
                      uint32_t from, uint32_t to)
{
    const struct oracle_net *net = &t->ask->sample->net;
    struct oracle_set bad = bad_of(&t->ask->demand);

    if (!oracle_draws(net, failed, bad.nodes, from, to) &&
        (oracle_honest_links(net, failed, bad.nodes, from, to) & bad.links) == 0)
        return;
    if (t->count < f->depth[CP_STATE_LIAR])
        f->depth[CP_STATE_LIAR] = t->count;
    if (t->ask->judged == CP_SEGMENTS_ALL)
        f->clean = false;
}

/* All flows wanted, in the state with what failed now and in each transition that ends there. */
static void note_set(const struct under *t)
{
    const struct oracle_net *net = &t->ask->sample->net;
    struct oracle_set failed = oracle_failed(net, t->failures, t->count);
    struct oracle_state states[DEPTH_MOST + 1][2];

    oracle_state_make(net, failed, 0, &states[t->count][0]);
    for (uint32_t i = 0; i < t->count; i++) {
        struct oracle_failure others[DEPTH_MOST];
        uint32_t count = 0;

        for (uint32_t k = 0; k < t->count; k++)
            if (k != i)
                others[count++] = t->failures[k];
        oracle_state_make(net, oracle_failed(net, others, count), 0, &states[i][0]);
        states[i][1] = states[t->count][0];
    }
    for (uint32_t a = 0; a < net->node_count; a++)
        for (uint32_t b = 0; b < net->node_count; b++) {
            struct facts *f = &t->facts->at[a][b];

            if (!t->pairs->wanted[a][b])
                continue;
            note(t, f, oracle_steady(&states[t->count][0], a, b), CP_STATE_STEADY);
            for (uint32_t i = 0; i < t->count && is_asked(t->ask, CP_STATE_TRANSITION); i++)
                note(t, f, oracle_mixture(states[i], a, b), CP_STATE_TRANSITION);
            if (is_asked(t->ask, CP_STATE_LIAR))
                note_lies(t, f, failed, a, b);
        }
}

static uint32_t things(const struct oracle_net *net)
{
    return net->link_count + net->node_count + net->srlg_count;
}

static struct oracle_failure thing(const struct oracle_net *net, uint32_t at)
{
    if (at < net->link_count)
        return (struct oracle_failure){ORACLE_FAIL_LINK, at};
    if (at < net->link_count + net->node_count)
        return (struct oracle_failure){ORACLE_FAIL_NODE, at - net->link_count};
    return (struct oracle_failure){ORACLE_FAIL_SRLG, at - net->link_count - net->node_count};
}

static bool may_fail(const struct ask *a, struct oracle_failure f)
{
    return (f.kind & a->sample->ask.kinds) != 0 &&
           !(f.kind == ORACLE_FAIL_NODE && oracle_has(a->demand.src | a->demand.dst, f.at));
}

static void each_set(struct under *t, uint32_t from)
{
    const struct oracle_net *net = &t->ask->sample->net;

    note_set(t);
    if (t->count == t->ask->sample->ask.depth)
        return;
    for (uint32_t i = from; i < things(net); i++) {
        if (!may_fail(t->ask, thing(net, i)))
            continue;
        t->failures[t->count++] = thing(net, i);
        each_set(t, i + 1);
        t->count--;
    }
}

void stretches_find(const struct ask *ask, const struct pairs *pairs, struct facts_of *facts)
{
    struct under t = {.ask = ask, .pairs = pairs, .facts = facts};

    for (uint32_t a = 0; a < ORACLE_NODES; a++)
        for (uint32_t b = 0; b < ORACLE_NODES; b++)
            facts->at[a][b] = (struct facts){
                .clean = true, .depth = {CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE}};
    each_set(&t, 0);
}

#include "sample.h"

#include <stdio.h>
#include <string.h>

uint64_t sample_random(uint64_t *seed)
{
    uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

uint32_t sample_pick(uint64_t *seed, uint32_t least, uint32_t most)
{
    uint64_t choices = (uint64_t)most - least + 1;

    return least + (uint32_t)(sample_random(seed) % choices);
}

bool sample_chance(uint64_t *seed, uint32_t percent)
{
    return sample_pick(seed, 1, 100) <= percent;
}

/* Largest sizes by depth: the oracle's work grows with their power. */
static const struct {
    uint32_t nodes_least, nodes_most, links_most, srlgs_most;
} sizes[ORACLE_DEPTH + 1] = {
    {2, 9, 18, 6}, {2, 8, 14, 5}, {3, 7, 11, 4}, {4, 6, 8, 3}, {4, 5, 6, 2}};

static void make_link(uint64_t *seed, struct oracle_net *net, uint32_t a, uint32_t metric_most)
{
    struct oracle_link *l = &net->links[net->link_count++];
    uint32_t ends = 2;

    *l = (struct oracle_link){0};
    if (net->node_count > 2 && sample_chance(seed, 15))
        ends = sample_pick(seed, 3, net->node_count < ORACLE_ENDS ? net->node_count : ORACLE_ENDS);
    while (l->end_count < ends) {
        uint32_t node = l->end_count == 0 ? a : sample_pick(seed, 0, net->node_count - 1);
        bool fresh = true;

        for (uint32_t e = 0; e < l->end_count; e++)
            fresh = fresh && l->node[e] != node;
        if (!fresh)
            continue;
        l->node[l->end_count] = node;
        l->metric[l->end_count++] = sample_pick(seed, 1, metric_most);
    }
}

/* Metrics are few, so that ties abound; now and then all are one, or there are many. */
static void make_links(uint64_t *seed, struct oracle_net *net, uint32_t most)
{
    static const uint32_t metric_most[] = {1, 2, 3, 3, 3, 9};
    uint32_t metric = metric_most[sample_pick(seed, 0, (uint32_t)CP_COUNT(metric_most) - 1)];
    uint32_t least = net->node_count - 1 < most ? net->node_count - 1 : most;
    uint32_t count = sample_pick(seed, least, most);
    bool chained = sample_chance(seed, 70);

    while (net->link_count < count) {
        bool in_chain = chained && net->link_count < net->node_count;
        uint32_t a = in_chain ? net->link_count : sample_pick(seed, 0, net->node_count - 1);

        if (net->link_count > 0 && sample_chance(seed, 12)) { /* a parallel one */
            net->links[net->link_count] = net->links[net->link_count - 1];
            net->links[net->link_count++].metric[0] = sample_pick(seed, 1, metric);
            continue;
        }
        make_link(seed, net, a, metric);
    }
}

static void make_srlgs(uint64_t *seed, struct oracle_net *net, uint32_t most)
{
    net->srlg_count = sample_pick(seed, 0, most);
    for (uint32_t g = 0; g < net->srlg_count; g++) {
        uint32_t members = sample_pick(seed, 0, 4); /* none: it can never fail */

        for (uint32_t i = 0; i < members; i++)
            net->links[sample_pick(seed, 0, net->link_count - 1)].srlgs |= 1u << g;
    }
}

static uint8_t some_trust(uint64_t *seed, uint32_t untrusted, uint32_t unknown)
{
    uint32_t dice = sample_pick(seed, 1, 100);

    if (dice <= untrusted)
        return CP_UNTRUSTED;
    return dice <= untrusted + unknown ? CP_UNKNOWN : CP_TRUSTED;
}

static void make_rule(uint64_t *seed, struct sample *s)
{
    struct sample_rule *r = &s->rules[s->rule_count++];
    uint32_t density = sample_pick(seed, 0, 2);
    static const cp_unknown unknowns[] = {CP_UNKNOWN_IS_UNTRUSTED, CP_UNKNOWN_IS_TRUSTED,
                                          CP_UNKNOWN_IS_UNDECIDED, CP_UNKNOWN_IS_UNDECIDED};

    *r = (struct sample_rule){.depth = sample_pick(seed, 0, s->ask.depth + 1),
                              .kinds = sample_pick(seed, 1, 7),
                              .unknown = unknowns[sample_pick(seed, 0, 3)]};
    if (s->rule_count > 1 && sample_chance(seed, 30)) { /* rules that judge alike */
        r->depth = s->rules[0].depth;
        r->kinds = s->rules[0].kinds;
    }
    for (uint32_t v = 0; v < s->net.node_count; v++)
        r->node[v] = some_trust(seed, 4 + 16 * density, 20);
    for (uint32_t l = 0; l < s->net.link_count; l++)
        r->link[l] = some_trust(seed, 2 + 8 * density, 10);
}

static void trust(struct sample *s, struct oracle_set set)
{
    for (uint32_t r = 0; r < s->rule_count; r++) {
        for (uint32_t v = 0; v < s->net.node_count; v++)
            if (oracle_has(set.nodes, v))
                s->rules[r].node[v] = CP_TRUSTED;
        for (uint32_t l = 0; l < s->net.link_count; l++)
            if (oracle_has(set.links, l))
                s->rules[r].link[l] = CP_TRUSTED;
    }
}

/* Trusts what demands visit after these failures, so that exposures come later or in passing. */
static void trust_visited(struct sample *s, struct oracle_set failed)
{
    struct oracle_state state;

    oracle_state_make(&s->net, failed, 0, &state);
    for (uint32_t d = 0; d < s->demand_count; d++)
        for (uint32_t a = 0; a < s->net.node_count; a++)
            for (uint32_t b = 0; b < s->net.node_count; b++) {
                if (!oracle_has(s->demands[d].src, a) || !oracle_has(s->demands[d].dst, b))
                    continue;
                trust(s, oracle_steady(&state, a, b));
                trust(s, oracle_steady(&state, b, a));
            }
}

static void trust_after_one(struct sample *s)
{
    for (uint32_t l = 0; l < s->net.link_count; l++)
        trust_visited(s, (struct oracle_set){.links = 1u << l});
    for (uint32_t v = 0; v < s->net.node_count; v++)
        trust_visited(s, (struct oracle_set){.nodes = 1u << v});
}

static uint32_t some_nodes(uint64_t *seed, uint32_t node_count)
{
    uint32_t nodes = 1u << sample_pick(seed, 0, node_count - 1);
    uint32_t more = sample_chance(seed, 25) ? sample_pick(seed, 1, 2) : 0;

    for (uint32_t i = 0; i < more; i++)
        nodes |= 1u << sample_pick(seed, 0, node_count - 1);
    return nodes;
}

static void make_demand(uint64_t *seed, struct sample *s)
{
    uint32_t src = 0;
    uint32_t dst = 0;

    do { /* until there are two different ends */
        src = some_nodes(seed, s->net.node_count);
        dst = some_nodes(seed, s->net.node_count);
    } while (src == dst && (src & (src - 1)) == 0);
    s->demands[s->demand_count].src = src;
    s->demands[s->demand_count].dst = dst;
    s->demands[s->demand_count++].treatment = sample_pick(seed, 0, s->treatment_count - 1);
}

void sample_make(uint64_t seed, uint32_t depth, struct sample *s)
{
    uint64_t numbers = seed * UINT64_C(0x2545f4914f6cdd1d) + depth;
    uint32_t rules = sample_pick(&numbers, sample_chance(&numbers, 5) ? 0 : 1, SAMPLE_RULES);
    uint32_t demands = sample_pick(&numbers, 1, SAMPLE_DEMANDS);

    *s = (struct sample){.seed = seed, .ask = {.depth = depth, .kinds = 7}};
    if (sample_chance(&numbers, 40))
        s->ask.kinds = sample_pick(&numbers, 0, 7);
    s->net.node_count = sample_pick(&numbers, sizes[depth].nodes_least, sizes[depth].nodes_most);
    make_links(&numbers, &s->net, sizes[depth].links_most);
    if (s->net.link_count > 0)
        make_srlgs(&numbers, &s->net, sizes[depth].srlgs_most);
    while (s->rule_count < rules)
        make_rule(&numbers, s);
    s->treatment_count = sample_pick(&numbers, 1, SAMPLE_TREATMENTS);
    for (uint32_t t = 0; t < s->treatment_count; t++)
        s->treatment_rules[t] = (uint32_t)sample_random(&numbers) & ((1u << rules) - 1u);
    if (sample_chance(&numbers, 70))
        s->treatment_rules[0] = (1u << rules) - 1u;
    while (s->demand_count < demands)
        make_demand(&numbers, s);
    uint32_t trusted = sample_pick(&numbers, 0, 9);

    if (trusted >= 3)
        trust_visited(s, (struct oracle_set){0});
    if (trusted >= 8)
        trust_after_one(s);
}

/* 2: forbidden; 1: reported as unknown; 0: nothing. */
static uint32_t effect(uint8_t trust, cp_unknown unknown)
{
    if (trust == CP_UNTRUSTED || (trust == CP_UNKNOWN && unknown == CP_UNKNOWN_IS_UNTRUSTED))
        return 2;
    return trust == CP_UNKNOWN && unknown == CP_UNKNOWN_IS_UNDECIDED ? 1 : 0;
}

static struct oracle_rule oracle_rule_of(const struct sample *s, const struct sample_rule *rule)
{
    struct oracle_rule r = {.depth = rule->depth, .kinds = rule->kinds};

    for (uint32_t v = 0; v < s->net.node_count; v++) {
        r.bad.nodes |= (effect(rule->node[v], rule->unknown) == 2 ? 1u : 0u) << v;
        r.doubtful.nodes |= (effect(rule->node[v], rule->unknown) == 1 ? 1u : 0u) << v;
    }
    for (uint32_t l = 0; l < s->net.link_count; l++) {
        r.bad.links |= (effect(rule->link[l], rule->unknown) == 2 ? 1u : 0u) << l;
        r.doubtful.links |= (effect(rule->link[l], rule->unknown) == 1 ? 1u : 0u) << l;
    }
    return r;
}

struct oracle_demand sample_demand(const struct sample *s, uint32_t demand)
{
    struct oracle_demand d = {.src = s->demands[demand].src, .dst = s->demands[demand].dst};
    uint32_t rules = s->treatment_rules[s->demands[demand].treatment];

    for (uint32_t r = 0; r < s->rule_count; r++)
        if (oracle_has(rules, r))
            d.rules[d.rule_count++] = oracle_rule_of(s, &s->rules[r]);
    return d;
}

static void print_bits(const char *what, uint32_t bits)
{
    fprintf(stderr, " %s", what);
    for (uint32_t i = 0; i < 32; i++)
        if (oracle_has(bits, i))
            fprintf(stderr, " %u", i);
    fprintf(stderr, ";");
}

static void print_rule(const struct sample *s, uint32_t rule)
{
    struct oracle_rule r = oracle_rule_of(s, &s->rules[rule]);

    fprintf(stderr, "rule %u: to depth %u, kinds %u;", rule, r.depth, r.kinds);
    print_bits("bad nodes", r.bad.nodes);
    print_bits("bad links", r.bad.links);
    print_bits("doubtful nodes", r.doubtful.nodes);
    print_bits("doubtful links", r.doubtful.links);
    fprintf(stderr, "\n");
}

void sample_print(const struct sample *s)
{
    fprintf(stderr, "seed %llu, depth %u, kinds %u, %u nodes\n", (unsigned long long)s->seed,
            s->ask.depth, s->ask.kinds, s->net.node_count);
    for (uint32_t l = 0; l < s->net.link_count; l++) {
        const struct oracle_link *link = &s->net.links[l];

        fprintf(stderr, "link %u:", l);
        for (uint32_t e = 0; e < link->end_count; e++)
            fprintf(stderr, " %u (metric %u)", link->node[e], link->metric[e]);
        print_bits("srlgs", link->srlgs);
        fprintf(stderr, "\n");
    }
    for (uint32_t r = 0; r < s->rule_count; r++)
        print_rule(s, r);
    for (uint32_t d = 0; d < s->demand_count; d++) {
        fprintf(stderr, "demand %u:", d);
        print_bits("from", s->demands[d].src);
        print_bits("to", s->demands[d].dst);
        print_bits("rules", s->treatment_rules[s->demands[d].treatment]);
        fprintf(stderr, "\n");
    }
}

/* Room for the largest case that a sample makes. */
enum {
    NODES = 2 * ORACLE_NODES,
    LINKS = 9 * ORACLE_LINKS,
    ENDS = 4 * LINKS,
    LISTED = ORACLE_SRLGS * LINKS,
    SRLGS = 2 * ORACLE_SRLGS,
    WORDS = 2, /* that the rules are spread over */
};

struct making {
    struct sample *sample;
    uint64_t numbers;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_node_rec nodes[NODES];
    struct cp_link_rec links[LINKS];
    struct cp_end ends[ENDS];
    uint32_t link_srlgs[LISTED];
    cp_range alternatives[2 * LINKS];
    cp_link supports[2 * LINKS];
    cp_node demand_ends[2 * ORACLE_NODES * SAMPLE_DEMANDS];
    cp_text srlgs[SRLGS];
    struct cp_demand demands[SAMPLE_DEMANDS];
    uint32_t end_count, listed, alternative_count, support_count, demand_end_count;
    struct cp_judge_rule rules[SAMPLE_RULES];
    uint64_t node_bad[WORDS][NODES], node_unknown[WORDS][NODES];
    uint64_t link_bad[WORDS][LINKS], link_unknown[WORDS][LINKS];
    struct cp_treatment treatments[SAMPLE_TREATMENTS];
    uint32_t treatment_rules[SAMPLE_TREATMENTS][SAMPLE_RULES];
    uint32_t demand_treatment[SAMPLE_DEMANDS];
};

static void put_nodes(struct making *m)
{
    for (uint32_t v = 0; v < m->sample->net.node_count; v++) {
        if (sample_chance(&m->numbers, 25))
            m->nodes[m->c.node_count++].layer = CP_LAYER_OPTICAL;
        m->sample->case_node[v] = m->c.node_count;
        m->nodes[m->c.node_count++].layer = CP_LAYER_IP;
    }
}

/* Their order is kept; empty ones stand between. */
static void put_srlgs(struct making *m)
{
    for (uint32_t g = 0; g < m->sample->net.srlg_count; g++) {
        if (sample_chance(&m->numbers, 25))
            m->srlgs[m->c.srlg_count++] = CP_TEXT("empty");
        m->sample->case_srlg[g] = m->c.srlg_count;
        m->srlgs[m->c.srlg_count++] = CP_TEXT("group");
    }
}

static void name_srlgs(struct making *m, uint32_t link, uint32_t bits)
{
    m->links[link].srlgs.first = m->listed;
    for (uint32_t g = 0; g < m->sample->net.srlg_count; g++)
        if (oracle_has(bits, g))
            m->link_srlgs[m->listed++] = m->sample->case_srlg[g];
    m->links[link].srlgs.count = m->listed - m->links[link].srlgs.first;
}

static uint32_t put_lower_link(struct making *m, uint32_t srlgs)
{
    uint32_t link = m->c.link_count++;

    m->links[link].layer = CP_LAYER_OPTICAL;
    name_srlgs(m, link, srlgs);
    return link;
}

/* A link below that is in these groups, by its own name or through what is below it again. */
static cp_link put_support(struct making *m, uint32_t srlgs)
{
    uint32_t link = put_lower_link(m, sample_chance(&m->numbers, 50) ? srlgs : 0);

    if (m->links[link].srlgs.count == 0 && srlgs != 0) {
        uint32_t deeper = put_lower_link(m, srlgs);

        m->links[link].alternatives = (cp_range){m->alternative_count, 1};
        m->alternatives[m->alternative_count++] = (cp_range){m->support_count, 1};
        m->supports[m->support_count++].at = deeper;
    }
    return (cp_link){link};
}

/* Two alternatives that share just the groups to inherit. */
static void put_below(struct making *m, uint32_t link, uint32_t inherited)
{
    uint32_t others = ~inherited & ((1u << m->sample->net.srlg_count) - 1u);
    uint32_t mixed = (uint32_t)sample_random(&m->numbers) & others;
    uint32_t first_part = (uint32_t)sample_random(&m->numbers) & inherited;
    cp_link supports[3] = {put_support(m, first_part | mixed),
                           put_support(m, inherited & ~first_part),
                           put_support(m, inherited | (others & ~mixed))};

    m->links[link].alternatives = (cp_range){m->alternative_count, 2};
    m->alternatives[m->alternative_count++] = (cp_range){m->support_count, 2};
    m->alternatives[m->alternative_count++] = (cp_range){m->support_count + 2, 1};
    for (uint32_t i = 0; i < 3; i++)
        m->supports[m->support_count++] = supports[i];
}

static void put_link(struct making *m, uint32_t l)
{
    const struct oracle_link *from = &m->sample->net.links[l];
    uint32_t at = m->c.link_count++;
    uint32_t inherited = 0;

    m->sample->case_link[l] = at;
    m->links[at].layer = CP_LAYER_IP;
    m->links[at].lan = from->end_count > 2;
    m->links[at].ends = (cp_range){m->end_count, from->end_count};
    for (uint32_t e = 0; e < from->end_count; e++)
        m->ends[m->end_count++] = (struct cp_end){.node = {m->sample->case_node[from->node[e]]},
                                                  .metric = from->metric[e]};
    if (sample_chance(&m->numbers, 40)) {
        inherited = from->srlgs & (uint32_t)sample_random(&m->numbers);
        put_below(m, at, inherited);
    }
    name_srlgs(m, at, from->srlgs & ~inherited);
}

static cp_range put_ends(struct making *m, uint32_t nodes)
{
    cp_range range = {m->demand_end_count, 0};

    for (uint32_t v = 0; v < m->sample->net.node_count; v++)
        if (oracle_has(nodes, v))
            m->demand_ends[m->demand_end_count++].at = m->sample->case_node[v];
    range.count = m->demand_end_count - range.first;
    return range;
}

static void put_demands(struct making *m)
{
    for (uint32_t d = 0; d < m->sample->demand_count; d++) {
        m->demands[d].src = put_ends(m, m->sample->demands[d].src);
        m->demands[d].dst = put_ends(m, m->sample->demands[d].dst);
        m->demand_treatment[d] = m->sample->demands[d].treatment;
    }
}

static void put_trust(uint64_t *bad, uint64_t *unknown, uint64_t bit, uint8_t trust)
{
    *bad = trust == CP_UNTRUSTED ? *bad | bit : *bad & ~bit;
    *unknown = trust == CP_UNKNOWN ? *unknown | bit : *unknown & ~bit;
}

static void put_rule(struct making *m, uint32_t r)
{
    const struct sample_rule *of = &m->sample->rules[r];
    uint32_t word = r % WORDS;
    uint64_t bit = UINT64_C(1) << (63 - r / WORDS);

    m->rules[r] = (struct cp_judge_rule){.unknown = of->unknown,
                                         .depth = of->depth,
                                         .failure_kinds = of->kinds,
                                         .node_bad = m->node_bad[word],
                                         .node_unknown = m->node_unknown[word],
                                         .link_bad = m->link_bad[word],
                                         .link_unknown = m->link_unknown[word],
                                         .bit = bit};
    for (uint32_t v = 0; v < m->sample->net.node_count; v++) {
        uint32_t at = m->sample->case_node[v];

        put_trust(&m->node_bad[word][at], &m->node_unknown[word][at], bit, of->node[v]);
    }
    for (uint32_t l = 0; l < m->sample->net.link_count; l++) {
        uint32_t at = m->sample->case_link[l];

        put_trust(&m->link_bad[word][at], &m->link_unknown[word][at], bit, of->link[l]);
    }
}

/* What is not of layer ip is untrusted everywhere: it must count for nothing. */
static void put_rules(struct making *m)
{
    const struct sample *s = m->sample;

    memset(m->node_bad, 0xff, sizeof m->node_bad);
    memset(m->link_bad, 0xff, sizeof m->link_bad);
    for (uint32_t r = 0; r < s->rule_count; r++)
        put_rule(m, r);
    for (uint32_t t = 0; t < s->treatment_count; t++) {
        m->treatments[t].rules = m->treatment_rules[t];
        for (uint32_t r = 0; r < s->rule_count; r++)
            if (oracle_has(s->treatment_rules[t], r))
                m->treatment_rules[t][m->treatments[t].rule_count++] = r;
    }
}

cp_err sample_judge(struct sample *s, struct cp_arena *arena, const struct cp_judge **out)
{
    struct making *m = CP_TAKE(arena, 1, struct making);

    if (m == NULL)
        return CP_ERR_NOMEM;
    m->sample = s;
    m->numbers = s->seed + UINT64_C(0x5851f42d4c957f2d);
    put_nodes(m);
    put_srlgs(m);
    for (uint32_t l = 0; l < s->net.link_count; l++) {
        if (sample_chance(&m->numbers, 20))
            (void)put_lower_link(m, (1u << s->net.srlg_count) - 1u);
        put_link(m, l);
    }
    put_demands(m);
    put_rules(m);
    m->c.nodes = m->nodes;
    m->c.links = m->links;
    m->c.ends = m->ends;
    m->c.link_srlgs = m->link_srlgs;
    m->c.alternatives = m->alternatives;
    m->c.supports = m->supports;
    m->c.demand_ends = m->demand_ends;
    m->c.srlgs = m->srlgs;
    m->c.demands = m->demands;
    m->c.demand_count = s->demand_count;
    m->judge = (struct cp_judge){.rules = m->rules,
                                 .treatments = m->treatments,
                                 .demand_treatment = m->demand_treatment,
                                 .rule_count = s->rule_count,
                                 .transit_count = s->rule_count,
                                 .treatment_count = s->treatment_count,
                                 .as_of = 0,
                                 .net = &m->c};
    *out = &m->judge;
    return CP_OK;
}

#include "net.h"

/* Every rule of a treatment is laid over every element once: O(rules * elements). */

/* The bit that a rule of this profile gives to an element so trusted; 0 for none. */
static uint32_t mark_of(uint8_t trust, cp_unknown unknown, uint32_t profile)
{
    switch ((cp_trust)trust) {
    case CP_TRUSTED:
        return 0;
    case CP_UNTRUSTED:
        return UINT32_C(1) << profile;
    case CP_UNKNOWN:
        break;
    }
    switch (unknown) {
    case CP_UNKNOWN_IS_TRUSTED:
        return 0;
    case CP_UNKNOWN_IS_UNTRUSTED:
        return UINT32_C(1) << profile;
    case CP_UNKNOWN_IS_UNDECIDED:
        break;
    }
    return UINT32_C(1) << (profile + PROFILES);
}

/* The profile of a rule; PROFILES if the table is full. */
static uint32_t find_profile(const struct marking *m, const struct cp_judge_rule *rule)
{
    uint32_t p = 0;

    while (p < m->profile_count && (m->profiles[p].depth != rule->depth ||
                                    m->profiles[p].failure_kinds != rule->failure_kinds))
        p++;
    return p;
}

static cp_err add_profile(struct marking *m, const struct cp_judge_rule *rule, uint32_t *profile)
{
    *profile = find_profile(m, rule);
    if (*profile == PROFILES)
        return CP_ERR_LIMIT;
    if (*profile == m->profile_count)
        m->profiles[m->profile_count++] =
            (struct profile){.depth = rule->depth, .failure_kinds = rule->failure_kinds};
    return CP_OK;
}

static cp_err find_liars(const struct net *net, struct cp_arena *arena, struct marking *m)
{
    uint32_t nodes = net->graph.node_count;
    uint8_t *banned = CP_TAKE(arena, nodes, uint8_t);
    uint32_t *liars = NULL;

    if (banned == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < nodes; v++) {
        banned[v] = (m->marks.node[v] & FORBIDDEN_BITS) != 0;
        m->liar_count += banned[v];
    }
    liars = CP_TAKE(arena, m->liar_count, uint32_t);
    if (liars == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0, n = 0; v < nodes; v++)
        if (banned[v])
            liars[n++] = v;
    m->banned = banned;
    m->liars = liars;
    return CP_OK;
}

static cp_err find_clean(const struct net *net, struct cp_arena *arena, struct marking *m)
{
    uint32_t nodes = net->graph.node_count;
    uint32_t links = net->graph.link_count;
    uint32_t *component = CP_TAKE(arena, nodes, uint32_t);
    cp_arena_mark mark = cp_arena_mark_get(arena);
    uint8_t *node_ok = CP_TAKE(arena, nodes, uint8_t);
    uint8_t *link_ok = CP_TAKE(arena, links, uint8_t);

    if (node_ok == NULL || link_ok == NULL || component == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < nodes; v++)
        node_ok[v] = m->marks.node[v] == 0;
    for (uint32_t l = 0; l < links; l++)
        link_ok[l] = m->marks.link[l] == 0;
    CP_TRY(cp_graph_components(&net->graph, node_ok, link_ok, component, arena));
    cp_arena_reset(arena, mark);
    m->component = component;
    return CP_OK;
}

static void find_deepest(struct marking *m)
{
    for (uint32_t p = 0; p < m->profile_count; p++)
        if ((m->all & (UINT32_C(0x10001) << p)) != 0 && m->profiles[p].depth > m->deepest)
            m->deepest = m->profiles[p].depth;
}

cp_err cp_marking_make(const struct net *net, const struct cp_judge *judge,
                       const struct cp_treatment *treatment, struct cp_arena *arena,
                       struct marking *out)
{
    uint32_t *node = CP_TAKE(arena, net->graph.node_count, uint32_t);
    uint32_t *link = CP_TAKE(arena, net->graph.link_count, uint32_t);

    if (node == NULL || link == NULL)
        return CP_ERR_NOMEM;
    *out = (struct marking){.marks = {.node = node, .link = link}};
    for (uint32_t i = 0; i < treatment->rule_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[treatment->rules[i]];
        uint32_t profile = 0;

        CP_TRY(add_profile(out, rule, &profile));
        for (uint32_t v = 0; v < net->graph.node_count; v++) {
            node[v] |= mark_of(rule->node_trust[net->case_node[v]], rule->unknown, profile);
            out->all |= node[v];
        }
        for (uint32_t l = 0; l < net->graph.link_count; l++) {
            link[l] |= mark_of(rule->link_trust[net->case_link[l]], rule->unknown, profile);
            out->on_links |= link[l];
        }
    }
    out->all |= out->on_links;
    find_deepest(out);
    CP_TRY(find_liars(net, arena, out));
    return find_clean(net, arena, out);
}

uint32_t cp_marking_rule(const struct marking *m, const struct cp_judge *judge,
                         const struct cp_treatment *treatment, cp_object_kind kind,
                         uint32_t element, uint32_t marks)
{
    for (uint32_t i = 0;; i++) {
        CP_ASSERT(i < treatment->rule_count); /* no mark without a rule that gives it */
        const struct cp_judge_rule *rule = &judge->rules[treatment->rules[i]];
        uint8_t trust =
            kind == CP_OBJECT_NODE ? rule->node_trust[element] : rule->link_trust[element];

        if ((mark_of(trust, rule->unknown, find_profile(m, rule)) & marks) != 0)
            return treatment->rules[i];
    }
}

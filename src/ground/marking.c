#include "ground/marking.h"

#include <string.h>

/*
 * Rules lie 64 to a word.  Those of one word and one profile are a slice, which is laid over every
 * element at once: O(slices * elements), whatever the number of rules.
 */

struct slice {
    const uint64_t *node_bad, *node_unknown, *link_bad, *link_unknown;
    uint64_t rules;                /* all of the slice */
    uint64_t untrusted, undecided; /* those that count unknown elements so */
    uint32_t profile;
};

struct slices {
    struct slice *at; /* [count] */
    uint32_t count;
};

/* The marks that the rules of a slice give to an element with these words. */
static uint32_t marks_of(const struct slice *slice, uint64_t bad, uint64_t unknown)
{
    uint64_t unsure = unknown & ~bad;
    bool forbidden = ((bad & slice->rules) | (unsure & slice->untrusted)) != 0;
    bool undecided = (unsure & slice->undecided) != 0;

    return (uint32_t)forbidden << slice->profile | (uint32_t)undecided
                                                       << (slice->profile + CP_PROFILES_MAX);
}

/* The slice that the rule's bit goes to: a new one where there is none of its word and profile. */
static struct slice *get_slice(struct slices *slices, const struct cp_judge_rule *rule,
                               uint32_t profile)
{
    uint32_t s = 0;

    while (s < slices->count &&
           (slices->at[s].node_bad != rule->node_bad || slices->at[s].profile != profile))
        s++;
    if (s == slices->count)
        slices->at[slices->count++] = (struct slice){.node_bad = rule->node_bad,
                                                     .node_unknown = rule->node_unknown,
                                                     .link_bad = rule->link_bad,
                                                     .link_unknown = rule->link_unknown,
                                                     .profile = profile};
    return &slices->at[s];
}

static void add_to_slice(struct slice *slice, const struct cp_judge_rule *rule)
{
    slice->rules |= rule->bit;
    switch (rule->unknown) {
    case CP_UNKNOWN_IS_TRUSTED:
        break;
    case CP_UNKNOWN_IS_UNTRUSTED:
        slice->untrusted |= rule->bit;
        break;
    case CP_UNKNOWN_IS_UNDECIDED:
        slice->undecided |= rule->bit;
        break;
    }
}

/* The profile of a rule; CP_PROFILES_MAX if the table is full. */
static uint32_t find_profile(const struct cp_marking *m, const struct cp_judge_rule *rule)
{
    uint32_t p = 0;

    while (p < m->profile_count && (m->profiles[p].depth != rule->depth ||
                                    m->profiles[p].failure_kinds != rule->failure_kinds))
        p++;
    return p;
}

static cp_err add_profile(struct cp_marking *m, const struct cp_judge_rule *rule, uint32_t *profile)
{
    *profile = find_profile(m, rule);
    if (*profile == CP_PROFILES_MAX)
        return CP_ERR_LIMIT;
    if (*profile == m->profile_count)
        m->profiles[m->profile_count++] =
            (struct cp_profile){.depth = rule->depth, .failure_kinds = rule->failure_kinds};
    return CP_OK;
}

static cp_err find_liars(const struct cp_net *net, struct cp_arena *arena, struct cp_marking *m)
{
    uint32_t nodes = net->graph.node_count;
    uint8_t *banned = CP_TAKE(arena, nodes, uint8_t);
    uint32_t *liars = NULL;

    if (banned == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < nodes; v++) {
        banned[v] = (m->marks.node[v] & CP_FORBIDDEN_BITS) != 0;
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

static cp_err find_clean(const struct cp_net *net, struct cp_arena *arena, struct cp_marking *m)
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

static void find_deepest(struct cp_marking *m)
{
    for (uint32_t p = 0; p < m->profile_count; p++)
        if ((m->all & (UINT32_C(0x10001) << p)) != 0 && m->profiles[p].depth > m->deepest)
            m->deepest = m->profiles[p].depth;
}

static cp_err make_slices(struct cp_marking *m, const struct cp_judge *judge,
                          const struct cp_treatment *treatment, struct cp_arena *arena,
                          struct slices *slices)
{
    *slices = (struct slices){.at = CP_TAKE(arena, treatment->rule_count, struct slice)};
    if (slices->at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < treatment->rule_count; i++) {
        const struct cp_judge_rule *rule = &judge->rules[treatment->rules[i]];
        uint32_t profile = 0;

        CP_TRY(add_profile(m, rule, &profile));
        add_to_slice(get_slice(slices, rule, profile), rule);
    }
    return CP_OK;
}

static void lay(const struct cp_net *net, const struct slice *slice, struct cp_marking *m,
                uint32_t *node, uint32_t *link)
{
    for (uint32_t v = 0; v < net->graph.node_count; v++) {
        uint32_t at = net->case_node[v];

        node[v] |= marks_of(slice, slice->node_bad[at], slice->node_unknown[at]);
        m->all |= node[v];
    }
    for (uint32_t l = 0; l < net->graph.link_count; l++) {
        uint32_t at = net->case_link[l];

        link[l] |= marks_of(slice, slice->link_bad[at], slice->link_unknown[at]);
        m->on_links |= link[l];
    }
}

cp_err cp_marking_make(const struct cp_net *net, const struct cp_judge *judge,
                       const struct cp_treatment *treatment, struct cp_arena *arena,
                       struct cp_marking *out)
{
    uint32_t *node = CP_TAKE(arena, net->graph.node_count, uint32_t);
    uint32_t *link = CP_TAKE(arena, net->graph.link_count, uint32_t);
    cp_arena_mark mark = cp_arena_mark_get(arena);
    struct slices slices;

    if (node == NULL || link == NULL)
        return CP_ERR_NOMEM;
    *out = (struct cp_marking){.marks = {.node = node, .link = link}};
    CP_TRY(make_slices(out, judge, treatment, arena, &slices));
    for (uint32_t s = 0; s < slices.count; s++)
        lay(net, &slices.at[s], out, node, link);
    cp_arena_reset(arena, mark);
    out->all |= out->on_links;
    find_deepest(out);
    CP_TRY(find_liars(net, arena, out));
    return find_clean(net, arena, out);
}

static void harden(uint32_t *marks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        marks[i] = (marks[i] | marks[i] >> CP_PROFILES_MAX) & CP_FORBIDDEN_BITS;
}

cp_err cp_marking_make_hard(const struct cp_net *net, const struct cp_judge *judge,
                            const struct cp_treatment *treatment, struct cp_arena *arena,
                            struct cp_marking *out)
{
    uint32_t nodes = net->graph.node_count, links = net->graph.link_count;
    uint32_t *node = CP_TAKE(arena, nodes, uint32_t);
    uint32_t *link = CP_TAKE(arena, links, uint32_t);

    if (node == NULL || link == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_marking_make(net, judge, treatment, arena, out));
    memcpy(node, out->marks.node, nodes * sizeof *node);
    memcpy(link, out->marks.link, links * sizeof *link);
    harden(node, nodes);
    harden(link, links);
    harden(&out->all, 1);
    harden(&out->on_links, 1);
    out->marks = (struct cp_marks){.node = node, .link = link};
    out->liar_count = 0;
    return find_liars(net, arena, out);
}

/* What the rule alone makes of the element. */
static uint32_t marks_by_rule(const struct cp_marking *m, const struct cp_judge_rule *rule,
                              cp_object_kind kind, uint32_t element)
{
    uint32_t profile = find_profile(m, rule);

    switch (cp_trust_treated(cp_judge_trust(rule, kind, element), rule->unknown)) {
    case CP_TRUSTED:
        return 0;
    case CP_UNTRUSTED:
        return UINT32_C(1) << profile;
    case CP_UNKNOWN:
        break;
    }
    return UINT32_C(1) << (profile + CP_PROFILES_MAX);
}

uint32_t cp_marking_rule(const struct cp_marking *m, const struct cp_judge *judge,
                         const struct cp_treatment *treatment, cp_object_kind kind,
                         uint32_t element, uint32_t marks)
{
    for (uint32_t i = 0;; i++) {
        CP_ASSERT(i < treatment->rule_count); /* no mark without a rule that gives it */
        uint32_t rule = treatment->rules[i];

        if ((marks_by_rule(m, &judge->rules[rule], kind, element) & marks) != 0)
            return rule;
    }
}

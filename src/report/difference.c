#include "report/difference.h"

#include "base/map.h"

#include "difference_parts.h"
#include "questions.h"
#include "report/words.h"

/*
 * Rules in force are paired once; then each element is looked at under each pair: O(elements * rules).
 */

struct pair {
    uint32_t before, after; /* CP_NONE: there is none */
};

struct making {
    struct cp_difference *d;
    const struct cp_judge *before, *after;
    struct cp_arena *arena;
    struct pair *pairs; /* [pair_count] of rules in force */
    uint32_t pair_count;
};

/* ---- elements ---- */

/* The rule in force that is the same one; CP_NONE. */
static uint32_t same_rule(const struct cp_judge *judge, const struct cp_judge_rule *rule)
{
    for (uint32_t r = 0; r < judge->rule_count; r++) {
        if (judge->rules[r].policy == rule->policy && cp_text_eq(judge->rules[r].id, rule->id))
            return r;
    }
    return CP_NONE;
}

static cp_err pair_rules(struct making *m)
{
    size_t most = (size_t)m->before->rule_count + m->after->rule_count;

    m->pairs = CP_TAKE(m->arena, most, struct pair);
    if (m->pairs == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t r = 0; r < m->before->rule_count; r++)
        m->pairs[m->pair_count++] = (struct pair){r, same_rule(m->after, &m->before->rules[r])};
    for (uint32_t r = 0; r < m->after->rule_count; r++) {
        if (same_rule(m->before, &m->after->rules[r]) == CP_NONE)
            m->pairs[m->pair_count++] = (struct pair){CP_NONE, r};
    }
    return CP_OK;
}

static cp_trust trust_of(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                         uint32_t at)
{
    return rule == CP_NONE || at == CP_NONE ? CP_TRUSTED : cp_question_trust(judge, rule, kind, at);
}

static bool is_in_both(struct cp_counterparts it)
{
    return it.before != CP_NONE && it.after != CP_NONE;
}

static void count_differing(struct cp_differing *differ, struct cp_counterparts it)
{
    differ->changed += is_in_both(it);
    differ->added += it.before == CP_NONE;
    differ->gone += it.after == CP_NONE;
}

struct element_list {
    struct cp_element_change *at;
    uint32_t count, cap;
};

static cp_err add_element(struct making *m, struct element_list *list,
                          struct cp_element_change change)
{
    void *grown = list->at;

    CP_TRY(cp_arena_grow(m->arena, &grown, list->count, &list->cap, sizeof *list->at));
    list->at = grown;
    list->at[list->count++] = change;
    return CP_OK;
}

static bool is_bad(const struct cp_judge *judge, cp_object_kind kind, uint32_t at)
{
    return at != CP_NONE && cp_question_worst(judge, kind, at) == CP_UNTRUSTED;
}

static cp_err compare_element(struct making *m, cp_object_kind kind, struct cp_counterparts it,
                              struct element_list *list)
{
    uint32_t first = list->count;

    for (uint32_t i = 0; i < m->pair_count; i++) {
        struct pair pair = m->pairs[i];
        cp_trust before = trust_of(m->before, pair.before, kind, it.before);
        cp_trust after = trust_of(m->after, pair.after, kind, it.after);

        if (before != after)
            CP_TRY(add_element(
                m, list,
                (struct cp_element_change){kind, it, pair.before, pair.after, before, after}));
    }
    if (list->count == first && !is_in_both(it))
        CP_TRY(add_element(
            m, list,
            (struct cp_element_change){kind, it, CP_NONE, CP_NONE, CP_TRUSTED, CP_TRUSTED}));
    if (list->count == first)
        return CP_OK;
    count_differing(&m->d->elements_differ, it);
    m->d->worse.elements += is_bad(m->after, kind, it.after) && !is_bad(m->before, kind, it.before);
    return CP_OK;
}

static cp_err compare_nodes(struct making *m, struct element_list *list)
{
    const struct cp_case *before = m->before->net, *after = m->after->net;

    for (uint32_t v = 0; v < after->node_count; v++) {
        struct cp_counterparts it = {cp_case_node(before, after->nodes[v].id).at, v};

        CP_TRY(compare_element(m, CP_OBJECT_NODE, it, list));
    }
    for (uint32_t v = 0; v < before->node_count; v++) {
        struct cp_counterparts it = {v, cp_case_node(after, before->nodes[v].id).at};

        if (it.after == CP_NONE)
            CP_TRY(compare_element(m, CP_OBJECT_NODE, it, list));
    }
    return CP_OK;
}

static cp_err compare_links(struct making *m, struct element_list *list)
{
    const struct cp_case *before = m->before->net, *after = m->after->net;

    for (uint32_t l = 0; l < after->link_count; l++) {
        struct cp_counterparts it = {cp_case_link(before, after->links[l].id).at, l};

        CP_TRY(compare_element(m, CP_OBJECT_LINK, it, list));
    }
    for (uint32_t l = 0; l < before->link_count; l++) {
        struct cp_counterparts it = {l, cp_case_link(after, before->links[l].id).at};

        if (it.after == CP_NONE)
            CP_TRY(compare_element(m, CP_OBJECT_LINK, it, list));
    }
    return CP_OK;
}

bool cp_difference_is_first(const struct cp_difference *d, uint32_t at)
{
    const struct cp_element_change *it = &d->elements[at], *last;

    if (at == 0)
        return true;
    last = &d->elements[at - 1];
    return it->kind != last->kind || it->element.before != last->element.before ||
           it->element.after != last->element.after;
}

static cp_err compare_elements(struct making *m)
{
    struct element_list list = {.count = 0};

    CP_TRY(pair_rules(m));
    CP_TRY(compare_nodes(m, &list));
    CP_TRY(compare_links(m, &list));
    m->d->elements = list.at;
    m->d->element_count = list.count;
    return CP_OK;
}

/* ---- demands and findings ---- */

static cp_err map_demands(const struct cp_case *net, struct cp_arena *arena, struct cp_map **out)
{
    CP_TRY(cp_map_open(arena, out));
    for (uint32_t d = 0; d < net->demand_count; d++)
        CP_TRY(cp_map_add(*out, net->demands[d].id, d));
    return CP_OK;
}

static uint32_t find_demand(const struct cp_map *demands, cp_text id)
{
    uint32_t at = cp_map_find(demands, id);

    return at == CP_MAP_NONE ? CP_NONE : at;
}

static bool differs(const struct making *m, struct cp_counterparts it)
{
    const struct cp_demand_result *before, *after;

    if (!is_in_both(it))
        return true;
    before = &m->d->before->results[it.before];
    after = &m->d->after->results[it.after];
    return before->verdict != after->verdict || before->exposure_depth != after->exposure_depth;
}

static bool is_violated(const struct cp_report *report, uint32_t demand)
{
    return demand != CP_NONE && report->results[demand].verdict == CP_VERDICT_VIOLATION;
}

static void compare_demand(struct making *m, struct cp_counterparts it,
                           struct cp_counterparts *list)
{
    if (!differs(m, it))
        return;
    list[m->d->demand_count++] = it;
    count_differing(&m->d->demands_differ, it);
    m->d->worse.demands +=
        is_violated(m->d->after, it.after) && !is_violated(m->d->before, it.before);
}

static cp_err compare_demands(struct making *m)
{
    const struct cp_case *before = m->before->net, *after = m->after->net;
    struct cp_counterparts *list = CP_TAKE(
        m->arena, (size_t)before->demand_count + after->demand_count, struct cp_counterparts);
    struct cp_map *were, *are;

    if (list == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(map_demands(before, m->arena, &were));
    CP_TRY(map_demands(after, m->arena, &are));
    for (uint32_t d = 0; d < after->demand_count; d++)
        compare_demand(m, (struct cp_counterparts){find_demand(were, after->demands[d].id), d},
                       list);
    for (uint32_t d = 0; d < before->demand_count; d++)
        if (find_demand(are, before->demands[d].id) == CP_NONE)
            compare_demand(m, (struct cp_counterparts){d, CP_NONE}, list);
    m->d->demands = list;
    return CP_OK;
}

/* No id holds a line end, so no two findings of a judge but the same one have one key. */
static cp_err finding_key(const struct cp_case *net, const struct cp_finding *finding,
                          struct cp_arena *arena, cp_text *key)
{
    const cp_text parts[] = {finding->has_object
                                 ? cp_words_element(net, finding->object_kind, finding->object)
                                 : CP_TEXT(""),
                             finding->rule_id, finding->part, finding->site};
    struct cp_out out = cp_out_make(arena);

    cp_out_format(&out, "%u %u %u", (unsigned)finding->kind, finding->policy,
                  (unsigned)finding->object_kind);
    for (size_t i = 0; i < CP_COUNT(parts); i++) {
        cp_out_char(&out, '\n');
        cp_out_text(&out, parts[i]);
    }
    return cp_out_done(&out, key);
}

struct roll {
    const struct cp_finding *list; /* [count] */
    uint32_t count;
    cp_text *keys; /* [count] */
    struct cp_map *map;
};

static cp_err open_roll(const struct cp_judge *judge, struct cp_arena *arena, struct roll *roll)
{
    CP_TRY(cp_findings_collect(judge, arena, &roll->list, &roll->count));
    CP_TRY(cp_map_open(arena, &roll->map));
    roll->keys = CP_TAKE(arena, roll->count, cp_text);
    if (roll->keys == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < roll->count; i++) {
        cp_err err;

        CP_TRY(finding_key(judge->net, &roll->list[i], arena, &roll->keys[i]));
        err = cp_map_add(roll->map, roll->keys[i], i);
        if (err != CP_OK && err != CP_ERR_DUPLICATE)
            return err;
    }
    return CP_OK;
}

static const struct cp_finding *find_finding(const struct roll *roll, cp_text key)
{
    uint32_t at = cp_map_find(roll->map, key);

    return at == CP_MAP_NONE ? NULL : &roll->list[at];
}

static void add_finding(struct making *m, struct cp_finding_change *list,
                        struct cp_finding_change change)
{
    list[m->d->finding_count++] = change;
    m->d->worse.findings += change.after != NULL && change.after->trust == CP_UNTRUSTED &&
                            (change.before == NULL || change.before->trust != CP_UNTRUSTED);
}

static cp_err compare_findings(struct making *m)
{
    struct roll before, after;
    struct cp_finding_change *list;

    CP_TRY(open_roll(m->before, m->arena, &before));
    CP_TRY(open_roll(m->after, m->arena, &after));
    list = CP_TAKE(m->arena, (size_t)before.count + after.count, struct cp_finding_change);
    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < after.count; i++) {
        const struct cp_finding *was = find_finding(&before, after.keys[i]);
        const struct cp_finding *now = &after.list[i];

        CP_ASSERT(now != NULL);
        if (was == NULL || was->trust != now->trust)
            add_finding(m, list, (struct cp_finding_change){was, now});
    }
    for (uint32_t i = 0; i < before.count; i++) {
        if (find_finding(&after, before.keys[i]) == NULL)
            add_finding(m, list, (struct cp_finding_change){&before.list[i], NULL});
    }
    m->d->findings = list;
    return CP_OK;
}

bool cp_difference_is_worse(const struct cp_difference *d)
{
    return d->worse.elements > 0 || d->worse.demands > 0 || d->worse.findings > 0;
}

cp_err cp_difference_make(const struct cp_report *before, const struct cp_report *after,
                          struct cp_arena *arena, const struct cp_difference **out)
{
    struct cp_difference *d = CP_TAKE(arena, 1, struct cp_difference);
    struct making m = {.d = d, .before = before->judge, .after = after->judge, .arena = arena};

    if (d == NULL)
        return CP_ERR_NOMEM;
    CP_ASSERT(m.before->policy_count == m.after->policy_count);
    *d = (struct cp_difference){.before = before, .after = after};
    CP_TRY(cp_difference_words(m.before, m.after, arena, &d->words, &d->word_count));
    CP_TRY(compare_elements(&m));
    CP_TRY(compare_demands(&m));
    CP_TRY(compare_findings(&m));
    *out = d;
    return CP_OK;
}

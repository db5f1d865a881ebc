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
    return rule == CP_NONE ? CP_TRUSTED : cp_question_trust(judge, rule, kind, at);
}

struct element_list {
    struct cp_element_change *at;
    uint32_t count, cap;
};

static cp_err compare_element(struct making *m, cp_object_kind kind, uint32_t at,
                              struct element_list *list)
{
    for (uint32_t i = 0; i < m->pair_count; i++) {
        struct pair pair = m->pairs[i];
        cp_trust before = trust_of(m->before, pair.before, kind, at);
        cp_trust after = trust_of(m->after, pair.after, kind, at);
        void *grown = list->at;

        if (before == after)
            continue;
        CP_TRY(cp_arena_grow(m->arena, &grown, list->count, &list->cap, sizeof *list->at));
        list->at = grown;
        list->at[list->count++] =
            (struct cp_element_change){kind, at, pair.before, pair.after, before, after};
    }
    return CP_OK;
}

static bool becomes_bad(struct making *m, cp_object_kind kind, uint32_t at)
{
    return cp_question_worst(m->after, kind, at) == CP_UNTRUSTED &&
           cp_question_worst(m->before, kind, at) != CP_UNTRUSTED;
}

static cp_err compare_elements(struct making *m)
{
    struct element_list list = {.count = 0};
    const struct cp_case *net = m->after->net;

    CP_TRY(pair_rules(m));
    for (uint32_t v = 0; v < net->node_count; v++)
        CP_TRY(compare_element(m, CP_OBJECT_NODE, v, &list));
    for (uint32_t l = 0; l < net->link_count; l++)
        CP_TRY(compare_element(m, CP_OBJECT_LINK, l, &list));
    for (uint32_t i = 0; i < list.count; i++) {
        bool first = i == 0 || list.at[i].kind != list.at[i - 1].kind ||
                     list.at[i].element != list.at[i - 1].element;

        m->d->worse.elements += first && becomes_bad(m, list.at[i].kind, list.at[i].element);
    }
    m->d->elements = list.at;
    m->d->element_count = list.count;
    return CP_OK;
}

/* ---- demands and findings ---- */

static cp_err compare_demands(struct making *m)
{
    uint32_t count = m->after->net->demand_count;
    uint32_t *changed = CP_TAKE(m->arena, count, uint32_t);

    if (changed == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < count; d++) {
        const struct cp_demand_result *before = &m->d->before->results[d];
        const struct cp_demand_result *after = &m->d->after->results[d];

        if (before->verdict == after->verdict && before->exposure_depth == after->exposure_depth)
            continue;
        changed[m->d->demand_count++] = d;
        m->d->worse.demands +=
            after->verdict == CP_VERDICT_VIOLATION && before->verdict != CP_VERDICT_VIOLATION;
    }
    m->d->demands = changed;
    return CP_OK;
}

/* No id holds a line end, so no two findings of a judge but the same one have one key. */
static cp_err finding_key(const struct cp_finding *finding, struct cp_arena *arena, cp_text *key)
{
    const cp_text parts[] = {finding->rule_id, finding->part, finding->site};
    struct cp_out out = cp_out_make(arena);

    cp_out_format(&out, "%u %u %u %u", (unsigned)finding->kind, finding->policy,
                  (unsigned)finding->object_kind, finding->object);
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

        CP_TRY(finding_key(&roll->list[i], arena, &roll->keys[i]));
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
    CP_ASSERT(m.before->net->node_count == m.after->net->node_count &&
              m.before->net->link_count == m.after->net->link_count &&
              m.before->net->demand_count == m.after->net->demand_count);
    *d = (struct cp_difference){.before = before, .after = after};
    CP_TRY(cp_difference_words(m.before, m.after, arena, &d->words, &d->word_count));
    CP_TRY(compare_elements(&m));
    CP_TRY(compare_demands(&m));
    CP_TRY(compare_findings(&m));
    *out = d;
    return CP_OK;
}

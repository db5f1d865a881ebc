#include "bundle_blocking.h"

#include "bundle_head.h"

/*
 * A blocking cut: each member is something that rules of the demand's treatment are against, all of
 * them and no other; without the members' marks the ends hang together.  That none is smaller or cheaper is not
 * looked at.
 */

/* Its rules are those of the treatment that are against the element, in their order. */
static bool has_rules(const struct cp_bundle_net *net, const struct cp_bundle_treatment *t,
                      uint32_t element, const struct cp_json_value *rules)
{
    const struct cp_json_value *at = rules == NULL ? NULL : rules->first;

    for (uint32_t i = 0; i < t->rule_count; i++) {
        const struct cp_bundle_against *against = cp_bundle_find_against(net, t->rules[i], element);

        if (against == NULL)
            continue;
        if (at == NULL || !cp_bundle_is_rule(&net->rules[t->rules[i]], at) ||
            !cp_text_eq(cp_json_member_text(at, "reason"), against->reason))
            return false;
        at = at->next;
    }
    return at == NULL && rules != NULL && rules->count > 0;
}

static uint32_t find_member(const struct cp_bundle_net *net, const struct cp_json_value *member)
{
    cp_text kind = cp_json_member_text(member, "element_kind");
    uint32_t which = cp_text_is(kind, "node") ? 1 : 0;
    uint32_t at = cp_map_find(net->find[which], cp_json_member_text(member, "element"));

    if (at == CP_MAP_NONE || !(which == 1 || cp_text_is(kind, "link")))
        return CP_BUNDLE_NONE;
    return at + (which == 1 ? net->link_count : 0);
}

/* Marks of the treatment without those of the members. */
static cp_err unmark(const struct cp_bundle_net *net, const struct cp_bundle_treatment *t,
                     const struct cp_json_value *members, struct cp_arena *work, uint64_t **out)
{
    uint32_t elements = net->link_count + net->node_count;
    uint64_t *marks = CP_TAKE(work, elements, uint64_t);

    if (marks == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < elements; i++)
        marks[i] = t->marks[i];
    for (const struct cp_json_value *m = members->first; m != NULL; m = m->next)
        marks[find_member(net, m)] = 0;
    *out = marks;
    return CP_OK;
}

static cp_err check_cut(const struct cp_bundle_net *net, uint32_t demand,
                        const struct cp_json_value *cut, struct cp_arena *work, bool *good)
{
    const struct cp_bundle_treatment *t = &net->treatments[net->demands[demand].treatment];
    const struct cp_json_value *members = cp_json_member(cut, "members");
    uint64_t count = 0, cost = 0, sum = 0;
    struct cp_joined joined;
    uint64_t *marks = NULL;

    *good = members != NULL && members->kind == CP_JSON_ARRAY && members->count > 0 &&
            cp_json_u64_of(cp_json_member(cut, "count"), &count) && count == members->count &&
            cp_json_u64_of(cp_json_member(cut, "cost"), &cost);
    for (const struct cp_json_value *m = *good ? members->first : NULL; m != NULL; m = m->next) {
        uint32_t element = find_member(net, m);
        uint64_t own = 0;

        *good = element != CP_BUNDLE_NONE && t->marks[element] != 0 &&
                has_rules(net, t, element, cp_json_member(m, "rules")) &&
                cp_json_u64_of(cp_json_member(m, "cost"), &own);
        if (!*good)
            return CP_OK;
        sum = cp_num_plus(sum, own);
    }
    *good = *good && sum == cost;
    if (!*good)
        return CP_OK;
    CP_TRY(unmark(net, t, members, work, &marks));
    CP_TRY(cp_bundle_join(net, marks, work, &joined));
    *good = cp_bundle_has_way(net, demand, &joined, marks);
    return CP_OK;
}

cp_err cp_bundle_blocking_check(const struct cp_bundle_net *net, uint32_t demand,
                                const struct cp_json_value *blocking, struct cp_arena *work,
                                bool *good)
{
    static const char *const names[] = {"smallest", "cheapest"};
    uint64_t count[2] = {0}, cost[2] = {0};

    *good = true;
    for (uint32_t i = 0; *good && i < CP_COUNT(names); i++) {
        const struct cp_json_value *cut = cp_json_member(blocking, names[i]);

        if (cut == NULL || cut->kind == CP_JSON_NULL)
            return CP_OK;
        CP_TRY(check_cut(net, demand, cut, work, good));
        (void)cp_json_u64_of(cp_json_member(cut, "count"), &count[i]);
        (void)cp_json_u64_of(cp_json_member(cut, "cost"), &cost[i]);
    }
    *good = *good && count[0] <= count[1] && cost[1] <= cost[0];
    return CP_OK;
}

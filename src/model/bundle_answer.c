#include "model/bundle.h"

#include <string.h>

#include "base/json_in.h"
#include "bundle_head.h"
#include "bundle_members.h"
#include "bundle_sense.h"

/*
 * The file answer.json: demands one after another, each a tree that is given back.  Names become
 * numbers; what names nothing, or says of the network what that does not say itself, is refused.
 */

struct reading {
    const struct cp_bundle_net *net;
    struct cp_bundle_answer *out;
    struct cp_arena *arena, *work;
    struct cp_diag *diag;
    struct cp_json_in in;
    uint32_t demand;  /* so many were read */
    cp_place place;   /* of the one that is read */
    uint64_t members; /* at the top: which were met */
    uint64_t verdicts[CP_BUNDLE_VERDICTS], uncovered;
    uint32_t met; /* members */
};

static cp_err wrong(const struct reading *r, const struct cp_json_value *at, cp_err err,
                    const char *why)
{
    return cp_diag_set(r->diag, err, at != NULL ? at->place : r->place, why,
                       at != NULL ? at->text : CP_TEXT(""));
}

/* Both a text, or both null. */
static cp_err need_text(const struct reading *r, const struct cp_json_value *object,
                        const char *name, cp_text text)
{
    const struct cp_json_value *value = cp_json_member(object, name);

    return cp_bundle_says(object, name, text)
               ? CP_OK
               : wrong(r, value != NULL ? value : object, CP_ERR_CONFLICT,
                       "the network says something else");
}

static cp_err read_depth(const struct reading *r, const struct cp_json_value *value, uint32_t *out)
{
    uint64_t depth = CP_BUNDLE_NONE;

    if (value != NULL && value->kind != CP_JSON_NULL &&
        (!cp_json_u64_of(value, &depth) || depth > r->net->depth))
        return wrong(r, value, CP_ERR_MALFORMED, "not a depth of failures");
    if (value == NULL)
        return wrong(r, value, CP_ERR_MALFORMED, "a depth is not there");
    *out = (uint32_t)depth;
    return CP_OK;
}

static cp_err read_bool(const struct reading *r, const struct cp_json_value *object,
                        const char *name, bool *out)
{
    const struct cp_json_value *value = cp_json_member(object, name);

    if (value == NULL || (value->kind != CP_JSON_TRUE && value->kind != CP_JSON_FALSE))
        return wrong(r, object, CP_ERR_MALFORMED, "neither true nor false");
    *out = value->kind == CP_JSON_TRUE;
    return CP_OK;
}

static const char *const kinds[] = {"link", "node", "srlg", NULL};

static cp_err read_element(const struct reading *r, const struct cp_json_value *id, uint32_t kind,
                           uint32_t *out)
{
    static const uint32_t none = CP_MAP_NONE;
    uint32_t at = none;

    if (id != NULL && id->kind == CP_JSON_TEXT && kind < 3)
        at = cp_map_find(r->net->find[kind], id->text);
    if (at == none)
        return wrong(r, id, CP_ERR_UNKNOWN_ID, "nothing in the network bears this name");
    *out = at + (kind > 0 ? r->net->link_count : 0) + (kind > 1 ? r->net->node_count : 0);
    return CP_OK;
}

/* Ascending but for the last, where that is a change. */
static bool is_ordered(const cp_failures *set, bool change)
{
    for (uint32_t i = 1; i + change < set->count; i++)
        if (set->at[i] <= set->at[i - 1])
            return false;
    for (uint32_t i = 0; i + 1 < set->count; i++)
        if (set->at[i] == set->at[set->count - 1])
            return false;
    return true;
}

static cp_err read_set(const struct reading *r, const struct cp_json_value *ids,
                       const struct cp_json_value *of, bool change, cp_failures *set)
{
    memset(set, 0xff, sizeof *set);
    set->count = 0;
    if (ids == NULL || of == NULL || ids->kind != CP_JSON_ARRAY || of->kind != CP_JSON_ARRAY ||
        ids->count != of->count || ids->count > r->net->depth)
        return wrong(r, ids, CP_ERR_MALFORMED, "not a set of failures");
    for (ids = ids->first, of = of->first; ids != NULL; ids = ids->next, of = of->next)
        CP_TRY(read_element(r, ids, cp_bundle_find_word(of, kinds), &set->at[set->count++]));
    return is_ordered(set, change) ? CP_OK
                                   : wrong(r, NULL, CP_ERR_MALFORMED, "failures out of order");
}

static cp_err read_list(const struct reading *r, const struct cp_json_value *ids, uint32_t kind,
                        uint32_t count, const uint32_t **out)
{
    uint32_t *at = CP_TAKE(r->arena, count, uint32_t);
    uint32_t i = 0;

    if (at == NULL)
        return CP_ERR_NOMEM;
    if (ids == NULL || ids->kind != CP_JSON_ARRAY || ids->count != count)
        return wrong(r, ids, CP_ERR_MALFORMED, "not a path");
    for (ids = ids->first; ids != NULL; ids = ids->next, i++) {
        CP_TRY(read_element(r, ids, kind, &at[i]));
        at[i] -= kind == 1 ? r->net->link_count : 0;
    }
    *out = at;
    return CP_OK;
}

const struct cp_bundle_against *cp_bundle_find_against(const struct cp_bundle_net *net,
                                                       uint32_t rule, uint32_t element)
{
    uint32_t low = 0, high = net->against_count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        const struct cp_bundle_against *a = &net->against[mid];

        if (a->rule == rule && a->element == element)
            return a;
        if (a->rule < rule || (a->rule == rule && a->element < element))
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

/* The rule of the demand's treatment that the claim names, and what it says of the element. */
static cp_err read_rule(const struct reading *r, const struct cp_json_value *value,
                        struct cp_bundle_claim *claim)
{
    const struct cp_bundle_net *net = r->net;
    const struct cp_bundle_treatment *t = &net->treatments[net->demands[r->demand].treatment];

    for (uint32_t i = 0; i < t->rule_count && claim->against == NULL; i++) {
        const struct cp_bundle_rule *rule = &net->rules[t->rules[i]];

        if (cp_bundle_is_rule(rule, value))
            claim->against = cp_bundle_find_against(net, t->rules[i], claim->element);
    }
    if (claim->against == NULL)
        return wrong(r, value, CP_ERR_CONFLICT, "no such rule is against the element");
    return need_text(r, value, "reason", claim->against->reason);
}

static cp_err read_claim(const struct reading *r, const struct cp_json_value *value,
                         struct cp_bundle_claim *claim)
{
    static const char *const states[] = {"steady", "transition", "liar", NULL};
    static const char *const directions[] = {"forward", "reverse", NULL};
    const struct cp_json_value *nodes = cp_json_member(value, "path");
    uint32_t kind = cp_bundle_find_word(cp_json_member(value, "element_kind"), kinds);
    uint32_t state = cp_bundle_find_word(cp_json_member(value, "state"), states);
    bool change = state == 1;

    *claim = (struct cp_bundle_claim){.state = 0};
    if (value != NULL && value->kind == CP_JSON_NULL)
        return CP_OK;
    claim->direction = cp_bundle_find_word(cp_json_member(value, "direction"), directions);
    if (state > 2 || claim->direction > 1 || kind > 1 || nodes == NULL || nodes->count == 0)
        return wrong(r, value, CP_ERR_MALFORMED, "not an exposure");
    claim->state = (uint32_t)CP_BUNDLE_STEADY << state;
    claim->node_count = nodes->count;
    CP_TRY(read_set(r, cp_json_member(value, "failures"), cp_json_member(value, "failure_kinds"),
                    change, &claim->set));
    if (change && claim->set.count == 0)
        return wrong(r, value, CP_ERR_MALFORMED, "a transition without a change");
    CP_TRY(need_text(r, value, "failing",
                     change ? cp_bundle_id(r->net, claim->set.at[claim->set.count - 1])
                            : (cp_text){NULL, 0}));
    CP_TRY(read_element(r, cp_json_member(value, "element"), kind, &claim->element));
    r->out->fault.element = cp_bundle_id(r->net, claim->element);
    CP_TRY(read_list(r, nodes, 1, nodes->count, &claim->nodes));
    CP_TRY(read_list(r, cp_json_member(value, "links"), 0, nodes->count - 1, &claim->links));
    CP_TRY(read_rule(r, value, claim));
    r->out->fault.element = (cp_text){NULL, 0};
    return CP_OK;
}

static cp_err read_numbers(const struct reading *r, const struct cp_json_value *value,
                           struct cp_bundle_result *result)
{
    static const char *const verdicts[] = {"ok", "undecided", "violation", "no-path", NULL};
    uint32_t verdict = cp_bundle_find_word(cp_json_member(value, "verdict"), verdicts);
    const struct cp_json_value *repair = cp_json_path(value, "states.repair");

    if (verdict >= CP_BUNDLE_VERDICTS)
        return wrong(r, value, CP_ERR_MALFORMED, "not a verdict");
    if (repair == NULL || repair->kind != CP_JSON_NULL)
        return wrong(r, value, CP_ERR_CONFLICT, "repairs are not examined");
    result->verdict = verdict;
    CP_TRY(read_bool(r, value, "judged", &result->judged));
    CP_TRY(read_bool(r, value, "clean_way", &result->clean_way));
    CP_TRY(read_depth(r, cp_json_member(value, "exposure_depth"), &result->exposure));
    CP_TRY(read_depth(r, cp_json_member(value, "cut_depth"), &result->cut_depth));
    CP_TRY(read_depth(r, cp_json_path(value, "states.steady"), &result->steady));
    CP_TRY(read_depth(r, cp_json_path(value, "states.transition"), &result->transition));
    CP_TRY(read_depth(r, cp_json_path(value, "states.liar"), &result->liar));
    if (result->cut_depth == CP_BUNDLE_NONE) {
        CP_TRY(need_text(r, value, "cut", (cp_text){NULL, 0}));
        return need_text(r, value, "cut_kinds", (cp_text){NULL, 0});
    }
    CP_TRY(read_set(r, cp_json_member(value, "cut"), cp_json_member(value, "cut_kinds"), false,
                    &result->cut));
    return result->cut.count == result->cut_depth
               ? CP_OK
               : wrong(r, value, CP_ERR_CONFLICT, "the cut has another size than its depth");
}

static cp_err read_bandwidth(const struct reading *r, const struct cp_json_value *value)
{
    const struct cp_json_value *bandwidth = cp_json_member(value, "bandwidth_bps");
    uint64_t bps = UINT64_MAX;

    if (bandwidth == NULL ||
        (bandwidth->kind != CP_JSON_NULL && !cp_json_u64_of(bandwidth, &bps)) ||
        bps != r->net->demands[r->demand].bandwidth)
        return wrong(r, value, CP_ERR_CONFLICT, "the network says another bandwidth");
    return CP_OK;
}

/* Of the demand, and of what stands in it. */
static cp_err check_members(const struct reading *r, const struct cp_json_value *value)
{
    static const char *const names[] = {
        "id",      "src",       "dst",       "class",     "bandwidth_bps",  "held_to_lists",
        "held_by", "verdict",   "judged",    "clean_way", "exposure_depth", "cut_depth",
        "cut",     "cut_kinds", "states",    "exposure",  "violation",      "undecided",
        "liar",    "licence",   "by_policy", NULL};
    static const char *const states[] = {"steady", "transition", "repair", "liar", NULL};
    static const char *const shown[] = {
        "state",   "direction",    "failures", "failure_kinds", "failing",
        "element", "element_kind", "path",     "links",         "rule",
        "policy",  "authority",    "says",     "reason",        NULL};
    static const char *const exposures[] = {"exposure", "violation", "undecided", "liar"};
    bool known = cp_bundle_members_of(value, names) &&
                 cp_bundle_members_of(cp_json_member(value, "states"), states);

    for (size_t i = 0; known && i < CP_COUNT(exposures); i++)
        known = cp_bundle_members_of(cp_json_member(value, exposures[i]), shown);
    return known ? CP_OK : wrong(r, value, CP_ERR_CONFLICT, "a demand has what no answer holds");
}

static cp_err read_demand(struct reading *r, const struct cp_json_value *value)
{
    static const char *const names[CP_CLAIM_COUNT] = {"exposure", "violation", "undecided", "liar"};
    const struct cp_bundle_demand *d = &r->net->demands[r->demand];
    struct cp_bundle_result *result = &r->out->results[r->demand];
    const char *nonsense;

    r->place = value->place;
    if (r->demand == r->net->demand_count)
        return wrong(r, value, CP_ERR_CONFLICT, "more demands than the network has");
    r->out->fault.demand = d->id;
    CP_TRY(check_members(r, value));
    CP_TRY(need_text(r, value, "id", d->id));
    CP_TRY(need_text(r, value, "src", d->src_name));
    CP_TRY(need_text(r, value, "dst", d->dst_name));
    CP_TRY(need_text(r, value, "class", r->net->treatments[d->treatment].name));
    CP_TRY(read_bandwidth(r, value));
    CP_TRY(read_numbers(r, value, result));
    for (uint32_t i = 0; i < CP_CLAIM_COUNT; i++)
        CP_TRY(read_claim(r, cp_json_member(value, names[i]), &result->claims[i]));
    nonsense = cp_bundle_nonsense(r->net, r->demand, result);
    if (nonsense != NULL)
        return wrong(r, value, CP_ERR_CONFLICT, nonsense);
    r->verdicts[result->verdict]++;
    r->uncovered += !result->judged;
    r->demand++;
    return CP_OK;
}

static cp_err read_demands(struct reading *r)
{
    bool more = true;

    CP_TRY(cp_json_in_enter(&r->in, CP_JSON_ARRAY, r->diag));
    for (;;) {
        cp_arena_mark empty = cp_arena_mark_get(r->work);
        const struct cp_json_value *value = NULL;

        CP_TRY(cp_json_in_next(&r->in, r->work, NULL, &more, r->diag));
        r->out->fault.demand = (cp_text){NULL, 0};
        if (!more)
            return CP_OK;
        CP_TRY(cp_json_in_take(&r->in, r->work, &value, r->diag));
        CP_TRY(read_demand(r, value));
        cp_arena_reset(r->work, empty);
    }
}

static cp_err read_failures(struct reading *r, const struct cp_json_value *value)
{
    uint64_t depth = 0;

    if (!cp_json_u64_of(cp_json_member(value, "depth"), &depth) || depth != r->net->depth ||
        cp_bundle_words(cp_json_member(value, "kinds"), kinds) != r->net->kinds)
        return wrong(r, value, CP_ERR_CONFLICT, "the network says other failures");
    return CP_OK;
}

/* It stands behind the demands. */
static cp_err read_summary(struct reading *r, const struct cp_json_value *value)
{
    static const char *const names[CP_BUNDLE_VERDICTS] = {"ok", "undecided", "violation",
                                                          "no_path"};
    uint64_t count = 0;
    bool same = cp_json_u64_of(cp_json_member(value, "uncovered"), &count) && count == r->uncovered;

    for (uint32_t i = 0; same && i < CP_BUNDLE_VERDICTS; i++)
        same = cp_json_u64_of(cp_json_member(value, names[i]), &count) && count == r->verdicts[i];
    return same ? CP_OK : wrong(r, value, CP_ERR_CONFLICT, "the summary counts other demands");
}

static cp_err read_member(struct reading *r, cp_text key)
{
    static const char *const names[] = {"schema",    "as_of",    "policies", "inputs",   "failures",
                                        "routes",    "demands",  "presence", "install",  "caps",
                                        "suppliers", "licences", "gaps",     "findings", "warnings",
                                        "summary",   NULL};
    const struct cp_json_value *value = NULL;
    uint32_t member = cp_bundle_head_find(key);

    if (!cp_bundle_member_once(names, &r->members, key))
        return wrong(r, NULL, CP_ERR_CONFLICT, "the answer has what none holds, or has it twice");
    r->met |= member;
    if (member == CP_HEAD_DEMANDS)
        return read_demands(r);
    if ((member & CP_HEAD_ALL) == 0)
        return cp_json_in_skip(&r->in, r->diag);
    CP_TRY(cp_json_in_take(&r->in, r->work, &value, r->diag));
    if (member == CP_HEAD_FAILURES)
        return read_failures(r, value);
    if (member == CP_HEAD_SUMMARY)
        return read_summary(r, value);
    if (member == CP_HEAD_SCHEMA)
        return cp_text_is(value->text, "cleanpath.audit/1")
                   ? CP_OK
                   : wrong(r, value, CP_ERR_CONFLICT, "not an answer of an audit");
    return cp_bundle_head_read(r->net, member, value, r->arena, r->out, r->diag);
}

cp_err cp_bundle_answer_read(cp_text text, const struct cp_bundle_net *net, struct cp_arena *arena,
                             struct cp_arena *work, struct cp_bundle_answer *out,
                             struct cp_diag *diag)
{
    struct reading r = {.net = net,
                        .out = out,
                        .arena = arena,
                        .work = work,
                        .diag = diag,
                        .place = CP_PLACE_NONE,
                        .in = cp_json_in_make(text, 0, 1)};
    bool more = true;
    cp_text key;

    *out = (struct cp_bundle_answer){.results =
                                         CP_TAKE(arena, net->demand_count, struct cp_bundle_result),
                                     .demand_count = net->demand_count};
    if (out->results == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_json_in_enter(&r.in, CP_JSON_OBJECT, diag));
    for (;;) {
        CP_TRY(cp_json_in_next(&r.in, work, &key, &more, diag));
        if (!more)
            break;
        CP_TRY(read_member(&r, key));
    }
    CP_TRY(cp_json_in_end(&r.in, diag));
    if (r.demand != net->demand_count || (r.met & CP_HEAD_ALL) != CP_HEAD_ALL)
        return wrong(&r, NULL, CP_ERR_CONFLICT,
                     "the answer lacks demands, or says less than it has to");
    return CP_OK;
}

#include "standing.h"

#include <string.h>

#include "report/words.h"

#include "app/machine.h"

/*
 * Demands are the same where their ids are, inputs where their paths are, findings where rule,
 * element, part and site are.  Each is looked up by that key once, so setting two standings against
 * each other takes a pass over each.
 */

cp_err cp_standing_open(const struct cp_standing *before, struct cp_standing **out)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct cp_standing *standing;

    *out = NULL;
    if (arena == NULL)
        return CP_ERR_NOMEM;
    standing = CP_TAKE(arena, 1, struct cp_standing);
    if (standing == NULL ||
        cp_notes_open(before != NULL ? before->notes : NULL, arena, &standing->notes) != CP_OK) {
        cp_arena_close(arena);
        return CP_ERR_NOMEM;
    }
    standing->arena = arena;
    *out = standing;
    return CP_OK;
}

void cp_standing_settle(struct cp_standing *standing)
{
    cp_notes_forget(standing->notes);
}

void cp_standing_close(struct cp_standing *standing)
{
    if (standing != NULL)
        cp_arena_close(standing->arena);
}

/* Room for up to `most` keys; *keys is where they go. */
static cp_err open_roll(struct cp_roll *roll, uint32_t most, struct cp_arena *arena, cp_text **keys)
{
    *keys = CP_TAKE(arena, most, cp_text);
    if (*keys == NULL)
        return CP_ERR_NOMEM;
    *roll = (struct cp_roll){.keys = *keys};
    CP_TRY(cp_map_open(arena, &roll->places));
    return cp_map_reserve(roll->places, most);
}

uint32_t cp_roll_find(const struct cp_roll *roll, cp_text key)
{
    uint32_t at = cp_map_find(roll->places, key);

    return at == CP_MAP_NONE ? CP_NONE : at;
}

/* The path; with a number where another input has the path too (a flag's and the folder's). */
static cp_err add_input(struct cp_standing *s, cp_text path, cp_text *key)
{
    cp_err err = CP_ERR_DUPLICATE;

    for (uint32_t nth = 1; err == CP_ERR_DUPLICATE; nth++) {
        struct cp_out out = cp_out_make(s->arena);

        cp_out_text(&out, path);
        if (nth > 1)
            cp_out_format(&out, "\n%u", nth);
        CP_TRY(cp_out_done(&out, key));
        err = cp_map_add(s->inputs.places, *key, s->inputs.count);
    }
    return err;
}

static cp_err take_inputs(struct cp_standing *s, const struct cp_case *net)
{
    struct cp_input_standing *list = CP_TAKE(s->arena, net->input_count, struct cp_input_standing);
    cp_text *keys;

    if (list == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(open_roll(&s->inputs, net->input_count, s->arena, &keys));
    for (uint32_t i = 0; i < net->input_count; i++) {
        CP_TRY(cp_text_copy(net->inputs[i].path, s->arena, &list[i].path));
        memcpy(list[i].sha256, net->inputs[i].sha256, sizeof(list[i].sha256));
        CP_TRY(add_input(s, list[i].path, &keys[i]));
        s->inputs.count++;
    }
    s->input = list;
    return CP_OK;
}

static cp_err take_demand(const struct cp_demand *demand, const struct cp_demand_result *result,
                          struct cp_arena *arena, struct cp_demand_standing *out)
{
    CP_TRY(cp_text_copy(demand->src_name, arena, &out->src));
    CP_TRY(cp_text_copy(demand->dst_name, arena, &out->dst));
    out->verdict = result->verdict;
    out->exposure_depth = result->exposure_depth;
    out->cut_depth = result->cut_depth;
    memcpy(out->state_depth, result->state_depth, sizeof(out->state_depth));
    return CP_OK;
}

static cp_err take_demands(struct cp_standing *s, const struct cp_case *net,
                           const struct cp_demand_result *results)
{
    uint32_t count = net->demand_count;
    struct cp_demand_standing *list = CP_TAKE(s->arena, count, struct cp_demand_standing);
    cp_text *keys;

    if (list == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(open_roll(&s->demands, count, s->arena, &keys));
    for (uint32_t d = 0; d < count; d++) {
        CP_TRY(cp_text_copy(net->demands[d].id, s->arena, &keys[d]));
        CP_TRY(cp_map_add(s->demands.places, keys[d], d)); /* a case has no id twice */
        CP_TRY(take_demand(&net->demands[d], &results[d], s->arena, &list[d]));
    }
    s->demands.count = count;
    s->demand = list;
    return CP_OK;
}

static cp_err take_finding(const struct cp_judge *judge, const struct cp_finding *finding,
                           struct cp_arena *arena, struct cp_finding_standing *out)
{
    *out = (struct cp_finding_standing){.kind = finding->kind,
                                        .has_element = finding->has_object,
                                        .element_kind = finding->object_kind,
                                        .effect = cp_words_effect(finding->rule),
                                        .violation = finding->trust == CP_UNTRUSTED};
    CP_TRY(cp_text_copy(judge->policies[finding->policy].policy->id, arena, &out->policy));
    CP_TRY(cp_text_copy(judge->policies[finding->policy].policy->by, arena, &out->authority));
    CP_TRY(cp_text_copy(finding->rule_id, arena, &out->rule));
    CP_TRY(cp_text_copy(finding->says, arena, &out->says));
    CP_TRY(cp_text_copy(finding->part, arena, &out->part));
    CP_TRY(cp_text_copy(finding->site, arena, &out->site));
    CP_TRY(cp_text_copy(finding->sentence, arena, &out->sentence));
    CP_TRY(cp_text_copy(finding->reason, arena, &out->reason));
    if (!finding->has_object)
        return CP_OK;
    return cp_text_copy(cp_words_element(judge->net, finding->object_kind, finding->object), arena,
                        &out->element);
}

/* No id holds a line end, so no two things have one key. */
static cp_err finding_key(const struct cp_finding_standing *finding, struct cp_arena *arena,
                          cp_text *key)
{
    const cp_text parts[] = {finding->policy, finding->rule, finding->element, finding->part,
                             finding->site};
    struct cp_out out = cp_out_make(arena);

    cp_out_format(&out, "%u %u", (unsigned)finding->kind, (unsigned)finding->element_kind);
    for (size_t i = 0; i < CP_COUNT(parts); i++) {
        cp_out_char(&out, '\n');
        cp_out_text(&out, parts[i]);
    }
    return cp_out_done(&out, key);
}

static cp_err take_findings(struct cp_standing *s, const struct cp_judge *judge)
{
    struct cp_finding_standing *list;
    const struct cp_finding *findings;
    uint32_t most;
    cp_text *keys;

    CP_TRY(cp_findings_collect(judge, s->arena, &findings, &most));
    list = CP_TAKE(s->arena, most, struct cp_finding_standing);
    if (list == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(open_roll(&s->findings, most, s->arena, &keys));
    for (uint32_t i = 0; i < most; i++) {
        uint32_t at = s->findings.count;
        cp_err err;

        CP_TRY(take_finding(judge, &findings[i], s->arena, &list[at]));
        CP_TRY(finding_key(&list[at], s->arena, &keys[at]));
        err = cp_map_add(s->findings.places, keys[at], at);
        if (err == CP_ERR_DUPLICATE)
            continue;
        CP_TRY(err);
        s->findings.count++;
    }
    s->finding = list;
    return CP_OK;
}

static cp_err take_policies(struct cp_standing *s, const struct cp_answer *answer)
{
    uint32_t count = answer->loaded.sources.policy_count;
    struct cp_policy_standing *list = CP_TAKE(s->arena, count, struct cp_policy_standing);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_policy *policy = answer->loaded.policies[i].policy;

        list[i].as_of = answer->loaded.policies[i].as_of;
        CP_TRY(cp_text_copy(policy->id, s->arena, &list[i].id));
        CP_TRY(cp_text_copy(policy->timezone, s->arena, &list[i].zone));
    }
    s->policy = list;
    s->policy_count = count;
    return CP_OK;
}

cp_err cp_standing_take(struct cp_standing *s, const struct cp_answer *answer)
{
    struct cp_report report = cp_answer_report(answer);

    s->summary = cp_report_summarize(&report);
    s->as_of = answer->loaded.as_of;
    CP_TRY(take_policies(s, answer));
    CP_TRY(take_inputs(s, answer->loaded.net));
    CP_TRY(take_demands(s, answer->loaded.net, answer->results));
    return take_findings(s, answer->judge);
}

bool cp_standing_input_changed(const struct cp_standing *before, const struct cp_standing *now,
                               uint32_t at)
{
    uint32_t was = cp_roll_find(&before->inputs, now->inputs.keys[at]);

    return was == CP_NONE || strcmp(before->input[was].sha256, now->input[at].sha256) != 0;
}

bool cp_standing_same_case(const struct cp_standing *a, const struct cp_standing *b)
{
    if (a->policy_count != b->policy_count || a->inputs.count != b->inputs.count)
        return false;
    for (uint32_t p = 0; p < a->policy_count; p++) {
        if (a->policy[p].as_of != b->policy[p].as_of)
            return false;
    }
    for (uint32_t i = 0; i < b->inputs.count; i++) {
        if (cp_standing_input_changed(a, b, i))
            return false;
    }
    return true;
}

bool cp_demand_standing_differs(const struct cp_demand_standing *a,
                                const struct cp_demand_standing *b)
{
    return a->verdict != b->verdict || a->exposure_depth != b->exposure_depth ||
           a->cut_depth != b->cut_depth ||
           memcmp(a->state_depth, b->state_depth, sizeof(a->state_depth)) != 0 ||
           !cp_text_eq(a->src, b->src) || !cp_text_eq(a->dst, b->dst);
}

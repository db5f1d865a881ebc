#include "bundle_head.h"

/*
 * Day, policies, inputs and warnings stand in the network as in the answer: neither says anything of
 * them that the other does not.
 */

static const char *const members[] = {"schema",   "as_of",   "policies", "inputs",  "warnings",
                                      "failures", "demands", "summary",  "capacity"};

uint32_t cp_bundle_head_find(cp_text key)
{
    for (uint32_t i = 0; i < CP_COUNT(members); i++)
        if (cp_text_is(key, members[i]))
            return 1u << i;
    return 0;
}

uint32_t cp_bundle_find_word(const struct cp_json_value *value, const char *const *words)
{
    uint32_t at = 0;

    while (words[at] != NULL &&
           (value == NULL || value->kind != CP_JSON_TEXT || !cp_text_is(value->text, words[at])))
        at++;
    return at;
}

uint32_t cp_bundle_words(const struct cp_json_value *list, const char *const *words)
{
    const struct cp_json_value *at = list == NULL ? NULL : list->first;
    uint32_t bits = 0;

    for (uint32_t w = 0; at != NULL && words[w] != NULL; w++)
        if (at->kind == CP_JSON_TEXT && cp_text_is(at->text, words[w])) {
            bits |= 1u << w;
            at = at->next;
        }
    return list != NULL && list->kind == CP_JSON_ARRAY && at == NULL ? bits : UINT32_MAX;
}

static bool is_text(const struct cp_json_value *value, cp_text text)
{
    if (value == NULL || text.at == NULL)
        return value != NULL && value->kind == CP_JSON_NULL;
    return value->kind == CP_JSON_TEXT && cp_text_eq(value->text, text);
}

bool cp_bundle_says(const struct cp_json_value *object, const char *name, cp_text text)
{
    return is_text(cp_json_member(object, name), text);
}

bool cp_bundle_is_rule(const struct cp_bundle_rule *rule, const struct cp_json_value *value)
{
    return cp_bundle_says(value, "policy", rule->policy->id) &&
           cp_bundle_says(value, "authority", rule->policy->by) &&
           cp_bundle_says(value, "rule", rule->id) && cp_bundle_says(value, "says", rule->says);
}

static bool is_count(const struct cp_json_value *object, const char *name, uint64_t count)
{
    uint64_t number = 0;

    return cp_json_u64_of(cp_json_member(object, name), &number) && number == count;
}

static bool is_policy(const struct cp_json_value *value, const struct cp_bundle_policy *policy)
{
    const struct cp_json_value *authority = cp_json_member(value, "authority");

    return cp_bundle_says(value, "id", policy->id) && cp_bundle_says(value, "says", policy->says) &&
           cp_bundle_says(authority, "by", policy->by) &&
           cp_bundle_says(authority, "ref", policy->ref) &&
           cp_bundle_says(authority, "owner", policy->owner) &&
           cp_bundle_says(value, "as_of", policy->as_of) &&
           cp_bundle_says(value, "path", policy->path);
}

static bool is_input(const struct cp_json_value *value, const struct cp_bundle_read *input)
{
    return cp_bundle_says(value, "path", input->path) && is_count(value, "used", input->used) &&
           is_count(value, "ignored", input->ignored) &&
           is_count(value, "not_understood", input->not_understood);
}

static cp_err differs(struct cp_diag *diag, const struct cp_json_value *value)
{
    return cp_diag_set(diag, CP_ERR_CONFLICT, value->place,
                       "day, policies, inputs or warnings are not those of the network",
                       CP_TEXT(""));
}

static cp_err take_input(const struct cp_json_value *value, struct cp_arena *arena,
                         struct cp_bundle_answer *out)
{
    struct cp_bundle_input *at = &out->inputs[out->input_count++];

    CP_TRY(cp_text_copy(cp_json_member_text(value, "path"), arena, &at->path));
    return cp_text_copy(cp_json_member_text(value, "sha256"), arena, &at->sha256);
}

cp_err cp_bundle_head_read(const struct cp_bundle_net *net, uint32_t member,
                           const struct cp_json_value *value, struct cp_arena *arena,
                           struct cp_bundle_answer *out, struct cp_diag *diag)
{
    const struct cp_json_value *at = value->first;
    uint32_t count = member == CP_HEAD_POLICIES ? net->policy_count
                     : member == CP_HEAD_INPUTS ? net->input_count
                                                : net->warning_count;
    bool same = value->kind == CP_JSON_ARRAY && value->count == count;

    if (member == CP_HEAD_AS_OF)
        return is_text(value, net->as_of) ? CP_OK : differs(diag, value);
    if (member == CP_HEAD_INPUTS)
        out->inputs = CP_TAKE(arena, count, struct cp_bundle_input);
    if (member == CP_HEAD_INPUTS && out->inputs == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; same && i < count; i++, at = at->next) {
        if (member == CP_HEAD_POLICIES)
            same = is_policy(at, &net->policies[i]);
        else if (member == CP_HEAD_WARNINGS)
            same = is_text(at, net->warnings[i]);
        else
            same = is_input(at, &net->inputs[i]);
        if (same && member == CP_HEAD_INPUTS)
            CP_TRY(take_input(at, arena, out));
    }
    return same ? CP_OK : differs(diag, value);
}

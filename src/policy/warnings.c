#include "warnings.h"

#include <stdlib.h>

#include "policy/trial.h"

/* What is found by one look at each thing; idle.c and unused.c have what takes comparing. */

cp_err cp_warnings_add(struct cp_warnings *warnings, cp_place place, const char *before,
                       cp_text subject, const char *after)
{
    struct cp_out out = cp_out_make(warnings->arena);
    struct cp_policy_warning warning = {.place = place};
    void *at = warnings->at;

    cp_out_format(&out, "%s '", before);
    cp_out_text(&out, subject);
    cp_out_format(&out, "' %s", after);
    CP_TRY(cp_out_done(&out, &warning.sentence));
    CP_TRY(cp_arena_grow(warnings->arena, &at, warnings->count, &warnings->cap, sizeof(warning)));
    warnings->at = at;
    warnings->at[warnings->count++] = warning;
    return CP_OK;
}

/* The table knows the maker of a name by another name than the file does; and that maker is not one
 * that the file took over whole, by claiming its canonical name. */
static cp_err warn_of_claims(struct cp_warnings *warnings)
{
    const struct cp_policy *policy = warnings->policy;
    const struct cp_makers *table = NULL;

    if (policy->claim_count == 0)
        return CP_OK;
    CP_TRY(cp_makers_make(NULL, 0, warnings->arena, &table, NULL));
    for (uint32_t i = 0; i < policy->claim_count; i++) {
        const struct cp_maker_claim *claim = &policy->claims[i];
        uint32_t known = cp_makers_find(table, claim->name);
        if (known >= cp_makers_count(table))
            continue;
        cp_text name = cp_makers_name(table, known);
        if (cp_makers_find(policy->makers, name) == claim->maker)
            continue;
        struct cp_out out = cp_out_make(warnings->arena);
        cp_text after = CP_TEXT("");
        cp_out_str(&out, "is a name of '");
        cp_out_text(&out, cp_makers_name(policy->makers, claim->maker));
        cp_out_str(&out, "' here and of '");
        cp_out_text(&out, name);
        cp_out_str(&out, "' in the built-in table: here it is the former's");
        CP_TRY(cp_out_done(&out, &after));
        CP_TRY(cp_warnings_add(warnings, claim->place, "name", claim->name, after.at));
    }
    return CP_OK;
}

static cp_date last_day(const struct cp_licence *licence)
{
    cp_date last = licence->window.until;

    for (uint32_t i = 0; i < licence->extension_count; i++)
        last = licence->extensions[i].until > last ? licence->extensions[i].until : last;
    return last;
}

static cp_err warn_of_licences(struct cp_warnings *warnings)
{
    for (uint32_t i = 0; i < warnings->policy->licence_count; i++) {
        const struct cp_licence *licence = &warnings->policy->licences[i];
        if (licence->window.until == CP_DATE_NONE)
            CP_TRY(cp_warnings_add(warnings, licence->place, "licence", licence->id,
                                   "has no end: it says no until"));
        else if (licence->granted_on != CP_DATE_NONE && licence->granted_on > last_day(licence))
            CP_TRY(cp_warnings_add(warnings, licence->place, "licence", licence->id,
                                   "never holds: it was granted after its last day"));
    }
    return CP_OK;
}

static bool is_expected_to_fail(const struct cp_policy *policy, const struct cp_rule *rule)
{
    for (uint32_t i = 0; i < policy->trial_count; i++) {
        const struct cp_trial *trial = &policy->trials[i];
        if (trial->expect != CP_EXPECT_OK && cp_text_eq(trial->rule, rule->id))
            return true;
    }
    return false;
}

static cp_err warn_of_untested(struct cp_warnings *warnings)
{
    for (uint32_t i = 0; i < warnings->policy->rule_count; i++) {
        const struct cp_rule *rule = &warnings->policy->rules[i];
        if (!is_expected_to_fail(warnings->policy, rule))
            CP_TRY(cp_warnings_add(warnings, rule->place, "rule", rule->id,
                                   "has no test that expects it to be violated"));
    }
    return CP_OK;
}

static int compare(const void *a, const void *b)
{
    const struct cp_policy_warning *one = a;
    const struct cp_policy_warning *two = b;

    if (one->place.line != two->place.line)
        return one->place.line < two->place.line ? -1 : 1;
    if (one->place.column != two->place.column)
        return one->place.column < two->place.column ? -1 : 1;
    return cp_text_cmp(one->sentence, two->sentence);
}

cp_err cp_policy_warnings(const struct cp_policy *policy, struct cp_arena *arena,
                          const struct cp_policy_warning **out, uint32_t *count)
{
    struct cp_warnings warnings = {.policy = policy, .arena = arena};

    CP_TRY(warn_of_claims(&warnings));
    CP_TRY(cp_warn_of_idle_rules(&warnings));
    CP_TRY(warn_of_licences(&warnings));
    CP_TRY(warn_of_untested(&warnings));
    CP_TRY(cp_warn_of_unused(&warnings));
    if (warnings.count > 1)
        qsort(warnings.at, warnings.count, sizeof(warnings.at[0]), compare);
    *out = warnings.at;
    *count = warnings.count;
    return CP_OK;
}

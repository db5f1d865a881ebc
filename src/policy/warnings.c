#include "warnings.h"

#include <stdlib.h>

#include "base/num.h"

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

/* --- claims ------------------------------------------------------------------------------- */

/* Whose it is where no policy is read; CP_MAKER_OTHER or CP_MAKER_UNKNOWN: nobody's. */
static uint32_t holder_of(const struct cp_makers *table, const struct cp_maker_claim *claim)
{
    uint32_t number = 0;

    switch (claim->kind) {
    case CP_CLAIM_NAME:
        return cp_makers_find(table, claim->name);
    case CP_CLAIM_SOFTWARE:
        return cp_makers_find_software(table, claim->name);
    case CP_CLAIM_PEN:
        return cp_num_u32(claim->name, UINT32_MAX, &number) == CP_OK
                   ? cp_makers_find_pen(table, number)
                   : CP_MAKER_OTHER;
    case CP_CLAIM_AFFILIATE:
        number = cp_makers_find(table, claim->name);
        return number < cp_makers_count(table) ? cp_makers_parent(table, number) : number;
    }
    return CP_MAKER_OTHER;
}

static cp_err warn_of_claim(struct cp_warnings *warnings, const struct cp_maker_claim *claim,
                            cp_text holder)
{
    static const struct {
        const char *what, *of;
    } words[] = {
        [CP_CLAIM_NAME] = {"name", "is a name of '"},
        [CP_CLAIM_SOFTWARE] = {"software", "is of '"},
        [CP_CLAIM_PEN] = {"enterprise number", "is of '"},
        [CP_CLAIM_AFFILIATE] = {"maker", "is an affiliate of '"},
    };
    struct cp_out out = cp_out_make(warnings->arena);
    cp_text after = CP_TEXT("");

    cp_out_str(&out, words[claim->kind].of);
    cp_out_text(&out, cp_makers_name(warnings->policy->makers, claim->maker));
    cp_out_str(&out, "' here and of '");
    cp_out_text(&out, holder);
    cp_out_str(&out, "' in the built-in table: here it is the former's");
    CP_TRY(cp_out_done(&out, &after));
    return cp_warnings_add(warnings, claim->place, words[claim->kind].what, claim->name, after.at);
}

/* The table knows the maker by another name than the file does; and that maker is not one that the
 * file took over whole, by claiming its canonical name. */
static cp_err warn_of_claims(struct cp_warnings *warnings)
{
    const struct cp_policy *policy = warnings->policy;
    const struct cp_makers *table = NULL;

    if (policy->claim_count == 0)
        return CP_OK;
    CP_TRY(cp_makers_make(NULL, 0, warnings->arena, &table, NULL));
    for (uint32_t i = 0; i < policy->claim_count; i++) {
        uint32_t holder = holder_of(table, &policy->claims[i]);
        if (holder >= cp_makers_count(table))
            continue;
        cp_text name = cp_makers_name(table, holder);
        if (cp_makers_find(policy->makers, name) != policy->claims[i].maker)
            CP_TRY(warn_of_claim(warnings, &policy->claims[i], name));
    }
    return CP_OK;
}

/* --- the head ----------------------------------------------------------------------------- */

/* Places have an area before their name; names without one (UTC) are few and are not looked at. */
static cp_err warn_of_timezone(struct cp_warnings *warnings)
{
    static const char *const areas[] = {
        "Africa", "America", "Antarctica", "Arctic", "Asia",   "Atlantic", "Australia", "Europe",
        "Indian", "Pacific", "Etc",        "Brazil", "Canada", "Chile",    "Mexico",    "US",
    };
    cp_text candidates[CP_COUNT(areas)];
    cp_text zone = warnings->policy->timezone;
    cp_text area = cp_text_sub(zone, 0, cp_text_find(zone, '/', 0));
    struct cp_out out = cp_out_make(warnings->arena);
    cp_text after = CP_TEXT("");

    if (area.len == zone.len)
        return CP_OK;
    for (size_t i = 0; i < CP_COUNT(areas); i++) {
        candidates[i] = cp_text_of(areas[i]);
        if (cp_text_eq(candidates[i], area))
            return CP_OK;
    }
    size_t nearest = cp_text_nearest(area, candidates, CP_COUNT(areas));
    cp_out_str(&out, "begins with no area of the IANA time zones");
    if (nearest < CP_COUNT(areas))
        cp_out_format(&out, ": did you mean '%s'", areas[nearest]);
    CP_TRY(cp_out_done(&out, &after));
    return cp_warnings_add(warnings, warnings->policy->timezone_place, "time zone", zone, after.at);
}

static cp_err warn_of_head(struct cp_warnings *warnings)
{
    const struct cp_policy *policy = warnings->policy;

    if (policy->by.len == 0)
        CP_TRY(cp_warnings_add(warnings, policy->id_place, "policy", policy->id,
                               "does not say whose it is: it has no authority"));
    if (policy->rule_count == 0)
        CP_TRY(cp_warnings_add(warnings, policy->rules_place, "policy", policy->id,
                               "forbids nothing: it has no rules"));
    return policy->timezone.len > 0 ? warn_of_timezone(warnings) : CP_OK;
}

/* --- licences and tests ------------------------------------------------------------------- */

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

    CP_TRY(warn_of_head(&warnings));
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

#include "english_parts.h"

#include "phrases.h"

/* Of a rule every default is said as well: who signs need not know what silence means. */

static bool is_about_traffic(const struct cp_rule *rule)
{
    return rule->effect == CP_EFFECT_FORBID_TRANSIT;
}

static bool is_about_shares(const struct cp_rule *rule)
{
    return rule->effect == CP_EFFECT_CAP || rule->effect == CP_EFFECT_SUPPLIERS;
}

static void say_traffic(struct cp_out *out, const struct cp_policy *policy,
                        const struct cp_rule *rule)
{
    if (rule->traffic_class == CP_NONE) {
        cp_out_str(out, "Traffic of every demand");
        return;
    }
    cp_out_str(out, "Traffic of the class ");
    cp_english_word(out, policy->classes[rule->traffic_class].id);
}

static void say_transit(struct cp_out *out, const struct cp_policy *policy,
                        const struct cp_rule *rule)
{
    say_traffic(out, policy, rule);
    cp_out_str(out, rule->require ? " may pass only what " : " must not pass ");
    if (rule->require)
        cp_english_select(out, policy, &rule->target, CP_AIM_ALL);
    else
        cp_english_things(out, policy, "anything", &rule->target, CP_AIM_ANY);
    cp_out_str(out, ", in either direction.\n");
}

static void say_presence(struct cp_out *out, const struct cp_policy *policy,
                         const struct cp_rule *rule)
{
    if (rule->require) {
        cp_out_str(out, "What stands in the network must be only what ");
        cp_english_select(out, policy, &rule->target, CP_AIM_ALL);
    } else {
        cp_out_str(out, "The network must not hold ");
        cp_english_things(out, policy, "anything", &rule->target, CP_AIM_ANY);
    }
    cp_out_str(out, ", whatever traffic passes it.\n");
}

static void say_install(struct cp_out *out, const struct cp_policy *policy,
                        const struct cp_rule *rule)
{
    cp_out_str(out, "On the days on which this rule holds nobody may install ");
    cp_english_things(out, policy, "anything", &rule->target, CP_AIM_ANY);
    cp_out_str(out,
               ".\nWhat was installed on another day is not meant; of what no date of "
               "installation is known, it is unknown whether it is meant; what was installed "
               "after the day asked is not there yet.\n"
               "Whether a maker stands on a list with days is asked of the day of installation.\n"
               "It is a violation on every day asked on which this rule holds, and on no other; a "
               "licence lets it off only where that holds on the day asked, not on the day of "
               "installation.\n");
}

static void say_cap(struct cp_out *out, const struct cp_policy *policy, const struct cp_rule *rule)
{
    static const char *const counted[] = {
        [CP_COUNTED_DEVICES] = "counted in nodes",
        [CP_COUNTED_SITES] = "counted in sites where such nodes stand",
        [CP_COUNTED_PREMISES] = "counted in the premises that nodes state they serve",
        [CP_COUNTED_CAPACITY] = "counted in the capacity of links, in bits a second",
        [CP_COUNTED_TRAFFIC] = "counted in the traffic that nodes state, in bits a second"};

    cp_out_str(out, "Of ");
    cp_english_things(out, policy, "everything", &rule->among, CP_AIM_ANY);
    cp_out_str(out, ", ");
    cp_out_str(out, counted[rule->counted_in]);
    cp_out_str(out, ", at most ");
    cp_phrase_percent(out, rule->at_most_bp);
    cp_out_str(out, " may be what ");
    cp_english_select(out, policy, &rule->target, CP_AIM_ANY);
    cp_out_str(out, ".\n");
}

static void say_suppliers(struct cp_out *out, const struct cp_policy *policy,
                          const struct cp_rule *rule)
{
    cp_out_str(out, "What is among ");
    cp_english_things(out, policy, "everything", &rule->among, CP_AIM_ANY);
    cp_out_str(out, " must come from at least ");
    cp_phrase_count(out, rule->at_least, "maker", "makers");
    cp_out_str(out, ", an affiliate counted as the maker that it belongs to.\n");
}

static void say_effect(struct cp_out *out, const struct cp_policy *policy,
                       const struct cp_rule *rule)
{
    CP_ASSERT(rule->effect < CP_EFFECT_COUNT);
    switch (rule->effect) {
    case CP_EFFECT_FORBID_TRANSIT:
        say_transit(out, policy, rule);
        return;
    case CP_EFFECT_FORBID_PRESENCE:
        say_presence(out, policy, rule);
        return;
    case CP_EFFECT_FORBID_INSTALL:
        say_install(out, policy, rule);
        return;
    case CP_EFFECT_CAP:
        say_cap(out, policy, rule);
        return;
    case CP_EFFECT_SUPPLIERS:
        say_suppliers(out, policy, rule);
        return;
    case CP_EFFECT_COUNT:
        return;
    }
}

static void say_days(struct cp_out *out, struct cp_window window)
{
    if (window.from == CP_DATE_NONE && window.until == CP_DATE_NONE) {
        cp_out_str(out, "It holds on every day.\n");
        return;
    }
    cp_out_str(out, "It holds");
    cp_english_window(out, window);
    cp_out_str(out, ".\n");
}

static void say_reach(struct cp_out *out, const struct cp_near *near)
{
    if (near->hops > 0)
        cp_phrase_count(out, near->hops, "hop", "hops");
    else if (near->within_m % 1000 == 0)
        cp_out_format(out, "%u km on the great circle", near->within_m / 1000);
    else
        cp_out_format(out, "%u m on the great circle", near->within_m);
}

static void say_near(struct cp_out *out, const struct cp_policy *policy, const struct cp_near *near)
{
    bool walks = near->hops > 0;

    cp_out_str(out, "It looks only at what is within ");
    say_reach(out, near);
    cp_out_str(out, " of ");
    cp_english_things(out, policy, "any node", &near->from, CP_AIM_ANY);
    cp_out_str(out, walks ? ", and not at such nodes themselves" : ", such nodes included");
    if (!cp_english_all_layers(near->layers)) {
        cp_out_str(out, walks ? ", walking along links of " : ", and on ");
        cp_english_layers(out, near->layers);
        cp_out_str(out, " only");
    }
    cp_out_str(out,
               walks ? ".\nEach node that is reached counts as one hop, the far end of a leased "
                       "circuit too; a link is as far as the farther node that it leads to, and a "
                       "far end that nobody knows is unknown.\n"
                     : ".\nA link is as near as its nearer end; of a node of which nobody knows "
                       "where it stands, it is unknown whether it is near.\n");
    if (near->look_through.count == 0)
        return;
    cp_out_str(out, "What is of the class ");
    cp_english_words(out, near->look_through, " or ");
    cp_out_str(out,
               " is looked through: the way goes on behind such a node as if it were not there, "
               "and beside such a link along all that carries it; it is not counted, and not "
               "itself judged by this rule.\n");
}

/* Columns of an inventory have no grade, so no evidence is asked for there. */
static void say_own_words(struct cp_out *out, const struct cp_select *select)
{
    if (select->roles.count > 0 || select->operators.count > 0 || select->sites.count > 0 ||
        select->site_tags.count > 0 || select->tags.count > 0 || select->countries.count > 0 ||
        select->layers != 0)
        cp_out_str(out, "Its role, operator, site, country, tags and layer are the inventory's own "
                        "words, for which no evidence is asked.\n");
}

static void say_place(struct cp_out *out, const struct cp_policy *policy,
                      const struct cp_rule *rule)
{
    if (rule->where.given) {
        cp_out_str(out, "It is only about what ");
        cp_english_select(out, policy, &rule->where, CP_AIM_ANY);
        cp_out_str(out, ".\n");
    }
    if (rule->at.given) {
        cp_out_str(out, "It looks only at ");
        cp_english_things(out, policy, "any node", &rule->at, CP_AIM_ANY);
        cp_out_str(out, ", and at any link with an end at such a node.\n");
    }
    if (rule->has_near)
        say_near(out, policy, &rule->near);
    for (uint32_t i = 0; i < rule->except_count; i++) {
        cp_out_str(out, "It does not mean ");
        cp_english_things(out, policy, "anything", &rule->excepts[i], CP_AIM_ALL);
        cp_out_str(out, ", where that is certain.\n");
        say_own_words(out, &rule->excepts[i]);
    }
}

static void say_scope(struct cp_out *out, const struct cp_rule *rule)
{
    static const char *const scopes[] = {
        [CP_SCOPE_ELEMENT] = "Each element counts for itself.\n",
        [CP_SCOPE_SITE] =
            "What is found anywhere at a site counts for all that states that site, "
            "and for links with an end there; what states no site counts for itself alone, and the "
            "audit lists it as a gap.\n",
        [CP_SCOPE_OPERATOR] =
            "What is found anywhere in an operator's network counts for all that "
            "states that operator, and for links with such an end that state none; "
            "what states no operator counts for itself alone, and the audit lists it as a gap.\n",
    };

    if (is_about_shares(rule))
        return;
    cp_out_str(out, scopes[rule->scope]);
    if (cp_english_all_layers(rule->layers)) {
        cp_out_str(out, "It looks at elements of every layer.\n");
        return;
    }
    cp_out_str(out, "It looks only at elements of ");
    cp_english_layers(out, rule->layers);
    cp_out_str(out, ".\n");
}

static void say_unknown(struct cp_out *out, const struct cp_rule *rule)
{
    static const char *const treatments[] = {
        [CP_UNKNOWN_IS_UNTRUSTED] =
            "Where nobody knows whether it is against something, it counts as against it: unknown "
            "is not trusted.\n",
        [CP_UNKNOWN_IS_UNDECIDED] =
            "Where nobody knows whether it is against something, the answer is undecided.\n",
        [CP_UNKNOWN_IS_TRUSTED] =
            "Where nobody knows whether it is against something, it counts as "
            "not against it: unknown is trusted.\n"};
    static const char *const shares[] = {
        [CP_UNKNOWN_IS_UNTRUSTED] =
            "Where what is unknown may decide, it counts as if it broke the "
            "rule: unknown is not trusted.\n",
        [CP_UNKNOWN_IS_UNDECIDED] = "Where what is unknown may decide, the answer is undecided.\n",
        [CP_UNKNOWN_IS_TRUSTED] = "Where what is unknown may decide, it counts as if it kept the "
                                  "rule: unknown is trusted.\n"};

    cp_out_str(out, (is_about_shares(rule) ? shares : treatments)[rule->unknown]);
    cp_out_str(out,
               rule->unstated == CP_UNSTATED_IS_OUTSIDE
                   ? "What states nothing of what this rule asks, such as a role, is not meant, "
                     "and the audit lists it as a gap.\n"
                   : "What states nothing of what this rule asks, such as a role, counts as "
                     "unknown.\n");
}

static void say_evidence(struct cp_out *out, const struct cp_rule *rule)
{
    cp_out_str(out, "What is said by a fact that has expired on the day asked is unknown, unless "
                    "another fact that holds says it.\n");
    if (rule->enough == CP_GRADE_CLAIM) {
        cp_out_str(out, "Any other evidence is enough, a mere claim too.\n");
        return;
    }
    cp_out_str(out, "Who made something, on evidence weaker than ");
    cp_out_str(out, cp_grade_name(rule->enough));
    cp_out_str(out, " (weakest first:");
    for (uint32_t grade = 0; grade < CP_GRADE_COUNT; grade++)
        cp_out_format(out, "%s %s", grade > 0 ? "," : "", cp_grade_name((cp_grade)grade));
    cp_out_str(out, "), is unknown; but where such evidence names whom the rule is against, it "
                    "counts as that.\nWeaker evidence beside evidence that is enough, about the "
                    "same part, takes nothing from it.\nAn exception or a licence rests only on "
                    "evidence that is enough.\n");
}

static void say_failures(struct cp_out *out, const struct cp_rule *rule)
{
    static const char *const kinds[] = {"link", "node", "shared risk group"};
    uint32_t count = 0, at = 0;

    if (rule->depth == 0) {
        cp_out_str(out, "Judged is what traffic passes today, with nothing failed; what failures "
                        "would bring about is reported, and no violation.\n");
        return;
    }
    for (uint32_t k = 0; k < CP_COUNT(kinds); k++)
        count += (rule->failure_kinds >> k) & 1u;
    cp_out_format(out, "Judged is what traffic passes today and after any %u failure%s of a ",
                  rule->depth, rule->depth == 1 ? "" : "s or fewer, each");
    for (uint32_t k = 0; k < CP_COUNT(kinds); k++) {
        if (((rule->failure_kinds >> k) & 1u) == 0)
            continue;
        cp_english_join(out, at++, count, " or ");
        cp_out_str(out, kinds[k]);
    }
    cp_out_str(out, ", also while the network heals.\n");
}

static void say_no_path(struct cp_out *out, cp_no_path no_path)
{
    cp_out_str(out,
               no_path == CP_NO_PATH_BLOCK
                   ? "Where no path is left that it allows, the traffic is stopped.\n"
                   : "Where no path is left that it allows, the traffic may go on over one that "
                     "it does not.\n");
}

static bool relaxes(const struct cp_policy *policy, const struct cp_licence *licence,
                    const struct cp_rule *rule)
{
    for (uint32_t i = 0; i < licence->relax_count; i++) {
        if (&policy->rules[licence->relaxes[i]] == rule)
            return true;
    }
    return false;
}

static void say_licences(struct cp_out *out, const struct cp_policy *policy,
                         const struct cp_rule *rule)
{
    for (uint32_t i = 0; i < policy->licence_count; i++) {
        if (!relaxes(policy, &policy->licences[i], rule))
            continue;
        cp_out_str(out, "The licence ");
        cp_english_word(out, policy->licences[i].id);
        cp_out_str(out, " below relaxes it.\n");
    }
}

void cp_english_rule(struct cp_out *out, const struct cp_policy *policy, const struct cp_rule *rule)
{
    cp_english_heading(out, "RULE", rule->id);
    cp_english_says(out, rule->says);
    say_effect(out, policy, rule);
    say_days(out, rule->window);
    say_place(out, policy, rule);
    say_scope(out, rule);
    say_unknown(out, rule);
    say_evidence(out, rule);
    if (is_about_traffic(rule)) {
        say_failures(out, rule);
        say_no_path(out, rule->no_path);
    }
    say_licences(out, policy, rule);
}

static void say_relaxed(struct cp_out *out, const struct cp_policy *policy,
                        const struct cp_licence *licence)
{
    cp_out_str(out, licence->relax_count == 1 ? "It relaxes the rule " : "It relaxes the rules ");
    for (uint32_t i = 0; i < licence->relax_count; i++) {
        cp_english_join(out, i, licence->relax_count, " and ");
        cp_english_word(out, policy->rules[licence->relaxes[i]].id);
    }
    cp_out_str(out, ": on the days on which it holds, what it covers is no violation of that.\n");
    cp_out_str(out, "It covers ");
    cp_english_things(out, policy, "everything", &licence->covers, CP_AIM_ALL);
    cp_out_str(out, licence->covers.given ? ", where that is certain and rests on evidence that is "
                                            "enough for the rule.\n"
                                          : ".\n");
    say_own_words(out, &licence->covers);
}

static void say_granted(struct cp_out *out, const struct cp_licence *licence)
{
    cp_out_str(out, licence->by.len > 0 ? "It was granted by " : "It does not say who granted it");
    if (licence->by.len > 0)
        cp_english_quote(out, licence->by);
    if (licence->ref.len > 0) {
        cp_out_str(out, ", reference ");
        cp_english_quote(out, licence->ref);
    }
    if (licence->granted_on != CP_DATE_NONE) {
        cp_out_str(out, ", on ");
        cp_english_date(out, licence->granted_on);
        cp_out_str(out, ": answers for earlier days do not know it");
    }
    cp_out_str(out, ".\n");
}

static void say_extension(struct cp_out *out, const struct cp_extension *extension)
{
    cp_out_str(out, "On ");
    cp_english_date(out, extension->on);
    cp_out_str(out, " it was extended until ");
    cp_english_date(out, extension->until);
    cp_out_str(out, ", that last day included");
    if (extension->ref.len > 0) {
        cp_out_str(out, ", reference ");
        cp_english_quote(out, extension->ref);
    }
    cp_out_str(out, ": answers for earlier days do not know that.\n");
}

/* Its end with all that the file says. */
static cp_date last_end(const struct cp_licence *licence)
{
    cp_date end = licence->window.until;

    for (uint32_t i = 0; i < licence->extension_count; i++) {
        if (licence->extensions[i].until > end)
            end = licence->extensions[i].until;
    }
    return end;
}

static void say_end(struct cp_out *out, const struct cp_licence *licence)
{
    cp_date end = last_end(licence);

    if (end == CP_DATE_NONE) {
        cp_out_str(out, "It has no end.\n");
        return;
    }
    cp_out_str(out, "With all that is said here it ends with ");
    cp_english_date(out, end);
    cp_out_str(out, ": from the next day on, what it covered is a violation again.\n");
    cp_out_str(out, licence->after_end == CP_NO_PATH_BLOCK
                        ? "After its end, traffic that has no other path is stopped.\n"
                        : "After its end, traffic that has no other path may go on.\n");
    if (licence->warn_before_days > 0) {
        cp_out_str(out, "Answers warn of its end as known then, from ");
        cp_phrase_count(out, licence->warn_before_days, "day", "days");
        cp_out_str(out, " before it on.\n");
    }
}

void cp_english_licence(struct cp_out *out, const struct cp_policy *policy,
                        const struct cp_licence *licence)
{
    cp_english_heading(out, "LICENCE", licence->id);
    cp_english_says(out, licence->says);
    say_relaxed(out, policy, licence);
    say_granted(out, licence);
    say_days(out, licence->window);
    for (uint32_t i = 0; i < licence->extension_count; i++)
        say_extension(out, &licence->extensions[i]);
    say_end(out, licence);
}

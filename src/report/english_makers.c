#include "english_parts.h"

/*
 * The makers that a reader must know of: all that the file defines, that a selector or a list names,
 * what belongs to these, and whom these belong to.  Of a country of control it is all that any table
 * knows, so those are said by country.
 */

struct crew {
    struct cp_out *out;
    const struct cp_policy *policy;
    const struct cp_makers *makers;
    bool *told; /* [cp_makers_count] */
    const struct cp_select **selects;
    uint32_t select_count;
};

static void add_select(struct crew *crew, const struct cp_select *select)
{
    crew->selects[crew->select_count++] = select;
}

/* Every selector of the policy. */
static cp_err find_selects(struct crew *crew)
{
    const struct cp_policy *policy = crew->policy;
    size_t most = policy->product_count + policy->class_count + 5 * (size_t)policy->rule_count +
                  policy->licence_count;

    for (uint32_t r = 0; r < policy->rule_count; r++)
        most += policy->rules[r].except_count;
    crew->selects = CP_TAKE(crew->out->arena, most, const struct cp_select *);
    if (crew->selects == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < policy->product_count; i++)
        add_select(crew, &policy->products[i].select);
    for (uint32_t i = 0; i < policy->class_count; i++)
        add_select(crew, &policy->classes[i].select);
    for (uint32_t i = 0; i < policy->licence_count; i++)
        add_select(crew, &policy->licences[i].covers);
    for (uint32_t r = 0; r < policy->rule_count; r++) {
        const struct cp_rule *rule = &policy->rules[r];

        add_select(crew, &rule->target);
        add_select(crew, &rule->among);
        add_select(crew, &rule->where);
        add_select(crew, &rule->at);
        add_select(crew, &rule->near.from);
        for (uint32_t e = 0; e < rule->except_count; e++)
            add_select(crew, &rule->excepts[e]);
    }
    return CP_OK;
}

static void tell_named(struct crew *crew)
{
    const struct cp_policy *policy = crew->policy;

    for (uint32_t m = 0; m < policy->policy_maker_count; m++)
        crew->told[m] = true;
    for (uint32_t s = 0; s < crew->select_count; s++) {
        for (uint32_t i = 0; i < crew->selects[s]->maker_count; i++)
            crew->told[crew->selects[s]->makers[i]] = true;
    }
    for (uint32_t l = 0; l < policy->list_count; l++) {
        for (uint32_t i = 0; i < policy->lists[l].count; i++)
            crew->told[policy->lists[l].makers[i].maker] = true;
    }
}

static void tell_affiliates(struct crew *crew)
{
    uint32_t count = cp_makers_count(crew->makers);

    for (uint32_t m = 0; m < count; m++) {
        uint32_t above = cp_makers_parent(crew->makers, m);

        while (above != CP_MAKER_OTHER && !crew->told[above])
            above = cp_makers_parent(crew->makers, above);
        if (above != CP_MAKER_OTHER)
            crew->told[m] = true;
    }
}

/* Until nobody is added: each round goes one step up. */
static void tell_owners(struct crew *crew)
{
    uint32_t count = cp_makers_count(crew->makers);
    bool added = true;

    while (added) {
        added = false;
        for (uint32_t m = 0; m < count; m++) {
            struct cp_maker_about about = cp_makers_about(crew->makers, m);

            if (!crew->told[m])
                continue;
            if (about.parent != CP_MAKER_OTHER && !crew->told[about.parent])
                crew->told[about.parent] = added = true;
            for (uint32_t i = 0; i < about.owner_count; i++) {
                if (!crew->told[about.owners[i]])
                    crew->told[about.owners[i]] = added = true;
            }
        }
    }
}

static void say_names(struct cp_out *out, const char *before, const cp_text *names, uint32_t count)
{
    if (count == 0)
        return;
    cp_out_str(out, before);
    cp_english_words(out, (struct cp_texts){.at = names, .count = count}, " or ");
    cp_out_str(out, ".\n");
}

static void say_numbers(struct cp_out *out, const uint32_t *pens, uint32_t count)
{
    if (count == 0)
        return;
    cp_out_str(out, "  Of its devices the IANA enterprise number is ");
    for (uint32_t i = 0; i < count; i++) {
        cp_english_join(out, i, count, " or ");
        cp_out_u64(out, pens[i]);
    }
    cp_out_str(out, ".\n");
}

static void say_ties(const struct crew *crew, const struct cp_maker_about *about)
{
    struct cp_out *out = crew->out;

    if (about->parent != CP_MAKER_OTHER) {
        cp_out_str(out, "  It is an affiliate of ");
        cp_english_word(out, cp_makers_name(crew->makers, about->parent));
        cp_out_str(out, ", and counts as that.\n");
    }
    for (uint32_t i = 0; i < about->owner_count; i++) {
        cp_out_str(out, "  It is owned by ");
        cp_english_word(out, cp_makers_name(crew->makers, about->owners[i]));
        cp_out_str(out, ", and counts as itself, but for who controls it.\n");
    }
    if (about->country.len > 0) {
        cp_out_str(out, "  It is under the control of ");
        cp_out_text(out, about->country);
        cp_out_str(out, ".\n");
    } else {
        cp_out_str(out, "  No country that controls it is stated.\n");
    }
}

static void say_maker(const struct crew *crew, uint32_t maker)
{
    struct cp_maker_about about = cp_makers_about(crew->makers, maker);
    struct cp_out *out = crew->out;

    cp_english_word(out, about.name);
    cp_out_str(out, about.from_policy ? " is a maker that this policy names.\n"
                                      : " is a maker of the table of this program.\n");
    say_names(out, "  It is also known as ", about.names, about.name_count);
    say_names(out, "  Registries know it as ", about.registry, about.registry_count);
    say_names(out, "  It makes the software whose name begins with ", about.software,
              about.software_count);
    say_numbers(out, about.pens, about.pen_count);
    say_ties(crew, &about);
}

static void say_controlled(const struct crew *crew, cp_text country, cp_control control,
                           const char *before)
{
    uint32_t count = cp_makers_count(crew->makers), found = 0, at = 0;

    for (uint32_t m = 0; m < count; m++)
        found += cp_makers_controlled(crew->makers, m, country) == control;
    if (found == 0)
        return;
    cp_out_str(crew->out, before);
    cp_english_word(crew->out, country);
    cp_out_str(crew->out, ": ");
    for (uint32_t m = 0; m < count; m++) {
        if (cp_makers_controlled(crew->makers, m, country) != control)
            continue;
        cp_english_join(crew->out, at++, found, " and ");
        cp_english_word(crew->out, cp_makers_name(crew->makers, m));
    }
    cp_out_str(crew->out, ".\n");
}

static bool is_among(const cp_text *words, uint32_t count, cp_text word)
{
    for (uint32_t i = 0; i < count; i++) {
        if (cp_text_eq(words[i], word))
            return true;
    }
    return false;
}

/* Every country of control that something asks about, each once. */
static cp_err find_countries(const struct crew *crew, cp_text **out, uint32_t *count)
{
    const struct cp_policy *policy = crew->policy;
    size_t most = 0;
    cp_text *at;

    for (uint32_t s = 0; s < crew->select_count; s++)
        most += crew->selects[s]->control.count;
    for (uint32_t l = 0; l < policy->list_count; l++)
        most += policy->lists[l].countries.count;
    at = CP_TAKE(crew->out->arena, most, cp_text);
    if (at == NULL)
        return CP_ERR_NOMEM;
    *count = 0;
    for (uint32_t s = 0; s < crew->select_count + policy->list_count; s++) {
        const struct cp_texts *words = s < crew->select_count
                                           ? &crew->selects[s]->control
                                           : &policy->lists[s - crew->select_count].countries;

        for (uint32_t i = 0; i < words->count; i++) {
            if (!is_among(at, *count, words->at[i]))
                at[(*count)++] = words->at[i];
        }
    }
    *out = at;
    return CP_OK;
}

static cp_err say_countries(const struct crew *crew)
{
    cp_text *countries = NULL;
    uint32_t count = 0;

    CP_TRY(find_countries(crew, &countries, &count));
    if (count == 0)
        return CP_OK;
    cp_english_heading(crew->out, "COUNTRIES OF CONTROL", CP_TEXT(""));
    cp_out_str(
        crew->out,
        "A maker is under the control of a country where it, the maker that it is "
        "an affiliate of, or an owner of theirs up to the top is of that country; "
        "of a maker of whom not all of these are stated, and of one that no table "
        "has, it is unknown.\n"
        "One such country that is named is enough for what a rule is against; an allow-list, "
        "an exception or a licence, and a list that one of them names, trusts a maker only "
        "where every such country is named.\n");
    for (uint32_t i = 0; i < count; i++) {
        say_controlled(crew, countries[i], CP_CONTROL_YES, "Known makers under the control of ");
        say_controlled(crew, countries[i], CP_CONTROL_UNKNOWN,
                       "Known makers of whom it is unknown whether they are under the control of ");
    }
    return CP_OK;
}

cp_err cp_english_makers(struct cp_out *out, const struct cp_policy *policy)
{
    struct crew crew = {.out = out, .policy = policy, .makers = policy->makers};
    uint32_t count = cp_makers_count(policy->makers);
    bool begun = false;

    crew.told = CP_TAKE(out->arena, count, bool);
    if (crew.told == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(find_selects(&crew));
    tell_named(&crew);
    tell_affiliates(&crew);
    tell_owners(&crew);
    for (uint32_t m = 0; m < count; m++) {
        if (!crew.told[m])
            continue;
        if (!begun)
            cp_english_heading(out, "MAKERS", CP_TEXT(""));
        begun = true;
        say_maker(&crew, m);
    }
    return say_countries(&crew);
}

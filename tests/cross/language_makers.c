#include "language_slow.h"

#include <stdlib.h>

/*
 * Who made a thing, as claims say it, and whether a selector means that maker: affiliates up to whom they
 * belong to, owners up to the top, lists as they stood on the day.
 */

uint32_t slow_maker(const struct slow_world *world, const struct slow_claim *claim)
{
    const struct cp_makers *makers = world->policy->makers;
    uint32_t maker;

    if (claim->saying != SLOW_STATED)
        return CP_MAKER_UNKNOWN;
    if (cp_text_is(claim->fact->attribute, "software"))
        return cp_makers_find_software(makers, claim->fact->value);
    maker = cp_makers_find(makers, claim->fact->value);
    /* A name like a maker's that is none of its names: nobody can tell. */
    if (maker == CP_MAKER_OTHER &&
        cp_makers_resembles(makers, claim->fact->value) != CP_MAKER_OTHER)
        return CP_MAKER_UNKNOWN;
    return maker;
}

bool slow_is_known(const struct slow_world *world, const struct cp_fact *fact)
{
    return cp_makers_find(world->policy->makers, fact->value) != CP_MAKER_UNKNOWN &&
           !slow_is_expired(world, fact);
}

/* A label beside a reading takes nothing away: the best evidence of what is known counts for all. */
bool slow_is_weak(const struct slow_world *world, const struct cp_rule *rule,
                  const struct slow_claim *claim)
{
    const struct cp_case *net = world->net;
    const uint32_t *facts = claim->fact->kind == CP_OBJECT_NODE ? net->node_facts : net->link_facts;
    uint32_t object = claim->fact->object;

    for (uint32_t f = facts[object]; f < facts[object + 1]; f++) {
        const struct cp_fact *fact = &net->facts[f];

        if (cp_text_eq(fact->part, claim->fact->part) &&
            cp_text_eq(fact->attribute, claim->fact->attribute) && slow_is_known(world, fact) &&
            slow_is_enough(world, fact, rule))
            return false;
    }
    return !slow_is_enough(world, claim->fact, rule);
}

/* ---- whom a selector means ---- */

/* The maker itself, or one that it belongs to. */
static bool belongs_to(const struct cp_makers *makers, uint32_t maker, uint32_t whole)
{
    while (maker != CP_MAKER_OTHER && maker != whole)
        maker = cp_makers_parent(makers, maker);
    return maker == whole;
}

static slow_truth country_is_among(cp_text country, const struct cp_texts *countries)
{
    if (country.len == 0)
        return SLOW_MAYBE;
    for (uint32_t i = 0; i < countries->count; i++)
        if (cp_text_same_word(country, countries->at[i]))
            return SLOW_YES;
    return SLOW_NO;
}

/*
 * A maker and all that are above it.  Against somebody: one of these is of one of the countries.  To trust,
 * all of them are, and so no other country can compel it.
 */
static slow_truth is_controlled(const struct slow_world *world, uint32_t maker,
                                const struct cp_texts *countries, slow_purpose purpose,
                                uint32_t depth)
{
    const struct cp_makers *makers = world->policy->makers;
    bool any = purpose == SLOW_AGAINST;
    struct cp_maker_about about;
    slow_truth truth;

    if (maker == CP_MAKER_UNKNOWN || maker == CP_MAKER_OTHER)
        return SLOW_MAYBE;
    if (depth > cp_makers_count(makers))
        return any ? SLOW_NO : SLOW_YES; /* a circle says nothing new */
    about = cp_makers_about(makers, maker);
    truth = country_is_among(about.country, countries);
    for (uint32_t i = 0; i <= about.owner_count; i++) {
        uint32_t above = i < about.owner_count ? about.owners[i] : about.parent;
        slow_truth one;

        if (above == CP_MAKER_OTHER)
            continue;
        one = is_controlled(world, above, countries, purpose, depth + 1);
        truth = any ? slow_either(truth, one) : slow_both(truth, one);
    }
    return truth;
}

/* Against somebody: on the list on some day that is asked about.  To let off, on each of them. */
static bool stands_on(const struct slow_asking *asking, const struct cp_listed *listed)
{
    struct cp_window days = {asking->world->day, asking->world->day};
    cp_date from, until;

    if (asking->listed != NULL)
        days = *asking->listed;
    from = asking->purpose == SLOW_AGAINST ? days.until : days.from;
    until = asking->purpose == SLOW_AGAINST ? days.from : days.until;
    return (listed->window.from == CP_DATE_NONE || listed->window.from <= from) &&
           (listed->window.until == CP_DATE_NONE || listed->window.until >= until);
}

static slow_truth is_listed(const struct slow_asking *asking, const struct cp_maker_list *list,
                            uint32_t maker)
{
    const struct cp_makers *makers = asking->world->policy->makers;

    for (uint32_t i = 0; i < list->count && maker < cp_makers_count(makers); i++) {
        const struct cp_listed *listed = &list->makers[i];

        if (!stands_on(asking, listed))
            continue;
        if (maker == listed->maker ||
            (list->affiliates && belongs_to(makers, maker, listed->maker)))
            return SLOW_YES;
    }
    if (list->countries.count == 0)
        return SLOW_NO;
    return is_controlled(asking->world, maker, &list->countries, asking->purpose, 0);
}

static slow_truth is_meant(const struct slow_asking *asking, const struct cp_select *s,
                           uint32_t maker)
{
    const struct cp_policy *policy = asking->world->policy;
    slow_truth truth = SLOW_YES;

    if (maker == CP_MAKER_UNKNOWN)
        return SLOW_MAYBE;
    if (s->has_makers) {
        truth = SLOW_NO;
        for (uint32_t i = 0; i < s->maker_count && maker != CP_MAKER_OTHER; i++)
            if (belongs_to(policy->makers, maker, s->makers[i]))
                truth = SLOW_YES;
        for (uint32_t i = 0; i < s->maker_list_count; i++)
            truth = slow_either(truth, is_listed(asking, &policy->lists[s->maker_lists[i]], maker));
    }
    if (s->control.count > 0)
        truth =
            slow_both(truth, is_controlled(asking->world, maker, &s->control, asking->purpose, 0));
    return truth;
}

slow_truth slow_named(const struct slow_asking *asking, const struct cp_select *select,
                      const struct slow_claim *claim)
{
    bool allows = asking->rule->require && select == &asking->rule->target;
    struct slow_asking meant = *asking;
    slow_truth truth, against;

    if (claim->saying == SLOW_SILENT)
        return allows ? SLOW_YES : SLOW_NO;
    if (claim->saying == SLOW_NOBODY || slow_is_expired(asking->world, claim->fact))
        return asking->purpose == SLOW_LETS_OFF ? SLOW_NO : SLOW_MAYBE;
    meant.purpose = allows ? SLOW_LETS_OFF : asking->purpose;
    truth = is_meant(&meant, select, slow_maker(asking->world, claim));
    if (!slow_is_weak(asking->world, asking->rule, claim))
        return truth;
    if (asking->purpose == SLOW_LETS_OFF)
        return SLOW_NO;
    /* Weak evidence may lower trust and never raises it. */
    against = allows ? slow_not(truth) : truth;
    return against == SLOW_YES ? truth : SLOW_MAYBE;
}

bool slow_asks_makers(const struct cp_policy *policy, const struct cp_select *select)
{
    if (select->has_makers || select->control.count > 0)
        return true;
    for (uint32_t p = 0; p < select->product_count; p++)
        if (slow_asks_makers(policy, &policy->products[select->products[p]].select))
            return true;
    return false;
}

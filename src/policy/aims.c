#include "aims.h"

#include "window.h"

/*
 * Whom a selector names.  First each maker that it names itself is marked, and whether its
 * affiliates count; then each other maker climbs to whom it belongs until it meets such a mark.
 */

/* Beside a CP_TARGET_..., only while aiming; below: some maker above is marked WITH_AFFILIATES. */
enum { WITH_AFFILIATES = 0x80, BELOW = 0x40, NOT_BELOW = 0x20, TARGETS = 0x03 };

static void aim_at(uint32_t maker, bool affiliates, uint8_t *target)
{
    target[maker] = (uint8_t)(CP_TARGET_NAMED | (target[maker] & WITH_AFFILIATES) |
                              (affiliates ? WITH_AFFILIATES : 0));
}

static void aim_at_list(const struct cp_maker_list *list, struct cp_window days, uint8_t *target)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (cp_window_meets(list->makers[i].window, days))
            aim_at(list->makers[i].maker, list->affiliates, target);
    }
}

/* Whether a maker above this one is marked; each is climbed over once, since what was found is kept. */
static bool is_below_marked(const struct cp_makers *makers, uint32_t maker, uint8_t *target)
{
    uint32_t top = cp_makers_parent(makers, maker);

    while (top != CP_MAKER_OTHER && (target[top] & (WITH_AFFILIATES | BELOW | NOT_BELOW)) == 0)
        top = cp_makers_parent(makers, top);
    bool below = top != CP_MAKER_OTHER && (target[top] & (WITH_AFFILIATES | BELOW)) != 0;
    for (uint32_t up = maker; up != top; up = cp_makers_parent(makers, up))
        target[up] |= below ? BELOW : NOT_BELOW;
    return below;
}

static void aim_at_affiliates(const struct cp_makers *makers, uint8_t *target)
{
    uint32_t count = cp_makers_count(makers);

    for (uint32_t i = 0; i < count; i++) {
        if ((target[i] & TARGETS) == CP_TARGET_NO && is_below_marked(makers, i, target))
            target[i] |= CP_TARGET_AFFILIATE;
    }
    for (uint32_t i = 0; i < count; i++)
        target[i] &= TARGETS;
}

/* Whether one of the countries can compel the maker, or whether no other can. */
static cp_control controlled(const struct cp_makers *makers, uint32_t maker,
                             const struct cp_texts *countries, cp_aim aim)
{
    cp_control most = CP_CONTROL_NO;

    if (aim == CP_AIM_ALL)
        return cp_makers_controlled_only(makers, maker, countries->at, countries->count);
    for (uint32_t i = 0; i < countries->count; i++) {
        cp_control one = cp_makers_controlled(makers, maker, countries->at[i]);
        most = one > most ? one : most;
    }
    return most;
}

static uint8_t target_of(cp_control control)
{
    static const uint8_t targets[] = {
        [CP_CONTROL_NO] = CP_TARGET_NO,
        [CP_CONTROL_UNKNOWN] = CP_TARGET_UNKNOWN,
        [CP_CONTROL_YES] = CP_TARGET_NAMED,
    };

    return targets[control];
}

/* Those whom a country can compel stand on the list too; who is named on it by name is so already. */
static void aim_at_compelled(const struct cp_policy *policy, const struct cp_texts *countries,
                             cp_aim aim, uint8_t *target)
{
    for (uint32_t i = 0; countries->count > 0 && i < cp_makers_count(policy->makers); i++) {
        uint8_t one = target_of(controlled(policy->makers, i, countries, aim));
        if (target[i] == CP_TARGET_NO || (target[i] == CP_TARGET_UNKNOWN && one == CP_TARGET_NAMED))
            target[i] = one;
    }
}

static void aim_at_makers(const struct cp_policy *policy, const struct cp_select *select,
                          struct cp_window days, cp_aim aim, uint8_t *target)
{
    for (uint32_t i = 0; i < cp_makers_count(policy->makers); i++)
        target[i] = CP_TARGET_NO;
    for (uint32_t i = 0; i < select->maker_count; i++)
        aim_at(select->makers[i], true, target);
    for (uint32_t i = 0; i < select->maker_list_count; i++)
        aim_at_list(&policy->lists[select->maker_lists[i]], days, target);
    aim_at_affiliates(policy->makers, target);
    for (uint32_t i = 0; i < select->maker_list_count; i++)
        aim_at_compelled(policy, &policy->lists[select->maker_lists[i]].countries, aim, target);
}

/* Both keys must be met. */
static uint8_t both(uint8_t named, uint8_t control)
{
    if (named == CP_TARGET_NO || control == CP_TARGET_NO)
        return CP_TARGET_NO;
    return named == CP_TARGET_UNKNOWN || control == CP_TARGET_UNKNOWN ? CP_TARGET_UNKNOWN : named;
}

void cp_select_aims_within(const struct cp_policy *policy, const struct cp_select *select,
                           struct cp_window window, cp_aim aim, uint8_t *target)
{
    uint32_t count = cp_makers_count(policy->makers);

    if (select->has_makers)
        aim_at_makers(policy, select, window, aim, target);
    for (uint32_t i = 0; !select->has_makers && i < count; i++)
        target[i] = CP_TARGET_NAMED;
    for (uint32_t i = 0; select->control.count > 0 && i < count; i++)
        target[i] =
            both(target[i], target_of(controlled(policy->makers, i, &select->control, aim)));
}

void cp_select_aims(const struct cp_policy *policy, const struct cp_select *select, cp_date day,
                    cp_aim aim, uint8_t *target)
{
    cp_select_aims_within(policy, select, (struct cp_window){day, day}, aim, target);
}

uint8_t cp_select_aims_other(const struct cp_policy *policy, const struct cp_select *select)
{
    uint8_t named = select->has_makers ? CP_TARGET_NO : CP_TARGET_NAMED;

    for (uint32_t i = 0; i < select->maker_list_count; i++) {
        if (policy->lists[select->maker_lists[i]].countries.count > 0)
            named = CP_TARGET_UNKNOWN;
    }
    return both(named, select->control.count > 0 ? CP_TARGET_UNKNOWN : CP_TARGET_NAMED);
}

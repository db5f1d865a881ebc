#include "licences.h"

#include <stdlib.h>

/*
 * Whether a licence covers what an element rests on is the judge's to say: the case is judged again as if the
 * licence held, and what then is against each element is kept.
 */

struct licences {
    const struct obstacles *o;
    struct cp_arena *arena;
    const struct cp_licence_use **uses; /* [count] that do not hold, the one that ends last first */
    struct ground *grounds;             /* [count] against NULL: not asked yet */
    uint32_t count;
};

static int compare_uses(const void *one, const void *other)
{
    const struct cp_licence_use *a = *(const struct cp_licence_use *const *)one;
    const struct cp_licence_use *b = *(const struct cp_licence_use *const *)other;

    if (a->until != b->until) {
        if (a->until == CP_DATE_NONE || b->until == CP_DATE_NONE)
            return a->until == CP_DATE_NONE ? -1 : 1;
        return a->until > b->until ? -1 : 1;
    }
    if (!cp_text_eq(a->licence->id, b->licence->id))
        return cp_text_cmp(a->licence->id, b->licence->id);
    return a < b ? -1 : a > b;
}

cp_err cp_licences_open(const struct obstacles *o, struct cp_arena *arena, struct licences **out)
{
    const struct cp_judge *judge = o->judge;
    struct licences *l = CP_TAKE(arena, 1, struct licences);

    if (l == NULL)
        return CP_ERR_NOMEM;
    *l = (struct licences){.o = o, .arena = arena};
    l->uses = (const struct cp_licence_use **)cp_arena_take(arena, judge->licence_count,
                                                            sizeof(struct cp_licence_use *));
    l->grounds = CP_TAKE(arena, judge->licence_count, struct ground);
    if (l->uses == NULL || l->grounds == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; judge->inside != NULL && i < judge->licence_count; i++)
        if (!judge->licences[i].holds)
            l->uses[l->count++] = &judge->licences[i];
    if (l->count > 0)
        qsort((void *)l->uses, l->count, sizeof(struct cp_licence_use *), compare_uses);
    *out = l;
    return CP_OK;
}

static bool relaxes(const struct licences *l, const struct cp_licence_use *use, uint32_t place)
{
    const struct cp_judge_rule *rule = &l->o->judge->rules[l->o->treatment->rules[place]];
    const struct cp_policy *policy = l->o->judge->policies[use->policy].policy;

    for (uint32_t i = 0; use->policy == rule->policy && i < use->licence->relax_count; i++)
        if (&policy->rules[use->licence->relaxes[i]] == rule->rule)
            return true;
    return false;
}

const struct cp_licence_use *cp_licences_of(const struct licences *l, uint32_t place, uint32_t at)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (relaxes(l, l->uses[i], place) && at-- == 0)
            return l->uses[i];
    return NULL;
}

static cp_err judge_with(const struct licences *l, const struct cp_licence_use *use,
                         struct cp_arena *work, uint32_t *against)
{
    struct obstacles then = *l->o;

    CP_TRY(cp_judge_with(l->o->judge, use->licence, work, &then.judge));
    CP_ASSERT(then.judge->rule_count == l->o->judge->rule_count);
    for (uint32_t e = 0; e < then.elements; e++)
        for (uint32_t i = 0; l->o->how_many[e] > 0 && i < then.relevant_count; i++)
            if (cp_obstacles_against(&then, then.relevant[i], e))
                against[e] = 1;
    return CP_OK;
}

cp_err cp_licences_ground(struct licences *l, const struct cp_licence_use *use,
                          struct ground **ground)
{
    uint32_t at = 0;

    while (l->uses[at] != use)
        at++;
    if (l->grounds[at].against == NULL) {
        uint32_t *then = CP_TAKE(l->arena, l->o->elements, uint32_t);
        struct cp_arena *work = cp_arena_open(SIZE_MAX);
        cp_err err = then == NULL || work == NULL ? CP_ERR_NOMEM : judge_with(l, use, work, then);

        cp_arena_close(work);
        CP_TRY(err);
        l->grounds[at].against = then;
    }
    *ground = &l->grounds[at];
    return CP_OK;
}

#include "stated.h"

#include "base/map.h"
#include "judge/judge.h"

cp_err cp_stated_open(const struct cp_judge_policy *policies, uint32_t count,
                      struct cp_arena *arena, struct cp_stated *out)
{
    uint32_t id = 0;

    *out = (struct cp_stated){.arena = arena, .policies = policies, .policy_count = count};
    CP_TRY(cp_map_open(arena, &out->ids[0]));
    CP_TRY(cp_map_open(arena, &out->ids[1]));
    CP_TRY(cp_stated_add(out, CP_TEXT("unknown"), false, &id));
    CP_ASSERT(id == CP_NAME_UNKNOWN);
    out->count = CP_NAME_FIRST; /* the silent one has no text that could be found */
    return CP_OK;
}

cp_err cp_stated_add(struct cp_stated *names, cp_text text, bool software, uint32_t *id)
{
    void *at = names->at;
    uint32_t found;

    if (text.len > 0 && cp_text_eq(text, names->last[software])) {
        *id = names->last_id[software];
        return CP_OK;
    }
    found = cp_map_find(names->ids[software], text);
    if (found == CP_MAP_NONE) {
        CP_TRY(cp_arena_grow(names->arena, &at, names->count, &names->cap,
                             sizeof(struct cp_stated_name)));
        names->at = at;
        found = names->count++;
        names->at[found] = (struct cp_stated_name){.text = text, .software = software};
        CP_TRY(cp_map_add(names->ids[software], text, found));
    }
    names->last[software] = text;
    names->last_id[software] = *id = found;
    return CP_OK;
}

/* A misspelling, or a branch that no table lists, would pass for a trusted maker: it is unknown. */
static void resolve(const struct cp_makers *makers, struct cp_stated_name *name, uint32_t *maker,
                    uint8_t *like)
{
    *maker = cp_makers_find(makers, name->text);
    name->says_nothing = *maker == CP_MAKER_UNKNOWN; /* to every policy: no table has such words */
    if (name->software) {
        *maker = cp_makers_find_software(makers, name->text);
        return;
    }
    if (*maker != CP_MAKER_OTHER || cp_makers_resembles(makers, name->text) == CP_MAKER_OTHER)
        return;
    *maker = CP_MAKER_UNKNOWN;
    *like = 1;
}

cp_err cp_stated_resolve(struct cp_stated *names)
{
    names->makers = CP_TAKE(names->arena, names->policy_count, uint32_t *);
    names->like = CP_TAKE(names->arena, names->policy_count, uint8_t *);
    if (names->makers == NULL || names->like == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < names->policy_count; p++) {
        names->makers[p] = CP_TAKE(names->arena, names->count, uint32_t);
        names->like[p] = CP_TAKE(names->arena, names->count, uint8_t);
        if (names->makers[p] == NULL || names->like[p] == NULL)
            return CP_ERR_NOMEM;
        names->makers[p][CP_NAME_UNKNOWN] = CP_MAKER_UNKNOWN;
        names->makers[p][CP_NAME_SILENT] = CP_MAKER_UNKNOWN;
        for (uint32_t i = CP_NAME_FIRST; i < names->count; i++)
            resolve(names->policies[p].policy->makers, &names->at[i], &names->makers[p][i],
                    &names->like[p][i]);
    }
    return CP_OK;
}

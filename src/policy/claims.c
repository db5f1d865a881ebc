#include "claims.h"

/* The section `makers` once more, when it is known to be right: which name stands where. */

static uint32_t count_names(const struct cp_yaml *map)
{
    uint32_t count = map->count; /* canonical ones */

    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next) {
        const struct cp_yaml *names = cp_value_find(at, "names");
        count += names == NULL ? 0 : cp_value_count(names);
    }
    return count;
}

cp_err cp_claims_read(const struct cp_yaml *map, struct cp_reading *reading)
{
    uint32_t count = 0;
    uint32_t maker = 0;

    if (map == NULL)
        return CP_OK;
    struct cp_maker_claim *claims =
        CP_TAKE(reading->arena, count_names(map), struct cp_maker_claim);
    if (claims == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next, maker++) {
        const struct cp_yaml *names = cp_value_find(at, "names");
        claims[count++] = (struct cp_maker_claim){at->key, maker, at->key_place};
        uint32_t more = names == NULL ? 0 : cp_value_count(names);
        const struct cp_yaml *name = more == 0 ? NULL : cp_value_first(names);
        for (; more > 0; more--, name = name->next)
            claims[count++] = (struct cp_maker_claim){name->text, maker, name->place};
    }
    reading->policy->claims = claims;
    reading->policy->claim_count = count;
    return CP_OK;
}

#include "claims.h"

/* The section `makers` once more, when it is known to be right: what stands where. */

static const struct {
    const char *key;
    cp_claim kind;
} claiming[] = {
    {"names", CP_CLAIM_NAME},
    {"software", CP_CLAIM_SOFTWARE},
    {"pen", CP_CLAIM_PEN},
    {"affiliates", CP_CLAIM_AFFILIATE},
};

static uint32_t count_claims(const struct cp_yaml *map)
{
    uint32_t count = map->count; /* canonical names */

    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next) {
        for (size_t i = 0; i < CP_COUNT(claiming); i++) {
            const struct cp_yaml *words = cp_value_find(at, claiming[i].key);
            count += words == NULL ? 0 : cp_value_count(words);
        }
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
        CP_TAKE(reading->arena, count_claims(map), struct cp_maker_claim);
    if (claims == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next, maker++) {
        claims[count++] = (struct cp_maker_claim){CP_CLAIM_NAME, at->key, maker, at->key_place};
        for (size_t i = 0; i < CP_COUNT(claiming); i++) {
            const struct cp_yaml *words = cp_value_find(at, claiming[i].key);
            uint32_t more = words == NULL ? 0 : cp_value_count(words);
            const struct cp_yaml *word = more == 0 ? NULL : cp_value_first(words);
            for (; more > 0; more--, word = word->next)
                claims[count++] =
                    (struct cp_maker_claim){claiming[i].kind, word->text, maker, word->place};
        }
    }
    reading->policy->claims = claims;
    reading->policy->claim_count = count;
    return CP_OK;
}

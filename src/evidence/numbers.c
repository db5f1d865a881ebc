#include <string.h>

#include "views.h"

/* Keys of four numbers: their bytes are the text of a map. */

struct cp_pairs {
    struct cp_arena *work;
    struct cp_map *numbers;
    uint32_t *values;
    uint32_t count, cap;
};

enum { KEY_BYTES = 4 * sizeof(uint32_t) };

cp_err cp_pairs_open(struct cp_arena *work, struct cp_pairs **out)
{
    struct cp_pairs *pairs = CP_TAKE(work, 1, struct cp_pairs);

    if (pairs == NULL)
        return CP_ERR_NOMEM;
    pairs->work = work;
    *out = pairs;
    return cp_map_open(work, &pairs->numbers);
}

static uint32_t find(const struct cp_pairs *pairs, const uint32_t key[4])
{
    char bytes[KEY_BYTES];

    memcpy(bytes, key, sizeof(bytes));
    return cp_map_find(pairs->numbers, (cp_text){bytes, sizeof(bytes)});
}

uint32_t cp_pairs_get(const struct cp_pairs *pairs, const uint32_t key[4])
{
    uint32_t number = find(pairs, key);

    return number == CP_MAP_NONE ? CP_NONE : pairs->values[number];
}

cp_err cp_pairs_put(struct cp_pairs *pairs, const uint32_t key[4], uint32_t value)
{
    uint32_t number = find(pairs, key);
    void *values = pairs->values;
    char *kept;

    if (number != CP_MAP_NONE) {
        if (pairs->values[number] != value)
            pairs->values[number] = CP_SEVERAL;
        return CP_OK;
    }
    CP_TRY(cp_arena_grow(pairs->work, &values, pairs->count, &pairs->cap, sizeof(*pairs->values)));
    pairs->values = values;
    kept = CP_TAKE(pairs->work, KEY_BYTES, char);
    if (kept == NULL)
        return CP_ERR_NOMEM;
    memcpy(kept, key, KEY_BYTES);
    CP_TRY(cp_map_add(pairs->numbers, (cp_text){kept, KEY_BYTES}, pairs->count));
    pairs->values[pairs->count++] = value;
    return CP_OK;
}

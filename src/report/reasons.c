#include "reasons.h"

#include "base/map.h"

/* By pointer, so that a growing list moves no reason. */
struct known {
    const struct cp_reason *reason;
};

struct cp_reasons {
    const struct cp_judge *judge;
    struct cp_arena *arena;
    struct cp_map *numbers; /* rule, kind and object as bytes to an index of list */
    struct known *list;
    uint32_t count, cap;
};

struct reason_key {
    uint32_t rule, kind, object;
};

cp_err cp_reasons_open(const struct cp_judge *judge, struct cp_arena *arena,
                       struct cp_reasons **out)
{
    struct cp_reasons *reasons = CP_TAKE(arena, 1, struct cp_reasons);

    if (reasons == NULL)
        return CP_ERR_NOMEM;
    reasons->judge = judge;
    reasons->arena = arena;
    CP_TRY(cp_map_open(arena, &reasons->numbers));
    *out = reasons;
    return CP_OK;
}

static cp_err remember(struct cp_reasons *reasons, cp_text key, const struct cp_reason *reason)
{
    void *list = reasons->list;
    cp_text kept;

    CP_TRY(cp_text_copy(key, reasons->arena, &kept));
    CP_TRY(cp_arena_grow(reasons->arena, &list, reasons->count, &reasons->cap,
                         sizeof(*reasons->list)));
    reasons->list = list;
    CP_TRY(cp_map_add(reasons->numbers, kept, reasons->count));
    reasons->list[reasons->count++].reason = reason;
    return CP_OK;
}

cp_err cp_reasons_get(struct cp_reasons *reasons, uint32_t rule, cp_object_kind kind,
                      uint32_t object, const struct cp_reason **out)
{
    struct reason_key parts = {rule, (uint32_t)kind, object};
    cp_text key = {(const char *)&parts, sizeof(parts)};
    uint32_t at = cp_map_find(reasons->numbers, key);
    struct cp_reason *reason;

    if (at != CP_MAP_NONE) {
        *out = reasons->list[at].reason;
        return CP_OK;
    }
    reason = CP_TAKE(reasons->arena, 1, struct cp_reason);
    if (reason == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_judge_reason(reasons->judge, rule, kind, object, reasons->arena, reason));
    CP_TRY(remember(reasons, key, reason));
    *out = reason;
    return CP_OK;
}

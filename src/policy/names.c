#include "names.h"

cp_err cp_names_open(struct cp_names *names, uint32_t count, struct cp_arena *arena)
{
    names->count = 0;
    names->ids = CP_TAKE(arena, count, cp_text);
    if (names->ids == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(arena, &names->map));
    return cp_map_reserve(names->map, count);
}

cp_err cp_names_add(struct cp_names *names, cp_text id, cp_place place, struct cp_diag *diag)
{
    CP_TRY(cp_value_id(id, place, diag));
    cp_err err = cp_map_add(names->map, id, names->count);
    if (err == CP_ERR_DUPLICATE)
        return cp_diag_set(diag, err, place, names->twice, id);
    CP_TRY(err);
    names->ids[names->count++] = id;
    return CP_OK;
}

cp_err cp_names_get(const struct cp_names *names, const struct cp_yaml *value, uint32_t *index,
                    struct cp_diag *diag)
{
    cp_text id = CP_TEXT("");

    CP_TRY(cp_value_text(value, &id, diag));
    uint32_t found = names->map == NULL ? CP_MAP_NONE : cp_map_find(names->map, id);
    if (found == CP_MAP_NONE) {
        cp_err err = cp_diag_set(diag, CP_ERR_UNKNOWN_ID, value->place, names->none, id);
        size_t nearest = cp_text_nearest(id, names->ids, names->count);
        if (nearest < names->count)
            cp_diag_hint(diag, names->ids[nearest]);
        return err;
    }
    *index = found;
    return CP_OK;
}

cp_err cp_names_get_all(const struct cp_names *names, const struct cp_yaml *value,
                        struct cp_arena *arena, struct cp_indexes *out, struct cp_diag *diag)
{
    struct cp_texts texts = {.count = 0};

    CP_TRY(cp_value_texts(value, arena, &texts, diag));
    uint32_t *indexes = CP_TAKE(arena, texts.count, uint32_t);
    const struct cp_yaml *at = cp_value_first(value);
    if (indexes == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < texts.count; i++, at = at->next)
        CP_TRY(cp_names_get(names, at, &indexes[i], diag));
    *out = (struct cp_indexes){indexes, texts.count};
    return CP_OK;
}

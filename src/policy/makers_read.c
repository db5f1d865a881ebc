#include "makers_read.h"

#include "value.h"
#include "vocabulary.h"

static cp_err read_words(const struct cp_yaml *map, const char *key, struct cp_arena *arena,
                         struct cp_maker_words *out, struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, key);
    struct cp_texts texts = {.count = 0};

    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_value_texts(value, arena, &texts, diag));
    const struct cp_yaml *at = cp_value_first(value);
    struct cp_maker_word *words = CP_TAKE(arena, texts.count, struct cp_maker_word);
    if (words == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < texts.count; i++, at = at->next)
        words[i] = (struct cp_maker_word){texts.at[i], at->place};
    *out = (struct cp_maker_words){words, texts.count};
    return CP_OK;
}

static cp_err read_pens(const struct cp_yaml *map, struct cp_arena *arena, struct cp_maker_row *row,
                        struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, "pen");
    struct cp_texts texts = {.count = 0};

    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_value_texts(value, arena, &texts, diag));
    const struct cp_yaml *at = cp_value_first(value);
    struct cp_maker_pen *pens = CP_TAKE(arena, texts.count, struct cp_maker_pen);
    if (pens == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < texts.count; i++, at = at->next) {
        pens[i].place = at->place;
        CP_TRY(cp_value_number(at, &pens[i].number, diag));
        if (pens[i].number == 0)
            return cp_diag_set(diag, CP_ERR_RANGE, at->place, "an enterprise number is at least 1",
                               at->text);
    }
    row->pens = pens;
    row->pen_count = texts.count;
    return CP_OK;
}

static cp_err read_country(const struct cp_yaml *map, struct cp_maker_row *row,
                           struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, "country");

    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_value_country(value, diag));
    row->country = value->text;
    return CP_OK;
}

static cp_err read_row(const struct cp_yaml *map, struct cp_arena *arena, struct cp_maker_row *row,
                       struct cp_diag *diag)
{
    row->name = (struct cp_maker_word){map->key, map->key_place};
    CP_TRY(cp_value_id(map->key, map->key_place, diag));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_MAKER, map, diag));
    CP_TRY(read_words(map, "names", arena, &row->names, diag));
    CP_TRY(read_words(map, "affiliates", arena, &row->affiliates, diag));
    CP_TRY(read_words(map, "owner", arena, &row->owners, diag));
    CP_TRY(read_words(map, "software", arena, &row->software, diag));
    CP_TRY(read_pens(map, arena, row, diag));
    return read_country(map, row, diag);
}

cp_err cp_makers_read(const struct cp_yaml *map, struct cp_arena *arena,
                      const struct cp_makers **out, uint32_t *row_count, struct cp_diag *diag)
{
    *row_count = 0;
    if (map == NULL)
        return cp_makers_make(NULL, 0, arena, out, diag);
    CP_TRY(cp_value_kind(map, CP_YAML_MAP, diag));
    struct cp_maker_row *rows = CP_TAKE(arena, map->count, struct cp_maker_row);
    const struct cp_yaml *at = map->first;
    if (rows == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < map->count; i++, at = at->next)
        CP_TRY(read_row(at, arena, &rows[i], diag));
    *row_count = map->count;
    return cp_makers_make(rows, map->count, arena, out, diag);
}

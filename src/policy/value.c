#include "value.h"

#include "base/num.h"
#include "base/out.h"

#include "identify/country.h"

#include "limits.h"

static cp_err refuse(const struct cp_yaml *value, const char *why, struct cp_diag *diag)
{
    cp_text subject = value->kind == CP_YAML_TEXT ? value->text : value->key;

    return cp_diag_set(diag, CP_ERR_MALFORMED, value->place, why, subject);
}

cp_err cp_value_kind(const struct cp_yaml *value, cp_yaml_kind kind, struct cp_diag *diag)
{
    static const char *const why[] = {
        [CP_YAML_TEXT] = "expected a text",
        [CP_YAML_LIST] = "expected a list",
        [CP_YAML_MAP] = "expected a mapping",
    };

    if (value->kind != kind)
        return refuse(value, why[kind], diag);
    return CP_OK;
}

const struct cp_yaml *cp_value_find(const struct cp_yaml *map, const char *key)
{
    const struct cp_yaml *at = map->first;

    while (at != NULL && !cp_text_is(at->key, key))
        at = at->next;
    return at;
}

cp_err cp_value_get(const struct cp_yaml *map, const char *key, const struct cp_yaml **out,
                    struct cp_diag *diag)
{
    *out = cp_value_find(map, key);
    if (*out == NULL)
        return cp_diag_set(diag, CP_ERR_MALFORMED, map->place, "a key is missing", cp_text_of(key));
    return CP_OK;
}

cp_err cp_value_text(const struct cp_yaml *value, cp_text *out, struct cp_diag *diag)
{
    CP_TRY(cp_value_kind(value, CP_YAML_TEXT, diag));
    if (cp_text_trim(value->text).len == 0)
        return cp_diag_set(diag, CP_ERR_MALFORMED, value->place, "a value is missing", value->key);
    *out = value->text;
    return CP_OK;
}

cp_err cp_value_id(cp_text text, cp_place place, struct cp_diag *diag)
{
    if (text.len == 0 || cp_text_find(text, ' ', 0) < text.len)
        return cp_diag_set(diag, CP_ERR_MALFORMED, place, "expected a name without spaces", text);
    if (text.len > CP_LIMIT_POLICY_NAME_BYTES)
        return cp_diag_set(diag, CP_ERR_LIMIT, place, "a name is at most 255 bytes", text);
    return CP_OK;
}

cp_err cp_value_date(const struct cp_yaml *value, cp_date *out, struct cp_diag *diag)
{
    cp_text text = CP_TEXT("");

    CP_TRY(cp_value_text(value, &text, diag));
    cp_err err = cp_date_parse(text, out);
    if (err == CP_ERR_RANGE)
        return cp_diag_set(diag, err, value->place, "no such day", text);
    if (err != CP_OK)
        return cp_diag_set(diag, err, value->place, "expected a date, YYYY-MM-DD", text);
    return CP_OK;
}

cp_err cp_value_country(const struct cp_yaml *value, struct cp_diag *diag)
{
    cp_text text = CP_TEXT("");

    CP_TRY(cp_value_text(value, &text, diag));
    if (cp_country_is(text))
        return CP_OK;
    const char *meant = cp_country_meant(text);
    cp_err err = refuse(value, "expected a country, two capitals of ISO 3166-1", diag);
    if (meant != NULL)
        cp_diag_hint(diag, cp_text_of(meant));
    return err;
}

cp_err cp_value_number(const struct cp_yaml *value, uint32_t *out, struct cp_diag *diag)
{
    cp_text text = CP_TEXT("");

    CP_TRY(cp_value_text(value, &text, diag));
    cp_err err = cp_num_u32(text, UINT32_MAX, out);
    if (err != CP_OK)
        return cp_diag_set(diag, err, value->place, "expected a whole number", text);
    return CP_OK;
}

cp_err cp_value_text_at(const struct cp_yaml *map, const char *key, cp_text *out,
                        struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, key);

    return value == NULL ? CP_OK : cp_value_text(value, out, diag);
}

cp_err cp_value_date_at(const struct cp_yaml *map, const char *key, cp_date *out,
                        struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, key);

    return value == NULL ? CP_OK : cp_value_date(value, out, diag);
}

cp_err cp_value_some(const struct cp_yaml *value, struct cp_diag *diag)
{
    if (value->kind == CP_YAML_MAP)
        return refuse(value, "expected a text or a list", diag);
    if (value->kind == CP_YAML_LIST && value->count == 0)
        return refuse(value, "the list is empty", diag);
    if (value->count > CP_LIMIT_POLICY_KEYS)
        return cp_diag_set(diag, CP_ERR_LIMIT, value->place, "a list has at most 4096 items",
                           value->key);
    return CP_OK;
}

uint32_t cp_value_count(const struct cp_yaml *value)
{
    return value->kind == CP_YAML_LIST ? value->count : 1;
}

const struct cp_yaml *cp_value_first(const struct cp_yaml *value)
{
    return value->kind == CP_YAML_LIST ? value->first : value;
}

cp_err cp_value_texts(const struct cp_yaml *value, struct cp_arena *arena, struct cp_texts *out,
                      struct cp_diag *diag)
{
    CP_TRY(cp_value_some(value, diag));
    uint32_t count = cp_value_count(value);
    cp_text *texts = CP_TAKE(arena, count, cp_text);
    const struct cp_yaml *at = cp_value_first(value);

    if (texts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++, at = at->next) {
        CP_TRY(cp_value_text(at, &texts[i], diag));
        for (uint32_t k = 0; k < i; k++) {
            if (cp_text_eq(texts[k], texts[i]))
                return cp_diag_set(diag, CP_ERR_DUPLICATE, at->place, "this text stands twice",
                                   texts[i]);
        }
    }
    *out = (struct cp_texts){.at = texts, .count = count};
    return CP_OK;
}

cp_err cp_value_words_at(const struct cp_yaml *map, const char *key, struct cp_arena *arena,
                         cp_text *out, struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, key);
    struct cp_texts texts = {.count = 0};
    struct cp_out joined = cp_out_make(arena);

    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_value_texts(value, arena, &texts, diag));
    const struct cp_yaml *at = cp_value_first(value);
    for (uint32_t i = 0; i < texts.count; i++, at = at->next) {
        CP_TRY(cp_value_id(texts.at[i], at->place, diag));
        if (i > 0)
            cp_out_char(&joined, ' ');
        cp_out_text(&joined, texts.at[i]);
    }
    return cp_out_done(&joined, out);
}

#include "select_read.h"

#include "identify/fold.h"

#include "limits.h"

/* One function a kind of value; the keys whose values are plain words stand in a table of their own. */

cp_err cp_word_fold(cp_text word, struct cp_arena *arena, cp_text *out)
{
    struct cp_folded buffer;
    cp_text folded = CP_TEXT("");

    /* A longer word is none that a policy can have, so how it is written makes no odds. */
    if (!cp_fold_word(word, &buffer, &folded))
        folded = word;
    return cp_text_copy(folded, arena, out);
}

static cp_err fold_word(cp_text word, cp_place place, struct cp_reading *reading, cp_text *out)
{
    if (word.len > CP_LIMIT_POLICY_NAME_BYTES)
        return cp_diag_set(reading->diag, CP_ERR_LIMIT, place, "a name is at most 255 bytes", word);
    CP_TRY(cp_word_fold(word, reading->arena, out));
    if (cp_text_is(*out, "unknown"))
        return cp_diag_set(reading->diag, CP_ERR_MALFORMED, place,
                           "this word means that nobody knows", word);
    return CP_OK;
}

cp_err cp_select_read_words(const struct cp_yaml *value, struct cp_reading *reading,
                            struct cp_texts *out)
{
    struct cp_texts raw = {.count = 0};

    CP_TRY(cp_value_texts(value, reading->arena, &raw, reading->diag));
    cp_text *folded = CP_TAKE(reading->arena, raw.count, cp_text);
    const struct cp_yaml *at = cp_value_first(value);
    if (folded == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < raw.count; i++, at = at->next)
        CP_TRY(fold_word(raw.at[i], at->place, reading, &folded[i]));
    *out = (struct cp_texts){folded, raw.count, raw.at};
    return CP_OK;
}

cp_err cp_select_read_control(const struct cp_yaml *value, struct cp_reading *reading,
                              struct cp_texts *out)
{
    CP_TRY(cp_value_texts(value, reading->arena, out, reading->diag));
    const struct cp_yaml *at = cp_value_first(value);

    for (uint32_t i = 0; i < out->count; i++, at = at->next)
        CP_TRY(cp_value_country(at, reading->diag));
    return CP_OK;
}

/* --- keys with values of their own kind ----------------------------------------------------- */

static cp_err read_makers(const struct cp_yaml *value, struct cp_reading *reading,
                          struct cp_select *select)
{
    CP_TRY(cp_value_some(value, reading->diag));
    uint32_t count = cp_value_count(value);
    uint32_t *makers = CP_TAKE(reading->arena, count, uint32_t);
    const struct cp_yaml *at = cp_value_first(value);

    if (makers == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++, at = at->next) {
        struct cp_maker_word word = {CP_TEXT(""), at->place};
        CP_TRY(cp_value_text(at, &word.text, reading->diag));
        CP_TRY(cp_makers_get(reading->policy->makers, word, &makers[i], reading->diag));
        for (uint32_t k = 0; k < i; k++) {
            if (makers[k] == makers[i])
                return cp_diag_set(reading->diag, CP_ERR_DUPLICATE, at->place,
                                   "this maker stands twice", at->text);
        }
    }
    select->has_makers = true;
    select->makers = makers;
    select->maker_count = count;
    return CP_OK;
}

static cp_err read_lists(const struct cp_yaml *value, struct cp_reading *reading,
                         struct cp_select *select)
{
    struct cp_indexes lists = {NULL, 0};

    CP_TRY(cp_names_get_all(&reading->lists, value, reading->arena, &lists, reading->diag));
    select->has_makers = true;
    select->maker_lists = lists.at;
    select->maker_list_count = lists.count;
    return CP_OK;
}

static cp_err read_control(const struct cp_yaml *value, struct cp_reading *reading,
                           struct cp_select *select)
{
    return cp_select_read_control(value, reading, &select->control);
}

static cp_err read_products(const struct cp_yaml *value, struct cp_reading *reading,
                            struct cp_select *select)
{
    struct cp_indexes products = {NULL, 0};

    CP_TRY(cp_names_get_all(&reading->products, value, reading->arena, &products, reading->diag));
    select->products = products.at;
    select->product_count = products.count;
    return CP_OK;
}

/* A '*' that stands elsewhere would be taken for a letter. */
static cp_err read_models(const struct cp_yaml *value, struct cp_reading *reading,
                          struct cp_select *select)
{
    CP_TRY(cp_select_read_words(value, reading, &select->models));
    const struct cp_yaml *at = cp_value_first(value);

    for (uint32_t i = 0; i < select->models.count; i++, at = at->next) {
        cp_text model = select->models.at[i];
        if (cp_text_find(model, '*', 0) + 1 < model.len)
            return cp_diag_set(reading->diag, CP_ERR_MALFORMED, at->place,
                               "a * stands only at the end of a model", at->text);
    }
    return CP_OK;
}

static cp_err read_layers(const struct cp_yaml *value, struct cp_reading *reading,
                          struct cp_select *select)
{
    return cp_vocabulary_bits(CP_WORDS_LAYER, value, &select->layers, reading->diag);
}

static cp_err read_functions(const struct cp_yaml *value, struct cp_reading *reading,
                             struct cp_select *select)
{
    return cp_vocabulary_bits(CP_WORDS_FUNCTION, value, &select->functions, reading->diag);
}

static cp_err read_capabilities(const struct cp_yaml *value, struct cp_reading *reading,
                                struct cp_select *select)
{
    return cp_vocabulary_bits(CP_WORDS_CAPABILITY, value, &select->capabilities, reading->diag);
}

static cp_err read_before(const struct cp_yaml *value, struct cp_reading *reading,
                          struct cp_select *select)
{
    return cp_value_date(value, &select->installed_before, reading->diag);
}

static cp_err read_after(const struct cp_yaml *value, struct cp_reading *reading,
                         struct cp_select *select)
{
    return cp_value_date(value, &select->installed_after, reading->diag);
}

/* --- keys with plain words ------------------------------------------------------------------ */

static struct cp_texts *folded_words(struct cp_select *select, cp_text key)
{
    if (cp_text_is(key, "class"))
        return &select->classes;
    if (cp_text_is(key, "role"))
        return &select->roles;
    if (cp_text_is(key, "technology"))
        return &select->technologies;
    if (cp_text_is(key, "operator"))
        return &select->operators;
    return cp_text_is(key, "country") ? &select->countries : NULL;
}

static struct cp_texts *exact_words(struct cp_select *select, cp_text key)
{
    if (cp_text_is(key, "site"))
        return &select->sites;
    if (cp_text_is(key, "site-tag"))
        return &select->site_tags;
    return cp_text_is(key, "tag") ? &select->tags : NULL;
}

typedef cp_err read_value(const struct cp_yaml *value, struct cp_reading *reading,
                          struct cp_select *select);

static read_value *own_kind(cp_text key)
{
    static const struct {
        const char *key;
        read_value *read;
    } readers[] = {
        {"maker", read_makers},
        {"maker-list", read_lists},
        {"country-of-control", read_control},
        {"product", read_products},
        {"model", read_models},
        {"layer", read_layers},
        {"function", read_functions},
        {"capability", read_capabilities},
        {"installed-before", read_before},
        {"installed-after", read_after},
    };

    for (size_t i = 0; i < CP_COUNT(readers); i++) {
        if (cp_text_is(key, readers[i].key))
            return readers[i].read;
    }
    return NULL;
}

static cp_err read_key(const struct cp_yaml *value, struct cp_reading *reading,
                       struct cp_select *select)
{
    struct cp_texts *folded = folded_words(select, value->key);
    struct cp_texts *exact = exact_words(select, value->key);
    read_value *read = own_kind(value->key);

    select->given = select->given || folded != NULL || exact != NULL || read != NULL;
    if (folded != NULL)
        return cp_select_read_words(value, reading, folded);
    if (exact != NULL)
        return cp_value_texts(value, reading->arena, exact, reading->diag);
    return read == NULL ? CP_OK : read(value, reading, select);
}

static cp_err check_days(const struct cp_yaml *map, const struct cp_select *select,
                         struct cp_diag *diag)
{
    const struct cp_yaml *before = cp_value_find(map, "installed-before");

    if (select->installed_before == CP_DATE_NONE || select->installed_after == CP_DATE_NONE ||
        select->installed_before - 1 > select->installed_after)
        return CP_OK;
    return cp_diag_set(diag, CP_ERR_CONFLICT, before->place,
                       "no day lies between installed-after and installed-before", before->text);
}

cp_err cp_select_read(const struct cp_yaml *map, cp_vocabulary which, const char *nothing,
                      struct cp_reading *reading, struct cp_select *out)
{
    CP_TRY(cp_vocabulary_keys(which, map, reading->diag));
    *out = (struct cp_select){
        .place = map->place, .installed_before = CP_DATE_NONE, .installed_after = CP_DATE_NONE};
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(read_key(at, reading, out));
    if (!out->given)
        return cp_diag_set(reading->diag, CP_ERR_MALFORMED, map->place, nothing, map->key);
    return check_days(map, out, reading->diag);
}

#include "reading.h"

#include "select_read.h"
#include "window.h"

/* `maker-lists`: whom governments name, and since when. */

static cp_err read_listed(const struct cp_yaml *item, struct cp_reading *reading,
                          struct cp_listed *out)
{
    const struct cp_yaml *maker = item;
    struct cp_maker_word word = {CP_TEXT(""), item->place};

    *out = (struct cp_listed){.window = {CP_DATE_NONE, CP_DATE_NONE}, .place = item->place};
    if (item->kind == CP_YAML_MAP) {
        CP_TRY(cp_vocabulary_keys(CP_KEYS_LISTED, item, reading->diag));
        CP_TRY(cp_value_get(item, "maker", &maker, reading->diag));
        CP_TRY(cp_window_read(item, &out->window, reading->diag));
    }
    word.place = maker->place;
    CP_TRY(cp_value_text(maker, &word.text, reading->diag));
    return cp_makers_get(reading->policy->makers, word, &out->maker, reading->diag);
}

/* A maker may come back to a list that it has left; on one day it stands there once. */
static cp_err check_once(const struct cp_listed *all, const struct cp_listed *one,
                         const struct cp_reading *reading)
{
    for (const struct cp_listed *other = all; other < one; other++) {
        if (other->maker == one->maker && cp_window_meets(other->window, one->window))
            return cp_diag_set(reading->diag, CP_ERR_DUPLICATE, one->place,
                               "this maker stands twice",
                               cp_makers_name(reading->policy->makers, one->maker));
    }
    return CP_OK;
}

static cp_err read_members(const struct cp_yaml *value, struct cp_reading *reading,
                           struct cp_maker_list *list)
{
    if (value->kind != CP_YAML_MAP)
        CP_TRY(cp_value_some(value, reading->diag));
    uint32_t count = cp_value_count(value);
    struct cp_listed *members = CP_TAKE(reading->arena, count, struct cp_listed);
    const struct cp_yaml *item = cp_value_first(value);

    if (members == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++, item = item->next) {
        CP_TRY(read_listed(item, reading, &members[i]));
        CP_TRY(check_once(members, &members[i], reading));
    }
    list->makers = members;
    list->count = count;
    return CP_OK;
}

static cp_err read_list(const struct cp_yaml *map, struct cp_reading *reading,
                        struct cp_maker_list *list)
{
    const struct cp_yaml *makers = NULL;
    const struct cp_yaml *control = NULL;
    uint32_t excluded = 0;

    CP_TRY(cp_names_add(&reading->lists, map->key, map->key_place, reading->diag));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_MAKER_LIST, map, reading->diag));
    *list = (struct cp_maker_list){.id = map->key, .place = map->key_place};
    CP_TRY(cp_value_text_at(map, "version", &list->version, reading->diag));
    CP_TRY(cp_value_text_at(map, "says", &list->says, reading->diag));
    control = cp_value_find(map, "country-of-control");
    if (control == NULL)
        CP_TRY(cp_value_get(map, "makers", &makers, reading->diag));
    else
        CP_TRY(cp_select_read_control(control, reading, &list->countries));
    makers = cp_value_find(map, "makers");
    if (makers != NULL)
        CP_TRY(read_members(makers, reading, list));
    CP_TRY(cp_vocabulary_word_at(CP_WORDS_AFFILIATES, map, "affiliates", &excluded, reading->diag));
    list->affiliates = excluded == 0;
    return CP_OK;
}

cp_err cp_lists_read(const struct cp_yaml *map, struct cp_reading *reading)
{
    CP_TRY(cp_value_kind(map, CP_YAML_MAP, reading->diag));
    CP_TRY(cp_names_open(&reading->lists, map->count, reading->arena));
    struct cp_maker_list *lists = CP_TAKE(reading->arena, map->count, struct cp_maker_list);
    if (lists == NULL)
        return CP_ERR_NOMEM;
    reading->policy->lists = lists;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(read_list(at, reading, &lists[reading->policy->list_count++]));
    return CP_OK;
}

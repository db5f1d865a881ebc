#include "serve/keys.h"

#include <stdarg.h>
#include <stdio.h>

#include "app/files.h"
#include "app/message.h"
#include "base/num.h"

enum { NAMES_MAX = 32, WORDS_BYTES = 1024 };

cp_err key_bad(struct reading *r, const struct cp_yaml *value, const char *expected)
{
    return cp_diag_set(r->diag, CP_ERR_MALFORMED, value->place, expected, value->text);
}

/* --- places --------------------------------------------------------------------------------------- */

cp_err key_placed(struct reading *r, const void *to, cp_place place)
{
    struct cp_placed *placed = CP_TAKE(r->arena, 1, struct cp_placed);

    if (placed == NULL)
        return CP_ERR_NOMEM;
    *placed = (struct cp_placed){to, place, r->file->placed};
    r->file->placed = placed;
    return CP_OK;
}

/* The newest of an address: a mapping and its first value may have the same, and the value is read later. */
bool cp_placed_find(const struct cp_placed_file *file, const void *value, cp_place *place)
{
    for (const struct cp_placed *p = file->placed; p != NULL; p = p->next)
        if (p->value == value) {
            *place = p->place;
            return true;
        }
    *place = CP_PLACE_NONE;
    return false;
}

void cp_placed_say(const struct cp_placed_file *file, const void *value, const char *format, ...)
{
    char words[WORDS_BYTES];
    cp_place place;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    if (cp_placed_find(file, value, &place))
        cp_say_plain("%s:%u:%u: %s", file->path, place.line, place.column, words);
    else
        cp_say_plain("%s: %s", file->path, words);
}

/* --- what is wrong -------------------------------------------------------------------------------- */

cp_err key_wrong(struct reading *r, cp_err err)
{
    if (err == CP_OK || err == CP_ERR_NOMEM)
        return err;
    if (r->wrong++ < KEYS_TOLD)
        (void)cp_say_diag(r->diag, err, r->file->path, CP_EXIT_POLICY);
    *r->diag = (struct cp_diag){.place = CP_PLACE_NONE};
    return CP_OK;
}

cp_exit key_file(struct reading *r, const char *path, cp_err (*read)(struct reading *, cp_text))
{
    cp_text bytes;
    cp_exit code = cp_file_read(path, r->arena, &bytes);
    cp_err err;

    if (code != CP_EXIT_OK)
        return code;
    err = key_wrong(r, read(r, bytes));
    if (err != CP_OK)
        return cp_say_diag(r->diag, err, path, CP_EXIT_POLICY);
    if (r->wrong > KEYS_TOLD)
        cp_say_plain("%s: and %u more", path, r->wrong - KEYS_TOLD);
    return r->wrong == 0 ? CP_EXIT_OK : CP_EXIT_POLICY;
}

/* --- mappings ------------------------------------------------------------------------------------ */

static cp_err refuse_key(struct reading *r, const struct cp_yaml *value, const struct key *keys,
                         size_t count)
{
    cp_text names[NAMES_MAX];
    size_t nearest;
    cp_err err = cp_diag_set(r->diag, CP_ERR_UNKNOWN_ID, value->key_place,
                             "a key that is not known here", value->key);

    for (size_t i = 0; i < count && i < NAMES_MAX; i++)
        names[i] = cp_text_of(keys[i].name);
    nearest = cp_text_nearest(value->key, names, count < NAMES_MAX ? count : NAMES_MAX);
    if (nearest < count)
        cp_diag_hint(r->diag, names[nearest]);
    return err;
}

static const struct key *find_key(const struct key *keys, size_t count, cp_text name)
{
    for (size_t i = 0; i < count; i++)
        if (cp_text_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

static cp_err read_key(struct reading *r, const struct cp_yaml *map, const struct key *key)
{
    const struct cp_yaml *value = cp_yaml_find(map, key->name);

    if (value == NULL)
        return !key->needed ? CP_OK
                            : cp_diag_set(r->diag, CP_ERR_MALFORMED, map->place,
                                          "a key is missing here", cp_text_of(key->name));
    CP_TRY(key_placed(r, key->to, value->place));
    return key->read(r, value, key->to);
}

cp_err key_map(struct reading *r, const struct cp_yaml *map, const struct key *keys, size_t count)
{
    if (map->kind != CP_YAML_MAP)
        return key_bad(r, map, "a mapping is expected here");
    for (const struct cp_yaml *value = map->first; value != NULL; value = value->next)
        if (find_key(keys, count, value->key) == NULL)
            CP_TRY(key_wrong(r, refuse_key(r, value, keys, count)));
    for (size_t i = 0; i < count; i++)
        CP_TRY(key_wrong(r, read_key(r, map, &keys[i])));
    return CP_OK;
}

cp_err key_each(struct reading *r, const struct cp_yaml *list, key_read read, void *to)
{
    if (list->kind != CP_YAML_LIST)
        return key_bad(r, list, "a list is expected here");
    for (const struct cp_yaml *item = list->first; item != NULL; item = item->next)
        CP_TRY(key_wrong(r, read(r, item, to)));
    return CP_OK;
}

/* --- values -------------------------------------------------------------------------------------- */

cp_err key_text(struct reading *r, const struct cp_yaml *value, cp_text *to)
{
    if (value->kind != CP_YAML_TEXT || value->text.len == 0)
        return key_bad(r, value, "a text is expected here");
    return cp_text_copy(value->text, r->arena, to);
}

cp_err key_zero_ended(struct reading *r, const struct cp_yaml *value, const char **to)
{
    cp_text text = {"", 0};

    CP_TRY(key_text(r, value, &text));
    *to = text.at; /* copies end with a zero, and texts of the subset hold none */
    return CP_OK;
}

cp_err key_number(struct reading *r, const struct cp_yaml *value, uint32_t most, uint32_t *to)
{
    cp_err err = value->kind == CP_YAML_TEXT ? cp_num_u32(value->text, most, to) : CP_ERR_MALFORMED;

    if (err == CP_ERR_RANGE)
        return cp_diag_set(r->diag, err, value->place, "a number that is too large", value->text);
    return err == CP_OK ? CP_OK : key_bad(r, value, "a whole number is expected here");
}

cp_err key_word(struct reading *r, const struct cp_yaml *value, const char *const *words,
                uint32_t *at)
{
    cp_text names[NAMES_MAX];
    size_t count = 0, nearest;
    cp_err err;

    for (; words[count] != NULL && count < NAMES_MAX; count++) {
        names[count] = cp_text_of(words[count]);
        if (value->kind == CP_YAML_TEXT && cp_text_eq(value->text, names[count])) {
            *at = (uint32_t)count;
            return CP_OK;
        }
    }
    err = cp_diag_set(r->diag, CP_ERR_UNKNOWN_ID, value->place, "a word that is not known here",
                      value->text);
    nearest = cp_text_nearest(value->text, names, count);
    cp_diag_hint(r->diag, names[nearest < count ? nearest : 0]);
    return err;
}

cp_err key_paths(struct reading *r, const struct cp_yaml *value, void *to)
{
    struct key_list *list = to;
    const char **at = (const char **)cp_arena_take(r->arena, (size_t)value->count + 2, sizeof *at);

    if (at == NULL)
        return CP_ERR_NOMEM;
    *list->at = at;
    if (value->kind == CP_YAML_TEXT) {
        *list->count = 1;
        return key_zero_ended(r, value, &at[0]);
    }
    if (value->kind != CP_YAML_LIST)
        return key_bad(r, value, "a text or a list of texts is expected here");
    for (const struct cp_yaml *item = value->first; item != NULL; item = item->next)
        CP_TRY(key_zero_ended(r, item, &at[(*list->count)++]));
    return CP_OK;
}

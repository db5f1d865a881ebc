#include "vocabulary.h"

#include "value.h"

/* Words between spaces.  `later`: of the language, but not carried out by this release. */
struct words {
    const char *now, *later;
};

static const struct words vocabulary[CP_VOCABULARY_COUNT] = {
    [CP_KEYS_POLICY] = {"cleanpath-policy id says authority timezone defaults makers maker-lists "
                        "traffic rules tests",
                        "products licences"},
    [CP_KEYS_AUTHORITY] = {"by ref owner", ""},
    [CP_KEYS_DEFAULTS] = {"unknown", "enough-evidence under-failure if-no-path layers"},
    [CP_KEYS_MAKER] = {"names affiliates pen", "owner country"},
    [CP_KEYS_MAKER_LIST] = {"version says makers affiliates", "country"},
    [CP_KEYS_CLASS] = {"says both-ends any-end directions", ""},
    [CP_KEYS_SELECT_ENDS] = {"site-tag tag site", "role operator country layer technology maker"},
    [CP_KEYS_SELECT_PLACE] = {"site-tag site", "tag role operator country hops within layers"},
    [CP_KEYS_RULE] = {"id says from until forbid-transit forbid-presence of at layers unknown "
                      "under-failure if-no-path",
                      "forbid-install require cap near where except enough-evidence scope "
                      "at-least licences"},
    [CP_KEYS_TARGET] = {"maker maker-list", "role product class technology layer operator site "
                                            "country tag installed-before installed-after "
                                            "capability function"},
    [CP_KEYS_UNDER_FAILURE] = {"any-one-of any-two-of any-three-of", ""},
    [CP_KEYS_TEST] = {"says at of through device with expect", ""},
    [CP_KEYS_THING] = {"layer maker software class site-tag tag role managed-by parts evidence "
                       "installed",
                       "ends over technology product operator country"},
    [CP_KEYS_PART] = {"slot maker software", "evidence installed product"},
    [CP_WORDS_UNKNOWN] = {"untrusted undecided trusted", ""},
    [CP_WORDS_LAYER] = {"ip ethernet optical radio management", ""},
    [CP_WORDS_FAILURE] = {"link node shared-risk-group", ""},
    [CP_WORDS_IF_NO_PATH] = {"block allow", ""},
    [CP_WORDS_DIRECTIONS] = {"both", "forward reverse"},
    [CP_WORDS_AFFILIATES] = {"included excluded", ""},
};

enum { WORDS_MAX = 64 };

/* Index among the words; UINT32_MAX where it is none. */
static uint32_t find(const char *words, cp_text word)
{
    cp_text rest = cp_text_of(words);
    cp_text at = CP_TEXT("");

    for (uint32_t i = 0; cp_text_word(&rest, " ", &at); i++) {
        if (cp_text_eq(at, word))
            return i;
    }
    return UINT32_MAX;
}

static void hint_nearest(const struct words *words, cp_text word, struct cp_diag *diag)
{
    cp_text candidates[WORDS_MAX];
    size_t count = 0;
    const char *lists[2] = {words->now, words->later};

    for (size_t i = 0; i < CP_COUNT(lists); i++) {
        cp_text rest = cp_text_of(lists[i]);
        while (count < WORDS_MAX && cp_text_word(&rest, " ", &candidates[count]))
            count++;
    }
    size_t nearest = cp_text_nearest(word, candidates, count);
    if (nearest < count)
        cp_diag_hint(diag, candidates[nearest]);
}

static cp_err check(cp_vocabulary which, cp_text word, cp_place place, const char *why,
                    struct cp_diag *diag)
{
    const struct words *words = &vocabulary[which];

    if (find(words->now, word) != UINT32_MAX)
        return CP_OK;
    if (find(words->later, word) != UINT32_MAX)
        return cp_diag_set(diag, CP_ERR_MALFORMED, place, "not supported by this release", word);
    cp_err err = cp_diag_set(diag, CP_ERR_MALFORMED, place, why, word);
    hint_nearest(words, word, diag);
    return err;
}

cp_err cp_vocabulary_keys(cp_vocabulary which, const struct cp_yaml *map, struct cp_diag *diag)
{
    CP_TRY(cp_value_kind(map, CP_YAML_MAP, diag));
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(check(which, at->key, at->key_place, "unknown key", diag));
    return CP_OK;
}

cp_err cp_vocabulary_word(cp_vocabulary which, const struct cp_yaml *value, uint32_t *index,
                          struct cp_diag *diag)
{
    cp_text word = CP_TEXT("");

    CP_TRY(cp_value_text(value, &word, diag));
    CP_TRY(check(which, word, value->place, "unknown word", diag));
    *index = find(vocabulary[which].now, word);
    return CP_OK;
}

cp_err cp_vocabulary_bits(cp_vocabulary which, const struct cp_yaml *value, uint32_t *bits,
                          struct cp_diag *diag)
{
    uint32_t got = 0;

    CP_TRY(cp_value_some(value, diag));
    for (const struct cp_yaml *at = cp_value_first(value); at != NULL; at = at->next) {
        uint32_t index = 0;
        CP_TRY(cp_vocabulary_word(which, at, &index, diag));
        CP_ASSERT(index < 32);
        if ((got & 1u << index) != 0)
            return cp_diag_set(diag, CP_ERR_DUPLICATE, at->place, "this word stands twice",
                               at->text);
        got |= 1u << index;
        if (value->kind == CP_YAML_TEXT)
            break;
    }
    *bits = got;
    return CP_OK;
}

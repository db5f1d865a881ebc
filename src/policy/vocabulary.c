#include "vocabulary.h"

#include "value.h"

/* Words between spaces. */
static const char *const vocabulary[CP_VOCABULARY_COUNT] = {
    [CP_KEYS_POLICY] = ("cleanpath-policy id says version authority timezone defaults makers "
                        "maker-lists products traffic rules licences tests"),
    [CP_KEYS_AUTHORITY] = "by ref owner",
    [CP_KEYS_DEFAULTS] = "unknown unstated enough-evidence layers under-failure if-no-path",
    [CP_KEYS_MAKER] = "names affiliates owner country pen software",
    [CP_KEYS_MAKER_LIST] = "version says makers country-of-control affiliates",
    [CP_KEYS_LISTED] = "maker from until",
    [CP_KEYS_PRODUCT] = "says class model maker maker-list role technology function capability",
    [CP_KEYS_CLASS] = "says both-ends any-end directions paths",
    [CP_KEYS_PATHS] = "metric disjoint co-routed max-delay max-hops survive",
    [CP_KEYS_SELECT] = ("maker maker-list country-of-control product class role technology layer "
                        "operator site site-tag tag country installed-before installed-after "
                        "capability function"),
    [CP_KEYS_SELECT_PLACE] = "site-tag tag site role operator country",
    [CP_KEYS_NEAR] = "site-tag tag site role operator country hops within layers look-through",
    [CP_KEYS_RULE] =
        ("id says from until forbid-transit forbid-presence forbid-install require cap "
         "where except of at near scope layers unknown unstated enough-evidence "
         "under-failure if-no-path"),
    [CP_KEYS_REQUIRE] = "maker maker-list country-of-control at-least among",
    [CP_KEYS_CAP] = "what among counted-in at-most",
    [CP_KEYS_UNDER_FAILURE] = "any-one-of any-two-of any-three-of",
    [CP_KEYS_LICENCE] = "id says relaxes covers granted from until extended warn-before after-end",
    [CP_KEYS_GRANTED] = "by ref on",
    [CP_KEYS_EXTENSION] = "on until ref",
    [CP_KEYS_AFTER_END] = "if-no-path",
    [CP_KEYS_TEST] = "says at of through device with expect",
    [CP_KEYS_THING] = ("layer maker software model product class role technology operator country "
                       "site site-tag tag managed-by parts evidence installed capability function "
                       "premises capacity traffic lat lon ends over"),
    [CP_KEYS_PART] = ("slot maker software model product class technology capability function "
                      "evidence installed"),
    [CP_WORDS_UNKNOWN] = "untrusted undecided trusted",
    [CP_WORDS_UNSTATED] = "outside unknown",
    [CP_WORDS_GRADE] = ("claim unauthenticated-read neighbour-view two-person-inspection "
                        "authenticated-read device-identity attested self-declared"),
    [CP_WORDS_SCOPE] = "element site operator",
    [CP_WORDS_COUNTED] = "devices sites premises capacity traffic",
    [CP_WORDS_LAYER] = "ip ethernet optical radio management",
    [CP_WORDS_FUNCTION] = "transmission control management computing storage",
    [CP_WORDS_CAPABILITY] = "can-route can-see-traffic neither",
    [CP_WORDS_FAILURE] = "link node shared-risk-group",
    [CP_WORDS_IF_NO_PATH] = "block allow",
    [CP_WORDS_METRIC] = "igp te delay",
    [CP_WORDS_DISJOINT] = "none link node shared-risk-group site",
    [CP_WORDS_SAID] = "no yes",
    [CP_WORDS_DIRECTIONS] = "both",
    [CP_WORDS_AFFILIATES] = "included excluded",
};

/* Where a word is like none of a list of words, it is said which they are; keys are too many for that. */
static const struct {
    cp_vocabulary which;
    const char *words;
} expected[] = {
    {CP_WORDS_UNKNOWN, "expected untrusted, undecided or trusted"},
    {CP_WORDS_UNSTATED, "expected outside or unknown"},
    {CP_WORDS_GRADE, "expected claim, unauthenticated-read, neighbour-view, "
                     "two-person-inspection, authenticated-read, device-identity or attested"},
    {CP_WORDS_SCOPE, "expected element, site or operator"},
    {CP_WORDS_COUNTED, "expected devices, sites, premises, capacity or traffic"},
    {CP_WORDS_LAYER, "expected ip, ethernet, optical, radio or management"},
    {CP_WORDS_FUNCTION, "expected transmission, control, management, computing or storage"},
    {CP_WORDS_CAPABILITY, "expected can-route, can-see-traffic or neither"},
    {CP_WORDS_FAILURE, "expected link, node or shared-risk-group"},
    {CP_WORDS_IF_NO_PATH, "expected block or allow"},
    {CP_WORDS_METRIC, "expected igp, te or delay"},
    {CP_WORDS_DISJOINT, "expected none, link, node, shared-risk-group or site"},
    {CP_WORDS_SAID, "expected yes or no"},
    {CP_WORDS_DIRECTIONS, "expected both"},
    {CP_WORDS_AFFILIATES, "expected included or excluded"},
};

/* What is written for a word although no letter of it is like. */
static const struct {
    const char *written, *meant;
} others[] = {
    {"srlg", "shared-risk-group"}, {"vendor", "maker"},     {"manufacturer", "maker"},
    {"aliases", "names"},          {"description", "says"},
};

enum { WORDS_MAX = 32 };

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

/* The word of the list that was perhaps meant; empty: none is like it. */
static cp_text meant_by(const char *words, cp_text word)
{
    cp_text candidates[WORDS_MAX];
    cp_text rest = cp_text_of(words);
    size_t count = 0;

    for (size_t i = 0; i < CP_COUNT(others); i++) {
        if (cp_text_is(word, others[i].written) &&
            find(words, cp_text_of(others[i].meant)) != UINT32_MAX)
            return cp_text_of(others[i].meant);
    }
    while (count < WORDS_MAX && cp_text_word(&rest, " ", &candidates[count]))
        count++;
    size_t nearest = cp_text_nearest(word, candidates, count);
    return nearest < count ? candidates[nearest] : CP_TEXT("");
}

static cp_err check(cp_vocabulary which, cp_text word, cp_place place, const char *why,
                    struct cp_diag *diag)
{
    if (find(vocabulary[which], word) != UINT32_MAX)
        return CP_OK;
    cp_text meant = meant_by(vocabulary[which], word);
    for (size_t i = 0; meant.len == 0 && i < CP_COUNT(expected); i++) {
        if (expected[i].which == which)
            why = expected[i].words;
    }
    cp_err err = cp_diag_set(diag, CP_ERR_MALFORMED, place, why, word);
    if (meant.len > 0)
        cp_diag_hint(diag, meant);
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
    *index = find(vocabulary[which], word);
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

cp_err cp_vocabulary_word_at(cp_vocabulary which, const struct cp_yaml *map, const char *key,
                             uint32_t *index, struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, key);

    return value == NULL ? CP_OK : cp_vocabulary_word(which, value, index, diag);
}

cp_err cp_vocabulary_bits_at(cp_vocabulary which, const struct cp_yaml *map, const char *key,
                             uint32_t *bits, struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, key);

    return value == NULL ? CP_OK : cp_vocabulary_bits(which, value, bits, diag);
}

#include "words.h"

#include "model/build.h"

/* Words are compared folded: small letters, and a hyphen for each run of spaces and _.  Longer ones
 * are none of ours. */
enum { WORD_BYTES = 64 };

struct folded {
    char bytes[WORD_BYTES];
    size_t len;
};

static cp_text fold(cp_text word, struct folded *to)
{
    to->len = 0;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.at[i];

        if (to->len == WORD_BYTES)
            return word;
        if (c == ' ' || c == '_')
            c = '-';
        if (c == '-' && to->len > 0 && to->bytes[to->len - 1] == '-' && word.at[i] != '-')
            continue;
        to->bytes[to->len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (cp_text){to->bytes, to->len};
}

static bool is_one_of(cp_text word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (cp_text_is(word, words[i]))
            return true;
    return false;
}

/* Classes */

bool cp_words_class(cp_text *word, cp_text *meant)
{
    static const cp_text known[] = {{CP_CLASS_LEASED_CIRCUIT, sizeof(CP_CLASS_LEASED_CIRCUIT) - 1},
                                    {CP_CLASS_LAN, sizeof(CP_CLASS_LAN) - 1}};
    static const char *const leased[] = {"leased", "leased-line", "leasedline", "leased-lines"};
    /* So short a word as lan is near many that are no mistake. */
    static const char *const others[] = {"wan", "man", "san", "pan", "ran", "vlan", "wlan"};
    struct folded folded;
    cp_text plain = fold(*word, &folded);
    size_t near;

    for (size_t i = 0; i < CP_COUNT(known); i++) {
        if (cp_text_eq(plain, known[i])) {
            *word = known[i];
            return true;
        }
    }
    if (is_one_of(plain, others, CP_COUNT(others)))
        return true;
    near = is_one_of(plain, leased, CP_COUNT(leased))
               ? 0
               : cp_text_nearest(plain, known, CP_COUNT(known));
    if (near < CP_COUNT(known))
        *meant = known[near];
    return near == CP_COUNT(known);
}

/* Attributes */

enum {
    OF_NODE = 1,
    OF_LINK = 2,
    OF_SITE = 4,
    OF_PART = 8,
    AS_FACT = 16, /* read as a fact; the others fill what a row left empty */
    OF_THING = OF_NODE | OF_LINK | OF_PART | AS_FACT,
};

static const struct attribute {
    const char *name, *meant;
    unsigned of;
} attributes[] = {
#define ATTRIBUTE(name, of)                                      \
    {                                                            \
        name, "not an attribute here: " name " may be meant", of \
    }
    ATTRIBUTE("maker", OF_THING),
    ATTRIBUTE("model", OF_THING),
    ATTRIBUTE("software", OF_THING),
    ATTRIBUTE("serial", OF_THING),
    ATTRIBUTE("installed", OF_THING),
    ATTRIBUTE("technology", OF_THING),
    ATTRIBUTE("capability", OF_THING),
    ATTRIBUTE("function", OF_THING),
    ATTRIBUTE("product", OF_THING),
    ATTRIBUTE("part-number", OF_THING),
    ATTRIBUTE("role", OF_NODE | OF_PART),
    ATTRIBUTE("site", OF_NODE),
    ATTRIBUTE("managed_by", OF_NODE),
    ATTRIBUTE("loopback", OF_NODE),
    ATTRIBUTE("sid", OF_NODE),
    ATTRIBUTE("operator", OF_NODE | OF_LINK),
    ATTRIBUTE("layer", OF_NODE | OF_LINK),
    ATTRIBUTE("class", OF_LINK),
    ATTRIBUTE("srlgs", OF_LINK),
    ATTRIBUTE("over", OF_LINK),
    ATTRIBUTE("tags", OF_NODE | OF_LINK | OF_SITE),
    ATTRIBUTE("lat", OF_NODE | OF_SITE),
    ATTRIBUTE("lon", OF_NODE | OF_SITE),
    ATTRIBUTE("name", OF_SITE),
    ATTRIBUTE("country", OF_SITE),
#undef ATTRIBUTE
};

/* Other words for them, folded. */
static const struct synonym {
    const char *name, *stands_for;
} synonyms[] = {
    {"vendor", "maker"},       {"vendor-name", "maker"},
    {"manufacturer", "maker"}, {"manufactured-by", "maker"},
    {"brand", "maker"},        {"make", "maker"},
    {"mfg-name", "maker"},     {"mfg", "maker"},
    {"mfr", "maker"},          {"oem", "maker"},
    {"tag", "tags"},           {"srlg", "srlgs"},
    {"os", "software"},        {"firmware", "software"},
    {"latitude", "lat"},       {"longitude", "lon"},
    {"manager", "managed_by"}, {"carrier", "operator"},
};

static const char *stands_for(cp_text attribute)
{
    struct folded folded;
    cp_text plain = fold(attribute, &folded);

    for (size_t i = 0; i < CP_COUNT(synonyms); i++)
        if (cp_text_is(plain, synonyms[i].name))
            return synonyms[i].stands_for;
    return NULL;
}

bool cp_build_means_maker(cp_text attribute)
{
    const char *name = stands_for(attribute);

    return name != NULL && cp_text_is(cp_text_of(name), "maker");
}

static unsigned kind_of(cp_object_kind kind, bool is_part)
{
    if (is_part)
        return OF_PART;
    switch (kind) {
    case CP_OBJECT_NODE:
        return OF_NODE;
    case CP_OBJECT_LINK:
        return OF_LINK;
    case CP_OBJECT_SITE:
        break;
    }
    return OF_SITE;
}

/* The attribute of such a thing that this one stands for or is nearly written like; NULL. */
static const struct attribute *find_meant(unsigned of, cp_text attribute)
{
    const struct attribute *mine[CP_COUNT(attributes)];
    cp_text names[CP_COUNT(attributes)];
    const char *name = stands_for(attribute);
    struct folded folded;
    size_t count = 0, near = 0;

    for (size_t i = 0; i < CP_COUNT(attributes); i++) {
        if ((attributes[i].of & of) == 0)
            continue;
        names[count] = cp_text_of(attributes[i].name);
        mine[count++] = &attributes[i];
    }
    while (name != NULL && near < count && !cp_text_is(names[near], name))
        near++;
    if (name == NULL)
        near = cp_text_nearest(fold(attribute, &folded), names, count);
    return near < count ? mine[near] : NULL;
}

bool cp_words_fills(cp_text attribute)
{
    for (size_t i = 0; i < CP_COUNT(attributes); i++)
        if (cp_text_is(attribute, attributes[i].name))
            return (attributes[i].of & AS_FACT) == 0;
    return false;
}

struct cp_attribute cp_words_attribute(cp_object_kind kind, bool is_part, cp_text attribute)
{
    unsigned of = kind_of(kind, is_part);
    const struct attribute *meant;

    if (cp_text_starts(attribute, CP_TEXT("x-")))
        return (struct cp_attribute){.used = true};
    for (size_t i = 0; i < CP_COUNT(attributes); i++)
        if ((attributes[i].of & of) != 0 && cp_text_is(attribute, attributes[i].name))
            return (struct cp_attribute){.used = true};
    meant = find_meant(of, attribute);
    if (meant != NULL)
        return (struct cp_attribute){.kind = CP_REMARK_NOT_UNDERSTOOD, .why = meant->meant};
    return (struct cp_attribute){.kind = CP_REMARK_IGNORED, .why = "no rule reads this attribute"};
}

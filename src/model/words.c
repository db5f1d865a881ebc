#include "words.h"

#include "base/date.h"
#include "base/num.h"
#include "model/build.h"
#include "model/sid_text.h"

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
    ATTRIBUTE("class", OF_NODE | OF_PART | AS_FACT),
    ATTRIBUTE("sys-object-id", OF_NODE | OF_PART | AS_FACT),
    ATTRIBUTE("sys-descr", OF_NODE | OF_PART | AS_FACT),
    ATTRIBUTE("chassis-descr", OF_NODE | AS_FACT),
    ATTRIBUTE("sys-name", OF_NODE | OF_PART | AS_FACT),
    ATTRIBUTE("private-objects", OF_NODE | AS_FACT),
    ATTRIBUTE("engine-id", OF_NODE | OF_PART | AS_FACT),
    ATTRIBUTE("vendor-type", OF_NODE | OF_PART | AS_FACT),
    ATTRIBUTE("mac", OF_THING),
    ATTRIBUTE("address", OF_NODE | OF_PART | AS_FACT),
    ATTRIBUTE("seen-by", OF_LINK | AS_FACT),
    ATTRIBUTE("te-metric", OF_LINK | AS_FACT),
    ATTRIBUTE("te-metric-ab", OF_LINK | AS_FACT),
    ATTRIBUTE("te-metric-ba", OF_LINK | AS_FACT),
    ATTRIBUTE("premises", OF_NODE | AS_FACT),
    ATTRIBUTE("traffic", OF_NODE | OF_LINK | AS_FACT),
    ATTRIBUTE("replacement-cost", OF_NODE | OF_LINK | AS_FACT),
    ATTRIBUTE("srgb", OF_NODE | AS_FACT),
    ATTRIBUTE("srlb", OF_NODE | AS_FACT),
    ATTRIBUTE("msd", OF_NODE | AS_FACT),
    ATTRIBUTE("locator", OF_NODE | AS_FACT),
    ATTRIBUTE("adj-sid-ab", OF_LINK | OF_PART | AS_FACT),
    ATTRIBUTE("adj-sid-ba", OF_LINK | OF_PART | AS_FACT),
    ATTRIBUTE("address-a", OF_LINK | AS_FACT),
    ATTRIBUTE("address-b", OF_LINK | AS_FACT),
    ATTRIBUTE("admin-group-ab", OF_LINK | AS_FACT),
    ATTRIBUTE("admin-group-ba", OF_LINK | AS_FACT),
    ATTRIBUTE("tunnel-source", OF_NODE | AS_FACT),
    ATTRIBUTE("inside", OF_NODE | AS_FACT),
    ATTRIBUTE("behind", OF_NODE | AS_FACT),
    ATTRIBUTE("unpack4", OF_NODE | AS_FACT),
    ATTRIBUTE("unpack6", OF_NODE | AS_FACT),
    ATTRIBUTE("router-id", OF_NODE | AS_FACT),
    ATTRIBUTE("system-id", OF_NODE | AS_FACT),
    ATTRIBUTE("role", OF_NODE | OF_PART),
    ATTRIBUTE("site", OF_NODE),
    ATTRIBUTE("managed_by", OF_NODE),
    ATTRIBUTE("loopback", OF_NODE),
    ATTRIBUTE("sid", OF_NODE),
    ATTRIBUTE("operator", OF_NODE | OF_LINK),
    ATTRIBUTE("layer", OF_NODE | OF_LINK),
    ATTRIBUTE("class", OF_LINK),
    ATTRIBUTE("capacity", OF_LINK),
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

/* Columns that no fact stands for, and that are near an attribute which is something else. */
static const char *const columns[] = {"metric", "metric-ab", "metric-ba"};

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
    if (is_one_of(fold(attribute, &folded), columns, CP_COUNT(columns)))
        return NULL;
    while (name != NULL && near < count && !cp_text_is(names[near], name))
        near++;
    if (name == NULL)
        near = cp_text_nearest(fold(attribute, &folded), names, count);
    return near < count ? mine[near] : NULL;
}

bool cp_words_fills(cp_object_kind kind, cp_text attribute)
{
    unsigned of = kind_of(kind, false);

    for (size_t i = 0; i < CP_COUNT(attributes); i++)
        if ((attributes[i].of & of) != 0 && cp_text_is(attribute, attributes[i].name))
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

/* Values */

#define UNKNOWN "unknown"
#define NEITHER "neither"

/* Attributes whose values are lists of words, and no others. */
static const struct vocabulary {
    const char *attribute, *why;
    cp_text words[8];
    size_t count;
} vocabularies[] = {
    {"capability",
     "no capability: can-route, can-see-traffic, neither or unknown",
     {{"can-route", sizeof("can-route") - 1},
      {"can-see-traffic", sizeof("can-see-traffic") - 1},
      {NEITHER, sizeof(NEITHER) - 1},
      {UNKNOWN, sizeof(UNKNOWN) - 1}},
     4},
    {"function",
     "no function: transmission, control, management, computing, storage or unknown",
     {{"transmission", sizeof("transmission") - 1},
      {"control", sizeof("control") - 1},
      {"management", sizeof("management") - 1},
      {"computing", sizeof("computing") - 1},
      {"storage", sizeof("storage") - 1},
      {UNKNOWN, sizeof(UNKNOWN) - 1}},
     6},
};

static const char *const numbers[] = {"premises", "traffic", "capacity", "replacement-cost"};
static const char *const metrics[] = {"te-metric", "te-metric-ab", "te-metric-ba"};

static bool has_word(const struct vocabulary *v, cp_text word)
{
    for (size_t i = 0; i < v->count; i++)
        if (cp_text_eq(word, v->words[i]))
            return true;
    return false;
}

static const char *check_words(const struct vocabulary *v, cp_text value, cp_text *wrong,
                               cp_text *nearest)
{
    cp_text rest = value, word;
    bool neither = false;
    size_t count = 0;

    for (; cp_text_word(&rest, " ", &word); count++) {
        struct folded folded;
        size_t near;

        neither = neither || cp_text_is(word, NEITHER);
        if (has_word(v, word))
            continue;
        near = cp_text_nearest(fold(word, &folded), v->words, v->count);
        *wrong = word;
        *nearest = near < v->count ? v->words[near] : CP_TEXT("");
        return v->why;
    }
    return count == 0 || (neither && count > 1) ? v->why : NULL;
}

/* Numbers of segment routing (sid_text.h). */
static const char *check_sid(cp_text attribute, cp_text value)
{
    struct cp_label_block blocks[CP_LABEL_BLOCKS_MAX];
    struct cp_sid_text sid;
    struct cp_locator locator;
    uint32_t number;

    if ((cp_text_is(attribute, "srgb") || cp_text_is(attribute, "srlb")) &&
        cp_label_blocks_parse(value, blocks, &number) != CP_OK)
        return "no block of labels: FIRST-LAST, from 16 to 1048575";
    if (cp_text_is(attribute, "msd") && cp_num_u32(value, CP_MSD_MAX, &number) != CP_OK)
        return "no number of segments: 0 to 255";
    if (cp_text_is(attribute, "locator") && cp_locator_parse(value, &locator) != CP_OK)
        return "no locator: an IPv6 prefix of at most 112 bits, ADDRESS/BITS";
    if ((cp_text_is(attribute, "adj-sid-ab") || cp_text_is(attribute, "adj-sid-ba")) &&
        cp_sid_text_parse(value, &sid) != CP_OK)
        return "no segment identifier: a label, index:NUMBER or an IPv6 address";
    return NULL;
}

static const char *check_number(cp_text attribute, cp_text value)
{
    uint64_t number;
    cp_date date;

    if (cp_text_is(attribute, "installed") && cp_date_parse(value, &date) != CP_OK)
        return "no date of installation: YYYY-MM-DD or unknown";
    if (is_one_of(attribute, numbers, CP_COUNT(numbers)) &&
        cp_num_u64(value, UINT64_MAX - 1, &number) != CP_OK)
        return "no whole number, nor unknown";
    if (is_one_of(attribute, metrics, CP_COUNT(metrics)) &&
        (cp_num_u64(value, CP_METRIC_MAX, &number) != CP_OK || number == 0))
        return "no metric from 1 to 4294967294, nor unknown";
    return check_sid(attribute, value);
}

const char *cp_words_value(cp_text attribute, cp_text value, cp_text *wrong, cp_text *nearest)
{
    static const cp_text unknown = {UNKNOWN, sizeof(UNKNOWN) - 1};
    struct folded folded;

    *wrong = value;
    *nearest = CP_TEXT("");
    for (size_t i = 0; i < CP_COUNT(vocabularies); i++)
        if (cp_text_is(attribute, vocabularies[i].attribute))
            return check_words(&vocabularies[i], value, wrong, nearest);
    if (cp_text_eq(value, unknown))
        return NULL;
    if (cp_text_nearest(fold(value, &folded), &unknown, 1) == 0)
        *nearest = unknown;
    return check_number(attribute, value);
}

bool cp_build_is_plain_fact(cp_object_kind kind, bool of_part, cp_text attribute, cp_text value)
{
    cp_text wrong, nearest;

    return cp_words_attribute(kind, of_part, attribute).used &&
           (of_part || !cp_words_fills(kind, attribute)) &&
           cp_words_value(attribute, value, &wrong, &nearest) == NULL;
}

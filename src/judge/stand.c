#include "stand.h"

/* Words are folded and compared here, once for each different one: never for each element. */

static const struct cp_stand MET = {true, true, true, true};
static const struct cp_stand NOT_MET = {false, false, false, false};
static const struct cp_stand PERHAPS = {false, false, true, true};
static const struct cp_stand LACKING = {false, false, false, true};

struct cp_stand cp_stand_met(void)
{
    return MET;
}

struct cp_stand cp_stand_not_met(void)
{
    return NOT_MET;
}

struct cp_stand cp_stand_perhaps(void)
{
    return PERHAPS;
}

struct cp_stand cp_stand_both(struct cp_stand a, struct cp_stand b)
{
    return (struct cp_stand){a.firm && b.firm, a.sure && b.sure, a.perhaps && b.perhaps,
                             a.lacking && b.lacking};
}

/* One more statement about the same thing, or one more word of a statement. */
static struct cp_stand either(struct cp_stand a, struct cp_stand b)
{
    return (struct cp_stand){a.firm || b.firm, a.sure || b.sure, a.perhaps || b.perhaps,
                             a.lacking || b.lacking};
}

struct cp_stand cp_stand_statements(struct cp_stand a, struct cp_stand b)
{
    struct cp_stand got = either(a, b);

    got.firm = a.firm && b.firm;
    return got;
}

struct cp_stand cp_stand_turned(struct cp_stand stand)
{
    if (stand.sure)
        return NOT_MET;
    return stand.perhaps ? PERHAPS : MET;
}

/* --- words -------------------------------------------------------------------------------- */

static bool is_among(cp_text word, const struct cp_texts *wanted)
{
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (cp_text_eq(wanted->at[i], word))
            return true;
    }
    return false;
}

/* "ne40e*" is met by whatever begins with "ne40e". */
static bool is_model(cp_text word, const struct cp_texts *wanted)
{
    for (uint32_t i = 0; i < wanted->count; i++) {
        cp_text pattern = wanted->at[i];
        if (cp_text_ends(pattern, CP_TEXT("*")) &&
            cp_text_starts(word, cp_text_sub(pattern, 0, pattern.len - 1)))
            return true;
    }
    return is_among(word, wanted);
}

static uint32_t bit_of(cp_text word, const char *const *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (cp_text_is(word, words[i]))
            return UINT32_C(1) << i;
    }
    return 0;
}

static uint32_t bits_of(cp_dim dim, cp_text word)
{
    static const char *const functions[] = {"transmission", "control", "management", "computing",
                                            "storage"};
    static const char *const capabilities[] = {"can-route", "can-see-traffic", "neither"};

    return dim == CP_DIM_FUNCTION ? bit_of(word, functions, CP_COUNT(functions))
                                  : bit_of(word, capabilities, CP_COUNT(capabilities));
}

static const struct cp_texts *texts_of(cp_dim dim, const struct cp_select *select)
{
    static const struct cp_texts none = {.count = 0};

    switch (dim) {
    case CP_DIM_CLASS:
        return &select->classes;
    case CP_DIM_MODEL:
        return &select->models;
    case CP_DIM_ROLE:
        return &select->roles;
    case CP_DIM_TECHNOLOGY:
        return &select->technologies;
    case CP_DIM_OPERATOR:
        return &select->operators;
    case CP_DIM_WHO:
    case CP_DIM_FUNCTION:
    case CP_DIM_CAPABILITY:
    case CP_DIM_INSTALLED:
    case CP_DIM_SITE:
    case CP_DIM_LAYER:
    case CP_DIM_TAG:
    case CP_DIM_PRODUCT:
    case CP_DIM_COUNT:
        break;
    }
    return &none;
}

static uint32_t wanted_bits(cp_dim dim, const struct cp_select *select)
{
    if (dim == CP_DIM_FUNCTION)
        return select->functions;
    return dim == CP_DIM_CAPABILITY ? select->capabilities : 0;
}

static struct cp_stand word_stands(cp_dim dim, cp_text word, const struct cp_select *select)
{
    const struct cp_texts *wanted = texts_of(dim, select);
    bool met = dim == CP_DIM_MODEL ? is_model(word, wanted) : is_among(word, wanted);

    if (cp_makers_means_unknown(word))
        return PERHAPS;
    if (wanted_bits(dim, select) == 0)
        return met ? MET : NOT_MET;
    if (bits_of(dim, word) == 0)
        return PERHAPS; /* foreign formats may say anything: what is no word of ours may mean any */
    return (bits_of(dim, word) & wanted_bits(dim, select)) != 0 ? MET : NOT_MET;
}

/* Of the words of one statement one must meet; "neither" beside another makes no sense. */
static struct cp_stand statement_stands(cp_dim dim, cp_text words, const struct cp_select *select)
{
    struct cp_stand got = NOT_MET;
    cp_text word = CP_TEXT("");
    bool neither = false;
    uint32_t count = 0;

    for (; cp_text_word(&words, " ", &word); count++) {
        got = either(got, word_stands(dim, word, select));
        neither = neither || (dim == CP_DIM_CAPABILITY && bits_of(dim, word) == CP_CAN_NEITHER);
    }
    return neither && count > 1 ? PERHAPS : got;
}

static struct cp_stand value_stands(const struct cp_ground *g, cp_dim dim, uint32_t value,
                                    const struct cp_select *select)
{
    cp_text rest = g->spelled[dim][value];
    cp_text words = CP_TEXT("");
    struct cp_stand got = {true, false, false, false};

    if (value == CP_VALUE_UNKNOWN)
        return PERHAPS;
    if (value == CP_VALUE_UNSTATED) /* who says nothing of what it can do may do all */
        return dim != CP_DIM_CAPABILITY                                            ? LACKING
               : (select->capabilities & (CP_CAN_ROUTE | CP_CAN_SEE_TRAFFIC)) != 0 ? MET
                                                                                   : NOT_MET;
    while (cp_text_word(&rest, "\n", &words)) {
        if (cp_text_is(words, "unknown")) /* beside others */
            got.firm = false;
        else
            got = cp_stand_statements(got, statement_stands(dim, words, select));
    }
    return got;
}

static struct cp_stand words_stand(const struct cp_ground *g, cp_dim dim, uint32_t value,
                                   const struct cp_condition *c)
{
    struct cp_stand got = MET;

    for (uint32_t i = 0; i < c->select_count; i++) {
        const struct cp_select *select = c->selects[i];
        if (texts_of(dim, select)->count > 0 || wanted_bits(dim, select) != 0)
            got = cp_stand_both(got, value_stands(g, dim, value, select));
    }
    return got;
}

/* --- dates -------------------------------------------------------------------------------- */

static struct cp_stand date_stands(cp_date date, const struct cp_condition *c)
{
    bool met = !c->asks_installed || cp_window_holds(c->installed, date);

    for (uint32_t i = 0; i < c->select_count; i++) {
        const struct cp_select *select = c->selects[i];
        met = met && (select->installed_before == CP_DATE_NONE || date < select->installed_before);
        met = met && (select->installed_after == CP_DATE_NONE || date > select->installed_after);
    }
    return met ? MET : NOT_MET;
}

static bool asks_date(const struct cp_condition *c)
{
    bool asks = c->asks_installed;

    for (uint32_t i = 0; i < c->select_count; i++)
        asks = asks || c->selects[i]->installed_before != CP_DATE_NONE ||
               c->selects[i]->installed_after != CP_DATE_NONE;
    return asks;
}

static struct cp_stand installed_stands(const struct cp_ground *g, uint32_t value,
                                        const struct cp_condition *c)
{
    cp_text rest = g->cat->values[CP_DIM_INSTALLED].at[value];
    cp_text word = CP_TEXT("");
    struct cp_stand got = {true, false, false, false};

    if (value == CP_VALUE_UNSTATED)
        return c->asks_installed ? PERHAPS : LACKING;
    if (value == CP_VALUE_UNKNOWN)
        return PERHAPS;
    while (cp_text_word(&rest, "\n", &word)) {
        cp_date date = CP_DATE_NONE;
        if (cp_text_is(word, "unknown")) /* beside others */
            got.firm = false;
        else
            got = cp_stand_statements(
                got, cp_date_parse(word, &date) == CP_OK ? date_stands(date, c) : PERHAPS);
    }
    return got;
}

/* --- places ------------------------------------------------------------------------------- */

static bool has_a_tag(const struct cp_case *net, cp_range tags, const struct cp_texts *wanted)
{
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (cp_case_has_tag(net, tags, wanted->at[i]))
            return true;
    }
    return false;
}

static struct cp_stand country_stands(cp_text country, const struct cp_select *select)
{
    if (country.len == 0)
        return LACKING;
    if (cp_makers_means_unknown(country))
        return PERHAPS;
    return is_among(country, &select->countries) ? MET : NOT_MET;
}

/* Evidence that is not enough: it clears no country, and proves no relief. */
static struct cp_stand country_stands_to(const struct cp_ground *g, uint32_t site,
                                         const struct cp_condition *c,
                                         const struct cp_select *select)
{
    struct cp_stand got = MET;

    if (select->countries.count == 0)
        return MET;
    got = country_stands(g->country[site], select);
    if (g->country[site].len > 0 && cp_catalogue_country_grade(g->cat, site) < c->enough) {
        got.firm = false;
        got.perhaps = got.lacking = true;
    }
    if (cp_catalogue_country_doubted(g->cat, site))
        got.firm = false;
    return got;
}

static struct cp_stand site_tags_stand(const struct cp_ground *g, uint32_t site,
                                       const struct cp_condition *c, const struct cp_select *select)
{
    struct cp_stand got = MET;

    if (select->site_tags.count == 0)
        return MET;
    if (!has_a_tag(g->cat->net, g->cat->net->sites[site].tags, &select->site_tags))
        return NOT_MET;
    got.firm = cp_catalogue_tag_grade(g->cat, CP_OBJECT_SITE, site) >= c->enough;
    return got;
}

static struct cp_stand site_stands_to(const struct cp_ground *g, uint32_t value,
                                      const struct cp_condition *c, const struct cp_select *select)
{
    if (select->sites.count + select->site_tags.count + select->countries.count == 0)
        return MET;
    if (value == CP_VALUE_UNSTATED)
        return LACKING;
    uint32_t site = value - CP_VALUE_FIRST;
    if (select->sites.count > 0 && !is_among(g->cat->net->sites[site].id, &select->sites))
        return NOT_MET;
    return cp_stand_both(site_tags_stand(g, site, c, select),
                         country_stands_to(g, site, c, select));
}

static struct cp_stand site_stands(const struct cp_ground *g, uint32_t value,
                                   const struct cp_condition *c)
{
    struct cp_stand got = MET;

    for (uint32_t i = 0; i < c->select_count; i++)
        got = cp_stand_both(got, site_stands_to(g, value, c, c->selects[i]));
    return got;
}

static bool asks_site(const struct cp_condition *c)
{
    for (uint32_t i = 0; i < c->select_count; i++) {
        const struct cp_select *select = c->selects[i];
        if (select->sites.count + select->site_tags.count + select->countries.count > 0)
            return true;
    }
    return false;
}

static uint32_t layers_of(const struct cp_condition *c)
{
    uint32_t layers = c->layers;

    for (uint32_t i = 0; i < c->select_count; i++)
        layers &= c->selects[i]->layers != 0 ? c->selects[i]->layers : UINT32_MAX;
    return layers;
}

/* ------------------------------------------------------------------------------------------ */

bool cp_stand_asks(const struct cp_condition *c, cp_dim dim)
{
    bool some = false;

    if (dim == CP_DIM_SITE)
        return asks_site(c);
    if (dim == CP_DIM_INSTALLED)
        return asks_date(c);
    if (dim == CP_DIM_LAYER)
        return (layers_of(c) & ((1u << CP_LAYER_COUNT) - 1)) != (1u << CP_LAYER_COUNT) - 1;
    for (uint32_t i = 0; i < c->select_count; i++) {
        const struct cp_select *select = c->selects[i];
        if (dim == CP_DIM_WHO)
            some = some || select->has_makers || select->control.count > 0;
        else
            some = some || texts_of(dim, select)->count > 0 || wanted_bits(dim, select) != 0;
    }
    return some;
}

struct cp_stand cp_stand_of(const struct cp_ground *g, cp_dim dim, uint32_t value,
                            const struct cp_condition *c)
{
    if (dim == CP_DIM_SITE)
        return site_stands(g, value, c);
    if (dim == CP_DIM_INSTALLED)
        return installed_stands(g, value, c);
    if (dim == CP_DIM_LAYER)
        return (layers_of(c) & 1u << (value - CP_VALUE_FIRST)) != 0 ? MET : NOT_MET;
    return words_stand(g, dim, value, c);
}

const struct cp_texts *cp_stand_words(cp_dim dim, const struct cp_select *select)
{
    static const struct cp_texts none = {.count = 0};

    return dim == CP_DIM_MODEL ? &none : texts_of(dim, select);
}

#include "conditions.h"

#include <string.h>

#include "base/map.h"

/*
 * Making the rows: for each dimension, each word of the case, each condition.  A condition that does not
 * ask about the dimension has its three bits in every row.
 */

/* How a word stands to what a selector asks. */
struct stand {
    bool firm, sure, perhaps, lacking;
};

static const struct stand MET = {true, true, true, true};
static const struct stand NOT_MET = {false, false, false, false};
static const struct stand PERHAPS = {false, false, true, true};
static const struct stand LACKING = {false, false, false, true};

static struct stand both(struct stand a, struct stand b)
{
    return (struct stand){a.firm && b.firm, a.sure && b.sure, a.perhaps && b.perhaps,
                          a.lacking && b.lacking};
}

/* One more statement about the same thing, or one more word of a statement. */
static struct stand either(struct stand a, struct stand b)
{
    return (struct stand){a.firm || b.firm, a.sure || b.sure, a.perhaps || b.perhaps,
                          a.lacking || b.lacking};
}

static struct stand statements(struct stand a, struct stand b)
{
    struct stand got = either(a, b);

    got.firm = a.firm && b.firm;
    return got;
}

static struct stand turned(struct stand s)
{
    if (s.sure)
        return NOT_MET;
    return s.perhaps ? PERHAPS : MET;
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
    static const struct cp_texts none = {NULL, 0};

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

static struct stand word_stands(cp_dim dim, cp_text folded, const struct cp_select *select)
{
    const struct cp_texts *wanted = texts_of(dim, select);
    bool met = dim == CP_DIM_MODEL ? is_model(folded, wanted) : is_among(folded, wanted);

    if (cp_text_is(folded, "unknown"))
        return PERHAPS;
    if (wanted_bits(dim, select) != 0)
        met = (bits_of(dim, folded) & wanted_bits(dim, select)) != 0;
    return met ? MET : NOT_MET;
}

/* Of a list of words one must meet. */
static struct stand list_stands(const struct cp_ground *g, cp_dim dim, cp_text list,
                                const struct cp_select *select)
{
    bool words = dim == CP_DIM_TECHNOLOGY || dim == CP_DIM_FUNCTION || dim == CP_DIM_CAPABILITY;
    cp_arena_mark mark = cp_arena_mark_get(g->arena);
    struct stand got = NOT_MET;
    cp_text word = CP_TEXT("");

    while (cp_text_word(&list, words ? " " : "\n", &word)) {
        cp_text folded = CP_TEXT("");
        struct stand one = PERHAPS; /* where memory ran out: told by the next take */
        if (cp_word_fold(word, g->arena, &folded) == CP_OK)
            one = word_stands(dim, folded, select);
        got = either(got, one);
    }
    cp_arena_reset(g->arena, mark);
    return got;
}

static struct stand value_stands(const struct cp_ground *g, cp_dim dim, uint32_t value,
                                 const struct cp_select *select)
{
    cp_text rest = g->cat->values[dim].at[value];
    cp_text list = CP_TEXT("");
    struct stand got = {true, false, false, false};

    if (value == CP_VALUE_UNKNOWN)
        return PERHAPS;
    if (value == CP_VALUE_UNSTATED) /* who says nothing of what it can do may do all */
        return dim != CP_DIM_CAPABILITY                                            ? LACKING
               : (select->capabilities & (CP_CAN_ROUTE | CP_CAN_SEE_TRAFFIC)) != 0 ? MET
                                                                                   : NOT_MET;
    while (cp_text_word(&rest, "\n", &list))
        got = statements(got, list_stands(g, dim, list, select));
    return got;
}

static struct stand words_stand(const struct cp_ground *g, cp_dim dim, uint32_t value,
                                const struct cp_condition *c)
{
    struct stand got = MET;

    for (uint32_t i = 0; i < c->select_count; i++) {
        const struct cp_select *select = c->selects[i];
        if (texts_of(dim, select)->count > 0 || wanted_bits(dim, select) != 0)
            got = both(got, value_stands(g, dim, value, select));
    }
    return got;
}

/* --- dates -------------------------------------------------------------------------------- */

static struct stand date_stands(cp_date date, const struct cp_condition *c)
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

static struct stand installed_stands(const struct cp_ground *g, uint32_t value,
                                     const struct cp_condition *c)
{
    cp_text rest = g->cat->values[CP_DIM_INSTALLED].at[value];
    cp_text word = CP_TEXT("");
    struct stand got = {true, false, false, false};

    if (value == CP_VALUE_UNSTATED)
        return c->asks_installed ? PERHAPS : LACKING;
    if (value == CP_VALUE_UNKNOWN)
        return PERHAPS;
    while (cp_text_word(&rest, "\n", &word)) {
        cp_date date = CP_DATE_NONE;
        got = statements(got, cp_date_parse(word, &date) == CP_OK ? date_stands(date, c) : PERHAPS);
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

static struct stand country_stands(const struct cp_ground *g, cp_text country,
                                   const struct cp_select *select)
{
    cp_arena_mark mark = cp_arena_mark_get(g->arena);
    cp_text folded = CP_TEXT("");
    struct stand got = PERHAPS;

    if (country.len == 0)
        return LACKING;
    if (cp_word_fold(country, g->arena, &folded) == CP_OK && !cp_text_is(folded, "unknown"))
        got = is_among(folded, &select->countries) ? MET : NOT_MET;
    cp_arena_reset(g->arena, mark);
    return got;
}

static struct stand site_stands_to(const struct cp_ground *g, uint32_t value,
                                   const struct cp_select *select)
{
    const struct cp_case *net = g->cat->net;
    struct stand got = MET;

    if (select->sites.count + select->site_tags.count + select->countries.count == 0)
        return MET;
    if (value == CP_VALUE_UNSTATED)
        return LACKING;
    const struct cp_site *site = &net->sites[value - CP_VALUE_FIRST];
    if (select->sites.count > 0 && !is_among(site->id, &select->sites))
        return NOT_MET;
    if (select->site_tags.count > 0 && !has_a_tag(net, site->tags, &select->site_tags))
        return NOT_MET;
    if (select->countries.count > 0)
        got = country_stands(g, site->country, select);
    return got;
}

static struct stand site_stands(const struct cp_ground *g, uint32_t value,
                                const struct cp_condition *c)
{
    struct stand got = MET;

    for (uint32_t i = 0; i < c->select_count; i++)
        got = both(got, site_stands_to(g, value, c->selects[i]));
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

/* --- a table ------------------------------------------------------------------------------ */

static bool asks(const struct cp_condition *c, cp_dim dim)
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

static struct stand stands(const struct cp_ground *g, cp_dim dim, uint32_t value,
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

static void set(struct cp_table *table, size_t at, uint64_t bit, struct stand stand)
{
    table->firm[at] |= stand.firm ? bit : 0;
    table->sure[at] |= stand.sure ? bit : 0;
    table->perhaps[at] |= stand.perhaps ? bit : 0;
    table->lacking[at] |= stand.lacking ? bit : 0;
}

static cp_err take_table(const struct cp_ground *g, size_t cells, uint32_t words,
                         struct cp_table *table)
{
    table->firm = CP_TAKE(g->arena, cells, uint64_t);
    table->sure = CP_TAKE(g->arena, cells, uint64_t);
    table->perhaps = CP_TAKE(g->arena, cells, uint64_t);
    table->lacking = CP_TAKE(g->arena, cells, uint64_t);
    table->free = CP_TAKE(g->arena, words, uint64_t);
    if (table->firm == NULL || table->sure == NULL || table->perhaps == NULL ||
        table->lacking == NULL || table->free == NULL)
        return CP_ERR_NOMEM;
    table->used = true;
    return CP_OK;
}

static uint32_t value_count(const struct cp_ground *g, cp_dim dim)
{
    if (dim == CP_DIM_WHO)
        return g->names->count;
    if (dim == CP_DIM_SITE)
        return g->cat->net->site_count + CP_VALUE_FIRST;
    return dim == CP_DIM_LAYER ? CP_LAYER_COUNT + CP_VALUE_FIRST : g->cat->values[dim].count;
}

static bool is_value(cp_dim dim, uint32_t value)
{
    if (dim == CP_DIM_LAYER)
        return value >= CP_VALUE_FIRST;
    return dim != CP_DIM_SITE || value != CP_VALUE_UNKNOWN;
}

static bool some_ask(const struct cp_condition *conditions, uint32_t count, cp_dim dim)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!conditions[i].absent && asks(&conditions[i], dim))
            return true;
    }
    return false;
}

static cp_err fill(const struct cp_ground *g, cp_dim dim, const struct cp_condition *conditions,
                   struct cp_conditions *out)
{
    struct cp_table *table = &out->dims[dim];
    uint32_t values = value_count(g, dim);

    if (!some_ask(conditions, out->count, dim))
        return CP_OK;
    CP_TRY(take_table(g, (size_t)values * out->words, out->words, table));
    for (uint32_t i = 0; i < out->count; i++) {
        const struct cp_condition *c = &conditions[i];
        uint64_t bit = UINT64_C(1) << (i & 63);
        bool free = c->absent || !asks(c, dim);
        table->free[i >> 6] |= free ? bit : 0;
        for (uint32_t value = 0; value < values; value++) {
            size_t at = (size_t)value * out->words + (i >> 6);
            if (is_value(dim, value))
                set(table, at, bit, free ? MET : stands(g, dim, value, c));
        }
    }
    return CP_OK;
}

/* --- makers ------------------------------------------------------------------------------- */

static struct stand target_stands(uint8_t target)
{
    if (target == CP_TARGET_UNKNOWN)
        return PERHAPS;
    return target == CP_TARGET_NO ? NOT_MET : MET;
}

struct aims {
    uint8_t *target;
    uint8_t other;
};

static struct stand maker_stands(const struct cp_ground *g, const struct cp_condition *c,
                                 const struct aims *aims, uint32_t name)
{
    uint32_t maker = g->names->makers[c->policy][name];
    struct stand got = MET;

    if (name == CP_NAME_SILENT)
        return NOT_MET;
    for (uint32_t i = 0; i < c->select_count; i++) {
        const struct cp_select *select = c->selects[i];
        struct stand one = PERHAPS;
        if (!select->has_makers && select->control.count == 0)
            continue;
        if (maker == CP_MAKER_OTHER)
            one = target_stands(aims[i].other);
        else if (maker != CP_MAKER_UNKNOWN)
            one = target_stands(aims[i].target[maker]);
        got = both(got, i == 0 && c->turned ? turned(one) : one);
    }
    return got;
}

static cp_err aim(const struct cp_ground *g, const struct cp_condition *c, struct aims *aims)
{
    const struct cp_judge_policy *p = &g->policies[c->policy];

    for (uint32_t i = 0; i < c->select_count; i++) {
        aims[i].target = CP_TAKE(g->arena, cp_makers_count(p->policy->makers), uint8_t);
        if (aims[i].target == NULL)
            return CP_ERR_NOMEM;
        cp_select_aims(p->policy, c->selects[i], p->as_of, aims[i].target);
        aims[i].other = cp_select_aims_other(p->policy, c->selects[i]);
    }
    return CP_OK;
}

static cp_err fill_makers(const struct cp_ground *g, const struct cp_condition *conditions,
                          struct cp_conditions *out)
{
    struct cp_table *table = &out->dims[CP_DIM_WHO];

    if (!some_ask(conditions, out->count, CP_DIM_WHO))
        return CP_OK;
    CP_TRY(take_table(g, (size_t)g->names->count * out->words, out->words, table));
    for (uint32_t i = 0; i < out->count; i++) {
        const struct cp_condition *c = &conditions[i];
        uint64_t bit = UINT64_C(1) << (i & 63);
        bool free = c->absent || !asks(c, CP_DIM_WHO);
        cp_arena_mark mark = cp_arena_mark_get(g->arena);
        struct aims aims[CP_SELECTS];
        table->free[i >> 6] |= free ? bit : 0;
        if (!free)
            CP_TRY(aim(g, c, aims));
        for (uint32_t name = 0; name < g->names->count; name++)
            set(table, (size_t)name * out->words + (i >> 6), bit,
                free ? MET : maker_stands(g, c, aims, name));
        cp_arena_reset(g->arena, mark);
    }
    return CP_OK;
}

/* --- tags --------------------------------------------------------------------------------- */

static cp_err number_tags(const struct cp_ground *g, const struct cp_condition *conditions,
                          struct cp_conditions *out, uint32_t *tags)
{
    CP_TRY(cp_map_open(g->arena, &out->tags));
    for (uint32_t i = 0; i < out->count; i++) {
        for (uint32_t k = 0; k < conditions[i].select_count; k++) {
            const struct cp_texts *wanted = &conditions[i].selects[k]->tags;
            for (uint32_t t = 0; t < wanted->count; t++) {
                if (cp_map_find(out->tags, wanted->at[t]) == CP_MAP_NONE)
                    CP_TRY(cp_map_add(out->tags, wanted->at[t], (*tags)++));
            }
        }
    }
    return CP_OK;
}

static cp_err take_several(const struct cp_ground *g, size_t things, uint32_t words,
                           struct cp_several *several)
{
    several->rows = CP_TAKE(g->arena, things * words, uint64_t);
    several->free = CP_TAKE(g->arena, words, uint64_t);
    return several->rows == NULL || several->free == NULL ? CP_ERR_NOMEM : CP_OK;
}

static cp_err fill_tags(const struct cp_ground *g, const struct cp_condition *conditions,
                        struct cp_conditions *out)
{
    uint32_t tags = 0;

    CP_TRY(number_tags(g, conditions, out, &tags));
    for (uint32_t k = 0; k < CP_SELECTS && tags > 0; k++) {
        struct cp_several *of = &out->tag[k];
        CP_TRY(take_several(g, tags, out->words, of));
        for (uint32_t i = 0; i < out->count; i++) {
            uint64_t bit = UINT64_C(1) << (i & 63);
            const struct cp_select *select =
                k < conditions[i].select_count ? conditions[i].selects[k] : NULL;
            if (select == NULL || select->tags.count == 0)
                of->free[i >> 6] |= bit;
            for (uint32_t t = 0; select != NULL && t < select->tags.count; t++) {
                size_t tag = cp_map_find(out->tags, select->tags.at[t]);
                of->rows[tag * out->words + (i >> 6)] |= bit;
                of->used = true;
            }
        }
    }
    return CP_OK;
}

/* --- products ----------------------------------------------------------------------------- */

static cp_err fill_products(const struct cp_ground *g, const struct cp_condition *conditions,
                            struct cp_conditions *out)
{
    for (uint32_t k = 0; k < CP_SELECTS && g->products != NULL; k++) {
        struct cp_several *of = &out->product[k];
        CP_TRY(take_several(g, g->products->count, out->words, of));
        for (uint32_t i = 0; i < out->count; i++) {
            const struct cp_condition *c = &conditions[i];
            uint64_t bit = UINT64_C(1) << (i & 63);
            uint32_t named = k < c->select_count ? c->selects[k]->product_count : 0;
            of->free[i >> 6] |= named == 0 ? bit : 0;
            for (uint32_t p = 0; p < named; p++) {
                size_t product = g->product_first[c->policy] + c->selects[k]->products[p];
                of->rows[product * out->words + (i >> 6)] |= bit;
                of->used = true;
            }
        }
    }
    return CP_OK;
}

/* ------------------------------------------------------------------------------------------ */

static cp_err fill_present(const struct cp_ground *g, const struct cp_condition *conditions,
                           struct cp_conditions *out)
{
    out->present = CP_TAKE(g->arena, out->words, uint64_t);
    if (out->present == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < out->count; i++) {
        if (!conditions[i].absent)
            out->present[i >> 6] |= UINT64_C(1) << (i & 63);
    }
    return CP_OK;
}

static cp_err fill_enough(const struct cp_ground *g, const struct cp_condition *conditions,
                          struct cp_conditions *out)
{
    for (uint32_t grade = 0; grade < CP_GRADE_COUNT; grade++) {
        out->enough[grade] = CP_TAKE(g->arena, out->words, uint64_t);
        if (out->enough[grade] == NULL)
            return CP_ERR_NOMEM;
        for (uint32_t i = 0; i < out->count; i++) {
            if (grade >= (uint32_t)conditions[i].enough)
                out->enough[grade][i >> 6] |= UINT64_C(1) << (i & 63);
        }
    }
    return CP_OK;
}

cp_err cp_conditions_make(const struct cp_ground *ground, const struct cp_condition *conditions,
                          uint32_t count, struct cp_conditions *out)
{
    *out = (struct cp_conditions){.count = count, .words = (count + 63) / 64};
    CP_TRY(fill_present(ground, conditions, out));
    CP_TRY(fill_enough(ground, conditions, out));
    CP_TRY(fill_makers(ground, conditions, out));
    for (uint32_t dim = CP_DIM_WHO + 1; dim <= CP_DIM_LAYER;
         dim++) /* of products texts_of has none */
        CP_TRY(fill(ground, (cp_dim)dim, conditions, out));
    CP_TRY(fill_tags(ground, conditions, out));
    return fill_products(ground, conditions, out);
}

/* Which ids of products the words of the case are. */
static cp_err name_products(struct cp_ground *g, uint32_t all, uint32_t words)
{
    const struct cp_values *values = &g->cat->values[CP_DIM_PRODUCT];

    CP_TRY(take_table(g, (size_t)values->count * words, words, &g->named));
    for (uint32_t value = CP_VALUE_UNKNOWN; value < values->count; value++) {
        for (uint32_t p = 0, product = 0; product < all; product++) {
            cp_text rest = values->at[value];
            cp_text word = CP_TEXT("");
            struct stand got = {true, false, false, false};
            while (p + 1 < g->policy_count && g->product_first[p + 1] <= product)
                p++;
            cp_text id = g->policies[p].policy->products[product - g->product_first[p]].id;
            while (value >= CP_VALUE_FIRST && cp_text_word(&rest, "\n", &word))
                got = statements(got, cp_text_eq(word, id) ? MET : NOT_MET);
            set(&g->named, (size_t)value * words + (product >> 6), UINT64_C(1) << (product & 63),
                value == CP_VALUE_UNKNOWN ? PERHAPS : got);
        }
    }
    return CP_OK;
}

cp_err cp_ground_make(const struct cp_catalogue *cat, const struct cp_stated *names,
                      const struct cp_judge_policy *policies, uint32_t count,
                      struct cp_arena *arena, struct cp_ground *out)
{
    struct cp_conditions *products = CP_TAKE(arena, 1, struct cp_conditions);
    struct cp_condition *conditions;
    uint32_t all = 0;

    *out = (struct cp_ground){.cat = cat,
                              .names = names,
                              .policies = policies,
                              .policy_count = count,
                              .product_first = CP_TAKE(arena, count, uint32_t),
                              .arena = arena};
    if (products == NULL || out->product_first == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < count; p++) {
        out->product_first[p] = all;
        all += policies[p].policy->product_count;
    }
    if (all == 0)
        return CP_OK;
    conditions = CP_TAKE(arena, all, struct cp_condition);
    if (conditions == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < count; p++) {
        for (uint32_t i = 0; i < policies[p].policy->product_count; i++)
            conditions[out->product_first[p] + i] =
                (struct cp_condition){.policy = p,
                                      .selects = {&policies[p].policy->products[i].select},
                                      .select_count = 1,
                                      .layers = UINT32_MAX};
    }
    CP_TRY(cp_conditions_make(out, conditions, all, products));
    out->products = products;
    return name_products(out, all, products->words);
}

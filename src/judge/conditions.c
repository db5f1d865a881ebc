#include "conditions.h"

#include <string.h>

#include "base/map.h"

#include "stand.h"

/*
 * Making the rows: for each dimension, each word of the case, each condition.  A condition that does not
 * ask about the dimension has its three bits in every row.
 */

static void set(struct cp_table *table, size_t at, uint64_t bit, struct cp_stand stand)
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
        if (!conditions[i].absent && cp_stand_asks(&conditions[i], dim))
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
        bool free = c->absent || !cp_stand_asks(c, dim);
        table->free[i >> 6] |= free ? bit : 0;
        for (uint32_t value = 0; value < values; value++) {
            size_t at = (size_t)value * out->words + (i >> 6);
            if (is_value(dim, value))
                set(table, at, bit, free ? cp_stand_met() : cp_stand_of(g, dim, value, c));
        }
    }
    return CP_OK;
}

/* --- makers ------------------------------------------------------------------------------- */

static struct cp_stand target_stands(uint8_t target)
{
    if (target == CP_TARGET_UNKNOWN)
        return cp_stand_perhaps();
    return target == CP_TARGET_NO ? cp_stand_not_met() : cp_stand_met();
}

struct aims {
    uint8_t *target;
    uint8_t other;
};

static struct cp_stand maker_stands(const struct cp_ground *g, const struct cp_condition *c,
                                    const struct aims *aims, uint32_t name)
{
    uint32_t maker = g->names->makers[c->policy][name];
    struct cp_stand got = cp_stand_met();

    if (name == CP_NAME_SILENT)
        return cp_stand_not_met();
    for (uint32_t i = 0; i < c->select_count; i++) {
        const struct cp_select *select = c->selects[i];
        struct cp_stand one = cp_stand_perhaps();
        if (!select->has_makers && select->control.count == 0)
            continue;
        if (maker == CP_MAKER_OTHER)
            one = target_stands(aims[i].other);
        else if (maker != CP_MAKER_UNKNOWN)
            one = target_stands(aims[i].target[maker]);
        got = cp_stand_both(got, i == 0 && c->turned ? cp_stand_turned(one) : one);
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
        cp_aim aim = c->all || (c->turned && i == 0) ? CP_AIM_ALL : CP_AIM_ANY;
        cp_select_aims(p->policy, c->selects[i], p->as_of, aim, aims[i].target);
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
        bool free = c->absent || !cp_stand_asks(c, CP_DIM_WHO);
        cp_arena_mark mark = cp_arena_mark_get(g->arena);
        struct aims aims[CP_SELECTS];
        table->free[i >> 6] |= free ? bit : 0;
        if (!free)
            CP_TRY(aim(g, c, aims));
        for (uint32_t name = 0; name < g->names->count; name++)
            set(table, (size_t)name * out->words + (i >> 6), bit,
                free ? cp_stand_met() : maker_stands(g, c, aims, name));
        cp_arena_reset(g->arena, mark);
    }
    return CP_OK;
}

/* --- tags --------------------------------------------------------------------------------- */

static cp_err number_words(struct cp_map *map, const struct cp_texts *words, uint32_t *count)
{
    for (uint32_t i = 0; i < words->count; i++) {
        if (cp_map_find(map, words->at[i]) == CP_MAP_NONE)
            CP_TRY(cp_map_add(map, words->at[i], (*count)++));
    }
    return CP_OK;
}

static cp_err number_tags(const struct cp_ground *g, const struct cp_condition *conditions,
                          struct cp_conditions *out, uint32_t *tags)
{
    CP_TRY(cp_map_open(g->arena, &out->tags));
    for (uint32_t i = 0; i < out->count; i++) {
        for (uint32_t k = 0; k < conditions[i].select_count; k++)
            CP_TRY(number_words(out->tags, &conditions[i].selects[k]->tags, tags));
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
            struct cp_stand got = {true, false, false, false};
            while (p + 1 < g->policy_count && g->product_first[p + 1] <= product)
                p++;
            cp_text id = g->policies[p].policy->products[product - g->product_first[p]].id;
            while (value >= CP_VALUE_FIRST && cp_text_word(&rest, "\n", &word))
                got = cp_stand_statements(got, cp_text_eq(word, id) ? cp_stand_met()
                                                                    : cp_stand_not_met());
            set(&g->named, (size_t)value * words + (product >> 6), UINT64_C(1) << (product & 63),
                value == CP_VALUE_UNKNOWN ? cp_stand_perhaps() : got);
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

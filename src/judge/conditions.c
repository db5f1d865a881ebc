#include "conditions.h"

#include <string.h>

#include "base/map.h"
#include "base/out.h"
#include "identify/fold.h"

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

static cp_err take_table(struct cp_ground *g, size_t cells, uint32_t words, struct cp_table *table)
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

static uint32_t value_count(struct cp_ground *g, cp_dim dim)
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

/* Where a condition is laid: its bit in one dimension. */
struct laying {
    struct cp_ground *g;
    cp_dim dim;
    const struct cp_condition *condition;
    struct cp_conditions *out;
    uint32_t number;
};

static void lay_over(const struct laying *l, uint32_t value)
{
    size_t at = (size_t)value * l->out->words + (l->number >> 6);

    set(&l->out->dims[l->dim], at, UINT64_C(1) << (l->number & 63),
        cp_stand_of(l->g, l->dim, value, l->condition));
}

static void lay_over_all(const struct laying *l)
{
    uint32_t values = value_count(l->g, l->dim);

    for (uint32_t value = 0; value < values; value++) {
        if (is_value(l->dim, value))
            lay_over(l, value);
    }
}

static void lay_over_uses(const struct laying *l, cp_text word)
{
    const struct cp_word_index *index = &l->g->words[l->dim];

    for (uint32_t use = cp_map_find(index->first, word); use != CP_MAP_NONE && use != CP_NONE;
         use = index->at[use].next)
        lay_over(l, index->at[use].value);
}

/* A value that holds none of the words asked, nor "unknown", does not meet: its row says so already. */
static void lay_over_words(const struct laying *l)
{
    lay_over(l, CP_VALUE_UNSTATED);
    lay_over(l, CP_VALUE_UNKNOWN);
    lay_over_uses(l, CP_TEXT("unknown"));
    for (uint32_t i = 0; i < l->condition->select_count; i++) {
        const struct cp_texts *words = cp_stand_words(l->dim, l->condition->selects[i]);
        for (uint32_t k = 0; k < words->count; k++)
            lay_over_uses(l, words->at[k]);
    }
}

static bool asks_words(const struct cp_condition *c, cp_dim dim)
{
    bool some = false;

    for (uint32_t i = 0; i < c->select_count; i++)
        some = some || cp_stand_words(dim, c->selects[i])->count > 0;
    return some && dim < CP_DIM_WORDS;
}

static cp_err fill(struct cp_ground *g, cp_dim dim, const struct cp_condition *conditions,
                   struct cp_conditions *out)
{
    struct cp_table *table = &out->dims[dim];

    if (!some_ask(conditions, out->count, dim))
        return CP_OK;
    CP_TRY(take_table(g, (size_t)value_count(g, dim) * out->words, out->words, table));
    for (uint32_t i = 0; i < out->count; i++) {
        struct laying l = {g, dim, &conditions[i], out, i};
        if (conditions[i].absent || !cp_stand_asks(&conditions[i], dim))
            table->free[i >> 6] |= UINT64_C(1) << (i & 63);
        else if (asks_words(&conditions[i], dim))
            lay_over_words(&l);
        else
            lay_over_all(&l);
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

static struct cp_stand maker_stands(struct cp_ground *g, const struct cp_condition *c,
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

static cp_err aim(struct cp_ground *g, const struct cp_condition *c, struct aims *aims)
{
    const struct cp_judge_policy *p = &g->policies[c->policy];

    for (uint32_t i = 0; i < c->select_count; i++) {
        aims[i].target = CP_TAKE(g->arena, cp_makers_count(p->policy->makers), uint8_t);
        if (aims[i].target == NULL)
            return CP_ERR_NOMEM;
        bool trusts = c->how == CP_SEE_RELIEF || (c->turned && i == 0);
        cp_select_aims(p->policy, c->selects[i], c->day == NULL ? p->as_of : *c->day,
                       trusts ? CP_AIM_ALL : CP_AIM_ANY, aims[i].target);
        aims[i].other = cp_select_aims_other(p->policy, c->selects[i]);
    }
    return CP_OK;
}

static cp_err fill_makers(struct cp_ground *g, const struct cp_condition *conditions,
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
        for (uint32_t name = 0; name < g->names->count && !free; name++)
            set(table, (size_t)name * out->words + (i >> 6), bit, maker_stands(g, c, aims, name));
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

static cp_err number_tags(struct cp_ground *g, const struct cp_condition *conditions,
                          struct cp_conditions *out, uint32_t *tags)
{
    CP_TRY(cp_map_open(g->arena, &out->tags));
    for (uint32_t i = 0; i < out->count; i++) {
        for (uint32_t k = 0; k < conditions[i].select_count; k++)
            CP_TRY(number_words(out->tags, &conditions[i].selects[k]->tags, tags));
    }
    return CP_OK;
}

static cp_err take_several(struct cp_ground *g, size_t things, uint32_t words,
                           struct cp_several *several)
{
    several->rows = CP_TAKE(g->arena, things * words, uint64_t);
    several->free = CP_TAKE(g->arena, words, uint64_t);
    return several->rows == NULL || several->free == NULL ? CP_ERR_NOMEM : CP_OK;
}

static cp_err fill_tags(struct cp_ground *g, const struct cp_condition *conditions,
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

/* The products of all policies, as conditions that are content with a grade. */
static cp_err make_products(struct cp_ground *g, cp_see how, cp_weight enough)
{
    struct cp_conditions *set = CP_TAKE(g->arena, 1, struct cp_conditions);
    struct cp_condition *conditions = CP_TAKE(g->arena, g->product_count, struct cp_condition);

    if (set == NULL || conditions == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < g->policy_count; p++) {
        for (uint32_t i = 0; i < g->policies[p].policy->product_count; i++)
            conditions[g->product_first[p] + i] =
                (struct cp_condition){.policy = p,
                                      .selects = {&g->policies[p].policy->products[i].select},
                                      .select_count = 1,
                                      .layers = UINT32_MAX,
                                      .enough = enough,
                                      .how = how};
    }
    CP_TRY(cp_conditions_make(g, conditions, g->product_count, set));
    g->products[how][enough] = set;
    return CP_OK;
}

static cp_err name_product(struct cp_ground *g, const struct cp_condition *c, uint32_t i,
                           uint32_t named, struct cp_conditions *out, struct cp_several *of)
{
    size_t product = g->product_first[c->policy] + named;

    of->rows[product * out->words + (i >> 6)] |= UINT64_C(1) << (i & 63);
    of->used = true;
    return g->products[c->how][c->enough] == NULL ? make_products(g, c->how, c->enough) : CP_OK;
}

static cp_err fill_products(struct cp_ground *g, const struct cp_condition *conditions,
                            struct cp_conditions *out)
{
    for (uint32_t k = 0; k < CP_SELECTS && g->product_count > 0; k++) {
        struct cp_several *of = &out->product[k];
        CP_TRY(take_several(g, g->product_count, out->words, of));
        for (uint32_t i = 0; i < out->count; i++) {
            const struct cp_condition *c = &conditions[i];
            uint32_t named = k < c->select_count ? c->selects[k]->product_count : 0;
            of->free[i >> 6] |= named == 0 ? UINT64_C(1) << (i & 63) : 0;
            for (uint32_t p = 0; p < named; p++)
                CP_TRY(name_product(g, c, i, c->selects[k]->products[p], out, of));
        }
    }
    return CP_OK;
}

/* ------------------------------------------------------------------------------------------ */

static cp_err fill_present(struct cp_ground *g, const struct cp_condition *conditions,
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

static cp_err fill_enough(struct cp_ground *g, const struct cp_condition *conditions,
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

cp_err cp_conditions_make(struct cp_ground *ground, const struct cp_condition *conditions,
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

/* --- the ground --------------------------------------------------------------------------- */

/* How a value stands to a product's id: whether somebody states the thing to be one. */
static struct cp_stand id_stands(cp_text value, cp_text id)
{
    struct cp_stand got = {true, false, false, false};
    cp_text word = CP_TEXT("");

    while (cp_text_word(&value, "\n", &word)) {
        struct cp_stand one = cp_text_eq(word, id) ? cp_stand_met() : cp_stand_not_met();
        got = cp_stand_statements(got, cp_text_is(word, "unknown") ? cp_stand_perhaps() : one);
    }
    return got;
}

/* Which ids of products the words of the case are. */
static cp_err name_products(struct cp_ground *g)
{
    const struct cp_values *values = &g->cat->values[CP_DIM_PRODUCT];
    uint32_t words = (g->product_count + 63) / 64;

    CP_TRY(take_table(g, (size_t)values->count * words, words, &g->named));
    for (uint32_t p = 0; p < g->policy_count; p++) {
        for (uint32_t i = 0; i < g->policies[p].policy->product_count; i++) {
            uint32_t product = g->product_first[p] + i;
            cp_text id = CP_TEXT("");
            CP_TRY(cp_word_fold(g->policies[p].policy->products[i].id, g->arena, &id));
            for (uint32_t value = CP_VALUE_UNKNOWN; value < values->count; value++)
                set(&g->named, (size_t)value * words + (product >> 6),
                    UINT64_C(1) << (product & 63),
                    id_stands(g->spelled[CP_DIM_PRODUCT][value], id));
        }
    }
    return CP_OK;
}

/* A word that is too long for any policy equals none; of a model its beginning may be what is asked. */
static void spell_word(struct cp_out *out, cp_dim dim, cp_text word)
{
    struct cp_folded buffer;
    cp_text folded = CP_TEXT("");

    if (cp_fold_word(word, &buffer, &folded) || dim == CP_DIM_MODEL)
        cp_out_text(out, folded);
    else
        cp_out_char(out, '?');
}

static cp_err spell(struct cp_ground *g, cp_dim dim, cp_text value, cp_text *spelled)
{
    bool list = dim == CP_DIM_TECHNOLOGY || dim == CP_DIM_FUNCTION || dim == CP_DIM_CAPABILITY;
    struct cp_out out = cp_out_make(g->arena);
    cp_text statement = CP_TEXT("");

    for (bool first = true; cp_text_word(&value, "\n", &statement); first = false) {
        cp_text word = CP_TEXT("");
        if (!first)
            cp_out_char(&out, '\n');
        for (bool one = true; cp_text_word(&statement, list ? " " : "\n", &word); one = false) {
            if (!one)
                cp_out_char(&out, ' ');
            spell_word(&out, dim, word);
        }
    }
    return cp_out_done(&out, spelled);
}

static cp_err index_word(struct cp_ground *g, struct cp_word_index *index, cp_text word,
                         uint32_t value)
{
    void *at = index->at;
    uint32_t last = cp_map_find(index->first, word);

    CP_TRY(cp_arena_grow(g->arena, &at, index->count, &index->cap, sizeof(struct cp_word_use)));
    index->at = at;
    index->at[index->count] = (struct cp_word_use){value, CP_NONE};
    if (last == CP_MAP_NONE)
        return cp_map_add(index->first, word, index->count++);
    /* Behind the first use: the map keeps what it has. */
    index->at[index->count].next = index->at[last].next;
    index->at[last].next = index->count++;
    return CP_OK;
}

static cp_err index_value(struct cp_ground *g, cp_dim dim, uint32_t value)
{
    cp_text rest = g->spelled[dim][value];
    cp_text word = CP_TEXT("");

    while (cp_text_word(&rest, " \n", &word))
        CP_TRY(index_word(g, &g->words[dim], word, value));
    return CP_OK;
}

static cp_err spell_all(struct cp_ground *g)
{
    const struct cp_case *net = g->cat->net;

    for (uint32_t dim = CP_DIM_WHO + 1; dim < CP_DIM_WORDS; dim++) {
        const struct cp_values *values = &g->cat->values[dim];
        g->spelled[dim] = CP_TAKE(g->arena, values->count, cp_text);
        if (g->spelled[dim] == NULL)
            return CP_ERR_NOMEM;
        for (uint32_t value = 0; value < values->count; value++)
            CP_TRY(spell(g, (cp_dim)dim, values->at[value], &g->spelled[dim][value]));
        CP_TRY(cp_map_open(g->arena, &g->words[dim].first));
        for (uint32_t value = CP_VALUE_FIRST; value < values->count; value++)
            CP_TRY(index_value(g, (cp_dim)dim, value));
    }
    g->country = CP_TAKE(g->arena, net->site_count, cp_text);
    if (g->country == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t site = 0; site < net->site_count; site++)
        CP_TRY(spell(g, CP_DIM_OPERATOR, net->sites[site].country, &g->country[site]));
    return CP_OK;
}

cp_err cp_ground_make(const struct cp_catalogue *cat, const struct cp_stated *names,
                      const struct cp_judge_policy *policies, uint32_t count,
                      struct cp_arena *arena, struct cp_ground *out)
{
    *out = (struct cp_ground){.cat = cat,
                              .names = names,
                              .policies = policies,
                              .policy_count = count,
                              .product_first = CP_TAKE(arena, count, uint32_t),
                              .arena = arena};
    if (out->product_first == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < count; p++) {
        out->product_first[p] = out->product_count;
        out->product_count += policies[p].policy->product_count;
    }
    CP_TRY(spell_all(out));
    return name_products(out);
}

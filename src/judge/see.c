#include "conditions.h"

#include <string.h>

#include "base/map.h"

/*
 * Joining the rows of what is said of a thing.  Whoever made it comes first: of most things nothing is
 * left after that, and no other row is looked at.
 */

struct eye {
    const struct cp_ground *ground;
    const struct cp_conditions *set;
    const struct cp_subject *subject;
    cp_see how;
    struct cp_seen *out;
};

cp_err cp_seen_make(uint32_t words, struct cp_arena *arena, struct cp_seen *out)
{
    out->sure = CP_TAKE(arena, words, uint64_t);
    out->perhaps = CP_TAKE(arena, words, uint64_t);
    out->lacking = CP_TAKE(arena, words, uint64_t);
    return out->sure == NULL || out->perhaps == NULL || out->lacking == NULL ? CP_ERR_NOMEM : CP_OK;
}

/* What the thing itself, or its part, states; the part inherits what it does not state. */
static uint32_t own_value(const struct eye *e, cp_dim dim, cp_weight *grade)
{
    const struct cp_subject *s = e->subject;
    const struct cp_catalogue *cat = e->ground->cat;

    if (s->part != NULL && s->part->value[dim] != CP_VALUE_UNSTATED) {
        *grade = (cp_weight)s->part->grade[dim];
        return s->part->value[dim];
    }
    *grade = cp_catalogue_grade(cat, dim, s->kind, s->object);
    /* What a part is and can do is its own: a chassis excuses no card. */
    if (s->part != NULL && e->how == CP_SEE_RELIEF &&
        (dim == CP_DIM_CLASS || dim == CP_DIM_MODEL || dim == CP_DIM_CAPABILITY ||
         dim == CP_DIM_PRODUCT))
        return CP_VALUE_UNSTATED;
    return cp_catalogue_value(cat, dim, s->kind, s->object);
}

/* Of a link that says nothing itself its ends say it. */
static bool is_told_by_ends(const struct eye *e, cp_dim dim, uint32_t own)
{
    if (e->subject->kind != CP_OBJECT_LINK)
        return false;
    if (dim == CP_DIM_SITE)
        return true;
    return own == CP_VALUE_UNSTATED && (dim == CP_DIM_ROLE || dim == CP_DIM_TECHNOLOGY ||
                                        dim == CP_DIM_FUNCTION || dim == CP_DIM_OPERATOR);
}

/* What a node says, or where it stands, and on which grade of evidence. */
static uint32_t node_value(const struct cp_catalogue *cat, cp_dim dim, uint32_t node,
                           cp_weight *grade)
{
    uint32_t site = cat->net->nodes[node].site;

    if (dim < CP_DIM_WORDS) {
        *grade = cp_catalogue_grade(cat, dim, CP_OBJECT_NODE, node);
        return cp_catalogue_value(cat, dim, CP_OBJECT_NODE, node);
    }
    *grade = cp_catalogue_site_grade(cat, node);
    return site == CP_NONE ? CP_VALUE_UNSTATED : site + CP_VALUE_FIRST;
}

/* One word of three rows. */
struct three {
    uint64_t sure, perhaps, lacking;
};

/* Whom a rule is against is told by any statement; what relieves, by all. */
static struct three row(const struct eye *e, const struct cp_table *table, uint32_t value,
                        uint32_t w)
{
    size_t at = (size_t)value * e->set->words + w;
    uint64_t sure = (e->how == CP_SEE_RELIEF ? table->firm : table->sure)[at];
    uint64_t free = table->free[w]; /* of who does not ask nothing is written into rows */

    return (struct three){sure | free, table->perhaps[at] | free, table->lacking[at] | free};
}

/* Evidence that is not enough: it clears nobody, and proves no relief. */
static struct three weighed(const struct eye *e, cp_dim dim, cp_weight grade, uint32_t w,
                            struct three row)
{
    const struct cp_table *table = &e->set->dims[dim];
    uint64_t weak = ~e->set->enough[grade][w] & ~table->free[w];

    if (e->how == CP_SEE_RELIEF) {
        row.sure &= ~weak;
    } else {
        row.perhaps |= weak;
        row.lacking |= weak;
    }
    return row;
}

static struct three row_of_ends(const struct eye *e, cp_dim dim, uint32_t w)
{
    const struct cp_catalogue *cat = e->ground->cat;
    cp_range ends = cat->net->links[e->subject->object].ends;
    bool all = e->how == CP_SEE_RELIEF;
    struct three got = {all ? UINT64_MAX : 0, all ? UINT64_MAX : 0, all ? UINT64_MAX : 0};

    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        uint32_t node = cat->net->ends[i].node.at;
        cp_weight grade = CP_WEIGHT_MOST;
        uint32_t value = node_value(cat, dim, node, &grade);
        struct three one = row(e, &e->set->dims[dim], value, w);
        if (value != CP_VALUE_UNSTATED)
            one = weighed(e, dim, grade, w, one);
        got.sure = all ? got.sure & one.sure : got.sure | one.sure;
        got.perhaps = all ? got.perhaps & one.perhaps : got.perhaps | one.perhaps;
        got.lacking = all ? got.lacking & one.lacking : got.lacking | one.lacking;
    }
    return got;
}

static bool join(const struct eye *e, uint32_t w, struct three row)
{
    e->out->sure[w] &= row.sure;
    e->out->perhaps[w] &= row.perhaps;
    e->out->lacking[w] &= row.lacking;
    return e->out->lacking[w] != 0;
}

static bool join_name(const struct eye *e)
{
    const struct cp_table *table = &e->set->dims[CP_DIM_WHO];
    const struct cp_subject *s = e->subject;
    bool any = false;

    for (uint32_t w = 0; w < e->set->words; w++) {
        struct three one = {UINT64_MAX, UINT64_MAX, UINT64_MAX};
        if (table->used) {
            one = row(e, table, s->name, w);
            if (s->name != CP_NAME_SILENT)
                one = weighed(e, CP_DIM_WHO, s->grade, w, one);
        }
        any = join(e, w, one) || any;
    }
    return any;
}

static bool join_words(const struct eye *e, cp_dim dim)
{
    const struct cp_table *table = &e->set->dims[dim];
    cp_weight grade = CP_WEIGHT_MOST;
    uint32_t own = own_value(e, dim, &grade);
    bool ends = is_told_by_ends(e, dim, own);
    bool any = false;

    for (uint32_t w = 0; w < e->set->words; w++) {
        struct three one = ends ? row_of_ends(e, dim, w) : row(e, table, own, w);
        if (!ends && own != CP_VALUE_UNSTATED)
            one = weighed(e, dim, grade, w, one);
        else if (dim == CP_DIM_CAPABILITY && e->how == CP_SEE_RELIEF)
            one.sure &= table->free[w]; /* that it may do all is no proof that it can */
        any = join(e, w, one) || any;
    }
    return any;
}

static uint32_t layer_value(const struct eye *e)
{
    const struct cp_case *net = e->ground->cat->net;
    const struct cp_subject *s = e->subject;

    return (uint32_t)(s->kind == CP_OBJECT_NODE ? net->nodes[s->object].layer
                                                : net->links[s->object].layer) +
           CP_VALUE_FIRST;
}

/* The rows of one dimension but the maker's; what relief asks of words beyond them, join_words adds. */
static struct three row_of(const struct eye *e, cp_dim dim, uint32_t w)
{
    const struct cp_subject *s = e->subject;
    cp_weight grade = CP_WEIGHT_MOST;
    uint32_t own = CP_VALUE_UNSTATED;

    if (dim == CP_DIM_LAYER)
        return row(e, &e->set->dims[dim], layer_value(e), w);
    if (dim < CP_DIM_WORDS)
        own = own_value(e, dim, &grade);
    else if (s->kind == CP_OBJECT_NODE)
        own = node_value(e->ground->cat, CP_DIM_SITE, s->object, &grade);
    if (is_told_by_ends(e, dim, own))
        return row_of_ends(e, dim, w);
    struct three one = row(e, &e->set->dims[dim], own, w);
    return own == CP_VALUE_UNSTATED ? one : weighed(e, dim, grade, w, one);
}

static bool join_place(const struct eye *e, cp_dim dim)
{
    bool any = false;

    for (uint32_t w = 0; w < e->set->words; w++)
        any = join(e, w, row_of(e, dim, w)) || any;
    return any;
}

/* --- tags and products -------------------------------------------------------------------- */

static void join_tags(const struct eye *e, const struct cp_several *tags)
{
    const struct cp_case *net = e->ground->cat->net;
    const struct cp_subject *s = e->subject;
    cp_range range =
        s->kind == CP_OBJECT_NODE ? net->nodes[s->object].tags : net->links[s->object].tags;
    cp_weight grade = cp_catalogue_tag_grade(e->ground->cat, s->kind, s->object);

    for (uint32_t w = 0; w < e->set->words; w++) {
        uint64_t met = 0;
        for (uint32_t i = range.first; i < range.first + range.count; i++) {
            uint32_t tag = cp_map_find(e->set->tags, net->tags[i]);
            if (tag != CP_MAP_NONE)
                met |= tags->rows[(size_t)tag * e->set->words + w];
        }
        if (e->how == CP_SEE_RELIEF)
            met &= e->set->enough[grade][w];
        met |= tags->free[w];
        (void)join(e, w, (struct three){met, met, met});
    }
}

/* Rules that are content with evidence of this grade, and of no weaker. */
static uint64_t content_with(const struct eye *e, uint32_t grade, uint32_t w)
{
    return e->set->enough[grade][w] & (grade == 0 ? UINT64_MAX : ~e->set->enough[grade - 1][w]);
}

static uint64_t all_or_none(uint64_t word, uint32_t bit)
{
    return (word >> bit & 1) != 0 ? UINT64_MAX : 0;
}

/* What somebody states the thing to be, of one product, for each rule. */
static struct three named_product(const struct eye *e, uint32_t product, uint32_t w)
{
    const struct cp_table *named = &e->ground->named;
    cp_weight grade = CP_WEIGHT_MOST;
    uint32_t value = own_value(e, CP_DIM_PRODUCT, &grade);
    size_t at = (size_t)value * ((e->ground->product_count + 63) / 64) + (product >> 6);
    uint64_t weak = value == CP_VALUE_UNSTATED ? 0 : ~e->set->enough[grade][w];
    struct three got = {all_or_none(named->sure[at], product & 63),
                        all_or_none(named->perhaps[at], product & 63),
                        all_or_none(named->lacking[at], product & 63)};

    if (e->how == CP_SEE_RELIEF)
        got.sure = all_or_none(named->firm[at], product & 63) & ~weak;
    else
        got = (struct three){got.sure, got.perhaps | weak, got.lacking | weak};
    return got;
}

/* One product, by what the thing is or by what it is stated to be, for the rules that name it. */
static void add_product(const struct eye *e, const struct cp_seen *met, uint32_t product,
                        uint32_t w, uint64_t rules, struct three *got)
{
    struct three named = named_product(e, product, w);
    uint32_t at = product >> 6;
    uint32_t bit = product & 63;

    got->sure |= rules & (named.sure | all_or_none(met->sure[at], bit));
    got->perhaps |= rules & (named.perhaps | all_or_none(met->perhaps[at], bit));
    got->lacking |= rules & (named.lacking | all_or_none(met->lacking[at], bit));
}

/* What the products that one selector names make of the thing, for rules content with a grade. */
static struct three row_of_products(const struct eye *e, const struct cp_several *named,
                                    const struct cp_seen *met, uint32_t grade, uint32_t w)
{
    uint64_t mine = content_with(e, grade, w);
    uint64_t others = named->free[w] | ~mine;
    struct three got = {others, others, others};

    for (uint32_t p = 0; p < e->ground->product_count; p++) {
        uint64_t rules = named->rows[(size_t)p * e->set->words + w] & mine;
        if (rules != 0)
            add_product(e, met, p, w, rules, &got);
    }
    return got;
}

/* Products are seen with the eyes of the rules that name them: weak evidence is weak there too. */
static void see_products(const struct eye *e, struct cp_seen *work)
{
    const struct cp_several *product = e->set->product;

    for (uint32_t grade = 0; grade < CP_GRADE_COUNT; grade++) {
        const struct cp_conditions *products = e->ground->products[e->how][grade];
        if (products == NULL || (!product[0].used && !product[1].used))
            continue;
        (void)cp_conditions_see(e->ground, products, e->subject, e->how, NULL, work);
        for (uint32_t k = 0; k < CP_SELECTS; k++) {
            for (uint32_t w = 0; product[k].used && w < e->set->words; w++)
                (void)join(e, w, row_of_products(e, &product[k], work, grade, w));
        }
    }
}

/* ------------------------------------------------------------------------------------------ */

static bool any_left(const struct cp_conditions *set, const struct cp_seen *out)
{
    for (uint32_t w = 0; w < set->words; w++) {
        if (out->lacking[w] != 0)
            return true;
    }
    return false;
}

bool cp_conditions_see(const struct cp_ground *ground, const struct cp_conditions *set,
                       const struct cp_subject *subject, cp_see how, struct cp_seen *work,
                       struct cp_seen *out)
{
    struct eye e = {ground, set, subject, how, out};

    memcpy(out->sure, set->present, set->words * sizeof(uint64_t));
    memcpy(out->perhaps, set->present, set->words * sizeof(uint64_t));
    memcpy(out->lacking, set->present, set->words * sizeof(uint64_t));
    if (!join_name(&e))
        return false;
    for (uint32_t dim = CP_DIM_WHO + 1; dim < CP_DIM_WORDS; dim++) {
        if (set->dims[dim].used && !join_words(&e, (cp_dim)dim))
            return false;
    }
    for (uint32_t dim = CP_DIM_SITE; dim <= CP_DIM_LAYER; dim++) {
        if (set->dims[dim].used && !join_place(&e, (cp_dim)dim))
            return false;
    }
    for (uint32_t k = 0; k < CP_SELECTS; k++) {
        if (set->tag[k].used)
            join_tags(&e, &set->tag[k]);
    }
    see_products(&e, work);
    return any_left(set, out);
}

bool cp_conditions_asks(const struct cp_conditions *set, cp_dim dim, uint32_t at)
{
    const struct cp_table *table = &set->dims[dim];

    return table->used && (table->free[at >> 6] >> (at & 63) & 1) == 0;
}

cp_dim cp_conditions_doubt(const struct cp_ground *ground, const struct cp_conditions *set,
                           const struct cp_subject *subject, uint32_t at, cp_doubt doubt)
{
    struct eye e = {ground, set, subject, CP_SEE_AGAINST, NULL};
    uint64_t bit = UINT64_C(1) << (at & 63);

    for (uint32_t dim = CP_DIM_WHO + 1; dim <= CP_DIM_LAYER; dim++) {
        if (!cp_conditions_asks(set, (cp_dim)dim, at))
            continue;
        struct three one = row_of(&e, (cp_dim)dim, at >> 6);
        uint64_t found =
            doubt == CP_DOUBT_UNKNOWN ? one.perhaps & ~one.sure : one.lacking & ~one.perhaps;
        if ((found & bit) != 0)
            return (cp_dim)dim;
    }
    return CP_DIM_COUNT;
}

/* Whether the rows of a dimension keep a condition open. */
static bool is_open(const struct eye *e, cp_dim dim, uint32_t at)
{
    uint32_t w = at >> 6;
    struct three one;

    if (!cp_conditions_asks(e->set, dim, at))
        return true;
    if (dim == CP_DIM_WHO) {
        one = row(e, &e->set->dims[dim], e->subject->name, w);
        if (e->subject->name != CP_NAME_SILENT)
            one = weighed(e, dim, e->subject->grade, w, one);
    } else {
        one = row_of(e, dim, w);
    }
    return (one.lacking >> (at & 63) & 1) != 0;
}

static bool tags_are_open(const struct eye *e, uint32_t at)
{
    struct cp_seen all = *e->out;

    for (uint32_t k = 0; k < CP_SELECTS; k++) {
        memset(all.lacking, 0xff, e->set->words * sizeof(uint64_t));
        if (e->set->tag[k].used)
            join_tags(e, &e->set->tag[k]);
        if ((all.lacking[at >> 6] >> (at & 63) & 1) == 0)
            return false;
    }
    return true;
}

cp_dim cp_conditions_unmet(const struct cp_ground *ground, const struct cp_conditions *set,
                           const struct cp_subject *subject, uint32_t at, struct cp_seen *work)
{
    struct eye e = {ground, set, subject, CP_SEE_AGAINST, work};

    if (!is_open(&e, CP_DIM_LAYER, at))
        return CP_DIM_LAYER;
    for (uint32_t dim = CP_DIM_WHO + 1; dim < CP_DIM_LAYER; dim++) {
        if (!is_open(&e, (cp_dim)dim, at))
            return (cp_dim)dim;
    }
    if (!tags_are_open(&e, at))
        return CP_DIM_TAG;
    return is_open(&e, CP_DIM_WHO, at) ? CP_DIM_PRODUCT : CP_DIM_WHO;
}

cp_text cp_subject_words(const struct cp_ground *ground, const struct cp_subject *subject,
                         cp_dim dim)
{
    struct eye e = {ground, NULL, subject, CP_SEE_AGAINST, NULL};
    const struct cp_case *net = ground->cat->net;
    cp_weight grade = CP_WEIGHT_MOST;

    if (dim < CP_DIM_WORDS) {
        uint32_t own = own_value(&e, dim, &grade);
        return own == CP_VALUE_UNSTATED ? CP_TEXT("") : ground->cat->values[dim].at[own];
    }
    if (dim == CP_DIM_LAYER)
        return cp_text_of(cp_layer_name(subject->kind == CP_OBJECT_NODE
                                            ? net->nodes[subject->object].layer
                                            : net->links[subject->object].layer));
    if (dim != CP_DIM_SITE || subject->kind != CP_OBJECT_NODE ||
        net->nodes[subject->object].site == CP_NONE)
        return CP_TEXT("");
    return net->sites[net->nodes[subject->object].site].id;
}

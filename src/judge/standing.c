#include "judge/judge.h"

#include <string.h>

#include "base/out.h"

#include "making.h"

/*
 * Why a rule is not against an element.  Each statement about it is a subject of its own: told is the
 * one that comes nearest to being caught, since that is what a reader asks about.
 */

/* How near a subject comes; the greatest is told. */
typedef enum {
    NEAR_NOTHING, /* there is nothing to be against */
    NEAR_MAKER,   /* not whom the rule is against */
    NEAR_ASKED,   /* not what else it asks */
    NEAR_LACKING, /* it states nothing of what the rule asks */
    NEAR_EXCEPTED
} nearness;

struct cause {
    nearness near;
    struct cp_subject subject;
    uint32_t fact; /* CP_NONE: nothing is stated */
    cp_dim dim;
    uint32_t relief; /* of an exception: its layer */
};

struct teller {
    struct cp_engine *engine;
    uint32_t rule;
    cp_object_kind kind;
    uint32_t object;
    struct cause cause;
    struct cp_out *out;
};

static const struct cp_rule *rule_of(const struct teller *t)
{
    return t->engine->rules[t->rule].rule;
}

static bool has_bit(const struct teller *t, const uint64_t *bits)
{
    return (bits[t->rule >> 6] >> (t->rule & 63) & 1) != 0;
}

/* --- the cause ---------------------------------------------------------------------------- */

/* In place of a layer: things that can do neither are no matter to rules about transit. */
#define NEITHER (UINT32_MAX - 1)

/* The layer of the first exception that the subject meets; CP_NONE. */
static uint32_t exception_met(struct teller *t, const struct cp_subject *subject)
{
    struct cp_engine *e = t->engine;

    for (uint32_t layer = 0; layer < e->licence_first; layer++) {
        if (cp_conditions_see(&e->ground, &e->reliefs[layer], subject, CP_SEE_RELIEF, &e->product,
                              &e->relief) &&
            has_bit(t, e->relief.sure))
            return layer;
    }
    memset(e->relieved.sure, 0, e->words * sizeof(uint64_t));
    cp_own_neither(e, subject, e->relieved.sure);
    return has_bit(t, e->relieved.sure) ? NEITHER : CP_NONE;
}

static struct cause cause_of(struct teller *t, const struct cp_subject *subject, uint32_t fact)
{
    struct cp_engine *e = t->engine;
    struct cause cause = {NEAR_MAKER, *subject, fact, CP_DIM_WHO, CP_NONE};
    bool seen =
        cp_conditions_see(&e->ground, &e->against, subject, CP_SEE_AGAINST, &e->product, &e->seen);

    if (seen && has_bit(t, e->seen.lacking)) {
        bool perhaps = has_bit(t, e->seen.perhaps);
        cause.relief = exception_met(t, subject);
        cause.near = cause.relief != CP_NONE ? NEAR_EXCEPTED : NEAR_LACKING;
        cause.dim = cp_conditions_doubt(&e->ground, &e->against, subject, t->rule,
                                        perhaps ? CP_DOUBT_UNKNOWN : CP_DOUBT_LACKING);
        return cause;
    }
    cause.dim = cp_conditions_unmet(&e->ground, &e->against, subject, t->rule, &e->seen);
    if (cause.dim != CP_DIM_WHO)
        cause.near = NEAR_ASKED;
    else if (subject->name == CP_NAME_SILENT)
        cause.near = NEAR_NOTHING;
    return cause;
}

static void consider(struct teller *t, const struct cp_subject *subject, uint32_t fact)
{
    struct cause cause = cause_of(t, subject, fact);

    if (cause.near > t->cause.near)
        t->cause = cause;
}

static void consider_all(struct teller *t)
{
    const struct cp_survey *s = t->engine->survey;
    struct cp_subject subject = cp_own_unstated_subject(t->engine, t->kind, t->object);
    uint32_t first = 0;
    uint32_t end = 0;

    t->cause = (struct cause){NEAR_NOTHING, subject, CP_NONE, CP_DIM_COUNT, CP_NONE};
    if (!cp_survey_is_stated(s, t->kind, t->object))
        consider(t, &subject, CP_NONE);
    cp_survey_facts(s, t->kind, t->object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        subject = cp_own_subject(t->engine, fact);
        if (cp_survey_is_own(s, fact))
            consider(t, &subject, fact);
    }
    if (t->kind != CP_OBJECT_LINK)
        return;
    struct cp_port_walk walk = cp_survey_ports(s, t->object);
    for (uint32_t fact = 0; cp_survey_next(&walk, &fact);) {
        subject = cp_own_subject(t->engine, fact);
        consider(t, &subject, fact);
    }
}

/* --- in words ----------------------------------------------------------------------------- */

static cp_place place_of_row(const struct teller *t)
{
    const struct cp_case *net = t->engine->net;

    return t->kind == CP_OBJECT_LINK ? net->links[t->object].place : net->nodes[t->object].place;
}

/* Where it is written what a subject says in a dimension: a fact of its part, else of the thing. */
static cp_place place_of_words(const struct teller *t, cp_dim dim)
{
    const struct cp_case *net = t->engine->net;
    const struct cause *c = &t->cause;
    cp_text part = c->fact == CP_NONE ? CP_TEXT("") : net->facts[c->fact].part;
    uint32_t found = CP_NONE;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(t->engine->survey, c->subject.kind, c->subject.object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        const struct cp_fact *f = &net->facts[fact];
        bool own = part.len > 0 && cp_text_eq(f->part, part);
        if (cp_text_is(f->attribute, cp_dim_key(dim)) &&
            (own || (f->part.len == 0 && found == CP_NONE)))
            found = fact;
    }
    return found != CP_NONE ? net->facts[found].place : place_of_row(t);
}

static cp_err write_place(const struct teller *t, cp_place place)
{
    cp_text text = CP_TEXT("");

    CP_TRY(cp_case_place(t->engine->net, place, t->engine->arena, &text));
    cp_out_str(t->out, text.len > 0 ? ", " : "");
    cp_out_text(t->out, text);
    return CP_OK;
}

static void write_words(const struct teller *t, cp_dim dim)
{
    cp_text words = cp_subject_words(&t->engine->ground, &t->cause.subject, dim);

    cp_out_str(t->out, cp_dim_key(dim));
    cp_out_str(t->out, words.len > 0 ? " " : "");
    for (size_t i = 0; i < words.len; i++)
        cp_out_char(t->out, words.at[i] == '\n' ? ' ' : words.at[i]);
}

static void write_country(const struct teller *t)
{
    const struct cp_case *net = t->engine->net;
    const struct cp_rule *rule = rule_of(t);
    uint32_t site = t->kind == CP_OBJECT_NODE ? net->nodes[t->object].site : CP_NONE;

    if (rule->target.countries.count + rule->where.countries.count == 0 || site == CP_NONE)
        return;
    cp_out_str(t->out, " in ");
    cp_out_text(t->out, net->sites[site].country);
}

static void write_part(const struct teller *t)
{
    cp_text part =
        t->cause.fact == CP_NONE ? CP_TEXT("") : t->engine->net->facts[t->cause.fact].part;

    if (part.len == 0)
        return;
    cp_out_str(t->out, "part ");
    cp_out_text(t->out, part);
    cp_out_str(t->out, " ");
}

static cp_err write_maker(const struct teller *t)
{
    const struct cp_engine *e = t->engine;
    uint32_t policy = e->rules[t->rule].policy;
    uint32_t name = t->cause.subject.name;
    uint32_t maker = e->ground.names->makers[policy][name];

    write_part(t);
    if (t->cause.fact != CP_NONE && (e->survey->flags[t->cause.fact] & CP_FACT_SOFTWARE) != 0) {
        cp_out_str(t->out, "software ");
        cp_out_text(t->out, e->net->facts[t->cause.fact].value);
        cp_out_str(t->out, ", ");
    }
    cp_out_str(t->out, "maker ");
    if (maker == CP_MAKER_UNKNOWN)
        cp_out_str(t->out, "unknown");
    else
        cp_out_text(t->out, maker == CP_MAKER_OTHER
                                ? e->ground.names->at[name].text
                                : cp_makers_name(e->ground.policies[policy].policy->makers, maker));
    return write_place(t, t->cause.fact == CP_NONE ? place_of_row(t)
                                                   : e->net->facts[t->cause.fact].place);
}

static cp_err write_asked(const struct teller *t)
{
    cp_dim dim = t->cause.dim;

    if (dim == CP_DIM_LAYER) {
        cp_out_str(t->out, "not on its layers: ");
        cp_out_text(t->out, cp_subject_words(&t->engine->ground, &t->cause.subject, dim));
        return CP_OK;
    }
    cp_out_str(t->out, "not what it asks: ");
    write_part(t);
    if (dim == CP_DIM_TAG || dim == CP_DIM_PRODUCT) {
        cp_out_str(t->out,
                   dim == CP_DIM_TAG ? "it bears none of the tags" : "it is none of the products");
        return CP_OK;
    }
    if (cp_subject_words(&t->engine->ground, &t->cause.subject, dim).len == 0) {
        cp_out_format(t->out, "the %s of %s", cp_dim_key(dim),
                      t->kind == CP_OBJECT_LINK ? "its ends" : "it");
        return CP_OK;
    }
    write_words(t, dim);
    if (dim == CP_DIM_SITE)
        write_country(t);
    return write_place(t, place_of_words(t, dim));
}

/* The product of an exception that the subject is; the first one where it is only stated to be one. */
static cp_text product_met(const struct teller *t, const struct cp_select *select)
{
    struct cp_engine *e = t->engine;
    uint32_t policy = e->rules[t->rule].policy;
    const struct cp_product *products = e->ground.policies[policy].policy->products;

    (void)cp_conditions_see(&e->ground,
                            e->ground.products[CP_SEE_RELIEF][cp_grade_least(rule_of(t)->enough)],
                            &t->cause.subject, CP_SEE_RELIEF, NULL, &e->product);
    for (uint32_t i = 0; i < select->product_count; i++) {
        uint32_t at = e->ground.product_first[policy] + select->products[i];
        if ((e->product.sure[at >> 6] >> (at & 63) & 1) != 0)
            return products[select->products[i]].id;
    }
    return products[select->products[0]].id;
}

/* "excepted: capability neither, facts.csv:3" */
static cp_err write_excepted(const struct teller *t)
{
    const struct cp_conditions *set =
        t->cause.relief == NEITHER ? &t->engine->neither : &t->engine->reliefs[t->cause.relief];
    bool own = t->cause.relief < rule_of(t)->except_count;
    const struct cp_select *select = own ? &rule_of(t)->excepts[t->cause.relief] : NULL;
    const char *between = "";
    cp_place place = place_of_row(t);

    cp_out_str(t->out, "excepted: ");
    write_part(t);
    if (select != NULL && select->product_count > 0) {
        cp_out_str(t->out, "product ");
        cp_out_text(t->out, product_met(t, select));
        between = ", ";
    }
    for (uint32_t dim = CP_DIM_WHO + 1; dim <= CP_DIM_LAYER; dim++) {
        if (!cp_conditions_asks(set, (cp_dim)dim, t->rule))
            continue;
        cp_out_str(t->out, between);
        write_words(t, (cp_dim)dim);
        place = place_of_words(t, (cp_dim)dim);
        between = ", ";
    }
    if (select != NULL && select->tags.count > 0) {
        cp_out_str(t->out, between);
        cp_out_str(t->out, "its tags");
        between = ", ";
    }
    if (*between == '\0') {
        cp_out_str(t->out, "its maker");
        place = t->cause.fact == CP_NONE ? place : t->engine->net->facts[t->cause.fact].place;
    }
    return write_place(t, place);
}

static cp_err write_cause(const struct teller *t)
{
    switch (t->cause.near) {
    case NEAR_NOTHING:
        cp_out_str(t->out, t->kind == CP_OBJECT_LINK ? "a link without equipment of its own"
                                                     : "nothing of its own is judged");
        return CP_OK;
    case NEAR_MAKER:
        return write_maker(t);
    case NEAR_ASKED:
        return write_asked(t);
    case NEAR_LACKING:
        cp_out_str(t->out, t->cause.dim == CP_DIM_COUNT ? "class or model" : "");
        if (t->cause.dim != CP_DIM_COUNT)
            cp_out_str(t->out, t->cause.dim == CP_DIM_INSTALLED ? "date of installation"
                                                                : cp_dim_key(t->cause.dim));
        cp_out_str(t->out, " not stated");
        return CP_OK;
    case NEAR_EXCEPTED:
        return write_excepted(t);
    }
    return CP_OK;
}

/* --- the place ---------------------------------------------------------------------------- */

static bool is_there(const struct teller *t)
{
    const struct cp_case *net = t->engine->net;

    if (t->kind == CP_OBJECT_NODE)
        return cp_engine_is_at(t->engine, t->rule, t->object);
    cp_range ends = net->links[t->object].ends;
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        if (cp_engine_is_at(t->engine, t->rule, net->ends[i].node.at))
            return true;
    }
    return false;
}

/* Wherever it stands. */
static bool is_against_it(const struct teller *t)
{
    return cp_engine_trust(t->engine, t->rule, t->kind, t->object) != CP_TRUSTED;
}

/* ------------------------------------------------------------------------------------------ */

static cp_err write_standing(struct teller *t, const struct cp_licence *licence)
{
    if (licence != NULL) {
        cp_out_str(t->out, "licensed: ");
        cp_out_text(t->out, licence->id);
        return CP_OK;
    }
    if (has_bit(t, t->engine->placed) && (!is_there(t) || is_against_it(t))) {
        cp_out_str(t->out, "not at its place");
        return CP_OK;
    }
    consider_all(t);
    return write_cause(t);
}

cp_err cp_judge_standing(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                         uint32_t object, struct cp_arena *arena, cp_text *out)
{
    struct cp_out words = cp_out_make(arena);
    struct cp_engine engine;
    struct teller t = {
        .engine = &engine, .rule = rule, .kind = kind, .object = object, .out = &words};
    struct cp_relief relief;

    CP_ASSERT(rule < judge->rule_count && kind != CP_OBJECT_SITE);
    *out = CP_TEXT("");
    if (judge->inside == NULL || cp_judge_trust(&judge->rules[rule], kind, object) != CP_TRUSTED)
        return CP_OK;
    CP_TRY(cp_judge_licence(judge, rule, kind, object, arena, &relief));
    CP_TRY(cp_engine_borrow(judge->inside->engine, arena, &engine));
    CP_TRY(write_standing(&t, relief.licence));
    return cp_out_done(&words, out);
}

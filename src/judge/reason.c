#include "reason.h"

/* Chains in words: what is found, then what the rule asks and the fact says. */

struct teller {
    struct cp_engine *engine;
    uint32_t rule;
    struct cp_out *out;
};

static const struct cp_rule *rule_of(const struct teller *t)
{
    return t->engine->rules[t->rule].rule;
}

static void write_element(const struct cp_case *net, cp_object_kind kind, uint32_t object,
                          struct cp_out *out)
{
    bool node = kind == CP_OBJECT_NODE;

    cp_out_str(out, cp_layer_name(node ? net->nodes[object].layer : net->links[object].layer));
    cp_out_str(out, node ? " node " : " link ");
    cp_out_text(out, node ? net->nodes[object].id : net->links[object].id);
}

/* --- makers ------------------------------------------------------------------------------- */

/* Whose affiliate it is, where the rule is against that one. */
static cp_err write_parent(const struct teller *t, uint32_t maker)
{
    const struct cp_judge_policy *p = &t->engine->ground.policies[t->engine->rules[t->rule].policy];
    const struct cp_makers *makers = p->policy->makers;
    cp_arena_mark mark = cp_arena_mark_get(t->engine->arena);
    uint8_t *target = CP_TAKE(t->engine->arena, cp_makers_count(makers), uint8_t);
    uint32_t up = maker;

    if (target == NULL)
        return CP_ERR_NOMEM;
    cp_select_aims(p->policy, &rule_of(t)->target, p->as_of,
                   rule_of(t)->require ? CP_AIM_ALL : CP_AIM_ANY, target);
    if (target[maker] == CP_TARGET_AFFILIATE) {
        while (up != CP_MAKER_OTHER && target[up] != CP_TARGET_NAMED)
            up = cp_makers_parent(makers, up);
    }
    cp_arena_reset(t->engine->arena, mark);
    if (up != maker && up != CP_MAKER_OTHER) {
        cp_out_str(t->out, ", affiliate of ");
        cp_out_text(t->out, cp_makers_name(makers, up));
    }
    return CP_OK;
}

static cp_err write_name(const struct teller *t, uint32_t name, uint32_t fact)
{
    const struct cp_stated *names = t->engine->ground.names;
    uint32_t policy = t->engine->rules[t->rule].policy;
    uint32_t maker = names->makers[policy][name];

    cp_out_str(t->out, "maker ");
    if (maker == CP_MAKER_UNKNOWN) {
        cp_out_str(t->out, "unknown");
        if (fact != CP_NONE && names->like[policy][name] != 0) {
            cp_out_str(t->out, ", called ");
            cp_out_text(t->out, names->at[name].text);
        }
        if (fact != CP_NONE && (t->engine->survey->flags[fact] & CP_FACT_EXPIRED) != 0)
            cp_out_str(t->out, ", the fact has expired");
        return CP_OK;
    }
    if (maker == CP_MAKER_OTHER) {
        cp_out_text(t->out, names->at[name].text);
        return CP_OK;
    }
    cp_out_text(t->out, cp_makers_name(t->engine->ground.policies[policy].policy->makers, maker));
    return rule_of(t)->require ? CP_OK : write_parent(t, maker);
}

/* The product of a selector that a subject is, or may be, or may be but for its maker; CP_NONE. */
static uint32_t product_of(const struct teller *t, const struct cp_subject *subject,
                           const struct cp_select *select)
{
    const struct cp_ground *g = &t->engine->ground;
    const struct cp_seen *met = &t->engine->product;
    const uint64_t *const planes[] = {met->sure, met->perhaps, met->lacking};

    (void)cp_conditions_see(g, g->products[CP_SEE_AGAINST][cp_grade_least(rule_of(t)->enough)],
                            subject, CP_SEE_AGAINST, NULL, &t->engine->product);
    for (size_t plane = 0; plane < CP_COUNT(planes); plane++) {
        for (uint32_t i = 0; i < select->product_count; i++) {
            uint32_t at = g->product_first[t->engine->rules[t->rule].policy] + select->products[i];
            if ((planes[plane][at >> 6] >> (at & 63) & 1) != 0)
                return at;
        }
    }
    return CP_NONE;
}

/* Whether somebody states the subject to be one of a selector's products. */
static bool is_stated_product(const struct teller *t, const struct cp_subject *subject,
                              const struct cp_select *select)
{
    const struct cp_ground *g = &t->engine->ground;
    const struct cp_policy *policy = g->policies[t->engine->rules[t->rule].policy].policy;
    cp_text rest = cp_subject_words(g, subject, CP_DIM_PRODUCT);
    cp_text word = CP_TEXT("");

    while (cp_text_word(&rest, "\n", &word)) {
        for (uint32_t i = 0; i < select->product_count; i++) {
            if (cp_text_eq(policy->products[select->products[i]].id, word))
                return true;
        }
    }
    return false;
}

static bool product_asks(const struct teller *t, const struct cp_subject *subject,
                         const struct cp_select *select, cp_dim dim)
{
    struct cp_subject anyone = *subject;
    uint32_t product = CP_NONE;

    if (select->product_count == 0)
        return false;
    if (is_stated_product(t, subject, select))
        return dim == CP_DIM_PRODUCT;
    anyone.name = CP_NAME_UNKNOWN;
    product = product_of(t, subject, select);
    if (product == CP_NONE)
        product = product_of(t, &anyone, select);
    return product != CP_NONE &&
           cp_conditions_asks(
               t->engine->ground.products[CP_SEE_AGAINST][cp_grade_least(rule_of(t)->enough)], dim,
               product);
}

/* Whether the rule asks about it, itself or by a product that the subject is. */
static bool asks(const struct teller *t, const struct cp_subject *subject, cp_dim dim)
{
    return cp_conditions_asks(&t->engine->against, dim, t->rule) ||
           product_asks(t, subject, &rule_of(t)->target, dim) ||
           product_asks(t, subject, &rule_of(t)->where, dim);
}

static bool is_weak(const struct teller *t, uint32_t fact)
{
    struct cp_subject subject;

    if (fact == CP_NONE || t->engine->survey->grade[fact] >= cp_grade_least(rule_of(t)->enough))
        return false;
    subject = cp_own_subject(t->engine, fact);
    return asks(t, &subject, CP_DIM_WHO);
}

/* --- what else the rule asks ---------------------------------------------------------------- */

static void write_dim(const struct teller *t, const struct cp_subject *subject, cp_dim dim,
                      const char **between)
{
    cp_text words = cp_subject_words(&t->engine->ground, subject, dim);

    cp_out_str(t->out, *between);
    cp_out_str(t->out, cp_dim_key(dim));
    cp_out_char(t->out, ' ');
    for (size_t i = 0; i < words.len; i++)
        cp_out_char(t->out, words.at[i] == '\n' ? ' ' : words.at[i]);
    *between = ", ";
}

/* The first thing asked that is not stated, where that is unknown. */
static cp_dim lacking_dim(const struct teller *t, const struct cp_subject *subject)
{
    if (rule_of(t)->unstated != CP_UNSTATED_IS_UNKNOWN)
        return CP_DIM_COUNT;
    return cp_conditions_doubt(&t->engine->ground, &t->engine->against, subject, t->rule,
                               CP_DOUBT_LACKING);
}

static void write_not_stated(const struct teller *t, cp_dim dim, const char *between)
{
    cp_out_str(t->out, between);
    cp_out_str(t->out, dim == CP_DIM_INSTALLED ? "date of installation" : cp_dim_key(dim));
    cp_out_str(t->out, " not stated");
}

/* A rule that asks about no maker is met by what a thing is, not by whose. */
static void write_asked(const struct teller *t, const struct cp_subject *subject)
{
    cp_dim lacking = lacking_dim(t, subject);
    const char *between = "";

    for (uint32_t dim = CP_DIM_WHO + 1; dim < CP_DIM_LAYER; dim++) {
        if (asks(t, subject, (cp_dim)dim) &&
            cp_subject_words(&t->engine->ground, subject, (cp_dim)dim).len > 0)
            write_dim(t, subject, (cp_dim)dim, &between);
    }
    if (lacking != CP_DIM_COUNT)
        write_not_stated(t, lacking, between);
    else if (*between == '\0')
        cp_out_str(t->out, "it meets the rule");
}

/* What is not known of it, where that and not the maker leaves the question open. */
static void write_doubt(const struct teller *t, const struct cp_subject *subject)
{
    const char *between = ", ";
    cp_dim dim = cp_conditions_doubt(&t->engine->ground, &t->engine->against, subject, t->rule,
                                     CP_DOUBT_UNKNOWN);

    if (dim == CP_DIM_COUNT)
        dim = lacking_dim(t, subject);
    if (dim == CP_DIM_COUNT)
        return;
    if (cp_subject_words(&t->engine->ground, subject, dim).len > 0)
        write_dim(t, subject, dim, &between);
    else
        write_not_stated(t, dim, between);
}

static void write_installed(const struct teller *t, const struct cp_subject *subject)
{
    cp_text date = cp_subject_words(&t->engine->ground, subject, CP_DIM_INSTALLED);

    if (rule_of(t)->effect != CP_EFFECT_FORBID_INSTALL || date.len == 0 ||
        cp_text_is(date, "unknown"))
        return;
    cp_out_str(t->out, ", installed ");
    cp_out_text(t->out, date);
}

/* --- the fact ------------------------------------------------------------------------------ */

static void write_part(const struct teller *t, uint32_t fact)
{
    const struct cp_survey *s = t->engine->survey;
    const struct cp_fact *f = &s->net->facts[fact];

    if ((s->flags[fact] & CP_FACT_PORT) != 0) {
        cp_out_str(t->out, "port ");
        cp_out_text(t->out, f->part);
        cp_out_str(t->out, " at ");
        cp_out_text(t->out, s->net->nodes[f->object].id);
        cp_out_str(t->out, ", ");
    } else if (f->part.len > 0) {
        cp_out_str(t->out, "part ");
        cp_out_text(t->out, f->part);
        cp_out_str(t->out, ", ");
    }
}

static cp_err write_fact(const struct teller *t, uint32_t fact)
{
    const struct cp_survey *s = t->engine->survey;
    struct cp_subject subject = cp_own_subject(t->engine, fact);

    if ((s->flags[fact] & CP_FACT_SOFTWARE) != 0) {
        cp_out_str(t->out, "software ");
        cp_out_text(t->out, s->net->facts[fact].value);
        cp_out_str(t->out, ", ");
    }
    if (!asks(t, &subject, CP_DIM_WHO)) {
        write_asked(t, &subject);
        return CP_OK;
    }
    CP_TRY(write_name(t, s->name[fact], fact));
    write_installed(t, &subject);
    if (is_weak(t, fact)) {
        cp_out_format(
            t->out, ", evidence %s where %s is needed",
            cp_grade_name(cp_weight_grade(cp_catalogue_fact_weight(t->engine->cat, fact))),
            cp_grade_name(rule_of(t)->enough));
    }
    write_doubt(t, &subject);
    return CP_OK;
}

static void write_nothing(const struct teller *t, cp_object_kind kind, uint32_t object)
{
    struct cp_subject subject = cp_own_unstated_subject(t->engine, kind, object);

    if (!asks(t, &subject, CP_DIM_WHO)) {
        write_asked(t, &subject);
    } else if (kind == CP_OBJECT_LINK) {
        cp_out_str(t->out, "maker unknown, no fact");
    } else {
        cp_out_str(t->out, "maker not stated");
    }
}

static cp_place place_of(const struct teller *t, const struct cp_link_of_chain *last, uint32_t fact)
{
    const struct cp_case *net = t->engine->net;

    if (fact != CP_NONE)
        return net->facts[fact].place;
    return last->object_kind == CP_OBJECT_LINK ? net->links[last->object].place
                                               : net->nodes[last->object].place;
}

/* --- the way to it ------------------------------------------------------------------------- */

static void write_scope(const struct teller *t, const struct cp_link_of_chain *to)
{
    const struct cp_case *net = t->engine->net;
    bool node = to->object_kind == CP_OBJECT_NODE;

    cp_out_str(t->out,
               rule_of(t)->scope == CP_SCOPE_SITE ? "its site holds " : "its network holds ");
    cp_out_str(t->out, node ? "node " : "link ");
    cp_out_text(t->out, node ? net->nodes[to->object].id : net->links[to->object].id);
}

static void write_way(const struct teller *t, const struct cp_chain *chain, uint32_t at)
{
    const struct cp_link_of_chain *step = &chain->links[at];
    const struct cp_case *net = t->engine->net;

    switch (step->kind) {
    case CP_STEP_SCOPE:
        write_scope(t, step);
        break;
    case CP_STEP_MANAGER:
        cp_out_str(t->out, "managed by ");
        cp_out_text(t->out, net->nodes[step->object].id);
        if (step->through != CP_NONE) {
            cp_out_str(t->out, " through ");
            cp_out_text(t->out, net->nodes[step->through].id);
        }
        break;
    case CP_STEP_BELOW:
        write_element(net, step->object_kind, step->object, t->out);
        cp_out_str(t->out, " under it");
        break;
    case CP_STEP_ELEMENT:
    case CP_STEP_PART:
    case CP_STEP_FACT:
    case CP_STEP_LICENCE:
    case CP_STEP_COUNT:
        write_element(net, step->object_kind, step->object, t->out);
        break;
    }
}

/* Of several layers only the lowest is said: the chain has them all. */
static bool is_said(const struct cp_chain *chain, uint32_t at)
{
    return at > 0 && (chain->links[at].kind != CP_STEP_BELOW || at + 1 == chain->count ||
                      chain->links[at + 1].kind != CP_STEP_BELOW);
}

static cp_err write_chain(const struct teller *t, const struct cp_chain *chain)
{
    const struct cp_link_of_chain *last = &chain->links[chain->count - 1];

    for (uint32_t i = 0; i < chain->count; i++) {
        if (!is_said(chain, i))
            continue;
        write_way(t, chain, i);
        cp_out_str(t->out, ", ");
    }
    if (chain->fact == CP_NONE) {
        write_nothing(t, last->object_kind, last->object);
        return CP_OK;
    }
    write_part(t, chain->fact);
    return write_fact(t, chain->fact);
}

cp_err cp_because_find(struct cp_engine *engine, uint32_t rule, cp_object_kind kind,
                       uint32_t object, struct cp_because *out)
{
    cp_trust trust = cp_engine_trust(engine, rule, kind, object);
    struct cp_out words = cp_out_make(engine->arena);
    struct teller t = {engine, rule, &words};
    struct cp_because because = {.place = CP_PLACE_NONE};
    cp_arena_mark mark = cp_arena_mark_get(engine->arena);
    struct cp_chain chain;

    if (trust != CP_TRUSTED) {
        CP_TRY(cp_chain_find(engine, rule,
                             trust == CP_UNTRUSTED ? CP_SEEK_UNTRUSTED : CP_SEEK_UNKNOWN, kind,
                             object, &chain));
        cp_arena_reset(engine->arena, mark);
        CP_TRY(write_chain(&t, &chain));
        because.place = place_of(&t, &chain.links[chain.count - 1], chain.fact);
        because.weak = is_weak(&t, chain.fact);
        if (chain.count == 1 && chain.fact != CP_NONE &&
            (engine->survey->flags[chain.fact] & CP_FACT_PORT) == 0)
            because.part = engine->net->facts[chain.fact].part;
    }
    CP_TRY(cp_out_done(&words, &because.what));
    *out = because;
    return CP_OK;
}

cp_err cp_because_fact(struct cp_engine *engine, uint32_t rule, uint32_t fact,
                       struct cp_because *out)
{
    const struct cp_fact *f = &engine->net->facts[fact];
    struct cp_because because = {.place = f->place, .part = f->part};
    struct cp_out words = cp_out_make(engine->arena);
    struct teller t = {engine, rule, &words};

    write_part(&t, fact);
    CP_TRY(write_fact(&t, fact));
    because.weak = is_weak(&t, fact);
    CP_TRY(cp_out_done(&words, &because.what));
    *out = because;
    return CP_OK;
}

static cp_err write_with(const struct cp_because *because, cp_text place, const char *between,
                         struct cp_arena *arena, cp_text *text)
{
    struct cp_out out = cp_out_make(arena);

    cp_out_text(&out, because->what);
    if (because->what.len > 0 && place.len > 0)
        cp_out_str(&out, between);
    cp_out_text(&out, place);
    return cp_out_done(&out, text);
}

cp_err cp_because_write(const struct cp_because *because, const struct cp_case *net,
                        struct cp_arena *arena, cp_text *sentence, cp_text *reason)
{
    cp_text place = CP_TEXT("");

    if (because->what.len > 0)
        CP_TRY(cp_case_place(net, because->place, arena, &place));
    CP_TRY(write_with(because, place, ", ", arena, sentence));
    return write_with(because, place, "; ", arena, reason);
}

/* --- steps -------------------------------------------------------------------------------- */

static cp_place own_place(const struct cp_case *net, const struct cp_link_of_chain *step)
{
    return step->object_kind == CP_OBJECT_NODE ? net->nodes[step->object].place
                                               : net->links[step->object].place;
}

static cp_err end_step(struct teller *t, struct cp_step step, struct cp_step *steps,
                       uint32_t *count)
{
    CP_TRY(cp_out_done(t->out, &step.sentence));
    steps[(*count)++] = step;
    *t->out = cp_out_make(t->engine->arena);
    return CP_OK;
}

static void write_evidence(const struct teller *t, uint32_t fact)
{
    const struct cp_fact *f = &t->engine->net->facts[fact];
    char date[11];

    cp_out_format(t->out, ", evidence %s",
                  cp_grade_name(cp_weight_grade(cp_catalogue_fact_weight(t->engine->cat, fact))));
    if (f->date != CP_DATE_NONE) {
        cp_date_format(f->date, date);
        cp_out_format(t->out, " of %s", date);
    }
    if (f->expires != CP_DATE_NONE) {
        cp_date_format(f->expires, date);
        cp_out_format(t->out, ", expires %s", date);
    }
}

static cp_err write_last(struct teller *t, const struct cp_chain *chain, struct cp_step *steps,
                         uint32_t *count)
{
    const struct cp_link_of_chain *last = &chain->links[chain->count - 1];
    struct cp_step step = {.kind = CP_STEP_FACT,
                           .object_kind = last->object_kind,
                           .object = last->object,
                           .fact = chain->fact,
                           .place = place_of(t, last, chain->fact)};

    if (chain->fact == CP_NONE) {
        write_nothing(t, last->object_kind, last->object);
        return end_step(t, step, steps, count);
    }
    const struct cp_fact *f = &t->engine->net->facts[chain->fact];
    step.object_kind = f->kind;
    step.object = f->object;
    step.part = f->part;
    if (f->part.len > 0) {
        struct cp_step part = step;
        part.kind = CP_STEP_PART;
        part.fact = CP_NONE;
        write_part(t, chain->fact);
        t->out->len -= 2; /* ", " */
        CP_TRY(end_step(t, part, steps, count));
    }
    CP_TRY(write_fact(t, chain->fact));
    write_evidence(t, chain->fact);
    return end_step(t, step, steps, count);
}

cp_err cp_steps_write(struct cp_engine *engine, uint32_t rule, const struct cp_chain *chain,
                      struct cp_step *steps, uint32_t *count)
{
    struct cp_out words = cp_out_make(engine->arena);
    struct teller t = {engine, rule, &words};

    *count = 0;
    for (uint32_t i = 0; i < chain->count; i++) {
        const struct cp_link_of_chain *link = &chain->links[i];
        write_way(&t, chain, i);
        CP_TRY(end_step(&t,
                        (struct cp_step){.kind = link->kind,
                                         .object_kind = link->object_kind,
                                         .object = link->object,
                                         .fact = CP_NONE,
                                         .place = own_place(engine->net, link)},
                        steps, count));
    }
    return write_last(&t, chain, steps, count);
}

cp_err cp_steps_alone(struct cp_engine *engine, cp_object_kind kind, uint32_t object,
                      struct cp_step *steps, uint32_t *count)
{
    struct cp_out words = cp_out_make(engine->arena);
    struct teller t = {engine, 0, &words};
    struct cp_link_of_chain link = {CP_STEP_ELEMENT, kind, object, CP_NONE};

    *count = 0;
    write_element(engine->net, kind, object, &words);
    return end_step(&t,
                    (struct cp_step){.kind = CP_STEP_ELEMENT,
                                     .object_kind = kind,
                                     .object = object,
                                     .fact = CP_NONE,
                                     .place = own_place(engine->net, &link)},
                    steps, count);
}

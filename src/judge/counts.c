#include "making.h"

#include <string.h>

#include "base/map.h"
#include "base/num.h"
#include "base/out.h"

#include "shares.h"

/*
 * Caps and numbers of suppliers: each node, or for capacity each link, against what the rule counts
 * and among what.  shares.c does the sums.
 */

enum { NAMED_MAX = 3 }; /* elements that a reason names */

/* How a node stands, once it was asked: a cp_meets and these. */
enum { STANDS = 3, ASKED = 4, LACKED = 8 };

/* Room for one rule after the other. */
struct room {
    struct cp_counted_thing *counted;   /* [nodes or links] */
    struct cp_supplied_thing *supplied; /* [node_count] */
    uint8_t *what, *among;              /* [node_count] of caps on capacity: how nodes stand */
};

struct counter {
    struct cp_judge_making *m;
    uint32_t policy;
    const struct cp_rule *rule;
    struct cp_conditions what, among;
    struct cp_seen seen, product;
    uint32_t lacking;        /* things that may be meant, did they not lack what is asked */
    const char *lacking_key; /* what the first of them lacks */
    bool lacks;              /* the thing that is looked at does */
    struct room room;        /* empty where a single thing is asked about */
    struct cp_map *others;   /* of suppliers: makers that no table has, by folded name */
};

/* --- how an element stands ------------------------------------------------------------------ */

static void note_lack(struct counter *c, const struct cp_conditions *set,
                      const struct cp_subject *subject)
{
    cp_dim dim = cp_conditions_doubt(c->m->ground, set, subject, 0, CP_DOUBT_LACKING);

    c->lacks = true;
    if (c->lacking_key == NULL)
        c->lacking_key = dim == CP_DIM_COUNT ? "product" : cp_dim_key(dim);
}

static cp_meets see(struct counter *c, const struct cp_conditions *set,
                    const struct cp_subject *subject)
{
    bool perhaps;

    if (!cp_conditions_see(c->m->ground, set, subject, CP_SEE_AGAINST, &c->product, &c->seen))
        return CP_MEETS_NO;
    perhaps = (c->seen.perhaps[0] & 1) != 0 || c->rule->unstated == CP_UNSTATED_IS_UNKNOWN;
    if ((c->seen.sure[0] & 1) != 0)
        return CP_MEETS;
    if (!perhaps)
        note_lack(c, set, subject);
    return perhaps ? CP_MEETS_PERHAPS : CP_MEETS_NO;
}

static cp_meets more(cp_meets a, cp_meets b)
{
    return a > b ? a : b;
}

/* A part of no stated maker is by each that is said to have made the thing itself. */
static cp_meets inherited_meets(struct counter *c, uint32_t fact)
{
    const struct cp_survey *s = c->m->engine->survey;
    struct cp_subject subject = cp_own_subject(c->m->engine, fact);
    cp_meets meets = subject.name == CP_NAME_UNKNOWN ? see(c, &c->what, &subject) : CP_MEETS_NO;

    for (uint32_t maker = s->itself[fact]; maker != CP_NONE; maker = s->itself[maker]) {
        subject.name = s->name[maker];
        subject.grade = (cp_weight)s->grade[maker];
        meets = more(meets, see(c, &c->what, &subject));
    }
    return meets;
}

static cp_meets fact_meets(struct counter *c, uint32_t fact)
{
    const struct cp_engine *e = c->m->engine;
    struct cp_subject subject = cp_own_subject(e, fact);

    if (e->survey->name[fact] == CP_NAME_NONE)
        return CP_MEETS_NO;
    return (e->survey->flags[fact] & CP_FACT_INHERITED) != 0 ? inherited_meets(c, fact)
                                                             : see(c, &c->what, &subject);
}

/* By any statement about it or a part of it: one foreign card makes it count. */
static cp_meets meets_what(struct counter *c, cp_object_kind kind, uint32_t object)
{
    const struct cp_engine *e = c->m->engine;
    struct cp_subject unstated = cp_own_unstated_subject(e, kind, object);
    cp_meets meets = CP_MEETS_NO;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(e->survey, kind, object, &first, &end);
    for (uint32_t fact = first; fact < end && meets != CP_MEETS; fact++)
        meets = more(meets, fact_meets(c, fact));
    return cp_survey_is_stated(e->survey, kind, object) ? meets
                                                        : more(meets, see(c, &c->what, &unstated));
}

/* The thing itself, whoever of several is said to have made it. */
static cp_meets itself_among(struct counter *c, cp_object_kind kind, uint32_t object)
{
    const struct cp_engine *e = c->m->engine;
    cp_meets meets = CP_MEETS_NO;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(e->survey, kind, object, &first, &end);
    for (uint32_t fact = first; fact < end && meets != CP_MEETS; fact++) {
        struct cp_subject subject = cp_own_subject(e, fact);
        if (cp_survey_is_itself(e->survey, fact))
            meets = more(meets, see(c, &c->among, &subject));
    }
    if (cp_survey_is_stated(e->survey, kind, object))
        return meets;
    struct cp_subject unstated = cp_own_unstated_subject(e, kind, object);
    return more(meets, see(c, &c->among, &unstated));
}

typedef cp_meets standing(struct counter *c, cp_object_kind kind, uint32_t object);

/* A node at the end of many links is looked at once. */
static cp_meets end_stands(struct counter *c, standing *how, uint8_t *kept, uint32_t node)
{
    bool lacks = c->lacks;

    if (kept == NULL)
        return how(c, CP_OBJECT_NODE, node);
    if (kept[node] == 0) {
        c->lacks = false;
        cp_meets meets = how(c, CP_OBJECT_NODE, node);
        kept[node] = (uint8_t)(ASKED | (c->lacks ? LACKED : 0) | meets);
    }
    c->lacks = lacks || (kept[node] & LACKED) != 0;
    return (cp_meets)(kept[node] & STANDS);
}

/* A link is among by itself, or by what stands at an end of it. */
static cp_meets meets_among(struct counter *c, cp_object_kind kind, uint32_t object)
{
    cp_meets meets = itself_among(c, kind, object);

    if (kind == CP_OBJECT_NODE)
        return meets;
    cp_range ends = c->m->net->links[object].ends;
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++)
        meets = more(meets, end_stands(c, itself_among, c->room.among, c->m->net->ends[i].node.at));
    return meets;
}

/* --- weights ------------------------------------------------------------------------------ */

struct weights {
    uint64_t least, most; /* CP_WEIGHT_NONE: none is stated */
};

static void weigh(struct weights *weights, uint64_t number)
{
    if (weights->most == CP_WEIGHT_NONE || number > weights->most)
        weights->most = number;
    if (number < weights->least) /* than any: CP_WEIGHT_NONE is the greatest */
        weights->least = number;
}

static void weigh_facts(const struct counter *c, cp_object_kind kind, uint32_t object,
                        struct weights *weights)
{
    static const char *const attributes[] = {[CP_COUNTED_PREMISES] = "premises",
                                             [CP_COUNTED_CAPACITY] = "capacity",
                                             [CP_COUNTED_TRAFFIC] = "traffic"};
    cp_date as_of = c->m->policies[c->policy].as_of;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(c->m->engine->survey, kind, object, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        const struct cp_fact *f = &c->m->net->facts[fact];
        uint64_t number = 0;
        if (f->part.len == 0 && cp_text_is(f->attribute, attributes[c->rule->counted_in]) &&
            (f->expires == CP_DATE_NONE || f->expires >= as_of) &&
            cp_num_u64(f->value, CP_WEIGHT_NONE - 1, &number) == CP_OK)
            weigh(weights, number);
    }
}

/* Of several numbers the greatest for what counts, or may, and the least for the rest: the share of
 * what counts is not made smaller by another source. */
static uint64_t weight_of(const struct counter *c, cp_object_kind kind, uint32_t object,
                          cp_meets what)
{
    struct weights weights = {CP_WEIGHT_NONE, CP_WEIGHT_NONE};

    if (c->rule->counted_in == CP_COUNTED_DEVICES || c->rule->counted_in == CP_COUNTED_SITES)
        return 1;
    if (kind == CP_OBJECT_LINK && c->m->net->links[object].capacity_bps != CP_BPS_NONE)
        weigh(&weights, c->m->net->links[object].capacity_bps);
    weigh_facts(c, kind, object, &weights);
    return what == CP_MEETS_NO ? weights.least : weights.most;
}

/* --- a cap -------------------------------------------------------------------------------- */

/* A link counts by itself, or by what stands at an end of it. */
static struct cp_counted_thing count_link(struct counter *c, uint32_t link)
{
    const struct cp_case *net = c->m->net;
    cp_range ends = net->links[link].ends;
    struct cp_counted_thing thing = {
        .among = meets_among(c, CP_OBJECT_LINK, link), .weight = CP_WEIGHT_NONE, .site = CP_NONE};

    if (thing.among == CP_MEETS_NO)
        return thing;
    thing.what = meets_what(c, CP_OBJECT_LINK, link);
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++)
        thing.what =
            more(thing.what, end_stands(c, meets_what, c->room.what, net->ends[i].node.at));
    thing.weight = weight_of(c, CP_OBJECT_LINK, link, thing.what);
    return thing;
}

static struct cp_counted_thing count_node(struct counter *c, uint32_t node)
{
    struct cp_counted_thing thing = {.among = meets_among(c, CP_OBJECT_NODE, node),
                                     .site = c->m->net->nodes[node].site};

    if (thing.among != CP_MEETS_NO)
        thing.what = meets_what(c, CP_OBJECT_NODE, node);
    thing.weight = weight_of(c, CP_OBJECT_NODE, node, thing.what);
    return thing;
}

/* "r1, r2, r3 and 4 more" */
static cp_err name_counted(const struct counter *c, const struct cp_counted_thing *things,
                           uint32_t count, bool links, cp_text *out)
{
    struct cp_out words = cp_out_make(c->m->arena);
    uint32_t named = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (things[i].among == CP_MEETS_NO || things[i].what == CP_MEETS_NO)
            continue;
        if (named++ >= NAMED_MAX)
            continue;
        cp_out_str(&words, named > 1 ? ", " : "");
        cp_out_text(&words, links ? c->m->net->links[i].id : c->m->net->nodes[i].id);
        if (things[i].what == CP_MEETS_PERHAPS || things[i].among == CP_MEETS_PERHAPS)
            cp_out_str(&words, " perhaps");
    }
    if (named > NAMED_MAX)
        cp_out_format(&words, " and %u more", named - NAMED_MAX);
    return cp_out_done(&words, out);
}

/* The licence that lifts the rule, of several the one that ends last; NULL: none. */
static struct cp_relief lifted(const struct counter *c)
{
    const struct cp_policy *policy = c->m->policies[c->policy].policy;
    uint32_t rule = (uint32_t)(c->rule - policy->rules);
    struct cp_relief best = {.until = CP_DATE_NONE};

    for (uint32_t i = 0; i < policy->licence_count; i++) {
        struct cp_relief one = {&policy->licences[i], CP_DATE_NONE};
        bool relaxes = false;
        for (uint32_t k = 0; k < one.licence->relax_count; k++)
            relaxes = relaxes || one.licence->relaxes[k] == rule;
        if (relaxes && cp_judging_licensed(c->m, c->policy, one.licence, &one.until) &&
            cp_relief_is_better(one, best))
            best = one;
    }
    return best;
}

static cp_err count_cap(struct counter *c, struct cp_cap *out)
{
    bool links = c->rule->counted_in == CP_COUNTED_CAPACITY;
    uint32_t count = links ? c->m->net->link_count : c->m->net->node_count;
    struct cp_counted_thing *things = c->room.counted;
    struct cp_share_ask ask = {.things = things,
                               .count = count,
                               .counted_in = c->rule->counted_in,
                               .at_most_bp = c->rule->at_most_bp,
                               .site_count = c->m->net->site_count};

    memset(c->room.what, 0, c->m->net->node_count);
    memset(c->room.among, 0, c->m->net->node_count);
    for (uint32_t i = 0; i < count; i++) {
        c->lacks = false;
        things[i] = links ? count_link(c, i) : count_node(c, i);
        c->lacking += c->lacks;
    }
    *out = (struct cp_cap){.rule = c->rule, .policy = c->policy};
    CP_TRY(cp_shares_count(&ask, c->m->arena, out));
    CP_TRY(name_counted(c, things, count, links, &out->reason));
    struct cp_relief relief = lifted(c);
    out->without = out->trust;
    out->licence = relief.licence;
    out->until = relief.until;
    out->lacking = c->lacking;
    out->lacking_key = c->lacking_key;
    if (relief.licence != NULL)
        out->trust = CP_TRUSTED;
    return CP_OK;
}

/* --- suppliers ---------------------------------------------------------------------------- */

/* Under whom a stated maker counts, and what it is called there; a name no table has is a maker. */
static cp_err supplier_of(const struct counter *c, uint32_t name, struct cp_supplied_thing *thing)
{
    const struct cp_stated *names = c->m->ground->names;
    const struct cp_makers *makers = c->m->policies[c->policy].policy->makers;
    uint32_t maker = names->makers[c->policy][name];

    thing->maker = CP_MAKER_UNKNOWN;
    if (maker == CP_MAKER_UNKNOWN)
        return CP_OK;
    if (maker == CP_MAKER_OTHER) {
        cp_text folded = CP_TEXT("");
        CP_TRY(cp_word_fold(names->at[name].text, c->m->arena, &folded));
        thing->maker = cp_map_find(c->others, folded);
        if (thing->maker == CP_MAP_NONE) {
            thing->maker = cp_makers_count(makers) + name;
            CP_TRY(cp_map_add(c->others, folded, thing->maker));
        }
        thing->name = names->at[name].text;
        return CP_OK;
    }
    while (cp_makers_parent(makers, maker) != CP_MAKER_OTHER)
        maker = cp_makers_parent(makers, maker);
    thing->maker = maker;
    thing->name = cp_makers_name(makers, maker);
    return CP_OK;
}

/* By what is stated of the node itself on evidence that is enough; unknown where sources disagree. */
static cp_err supply(struct counter *c, uint32_t node, struct cp_supplied_thing *out)
{
    const struct cp_survey *s = c->m->engine->survey;
    struct cp_supplied_thing thing = {.among = meets_among(c, CP_OBJECT_NODE, node),
                                      .maker = CP_MAKER_UNKNOWN};
    bool any = false;
    uint32_t first = 0;
    uint32_t end = 0;

    *out = thing;
    cp_survey_facts(s, CP_OBJECT_NODE, node, &first, &end);
    for (uint32_t fact = first; fact < end; fact++) {
        struct cp_supplied_thing one = {.among = thing.among};
        if (!cp_survey_is_itself(s, fact))
            continue;
        if (s->name[fact] == CP_NAME_SILENT) { /* a test is not about it */
            out->among = CP_MEETS_NO;
            return CP_OK;
        }
        if (cp_catalogue_fact_weight(c->m->ground->cat, fact) < cp_grade_least(c->rule->enough))
            continue;
        CP_TRY(supplier_of(c, s->name[fact], &one));
        if (any && one.maker != thing.maker)
            return CP_OK;
        thing = one;
        any = true;
    }
    *out = thing;
    return CP_OK;
}

static cp_err count_suppliers(struct counter *c, struct cp_suppliers *out)
{
    uint32_t count = c->m->net->node_count;
    struct cp_supplied_thing *things = c->room.supplied;

    CP_TRY(cp_map_open(c->m->arena, &c->others));
    for (uint32_t node = 0; node < count; node++) {
        c->lacks = false;
        CP_TRY(supply(c, node, &things[node]));
        c->lacking += c->lacks;
    }
    *out = (struct cp_suppliers){.rule = c->rule, .policy = c->policy};
    CP_TRY(cp_suppliers_count(things, count, c->rule->at_least, c->m->arena, out));
    struct cp_relief relief = lifted(c);
    out->without = out->trust;
    out->licence = relief.licence;
    out->until = relief.until;
    out->lacking = c->lacking;
    out->lacking_key = c->lacking_key;
    if (relief.licence != NULL)
        out->trust = CP_TRUSTED;
    return CP_OK;
}

/* ------------------------------------------------------------------------------------------ */

static cp_err open_counter(struct counter *c)
{
    struct cp_condition what = {.policy = c->policy,
                                .selects = {&c->rule->target},
                                .select_count = c->rule->target.given ? 1 : 0,
                                .layers = UINT32_MAX,
                                .enough = cp_grade_least(c->rule->enough)};
    struct cp_condition among = {.policy = c->policy,
                                 .selects = {&c->rule->among},
                                 .select_count = c->rule->among.given ? 1 : 0,
                                 .layers = UINT32_MAX,
                                 .enough = cp_grade_least(c->rule->enough)};
    uint32_t products = (c->m->ground->product_count + 63) / 64;

    CP_TRY(cp_conditions_make(c->m->ground, &what, 1, &c->what));
    CP_TRY(cp_conditions_make(c->m->ground, &among, 1, &c->among));
    CP_TRY(cp_seen_make(1, c->m->arena, &c->seen));
    return cp_seen_make(products, c->m->arena, &c->product);
}

static cp_err take_room(const struct cp_judge_making *m, cp_effect effect, struct room *out)
{
    uint32_t nodes = m->net->node_count;
    uint32_t links = m->net->link_count;
    bool caps = effect == CP_EFFECT_CAP;

    out->counted =
        CP_TAKE(m->arena, caps ? nodes > links ? nodes : links : 0, struct cp_counted_thing);
    out->what = CP_TAKE(m->arena, caps ? nodes : 0, uint8_t);
    out->among = CP_TAKE(m->arena, caps ? nodes : 0, uint8_t);
    out->supplied = CP_TAKE(m->arena, caps ? 0 : nodes, struct cp_supplied_thing);
    return out->counted == NULL || out->what == NULL || out->among == NULL || out->supplied == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

static cp_err count_rules(struct cp_judge_making *m, cp_effect effect, struct cp_cap *caps,
                          struct cp_suppliers *suppliers)
{
    struct room room;
    uint32_t at = 0;

    CP_TRY(take_room(m, effect, &room));

    for (uint32_t p = 0; p < m->policy_count; p++) {
        for (uint32_t i = 0; i < m->policies[p].policy->rule_count; i++) {
            struct counter c = {
                .m = m, .policy = p, .rule = &m->policies[p].policy->rules[i], .room = room};
            if (c.rule->effect != effect || !cp_judging_in_force(m, p, c.rule))
                continue;
            CP_TRY(open_counter(&c));
            CP_TRY(effect == CP_EFFECT_CAP ? count_cap(&c, &caps[at])
                                           : count_suppliers(&c, &suppliers[at]));
            at++;
        }
    }
    return CP_OK;
}

static uint32_t count_in_force(const struct cp_judge_making *m, cp_effect effect)
{
    uint32_t count = 0;

    for (uint32_t p = 0; p < m->policy_count; p++) {
        for (uint32_t i = 0; i < m->policies[p].policy->rule_count; i++) {
            const struct cp_rule *rule = &m->policies[p].policy->rules[i];
            count += rule->effect == effect && cp_judging_in_force(m, p, rule);
        }
    }
    return count;
}

cp_err cp_judging_counts(struct cp_judge_making *m)
{
    uint32_t cap_count = count_in_force(m, CP_EFFECT_CAP);
    uint32_t supplier_count = count_in_force(m, CP_EFFECT_SUPPLIERS);
    struct cp_cap *caps = CP_TAKE(m->arena, cap_count, struct cp_cap);
    struct cp_suppliers *suppliers = CP_TAKE(m->arena, supplier_count, struct cp_suppliers);

    if (caps == NULL || suppliers == NULL)
        return CP_ERR_NOMEM;
    if (cap_count > 0)
        CP_TRY(count_rules(m, CP_EFFECT_CAP, caps, suppliers));
    if (supplier_count > 0)
        CP_TRY(count_rules(m, CP_EFFECT_SUPPLIERS, caps, suppliers));
    m->judge->caps = caps;
    m->judge->suppliers = suppliers;
    m->judge->cap_count = cap_count;
    m->judge->supplier_count = supplier_count;
    return CP_OK;
}

static cp_counts counts_of(cp_meets meets)
{
    if (meets == CP_MEETS)
        return CP_COUNTS;
    return meets == CP_MEETS_PERHAPS ? CP_COUNTS_PERHAPS : CP_COUNTS_NOT;
}

static cp_err count_supplier(struct counter *c, uint32_t node, struct cp_counting *out)
{
    struct cp_supplied_thing thing;

    CP_TRY(cp_map_open(c->m->arena, &c->others));
    CP_TRY(supply(c, node, &thing));
    out->among = counts_of(thing.among);
    if (thing.maker != CP_MAKER_UNKNOWN)
        out->supplier = thing.name;
    return CP_OK;
}

static cp_err count_one(struct counter *c, cp_object_kind kind, uint32_t object,
                        struct cp_counting *out)
{
    struct cp_counted_thing thing;

    CP_TRY(open_counter(c));
    if (c->rule->effect == CP_EFFECT_SUPPLIERS)
        return count_supplier(c, object, out);
    thing = kind == CP_OBJECT_LINK ? count_link(c, object) : count_node(c, object);
    out->among = counts_of(thing.among);
    out->counted = counts_of(thing.what);
    return CP_OK;
}

cp_err cp_judge_counting(const struct cp_judge *judge, const struct cp_counting_ask *ask,
                         struct cp_arena *arena, struct cp_counting *out)
{
    bool links = ask->rule->effect == CP_EFFECT_CAP && ask->rule->counted_in == CP_COUNTED_CAPACITY;
    struct cp_engine engine;
    struct cp_judge_making m = {.policies = judge->policies,
                                .policy_count = judge->policy_count,
                                .net = judge->net,
                                .arena = arena,
                                .ground = &engine.ground,
                                .engine = &engine};
    struct counter c = {.m = &m, .policy = ask->policy, .rule = ask->rule};

    *out = (struct cp_counting){CP_COUNTS_NOT, CP_COUNTS_NOT, CP_TEXT("")};
    if (judge->inside == NULL || links != (ask->kind == CP_OBJECT_LINK))
        return CP_OK;
    CP_TRY(cp_engine_borrow(judge->inside->engine, arena, &engine));
    engine.ground.arena = arena;
    return count_one(&c, ask->kind, ask->object, out);
}

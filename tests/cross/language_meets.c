#include "language_said.h"

/*
 * Whether a thing meets a selector: key after key, word after word.  Where a selector says whom a rule is
 * against, one word, one end and any fact will do; where it lets somebody off, all that is said must be
 * of that kind, of enough evidence, at all ends.
 */

/* Where nothing is stated. */
static slow_truth unstated(const struct slow_asking *asking)
{
    if (asking->purpose == SLOW_LETS_OFF)
        return SLOW_NO;
    return asking->rule->unstated == CP_UNSTATED_IS_UNKNOWN ? SLOW_MAYBE : SLOW_NO;
}

static struct slow_thing whole_of(const struct slow_thing *thing)
{
    return (struct slow_thing){thing->kind, thing->object, CP_TEXT("")};
}

/* Class, model, product, installed: of the thing, else of its element; never of a link's ends. */
static slow_truth own_answers(const struct slow_asking *asking, const struct slow_key *key,
                              const struct slow_thing *thing, bool inherits, bool *stated)
{
    struct slow_thing whole = whole_of(thing);
    slow_truth truth = slow_facts_answer(asking, key, thing, stated);

    if (*stated || thing->part.len == 0 || !inherits)
        return truth;
    return slow_facts_answer(asking, key, &whole, stated);
}

/* ---- columns ---- */

static slow_truth column_answers(const struct slow_asking *asking, const struct slow_key *key,
                                 const struct slow_thing *whole, cp_text cell)
{
    if (cell.len == 0)
        return unstated(asking);
    if (asking->purpose == SLOW_LETS_OFF &&
        slow_is_doubtfully_filled(asking, whole, key->attribute, cell))
        return SLOW_NO;
    return slow_doubted(asking, slow_word_answers(asking->world, key, cell),
                        slow_is_weakly_filled(asking, whole, key->attribute, cell));
}

/* Marks and places: who has none, or one of another name, is not meant. */
static slow_truth exact_answers(const struct cp_texts *words, cp_text word)
{
    return slow_is_one_of(words, word) ? SLOW_YES : SLOW_NO;
}

static slow_truth tags_answer(const struct slow_asking *asking, const struct cp_texts *words,
                              const struct slow_thing *whole, cp_range tags)
{
    const struct cp_case *net = asking->world->net;
    slow_truth truth = SLOW_NO;

    if (asking->purpose == SLOW_LETS_OFF && slow_is_weakly_marked(asking, whole))
        return SLOW_NO;
    for (uint32_t i = 0; i < tags.count; i++)
        truth = slow_either(truth, exact_answers(words, net->tags[tags.first + i]));
    return truth;
}

/* ---- nodes, and links through their ends ---- */

/* Respects in which a link is as its ends are. */
typedef enum { OF_ROLE, OF_OPERATOR, OF_TECHNOLOGY, OF_FUNCTION, OF_PLACE, RESPECTS } respect;

static slow_truth column_key(const struct slow_asking *asking, const char *attribute,
                             const struct cp_texts *words, const struct slow_thing *whole,
                             cp_text cell)
{
    struct slow_key key = {.attribute = attribute, .words = words};

    if (words->count == 0)
        return SLOW_YES;
    return column_answers(asking, &key, whole, cell);
}

static slow_truth place_answers(const struct slow_asking *asking, const struct cp_select *s,
                                const struct slow_thing *node)
{
    const struct cp_case *net = asking->world->net;
    uint32_t at = net->nodes[node->object].site;
    struct slow_thing place = {CP_OBJECT_SITE, at, CP_TEXT("")};
    slow_truth truth = SLOW_YES;

    if (s->sites.count + s->site_tags.count + s->countries.count == 0)
        return SLOW_YES;
    if (at == CP_NONE)
        return unstated(asking);
    if (s->sites.count > 0)
        truth = exact_answers(&s->sites, net->sites[at].id);
    if (s->site_tags.count > 0)
        truth = slow_both(truth, tags_answer(asking, &s->site_tags, &place, net->sites[at].tags));
    truth = slow_both(truth,
                      column_key(asking, "country", &s->countries, &place, net->sites[at].country));
    return slow_doubted(asking, truth,
                        slow_is_weakly_filled(asking, node, "site", net->sites[at].id));
}

static bool facts_key(const struct cp_select *s, respect about, struct slow_key *key)
{
    *key = (struct slow_key){0};
    if (about == OF_FUNCTION) {
        key->attribute = "function";
        key->functions = s->functions;
        return s->functions != 0;
    }
    key->attribute = about == OF_ROLE ? "role" : "technology";
    key->words = about == OF_ROLE ? &s->roles : &s->technologies;
    return key->words->count > 0;
}

/* What a node itself is. */
static slow_truth node_answers(const struct slow_asking *asking, const struct cp_select *s,
                               respect about, uint32_t node)
{
    const struct cp_node_rec *rec = &asking->world->net->nodes[node];
    struct slow_thing thing = {CP_OBJECT_NODE, node, CP_TEXT("")};
    struct slow_key key;
    bool stated = false;
    slow_truth truth;

    if (about == OF_PLACE)
        return place_answers(asking, s, &thing);
    if (about == OF_OPERATOR)
        return column_key(asking, "operator", &s->operators, &thing, rec->operator_name);
    if (about == OF_ROLE)
        return column_key(asking, "role", &s->roles, &thing, rec->role);
    if (!facts_key(s, about, &key))
        return SLOW_YES;
    truth = slow_facts_answer(asking, &key, &thing, &stated);
    return stated ? truth : unstated(asking);
}

/* What a part, or a link, says of itself; *stated: it does. */
static slow_truth says_itself(const struct slow_asking *asking, const struct cp_select *s,
                              respect about, const struct slow_thing *thing, bool *stated)
{
    const struct cp_case *net = asking->world->net;
    bool is_role_of_node = about == OF_ROLE && thing->kind == CP_OBJECT_NODE;
    struct slow_thing whole = whole_of(thing);
    struct slow_key key;
    slow_truth truth;

    *stated = true;
    if (about == OF_OPERATOR && thing->kind == CP_OBJECT_LINK &&
        net->links[thing->object].operator_name.len > 0)
        return column_key(asking, "operator", &s->operators, &whole,
                          net->links[thing->object].operator_name);
    *stated = false;
    if (about == OF_OPERATOR || about == OF_PLACE || !facts_key(s, about, &key) ||
        (is_role_of_node && thing->part.len == 0))
        return SLOW_YES;
    truth = slow_facts_answer(asking, &key, thing, stated);
    if (*stated || thing->part.len == 0 || is_role_of_node)
        return truth;
    return slow_facts_answer(asking, &key, &whole, stated);
}

/* In one respect: against, one of a link's ends must meet all; let off, all of them must. */
static slow_truth respect_answers(const struct slow_asking *asking, const struct cp_select *a,
                                  const struct cp_select *b, respect about,
                                  const struct slow_thing *thing)
{
    const struct cp_select *selects[2] = {a, b};
    const struct cp_case *net = asking->world->net;
    cp_range ends =
        thing->kind == CP_OBJECT_LINK ? net->links[thing->object].ends : (cp_range){0, 1};
    slow_truth any = SLOW_NO, all = SLOW_YES;

    for (uint32_t e = ends.first; e < ends.first + ends.count; e++) {
        uint32_t node = thing->kind == CP_OBJECT_LINK ? net->ends[e].node.at : thing->object;
        slow_truth at = SLOW_YES;

        for (int i = 0; i < 2 && selects[i] != NULL; i++) {
            bool stated = false;
            slow_truth truth = says_itself(asking, selects[i], about, thing, &stated);

            at = slow_both(at, stated ? truth : node_answers(asking, selects[i], about, node));
        }
        any = slow_either(any, at);
        all = slow_both(all, at);
    }
    return asking->purpose == SLOW_AGAINST ? any : all;
}

/* ---- keys ---- */

static slow_truth class_answers(const struct slow_asking *asking, const struct cp_texts *words,
                                const struct slow_thing *thing)
{
    struct slow_key key = {
        .attribute = "class", .words = words, .before = CP_DATE_NONE, .after = CP_DATE_NONE};
    bool inherits = asking->purpose == SLOW_AGAINST, stated = false;
    struct slow_thing whole = whole_of(thing);
    slow_truth truth;

    if (thing->kind == CP_OBJECT_LINK) {
        truth = thing->part.len > 0 ? slow_facts_answer(asking, &key, thing, &stated) : SLOW_NO;
        if (stated || (thing->part.len > 0 && !inherits))
            return truth;
        return column_answers(asking, &key, &whole,
                              asking->world->net->links[thing->object].link_class);
    }
    truth = own_answers(asking, &key, thing, inherits, &stated);
    return stated ? truth : unstated(asking);
}

static slow_truth model_answers(const struct slow_asking *asking, const struct cp_texts *models,
                                const struct slow_thing *thing)
{
    struct slow_key key = {.attribute = "model", .words = models};
    bool stated = false;
    slow_truth truth = own_answers(asking, &key, thing, asking->purpose == SLOW_AGAINST, &stated);

    return stated ? truth : unstated(asking);
}

/* To a rule about installation a thing without a date may be of any. */
static slow_truth date_key_answers(const struct slow_asking *asking, cp_date before, cp_date after,
                                   const struct slow_thing *thing)
{
    struct slow_key key = {.attribute = "installed", .before = before, .after = after};
    bool stated = false;
    slow_truth truth;

    if (before == CP_DATE_NONE && after == CP_DATE_NONE)
        return SLOW_YES;
    truth = own_answers(asking, &key, thing, true, &stated);
    if (!stated && asking->purpose == SLOW_AGAINST &&
        asking->rule->effect == CP_EFFECT_FORBID_INSTALL)
        return SLOW_MAYBE;
    return stated ? truth : unstated(asking);
}

/* Who states no capability can route and see traffic; only what is stated lets anybody off. */
static slow_truth capability_answers(const struct slow_asking *asking, uint32_t wanted,
                                     const struct slow_thing *thing)
{
    struct slow_key key = {
        .attribute = "capability",
        .capabilities = wanted,
    };
    bool stated = false;
    slow_truth truth = own_answers(asking, &key, thing, asking->purpose == SLOW_AGAINST, &stated);

    if (stated)
        return truth;
    if (asking->purpose == SLOW_LETS_OFF)
        return SLOW_NO;
    return (wanted & (CP_CAN_ROUTE | CP_CAN_SEE_TRAFFIC)) != 0 ? SLOW_YES : SLOW_NO;
}

static bool manages_something(const struct cp_case *net, uint32_t node)
{
    for (uint32_t n = 0; n < net->node_count; n++) {
        cp_range by = net->nodes[n].managed_by;

        for (uint32_t m = by.first; m < by.first + by.count; m++)
            if (net->managers[m].at == node)
                return true;
    }
    return false;
}

/* Whoever manages others sees to it what they do, whatever it can do itself. */
bool slow_carries_none(const struct slow_world *world, const struct cp_rule *rule,
                       const struct slow_thing *thing)
{
    struct slow_asking asking = {world, rule, SLOW_LETS_OFF, NULL};

    if (thing->part.len == 0 && thing->kind == CP_OBJECT_NODE &&
        manages_something(world->net, thing->object))
        return false;
    return capability_answers(&asking, CP_CAN_NEITHER, thing) == SLOW_YES;
}

static slow_truth product_answers(const struct slow_asking *asking, const struct cp_select *select,
                                  const struct slow_claim *claim)
{
    const struct cp_policy *policy = asking->world->policy;
    slow_truth truth = SLOW_NO;

    for (uint32_t p = 0; p < select->product_count; p++) {
        const struct cp_product *product = &policy->products[select->products[p]];
        struct slow_key key = {.attribute = "product",
                               .product = product,
                               .before = CP_DATE_NONE,
                               .after = CP_DATE_NONE};
        bool stated = false;

        truth = slow_either(truth, slow_meets(asking, &product->select, claim));
        truth = slow_either(truth, own_answers(asking, &key, &claim->thing,
                                               asking->purpose == SLOW_AGAINST, &stated));
    }
    return truth;
}

static slow_truth layer_answers(const struct cp_case *net, uint32_t layers,
                                const struct slow_thing *thing)
{
    cp_layer layer = thing->kind == CP_OBJECT_NODE ? net->nodes[thing->object].layer
                                                   : net->links[thing->object].layer;
    return (layers & 1u << layer) != 0 ? SLOW_YES : SLOW_NO;
}

static slow_truth own_keys(const struct slow_asking *asking, const struct cp_select *s,
                           const struct slow_thing *thing)
{
    slow_truth truth = slow_both(date_key_answers(asking, s->installed_before, CP_DATE_NONE, thing),
                                 date_key_answers(asking, CP_DATE_NONE, s->installed_after, thing));

    if (s->models.count > 0)
        truth = slow_both(truth, model_answers(asking, &s->models, thing));
    if (s->classes.count > 0)
        truth = slow_both(truth, class_answers(asking, &s->classes, thing));
    if (s->capabilities != 0)
        truth = slow_both(truth, capability_answers(asking, s->capabilities, thing));
    return truth;
}

/* All but what a link takes from its ends. */
static slow_truth rest_answers(const struct slow_asking *asking, const struct cp_select *s,
                               const struct slow_claim *claim)
{
    const struct cp_case *net = asking->world->net;
    const struct slow_thing *thing = &claim->thing;
    struct slow_thing whole = whole_of(thing);
    slow_truth truth = own_keys(asking, s, thing);

    if (s->has_makers || s->control.count > 0)
        truth = slow_both(truth, slow_named(asking, s, claim));
    if (s->product_count > 0)
        truth = slow_both(truth, product_answers(asking, s, claim));
    if (s->layers != 0)
        truth = slow_both(truth, layer_answers(net, s->layers, thing));
    if (s->tags.count > 0)
        truth = slow_both(truth, tags_answer(asking, &s->tags, &whole,
                                             thing->kind == CP_OBJECT_NODE
                                                 ? net->nodes[thing->object].tags
                                                 : net->links[thing->object].tags));
    return truth;
}

slow_truth slow_meets_both(const struct slow_asking *asking, const struct cp_select *a,
                           const struct cp_select *b, const struct slow_claim *claim)
{
    slow_truth truth = rest_answers(asking, a, claim);

    /* An allow-list has keys about makers only. */
    if (asking->rule->require && a == &asking->rule->target)
        truth = slow_not(truth);
    if (b != NULL)
        truth = slow_both(truth, rest_answers(asking, b, claim));
    for (respect about = OF_ROLE; about < RESPECTS; about++)
        truth = slow_both(truth, respect_answers(asking, a, b, about, &claim->thing));
    return truth;
}

slow_truth slow_meets(const struct slow_asking *asking, const struct cp_select *select,
                      const struct slow_claim *claim)
{
    return slow_meets_both(asking, select, NULL, claim);
}

/* ---- installation ---- */

/* Both selectors, with the lists of makers as they stood in the window: from and until are given. */
static slow_truth meets_in(const struct slow_asking *asking, const struct cp_select *a,
                           const struct cp_select *b, const struct slow_claim *claim,
                           struct cp_window window)
{
    struct slow_asking in = *asking;

    in.listed = &window;
    return slow_meets_both(&in, a, b, claim);
}

/* The thing, where it has dates of its own; else its element. */
static struct slow_thing dated_thing(const struct cp_case *net, const struct slow_thing *thing)
{
    uint32_t first, end;

    slow_facts_of(net, thing->kind, thing->object, &first, &end);
    for (uint32_t f = first; f < end; f++)
        if (cp_text_eq(net->facts[f].part, thing->part) &&
            cp_text_is(net->facts[f].attribute, "installed"))
            return *thing;
    return whole_of(thing);
}

/*
 * Not there yet on the day, or before the rule began: not meant.  Whoever made it counts as the lists stood
 * on the day of installation; without a date that is shown well enough it may have been any.
 */
slow_truth slow_meets_installed(const struct slow_asking *asking, const struct cp_select *a,
                                const struct cp_select *b, const struct slow_claim *claim)
{
    const struct slow_world *world = asking->world;
    struct slow_thing thing = dated_thing(world->net, &claim->thing);
    struct cp_window window = asking->rule->window;
    bool lets_off = asking->purpose == SLOW_LETS_OFF, enough = false, sure = true;
    slow_truth any = SLOW_NO, all = SLOW_YES;
    uint32_t first, end;

    if (window.until == CP_DATE_NONE || window.until > world->day)
        window.until = world->day;
    slow_facts_of(world->net, thing.kind, thing.object, &first, &end);
    for (uint32_t f = first; f < end; f++) {
        const struct cp_fact *fact = &world->net->facts[f];
        cp_date date = CP_DATE_NONE;
        slow_truth truth;

        if (!cp_text_eq(fact->part, thing.part) || !cp_text_is(fact->attribute, "installed") ||
            slow_is_expired(world, fact) || (slow_means_unknown(world, fact->value) && !lets_off))
            continue;
        enough = enough || slow_is_enough(world, fact, asking->rule);
        if (cp_date_parse(fact->value, &date) != CP_OK) {
            sure = false;
            continue;
        }
        truth = meets_in(asking, a, b, claim, (struct cp_window){date, date});
        all = slow_both(all, truth);
        if (cp_window_holds(window, date))
            any = slow_either(any, truth);
    }
    if (enough && sure)
        return lets_off ? all : any;
    if (lets_off)
        return slow_both(all, meets_in(asking, a, b, claim, window));
    return slow_either(any, slow_both(SLOW_MAYBE, meets_in(asking, a, b, claim, window)));
}

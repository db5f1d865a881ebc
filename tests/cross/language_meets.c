#include "language_slow.h"

#include <stdlib.h>
#include <string.h>

/*
 * Whether a thing meets a selector: key after key, word after word.  Where a selector says whom a rule is
 * against, one word, one end and any fact will do; where it lets somebody off, all that is said must be
 * of that kind, of enough evidence, at all ends.
 */

/* What one key asks of the words of an attribute; one of these is given. */
struct key {
    const char *attribute;
    const struct cp_texts *words;
    uint32_t functions, capabilities;
    cp_date before, after;
    struct cp_window window; /* until is given */
    const struct cp_product *product;
};

/* ---- words ---- */

static cp_text folded(const struct slow_world *world, cp_text word)
{
    cp_text out = CP_TEXT("");

    if (cp_word_fold(word, world->arena, &out) != CP_OK)
        abort();
    return out;
}

static bool is_one_of(const struct cp_texts *words, cp_text word)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (cp_text_eq(words->at[i], word))
            return true;
    return false;
}

/* A last '*' means any ending. */
static bool is_like_one_of(const struct cp_texts *words, cp_text word)
{
    for (uint32_t i = 0; i < words->count; i++) {
        cp_text one = words->at[i];
        bool open = one.len > 0 && one.at[one.len - 1] == '*';

        if (open ? cp_text_starts(word, cp_text_sub(one, 0, one.len - 1)) : cp_text_eq(word, one))
            return true;
    }
    return false;
}

static uint32_t bit_of(const char *words, cp_text word)
{
    cp_text rest = cp_text_of(words), one;

    for (uint32_t bit = 1; cp_text_word(&rest, " ", &one); bit <<= 1)
        if (cp_text_eq(one, word))
            return bit;
    return 0;
}

static slow_truth date_answers(const struct key *key, cp_text word)
{
    cp_date date = CP_DATE_NONE;

    if (cp_date_parse(word, &date) != CP_OK)
        return SLOW_MAYBE;
    if (key->before == CP_DATE_NONE && key->after == CP_DATE_NONE)
        return cp_window_holds(key->window, date) ? SLOW_YES : SLOW_NO;
    if (key->before != CP_DATE_NONE)
        return date < key->before ? SLOW_YES : SLOW_NO;
    return date > key->after ? SLOW_YES : SLOW_NO;
}

/* Whether one word of an attribute is one that the key asks for. */
static slow_truth word_answers(const struct slow_world *world, const struct key *key, cp_text word)
{
    cp_text plain = folded(world, word);
    bool met = false;

    if (cp_text_is(plain, "unknown"))
        return SLOW_MAYBE;
    if (key->functions != 0)
        met = (key->functions &
               bit_of("transmission control management computing storage", plain)) != 0;
    else if (key->capabilities != 0)
        met = (key->capabilities & bit_of("can-route can-see-traffic neither", plain)) != 0;
    else if (key->product != NULL)
        met = cp_text_eq(plain, folded(world, key->product->id));
    else if (strcmp(key->attribute, "installed") == 0)
        return date_answers(key, word);
    else if (strcmp(key->attribute, "model") == 0)
        met = is_like_one_of(key->words, plain);
    else
        met = is_one_of(key->words, plain);
    return met ? SLOW_YES : SLOW_NO;
}

/* Any of the words in a text. */
static slow_truth list_answers(const struct slow_world *world, const struct key *key, cp_text list)
{
    slow_truth truth = SLOW_NO;
    cp_text rest = list, word;

    while (cp_text_word(&rest, " ", &word))
        truth = slow_either(truth, word_answers(world, key, word));
    return truth;
}

/* ---- facts ---- */

static void facts_of(const struct cp_case *net, cp_object_kind kind, uint32_t object,
                     uint32_t *first, uint32_t *end)
{
    const uint32_t *at = kind == CP_OBJECT_NODE   ? net->node_facts
                         : kind == CP_OBJECT_LINK ? net->link_facts
                                                  : net->site_facts;
    *first = at[object];
    *end = at[object + 1];
}

bool slow_is_expired(const struct slow_world *world, const struct cp_fact *fact)
{
    return fact->expires != CP_DATE_NONE && fact->expires < world->day;
}

cp_grade slow_grade(const struct slow_world *world, const struct cp_fact *fact)
{
    cp_grade grade = CP_GRADE_CLAIM;

    if (fact->evidence != CP_NONE)
        grade = cp_grade_find(world->net->evidence[fact->evidence].kind);
    return grade == CP_GRADE_COUNT ? CP_GRADE_CLAIM : grade;
}

/* Fresh facts about just this thing, which are no knowledge where others are. */
struct said {
    bool stated; /* somebody says something, though perhaps long ago */
    bool fresh, known, enough;
    slow_truth any, all; /* of what is known; else of all that is fresh */
};

static void hear(const struct slow_asking *asking, const struct key *key,
                 const struct cp_fact *fact, struct said *said)
{
    bool known = !cp_text_is(folded(asking->world, fact->value), "unknown");
    slow_truth truth = list_answers(asking->world, key, fact->value);

    if (said->known && !known)
        return;
    if (!said->fresh || (known && !said->known)) {
        said->any = SLOW_NO;
        said->all = SLOW_YES;
    }
    said->fresh = true;
    said->known = known;
    said->enough = said->enough || slow_grade(asking->world, fact) >= asking->rule->enough;
    said->any = slow_either(said->any, truth);
    said->all = slow_both(said->all, truth);
}

static struct said listen(const struct slow_asking *asking, const struct key *key,
                          const struct slow_thing *thing)
{
    struct said said = {.any = SLOW_NO, .all = SLOW_YES};
    uint32_t first, end;

    facts_of(asking->world->net, thing->kind, thing->object, &first, &end);
    for (uint32_t f = first; f < end; f++) {
        const struct cp_fact *fact = &asking->world->net->facts[f];

        if (!cp_text_eq(fact->part, thing->part) || !cp_text_is(fact->attribute, key->attribute))
            continue;
        said.stated = true;
        if (!slow_is_expired(asking->world, fact))
            hear(asking, key, fact, &said);
    }
    return said;
}

/*
 * What facts about just this thing say; *stated: some do.  Expired ones are no knowledge: where there is
 * nothing newer, nobody knows.  A date that is not shown well enough does not clear.
 */
static slow_truth facts_answer(const struct slow_asking *asking, const struct key *key,
                               const struct slow_thing *thing, bool *stated)
{
    struct said said = listen(asking, key, thing);
    bool doubtful = strcmp(key->attribute, "installed") == 0 && !said.enough;

    *stated = said.stated;
    if (asking->purpose == SLOW_LETS_OFF)
        return said.enough ? said.all : SLOW_NO;
    if (said.stated && (!said.fresh || doubtful))
        return slow_either(said.any, SLOW_MAYBE);
    return said.any;
}

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
static slow_truth own_answers(const struct slow_asking *asking, const struct key *key,
                              const struct slow_thing *thing, bool inherits, bool *stated)
{
    struct slow_thing whole = whole_of(thing);
    slow_truth truth = facts_answer(asking, key, thing, stated);

    if (*stated || thing->part.len == 0 || !inherits)
        return truth;
    return facts_answer(asking, key, &whole, stated);
}

/* ---- columns ---- */

static slow_truth column_answers(const struct slow_asking *asking, const struct key *key,
                                 cp_text cell)
{
    return cell.len == 0 ? unstated(asking) : word_answers(asking->world, key, cell);
}

/* Marks and places: who has none, or one of another name, is not meant. */
static slow_truth exact_answers(const struct cp_texts *words, cp_text word)
{
    return is_one_of(words, word) ? SLOW_YES : SLOW_NO;
}

static slow_truth tags_answer(const struct cp_case *net, const struct cp_texts *words,
                              cp_range tags)
{
    slow_truth truth = SLOW_NO;

    for (uint32_t i = 0; i < tags.count; i++)
        truth = slow_either(truth, exact_answers(words, net->tags[tags.first + i]));
    return truth;
}

/* ---- nodes, and links through their ends ---- */

/* Respects in which a link is as its ends are. */
typedef enum { OF_ROLE, OF_OPERATOR, OF_TECHNOLOGY, OF_FUNCTION, OF_PLACE, RESPECTS } respect;

static slow_truth column_key(const struct slow_asking *asking, const struct cp_texts *words,
                             cp_text cell)
{
    struct key key = {.attribute = "", .words = words};

    if (words->count == 0)
        return SLOW_YES;
    return column_answers(asking, &key, cell);
}

static slow_truth place_answers(const struct slow_asking *asking, const struct cp_select *s,
                                uint32_t node)
{
    const struct cp_case *net = asking->world->net;
    uint32_t at = net->nodes[node].site;
    const struct cp_site *site = at == CP_NONE ? NULL : &net->sites[at];
    slow_truth truth = SLOW_YES;

    if (s->sites.count + s->site_tags.count + s->countries.count == 0)
        return SLOW_YES;
    if (site == NULL)
        return unstated(asking);
    if (s->sites.count > 0)
        truth = exact_answers(&s->sites, site->id);
    if (s->site_tags.count > 0)
        truth = slow_both(truth, tags_answer(net, &s->site_tags, site->tags));
    return slow_both(truth, column_key(asking, &s->countries, site->country));
}

static bool facts_key(const struct cp_select *s, respect about, struct key *key)
{
    *key = (struct key){0};
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
    struct key key;
    bool stated = false;
    slow_truth truth;

    if (about == OF_PLACE)
        return place_answers(asking, s, node);
    if (about == OF_OPERATOR)
        return column_key(asking, &s->operators, rec->operator_name);
    if (about == OF_ROLE)
        return column_key(asking, &s->roles, rec->role);
    if (!facts_key(s, about, &key))
        return SLOW_YES;
    truth = facts_answer(asking, &key, &thing, &stated);
    return stated ? truth : unstated(asking);
}

/* What a part, or a link, says of itself; *stated: it does. */
static slow_truth says_itself(const struct slow_asking *asking, const struct cp_select *s,
                              respect about, const struct slow_thing *thing, bool *stated)
{
    const struct cp_case *net = asking->world->net;
    bool is_role_of_node = about == OF_ROLE && thing->kind == CP_OBJECT_NODE;
    struct slow_thing whole = whole_of(thing);
    struct key key;
    slow_truth truth;

    *stated = true;
    if (about == OF_OPERATOR && thing->kind == CP_OBJECT_LINK &&
        net->links[thing->object].operator_name.len > 0)
        return column_key(asking, &s->operators, net->links[thing->object].operator_name);
    *stated = false;
    if (about == OF_OPERATOR || about == OF_PLACE || !facts_key(s, about, &key) ||
        (is_role_of_node && thing->part.len == 0))
        return SLOW_YES;
    truth = facts_answer(asking, &key, thing, stated);
    if (*stated || thing->part.len == 0 || is_role_of_node)
        return truth;
    return facts_answer(asking, &key, &whole, stated);
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
    struct key key = {
        .attribute = "class", .words = words, .before = CP_DATE_NONE, .after = CP_DATE_NONE};
    bool inherits = asking->purpose == SLOW_AGAINST, stated = false;
    slow_truth truth;

    if (thing->kind == CP_OBJECT_LINK) {
        truth = thing->part.len > 0 ? facts_answer(asking, &key, thing, &stated) : SLOW_NO;
        if (stated || (thing->part.len > 0 && !inherits))
            return truth;
        return column_answers(asking, &key, asking->world->net->links[thing->object].link_class);
    }
    truth = own_answers(asking, &key, thing, inherits, &stated);
    return stated ? truth : unstated(asking);
}

static slow_truth model_answers(const struct slow_asking *asking, const struct cp_texts *models,
                                const struct slow_thing *thing)
{
    struct key key = {.attribute = "model", .words = models};
    bool stated = false;
    slow_truth truth = own_answers(asking, &key, thing, asking->purpose == SLOW_AGAINST, &stated);

    return stated ? truth : unstated(asking);
}

/* To a rule about installation a thing without a date may be of any. */
static slow_truth date_key_answers(const struct slow_asking *asking, cp_date before, cp_date after,
                                   const struct slow_thing *thing)
{
    struct key key = {.attribute = "installed", .before = before, .after = after};
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
    struct key key = {
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

bool slow_is_neither(const struct slow_world *world, const struct cp_rule *rule,
                     const struct slow_thing *thing)
{
    struct slow_asking asking = {world, rule, SLOW_LETS_OFF};

    return capability_answers(&asking, CP_CAN_NEITHER, thing) == SLOW_YES;
}

static slow_truth product_answers(const struct slow_asking *asking, const struct cp_select *select,
                                  const struct slow_claim *claim)
{
    const struct cp_policy *policy = asking->world->policy;
    slow_truth truth = SLOW_NO;

    for (uint32_t p = 0; p < select->product_count; p++) {
        const struct cp_product *product = &policy->products[select->products[p]];
        struct key key = {.attribute = "product",
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
    slow_truth truth = own_keys(asking, s, thing);

    if (s->has_makers || s->control.count > 0)
        truth = slow_both(truth, slow_named(asking, s, claim));
    if (s->product_count > 0)
        truth = slow_both(truth, product_answers(asking, s, claim));
    if (s->layers != 0)
        truth = slow_both(truth, layer_answers(net, s->layers, thing));
    if (s->tags.count > 0)
        truth = slow_both(truth, tags_answer(net, &s->tags,
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

/* Not there yet on the day, or before the rule began: not meant.  No date: nobody knows. */
slow_truth slow_installed_in_window(const struct slow_asking *asking,
                                    const struct slow_thing *thing)
{
    cp_date last = asking->world->day;
    struct key key = {.attribute = "installed",
                      .before = CP_DATE_NONE,
                      .after = CP_DATE_NONE,
                      .window = asking->rule->window};
    bool stated = false;
    slow_truth truth;

    if (key.window.until == CP_DATE_NONE || key.window.until > last)
        key.window.until = last;
    truth = own_answers(asking, &key, thing, true, &stated);
    return stated ? truth : SLOW_MAYBE;
}

#include "language_slow.h"

#include <stdlib.h>

/*
 * docs/notes/0001 "Verdict on an element", part after part; then what manages, what lies below and what
 * shares its scope, over and over until nothing changes.
 */

void *slow_take(struct cp_arena *arena, size_t count, size_t size_bytes)
{
    void *at = cp_arena_take(arena, count, size_bytes);

    if (at == NULL)
        abort();
    return at;
}

/* ---- licences ---- */

bool slow_licence_holds(const struct cp_licence *licence, cp_date day)
{
    cp_date until = licence->window.until;

    if ((licence->granted_on != CP_DATE_NONE && day < licence->granted_on) ||
        (licence->window.from != CP_DATE_NONE && day < licence->window.from))
        return false;
    if (until == CP_DATE_NONE)
        return true;
    for (uint32_t i = 0; i < licence->extension_count; i++)
        if (licence->extensions[i].on <= day && licence->extensions[i].until > until)
            until = licence->extensions[i].until;
    return day <= until;
}

bool slow_licence_relaxes(const struct slow_world *world, const struct cp_licence *licence,
                          const struct cp_rule *rule)
{
    if (world->licences == SLOW_WITHOUT_LICENCES || !slow_licence_holds(licence, world->day))
        return false;
    for (uint32_t i = 0; i < licence->relax_count; i++)
        if (&world->policy->rules[licence->relaxes[i]] == rule)
            return true;
    return false;
}

bool slow_is_lifted(const struct slow_world *world, const struct cp_rule *rule)
{
    for (uint32_t i = 0; i < world->policy->licence_count; i++) {
        const struct cp_licence *licence = &world->policy->licences[i];

        if (!licence->covers.given && slow_licence_relaxes(world, licence, rule))
            return true;
    }
    return false;
}

bool slow_is_in_force(const struct slow_world *world, const struct cp_rule *rule)
{
    return (rule->window.from == CP_DATE_NONE || rule->window.from <= world->day) &&
           (rule->window.until == CP_DATE_NONE || world->day <= rule->window.until);
}

/* ---- one claim ---- */

static slow_truth is_against(const struct slow_world *world, const struct cp_rule *rule,
                             const struct slow_claim *claim)
{
    struct slow_asking asking = {world, rule, SLOW_AGAINST};
    slow_truth truth = slow_meets(&asking, &rule->target, claim);

    if (rule->require)
        truth = slow_not(truth);
    if (rule->where.given)
        truth = slow_both(truth, slow_meets(&asking, &rule->where, claim));
    if (rule->effect == CP_EFFECT_FORBID_INSTALL)
        truth = slow_both(truth, slow_installed_in_window(&asking, &claim->thing));
    return truth;
}

static bool is_let_off(const struct slow_world *world, const struct cp_rule *rule,
                       const struct slow_claim *claim)
{
    struct slow_asking asking = {world, rule, SLOW_LETS_OFF};

    for (uint32_t i = 0; i < rule->except_count; i++)
        if (slow_meets(&asking, &rule->excepts[i], claim) == SLOW_YES)
            return true;
    for (uint32_t i = 0; i < world->policy->licence_count; i++) {
        const struct cp_licence *licence = &world->policy->licences[i];

        if (slow_licence_relaxes(world, licence, rule) &&
            (!licence->covers.given || slow_meets(&asking, &licence->covers, claim) == SLOW_YES))
            return true;
    }
    return false;
}

cp_trust slow_claim_trust(const struct slow_world *world, const struct cp_rule *rule,
                          const struct slow_claim *claim)
{
    slow_truth against = is_against(world, rule, claim);

    if (against == SLOW_NO || is_let_off(world, rule, claim))
        return CP_TRUSTED;
    return against == SLOW_YES ? CP_UNTRUSTED : CP_UNKNOWN;
}

/* ---- claims about an element ---- */

static bool is_below(cp_text part, cp_text port)
{
    return port.len > 0 && cp_text_starts(part, port) &&
           (part.len == port.len || part.at[port.len] == '/');
}

bool slow_is_port_of(const struct cp_case *net, uint32_t link, uint32_t node, cp_text part)
{
    cp_range ends = net->links[link].ends;

    for (uint32_t e = ends.first; e < ends.first + ends.count; e++)
        if (net->ends[e].node.at == node && is_below(part, net->ends[e].port))
            return true;
    return false;
}

/* Ports of links on the node's own layer count for those, not for the node. */
static bool is_moved(const struct cp_case *net, uint32_t node, cp_text part)
{
    for (uint32_t l = 0; l < net->link_count; l++)
        if (net->links[l].layer == net->nodes[node].layer && slow_is_port_of(net, l, node, part))
            return true;
    return false;
}

static bool is_about_makers(const struct cp_fact *fact)
{
    return cp_text_is(fact->attribute, "maker") || cp_text_is(fact->attribute, "software");
}

/* What a selector can ask of a part beside its maker. */
static bool is_asked_about(const struct cp_fact *fact)
{
    static const char *const attributes[] = {"technology", "function", "capability", "product",
                                             "class",      "model",    "installed",  "role"};

    for (size_t i = 0; i < CP_COUNT(attributes); i++)
        if (cp_text_is(fact->attribute, attributes[i]))
            return true;
    return false;
}

struct gathering {
    const struct slow_world *world;
    const struct cp_rule *rule;
    struct slow_claims claims;
    const struct cp_fact *first, *end; /* facts of the element */
};

static void add(struct gathering *g, struct slow_thing thing, slow_saying saying,
                const struct cp_fact *fact)
{
    g->claims.at[g->claims.count++] = (struct slow_claim){thing, saying, fact};
}

static bool says_something(const struct gathering *g, struct slow_thing thing,
                           const struct cp_fact *fact)
{
    struct slow_claim claim = {thing, SLOW_STATED, fact};

    return !slow_is_expired(g->world, fact) && !slow_is_weak(g->world, g->rule, fact) &&
           slow_maker(g->world, &claim) != CP_MAKER_UNKNOWN;
}

static bool is_the_word_unknown(const struct gathering *g, const struct cp_fact *fact)
{
    return cp_makers_find(g->world->policy->makers, fact->value) == CP_MAKER_UNKNOWN;
}

/* Whether a weak statement would be no fault, were it enough: only then may it be passed over. */
static bool is_harmless(const struct gathering *g, const struct slow_claim *claim)
{
    struct cp_rule rule = *g->rule;

    rule.enough = CP_GRADE_CLAIM;
    return is_against(g->world, &rule, claim) == SLOW_NO;
}

/* Whether a statement is no knowledge, beside one that is. */
static bool adds_nothing(const struct gathering *g, struct slow_thing thing,
                         const struct cp_fact *fact)
{
    struct slow_claim claim = {thing, SLOW_STATED, fact};
    bool empty = is_the_word_unknown(g, fact) || slow_is_expired(g->world, fact) ||
                 (slow_is_weak(g->world, g->rule, fact) && is_harmless(g, &claim));

    for (const struct cp_fact *other = g->first; empty && other < g->end; other++)
        if (cp_text_eq(other->part, fact->part) && cp_text_eq(other->attribute, fact->attribute) &&
            says_something(g, thing, other))
            return true;
    return false;
}

static bool has_maker(const struct gathering *g, cp_text part)
{
    for (const struct cp_fact *fact = g->first; fact < g->end; fact++)
        if (cp_text_eq(fact->part, part) && cp_text_is(fact->attribute, "maker"))
            return true;
    return false;
}

/* Claims that facts make about the part. */
static void add_stated(struct gathering *g, struct slow_thing thing)
{
    for (const struct cp_fact *fact = g->first; fact < g->end; fact++)
        if (cp_text_eq(fact->part, thing.part) && is_about_makers(fact) &&
            !adds_nothing(g, thing, fact))
            add(g, thing, SLOW_STATED, fact);
}

/* Nobody says who made the element: a link has nothing of its own to judge, unless all of it is hidden. */
static void add_unstated(struct gathering *g, struct slow_thing thing)
{
    const struct cp_link_rec *link = &g->world->net->links[thing.object];
    bool hidden = thing.kind == CP_OBJECT_NODE ||
                  (cp_text_is(link->link_class, "leased-circuit") && link->alternatives.count == 0);

    add(g, thing, hidden ? SLOW_NOBODY : SLOW_SILENT, NULL);
}

static void add_whole(struct gathering *g, cp_object_kind kind, uint32_t object)
{
    struct slow_thing thing = {kind, object, CP_TEXT("")};

    add_stated(g, thing);
    if (!has_maker(g, thing.part))
        add_unstated(g, thing);
}

/* A part that says of itself what selectors ask, but not its maker, is of its element's. */
static void add_part(struct gathering *g, struct slow_thing thing)
{
    struct slow_thing whole = {thing.kind, thing.object, CP_TEXT("")};
    bool asked = false;

    add_stated(g, thing);
    for (const struct cp_fact *fact = g->first; fact < g->end; fact++)
        asked = asked || (cp_text_eq(fact->part, thing.part) && is_asked_about(fact));
    if (!asked || has_maker(g, thing.part))
        return;
    for (const struct cp_fact *fact = g->first; fact < g->end; fact++)
        if (fact->part.len == 0 && cp_text_is(fact->attribute, "maker") &&
            !adds_nothing(g, whole, fact))
            add(g, thing, SLOW_STATED, fact);
    if (has_maker(g, whole.part))
        return;
    add_unstated(g, whole);
    g->claims.at[g->claims.count - 1].thing = thing;
}

static struct gathering gather(const struct slow_world *world, const struct cp_rule *rule,
                               cp_object_kind kind, uint32_t object)
{
    const struct cp_case *net = world->net;
    const uint32_t *facts = kind == CP_OBJECT_NODE ? net->node_facts : net->link_facts;
    size_t count = facts[object + 1] - facts[object];

    return (struct gathering){
        .world = world,
        .rule = rule,
        .claims.at = slow_take(world->arena, (count + 1) * (count + 1), sizeof(struct slow_claim)),
        .first = &net->facts[facts[object]],
        .end = &net->facts[facts[object + 1]]};
}

static bool is_first_of_part(const struct gathering *g, const struct cp_fact *fact)
{
    for (const struct cp_fact *other = g->first; other < fact; other++)
        if (cp_text_eq(other->part, fact->part))
            return false;
    return fact->part.len > 0;
}

struct slow_claims slow_claims_of(const struct slow_world *world, const struct cp_rule *rule,
                                  cp_object_kind kind, uint32_t object)
{
    struct gathering g = gather(world, rule, kind, object);

    add_whole(&g, kind, object);
    for (const struct cp_fact *fact = g.first; fact < g.end; fact++) {
        bool moved = kind == CP_OBJECT_NODE && is_moved(world->net, object, fact->part);

        if (is_first_of_part(&g, fact) && !moved)
            add_part(&g, (struct slow_thing){kind, object, fact->part});
    }
    return g.claims;
}

static bool counts_on(const struct cp_rule *rule, cp_layer layer)
{
    return rule->layers == 0 || (rule->layers & 1u << layer) != 0;
}

struct slow_claims slow_port_claims(const struct slow_world *world, const struct cp_rule *rule,
                                    uint32_t link)
{
    const struct cp_case *net = world->net;
    struct slow_claims all = {0};

    all.at = slow_take(world->arena, ((size_t)net->fact_count + 1) * (net->fact_count + 1),
                       sizeof(struct slow_claim));
    for (uint32_t e = 0; e < net->links[link].ends.count; e++) {
        uint32_t node = net->ends[net->links[link].ends.first + e].node.at;
        struct gathering g = gather(world, rule, CP_OBJECT_NODE, node);

        for (const struct cp_fact *fact = g.first; fact < g.end; fact++)
            if (is_first_of_part(&g, fact) && counts_on(rule, net->nodes[node].layer) &&
                slow_is_port_of(net, link, node, fact->part))
                add_part(&g, (struct slow_thing){CP_OBJECT_NODE, node, fact->part});
        for (uint32_t i = 0; i < g.claims.count; i++)
            all.at[all.count++] = g.claims.at[i];
    }
    return all;
}

/* ---- verdicts ---- */

static cp_trust worst_claim(const struct slow_world *world, const struct cp_rule *rule,
                            struct slow_claims claims)
{
    cp_trust worst = CP_TRUSTED;

    for (uint32_t i = 0; i < claims.count; i++) {
        cp_trust trust = slow_claim_trust(world, rule, &claims.at[i]);

        worst = trust > worst ? trust : worst;
    }
    return worst;
}

static bool worsen(uint8_t *to, uint8_t from)
{
    if (from <= *to)
        return false;
    *to = from;
    return true;
}

static bool raise_by_managers(const struct cp_case *net, struct slow_verdicts *v)
{
    bool changed = false;

    for (uint32_t n = 0; n < net->node_count; n++) {
        cp_range by = net->nodes[n].managed_by;

        for (uint32_t m = by.first; m < by.first + by.count; m++)
            changed = worsen(&v->node[n], v->node[net->managers[m].at]) || changed;
    }
    return changed;
}

static bool is_end_of(const struct cp_case *net, uint32_t link, uint32_t node)
{
    cp_range ends = net->links[link].ends;

    for (uint32_t e = ends.first; e < ends.first + ends.count; e++)
        if (net->ends[e].node.at == node)
            return true;
    return false;
}

/* What carries a link counts, and its ends; but not the link's own, nor routers on a LAN. */
static bool raise_by_support(const struct cp_case *net, uint32_t link, uint32_t support,
                             struct slow_verdicts *v)
{
    cp_range ends = net->links[support].ends;
    bool changed = worsen(&v->link[link], v->link[support]);

    for (uint32_t e = ends.first; e < ends.first + ends.count; e++) {
        uint32_t node = net->ends[e].node.at;

        if (is_end_of(net, link, node) ||
            (net->links[support].lan && net->nodes[node].layer == CP_LAYER_IP))
            continue;
        changed = worsen(&v->link[link], v->node[node]) || changed;
    }
    return changed;
}

static bool raise_by_layers_below(const struct cp_case *net, struct slow_verdicts *v)
{
    bool changed = false;

    for (uint32_t l = 0; l < net->link_count; l++) {
        cp_range alternatives = net->links[l].alternatives;

        for (uint32_t a = 0; a < alternatives.count; a++) {
            cp_range supports = net->alternatives[alternatives.first + a];

            for (uint32_t s = supports.first; s < supports.first + supports.count; s++)
                changed = raise_by_support(net, l, net->supports[s].at, v) || changed;
        }
    }
    return changed;
}

static bool shares_word(const struct slow_world *world, cp_text a, cp_text b)
{
    cp_text x = CP_TEXT(""), y = CP_TEXT("");

    if (a.len == 0 || b.len == 0)
        return false;
    if (cp_word_fold(a, world->arena, &x) != CP_OK || cp_word_fold(b, world->arena, &y) != CP_OK)
        abort();
    return cp_text_eq(x, y);
}

static bool nodes_share(const struct slow_world *world, cp_scope scope, uint32_t a, uint32_t b)
{
    const struct cp_node_rec *x = &world->net->nodes[a], *y = &world->net->nodes[b];

    if (scope == CP_SCOPE_SITE)
        return x->site != CP_NONE && x->site == y->site;
    return shares_word(world, x->operator_name, y->operator_name);
}

/* A link is at the sites of its ends, and in its own operator's network or in those of its ends. */
static bool link_shares(const struct slow_world *world, cp_scope scope, uint32_t link,
                        uint32_t node)
{
    const struct cp_case *net = world->net;
    const struct cp_link_rec *rec = &net->links[link];

    if (scope == CP_SCOPE_OPERATOR && rec->operator_name.len > 0)
        return shares_word(world, rec->operator_name, net->nodes[node].operator_name);
    for (uint32_t e = rec->ends.first; e < rec->ends.first + rec->ends.count; e++)
        if (nodes_share(world, scope, net->ends[e].node.at, node))
            return true;
    return false;
}

static bool links_share(const struct slow_world *world, cp_scope scope, uint32_t a, uint32_t b)
{
    const struct cp_case *net = world->net;
    const struct cp_link_rec *x = &net->links[a], *y = &net->links[b];

    if (scope == CP_SCOPE_OPERATOR && x->operator_name.len > 0 && y->operator_name.len > 0)
        return shares_word(world, x->operator_name, y->operator_name);
    if (scope == CP_SCOPE_OPERATOR && x->operator_name.len > 0)
        return links_share(world, scope, b, a);
    for (uint32_t e = x->ends.first; e < x->ends.first + x->ends.count; e++)
        if (link_shares(world, scope, b, net->ends[e].node.at))
            return true;
    return false;
}

/* What is found anywhere in the scope counts for all of it. */
static bool raise_by_scope(const struct slow_world *world, cp_scope scope, struct slow_verdicts *v)
{
    const struct cp_case *net = world->net;
    bool changed = false;

    for (uint32_t a = 0; a < net->node_count; a++)
        for (uint32_t b = 0; b < net->node_count; b++)
            if (nodes_share(world, scope, a, b))
                changed = worsen(&v->node[a], v->node[b]) || changed;
    for (uint32_t l = 0; l < net->link_count; l++) {
        for (uint32_t n = 0; n < net->node_count; n++) {
            if (!link_shares(world, scope, l, n))
                continue;
            changed = worsen(&v->node[n], v->link[l]) || changed;
            changed = worsen(&v->link[l], v->node[n]) || changed;
        }
        for (uint32_t m = 0; m < net->link_count; m++)
            if (links_share(world, scope, l, m))
                changed = worsen(&v->link[l], v->link[m]) || changed;
    }
    return changed;
}

static void own_verdicts(const struct slow_world *world, const struct cp_rule *rule,
                         struct slow_verdicts *v)
{
    const struct cp_case *net = world->net;

    for (uint32_t n = 0; n < net->node_count; n++)
        if (counts_on(rule, net->nodes[n].layer))
            v->node[n] =
                (uint8_t)worst_claim(world, rule, slow_claims_of(world, rule, CP_OBJECT_NODE, n));
    for (uint32_t l = 0; l < net->link_count; l++) {
        if (counts_on(rule, net->links[l].layer))
            v->link[l] =
                (uint8_t)worst_claim(world, rule, slow_claims_of(world, rule, CP_OBJECT_LINK, l));
        (void)worsen(&v->link[l],
                     (uint8_t)worst_claim(world, rule, slow_port_claims(world, rule, l)));
    }
}

struct slow_verdicts slow_verdicts_make(const struct slow_world *world, const struct cp_rule *rule)
{
    const struct cp_case *net = world->net;
    struct slow_verdicts v = {slow_take(world->arena, net->node_count, 1),
                              slow_take(world->arena, net->link_count, 1)};
    bool changed = true;

    own_verdicts(world, rule, &v);
    while (changed) {
        changed = raise_by_managers(net, &v);
        changed = raise_by_layers_below(net, &v) || changed;
        if (rule->scope != CP_SCOPE_ELEMENT)
            changed = raise_by_scope(world, rule->scope, &v) || changed;
    }
    return v;
}

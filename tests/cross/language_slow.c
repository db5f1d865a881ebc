#include "language_said.h"

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

struct slow_world slow_world_make(const struct cp_policy *policy, const struct cp_case *net,
                                  cp_date day, slow_licences licences, struct cp_arena *arena)
{
    uint32_t *first = slow_take(arena, (size_t)net->node_count + 2, sizeof(uint32_t));
    size_t ends = 0;

    for (uint32_t l = 0; l < net->link_count; l++)
        for (uint32_t e = 0; e < net->links[l].ends.count; e++, ends++)
            first[net->ends[net->links[l].ends.first + e].node.at + 2]++;
    for (uint32_t n = 0; n < net->node_count; n++)
        first[n + 2] += first[n + 1];
    uint32_t *links = slow_take(arena, ends, sizeof(uint32_t));

    for (uint32_t l = 0; l < net->link_count; l++)
        for (uint32_t e = 0; e < net->links[l].ends.count; e++)
            links[first[net->ends[net->links[l].ends.first + e].node.at + 1]++] = l;
    return (struct slow_world){policy, net, day, licences, first, links, arena};
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
    struct slow_asking asking = {world, rule, SLOW_AGAINST, NULL};
    const struct cp_select *where = rule->where.given ? &rule->where : NULL;

    if (rule->effect == CP_EFFECT_FORBID_INSTALL)
        return slow_meets_installed(&asking, &rule->target, where, claim);
    return slow_meets_both(&asking, &rule->target, where, claim);
}

static bool lets_off(const struct slow_world *world, const struct cp_rule *rule,
                     const struct cp_select *select, const struct slow_claim *claim)
{
    struct slow_asking asking = {world, rule, SLOW_LETS_OFF, NULL};

    if (rule->effect == CP_EFFECT_FORBID_INSTALL)
        return slow_meets_installed(&asking, select, NULL, claim) == SLOW_YES;
    return slow_meets(&asking, select, claim) == SLOW_YES;
}

static bool is_let_off(const struct slow_world *world, const struct cp_rule *rule,
                       const struct slow_claim *claim)
{
    for (uint32_t i = 0; i < rule->except_count; i++)
        if (lets_off(world, rule, &rule->excepts[i], claim))
            return true;
    for (uint32_t i = 0; i < world->policy->licence_count; i++) {
        const struct cp_licence *licence = &world->policy->licences[i];

        if (slow_licence_relaxes(world, licence, rule) &&
            (!licence->covers.given || lets_off(world, rule, &licence->covers, claim)))
            return true;
    }
    return false;
}

cp_trust slow_claim_trust(const struct slow_world *world, const struct cp_rule *rule,
                          const struct slow_claim *claim)
{
    slow_truth against = is_against(world, rule, claim);

    /* What can neither route nor see traffic carries none. */
    if (rule->effect == CP_EFFECT_FORBID_TRANSIT && slow_carries_none(world, rule, &claim->thing))
        return CP_TRUSTED;
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
static bool is_moved(const struct slow_world *world, uint32_t node, cp_text part)
{
    const struct cp_case *net = world->net;

    for (uint32_t i = world->link_first[node]; i < world->link_first[node + 1]; i++)
        if (net->links[world->links[i]].layer == net->nodes[node].layer &&
            slow_is_port_of(net, world->links[i], node, part))
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

/* Whether a statement is no knowledge, beside one that is. */
static bool adds_nothing(const struct gathering *g, const struct cp_fact *fact)
{
    for (const struct cp_fact *other = g->first; other < g->end; other++)
        if (cp_text_eq(other->part, fact->part) && cp_text_eq(other->attribute, fact->attribute) &&
            slow_is_known(g->world, other))
            return !slow_is_known(g->world, fact);
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
        if (cp_text_eq(fact->part, thing.part) && is_about_makers(fact) && !adds_nothing(g, fact))
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

/* A part that says of itself what selectors ask, but not its maker, is of its element's: of each that
 * is said to have made that. */
static void add_inherited(struct gathering *g, struct slow_thing thing)
{
    uint32_t before = g->claims.count;

    for (const struct cp_fact *fact = g->first; fact < g->end; fact++)
        if (fact->part.len == 0 && cp_text_is(fact->attribute, "maker") && !adds_nothing(g, fact))
            add(g, thing, SLOW_STATED, fact);
    if (g->claims.count == before)
        add(g, thing, SLOW_NOBODY, NULL);
}

static void add_part(struct gathering *g, struct slow_thing thing)
{
    bool asked = false;

    add_stated(g, thing);
    for (const struct cp_fact *fact = g->first; fact < g->end; fact++)
        asked = asked || (cp_text_eq(fact->part, thing.part) && is_asked_about(fact));
    if (asked && !has_maker(g, thing.part))
        add_inherited(g, thing);
}

/* One of each fact, and of each part by each maker of the element, or by nobody. */
static size_t claims_most(const struct cp_case *net, cp_object_kind kind, uint32_t object)
{
    const uint32_t *facts = kind == CP_OBJECT_NODE ? net->node_facts : net->link_facts;

    size_t count = facts[object + 1] - facts[object];

    return (count + 1) * (count + 2);
}

static struct gathering gather(const struct slow_world *world, const struct cp_rule *rule,
                               cp_object_kind kind, uint32_t object)
{
    const struct cp_case *net = world->net;
    const uint32_t *facts = kind == CP_OBJECT_NODE ? net->node_facts : net->link_facts;

    return (struct gathering){.world = world,
                              .rule = rule,
                              .claims.at = slow_take(world->arena, claims_most(net, kind, object),
                                                     sizeof(struct slow_claim)),
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
                                  slow_extent extent, cp_object_kind kind, uint32_t object)
{
    struct gathering g = gather(world, rule, kind, object);

    add_whole(&g, kind, object);
    for (const struct cp_fact *fact = g.first; fact < g.end; fact++) {
        bool moved = extent == SLOW_OWN_PARTS && kind == CP_OBJECT_NODE &&
                     is_moved(world, object, fact->part);

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
    cp_range ends = net->links[link].ends;
    struct slow_claims all = {0};
    size_t most = 0;

    for (uint32_t e = ends.first; e < ends.first + ends.count; e++)
        most += claims_most(net, CP_OBJECT_NODE, net->ends[e].node.at);
    all.at = slow_take(world->arena, most, sizeof(struct slow_claim));
    for (uint32_t e = ends.first; e < ends.first + ends.count; e++) {
        uint32_t node = net->ends[e].node.at;
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

/* What is asked of each claim: how bad it is, or (1) whether a licence lets it off. */
typedef cp_trust (*claim_question)(const struct slow_world *world, const struct cp_rule *rule,
                                   const struct slow_claim *claim);

static cp_trust claim_is_relieved(const struct slow_world *world, const struct cp_rule *rule,
                                  const struct slow_claim *claim)
{
    struct slow_world without = *world;

    without.licences = SLOW_WITHOUT_LICENCES;
    return slow_claim_trust(&without, rule, claim) > slow_claim_trust(world, rule, claim)
               ? CP_UNKNOWN
               : CP_TRUSTED;
}

static uint8_t worst_claim(const struct slow_world *world, const struct cp_rule *rule,
                           claim_question ask, struct slow_claims claims)
{
    cp_trust worst = CP_TRUSTED;

    for (uint32_t i = 0; i < claims.count; i++) {
        cp_trust trust = ask(world, rule, &claims.at[i]);

        worst = trust > worst ? trust : worst;
    }
    return (uint8_t)worst;
}

static bool worsen(uint8_t *to, uint8_t from)
{
    if (from <= *to)
        return false;
    *to = from;
    return true;
}

static bool worsen_by_managers(const struct cp_case *net, struct slow_verdicts *v)
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
static bool worsen_by_support(const struct cp_case *net, uint32_t link, uint32_t support,
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

static bool worsen_by_layers_below(const struct cp_case *net, struct slow_verdicts *v)
{
    bool changed = false;

    for (uint32_t l = 0; l < net->link_count; l++) {
        cp_range alternatives = net->links[l].alternatives;

        for (uint32_t a = 0; a < alternatives.count; a++) {
            cp_range supports = net->alternatives[alternatives.first + a];

            for (uint32_t s = supports.first; s < supports.first + supports.count; s++)
                changed = worsen_by_support(net, l, net->supports[s].at, v) || changed;
        }
    }
    return changed;
}

/* ---- scopes ---- */

/* Networks of operators, or sites; and what is worst in each. */
struct scopes {
    cp_text *names;
    uint8_t *worst;
    uint32_t count;
};

static uint32_t find_scope(const struct slow_world *world, cp_text operator_name,
                           struct scopes *scopes)
{
    cp_text name = CP_TEXT("");
    uint32_t at = 0;

    if (cp_word_fold(operator_name, world->arena, &name) != CP_OK)
        abort();
    if (name.len == 0 || slow_means_unknown(world, name))
        return CP_NONE;
    while (at < scopes->count && !cp_text_eq(scopes->names[at], name))
        at++;
    if (at == scopes->count)
        scopes->names[scopes->count++] = name;
    return at;
}

static uint32_t scope_of_node(const struct slow_world *world, cp_scope scope, uint32_t node,
                              struct scopes *scopes)
{
    const struct cp_node_rec *rec = &world->net->nodes[node];

    return scope == CP_SCOPE_SITE ? rec->site : find_scope(world, rec->operator_name, scopes);
}

/* A link is at the sites of its ends, and in its own operator's network or in those of its ends. */
static uint32_t scope_of_link(const struct slow_world *world, cp_scope scope, uint32_t link,
                              uint32_t end, struct scopes *scopes)
{
    const struct cp_link_rec *rec = &world->net->links[link];

    if (scope == CP_SCOPE_OPERATOR && find_scope(world, rec->operator_name, scopes) != CP_NONE)
        return find_scope(world, rec->operator_name, scopes);
    return scope_of_node(world, scope, world->net->ends[rec->ends.first + end].node.at, scopes);
}

typedef enum { GATHER, SPREAD } scope_step;

/* Between an element and one scope that holds it. */
static void share(struct scopes *scopes, uint32_t scope, scope_step step, uint8_t *trust)
{
    if (scope == CP_NONE)
        return;
    if (step == GATHER)
        (void)worsen(&scopes->worst[scope], *trust);
    else
        (void)worsen(trust, scopes->worst[scope]);
}

static void worsen_by_scope(const struct slow_world *world, cp_scope scope, struct slow_verdicts *v)
{
    const struct cp_case *net = world->net;
    size_t count = (size_t)net->node_count + net->link_count + net->site_count;
    struct scopes scopes = {slow_take(world->arena, count, sizeof(cp_text)),
                            slow_take(world->arena, count, 1), 0};

    for (scope_step step = GATHER; step <= SPREAD; step++) {
        for (uint32_t n = 0; n < net->node_count; n++)
            share(&scopes, scope_of_node(world, scope, n, &scopes), step, &v->node[n]);
        for (uint32_t l = 0; l < net->link_count; l++)
            for (uint32_t e = 0; e < net->links[l].ends.count; e++)
                share(&scopes, scope_of_link(world, scope, l, e, &scopes), step, &v->link[l]);
    }
}

static void own_verdicts(const struct slow_world *world, const struct cp_rule *rule,
                         claim_question ask, struct slow_verdicts *v)
{
    const struct cp_case *net = world->net;
    cp_arena_mark mark = cp_arena_mark_get(world->arena);

    for (uint32_t n = 0; n < net->node_count; n++) {
        if (counts_on(rule, net->nodes[n].layer))
            v->node[n] = worst_claim(
                world, rule, ask, slow_claims_of(world, rule, SLOW_OWN_PARTS, CP_OBJECT_NODE, n));
        cp_arena_reset(world->arena, mark);
    }
    for (uint32_t l = 0; l < net->link_count; l++) {
        if (counts_on(rule, net->links[l].layer))
            v->link[l] = worst_claim(
                world, rule, ask, slow_claims_of(world, rule, SLOW_OWN_PARTS, CP_OBJECT_LINK, l));
        (void)worsen(&v->link[l], worst_claim(world, rule, ask, slow_port_claims(world, rule, l)));
        cp_arena_reset(world->arena, mark);
    }
}

static void worsen_by_rest(const struct cp_case *net, struct slow_verdicts *v)
{
    bool changed = true;

    while (changed) {
        changed = worsen_by_managers(net, v);
        changed = worsen_by_layers_below(net, v) || changed;
    }
}

/*
 * What stands in a scope counts for all of it, and then for what rests on that; but no further scope.  What
 * was installed is found where it stands, and nowhere else.
 */
static struct slow_verdicts spread(const struct slow_world *world, const struct cp_rule *rule,
                                   claim_question ask)
{
    const struct cp_case *net = world->net;
    struct slow_verdicts v = {slow_take(world->arena, net->node_count, 1),
                              slow_take(world->arena, net->link_count, 1)};
    cp_arena_mark mark = cp_arena_mark_get(world->arena);

    own_verdicts(world, rule, ask, &v);
    if (rule->scope != CP_SCOPE_ELEMENT)
        worsen_by_scope(world, rule->scope, &v);
    if (rule->effect != CP_EFFECT_FORBID_INSTALL)
        worsen_by_rest(net, &v);
    cp_arena_reset(world->arena, mark);
    return v;
}

struct slow_verdicts slow_verdicts_make(const struct slow_world *world, const struct cp_rule *rule)
{
    return spread(world, rule, slow_claim_trust);
}

struct slow_verdicts slow_relieved_make(const struct slow_world *world, const struct cp_rule *rule)
{
    return spread(world, rule, claim_is_relieved);
}

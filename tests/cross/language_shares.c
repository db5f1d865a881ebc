#include "language_slow.h"

#include <stdlib.h>

/*
 * Caps and suppliers: of everything that is counted, all that it may turn out to be, and the choice among
 * these that makes the share least, and most.
 */

/* What a counted thing may turn out to be. */
enum { MAY_BE_OUT = 1, MAY_BE_REST = 2, MAY_BE_WHAT = 4 };

static bool read_number(cp_text text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(text.at[i] - '0');
    }
    return text.len > 0;
}

typedef enum { THE_GREATEST, THE_LEAST } which;

/* Of what is stated; false where nobody states a number. */
static bool find_number(const struct slow_world *world, uint32_t node, const char *attribute,
                        which of, uint64_t *out)
{
    const struct cp_case *net = world->net;
    bool found = false;

    *out = 0;
    for (uint32_t f = net->node_facts[node]; f < net->node_facts[node + 1]; f++) {
        const struct cp_fact *fact = &net->facts[f];
        uint64_t number;

        if (fact->part.len > 0 || !cp_text_is(fact->attribute, attribute) ||
            slow_is_expired(world, fact) || !read_number(fact->value, &number))
            continue;
        if (!found || (of == THE_GREATEST ? number > *out : number < *out))
            *out = number;
        found = true;
    }
    return found;
}

typedef enum { THING_ITSELF, ANY_PART } extent;

/* Whether an element itself, or some part of it, meets a selector. */
static slow_truth element_meets(const struct slow_world *world, const struct cp_rule *rule,
                                const struct cp_select *select, extent extent_of,
                                struct slow_thing thing)
{
    struct slow_asking asking = {world, rule, SLOW_AGAINST, NULL};
    struct slow_claims claims =
        slow_claims_of(world, rule, SLOW_ALL_PARTS, thing.kind, thing.object);
    slow_truth truth = SLOW_NO;

    for (uint32_t i = 0; i < claims.count; i++) {
        const struct slow_claim *claim = &claims.at[i];
        bool itself = claim->thing.part.len == 0 &&
                      (claim->fact == NULL || cp_text_is(claim->fact->attribute, "maker"));

        if (extent_of == ANY_PART || itself)
            truth = slow_either(truth, slow_meets(&asking, select, claim));
    }
    return truth;
}

/* A link: itself or a node at its end. */
static slow_truth thing_meets(const struct slow_world *world, const struct cp_rule *rule,
                              const struct cp_select *select, extent extent_of,
                              struct slow_thing thing)
{
    slow_truth truth = element_meets(world, rule, select, extent_of, thing);
    cp_range ends =
        thing.kind == CP_OBJECT_LINK ? world->net->links[thing.object].ends : (cp_range){0, 0};

    for (uint32_t e = ends.first; e < ends.first + ends.count; e++) {
        struct slow_thing node = {CP_OBJECT_NODE, world->net->ends[e].node.at, CP_TEXT("")};
        truth = slow_either(truth, element_meets(world, rule, select, extent_of, node));
    }
    return truth;
}

static uint32_t may_be(slow_truth among, slow_truth what)
{
    uint32_t bits = among == SLOW_YES ? 0 : MAY_BE_OUT;

    if (among != SLOW_NO && what != SLOW_YES)
        bits |= MAY_BE_REST;
    if (among != SLOW_NO && what != SLOW_NO)
        bits |= MAY_BE_WHAT;
    return bits;
}

/* A site of which one thing may be this, the others that: what is `what` wins over the rest. */
static uint32_t together(uint32_t a, uint32_t b)
{
    static const uint32_t kinds[] = {MAY_BE_OUT, MAY_BE_REST, MAY_BE_WHAT};
    uint32_t bits = 0;

    for (size_t i = 0; i < CP_COUNT(kinds); i++)
        for (size_t j = 0; j < CP_COUNT(kinds); j++)
            if ((a & kinds[i]) != 0 && (b & kinds[j]) != 0)
                bits |= kinds[i > j ? i : j];
    return bits;
}

/* Nobody knows how much it weighs. */
static void count_unweighed(uint32_t may, struct slow_cap *cap)
{
    if (may == MAY_BE_OUT)
        return;
    cap->unweighed++;
    cap->unweighed_counted += (may & MAY_BE_WHAT) != 0;
    cap->unweighed_rest += (may & MAY_BE_REST) != 0;
}

static void count_in(uint32_t may, uint64_t weight, struct slow_cap *cap)
{
    if (may == MAY_BE_OUT)
        return;
    if (may == MAY_BE_WHAT)
        cap->counted += weight;
    else if ((may & MAY_BE_WHAT) != 0)
        cap->perhaps += weight;
    cap->whole += weight;
    /* The least share: as rest where it may be, else not at all. */
    if ((may & MAY_BE_REST) != 0 || may == MAY_BE_WHAT)
        cap->lowest_whole += weight;
    if (may == MAY_BE_WHAT)
        cap->lowest_part += weight;
    /* The greatest: as what it must not be, else not at all. */
    if ((may & MAY_BE_WHAT) != 0 || may == MAY_BE_REST)
        cap->highest_whole += weight;
    if ((may & MAY_BE_WHAT) != 0)
        cap->highest_part += weight;
}

static bool is_over(uint64_t part, uint64_t whole, uint32_t at_most_bp)
{
    return (unsigned long long)part * 10000 > (unsigned long long)whole * at_most_bp;
}

/* A thing at no site is at one of these, or at one more. */
static void count_unplaced(struct slow_cap *cap)
{
    uint64_t rest_sites = cap->highest_whole - cap->highest_part;
    uint64_t turned = cap->unweighed_counted < rest_sites ? cap->unweighed_counted : rest_sites;

    cap->lowest_whole += cap->unweighed_rest;
    cap->highest_part += cap->unweighed_counted;
    cap->highest_whole += cap->unweighed_counted - turned;
}

static void count_sites(const struct slow_world *world, const uint32_t *may, struct slow_cap *cap)
{
    const struct cp_case *net = world->net;

    for (uint32_t s = 0; s < net->site_count; s++) {
        uint32_t all = MAY_BE_OUT;

        for (uint32_t n = 0; n < net->node_count; n++)
            if (net->nodes[n].site == s)
                all = together(all, may[n]);
        count_in(all, 1, cap);
    }
    for (uint32_t n = 0; n < net->node_count; n++)
        if (net->nodes[n].site == CP_NONE)
            count_unweighed(may[n], cap);
    count_unplaced(cap);
}

static void count_things(const struct slow_world *world, const struct cp_rule *rule,
                         const uint32_t *may, struct slow_cap *cap)
{
    const struct cp_case *net = world->net;
    uint32_t count = rule->counted_in == CP_COUNTED_CAPACITY ? net->link_count : net->node_count;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t weight = 1;
        bool weighed = true;

        if (rule->counted_in == CP_COUNTED_CAPACITY) {
            weight = net->links[i].capacity_bps;
            weighed = weight != CP_BPS_NONE;
        } else if (rule->counted_in != CP_COUNTED_DEVICES) {
            weighed = find_number(world, i,
                                  rule->counted_in == CP_COUNTED_PREMISES ? "premises" : "traffic",
                                  (may[i] & MAY_BE_WHAT) != 0 ? THE_GREATEST : THE_LEAST, &weight);
        }
        if (weighed)
            count_in(may[i], weight, cap);
        else
            count_unweighed(may[i], cap);
    }
}

struct slow_cap slow_cap_make(const struct slow_world *world, const struct cp_rule *rule)
{
    const struct cp_case *net = world->net;
    cp_object_kind kind = rule->counted_in == CP_COUNTED_CAPACITY ? CP_OBJECT_LINK : CP_OBJECT_NODE;
    uint32_t count = kind == CP_OBJECT_LINK ? net->link_count : net->node_count;
    uint32_t *may = slow_take(world->arena, count, sizeof(uint32_t));
    struct slow_cap cap = {0};
    bool bounded = rule->counted_in == CP_COUNTED_SITES;

    for (uint32_t i = 0; i < count; i++) {
        struct slow_thing thing = {kind, i, CP_TEXT("")};
        may[i] = may_be(thing_meets(world, rule, &rule->among, THING_ITSELF, thing),
                        thing_meets(world, rule, &rule->target, ANY_PART, thing));
    }
    if (rule->counted_in == CP_COUNTED_SITES)
        count_sites(world, may, &cap);
    else
        count_things(world, rule, may, &cap);
    /* However much the rest weighs, some part is more than nothing. */
    if ((bounded || cap.unweighed_rest == 0 || rule->at_most_bp == 0) &&
        is_over(cap.lowest_part, cap.lowest_whole, rule->at_most_bp))
        cap.trust = CP_UNTRUSTED;
    else if ((!bounded && cap.unweighed_counted > 0 && rule->at_most_bp < 10000) ||
             is_over(cap.highest_part, cap.highest_whole, rule->at_most_bp))
        cap.trust = CP_UNKNOWN;
    if (slow_is_lifted(world, rule))
        cap.trust = CP_TRUSTED;
    return cap;
}

/* ---- suppliers ---- */

enum { NAMES_MOST = 64 };

struct names {
    cp_text at[NAMES_MOST];
    uint32_t count;
};

static void add_name(struct names *names, cp_text name)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (cp_text_eq(names->at[i], name))
            return;
    if (names->count == NAMES_MOST)
        abort();
    names->at[names->count++] = name;
}

/* Who made the node itself; empty: nobody knows, or statements differ. */
static cp_text supplier_of(const struct slow_world *world, const struct cp_rule *rule,
                           uint32_t node)
{
    const struct cp_case *net = world->net;
    struct names names = {0};

    for (uint32_t f = net->node_facts[node]; f < net->node_facts[node + 1]; f++) {
        struct slow_claim claim = {
            {CP_OBJECT_NODE, node, CP_TEXT("")}, SLOW_STATED, &net->facts[f]};
        cp_text name = CP_TEXT("");
        uint32_t maker;

        if (claim.fact->part.len > 0 || !cp_text_is(claim.fact->attribute, "maker") ||
            slow_is_expired(world, claim.fact) || !slow_is_enough(world, claim.fact, rule))
            continue;
        maker = slow_maker(world, &claim);
        if (maker == CP_MAKER_UNKNOWN && slow_is_known(world, claim.fact))
            return name;
        if (maker == CP_MAKER_OTHER &&
            cp_word_fold(claim.fact->value, world->arena, &name) != CP_OK)
            abort();
        while (maker < cp_makers_count(world->policy->makers)) {
            name = cp_makers_name(world->policy->makers, maker);
            maker = cp_makers_parent(world->policy->makers, maker);
        }
        if (name.len > 0)
            add_name(&names, name);
    }
    return names.count == 1 ? names.at[0] : CP_TEXT("");
}

/* Fewest: whoever is unknown is one of the others, and who may be left out is.  Most: all are different. */
static cp_trust judge_suppliers(const struct slow_suppliers *s, uint32_t sure_elements,
                                uint32_t named, uint32_t at_least)
{
    bool may_be_few = s->elements > 0 && (s->count > 1 ? s->count : 1) < at_least;
    bool may_be_enough = sure_elements == 0 || named + s->unknown >= at_least;

    if (!may_be_few)
        return CP_TRUSTED;
    return may_be_enough ? CP_UNKNOWN : CP_UNTRUSTED;
}

struct slow_suppliers slow_suppliers_make(const struct slow_world *world,
                                          const struct cp_rule *rule)
{
    const struct cp_case *net = world->net;
    struct slow_suppliers s = {0};
    struct names sure = {0}, all = {0};
    uint32_t sure_elements = 0;

    for (uint32_t n = 0; n < net->node_count; n++) {
        struct slow_thing thing = {CP_OBJECT_NODE, n, CP_TEXT("")};
        slow_truth among = element_meets(world, rule, &rule->among, THING_ITSELF, thing);
        cp_text name = supplier_of(world, rule, n);

        if (among == SLOW_NO)
            continue;
        s.elements++;
        sure_elements += among == SLOW_YES;
        s.unknown += name.len == 0;
        if (name.len > 0)
            add_name(&all, name);
        if (name.len > 0 && among == SLOW_YES)
            add_name(&sure, name);
    }
    s.count = sure.count;
    s.trust = slow_is_lifted(world, rule)
                  ? CP_TRUSTED
                  : judge_suppliers(&s, sure_elements, all.count, rule->at_least);
    return s;
}

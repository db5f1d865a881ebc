#include "language_slow.h"

#include <math.h>
#include <stdlib.h>

/*
 * Where a rule about presence looks, and what it finds there.  Hops are found by going over all links until
 * nothing comes nearer; distances are the textbook's, on a sphere.
 */

enum { FAR_AWAY = 1000000 };

#define EARTH_M 6371008.8
#define UDEG (3.14159265358979323846 / 180e6)

static slow_truth node_meets(const struct slow_world *world, const struct cp_rule *rule,
                             const struct cp_select *select, uint32_t node)
{
    struct slow_asking asking = {world, rule, SLOW_AGAINST, NULL};
    struct slow_claim claim = {{CP_OBJECT_NODE, node, CP_TEXT("")}, SLOW_SILENT, NULL};

    return slow_meets(&asking, select, &claim);
}

static bool is_word(const struct slow_world *world, const struct cp_texts *words, cp_text word)
{
    cp_text plain = CP_TEXT("");

    if (cp_word_fold(word, world->arena, &plain) != CP_OK)
        abort();
    for (uint32_t i = 0; i < words->count; i++)
        if (cp_text_eq(words->at[i], plain))
            return true;
    return false;
}

static bool node_is_passed(const struct slow_world *world, const struct cp_near *near,
                           uint32_t node)
{
    const struct cp_case *net = world->net;

    for (uint32_t f = net->node_facts[node]; f < net->node_facts[node + 1]; f++) {
        const struct cp_fact *fact = &net->facts[f];

        if (fact->part.len == 0 && cp_text_is(fact->attribute, "class") &&
            !slow_is_expired(world, fact) && is_word(world, &near->look_through, fact->value))
            return true;
    }
    return false;
}

/* ---- by hops ---- */

struct walk {
    const struct slow_world *world;
    const struct cp_near *near;
    uint32_t *away; /* [node_count] hops from the place */
};

static bool is_walked(const struct walk *walk, uint32_t link)
{
    return walk->near->layers == 0 ||
           (walk->near->layers & 1u << walk->world->net->links[link].layer) != 0;
}

static bool link_is_passed(const struct walk *walk, uint32_t link)
{
    return is_word(walk->world, &walk->near->look_through,
                   walk->world->net->links[link].link_class);
}

static bool reach(struct walk *walk, uint32_t link, uint32_t nearest)
{
    const struct cp_case *net = walk->world->net;
    cp_range ends = net->links[link].ends;
    bool changed = false;

    for (uint32_t e = ends.first; e < ends.first + ends.count; e++) {
        uint32_t node = net->ends[e].node.at;
        uint32_t away = nearest + (node_is_passed(walk->world, walk->near, node) ? 0 : 1);

        if (away >= walk->away[node])
            continue;
        walk->away[node] = away;
        changed = true;
    }
    return changed;
}

static uint32_t nearest_end(const struct walk *walk, uint32_t link)
{
    cp_range ends = walk->world->net->links[link].ends;
    uint32_t nearest = FAR_AWAY;

    for (uint32_t e = ends.first; e < ends.first + ends.count; e++)
        if (walk->away[walk->world->net->ends[e].node.at] < nearest)
            nearest = walk->away[walk->world->net->ends[e].node.at];
    return nearest;
}

/* What carries a circuit that is looked through, down to the lowest layer. */
static void find_below(const struct cp_case *net, uint32_t link, uint8_t *below)
{
    cp_range alternatives = net->links[link].alternatives;

    for (uint32_t a = alternatives.first; a < alternatives.first + alternatives.count; a++) {
        cp_range supports = net->alternatives[a];

        for (uint32_t s = supports.first; s < supports.first + supports.count; s++) {
            below[net->supports[s].at] = 1;
            find_below(net, net->supports[s].at, below);
        }
    }
}

static bool come_nearer(struct walk *walk, uint32_t link)
{
    const struct cp_case *net = walk->world->net;
    uint32_t nearest = nearest_end(walk, link);
    bool changed = reach(walk, link, nearest);

    if (!link_is_passed(walk, link))
        return changed;
    uint8_t *below = slow_take(walk->world->arena, net->link_count, 1);

    find_below(net, link, below);
    for (uint32_t l = 0; l < net->link_count; l++)
        if (below[l] && is_walked(walk, l))
            changed = reach(walk, l, nearest) || changed;
    return changed;
}

static void walk_hops(struct walk *walk)
{
    const struct cp_case *net = walk->world->net;
    bool changed = true;

    while (changed) {
        changed = false;
        for (uint32_t l = 0; l < net->link_count; l++)
            if (is_walked(walk, l))
                changed = come_nearer(walk, l) || changed;
    }
}

/* The link, and what is seen of those that carry it where it is looked through. */
static void mark_seen(const struct walk *walk, uint32_t link, slow_truth least,
                      struct slow_places *out)
{
    const struct cp_case *net = walk->world->net;

    if (!link_is_passed(walk, link)) {
        out->link[link] = least;
        return;
    }
    uint8_t *seen = slow_take(walk->world->arena, net->link_count, 1);

    find_below(net, link, seen);
    for (uint32_t l = 0; l < net->link_count; l++)
        if (seen[l] && is_walked(walk, l) && !link_is_passed(walk, l))
            out->link[l] = least;
}

/* from [node_count]: whether each is at the place. */
static void mark_hops(const struct slow_world *world, const struct cp_rule *rule,
                      const slow_truth *from, slow_truth least, struct slow_places *out)
{
    const struct cp_case *net = world->net;
    struct walk walk = {world, &rule->near,
                        slow_take(world->arena, net->node_count, sizeof(uint32_t))};

    for (uint32_t n = 0; n < net->node_count; n++)
        walk.away[n] = from[n] >= least ? 0 : FAR_AWAY;
    walk_hops(&walk);
    for (uint32_t n = 0; n < net->node_count; n++)
        if (from[n] < least && walk.away[n] <= rule->near.hops &&
            !node_is_passed(world, &rule->near, n))
            out->node[n] = least;
    for (uint32_t l = 0; l < net->link_count; l++)
        if (is_walked(&walk, l) && nearest_end(&walk, l) < rule->near.hops)
            mark_seen(&walk, l, least, out);
}

/* ---- by distance ---- */

static bool find_spot(const struct cp_case *net, uint32_t node, double *lat, double *lon)
{
    const struct cp_node_rec *rec = &net->nodes[node];
    int32_t at[2] = {rec->lat_udeg, rec->lon_udeg};

    if ((at[0] == CP_COORD_NONE || at[1] == CP_COORD_NONE) && rec->site != CP_NONE) {
        at[0] = net->sites[rec->site].lat_udeg;
        at[1] = net->sites[rec->site].lon_udeg;
    }
    *lat = at[0] * UDEG;
    *lon = at[1] * UDEG;
    return at[0] != CP_COORD_NONE && at[1] != CP_COORD_NONE;
}

static bool are_near(const struct cp_case *net, uint32_t a, uint32_t b, uint32_t within_m)
{
    double lat[2], lon[2], half;

    if (!find_spot(net, a, &lat[0], &lon[0]) || !find_spot(net, b, &lat[1], &lon[1]))
        return false;
    half = pow(sin((lat[1] - lat[0]) / 2), 2) +
           cos(lat[0]) * cos(lat[1]) * pow(sin((lon[1] - lon[0]) / 2), 2);
    return 2 * EARTH_M * asin(sqrt(half < 1 ? half : 1)) <= within_m;
}

/* Of a node, whatever its layer.  Beside a place that nobody can find, anything may be near. */
static slow_truth is_within(const struct slow_world *world, const struct cp_rule *rule,
                            const slow_truth *from, slow_truth least, uint32_t node)
{
    slow_truth truth = SLOW_NO;
    double lat, lon;

    for (uint32_t n = 0; n < world->net->node_count; n++) {
        if (from[n] < least)
            continue;
        if (n == node || are_near(world->net, n, node, rule->near.within_m))
            return least;
        if (!find_spot(world->net, n, &lat, &lon) || !find_spot(world->net, node, &lat, &lon))
            truth = SLOW_MAYBE;
    }
    return truth;
}

static void mark_radius(const struct slow_world *world, const struct cp_rule *rule,
                        const slow_truth *from, slow_truth least, struct slow_places *out)
{
    const struct cp_case *net = world->net;
    uint32_t layers = rule->near.layers == 0 ? UINT32_MAX : rule->near.layers;
    slow_truth *within = slow_take(world->arena, net->node_count, sizeof(slow_truth));

    for (uint32_t n = 0; n < net->node_count; n++) {
        within[n] = is_within(world, rule, from, least, n);
        if ((layers & 1u << net->nodes[n].layer) != 0)
            out->node[n] = slow_either(out->node[n], within[n]);
    }
    for (uint32_t l = 0; l < net->link_count; l++) {
        cp_range ends = net->links[l].ends;

        for (uint32_t e = ends.first; e < ends.first + ends.count; e++)
            if ((layers & 1u << net->links[l].layer) != 0)
                out->link[l] = slow_either(out->link[l], within[net->ends[e].node.at]);
    }
}

static struct slow_places places_take(const struct slow_world *world)
{
    return (struct slow_places){
        slow_take(world->arena, world->net->node_count, sizeof(slow_truth)),
        slow_take(world->arena, world->net->link_count, sizeof(slow_truth))};
}

static struct slow_places find_near(const struct slow_world *world, const struct cp_rule *rule)
{
    uint32_t node_count = world->net->node_count;
    struct slow_places near = places_take(world);
    slow_truth *from = slow_take(world->arena, node_count, sizeof(slow_truth));

    for (uint32_t n = 0; n < node_count; n++)
        from[n] = node_meets(world, rule, &rule->near.from, n);
    for (slow_truth least = SLOW_MAYBE; least <= SLOW_YES; least++) {
        if (rule->near.hops > 0)
            mark_hops(world, rule, from, least, &near);
        else
            mark_radius(world, rule, from, least, &near);
    }
    return near;
}

/* At the place: nodes there, and links with an end there. */
static struct slow_places find_at_place(const struct slow_world *world, const struct cp_rule *rule)
{
    const struct cp_case *net = world->net;
    struct slow_places at = places_take(world);

    for (uint32_t n = 0; n < net->node_count; n++)
        at.node[n] = node_meets(world, rule, &rule->at, n);
    for (uint32_t l = 0; l < net->link_count; l++) {
        cp_range ends = net->links[l].ends;

        for (uint32_t e = ends.first; e < ends.first + ends.count; e++)
            at.link[l] = slow_either(at.link[l], at.node[net->ends[e].node.at]);
    }
    return at;
}

struct slow_places slow_places_make(const struct slow_world *world, const struct cp_rule *rule)
{
    const struct cp_case *net = world->net;
    struct slow_places at = {NULL, NULL}, near = {NULL, NULL}, all = places_take(world);

    if (rule->at.given)
        at = find_at_place(world, rule);
    if (rule->has_near)
        near = find_near(world, rule);
    for (uint32_t n = 0; n < net->node_count; n++)
        all.node[n] = slow_both(at.node == NULL ? SLOW_YES : at.node[n],
                                near.node == NULL ? SLOW_YES : near.node[n]);
    for (uint32_t l = 0; l < net->link_count; l++)
        all.link[l] = slow_both(at.link == NULL ? SLOW_YES : at.link[l],
                                near.link == NULL ? SLOW_YES : near.link[l]);
    return all;
}

/* ---- what is found ---- */

static bool rule_ignores(const struct cp_rule *rule, cp_trust found)
{
    return found == CP_TRUSTED || (found == CP_UNKNOWN && rule->unknown == CP_UNKNOWN_IS_TRUSTED);
}

/* The worst of each part: from `first` on all are of one element. */
static void put(struct slow_presences *p, uint32_t first, struct slow_presence found)
{
    for (uint32_t i = first; i < p->count; i++) {
        if (!cp_text_eq(p->at[i].part, found.part))
            continue;
        if (found.found > p->at[i].found)
            p->at[i].found = found.found;
        return;
    }
    p->at[p->count++] = found;
}

static void find_at(const struct slow_world *world, const struct cp_rule *rule, cp_trust whole,
                    struct slow_presence found, slow_truth placed, struct slow_presences *p)
{
    cp_layer layer = found.kind == CP_OBJECT_NODE ? world->net->nodes[found.object].layer
                                                  : world->net->links[found.object].layer;
    struct slow_claims claims = {0};
    cp_trust worst = CP_TRUSTED;
    uint32_t first = p->count;

    if (rule->layers == 0 || (rule->layers & 1u << layer) != 0)
        claims = slow_claims_of(world, rule, SLOW_OWN_PARTS, found.kind, found.object);
    for (uint32_t i = 0; i <= claims.count; i++) {
        cp_trust trust = i < claims.count ? slow_claim_trust(world, rule, &claims.at[i]) : whole;

        /* Last the element as a whole, where it is worse than all its own parts. */
        if (i == claims.count && whole <= worst)
            continue;
        worst = trust > worst ? trust : worst;
        found.part = i < claims.count ? claims.at[i].thing.part : CP_TEXT("");
        found.found = (cp_trust)slow_both(placed, (slow_truth)trust);
        if (!rule_ignores(rule, found.found))
            put(p, first, found);
    }
}

struct slow_presences slow_presences_make(const struct slow_world *world,
                                          const struct cp_rule *rule)
{
    const struct cp_case *net = world->net;
    struct slow_verdicts v = slow_verdicts_make(world, rule);
    struct slow_places places = slow_places_make(world, rule);
    struct slow_presences p = {
        slow_take(world->arena, (size_t)net->fact_count + net->node_count + net->link_count,
                  sizeof(struct slow_presence)),
        0};

    for (uint32_t n = 0; n < net->node_count; n++)
        find_at(world, rule, (cp_trust)v.node[n],
                (struct slow_presence){.kind = CP_OBJECT_NODE, .object = n}, places.node[n], &p);
    for (uint32_t l = 0; l < net->link_count; l++)
        find_at(world, rule, (cp_trust)v.link[l],
                (struct slow_presence){.kind = CP_OBJECT_LINK, .object = l}, places.link[l], &p);
    return p;
}

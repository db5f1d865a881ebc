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
    struct slow_asking asking = {world, rule, SLOW_AGAINST};
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

static void mark_hops(const struct slow_world *world, const struct cp_rule *rule, slow_truth least,
                      struct slow_near *out)
{
    const struct cp_case *net = world->net;
    struct walk walk = {world, &rule->near,
                        slow_take(world->arena, net->node_count, sizeof(uint32_t))};

    for (uint32_t n = 0; n < net->node_count; n++)
        walk.away[n] = node_meets(world, rule, &rule->near.from, n) >= least ? 0 : FAR_AWAY;
    walk_hops(&walk);
    for (uint32_t n = 0; n < net->node_count; n++)
        if (node_meets(world, rule, &rule->near.from, n) < least &&
            walk.away[n] <= rule->near.hops && !node_is_passed(world, &rule->near, n))
            out->node[n] = least;
    for (uint32_t l = 0; l < net->link_count; l++) {
        uint8_t *seen = slow_take(world->arena, net->link_count, 1);

        if (!is_walked(&walk, l) || nearest_end(&walk, l) >= rule->near.hops)
            continue;
        seen[l] = 1;
        if (link_is_passed(&walk, l))
            find_below(net, l, seen);
        for (uint32_t m = 0; m < net->link_count; m++)
            if (seen[m] && is_walked(&walk, m) && !link_is_passed(&walk, m))
                out->link[m] = least;
    }
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
                            slow_truth least, uint32_t node)
{
    slow_truth truth = SLOW_NO;
    double lat, lon;

    for (uint32_t n = 0; n < world->net->node_count; n++) {
        if (node_meets(world, rule, &rule->near.from, n) < least)
            continue;
        if (n == node || are_near(world->net, n, node, rule->near.within_m))
            return least;
        if (!find_spot(world->net, n, &lat, &lon) || !find_spot(world->net, node, &lat, &lon))
            truth = SLOW_MAYBE;
    }
    return truth;
}

static void mark_radius(const struct slow_world *world, const struct cp_rule *rule,
                        slow_truth least, struct slow_near *out)
{
    const struct cp_case *net = world->net;
    uint32_t layers = rule->near.layers == 0 ? UINT32_MAX : rule->near.layers;

    for (uint32_t n = 0; n < net->node_count; n++)
        if ((layers & 1u << net->nodes[n].layer) != 0)
            out->node[n] = slow_either(out->node[n], is_within(world, rule, least, n));
    for (uint32_t l = 0; l < net->link_count; l++) {
        cp_range ends = net->links[l].ends;

        for (uint32_t e = ends.first; e < ends.first + ends.count; e++)
            if ((layers & 1u << net->links[l].layer) != 0)
                out->link[l] =
                    slow_either(out->link[l], is_within(world, rule, least, net->ends[e].node.at));
    }
}

struct slow_near slow_near_make(const struct slow_world *world, const struct cp_rule *rule)
{
    const struct cp_case *net = world->net;
    struct slow_near near = {slow_take(world->arena, net->node_count, sizeof(slow_truth)),
                             slow_take(world->arena, net->link_count, sizeof(slow_truth))};

    for (slow_truth least = SLOW_MAYBE; least <= SLOW_YES; least++) {
        if (rule->near.hops > 0)
            mark_hops(world, rule, least, &near);
        else
            mark_radius(world, rule, least, &near);
    }
    return near;
}

/* ---- what is found ---- */

slow_truth slow_is_placed(const struct slow_world *world, const struct cp_rule *rule,
                          cp_object_kind kind, uint32_t object)
{
    slow_truth at = SLOW_YES, near = SLOW_YES;
    cp_range ends = kind == CP_OBJECT_LINK ? world->net->links[object].ends : (cp_range){0, 0};

    if (rule->at.given && kind == CP_OBJECT_NODE)
        at = node_meets(world, rule, &rule->at, object);
    if (rule->at.given && kind == CP_OBJECT_LINK) {
        at = SLOW_NO;
        for (uint32_t e = ends.first; e < ends.first + ends.count; e++)
            at = slow_either(at, node_meets(world, rule, &rule->at, world->net->ends[e].node.at));
    }
    if (rule->has_near) {
        struct slow_near all = slow_near_make(world, rule);
        near = kind == CP_OBJECT_NODE ? all.node[object] : all.link[object];
    }
    return slow_both(at, near);
}

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
                    struct slow_presence found, struct slow_presences *p)
{
    slow_truth placed = slow_is_placed(world, rule, found.kind, found.object);
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
    struct slow_presences p = {
        slow_take(world->arena, (size_t)net->fact_count + net->node_count + net->link_count,
                  sizeof(struct slow_presence)),
        0};

    for (uint32_t n = 0; n < net->node_count; n++)
        find_at(world, rule, v.node[n], (struct slow_presence){.kind = CP_OBJECT_NODE, .object = n},
                &p);
    for (uint32_t l = 0; l < net->link_count; l++)
        find_at(world, rule, v.link[l], (struct slow_presence){.kind = CP_OBJECT_LINK, .object = l},
                &p);
    return p;
}

#include "inside.h"

#include <stdlib.h>

/*
 * What an audit claims of its flows.  All sets of failures that touch what a flow met before are
 * gone through, as deep as the claims say something; a set that touches nothing changes nothing.
 */

#define SETS_MAX 40000000u /* of failures, at once */

static const struct cp_bundle_result *result_of(const struct cp_check *c, const flow *f)
{
    return &c->answer.results[f->demand];
}

/* Something that was followed last and bears one of the marks; NIL. */
static uint32_t find_marked(const struct cp_check *c, const flow *f, uint64_t marks, uint32_t below)
{
    const uint64_t *of = c->net.treatments[f->treatment].marks;

    for (uint32_t i = 0; i < c->reached.count; i++) {
        uint32_t element = CP_AT(c->reached, uint32_t)[i];

        if ((of[element] & marks) != 0 && element < below)
            return element;
    }
    return NIL;
}

/* What was followed last bears no mark that the answer denies. */
static bool fits(struct cp_check *c, const flow *f, const cp_failures *set, uint32_t state)
{
    uint64_t denied = cp_bundle_denied(&c->net, result_of(c, f), set, state);
    uint32_t found = find_marked(c, f, denied, NIL);

    return found == NIL || cp_refuse(c, "a flow meets what the answer says it does not", found);
}

/* The set with each failure that touches what was followed last. */
static void grow(struct cp_check *c, const flow *f, const cp_failures *set, cp_failures_place place)
{
    c->touching.count = 0;
    cp_touch(c, f->demand, &c->touching);
    for (uint32_t i = 0; i < c->touching.count; i++) {
        uint32_t element = CP_AT(c->touching, uint32_t)[i];
        cp_failures *at;

        if (cp_failures_hold(set, element))
            continue;
        if (c->next.count == SETS_MAX) { /* many stand there twice */
            c->next.count = cp_failures_tidy(c->next.at, SETS_MAX);
            if (c->next.count > SETS_MAX / 2)
                (void)cp_refuse(c, "more sets of failures than are gone through", NIL);
        }
        if (c->report.why != NULL)
            return;
        at = cp_more(c, &c->next, sizeof *at);
        if (at == NULL)
            return;
        *at = cp_failures_with(set, element, place);
    }
}

static bool visit(struct cp_check *c, const flow *f, const cp_failures *set, bool more)
{
    uint32_t deep = cp_bundle_open(&c->net, &c->answer, f->demand);
    cp_failures after = cp_failures_after(set);

    cp_compose(&c->after, &after);
    if (set->count > 0 && set->count <= deep) { /* routers disagree about the last failure */
        cp_failures before = cp_failures_before(set);

        cp_compose(&c->before, &before);
        if (!cp_follow(c, &c->before, &c->after, f->source) ||
            !fits(c, f, set, CP_BUNDLE_TRANSITION))
            return false;
        if (more && set->count < deep)
            grow(c, f, set, CP_FAILURES_BEFORE);
    }
    if (!cp_follow(c, &c->after, NULL, f->source) || !fits(c, f, set, CP_BUNDLE_STEADY))
        return false;
    if (more)
        grow(c, f, set, CP_FAILURES_CHANGE);
    return c->report.why == NULL;
}

/* Components of the network show that there is no way. */
static bool is_void(struct cp_check *c, uint32_t from, uint32_t to)
{
    return cp_joined_root(&c->whole, from) != cp_joined_root(&c->whole, to);
}

static uint64_t honest_cost(struct cp_check *c, const flow *f)
{
    return is_void(c, f->source, f->destination) ? INF : cp_label(&c->honest, f->source);
}

/* The least that the way from a liar to the destination may seem to cost; proven: that it can. */
static uint64_t exit_cost(struct cp_check *c, uint32_t liar, bool proven)
{
    uint64_t least = INF;

    if (liar == c->honest.target)
        return 0;
    if (is_void(c, liar, c->honest.target))
        return INF;
    for (const hop *h = first_hop(c, liar); h < first_hop(c, liar + 1); h++) {
        uint64_t cost = cp_num_plus(cp_label(&c->honest, h->to), 1);

        if (cost < least && cp_usable(&c->honest, h) && (!proven || cp_exact(&c->honest, h->to)))
            least = cost;
    }
    return least;
}

static uint64_t least_exit(struct cp_check *c, bool proven)
{
    uint64_t least = INF;

    for (uint32_t v = 0; v < c->net.node_count; v++)
        if (c->honest.liars[v] != 0 && !cp_stamped_has(&c->honest.failed, c->links + v)) {
            uint64_t cost = exit_cost(c, v, proven);

            least = cost < least ? cost : least;
        }
    return least;
}

/* No lie makes a way over liars seem no longer than the honest one. */
static bool is_not_drawn(struct cp_check *c, const flow *f, const cp_failures *set)
{
    uint64_t honest = honest_cost(c, f), near, cost;
    bool drawn;

    cp_compose(&c->nearest, set);
    near = cp_label(&c->nearest, f->source);
    cost = cp_num_plus(near, least_exit(c, false));
    drawn = cost < honest;
    if (cost == INF || cost > honest || (!drawn && !cp_exact(&c->nearest, f->source)))
        return true;
    if (!drawn && !cp_follow(c, &c->nearest, NULL, f->source))
        return false;
    for (uint32_t i = 0; !drawn && i < c->reached.count; i++) {
        uint32_t element = CP_AT(c->reached, uint32_t)[i], v = element - c->links;

        drawn = element >= c->links && c->honest.liars[v] != 0 &&
                cp_num_plus(near, exit_cost(c, v, false)) <= honest;
    }
    return !drawn || cp_refuse(c, "a lie may draw a flow that the answer says none does", NIL);
}

static bool visit_lies(struct cp_check *c, const flow *f, const cp_failures *set, bool more)
{
    uint32_t found;

    cp_compose(&c->honest, set);
    c->reached.count = 0;
    if (!is_void(c, f->source, f->destination) && !cp_follow(c, &c->honest, NULL, f->source))
        return false;
    found = find_marked(c, f, CP_BUNDLE_FORBIDDEN, c->links);
    if (found != NIL)
        return cp_refuse(c, "an honest way meets what the answer says it does not", found);
    if (more)
        grow(c, f, set, CP_FAILURES_AMONG);
    return c->net.treatments[f->treatment].liar_count == 0 || is_not_drawn(c, f, set);
}

static bool walk(struct cp_check *c, const flow *f, uint32_t depth,
                 bool (*look)(struct cp_check *, const flow *, const cp_failures *, bool))
{
    static const cp_failures none = {0, {NIL, NIL, NIL, NIL, NIL, NIL, NIL, NIL}};
    cp_failures *first = cp_more(c, &c->next, sizeof none); /* the last walk left it empty */

    if (first == NULL)
        return false;
    *first = none;
    for (uint32_t d = 0; d <= depth && c->next.count > 0; d++) {
        struct cp_list sets = c->next;

        c->next = c->sets;
        c->sets = sets;
        c->next.count = 0;
        sets.count = cp_failures_tidy(sets.at, sets.count);
        c->report.visited += sets.count;
        for (uint32_t i = 0; i < sets.count; i++)
            if (!look(c, f, &CP_AT(sets, cp_failures)[i], d < depth))
                return false;
    }
    return c->report.why == NULL;
}

/* The path of the claim is one that packets may take: each hop a next hop by some of the labels. */
static bool is_way(const struct cp_check *c, struct labels *a, struct labels *b,
                   const struct cp_bundle_claim *claim)
{
    bool good = cp_exact(a, claim->nodes[0]);

    for (uint32_t i = 0; good && i + 1 < claim->node_count; i++) {
        uint32_t v = claim->nodes[i], u = claim->nodes[i + 1];
        const hop *h = cp_bundle_find_hop(&c->net, v, claim->links[i], u);

        good = h != NULL && ((cp_tight(a, v, h) && cp_exact(a, u)) ||
                             (b != NULL && cp_tight(b, v, h) && cp_exact(b, u)));
    }
    return good;
}

/* True links over honest nodes to a liar, from which some lie is no longer than the honest way. */
static bool is_drawn(struct cp_check *c, const flow *f, const struct cp_bundle_claim *claim)
{
    uint64_t honest = honest_cost(c, f), cost = 0, own, far;
    uint32_t last = claim->nodes[claim->node_count - 1];

    for (uint32_t i = 0; i + 1 < claim->node_count; i++) {
        const hop *h =
            cp_bundle_find_hop(&c->net, claim->nodes[i], claim->links[i], claim->nodes[i + 1]);

        if (h == NULL || c->honest.liars[claim->nodes[i]] != 0 || !cp_usable(&c->honest, h))
            return false;
        cost = cp_num_plus(cost, h->out);
    }
    own = cp_num_plus(cost, exit_cost(c, last, true));
    far = cp_num_plus(cp_num_plus(cost, least_exit(c, true)), 1);
    return c->honest.liars[last] != 0 &&
           ((own != INF && own <= honest) || (far != INF && far <= honest));
}

/* Notes which exposures that the answer shows are seen in this flow. */
static void see_claims(struct cp_check *c, const flow *f, bool lies)
{
    for (uint32_t i = 0; i < CP_CLAIM_COUNT; i++) {
        const struct cp_bundle_claim *claim = &result_of(c, f)->claims[i];
        bool change = claim->state == CP_BUNDLE_TRANSITION && claim->set.count > 0, seen;
        cp_failures after = cp_failures_after(&claim->set);
        cp_failures before = change ? cp_failures_before(&claim->set) : after;

        if (claim->state == 0 || lies != (claim->state == CP_BUNDLE_LIAR) ||
            claim->direction != f->direction || claim->nodes[0] != f->source)
            continue;
        cp_compose(lies ? &c->honest : &c->after, &after);
        cp_compose(&c->before, &before);
        if (lies)
            seen = claim->element < c->links ? is_way(c, &c->honest, NULL, claim)
                                             : is_drawn(c, f, claim);
        else
            seen = is_way(c, &c->before, &c->after, claim);
        c->known[f->demand] |= (uint8_t)(seen ? 1u << i : 0);
    }
}

bool cp_read_near(struct cp_check *c, cp_rd *rd)
{
    uint32_t t = cp_rd_below(rd, c->net.treatment_count);

    if (rd->bad || t < c->treatment_at || c->net.treatments[t].liar_count == 0)
        return cp_refuse(c, "potentials towards liars out of place", NIL);
    c->treatment_at = t + 1;
    c->nearest.liars = c->net.treatments[t].liars;
    return cp_afford(c, cp_stamped_make(c->arena, c->net.node_count, &c->near[t].at)) &&
           cp_read_potentials(c, rd, &c->nearest, &c->near[t]);
}

/* A steady exposure at the depth that the answer says, where it shows another. */
static bool read_witness(struct cp_check *c, cp_rd *rd, const flow *flows, uint32_t count)
{
    flow sought = {.destination = flows->destination};
    const flow *f;
    cp_failures set;

    sought.demand = cp_rd_below(rd, c->net.demand_count);
    sought.direction = cp_rd_below(rd, 2);
    sought.source = cp_rd_below(rd, c->net.node_count);
    set = cp_failures_read(&c->net, rd);
    sought.treatment = c->net.demands[sought.demand].treatment;
    f = bsearch(&sought, flows, count, sizeof sought, cp_bundle_flow_compare);
    if (f == NULL || set.count != result_of(c, f)->steady ||
        is_void(c, f->source, f->destination) || !cp_bundle_all_may_fail(&c->net, f->demand, &set))
        return cp_refuse(c, "a witness of no such flow, depth or failures", NIL);
    cp_compose(&c->after, &set);
    if (!cp_follow(c, &c->after, NULL, f->source))
        return false;
    if (find_marked(c, f, CP_BUNDLE_FORBIDDEN, NIL) != NIL)
        c->known[f->demand] |= STEADY_SEEN;
    return true;
}

/* Flows of one treatment and destination. */
static bool read_lies(struct cp_check *c, cp_rd *rd, const flow *flows, uint32_t count)
{
    const struct cp_bundle_treatment *t = &c->net.treatments[flows->treatment];

    if ((t->all & CP_BUNDLE_FORBIDDEN) == 0 || (c->net.states & CP_BUNDLE_LIAR) == 0)
        return true;
    if (t->liar_count > 0 && c->near[flows->treatment].at.at == NULL)
        return cp_refuse(c, "potentials towards liars are missing", NIL);
    c->honest.target = flows->destination;
    c->honest.liars = c->nearest.liars = t->liars;
    c->honest.composed = false;
    c->honest_table.entries.count = 0;
    c->nearest.base = &c->near[flows->treatment];
    if (t->liar_count > 0 && (!cp_check_read_table(c, rd, &c->honest, &c->honest_table) ||
                              !cp_check_read_table(c, rd, &c->nearest, &c->near_table)))
        return false;
    for (const flow *f = flows; f < flows + count; f++) {
        uint32_t limit = cp_bundle_limit(&c->net, result_of(c, f), CP_BUNDLE_LIAR);

        c->report.demand = c->net.demands[f->demand].id;
        if (limit > 0 && !walk(c, f, limit - 1, visit_lies))
            return false;
        see_claims(c, f, true);
    }
    return true;
}

bool cp_read_destination(struct cp_check *c, cp_rd *rd)
{
    const flow *flows = c->flows + c->flow_at;
    uint32_t t = cp_rd_below(rd, c->net.node_count), count = 0;

    while (c->flow_at + count < c->flow_count && flows[count].destination == t)
        count++;
    if (rd->bad || count == 0)
        return cp_refuse(c, "a destination out of place", NIL);
    c->flow_at += count;
    c->before.target = c->after.target = t;
    c->plain_table.entries.count = c->near_table.entries.count = 0;
    if (!cp_read_potentials(c, rd, &c->after, &c->potentials) ||
        !cp_check_read_table(c, rd, &c->after, &c->plain_table))
        return false;
    c->before.composed = false;
    for (uint64_t left = cp_rd_number(rd); left > 0 && !rd->bad; left--)
        if (!read_witness(c, rd, flows, count))
            return false;
    for (const flow *f = flows; f < flows + count; f++) {
        c->report.demand = c->net.demands[f->demand].id;
        if (is_void(c, f->source, t))
            continue;
        if (!walk(c, f, cp_bundle_depth(&c->net, &c->answer, f->demand), visit))
            return false;
        see_claims(c, f, false);
    }
    for (uint32_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && flows[next].treatment == flows[i].treatment;)
            next++;
        if (!read_lies(c, rd, &flows[i], next - i))
            return false;
    }
    return true;
}

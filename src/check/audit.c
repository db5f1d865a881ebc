#include "inside.h"

#include <stdlib.h>
#include <string.h>

/*
 * What an audit claims of its flows.  All sets of failures that touch what a flow met before are
 * gone through, as deep as the claims say something; a set that touches nothing changes nothing.
 */

/* A demand's packets from one source to one destination. */
struct flow {
    uint32_t destination, treatment, demand, direction, source;
};

static int compare_flows(const void *a, const void *b)
{
    const struct flow *x = a, *y = b;
    const uint32_t mine[] = {x->destination, x->treatment, x->demand, x->direction, x->source};
    const uint32_t other[] = {y->destination, y->treatment, y->demand, y->direction, y->source};

    for (size_t i = 0; i < CP_COUNT(mine); i++)
        if (mine[i] != other[i])
            return mine[i] < other[i] ? -1 : 1;
    return 0;
}

static bool add_flows(struct cp_check *c, uint32_t demand, uint32_t direction)
{
    const struct cp_bundle_demand *d = &c->net.demands[demand];

    for (uint32_t s = 0; s < d->src_count; s++)
        for (uint32_t t = 0; t < d->dst_count; t++) {
            struct flow *f = NULL;

            if (d->src[s] == d->dst[t])
                continue;
            f = cp_more(c, &c->flows, sizeof *f);
            if (f == NULL)
                return false;
            *f = (struct flow){d->dst[t], d->treatment, demand, direction, d->src[s]};
            if (direction == 1)
                *f = (struct flow){d->src[s], d->treatment, demand, direction, d->dst[t]};
        }
    return true;
}

/* A demand that nothing is marked for cannot be exposed, and has no flows here. */
bool cp_open_flows(struct cp_check *c)
{
    for (uint32_t d = 0; d < c->net.demand_count; d++)
        if (c->net.treatments[c->net.demands[d].treatment].all != 0 &&
            (!add_flows(c, d, 0) || !add_flows(c, d, 1)))
            return false;
    if (c->flows.count > 0)
        qsort(c->flows.at, c->flows.count, sizeof(struct flow), compare_flows);
    return true;
}

static const struct cp_bundle_result *result_of(const struct cp_check *c, const struct flow *f)
{
    return &c->answer.results[f->demand];
}

/* Below this depth the answer says that the state exposes nothing; 0: it says nothing of it. */
static uint32_t limit_of(const struct cp_check *c, uint32_t state, uint32_t depth)
{
    if ((c->net.states & state) == 0)
        return 0;
    return depth == NIL ? c->net.depth + 1 : depth;
}

/* How deep rules judge what the verdict says there is none of. */
static uint32_t judged_depth(const struct cp_check *c, const struct flow *f)
{
    uint32_t deepest = c->net.treatments[f->treatment].deepest;

    if (result_of(c, f)->verdict == CP_BUNDLE_VIOLATION)
        return 0;
    return deepest < c->net.depth ? deepest : c->net.depth;
}

static uint64_t judged_marks(const struct cp_check *c, const struct cp_bundle_set *set)
{
    uint32_t kinds = cp_bundle_set_kinds(&c->net, set);
    uint64_t marks = 0;

    for (uint32_t p = 0; p < c->net.profile_count; p++)
        if (c->net.profile_depth[p] >= set->count && (kinds & ~c->net.profile_kinds[p]) == 0)
            marks |= UINT64_C(0x100000001) << p;
    return marks;
}

/* What was followed last bears no mark that the answer denies. */
static bool fits(struct cp_check *c, const struct flow *f, const struct cp_bundle_set *set,
                 uint32_t state, uint32_t depth)
{
    cp_bundle_verdict verdict = result_of(c, f)->verdict;
    uint64_t denied = verdict != CP_BUNDLE_VIOLATION ? judged_marks(c, set) : 0;

    if (verdict == CP_BUNDLE_UNDECIDED)
        denied &= CP_BUNDLE_FORBIDDEN;
    if (set->count < limit_of(c, state, depth))
        denied |= CP_BUNDLE_FORBIDDEN;
    for (uint32_t i = 0; (c->net.states & state) != 0 && i < c->reached.count; i++) {
        uint32_t element = AT(c->reached, uint32_t)[i];

        if ((c->net.treatments[f->treatment].marks[element] & denied) != 0)
            return cp_refuse(c, "a flow meets what the answer says it does not", element);
    }
    return true;
}

/* In place among the first `count` elements, which ascend. */
static void insert(struct cp_bundle_set *set, uint32_t count, uint32_t element)
{
    for (; count > 0 && set->at[count - 1] > element; count--)
        set->at[count] = set->at[count - 1];
    set->at[count] = element;
}

static struct cp_bundle_set ascending(const struct cp_bundle_set *set)
{
    struct cp_bundle_set out = *set;

    if (set->count > 0)
        insert(&out, set->count - 1, set->at[set->count - 1]);
    return out;
}

/* Without the change. */
static struct cp_bundle_set before(const struct cp_bundle_set *set)
{
    struct cp_bundle_set out = *set;

    out.at[--out.count] = NIL;
    return out;
}

typedef enum { AMONG, BEFORE_CHANGE, AS_CHANGE } place;

static bool add_failure(struct cp_check *c, const struct flow *f, const struct cp_bundle_set *set,
                        uint32_t element, place where)
{
    struct cp_bundle_set more = where == AS_CHANGE ? ascending(set) : *set, *at;

    if (!cp_may_fail(c, f->demand, element))
        return true;
    for (uint32_t i = 0; i < set->count; i++)
        if (set->at[i] == element)
            return true;
    at = cp_more(c, &c->next, sizeof *at);
    if (at == NULL)
        return false;
    more.count++;
    if (where == BEFORE_CHANGE) {
        more.at[set->count] = set->at[set->count - 1];
        insert(&more, set->count - 1, element);
    } else if (where == AMONG) {
        insert(&more, set->count, element);
    } else {
        more.at[set->count] = element;
    }
    *at = more;
    return true;
}

/* The set with each failure that touches what was followed last. */
static bool add_failures(struct cp_check *c, const struct flow *f, const struct cp_bundle_set *set,
                         place where)
{
    uint32_t first = c->net.link_count + c->net.node_count;

    for (uint32_t i = 0; i < c->reached.count; i++) {
        uint32_t element = AT(c->reached, uint32_t)[i];

        if (!add_failure(c, f, set, element, where))
            return false;
        if (element >= c->net.link_count)
            continue;
        for (uint32_t k = 0; k < c->net.links[element].srlg_count; k++)
            if (!add_failure(c, f, set, first + c->net.links[element].srlgs[k], where))
                return false;
    }
    return true;
}

/* Whether the answer says something of transitions at this depth. */
static bool is_open(const struct cp_check *c, const struct flow *f, uint32_t depth)
{
    return (c->net.states & CP_BUNDLE_TRANSITION) != 0 &&
           (depth < limit_of(c, CP_BUNDLE_TRANSITION, result_of(c, f)->transition) ||
            depth <= judged_depth(c, f));
}

/* A set whose last failure is a change: while routers disagree about it, then after it. */
static bool visit_change(struct cp_check *c, const struct flow *f, const struct cp_bundle_set *set,
                         bool more)
{
    struct labels *const both[] = {&c->before, &c->after};
    struct cp_bundle_set after = ascending(set), old = before(set);

    cp_compose(&c->after, &after);
    if (is_open(c, f, set->count)) {
        cp_compose(&c->before, &old);
        if (!cp_follow(c, both, 2, f->source) ||
            !fits(c, f, set, CP_BUNDLE_TRANSITION, result_of(c, f)->transition) ||
            (more && is_open(c, f, set->count + 1) && !add_failures(c, f, set, BEFORE_CHANGE)))
            return false;
    }
    return cp_follow(c, both + 1, 1, f->source) &&
           fits(c, f, set, CP_BUNDLE_STEADY, result_of(c, f)->steady) &&
           (!more || add_failures(c, f, set, AS_CHANGE));
}

static bool visit(struct cp_check *c, const struct flow *f, const struct cp_bundle_set *set,
                  bool more)
{
    struct labels *const now[] = {&c->after};

    if (set->count > 0)
        return visit_change(c, f, set, more);
    cp_compose(&c->after, set);
    return cp_follow(c, now, 1, f->source) &&
           fits(c, f, set, CP_BUNDLE_STEADY, result_of(c, f)->steady) &&
           (!more || add_failures(c, f, set, AS_CHANGE));
}

/* Components of the network show that there is no way. */
static bool is_void(struct cp_check *c, const struct flow *f)
{
    return cp_joined_root(&c->whole, f->source) != cp_joined_root(&c->whole, f->destination);
}

/* The least that a way from a liar to the destination costs by its word; proven: by ways that are there. */
static uint64_t exit_cost(struct cp_check *c, uint32_t liar, bool proven)
{
    uint64_t least = INF;

    if (liar == c->honest.target)
        return 0;
    if (cp_joined_root(&c->whole, liar) != cp_joined_root(&c->whole, c->honest.target))
        return INF;
    for (uint32_t i = c->net.hop_first[liar]; i < c->net.hop_first[liar + 1]; i++) {
        const struct cp_bundle_hop *hop = &c->net.hops[i];
        uint64_t cost = cp_plus(cp_label(&c->honest, hop->to), 1);

        if (cost < least && cp_usable(&c->honest, hop) &&
            (!proven || cp_exact(&c->honest, hop->to)))
            least = cost;
    }
    return least;
}

static uint64_t least_exit(struct cp_check *c, bool proven)
{
    uint64_t least = INF;

    for (uint32_t v = 0; v < c->net.node_count; v++)
        if (c->honest.liars[v] != 0 && !cp_stamped_has(&c->honest.failed, c->net.link_count + v)) {
            uint64_t cost = exit_cost(c, v, proven);

            least = cost < least ? cost : least;
        }
    return least;
}

/* No lie makes a way over liars seem no longer than the honest one. */
static bool is_not_drawn(struct cp_check *c, const struct flow *f, const struct cp_bundle_set *set)
{
    struct labels *const nearest[] = {&c->nearest};
    uint64_t honest = is_void(c, f) ? INF : cp_label(&c->honest, f->source);
    uint64_t near, cost;

    cp_compose(&c->nearest, set);
    near = cp_label(&c->nearest, f->source);
    cost = cp_plus(near, least_exit(c, false));

    if (cost == INF || cost > honest || (cost == honest && !cp_exact(&c->nearest, f->source)))
        return true;
    if (cost < honest)
        return cp_refuse(c, "a lie may draw a flow that the answer says none does", NIL);
    if (!cp_follow(c, nearest, 1, f->source))
        return false;
    for (uint32_t i = 0; i < c->reached.count; i++) {
        uint32_t element = AT(c->reached, uint32_t)[i], v = element - c->net.link_count;

        if (element >= c->net.link_count && c->honest.liars[v] != 0 &&
            cp_plus(near, exit_cost(c, v, false)) <= honest)
            return cp_refuse(c, "a lie may draw a flow that the answer says none does", element);
    }
    return true;
}

static bool visit_lie(struct cp_check *c, const struct flow *f, const struct cp_bundle_set *set,
                      bool more)
{
    struct labels *const honest[] = {&c->honest};

    bool liars = c->net.treatments[f->treatment].liar_count > 0;

    cp_compose(&c->honest, set);
    c->reached.count = 0;
    if (!is_void(c, f) && !cp_follow(c, honest, 1, f->source))
        return false;
    for (uint32_t i = 0; i < c->reached.count; i++) {
        uint32_t element = AT(c->reached, uint32_t)[i];

        if (element < c->net.link_count &&
            (c->net.treatments[f->treatment].marks[element] & CP_BUNDLE_FORBIDDEN) != 0)
            return cp_refuse(c, "an honest way meets what the answer says it does not", element);
    }
    return (!more || add_failures(c, f, set, AMONG)) && (!liars || is_not_drawn(c, f, set));
}

static bool walk(struct cp_check *c, const struct flow *f, uint32_t depth,
                 bool (*look)(struct cp_check *, const struct flow *, const struct cp_bundle_set *,
                              bool))
{
    static const struct cp_bundle_set none = {0, {NIL, NIL, NIL, NIL, NIL, NIL, NIL, NIL}};

    c->next.count = 0;
    c->report.visited++;
    if (!look(c, f, &none, depth > 0))
        return false;
    for (uint32_t d = 1; d <= depth && c->next.count > 0; d++) {
        struct list sets = c->next;

        c->next = c->sets;
        c->sets = sets;
        c->next.count = 0;
        qsort(sets.at, sets.count, sizeof none, cp_bundle_set_compare);
        for (uint32_t i = 0; i < sets.count; i++) {
            const struct cp_bundle_set *set = &AT(sets, struct cp_bundle_set)[i];

            if (i > 0 && cp_bundle_set_compare(set, set - 1) == 0)
                continue;
            c->report.visited++;
            if (!look(c, f, set, d < depth))
                return false;
        }
    }
    return true;
}

/* A path of the answer is one that packets may take: each hop a next hop by some of the labels. */
static bool is_way(struct cp_check *c, struct labels *const *l, uint32_t count,
                   const struct cp_bundle_claim *claim)
{
    if (!cp_exact(l[0], claim->nodes[0]))
        return false;
    for (uint32_t i = 0; i + 1 < claim->node_count; i++) {
        uint32_t v = claim->nodes[i];
        bool found = false;

        for (uint32_t k = c->net.hop_first[v]; k < c->net.hop_first[v + 1]; k++)
            for (uint32_t by = 0; by < count; by++)
                found = found || (c->net.hops[k].link == claim->links[i] &&
                                  c->net.hops[k].to == claim->nodes[i + 1] &&
                                  cp_tight(l[by], v, &c->net.hops[k]) &&
                                  cp_exact(l[by], claim->nodes[i + 1]));
        if (!found)
            return false;
    }
    return true;
}

/* True links over honest nodes to a liar, from which some lie is no longer than the honest way. */
static bool is_drawn(struct cp_check *c, const struct flow *f, const struct cp_bundle_claim *claim)
{
    uint64_t honest = is_void(c, f) ? INF : cp_label(&c->honest, f->source), cost = 0;
    uint32_t last = claim->nodes[claim->node_count - 1];

    for (uint32_t i = 0; i + 1 < claim->node_count; i++) {
        uint32_t v = claim->nodes[i], k = c->net.hop_first[v];

        while (k < c->net.hop_first[v + 1] &&
               (c->net.hops[k].link != claim->links[i] || c->net.hops[k].to != claim->nodes[i + 1]))
            k++;
        if (k == c->net.hop_first[v + 1] || c->honest.liars[v] != 0 ||
            !cp_usable(&c->honest, &c->net.hops[k]))
            return false;
        cost = cp_plus(cost, c->net.hops[k].out);
    }
    uint64_t own = cp_plus(cost, exit_cost(c, last, true));
    uint64_t far = cp_plus(cost, cp_plus(least_exit(c, true), 1));

    return c->honest.liars[last] != 0 &&
           ((own != INF && own <= honest) || (far != INF && far <= honest));
}

/* Notes which of the answer's exposures of the flow's demand are seen in this flow. */
static void follow_claims(struct cp_check *c, const struct flow *f, bool lies)
{
    struct labels *const plain[] = {&c->before, &c->after}, *const honest[] = {&c->honest};
    const struct cp_bundle_result *result = result_of(c, f);
    bool liars = c->net.treatments[f->treatment].liar_count > 0;

    for (uint32_t i = 0; i < CP_CLAIM_COUNT; i++) {
        const struct cp_bundle_claim *claim = &result->claims[i];
        struct cp_bundle_set after = ascending(&claim->set);
        bool seen = false;

        if (claim->state == 0 || lies != (claim->state == CP_BUNDLE_LIAR && liars) ||
            claim->direction != f->direction || claim->nodes[0] != f->source)
            continue;
        cp_compose(lies ? &c->honest : &c->after, &after);
        if (lies) {
            seen = claim->element >= c->net.link_count ? is_drawn(c, f, claim)
                                                       : is_way(c, honest, 1, claim);
        } else if (claim->state != CP_BUNDLE_TRANSITION) {
            seen = is_way(c, plain + 1, 1, claim);
        } else {
            struct cp_bundle_set old = before(&claim->set);

            cp_compose(&c->before, &old);
            seen = is_way(c, plain, 2, claim);
        }
        if (seen)
            c->known[f->demand] |= (uint8_t)(1u << i);
    }
}

bool cp_read_near(struct cp_check *c, cp_rd *rd)
{
    uint32_t t = cp_rd_below(rd, c->net.treatment_count);
    const struct cp_bundle_treatment *treatment = &c->net.treatments[t];

    if (rd->bad || t < c->treatment_at || treatment->liar_count == 0)
        return cp_refuse(c, "potentials towards liars out of place", NIL);
    c->treatment_at = t + 1;
    c->nearest.liars = treatment->liars;
    if (cp_stamped_make(c->arena, c->net.node_count, &c->near[t]) != CP_OK)
        return cp_no_memory(c);
    if (!cp_read_potentials(c, rd, &c->nearest, &c->near[t]))
        return false;
    c->near_fallback[t] = c->nearest.fallback;
    return true;
}

/* A steady exposure at the depth that the answer says, where it shows another. */
static bool read_witness(struct cp_check *c, cp_rd *rd, const struct flow *flows, uint32_t count)
{
    struct labels *const now[] = {&c->after};
    struct flow sought = {.destination = flows->destination};
    const struct flow *f;
    struct cp_bundle_set set;

    sought.demand = cp_rd_below(rd, c->net.demand_count);
    sought.direction = cp_rd_below(rd, 2);
    sought.source = cp_rd_below(rd, c->net.node_count);
    if (!cp_read_set(c, rd, &set))
        return false;
    sought.treatment = c->net.demands[sought.demand].treatment;
    f = bsearch(&sought, flows, count, sizeof sought, compare_flows);
    if (f == NULL || set.count != result_of(c, f)->steady || !cp_all_may_fail(c, f->demand, &set))
        return cp_refuse(c, "a witness of no such flow, depth or failures", NIL);
    c->report.demand = c->net.demands[f->demand].id;
    cp_compose(&c->after, &set);
    if (is_void(c, f) || !cp_follow(c, now, 1, f->source))
        return cp_refuse(c, "a witness without a way", NIL);
    for (uint32_t i = 0; i < c->reached.count; i++)
        if ((c->net.treatments[f->treatment].marks[AT(c->reached, uint32_t)[i]] &
             CP_BUNDLE_FORBIDDEN) != 0)
            c->known[f->demand] |= STEADY_SEEN;
    return true;
}

static bool walk_plain(struct cp_check *c, const struct flow *flows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct flow *f = &flows[i];
        uint32_t s = limit_of(c, CP_BUNDLE_STEADY, result_of(c, f)->steady);
        uint32_t t = limit_of(c, CP_BUNDLE_TRANSITION, result_of(c, f)->transition);
        uint32_t depth = judged_depth(c, f);

        c->report.demand = c->net.demands[f->demand].id;
        depth = s > depth + 1 ? s - 1 : depth;
        depth = t > depth + 1 ? t - 1 : depth;
        if (is_void(c, f))
            continue;
        if (!walk(c, f, depth, visit))
            return false;
        follow_claims(c, f, false);
    }
    return true;
}

static bool read_lies(struct cp_check *c, cp_rd *rd, const struct flow *flows, uint32_t count)
{
    uint32_t t = flows->treatment;
    const struct cp_bundle_treatment *treatment = &c->net.treatments[t];

    if (c->near[t].at == NULL && treatment->liar_count > 0)
        return cp_refuse(c, "potentials towards liars are missing", NIL);
    c->honest.base = &c->potentials;
    c->honest.fallback = c->after.fallback;
    c->honest.target = flows->destination;
    c->honest.liars = c->nearest.liars = treatment->liars;
    c->honest.composed = false;
    c->nearest.base = &c->near[t];
    c->nearest.fallback = c->near_fallback[t];
    if (treatment->liar_count > 0 && (!cp_check_read_table(c, rd, &c->honest, &c->honest_table) ||
                                      !cp_check_read_table(c, rd, &c->nearest, &c->near_table)))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t limit = limit_of(c, CP_BUNDLE_LIAR, result_of(c, &flows[i])->liar);

        c->report.demand = c->net.demands[flows[i].demand].id;
        if (limit > 0 && !walk(c, &flows[i], limit - 1, visit_lie))
            return false;
        follow_claims(c, &flows[i], true);
    }
    return true;
}

bool cp_read_destination(struct cp_check *c, cp_rd *rd)
{
    const struct flow *flows = &AT(c->flows, struct flow)[c->flow_at];
    uint32_t t = cp_rd_below(rd, c->net.node_count), count = 0, next;

    while (c->flow_at + count < c->flows.count && flows[count].destination == t)
        count++;
    if (rd->bad || count == 0)
        return cp_refuse(c, "a destination out of place", NIL);
    c->flow_at += count;
    c->before.target = c->after.target = t;
    c->plain_table.entries.count = c->honest_table.entries.count = c->near_table.entries.count = 0;
    if (!cp_read_potentials(c, rd, &c->after, &c->potentials))
        return false;
    c->before.fallback = c->after.fallback;
    c->before.composed = false;
    if (!cp_check_read_table(c, rd, &c->after, &c->plain_table))
        return false;
    for (uint64_t left = cp_rd_number(rd); left > 0 && !rd->bad; left--)
        if (!read_witness(c, rd, flows, count))
            return false;
    if (!walk_plain(c, flows, count))
        return false;
    for (uint32_t i = 0; i < count; i = next) {
        for (next = i + 1; next < count && flows[next].treatment == flows[i].treatment;)
            next++;
        if ((c->net.treatments[flows[i].treatment].all & CP_BUNDLE_FORBIDDEN) != 0 &&
            (c->net.states & CP_BUNDLE_LIAR) != 0 && !read_lies(c, rd, &flows[i], next - i))
            return false;
    }
    return true;
}

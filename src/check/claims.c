#include "inside.h"

/* What the answer's numbers say of each other, and of what was seen while the certificate was read. */

static bool is_in(const uint32_t *at, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (at[i] == node)
            return true;
    return false;
}

bool cp_may_fail(const struct cp_check *c, uint32_t demand, uint32_t element)
{
    const struct cp_bundle_demand *d = &c->net.demands[demand];
    uint32_t kind = cp_bundle_kind(&c->net, element), v = element - c->net.link_count;

    return (kind & c->net.kinds) != 0 &&
           (kind != CP_BUNDLE_NODE ||
            (!is_in(d->src, d->src_count, v) && !is_in(d->dst, d->dst_count, v)));
}

bool cp_all_may_fail(const struct cp_check *c, uint32_t demand, const struct cp_bundle_set *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (!cp_may_fail(c, demand, set->at[i]))
            return false;
    return true;
}

static bool is_judged(const struct cp_check *c, const struct cp_bundle_claim *claim)
{
    const struct cp_bundle_rule *rule = &c->net.rules[claim->against->rule];

    return rule->depth >= claim->set.count &&
           (cp_bundle_set_kinds(&c->net, &claim->set) & ~rule->kinds) == 0;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Each exposure shown was seen, and is what its name says. */
static bool check_claim(struct cp_check *c, uint32_t demand, uint32_t which)
{
    const struct cp_bundle_result *r = &c->answer.results[demand];
    const struct cp_bundle_claim *claim = &r->claims[which];
    uint32_t last = claim->node_count - 1, seen = c->known[demand];

    if (claim->state == 0)
        return true;
    if ((seen >> which & 1u) == 0 || !cp_all_may_fail(c, demand, &claim->set) ||
        (claim->state & c->net.states) == 0 ||
        (which == CP_CLAIM_LIAR) != (claim->state == CP_BUNDLE_LIAR) ||
        claim->against->undecided != (which == CP_CLAIM_UNDECIDED) ||
        (which != CP_CLAIM_EXPOSURE && which != CP_CLAIM_LIAR && !is_judged(c, claim)) ||
        (claim->element != c->net.link_count + claim->nodes[last] &&
         (last == 0 || claim->element != claim->links[last - 1])))
        return cp_refuse(c, "an exposure is not what the answer says", claim->element);
    if (claim->state == CP_BUNDLE_STEADY && claim->set.count == r->steady &&
        which != CP_CLAIM_UNDECIDED)
        c->known[demand] |= STEADY_SEEN;
    return true;
}

static bool something_may_fail(const struct cp_check *c, const struct cp_bundle_demand *d)
{
    uint32_t ends = d->src_count + d->dst_count;

    for (uint32_t i = 0; i < d->dst_count; i++)
        for (uint32_t k = 0; k < d->src_count; k++)
            ends -= d->src[k] == d->dst[i];
    return ((c->net.kinds & CP_BUNDLE_LINK) != 0 && c->net.link_count > 0) ||
           ((c->net.kinds & CP_BUNDLE_SRLG) != 0 && c->net.srlg_count > 0) ||
           ((c->net.kinds & CP_BUNDLE_NODE) != 0 && c->net.node_count > ends);
}

/* That the depths are not less was walked; that they are not more, seen. */
static bool check_depths(struct cp_check *c, uint32_t demand)
{
    const struct cp_bundle_result *r = &c->answer.results[demand];
    const struct cp_bundle_claim *shown = &r->claims[CP_CLAIM_EXPOSURE];
    bool transitions = (c->net.states & CP_BUNDLE_TRANSITION) != 0 && c->net.depth > 0;
    uint32_t after_today = transitions && something_may_fail(c, &c->net.demands[demand]) ? 1 : NIL;

    if ((r->steady != NIL && (c->known[demand] & STEADY_SEEN) == 0) ||
        (r->steady == 0 && r->transition != after_today) ||
        (r->steady != 0 && r->transition != NIL && r->transition != r->steady &&
         (shown->state != CP_BUNDLE_TRANSITION || shown->set.count != r->transition)) ||
        ((c->net.states & CP_BUNDLE_TRANSITION) == 0 && r->transition != NIL))
        return cp_refuse(c, "a depth of exposure was not seen", NIL);
    if (r->exposure != least(r->steady, r->transition) ||
        (shown->state == 0 ? r->exposure != NIL : shown->set.count != r->exposure) ||
        (r->claims[CP_CLAIM_LIAR].state == 0 ? r->liar != NIL
                                             : r->claims[CP_CLAIM_LIAR].set.count != r->liar))
        return cp_refuse(c, "an exposure has another depth than the answer says", NIL);
    return true;
}

static bool has_way(const struct cp_bundle_demand *d, struct cp_joined *joined,
                    const uint64_t *marks)
{
    for (uint32_t s = 0; s < d->src_count; s++)
        for (uint32_t t = 0; t < d->dst_count; t++)
            if (d->src[s] != d->dst[t] && (marks == NULL || marks[d->src[s]] == 0) &&
                cp_joined_root(joined, d->src[s]) == cp_joined_root(joined, d->dst[t]))
                return true;
    return false;
}

static bool check_verdict(struct cp_check *c, uint32_t demand)
{
    const struct cp_bundle_result *r = &c->answer.results[demand];
    const struct cp_bundle_demand *d = &c->net.demands[demand];
    bool violated =
        r->claims[CP_CLAIM_VIOLATION].state != 0 ||
        (r->claims[CP_CLAIM_EXPOSURE].state != 0 && is_judged(c, &r->claims[CP_CLAIM_EXPOSURE]));
    bool no_path = !has_way(d, &c->whole, NULL);
    cp_bundle_verdict verdict = CP_BUNDLE_OK;

    if (no_path)
        verdict = CP_BUNDLE_NO_PATH;
    else if (violated)
        verdict = CP_BUNDLE_VIOLATION;
    else if (r->claims[CP_CLAIM_UNDECIDED].state != 0)
        verdict = CP_BUNDLE_UNDECIDED;
    if (r->verdict != verdict || no_path != (r->cut_depth == 0) ||
        r->judged != (c->net.treatments[d->treatment].rule_count > 0))
        return cp_refuse(c, "the verdict is not what the exposures and ways come to", NIL);
    c->answer.summary[verdict]--;
    c->answer.uncovered -= !r->judged;
    return true;
}

/* Of the demands of a treatment: whether elements without marks join their ends. */
static bool check_clean_ways(struct cp_check *c, uint32_t treatment)
{
    const uint64_t *marks = c->net.treatments[treatment].marks;
    struct cp_joined clean;

    if (!cp_join(c, marks, &clean))
        return false;
    for (uint32_t d = 0; d < c->net.demand_count; d++)
        if (c->net.demands[d].treatment == treatment &&
            c->answer.results[d].clean_way !=
                has_way(&c->net.demands[d], &clean, marks + c->net.link_count)) {
            c->report.demand = c->net.demands[d].id;
            return cp_refuse(c, "clean_way is not so", NIL);
        }
    return true;
}

bool cp_close_audit(struct cp_check *c)
{
    for (uint32_t d = 0; d < c->net.demand_count; d++) {
        c->report.demand = c->net.demands[d].id;
        for (uint32_t i = 0; i < CP_CLAIM_COUNT; i++)
            if (!check_claim(c, d, i))
                return false;
        if (!check_depths(c, d) || !check_verdict(c, d))
            return false;
    }
    for (uint32_t t = 0; t < c->net.treatment_count; t++) {
        cp_arena_mark empty = cp_arena_mark_get(c->work);

        if (!check_clean_ways(c, t))
            return false;
        cp_arena_reset(c->work, empty);
    }
    c->report.demand = (cp_text){NULL, 0};
    for (uint32_t i = 0; i < CP_BUNDLE_VERDICTS; i++)
        if (c->answer.summary[i] != 0 || c->answer.uncovered != 0)
            return cp_refuse(c, "the summary counts other demands", NIL);
    return true;
}

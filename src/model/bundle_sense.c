#include "bundle_sense.h"

/*
 * What an answer's numbers say of each other, whatever the network's ways are: each exposure is of the
 * kind that its name says, depths are those of the exposures, the verdict is what they come to.
 */

static bool is_judged(const struct cp_bundle_net *net, const struct cp_bundle_claim *claim)
{
    const struct cp_bundle_rule *rule = &net->rules[claim->against->rule];

    return (cp_bundle_judged(net, &claim->set) >> rule->profile & 1u) != 0;
}

static bool is_claim(const struct cp_bundle_net *net, uint32_t demand,
                     const struct cp_bundle_claim *claim, uint32_t which)
{
    bool judged = which == CP_CLAIM_VIOLATION || which == CP_CLAIM_UNDECIDED;
    uint32_t last = claim->node_count - 1;

    return claim->state == 0 ||
           (cp_bundle_all_may_fail(net, demand, &claim->set) && (claim->state & net->states) != 0 &&
            claim->against->undecided == (which == CP_CLAIM_UNDECIDED) &&
            (which == CP_CLAIM_LIAR) == (claim->state == CP_BUNDLE_LIAR) &&
            (!judged || is_judged(net, claim)) &&
            (claim->element == net->link_count + claim->nodes[last] ||
             (last > 0 && claim->element == claim->links[last - 1])));
}

/* Exposed today is exposed in every transition; a steady exposure is met in the transition to it. */
static bool is_transition(const struct cp_bundle_net *net, uint32_t demand,
                          const struct cp_bundle_result *r)
{
    const struct cp_bundle_claim *shown = &r->claims[CP_CLAIM_EXPOSURE];
    bool changes = (net->states & CP_BUNDLE_TRANSITION) != 0 && net->depth > 0 &&
                   cp_bundle_some_may_fail(net, demand);

    if (r->steady == 0)
        return r->transition == (changes ? 1 : CP_BUNDLE_NONE);
    return r->transition == CP_BUNDLE_NONE ||
           (changes && (r->transition == r->steady || (shown->state == CP_BUNDLE_TRANSITION &&
                                                       shown->set.count == r->transition)));
}

static cp_bundle_verdict verdict_of(const struct cp_bundle_net *net,
                                    const struct cp_bundle_result *r)
{
    const struct cp_bundle_claim *shown = &r->claims[CP_CLAIM_EXPOSURE];

    if (r->cut_depth == 0)
        return CP_BUNDLE_NO_PATH;
    if (r->claims[CP_CLAIM_VIOLATION].state != 0 || (shown->state != 0 && is_judged(net, shown)))
        return CP_BUNDLE_VIOLATION;
    return r->claims[CP_CLAIM_UNDECIDED].state != 0 ? CP_BUNDLE_UNDECIDED : CP_BUNDLE_OK;
}

const char *cp_bundle_nonsense(const struct cp_bundle_net *net, uint32_t demand,
                               const struct cp_bundle_result *r)
{
    const struct cp_bundle_claim *shown = &r->claims[CP_CLAIM_EXPOSURE];
    const struct cp_bundle_claim *lie = &r->claims[CP_CLAIM_LIAR];

    for (uint32_t i = 0; i < CP_CLAIM_COUNT; i++)
        if (!is_claim(net, demand, &r->claims[i], i))
            return "an exposure is not what its place in the answer says";
    if (r->exposure != (r->steady < r->transition ? r->steady : r->transition) ||
        r->exposure != (shown->state == 0 ? CP_BUNDLE_NONE : shown->set.count) ||
        r->liar != (lie->state == 0 ? CP_BUNDLE_NONE : lie->set.count) ||
        !is_transition(net, demand, r))
        return "a depth is not that of the exposures";
    if (r->verdict != verdict_of(net, r))
        return "the verdict is not what the exposures come to";
    if (r->cut_depth != CP_BUNDLE_NONE && !cp_bundle_all_may_fail(net, demand, &r->cut))
        return "the cut names what may not fail";
    if (r->judged != (net->treatments[net->demands[demand].treatment].rule_count > 0))
        return "a demand is judged where some rule holds for it";
    return NULL;
}

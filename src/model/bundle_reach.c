#include "model/bundle.h"

uint32_t cp_bundle_limit(const struct cp_bundle_net *net, const struct cp_bundle_result *r,
                         uint32_t state)
{
    uint32_t depth = state == CP_BUNDLE_STEADY ? r->steady : r->transition;

    if ((net->states & state) == 0)
        return 0;
    depth = state == CP_BUNDLE_LIAR ? r->liar : depth;
    return depth == CP_BUNDLE_NONE ? net->depth + 1 : depth;
}

/* How deep rules judge what the verdict says there is none of: J of cleanpath-bundle(5). */
static uint32_t judged_depth(const struct cp_bundle_net *net, const struct cp_bundle_answer *answer,
                             uint32_t demand)
{
    uint32_t deepest = net->treatments[net->demands[demand].treatment].deepest;

    if (answer->results[demand].verdict == CP_BUNDLE_VIOLATION)
        return 0;
    return deepest < net->depth ? deepest : net->depth;
}

uint32_t cp_bundle_open(const struct cp_bundle_net *net, const struct cp_bundle_answer *answer,
                        uint32_t demand)
{
    uint32_t limit = cp_bundle_limit(net, &answer->results[demand], CP_BUNDLE_TRANSITION);
    uint32_t judged = judged_depth(net, answer, demand);

    if ((net->states & CP_BUNDLE_TRANSITION) == 0)
        return 0;
    return limit > judged + 1 ? limit - 1 : judged;
}

uint32_t cp_bundle_depth(const struct cp_bundle_net *net, const struct cp_bundle_answer *answer,
                         uint32_t demand)
{
    uint32_t steady = cp_bundle_limit(net, &answer->results[demand], CP_BUNDLE_STEADY);
    uint32_t transition = cp_bundle_limit(net, &answer->results[demand], CP_BUNDLE_TRANSITION);
    uint32_t depth = judged_depth(net, answer, demand);

    depth = steady > depth + 1 ? steady - 1 : depth;
    return transition > depth + 1 ? transition - 1 : depth;
}

uint64_t cp_bundle_denied(const struct cp_bundle_net *net, const struct cp_bundle_result *r,
                          const cp_failures *set, uint32_t state)
{
    uint64_t denied = r->verdict != CP_BUNDLE_VIOLATION ? cp_bundle_judged(net, set) : 0;

    if ((net->states & state) == 0)
        return 0;
    if (r->verdict == CP_BUNDLE_UNDECIDED)
        denied &= CP_BUNDLE_FORBIDDEN;
    return set->count < cp_bundle_limit(net, r, state) ? denied | CP_BUNDLE_FORBIDDEN : denied;
}

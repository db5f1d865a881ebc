#include "inside.h"

/* What the answer says that the certificate's pieces alone do not show. */

/* That no depth is less was walked; that none is more, seen. */
static bool check_demand(struct cp_check *c, uint32_t demand)
{
    const struct cp_bundle_result *r = &c->answer.results[demand];

    c->report.demand = c->net.demands[demand].id;
    for (uint32_t i = 0; i < CP_CLAIM_COUNT; i++) {
        const struct cp_bundle_claim *claim = &r->claims[i];

        if (claim->state != 0 && (c->known[demand] >> i & 1u) == 0)
            return cp_refuse(c, "an exposure that the answer shows was not seen", claim->element);
        if (claim->state == CP_BUNDLE_STEADY && claim->set.count == r->steady &&
            !claim->against->undecided)
            c->known[demand] |= STEADY_SEEN;
    }
    if (r->steady != NIL && c->answer.routes == NULL && (c->known[demand] & STEADY_SEEN) == 0)
        return cp_refuse(c, "that the steady state exposes was not seen", NIL);
    if (cp_bundle_has_way(&c->net, demand, &c->whole, NULL) != (r->cut_depth != 0))
        return cp_refuse(c, "whether there is a way is not as the answer says", NIL);
    return true;
}

/* Whether elements without marks join the ends of the treatment's demands. */
static bool check_clean_ways(struct cp_check *c, uint32_t treatment)
{
    const uint64_t *marks = c->net.treatments[treatment].marks;
    cp_arena_mark empty = cp_arena_mark_get(c->work);
    struct cp_joined clean;

    if (!cp_afford(c, cp_bundle_join(&c->net, marks, c->work, &clean)))
        return false;
    for (uint32_t d = 0; d < c->net.demand_count; d++) {
        c->report.demand = c->net.demands[d].id;
        if (c->net.demands[d].treatment == treatment &&
            c->answer.results[d].clean_way != cp_bundle_has_way(&c->net, d, &clean, marks))
            return cp_refuse(c, "clean_way is not so", NIL);
    }
    cp_arena_reset(c->work, empty);
    return true;
}

bool cp_check_claims(struct cp_check *c)
{
    for (uint32_t d = 0; d < c->net.demand_count; d++)
        if (!check_demand(c, d))
            return false;
    for (uint32_t t = 0; t < c->net.treatment_count; t++)
        if (!check_clean_ways(c, t))
            return false;
    return true;
}
